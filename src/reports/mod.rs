//! One page about a patient's progress, to print: for a provider, or for the patient to take along without vital signs.
//!
//! Every figure comes from `progress`; here they are chosen, and put in words and in an order. The app
//! shows the page on screen, `pdf` draws it as a file; both from the same body.

pub mod http;
pub mod pdf;
mod words;

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::scope::PatientScope;
use crate::clinic;
use crate::courses::{self, queries::CourseSpan};
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::Result;
use crate::instruments::{Instrument, Kind, Measure, Points, Registry};
use crate::patients::caseload::age;
use crate::patients::{self, Patient, PatientRow};
use crate::people;
use crate::progress;
use crate::progress::body::{Line, ProgressBody, Shown, Treatment};
use crate::progress::daily::DailyColumns;
use crate::protocols::{self, PlanChange};
use crate::sessions::queries::SessionRow;
use crate::sessions::record::{Record, Vitals};
use crate::sessions::{self, Medicine, Phase, Route, Session, Status};

/// The rating whose days stand between the charts and the table.
const MOOD: &str = "daily-check-in.mood";

/// Measures beside the primary one.
const MOST_OTHERS: usize = 2;

/// Rows of the table of sessions, the last ones. Source: DESIGN.md, "Print".
const MOST_SESSIONS: usize = 12;

/// The days that the charts show at the most: on paper, a longer time is no longer legible.
const MOST_DAYS: i64 = 365;

/// What the charts show of somebody who has answered nothing yet.
const EMPTY_DAYS: i64 = 28;

/// A measure with all its scores.
#[derive(Debug)]
struct Charted<'r> {
    measure: &'r Measure,
    instrument: &'r Instrument,
    line: Line,
}

/// All that a report is made of, as it was read.
#[derive(Debug)]
pub struct Material<'r> {
    patient: PatientRow,
    clinic: String,
    provider: Option<String>,
    today: Date,
    treatment: Treatment,
    spans: Vec<CourseSpan>,
    plan_changes: Vec<PlanChange>,
    /// The primary measure first.
    charted: Vec<Charted<'r>>,
    sessions: Vec<SessionRow>,
    from: Date,
    is_cut: bool,
    mood: DailyColumns<'r>,
    has_vital_signs: bool,
}

/// Reads what a report is made of. A patient's own has no vital signs.
pub fn read<'r>(
    conn: &mut DbConnection,
    registry: &'r Registry,
    scope: PatientScope,
    is_staff: bool,
    now: Timestamp,
) -> Result<Material<'r>> {
    let patient = patients::queries::find(conn, scope)?;
    let today = now.local_date(&patients::zone(conn, scope)?).civil();
    let charted = charted(conn, registry, scope)?;
    let mut sessions = sessions::queries::list(conn, scope)?;
    sessions.retain(|session| session.status == Status::Completed);
    let begun = first_day(&charted, &sessions).unwrap_or_else(|| LocalDate::from(today).plus_days(1 - EMPTY_DAYS));
    let earliest = LocalDate::from(today).plus_days(1 - MOST_DAYS);
    let from = begun.max(earliest).civil();
    let mut mood = progress::daily_ratings(conn, registry, scope, (from, today))?;
    mood.keep(MOOD);
    let recorder = sessions::queries::recorders(conn, scope)?.first().copied();
    Ok(Material {
        clinic: clinic::queries::find(conn, scope.clinic_scope())?.name,
        provider: recorder.map(|user| people::queries::name_of(conn, scope.clinic_scope(), user)).transpose()?,
        treatment: progress::treatment(conn, scope)?,
        spans: courses::queries::spans(conn, scope)?,
        plan_changes: protocols::queries::changes(conn, scope)?,
        is_cut: begun < earliest,
        has_vital_signs: is_staff,
        patient,
        today,
        charted,
        sessions,
        from,
        mood,
    })
}

