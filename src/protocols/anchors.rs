//! What a plan asks of one course, worked out from nothing but the plan, the course, its sessions and the time zone. Pure.

use jiff::tz::TimeZone;

use super::plan::{Line, PhaseKind, Plan, When};
use crate::courses::Status;
use crate::db::{Id, LocalDate, Timestamp};
use crate::sessions::Session;

/// How long the calendar goes on behind the last session that is known, in days.
const HORIZON_DAYS: i64 = 366;
/// A baseline and what comes before it are due this long before the first session, in seconds.
const DAY_SECONDS: i64 = 86_400;
/// The hour of "the evening after", where the patient is.
const EVENING_HOUR: i8 = 18;

/// What a plan needs to know of a course.
#[derive(Debug, Clone)]
pub struct CourseFacts {
    /// What is treated: the course's condition, and the patient's.
    pub conditions: Vec<String>,
    /// The questionnaire that the patient is followed by.
    pub primary_instrument: String,
    /// Sessions of the induction, where the course says how many.
    pub planned_sessions: Option<i32>,
    /// Its first day.
    pub started_on: LocalDate,
    /// How it stands.
    pub status: Status,
    /// Its last day, once it has ended.
    pub ended_on: Option<LocalDate>,
    /// Since when it follows this plan: what would have closed before is not asked.
    pub since: Timestamp,
}

/// A session that took place or is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// The session.
    pub id: Id<Session>,
    /// When it began, or is to begin.
    pub at: Timestamp,
    /// Whether it took place.
    pub is_completed: bool,
}

/// A questionnaire that is to be asked, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The line with its occurrence or session: the same one has the same key whatever moves.
    pub key: String,
    /// The questionnaire.
    pub instrument: String,
    /// The session that it hangs on.
    pub session: Option<Id<Session>>,
    /// How many days the last answer to the same questionnaire holds.
    pub min_interval_days: Option<i32>,
    /// From when it can be answered.
    pub opens_at: Timestamp,
    /// When it should be.
    pub due_at: Timestamp,
    /// Until when it can be; always after `opens_at`.
    pub closes_at: Timestamp,
}

/// All that the plan asks in the course, in no order.
///
/// `visits` are those that took place and those to come; missed and cancelled ones count for nothing.
pub fn wants(plan: &Plan, course: &CourseFacts, visits: &[Visit], zone: &TimeZone) -> Vec<Wanted> {
    let course = Outline::of(plan, course, visits, zone);
    let asked = plan.lines.iter().filter(|line| line.is_for(&course.course.conditions, &course.course.primary_instrument));
    asked.flat_map(|line| line.phases.iter().flat_map(|kind| course.of_line(line, *kind)).collect::<Vec<_>>()).collect()
}

/// Sessions of a plan's induction in this course.
pub fn induction_length(plan: &Plan, planned_sessions: Option<i32>) -> usize {
    let planned = planned_sessions.and_then(|count| usize::try_from(count).ok());
    planned.unwrap_or_else(|| usize::try_from(plan.induction_sessions()).unwrap_or_default())
}

/// Usual days before the session with this index, counted from 0; 0 for the first one.
pub fn gap_days(plan: &Plan, index: usize, planned_sessions: Option<i32>) -> i64 {
    if index == 0 {
        return 0;
    }
    let with_sessions = |kind| plan.phases.iter().filter(move |phase| phase.kind == kind);
    let length = induction_length(plan, planned_sessions);
    let (kind, mut left) = if index < length { (PhaseKind::Induction, index) } else { (PhaseKind::Maintenance, index - length) };
    let mut usual = 7;
    for phase in with_sessions(kind) {
        usual = phase.spacing_days.map_or(usual, |days| days.usual);
        let sessions = phase.sessions.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
        if left < sessions {
            break;
        }
        left -= sessions;
    }
    i64::from(usual)
}

struct Outline<'a> {
    course: &'a CourseFacts,
    zone: &'a TimeZone,
    /// By time; the induction's first.
    visits: Vec<Visit>,
    /// How many of them are the induction.
    induction: usize,
    is_induction_over: bool,
    first_day: LocalDate,
    induction_ends: LocalDate,
    horizon: LocalDate,
}

impl<'a> Outline<'a> {
    fn of(plan: &Plan, course: &'a CourseFacts, visits: &[Visit], zone: &'a TimeZone) -> Self {
        let mut visits = visits.to_vec();
        visits.sort_by_key(|visit| (visit.at, visit.id));
        let length = induction_length(plan, course.planned_sessions);
        let was_moved_on = !matches!(course.status, Status::Planned | Status::Active);
        let done = visits.iter().take_while(|visit| visit.is_completed).count();
        let induction = if was_moved_on { done.min(length) } else { visits.len().min(length) };
        let is_induction_over = was_moved_on || induction == length;
        let first_day = visits.first().map_or(course.started_on, |visit| visit.at.local_date(zone));
        let last = induction.checked_sub(1).map(|last| visits[last].at.local_date(zone));
        let to_come = if is_induction_over { induction..induction } else { induction..length };
        let missing: i64 = to_come.map(|index| gap_days(plan, index, course.planned_sessions)).sum();
        let induction_ends = last.unwrap_or(first_day).plus_days(missing);
        let last_known = visits.last().map_or(induction_ends, |visit| visit.at.local_date(zone)).max(induction_ends);
        let horizon = last_known.plus_days(HORIZON_DAYS);
        Self { course, zone, visits, induction, is_induction_over, first_day, induction_ends, horizon }
    }

