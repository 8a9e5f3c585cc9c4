//! Handlers that show what is due.

use actix_web::HttpResponse;
use actix_web::web::{self, Data};
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Every, LOOK_BACK_DAYS, Situation, State, Task, is_for_home, tasks};
use crate::app::App;
use crate::auth::guards::AsPatient;
use crate::auth::scope::PatientScope;
use crate::courses::{self, Phase};
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Problem, Result};
use crate::instruments::Registry;
use crate::people;
use crate::responses::{self, Response};

/// The routes of plans.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/me/tasks", web::get().to(mine));
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

/// `GET /me/tasks`: what the patient may answer today, and what was answered today.
#[utoipa::path(get, path = "/api/v1/me/tasks", tag = "Plans", responses(
    (status = 200, body = TasksBody), (status = 401, body = Problem), (status = 403, description = "Only patients have tasks", body = Problem)))]
pub async fn mine(who: AsPatient, app: Data<App>) -> Result<HttpResponse> {
    let (now, shared) = (app.clock.now(), app.clone());
    let body = app
        .database
        .read(who.reach(), move |conn| {
            let patient = who.patient.ok_or(Error::NotFound("the patient"))?;
            let (user, _) = people::queries::find_with_clinic(conn, who.user)?.ok_or(Error::Unauthenticated)?;
            load(conn, &shared.instruments, PatientScope::of(who.scope(), patient), &user.time_zone, now)
        })
        .await?;
    Ok(HttpResponse::Ok().json(body))
}

fn load(conn: &mut DbConnection, registry: &Registry, scope: PatientScope, zone: &str, now: Timestamp) -> Result<TasksBody> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let today = now.local_date(&zone);
    let patient = crate::patients::queries::find(conn, scope)?;
    let course = courses::queries::spans(conn, scope)?.pop();
    let is_maintenance = crate::patients::queries::phase(conn, scope)? == "maintenance";
    let situation = Situation {
        conditions: patient.condition.into_iter().chain(course.map(|course| course.condition)).collect(),
        primary_measure: patient.primary_measure,
        phase: if is_maintenance { Phase::Maintenance } else { Phase::Induction },
    };
    let since = patient.joined_at.unwrap_or(patient.created_at).local_date(&zone);
    let answered = responses::queries::answered_since(conn, scope, today.plus_days(-LOOK_BACK_DAYS).start_in(&zone))?;
    let tasks = tasks(&situation, since, &answered, today);
    let items = tasks.iter().filter_map(|task| body(registry, task)).collect();
    Ok(TasksBody { local_date: today, items, next_cursor: None })
}

fn body(registry: &Registry, task: &Task) -> Option<TaskBody> {
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
