//! A questionnaire as the API answers it (`GET /instruments`).

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    AlertRule, AnswerOption, AskIf, Band, Change, Choice, Direction, Instrument, Item, ItemKind, ItemType, Kind, Level, Measure,
    Method, Points, Range, Respondent, Scoring, Setting, Subject, Subscale, Test,
};

/// A questionnaire: what to ask, how it is scored, and what has to be shown with it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Instrument)]
pub struct InstrumentBody {
    /// Names it everywhere: `phq-9`.
    pub id: String,
    /// The version of its file, to be sent with answers.
    pub version: String,
    /// Its full name.
    pub title: String,
    /// Its usual name.
    pub short_title: String,
    /// What it measures.
    pub construct: String,
    /// What it is used for.
    pub conditions: Vec<String>,
    /// An in-house form has to be shown as "not a validated scale".
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
    /// The stem above the items; null where each item carries its own.
    pub recall: Option<String>,
    /// The days that the items ask about.
    pub recall_days: Option<u32>,
    /// Below this distance to the last one, warn.
    pub min_interval_days: Option<u32>,
    /// About how long it takes to answer.
    pub minutes: usize,
    /// For those who use its numbers.
    pub notes: Option<String>,
    /// Terms; the attribution has to be shown with the form.
    pub licence: LicenceBody,
    /// The publication.
    pub citation: String,
    /// Answers shared by most items; each choice item has its own filled in.
    pub options: Vec<OptionBody>,
    /// The questions, in order.
    pub items: Vec<ItemBody>,
    /// How they are scored.
    pub scoring: ScoringBody,
    /// Named parts of the range, in order.
    pub bands: Vec<BandBody>,
    /// What counts as a change; null where nothing is published.
    pub change: Option<ChangeBody>,
    /// The rules by which answers call for attention, so that a phone without a connection can show help at once.
    pub alerts: Vec<AlertRuleBody>,
    /// What can be charted.
    pub measures: Vec<MeasureBody>,
    /// The LOINC code of the form.
    pub loinc: Option<String>,
    /// The LOINC code of its score.
    pub score_loinc: Option<String>,
}

/// Terms of use.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Licence)]
pub struct LicenceBody {
    /// The terms in a line.
    pub name: String,
    /// To be shown with the form; may be empty.
    pub attribution: String,
}

/// One of the answers of a choice.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = AnswerOption)]
pub struct OptionBody {
    /// What to send.
    pub value: Points,
    /// What to show.
    pub label: String,
    /// Its LOINC answer code.
    pub loinc: Option<String>,
}

/// One of the things that may be ticked.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Choice)]
pub struct ChoiceBody {
    /// What to send.
    pub id: String,
    /// What to show.
    pub label: String,
}

/// The numbers that a rating may take.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Range)]
pub struct RangeBody {
    /// The lowest.
    pub min: Points,
    /// The highest.
    pub max: Points,
    /// The distance between neighbours.
    pub step: Points,
    /// The words at the low end.
    pub low: Option<String>,
    /// The words at the high end.
    pub high: Option<String>,
    /// The unit.
    pub unit: Option<String>,
}

/// One question.
#[expect(clippy::struct_excessive_bools, reason = "the flags of the file, each for itself")]
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Item)]
pub struct ItemBody {
    /// Names it in answers.
    pub id: String,
    /// The question.
    pub text: String,
    /// A short name.
    pub label: Option<String>,
    /// Its LOINC code.
    pub loinc: Option<String>,
    /// What kind of answer it takes.
    #[serde(rename = "type")]
    pub item_type: ItemType,
    /// For a choice; null otherwise.
    pub options: Option<Vec<OptionBody>>,
    /// For a scale or a number; null otherwise.
    pub range: Option<RangeBody>,
    /// For a multi; null otherwise.
    pub choices: Option<Vec<ChoiceBody>>,
    /// Which way a single rating runs.
    pub direction: Option<Direction>,
    /// Whether it counts towards the score.
    #[serde(rename = "scored")]
    pub is_scored: bool,
    /// Whether it may be left out.
    #[serde(rename = "optional")]
    pub is_optional: bool,
    /// To be shown above the recall stem.
    #[serde(rename = "before_recall")]
    pub is_before_recall: bool,
    /// To be read without the recall stem.
    #[serde(rename = "own_stem")]
    pub has_own_stem: bool,
    /// To be asked only then; null for always.
    pub ask_if: Option<AskIfBody>,
}

