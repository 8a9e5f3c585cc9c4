//! Invitations: the only way into a clinic. A link with 256 random bits, kept hashed, good once and not for long.

pub mod http;
pub mod queries;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::consents::Agreement;
use super::queries::UserRow;
use super::{UserBody, email_key};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event};
use crate::auth::guards::SignedIn;
use crate::auth::keys::{random_token, token_hash};
use crate::auth::roles::Roles;
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::auth::{self, NewSignIn, Tokens, Transport};
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::{Error, Result};
use crate::patients::{self, Patient, PatientRow, caseload};
use crate::reminders::{self, Reminders};

pub use queries::InvitationRow;

/// An invitation.
#[derive(Debug, Clone, Copy, ToSchema)]
pub struct Invitation;

/// Refused tries after which a link is closed. Source: SECURITY_REQUIREMENTS.md 13.1, as the two below.
pub const MOST_TRIES: i32 = 5;
const PATIENT_SECONDS: i64 = 72 * 3600;
const STAFF_SECONDS: i64 = 24 * 3600;

/// What has become of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = InvitationState)]
pub enum State {
    /// It waits.
    Pending,
    /// The person has joined.
    Accepted,
    /// Its time is over, or it was tried too often.
    Expired,
    /// It was taken back, or a newer one replaced it.
    Revoked,
}

impl InvitationRow {
    /// What has become of it.
    pub fn state(&self, now: Timestamp) -> State {
        if self.accepted_at.is_some() {
            State::Accepted
        } else if self.revoked_at.is_some() {
            State::Revoked
        } else if self.expires_at <= now || self.tries >= MOST_TRIES {
            State::Expired
        } else {
            State::Pending
        }
    }

    /// The roles, read.
    pub fn roles(&self) -> Roles {
        Roles::from_text(&self.roles)
    }
}

/// Who is to be invited.
#[derive(Debug, Clone)]
pub struct Invitee {
    /// The e-mail to sign in with.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// What the person will do.
    pub roles: Roles,
    /// The record that the person will see, where it is there already.
    pub patient: Option<Id<Patient>>,
}

/// The secret of a link, made before the transaction that stores its hash.
pub struct Link {
    token: String,
    hash: String,
}

impl Link {
    /// 256 fresh random bits.
    pub fn make() -> Result<Self> {
        let token = random_token().map_err(|why| Error::Internal(Box::new(why)))?;
        Ok(Self { hash: token_hash(&token), token })
    }

    /// The address to open. The token is behind the `#`, so no server and no log sees it.
    pub fn url(&self, public_url: &str) -> String {
        format!("{public_url}/invite#token={}", self.token)
    }
}

/// Invites somebody, and takes back what was sent to the same person before.
pub fn invite(conn: &mut DbConnection, who: &SignedIn, invitee: &Invitee, link: &Link, now: Timestamp) -> Result<InvitationRow> {
    let scope = who.scope();
    if super::queries::has_email(conn, scope, &email_key(&invitee.email))? {
        return Err(Error::Conflict("somebody in this clinic already signs in with this e-mail"));
    }
    if let Some(patient) = invitee.patient {
        who.known_patient(conn, patient)?;
        if super::queries::has_patient(conn, scope, patient)? {
            return Err(Error::Conflict("this patient has joined already"));
        }
    }
    queries::revoke_earlier(conn, scope, &invitee.email, invitee.patient, now)?;
    let seconds = if invitee.roles.is_patient() { PATIENT_SECONDS } else { STAFF_SECONDS };
    let row = InvitationRow {
        id: Id::new(now),
        clinic_id: scope.clinic(),
        email: invitee.email.clone(),
        name: invitee.name.clone(),
        roles: invitee.roles.text(),
        patient_id: invitee.patient,
        token_hash: link.hash.clone(),
        invited_by: who.user,
        created_at: now,
        expires_at: now.plus_seconds(seconds),
        accepted_at: None,
        revoked_at: None,
        tries: 0,
    };
    queries::insert(conn, &row)?;
    let mut event = Event::of(Action::Invited, "invitation", row.id.uuid());
    if let Some(patient) = row.patient_id {
        event = event.about(patient);
    }
    audit::record(conn, Some(row.clinic_id), &who.actor(), &event, now)?;
    Ok(row)
}

