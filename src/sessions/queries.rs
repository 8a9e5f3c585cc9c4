//! Every statement on sessions and what they said before they were amended.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::record::{GateOverride, Record, Vitals, WhoBody};
use super::{Medicine, Route, Session, Status};
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::clinic::Clinic;
use crate::courses::Course;
use crate::db::schema::{gate_overrides, session_amendments, session_bookings, sessions, users};
use crate::db::{DbConnection, Id, LocalDate, Timestamp, on_backend};
use crate::error::{Error, Result};
use crate::instruments::Points;
use crate::patients::Patient;
use crate::people::User;

/// A session as it is stored.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sessions, treat_none_as_null = true)]
pub struct SessionRow {
    /// The session.
    pub id: Id<Session>,
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// The patient.
    pub patient_id: Id<Patient>,
    /// The course that it counts to.
    pub course_id: Option<Id<Course>>,
    /// Its number in the course.
    pub number: i32,
    /// Whether it took place.
    pub status: Status,
    /// When it was planned.
    pub scheduled_at: Option<Timestamp>,
    /// When dosing began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// `started_at`, else `scheduled_at`, else when it was written down.
    pub at: Timestamp,
    /// The day of `at` where the patient is.
    pub local_date: LocalDate,
    /// The way the medicine was given.
    pub route: Option<Route>,
    /// What was given.
    pub medicine: Medicine,
    /// How much of it.
    pub dose_mg: Option<f64>,
    /// The patient's weight.
    pub weight_kg: Option<f64>,
    /// When the patient was weighed.
    pub weight_measured_on: Option<LocalDate>,
    /// How long the infusion ran.
    pub infusion_minutes: Option<i32>,
    /// Readings, as a JSON list.
    pub vitals: String,
    /// Effects, as a JSON list.
    pub effects: String,
    /// How detached the patient felt, 0 to 10.
    pub dissociation: Option<i32>,
    /// What was checked before, as a JSON object.
    pub checklist: String,
    /// What was checked before going home, as a JSON object.
    pub discharge: String,
    /// For staff.
    pub note: Option<String>,
    /// For the patient too.
    pub shared_note: Option<String>,
    /// When the record was signed.
    pub signed_at: Option<Timestamp>,
    /// By whom.
    pub signed_by: Option<Id<User>>,
    /// Raised by every change; the ETag.
    pub version: i32,
    /// Tells the same content from another.
    pub digest: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: Id<User>,
    /// Phase, why dosing was stopped, other medicines and interventions, as a JSON object.
    pub conduct: String,
}

impl SessionRow {
    /// The readings, in the order in which they were written down.
    pub fn vitals(&self) -> Vec<Vitals> {
        serde_json::from_str(&self.vitals).unwrap_or_default()
    }

    /// A new session with what a record says, not signed; `placed` is when it is, and the patient's day of that.
    pub fn bare(
        patient: PatientScope,
        id: Id<Session>,
        record: &Record,
        (at, local_date): (Timestamp, LocalDate),
        by: Id<User>,
        now: Timestamp,
    ) -> Self {
        let bare = Self {
            id,
            clinic_id: patient.clinic(),
            patient_id: patient.patient(),
            course_id: None,
            number: record.number,
            status: record.status,
            scheduled_at: None,
            started_at: None,
            ended_at: None,
            at,
            local_date,
            route: None,
            medicine: record.medicine,
            dose_mg: None,
            weight_kg: None,
            weight_measured_on: None,
            infusion_minutes: None,
            vitals: String::new(),
            effects: String::new(),
            dissociation: None,
            checklist: String::new(),
            discharge: String::new(),
            note: None,
            shared_note: None,
            signed_at: None,
            signed_by: None,
            version: 1,
            digest: record.digest(),
            created_at: now,
            updated_at: now,
            updated_by: by,
            conduct: String::new(),
        };
        bare.with(record)
    }

    /// This session with what a record says.
    #[must_use]
    pub fn with(self, record: &Record) -> Self {
        let text = |json: serde_json::Result<String>| json.unwrap_or_default();
        Self {
            course_id: record.course_id,
            number: record.number,
            status: record.status,
            scheduled_at: record.scheduled_at,
            started_at: record.started_at,
            ended_at: record.ended_at,
            route: record.route,
            medicine: record.medicine,
            dose_mg: record.dose_mg.map(Points::to_f64),
            weight_kg: record.weight_kg.map(Points::to_f64),
            weight_measured_on: record.weight_measured_on,
            infusion_minutes: record.infusion_minutes,
            vitals: text(serde_json::to_string(&record.vitals)),
            effects: text(serde_json::to_string(&record.effects)),
            dissociation: record.dissociation,
            checklist: text(serde_json::to_string(&record.checklist)),
            discharge: text(serde_json::to_string(&record.discharge)),
            note: record.note.clone(),
            shared_note: record.shared_note.clone(),
            conduct: text(serde_json::to_string(&record.conduct)),
            ..self
        }
    }
}

