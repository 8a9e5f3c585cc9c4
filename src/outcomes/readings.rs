//! What a course needs to be analysed, and what can still be mended. Pure.
//!
//! In the largest collections of ketamine treatments most courses cannot be analysed, because the first or the last
//! score is missing. So four readings of the primary measure are looked after while there is time: a baseline, one in the
//! middle of the series, one 14 to 31 days after the last session of the induction, and one 120 to 240 days after it.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::course::CourseOutcome;
use crate::courses::Course;
use crate::db::{Id, LocalDate, words};
use crate::progress::change::BASELINE_DAYS;
use crate::progress::timeline::days_between;

/// Days after the last induction session on which the reading after induction may lie.
const AFTER_DAYS: RangeInclusive<i64> = 14..=31;

/// The same for the one that tells how long it lasted.
const FOLLOW_UP_DAYS: RangeInclusive<i64> = 120..=240;

words! {
    /// A reading that a course needs to be analysed.
    pub enum Reading {
        /// The baseline: complete, at most 14 days before the first session.
        Baseline = "baseline",
        /// A score from the day after the first session up to the last one of the induction.
        MidSeries = "mid_series",
        /// A score 14 to 31 days after the last session of the induction.
        AfterInduction = "after_induction",
        /// A score 120 to 240 days after it.
        FollowUp = "follow_up",
    }
}

words! {
    /// How a reading stands.
    pub enum ReadingState {
        /// It was answered.
        There = "there",
        /// It was not, and its time is over.
        Missing = "missing",
        /// It was not, and its time is now.
        CanStillBeMended = "can_still_be_mended",
        /// Its time is to come.
        NotYet = "not_yet",
    }
}

/// What was answered of what a course needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "four readings, each answered or not")]
pub struct Answered {
    baseline: bool,
    mid_series: bool,
    after_induction: bool,
    follow_up: bool,
    /// The day of the last induction session that is planned.
    planned_until: Option<LocalDate>,
}

/// A course that is planned: its baseline can still be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upcoming {
    /// The provider's course.
    pub course: Option<Id<Course>>,
    /// The day of the first session.
    pub first_session_on: LocalDate,
    /// The day of the last complete score.
    pub last_score_on: Option<LocalDate>,
}

impl Upcoming {
    /// How the readings stand on a day. `None` once the day of the first session has passed without it.
    pub fn standings(&self, today: LocalDate) -> Option<[Standing; 4]> {
        if self.first_session_on < today {
            return None;
        }
        let is_fresh = self.last_score_on.is_some_and(|last| self.first_session_on.days_since(last) <= BASELINE_DAYS);
        let baseline =
            if is_fresh { (ReadingState::There, None) } else { (ReadingState::CanStillBeMended, Some(self.first_session_on)) };
        let stands = |reading, (state, until)| Standing { reading, state, until };
        let later = (ReadingState::NotYet, None);
        Some([
            stands(Reading::Baseline, baseline),
            stands(Reading::MidSeries, later),
            stands(Reading::AfterInduction, later),
            stands(Reading::FollowUp, later),
        ])
    }
}

impl Answered {
    /// By the days of the scores of the course, in order.
    pub fn of(
        baseline: bool,
        days: &[Date],
        first_session: Date,
        last_of_induction: Date,
        planned_until: Option<LocalDate>,
    ) -> Self {
        let any = |is_in: &dyn Fn(Date) -> bool| days.iter().any(|day| is_in(*day));
        Self {
            planned_until,
            baseline,
            mid_series: any(&|day| first_session < day && day <= last_of_induction),
            after_induction: any(&|day| AFTER_DAYS.contains(&days_between(last_of_induction, day))),
            follow_up: any(&|day| FOLLOW_UP_DAYS.contains(&days_between(last_of_induction, day))),
        }
    }
}

/// A reading of a course, as it stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CourseReading)]
pub struct Standing {
    /// Which.
    pub reading: Reading,
    /// How it stands.
    pub state: ReadingState,
    /// The last day on which it can be mended; null where it cannot be, or where nobody knows yet.
    pub until: Option<LocalDate>,
}

/// How the readings of a course stand on a day, in their order.
pub fn standings(course: &CourseOutcome, today: LocalDate) -> [Standing; 4] {
    let answered = &course.answered;
    let is_over = course.is_over_on(today);
    let stands = |reading, is_there, otherwise: (ReadingState, Option<LocalDate>)| {
        let (state, until) = if is_there { (ReadingState::There, None) } else { otherwise };
        Standing { reading, state, until }
    };
    // A score may arrive late from a phone; the day that counts is the one it was given on.
    let middle = if is_over {
        (ReadingState::Missing, None)
    } else {
        (ReadingState::CanStillBeMended, answered.planned_until.filter(|day| *day >= today))
    };
    let after = |days: RangeInclusive<i64>| {
        let passed = today.days_since(course.last_induction_on);
        match (is_over, passed) {
            (true, passed) if passed > *days.end() => (ReadingState::Missing, None),
            (true, passed) if days.contains(&passed) => {
                (ReadingState::CanStillBeMended, Some(course.last_induction_on.plus_days(*days.end())))
            }
            _ => (ReadingState::NotYet, None),
        }
    };
    [
        stands(Reading::Baseline, answered.baseline, (ReadingState::Missing, None)),
        stands(Reading::MidSeries, answered.mid_series, middle),
        stands(Reading::AfterInduction, answered.after_induction, after(AFTER_DAYS)),
        stands(Reading::FollowUp, answered.follow_up, after(FOLLOW_UP_DAYS)),
    ]
}

/// Whether a course can be analysed: baseline and score after induction are there. `None` while that is open.
pub fn is_analysable(course: &CourseOutcome, today: LocalDate) -> Option<bool> {
    let [baseline, _, after, _] = standings(course, today).map(|standing| standing.state);
    match (baseline, after) {
        (ReadingState::There, ReadingState::There) => Some(true),
        (ReadingState::Missing, _) | (_, ReadingState::Missing) => Some(false),
        _ => None,
    }
}
