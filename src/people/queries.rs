//! Every statement on users, invitations and consents.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::User;
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::clinic::Clinic;
use crate::db::schema::{clinics, consents, sign_ins, users};
use crate::db::{DbConnection, Id, MultiBackend, Timestamp, on_backend};
use crate::error::Result;
use crate::patients::Patient;

/// A user as it is stored, without the password.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
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

/// Stores a new account unless the e-mail or the record has one in that clinic. Returns whether it was new.
pub fn insert_new(conn: &mut DbConnection, row: &UserRow, password_hash: &str) -> Result<bool> {
    let values = (row, users::password_hash.eq(password_hash));
    let rows = on_backend!(conn, |c| diesel::insert_into(users::table).values(values).on_conflict_do_nothing().execute(c))?;
    Ok(rows == 1)
}

/// Whether somebody in the clinic signs in with this e-mail.
pub fn has_email(conn: &mut DbConnection, scope: ClinicScope, email_key: &str) -> Result<bool> {
    let holder = users::table.filter(users::clinic_id.eq(scope.clinic())).filter(users::email_key.eq(email_key));
    Ok(holder.select(users::id).first::<Id<User>>(conn).optional()?.is_some())
}

/// Whether somebody signs in to see this record.
pub fn has_patient(conn: &mut DbConnection, scope: ClinicScope, patient: Id<Patient>) -> Result<bool> {
    let holder = users::table.filter(users::clinic_id.eq(scope.clinic())).filter(users::patient_id.eq(patient));
    Ok(holder.select(users::id).first::<Id<User>>(conn).optional()?.is_some())
}

/// One of the clinic's users.
pub fn find(conn: &mut DbConnection, scope: ClinicScope, user: Id<User>) -> Result<Option<UserRow>> {
    let found = users::table.filter(users::id.eq(user)).filter(users::clinic_id.eq(scope.clinic()));
    Ok(found.select(UserRow::as_select()).first(conn).optional()?)
}

/// The clinic's users, first made first, after `after`; one more than `limit` where there are more.
pub fn list(
    conn: &mut DbConnection,
    scope: ClinicScope,
    after: Option<(Timestamp, Id<User>)>,
    limit: i64,
) -> Result<Vec<UserRow>> {
    let mut query = users::table
        .filter(users::clinic_id.eq(scope.clinic()))
        .select(UserRow::as_select())
        .order((users::created_at, users::id))
        .limit(limit + 1)
        .into_boxed::<MultiBackend>();
    if let Some((at, id)) = after {
        query = query.filter(users::created_at.gt(at).or(users::created_at.eq(at).and(users::id.gt(id))));
    }
    Ok(query.load(conn)?)
}

/// The stored hash of a person's password.
pub fn password_hash(conn: &mut DbConnection, scope: ClinicScope, user: Id<User>) -> Result<Option<String>> {
    let found = users::table.filter(users::id.eq(user)).filter(users::clinic_id.eq(scope.clinic()));
    Ok(found.select(users::password_hash).first::<Option<String>>(conn).optional()?.flatten())
}

/// When a person was last seen on any device.
pub fn last_seen(conn: &mut DbConnection, scope: ClinicScope, user: Id<User>) -> Result<Option<Timestamp>> {
    Ok(sign_ins::table
        .filter(sign_ins::user_id.eq(user))
        .filter(sign_ins::clinic_id.eq(scope.clinic()))
        .filter(sign_ins::patient_id.is_null())
        .order(sign_ins::last_seen_at.desc())
        .select(sign_ins::last_seen_at)
        .first(conn)
        .optional()?)
}

/// Stores what a person changed of its own account.
pub fn update_own(conn: &mut DbConnection, row: &UserRow) -> Result<()> {
    diesel::update(users::table.filter(users::id.eq(row.id)).filter(users::clinic_id.eq(row.clinic_id)))
        .set((
            users::name.eq(&row.name),
            users::time_zone.eq(&row.time_zone),
            users::locale.eq(&row.locale),
            users::reminders.eq(&row.reminders),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores what a person may do, and whether the account is closed.
pub fn update_access(conn: &mut DbConnection, row: &UserRow) -> Result<()> {
    diesel::update(users::table.filter(users::id.eq(row.id)).filter(users::clinic_id.eq(row.clinic_id)))
        .set((users::roles.eq(&row.roles), users::disabled_at.eq(row.disabled_at)))
        .execute(conn)?;
    Ok(())
}

/// The clinic's admins whose accounts are open, held until the end of the transaction.
pub fn lock_admins(conn: &mut DbConnection, scope: ClinicScope) -> Result<Vec<Id<User>>> {
    let admins = users::table
        .filter(users::clinic_id.eq(scope.clinic()))
        .filter(users::disabled_at.is_null())
        .filter(users::roles.like("%admin%"))
        .order(users::id)
        .select(users::id);
    Ok(match conn {
        DbConnection::Postgres(conn) => admins.for_update().load(conn)?,
        DbConnection::Sqlite(conn) => admins.load(conn)?,
    })
}

/// The clinic's providers whose accounts are open, by name.
pub fn providers(conn: &mut DbConnection, scope: ClinicScope) -> Result<Vec<(Id<User>, String)>> {
    Ok(users::table
        .filter(users::clinic_id.eq(scope.clinic()))
        .filter(users::disabled_at.is_null())
        .filter(users::roles.like("%provider%"))
        .order((users::name, users::id))
        .select((users::id, users::name))
        .load(conn)?)
}

/// The name of a member of the clinic.
pub fn name_of(conn: &mut DbConnection, scope: ClinicScope, user: Id<User>) -> Result<String> {
    Ok(users::table.filter(users::id.eq(user)).filter(users::clinic_id.eq(scope.clinic())).select(users::name).first(conn)?)
}

/// The names of these members of the clinic, in no order.
pub fn names(conn: &mut DbConnection, scope: ClinicScope, of: &[Id<User>]) -> Result<Vec<(Id<User>, String)>> {
    let known = users::table.filter(users::clinic_id.eq(scope.clinic())).filter(users::id.eq_any(of));
    Ok(known.select((users::id, users::name)).load(conn)?)
}

/// What a person answered to a text.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = consents)]
pub struct ConsentRow {
    /// The text.
    pub consent: String,
    /// The version that was read.
    pub version: String,
    /// Yes or no.
    pub agreed: bool,
    /// When.
    pub at: Timestamp,
}

/// What a patient answered to each text, in order of time: the last answer to a text counts.
pub fn consents(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<ConsentRow>> {
    Ok(consents::table
        .inner_join(users::table.on(users::id.eq(consents::user_id)))
        .filter(users::clinic_id.eq(scope.clinic()))
        .filter(users::patient_id.eq(scope.patient()))
        .order((consents::at, consents::id))
        .select(ConsentRow::as_select())
        .load(conn)?)
}

/// The patients who said yes to a text last, in no order.
pub fn agreed(conn: &mut DbConnection, scope: ClinicScope, consent: &str) -> Result<Vec<Id<Patient>>> {
    let answers: Vec<(Option<Id<Patient>>, bool)> = consents::table
        .inner_join(users::table.on(users::id.eq(consents::user_id)))
        .filter(consents::clinic_id.eq(scope.clinic()))
        .filter(consents::consent.eq(consent))
        .order((consents::at, consents::id))
        .select((users::patient_id, consents::agreed))
        .load(conn)?;
    let mut last = BTreeMap::new();
    for (patient, agreed) in answers {
        last.extend(patient.map(|patient| (patient, agreed)));
    }
    Ok(last.into_iter().filter_map(|(patient, agreed)| agreed.then_some(patient)).collect())
}
