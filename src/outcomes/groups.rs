//! Which groups of people may be shown.
//!
//! A group of fewer than ten is never shown, and neither is one that would show such a group by subtraction. What may be
//! shown is decided for a clinic as a whole, in a fixed order that does not depend on what is asked:
//!
//! 1. Time is cut into at most twelve periods of whole months with at least ten people each. A range is a union of periods.
//! 2. The whole clinic comes first, then single conditions, single routes, and both together; the largest first.
//! 3. A group is shown only if each wider group (the same without its condition, or without its route, or of all
//!    time) is shown.
//! 4. Beside it, what is left of the wider group once all that is shown of it along that line is taken away is nobody, or
//!    ten people or more: the total less all conditions that are shown never leaves a small one.
//! 5. No two groups that are shown differ by one to nine people, whatever filters made them: the people who are in one of
//!    them and not in the other are none, or at least ten.
//!
//! The figures of a page rest on different people (those with a score, those whose baseline allows a response, …): each
//! such crowd is decided on by itself, so that no figure of two answers can be subtracted to tell of fewer than ten.
//! What one answer says inside a group that is shown (7 of 86 were worse) is shown whatever its size: the page is there
//! to tell it. Each person is counted once, with one course that no filter changes, so that filters only ever cut.

use std::collections::{BTreeMap, BTreeSet};

use crate::courses::Condition;
use crate::sessions::Route;

/// The smallest group that is shown. Source: DESIGN.md, Outcomes.
pub const LEAST: usize = 10;

/// The most periods that time is cut into.
const MOST_PERIODS: usize = 12;

/// A month, counted from the year 0.
pub type Month = i32;

/// Where a person stands among the filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// What is treated; `None` where nobody said.
    pub condition: Option<Condition>,
    /// How; `None` where nobody said.
    pub route: Option<Route>,
    /// The position of the period in which the course began.
    pub period: usize,
}

/// The people that a filter leaves. `None` leaves all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// What is treated.
    pub condition: Option<Condition>,
    /// How.
    pub route: Option<Route>,
    /// The first period.
    pub from: usize,
    /// The period after the last.
    pub to: usize,
}

impl Group {
    /// Whether a person is in it.
    pub fn has(&self, place: &Place) -> bool {
        self.condition.is_none_or(|condition| place.condition == Some(condition))
            && self.route.is_none_or(|route| place.route == Some(route))
            && (self.from..self.to).contains(&place.period)
    }

    /// The people who are in both. `None` where nobody can be.
    fn and(&self, other: &Self) -> Option<Self> {
        Some(Self {
            condition: both(self.condition, other.condition)?,
            route: both(self.route, other.route)?,
            from: self.from.max(other.from),
            to: self.to.min(other.to),
        })
    }
}

fn both<T: PartialEq + Copy>(one: Option<T>, other: Option<T>) -> Option<Option<T>> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => None,
        (Some(one), _) => Some(Some(one)),
        (None, other) => Some(other),
    }
}

/// Cuts the months in which people began into periods of at least ten people. Each is given by its first and last month.
pub fn periods(mut months: Vec<Month>) -> Vec<(Month, Month)> {
    months.sort_unstable();
    let least = LEAST.max(months.len().div_ceil(MOST_PERIODS));
    let mut periods: Vec<(Month, Month)> = Vec::new();
    let mut rest = months.as_slice();
    while let (Some(first), Some(last)) = (rest.first(), rest.get(least - 1)) {
        let count = rest.partition_point(|month| month <= last);
        let start = periods.last().map_or(*first, |(_, end)| end + 1);
        periods.push((start, *last));
        rest = &rest[count..];
    }
    // The newest, too few for a period of their own.
    if let (Some(newest), Some((_, end))) = (rest.last(), periods.last_mut()) {
        *end = *newest;
    }
    periods
}

