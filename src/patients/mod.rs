//! Patient records and the caseload.

pub mod body;
pub mod caseload;
pub mod filters;
pub mod http;
pub mod queries;
#[cfg(test)]
mod statements;

use jiff::tz::TimeZone;

use crate::auth::scope::{ClinicScope, PatientScope};
use crate::db::{DbConnection, Id};
use crate::error::{Error, Result};

pub use queries::{CaseloadRow, PatientRow};

/// A patient.
#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
pub struct Patient;

/// What is followed where nothing else is chosen.
pub const USUAL_MEASURE: &str = "phq-9.total";

/// The scope of a patient of the clinic, or 404.
pub fn require(conn: &mut DbConnection, scope: ClinicScope, id: Id<Patient>) -> Result<PatientScope> {
    if queries::exists(conn, scope, id)? { Ok(PatientScope::of(scope, id)) } else { Err(Error::NotFound("the patient")) }
}

/// Holds the patient's record until the end of the transaction, so that two writes to it come one after the other.
pub fn lock(conn: &mut DbConnection, scope: PatientScope) -> Result<CaseloadRow> {
    queries::lock(conn, scope)?.ok_or(Error::NotFound("the patient"))
}

/// The time zone that the patient lives in.
pub fn zone(conn: &mut DbConnection, scope: PatientScope) -> Result<TimeZone> {
    let name = queries::version(conn, scope)?.1;
    Ok(TimeZone::get(&name).unwrap_or(TimeZone::UTC))
}

/// The measure that a condition is followed by. Source: CLINICAL.md 5, instruments/README.md.
pub fn measure_for(condition: Option<&str>) -> &'static str {
    match condition {
        Some("gad") => "gad-7.total",
        Some("ptsd") => "pcl-5.total",
        Some("ocd") => "ocd-check.total",
        Some("chronic-pain") => "peg.total",
        _ => USUAL_MEASURE,
    }
}
