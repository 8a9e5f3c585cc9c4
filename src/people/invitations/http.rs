//! Handlers of invitations.

use actix_web::http::header;
use actix_web::web::{self, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::check_identity;
use super::super::consents::{self, ConsentAnswer, ConsentBody};
use super::{Invitation, InvitationRow, Invitee, Joining, Link, State, invite, join, queries};
use crate::app::App;
use crate::audit::{self, Action, Event};
use crate::auth::device_name;
use crate::auth::guards::{AsInviter, RequestId};
use crate::auth::http::{SignedInBody, TransportWord, address, check_transport, hand_over};
use crate::auth::keys::{random_token, token_hash};
use crate::auth::password::check_new;
use crate::auth::roles::{Role, Roles};
use crate::clinic::Clinic;
use crate::config::Secret;
use crate::db::{Id, Reach, Timestamp};
use crate::error::{Error, Problem, Result};
use crate::patients::Patient;
use crate::web::checks::Checks;
use crate::web::{Cursor, Json, List, PageQuery};

/// The routes of invitations.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/invitations", web::post().to(create))
        .route("/invitations", web::get().to(list))
        .route("/invitations/preview", web::post().to(preview))
        .route("/invitations/accept", web::post().to(accept))
        .route("/invitations/{id}", web::delete().to(revoke));
}

/// Who is to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// The e-mail to sign in with.
    #[schema(example = "maya@example.org")]
    email: String,
    /// What the person will do: `patient` alone, or any of the others together.
    #[schema(example = json!(["patient"]))]
    roles: Vec<Role>,
    /// The person's name.
    #[schema(example = "Maya Ellison")]
    name: String,
    /// The record that the person will see, where it is there already.
    #[serde(default)]
    patient_id: Option<Id<Patient>>,
}

impl NewInvitation {
    fn validate(self) -> Result<Invitee> {
        let mut checks = Checks::default();
        check_identity(&mut checks, "", &self.name, &self.email);
        let roles = checks.keep(Roles::from_list("/roles", &self.roles));
        let is_patient = self.roles.contains(&Role::Patient);
        checks.require(self.patient_id.is_none() || is_patient, "/patient_id", "goes with the role patient only");
        checks.finish()?;
        Ok(Invitee {
            email: self.email.trim().to_owned(),
            name: self.name.trim().to_owned(),
            roles: roles.unwrap_or(Roles::PATIENT),
            patient: self.patient_id,
        })
    }
}

/// An invitation.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationBody {
    /// The invitation.
    id: Id<Invitation>,
    /// The link to hand over; only in the answer that makes it, and nowhere else ever again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "https://yarrow.alder-row.example/invite#token=Rk1t2n4Yq…")]
    url: Option<String>,
    /// Who is invited.
    #[schema(example = "maya@example.org")]
    email: String,
    /// The person's name.
    #[schema(example = "Maya Ellison")]
    name: String,
    /// What the person will do.
    #[schema(example = json!(["patient"]))]
    roles: Vec<Role>,
    /// The record that waits for the person.
    patient_id: Option<Id<Patient>>,
    /// What has become of it.
    state: State,
    /// When it was made.
    created_at: Timestamp,
    /// When the link ends: after 72 hours for a patient, after 24 for staff.
    expires_at: Timestamp,
    /// Who invites.
    #[schema(example = "Imani Okafor")]
    invited_by: String,
}

impl InvitationBody {
    /// With the link only where it was made just now.
    pub fn of(row: InvitationRow, invited_by: String, url: Option<String>, now: Timestamp) -> Self {
        Self {
            id: row.id,
            url,
            roles: row.roles().list(),
            state: row.state(now),
            email: row.email,
            name: row.name,
            patient_id: row.patient_id,
            created_at: row.created_at,
            expires_at: row.expires_at,
            invited_by,
        }
    }
}

/// `POST /invitations`: invites a patient, or staff where an admin asks.
#[utoipa::path(post, path = "/api/v1/invitations", tag = "People", request_body = NewInvitation, responses(
    (status = 201, description = "Made; hand the link over, it is not shown again", body = InvitationBody),
    (status = 401, body = Problem), (status = 403, description = "Only an admin invites staff", body = Problem),
    (status = 404, description = "No such patient", body = Problem),
    (status = 409, description = "The person has joined already", body = Problem), (status = 422, body = Problem)))]
