//! When a person wants to be reminded, and by which ways.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Error, Result};
use crate::web::checks::Checks;

/// Reminders in a day.
const MOST_TIMES: usize = 8;

/// When a person wants to be reminded, where it is; by push first, by e-mail where push reaches no device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own on the screen")]
pub struct Reminders {
    /// Whether at all.
    pub enabled: bool,
    /// On which days.
    pub days: Vec<Weekday>,
    /// At which times of the day, `HH:MM`; each is one reminder, and only where something is still to be answered.
    #[schema(example = json!(["19:00"]))]
    pub times: Vec<String>,
    /// When nothing may come; none where it may at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<Quiet>,
    /// Whether one nudge may follow the day's last reminder. Left out where it may, as the next two.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub nudge: bool,
    /// Whether push notifications may be used.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub push: bool,
    /// Whether e-mail may be used.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub email: bool,
}

/// The part of the day in which nothing may come; over midnight where it ends before it begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// From this time on.
    #[schema(example = "22:00")]
    pub from: String,
    /// Until this one.
    #[schema(example = "08:00")]
    pub until: String,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    /// The weekday of a date.
    pub fn of(date: jiff::civil::Date) -> Self {
        use jiff::civil::Weekday as Day;
        match date.weekday() {
            Day::Monday => Self::Mon,
            Day::Tuesday => Self::Tue,
            Day::Wednesday => Self::Wed,
            Day::Thursday => Self::Thu,
            Day::Friday => Self::Fri,
            Day::Saturday => Self::Sat,
            Day::Sunday => Self::Sun,
        }
    }
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
const fn is_yes(choice: &bool) -> bool {
    *choice
}

impl Default for Reminders {
    /// What the plans propose: each asks for a check-in a day, in the evening.
    fn default() -> Self {
        use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
        Self {
            enabled: true,
            days: vec![Mon, Tue, Wed, Thu, Fri, Sat, Sun],
            times: vec!["19:00".into()],
            quiet: Some(Quiet { from: "22:00".into(), until: "08:00".into() }),
            nudge: true,
            push: true,
            email: true,
        }
    }
}

impl Reminders {
    /// Checks the times, that nothing stands twice, and that no reminder is chosen for the quiet hours.
    pub fn check(&self, checks: &mut Checks, at: &str) {
        let is_twice = |index: usize| self.days[..index].contains(&self.days[index]);
        checks.require(!(0..self.days.len()).any(is_twice), format!("{at}/days"), "must name each day once");
        checks.require(self.times.len() <= MOST_TIMES, format!("{at}/times"), format!("must be {MOST_TIMES} at the most"));
        for (index, time) in self.times.iter().enumerate() {
            let pointer = format!("{at}/times/{index}");
            if checks.require(time_of(time).is_some(), &pointer, "must be a time of the day, like 19:00") {
                let is_heard = time_of(time).is_none_or(|time| !self.is_quiet(time));
                checks.require(is_heard, pointer, "must lie outside of the quiet hours");
            }
        }
        let is_twice = |index: usize| self.times[..index].contains(&self.times[index]);
        checks.require(!(0..self.times.len()).any(is_twice), format!("{at}/times"), "must name each time once");
        if let Some(Quiet { from, until }) = &self.quiet {
            checks.require(time_of(from).is_some(), format!("{at}/quiet/from"), "must be a time of the day, like 22:00");
            checks.require(time_of(until).is_some(), format!("{at}/quiet/until"), "must be a time of the day, like 08:00");
            checks.require(from != until, format!("{at}/quiet/until"), "must be another time than from");
        }
    }

    /// Whether nothing may come at this time of the day.
    pub fn is_quiet(&self, time: Time) -> bool {
        let hours = self.quiet.as_ref().and_then(|quiet| Some((time_of(&quiet.from)?, time_of(&quiet.until)?)));
        hours.is_some_and(|(from, until)| if from < until { (from..until).contains(&time) } else { time >= from || time < until })
    }

    /// When the quiet hours begin.
    pub fn quiet_from(&self) -> Option<Time> {
        self.quiet.as_ref().and_then(|quiet| time_of(&quiet.from))
    }

    /// The times of the day in order.
    pub fn times_in_order(&self) -> Vec<Time> {
        let mut times: Vec<Time> = self.times.iter().filter_map(|time| time_of(time)).collect();
        times.sort_unstable();
        times
    }

    /// Reads the database's text.
    pub fn read(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|why| Error::Internal(Box::new(why)))
    }

    /// The database's text.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn time_of(text: &str) -> Option<Time> {
    let is_plain = text.len() == 5 && text.as_bytes()[2] == b':';
    is_plain.then(|| Time::strptime("%H:%M", text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(reminders: &Reminders) -> Vec<String> {
        let mut checks = Checks::default();
        reminders.check(&mut checks, "/reminders");
        match checks.finish() {
            Err(Error::Invalid(violations)) => violations.into_iter().map(|violation| violation.pointer).collect(),
            _ => Vec::new(),
        }
    }

    fn at(times: &[&str], quiet: Option<(&str, &str)>) -> Reminders {
        let quiet = quiet.map(|(from, until)| Quiet { from: from.into(), until: until.into() });
        Reminders { times: times.iter().map(|time| (*time).to_owned()).collect(), quiet, ..Reminders::default() }
    }

    #[test]
    fn reminders_come_at_times_of_the_day() {
        for good in [&[][..], &["00:00", "23:59"]] {
            assert!(faults(&at(good, None)).is_empty(), "{good:?}");
        }
        for bad in [&["24:00"][..], &["7:00"], &["19:00", "19:00"], &["19:00\n"]] {
            assert!(!faults(&at(bad, None)).is_empty(), "{bad:?}");
        }
    }

    #[test]
    fn no_reminder_is_chosen_for_the_quiet_hours() {
        let night = Some(("22:00", "08:00"));
        assert!(faults(&at(&["08:00", "21:59"], night)).is_empty());
        assert_eq!(faults(&at(&["22:00", "12:00", "07:59"], night)), ["/reminders/times/0", "/reminders/times/2"]);
        assert_eq!(faults(&at(&["13:30"], Some(("13:00", "14:00")))), ["/reminders/times/0"]);
        assert_eq!(faults(&at(&[], Some(("22:00", "22:00")))), ["/reminders/quiet/until"]);
        assert_eq!(faults(&at(&[], Some(("22", "8:00")))), ["/reminders/quiet/from", "/reminders/quiet/until"]);
    }

    #[test]
    fn what_an_older_app_sends_stands_as_it_was_sent() {
        let sent = r#"{"enabled":true,"days":["mon"],"times":["23:30"]}"#;
        let read: Reminders = serde_json::from_str(sent).unwrap();
        assert_eq!((read.quiet.clone(), read.nudge, read.push, read.email), (None, true, true, true));
        assert_eq!(read.text(), sent);
    }

    #[test]
    fn what_the_plan_proposes_can_be_chosen() {
        assert!(faults(&Reminders::default()).is_empty());
    }
}
