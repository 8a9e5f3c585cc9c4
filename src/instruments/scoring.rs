//! From answers to a score, and to the alert rules that they meet (`instruments/README.md`, "How an answer set is scored").

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    AlertRule, Answer, Answers, Instrument, Item, ItemKind, Level, Method, Points, SUICIDAL_IDEATION, Scoring, Subject, Test,
};

/// Why there is no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unscored {
    /// More items are missing than the published rule allows.
    Missing,
    /// The form never has one.
    NotScored,
}

/// What a set of answers amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// The score in points of the instrument; `None` is unknown, never 0.
    pub total: Option<Points>,
    /// The name of the band that holds it; `None` where none are published.
    pub band: Option<String>,
    /// Missing items were replaced by the mean of the others; to be said wherever the score is shown.
    pub is_prorated: bool,
    /// The scored items (without a score: the required ones) that are neither answered nor skipped, in order.
    pub missing: Vec<String>,
    /// Why `total` is `None`.
    pub reason: Option<Unscored>,
    /// One for each subscale of the instrument, in order.
    pub subscales: Vec<SubscaleScore>,
    /// For a form without a score: the number given to each rating, in order. A stale one is not among them.
    pub ratings: Vec<(String, Points)>,
    /// The alert rules met, `info` ones included, sorted by id.
    pub alerts: Vec<MetAlert>,
}

impl Scored {
    /// The highest level met.
    pub fn highest_level(&self) -> Option<Level> {
        self.alerts.iter().map(|alert| alert.level).max()
    }
}

/// The plain sum of a subscale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscaleScore {
    /// As in the file: `B`.
    pub id: String,
    /// `None` unless all its items are answered.
    pub value: Option<Points>,
}

/// An alert rule that a set of answers meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetAlert {
    /// The rule's id in the instrument's file.
    pub rule: String,
    /// What it is about.
    pub kind: String,
    /// How soon somebody has to look.
    pub level: Level,
    /// The first item that meets the rule; `None` if the score does.
    pub item: Option<String>,
    /// The answer (of ticks, the one that counts) or the score; `None` if it is the answer that is missing.
    pub value: Option<Answer>,
}

/// Whether the patient has to see the crisis resources now.
pub fn shows_crisis_resources(alerts: &[MetAlert]) -> bool {
    alerts.iter().any(|alert| alert.kind == SUICIDAL_IDEATION && alert.level >= Level::High)
}

/// Scores answers that [`Instrument::check`] has allowed; answers to other items are ignored.
pub fn score(instrument: &Instrument, answers: &Answers) -> Scored {
    let sheet = Sheet::new(instrument, answers);
    let missing = sheet.missing();
    let total = instrument.scoring.as_ref().and_then(|scoring| sheet.total(scoring, missing.len()));
    let reason = match (&instrument.scoring, total) {
        (None, _) => Some(Unscored::NotScored),
        (Some(_), None) => Some(Unscored::Missing),
        (Some(_), Some(_)) => None,
    };
    let subscales = instrument.scoring.iter().flat_map(|scoring| &scoring.subscales);
    Scored {
        total,
        band: total.and_then(|total| instrument.band(total)).map(str::to_owned),
        is_prorated: total.is_some() && !missing.is_empty(),
        missing: missing.into_iter().map(|item| item.id.clone()).collect(),
        reason,
        subscales: subscales
            .map(|subscale| SubscaleScore { id: subscale.id.clone(), value: sheet.sum(&subscale.items) })
            .collect(),
        ratings: if instrument.scoring.is_none() { sheet.ratings() } else { Vec::new() },
        alerts: sheet.alerts(total),
    }
}

/// The score of numbers that stand for `count` items: for sums, `count` may be more than there are numbers (prorating).
///
/// `None` without numbers.
pub(super) fn combine(method: Method, numbers: &[Points], count: usize, decimals: u32) -> Option<Points> {
    let known = i64::try_from(numbers.len()).ok()?;
    let sum: Points = numbers.iter().copied().sum();
    match method {
        Method::Sum => sum.ratio(i32::try_from(count).ok()?, known, decimals),
        Method::Mean => sum.ratio(1, known, decimals),
        Method::Max => numbers.iter().max()?.ratio(1, 1, decimals),
        Method::None => None,
    }
}

