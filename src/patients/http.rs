//! Handlers of the caseload and of patients' records.

use std::fmt::Write;

use actix_web::http::header;
use actix_web::web::{self, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caseload::{self, Group, Reason, Shown, group, last_fortnight, silence_reason};
use super::queries::{self, After, CaseloadRow, Filter, Page, PatientRow, Sort};
use super::{Patient, measure_for};
use crate::app::App;
use crate::audit::{self, Action, Event};
use crate::auth::guards::{AsCoordinator, AsStaff, SignedIn};
use crate::auth::roles::Roles;
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::courses::queries::{self as course_queries};
use crate::courses::{Condition, Course, Phase, Status as CourseStatus, USUAL_INDUCTION_SESSIONS};
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Problem, Result, Violation};
use crate::people::invitations::http::InvitationBody;
use crate::people::invitations::{Invitation, Invitee, Link, invite};
use crate::protocols;
use crate::responses::digest;
use crate::sessions::queries::{self as session_queries, SessionMark};
use crate::sessions::{Route, Session};
use crate::web::extract::double_option;
use crate::web::{Cursor, Json, List, compress, etag, is_known, page_size};

/// The routes of patients.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/patients", web::get().to(list))
        .route("/patients", web::post().to(create))
        .route("/patients/{id}", web::get().to(read))
        .route("/patients/{id}", web::patch().to(change));
}

/// How the caseload is sorted and cut.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseloadQuery {
    /// `priority` where nothing is said; patients with open safety alerts stay on top under each. For who may not see
    /// answers `priority` is who has not answered for longest, and alerts move nobody.
    sort: Option<SortWord>,
    /// `all` where nothing is said.
    filter: Option<FilterWord>,
    /// A part of the name or the record number.
    q: Option<String>,
    /// 1 to 200; 50 where nothing is said.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// How the caseload is sorted.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum SortWord {
    Priority,
    Name,
    LastResponse,
}

/// What the caseload is cut to.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum FilterWord {
    All,
    Induction,
    Maintenance,
    NoCourse,
    Archived,
}

/// One row of the caseload.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseloadRowBody {
    /// What the row shows.
    #[serde(flatten)]
    shown: Shown,
    /// Whole years.
    age: Option<i16>,
    /// What stands out.
    reason: Option<Reason>,
    /// The last 14 days, oldest first.
    check_ins_14: [bool; 14],
    /// Days with a check-in among them.
    adherence_14: usize,
}

/// The caseload: a page of it, with counts of the whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseloadBody {
    /// The page's rows.
    items: Vec<CaseloadRowBody>,
    /// Pass it as `cursor` for the next page.
    next_cursor: Option<String>,
    /// The whole caseload in numbers.
    counts: Counts,
}

/// The whole caseload in numbers, put-away records aside.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Counts {
    /// With a safety alert that is not closed; null, as the next two, for who may not see answers.
    #[schema(value_type = Option<i64>)]
    needs_response: i64,
    /// With something that stands out.
    #[schema(value_type = Option<i64>)]
    worth_a_look: i64,
    /// Everybody else.
    #[schema(value_type = Option<i64>)]
    as_expected: i64,
    /// All.
    total: i64,
    /// In an induction.
    induction: i64,
    /// In maintenance.
    maintenance: i64,
    /// Without a course.
    no_course: i64,
}

impl Counts {
    fn of(rows: &[(i32, String, i64)]) -> Self {
        let mut counts = Self::default();
        for (place, phase, patients) in rows {
            counts.total += patients;
            match group(*place) {
                Group::NeedsResponse => counts.needs_response += patients,
                Group::WorthALook => counts.worth_a_look += patients,
                Group::AsExpected => counts.as_expected += patients,
            }
            match phase.as_str() {
                "induction" => counts.induction += patients,
                "maintenance" => counts.maintenance += patients,
                _ => counts.no_course += patients,
            }
        }
        counts
    }
}

