//! How long it lasted: days from a session until two scores were past a line. Pure, and of time past: no forecast.
//!
//! An interval begins with the last session of a course's induction, and with each one after it; it ends with the next
//! session. The line is the one that patient and provider agreed on for the course and the measure, and is passed by two
//! scores in a row. Without one a response counts as lost by CLINICAL.md 2 (P): two scores in a row within 14 days. Scores of
//! a session's own day after dosing do not count.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::change::{Baseline, CONFIRMED_WITHIN_DAYS, Following, Held};
use super::timeline::{CourseSpan, Courses, ScorePoint, SessionPoint, days_between, is_on_session_day};
use crate::courses::USUAL_INDUCTION_SESSIONS;
use crate::db::LocalDate;
use crate::instruments::{Direction, Measure, Points};

/// Fewer past intervals say nothing about one person.
const LEAST_INTERVALS: usize = 2;

/// How an interval went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Two scores in a row were past the line.
    Passed,
    /// The line held up to the last score in it.
    Held,
    /// No score was on the good side of the line.
    NotReached,
    /// Nothing was answered.
    NoScore,
}

/// The time from one session to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LastingInterval)]
pub struct Interval {
    /// The session that it begins with.
    pub session_id: Uuid,
    /// Its number in the course.
    pub number: i32,
    /// Its day where the patient is.
    pub session_on: LocalDate,
    /// Whether it begins with the last session of the induction; else it is a gap of maintenance.
    pub is_after_induction: bool,
    /// The line agreed on, in points; null where a response counts as lost by the usual rule.
    pub line: Option<Points>,
    /// How it went.
    pub ending: Ending,
    /// Days from the session to the second score past the line, or to the last one within it; null without either.
    pub days: Option<i64>,
    /// Whether it is over: the line was passed, or the next session came.
    pub is_over: bool,
}

impl Interval {
    /// Whether it tells how long it lasted, and that will not change.
    const fn is_past(&self) -> bool {
        self.is_over && self.days.is_some()
    }
}

/// How long it lasted, on one measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Lasting)]
pub struct LastingBody<'a> {
    /// The measure.
    #[schema(example = "phq-9.total")]
    pub measure: &'a str,
    /// Its name where the instrument is known.
    #[schema(example = "PHQ-9")]
    pub short_title: &'a str,
    /// Past intervals that tell how long it lasted.
    pub past_intervals: usize,
    /// All intervals in order of time; empty with fewer than two past ones.
    pub intervals: Vec<Interval>,
    /// The same in words.
    pub text: String,
}

/// A patient's treatment, as far as this goes.
pub struct Treated<'a> {
    /// Completed sessions, in order of time.
    pub sessions: &'a [SessionPoint],
    /// The courses that were dosed in.
    pub courses: &'a Courses,
    /// The courses that a provider opened.
    pub spans: &'a [CourseSpan],
    /// For each of `courses`, its baseline on the measure.
    pub baselines: &'a [Option<Baseline>],
    /// For each of `courses`, the line agreed on for the measure.
    pub lines: &'a [Option<Points>],
}

/// How long it lasted. `scores` are all of the measure, in order of time.
pub fn lasting<'a>(measure: &'a Measure, scores: &[ScorePoint], treated: &Treated<'_>) -> LastingBody<'a> {
    let courses = 0..treated.courses.list.len();
    let mut intervals: Vec<Interval> = courses.flat_map(|course| treated.intervals(measure, scores, course)).collect();
    intervals.sort_by_key(|interval| (interval.session_on, interval.number));
    let past_intervals = intervals.iter().filter(|interval| interval.is_past()).count();
    let text = in_words(measure, &intervals, past_intervals);
    if past_intervals < LEAST_INTERVALS {
        intervals.clear();
    }
    LastingBody { measure: &measure.id, short_title: &measure.short_title, past_intervals, intervals, text }
}