/// Whether an item is to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Asked,
    Skipped,
    /// The answer that decides is itself missing.
    Unknown,
}

/// A set of answers beside its questions.
struct Sheet<'a> {
    instrument: &'a Instrument,
    answers: &'a Answers,
    /// One for each item.
    standings: Vec<Standing>,
}

impl<'a> Sheet<'a> {
    fn new(instrument: &'a Instrument, answers: &'a Answers) -> Self {
        let mut sheet = Self { instrument, answers, standings: Vec::with_capacity(instrument.items.len()) };
        for item in &instrument.items {
            // Looks only at earlier items, whose standing is known by now.
            let standing = sheet.standing_of(item);
            sheet.standings.push(standing);
        }
        sheet
    }

    fn standing_of(&self, item: &Item) -> Standing {
        let Some(ask_if) = &item.ask_if else {
            return Standing::Asked;
        };
        let mut is_open = false;
        for id in &ask_if.any {
            match self.answer(id) {
                Some(answer) if fits(&ask_if.test, answer) => return Standing::Asked,
                Some(_) => {}
                None => is_open |= self.standing(id) != Standing::Skipped,
            }
        }
        if is_open { Standing::Unknown } else { Standing::Skipped }
    }

    fn standing(&self, id: &str) -> Standing {
        let place = self.instrument.items.iter().position(|item| item.id == id);
        place.and_then(|place| self.standings.get(place)).copied().unwrap_or(Standing::Skipped)
    }

    fn answer(&self, id: &str) -> Option<&'a Answer> {
        self.answers.get(id).filter(|_| self.standing(id) != Standing::Skipped)
    }

    fn is_missing(&self, item: &Item) -> bool {
        self.answers.get(&item.id).is_none() && self.standing(&item.id) != Standing::Skipped
    }

    fn missing(&self) -> Vec<&'a Item> {
        let has_score = self.instrument.scoring.is_some();
        let is_wanted = |item: &Item| {
            if has_score { item.is_scored } else { !item.is_optional && item.kind != ItemKind::Text }
        };
        self.instrument.items.iter().filter(|item| is_wanted(item) && self.is_missing(item)).collect()
    }

    fn total(&self, scoring: &Scoring, missing: usize) -> Option<Points> {
        let is_unsure = self.instrument.scored_items().any(|item| self.standing(&item.id) == Standing::Unknown);
        if is_unsure || missing > scoring.max_missing {
            return None;
        }
        let numbers: Vec<_> = self.instrument.scored_items().filter_map(|item| self.number(item)).collect();
        combine(scoring.method, &numbers, numbers.len() + missing, scoring.decimals)
    }

    /// The sum over these items; `None` unless each is answered or skipped.
    fn sum(&self, ids: &[String]) -> Option<Points> {
        ids.iter()
            .map(|id| if self.standing(id) == Standing::Unknown { None } else { self.number(self.instrument.item(id)?) })
            .sum()
    }

    fn ratings(&self) -> Vec<(String, Points)> {
        let ratings = self.instrument.items.iter().filter(|item| matches!(item.kind, ItemKind::Scale(_) | ItemKind::Number(_)));
        ratings
            .filter_map(|item| match self.answer(&item.id)? {
                Answer::Number(value) => Some((item.id.clone(), *value)),
                Answer::Choices(_) | Answer::Text(_) => None,
            })
            .collect()
    }

    /// What an item counts: nothing if skipped, `None` without an answer.
    fn number(&self, item: &Item) -> Option<Points> {
        match (self.standing(&item.id), self.answers.get(&item.id)) {
            (Standing::Skipped, _) => Some(Points::ZERO),
            (_, Some(Answer::Number(number))) => Some(*number),
            _ => None,
        }
    }

    fn alerts(&self, total: Option<Points>) -> Vec<MetAlert> {
        let mut met: Vec<_> = self.instrument.alerts.iter().filter_map(|rule| self.alert(rule, total)).collect();
        met.sort_by(|one, other| one.rule.cmp(&other.rule));
        met
    }

    fn alert(&self, rule: &AlertRule, total: Option<Points>) -> Option<MetAlert> {
        let (item, value) = match &rule.subject {
            Subject::Score => {
                let total = Answer::Number(total?);
                fits(&rule.test, &total).then_some((None, Some(total)))?
            }
            Subject::Items(ids) => ids.iter().find_map(|id| self.met_by(&rule.test, id))?,
        };
        Some(MetAlert { rule: rule.id.clone(), kind: rule.kind.clone(), level: rule.level, item, value })
    }

    fn met_by(&self, test: &Test, id: &str) -> Option<(Option<String>, Option<Answer>)> {
        let item = self.instrument.item(id)?;
        let value = match (test, self.answer(id)) {
            (Test::Missing, _) if self.is_missing(item) => None,
            (Test::Includes(choice), Some(answer)) if fits(test, answer) => Some(Answer::Choices(vec![choice.clone()])),
            (Test::Compare(..), Some(answer)) if fits(test, answer) => Some(answer.clone()),
            _ => return None,
        };
        Some((Some(id.to_owned()), value))
    }
}

