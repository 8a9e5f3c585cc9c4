//! All that is known of one patient, as one JSON object.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;
use utoipa::ToSchema;

use super::stream::broken;
use crate::alerts::{self, Alert, AlertRow};
use crate::auth::roles::Roles;
use crate::auth::scope::PatientScope;
use crate::courses::Condition;
use crate::courses::http::CourseBody;
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::Result;
use crate::instruments::{Level, Points, Registry};
use crate::journal::{self, Reader};
use crate::patients::{self, Patient, PatientRow};
use crate::people;
use crate::people::queries::ConsentRow;
use crate::protocols;
use crate::responses::http::ResponseBody;
use crate::responses::{self, Response};
use crate::sessions;
use crate::sessions::http::SessionBody;
use crate::sessions::record::Record;

/// All that is known of one patient.
#[derive(Debug, Serialize, ToSchema)]
pub struct PatientExport {
    /// When it was asked for.
    pub exported_at: Timestamp,
    /// The record.
    pub patient: ExportedPatient,
    /// What the patient said yes and no to, in order of time.
    pub consents: Vec<ExportedConsent>,
    /// Courses of treatment, the last started first.
    pub courses: Vec<CourseBody>,
    /// Dosing sessions in order of time. A patient's own export is without staff's words to each other.
    pub sessions: Vec<SessionBody>,
    /// Answered questionnaires with their scores in order of time, those that were corrected among them.
    pub responses: Vec<ResponseBody>,
    /// Answers that called for somebody, in order of time.
    pub alerts: Vec<ExportedAlert>,
    /// Entries of the journal that are for whom the export is for, newest first.
    pub journal_entries: Vec<journal::http::EntryBody>,
}

/// A patient's record.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedPatient {
    /// The patient.
    pub id: Id<Patient>,
    /// The patient's name.
    #[schema(example = "Maya Ellison")]
    pub name: String,
    /// Where the invitation went.
    pub email: Option<String>,
    /// The clinic's own number.
    #[schema(example = "AR-0417")]
    pub record_number: Option<String>,
    /// The day of birth.
    pub date_of_birth: Option<LocalDate>,
    /// IANA time zone.
    pub time_zone: String,
    /// What is treated.
    #[schema(value_type = Option<Condition>)]
    pub condition: Option<String>,
    /// The measure that the caseload shows.
    #[schema(example = "phq-9.total")]
    pub primary_measure: String,
    /// An id in another system.
    pub external_ref: Option<String>,
    /// When the patient accepted the invitation.
    pub joined_at: Option<Timestamp>,
    /// When the record was put away.
    pub archived_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl From<PatientRow> for ExportedPatient {
    fn from(row: PatientRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            email: row.email,
            record_number: row.record_number,
            date_of_birth: row.date_of_birth,
            time_zone: row.time_zone,
            condition: row.condition,
            primary_measure: row.primary_measure,
            external_ref: row.external_ref,
            joined_at: row.joined_at,
            archived_at: row.archived_at,
            created_at: row.created_at,
        }
    }
}

/// An answer to a text that a patient was asked to agree to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedConsent {
    /// The text.
    #[schema(example = "research")]
    pub id: String,
    /// The version that was read.
    #[schema(example = "1")]
    pub version: String,
    /// Yes or no.
    pub agreed: bool,
    /// When.
    pub at: Timestamp,
}

impl From<ConsentRow> for ExportedConsent {
    fn from(row: ConsentRow) -> Self {
        Self { id: row.consent, version: row.version, agreed: row.agreed, at: row.at }
    }
}

/// Answers that called for somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedAlert {
    /// The alert.
    pub id: Id<Alert>,
    /// What it is about, in the questionnaire's word.
    #[schema(example = "suicidal-ideation")]
    pub kind: String,
    /// The highest level that was met.
    pub level: Level,
    /// How it stands.
    pub status: alerts::Status,
    /// Its most serious answer in words.
    pub title: String,
    /// The highest answer or score behind it.
    pub value: Option<Points>,
    /// When it was made.
    pub raised_at: Timestamp,
    /// When the answer in the title was given.
    pub answered_at: Timestamp,
    /// When that answer reached the server.
    pub received_at: Timestamp,
    /// The responses behind it.
    pub response_ids: Vec<Id<Response>>,
    /// When somebody took it.
    pub acknowledged_at: Option<Timestamp>,
    /// When it was closed.
    pub resolved_at: Option<Timestamp>,
    /// What was done.
    pub action: Option<alerts::Outcome>,
    /// What was found, in staff's words; null in a patient's own export.
    pub note: Option<String>,
}

