//! Conditions on answers and scores, and the alert rules, as a file writes them.

use serde::Deserialize;

use super::faults::{Checked, check_id, check_unique, refuse, require};
use crate::instruments::{AlertRule, Item, ItemKind, Level, Operator, Points, Scoring, Subject, Test};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct When {
    item: Option<String>,
    any: Option<Vec<String>>,
    score: Option<bool>,
    op: Op,
    value: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "must be one of == != >= <= > <, missing and includes")]
pub(super) enum Op {
    Compare(Operator),
    Other(OtherOp),
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OtherOp {
    Missing,
    Includes,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "must be a number with at most 3 decimals, or the id of a choice")]
pub(super) enum Value {
    Number(Points),
    ChoiceId(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AlertDefinition {
    id: String,
    kind: String,
    level: Level,
    basis: Option<Basis>,
    suggest: Option<String>,
    when: When,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Basis {
    Project,
}

pub(super) fn alerts(definitions: Vec<AlertDefinition>, items: &[Item], scoring: Option<&Scoring>) -> Checked<Vec<AlertRule>> {
    check_unique("alerts", "id", definitions.iter().map(|rule| &rule.id))?;
    definitions.into_iter().map(|rule| rule.into_rule(items, scoring)).collect()
}

impl AlertDefinition {
    fn into_rule(self, items: &[Item], scoring: Option<&Scoring>) -> Checked<AlertRule> {
        let path = format!("alerts.{}", self.id);
        check_id(&format!("{path}.id"), &self.id)?;
        check_id(&format!("{path}.kind"), &self.kind)?;
        let field = format!("{path}.when");
        let test = test(&field, self.when.op, self.when.value)?;
        let subject = match (self.when.item, self.when.any, self.when.score) {
            (Some(item), None, None) => Subject::Items(vec![item]),
            (None, Some(any), None) => Subject::Items(any),
            (None, None, Some(true)) => Subject::Score,
            _ => return refuse(field, "needs one of item, any and score = true"),
        };
        match (&subject, &test, scoring) {
            (Subject::Items(ids), test, _) => check_subjects(&field, ids, items, test)?,
            (Subject::Score, _, None) => return refuse(field, "there is no score"),
            (Subject::Score, Test::Compare(operator, threshold), Some(scoring)) => {
                let is_possible = can_hold(*operator, *threshold, scoring.min, scoring.max)
                    || (*operator == Operator::Equal && scoring.min <= *threshold && *threshold <= scoring.max);
                require(is_possible, &field, &format!("no score is {threshold}"))?;
            }
            (Subject::Score, _, Some(_)) => return refuse(field, "a score can only be compared"),
        }
        Ok(AlertRule {
            id: self.id,
            kind: self.kind,
            level: self.level,
            is_project_choice: self.basis.is_some(),
            suggest: self.suggest,
            subject,
            test,
        })
    }
}

pub(super) fn test(field: &str, op: Op, value: Option<Value>) -> Checked<Test> {
    match (op, value) {
        (Op::Compare(operator), Some(Value::Number(threshold))) => Ok(Test::Compare(operator, threshold)),
        (Op::Compare(_), _) => refuse(field, "needs a number as value"),
        (Op::Other(OtherOp::Includes), Some(Value::ChoiceId(choice))) => Ok(Test::Includes(choice)),
        (Op::Other(OtherOp::Includes), _) => refuse(field, "needs the id of a choice as value"),
        (Op::Other(OtherOp::Missing), None) => Ok(Test::Missing),
        (Op::Other(OtherOp::Missing), Some(_)) => refuse(field, "takes no value with op missing"),
    }
}

/// A rule about answers that cannot be given would never be met, which nobody would notice.
pub(super) fn check_subjects(field: &str, ids: &[String], known: &[Item], test: &Test) -> Checked {
    require(!ids.is_empty(), field, "names no item")?;
    check_unique(field, "item", ids.iter())?;
    for id in ids {
        let Some(item) = known.iter().find(|item| item.id == *id) else {
            return refuse(field, format!("no item has the id {id:?}"));
        };
        match (test, &item.kind) {
            (Test::Missing, _) => {}
            (Test::Includes(choice), ItemKind::Multi(choices)) => {
                require(choices.iter().any(|known| known.id == *choice), field, &format!("{id} has no choice {choice:?}"))?;
            }
            (Test::Includes(_), _) => return refuse(field, format!("{id} is not of type multi")),
            (Test::Compare(operator, threshold), kind) => {
                let Some((min, max)) = kind.bounds() else {
                    return refuse(field, format!("{id} is not a number"));
                };
                let is_possible = match (operator, kind) {
                    (Operator::Equal | Operator::NotEqual, ItemKind::Choice(options)) => {
                        options.iter().any(|option| option.value == *threshold)
                    }
                    (Operator::Equal | Operator::NotEqual, ItemKind::Scale(range) | ItemKind::Number(range)) => {
                        range.allows(*threshold)
                    }
                    _ => can_hold(*operator, *threshold, min, max),
                };
                require(is_possible, field, &format!("{threshold} is not among the answers of {id}"))?;
            }
        }
    }
    Ok(())
}

/// Whether the comparison tells numbers from `min` to `max` apart, or at least holds for one of them.
fn can_hold(operator: Operator, threshold: Points, min: Points, max: Points) -> bool {
    (min <= threshold && threshold <= max) && (operator.holds(min, threshold) || operator.holds(max, threshold))
}
