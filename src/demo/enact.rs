//! Makes a history happen: every step through the function that a request would use, at the time it happened.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::calendar::{Calendar, Moment};
use super::cast;
use super::chance::Chance;
use super::history::{Answer, Event, History, What};
use super::visit::Visit;
use crate::alerts::{self, Alert, Outcome};
use crate::app::App;
use crate::audit::{self, Action};
use crate::auth::Transport;
use crate::auth::guards::SignedIn;
use crate::auth::keys::random_token;
use crate::auth::roles::Roles;
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::courses::{self, AgreedLine, Course, Draft, eligibility, queries as course_queries};
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::{Error, Result};
use crate::instruments::{Points, SUICIDAL_IDEATION};
use crate::patients::{self, Patient, PatientRow, caseload, measure_for};
use crate::people::consents::{Agreement, asked_of};
use crate::people::invitations::{Invitee, Joining, Link, invite, join};
use crate::reminders::{self, Reminders};
use crate::responses::http::Submission;
use crate::responses::{self, Response};
use crate::sessions::day::PresenceChange;
use crate::sessions::request::Request;
use crate::sessions::{self, Author, Session};
use crate::web::IfMatch;

/// One patient in so many wants reminders.
const RARELY: usize = 7;

/// The clinic in which histories happen.
#[derive(Clone)]
pub struct Stage {
    /// The server.
    pub app: Arc<App>,
    /// The clinic.
    pub scope: ClinicScope,
    /// Its days.
    pub calendar: Calendar,
    /// Its zone.
    pub zone: &'static str,
    /// The staff.
    pub staff: Staff,
    /// Seed of chances that no history holds.
    pub seed: u64,
}

/// The staff, signed in.
#[derive(Clone)]
pub struct Staff {
    /// Who set the clinic up.
    pub owner: SignedIn,
    /// The provider.
    pub provider: SignedIn,
    /// The nurse.
    pub nurse: SignedIn,
    /// The coordinator.
    pub coordinator: SignedIn,
}

/// Lets a person join by an invitation.
pub fn let_join(
    conn: &mut DbConnection,
    stage: &Stage,
    by: &SignedIn,
    invitee: &Invitee,
    password_hash: &str,
    times: (Timestamp, Timestamp),
) -> Result<SignedIn> {
    let (sent_at, joined_at) = times;
    let invitation = invite(conn, by, invitee, &Link::make()?, sent_at)?;
    // About half lend their answers to research, always the same ones.
    let lends = invitee.name.len().is_multiple_of(2);
    let agreements =
        asked_of(invitee.roles).iter().map(|consent| Agreement { consent, agreed: consent.id != "research" || lends }).collect();
    let joining = Joining {
        invitation,
        name: invitee.name.clone(),
        time_zone: stage.zone.to_owned(),
        password_hash: password_hash.to_owned(),
        agreements,
        transport: Transport::Bearer,
        device: "The synthetic clinic".to_owned(),
        refresh: random_token().map_err(|why| Error::Internal(Box::new(why)))?,
        request: Uuid::nil(),
    };
    let (tokens, user) = join(conn, &stage.app, &joining, joined_at)?;
    Ok(SignedIn::enacted(user.id, invitee.roles, invitee.patient, tokens.sign_in, &invitee.name, stage.scope))
}

/// Makes one patient's history happen.
pub fn enact(conn: &mut DbConnection, stage: &Stage, history: &History, number: usize, password_hash: &str) -> Result<()> {
    let mut run = Run {
        stage,
        history,
        password_hash,
        chance: Chance::of(stage.seed ^ 0x5EED, u64::try_from(number).unwrap_or_default()),
        patient: None,
        me: None,
        courses: HashMap::new(),
        visits: HashMap::new(),
        answers: HashMap::new(),
        watched: HashSet::new(),
        chores: Vec::new(),
    };
    for event in &history.events {
        run.do_chores(conn, event.at)?;
        run.play(conn, event)?;
    }
    run.do_chores(conn, stage.calendar.now)
}

/// What somebody has still to do about an alert.
struct Chore {
    at: Moment,
    alert: Id<Alert>,
    close: Option<(Outcome, &'static str)>,
    by_provider: bool,
}

struct Run<'a> {
    stage: &'a Stage,
    history: &'a History,
    password_hash: &'a str,
    chance: Chance,
    patient: Option<PatientScope>,
    me: Option<SignedIn>,
    courses: HashMap<usize, Id<Course>>,
    visits: HashMap<usize, (Id<Session>, i32)>,
    answers: HashMap<usize, Id<Response>>,
    watched: HashSet<Id<Alert>>,
    chores: Vec<Chore>,
}

