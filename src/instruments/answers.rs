//! What was answered: reading it, and checking it against the questionnaire.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::definition::MAX_ITEMS;
use super::{Instrument, Item, ItemKind, Points, Range};

const MAX_TEXT_CHARACTERS: usize = 10_000;

/// The answer to one item. As JSON a number, a list of choices, or a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Answer {
    /// To a choice, a scale or a number.
    Number(Points),
    /// What was ticked in a `multi` item; empty if nothing was.
    Choices(Vec<String>),
    /// Free text.
    Text(String),
}

/// What is wrong with the answer to one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerFault {
    /// The item that was named; not always one that exists. Empty if the fault is the whole set's.
    pub item: String,
    /// In words that follow the item: "must be 0, 1, 2 or 3".
    pub detail: String,
}

impl AnswerFault {
    fn new(item: &str, detail: impl Into<String>) -> Self {
        Self { item: item.to_owned(), detail: detail.into() }
    }
}

/// Answers as a client sent them, one per item, of any kind. [`RawAnswers::read`] makes them [`Answers`].
#[derive(Clone, Debug, Default)]
pub struct RawAnswers(BTreeMap<String, Value>);

impl RawAnswers {
    /// The answers, or everything that cannot be one. An item that is null was not answered.
    pub fn read(self) -> Result<Answers, Vec<AnswerFault>> {
        if self.0.len() > MAX_ITEMS {
            return Err(vec![AnswerFault::new("", format!("must be {MAX_ITEMS} answers or fewer"))]);
        }
        let mut answers = BTreeMap::new();
        let mut faults = Vec::new();
        for (item, value) in self.0 {
            match read(value) {
                Ok(Some(answer)) => {
                    answers.insert(item, answer);
                }
                Ok(None) => {}
                Err(detail) => faults.push(AnswerFault { item, detail: detail.into_owned() }),
            }
        }
        if faults.is_empty() { Ok(Answers(answers)) } else { Err(faults) }
    }
}

fn read(value: Value) -> Result<Option<Answer>, Cow<'static, str>> {
    match value {
        Value::Null => Ok(None),
        number @ Value::Number(_) => match Points::deserialize(number) {
            Ok(points) => Ok(Some(Answer::Number(points))),
            Err(_) => Err("must be a number with at most 3 decimals".into()),
        },
        Value::String(text) => match text_fault(&text) {
            None => Ok(Some(Answer::Text(text))),
            Some(detail) => Err(detail.into()),
        },
        Value::Array(values) => {
            let choices: Option<Vec<_>> =
                values.into_iter().map(|value| if let Value::String(choice) = value { Some(choice) } else { None }).collect();
            choices.map(|choices| Some(Answer::Choices(choices))).ok_or_else(|| "must be a list of the ids of choices".into())
        }
        Value::Bool(_) | Value::Object(_) => Err("must be a number, a text or a list of the ids of choices".into()),
    }
}

fn text_fault(text: &str) -> Option<String> {
    if text.chars().any(|character| character.is_control() && !matches!(character, '\t' | '\n')) {
        Some("must not have control characters other than tab and new line".to_owned())
    } else if text.chars().count() > MAX_TEXT_CHARACTERS {
        Some(format!("must be {MAX_TEXT_CHARACTERS} characters or fewer"))
    } else {
        None
    }
}

impl<'de> Deserialize<'de> for RawAnswers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RawAnswersVisitor)
    }
}

struct RawAnswersVisitor;

impl<'de> Visitor<'de> for RawAnswersVisitor {
    type Value = RawAnswers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of item ids and answers")
    }

    /// Refuses two answers to one item: which of them was meant would be a guess.
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<RawAnswers, A::Error> {
        let mut answers = BTreeMap::new();
        while let Some((item, value)) = entries.next_entry::<String, Value>()? {
            if answers.contains_key(&item) {
                return Err(de::Error::custom(format_args!("item {item:?} is answered twice")));
            }
            answers.insert(item, value);
        }
        Ok(RawAnswers(answers))
    }
}

impl PartialSchema for RawAnswers {
    fn schema() -> RefOr<Schema> {
        Answers::schema()
    }
}

