//! Questionnaires as data: what is asked, which answers are allowed, how they are scored.
//!
//! Nothing about a questionnaire is written in code. The files of `instruments/` are built in, a clinic's own come from
//! `INSTRUMENTS_DIR`; `instruments/README.md` describes the format. Everything here is pure: no database, no clock.

mod answers;
mod body;
mod change;
mod definition;
pub mod http;
mod measures;
mod points;
pub mod queries;
mod scoring;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
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
pub use measures::{Measure, MeasureScore, scores};
pub use points::{MAX_DECIMALS, Points};
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

macro_rules! built_in {
    ($id:literal) => {
        (concat!($id, ".toml"), include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/instruments/", $id, ".toml")))
    };
}

/// The files that every installation has.
const BUILT_IN: &[(&str, &str)] = &[
    built_in!("asq"),
    built_in!("audit-c"),
    built_in!("bladder-check"),
    built_in!("daily-check-in"),
    built_in!("gad-2"),
    built_in!("gad-7"),
    built_in!("long-term-check"),
    built_in!("ocd-check"),
    built_in!("pc-ptsd-5"),
    built_in!("pcl-5"),
    built_in!("peg"),
    built_in!("phq-2"),
    built_in!("phq-9"),
    built_in!("session-tolerability"),
];

/// Every version of every instrument that this installation knows.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    current: BTreeMap<String, Arc<Instrument>>,
    versions: BTreeMap<String, BTreeMap<String, Arc<Instrument>>>,
    measures: BTreeMap<String, Arc<Measure>>,
}

impl Registry {
    /// The questionnaires that come with the program.
    pub fn load_builtin() -> Result<Self, LoadError> {
        let instruments: Vec<_> =
            BUILT_IN.iter().map(|(file, text)| Instrument::from_toml(file, text)).collect::<Result<_, _>>()?;
        let mut registry = Self::default();
        registry.add_current(instruments)?;
        Ok(registry)
    }

    /// Adds a clinic's own files (`*.toml`): new instruments, and new versions of known ones, which become current.
    ///
    /// A faulty file refuses the whole folder and changes nothing.
    pub fn load_dir(&mut self, folder: &Path) -> Result<(), LoadError> {
        let instruments = definition::read_dir(folder)?;
        let mut with_them = self.clone();
        with_them.add_current(instruments)?;
        *self = with_them;
        Ok(())
    }

    /// Adds a version that answers on record were given to, from its [`Instrument::file_text`].
    ///
    /// It does not become current. Refused if another file was known under the same id and version.
    pub fn add_version(&mut self, id: &str, text: &str) -> Result<(), LoadError> {
        let instrument = self.add_known(Instrument::from_toml(&format!("{id}.toml"), text)?)?;
        for measure in &instrument.measures {
            self.measures.entry(measure.id.clone()).or_insert_with(|| Arc::clone(measure));
        }
        Ok(())
    }

    /// The version that is asked now.
    pub fn current(&self, id: &str) -> Option<&Arc<Instrument>> {
        self.current.get(id)
    }

    /// One version, current or not.
    pub fn version(&self, id: &str, version: &str) -> Option<&Arc<Instrument>> {
        self.versions.get(id)?.get(version)
    }

    /// The version that is asked now, or the last one of an instrument that is no longer asked.
    pub fn latest(&self, id: &str) -> Option<&Arc<Instrument>> {
        self.current(id).or_else(|| self.versions.get(id)?.values().next_back())
    }

