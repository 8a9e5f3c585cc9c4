//! Alerts as the API shows them.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use utoipa::ToSchema;

use super::queries::{self, ReasonRow, StepRow};
use super::{Alert, AlertRow, EARLIER_ANSWERS, EARLIER_SECONDS, Outcome, Status, Step, seconds_to_acknowledge};
use crate::auth::scope::ClinicScope;
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::{Error, Result};
use crate::instruments::{Answer, Instrument, Level, Points, Registry, Test};
use crate::patients::queries::PatientName;
use crate::patients::{self, Patient};
use crate::people::{self, User};
use crate::responses::queries::{GivenRow, ResponseMark};
use crate::responses::{self, Response};

/// Answers that call for somebody, and what was done about it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alert)]
pub struct AlertBody {
    /// The alert.
    pub id: Id<Alert>,
    /// The patient.
    pub patient_id: Id<Patient>,
    /// The patient's name.
    #[schema(example = "Daniel Reyes")]
    pub patient_name: String,
    /// The clinic's own number of the patient.
    pub record_number: Option<String>,
    /// What it is about, in the questionnaire's word. A patient has one alert of a kind that is not closed.
    #[schema(example = "suicidal-ideation")]
    pub kind: String,
    /// The highest level that was met.
    pub level: Level,
    /// How it stands.
    pub status: Status,
    /// Its most serious answer in words; ", new" where no earlier answer met the rule, ", rising" where the last one was lower.
    #[schema(example = "Item 9: more than half the days, rising")]
    pub title: String,
    /// When it was made.
    pub raised_at: Timestamp,
    /// When the answer in the title was given, as the phone said it.
    pub answered_at: Timestamp,
    /// When that answer reached the server.
    pub received_at: Timestamp,
    /// When somebody should have acknowledged it: an hour after answers of level `urgent` came, four after `high`, counted round
    /// the clock; null for `review`.
    pub due_at: Option<Timestamp>,
    /// The responses behind it, in the order in which they came.
    pub response_ids: Vec<Id<Response>>,
    /// Who is on it.
    pub acknowledged_by: Option<PersonBody>,
    /// Since when.
    pub acknowledged_at: Option<Timestamp>,
    /// Who closed it.
    pub resolved_by: Option<PersonBody>,
    /// When it was closed.
    pub resolved_at: Option<Timestamp>,
    /// What was done.
    pub action: Option<Outcome>,
    /// What was found.
    #[schema(example = "Spoke by phone. Safe with her partner, plan reviewed, seen on Monday.")]
    pub note: Option<String>,
    /// Which answers met which rules.
    pub reasons: Vec<ReasonBody>,
    /// Answers to the same item, newest first, 12 at the most; empty where the questionnaire has no score.
    pub history: Vec<HistoryBody>,
    /// What happened to it, in order.
    pub events: Vec<StepBody>,
}

/// Somebody who works in the clinic.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonBody {
    /// The account.
    pub id: Id<User>,
    /// The person's name.
    #[schema(example = "Dr Amara Okafor")]
    pub name: String,
}

/// An answer that met a rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertReason)]
pub struct ReasonBody {
    /// The questionnaire's rule.
    #[schema(example = "si-frequent")]
    pub rule: String,
    /// The response.
    pub response_id: Id<Response>,
    /// Its questionnaire.
    #[schema(example = "phq-9")]
    pub instrument: String,
    /// Its name.
    #[schema(example = "Patient Health Questionnaire (PHQ-9)")]
    pub instrument_title: String,
    /// The item that met the rule; null where the score did.
    #[schema(example = "q9")]
    pub item: Option<String>,
    /// The question as the patient read it.
    pub item_text: Option<String>,
    /// The answer as the patient read it; "Not answered" where that is what counts.
    #[schema(example = "More than half the days")]
    pub answer_label: Option<String>,
    /// The answer or the score as a number; null for ticks and missing answers.
    #[schema(value_type = Option<f64>, example = 2)]
    pub value: Option<Points>,
    /// The rule's level.
    pub level: Level,
    /// When it was answered, as the phone said it.
    pub answered_at: Timestamp,
    /// When it reached the server.
    pub received_at: Timestamp,
    /// Whether the phone's clock was too far off to be believed.
    pub clock_suspect: bool,
}

/// An answer to the item that the alert is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertHistory)]
pub struct HistoryBody {
    /// When it was given.
    pub at: Timestamp,
    /// The answer as a number.
    #[schema(value_type = f64, example = 1)]
    pub value: Points,
    /// The answer as the patient read it.
    #[schema(example = "Several days")]
    pub label: String,
    /// The response.
    pub response_id: Id<Response>,
}

