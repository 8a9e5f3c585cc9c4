//! Earlier scores and sessions, read from CSV: first what each line would do, then all of it or nothing.
//!
//! A line is a questionnaire with its answers, a questionnaire of which only the total is known, or a dosing session. Its id
//! is made of the clinic, the patient, what it is and when it says it was: the same line again is the same record, whatever
//! became of the patient's time zone since.

use std::collections::HashMap;
use std::fmt;

use csv::{ReaderBuilder, StringRecord, Trim};
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::guards::SignedIn;
use crate::auth::scope::PatientScope;
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Result, Violation};
use crate::instruments::{Points, Registry};
use crate::patients::{self, Patient};
use crate::protocols::Plans;
use crate::responses::http::Submission;
use crate::responses::{self, NewResponse, Response, Stored};
use crate::sessions::record::Record;
use crate::sessions::request::Request;
use crate::sessions::{self, Author, Session, request};
use crate::web::IfMatch;

/// Lines of one import: what one transaction does while other writes wait.
const MOST_LINES: usize = 1000;
/// Violations that an answer names.
const MOST_VIOLATIONS: usize = 200;
/// What a line is that is no questionnaire.
const SESSION: &str = "session";
/// The columns that a file may have.
const COLUMNS: [&str; 11] =
    ["record_number", "what", "at", "answers", "total", "number", "status", "route", "medicine", "dose_mg", "weight_kg"];

/// What an import does, line by line.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportReport {
    /// Whether nothing was stored.
    pub dry_run: bool,
    /// Lines that are, or would be, stored.
    pub new: usize,
    /// Lines that are there already.
    pub unchanged: usize,
    /// Lines that cannot be stored. While there are any, nothing is.
    pub refused: usize,
    /// Every line, in the order of the file.
    pub lines: Vec<ImportLine>,
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    /// It is, or would be, stored.
    New,
    /// It is there already.
    Unchanged,
    /// It cannot be stored.
    Refused,
}

/// What becomes of one line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportLine {
    /// Its number in the file; the heading is line 1.
    #[schema(example = 2)]
    pub line: u64,
    /// The record number that it names.
    #[schema(example = "AR-0417")]
    pub record_number: String,
    /// The questionnaire, or `session`.
    #[schema(example = "phq-9")]
    pub what: String,
    /// When it was.
    pub at: Option<Timestamp>,
    /// The score that it comes to; null for sessions, and where the published rule gives none.
    pub score: Option<Points>,
    /// What becomes of it.
    pub outcome: ImportOutcome,
    /// Why it cannot be stored: each with the column as a pointer.
    pub errors: Vec<Violation>,
}

/// A line as it was read.
struct Line {
    number: u64,
    cells: HashMap<&'static str, String>,
}

impl Line {
    fn get(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(String::as_str).filter(|cell| !cell.is_empty())
    }
}

/// Why a line cannot be read, in a sentence for who made the file.
fn unreadable(why: &csv::Error) -> Error {
    let line = why.position().map_or(1, csv::Position::line);
    let sentence = match why.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => format!(
            "Line {line} has {len} cells and the heading has {expected_len}: is a comma too many or missing, or is a text with a \
             comma not in quotes?"
        ),
        csv::ErrorKind::Utf8 { .. } => format!("Line {line} has letters that cannot be read: save the file as CSV in UTF-8."),
        _ => "The file cannot be read: save it as CSV in UTF-8.".to_owned(),
    };
    Error::invalid(format!("/{line}"), sentence)
}

/// What a column of a session holds.
fn must_be(column: &str) -> String {
    let words = |words: &[&str]| format!("must be one of {}", words.join(", "));
    match column {
        "status" => words(sessions::Status::WORDS),
        "route" => words(sessions::Route::WORDS),
        "medicine" => words(sessions::Medicine::WORDS),
        _ => "must be a number, like 40 or 42.5".to_owned(),
    }
}

