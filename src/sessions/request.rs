//! A session record as a client sends it: reading it, and checking it.

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::limits;
use super::record::{Conduct, EffectSeen, Intervention, Mark, Marks, MedicineGiven, Record, Vitals};
use super::{Effect, Medicine, Phase, Route, Severity, Status, VitalsPhase};
use crate::courses::Course;
use crate::db::{Id, LocalDate, Timestamp};
use crate::error::Result;
use crate::instruments::Points;
use crate::patients::Patient;
use crate::web::checks::{Checks, NAME_CHARACTERS, NOTE_CHARACTERS};

/// A session as a client sends it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SessionRequest, example = json!({"patient_id": "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d", "number": 3, "status": "completed",
    "started_at": "2026-11-20T17:00:00.000Z", "ended_at": "2026-11-20T17:40:00.000Z", "route": "iv", "dose_mg": 40, "weight_kg": 68,
    "infusion_minutes": 40, "vitals": [{"at": "2026-11-20T16:55:00.000Z", "phase": "before", "systolic": 128, "diastolic": 82,
    "heart_rate": 72, "spo2": 98}], "effects": [{"effect": "nausea", "severity": "mild"}], "dissociation": 5,
    "note": "Went well. Slept for ten minutes after."}))]
pub struct Request {
    /// The patient.
    pub patient_id: Id<Patient>,
    /// The course that it counts to; where it is left out, the open course that was started last.
    pub course_id: Option<Id<Course>>,
    /// Its number in the course.
    #[schema(value_type = i32, minimum = 1, maximum = 500, example = 3)]
    pub number: f64,
    /// Whether it took place.
    pub status: Status,
    /// When it is planned. Needed while nothing else is written down of a planned session.
    pub scheduled_at: Option<Timestamp>,
    /// When dosing began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The way the medicine is given.
    pub route: Option<Route>,
    /// What is given; ketamine where nothing is said.
    pub medicine: Option<Medicine>,
    /// How much of it in all, in mg.
    #[schema(exclusive_minimum = 0, maximum = 1500, example = 40)]
    pub dose_mg: Option<f64>,
    /// The patient's weight in kg.
    #[schema(minimum = 25, maximum = 350, example = 68)]
    pub weight_kg: Option<f64>,
    /// When the patient was weighed.
    pub weight_measured_on: Option<LocalDate>,
    /// How long the infusion ran, in minutes.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1440, example = 40)]
    pub infusion_minutes: Option<f64>,
    /// Readings, each with its time.
    pub vitals: Option<Vec<VitalsRequest>>,
    /// Effects seen or told of.
    pub effects: Option<Vec<EffectRequest>>,
    /// How detached the patient felt at the strongest moment, 0 to 10.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 10, example = 5)]
    pub dissociation: Option<f64>,
    /// What was checked before, by name.
    #[schema(value_type = Option<BTreeMap<String, Mark>>)]
    pub checklist: Option<MarksRequest>,
    /// What was checked before going home, by name. `released_at` is an instant, not before `ended_at`.
    #[schema(value_type = Option<BTreeMap<String, Mark>>)]
    pub discharge: Option<MarksRequest>,
    /// For staff.
    #[schema(max_length = 10_000)]
    pub note: Option<String>,
    /// For the patient too.
    #[schema(max_length = 10_000)]
    pub shared_note: Option<String>,
    /// The part of the treatment that it belongs to.
    pub phase: Option<Phase>,
    /// Why dosing was stopped before its time, where it was.
    #[schema(max_length = 500)]
    pub stop_reason: Option<String>,
    /// Other medicines that were given, 40 at the most.
    #[schema(value_type = Option<Vec<MedicineGiven>>)]
    pub medicines_given: Option<Vec<MedicineGivenRequest>>,
    /// What was done, 40 at the most.
    #[schema(value_type = Option<Vec<Intervention>>)]
    pub interventions: Option<Vec<InterventionRequest>>,
    /// Signs the record: later changes are amendments.
    pub sign: Option<bool>,
    /// Why a signed record is changed.
    #[schema(max_length = 10_000)]
    pub amendment_reason: Option<String>,
    /// Why the session goes on where something is missing before it; kept in the checklist as `override_reason`.
    #[serde(rename = "override")]
    pub overruled: Option<OverrideRequest>,
}