impl Run<'_> {
    fn play(&mut self, conn: &mut DbConnection, event: &Event) -> Result<()> {
        let now = self.instant(event.at);
        match &event.what {
            What::Register => self.register(conn, now),
            What::Join => self.join(conn, now),
            What::Open(course) => self.open(conn, *course, now),
            What::Move(course, status) => self.move_on(conn, *course, *status, now),
            What::Book(visit) => self.book(conn, *visit, now),
            What::Record(visit) => self.record(conn, *visit, None, now),
            What::Amend(visit) => self.record(conn, *visit, Some("The weight was read off wrongly."), now),
            What::CallOff(visit) => self.call_off(conn, *visit, now),
            What::Answer(answer) => self.answer(conn, answer, event.at, now),
        }
    }

    fn instant(&mut self, moment: Moment) -> Timestamp {
        self.stage.calendar.instant(moment, i64::from(self.chance.between(0, 59_999)))
    }

    /// A fixed instant of a plan, without stray seconds.
    fn minute(&self, moment: Moment) -> Timestamp {
        self.stage.calendar.instant(moment, 0)
    }

    fn scope(&self) -> Result<PatientScope> {
        self.patient.ok_or_else(|| Error::Internal("a history begins with its record".into()))
    }

    fn new_id<T>(&mut self, now: Timestamp) -> Id<T> {
        let milliseconds = u64::try_from(now.milliseconds()).unwrap_or_default();
        Id::from_uuid(uuid::Builder::from_unix_timestamp_millis(milliseconds, &self.chance.bytes()).into_uuid())
    }

    fn register(&mut self, conn: &mut DbConnection, now: Timestamp) -> Result<()> {
        let (person, condition) = (&self.history.person, self.history.condition);
        let row = PatientRow {
            id: Id::<Patient>::new(now),
            clinic_id: self.stage.scope.clinic(),
            name: person.name.clone(),
            name_key: person.name.to_lowercase(),
            email: Some(person.email.clone()),
            record_number: Some(person.record_number.clone()),
            date_of_birth: Some(person.born),
            time_zone: self.stage.zone.to_owned(),
            condition: Some(condition.word().to_owned()),
            primary_measure: measure_for(Some(condition.word())).to_owned(),
            external_ref: None,
            joined_at: None,
            archived_at: None,
            created_at: now,
            version: 1,
        };
        patients::http::make(conn, &self.stage.app, &row, now)?;
        let event = audit::Event::of(Action::PatientMade, "patient", row.id.uuid()).about(row.id);
        audit::record(conn, Some(row.clinic_id), &self.stage.staff.coordinator.actor(), &event, now)?;
        self.patient = Some(PatientScope::of(self.stage.scope, row.id));
        Ok(())
    }

    fn join(&mut self, conn: &mut DbConnection, now: Timestamp) -> Result<()> {
        let person = &self.history.person;
        let invitee = Invitee {
            email: person.email.clone(),
            name: person.name.clone(),
            roles: Roles::PATIENT,
            patient: Some(self.scope()?.patient()),
        };
        let sent_at = now.plus_seconds(-20 * 3600);
        let provider = &self.stage.staff.provider;
        let me = let_join(conn, self.stage, provider, &invitee, self.password_hash, (sent_at, now))?;
        // A demo sends nothing: most have switched reminders off, and the few others are whom none reaches.
        if !invitee.name.len().is_multiple_of(RARELY) {
            let chosen = Reminders { enabled: false, ..Reminders::default() };
            reminders::choose(conn, &self.stage.app, self.stage.scope, me.user, &chosen, now)?;
        }
        self.me = Some(me);
        Ok(())
    }

    fn open(&mut self, conn: &mut DbConnection, course: usize, now: Timestamp) -> Result<()> {
        let plan = &self.history.courses[course];
        let draft = Draft {
            condition: self.history.condition,
            protocol: Some(plan.protocol.to_owned()),
            planned_sessions: Some(plan.planned),
            started_on: self.stage.calendar.date(plan.started),
            goal: Some(plan.goal.clone()).filter(|goal| !goal.is_empty()),
            status: courses::Status::Active,
            ended_reason: None,
            agreed_line: None,
        };
        let app = &self.stage.app;
        let row = courses::open(conn, &app.plans, self.scope()?, &self.stage.staff.provider.actor(), &draft, now)?;
        self.courses.insert(course, row.id);
        // Now and then nobody got round to it before the first session, which then goes ahead for a reason.
        if self.chance.happens(0.9) {
            let provider = &self.stage.staff.provider;
            courses::sign(
                conn,
                self.scope()?,
                (&provider.actor(), provider.user),
                &row,
                &eligibility::unremarkable(),
                None,
                now,
            )?;
        }
        Ok(())
    }

    /// Half-way through the series somebody looks at it with the patient, most of the time.
    fn review(&mut self, conn: &mut DbConnection, visit: usize, now: Timestamp) -> Result<()> {
        let Visit { course, number, .. } = &self.history.visits[visit];
        let is_half = *number == (self.history.courses[*course].planned + 1) / 2;
        let Some(id) = self.courses.get(course).copied().filter(|_| is_half && self.chance.happens(0.7)) else { return Ok(()) };
        let (stage, scope) = (self.stage, self.scope()?);
        let provider = &stage.staff.provider;
        patients::lock(conn, scope)?;
        let row = course_queries::find(conn, stage.scope, id)?.ok_or(Error::NotFound("the course"))?;
        let by = (&provider.actor(), provider.user);
        let plans = &stage.app.plans;
        // Some come for pain and stay for their mood.
        if row.protocol.as_deref() == Some("chronic-pain") && self.chance.happens(0.5) {
            let reason = Some("Pain is better; low mood is what is left.");
            courses::review(conn, plans, scope, by, row.clone(), courses::Decision::Change, reason, now)?;
            let draft = Draft { protocol: Some("iv-induction-6".to_owned()), ..Draft::of(&row) };
            return courses::change(conn, plans, scope, by.0, row, draft, reason, now).map(drop);
        }
        let reason = Some("Looked at the scores together. Going on as planned.");
        courses::review(conn, plans, scope, by, row, courses::Decision::Continue, reason, now).map(drop)
    }

    fn move_on(&mut self, conn: &mut DbConnection, course: usize, status: courses::Status, now: Timestamp) -> Result<()> {
        let Some(id) = self.courses.get(&course) else { return Ok(()) };
        let scope = self.scope()?;
        patients::lock(conn, scope)?;
        let row = course_queries::find(conn, self.stage.scope, *id)?.ok_or(Error::NotFound("the course"))?;
        let mut draft = Draft { status, ..Draft::of(&row) };
        if status == courses::Status::Maintenance {
            draft.agreed_line = well_up_to(measure_for(Some(self.history.condition.word())));
        }
        let actor = self.stage.staff.provider.actor();
        courses::change(conn, &self.stage.app.plans, scope, &actor, row, draft, None, now).map(drop)
    }

    fn book(&mut self, conn: &mut DbConnection, visit: usize, now: Timestamp) -> Result<()> {
        let id = self.new_id(now);
        self.visits.insert(visit, (id, 0));
        let body = self.planned(visit, "planned")?;
        self.put(conn, visit, body, &self.stage.staff.coordinator, now)
    }

    fn call_off(&mut self, conn: &mut DbConnection, visit: usize, now: Timestamp) -> Result<()> {
        let word = if self.history.visits[visit].is_missed { "missed" } else { "cancelled" };
        let body = self.planned(visit, word)?;
        self.put(conn, visit, body, &self.stage.staff.coordinator, now)
    }

    fn planned(&self, visit: usize, status: &str) -> Result<Value> {
        let visit = &self.history.visits[visit];
        Ok(json!({
            "patient_id": self.scope()?.patient(), "course_id": self.courses.get(&visit.course), "number": visit.number,
            "status": status, "scheduled_at": self.minute(visit.scheduled), "route": visit.route,
        }))
    }

    fn record(&mut self, conn: &mut DbConnection, visit: usize, amended: Option<&str>, now: Timestamp) -> Result<()> {
        let known = &self.history.visits[visit];
        let stage = self.stage;
        let recorder = [&stage.staff.provider, &stage.staff.nurse, &stage.staff.owner][known.recorder.min(2)];
        let mut body = self.planned(visit, "completed")?;
        self.write_down(known, &mut body, &recorder.name);
        body["sign"] = json!(true);
        if let Some(reason) = amended {
            body["weight_kg"] = json!(f64::from(known.half_kilograms + 2) / 2.0);
            body["amendment_reason"] = json!(reason);
        }
        let is_first_time = amended.is_none();
        match self.put(conn, visit, body.clone(), recorder, now) {
            Err(Error::Gate(_)) => {
                body["override"] = json!({"reason": "Asked and measured at the visit, on paper."});
                self.put(conn, visit, body, recorder, now)?;
            }
            told => told?,
        }
        if is_first_time { self.review(conn, visit, now) } else { Ok(()) }
    }

    fn write_down(&self, visit: &Visit, body: &mut Value, recorder: &str) {
        let vitals: Vec<Value> = visit
            .vitals
            .iter()
            .map(|reading| {
                json!({
                    "at": self.minute(reading.at), "phase": reading.phase, "systolic": reading.systolic,
                    "diastolic": reading.diastolic, "heart_rate": reading.heart_rate, "spo2": reading.spo2,
                    "sedation": reading.sedation,
                })
            })
            .collect();
        let effects: Vec<Value> = visit
            .effects
            .iter()
            .map(|(effect, severity)| json!({"effect": effect, "severity": severity, "onset_minutes": 15, "serious": false}))
            .collect();
        let mut discharge = visit.discharge(recorder);
        discharge["released_at"] = json!(self.minute(visit.released));
        let is_infusion = visit.route == sessions::Route::Iv;
        let minutes = visit.ended.minutes_since(visit.started);
        for (field, value) in [
            ("started_at", json!(self.minute(visit.started))),
            ("ended_at", json!(self.minute(visit.ended))),
            ("medicine", json!(visit.medicine)),
            ("dose_mg", json!(visit.dose_mg)),
            ("weight_kg", json!(f64::from(visit.half_kilograms) / 2.0)),
            ("weight_measured_on", json!(self.stage.calendar.date(visit.started.day))),
            ("infusion_minutes", if is_infusion { json!(minutes) } else { Value::Null }),
            ("vitals", json!(vitals)),
            ("effects", json!(effects)),
            ("dissociation", json!(visit.dissociation)),
            ("checklist", visit.checklist()),
            ("discharge", discharge),
            ("note", json!(visit.note)),
            ("shared_note", json!(visit.shared_note)),
        ] {
            body[field] = value;
        }
    }

    fn put(&mut self, conn: &mut DbConnection, visit: usize, body: Value, by: &SignedIn, now: Timestamp) -> Result<()> {
        let request: Request = serde_json::from_value(body).map_err(|why| Error::Internal(Box::new(why)))?;
        let write = request.validate(now)?;
        let Some((id, version)) = self.visits.get(&visit).copied() else {
            return Err(Error::Internal("a session was recorded before it was planned".into()));
        };
        let known = if version == 0 { IfMatch::NONE } else { IfMatch::version(version) };
        let (app, scope) = (&self.stage.app, self.stage.scope);
        let stored = sessions::store(conn, &app.plans, scope, &Author::from(by), id, &write, &known, now)?;
        self.visits.insert(visit, (id, stored.row.version));
        Ok(())
    }

    fn answer(&mut self, conn: &mut DbConnection, answer: &Answer, received: Moment, now: Timestamp) -> Result<()> {
        let me = self.me.clone().ok_or_else(|| Error::Internal("nobody answers before joining".into()))?;
        let scope = self.scope()?;
        let answered = if answer.answered == received { now } else { self.instant(answer.answered) };
        let id = self.new_id(answered);
        let body = json!({
            "instrument": answer.instrument, "answers": answer.sheet, "completed_at": answered, "time_zone": self.stage.zone,
            "replaces": answer.corrects.and_then(|key| self.answers.get(&key)),
        });
        let submission: Submission = serde_json::from_value(body).map_err(|why| Error::Internal(Box::new(why)))?;
        let registry = &self.stage.app.instruments;
        let new = submission.validate(id, scope.patient(), &me, registry)?;
        responses::submit(conn, registry, scope, &new, &me.actor(), now)?;
        self.answers.insert(answer.key, id);
        self.watch(conn, scope, received)
    }

    /// Plans who looks after the alerts that have come up.
    fn watch(&mut self, conn: &mut DbConnection, scope: PatientScope, at: Moment) -> Result<()> {
        if self.history.unwatched_from.is_some_and(|from| from <= at) {
            return Ok(());
        }
        for mark in alerts::queries::marks(conn, scope)? {
            if mark.status != "open" || !self.watched.insert(mark.id) {
                continue;
            }
            let stays_unclosed = self.history.unclosed_from.is_some_and(|from| from <= at);
            let taken = if stays_unclosed { at.plus(22) } else { self.office_hours(at, &mark.level) };
            let by_provider = self.chance.happens(0.3);
            self.chores.push(Chore { at: taken, alert: mark.id, close: None, by_provider });
            if !stays_unclosed {
                let close = self.chance.pick(if mark.kind == SUICIDAL_IDEATION { &AFTER_ITEM_NINE } else { &AFTER_OTHERS });
                let closed = taken.plus(self.chance.between(15, 170));
                self.chores.push(Chore { at: closed, alert: mark.id, close: Some(close), by_provider });
            }
        }
        self.chores.sort_by_key(|chore| chore.at);
        Ok(())
    }

    /// When somebody takes up an alert: soon while the clinic is open, else on the next morning.
    fn office_hours(&mut self, at: Moment, level: &str) -> Moment {
        let wait = match level {
            "urgent" => self.chance.between(3, 22),
            "high" => self.chance.between(8, 75),
            _ => self.chance.between(30, 300),
        };
        let is_open = self.stage.calendar.is_workday(at.day) && (8 * 60..16 * 60 + 30).contains(&at.minute);
        if is_open {
            return at.plus(wait);
        }
        let next = if at.minute < 8 * 60 { at.day } else { at.day + 1 };
        Moment::at(self.stage.calendar.workday_from(next), 8, 0).plus(wait)
    }

    /// Does what was to be done by then.
    fn do_chores(&mut self, conn: &mut DbConnection, until: Moment) -> Result<()> {
        while self.chores.first().is_some_and(|chore| chore.at <= until) {
            let chore = self.chores.remove(0);
            let now = self.instant(chore.at);
            let stage = self.stage;
            let by = if chore.by_provider { &stage.staff.provider } else { &stage.staff.nurse };
            let done = match chore.close {
                None => alerts::acknowledge(conn, by, chore.alert, now),
                Some((outcome, words)) => alerts::resolve(conn, by, chore.alert, outcome, words, now),
            };
            match done {
                Ok(scope) => caseload::refresh(conn, &stage.app.instruments, scope, now)?,
                // Answers of a higher level had come in between, and it was taken up with those.
                Err(Error::AlreadyHandled(_)) => {}
                Err(why) => return Err(why),
            }
            if chore.close.is_some() {
                self.watched.remove(&chore.alert);
            }
        }
        Ok(())
    }
}

