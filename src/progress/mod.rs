//! What changed across sessions: the rules behind every chart, and its words.
//!
//! The rules are pure and work on whole time lines; this file reads the lines and puts the answers together. A time that
//! was asked for cuts what is shown, never what is worked out.

pub mod aligned;
pub mod body;
pub mod cadence;
pub mod change;
pub mod daily;
pub mod exposure;
pub mod facts;
pub mod http;
pub mod lasting;
pub mod note;
pub mod per_session;
#[cfg(test)]
pub(crate) mod samples;
pub mod sentence;
pub mod timeline;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use body::{Line, PatientMeasureBody, Shown, Treatment};
use daily::{DailyAnswer, DailyColumns};
use timeline::{ScorePoint, days_between};

use crate::alerts;
use crate::auth::guards::SignedIn;
use crate::auth::scope::PatientScope;
use crate::courses;
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Result};
use crate::instruments::{Instrument, Kind, Measure, Points, Registry, SUICIDAL_IDEATION};
use crate::patients::caseload::CHECK_IN;
use crate::patients::{self, Patient, USUAL_MEASURE};
use crate::protocols;
use crate::responses::{self, digest};
use crate::sessions;
use crate::web::kept::{Kept, Text};
use crate::web::{List, etag};

/// Days of daily ratings where no time is asked for.
const USUAL_DAYS: i64 = 365;
/// The most days of daily ratings in one answer: three years.
const MOST_DAYS: i64 = 1100;

/// What is asked about a patient's progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// The chart of a measure, of the primary one where none is named.
    Chart(Option<String>, Shown),
    /// The daily ratings.
    Daily(Shown),
    /// A measure around each session, from so many days before to so many after.
    Aligned(Option<String>, u32, u32),
    /// How long it lasted, by a measure, by the primary one where none is named.
    Lasting(Option<String>),
    /// Text for a clinical note; for providers.
    Note,
    /// Where the patient stands on each measure.
    Measures,
    /// How much of which medicine, how close together; for providers.
    Exposure,
}

/// An answer with its ETag.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Names this state of the answer.
    pub etag: String,
    /// The body as JSON; `None` where the caller has it already.
    pub text: Option<Arc<Text>>,
}

/// Who is asked about, by whom, and when.
#[derive(Debug, Clone, Copy)]
struct Subject {
    scope: PatientScope,
    is_staff: bool,
    /// The day it is where the patient is.
    today: Date,
}

/// Answers a question about a patient, or 404 and 403 for who may not ask it.
///
/// `is_known` says whether the caller has the answer of that ETag; then nothing is worked out, and neither is an answer
/// that is `kept`.
pub fn answer(
    conn: &mut DbConnection,
    (registry, kept): (&Registry, &Kept),
    who: &SignedIn,
    patient: Id<Patient>,
    question: &Question,
    now: Timestamp,
    is_known: impl Fn(&str) -> bool,
) -> Result<Answer> {
    let scope = who.readable_patient(conn, patient)?;
    read(conn, (registry, kept), (scope, !who.roles.is_patient()), question, now, is_known)
}

fn read(
    conn: &mut DbConnection,
    (registry, kept): (&Registry, &Kept),
    (scope, is_staff): (PatientScope, bool),
    question: &Question,
    now: Timestamp,
    is_known: impl Fn(&str) -> bool,
) -> Result<Answer> {
    let (version, zone) = patients::queries::version(conn, scope)?;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let subject = Subject { scope, is_staff, today: now.local_date(&zone).civil() };
    let etag = tag(registry, &subject, version, question);
    let text = if is_known(&etag) { None } else { Some(kept.get(&etag, || work_out(conn, registry, &subject, question))?) };
    Ok(Answer { etag, text })
}

fn work_out(conn: &mut DbConnection, registry: &Registry, subject: &Subject, question: &Question) -> Result<String> {
    match question {
        Question::Chart(measure, shown) => chart(conn, registry, subject, measure.as_deref(), *shown),
        Question::Daily(shown) => daily_columns(conn, registry, subject, *shown),
        Question::Aligned(measure, before, after) => {
            around_sessions(conn, registry, subject, measure.as_deref(), (*before, *after))
        }
        Question::Lasting(measure) => how_long(conn, registry, subject, measure.as_deref()),
        Question::Note => clinical_note(conn, registry, subject),
        Question::Measures => measures(conn, registry, subject),
        Question::Exposure => exposed(conn, registry, subject),
    }
}