/// `GET /patients`: the caseload.
#[utoipa::path(get, path = "/api/v1/patients", tag = "Patients", params(CaseloadQuery), responses(
    (status = 200, description = "A coordinator gets identity, schedule and completion only", body = CaseloadBody),
    (status = 304, description = "Not changed"), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn list(who: AsCoordinator, request: HttpRequest, query: Query<CaseloadQuery>, app: Data<App>) -> Result<HttpResponse> {
    let page = Page::of(query.into_inner(), who.sees_answers())?;
    let now = app.clock.now();
    notice_silence(&app, who.scope(), now).await?;
    let (scope, sees_answers) = (who.scope(), who.sees_answers());
    let known = request.headers().clone();
    let database = app.database.clone();
    let (tag, text) = database
        .read(who.reach(), move |conn| {
            let counts = Counts::of(&queries::counts(conn, scope)?);
            let tag = etag(tag(scope, &queries::versions(conn, scope, &page)?, &counts, &page, sees_answers, now));
            if is_known(&known, &tag) {
                return Ok((tag, None));
            }
            let text = app.kept.get(&tag, || {
                let rows = queries::list(conn, scope, &page)?;
                let list = List::page(rows, page.limit, |row: &CaseloadRow| page.cursor(row));
                Ok(render(&list, &counts, sees_answers, now))
            })?;
            Ok((tag, Some(text)))
        })
        .await?;
    Ok(compress::json_or_known(request.headers(), &tag, text.as_deref()))
}

impl Page {
    fn of(query: CaseloadQuery, sees_answers: bool) -> Result<Self> {
        let sort = match query.sort.unwrap_or(SortWord::Priority) {
            SortWord::Priority if sees_answers => Sort::Priority,
            SortWord::Priority => Sort::Waiting,
            SortWord::Name => Sort::Name,
            SortWord::LastResponse => Sort::LastResponse,
        };
        let search = query.q.map(|q| q.trim().to_lowercase()).filter(|q| !q.is_empty());
        if search.as_ref().is_some_and(|q| q.chars().count() > 200 || q.chars().any(char::is_control)) {
            return Err(Error::invalid("/q", "must have 200 characters at the most"));
        }
        let (phase, archived) = match query.filter.unwrap_or(FilterWord::All) {
            FilterWord::All => (None, false),
            FilterWord::Induction => (Some("induction"), false),
            FilterWord::Maintenance => (Some("maintenance"), false),
            FilterWord::NoCourse => (Some("no_course"), false),
            FilterWord::Archived => (None, true),
        };
        let after = match Cursor::read(query.cursor.as_deref())? {
            None => None,
            Some(cursor) => {
                let [rank, key, id] = cursor.keys()?;
                let unknown = || Error::invalid("/cursor", "must be a next_cursor that this list has answered");
                Some(After { rank: rank.parse().map_err(|_| unknown())?, key, id: id.parse().map_err(|_| unknown())? })
            }
        };
        let filter = Filter { phase, archived, search };
        Ok(Self { sort, filter, alerts_on_top: sees_answers, after, limit: page_size(query.limit)? })
    }

    fn cursor(&self, row: &CaseloadRow) -> Cursor {
        let urgency = if self.alerts_on_top { row.urgency } else { 0 };
        let (rank, key) = match self.sort {
            Sort::Priority => (row.place, row.place_key.clone()),
            Sort::Name => (urgency, row.name_key.clone()),
            Sort::LastResponse | Sort::Waiting => (urgency, row.last_response_at.to_string()),
        };
        Cursor::of(vec![rank.to_string(), key, row.patient_id.to_string()])
    }
}

/// Names a page as it is now: its rows in their versions, the counts, and a quarter of an hour of today, the only other
/// thing that rows depend on; days begin on a quarter of an hour everywhere.
fn tag(
    scope: ClinicScope,
    versions: &[(Id<Patient>, i64)],
    counts: &Counts,
    page: &Page,
    sees_answers: bool,
    now: Timestamp,
) -> String {
    let mut state = format!("{} {counts:?} {page:?} {sees_answers} {}", scope.clinic(), now.seconds() / 900);
    for (patient, version) in versions {
        let _ = write!(state, " {patient}.{version}");
    }
    digest(&[env!("CARGO_PKG_VERSION"), &state])
}