/// Why something that is missing is passed over.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SessionOverrideRequest)]
pub struct OverrideRequest {
    /// In words.
    #[schema(max_length = 500)]
    pub reason: String,
}

/// One reading of vital signs as a client sends it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SessionVitalsRequest)]
pub struct VitalsRequest {
    /// When it was taken.
    pub at: Option<Timestamp>,
    /// The part of the session.
    pub phase: VitalsPhase,
    /// Blood pressure in mmHg.
    #[schema(value_type = Option<i32>, minimum = 60, maximum = 260, example = 128)]
    pub systolic: Option<f64>,
    /// Blood pressure in mmHg, below the systolic one.
    #[schema(value_type = Option<i32>, minimum = 30, maximum = 160, example = 82)]
    pub diastolic: Option<f64>,
    /// Beats a minute.
    #[schema(value_type = Option<i32>, minimum = 25, maximum = 240, example = 72)]
    pub heart_rate: Option<f64>,
    /// Percent.
    #[schema(value_type = Option<i32>, minimum = 50, maximum = 100, example = 98)]
    pub spo2: Option<f64>,
    /// Breaths a minute.
    #[schema(value_type = Option<i32>, minimum = 4, maximum = 60, example = 14)]
    pub breathing_rate: Option<f64>,
    /// MOAA/S, 5 being awake.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 5, example = 5)]
    pub sedation: Option<f64>,
}

/// One effect as a client sends it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SessionEffectRequest)]
pub struct EffectRequest {
    /// What it was.
    pub effect: Effect,
    /// How bad it was.
    pub severity: Option<Severity>,
    /// Minutes from the start of dosing until it began.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 10_080)]
    pub onset_minutes: Option<f64>,
    /// Minutes from the start of dosing until it was over.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 10_080)]
    pub ended_minutes: Option<f64>,
    /// What was done about it.
    #[schema(max_length = 500)]
    pub action: Option<String>,
    /// Whether it was serious.
    pub serious: Option<bool>,
}

/// A medicine that was given beside the dose, as a client sends it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MedicineGivenRequest {
    at: Option<Timestamp>,
    name: String,
    amount: Option<String>,
}

/// Something that was done, as a client sends it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterventionRequest {
    at: Option<Timestamp>,
    what: String,
}

/// Marks of a checklist as a client sends them; null takes one off the list.
#[derive(Debug, Clone, Default)]
pub struct MarksRequest(Vec<(String, Option<MarkRequest>)>);

/// One mark as a client sends it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "true, false, a number or a text")]
enum MarkRequest {
    Flag(bool),
    Number(f64),
    Text(String),
}

impl<'de> Deserialize<'de> for MarksRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = MarksRequest;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of names and true, false, a number or a text")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<MarksRequest, A::Error> {
                let mut marks = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    marks.push(entry);
                }
                Ok(MarksRequest(marks))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// A request that was checked: the record, and what to do with it.
#[derive(Debug, Clone)]
pub struct Write {
    /// The record.
    pub record: Record,
    /// Whether to sign it.
    pub signs: bool,
    /// Why a signed record is changed.
    pub amendment_reason: Option<String>,
    /// Why a first session goes ahead though something is missing before it.
    pub overruled: Option<String>,
}

