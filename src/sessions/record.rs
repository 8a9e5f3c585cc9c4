//! What people write down of a session, as it is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::limits::mg_per_kg;
use super::queries::SessionRow;
use super::{Effect, Medicine, Phase, Route, Session, Severity, Status, VitalsPhase};
use crate::courses::Course;
use crate::courses::gate::Requirement;
use crate::db::{Id, LocalDate, Timestamp};
use crate::instruments::Points;
use crate::patients::Patient;
use crate::people::User;

/// One reading of vital signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionVitals)]
pub struct Vitals {
    /// When it was taken.
    pub at: Option<Timestamp>,
    /// The part of the session.
    pub phase: VitalsPhase,
    /// Blood pressure in mmHg.
    #[schema(example = 128)]
    pub systolic: Option<i32>,
    /// Blood pressure in mmHg.
    #[schema(example = 82)]
    pub diastolic: Option<i32>,
    /// Beats a minute.
    #[schema(example = 72)]
    pub heart_rate: Option<i32>,
    /// Percent.
    #[schema(example = 98)]
    pub spo2: Option<i32>,
    /// Breaths a minute.
    #[schema(example = 14)]
    pub breathing_rate: Option<i32>,
    /// MOAA/S, 5 being awake.
    #[schema(example = 5)]
    pub sedation: Option<i32>,
}

/// One effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionEffect)]
pub struct EffectSeen {
    /// What it was.
    pub effect: Effect,
    /// How bad it was.
    pub severity: Option<Severity>,
    /// Minutes from the start of dosing until it began.
    pub onset_minutes: Option<i32>,
    /// Minutes from the start of dosing until it was over.
    pub ended_minutes: Option<i32>,
    /// What was done about it.
    pub action: Option<String>,
    /// Whether it was serious.
    pub serious: Option<bool>,
}

/// A medicine that was given beside the dose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MedicineGiven {
    /// When.
    pub at: Option<Timestamp>,
    /// Which.
    #[schema(example = "Ondansetron")]
    pub name: String,
    /// How much of it, as it was written down.
    #[schema(example = "4 mg IV")]
    pub amount: Option<String>,
}

/// Something that was done during a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionIntervention)]
pub struct Intervention {
    /// When.
    pub at: Option<Timestamp>,
    /// What.
    #[schema(example = "Infusion slowed, sat up, blood pressure again after 5 minutes")]
    pub what: String,
}

/// How a session was conducted beside its dose. What is not there is left out, so that records from before keep their digest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conduct {
    /// The part of the treatment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// Why dosing was stopped before its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_reason: Option<String>,
    /// Other medicines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub medicines_given: Vec<MedicineGiven>,
    /// Interventions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interventions: Vec<Intervention>,
}

/// One mark of a checklist: ticked or not, a number, or a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = SessionMark)]
pub enum Mark {
    /// Ticked or not.
    Flag(bool),
    /// A number.
    Number(Points),
    /// A text.
    Text(String),
}

/// A member of staff, as the author of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionAuthor)]
pub struct WhoBody {
    /// The account.
    pub id: Id<User>,
    /// The person's name.
    #[schema(example = "Imani Okafor")]
    pub name: String,
}

/// Why a first session went ahead though something was missing before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GateOverride {
    /// What was missing.
    pub missing: Vec<Requirement>,
    /// Why it went ahead.
    #[schema(example = "Baseline answered on paper, to be entered today")]
    pub reason: String,
    /// Who decided so.
    pub by: WhoBody,
    /// When.
    pub at: Timestamp,
}

/// The marks of a checklist, by name.
pub type Marks = BTreeMap<String, Mark>;

