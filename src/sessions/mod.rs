//! Dosing sessions.

pub mod http;
pub mod queries;

/// A dosing session.
#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
pub struct Session;
