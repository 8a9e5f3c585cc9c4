//! The sessions that a plan makes: booked ahead, moved with the plan, and left alone once anybody has touched them.

use super::Status;
use std::collections::BTreeMap;

use super::queries::{self, SessionRow};
use super::record::{Conduct, Record};
use crate::audit::{self, Action, Actor, Event};
use crate::auth::scope::PatientScope;
use crate::courses;
use crate::courses::queries::CourseRow;
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Result};
use crate::instruments::Points;
use crate::protocols::{self, PhaseKind, Plan};
use crate::{journal, patients};

/// The hour at which a plan books a session, where the patient is: the front desk moves it.
const HOUR: i8 = 10;

/// A session that stays where it is: a person has booked or recorded it, or its day has come.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// Its number in the course.
    pub number: i32,
    /// Its day where the patient is.
    pub day: LocalDate,
    /// Whether it took place or is to, or was missed or called off.
    pub status: Status,
}

/// The sessions that a plan still has to book, by number.
///
/// Each lies the plan's days behind the one with the number before; what was missed or called off is made up for at the end.
/// Nothing is booked before tomorrow or on a weekend.
pub fn to_book(
    plan: &Plan,
    planned_sessions: Option<i32>,
    started_on: LocalDate,
    held: &[Held],
    today: LocalDate,
) -> Vec<(i32, LocalDate)> {
    let later = plan.phases.iter().filter(|phase| phase.kind == PhaseKind::Maintenance).filter_map(|phase| phase.sessions);
    let later: usize = later.filter_map(|count| usize::try_from(count).ok()).sum();
    let whole = protocols::induction_length(plan, planned_sessions) + later;
    let counts = |status| matches!(status, Status::Completed | Status::Planned);
    let mut known: BTreeMap<i32, (LocalDate, bool)> =
        held.iter().map(|held| (held.number, (held.day, counts(held.status)))).collect();
    let done = held.iter().filter(|held| held.status == Status::Completed).map(|held| held.number).max().unwrap_or_default();
    let missing = whole.saturating_sub(held.iter().filter(|held| counts(held.status)).count());
    let mut booked = Vec::new();
    for number in done + 1.. {
        if booked.len() == missing {
            break;
        }
        if known.contains_key(&number) {
            continue;
        }
        let before = || known.range(..number);
        let index = before().filter(|(_, (_, counts))| *counts).count().max(1);
        let gap = protocols::gap_days(plan, index, planned_sessions).max(1);
        let usual = before().next_back().map_or(started_on, |(_, (day, _))| day.plus_days(gap));
        let day = on_weekday(usual.max(today.plus_days(1)));
        known.insert(number, (day, true));
        booked.push((number, day));
    }
    booked
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
    let today = now.local_date(&zone);
    let mut booked = queries::booked_by_plan(conn, patient, course.id)?;
    // Who is expected today, or was, is not put off by another entry; where the course has ended, nobody comes any more.
    booked.retain(|row| !course.status.is_open() || row.at.local_date(&zone) > today);
    let stays = |row: &&SessionRow| !booked.iter().any(|booked| booked.id == row.id);
    let held = of_course.iter().filter(stays);
    let held: Vec<Held> =
        held.map(|row| Held { number: row.number, day: row.at.local_date(&zone), status: row.status }).collect();
    let goes_on = |plan: &&Plan| match course.status {
        courses::Status::Planned | courses::Status::Active => true,
        courses::Status::Maintenance => {
            let done = held.iter().filter(|held| held.status == Status::Completed).count();
            done >= protocols::induction_length(plan, course.planned_sessions)
        }
        courses::Status::Completed | courses::Status::Stopped => false,
    };
    let mut booked = booked.into_iter();
    if let Some(plan) = plan.filter(goes_on) {
        for (number, day) in to_book(plan, course.planned_sessions, course.started_on, &held, today) {
            let at = protocols::at_hour(day, HOUR, &zone);
            let record = record_of(patient, course, plan, number, at);
            match booked.next() {
                Some(row) => rebook(conn, patient, actor, row, &record, (at, day), now)?,
                None => book(conn, patient, actor, &record, (at, day), now)?,
            }
        }
    }
    booked.try_for_each(|row| withdraw(conn, patient, actor, row, now))
}

