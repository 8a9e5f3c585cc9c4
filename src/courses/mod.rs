//! Courses of treatment: what is treated, how many sessions are planned, and how far it has come.

pub mod http;
pub mod queries;

use self::queries::CourseRow;
use crate::audit::{self, Action, Actor, Event};
use crate::auth::scope::PatientScope;
use crate::db::{DbConnection, Id, LocalDate, Timestamp, words};
use crate::error::{Error, Result};
use crate::instruments::Registry;
use crate::patients::{self, caseload};

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
}

impl Draft {
    /// What a stored course says.
    pub fn of(row: &CourseRow) -> Self {
        let CourseRow { condition, protocol, planned_sessions, started_on, goal, status, .. } = row.clone();
        Self { condition, protocol, planned_sessions, started_on, goal, status }
    }
}

/// Opens a course.
pub fn open(
    conn: &mut DbConnection,
    registry: &Registry,
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
    let Draft { condition, protocol, planned_sessions, started_on, goal, status } = draft.clone();
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
    };
    queries::insert(conn, &row)?;
    let event = Event::of(Action::CourseMade, "course", row.id.uuid()).about(patient.patient());
    audit::record(conn, Some(patient.clinic()), actor, &event, now)?;
    caseload::refresh(conn, registry, patient, now)?;
    Ok(row)
}

/// Changes a course, unless it says the same already. The patient is locked.
pub fn change(
    conn: &mut DbConnection,
    registry: &Registry,
    patient: PatientScope,
    actor: &Actor,
    row: CourseRow,
    draft: Draft,
    now: Timestamp,
) -> Result<CourseRow> {
    if draft == Draft::of(&row) {
        return Ok(row);
    }
    let Draft { condition, protocol, planned_sessions, started_on, goal, status } = draft;
    let version = row.version + 1;
    let row = CourseRow { condition, protocol, planned_sessions, started_on, goal, status, version, updated_at: now, ..row };
    queries::update(conn, patient, &row)?;
    let event = Event::of(Action::CourseChanged, "course", row.id.uuid()).about(patient.patient());
    audit::record(conn, Some(patient.clinic()), actor, &event, now)?;
    caseload::refresh(conn, registry, patient, now)?;
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
    fn a_course_that_was_moved_on_or_ended_is_past_its_induction() {
        for status in [Status::Maintenance, Status::Completed, Status::Stopped] {
            assert_eq!(Phase::of(status.word(), 2, Some(6)), Phase::Maintenance);
        }
    }
}
