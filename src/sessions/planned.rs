//! The sessions that a plan makes: booked ahead, moved with the plan, and left alone once anybody has touched them.

use super::Status;
use super::queries::{self, SessionRow};
use super::record::{Conduct, Record};
use crate::audit::{self, Action, Actor, Event};
use crate::auth::scope::PatientScope;
use crate::courses::queries::CourseRow;
use crate::courses::{self, Course};
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Result};
use crate::instruments::Points;
use crate::protocols::{self, PhaseKind, Plan};
use crate::{journal, patients};

/// The hour at which a plan books a session, where the patient is: the front desk moves it.
const HOUR: i8 = 10;

/// The days of the sessions that a plan still has to book.
///
/// `held` are the days of those that took place or that people booked, in order. Nothing is booked before tomorrow or on a
/// weekend.
pub fn days_to_book(
    plan: &Plan,
    planned_sessions: Option<i32>,
    started_on: LocalDate,
    held: &[LocalDate],
    today: LocalDate,
) -> Vec<LocalDate> {
    let later = plan.phases.iter().filter(|phase| phase.kind == PhaseKind::Maintenance).filter_map(|phase| phase.sessions);
    let later: usize = later.filter_map(|count| usize::try_from(count).ok()).sum();
    let whole = protocols::induction_length(plan, planned_sessions) + later;
    let mut last = held.last().copied();
    (held.len()..whole)
        .map(|index| {
            let usual = last.map_or(started_on, |last| last.plus_days(protocols::gap_days(plan, index, planned_sessions).max(1)));
            let day = on_weekday(usual.max(today.plus_days(1)));
            last = Some(day);
            day
        })
        .collect()
}

fn on_weekday(day: LocalDate) -> LocalDate {
    match day.civil().weekday() {
        jiff::civil::Weekday::Saturday => day.plus_days(2),
        jiff::civil::Weekday::Sunday => day.plus_days(1),
        _ => day,
    }
}

/// Books what a course's plan asks for, and takes back what it no longer does. The patient is locked.
pub fn arrange(
    conn: &mut DbConnection,
    patient: PatientScope,
    actor: &Actor,
    course: &CourseRow,
    plan: Option<&Plan>,
    now: Timestamp,
) -> Result<()> {
    let zone = patients::zone(conn, patient)?;
    let of_course: Vec<SessionRow> =
        queries::list(conn, patient)?.into_iter().filter(|row| row.course_id == Some(course.id)).collect();
    let booked = queries::booked_by_plan(conn, patient, course.id)?;
    let by_people: Vec<_> = of_course.into_iter().filter(|row| !booked.iter().any(|booked| booked.id == row.id)).collect();
    let held: Vec<LocalDate> = by_people
        .iter()
        .filter(|row| matches!(row.status, Status::Completed | Status::Planned))
        .map(|row| row.at.local_date(&zone))
        .collect();
    let is_under_way = matches!(course.status, courses::Status::Planned | courses::Status::Active);
    let days = match plan.filter(|_| is_under_way) {
        Some(plan) => days_to_book(plan, course.planned_sessions, course.started_on, &held, now.local_date(&zone)),
        None => Vec::new(),
    };
    let last_number =
        by_people.iter().filter(|row| row.status != Status::Cancelled).map(|row| row.number).max().unwrap_or_default();
    let mut booked = booked.into_iter();
    for (number, day) in (last_number + 1..).zip(days) {
        let at = protocols::at_hour(day, HOUR, &zone);
        let record = record_of(patient, course, plan, number, at);
        match booked.next() {
            Some(row) => rebook(conn, patient, actor, row, &record, now)?,
            None => book(conn, patient, actor, course.id, &record, now)?,
        }
    }
    booked.try_for_each(|row| withdraw(conn, patient, actor, row, now))
}

fn record_of(patient: PatientScope, course: &CourseRow, plan: Option<&Plan>, number: i32, at: Timestamp) -> Record {
    Record {
        patient_id: patient.patient(),
        course_id: Some(course.id),
        number,
        status: Status::Planned,
        scheduled_at: Some(at),
        started_at: None,
        ended_at: None,
        route: plan.map(|plan| plan.route),
        medicine: plan.map_or(super::Medicine::Ketamine, |plan| plan.medicine),
        dose_mg: None::<Points>,
        weight_kg: None,
        weight_measured_on: None,
        infusion_minutes: None,
        vitals: Vec::new(),
        effects: Vec::new(),
        dissociation: None,
        checklist: super::record::Marks::new(),
        discharge: super::record::Marks::new(),
        note: None,
        shared_note: None,
        conduct: Conduct::default(),
    }
}

