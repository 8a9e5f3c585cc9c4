//! One session as it was.

use serde_json::{Value, json};

use super::calendar::Moment;
use super::chance::{Chance, whole};
use super::spec::{Mark, Spec};
use crate::courses::Condition;
use crate::sessions::{Medicine, Route};

/// A session, planned or past.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The course, by its place among the patient's.
    pub course: usize,
    /// Its number in the course.
    pub number: i32,
    /// When it was planned.
    pub scheduled: Moment,
    /// When dosing began.
    pub started: Moment,
    /// When it ended.
    pub ended: Moment,
    /// When the patient went home.
    pub released: Moment,
    /// The way the medicine is given.
    pub route: Route,
    /// What is given.
    pub medicine: Medicine,
    /// How much of it, in mg.
    pub dose_mg: i32,
    /// The patient's weight in half kilograms.
    pub half_kilograms: i32,
    /// Readings.
    pub vitals: Vec<Reading>,
    /// Effect and severity.
    pub effects: Vec<(&'static str, &'static str)>,
    /// How detached the patient felt.
    pub dissociation: i32,
    /// For staff.
    pub note: &'static str,
    /// For the patient.
    pub shared_note: Option<&'static str>,
    /// Who came for the patient.
    pub escort: &'static str,
    /// Of a session that did not take place: whether the patient did not come, or it was called off.
    pub is_missed: bool,
    /// Which of the staff recorded it, from 0 to 2.
    pub recorder: usize,
}

/// One reading of vital signs.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// When.
    pub at: Moment,
    /// The part of the session.
    pub phase: &'static str,
    /// mmHg.
    pub systolic: i32,
    /// mmHg.
    pub diastolic: i32,
    /// Beats a minute.
    pub heart_rate: i32,
    /// Percent.
    pub spo2: i32,
    /// MOAA/S.
    pub sedation: i32,
}

impl Visit {
    /// Whether the patient felt sick.
    pub fn was_sick(&self) -> bool {
        self.effects.iter().any(|(effect, _)| matches!(*effect, "nausea" | "vomiting"))
    }

    /// The marks of the checklist before dosing.
    pub fn checklist(&self) -> Value {
        let pressure = self.vitals.first().is_none_or(|reading| reading.systolic <= 140 && reading.diastolic <= 90);
        let mut marks = json!({
            "identity_confirmed": true, "consent_current": true, "fasted": true, "no_new_medicines": true,
            "escort_arranged": true, "bladder_ok": true, "not_pregnant": true, "blood_pressure_ok": pressure,
        });
        if !pressure {
            marks["blood_pressure_decision"] =
                json!("Rested for 15 minutes, measured again, went on with the prescriber's word.");
        }
        marks
    }

    /// The marks before going home, without the time.
    pub fn discharge(&self, by: &str) -> Value {
        json!({
            "minimum_time": true, "vitals_near_baseline": true, "awake_oriented_walking": true, "no_troubling_dissociation": true,
            "nausea_controlled": true, "no_new_suicidal_thoughts": true, "escort_present": true, "told_no_driving": true,
            "told_no_alcohol": true, "next_step_given": true, "escort_name": self.escort, "released_by": by,
        })
    }
}

/// What stays the same from session to session.
#[derive(Debug, Clone)]
pub struct Kit {
    route: Route,
    half_kilograms: i32,
    systolic: f64,
    diastolic: f64,
    rise: (f64, f64),
    detached: f64,
    most_mg_per_kg: f64,
    /// Minutes after midnight of sessions.
    pub visit_minute: i32,
    /// Minutes after midnight at which the patient usually answers.
    pub habit_minute: i32,
    /// Pain of who is not treated for pain.
    pub ache: f64,
}