/// What has to be answered before for an item to be asked.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = AskIf)]
pub struct AskIfBody {
    /// Earlier items; one fitting answer is enough.
    pub any: Vec<String>,
    /// `== != >= <= > <`, or `includes`.
    pub op: String,
    /// What to compare with: a number, or the id of a choice.
    pub value: Option<ThresholdBody>,
}

/// What an answer is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Threshold)]
#[serde(untagged)]
pub enum ThresholdBody {
    /// A number.
    Number(Points),
    /// The id of a choice.
    Choice(String),
}

/// How the answers become a score.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Scoring)]
pub struct ScoringBody {
    /// `none`: there is never a score.
    pub method: Method,
    /// The lowest score.
    pub min: Option<Points>,
    /// The highest score.
    pub max: Option<Points>,
    /// It is rounded half up to so many.
    pub decimals: Option<u32>,
    /// Which way it runs.
    pub higher_is: Direction,
    /// Up to so many missing items are prorated.
    pub max_missing: usize,
    /// Plain sums of some of the items.
    pub subscales: Vec<SubscaleBody>,
}

/// A plain sum of some of the items.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Subscale)]
pub struct SubscaleBody {
    /// Its name in the instrument's file.
    pub id: String,
    /// What it is about.
    pub label: String,
    /// What is added up.
    pub items: Vec<String>,
    /// The lowest sum.
    pub min: Points,
    /// The highest sum.
    pub max: Points,
}

/// A named part of a range, both ends included.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Band)]
pub struct BandBody {
    /// The lowest score in it.
    pub min: Points,
    /// The highest score in it.
    pub max: Points,
    /// The published word.
    pub label: String,
}

impl From<&Band> for BandBody {
    fn from(band: &Band) -> Self {
        Self { min: band.min, max: band.max, label: band.label.clone() }
    }
}

/// What counts as a change; null is unknown.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Change)]
pub struct ChangeBody {
    /// The smallest change that matters, in points.
    pub mcid: Option<Points>,
    /// More than chance variation, in points.
    pub reliable: Option<Points>,
    /// The share of the baseline whose gain is a response.
    pub response: Option<Points>,
    /// Below this baseline neither response nor remission can be told.
    pub min_baseline: Option<Points>,
    /// The highest score that is a remission.
    pub remission_max: Option<Points>,
    /// The highest score outside the clinical range.
    pub below_clinical_max: Option<Points>,
    /// Where the figures come from.
    pub sources: Vec<String>,
}

/// A rule by which answers call for attention.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = AlertRule)]
pub struct AlertRuleBody {
    /// Names it within the instrument.
    pub id: String,
    /// What it is about.
    pub kind: String,
    /// How soon somebody has to look.
    pub level: Level,
    /// When it is met.
    pub when: WhenBody,
    /// The instrument to offer next.
    pub suggest: Option<String>,
}

/// When an alert rule is met: by one of the items, or by the score.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = AlertCondition)]
pub struct WhenBody {
    /// One fitting answer is enough; empty if the score is looked at.
    pub any: Vec<String>,
    /// Whether the score is looked at.
    #[serde(rename = "score")]
    pub is_score: bool,
    /// `== != >= <= > <`, `missing` or `includes`.
    pub op: String,
    /// What to compare with: a number, or the id of a choice; null for `missing`.
    pub value: Option<ThresholdBody>,
}

/// What can be charted.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = InstrumentMeasure)]
pub struct MeasureBody {
    /// `<instrument>.<scale>`.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Its name where the instrument is known.
    pub short_title: String,
    /// The lowest value.
    pub min: Points,
    /// The highest value.
    pub max: Points,
    /// How many decimals its values have.
    pub decimals: u32,
    /// Which way it runs.
    pub higher_is: Direction,
}