pub async fn create(who: AsInviter, body: Json<NewInvitation>, app: Data<App>) -> Result<HttpResponse> {
    let (who, now, link) = (who.0, app.clock.now(), Link::make()?);
    let invitee = body.into_inner().validate()?;
    if !invitee.roles.is_patient() && !who.roles.is_admin() {
        return Err(Error::Forbidden("only an admin may invite staff"));
    }
    let (name, url) = (who.name.to_string(), link.url(app.public_url()));
    let row = app.database.write(who.reach(), move |conn| invite(conn, &who, &invitee, &link, now)).await?;
    Ok(HttpResponse::Created().json(InvitationBody::of(row, name, Some(url), now)))
}

/// `GET /invitations`: the clinic's invitations, newest first. Those of staff are for admins.
#[utoipa::path(get, path = "/api/v1/invitations", tag = "People", params(PageQuery), responses(
    (status = 200, body = List<InvitationBody>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn list(who: AsInviter, query: Query<PageQuery>, app: Data<App>) -> Result<HttpResponse> {
    let (limit, before) = (query.limit()?, query.after()?);
    let (now, scope, only_patients) = (app.clock.now(), who.scope(), !who.roles.is_admin());
    let rows = app.database.read(who.reach(), move |conn| queries::list(conn, scope, only_patients, before, limit)).await?;
    let page = List::page(rows, limit, |(row, _)| Cursor::at(row.created_at, row.id));
    Ok(HttpResponse::Ok().json(page.map(|(row, invited_by)| InvitationBody::of(row, invited_by, None, now))))
}

/// `DELETE /invitations/{id}`: takes an invitation back.
#[utoipa::path(delete, path = "/api/v1/invitations/{id}", tag = "People", params(("id" = Id<Invitation>, Path)), responses(
    (status = 204, description = "Taken back: the link opens nothing any more"), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, description = "The person has joined already", body = Problem)))]