impl Kit {
    /// Draws it. Source of the pressures: `clinical_reference.json`, `synthetic_clinic_hints`.
    pub fn draw(spec: &Spec, is_told: bool, chance: &mut Chance) -> Self {
        let high = if spec.is_hypertensive { 20.0 } else { 0.0 };
        let lowest = if spec.mark == Some(Mark::HighPressure) { 150.0 } else { 104.0 };
        let is_morning_person = !is_told && chance.happens(0.2);
        let kit = Self {
            route: spec.route,
            half_kilograms: if is_told { 136 } else { 2 * chance.whole(78.0, 15.0, 48, 128) },
            systolic: (chance.normal(123.0, 8.0) + high).clamp(lowest, 150.0),
            diastolic: 0.0,
            rise: if spec.is_hypertensive { (14.0, 9.0) } else { (10.0, 7.0) },
            detached: chance.normal(4.2, 1.3).clamp(1.0, 8.0),
            most_mg_per_kg: if is_told { 0.6 } else { chance.pick(&[0.5, 0.6, 0.6, 0.7, 0.8]) },
            visit_minute: 9 * 60 + 30 * chance.between(0, 12),
            habit_minute: if is_morning_person { 7 * 60 + chance.between(0, 90) } else { 20 * 60 + chance.between(-60, 60) },
            ache: if spec.condition == Condition::ChronicPain || spec.mark == Some(Mark::PainWithoutDepression) {
                6.0
            } else {
                chance.normal(1.8, 1.0).clamp(0.0, 4.0)
            },
        };
        // The two pressures of a person go together.
        let diastolic = (0.5 * kit.systolic + 16.0 + chance.normal(0.0, 3.0)).clamp(62.0, 96.0);
        Self { diastolic, ..kit }
    }

    /// A session of this patient.
    pub fn visit(
        &mut self,
        course: usize,
        number: i32,
        scheduled: Moment,
        peak: Option<(i32, i32)>,
        chance: &mut Chance,
    ) -> Visit {
        let started = scheduled.plus(chance.between(2, 14));
        let minutes = match self.route {
            Route::Iv => chance.between(40, 46),
            Route::In => chance.between(40, 50),
            Route::Sl | Route::Po => chance.between(60, 75),
            _ => chance.between(45, 60),
        };
        let ended = started.plus(minutes);
        let after = if self.route == Route::In { chance.between(80, 95) } else { chance.between(45, 80) };
        let released = ended.plus(after);
        self.half_kilograms = (self.half_kilograms + chance.between(-1, 1)).clamp(90, 260);
        let medicine = if self.route == Route::In { Medicine::Esketamine } else { Medicine::Ketamine };
        let vitals = self.readings(started, ended, released, peak, chance);
        let top = vitals.iter().map(|reading| (reading.systolic, reading.diastolic)).max().unwrap_or_default();
        Visit {
            course,
            number,
            scheduled,
            started,
            ended,
            released,
            route: self.route,
            medicine,
            dose_mg: self.dose(number),
            half_kilograms: self.half_kilograms,
            effects: self.effects(top, chance),
            vitals,
            dissociation: chance.whole(self.detached, 1.4, 0, 10),
            note: chance.pick(&CLINICAL_NOTES),
            shared_note: chance.happens(0.45).then(|| chance.pick(&SHARED_NOTES)),
            escort: chance.pick(&ESCORTS),
            is_missed: false,
            recorder: if chance.happens(0.55) { 0 } else { chance.between(1, 2).unsigned_abs() as usize },
        }
    }

    fn dose(&self, number: i32) -> i32 {
        let kilograms = f64::from(self.half_kilograms) / 2.0;
        let steps = f64::from((number - 2).clamp(0, 6));
        match self.route {
            // What the nasal device can give.
            Route::In => {
                if number == 1 {
                    56
                } else {
                    84
                }
            }
            Route::Sl | Route::Po => 25 * whole(kilograms * (2.2 + 0.25 * steps).min(3.6) / 25.0, 2, 20),
            Route::Im | Route::Sc => whole(kilograms * (0.6 + 0.05 * steps).min(self.most_mg_per_kg + 0.2), 20, 140),
            Route::Iv => whole(kilograms * (0.5 + 0.05 * steps).min(self.most_mg_per_kg), 18, 120),
        }
    }

