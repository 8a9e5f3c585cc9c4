//! Dosing sessions: what was given, how it was borne, and when the patient went home.

pub mod day;
pub mod http;
pub mod limits;
pub mod planned;
pub mod queries;
pub mod record;
pub mod request;

use jiff::tz::TimeZone;

use self::queries::SessionRow;
use self::record::{Former, GateOverride, Mark, Record, WhoBody};
use self::request::Write;
use crate::audit::{self, Action, Actor, Event};
use crate::auth::guards::SignedIn;
use crate::auth::roles::Roles;
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::courses::{self, Course};
use crate::db::{DbConnection, Id, Timestamp, words};
use crate::error::{Error, Result};
use crate::patients::{self, caseload};
use crate::people::{self, User};
use crate::protocols::{self, Plans};
use crate::web::IfMatch;

/// A dosing session.
#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
pub struct Session;

words! {
    /// Whether a session took place.
    #[schema(as = SessionStatus)]
    pub enum Status {
        /// To come, or under way.
        Planned = "planned",
        /// It took place.
        Completed = "completed",
        /// The patient did not come.
        Missed = "missed",
        /// Called off.
        Cancelled = "cancelled",
    }
}

words! {
    /// The way a medicine is given.
    pub enum Route {
        /// Into a vein.
        Iv = "iv",
        /// Into a muscle.
        Im = "im",
        /// Under the skin.
        Sc = "sc",
        /// Into the nose.
        In = "in",
        /// Under the tongue.
        Sl = "sl",
        /// Swallowed.
        Po = "po",
    }
}

words! {
    /// What is given. Milligrams of one are never added to those of another.
    pub enum Medicine {
        /// Racemic ketamine.
        Ketamine = "ketamine",
        /// Esketamine.
        Esketamine = "esketamine",
        /// Something else.
        Other = "other",
    }
}

words! {
    /// The part of a treatment that a session belongs to.
    #[schema(as = SessionPhase)]
    pub enum Phase {
        /// The first series.
        Induction = "induction",
        /// After it, at longer intervals.
        Maintenance = "maintenance",
        /// One more between, because symptoms came back.
        Booster = "booster",
        /// One alone.
        Single = "single",
    }
}

words! {
    /// The part of a session that a reading belongs to.
    pub enum VitalsPhase {
        /// Before dosing.
        Before = "before",
        /// While it lasts.
        During = "during",
        /// At its end.
        End = "end",
        /// After it.
        After = "after",
        /// On going home.
        Discharge = "discharge",
    }
}

words! {
    /// How bad an effect was.
    pub enum Severity {
        /// Noticed.
        Mild = "mild",
        /// Troublesome.
        Moderate = "moderate",
        /// Hard to bear, or in need of treatment.
        Severe = "severe",
    }
}

words! {
    /// The vocabulary of effects. Source: CLINICAL.md 6. Dissociation is no aim of dosing and no proof of benefit.
    #[schema(as = EffectWord)]
    #[expect(missing_docs, reason = "each is its own word")]
    pub enum Effect {
        Dissociation = "dissociation",
        Derealisation = "derealisation",
        PerceptualChange = "perceptual-change",
        Hallucination = "hallucination",
        AnxietyOrPanic = "anxiety-or-panic",
        Agitation = "agitation",
        Sedation = "sedation",
        Confusion = "confusion",
        MemoryGap = "memory-gap",
        Dizziness = "dizziness",
        Nausea = "nausea",
        Vomiting = "vomiting",
        Headache = "headache",
        BlurredVision = "blurred-vision",
        Nystagmus = "nystagmus",
        Palpitations = "palpitations",
        RaisedBloodPressure = "raised-blood-pressure",
        LowSaturation = "low-saturation",
        SlowBreathing = "slow-breathing",
        ChestPain = "chest-pain",
        Fainting = "fainting",
        Numbness = "numbness",
        Unsteadiness = "unsteadiness",
        StrongEmotion = "strong-emotion",
        ElationOrMania = "elation-or-mania",
        SuicidalThoughts = "suicidal-thoughts",
        UrinaryUrgencyOrPain = "urinary-urgency-or-pain",
        BloodInUrine = "blood-in-urine",
        AbdominalPain = "abdominal-pain",
        Rash = "rash",
        Laryngospasm = "laryngospasm",
        Seizure = "seizure",
        InjectionSite = "injection-site",
        BadTaste = "bad-taste",
        Other = "other",
    }
}

/// Who writes a session record.
#[derive(Debug, Clone, Copy)]
pub struct Author {
    /// The person.
    pub user: Id<User>,
    /// A provider writes the whole record, a coordinator only when it is to take place.
    pub roles: Roles,
    /// The person as the audit log names it.
    pub actor: Actor,
}

