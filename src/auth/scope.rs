//! Proof of reach: a query takes a scope, and only a sign-in that was checked can make one.

use crate::clinic::Clinic;
use crate::db::{Id, Reach};
use crate::patients::Patient;

/// Work inside one clinic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClinicScope(Id<Clinic>);

impl ClinicScope {
    /// The scope of a clinic whose member was checked, or that was just made.
    pub(crate) const fn of(clinic: Id<Clinic>) -> Self {
        Self(clinic)
    }

    /// The clinic.
    pub const fn clinic(self) -> Id<Clinic> {
        self.0
    }

    /// The same for the database's own fence.
    pub const fn reach(self) -> Reach {
        Reach::Clinic(self.0)
    }
}

/// Work on one patient's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatientScope {
    clinic: ClinicScope,
    patient: Id<Patient>,
}

impl PatientScope {
    /// The scope of a patient who was found in that clinic.
    pub(crate) const fn of(clinic: ClinicScope, patient: Id<Patient>) -> Self {
        Self { clinic, patient }
    }

    /// The scope of a patient that the server's command line works on; no request comes by here.
    pub const fn for_command(clinic: Id<Clinic>, patient: Id<Patient>) -> Self {
        Self { clinic: ClinicScope(clinic), patient }
    }

    /// The clinic's scope.
    pub const fn clinic_scope(self) -> ClinicScope {
        self.clinic
    }

    /// The clinic.
    pub const fn clinic(self) -> Id<Clinic> {
        self.clinic.0
    }

    /// The patient.
    pub const fn patient(self) -> Id<Patient> {
        self.patient
    }
}
