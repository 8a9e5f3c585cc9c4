//! A server to test against, people who are signed in to it, and what they send.

mod answer;
mod builders;
mod client;
pub mod contract;
mod database;
pub mod fhir;
pub mod mail_server;
pub mod program;
pub mod push_service;
mod server;

pub use answer::Answer;
pub use builders::{Body, check_in, phq9, questionnaire, session};
pub use client::Client;
pub use database::TestDatabase;
pub use server::{PASSWORD, TestClinic, TestServer};

/// When every test begins.
pub const START: &str = "2026-11-20T21:00:00.000Z";
