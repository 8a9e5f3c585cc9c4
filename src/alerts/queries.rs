//! Every statement on alerts, their reasons and their steps.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{Alert, Outcome, Source, Status, Step};
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::clinic::Clinic;
use crate::db::schema::{alert_events, alert_reasons, alerts, patients, responses, scores, users};
use crate::db::{DbConnection, Id, LocalDate, MultiBackend, Timestamp};
use crate::error::{Error, Result};
use crate::instruments::{Answer, Answers, Level, MetAlert};
use crate::patients::Patient;
use crate::people::User;
use crate::responses::Response;

/// How many answers before an alert's are looked at.
pub const EARLIER_ANSWERS: i64 = 12;
/// How far back they may lie, in seconds: 400 days.
const EARLIER_SECONDS: i64 = 400 * 86_400;

/// An alert as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset, Identifiable)]
#[diesel(table_name = alerts, treat_none_as_null = true)]
pub struct AlertRow {
    /// The alert.
    pub id: Id<Alert>,
    /// The patient's clinic.
    pub clinic_id: Id<Clinic>,
    /// The patient.
    pub patient_id: Id<Patient>,
    /// What it is about, in the questionnaire's word.
    pub kind: String,
    /// The highest level that was met.
    pub level: Level,
    /// How it stands.
    pub status: Status,
    /// Its most serious answer in words.
    pub title: String,
    /// The highest answer or score behind it, in thousandths of a point; none for ticks and missing answers.
    pub value_thousandths: Option<i64>,
    /// When it was made.
    pub raised_at: Timestamp,
    /// When the answer in the title was given, as the phone said it.
    pub answered_at: Timestamp,
    /// When that answer reached the server.
    pub received_at: Timestamp,
    /// Who is on it.
    pub acknowledged_by: Option<Id<User>>,
    /// Since when.
    pub acknowledged_at: Option<Timestamp>,
    /// Who closed it.
    pub resolved_by: Option<Id<User>>,
    /// When it was closed.
    pub resolved_at: Option<Timestamp>,
    /// What was done.
    pub action: Option<Outcome>,
    /// What was found, in that person's words.
    pub note: Option<String>,
    /// Counts its changes.
    pub version: i32,
}

/// What the caseload needs of an alert that is not closed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = alerts)]
pub struct AlertMark {
    /// The alert.
    pub id: Id<Alert>,
    /// The rule's kind.
    pub kind: String,
    /// `review`, `high` or `urgent`.
    pub level: String,
    /// `open` or `acknowledged`.
    pub status: String,
    /// What was answered, in words.
    pub title: String,
    /// The highest value answered, in thousandths.
    pub value_thousandths: Option<i64>,
    /// When it was raised.
    pub raised_at: Timestamp,
}

