//! Handlers that show plans and what they ask, and that ask or skip out of turn.

use actix_web::web::{self, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::queries::{self, AssignmentRow};
use super::{
    Answered, Assignment, AssignmentState, Every, LOOK_BACK_DAYS, Plan, Situation, Standing, State, Task, is_for_home, standing,
    tasks,
};
use crate::app::App;
use crate::audit::{self, Action, Event};
use crate::auth::guards::{AsCoordinator, InCare, PatientOrTablet, SignedIn};
use crate::auth::scope::PatientScope;
use crate::courses::{self, Course, Phase};
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Problem, Result};
use crate::instruments::Registry;
use crate::patients::caseload::CHECK_IN;
use crate::patients::{self, Patient};
use crate::people;
use crate::responses::{self, Response};
use crate::sessions::Session;
use crate::web::checks::{Checks, REASON_CHARACTERS};
use crate::web::{Cursor, Json, List, answer_as_read, page_size};

/// How long something asked out of turn can be answered, in days behind the day on which it is due.
const ASKED_OPEN_DAYS: i64 = 7;
/// How far ahead something can be asked, in days.
const ASKED_AHEAD_DAYS: i64 = 366;

/// The routes of plans.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/me/tasks", web::get().to(mine))
        .route("/protocols", web::get().to(list))
        .route("/patients/{id}/assignments", web::get().to(assignments))
        .route("/patients/{id}/assignments", web::post().to(ask))
        .route("/assignments/{id}/skip", web::post().to(skip));
}

/// `GET /protocols`: the plans that a course may follow, by id.
#[utoipa::path(get, path = "/api/v1/protocols", tag = "Plans", responses(
    (status = 200, body = List<Plan>, headers(("ETag" = String))), (status = 304, description = "Not changed"),
    (status = 401, body = Problem)))]
pub async fn list(_: SignedIn, request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let items: Vec<&Plan> = app.plans.all().map(|plan| &**plan).collect();
    Ok(answer_as_read(request.headers(), &List::whole(items)))
}

/// A questionnaire that is asked of a patient, with its time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Assignment)]
pub struct AssignmentBody {
    /// The assignment.
    id: Id<Assignment>,
    /// The questionnaire.
    #[schema(example = "phq-9")]
    instrument: String,
    /// Its usual name.
    #[schema(example = "PHQ-9")]
    instrument_title: String,
    /// The course whose plan asks it; null where somebody asked out of turn.
    course_id: Option<Id<Course>>,
    /// The session that it hangs on.
    session_id: Option<Id<Session>>,
    /// From when it can be answered: later than planned while the last answer to the same questionnaire holds.
    opens_at: Timestamp,
    /// When it should be.
    due_at: Timestamp,
    /// Until when it can be.
    closes_at: Timestamp,
    /// How it stands.
    state: AssignmentState,
    /// The answer that closed it.
    response_id: Option<Id<Response>>,
    /// Why it is skipped.
    reason: Option<String>,
}

impl AssignmentBody {
    fn of(registry: &Registry, row: AssignmentRow, answered: &[Answered], zone: &TimeZone, now: Timestamp) -> Self {
        let Standing { state, opens_at, reason } = standing(&row, answered, zone, now);
        let title = registry.latest(&row.instrument).map(|instrument| instrument.short_title.clone());
        Self {
            id: row.id,
            instrument_title: title.unwrap_or_else(|| row.instrument.clone()),
            instrument: row.instrument,
            course_id: row.course_id,
            session_id: row.session_id,
            opens_at,
            due_at: row.due_at,
            closes_at: row.closes_at,
            state,
            response_id: row.response_id,
            reason,
        }
    }
}

/// What a list of assignments is cut to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AssignmentsQuery {
    /// Due on this day or later.
    from: Option<LocalDate>,
    /// Due on this day or earlier.
    to: Option<LocalDate>,
    /// Items on a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// `GET /patients/{id}/assignments`: what is asked of a patient, in the order in which it is due.
