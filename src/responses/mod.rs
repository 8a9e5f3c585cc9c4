//! Answered questionnaires: kept as they came, scored once, never lost and never doubled.

pub mod http;
pub mod queries;

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::tz::TimeZone;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::alerts;
use crate::audit::{self, Action, Actor, Event};
use crate::auth::scope::PatientScope;
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Result};
use crate::instruments::{self, Answers, Instrument, MetAlert, Points, Registry, Scored};
use crate::patients::{self, caseload};
use crate::people::User;
use crate::protocols::{self, Assignment};

pub use queries::ResponseRow;

/// An answered questionnaire.
#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
pub struct Response;

/// How far a phone's clock may be ahead before its time is not believed, in seconds.
const SUSPECT_AHEAD_SECONDS: i64 = 24 * 3600;
/// How far it may be behind, in seconds.
const SUSPECT_BEHIND_SECONDS: i64 = 400 * 86_400;

/// For how long answers from earlier records are news: the two weeks that questionnaires ask about.
const NEWS_SECONDS: i64 = 14 * 86_400;

/// Who answered, or wrote the answers down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnteredBy {
    /// The person.
    pub user: Id<User>,
    /// `patient` or `provider`.
    pub role: &'static str,
}

/// A questionnaire that was checked and can be stored.
#[derive(Debug, Clone)]
pub struct NewResponse {
    /// The id that the client made when the form opened.
    pub id: Id<Response>,
    /// The questionnaire, in the version it was given with.
    pub instrument: String,
    /// That version.
    pub instrument_version: String,
    /// The answers, checked against the questionnaire, as they are stored.
    pub document: String,
    /// What they come to.
    pub scored: Scored,
    /// When it was finished, as the phone said it.
    pub completed_at: Timestamp,
    /// When it was begun, as the phone said it.
    pub started_at: Option<Timestamp>,
    /// Where the patient was.
    pub time_zone: String,
    /// The response that this one corrects.
    pub replaces: Option<Id<Response>>,
    /// What tells a replay from other content under the same id.
    pub digest: String,
    /// Who answered, or wrote the answers down.
    pub entered_by: EnteredBy,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a questionnaire comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was answered here.
    Given,
    /// It was brought in from earlier records; with its total alone where nobody knows the answers any more.
    Imported(Option<Points>),
}

impl NewResponse {
    /// The same from earlier records, with its total alone where its answers are not known.
    ///
    /// What it says of itself is what a line of a file says. When it was is in its id, in the file's words: the instant of
    /// those moves when the patient's time zone is put right, and the line is the same one all the same.
    #[must_use]
    pub fn imported(self, instrument: &Instrument, stated_total: Option<Points>) -> Self {
        let total = stated_total.map(|total| total.to_string()).unwrap_or_default();
        let digest = digest(&[&self.instrument, &self.document, "imported", &total]);
        let scored = stated_total.map_or(self.scored, |total| stated(instrument, total));
        Self { digest, scored, origin: Origin::Imported(stated_total), ..self }
    }

    /// The total of a questionnaire without its answers.
    pub const fn stated_total(&self) -> Option<Points> {
        if let Origin::Imported(total) = self.origin { total } else { None }
    }

    /// Whether it calls for somebody today: earlier records do not, unless they are as new as what they ask about.
    fn is_news(&self, now: Timestamp) -> bool {
        self.origin == Origin::Given || now.seconds_since(self.completed_at) < NEWS_SECONDS
    }
}

/// What a questionnaire comes to, whose total alone may be known.
pub fn scored(instrument: &Instrument, answers: &Answers, stated_total: Option<Points>) -> Scored {
    stated_total.map_or_else(|| instruments::score(instrument, answers), |total| stated(instrument, total))
}

/// A total that was brought in without answers stands as it was written down; nothing else is known of it.
fn stated(instrument: &Instrument, total: Points) -> Scored {
    Scored {
        total: Some(total),
        band: instrument.band(total).map(str::to_owned),
        is_prorated: false,
        missing: Vec::new(),
        reason: None,
        subscales: Vec::new(),
        ratings: Vec::new(),
        alerts: Vec::new(),
    }
}

