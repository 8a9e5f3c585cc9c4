//! What lies on the time axis of a chart: scores, dosing sessions and courses, how they join and how they are marked.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::instruments::Points;

/// A daily rating is joined over at most so many days. Source: CLINICAL.md 4.5 (P).
const DAILY_GAP_DAYS: i64 = 3;

/// A monthly form is joined over at most so many days. Source: CLINICAL.md 4.5 (P).
const MONTHLY_GAP_DAYS: i64 = 60;

/// A session after so many days without one begins a new course. Source: CLINICAL.md 2 (P).
const NEW_COURSE_AFTER_DAYS: i64 = 60;

/// One score of one measure. Answers that no rule can score have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScorePoint {
    /// When it was answered, or received where the phone's clock is not to be believed.
    pub at: Timestamp,
    /// The day of `at` where the patient was.
    pub local_date: Date,
    /// Points of the measure.
    pub value: Points,
    /// Worked out from an incomplete form, so no baseline.
    pub prorated: bool,
    /// The name of the severity band, where the measure has bands.
    pub band: Option<String>,
    /// The response that it was worked out from.
    pub response_id: Uuid,
}

/// One completed dosing session. Those planned, missed or cancelled are not given to the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionPoint {
    /// The session.
    pub id: Uuid,
    /// The course it was recorded under, if any.
    pub course_id: Option<Uuid>,
    /// Its number in the course.
    pub number: i32,
    /// When dosing started.
    pub at: Timestamp,
    /// The day of `at` where the patient was.
    pub local_date: Date,
}

/// A course as the provider opened it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseSpan {
    /// The course.
    pub id: Uuid,
    /// The first day of the course where the patient is.
    pub started_on: Date,
    /// How many sessions its induction has; `None` where nobody said.
    pub planned_sessions: Option<i32>,
    /// The provider calls it maintenance, completed or stopped.
    pub is_past_induction: bool,
}

/// Sessions that share a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// The provider's course; `None` for sessions recorded outside any.
    pub id: Option<Uuid>,
    /// The position of its first session.
    pub first_session: usize,
}

/// The courses that were dosed in, in order, and which session belongs to which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Courses {
    /// Each has at least one session.
    pub list: Vec<Course>,
    /// For each session, the position of its course in `list`.
    pub of_session: Vec<usize>,
}

impl Courses {
    /// Splits completed sessions, in order of time, into courses.
    ///
    /// A session without a course belongs to the one last started. A course opened but not yet dosed in is not
    /// among them, so the one before stays the current one until then.
    /// Source: CLINICAL.md 2: "provider's mark, or first session after 60 days without one".
    pub fn of(sessions: &[SessionPoint], spans: &[CourseSpan]) -> Self {
        let mut courses = Self::default();
        let mut before: Option<&SessionPoint> = None;
        for (position, session) in sessions.iter().enumerate() {
            let id = session.course_id.or_else(|| last_started(spans, session.local_date));
            let is_after_a_pause =
                before.is_some_and(|earlier| days_between(earlier.local_date, session.local_date) >= NEW_COURSE_AFTER_DAYS);
            let known = courses.list.iter().rposition(|course| course.id == id).filter(|_| !is_after_a_pause);
            let course = known.unwrap_or_else(|| {
                courses.list.push(Course { id, first_session: position });
                courses.list.len() - 1
            });
            courses.of_session.push(course);
            before = Some(session);
        }
        courses
    }

    /// The position in `list` of the course of the last session. `None` before any session.
    pub fn current(&self) -> Option<usize> {
        self.of_session.last().copied()
    }
}

fn last_started(spans: &[CourseSpan], day: Date) -> Option<Uuid> {
    spans.iter().filter(|span| span.started_on <= day).max_by_key(|span| span.started_on).map(|span| span.id)
}

/// Whether a form was answered on the day of a session after dosing had started.
///
/// Such a score is neither "after" nor "best". Source: CLINICAL.md 3.
pub fn is_on_session_day(score: &ScorePoint, sessions: &[SessionPoint]) -> bool {
    session_before(sessions, score.at).is_some_and(|session| session.local_date == score.local_date)
}

