//! Every statement on patients and on the caseload's rows.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Patient;
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::clinic::Clinic;
use crate::db::schema::{caseload, invitations, patients};
use crate::db::{DbConnection, Id, LocalDate, MultiBackend, Timestamp, UpdateOne, on_backend};
use crate::error::Result;
use crate::people::invitations::Invitation;

/// The instant that stands for an answer that has never come.
pub const NEVER: Timestamp = Timestamp::EPOCH;

/// A patient as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = patients, treat_none_as_null = true)]
pub struct PatientRow {
    /// The patient.
    pub id: Id<Patient>,
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// The patient's name.
    pub name: String,
    /// The name as it is sorted and searched.
    pub name_key: String,
    /// An e-mail, for the invitation.
    pub email: Option<String>,
    /// The clinic's own number.
    pub record_number: Option<String>,
    /// The day of birth.
    pub date_of_birth: Option<LocalDate>,
    /// IANA time zone.
    pub time_zone: String,
    /// What is treated.
    pub condition: Option<String>,
    /// The measure that the caseload shows.
    pub primary_measure: String,
    /// An id in another system.
    pub external_ref: Option<String>,
    /// When the patient accepted the invitation.
    pub joined_at: Option<Timestamp>,
    /// When the record was put away.
    pub archived_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Counts the changes to the record itself.
    pub version: i32,
}

impl PatientRow {
    /// The questionnaire that the patient is followed by.
    pub fn primary_instrument(&self) -> &str {
        self.primary_measure.split('.').next().unwrap_or_default()
    }
}

/// A patient's row of the caseload as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = caseload, primary_key(patient_id), treat_none_as_null = true)]
pub struct CaseloadRow {
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// The patient.
    pub patient_id: Id<Patient>,
    /// Counts every change to anything of the patient.
    pub version: i64,
    /// The patient's IANA time zone.
    pub time_zone: String,
    /// The day of birth.
    pub date_of_birth: Option<LocalDate>,
    /// 0 while a safety alert is not closed, 1 otherwise.
    pub urgency: i32,
    /// The place in the order of who needs someone, 1 first.
    pub place: i32,
    /// The order within a place.
    pub place_key: String,
    /// When the patient will have been silent for too long; none once it counts, or where it does not.
    pub silent_at: Option<Timestamp>,
    /// The name as it is sorted and searched.
    pub name_key: String,
    /// The record number as it is searched.
    pub record_key: String,
    /// `induction`, `maintenance` or `no_course`.
    pub phase: String,
    /// Whether the record was put away.
    pub archived: bool,
    /// When the patient last answered anything; `NEVER` for who has not.
    pub last_response_at: Timestamp,
    /// The last day with a check-in.
    pub check_in_on: Option<LocalDate>,
    /// Days with a check-in: bit 0 is that day, bit n the day n before it.
    pub check_in_days: i64,
    /// What the place is worked out from and the list does not show, as JSON.
    pub facts: String,
    /// What the caseload shows, as JSON without what depends on today.
    pub shown: String,
    /// Counts the changes to what outcomes are worked out from: scores, sessions and courses.
    pub outcome_version: i64,
}

impl CaseloadRow {
    /// Whether both rows sort, search and count alike, and are silent from the same time on.
    fn stands_where(&self, other: &Self) -> bool {
        self.place == other.place
            && self.place_key == other.place_key
            && self.urgency == other.urgency
            && self.silent_at == other.silent_at
            && self.phase == other.phase
            && self.archived == other.archived
            && self.name_key == other.name_key
            && self.record_key == other.record_key
            && self.time_zone == other.time_zone
            && self.date_of_birth == other.date_of_birth
    }
}

/// Whether the clinic has this patient.
pub fn exists(conn: &mut DbConnection, scope: ClinicScope, id: Id<Patient>) -> Result<bool> {
    let found = patients::table.filter(patients::clinic_id.eq(scope.clinic())).filter(patients::id.eq(id));
    Ok(on_backend!(conn, |c| found.select(patients::id).get_result::<Id<Patient>>(c).optional())?.is_some())
}

/// The patient's row of the caseload, held until the end of the transaction.
pub(super) fn lock(conn: &mut DbConnection, scope: PatientScope) -> Result<Option<CaseloadRow>> {
    match conn {
        DbConnection::Postgres(conn) => {
            let row =
                caseload::table.filter(caseload::patient_id.eq(scope.patient())).filter(caseload::clinic_id.eq(scope.clinic()));
            Ok(row.select(CaseloadRow::as_select()).for_update().get_result(conn).optional()?)
        }
        DbConnection::Sqlite(_) => find_caseload(conn, scope),
    }
}