/// One crowd, and which of its groups may be shown.
pub struct Groups {
    /// For each condition and route, how many began before each period.
    before: BTreeMap<(Option<Condition>, Option<Route>), Vec<usize>>,
    periods: usize,
    shown: BTreeSet<Group>,
    /// The same by size.
    by_size: BTreeMap<usize, Vec<Group>>,
}

impl Groups {
    /// Decides for a crowd in a clinic whose time is cut into `periods`.
    pub fn of(people: &[Place], periods: usize) -> Self {
        let mut counts: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for place in people {
            let keys: BTreeSet<_> =
                [(None, None), (place.condition, None), (None, place.route), (place.condition, place.route)].into();
            for key in keys {
                counts.entry(key).or_insert_with(|| vec![0; periods])[place.period] += 1;
            }
        }
        let before = counts.into_iter().map(|(key, counts)| (key, running(&counts))).collect();
        let mut groups = Self { before, periods, shown: BTreeSet::new(), by_size: BTreeMap::new() };
        let mut lines: Vec<_> = groups.before.keys().copied().collect();
        let kind = |(condition, route): &(Option<_>, Option<_>)| match (condition, route) {
            (None, None) => 0,
            (Some(_), None) => 1,
            (None, Some(_)) => 2,
            (Some(_), Some(_)) => 3,
        };
        lines.sort_by_key(|line| (kind(line), std::cmp::Reverse(groups.size(&groups.whole(*line))), *line));
        for line in lines {
            groups.decide(line);
        }
        groups
    }

    fn whole(&self, (condition, route): (Option<Condition>, Option<Route>)) -> Group {
        Group { condition, route, from: 0, to: self.periods }
    }

    /// How many people a group has.
    pub fn size(&self, group: &Group) -> usize {
        let Some(before) = self.before.get(&(group.condition, group.route)) else { return 0 };
        if group.from >= group.to { 0 } else { before[group.to] - before[group.from] }
    }

    /// Whether a group may be shown.
    pub fn is_shown(&self, group: &Group) -> bool {
        self.shown.contains(&self.trimmed(*group))
    }

    /// The same people, without periods in which none of them began.
    fn trimmed(&self, mut group: Group) -> Group {
        let size = self.size(&group);
        while group.from < group.to && self.size(&Group { from: group.from + 1, ..group }) == size {
            group.from += 1;
        }
        while group.from < group.to && self.size(&Group { to: group.to - 1, ..group }) == size {
            group.to -= 1;
        }
        group
    }

    /// Decides on all ranges of one line: a condition, a route, both or neither.
    fn decide(&mut self, line: (Option<Condition>, Option<Route>)) {
        let whole = self.whole(line);
        if !self.try_show(whole) {
            return;
        }
        let mut cuts = vec![0];
        for cut in 1..self.periods {
            let start = cuts.last().copied().unwrap_or_default();
            let (piece, rest) = (Group { from: start, to: cut, ..whole }, Group { from: cut, ..whole });
            if self.size(&piece) >= LEAST && self.size(&rest) >= LEAST {
                cuts.push(cut);
            }
        }
        cuts.push(self.periods);
        for length in (1..cuts.len() - 1).rev() {
            for ends in cuts.windows(length + 1) {
                self.try_show(Group { from: ends[0], to: ends[length], ..whole });
            }
        }
    }

    fn try_show(&mut self, asked: Group) -> bool {
        let (group, size) = (self.trimmed(asked), self.size(&asked));
        let may_be_shown = size >= LEAST
            && (asked.condition.is_none() || self.stands_beside(&asked, |group| Group { condition: None, ..group }))
            && (asked.route.is_none() || self.stands_beside(&asked, |group| Group { route: None, ..group }))
            && self.differs_enough(&group, size);
        if may_be_shown && self.shown.insert(group) {
            self.by_size.entry(size).or_default().push(group);
        }
        may_be_shown
    }

