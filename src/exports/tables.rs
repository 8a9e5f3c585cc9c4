//! The tables of an export. Every figure of the outcomes can be worked out from them again.

use std::collections::HashMap;
use std::io::Write;

use super::sheet::{Archive, Sheet, Table};
use super::{Extent, codebook};
use crate::alerts::{self, AlertRow};
use crate::auth::scope::PatientScope;
use crate::courses::{self, Course};
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Result};
use crate::instruments::{Points, Registry};
use crate::journal::{self, Reader};
use crate::patients::PatientRow;
use crate::responses::queries::{RatedRow, ResponseMark, ScoredRow};
use crate::responses::{self, Response, ResponseRow};
use crate::sessions;
use crate::sessions::queries::SessionRow;
use crate::sessions::record::Record;

/// Days before the first course in which answers belong to it: its baseline lies there. Source: CLINICAL.md 2.
const BASELINE_DAYS: i64 = 14;

pub(super) const PATIENTS: Table = Table {
    file: "patients.csv",
    columns: &[
        ("patient_id", "The patient; the same in every table."),
        ("record_number", "The clinic's own number."),
        ("name", "The patient's name."),
        ("email", "Where the invitation went."),
        ("date_of_birth", "The day of birth, YYYY-MM-DD."),
        ("time_zone", "IANA time zone in which the patient's days are counted."),
        ("condition", "What is treated."),
        ("primary_measure", "The measure that the caseload shows."),
        ("external_ref", "An id in another system."),
        ("joined_at", "When the patient accepted the invitation. Every instant is RFC 3339 in UTC."),
        ("archived_at", "When the record was put away; empty while it is in use."),
        ("created_at", "When the record was made."),
    ],
};

pub(super) const COURSES: Table = Table {
    file: "courses.csv",
    columns: &[
        ("course_id", "The course of treatment."),
        ("patient_id", "The patient."),
        ("condition", "What is treated."),
        ("protocol", "The plan that it follows."),
        ("planned_sessions", "Sessions of the induction; empty counts as 6."),
        ("started_on", "Its first day where the patient is."),
        ("goal", "What patient and provider want to reach, in their words."),
        ("status", "How it stands."),
        ("created_at", "When it was made."),
        ("updated_at", "When it was changed last."),
    ],
};

pub(super) const SESSIONS: Table = Table {
    file: "sessions.csv",
    columns: &[
        ("session_id", "The dosing session."),
        ("patient_id", "The patient."),
        ("course_id", "The course that it counts to; where empty, the one that started last by then."),
        ("number", "Its number in the course."),
        ("status", "Whether it took place. Only completed sessions count in charts and outcomes."),
        ("at", "started_at, else scheduled_at, else when it was written down."),
        ("local_date", "The day of at where the patient is."),
        ("scheduled_at", "When it was planned."),
        ("started_at", "When dosing began."),
        ("ended_at", "When it ended."),
        ("phase", "The part of the treatment that it belongs to."),
        ("route", "The way the medicine was given."),
        ("medicine", "What was given. Milligrams of one are never added to those of another."),
        ("dose_mg", "How much of it in all, in mg."),
        ("dose_mg_per_kg", "Worked out from dose and weight, rounded half up to two decimals."),
        ("weight_kg", "The patient's weight in kg."),
        ("weight_measured_on", "When the patient was weighed."),
        ("infusion_minutes", "How long the infusion ran, in minutes."),
        ("dissociation", "How detached the patient felt at the strongest moment, 0 to 10."),
        (
            "vitals",
            "Readings as a JSON list: at, phase, systolic and diastolic in mmHg, heart_rate and breathing_rate a minute, spo2 in percent, sedation (MOAA/S).",
        ),
        ("effects", "Effects as a JSON list: effect, severity, minutes from the start of dosing, action, serious."),
        ("medicines_given", "Other medicines as a JSON list."),
        ("interventions", "What was done, as a JSON list. Empty in a patient's own export: staff's words."),
        ("stop_reason", "Why dosing was stopped before its time. Empty in a patient's own export: staff's words."),
        ("checklist", "What was checked before, as a JSON object."),
        ("discharge", "What was checked before going home, as a JSON object."),
        ("note", "Staff's note. Empty in a patient's own export."),
        ("shared_note", "What staff wrote for the patient."),
        ("signed_at", "When the record was signed."),
        ("version", "Counts its changes."),
    ],
};

