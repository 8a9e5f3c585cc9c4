//! Every statement on assignments, on which plan a course follows, and on the versions of plans that were ever loaded.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::anchors::Wanted;
use super::plans::Plans;
use super::{Assignment, Followed, PlanChange};
use crate::app::StartError;
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::clinic::Clinic;
use crate::courses::Course;
use crate::db::schema::{assignments, course_plan_changes, protocol_versions, users};
use crate::db::{Database, DbConnection, Id, Reach, Timestamp, on_backend};
use crate::error::Result;
use crate::patients::Patient;
use crate::people::User;
use crate::responses::Response;
use crate::sessions::Session;

/// An assignment as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = assignments, treat_none_as_default_value = false)]
pub struct AssignmentRow {
    /// The assignment.
    pub id: Id<Assignment>,
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// The patient.
    pub patient_id: Id<Patient>,
    /// The course whose plan asks it; none where somebody asked out of turn.
    pub course_id: Option<Id<Course>>,
    /// The session that it hangs on.
    pub session_id: Option<Id<Session>>,
    /// The plan's line with its occurrence or session.
    pub key: String,
    /// The questionnaire.
    pub instrument: String,
    /// How many days the last answer to the same questionnaire holds.
    pub min_interval_days: Option<i32>,
    /// From when it can be answered.
    pub opens_at: Timestamp,
    /// When it should be.
    pub due_at: Timestamp,
    /// Until when it can be.
    pub closes_at: Timestamp,
    /// The answer.
    pub response_id: Option<Id<Response>>,
    /// When it was skipped.
    pub skipped_at: Option<Timestamp>,
    /// By whom.
    pub skipped_by: Option<Id<User>>,
    /// Why it was skipped.
    pub reason: Option<String>,
    /// Who asked out of turn.
    pub asked_by: Option<Id<User>>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl AssignmentRow {
    /// The row of something new to ask.
    pub fn new(patient: PatientScope, course: Option<Id<Course>>, wanted: &Wanted, now: Timestamp) -> Self {
        Self {
            id: Id::new(now),
            clinic_id: patient.clinic(),
            patient_id: patient.patient(),
            course_id: course,
            session_id: wanted.session,
            key: wanted.key.clone(),
            instrument: wanted.instrument.clone(),
            min_interval_days: wanted.min_interval_days,
            opens_at: wanted.opens_at,
            due_at: wanted.due_at,
            closes_at: wanted.closes_at,
            response_id: None,
            skipped_at: None,
            skipped_by: None,
            reason: None,
            asked_by: None,
            created_at: now,
        }
    }

    /// Whether it is asked as wanted.
    pub fn says(&self, wanted: &Wanted) -> bool {
        let held = (&self.instrument, self.session_id, self.min_interval_days, self.opens_at, self.due_at, self.closes_at);
        let Wanted { instrument, session, min_interval_days, opens_at, due_at, closes_at, .. } = wanted;
        held == (instrument, *session, *min_interval_days, *opens_at, *due_at, *closes_at)
    }
}

/// The assignments of a course, in the order in which they are due.
pub fn of_course(conn: &mut DbConnection, scope: PatientScope, course: Id<Course>) -> Result<Vec<AssignmentRow>> {
    let query = assignments::table
        .filter(assignments::patient_id.eq(scope.patient()))
        .filter(assignments::clinic_id.eq(scope.clinic()))
        .filter(assignments::course_id.eq(course))
        .order((assignments::due_at, assignments::id));
    Ok(on_backend!(conn, |c| query.select(AssignmentRow::as_select()).load(c))?)
}

/// A page of a patient's assignments that are due in a time, in that order: those after `cursor`, one more than `limit`
/// where there are more.
pub fn page(
    conn: &mut DbConnection,
    scope: PatientScope,
    (from, to): (Option<Timestamp>, Option<Timestamp>),
    cursor: Option<(Timestamp, Id<Assignment>)>,
    limit: i64,
) -> Result<Vec<AssignmentRow>> {
    let mut query = assignments::table
        .filter(assignments::patient_id.eq(scope.patient()))
        .filter(assignments::clinic_id.eq(scope.clinic()))
        .order((assignments::due_at, assignments::id))
        .limit(limit + 1)
        .select(AssignmentRow::as_select())
        .into_boxed();
    if let Some(from) = from {
        query = query.filter(assignments::due_at.ge(from));
    }
    if let Some(to) = to {
        query = query.filter(assignments::due_at.lt(to));
    }
    if let Some((at, id)) = cursor {
        query = query.filter(assignments::due_at.gt(at).or(assignments::due_at.eq(at).and(assignments::id.gt(id))));
    }
    Ok(query.load(conn)?)
}

/// The patient's assignments whose window holds `now`, in the order in which they are due.
pub fn current(conn: &mut DbConnection, scope: PatientScope, now: Timestamp) -> Result<Vec<AssignmentRow>> {
    let query = assignments::table
        .filter(assignments::patient_id.eq(scope.patient()))
        .filter(assignments::clinic_id.eq(scope.clinic()))
        .filter(assignments::opens_at.le(now))
        .filter(assignments::closes_at.gt(now))
        .order((assignments::due_at, assignments::id));
    Ok(on_backend!(conn, |c| query.select(AssignmentRow::as_select()).load(c))?)
}

/// The same of several patients.
pub fn current_of(
    conn: &mut DbConnection,
    scope: ClinicScope,
    patients: &[Id<Patient>],
    now: Timestamp,
) -> Result<Vec<AssignmentRow>> {
    let query = assignments::table
        .filter(assignments::patient_id.eq_any(patients))
        .filter(assignments::clinic_id.eq(scope.clinic()))
        .filter(assignments::opens_at.le(now))
        .filter(assignments::closes_at.gt(now))
        .order((assignments::due_at, assignments::id));
    Ok(query.select(AssignmentRow::as_select()).load(conn)?)
}

/// The patient's unanswered assignments of one questionnaire that close after `after`, in the order in which they do.
pub fn unanswered(
    conn: &mut DbConnection,
    scope: PatientScope,
    course: Id<Course>,
    instrument: &str,
    after: Timestamp,
) -> Result<Vec<AssignmentRow>> {
    let query = assignments::table
        .filter(assignments::patient_id.eq(scope.patient()))
        .filter(assignments::clinic_id.eq(scope.clinic()))
        .filter(assignments::course_id.eq(course))
        .filter(assignments::instrument.eq(instrument))
        .filter(assignments::response_id.is_null())
        .filter(assignments::skipped_at.is_null())
        .filter(assignments::closes_at.gt(after))
        .order((assignments::closes_at, assignments::id));
    Ok(on_backend!(conn, |c| query.select(AssignmentRow::as_select()).load(c))?)
}

/// The patient's assignments of one questionnaire whose window holds this moment.
pub fn around(conn: &mut DbConnection, scope: PatientScope, instrument: &str, at: Timestamp) -> Result<Vec<AssignmentRow>> {
    let query = assignments::table
        .filter(assignments::patient_id.eq(scope.patient()))
        .filter(assignments::clinic_id.eq(scope.clinic()))
        .filter(assignments::instrument.eq(instrument))
        .filter(assignments::opens_at.le(at))
        .filter(assignments::closes_at.gt(at));
    Ok(on_backend!(conn, |c| query.select(AssignmentRow::as_select()).load(c))?)
}

/// One assignment of the clinic.
pub fn find(conn: &mut DbConnection, scope: ClinicScope, id: Id<Assignment>) -> Result<Option<AssignmentRow>> {
    let found = assignments::table.find(id).filter(assignments::clinic_id.eq(scope.clinic()));
    Ok(found.select(AssignmentRow::as_select()).first(conn).optional()?)
}

/// A response, and what it was due for.
pub type Closed = (Option<Id<Response>>, Id<Assignment>);

/// What these responses were due for.
pub fn closed_by(conn: &mut DbConnection, scope: ClinicScope, responses: &[Id<Response>]) -> Result<Vec<Closed>> {
    if responses.is_empty() {
        return Ok(Vec::new());
    }
    let found = assignments::table
        .filter(assignments::clinic_id.eq(scope.clinic()))
        .filter(assignments::response_id.eq_any(responses.iter().copied().map(Some).collect::<Vec<_>>()));
    Ok(found.select((assignments::response_id, assignments::id)).load(conn)?)
}

/// What the responses of a patient were due for.
pub fn closed(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<Closed>> {
    let found = assignments::table
        .filter(assignments::clinic_id.eq(scope.clinic()))
        .filter(assignments::patient_id.eq(scope.patient()))
        .filter(assignments::response_id.is_not_null());
    Ok(found.select((assignments::response_id, assignments::id)).load(conn)?)
}

/// Stores a new assignment.
pub fn insert(conn: &mut DbConnection, row: &AssignmentRow) -> Result<()> {
    on_backend!(conn, |c| diesel::insert_into(assignments::table).values(row).execute(c))?;
    Ok(())
}

/// Moves an assignment.
pub fn reschedule(conn: &mut DbConnection, scope: PatientScope, id: Id<Assignment>, wanted: &Wanted) -> Result<()> {
    let row = assignments::table.find(id).filter(assignments::patient_id.eq(scope.patient()));
    diesel::update(row)
        .set((
            assignments::instrument.eq(&wanted.instrument),
            assignments::session_id.eq(wanted.session),
            assignments::min_interval_days.eq(wanted.min_interval_days),
            assignments::opens_at.eq(wanted.opens_at),
            assignments::due_at.eq(wanted.due_at),
            assignments::closes_at.eq(wanted.closes_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes assignments away that were never answered.
pub fn remove(conn: &mut DbConnection, scope: PatientScope, ids: &[Id<Assignment>]) -> Result<()> {
    for id in ids {
        let row = assignments::table.find(*id).filter(assignments::patient_id.eq(scope.patient()));
        diesel::delete(row.filter(assignments::response_id.is_null())).execute(conn)?;
    }
    Ok(())
}

/// Takes away what hangs on a session and was neither answered nor skipped.
pub fn remove_of_session(conn: &mut DbConnection, scope: PatientScope, session: Id<Session>) -> Result<()> {
    let rows = assignments::table
        .filter(assignments::session_id.eq(session))
        .filter(assignments::patient_id.eq(scope.patient()))
        .filter(assignments::response_id.is_null())
        .filter(assignments::skipped_at.is_null());
    diesel::delete(rows).execute(conn)?;
    Ok(())
}

/// Lets what hangs on a session hang on the one that takes its place; nothing hangs on that yet.
pub fn hand_on(conn: &mut DbConnection, scope: PatientScope, from: Id<Session>, to: Id<Session>) -> Result<()> {
    let rows = assignments::table.filter(assignments::session_id.eq(from)).filter(assignments::patient_id.eq(scope.patient()));
    let known: Vec<(Id<Assignment>, String)> = rows.select((assignments::id, assignments::key)).load(conn)?;
    for (id, key) in known {
        let key = key.replace(&from.to_string(), &to.to_string());
        let row = assignments::table.find(id).filter(assignments::patient_id.eq(scope.patient()));
        diesel::update(row).set((assignments::session_id.eq(to), assignments::key.eq(key))).execute(conn)?;
    }
    Ok(())
}

/// Whether anything hangs on a session.
pub fn hangs_on(conn: &mut DbConnection, scope: PatientScope, session: Id<Session>) -> Result<bool> {
    let rows = assignments::table.filter(assignments::session_id.eq(session)).filter(assignments::patient_id.eq(scope.patient()));
    Ok(rows.select(assignments::id).first::<Id<Assignment>>(conn).optional()?.is_some())
}

/// Notes the answer that was given.
pub fn complete(conn: &mut DbConnection, scope: PatientScope, id: Id<Assignment>, response: Id<Response>) -> Result<()> {
    let row = assignments::table.find(id).filter(assignments::patient_id.eq(scope.patient()));
    diesel::update(row).set(assignments::response_id.eq(response)).execute(conn)?;
    Ok(())
}

/// Lets a correction take over what the corrected answer had closed, and says what that is.
pub fn hand_over(
    conn: &mut DbConnection,
    scope: PatientScope,
    from: Id<Response>,
    to: Id<Response>,
) -> Result<Option<Id<Assignment>>> {
    let closed = closed_by(conn, scope.clinic_scope(), &[from])?.first().map(|(_, assignment)| *assignment);
    if let Some(id) = closed {
        complete(conn, scope, id, to)?;
    }
    Ok(closed)
}

/// Notes that it is not asked, by whom and why.
pub fn skip(
    conn: &mut DbConnection,
    scope: PatientScope,
    id: Id<Assignment>,
    (by, reason): (Id<User>, &str),
    now: Timestamp,
) -> Result<()> {
    let row = assignments::table.find(id).filter(assignments::patient_id.eq(scope.patient()));
    let said = (assignments::skipped_at.eq(now), assignments::skipped_by.eq(by), assignments::reason.eq(reason));
    diesel::update(row).set(said).execute(conn)?;
    Ok(())
}

/// The plan that a course follows now, and since when; `None` where none was ever chosen.
pub fn followed(conn: &mut DbConnection, scope: PatientScope, course: Id<Course>) -> Result<Option<Followed>> {
    let query = course_plan_changes::table
        .filter(course_plan_changes::course_id.eq(course))
        .filter(course_plan_changes::clinic_id.eq(scope.clinic()))
        .filter(course_plan_changes::patient_id.eq(scope.patient()))
        .order(course_plan_changes::number.desc())
        .select((
            course_plan_changes::number,
            course_plan_changes::to_protocol,
            course_plan_changes::to_version,
            course_plan_changes::changed_at,
        ));
    let found: Option<(i32, Option<String>, Option<String>, Timestamp)> = on_backend!(conn, |c| query.first(c).optional())?;
    Ok(found.map(|(number, protocol, version, since)| Followed { number, plan: protocol.zip(version), since }))
}

/// Those of the courses that follow a plan now.
pub fn on_plans(conn: &mut DbConnection, scope: ClinicScope, courses: &[Id<Course>]) -> Result<BTreeSet<Id<Course>>> {
    let rows: Vec<(Id<Course>, Option<String>, Option<String>)> = course_plan_changes::table
        .filter(course_plan_changes::course_id.eq_any(courses))
        .filter(course_plan_changes::clinic_id.eq(scope.clinic()))
        .order((course_plan_changes::course_id, course_plan_changes::number))
        .select((course_plan_changes::course_id, course_plan_changes::to_protocol, course_plan_changes::to_version))
        .load(conn)?;
    let newest: BTreeMap<Id<Course>, bool> =
        rows.into_iter().map(|(course, protocol, version)| (course, protocol.is_some() && version.is_some())).collect();
    Ok(newest.into_iter().filter(|(_, follows)| *follows).map(|(course, _)| course).collect())
}

/// A change of plan as it is stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = course_plan_changes, treat_none_as_default_value = false)]
pub struct PlanChangeRow {
    /// The course.
    pub course_id: Id<Course>,
    /// 1 for the first.
    pub number: i32,
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// The patient.
    pub patient_id: Id<Patient>,
    /// The word before.
    pub from_protocol: Option<String>,
    /// The version before.
    pub from_version: Option<String>,
    /// What the plan before was called.
    pub from_title: Option<String>,
    /// The word from now on.
    pub to_protocol: Option<String>,
    /// The version from now on; none where the word names no known plan.
    pub to_version: Option<String>,
    /// What that plan is called.
    pub to_title: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// By whom.
    pub changed_by: Option<Id<User>>,
    /// When.
    pub changed_at: Timestamp,
}

/// Keeps a change of plan.
pub fn insert_change(conn: &mut DbConnection, row: &PlanChangeRow) -> Result<()> {
    on_backend!(conn, |c| diesel::insert_into(course_plan_changes::table).values(row).execute(c))?;
    Ok(())
}

/// Every change of plan in a patient's courses, the first one first.
pub fn changes(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<PlanChange>> {
    let query = course_plan_changes::table
        .left_join(users::table.on(course_plan_changes::changed_by.eq(users::id.nullable())))
        .filter(course_plan_changes::clinic_id.eq(scope.clinic()))
        .filter(course_plan_changes::patient_id.eq(scope.patient()))
        .order((course_plan_changes::changed_at, course_plan_changes::number))
        .select((
            course_plan_changes::course_id,
            course_plan_changes::number,
            course_plan_changes::from_protocol,
            course_plan_changes::from_version,
            course_plan_changes::from_title,
            course_plan_changes::to_protocol,
            course_plan_changes::to_version,
            course_plan_changes::to_title,
            course_plan_changes::reason,
            users::name.nullable(),
            course_plan_changes::changed_at,
        ));
    Ok(on_backend!(conn, |c| query.load(c))?)
}

/// Keeps every loaded version for ever, and adds the older ones that courses may follow.
///
/// A file that changed without a new version is refused.
pub async fn keep_versions(database: &Database, mut plans: Plans, now: Timestamp) -> Result<Plans, StartError> {
    let loaded: Vec<[String; 4]> = plans
        .all_versions()
        .map(|known| [known.id.clone(), known.version.clone(), known.digest().to_owned(), known.file_text().to_owned()])
        .collect();
    let stored = database
        .write(Reach::Installation, move |conn| {
            for version in &loaded {
                insert_version(conn, version, now)?;
            }
            versions(conn)
        })
        .await?;
    for (protocol, source) in stored {
        plans.add_version(&protocol, &source)?;
    }
    Ok(plans)
}

fn insert_version(conn: &mut DbConnection, [protocol, version, digest, source]: &[String; 4], now: Timestamp) -> Result<()> {
    let row = (
        protocol_versions::protocol.eq(protocol),
        protocol_versions::version.eq(version),
        protocol_versions::digest.eq(digest),
        protocol_versions::source.eq(source),
        protocol_versions::added_at.eq(now),
    );
    on_backend!(conn, |c| diesel::insert_into(protocol_versions::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

fn versions(conn: &mut DbConnection) -> Result<Vec<(String, String)>> {
    Ok(protocol_versions::table
        .order((protocol_versions::protocol, protocol_versions::version))
        .select((protocol_versions::protocol, protocol_versions::source))
        .load(conn)?)
}
