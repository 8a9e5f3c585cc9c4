//! What the provider's page adds to the chart: figures, and the answers about suicidal thoughts.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::change::{BestScore, Summary, is_reliable};
use super::timeline::{SessionPoint, as_day, days_between, in_milliseconds};
use crate::alerts::FlagMark;
use crate::instruments::{AlertRule, Answer, Instrument, Kind, Level, Measure, Points, SUICIDAL_IDEATION, Subject, compare};

/// Figures for the provider. Everything unknown is null, never false and never 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProgressFacts)]
pub struct Facts {
    /// Completed sessions of all courses.
    pub sessions: usize,
    /// Whether the latest score is a response. `None` where the measure has no such word, or without a fitting baseline.
    pub response: Option<bool>,
    /// Whether it is a remission.
    pub remission: Option<bool>,
    /// Whether the change is more than chance, for the better or the worse.
    pub reliable: Option<bool>,
    /// The best score since the first session of the current course.
    pub best: Option<BestScore>,
    /// Local days since the last completed session.
    pub days_since_last_session: Option<i64>,
    /// The doses of all completed sessions, each medicine for itself.
    pub cumulative_dose_mg: Vec<CumulativeDose>,
    /// Forms that were answered and that the published rule cannot score.
    pub unscored: usize,
}

/// All doses of one medicine together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CumulativeDose {
    /// `ketamine`, `esketamine` or `other`.
    pub medicine: String,
    /// The sum in milligrams.
    pub mg: Points,
}

/// Puts the figures together.
///
/// `sessions` are the completed ones in order of time, `doses` theirs by medicine in milligrams; `unscored` counts the
/// forms without a score. Source: CLINICAL.md 3, "Provider page adds".
pub fn facts<'a>(
    measure: &Measure,
    summary: &Summary,
    sessions: &[SessionPoint],
    doses: impl Iterator<Item = (&'a str, f64)>,
    unscored: usize,
    today: Date,
) -> Facts {
    let is_validated = measure.kind == Kind::Validated;
    let ends = summary.baseline.zip(summary.latest).filter(|_| is_validated);
    let change = ends.map(|(baseline, latest)| compare(measure, baseline, latest));
    Facts {
        sessions: sessions.len(),
        response: change.and_then(|change| change.response),
        remission: change.and_then(|change| change.remission),
        reliable: change.and_then(|change| is_reliable(measure, &change)),
        best: summary.best,
        days_since_last_session: sessions.last().map(|session| days_between(session.local_date, today)),
        cumulative_dose_mg: cumulative(doses),
        unscored,
    }
}

/// Ketamine and esketamine are never added together. Source: CLINICAL.md 6.
fn cumulative<'a>(doses: impl Iterator<Item = (&'a str, f64)>) -> Vec<CumulativeDose> {
    let mut sums: Vec<CumulativeDose> = Vec::new();
    for (medicine, mg) in doses {
        // Doses are recorded to a tenth; a sum of binary fractions would end in 0.30000000000000004.
        let mg = Points::from_f64((mg * 1000.0).round() / 1000.0).unwrap_or_default();
        match sums.iter_mut().find(|sum| sum.medicine == medicine) {
            Some(sum) => sum.mg = sum.mg + mg,
            None => sums.push(CumulativeDose { medicine: medicine.to_owned(), mg }),
        }
    }
    sums
}

/// An answer about suicidal thoughts that calls for attention: item 9 of the PHQ-9 above "not at all".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProgressFlag)]
pub struct Flag {
    /// When it was answered, or received where the phone's clock is not to be believed.
    #[serde(serialize_with = "in_milliseconds")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The patient's day.
    #[serde(serialize_with = "as_day")]
    #[schema(value_type = String, format = Date)]
    pub local_date: Date,
    /// The item of the questionnaire.
    #[schema(example = "q9")]
    pub item: String,
    /// The answer in numbers.
    pub value: Points,
    /// The answer in words.
    #[schema(example = "Several days")]
    pub label: Option<String>,
    /// The response.
    pub response_id: Uuid,
}

/// Whether an instrument asks about suicidal thoughts.
pub fn asks_about_suicide(instrument: &Instrument) -> bool {
    let is_item_rule = |rule: &AlertRule| rule.kind == SUICIDAL_IDEATION && matches!(rule.subject, Subject::Items(_));
    instrument.alerts.iter().any(|rule| is_item_rule(rule) && rule.level >= Level::High)
}

