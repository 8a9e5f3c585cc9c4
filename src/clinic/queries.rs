//! Every statement on clinics and set-up links.

use diesel::prelude::*;

use super::Clinic;
use crate::auth::scope::ClinicScope;
use crate::db::schema::{clinics, setup_tokens};
use crate::db::{DbConnection, Timestamp};
use crate::error::Result;

/// The installation's oldest clinics, two at the most: enough to tell none, one and several apart.
pub fn first_two(conn: &mut DbConnection) -> Result<Vec<Clinic>> {
    Ok(clinics::table.order((clinics::created_at, clinics::id)).limit(2).select(Clinic::as_select()).load(conn)?)
}

/// The clinic of a scope.
pub fn find(conn: &mut DbConnection, scope: ClinicScope) -> Result<Clinic> {
    Ok(clinics::table.find(scope.clinic()).select(Clinic::as_select()).first(conn)?)
}

/// Stores a new clinic.
pub fn insert(conn: &mut DbConnection, clinic: &Clinic) -> Result<()> {
    diesel::insert_into(clinics::table).values(clinic).execute(conn)?;
    Ok(())
}

/// Stores a clinic's changed settings.
pub fn update(conn: &mut DbConnection, scope: ClinicScope, clinic: &Clinic) -> Result<()> {
    diesel::update(clinics::table.find(scope.clinic()))
        .set((
            clinics::name.eq(&clinic.name),
            clinics::time_zone.eq(&clinic.time_zone),
            clinics::country.eq(&clinic.country),
            clinics::phone.eq(&clinic.phone),
            clinics::hours.eq(&clinic.hours),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores a set-up link's hash.
pub fn insert_setup_token(conn: &mut DbConnection, hash: &str, now: Timestamp, expires_at: Timestamp) -> Result<()> {
    diesel::insert_into(setup_tokens::table)
        .values((setup_tokens::token_hash.eq(hash), setup_tokens::created_at.eq(now), setup_tokens::expires_at.eq(expires_at)))
        .execute(conn)?;
    Ok(())
}

/// Uses up a set-up link. Returns whether it could still be used.
pub fn use_setup_token(conn: &mut DbConnection, hash: &str, now: Timestamp) -> Result<bool> {
    let open = setup_tokens::table.find(hash).filter(setup_tokens::used_at.is_null()).filter(setup_tokens::expires_at.gt(now));
    Ok(diesel::update(open).set(setup_tokens::used_at.eq(now)).execute(conn)? == 1)
}

/// Closes every set-up link that was not used.
pub fn close_setup_tokens(conn: &mut DbConnection, now: Timestamp) -> Result<()> {
    diesel::update(setup_tokens::table.filter(setup_tokens::used_at.is_null()))
        .set(setup_tokens::used_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Whether any set-up link can still be used.
pub fn is_setup_open(conn: &mut DbConnection, now: Timestamp) -> Result<bool> {
    let open = setup_tokens::table.filter(setup_tokens::used_at.is_null()).filter(setup_tokens::expires_at.gt(now));
    Ok(open.select(setup_tokens::token_hash).first::<String>(conn).optional()?.is_some())
}

/// Whether this set-up link can still be used.
pub fn is_setup_token_open(conn: &mut DbConnection, hash: &str, now: Timestamp) -> Result<bool> {
    let open = setup_tokens::table.find(hash).filter(setup_tokens::used_at.is_null()).filter(setup_tokens::expires_at.gt(now));
    Ok(open.select(setup_tokens::token_hash).first::<String>(conn).optional()?.is_some())
}
