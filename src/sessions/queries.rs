//! Every statement on sessions.

use diesel::prelude::*;

use super::Session;
use crate::auth::scope::PatientScope;
use crate::courses::Course;
use crate::db::schema::sessions;
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::Result;

/// What charts and the caseload need of a session.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct SessionMark {
    /// The session.
    pub id: Id<Session>,
    /// Its course.
    pub course_id: Option<Id<Course>>,
    /// Its number.
    pub number: i32,
    /// `planned`, `completed`, `missed` or `cancelled`.
    pub status: String,
    /// When it began, or is to begin.
    pub at: Timestamp,
    /// The patient's day of that.
    pub local_date: LocalDate,
    /// How the medicine was given.
    pub route: Option<String>,
    /// Which medicine.
    pub medicine: String,
    /// The whole dose.
    pub dose_mg: Option<f64>,
}

/// The patient's completed and planned sessions, oldest first.
pub fn marks(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<SessionMark>> {
    Ok(sessions::table
        .filter(sessions::patient_id.eq(scope.patient()))
        .filter(sessions::clinic_id.eq(scope.clinic()))
        .filter(sessions::status.eq("completed").or(sessions::status.eq("planned")))
        .order((sessions::at, sessions::id))
        .select(SessionMark::as_select())
        .load(conn)?)
}

/// The vital signs of one session, as stored.
pub fn vitals(conn: &mut DbConnection, scope: PatientScope, id: Id<Session>) -> Result<Option<String>> {
    Ok(sessions::table
        .filter(sessions::id.eq(id))
        .filter(sessions::patient_id.eq(scope.patient()))
        .select(sessions::vitals)
        .first(conn)
        .optional()?)
}