/// A step in the life of an alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertEvent)]
pub struct StepBody {
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub what: Step,
    /// Who did it; null for what answers did.
    pub by: Option<PersonBody>,
    /// What was found, on closing.
    pub note: Option<String>,
    /// What was done, on closing.
    pub action: Option<Outcome>,
}

/// These alerts whole, in their order. The number of statements is the same for one and for 200.
pub fn of(
    conn: &mut DbConnection,
    registry: &Registry,
    scope: ClinicScope,
    alerts: Vec<AlertRow>,
    now: Timestamp,
) -> Result<Vec<AlertBody>> {
    if alerts.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = alerts.iter().map(|alert| alert.id).collect();
    let patients: Vec<_> = alerts.iter().map(|alert| alert.patient_id).collect();
    let mut reasons = group(reasons(conn, scope, &ids)?, |reason| reason.row.alert_id);
    let mut steps = group(steps(conn, scope, &ids)?, |(alert, _)| *alert);
    let names = patients::queries::names(conn, scope, &patients)?;
    let names: HashMap<_, _> = names.into_iter().map(|named| (named.id, named)).collect();
    let asked: Vec<_> = alerts.iter().map(|alert| asked(registry, reasons.get(&alert.id))).collect();
    let mut totals: Vec<_> = asked.iter().flatten().map(|asked| asked.total.clone()).collect();
    totals.sort();
    totals.dedup();
    let given = responses::queries::given(conn, scope, &patients, &totals, now.plus_seconds(-EARLIER_SECONDS))?;
    let given = group(given, |row| row.patient);
    alerts
        .into_iter()
        .zip(asked)
        .map(|(alert, asked)| {
            let history = asked.zip(given.get(&alert.patient_id));
            let history = history.map(|(asked, given)| history_of(registry, &asked, given)).transpose()?;
            let reasons = reasons.remove(&alert.id).unwrap_or_default();
            let events = steps.remove(&alert.id).unwrap_or_default().into_iter().map(|(_, step)| step).collect();
            let named = names.get(&alert.patient_id).cloned().ok_or(Error::NotFound("the patient"))?;
            Ok(body(registry, alert, named, &reasons, events, history.unwrap_or_default()))
        })
        .collect()
}

/// A reason with the response behind it.
struct Reason {
    row: ReasonRow,
    response: ResponseMark,
}

fn reasons(conn: &mut DbConnection, scope: ClinicScope, of: &[Id<Alert>]) -> Result<Vec<Reason>> {
    let rows = queries::reasons(conn, scope, of)?;
    let ids: Vec<_> = rows.iter().map(|row| row.response_id).collect();
    let known: HashMap<_, _> = responses::queries::marks(conn, scope, &ids)?.into_iter().map(|mark| (mark.id, mark)).collect();
    let with_response = |row: ReasonRow| Some(Reason { response: known.get(&row.response_id)?.clone(), row });
    Ok(rows.into_iter().filter_map(with_response).collect())
}

fn steps(conn: &mut DbConnection, scope: ClinicScope, of: &[Id<Alert>]) -> Result<Vec<(Id<Alert>, StepBody)>> {
    let rows = queries::steps(conn, scope, of)?;
    let ids: Vec<_> = rows.iter().filter_map(|row| row.user_id).collect();
    let names: HashMap<_, _> = people::queries::names(conn, scope, &ids)?.into_iter().collect();
    let body = |row: StepRow| {
        let by = row.user_id.and_then(|id| Some(PersonBody { id, name: names.get(&id)?.clone() }));
        (row.alert_id, StepBody { at: row.at, what: row.what, by, note: row.note, action: row.action })
    };
    Ok(rows.into_iter().map(body).collect())
}

