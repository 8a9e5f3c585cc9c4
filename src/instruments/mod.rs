//! Questionnaires as data: what is asked, which answers are allowed, how they are scored.
//!
//! Nothing about a questionnaire is written in code. The files of `instruments/` are built in, a clinic's own come from
//! `INSTRUMENTS_DIR`; `instruments/README.md` describes the format. Everything here is pure: no database, no clock.

mod answers;
mod body;
mod change;
mod definition;
pub mod http;
mod item;
mod measures;
mod points;
pub mod queries;
mod registry;
mod scoring;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::words;

pub use answers::{Answer, AnswerFault, Answers, RawAnswers};
pub use body::{
    AlertRuleBody, AskIfBody, BandBody, ChangeBody, ChoiceBody, InstrumentBody, ItemBody, LicenceBody, MeasureBody, OptionBody,
    RangeBody, ScoringBody, SubscaleBody, ThresholdBody, WhenBody,
};
pub use change::{Comparison, compare};
pub use definition::LoadError;
pub(crate) use definition::{digest, files, parse};
pub use item::{AnswerOption, Choice, Item, ItemKind, ItemType, Range};
pub use measures::{Measure, MeasureScore, scores};
pub use points::{MAX_DECIMALS, Points};
pub use registry::Registry;
pub use scoring::{MetAlert, Scored, SubscaleScore, Unscored, score, shows_crisis_resources};

/// The alert kind that brings up the safety screen (CLINICAL.md 9).
pub const SUICIDAL_IDEATION: &str = "suicidal-ideation";

/// Whether a questionnaire is a published measure or this project's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A published measure; its wording is fixed.
    Validated,
    /// Not a validated scale: no bands, no response, no remission.
    InHouse,
}

/// Who gives the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Respondent {
    /// The patient, alone.
    Patient,
    /// A clinician asks and notes what the patient says.
    Clinician,
}

/// Where a questionnaire may be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Setting {
    /// At home too.
    Anywhere,
    /// In the clinic with staff present; never sent home.
    InClinic,
}

/// Which way a scale runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More points are worse (PHQ-9).
    Worse,
    /// More points are better (mood).
    Better,
    /// Neither (hours of sleep).
    #[default]
    None,
}

words! {
    /// How soon somebody has to look at an answer. Later levels are higher.
    pub enum Level {
        /// Only marks the chart.
        Info = "info",
        /// Goes on the review list.
        Review = "review",
        /// The same working day.
        High = "high",
        /// Now.
        Urgent = "urgent",
    }
}

impl Level {
    /// Whether a rule of this level makes an alert; `info` only marks the chart (API.md, "Alerts from rules").
    pub fn makes_alert(self) -> bool {
        self >= Self::Review
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Under which terms a questionnaire is included.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// The terms in a line.
    pub name: String,
    /// Whether software may hold the wording.
    pub embed: Embed,
    /// Shown with the form; empty where none is asked for.
    #[serde(default)]
    pub attribution: String,
    /// Where the terms were read.
    #[serde(default)]
    pub evidence: Vec<String>,
}

/// Whether software may hold a questionnaire's wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Embed {
    /// It may.
    Allowed,
    /// It may under the condition that the licence names.
    AllowedWithCondition,
}

/// Where a questionnaire was published.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The publication.
    pub citation: String,
    /// Its address; empty for in-house forms.
    #[serde(default)]
    pub url: String,
    /// Copies that the wording was compared with.
    #[serde(default)]
    pub wording_checked: Vec<String>,
}

/// What has to be answered before for an item to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskIf {
    /// Earlier items; one fitting answer is enough.
    pub any: Vec<String>,
    /// What fits.
    pub test: Test,
}

/// A comparison of an answer or a score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// The number compares so.
    Compare(Operator, Points),
    /// Ticked, in a `multi` item.
    Includes(String),
    /// Not answered, although not skipped.
    Missing,
}

