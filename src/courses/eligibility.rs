//! What a provider goes through and signs before the first session of a course, as `eligibility.toml` has it.
//!
//! The list says what to think of; it clears nobody. Source: CLINICAL.md 7.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::words;
use crate::web::checks::Checks;

words! {
    /// What the answers of a group mean.
    #[schema(as = EligibilityGroupKind)]
    pub enum GroupKind {
        /// Speaks against a dose where it is present.
        Stop = "stop",
        /// Is weighed where it is present.
        Weigh = "weigh",
        /// Has to be there.
        Have = "have",
    }
}

/// The whole list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EligibilityChecklist)]
pub struct Checklist {
    /// Names its words: a signature is kept with the version that was read.
    #[schema(example = "1")]
    pub version: String,
    /// What to know while going through it.
    pub notices: Vec<String>,
    /// Its parts, in order.
    pub groups: Vec<Group>,
}

/// Items that are answered alike.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EligibilityGroup)]
pub struct Group {
    /// What the answers mean.
    pub kind: GroupKind,
    /// The question.
    pub title: String,
    /// What it is asked of.
    pub items: Vec<Item>,
}

/// One thing to answer yes or no to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EligibilityItem)]
pub struct Item {
    /// Names it in the answers.
    #[schema(example = "psychosis")]
    pub id: String,
    /// In words.
    pub text: String,
}

static CHECKLIST: LazyLock<Checklist> =
    LazyLock::new(|| toml::from_str(include_str!("../../eligibility.toml")).unwrap_or_default());

/// The list that is signed today.
pub fn checklist() -> &'static Checklist {
    &CHECKLIST
}

/// Answers in which nothing stands out: nothing speaks against a dose, and all is there.
pub fn unremarkable() -> BTreeMap<String, bool> {
    let groups = checklist().groups.iter();
    groups.flat_map(|group| group.items.iter().map(|item| (item.id.clone(), group.kind == GroupKind::Have))).collect()
}

/// Checks answers to the list: every item has one, and what speaks against a dose or is not there is explained in the note.
pub fn check(checks: &mut Checks, version: &str, answers: &BTreeMap<String, bool>, note: Option<&str>) {
    let list = checklist();
    checks.require(version == list.version, "/version", "has changed: read the list again");
    let items = || list.groups.iter().flat_map(|group| group.items.iter().map(move |item| (group.kind, item)));
    for id in answers.keys().filter(|id| !items().any(|(_, item)| item.id == **id)) {
        checks.fail(format!("/answers/{}", id.replace('~', "~0").replace('/', "~1")), "is not on the list");
    }
    for (_, item) in items().filter(|(_, item)| !answers.contains_key(&item.id)) {
        checks.fail(format!("/answers/{}", item.id), "must be answered");
    }
    let needs_a_word = |(kind, item): (GroupKind, &Item)| match answers.get(&item.id) {
        Some(is_present) => (kind == GroupKind::Stop && *is_present) || (kind == GroupKind::Have && !*is_present),
        None => false,
    };
    let is_explained = note.is_some() || !items().any(needs_a_word);
    checks.require(is_explained, "/note", "must say why treatment goes ahead, or what is still to come");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(answers: &BTreeMap<String, bool>, note: Option<&str>) -> Vec<String> {
        let mut checks = Checks::default();
        check(&mut checks, "1", answers, note);
        match checks.finish() {
            Err(crate::error::Error::Invalid(violations)) => violations.into_iter().map(|violation| violation.pointer).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn the_list_is_read_whole_and_names_nothing_twice() {
        let kinds: Vec<_> = checklist().groups.iter().map(|group| (group.kind, group.items.len())).collect();
        assert_eq!(kinds, [(GroupKind::Stop, 12), (GroupKind::Weigh, 10), (GroupKind::Have, 10)]);
        assert_eq!(unremarkable().len(), 32);
    }

    #[test]
    fn every_item_is_answered_and_what_stands_out_is_explained() {
        assert!(refused(&unremarkable(), None).is_empty());
        let with = |id: &str, answer: bool| {
            let mut answers = unremarkable();
            answers.insert(id.into(), answer);
            answers
        };
        assert!(refused(&with("bipolar", true), None).is_empty());
        for (id, answer) in [("psychosis", true), ("safety_plan", false)] {
            assert_eq!(refused(&with(id, answer), None), ["/note"]);
            assert!(refused(&with(id, answer), Some("Talked over with the lead")).is_empty());
        }
        let mut short = unremarkable();
        short.remove("heart");
        short.insert("he/art".into(), true);
        assert_eq!(refused(&short, None), ["/answers/he~1art", "/answers/heart"]);
    }
}