impl Request {
    /// Whether it says more than when a session is to take place, and whether it did.
    pub fn is_clinical(&self) -> bool {
        let has_marks = |marks: &Option<MarksRequest>| marks.as_ref().is_some_and(|marks| !marks.0.is_empty());
        let has_text = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        self.status == Status::Completed
            || self.started_at.is_some()
            || self.ended_at.is_some()
            || self.medicine.is_some()
            || self.dose_mg.is_some()
            || self.weight_kg.is_some()
            || self.weight_measured_on.is_some()
            || self.infusion_minutes.is_some()
            || self.vitals.as_ref().is_some_and(|vitals| !vitals.is_empty())
            || self.effects.as_ref().is_some_and(|effects| !effects.is_empty())
            || self.dissociation.is_some()
            || has_marks(&self.checklist)
            || has_marks(&self.discharge)
            || has_text(&self.note)
            || has_text(&self.shared_note)
            || self.phase.is_some()
            || has_text(&self.stop_reason)
            || self.medicines_given.as_ref().is_some_and(|given| !given.is_empty())
            || self.interventions.as_ref().is_some_and(|done| !done.is_empty())
            || self.sign == Some(true)
            || self.amendment_reason.is_some()
            || self.overruled.is_some()
    }

    /// The record, or every rule that the request breaks, at the time it came.
    pub fn validate(self, now: Timestamp) -> Result<Write> {
        let mut checks = Checks::default();
        let (weight_least, weight_most) = limits::WEIGHT_KG;
        let (number_least, number_most) = limits::NUMBER;
        let (minutes_least, minutes_most) = limits::INFUSION_MINUTES;
        let (detached_least, detached_most) = limits::DISSOCIATION;
        let mut checklist = marks(&mut checks, "/checklist", self.checklist);
        let reason = self.overruled.map(|overruled| overruled.reason);
        let overruled = checks.text("/override/reason", reason, limits::MARK_CHARACTERS);
        if let Some(reason) = &overruled {
            checklist.insert("override_reason".into(), Mark::Text(reason.clone()));
        }
        let record = Record {
            patient_id: self.patient_id,
            course_id: self.course_id,
            number: checks.whole("/number", Some(self.number), number_least, number_most).unwrap_or_default(),
            status: self.status,
            scheduled_at: self.scheduled_at,
            started_at: self.started_at,
            ended_at: self.ended_at,
            route: self.route,
            medicine: self.medicine.unwrap_or(Medicine::Ketamine),
            dose_mg: checks.decimal("/dose_mg", self.dose_mg, "above 0, up to 1500", |dose| {
                dose > Points::ZERO && dose <= limits::MOST_DOSE_MG
            }),
            weight_kg: checks.decimal("/weight_kg", self.weight_kg, "from 25 to 350", |weight| {
                weight >= weight_least && weight <= weight_most
            }),
            weight_measured_on: self.weight_measured_on,
            infusion_minutes: checks.whole("/infusion_minutes", self.infusion_minutes, minutes_least, minutes_most),
            vitals: vitals(&mut checks, self.vitals.unwrap_or_default()),
            effects: effects(&mut checks, self.effects.unwrap_or_default()),
            dissociation: checks.whole("/dissociation", self.dissociation, detached_least, detached_most),
            checklist,
            discharge: marks(&mut checks, "/discharge", self.discharge),
            note: checks.text("/note", self.note, NOTE_CHARACTERS),
            shared_note: checks.text("/shared_note", self.shared_note, NOTE_CHARACTERS),
            conduct: Conduct {
                phase: self.phase,
                stop_reason: checks.text("/stop_reason", self.stop_reason, limits::MARK_CHARACTERS),
                medicines_given: medicines_given(&mut checks, self.medicines_given.unwrap_or_default()),
                interventions: interventions(&mut checks, self.interventions.unwrap_or_default()),
            },
        };
        let signs = self.sign.unwrap_or_default();
        let amendment_reason = checks.text("/amendment_reason", self.amendment_reason, NOTE_CHARACTERS);
        check_times(&mut checks, &record);
        check_dates(&mut checks, &record, now);
        if let (Some(dose_mg), Some(weight_kg)) = (record.dose_mg, record.weight_kg) {
            let (is_plausible, rule) = (
                limits::is_dose_plausible(dose_mg, weight_kg),
                "must come to 0.02 to 15 mg per kg: check the dose and the weight, and their units",
            );
            checks.require(is_plausible, "/dose_mg", rule);
        }
        checks.require(
            !signs || record.status != Status::Planned,
            "/sign",
            "a session that is still planned cannot be signed: say first whether it took place",
        );
        checks.finish()?;
        Ok(Write { record, signs, amendment_reason, overruled })
    }
}

