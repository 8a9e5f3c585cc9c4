//! Handlers.

use actix_web::web;

/// The routes.
pub fn routes(_: &mut web::ServiceConfig) {}
