//! Questions, and what may be answered to them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AskIf, Direction, Points};

/// One of the answers of a choice item.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerOption {
    /// What it counts.
    pub value: Points,
    /// What the patient reads.
    pub label: String,
    /// Its LOINC answer code, where one is known.
    pub loinc: Option<String>,
}

/// One of the things that may be ticked in a `multi` item.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What the answer holds.
    pub id: String,
    /// What the patient reads.
    pub label: String,
}

/// The numbers that a rating may take.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The lowest.
    pub min: Points,
    /// The highest.
    pub max: Points,
    /// The distance between neighbours, counted from `min`.
    #[serde(default = "one_point")]
    pub step: Points,
    /// The words at the low end.
    pub low: Option<String>,
    /// The words at the high end.
    pub high: Option<String>,
    /// The unit, for numbers.
    pub unit: Option<String>,
}

const fn one_point() -> Points {
    Points::from_int(1)
}

impl Range {
    /// Whether the range has this number.
    pub fn allows(&self, value: Points) -> bool {
        self.min <= value && value <= self.max && (value - self.min).is_multiple_of(self.step)
    }
}

/// The word for the kind of answer that an item takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ItemType {
    /// One of several options.
    #[default]
    Choice,
    /// A whole number on a scale.
    Scale,
    /// A number.
    Number,
    /// Any of several choices.
    Multi,
    /// Free text.
    Text,
}

impl ItemType {
    /// The word in files and bodies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Choice => "choice",
            Self::Scale => "scale",
            Self::Number => "number",
            Self::Multi => "multi",
            Self::Text => "text",
        }
    }
}

/// What an item asks for, with all that may be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// One of these options (the item's own, else the instrument's).
    Choice(Vec<AnswerOption>),
    /// A whole number on a scale.
    Scale(Range),
    /// A number.
    Number(Range),
    /// Any of these.
    Multi(Vec<Choice>),
    /// Free text.
    Text,
}

impl ItemKind {
    /// The lowest and the highest number it takes; `None` for ticks and text.
    pub fn bounds(&self) -> Option<(Points, Points)> {
        match self {
            Self::Choice(options) => {
                let values = || options.iter().map(|option| option.value);
                values().min().zip(values().max())
            }
            Self::Scale(range) | Self::Number(range) => Some((range.min, range.max)),
            Self::Multi(_) | Self::Text => None,
        }
    }
}

/// One question.
#[expect(clippy::struct_excessive_bools, reason = "the flags of the file, each for itself")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Names it in answers, rules and measures.
    pub id: String,
    /// The question as the patient reads it.
    pub text: String,
    /// A short name for rails and charts.
    pub label: Option<String>,
    /// Its LOINC code, where one is known.
    pub loinc: Option<String>,
    /// What may be answered.
    pub kind: ItemKind,
    /// Which way a single rating runs.
    pub direction: Option<Direction>,
    /// Whether it counts towards the score, where the instrument has one.
    pub is_scored: bool,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// Shown above the recall stem.
    pub is_before_recall: bool,
    /// Read without the recall stem.
    pub has_own_stem: bool,
    /// Asked only if an earlier item has such an answer.
    pub ask_if: Option<AskIf>,
}
