//! Every statement on patients and the caseload.

use diesel::prelude::*;

use super::Patient;
use crate::auth::scope::ClinicScope;
use crate::db::schema::patients;
use crate::db::{DbConnection, Id};
use crate::error::Result;

/// Whether the clinic has this patient.
pub fn exists(conn: &mut DbConnection, scope: ClinicScope, id: Id<Patient>) -> Result<bool> {
    let found = patients::table.filter(patients::clinic_id.eq(scope.clinic())).filter(patients::id.eq(id));
    Ok(found.select(patients::id).first::<Id<Patient>>(conn).optional()?.is_some())
}
