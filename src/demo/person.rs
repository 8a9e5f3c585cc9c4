//! Made-up people.

use super::calendar::Calendar;
use super::cast::{self, Told};
use super::chance::Chance;
use crate::db::LocalDate;

/// A made-up person.
#[derive(Debug, Clone)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The e-mail.
    pub email: String,
    /// The clinic's number.
    pub record_number: String,
    /// The day of birth.
    pub born: LocalDate,
}

impl Person {
    /// The person behind a told course.
    pub fn told(told: &Told, calendar: &Calendar, chance: &mut Chance) -> Self {
        Self {
            name: told.name.to_owned(),
            email: email_of(told.name, 0),
            record_number: record_number(told.record),
            born: born(told.age, calendar, chance),
        }
    }

    /// The person with this number.
    pub fn drawn(number: usize, calendar: &Calendar, chance: &mut Chance) -> Self {
        // 37 and 80 share no factor, so every first name comes once in 80 patients, beside ever other last names.
        let first = cast::FIRST[number * 37 % cast::FIRST.len()];
        let last = cast::LAST[(number * 57 + number / cast::FIRST.len() * 3) % cast::LAST.len()];
        let name = format!("{first} {last}");
        let record = 500 + i32::try_from(number).unwrap_or_default();
        Self {
            email: email_of(&name, number),
            name,
            record_number: record_number(record),
            born: born(chance.between(19, 74), calendar, chance),
        }
    }
}

fn born(age: i32, calendar: &Calendar, chance: &mut Chance) -> LocalDate {
    calendar.date(-age * 365 - age / 4 - chance.between(20, 340))
}

fn record_number(number: i32) -> String {
    format!("AR-{number:04}")
}

fn email_of(name: &str, number: usize) -> String {
    let plain: String = name
        .to_lowercase()
        .chars()
        .map(|letter| if letter == ' ' { '.' } else { letter })
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '.')
        .collect();
    let suffix = if number == 0 { String::new() } else { format!(".{number}") };
    format!("{plain}{suffix}@alder-row.example")
}
