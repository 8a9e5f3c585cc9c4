//! Patterns of daily answers that are worth a look. Pure rules. Source: CLINICAL.md 10, choices of this project.

use serde::{Deserialize, Serialize};

use crate::db::LocalDate;
use crate::instruments::Points;

/// Days of check-ins that a caseload row keeps, by the calendar: no pattern is told to be older.
pub(super) const KEPT_DAYS: i64 = 14;
/// A mood up to this one is low, in points of 0 to 10.
const LOW_MOOD: Points = Points::from_int(2);
/// Daily moods in a row that are a pattern when they are low.
const LOW_MOODS: usize = 3;
/// Hours of sleep up to these are few.
const FEW_HOURS: Points = Points::from_int(4);
/// Energy from this on is high, in points of 0 to 10.
const HIGH_ENERGY: Points = Points::from_int(8);
/// Nights in a row that are a pattern when few hours of sleep leave high energy.
const SHORT_NIGHTS: usize = 2;
/// Days from one answer to the next of a row: one day without any does not end it.
const MOST_DAYS_APART: i64 = 2;

/// What was answered on a day, as far as patterns ask; the rating given last where there are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Columns", into = "Columns")]
pub(super) struct Day {
    /// The patient's day.
    pub on: LocalDate,
    /// 0 to 10, more is better.
    pub mood: Option<Points>,
    /// 0 to 10.
    pub energy: Option<Points>,
    /// Of the night before.
    pub sleep_hours: Option<Points>,
}

/// A day as rows keep it: short.
type Columns = (LocalDate, Option<Points>, Option<Points>, Option<Points>);

impl From<Columns> for Day {
    fn from((on, mood, energy, sleep_hours): Columns) -> Self {
        Self { on, mood, energy, sleep_hours }
    }
}

impl From<Day> for Columns {
    fn from(day: Day) -> Self {
        (day.on, day.mood, day.energy, day.sleep_hours)
    }
}

/// The last days with a check-in, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Days(Vec<Day>);

impl Days {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something was answered on this day.
    pub fn has(&self, on: LocalDate) -> bool {
        self.0.iter().any(|day| day.on == on)
    }

    /// Takes in one more answer, the last one of its day, and lets go of days that are too old.
    pub fn add(&mut self, answer: Day) {
        let place = self.0.partition_point(|day| day.on < answer.on);
        match self.0.get_mut(place).filter(|day| day.on == answer.on) {
            Some(day) => {
                *day = Day {
                    on: day.on,
                    mood: answer.mood.or(day.mood),
                    energy: answer.energy.or(day.energy),
                    sleep_hours: answer.sleep_hours.or(day.sleep_hours),
                }
            }
            None => self.0.insert(place, answer),
        }
        if let Some(newest) = self.0.last().map(|day| day.on) {
            self.0.retain(|day| newest.days_since(day.on) < KEPT_DAYS);
        }
    }

    /// The newest low moods in a row, oldest first, where they are a pattern.
    pub fn low_moods(&self) -> Option<Vec<(LocalDate, Points)>> {
        let moods = self.0.iter().filter_map(|day| Some((day.on, day.mood?)));
        in_a_row(moods, |mood| *mood <= LOW_MOOD).filter(|row| row.len() >= LOW_MOODS)
    }

    /// The newest nights in a row that were short and left high energy, oldest first, each with its hours and the
    /// energy, where they are a pattern.
    pub fn short_nights(&self) -> Option<Vec<(LocalDate, (Points, Points))>> {
        let nights = self.0.iter().filter_map(|day| Some((day.on, (day.sleep_hours?, day.energy?))));
        in_a_row(nights, |(hours, energy)| *hours <= FEW_HOURS && *energy >= HIGH_ENERGY).filter(|row| row.len() >= SHORT_NIGHTS)
    }
}

