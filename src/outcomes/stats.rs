//! The figures of a group: intervals, medians and how long something was kept. Pure, and checked against other programs.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};
use utoipa::ToSchema;

use crate::instruments::Points;

/// The 97.5th percentile of the normal distribution: two-sided 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// So many of so many, with the share's 95 % interval by Wilson's method.
///
/// Shares are parts of 1, to four decimals. Everything is null where the group is too small to be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Rate {
    /// How many.
    #[schema(example = 57)]
    pub n: Option<usize>,
    /// Of how many.
    #[schema(example = 86)]
    pub of: Option<usize>,
    /// The low end of the interval.
    #[schema(example = 0.5578)]
    pub low: Option<f64>,
    /// The high end of the interval.
    #[schema(example = 0.7538)]
    pub high: Option<f64>,
}

impl Rate {
    /// `n` of `of`. No interval of nobody.
    pub fn of(n: usize, of: usize) -> Self {
        let (low, high) = wilson(n, of).map_or((None, None), |(low, high)| (Some(low), Some(high)));
        Self { n: Some(n), of: Some(of), low, high }
    }
}

fn real(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

fn rounded(value: f64, places: i32) -> f64 {
    let scale = 10_f64.powi(places);
    // No negative nothing.
    (value * scale).round() / scale + 0.0
}

/// Wilson's interval of a share, 95 %, to four decimals. `None` of nobody. Source: Wilson 1927, without correction.
fn wilson(n: usize, of: usize) -> Option<(f64, f64)> {
    if of == 0 {
        return None;
    }
    let (share, total) = (real(n) / real(of), real(of));
    let widened = 1.0 + Z * Z / total;
    let middle = (share + Z * Z / (2.0 * total)) / widened;
    let half = Z / widened * (share * (1.0 - share) / total + Z * Z / (4.0 * total * total)).sqrt();
    Some((rounded((middle - half).max(0.0), 4), rounded((middle + half).min(1.0), 4)))
}

/// The mean of some numbers of points, with its 95 % interval by Student's t; to three decimals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// The low and the high end. `None` of fewer than two.
    pub interval: Option<(f64, f64)>,
}

/// The mean of `values`. `None` of none.
pub fn mean(values: &[Points]) -> Option<Mean> {
    if values.is_empty() {
        return None;
    }
    let count = real(values.len());
    let middle = values.iter().map(|value| value.to_f64()).sum::<f64>() / count;
    let interval = StudentsT::new(0.0, 1.0, count - 1.0).ok().map(|student| {
        let squares = values.iter().map(|value| (value.to_f64() - middle).powi(2)).sum::<f64>();
        let half = student.inverse_cdf(0.975) * (squares / (count - 1.0) / count).sqrt();
        (rounded(middle - half, 3), rounded(middle + half, 3))
    });
    Some(Mean { mean: rounded(middle, 3), interval })
}

/// The median and the ends of the middle half, exact to a thousandth of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quartiles {
    /// A quarter is at or below it.
    pub low: Points,
    /// Half is.
    pub median: Points,
    /// Three quarters are.
    pub high: Points,
}

/// The quartiles of `values`, between two of them in proportion (the way of R's type 7 and of Python's `inclusive`).
/// `None` of none.
pub fn quartiles(mut values: Vec<Points>) -> Option<Quartiles> {
    values.sort_unstable();
    let last = values.len().checked_sub(1)?;
    let at = |quarters: usize| {
        let (position, part) = (last * quarters / 4, last * quarters % 4);
        let low = values[position].thousandths();
        let high = values[last.min(position + 1)].thousandths();
        let part = i64::try_from(part).unwrap_or_default();
        Points::from_thousandths(low + ((high - low) * part + 2).div_euclid(4))
    };
    Some(Quartiles { low: at(1), median: at(2), high: at(3) })
}

/// How long one person was watched, and how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Days from the first response to the end.
    pub days: i64,
    /// It ended with the loss; otherwise with the last score there is.
    pub is_lost: bool,
}

/// A day on which somebody lost the response, in a Kaplan–Meier curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = KeptStep)]
pub struct Step {
    /// Days since the response was first met.
    #[schema(example = 21)]
    pub day: i64,
    /// People still watched, and still responding, just before.
    #[schema(example = 34)]
    pub at_risk: usize,
    /// People who lost it on that day.
    #[schema(example = 2)]
    pub lost: usize,
    /// The share who keep it beyond, a part of 1.
    #[schema(example = 0.8824)]
    pub share: f64,
    /// The low end of the 95 % band.
    #[schema(example = 0.7172)]
    pub low: f64,
    /// The high end of the 95 % band.
    #[schema(example = 0.9541)]
    pub high: f64,
}

