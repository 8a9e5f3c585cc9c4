//! Every statement on courses.

use diesel::prelude::*;

use super::Course;
use crate::auth::scope::PatientScope;
use crate::db::schema::courses;
use crate::db::{DbConnection, Id, LocalDate};
use crate::error::Result;

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
    Ok(courses::table
        .filter(courses::patient_id.eq(scope.patient()))
        .filter(courses::clinic_id.eq(scope.clinic()))
        .order((courses::started_on, courses::id))
        .select(CourseSpan::as_select())
        .load(conn)?)
}
