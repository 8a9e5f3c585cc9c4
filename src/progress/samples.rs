//! Builders for the tests of the rules. Day 0 is 1 March 2026 in UTC; sessions start at noon, forms are answered at 18:00.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use crate::instruments::{Direction, Measure, Points, Registry};
use crate::progress::timeline::{CourseSpan, ScorePoint, SessionPoint};

/// A UUID that can be told apart from others.
pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A calendar day.
pub fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// An instant.
pub fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// The local date of a day by number.
pub fn date(number: i64) -> Date {
    day("2026-03-01").checked_add(number.days()).expect("within the calendar")
}

/// An instant of a day by number.
pub fn hour(number: i64, hour: i64) -> Timestamp {
    instant("2026-03-01T00:00:00Z").checked_add((24 * number + hour).hours()).expect("within the calendar")
}

/// Whole points.
pub fn points(count: i32) -> Points {
    Points::from_int(count)
}

/// A complete score in whole points, answered at 18:00.
pub fn score(number: i64, points: i32) -> ScorePoint {
    exact_score(number, 1000 * i64::from(points))
}

/// A complete score in thousandths, answered at 18:00.
pub fn exact_score(number: i64, thousandths: i64) -> ScorePoint {
    ScorePoint {
        at: hour(number, 18),
        local_date: date(number),
        value: Points::from_thousandths(thousandths),
        prorated: false,
        band: None,
        response_id: id(u128::from(number.unsigned_abs())),
    }
}

/// A complete score at an instant.
pub fn score_at(at: &str, number: i64, points: i32) -> ScorePoint {
    ScorePoint { at: instant(at), ..score(number, points) }
}

/// A prorated score.
pub fn prorated(number: i64, points: i32) -> ScorePoint {
    ScorePoint { prorated: true, ..score(number, points) }
}

/// A completed session outside any course, at noon.
pub fn session(number: i32, on: i64) -> SessionPoint {
    SessionPoint { id: id(u128::from(on.unsigned_abs()) + 1000), course_id: None, number, at: hour(on, 12), local_date: date(on) }
}

/// A completed session of a course, at noon.
pub fn session_of(course: u128, number: i32, on: i64) -> SessionPoint {
    SessionPoint { course_id: Some(id(course)), ..session(number, on) }
}

/// A course that the provider opened.
pub fn course(number: u128, started: i64) -> CourseSpan {
    CourseSpan { id: id(number), started_on: date(started), planned_sessions: None, is_past_induction: false }
}

fn known(id: &str) -> Measure {
    let registry = Registry::load_builtin().expect("the built-in files are sound");
    registry.measure(id).expect("a built-in measure").as_ref().clone()
}

/// PHQ-9: baseline of 10 or more for a response, 6 points are reliable, 5 matter.
pub fn phq9() -> Measure {
    known("phq-9.total")
}

/// GAD-7, without a limit for relapse.
pub fn gad7() -> Measure {
    known("gad-7.total")
}

/// PCL-5: no response, no remission.
pub fn pcl5() -> Measure {
    known("pcl-5.total")
}

/// PEG: one decimal, response at 30 % off.
pub fn peg() -> Measure {
    known("peg.total")
}

/// PHQ-2: validated, without rules for change.
pub fn phq2() -> Measure {
    known("phq-2.total")
}

/// A rating of the in-house check-in, higher is better.
pub fn mood() -> Measure {
    rating("mood")
}

/// A rating of the in-house check-in.
pub fn rating(item: &str) -> Measure {
    known(&format!("daily-check-in.{item}"))
}

/// A measure with PHQ-9's rule for reliable change on which higher is better.
pub fn upside_down() -> Measure {
    let mut measure = phq9();
    measure.higher_is = Direction::Better;
    if let Some(rules) = &mut measure.change {
        (rules.response, rules.remission_max, rules.below_clinical_max) = (None, None, None);
    }
    measure
}
