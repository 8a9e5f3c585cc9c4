//! Exact decimal numbers: answers, scores and thresholds.

use std::fmt;
use std::ops::{Add, Neg, Sub};

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

const THOUSANDTHS: i64 = 1000;

/// One thousand million, the largest number taken in: sums and products of such numbers stay within the arithmetic.
const LIMIT: i64 = 1_000_000_000 * THOUSANDTHS;

/// The decimals that a number can carry.
pub const MAX_DECIMALS: u32 = 3;

/// A number of points with at most three decimals, kept as whole thousandths.
///
/// Binary fractions cannot hold 0.1; a threshold met exactly must count as met. As JSON it is a number: `13`, `3.3`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(i64);

impl Points {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Whole points.
    pub const fn from_int(points: i32) -> Self {
        Self(points as i64 * THOUSANDTHS)
    }

    /// So many thousandths of a point: 3300 is 3.3.
    pub const fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// The number in thousandths of a point, as the database keeps it.
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// The nearest binary fraction, for drawing and statistics, never for a threshold.
    #[expect(clippy::cast_precision_loss, reason = "every number within the limit has 53 bits or fewer")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The number that `value` stands for, if it was written with at most three decimals and is within a thousand million.
    #[expect(
        clippy::float_cmp,
        clippy::cast_possible_truncation,
        reason = "only an exact match is a decimal; the range is checked first"
    )]
    pub fn from_f64(value: f64) -> Option<Self> {
        let scaled = (value * 1000.0).round();
        if scaled.is_nan() || scaled.abs() > Self(LIMIT).to_f64() * 1000.0 {
            return None;
        }
        let points = Self(scaled as i64);
        // Division rounds to the fraction nearest the decimal, as reading it from text does.
        (points.to_f64() == value).then_some(points)
    }

    /// The distance from zero.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// Whether this is a whole number of points.
    pub const fn is_whole(self) -> bool {
        self.0 % THOUSANDTHS == 0
    }

    /// Whether this is a whole number of `step`s; `step` is above zero.
    pub const fn is_multiple_of(self, step: Self) -> bool {
        step.0 > 0 && self.0 % step.0 == 0
    }

    /// The smallest difference between two numbers of so many decimals: 0.1 for one.
    pub const fn step_of(decimals: u32) -> Self {
        Self(match decimals {
            0 => 1000,
            1 => 100,
            2 => 10,
            _ => 1,
        })
    }

    /// How many decimals it takes to write the number.
    pub const fn decimals(self) -> u32 {
        let mut decimals = 0;
        while decimals < MAX_DECIMALS && !self.is_multiple_of(Self::step_of(decimals)) {
            decimals += 1;
        }
        decimals
    }

    /// `self * times / parts`, rounded half up (towards the greater number) to `decimals`.
    ///
    /// `None` without parts, or where the outcome is beyond what can be kept.
    pub fn ratio(self, times: i32, parts: i64, decimals: u32) -> Option<Self> {
        if parts == 0 {
            return None;
        }
        let step = i128::from(Self::step_of(decimals).0);
        let sign = i128::from(parts.signum());
        let numerator = i128::from(self.0) * i128::from(times) * sign;
        let denominator = i128::from(parts) * sign * step;
        let steps = (2 * numerator + denominator).div_euclid(2 * denominator);
        i64::try_from(steps * step).ok().map(Self)
    }

    /// Whether `self` is at least `share` of `whole`.
    pub fn is_share_of(self, share: Self, whole: Self) -> bool {
        i128::from(self.0) * i128::from(THOUSANDTHS) >= i128::from(share.0) * i128::from(whole.0)
    }
}

