//! The score, its bands and what counts as a change, as a file writes them.

use serde::Deserialize;

use super::faults::{Checked, check_id, check_unique, check_words, refuse, require};
use crate::instruments::scoring::combine;
use crate::instruments::{Band, Change, Direction, Item, Kind, MAX_DECIMALS, Method, Points, Scoring, Subscale};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScoringDefinition {
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

impl ScoringDefinition {
    pub(super) fn into_scoring(self, items: &[Item]) -> Checked<Option<Scoring>> {
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
        check_bound("scoring.min", min, combine(self.method, &lows, lows.len(), decimals))?;
        check_bound("scoring.max", max, combine(self.method, &highs, highs.len(), decimals))?;
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

pub(super) fn check_bands(bands: &[Band], kind: Kind, scoring: Option<&Scoring>) -> Checked {
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

pub(super) fn check_change(change: &Change, kind: Kind, scoring: Option<&Scoring>) -> Checked {
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
