//! Handlers that take and show answered questionnaires.

use actix_web::web::{self, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{EnteredBy, Filter, NewResponse, Origin, Response, ResponseRow, Stored, digest, queries, read_answers, submit};
use crate::app::App;
use crate::auth::guards::{Author, SignedIn};
use crate::auth::outbox_keys::Sealed;
use crate::auth::roles::Role;
use crate::auth::scope::ClinicScope;
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Problem, Result, Violation};
use crate::instruments::{self, Answers, MeasureScore, Points, RawAnswers, Registry};
use crate::kiosk;
use crate::patients::Patient;
use crate::people::User;
use crate::protocols::{self, Assignment};
use crate::web::{Cursor, List, MaybeSealed, answer_with_etag, etag, page_size};

/// The routes of responses.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/responses/{id}", web::put().to(put))
        .route("/responses/{id}", web::get().to(read))
        .route("/patients/{id}/responses", web::get().to(list));
}

/// One answered questionnaire.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"instrument": "phq-9",
    "answers": {"q1": 2, "q2": 3, "q3": 1, "q4": 2, "q5": 1, "q6": 2, "q7": 1, "q8": 0, "q9": 1, "q10": 2},
    "completed_at": "2026-11-20T21:14:05.000Z", "time_zone": "America/Denver"}))]
pub struct Submission {
    /// The questionnaire.
    #[schema(example = "phq-9")]
    instrument: String,
    /// Its version; the current one where nothing is said.
    #[serde(default)]
    instrument_version: Option<String>,
    /// The patient, where a provider writes the answers down.
    #[serde(default)]
    patient_id: Option<Id<Patient>>,
    /// By item id: a number, a text, or a list of choices. What is not answered is left out.
    #[schema(value_type = Answers, example = json!({"q1": 2, "q2": 3, "q9": 0}))]
    answers: RawAnswers,
    /// When it was finished, as the phone says it.
    completed_at: Timestamp,
    /// When it was begun, as the phone says it.
    #[serde(default)]
    started_at: Option<Timestamp>,
    /// IANA time zone of where the patient is.
    #[schema(example = "America/Denver")]
    time_zone: String,
    /// The response that this one corrects.
    #[serde(default)]
    replaces: Option<Id<Response>>,
}

impl Submission {
    /// The questionnaire to store, or every reason why it does not fit.
    pub(crate) fn validate(
        self,
        id: Id<Response>,
        patient: Id<Patient>,
        author: &SignedIn,
        registry: &Registry,
    ) -> Result<NewResponse> {
        let mut violations = Vec::new();
        if TimeZone::get(&self.time_zone).is_err() {
            violations.push(Violation::new("/time_zone", "must be an IANA time zone, like America/Denver"));
        }
        let instrument = match &self.instrument_version {
            None => registry.current(&self.instrument),
            Some(version) => registry.version(&self.instrument, version),
        };
        if instrument.is_none() {
            let field = if registry.current(&self.instrument).is_some() { "instrument_version" } else { "instrument" };
            violations.push(Violation::new(format!("/{field}"), "is not one that this clinic uses"));
        }
        let read = self.answers.read().and_then(|answers| match instrument {
            Some(instrument) => instrument.check(&answers).map(|()| answers),
            None => Ok(answers),
        });
        let (Ok(answers), Some(instrument), true) = (&read, instrument, violations.is_empty()) else {
            let faults = read.err().unwrap_or_default();
            violations.extend(faults.into_iter().map(|fault| {
                let pointer = if fault.item.is_empty() { "/answers".to_owned() } else { format!("/answers/{}", fault.item) };
                Violation::new(pointer, fault.detail)
            }));
            return Err(Error::Invalid(violations));
        };
        let sent = serde_json::to_string(answers).map_err(|why| Error::Internal(Box::new(why)))?;
        let digest = digest(&[
            &patient.to_string(),
            &self.instrument,
            self.instrument_version.as_deref().unwrap_or_default(),
            &sent,
            &self.completed_at.to_string(),
            &self.started_at.map(|at| at.to_string()).unwrap_or_default(),
            &self.time_zone,
            &self.replaces.map(|id| id.to_string()).unwrap_or_default(),
        ]);
        Ok(NewResponse {
            id,
            instrument: instrument.id.clone(),
            instrument_version: instrument.version.clone(),
            document: sent,
            scored: instruments::score(instrument, answers),
            completed_at: self.completed_at,
            started_at: self.started_at,
            time_zone: self.time_zone,
            replaces: self.replaces,
            digest,
            entered_by: EnteredBy { user: author.user, role: if author.roles.is_patient() { "patient" } else { "provider" } },
            origin: Origin::Given,
        })
    }
}