/// How two numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Operator {
    /// The same.
    #[serde(rename = "==")]
    Equal,
    /// Another one.
    #[serde(rename = "!=")]
    NotEqual,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// More.
    #[serde(rename = ">")]
    Above,
    /// Less.
    #[serde(rename = "<")]
    Below,
}

impl Operator {
    /// The sign in files and bodies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::Below => "<",
        }
    }

    /// Whether `value` stands so to `threshold`.
    pub fn holds(self, value: Points, threshold: Points) -> bool {
        match self {
            Self::Equal => value == threshold,
            Self::NotEqual => value != threshold,
            Self::AtLeast => value >= threshold,
            Self::AtMost => value <= threshold,
            Self::Above => value > threshold,
            Self::Below => value < threshold,
        }
    }
}

/// How the answers become a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Added up.
    Sum,
    /// Their mean.
    Mean,
    /// The highest of them.
    Max,
    /// Never: each rating stands for itself.
    None,
}

/// The score of an instrument. `None` as a whole for `method = "none"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scoring {
    /// Never [`Method::None`].
    pub method: Method,
    /// The lowest score.
    pub min: Points,
    /// The highest score.
    pub max: Points,
    /// The score is rounded half up to so many.
    pub decimals: u32,
    /// Which way it runs.
    pub higher_is: Direction,
    /// Up to so many missing items are prorated; with more there is no score.
    pub max_missing: usize,
    /// Where the rule for missing items comes from.
    pub missing_source: Option<String>,
    /// Plain sums of some of the items, given only when complete.
    pub subscales: Vec<Subscale>,
}

/// A plain sum of some of the items (PCL-5 cluster B).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscale {
    /// As in the file; its measure is named in lower case (`pcl-5.b`).
    pub id: String,
    /// What it is about.
    pub label: String,
    /// The items that are added up.
    pub items: Vec<String>,
    /// The lowest sum.
    pub min: Points,
    /// The highest sum.
    pub max: Points,
}

/// A named part of a score's range, both ends included.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The lowest score in it.
    pub min: Points,
    /// The highest score in it.
    pub max: Points,
    /// The published word.
    pub label: String,
}

/// What counts as a change, each with its source. `None`: not published, so never said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The smallest change that matters, in points.
    pub mcid: Option<Points>,
    /// Its source.
    pub mcid_source: Option<String>,
    /// More than chance variation, in points.
    pub reliable: Option<Points>,
    /// Its source.
    pub reliable_source: Option<String>,
    /// The share of the baseline (0.5) whose gain is a response.
    pub response: Option<Points>,
    /// Its source.
    pub response_source: Option<String>,
    /// Below this baseline neither response nor remission can be told.
    pub min_baseline: Option<Points>,
    /// Its source.
    pub min_baseline_source: Option<String>,
    /// The highest score that is a remission.
    pub remission_max: Option<Points>,
    /// Its source.
    pub remission_source: Option<String>,
    /// The highest score outside the clinical range.
    pub below_clinical_max: Option<Points>,
    /// Its source.
    pub below_clinical_source: Option<String>,
}

/// A rule by which answers call for somebody's attention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRule {
    /// Names it within the instrument.
    pub id: String,
    /// What it is about; alerts of one kind join.
    pub kind: String,
    /// How soon somebody has to look.
    pub level: Level,
    /// The threshold is this project's, not published.
    pub is_project_choice: bool,
    /// The instrument to offer next.
    pub suggest: Option<String>,
    /// What is looked at.
    pub subject: Subject,
    /// When it is met.
    pub test: Test,
}

impl AlertRule {
    /// Whether an answer to the item can meet it.
    pub fn looks_at(&self, item: &str) -> bool {
        matches!(&self.subject, Subject::Items(items) if items.iter().any(|id| id == item))
    }
}

/// What an alert rule looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The score.
    Score,
    /// These items; one that fits is enough.
    Items(Vec<String>),
}

