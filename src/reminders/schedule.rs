//! When a reminder comes, and whether: pure, by the clock of where the person is.
//!
//! A time that a day does not have, when clocks go forward, comes as long after midnight as it would have; one that a day
//! has twice comes the first time.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::settings::{Reminders, Weekday};
use crate::db::{LocalDate, Timestamp};

/// How long after the day's last reminder the nudge comes, in seconds.
const NUDGE_AFTER: i64 = 2 * 3600;
/// How late a reminder may still go out, where the server was away at its time, in seconds.
const LATEST: i64 = 3600;
/// How long a reminder may wait for a phone that is off, in seconds. Source: SECURITY_REQUIREMENTS.md 12.4.
const KEPT: i64 = 6 * 3600;
/// Days in a row with a reminder and no answer after which the app goes quiet. Source: DESIGN.md, Voice.
const UNANSWERED_DAYS: i32 = 3;

/// What comes at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// The reminder that was chosen for that time.
    Reminder,
    /// The one nudge after a day's last reminder.
    Nudge,
}

/// A moment at which a reminder may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// When.
    pub at: Timestamp,
    /// The person's day.
    pub on: LocalDate,
    /// The time that was chosen; of a nudge, that of the reminder before.
    pub time: Time,
    /// What comes.
    pub which: Which,
}

impl Slot {
    /// Names what comes: no two slots of a name, wherever the person travels.
    pub fn key(&self) -> String {
        match self.which {
            Which::Reminder => format!("reminder {} {}", self.on, self.time.strftime("%H:%M")),
            Which::Nudge => format!("nudge {}", self.on),
        }
    }
}

/// How far the reminders of a person have come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct State {
    /// The day of the last reminder.
    pub reminded_on: Option<LocalDate>,
    /// When that day's first one went out.
    pub reminded_at: Option<Timestamp>,
    /// Days in a row with a reminder and no answer.
    pub unanswered_days: i32,
}

impl State {
    /// The state once it is known when the person last answered.
    #[must_use]
    pub fn seen(self, answered_at: Option<Timestamp>) -> Self {
        let has_answered = answered_at.is_some_and(|answered| self.reminded_at.is_none_or(|reminded| answered > reminded));
        Self { unanswered_days: if has_answered { 0 } else { self.unanswered_days }, ..self }
    }

    /// Whether the app has gone quiet: the clinic's rule for silence takes over.
    pub const fn is_resting(self) -> bool {
        self.unanswered_days >= UNANSWERED_DAYS
    }

    /// The state after a reminder of that day went out.
    #[must_use]
    pub fn reminded(self, slot: &Slot, now: Timestamp) -> Self {
        if self.reminded_on == Some(slot.on) {
            return self;
        }
        Self { reminded_on: Some(slot.on), reminded_at: Some(now), unanswered_days: self.unanswered_days + 1 }
    }
}

/// The first moment after `after` at which a reminder may come; `None` where none is chosen.
pub fn next(settings: &Reminders, zone: &TimeZone, after: Timestamp) -> Option<Slot> {
    if !settings.enabled {
        return None;
    }
    // A reminder of yesterday never comes today; a week holds every weekday, and one day more where the first is half over.
    let today = after.local_date(zone);
    (0..=8).find_map(|days| on_day(settings, zone, today.plus_days(days)).into_iter().find(|slot| slot.at > after))
}

/// The slots of a day, in order.
fn on_day(settings: &Reminders, zone: &TimeZone, day: LocalDate) -> Vec<Slot> {
    if !settings.days.contains(&Weekday::of(day.civil())) {
        return Vec::new();
    }
    let times = settings.times_in_order();
    let mut slots: Vec<Slot> = times
        .iter()
        .filter_map(|time| Some((*time, instant(zone, day.civil(), *time)?)))
        .map(|(time, at)| Slot { at, on: day, time, which: Which::Reminder })
        .collect();
    if let Some(last) = slots.iter().max().copied().filter(|_| settings.nudge) {
        slots.push(Slot { at: last.at.plus_seconds(NUDGE_AFTER), which: Which::Nudge, ..last });
    }
    slots.retain(|slot| slot.at.local_date(zone) == day && !settings.is_quiet(local_time(zone, slot.at)));
    slots.sort_unstable();
    slots
}

fn instant(zone: &TimeZone, day: Date, time: Time) -> Option<Timestamp> {
    zone.to_timestamp(day.to_datetime(time)).ok().map(Timestamp::from)
}

fn local_time(zone: &TimeZone, at: Timestamp) -> Time {
    zone.to_datetime(at.jiff()).time()
}

/// Whether what comes at a slot goes out at `now`. `is_asked`: whether anything is left to answer.
pub fn is_due(settings: &Reminders, zone: &TimeZone, slot: &Slot, state: State, is_asked: bool, now: Timestamp) -> bool {
    let is_in_time = now >= slot.at && now.seconds_since(slot.at) <= LATEST && now < ends_at(settings, zone, slot);
    let follows = slot.which == Which::Reminder || state.reminded_on == Some(slot.on);
    // The third day's nudge still belongs to the third day.
    let rests = state.is_resting() && state.reminded_on != Some(slot.on);
    is_in_time && follows && is_asked && !rests
}