/// Moves patients up whose silence has begun to count since their row was written.
async fn notice_silence(app: &Data<App>, scope: ClinicScope, now: Timestamp) -> Result<()> {
    let silent = app.database.read(scope.reach(), move |conn| queries::newly_silent(conn, scope, now)).await?;
    if silent.is_empty() {
        return Ok(());
    }
    let shared = app.clone();
    app.database
        .write(scope.reach(), move |conn| {
            silent
                .iter()
                .try_for_each(|patient| caseload::refresh(conn, &shared.instruments, PatientScope::of(scope, *patient), now))
        })
        .await
}

/// The page as JSON: each row was rendered when it changed, and gets what depends on today.
fn render(page: &List<CaseloadRow>, counts: &Counts, sees_answers: bool, now: Timestamp) -> String {
    let mut text = String::with_capacity(page.items.len() * 1800 + 400);
    text.push_str("{\"items\":[");
    for (index, row) in page.items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        render_row(&mut text, row, sees_answers, now);
    }
    text.push_str("],\"next_cursor\":");
    text.push_str(&serde_json::to_string(&page.next_cursor).unwrap_or_default());
    text.push_str(",\"counts\":");
    let counts = if sees_answers { serde_json::to_string(counts) } else { serde_json::to_string(&hide_groups(counts)) };
    text.push_str(&counts.unwrap_or_default());
    text.push('}');
    text
}

#[derive(Serialize)]
struct OfToday {
    age: Option<i16>,
    check_ins_14: [bool; 14],
    adherence_14: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
}

impl OfToday {
    /// Silence is a reason too, and a patient who shows none although silent has another: who may not see answers gets neither.
    fn of(row: &CaseloadRow, sees_answers: bool, now: Timestamp) -> Self {
        let zone = TimeZone::get(&row.time_zone).unwrap_or(TimeZone::UTC);
        let today = now.local_date(&zone);
        let check_ins_14 = last_fortnight(row, today);
        Self {
            age: row.date_of_birth.map(|born| caseload::age(born, today)),
            adherence_14: check_ins_14.iter().filter(|day| **day).count(),
            check_ins_14,
            reason: silence_reason(row, today).filter(|_| sees_answers),
        }
    }
}

fn render_row(text: &mut String, row: &CaseloadRow, sees_answers: bool, now: Timestamp) {
    let of_today = OfToday::of(row, sees_answers, now);
    let shown = if sees_answers { row.shown.clone() } else { without_answers(&row.shown) };
    text.push_str(shown.strip_suffix('}').unwrap_or(&shown));
    if of_today.reason.is_none() && !shown.contains("\"reason\":") {
        text.push_str(",\"reason\":null");
    }
    text.push(',');
    let rest = serde_json::to_string(&of_today).unwrap_or_default();
    text.push_str(rest.strip_prefix('{').unwrap_or(&rest));
}

/// What a coordinator may see of a row: identity, schedule and completion.
fn without_answers(shown: &str) -> String {
    let Ok(mut row) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(shown) else { return "{}".into() };
    for hidden in
        ["latest", "baseline", "gain", "status", "reason", "open_alerts", "acknowledged_alerts", "top_alert_id", "group"]
    {
        row.insert(hidden.into(), serde_json::Value::Null);
    }
    row.insert("latest_reliable".into(), false.into());
    row.insert("spark".into(), serde_json::Value::Array(Vec::new()));
    serde_json::to_string(&row).unwrap_or_default()
}

/// Without the groups, which tell who has an alert.
fn hide_groups(counts: &Counts) -> serde_json::Value {
    let Counts { total, induction, maintenance, no_course, .. } = counts;
    serde_json::json!({"needs_response": null, "worth_a_look": null, "as_expected": null, "total": total,
        "induction": induction, "maintenance": maintenance, "no_course": no_course})
}

/// A new patient.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Maya Ellison", "record_number": "AR-0142", "date_of_birth": "1987-04-09",
    "time_zone": "America/Denver", "condition": "mdd", "email": "maya@example.org", "invite": false}))]
