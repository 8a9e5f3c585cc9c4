//! A year of reminders for a thousand patients in twelve zones, against a calculation that shares nothing with `schedule`:
//! it writes down what the clocks on the walls show at each quarter of an hour of the year, and looks there.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::schedule::{self, State, Which};
use super::settings::{Quiet, Reminders, Weekday};
use crate::db::Timestamp;

const PATIENTS: usize = 1000;
const STEP: i64 = 900;
const STEPS: usize = 366 * 96;
/// The last step that is looked at: the days around it are whole in every zone.
const END: usize = STEPS - 300;
/// Clocks of these change at different nights and hours, by half an hour, backwards on the map, or never.
const ZONES: [&str; 12] = [
    "America/Denver",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Berlin",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Honolulu",
];

fn start() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn instant(step: usize) -> Timestamp {
    start().plus_seconds(i64::try_from(step).unwrap() * STEP)
}

/// The walls' clocks of a zone: at each step the day and the quarter of it.
struct Walls {
    zone: TimeZone,
    shown: Vec<(Date, usize)>,
    /// The steps at which a day comes to each of its quarters; to those that it skips as long after midnight as it would.
    first: BTreeMap<Date, [Option<usize>; 96]>,
}

impl Walls {
    fn of(name: &str) -> Self {
        let zone = TimeZone::get(name).unwrap();
        let shown: Vec<(Date, usize)> = (0..STEPS)
            .map(|step| {
                let clock = zone.to_datetime(instant(step).jiff());
                assert_eq!((clock.minute() % 15, clock.second()), (0, 0), "{name} lies on quarters of an hour");
                (clock.date(), usize::try_from(clock.hour()).unwrap() * 4 + usize::try_from(clock.minute()).unwrap() / 15)
            })
            .collect();
        let mut first: BTreeMap<Date, [Option<usize>; 96]> = BTreeMap::new();
        for (step, (date, quarter)) in shown.iter().enumerate() {
            first.entry(*date).or_insert([None; 96])[*quarter].get_or_insert(step);
        }
        for day in first.values_mut() {
            for quarter in 1..96 {
                if day[quarter].is_none() && day[quarter + 1..].iter().any(Option::is_some) {
                    day[quarter] = day[quarter - 1].map(|before| before + 1);
                }
            }
        }
        Self { zone, shown, first }
    }
}

/// A patient with a year: where it is from which step on, and when it answers.
struct Patient {
    settings: Reminders,
    quiet: Option<(usize, usize)>,
    times: Vec<usize>,
    travels: Vec<(usize, usize)>,
    answers: Vec<Timestamp>,
}

fn clock(quarter: usize) -> String {
    format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15)
}

fn is_quiet(quiet: Option<(usize, usize)>, quarter: usize) -> bool {
    quiet.is_some_and(|(from, until)| {
        let mut hour = from;
        while hour != until {
            if hour == quarter {
                return true;
            }
            hour = (hour + 1) % 96;
        }
        false
    })
}

impl Patient {
    fn draw(random: &mut fastrand::Rng) -> Self {
        let quiet = (random.u8(..4) > 0).then(|| (random.usize(80..96), random.usize(20..40)));
        let mut times = BTreeSet::new();
        for _ in 0..[1, 1, 1, 2, 3][random.usize(..5)] {
            // Many lie in the hours in which clocks change.
            let time = if random.bool() { random.usize(..16) } else { random.usize(24..92) };
            times.extend(Some(time).filter(|time| !is_quiet(quiet, *time)));
        }
        let week = Reminders::default().days;
        let days = week.into_iter().filter(|_| random.u8(..5) > 0).collect();
        let mut travels = vec![(0, random.usize(..ZONES.len()))];
        for _ in 0..random.usize(..4) {
            travels.push((random.usize(..END), random.usize(..ZONES.len())));
        }
        travels.sort_unstable();
        // Spells of answering each day, sometimes, and not at all; never on a quarter of an hour.
        let mut answers = Vec::new();
        let mut step = 0;
        while step < STEPS {
            let (until, one_in) = (step + random.usize(96..96 * 40), [1, 2, 30][random.usize(..3)]);
            while step < until.min(STEPS) {
                if random.usize(..one_in) == 0 {
                    answers.push(instant(step + random.usize(..90)).plus_seconds(420));
                }
                step += 96;
            }
        }
        let settings = Reminders {
            days,
            times: times.iter().map(|time| clock(*time)).collect(),
            quiet: quiet.map(|(from, until)| Quiet { from: clock(from), until: clock(until) }),
            nudge: random.u8(..4) > 0,
            ..Reminders::default()
        };
        Self { settings, quiet, times: times.into_iter().collect(), travels, answers }
    }

