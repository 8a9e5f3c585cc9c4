//! Handlers that make a code, open a tablet with it, and end it.

use actix_web::http::header;
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Code, TABLET_SECONDS, end, make, open, queries, short_name, take_back};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event};
use crate::auth::guards::{AsCoordinator, AsTablet, RequestId};
use crate::auth::http::address;
use crate::auth::{self, device_name};
use crate::config::Secret;
use crate::db::{Id, Reach, Timestamp};
use crate::error::{Error, Problem, Result};
use crate::patients::Patient;
use crate::people::UserClinicBody;
use crate::web::Json;

/// The routes of tablets.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/patients/{id}/kiosk-codes", web::post().to(create))
        .route("/patients/{id}/kiosk-codes", web::get().to(read))
        .route("/patients/{id}/kiosk-codes", web::delete().to(revoke))
        .route("/kiosk", web::post().to(begin))
        .route("/kiosk", web::delete().to(finish));
}

/// A code that opens a tablet for one patient.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KioskCode)]
pub struct KioskCodeBody {
    /// What to type at the tablet, with or without a gap; only in this answer, and nowhere else ever again.
    #[schema(example = "K7PM4XQ2")]
    code: String,
    /// When it opens nothing any more: after ten minutes, or when it was used.
    expires_at: Timestamp,
    /// The address to open instead, or to show as a picture.
    #[schema(example = "https://yarrow.alder-row.example/kiosk#code=K7PM4XQ2")]
    url: String,
}

/// `POST /patients/{id}/kiosk-codes`: makes a code that opens a tablet once, for what this patient is asked today. The code before it
/// opens nothing any more.
#[utoipa::path(post, path = "/api/v1/patients/{id}/kiosk-codes", tag = "Kiosk", params(("id" = Id<Patient>, Path)), responses(
    (status = 201, description = "Made; it is not shown again", body = KioskCodeBody),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
pub async fn create(who: AsCoordinator, id: Path<Id<Patient>>, app: Data<App>) -> Result<HttpResponse> {
    let (who, id, now, code) = (who.0, *id, app.clock.now(), Code::make()?);
    let (keys, made) = (app.keys.clone(), code.clone());
    let expires_at = app
        .database
        .write(who.reach(), move |conn| {
            let scope = who.known_patient(conn, id)?;
            make(conn, &keys, &who, scope, &made, now)
        })
        .await?;
    let url = code.url(app.public_url());
    Ok(HttpResponse::Created().json(KioskCodeBody { code: code.text().to_owned(), expires_at, url }))
}

/// What is open for a patient.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KioskState)]
pub struct KioskStateBody {
    /// Until when a code waits to be used.
    code_until: Option<Timestamp>,
    /// Until when a tablet is open.
    tablet_until: Option<Timestamp>,
}

/// `GET /patients/{id}/kiosk-codes`: whether a code waits for a patient, and whether a tablet is open. It never tells the code.
#[utoipa::path(get, path = "/api/v1/patients/{id}/kiosk-codes", tag = "Kiosk", params(("id" = Id<Patient>, Path)), responses(
    (status = 200, body = KioskStateBody), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn read(who: AsCoordinator, id: Path<Id<Patient>>, app: Data<App>) -> Result<HttpResponse> {
    let (who, id, now) = (who.0, *id, app.clock.now());
    let state = app
        .database
        .read(who.reach(), move |conn| {
            let scope = who.known_patient(conn, id)?;
            let code_until = queries::waits_until(conn, scope, now)?;
            Ok(KioskStateBody { code_until, tablet_until: auth::queries::tablet_until(conn, scope, now)? })
        })
        .await?;
    Ok(HttpResponse::Ok().json(state))
}

/// `DELETE /patients/{id}/kiosk-codes`: takes back the code that waits for a patient, and ends the tablet that is open for it.
#[utoipa::path(delete, path = "/api/v1/patients/{id}/kiosk-codes", tag = "Kiosk", params(("id" = Id<Patient>, Path)), responses(
    (status = 204, description = "Nothing is open for this patient any more"), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
pub async fn revoke(who: AsCoordinator, id: Path<Id<Patient>>, app: Data<App>) -> Result<HttpResponse> {
    let (who, id, now) = (who.0, *id, app.clock.now());
    // Sign-ins are the installation's, so the database's fence stands open; the scope does not.
    app.database
        .write(Reach::Installation, move |conn| {
            let scope = who.known_patient(conn, id)?;
            take_back(conn, &who, scope, now)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What a person types at a tablet.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The code. Capitals, gaps and letters that look alike do not matter.
    #[schema(value_type = String, example = "K7PM 4XQ2")]
    code: Secret,
}

/// An open tablet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Kiosk)]
pub struct KioskBody {
    /// The JWT for its requests, to be held in memory only. Nothing renews it.
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds until the tablet closes whatever happens.
    #[schema(example = 1200)]
    expires_in: i64,
    /// When that is.
    ends_at: Timestamp,
    /// The patient, to be named with the answers: what waits at a tablet never goes to another one's record.
    patient_id: Id<Patient>,
    /// Whose questionnaires they are, so that the right person answers.
    #[schema(example = "Maya E.")]
    name: String,
    /// The clinic.
    clinic: UserClinicBody,
}

/// `POST /kiosk`: opens a tablet with a code, for one patient and 20 minutes. Its token reaches `GET /me/tasks`, the questionnaires,
/// `PUT /responses/{id}` and `DELETE /kiosk`, and nothing else.
#[utoipa::path(post, path = "/api/v1/kiosk", tag = "Kiosk", request_body = Opening, security(()), responses(
    (status = 200, body = KioskBody), (status = 404, description = "Unknown, used, over or taken back", body = Problem),
    (status = 422, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn begin(request: HttpRequest, id: RequestId, body: Json<Opening>, app: Data<App>) -> Result<HttpResponse> {
    app.limits.count_sign_in(address(&request, &app))?;
    let unknown = || Error::NotFound("an open code");
    let code_hash = app.keys.code_hash(Code::read(body.0.code.reveal()).ok_or_else(unknown)?.text());
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let (device, now, shared) = (device_name(agent), app.clock.now(), app.clone());
    let opened = app
        .database
        .write(Reach::Installation, move |conn| {
            let opened = open(conn, &shared, &code_hash, &device, id.0, now)?;
            if opened.is_none() {
                let actor = Actor { user: None, role: "", sign_in: None, request: id.0 };
                let event = Event::of(Action::SignInFailed, "kiosk_code", Uuid::nil()).refused("no open code");
                audit::record(conn, None, &actor, &event, now)?;
            }
            Ok(opened)
        })
        .await?
        .ok_or_else(unknown)?;
    Ok(HttpResponse::Ok().json(KioskBody {
        access_token: opened.access,
        token_type: "Bearer",
        expires_in: TABLET_SECONDS,
        ends_at: opened.ends_at,
        patient_id: opened.patient,
        name: short_name(&opened.name),
        clinic: opened.clinic.into(),
    }))
}

/// `DELETE /kiosk`: the tablet ends itself.
#[utoipa::path(delete, path = "/api/v1/kiosk", tag = "Kiosk", responses((status = 204, description = "Ended"),
    (status = 401, body = Problem), (status = 403, description = "Only a tablet ends itself here", body = Problem)))]
pub async fn finish(tablet: AsTablet, app: Data<App>) -> Result<HttpResponse> {
    let now = app.clock.now();
    app.database.write(Reach::Installation, move |conn| end(conn, &tablet, now)).await?;
    Ok(HttpResponse::NoContent().finish())
}