    fn readings(
        &self,
        started: Moment,
        ended: Moment,
        released: Moment,
        peak: Option<(i32, i32)>,
        chance: &mut Chance,
    ) -> Vec<Reading> {
        let rise = (chance.normal(self.rise.0, 4.5), chance.normal(self.rise.1, 3.0));
        let base = (chance.normal(self.systolic, 4.5), chance.normal(self.diastolic, 2.5));
        let heart = chance.normal(73.0, 8.0);
        let slow = if self.route == Route::In { 0.5 } else { 0.7 };
        [
            (started.plus(-8), "before", 0.0, 5),
            (started.plus(15), "during", 0.6, 4),
            (started.plus(30), "during", 1.0, 4),
            (ended, "end", slow + 0.2, 4),
            (ended.plus(25), "after", 0.35, 5),
            (released.plus(-5), "discharge", 0.08, 5),
        ]
        .into_iter()
        .map(|(at, phase, share, sedation)| {
            let told = peak.filter(|_| share >= 1.0);
            let systolic = told.map_or_else(|| whole(base.0 + rise.0 * share + chance.normal(0.0, 2.0), 92, 178), |peak| peak.0);
            let diastolic = told.map_or_else(|| whole(base.1 + rise.1 * share + chance.normal(0.0, 1.5), 52, 112), |peak| peak.1);
            Reading {
                at,
                phase,
                systolic,
                diastolic: diastolic.min(systolic - 18),
                heart_rate: whole(heart + 6.0 * share + chance.normal(0.0, 3.0), 48, 118),
                spo2: chance.whole(97.4 - 0.8 * share, 0.8, 93, 100),
                sedation: sedation - i32::from(share >= 0.6 && chance.happens(0.07)),
            }
        })
        .collect()
    }

    /// Source of the shares: esketamine's label, sedation 48 to 61 and dissociation 61 to 75 in a hundred; others (P).
    fn effects(&self, top: (i32, i32), chance: &mut Chance) -> Vec<(&'static str, &'static str)> {
        let mut effects = Vec::new();
        for (effect, share) in [
            ("dissociation", 0.62),
            ("dizziness", 0.2),
            ("nausea", 0.13),
            ("sedation", if self.route == Route::In { 0.5 } else { 0.3 }),
            ("blurred-vision", 0.07),
            ("headache", 0.1),
            ("anxiety-or-panic", 0.07),
            ("strong-emotion", 0.08),
            ("vomiting", 0.02),
            ("numbness", 0.05),
            ("bad-taste", if matches!(self.route, Route::In | Route::Sl) { 0.3 } else { 0.0 }),
        ] {
            if chance.happens(share) {
                effects.push((effect, if chance.happens(0.78) { "mild" } else { "moderate" }));
            }
        }
        if top.0 >= 160 || top.1 >= 100 {
            effects.push(("raised-blood-pressure", if top.0 >= 170 { "moderate" } else { "mild" }));
        }
        effects
    }
}

/// Sessions of the induction by route.
pub const fn planned(route: Route) -> i32 {
    match route {
        Route::In => 8,
        Route::Sl | Route::Po => 4,
        _ => 6,
    }
}

/// The plan that a course follows.
pub const fn protocol(route: Route, condition: Condition) -> &'static str {
    match (route, condition) {
        (Route::In, _) => "esketamine",
        (Route::Sl | Route::Po, _) => "sublingual-home",
        (Route::Im | Route::Sc, _) => "im-induction-6",
        (Route::Iv, Condition::ChronicPain) => "chronic-pain",
        (Route::Iv, Condition::Ptsd) => "ptsd",
        (Route::Iv, _) => "iv-induction-6",
    }
}

/// Days from one session of the induction to the next.
pub const fn gap(route: Route, done: usize) -> i32 {
    match route {
        Route::Sl | Route::Po => 7,
        _ => {
            if done % 2 == 1 {
                3
            } else {
                4
            }
        }
    }
}

/// Days from the first session of the induction to the last, where nothing comes between.
pub fn induction_days(route: Route) -> i32 {
    let sessions = usize::try_from(planned(route)).unwrap_or_default();
    (1..sessions).map(|done| gap(route, done)).sum()
}

const CLINICAL_NOTES: [&str; 8] = [
    "Settled quickly, music throughout. No intervention needed.",
    "Tearful towards the end, talked it through, calm on leaving.",
    "Dose as last time. Tolerated well.",
    "Slow start, cannula re-sited once. Otherwise uneventful.",
    "Reports two better days after the last session, then fading.",
    "Slept through the second half. Easily roused.",
    "Some nausea, ondansetron offered and declined.",
    "Asked about spacing the sessions. To be discussed at the review.",
];
const SHARED_NOTES: [&str; 6] = [
    "The dose stays the same. Rest today, and call us if anything worries you.",
    "You did well. We will talk about spacing at the next visit.",
    "Drink enough this evening, and no driving until tomorrow.",
    "Your blood pressure was a little high and came down by itself.",
    "Please bring the list of your medicines next time.",
    "We have noted what you told us about sleep. Keep the evenings quiet.",
];
const ESCORTS: [&str; 6] = ["Partner", "Sister", "A friend", "Mother", "Neighbour", "Son"];