const AFTER_ITEM_NINE: [(Outcome, &str); 6] = [
    (
        Outcome::Spoke,
        "Called. Passing thoughts, no plan, no intent. Knows the numbers to call. Will be asked again at the next visit.",
    ),
    (Outcome::Assessed, "ASQ and full assessment by phone. Not acute. Partner is at home this week. Next contact tomorrow."),
    (
        Outcome::SafetyPlan,
        "Went through the safety plan together. Medicines are kept by the sister. Next session stays as planned.",
    ),
    (Outcome::Spoke, "Called back after 20 minutes. Thoughts are the same as for years and less strong. No change of plan."),
    (
        Outcome::CouldNotReach,
        "No answer twice, left a message. Reached the contact person, who is with the patient. Trying again at 16:00.",
    ),
    (Outcome::Assessed, "Seen on the day. Thoughts without intent. Agreed on a call every other day until the next session."),
];
const AFTER_OTHERS: [(Outcome, &str); 4] = [
    (Outcome::Spoke, "Called. Explained what to watch for, and noted it for the next visit."),
    (Outcome::NoActionNeeded, "Read and compared with last month. No change."),
    (Outcome::Assessed, "Asked about it at the visit. To be looked at again in two weeks."),
    (Outcome::Spoke, "Rang back the same day. Question answered."),
];

