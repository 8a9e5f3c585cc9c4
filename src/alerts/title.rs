//! An alert in a few words: "Item 9: more than half the days, rising".

use crate::instruments::{
    AlertRule, Answer, Answers, Instrument, Item, ItemKind, Kind, MetAlert, Operator, Points, SUICIDAL_IDEATION, Test,
};

/// The title of an alert that `met` leads; `earlier` are the patient's answers to the form before, newest first.
///
/// It says ", new" where none of the earlier answers to the item met a rule of the kind, and ", rising" where the last one
/// was lower (CLINICAL.md 9). Without an earlier answer it says neither.
pub fn of(instrument: &Instrument, met: &MetAlert, earlier: &[Answers]) -> String {
    let Some(item) = met.item.as_deref().and_then(|id| instrument.item(id)) else {
        return match &met.value {
            Some(Answer::Number(score)) => format!("{} {score}", instrument.short_title),
            _ => instrument.short_title.clone(),
        };
    };
    let trend = trend(instrument, met, item, earlier);
    format!("{}: {}{trend}", name(instrument, &met.kind, item), answer(instrument, item, met.value.as_ref()))
}

/// "Item 9" of a published form, by its place among the questions; "Side effects" of one of ours.
fn name(instrument: &Instrument, kind: &str, item: &Item) -> String {
    if instrument.kind == Kind::InHouse {
        return item.label.as_ref().unwrap_or(&item.text).clone();
    }
    let questions = instrument.items.iter().filter(|other| other.kind != ItemKind::Text);
    let number = questions.take_while(|other| other.id != item.id).count() + 1;
    if kind.starts_with(SUICIDAL_IDEATION) {
        format!("Item {number}")
    } else {
        format!("{} item {number}", instrument.short_title)
    }
}

fn answer(instrument: &Instrument, item: &Item, value: Option<&Answer>) -> String {
    let Some(value) = value else { return "not answered".to_owned() };
    match (&item.kind, instrument.answer_label(&item.id, value)) {
        (ItemKind::Scale(range), Some(label)) => format!("{label} of {}", range.max),
        (_, Some(label)) => in_sentence(&label),
        (_, None) => "answered".to_owned(),
    }
}

/// The label as it stands inside a sentence: "Several days" becomes "several days", "I have none" stays.
fn in_sentence(label: &str) -> String {
    let mut letters = label.chars();
    let Some(first) = letters.next() else { return String::new() };
    let second = letters.clone().next();
    let is_name = second.is_some_and(char::is_uppercase) || first == 'I' && !second.is_some_and(char::is_lowercase);
    if is_name { label.to_owned() } else { first.to_lowercase().chain(letters).collect() }
}

fn trend(instrument: &Instrument, met: &MetAlert, item: &Item, earlier: &[Answers]) -> &'static str {
    let rules: Vec<&AlertRule> = instrument
        .alerts
        .iter()
        .filter(|rule| rule.kind == met.kind && rule.level.makes_alert() && rule.looks_at(&item.id))
        .collect();
    let Some(Answer::Number(now)) = met.value else { return "" };
    let rises = rules.iter().any(|rule| rule.id == met.rule && is_lower_bound(&rule.test));
    if !rises {
        return "";
    }
    let before: Vec<Points> = earlier.iter().filter_map(|answers| answers.get(&item.id)).filter_map(number).collect();
    let meets = |value: &Points| rules.iter().any(|rule| holds(&rule.test, *value));
    let Some(last) = before.first() else { return "" };
    if !before.iter().any(meets) {
        ", new"
    } else if *last < now {
        ", rising"
    } else {
        ""
    }
}

fn is_lower_bound(test: &Test) -> bool {
    matches!(test, Test::Compare(Operator::AtLeast | Operator::Above, _))
}

fn holds(test: &Test, value: Points) -> bool {
    matches!(test, Test::Compare(operator, threshold) if operator.holds(value, *threshold))
}