/// The last session that had started at `at`. `sessions` are in order of time.
pub fn session_before(sessions: &[SessionPoint], at: Timestamp) -> Option<&SessionPoint> {
    sessions[..sessions.partition_point(|session| session.at <= at)].last()
}

/// Calendar days from one local date to another, negative where `later` is the earlier one.
pub fn days_between(earlier: Date, later: Date) -> i64 {
    later.duration_since(earlier).as_hours() / 24
}

/// Real days of 24 hours from `start` to `at`, to one decimal, halves away from zero.
pub fn days_since(start: Timestamp, at: Timestamp) -> Points {
    const TENTH_OF_A_DAY_MS: i64 = 8_640_000;
    let milliseconds = at.as_millisecond() - start.as_millisecond();
    let tenths = (milliseconds.abs() + TENTH_OF_A_DAY_MS / 2) / TENTH_OF_A_DAY_MS * milliseconds.signum();
    Points::from_thousandths(tenths * 100)
}

/// The longest gap, in local days, over which two scores are joined by a line.
///
/// `planned_interval_days` is how often the form is planned: 1 for daily, 7 for weekly, 30 for monthly.
/// Source: CLINICAL.md 4.5: "at most twice the planned interval (14 days weekly, 60 monthly, 3 daily)".
pub fn gap_limit_days(planned_interval_days: i64) -> i64 {
    match planned_interval_days {
        ..=1 => DAILY_GAP_DAYS,
        28..=31 => MONTHLY_GAP_DAYS,
        days => 2 * days,
    }
}

/// What a reader must know about a point before trusting it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ScoreMark)]
pub enum Mark {
    /// Answered on the day of a session, after dosing.
    SessionDay,
    /// The time it asks about began before the first session of the course.
    BeforeTreatmentWindow,
    /// The time it asks about overlaps with that of the score before.
    RecallOverlap,
}

/// A score as a chart draws it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChartPoint<'a> {
    /// When it was answered.
    #[serde(serialize_with = "in_milliseconds")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The patient's day.
    #[serde(serialize_with = "as_day")]
    #[schema(value_type = String, format = Date)]
    pub local_date: Date,
    /// Points of the measure.
    pub value: Points,
    /// The name of the severity band.
    pub band: Option<&'a str>,
    /// The response that it was worked out from.
    pub response_id: Uuid,
    /// The last session before it.
    pub session_number: Option<i32>,
    /// Real days since that session started, to one decimal.
    pub days_since_session: Option<Points>,
    /// Worked out from an incomplete form; left out where it is not.
    #[serde(skip_serializing_if = "is_false")]
    pub prorated: bool,
    /// Joined by a line to the point before; left out where it is not.
    #[serde(skip_serializing_if = "is_false")]
    pub joined: bool,
    /// What a reader must know about it; left out where that is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub marked: Option<Mark>,
}

impl ChartPoint<'_> {
    /// Whether it is drawn hollow: it says less about the treatment than the others do. Source: CLINICAL.md 3 and 4.9.
    pub const fn is_open(&self) -> bool {
        matches!(self.marked, Some(Mark::SessionDay | Mark::BeforeTreatmentWindow))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands the field over by reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Two neighbouring scores that no line may join, because nobody knows what was between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChartGap)]
pub struct Gap {
    /// The instant of the last score before the gap.
    #[serde(serialize_with = "in_milliseconds")]
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// The instant of the first score after it.
    #[serde(serialize_with = "in_milliseconds")]
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
}

/// Places scores on the chart, with their session, their marks and whether a line leads to them.
///
/// `scores` and `sessions` are in order of time and whole: a chart of a part of the time is cut from the outcome, or
/// its first point would lose its neighbour. `recall_days` is how far back the form asks. `is_bridged` answers whether
/// the plan of the time lets a line lead from one local date to another.
/// Source: CLINICAL.md 3, 4.5, 4.9 and 5.
pub fn place<'a>(
    scores: &'a [ScorePoint],
    sessions: &[SessionPoint],
    courses: &Courses,
    recall_days: i64,
    is_bridged: impl Fn(Date, Date) -> bool,
) -> Vec<ChartPoint<'a>> {
    let mut earlier: Option<&ScorePoint> = None;
    let mut points = Vec::with_capacity(scores.len());
    for score in scores {
        let session = session_before(sessions, score.at);
        points.push(ChartPoint {
            at: score.at,
            local_date: score.local_date,
            value: score.value,
            band: score.band.as_deref(),
            response_id: score.response_id,
            session_number: session.map(|session| session.number),
            days_since_session: session.map(|session| days_since(session.at, score.at)),
            prorated: score.prorated,
            joined: earlier.is_some_and(|earlier| is_bridged(earlier.local_date, score.local_date)),
            marked: mark(score, earlier, sessions, courses, recall_days),
        });
        earlier = Some(score);
    }
    points
}

