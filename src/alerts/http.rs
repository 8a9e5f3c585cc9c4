//! Handlers that show alerts and note who takes and closes them.

use actix_web::http::header;
use actix_web::web::{self, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::queries::{Listing, Which};
use super::{Alert, AlertBody, AlertRow, Outcome, Status, body, queries};
use crate::app::App;
use crate::auth::guards::{AsProvider, SignedIn};
use crate::auth::scope::PatientScope;
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::{Error, Problem, Result};
use crate::patients::{Patient, caseload};
use crate::responses::digest;
use crate::web::checks::{Checks, NOTE_CHARACTERS};
use crate::web::{Cursor, IfMatch, Json, List, MaybeJson, answer_with_etag, etag, page_size};

/// The routes of alerts.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/alerts", web::get().to(list))
        .route("/alerts/{id}", web::get().to(read))
        .route("/alerts/{id}/acknowledge", web::post().to(acknowledge))
        .route("/alerts/{id}/resolve", web::post().to(resolve));
}

/// Which alerts a list has.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlertsQuery {
    /// `active` where nothing is said.
    status: Option<StatusWord>,
    /// Of this patient only.
    patient: Option<Id<Patient>>,
    /// 1 to 200; 50 where nothing is said.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// How the alerts of a list stand.
#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = AlertListStatus)]
pub enum StatusWord {
    /// Nobody has taken it.
    Open,
    /// Somebody is on it.
    Acknowledged,
    /// Closed.
    Resolved,
    /// Not closed.
    #[default]
    Active,
    /// Whichever.
    All,
}

impl AlertsQuery {
    fn listing(self) -> Result<Listing> {
        let which = match self.status.unwrap_or_default() {
            StatusWord::Open => Which::Active(Some(Status::Open)),
            StatusWord::Acknowledged => Which::Active(Some(Status::Acknowledged)),
            StatusWord::Active => Which::Active(None),
            StatusWord::Resolved => Which::Resolved,
            StatusWord::All => Which::All,
        };
        let after = Cursor::read(self.cursor.as_deref())?.map(Cursor::keys).transpose()?;
        let after = after.map(|[at, id]| at.parse().ok().zip(id.parse().ok()).ok_or_else(invalid_cursor)).transpose()?;
        Ok(Listing { which, patient: self.patient, after, limit: page_size(self.limit)? })
    }
}

fn invalid_cursor() -> Error {
    Error::invalid("/cursor", "must be a next_cursor that this list has answered")
}

/// `GET /alerts`: the clinic's alerts. Among those that are not closed who has waited longest comes first; closed ones come last closed first, all
/// together newest first.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "Alerts", params(AlertsQuery), responses(
    (status = 200, body = List<AlertBody>), (status = 401, body = Problem),
    (status = 403, description = "Alerts tell answers: only a provider sees them", body = Problem),
    (status = 404, description = "The clinic has no such patient", body = Problem), (status = 422, body = Problem)))]
pub async fn list(who: AsProvider, query: Query<AlertsQuery>, app: Data<App>) -> Result<HttpResponse> {
    let (listing, now, shared) = (query.into_inner().listing()?, app.clock.now(), app.clone());
    let page = app
        .database
        .read(who.reach(), move |conn| {
            if let Some(patient) = listing.patient {
                who.readable_patient(conn, patient)?;
            }
            let found = queries::list(conn, who.scope(), &listing)?;
            let page = List::page(found, listing.limit, |alert: &AlertRow| {
                Cursor::of(vec![listing.which.key(alert).to_string(), alert.id.to_string()])
            });
            let items = body::of(conn, &shared.instruments, who.scope(), page.items, now)?;
            Ok(List { items, next_cursor: page.next_cursor })
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// `GET /alerts/{id}`: one alert.
#[utoipa::path(get, path = "/api/v1/alerts/{id}", tag = "Alerts", params(("id" = Id<Alert>, Path)), responses(
    (status = 200, body = AlertBody), (status = 304, description = "Not changed"), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn read(who: AsProvider, request: HttpRequest, id: Path<Id<Alert>>, app: Data<App>) -> Result<HttpResponse> {
    let (id, now, shared) = (*id, app.clock.now(), app.clone());
    let alert = app.database.read(who.reach(), move |conn| one(conn, &shared, &who, id, now)).await?;
    Ok(answer_with_etag(request.headers(), &etag(version(&alert)?), &alert))
}

/// By its content: names and earlier answers are part of it, and change on their own.
fn version(alert: &AlertBody) -> Result<String> {
    let text = serde_json::to_string(alert).map_err(|why| Error::Internal(Box::new(why)))?;
    Ok(digest(&[&text]))
}

fn one(conn: &mut DbConnection, app: &App, who: &SignedIn, id: Id<Alert>, now: Timestamp) -> Result<AlertBody> {
    let found = queries::find(conn, who.scope(), id)?.ok_or(Error::NotFound("the alert"))?;
    body::of(conn, &app.instruments, who.scope(), vec![found], now)?.pop().ok_or(Error::NotFound("the alert"))
}

/// Nothing needs to be said to acknowledge an alert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {}

/// `POST /alerts/{id}/acknowledge`: "I'm on it". It stops the clock and names the caller; it does not close the alert.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/acknowledge", tag = "Alerts", params(("id" = Id<Alert>, Path)),
    request_body = Option<Acknowledgement>, responses(
    (status = 200, body = AlertBody, headers(("ETag" = String))), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, description = "Somebody is on it already, or it is closed", body = Problem), (status = 422, body = Problem)))]