impl ToSchema for RawAnswers {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Answers::schemas(schemas);
    }
}

/// One set of answers by item id: a number, a list of choices, or a text each. What was not answered is not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
pub struct Answers(BTreeMap<String, Answer>);

impl Answers {
    /// The answer to an item; a text of nothing but blanks is none.
    pub fn get(&self, item: &str) -> Option<&Answer> {
        self.0.get(item).filter(|answer| !matches!(answer, Answer::Text(text) if text.trim().is_empty()))
    }

    /// Every answer with its item, by item id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.0.iter().map(|(item, answer)| (item.as_str(), answer))
    }

    /// Whether nothing was answered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many items were answered.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl FromIterator<(String, Answer)> for Answers {
    fn from_iter<I: IntoIterator<Item = (String, Answer)>>(answers: I) -> Self {
        Self(answers.into_iter().collect())
    }
}

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RawAnswers::deserialize(deserializer)?.read().map_err(|faults| {
            let faults: Vec<_> = faults.iter().map(|fault| format!("{} {}", fault.item, fault.detail)).collect();
            de::Error::custom(faults.join("; "))
        })
    }
}

pub(super) fn check(instrument: &Instrument, answers: &Answers) -> Result<(), Vec<AnswerFault>> {
    let faults: Vec<_> = answers
        .iter()
        .filter_map(|(id, answer)| {
            let detail = match instrument.item(id) {
                Some(item) => fault(item, answer)?,
                None => format!("is not an item of {}", instrument.short_title),
            };
            Some(AnswerFault::new(id, detail))
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn fault(item: &Item, answer: &Answer) -> Option<String> {
    match (&item.kind, answer) {
        (ItemKind::Choice(options), answer) => {
            let is_allowed = matches!(answer, Answer::Number(value) if options.iter().any(|option| option.value == *value));
            (!is_allowed).then(|| format!("must be {}", list(options.iter().map(|option| option.value))))
        }
        (ItemKind::Scale(range) | ItemKind::Number(range), answer) => {
            let is_allowed = matches!(answer, Answer::Number(value) if range.allows(*value));
            (!is_allowed).then(|| allowed(range))
        }
        (ItemKind::Multi(choices), Answer::Choices(chosen)) => {
            let mut seen = BTreeSet::new();
            chosen.iter().find_map(|id| {
                if !choices.iter().any(|choice| choice.id == *id) {
                    Some(format!("may only have {}", list(choices.iter().map(|choice| &choice.id))))
                } else if !seen.insert(id) {
                    Some(format!("has {id} twice"))
                } else {
                    None
                }
            })
        }
        (ItemKind::Multi(_), _) => Some("must be a list of the ids of choices".to_owned()),
        (ItemKind::Text, Answer::Text(text)) => text_fault(text),
        (ItemKind::Text, _) => Some("must be a text".to_owned()),
    }
}

fn allowed(range: &Range) -> String {
    let one = Points::from_int(1);
    if range.step == one && range.min.is_whole() {
        format!("must be a whole number from {} to {}", range.min, range.max)
    } else {
        format!("must be a number from {} to {} in steps of {}", range.min, range.max, range.step)
    }
}

/// "0, 1, 2 or 3".
fn list(values: impl Iterator<Item = impl ToString>) -> String {
    let mut words: Vec<_> = values.map(|value| value.to_string()).collect();
    match words.pop() {
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} or {last}", words.join(", ")),
        None => String::new(),
    }
}

pub(super) fn label(item: &Item, answer: &Answer) -> Option<String> {
    match (&item.kind, answer) {
        (ItemKind::Choice(options), Answer::Number(value)) => {
            options.iter().find(|option| option.value == *value).map(|option| option.label.clone())
        }
        (ItemKind::Scale(range) | ItemKind::Number(range), Answer::Number(value)) if range.allows(*value) => {
            Some(range.unit.as_ref().map_or_else(|| value.to_string(), |unit| format!("{value} {unit}")))
        }
        (ItemKind::Multi(choices), Answer::Choices(chosen)) => {
            let labels: Option<Vec<_>> = chosen
                .iter()
                .map(|id| choices.iter().find(|choice| choice.id == *id).map(|choice| choice.label.as_str()))
                .collect();
            labels.map(|labels| labels.join(", "))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::super::Registry;
    use super::*;

    fn instrument(id: &str) -> Arc<Instrument> {
        Arc::clone(Registry::load_builtin().unwrap().current(id).unwrap())
    }

    fn raw(json: Value) -> RawAnswers {
        serde_json::from_value(json).unwrap()
    }

    fn faults(id: &str, json: Value) -> Vec<(String, String)> {
        let answers = raw(json).read().unwrap();
        let faults = instrument(id).check(&answers).unwrap_err();
        faults.into_iter().map(|fault| (fault.item, fault.detail)).collect()
    }

    #[test]
    fn answers_are_kept_as_they_came_without_nulls() {
        let answers: Answers =
            serde_json::from_str(r#"{"b": 7.5, "a": [ "x", "y" ], "d": null, "c": "fine\n", "e": 2.0}"#).unwrap();
        assert_eq!(serde_json::to_string(&answers).unwrap(), r#"{"a":["x","y"],"b":7.5,"c":"fine\n","e":2}"#);
    }

    #[test]
    fn what_cannot_be_an_answer_is_told_all_at_once() {
        let faults = raw(json!({"a": true, "b": {}, "c": [1], "d": "\u{7}", "e": 1e300, "f": "x".repeat(10_001), "g": 1}))
            .read()
            .unwrap_err();
        let items: Vec<_> = faults.iter().map(|fault| fault.item.as_str()).collect();
        assert_eq!(items, ["a", "b", "c", "d", "e", "f"]);
    }

    #[test]
    fn an_item_answered_twice_and_a_list_are_refused() {
        for text in [r#"{"q9": 2, "q9": 0}"#, "[1, 2]", "3", "null"] {
            assert!(serde_json::from_str::<RawAnswers>(text).is_err(), "{text}");
        }
        let many: serde_json::Map<_, _> = (0..201).map(|n| (format!("q{n}"), json!(1))).collect();
        assert!(raw(Value::Object(many)).read().is_err());
    }

    #[test]
    fn every_answer_that_is_not_allowed_is_told_with_what_is() {
        assert_eq!(
            faults("phq-9", json!({"q1": 4, "q2": 1, "q3": "1", "q12": 0})),
            [
                ("q1".to_owned(), "must be 0, 1, 2 or 3".to_owned()),
                ("q12".to_owned(), "is not an item of PHQ-9".to_owned()),
                ("q3".to_owned(), "must be 0, 1, 2 or 3".to_owned()),
            ]
        );
        let details: Vec<_> = faults(
            "daily-check-in",
            json!({"contact": [], "mood": 5.5, "note": 1, "side_effects": ["nausea", "nausea"], "sleep_hours": 7.25}),
        )
        .into_iter()
        .map(|(_, detail)| detail)
        .collect();
        assert_eq!(
            details,
            [
                "must be 0 or 1",
                "must be a whole number from 0 to 10",
                "must be a text",
                "has nausea twice",
                "must be a number from 0 to 24 in steps of 0.5",
            ]
        );
    }

    #[test]
    fn an_answer_has_words() {
        let number = |points: i32| Answer::Number(Points::from_int(points));
        let phq9 = instrument("phq-9");
        assert_eq!(phq9.answer_label("q9", &number(2)).as_deref(), Some("More than half the days"));
        assert_eq!(phq9.answer_label("q9", &number(7)), None);
        let daily = instrument("daily-check-in");
        assert_eq!(daily.answer_label("sleep_hours", &number(7)).as_deref(), Some("7 h"));
        let ticked = Answer::Choices(vec!["nausea".to_owned(), "tired".to_owned()]);
        assert_eq!(daily.answer_label("side_effects", &ticked).as_deref(), Some("Nausea or vomiting, Unusual tiredness"));
        assert_eq!(daily.answer_label("note", &Answer::Text("fine".to_owned())), None);
    }
}
