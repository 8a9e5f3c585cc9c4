//! The frame around every request: its id, its deadline, headers, problems for every failure, one line in the log.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::{BytesMut, Data};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use futures_util::{FutureExt, StreamExt};
use tracing::{error, info};
use uuid::Uuid;

use super::{cookies, origin, shell};
use crate::app::App;
use crate::auth::guards::{RequestId, request_id};
use crate::auth::http::address;
use crate::db::Id;
use crate::error::{Error, Result};
use crate::fhir;

/// A whole request, its body included, must be done in this time.
const DEADLINE: Duration = Duration::from_secs(10);
/// Largest body outside sign-in.
const BODY_BYTES: usize = 64 * 1024;
/// Largest body of sign-in.
const AUTH_BODY_BYTES: usize = 8 * 1024;
/// Largest body of an import: a thousand lines.
const IMPORT_BODY_BYTES: usize = 1 << 20;
/// How much of a body that is too large is read and dropped, so that its sender hears the answer.
const DRAIN_BYTES: usize = 16 << 20;
/// Parameters that a query string may have.
const MOST_PARAMETERS: usize = 20;

/// For the shell: nothing inline, nothing from elsewhere.
macro_rules! shell_policy {
    ($more:literal) => {
        concat!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
             manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; \
             require-trusted-types-for 'script'; trusted-types app",
            $more
        )
    };
}
const SHELL_POLICY: &str = shell_policy!("");
const SHELL_POLICY_ON_HTTPS: &str = shell_policy!("; upgrade-insecure-requests");
/// For API answers, which are never pages.
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";
const PERMISSIONS: &str = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), accelerometer=(), gyroscope=(), magnetometer=(), \
     publickey-credentials-get=(self), publickey-credentials-create=(self)";

/// What an address speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wire {
    /// Yarrow's own API.
    Api,
    /// FHIR.
    Fhir,
    /// The web app, and whether the server is well.
    Shell,
}

impl Wire {
    fn of(path: &str) -> Self {
        if path.starts_with("/api/") {
            Self::Api
        } else if path.starts_with("/fhir/") {
            Self::Fhir
        } else {
            Self::Shell
        }
    }

    /// A refusal of the request with the id `instance`, in the form that is spoken here.
    fn refusal(self, error: &Error, instance: &str) -> HttpResponse {
        if self == Self::Fhir { fhir::outcome::answer(error, instance) } else { error.answer(instance) }
    }
}

/// The middleware.
pub async fn frame(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let began = Instant::now();
    let Some(app) = request.app_data::<Data<App>>().cloned() else {
        return Err(Error::Internal("no App".into()).into());
    };
    let id = Id::<()>::new(app.clock.now()).uuid();
    request.extensions_mut().insert(RequestId(id));
    let method = request.method().clone();
    let wire = Wire::of(request.path());
    let is_api = wire != Wire::Shell;
    if let Err(refusal) = admit(&request, &app) {
        let answer = wire.refusal(&refusal, &id.to_string());
        return Ok(finish(request.into_response(answer), &app, id, is_api, &method, began));
    }
    // The body is read before any handler runs, whole or up to the limit: an early refusal never cuts the connection off
    // from a client that is still sending. No clone of the request is held across the call: routing would panic.
    let handle = async move {
        match read_body(request).await {
            Ok(request) => next.call(request).await.map(ServiceResponse::map_into_boxed_body),
            Err((request, refusal)) => Ok(request.into_response(wire.refusal(&refusal, &id.to_string()))),
        }
    };
    let call = AssertUnwindSafe(handle).catch_unwind();
    let failure = match actix_web::rt::time::timeout(DEADLINE, call).await {
        Ok(Ok(Ok(answered))) => return Ok(finish(answered, &app, id, is_api, &method, began)),
        Ok(Ok(Err(why))) => return Err(why),
        Ok(Err(_)) => Error::Internal("a handler panicked".into()),
        Err(_) => Error::Timeout,
    };
    error!(request.id = %id, cause = ?failure, "a request was given up");
    let mut answer = wire.refusal(&failure, &id.to_string());
    set_headers(answer.headers_mut(), &app, id, true);
    answer.head_mut().set_connection_type(actix_web::http::ConnectionType::Close);
    Err(actix_web::error::InternalError::from_response(failure, answer).into())
}

/// What is refused before any handler sees it.
fn admit(request: &ServiceRequest, app: &App) -> Result<()> {
    let encoding = request.headers().get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding.as_bytes() != b"identity") {
        return Err(Error::MediaType);
    }
    if Wire::of(request.path()) != Wire::Shell {
        app.limits.count_address(address(request.request(), app))?;
        check_parameters(request.query_string())?;
    }
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if writes && cookies::any(request.request()) {
        origin::check(request.request())?;
    }
    Ok(())
}