/// The lines of a file, or why it cannot be read.
fn read(text: &str) -> Result<Vec<Line>> {
    // Lines are counted as a person counts them, whichever way they end.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    // Where a comma is the decimal sign, spreadsheets put semicolons between cells.
    let heading = text.lines().next().unwrap_or_default();
    let delimiter = if heading.contains(';') && !heading.contains(',') { b';' } else { b',' };
    let mut csv = ReaderBuilder::new().delimiter(delimiter).trim(Trim::All).from_reader(text.as_bytes());
    let heading = csv.headers().map_err(|why| unreadable(&why))?.clone();
    let columns = columns(&heading)?;
    let mut lines = Vec::new();
    for record in csv.records() {
        let record = record.map_err(|why| unreadable(&why))?;
        let number = record.position().map_or(0, csv::Position::line);
        let cells = columns.iter().zip(&record).map(|(column, cell)| (*column, unguarded(cell).to_owned())).collect();
        lines.push(Line { number, cells });
        if lines.len() > MOST_LINES {
            return Err(Error::invalid(
                "",
                format!("must have {MOST_LINES} lines at the most: split the file, importing twice adds nothing"),
            ));
        }
    }
    Ok(lines)
}

fn columns(heading: &StringRecord) -> Result<Vec<&'static str>> {
    let mut columns = Vec::new();
    let mut violations = Vec::new();
    for name in heading {
        match COLUMNS.into_iter().find(|column| column.eq_ignore_ascii_case(name)) {
            Some(column) if columns.contains(&column) => {
                violations.push(Violation::new(format!("/1/{column}"), "stands here twice"));
            }
            Some(column) => columns.push(column),
            None => violations.push(Violation::new("/1", format!("the columns are {}", COLUMNS.join(", ")))),
        }
    }
    for needed in ["record_number", "what", "at"] {
        if !columns.contains(&needed) {
            violations.push(Violation::new(format!("/1/{needed}"), "is missing"));
        }
    }
    violations.dedup();
    if violations.is_empty() { Ok(columns) } else { Err(Error::Invalid(violations)) }
}

/// A cell without the apostrophe that keeps spreadsheets from reading a formula.
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
}

/// What a line asks to store.
enum Entry {
    Response(Box<NewResponse>),
    Session(Id<Session>, Box<request::Write>),
}

/// What a line is about: a patient's questionnaire or session, and when it was.
#[derive(Clone, Copy)]
struct Named {
    scope: PatientScope,
    at: Timestamp,
    id: Uuid,
}

/// A line that was checked.
struct Checked {
    scope: PatientScope,
    at: Timestamp,
    score: Option<Points>,
    entry: Entry,
    is_known: bool,
}

/// Who imports, into what.
pub struct Import<'a> {
    /// The questionnaires.
    pub registry: &'a Registry,
    /// The plans.
    pub plans: &'a Plans,
    /// Who imports.
    pub who: &'a SignedIn,
    /// Now.
    pub now: Timestamp,
}

