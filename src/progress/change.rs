//! Change against a baseline: what it is measured from, the word for it, and whether a gain was lost again.

use std::cmp::Reverse;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::sentence::{self, Compared};
use super::timeline::{
    Courses, ScorePoint, SessionPoint, as_day, as_day_if_any, days_between, in_milliseconds, is_on_session_day,
};
use crate::instruments::{Comparison, Direction, Kind, Measure, Points, compare};

/// A baseline is at most so many local days older than the first session. Source: CLINICAL.md 2 (P).
pub const BASELINE_DAYS: i64 = 14;

/// A second score within so many local days confirms a loss. Source: CLINICAL.md 2 (P).
pub const CONFIRMED_WITHIN_DAYS: i64 = 14;

/// The only measure with a limit for relapse, and that limit. Source: CLINICAL.md 2 (P).
const RELAPSE: (&str, Points) = ("phq-9.total", Points::from_int(10));

/// The score that a course is measured from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Baseline {
    /// Points of the measure.
    pub value: Points,
    /// When it was answered.
    #[serde(serialize_with = "in_milliseconds")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The response that it was worked out from.
    pub response_id: Uuid,
}

/// The baseline of a course before the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EarlierBaseline {
    /// The provider's course; `None` for sessions recorded outside any.
    pub course_id: Option<Uuid>,
    /// Points of the measure.
    pub value: Points,
    /// When it was answered.
    #[serde(serialize_with = "in_milliseconds")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// The baseline of each course in `courses.list`.
///
/// It is the last complete score before the first session of the course, at most 14 local days old; `None` without
/// one. A score after that session never is one, not even on the same day. `scores` are in order of time.
/// Source: CLINICAL.md 2 (P).
pub fn baselines(scores: &[ScorePoint], sessions: &[SessionPoint], courses: &Courses) -> Vec<Option<Baseline>> {
    courses.list.iter().map(|course| baseline(scores, &sessions[course.first_session])).collect()
}

fn baseline(scores: &[ScorePoint], first_session: &SessionPoint) -> Option<Baseline> {
    before_session(scores, first_session)
        .iter()
        .rfind(|score| !score.prorated)
        .filter(|score| is_recent(score, first_session))
        .map(|score| Baseline { value: score.value, at: score.at, response_id: score.response_id })
}

fn is_recent(score: &ScorePoint, session: &SessionPoint) -> bool {
    days_between(score.local_date, session.local_date) <= BASELINE_DAYS
}

/// The scores answered before dosing started.
pub(super) fn before_session<'a>(scores: &'a [ScorePoint], session: &SessionPoint) -> &'a [ScorePoint] {
    &scores[..scores.partition_point(|score| score.at < session.at)]
}

/// The scores answered once dosing had started.
pub(super) fn since_session<'a>(scores: &'a [ScorePoint], session: &SessionPoint) -> &'a [ScorePoint] {
    &scores[scores.partition_point(|score| score.at < session.at)..]
}

/// The baseline of the current course.
pub fn current_baseline(courses: &Courses, baselines: &[Option<Baseline>]) -> Option<Baseline> {
    courses.current().and_then(|course| baselines[course])
}

/// The baselines of the courses other than the current one, in order; courses without a baseline are left out.
pub fn earlier_baselines(courses: &Courses, baselines: &[Option<Baseline>]) -> Vec<EarlierBaseline> {
    courses
        .list
        .iter()
        .zip(baselines)
        .enumerate()
        .filter(|(position, _)| Some(*position) != courses.current())
        .filter_map(|(_, (course, baseline))| {
            baseline.map(|Baseline { value, at, .. }| EarlierBaseline { course_id: course.id, value, at })
        })
        .collect()
}

/// The best of some scores: the lowest where higher is worse, the highest where higher is better.
///
/// Of equals the first. `None` without scores, or where no way is better.
pub fn best<'a>(measure: &Measure, scores: impl Iterator<Item = &'a ScorePoint>) -> Option<&'a ScorePoint> {
    match measure.higher_is {
        Direction::Worse => scores.min_by_key(|score| score.value),
        Direction::Better => scores.min_by_key(|score| Reverse(score.value)),
        Direction::None => None,
    }
}