/// Every change to the patient raises the version; today, the role, the questionnaires and the program do the rest.
fn tag(registry: &Registry, subject: &Subject, version: i64, question: &Question) -> String {
    let forms: String = registry.all().map(|instrument| &instrument.digest()[..12]).collect();
    let state = format!("{version} {} {} {question:?}", subject.today, subject.is_staff);
    etag(digest(&[env!("CARGO_PKG_VERSION"), &forms, &subject.scope.patient().to_string(), &state]))
}

fn written(body: &impl Serialize) -> Result<String> {
    serde_json::to_string(body).map_err(|why| Error::Internal(Box::new(why)))
}

/// The named measure, or the patient's primary one, with its questionnaire.
pub fn find_measure<'r>(
    conn: &mut DbConnection,
    registry: &'r Registry,
    scope: PatientScope,
    named: Option<&str>,
) -> Result<(&'r Measure, &'r Instrument)> {
    let measure = if let Some(named) = named {
        registry.measure(named).ok_or_else(|| Error::invalid("/measure", UNKNOWN_MEASURE))?
    } else {
        let primary = patients::queries::find(conn, scope)?.primary_measure;
        let known = registry.measure(&primary).or_else(|| registry.measure(USUAL_MEASURE));
        known.ok_or_else(|| Error::Internal("the registry has no measure to show".into()))?
    };
    let instrument =
        registry.latest(&measure.instrument).ok_or_else(|| Error::Internal("a measure of no questionnaire".into()))?;
    Ok((measure, instrument))
}

const UNKNOWN_MEASURE: &str = "must be a measure of a questionnaire, like phq-9.total";

/// A patient's sessions and courses on the time axis.
pub fn treatment(conn: &mut DbConnection, scope: PatientScope) -> Result<Treatment> {
    let marks = sessions::queries::marks(conn, scope)?;
    let spans = courses::queries::spans(conn, scope)?;
    Ok(Treatment::of(marks, &spans))
}

fn chart(conn: &mut DbConnection, registry: &Registry, subject: &Subject, named: Option<&str>, shown: Shown) -> Result<String> {
    let Subject { scope, is_staff, today } = *subject;
    let (measure, instrument) = find_measure(conn, registry, scope, named)?;
    let line = line(conn, scope, measure)?;
    let treatment = treatment(conn, scope)?;
    let body = body::progress(scope.patient(), measure, instrument, &treatment, &line, shown, today);
    let body = body.with_plan_changes(&protocols::queries::changes(conn, scope)?);
    if !is_staff {
        return written(&body);
    }
    let marks = if facts::asks_about_suicide(instrument) {
        alerts::flag_marks(conn, scope, SUICIDAL_IDEATION, &instrument.id)?
    } else {
        Vec::new()
    };
    let flags = facts::flags(&marks, |version| registry.version(&instrument.id, version).map(AsRef::as_ref));
    written(&body.with_staff_view(measure, &treatment, &line, flags, shown, today))
}

fn around_sessions(
    conn: &mut DbConnection,
    registry: &Registry,
    subject: &Subject,
    named: Option<&str>,
    days: (u32, u32),
) -> Result<String> {
    let (measure, instrument) = find_measure(conn, registry, subject.scope, named)?;
    let line = line(conn, subject.scope, measure)?;
    let treatment = treatment(conn, subject.scope)?;
    written(&body::aligned(measure, instrument, &treatment, &line, days, subject.today))
}

fn how_long(conn: &mut DbConnection, registry: &Registry, subject: &Subject, named: Option<&str>) -> Result<String> {
    let (measure, _) = find_measure(conn, registry, subject.scope, named)?;
    let line = line(conn, subject.scope, measure)?;
    let treatment = treatment(conn, subject.scope)?;
    written(&body::lasting(measure, &treatment, &line))
}

fn daily_columns(conn: &mut DbConnection, registry: &Registry, subject: &Subject, shown: Shown) -> Result<String> {
    let span = daily_span(shown, subject.today)?;
    written(&daily_ratings(conn, registry, subject.scope, span)?)
}

/// The daily ratings from one day to another, both included.
pub fn daily_ratings<'r>(
    conn: &mut DbConnection,
    registry: &'r Registry,
    scope: PatientScope,
    (from, to): (Date, Date),
) -> Result<DailyColumns<'r>> {
    let check_in = registry.latest(CHECK_IN).ok_or_else(|| Error::Internal("there is no check-in".into()))?;
    let rated: Vec<(&Measure, &str)> =
        check_in.measures().iter().filter_map(|measure| Some((measure.as_ref(), measure.rated_item()?))).collect();
    let (measures, items): (Vec<_>, Vec<_>) = rated.into_iter().unzip();
    let lead_in = daily::lead_in(from).into();
    let rows = responses::queries::daily_ratings(conn, scope, CHECK_IN, lead_in, to.into())?;
    let mut answers = Vec::with_capacity(rows.len());
    for (day, given) in &rows {
        answers.push(DailyAnswer { local_date: day.civil(), ratings: read_ratings(given, &items)? });
    }
    let marks = sessions::queries::marks(conn, scope)?;
    let session_dates = marks.iter().filter(|mark| mark.status == "completed").map(|mark| mark.local_date.civil());
    Ok(daily::columns(from, to, &measures, answers, session_dates))
}