/// Where the line is left open, by the local dates that `is_shown`.
pub fn gaps(points: &[ChartPoint], is_shown: impl Fn(Date, Date) -> bool) -> Vec<Gap> {
    points
        .windows(2)
        .filter_map(|pair| match pair {
            [earlier, later] if !later.joined && is_shown(earlier.local_date, later.local_date) => {
                Some(Gap { from: earlier.at, to: later.at })
            }
            _ => None,
        })
        .collect()
}

fn mark(
    score: &ScorePoint,
    earlier: Option<&ScorePoint>,
    sessions: &[SessionPoint],
    courses: &Courses,
    recall_days: i64,
) -> Option<Mark> {
    if is_on_session_day(score, sessions) {
        return Some(Mark::SessionDay);
    }
    // A form that asks about today alone reaches back to nothing.
    if recall_days <= 1 {
        return None;
    }
    let reaches_before_treatment = courses.list.iter().any(|course| {
        let first = &sessions[course.first_session];
        score.at >= first.at && days_between(first.local_date, score.local_date) <= recall_days
    });
    if reaches_before_treatment {
        return Some(Mark::BeforeTreatmentWindow);
    }
    earlier.is_some_and(|earlier| days_between(earlier.local_date, score.local_date) < recall_days).then_some(Mark::RecallOverlap)
}

/// Writes an instant as the API does: RFC 3339 in UTC with milliseconds.
pub(super) fn in_milliseconds<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{at:.3}"))
}

/// Writes a calendar day as the API does: `2026-11-20`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands the field over by reference")]
pub(super) fn as_day<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

