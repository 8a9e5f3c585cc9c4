//! One row per session: the score going in, the one after, and the best until the next session.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::change::{Baseline, before_session, best, since_session};
use super::timeline::{Courses, ScorePoint, SessionPoint, days_between, in_milliseconds};
use crate::instruments::{Measure, Points, compare};

/// The score going in is at most so many local days old. Source: CLINICAL.md 3 (P).
const BEFORE_DAYS: i64 = 3;

/// "After" and "best" are at most so many local days after the session. Source: CLINICAL.md 3 (P).
const AFTER_DAYS: i64 = 14;

/// What the scores say around one session. An empty cell is `None`: nothing is carried forward or interpolated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PerSession {
    /// The session.
    pub session_id: Uuid,
    /// Its number in the course.
    pub number: i32,
    /// When dosing started.
    #[serde(serialize_with = "in_milliseconds")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The score going in: the last one in the 3 local days before, or earlier on the day itself.
    pub before: Option<Points>,
    /// The first score from the local day after, up to the next session, at most 14 days.
    pub after: Option<Points>,
    /// The best score in that time.
    pub best: Option<Points>,
    /// Points gained from the baseline of the session's course to the score going in: positive is better.
    pub gain_going_in: Option<Points>,
    /// Points gained from the baseline of the session's course to the score after: positive is better.
    pub gain_from_baseline: Option<Points>,
    /// Points gained since the score going into the session before, in the same course: positive is better. Left out
    /// where either is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub gain_since_previous: Option<Points>,
}

/// Rows for completed sessions, in order of time.
///
/// `scores` are whole and in order of time, `baselines` are those of `courses`.
/// Source: CLINICAL.md 3; API.md, "Progress", for the gains.
pub fn per_session(
    measure: &Measure,
    scores: &[ScorePoint],
    sessions: &[SessionPoint],
    courses: &Courses,
    baselines: &[Option<Baseline>],
) -> Vec<PerSession> {
    let mut going_in_before: Vec<Option<Points>> = vec![None; courses.list.len()];
    let mut rows = Vec::with_capacity(sessions.len());
    for (position, session) in sessions.iter().enumerate() {
        let course = courses.of_session[position];
        let baseline = baselines[course].map(|baseline| baseline.value);
        let before = going_in(scores, session);
        let after = until_next(scores, session, sessions.get(position + 1));
        let gained =
            |from: Option<Points>, to: Option<Points>| from.zip(to).and_then(|(from, to)| compare(measure, from, to).gain);
        let first_after = after.clone().next().map(|score| score.value);
        rows.push(PerSession {
            session_id: session.id,
            number: session.number,
            at: session.at,
            before,
            after: first_after,
            best: best(measure, after).map(|score| score.value),
            gain_going_in: gained(baseline, before),
            gain_from_baseline: gained(baseline, first_after),
            gain_since_previous: gained(going_in_before[course], before),
        });
        going_in_before[course] = before;
    }
    rows
}

fn going_in(scores: &[ScorePoint], session: &SessionPoint) -> Option<Points> {
    let last = before_session(scores, session).last()?;
    (days_between(last.local_date, session.local_date) <= BEFORE_DAYS).then_some(last.value)
}