/// A stored response, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResponseBody {
    /// The id that the client made.
    id: Id<Response>,
    /// Whose answers they are.
    patient_id: Id<Patient>,
    /// The questionnaire.
    #[schema(example = "phq-9")]
    instrument: String,
    /// Its version when it was given.
    #[schema(example = "1.0.0")]
    instrument_version: String,
    /// The answers as they came.
    answers: Answers,
    /// When it was finished, as the phone said it.
    completed_at: Timestamp,
    /// When it was begun, as the phone said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    started_at: Option<Timestamp>,
    /// The patient's day.
    local_date: LocalDate,
    /// The zone that the day was worked out in.
    time_zone: String,
    /// When it reached the server.
    received_at: Timestamp,
    /// True where the phone's clock was too far off to be believed; charts then place it at `received_at`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    clock_suspect: bool,
    /// Who answered, or wrote the answers down.
    entered_by: EnteredByBody,
    /// What it was due for.
    assignment_id: Option<Id<Assignment>>,
    /// The total as it was brought in from earlier records, where nobody knows the answers any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    stated_total: Option<Points>,
    /// Its scores. `value` is null where the published rule gives none.
    #[schema(value_type = Vec<ScoreBody>)]
    scores: Vec<MeasureScore>,
    /// The response that this one corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    replaces: Option<Id<Response>>,
    /// The response that corrects this one.
    superseded_by: Option<Id<Response>>,
    /// What the answers ask the screen to do.
    safety: Safety,
}

/// Who answered, or wrote the answers down.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnteredByBody {
    /// The person; for what a patient answered at a clinic's tablet, who opened it for the patient.
    id: Id<User>,
    /// `patient` or `provider`.
    #[schema(value_type = Role, example = "patient")]
    role: String,
}

/// What answers ask the screen to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Safety {
    /// Whether the support screen comes before anything else.
    show_crisis_resources: bool,
}

/// One score of a response.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Score)]
pub struct ScoreBody {
    /// The measure.
    #[schema(example = "phq-9.total")]
    measure: String,
    /// Points, or null where the published rule gives none.
    value: Option<f64>,
    /// The lowest possible.
    min: f64,
    /// The highest possible.
    max: f64,
    /// The band in words, where bands are published.
    #[schema(example = "Moderate")]
    band: Option<String>,
    /// Whether missing items were made up for by the published rule.
    prorated: bool,
    /// The items that were not answered.
    missing_items: Vec<String>,
}

/// The body of a stored response. Its scores are worked out anew: the same answers and version give the same ones for ever.
pub fn body(registry: &Registry, row: ResponseRow, assignment_id: Option<Id<Assignment>>) -> Result<ResponseBody> {
    let (instrument, answers) = read_answers(registry, &row)?;
    let stated_total = row.stated_total();
    let scored = super::scored(instrument, &answers, stated_total);
    let show_crisis_resources = instruments::shows_crisis_resources(&scored.alerts);
    Ok(ResponseBody {
        id: row.id,
        patient_id: row.patient_id,
        scores: instruments::scores(instrument, &scored),
        answers,
        instrument: row.instrument,
        instrument_version: row.instrument_version,
        completed_at: row.completed_at,
        started_at: row.started_at,
        local_date: row.local_date,
        time_zone: row.time_zone,
        received_at: row.received_at,
        clock_suspect: row.clock_suspect,
        entered_by: EnteredByBody { id: row.entered_by, role: row.entered_by_role },
        assignment_id,
        stated_total,
        replaces: row.replaces,
        superseded_by: row.superseded_by,
        safety: Safety { show_crisis_resources },
    })
}

/// `PUT /responses/{id}`: a patient, or a provider on its behalf, submits one questionnaire.
#[utoipa::path(put, path = "/api/v1/responses/{id}", tag = "Responses", params(("id" = Id<Response>, Path, description = "made by the client when the form opens")),
    request_body(content((Submission = "application/json"), (Sealed = "application/vnd.yarrow.sealed+json"))), responses(
    (status = 201, description = "Stored with its scores, alert and audit line", body = ResponseBody),
    (status = 200, description = "The same content was already stored; nothing was done again", body = ResponseBody),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, description = "Other content is stored under this id, or what was sealed cannot be opened", body = Problem),
    (status = 422, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn put(author: Author, id: Path<Id<Response>>, body_: MaybeSealed<Submission>, app: Data<App>) -> Result<HttpResponse> {
    let submission = body_.open(&app.keys, &author, id.uuid())?;
    let Some(patient) = submission.patient_id.or(author.patient) else {
        return Err(Error::invalid("/patient_id", "is missing: whose answers are these?"));
    };
    let new = submission.validate(*id, patient, &author, &app.instruments)?;
    let (who, now, shared) = (author.0, app.clock.now(), app.clone());
    let (is_new, row, assignment) = app
        .database
        .write(who.reach(), move |conn| {
            let scope = who.readable_patient(conn, patient)?;
            if who.is_tablet() && (new.replaces.is_some() || !kiosk::takes(conn, &shared, &who, scope, &new.instrument, now)?) {
                return Err(Error::Forbidden("this tablet takes what the patient is asked today, and corrects nothing"));
            }
            // Only now: nobody else may use up what a patient can send.
            shared.limits.count_submission(patient.uuid())?;
            Ok(match submit(conn, &shared.instruments, scope, &new, &who.actor(), now)? {
                Stored::New(row, assignment) => (true, row, assignment),
                Stored::Replayed(row) => (false, row, assignment_of(conn, who.scope(), new.id)?),
            })
        })
        .await?;
    let mut answer = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(body(&app.instruments, row, assignment)?))
}