pub async fn revoke(who: AsInviter, id: Path<Id<Invitation>>, app: Data<App>) -> Result<HttpResponse> {
    let (who, id, now) = (who.0, *id, app.clock.now());
    app.database
        .write(who.reach(), move |conn| {
            let row = queries::find(conn, who.scope(), id)?.ok_or(Error::NotFound("the invitation"))?;
            if !row.roles().is_patient() && !who.roles.is_admin() {
                return Err(Error::Forbidden("only an admin may take back an invitation of staff"));
            }
            if row.revoked_at.is_some() {
                return Ok(());
            }
            if !queries::revoke(conn, who.scope(), id, now)? {
                return Err(Error::Conflict("this invitation was accepted already: close the account instead"));
            }
            let event = Event::of(Action::InvitationRevoked, "invitation", id.uuid());
            audit::record(conn, Some(row.clinic_id), &who.actor(), &event, now)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The token of a link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Preview {
    /// What stands behind `#token=`.
    #[schema(value_type = String, example = "Rk1t2n4YqZ3vB8mW5xH7cJ9pL0sD6gF-aE_uT4oI2yK")]
    token: Secret,
}

/// Who invites whom, and what is to be consented to.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewBody {
    /// The clinic.
    clinic: InvitingClinic,
    /// Who invites.
    #[schema(example = "Imani Okafor")]
    invited_by: String,
    /// The person's name, as the inviter wrote it.
    #[schema(example = "Maya Ellison")]
    name: String,
    /// The e-mail to sign in with.
    #[schema(example = "maya@example.org")]
    email: String,
    /// What the person will do.
    #[schema(example = json!(["patient"]))]
    roles: Vec<Role>,
    /// When the link ends.
    expires_at: Timestamp,
    /// What to say yes or no to; empty for staff.
    consents: Vec<ConsentBody>,
}

/// The clinic that invites.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitingClinic {
    /// Its name.
    #[schema(example = "Alder Row")]
    name: String,
}

/// The open invitation behind a token. One that is used, over, taken back or unknown answers the same.
async fn find_open(app: &App, token_hash: String, now: Timestamp) -> Result<(InvitationRow, Clinic, String)> {
    let found = app.database.read(Reach::Installation, move |conn| queries::find_by_token(conn, &token_hash)).await?;
    found.filter(|(row, ..)| row.state(now) == State::Pending).ok_or(Error::NotFound("an open invitation"))
}

/// `POST /invitations/preview`: who invites whom, and what is to be consented to.
#[utoipa::path(post, path = "/api/v1/invitations/preview", tag = "People", request_body = Preview, security(()), responses(
    (status = 200, body = PreviewBody), (status = 404, description = "Unknown, used, over or taken back", body = Problem),
    (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn preview(request: HttpRequest, body: Json<Preview>, app: Data<App>) -> Result<HttpResponse> {
    app.limits.count_public_call(address(&request, &app))?;
    let (row, clinic, invited_by) = find_open(&app, token_hash(body.0.token.reveal()), app.clock.now()).await?;
    Ok(HttpResponse::Ok().json(PreviewBody {
        consents: consents::asked_of(row.roles()).iter().map(|consent| consent.body(&clinic.name)).collect(),
        clinic: InvitingClinic { name: clinic.name },
        invited_by,
        roles: row.roles().list(),
        name: row.name,
        email: row.email,
        expires_at: row.expires_at,
    }))
}

/// How a person joins.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// What stands behind `#token=`.
    #[schema(value_type = String, example = "Rk1t2n4YqZ3vB8mW5xH7cJ9pL0sD6gF-aE_uT4oI2yK")]
    token: Secret,
    /// The person's name.
    #[schema(example = "Maya Ellison")]
    name: String,
    /// 15 to 128 characters.
    #[schema(value_type = String, example = "seven quiet herons fly")]
    password: Secret,
    /// IANA time zone.
    #[schema(example = "America/Denver")]
    time_zone: String,
    /// What the person says to each text of the preview.
    #[serde(default)]
    consents: Vec<ConsentAnswer>,
    /// `bearer` for programs, `cookie` for the web app.
    #[serde(default)]
    transport: TransportWord,
}

impl Acceptance {
    /// Refuses what no invitation could make right.
    fn check(&self) -> Result<()> {
        let mut checks = Checks::default();
        checks.name("/name", &self.name);
        check_new(&mut checks, "/password", self.password.reveal(), &[]);
        checks.time_zone("/time_zone", &self.time_zone);
        checks.require(self.consents.len() <= 20, "/consents", "must be 20 at the most");
        checks.finish()
    }
}

/// `POST /invitations/accept`: joins, and signs in.
#[utoipa::path(post, path = "/api/v1/invitations/accept", tag = "People", request_body = Acceptance, security(()), responses(
    (status = 201, description = "Joined and signed in; with transport cookie both tokens are in HttpOnly cookies only", body = SignedInBody),
    (status = 404, description = "Unknown, used, over or taken back", body = Problem),
    (status = 409, description = "The e-mail has an account in this clinic", body = Problem),
    (status = 422, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn accept(request: HttpRequest, id: RequestId, body: Json<Acceptance>, app: Data<App>) -> Result<HttpResponse> {
    let acceptance = body.into_inner();
    let transport = acceptance.transport.into();
    check_transport(&request, transport)?;
    app.limits.count_public_call(address(&request, &app))?;
    acceptance.check()?;
    let (invitation, clinic, _) = find_open(&app, token_hash(acceptance.token.reveal()), app.clock.now()).await?;
    let mut checks = Checks::default();
    let context = [acceptance.name.as_str(), &invitation.email, &clinic.name];
    check_new(&mut checks, "/password", acceptance.password.reveal(), &context);
    let agreements = consents::check(&mut checks, invitation.roles(), &acceptance.consents);
    if let Err(refusal) = checks.finish() {
        let hash = invitation.token_hash;
        app.database.write(Reach::Installation, move |conn| queries::count_try(conn, &hash)).await?;
        return Err(refusal);
    }
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let joining = Joining {
        invitation,
        name: acceptance.name.trim().to_owned(),
        time_zone: acceptance.time_zone,
        password_hash: app.passwords.hash(acceptance.password.reveal().to_owned()).await?,
        agreements,
        transport,
        device: device_name(agent),
        refresh: random_token().map_err(|why| Error::Internal(Box::new(why)))?,
        request: id.0,
    };
    let (shared, now) = (app.clone(), app.clock.now());
    let (tokens, user) = app.database.write(Reach::Installation, move |conn| join(conn, &shared, &joining, now)).await?;
    Ok(hand_over(&app, HttpResponse::Created(), &tokens, transport, Some(user)))
}
