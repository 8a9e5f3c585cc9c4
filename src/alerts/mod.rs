//! Rules met by answers, and who looks after them.
//!
//! A patient has at most one alert of a kind that is not closed: further answers join it. Only a person's action and
//! note close it, never a later answer.

mod body;
pub mod http;
pub mod queries;
mod title;

use std::collections::{BTreeMap, HashMap};

use crate::audit::{self, Action, Actor, Event};
use crate::auth::guards::SignedIn;
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::db::{DbConnection, Id, LocalDate, Timestamp, words};
use crate::error::{Error, Result};
use crate::instruments::{Answer, Instrument, Level, MetAlert, Points};
use crate::notices;
use crate::patients;
use crate::responses::{self, Response};

pub use body::{AlertBody, HistoryBody, PersonBody, ReasonBody, StepBody};
pub use queries::AlertRow;

/// How many answers before an alert's are looked at.
const EARLIER_ANSWERS: i64 = 12;
/// How far back they may lie, in seconds: 400 days.
const EARLIER_SECONDS: i64 = 400 * 86_400;

/// Something that answers call on the clinic to look after.
#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
pub struct Alert;

words! {
    /// How an alert stands.
    #[schema(as = AlertStatus)]
    pub enum Status {
        /// Nobody has taken it.
        Open = "open",
        /// Somebody is on it.
        Acknowledged = "acknowledged",
        /// Closed, with what was done.
        Resolved = "resolved",
    }
}

words! {
    /// What was done about an alert.
    #[schema(as = AlertAction)]
    pub enum Outcome {
        /// Spoke with the patient.
        Spoke = "spoke",
        /// Made a full assessment.
        Assessed = "assessed",
        /// Went through the safety plan.
        SafetyPlan = "safety_plan",
        /// Called the emergency services.
        EmergencyServices = "emergency_services",
        /// Could not reach the patient; the note says what is next.
        CouldNotReach = "could_not_reach",
        /// Nothing was needed.
        NoActionNeeded = "no_action_needed",
    }
}

words! {
    /// A step in the life of an alert.
    #[schema(as = AlertStep)]
    pub enum Step {
        /// Answers met a rule.
        Raised = "raised",
        /// Further answers met a rule of its kind.
        Joined = "joined",
        /// Somebody took it.
        Acknowledged = "acknowledged",
        /// Answers of a higher level joined after somebody had taken it.
        Reopened = "reopened",
        /// Somebody closed it.
        Resolved = "resolved",
    }
}

/// The answers that meet rules: a response that is stored already.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The response.
    pub response: Id<Response>,
    /// The questionnaire in the version that was answered.
    pub instrument: &'a Instrument,
    /// When it was answered, as the phone said it.
    pub answered_at: Timestamp,
    /// When it reached the server.
    pub received_at: Timestamp,
}

/// Opens an alert for each kind of rule that was met, or joins the one that is there already.
///
/// The caller holds the patient's lock, has stored the response and marked the one it corrects, and refreshes the caseload
/// afterwards. A joined answer
/// of a higher level than the alert's reopens one that somebody had acknowledged. Rules of level `info` make no alert. The
/// audit log names `actor`, who sent the answers, and so the request that raised the alert.
pub fn raise(
    conn: &mut DbConnection,
    scope: PatientScope,
    source: &Source<'_>,
    met: &[MetAlert],
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    let mut kinds: BTreeMap<&str, Vec<&MetAlert>> = BTreeMap::new();
    for rule in met.iter().filter(|rule| rule.level.makes_alert()) {
        kinds.entry(&rule.kind).or_default().push(rule);
    }
    if kinds.is_empty() {
        return Ok(());
    }
    let (id, instrument) = (source.response, &source.instrument.id);
    let earlier = responses::queries::answers_before(conn, scope, id, instrument, (EARLIER_SECONDS, EARLIER_ANSWERS))?;
    for (kind, rules) in kinds {
        let Some(leading) = rules.iter().copied().max_by_key(|rule| (rule.level, number(rule))) else { continue };
        let news = News {
            level: leading.level,
            value: number(leading),
            title: title::of(source.instrument, leading, &earlier),
            answered_at: source.answered_at,
            received_at: source.received_at,
        };
        let alert = match queries::find_active(conn, scope, kind)? {
            None => open(conn, scope, kind, &news, actor, now)?,
            Some(alert) => join(conn, scope, &alert, &news, actor, now)?,
        };
        for rule in rules {
            queries::insert_reason(conn, scope, alert, source.response, rule, now)?;
        }
    }
    Ok(())
}

