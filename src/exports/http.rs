//! Handlers that give data out.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{self, Bytes, Data, Path, Query};
use futures_util::Stream;
use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::{Extent, PatientExport, record, stream, tables};
use crate::app::App;
use crate::audit::{self, Action, Event};
use crate::auth::guards::{AsExporter, SignedIn};
use crate::db::{Id, Timestamp};
use crate::error::{Error, Problem, Result};
use crate::fhir::http::Resource;
use crate::fhir::{self, Links, bundle};
use crate::journal::Reader;
use crate::patients::Patient;

/// The routes of exports.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/patients/{id}/export", web::get().to(patient)).route("/clinic/export", web::get().to(clinic));
}

/// A zip of CSV files.
pub struct ZipFile;

impl PartialSchema for ZipFile {
    fn schema() -> RefOr<Schema> {
        let text = "patients.csv, courses.csv, sessions.csv, responses.csv, scores.csv, alerts.csv, codebook.csv";
        ObjectBuilder::new().schema_type(Type::String).description(Some("A zip file.")).examples([text]).into()
    }
}

impl ToSchema for ZipFile {}

/// In which form one patient's data goes out.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PatientFormat {
    /// A zip of tables with their codebook.
    Csv,
    /// One JSON object.
    Json,
    /// A bundle of FHIR resources.
    Fhir,
}

/// In which form a clinic's data goes out.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClinicFormat {
    /// A zip of tables with their codebook.
    Csv,
}

/// In which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PatientQuery {
    /// `csv`, `json` or `fhir`.
    format: PatientFormat,
}

/// In which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClinicQuery {
    /// `csv`.
    format: ClinicFormat,
}

/// `GET /patients/{id}/export`: all that is known of one patient, with its journal: for the patient all of it, but without what staff wrote for each
/// other; for a provider with those entries that are for this provider.
#[utoipa::path(get, path = "/api/v1/patients/{id}/export", tag = "Exports", params(("id" = Id<Patient>, Path), PatientQuery), responses(
    (status = 200, description = "`csv`: patients.csv, courses.csv, sessions.csv, responses.csv, scores.csv, alerts.csv, journal_entries.csv \
     and codebook.csv in a zip. `json`: the same in one object. `fhir`: answers, scores and sessions as one Bundle",
     content((PatientExport = "application/json"), (ZipFile = "application/zip"), (Resource = "application/fhir+json"))),
    (status = 401, body = Problem), (status = 403, description = "Only the patient and providers see answers", body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem),
    (status = 429, description = "Five exports an hour", body = Problem), (status = 503, body = Problem)))]
pub async fn patient(who: SignedIn, id: Path<Id<Patient>>, query: Query<PatientQuery>, app: Data<App>) -> Result<HttpResponse> {
    app.limits.count_export(who.user.uuid())?;
    let (id, now, reach, format) = (*id, app.clock.now(), who.reach(), query.format);
    let (scope, reader) = app
        .database
        .write(reach, move |conn| {
            let scope = who.readable_patient(conn, id)?;
            let reader = Reader::of(&who)?;
            let event = Event::of(Action::PatientExported, "patient", id.uuid()).about(id);
            audit::record(conn, Some(scope.clinic()), &who.actor(), &event, now)?;
            Ok((scope, reader))
        })
        .await?;
    let shared = app.clone();
    match format {
        PatientFormat::Csv => {
            let tables = stream::start(&app.database, reach, move |conn, out| {
                tables::write(conn, &shared.instruments, Extent::Patient(scope), reader, now, out)
            });
            Ok(file("application/zip", "zip", now, tables.await?))
        }
        PatientFormat::Json => {
            let record = stream::start(&app.database, reach, move |conn, out| {
                record::write(conn, &shared.instruments, scope, reader, now, out)
            });
            Ok(file("application/json", "json", now, record.await?))
        }
        PatientFormat::Fhir => {
            let links = Links::of(app.public_url());
            let collection = stream::start(&app.database, reach, move |conn, out| {
                bundle::write_collection(conn, &links, &shared.instruments, scope, now, out)
            });
            Ok(file(fhir::MEDIA_TYPE, "fhir.json", now, collection.await?))
        }
    }
}

/// `GET /clinic/export`: every patient of the clinic as tables, without journals. It takes an admin, for the data leaves the clinic, who is a provider
/// too, for an admin who is none sees no answers.
#[utoipa::path(get, path = "/api/v1/clinic/export", tag = "Exports", params(ClinicQuery), responses(
    (status = 200, description = "patients.csv, courses.csv, sessions.csv, responses.csv, scores.csv, alerts.csv and codebook.csv in a zip",
     content((ZipFile = "application/zip"))),
    (status = 401, body = Problem), (status = 403, description = "It takes an admin who is a provider too", body = Problem),
    (status = 422, body = Problem), (status = 429, description = "Five exports an hour", body = Problem), (status = 503, body = Problem)))]
pub async fn clinic(who: AsExporter, query: Query<ClinicQuery>, app: Data<App>) -> Result<HttpResponse> {
    app.limits.count_export(who.user.uuid())?;
    let ClinicFormat::Csv = query.format;
    let (now, reach, scope, reader) = (app.clock.now(), who.reach(), who.scope(), Reader::of(&who)?);
    app.database
        .write(reach, move |conn| {
            let event = Event::of(Action::ClinicExported, "clinic", scope.clinic().uuid());
            audit::record(conn, Some(scope.clinic()), &who.actor(), &event, now)
        })
        .await?;
    let shared = app.clone();
    let tables = stream::start(&app.database, reach, move |conn, out| {
        tables::write(conn, &shared.instruments, Extent::Clinic(scope), reader, now, out)
    });
    Ok(file("application/zip", "zip", now, tables.await?))
}

/// A download under a name that says nothing about anybody.
fn file(kind: &str, ending: &str, now: Timestamp, content: impl Stream<Item = Result<Bytes, Error>> + 'static) -> HttpResponse {
    let day = now.local_date(&jiff::tz::TimeZone::UTC);
    let name = format!("attachment; filename=\"yarrow-{day}.{ending}\"");
    HttpResponse::Ok().content_type(kind).insert_header((CONTENT_DISPOSITION, name)).streaming(content)
}
