//! Handlers of courses: written by staff, read by the patient too.

use std::collections::BTreeMap;

use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::eligibility::{Checklist, checklist};
use super::gate::{self, Requirement};
use super::queries::{self, CourseRow, ReviewRow};
use super::{AgreedLine, Condition, Course, Decision, Draft, Phase, Review, Status, is_review_due};
use crate::app::App;
use crate::auth::guards::{AsCoordinator, AsProvider, InCare, SignedIn};
use crate::auth::roles::Roles;
use crate::auth::scope::PatientScope;
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Problem, Result};
use crate::instruments::{Direction, Registry};
use crate::patients::{self, Patient};
use crate::people;
use crate::protocols::{self, PlanChange, Plans};
use crate::sessions;
use crate::sessions::record::WhoBody;
use crate::web::checks::{Checks, NOTE_CHARACTERS, REASON_CHARACTERS};
use crate::web::extract::double_option;
use crate::web::{IfMatch, Json, List, etag};

/// The routes of courses.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/patients/{id}/courses", web::post().to(create))
        .route("/patients/{id}/courses", web::get().to(list))
        .route("/courses/{id}", web::patch().to(change))
        .route("/courses/{id}/eligibility", web::get().to(eligibility))
        .route("/courses/{id}/eligibility", web::put().to(sign))
        .route("/courses/{id}/reviews", web::post().to(review));
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
    /// The line that patient and provider agreed on.
    agreed_line: Option<AgreedLine>,
    /// Completed sessions.
    #[schema(example = 3)]
    sessions_done: i32,
    /// Induction until the planned sessions are done.
    phase: Phase,
    /// Every plan that it followed, the first one first.
    plan_changes: Vec<PlanChangeBody>,
    /// What was decided in the middle of it, the first one first; empty for who may not see answers.
    reviews: Vec<ReviewBody>,
    /// Whether half of its induction is done and nobody has reviewed it since.
    review_due: bool,
    /// When it was made.
    created_at: Timestamp,
    /// When it was changed.
    updated_at: Timestamp,
}

/// The choice of a plan, or a change of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanChange)]
pub struct PlanChangeBody {
    /// The plan before; null for the first one.
    from: Option<PlanNameBody>,
    /// The plan from then on; null where the course follows none since.
    to: Option<PlanNameBody>,
    /// Why; null for the patient.
    #[schema(example = "Infusions are too far to travel")]
    reason: Option<String>,
    /// Who changed it.
    #[schema(example = "Imani Okafor")]
    changed_by: Option<String>,
    /// When.
    at: Timestamp,
}

/// A plan as it was called then.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanName)]
pub struct PlanNameBody {
    /// The plan, or the word that stood for one.
    #[schema(example = "iv-induction-6")]
    protocol: String,
    /// Its version; null where the word names no known plan.
    #[schema(example = "1.0.0")]
    version: Option<String>,
    /// In a few words.
    #[schema(example = "IV, six infusions")]
    title: String,
}

impl PlanNameBody {
    fn of(protocol: Option<String>, version: Option<String>, title: Option<String>) -> Option<Self> {
        protocol.map(|protocol| Self { title: title.unwrap_or_else(|| protocol.clone()), version, protocol })
    }
}

impl PlanChangeBody {
    fn of(change: PlanChange, is_staff: bool) -> Self {
        Self {
            from: PlanNameBody::of(change.from_protocol, change.from_version, change.from_title),
            to: PlanNameBody::of(change.to_protocol, change.to_version, change.to_title),
            reason: change.reason.filter(|_| is_staff),
            changed_by: change.changed_by,
            at: change.changed_at,
        }
    }
}

/// What was decided in the middle of a course.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CourseReview)]
pub struct ReviewBody {
    /// The review.
    id: Id<Review>,
    /// What was decided.
    decision: Decision,
    /// Why.
    #[schema(example = "PHQ-9 down by half")]
    reason: Option<String>,
    /// Completed sessions of the course at that time.
    #[schema(example = 3)]
    sessions_done: i32,
    /// Who decided.
    #[schema(example = "Imani Okafor")]
    reviewed_by: String,
    /// When.
    reviewed_at: Timestamp,
}

