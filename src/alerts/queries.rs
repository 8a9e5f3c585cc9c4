//! Every statement on alerts, their reasons and their steps.

use diesel::prelude::*;

use super::{Alert, Outcome, Source, Status, Step};
use crate::auth::scope::PatientScope;
use crate::clinic::Clinic;
use crate::db::schema::{alert_events, alert_reasons, alerts, responses};
use crate::db::{DbConnection, Id, Timestamp};
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

/// The answers of a stored response.
fn read_answers(document: &str) -> Result<Answers> {
    serde_json::from_str(document).map_err(|why| Error::Internal(Box::new(why)))
}