impl Import<'_> {
    /// What each line would do; with `applies` it is done, unless any line is refused: then nothing is.
    pub fn run(&self, conn: &mut DbConnection, text: &str, applies: bool) -> Result<ImportReport> {
        let lines = read(text)?;
        let mut report = ImportReport { dry_run: !applies, new: 0, unchanged: 0, refused: 0, lines: Vec::new() };
        let mut entries: Vec<Checked> = Vec::new();
        let mut seen: HashMap<Uuid, (u64, String)> = HashMap::new();
        for line in &lines {
            let said = |at, score, outcome, errors| ImportLine {
                line: line.number,
                record_number: line.get("record_number").unwrap_or_default().to_owned(),
                what: line.get("what").unwrap_or_default().to_owned(),
                at,
                score,
                outcome,
                errors,
            };
            let checked = self.check(conn, line).and_then(|checked| {
                let (id, digest) = checked.entry.identity();
                match seen.get(&id) {
                    Some((earlier, known)) if *known != digest => {
                        Err(Error::invalid("/at", format!("line {earlier} says something else of the same time")))
                    }
                    Some(_) => Ok(Checked { is_known: true, ..checked }),
                    None => {
                        seen.insert(id, (line.number, digest));
                        Ok(checked)
                    }
                }
            });
            match checked {
                Ok(checked) => {
                    let outcome = if checked.is_known { ImportOutcome::Unchanged } else { ImportOutcome::New };
                    report.lines.push(said(Some(checked.at), checked.score, outcome, Vec::new()));
                    entries.extend((!checked.is_known).then_some(checked));
                }
                Err(Error::Invalid(errors)) => report.lines.push(said(None, None, ImportOutcome::Refused, errors)),
                Err(why) => return Err(why),
            }
        }
        let count = |outcome| report.lines.iter().filter(|line| line.outcome == outcome).count();
        (report.new, report.unchanged, report.refused) =
            (count(ImportOutcome::New), count(ImportOutcome::Unchanged), count(ImportOutcome::Refused));
        if applies {
            if report.refused > 0 {
                return Err(Error::Invalid(violations(&report)));
            }
            // Patient by patient, each in the order of time, so that every write finds what came before it.
            entries.sort_by_key(|entry| (entry.scope.patient(), entry.at));
            entries.iter().try_for_each(|entry| self.store(conn, entry))?;
        }
        Ok(report)
    }

    fn store(&self, conn: &mut DbConnection, checked: &Checked) -> Result<()> {
        match &checked.entry {
            Entry::Response(new) => {
                let stored = responses::submit(conn, self.registry, checked.scope, new, &self.who.actor(), self.now)?;
                drop::<Stored>(stored);
            }
            Entry::Session(id, write) => {
                let (scope, author) = (checked.scope.clinic_scope(), Author::from(self.who));
                sessions::store(conn, self.plans, scope, &author, *id, write, &IfMatch::NONE, self.now)?;
            }
        }
        Ok(())
    }

    /// The line as something to store, or all that is wrong with it.
    fn check(&self, conn: &mut DbConnection, line: &Line) -> Result<Checked> {
        let number = line.get("record_number").ok_or_else(|| Error::invalid("/record_number", "is missing"))?;
        let found = patients::queries::by_record_number(conn, self.who.scope(), number)?;
        let (patient, zone) = found.ok_or_else(|| Error::invalid("/record_number", "is no patient's of this clinic"))?;
        let scope = PatientScope::of(self.who.scope(), patient);
        let what = line.get("what").ok_or_else(|| Error::invalid("/what", "is missing: a questionnaire, or session"))?;
        let at = line.get("at").ok_or_else(|| Error::invalid("/at", "is missing"))?;
        let unreadable = || {
            Error::invalid(
                "/at",
                "must be an instant (RFC 3339), or a day or a time of the patient's: 2026-11-20 or 2026-11-20T14:30",
            )
        };
        let when = When::read(at).ok_or_else(unreadable)?;
        let at = when.instant(&TimeZone::get(&zone).unwrap_or(TimeZone::UTC)).ok_or_else(unreadable)?;
        if at > self.now {
            return Err(Error::invalid("/at", "must not lie in the future"));
        }
        let named = Named { scope, at, id: self.id(patient, what, when) };
        if what == SESSION {
            return session(conn, line, named, self.now);
        }
        self.response(conn, line, named, what, &zone)
    }

    fn response(&self, conn: &mut DbConnection, line: &Line, named: Named, what: &str, zone: &str) -> Result<Checked> {
        let Named { scope, at, id } = named;
        let instrument = self.registry.current(what).ok_or_else(|| {
            Error::invalid("/what", "must be session, or the id of a questionnaire that this clinic uses, like phq-9")
        })?;
        let only_sessions = ["number", "status", "route", "medicine", "dose_mg", "weight_kg"];
        refuse(line, &only_sessions, "is for sessions alone")?;
        let total = line.get("total").map(|text| number("/total", text)).transpose()?;
        let answers = line.get("answers").map(answers).transpose()?;
        let id = Id::<Response>::from_uuid(id);
        let body = json!({
            "instrument": what, "patient_id": scope.patient(), "answers": answers.clone().unwrap_or_default(),
            "completed_at": at, "time_zone": zone,
        });
        let submission: Submission = serde_json::from_value(body).map_err(|why| Error::Internal(Box::new(why)))?;
        let new = submission.validate(id, scope.patient(), self.who, self.registry)?;
        let new = match (&answers, total) {
            (None, None) => return Err(Error::invalid("/answers", "is missing, and so is total: one of the two is needed")),
            (Some(_), total) => {
                if total.is_some_and(|total| new.scored.total != Some(total)) {
                    return Err(Error::invalid("/total", "is not what the answers come to"));
                }
                new.imported(instrument, None)
            }
            (None, Some(total)) => {
                let scoring =
                    instrument.scoring.as_ref().ok_or_else(|| Error::invalid("/total", "this questionnaire has no score"))?;
                let is_possible =
                    (scoring.min..=scoring.max).contains(&total) && total.is_multiple_of(Points::step_of(scoring.decimals));
                if !is_possible {
                    let rule = format!("must be a score from {} to {}", scoring.min, scoring.max);
                    return Err(Error::invalid("/total", rule));
                }
                new.imported(instrument, Some(total))
            }
        };
        let score = new.scored.total;
        let known = responses::queries::digest_of(conn, id)?;
        let is_known = is_same(known.as_deref(), &new.digest, "other answers are stored for the same time")?;
        Ok(Checked { scope, at, score, entry: Entry::Response(Box::new(new)), is_known })
    }

    /// The id of what happened to a patient at a time: always the same one.
    fn id(&self, patient: Id<Patient>, what: &str, when: When) -> Uuid {
        let clinic = self.who.scope().clinic().uuid();
        Uuid::new_v5(&clinic, format!("{patient}/{what}/{when}").as_bytes())
    }
}

