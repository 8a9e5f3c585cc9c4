//! A table for research: nobody's name, no date, no words, and no cell that points at few people.

use std::collections::HashMap;
use std::io::Write;

use super::codebook::{self, CODEBOOK};
use super::sheet::{Archive, Sheet, Table};
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::courses;
use crate::db::{DbConnection, LocalDate, Timestamp};
use crate::error::{Error, Result};
use crate::instruments::{Points, Registry};
use crate::patients::PatientRow;
use crate::people;
use crate::responses;
use crate::sessions;

/// The text that a patient says yes to for this table (`consents/research.toml`).
const CONSENT: &str = "research";
/// People that a group must have, or it is not named. Source: API.md, "groups under 10 patients are suppressed".
const FEWEST: usize = 10;
/// Years of a band of ages.
const BAND_YEARS: i16 = 5;
/// From this age on there is one band. Source: HIPAA 45 CFR 164.514(b)(2)(i)(C).
const OLDEST_BAND: i16 = 90;
/// What stands for groups that are too small.
const OTHER: &str = "other";

pub(super) const RESEARCH: Table = Table {
    file: "research.csv",
    columns: &[
        ("person", "A number drawn anew for each export. Only people who said yes to research and had a session are in."),
        (
            "age_band",
            "Age at the first session in bands of five years, 90 and over together; empty where fewer than ten people share it.",
        ),
        (
            "condition",
            "What is treated; other where fewer than ten people share it, empty where fewer than ten are left for that.",
        ),
        ("route", "The way of the first session; other and empty as with condition."),
        (
            "day",
            "Days from the first session to the answer, by the patient's calendar: 0 is that day, before it they are negative.",
        ),
        ("sessions", "Completed sessions up to that day."),
        ("measure", "What was measured: <instrument>.<scale>."),
        ("value", "Points."),
        ("prorated", "true where missing items were made up for by the published rule."),
    ],
};

/// Somebody who is in the table.
#[derive(Debug, Clone)]
struct Person {
    scope: PatientScope,
    /// The days of completed sessions, in order.
    sessions: Vec<LocalDate>,
    age_band: String,
    condition: String,
    route: String,
}

/// Writes the table of those who agreed, with its codebook, as a zip.
pub fn write(conn: &mut DbConnection, registry: &Registry, scope: ClinicScope, now: Timestamp, out: impl Write) -> Result<()> {
    let mut people = people(conn, scope)?;
    suppress(&mut people);
    let mut archive = Archive::new(out, now);
    archive.file(&RESEARCH, |sheet| (1..).zip(&people).try_for_each(|(number, person)| rows(conn, sheet, number, person)))?;
    archive.file(&CODEBOOK, |sheet| codebook::write_research(sheet, registry))?;
    archive.finish()
}

/// Who is in, in an order that says nothing.
fn people(conn: &mut DbConnection, scope: ClinicScope) -> Result<Vec<Person>> {
    let mut people = Vec::new();
    for id in people::queries::agreed(conn, scope, CONSENT)? {
        let patient = PatientScope::of(scope, id);
        let row = crate::patients::queries::find(conn, patient)?;
        let marks = sessions::queries::marks(conn, patient)?;
        let done: Vec<_> = marks.into_iter().filter(|mark| mark.status == "completed").collect();
        let Some(first) = done.first() else { continue };
        let spans = courses::queries::spans(conn, patient)?;
        let course = spans.iter().find(|span| Some(span.id) == first.course_id).or(spans.first());
        let condition = course.map(|course| course.condition.clone()).or_else(|| row.condition.clone());
        people.push(Person {
            scope: patient,
            age_band: age_band(&row, first.local_date),
            condition: condition.unwrap_or_default(),
            route: first.route.clone().unwrap_or_default(),
            sessions: done.iter().map(|mark| mark.local_date).collect(),
        });
    }
    shuffle(&mut people)?;
    Ok(people)
}

/// Brings the people into an order drawn from the system's randomness.
fn shuffle(people: &mut [Person]) -> Result<()> {
    let mut seed = [0_u8; 8];
    getrandom::fill(&mut seed).map_err(|_| Error::Internal("the system has no randomness".into()))?;
    fastrand::Rng::with_seed(u64::from_le_bytes(seed)).shuffle(people);
    Ok(())
}

