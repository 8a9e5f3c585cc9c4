//! Errors in FHIR's form.

use actix_web::HttpResponse;
use actix_web::http::header;
use serde_json::json;

use super::{MEDIA_TYPE, compact};
use crate::error::{Error, Violation};

/// The answer to a request with the id `instance`.
pub fn answer(error: &Error, instance: &str) -> HttpResponse {
    let plain = error.answer(instance);
    let mut answer = HttpResponse::build(plain.status());
    for (name, value) in plain.headers() {
        answer.insert_header((name.clone(), value.clone()));
    }
    let issue = |place: Option<&str>, detail: &str| json!({"severity": "error", "code": code(error), "diagnostics": detail, "expression": place.map(|place| [place])});
    let issues: Vec<_> = match error {
        Error::Invalid(violations) => violations
            .iter()
            .map(|Violation { pointer, detail }| {
                let place = pointer.trim_start_matches('/');
                issue(Some(place).filter(|place| !place.is_empty()), &format!("{place} {detail}"))
            })
            .collect(),
        error => vec![issue(None, &error.to_string())],
    };
    let outcome = compact(json!({"resourceType": "OperationOutcome", "id": instance, "issue": issues}));
    answer.insert_header((header::CONTENT_TYPE, MEDIA_TYPE)).body(outcome.to_string())
}

/// The kind of issue, in FHIR's word. Source: <https://hl7.org/fhir/R4/valueset-issue-type.html>
const fn code(error: &Error) -> &'static str {
    match error {
        Error::BadRequest(_) => "structure",
        Error::Unauthenticated | Error::WrongCredentials => "login",
        Error::Forbidden(_) => "forbidden",
        Error::NotFound(_) => "not-found",
        Error::MethodNotAllowed | Error::MediaType => "not-supported",
        Error::Conflict(_) | Error::AlreadyHandled(_) | Error::Gate(_) | Error::Stale => "conflict",
        Error::TooLarge => "too-long",
        Error::Invalid(_) => "invalid",
        Error::TooMany(_) => "throttled",
        Error::Timeout => "timeout",
        Error::Unavailable => "transient",
        Error::Internal(_) => "exception",
    }
}
