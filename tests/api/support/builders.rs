//! Bodies to send, with defaults for all that a test does not care about.

use serde::Serialize;
use serde_json::{Value, json};

use super::START;

/// A body that can be changed field by field.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Body(pub Value);

impl Body {
    /// The same body with a field set; `null` is sent as such.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Serialize) -> Self {
        self.0[field] = serde_json::to_value(value).expect("a value can be written as JSON");
        self
    }

    /// The same body without a field.
    #[must_use]
    pub fn without(mut self, field: &str) -> Self {
        self.0.as_object_mut().expect("a body is an object").remove(field);
        self
    }

    /// The same answers with one of them changed; `null` leaves it out.
    #[must_use]
    pub fn answer(mut self, item: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).expect("a value can be written as JSON");
        let answers = self.0["answers"].as_object_mut().expect("a questionnaire has answers");
        if value.is_null() {
            answers.remove(item);
        } else {
            answers.insert(item.to_owned(), value);
        }
        self
    }

    /// The same questionnaire, completed at another instant.
    #[must_use]
    pub fn at(self, instant: impl std::fmt::Display) -> Self {
        self.with("completed_at", instant.to_string())
    }

    /// The same, entered for a patient.
    #[must_use]
    pub fn of(self, patient: impl std::fmt::Display) -> Self {
        self.with("patient_id", patient.to_string())
    }
}

/// A PHQ-9 with this total, answered now; item 9 is 0 up to a total of 24.
pub fn phq9(total: u32) -> Body {
    assert!(total <= 27, "a PHQ-9 goes to 27");
    let answers: serde_json::Map<String, Value> = (0..9_u32)
        .map(|item| {
            let rest = total.saturating_sub(item * 3);
            (format!("q{}", item + 1), json!(rest.min(3)))
        })
        .chain([("q10".to_owned(), json!(1))])
        .collect();
    questionnaire("phq-9", Value::Object(answers))
}

/// A daily check-in with this mood, answered now.
pub fn check_in(mood: u32) -> Body {
    questionnaire("daily-check-in", json!({"mood": mood, "anxiety": 4, "energy": 5, "sleep_quality": 6, "pain": 2}))
}

/// A questionnaire with these answers, answered now.
#[expect(clippy::needless_pass_by_value, reason = "callers write json!(…) in place")]
pub fn questionnaire(instrument: &str, answers: Value) -> Body {
    let body = json!({"instrument": instrument, "answers": answers, "completed_at": START, "time_zone": "America/Denver"});
    Body(body)
}

/// A completed infusion, the `number`th; `of` says whose.
pub fn session(number: u32) -> Body {
    Body(json!({
        "number": number,
        "status": "completed",
        "started_at": "2026-11-20T17:00:00.000Z",
        "ended_at": "2026-11-20T17:40:00.000Z",
        "route": "iv",
        "dose_mg": 40.0,
        "weight_kg": 80.0,
    }))
}