    /// Whether the wider group is shown, and leaves enough beside this one: in the time that is asked for, and in every
    /// other that leaves the same people here.
    fn stands_beside(&self, asked: &Group, widened: impl Fn(Group) -> Group) -> bool {
        let (group, size) = (self.trimmed(*asked), self.size(asked));
        let enough = |from, to| {
            let same = Group { from, to, ..group };
            let wider = widened(same);
            self.size(&same) != size || !self.is_shown(&wider) || self.leaves_enough(&same, &wider)
        };
        self.is_shown(&widened(*asked)) && (0..=group.from).all(|from| (group.to..=self.periods).all(|to| enough(from, to)))
    }

    /// Whether what is left of the wider group is nobody, or enough.
    fn leaves_enough(&self, group: &Group, wider: &Group) -> bool {
        let along = |line: &(Option<Condition>, Option<Route>)| {
            (line.0.is_some() == group.condition.is_some() && line.1.is_some() == group.route.is_some())
                && (wider.condition.is_none() || line.0 == group.condition)
                && (wider.route.is_none() || line.1 == group.route)
                && *line != (group.condition, group.route)
        };
        let beside = self.before.keys().filter(|line| along(line));
        let shown = beside.map(|(condition, route)| Group { condition: *condition, route: *route, ..*group });
        let taken: usize = shown.filter(|group| self.is_shown(group)).map(|group| self.size(&group)).sum();
        let left = self.size(wider).saturating_sub(taken + self.size(group));
        left == 0 || left >= LEAST
    }

    /// Whether no group that is shown has one to nine people more or fewer.
    fn differs_enough(&self, group: &Group, size: usize) -> bool {
        let near = self.by_size.range(size.saturating_sub(LEAST - 1)..size + LEAST);
        near.flat_map(|(other_size, others)| others.iter().map(move |other| (*other_size, other))).all(|(other_size, other)| {
            let in_both = group.and(other).map_or(0, |both| self.size(&both));
            let apart = size + other_size - 2 * in_both;
            apart == 0 || apart >= LEAST
        })
    }
}

