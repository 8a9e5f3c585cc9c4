//! Every statement on `reminders`.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::schedule::State;
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::clinic::Clinic;
use crate::db::schema::reminders;
use crate::db::{DbConnection, Id, LocalDate, Timestamp, on_backend};
use crate::error::Result;
use crate::patients::Patient;
use crate::people::User;

/// How far the reminders of a patient have come, as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = reminders, primary_key(user_id), treat_none_as_null = true)]
pub struct ReminderRow {
    /// The account.
    pub user_id: Id<User>,
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// The record.
    pub patient_id: Id<Patient>,
    /// The next moment at which one may come; none where none is chosen.
    pub due_at: Option<Timestamp>,
    /// The zone of the account when this was planned.
    pub home_zone: String,
    /// Where the patient was last known to be.
    pub time_zone: String,
    /// Since when.
    pub placed_at: Timestamp,
    /// The day of the last reminder.
    pub reminded_on: Option<LocalDate>,
    /// When that day's first one went out.
    pub reminded_at: Option<Timestamp>,
    /// Days in a row with a reminder and no answer.
    pub unanswered_days: i32,
    /// Since when no way leads to the patient.
    pub unreachable_since: Option<Timestamp>,
}

impl ReminderRow {
    /// What is decided by.
    pub const fn state(&self) -> State {
        State { reminded_on: self.reminded_on, reminded_at: self.reminded_at, unanswered_days: self.unanswered_days }
    }
}

/// How far the reminders of a person have come; none for staff.
pub fn find(conn: &mut DbConnection, scope: ClinicScope, user: Id<User>) -> Result<Option<ReminderRow>> {
    let found = reminders::table.filter(reminders::user_id.eq(user)).filter(reminders::clinic_id.eq(scope.clinic()));
    Ok(found.select(ReminderRow::as_select()).first(conn).optional()?)
}

/// Stores the row, in place of the one before.
pub fn store(conn: &mut DbConnection, row: &ReminderRow) -> Result<()> {
    on_backend!(conn, |c| diesel::insert_into(reminders::table)
        .values(row)
        .on_conflict(reminders::user_id)
        .do_update()
        .set(row)
        .execute(c))?;
    Ok(())
}

/// Whether anybody's moment has come.
pub fn is_any_due(conn: &mut DbConnection, now: Timestamp) -> Result<bool> {
    let due = reminders::table.filter(reminders::due_at.le(now)).select(reminders::user_id).limit(1);
    Ok(due.first::<Id<User>>(conn).optional()?.is_some())
}

/// Some of those whose moment has come, held until the end of the transaction; whom another server holds is left to it.
pub fn lock_due(conn: &mut DbConnection, most: i64, now: Timestamp) -> Result<Vec<ReminderRow>> {
    let due = reminders::table.filter(reminders::due_at.le(now)).order(reminders::due_at).limit(most);
    Ok(match conn {
        DbConnection::Postgres(conn) => due.select(ReminderRow::as_select()).for_update().skip_locked().load(conn)?,
        DbConnection::Sqlite(conn) => due.select(ReminderRow::as_select()).load(conn)?,
    })
}

/// Notes since when no way leads to a patient.
pub fn note_reach(conn: &mut DbConnection, scope: ClinicScope, user: Id<User>, since: Option<Timestamp>) -> Result<()> {
    let row = reminders::table.filter(reminders::user_id.eq(user)).filter(reminders::clinic_id.eq(scope.clinic()));
    diesel::update(row).set(reminders::unreachable_since.eq(since)).execute(conn)?;
    Ok(())
}

/// The clinic's patients to whom no way leads.
pub fn unreachable(conn: &mut DbConnection, scope: ClinicScope) -> Result<BTreeSet<Id<Patient>>> {
    let query = reminders::table
        .filter(reminders::clinic_id.eq(scope.clinic()))
        .filter(reminders::unreachable_since.is_not_null())
        .select(reminders::patient_id);
    let found: Vec<Id<Patient>> = on_backend!(conn, |c| query.load(c))?;
    Ok(found.into_iter().collect())
}

/// Whether a way leads to a patient; none where the patient has not joined.
pub fn is_reachable(conn: &mut DbConnection, scope: PatientScope) -> Result<Option<bool>> {
    let query = reminders::table
        .filter(reminders::patient_id.eq(scope.patient()))
        .filter(reminders::clinic_id.eq(scope.clinic()))
        .select(reminders::unreachable_since.is_null());
    Ok(on_backend!(conn, |c| query.get_result(c).optional())?)
}