/// All that people write down of a session.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// The patient.
    pub patient_id: Id<Patient>,
    /// The course that it counts to.
    pub course_id: Option<Id<Course>>,
    /// Its number in the course.
    pub number: i32,
    /// Whether it took place.
    pub status: Status,
    /// When it was planned.
    pub scheduled_at: Option<Timestamp>,
    /// When dosing began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The way the medicine is given.
    pub route: Option<Route>,
    /// What is given.
    pub medicine: Medicine,
    /// How much of it in all.
    pub dose_mg: Option<Points>,
    /// The patient's weight.
    pub weight_kg: Option<Points>,
    /// When the patient was weighed.
    pub weight_measured_on: Option<LocalDate>,
    /// How long the infusion ran.
    pub infusion_minutes: Option<i32>,
    /// Readings.
    pub vitals: Vec<Vitals>,
    /// Effects.
    pub effects: Vec<EffectSeen>,
    /// How detached the patient felt, 0 to 10.
    pub dissociation: Option<i32>,
    /// What was checked before.
    pub checklist: Marks,
    /// What was checked before going home.
    pub discharge: Marks,
    /// For staff.
    pub note: Option<String>,
    /// For the patient too.
    pub shared_note: Option<String>,
    /// How it was conducted beside the dose.
    #[serde(flatten)]
    pub conduct: Conduct,
}

impl Record {
    /// The record of a stored session.
    pub fn of(row: &SessionRow) -> Self {
        Self {
            patient_id: row.patient_id,
            course_id: row.course_id,
            number: row.number,
            status: row.status,
            scheduled_at: row.scheduled_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
            route: row.route,
            medicine: row.medicine,
            dose_mg: row.dose_mg.and_then(Points::from_f64),
            weight_kg: row.weight_kg.and_then(Points::from_f64),
            weight_measured_on: row.weight_measured_on,
            infusion_minutes: row.infusion_minutes,
            vitals: row.vitals(),
            effects: serde_json::from_str(&row.effects).unwrap_or_default(),
            dissociation: row.dissociation,
            checklist: serde_json::from_str(&row.checklist).unwrap_or_default(),
            discharge: serde_json::from_str(&row.discharge).unwrap_or_default(),
            note: row.note.clone(),
            shared_note: row.shared_note.clone(),
            conduct: serde_json::from_str(&row.conduct).unwrap_or_default(),
        }
    }

    /// The record as it goes out to its patient: all of it but what staff wrote in words of their own for each other.
    #[must_use]
    pub fn for_patient(mut self) -> Self {
        let without_words = |marks: &mut Marks| marks.retain(|_, mark| !matches!(mark, Mark::Text(_)));
        self.note = None;
        self.conduct.stop_reason = None;
        self.conduct.interventions.clear();
        self.effects.iter_mut().for_each(|seen| seen.action = None);
        without_words(&mut self.checklist);
        without_words(&mut self.discharge);
        self
    }

    /// Whether anything was written down of the session itself, so that it has begun.
    pub fn is_begun(&self) -> bool {
        self.started_at.is_some()
            || self.ended_at.is_some()
            || self.dose_mg.is_some()
            || self.weight_kg.is_some()
            || self.weight_measured_on.is_some()
            || self.infusion_minutes.is_some()
            || !self.vitals.is_empty()
            || !self.effects.is_empty()
            || self.dissociation.is_some()
            || !self.checklist.is_empty()
            || !self.discharge.is_empty()
            || self.note.is_some()
            || self.shared_note.is_some()
            || self.conduct != Conduct { phase: self.conduct.phase, ..Conduct::default() }
    }

    /// What tells the same record from another.
    pub fn digest(&self) -> String {
        let canonical = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(&canonical).iter().fold(String::with_capacity(64), |text, byte| text + &format!("{byte:02x}"))
    }

    /// When the session was or is, as far as the record says.
    pub fn at(&self) -> Option<Timestamp> {
        self.started_at.or(self.scheduled_at)
    }

    /// Milligrams per kilogram, where both are known.
    pub fn dose_mg_per_kg(&self) -> Option<Points> {
        mg_per_kg(self.dose_mg?, self.weight_kg?)
    }
}

/// What a signed record said before it was amended.
#[derive(Debug, Serialize)]
pub struct Former<'a> {
    /// The session.
    pub id: Id<Session>,
    /// The record.
    #[serde(flatten)]
    pub record: &'a Record,
    /// When it was signed.
    pub signed_at: Option<Timestamp>,
    /// By whom.
    pub signed_by: Option<Id<crate::people::User>>,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// By whom.
    pub updated_by: Id<crate::people::User>,
}
