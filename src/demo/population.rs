//! Who is in the synthetic clinic: a dozen patients who are told, some who have what every such clinic must have, and
//! the rest dealt so that the shares hold however many they are, and under every seed.

use std::collections::HashMap;

use super::calendar::Calendar;
use super::cast;
use super::chance::Chance;
use super::deck::Deck;
use super::history::{self, History};
use super::spec::{Fate, Mark, Spec, Trajectory};
use super::visit;
use crate::courses::Condition;
use crate::sessions::Route;

/// The patients of a clinic, one after the other and without end: a larger clinic has those of a smaller one.
pub struct Population<'a> {
    seed: u64,
    calendar: &'a Calendar,
    number: usize,
    conditions: Deck<Condition>,
    strata: HashMap<Condition, Stratum>,
    beginnings: Deck<Beginning>,
    drop_outs: Deck<bool>,
    /// Who responds late, among those who respond and do not remit.
    late: Deck<bool>,
    /// What the inductions come to that count by now: they are over, and had a baseline from which there is a response.
    counted: Deck<Trajectory>,
    /// What the others come to.
    others: Deck<Trajectory>,
    /// Whether item 9 is above 0 before treatment: of the depressed, and of all others.
    worries: [Deck<bool>; 2],
}

/// What is kept even within one condition.
struct Stratum {
    routes: Deck<Route>,
    trajectories: Deck<Trajectory>,
}

impl Stratum {
    fn of(condition: Condition) -> Self {
        Self { routes: Deck::of(routes(condition)), trajectories: Deck::of(&TRAJECTORIES) }
    }
}

/// Days after the induction, as it was planned, by which everybody has answered what it came to: its first day may move by 5,
/// its sessions from weekends by 4, and the form comes within 13.
const LATEST_OUTCOME: i32 = 22;

/// When a course begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beginning {
    /// So long ago that the induction is over and asked about.
    LongAgo,
    /// In the last two months.
    Lately,
    /// In some days.
    Soon,
}

impl<'a> Population<'a> {
    /// The patients that this seed gives.
    pub fn of(seed: u64, calendar: &'a Calendar) -> Self {
        Self {
            seed,
            calendar,
            number: 0,
            conditions: Deck::of(&CONDITIONS),
            strata: HashMap::new(),
            beginnings: Deck::of(&[(0.75, Beginning::LongAgo), (0.2, Beginning::Lately), (0.05, Beginning::Soon)]),
            drop_outs: Deck::of(&[(0.1, true), (0.9, false)]),
            late: Deck::of(&[(0.2, true), (0.8, false)]),
            counted: Deck::of(&TRAJECTORIES).after(&ALREADY),
            others: Deck::of(&TRAJECTORIES),
            worries: [Deck::of(&[(0.4, true), (0.6, false)]), Deck::of(&[(0.12, true), (0.88, false)])],
        }
    }

    /// One of those who are neither told nor there for a reason.
    fn ordinary(&mut self, chance: &mut Chance) -> Spec {
        let condition = self.conditions.deal(chance);
        let phq9 = baseline(condition, chance);
        let beginning = self.beginnings.deal(chance);
        let first = match beginning {
            Beginning::LongAgo => chance.between(-345, -61),
            Beginning::Lately => chance.between(-60, -3),
            Beginning::Soon => chance.between(2, 5),
        };
        let drops_out = beginning == Beginning::LongAgo && self.drop_outs.deal(chance);
        let stratum = self.strata.entry(condition).or_insert_with(|| Stratum::of(condition));
        let route = stratum.routes.deal(chance);
        let is_counted = first <= -(visit::induction_days(route) + LATEST_OUTCOME) && !drops_out && phq9 >= 10;
        let deck = if is_counted { &mut self.counted } else { &mut self.others };
        let trajectory = deck.deal_with(&mut stratum.trajectories, chance);
        let phq9 = if trajectory == Trajectory::Worsens { phq9.min(22) } else { phq9 };
        let reduction = reduction(trajectory, phq9, chance);
        let fate = if drops_out {
            Fate::DropsOut(usize::try_from(chance.between(2, 3)).unwrap_or(2))
        } else if chance.happens(goes_on(trajectory)) {
            Fate::GoesOn
        } else {
            Fate::Ends
        };
        let is_depressed = matches!(condition, Condition::Mdd | Condition::Trd | Condition::BipolarDepression);
        let item_nine = self.worries[usize::from(!is_depressed)].deal(chance).then(|| {
            let level = chance.one_of(&[(0.62, 1), (0.28, 2), (0.1, 3)]);
            (level, chance.happens(if reduction > 0.5 { 0.75 } else { 0.35 }))
        });
        Spec {
            condition,
            route,
            first,
            phq9,
            trajectory,
            reduction,
            is_late: trajectory == Trajectory::Responds && self.late.deal(chance),
            hold_days: 14.0 + chance.waiting(if fate == Fate::GoesOn { 420.0 } else { 115.0 }),
            fate,
            item_nine,
            is_hypertensive: chance.happens(0.1),
            rate: chance.normal(0.68, 0.06).clamp(0.56, 0.8),
            mark: None,
        }
    }
}

