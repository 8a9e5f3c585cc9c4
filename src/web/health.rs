//! Liveness, readiness and what an app may know before anyone signs in.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::clinic::{self, ContactBody, CrisisResources};
use crate::db::Reach;
use crate::error::{Error, Problem, Result};
use crate::responses::digest;
use crate::web::{answer_with_etag, etag};

/// The state of the server in one word.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// `GET /healthz`: the process answers.
#[utoipa::path(get, path = "/healthz", tag = "Server", security(()), responses((status = 200, body = Health)))]
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok" })
}

/// `GET /readyz`: the database takes writes and its tables are up to date.
#[utoipa::path(get, path = "/readyz", tag = "Server", security(()), responses((status = 200, body = Health), (status = 503, body = Problem)))]
pub async fn ready(app: Data<App>) -> Result<HttpResponse> {
    if app.database.is_writable().await { Ok(HttpResponse::Ok().json(Health { status: "ok" })) } else { Err(Error::Unavailable) }
}

/// What an app may know before anyone signs in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Meta {
    /// `Yarrow`.
    name: &'static str,
    /// The server's version.
    version: &'static str,
    /// Whether the first clinic is still to be made.
    setup_required: bool,
    /// The key for Web Push.
    vapid_public_key: Option<String>,
    /// The key that a phone seals waiting answers to (HPKE, P-256): uncompressed, in base64url.
    outbox_public_key: String,
    /// Crisis lines by country, the clinic's own country first.
    crisis_resources: Vec<CrisisResources>,
    /// The clinic's contact, where the installation has exactly one.
    clinic: Option<ContactBody>,
}

/// `GET /api/v1/meta`: name, version and crisis lines.
#[utoipa::path(get, path = "/api/v1/meta", tag = "Server", security(()), responses(
    (status = 200, body = Meta), (status = 304, description = "Not changed"), (status = 503, body = Problem)))]
pub async fn meta(request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let clinics = app.database.read(Reach::Installation, clinic::queries::first_two).await?;
    let country = clinics.first().map(|clinic| clinic.country.clone());
    let only = if let [only] = clinics.as_slice() { Some(ContactBody::from(only)) } else { None };
    let meta = Meta {
        name: "Yarrow",
        version: env!("CARGO_PKG_VERSION"),
        setup_required: clinics.is_empty(),
        vapid_public_key: Some(app.keys.vapid.public.clone()),
        outbox_public_key: app.keys.outbox.public().to_owned(),
        crisis_resources: clinic::crisis_resources(country.as_deref()),
        clinic: only,
    };
    let said = serde_json::to_string(&meta).map_err(|why| Error::Internal(Box::new(why)))?;
    Ok(answer_with_etag(request.headers(), &etag(digest(&[&said])), &meta))
}
