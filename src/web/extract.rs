//! What turns bodies, paths and query strings into types, and their failures into problems.

use actix_web::error::{JsonPayloadError, PathError, QueryPayloadError};
use actix_web::http::header;
use actix_web::web::{JsonConfig, PathConfig, QueryConfig};
use actix_web::{HttpMessage, HttpRequest};
use serde_json::error::Category;

use crate::error::{Error, Violation};

/// JSON bodies up to `bytes`, of media type application/json.
pub fn json_of(bytes: usize) -> JsonConfig {
    JsonConfig::default().limit(bytes).error_handler(|error, request| json_error(error, request).into())
}

/// Path parameters: an id that is none names nothing.
pub fn path() -> PathConfig {
    PathConfig::default().error_handler(|_: PathError, _| Error::NotFound("what this address names").into())
}

/// Query parameters.
pub fn query() -> QueryConfig {
    QueryConfig::default().error_handler(|error: QueryPayloadError, _| match error {
        QueryPayloadError::Deserialize(why) => Error::Invalid(vec![violation(&why.to_string())]).into(),
        _ => Error::invalid("", "the query string cannot be read").into(),
    })
}

/// For a field of a change: absent leaves it alone, null empties it. With `#[serde(default)]`.
pub fn double_option<'de, T, D>(deserializer: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}

fn json_error(error: JsonPayloadError, request: &HttpRequest) -> Error {
    match error {
        JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. } => Error::TooLarge,
        JsonPayloadError::ContentType => {
            let is_json = request.mime_type().ok().flatten().is_some_and(|mime| mime.essence_str() == "application/json");
            if is_json || !request.headers().contains_key(header::CONTENT_TYPE) && is_bodyless(request) {
                Error::BadRequest("the body is missing: send JSON")
            } else {
                Error::MediaType
            }
        }
        JsonPayloadError::Deserialize(why) if why.classify() == Category::Data => {
            Error::Invalid(vec![violation(&why.to_string())])
        }
        JsonPayloadError::Deserialize(_) => Error::BadRequest("the body is not JSON"),
        _ => Error::BadRequest("the body could not be read"),
    }
}

fn is_bodyless(request: &HttpRequest) -> bool {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.is_none_or(|length| length == "0") && !request.headers().contains_key(header::TRANSFER_ENCODING)
}

/// The rule behind serde's message, without the value that serde repeats in it.
fn violation(message: &str) -> Violation {
    let named = |prefix: &str| message.strip_prefix(prefix).and_then(|rest| rest.split('`').nth(1)).filter(|name| is_plain(name));
    if let Some(name) = named("missing field ") {
        return Violation::new(format!("/{name}"), "is missing");
    }
    if let Some(name) = named("duplicate field ") {
        return Violation::new(format!("/{name}"), "stands here twice");
    }
    if let Some(name) = named("unknown field ") {
        return Violation::new(format!("/{name}"), "is not a field of this request");
    }
    if let Some((_, allowed)) = message.strip_prefix("unknown variant ").and_then(|rest| rest.split_once("expected ")) {
        return Violation::new("", format!("a word here must be {}", without_position(allowed)));
    }
    if let Some((_, expected)) = message.split_once(", expected ") {
        return Violation::new("", format!("a value here must be {}", without_position(expected)));
    }
    if message.starts_with("must ") {
        return Violation::new("", format!("a value here {}", without_position(message)));
    }
    Violation::new("", "does not have the shape that the API document gives")
}

fn is_plain(name: &str) -> bool {
    name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn without_position(message: &str) -> &str {
    message.split(" at line ").next().unwrap_or_default()
}