fn record_of(patient: PatientScope, course: &CourseRow, plan: &Plan, number: i32, at: Timestamp) -> Record {
    Record {
        patient_id: patient.patient(),
        course_id: Some(course.id),
        number,
        status: Status::Planned,
        scheduled_at: Some(at),
        started_at: None,
        ended_at: None,
        route: Some(plan.route),
        medicine: plan.medicine,
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
    record: &Record,
    when: (Timestamp, LocalDate),
    now: Timestamp,
) -> Result<()> {
    let by = actor.user.ok_or_else(|| Error::Internal("a plan is chosen by a person".into()))?;
    let row = SessionRow::bare(patient, Id::new(now), record, when, by, now);
    queries::insert(conn, &row)?;
    if let Some(course) = row.course_id {
        queries::insert_booking(conn, patient, course, row.id)?;
    }
    let event = Event::of(Action::SessionRecorded, "session", row.id.uuid()).about(patient.patient());
    audit::record(conn, Some(patient.clinic()), actor, &event, now)
}

fn rebook(
    conn: &mut DbConnection,
    patient: PatientScope,
    actor: &Actor,
    row: SessionRow,
    record: &Record,
    (at, local_date): (Timestamp, LocalDate),
    now: Timestamp,
) -> Result<()> {
    let digest = record.digest();
    if row.digest == digest {
        return Ok(());
    }
    let (version, updated_by) = (row.version + 1, actor.user.unwrap_or(row.updated_by));
    let row = SessionRow { at, local_date, digest, version, updated_at: now, updated_by, ..row.with(record) };
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
    let booked = queries::booked_by_plan(conn, patient, course)?;
    for row in booked.into_iter().filter(|row| row.number == to.number && row.id != to.id) {
        protocols::queries::hand_on(conn, patient, row.id, to.id)?;
        withdraw(conn, patient, actor, row, now)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruments::Registry;
    use crate::protocols::Plans;

    fn day(text: &str) -> LocalDate {
        text.parse().unwrap()
    }

    fn booked(plan: &str, planned: Option<i32>, held: &[(i32, &str, Status)]) -> Vec<String> {
        let plans = Plans::load_builtin(Registry::load_builtin().unwrap()).unwrap();
        let held: Vec<_> =
            held.iter().map(|(number, text, status)| Held { number: *number, day: day(text), status: *status }).collect();
        let booked = to_book(plans.current(plan).unwrap(), planned, day("2026-11-23"), &held, day("2026-11-20"));
        booked.iter().map(|(number, day)| format!("{number} {day}")).collect()
    }

    #[test]
    fn six_infusions_lie_on_weekdays_of_two_to_three_weeks() {
        let days = booked("iv-induction-6", None, &[]);
        let expected = ["1 2026-11-23", "2 2026-11-26", "3 2026-11-30", "4 2026-12-03", "5 2026-12-07", "6 2026-12-10"];
        assert_eq!(days, expected);
    }

    #[test]
    fn what_took_place_is_not_booked_again() {
        let held = [(1, "2026-11-16", Status::Completed), (2, "2026-11-19", Status::Completed)];
        assert_eq!(booked("iv-induction-6", Some(4), &held), ["3 2026-11-23", "4 2026-11-26"]);
        assert!(booked("iv-induction-6", Some(2), &held).is_empty());
    }

    #[test]
    fn each_keeps_its_distance_from_the_one_before_and_a_missed_one_is_made_up_for_at_the_end() {
        let days = booked("iv-induction-6", Some(4), &[(2, "2026-12-01", Status::Planned)]);
        assert_eq!(days, ["1 2026-11-23", "3 2026-12-04", "4 2026-12-07"]);
        for status in [Status::Missed, Status::Cancelled] {
            let days = booked("iv-induction-6", Some(3), &[(1, "2026-11-23", status)]);
            assert_eq!(days, ["2 2026-11-26", "3 2026-11-30", "4 2026-12-03"]);
        }
    }

    #[test]
    fn esketamine_goes_on_weekly_for_four_weeks() {
        let days = booked("esketamine", None, &[]);
        assert_eq!(days.len(), 12);
        let weekly = ["8 2026-12-17", "9 2026-12-24", "10 2026-12-31", "11 2027-01-07", "12 2027-01-14"];
        assert_eq!(days[7..], weekly);
    }
}
