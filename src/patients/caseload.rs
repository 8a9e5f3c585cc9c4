//! The caseload.
