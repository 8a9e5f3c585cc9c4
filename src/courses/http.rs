//! Handlers of courses: written by staff, read by the patient too.

use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::queries::{self, CourseRow};
use super::{Condition, Course, Draft, Phase, Status};
use crate::app::App;
use crate::auth::guards::{AsCoordinator, InCare};
use crate::auth::scope::PatientScope;
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Problem, Result};
use crate::patients::{self, Patient};
use crate::sessions;
use crate::web::checks::{Checks, NOTE_CHARACTERS, REASON_CHARACTERS};
use crate::web::extract::double_option;
use crate::web::{IfMatch, Json, List, etag};

/// The routes of courses.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/patients/{id}/courses", web::post().to(create))
        .route("/patients/{id}/courses", web::get().to(list))
        .route("/courses/{id}", web::patch().to(change));
}

/// A course of treatment.
#[derive(Debug, Serialize, ToSchema)]
pub struct CourseBody {
    /// The course.
    id: Id<Course>,
    /// The patient.
    patient_id: Id<Patient>,
    /// What is treated.
    condition: Condition,
    /// The plan that it follows.
    #[schema(example = "iv-induction-6")]
    protocol: Option<String>,
    /// Sessions of the induction; six where nobody said.
    #[schema(example = 6)]
    planned_sessions: Option<i32>,
    /// Its first day where the patient is.
    started_on: LocalDate,
    /// What patient and provider want to reach.
    #[schema(example = "Back to the garden")]
    goal: Option<String>,
    /// How it stands.
    status: Status,
    /// The day on which it was completed or stopped.
    ended_on: Option<LocalDate>,
    /// Why.
    ended_reason: Option<String>,
    /// Completed sessions.
    #[schema(example = 3)]
    sessions_done: i32,
    /// Induction until the planned sessions are done.
    phase: Phase,
    /// When it was made.
    created_at: Timestamp,
    /// When it was changed.
    updated_at: Timestamp,
}

impl CourseBody {
    fn of(row: CourseRow, sessions_done: i32) -> Self {
        Self {
            id: row.id,
            patient_id: row.patient_id,
            condition: row.condition,
            protocol: row.protocol,
            planned_sessions: row.planned_sessions,
            started_on: row.started_on,
            goal: row.goal,
            status: row.status,
            ended_on: row.ended_on,
            ended_reason: row.ended_reason,
            sessions_done,
            phase: Phase::of(row.status.word(), sessions_done, row.planned_sessions),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A new course.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCourse {
    /// What is treated.
    condition: Condition,
    /// The plan that it follows: one word of letters, digits, `-`, `_` and `.`.
    #[schema(max_length = 60, example = "iv-induction-6")]
    protocol: Option<String>,
    /// Sessions of the induction.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 500, example = 6)]
    planned_sessions: Option<f64>,
    /// Its first day where the patient is; today where nothing is said.
    started_on: Option<LocalDate>,
    /// What patient and provider want to reach. The patient reads it too.
    #[schema(max_length = 10_000, example = "Back to the garden")]
    goal: Option<String>,
    /// How it stands; `planned` before its first day and `active` from then on, where nothing is said.
    status: Option<Status>,
}

/// Changes to a course; null takes a value away.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({"planned_sessions": 8, "goal": "Back to the garden", "status": "active"}))]
pub struct CourseChange {
    /// What is treated.
    condition: Option<Condition>,
    /// The plan that it follows.
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 60)]
    protocol: Option<Option<String>>,
    /// Sessions of the induction.
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 500)]
    planned_sessions: Option<Option<f64>>,
    /// Its first day where the patient is.
    started_on: Option<LocalDate>,
    /// What patient and provider want to reach.
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    goal: Option<Option<String>>,
    /// How it stands.
    status: Option<Status>,
    /// Why the plan changes. Kept with the change.
    #[schema(value_type = Option<String>, max_length = 1000, nullable = false)]
    reason: Option<String>,
    /// Why the course is completed or stopped.
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 1000)]
    ended_reason: Option<Option<String>>,
}

impl NewCourse {
    fn validate(self, today: LocalDate) -> Result<Draft> {
        let mut checks = Checks::default();
        let started_on = self.started_on.unwrap_or(today);
        let usual = if started_on > today { Status::Planned } else { Status::Active };
        let draft = Draft {
            condition: self.condition,
            protocol: protocol(&mut checks, self.protocol),
            planned_sessions: planned_sessions(&mut checks, self.planned_sessions),
            started_on: first_day(&mut checks, started_on, today),
            goal: checks.text("/goal", self.goal, NOTE_CHARACTERS),
            status: self.status.unwrap_or(usual),
            ended_reason: None,
        };
        checks.finish()?;
        Ok(draft)
    }
}