/// A questionnaire whose file has been read and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// Names it everywhere: `phq-9`.
    pub id: String,
    /// The version of its file; stored with each set of answers.
    pub version: String,
    /// Its full name.
    pub title: String,
    /// Its usual name.
    pub short_title: String,
    /// What it measures.
    pub construct: String,
    /// What it is used for.
    pub conditions: Vec<String>,
    /// Published or in-house.
    pub kind: Kind,
    /// The language of its words (BCP 47).
    pub language: String,
    /// Who answers.
    pub respondent: Respondent,
    /// Where it may be answered.
    pub setting: Setting,
    /// Read before the items.
    pub intro: Option<String>,
    /// How the introduction differs from the printed one.
    pub intro_adapted: Option<String>,
    /// The stem above the items; `None` where each item carries its own.
    pub recall: Option<String>,
    /// The days that the items ask about.
    pub recall_days: Option<u32>,
    /// Below this distance to the last one, warn.
    pub min_interval_days: Option<u32>,
    /// The LOINC code of the form.
    pub loinc: Option<String>,
    /// The LOINC code of its score.
    pub score_loinc: Option<String>,
    /// For those who use its numbers.
    pub notes: Option<String>,
    /// Terms and attribution.
    pub licence: Licence,
    /// Publication.
    pub source: Source,
    /// Answers shared by the choice items without their own.
    pub options: Vec<AnswerOption>,
    /// The questions, in order.
    pub items: Vec<Item>,
    /// How they are scored; `None`: never.
    pub scoring: Option<Scoring>,
    /// Named parts of the range, in order; empty where none are published.
    pub bands: Vec<Band>,
    /// What counts as a change; `None`: not published.
    pub change: Option<Change>,
    /// The alert rules, in the order of the file.
    pub alerts: Vec<AlertRule>,
    text: String,
    digest: String,
    measures: Vec<Arc<Measure>>,
}

impl Instrument {
    /// Reads and checks one file; `file` names it in errors, and its stem must be the id.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, LoadError> {
        definition::read(file, text)
    }

    /// The file as it was read, for keeping a copy beside the answers.
    pub fn file_text(&self) -> &str {
        &self.text
    }

    /// The SHA-256 of the file, in hexadecimal.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The item of that id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The alert rule of that id.
    pub fn alert_rule(&self, id: &str) -> Option<&AlertRule> {
        self.alerts.iter().find(|rule| rule.id == id)
    }

    /// The items whose answers make the score; none for a form without one.
    pub fn scored_items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| self.scoring.is_some() && item.is_scored)
    }

    /// What can be charted: the total and the subscales, or each rating of a form without a score.
    pub fn measures(&self) -> &[Arc<Measure>] {
        &self.measures
    }

    /// The band whose range holds the score; `None` where no bands are published.
    pub fn band(&self, score: Points) -> Option<&str> {
        self.bands.iter().find(|band| band.min <= score && score <= band.max).map(|band| band.label.as_str())
    }

    /// Every answer that is not allowed. A form with one such answer is refused as a whole; nothing is guessed.
    pub fn check(&self, answers: &Answers) -> Result<(), Vec<AnswerFault>> {
        answers::check(self, answers)
    }

    /// An answer in words: "Several days", "Nausea, Headache", "7.5 h". `None` for text and for what is not allowed.
    pub fn answer_label(&self, item: &str, answer: &Answer) -> Option<String> {
        answers::label(self.item(item)?, answer)
    }

    /// How long it takes to answer, at seven items a minute; at least 1.
    pub fn minutes(&self) -> usize {
        self.items.len().div_ceil(7).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_in_order_and_info_makes_no_alert() {
        assert!(Level::Info < Level::Review && Level::Review < Level::High && Level::High < Level::Urgent);
        assert!(!Level::Info.makes_alert() && Level::Review.makes_alert());
    }
}