fn session(conn: &mut DbConnection, line: &Line, named: Named, now: Timestamp) -> Result<Checked> {
    let Named { scope, at, id } = named;
    refuse(line, &["answers", "total"], "is for questionnaires alone")?;
    let mut body = Map::new();
    body.insert("patient_id".into(), json!(scope.patient()));
    let status = line.get("status").unwrap_or(sessions::Status::Completed.word());
    body.insert("status".into(), status.into());
    let time = if status == sessions::Status::Completed.word() { "started_at" } else { "scheduled_at" };
    body.insert(time.into(), json!(at));
    let whole = line.get("number").ok_or_else(|| Error::invalid("/number", "is missing: which session of the course was it?"))?;
    body.insert("number".into(), json!(number("/number", whole)?));
    for column in ["route", "medicine"] {
        body.extend(line.get(column).map(|word| (column.to_owned(), word.into())));
    }
    for column in ["dose_mg", "weight_kg"] {
        if let Some(text) = line.get(column) {
            body.insert(column.into(), json!(number(&format!("/{column}"), text)?));
        }
    }
    let request: Request = serde_path_to_error::deserialize(Value::Object(body)).map_err(|why| {
        let column = why.path().to_string();
        Error::invalid(format!("/{column}"), must_be(&column))
    })?;
    let write = request.validate(now).map_err(|error| in_columns(error, time))?;
    let id = Id::<Session>::from_uuid(id);
    let known = sessions::queries::find(conn, scope.clinic_scope(), id)?;
    // What staff have worked on since is theirs: it is left as it is.
    let is_worked_on = known.as_ref().is_some_and(|row| row.version > 1);
    let known = known.as_ref().map(|row| said(&Record::of(row)));
    let is_known =
        is_worked_on || is_same(known.as_deref(), &said(&write.record), "another session is stored for the same time")?;
    Ok(Checked { scope, at, score: None, entry: Entry::Session(id, Box::new(write)), is_known })
}

/// What is wrong with a session's time is said of the column that it came in.
fn in_columns(error: Error, time: &str) -> Error {
    let Error::Invalid(mut violations) = error else { return error };
    for violation in violations.iter_mut().filter(|violation| violation.pointer.strip_prefix('/') == Some(time)) {
        violation.pointer = "/at".into();
    }
    Error::Invalid(violations)
}

impl Entry {
    fn identity(&self) -> (Uuid, String) {
        match self {
            Self::Response(new) => (new.id.uuid(), new.digest.clone()),
            Self::Session(id, write) => (id.uuid(), said(&write.record)),
        }
    }
}

/// What a line says of a session: its course is found when it is stored, and when it was is in its id.
fn said(record: &Record) -> String {
    Record { course_id: None, scheduled_at: None, started_at: None, ..record.clone() }.digest()
}

fn is_same(known: Option<&str>, digest: &str, otherwise: &'static str) -> Result<bool> {
    match known {
        None => Ok(false),
        Some(known) if known == digest => Ok(true),
        Some(_) => Err(Error::invalid("/at", otherwise)),
    }
}

fn refuse(line: &Line, columns: &[&str], rule: &'static str) -> Result<()> {
    let filled = columns.iter().filter(|column| line.get(column).is_some());
    let violations: Vec<_> = filled.map(|column| Violation::new(format!("/{column}"), rule)).collect();
    if violations.is_empty() { Ok(()) } else { Err(Error::Invalid(violations)) }
}