impl Iterator for Population<'_> {
    type Item = History;

    fn next(&mut self) -> Option<History> {
        let number = self.number;
        self.number += 1;
        let mut chance = Chance::of(self.seed, u64::try_from(number).unwrap_or_default());
        if let Some(told) = cast::TOLD.get(number) {
            return Some(history::told(told, self.calendar, &mut chance));
        }
        let spec = match REQUIRED.get(number - cast::TOLD.len()) {
            Some(required) => required.clone(),
            None => self.ordinary(&mut chance),
        };
        Some(history::drawn(spec, number, self.calendar, &mut chance))
    }
}

const PLAIN: Spec = Spec {
    condition: Condition::Mdd,
    route: Route::Iv,
    first: -80,
    phq9: 18,
    trajectory: Trajectory::Responds,
    reduction: 0.6,
    is_late: false,
    hold_days: 120.0,
    fate: Fate::GoesOn,
    item_nine: None,
    is_hypertensive: false,
    rate: 0.7,
    mark: None,
};

/// Those that every synthetic clinic must have.
pub const REQUIRED: [Spec; 12] = [
    Spec {
        first: -38,
        phq9: 15,
        trajectory: Trajectory::Worsens,
        reduction: -0.3,
        item_nine: Some((1, false)),
        mark: Some(Mark::Worse),
        ..PLAIN
    },
    Spec {
        condition: Condition::Trd,
        first: -76,
        trajectory: Trajectory::LittleChange,
        reduction: 0.3,
        fate: Fate::DropsOut(2),
        mark: Some(Mark::DropsOut),
        ..PLAIN
    },
    Spec { condition: Condition::Trd, first: -96, phq9: 21, reduction: 0.68, is_late: true, mark: Some(Mark::Late), ..PLAIN },
    Spec {
        first: -66,
        phq9: 20,
        trajectory: Trajectory::Remits,
        reduction: 0.84,
        hold_days: 15.0,
        fate: Fate::Ends,
        mark: Some(Mark::Relapse),
        ..PLAIN
    },
    Spec {
        first: -82,
        trajectory: Trajectory::Remits,
        reduction: 0.84,
        item_nine: Some((1, false)),
        mark: Some(Mark::GoodScoreWithItemNine),
        ..PLAIN
    },
    Spec {
        condition: Condition::ChronicPain,
        first: -110,
        phq9: 3,
        reduction: 0.5,
        mark: Some(Mark::PainWithoutDepression),
        ..PLAIN
    },
    Spec {
        condition: Condition::BipolarDepression,
        first: -30,
        trajectory: Trajectory::LittleChange,
        reduction: 0.4,
        rate: 0.8,
        mark: Some(Mark::Elation),
        ..PLAIN
    },
    Spec { first: -392, phq9: 17, reduction: 0.7, hold_days: 60.0, mark: Some(Mark::TwoCourses), ..PLAIN },
    Spec {
        condition: Condition::Trd,
        route: Route::In,
        first: -60,
        trajectory: Trajectory::LittleChange,
        reduction: 0.44,
        mark: Some(Mark::Prorated),
        ..PLAIN
    },
    Spec { first: -70, trajectory: Trajectory::LittleChange, reduction: 0.22, mark: Some(Mark::LongGap), ..PLAIN },
    Spec {
        condition: Condition::Trd,
        first: -90,
        phq9: 19,
        reduction: 0.6,
        is_hypertensive: true,
        mark: Some(Mark::HighPressure),
        ..PLAIN
    },
    Spec {
        condition: Condition::Ptsd,
        route: Route::Im,
        first: -45,
        phq9: 14,
        trajectory: Trajectory::Worsens,
        reduction: -0.14,
        mark: Some(Mark::WrongClock),
        ..PLAIN
    },
];

/// What the inductions come to of those who are told or required, in the order of `TRAJECTORIES`: the others are dealt so
/// that the shares hold for all.
const ALREADY: [u32; 4] = [3, 6, 4, 2];

/// What the inductions of a clinic come to. Source: `clinical_reference.json`, `mcinnes2022` and `alnefeesi2022`: about half
/// respond, about 30 in a hundred remit, about 8 are worse.
const TRAJECTORIES: [(f64, Trajectory); 4] =
    [(0.29, Trajectory::Remits), (0.22, Trajectory::Responds), (0.41, Trajectory::LittleChange), (0.08, Trajectory::Worsens)];

