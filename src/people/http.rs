//! Handlers of the own account and of a clinic's users.

use actix_web::web::{self, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::queries::{self, UserRow};
use super::{User, UserBody, invitations, is_locale};
use crate::app::App;
use crate::audit::{self, Action, Event};
use crate::auth::guards::{AsAdmin, RequestId, SignedIn};
use crate::auth::http::Tried;
use crate::auth::password::{Verdict, check_new};
use crate::auth::roles::{Role, Roles};
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::config::Secret;
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::{Error, Problem, Result};
use crate::patients::{self, Patient, caseload};
use crate::protocols;
use crate::reminders::{self, Reminders};
use crate::web::checks::Checks;
use crate::web::extract::present;
use crate::web::{Cursor, Json, List, PageQuery, answer_as_read};

/// The routes of people.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/me", web::get().to(read_own))
        .route("/me", web::patch().to(change_own))
        .route("/me/password", web::put().to(change_password))
        .route("/users", web::get().to(list))
        .route("/users/{id}", web::patch().to(change));
    invitations::http::routes(config);
}

/// `GET /me`: the person behind the sign-in.
#[utoipa::path(get, path = "/api/v1/me", tag = "People", responses(
    (status = 200, body = UserBody), (status = 304, description = "Not changed"), (status = 401, body = Problem)))]
pub async fn read_own(who: SignedIn, request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let user = who.user;
    let body = app.database.read(who.reach(), move |conn| super::body(conn, user)).await?;
    Ok(answer_as_read(request.headers(), &body))
}

/// Changes to the own account.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OwnChange {
    /// The person's name.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = String, example = "Maya Ellison")]
    name: Option<String>,
    /// IANA time zone: decides what "today" is.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = String, example = "America/Denver")]
    time_zone: Option<String>,
    /// BCP 47 language.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = String, example = "en")]
    locale: Option<String>,
    /// When to be reminded.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Reminders)]
    reminders: Option<Reminders>,
}

impl OwnChange {
    fn validate(self) -> Result<Self> {
        let mut checks = Checks::default();
        if let Some(name) = &self.name {
            checks.name("/name", name);
        }
        if let Some(zone) = &self.time_zone {
            checks.time_zone("/time_zone", zone);
        }
        if let Some(locale) = &self.locale {
            checks.require(is_locale(locale), "/locale", "must be a language, like en or es-MX");
        }
        if let Some(reminders) = &self.reminders {
            reminders.check(&mut checks, "/reminders");
        }
        checks.finish()?;
        Ok(self)
    }

    fn apply(&self, row: &mut UserRow) {
        if let Some(name) = &self.name {
            name.trim().clone_into(&mut row.name);
        }
        if let Some(zone) = &self.time_zone {
            row.time_zone.clone_from(zone);
        }
        if let Some(locale) = &self.locale {
            row.locale.clone_from(locale);
        }
        if let Some(reminders) = &self.reminders {
            row.reminders = reminders.text();
        }
    }
}