/// What came of a submission.
pub enum Stored {
    /// It is new, and closed this assignment.
    New(ResponseRow, Option<Id<Assignment>>),
    /// The same content was already there.
    Replayed(ResponseRow),
}

/// The digest of what a client sent: the same for a replay, another for other content.
pub fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    URL_SAFE_NO_PAD.encode(&hash.finalize()[..18])
}

/// Whether a phone's time is too far from the server's to be believed.
pub const fn is_clock_suspect(completed_at: Timestamp, received_at: Timestamp) -> bool {
    let ahead = completed_at.seconds_since(received_at);
    ahead > SUSPECT_AHEAD_SECONDS || -ahead > SUSPECT_BEHIND_SECONDS
}

/// Stores a questionnaire with its scores, its alert, its audit line and the patient's caseload row: all or nothing.
///
/// The same content again changes nothing. Other content under the id is a conflict; an id of somebody else's is not found.
pub fn submit(
    conn: &mut DbConnection,
    registry: &Registry,
    scope: PatientScope,
    new: &NewResponse,
    actor: &Actor,
    now: Timestamp,
) -> Result<Stored> {
    let row_before = patients::lock(conn, scope)?;
    // The insert itself says whether the id is new. A correction looks first: what it corrects is checked before.
    if new.replaces.is_some()
        && let Some(known) = replay(conn, scope, new)?
    {
        return Ok(Stored::Replayed(known));
    }
    let instrument = registry.version(&new.instrument, &new.instrument_version).ok_or(Error::NotFound("the questionnaire"))?;
    let row = row_of(new, scope, now);
    let corrected = new.replaces.map(|id| newest(conn, scope, id, &new.instrument)).transpose()?;
    if !queries::insert(conn, &row)? {
        // The id is taken: by these answers, by others, or by a row that this clinic cannot see.
        return replay(conn, scope, new)?.map(Stored::Replayed).ok_or(Error::NotFound("the response"));
    }
    if let Some(corrected) = &corrected {
        queries::supersede(conn, scope, corrected, row.id)?;
    }
    let assignment = protocols::close(conn, scope, &row, corrected.as_ref().map(|corrected| corrected.id))?;
    let figures = instruments::scores(instrument, &new.scored);
    queries::insert_figures(conn, scope, &row, &new.scored, &figures)?;
    let calls = |alert: &&MetAlert| alert.level.makes_alert() && new.is_news(now);
    let met: Vec<MetAlert> = new.scored.alerts.iter().filter(calls).cloned().collect();
    if !met.is_empty() {
        let source = alerts::Source { response: row.id, instrument, answered_at: row.completed_at, received_at: now };
        alerts::raise(conn, scope, &source, &met, actor, now)?;
    }
    let action = if corrected.is_some() { Action::ResponseReplaced } else { Action::ResponseSubmitted };
    audit::record(conn, Some(scope.clinic()), actor, &Event::of(action, "response", row.id.uuid()).about(scope.patient()), now)?;
    let is_plain = corrected.is_none() && met.is_empty();
    let answered = caseload::Answered {
        response: row.id,
        instrument,
        placed_at: row.placed_at,
        local_date: row.local_date,
        scores: &figures,
    };
    caseload::follow(conn, registry, scope, &row_before, is_plain.then_some(&answered), now)?;
    Ok(Stored::New(row, assignment))
}

/// The stored response under this id, where it is the same one.
fn replay(conn: &mut DbConnection, scope: PatientScope, new: &NewResponse) -> Result<Option<ResponseRow>> {
    let Some(known) = queries::find_anywhere(conn, new.id)? else { return Ok(None) };
    if known.clinic_id != scope.clinic() {
        return Err(Error::NotFound("the response"));
    }
    if known.patient_id != scope.patient() {
        let is_patients_own = new.entered_by.role == "patient";
        return Err(if is_patients_own { Error::NotFound("the response") } else { CONFLICT });
    }
    if known.digest == new.digest { Ok(Some(known)) } else { Err(CONFLICT) }
}