pub struct NewPatient {
    /// The patient's name.
    #[schema(example = "Maya Ellison")]
    name: String,
    /// An e-mail, for the invitation.
    #[serde(default)]
    email: Option<String>,
    /// The clinic's own number.
    #[serde(default)]
    record_number: Option<String>,
    /// The day of birth.
    #[serde(default)]
    date_of_birth: Option<LocalDate>,
    /// IANA time zone.
    #[schema(example = "America/Denver")]
    time_zone: String,
    /// What is treated.
    #[serde(default)]
    #[schema(value_type = Option<Condition>)]
    condition: Option<String>,
    /// The measure that the caseload shows; chosen by the condition where nothing is said.
    #[serde(default)]
    primary_measure: Option<String>,
    /// An id in another system.
    #[serde(default)]
    external_ref: Option<String>,
    /// Whether to invite the patient at once; needs the e-mail, and a provider or an admin.
    #[serde(default)]
    invite: bool,
}

/// Changes to a record; null takes a value away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({"condition": "ptsd", "primary_measure": "pcl-5.total", "email": null}))]
pub struct PatientChange {
    name: Option<String>,
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<String>)]
    record_number: Option<Option<String>>,
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<LocalDate>)]
    date_of_birth: Option<Option<LocalDate>>,
    time_zone: Option<String>,
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<Condition>)]
    condition: Option<Option<String>>,
    primary_measure: Option<String>,
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<String>)]
    external_ref: Option<Option<String>>,
    archived: Option<bool>,
}

/// What is treated.
pub const CONDITIONS: [&str; 9] =
    ["mdd", "trd", "gad", "ptsd", "ocd", "bipolar-depression", "chronic-pain", "suicidal-ideation", "other"];

/// Every rule that a record breaks.
fn violations(row: &PatientRow, app: &App) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut text = |pointer: &str, value: Option<&str>, most: usize, needed: bool| {
        let Some(value) = value else { return };
        if value.chars().count() > most || value.chars().any(char::is_control) || needed && value.trim().is_empty() {
            violations.push(Violation::new(pointer, format!("must have 1 to {most} characters, without control characters")));
        }
    };
    text("/name", Some(&row.name), 200, true);
    text("/record_number", row.record_number.as_deref(), 60, true);
    text("/external_ref", row.external_ref.as_deref(), 200, true);
    if let Some(email) = &row.email
        && !crate::people::is_email(email)
    {
        violations.push(Violation::new("/email", "must be an e-mail address"));
    }
    if TimeZone::get(&row.time_zone).is_err() {
        violations.push(Violation::new("/time_zone", "must be an IANA time zone, like America/Denver"));
    }
    if row.condition.as_deref().is_some_and(|condition| !CONDITIONS.contains(&condition)) {
        violations.push(Violation::new("/condition", format!("must be one of {}", CONDITIONS.join(", "))));
    }
    if app.instruments.measure(&row.primary_measure).is_none() {
        violations.push(Violation::new("/primary_measure", "is not a measure of a questionnaire of this clinic"));
    }
    let today = app.clock.now().local_date(&TimeZone::UTC).plus_days(1);
    if row.date_of_birth.is_some_and(|born| born > today || today.days_since(born) > 130 * 366) {
        violations.push(Violation::new("/date_of_birth", "must be a day of the last 130 years"));
    }
    violations
}

/// A record that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewPatientBody {
    #[serde(flatten)]
    record: PatientBody,
    /// The link to hand over, where the patient was invited at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    invitation: Option<InvitationBody>,
}

/// `POST /patients`: makes a record, with or without an invitation.
#[utoipa::path(post, path = "/api/v1/patients", tag = "Patients", request_body = NewPatient, responses(
    (status = 201, body = NewPatientBody), (status = 401, body = Problem),
    (status = 403, description = "A coordinator makes records, and invites nobody", body = Problem),
    (status = 409, description = "The record number is taken, or the e-mail signs in already", body = Problem),
    (status = 422, body = Problem)))]