/// One word for the change since the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChangeStatus)]
pub enum Status {
    /// Nothing to compare with.
    NoBaseline,
    /// Reliable change for the worse.
    Worse,
    /// In the range of remission, from a baseline high enough to speak of it.
    Remission,
    /// The share off that counts as a response, from a baseline high enough to speak of it.
    Response,
    /// Reliable change for the better.
    Improved,
    /// Within chance variation, even where it is as large as the smallest change that matters.
    NoChange,
}

/// The word for a change: the first that fits, in the order of `Status`.
///
/// `change` is `None` without a baseline; the answer is `None` for measures without rules for change, and for in-house
/// ones. Source: CLINICAL.md 2 and 1.5.
pub fn status(measure: &Measure, change: Option<&Comparison>) -> Option<Status> {
    if measure.change.is_none() || measure.kind == Kind::InHouse {
        return None;
    }
    let Some(change) = change else { return Some(Status::NoBaseline) };
    let words = [
        (change.reliable_deterioration, Status::Worse),
        (change.remission, Status::Remission),
        (change.response, Status::Response),
        (change.reliable_improvement, Status::Improved),
    ];
    let fitting = words.into_iter().find(|(fits, _)| *fits == Some(true));
    Some(fitting.map_or(Status::NoChange, |(_, word)| word))
}

/// Whether a change is more than chance, for the better or the worse. `None` where that is not known, as for in-house
/// measures.
pub fn is_reliable(measure: &Measure, change: &Comparison) -> Option<bool> {
    if measure.kind == Kind::InHouse {
        return None;
    }
    Some(change.reliable_improvement? || change.reliable_deterioration?)
}

/// What was lost again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LossKind {
    /// Was a response; now is none, and at least the smallest change that matters off the best score.
    LossOfResponse,
    /// Was in remission; now is 10 or more on the PHQ-9.
    Relapse,
}

/// A gain that was lost again, as the scores stand now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Loss {
    /// What was lost.
    pub kind: LossKind,
    /// The patient's day of the first such score: from here on the loss is possible.
    #[serde(serialize_with = "as_day")]
    #[schema(value_type = String, format = Date)]
    pub possible_on: Date,
    /// The patient's day of a second within 14 days, which confirms it. `None` while it is only possible.
    #[serde(serialize_with = "as_day_if_any")]
    #[schema(value_type = Option<String>, format = Date)]
    pub confirmed_on: Option<Date>,
}

/// Scores in a row that meet a rule, by the patient's days.
#[derive(Clone, Copy, Default)]
struct Run {
    latest: Option<Date>,
    possible: Option<Date>,
    confirmed: Option<Date>,
}

impl Run {
    fn step(&mut self, is_met: bool, on: Date) {
        if !is_met {
            *self = Self::default();
            return;
        }
        if self.latest.is_some_and(|latest| days_between(latest, on) <= CONFIRMED_WITHIN_DAYS) {
            self.confirmed.get_or_insert(on);
        }
        self.possible.get_or_insert(on);
        self.latest = Some(on);
    }

    fn loss(self, kind: LossKind) -> Option<Loss> {
        self.possible.map(|possible_on| Loss { kind, possible_on, confirmed_on: self.confirmed })
    }
}

/// What a score says about a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// There has been none.
    NotYet,
    /// It is held.
    Kept,
    /// It is off: no response any more, and at least the smallest change that matters off the best score.
    Off,
}

/// Follows a response through scores, those since the first session in order. Source: CLINICAL.md 2 (P).
pub struct Following<'a> {
    measure: &'a Measure,
    baseline: Points,
    had_response: bool,
    best_so_far: Option<&'a ScorePoint>,
}

impl<'a> Following<'a> {
    /// Nothing has been scored yet.
    pub const fn from(measure: &'a Measure, baseline: Points) -> Self {
        Self { measure, baseline, had_response: false, best_so_far: None }
    }

