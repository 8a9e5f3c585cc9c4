//! Handlers of sessions: written by staff, read by the patient in part.

use std::collections::{BTreeSet, HashMap};

use actix_web::web::{self, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::queries::{self, SessionRow};
use super::record::{EffectSeen, GateOverride, Intervention, Marks, MedicineGiven, Record, Vitals, WhoBody};
use super::request::Request;
use super::{Author, Medicine, Phase, Route, Session, Status, Stored};
use crate::app::App;
use crate::auth::guards::{AsCoordinator, InCare, SignedIn};
use crate::auth::scope::ClinicScope;
use crate::courses::Course;
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Problem, Result};
use crate::instruments::Points;
use crate::patients::Patient;
use crate::people::{self, User};
use crate::web::{Cursor, IfMatch, Json, List, answer_with_etag, etag, page_size};

/// The routes of sessions.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/sessions/{id}", web::put().to(put))
        .route("/sessions/{id}", web::get().to(read))
        .route("/patients/{id}/sessions", web::get().to(list));
}

/// A session. A patient sees what is shared with it; a coordinator sees the schedule, everything else being empty.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum SessionView {
    /// As staff see it.
    Whole(Box<SessionBody>),
    /// As the patient sees it.
    Shared(SharedSessionBody),
}

/// A session as staff see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionBody {
    /// The session.
    id: Id<Session>,
    /// The patient.
    patient_id: Id<Patient>,
    /// The course that it counts to.
    course_id: Option<Id<Course>>,
    /// Its number in the course.
    #[schema(example = 3)]
    number: i32,
    /// Whether it took place.
    status: Status,
    /// When it was planned.
    scheduled_at: Option<Timestamp>,
    /// When dosing began.
    started_at: Option<Timestamp>,
    /// When it ended.
    ended_at: Option<Timestamp>,
    /// `started_at`, else `scheduled_at`, else when it was written down.
    at: Timestamp,
    /// The day of `at` where the patient is.
    local_date: LocalDate,
    /// The way the medicine was given.
    route: Option<Route>,
    /// What was given.
    medicine: Option<Medicine>,
    /// How much of it in all, in mg.
    #[schema(example = 40)]
    dose_mg: Option<Points>,
    /// The patient's weight in kg.
    #[schema(example = 68)]
    weight_kg: Option<Points>,
    /// When the patient was weighed.
    weight_measured_on: Option<LocalDate>,
    /// Worked out from dose and weight, rounded half up to two decimals.
    #[schema(example = 0.59)]
    dose_mg_per_kg: Option<Points>,
    /// How long the infusion ran, in minutes.
    #[schema(example = 40)]
    infusion_minutes: Option<i32>,
    /// Readings, each with its time.
    vitals: Vec<Vitals>,
    /// Effects seen or told of.
    effects: Vec<EffectSeen>,
    /// How detached the patient felt at the strongest moment, 0 to 10.
    #[schema(example = 5)]
    dissociation: Option<i32>,
    /// What was checked before, by name.
    #[schema(inline)]
    checklist: Marks,
    /// What was checked before going home, by name.
    #[schema(inline)]
    discharge: Marks,
    /// For staff.
    note: Option<String>,
    /// For the patient too.
    shared_note: Option<String>,
    /// The part of the treatment that it belongs to.
    phase: Option<Phase>,
    /// Why dosing was stopped before its time, where it was.
    #[schema(example = "Blood pressure 182/118")]
    stop_reason: Option<String>,
    /// Other medicines that were given.
    medicines_given: Vec<MedicineGiven>,
    /// What was done.
    interventions: Vec<Intervention>,
    /// When the record was signed; from then on changes are amendments.
    signed_at: Option<Timestamp>,
    /// By whom.
    signed_by: Option<WhoBody>,
    /// When it was made.
    created_at: Timestamp,
    /// When it was changed.
    updated_at: Timestamp,
    /// Who changed it last.
    updated_by: WhoBody,
    /// Why it went ahead as a first session though something was missing, where it did; not for a coordinator.
    gate_override: Option<GateOverride>,
}

/// A session as the patient sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharedSessionBody {
    /// The session.
    id: Id<Session>,
    /// The course that it counts to.
    course_id: Option<Id<Course>>,
    /// Its number in the course.
    #[schema(example = 3)]
    number: i32,
    /// Whether it took place.
    status: Status,
    /// `started_at`, else `scheduled_at`, else when it was written down.
    at: Timestamp,
    /// The day of `at` where the patient is.
    local_date: LocalDate,
    /// When it was planned.
    scheduled_at: Option<Timestamp>,
    /// The way the medicine was given.
    route: Option<Route>,
    /// What staff wrote for the patient.
    shared_note: Option<String>,
}