pub async fn create(who: AsCoordinator, body: Json<NewPatient>, app: Data<App>) -> Result<HttpResponse> {
    let now = app.clock.now();
    let new = body.into_inner();
    if new.invite && !who.roles.is_provider() && !who.roles.is_admin() {
        return Err(Error::Forbidden("only a provider or an admin may invite"));
    }
    let link = new.invite.then(Link::make).transpose()?;
    let measure = new.primary_measure.unwrap_or_else(|| measure_for(new.condition.as_deref()).to_owned());
    let row = PatientRow {
        id: Id::new(now),
        clinic_id: who.scope().clinic(),
        name_key: new.name.trim().to_lowercase(),
        name: new.name.trim().to_owned(),
        email: new.email,
        record_number: new.record_number,
        date_of_birth: new.date_of_birth,
        time_zone: new.time_zone,
        condition: new.condition,
        primary_measure: measure,
        external_ref: new.external_ref,
        joined_at: None,
        archived_at: None,
        created_at: now,
        version: 1,
    };
    let mut found = violations(&row, &app);
    if link.is_some() && row.email.is_none() {
        found.push(Violation::new("/email", "is needed to invite the patient"));
    }
    if !found.is_empty() {
        return Err(Error::Invalid(found));
    }
    let (who, shared) = (who.0, app.clone());
    let made = app
        .database
        .write(who.reach(), move |conn| {
            make(conn, &shared, &row, now)?;
            audit::record(
                conn,
                Some(row.clinic_id),
                &who.actor(),
                &Event::of(Action::PatientMade, "patient", row.id.uuid()).about(row.id),
                now,
            )?;
            let invitation = match &link {
                Some(link) => {
                    let row = invite(conn, &who, &invitee(&row), link, now)?;
                    Some(InvitationBody::of(row, who.name.to_string(), Some(link.url(shared.public_url())), now))
                }
                None => None,
            };
            let record = record(conn, PatientScope::of(who.scope(), row.id), who.roles.is_provider(), now)?.0;
            Ok(NewPatientBody { record, invitation })
        })
        .await?;
    Ok(HttpResponse::Created().json(made))
}

/// The patient as somebody to invite.
fn invitee(row: &PatientRow) -> Invitee {
    let email = row.email.as_deref().unwrap_or_default().trim().to_owned();
    Invitee { email, name: row.name.clone(), roles: Roles::PATIENT, patient: Some(row.id) }
}

/// Stores a new patient with its row of the caseload.
pub fn make(conn: &mut DbConnection, app: &App, row: &PatientRow, now: Timestamp) -> Result<()> {
    if let Some(number) = &row.record_number
        && queries::is_record_number_taken(conn, ClinicScope::of(row.clinic_id), number, Some(row.id))?
    {
        return Err(Error::Conflict("another patient of the clinic has this record number"));
    }
    queries::insert(conn, row)?;
    caseload::begin(conn, &app.instruments, row, now)
}

/// A patient's record.
#[derive(Debug, Serialize, ToSchema)]
pub struct PatientBody {
    /// The patient.
    id: Id<Patient>,
    /// The patient's name.
    #[schema(example = "Maya Ellison")]
    name: String,
    /// An e-mail, for the invitation.
    email: Option<String>,
    /// The clinic's own number.
    #[schema(example = "AR-0417")]
    record_number: Option<String>,
    /// The day of birth.
    date_of_birth: Option<LocalDate>,
    /// Whole years.
    age: Option<i16>,
    /// IANA time zone.
    time_zone: String,
    /// What is treated.
    #[schema(value_type = Option<Condition>, example = "mdd")]
    condition: Option<String>,
    /// The measure that the caseload shows.
    #[schema(example = "phq-9.total")]
    primary_measure: String,
    /// An id in another system.
    external_ref: Option<String>,
    /// Whether the record was put away.
    archived: bool,
    /// When it was made.
    created_at: Timestamp,
    /// Whether the patient can sign in.
    account: AccountBody,
    /// The current course.
    course: Option<RecordCourse>,
    /// The last check-in.
    last_check_in_at: Option<Timestamp>,
    /// Days with a check-in among the last 14.
    adherence_14: usize,
    /// The last 14 days, oldest first.
    check_ins_14: [bool; 14],
    /// The earliest session that is planned and not yet done.
    next_session: Option<NextSession>,
    /// The last completed session.
    last_session: Option<LastSession>,
    /// Alerts that nobody has acknowledged; null for who may not see answers.
    open_alerts: Option<usize>,
}

/// How far a patient's account is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Nobody has been invited, or the invitation has ended.
    None,
    /// The invitation is open.
    Invited,
    /// The patient has joined.
    Active,
}