impl CourseChange {
    /// The course as it is to be, and why its plan changes.
    fn apply(self, row: &CourseRow, today: LocalDate) -> Result<(Draft, Option<String>)> {
        let mut checks = Checks::default();
        let draft = Draft {
            condition: self.condition.unwrap_or(row.condition),
            protocol: match self.protocol {
                Some(text) => protocol(&mut checks, text),
                None => row.protocol.clone(),
            },
            planned_sessions: match self.planned_sessions {
                Some(count) => planned_sessions(&mut checks, count),
                None => row.planned_sessions,
            },
            started_on: self.started_on.map_or(row.started_on, |day| first_day(&mut checks, day, today)),
            goal: match self.goal {
                Some(text) => checks.text("/goal", text, NOTE_CHARACTERS),
                None => row.goal.clone(),
            },
            status: self.status.unwrap_or(row.status),
            ended_reason: match self.ended_reason {
                Some(text) => checks.text("/ended_reason", text, REASON_CHARACTERS),
                None => row.ended_reason.clone(),
            },
        };
        let reason = checks.text("/reason", self.reason, REASON_CHARACTERS);
        checks.finish()?;
        Ok((draft, reason))
    }
}

fn protocol(checks: &mut Checks, text: Option<String>) -> Option<String> {
    let word = text.filter(|word| !word.is_empty())?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_word = word.len() <= 60 && word.bytes().all(is_plain);
    checks.require(is_word, "/protocol", "must be one word of 60 letters, digits, -, _ and . or fewer");
    Some(word)
}

fn planned_sessions(checks: &mut Checks, count: Option<f64>) -> Option<i32> {
    let (low, high) = sessions::limits::NUMBER;
    checks.whole("/planned_sessions", count, low, high)
}

/// A first day that is no slip of the year.
fn first_day(checks: &mut Checks, day: LocalDate, today: LocalDate) -> LocalDate {
    let is_near = (-366 * 50..=366 * 2).contains(&day.days_since(today));
    checks.require(is_near, "/started_on", "must be a day of the last 50 years, or of the next two");
    day
}

/// `POST /patients/{id}/courses`: opens a course.
#[utoipa::path(post, path = "/api/v1/patients/{id}/courses", tag = "Courses", params(("id" = Id<Patient>, Path)), request_body = NewCourse, responses(
    (status = 201, body = CourseBody, headers(("ETag" = String))), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "The patient has too many", body = Problem),
    (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem),
    (status = 503, body = Problem)))]
pub async fn create(who: AsCoordinator, id: Path<Id<Patient>>, body: Json<NewCourse>, app: Data<App>) -> Result<HttpResponse> {
    let (id, now, shared) = (*id, app.clock.now(), app.clone());
    let made = app
        .database
        .write(who.reach(), move |conn| {
            let patient = who.known_patient(conn, id)?;
            let today = now.local_date(&patients::zone(conn, patient)?);
            let draft = body.0.clone().validate(today)?;
            super::open(conn, &shared.plans, patient, &who.actor(), &draft, now)
        })
        .await?;
    Ok(HttpResponse::Created().insert_header(("ETag", etag(made.version))).json(CourseBody::of(made, 0)))
}

