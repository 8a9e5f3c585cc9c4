//! Two scores of one measure, compared (CLINICAL.md 2).

use super::{Change, Direction, Measure, Points};

/// How a score differs from the baseline. Everything unknown is `None`, never `false` and never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Current minus baseline, in points of the measure.
    pub delta: Points,
    /// Points gained: positive is better, whichever way the scale runs. `None` where neither way is better.
    pub gain: Option<Points>,
    /// The gain as a percentage of the baseline, one decimal, half up. `None` for a baseline of 0.
    pub percent: Option<Points>,
    /// The gain is at least the smallest change that matters.
    pub mcid_improvement: Option<bool>,
    /// The loss is.
    pub mcid_deterioration: Option<bool>,
    /// The gain is more than chance variation.
    pub reliable_improvement: Option<bool>,
    /// The loss is.
    pub reliable_deterioration: Option<bool>,
    /// The gain is the published share of the baseline. `None` below the least baseline.
    pub response: Option<bool>,
    /// The score is one of remission. `None` below the least baseline.
    pub remission: Option<bool>,
    /// The score is outside the clinical range, whatever the baseline.
    pub below_clinical: Option<bool>,
}

/// Compares two scores of `measure`.
///
/// Thresholds met exactly are met; arithmetic is exact. Source: `instruments/README.md`, "Change".
pub fn compare(measure: &Measure, baseline: Points, current: Points) -> Comparison {
    let none = Change::default();
    let change = measure.change.as_ref().unwrap_or(&none);
    let delta = current - baseline;
    let gain = match measure.higher_is {
        Direction::Worse => Some(-delta),
        Direction::Better => Some(delta),
        Direction::None => None,
    };
    let gains = |threshold: Option<Points>| Some(gain? >= threshold?);
    let loses = |threshold: Option<Points>| Some(-gain? >= threshold?);
    // There is no share of nothing.
    let share_of_baseline = gain.filter(|_| baseline > Points::ZERO);
    let is_high_enough = change.min_baseline.is_none_or(|least| baseline >= least);
    let response = change.response.zip(share_of_baseline).filter(|_| is_high_enough);
    Comparison {
        delta,
        gain,
        percent: share_of_baseline.and_then(|gain| percent(gain, baseline)),
        mcid_improvement: gains(change.mcid),
        mcid_deterioration: loses(change.mcid),
        reliable_improvement: gains(change.reliable),
        reliable_deterioration: loses(change.reliable),
        response: response.map(|(share, gain)| gain.is_share_of(share, baseline)),
        remission: change.remission_max.filter(|_| is_high_enough).map(|max| current <= max),
        below_clinical: change.below_clinical_max.map(|max| current <= max),
    }
}

fn percent(gain: Points, baseline: Points) -> Option<Points> {
    // Thousandths over thousandths are whole points again, so a hundred times a thousand.
    gain.ratio(100 * 1000, baseline.thousandths(), 1)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::super::Registry;
    use super::*;

    #[derive(Deserialize)]
    struct Vectors {
        change: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        instrument: String,
        baseline: Points,
        current: Points,
        expect: Expected,
    }

    #[derive(Deserialize)]
    struct Expected {
        delta: Points,
        percent: Option<Points>,
        mcid_improvement: Option<bool>,
        mcid_deterioration: Option<bool>,
        reliable_improvement: Option<bool>,
        reliable_deterioration: Option<bool>,
        response: Option<bool>,
        remission: Option<bool>,
        below_clinical: Option<bool>,
    }

    #[test]
    fn every_published_change_is_named_as_published() {
        let vectors: Vectors =
            serde_json::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/instruments/vectors.json"))).unwrap();
        let registry = Registry::load_builtin().unwrap();
        assert_eq!(vectors.change.len(), 57);
        for Case { instrument, baseline, current, expect } in vectors.change {
            let measure = registry.measure(&format!("{instrument}.total")).unwrap();
            let expected = Comparison {
                delta: expect.delta,
                gain: Some(-expect.delta),
                percent: expect.percent,
                mcid_improvement: expect.mcid_improvement,
                mcid_deterioration: expect.mcid_deterioration,
                reliable_improvement: expect.reliable_improvement,
                reliable_deterioration: expect.reliable_deterioration,
                response: expect.response,
                remission: expect.remission,
                below_clinical: expect.below_clinical,
            };
            assert_eq!(compare(measure, baseline, current), expected, "{instrument}: {baseline} to {current}");
        }
    }

    #[test]
    fn a_gain_is_positive_whichever_way_the_scale_runs() {
        let registry = Registry::load_builtin().unwrap();
        let gain = |measure: &str| compare(registry.measure(measure).unwrap(), Points::from_int(3), Points::from_int(5)).gain;
        assert_eq!(gain("daily-check-in.mood"), Some(Points::from_int(2)));
        assert_eq!(gain("daily-check-in.anxiety"), Some(Points::from_int(-2)));
        assert_eq!(gain("daily-check-in.sleep_hours"), None);
    }

    #[test]
    fn without_published_figures_no_change_has_a_name() {
        let registry = Registry::load_builtin().unwrap();
        let comparison = compare(registry.measure("ocd-check.total").unwrap(), Points::from_int(8), Points::from_int(2));
        assert_eq!(comparison.gain, Some(Points::from_int(6)));
        let names = [comparison.mcid_improvement, comparison.reliable_improvement, comparison.response, comparison.remission];
        assert_eq!(names, [None; 4]);
    }
}
