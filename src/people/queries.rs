//! Every statement on users, invitations and consents.

use diesel::prelude::*;

use super::User;
use crate::clinic::Clinic;
use crate::db::schema::{clinics, users};
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::Result;
use crate::patients::Patient;

/// A user as it is stored, without the password.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = users)]
pub struct UserRow {
    /// The account.
    pub id: Id<User>,
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// The person's record, where it is a patient.
    pub patient_id: Option<Id<Patient>>,
    /// The e-mail as it was typed.
    pub email: String,
    /// The e-mail as it is compared.
    pub email_key: String,
    /// The person's name.
    pub name: String,
    /// The roles with commas between.
    pub roles: String,
    /// IANA time zone.
    pub time_zone: String,
    /// BCP 47 language.
    pub locale: String,
    /// When to be reminded, as JSON.
    pub reminders: String,
    /// When the account was closed.
    pub disabled_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A user with its clinic.
pub fn find_with_clinic(conn: &mut DbConnection, user: Id<User>) -> Result<Option<(UserRow, Clinic)>> {
    Ok(users::table
        .inner_join(clinics::table)
        .filter(users::id.eq(user))
        .select((UserRow::as_select(), Clinic::as_select()))
        .first(conn)
        .optional()?)
}

/// Stores a new account with its password's hash.
pub fn insert(conn: &mut DbConnection, row: &UserRow, password_hash: &str) -> Result<()> {
    diesel::insert_into(users::table).values((row, users::password_hash.eq(password_hash))).execute(conn)?;
    Ok(())
}
