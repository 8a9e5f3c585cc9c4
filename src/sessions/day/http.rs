//! Handlers of a clinic's day.

use actix_web::web::{self, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::queries::{self, DayRow};
use super::questions::{self, DayQuestionnaire};
use super::{CHECKLIST, DISCHARGE, PresenceChange, Stage, earliest_leave_at, next_reading_at, open_marks, released_at};
use crate::app::App;
use crate::auth::guards::AsCoordinator;
use crate::clinic;
use crate::courses::Course;
use crate::db::{Id, LocalDate, Timestamp};
use crate::error::{Problem, Result};
use crate::patients::Patient;
use crate::sessions::record::Record;
use crate::sessions::{Author, Route, Session, Status};
use crate::web::checks::Checks;
use crate::web::extract::double_option;
use crate::web::{Json, answer_as_read};

/// Characters in the name of a chair or a room (P).
const CHAIR_CHARACTERS: usize = 40;

/// The routes of a clinic's day.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/sessions", web::get().to(day)).route("/sessions/{id}/arrival", web::patch().to(arrival));
}

/// Which day is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DayQuery {
    /// A day where the clinic is; today where nothing is said.
    on: Option<LocalDate>,
}

/// A clinic's day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionDay)]
pub struct DayBody {
    /// The day, where the clinic is.
    on: LocalDate,
    /// The day's sessions in order of time, whatever became of them.
    items: Vec<DaySessionBody>,
    /// Always null: there is one page.
    #[schema(value_type = Option<String>)]
    next_cursor: Option<()>,
}

/// A session as its day shows it. A coordinator sees schedule and completion; `next_reading_at`, `earliest_leave_at`, `checklist_open`,
/// `discharge_open` and `has_alert` are null.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DaySession)]
pub struct DaySessionBody {
    /// The session.
    id: Id<Session>,
    /// The patient.
    patient_id: Id<Patient>,
    /// The patient's name.
    #[schema(example = "Maya Reyes")]
    patient_name: String,
    /// The course that it counts to.
    course_id: Option<Id<Course>>,
    /// Its number in the course.
    #[schema(example = 3)]
    number: i32,
    /// Whether it took place.
    status: Status,
    /// Where it stands.
    stage: Stage,
    /// `started_at`, else `scheduled_at`, else when it was written down.
    at: Timestamp,
    /// When it was planned.
    scheduled_at: Option<Timestamp>,
    /// When the patient came.
    arrived_at: Option<Timestamp>,
    /// Where the patient sits.
    #[schema(example = "2")]
    chair: Option<String>,
    /// When dosing began.
    started_at: Option<Timestamp>,
    /// When it ended.
    ended_at: Option<Timestamp>,
    /// When the patient may go home at the earliest, where the medicine has such a time.
    earliest_leave_at: Option<Timestamp>,
    /// When the patient went home.
    released_at: Option<Timestamp>,
    /// The way the medicine is given.
    route: Option<Route>,
    /// When the next reading is due.
    next_reading_at: Option<Timestamp>,
    /// Whether anything is not ticked before the dose.
    is_checklist_open: bool,
    /// Whether anything is not ticked before going home.
    is_discharge_open: bool,
    /// What is not ticked before the dose.
    #[schema(value_type = Option<Vec<String>>)]
    checklist_open: Option<Vec<&'static str>>,
    /// What is not ticked before going home.
    #[schema(value_type = Option<Vec<String>>)]
    discharge_open: Option<Vec<&'static str>>,
    /// What the patient is asked now beside the check-in, those that are not answered first; null on another day than today.
    questionnaires: Option<Vec<DayQuestionnaire>>,
    /// Whether the record is signed.
    is_signed: bool,
    /// Whether an urgent or high alert of the patient is not closed.
    has_alert: Option<bool>,
}