/// The primary measure, and of the published ones with rules for change those that were answered most often.
fn charted<'r>(conn: &mut DbConnection, registry: &'r Registry, scope: PatientScope) -> Result<Vec<Charted<'r>>> {
    let (primary, instrument) = progress::find_measure(conn, registry, scope, None)?;
    let mut lines = progress::all_lines(conn, registry, scope)?;
    let line = lines.remove(&primary.id).unwrap_or_default();
    let mut others: Vec<Charted<'r>> = lines
        .into_iter()
        .filter_map(|(id, line)| {
            let measure = registry.measure(&id)?;
            let instrument = registry.latest(&measure.instrument)?;
            let is_told_by_change = measure.kind == Kind::Validated && measure.change.is_some();
            is_told_by_change.then_some(Charted { measure, instrument, line })
        })
        .collect();
    // Stable: of equals the first by name.
    others.sort_by_key(|other| std::cmp::Reverse(other.line.scores.len()));
    others.truncate(MOST_OTHERS);
    others.sort_by(|one, other| one.measure.id.cmp(&other.measure.id));
    Ok(std::iter::once(Charted { measure: primary, instrument, line }).chain(others).collect())
}

fn first_day(charted: &[Charted<'_>], sessions: &[SessionRow]) -> Option<LocalDate> {
    let scores = charted.iter().filter_map(|one| one.line.scores.first()).map(|score| LocalDate::from(score.local_date));
    scores.chain(sessions.first().map(|session| session.local_date)).min()
}

/// A progress chart under its heading.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportChart)]
pub struct ChartBody<'a> {
    /// What is drawn and how it is read.
    #[schema(example = "PHQ-9, depressive symptom severity, 0 to 27, lower is better")]
    pub heading: String,
    /// As in the patient's progress.
    #[serde(flatten)]
    pub progress: ProgressBody<'a>,
}

/// A blood pressure in mmHg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ReportPressure)]
pub struct Pressure {
    /// The upper value.
    #[schema(example = 148)]
    pub systolic: i32,
    /// The lower value; null where only the upper one was written down.
    #[schema(example = 92)]
    pub diastolic: Option<i32>,
}

/// A completed session as a row of the table. What nobody wrote down or answered is null.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportSession)]
pub struct SessionLine {
    /// The session.
    pub id: Id<Session>,
    /// Its number in the course.
    pub number: i32,
    /// The patient's day of it.
    pub date: LocalDate,
    /// The part of the treatment: as recorded, else by the number of sessions that the course plans.
    pub phase: Phase,
    /// What was given.
    pub medicine: Medicine,
    /// How.
    pub route: Option<Route>,
    /// How much in all.
    #[schema(example = 41)]
    pub dose_mg: Option<Points>,
    /// How much by weight.
    #[schema(example = 0.6)]
    pub mg_per_kg: Option<Points>,
    /// How long the infusion ran.
    pub minutes: Option<i32>,
    /// The highest blood pressure that was read; left out where there is none, and in a patient's own report.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pressure_peak: Option<Pressure>,
    /// How detached the patient felt, 0 to 10.
    pub dissociation: Option<i32>,
    /// The score of the first chart going in.
    pub before: Option<Points>,
    /// The first one after.
    pub after: Option<Points>,
}

/// One page about a patient's progress.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Report)]
pub struct ReportBody<'a> {
    /// The patient.
    pub patient_id: Id<Patient>,
    /// The patient's name.
    #[schema(example = "Maya Ellison")]
    pub name: &'a str,
    /// Whole years, where the day of birth is known.
    pub age: Option<i16>,
    /// The clinic's own number.
    #[schema(example = "AR-0417")]
    pub record_number: Option<&'a str>,
    /// The clinic's name.
    pub clinic: &'a str,
    /// Who recorded the last session.
    pub provider: Option<&'a str>,
    /// IANA time zone of the patient.
    pub time_zone: &'a str,
    /// The first day of the charts.
    pub from: LocalDate,
    /// The last one: today where the patient is.
    pub to: LocalDate,
    /// What the charts and the table say, in words.
    pub summary: String,
    /// The primary measure, then up to two others.
    pub charts: Vec<ChartBody<'a>>,
    /// The mood of each day.
    pub mood: &'a DailyColumns<'a>,
    /// Whether the table tells vital signs.
    pub has_vital_signs: bool,
    /// The last twelve completed sessions, oldest first.
    pub sessions: Vec<SessionLine>,
    /// Completed sessions before those.
    pub earlier_sessions: usize,
    /// How charts and words are to be read.
    pub definitions: String,
}

