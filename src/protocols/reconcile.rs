//! Keeps a course's assignments what its plan asks for: the difference between what is stored and what should be.

use std::collections::{HashMap, HashSet};

use jiff::tz::TimeZone;

use super::anchors::{CourseFacts, Visit, Wanted, wants};
use super::plans::Plans;
use super::queries::{self, AssignmentRow};
use super::{Assignment, Followed};
use crate::auth::scope::PatientScope;
use crate::courses::queries::{self as course_queries, CourseRow};
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::Result;
use crate::patients;
use crate::responses::{Response, ResponseRow};
use crate::sessions::queries as session_queries;

/// What has to change so that what is stored is what is wanted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// To be made.
    pub missing: Vec<Wanted>,
    /// To be moved.
    pub moved: Vec<(Id<Assignment>, Wanted)>,
    /// To be taken away.
    pub surplus: Vec<Id<Assignment>>,
}

/// Whether an assignment stays as it is whatever the plan says: it was answered or skipped, or had closed before the plan began.
fn is_kept(row: &AssignmentRow, since: Timestamp) -> bool {
    row.response_id.is_some() || row.skipped_at.is_some() || row.closes_at <= since
}

/// The difference between what is stored of a course and what its plan, followed since then, asks for.
pub fn difference(stored: &[AssignmentRow], wanted: Vec<Wanted>, since: Timestamp) -> Difference {
    let known: HashMap<&str, &AssignmentRow> = stored.iter().map(|row| (row.key.as_str(), row)).collect();
    let mut difference = Difference::default();
    let mut asked = HashSet::new();
    for wanted in wanted {
        asked.insert(wanted.key.clone());
        match known.get(wanted.key.as_str()) {
            None => difference.missing.push(wanted),
            Some(row) if is_kept(row, since) || row.says(&wanted) => {}
            Some(row) => difference.moved.push((row.id, wanted)),
        }
    }
    let surplus = stored.iter().filter(|row| !is_kept(row, since) && !asked.contains(&row.key));
    difference.surplus = surplus.map(|row| row.id).collect();
    difference
}

/// Brings the assignments of a course up to date. The patient is locked.
pub fn reconcile(
    conn: &mut DbConnection,
    plans: &Plans,
    patient: PatientScope,
    course: &CourseRow,
    now: Timestamp,
) -> Result<()> {
    let Some(followed) = queries::followed(conn, patient, course.id)? else { return Ok(()) };
    let wanted = wanted(conn, plans, patient, course, &followed)?;
    let stored = queries::of_course(conn, patient, course.id)?;
    let Difference { missing, moved, surplus } = difference(&stored, wanted, followed.since);
    queries::remove(conn, patient, &surplus)?;
    for (id, wanted) in &moved {
        queries::reschedule(conn, patient, *id, wanted)?;
    }
    for wanted in &missing {
        queries::insert(conn, &AssignmentRow::new(patient, Some(course.id), wanted, now))?;
    }
    Ok(())
}

/// The same for all of a patient's courses: where the patient is, or what it is treated for, has changed.
pub fn reconcile_all(conn: &mut DbConnection, plans: &Plans, patient: PatientScope, now: Timestamp) -> Result<()> {
    course_queries::list(conn, patient)?.iter().try_for_each(|course| reconcile(conn, plans, patient, course, now))
}

fn wanted(
    conn: &mut DbConnection,
    plans: &Plans,
    patient: PatientScope,
    course: &CourseRow,
    followed: &Followed,
) -> Result<Vec<Wanted>> {
    let Some(plan) = followed.plan.as_ref().and_then(|(id, version)| plans.version(id, version)) else { return Ok(Vec::new()) };
    let record = patients::queries::find(conn, patient)?;
    let zone = TimeZone::get(&record.time_zone).unwrap_or(TimeZone::UTC);
    let facts = CourseFacts {
        conditions: course.conditions(&record),
        primary_instrument: record.primary_instrument().to_owned(),
        planned_sessions: course.planned_sessions,
        started_on: course.started_on,
        status: course.status,
        ended_on: course.ended_on,
        since: followed.since,
    };
    let visits: Vec<Visit> = session_queries::marks(conn, patient)?
        .iter()
        .filter(|mark| mark.course_id == Some(course.id))
        .map(|mark| Visit { id: mark.id, at: mark.at, is_completed: mark.status == "completed" })
        .collect();
    let mut wanted = wants(plan, &facts, &visits, &zone);
    // A questionnaire that no file names any more cannot be asked.
    wanted.retain(|wanted| plans.instruments().current(&wanted.instrument).is_some());
    for wanted in &mut wanted {
        let usual = plans.instruments().current(&wanted.instrument).and_then(|instrument| instrument.min_interval_days);
        wanted.min_interval_days = wanted.min_interval_days.or(usual.and_then(|days| i32::try_from(days).ok()));
    }
    Ok(wanted)
}

/// The assignment that an answer closes: the one due first among those whose window holds the moment of the answer.
pub fn closed_by<'a>(stored: &'a [AssignmentRow], instrument: &str, placed_at: Timestamp) -> Option<&'a AssignmentRow> {
    stored
        .iter()
        .filter(|row| row.instrument == instrument && row.response_id.is_none() && row.skipped_at.is_none())
        .filter(|row| row.opens_at <= placed_at && placed_at < row.closes_at)
        .min_by_key(|row| (row.due_at, row.id))
}

/// Closes the assignment that a new answer was given for, and says which; a correction takes over what the corrected answer
/// had closed.
pub fn close(
    conn: &mut DbConnection,
    patient: PatientScope,
    row: &ResponseRow,
    corrected: Option<Id<Response>>,
) -> Result<Option<Id<Assignment>>> {
    if let Some(corrected) = corrected
        && let Some(taken_over) = queries::hand_over(conn, patient, corrected, row.id)?
    {
        return Ok(Some(taken_over));
    }
    let open = queries::around(conn, patient, &row.instrument, row.placed_at)?;
    let closed = closed_by(&open, &row.instrument, row.placed_at).map(|assignment| assignment.id);
    if let Some(id) = closed {
        queries::complete(conn, patient, id, row.id)?;
    }
    Ok(closed)
}
