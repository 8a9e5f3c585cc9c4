//! The words above a chart: the same for patient and provider, worked out from the same numbers as the picture.

use jiff::civil::Date;

use super::change::BASELINE_DAYS;
use super::timeline::ScorePoint;
use crate::instruments::{Direction, Kind, Measure, Points};

/// What the latest score can be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// No session of any course is done yet.
    NoSession,
    /// No complete score from the time before the first session; an incomplete one there may have been.
    NoBaseline {
        /// Whether there was a prorated score, which is no baseline.
        had_prorated: bool,
    },
    /// The first session is done, and there is no score since.
    NoScoreSince,
    /// The score before the first session of the course.
    Baseline {
        /// Points of the measure.
        value: Points,
        /// Whether the change is more than chance, for the better or the worse; `None` without a rule.
        is_reliable: Option<bool>,
    },
}

/// Sums up a measure in a few short sentences.
///
/// `items_left_out` is told with a prorated score where it is known. `is_first_course` decides between "your first
/// session" and "the first session of this course". A date shows its year unless it is the year of `today`, the
/// patient's day. Source: CLINICAL.md 3, DESIGN.md "Voice".
pub fn summary(
    measure: &Measure,
    latest: Option<&ScorePoint>,
    items_left_out: Option<usize>,
    compared: Compared,
    is_first_course: bool,
    today: Date,
) -> String {
    let Some(latest) = latest else { return format!("No {} score yet.", measure.title) };
    let sentences = [
        Some(headline(measure, latest, items_left_out, today)),
        Some(comparison(latest.value, compared, is_first_course)),
        direction(measure).map(|words| format!("{words}.")),
        chance(compared),
        (measure.kind == Kind::InHouse).then(|| "Not a validated scale.".to_owned()),
    ];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// "Lower is better" or "Higher is better"; `None` where no way is better. Source: CLINICAL.md 4.1.
pub fn direction(measure: &Measure) -> Option<&'static str> {
    match measure.higher_is {
        Direction::Worse => Some("Lower is better"),
        Direction::Better => Some("Higher is better"),
        Direction::None => None,
    }
}

/// The same within a line: "lower is better".
pub fn direction_in_words(measure: &Measure) -> Option<&'static str> {
    match measure.higher_is {
        Direction::Worse => Some("lower is better"),
        Direction::Better => Some("higher is better"),
        Direction::None => None,
    }
}

/// A day in words: "20 Nov", or "20 Nov 2025" in another year than that of `today`.
pub fn day(date: Date, today: Date) -> String {
    let format = if date.year() == today.year() { "%-d %b" } else { "%-d %b %Y" };
    date.strftime(format).to_string()
}

fn headline(measure: &Measure, latest: &ScorePoint, items_left_out: Option<usize>, today: Date) -> String {
    let prorated = match items_left_out {
        _ if !latest.prorated => String::new(),
        Some(1) => " (prorated, 1 item left out)".into(),
        Some(items) => format!(" (prorated, {items} items left out)"),
        None => " (prorated)".into(),
    };
    format!("{} {} on {}{prorated}.", measure.title, latest.value, day(latest.local_date, today))
}

fn comparison(latest: Points, compared: Compared, is_first_course: bool) -> String {
    let your = if is_first_course { "your first session" } else { "the first session of this course" };
    let the = if is_first_course { "the first session" } else { "the first session of this course" };
    match compared {
        Compared::NoSession => "No session yet, so there is nothing to compare with.".into(),
        Compared::NoBaseline { had_prorated } => {
            let score = if had_prorated { "complete score" } else { "score" };
            format!("No {score} from the {BASELINE_DAYS} days before {the}, so change cannot be given.")
        }
        Compared::NoScoreSince => format!("No score since {your}."),
        Compared::Baseline { value, .. } if value == latest => format!("The same as before {your} ({value})."),
        Compared::Baseline { value, .. } => {
            let way = if latest < value { "lower" } else { "higher" };
            format!("{} {way} than before {your} ({value}).", points((latest - value).abs()))
        }
    }
}

fn chance(compared: Compared) -> Option<String> {
    let Compared::Baseline { is_reliable: Some(is_reliable), .. } = compared else { return None };
    let extent = if is_reliable { "more than" } else { "within the range of" };
    Some(format!("This is {extent} chance variation."))
}