    fn answered_before(&self, now: Timestamp) -> Option<Timestamp> {
        self.answers[..self.answers.partition_point(|answer| *answer <= now)].last().copied()
    }
}

/// What the program sends.
fn sent(patient: &Patient, walls: &[Walls]) -> Vec<(Timestamp, Which)> {
    let (mut sent, mut keys, mut state) = (Vec::new(), BTreeSet::new(), State::default());
    for (index, (from, place)) in patient.travels.iter().enumerate() {
        let zone = &walls[*place].zone;
        let until = patient.travels.get(index + 1).map_or(instant(END), |(until, _)| instant(*until));
        let mut due = schedule::next(&patient.settings, zone, instant(*from));
        while let Some(slot) = due.filter(|slot| slot.at <= until) {
            let answered_at = patient.answered_before(slot.at);
            state = state.seen(answered_at);
            let is_asked = answered_at.is_none_or(|answered| answered.local_date(zone) < slot.on);
            if schedule::is_due(&patient.settings, zone, &slot, state, is_asked, slot.at) && keys.insert(slot.key()) {
                state = state.reminded(&slot, slot.at);
                sent.push((slot.at, slot.which));
            }
            due = schedule::next(&patient.settings, zone, slot.at);
        }
    }
    sent
}

/// The steps of the year at which something could come where the patient is.
fn steps<'a>(patient: &Patient, walls: &'a [Walls]) -> Vec<(usize, &'a Walls)> {
    let mut steps = Vec::new();
    for (index, (from, place)) in patient.travels.iter().enumerate() {
        let until = patient.travels.get(index + 1).map_or(END, |(until, _)| *until);
        let shown = walls[*place].first.values().flat_map(|first| patient.times.iter().filter_map(|time| first[*time]));
        let all: BTreeSet<usize> =
            shown.flat_map(|step| [step, step + 8]).filter(|step| *from < *step && *step <= until).collect();
        steps.extend(all.into_iter().map(|step| (step, &walls[*place])));
    }
    steps
}

/// What should be sent: at each quarter of an hour, what does the clock on the wall say, and what has happened so far?
fn expected(patient: &Patient, walls: &[Walls]) -> Vec<(Timestamp, Which)> {
    let mut expected: Vec<(Timestamp, Which)> = Vec::new();
    let (mut reminded, mut nudged) = (BTreeSet::new(), BTreeSet::new());
    let mut first_of_day: Vec<(Date, Timestamp)> = Vec::new();
    for (step, here) in steps(patient, walls) {
        let (date, quarter) = here.shown[step];
        let first = &here.first[&date];
        let came = patient.times.iter().filter(|time| first[**time] == Some(step)).collect::<Vec<_>>();
        let last = patient.times.iter().filter_map(|time| first[*time]).max();
        let is_nudge = patient.settings.nudge && last.is_some_and(|last| last + 8 == step);
        if (came.is_empty() && !is_nudge) || is_quiet(patient.quiet, quarter) {
            continue;
        }
        if !patient.settings.days.contains(&Weekday::of(date)) {
            continue;
        }
        let now = instant(step);
        let answered_at = patient.answered_before(now);
        let has_answered_today = answered_at.is_some_and(|answer| here.zone.to_datetime(answer.jiff()).date() >= date);
        let unanswered = first_of_day.iter().filter(|(_, at)| answered_at.is_none_or(|answer| answer < *at)).count();
        let is_reminded_today = first_of_day.last().is_some_and(|(day, _)| *day == date);
        if has_answered_today || (unanswered >= 3 && !is_reminded_today) {
            continue;
        }
        for time in came {
            if reminded.insert((date, *time)) {
                expected.push((now, Which::Reminder));
                if first_of_day.last().is_none_or(|(day, _)| *day != date) {
                    first_of_day.push((date, now));
                }
            }
        }
        if is_nudge && first_of_day.last().is_some_and(|(day, _)| *day == date) && nudged.insert(date) {
            expected.push((now, Which::Nudge));
        }
    }
    expected
}

#[test]
fn a_year_of_reminders_misses_none_doubles_none_and_keeps_the_quiet_hours() {
    let mut random = fastrand::Rng::with_seed(11);
    let walls: Vec<Walls> = ZONES.iter().map(|zone| Walls::of(zone)).collect();
    let (mut all, mut nudges) = (0, 0);
    for number in 0..PATIENTS {
        let patient = Patient::draw(&mut random);
        let sent = sent(&patient, &walls);
        assert_eq!(sent, expected(&patient, &walls), "patient {number}: {:?} {:?}", patient.settings, patient.travels);
        all += sent.len();
        nudges += sent.iter().filter(|(_, which)| *which == Which::Nudge).count();
    }
    assert!(all > 50_000 && nudges > 10_000, "{all} reminders, {nudges} of them nudges");
}