fn until_next<'a>(
    scores: &'a [ScorePoint],
    session: &SessionPoint,
    next: Option<&SessionPoint>,
) -> impl Iterator<Item = &'a ScorePoint> + Clone {
    let since = since_session(scores, session);
    let ended = next.map_or(since, |next| before_session(since, next));
    let on = session.local_date;
    ended.iter().filter(move |score| (1..=AFTER_DAYS).contains(&days_between(on, score.local_date)))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;
    use crate::progress::change::baselines;
    use crate::progress::samples::{day, mood, phq9, points, score, score_at, session, session_of};

    fn rows(measure: &Measure, scores: &[ScorePoint], sessions: &[SessionPoint]) -> Vec<PerSession> {
        let courses = Courses::of(sessions, &[]);
        per_session(measure, scores, sessions, &courses, &baselines(scores, sessions, &courses))
    }

    fn row(scores: &[ScorePoint], sessions: &[SessionPoint], position: usize) -> PerSession {
        rows(&phq9(), scores, sessions)[position]
    }

    // "the last score in the 3 days before it", "No score in the window: leave the cell empty. Do not carry forward"

    #[test]
    fn before_is_the_last_score_in_the_3_days_before() {
        let second = [session(1, 0), session(2, 10)];
        assert_eq!(row(&[score(7, 16), score(8, 15)], &second, 1).before, Some(points(15)));
        assert_eq!(row(&[score(7, 16)], &second, 1).before, Some(points(16)));
        assert_eq!(row(&[score(6, 16)], &second, 1).before, None);
    }

    #[test]
    fn a_score_on_the_day_of_the_session_counts_as_before_until_dosing_starts() {
        let sessions = [session(1, 0)];
        assert_eq!(row(&[score_at("2026-03-01T11:59:59Z", 0, 15)], &sessions, 0).before, Some(points(15)));
        assert_eq!(row(&[score_at("2026-03-01T12:00:00Z", 0, 15)], &sessions, 0).before, None);
    }

    // "the first score from the day after the session up to the next one (at most 14 days)"

    #[test]
    fn after_is_the_first_score_from_the_day_after() {
        assert_eq!(row(&[score(1, 13), score(5, 12)], &[session(1, 0)], 0).after, Some(points(13)));
        assert_eq!(row(&[score(14, 13)], &[session(1, 0)], 0).after, Some(points(13)));
        assert_eq!(row(&[score(15, 13)], &[session(1, 0)], 0).after, None);
    }

    #[test]
    fn after_ends_where_the_next_session_starts() {
        let sessions = [session(1, 0), session(2, 7)];
        let morning = score_at("2026-03-08T08:00:00Z", 7, 12);
        assert_eq!(row(std::slice::from_ref(&morning), &sessions, 0).after, Some(points(12)));
        assert_eq!(row(&[morning], &sessions, 1).before, Some(points(12)));
        assert_eq!(row(&[score_at("2026-03-08T12:00:00Z", 7, 12)], &sessions, 0).after, None);
        assert_eq!(row(&[score(8, 12)], &sessions, 0).after, None);
    }

    // "a score answered on the session day after dosing is neither, it is marked"

    #[test]
    fn a_score_on_the_session_day_after_dosing_is_neither() {
        let only = row(&[score(0, 2)], &[session(1, 0)], 0);
        assert_eq!((only.before, only.after, only.best), (None, None, None));
        let with_another = row(&[score(0, 2), score(3, 12)], &[session(1, 0)], 0);
        assert_eq!((with_another.after, with_another.best), (Some(points(12)), Some(points(12))));
    }

    #[test]
    fn best_is_the_lowest_or_the_highest_until_the_next_session() {
        let scores = [score(1, 6), score(4, 3), score(6, 5), score(8, 1), score(9, 9)];
        let sessions = [session(1, 0), session(2, 7)];
        assert_eq!(row(&scores, &sessions, 0).best, Some(points(3)));
        assert_eq!(
            rows(&mood(), &scores, &sessions).iter().map(|row| row.best).collect::<Vec<_>>(),
            [Some(points(6)), Some(points(9))]
        );
    }

    #[test]
    fn the_example_of_the_api_comes_out() {
        let scores = [score(-1, 19), score(3, 15), score(6, 13), score(9, 12)];
        let second = row(&scores, &[session(1, 0), session(2, 5)], 1);
        let expected = serde_json::json!({
            "session_id": second.session_id, "number": 2, "at": "2026-03-06T12:00:00.000Z", "before": 15, "after": 13,
            "best": 12, "gain_going_in": 4, "gain_from_baseline": 6, "gain_since_previous": 4,
        });
        assert_eq!(serde_json::to_value(second).expect("it can be written"), expected);
    }

    #[test]
    fn a_gain_is_null_where_either_end_is_missing() {
        let no_baseline = row(&[score(3, 15), score(6, 13)], &[session(1, 0), session(2, 5)], 1);
        assert_eq!((no_baseline.gain_going_in, no_baseline.gain_from_baseline), (None, None));
        let nothing_after = row(&[score(-1, 19)], &[session(1, 0)], 0);
        assert_eq!((nothing_after.gain_going_in, nothing_after.gain_from_baseline), (Some(points(0)), None));
        let none_going_into_the_first = row(&[score(-9, 19), score(3, 15)], &[session(1, 0), session(2, 5)], 1);
        assert_eq!(
            (none_going_into_the_first.gain_going_in, none_going_into_the_first.gain_since_previous),
            (Some(points(4)), None)
        );
    }

    #[test]
    fn a_gain_is_positive_for_the_better() {
        let scores = [score(-1, 4), score(1, 7)];
        assert_eq!(rows(&mood(), &scores, &[session(1, 0)])[0].gain_from_baseline, Some(points(3)));
        assert_eq!(rows(&phq9(), &scores, &[session(1, 0)])[0].gain_from_baseline, Some(points(-3)));
    }

    #[test]
    fn each_course_is_measured_from_its_own_baseline() {
        let scores = [score(-1, 19), score(1, 12), score(99, 16), score(101, 10)];
        let rows = rows(&phq9(), &scores, &[session_of(1, 1, 0), session_of(2, 1, 100)]);
        assert_eq!(rows.iter().map(|row| row.gain_from_baseline).collect::<Vec<_>>(), [Some(points(7)), Some(points(6))]);
        assert_eq!(rows[1].gain_since_previous, None);
    }

    #[test]
    fn windows_are_local_days_also_where_the_clocks_change() {
        // Denver loses an hour on 8 March 2026 and gains one on 1 November: late evenings stay on their calendar day.
        let zone = TimeZone::get("America/Denver").expect("the zone is in the bundle");
        let at = |text: &str, hour: i8| day(text).at(hour, 30, 0, 0).to_zoned(zone.clone()).expect("a real time").timestamp();
        for (dose, three_before, fourteen_after, four_before) in
            [("2026-03-09", "2026-03-06", "2026-03-23", "2026-03-05"), ("2026-11-02", "2026-10-30", "2026-11-16", "2026-10-29")]
        {
            let dosed = SessionPoint { at: at(dose, 9), local_date: day(dose), ..session(1, 0) };
            let answered = |on: &str, hour| ScorePoint { at: at(on, hour), local_date: day(on), ..score(0, 15) };
            let kept = row(&[answered(three_before, 0), answered(fourteen_after, 23)], std::slice::from_ref(&dosed), 0);
            assert_eq!((kept.before, kept.after), (Some(points(15)), Some(points(15))), "{dose}");
            assert_eq!(row(&[answered(four_before, 23)], &[dosed], 0).before, None, "{dose}");
        }
    }

    proptest! {
        #[test]
        fn shifting_everything_by_whole_days_keeps_the_cells(
            values in prop::collection::btree_map(-10i64..60, 0i32..=27, 0..20),
            doses in prop::collection::btree_set(0i64..60, 1..8),
            shift in -400i64..400,
        ) {
            let cells = |shift: i64| -> Vec<_> {
                let scores: Vec<_> = values.iter().map(|(on, value)| score(on + shift, *value)).collect();
                let sessions: Vec<_> = doses.iter().map(|on| session(1, on + shift)).collect();
                rows(&phq9(), &scores, &sessions).into_iter()
                    .map(|row| (row.before, row.after, row.best, row.gain_going_in, row.gain_from_baseline)).collect()
            };
            prop_assert_eq!(cells(0), cells(shift));
        }

        #[test]
        fn cells_agree_with_a_plain_reading_of_the_rules(
            values in prop::collection::btree_map(-10i64..60, 0i32..=27, 0..20),
            doses in prop::collection::btree_set(0i64..60, 1..8),
        ) {
            let scores: Vec<_> = values.iter().map(|(on, value)| score(*on, *value)).collect();
            let sessions: Vec<_> = doses.iter().map(|on| session(1, *on)).collect();
            let doses: Vec<_> = doses.into_iter().collect();
            for (position, row) in rows(&phq9(), &scores, &sessions).into_iter().enumerate() {
                let on = doses[position];
                // Answers are given after the hour of dosing.
                let before = values.range(on - 3..on).next_back().map(|(_, value)| *value);
                let end = doses.get(position + 1).map_or(on + 15, |next| (*next).min(on + 15));
                let after: Vec<_> = values.range(on + 1..end).map(|(_, value)| *value).collect();
                prop_assert_eq!(row.before, before.map(Points::from_int));
                prop_assert_eq!(row.after, after.first().copied().map(Points::from_int));
                prop_assert_eq!(row.best, after.iter().min().copied().map(Points::from_int));
            }
        }
    }
}