    fn of_line(&self, line: &Line, kind: PhaseKind) -> Vec<Wanted> {
        let found = match line.when {
            When::IntakeDays(days) | When::BaselineDays(days) => self.before_the_first(line, days).into_iter().collect(),
            When::EveryDays(days) => self.by_calendar(line, kind, days),
            When::AfterLastDays(days) => self.after_the_last(line, days).into_iter().collect(),
            When::BeforeSessionHours(_) | When::AfterSessionHours(_) | When::EveningAfter => {
                self.of_kind(kind).iter().map(|visit| self.around(line, visit)).collect::<Vec<_>>()
            }
        };
        let has_ended = |wanted: &Wanted| {
            kind != PhaseKind::FollowUp && self.course.ended_on.is_some_and(|ended| wanted.opens_at.local_date(self.zone) > ended)
        };
        found
            .into_iter()
            .filter(|wanted| wanted.opens_at < wanted.closes_at && wanted.closes_at > self.course.since && !has_ended(wanted))
            .collect()
    }

    fn of_kind(&self, kind: PhaseKind) -> &[Visit] {
        match kind {
            PhaseKind::Induction => &self.visits[..self.induction],
            PhaseKind::Maintenance => &self.visits[self.induction..],
            PhaseKind::FollowUp => &[],
        }
    }

    fn before_the_first(&self, line: &Line, days: u32) -> Option<Wanted> {
        let first = self.visits.first()?;
        let opens_on = first.at.local_date(self.zone).plus_days(-i64::from(days));
        Some(Wanted {
            key: format!("{}/0", line.id),
            session: Some(first.id),
            opens_at: opens_on.start_in(self.zone),
            due_at: first.at.plus_seconds(-DAY_SECONDS),
            closes_at: first.at,
            ..bare(line)
        })
    }

    fn around(&self, line: &Line, visit: &Visit) -> Wanted {
        let hours = |count: u32| i64::from(count) * 3600;
        let due_at = match line.when {
            When::BeforeSessionHours(count) => visit.at.plus_seconds(-hours(count)),
            When::AfterSessionHours(count) => visit.at.plus_seconds(hours(count)),
            _ => at_hour(visit.at.local_date(self.zone), EVENING_HOUR, self.zone).max(visit.at),
        };
        let closes_at = match line.when {
            When::BeforeSessionHours(_) => visit.at,
            _ => due_at.plus_seconds(hours(line.close_hours_after.unwrap_or(24))),
        };
        let opens_at = due_at.plus_seconds(-hours(line.open_hours_before.unwrap_or(0)));
        Wanted {
            key: format!("{}/{}", line.id, visit.id),
            session: Some(visit.id),
            opens_at: if matches!(line.when, When::BeforeSessionHours(_)) { opens_at } else { opens_at.max(visit.at) },
            due_at,
            closes_at,
            ..bare(line)
        }
    }

    fn by_calendar(&self, line: &Line, kind: PhaseKind, every: u32) -> Vec<Wanted> {
        let (start, end) = match kind {
            PhaseKind::Induction => (self.first_day, self.induction_ends),
            PhaseKind::Maintenance => (self.induction_ends, self.horizon),
            PhaseKind::FollowUp => {
                let Some(ended_on) = self.course.ended_on else { return Vec::new() };
                (ended_on, ended_on.plus_days(HORIZON_DAYS))
            }
        };
        let (every, first) = (i64::from(every), i64::from(line.from_day.unwrap_or(every)));
        let times = line.times.map_or(i64::MAX, i64::from);
        let days = (0..times).map(|occurrence| (occurrence, start.plus_days(first + occurrence * every)));
        days.take_while(|(_, day)| *day <= end)
            .map(|(occurrence, day)| self.on_day(line, format!("{}/{kind:?}-{occurrence}", line.id), None, day, every - 1))
            .collect()
    }

    fn after_the_last(&self, line: &Line, days: u32) -> Option<Wanted> {
        let last = self.visits[..self.induction].last().filter(|_| self.is_induction_over)?;
        let day = last.at.local_date(self.zone).plus_days(i64::from(days));
        Some(self.on_day(line, format!("{}/last", line.id), Some(last.id), day, 0))
    }

    fn on_day(&self, line: &Line, key: String, session: Option<Id<Session>>, day: LocalDate, usual_close: i64) -> Wanted {
        let closes_after = line.close_days_after.map_or(usual_close, i64::from);
        Wanted {
            key,
            session,
            opens_at: day.plus_days(-i64::from(line.open_days_before.unwrap_or(0))).start_in(self.zone),
            due_at: day.start_in(self.zone),
            closes_at: day.plus_days(closes_after + 1).start_in(self.zone),
            ..bare(line)
        }
    }
}

fn bare(line: &Line) -> Wanted {
    Wanted {
        key: String::new(),
        instrument: line.instrument.clone(),
        session: None,
        min_interval_days: line.min_interval_days.and_then(|days| i32::try_from(days).ok()),
        opens_at: Timestamp::EPOCH,
        due_at: Timestamp::EPOCH,
        closes_at: Timestamp::EPOCH,
    }
}

/// That hour of a day where the patient is; the next moment that exists where the clocks skip it.
pub fn at_hour(day: LocalDate, hour: i8, zone: &TimeZone) -> Timestamp {
    zone.to_timestamp(day.civil().at(hour, 0, 0, 0)).map_or_else(|_| day.start_in(zone), Timestamp::from)
}