impl Add for Points {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Points {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Points {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl std::iter::Sum for Points {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (size, decimals) = (self.0.unsigned_abs(), self.decimals());
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (size / 1000, size % 1000);
        match decimals {
            0 => write!(f, "{sign}{whole}"),
            1 => write!(f, "{sign}{whole}.{}", rest / 100),
            2 => write!(f, "{sign}{whole}.{:02}", rest / 10),
            _ => write!(f, "{sign}{whole}.{rest:03}"),
        }
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_whole() { serializer.serialize_i64(self.0 / THOUSANDTHS) } else { serializer.serialize_f64(self.to_f64()) }
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PointsVisitor)
    }
}

struct PointsVisitor;

impl Visitor<'_> for PointsVisitor {
    type Value = Points;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number with at most 3 decimals")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Points, E> {
        value
            .checked_mul(THOUSANDTHS)
            .filter(|thousandths| (-LIMIT..=LIMIT).contains(thousandths))
            .map(Points)
            .ok_or_else(|| E::invalid_value(de::Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Points, E> {
        let signed = i64::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(value), &self))?;
        self.visit_i64(signed)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Points, E> {
        Points::from_f64(value).ok_or_else(|| E::invalid_value(de::Unexpected::Float(value), &self))
    }
}

impl PartialSchema for Points {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Number).description(Some("An exact decimal with at most three decimals.")).into()
    }
}

impl ToSchema for Points {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(json: &str) -> Result<Points, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn a_number_is_written_as_short_as_it_is() {
        for text in ["0", "13", "-5", "3.3", "0.05", "-0.125", "7.5", "1000000000"] {
            let points = read(text).unwrap();
            assert_eq!(points.to_string(), text);
            assert_eq!(serde_json::to_string(&points).unwrap(), text);
        }
        assert_eq!(serde_json::to_string(&read("2.0").unwrap()).unwrap(), "2");
    }

    #[test]
    fn what_is_no_decimal_of_three_places_is_refused() {
        for text in
            ["0.0001", "1e300", "-1e300", "1000000000.001", "18446744073709551615", "1e10", "\"3\"", "true", "null", "[1]"]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn halves_are_rounded_towards_the_greater_number() {
        let rounded = |number: i64, parts, decimals| Points::from_thousandths(number).ratio(1, parts, decimals);
        assert_eq!(rounded(2500, 1, 0), Some(Points::from_int(3)));
        assert_eq!(rounded(-2500, 1, 0), Some(Points::from_int(-2)));
        assert_eq!(rounded(-2500, -1, 0), Some(Points::from_int(3)));
        assert_eq!(rounded(2499, 1, 0), Some(Points::from_int(2)));
        assert_eq!(rounded(10_000, 3, 1), Some(Points::from_thousandths(3300)));
        assert_eq!(rounded(50, 1, 1), Some(Points::from_thousandths(100)));
        assert_eq!(rounded(1, 0, 1), None);
        assert_eq!(Points::from_thousandths(i64::MAX).ratio(i32::MAX, 1, 0), None);
    }

    #[test]
    fn a_share_met_exactly_is_met() {
        let number = |text| read(text).unwrap();
        assert!(number("2.1").is_share_of(number("0.3"), number("7")));
        assert!(!number("2.09").is_share_of(number("0.3"), number("7")));
    }

    proptest! {
        #[test]
        fn every_number_survives_being_written(thousandths in -LIMIT..=LIMIT) {
            let points = Points::from_thousandths(thousandths);
            let written = serde_json::to_string(&points).unwrap();
            prop_assert_eq!(read(&written).unwrap(), points);
            prop_assert_eq!(&points.to_string(), &written);
        }

        #[test]
        fn rounding_moves_a_number_by_half_a_step_at_most(
            thousandths in -10_000_000i64..10_000_000, parts in 1i64..50, decimals in 0u32..=3,
        ) {
            let rounded = Points::from_thousandths(thousandths).ratio(1, parts, decimals).unwrap();
            let step = Points::step_of(decimals);
            prop_assert!(rounded.is_multiple_of(step));
            let error = 2 * (rounded.thousandths() * parts - thousandths);
            prop_assert!(-parts * step.thousandths() < error && error <= parts * step.thousandths());
        }
    }
}
