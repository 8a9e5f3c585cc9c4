//! A table for research: nobody's name, no date, no words, and no cell that points at few people.

use std::cmp::Reverse;
use std::collections::BTreeMap;
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
/// People who must be shown alike. Source: API.md, "groups under 10 patients are suppressed".
const FEWEST: usize = 10;
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
            "Age at the first session in a band of 5 years, or of 10 or 20, or empty, so that ten or more people share it with \
             condition and route; 90 and over together.",
        ),
        (
            "condition",
            "What is treated; other for those who are too few for a group of ten, empty where nobody is told apart by it.",
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
    kind: Kind,
    shown: Shown,
}

/// By what somebody could be known.
#[derive(Debug, Clone)]
struct Kind {
    /// Whole years at the first session.
    age: Option<i16>,
    condition: String,
    route: String,
}

/// What the table says of that; a cell is empty where it says nothing.
#[derive(Debug, Clone, Default)]
struct Shown {
    age_band: String,
    condition: String,
    route: String,
}

/// Writes the table of those who agreed, with its codebook, as a zip. Refused where they are fewer than ten.
pub fn write(conn: &mut DbConnection, registry: &Registry, scope: ClinicScope, now: Timestamp, out: impl Write) -> Result<()> {
    let people = people(conn, scope)?;
    if people.len() < FEWEST {
        return Err(Error::Conflict(
            "fewer than ten patients with a session and answers have said yes to research: a table of them would point at each",
        ));
    }
    let mut people = generalise(people);
    shuffle(&mut people)?;
    let mut archive = Archive::new(out, now);
    archive.file(&RESEARCH, |sheet| (1..).zip(&people).try_for_each(|(number, person)| rows(conn, sheet, number, person)))?;
    archive.file(&CODEBOOK, |sheet| codebook::write_research(sheet, registry))?;
    archive.finish()
}

/// Who is in: who agreed, had a session, and has a figure to show.
fn people(conn: &mut DbConnection, scope: ClinicScope) -> Result<Vec<Person>> {
    let mut people = Vec::new();
    for id in people::queries::agreed(conn, scope, CONSENT)? {
        let patient = PatientScope::of(scope, id);
        let row = crate::patients::queries::find(conn, patient)?;
        let marks = sessions::queries::marks(conn, patient)?;
        let done: Vec<_> = marks.into_iter().filter(|mark| mark.status == "completed").collect();
        let Some(first) = done.first() else { continue };
        // Somebody without a line hides nobody else.
        if !responses::queries::has_figures(conn, patient)? {
            continue;
        }
        let spans = courses::queries::spans(conn, patient)?;
        let course = spans.iter().find(|span| Some(span.id) == first.course_id).or(spans.first());
        let condition = course.map(|course| course.condition.clone()).or_else(|| row.condition.clone());
        people.push(Person {
            scope: patient,
            kind: Kind {
                age: age(&row, first.local_date),
                condition: condition.unwrap_or_default(),
                route: first.route.clone().unwrap_or_default(),
            },
            sessions: done.iter().map(|mark| mark.local_date).collect(),
            shown: Shown::default(),
        });
    }
    Ok(people)
}

/// Brings the people into an order drawn from the system's randomness.
fn shuffle(people: &mut [Person]) -> Result<()> {
    let mut seed = [0_u8; 8];
    getrandom::fill(&mut seed).map_err(|_| Error::Internal("the system has no randomness".into()))?;
    fastrand::Rng::with_seed(u64::from_le_bytes(seed)).shuffle(people);
    Ok(())
}

/// Whole years; `None` where the day of birth is not known.
fn age(row: &PatientRow, on: LocalDate) -> Option<i16> {
    let born = row.date_of_birth?;
    Some(born.civil().until((jiff::Unit::Year, on.civil())).map_or(0, |span| span.get_years()).max(0))
}

/// "35-39" in a band of five years, "90+" for who is older; empty where the age is not known.
fn age_band(age: Option<i16>, years: i16) -> String {
    match age {
        None => String::new(),
        Some(age) if age >= OLDEST_BAND => format!("{OLDEST_BAND}+"),
        Some(age) => {
            let low = age / years * years;
            format!("{low}-{}", (low + years - 1).min(OLDEST_BAND - 1))
        }
    }
}

/// One step from what many share to what fewer do.
struct Step {
    value_of: fn(&Kind) -> String,
    cell: fn(&mut Shown) -> &mut String,
    /// What stands for those who are too few for a group of their own; of a wider band they keep that.
    others: &'static str,
}

const STEPS: [Step; 5] = [
    Step { value_of: |kind| kind.condition.clone(), cell: |shown| &mut shown.condition, others: OTHER },
    Step { value_of: |kind| kind.route.clone(), cell: |shown| &mut shown.route, others: OTHER },
    Step { value_of: |kind| age_band(kind.age, 20), cell: |shown| &mut shown.age_band, others: "" },
    Step { value_of: |kind| age_band(kind.age, 10), cell: |shown| &mut shown.age_band, others: "" },
    Step { value_of: |kind| age_band(kind.age, 5), cell: |shown| &mut shown.age_band, others: "" },
];

/// Works out what is shown of each, so that ten people are shown alike: by condition, route and age together, not by each
/// for itself.
///
/// All begin as one group of which nothing is said. It comes apart by condition, those groups by route, those by ever
/// narrower ages, but only into groups of ten or more. Who is left over is a group as well: while that is short of ten, the
/// smallest of the others joins it. `people` are ten or more.
fn generalise(people: Vec<Person>) -> Vec<Person> {
    let mut out = Vec::with_capacity(people.len());
    split(people, &STEPS, &mut out);
    out
}