impl Material<'_> {
    /// What the report says.
    pub fn report(&self) -> ReportBody<'_> {
        let charts: Vec<_> = self.charted.iter().map(|one| self.chart(one)).collect();
        let earlier_sessions = self.sessions.len().saturating_sub(MOST_SESSIONS);
        let sessions = self.sessions[earlier_sessions..].iter().map(|row| self.session_line(row, &charts)).collect();
        ReportBody {
            patient_id: self.patient.id,
            name: &self.patient.name,
            age: self.patient.date_of_birth.map(|born| age(born, self.today.into())),
            record_number: self.patient.record_number.as_deref(),
            clinic: &self.clinic,
            provider: self.provider.as_deref(),
            time_zone: &self.patient.time_zone,
            from: self.from.into(),
            to: self.today.into(),
            summary: self.summary(&charts),
            mood: &self.mood,
            has_vital_signs: self.has_vital_signs,
            definitions: words::definitions(charts.iter().map(|chart| &chart.progress), self.is_cut),
            charts,
            sessions,
            earlier_sessions,
        }
    }

    fn chart<'a>(&'a self, charted: &'a Charted<'_>) -> ChartBody<'a> {
        let Charted { measure, instrument, line } = charted;
        let shown = Shown { from: Some(self.from), to: None };
        let progress = progress::body::progress(self.patient.id, measure, instrument, &self.treatment, line, shown, self.today);
        let is_first = self.charted.first().is_some_and(|first| first.measure.id == measure.id);
        let heading = words::heading(measure, &instrument.construct, is_first);
        ChartBody { heading, progress: progress.with_plan_changes(&self.plan_changes) }
    }

    fn summary(&self, charts: &[ChartBody<'_>]) -> String {
        let told = self.charted.iter().zip(charts).map(|(one, chart)| words::Told {
            measure: one.measure,
            line: &one.line,
            summary: &chart.progress.summary,
            treatment: &self.treatment,
        });
        let told: Vec<_> = told.collect();
        let last = self.sessions.last().map(|row| (row.local_date.civil(), row.dose_mg.and_then(Points::from_f64)));
        words::summary(&told, self.sessions.len(), last, self.today)
    }

    fn session_line(&self, row: &SessionRow, charts: &[ChartBody<'_>]) -> SessionLine {
        let record = Record::of(row);
        let rows = charts.first().map_or(&[][..], |chart| &chart.progress.per_session);
        let scores = rows.iter().find(|scores| scores.session_id == row.id.uuid());
        SessionLine {
            id: row.id,
            number: row.number,
            date: row.local_date,
            phase: record.conduct.phase.unwrap_or_else(|| self.planned_phase(row)),
            medicine: row.medicine,
            route: row.route,
            dose_mg: record.dose_mg,
            mg_per_kg: record.dose_mg_per_kg(),
            minutes: row.infusion_minutes,
            pressure_peak: self.has_vital_signs.then(|| peak(&record.vitals)).flatten(),
            dissociation: row.dissociation,
            before: scores.and_then(|scores| scores.before),
            after: scores.and_then(|scores| scores.after),
        }
    }

    fn planned_phase(&self, row: &SessionRow) -> Phase {
        let planned = self.spans.iter().find(|span| Some(span.id) == row.course_id).and_then(|span| span.planned_sessions);
        match courses::Phase::of("active", row.number - 1, planned) {
            courses::Phase::Induction => Phase::Induction,
            courses::Phase::Maintenance => Phase::Maintenance,
        }
    }
}

/// The reading with the highest upper value, of equals the first.
fn peak(vitals: &[Vitals]) -> Option<Pressure> {
    let readings =
        vitals.iter().filter_map(|reading| Some(Pressure { systolic: reading.systolic?, diastolic: reading.diastolic }));
    readings.reduce(|top, reading| if reading.systolic > top.systolic { reading } else { top })
}
