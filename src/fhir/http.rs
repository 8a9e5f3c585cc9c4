//! Handlers of the resources. Who may read what is the same as everywhere.

use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{self, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::bundle::{self, Place};
use super::{Links, MEDIA_TYPE, resources};
use crate::app::App;
use crate::auth::guards::SignedIn;
use crate::db::Id;
use crate::error::{Error, Problem, Result};
use crate::instruments::Registry;
use crate::patients::{self, Patient};
use crate::responses::digest;
use crate::sessions::Session;
use crate::sessions::queries::SessionRow;
use crate::web::{Cursor, etag, is_known, not_modified, page_size};

/// The routes below `/fhir/R4`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/metadata", web::get().to(metadata))
        .route("/Patient/{id}", web::get().to(patient))
        .route("/Questionnaire", web::get().to(questionnaires))
        .route("/Questionnaire/{id}", web::get().to(questionnaire))
        .route("/QuestionnaireResponse", web::get().to(questionnaire_responses))
        .route("/Observation", web::get().to(observations))
        .route("/Procedure", web::get().to(procedures))
        .route("/MedicationAdministration", web::get().to(medication_administrations));
}

/// A resource of FHIR R4.
pub struct Resource;

impl PartialSchema for Resource {
    fn schema() -> RefOr<Schema> {
        let name = ObjectBuilder::new().schema_type(Type::String);
        ObjectBuilder::new()
            .description(Some("A resource of FHIR R4 (4.0.1): https://hl7.org/fhir/R4/resourcelist.html"))
            .property("resourceType", name)
            .required("resourceType")
            .additional_properties(Some(AdditionalProperties::FreeForm(true)))
            .examples([serde_json::json!({"resourceType": "Bundle", "type": "searchset"})])
            .into()
    }
}

impl ToSchema for Resource {
    fn name() -> std::borrow::Cow<'static, str> {
        "FhirResource".into()
    }
}

/// Which form is wanted: there is one.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Form {
    /// Taken and ignored: everything is JSON.
    #[serde(rename = "_format")]
    #[expect(dead_code, reason = "taken and ignored")]
    format: Option<String>,
}

/// Which resources of a patient.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// The patient: its id, or `Patient/` and the id.
    #[param(example = "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d")]
    patient: String,
    /// Resources on a page, 1 to 200; 50 where nothing is said.
    #[serde(rename = "_count")]
    count: Option<i64>,
    /// From the `next` link of the page before.
    cursor: Option<String>,
    /// Taken and ignored: everything is JSON.
    #[serde(rename = "_format")]
    #[expect(dead_code, reason = "taken and ignored")]
    format: Option<String>,
}

/// Which scores of a patient.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ObservationSearch {
    /// The patient: its id, or `Patient/` and the id.
    #[param(example = "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d")]
    patient: String,
    /// A LOINC code (`44261-6`) or a measure (`phq-9.total`), with its system and `|` before it or without; several with commas between.
    #[param(example = "http://loinc.org|44261-6")]
    code: Option<String>,
    /// Resources on a page, 1 to 200; 50 where nothing is said.
    #[serde(rename = "_count")]
    count: Option<i64>,
    /// From the `next` link of the page before.
    cursor: Option<String>,
    /// Taken and ignored: everything is JSON.
    #[serde(rename = "_format")]
    #[expect(dead_code, reason = "taken and ignored")]
    format: Option<String>,
}

/// The id that a reference to a patient names; what is none names nobody.
fn patient_of(reference: &str) -> Result<Id<Patient>> {
    let id = reference.rsplit_once("Patient/").map_or(reference, |(_, id)| id);
    id.parse().map_err(|_| Error::NotFound("the patient"))
}

fn count_of(count: Option<i64>) -> Result<usize> {
    let count = page_size(count).map_err(|_| Error::invalid("/_count", "must be a whole number from 1 to 200"))?;
    usize::try_from(count).map_err(|why| Error::Internal(Box::new(why)))
}

/// The resource with its ETag, or 304 where the caller has it already.
fn answer(headers: &HeaderMap, resource: &Value) -> HttpResponse {
    let text = resource.to_string();
    let tag = etag(digest(&[&text]));
    if is_known(headers, &tag) {
        return not_modified(&tag);
    }
    HttpResponse::Ok().insert_header((header::ETAG, tag)).insert_header((header::CONTENT_TYPE, MEDIA_TYPE)).body(text)
}

/// A page as a bundle; its links repeat what was asked for.
fn page(links: &Links, request: &HttpRequest, resources: Vec<Value>, next: Option<&Cursor>) -> HttpResponse {
    let kind = request.path().rsplit('/').next().unwrap_or_default();
    let asked = request.query_string();
    let without = |name: &str| {
        let kept = asked.split('&').filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name));
        kept.collect::<Vec<_>>().join("&")
    };
    let here = links.to(&if asked.is_empty() { kind.to_owned() } else { format!("{kind}?{asked}") });
    let next = next.map(|cursor| links.to(&format!("{kind}?{}&cursor={}", without("cursor"), cursor.text())));
    answer(request.headers(), &bundle::searchset(links, resources, &here, next.as_deref()))
}