pub(super) const RESPONSES: Table = Table {
    file: "responses.csv",
    columns: &[
        ("response_id", "The answered questionnaire."),
        ("patient_id", "The patient."),
        ("course_id", "The course in which it was answered, by the same rule as in scores.csv."),
        ("instrument", "The questionnaire."),
        ("instrument_version", "The version that was answered: its words, scoring and bands."),
        ("completed_at", "When it was finished, as the phone said it."),
        ("started_at", "When it was begun, as the phone said it."),
        ("local_date", "The patient's day."),
        ("time_zone", "The zone that the day was worked out in."),
        ("received_at", "When it reached the server."),
        ("clock_suspect", "true where the phone's clock was too far off to be believed: charts place it at received_at."),
        ("entered_by_role", "Who wrote the answers down: patient or provider."),
        ("replaces", "The response that this one corrects."),
        ("superseded_by", "The response that corrects this one; such answers count in no figure."),
        ("answers", "The answers as a JSON object by item; an item that is not there was not answered."),
        ("stated_total", "The total as it was brought in from earlier records, where nobody knows the answers any more."),
    ],
};

pub(super) const SCORES: Table = Table {
    file: "scores.csv",
    columns: &[
        ("patient_id", "The patient."),
        (
            "course_id",
            "The course that started last by local_date; before the first one, that one from 14 days before it on. A later course's baseline may so lie in the course before: look for it by patient and day.",
        ),
        ("response_id", "The response that it was worked out from."),
        ("measure", "What was measured: <instrument>.<scale>."),
        ("value", "Points; empty where the published rule gives no score."),
        ("prorated", "true where missing items were made up for by the published rule; such a score is no baseline."),
        ("band", "The published word for the score."),
        ("completed_at", "When it was answered, as the phone said it."),
        ("local_date", "The patient's day."),
        ("received_at", "When it reached the server."),
        ("superseded", "true where a correction has replaced the answers; such scores count in no figure."),
    ],
};

pub(super) const ALERTS: Table = Table {
    file: "alerts.csv",
    columns: &[
        ("alert_id", "Answers that called for somebody."),
        ("patient_id", "The patient."),
        ("kind", "What it is about, in the questionnaire's word."),
        ("level", "The highest level that was met."),
        ("status", "How it stands."),
        ("title", "Its most serious answer in words."),
        ("value", "The highest answer or score behind it; empty for ticks and missing answers."),
        ("raised_at", "When it was made."),
        ("answered_at", "When the answer in the title was given."),
        ("received_at", "When that answer reached the server."),
        ("response_ids", "The responses behind it, with spaces between."),
        ("acknowledged_at", "When somebody took it."),
        ("resolved_at", "When it was closed."),
        ("action", "What was done."),
        ("note", "What was found, in staff's words. Empty in a patient's own export."),
    ],
};

pub(super) const JOURNAL: Table = Table {
    file: "journal_entries.csv",
    columns: &[
        ("entry_id", "The entry."),
        ("patient_id", "Who wrote it."),
        ("session_id", "The session that it belongs to."),
        ("kind", "What it is about."),
        ("text", "What the patient wrote."),
        ("audience", "Who may read it beside the patient."),
        ("written_at", "When it was written, as the phone said it."),
        ("local_date", "The patient's day."),
        ("received_at", "When it reached the server."),
    ],
};

