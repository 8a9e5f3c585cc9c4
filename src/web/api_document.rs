//! The OpenAPI document.

use actix_web::web;

/// The route.
pub fn routes(_: &mut web::ServiceConfig) {}
