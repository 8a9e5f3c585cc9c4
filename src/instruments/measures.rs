//! What can be charted and compared: totals, subscales and single ratings, each under one name.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Band, Change, Direction, Instrument, Item, ItemKind, Kind, Points, Scored};

/// One line on a chart: `phq-9.total`, `pcl-5.b`, `daily-check-in.mood`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// `<instrument>.<scale>`.
    pub id: String,
    /// The instrument's id.
    pub instrument: String,
    /// Its name on a chart: "PHQ-9", "PCL-5: Intrusion", "Mood".
    pub title: String,
    /// Its name where the instrument is known: "PHQ-9", "Intrusion", "Mood".
    pub short_title: String,
    /// The lowest value.
    pub min: Points,
    /// The highest value.
    pub max: Points,
    /// How many decimals its values have.
    pub decimals: u32,
    /// Which way it runs.
    pub higher_is: Direction,
    /// Named parts of the range; only totals have them.
    pub bands: Vec<Band>,
    /// What counts as a change; only totals have it.
    pub change: Option<Change>,
    /// Published or in-house.
    pub kind: Kind,
    /// The words at the low end, for ratings.
    pub low: Option<String>,
    /// The words at the high end, for ratings.
    pub high: Option<String>,
    /// The unit, for numbers.
    pub unit: Option<String>,
    /// What its values are taken from.
    part: Part,
}

impl Measure {
    /// The item whose answers are the values, for a rating of a form without a score.
    pub fn rated_item(&self) -> Option<&str> {
        if let Part::Item(id) = &self.part { Some(id) } else { None }
    }
}

/// What the values of a measure are taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Total,
    /// By its id in the file.
    Subscale(String),
    Item(String),
}

/// A score as the wire has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MeasureScore {
    /// The measure's id.
    pub measure: String,
    /// In its points; null if the form could not be scored.
    pub value: Option<Points>,
    /// The lowest value.
    pub min: Points,
    /// The highest value.
    pub max: Points,
    /// The published word for the score.
    pub band: Option<String>,
    /// Missing items were replaced by the mean of the others.
    #[serde(rename = "prorated")]
    pub is_prorated: bool,
    /// The items that should have been answered.
    pub missing_items: Vec<String>,
}

/// The scores that the wire and the database have: the total, unknown too, then complete subscales; or the ratings that were given.
pub fn scores(instrument: &Instrument, scored: &Scored) -> Vec<MeasureScore> {
    instrument.measures().iter().filter_map(|measure| value(measure, scored)).collect()
}

fn value(measure: &Measure, scored: &Scored) -> Option<MeasureScore> {
    let bare = |value| MeasureScore {
        measure: measure.id.clone(),
        value,
        min: measure.min,
        max: measure.max,
        band: None,
        is_prorated: false,
        missing_items: Vec::new(),
    };
    match &measure.part {
        Part::Total => Some(MeasureScore {
            band: scored.band.clone(),
            is_prorated: scored.is_prorated,
            missing_items: scored.missing.clone(),
            ..bare(scored.total)
        }),
        Part::Subscale(id) => {
            let subscale = scored.subscales.iter().find(|subscale| subscale.id == *id)?;
            subscale.value.map(|value| bare(Some(value)))
        }
        Part::Item(id) => {
            let (_, value) = scored.ratings.iter().find(|(item, _)| item == id)?;
            Some(bare(Some(*value)))
        }
    }
}

/// The measures of an instrument, in the order of its file.
pub(super) fn of(instrument: &Instrument) -> Vec<Measure> {
    let Some(scoring) = &instrument.scoring else {
        return instrument.items.iter().filter_map(|item| rating(instrument, item)).collect();
    };
    let total = Measure {
        id: format!("{}.total", instrument.id),
        instrument: instrument.id.clone(),
        title: instrument.short_title.clone(),
        short_title: instrument.short_title.clone(),
        min: scoring.min,
        max: scoring.max,
        decimals: scoring.decimals,
        higher_is: scoring.higher_is,
        bands: instrument.bands.clone(),
        change: instrument.change.clone(),
        kind: instrument.kind,
        low: None,
        high: None,
        unit: None,
        part: Part::Total,
    };
    let subscales = scoring.subscales.iter().map(|subscale| Measure {
        id: format!("{}.{}", instrument.id, subscale.id.to_ascii_lowercase()),
        title: format!("{}: {}", instrument.short_title, subscale.label),
        short_title: subscale.label.clone(),
        min: subscale.min,
        max: subscale.max,
        decimals: subscale.min.decimals().max(subscale.max.decimals()),
        bands: Vec::new(),
        change: None,
        part: Part::Subscale(subscale.id.clone()),
        ..total.clone()
    });
    let subscales: Vec<_> = subscales.collect();
    std::iter::once(total).chain(subscales).collect()
}

fn rating(instrument: &Instrument, item: &Item) -> Option<Measure> {
    let (ItemKind::Scale(range) | ItemKind::Number(range)) = &item.kind else {
        return None;
    };
    let title = item.label.as_ref().unwrap_or(&item.text);
    Some(Measure {
        id: format!("{}.{}", instrument.id, item.id),
        instrument: instrument.id.clone(),
        title: title.clone(),
        short_title: title.clone(),
        min: range.min,
        max: range.max,
        decimals: range.min.decimals().max(range.step.decimals()),
        higher_is: item.direction.unwrap_or_default(),
        bands: Vec::new(),
        change: None,
        kind: instrument.kind,
        low: range.low.clone(),
        high: range.high.clone(),
        unit: range.unit.clone(),
        part: Part::Item(item.id.clone()),
    })
}