/// A date that is a slip of the pen would put a session before the baseline, or after every reading to come.
fn check_dates(checks: &mut Checks, record: &Record, now: Timestamp) {
    let done = (now.plus_seconds(limits::DONE_AHEAD_SECONDS), "must not lie in the future");
    let planned = (now.plus_seconds(limits::PLANNED_AHEAD_SECONDS), "must not lie more than two years ahead: check the year");
    // What was only planned, and is said to have taken place, took place then.
    let took_place_as_planned = record.status == Status::Completed && record.started_at.is_none();
    for (pointer, at, (latest, rule)) in [
        ("/scheduled_at", record.scheduled_at, if took_place_as_planned { done } else { planned }),
        ("/started_at", record.started_at, done),
        ("/ended_at", record.ended_at, done),
    ] {
        let Some(at) = at else { continue };
        checks.require(at >= limits::earliest(), pointer, "must not lie before 1990: check the year");
        checks.require(at <= latest, pointer, rule);
    }
}

fn check_times(checks: &mut Checks, record: &Record) {
    let Record { scheduled_at, started_at, ended_at, .. } = record;
    match record.status {
        Status::Planned => {
            let rule = "a planned session needs the time it is planned for";
            checks.require(scheduled_at.is_some() || record.is_begun(), "/scheduled_at", rule);
        }
        Status::Completed => {
            let rule = "a completed session needs the time it started, or was planned for";
            checks.require(started_at.is_some() || scheduled_at.is_some(), "/started_at", rule);
        }
        Status::Missed | Status::Cancelled => {}
    }
    if let (Some(started_at), Some(ended_at)) = (started_at, ended_at) {
        checks.require(ended_at >= started_at, "/ended_at", "must not lie before started_at");
    }
    match record.discharge.get("released_at") {
        Some(Mark::Text(text)) => match text.parse::<Timestamp>() {
            Ok(released_at) => {
                let left_after = [*ended_at, *started_at].into_iter().flatten().next();
                let is_after = left_after.is_none_or(|end| released_at >= end);
                checks.require(is_after, "/discharge/released_at", "must not lie before the session's end");
            }
            Err(_) => checks.fail("/discharge/released_at", "must be an RFC 3339 instant, like 2026-11-20T21:14:05.000Z"),
        },
        Some(_) => checks.fail("/discharge/released_at", "must be an RFC 3339 instant, like 2026-11-20T21:14:05.000Z"),
        None => {}
    }
}

fn vitals(checks: &mut Checks, readings: Vec<VitalsRequest>) -> Vec<Vitals> {
    if !checks.require(readings.len() <= limits::MOST_VITALS, "/vitals", "must be 200 readings or fewer") {
        return Vec::new();
    }
    let mut kept = Vec::with_capacity(readings.len());
    for (index, reading) in readings.into_iter().enumerate() {
        let mut read = |name, number, (low, high)| checks.whole(format!("/vitals/{index}/{name}"), number, low, high);
        let vitals = Vitals {
            at: reading.at,
            phase: reading.phase,
            systolic: read("systolic", reading.systolic, limits::SYSTOLIC),
            diastolic: read("diastolic", reading.diastolic, limits::DIASTOLIC),
            heart_rate: read("heart_rate", reading.heart_rate, limits::HEART_RATE),
            spo2: read("spo2", reading.spo2, limits::SPO2),
            breathing_rate: read("breathing_rate", reading.breathing_rate, limits::BREATHING_RATE),
            sedation: read("sedation", reading.sedation, limits::SEDATION),
        };
        if let (Some(systolic), Some(diastolic)) = (vitals.systolic, vitals.diastolic) {
            checks.require(systolic > diastolic, format!("/vitals/{index}/systolic"), "must be above the diastolic pressure");
        }
        kept.push(vitals);
    }
    kept
}

