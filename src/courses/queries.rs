//! Every statement on courses.

use diesel::prelude::*;

use super::{AgreedLine, Condition, Course, Decision, Review, Status};
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::clinic::Clinic;
use crate::db::schema::{course_reviews, courses, eligibility_signatures, users};
use crate::db::{DbConnection, Id, LocalDate, Timestamp, on_backend};
use crate::error::Result;
use crate::patients::{Patient, PatientRow};
use crate::people::User;

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
    /// The measure of the line that patient and provider agreed on.
    pub agreed_measure: Option<String>,
    /// Its value, in thousandths of a point.
    pub agreed_thousandths: Option<i64>,
}

impl CourseRow {
    /// The line that patient and provider agreed on.
    pub fn agreed_line(&self) -> Option<AgreedLine> {
        AgreedLine::of(self.agreed_measure.as_deref(), self.agreed_thousandths)
    }

    /// What is treated: the patient's condition, and the course's.
    pub fn conditions(&self, patient: &PatientRow) -> Vec<String> {
        patient.condition.iter().cloned().chain([self.condition.word().to_owned()]).collect()
    }
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
    /// The measure of the line that patient and provider agreed on.
    pub agreed_measure: Option<String>,
    /// Its value, in thousandths of a point.
    pub agreed_thousandths: Option<i64>,
}

impl CourseSpan {
    /// The line that patient and provider agreed on.
    pub fn agreed_line(&self) -> Option<AgreedLine> {
        AgreedLine::of(self.agreed_measure.as_deref(), self.agreed_thousandths)
    }
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

/// A signed eligibility checklist as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = eligibility_signatures, treat_none_as_default_value = false)]
pub struct SignatureRow {
    /// The course.
    pub course_id: Id<Course>,
    /// Counts the signatures; the highest counts.
    pub number: i32,
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// The patient.
    pub patient_id: Id<Patient>,
    /// The version of the list that was read.
    pub checklist_version: String,
    /// Yes or no to each item, as a JSON object.
    pub answers: String,
    /// What stands out, in words.
    pub note: Option<String>,
    /// Who signed.
    pub signed_by: Id<User>,
    /// When.
    pub signed_at: Timestamp,
}

/// The signature of a course that counts.
pub fn signature(conn: &mut DbConnection, scope: PatientScope, course: Id<Course>) -> Result<Option<SignatureRow>> {
    let query = eligibility_signatures::table
        .filter(eligibility_signatures::course_id.eq(course))
        .filter(eligibility_signatures::clinic_id.eq(scope.clinic()))
        .filter(eligibility_signatures::patient_id.eq(scope.patient()))
        .order(eligibility_signatures::number.desc());
    Ok(query.select(SignatureRow::as_select()).first(conn).optional()?)
}

/// Keeps a signature.
pub fn insert_signature(conn: &mut DbConnection, row: &SignatureRow) -> Result<()> {
    diesel::insert_into(eligibility_signatures::table).values(row).execute(conn)?;
    Ok(())
}

/// What was decided on a course in the middle of it, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = course_reviews, treat_none_as_default_value = false)]
pub struct ReviewRow {
    /// The review.
    pub id: Id<Review>,
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// The patient.
    pub patient_id: Id<Patient>,
    /// The course.
    pub course_id: Id<Course>,
    /// What was decided.
    pub decision: Decision,
    /// Why.
    pub reason: Option<String>,
    /// Completed sessions of the course at that time.
    pub sessions_done: i32,
    /// Who decided.
    pub reviewed_by: Id<User>,
    /// When.
    pub reviewed_at: Timestamp,
}

/// Keeps a review.
pub fn insert_review(conn: &mut DbConnection, row: &ReviewRow) -> Result<()> {
    diesel::insert_into(course_reviews::table).values(row).execute(conn)?;
    Ok(())
}

/// The reviews of all of a patient's courses with the name of who made each, the first one first.
pub fn reviews(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<(ReviewRow, String)>> {
    Ok(course_reviews::table
        .inner_join(users::table.on(course_reviews::reviewed_by.eq(users::id)))
        .filter(course_reviews::clinic_id.eq(scope.clinic()))
        .filter(course_reviews::patient_id.eq(scope.patient()))
        .order((course_reviews::reviewed_at, course_reviews::id))
        .select((ReviewRow::as_select(), users::name))
        .load(conn)?)
}