/// All of the patient's alerts in order of time, each with the responses behind it.
pub fn with_responses(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<(AlertRow, Vec<Id<Response>>)>> {
    let rows = queries::of_patient(conn, scope)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let reasons = queries::reasons(conn, scope.clinic_scope(), &ids)?;
    let behind = |alert| {
        let mut responses: Vec<_> =
            reasons.iter().filter(|reason| reason.alert_id == alert).map(|reason| reason.response_id).collect();
        responses.dedup();
        responses
    };
    Ok(rows.into_iter().map(|row| (row.clone(), behind(row.id))).collect())
}

/// What a response says about one kind of alert, by the most serious rule that it meets.
struct News {
    level: Level,
    value: Option<Points>,
    title: String,
    answered_at: Timestamp,
    received_at: Timestamp,
}

fn number(rule: &MetAlert) -> Option<Points> {
    if let Some(Answer::Number(points)) = rule.value { Some(points) } else { None }
}

fn open(
    conn: &mut DbConnection,
    scope: PatientScope,
    kind: &str,
    news: &News,
    actor: &Actor,
    now: Timestamp,
) -> Result<Id<Alert>> {
    let alert = AlertRow {
        id: Id::new(now),
        clinic_id: scope.clinic(),
        patient_id: scope.patient(),
        kind: kind.to_owned(),
        level: news.level,
        status: Status::Open,
        title: news.title.clone(),
        value_thousandths: news.value.map(Points::thousandths),
        raised_at: now,
        answered_at: news.answered_at,
        received_at: news.received_at,
        acknowledged_by: None,
        acknowledged_at: None,
        resolved_by: None,
        resolved_at: None,
        action: None,
        note: None,
        version: 1,
    };
    queries::insert(conn, &alert)?;
    queries::insert_steps(conn, &alert, &[Step::Raised], None, now)?;
    record(conn, scope, alert.id, Action::AlertRaised, actor, now)?;
    tell_providers(conn, &alert, now)?;
    Ok(alert.id)
}

fn join(
    conn: &mut DbConnection,
    scope: PatientScope,
    known: &AlertRow,
    news: &News,
    actor: &Actor,
    now: Timestamp,
) -> Result<Id<Alert>> {
    let mut alert = known.clone();
    let value = news.value.map(Points::thousandths);
    if (news.level, value, news.answered_at) >= (known.level, known.value_thousandths, known.answered_at) {
        // The alert speaks of its most serious answer, and of the latest of those.
        alert.title.clone_from(&news.title);
        alert.answered_at = news.answered_at;
        alert.received_at = news.received_at;
    }
    alert.level = known.level.max(news.level);
    alert.value_thousandths = known.value_thousandths.max(value);
    alert.version += 1;
    let is_reopened = known.status == Status::Acknowledged && news.level > known.level;
    if is_reopened {
        alert.status = Status::Open;
        alert.acknowledged_by = None;
        alert.acknowledged_at = None;
    }
    queries::update(conn, &alert)?;
    record(conn, scope, alert.id, Action::AlertJoined, actor, now)?;
    if is_reopened {
        queries::insert_steps(conn, &alert, &[Step::Joined, Step::Reopened], None, now)?;
        record(conn, scope, alert.id, Action::AlertReopened, actor, now)?;
        tell_providers(conn, &alert, now)?;
    } else {
        queries::insert_steps(conn, &alert, &[Step::Joined], None, now)?;
    }
    Ok(alert.id)
}

/// Has the clinic's providers told that an alert waits for one of them; what is for the daily list waits there.
fn tell_providers(conn: &mut DbConnection, alert: &AlertRow, now: Timestamp) -> Result<()> {
    if seconds_to_acknowledge(alert.level).is_none() {
        return Ok(());
    }
    let key = format!("alert {} {}", alert.id, alert.version);
    notices::alert_providers(conn, ClinicScope::of(alert.clinic_id), &key, now)
}

/// How long an alert may stay open before the next in line should see it, in seconds; none for the daily list.
///
/// Source: CLINICAL.md 9 (a choice of this project). Counted round the clock: opening hours are not known yet.
pub const fn seconds_to_acknowledge(level: Level) -> Option<i64> {
    match level {
        Level::Urgent => Some(3600),
        Level::High => Some(4 * 3600),
        Level::Review | Level::Info => None,
    }
}

/// Somebody takes an open alert: "I'm on it". Reading it is not enough, and a second time is a conflict.
pub fn acknowledge(conn: &mut DbConnection, by: &SignedIn, id: Id<Alert>, now: Timestamp) -> Result<PatientScope> {
    let (scope, mut alert) = hold(conn, by, id)?;
    match alert.status {
        Status::Open => {}
        Status::Acknowledged => return Err(Error::AlreadyHandled("somebody is on this alert already")),
        Status::Resolved => return Err(CLOSED),
    }
    alert.status = Status::Acknowledged;
    alert.acknowledged_by = Some(by.user);
    alert.acknowledged_at = Some(now);
    store_step(conn, scope, alert, Step::Acknowledged, by, now)
}

/// Somebody closes an alert with what was done and found, whether or not it was acknowledged before.
pub fn resolve(
    conn: &mut DbConnection,
    by: &SignedIn,
    id: Id<Alert>,
    action: Outcome,
    note: &str,
    now: Timestamp,
) -> Result<PatientScope> {
    let (scope, mut alert) = hold(conn, by, id)?;
    if alert.status == Status::Resolved {
        let is_again = (alert.resolved_by, alert.action) == (Some(by.user), Some(action)) && alert.note.as_deref() == Some(note);
        return if is_again { Ok(scope) } else { Err(CLOSED) };
    }
    alert.status = Status::Resolved;
    alert.resolved_by = Some(by.user);
    alert.resolved_at = Some(now);
    alert.action = Some(action);
    alert.note = Some(note.to_owned());
    store_step(conn, scope, alert, Step::Resolved, by, now)
}

const CLOSED: Error = Error::AlreadyHandled("this alert is closed already");

/// The alert, with its patient held until the end of the transaction: two people cannot both be the first.
pub fn hold(conn: &mut DbConnection, by: &SignedIn, id: Id<Alert>) -> Result<(PatientScope, AlertRow)> {
    let found = |conn: &mut DbConnection| queries::find(conn, by.scope(), id)?.ok_or(Error::NotFound("the alert"));
    let scope = PatientScope::of(by.scope(), found(conn)?.patient_id);
    patients::lock(conn, scope)?;
    // Read again: it may have changed while this transaction waited for the lock.
    Ok((scope, found(conn)?))
}

fn store_step(
    conn: &mut DbConnection,
    scope: PatientScope,
    mut alert: AlertRow,
    step: Step,
    by: &SignedIn,
    now: Timestamp,
) -> Result<PatientScope> {
    alert.version += 1;
    queries::update(conn, &alert)?;
    queries::insert_steps(conn, &alert, &[step], Some(by.user), now)?;
    let action = if step == Step::Resolved { Action::AlertResolved } else { Action::AlertAcknowledged };
    record(conn, scope, alert.id, action, &by.actor(), now)?;
    Ok(scope)
}

fn record(
    conn: &mut DbConnection,
    scope: PatientScope,
    alert: Id<Alert>,
    action: Action,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    let event = Event::of(action, "alert", alert.uuid()).about(scope.patient());
    audit::record(conn, Some(scope.clinic()), actor, &event, now)
}

/// An answer that met a rule, as the provider's chart marks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagMark {
    /// Where charts place the response.
    pub placed_at: Timestamp,
    /// The patient's day.
    pub local_date: LocalDate,
    /// The response.
    pub response_id: Id<Response>,
    /// The questionnaire's version when it was given.
    pub instrument_version: String,
    /// The item that met the rule; none where the score did.
    pub item: Option<String>,
    /// The answer in thousandths of a point; none for ticks and missing answers.
    pub value_thousandths: Option<i64>,
}

/// The answers to a questionnaire that met rules of a kind at level high or urgent, oldest first; those since corrected
/// are left out.
pub fn flag_marks(conn: &mut DbConnection, scope: PatientScope, kind: &str, instrument: &str) -> Result<Vec<FlagMark>> {
    let reasons = queries::serious_reasons(conn, scope, kind)?;
    let ids: Vec<_> = reasons.iter().map(|reason| reason.response_id).collect();
    let known: HashMap<_, _> =
        responses::queries::marks(conn, scope.clinic_scope(), &ids)?.into_iter().map(|mark| (mark.id, mark)).collect();
    let mut marks: Vec<FlagMark> = reasons
        .into_iter()
        .filter_map(|reason| Some((known.get(&reason.response_id)?, reason)))
        .filter(|(response, _)| response.instrument == instrument && response.superseded_by.is_none())
        .map(|(response, reason)| FlagMark {
            placed_at: response.placed_at,
            local_date: response.local_date,
            response_id: response.id,
            instrument_version: response.instrument_version.clone(),
            item: reason.item,
            value_thousandths: reason.value_thousandths,
        })
        .collect();
    marks.sort_by_key(|mark| (mark.placed_at, mark.response_id));
    Ok(marks)
}