/// The patient's row of the caseload.
pub fn find_caseload(conn: &mut DbConnection, scope: PatientScope) -> Result<Option<CaseloadRow>> {
    let row = caseload::table.filter(caseload::patient_id.eq(scope.patient())).filter(caseload::clinic_id.eq(scope.clinic()));
    Ok(on_backend!(conn, |c| row.select(CaseloadRow::as_select()).get_result(c).optional())?)
}

/// The phase of the patient's course: `induction`, `maintenance` or `no_course`.
pub fn phase(conn: &mut DbConnection, scope: PatientScope) -> Result<String> {
    let row = caseload::table.filter(caseload::patient_id.eq(scope.patient())).filter(caseload::clinic_id.eq(scope.clinic()));
    Ok(row.select(caseload::phase).first(conn)?)
}

/// The count of changes to anything of the patient, and the patient's time zone.
pub fn version(conn: &mut DbConnection, scope: PatientScope) -> Result<(i64, String)> {
    let row = caseload::table.filter(caseload::patient_id.eq(scope.patient())).filter(caseload::clinic_id.eq(scope.clinic()));
    Ok(on_backend!(conn, |c| row.select((caseload::version, caseload::time_zone)).get_result(c))?)
}

/// The patient's record.
pub fn find(conn: &mut DbConnection, scope: PatientScope) -> Result<PatientRow> {
    let row = patients::table.filter(patients::id.eq(scope.patient())).filter(patients::clinic_id.eq(scope.clinic()));
    Ok(on_backend!(conn, |c| row.select(PatientRow::as_select()).get_result(c))?)
}

/// The clinic's patients by id, those after `last`.
pub fn after(conn: &mut DbConnection, scope: ClinicScope, last: Option<Id<Patient>>, limit: i64) -> Result<Vec<PatientRow>> {
    let all = patients::table.filter(patients::clinic_id.eq(scope.clinic())).order(patients::id).limit(limit);
    match last {
        Some(last) => Ok(all.filter(patients::id.gt(last)).select(PatientRow::as_select()).load(conn)?),
        None => Ok(all.select(PatientRow::as_select()).load(conn)?),
    }
}

/// What a patient is called.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = patients)]
pub struct PatientName {
    /// The patient.
    pub id: Id<Patient>,
    /// The patient's name.
    pub name: String,
    /// The clinic's own number.
    pub record_number: Option<String>,
}

/// What these patients are called, in no order.
pub fn names(conn: &mut DbConnection, scope: ClinicScope, of: &[Id<Patient>]) -> Result<Vec<PatientName>> {
    let known = patients::table.filter(patients::clinic_id.eq(scope.clinic())).filter(patients::id.eq_any(of));
    Ok(known.select(PatientName::as_select()).load(conn)?)
}

/// The patient with this record number, and the time zone that its days are counted in.
pub fn by_record_number(conn: &mut DbConnection, scope: ClinicScope, number: &str) -> Result<Option<(Id<Patient>, String)>> {
    let found = patients::table.filter(patients::clinic_id.eq(scope.clinic())).filter(patients::record_number.eq(number));
    Ok(found.select((patients::id, patients::time_zone)).first(conn).optional()?)
}

/// What a patient is called and followed by.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = patients)]
pub struct Followed {
    /// The patient.
    pub id: Id<Patient>,
    /// The patient's name.
    pub name: String,
    /// The clinic's own number.
    pub record_number: Option<String>,
    /// The measure that the caseload shows.
    pub primary_measure: String,
}

/// What the patients of the clinic are called and followed by, records that were put away aside; in no order.
pub fn followed(conn: &mut DbConnection, scope: ClinicScope) -> Result<Vec<Followed>> {
    let current = patients::table.filter(patients::clinic_id.eq(scope.clinic())).filter(patients::archived_at.is_null());
    Ok(on_backend!(conn, |c| current.select(Followed::as_select()).load(c))?)
}

/// What a patient is treated for.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = patients)]
pub struct Treated {
    /// The patient.
    pub id: Id<Patient>,
    /// What is treated.
    pub condition: Option<String>,
    /// The measure that the caseload shows.
    pub primary_measure: String,
}

/// What these patients are treated for, in no order.
pub fn treated_for(conn: &mut DbConnection, scope: ClinicScope, of: &[Id<Patient>]) -> Result<Vec<Treated>> {
    let known = patients::table.filter(patients::clinic_id.eq(scope.clinic())).filter(patients::id.eq_any(of));
    Ok(known.select(Treated::as_select()).load(conn)?)
}