const CONFLICT: Error =
    Error::Conflict("other answers are already stored under this id; nothing was changed: send these under an id of their own");

/// The response to supersede: the named one, or what has replaced it since.
fn newest(conn: &mut DbConnection, scope: PatientScope, id: Id<Response>, instrument: &str) -> Result<ResponseRow> {
    let unknown = || Error::invalid("/replaces", "must be the id of an earlier answer to the same questionnaire");
    let mut row = queries::find(conn, scope, id)?.filter(|row| row.instrument == instrument).ok_or_else(unknown)?;
    // Chains are as short as a person's patience; the bound only guards against a loop that cannot arise.
    for _ in 0..1000 {
        let Some(next) = row.superseded_by else { return Ok(row) };
        row = queries::find(conn, scope, next)?.ok_or_else(unknown)?;
    }
    Err(unknown())
}

fn row_of(new: &NewResponse, scope: PatientScope, now: Timestamp) -> ResponseRow {
    // What is brought in is as old as it is: no phone's clock said so.
    let clock_suspect = new.origin == Origin::Given && is_clock_suspect(new.completed_at, now);
    let placed_at = if clock_suspect { now } else { new.completed_at };
    let zone = TimeZone::get(&new.time_zone).unwrap_or(TimeZone::UTC);
    ResponseRow {
        patient_id: scope.patient(),
        placed_at,
        id: new.id,
        clinic_id: scope.clinic(),
        instrument: new.instrument.clone(),
        instrument_version: new.instrument_version.clone(),
        answers: new.document.clone(),
        completed_at: new.completed_at,
        started_at: new.started_at,
        time_zone: new.time_zone.clone(),
        local_date: placed_at.local_date(&zone),
        received_at: now,
        clock_suspect,
        entered_by: new.entered_by.user,
        entered_by_role: new.entered_by.role.to_owned(),
        replaces: new.replaces,
        superseded_by: None,
        digest: new.digest.clone(),
        stated_total_thousandths: new.stated_total().map(Points::thousandths),
    }
}

/// What was answered, as it is stored: never an empty text in its stead.
fn as_document(given: &impl Serialize) -> Result<String> {
    serde_json::to_string(given).map_err(|why| Error::Internal(Box::new(why)))
}

/// The answers of a stored response with the questionnaire they were given to.
pub fn read_answers<'a>(registry: &'a Registry, row: &ResponseRow) -> Result<(&'a Instrument, Answers)> {
    let instrument = registry
        .version(&row.instrument, &row.instrument_version)
        .ok_or_else(|| Error::Internal("a response names a version that was never stored".into()))?;
    Ok((instrument, parse_answers(&row.answers)?))
}

/// The answers that a stored document holds.
pub fn parse_answers(document: &str) -> Result<Answers> {
    serde_json::from_str(document).map_err(|why| Error::Internal(Box::new(why)))
}

/// The single ratings that a stored document holds, by item.
pub fn parse_ratings(document: &str) -> Result<BTreeMap<String, Points>> {
    serde_json::from_str(document).map_err(|why| Error::Internal(Box::new(why)))
}

/// The days, inclusive, and the questionnaire that a list of responses is cut to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// One questionnaire only.
    pub instrument: Option<String>,
    /// From this day on.
    pub from: Option<LocalDate>,
    /// To this day.
    pub to: Option<LocalDate>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_suspect_a_day_ahead_or_400_days_behind() {
        let now: Timestamp = "2026-11-20T21:00:00Z".parse().unwrap();
        assert!(!is_clock_suspect(now.plus_seconds(86_400), now));
        assert!(is_clock_suspect(now.plus_seconds(86_401), now));
        assert!(!is_clock_suspect(now.plus_seconds(-400 * 86_400), now));
        assert!(is_clock_suspect(now.plus_seconds(-400 * 86_400 - 1), now));
    }

    #[test]
    fn a_digest_keeps_its_parts_apart() {
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        assert_eq!(digest(&["ab", "c"]), digest(&["ab", "c"]));
    }
}