/// The days to show: a year that ends today where nothing is asked for.
fn daily_span(shown: Shown, today: Date) -> Result<(Date, Date)> {
    let to = shown.to.unwrap_or(today);
    let from = shown.from.unwrap_or_else(|| LocalDate::from(to).plus_days(1 - USUAL_DAYS).civil());
    match days_between(from, to) + 1 {
        ..=0 => Err(Error::invalid("/from", "must not be after the last day")),
        1..=MOST_DAYS => Ok((from, to)),
        _ => Err(Error::invalid("/from", format!("must be within the {MOST_DAYS} days up to the last day"))),
    }
}

fn measures(conn: &mut DbConnection, registry: &Registry, subject: &Subject) -> Result<String> {
    let Subject { scope, today, .. } = *subject;
    let treatment = treatment(conn, scope)?;
    let (primary, _) = find_measure(conn, registry, scope, None)?;
    let mut lines = all_lines(conn, registry, scope)?;
    lines.entry(primary.id.clone()).or_default();
    let mut items: Vec<PatientMeasureBody<'_>> = lines
        .iter()
        .filter_map(|(id, line)| Some(body::patient_measure(registry.measure(id)?, &treatment, line, today)))
        .collect();
    // Published measures first, the patient's own before the others.
    items.sort_by_key(|item| (item.kind == Kind::InHouse, item.measure != primary.id));
    written(&List::whole(items))
}

fn clinical_note(conn: &mut DbConnection, registry: &Registry, subject: &Subject) -> Result<String> {
    let Subject { scope, today, .. } = *subject;
    let treatment = treatment(conn, scope)?;
    let lines = all_lines(conn, registry, scope)?;
    let mut standings: Vec<note::Standing<'_>> = lines
        .iter()
        .filter_map(|(id, line)| Some((registry.measure(id)?, line)))
        .filter(|(measure, _)| measure.kind == Kind::Validated && measure.change.is_some())
        .filter_map(|(measure, line)| body::standing(measure, &treatment, line, today))
        .collect();
    let patient = patients::queries::find(conn, scope)?;
    standings.sort_by_key(|standing| standing.measure.id != patient.primary_measure);
    let open = courses::queries::list(conn, scope)?.into_iter().find(|course| course.status.is_open());
    let changes = protocols::queries::changes(conn, scope)?;
    let plan = open.as_ref().and_then(|open| changes.iter().rfind(|change| change.course == open.id));
    let beside = note::Beside {
        record_number: patient.record_number.as_deref(),
        marks: treatment.marks(),
        plan: plan.and_then(|change| change.to_title.as_deref().or(change.to_protocol.as_deref())),
        today,
    };
    written(&body::NoteBody { text: note::note(&standings, &beside) })
}

/// The checks that long use calls for. Source: CLINICAL.md 10: bladder, and memory, misuse, mood and perceptions.
const LONG_TERM_CHECKS: [&str; 2] = ["bladder-check", "long-term-check"];

fn exposed(conn: &mut DbConnection, registry: &Registry, subject: &Subject) -> Result<String> {
    let Subject { scope, today, .. } = *subject;
    let rows = sessions::queries::list(conn, scope)?;
    let doses: Vec<exposure::Dose> = rows.iter().filter(|row| row.status == sessions::Status::Completed).map(dose).collect();
    let mut checks = Vec::new();
    for instrument in LONG_TERM_CHECKS.iter().filter_map(|id| registry.latest(id)) {
        let last = responses::queries::last_given_to(conn, scope, &instrument.id)?;
        checks.push((instrument.id.clone(), instrument.short_title.clone(), last));
    }
    written(&exposure::exposure(&doses, checks, today))
}

fn dose(row: &sessions::queries::SessionRow) -> exposure::Dose {
    let record = sessions::record::Record::of(row);
    let mut before = record.vitals.iter().filter(|reading| reading.phase == sessions::VitalsPhase::Before);
    exposure::Dose {
        day: row.local_date.civil(),
        medicine: record.medicine.word().to_owned(),
        mg: record.dose_mg,
        pressure: before.find_map(|reading| reading.systolic.zip(reading.diastolic)),
    }
}