/// Every table of an export. The journal is in a patient's alone: what is for this reader.
pub(super) const TABLES: [&Table; 7] = [&PATIENTS, &COURSES, &SESSIONS, &RESPONSES, &SCORES, &ALERTS, &JOURNAL];

/// Where rows are written to.
type Out<'a, 'b> = &'a mut Sheet<&'b mut dyn Write>;

/// Writes the tables of these patients and their codebook as a zip.
pub fn write(
    conn: &mut DbConnection,
    registry: &Registry,
    extent: Extent,
    reader: Reader,
    now: Timestamp,
    out: impl Write,
) -> Result<()> {
    let is_own = reader == Reader::Patient;
    let mut archive = Archive::new(out, now);
    archive.file(&PATIENTS, |sheet| extent.each(conn, |_, _, row| patient(sheet, &row)))?;
    archive.file(&COURSES, |sheet| {
        extent.each(conn, |conn, scope, _| {
            courses::queries::list(conn, scope)?.iter().rev().try_for_each(|row| {
                sheet.value(row.id)?;
                sheet.value(row.patient_id)?;
                sheet.word(row.condition.word())?;
                sheet.said(row.protocol.as_deref())?;
                sheet.maybe(row.planned_sessions)?;
                sheet.value(row.started_on)?;
                sheet.said(row.goal.as_deref())?;
                sheet.word(row.status.word())?;
                sheet.value(row.created_at)?;
                sheet.value(row.updated_at)?;
                sheet.end()
            })
        })
    })?;
    archive.file(&SESSIONS, |sheet| {
        extent.each(conn, |conn, scope, _| {
            sessions::queries::list(conn, scope)?.iter().try_for_each(|row| session(sheet, row, is_own))
        })
    })?;
    archive.file(&RESPONSES, |sheet| {
        extent.each(conn, |conn, scope, _| {
            let spans = Spans::of(courses::queries::spans(conn, scope)?);
            responses::queries::all(conn, scope)?.iter().try_for_each(|row| response(sheet, &spans, row))
        })
    })?;
    archive.file(&SCORES, |sheet| {
        extent.each(conn, |conn, scope, _| {
            let spans = Spans::of(courses::queries::spans(conn, scope)?);
            let figures = Figures::of(responses::queries::all_scores(conn, scope)?, responses::queries::all_rated(conn, scope)?);
            responses::queries::all_marks(conn, scope)?
                .iter()
                .try_for_each(|mark| scores(sheet, scope.patient().to_string().as_str(), &spans, &figures, mark))
        })
    })?;
    archive.file(&ALERTS, |sheet| {
        extent.each(conn, |conn, scope, _| {
            alerts::with_responses(conn, scope)?.iter().try_for_each(|(row, behind)| alert(sheet, row, behind, is_own))
        })
    })?;
    if let Extent::Patient(scope) = extent {
        archive.file(&JOURNAL, |sheet| journal_entries(conn, scope, reader, sheet))?;
    }
    archive.file(&codebook::CODEBOOK, |sheet| codebook::write(sheet, registry, matches!(extent, Extent::Patient(_))))?;
    archive.finish()
}

fn patient(sheet: Out, row: &PatientRow) -> Result<()> {
    sheet.value(row.id)?;
    sheet.said(row.record_number.as_deref())?;
    sheet.text(&row.name)?;
    sheet.said(row.email.as_deref())?;
    sheet.maybe(row.date_of_birth)?;
    sheet.text(&row.time_zone)?;
    sheet.said(row.condition.as_deref())?;
    sheet.text(&row.primary_measure)?;
    sheet.said(row.external_ref.as_deref())?;
    sheet.maybe(row.joined_at)?;
    sheet.maybe(row.archived_at)?;
    sheet.value(row.created_at)?;
    sheet.end()
}

