//! Reading and checking the file of a questionnaire.
//!
//! A wrong file scores patients wrongly, so whatever is unknown, contradictory or incomplete is refused here, with the
//! file and the field; everything after this trusts an [`Instrument`].

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    AlertRule, AnswerOption, AskIf, Band, Change, Choice, Direction, Instrument, Item, ItemKind, ItemType, Kind, Level, Licence,
    MAX_DECIMALS, Method, Operator, Points, Range, Respondent, Scoring, Setting, Source, Subject, Subscale, Test, measures,
};

/// The version of the format that this program reads.
const SCHEMA: u32 = 1;

/// As many items as a set of answers may have.
pub(super) const MAX_ITEMS: usize = 200;

const MAX_ID_LENGTH: usize = 64;

/// A questionnaire that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file says something that it may not.
    #[error("file {file}, field {field}: {reason}")]
    Faulty {
        /// The name of the file.
        file: String,
        /// Where in the file: `items.q9.ask_if`.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The file, or the folder, cannot be read.
    #[error("file {file} cannot be read")]
    Unreadable {
        /// The path.
        file: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// The error for a field of the file of instrument `id`.
pub(super) fn fault(id: &str, field: &str, reason: impl Into<String>) -> LoadError {
    LoadError::Faulty { file: format!("{id}.toml"), field: field.to_owned(), reason: reason.into() }
}

/// A field and what is wrong with it.
struct Fault {
    field: String,
    reason: String,
}

type Checked<T = ()> = Result<T, Fault>;

fn refuse<T>(field: impl Into<String>, reason: impl Into<String>) -> Checked<T> {
    Err(Fault { field: field.into(), reason: reason.into() })
}

/// Refuses the field unless the claim about it is true.
fn require(is_true: bool, field: &str, reason: &str) -> Checked {
    if is_true { Ok(()) } else { refuse(field, reason) }
}

/// Reads every `*.toml` of a folder, by name.
pub(super) fn read_dir(folder: &Path) -> Result<Vec<Instrument>, LoadError> {
    let unreadable = |path: &Path, source| LoadError::Unreadable { file: path.display().to_string(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
            read(&path.file_name().unwrap_or_default().to_string_lossy(), &text)
        })
        .collect()
}

/// Reads one file; `file` is its name without folders.
pub(super) fn read(file: &str, text: &str) -> Result<Instrument, LoadError> {
    let faulty = |fault: Fault| LoadError::Faulty { file: file.to_owned(), field: fault.field, reason: fault.reason };
    let definition: Definition = toml::from_str(text).map_err(|error| faulty(misread(text, error)))?;
    require(file.strip_suffix(".toml") == Some(definition.id.as_str()), "id", "must be the name of the file").map_err(faulty)?;
    let mut instrument = definition.into_instrument().map_err(faulty)?;
    text.clone_into(&mut instrument.text);
    instrument.digest = Sha256::digest(text).iter().fold(String::new(), |mut digest, byte| {
        // Writing to a string cannot fail.
        let _ = write!(digest, "{byte:02x}");
        digest
    });
    instrument.measures = measures::of(&instrument).into_iter().map(Arc::new).collect();
    Ok(instrument)
}

/// Names the field of a TOML error by its keys, and by the name in the message where the field is missing or unknown.
fn misread(text: &str, mut error: toml::de::Error) -> Fault {
    let line = error.span().map_or(1, |span| 1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count());
    let reason = error.message().to_owned();
    // Without the text, the error shows the keys that lead to the place.
    error.set_input(None);
    let shown = error.to_string();
    let keys = shown.rsplit_once("\nin `").and_then(|(_, keys)| keys.trim_end().strip_suffix('`')).unwrap_or_default();
    let named = ["unknown field `", "missing field `", "duplicate field `"]
        .iter()
        .find_map(|start| reason.strip_prefix(start)?.split_once('`'))
        .map_or("", |(name, _)| name);
    match (keys, named) {
        ("", "") => Fault { field: format!("line {line}"), reason },
        (keys, "") => Fault { field: keys.to_owned(), reason: format!("{reason} (line {line})") },
        ("", named) => Fault { field: named.to_owned(), reason: format!("{reason} (line {line})") },
        (keys, named) => Fault { field: format!("{keys}.{named}"), reason: format!("{reason} (line {line})") },
    }
}

/// A file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Definition {
    schema: u32,
    id: String,
    version: String,
    title: String,
    short_title: String,
    construct: String,
    conditions: Vec<String>,
    kind: Kind,
    language: String,
    respondent: Respondent,
    setting: Setting,
    intro: Option<String>,
    intro_adapted: Option<String>,
    recall: Option<String>,
    recall_days: Option<u32>,
    min_interval_days: Option<u32>,
    loinc: Option<String>,
    score_loinc: Option<String>,
    notes: Option<String>,
    licence: Licence,
    source: Source,
    #[serde(default)]
    options: Vec<AnswerOption>,
    items: Vec<ItemDefinition>,
    scoring: ScoringDefinition,
    #[serde(default)]
    bands: Vec<Band>,
    change: Option<Change>,
    #[serde(default)]
    alerts: Vec<AlertDefinition>,
}

#[expect(clippy::struct_excessive_bools, reason = "the flags of the file, each for itself")]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemDefinition {
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
enum Op {
    Compare(Operator),
    Other(OtherOp),
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OtherOp {
    Missing,
    Includes,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "must be a number with at most 3 decimals, or the id of a choice")]
enum Value {
    Number(Points),
    ChoiceId(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScoringDefinition {
    method: Method,
    min: Option<Points>,
    max: Option<Points>,
    decimals: Option<u32>,
    higher_is: Direction,
    max_missing: Option<usize>,
    missing_method: Option<MissingMethod>,
    #[serde(rename = "rounding")]
    _rounding: Option<Rounding>,
    missing_source: Option<String>,
    #[serde(default)]
    subscales: Vec<Subscale>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum MissingMethod {
    Prorate,
}

/// The only rounding there is; the field is for readers.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Rounding {
    HalfUp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlertDefinition {
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

impl Definition {
    fn into_instrument(self) -> Checked<Instrument> {
        self.check_heading()?;
        check_options("options", &self.options)?;
        let items = items(self.items, &self.options)?;
        let scoring = self.scoring.into_scoring(&items)?;
        check_bands(&self.bands, self.kind, scoring.as_ref())?;
        if let Some(change) = &self.change {
            check_change(change, self.kind, scoring.as_ref())?;
        }
        let alerts = alerts(self.alerts, &items, scoring.as_ref())?;
        Ok(Instrument {
            id: self.id,
            version: self.version,
            title: self.title,
            short_title: self.short_title,
            construct: self.construct,
            conditions: self.conditions,
            kind: self.kind,
            language: self.language,
            respondent: self.respondent,
            setting: self.setting,
            intro: self.intro.filter(|text| !text.is_empty()),
            intro_adapted: self.intro_adapted.filter(|text| !text.is_empty()),
            recall: self.recall.filter(|text| !text.is_empty()),
            recall_days: self.recall_days,
            min_interval_days: self.min_interval_days,
            loinc: self.loinc,
            score_loinc: self.score_loinc,
            notes: self.notes,
            licence: self.licence,
            source: self.source,
            options: self.options,
            items,
            scoring,
            bands: self.bands,
            change: self.change,
            alerts,
            text: String::new(),
            digest: String::new(),
            measures: Vec::new(),
        })
    }

    fn check_heading(&self) -> Checked {
        require(self.schema == SCHEMA, "schema", "must be 1")?;
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        require(self.id.bytes().all(is_plain), "id", "must be lower-case letters, digits and hyphens")?;
        check_id("id", &self.id)?;
        let is_version = |byte: u8| byte.is_ascii_alphanumeric() || b".-+_".contains(&byte);
        require(
            (1..=MAX_ID_LENGTH).contains(&self.version.len()) && self.version.bytes().all(is_version),
            "version",
            "must be like 1.0.0",
        )?;
        for (field, words) in [
            ("title", &self.title),
            ("short_title", &self.short_title),
            ("construct", &self.construct),
            ("language", &self.language),
            ("licence.name", &self.licence.name),
            ("source.citation", &self.source.citation),
        ] {
            check_words(field, words)?;
        }
        self.conditions.iter().try_for_each(|condition| check_id("conditions", condition))?;
        require(self.recall_days != Some(0), "recall_days", "must be above 0")?;
        require(self.min_interval_days != Some(0), "min_interval_days", "must be above 0")
    }
}

fn check_words(field: &str, words: &str) -> Checked {
    require(!words.trim().is_empty(), field, "must not be empty")
}

/// Ids are parts of addresses and of names of measures.
fn check_id(field: &str, id: &str) -> Checked {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    require(
        (1..=MAX_ID_LENGTH).contains(&id.len()) && id.bytes().all(is_allowed),
        field,
        "must be 1 to 64 letters, digits, hyphens or underscores",
    )
}

fn check_unique<'a, T: Ord + 'a>(field: &str, what: &str, mut values: impl Iterator<Item = T>) -> Checked {
    let mut seen = BTreeSet::new();
    require(values.all(|value| seen.insert(value)), field, &format!("has the same {what} twice"))
}

fn check_options(field: &str, options: &[AnswerOption]) -> Checked {
    check_unique(field, "value", options.iter().map(|option| option.value))?;
    check_unique(field, "label", options.iter().map(|option| &option.label))?;
    options.iter().try_for_each(|option| check_words(field, &option.label))
}

fn items(definitions: Vec<ItemDefinition>, shared: &[AnswerOption]) -> Checked<Vec<Item>> {
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

fn test(field: &str, op: Op, value: Option<Value>) -> Checked<Test> {
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
fn check_subjects(field: &str, ids: &[String], known: &[Item], test: &Test) -> Checked {
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

impl ScoringDefinition {
    fn into_scoring(self, items: &[Item]) -> Checked<Option<Scoring>> {
        if self.method == Method::None {
            let is_bare = self.min.is_none()
                && self.max.is_none()
                && self.decimals.is_none()
                && self.max_missing.is_none()
                && self.missing_method.is_none()
                && self.subscales.is_empty();
            require(is_bare, "scoring", "method none takes no min, max, decimals, missing-item rule or subscales")?;
            require(self.higher_is == Direction::None, "scoring.higher_is", "must be none without a score")?;
            return Ok(None);
        }
        let decimals = self.decimals.unwrap_or(0);
        require(decimals <= MAX_DECIMALS, "scoring.decimals", "must be 0 to 3")?;
        let mut bounds = Vec::new();
        for item in items.iter().filter(|item| item.is_scored) {
            let Some((min, max)) = item.kind.bounds() else {
                return refuse(format!("items.{}.scored", item.id), "must be false: only ratings make a score");
            };
            // An item that is not asked counts 0.
            let is_skippable = item.ask_if.is_some();
            bounds.push(if is_skippable { (min.min(Points::ZERO), max.max(Points::ZERO)) } else { (min, max) });
        }
        require(!bounds.is_empty(), "scoring.method", "needs at least one scored item")?;
        let (Some(min), Some(max)) = (self.min, self.max) else {
            return refuse("scoring", "needs min and max");
        };
        let lows: Vec<_> = bounds.iter().map(|(low, _)| *low).collect();
        let highs: Vec<_> = bounds.iter().map(|(_, high)| *high).collect();
        check_bound("scoring.min", min, super::scoring::combine(self.method, &lows, lows.len(), decimals))?;
        check_bound("scoring.max", max, super::scoring::combine(self.method, &highs, highs.len(), decimals))?;
        let max_missing = self.max_missing.unwrap_or(0);
        if max_missing > 0 {
            require(self.missing_method.is_some(), "scoring.missing_method", "must be prorate where items may be missing")?;
            require(self.method == Method::Sum, "scoring.max_missing", "must be 0: only sums are prorated")?;
            require(max_missing < bounds.len(), "scoring.max_missing", "must leave an answered item")?;
            let is_even = bounds.windows(2).all(|pair| pair[0] == pair[1]);
            require(is_even, "scoring.max_missing", "must be 0: the scored items have different ranges")?;
        }
        check_subscales(&self.subscales, items)?;
        Ok(Some(Scoring {
            method: self.method,
            min,
            max,
            decimals,
            higher_is: self.higher_is,
            max_missing,
            missing_source: self.missing_source,
            subscales: self.subscales,
        }))
    }
}

fn check_bound(field: &str, written: Points, possible: Option<Points>) -> Checked {
    match possible {
        Some(possible) if possible != written => refuse(field, format!("is {written}, but the items give {possible}")),
        Some(_) => Ok(()),
        None => refuse(field, "is out of bounds"),
    }
}

fn check_subscales(subscales: &[Subscale], items: &[Item]) -> Checked {
    check_unique("scoring.subscales", "id", subscales.iter().map(|subscale| subscale.id.to_ascii_lowercase()))?;
    for subscale in subscales {
        let path = format!("scoring.subscales.{}", subscale.id);
        check_id(&path, &subscale.id)?;
        check_words(&path, &subscale.label)?;
        require(!subscale.id.eq_ignore_ascii_case("total"), &path, "must not be called total")?;
        require(!subscale.items.is_empty(), &path, "names no item")?;
        check_unique(&path, "item", subscale.items.iter())?;
        let (mut min, mut max) = (Points::ZERO, Points::ZERO);
        for id in &subscale.items {
            let Some(item) = items.iter().find(|item| item.id == *id) else {
                return refuse(path, format!("no item has the id {id:?}"));
            };
            let Some((low, high)) = item.kind.bounds() else {
                return refuse(path, format!("{id} is not a rating"));
            };
            let is_skippable = item.ask_if.is_some();
            min = min + if is_skippable { low.min(Points::ZERO) } else { low };
            max = max + if is_skippable { high.max(Points::ZERO) } else { high };
        }
        check_bound(&format!("{path}.min"), subscale.min, Some(min))?;
        check_bound(&format!("{path}.max"), subscale.max, Some(max))?;
    }
    Ok(())
}

fn check_bands(bands: &[Band], kind: Kind, scoring: Option<&Scoring>) -> Checked {
    let (Some(first), Some(last)) = (bands.first(), bands.last()) else {
        return Ok(());
    };
    let Some(scoring) = scoring else {
        return refuse("bands", "need a score");
    };
    require(kind == Kind::Validated, "bands", "are not for in-house forms (CLINICAL.md 1)")?;
    require(first.min == scoring.min, "bands", "must begin at the lowest score")?;
    require(last.max == scoring.max, "bands", "must end at the highest score")?;
    for band in bands {
        check_words("bands", &band.label)?;
        require(band.min <= band.max, "bands", &format!("{:?} ends before it begins", band.label))?;
    }
    let step = Points::step_of(scoring.decimals);
    for pair in bands.windows(2) {
        let (reached, next) = (pair[0].max + step, pair[1].min);
        require(next >= reached, "bands", &format!("{:?} overlaps {:?}", pair[1].label, pair[0].label))?;
        require(next <= reached, "bands", &format!("leave a gap before {:?}", pair[1].label))?;
    }
    Ok(())
}

fn check_change(change: &Change, kind: Kind, scoring: Option<&Scoring>) -> Checked {
    let Some(scoring) = scoring else {
        return refuse("change", "needs a score");
    };
    require(scoring.higher_is != Direction::None, "change", "needs a score that is better or worse when higher")?;
    let width = scoring.max - scoring.min;
    for (field, points) in [("change.mcid", change.mcid), ("change.reliable", change.reliable)] {
        let is_sane = points.is_none_or(|points| Points::ZERO < points && points <= width);
        require(is_sane, field, "must be above 0 and within the range of the score")?;
    }
    let is_share = change.response.is_none_or(|share| Points::ZERO < share && share <= Points::from_int(1));
    require(is_share, "change.response", "must be a share above 0, at most 1")?;
    for (field, score) in [
        ("change.min_baseline", change.min_baseline),
        ("change.remission_max", change.remission_max),
        ("change.below_clinical_max", change.below_clinical_max),
    ] {
        let is_score = score.is_none_or(|score| scoring.min <= score && score <= scoring.max);
        require(is_score, field, "must be within the range of the score")?;
        let is_low_good = score.is_none() || scoring.higher_is == Direction::Worse;
        require(is_low_good, field, "needs a score that is worse when higher")?;
    }
    let is_published = kind == Kind::Validated || (change.response.is_none() && change.remission_max.is_none());
    require(is_published, "change", "of an in-house form has no response and no remission (CLINICAL.md 1)")
}

fn alerts(definitions: Vec<AlertDefinition>, items: &[Item], scoring: Option<&Scoring>) -> Checked<Vec<AlertRule>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const PHQ9: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/instruments/phq-9.toml"));
    const DAILY: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/instruments/daily-check-in.toml"));
    const PCL5: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/instruments/pcl-5.toml"));
    const BLADDER: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/instruments/bladder-check.toml"));

    /// Reads a built-in file in which `from` has become `to` once, and tells the field that is refused.
    fn refused_field(text: &str, from: &str, to: &str) -> String {
        assert!(text.contains(from), "{from}");
        let id = text.lines().find_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"')).unwrap();
        match read(&format!("{id}.toml"), &text.replacen(from, to, 1)) {
            Err(LoadError::Faulty { field, .. }) => field,
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("accepted {to}"),
        }
    }

    /// A file, what is changed in it, and the field that is then refused.
    const FAULTY: &[(&str, &str, &str, &str)] = &[
        (PHQ9, "schema = 1", "schema = 2", "schema"),
        (PHQ9, "id = \"phq-9\"", "id = \"phq-8\"", "id"),
        (PHQ9, "version = \"1.0.0\"", "version = \"\"", "version"),
        (PHQ9, "version = \"1.0.0\"\n", "", "version"),
        (PHQ9, "version = \"1.0.0\"", "version = 1", "version"),
        (PHQ9, "title = \"Patient Health", "tittle = \"Patient Health", "tittle"),
        (PHQ9, "kind = \"validated\"", "kind = \"published\"", "kind"),
        (PHQ9, "kind = \"validated\"", "kind = \"in-house\"", "bands"),
        (PHQ9, "kind = \"validated\"", "kind = validated", "line 9"),
        (PHQ9, "recall_days = 14", "recall_days = 0", "recall_days"),
        (PHQ9, "embed = \"allowed\"", "embed = \"forbidden\"", "licence.embed"),
        (PHQ9, "id = \"q2\"", "id = \"q1\"", "items"),
        (PHQ9, "id = \"q2\"", "id = \"q.2\"", "items.q.2.id"),
        (PHQ9, "loinc = \"44250-9\"", "type = \"scale\"", "items.q1.range"),
        (PHQ9, "loinc = \"44250-9\"", "type = \"text\"", "items.q10.ask_if"),
        (PHQ9, "loinc = \"44250-9\"", "choices = []", "items.q1.choices"),
        (PHQ9, "loinc = \"44250-9\"", "range = { min = 0, max = 3 }", "items.q1.range"),
        (PHQ9, "loinc = \"44250-9\"", "options = []", "items.q1.options"),
        (PHQ9, "loinc = \"44250-9\"", "colour = \"red\"", "items.colour"),
        (PHQ9, "value = 3", "value = 2", "options"),
        (PHQ9, "value = 3", "value = 2.00001", "options.value"),
        (PHQ9, "value = 3", "value = 4", "scoring.max"),
        (PHQ9, "any = [\"q1\", ", "any = [\"q10\", ", "items.q10.ask_if"),
        (PHQ9, "op = \">=\", value = 1 }\noptions", "op = \"=>\", value = 1 }\noptions", "items.ask_if.op"),
        (PHQ9, "op = \">=\", value = 1 }\noptions", "op = \"missing\" }\noptions", "items.q10.ask_if"),
        (PHQ9, "max = 27", "max = 30", "scoring.max"),
        (PHQ9, "decimals = 0", "decimals = 4", "scoring.decimals"),
        (PHQ9, "max_missing = 2", "max_missing = 9", "scoring.max_missing"),
        (PHQ9, "max_missing = 2", "max_missing = -1", "scoring.max_missing"),
        (PHQ9, "missing_method = \"prorate\"", "", "scoring.missing_method"),
        (PHQ9, "missing_method = \"prorate\"", "missing_method = \"zero\"", "scoring.missing_method"),
        (PHQ9, "method = \"sum\"", "method = \"none\"", "scoring"),
        (PHQ9, "method = \"sum\"", "method = \"mean\"", "scoring.max"),
        (PHQ9, "min = 5\nmax = 9", "min = 6\nmax = 9", "bands"),
        (PHQ9, "min = 5\nmax = 9", "min = 4\nmax = 9", "bands"),
        (PHQ9, "min = 5\nmax = 9", "min = 5\nmax = 3", "bands"),
        (PHQ9, "min = 20\nmax = 27", "min = 20\nmax = 26", "bands"),
        (PHQ9, "mcid = 5", "mcid = 0", "change.mcid"),
        (PHQ9, "response = 0.5", "response = 50", "change.response"),
        (PHQ9, "remission_max = 4", "remission_max = 40", "change.remission_max"),
        (PHQ9, "remission_max = 4", "remision_max = 4", "change.remision_max"),
        (PHQ9, "higher_is = \"worse\"", "higher_is = \"better\"", "change.min_baseline"),
        (PHQ9, "higher_is = \"worse\"", "higher_is = \"none\"", "change"),
        (PHQ9, "id = \"si-frequent\"", "id = \"si-any\"", "alerts"),
        (PHQ9, "item = \"q9\", op = \">=\", value = 1", "item = \"q99\", op = \">=\", value = 1", "alerts.si-any.when"),
        (PHQ9, "item = \"q9\", op = \">=\", value = 1", "item = \"q9\", op = \">=\", value = 9", "alerts.si-any.when"),
        (PHQ9, "item = \"q9\", op = \">=\", value = 1", "item = \"q9\", op = \">\", value = 3", "alerts.si-any.when"),
        (PHQ9, "item = \"q9\", op = \">=\", value = 1", "item = \"q9\", op = \">=\"", "alerts.si-any.when"),
        (PHQ9, "item = \"q9\", op = \">=\", value = 1", "item = \"q9\", op = \"includes\", value = \"x\"", "alerts.si-any.when"),
        (PHQ9, "item = \"q9\", op = \"missing\"", "score = true, op = \"missing\"", "alerts.si-unanswered.when"),
        (PHQ9, "item = \"q9\", op = \"missing\"", "item = \"q9\", any = [\"q9\"], op = \"missing\"", "alerts.si-unanswered.when"),
        (PHQ9, "score = true, op = \">=\", value = 20", "score = true, op = \">=\", value = 28", "alerts.severe.when"),
        (PHQ9, "level = \"urgent\"", "level = \"severe\"", "alerts.level"),
        (DAILY, "max = 10, step = 1", "max = 10, step = 3", "items.mood.range"),
        (DAILY, "max = 10, step = 1", "max = 10, step = 0", "items.mood.range"),
        (DAILY, "max = 10, step = 1", "max = 10, step = 0.5", "items.mood.range"),
        (DAILY, "max = 10, step = 1", "max = -10, step = 1", "items.mood.range"),
        (DAILY, "id = \"nausea\"", "id = \"dizzy\"", "items.side_effects.choices"),
        (DAILY, "type = \"text\"", "type = \"text\"\ndirection = \"worse\"", "items.note.direction"),
        (DAILY, "value = \"seeing-hearing\"", "value = \"seeing\"", "alerts.psychosis-sign.when"),
        (DAILY, "item = \"mood\"", "score = true", "alerts.mood-zero.when"),
        (DAILY, "method = \"none\"", "method = \"sum\"", "items.side_effects.scored"),
        (PCL5, "items = [\"q6\", \"q7\"]", "items = [\"q6\", \"q70\"]", "scoring.subscales.C"),
        (PCL5, "items = [\"q6\", \"q7\"]", "items = [\"q6\"]", "scoring.subscales.C.max"),
        (PCL5, "id = \"C\"", "id = \"b\"", "scoring.subscales"),
        (PCL5, "id = \"C\"", "id = \"Total\"", "scoring.subscales.Total"),
        (BLADDER, "[scoring]", "[change]\nresponse = 0.5\n[scoring]", "change"),
    ];

    #[test]
    fn a_faulty_file_is_refused_with_its_field() {
        for (text, from, to, field) in FAULTY {
            assert_eq!(refused_field(text, from, to), *field, "{from} -> {to}");
        }
    }

    #[test]
    fn an_error_names_the_file_the_field_and_the_reason() {
        let error = read("phq-9.toml", &PHQ9.replace("max = 27\nlabel", "max = 26\nlabel")).unwrap_err();
        assert_eq!(error.to_string(), "file phq-9.toml, field bands: must end at the highest score");
        let error = read("phq-9.toml", &PHQ9.replace("recall_days = 14", "recall_days = \"14\"")).unwrap_err();
        assert_eq!(error.to_string(), "file phq-9.toml, field recall_days: invalid type: string \"14\", expected u32 (line 14)");
        assert!(read("phq-9", PHQ9).is_err());
    }

    #[test]
    fn what_the_file_says_is_what_the_instrument_has() {
        let pcl5 = read("pcl-5.toml", PCL5).unwrap();
        assert_eq!(pcl5.file_text(), PCL5);
        assert_eq!(pcl5.digest().len(), 64);
        assert_eq!(
            pcl5.intro_adapted.as_deref(),
            Some("The paper form says 'circle one of the numbers to the right'; changed for a screen, nothing else.")
        );
        let measures: Vec<_> = pcl5.measures().iter().map(|measure| measure.id.as_str()).collect();
        assert_eq!(measures, ["pcl-5.total", "pcl-5.b", "pcl-5.c", "pcl-5.d", "pcl-5.e"]);
        let phq9 = read("phq-9.toml", PHQ9).unwrap();
        assert_eq!(phq9.scored_items().count(), 9);
        assert_eq!(phq9.minutes(), 2);
        assert_eq!(phq9.change.unwrap().response, Some(Points::from_thousandths(500)));
    }
}