impl Instrument {
    /// The questionnaire as the API answers it.
    pub fn body(&self) -> InstrumentBody {
        InstrumentBody {
            id: self.id.clone(),
            version: self.version.clone(),
            title: self.title.clone(),
            short_title: self.short_title.clone(),
            construct: self.construct.clone(),
            conditions: self.conditions.clone(),
            kind: self.kind,
            language: self.language.clone(),
            respondent: self.respondent,
            setting: self.setting,
            intro: self.intro.clone(),
            intro_adapted: self.intro_adapted.clone(),
            recall: self.recall.clone(),
            recall_days: self.recall_days,
            min_interval_days: self.min_interval_days,
            minutes: self.minutes(),
            notes: self.notes.clone(),
            licence: LicenceBody { name: self.licence.name.clone(), attribution: self.licence.attribution.clone() },
            citation: self.source.citation.clone(),
            options: options(&self.options),
            items: self.items.iter().map(ItemBody::from).collect(),
            scoring: self.scoring.as_ref().map_or(ScoringBody::NONE, ScoringBody::from),
            bands: self.bands.iter().map(BandBody::from).collect(),
            change: self.change.as_ref().map(ChangeBody::from),
            alerts: self.alerts.iter().map(AlertRuleBody::from).collect(),
            measures: self.measures.iter().map(|measure| MeasureBody::from(measure.as_ref())).collect(),
            loinc: self.loinc.clone(),
            score_loinc: self.score_loinc.clone(),
        }
    }
}

fn options(options: &[AnswerOption]) -> Vec<OptionBody> {
    let body =
        |option: &AnswerOption| OptionBody { value: option.value, label: option.label.clone(), loinc: option.loinc.clone() };
    options.iter().map(body).collect()
}

fn choices(choices: &[Choice]) -> Vec<ChoiceBody> {
    choices.iter().map(|choice| ChoiceBody { id: choice.id.clone(), label: choice.label.clone() }).collect()
}

impl From<&Range> for RangeBody {
    fn from(range: &Range) -> Self {
        Self {
            min: range.min,
            max: range.max,
            step: range.step,
            low: range.low.clone(),
            high: range.high.clone(),
            unit: range.unit.clone(),
        }
    }
}

impl From<&Item> for ItemBody {
    fn from(item: &Item) -> Self {
        let (item_type, options, range, choices) = match &item.kind {
            ItemKind::Choice(allowed) => (ItemType::Choice, Some(options(allowed)), None, None),
            ItemKind::Scale(range) => (ItemType::Scale, None, Some(range.into()), None),
            ItemKind::Number(range) => (ItemType::Number, None, Some(range.into()), None),
            ItemKind::Multi(allowed) => (ItemType::Multi, None, None, Some(choices(allowed))),
            ItemKind::Text => (ItemType::Text, None, None, None),
        };
        Self {
            id: item.id.clone(),
            text: item.text.clone(),
            label: item.label.clone(),
            loinc: item.loinc.clone(),
            item_type,
            options,
            range,
            choices,
            direction: item.direction,
            is_scored: item.is_scored,
            is_optional: item.is_optional,
            is_before_recall: item.is_before_recall,
            has_own_stem: item.has_own_stem,
            ask_if: item.ask_if.as_ref().map(AskIfBody::from),
        }
    }
}

impl From<&AskIf> for AskIfBody {
    fn from(ask_if: &AskIf) -> Self {
        let (op, value) = in_words(&ask_if.test);
        Self { any: ask_if.any.clone(), op, value }
    }
}

fn in_words(test: &Test) -> (String, Option<ThresholdBody>) {
    match test {
        Test::Compare(operator, threshold) => (operator.as_str().to_owned(), Some(ThresholdBody::Number(*threshold))),
        Test::Includes(choice) => ("includes".to_owned(), Some(ThresholdBody::Choice(choice.clone()))),
        Test::Missing => ("missing".to_owned(), None),
    }
}

impl ScoringBody {
    /// Of a form without a score.
    const NONE: Self = Self {
        method: Method::None,
        min: None,
        max: None,
        decimals: None,
        higher_is: Direction::None,
        max_missing: 0,
        subscales: Vec::new(),
    };
}

