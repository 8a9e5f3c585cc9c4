//! What turns bodies, paths and query strings into types, and their failures into problems.

use actix_web::dev::Payload;
use actix_web::error::{PathError, QueryPayloadError};
use actix_web::http::header;
use actix_web::web::{Bytes, PathConfig, QueryConfig};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::Segment;

use crate::error::{Error, Result, Violation};

/// Path parameters: an id that is none names nothing.
pub fn path() -> PathConfig {
    PathConfig::default().error_handler(|_: PathError, _| Error::NotFound("what this address names").into())
}

/// Query parameters.
pub fn query() -> QueryConfig {
    QueryConfig::default().error_handler(|error: QueryPayloadError, _| match error {
        QueryPayloadError::Deserialize(why) => Error::Invalid(vec![violation("", &why.to_string())]).into(),
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

/// A field that may be left out but not be null: a change to what always has a value.
pub fn present<'de, T, D>(deserializer: D) -> std::result::Result<Option<T>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// A JSON body that fits `T`.
///
/// What is no JSON is 400, what does not fit is 422 with a pointer to the place, another media type is 415. The body was
/// read and its size held to the limit where the request arrived (`web/frame.rs`).
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    /// The value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_of(request, "application/json");
        let body = body(request, payload);
        Box::pin(async move {
            let body = body.await?;
            match (is_json, body.is_empty()) {
                (true, _) => parse(&body).map(Self),
                (false, true) => Err(Error::BadRequest("the body is missing: send JSON")),
                (false, false) => Err(Error::MediaType),
            }
        })
    }
}

/// The bytes of the body.
pub(super) fn body(request: &HttpRequest, payload: &mut Payload) -> impl Future<Output = Result<Bytes>> + 'static {
    let body = Bytes::from_request(request, payload);
    async move { body.await.map_err(|_| Error::BadRequest("the body could not be read")) }
}

/// Whether the body says that it is of this media type.
pub(super) fn is_of(request: &HttpRequest, media_type: &str) -> bool {
    request.mime_type().ok().flatten().is_some_and(|mime| mime.essence_str() == media_type)
}

/// As `Json`, for operations whose body may be left out.
#[derive(Debug)]
pub struct MaybeJson<T>(pub Option<T>);

impl<T: DeserializeOwned + 'static> FromRequest for MaybeJson<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if request.headers().get(header::CONTENT_LENGTH).is_none_or(|length| length == "0") && !request.chunked().unwrap_or(false)
        {
            return Box::pin(async { Ok(Self(None)) });
        }
        let json = Json::from_request(request, payload);
        Box::pin(async move { json.await.map(|json| Self(Some(json.0))) })
    }
}

/// A JSON body as `T`, or what is wrong with it and where.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut json);
    match read {
        Ok(_) if !body.trim_ascii_start().starts_with(b"{") => Err(unfit(body, Violation::new("", "must be an object"))),
        Ok(value) => json.end().map(|()| value).map_err(|_| Error::BadRequest("the body is not one JSON value")),
        Err(why) if why.inner().classify() == Category::Data => {
            let pointer: String = why.path().iter().filter_map(pointer_part).collect();
            Err(unfit(body, violation(&pointer, &why.inner().to_string())))
        }
        Err(_) => Err(Error::BadRequest("the body is not JSON")),
    }
}

/// A body with a violation, unless it is no JSON at all further on.
fn unfit(body: &[u8], violation: Violation) -> Error {
    match serde_json::from_slice::<serde::de::IgnoredAny>(body) {
        Ok(_) => Error::Invalid(vec![violation]),
        Err(_) => Error::BadRequest("the body is not JSON"),
    }
}

fn pointer_part(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Seq { index } => Some(format!("/{index}")),
        Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// The rule behind serde's message, without the value that serde repeats in it.
fn violation(pointer: &str, message: &str) -> Violation {
    let named = |prefix: &str| message.strip_prefix(prefix).and_then(|rest| rest.split('`').nth(1)).filter(|name| is_plain(name));
    let below = |name: &str| {
        let part = format!("/{name}");
        if pointer.ends_with(&part) { pointer.to_owned() } else { format!("{pointer}{part}") }
    };
    if let Some(name) = named("missing field ") {
        return Violation::new(below(name), "is missing");
    }
    if let Some(name) = named("duplicate field ") {
        return Violation::new(below(name), "stands here twice");
    }
    if message.starts_with("unknown field ") {
        let place = named("unknown field ").map_or_else(|| pointer.to_owned(), below);
        return Violation::new(place, "is not a field of this request");
    }
    if let Some((_, allowed)) = message.strip_prefix("unknown variant ").and_then(|rest| rest.split_once("expected ")) {
        return Violation::new(pointer, format!("must be {}", without_position(allowed).replace('`', "")));
    }
    if message.starts_with("must ") {
        return Violation::new(pointer, without_position(message));
    }
    if let Some((_, expected)) = message.rsplit_once(", expected ") {
        return Violation::new(pointer, format!("must be {}", without_position(expected)));
    }
    Violation::new(pointer, "does not have the shape that the API document gives")
}

fn is_plain(name: &str) -> bool {
    name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn without_position(message: &str) -> &str {
    message.split(" at line ").next().unwrap_or_default()
}