impl DaySessionBody {
    fn of(row: DayRow, questionnaires: Option<Vec<DayQuestionnaire>>, is_provider: bool) -> Self {
        let DayRow { session, patient_name, urgency, arrival, asking: _ } = row;
        let record = Record::of(&session);
        let (before, home) = (open_marks(&record.checklist, &CHECKLIST), open_marks(&record.discharge, &DISCHARGE));
        let arrived_at = arrival.as_ref().and_then(|arrival| arrival.arrived_at);
        Self {
            id: session.id,
            patient_id: session.patient_id,
            patient_name,
            course_id: session.course_id,
            number: session.number,
            status: session.status,
            stage: Stage::of(&record, arrived_at.is_some()),
            at: session.at,
            scheduled_at: session.scheduled_at,
            arrived_at,
            chair: arrival.and_then(|arrival| arrival.chair),
            started_at: session.started_at,
            ended_at: session.ended_at,
            earliest_leave_at: earliest_leave_at(&record).filter(|_| is_provider),
            released_at: released_at(&record.discharge),
            route: session.route,
            next_reading_at: next_reading_at(&record).filter(|_| is_provider),
            is_checklist_open: !before.is_empty(),
            is_discharge_open: !home.is_empty(),
            checklist_open: is_provider.then_some(before),
            discharge_open: is_provider.then_some(home),
            questionnaires,
            is_signed: session.signed_at.is_some(),
            has_alert: is_provider.then_some(urgency == 0),
        }
    }
}

/// `GET /sessions`: the clinic's sessions of a day.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "Sessions", params(DayQuery), responses(
    (status = 200, body = DayBody, headers(("ETag" = String))), (status = 304, description = "Not changed"),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn day(who: AsCoordinator, query: Query<DayQuery>, request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let (on, now, shared) = (query.on, app.clock.now(), app.clone());
    let body = app
        .database
        .read(who.reach(), move |conn| {
            let clinic = clinic::queries::find(conn, who.scope())?;
            let zone = TimeZone::get(&clinic.time_zone).unwrap_or(TimeZone::UTC);
            let today = now.local_date(&zone);
            let on = on.unwrap_or(today);
            let rows = queries::on_day(conn, who.scope(), on.start_in(&zone), on.plus_days(1).start_in(&zone))?;
            let asked = if on == today { Some(questions::of(conn, &shared.instruments, who.scope(), &rows, now)?) } else { None };
            let is_provider = who.roles.is_provider();
            let body = |row: DayRow| {
                let questionnaires = asked.as_ref().and_then(|asked| asked.get(&row.session.patient_id).cloned());
                DaySessionBody::of(row, questionnaires, is_provider)
            };
            let items = rows.into_iter().map(body).collect();
            Ok(DayBody { on, items, next_cursor: None })
        })
        .await?;
    Ok(answer_as_read(request.headers(), &body))
}

/// Who has come for a session, or to which chair; what is left out stays as it was.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = SessionArrivalChange, example = json!({"arrived_at": "2026-11-20T16:50:00.000Z", "chair": "2"}))]
pub struct ArrivalChange {
    /// When the patient came; null where the patient has not.
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<Timestamp>)]
    arrived_at: Option<Option<Timestamp>>,
    /// Where the patient sits.
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 40, example = "2")]
    chair: Option<Option<String>>,
}

/// `PATCH /sessions/{id}/arrival`: notes that the patient has come, or where the patient sits.
#[utoipa::path(patch, path = "/api/v1/sessions/{id}/arrival", tag = "Sessions", request_body = ArrivalChange,
    params(("id" = Id<Session>, Path)), responses(
    (status = 200, body = DaySessionBody), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn arrival(
    who: AsCoordinator,
    id: Path<Id<Session>>,
    body: Json<ArrivalChange>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let ArrivalChange { arrived_at, chair } = body.into_inner();
    let mut checks = Checks::default();
    let chair = chair.map(|chair| checks.text("/chair", chair, CHAIR_CHARACTERS));
    checks.finish()?;
    let (id, now, shared, presence) = (*id, app.clock.now(), app.clone(), PresenceChange { arrived_at, chair });
    let answer = app
        .database
        .write(who.reach(), move |conn| {
            let (author, scope) = (Author::from(&*who), who.scope());
            let row = super::note_arrival(conn, scope, &author, id, &presence, now)?;
            let zone = TimeZone::get(&clinic::queries::find(conn, scope)?.time_zone).unwrap_or(TimeZone::UTC);
            let is_today = row.session.at.local_date(&zone) == now.local_date(&zone);
            let mut asked = if is_today {
                Some(questions::of(conn, &shared.instruments, scope, std::slice::from_ref(&row), now)?)
            } else {
                None
            };
            let questionnaires = asked.as_mut().and_then(|asked| asked.remove(&row.session.patient_id));
            Ok(DaySessionBody::of(row, questionnaires, who.roles.is_provider()))
        })
        .await?;
    Ok(HttpResponse::Ok().json(answer))
}