/// `PATCH /me`: changes the own name, time zone, language or reminders.
#[utoipa::path(patch, path = "/api/v1/me", tag = "People", request_body = OwnChange, responses(
    (status = 200, body = UserBody), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub async fn change_own(who: SignedIn, body: Json<OwnChange>, app: Data<App>) -> Result<HttpResponse> {
    let (change, now, shared) = (body.into_inner().validate()?, app.clock.now(), app.clone());
    let changed = app
        .database
        .write(who.reach(), move |conn| {
            let mut row = queries::find(conn, who.scope(), who.user)?.ok_or(Error::Unauthenticated)?;
            change.apply(&mut row);
            queries::update_own(conn, &row)?;
            let mut event = Event::of(Action::UserChanged, "user", row.id.uuid());
            if let Some(patient) = row.patient_id {
                event = event.about(patient);
                let scope = PatientScope::of(who.scope(), patient);
                move_patient(conn, &shared, scope, change.time_zone.as_deref(), now)?;
                reminders::plan(conn, &row, now)?;
                reminders::note_reach(conn, &shared, who.scope(), row.id, now)?;
            }
            audit::record(conn, Some(row.clinic_id), &who.actor(), &event, now)?;
            super::body(conn, row.id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(changed))
}

/// The patient's days follow the time zone that the patient lives in.
fn move_patient(conn: &mut DbConnection, app: &App, scope: PatientScope, zone: Option<&str>, now: Timestamp) -> Result<()> {
    let Some(zone) = zone else { return Ok(()) };
    patients::lock(conn, scope)?;
    let mut record = patients::queries::find(conn, scope)?;
    if record.time_zone == zone {
        return Ok(());
    }
    zone.clone_into(&mut record.time_zone);
    record.version += 1;
    patients::queries::update(conn, &record)?;
    protocols::reconcile_all(conn, &app.plans, scope, now)?;
    caseload::refresh(conn, &app.instruments, scope, now)
}

/// A new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password in use.
    #[schema(value_type = String, example = "seven quiet herons fly")]
    current_password: Secret,
    /// 15 to 128 characters.
    #[schema(value_type = String, example = "four slow otters dive")]
    new_password: Secret,
}

/// `PUT /me/password`: changes the own password. Every other sign-in of the person ends.
#[utoipa::path(put, path = "/api/v1/me/password", tag = "People", request_body = PasswordChange, responses(
    (status = 204, description = "Changed; other devices are signed out"), (status = 401, body = Problem),
    (status = 422, description = "Not the password in use, or a new one that would be guessed", body = Problem),
    (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn change_password(who: SignedIn, body: Json<PasswordChange>, app: Data<App>) -> Result<HttpResponse> {
    let PasswordChange { current_password, new_password } = body.into_inner();
    let (now, user, scope) = (app.clock.now(), who.user, who.scope());
    let (row, hash, clinic) = app
        .database
        .read(who.reach(), move |conn| {
            let row = queries::find(conn, scope, user)?.ok_or(Error::Unauthenticated)?;
            Ok((row, queries::password_hash(conn, scope, user)?, crate::clinic::queries::find(conn, scope)?))
        })
        .await?;
    let mut checks = Checks::default();
    check_new(&mut checks, "/new_password", new_password.reveal(), &[&row.name, &row.email, &clinic.name]);
    let is_same = current_password.reveal() == new_password.reveal();
    checks.require(!is_same, "/new_password", "must be another one than the password in use");
    checks.finish()?;
    let tried = Tried::look(&app, &row.email_key, now).await?;
    if app.passwords.verify(current_password.reveal().to_owned(), hash.as_deref()).await? == Verdict::Wrong {
        tried.fail(&app, RequestId(who.request), now).await?;
        return Err(Error::invalid("/current_password", "is not the password in use"));
    }
    let hash = app.passwords.hash(new_password.reveal().to_owned()).await?;
    app.database
        .write(who.reach(), move |conn| {
            crate::auth::queries::set_password(conn, who.user, &hash)?;
            crate::auth::queries::end_sign_ins(conn, who.user, Some(who.sign_in), now)?;
            crate::auth::queries::clear_tries(conn, &tried.email_hash)?;
            let event = Event::of(Action::PasswordChanged, "user", who.user.uuid());
            audit::record(conn, Some(who.scope().clinic()), &who.actor(), &event, now)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A person with an account in the clinic.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberBody {
    /// The account.
    id: Id<User>,
    /// The person's name.
    #[schema(example = "Imani Okafor")]
    name: String,
    /// The e-mail to sign in with.
    #[schema(example = "okafor@alder-row.example")]
    email: String,
    /// What the person does.
    roles: Vec<Role>,
    /// The person's record, where it is a patient.
    patient_id: Option<Id<Patient>>,
    /// Whether the account is closed.
    disabled: bool,
    /// When it was made.
    created_at: Timestamp,
    /// The last request on any device, give or take a minute.
    last_seen_at: Option<Timestamp>,
}

impl MemberBody {
    fn of(row: UserRow, last_seen_at: Option<Timestamp>) -> Self {
        Self {
            id: row.id,
            name: row.name,
            email: row.email,
            roles: Roles::from_text(&row.roles).list(),
            patient_id: row.patient_id,
            disabled: row.disabled_at.is_some(),
            created_at: row.created_at,
            last_seen_at,
        }
    }
}

/// `GET /users`: everybody with an account in the clinic, first made first.
#[utoipa::path(get, path = "/api/v1/users", tag = "People", params(PageQuery), responses(
    (status = 200, body = List<MemberBody>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn list(who: AsAdmin, query: Query<PageQuery>, app: Data<App>) -> Result<HttpResponse> {
    let (limit, after, scope) = (query.limit()?, query.after()?, who.scope());
    let page = app
        .database
        .read(who.reach(), move |conn| {
            let rows = queries::list(conn, scope, after, limit)?;
            let page = List::page(rows, limit, |row| Cursor::at(row.created_at, row.id));
            let seen = page.items.iter().map(|row| queries::last_seen(conn, scope, row.id)).collect::<Result<Vec<_>>>()?;
            let items = page.items.into_iter().zip(seen).map(|(row, seen)| MemberBody::of(row, seen)).collect();
            Ok(List { items, next_cursor: page.next_cursor })
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Changes to what a person may do.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MemberChange {
    /// What the person does; not for patients.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Vec<Role>, example = json!(["provider", "admin"]))]
    roles: Option<Vec<Role>>,
    /// Whether the account is closed.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = bool, example = false)]
    disabled: Option<bool>,
}

impl MemberChange {
    /// The roles that are asked for.
    fn roles(&self) -> Result<Option<Roles>> {
        let roles = self.roles.as_deref().map(|roles| Roles::from_list("/roles", roles)).transpose();
        roles.map_err(|violation| Error::Invalid(vec![violation]))
    }
}

/// `PATCH /users/{id}`: changes what a person may do, or closes the account. Its sign-ins end at once.
#[utoipa::path(patch, path = "/api/v1/users/{id}", tag = "People", params(("id" = Id<User>, Path)), request_body = MemberChange, responses(
    (status = 200, body = MemberBody), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, description = "The clinic would have no admin left", body = Problem), (status = 422, body = Problem)))]
pub async fn change(who: AsAdmin, id: Path<Id<User>>, body: Json<MemberChange>, app: Data<App>) -> Result<HttpResponse> {
    let (who, id, now, change) = (who.0, *id, app.clock.now(), body.into_inner());
    let roles = change.roles()?;
    let changed = app
        .database
        .write(who.reach(), move |conn| {
            let admins = queries::lock_admins(conn, who.scope())?;
            let row = queries::find(conn, who.scope(), id)?.ok_or(Error::NotFound("the user"))?;
            let row = change_access(conn, who.scope(), &row, roles, change.disabled, now)?;
            if admins == [row.id] && (row.disabled_at.is_some() || !Roles::from_text(&row.roles).is_admin()) {
                return Err(Error::Conflict("the clinic needs an admin: make somebody else one first"));
            }
            let event = Event::of(Action::UserChanged, "user", row.id.uuid());
            audit::record(conn, Some(row.clinic_id), &who.actor(), &event, now)?;
            let seen = queries::last_seen(conn, who.scope(), row.id)?;
            Ok(MemberBody::of(row, seen))
        })
        .await?;
    Ok(HttpResponse::Ok().json(changed))
}

/// Stores the change. Who may do something else now, or nothing more, has to sign in again.
fn change_access(
    conn: &mut DbConnection,
    scope: ClinicScope,
    before: &UserRow,
    roles: Option<Roles>,
    disabled: Option<bool>,
    now: Timestamp,
) -> Result<UserRow> {
    let mut after = before.clone();
    if let Some(roles) = roles {
        if roles.is_patient() != Roles::from_text(&before.roles).is_patient() {
            return Err(Error::invalid("/roles", "a patient stays a patient, and staff stay staff: invite the person anew"));
        }
        after.roles = roles.text();
    }
    match disabled {
        Some(true) => after.disabled_at = before.disabled_at.or(Some(now)),
        Some(false) => after.disabled_at = None,
        None => {}
    }
    queries::update_access(conn, &after)?;
    if after.roles != before.roles || after.disabled_at.is_some() {
        crate::auth::queries::end_sign_ins(conn, after.id, None, now)?;
    }
    if after.disabled_at.is_some() {
        invitations::queries::revoke_sent_by(conn, scope, after.id, now)?;
    }
    Ok(after)
}