fn effects(checks: &mut Checks, effects: Vec<EffectRequest>) -> Vec<EffectSeen> {
    if !checks.require(effects.len() <= limits::MOST_EFFECTS, "/effects", "must be 60 effects or fewer") {
        return Vec::new();
    }
    let (low, high) = limits::EFFECT_MINUTES;
    let mut kept = Vec::with_capacity(effects.len());
    for (index, told) in effects.into_iter().enumerate() {
        let at = |name| format!("/effects/{index}/{name}");
        let seen = EffectSeen {
            effect: told.effect,
            severity: told.severity,
            onset_minutes: checks.whole(at("onset_minutes"), told.onset_minutes, low, high),
            ended_minutes: checks.whole(at("ended_minutes"), told.ended_minutes, low, high),
            action: checks.text(at("action"), told.action, limits::MARK_CHARACTERS),
            serious: told.serious,
        };
        if let (Some(onset), Some(ended)) = (seen.onset_minutes, seen.ended_minutes) {
            checks.require(ended >= onset, at("ended_minutes"), "must not lie before onset_minutes");
        }
        kept.push(seen);
    }
    kept
}

fn medicines_given(checks: &mut Checks, given: Vec<MedicineGivenRequest>) -> Vec<MedicineGiven> {
    if !checks.require(given.len() <= limits::MOST_GIVEN, "/medicines_given", "must be 40 medicines or fewer") {
        return Vec::new();
    }
    let mut kept = Vec::with_capacity(given.len());
    for (index, one) in given.into_iter().enumerate() {
        checks.name(format!("/medicines_given/{index}/name"), &one.name);
        let amount = checks.text(format!("/medicines_given/{index}/amount"), one.amount, NAME_CHARACTERS);
        kept.push(MedicineGiven { at: one.at, name: one.name.trim().to_owned(), amount });
    }
    kept
}

fn interventions(checks: &mut Checks, done: Vec<InterventionRequest>) -> Vec<Intervention> {
    if !checks.require(done.len() <= limits::MOST_GIVEN, "/interventions", "must be 40 entries or fewer") {
        return Vec::new();
    }
    let mut kept = Vec::with_capacity(done.len());
    for (index, one) in done.into_iter().enumerate() {
        let at = format!("/interventions/{index}/what");
        let is_blank = one.what.trim().is_empty();
        checks.require(!is_blank, at.clone(), "must have 1 to 500 characters");
        let what = checks.text(at, Some(one.what), limits::MARK_CHARACTERS).unwrap_or_default();
        kept.push(Intervention { at: one.at, what });
    }
    kept
}

fn marks(checks: &mut Checks, pointer: &str, marks: Option<MarksRequest>) -> Marks {
    let marks = marks.unwrap_or_default().0;
    let mut kept = Marks::new();
    if !checks.require(marks.len() <= limits::MOST_MARKS, pointer, "must be 40 entries or fewer") {
        return kept;
    }
    for (name, mark) in marks {
        if !is_mark_name(&name) {
            checks.fail(pointer, "the name of an entry is 1 to 40 of a-z, 0-9 and _");
            continue;
        }
        let at = format!("{pointer}/{name}");
        let mark = match mark {
            None => None,
            Some(MarkRequest::Flag(flag)) => Some(Mark::Flag(flag)),
            Some(MarkRequest::Number(number)) => {
                checks.decimal(at.clone(), Some(number), "within a thousand million", |_| true).map(Mark::Number)
            }
            Some(MarkRequest::Text(text)) => checks.text(at.clone(), Some(text), limits::MARK_CHARACTERS).map(Mark::Text),
        };
        if let Some(mark) = mark {
            checks.require(kept.insert(name, mark).is_none(), at, "stands here twice");
        }
    }
    kept
}