#[utoipa::path(get, path = "/api/v1/patients/{id}/assignments", tag = "Plans", params(("id" = Id<Patient>, Path), AssignmentsQuery),
    responses((status = 200, body = List<AssignmentBody>), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn assignments(
    who: InCare,
    id: Path<Id<Patient>>,
    query: Query<AssignmentsQuery>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let AssignmentsQuery { from, to, limit, cursor } = query.into_inner();
    let limit = page_size(limit)?;
    let cursor = Cursor::read(cursor.as_deref())?.map(Cursor::time_and_id).transpose()?;
    let (id, reach, now, shared) = (*id, who.reach(), app.clock.now(), app.clone());
    let page = app
        .database
        .read(reach, move |conn| {
            let patient = who.known_patient(conn, id)?;
            let zone = patients::zone(conn, patient)?;
            let span = (from.map(|day| day.start_in(&zone)), to.map(|day| day.plus_days(1).start_in(&zone)));
            let rows = queries::page(conn, patient, span, cursor, limit)?;
            let page = List::page(rows, limit, |row| Cursor::at(row.due_at, row.id));
            let answered = answered_around(conn, patient, &page.items)?;
            Ok(page.map(|row| AssignmentBody::of(&shared.instruments, row, &answered, &zone, now)))
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// The answers that may hold for these assignments.
fn answered_around(conn: &mut DbConnection, patient: PatientScope, rows: &[AssignmentRow]) -> Result<Vec<Answered>> {
    let Some(first) = rows.iter().map(|row| row.opens_at).min() else { return Ok(Vec::new()) };
    responses::queries::answered_since(conn, patient, first.plus_seconds(-LOOK_BACK_DAYS * 86_400))
}

/// Why something is not asked.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AssignmentSkip, example = json!({"reason": "Answered on paper on Monday"}))]
pub struct SkipRequest {
    /// Why. The patient reads it too.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

impl SkipRequest {
    fn validate(self) -> Result<String> {
        let mut checks = Checks::default();
        let reason = checks.text("/reason", Some(self.reason), REASON_CHARACTERS);
        checks.require(reason.is_some(), "/reason", "must say why, in 1000 characters or fewer");
        checks.finish()?;
        Ok(reason.unwrap_or_default())
    }
}

/// `POST /assignments/{id}/skip`: staff say that something is not asked, and why.
#[utoipa::path(post, path = "/api/v1/assignments/{id}/skip", tag = "Plans", params(("id" = Id<Assignment>, Path)),
    request_body = SkipRequest, responses((status = 200, body = AssignmentBody), (status = 400, body = Problem),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, description = "It was answered or skipped already", body = Problem), (status = 413, body = Problem),
    (status = 415, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn skip(who: AsCoordinator, id: Path<Id<Assignment>>, body: Json<SkipRequest>, app: Data<App>) -> Result<HttpResponse> {
    let reason = body.into_inner().validate()?;
    let (id, now, shared) = (*id, app.clock.now(), app.clone());
    let body = app
        .database
        .write(who.reach(), move |conn| {
            let unknown = || Error::NotFound("the assignment");
            let owner = queries::find(conn, who.scope(), id)?.ok_or_else(unknown)?.patient_id;
            let patient = who.known_patient(conn, owner)?;
            patients::lock(conn, patient)?;
            let row = queries::find(conn, who.scope(), id)?.ok_or_else(unknown)?;
            if row.response_id.is_some() || row.skipped_at.is_some() {
                return Err(Error::Conflict("this was answered or skipped already"));
            }
            queries::skip(conn, patient, id, (who.user, &reason), now)?;
            let event = Event::of(Action::AssignmentSkipped, "assignment", id.uuid()).about(owner);
            audit::record(conn, Some(patient.clinic()), &who.actor(), &event, now)?;
            patients::caseload::refresh(conn, &shared.instruments, patient, now)?;
            let row = queries::find(conn, who.scope(), id)?.ok_or_else(unknown)?;
            let zone = patients::zone(conn, patient)?;
            Ok(AssignmentBody::of(&shared.instruments, row, &[], &zone, now))
        })
        .await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Something to ask out of turn.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAssignment, example = json!({"instrument": "phq-9"}))]
pub struct AskRequest {
    /// The questionnaire.
    #[schema(example = "phq-9")]
    instrument: String,
    /// When it should be answered; now where nothing is said. It is open from that day's start, for a week.
    due_at: Option<Timestamp>,
}

impl AskRequest {
    fn validate(&self, registry: &Registry, now: Timestamp) -> Result<Timestamp> {
        let mut checks = Checks::default();
        let is_known = registry.current(&self.instrument).is_some();
        checks.require(is_known, "/instrument", "is not one that this clinic uses");
        let due_at = self.due_at.unwrap_or(now);
        let ahead = due_at.seconds_since(now);
        let is_near = (-60..=ASKED_AHEAD_DAYS * 86_400).contains(&ahead);
        checks.require(is_near, "/due_at", "must be now or within the next 366 days");
        checks.finish()?;
        Ok(due_at)
    }
}

/// `POST /patients/{id}/assignments`: staff ask a questionnaire out of turn.
#[utoipa::path(post, path = "/api/v1/patients/{id}/assignments", tag = "Plans", params(("id" = Id<Patient>, Path)),
    request_body = AskRequest, responses((status = 201, body = AssignmentBody), (status = 400, body = Problem),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, description = "The same questionnaire is asked already", body = Problem), (status = 413, body = Problem),
    (status = 415, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn ask(who: AsCoordinator, id: Path<Id<Patient>>, body: Json<AskRequest>, app: Data<App>) -> Result<HttpResponse> {
    let (request, now) = (body.into_inner(), app.clock.now());
    let due_at = request.validate(&app.instruments, now)?;
    let (id, shared) = (*id, app.clone());
    let body = app
        .database
        .write(who.reach(), move |conn| {
            let patient = who.known_patient(conn, id)?;
            patients::lock(conn, patient)?;
            let zone = patients::zone(conn, patient)?;
            let due_on = due_at.local_date(&zone);
            let wanted = super::anchors::Wanted {
                key: format!("asked/{}", Id::<Assignment>::new(now)),
                instrument: request.instrument.clone(),
                session: None,
                min_interval_days: None,
                opens_at: due_on.start_in(&zone).max(now),
                due_at: due_at.max(now),
                closes_at: due_on.plus_days(ASKED_OPEN_DAYS + 1).start_in(&zone),
            };
            let open = queries::around(conn, patient, &wanted.instrument, wanted.opens_at)?;
            if super::reconcile::closed_by(&open, &wanted.instrument, wanted.opens_at).is_some() {
                return Err(Error::Conflict("this questionnaire is asked at that time already"));
            }
            let row = AssignmentRow { asked_by: Some(who.user), ..AssignmentRow::new(patient, None, &wanted, now) };
            queries::insert(conn, &row)?;
            let event = Event::of(Action::AssignmentAsked, "assignment", row.id.uuid()).about(id);
            audit::record(conn, Some(patient.clinic()), &who.actor(), &event, now)?;
            Ok(AssignmentBody::of(&shared.instruments, row, &[], &zone, now))
        })
        .await?;
    Ok(HttpResponse::Created().json(body))
}

/// What a patient may answer today.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tasks)]
pub struct TasksBody {
    /// Today, where the patient is.
    local_date: LocalDate,
    /// The check-in first; then what came today, what came before and is still open, and what was answered today.
    items: Vec<TaskBody>,
    /// Always null: there is one page.
    #[schema(value_type = Option<String>)]
    next_cursor: Option<()>,
}

/// A questionnaire that is open today, or was answered today.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Task)]
pub struct TaskBody {
    /// The questionnaire.
    #[schema(example = "phq-9")]
    instrument: String,
    /// Its full name.
    #[schema(example = "Patient Health Questionnaire (PHQ-9)")]
    title: String,
    /// Its usual name.
    #[schema(example = "PHQ-9")]
    short_title: String,
    /// How long it takes to answer.
    #[schema(example = 2)]
    minutes: usize,
    /// How it stands.
    state: State,
    /// The day from which it is open.
    due_on: LocalDate,
    /// The last day on which it is.
    closes_on: LocalDate,
    /// Today's answer.
    response_id: Option<Id<Response>>,
    /// How often it comes.
    every: Every,
}

/// `GET /me/tasks`: what the patient may answer today, and what was answered today. At a clinic's tablet: what is open, without the
/// daily check-in.
#[utoipa::path(get, path = "/api/v1/me/tasks", tag = "Plans", responses(
    (status = 200, body = TasksBody), (status = 401, body = Problem), (status = 403, description = "Only patients have tasks", body = Problem)))]
pub async fn mine(who: PatientOrTablet, app: Data<App>) -> Result<HttpResponse> {
    let (now, shared) = (app.clock.now(), app.clone());
    let body = app
        .database
        .read(who.reach(), move |conn| {
            let patient = who.patient.ok_or(Error::NotFound("the patient"))?;
            let scope = PatientScope::of(who.scope(), patient);
            if who.is_tablet() {
                let zone = patients::zone(conn, scope)?;
                return load_at_tablet(conn, &shared.instruments, scope, &zone, now);
            }
            let (user, _) = people::queries::find_with_clinic(conn, who.user)?.ok_or(Error::Unauthenticated)?;
            let zone = TimeZone::get(&user.time_zone).unwrap_or(TimeZone::UTC);
            load(conn, &shared.instruments, scope, &zone, now)
        })
        .await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Whether anything is left for the patient to answer today.
pub fn is_anything_asked(
    conn: &mut DbConnection,
    registry: &Registry,
    scope: PatientScope,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<bool> {
    Ok(load(conn, registry, scope, zone, now)?.items.iter().any(|task| task.state != State::Done))
}

/// The questionnaires that a clinic's tablet shows for a patient.
pub fn asked_at_tablet(
    conn: &mut DbConnection,
    registry: &Registry,
    scope: PatientScope,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Vec<String>> {
    let tasks = load_at_tablet(conn, registry, scope, zone, now)?.items;
    Ok(tasks.into_iter().map(|task| task.instrument).collect())
}

/// What is open. What was answered is nobody's business at a tablet, and the check-in is for the patient's own phone and days.
fn load_at_tablet(
    conn: &mut DbConnection,
    registry: &Registry,
    scope: PatientScope,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<TasksBody> {
    let mut tasks = load(conn, registry, scope, zone, now)?;
    tasks.items.retain(|task| task.state != State::Done && task.instrument != CHECK_IN);
    Ok(tasks)
}

fn load(conn: &mut DbConnection, registry: &Registry, scope: PatientScope, zone: &TimeZone, now: Timestamp) -> Result<TasksBody> {
    let today = now.local_date(zone);
    let patient = crate::patients::queries::find(conn, scope)?;
    let course = courses::queries::spans(conn, scope)?.pop();
    let is_maintenance = crate::patients::queries::phase(conn, scope)? == "maintenance";
    let is_on_plan = match &course {
        Some(course) => queries::followed(conn, scope, course.id)?.is_some_and(|followed| followed.plan.is_some()),
        None => false,
    };
    let situation = Situation {
        conditions: patient.condition.into_iter().chain(course.map(|course| course.condition)).collect(),
        primary_measure: patient.primary_measure,
        phase: if is_maintenance { Phase::Maintenance } else { Phase::Induction },
    };
    let since = patient.joined_at.unwrap_or(patient.created_at).local_date(zone);
    let answered = responses::queries::answered_since(conn, scope, today.plus_days(-LOOK_BACK_DAYS).start_in(zone))?;
    let open = queries::current(conn, scope, now)?;
    let by_calendar = tasks(&situation, since, &answered, today);
    let mut items: Vec<TaskBody> = by_calendar
        .iter()
        .filter(|task| !is_on_plan || task.instrument == CHECK_IN)
        .filter_map(|task| body(registry, task))
        .collect();
    let assigned = open.iter().filter_map(|row| assigned(registry, row, &answered, zone, now));
    for task in assigned {
        if !items.iter().any(|known| known.instrument == task.instrument && known.state != State::Done) {
            items.push(task);
        }
    }
    if is_on_plan {
        items.extend(answered.iter().filter(|answer| answer.on >= today).filter_map(|answer| done(registry, answer, today)));
    }
    // A questionnaire that was answered today is shown once, with its last answer.
    let mut seen = Vec::new();
    items.retain(|task| {
        let key = (task.instrument.clone(), task.state == State::Done);
        let is_new = !seen.contains(&key);
        seen.push(key);
        is_new
    });
    items.sort_by_key(|task| (task.instrument != CHECK_IN, task.state));
    Ok(TasksBody { local_date: today, items, next_cursor: None })
}

/// The task of an assignment that can be answered now.
fn assigned(
    registry: &Registry,
    row: &AssignmentRow,
    answered: &[Answered],
    zone: &TimeZone,
    now: Timestamp,
) -> Option<TaskBody> {
    let Standing { state, opens_at, .. } = standing(row, answered, zone, now);
    let today = now.local_date(zone);
    let due_on = row.due_at.local_date(zone);
    let task = Task {
        instrument: &row.instrument,
        every: Every::Once,
        state: if due_on < today { State::Overdue } else { State::Due },
        due_on: opens_at.local_date(zone),
        closes_on: row.closes_at.plus_seconds(-1).local_date(zone),
        response: None,
    };
    body(registry, &task).filter(|_| state == AssignmentState::Open)
}

/// What was answered today by somebody on a plan.
fn done(registry: &Registry, answer: &Answered, today: LocalDate) -> Option<TaskBody> {
    let task = Task {
        instrument: &answer.instrument,
        every: if answer.instrument == CHECK_IN { Every::Day } else { Every::Once },
        state: State::Done,
        due_on: today,
        closes_on: today,
        response: Some(answer.response),
    };
    body(registry, &task)
}

fn body(registry: &Registry, task: &Task<'_>) -> Option<TaskBody> {
    let instrument = registry.current(task.instrument).filter(|instrument| is_for_home(instrument))?;
    Some(TaskBody {
        instrument: instrument.id.clone(),
        title: instrument.title.clone(),
        short_title: instrument.short_title.clone(),
        minutes: instrument.minutes(),
        state: task.state,
        due_on: task.due_on,
        closes_on: task.closes_on,
        response_id: task.response,
        every: task.every,
    })
}
