//! Scores by days since a session, one line per session laid over the others, so that fading and its timing are seen.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::daily::median_of_sorted;
use super::timeline::{ScorePoint, SessionPoint, days_between, days_since, in_milliseconds};
use crate::instruments::Points;

/// `before` is the median of so many local days before the session. Source: API.md, "aligned".
const BEFORE_DAYS: i64 = 3;

/// Real days that hold those local days in every zone.
const REACH_DAYS: u32 = 6;

/// The middle is hidden where fewer lines remain. Source: CLINICAL.md 4.7.
const LEAST_LINES: usize = 3;

const DAY_MS: i64 = 86_400_000;

/// The time around one session, day 0 being the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AlignedLine {
    /// The session.
    pub session_id: Uuid,
    /// Its number in the course.
    pub session_number: i32,
    /// When dosing started: day 0.
    #[serde(serialize_with = "in_milliseconds")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The median of the 3 local days before the day of the session. `None` without answers.
    pub before: Option<Points>,
    /// The scores in order, ending where the next session begins.
    pub points: Vec<AlignedPoint>,
}

/// One score, placed by its distance from the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AlignedPoint {
    /// Real days since the session started, to one decimal; negative before it.
    pub day: Points,
    /// Points of the measure.
    pub value: Points,
}

/// The middle of all lines on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AlignedMiddle)]
pub struct Middle {
    /// Days since the session, rounded.
    pub day: i64,
    /// The median of the scores of that day.
    pub value: Points,
    /// How many lines it rests on, at least 3.
    pub n: usize,
}

/// Lines laid over each other, and their middle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Aligned {
    /// One for each session, in order of time.
    pub lines: Vec<AlignedLine>,
    /// Only where at least 3 lines have data, by day.
    pub middle: Vec<Middle>,
}

/// Lays the scores from `before_days` before to `after_days` after each completed session over each other.
///
/// `scores` and `sessions` are in order of time. The lead-in of a line may reach back past the session before; its end
/// never passes the next one. Source: CLINICAL.md 4.7; API.md, "aligned" and "Days".
pub fn align(scores: &[ScorePoint], sessions: &[SessionPoint], before_days: u32, after_days: u32) -> Aligned {
    let mut lines = Vec::with_capacity(sessions.len());
    let mut by_day: BTreeMap<i64, Day> = BTreeMap::new();
    for (position, session) in sessions.iter().enumerate() {
        let around = around(scores, session, sessions.get(position + 1), before_days, after_days);
        for score in around {
            by_day.entry(rounded_day(session.at, score.at)).or_default().add(position, score.value);
        }
        let points = around.iter().map(|score| AlignedPoint { day: days_since(session.at, score.at), value: score.value });
        lines.push(AlignedLine {
            session_id: session.id,
            session_number: session.number,
            at: session.at,
            before: median_before(scores, session),
            points: points.collect(),
        });
    }
    let middle = by_day.into_iter().filter_map(|(day, scores)| scores.middle(day)).collect();
    Aligned { lines, middle }
}

fn around<'a>(
    scores: &'a [ScorePoint],
    session: &SessionPoint,
    next: Option<&SessionPoint>,
    before_days: u32,
    after_days: u32,
) -> &'a [ScorePoint] {
    let start = session.at.as_millisecond();
    let first = start - i64::from(before_days) * DAY_MS;
    let last = start + i64::from(after_days) * DAY_MS;
    let from = scores.partition_point(|score| score.at.as_millisecond() < first);
    let to = scores.partition_point(|score| score.at.as_millisecond() <= last && next.is_none_or(|next| score.at < next.at));
    scores.get(from..to).unwrap_or_default()
}

fn median_before(scores: &[ScorePoint], session: &SessionPoint) -> Option<Points> {
    let mut values: Vec<_> = around(scores, session, None, REACH_DAYS, 0)
        .iter()
        .filter(|score| (1..=BEFORE_DAYS).contains(&days_between(score.local_date, session.local_date)))
        .map(|score| score.value)
        .collect();
    values.sort_unstable();
    median_of_sorted(&values)
}