fn group<T, K: Ord>(rows: Vec<T>, key: impl Fn(&T) -> K) -> BTreeMap<K, Vec<T>> {
    let mut groups: BTreeMap<K, Vec<T>> = BTreeMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

/// The item whose history belongs to an alert: the one that its most serious reason names.
struct Asked {
    instrument: String,
    item: String,
    /// The measure under which answers to the questionnaire are found.
    total: String,
}

fn asked(registry: &Registry, reasons: Option<&Vec<Reason>>) -> Option<Asked> {
    let seriousness = |reason: &&Reason| (reason.row.level, reason.row.value_thousandths, reason.response.completed_at);
    let leading = reasons?.iter().max_by_key(seriousness)?;
    let instrument = registry.version(&leading.response.instrument, &leading.response.instrument_version)?;
    instrument.scoring.as_ref()?;
    let total = instrument.measures().first()?.id.clone();
    Some(Asked { instrument: instrument.id.clone(), item: leading.row.item.clone()?, total })
}

fn history_of(registry: &Registry, asked: &Asked, given: &[GivenRow]) -> Result<Vec<HistoryBody>> {
    let most = usize::try_from(EARLIER_ANSWERS).unwrap_or_default();
    let mut history = Vec::new();
    for row in given.iter().filter(|row| row.instrument == asked.instrument) {
        let answers = responses::parse_answers(&row.answers)?;
        let instrument = registry.version(&row.instrument, &row.instrument_version);
        let (Some(answer @ Answer::Number(value)), Some(instrument)) = (answers.get(&asked.item), instrument) else { continue };
        let label = instrument.answer_label(&asked.item, answer).unwrap_or_else(|| value.to_string());
        history.push(HistoryBody { at: row.at, value: *value, label, response_id: row.response });
        if history.len() == most {
            break;
        }
    }
    Ok(history)
}

fn body(
    registry: &Registry,
    alert: AlertRow,
    named: PatientName,
    reasons: &[Reason],
    events: Vec<StepBody>,
    history: Vec<HistoryBody>,
) -> AlertBody {
    let due_at = due_at(reasons, &events);
    let mut response_ids: Vec<_> = reasons.iter().map(|reason| reason.response.id).collect();
    response_ids.dedup();
    let person = |id: Option<Id<User>>| {
        let id = id?;
        events.iter().filter_map(|event| event.by.as_ref()).find(|by| by.id == id).cloned()
    };
    AlertBody {
        acknowledged_by: person(alert.acknowledged_by),
        resolved_by: person(alert.resolved_by),
        id: alert.id,
        patient_id: alert.patient_id,
        patient_name: named.name,
        record_number: named.record_number,
        kind: alert.kind,
        level: alert.level,
        status: alert.status,
        title: alert.title,
        raised_at: alert.raised_at,
        answered_at: alert.answered_at,
        received_at: alert.received_at,
        due_at,
        response_ids,
        acknowledged_at: alert.acknowledged_at,
        resolved_at: alert.resolved_at,
        action: alert.action,
        note: alert.note,
        reasons: reasons.iter().map(|reason| reason_body(registry, reason)).collect(),
        history,
        events,
    }
}

/// The earliest limit among the answers that came since the alert was last opened.
fn due_at(reasons: &[Reason], steps: &[StepBody]) -> Option<Timestamp> {
    let opened_at = steps.iter().rev().find(|step| matches!(step.what, Step::Raised | Step::Reopened))?.at;
    let since = reasons.iter().map(|reason| &reason.row).filter(|row| row.joined_at >= opened_at);
    since.filter_map(|row| Some(row.joined_at.plus_seconds(seconds_to_acknowledge(row.level)?))).min()
}

fn reason_body(registry: &Registry, Reason { row, response }: &Reason) -> ReasonBody {
    let instrument = registry.version(&response.instrument, &response.instrument_version);
    let item = instrument.zip(row.item.as_deref()).and_then(|(instrument, id)| instrument.item(id));
    ReasonBody {
        rule: row.rule.clone(),
        response_id: response.id,
        instrument: response.instrument.clone(),
        instrument_title: instrument.map_or_else(|| response.instrument.clone(), |instrument| instrument.title.clone()),
        item: row.item.clone(),
        item_text: item.map(|item| item.text.clone()),
        answer_label: instrument.and_then(|instrument| answer_label(instrument, row)),
        value: row.value_thousandths.map(Points::from_thousandths),
        level: row.level,
        answered_at: response.completed_at,
        received_at: response.received_at,
        clock_suspect: response.clock_suspect,
    }
}

/// The answer that counted, in the questionnaire's words.
fn answer_label(instrument: &Instrument, reason: &ReasonRow) -> Option<String> {
    let item = reason.item.as_deref()?;
    match &instrument.alert_rule(&reason.rule)?.test {
        Test::Missing => Some("Not answered".to_owned()),
        Test::Includes(choice) => instrument.answer_label(item, &Answer::Choices(vec![choice.clone()])),
        Test::Compare(..) => instrument.answer_label(item, &Answer::Number(Points::from_thousandths(reason.value_thousandths?))),
    }
}