/// `GET /fhir/R4/metadata`: what this server can do.
#[utoipa::path(get, path = "/fhir/R4/metadata", tag = "FHIR", security(()), params(Form), responses(
    (status = 200, description = "A CapabilityStatement", content((Resource = "application/fhir+json"))),
    (status = 304, description = "Not changed")))]
pub async fn metadata(_: Query<Form>, request: HttpRequest, app: Data<App>) -> HttpResponse {
    answer(request.headers(), &resources::capability(&Links::of(app.public_url())))
}

/// `GET /fhir/R4/Patient/{id}`: who a patient is.
#[utoipa::path(get, path = "/fhir/R4/Patient/{id}", tag = "FHIR", params(("id" = Id<Patient>, Path), Form), responses(
    (status = 200, description = "A Patient", content((Resource = "application/fhir+json"))), (status = 304, description = "Not changed"),
    (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn patient(
    who: SignedIn,
    id: Path<Id<Patient>>,
    _: Query<Form>,
    request: HttpRequest,
    app: Data<App>,
) -> Result<HttpResponse> {
    let id = *id;
    let row = app
        .database
        .read(who.reach(), move |conn| {
            let scope = who.known_patient(conn, id)?;
            patients::queries::find(conn, scope)
        })
        .await?;
    Ok(answer(request.headers(), &resources::patient(&Links::of(app.public_url()), &row)))
}

/// `GET /fhir/R4/Questionnaire`: every questionnaire that is asked now.
#[utoipa::path(get, path = "/fhir/R4/Questionnaire", tag = "FHIR", params(Form), responses(
    (status = 200, description = "A Bundle of Questionnaires", content((Resource = "application/fhir+json"))),
    (status = 304, description = "Not changed"), (status = 401, body = Problem)))]
pub async fn questionnaires(_: SignedIn, _: Query<Form>, request: HttpRequest, app: Data<App>) -> HttpResponse {
    let links = Links::of(app.public_url());
    let all = app.instruments.all().map(|instrument| resources::questionnaire(&links, instrument, true)).collect();
    page(&links, &request, all, None)
}

/// `GET /fhir/R4/Questionnaire/{id}`: one questionnaire, with what each answer counts and its LOINC codes.
#[utoipa::path(get, path = "/fhir/R4/Questionnaire/{id}", tag = "FHIR", params(("id" = String, Path, example = "phq-9"), Form), responses(
    (status = 200, description = "A Questionnaire", content((Resource = "application/fhir+json"))), (status = 304, description = "Not changed"),
    (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn questionnaire(
    _: SignedIn,
    id: Path<String>,
    _: Query<Form>,
    request: HttpRequest,
    app: Data<App>,
) -> Result<HttpResponse> {
    let found = app.instruments.all().find(|instrument| resources::questionnaire_id(&instrument.id) == *id);
    let instrument = found.ok_or(Error::NotFound("the questionnaire"))?;
    Ok(answer(request.headers(), &resources::questionnaire(&Links::of(app.public_url()), instrument, true)))
}

/// `GET /fhir/R4/QuestionnaireResponse`: a patient's answered questionnaires, newest first. What a correction has replaced is
/// `entered-in-error`, the correction `amended`.
#[utoipa::path(get, path = "/fhir/R4/QuestionnaireResponse", tag = "FHIR", params(Search), responses(
    (status = 200, description = "A Bundle of QuestionnaireResponses", content((Resource = "application/fhir+json"))),
    (status = 304, description = "Not changed"), (status = 401, body = Problem),
    (status = 403, description = "Only the patient and providers see answers", body = Problem),
    (status = 404, description = "No such patient", body = Problem), (status = 422, body = Problem)))]
pub async fn questionnaire_responses(
    who: SignedIn,
    query: Query<Search>,
    request: HttpRequest,
    app: Data<App>,
) -> Result<HttpResponse> {
    let (id, count) = (patient_of(&query.patient)?, count_of(query.count)?);
    let behind = Cursor::read(query.cursor.as_deref())?.map(Cursor::time_and_id).transpose()?;
    let (shared, links) = (app.clone(), Links::of(app.public_url()));
    let of_page = links.clone();
    let found = app
        .database
        .read(who.reach(), move |conn| {
            let scope = who.readable_patient(conn, id)?;
            bundle::questionnaire_responses(conn, &of_page, &shared.instruments, scope, behind, count)
        })
        .await?;
    let next = found.next.map(|(at, id)| Cursor::at(at, id));
    Ok(page(&links, &request, found.resources, next.as_ref()))
}