fn running(counts: &[usize]) -> Vec<usize> {
    let mut sum = 0;
    let sums = counts.iter().map(|count| {
        sum += count;
        sum
    });
    std::iter::once(0).chain(sums).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CONDITIONS: [Option<Condition>; 4] = [None, Some(Condition::Mdd), Some(Condition::Ptsd), Some(Condition::Ocd)];
    const ROUTES: [Option<Route>; 4] = [None, Some(Route::Iv), Some(Route::Im), Some(Route::Sl)];

    fn people(condition: Condition, route: Route, period: usize, count: usize) -> Vec<Place> {
        vec![Place { condition: Some(condition), route: Some(route), period }; count]
    }

    fn all(periods: usize) -> Group {
        Group { condition: None, route: None, from: 0, to: periods }
    }

    fn of(condition: Condition) -> Group {
        Group { condition: Some(condition), ..all(1) }
    }

    #[test]
    fn a_group_under_ten_is_hidden() {
        assert!(!Groups::of(&people(Condition::Mdd, Route::Iv, 0, 9), 1).is_shown(&all(1)));
        assert!(Groups::of(&people(Condition::Mdd, Route::Iv, 0, 10), 1).is_shown(&all(1)));
        assert!(!Groups::of(&[], 0).is_shown(&all(0)));
    }

    #[test]
    fn a_large_group_is_hidden_where_the_rest_is_small() {
        let crowd = |rest| [people(Condition::Mdd, Route::Iv, 0, 40), people(Condition::Ptsd, Route::Iv, 0, rest)].concat();
        assert!(!Groups::of(&crowd(4), 1).is_shown(&of(Condition::Mdd)));
        let groups = Groups::of(&crowd(10), 1);
        assert!(groups.is_shown(&of(Condition::Mdd)) && groups.is_shown(&of(Condition::Ptsd)));
    }

    #[test]
    fn the_total_less_two_conditions_does_not_tell_of_the_third() {
        let crowd = [
            people(Condition::Mdd, Route::Iv, 0, 30),
            people(Condition::Ptsd, Route::Iv, 0, 20),
            people(Condition::Ocd, Route::Iv, 0, 5),
        ];
        let groups = Groups::of(&crowd.concat(), 1);
        assert!(groups.is_shown(&of(Condition::Mdd)));
        assert!(!groups.is_shown(&of(Condition::Ptsd)) && !groups.is_shown(&of(Condition::Ocd)));
    }

    #[test]
    fn a_condition_and_a_route_with_nearly_the_same_people_are_not_both_shown() {
        let crowd = [
            people(Condition::Mdd, Route::Iv, 0, 30),
            people(Condition::Ocd, Route::Sl, 0, 20),
            people(Condition::Mdd, Route::Sl, 0, 3),
        ];
        let groups = Groups::of(&crowd.concat(), 1);
        let by_mouth = Group { route: Some(Route::Sl), ..all(1) };
        assert!(groups.is_shown(&of(Condition::Ocd)) && !groups.is_shown(&by_mouth));
    }

    #[test]
    fn periods_are_whole_months_of_at_least_ten_people() {
        let months = [vec![5; 12], vec![6; 4], vec![8; 7], vec![9; 3]].concat();
        assert_eq!(periods(months), [(5, 5), (6, 9)]);
        assert_eq!(periods(vec![5; 9]), []);
        let many = periods((0..40).flat_map(|month| vec![month; 30]).collect());
        assert!(many.len() <= MOST_PERIODS);
        assert_eq!((many[0].0, many[many.len() - 1].1), (0, 39));
    }

    fn crowd() -> impl Strategy<Value = Vec<Place>> {
        let place = (0..4_usize, 0..4_usize, 0..3_usize).prop_map(|(condition, route, period)| Place {
            condition: CONDITIONS[condition],
            route: ROUTES[route],
            period,
        });
        // A few places with many people each, so that groups of every size come up.
        prop::collection::vec((place, 1..16_usize), 1..14)
            .prop_map(|many| many.into_iter().flat_map(|(place, count)| vec![place; count]).collect())
    }

    fn every_group(periods: usize) -> Vec<Group> {
        let mut all = Vec::new();
        for condition in CONDITIONS {
            for route in ROUTES {
                for from in 0..periods {
                    all.extend((from + 1..=periods).map(|to| Group { condition, route, from, to }));
                }
            }
        }
        all
    }

    proptest! {
        #[test]
        fn no_two_groups_that_are_shown_differ_by_one_to_nine_people(people in crowd()) {
            let groups = Groups::of(&people, 3);
            let shown: Vec<Vec<bool>> = every_group(3).into_iter().filter(|group| groups.is_shown(group))
                .map(|group| people.iter().map(|place| group.has(place)).collect()).collect();
            for (index, one) in shown.iter().enumerate() {
                prop_assert!(one.iter().filter(|is_in| **is_in).count() >= LEAST);
                for other in &shown[index + 1..] {
                    let apart = one.iter().zip(other).filter(|(one, other)| one != other).count();
                    prop_assert!(apart == 0 || apart >= LEAST, "{apart} people apart");
                }
            }
        }

        #[test]
        fn what_is_left_beside_all_conditions_that_are_shown_is_nobody_or_ten(people in crowd()) {
            let groups = Groups::of(&people, 3);
            for wider in every_group(3).into_iter().filter(|group| group.condition.is_none() && groups.is_shown(group)) {
                let shown: usize = CONDITIONS.iter().flatten().map(|condition| Group { condition: Some(*condition), ..wider })
                    .filter(|group| groups.is_shown(group)).map(|group| groups.size(&group)).sum();
                let left = groups.size(&wider) - shown;
                prop_assert!(left == 0 || left >= LEAST, "{left} people left");
            }
        }

        #[test]
        fn a_clinic_with_ten_people_is_shown_whole(people in crowd()) {
            let groups = Groups::of(&people, 3);
            prop_assert_eq!(groups.is_shown(&all(3)), people.len() >= LEAST);
        }
    }
}