/// Whether another patient of the clinic has this record number.
pub fn is_record_number_taken(
    conn: &mut DbConnection,
    scope: ClinicScope,
    number: &str,
    but: Option<Id<Patient>>,
) -> Result<bool> {
    let holder: Option<Id<Patient>> = patients::table
        .filter(patients::clinic_id.eq(scope.clinic()))
        .filter(patients::record_number.eq(number))
        .select(patients::id)
        .first(conn)
        .optional()?;
    Ok(holder.is_some_and(|holder| Some(holder) != but))
}

/// Stores a new patient's record.
pub fn insert(conn: &mut DbConnection, row: &PatientRow) -> Result<()> {
    diesel::insert_into(patients::table).values(row).execute(conn)?;
    Ok(())
}

/// Stores a changed record.
pub fn update(conn: &mut DbConnection, row: &PatientRow) -> Result<()> {
    let known = patients::table.filter(patients::id.eq(row.id)).filter(patients::clinic_id.eq(row.clinic_id));
    diesel::update(known).set(row).execute(conn)?;
    Ok(())
}

/// Notes when the patient accepted the invitation.
pub fn set_joined(conn: &mut DbConnection, scope: PatientScope, now: Timestamp) -> Result<()> {
    let known = patients::table.filter(patients::id.eq(scope.patient())).filter(patients::clinic_id.eq(scope.clinic()));
    diesel::update(known).set(patients::joined_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Stores a new row of the caseload.
pub(super) fn insert_caseload(conn: &mut DbConnection, row: &CaseloadRow) -> Result<()> {
    diesel::insert_into(caseload::table).values(row).execute(conn)?;
    Ok(())
}

/// Stores a changed row of the caseload.
///
/// Most writes leave the patient's place in every order as it was; they then leave those indexes alone too.
pub(super) fn update_caseload(conn: &mut DbConnection, before: &CaseloadRow, row: &CaseloadRow) -> Result<()> {
    let (table, key, patient) = ("caseload", "patient_id", row.patient_id);
    if !row.stands_where(before) {
        on_backend!(conn, |c| UpdateOne::new(table, key, patient, row.clinic_id, row).execute(c))?;
        return Ok(());
    }
    let change = (
        caseload::version.eq(row.version),
        caseload::last_response_at.eq(row.last_response_at),
        caseload::check_in_on.eq(row.check_in_on),
        caseload::check_in_days.eq(row.check_in_days),
        caseload::facts.eq(&row.facts),
        caseload::shown.eq(&row.shown),
        caseload::outcome_version.eq(row.outcome_version),
    );
    on_backend!(conn, |c| UpdateOne::new(table, key, patient, row.clinic_id, change).execute(c))?;
    Ok(())
}

/// The newest open invitation of a patient, and when it ends.
pub fn open_invitation(
    conn: &mut DbConnection,
    scope: PatientScope,
    now: Timestamp,
) -> Result<Option<(Id<Invitation>, Timestamp)>> {
    Ok(invitations::table
        .filter(invitations::patient_id.eq(scope.patient()))
        .filter(invitations::clinic_id.eq(scope.clinic()))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::expires_at.gt(now))
        .order(invitations::created_at.desc())
        .select((invitations::id, invitations::expires_at))
        .first(conn)
        .optional()?)
}

/// Patients of the clinic whose silence has begun to count since their row was written.
pub(super) fn newly_silent(conn: &mut DbConnection, scope: ClinicScope, now: Timestamp) -> Result<Vec<Id<Patient>>> {
    let silent = caseload::table
        .filter(caseload::clinic_id.eq(scope.clinic()))
        .filter(caseload::silent_at.le(now))
        .order(caseload::silent_at)
        .limit(10_000)
        .select(caseload::patient_id);
    Ok(on_backend!(conn, |c| silent.load(c))?)
}

/// Patients of every clinic by id, those after `last`; for the command line.
pub(super) fn all_after(
    conn: &mut DbConnection,
    last: Option<Id<Patient>>,
    limit: i64,
) -> Result<Vec<(Id<Clinic>, Id<Patient>)>> {
    let all = patients::table.order(patients::id).limit(limit).select((patients::clinic_id, patients::id));
    match last {
        Some(last) => Ok(all.filter(patients::id.gt(last)).load(conn)?),
        None => Ok(all.load(conn)?),
    }
}

/// How many patients are in each place and phase, put-away records aside.
pub(super) fn counts(conn: &mut DbConnection, scope: ClinicScope) -> Result<Vec<(i32, String, i64)>> {
    let counted = caseload::table
        .filter(caseload::clinic_id.eq(scope.clinic()))
        .filter(caseload::archived.eq(false))
        .group_by((caseload::place, caseload::phase))
        .select((caseload::place, caseload::phase, count_star()));
    Ok(on_backend!(conn, |c| counted.load(c))?)
}

/// How the caseload is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// By who needs someone.
    Priority,
    /// By who has not answered for longest.
    Waiting,
    /// By name.
    Name,
    /// By the last answer, newest first.
    LastResponse,
}