impl ReviewBody {
    fn of(row: ReviewRow, reviewed_by: String) -> Self {
        let ReviewRow { id, decision, reason, sessions_done, reviewed_at, .. } = row;
        Self { id, decision, reason, sessions_done, reviewed_by, reviewed_at }
    }
}

/// What is kept beside a patient's courses.
struct Beside {
    done: Vec<(Option<Id<Course>>, i64)>,
    changes: Vec<PlanChange>,
    reviews: Vec<(ReviewRow, String)>,
    roles: Roles,
}

impl Beside {
    fn of(conn: &mut DbConnection, patient: PatientScope, roles: Roles) -> Result<Self> {
        Ok(Self {
            done: sessions::queries::completed_by_course(conn, patient)?,
            changes: protocols::queries::changes(conn, patient)?,
            reviews: queries::reviews(conn, patient)?,
            roles,
        })
    }

    /// The body of one of the courses, with what is kept beside it.
    fn body(&mut self, row: CourseRow) -> CourseBody {
        let done = self.done.iter().find(|(course, _)| *course == Some(row.id)).map_or(0, |(_, count)| *count);
        let changes = self.changes.extract_if(.., |change| change.course == row.id);
        let is_staff = !self.roles.is_patient();
        let plan_changes = changes.map(|change| PlanChangeBody::of(change, is_staff)).collect();
        let reviews: Vec<_> = self.reviews.extract_if(.., |(review, _)| review.course_id == row.id).collect();
        let last_review = reviews.iter().map(|(review, _)| review.sessions_done).max();
        let shown = reviews.into_iter().filter(|_| self.roles.is_provider());
        let reviews = shown.map(|(review, by)| ReviewBody::of(review, by)).collect();
        CourseBody::of(row, i32::try_from(done).unwrap_or(i32::MAX), plan_changes, (reviews, last_review))
    }
}

impl CourseBody {
    fn of(
        row: CourseRow,
        sessions_done: i32,
        plan_changes: Vec<PlanChangeBody>,
        (reviews, last_review): (Vec<ReviewBody>, Option<i32>),
    ) -> Self {
        Self {
            plan_changes,
            reviews,
            review_due: is_review_due(row.status, sessions_done, row.planned_sessions, last_review),
            agreed_line: row.agreed_line(),
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
    /// The line that patient and provider agreed on.
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<AgreedLine>)]
    agreed_line: Option<Option<AgreedLine>>,
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
            agreed_line: None,
        };
        checks.finish()?;
        Ok(draft)
    }
}

impl CourseChange {
    /// The course as it is to be, and why its plan changes.
    fn apply(self, row: &CourseRow, registry: &Registry, today: LocalDate) -> Result<(Draft, Option<String>)> {
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
            agreed_line: match self.agreed_line {
                Some(line) => line.inspect(|line| check_line(&mut checks, registry, line)),
                None => row.agreed_line(),
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

/// A line on a measure that has a good and a bad side, within what can be scored.
fn check_line(checks: &mut Checks, registry: &Registry, line: &AgreedLine) {
    let Some(measure) = registry.measure(&line.measure).filter(|measure| measure.higher_is != Direction::None) else {
        checks.require(false, "/agreed_line/measure", "must be a measure on which one way is better, like phq-9.total");
        return;
    };
    let is_within = measure.min <= line.value && line.value <= measure.max;
    checks.require(is_within, "/agreed_line/value", format!("must be from {} to {}", measure.min, measure.max));
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
    let (version, made) = app
        .database
        .write(who.reach(), move |conn| {
            let patient = who.known_patient(conn, id)?;
            let today = now.local_date(&patients::zone(conn, patient)?);
            let draft = body.0.clone().validate(today)?;
            let row = super::open(conn, &shared.plans, patient, &who.actor(), &draft, now)?;
            Ok((row.version, Beside::of(conn, patient, who.roles)?.body(row)))
        })
        .await?;
    Ok(HttpResponse::Created().insert_header(("ETag", etag(version))).json(made))
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
            bodies(conn, patient, who.roles)
        })
        .await?;
    Ok(HttpResponse::Ok().json(List::<CourseBody>::whole(items)))
}

/// A patient's courses, the last started first.
pub(crate) fn bodies(conn: &mut DbConnection, patient: PatientScope, roles: Roles) -> Result<Vec<CourseBody>> {
    let mut beside = Beside::of(conn, patient, roles)?;
    let rows = queries::list(conn, patient)?;
    Ok(rows.into_iter().map(|row| beside.body(row)).collect())
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
            let (patient, row) = locked(conn, &who, id)?;
            if known.is_given() && !known.allows(row.version) {
                return Err(Error::Stale);
            }
            let (draft, reason) =
                body.0.clone().apply(&row, &shared.instruments, now.local_date(&patients::zone(conn, patient)?))?;
            let row = super::change(conn, &shared.plans, patient, &who.actor(), row, draft, reason.as_deref(), now)?;
            Ok((row.version, Beside::of(conn, patient, who.roles)?.body(row)))
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(("ETag", etag(version))).json(view))
}

