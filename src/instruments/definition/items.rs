//! Items as a file writes them.

use serde::Deserialize;

use super::faults::{Checked, check_id, check_unique, check_words, refuse, require};
use super::rules::{Op, Value, check_subjects, test};
use crate::instruments::{AnswerOption, AskIf, Choice, Direction, Item, ItemKind, ItemType, Points, Range, Test};

/// As many items as a set of answers may have.
pub(in crate::instruments) const MAX_ITEMS: usize = 200;

#[expect(clippy::struct_excessive_bools, reason = "the flags of the file, each for itself")]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemDefinition {
    id: String,
    text: String,
    label: Option<String>,
    loinc: Option<String>,
    #[serde(default, rename = "type")]
    item_type: ItemType,
    options: Option<Vec<AnswerOption>>,
    range: Option<Range>,
    choices: Option<Vec<Choice>>,
    direction: Option<Direction>,
    #[serde(default = "yes")]
    scored: bool,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    before_recall: bool,
    #[serde(default)]
    own_stem: bool,
    ask_if: Option<AskIfDefinition>,
}

const fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskIfDefinition {
    any: Vec<String>,
    op: Op,
    value: Option<Value>,
}

pub(super) fn check_options(field: &str, options: &[AnswerOption]) -> Checked {
    check_unique(field, "value", options.iter().map(|option| option.value))?;
    check_unique(field, "label", options.iter().map(|option| &option.label))?;
    options.iter().try_for_each(|option| check_words(field, &option.label))
}

pub(super) fn items(definitions: Vec<ItemDefinition>, shared: &[AnswerOption]) -> Checked<Vec<Item>> {
    require((1..=MAX_ITEMS).contains(&definitions.len()), "items", "must be 1 to 200")?;
    check_unique("items", "id", definitions.iter().map(|item| &item.id))?;
    let mut items: Vec<Item> = Vec::new();
    for definition in definitions {
        // Only earlier items can decide: a form is answered from top to bottom, and so no question waits for itself.
        let item = definition.into_item(shared, &items)?;
        items.push(item);
    }
    Ok(items)
}

impl ItemDefinition {
    fn into_item(self, shared: &[AnswerOption], earlier: &[Item]) -> Checked<Item> {
        let path = format!("items.{}", self.id);
        let at = |field: &str| format!("{path}.{field}");
        check_id(&at("id"), &self.id)?;
        check_words(&at("text"), &self.text)?;
        self.label.as_ref().map_or(Ok(()), |label| check_words(&at("label"), label))?;
        let takes = |given: bool, wanted: ItemType, field: &str| {
            require(!given || self.item_type == wanted, &at(field), &format!("does not go with type {}", self.item_type.as_str()))
        };
        takes(self.options.is_some(), ItemType::Choice, "options")?;
        takes(self.choices.is_some(), ItemType::Multi, "choices")?;
        if self.item_type != ItemType::Number {
            takes(self.range.is_some(), ItemType::Scale, "range")?;
        }
        let kind = match self.item_type {
            ItemType::Choice => ItemKind::Choice(own_options(&at("options"), self.options, shared)?),
            ItemType::Scale => ItemKind::Scale(range(&at("range"), self.range, true)?),
            ItemType::Number => ItemKind::Number(range(&at("range"), self.range, false)?),
            ItemType::Multi => ItemKind::Multi(choices(&at("choices"), self.choices)?),
            ItemType::Text => ItemKind::Text,
        };
        require(self.direction.is_none() || kind.bounds().is_some(), &at("direction"), "goes with ratings only")?;
        let ask_if = self.ask_if.map(|ask_if| ask_if.into_ask_if(&at("ask_if"), earlier)).transpose()?;
        Ok(Item {
            id: self.id,
            text: self.text,
            label: self.label,
            loinc: self.loinc,
            kind,
            direction: self.direction,
            is_scored: self.scored,
            is_optional: self.optional,
            is_before_recall: self.before_recall,
            has_own_stem: self.own_stem,
            ask_if,
        })
    }
}

fn own_options(field: &str, own: Option<Vec<AnswerOption>>, shared: &[AnswerOption]) -> Checked<Vec<AnswerOption>> {
    let options = own.unwrap_or_else(|| shared.to_vec());
    require(options.len() >= 2, field, "must be 2 or more, here or in the shared options")?;
    check_options(field, &options)?;
    Ok(options)
}

fn range(field: &str, range: Option<Range>, is_scale: bool) -> Checked<Range> {
    let Some(range) = range else {
        return refuse(field, "is missing");
    };
    require(range.min < range.max, field, "needs a min below its max")?;
    require(range.step > Points::ZERO, field, "needs a step above 0")?;
    require(range.allows(range.max), field, "must reach its max in whole steps")?;
    let is_whole = range.min.is_whole() && range.step.is_whole();
    require(!is_scale || is_whole, field, "of a scale must be whole numbers; use type number")?;
    Ok(range)
}

fn choices(field: &str, choices: Option<Vec<Choice>>) -> Checked<Vec<Choice>> {
    let choices = choices.unwrap_or_default();
    require(!choices.is_empty(), field, "must not be empty")?;
    check_unique(field, "id", choices.iter().map(|choice| &choice.id))?;
    for choice in &choices {
        check_id(field, &choice.id)?;
        check_words(field, &choice.label)?;
    }
    Ok(choices)
}

impl AskIfDefinition {
    fn into_ask_if(self, field: &str, earlier: &[Item]) -> Checked<AskIf> {
        let test = test(field, self.op, self.value)?;
        require(test != Test::Missing, field, "cannot wait for an answer to be missing")?;
        for id in &self.any {
            let is_earlier = earlier.iter().any(|item| item.id == *id);
            require(is_earlier, field, &format!("{id:?} is not an item before this one"))?;
        }
        check_subjects(field, &self.any, earlier, &test)?;
        Ok(AskIf { any: self.any, test })
    }
}