/// "35-39", "90+"; empty where the day of birth is not known.
fn age_band(row: &PatientRow, on: LocalDate) -> String {
    let Some(born) = row.date_of_birth else { return String::new() };
    let years = born.civil().until((jiff::Unit::Year, on.civil())).map_or(0, |span| span.get_years());
    if years >= OLDEST_BAND {
        return format!("{OLDEST_BAND}+");
    }
    let low = years.max(0) / BAND_YEARS * BAND_YEARS;
    format!("{low}-{}", low + BAND_YEARS - 1)
}

/// Takes out what fewer than ten people share.
fn suppress(people: &mut [Person]) {
    hide_few(people, |person| &mut person.age_band, "");
    for field in [(|person| &mut person.condition) as fn(&mut Person) -> &mut String, |person| &mut person.route] {
        hide_few(people, field, OTHER);
        // What is gathered under one word may be few itself.
        hide_few(people, field, "");
    }
}

fn hide_few(people: &mut [Person], field: fn(&mut Person) -> &mut String, instead: &str) {
    let mut sizes: HashMap<String, usize> = HashMap::new();
    for person in &mut *people {
        *sizes.entry(field(person).clone()).or_default() += 1;
    }
    for person in people {
        let value = field(person);
        if !value.is_empty() && sizes.get(value).is_some_and(|size| *size < FEWEST) {
            instead.clone_into(value);
        }
    }
}

fn rows(conn: &mut DbConnection, sheet: &mut Sheet<&mut dyn Write>, number: usize, person: &Person) -> Result<()> {
    let Some(first) = person.sessions.first() else { return Ok(()) };
    let mut row = |on: LocalDate, measure: &str, value: Points, prorated: bool| -> Result<()> {
        let sessions = person.sessions.partition_point(|session| *session <= on);
        sheet.value(number)?;
        sheet.word(&person.age_band)?;
        sheet.word(&person.condition)?;
        sheet.word(&person.route)?;
        sheet.value(on.days_since(*first))?;
        sheet.value(sessions)?;
        sheet.text(measure)?;
        sheet.value(value)?;
        sheet.value(prorated)?;
        sheet.end()
    };
    for score in responses::queries::lines(conn, person.scope)? {
        if let Some(value) = score.value_thousandths {
            row(score.local_date, &score.measure, Points::from_thousandths(value), score.prorated)?;
        }
    }
    for rated in responses::queries::all_ratings(conn, person.scope)? {
        for (item, value) in responses::parse_ratings(&rated.given)? {
            row(rated.local_date, &format!("{}.{item}", rated.instrument), value, false)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Id;

    fn person(condition: &str, route: &str, age_band: &str) -> Person {
        let nil = uuid::Uuid::nil();
        Person {
            scope: PatientScope::for_command(Id::from_uuid(nil), Id::from_uuid(nil)),
            sessions: Vec::new(),
            age_band: age_band.into(),
            condition: condition.into(),
            route: route.into(),
        }
    }

    fn counts(people: &[Person], field: fn(&Person) -> &str) -> Vec<(String, usize)> {
        let mut sizes: Vec<(String, usize)> = Vec::new();
        for person in people {
            match sizes.iter_mut().find(|(word, _)| word == field(person)) {
                Some((_, size)) => *size += 1,
                None => sizes.push((field(person).to_owned(), 1)),
            }
        }
        sizes
    }

    #[test]
    fn a_group_of_nine_is_not_named_and_one_of_ten_is() {
        let mut people: Vec<_> = (0..10).map(|_| person("mdd", "iv", "35-39")).collect();
        people.extend((0..9).map(|_| person("ptsd", "iv", "40-44")));
        people.extend((0..4).map(|_| person("ocd", "im", "")));
        suppress(&mut people);
        assert_eq!(counts(&people, |person| &person.condition), [("mdd".into(), 10), ("other".into(), 13)]);
        assert_eq!(counts(&people, |person| &person.route), [("iv".into(), 19), (String::new(), 4)]);
        assert_eq!(counts(&people, |person| &person.age_band), [("35-39".into(), 10), (String::new(), 13)]);
    }
}