pub async fn acknowledge(
    who: AsProvider,
    id: Path<Id<Alert>>,
    _: MaybeJson<Acknowledgement>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let id = *id;
    change(who, id, &app, move |conn, who, now| super::acknowledge(conn, who, id, now)).await
}

/// What closes an alert: both are needed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    /// What was done.
    #[schema(required, nullable = false)]
    action: Option<Outcome>,
    /// What was found and what comes next; 1 to 10,000 characters.
    #[schema(required, nullable = false, example = "Spoke by phone. Safe with her partner, plan reviewed, seen on Monday.")]
    note: Option<String>,
}

impl Resolution {
    fn validate(self) -> Result<(Outcome, String)> {
        let mut checks = Checks::default();
        checks.require(self.action.is_some(), "/action", "is missing: what was done?");
        let is_said = self.note.as_deref().is_some_and(|note| !note.trim().is_empty());
        checks.require(is_said, "/note", "must not be empty: what was found?");
        let note = checks.text("/note", self.note, NOTE_CHARACTERS);
        checks.finish()?;
        self.action.zip(note).ok_or_else(|| Error::invalid("", "an action and a note are needed"))
    }
}

/// `POST /alerts/{id}/resolve`: closes an alert with what was done and found. Nothing else closes one.
///
/// The same person's same words change nothing a second time. With `If-Match` it is closed as it was read, and not with an answer
/// that has come since and that nobody has seen: a note may wait on a device without a network for hours.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/resolve", tag = "Alerts", params(
        ("id" = Id<Alert>, Path), ("If-Match" = Option<String>, Header, description = "The ETag of what was read")),
    request_body = Resolution, responses(
    (status = 200, body = AlertBody, headers(("ETag" = String))), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, description = "It is closed already", body = Problem),
    (status = 412, description = "Something has come since it was read", body = Problem), (status = 422, body = Problem)))]
pub async fn resolve(
    who: AsProvider,
    request: HttpRequest,
    id: Path<Id<Alert>>,
    body: Json<Resolution>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let (action, note) = body.into_inner().validate()?;
    let (id, known, shared) = (*id, IfMatch::of(request.headers()), app.clone());
    change(who, id, &app, move |conn, who, now| {
        let (_, alert) = super::hold(conn, who, id)?;
        let is_condition = known.is_given() && alert.status != Status::Resolved;
        if is_condition && !known.allows(version(&one(conn, &shared, who, id, now)?)?) {
            return Err(Error::Stale);
        }
        super::resolve(conn, who, id, action, &note, now)
    })
    .await
}

/// Changes an alert, and the patient's place in the caseload with it; answers the alert as it is then.
async fn change(
    who: AsProvider,
    id: Id<Alert>,
    app: &Data<App>,
    step: impl Fn(&mut DbConnection, &SignedIn, Timestamp) -> Result<PatientScope> + Send + 'static,
) -> Result<HttpResponse> {
    let (now, shared) = (app.clock.now(), app.clone());
    let alert = app
        .database
        .write(who.reach(), move |conn| {
            let scope = step(conn, &who, now)?;
            caseload::refresh(conn, &shared.instruments, scope, now)?;
            one(conn, &shared, &who, id, now)
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, etag(version(&alert)?))).json(alert))
}
