//! Handlers of set-up and of a clinic's settings.

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Clinic, queries};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event};
use crate::auth::guards::{AsAdmin, RequestId, SignedIn};
use crate::auth::http::address;
use crate::auth::keys::token_hash;
use crate::auth::password::check_new;
use crate::auth::roles::Roles;
use crate::config::Secret;
use crate::db::{Id, Reach};
use crate::error::{Error, Problem, Result};
use crate::people::queries::UserRow;
use crate::people::{self, UserBody, email_key};
use crate::reminders::Reminders;
use crate::web::checks::{Checks, NAME_CHARACTERS};
use crate::web::extract::{double_option, present};
use crate::web::{Json, answer_as_read};

/// The routes of clinics.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/setup", web::post().to(set_up))
        .route("/clinic", web::get().to(read))
        .route("/clinic", web::patch().to(change));
}

/// What makes a clinic and its first user.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The one-time token that the server printed.
    #[schema(value_type = String, example = "Rk1t2n4YqZ3vB8mW5xH7cJ9pL0sD6gF-aE_uT4oI2yK")]
    token: Secret,
    /// The clinic.
    clinic: NewClinic,
    /// Its first user, an admin and a provider.
    admin: NewAdmin,
}

/// A new clinic.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClinic {
    /// Its name.
    #[schema(example = "Alder Row")]
    name: String,
    /// IANA time zone.
    #[schema(example = "America/Denver")]
    time_zone: String,
    /// Two letters.
    #[schema(example = "US")]
    country: String,
}

/// A clinic's first user.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAdmin {
    /// The person's name.
    #[schema(example = "Imani Okafor")]
    name: String,
    /// The e-mail to sign in with.
    #[schema(example = "okafor@alder-row.example")]
    email: String,
    /// 15 to 128 characters.
    #[schema(value_type = String, example = "seven quiet herons fly")]
    password: Secret,
}

/// A clinic that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupBody {
    /// The clinic.
    clinic: ClinicBody,
    /// Its first user.
    user: UserBody,
}

/// A clinic's settings.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClinicBody {
    /// The clinic.
    id: Id<Clinic>,
    /// Its name.
    #[schema(example = "Alder Row")]
    name: String,
    /// IANA time zone.
    #[schema(example = "America/Denver")]
    time_zone: String,
    /// Two letters.
    #[schema(example = "US")]
    country: String,
    /// The number that patients may call.
    phone: Option<String>,
    /// When somebody answers it, in words.
    hours: Option<String>,
}

impl From<Clinic> for ClinicBody {
    fn from(clinic: Clinic) -> Self {
        let Clinic { id, name, time_zone, country, phone, hours, .. } = clinic;
        Self { id, name, time_zone, country, phone, hours }
    }
}

fn check(checks: &mut Checks, clinic: &Clinic, at: &str) {
    checks.name(format!("{at}/name"), &clinic.name);
    checks.text(format!("{at}/phone"), clinic.phone.clone(), 40);
    checks.text(format!("{at}/hours"), clinic.hours.clone(), NAME_CHARACTERS);
    checks.time_zone(format!("{at}/time_zone"), &clinic.time_zone);
    let is_country = clinic.country.len() == 2 && clinic.country.bytes().all(|letter| letter.is_ascii_uppercase());
    checks.require(is_country, format!("{at}/country"), "must be a country's two capital letters, like US");
}