/// What has to be there before the first session of a course, and how far it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Eligibility)]
pub struct EligibilityBody {
    /// The list as it is signed today.
    checklist: &'static Checklist,
    /// The signature that counts; null where nobody has signed yet.
    signature: Option<SignatureBody>,
    /// What a first session would still wait for today; nothing where the course follows no known plan.
    missing: Vec<Requirement>,
}

/// A signed eligibility checklist.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EligibilitySignature)]
pub struct SignatureBody {
    /// The version of the list that was read.
    #[schema(example = "1")]
    checklist_version: String,
    /// Yes or no to each item, by id.
    #[schema(example = json!({"psychosis": false, "weight": true}))]
    answers: BTreeMap<String, bool>,
    /// What stands out, in words.
    note: Option<String>,
    /// Who signed.
    signed_by: WhoBody,
    /// When.
    signed_at: Timestamp,
}

impl EligibilityBody {
    fn load(conn: &mut DbConnection, plans: &Plans, patient: PatientScope, course: &CourseRow, now: Timestamp) -> Result<Self> {
        let signature = match queries::signature(conn, patient, course.id)? {
            Some(row) => Some(SignatureBody {
                answers: serde_json::from_str(&row.answers).map_err(|why| Error::Internal(Box::new(why)))?,
                checklist_version: row.checklist_version,
                note: row.note,
                signed_by: WhoBody {
                    id: row.signed_by,
                    name: people::queries::name_of(conn, patient.clinic_scope(), row.signed_by)?,
                },
                signed_at: row.signed_at,
            }),
            None => None,
        };
        let missing = gate::missing(conn, plans, patient, course, now, false)?;
        Ok(Self { checklist: checklist(), signature, missing })
    }
}

/// A provider's answers to the eligibility checklist.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EligibilityAnswers)]
pub struct EligibilityAnswers {
    /// The version of the list that was read.
    #[schema(example = "1")]
    version: String,
    /// Yes or no to each item, by id.
    #[schema(example = json!({"psychosis": false, "weight": true}))]
    answers: BTreeMap<String, bool>,
    /// What stands out, in words: needed where something speaks against a dose, or is not there.
    #[schema(max_length = 10_000)]
    note: Option<String>,
}

/// `GET /courses/{id}/eligibility`: the checklist before the first session, who signed it, and what is still missing.
#[utoipa::path(get, path = "/api/v1/courses/{id}/eligibility", tag = "Courses", params(("id" = Id<Course>, Path)), responses(
    (status = 200, body = EligibilityBody), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn eligibility(who: AsProvider, id: Path<Id<Course>>, app: Data<App>) -> Result<HttpResponse> {
    let (id, reach, now, shared) = (*id, who.reach(), app.clock.now(), app.clone());
    let body = app
        .database
        .read(reach, move |conn| {
            let course = queries::find(conn, who.scope(), id)?.ok_or(Error::NotFound("the course"))?;
            let patient = who.known_patient(conn, course.patient_id)?;
            EligibilityBody::load(conn, &shared.plans, patient, &course, now)
        })
        .await?;
    Ok(HttpResponse::Ok().json(body))
}