fn number(answer: &Answer) -> Option<Points> {
    if let Answer::Number(points) = answer { Some(*points) } else { None }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::instruments::{Registry, score};

    fn instrument(id: &str) -> Arc<Instrument> {
        Arc::clone(Registry::load_builtin().unwrap().current(id).unwrap())
    }

    fn answers(json: Value) -> Answers {
        serde_json::from_value(json).unwrap()
    }

    /// The title by one rule, after earlier answers, newest first.
    fn title(id: &str, rule: &str, given: Value, earlier: &[Value]) -> String {
        let instrument = instrument(id);
        let scored = score(&instrument, &answers(given));
        let met = scored.alerts.iter().find(|met| met.rule == rule).unwrap();
        let earlier: Vec<_> = earlier.iter().map(|json| answers(json.clone())).collect();
        of(&instrument, met, &earlier)
    }

    #[test]
    fn an_item_of_a_published_form_goes_by_its_number_and_its_answer_in_words() {
        assert_eq!(title("phq-9", "si-frequent", json!({"q9": 2}), &[]), "Item 9: more than half the days");
        assert_eq!(title("phq-9", "si-any", json!({"q9": 1}), &[]), "Item 9: several days");
        assert_eq!(title("phq-9", "si-unanswered", json!({"q1": 1}), &[]), "Item 9: not answered");
        let acute = json!({"q1": 1, "q2": 0, "q3": 0, "q4": 0, "q4_how": "-", "q5": 2});
        assert!(title("asq", "asq-acute", acute, &[]).starts_with("Item 5: "));
        assert_eq!(title("pcl-5", "risk-taking", json!({"q16": 3}), &[]), "PCL-5 item 16: quite a bit");
    }

    #[test]
    fn an_item_of_a_form_of_ours_goes_by_its_label() {
        assert_eq!(title("daily-check-in", "contact-asked", json!({"contact": 1}), &[]), "Contact me: yes");
        assert_eq!(title("daily-check-in", "mood-zero", json!({"mood": 0}), &[]), "Mood: 0 of 10");
        let ticked = json!({"side_effects": ["nausea", "seeing-hearing"]});
        let words = "Side effects: seeing or hearing things others do not";
        assert_eq!(title("daily-check-in", "psychosis-sign", ticked, &[]), words);
    }

    #[test]
    fn a_score_goes_by_the_forms_name() {
        assert_eq!(title("audit-c", "alcohol-positive", json!({"q1": 3, "q2": 1, "q3": 1}), &[]), "AUDIT-C 5");
    }

    #[test]
    fn what_was_never_there_before_is_new() {
        let never = [json!({"q9": 0}), json!({"q1": 3}), json!({"q9": 0})];
        assert_eq!(title("phq-9", "si-any", json!({"q9": 1}), &never), "Item 9: several days, new");
    }

    #[test]
    fn more_than_the_last_time_is_rising() {
        let less = [json!({"q9": 1}), json!({"q9": 3})];
        assert_eq!(title("phq-9", "si-frequent", json!({"q9": 2}), &less), "Item 9: more than half the days, rising");
        let back = [json!({"q9": 0}), json!({"q9": 1})];
        assert_eq!(title("phq-9", "si-any", json!({"q9": 1}), &back), "Item 9: several days, rising");
    }

    #[test]
    fn the_same_or_less_is_neither_and_so_is_a_first_answer() {
        for earlier in [vec![json!({"q9": 1})], vec![json!({"q9": 2}), json!({"q9": 0})], vec![json!({"q1": 0})], vec![]] {
            assert_eq!(title("phq-9", "si-any", json!({"q9": 1}), &earlier), "Item 9: several days");
        }
    }

    #[test]
    fn a_low_mood_or_a_wish_for_contact_does_not_rise() {
        let before = [json!({"contact": 0, "mood": 5})];
        assert_eq!(title("daily-check-in", "contact-asked", json!({"contact": 1}), &before), "Contact me: yes");
        assert_eq!(title("daily-check-in", "mood-zero", json!({"mood": 0}), &before), "Mood: 0 of 10");
    }

    #[test]
    fn a_label_joins_a_sentence_unless_its_capital_belongs_there() {
        assert_eq!(in_sentence("Several days"), "several days");
        assert_eq!(in_sentence("I have none to take"), "I have none to take");
        assert_eq!(in_sentence("A little bit"), "a little bit");
        assert_eq!(in_sentence("PHQ"), "PHQ");
        assert_eq!(in_sentence(""), "");
    }
}
