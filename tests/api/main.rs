//! The API from outside: a real server on a port of its own, with a database of its own, and a clock that is held.

#[cfg(test)]
mod support;

#[cfg(test)]
mod access;
#[cfg(test)]
mod alerts;
#[cfg(test)]
mod api_document;
#[cfg(test)]
mod caseload;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod courses;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod earlier;
#[cfg(test)]
mod events;
#[cfg(test)]
mod exports;
#[cfg(test)]
mod fhir;
#[cfg(test)]
mod import;
#[cfg(test)]
mod invitations;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod kiosk;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod malformed;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod outcomes;
#[cfg(test)]
mod people;
#[cfg(test)]
mod power_cut;
#[cfg(test)]
mod problems;
#[cfg(test)]
mod progress;
#[cfg(test)]
mod protocols;
#[cfg(test)]
mod reminders;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod responses;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod session_day;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod smoke;
#[cfg(test)]
mod tasks;
