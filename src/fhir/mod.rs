//! FHIR R4, to read: what a patient answered and was given, in the words that other health software knows.
//!
//! Resources are JSON values that pure functions make of rows. `tests/api/fhir.rs` holds each to the published schema. Codes
//! come from the questionnaires' files; what has no code there has a word of ours and a text, never a guessed code.

pub mod bundle;
pub mod http;
pub mod outcome;
pub mod resources;

use serde_json::Value;

/// The version of the specification.
pub const VERSION: &str = "4.0.1";
/// The kind of body.
pub const MEDIA_TYPE: &str = "application/fhir+json";
/// Where the resources lie.
pub const PATH: &str = "/fhir/R4";

/// Makes the addresses of resources.
#[derive(Debug, Clone)]
pub struct Links {
    base: String,
}

impl Links {
    /// Addresses of the installation that people reach at `public_url`.
    pub fn of(public_url: &str) -> Self {
        Self { base: format!("{}{PATH}", public_url.trim_end_matches('/')) }
    }

    /// The address behind the base.
    pub fn to(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    /// The base.
    pub fn base(&self) -> &str {
        &self.base
    }
}

/// The resource without members that are null or empty, which FHIR forbids.
pub fn compact(value: Value) -> Value {
    let is_something = |value: &Value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    };
    match value {
        Value::Array(items) => items.into_iter().map(compact).filter(is_something).collect(),
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| (name, compact(value)));
            Value::Object(members.filter(|(_, value)| is_something(value)).collect())
        }
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_is_null_and_nothing_is_empty() {
        let made = compact(json!({"a": null, "b": [], "c": {"d": [null, {}]}, "e": [{"f": 0, "g": ""}], "h": false}));
        assert_eq!(made, json!({"e": [{"f": 0, "g": ""}], "h": false}));
    }
}