/// Until when it may still reach the person: never in the quiet hours, never the next day, and six hours at the most.
pub fn ends_at(settings: &Reminders, zone: &TimeZone, slot: &Slot) -> Timestamp {
    let latest = slot.at.plus_seconds(KEPT).min(slot.on.plus_days(1).start_in(zone));
    let Some(from) = settings.quiet_from() else { return latest };
    // Where clocks go back, quiet hours may begin twice.
    let begins = zone.to_ambiguous_timestamp(slot.on.civil().to_datetime(from));
    let begins = [begins.earlier(), begins.later()].into_iter().filter_map(|at| at.ok().map(Timestamp::from));
    begins.filter(|at| *at > slot.at).fold(latest, Timestamp::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reminders::settings::Quiet;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn daily(times: &[&str], quiet: Option<(&str, &str)>) -> Reminders {
        let quiet = quiet.map(|(from, until)| Quiet { from: from.into(), until: until.into() });
        Reminders { times: times.iter().map(|time| (*time).to_owned()).collect(), quiet, ..Reminders::default() }
    }

    /// The next moments after `after`, as the clock on the wall shows them.
    fn moments(settings: &Reminders, zone: &TimeZone, after: &str, count: usize) -> Vec<String> {
        let first = next(settings, zone, at(after));
        let all = std::iter::successors(first, |slot| next(settings, zone, slot.at));
        all.take(count).map(|slot| zone.to_datetime(slot.at.jiff()).strftime("%a %H:%M").to_string()).collect()
    }

    #[test]
    fn a_reminder_comes_at_its_time_with_one_nudge_after_it() {
        let denver = zone("America/Denver");
        let settings = daily(&["19:00"], None);
        assert_eq!(moments(&settings, &denver, "2026-11-20T21:00:00Z", 3), ["Fri 19:00", "Fri 21:00", "Sat 19:00"]);
        let days = Reminders { days: vec![Weekday::Mon], nudge: false, ..settings };
        assert_eq!(moments(&days, &denver, "2026-11-20T21:00:00Z", 2), ["Mon 19:00", "Mon 19:00"]);
        assert_eq!(moments(&Reminders { enabled: false, ..days.clone() }, &denver, "2026-11-20T21:00:00Z", 1), [""; 0]);
        assert_eq!(moments(&Reminders { days: Vec::new(), ..days }, &denver, "2026-11-20T21:00:00Z", 1), [""; 0]);
    }

    #[test]
    fn a_nudge_waits_for_no_quiet_hours_and_no_other_day() {
        let denver = zone("America/Denver");
        let night = Some(("22:00", "08:00"));
        assert_eq!(moments(&daily(&["20:00"], night), &denver, "2026-11-20T21:00:00Z", 2), ["Fri 20:00", "Sat 20:00"]);
        assert_eq!(moments(&daily(&["22:30"], None), &denver, "2026-11-20T21:00:00Z", 2), ["Fri 22:30", "Sat 22:30"]);
    }

    #[test]
    fn clocks_that_change_move_nothing_but_what_they_skip() {
        let new_york = zone("America/New_York");
        // In the night to 8 March 2026 there is no 02:30, in the night to 1 November there are two 01:30.
        let settings = Reminders { nudge: false, ..daily(&["02:30"], None) };
        assert_eq!(moments(&settings, &new_york, "2026-03-07T12:00:00Z", 2), ["Sun 03:30", "Mon 02:30"]);
        let settings = Reminders { nudge: false, ..daily(&["01:30"], None) };
        assert_eq!(moments(&settings, &new_york, "2026-10-31T12:00:00Z", 2), ["Sun 01:30", "Mon 01:30"]);
    }

    #[test]
    fn a_reminder_reaches_nobody_late() {
        let denver = zone("America/Denver");
        let settings = daily(&["19:00"], Some(("22:00", "08:00")));
        let slot = next(&settings, &denver, at("2026-11-20T21:00:00Z")).unwrap();
        assert_eq!(slot.at, at("2026-11-21T02:00:00Z"));
        assert_eq!(ends_at(&settings, &denver, &slot), at("2026-11-21T05:00:00Z"), "at ten the quiet hours begin");
        assert_eq!(ends_at(&daily(&["19:00"], None), &denver, &slot), at("2026-11-21T07:00:00Z"), "at midnight the day ends");
        let goes_out = |now: &str| is_due(&settings, &denver, &slot, State::default(), true, at(now));
        assert!(goes_out("2026-11-21T02:00:00Z") && goes_out("2026-11-21T03:00:00Z"));
        assert!(!goes_out("2026-11-21T03:00:01Z") && !goes_out("2026-11-21T01:59:59Z"));
    }

    #[test]
    fn after_three_unanswered_days_it_goes_quiet_until_the_next_answer() {
        let denver = zone("America/Denver");
        let settings = Reminders { nudge: false, ..daily(&["19:00"], None) };
        let mut state = State::default();
        let mut sent = Vec::new();
        let mut slot = next(&settings, &denver, at("2026-11-20T21:00:00Z"));
        let answered_at = at("2026-11-27T20:00:00Z");
        for _ in 0..9 {
            let due = slot.unwrap();
            state = state.seen(Some(answered_at).filter(|answered| *answered < due.at));
            if is_due(&settings, &denver, &due, state, true, due.at) {
                state = state.reminded(&due, due.at);
                sent.push(due.on.to_string());
            }
            slot = next(&settings, &denver, due.at);
        }
        assert_eq!(sent, ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-27", "2026-11-28"]);
    }

    #[test]
    fn who_has_nothing_to_answer_is_not_reminded_and_nobody_is_nudged_who_was_not_reminded() {
        let denver = zone("America/Denver");
        let settings = daily(&["19:00"], None);
        let reminder = next(&settings, &denver, at("2026-11-20T21:00:00Z")).unwrap();
        let nudge = next(&settings, &denver, reminder.at).unwrap();
        assert_eq!(nudge.which, Which::Nudge);
        let fresh = State::default();
        assert!(!is_due(&settings, &denver, &reminder, fresh, false, reminder.at));
        assert!(!is_due(&settings, &denver, &nudge, fresh, true, nudge.at));
        assert!(is_due(&settings, &denver, &nudge, fresh.reminded(&reminder, reminder.at), true, nudge.at));
    }
}
