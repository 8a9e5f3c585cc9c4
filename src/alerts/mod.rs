//! Rules met by answers, and who owns them.

pub mod http;
pub mod queries;

use crate::auth::scope::PatientScope;
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::Result;
use crate::instruments::{Instrument, MetAlert};
use crate::responses::Response;

/// An alert.
#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
pub struct Alert;

/// The answers that meet a rule.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The response.
    pub response: Id<Response>,
    /// Its questionnaire.
    pub instrument: &'a Instrument,
    /// When it was finished, as the phone said it.
    pub answered_at: Timestamp,
    /// When it reached the server.
    pub received_at: Timestamp,
}

/// Opens an alert for the rules that answers meet, or joins the one that is open.
pub fn raise(_: &mut DbConnection, _: PatientScope, _: &Source<'_>, _: &[MetAlert], _: Timestamp) -> Result<()> {
    Ok(())
}
