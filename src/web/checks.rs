//! Checks a request and keeps every violation, so that all of them are answered at once.

use std::fmt::Display;

use crate::error::{Error, Result, Violation};
use crate::instruments::Points;

/// Characters that a name may have. Source: SECURITY_REQUIREMENTS.md 6.4, as all of these.
pub const NAME_CHARACTERS: usize = 200;
/// Characters that a note may have.
pub const NOTE_CHARACTERS: usize = 10_000;
/// Characters that a reason may have.
pub const REASON_CHARACTERS: usize = 1000;

/// The violations found so far.
#[derive(Debug, Default)]
pub struct Checks(Vec<Violation>);

impl Checks {
    /// Notes a violation of the rule `detail` at `pointer`.
    pub fn fail(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.0.push(Violation::new(pointer, detail));
    }

    /// Notes a violation where the rule does not hold. Returns whether it does.
    pub fn require(&mut self, holds: bool, pointer: impl Into<String>, detail: impl Into<String>) -> bool {
        if !holds {
            self.fail(pointer, detail);
        }
        holds
    }

    /// A text without the white space around it; none where nothing is left.
    ///
    /// Control characters are refused, tab and new line aside: one of the two databases could not keep U+0000.
    pub fn text(&mut self, pointer: impl Into<String>, text: Option<String>, most_characters: usize) -> Option<String> {
        let text = text?;
        let trimmed = text.trim();
        if trimmed.chars().any(|character| character.is_control() && !matches!(character, '\t' | '\n')) {
            self.fail(pointer, "must not have control characters other than tab and new line");
            return None;
        }
        if trimmed.chars().count() > most_characters {
            self.fail(pointer, format!("must be {most_characters} characters or fewer"));
            return None;
        }
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }

    /// A name: one line with something on it, 200 characters at the most.
    pub fn name(&mut self, pointer: impl Into<String>, name: &str) {
        let name = name.trim();
        let is_line = !name.is_empty() && !name.chars().any(char::is_control) && name.chars().count() <= NAME_CHARACTERS;
        self.require(is_line, pointer, format!("must have 1 to {NAME_CHARACTERS} characters, without control characters"));
    }

    /// An IANA time zone that this server knows.
    pub fn time_zone(&mut self, pointer: impl Into<String>, name: &str) {
        let is_known = jiff::tz::TimeZone::get(name).is_ok_and(|zone| !zone.is_unknown());
        self.require(is_known, pointer, "must be an IANA time zone, like America/Denver");
    }

    /// What was read, or none with its violation noted.
    pub fn keep<T>(&mut self, read: std::result::Result<T, Violation>) -> Option<T> {
        read.map_err(|violation| self.0.push(violation)).ok()
    }

    /// A whole number from `low` to `high`.
    pub fn whole(&mut self, pointer: impl Into<String>, number: Option<f64>, low: i32, high: i32) -> Option<i32> {
        let number = number?;
        let whole = Points::from_f64(number).filter(|points| points.is_whole()).map(|points| points.thousandths() / 1000);
        let allowed = whole.and_then(|whole| i32::try_from(whole).ok()).filter(|whole| (low..=high).contains(whole));
        self.require(allowed.is_some(), pointer, format!("must be a whole number from {low} to {high}"));
        allowed
    }

    /// A number with at most three decimals that `allows` accepts; `range` says in words which those are.
    pub fn decimal(
        &mut self,
        pointer: impl Into<String>,
        number: Option<f64>,
        range: impl Display,
        allows: impl Fn(Points) -> bool,
    ) -> Option<Points> {
        let allowed = Points::from_f64(number?).filter(|points| allows(*points));
        self.require(allowed.is_some(), pointer, format!("must be a number {range}, with at most 3 decimals"));
        allowed
    }

    /// Refuses the request where any rule is broken.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(checks: Checks) -> Vec<String> {
        match checks.finish() {
            Err(Error::Invalid(violations)) => violations.into_iter().map(|violation| violation.pointer).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn all_violations_are_kept() {
        let mut checks = Checks::default();
        assert_eq!(checks.whole("/a", Some(2.5), 1, 3), None);
        assert_eq!(checks.whole("/b", Some(2.0), 1, 3), Some(2));
        assert_eq!(checks.whole("/c", Some(f64::MAX), 1, 3), None);
        assert_eq!(checks.text("/d", Some("a\0b".into()), 9), None);
        assert_eq!(checks.text("/e", Some("ten letters".into()), 9), None);
        assert_eq!(checks.text("/f", Some(" \n ".into()), 9), None);
        assert_eq!(checks.text("/g", Some(" a\tb\n".into()), 9), Some("a\tb".into()));
        assert_eq!(checks.decimal("/h", Some(0.0001), "above 0", |_| true), None);
        assert_eq!(pointers(checks), ["/a", "/c", "/d", "/e", "/h"]);
    }
}