/// The Kaplan–Meier curve, one step for each day with a loss, with Greenwood's variance on the log-log scale.
///
/// Who was last seen on the day of a loss was still at risk on it. The curve ends where fewer than `least` are at risk:
/// beyond, a step says more about one person than about the group. Shares are to four decimals.
/// Source: Kaplan and Meier 1958; Kalbfleisch and Prentice for the band.
pub fn kaplan_meier(people: &[Watched], least: usize) -> Vec<Step> {
    let mut days: Vec<i64> = people.iter().filter(|person| person.is_lost).map(|person| person.days).collect();
    days.sort_unstable();
    days.dedup();
    let (mut share, mut variance) = (1.0, 0.0);
    let mut steps = Vec::with_capacity(days.len());
    for day in days {
        let at_risk = at_risk(people, day);
        let lost = people.iter().filter(|person| person.is_lost && person.days == day).count();
        if at_risk < least {
            break;
        }
        let (risk, gone) = (real(at_risk), real(lost));
        share *= 1.0 - gone / risk;
        variance += gone / (risk * (risk - gone));
        let (low, high) = band(share, variance);
        steps.push(Step { day, at_risk, lost, share: rounded(share, 4), low: rounded(low, 4), high: rounded(high, 4) });
    }
    steps
}

/// People watched at least up to `day`.
pub fn at_risk(people: &[Watched], day: i64) -> usize {
    people.iter().filter(|person| person.days >= day).count()
}

fn band(share: f64, variance: f64) -> (f64, f64) {
    if share <= 0.0 {
        return (0.0, 0.0);
    }
    let spread = (Z * variance.sqrt() / share.ln()).abs();
    (share.powf(spread.exp()), share.powf((-spread).exp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[i32]) -> Vec<Points> {
        values.iter().copied().map(Points::from_int).collect()
    }

    #[test]
    fn wilsons_interval_is_as_published() {
        // Newcombe 1998, Stat Med 17:857, table I, method 3.
        for (n, of, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            assert_eq!(wilson(n, of), Some((low, high)), "{n} of {of}");
        }
        assert_eq!(wilson(29, 29), Some((0.8830, 1.0)));
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn the_interval_of_a_mean_uses_students_t() {
        // t(0.975, 9) = 2.262157; the mean of 1 to 10 is 5.5 with a standard error of 0.957427.
        let found = mean(&points(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).unwrap();
        assert_eq!(found, Mean { mean: 5.5, interval: Some((3.334, 7.666)) });
        assert_eq!(mean(&points(&[-4])), Some(Mean { mean: -4.0, interval: None }));
        assert_eq!(mean(&[]), None);
    }

    #[test]
    fn quartiles_lie_between_two_values_in_proportion() {
        // statistics.quantiles([1, 2, 4, 8, 16, 19], n=4, method="inclusive") is [2.5, 6.0, 14.0].
        let found = quartiles(points(&[19, 1, 2, 16, 8, 4])).unwrap();
        assert_eq!([found.low, found.median, found.high].map(Points::thousandths), [2_500, 6_000, 14_000]);
        let one = quartiles(points(&[7])).unwrap();
        assert_eq!([one.low, one.median, one.high].map(Points::thousandths), [7_000; 3]);
        assert_eq!(quartiles(Vec::new()), None);
    }

    /// The 6-MP arm of Freireich 1963, whose curve is in every textbook: remission in weeks, + for still in remission.
    const FREIREICH: [(i64, bool); 21] = [
        (6, true),
        (6, true),
        (6, true),
        (6, false),
        (7, true),
        (9, false),
        (10, true),
        (10, false),
        (11, false),
        (13, true),
        (16, true),
        (17, false),
        (19, false),
        (20, false),
        (22, true),
        (23, true),
        (25, false),
        (32, false),
        (32, false),
        (34, false),
        (35, false),
    ];

    #[test]
    fn the_curve_is_that_of_the_textbook() {
        let people: Vec<_> = FREIREICH.iter().map(|(days, is_lost)| Watched { days: *days, is_lost: *is_lost }).collect();
        let steps = kaplan_meier(&people, 1);
        let told: Vec<_> = steps.iter().map(|step| (step.day, step.at_risk, step.lost, step.share)).collect();
        assert_eq!(
            told,
            [
                (6, 21, 3, 0.8571),
                (7, 17, 1, 0.8067),
                (10, 15, 1, 0.7529),
                (13, 12, 1, 0.6902),
                (16, 11, 1, 0.6275),
                (22, 7, 1, 0.5378),
                (23, 6, 1, 0.4482)
            ]
        );
        // R: survfit(conf.type = "log-log"), and lifelines' KaplanMeierFitter.
        let bands: Vec<_> = steps.iter().map(|step| (step.low, step.high)).collect();
        assert_eq!(
            bands,
            [
                (0.6197, 0.9516),
                (0.5631, 0.9228),
                (0.5032, 0.8894),
                (0.4316, 0.8491),
                (0.3675, 0.8049),
                (0.2678, 0.7468),
                (0.1881, 0.6801)
            ]
        );
    }

    #[test]
    fn the_curve_ends_where_few_are_at_risk() {
        let people: Vec<_> = FREIREICH.iter().map(|(days, is_lost)| Watched { days: *days, is_lost: *is_lost }).collect();
        assert_eq!(kaplan_meier(&people, 10).last().map(|step| step.day), Some(16));
        assert_eq!(kaplan_meier(&[], 10), []);
    }

    #[test]
    fn a_curve_that_ends_at_nothing_has_no_band_there() {
        let people = [Watched { days: 3, is_lost: true }; 12];
        let steps = kaplan_meier(&people, 10);
        assert_eq!(steps, [Step { day: 3, at_risk: 12, lost: 12, share: 0.0, low: 0.0, high: 0.0 }]);
    }
}