/// The patient's alerts that are not closed.
pub fn marks(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<AlertMark>> {
    Ok(alerts::table
        .filter(alerts::patient_id.eq(scope.patient()))
        .filter(alerts::clinic_id.eq(scope.clinic()))
        .filter(alerts::status.ne(Status::Resolved))
        .order((alerts::raised_at, alerts::id))
        .select(AlertMark::as_select())
        .load(conn)?)
}

/// The patient's alert of that kind that is not closed.
pub fn find_active(conn: &mut DbConnection, scope: PatientScope, kind: &str) -> Result<Option<AlertRow>> {
    Ok(alerts::table
        .filter(alerts::clinic_id.eq(scope.clinic()))
        .filter(alerts::patient_id.eq(scope.patient()))
        .filter(alerts::kind.eq(kind))
        .filter(alerts::status.ne(Status::Resolved))
        .select(AlertRow::as_select())
        .first(conn)
        .optional()?)
}

/// Stores a new alert.
pub fn insert(conn: &mut DbConnection, alert: &AlertRow) -> Result<()> {
    diesel::insert_into(alerts::table).values(alert).execute(conn)?;
    Ok(())
}

/// Stores a changed alert.
pub fn update(conn: &mut DbConnection, alert: &AlertRow) -> Result<()> {
    diesel::update(alerts::table.find(alert.id)).set(alert).execute(conn)?;
    Ok(())
}

/// Notes by which rule a response raised or joined an alert.
pub fn insert_reason(
    conn: &mut DbConnection,
    scope: PatientScope,
    alert: Id<Alert>,
    response: Id<Response>,
    met: &MetAlert,
    now: Timestamp,
) -> Result<()> {
    let value = if let Some(Answer::Number(points)) = met.value { Some(points.thousandths()) } else { None };
    diesel::insert_into(alert_reasons::table)
        .values((
            alert_reasons::alert_id.eq(alert),
            alert_reasons::response_id.eq(response),
            alert_reasons::rule.eq(&met.rule),
            alert_reasons::clinic_id.eq(scope.clinic()),
            alert_reasons::level.eq(met.level),
            alert_reasons::item.eq(&met.item),
            alert_reasons::value_thousandths.eq(value),
            alert_reasons::joined_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes steps in the life of an alert, in order; the last one is `by` a person, with the alert's action and note, where
/// a person took it.
pub fn insert_steps(
    conn: &mut DbConnection,
    alert: &AlertRow,
    steps: &[Step],
    by: Option<Id<User>>,
    now: Timestamp,
) -> Result<()> {
    let mut ids: Vec<Id<()>> = steps.iter().map(|_| Id::new(now)).collect();
    // Steps of one instant are read back by their ids.
    ids.sort();
    for (step, id) in steps.iter().zip(ids) {
        diesel::insert_into(alert_events::table)
            .values((
                alert_events::id.eq(id),
                alert_events::clinic_id.eq(alert.clinic_id),
                alert_events::alert_id.eq(alert.id),
                alert_events::at.eq(now),
                alert_events::what.eq(*step),
                alert_events::user_id.eq(by),
                alert_events::action.eq(alert.action),
                alert_events::note.eq(&alert.note),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// What the patient had answered to the same questionnaire before, newest first; answers since corrected are left out.
pub fn earlier_answers(conn: &mut DbConnection, scope: PatientScope, source: &Source<'_>) -> Result<Vec<Answers>> {
    let of_patient =
        || responses::table.filter(responses::clinic_id.eq(scope.clinic())).filter(responses::patient_id.eq(scope.patient()));
    let placed_at: Timestamp = of_patient().filter(responses::id.eq(source.response)).select(responses::placed_at).first(conn)?;
    let documents: Vec<String> = of_patient()
        .filter(responses::placed_at.lt(placed_at))
        .filter(responses::placed_at.gt(placed_at.plus_seconds(-EARLIER_SECONDS)))
        .filter(responses::instrument.eq(&source.instrument.id))
        .filter(responses::superseded_by.is_null())
        .order(responses::placed_at.desc())
        .limit(EARLIER_ANSWERS)
        .select(responses::answers)
        .load(conn)?;
    documents.iter().map(|document| read_answers(document)).collect()
}

/// An alert with whom it is about.
#[derive(Debug, Clone, Queryable)]
pub struct Found {
    /// The alert.
    pub alert: AlertRow,
    /// The patient's name.
    pub patient_name: String,
    /// The clinic's own number of the patient.
    pub record_number: Option<String>,
}

/// The clinic's alert with this id.
pub fn find(conn: &mut DbConnection, scope: ClinicScope, id: Id<Alert>) -> Result<Option<Found>> {
    Ok(alerts::table
        .inner_join(patients::table.on(patients::id.eq(alerts::patient_id)))
        .filter(alerts::clinic_id.eq(scope.clinic()))
        .filter(alerts::id.eq(id))
        .select((AlertRow::as_select(), patients::name, patients::record_number))
        .first(conn)
        .optional()?)
}

/// Which alerts a list has, and so how it is ordered.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    /// Those that are not closed, or those among them that stand so: who has waited longest comes first.
    Active(Option<Status>),
    /// Those that are closed: the last closed comes first.
    Resolved,
    /// All: the newest comes first.
    All,
}

impl Which {
    /// The instant that the list is ordered by.
    pub fn key(self, alert: &AlertRow) -> Timestamp {
        match self {
            Self::Resolved => alert.resolved_at.unwrap_or(alert.raised_at),
            Self::Active(_) | Self::All => alert.raised_at,
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Listing {
    /// Which alerts it has.
    pub which: Which,
    /// The key and the id of the last alert of the page before.
    pub after: Option<(Timestamp, Id<Alert>)>,
    /// Alerts on a page.
    pub limit: i64,
}

/// The clinic's alerts; one more than the limit where there are more.
pub fn list(conn: &mut DbConnection, scope: ClinicScope, listing: &Listing) -> Result<Vec<Found>> {
    let mut query = alerts::table
        .inner_join(patients::table.on(patients::id.eq(alerts::patient_id)))
        .filter(alerts::clinic_id.eq(scope.clinic()))
        .select((AlertRow::as_select(), patients::name, patients::record_number))
        .limit(listing.limit + 1)
        .into_boxed::<MultiBackend>();
    // The status stands in the text of the statement: the indexes of open and of closed alerts are found by it.
    query = match listing.which {
        Which::Active(status) => {
            query = query.filter(sql::<Bool>("alerts.status <> 'resolved'")).order((alerts::raised_at, alerts::id));
            if let Some(status) = status { query.filter(alerts::status.eq(status)) } else { query }
        }
        Which::Resolved => {
            query.filter(sql::<Bool>("alerts.status = 'resolved'")).order((alerts::resolved_at.desc(), alerts::id.desc()))
        }
        Which::All => query.order((alerts::raised_at.desc(), alerts::id.desc())),
    };
    if let Some((at, id)) = listing.after {
        query = match listing.which {
            Which::Active(_) => query
                .filter(alerts::raised_at.ge(at))
                .filter(alerts::raised_at.gt(at).or(alerts::raised_at.eq(at).and(alerts::id.gt(id)))),
            Which::Resolved => query
                .filter(alerts::resolved_at.le(at))
                .filter(alerts::resolved_at.lt(at).or(alerts::resolved_at.eq(at).and(alerts::id.lt(id)))),
            Which::All => query
                .filter(alerts::raised_at.le(at))
                .filter(alerts::raised_at.lt(at).or(alerts::raised_at.eq(at).and(alerts::id.lt(id)))),
        };
    }
    Ok(query.load(conn)?)
}

/// Why an alert was raised or joined, with the response behind it.
#[derive(Debug, Clone, Queryable)]
pub struct ReasonRow {
    /// The alert.
    pub alert: Id<Alert>,
    /// The questionnaire's rule.
    pub rule: String,
    /// Its level.
    pub level: Level,
    /// The first item that meets it; none where the score does.
    pub item: Option<String>,
    /// The answer or score, in thousandths; none for ticks and missing answers.
    pub value_thousandths: Option<i64>,
    /// When it came to the alert.
    pub joined_at: Timestamp,
    /// The response.
    pub response: Id<Response>,
    /// Its questionnaire.
    pub instrument: String,
    /// The version that was answered.
    pub instrument_version: String,
    /// When it was answered, as the phone said it.
    pub answered_at: Timestamp,
    /// When it reached the server.
    pub received_at: Timestamp,
    /// Whether the phone's clock was too far off to be believed.
    pub clock_suspect: bool,
}

/// Why these alerts were raised or joined, in the order in which it happened.
pub fn reasons(conn: &mut DbConnection, scope: ClinicScope, of: &[Id<Alert>]) -> Result<Vec<ReasonRow>> {
    Ok(alert_reasons::table
        .inner_join(responses::table.on(responses::id.eq(alert_reasons::response_id)))
        .filter(alert_reasons::clinic_id.eq(scope.clinic()))
        .filter(alert_reasons::alert_id.eq_any(of))
        .order((alert_reasons::joined_at, alert_reasons::response_id, alert_reasons::rule))
        .select((
            alert_reasons::alert_id,
            alert_reasons::rule,
            alert_reasons::level,
            alert_reasons::item,
            alert_reasons::value_thousandths,
            alert_reasons::joined_at,
            responses::id,
            responses::instrument,
            responses::instrument_version,
            responses::completed_at,
            responses::received_at,
            responses::clock_suspect,
        ))
        .load(conn)?)
}

/// A step in the life of an alert.
#[derive(Debug, Clone, Queryable)]
pub struct StepRow {
    /// The alert.
    pub alert: Id<Alert>,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub what: Step,
    /// Who did it; none for what answers did.
    pub by: Option<Id<User>>,
    /// That person's name.
    pub name: Option<String>,
    /// What was done about it.
    pub action: Option<Outcome>,
    /// What was found.
    pub note: Option<String>,
}

/// What happened to these alerts, in order.
pub fn steps(conn: &mut DbConnection, scope: ClinicScope, of: &[Id<Alert>]) -> Result<Vec<StepRow>> {
    Ok(alert_events::table
        .left_join(users::table.on(users::id.nullable().eq(alert_events::user_id)))
        .filter(alert_events::clinic_id.eq(scope.clinic()))
        .filter(alert_events::alert_id.eq_any(of))
        .order((alert_events::at, alert_events::id))
        .select((
            alert_events::alert_id,
            alert_events::at,
            alert_events::what,
            alert_events::user_id,
            users::name.nullable(),
            alert_events::action,
            alert_events::note,
        ))
        .load(conn)?)
}

/// Answers that a patient gave to a questionnaire with a score.
#[derive(Debug, Clone, Queryable)]
pub struct GivenRow {
    /// The patient.
    pub patient: Id<Patient>,
    /// When charts place it.
    pub at: Timestamp,
    /// The response.
    pub response: Id<Response>,
    /// Its questionnaire.
    pub instrument: String,
    /// The version that was answered.
    pub instrument_version: String,
    /// The answers as one JSON object.
    pub answers: String,
}

/// What these patients answered in the last 400 days to the questionnaires with these totals, newest first; answers since
/// corrected are left out.
pub fn given(
    conn: &mut DbConnection,
    scope: ClinicScope,
    by: &[Id<Patient>],
    totals: &[String],
    now: Timestamp,
) -> Result<Vec<GivenRow>> {
    // The scores lead: they lie together by patient and measure, while responses lie between the days' check-ins.
    let behind = responses::patient_id
        .eq(scores::patient_id)
        .and(responses::placed_at.eq(scores::placed_at))
        .and(responses::id.eq(scores::response_id));
    let mut rows: Vec<GivenRow> = scores::table
        .inner_join(responses::table.on(behind))
        .filter(scores::clinic_id.eq(scope.clinic()))
        .filter(scores::patient_id.eq_any(by))
        .filter(scores::measure.eq_any(totals))
        .filter(scores::placed_at.gt(now.plus_seconds(-EARLIER_SECONDS)))
        .filter(scores::superseded.eq(false))
        .select((
            responses::patient_id,
            responses::placed_at,
            responses::id,
            responses::instrument,
            responses::instrument_version,
            responses::answers,
        ))
        .load(conn)?;
    rows.sort_by_key(|row| std::cmp::Reverse((row.at, row.response)));
    Ok(rows)
}

/// An answer that met a rule, as the provider's chart marks it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
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
    Ok(alerts::table
        .inner_join(alert_reasons::table.on(alert_reasons::alert_id.eq(alerts::id)))
        .inner_join(responses::table.on(responses::id.eq(alert_reasons::response_id)))
        .filter(alerts::patient_id.eq(scope.patient()))
        .filter(alerts::clinic_id.eq(scope.clinic()))
        .filter(alerts::kind.eq(kind))
        .filter(alert_reasons::level.eq(Level::High).or(alert_reasons::level.eq(Level::Urgent)))
        .filter(responses::instrument.eq(instrument))
        .filter(responses::superseded_by.is_null())
        .order((responses::placed_at, responses::id, alert_reasons::rule))
        .select((
            responses::placed_at,
            responses::local_date,
            responses::id,
            responses::instrument_version,
            alert_reasons::item,
            alert_reasons::value_thousandths,
        ))
        .load(conn)?)
}

/// The answers of a stored response.
pub fn read_answers(document: &str) -> Result<Answers> {
    serde_json::from_str(document).map_err(|why| Error::Internal(Box::new(why)))
}