impl ExportedAlert {
    fn of(row: AlertRow, response_ids: Vec<Id<Response>>, is_own: bool) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            level: row.level,
            status: row.status,
            title: row.title,
            value: row.value_thousandths.map(Points::from_thousandths),
            raised_at: row.raised_at,
            answered_at: row.answered_at,
            received_at: row.received_at,
            response_ids,
            acknowledged_at: row.acknowledged_at,
            resolved_at: row.resolved_at,
            action: row.action,
            note: row.note.filter(|_| !is_own),
        }
    }
}

/// Writes a [`PatientExport`], part by part.
pub fn write(
    conn: &mut DbConnection,
    registry: &Registry,
    scope: PatientScope,
    reader: Reader,
    now: Timestamp,
    mut out: impl Write,
) -> Result<()> {
    let is_own = reader == Reader::Patient;
    let clinic = scope.clinic_scope();
    let patient = ExportedPatient::from(patients::queries::find(conn, scope)?);
    raw(&mut out, "{\"exported_at\":")?;
    json(&mut out, &now)?;
    raw(&mut out, ",\"patient\":")?;
    json(&mut out, &patient)?;

    let consents = people::queries::consents(conn, scope)?;
    let mut list = List::begin(&mut out, "consents")?;
    consents.into_iter().map(ExportedConsent::from).try_for_each(|consent| list.add(&consent))?;
    list.end()?;

    let courses = crate::courses::http::bodies(conn, scope, if is_own { Roles::PATIENT } else { Roles::FIRST_USER })?;
    let mut list = List::begin(&mut out, "courses")?;
    courses.iter().try_for_each(|course| list.add(course))?;
    list.end()?;

    let rows = sessions::queries::list(conn, scope)?;
    let mut list = List::begin(&mut out, "sessions")?;
    let beside = sessions::http::Beside::of(conn, clinic, &rows)?;
    let beside = if is_own { beside.for_patient() } else { beside };
    for row in rows {
        let record = Record::of(&row);
        let record = if is_own { record.for_patient() } else { record };
        list.add(&SessionBody::of(&row, record, &beside)?)?;
    }
    list.end()?;

    let rows = responses::queries::all(conn, scope)?;
    let closed: BTreeMap<_, _> = protocols::queries::closed(conn, scope)?.into_iter().collect();
    let mut list = List::begin(&mut out, "responses")?;
    for row in rows {
        let assignment = closed.get(&Some(row.id)).copied();
        list.add(&responses::http::body(registry, row, assignment)?)?;
    }
    list.end()?;

    let mut list = List::begin(&mut out, "alerts")?;
    for (row, behind) in alerts::with_responses(conn, scope)? {
        list.add(&ExportedAlert::of(row, behind, is_own))?;
    }
    list.end()?;

    let mut list = List::begin(&mut out, "journal_entries")?;
    journal::each(conn, scope, reader, |conn, rows| {
        journal::http::bodies(conn, scope, rows)?.iter().try_for_each(|entry| list.add(entry))
    })?;
    list.end()?;
    raw(&mut out, "}\n")
}

fn raw(out: &mut impl Write, text: &str) -> Result<()> {
    out.write_all(text.as_bytes()).map_err(broken)
}

fn json(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer(out, value).map_err(broken)
}

/// A member of the object that is a list.
struct List<'a, W: Write> {
    out: &'a mut W,
    is_empty: bool,
}

impl<'a, W: Write> List<'a, W> {
    fn begin(out: &'a mut W, name: &str) -> Result<Self> {
        raw(out, &format!(",\"{name}\":["))?;
        Ok(Self { out, is_empty: true })
    }

    fn add(&mut self, item: &impl Serialize) -> Result<()> {
        if !std::mem::take(&mut self.is_empty) {
            raw(self.out, ",\n")?;
        }
        json(self.out, item)
    }

    fn end(self) -> Result<()> {
        raw(self.out, "]")
    }
}
