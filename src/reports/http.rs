//! Handlers of the report.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{self, Data, Path, Query};
use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::ReportBody;
use super::pdf::{self, Paper};
use crate::app::App;
use crate::audit::{self, Action, Event};
use crate::auth::guards::SignedIn;
use crate::db::Id;
use crate::error::{Error, Problem, Result};
use crate::patients::Patient;

/// The routes of reports.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/patients/{id}/report", web::get().to(read)).route("/patients/{id}/report.pdf", web::get().to(file));
}

/// A file of one page.
pub struct PdfFile;

impl PartialSchema for PdfFile {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).description(Some("A PDF file of one page.")).examples(["%PDF-1.7"]).into()
    }
}

impl ToSchema for PdfFile {}

/// On which paper.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PaperQuery {
    /// `a4`, as where nothing is said, or `letter`.
    paper: Option<Paper>,
}

/// `GET /patients/{id}/report`: what one printed page says about a patient's progress. A patient's own has no vital signs.
#[utoipa::path(get, path = "/api/v1/patients/{id}/report", tag = "Reports",
    params(("id" = Id<Patient>, Path, description = "The patient")), responses(
    (status = 200, body = ReportBody), (status = 401, body = Problem),
    (status = 403, description = "Only the patient and providers see answers", body = Problem), (status = 404, body = Problem)))]
pub async fn read(who: SignedIn, id: Path<Id<Patient>>, app: Data<App>) -> Result<HttpResponse> {
    let (id, now, reach, shared) = (*id, app.clock.now(), who.reach(), app.clone());
    let text = app
        .database
        .read(reach, move |conn| {
            let scope = who.readable_patient(conn, id)?;
            let material = super::read(conn, &shared.instruments, scope, !who.roles.is_patient(), now)?;
            serde_json::to_string(&material.report()).map_err(|why| Error::Internal(Box::new(why)))
        })
        .await?;
    Ok(HttpResponse::Ok().content_type("application/json").body(text))
}

/// `GET /patients/{id}/report.pdf`: the same as a file of one page. A patient's own has no vital signs.
#[utoipa::path(get, path = "/api/v1/patients/{id}/report.pdf", tag = "Reports",
    params(("id" = Id<Patient>, Path, description = "The patient"), PaperQuery), responses(
    (status = 200, description = "The page, under a name that tells nobody's", content((PdfFile = "application/pdf"))),
    (status = 401, body = Problem), (status = 403, description = "Only the patient and providers see answers", body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub async fn file(who: SignedIn, id: Path<Id<Patient>>, query: Query<PaperQuery>, app: Data<App>) -> Result<HttpResponse> {
    let (id, now, reach, shared) = (*id, app.clock.now(), who.reach(), app.clone());
    let (paper, is_staff) = (query.paper.unwrap_or(Paper::A4), !who.roles.is_patient());
    let scope = app
        .database
        .write(reach, move |conn| {
            let scope = who.readable_patient(conn, id)?;
            let event = Event::of(Action::ReportTaken, "patient", id.uuid()).about(id);
            audit::record(conn, Some(scope.clinic()), &who.actor(), &event, now)?;
            Ok(scope)
        })
        .await?;
    let page = app.database.read_apart(reach, move |conn| {
        let material = super::read(conn, &shared.instruments, scope, is_staff, now)?;
        pdf::draw(&material.report(), paper)
    });
    let day = now.local_date(&jiff::tz::TimeZone::UTC);
    let name = format!("attachment; filename=\"yarrow-report-{day}.pdf\"");
    Ok(HttpResponse::Ok().content_type("application/pdf").insert_header((CONTENT_DISPOSITION, name)).body(page.await?))
}