/// A person who joins, checked and with a password that is hashed.
pub struct Joining {
    /// The invitation.
    pub invitation: InvitationRow,
    /// The person's name.
    pub name: String,
    /// IANA time zone.
    pub time_zone: String,
    /// The password's hash.
    pub password_hash: String,
    /// What the person said to each text.
    pub agreements: Vec<Agreement>,
    /// How the first sign-in carries its tokens.
    pub transport: Transport,
    /// The device in words.
    pub device: String,
    /// The first refresh token.
    pub refresh: String,
    /// The request, for the audit log.
    pub request: Uuid,
}

/// Makes the account, and the patient's record where there is none yet; keeps the consents, and signs in.
pub fn join(conn: &mut DbConnection, app: &App, joining: &Joining, now: Timestamp) -> Result<(Tokens, UserBody)> {
    let invitation = &joining.invitation;
    if !queries::use_up(conn, &invitation.token_hash, now)? {
        return Err(Error::NotFound("an open invitation"));
    }
    let scope = ClinicScope::of(invitation.clinic_id);
    let roles = invitation.roles();
    let patient = if roles.is_patient() { Some(open_record(conn, app, joining, now)?) } else { None };
    let user = UserRow {
        id: Id::new(now),
        clinic_id: invitation.clinic_id,
        patient_id: patient,
        email: invitation.email.clone(),
        email_key: email_key(&invitation.email),
        name: joining.name.clone(),
        roles: invitation.roles.clone(),
        time_zone: joining.time_zone.clone(),
        locale: "en".into(),
        reminders: Reminders::default().text(),
        disabled_at: None,
        created_at: now,
    };
    if !super::queries::insert_new(conn, &user, &joining.password_hash)? {
        return Err(Error::Conflict("somebody in this clinic has joined with this e-mail or this record already"));
    }
    reminders::plan(conn, &user, now)?;
    for given in &joining.agreements {
        queries::insert_consent(conn, scope, user.id, *given, now)?;
    }
    let actor = Actor { user: Some(user.id), role: roles.first(), sign_in: None, request: joining.request };
    let mut event = Event::of(Action::InvitationAccepted, "invitation", invitation.id.uuid());
    if let Some(patient) = patient {
        event = event.about(patient);
    }
    audit::record(conn, Some(invitation.clinic_id), &actor, &event, now)?;
    let new = NewSignIn {
        clinic: invitation.clinic_id,
        user: user.id,
        roles,
        transport: joining.transport,
        device: &joining.device,
        request: joining.request,
    };
    let tokens = auth::begin(conn, &app.keys, &new, &joining.refresh, now)?;
    Ok((tokens, super::body(conn, user.id)?))
}

/// The record of a patient who joins: the one that waits, or a new one.
fn open_record(conn: &mut DbConnection, app: &App, joining: &Joining, now: Timestamp) -> Result<Id<Patient>> {
    let invitation = &joining.invitation;
    if let Some(waiting) = invitation.patient_id {
        let scope = PatientScope::of(ClinicScope::of(invitation.clinic_id), waiting);
        patients::lock(conn, scope)?;
        let mut row = patients::queries::find(conn, scope)?;
        row.joined_at = Some(now);
        row.time_zone.clone_from(&joining.time_zone);
        row.version += 1;
        patients::queries::update(conn, &row)?;
        caseload::refresh(conn, &app.instruments, scope, now)?;
        return Ok(waiting);
    }
    let row = PatientRow {
        id: Id::new(now),
        clinic_id: invitation.clinic_id,
        name: joining.name.clone(),
        name_key: joining.name.to_lowercase(),
        email: Some(invitation.email.clone()),
        record_number: None,
        date_of_birth: None,
        time_zone: joining.time_zone.clone(),
        condition: None,
        primary_measure: patients::USUAL_MEASURE.to_owned(),
        external_ref: None,
        joined_at: Some(now),
        archived_at: None,
        created_at: now,
        version: 1,
    };
    patients::http::make(conn, app, &row, now)?;
    Ok(row.id)
}