fn is_mark_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=limits::MARK_NAME_CHARACTERS).contains(&name.len()) && name.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;
    use crate::error::Error;

    fn completed() -> Value {
        json!({
            "patient_id": "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d", "number": 3, "status": "completed",
            "scheduled_at": "2026-01-13T17:00:00.000Z", "started_at": "2026-01-13T17:04:00.000Z",
            "ended_at": "2026-01-13T17:44:00.000Z", "route": "iv", "dose_mg": 37, "weight_kg": 67.5,
        })
    }

    /// The evening of that day.
    fn now() -> Timestamp {
        "2026-01-13T23:00:00Z".parse().unwrap()
    }

    /// What is answered to the record above with these fields put in.
    fn violations(fields: &Value) -> Vec<(String, String)> {
        let mut body = completed();
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        let request: Request = serde_json::from_value(body).unwrap();
        match request.validate(now()) {
            Ok(_) => Vec::new(),
            Err(Error::Invalid(violations)) => {
                violations.into_iter().map(|violation| (violation.pointer, violation.detail)).collect()
            }
            Err(other) => panic!("{other}"),
        }
    }

    fn pointers(fields: &Value) -> Vec<String> {
        violations(fields).into_iter().map(|(pointer, _)| pointer).collect()
    }

    #[test]
    fn every_hard_limit_holds_at_both_ends() {
        for (name, low, high) in
            [("number", 1.0, 500.0), ("weight_kg", 25.0, 350.0), ("infusion_minutes", 1.0, 1440.0), ("dissociation", 0.0, 10.0)]
        {
            let step = if name == "weight_kg" { 0.001 } else { 1.0 };
            for inside in [low, high] {
                assert!(pointers(&json!({name: inside, "dose_mg": 40})).is_empty(), "{name} {inside}");
            }
            for outside in [low - step, high + step] {
                assert_eq!(pointers(&json!({name: outside, "dose_mg": null})), [format!("/{name}")], "{name} {outside}");
            }
        }
        for (name, low, high) in [
            ("systolic", 60.0, 260.0),
            ("diastolic", 30.0, 160.0),
            ("heart_rate", 25.0, 240.0),
            ("spo2", 50.0, 100.0),
            ("breathing_rate", 4.0, 60.0),
            ("sedation", 0.0, 5.0),
        ] {
            for inside in [low, high] {
                assert!(pointers(&json!({"vitals": [{"phase": "during", name: inside}]})).is_empty(), "{name} {inside}");
            }
            for outside in [low - 1.0, high + 1.0, low + 0.5] {
                let found = pointers(&json!({"vitals": [{"phase": "before"}, {"phase": "during", name: outside}]}));
                assert_eq!(found, [format!("/vitals/1/{name}")], "{name} {outside}");
            }
        }
    }

    #[test]
    fn a_dose_is_above_nothing_and_fits_the_weight() {
        let dosed = |dose: f64, weight: f64| pointers(&json!({"dose_mg": dose, "weight_kg": weight}));
        assert!(dosed(1500.0, 100.0).is_empty() && dosed(0.5, 25.0).is_empty());
        for (dose, weight) in [(0.0, 68.0), (-1.0, 68.0), (1500.001, 200.0), (40.0001, 68.0), (1.35, 68.0), (400.0, 26.0)] {
            assert_eq!(dosed(dose, weight), ["/dose_mg"], "{dose} mg at {weight} kg");
        }
        // Without a weight there is nothing to compare with.
        assert!(pointers(&json!({"dose_mg": 0.001, "weight_kg": null})).is_empty());
    }

    #[test]
    fn times_stand_in_order() {
        assert_eq!(pointers(&json!({"ended_at": "2026-01-13T17:03:59.999Z"})), ["/ended_at"]);
        let left = |at: &str| pointers(&json!({"discharge": {"released_at": at}}));
        assert!(left("2026-01-13T17:44:00Z").is_empty());
        assert_eq!(left("2026-01-13T17:43:59Z"), ["/discharge/released_at"]);
        assert_eq!(left("at noon"), ["/discharge/released_at"]);
        assert_eq!(pointers(&json!({"started_at": null, "scheduled_at": null})), ["/started_at"]);
        let planned = json!({"status": "planned", "started_at": null, "ended_at": null, "scheduled_at": null, "dose_mg": null, "weight_kg": null});
        assert_eq!(pointers(&planned), ["/scheduled_at"]);
    }

    #[test]
    fn a_session_that_is_being_recorded_needs_no_planned_time() {
        assert!(pointers(&json!({"status": "planned", "scheduled_at": null, "started_at": null, "ended_at": null})).is_empty());
    }

    #[test]
    fn the_systolic_pressure_is_above_the_diastolic() {
        let found = violations(&json!({"vitals": [{"phase": "end", "systolic": 90, "diastolic": 90}]}));
        assert_eq!(found, [("/vitals/0/systolic".into(), "must be above the diastolic pressure".into())]);
    }

    #[test]
    fn all_violations_are_answered_at_once() {
        let found = pointers(&json!({
            "number": 0, "dose_mg": 4000, "weight_kg": 12, "infusion_minutes": 0, "dissociation": 11,
            "vitals": [{"phase": "before", "systolic": 300, "diastolic": 20}], "note": "\u{0}",
            "effects": [{"effect": "nausea", "severity": "mild", "onset_minutes": 20, "ended_minutes": 10}],
            "checklist": {"Fasted": true}, "discharge": {"told": "x".repeat(501)},
        }));
        assert_eq!(
            found,
            [
                "/checklist",
                "/number",
                "/dose_mg",
                "/weight_kg",
                "/infusion_minutes",
                "/vitals/0/systolic",
                "/vitals/0/diastolic",
                "/effects/0/ended_minutes",
                "/dissociation",
                "/discharge/told",
                "/note",
            ]
        );
    }

    #[test]
    fn lists_are_bounded() {
        let readings = |count| json!({"vitals": vec![json!({"phase": "during", "spo2": 97}); count]});
        assert!(pointers(&readings(200)).is_empty());
        assert_eq!(pointers(&readings(201)), ["/vitals"]);
        let effects = |count| json!({"effects": vec![json!({"effect": "nausea"}); count]});
        assert!(pointers(&effects(60)).is_empty());
        assert_eq!(pointers(&effects(61)), ["/effects"]);
        let marks = |count| json!({"checklist": (0..count).map(|n| (format!("mark_{n}"), true)).collect::<BTreeMap<_, _>>()});
        assert!(pointers(&marks(40)).is_empty());
        assert_eq!(pointers(&marks(41)), ["/checklist"]);
    }

    #[test]
    fn what_else_was_given_and_done_is_told_whole() {
        assert_eq!(
            pointers(&json!({
                "phase": "booster", "stop_reason": "x".repeat(501),
                "medicines_given": [{"name": " "}, {"name": "Ondansetron", "amount": "x".repeat(201)}],
                "interventions": [{"what": "Sat up"}, {"what": " "}],
            })),
            ["/stop_reason", "/medicines_given/0/name", "/medicines_given/1/amount", "/interventions/1/what"]
        );
        let many = json!({"medicines_given": vec![json!({"name": "x"}); 41], "interventions": vec![json!({"what": "x"}); 41]});
        assert_eq!(pointers(&many), ["/medicines_given", "/interventions"]);
    }

    #[test]
    fn marks_are_flags_numbers_and_texts() {
        let body = json!({
            "patient_id": "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d", "number": 1, "status": "planned", "scheduled_at": "2026-01-13T17:00:00Z",
            "checklist": {"fasted": true, "hours": 6.5, "who": " Ada ", "gone": null, "empty": ""},
        });
        let write = serde_json::from_value::<Request>(body).unwrap().validate(now()).unwrap();
        let expected: Marks = [
            ("fasted".into(), Mark::Flag(true)),
            ("hours".into(), Mark::Number(Points::from_thousandths(6500))),
            ("who".into(), Mark::Text("Ada".into())),
        ]
        .into();
        assert_eq!(write.record.checklist, expected);
        for wrong in [json!({"a": []}), json!({"a": {}}), json!([])] {
            let body = json!({"patient_id": "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d", "number": 1, "status": "planned", "checklist": wrong});
            assert!(serde_json::from_value::<Request>(body).is_err());
        }
        let twice = r#"{"patient_id": "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d", "number": 1, "status": "planned",
            "scheduled_at": "2026-01-13T17:00:00Z", "checklist": {"a": 1, "a": 2}}"#;
        assert!(serde_json::from_str::<Request>(twice).unwrap().validate(now()).is_err());
    }

    #[test]
    fn a_year_that_is_a_slip_is_refused_and_a_clock_that_is_hours_wrong_is_not() {
        let started = |at: &str| pointers(&json!({"scheduled_at": null, "started_at": at, "ended_at": null}));
        assert!(started("2026-01-14T22:59:00Z").is_empty() && started("1990-01-01T00:00:00Z").is_empty());
        assert_eq!(
            (started("2026-01-14T23:01:00Z"), started("0001-01-13T17:04:00Z")),
            (vec!["/started_at".to_owned()], vec!["/started_at".to_owned()])
        );
        assert_eq!(pointers(&json!({"ended_at": "2036-01-13T17:44:00Z"})), ["/ended_at"]);
        // What was only planned, and is said to have taken place, took place then.
        let only_planned = json!({"scheduled_at": "2026-02-13T17:00:00Z", "started_at": null, "ended_at": null});
        assert_eq!(pointers(&only_planned), ["/scheduled_at"]);
        let planned =
            |at: &str| pointers(&json!({"status": "planned", "scheduled_at": at, "started_at": null, "ended_at": null}));
        assert!(planned("2027-12-01T17:00:00Z").is_empty());
        assert_eq!(
            (planned("2062-01-13T17:00:00Z"), planned("0206-01-13T17:00:00Z")),
            (vec!["/scheduled_at".to_owned()], vec!["/scheduled_at".to_owned()])
        );
    }

    #[test]
    fn a_planned_session_is_not_signed() {
        let planned = json!({"status": "planned", "sign": true});
        assert_eq!(pointers(&planned), ["/sign"]);
        assert!(pointers(&json!({"status": "missed", "sign": true})).is_empty());
    }

    #[test]
    fn only_the_schedule_is_not_clinical() {
        let request = |fields: &Value| {
            let mut body = json!({"patient_id": "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d", "number": 1, "status": "planned",
                "scheduled_at": "2026-01-13T17:00:00Z", "vitals": [], "effects": null, "checklist": {}, "note": " "});
            for (name, value) in fields.as_object().unwrap() {
                body[name] = value.clone();
            }
            serde_json::from_value::<Request>(body).unwrap()
        };
        assert!(!request(&json!({"status": "cancelled", "route": "iv"})).is_clinical());
        for clinical in [
            json!({"status": "completed"}),
            json!({"started_at": "2026-01-13T17:00:00Z"}),
            json!({"dose_mg": 1}),
            json!({"checklist": {"fasted": true}}),
            json!({"shared_note": "x"}),
            json!({"phase": "single"}),
            json!({"interventions": [{"what": "x"}]}),
            json!({"sign": true}),
        ] {
            assert!(request(&clinical).is_clinical(), "{clinical}");
        }
    }

    /// A record from before it could say more must not look changed to who sends it again.
    #[test]
    fn what_is_not_said_of_the_conduct_is_not_in_the_digest() {
        let record = serde_json::from_value::<Request>(completed()).unwrap().validate(now()).unwrap().record;
        let text = serde_json::to_string(&record).unwrap();
        for absent in ["phase", "stop_reason", "medicines_given", "interventions", "conduct"] {
            assert!(!text.contains(absent), "{absent} in {text}");
        }
    }

    #[test]
    fn the_digest_knows_the_record_and_nothing_else() {
        let digest = |body: Value| serde_json::from_value::<Request>(body).unwrap().validate(now()).unwrap().record.digest();
        let mut same = completed();
        same["dose_mg"] = json!(37.0);
        same["started_at"] = json!("2026-01-13T10:04:00-07:00");
        same["checklist"] = json!({});
        same["sign"] = json!(true);
        same["note"] = json!("");
        assert_eq!(digest(completed()), digest(same));
        let mut other = completed();
        other["dose_mg"] = json!(37.001);
        assert_ne!(digest(completed()), digest(other));
    }
}