impl SessionView {
    /// The session as the caller may see it.
    fn of(conn: &mut DbConnection, row: SessionRow, who: &SignedIn) -> Result<Self> {
        let view = Self::all(conn, vec![row], who)?.pop();
        view.ok_or_else(|| Error::Internal("a session has a view".into()))
    }

    /// Sessions as the caller may see them, in their order.
    fn all(conn: &mut DbConnection, rows: Vec<SessionRow>, who: &SignedIn) -> Result<Vec<Self>> {
        if who.roles.is_patient() {
            return Ok(rows.into_iter().map(|row| Self::Shared(row.into())).collect());
        }
        let beside = Beside::of(conn, who.scope(), &rows)?;
        let view = |row: &SessionRow| {
            let body = SessionBody::of(row, Record::of(row), &beside)?;
            Ok(Self::Whole(Box::new(if who.roles.is_provider() { body } else { body.without_clinical() })))
        };
        rows.iter().map(view).collect()
    }
}

/// What is told beside sessions and lies elsewhere: the names of who wrote them, and why first ones went ahead.
pub(crate) struct Beside {
    names: HashMap<Id<User>, String>,
    overrides: HashMap<Id<Session>, GateOverride>,
}

impl Beside {
    /// Of these sessions.
    pub(crate) fn of(conn: &mut DbConnection, scope: ClinicScope, rows: &[SessionRow]) -> Result<Self> {
        let people: BTreeSet<Id<User>> = rows.iter().flat_map(|row| [Some(row.updated_by), row.signed_by]).flatten().collect();
        let names = people::queries::names(conn, scope, &Vec::from_iter(people))?.into_iter().collect();
        Ok(Self { names, overrides: queries::overrides(conn, scope, rows)?.into_iter().collect() })
    }

    /// The same without the reasons for which first sessions went ahead: they are not the patient's to read.
    pub(crate) fn for_patient(self) -> Self {
        Self { overrides: HashMap::new(), ..self }
    }

    fn who(&self, id: Id<User>) -> Result<WhoBody> {
        let name = self.names.get(&id).cloned().ok_or_else(|| Error::Internal("who wrote a session is of its clinic".into()))?;
        Ok(WhoBody { id, name })
    }
}

impl SessionBody {
    /// The session with what is to be seen of its record.
    pub(crate) fn of(row: &SessionRow, record: Record, beside: &Beside) -> Result<Self> {
        let updated_by = beside.who(row.updated_by)?;
        let signed_by = row.signed_by.map(|by| beside.who(by)).transpose()?;
        let gate_override = beside.overrides.get(&row.id).cloned();
        let dose_mg_per_kg = record.dose_mg_per_kg();
        Ok(Self {
            id: row.id,
            patient_id: record.patient_id,
            course_id: record.course_id,
            number: record.number,
            status: record.status,
            scheduled_at: record.scheduled_at,
            started_at: record.started_at,
            ended_at: record.ended_at,
            at: row.at,
            local_date: row.local_date,
            route: record.route,
            medicine: Some(record.medicine),
            dose_mg: record.dose_mg,
            weight_kg: record.weight_kg,
            weight_measured_on: record.weight_measured_on,
            dose_mg_per_kg,
            infusion_minutes: record.infusion_minutes,
            vitals: record.vitals,
            effects: record.effects,
            dissociation: record.dissociation,
            checklist: record.checklist,
            discharge: record.discharge,
            note: record.note,
            shared_note: record.shared_note,
            phase: record.conduct.phase,
            stop_reason: record.conduct.stop_reason,
            medicines_given: record.conduct.medicines_given,
            interventions: record.conduct.interventions,
            signed_at: row.signed_at,
            signed_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
            updated_by,
            gate_override,
        })
    }

    /// What a coordinator sees: identity, schedule and completion.
    fn without_clinical(self) -> Self {
        Self {
            medicine: None,
            dose_mg: None,
            weight_kg: None,
            weight_measured_on: None,
            dose_mg_per_kg: None,
            infusion_minutes: None,
            vitals: Vec::new(),
            effects: Vec::new(),
            dissociation: None,
            checklist: Marks::new(),
            discharge: Marks::new(),
            note: None,
            shared_note: None,
            phase: None,
            stop_reason: None,
            medicines_given: Vec::new(),
            interventions: Vec::new(),
            gate_override: None,
            ..self
        }
    }
}

