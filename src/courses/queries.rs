//! Every statement on courses.

use diesel::prelude::*;

use super::{Condition, Course, Status};
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::clinic::Clinic;
use crate::db::schema::courses;
use crate::db::{DbConnection, Id, LocalDate, Timestamp, on_backend};
use crate::error::Result;
use crate::patients::Patient;

/// Courses that one patient may have: a list is one page.
pub const MOST_COURSES: i64 = 100;

/// A course as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = courses, treat_none_as_null = true)]
pub struct CourseRow {
    /// The course.
    pub id: Id<Course>,
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// The patient.
    pub patient_id: Id<Patient>,
    /// What is treated.
    pub condition: Condition,
    /// The plan that it follows.
    pub protocol: Option<String>,
    /// Sessions of the induction.
    pub planned_sessions: Option<i32>,
    /// Its first day where the patient is.
    pub started_on: LocalDate,
    /// What the patient wants from it.
    pub goal: Option<String>,
    /// How it stands.
    pub status: Status,
    /// Raised by every change.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed.
    pub updated_at: Timestamp,
    /// The day on which it was completed or stopped.
    pub ended_on: Option<LocalDate>,
    /// Why.
    pub ended_reason: Option<String>,
}

/// A patient's courses, the last started first.
pub fn list(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<CourseRow>> {
    Ok(courses::table
        .filter(courses::clinic_id.eq(scope.clinic()))
        .filter(courses::patient_id.eq(scope.patient()))
        .order((courses::started_on.desc(), courses::created_at.desc(), courses::id.desc()))
        .limit(MOST_COURSES)
        .select(CourseRow::as_select())
        .load(conn)?)
}

/// One course of the clinic.
pub fn find(conn: &mut DbConnection, scope: ClinicScope, id: Id<Course>) -> Result<Option<CourseRow>> {
    Ok(courses::table
        .find(id)
        .filter(courses::clinic_id.eq(scope.clinic()))
        .select(CourseRow::as_select())
        .first(conn)
        .optional()?)
}

/// Stores a new course.
pub fn insert(conn: &mut DbConnection, course: &CourseRow) -> Result<()> {
    diesel::insert_into(courses::table).values(course).execute(conn)?;
    Ok(())
}

/// Stores a changed course.
pub fn update(conn: &mut DbConnection, scope: PatientScope, course: &CourseRow) -> Result<()> {
    diesel::update(courses::table.find(course.id).filter(courses::clinic_id.eq(scope.clinic()))).set(course).execute(conn)?;
    Ok(())
}

/// What charts and the caseload need of a course.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = courses)]
pub struct CourseSpan {
    /// The course.
    pub id: Id<Course>,
    /// What is treated.
    pub condition: String,
    /// Where it stands, as stored.
    pub status: String,
    /// Sessions planned for the induction.
    pub planned_sessions: Option<i32>,
    /// The day it began.
    pub started_on: LocalDate,
    /// What patient and provider want to reach.
    pub goal: Option<String>,
}

/// The patient's courses, oldest first.
pub fn spans(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<CourseSpan>> {
    let query = courses::table
        .filter(courses::patient_id.eq(scope.patient()))
        .filter(courses::clinic_id.eq(scope.clinic()))
        .order((courses::started_on, courses::id));
    Ok(on_backend!(conn, |c| query.select(CourseSpan::as_select()).load(c))?)
}

/// The courses of these patients, each patient's oldest first.
pub fn spans_of(conn: &mut DbConnection, scope: ClinicScope, of: &[Id<Patient>]) -> Result<Vec<(Id<Patient>, CourseSpan)>> {
    let query = courses::table.filter(courses::patient_id.eq_any(of)).filter(courses::clinic_id.eq(scope.clinic())).order((
        courses::patient_id,
        courses::started_on,
        courses::id,
    ));
    Ok(query.select((courses::patient_id, CourseSpan::as_select())).load(conn)?)
}
