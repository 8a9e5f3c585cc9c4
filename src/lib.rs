//! Yarrow: outcome tracking for ketamine clinics and their patients.
//!
//! ARCHITECTURE.md is the map.

/// Rules met by answers, and who owns them.
pub mod alerts;
/// What every handler shares, and the list of features.
pub mod app;
/// Who did what, when.
pub mod audit;
/// Sign-in, tokens, passwords and guards.
pub mod auth;
/// The server's command line.
pub mod cli;
/// Set-up and settings of a clinic.
pub mod clinic;
/// The only clock.
pub mod clock;
/// Settings of the server.
pub mod config;
/// Courses of treatment.
pub mod courses;
/// The database, whichever it is.
pub mod db;
/// The synthetic clinic.
pub mod demo;
/// The one error type.
pub mod error;
/// What colleagues change, told while it happens.
pub mod events;
/// The ways out.
pub mod exports;
/// FHIR R4, to read.
pub mod fhir;
/// Questionnaires as data, and their scoring.
pub mod instruments;
/// What patients write around their sessions.
pub mod journal;
/// A clinic's tablet, opened for one patient.
pub mod kiosk;
/// What leaves the app for a person.
pub mod notices;
/// What treatment came to, for a whole clinic.
pub mod outcomes;
/// Patient records and the caseload.
pub mod patients;
/// Users, invitations and consents.
pub mod people;
/// What changed across sessions.
pub mod progress;
/// What is due when.
pub mod protocols;
/// When a person is reminded.
pub mod reminders;
/// One page about a patient's progress, to print.
pub mod reports;
/// Answered questionnaires.
pub mod responses;
/// Dosing sessions.
pub mod sessions;
/// What surrounds every request.
pub mod web;