impl Treated<'_> {
    fn intervals(&self, measure: &Measure, scores: &[ScorePoint], course: usize) -> Vec<Interval> {
        let own: Vec<usize> = (0..self.sessions.len()).filter(|session| self.courses.of_session[*session] == course).collect();
        let resumed = self.is_resumed(course);
        let Some(first_kept) = (if resumed { Some(0) } else { self.last_of_induction(course, &own) }) else { return Vec::new() };
        let first = &self.sessions[self.courses.list[course].first_session];
        let end = self.courses.list.get(course + 1).map(|next| self.sessions[next.first_session].at);
        let settled = scores.iter().filter(|score| {
            first.at <= score.at && end.is_none_or(|end| score.at < end) && !is_on_session_day(score, self.sessions)
        });
        let Some(sides) = self.sides(measure, settled, course) else { return Vec::new() };
        let within = if self.lines[course].is_some() { i64::MAX } else { CONFIRMED_WITHIN_DAYS };
        let starts = own[first_kept..].iter().enumerate();
        starts
            .map(|(position, start)| {
                let session = &self.sessions[*start];
                let next = self.sessions.get(start + 1);
                let of_interval = |score: &ScorePoint| session.at < score.at && next.is_none_or(|next| score.at < next.at);
                let sides: Vec<(Date, bool)> = sides
                    .iter()
                    .filter(|(score, _)| of_interval(score))
                    .map(|(score, is_past)| (score.local_date, *is_past))
                    .collect();
                let (ending, until) = ending(&sides, within);
                Interval {
                    session_id: session.id,
                    number: session.number,
                    session_on: session.local_date.into(),
                    is_after_induction: position == 0 && !resumed,
                    line: self.lines[course],
                    ending,
                    days: until.map(|until| days_between(session.local_date, until)),
                    is_over: next.is_some() || ending == Ending::Passed,
                }
            })
            .collect()
    }

    /// Whether this goes on, after a pause, with a provider's course that is past its induction.
    fn is_resumed(&self, course: usize) -> bool {
        let id = self.courses.list[course].id;
        let is_past = self.spans.iter().any(|span| Some(span.id) == id && span.is_past_induction);
        is_past && self.courses.list[..course].iter().any(|earlier| earlier.id == id)
    }

    /// The place in `own` of the last session of the induction; `None` while that goes on.
    fn last_of_induction(&self, course: usize, own: &[usize]) -> Option<usize> {
        let id = self.courses.list[course].id;
        let span = self.spans.iter().find(|span| Some(span.id) == id);
        let planned = span.and_then(|span| span.planned_sessions).unwrap_or(USUAL_INDUCTION_SESSIONS);
        let last_planned = usize::try_from(planned).unwrap_or(1).max(1) - 1;
        let is_over = span.is_some_and(|span| span.is_past_induction) || course + 1 < self.courses.list.len();
        if last_planned < own.len() { Some(last_planned) } else { own.len().checked_sub(1).filter(|_| is_over) }
    }

    /// Each score with whether it is past the line. `None` where there is no line.
    fn sides<'s>(
        &self,
        measure: &'s Measure,
        scores: impl Iterator<Item = &'s ScorePoint>,
        course: usize,
    ) -> Option<Vec<(&'s ScorePoint, bool)>> {
        if let Some(line) = self.lines[course] {
            let is_past = |score: &ScorePoint| match measure.higher_is {
                Direction::Worse => score.value > line,
                Direction::Better | Direction::None => score.value < line,
            };
            return Some(scores.map(|score| (score, is_past(score))).collect());
        }
        measure.change.as_ref()?.response?;
        let baseline = self.baselines[course].as_ref()?.value;
        let mut response = Following::from(measure, baseline);
        let held = scores.map(|score| (score, response.step(score)));
        Some(held.filter(|(_, held)| *held != Held::NotYet).map(|(score, held)| (score, held == Held::Off)).collect())
    }
}

/// How an interval with these scores went, and until when it lasted. A score is a day and whether it is past the line; two
/// past it count where they are at most `within` days apart.
fn ending(sides: &[(Date, bool)], within: i64) -> (Ending, Option<Date>) {
    let Some(first_well) = sides.iter().position(|(_, is_past)| !is_past) else {
        return (if sides.is_empty() { Ending::NoScore } else { Ending::NotReached }, None);
    };
    let well_once = &sides[first_well..];
    let passed = well_once.windows(2).find(|two| two[0].1 && two[1].1 && days_between(two[0].0, two[1].0) <= within);
    match passed {
        Some(two) => (Ending::Passed, Some(two[1].0)),
        None => (Ending::Held, well_once.iter().rfind(|(_, is_past)| !is_past).map(|(day, _)| *day)),
    }
}

fn in_words(measure: &Measure, intervals: &[Interval], past: usize) -> String {
    let name = &measure.short_title;
    if past < LEAST_INTERVALS {
        let so_far = if past == 0 { "there is none yet".to_owned() } else { format!("there is {past} so far") };
        return format!("Shown from two past intervals on; of {name} {so_far}.");
    }
    let days = |wanted: Ending| -> Vec<i64> {
        let of_kind = intervals.iter().filter(|interval| interval.is_past() && interval.ending == wanted);
        let mut days: Vec<i64> = of_kind.filter_map(|interval| interval.days).collect();
        days.sort_unstable();
        days
    };
    let all = if past == 2 { "both".to_owned() } else { format!("all {past}") };
    match (days(Ending::Passed).as_slice(), days(Ending::Held).as_slice()) {
        ([], held) => {
            format!("In {all} past intervals {name} held up to the last score before the next session, on day {}.", listed(held))
        }
        (passed, []) => format!("In {all} past intervals {name} was past the line twice, by day {}.", listed(passed)),
        (passed, held) => format!(
            "In {} of {past} past intervals {name} was past the line twice, by day {}. In {} it held up to the last score before the next session, on day {}.",
            passed.len(),
            listed(passed),
            held.len(),
            listed(held)
        ),
    }
}

