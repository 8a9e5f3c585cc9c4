//! Alerts as the API shows them.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::queries::{self, EARLIER_ANSWERS, Found, GivenRow, ReasonRow, StepRow};
use super::{Alert, Outcome, Status, Step, seconds_to_acknowledge};
use crate::auth::scope::ClinicScope;
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::Result;
use crate::instruments::{Answer, Instrument, Level, Points, Registry, Test};
use crate::patients::Patient;
use crate::people::User;
use crate::responses::Response;

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
    found: Vec<Found>,
    now: Timestamp,
) -> Result<Vec<AlertBody>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = found.iter().map(|found| found.alert.id).collect();
    let mut reasons = group(queries::reasons(conn, scope, &ids)?, |row| row.alert);
    let mut steps = group(queries::steps(conn, scope, &ids)?, |row| row.alert);
    let asked: Vec<_> = found.iter().map(|found| asked(registry, reasons.get(&found.alert.id))).collect();
    let patients: Vec<_> = found.iter().map(|found| found.alert.patient_id).collect();
    let mut totals: Vec<_> = asked.iter().flatten().map(|asked| asked.total.clone()).collect();
    totals.sort();
    totals.dedup();
    let given = group(queries::given(conn, scope, &patients, &totals, now)?, |row| row.patient);
    found
        .into_iter()
        .zip(asked)
        .map(|(found, asked)| {
            let history = asked.zip(given.get(&found.alert.patient_id));
            let history = history.map(|(asked, given)| history_of(registry, &asked, given)).transpose()?;
            let reasons = reasons.remove(&found.alert.id).unwrap_or_default();
            let steps = steps.remove(&found.alert.id).unwrap_or_default();
            Ok(body(registry, found, &reasons, steps, history.unwrap_or_default()))
        })
        .collect()
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

fn asked(registry: &Registry, reasons: Option<&Vec<ReasonRow>>) -> Option<Asked> {
    let leading = reasons?.iter().max_by_key(|reason| (reason.level, reason.value_thousandths, reason.answered_at))?;
    let instrument = registry.version(&leading.instrument, &leading.instrument_version)?;
    instrument.scoring.as_ref()?;
    let total = instrument.measures().first()?.id.clone();
    Some(Asked { instrument: leading.instrument.clone(), item: leading.item.clone()?, total })
}

fn history_of(registry: &Registry, asked: &Asked, given: &[GivenRow]) -> Result<Vec<HistoryBody>> {
    let most = usize::try_from(EARLIER_ANSWERS).unwrap_or_default();
    let mut history = Vec::new();
    for row in given.iter().filter(|row| row.instrument == asked.instrument) {
        let answers = queries::read_answers(&row.answers)?;
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

fn body(registry: &Registry, found: Found, reasons: &[ReasonRow], steps: Vec<StepRow>, history: Vec<HistoryBody>) -> AlertBody {
    let Found { alert, patient_name, record_number } = found;
    let due_at = due_at(reasons, &steps);
    let mut response_ids: Vec<_> = reasons.iter().map(|reason| reason.response).collect();
    response_ids.dedup();
    let events: Vec<_> = steps.into_iter().map(step_body).collect();
    let person = |id: Option<Id<User>>| {
        let id = id?;
        events.iter().filter_map(|event| event.by.as_ref()).find(|by| by.id == id).cloned()
    };
    AlertBody {
        acknowledged_by: person(alert.acknowledged_by),
        resolved_by: person(alert.resolved_by),
        id: alert.id,
        patient_id: alert.patient_id,
        patient_name,
        record_number,
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
fn due_at(reasons: &[ReasonRow], steps: &[StepRow]) -> Option<Timestamp> {
    let opened_at = steps.iter().rev().find(|step| matches!(step.what, Step::Raised | Step::Reopened))?.at;
    let since = reasons.iter().filter(|reason| reason.joined_at >= opened_at);
    since.filter_map(|reason| Some(reason.joined_at.plus_seconds(seconds_to_acknowledge(reason.level)?))).min()
}

fn step_body(step: StepRow) -> StepBody {
    let by = step.by.zip(step.name).map(|(id, name)| PersonBody { id, name });
    StepBody { at: step.at, what: step.what, by, note: step.note, action: step.action }
}

fn reason_body(registry: &Registry, reason: &ReasonRow) -> ReasonBody {
    let instrument = registry.version(&reason.instrument, &reason.instrument_version);
    let item = instrument.zip(reason.item.as_deref()).and_then(|(instrument, id)| instrument.item(id));
    ReasonBody {
        rule: reason.rule.clone(),
        response_id: reason.response,
        instrument: reason.instrument.clone(),
        instrument_title: instrument.map_or_else(|| reason.instrument.clone(), |instrument| instrument.title.clone()),
        item: reason.item.clone(),
        item_text: item.map(|item| item.text.clone()),
        answer_label: instrument.and_then(|instrument| answer_label(instrument, reason)),
        value: reason.value_thousandths.map(Points::from_thousandths),
        level: reason.level,
        answered_at: reason.answered_at,
        received_at: reason.received_at,
        clock_suspect: reason.clock_suspect,
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