fn session(sheet: Out, row: &SessionRow, is_own: bool) -> Result<()> {
    let record = Record::of(row);
    let record = if is_own { record.for_patient() } else { record };
    sheet.value(row.id)?;
    sheet.value(row.patient_id)?;
    sheet.maybe(record.course_id)?;
    sheet.value(record.number)?;
    sheet.word(record.status.word())?;
    sheet.value(row.at)?;
    sheet.value(row.local_date)?;
    sheet.maybe(record.scheduled_at)?;
    sheet.maybe(record.started_at)?;
    sheet.maybe(record.ended_at)?;
    sheet.word(record.conduct.phase.map_or("", sessions::Phase::word))?;
    sheet.word(record.route.map_or("", sessions::Route::word))?;
    sheet.word(record.medicine.word())?;
    sheet.maybe(record.dose_mg)?;
    sheet.maybe(record.dose_mg_per_kg())?;
    sheet.maybe(record.weight_kg)?;
    sheet.maybe(record.weight_measured_on)?;
    sheet.maybe(record.infusion_minutes)?;
    sheet.maybe(record.dissociation)?;
    json(sheet, &record.vitals)?;
    json(sheet, &record.effects)?;
    json(sheet, &record.conduct.medicines_given)?;
    json(sheet, &record.conduct.interventions)?;
    sheet.said(record.conduct.stop_reason.as_deref())?;
    json(sheet, &record.checklist)?;
    json(sheet, &record.discharge)?;
    sheet.said(record.note.as_deref())?;
    sheet.said(record.shared_note.as_deref())?;
    sheet.maybe(row.signed_at)?;
    sheet.value(row.version)?;
    sheet.end()
}

/// A list or an object in one cell: it begins with a bracket, so it is no formula.
fn json(sheet: Out, value: &impl serde::Serialize) -> Result<()> {
    let text = serde_json::to_string(value).map_err(|why| Error::Internal(Box::new(why)))?;
    sheet.word(&text)
}

fn response(sheet: Out, spans: &Spans, row: &ResponseRow) -> Result<()> {
    sheet.value(row.id)?;
    sheet.value(row.patient_id)?;
    sheet.word(spans.on(row.local_date))?;
    sheet.text(&row.instrument)?;
    sheet.text(&row.instrument_version)?;
    sheet.value(row.completed_at)?;
    sheet.maybe(row.started_at)?;
    sheet.value(row.local_date)?;
    sheet.text(&row.time_zone)?;
    sheet.value(row.received_at)?;
    sheet.value(row.clock_suspect)?;
    sheet.word(&row.entered_by_role)?;
    sheet.maybe(row.replaces)?;
    sheet.maybe(row.superseded_by)?;
    sheet.text(&row.answers)?;
    sheet.maybe(row.stated_total())?;
    sheet.end()
}

/// A patient's courses, for the one that a day belongs to.
struct Spans(Vec<(LocalDate, String)>);

impl Spans {
    /// Of courses in the order in which they started.
    fn of(spans: Vec<courses::queries::CourseSpan>) -> Self {
        Self(spans.into_iter().map(|span| (span.started_on, Id::<Course>::to_string(&span.id))).collect())
    }

    /// The course that started last by then; in the time for a baseline before the first course, that one; else nothing.
    fn on(&self, day: LocalDate) -> &str {
        let begun = self.0.iter().rev().find(|(started_on, _)| *started_on <= day);
        let soon = || self.0.first().filter(|(started_on, _)| started_on.plus_days(-BASELINE_DAYS) <= day);
        begun.or_else(soon).map_or("", |(_, id)| id)
    }
}

/// A patient's scores and single ratings by response.
struct Figures {
    scores: HashMap<Id<Response>, Vec<ScoredRow>>,
    rated: HashMap<Id<Response>, RatedRow>,
}

impl Figures {
    fn of(scores: Vec<ScoredRow>, rated: Vec<RatedRow>) -> Self {
        let mut by_response: HashMap<_, Vec<_>> = HashMap::new();
        for row in scores {
            by_response.entry(row.response_id).or_default().push(row);
        }
        Self { scores: by_response, rated: rated.into_iter().map(|row| (row.response_id, row)).collect() }
    }
}