/// The last of `days` in a row for which the rule holds.
fn in_a_row<T>(days: impl DoubleEndedIterator<Item = (LocalDate, T)>, rule: impl Fn(&T) -> bool) -> Option<Vec<(LocalDate, T)>> {
    let mut row: Vec<(LocalDate, T)> = Vec::new();
    for (on, said) in days.rev().take_while(|(_, said)| rule(said)) {
        if row.last().is_some_and(|(later, _)| later.days_since(on) > MOST_DAYS_APART) {
            break;
        }
        row.push((on, said));
    }
    row.reverse();
    (!row.is_empty()).then_some(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(of_november: u8, mood: Option<i32>, night: Option<(i32, i32)>) -> Day {
        let on = format!("2026-11-{of_november:02}").parse().unwrap();
        let (sleep_hours, energy) = night.map(|(hours, energy)| (Points::from_int(hours), Points::from_int(energy))).unzip();
        Day { on, mood: mood.map(Points::from_int), energy, sleep_hours }
    }

    fn days(all: &[Day]) -> Days {
        let mut days = Days::default();
        for day in all {
            days.add(*day);
        }
        days
    }

    fn moods(all: &[(u8, i32)]) -> Days {
        days(&all.iter().map(|(on, mood)| day(*on, Some(*mood), None)).collect::<Vec<_>>())
    }

    #[test]
    fn three_low_moods_in_a_row_are_a_pattern_from_the_first_on() {
        let from = |days: &Days| days.low_moods().map(|row| (row[0].0.to_string(), row.len()));
        assert_eq!(from(&moods(&[(1, 2), (2, 0), (3, 2)])), Some(("2026-11-01".into(), 3)));
        assert_eq!(from(&moods(&[(1, 3), (2, 1), (3, 1), (4, 2), (5, 0)])), Some(("2026-11-02".into(), 4)));
        // Two, one that is 3, and none that is newer than a better one.
        assert_eq!(from(&moods(&[(2, 1), (3, 1)])), None);
        assert_eq!(from(&moods(&[(1, 2), (2, 3), (3, 2), (4, 2)])), None);
        assert_eq!(from(&moods(&[(1, 0), (2, 0), (3, 0), (4, 3)])), None);
    }

    #[test]
    fn a_day_without_an_answer_ends_no_row_and_two_do() {
        assert!(moods(&[(1, 2), (3, 2), (5, 2)]).low_moods().is_some());
        assert!(moods(&[(1, 2), (4, 2), (5, 2)]).low_moods().is_none());
        let blank = days(&[day(1, Some(1), None), day(2, None, None), day(3, Some(1), None), day(4, Some(1), None)]);
        assert!(blank.low_moods().is_some());
    }

    #[test]
    fn two_short_nights_with_high_energy_are_a_pattern() {
        let nights = |all: &[(u8, i32, i32)]| {
            let all: Vec<_> = all.iter().map(|(on, hours, energy)| day(*on, None, Some((*hours, *energy)))).collect();
            days(&all).short_nights().is_some()
        };
        assert!(nights(&[(1, 4, 8), (2, 4, 8)]) && nights(&[(1, 7, 5), (2, 2, 10), (3, 0, 9)]));
        assert!(!nights(&[(2, 4, 8)]) && !nights(&[(1, 4, 8), (2, 5, 8)]) && !nights(&[(1, 4, 8), (2, 4, 7)]));
        assert!(!nights(&[(1, 4, 8), (2, 4, 8), (3, 8, 8)]));
    }

    #[test]
    fn the_rating_given_last_counts_and_a_blank_takes_none_away() {
        let given = days(&[day(1, Some(1), Some((4, 8))), day(1, None, None), day(1, Some(6), None)]);
        assert_eq!(given, days(&[day(1, Some(6), Some((4, 8)))]));
    }

    #[test]
    fn a_late_day_falls_into_its_place_and_an_old_one_is_let_go() {
        let kept = moods(&[(20, 2), (18, 2), (19, 1), (6, 0), (7, 4)]);
        assert_eq!(kept, moods(&[(7, 4), (18, 2), (19, 1), (20, 2)]));
        assert!(kept.low_moods().is_some());
    }
}