    /// What the next score says.
    pub fn step(&mut self, score: &'a ScorePoint) -> Held {
        let off_the_best = |best: &ScorePoint| compare(self.measure, best.value, score.value).mcid_deterioration == Some(true);
        let response = compare(self.measure, self.baseline, score.value).response;
        let is_off = self.had_response && response == Some(false) && self.best_so_far.is_some_and(off_the_best);
        self.had_response |= response == Some(true);
        self.best_so_far = best(self.measure, self.best_so_far.into_iter().chain([score]));
        match (self.had_response, is_off) {
            (_, true) => Held::Off,
            (true, false) => Held::Kept,
            (false, false) => Held::NotYet,
        }
    }
}

/// Whether a response or a remission was lost again by the last of `scores`, those since the first session in order.
///
/// A better score in between begins anew. A confirmed loss is told before a possible one, then relapse before loss of
/// response. Source: CLINICAL.md 2 (P).
pub fn loss<'a>(measure: &'a Measure, baseline: Points, scores: impl Iterator<Item = &'a ScorePoint>) -> Option<Loss> {
    let mut response = Following::from(measure, baseline);
    let mut had_remission = false;
    let (mut response_lost, mut relapsed) = (Run::default(), Run::default());
    for score in scores {
        response_lost.step(response.step(score) == Held::Off, score.local_date);
        relapsed.step(had_remission && measure.id == RELAPSE.0 && score.value >= RELAPSE.1, score.local_date);
        had_remission |= compare(measure, baseline, score.value).remission == Some(true);
    }
    let losses = [relapsed.loss(LossKind::Relapse), response_lost.loss(LossKind::LossOfResponse)];
    let confirmed = losses.iter().flatten().find(|loss| loss.confirmed_on.is_some());
    confirmed.or_else(|| losses.iter().flatten().next()).copied()
}

/// The scores since the first session of the current course, those of a session day after dosing left out.
///
/// `scores` and `sessions` are whole and in order of time. Empty before the first session.
pub fn settled<'a>(
    scores: &'a [ScorePoint],
    sessions: &'a [SessionPoint],
    courses: &Courses,
) -> impl Iterator<Item = &'a ScorePoint> + Clone {
    let first = courses.current().map(|course| &sessions[courses.list[course].first_session]);
    let since_first = first.map_or(&[][..], |session| since_session(scores, session));
    since_first.iter().filter(|score| !is_on_session_day(score, sessions))
}

/// The patient's day of the first of `scores` that is a remission, whatever came after it. `None` without one, or where the
/// measure has no such word.
pub fn remission_since<'a>(
    measure: &Measure,
    baseline: Points,
    mut scores: impl Iterator<Item = &'a ScorePoint>,
) -> Option<Date> {
    scores.find(|score| compare(measure, baseline, score.value).remission == Some(true)).map(|score| score.local_date)
}

/// How long a response was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The patient's day of the first score that was a response.
    pub since: Date,
    /// The day on which the loss was confirmed; without one the day of the last score.
    pub until: Date,
    /// Whether the loss was confirmed.
    pub is_lost: bool,
}

/// How long the first response was kept, by `scores`, those since the first session in order. `None` without a response.
///
/// The same rule as `loss`; what came after the first confirmed loss does not count. Source: CLINICAL.md 2 (P).
pub fn response_kept<'a>(measure: &'a Measure, baseline: Points, scores: impl Iterator<Item = &'a ScorePoint>) -> Option<Kept> {
    let mut response = Following::from(measure, baseline);
    let mut since: Option<Date> = None;
    let mut lost = Run::default();
    let mut until = None;
    for score in scores {
        let held = response.step(score);
        lost.step(held == Held::Off, score.local_date);
        until = Some(score.local_date);
        if held == Held::Kept {
            since.get_or_insert(score.local_date);
        }
        if lost.confirmed.is_some() {
            break;
        }
    }
    Some(Kept { since: since?, until: until?, is_lost: lost.confirmed.is_some() })
}

/// A score and when it was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BestScore {
    /// Points of the measure.
    pub value: Points,
    /// When it was answered.
    #[serde(serialize_with = "in_milliseconds")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// Where a patient stands on one measure: the same for patient and provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProgressSummary)]
