//! Courses of treatment: what is treated, how many sessions are planned, and how far it has come.

pub mod eligibility;
pub mod gate;
pub mod http;
pub mod queries;

use std::collections::BTreeMap;

use self::queries::{CourseRow, ReviewRow, SignatureRow};
use crate::audit::{self, Action, Actor, Event};
use crate::auth::scope::PatientScope;
use crate::db::{DbConnection, Id, LocalDate, Timestamp, words};
use crate::error::{Error, Result};
use crate::instruments::Points;
use crate::patients::{self, caseload};
use crate::people::User;
use crate::protocols::{self, Plans};
use crate::sessions::{self, planned};

/// A course of treatment.
#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
pub struct Course;

words! {
    /// What is treated.
    pub enum Condition {
        /// Major depressive disorder.
        Mdd = "mdd",
        /// Treatment-resistant depression.
        Trd = "trd",
        /// Generalised anxiety disorder.
        Gad = "gad",
        /// Post-traumatic stress disorder.
        Ptsd = "ptsd",
        /// Obsessive-compulsive disorder.
        Ocd = "ocd",
        /// Depression in bipolar disorder.
        BipolarDepression = "bipolar-depression",
        /// Chronic pain.
        ChronicPain = "chronic-pain",
        /// Suicidal ideation.
        SuicidalIdeation = "suicidal-ideation",
        /// Something else.
        Other = "other",
    }
}

words! {
    /// How a course stands.
    #[schema(as = CourseStatus)]
    pub enum Status {
        /// Not begun.
        Planned = "planned",
        /// Under way.
        Active = "active",
        /// The induction is done, sessions go on at longer intervals.
        Maintenance = "maintenance",
        /// Ended as planned.
        Completed = "completed",
        /// Ended before it was complete.
        Stopped = "stopped",
    }
}

impl Status {
    /// Whether sessions still belong to it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Planned | Self::Active | Self::Maintenance)
    }
}

/// A look at a course in the middle of it.
#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
pub struct Review;

words! {
    /// What a review decides.
    #[schema(as = ReviewDecision)]
    pub enum Decision {
        /// It goes on as planned.
        Continue = "continue",
        /// Something about it changes.
        Change = "change",
        /// It ends here.
        Stop = "stop",
    }
}

/// Whether a course of that many planned sessions should be looked at: half of its induction is done, and nobody has yet.
pub const fn is_review_due(
    status: Status,
    sessions_done: i32,
    planned_sessions: Option<i32>,
    reviewed_at_session: Option<i32>,
) -> bool {
    let planned = match planned_sessions {
        Some(count) => count,
        None => USUAL_INDUCTION_SESSIONS,
    };
    let half = (planned + 1) / 2;
    let is_reviewed = match reviewed_at_session {
        Some(done) => done >= half,
        None => false,
    };
    matches!(status, Status::Planned | Status::Active) && sessions_done >= half && !is_reviewed
}

/// Sessions of an induction where the course does not say how many are planned. Source: CLINICAL.md 3, six infusions.
pub const USUAL_INDUCTION_SESSIONS: i32 = 6;

/// Where a course stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The first series.
    Induction,
    /// After it.
    Maintenance,
}

impl Phase {
    /// The phase of a course with this status after so many completed sessions.
    pub fn of(status: &str, sessions_done: i32, planned_sessions: Option<i32>) -> Self {
        let is_begun = matches!(status, "planned" | "active");
        if is_begun && sessions_done < planned_sessions.unwrap_or(USUAL_INDUCTION_SESSIONS) {
            Self::Induction
        } else {
            Self::Maintenance
        }
    }
}

/// The line that patient and provider agreed on: treatment is to keep the measure on its good side.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreedLine {
    /// The measure.
    #[schema(example = "phq-9.total")]
    pub measure: String,
    /// The last value that still is well, in points.
    #[schema(value_type = f64, example = 9)]
    pub value: Points,
}

impl AgreedLine {
    /// The line as it is stored.
    pub fn of(measure: Option<&str>, thousandths: Option<i64>) -> Option<Self> {
        Some(Self { measure: measure?.to_owned(), value: Points::from_thousandths(thousandths?) })
    }
}

/// What people say about a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What is treated.
    pub condition: Condition,
    /// The plan that it follows.
    pub protocol: Option<String>,
    /// Sessions of the induction.
    pub planned_sessions: Option<i32>,
    /// Its first day where the patient is.
    pub started_on: LocalDate,
    /// What patient and provider want to reach.
    pub goal: Option<String>,
    /// How it stands.
    pub status: Status,
    /// Why it ended.
    pub ended_reason: Option<String>,
    /// The line that patient and provider agreed on.
    pub agreed_line: Option<AgreedLine>,
}