/// Everything that was scored or rated on one measure.
fn line(conn: &mut DbConnection, scope: PatientScope, measure: &Measure) -> Result<Line> {
    let mut line = Line::default();
    if let Some(item) = measure.rated_item() {
        for row in responses::queries::ratings(conn, scope, &measure.instrument)? {
            for (_, value) in read_ratings(&row.given, &[item])? {
                line.scores.push(rating_point(&row, value));
            }
        }
        line.put_in_order();
    } else {
        for row in responses::queries::line(conn, scope, &measure.id)? {
            line.add(row);
        }
    }
    Ok(line)
}

/// The same of every measure that the patient has a score of, by measure.
pub fn all_lines(conn: &mut DbConnection, registry: &Registry, scope: PatientScope) -> Result<BTreeMap<String, Line>> {
    let mut lines: BTreeMap<String, Line> = BTreeMap::new();
    for row in responses::queries::lines(conn, scope)? {
        lines.entry(row.measure.clone()).or_default().add(row);
    }
    lines.retain(|_, line| !line.scores.is_empty());
    let rows = responses::queries::all_ratings(conn, scope)?;
    for rows in rows.chunk_by(|one, other| one.instrument == other.instrument) {
        let Some(instrument) = rows.first().and_then(|row| registry.latest(&row.instrument)) else { continue };
        let rated: Vec<(&str, &str)> =
            instrument.measures().iter().filter_map(|measure| Some((measure.id.as_str(), measure.rated_item()?))).collect();
        let (ids, items): (Vec<_>, Vec<_>) = rated.into_iter().unzip();
        let mut of_items: Vec<Line> = ids.iter().map(|_| Line::default()).collect();
        for row in rows {
            for (position, value) in read_ratings(&row.given, &items)? {
                of_items[position].scores.push(rating_point(row, value));
            }
        }
        for (id, mut line) in ids.into_iter().zip(of_items).filter(|(_, line)| !line.scores.is_empty()) {
            line.put_in_order();
            lines.insert(id.to_owned(), line);
        }
    }
    Ok(lines)
}

fn read_ratings(given: &str, items: &[&str]) -> Result<Vec<(usize, Points)>> {
    daily::read_ratings(given, items).map_err(|why| Error::Internal(Box::new(why)))
}

fn rating_point(row: &responses::queries::ChartRatings, value: Points) -> ScorePoint {
    ScorePoint {
        at: row.placed_at.jiff(),
        local_date: row.local_date.civil(),
        value,
        prorated: false,
        band: None,
        response_id: row.response_id.uuid(),
    }
}

impl Line {
    /// Adds the next score in order of time.
    fn add(&mut self, row: responses::queries::ChartScore) {
        let Some(value) = row.value_thousandths else {
            self.unscored += 1;
            return;
        };
        self.items_left_out = row.prorated.then(|| row.missing_items.split(',').filter(|item| !item.is_empty()).count());
        self.scores.push(ScorePoint {
            at: row.placed_at.jiff(),
            local_date: row.local_date.civil(),
            value: Points::from_thousandths(value),
            prorated: row.prorated,
            band: row.band,
            response_id: row.response_id.uuid(),
        });
    }

    /// Ratings come by local date, which runs behind time for who travels.
    fn put_in_order(&mut self) {
        self.scores.sort_by_key(|score| (score.at, score.response_id));
    }
}

#[cfg(test)]
mod statements;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::samples::day;

    fn span(from: Option<&str>, to: Option<&str>) -> Option<(String, String)> {
        let shown = Shown { from: from.map(day), to: to.map(day) };
        daily_span(shown, day("2026-11-20")).ok().map(|(from, to)| (from.to_string(), to.to_string()))
    }

    fn days(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn daily_ratings_are_those_of_a_year_that_ends_today() {
        assert_eq!(span(None, None), Some(days("2025-11-21", "2026-11-20")));
        assert_eq!(span(Some("2026-11-01"), None), Some(days("2026-11-01", "2026-11-20")));
        assert_eq!(span(None, Some("2026-01-01")), Some(days("2025-01-02", "2026-01-01")));
    }

    #[test]
    fn daily_ratings_of_more_than_three_years_or_of_no_day_are_refused() {
        assert_eq!(span(Some("2023-11-17"), None), Some(days("2023-11-17", "2026-11-20")));
        assert_eq!(span(Some("2023-11-16"), None), None);
        assert_eq!(span(Some("2026-11-20"), Some("2026-11-20")), Some(days("2026-11-20", "2026-11-20")));
        assert_eq!(span(Some("2026-11-21"), None), None);
        assert_eq!(span(Some("0000-01-01"), Some("9999-12-31")), None);
    }
}