/// Whether the patient can sign in.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountBody {
    /// Whether, and how far.
    state: AccountState,
    /// The open invitation, to be taken back.
    invitation_id: Option<Id<Invitation>>,
    /// When it ends.
    invitation_expires_at: Option<Timestamp>,
    /// When the patient accepted it.
    joined_at: Option<Timestamp>,
}

/// The current course of a record.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordCourse {
    id: Id<Course>,
    #[schema(value_type = Condition)]
    condition: String,
    phase: Phase,
    #[schema(value_type = CourseStatus)]
    status: String,
    sessions_done: i32,
    sessions_planned: Option<i32>,
    started_on: LocalDate,
    goal: Option<String>,
}

/// The earliest session that is planned and not yet done.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextSession {
    id: Id<Session>,
    number: i32,
    at: Timestamp,
}

/// The last completed session. A patient is not told the dose here.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastSession {
    id: Id<Session>,
    number: i32,
    at: Timestamp,
    #[schema(value_type = Option<Route>)]
    route: Option<String>,
    dose_mg: Option<f64>,
}

/// The record of a patient, and the count of changes that its ETag is made of.
fn record(conn: &mut DbConnection, scope: PatientScope, is_clinical: bool, now: Timestamp) -> Result<(PatientBody, i64)> {
    let patient = queries::find(conn, scope)?;
    let row = queries::find_caseload(conn, scope)?.ok_or(Error::NotFound("the patient"))?;
    let open_invitation = if patient.joined_at.is_none() { queries::open_invitation(conn, scope, now)? } else { None };
    let spans = course_queries::spans(conn, scope)?;
    let marks = session_queries::marks(conn, scope)?;
    let open_alerts = crate::alerts::queries::marks(conn, scope)?.iter().filter(|mark| mark.status == "open").count();
    let last_check_in = crate::responses::queries::last_rated(conn, scope, caseload::CHECK_IN)?;
    let of_today = OfToday::of(&row, is_clinical, now);
    let done = |mark: &&SessionMark| mark.status == "completed";
    let body = PatientBody {
        id: patient.id,
        name: patient.name,
        email: patient.email,
        record_number: patient.record_number,
        date_of_birth: patient.date_of_birth,
        age: of_today.age,
        time_zone: patient.time_zone,
        condition: patient.condition,
        primary_measure: patient.primary_measure,
        external_ref: patient.external_ref,
        archived: patient.archived_at.is_some(),
        created_at: patient.created_at,
        account: AccountBody {
            state: match (patient.joined_at, open_invitation) {
                (Some(_), _) => AccountState::Active,
                (None, Some(_)) => AccountState::Invited,
                (None, None) => AccountState::None,
            },
            invitation_id: open_invitation.map(|(id, _)| id),
            invitation_expires_at: open_invitation.map(|(_, ends)| ends),
            joined_at: patient.joined_at,
        },
        course: spans.last().map(|course| {
            let count = marks.iter().filter(done).filter(|mark| mark.course_id == Some(course.id)).count();
            let sessions_done = i32::try_from(count).unwrap_or(i32::MAX);
            RecordCourse {
                id: course.id,
                condition: course.condition.clone(),
                phase: Phase::of(&course.status, sessions_done, course.planned_sessions),
                status: course.status.clone(),
                sessions_done,
                sessions_planned: course.planned_sessions.or(Some(USUAL_INDUCTION_SESSIONS)),
                started_on: course.started_on,
                goal: course.goal.clone(),
            }
        }),
        last_check_in_at: last_check_in.map(|(_, at)| at),
        adherence_14: of_today.adherence_14,
        check_ins_14: of_today.check_ins_14,
        next_session: marks.iter().find(|mark| mark.status == "planned").map(|mark| NextSession {
            id: mark.id,
            number: mark.number,
            at: mark.at,
        }),
        last_session: marks.iter().rfind(done).map(|mark| LastSession {
            id: mark.id,
            number: mark.number,
            at: mark.at,
            route: mark.route.clone(),
            dose_mg: mark.dose_mg.filter(|_| is_clinical),
        }),
        open_alerts: is_clinical.then_some(open_alerts),
    };
    Ok((body, row.version))
}

