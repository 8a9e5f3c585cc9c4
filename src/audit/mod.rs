//! Who did what, when, to which record; written in the transaction of the change itself.

use diesel::prelude::*;
use uuid::Uuid;

use crate::auth::SignIn;
use crate::clinic::Clinic;
use crate::db::schema::audit_events;
use crate::db::{self, About, DbConnection, Id, Timestamp, Told, on_backend};
use crate::error::Result;
use crate::patients::Patient;
use crate::people::User;

/// Who acts.
#[derive(Debug, Clone, Copy)]
pub struct Actor {
    /// The person; none for the server itself.
    pub user: Option<Id<User>>,
    /// The role it acted in.
    pub role: &'static str,
    /// The signed-in device.
    pub sign_in: Option<Id<SignIn>>,
    /// The request.
    pub request: Uuid,
}

impl Actor {
    /// The server itself, at its command line.
    pub const fn server() -> Self {
        Self { user: None, role: "server", sign_in: None, request: Uuid::nil() }
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is its own sentence")]
pub enum Action {
    ClinicMade,
    ClinicChanged,
    SignedIn,
    SignInFailed,
    SignedOut,
    RefreshReused,
    PasswordChanged,
    UserChanged,
    Invited,
    InvitationRevoked,
    InvitationAccepted,
    PatientMade,
    PatientChanged,
    ResponseSubmitted,
    ResponseReplaced,
    CourseMade,
    CourseChanged,
    CourseReviewed,
    EligibilitySigned,
    GateOverridden,
    AssignmentAsked,
    AssignmentSkipped,
    SessionRecorded,
    SessionChanged,
    SessionSigned,
    SessionAmended,
    SessionArrival,
    JournalWritten,
    JournalAudienceChanged,
    JournalRead,
    AlertAcknowledged,
    AlertResolved,
    AlertReopened,
    AlertRaised,
    AlertJoined,
    PatientExported,
    ClinicExported,
    ResearchExported,
    RecordsImported,
    KioskCodeMade,
    KioskCodeRevoked,
    KioskOpened,
    KioskEnded,
    ReportTaken,
}

impl Action {
    /// What staff who look on are told of it, where it changes what they see.
    const fn told(self) -> Option<About> {
        match self {
            Self::SessionRecorded
            | Self::SessionChanged
            | Self::SessionSigned
            | Self::SessionAmended
            | Self::SessionArrival
            | Self::CourseMade
            | Self::CourseChanged => Some(About::Sessions),
            Self::ResponseSubmitted | Self::ResponseReplaced | Self::AssignmentAsked | Self::AssignmentSkipped => {
                Some(About::Questionnaires)
            }
            Self::AlertAcknowledged | Self::AlertResolved | Self::AlertReopened | Self::AlertRaised | Self::AlertJoined => {
                Some(About::Alerts)
            }
            _ => None,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::ClinicMade => "clinic_made",
            Self::ClinicChanged => "clinic_changed",
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignedOut => "signed_out",
            Self::RefreshReused => "refresh_reused",
            Self::PasswordChanged => "password_changed",
            Self::UserChanged => "user_changed",
            Self::Invited => "invited",
            Self::InvitationRevoked => "invitation_revoked",
            Self::InvitationAccepted => "invitation_accepted",
            Self::PatientMade => "patient_made",
            Self::PatientChanged => "patient_changed",
            Self::ResponseSubmitted => "response_submitted",
            Self::ResponseReplaced => "response_replaced",
            Self::CourseMade => "course_made",
            Self::CourseChanged => "course_changed",
            Self::CourseReviewed => "course_reviewed",
            Self::EligibilitySigned => "eligibility_signed",
            Self::GateOverridden => "gate_overridden",
            Self::AssignmentAsked => "assignment_asked",
            Self::AssignmentSkipped => "assignment_skipped",
            Self::SessionRecorded => "session_recorded",
            Self::SessionChanged => "session_changed",
            Self::SessionSigned => "session_signed",
            Self::SessionAmended => "session_amended",
            Self::SessionArrival => "session_arrival",
            Self::JournalWritten => "journal_written",
            Self::JournalAudienceChanged => "journal_audience_changed",
            Self::JournalRead => "journal_read",
            Self::AlertAcknowledged => "alert_acknowledged",
            Self::AlertResolved => "alert_resolved",
            Self::AlertReopened => "alert_reopened",
            Self::AlertRaised => "alert_raised",
            Self::AlertJoined => "alert_joined",
            Self::PatientExported => "patient_exported",
            Self::ClinicExported => "clinic_exported",
            Self::ResearchExported => "research_exported",
            Self::RecordsImported => "records_imported",
            Self::KioskCodeMade => "kiosk_code_made",
            Self::KioskCodeRevoked => "kiosk_code_revoked",
            Self::KioskOpened => "kiosk_opened",
            Self::KioskEnded => "kiosk_ended",
            Self::ReportTaken => "report_taken",
        }
    }
}

/// One thing that was done, or refused.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    action: Action,
    object_type: &'static str,
    object: Option<Uuid>,
    patient: Option<Id<Patient>>,
    refused: Option<&'static str>,
}

impl Event {
    /// `action` was done to an object.
    pub const fn of(action: Action, object_type: &'static str, object: Uuid) -> Self {
        Self { action, object_type, object: Some(object), patient: None, refused: None }
    }

    /// The patient whose record it touches.
    #[must_use]
    pub const fn about(mut self, patient: Id<Patient>) -> Self {
        self.patient = Some(patient);
        self
    }

    /// It was refused, for a reason in fixed words.
    #[must_use]
    pub const fn refused(mut self, reason: &'static str) -> Self {
        self.refused = Some(reason);
        self
    }
}

/// Appends to the audit log, and tells staff who look on what kind of thing changes.
pub fn record(conn: &mut DbConnection, clinic: Option<Id<Clinic>>, actor: &Actor, event: &Event, now: Timestamp) -> Result<()> {
    let row = (
        audit_events::clinic_id.eq(clinic),
        audit_events::at.eq(now),
        audit_events::actor_id.eq(actor.user),
        audit_events::role.eq(actor.role),
        audit_events::sign_in_id.eq(actor.sign_in),
        audit_events::action.eq(event.action.word()),
        audit_events::object_type.eq(event.object_type),
        audit_events::object_id.eq(event.object.map(Id::<()>::from_uuid)),
        audit_events::patient_id.eq(event.patient),
        audit_events::outcome.eq(if event.refused.is_some() { "refused" } else { "done" }),
        audit_events::request_id.eq(Id::<()>::from_uuid(actor.request)),
        audit_events::reason.eq(event.refused),
    );
    on_backend!(conn, |c| diesel::insert_into(audit_events::table).values(row).execute(c))?;
    if let (None, Some(clinic), Some(about)) = (event.refused, clinic, event.action.told()) {
        let id = event.object.filter(|_| event.object_type == "session");
        db::tell(conn, Told { clinic, about, id })?;
    }
    Ok(())
}