/// How much of the burden goes in the end: drawn from the group's distribution (source: `clinical_reference.json`,
/// `groups_community`), of which only the part counts that makes the trajectory from this baseline.
fn reduction(trajectory: Trajectory, phq9: i32, chance: &mut Chance) -> f64 {
    let (mean, deviation) = match trajectory {
        Trajectory::Remits => (0.83, 0.09),
        Trajectory::Responds => (0.53, 0.1),
        Trajectory::LittleChange => (0.21, 0.1),
        Trajectory::Worsens => (-0.12, 0.1),
    };
    let share = |total: &i32| 1.0 - f64::from(*total) / f64::from(phq9);
    let allowed = match trajectory.totals(phq9) {
        Some(totals) => share(totals.end()).max(-0.45)..=share(totals.start()).min(0.97),
        None => -0.45..=0.97,
    };
    let drawn = (0..20).map(|_| chance.normal(mean, deviation)).find(|drawn| allowed.contains(drawn));
    drawn.unwrap_or(mean).clamp(*allowed.start(), *allowed.end())
}

/// How probably sessions go on after the induction.
const fn goes_on(trajectory: Trajectory) -> f64 {
    match trajectory {
        Trajectory::Remits => 0.65,
        Trajectory::Responds => 0.6,
        Trajectory::LittleChange => 0.25,
        Trajectory::Worsens => 0.1,
    }
}

/// The PHQ-9 before treatment.
fn baseline(condition: Condition, chance: &mut Chance) -> i32 {
    let (mean, deviation, low) = match condition {
        Condition::Ptsd => (15.0, 4.0, 8),
        Condition::Gad => (11.5, 3.2, 5),
        Condition::Ocd => (13.0, 3.5, 6),
        Condition::ChronicPain => (9.0, 3.5, 3),
        _ => (17.5, 4.6, 10),
    };
    chance.whole(mean, deviation, low, 27)
}

const CONDITIONS: [(f64, Condition); 7] = [
    (0.26, Condition::Mdd),
    (0.28, Condition::Trd),
    (0.12, Condition::Gad),
    (0.12, Condition::Ptsd),
    (0.07, Condition::Ocd),
    (0.07, Condition::BipolarDepression),
    (0.08, Condition::ChronicPain),
];

const fn routes(condition: Condition) -> &'static [(f64, Route)] {
    match condition {
        Condition::Trd => &[(0.5, Route::Iv), (0.3, Route::In), (0.1, Route::Im), (0.1, Route::Sl)],
        Condition::Mdd | Condition::BipolarDepression => &[(0.7, Route::Iv), (0.15, Route::Im), (0.15, Route::Sl)],
        Condition::Gad => &[(0.4, Route::Sl), (0.3, Route::Im), (0.3, Route::Iv)],
        Condition::ChronicPain => &[(0.85, Route::Iv), (0.15, Route::Sl)],
        _ => &[(0.6, Route::Iv), (0.4, Route::Im)],
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::demo::burden::Burden;
    use crate::demo::chance::whole;
    use crate::demo::{USUAL_SEED, ZONE};

    fn ordinary(seed: u64, patients: u64) -> Vec<Spec> {
        let calendar = Calendar::of("2026-11-20T21:00:00Z".parse().unwrap(), TimeZone::get(ZONE).unwrap());
        let mut population = Population::of(seed, &calendar);
        (0..patients).map(|number| population.ordinary(&mut Chance::of(seed, number))).collect()
    }

    /// Source: `clinical_reference.json`, `phillips2019`.
    #[test]
    fn the_median_responder_needs_about_three_infusions() {
        let needed = |spec: Spec| {
            let Spec { reduction, is_late, hold_days, .. } = spec;
            let burden = Burden { reduction, is_late, hold_days, induction: 6, sessions: Vec::new() };
            (1..=6).find(|done| reduction * burden.share(*done) >= 0.5)
        };
        let median = |seed, patients| {
            let mut needed: Vec<usize> = ordinary(seed, patients).into_iter().filter_map(needed).collect();
            needed.sort_unstable();
            let miracles = needed.iter().filter(|sessions| **sessions == 1).count();
            assert!(miracles * 10 < needed.len(), "{miracles} of {} needed one", needed.len());
            needed[needed.len() / 2]
        };
        assert_eq!(median(USUAL_SEED, 800), 3);
        for seed in 0..50 {
            assert!((2..=4).contains(&median(seed, 36)), "seed {seed}");
        }
    }

    #[test]
    fn every_condition_has_its_share_of_every_trajectory() {
        let all = ordinary(USUAL_SEED, 1000);
        for (_, condition) in CONDITIONS {
            let those: Vec<&Spec> = all.iter().filter(|spec| spec.condition == condition).collect();
            let number = |count: usize| f64::from(u32::try_from(count).unwrap());
            for (share, trajectory) in TRAJECTORIES {
                let count = those.iter().filter(|spec| spec.trajectory == trajectory).count();
                let most = share * number(those.len());
                assert!((number(count) - most).abs() < 4.0, "{condition:?}, {trajectory:?}: {count} of {}", those.len());
            }
        }
    }

    #[test]
    fn a_reduction_makes_its_trajectory() {
        for spec in ordinary(USUAL_SEED, 1000) {
            let end = whole(f64::from(spec.phq9) * (1.0 - spec.reduction), 0, 27);
            assert!(spec.trajectory.totals(spec.phq9).is_none_or(|totals| totals.contains(&end)), "{spec:?}");
        }
    }
}
