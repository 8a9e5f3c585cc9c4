//! Chances drawn from a seed: the same seed gives the same clinic.

/// A stream of chances.
pub struct Chance(fastrand::Rng);

impl Chance {
    /// The stream of one patient, the same however many patients there are.
    pub fn of(seed: u64, stream: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ stream.wrapping_mul(0xD1B5_4A32_D192_ED03)))
    }

    /// From 0 up to but not 1.
    pub fn share(&mut self) -> f64 {
        self.0.f64()
    }

    /// Whether something happens that has this probability.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// A whole number from `low` to `high`.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        self.0.i32(low..=high.max(low))
    }

    /// A number from a normal distribution: twelve even chances added up.
    pub fn normal(&mut self, mean: f64, deviation: f64) -> f64 {
        let sum: f64 = (0..12).map(|_| self.share()).sum();
        mean + deviation * (sum - 6.0)
    }

    /// The same, rounded and held between two bounds.
    pub fn whole(&mut self, mean: f64, deviation: f64, low: i32, high: i32) -> i32 {
        whole(self.normal(mean, deviation), low, high)
    }

    /// A waiting time with this mean.
    pub fn waiting(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.share()).ln()
    }

    /// One of a list.
    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.0.usize(0..list.len())]
    }

    /// One of a list by its share; the last where the shares do not add up to one.
    pub fn one_of<T: Copy>(&mut self, list: &[(f64, T)]) -> T {
        let (place, mut reached) = (self.share(), 0.0);
        let found = list.iter().find(|(share, _)| {
            reached += share;
            place < reached
        });
        found.unwrap_or(&list[list.len() - 1]).1
    }

    /// Bytes for an id.
    pub fn bytes(&mut self) -> [u8; 10] {
        let mut bytes = [0; 10];
        self.0.fill(&mut bytes);
        bytes
    }
}

/// The nearest whole number between two bounds.
pub fn whole(number: f64, low: i32, high: i32) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "the number is within the bounds of an i32 by then")]
    let whole = number.round().clamp(f64::from(low), f64::from(high)) as i32;
    whole
}