/// "1 point", "7 points".
pub fn points(count: Points) -> String {
    let unit = if count == Points::from_int(1) { "point" } else { "points" };
    format!("{count} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::change::{baselines, summarise};
    use crate::progress::samples::{
        self, course, exact_score, mood, pcl5, peg, phq2, phq9, prorated, score, session, session_of, upside_down,
    };
    use crate::progress::timeline::{Courses, SessionPoint};

    fn text(measure: &Measure, scores: &[ScorePoint], sessions: &[SessionPoint]) -> String {
        text_with(measure, scores, sessions, None, "2026-12-31")
    }

    fn text_with(
        measure: &Measure,
        scores: &[ScorePoint],
        sessions: &[SessionPoint],
        items_left_out: Option<usize>,
        today: &str,
    ) -> String {
        let courses = Courses::of(sessions, &[course(1, 0), course(2, 90)]);
        let baselines = baselines(scores, sessions, &courses);
        summarise(measure, scores, sessions, &courses, &baselines, items_left_out, samples::day(today)).text
    }

    #[test]
    fn the_example_of_the_clinical_rules_comes_out() {
        // "PHQ-9 11 on 3 May. 7 points lower than before your first session (18). Lower is better. …"
        let scores = [score(-1, 18), score(63, 11)];
        assert_eq!(
            text(&phq9(), &scores, &[session(1, 0)]),
            "PHQ-9 11 on 3 May. 7 points lower than before your first session (18). Lower is better. This is more than chance variation."
        );
    }

    #[test]
    fn a_small_change_is_said_to_be_within_chance() {
        assert_eq!(
            text(&phq9(), &[score(-1, 18), score(63, 17)], &[session(1, 0)]),
            "PHQ-9 17 on 3 May. 1 point lower than before your first session (18). Lower is better. This is within the range of chance variation."
        );
    }

    #[test]
    fn worse_is_said_as_plainly_as_better() {
        assert_eq!(
            text(&phq9(), &[score(-1, 12), score(63, 18)], &[session(1, 0)]),
            "PHQ-9 18 on 3 May. 6 points higher than before your first session (12). Lower is better. This is more than chance variation."
        );
    }

    #[test]
    fn an_equal_score_is_the_same() {
        assert_eq!(
            text(&phq9(), &[score(-1, 19), score(63, 19)], &[session(1, 0)]),
            "PHQ-9 19 on 3 May. The same as before your first session (19). Lower is better. This is within the range of chance variation."
        );
    }

    #[test]
    fn decimals_are_kept() {
        assert_eq!(
            text(&peg(), &[exact_score(-1, 7000), exact_score(63, 6300)], &[session(1, 0)]),
            "PEG 6.3 on 3 May. 0.7 points lower than before your first session (7). Lower is better. This is within the range of chance variation."
        );
        assert!(text(&peg(), &[exact_score(-1, 7000), exact_score(63, 8000)], &[session(1, 0)]).contains(" 1 point higher "));
    }

    #[test]
    fn without_a_baseline_no_change_is_given() {
        assert_eq!(
            text(&phq9(), &[score(-20, 19), score(63, 13)], &[session(1, 0)]),
            "PHQ-9 13 on 3 May. No score from the 14 days before the first session, so change cannot be given. Lower is better."
        );
        assert_eq!(
            text(&phq9(), &[prorated(-1, 19), score(63, 13)], &[session(1, 0)]),
            "PHQ-9 13 on 3 May. No complete score from the 14 days before the first session, so change cannot be given. Lower is better."
        );
    }

    #[test]
    fn without_a_session_there_is_nothing_to_compare_with() {
        assert_eq!(
            text(&phq9(), &[score(63, 13)], &[]),
            "PHQ-9 13 on 3 May. No session yet, so there is nothing to compare with. Lower is better."
        );
    }

    #[test]
    fn a_baseline_is_not_compared_with_itself() {
        assert_eq!(
            text(&phq9(), &[score(-1, 19)], &[session(1, 0)]),
            "PHQ-9 19 on 28 Feb. No score since your first session. Lower is better."
        );
    }

    #[test]
    fn without_a_score_there_is_one_short_sentence() {
        assert_eq!(text(&phq9(), &[], &[session(1, 0)]), "No PHQ-9 score yet.");
    }

    #[test]
    fn a_second_course_is_compared_with_its_own_first_session() {
        let sessions = [session_of(1, 1, 0), session_of(2, 1, 100)];
        assert_eq!(
            text(&pcl5(), &[score(-1, 60), score(99, 50), score(120, 30)], &sessions),
            "PCL-5 30 on 29 Jun. 20 points lower than before the first session of this course (50). Lower is better. This is more than chance variation."
        );
        assert_eq!(
            text(&pcl5(), &[score(-1, 60), score(120, 30)], &sessions),
            "PCL-5 30 on 29 Jun. No score from the 14 days before the first session of this course, so change cannot be given. Lower is better."
        );
    }

    #[test]
    fn higher_is_better_is_said_where_it_is_so() {
        assert_eq!(
            text(&upside_down(), &[score(-1, 10), score(63, 16)], &[session(1, 0)]),
            "PHQ-9 16 on 3 May. 6 points higher than before your first session (10). Higher is better. This is more than chance variation."
        );
    }

    #[test]
    fn measures_without_rules_for_change_say_nothing_about_chance() {
        assert_eq!(
            text(&phq2(), &[score(-1, 5), score(63, 2)], &[session(1, 0)]),
            "PHQ-2 2 on 3 May. 3 points lower than before your first session (5). Lower is better."
        );
    }

    #[test]
    fn an_in_house_measure_says_that_it_is_not_validated() {
        assert_eq!(
            text(&mood(), &[score(-1, 5), score(63, 7)], &[session(1, 0)]),
            "Mood 7 on 3 May. 2 points higher than before your first session (5). Higher is better. Not a validated scale."
        );
    }

    #[test]
    fn where_no_way_is_better_none_is_named() {
        let mut hours_of_sleep = mood();
        hours_of_sleep.higher_is = Direction::None;
        assert_eq!(
            text(&hours_of_sleep, &[score(-1, 5), score(63, 7)], &[session(1, 0)]),
            "Mood 7 on 3 May. 2 points higher than before your first session (5). Not a validated scale."
        );
    }

    #[test]
    fn a_prorated_score_says_so() {
        let scores = [score(-1, 18), prorated(63, 11)];
        let begins = |items, words: &str| {
            let text = text_with(&phq9(), &scores, &[session(1, 0)], items, "2026-12-31");
            assert!(text.starts_with(words), "{text}");
        };
        begins(Some(2), "PHQ-9 11 on 3 May (prorated, 2 items left out). 7 points lower ");
        begins(Some(1), "PHQ-9 11 on 3 May (prorated, 1 item left out). 7 points lower ");
        begins(None, "PHQ-9 11 on 3 May (prorated). 7 points lower ");
    }

    #[test]
    fn another_year_is_named() {
        let text = text_with(&phq9(), &[score(-1, 18), score(63, 11)], &[session(1, 0)], None, "2027-01-01");
        assert!(text.starts_with("PHQ-9 11 on 3 May 2026. "), "{text}");
    }
}
