//! A clinic's day: who comes, who is in which chair, whose next reading is due, and what is still open.

pub mod http;
pub mod queries;
pub mod questions;

use serde::Serialize;
use utoipa::ToSchema;

use self::queries::{Arrival, DayRow};
use super::record::{Mark, Marks, Record, Vitals};
use super::{Author, Medicine, Session, Status, VitalsPhase};
use crate::audit::{self, Action, Event};
use crate::auth::scope::ClinicScope;
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::{Error, Result};
use crate::patients;

/// What is ticked before a dose. Source: CLINICAL.md 7 and 8.
pub const CHECKLIST: [&str; 8] = [
    "identity_confirmed",
    "consent_current",
    "fasted",
    "no_new_medicines",
    "not_pregnant",
    "bladder_ok",
    "blood_pressure_ok",
    "escort_arranged",
];
/// What is ticked before a patient goes home. Source: CLINICAL.md 6.
pub const DISCHARGE: [&str; 10] = [
    "minimum_time",
    "vitals_near_baseline",
    "awake_oriented_walking",
    "no_troubling_dissociation",
    "nausea_controlled",
    "no_new_suicidal_thoughts",
    "escort_present",
    "told_no_driving",
    "told_no_alcohol",
    "next_step_given",
];

/// Minutes from one reading to the next while the dose runs. Source: CLINICAL.md 6, "every 10–15 min during".
const READING_MINUTES: i64 = 15;
/// The same from the end until the patient goes home (P): the effects fade within the hour.
const READING_MINUTES_AFTER: i64 = 20;
/// Minutes from the dose of esketamine to going home at the earliest. Source: CLINICAL.md 6, the label.
const ESKETAMINE_STAY_MINUTES: i64 = 120;

/// Where a session stands on its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SessionStage)]
pub enum Stage {
    /// The patient has not come yet.
    Expected,
    /// The patient is there.
    Arrived,
    /// The dose runs.
    UnderWay,
    /// The dose has ended; the patient is watched.
    Recovering,
    /// The patient has gone home, or the session is recorded as done without a time.
    Gone,
    /// The patient did not come.
    Missed,
    /// Called off.
    Cancelled,
}

impl Stage {
    /// The stage of a session whose patient came, or not.
    pub fn of(record: &Record, has_arrived: bool) -> Self {
        match record.status {
            Status::Missed => Self::Missed,
            Status::Cancelled => Self::Cancelled,
            _ if released_at(&record.discharge).is_some() => Self::Gone,
            Status::Planned if record.started_at.is_some() && record.ended_at.is_none() => Self::UnderWay,
            Status::Planned if record.ended_at.is_some() => Self::Recovering,
            Status::Completed => Self::Gone,
            Status::Planned if has_arrived => Self::Arrived,
            Status::Planned => Self::Expected,
        }
    }
}

/// When the patient went home.
pub fn released_at(discharge: &Marks) -> Option<Timestamp> {
    match discharge.get("released_at") {
        Some(Mark::Text(text)) => text.parse().ok(),
        _ => None,
    }
}

/// When the patient may go home at the earliest, where the medicine has such a time.
pub fn earliest_leave_at(record: &Record) -> Option<Timestamp> {
    let from = record.started_at.filter(|_| record.medicine == Medicine::Esketamine)?;
    Some(from.plus_seconds(ESKETAMINE_STAY_MINUTES * 60))
}

/// When the next reading is due: a quarter of an hour after the last one, and at the end of the infusion, while the dose
/// runs; then every 20 minutes until the patient goes home. `None` before the dose, and once the patient has gone or
/// the session is recorded as done.
pub fn next_reading_at(record: &Record) -> Option<Timestamp> {
    let started_at = record.started_at?;
    if released_at(&record.discharge).is_some() || record.status != Status::Planned {
        return None;
    }
    let taken = |vitals: &&Vitals| vitals.phase != VitalsPhase::Before;
    let last =
        record.vitals.iter().filter(taken).filter_map(|vitals| vitals.at).max().map_or(started_at, |at| at.max(started_at));
    if let Some(ended_at) = record.ended_at {
        return Some(if last < ended_at { ended_at } else { last.plus_seconds(READING_MINUTES_AFTER * 60) });
    }
    let next = last.plus_seconds(READING_MINUTES * 60);
    let planned_end = record.infusion_minutes.map(|minutes| started_at.plus_seconds(i64::from(minutes) * 60));
    Some(planned_end.filter(|end| last < *end).map_or(next, |end| next.min(end)))
}

