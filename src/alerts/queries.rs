//! Every statement on alerts.

use diesel::prelude::*;

use super::Alert;
use crate::auth::scope::PatientScope;
use crate::db::schema::alerts;
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::Result;

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
        .filter(alerts::status.ne("resolved"))
        .order((alerts::raised_at, alerts::id))
        .select(AlertMark::as_select())
        .load(conn)?)
}