fn assignment_of(conn: &mut DbConnection, scope: ClinicScope, id: Id<Response>) -> Result<Option<Id<Assignment>>> {
    Ok(protocols::queries::closed_by(conn, scope, &[id])?.first().map(|(_, assignment)| *assignment))
}

/// `GET /responses/{id}`: one response, whole.
#[utoipa::path(get, path = "/api/v1/responses/{id}", tag = "Responses", params(("id" = Id<Response>, Path)), responses(
    (status = 200, body = ResponseBody), (status = 304, description = "Not changed"), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn read(who: SignedIn, request: HttpRequest, id: Path<Id<Response>>, app: Data<App>) -> Result<HttpResponse> {
    let id = *id;
    let reach = who.reach();
    let (row, assignment) = app
        .database
        .read(reach, move |conn| {
            let row = queries::find_in_clinic(conn, who.scope(), id)?.ok_or(Error::NotFound("the response"))?;
            who.readable_patient(conn, row.patient_id).map_err(|why| match why {
                Error::NotFound(_) => Error::NotFound("the response"),
                why => why,
            })?;
            let assignment = assignment_of(conn, who.scope(), row.id)?;
            Ok((row, assignment))
        })
        .await?;
    // A response changes once at the most: when another one corrects it.
    let tag = etag(row.superseded_by.map_or_else(|| row.id.to_string(), |by| by.to_string()));
    Ok(answer_with_etag(request.headers(), &tag, &body(&app.instruments, row, assignment)?))
}

/// What a list of responses is cut to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// One questionnaire only.
    instrument: Option<String>,
    /// From this day on.
    from: Option<LocalDate>,
    /// To this day, inclusive.
    to: Option<LocalDate>,
    /// 1 to 200; 50 where nothing is said.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// `GET /patients/{id}/responses`: a patient's responses, newest first.
#[utoipa::path(get, path = "/api/v1/patients/{id}/responses", tag = "Responses", params(("id" = Id<Patient>, Path), ListQuery), responses(
    (status = 200, body = List<ResponseBody>), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn list(who: SignedIn, id: Path<Id<Patient>>, query: Query<ListQuery>, app: Data<App>) -> Result<HttpResponse> {
    let query = query.into_inner();
    let limit = page_size(query.limit)?;
    let before = match Cursor::read(query.cursor.as_deref())? {
        None => None,
        Some(cursor) => {
            let [at, id] = cursor.keys()?;
            let unknown = || Error::invalid("/cursor", "must be a next_cursor that this list has answered");
            Some(at.parse().ok().zip(id.parse().ok()).ok_or_else(unknown)?)
        }
    };
    let filter = Filter { instrument: query.instrument, from: query.from, to: query.to };
    let (id, reach) = (*id, who.reach());
    let (rows, closed) = app
        .database
        .read(reach, move |conn| {
            let scope = who.readable_patient(conn, id)?;
            let rows = queries::list(conn, scope, &filter, before, limit)?;
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            let closed = protocols::queries::closed_by(conn, who.scope(), &ids)?;
            Ok((rows, closed))
        })
        .await?;
    let page = List::page(rows, limit, |row: &ResponseRow| Cursor::of(vec![row.placed_at.to_string(), row.id.to_string()]));
    let assignment = |id| closed.iter().find(|(response, _)| *response == Some(id)).map(|(_, assignment)| *assignment);
    let with_assignment = |row: ResponseRow| {
        let assignment = assignment(row.id);
        body(&app.instruments, row, assignment)
    };
    let items = page.items.into_iter().map(with_assignment).collect::<Result<Vec<_>>>()?;
    Ok(HttpResponse::Ok().json(List { items, next_cursor: page.next_cursor }))
}
