//! Every statement on alerts, their reasons and their steps.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{Alert, Outcome, Status, Step};
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::clinic::Clinic;
use crate::db::schema::{alert_events, alert_reasons, alerts};
use crate::db::{DbConnection, Id, MultiBackend, Timestamp, on_backend};
use crate::error::Result;
use crate::instruments::{Answer, Level, MetAlert};
use crate::patients::Patient;
use crate::people::User;
use crate::responses::Response;

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
    let query = alerts::table
        .filter(alerts::patient_id.eq(scope.patient()))
        .filter(alerts::clinic_id.eq(scope.clinic()))
        .filter(alerts::status.ne(Status::Resolved))
        .order((alerts::raised_at, alerts::id));
    Ok(on_backend!(conn, |c| query.select(AlertMark::as_select()).load(c))?)
}

/// All of the patient's alerts, the oldest first.
pub fn of_patient(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<AlertRow>> {
    let query = alerts::table
        .filter(alerts::patient_id.eq(scope.patient()))
        .filter(alerts::clinic_id.eq(scope.clinic()))
        .order((alerts::raised_at, alerts::id));
    Ok(on_backend!(conn, |c| query.select(AlertRow::as_select()).load(c))?)
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

/// The clinic's alert with this id.
pub fn find(conn: &mut DbConnection, scope: ClinicScope, id: Id<Alert>) -> Result<Option<AlertRow>> {
    let known = alerts::table.filter(alerts::clinic_id.eq(scope.clinic())).filter(alerts::id.eq(id));
    Ok(known.select(AlertRow::as_select()).first(conn).optional()?)
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
    /// Of this patient only.
    pub patient: Option<Id<Patient>>,
    /// The key and the id of the last alert of the page before.
    pub after: Option<(Timestamp, Id<Alert>)>,
    /// Alerts on a page.
    pub limit: i64,
}

/// The clinic's alerts; one more than the limit where there are more.
pub fn list(conn: &mut DbConnection, scope: ClinicScope, listing: &Listing) -> Result<Vec<AlertRow>> {
    let mut query = alerts::table
        .filter(alerts::clinic_id.eq(scope.clinic()))
        .select(AlertRow::as_select())
        .limit(listing.limit + 1)
        .into_boxed::<MultiBackend>();
    if let Some(patient) = listing.patient {
        query = query.filter(alerts::patient_id.eq(patient));
    }
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

/// Why an alert was raised or joined.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = alert_reasons)]
pub struct ReasonRow {
    /// The alert.
    pub alert_id: Id<Alert>,
    /// The response behind it.
    pub response_id: Id<Response>,
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
}

/// Why these alerts were raised or joined, in the order in which it happened.
pub fn reasons(conn: &mut DbConnection, scope: ClinicScope, of: &[Id<Alert>]) -> Result<Vec<ReasonRow>> {
    Ok(alert_reasons::table
        .filter(alert_reasons::clinic_id.eq(scope.clinic()))
        .filter(alert_reasons::alert_id.eq_any(of))
        .order((alert_reasons::joined_at, alert_reasons::response_id, alert_reasons::rule))
        .select(ReasonRow::as_select())
        .load(conn)?)
}

/// Why the patient's alerts of a kind were raised or joined, at level high or urgent.
pub fn serious_reasons(conn: &mut DbConnection, scope: PatientScope, kind: &str) -> Result<Vec<ReasonRow>> {
    Ok(alerts::table
        .inner_join(alert_reasons::table.on(alert_reasons::alert_id.eq(alerts::id)))
        .filter(alerts::patient_id.eq(scope.patient()))
        .filter(alerts::clinic_id.eq(scope.clinic()))
        .filter(alerts::kind.eq(kind))
        .filter(alert_reasons::level.eq(Level::High).or(alert_reasons::level.eq(Level::Urgent)))
        .order((alert_reasons::joined_at, alert_reasons::response_id, alert_reasons::rule))
        .select(ReasonRow::as_select())
        .load(conn)?)
}

/// A step in the life of an alert.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = alert_events)]
pub struct StepRow {
    /// The alert.
    pub alert_id: Id<Alert>,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub what: Step,
    /// Who did it; none for what answers did.
    pub user_id: Option<Id<User>>,
    /// What was done about it.
    pub action: Option<Outcome>,
    /// What was found.
    pub note: Option<String>,
}

/// What happened to these alerts, in order.
pub fn steps(conn: &mut DbConnection, scope: ClinicScope, of: &[Id<Alert>]) -> Result<Vec<StepRow>> {
    Ok(alert_events::table
        .filter(alert_events::clinic_id.eq(scope.clinic()))
        .filter(alert_events::alert_id.eq_any(of))
        .order((alert_events::at, alert_events::id))
        .select(StepRow::as_select())
        .load(conn)?)
}