/// `GET /patients/{id}`: a patient's record.
#[utoipa::path(get, path = "/api/v1/patients/{id}", tag = "Patients", params(("id" = Id<Patient>, Path)), responses(
    (status = 200, body = PatientBody), (status = 304, description = "Not changed"), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(who: SignedIn, request: HttpRequest, id: Path<Id<Patient>>, app: Data<App>) -> Result<HttpResponse> {
    let (id, now) = (*id, app.clock.now());
    let is_clinical = who.roles.is_provider();
    let (body, version) = app
        .database
        .read(who.reach(), move |conn| {
            let scope = who.known_patient(conn, id)?;
            record(conn, scope, is_clinical, now)
        })
        .await?;
    Ok(crate::web::answer_with_etag(request.headers(), &record_tag(&body, version, is_clinical, now), &body))
}

/// Names a record as it is now to whom it is shown, the same for a read and for a change that answers it.
fn record_tag(body: &PatientBody, version: i64, is_clinical: bool, now: Timestamp) -> String {
    let AccountBody { state, invitation_id, .. } = &body.account;
    etag(format!("{version}-{state:?}-{invitation_id:?}-{is_clinical}-{}", now.seconds() / 900))
}

/// `PATCH /patients/{id}`: changes a record.
#[utoipa::path(patch, path = "/api/v1/patients/{id}", tag = "Patients", params(("id" = Id<Patient>, Path)), request_body = PatientChange, responses(
    (status = 200, body = PatientBody), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn change(who: AsStaff, id: Path<Id<Patient>>, body: Json<PatientChange>, app: Data<App>) -> Result<HttpResponse> {
    if !(who.roles.is_provider() || who.roles.is_coordinator()) {
        return Err(Error::Forbidden("only a provider or a coordinator changes a record"));
    }
    let (id, now, change) = (*id, app.clock.now(), body.into_inner());
    let (who, shared) = (who.0, app.clone());
    let is_clinical = who.roles.is_provider();
    let (body, version) = app
        .database
        .write(who.reach(), move |conn| {
            let scope = who.known_patient(conn, id)?;
            super::lock(conn, scope)?;
            let row = change.apply(queries::find(conn, scope)?, now);
            let found = violations(&row, &shared);
            if !found.is_empty() {
                return Err(Error::Invalid(found));
            }
            if let Some(number) = &row.record_number
                && queries::is_record_number_taken(conn, who.scope(), number, Some(id))?
            {
                return Err(Error::Conflict("another patient of the clinic has this record number"));
            }
            queries::update(conn, &row)?;
            audit::record(
                conn,
                Some(row.clinic_id),
                &who.actor(),
                &Event::of(Action::PatientChanged, "patient", id.uuid()).about(id),
                now,
            )?;
            protocols::reconcile_all(conn, &shared.plans, scope, now)?;
            caseload::refresh(conn, &shared.instruments, scope, now)?;
            record(conn, scope, is_clinical, now)
        })
        .await?;
    let tag = record_tag(&body, version, is_clinical, now);
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).json(body))
}

impl PatientChange {
    fn apply(&self, mut row: PatientRow, now: Timestamp) -> PatientRow {
        if let Some(name) = &self.name {
            name.trim().clone_into(&mut row.name);
            row.name_key = name.trim().to_lowercase();
        }
        if let Some(email) = &self.email {
            row.email.clone_from(email);
        }
        if let Some(number) = &self.record_number {
            row.record_number.clone_from(number);
        }
        if let Some(born) = self.date_of_birth {
            row.date_of_birth = born;
        }
        if let Some(zone) = &self.time_zone {
            row.time_zone.clone_from(zone);
        }
        if let Some(condition) = &self.condition {
            row.condition.clone_from(condition);
        }
        if let Some(measure) = &self.primary_measure {
            row.primary_measure.clone_from(measure);
        }
        if let Some(external) = &self.external_ref {
            row.external_ref.clone_from(external);
        }
        match self.archived {
            Some(true) => row.archived_at = row.archived_at.or(Some(now)),
            Some(false) => row.archived_at = None,
            None => {}
        }
        row.version += 1;
        row
    }
}