/// Which patients the caseload is cut to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// `induction`, `maintenance` or `no_course`.
    pub phase: Option<&'static str>,
    /// Records that were put away, in place of the others.
    pub archived: bool,
    /// A part of the name or record number, lower-case.
    pub search: Option<String>,
}

/// Where a page of the caseload begins: behind the row with these keys.
#[derive(Debug, Clone)]
pub struct After {
    /// `place` when sorted by priority, else `urgency`, or 0 where alerts have no say.
    pub rank: i32,
    /// `place_key`, `name_key` or the instant of the last answer.
    pub key: String,
    /// The patient.
    pub id: Id<Patient>,
}

/// Which rows of the caseload: one more than `limit` where there are more.
#[derive(Debug, Clone)]
pub struct Page {
    /// Their order.
    pub sort: Sort,
    /// What they are cut to.
    pub filter: Filter,
    /// Whether open safety alerts stay on top under every order, filter and search. An order that shows them tells of
    /// answers: who may not see those gets one without.
    pub alerts_on_top: bool,
    /// The row before the first one.
    pub after: Option<After>,
    /// How many.
    pub limit: i64,
}

/// The rows of a page.
pub(super) fn list(conn: &mut DbConnection, scope: ClinicScope, page: &Page) -> Result<Vec<CaseloadRow>> {
    Ok(rows_of(scope, page).select(CaseloadRow::as_select()).load(conn)?)
}

/// The patients of a page, each with the count of changes to anything of it.
pub(super) fn versions(conn: &mut DbConnection, scope: ClinicScope, page: &Page) -> Result<Vec<(Id<Patient>, i64)>> {
    Ok(rows_of(scope, page).select((caseload::patient_id, caseload::version)).load(conn)?)
}

fn rows_of(scope: ClinicScope, page: &Page) -> caseload::BoxedQuery<'_, MultiBackend> {
    let Page { sort, filter, alerts_on_top, after, limit } = page;
    let mut query = caseload::table
        .filter(caseload::clinic_id.eq(scope.clinic()))
        .filter(caseload::archived.eq(filter.archived))
        .limit(limit + 1)
        .into_boxed::<MultiBackend>();
    if let Some(phase) = filter.phase {
        let fits = caseload::phase.eq(phase);
        query = if *alerts_on_top { query.filter(fits.or(caseload::urgency.eq(0))) } else { query.filter(fits) };
    }
    if let Some(search) = &filter.search {
        let pattern = format!("%{}%", search.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        let matches = caseload::name_key.like(pattern.clone()).escape('\\').or(caseload::record_key.like(pattern).escape('\\'));
        query = if *alerts_on_top { query.filter(matches.or(caseload::urgency.eq(0))) } else { query.filter(matches) };
    }
    if let Some(After { rank, key, id }) = after.clone() {
        let at: Timestamp = key.parse().unwrap_or(NEVER);
        let later: Box<dyn BoxableExpression<caseload::table, MultiBackend, SqlType = Bool>> = match sort {
            Sort::Priority => {
                let later = caseload::place_key.gt(key.clone()).or(caseload::place_key.eq(key).and(caseload::patient_id.gt(id)));
                Box::new(caseload::place.gt(rank).or(caseload::place.eq(rank).and(later)))
            }
            Sort::Name => {
                Box::new(caseload::name_key.gt(key.clone()).or(caseload::name_key.eq(key).and(caseload::patient_id.gt(id))))
            }
            Sort::LastResponse => {
                Box::new(caseload::last_response_at.lt(at).or(caseload::last_response_at.eq(at).and(caseload::patient_id.gt(id))))
            }
            Sort::Waiting => {
                Box::new(caseload::last_response_at.gt(at).or(caseload::last_response_at.eq(at).and(caseload::patient_id.gt(id))))
            }
        };
        query = if *alerts_on_top && *sort != Sort::Priority {
            query.filter(caseload::urgency.gt(rank).or(caseload::urgency.eq(rank).and(later)))
        } else {
            query.filter(later)
        };
    }
    if *alerts_on_top && *sort != Sort::Priority {
        query = query.order(caseload::urgency);
    }
    match sort {
        Sort::Priority => query.then_order_by((caseload::place, caseload::place_key, caseload::patient_id)),
        Sort::Name => query.then_order_by((caseload::name_key, caseload::patient_id)),
        Sort::LastResponse => query.then_order_by((caseload::last_response_at.desc(), caseload::patient_id)),
        Sort::Waiting => query.then_order_by((caseload::last_response_at, caseload::patient_id)),
    }
}
