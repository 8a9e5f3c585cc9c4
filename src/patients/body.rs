//! A patient's record as it goes out.

use serde::Serialize;
use utoipa::ToSchema;

use super::caseload;
use super::caseload::http::OfToday;
use super::{Patient, queries};
use crate::auth::scope::PatientScope;
use crate::courses::queries as course_queries;
use crate::courses::{Condition, Course, Phase, Status as CourseStatus, USUAL_INDUCTION_SESSIONS};
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Result};
use crate::people::invitations::Invitation;
use crate::reminders;
use crate::sessions::queries::{self as session_queries, SessionMark};
use crate::sessions::{Route, Session};
use crate::web::etag;

/// A patient's record.
#[derive(Debug, Serialize, ToSchema)]
pub struct PatientBody {
    /// The patient.
    id: Id<Patient>,
    /// The patient's name.
    #[schema(example = "Maya Ellison")]
    name: String,
    /// An e-mail, for the invitation.
    email: Option<String>,
    /// The clinic's own number.
    #[schema(example = "AR-0417")]
    record_number: Option<String>,
    /// The day of birth.
    date_of_birth: Option<LocalDate>,
    /// Whole years.
    age: Option<i16>,
    /// IANA time zone.
    time_zone: String,
    /// What is treated.
    #[schema(value_type = Option<Condition>, example = "mdd")]
    condition: Option<String>,
    /// The measure that the caseload shows.
    #[schema(example = "phq-9.total")]
    primary_measure: String,
    /// An id in another system.
    external_ref: Option<String>,
    /// Whether the record was put away.
    archived: bool,
    /// When it was made.
    created_at: Timestamp,
    /// Whether the patient can sign in.
    account: AccountBody,
    /// The current course.
    course: Option<RecordCourse>,
    /// The last check-in.
    last_check_in_at: Option<Timestamp>,
    /// Days with a check-in among the last 14.
    adherence_14: usize,
    /// The last 14 days, oldest first.
    check_ins_14: [bool; 14],
    /// The earliest session that is planned and not yet done.
    next_session: Option<NextSession>,
    /// The last completed session.
    last_session: Option<LastSession>,
    /// Whether reminders reach the patient; null where the patient has not joined.
    reachable: Option<bool>,
    /// Alerts that nobody has acknowledged; null for who may not see answers.
    open_alerts: Option<usize>,
}

/// How far a patient's account is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Nobody has been invited, or the invitation has ended.
    None,
    /// The invitation is open.
    Invited,
    /// The patient has joined.
    Active,
}

/// Whether the patient can sign in.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountBody {
    /// Whether, and how far.
    state: AccountState,
    /// The open invitation, to be taken back.
    invitation_id: Option<Id<Invitation>>,
    /// When it ends.
    invitation_expires_at: Option<Timestamp>,
    /// When the patient accepted it.
    joined_at: Option<Timestamp>,
}

/// The current course of a record.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordCourse {
    id: Id<Course>,
    #[schema(value_type = Condition)]
    condition: String,
    phase: Phase,
    #[schema(value_type = CourseStatus)]
    status: String,
    sessions_done: i32,
    sessions_planned: Option<i32>,
    started_on: LocalDate,
    goal: Option<String>,
}

/// The earliest session that is planned and not yet done.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextSession {
    id: Id<Session>,
    number: i32,
    at: Timestamp,
}

/// The last completed session. A patient is not told the dose here.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastSession {
    id: Id<Session>,
    number: i32,
    at: Timestamp,
    #[schema(value_type = Option<Route>)]
    route: Option<String>,
    dose_mg: Option<f64>,
}

/// The record of a patient as it is for who may see answers or not, and its ETag.
pub(super) fn record(
    conn: &mut DbConnection,
    scope: PatientScope,
    is_clinical: bool,
    now: Timestamp,
) -> Result<(PatientBody, String)> {
    let patient = queries::find(conn, scope)?;
    let row = queries::find_caseload(conn, scope)?.ok_or(Error::NotFound("the patient"))?;
    let open_invitation = if patient.joined_at.is_none() { queries::open_invitation(conn, scope, now)? } else { None };
    let spans = course_queries::spans(conn, scope)?;
    let marks = session_queries::marks(conn, scope)?;
    let open_alerts = crate::alerts::queries::marks(conn, scope)?.iter().filter(|mark| mark.status == "open").count();
    let last_check_in = crate::responses::queries::last_rated(conn, scope, caseload::CHECK_IN)?;
    let reachable = reminders::queries::is_reachable(conn, scope)?;
    let of_today = OfToday::of(&row, is_clinical, now);
    let done = |mark: &&SessionMark| mark.status == "completed";
    let body = PatientBody {
        id: patient.id,
        name: patient.name,
        email: patient.email,
        record_number: patient.record_number,
        date_of_birth: patient.date_of_birth,
        age: of_today.age,
        time_zone: patient.time_zone,
        condition: patient.condition,
        primary_measure: patient.primary_measure,
        external_ref: patient.external_ref,
        archived: patient.archived_at.is_some(),
        created_at: patient.created_at,
        account: AccountBody {
            state: match (patient.joined_at, open_invitation) {
                (Some(_), _) => AccountState::Active,
                (None, Some(_)) => AccountState::Invited,
                (None, None) => AccountState::None,
            },
            invitation_id: open_invitation.map(|(id, _)| id),
            invitation_expires_at: open_invitation.map(|(_, ends)| ends),
            joined_at: patient.joined_at,
        },
        course: spans.last().map(|course| {
            let count = marks.iter().filter(done).filter(|mark| mark.course_id == Some(course.id)).count();
            let sessions_done = i32::try_from(count).unwrap_or(i32::MAX);
            RecordCourse {
                id: course.id,
                condition: course.condition.clone(),
                phase: Phase::of(&course.status, sessions_done, course.planned_sessions),
                status: course.status.clone(),
                sessions_done,
                sessions_planned: course.planned_sessions.or(Some(USUAL_INDUCTION_SESSIONS)),
                started_on: course.started_on,
                goal: course.goal.clone(),
            }
        }),
        last_check_in_at: last_check_in.map(|(_, at)| at),
        adherence_14: of_today.adherence_14,
        check_ins_14: of_today.check_ins_14,
        next_session: marks.iter().find(|mark| mark.status == "planned").map(|mark| NextSession {
            id: mark.id,
            number: mark.number,
            at: mark.at,
        }),
        last_session: marks.iter().rfind(done).map(|mark| LastSession {
            id: mark.id,
            number: mark.number,
            at: mark.at,
            route: mark.route.clone(),
            dose_mg: mark.dose_mg.filter(|_| is_clinical),
        }),
        reachable,
        open_alerts: is_clinical.then_some(open_alerts),
    };
    let AccountBody { state, invitation_id, .. } = &body.account;
    let tag = etag(format!("{}-{state:?}-{invitation_id:?}-{is_clinical}-{reachable:?}-{}", row.version, now.seconds() / 900));
    Ok((body, tag))
}