/// The line that patient and provider agree on when the first series is over; on some measures they agree on none, and the
/// usual rule for a loss counts.
fn well_up_to(measure: &str) -> Option<AgreedLine> {
    let value = match measure {
        "phq-9.total" => 9,
        "pcl-5.total" => 32,
        "peg.total" => 5,
        _ => return None,
    };
    Some(AgreedLine { measure: measure.to_owned(), value: Points::from_int(value) })
}

/// Today's first patients are there already: the first one has a chair.
pub fn let_some_arrive(conn: &mut DbConnection, stage: &Stage, now: Timestamp) -> Result<()> {
    let day = |day| stage.calendar.instant(Moment::at(day, 0, 0), 0);
    let today = sessions::day::queries::on_day(conn, stage.scope, day(0), day(1))?;
    let to_come = today.into_iter().filter(|row| row.session.status == sessions::Status::Planned);
    for (row, chair) in to_come.zip([Some("2"), None]) {
        let change = PresenceChange { arrived_at: Some(Some(now)), chair: chair.map(|chair| Some(chair.to_owned())) };
        let author = Author::from(&stage.staff.coordinator);
        sessions::day::note_arrival(conn, stage.scope, &author, row.session.id, &change, now)?;
    }
    Ok(())
}

/// What the staff are called in the log of a filling: nobody of them is real.
pub fn invitee(member: cast::Staff, roles: Roles) -> Invitee {
    Invitee { email: address(member), name: member.name.to_owned(), roles, patient: None }
}

/// The e-mail of a member of staff.
pub fn address(member: cast::Staff) -> String {
    format!("{}@alder-row.example", member.mailbox)
}