fn split(group: Vec<Person>, steps: &[Step], out: &mut Vec<Person>) {
    let Some((Step { value_of, cell, others }, narrower)) = steps.split_first() else { return out.extend(group) };
    let mut parts: BTreeMap<String, Vec<Person>> = BTreeMap::new();
    for person in group {
        parts.entry(value_of(&person.kind)).or_default().push(person);
    }
    let (mut named, few): (Vec<_>, Vec<_>) = parts.into_iter().partition(|(_, part)| part.len() >= FEWEST);
    named.sort_by_key(|(_, part)| Reverse(part.len()));
    let mut rest: Vec<Person> = few.into_iter().flat_map(|(_, part)| part).collect();
    while (1..FEWEST).contains(&rest.len()) {
        let Some((_, smallest)) = named.pop() else { break };
        rest.extend(smallest);
    }
    if !named.is_empty() {
        rest.iter_mut()
            .map(|person| cell(&mut person.shown))
            .filter(|cell| cell.is_empty())
            .for_each(|cell| (*others).clone_into(cell));
    }
    for (value, mut part) in named {
        for person in &mut part {
            cell(&mut person.shown).clone_from(&value);
        }
        split(part, narrower, out);
    }
    split(rest, narrower, out);
}

fn rows(conn: &mut DbConnection, sheet: &mut Sheet<&mut dyn Write>, number: usize, person: &Person) -> Result<()> {
    let Some(first) = person.sessions.first() else { return Ok(()) };
    let mut row = |on: LocalDate, measure: &str, value: Points, prorated: bool| -> Result<()> {
        let sessions = person.sessions.partition_point(|session| *session <= on);
        sheet.value(number)?;
        sheet.word(&person.shown.age_band)?;
        sheet.word(&person.shown.condition)?;
        sheet.word(&person.shown.route)?;
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
    use proptest::prelude::*;

    use super::*;
    use crate::db::Id;

    /// Condition, route and age.
    type Words<'a> = (&'a str, &'a str, Option<i16>);

    fn person((condition, route, age): Words<'_>) -> Person {
        let nil = uuid::Uuid::nil();
        Person {
            scope: PatientScope::for_command(Id::from_uuid(nil), Id::from_uuid(nil)),
            sessions: Vec::new(),
            kind: Kind { age, condition: condition.into(), route: route.into() },
            shown: Shown::default(),
        }
    }

    fn people(kinds: &[(usize, Words<'_>)]) -> Vec<Person> {
        kinds.iter().flat_map(|(number, kind)| (0..*number).map(|_| person(*kind))).collect()
    }

    /// How many are shown alike, by condition, route and age.
    fn alike(people: &[Person]) -> BTreeMap<[&str; 3], usize> {
        let mut sizes = BTreeMap::new();
        for Person { shown, .. } in people {
            *sizes.entry([&shown.condition[..], &shown.route, &shown.age_band]).or_default() += 1;
        }
        sizes
    }

    #[test]
    fn what_is_frequent_alone_and_rare_together_is_not_shown_together() {
        // 24 of each condition and 24 of each route, and in each one who has the other's.
        let (young, old) = (Some(36), Some(52));
        let kinds = [(23, ("mdd", "iv", young)), (1, ("mdd", "im", young)), (23, ("ptsd", "im", old)), (1, ("ptsd", "iv", old))];
        let shown = generalise(people(&kinds));
        assert_eq!(alike(&shown), [(["mdd", "", "35-39"], 24), (["ptsd", "", "50-54"], 24)].into());
    }

    #[test]
    fn who_is_too_few_for_a_group_is_among_others_and_they_are_ten_as_well() {
        let shown = generalise(people(&[(30, ("mdd", "iv", Some(36))), (11, ("trd", "iv", Some(91))), (2, ("ocd", "iv", None))]));
        assert_eq!(alike(&shown), [(["mdd", "iv", "35-39"], 30), (["other", "iv", ""], 13)].into());
    }

    #[test]
    fn ages_are_as_narrow_as_ten_people_allow() {
        let kinds = [(10, 20), (5, 30), (5, 36), (10, 88)].map(|(number, age)| (number, ("mdd", "iv", Some(age))));
        let shown = generalise(people(&kinds));
        let ages: Vec<_> = alike(&shown).into_iter().map(|([.., age], size)| (age, size)).collect();
        assert_eq!(ages, [("20-24", 10), ("30-39", 10), ("85-89", 10)]);
    }

    proptest! {
        #[test]
        fn ten_people_are_shown_alike_whoever_they_are(
            kinds in prop::collection::vec((0..6_usize, 0..4_usize, prop::option::of(18..100_i16)), FEWEST..300),
        ) {
            let conditions = ["mdd", "mdd", "mdd", "ptsd", "other", ""];
            let routes = ["iv", "iv", "im", ""];
            let kinds: Vec<_> =
                kinds.into_iter().map(|(condition, route, age)| (1, (conditions[condition], routes[route], age))).collect();
            let shown = generalise(people(&kinds));
            prop_assert_eq!(shown.len(), kinds.len());
            for (kind, size) in alike(&shown) {
                prop_assert!(size >= FEWEST, "{:?}: {}", kind, size);
            }
            // What is said of somebody is true.
            for Person { kind, shown, .. } in &shown {
                prop_assert!(shown.condition == kind.condition || ["", OTHER].contains(&&shown.condition[..]));
                prop_assert!(shown.route == kind.route || ["", OTHER].contains(&&shown.route[..]));
                let bands = [5, 10, 20].map(|years| age_band(kind.age, years));
                prop_assert!(shown.age_band.is_empty() || bands.contains(&shown.age_band));
            }
        }
    }
}