/// The nearest whole number of days, halves away from zero.
fn rounded_day(start: Timestamp, at: Timestamp) -> i64 {
    let milliseconds = at.as_millisecond() - start.as_millisecond();
    (milliseconds.abs() + DAY_MS / 2) / DAY_MS * milliseconds.signum()
}

/// The scores of one rounded day.
#[derive(Default)]
struct Day {
    values: Vec<Points>,
    lines: usize,
    last_line: Option<usize>,
}

impl Day {
    /// Lines come one after the other.
    fn add(&mut self, line: usize, value: Points) {
        self.values.push(value);
        if self.last_line.replace(line) != Some(line) {
            self.lines += 1;
        }
    }

    fn middle(mut self, day: i64) -> Option<Middle> {
        if self.lines < LEAST_LINES {
            return None;
        }
        self.values.sort_unstable();
        median_of_sorted(&self.values).map(|value| Middle { day, value, n: self.lines })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::progress::samples::{score, score_at, session};

    fn days(line: &AlignedLine) -> Vec<String> {
        line.points.iter().map(|point| point.day.to_string()).collect()
    }

    #[test]
    fn the_day_is_in_real_days_since_the_session_started() {
        let scores = [score_at("2026-02-28T07:12:00Z", -1, 4), score_at("2026-03-02T21:36:00Z", 1, 6)];
        let aligned = align(&scores, &[session(1, 0)], 7, 28);
        assert_eq!(
            serde_json::to_value(&aligned).expect("it can be written"),
            serde_json::json!({
                "lines": [{
                    "session_id": aligned.lines[0].session_id, "session_number": 1, "at": "2026-03-01T12:00:00.000Z", "before": 4,
                    "points": [{"day": -1.2, "value": 4}, {"day": 1.4, "value": 6}],
                }],
                "middle": [],
            })
        );
    }

    #[test]
    fn a_line_ends_where_the_next_session_begins_and_its_lead_in_reaches_back_past_the_one_before() {
        let scores = [score(-1, 4), score(1, 6), score_at("2026-03-04T11:00:00Z", 3, 7), score(3, 8), score(5, 5)];
        let aligned = align(&scores, &[session(1, 0), session(2, 3)], 7, 28);
        assert_eq!(days(&aligned.lines[0]), ["-0.8", "1.3", "3"]);
        assert_eq!(days(&aligned.lines[1]), ["-3.8", "-1.8", "0", "0.3", "2.3"]);
    }

    #[test]
    fn a_score_at_the_instant_of_the_next_session_belongs_to_that_one() {
        let aligned = align(&[score_at("2026-03-04T12:00:00Z", 3, 7)], &[session(1, 0), session(2, 3)], 7, 28);
        assert_eq!([days(&aligned.lines[0]), days(&aligned.lines[1])], [vec![], vec!["0".to_owned()]]);
    }

    #[test]
    fn points_outside_the_window_are_left_out() {
        let scores = [
            score_at("2026-02-27T11:59:59Z", -2, 1),
            score_at("2026-02-27T12:00:00Z", -2, 2),
            score_at("2026-03-04T12:00:00Z", 3, 3),
            score_at("2026-03-04T12:00:01Z", 3, 4),
        ];
        let aligned = align(&scores, &[session(1, 0)], 2, 3);
        assert_eq!(days(&aligned.lines[0]), ["-2", "3"]);
    }

    #[test]
    fn before_is_the_median_of_the_3_local_days_before_the_day_of_the_session() {
        let before = |scores: &[ScorePoint]| align(scores, &[session(1, 0)], 7, 28).lines[0].before.map(Points::to_f64);
        assert_eq!(before(&[score(-4, 9), score(-3, 3), score(-2, 4), score(-1, 8)]), Some(4.0));
        assert_eq!(before(&[score(-2, 4), score(-1, 7)]), Some(5.5));
        assert_eq!(before(&[score(-4, 9), score_at("2026-03-01T08:00:00Z", 0, 9), score(1, 9)]), None);
    }

    #[test]
    fn before_does_not_depend_on_how_far_back_the_picture_goes() {
        let scores = [score(-3, 3), score(-2, 4), score(-1, 8)];
        assert_eq!(align(&scores, &[session(1, 0)], 0, 1).lines[0].before, Some(Points::from_int(4)));
    }

    // "hide the middle line where fewer than 3 intervals remain"

    #[test]
    fn the_middle_is_shown_only_where_3_lines_have_data() {
        let scores = [score(1, 4), score(2, 4), score(11, 6), score(12, 6), score(21, 8)];
        let aligned = align(&scores, &[session(1, 0), session(2, 10), session(3, 20)], 0, 5);
        assert_eq!(aligned.middle, [Middle { day: 1, value: Points::from_int(6), n: 3 }]);
    }

    #[test]
    fn the_middle_counts_lines_and_not_scores() {
        let twice = [score_at("2026-03-02T08:00:00Z", 1, 4), score(1, 5), score(11, 6), score(12, 6)];
        assert_eq!(align(&twice, &[session(1, 0), session(2, 10)], 0, 5).middle, []);
    }

    #[test]
    fn the_middle_groups_by_the_rounded_day() {
        let start: Timestamp = "2026-03-01T12:00:00Z".parse().expect("an instant");
        let rounded = |at: &str| rounded_day(start, at.parse().expect("an instant"));
        assert_eq!(rounded("2026-03-02T23:59:59Z"), 1);
        assert_eq!(rounded("2026-03-03T00:00:00Z"), 2);
        assert_eq!(rounded("2026-03-01T00:00:01Z"), 0);
        assert_eq!(rounded("2026-03-01T00:00:00Z"), -1);
    }

    #[test]
    fn without_sessions_or_scores_there_is_nothing_to_lay_over() {
        assert_eq!(align(&[score(1, 4)], &[], 7, 28), Aligned { lines: vec![], middle: vec![] });
        let line = &align(&[], &[session(1, 0)], 7, 28).lines[0];
        assert_eq!((line.before, line.points.len()), (None, 0));
    }

    proptest! {
        #[test]
        fn shifting_everything_by_whole_days_keeps_the_picture(
            values in prop::collection::btree_map(-10i64..60, 0i32..=10, 0..40),
            doses in prop::collection::btree_set(0i64..60, 0..8),
            shift in -400i64..400,
        ) {
            let picture = |shift: i64| {
                let scores: Vec<_> = values.iter().map(|(on, value)| score(on + shift, *value)).collect();
                let sessions: Vec<_> = doses.iter().map(|on| session(1, on + shift)).collect();
                let aligned = align(&scores, &sessions, 7, 28);
                let lines: Vec<_> = aligned.lines.into_iter().map(|line| (line.before, line.points)).collect();
                (lines, aligned.middle)
            };
            prop_assert_eq!(picture(0), picture(shift));
        }

        #[test]
        fn no_point_lies_in_two_lines_after_their_sessions(
            values in prop::collection::btree_map(-10i64..60, 0i32..=10, 0..40),
            doses in prop::collection::btree_set(0i64..60, 0..8),
        ) {
            let scores: Vec<_> = values.iter().map(|(on, value)| score(*on, *value)).collect();
            let sessions: Vec<_> = doses.iter().map(|on| session(1, *on)).collect();
            let aligned = align(&scores, &sessions, 0, 365);
            let drawn: usize = aligned.lines.iter().map(|line| line.points.len()).sum();
            let since_the_first = scores.iter().filter(|score| sessions.first().is_some_and(|first| score.at >= first.at)).count();
            prop_assert_eq!(drawn, since_the_first);
        }
    }
}