fn book(
    conn: &mut DbConnection,
    patient: PatientScope,
    actor: &Actor,
    course: Id<Course>,
    record: &Record,
    now: Timestamp,
) -> Result<()> {
    let by = actor.user.ok_or_else(|| Error::Internal("a plan is chosen by a person".into()))?;
    let at = record.at().unwrap_or(now);
    let zone = patients::zone(conn, patient)?;
    let row = SessionRow::bare(patient, Id::new(now), record, (at, at.local_date(&zone)), by, now);
    queries::insert(conn, &row)?;
    queries::insert_booking(conn, patient, course, row.id)?;
    let event = Event::of(Action::SessionRecorded, "session", row.id.uuid()).about(patient.patient());
    audit::record(conn, Some(patient.clinic()), actor, &event, now)
}

fn rebook(
    conn: &mut DbConnection,
    patient: PatientScope,
    actor: &Actor,
    row: SessionRow,
    record: &Record,
    now: Timestamp,
) -> Result<()> {
    let digest = record.digest();
    if row.digest == digest {
        return Ok(());
    }
    let zone = patients::zone(conn, patient)?;
    let at = record.at().unwrap_or(row.at);
    let (version, updated_by) = (row.version + 1, actor.user.unwrap_or(row.updated_by));
    let row =
        SessionRow { at, local_date: at.local_date(&zone), digest, version, updated_at: now, updated_by, ..row.with(record) };
    queries::update(conn, patient, &row)
}

/// Takes back a session that a plan booked: away, where nothing hangs on it, else called off.
fn withdraw(conn: &mut DbConnection, patient: PatientScope, actor: &Actor, row: SessionRow, now: Timestamp) -> Result<()> {
    protocols::queries::remove_of_session(conn, patient, row.id)?;
    let is_named = protocols::queries::hangs_on(conn, patient, row.id)?
        || super::day::queries::find_arrival(conn, patient.clinic_scope(), row.id)?.is_some();
    if !is_named {
        journal::queries::leave_session(conn, patient, row.id)?;
        return queries::remove_booked(conn, patient, row.id);
    }
    let record = Record { status: Status::Cancelled, ..Record::of(&row) };
    let (version, updated_by) = (row.version + 1, actor.user.unwrap_or(row.updated_by));
    let called_off = SessionRow { digest: record.digest(), version, updated_at: now, updated_by, ..row.with(&record) };
    queries::update(conn, patient, &called_off)?;
    queries::remove_booking(conn, patient, called_off.id)?;
    let event = Event::of(Action::SessionChanged, "session", called_off.id.uuid()).about(patient.patient());
    audit::record(conn, Some(patient.clinic()), actor, &event, now)
}

/// Takes back the session that a plan booked under the number of one that a person has now written down.
pub fn give_way(conn: &mut DbConnection, patient: PatientScope, actor: &Actor, to: &SessionRow, now: Timestamp) -> Result<()> {
    let Some(course) = to.course_id else { return Ok(()) };
    queries::booked_by_plan(conn, patient, course)?
        .into_iter()
        .filter(|row| row.number == to.number && row.id != to.id)
        .try_for_each(|row| withdraw(conn, patient, actor, row, now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruments::Registry;
    use crate::protocols::Plans;

    fn day(text: &str) -> LocalDate {
        text.parse().unwrap()
    }

    fn booked(plan: &str, planned: Option<i32>, held: &[&str]) -> Vec<String> {
        let plans = Plans::load_builtin(Registry::load_builtin().unwrap()).unwrap();
        let held: Vec<_> = held.iter().map(|text| day(text)).collect();
        let days = days_to_book(plans.current(plan).unwrap(), planned, day("2026-11-23"), &held, day("2026-11-20"));
        days.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn six_infusions_lie_on_weekdays_of_two_to_three_weeks() {
        let days = booked("iv-induction-6", None, &[]);
        assert_eq!(days, ["2026-11-23", "2026-11-26", "2026-11-30", "2026-12-03", "2026-12-07", "2026-12-10"]);
    }

    #[test]
    fn what_took_place_is_not_booked_again() {
        assert_eq!(booked("iv-induction-6", Some(4), &["2026-11-16", "2026-11-19"]), ["2026-11-23", "2026-11-26"]);
        assert!(booked("iv-induction-6", Some(2), &["2026-11-16", "2026-11-19"]).is_empty());
    }

    #[test]
    fn esketamine_goes_on_weekly_for_four_weeks() {
        let days = booked("esketamine", None, &[]);
        assert_eq!(days.len(), 12);
        assert_eq!(days[7..], ["2026-12-17", "2026-12-24", "2026-12-31", "2027-01-07", "2027-01-14"]);
    }
}