impl From<SessionRow> for SharedSessionBody {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id,
            course_id: row.course_id,
            number: row.number,
            status: row.status,
            at: row.at,
            local_date: row.local_date,
            scheduled_at: row.scheduled_at,
            route: row.route,
            shared_note: row.shared_note,
        }
    }
}

/// `PUT /sessions/{id}`: staff write down a session under an id that the client made.
///
/// The same record again answers 200 and has no second effect. Another record needs `If-Match` with the ETag last read.
#[utoipa::path(put, path = "/api/v1/sessions/{id}", tag = "Sessions", request_body = Request, params(
    ("id" = Id<Session>, Path, description = "Made by the client"),
    ("If-Match" = Option<String>, Header, description = "The ETag last read, where the session is there already")), responses(
    (status = 201, description = "New", body = SessionBody, headers(("ETag" = String))),
    (status = 200, description = "Changed, or the same record again", body = SessionBody, headers(("ETag" = String))),
    (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, description = "A coordinator plans sessions; only a provider records them", body = Problem),
    (status = 404, body = Problem),
    (status = 409, description = "Another patient's id, signed and without amendment_reason, or `gate`: something is missing before a first session",
        body = Problem),
    (status = 412, description = "Another record without the current ETag", body = Problem), (status = 413, body = Problem),
    (status = 415, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn put(
    who: AsCoordinator,
    id: Path<Id<Session>>,
    request: HttpRequest,
    body: Json<Request>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let Json(body) = body;
    if !who.roles.is_provider() && body.is_clinical() {
        return Err(Error::Forbidden("only a provider records what was given and how it was borne"));
    }
    let (id, now, shared) = (*id, app.clock.now(), app.clone());
    let write = body.validate(now)?;
    let known = IfMatch::of(request.headers());
    let (is_new, version, view) = app
        .database
        .write(who.reach(), move |conn| {
            let (scope, author) = (who.scope(), Author::from(&*who));
            let Stored { row, is_new } = super::store(conn, &shared.plans, scope, &author, id, &write, &known, now)?;
            let version = row.version;
            Ok((is_new, version, SessionView::of(conn, row, &who)?))
        })
        .await?;
    let mut answer = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.insert_header(("ETag", etag(version))).json(view))
}

/// `GET /sessions/{id}`: one session.
#[utoipa::path(get, path = "/api/v1/sessions/{id}", tag = "Sessions", params(("id" = Id<Session>, Path)), responses(
    (status = 200, body = SessionView, headers(("ETag" = String))), (status = 304, description = "Not changed"),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn read(who: InCare, id: Path<Id<Session>>, request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let (id, reach) = (*id, who.reach());
    let (version, view) = app
        .database
        .read(reach, move |conn| {
            let row = queries::find(conn, who.scope(), id)?.ok_or(Error::NotFound("the session"))?;
            who.known_patient(conn, row.patient_id).map_err(|_| Error::NotFound("the session"))?;
            Ok((row.version, SessionView::of(conn, row, &who)?))
        })
        .await?;
    Ok(answer_with_etag(request.headers(), &etag(version), &view))
}

/// A page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Items on a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// `GET /patients/{id}/sessions`: a patient's sessions, newest first, planned ones included.
#[utoipa::path(get, path = "/api/v1/patients/{id}/sessions", tag = "Sessions", params(("id" = Id<Patient>, Path), Paging), responses(
    (status = 200, body = List<SessionView>), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn list(who: InCare, id: Path<Id<Patient>>, paging: Query<Paging>, app: Data<App>) -> Result<HttpResponse> {
    let limit = page_size(paging.limit)?;
    let cursor = Cursor::read(paging.cursor.as_deref())?.map(Cursor::time_and_id).transpose()?;
    let (id, reach) = (*id, who.reach());
    let page = app
        .database
        .read(reach, move |conn| {
            let patient = who.known_patient(conn, id)?;
            let rows = queries::page(conn, patient, cursor, limit)?;
            let List { items, next_cursor } = List::page(rows, limit, |row| Cursor::at(row.at, row.id));
            Ok(List { items: SessionView::all(conn, items, &who)?, next_cursor })
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}