/// The measures that a search names by LOINC code or by our own; those that nothing names are none.
fn measures(links: &Links, registry: &Registry, code: &str) -> Vec<String> {
    let ours = links.to("CodeSystem/measure");
    let fits = |token: &str, system: &str, known: &str| match token.split_once('|') {
        None => token == known,
        Some((named, code)) => code == known && (named == system || named.is_empty()),
    };
    let all =
        registry.all_versions().flat_map(|instrument| instrument.measures().iter().map(move |measure| (instrument, measure)));
    let named = all.filter(|(instrument, measure)| {
        let loinc = resources::loinc(instrument, &measure.id);
        code.split(',')
            .map(str::trim)
            .any(|token| fits(token, &ours, &measure.id) || loinc.is_some_and(|loinc| fits(token, "http://loinc.org", loinc)))
    });
    let mut ids: Vec<_> = named.map(|(_, measure)| measure.id.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

fn place(cursor: Cursor) -> Result<Place> {
    let [response, given] = cursor.keys()?;
    let read = response.parse().ok().zip(given.parse().ok());
    let (response, given) = read.ok_or_else(|| Error::invalid("/cursor", "must be one that a next link has named"))?;
    Ok(Place { response, given })
}

fn cursor(place: Place) -> Cursor {
    Cursor::of(vec![place.response.to_string(), place.given.to_string()])
}

/// `GET /fhir/R4/Observation`: a patient's scores and single ratings, newest first.
#[utoipa::path(get, path = "/fhir/R4/Observation", tag = "FHIR", params(ObservationSearch), responses(
    (status = 200, description = "A Bundle of Observations", content((Resource = "application/fhir+json"))),
    (status = 304, description = "Not changed"), (status = 401, body = Problem),
    (status = 403, description = "Only the patient and providers see scores", body = Problem),
    (status = 404, description = "No such patient", body = Problem), (status = 422, body = Problem)))]
pub async fn observations(
    who: SignedIn,
    query: Query<ObservationSearch>,
    request: HttpRequest,
    app: Data<App>,
) -> Result<HttpResponse> {
    let (id, count) = (patient_of(&query.patient)?, count_of(query.count)?);
    let from = Cursor::read(query.cursor.as_deref())?.map(place).transpose()?;
    let (shared, links) = (app.clone(), Links::of(app.public_url()));
    let measures = query.code.as_deref().map(|code| measures(&links, &app.instruments, code));
    let of_page = links.clone();
    let found = app
        .database
        .read(who.reach(), move |conn| {
            let scope = who.readable_patient(conn, id)?;
            bundle::observations(conn, &of_page, &shared.instruments, scope, measures.as_deref(), from, count)
        })
        .await?;
    Ok(page(&links, &request, found.resources, found.next.map(cursor).as_ref()))
}

/// `GET /fhir/R4/Procedure`: a patient's completed dosing sessions, newest first.
#[utoipa::path(get, path = "/fhir/R4/Procedure", tag = "FHIR", params(Search), responses(
    (status = 200, description = "A Bundle of Procedures", content((Resource = "application/fhir+json"))),
    (status = 304, description = "Not changed"), (status = 401, body = Problem),
    (status = 403, description = "Only the patient and providers see what was given", body = Problem),
    (status = 404, description = "No such patient", body = Problem), (status = 422, body = Problem)))]
pub async fn procedures(who: SignedIn, query: Query<Search>, request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    sessions(who, &query, &request, &app, resources::procedure).await
}

/// `GET /fhir/R4/MedicationAdministration`: what a patient was given in completed dosing sessions, newest first.
#[utoipa::path(get, path = "/fhir/R4/MedicationAdministration", tag = "FHIR", params(Search), responses(
    (status = 200, description = "A Bundle of MedicationAdministrations", content((Resource = "application/fhir+json"))),
    (status = 304, description = "Not changed"), (status = 401, body = Problem),
    (status = 403, description = "Only the patient and providers see what was given", body = Problem),
    (status = 404, description = "No such patient", body = Problem), (status = 422, body = Problem)))]
pub async fn medication_administrations(
    who: SignedIn,
    query: Query<Search>,
    request: HttpRequest,
    app: Data<App>,
) -> Result<HttpResponse> {
    sessions(who, &query, &request, &app, resources::medication_administration).await
}

/// A page of what completed sessions are made into.
async fn sessions(
    who: SignedIn,
    query: &Search,
    request: &HttpRequest,
    app: &Data<App>,
    made: fn(&Links, &SessionRow) -> Value,
) -> Result<HttpResponse> {
    let (id, count) = (patient_of(&query.patient)?, count_of(query.count)?);
    let behind = Cursor::read(query.cursor.as_deref())?.map(Cursor::time_and_id::<Session>).transpose()?;
    let (rows, next) = app
        .database
        .read(who.reach(), move |conn| {
            let scope = who.readable_patient(conn, id)?;
            bundle::completed(conn, scope, behind, count)
        })
        .await?;
    let links = Links::of(app.public_url());
    let resources = rows.iter().map(|row| made(&links, row)).collect();
    let next = next.map(|(at, id)| Cursor::at(at, id));
    Ok(page(&links, request, resources, next.as_ref()))
}