/// `GET /patients/{id}/courses`: a patient's courses, the last started first.
#[utoipa::path(get, path = "/api/v1/patients/{id}/courses", tag = "Courses", params(("id" = Id<Patient>, Path)), responses(
    (status = 200, body = List<CourseBody>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn list(who: InCare, id: Path<Id<Patient>>, app: Data<App>) -> Result<HttpResponse> {
    let (id, reach) = (*id, who.reach());
    let items = app
        .database
        .read(reach, move |conn| {
            let patient = who.known_patient(conn, id)?;
            bodies(conn, patient)
        })
        .await?;
    Ok(HttpResponse::Ok().json(List::<CourseBody>::whole(items)))
}

/// A patient's courses, the last started first.
pub(crate) fn bodies(conn: &mut DbConnection, patient: PatientScope) -> Result<Vec<CourseBody>> {
    let done = sessions::queries::completed_by_course(conn, patient)?;
    let rows = queries::list(conn, patient)?;
    Ok(rows.into_iter().map(|row| count(row, &done)).collect())
}

fn count(row: CourseRow, done: &[(Option<Id<Course>>, i64)]) -> CourseBody {
    let sessions_done = done.iter().find(|(course, _)| *course == Some(row.id)).map_or(0, |(_, count)| *count);
    CourseBody::of(row, i32::try_from(sessions_done).unwrap_or(i32::MAX))
}

/// `PATCH /courses/{id}`: changes a course. `If-Match` is honoured where it is sent.
#[utoipa::path(patch, path = "/api/v1/courses/{id}", tag = "Courses", request_body = CourseChange, params(("id" = Id<Course>, Path),
    ("If-Match" = Option<String>, Header, description = "The ETag last read")), responses(
    (status = 200, body = CourseBody, headers(("ETag" = String))), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem), (status = 413, body = Problem),
    (status = 415, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn change(
    who: AsCoordinator,
    id: Path<Id<Course>>,
    request: HttpRequest,
    body: Json<CourseChange>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let known = IfMatch::of(request.headers());
    let (id, now, shared) = (*id, app.clock.now(), app.clone());
    let (version, view) = app
        .database
        .write(who.reach(), move |conn| {
            let owner = queries::find(conn, who.scope(), id)?.ok_or(Error::NotFound("the course"))?.patient_id;
            let patient = who.known_patient(conn, owner)?;
            patients::lock(conn, patient)?;
            let row = queries::find(conn, who.scope(), id)?.ok_or(Error::NotFound("the course"))?;
            if known.is_given() && !known.allows(row.version) {
                return Err(Error::Stale);
            }
            let (draft, reason) = body.0.clone().apply(&row, now.local_date(&patients::zone(conn, patient)?))?;
            let row = super::change(conn, &shared.plans, patient, &who.actor(), row, draft, reason.as_deref(), now)?;
            let done = sessions::queries::completed_by_course(conn, patient)?;
            Ok((row.version, count(row, &done)))
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(("ETag", etag(version))).json(view))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn today() -> LocalDate {
        "2026-11-20".parse().unwrap()
    }

    fn read(fields: &Value) -> Result<Draft> {
        let mut body = json!({"condition": "mdd"});
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        serde_json::from_value::<NewCourse>(body).unwrap().validate(today())
    }

    fn pointers(fields: &Value) -> Vec<String> {
        match read(fields) {
            Err(Error::Invalid(violations)) => violations.into_iter().map(|violation| violation.pointer).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_course_begins_today_where_nothing_is_said() {
        let draft = read(&json!({})).unwrap();
        assert_eq!((draft.started_on, draft.status, draft.planned_sessions), (today(), Status::Active, None));
        assert_eq!(read(&json!({"started_on": "2026-11-21"})).unwrap().status, Status::Planned);
    }

    #[test]
    fn all_rules_are_answered_at_once() {
        let found =
            pointers(&json!({"protocol": "two words", "planned_sessions": 0, "started_on": "2206-11-20", "goal": "a\u{7}"}));
        assert_eq!(found, ["/protocol", "/planned_sessions", "/started_on", "/goal"]);
    }

    #[test]
    fn a_change_leaves_alone_what_it_does_not_name() {
        let row = CourseRow {
            id: Id::from_uuid(uuid::Uuid::nil()),
            clinic_id: Id::from_uuid(uuid::Uuid::nil()),
            patient_id: Id::from_uuid(uuid::Uuid::nil()),
            condition: Condition::Trd,
            protocol: Some("iv-6".into()),
            planned_sessions: Some(6),
            started_on: "2020-01-01".parse().unwrap(),
            goal: Some("Garden".into()),
            status: Status::Active,
            version: 1,
            created_at: Timestamp::from_milliseconds(0),
            updated_at: Timestamp::from_milliseconds(0),
            ended_on: None,
            ended_reason: None,
        };
        let change = |body: Value| serde_json::from_value::<CourseChange>(body).unwrap().apply(&row, today()).unwrap().0;
        assert_eq!(change(json!({})), Draft::of(&row));
        let emptied = change(json!({"goal": null, "protocol": null, "planned_sessions": null, "status": "stopped"}));
        assert_eq!((emptied.goal, emptied.protocol, emptied.planned_sessions), (None, None, None));
        assert_eq!((emptied.status, emptied.condition), (Status::Stopped, Condition::Trd));
    }
}
