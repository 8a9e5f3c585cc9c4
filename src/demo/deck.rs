//! Shares that hold: kinds dealt by what is owed to each, not by luck.

use super::chance::Chance;

/// Deals a few kinds so that each has its share of what was dealt so far, however much that is.
#[derive(Debug, Clone)]
pub struct Deck<T: 'static> {
    shares: &'static [(f64, T)],
    dealt: Vec<f64>,
}

/// How much chance has to say in the order: in cards, and so less than one.
const LUCK: f64 = 0.2;
/// How much a deck heeds the one that it is dealt with.
const HEED: f64 = 0.25;

impl<T: Copy> Deck<T> {
    /// A deck of which nothing is dealt yet. The shares add up to one.
    pub fn of(shares: &'static [(f64, T)]) -> Self {
        Self { shares, dealt: vec![0.0; shares.len()] }
    }

    /// The deck after so many of each were dealt by hand.
    #[must_use]
    pub fn after(mut self, dealt: &[u32]) -> Self {
        for (place, already) in self.dealt.iter_mut().zip(dealt) {
            *place += f64::from(*already);
        }
        self
    }

    /// The next one.
    pub fn deal(&mut self, chance: &mut Chance) -> T {
        let place = self.next(|_| 0.0, chance);
        self.take(place)
    }

    /// The next one of two decks of the same kinds: this one keeps its shares, and the other as well as it can.
    pub fn deal_with(&mut self, other: &mut Self, chance: &mut Chance) -> T {
        let place = self.next(|place| HEED * other.owed(place), chance);
        other.take(place);
        self.take(place)
    }

    fn next(&self, wish: impl Fn(usize) -> f64, chance: &mut Chance) -> usize {
        let urges = (0..self.shares.len()).map(|place| (place, self.owed(place) + wish(place) + LUCK * chance.share()));
        urges.max_by(|(_, one), (_, other)| one.total_cmp(other)).map_or(0, |(place, _)| place)
    }

    fn take(&mut self, place: usize) -> T {
        self.dealt[place] += 1.0;
        self.shares[place].1
    }

    /// How many of a kind are missing for its share of what will be dealt with the next one.
    fn owed(&self, place: usize) -> f64 {
        let total = self.dealt.iter().sum::<f64>() + 1.0;
        self.shares[place].0 * total - self.dealt[place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [(f64, char); 4] = [(0.29, 'a'), (0.22, 'b'), (0.41, 'c'), (0.08, 'd')];

    fn farthest_from_its_share(dealt: &[char]) -> f64 {
        let count = |kind: char| f64::from(u32::try_from(dealt.iter().filter(|one| **one == kind).count()).unwrap());
        let total = f64::from(u32::try_from(dealt.len()).unwrap());
        KINDS.iter().map(|(share, kind)| (count(*kind) - share * total).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn each_kind_has_its_share_of_any_number() {
        for seed in 0..50 {
            let (mut deck, mut chance) = (Deck::of(&KINDS), Chance::of(seed, 0));
            let mut dealt = Vec::new();
            for _ in 0..200 {
                dealt.push(deck.deal(&mut chance));
                assert!(farthest_from_its_share(&dealt) < 1.5, "{dealt:?}");
            }
        }
    }

    #[test]
    fn a_deck_makes_up_for_what_was_dealt_by_hand() {
        let (mut deck, mut chance) = (Deck::of(&KINDS).after(&[0, 0, 0, 4]), Chance::of(1, 0));
        let dealt: Vec<char> = (0..40).map(|_| deck.deal(&mut chance)).collect();
        assert!(!dealt.contains(&'d'));
    }

    #[test]
    fn two_decks_dealt_together_both_keep_their_shares() {
        let mut chance = Chance::of(3, 0);
        let (mut all, mut parts) = (Deck::of(&KINDS), [Deck::of(&KINDS), Deck::of(&KINDS)]);
        let (mut dealt, mut of_parts) = (Vec::new(), [Vec::new(), Vec::new()]);
        for turn in 0..200 {
            let part = usize::from(turn % 3 == 0);
            let kind = all.deal_with(&mut parts[part], &mut chance);
            dealt.push(kind);
            of_parts[part].push(kind);
        }
        assert!(farthest_from_its_share(&dealt) < 2.0);
        assert!(of_parts.iter().all(|part| farthest_from_its_share(part) < 2.5));
    }
}