/// All of a patient's sessions, in order of time.
pub fn list(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<SessionRow>> {
    Ok(sessions::table
        .filter(sessions::clinic_id.eq(scope.clinic()))
        .filter(sessions::patient_id.eq(scope.patient()))
        .order((sessions::at, sessions::id))
        .select(SessionRow::as_select())
        .load(conn)?)
}

/// One session of the clinic.
pub fn find(conn: &mut DbConnection, scope: ClinicScope, id: Id<Session>) -> Result<Option<SessionRow>> {
    Ok(sessions::table
        .find(id)
        .filter(sessions::clinic_id.eq(scope.clinic()))
        .select(SessionRow::as_select())
        .first(conn)
        .optional()?)
}

/// A page of a patient's sessions, newest first: those after `cursor`, one more than `limit` where there are more.
pub fn page(
    conn: &mut DbConnection,
    scope: PatientScope,
    cursor: Option<(Timestamp, Id<Session>)>,
    limit: i64,
) -> Result<Vec<SessionRow>> {
    let all = sessions::table
        .filter(sessions::clinic_id.eq(scope.clinic()))
        .filter(sessions::patient_id.eq(scope.patient()))
        .order((sessions::at.desc(), sessions::id.desc()))
        .limit(limit + 1)
        .select(SessionRow::as_select());
    let Some((at, id)) = cursor else { return Ok(all.load(conn)?) };
    Ok(all.filter(sessions::at.lt(at).or(sessions::at.eq(at).and(sessions::id.lt(id)))).load(conn)?)
}

/// Who wrote down the patient's sessions that took place, the last one first.
pub fn recorders(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<Id<User>>> {
    Ok(sessions::table
        .filter(sessions::clinic_id.eq(scope.clinic()))
        .filter(sessions::patient_id.eq(scope.patient()))
        .filter(sessions::status.eq(Status::Completed))
        .order((sessions::at.desc(), sessions::id.desc()))
        .select(sessions::updated_by)
        .load(conn)?)
}

/// How many sessions of each course a patient has completed.
pub fn completed_by_course(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<(Option<Id<Course>>, i64)>> {
    Ok(sessions::table
        .filter(sessions::clinic_id.eq(scope.clinic()))
        .filter(sessions::patient_id.eq(scope.patient()))
        .filter(sessions::status.eq(Status::Completed))
        .group_by(sessions::course_id)
        .select((sessions::course_id, count_star()))
        .load(conn)?)
}

/// Stores a new session unless the id is known, in this clinic or another. Returns whether it was new.
pub fn insert(conn: &mut DbConnection, session: &SessionRow) -> Result<bool> {
    let rows = on_backend!(conn, |c| diesel::insert_into(sessions::table).values(session).on_conflict_do_nothing().execute(c))?;
    Ok(rows == 1)
}

/// The sessions of a course that its plan booked and nobody has touched, in order of time.
pub fn booked_by_plan(conn: &mut DbConnection, scope: PatientScope, course: Id<Course>) -> Result<Vec<SessionRow>> {
    let query = sessions::table
        .inner_join(session_bookings::table.on(session_bookings::session_id.eq(sessions::id)))
        .filter(sessions::patient_id.eq(scope.patient()))
        .filter(sessions::clinic_id.eq(scope.clinic()))
        .filter(session_bookings::course_id.eq(course))
        .order((sessions::at, sessions::id));
    Ok(on_backend!(conn, |c| query.select(SessionRow::as_select()).load(c))?)
}

/// Notes that a plan booked a session.
pub fn insert_booking(conn: &mut DbConnection, scope: PatientScope, course: Id<Course>, id: Id<Session>) -> Result<()> {
    let row = (
        session_bookings::session_id.eq(id),
        session_bookings::clinic_id.eq(scope.clinic()),
        session_bookings::patient_id.eq(scope.patient()),
        session_bookings::course_id.eq(course),
    );
    on_backend!(conn, |c| diesel::insert_into(session_bookings::table).values(row).execute(c))?;
    Ok(())
}

/// Forgets that a plan booked a session: somebody has touched it.
pub fn remove_booking(conn: &mut DbConnection, scope: PatientScope, id: Id<Session>) -> Result<()> {
    let row = session_bookings::table.find(id).filter(session_bookings::patient_id.eq(scope.patient()));
    on_backend!(conn, |c| diesel::delete(row).execute(c))?;
    Ok(())
}

/// Takes a session away that a plan booked and nobody has touched.
pub fn remove_booked(conn: &mut DbConnection, scope: PatientScope, id: Id<Session>) -> Result<()> {
    remove_booking(conn, scope, id)?;
    let row = sessions::table.find(id).filter(sessions::clinic_id.eq(scope.clinic()));
    diesel::delete(row.filter(sessions::patient_id.eq(scope.patient()))).execute(conn)?;
    Ok(())
}

/// Stores a changed session.
pub fn update(conn: &mut DbConnection, scope: PatientScope, session: &SessionRow) -> Result<()> {
    diesel::update(sessions::table.find(session.id).filter(sessions::clinic_id.eq(scope.clinic()))).set(session).execute(conn)?;
    Ok(())
}

/// Keeps what a signed session said before it is amended.
pub fn insert_amendment(
    conn: &mut DbConnection,
    scope: PatientScope,
    former: &SessionRow,
    text: &str,
    reason: &str,
    by: Id<User>,
    now: Timestamp,
) -> Result<()> {
    diesel::insert_into(session_amendments::table)
        .values((
            session_amendments::session_id.eq(former.id),
            session_amendments::version.eq(former.version),
            session_amendments::clinic_id.eq(scope.clinic()),
            session_amendments::reason.eq(reason),
            session_amendments::before.eq(text),
            session_amendments::amended_by.eq(by),
            session_amendments::amended_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// What charts and the caseload need of a session.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct SessionMark {
    /// The session.
    pub id: Id<Session>,
    /// Its course.
    pub course_id: Option<Id<Course>>,
    /// Its number.
    pub number: i32,
    /// `planned`, `completed`, `missed` or `cancelled`.
    pub status: String,
    /// When it began, or is to begin.
    pub at: Timestamp,
    /// The patient's day of that.
    pub local_date: LocalDate,
    /// How the medicine was given.
    pub route: Option<String>,
    /// Which medicine.
    pub medicine: String,
    /// The whole dose.
    pub dose_mg: Option<f64>,
    /// How long the infusion took.
    pub infusion_minutes: Option<i32>,
}

/// The patient's completed and planned sessions, oldest first.
pub fn marks(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<SessionMark>> {
    let query = sessions::table
        .filter(sessions::patient_id.eq(scope.patient()))
        .filter(sessions::clinic_id.eq(scope.clinic()))
        .filter(sessions::status.eq("completed").or(sessions::status.eq("planned")))
        .order((sessions::at, sessions::id));
    Ok(on_backend!(conn, |c| query.select(SessionMark::as_select()).load(c))?)
}

/// The vital signs of one session, as stored.
pub fn vitals(conn: &mut DbConnection, scope: PatientScope, id: Id<Session>) -> Result<Option<String>> {
    Ok(sessions::table
        .filter(sessions::id.eq(id))
        .filter(sessions::patient_id.eq(scope.patient()))
        .select(sessions::vitals)
        .first(conn)
        .optional()?)
}

/// The completed and planned sessions of these patients, each patient's oldest first.
pub fn marks_of(conn: &mut DbConnection, scope: ClinicScope, of: &[Id<Patient>]) -> Result<Vec<(Id<Patient>, SessionMark)>> {
    let query = sessions::table
        .filter(sessions::patient_id.eq_any(of))
        .filter(sessions::clinic_id.eq(scope.clinic()))
        .filter(sessions::status.eq("completed").or(sessions::status.eq("planned")))
        .order((sessions::patient_id, sessions::at, sessions::id));
    Ok(query.select((sessions::patient_id, SessionMark::as_select())).load(conn)?)
}

/// Keeps why a first session went ahead though something was missing.
pub fn insert_override(conn: &mut DbConnection, scope: PatientScope, id: Id<Session>, passed: &GateOverride) -> Result<()> {
    let missing = serde_json::to_string(&passed.missing).map_err(|why| Error::Internal(Box::new(why)))?;
    diesel::delete(gate_overrides::table.find(id).filter(gate_overrides::clinic_id.eq(scope.clinic()))).execute(conn)?;
    diesel::insert_into(gate_overrides::table)
        .values((
            gate_overrides::session_id.eq(id),
            gate_overrides::clinic_id.eq(scope.clinic()),
            gate_overrides::patient_id.eq(scope.patient()),
            gate_overrides::missing.eq(missing),
            gate_overrides::reason.eq(&passed.reason),
            gate_overrides::passed_by.eq(passed.by.id),
            gate_overrides::passed_at.eq(passed.at),
        ))
        .execute(conn)?;
    Ok(())
}

/// The session, what was missing as JSON, the reason, who let it go ahead with the name, and when.
type OverrideRow = (Id<Session>, String, String, Id<User>, String, Timestamp);

/// Why first sessions among these went ahead though something was missing, by session; of the others nothing.
pub fn overrides(conn: &mut DbConnection, scope: ClinicScope, rows: &[SessionRow]) -> Result<Vec<(Id<Session>, GateOverride)>> {
    let first: Vec<Id<Session>> = rows.iter().filter(|row| row.number == 1).map(|row| row.id).collect();
    if first.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<OverrideRow> = gate_overrides::table
        .inner_join(users::table.on(gate_overrides::passed_by.eq(users::id)))
        .filter(gate_overrides::session_id.eq_any(first))
        .filter(gate_overrides::clinic_id.eq(scope.clinic()))
        .select((
            gate_overrides::session_id,
            gate_overrides::missing,
            gate_overrides::reason,
            gate_overrides::passed_by,
            users::name,
            gate_overrides::passed_at,
        ))
        .load(conn)?;
    let read = |(session, missing, reason, id, name, at): OverrideRow| {
        let missing = serde_json::from_str(&missing).map_err(|why| Error::Internal(Box::new(why)))?;
        Ok((session, GateOverride { missing, reason, by: WhoBody { id, name }, at }))
    };
    found.into_iter().map(read).collect()
}
