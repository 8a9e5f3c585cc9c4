//! Reading and checking the file of a questionnaire.
//!
//! A wrong file scores patients wrongly, so whatever is unknown, contradictory or incomplete is refused here, with the
//! file and the field; everything after this trusts an [`Instrument`].

mod faults;
mod items;
mod rules;
mod scores;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use self::faults::{Checked, Fault, MAX_ID_LENGTH, check_id, check_words, require};
pub(super) use self::items::MAX_ITEMS;
use self::items::{ItemDefinition, check_options, items};
use self::rules::{AlertDefinition, alerts};
use self::scores::{ScoringDefinition, check_bands, check_change};
use super::{AnswerOption, Band, Change, Instrument, Kind, Licence, Respondent, Setting, Source, measures};

/// The version of the format that this program reads.
const SCHEMA: u32 = 1;

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

/// Reads every `*.toml` of a folder, by name.
pub(super) fn read_dir(folder: &Path) -> Result<Vec<Instrument>, LoadError> {
    files(folder)?.iter().map(|(file, text)| read(file, text)).collect()
}

/// Name and text of every `*.toml` of a folder, by name.
pub(crate) fn files(folder: &Path) -> Result<Vec<(String, String)>, LoadError> {
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
            Ok((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), text))
        })
        .collect()
}

/// Reads a file's TOML; what does not fit is named by its field.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, LoadError> {
    toml::from_str(text).map_err(|error| {
        let fault = misread(text, error);
        LoadError::Faulty { file: file.to_owned(), field: fault.field, reason: fault.reason }
    })
}

/// What tells one file from another.
pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut digest, byte| {
        // Writing to a string cannot fail.
        let _ = write!(digest, "{byte:02x}");
        digest
    })
}

/// Reads one file; `file` is its name without folders.
pub(super) fn read(file: &str, text: &str) -> Result<Instrument, LoadError> {
    let faulty = |fault: Fault| LoadError::Faulty { file: file.to_owned(), field: fault.field, reason: fault.reason };
    let definition: Definition = parse(file, text)?;
    require(file.strip_suffix(".toml") == Some(definition.id.as_str()), "id", "must be the name of the file").map_err(faulty)?;
    let mut instrument = definition.into_instrument().map_err(faulty)?;
    text.clone_into(&mut instrument.text);
    instrument.digest = digest(text);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruments::Points;

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