impl Draft {
    /// What a stored course says.
    pub fn of(row: &CourseRow) -> Self {
        let agreed_line = row.agreed_line();
        let CourseRow { condition, protocol, planned_sessions, started_on, goal, status, ended_reason, .. } = row.clone();
        Self { condition, protocol, planned_sessions, started_on, goal, status, ended_reason, agreed_line }
    }
}

/// A line as it is stored.
fn stored(line: Option<AgreedLine>) -> (Option<String>, Option<i64>) {
    line.map(|line| (line.measure, line.value.thousandths())).unzip()
}

/// Opens a course: where its word names a known plan, with the sessions and the assignments of that.
pub fn open(
    conn: &mut DbConnection,
    plans: &Plans,
    patient: PatientScope,
    actor: &Actor,
    draft: &Draft,
    now: Timestamp,
) -> Result<CourseRow> {
    patients::lock(conn, patient)?;
    let count = i64::try_from(queries::list(conn, patient)?.len()).unwrap_or(i64::MAX);
    if count >= queries::MOST_COURSES {
        return Err(Error::Conflict("a patient has 100 courses at the most"));
    }
    let Draft { condition, protocol, planned_sessions, started_on, goal, status, ended_reason, agreed_line } = draft.clone();
    let (agreed_measure, agreed_thousandths) = stored(agreed_line);
    let planned_sessions = planned_sessions.or_else(|| sessions_of(plans, protocol.as_deref()));
    let today = now.local_date(&patients::zone(conn, patient)?);
    let row = CourseRow {
        id: Id::new(now),
        clinic_id: patient.clinic(),
        patient_id: patient.patient(),
        condition,
        protocol,
        planned_sessions,
        started_on,
        goal,
        status,
        version: 1,
        created_at: now,
        updated_at: now,
        ended_on: (!status.is_open()).then_some(today),
        ended_reason,
        agreed_measure,
        agreed_thousandths,
    };
    queries::insert(conn, &row)?;
    let event = Event::of(Action::CourseMade, "course", row.id.uuid()).about(patient.patient());
    audit::record(conn, Some(patient.clinic()), actor, &event, now)?;
    follow_plan(conn, plans, patient, &row, None, (actor, None), now)?;
    caseload::refresh(conn, plans.instruments(), patient, now)?;
    Ok(row)
}

/// Sessions of the induction of the plan that a word names.
fn sessions_of(plans: &Plans, protocol: Option<&str>) -> Option<i32> {
    let plan = plans.current(protocol?)?;
    i32::try_from(plan.induction_sessions()).ok()
}

/// Brings a course's sessions and assignments to what its plan asks for.
fn follow_plan(
    conn: &mut DbConnection,
    plans: &Plans,
    patient: PatientScope,
    row: &CourseRow,
    former: Option<&CourseRow>,
    (actor, reason): (&Actor, Option<&str>),
    now: Timestamp,
) -> Result<()> {
    let former_word = former.and_then(|former| former.protocol.as_deref());
    protocols::follow(conn, plans, patient, row, former_word, (actor, reason), now)?;
    let is_same = |former: &CourseRow| {
        let facts = |row: &CourseRow| {
            (row.protocol.clone(), row.planned_sessions, row.started_on, row.status, row.condition, row.ended_on)
        };
        facts(former) == facts(row)
    };
    if former.is_some_and(is_same) || protocols::queries::followed(conn, patient, row.id)?.is_none() {
        return Ok(());
    }
    let plan = protocols::plan_of(conn, plans, patient, row.id)?;
    planned::arrange(conn, patient, actor, row, plan, now)?;
    protocols::reconcile(conn, plans, patient, row, now)
}