/// Reads the body into memory. Past the limit the rest is read and dropped, up to a bound.
async fn read_body(mut request: ServiceRequest) -> Result<ServiceRequest, (ServiceRequest, Error)> {
    let headers = request.headers();
    if !headers.contains_key(header::CONTENT_LENGTH) && !headers.contains_key(header::TRANSFER_ENCODING) {
        return Ok(request);
    }
    let limit = match request.path() {
        "/api/v1/clinic/import" => IMPORT_BODY_BYTES,
        path if path.starts_with("/api/v1/auth/") => AUTH_BODY_BYTES,
        _ => BODY_BYTES,
    };
    let mut payload = request.take_payload();
    let mut body = BytesMut::new();
    let mut size = 0;
    while let Some(chunk) = payload.next().await {
        let Ok(chunk) = chunk else { return Err((request, Error::BadRequest("the body could not be read"))) };
        size += chunk.len();
        if size <= limit {
            body.extend_from_slice(&chunk);
        }
        if size > DRAIN_BYTES {
            break;
        }
    }
    if size > limit {
        return Err((request, Error::TooLarge));
    }
    request.set_payload(Payload::from(body.freeze()));
    Ok(request)
}

fn check_parameters(query: &str) -> Result<()> {
    let mut names: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split('=').next().unwrap_or(pair)).collect();
    if names.len() > MOST_PARAMETERS {
        return Err(Error::invalid("", "a query string has 20 parameters at the most"));
    }
    if query.contains("%00") {
        return Err(Error::invalid("", "a query parameter must not hold U+0000"));
    }
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Error::invalid("", "a query parameter stands here twice"));
    }
    Ok(())
}

fn finish(
    answered: ServiceResponse<BoxBody>,
    app: &App,
    id: Uuid,
    is_api: bool,
    method: &Method,
    began: Instant,
) -> ServiceResponse<BoxBody> {
    let wire = Wire::of(answered.request().path());
    let mut answered = with_problem(answered, wire, id);
    let status = answered.status();
    set_headers(answered.headers_mut(), app, id, is_api);
    if is_api && shell::is_outgrown(answered.request().headers()) {
        answered.headers_mut().insert(shell::UPDATE, HeaderValue::from_static("1"));
    }
    let route = answered.request().match_pattern().unwrap_or_else(|| "unmatched".into());
    let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    info!(request.id = %id, http.method = %method, http.route = route, http.status = status.as_u16(), duration_ms, "request served");
    answered
}

/// Gives every failure the body of a problem, with the request's id.
fn with_problem(answered: ServiceResponse<BoxBody>, wire: Wire, id: Uuid) -> ServiceResponse<BoxBody> {
    let status = answered.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return answered;
    }
    let instance = id.to_string();
    if let Some(failure) = answered.response().error().and_then(|error| error.as_error::<Error>()) {
        if let Error::Internal(cause) = failure {
            error!(request.id = %id, cause = %cause, "a request failed");
        }
        let answer = wire.refusal(failure, &instance);
        return answered.into_response(answer);
    }
    let kind = answered.headers().get(header::CONTENT_TYPE);
    let is_problem = kind.is_some_and(|kind| kind == "application/problem+json" || kind == fhir::MEDIA_TYPE);
    if is_problem {
        return answered;
    }
    let failure = match status {
        StatusCode::NOT_FOUND => Error::NotFound("what this address names"),
        StatusCode::METHOD_NOT_ALLOWED => Error::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::MediaType,
        StatusCode::REQUEST_TIMEOUT => Error::Timeout,
        status if status.is_client_error() => Error::BadRequest("the request cannot be read"),
        _ => Error::Internal("an answer without a cause".into()),
    };
    answered.into_response(wire.refusal(&failure, &instance))
}

fn set_headers(headers: &mut HeaderMap, app: &App, id: Uuid, is_api: bool) {
    let mut set =
        |name: &'static str, value: &'static str| headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "no-referrer");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("x-frame-options", "DENY");
    set("permissions-policy", PERMISSIONS);
    let shell_policy = if app.is_secure() { SHELL_POLICY_ON_HTTPS } else { SHELL_POLICY };
    set("content-security-policy", if is_api { API_POLICY } else { shell_policy });
    if app.is_secure() {
        set("strict-transport-security", "max-age=63072000; includeSubDomains");
    }
    if is_api {
        set("cache-control", "no-store");
    }
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    let is_bare_json = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if is_bare_json {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    }
}

/// An address below `/api` or `/fhir` that names nothing, or nothing that answers this method.
pub async fn not_found(request: HttpRequest) -> Result<HttpResponse> {
    let methods = request.match_pattern().map(|pattern| super::api_document::methods(&pattern)).unwrap_or_default();
    if methods.is_empty() {
        return Err(Error::NotFound("what this address names"));
    }
    Ok(method_not_allowed(&request, &methods.join(", ")))
}

/// The refusal of a method, and which ones there are.
pub fn method_not_allowed(request: &HttpRequest, methods: &str) -> HttpResponse {
    let mut answer = Wire::of(request.path()).refusal(&Error::MethodNotAllowed, &request_id(request).to_string());
    if let Ok(allowed) = HeaderValue::from_str(methods) {
        answer.headers_mut().insert(header::ALLOW, allowed);
    }
    answer
}