pub struct Summary {
    /// The latest score.
    pub latest: Option<Points>,
    /// The baseline of the current course.
    pub baseline: Option<Points>,
    /// Points gained from baseline to latest: positive is better. `None` without a baseline.
    pub gain: Option<Points>,
    /// The gain as a share of the baseline in percent, to one decimal. `None` without a baseline, or from 0.
    pub gain_percent: Option<Points>,
    /// One word; `None` for measures without rules for change.
    pub status: Option<Status>,
    /// More than chance, for the better or the worse. `None` without a baseline or a rule.
    pub reliable: Option<bool>,
    /// The best score since the first session of the current course, those of a session day after dosing left out.
    pub best: Option<BestScore>,
    /// A response or remission that was lost again; left out where none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub loss: Option<Loss>,
    /// All this in a sentence or two.
    pub text: String,
}

/// Sums up one measure of one patient, by the latest score and the baseline of the current course.
///
/// `scores` and `sessions` are whole and in order of time, `baselines` are those of `courses`. `items_left_out` is
/// the number of missing items of the latest response, where it is known. `today` is the patient's day.
/// Source: CLINICAL.md 2 and 3.
pub fn summarise(
    measure: &Measure,
    scores: &[ScorePoint],
    sessions: &[SessionPoint],
    courses: &Courses,
    baselines: &[Option<Baseline>],
    items_left_out: Option<usize>,
    today: Date,
) -> Summary {
    let latest = scores.last();
    let baseline = current_baseline(courses, baselines);
    let first_session = courses.current().map(|course| &sessions[courses.list[course].first_session]);
    let since_first = first_session.map_or(&[][..], |session| since_session(scores, session));
    let settled = || settled(scores, sessions, courses);
    let change = baseline.zip(latest).map(|(baseline, latest)| compare(measure, baseline.value, latest.value));
    let compared = match (first_session, baseline, change) {
        (None, ..) => Compared::NoSession,
        (Some(_), Some(_), Some(_)) if since_first.is_empty() => Compared::NoScoreSince,
        (Some(_), Some(baseline), Some(change)) => {
            Compared::Baseline { value: baseline.value, is_reliable: is_reliable(measure, &change) }
        }
        (Some(session), ..) => Compared::NoBaseline {
            had_prorated: before_session(scores, session).last().is_some_and(|score| is_recent(score, session)),
        },
    };
    Summary {
        latest: latest.map(|score| score.value),
        baseline: baseline.map(|baseline| baseline.value),
        gain: change.and_then(|change| change.gain),
        gain_percent: change.and_then(|change| change.percent),
        status: status(measure, change.as_ref()),
        reliable: change.and_then(|change| is_reliable(measure, &change)),
        best: best(measure, settled()).map(|score| BestScore { value: score.value, at: score.at }),
        loss: baseline.and_then(|baseline| loss(measure, baseline.value, settled())),
        text: sentence::summary(
            measure,
            latest,
            items_left_out,
            compared,
            courses.current().is_none_or(|course| course == 0),
            today,
        ),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::progress::samples::{
        course, date, day, exact_score, gad7, id, instant, mood, pcl5, peg, phq2, phq9, points, prorated, score, score_at,
        session, session_of, upside_down,
    };
    use crate::progress::timeline::CourseSpan;

    fn courses_of(sessions: &[SessionPoint]) -> Courses {
        Courses::of(sessions, &[])
    }

    fn baseline_of(scores: &[ScorePoint], sessions: &[SessionPoint]) -> Option<Points> {
        let courses = courses_of(sessions);
        current_baseline(&courses, &baselines(scores, sessions, &courses)).map(|baseline| baseline.value)
    }

    fn summary_of(measure: &Measure, scores: &[ScorePoint], sessions: &[SessionPoint]) -> Summary {
        let courses = courses_of(sessions);
        let baselines = baselines(scores, sessions, &courses);
        summarise(measure, scores, sessions, &courses, &baselines, None, day("2026-06-30"))
    }

    /// A baseline of `from` the day before session 1, and `to` a month later.
    fn status_of(measure: &Measure, from: i32, to: i32) -> Option<Status> {
        summary_of(measure, &[score(-1, from), score(30, to)], &[session(1, 0)]).status
    }

    /// PHQ-9 scores by day after session 1 on day 0, with a baseline of `from`.
    fn loss_of(measure: &Measure, from: i32, scores: &[(i64, i32)]) -> Option<Loss> {
        let mut all = vec![score(-1, from)];
        all.extend(scores.iter().map(|(on, value)| score(*on, *value)));
        summary_of(measure, &all, &[session(1, 0)]).loss
    }

    // "the last complete score before the first session of the course, at most 14 days old"

    #[test]
    fn the_baseline_is_the_last_score_before_session_1() {
        assert_eq!(baseline_of(&[score(-10, 21), score(-3, 19), score(1, 15)], &[session(1, 0)]), Some(points(19)));
    }

    #[test]
    fn a_baseline_older_than_14_days_is_none() {
        assert_eq!(baseline_of(&[score(-14, 19)], &[session(1, 0)]), Some(points(19)));
        assert_eq!(baseline_of(&[score(-15, 19)], &[session(1, 0)]), None);
    }

    #[test]
    fn the_age_of_a_baseline_is_counted_in_local_days() {
        // 14 days and 23 hours before, yet 14 days by the calendar.
        let early = score_at("2026-02-15T00:30:00Z", -14, 19);
        let late = SessionPoint { at: instant("2026-03-01T23:30:00Z"), ..session(1, 0) };
        assert_eq!(baseline_of(&[early], &[late]), Some(points(19)));
    }

    #[test]
    fn a_score_taken_after_session_1_is_never_a_baseline() {
        assert_eq!(baseline_of(&[score(1, 15)], &[session(1, 0), session(2, 4)]), None);
    }

    #[test]
    fn on_the_day_of_session_1_only_a_score_before_its_start_is_a_baseline() {
        let at_noon = session(1, 0);
        assert_eq!(baseline_of(&[score_at("2026-03-01T11:59:59Z", 0, 19)], std::slice::from_ref(&at_noon)), Some(points(19)));
        assert_eq!(baseline_of(&[score_at("2026-03-01T12:00:00Z", 0, 19)], &[at_noon]), None);
    }

    #[test]
    fn a_prorated_score_is_no_baseline() {
        assert_eq!(baseline_of(&[score(-3, 19), prorated(-1, 22)], &[session(1, 0)]), Some(points(19)));
        assert_eq!(baseline_of(&[prorated(-1, 22)], &[session(1, 0)]), None);
    }

    #[test]
    fn without_a_session_there_is_no_baseline() {
        assert_eq!(baseline_of(&[score(-1, 19)], &[]), None);
    }

    #[test]
    fn a_new_course_gets_its_own_baseline_and_the_first_stays_visible() {
        let scores = [score(-1, 19), score(30, 8), score(98, 16), score(105, 12)];
        let sessions = [session_of(1, 1, 0), session_of(1, 2, 4), session_of(2, 1, 100)];
        let spans: [CourseSpan; 2] = [course(1, 0), course(2, 95)];
        let courses = Courses::of(&sessions, &spans);
        let baselines = baselines(&scores, &sessions, &courses);
        assert_eq!(current_baseline(&courses, &baselines).map(|baseline| baseline.value), Some(points(16)));
        let earlier = EarlierBaseline { course_id: Some(id(1)), value: Points::from_int(19), at: scores[0].at };
        assert_eq!(earlier_baselines(&courses, &baselines), [earlier]);
    }

    #[test]
    fn a_first_session_after_60_days_without_one_gets_a_baseline_of_its_own() {
        let scores = [score(-1, 19), score(69, 14)];
        assert_eq!(baseline_of(&scores, &[session(1, 0), session(2, 70)]), Some(points(14)));
        assert_eq!(baseline_of(&scores, &[session(1, 0), session(2, 30), session(3, 70)]), Some(points(19)));
    }

    // "One-word status, first that fits: no baseline; worse; remission; response; improved; no change"

    #[test]
    fn the_status_is_the_first_word_that_fits() {
        assert_eq!(status_of(&phq9(), 12, 18), Some(Status::Worse));
        assert_eq!(status_of(&phq9(), 19, 4), Some(Status::Remission));
        assert_eq!(status_of(&phq9(), 19, 9), Some(Status::Response));
        assert_eq!(status_of(&phq9(), 19, 10), Some(Status::Improved));
        assert_eq!(status_of(&phq9(), 19, 13), Some(Status::Improved));
        assert_eq!(summary_of(&phq9(), &[score(30, 13)], &[session(1, 0)]).status, Some(Status::NoBaseline));
        assert_eq!(summary_of(&phq9(), &[], &[]).status, Some(Status::NoBaseline));
    }

    #[test]
    fn between_mcid_and_reliable_change_the_word_is_no_change() {
        let summary = summary_of(&phq9(), &[score(-1, 19), score(30, 14)], &[session(1, 0)]);
        assert_eq!((summary.status, summary.gain, summary.reliable), (Some(Status::NoChange), Some(points(5)), Some(false)));
        assert_eq!(status_of(&phq9(), 12, 17), Some(Status::NoChange));
    }

    #[test]
    fn a_baseline_below_10_gives_no_response_or_remission_only_points() {
        assert_eq!(status_of(&phq9(), 9, 2), Some(Status::Improved));
        assert_eq!(status_of(&phq9(), 9, 4), Some(Status::NoChange));
    }

    #[test]
    fn forms_without_a_response_or_remission_never_get_those_words() {
        assert_eq!(status_of(&pcl5(), 50, 0), Some(Status::Improved));
        assert_eq!(status_of(&peg(), 8, 0), Some(Status::Response));
    }

    #[test]
    fn forms_without_rules_for_change_get_no_status() {
        for measure in [phq2(), mood()] {
            let summary = summary_of(&measure, &[score(-1, 5), score(30, 2)], &[session(1, 0)]);
            assert_eq!((summary.status, summary.reliable, summary.loss), (None, None, None), "{}", measure.id);
            assert_eq!(summary_of(&measure, &[], &[]).status, None);
        }
    }

    #[test]
    fn an_in_house_measure_gets_no_status_even_if_a_file_gives_rules() {
        let mut measure = phq9();
        measure.kind = Kind::InHouse;
        let summary = summary_of(&measure, &[score(-1, 19), score(30, 13)], &[session(1, 0)]);
        assert_eq!((summary.status, summary.reliable, summary.gain), (None, None, Some(points(6))));
        assert!(summary.text.ends_with("Lower is better. Not a validated scale."), "{}", summary.text);
    }

    #[test]
    fn reliable_is_true_either_way() {
        let reliable = |to| summary_of(&phq9(), &[score(-1, 12), score(30, to)], &[session(1, 0)]).reliable;
        assert_eq!([6, 7, 17, 18].map(reliable), [Some(true), Some(false), Some(false), Some(true)]);
        assert_eq!(summary_of(&phq9(), &[score(30, 12)], &[session(1, 0)]).reliable, None);
    }

    #[test]
    fn the_example_of_the_api_comes_out() {
        let scores = [score(-1, 19), score(9, 12), score(30, 13)];
        let summary = summary_of(&phq9(), &scores, &[session(1, 0), session(2, 4)]);
        let expected = serde_json::json!({
            "latest": 13, "baseline": 19, "gain": 6, "gain_percent": 31.6, "status": "improved", "reliable": true,
            "best": {"value": 12, "at": "2026-03-10T18:00:00.000Z"},
            "text": "PHQ-9 13 on 31 Mar. 6 points lower than before your first session (19). Lower is better. This is more than chance variation.",
        });
        assert_eq!(serde_json::to_value(&summary).expect("it can be written"), expected);
    }

    #[test]
    fn without_a_baseline_there_is_no_percentage() {
        let summary = summary_of(&phq9(), &[score(30, 13)], &[session(1, 0)]);
        assert_eq!((summary.baseline, summary.gain, summary.gain_percent), (None, None, None));
        assert_eq!(summary.latest, Some(points(13)));
    }

    #[test]
    fn a_baseline_of_0_has_points_but_no_percentage() {
        let summary = summary_of(&phq9(), &[score(-1, 0), score(30, 3)], &[session(1, 0)]);
        assert_eq!((summary.gain, summary.gain_percent), (Some(points(-3)), None));
    }

    #[test]
    fn the_best_score_lies_after_session_1_and_is_not_of_a_session_day() {
        let scores = [score(-1, 3), score(0, 2), score(5, 8), score(6, 8), score(20, 12)];
        let summary = summary_of(&phq9(), &scores, &[session(1, 0)]);
        assert_eq!(summary.best, Some(BestScore { value: Points::from_int(8), at: scores[2].at }));
        let highest = best(&mood(), scores.iter()).map(|score| score.value);
        assert_eq!(highest, Some(points(12)));
    }

    // "Loss of response (P): had a response; now above half of baseline and at least one MCID above the best score."

    #[test]
    fn a_loss_of_response_is_possible_at_the_first_such_score() {
        let expected = Loss { kind: LossKind::LossOfResponse, possible_on: date(40), confirmed_on: None };
        assert_eq!(loss_of(&phq9(), 18, &[(10, 8), (40, 13)]), Some(expected));
    }

    #[test]
    fn a_loss_of_response_is_confirmed_at_a_second_within_14_days() {
        let expected = Loss { kind: LossKind::LossOfResponse, possible_on: date(40), confirmed_on: Some(date(54)) };
        assert_eq!(loss_of(&phq9(), 18, &[(10, 8), (40, 13), (54, 14)]), Some(expected));
        let too_late = Loss { confirmed_on: None, ..expected };
        assert_eq!(loss_of(&phq9(), 18, &[(10, 8), (40, 13), (55, 14)]), Some(too_late));
        let by_a_third = Loss { confirmed_on: Some(date(60)), ..expected };
        assert_eq!(loss_of(&phq9(), 18, &[(10, 8), (40, 13), (55, 14), (60, 13)]), Some(by_a_third));
    }

    #[test]
    fn half_of_baseline_is_still_a_response() {
        assert_eq!(loss_of(&phq9(), 18, &[(10, 3), (40, 9)]), None);
        assert!(loss_of(&phq9(), 18, &[(10, 3), (40, 10)]).is_some());
    }

    #[test]
    fn less_than_one_mcid_above_the_best_score_is_no_loss() {
        assert_eq!(loss_of(&phq9(), 18, &[(10, 9), (40, 13)]), None);
        assert!(loss_of(&phq9(), 18, &[(10, 9), (40, 14)]).is_some());
    }

    #[test]
    fn nothing_is_lost_that_was_not_reached() {
        assert_eq!(loss_of(&phq9(), 18, &[(10, 12), (40, 18)]), None);
        assert_eq!(loss_of(&phq9(), 9, &[(10, 2), (40, 9)]), None);
    }

    #[test]
    fn a_better_score_ends_a_loss() {
        assert_eq!(loss_of(&phq9(), 18, &[(10, 8), (40, 13), (47, 8)]), None);
        let anew = Loss { kind: LossKind::LossOfResponse, possible_on: date(50), confirmed_on: None };
        assert_eq!(loss_of(&phq9(), 18, &[(10, 8), (40, 13), (47, 8), (50, 13)]), Some(anew));
    }

    #[test]
    fn a_score_on_a_session_day_neither_gains_nor_loses() {
        assert_eq!(loss_of(&phq9(), 18, &[(0, 2), (40, 13)]), None);
    }

    // "Relapse after remission (P): PHQ-9 of 10 or more, confirmed the same way."

    #[test]
    fn a_relapse_is_10_or_more_on_the_phq_9_after_remission() {
        let possible = Loss { kind: LossKind::Relapse, possible_on: date(40), confirmed_on: None };
        assert_eq!(loss_of(&phq9(), 22, &[(10, 4), (40, 10)]), Some(possible));
        let confirmed = Loss { confirmed_on: Some(date(50)), ..possible };
        assert_eq!(loss_of(&phq9(), 22, &[(10, 4), (40, 10), (50, 12)]), Some(confirmed));
        assert_eq!(loss_of(&phq9(), 22, &[(10, 4), (40, 9)]), None);
        assert_eq!(loss_of(&phq9(), 22, &[(10, 5), (40, 10)]), None);
    }

    #[test]
    fn only_the_phq_9_has_a_limit_for_relapse() {
        let lost = loss_of(&gad7(), 15, &[(10, 3), (40, 10)]).map(|loss| loss.kind);
        assert_eq!(lost, Some(LossKind::LossOfResponse));
    }

    #[test]
    fn what_is_confirmed_is_told_before_what_is_possible() {
        let expected = Loss { kind: LossKind::LossOfResponse, possible_on: date(40), confirmed_on: Some(date(47)) };
        assert_eq!(loss_of(&phq9(), 16, &[(10, 4), (40, 9), (47, 11)]), Some(expected));
    }

    #[test]
    fn a_loss_is_written_as_a_word_with_its_days() {
        let loss = Loss { kind: LossKind::LossOfResponse, possible_on: date(40), confirmed_on: None };
        assert_eq!(
            serde_json::to_value(loss).expect("it can be written"),
            serde_json::json!({"kind": "loss_of_response", "possible_on": "2026-04-10", "confirmed_on": null})
        );
    }

    fn any_scores() -> impl Strategy<Value = Vec<(i64, i64)>> {
        let by_day = prop::collection::btree_map(-30i64..120, 0i64..=27, 1..14);
        by_day.prop_map(|scores| scores.into_iter().collect())
    }

    proptest! {
        #[test]
        fn shifting_everything_by_whole_days_keeps_the_outcome(
            values in any_scores(), doses in prop::collection::btree_set(0i64..100, 0..8), shift in -300i64..300,
        ) {
            let outcome = |shift: i64| {
                let scores: Vec<_> = values.iter().map(|(on, value)| exact_score(on + shift, value * 1000)).collect();
                let sessions: Vec<_> = doses.iter().map(|on| session(1, on + shift)).collect();
                let summary = summary_of(&phq9(), &scores, &sessions);
                let lost = summary.loss.map(|loss| {
                    let days_in = |on| days_between(date(shift), on);
                    (loss.kind, days_in(loss.possible_on), loss.confirmed_on.map(days_in))
                });
                (summary.baseline, summary.gain, summary.gain_percent, summary.status, summary.best.map(|best| best.value), lost)
            };
            prop_assert_eq!(outcome(0), outcome(shift));
        }

        #[test]
        fn the_gain_changes_its_sign_with_the_direction(from in 0i32..=27, to in 0i32..=27) {
            let (from, to) = (Points::from_int(from), Points::from_int(to));
            let gained = |measure: &Measure, from, to| compare(measure, from, to).gain.expect("one way is better");
            prop_assert_eq!(gained(&upside_down(), from, to), -gained(&phq9(), from, to));
            prop_assert_eq!(gained(&phq9(), to, from), -gained(&phq9(), from, to));
        }

        #[test]
        fn the_two_directions_mirror_each_other(from in 0i32..=27, to in 0i32..=27) {
            let mut lower_is_better = phq9();
            lower_is_better.change = upside_down().change;
            let scores = |mirror: fn(i32) -> i32| [score(-1, mirror(from)), score(30, mirror(to))];
            let down = summary_of(&lower_is_better, &scores(|value| value), &[session(1, 0)]);
            let up = summary_of(&upside_down(), &scores(|value| 27 - value), &[session(1, 0)]);
            prop_assert_eq!((down.gain, down.status, down.reliable), (up.gain, up.status, up.reliable));
        }

        #[test]
        fn a_baseline_is_complete_before_the_session_and_14_days_old_at_most(values in any_scores(), dose in 0i64..100) {
            let scores: Vec<_> = values.iter().map(|(on, value)| exact_score(*on, value * 1000)).collect();
            let first = session(1, dose);
            let naive = scores.iter().rev().find(|score| score.at < first.at)
                .filter(|score| days_between(score.local_date, first.local_date) <= 14).map(|score| score.value);
            prop_assert_eq!(baseline_of(&scores, &[first]), naive);
        }
    }
}