/// Changes a course, unless it says the same already; `reason` is why its plan changes. The patient is locked.
#[expect(clippy::too_many_arguments, reason = "each is a part of the request, and none belongs to another")]
pub fn change(
    conn: &mut DbConnection,
    plans: &Plans,
    patient: PatientScope,
    actor: &Actor,
    former: CourseRow,
    draft: Draft,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<CourseRow> {
    if draft == Draft::of(&former) {
        return Ok(former);
    }
    let Draft { condition, protocol, planned_sessions, started_on, goal, status, ended_reason, agreed_line } = draft;
    let (agreed_measure, agreed_thousandths) = stored(agreed_line);
    // Another plan brings its own number of sessions, where nobody had set another.
    let was_usual =
        former.planned_sessions == sessions_of(plans, former.protocol.as_deref()) || former.planned_sessions.is_none();
    let planned_sessions = match sessions_of(plans, protocol.as_deref()) {
        Some(count) if protocol != former.protocol && was_usual && planned_sessions == former.planned_sessions => Some(count),
        _ => planned_sessions,
    };
    let today = now.local_date(&patients::zone(conn, patient)?);
    let ended_on = if status.is_open() { None } else { former.ended_on.or(Some(today)) };
    let row = CourseRow {
        condition,
        protocol,
        planned_sessions,
        started_on,
        goal,
        status,
        version: former.version + 1,
        updated_at: now,
        ended_on,
        ended_reason: ended_reason.filter(|_| ended_on.is_some()),
        agreed_measure,
        agreed_thousandths,
        ..former.clone()
    };
    queries::update(conn, patient, &row)?;
    let event = Event::of(Action::CourseChanged, "course", row.id.uuid()).about(patient.patient());
    audit::record(conn, Some(patient.clinic()), actor, &event, now)?;
    follow_plan(conn, plans, patient, &row, Some(&former), (actor, reason), now)?;
    caseload::refresh(conn, plans.instruments(), patient, now)?;
    Ok(row)
}

/// Keeps a provider's signature under the eligibility checklist of a course. The same answers again are no new one.
/// The patient is locked.
pub fn sign(
    conn: &mut DbConnection,
    patient: PatientScope,
    (actor, by): (&Actor, Id<User>),
    course: &CourseRow,
    answers: &BTreeMap<String, bool>,
    note: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let answers = serde_json::to_string(answers).map_err(|why| Error::Internal(Box::new(why)))?;
    let former = queries::signature(conn, patient, course.id)?;
    let version = &eligibility::checklist().version;
    if former
        .as_ref()
        .is_some_and(|row| row.answers == answers && row.note.as_deref() == note && row.checklist_version == *version)
    {
        return Ok(());
    }
    let row = SignatureRow {
        course_id: course.id,
        number: former.map_or(1, |row| row.number + 1),
        clinic_id: patient.clinic(),
        patient_id: patient.patient(),
        checklist_version: version.clone(),
        answers,
        note: note.map(str::to_owned),
        signed_by: by,
        signed_at: now,
    };
    queries::insert_signature(conn, &row)?;
    let event = Event::of(Action::EligibilitySigned, "course", course.id.uuid()).about(patient.patient());
    audit::record(conn, Some(patient.clinic()), actor, &event, now)
}

/// Keeps what was decided on a course; a decision to stop ends it. The patient is locked.
#[expect(clippy::too_many_arguments, reason = "each is a part of the request, and none belongs to another")]
pub fn review(
    conn: &mut DbConnection,
    plans: &Plans,
    patient: PatientScope,
    (actor, by): (&Actor, Id<User>),
    course: CourseRow,
    decision: Decision,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<ReviewRow> {
    if !course.status.is_open() {
        return Err(Error::Conflict("this course has ended already"));
    }
    let done = sessions::queries::completed_by_course(conn, patient)?;
    let done = done.iter().find(|(id, _)| *id == Some(course.id)).map_or(0, |(_, count)| *count);
    let row = ReviewRow {
        id: Id::new(now),
        clinic_id: patient.clinic(),
        patient_id: patient.patient(),
        course_id: course.id,
        decision,
        reason: reason.map(str::to_owned),
        sessions_done: i32::try_from(done).unwrap_or(i32::MAX),
        reviewed_by: by,
        reviewed_at: now,
    };
    queries::insert_review(conn, &row)?;
    let event = Event::of(Action::CourseReviewed, "course", course.id.uuid()).about(patient.patient());
    audit::record(conn, Some(patient.clinic()), actor, &event, now)?;
    if decision == Decision::Stop {
        let ended = Draft { status: Status::Stopped, ended_reason: reason.map(str::to_owned), ..Draft::of(&course) };
        change(conn, plans, patient, actor, course, ended, None, now)?;
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_is_in_induction_until_its_planned_sessions_are_done() {
        assert_eq!(Phase::of("active", 3, Some(4)), Phase::Induction);
        assert_eq!(Phase::of("active", 4, Some(4)), Phase::Maintenance);
        assert_eq!(Phase::of("planned", 5, None), Phase::Induction);
        assert_eq!(Phase::of("active", 6, None), Phase::Maintenance);
    }

    #[test]
    fn a_course_is_looked_at_once_half_of_its_induction_is_done() {
        let due = |status, done, planned, reviewed| is_review_due(status, done, planned, reviewed);
        assert!(!due(Status::Active, 2, Some(6), None) && due(Status::Active, 3, Some(6), None));
        assert!(due(Status::Active, 3, None, Some(1)) && !due(Status::Active, 5, None, Some(3)));
        assert!(!due(Status::Active, 2, Some(5), None) && due(Status::Active, 3, Some(5), None));
        assert!(!due(Status::Stopped, 4, Some(6), None) && !due(Status::Maintenance, 9, Some(6), None));
    }

    #[test]
    fn a_course_that_was_moved_on_or_ended_is_past_its_induction() {
        for status in [Status::Maintenance, Status::Completed, Status::Stopped] {
            assert_eq!(Phase::of(status.word(), 2, Some(6)), Phase::Maintenance);
        }
    }
}
