//! Handlers of patients' records.

use actix_web::http::header;
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{PatientBody, record};
use super::queries::{self, PatientRow};
use super::{Patient, caseload, filters, measure_for};
use crate::app::App;
use crate::audit::{self, Action, Event};
use crate::auth::guards::{AsCoordinator, AsStaff, SignedIn};
use crate::auth::roles::Roles;
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::courses::Condition;
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Problem, Result, Violation};
use crate::people::invitations::http::InvitationBody;
use crate::people::invitations::{Invitee, Link, invite};
use crate::protocols;
use crate::web::extract::double_option;
use crate::web::{Json, answer_with_etag};

/// The routes of patients.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/patients", web::get().to(caseload::http::list))
        .route("/patients", web::post().to(create))
        .route("/me/filters", web::get().to(filters::http::read))
        .route("/me/filters", web::put().to(filters::http::put))
        .route("/patients/{id}", web::get().to(read))
        .route("/patients/{id}", web::patch().to(change));
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

/// `GET /patients/{id}`: a patient's record.
#[utoipa::path(get, path = "/api/v1/patients/{id}", tag = "Patients", params(("id" = Id<Patient>, Path)), responses(
    (status = 200, body = PatientBody), (status = 304, description = "Not changed"), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(who: SignedIn, request: HttpRequest, id: Path<Id<Patient>>, app: Data<App>) -> Result<HttpResponse> {
    let (id, now) = (*id, app.clock.now());
    let is_clinical = who.roles.is_provider();
    let (body, tag) = app
        .database
        .read(who.reach(), move |conn| {
            let scope = who.known_patient(conn, id)?;
            record(conn, scope, is_clinical, now)
        })
        .await?;
    Ok(answer_with_etag(request.headers(), &tag, &body))
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
    let (body, tag) = app
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
