//! Every statement on the codes that open tablets.

use diesel::prelude::*;

use super::KioskCode;
use crate::auth::SignIn;
use crate::auth::scope::PatientScope;
use crate::clinic::Clinic;
use crate::db::schema::kiosk_codes;
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::Result;
use crate::patients::Patient;
use crate::people::User;

/// A code as it is stored, until it is used.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = kiosk_codes)]
pub struct CodeRow {
    /// The code.
    pub id: Id<KioskCode>,
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// The patient for whom it opens a tablet.
    pub patient_id: Id<Patient>,
    /// What the code is known by.
    pub code_hash: String,
    /// Who made it.
    pub made_by: Id<User>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it opens nothing any more.
    pub expires_at: Timestamp,
}

/// Stores a code.
pub fn insert(conn: &mut DbConnection, row: &CodeRow) -> Result<()> {
    diesel::insert_into(kiosk_codes::table)
        .values((
            kiosk_codes::id.eq(row.id),
            kiosk_codes::clinic_id.eq(row.clinic_id),
            kiosk_codes::patient_id.eq(row.patient_id),
            kiosk_codes::code_hash.eq(&row.code_hash),
            kiosk_codes::made_by.eq(row.made_by),
            kiosk_codes::created_at.eq(row.created_at),
            kiosk_codes::expires_at.eq(row.expires_at),
            kiosk_codes::asked.eq(""),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes back the codes of a patient that still wait. Returns how many there were.
pub fn revoke_open(conn: &mut DbConnection, scope: PatientScope, now: Timestamp) -> Result<usize> {
    let open = kiosk_codes::table
        .filter(kiosk_codes::clinic_id.eq(scope.clinic()))
        .filter(kiosk_codes::patient_id.eq(scope.patient()))
        .filter(kiosk_codes::sign_in_id.is_null())
        .filter(kiosk_codes::revoked_at.is_null())
        .filter(kiosk_codes::expires_at.gt(now));
    Ok(diesel::update(open).set(kiosk_codes::revoked_at.eq(now)).execute(conn)?)
}

/// Until when a code waits for a patient; `None` where there is none.
pub fn waits_until(conn: &mut DbConnection, scope: PatientScope, now: Timestamp) -> Result<Option<Timestamp>> {
    Ok(kiosk_codes::table
        .filter(kiosk_codes::clinic_id.eq(scope.clinic()))
        .filter(kiosk_codes::patient_id.eq(scope.patient()))
        .filter(kiosk_codes::sign_in_id.is_null())
        .filter(kiosk_codes::revoked_at.is_null())
        .filter(kiosk_codes::expires_at.gt(now))
        .select(kiosk_codes::expires_at)
        .first(conn)
        .optional()?)
}

/// The code that waits under this hash. It takes no scope: who types it is not signed in.
pub fn find_open(conn: &mut DbConnection, code_hash: &str, now: Timestamp) -> Result<Option<CodeRow>> {
    Ok(kiosk_codes::table
        .filter(kiosk_codes::code_hash.eq(code_hash))
        .filter(kiosk_codes::sign_in_id.is_null())
        .filter(kiosk_codes::revoked_at.is_null())
        .filter(kiosk_codes::expires_at.gt(now))
        .select(CodeRow::as_select())
        .first(conn)
        .optional()?)
}

/// Uses a code up for a tablet that shows these questionnaires. Returns whether it was open: of two tablets at once, one is told no.
pub fn use_up(conn: &mut DbConnection, id: Id<KioskCode>, tablet: Id<SignIn>, asked: &str, now: Timestamp) -> Result<bool> {
    let open = kiosk_codes::table
        .filter(kiosk_codes::id.eq(id))
        .filter(kiosk_codes::sign_in_id.is_null())
        .filter(kiosk_codes::revoked_at.is_null())
        .filter(kiosk_codes::expires_at.gt(now));
    let use_ = (kiosk_codes::sign_in_id.eq(tablet), kiosk_codes::asked.eq(asked));
    Ok(diesel::update(open).set(use_).execute(conn)? == 1)
}

/// The questionnaires that a tablet showed when it was opened, with commas between.
pub fn asked(conn: &mut DbConnection, scope: PatientScope, tablet: Id<SignIn>) -> Result<String> {
    let found = kiosk_codes::table
        .filter(kiosk_codes::clinic_id.eq(scope.clinic()))
        .filter(kiosk_codes::patient_id.eq(scope.patient()))
        .filter(kiosk_codes::sign_in_id.eq(tablet));
    Ok(found.select(kiosk_codes::asked).first(conn).optional()?.unwrap_or_default())
}
