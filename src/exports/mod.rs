//! The ways out: all that is known of a patient or of a clinic, in files that other programs read.
//!
//! Everything is written row by row, patient by patient, into the answer itself: the memory that it takes does not grow
//! with the clinic. All rows of an export are of one state of the database.

mod codebook;
pub mod http;
pub mod import;
mod record;
mod research;
mod sheet;
mod stream;
mod tables;

pub use record::PatientExport;

use crate::auth::scope::{ClinicScope, PatientScope};
use crate::db::DbConnection;
use crate::error::Result;
use crate::patients::{self, PatientRow};

/// Patients that are read at a time.
const PAGE: i64 = 200;

/// Whose data goes out.
#[derive(Debug, Clone, Copy)]
pub enum Extent {
    /// One patient's.
    Patient(PatientScope),
    /// Every patient's of the clinic, records that were put away included.
    Clinic(ClinicScope),
}

impl Extent {
    /// Does something with each patient, by id.
    fn each(
        self,
        conn: &mut DbConnection,
        mut work: impl FnMut(&mut DbConnection, PatientScope, PatientRow) -> Result<()>,
    ) -> Result<()> {
        let scope = match self {
            Self::Patient(patient) => {
                let row = patients::queries::find(conn, patient)?;
                return work(conn, patient, row);
            }
            Self::Clinic(clinic) => clinic,
        };
        let mut last = None;
        loop {
            let page = patients::queries::after(conn, scope, last, PAGE)?;
            let Some(end) = page.last().map(|row| row.id) else { return Ok(()) };
            for row in page {
                work(conn, PatientScope::of(scope, row.id), row)?;
            }
            last = Some(end);
        }
    }
}
