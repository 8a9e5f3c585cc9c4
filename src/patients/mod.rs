//! Patient records and the caseload.

pub mod caseload;
pub mod http;
pub mod queries;

use crate::auth::scope::{ClinicScope, PatientScope};
use crate::db::{DbConnection, Id};
use crate::error::{Error, Result};

/// A patient.
#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
pub struct Patient;

/// The scope of a patient of the clinic, or 404.
pub fn require(conn: &mut DbConnection, scope: ClinicScope, id: Id<Patient>) -> Result<PatientScope> {
    if queries::exists(conn, scope, id)? { Ok(PatientScope::of(scope, id)) } else { Err(Error::NotFound("the patient")) }
}