/// The entries of a list that are not ticked.
fn open_marks(marks: &Marks, list: &[&'static str]) -> Vec<&'static str> {
    list.iter().copied().filter(|name| marks.get(*name) != Some(&Mark::Flag(true))).collect()
}

/// What changes about who has come, and to which chair; `None` leaves it as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceChange {
    /// When the patient came.
    pub arrived_at: Option<Option<Timestamp>>,
    /// Where the patient sits.
    pub chair: Option<Option<String>>,
}

/// Notes who has come for a session, and to which chair.
pub fn note_arrival(
    conn: &mut DbConnection,
    scope: ClinicScope,
    author: &Author,
    id: Id<Session>,
    change: &PresenceChange,
    now: Timestamp,
) -> Result<DayRow> {
    let session = super::queries::find(conn, scope, id)?.ok_or(Error::NotFound("the session"))?;
    let patient = patients::require(conn, scope, session.patient_id)?;
    patients::lock(conn, patient)?;
    let before = queries::find_arrival(conn, scope, id)?;
    let known = before.map_or((None, None), |before| (before.arrived_at, before.chair));
    let arrived_at = change.arrived_at.unwrap_or(known.0);
    let chair = change.chair.clone().unwrap_or_else(|| known.1.clone());
    if known != (arrived_at, chair.clone()) {
        let arrival =
            Arrival { session_id: id, clinic_id: scope.clinic(), arrived_at, chair, noted_by: author.user, noted_at: now };
        queries::store_arrival(conn, &arrival)?;
        let event = Event::of(Action::SessionArrival, "session", id.uuid()).about(patient.patient());
        audit::record(conn, Some(scope.clinic()), &author.actor, &event, now)?;
    }
    queries::find_day_row(conn, scope, id)?.ok_or(Error::NotFound("the session"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::sessions::request::Request;

    const START: &str = "2026-01-13T17:00:00Z";

    /// The record of a session that began at 17:00, with these fields put in.
    fn record(fields: &Value) -> Record {
        let mut body = json!({
            "patient_id": "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d", "number": 3, "status": "planned", "route": "iv",
            "scheduled_at": "2026-01-13T16:45:00Z", "started_at": START, "infusion_minutes": 40,
        });
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        serde_json::from_value::<Request>(body).unwrap().validate("2026-01-13T23:00:00Z".parse().unwrap()).unwrap().record
    }

    /// Minutes from the start to the next reading.
    fn next(fields: &Value) -> Option<i64> {
        let start: Timestamp = START.parse().unwrap();
        next_reading_at(&record(fields)).map(|at| at.seconds_since(start) / 60)
    }

    #[test]
    fn readings_are_due_as_the_cases_say_that_the_form_reads_too() {
        let known: Value = serde_json::from_str(include_str!("readings.json")).unwrap();
        let cases = known["cases"].as_array().unwrap();
        assert!(!cases.is_empty());
        let start: Timestamp = START.parse().unwrap();
        let at = |minute: &Value| minute.as_i64().map(|minute| start.plus_seconds(minute * 60).to_string());
        for case in cases {
            let reading = |one: &Value| json!({"phase": one[0], "at": at(&one[1]), "spo2": 97});
            let taken: Vec<Value> = case["taken"].as_array().unwrap().iter().map(reading).collect();
            let fields = json!({"ended_at": at(&case["ended"]), "infusion_minutes": case["infusion"], "vitals": taken});
            assert_eq!(next(&fields), case["next"].as_i64(), "{}", case["what"]);
        }
    }

    #[test]
    fn no_reading_is_due_once_the_patient_has_gone_home() {
        let gone = json!({"ended_at": "2026-01-13T17:40:00Z", "discharge": {"released_at": "2026-01-13T18:40:00Z"}});
        assert_eq!(next(&gone), None);
    }

    #[test]
    fn before_the_dose_and_without_one_no_reading_is_due() {
        assert_eq!(next(&json!({"started_at": null})), None);
        assert_eq!(next(&json!({"status": "cancelled"})), None);
        assert_eq!(next(&json!({"status": "completed"})), None);
    }

    #[test]
    fn a_session_goes_from_expected_to_gone() {
        let stage = |fields: &Value, has_arrived| Stage::of(&record(fields), has_arrived);
        assert_eq!(stage(&json!({"started_at": null}), false), Stage::Expected);
        assert_eq!(stage(&json!({"started_at": null}), true), Stage::Arrived);
        assert_eq!(stage(&json!({}), true), Stage::UnderWay);
        let ended = json!({"ended_at": "2026-01-13T17:40:00Z"});
        assert_eq!(stage(&ended, false), Stage::Recovering);
        let gone = json!({"ended_at": "2026-01-13T17:40:00Z", "discharge": {"released_at": "2026-01-13T18:40:00Z"}});
        assert_eq!(stage(&gone, true), Stage::Gone);
        let done = json!({"status": "completed", "ended_at": "2026-01-13T17:40:00Z"});
        assert_eq!(stage(&done, true), Stage::Gone);
        assert_eq!(stage(&json!({"status": "completed"}), true), Stage::Gone);
        assert_eq!(stage(&json!({"status": "missed", "started_at": null}), true), Stage::Missed);
        assert_eq!(stage(&json!({"status": "cancelled", "started_at": null}), false), Stage::Cancelled);
    }

    #[test]
    fn two_hours_are_counted_from_a_dose_of_esketamine() {
        let at = |medicine: &str| earliest_leave_at(&record(&json!({"medicine": medicine}))).map(|at| at.to_string());
        assert_eq!(at("esketamine").as_deref(), Some("2026-01-13T19:00:00.000Z"));
        assert_eq!(at("ketamine"), None);
    }

    #[test]
    fn what_is_not_ticked_is_open() {
        let marks = record(&json!({"checklist": {"fasted": true, "not_pregnant": false, "other": true}})).checklist;
        let open = open_marks(&marks, &CHECKLIST);
        assert_eq!(open.len(), 7);
        assert!(!open.contains(&"fasted") && open.contains(&"not_pregnant"));
    }
}