impl From<&SignedIn> for Author {
    fn from(who: &SignedIn) -> Self {
        Self { user: who.user, roles: who.roles, actor: who.actor() }
    }
}

/// What came of writing a session.
#[derive(Debug)]
pub struct Stored {
    /// The session as it is now.
    pub row: SessionRow,
    /// Whether it was not there before.
    pub is_new: bool,
}

/// Stores a session under the id that the client made, or changes the one that is there.
///
/// The same record again has no second effect, whatever ETag comes with it. Another record needs the ETag last read.
#[expect(clippy::too_many_arguments, reason = "each is a part of the request, and none belongs to another")]
pub fn store(
    conn: &mut DbConnection,
    plans: &Plans,
    scope: ClinicScope,
    author: &Author,
    id: Id<Session>,
    write: &Write,
    known: &IfMatch,
    now: Timestamp,
) -> Result<Stored> {
    let patient = patients::require(conn, scope, write.record.patient_id)?;
    let held = patients::lock(conn, patient)?;
    let desk = Desk { patient, author, zone: TimeZone::get(&held.time_zone).unwrap_or(TimeZone::UTC), now };
    if let Some(row) = queries::find(conn, scope, id)? {
        return desk.change(conn, plans, row, write, known);
    }
    if known.is_given() {
        return Err(Error::NotFound("the session"));
    }
    let row = desk.first_row(conn, id, write)?;
    let passed = desk.pass_gate(conn, plans, None, &Record::of(&row), write)?;
    if !queries::insert(conn, &row)? {
        // Another request was quicker, or the id lies in another clinic and is not told apart from none.
        let row = queries::find(conn, scope, id)?.ok_or(Error::NotFound("the session"))?;
        return desk.change(conn, plans, row, write, known);
    }
    desk.note_override(conn, &row, passed)?;
    desk.note(conn, id, Action::SessionRecorded)?;
    if write.signs {
        desk.note(conn, id, Action::SessionSigned)?;
    }
    planned::give_way(conn, patient, &author.actor, &row, now)?;
    desk.follow_up(conn, plans, &[row.course_id])?;
    Ok(Stored { row, is_new: true })
}

/// Whose record is open, who writes in it, and when.
struct Desk<'a> {
    patient: PatientScope,
    author: &'a Author,
    zone: TimeZone,
    now: Timestamp,
}