/// "18, 21 and 30".
fn listed(days: &[i64]) -> String {
    match days {
        [] => String::new(),
        [only] => only.to_string(),
        [rest @ .., last] => format!("{} and {last}", rest.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::change::baselines;
    use crate::progress::samples::{course, mood, phq9, points, score, session_of};

    /// Six sessions of course 1 on days 0 to 15, then one on each of these days.
    fn sessions(maintenance: &[i64]) -> Vec<SessionPoint> {
        let induction = [0, 3, 6, 9, 12, 15];
        let days = induction.iter().chain(maintenance);
        days.zip(1..).map(|(day, number)| session_of(1, number, *day)).collect()
    }

    fn worked_out(
        measure: &Measure,
        sessions: &[SessionPoint],
        scores: &[ScorePoint],
        line: Option<i32>,
    ) -> LastingBody<'static> {
        let measure: &'static Measure = Box::leak(Box::new(measure.clone()));
        let spans = [course(1, 0), course(2, 200)];
        let courses = Courses::of(sessions, &spans);
        let baselines = baselines(scores, sessions, &courses);
        let lines = vec![line.map(points); courses.list.len()];
        lasting(measure, scores, &Treated { sessions, courses: &courses, spans: &spans, baselines: &baselines, lines: &lines })
    }

    fn told(body: &LastingBody<'_>) -> Vec<(i32, Ending, Option<i64>, bool)> {
        body.intervals.iter().map(|one| (one.number, one.ending, one.days, one.is_over)).collect()
    }

    #[test]
    fn an_interval_lasts_until_the_second_score_in_a_row_past_the_agreed_line() {
        let scores =
            [score(-1, 18), score(20, 6), score(27, 11), score(34, 9), score(41, 10), score(48, 12), score(60, 5), score(70, 12)];
        let body = worked_out(&phq9(), &sessions(&[50, 80]), &scores, Some(9));
        // After session 6 on day 15: 6, 11, 9, 10, 12, so past the line twice on day 48. After session 7 on day 50: 5, then
        // 12 only once, so it held up to day 60.
        assert_eq!(
            told(&body),
            [(6, Ending::Passed, Some(33), true), (7, Ending::Held, Some(10), true), (8, Ending::NoScore, None, false)]
        );
        assert_eq!(body.past_intervals, 2);
        assert_eq!(
            body.text,
            "In 1 of 2 past intervals PHQ-9 was past the line twice, by day 33. In 1 it held up to the last score before the next session, on day 10."
        );
    }

    #[test]
    fn a_score_on_the_line_is_still_well() {
        let scores = [score(-1, 18), score(20, 9), score(27, 9), score(34, 9), score(60, 10), score(61, 10)];
        let body = worked_out(&phq9(), &sessions(&[50, 56, 80]), &scores, Some(9));
        assert_eq!(
            told(&worked_out(&phq9(), &sessions(&[50, 80, 90]), &[&scores[..], &[score(85, 3)]].concat(), Some(9)))[..3],
            [(6, Ending::Held, Some(19), true), (7, Ending::NotReached, None, true), (8, Ending::Held, Some(5), true)]
        );
        assert_eq!((body.past_intervals, body.intervals.len()), (1, 0));
        assert_eq!(body.text, "Shown from two past intervals on; of PHQ-9 there is 1 so far.");
    }

    #[test]
    fn days_are_told_in_their_order_and_all_alike_at_once() {
        let held = [score(-1, 18), score(40, 9), score(60, 7), score(100, 8)];
        let text = worked_out(&phq9(), &sessions(&[50, 80, 110]), &held, Some(9)).text;
        assert_eq!(
            text,
            "In all 3 past intervals PHQ-9 held up to the last score before the next session, on day 10, 20 and 25."
        );
        let passed = [score(-1, 18), score(20, 5), score(40, 12), score(45, 12), score(55, 7), score(60, 12), score(70, 12)];
        let text = worked_out(&phq9(), &sessions(&[50, 80]), &passed, Some(9)).text;
        assert_eq!(text, "In both past intervals PHQ-9 was past the line twice, by day 20 and 30.");
    }

    #[test]
    fn without_an_agreed_line_a_response_is_lost_by_two_scores_within_14_days() {
        // From 18: a response at 9, off it above 9 and five points off the best.
        let scores = [
            score(-1, 18),
            score(20, 8),
            score(30, 13),
            score(45, 14),
            score(49, 13),
            score(55, 7),
            score(62, 11),
            score(75, 13),
            score(90, 12),
        ];
        let body = worked_out(&phq9(), &sessions(&[52, 84]), &scores, None);
        // 13 and 14 are 15 days apart, 14 and 13 four. 11 on day 62 is four points off the best of 7, so it is held.
        assert_eq!(
            told(&body),
            [(6, Ending::Passed, Some(34), true), (7, Ending::Held, Some(10), true), (8, Ending::NotReached, None, false)]
        );
    }

    #[test]
    fn an_induction_that_goes_on_has_no_interval_and_a_broken_off_one_has() {
        let five = &sessions(&[])[..5];
        let scores = [score(-1, 18), score(20, 8), score(30, 13)];
        assert_eq!(worked_out(&phq9(), five, &scores, Some(9)).past_intervals, 0);
        let next_course = [five, &[session_of(2, 1, 220)]].concat();
        let body = worked_out(&phq9(), &next_course, &scores, Some(9));
        assert_eq!(body.past_intervals, 1);
    }

    #[test]
    fn what_resumes_after_a_pause_is_maintenance_from_its_first_session() {
        let sessions = sessions(&[100, 130]);
        let spans = [CourseSpan { is_past_induction: true, ..course(1, 0) }];
        let courses = Courses::of(&sessions, &spans);
        assert_eq!(courses.list.len(), 2);
        let scores = [score(-1, 18), score(22, 5), score(110, 6), score(117, 12), score(124, 13)];
        let baselines = baselines(&scores, &sessions, &courses);
        let lines = [Some(points(9)), Some(points(9))];
        let treated = Treated { sessions: &sessions, courses: &courses, spans: &spans, baselines: &baselines, lines: &lines };
        let measure = phq9();
        let body = lasting(&measure, &scores, &treated);
        assert_eq!(
            told(&body),
            [(6, Ending::Held, Some(7), true), (7, Ending::Passed, Some(24), true), (8, Ending::NoScore, None, false)]
        );
        assert_eq!(body.intervals.iter().map(|one| one.is_after_induction).collect::<Vec<_>>(), [true, false, false]);
    }

    #[test]
    fn scores_of_the_next_course_are_not_of_the_last_interval() {
        let two =
            [&sessions(&[])[..], &(1..=6).map(|number| session_of(2, number, 200 + 3 * i64::from(number))).collect::<Vec<_>>()]
                .concat();
        let scores = [score(-1, 18), score(22, 5), score(190, 12), score(230, 6), score(240, 12), score(250, 13)];
        assert_eq!(
            told(&worked_out(&phq9(), &two, &scores, Some(9))),
            [(6, Ending::Held, Some(7), true), (6, Ending::Passed, Some(32), true)]
        );
    }

    #[test]
    fn a_form_that_was_answered_on_the_day_after_dosing_does_not_count() {
        let scores = [score(-1, 18), score(15, 20), score(16, 20), score(20, 6), score(50, 20), score(55, 4)];
        let body = worked_out(&phq9(), &sessions(&[50, 80]), &scores, Some(9));
        assert_eq!(told(&body)[..2], [(6, Ending::Held, Some(5), true), (7, Ending::Held, Some(5), true)]);
    }

    #[test]
    fn where_higher_is_better_the_line_is_passed_below_it() {
        let scores = [score(20, 7), score(21, 4), score(22, 4), score(60, 6), score(61, 5), score(62, 4)];
        let body = worked_out(&mood(), &sessions(&[50, 80]), &scores, Some(5));
        assert_eq!(told(&body)[..2], [(6, Ending::Passed, Some(7), true), (7, Ending::Held, Some(11), true)]);
    }

    #[test]
    fn a_measure_without_line_and_rule_has_no_intervals() {
        let scores = [score(20, 7), score(21, 4), score(22, 4), score(60, 6), score(61, 5)];
        let body = worked_out(&mood(), &sessions(&[50, 80]), &scores, None);
        assert_eq!(
            (body.past_intervals, body.text.as_str()),
            (0, "Shown from two past intervals on; of Mood there is none yet.")
        );
        assert_eq!(listed(&[18, 21, 30]), "18, 21 and 30");
        assert_eq!(worked_out(&phq9(), &[], &scores, Some(9)).past_intervals, 0);
    }
}