    /// The current instruments, by id.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Instrument>> {
        self.current.values()
    }

    /// Every version known, current ones included, by id and version.
    pub fn all_versions(&self) -> impl Iterator<Item = &Arc<Instrument>> {
        self.versions.values().flat_map(BTreeMap::values)
    }

    /// A measure by its name (`phq-9.total`); of an instrument no longer asked, as it was.
    pub fn measure(&self, id: &str) -> Option<&Arc<Measure>> {
        self.measures.get(id)
    }

    fn add_current(&mut self, instruments: Vec<Instrument>) -> Result<(), LoadError> {
        let mut added = Vec::new();
        for instrument in instruments {
            added.push(self.add_known(instrument)?);
        }
        for instrument in &added {
            for measure in &instrument.measures {
                self.measures.insert(measure.id.clone(), Arc::clone(measure));
            }
            self.current.insert(instrument.id.clone(), Arc::clone(instrument));
        }
        added.iter().try_for_each(|instrument| self.check_suggestions(instrument))
    }

    fn add_known(&mut self, instrument: Instrument) -> Result<Arc<Instrument>, LoadError> {
        let versions = self.versions.entry(instrument.id.clone()).or_default();
        if let Some(known) = versions.get(&instrument.version) {
            return if known.digest == instrument.digest {
                Ok(Arc::clone(known))
            } else {
                Err(definition::fault(
                    &instrument.id,
                    "version",
                    format!("{} is another file; raise the version on any change", instrument.version),
                ))
            };
        }
        let instrument = Arc::new(instrument);
        versions.insert(instrument.version.clone(), Arc::clone(&instrument));
        Ok(instrument)
    }

    /// A form can only be offered if it is known, which no file can tell alone.
    fn check_suggestions(&self, instrument: &Instrument) -> Result<(), LoadError> {
        for rule in &instrument.alerts {
            if let Some(next) = rule.suggest.as_deref().filter(|id| !self.current.contains_key(*id)) {
                return Err(definition::fault(
                    &instrument.id,
                    &format!("alerts.{}.suggest", rule.id),
                    format!("no instrument has the id {next:?}"),
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHQ2: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/instruments/phq-2.toml"));

    /// A folder of a clinic's own files, removed with it.
    struct Folder(std::path::PathBuf);

    impl Folder {
        fn with(name: &str, files: &[(&str, &str)]) -> Self {
            let path = std::env::temp_dir().join(format!("yarrow-instruments-{}-{name}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            for (file, text) in files {
                std::fs::write(path.join(file), text).unwrap();
            }
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn every_file_of_the_folder_is_built_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("instruments");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        files.sort();
        let built_in: Vec<_> = BUILT_IN.iter().map(|(file, _)| *file).collect();
        assert_eq!(files, built_in);
        let registry = Registry::load_builtin().unwrap();
        let ids: Vec<_> = registry.all().map(|instrument| format!("{}.toml", instrument.id)).collect();
        assert_eq!(ids, built_in);
    }

    #[test]
    fn a_clinics_file_adds_an_instrument_or_a_version() {
        let mut registry = Registry::load_builtin().unwrap();
        let newer = PHQ2.replace("1.0.0", "1.1.0");
        let own = PHQ2.replace("id = \"phq-2\"", "id = \"own\"");
        let folder = Folder::with("adds", &[("phq-2.toml", &newer), ("own.toml", &own), ("README.md", "not one")]);
        registry.load_dir(&folder.0).unwrap();
        assert_eq!(registry.current("phq-2").unwrap().version, "1.1.0");
        assert_eq!(registry.version("phq-2", "1.0.0").unwrap().file_text(), PHQ2);
        assert!(registry.measure("own.total").is_some());
        assert_eq!(registry.all().count(), BUILT_IN.len() + 1);
        assert_eq!(registry.all_versions().count(), BUILT_IN.len() + 2);
    }

    #[test]
    fn a_changed_file_needs_a_new_version() {
        let mut registry = Registry::load_builtin().unwrap();
        let changed = PHQ2.replace("PHQ-2)", "PHQ-2, ours)");
        let folder = Folder::with("changed", &[("phq-2.toml", &changed)]);
        let error = registry.load_dir(&folder.0).unwrap_err();
        assert!(error.to_string().starts_with("file phq-2.toml, field version: "), "{error}");
        assert_eq!(registry.current("phq-2").unwrap().file_text(), PHQ2);
        assert!(registry.add_version("phq-2", &changed).is_err());
        assert!(registry.add_version("phq-2", PHQ2).is_ok());
    }

    #[test]
    fn a_suggested_form_has_to_be_known() {
        let mut registry = Registry::load_builtin().unwrap();
        let text = PHQ2.replace("1.0.0", "1.1.0").replace("suggest = \"phq-9\"", "suggest = \"phq-99\"");
        let folder = Folder::with("suggests", &[("phq-2.toml", &text)]);
        let error = registry.load_dir(&folder.0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "file phq-2.toml, field alerts.screen-positive.suggest: no instrument has the id \"phq-99\""
        );
        assert_eq!(registry.current("phq-2").unwrap().version, "1.0.0");
    }

    #[test]
    fn a_version_on_record_is_known_but_not_asked() {
        let mut registry = Registry::load_builtin().unwrap();
        registry.add_version("phq-2", &PHQ2.replace("1.0.0", "0.9.0")).unwrap();
        registry.add_version("gone", &PHQ2.replace("id = \"phq-2\"", "id = \"gone\"")).unwrap();
        assert_eq!(registry.current("phq-2").unwrap().version, "1.0.0");
        assert!(registry.version("phq-2", "0.9.0").is_some());
        assert!(registry.current("gone").is_none());
        assert_eq!(registry.measure("gone.total").unwrap().max, Points::from_int(6));
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let error = Registry::load_builtin().unwrap().load_dir(Path::new("/nowhere/at/all")).unwrap_err();
        assert_eq!(error.to_string(), "file /nowhere/at/all cannot be read");
    }

    #[test]
    fn levels_are_in_order_and_info_makes_no_alert() {
        assert!(Level::Info < Level::Review && Level::Review < Level::High && Level::High < Level::Urgent);
        assert!(!Level::Info.makes_alert() && Level::Review.makes_alert());
    }
}
