//! The one error type: a variant is something a caller can act on, the rest is `Internal`.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::courses::gate::Requirement;

/// What every fallible function of Yarrow returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Something that kept a request from being done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body is no JSON, or the request contradicts itself. 400.
    #[error("{0}")]
    BadRequest(&'static str),
    /// Nobody is signed in, or the sign-in has ended. 401.
    #[error("sign in first: there is no valid sign-in with this request")]
    Unauthenticated,
    /// The e-mail and password are not a pair. 401.
    #[error("the e-mail or the password is not right")]
    WrongCredentials,
    /// Known, but not for this role. 403.
    #[error("{0}")]
    Forbidden(&'static str),
    /// Unknown, or outside the caller's care. 404.
    #[error("{0} was not found")]
    NotFound(&'static str),
    /// The resource has no such operation. 405.
    #[error("this address does not answer that method")]
    MethodNotAllowed,
    /// It contradicts what is there: the same id with other content, a number that another has. 409.
    #[error("{0}")]
    Conflict(&'static str),
    /// Somebody else was first with a step that is taken once. 409.
    #[error("{0}")]
    AlreadyHandled(&'static str),
    /// Something has to be there before the first dose. 409, with what is missing.
    #[error("something has to be there before the first session: see missing, or say in override why it goes ahead")]
    Gate(Vec<Requirement>),
    /// Someone else has changed it since it was read. 412.
    #[error("this has changed since you read it: read it again, then send your change with the new ETag")]
    Stale,
    /// The body is over the limit. 413.
    #[error("the body is too large")]
    TooLarge,
    /// The body is not of the kind that is asked for, or is compressed. 415.
    #[error("send the content type that the API document names, without a content encoding")]
    MediaType,
    /// The request does not fit the schema or the rules. 422.
    #[error("the request does not fit: see errors")]
    Invalid(Vec<Violation>),
    /// Too many tries; seconds to wait. 429.
    #[error("too many tries: wait {0} seconds, then try again")]
    TooMany(u64),
    /// The request took too long to arrive. 408.
    #[error("the request did not arrive whole in time")]
    Timeout,
    /// The database or a queue cannot take this now; nothing was done. 503.
    #[error("Yarrow cannot take this right now. Nothing was stored: keep what you have and try again in a few seconds")]
    Unavailable,
    /// A fault of ours; the cause is logged once and never sent. 500.
    #[error("something went wrong on our side")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// One place in a request that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Violation {
    /// JSON pointer to the place, as `/answers/q9`.
    #[schema(example = "/answers/q9")]
    pub pointer: String,
    /// The rule in words, never the value that was sent.
    #[schema(example = "must be 0, 1, 2 or 3")]
    pub detail: String,
}

impl Violation {
    /// A violation of the rule `detail` at `pointer`.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}

/// The body of every error: RFC 9457 `application/problem+json`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A stable name of the kind of error.
    #[serde(rename = "type")]
    #[schema(example = "https://yarrow.example/problems/invalid")]
    pub kind: String,
    /// The kind of error in words.
    pub title: &'static str,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What happened, what is safe and what to do.
    pub detail: String,
    /// The request id, to find the request in the server's log.
    pub instance: String,
    /// Every place that breaks a rule, where the request was invalid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Violation>,
    /// What has to be there first, where that is what is missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Requirement>,
}

/// Where the kinds of problem are named; the last part is what programs compare.
const PROBLEMS: &str = "https://yarrow.example/problems/";

impl Error {
    /// The one table of statuses and problem types.
    pub fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::BadRequest(_) => (StatusCode::BAD_REQUEST, "bad-request", "The request cannot be read"),
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated", "Not signed in"),
            Self::WrongCredentials => (StatusCode::UNAUTHORIZED, "wrong-credentials", "Not signed in"),
            Self::Forbidden(_) => (StatusCode::FORBIDDEN, "forbidden", "Not allowed"),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "not-found", "Not found"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "No such operation"),
            Self::Conflict(_) => (StatusCode::CONFLICT, "conflict", "In conflict with what is there"),
            Self::AlreadyHandled(_) => (StatusCode::CONFLICT, "already-handled", "Already handled"),
            Self::Gate(_) => (StatusCode::CONFLICT, "gate", "Not ready for the first session"),
            Self::Stale => (StatusCode::PRECONDITION_FAILED, "stale", "Changed since it was read"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large"),
            Self::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "Another content type than asked for"),
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "The request does not fit"),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many tries"),
            Self::Timeout => (StatusCode::REQUEST_TIMEOUT, "timeout", "Too slow"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not possible right now"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong"),
        }
    }

    /// One violation, as an error.
    pub fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::new(pointer, detail)])
    }

    /// The body of the answer to a request with the id `instance`.
    pub fn problem(&self, instance: &str) -> Problem {
        let (status, kind, title) = self.kind();
        Problem {
            kind: format!("{PROBLEMS}{kind}"),
            title,
            status: status.as_u16(),
            detail: self.to_string(),
            instance: instance.to_owned(),
            errors: if let Self::Invalid(violations) = self { violations.clone() } else { Vec::new() },
            missing: if let Self::Gate(missing) = self { missing.clone() } else { Vec::new() },
        }
    }

    /// The answer to a request with the id `instance`.
    pub fn answer(&self, instance: &str) -> HttpResponse {
        let problem = self.problem(instance);
        let mut answer = HttpResponse::build(self.kind().0);
        answer.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        match self {
            Self::TooMany(seconds) => {
                answer.insert_header((header::RETRY_AFTER, seconds.to_string()));
            }
            Self::Unavailable => {
                answer.insert_header((header::RETRY_AFTER, "2"));
            }
            Self::Unauthenticated | Self::WrongCredentials => {
                answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
            }
            _ => {}
        }
        answer.body(serde_json::to_string(&problem).unwrap_or_default())
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.kind().0
    }

    fn error_response(&self) -> HttpResponse {
        self.answer("")
    }
}
