//! Feature.

pub mod http;
