//! What has to be there before the first dose of a course that follows a known plan.

use jiff::tz::TimeZone;

use super::queries::{self, CourseRow};
use crate::auth::scope::PatientScope;
use crate::db::{DbConnection, Timestamp, words};
use crate::error::Result;
use crate::people::{self, consents};
use crate::progress::change::BASELINE_DAYS;
use crate::protocols::{self, Plans};
use crate::{patients, responses};

words! {
    /// Something that has to be there before the first dose.
    #[schema(as = GateRequirement)]
    pub enum Requirement {
        /// Every questionnaire without which the course cannot be measured has a complete score of the two weeks before.
        Baseline = "baseline",
        /// A provider has signed the eligibility checklist of the course.
        Eligibility = "eligibility",
        /// The patient's consent is current: given on joining, or ticked in the session's checklist.
        Consent = "consent",
    }
}

/// What is missing for a first dose at that time; nothing is where the course follows no known plan.
pub fn missing(
    conn: &mut DbConnection,
    plans: &Plans,
    patient: PatientScope,
    course: &CourseRow,
    at: Timestamp,
    is_consent_ticked: bool,
) -> Result<Vec<Requirement>> {
    let Some(plan) = protocols::plan_of(conn, plans, patient, course.id)? else { return Ok(Vec::new()) };
    let record = patients::queries::find(conn, patient)?;
    let zone = TimeZone::get(&record.time_zone).unwrap_or(TimeZone::UTC);
    let since = at.local_date(&zone).plus_days(-BASELINE_DAYS);
    let conditions = course.conditions(&record);
    let mut missing = Vec::new();
    for line in plan.baselines().filter(|line| line.is_for(&conditions, record.primary_instrument())) {
        let total = plans.instruments().current(&line.instrument).and_then(|instrument| instrument.measures().first());
        let Some(total) = total else { continue };
        if !responses::queries::has_complete_score(conn, patient, &total.id, since, at)? {
            missing.push(Requirement::Baseline);
            break;
        }
    }
    if queries::signature(conn, patient, course.id)?.is_none() {
        missing.push(Requirement::Eligibility);
    }
    if !is_consent_ticked && !consents::are_current(&people::queries::consents(conn, patient)?) {
        missing.push(Requirement::Consent);
    }
    Ok(missing)
}