/// The same, or null.
#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde hands the field over by reference")]
pub(super) fn as_day_if_any<S: Serializer>(day: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    match day {
        Some(day) => as_day(day, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use proptest::prelude::*;

    use super::*;
    use crate::progress::samples::{course, day, id, instant, score, score_at, session, session_of};

    fn marks(scores: &[ScorePoint], sessions: &[SessionPoint], recall_days: i64) -> Vec<Option<Mark>> {
        let courses = Courses::of(sessions, &[]);
        place(scores, sessions, &courses, recall_days, within(14)).iter().map(|point| point.marked).collect()
    }

    fn within(limit_days: i64) -> impl Fn(Date, Date) -> bool {
        move |earlier, later| days_between(earlier, later) <= limit_days
    }

    fn joins(days: &[i64], limit_days: i64) -> Vec<bool> {
        let scores: Vec<_> = days.iter().map(|at| score(*at, 10)).collect();
        place(&scores, &[], &Courses::default(), 14, within(limit_days)).iter().map(|point| point.joined).collect()
    }

    #[test]
    fn a_course_is_the_providers_mark() {
        let sessions = [session_of(1, 1, 0), session_of(1, 2, 3), session_of(2, 1, 20), session_of(2, 2, 23)];
        let courses = Courses::of(&sessions, &[course(1, 0), course(2, 20)]);
        assert_eq!(courses.of_session, [0, 0, 1, 1]);
        assert_eq!(courses.list[1], Course { id: Some(id(2)), first_session: 2 });
    }

    #[test]
    fn a_course_begins_with_the_first_session_after_60_days_without_one() {
        let of = |days: &[i64]| {
            let sessions: Vec<_> = days.iter().map(|at| session(1, *at)).collect();
            Courses::of(&sessions, &[]).of_session
        };
        assert_eq!(of(&[0, 59]), [0, 0]);
        assert_eq!(of(&[0, 60]), [0, 1]);
        assert_eq!(of(&[0, 59, 118, 178]), [0, 0, 0, 1]);
    }

    #[test]
    fn a_pause_of_60_days_splits_a_providers_course_too() {
        let sessions = [session_of(1, 1, 0), session_of(1, 2, 70), session_of(1, 3, 73)];
        assert_eq!(Courses::of(&sessions, &[course(1, 0)]).of_session, [0, 1, 1]);
    }

    #[test]
    fn a_session_without_a_course_belongs_to_the_one_last_started() {
        let sessions = [session(1, 0), session_of(1, 2, 3), session(1, 21)];
        let courses = Courses::of(&sessions, &[course(1, 0), course(2, 20), course(3, 40)]);
        assert_eq!(courses.of_session, [0, 0, 1]);
        assert_eq!(courses.list.iter().map(|course| course.id).collect::<Vec<_>>(), [Some(id(1)), Some(id(2))]);
    }

    #[test]
    fn a_course_without_a_session_is_not_yet_the_current_one() {
        let courses = Courses::of(&[session_of(1, 1, 0)], &[course(1, 0), course(2, 30)]);
        assert_eq!(courses.current(), Some(0));
        assert_eq!(Courses::of(&[], &[course(1, 0)]).current(), None);
    }

    #[test]
    fn a_late_entry_returns_to_its_own_course() {
        let sessions = [session_of(1, 1, 0), session_of(2, 1, 3), session_of(1, 2, 4)];
        assert_eq!(Courses::of(&sessions, &[]).of_session, [0, 1, 0]);
    }

    #[test]
    fn two_scores_are_joined_up_to_twice_the_planned_interval() {
        assert_eq!(joins(&[0, 14, 29], gap_limit_days(7)), [false, true, false]);
        assert_eq!(joins(&[0, 60, 121], gap_limit_days(30)), [false, true, false]);
        assert_eq!(joins(&[0, 3, 7], gap_limit_days(1)), [false, true, false]);
        assert_eq!(gap_limit_days(14), 28);
    }

    #[test]
    fn a_gap_lies_between_the_two_scores_that_are_not_joined() {
        let scores = [score(0, 10), score(7, 10), score(30, 10)];
        let points = place(&scores, &[], &Courses::default(), 14, within(14));
        assert_eq!(gaps(&points, |_, _| true), [Gap { from: scores[1].at, to: scores[2].at }]);
        assert_eq!(gaps(&points, |_, later| later < scores[2].local_date), []);
        assert_eq!(gaps(&points[..1], |_, _| true), []);
    }

    #[test]
    fn a_score_in_the_two_weeks_after_session_1_asks_about_the_time_before_treatment() {
        let scores = [score(-1, 19), score(14, 12), score(30, 12)];
        assert_eq!(marks(&scores, &[session(1, 0)], 14), [None, Some(Mark::BeforeTreatmentWindow), None]);
        assert_eq!(marks(&[score(15, 12)], &[session(1, 0)], 14), [None]);
    }

    #[test]
    fn a_later_session_of_a_course_opens_no_window() {
        let sessions = [session(1, 0), session(2, 20)];
        assert_eq!(marks(&[score(25, 12)], &sessions, 14), [None]);
        let of_two_courses = [session_of(1, 1, 0), session_of(2, 1, 20)];
        assert_eq!(marks(&[score(25, 12)], &of_two_courses, 14), [Some(Mark::BeforeTreatmentWindow)]);
    }

    #[test]
    fn two_scores_less_than_the_recall_apart_overlap() {
        let scores = [score(0, 10), score(13, 10), score(27, 10)];
        assert_eq!(marks(&scores, &[], 14), [None, Some(Mark::RecallOverlap), None]);
        assert_eq!(marks(&scores, &[], 7), [None, None, None]);
    }

    #[test]
    fn a_daily_rating_is_marked_on_the_session_day_only() {
        let scores = [score(-1, 5), score_at("2026-03-01T21:00:00Z", 0, 5), score(1, 5), score(1, 6)];
        assert_eq!(marks(&scores, &[session(1, 0)], 1), [None, Some(Mark::SessionDay), None, None]);
    }

    #[test]
    fn the_session_day_is_told_before_the_window_and_the_window_before_the_overlap() {
        let scores = [score_at("2026-03-01T08:00:00Z", 0, 19), score_at("2026-03-01T20:00:00Z", 0, 9), score(7, 12)];
        let expected = [None, Some(Mark::SessionDay), Some(Mark::BeforeTreatmentWindow)];
        assert_eq!(marks(&scores, &[session(1, 0)], 14), expected);
    }

    #[test]
    fn a_score_at_the_instant_that_dosing_starts_is_after_it() {
        let scores = [score_at("2026-03-01T11:59:59Z", 0, 5), score_at("2026-03-01T12:00:00Z", 0, 5)];
        assert_eq!(marks(&scores, &[session(1, 0)], 1), [None, Some(Mark::SessionDay)]);
    }

    #[test]
    fn days_since_a_session_are_real_days_to_one_decimal() {
        let start = instant("2026-03-01T12:00:00Z");
        let since = |at| days_since(start, instant(at)).to_string();
        assert_eq!(since("2026-03-02T21:36:00Z"), "1.4");
        assert_eq!(since("2026-03-01T13:11:59Z"), "0");
        assert_eq!(since("2026-03-01T13:12:00Z"), "0.1");
        assert_eq!(since("2026-03-01T10:48:00Z"), "-0.1");
        assert_eq!(since("2026-03-01T10:48:01Z"), "0");
    }

    #[test]
    fn an_hour_lost_to_the_clocks_moves_no_local_day() {
        // Denver went to daylight saving time on 8 March 2026.
        let zone = jiff::tz::TimeZone::get("America/Denver").expect("the zone is in the bundle");
        let evening = day("2026-03-07").at(23, 30, 0, 0).to_zoned(zone.clone()).expect("a real time");
        let next = day("2026-03-08").at(23, 30, 0, 0).to_zoned(zone).expect("a real time");
        assert_eq!(days_between(evening.date(), next.date()), 1);
        assert_eq!(days_since(evening.timestamp(), next.timestamp()).to_string(), "1");
        assert_eq!((next.timestamp() - evening.timestamp()).get_seconds(), 23 * 3600);
    }

    #[test]
    fn a_chart_point_is_written_as_the_api_says() {
        let mut scores = [score_at("2026-03-02T21:36:00.1239Z", 1, 13)];
        scores[0].band = Some("Moderate".into());
        let sessions = [session(2, 0)];
        let points = place(&scores, &sessions, &Courses::of(&sessions, &[]), 14, within(14));
        let written = serde_json::to_value(&points[0]).expect("it can be written");
        assert_eq!(
            written,
            serde_json::json!({
                "at": "2026-03-02T21:36:00.123Z", "local_date": "2026-03-02", "value": 13, "band": "Moderate",
                "response_id": scores[0].response_id, "session_number": 2, "days_since_session": 1.4,
                "marked": "before_treatment_window",
            })
        );
        scores[0].prorated = true;
        let points = place(&scores, &[], &Courses::default(), 14, within(14));
        let written = serde_json::to_value(&points[0]).expect("it can be written");
        assert_eq!((&written["prorated"], &written["session_number"]), (&true.into(), &serde_json::Value::Null));
    }

    proptest! {
        #[test]
        fn shifting_everything_by_whole_days_keeps_joins_and_marks(
            days in prop::collection::btree_set(0i64..200, 1..12),
            doses in prop::collection::btree_set(0i64..200, 0..6),
            shift in -400i64..400,
        ) {
            let charted = |shift: i64| {
                let scores: Vec<_> = days.iter().map(|at| score(at + shift, 10)).collect();
                let sessions: Vec<_> = doses.iter().map(|at| session(1, at + shift)).collect();
                let courses = Courses::of(&sessions, &[]);
                let points: Vec<_> = place(&scores, &sessions, &courses, 14, within(14))
                    .iter().map(|point| (point.joined, point.marked, point.days_since_session)).collect();
                (points, courses)
            };
            prop_assert_eq!(charted(0), charted(shift));
        }

        #[test]
        fn days_between_counts_the_calendar(offset in -20_000i64..20_000) {
            let start = day("2026-03-01");
            let end = start.checked_add(offset.days()).expect("within the calendar");
            prop_assert_eq!(days_between(start, end), offset);
        }
    }
}