/// `POST /setup`: makes a clinic and its first user, once per token.
#[utoipa::path(post, path = "/api/v1/setup", tag = "Clinic", request_body = Setup, security(()), responses(
    (status = 201, description = "Made; the first user may sign in", body = SetupBody),
    (status = 401, description = "Not the token that was printed", body = Problem),
    (status = 404, description = "No set-up is open", body = Problem),
    (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn set_up(request: HttpRequest, id: RequestId, body: Json<Setup>, app: Data<App>) -> Result<HttpResponse> {
    let Setup { token, clinic, admin } = body.into_inner();
    app.limits.count_public_call(address(&request, &app))?;
    let now = app.clock.now();
    let hash = token_hash(token.reveal());
    let known = hash.clone();
    let (is_open, is_ours) = app
        .database
        .read(Reach::Installation, move |conn| {
            Ok((queries::is_setup_open(conn, now)?, queries::is_setup_token_open(conn, &known, now)?))
        })
        .await?;
    match (is_open, is_ours) {
        (_, true) => {}
        (true, false) => return Err(Error::Unauthenticated),
        (false, false) => return Err(Error::NotFound("an open set-up")),
    }
    let NewClinic { name, time_zone, country } = clinic;
    let clinic =
        Clinic { id: Id::new(now), name: name.trim().to_owned(), time_zone, country, phone: None, hours: None, created_at: now };
    let mut checks = Checks::default();
    check(&mut checks, &clinic, "/clinic");
    people::check_identity(&mut checks, "/admin", &admin.name, &admin.email);
    check_new(&mut checks, "/admin/password", admin.password.reveal(), &[&clinic.name, &admin.name, &admin.email]);
    checks.finish()?;
    let password = app.passwords.hash(admin.password.reveal().to_owned()).await?;
    let user = UserRow {
        id: Id::new(now),
        clinic_id: clinic.id,
        patient_id: None,
        email: admin.email.trim().to_owned(),
        email_key: email_key(&admin.email),
        name: admin.name.trim().to_owned(),
        roles: Roles::FIRST_USER.text(),
        time_zone: clinic.time_zone.clone(),
        locale: "en".into(),
        reminders: Reminders::default().text(),
        disabled_at: None,
        created_at: now,
    };
    let made = app
        .database
        .write(Reach::Installation, move |conn| {
            if !queries::use_setup_token(conn, &hash, now)? {
                return Err(Error::NotFound("an open set-up"));
            }
            let actor = Actor { user: Some(user.id), role: Roles::FIRST_USER.first(), sign_in: None, request: id.0 };
            super::found(conn, &clinic, &user, &password, &actor, now)?;
            Ok(SetupBody { clinic: clinic.clone().into(), user: people::body(conn, user.id)? })
        })
        .await?;
    Ok(HttpResponse::Created().json(made))
}

/// `GET /clinic`: the caller's clinic.
#[utoipa::path(get, path = "/api/v1/clinic", tag = "Clinic", responses(
    (status = 200, body = ClinicBody), (status = 304, description = "Not changed"), (status = 401, body = Problem)))]
pub async fn read(who: SignedIn, request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let clinic = app.database.read(who.reach(), move |conn| queries::find(conn, who.scope())).await?;
    Ok(answer_as_read(request.headers(), &ClinicBody::from(clinic)))
}

/// Changes to a clinic's settings; null takes a value away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClinicChange {
    /// Its name.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = String, example = "Alder Row")]
    name: Option<String>,
    /// IANA time zone.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = String, example = "America/Denver")]
    time_zone: Option<String>,
    /// Two capital letters.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = String, example = "US")]
    country: Option<String>,
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, example = "+1 303 555 0142")]
    phone: Option<Option<String>>,
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, example = "Monday to Friday, 8 to 17")]
    hours: Option<Option<String>>,
}

/// `PATCH /clinic`: changes the clinic's settings.
#[utoipa::path(patch, path = "/api/v1/clinic", tag = "Clinic", request_body = ClinicChange, responses(
    (status = 200, body = ClinicBody), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn change(who: AsAdmin, body: Json<ClinicChange>, app: Data<App>) -> Result<HttpResponse> {
    let (change, now, who) = (body.into_inner(), app.clock.now(), who.0);
    let changed = app
        .database
        .write(who.reach(), move |conn| {
            let mut clinic = queries::find(conn, who.scope())?;
            clinic.name = change.name.clone().map_or(clinic.name, |name| name.trim().to_owned());
            clinic.time_zone = change.time_zone.clone().unwrap_or(clinic.time_zone);
            clinic.country = change.country.clone().unwrap_or(clinic.country);
            clinic.phone = change.phone.clone().unwrap_or(clinic.phone);
            clinic.hours = change.hours.clone().unwrap_or(clinic.hours);
            let mut checks = Checks::default();
            check(&mut checks, &clinic, "");
            checks.finish()?;
            queries::update(conn, who.scope(), &clinic)?;
            audit::record(
                conn,
                Some(clinic.id),
                &who.actor(),
                &Event::of(Action::ClinicChanged, "clinic", clinic.id.uuid()),
                now,
            )?;
            Ok(ClinicBody::from(clinic))
        })
        .await?;
    Ok(HttpResponse::Ok().json(changed))
}
