//! Plans: what is asked of a patient, and when.
//!
//! A course that follows a plan of `protocols/` has assignments: `anchors` works out from the course and its sessions what
//! there should be, `reconcile` brings what is stored up to it with every write that matters, and `standing` says how each
//! one stands now. A patient without such a course is asked from answer to answer (`schedule`).

mod anchors;
pub mod http;
pub mod plan;
mod plans;
#[cfg(test)]
mod properties;
pub mod queries;
mod reconcile;
mod schedule;
mod standing;

pub use anchors::{at_hour, gap_days, induction_length};
pub use plan::{PhaseKind, Plan};
pub use plans::Plans;
pub use reconcile::{close, reconcile, reconcile_all};
pub use schedule::{Answered, Every, Situation, State, Task, interval_days, is_for_home, missed, tasks};
pub use standing::{AssignmentState, Standing, standing};

use diesel::Queryable;
use jiff::tz::TimeZone;

use self::queries::PlanChangeRow;
use crate::audit::Actor;
use crate::auth::scope::PatientScope;
use crate::courses::Course;
use crate::courses::queries::CourseRow;
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::Result;

/// How far back answers are looked for, in days: twice the longest interval of the plan.
pub const LOOK_BACK_DAYS: i64 = 60;

/// A questionnaire that is asked of one patient, with its time.
#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
pub struct Assignment;

/// The plan that a course follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// Counts the changes; the first plan is 1.
    pub number: i32,
    /// Id and version; none where the course's word names no known plan.
    pub plan: Option<(String, String)>,
    /// Since when.
    pub since: Timestamp,
}

/// A change of the plan that a course follows; the first one is its choice.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct PlanChange {
    /// The course.
    pub course: Id<Course>,
    /// Counts the changes of the course; the first plan is 1.
    pub number: i32,
    /// The word before.
    pub from_protocol: Option<String>,
    /// The version before.
    pub from_version: Option<String>,
    /// What the plan before was called, in a few words.
    pub from_title: Option<String>,
    /// The word from then on.
    pub to_protocol: Option<String>,
    /// The version from then on.
    pub to_version: Option<String>,
    /// What it is called, in a few words.
    pub to_title: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The name of who changed it.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Timestamp,
}

impl PlanChange {
    /// The change in words, for a chart; `None` for the choice of the first plan.
    pub fn text(&self) -> Option<String> {
        let [from, to] = [&self.from_title, &self.to_title].map(|title| title.as_deref().unwrap_or("no plan"));
        (self.number > 1).then(|| format!("Plan changed from {from} to {to}"))
    }
}

/// The plan that a course follows now, where its word names a known one.
pub fn plan_of<'a>(
    conn: &mut DbConnection,
    plans: &'a Plans,
    patient: PatientScope,
    course: Id<Course>,
) -> Result<Option<&'a Plan>> {
    let followed = queries::followed(conn, patient, course)?;
    Ok(followed.and_then(|followed| followed.plan).and_then(|(id, version)| plans.version(&id, &version)).map(|plan| &**plan))
}

/// Notes which plan a course follows from now on, where its word has changed from `former`. The version is kept with it.
pub fn follow(
    conn: &mut DbConnection,
    plans: &Plans,
    patient: PatientScope,
    course: &CourseRow,
    former: Option<&str>,
    (actor, reason): (&Actor, Option<&str>),
    now: Timestamp,
) -> Result<()> {
    let word = course.protocol.as_deref();
    let before = queries::followed(conn, patient, course.id)?;
    let to = word.and_then(|word| plans.current(word));
    if word == former || (before.is_none() && to.is_none()) {
        return Ok(());
    }
    let from = before.as_ref().and_then(|before| before.plan.as_ref());
    let from_title = from.and_then(|(id, version)| plans.version(id, version)).map(|plan| plan.short_title.clone());
    let number = before.as_ref().map_or(1, |before| before.number + 1);
    let change = PlanChangeRow {
        course_id: course.id,
        number,
        clinic_id: patient.clinic(),
        patient_id: patient.patient(),
        from_protocol: former.map(str::to_owned),
        from_version: from.map(|(_, version)| version.clone()),
        from_title: from_title.or_else(|| former.map(str::to_owned)),
        to_protocol: word.map(str::to_owned),
        to_version: to.map(|plan| plan.version.clone()),
        to_title: to.map(|plan| plan.short_title.clone()).or_else(|| word.map(str::to_owned)),
        reason: reason.map(str::to_owned),
        changed_by: actor.user,
        changed_at: now,
    };
    queries::insert_change(conn, &change)
}

/// From which day two assignments of the questionnaire in a row have lapsed unanswered since the last answer; the day may
/// lie ahead. `None` where fewer than two are asked.
pub fn missed_from(
    conn: &mut DbConnection,
    patient: PatientScope,
    course: Id<Course>,
    instrument: &str,
    last_answered: Option<LocalDate>,
    zone: &TimeZone,
) -> Result<Option<LocalDate>> {
    let after = last_answered.map_or(Timestamp::EPOCH, |day| day.plus_days(1).start_in(zone));
    let rows = queries::unanswered(conn, patient, course, instrument, after)?;
    let is_asked = |row: &queries::AssignmentRow| {
        let holds = row.min_interval_days.zip(last_answered).map(|(days, last)| last.plus_days(i64::from(days)).start_in(zone));
        holds.is_none_or(|until| until < row.closes_at)
    };
    Ok(rows.iter().filter(|row| is_asked(row)).nth(1).map(|row| row.closes_at.local_date(zone)))
}
