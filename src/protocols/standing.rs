//! How an assignment stands now: worked out from its times, never stored. Pure.

use jiff::tz::TimeZone;

use super::queries::AssignmentRow;
use super::schedule::Answered;
use crate::db::{LocalDate, Timestamp, words};

words! {
    /// How an assignment stands.
    #[schema(as = AssignmentState)]
    pub enum AssignmentState {
        /// It cannot be answered yet.
        Upcoming = "upcoming",
        /// It can.
        Open = "open",
        /// It was.
        Done = "done",
        /// It was not, and can no more.
        Lapsed = "lapsed",
        /// It is not asked, for a reason.
        Skipped = "skipped",
    }
}

/// How an assignment stands, and why it is not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The word.
    pub state: AssignmentState,
    /// From when it can be answered: later than planned while the last answer holds.
    pub opens_at: Timestamp,
    /// Why it is skipped.
    pub reason: Option<String>,
}

/// The standing of an assignment; `answered` are the patient's answers that stand, to any questionnaire.
pub fn standing(row: &AssignmentRow, answered: &[Answered], zone: &TimeZone, now: Timestamp) -> Standing {
    let at = |state, opens_at, reason| Standing { state, opens_at, reason };
    if row.response_id.is_some() {
        return at(AssignmentState::Done, row.opens_at, None);
    }
    if row.skipped_at.is_some() {
        return at(AssignmentState::Skipped, row.opens_at, row.reason.clone());
    }
    let last = held_by(row, answered, zone);
    let held_until = last.map(|day| day.plus_days(i64::from(row.min_interval_days.unwrap_or_default())).start_in(zone));
    let opens_at = held_until.map_or(row.opens_at, |until| until.max(row.opens_at));
    if opens_at >= row.closes_at {
        let reason = last.map(|day| format!("Answered on {day}, which still holds"));
        return at(AssignmentState::Skipped, row.opens_at, reason);
    }
    let state = if now < opens_at {
        AssignmentState::Upcoming
    } else if now < row.closes_at {
        AssignmentState::Open
    } else {
        AssignmentState::Lapsed
    };
    at(state, opens_at, None)
}

/// The last day before the assignment closes on which the same questionnaire was answered, where such an answer holds at all.
fn held_by(row: &AssignmentRow, answered: &[Answered], zone: &TimeZone) -> Option<LocalDate> {
    row.min_interval_days.filter(|days| *days > 0)?;
    let closes_on = row.closes_at.plus_seconds(-1).local_date(zone);
    let of_same = answered.iter().filter(|answer| answer.instrument == row.instrument && answer.on <= closes_on);
    of_same.map(|answer| answer.on).max()
}