impl From<&Scoring> for ScoringBody {
    fn from(scoring: &Scoring) -> Self {
        Self {
            method: scoring.method,
            min: Some(scoring.min),
            max: Some(scoring.max),
            decimals: Some(scoring.decimals),
            higher_is: scoring.higher_is,
            max_missing: scoring.max_missing,
            subscales: scoring.subscales.iter().map(SubscaleBody::from).collect(),
        }
    }
}

impl From<&Subscale> for SubscaleBody {
    fn from(subscale: &Subscale) -> Self {
        Self {
            id: subscale.id.clone(),
            label: subscale.label.clone(),
            items: subscale.items.clone(),
            min: subscale.min,
            max: subscale.max,
        }
    }
}

impl From<&Change> for ChangeBody {
    fn from(change: &Change) -> Self {
        let sources = [
            &change.mcid_source,
            &change.reliable_source,
            &change.response_source,
            &change.min_baseline_source,
            &change.remission_source,
            &change.below_clinical_source,
        ];
        Self {
            mcid: change.mcid,
            reliable: change.reliable,
            response: change.response,
            min_baseline: change.min_baseline,
            remission_max: change.remission_max,
            below_clinical_max: change.below_clinical_max,
            sources: sources.into_iter().flatten().cloned().collect(),
        }
    }
}

impl From<&AlertRule> for AlertRuleBody {
    fn from(rule: &AlertRule) -> Self {
        let (op, value) = in_words(&rule.test);
        let (any, is_score) = match &rule.subject {
            Subject::Score => (Vec::new(), true),
            Subject::Items(ids) => (ids.clone(), false),
        };
        Self {
            id: rule.id.clone(),
            kind: rule.kind.clone(),
            level: rule.level,
            when: WhenBody { any, is_score, op, value },
            suggest: rule.suggest.clone(),
        }
    }
}

impl From<&Measure> for MeasureBody {
    fn from(measure: &Measure) -> Self {
        Self {
            id: measure.id.clone(),
            title: measure.title.clone(),
            short_title: measure.short_title.clone(),
            min: measure.min,
            max: measure.max,
            decimals: measure.decimals,
            higher_is: measure.higher_is,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Registry;

    fn body(id: &str) -> Value {
        serde_json::to_value(Registry::load_builtin().unwrap().current(id).unwrap().body()).unwrap()
    }

    #[test]
    fn a_choice_always_has_its_options() {
        let phq9 = body("phq-9");
        assert_eq!(phq9["items"][0]["options"][1], json!({"value": 1, "label": "Several days", "loinc": "LA6569-3"}));
        assert_eq!(phq9["items"][9]["options"][0]["label"], "Not difficult at all");
        assert_eq!(phq9["items"][9]["ask_if"]["op"], ">=");
        assert_eq!(phq9["items"][9]["scored"], false);
        assert_eq!(phq9["bands"][1], json!({"min": 5, "max": 9, "label": "Mild"}));
        assert_eq!(phq9["change"]["response"], json!(0.5));
        assert_eq!(phq9["measures"][0]["id"], "phq-9.total");
        assert_eq!(phq9["alerts"][0]["when"], json!({"any": ["q9"], "score": false, "op": ">=", "value": 1}));
    }

    #[test]
    fn a_form_without_a_score_has_ratings() {
        let daily = body("daily-check-in");
        assert_eq!(daily["scoring"]["method"], "none");
        assert_eq!(daily["scoring"]["max"], Value::Null);
        assert_eq!(daily["items"][3]["range"], json!({"min": 0, "max": 24, "step": 0.5, "low": null, "high": null, "unit": "h"}));
        assert_eq!(daily["items"][3]["options"], Value::Null);
        assert_eq!(daily["alerts"][2]["when"]["value"], "seeing-hearing");
        let measures: Vec<_> = daily["measures"].as_array().unwrap().iter().map(|measure| &measure["id"]).collect();
        assert_eq!(measures.len(), 6);
        assert_eq!(measures[0], "daily-check-in.mood");
    }
}
