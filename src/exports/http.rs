//! Handlers that give data out.

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{self, Bytes, Data, Path, Query};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use futures_util::Stream;
use futures_util::future::LocalBoxFuture;
use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::import::{Import, ImportReport};
use super::{Extent, PatientExport, record, research, stream, tables};
use crate::app::App;
use crate::audit::{self, Action, Event};
use crate::auth::guards::{AsExporter, AsProvider, SignedIn};
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::{Error, Problem, Result};
use crate::fhir::http::Resource;
use crate::fhir::{self, Links, bundle};
use crate::journal::Reader;
use crate::patients::Patient;

/// The routes of exports.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/patients/{id}/export", web::get().to(patient))
        .route("/clinic/export", web::get().to(clinic))
        .route("/clinic/import", web::post().to(import));
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
    /// A zip with one table that names nobody, and its codebook.
    Research,
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
    /// `csv` or `research`.
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

/// `GET /clinic/export`: every patient of the clinic as tables, without journals; or a table for research of those who said yes to it, without names,
/// dates and words, in which ten or more people are shown alike. It takes an admin, for the data leaves the clinic, who is a provider
/// too, for an admin who is none sees no answers.
#[utoipa::path(get, path = "/api/v1/clinic/export", tag = "Exports", params(ClinicQuery), responses(
    (status = 200, description = "`csv`: patients.csv, courses.csv, sessions.csv, responses.csv, scores.csv, alerts.csv and codebook.csv in a zip. \
     `research`: research.csv and codebook.csv",
     content((ZipFile = "application/zip"))),
    (status = 401, body = Problem), (status = 403, description = "It takes an admin who is a provider too", body = Problem),
    (status = 409, description = "Fewer than ten people would be in the table for research", body = Problem),
    (status = 422, body = Problem), (status = 429, description = "Five exports an hour", body = Problem), (status = 503, body = Problem)))]
pub async fn clinic(who: AsExporter, query: Query<ClinicQuery>, app: Data<App>) -> Result<HttpResponse> {
    app.limits.count_export(who.user.uuid())?;
    let format = query.format;
    let (now, reach, scope, reader) = (app.clock.now(), who.reach(), who.scope(), Reader::of(&who)?);
    let action = match format {
        ClinicFormat::Csv => Action::ClinicExported,
        ClinicFormat::Research => Action::ResearchExported,
    };
    app.database
        .write(reach, move |conn| {
            let event = Event::of(action, "clinic", scope.clinic().uuid());
            audit::record(conn, Some(scope.clinic()), &who.actor(), &event, now)
        })
        .await?;
    let shared = app.clone();
    let tables = stream::start(&app.database, reach, move |conn, out| match format {
        ClinicFormat::Csv => tables::write(conn, &shared.instruments, Extent::Clinic(scope), reader, now, out),
        ClinicFormat::Research => research::write(conn, &shared.instruments, scope, now, out),
    });
    Ok(file("application/zip", "zip", now, tables.await?))
}

/// Whether to store anything.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// `true`, as where nothing is said: only tells what each line would do.
    dry_run: Option<bool>,
}

/// A body of CSV.
pub struct CsvText(String);

impl FromRequest for CsvText {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_csv = request.mime_type().ok().flatten().is_some_and(|mime| mime.essence_str() == "text/csv");
        let body = Bytes::from_request(request, payload);
        Box::pin(async move {
            let body = body.await.map_err(|_| Error::BadRequest("the body could not be read"))?;
            if !is_csv {
                return Err(Error::MediaType);
            }
            let text = String::from_utf8(body.into()).map_err(|_| Error::BadRequest("the body is not UTF-8"))?;
            Ok(Self(text))
        })
    }
}

/// `POST /clinic/import`: earlier questionnaires and sessions of the clinic's patients, from CSV. A thousand lines at the most, all of them or none;
/// a line that is there already is left as it is.
///
/// The heading names the columns, in any order: `record_number`, `what` (a questionnaire, or `session`) and `at` (RFC 3339, or a day or a time of the
/// patient's); of a questionnaire `answers` (`q1=2 q2=0`, or a JSON object) or, where nobody knows them any more, `total` alone; of a session `number`,
/// and where known `status`, `route`, `medicine`, `dose_mg` and `weight_kg`. Answers older than two weeks raise no alert.
#[utoipa::path(post, path = "/api/v1/clinic/import", tag = "Exports", params(ImportQuery),
    request_body(content = String, content_type = "text/csv", example = json!("record_number,what,at,answers,total,number,route,dose_mg\r\n\
AR-0417,phq-9,2025-03-01,q1=2 q2=2 q3=1 q4=2 q5=1 q6=2 q7=1 q8=0 q9=0,,,,\r\nAR-0417,pcl-5,2025-03-01,,41,,,\r\nAR-0417,session,2025-03-08T10:00,,,1,iv,40\r\n")),
    responses((status = 200, description = "What each line does, or would do", body = ImportReport),
    (status = 401, body = Problem), (status = 403, description = "Only a provider writes answers down", body = Problem),
    (status = 415, description = "Not text/csv", body = Problem),
    (status = 422, description = "The file cannot be read, or a line cannot be stored: `/7/total` is the total of line 7", body = Problem)))]
pub async fn import(who: AsProvider, query: Query<ImportQuery>, body: CsvText, app: Data<App>) -> Result<HttpResponse> {
    let (now, reach, shared) = (app.clock.now(), who.reach(), app.clone());
    let (who, CsvText(text)) = (who.0, body);
    let run = move |conn: &mut DbConnection, applies: bool| {
        let import = Import { registry: &shared.instruments, plans: &shared.plans, who: &who, now };
        let report = import.run(conn, &text, applies)?;
        if applies {
            let event = Event::of(Action::RecordsImported, "clinic", who.scope().clinic().uuid());
            audit::record(conn, Some(who.scope().clinic()), &who.actor(), &event, now)?;
        }
        Ok(report)
    };
    let report: ImportReport = if query.dry_run.unwrap_or(true) {
        app.database.read_apart(reach, move |conn| run(conn, false)).await?
    } else {
        app.database.write(reach, move |conn| run(conn, true)).await?
    };
    Ok(HttpResponse::Ok().json(report))
}

/// A download under a name that says nothing about anybody.
fn file(kind: &str, ending: &str, now: Timestamp, content: impl Stream<Item = Result<Bytes, Error>> + 'static) -> HttpResponse {
    let day = now.local_date(&jiff::tz::TimeZone::UTC);
    let name = format!("attachment; filename=\"yarrow-{day}.{ending}\"");
    HttpResponse::Ok().content_type(kind).insert_header((CONTENT_DISPOSITION, name)).streaming(content)
}