/// What is wrong with all lines, for a program (`/7/total` is the total of line 7) and in a sentence.
fn violations(report: &ImportReport) -> Vec<Violation> {
    let of_line = |line: &ImportLine| {
        let at = line.line;
        line.errors.clone().into_iter().map(move |Violation { pointer, detail }| {
            let sentence = format!("Line {at}, {}: {detail}.", pointer.trim_start_matches('/'));
            Violation::new(format!("/{at}{pointer}"), sentence)
        })
    };
    report.lines.iter().flat_map(of_line).take(MOST_VIOLATIONS).collect()
}

/// When a line says it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// An instant.
    Instant(Timestamp),
    /// A time of the patient's; noon where the line names a day.
    Local(DateTime),
}

impl When {
    fn read(text: &str) -> Option<Self> {
        if let Ok(at) = text.parse() {
            return Some(Self::Instant(at));
        }
        match text.parse::<LocalDate>() {
            Ok(day) if text.len() == 10 => Some(Self::Local(day.civil().to_datetime(Time::constant(12, 0, 0, 0)))),
            _ => text.replace(' ', "T").parse().ok().map(Self::Local),
        }
    }

    fn instant(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Instant(at) => Some(at),
            Self::Local(time) => zone.to_timestamp(time).ok().map(Timestamp::from),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant(at) => at.fmt(out),
            Self::Local(time) => time.fmt(out),
        }
    }
}

/// A number with a point or a comma.
fn number(pointer: &str, text: &str) -> Result<Points> {
    let read = text.replace(',', ".").parse::<f64>().ok().and_then(Points::from_f64);
    read.ok_or_else(|| Error::invalid(pointer, "must be a number, like 40 or 42.5, with at most 3 decimals"))
}

/// Answers: pairs like `q1=2 q2=0`, or a JSON object as an export has it.
fn answers(text: &str) -> Result<Map<String, Value>> {
    let rule = || Error::invalid("/answers", "must be pairs like q1=2 q2=0, or a JSON object");
    if text.starts_with('{') {
        return serde_json::from_str(text).map_err(|_| rule());
    }
    let pairs = text.split([' ', ';']).filter(|pair| !pair.is_empty()).map(|pair| {
        let (item, value) = pair.split_once('=').ok_or_else(rule)?;
        Ok((item.to_owned(), json!(number("/answers", value)?)))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_noon_where_the_patient_is() {
        let denver = TimeZone::get("America/Denver").unwrap();
        let at = |text: &str| When::read(text)?.instant(&denver).map(|at| at.to_string());
        assert_eq!(at("2026-03-01").as_deref(), Some("2026-03-01T19:00:00.000Z"));
        assert_eq!(at("2026-07-01 09:30").as_deref(), Some("2026-07-01T15:30:00.000Z"));
        assert_eq!(at("2026-07-01T09:30:00+02:00").as_deref(), Some("2026-07-01T07:30:00.000Z"));
        assert_eq!((at("01.03.2026"), at("2026-13-01"), at("soon")), (None, None, None));
    }

    #[test]
    fn answers_are_pairs_or_an_object() {
        let read = |text: &str| answers(text).map(|answers| Value::Object(answers).to_string()).ok();
        assert_eq!(read("q1=2 q2=0").as_deref(), Some(r#"{"q1":2,"q2":0}"#));
        assert_eq!(read(r#"{"q1":2}"#).as_deref(), Some(r#"{"q1":2}"#));
        assert_eq!((read("q1"), read("q1=two"), read("{")), (None, None, None));
    }

    #[test]
    fn a_file_may_begin_with_a_mark_and_have_semicolons() {
        let lines = read("\u{feff}record_number;what;at;total\r\n'-7;phq-9;2026-03-01;13\r\n").unwrap();
        assert_eq!((lines.len(), lines[0].number), (1, 2));
        assert_eq!(
            [lines[0].get("record_number"), lines[0].get("total"), lines[0].get("answers")],
            [Some("-7"), Some("13"), None]
        );
        assert!(read("record_number,what\r\n").is_err() && read("record_number,what,at,nonsense\r\n").is_err());
        assert!(read("record_number,what,at\r\na,b\r\n").is_err());
    }
}
