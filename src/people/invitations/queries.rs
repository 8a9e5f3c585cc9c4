//! Every statement on invitations and on what people agreed to.

use diesel::prelude::*;

use super::super::User;
use super::super::consents::Agreement;
use super::{Invitation, MOST_TRIES};
use crate::auth::scope::ClinicScope;
use crate::clinic::Clinic;
use crate::db::schema::{clinics, consents, invitations, users};
use crate::db::{DbConnection, Id, MultiBackend, Timestamp};
use crate::error::Result;
use crate::patients::Patient;

/// An invitation as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = invitations)]
pub struct InvitationRow {
    /// The invitation.
    pub id: Id<Invitation>,
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// Who is invited.
    pub email: String,
    /// The person's name, as the inviter wrote it.
    pub name: String,
    /// The roles with commas between.
    pub roles: String,
    /// The record that the person will see, where it is there already.
    pub patient_id: Option<Id<Patient>>,
    /// What the link's token is known by.
    pub token_hash: String,
    /// Who invites.
    pub invited_by: Id<User>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the link ends.
    pub expires_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// Refused tries to accept it.
    pub tries: i32,
}

/// Stores an invitation.
pub fn insert(conn: &mut DbConnection, row: &InvitationRow) -> Result<()> {
    diesel::insert_into(invitations::table).values(row).execute(conn)?;
    Ok(())
}

/// The clinic's invitations with their inviters' names, newest first, before `before`; one more than `limit` where
/// there are more. `only_patients` leaves out those of staff.
pub fn list(
    conn: &mut DbConnection,
    scope: ClinicScope,
    only_patients: bool,
    before: Option<(Timestamp, Id<Invitation>)>,
    limit: i64,
) -> Result<Vec<(InvitationRow, String)>> {
    let mut query = invitations::table
        .inner_join(users::table.on(users::id.eq(invitations::invited_by)))
        .filter(invitations::clinic_id.eq(scope.clinic()))
        .select((InvitationRow::as_select(), users::name))
        .order((invitations::created_at.desc(), invitations::id.desc()))
        .limit(limit + 1)
        .into_boxed::<MultiBackend>();
    if only_patients {
        query = query.filter(invitations::roles.eq("patient"));
    }
    if let Some((at, id)) = before {
        let earlier = invitations::created_at.lt(at).or(invitations::created_at.eq(at).and(invitations::id.lt(id)));
        query = query.filter(earlier);
    }
    Ok(query.load(conn)?)
}

/// One of the clinic's invitations.
pub fn find(conn: &mut DbConnection, scope: ClinicScope, id: Id<Invitation>) -> Result<Option<InvitationRow>> {
    let found = invitations::table.filter(invitations::id.eq(id)).filter(invitations::clinic_id.eq(scope.clinic()));
    Ok(found.select(InvitationRow::as_select()).first(conn).optional()?)
}

/// The invitation behind a link, with its clinic and the inviter's name.
pub fn find_by_token(conn: &mut DbConnection, token_hash: &str) -> Result<Option<(InvitationRow, Clinic, String)>> {
    Ok(invitations::table
        .inner_join(clinics::table.on(clinics::id.eq(invitations::clinic_id)))
        .inner_join(users::table.on(users::id.eq(invitations::invited_by)))
        .filter(invitations::token_hash.eq(token_hash))
        .select((InvitationRow::as_select(), Clinic::as_select(), users::name))
        .first(conn)
        .optional()?)
}

/// Takes an invitation back. Returns whether it was still open.
pub fn revoke(conn: &mut DbConnection, scope: ClinicScope, id: Id<Invitation>, now: Timestamp) -> Result<bool> {
    let open = invitations::table
        .filter(invitations::id.eq(id))
        .filter(invitations::clinic_id.eq(scope.clinic()))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::revoked_at.is_null());
    Ok(diesel::update(open).set(invitations::revoked_at.eq(now)).execute(conn)? == 1)
}

/// Takes back the open invitations to an e-mail or a patient's record, which a newer one replaces.
pub fn revoke_earlier(
    conn: &mut DbConnection,
    scope: ClinicScope,
    email: &str,
    patient: Option<Id<Patient>>,
    now: Timestamp,
) -> Result<()> {
    let open = || {
        invitations::table
            .filter(invitations::clinic_id.eq(scope.clinic()))
            .filter(invitations::accepted_at.is_null())
            .filter(invitations::revoked_at.is_null())
    };
    diesel::update(open().filter(invitations::email.eq(email))).set(invitations::revoked_at.eq(now)).execute(conn)?;
    if let Some(patient) = patient {
        diesel::update(open().filter(invitations::patient_id.eq(patient))).set(invitations::revoked_at.eq(now)).execute(conn)?;
    }
    Ok(())
}

/// Takes back the open invitations that a person sent.
pub fn revoke_sent_by(conn: &mut DbConnection, scope: ClinicScope, user: Id<User>, now: Timestamp) -> Result<()> {
    let sent = invitations::table
        .filter(invitations::clinic_id.eq(scope.clinic()))
        .filter(invitations::invited_by.eq(user))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::revoked_at.is_null());
    diesel::update(sent).set(invitations::revoked_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Uses an invitation up. Returns whether it was open: of two who try at once, one is told no.
pub fn use_up(conn: &mut DbConnection, token_hash: &str, now: Timestamp) -> Result<bool> {
    let open = invitations::table
        .filter(invitations::token_hash.eq(token_hash))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::expires_at.gt(now))
        .filter(invitations::tries.lt(MOST_TRIES));
    Ok(diesel::update(open).set(invitations::accepted_at.eq(now)).execute(conn)? == 1)
}

/// Counts a try that was refused.
pub fn count_try(conn: &mut DbConnection, token_hash: &str) -> Result<()> {
    diesel::update(invitations::table.filter(invitations::token_hash.eq(token_hash)))
        .set(invitations::tries.eq(invitations::tries + 1))
        .execute(conn)?;
    Ok(())
}

/// Keeps what a person answered to a text.
pub fn insert_consent(
    conn: &mut DbConnection,
    scope: ClinicScope,
    user: Id<User>,
    given: Agreement,
    now: Timestamp,
) -> Result<()> {
    diesel::insert_into(consents::table)
        .values((
            consents::id.eq(Id::<Agreement>::new(now)),
            consents::clinic_id.eq(scope.clinic()),
            consents::user_id.eq(user),
            consents::consent.eq(&given.consent.id),
            consents::version.eq(&given.consent.version),
            consents::agreed.eq(given.agreed),
            consents::at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}