/// Gives the answers that met a rule their words, in the order they come in, each item of a response once.
///
/// `version_of` finds the instrument as it was given. Source: CLINICAL.md 9.
pub fn flags<'a>(marks: &[FlagMark], version_of: impl Fn(&str) -> Option<&'a Instrument>) -> Vec<Flag> {
    let mut flags: Vec<Flag> = Vec::with_capacity(marks.len());
    for mark in marks {
        let (Some(item), Some(value)) = (&mark.item, mark.value_thousandths.map(Points::from_thousandths)) else { continue };
        let response_id = mark.response_id.uuid();
        if flags.iter().any(|flag| flag.response_id == response_id && flag.item == *item) {
            continue;
        }
        let instrument = version_of(&mark.instrument_version);
        flags.push(Flag {
            at: mark.placed_at.jiff(),
            local_date: mark.local_date.civil(),
            item: item.clone(),
            value,
            label: instrument.and_then(|instrument| instrument.answer_label(item, &Answer::Number(value))),
            response_id,
        });
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Id, LocalDate, Timestamp};
    use crate::instruments::Registry;
    use crate::progress::change::{baselines, summarise};
    use crate::progress::samples::{date, hour, id, mood, phq9, points, score as scored, session};
    use crate::progress::timeline::{Courses, ScorePoint};

    fn facts_of(measure: &Measure, scores: &[ScorePoint], sessions: &[SessionPoint], doses: &[(&str, f64)]) -> Facts {
        let courses = Courses::of(sessions, &[]);
        let baselines = baselines(scores, sessions, &courses);
        let summary = summarise(measure, scores, sessions, &courses, &baselines, None, date(40));
        facts(measure, &summary, sessions, doses.iter().copied(), 1, date(40))
    }

    fn mark(response: u128, item: Option<&str>, value: Option<i64>) -> FlagMark {
        FlagMark {
            placed_at: Timestamp::from(hour(3, 18)),
            local_date: LocalDate::from(date(3)),
            response_id: Id::from_uuid(id(response)),
            instrument_version: "1.0.0".into(),
            item: item.map(Into::into),
            value_thousandths: value,
        }
    }

    #[test]
    fn the_figures_of_the_provider_are_those_of_the_summary() {
        let sessions = [session(1, 0), session(2, 33)];
        let facts = facts_of(&phq9(), &[scored(-1, 19), scored(9, 4), scored(38, 9)], &sessions, &[]);
        assert_eq!((facts.response, facts.remission, facts.reliable), (Some(true), Some(false), Some(true)));
        assert_eq!((facts.sessions, facts.days_since_last_session, facts.unscored), (2, Some(7), 1));
        assert_eq!(facts.best.map(|best| best.value), Some(points(4)));
    }

    #[test]
    fn without_a_baseline_or_rules_nothing_is_said_to_be_false() {
        let unknown = |facts: Facts| assert_eq!((facts.response, facts.remission, facts.reliable), (None, None, None));
        unknown(facts_of(&phq9(), &[scored(38, 9)], &[session(1, 0)], &[]));
        unknown(facts_of(&mood(), &[scored(-1, 3), scored(38, 9)], &[session(1, 0)], &[]));
        assert_eq!(facts_of(&phq9(), &[], &[], &[]).days_since_last_session, None);
    }

    #[test]
    fn an_in_house_form_never_gets_the_words_of_a_validated_one() {
        let mut measure = phq9();
        measure.kind = Kind::InHouse;
        let facts = facts_of(&measure, &[scored(-1, 19), scored(38, 4)], &[session(1, 0)], &[]);
        assert_eq!((facts.response, facts.remission, facts.reliable), (None, None, None));
    }

    #[test]
    fn doses_of_two_medicines_are_never_added_together() {
        let doses = [("ketamine", 35.1), ("esketamine", 56.0), ("ketamine", 35.2)];
        let facts = facts_of(&phq9(), &[], &[], &doses);
        assert_eq!(
            serde_json::to_value(facts.cumulative_dose_mg).unwrap(),
            serde_json::json!([{"medicine": "ketamine", "mg": 70.3}, {"medicine": "esketamine", "mg": 56}])
        );
    }

    #[test]
    fn an_answer_that_meets_two_rules_is_flagged_once_and_in_words() {
        let registry = Registry::load_builtin().unwrap();
        let version_of = |version: &str| registry.version("phq-9", version).map(AsRef::as_ref);
        let twice = [mark(7, Some("q9"), Some(2000)), mark(7, Some("q9"), Some(2000))];
        assert_eq!(
            serde_json::to_value(flags(&twice, version_of)).unwrap(),
            serde_json::json!([{
                "at": "2026-03-04T18:00:00.000Z", "local_date": "2026-03-04", "item": "q9", "value": 2,
                "label": "More than half the days", "response_id": id(7),
            }])
        );
        assert_eq!(flags(&[mark(7, Some("q9"), Some(1000)), mark(8, Some("q9"), Some(1000))], version_of).len(), 2);
    }

    #[test]
    fn a_rule_without_an_item_or_a_number_flags_no_answer() {
        let registry = Registry::load_builtin().unwrap();
        let version_of = |version: &str| registry.version("phq-9", version).map(AsRef::as_ref);
        assert_eq!(flags(&[mark(7, None, Some(20_000)), mark(7, Some("q9"), None)], version_of), []);
    }

    #[test]
    fn forms_that_do_not_ask_about_suicide_have_no_flags() {
        let registry = Registry::load_builtin().unwrap();
        for id in ["gad-7", "daily-check-in", "pcl-5"] {
            assert!(!asks_about_suicide(registry.current(id).unwrap()), "{id}");
        }
        assert!(asks_about_suicide(registry.current("asq").unwrap()));
    }
}