/// `PUT /courses/{id}/eligibility`: a provider signs the checklist. The same answers again change nothing; others are one more signature.
#[utoipa::path(put, path = "/api/v1/courses/{id}/eligibility", tag = "Courses", params(("id" = Id<Course>, Path)),
    request_body = EligibilityAnswers, responses((status = 200, body = EligibilityBody), (status = 400, body = Problem),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem),
    (status = 415, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn sign(who: AsProvider, id: Path<Id<Course>>, body: Json<EligibilityAnswers>, app: Data<App>) -> Result<HttpResponse> {
    let EligibilityAnswers { version, answers, note } = body.into_inner();
    let mut checks = Checks::default();
    let note = checks.text("/note", note, NOTE_CHARACTERS);
    super::eligibility::check(&mut checks, &version, &answers, note.as_deref());
    checks.finish()?;
    let (id, now, shared) = (*id, app.clock.now(), app.clone());
    let body = app
        .database
        .write(who.reach(), move |conn| {
            let (patient, course) = locked(conn, &who, id)?;
            super::sign(conn, patient, (&who.actor(), who.user), &course, &answers, note.as_deref(), now)?;
            EligibilityBody::load(conn, &shared.plans, patient, &course, now)
        })
        .await?;
    Ok(HttpResponse::Ok().json(body))
}

/// The course, with its patient locked.
fn locked(conn: &mut DbConnection, who: &SignedIn, id: Id<Course>) -> Result<(PatientScope, CourseRow)> {
    let unknown = || Error::NotFound("the course");
    let owner = queries::find(conn, who.scope(), id)?.ok_or_else(unknown)?.patient_id;
    let patient = who.known_patient(conn, owner)?;
    patients::lock(conn, patient)?;
    Ok((patient, queries::find(conn, who.scope(), id)?.ok_or_else(unknown)?))
}

/// What is decided in the middle of a course.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCourseReview, example = json!({"decision": "continue", "reason": "PHQ-9 down by half"}))]
pub struct NewReview {
    /// What is decided; `stop` ends the course.
    decision: Decision,
    /// Why: needed to change or to stop.
    #[schema(max_length = 1000)]
    reason: Option<String>,
}

impl NewReview {
    fn validate(self) -> Result<(Decision, Option<String>)> {
        let mut checks = Checks::default();
        let reason = checks.text("/reason", self.reason, REASON_CHARACTERS);
        let is_told = self.decision == Decision::Continue || reason.is_some();
        checks.require(is_told, "/reason", "must say why, in 1000 characters or fewer");
        checks.finish()?;
        Ok((self.decision, reason))
    }
}

/// `POST /courses/{id}/reviews`: a provider decides in the middle of a course whether it goes on, changes or stops.
#[utoipa::path(post, path = "/api/v1/courses/{id}/reviews", tag = "Courses", params(("id" = Id<Course>, Path)), request_body = NewReview,
    responses((status = 201, body = CourseBody, headers(("ETag" = String))), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "The course has ended", body = Problem),
    (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem),
    (status = 503, body = Problem)))]
pub async fn review(who: AsProvider, id: Path<Id<Course>>, body: Json<NewReview>, app: Data<App>) -> Result<HttpResponse> {
    let (decision, reason) = body.into_inner().validate()?;
    let (id, now, shared) = (*id, app.clock.now(), app.clone());
    let (version, view) = app
        .database
        .write(who.reach(), move |conn| {
            let (patient, course) = locked(conn, &who, id)?;
            super::review(conn, &shared.plans, patient, (&who.actor(), who.user), course, decision, reason.as_deref(), now)?;
            let row = queries::find(conn, who.scope(), id)?.ok_or(Error::NotFound("the course"))?;
            Ok((row.version, Beside::of(conn, patient, who.roles)?.body(row)))
        })
        .await?;
    Ok(HttpResponse::Created().insert_header(("ETag", etag(version))).json(view))
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
            agreed_measure: Some("phq-9.total".into()),
            agreed_thousandths: Some(9000),
        };
        let registry = Registry::load_builtin().unwrap();
        let apply = |body: Value| serde_json::from_value::<CourseChange>(body).unwrap().apply(&row, &registry, today());
        let change = |body: Value| apply(body).unwrap().0;
        assert_eq!(change(json!({})), Draft::of(&row));
        let emptied = change(json!({"goal": null, "protocol": null, "planned_sessions": null, "status": "stopped"}));
        assert_eq!((emptied.goal, emptied.protocol, emptied.planned_sessions), (None, None, None));
        assert_eq!((emptied.status, emptied.condition), (Status::Stopped, Condition::Trd));
    }
}
