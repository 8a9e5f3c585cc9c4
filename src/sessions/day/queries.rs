//! Every statement on a clinic's day.

use diesel::prelude::*;

use super::super::Session;
use super::super::queries::SessionRow;
use crate::auth::scope::ClinicScope;
use crate::clinic::Clinic;
use crate::db::schema::{caseload, patients, session_arrivals, sessions};
use crate::db::{DbConnection, Id, Timestamp, on_backend};
use crate::error::Result;
use crate::people::User;

/// Sessions on one day of one clinic, at the most: a list is one page.
const MOST_SESSIONS: i64 = 500;

/// Who has come for a session, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = session_arrivals, treat_none_as_null = true)]
pub struct Arrival {
    /// The session.
    pub session_id: Id<Session>,
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// When the patient came.
    pub arrived_at: Option<Timestamp>,
    /// Where the patient sits.
    pub chair: Option<String>,
    /// Who wrote that down last.
    pub noted_by: Id<User>,
    /// When.
    pub noted_at: Timestamp,
}

/// A session of a day, with whose it is.
#[derive(Debug, Clone, Queryable)]
pub struct DayRow {
    /// The session.
    pub session: SessionRow,
    /// The patient's name.
    pub patient_name: String,
    /// 0 while an urgent or high alert of the patient is not closed.
    pub urgency: i32,
    /// Who has come.
    pub arrival: Option<Arrival>,
    /// What it depends on which questionnaires the patient is asked.
    pub asking: Asking,
}

/// What it depends on which questionnaires a patient is asked.
#[derive(Debug, Clone, Queryable)]
pub struct Asking {
    /// What the patient is treated for.
    pub condition: Option<String>,
    /// The measure that the patient is followed by.
    pub primary_measure: String,
    /// When the patient came to Yarrow.
    pub joined_at: Option<Timestamp>,
    /// When the record was made.
    pub created_at: Timestamp,
    /// Where the patient is.
    pub time_zone: String,
    /// The phase of the course, as stored.
    pub phase: String,
}

/// What both statements select.
macro_rules! day_rows {
    ($filter:expr) => {
        sessions::table
            .inner_join(patients::table.on(patients::id.eq(sessions::patient_id)))
            .inner_join(caseload::table.on(caseload::patient_id.eq(sessions::patient_id)))
            .left_join(session_arrivals::table.on(session_arrivals::session_id.eq(sessions::id)))
            .filter($filter)
            .select((
                SessionRow::as_select(),
                patients::name,
                caseload::urgency,
                Option::<Arrival>::as_select(),
                (
                    patients::condition,
                    patients::primary_measure,
                    patients::joined_at,
                    patients::created_at,
                    caseload::time_zone,
                    caseload::phase,
                ),
            ))
    };
}

/// The clinic's sessions from one instant up to another, in order of time.
pub fn on_day(conn: &mut DbConnection, scope: ClinicScope, from: Timestamp, to: Timestamp) -> Result<Vec<DayRow>> {
    let of_day = sessions::clinic_id.eq(scope.clinic()).and(sessions::at.ge(from)).and(sessions::at.lt(to));
    Ok(day_rows!(of_day).order((sessions::at, sessions::id)).limit(MOST_SESSIONS).load(conn)?)
}

/// One session of the clinic, as its day shows it.
pub fn find_day_row(conn: &mut DbConnection, scope: ClinicScope, id: Id<Session>) -> Result<Option<DayRow>> {
    let one = sessions::clinic_id.eq(scope.clinic()).and(sessions::id.eq(id));
    Ok(day_rows!(one).first(conn).optional()?)
}

/// Who has come for a session.
pub fn find_arrival(conn: &mut DbConnection, scope: ClinicScope, id: Id<Session>) -> Result<Option<Arrival>> {
    let found = session_arrivals::table.find(id).filter(session_arrivals::clinic_id.eq(scope.clinic()));
    Ok(found.select(Arrival::as_select()).first(conn).optional()?)
}

/// Stores who has come for a session, in place of what was known.
pub fn store_arrival(conn: &mut DbConnection, arrival: &Arrival) -> Result<()> {
    on_backend!(conn, |c| diesel::insert_into(session_arrivals::table)
        .values(arrival)
        .on_conflict(session_arrivals::session_id)
        .do_update()
        .set(arrival)
        .execute(c))?;
    Ok(())
}
