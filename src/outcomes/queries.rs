//! Every statement on outcomes, and what they are worked out from.

use diesel::prelude::*;

use super::course::PatientOutcomes;
use crate::auth::scope::ClinicScope;
use crate::db::schema::{caseload, outcomes};
use crate::db::{DbConnection, Id, on_backend};
use crate::error::{Error, Result};
use crate::patients::Patient;

/// Where the outcomes of a patient stand.
#[derive(Debug, Clone, Queryable)]
pub struct Stand {
    /// The patient.
    pub patient: Id<Patient>,
    /// The count of changes to what they are worked out from.
    pub current: i64,
    /// The count that they were worked out at; none where they never were.
    version: Option<i64>,
    /// The rules that they were worked out by.
    rules: Option<String>,
}

impl Stand {
    /// Whether they must be worked out anew.
    pub fn is_due(&self, rules: &str) -> bool {
        self.version != Some(self.current) || self.rules.as_deref() != Some(rules)
    }
}

/// Where the outcomes of all patients of the clinic stand, by patient; records that were put away are among them.
pub fn stands(conn: &mut DbConnection, scope: ClinicScope) -> Result<Vec<Stand>> {
    let known = outcomes::clinic_id.eq(caseload::clinic_id).and(outcomes::patient_id.eq(caseload::patient_id));
    let all = caseload::table.left_join(outcomes::table.on(known)).filter(caseload::clinic_id.eq(scope.clinic())).select((
        caseload::patient_id,
        caseload::outcome_version,
        outcomes::version.nullable(),
        outcomes::rules.nullable(),
    ));
    let mut stands: Vec<Stand> = on_backend!(conn, |c| all.load(c))?;
    stands.sort_unstable_by_key(|stand| stand.patient);
    Ok(stands)
}

/// The counts of changes of these patients.
pub fn versions(conn: &mut DbConnection, scope: ClinicScope, of: &[Id<Patient>]) -> Result<Vec<(Id<Patient>, i64)>> {
    let found = caseload::table.filter(caseload::clinic_id.eq(scope.clinic())).filter(caseload::patient_id.eq_any(of));
    Ok(found.select((caseload::patient_id, caseload::outcome_version)).load(conn)?)
}

/// Stores the outcomes of a patient as worked out at `version`.
///
/// On PostgreSQL two readers may work them out at once; what was worked out from more stays.
pub fn store(
    conn: &mut DbConnection,
    scope: ClinicScope,
    patient: Id<Patient>,
    (version, rules): (i64, &str),
    worked_out: &PatientOutcomes,
) -> Result<()> {
    let courses = serde_json::to_string(worked_out).map_err(|why| Error::Internal(Box::new(why)))?;
    let row = (
        outcomes::clinic_id.eq(scope.clinic()),
        outcomes::patient_id.eq(patient),
        outcomes::version.eq(version),
        outcomes::rules.eq(rules),
        outcomes::courses.eq(&courses),
    );
    let change = (outcomes::version.eq(version), outcomes::rules.eq(rules), outcomes::courses.eq(&courses));
    on_backend!(conn, |c| {
        let insert = diesel::insert_into(outcomes::table).values(row).on_conflict((outcomes::clinic_id, outcomes::patient_id));
        insert.do_update().set(change).execute(c)
    })?;
    Ok(())
}

/// The outcomes of all patients of the clinic.
pub fn all(conn: &mut DbConnection, scope: ClinicScope) -> Result<Vec<(Id<Patient>, PatientOutcomes)>> {
    let all = outcomes::table.filter(outcomes::clinic_id.eq(scope.clinic())).select((outcomes::patient_id, outcomes::courses));
    let rows: Vec<(Id<Patient>, String)> = on_backend!(conn, |c| all.load(c))?;
    let read = |(patient, courses): (Id<Patient>, String)| Ok((patient, serde_json::from_str(&courses)?));
    rows.into_iter().map(read).collect::<serde_json::Result<_>>().map_err(|why| Error::Internal(Box::new(why)))
}