impl Desk<'_> {
    /// Changes the session that is there, unless it says the same already.
    fn change(&self, conn: &mut DbConnection, plans: &Plans, row: SessionRow, write: &Write, known: &IfMatch) -> Result<Stored> {
        if row.patient_id != self.patient.patient() {
            return Err(Error::Conflict("this session is another patient's: make a new one under an id of its own"));
        }
        if !self.author.roles.is_provider() && (row.status == Status::Completed || row.signed_at.is_some()) {
            return Err(Error::Forbidden("only a provider changes the record of a session that took place"));
        }
        let former = Record::of(&row);
        let record = merge(&former, &write.record, self.author.roles);
        let digest = record.digest();
        let signs = write.signs && row.signed_at.is_none();
        if digest == row.digest && !signs {
            return Ok(Stored { row, is_new: false });
        }
        if !known.allows(row.version) {
            return Err(Error::Stale);
        }
        self.require_course(conn, &record)?;
        let passed = self.pass_gate(conn, plans, Some(&former), &record, write)?;
        let action = match (row.signed_at, &write.amendment_reason) {
            (Some(_), None) => return Err(Error::Conflict("this session is signed: say in amendment_reason why it is changed")),
            (Some(_), Some(reason)) => {
                let text = former_text(&row, &former);
                queries::insert_amendment(conn, self.patient, &row, &text, reason, self.author.user, self.now)?;
                Action::SessionAmended
            }
            (None, _) if signs => Action::SessionSigned,
            (None, _) => Action::SessionChanged,
        };
        let (at, former_course) = (record.at().unwrap_or(row.at), row.course_id);
        let signature = if signs { (Some(self.now), Some(self.author.user)) } else { (row.signed_at, row.signed_by) };
        let row = SessionRow {
            at,
            local_date: at.local_date(&self.zone),
            signed_at: signature.0,
            signed_by: signature.1,
            version: row.version + 1,
            digest,
            updated_at: self.now,
            updated_by: self.author.user,
            ..row.with(&record)
        };
        queries::update(conn, self.patient, &row)?;
        queries::remove_booking(conn, self.patient, row.id)?;
        self.note_override(conn, &row, passed)?;
        self.note(conn, row.id, action)?;
        self.follow_up(conn, plans, &[row.course_id, former_course.filter(|course| Some(*course) != row.course_id)])?;
        Ok(Stored { row, is_new: false })
    }

    /// What hangs on the session moves along: the sessions that the plan of its course has booked behind it, the
    /// assignments, and the patient's place in the caseload.
    fn follow_up(&self, conn: &mut DbConnection, plans: &Plans, courses: &[Option<Id<Course>>]) -> Result<()> {
        for id in courses.iter().flatten() {
            if let Some(course) = courses::queries::find(conn, self.patient.clinic_scope(), *id)? {
                if let Some(plan) = protocols::plan_of(conn, plans, self.patient, course.id)? {
                    planned::arrange(conn, self.patient, &self.author.actor, &course, Some(plan), self.now)?;
                }
                protocols::reconcile(conn, plans, self.patient, &course, self.now)?;
            }
        }
        caseload::refresh(conn, plans.instruments(), self.patient, self.now)
    }

    /// The row of a new session. Where it names no course it counts to the open one that was started last by then.
    fn first_row(&self, conn: &mut DbConnection, id: Id<Session>, write: &Write) -> Result<SessionRow> {
        let mut record = write.record.clone();
        let at = record.at().unwrap_or(self.now);
        let local_date = at.local_date(&self.zone);
        self.require_course(conn, &record)?;
        if record.course_id.is_none() {
            let courses = courses::queries::list(conn, self.patient)?;
            let current = courses.into_iter().find(|course| course.status.is_open() && course.started_on <= local_date);
            record.course_id = current.map(|course| course.id);
        }
        let bare = SessionRow::bare(self.patient, id, &record, (at, local_date), self.author.user, self.now);
        let signature = write.signs.then_some((self.now, self.author.user)).unzip();
        Ok(SessionRow { signed_at: signature.0, signed_by: signature.1, ..bare })
    }

    /// Lets the first dose of a course wait for what has to be there before it, or tells why it goes ahead.
    fn pass_gate(
        &self,
        conn: &mut DbConnection,
        plans: &Plans,
        former: Option<&Record>,
        record: &Record,
        write: &Write,
    ) -> Result<Option<GateOverride>> {
        let begins = |record: &Record| record.status == Status::Completed || record.started_at.is_some();
        let Some(course) = record.course_id.filter(|_| record.number == 1) else { return Ok(None) };
        if !begins(record) || former.is_some_and(begins) {
            return Ok(None);
        }
        let Some(course) = courses::queries::find(conn, self.patient.clinic_scope(), course)? else { return Ok(None) };
        let is_consent_ticked = record.checklist.get("consent_current") == Some(&Mark::Flag(true));
        let at = record.at().unwrap_or(self.now);
        let missing = courses::gate::missing(conn, plans, self.patient, &course, at, is_consent_ticked)?;
        if missing.is_empty() {
            return Ok(None);
        }
        let Some(reason) = write.overruled.clone() else { return Err(Error::Gate(missing)) };
        let name = people::queries::name_of(conn, self.patient.clinic_scope(), self.author.user)?;
        Ok(Some(GateOverride { missing, reason, by: WhoBody { id: self.author.user, name }, at: self.now }))
    }

    fn note_override(&self, conn: &mut DbConnection, row: &SessionRow, passed: Option<GateOverride>) -> Result<()> {
        let Some(passed) = passed else { return Ok(()) };
        queries::insert_override(conn, self.patient, row.id, &passed)?;
        self.note(conn, row.id, Action::GateOverridden)
    }

    fn require_course(&self, conn: &mut DbConnection, record: &Record) -> Result<()> {
        let Some(id) = record.course_id else { return Ok(()) };
        let course = courses::queries::find(conn, self.patient.clinic_scope(), id)?;
        if course.is_some_and(|course| course.patient_id == self.patient.patient()) {
            return Ok(());
        }
        Err(Error::invalid("/course_id", "must be a course of this patient"))
    }

    fn note(&self, conn: &mut DbConnection, id: Id<Session>, action: Action) -> Result<()> {
        let event = Event::of(action, "session", id.uuid()).about(self.patient.patient());
        audit::record(conn, Some(self.patient.clinic()), &self.author.actor, &event, self.now)
    }
}

/// What the record becomes: a provider's word counts whole, a coordinator's for the schedule alone.
fn merge(former: &Record, new: &Record, roles: Roles) -> Record {
    let course_id = new.course_id.or(former.course_id);
    if roles.is_provider() {
        return Record { course_id, ..new.clone() };
    }
    let (number, status, scheduled_at) = (new.number, new.status, new.scheduled_at);
    Record { course_id, number, status, scheduled_at, route: new.route.or(former.route), ..former.clone() }
}

fn former_text(row: &SessionRow, record: &Record) -> String {
    let SessionRow { id, signed_at, signed_by, updated_at, updated_by, .. } = row.clone();
    serde_json::to_string(&Former { id, record, signed_at, signed_by, updated_at, updated_by }).unwrap_or_default()
}