/// The rows of one response.
fn scores(sheet: Out, patient: &str, spans: &Spans, figures: &Figures, mark: &ResponseMark) -> Result<()> {
    // What all rows of a response share is put into words once: there are a thousand times more rows than anything else.
    let id = mark.id.to_string();
    let head = [patient, spans.on(mark.local_date), &id];
    let (completed_at, local_date, received_at) =
        (mark.completed_at.to_string(), mark.local_date.to_string(), mark.received_at.to_string());
    let is_superseded = if mark.superseded_by.is_some() { "true" } else { "false" };
    let tail = [completed_at.as_str(), &local_date, &received_at, is_superseded];
    let mut row = |measure: &str, value: Option<Points>, prorated: bool, band: Option<&str>| -> Result<()> {
        head.iter().try_for_each(|word| sheet.word(word))?;
        sheet.text(measure)?;
        sheet.maybe(value)?;
        sheet.word(if prorated { "true" } else { "false" })?;
        sheet.said(band)?;
        tail.iter().try_for_each(|word| sheet.word(word))?;
        sheet.end()
    };
    for score in figures.scores.get(&mark.id).into_iter().flatten() {
        let value = score.value_thousandths.map(Points::from_thousandths);
        row(&score.measure, value, score.prorated, score.band.as_deref())?;
    }
    if let Some(rated) = figures.rated.get(&mark.id) {
        for (item, value) in responses::parse_ratings(&rated.given)? {
            row(&format!("{}.{item}", mark.instrument), Some(value), false, None)?;
        }
    }
    Ok(())
}

fn alert(sheet: Out, row: &AlertRow, behind: &[Id<Response>], is_own: bool) -> Result<()> {
    sheet.value(row.id)?;
    sheet.value(row.patient_id)?;
    sheet.text(&row.kind)?;
    sheet.word(row.level.word())?;
    sheet.word(row.status.word())?;
    sheet.text(&row.title)?;
    sheet.maybe(row.value_thousandths.map(Points::from_thousandths))?;
    sheet.value(row.raised_at)?;
    sheet.value(row.answered_at)?;
    sheet.value(row.received_at)?;
    sheet.word(&behind.iter().map(Id::to_string).collect::<Vec<_>>().join(" "))?;
    sheet.maybe(row.acknowledged_at)?;
    sheet.maybe(row.resolved_at)?;
    sheet.word(row.action.map_or("", alerts::Outcome::word))?;
    sheet.said(row.note.as_deref().filter(|_| !is_own))?;
    sheet.end()
}

fn journal_entries(conn: &mut DbConnection, scope: PatientScope, reader: Reader, sheet: Out) -> Result<()> {
    journal::each(conn, scope, reader, |_, rows| {
        for row in rows {
            sheet.value(row.id)?;
            sheet.value(row.patient_id)?;
            sheet.maybe(row.session_id)?;
            sheet.word(row.kind.word())?;
            sheet.text(&row.text)?;
            sheet.word(row.audience.word())?;
            sheet.value(row.written_at)?;
            sheet.value(row.local_date)?;
            sheet.value(row.received_at)?;
            sheet.end()?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_belongs_to_the_course_begun_last_and_a_baseline_to_the_first() {
        let day = |text: &str| text.parse::<LocalDate>().unwrap();
        let spans = Spans(vec![(day("2026-03-15"), "one".into()), (day("2026-09-01"), "two".into())]);
        let on = |text| spans.on(day(text)).to_owned();
        assert_eq!([on("2026-02-28"), on("2026-03-01"), on("2026-03-15")], ["", "one", "one"]);
        assert_eq!([on("2026-08-31"), on("2026-09-01"), on("2027-01-01")], ["one", "two", "two"]);
        assert_eq!(Spans(Vec::new()).on(day("2026-03-01")), "");
    }
}