fn fits(test: &Test, answer: &Answer) -> bool {
    match (test, answer) {
        (Test::Compare(operator, threshold), Answer::Number(value)) => operator.holds(*value, *threshold),
        (Test::Includes(choice), Answer::Choices(chosen)) => chosen.contains(choice),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use proptest::sample::{select, subsequence};
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::super::{RawAnswers, Registry, scores};
    use super::*;

    #[derive(Deserialize)]
    struct Vectors {
        instruments: std::collections::BTreeMap<String, Vec<Case>>,
    }

    #[derive(Deserialize)]
    struct Case {
        name: String,
        answers: RawAnswers,
        expect: Expected,
    }

    #[derive(Deserialize)]
    struct Expected {
        error: Option<String>,
        score: Option<Points>,
        band: Option<String>,
        #[serde(default)]
        alerts: Vec<String>,
        missing: Option<usize>,
        prorated: Option<bool>,
        reason: Option<String>,
        subscales: Option<std::collections::BTreeMap<String, Option<Points>>>,
    }

    fn instrument(id: &str) -> Arc<Instrument> {
        Arc::clone(Registry::load_builtin().unwrap().current(id).unwrap())
    }

    fn answers(json: Value) -> Answers {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn every_published_case_scores_as_published() {
        let vectors: Vectors =
            serde_json::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/instruments/vectors.json"))).unwrap();
        let registry = Registry::load_builtin().unwrap();
        let mut cases = 0;
        for (id, of_instrument) in vectors.instruments {
            let instrument = registry.current(&id).unwrap();
            for case in of_instrument {
                cases += 1;
                check_case(instrument, case);
            }
        }
        assert_eq!(cases, 244);
    }

    fn check_case(instrument: &Instrument, case: Case) {
        let (name, expected) = (format!("{}: {}", instrument.id, case.name), case.expect);
        let answers = case.answers.read().and_then(|answers| instrument.check(&answers).map(|()| answers));
        if expected.error.is_some() {
            assert!(answers.is_err(), "{name}");
            return;
        }
        let scored = score(instrument, &answers.unwrap());
        let rules: Vec<_> = scored.alerts.iter().map(|alert| alert.rule.clone()).collect();
        let reason = scored.reason.map(|reason| serde_json::to_value(reason).unwrap());
        assert_eq!(scored.total, expected.score, "{name}");
        assert_eq!(scored.band, expected.band, "{name}");
        assert_eq!(rules, expected.alerts, "{name}");
        assert_eq!(Some(scored.missing.len()), expected.missing, "{name}");
        assert_eq!(Some(scored.is_prorated), expected.prorated, "{name}");
        assert_eq!(reason, expected.reason.map(Value::from), "{name}");
        if let Some(subscales) = expected.subscales {
            let given = scored.subscales.into_iter().map(|subscale| (subscale.id, subscale.value)).collect();
            assert_eq!(subscales, given, "{name}");
        }
    }

    #[test]
    fn an_alert_tells_the_answer_that_met_it() {
        let scored = score(&instrument("phq-9"), &answers(json!({"q9": 2})));
        let met = &scored.alerts[1];
        assert_eq!((met.rule.as_str(), met.level, met.item.as_deref()), ("si-frequent", Level::Urgent, Some("q9")));
        assert_eq!(met.value, Some(Answer::Number(Points::from_int(2))));
        assert!(shows_crisis_resources(&scored.alerts));
        assert_eq!(scored.highest_level(), Some(Level::Urgent));
    }

    #[test]
    fn an_unanswered_item_9_is_unknown_and_no_crisis() {
        let scored = score(&instrument("phq-9"), &Answers::default());
        let rules: Vec<_> = scored.alerts.iter().map(|alert| alert.rule.as_str()).collect();
        assert_eq!(rules, ["si-unanswered"]);
        assert_eq!((scored.alerts[0].item.as_deref(), &scored.alerts[0].value), (Some("q9"), &None));
        assert!(!shows_crisis_resources(&scored.alerts));
    }

    #[test]
    fn a_dangerous_answer_counts_while_it_is_unknown_whether_it_was_asked() {
        let scored = score(&instrument("asq"), &answers(json!({"q1": 0, "q2": 0, "q3": 0, "q5": 2})));
        assert_eq!(scored.total, None);
        assert!(shows_crisis_resources(&scored.alerts));
    }

    #[test]
    fn a_question_behind_a_skipped_question_is_skipped() {
        let asq = instrument("asq");
        let sheet = answers(json!({"q1": 0, "q2": 0, "q3": 0, "q4": 0, "q5": 2, "q5_describe": "stale"}));
        assert_eq!(Sheet::new(&asq, &sheet).standing("q5_describe"), Standing::Skipped);
    }

    #[test]
    fn the_wire_has_the_total_then_complete_subscales_or_the_ratings_given() {
        let measures = |id: &str, json: Value| {
            let instrument = instrument(id);
            let scored = score(&instrument, &answers(json));
            serde_json::to_value(scores(&instrument, &scored)).unwrap()
        };
        assert_eq!(
            measures("phq-9", json!({"q1": 1, "q2": 1, "q3": 1, "q4": 1, "q5": 1, "q6": 1, "q7": 1, "q8": 3})),
            json!([{
                "measure": "phq-9.total", "value": 11, "min": 0, "max": 27, "band": "Moderate",
                "prorated": true, "missing_items": ["q9"],
            }]),
        );
        let unscorable = measures("pcl-5", json!({"q6": 4, "q7": 3}));
        assert_eq!((&unscorable[0]["measure"], &unscorable[0]["value"]), (&json!("pcl-5.total"), &Value::Null));
        assert_eq!((&unscorable[1]["measure"], &unscorable[1]["value"]), (&json!("pcl-5.c"), &json!(7)));
        assert_eq!(unscorable.as_array().unwrap().len(), 2);
        let ratings = measures("daily-check-in", json!({"mood": 6, "sleep_hours": 7.5, "note": "fine", "contact": 1}));
        assert_eq!(ratings[1]["measure"], "daily-check-in.sleep_hours");
        assert_eq!(ratings[1]["value"], json!(7.5));
        assert_eq!(ratings.as_array().unwrap().len(), 2);
    }

    /// An allowed answer to `item`, of any kind.
    fn any_answer(item: &Item) -> BoxedStrategy<Value> {
        match &item.kind {
            ItemKind::Choice(options) => {
                select(options.clone()).prop_map(|option| serde_json::to_value(option.value).unwrap()).boxed()
            }
            ItemKind::Scale(range) | ItemKind::Number(range) => {
                let (min, step) = (range.min.thousandths(), range.step.thousandths());
                let steps = (range.max.thousandths() - min) / step;
                (0..=steps).prop_map(move |n| serde_json::to_value(Points::from_thousandths(min + n * step)).unwrap()).boxed()
            }
            ItemKind::Multi(choices) => {
                let ids: Vec<_> = choices.iter().map(|choice| choice.id.clone()).collect();
                let count = ids.len();
                subsequence(ids, 0..=count).prop_map(Value::from).boxed()
            }
            ItemKind::Text => "[a-z ]{0,10}".prop_map(Value::from).boxed(),
        }
    }

    /// Any instrument with allowed answers to any of its items, in the order of the form; null is unanswered.
    fn any_sheet() -> impl Strategy<Value = (Arc<Instrument>, Vec<(String, Value)>)> {
        let all: Vec<_> = Registry::load_builtin().unwrap().all().cloned().collect();
        select(all).prop_flat_map(|instrument| {
            let each: Vec<_> = instrument
                .items
                .iter()
                .map(|item| (Just(item.id.clone()), prop_oneof![9 => any_answer(item), 1 => Just(Value::Null)]))
                .collect();
            (Just(instrument), each)
        })
    }

    fn to_text(entries: &[(String, Value)]) -> String {
        let entries: Vec<_> = entries.iter().map(|(item, value)| format!("{}:{value}", json!(item))).collect();
        format!("{{{}}}", entries.join(","))
    }

    proptest! {
        #[test]
        fn neither_order_nor_nulls_change_a_score((instrument, sheet) in any_sheet(), turn in 0usize..20) {
            let ordered: Answers = serde_json::from_str(&to_text(&sheet)).unwrap();
            let mut turned: Vec<_> = sheet.into_iter().filter(|(_, value)| !value.is_null()).collect();
            let by = turn.min(turned.len());
            turned.rotate_left(by);
            let turned: Answers = serde_json::from_str(&to_text(&turned)).unwrap();
            prop_assert!(instrument.check(&ordered).is_ok());
            prop_assert_eq!(&ordered, &turned);
            prop_assert_eq!(score(&instrument, &ordered), score(&instrument, &turned));
        }

        #[test]
        fn a_score_lies_in_the_range_and_in_one_band((instrument, sheet) in any_sheet()) {
            let answers: Answers = serde_json::from_str(&to_text(&sheet)).unwrap();
            let scored = score(&instrument, &answers);
            prop_assert_eq!(scored.total.is_none(), scored.reason.is_some());
            if let (Some(total), Some(scoring)) = (scored.total, &instrument.scoring) {
                prop_assert!(scoring.min <= total && total <= scoring.max);
                prop_assert!(total.is_multiple_of(Points::step_of(scoring.decimals)));
                let holding = instrument.bands.iter().filter(|band| band.min <= total && total <= band.max).count();
                prop_assert_eq!(holding, usize::from(!instrument.bands.is_empty()));
                prop_assert!(scored.missing.len() <= scoring.max_missing);
            }
        }

        #[test]
        fn a_prorated_score_lies_between_the_least_and_the_most_that_was_left_out(
            given in proptest::collection::vec(0i32..=3, 7..=8),
        ) {
            let phq9 = instrument("phq-9");
            let numbers: serde_json::Map<_, _> =
                given.iter().enumerate().map(|(n, value)| (format!("q{}", n + 1), json!(value))).collect();
            let scored = score(&phq9, &answers(Value::Object(numbers)));
            let (sum, left) = (given.iter().sum::<i32>(), 9 - i32::try_from(given.len()).unwrap());
            let total = scored.total.unwrap();
            prop_assert!(scored.is_prorated);
            prop_assert!(Points::from_int(sum) <= total && total <= Points::from_int(sum + 3 * left));
        }
    }
}
