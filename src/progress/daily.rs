//! Daily ratings as columns, one value a day, with their trailing medians.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

use super::timeline::{as_day, days_between};
use crate::instruments::{Direction, Measure, Points};

/// A median looks back over so many days, its own included. Source: CLINICAL.md 4.6.
const WINDOW_DAYS: usize = 7;

/// A median needs so many answered days in its window. Source: CLINICAL.md 4.6 (P).
const ANSWERED_DAYS: usize = 4;

/// Days before the first one shown that its median looks back over.
const LEAD_IN_DAYS: usize = WINDOW_DAYS - 1;

/// The earliest day that the median of `from` looks back to.
pub fn lead_in(from: Date) -> Date {
    (0..LEAD_IN_DAYS).fold(from, |day, _| day.yesterday().unwrap_or(day))
}

/// One submitted check-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyAnswer {
    /// The patient's day.
    pub local_date: Date,
    /// What was rated: the position of the measure, and the value. What was left blank is not in it.
    pub ratings: Vec<(usize, Points)>,
}

/// Reads what a check-in gave, an object of item ids and numbers, as positions in `items` and values.
pub fn read_ratings(given: &str, items: &[&str]) -> serde_json::Result<Vec<(usize, Points)>> {
    let mut text = serde_json::Deserializer::from_str(given);
    let ratings = text.deserialize_map(GivenVisitor(items))?;
    text.end()?;
    Ok(ratings)
}

/// Compares the keys as they are read: no map, no string for a check-in of which a year has hundreds.
struct GivenVisitor<'i>(&'i [&'i str]);

impl<'de> Visitor<'de> for GivenVisitor<'_> {
    type Value = Vec<(usize, Points)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of item ids and numbers")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut given: A) -> Result<Self::Value, A::Error> {
        let mut ratings = Vec::with_capacity(self.0.len());
        while let Some(position) = given.next_key_seed(ItemSeed(self.0))? {
            match position {
                Some(position) => ratings.push((position, given.next_value()?)),
                None => drop(given.next_value::<IgnoredAny>()?),
            }
        }
        Ok(ratings)
    }
}

struct ItemSeed<'i>(&'i [&'i str]);

impl<'de> DeserializeSeed<'de> for ItemSeed<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<Self::Value, D::Error> {
        key.deserialize_str(self)
    }
}

impl Visitor<'_> for ItemSeed<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id of an item")
    }

    fn visit_str<E: Error>(self, id: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|item| *item == id))
    }
}

/// What a column shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DailyTitle<'a> {
    /// The name of the rating.
    #[schema(example = "Mood")]
    pub title: &'a str,
    /// The lowest value.
    pub min: Points,
    /// The highest value.
    pub max: Points,
    /// Which way it runs.
    pub higher_is: Direction,
    /// The words at the low end.
    pub low: Option<&'a str>,
    /// The words at the high end.
    pub high: Option<&'a str>,
}

/// Daily ratings by day, each list beginning with `from`. Ratings without a value in this time are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DailyColumns<'a> {
    /// The first day.
    #[serde(serialize_with = "as_day")]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The number of days.
    pub days: usize,
    /// The rating of each day by measure; null where nothing was answered.
    pub measures: BTreeMap<&'a str, Vec<Option<Points>>>,
    /// The trailing 7-day median of each day by measure; null with fewer than 4 answered days, and on session days.
    pub median: BTreeMap<&'a str, Vec<Option<Points>>>,
    /// The last median there is, by measure.
    #[schema(schema_with = points_or_null_by_measure)]
    pub middle_latest: BTreeMap<&'a str, Option<Points>>,
    /// How often the check-in was answered each day.
    pub counts: Vec<u32>,
    /// The days with a dosing session, counted from `from`.
    pub session_days: Vec<usize>,
    /// What each column shows, by measure.
    pub titles: BTreeMap<&'a str, DailyTitle<'a>>,
}

/// Lays daily ratings out from `from` to `to`, both included; without days where `to` is before `from`.
///
/// Each day keeps the rating given last, also where a later answer of the day left it blank. The `answers` of a day are in
/// the order in which they were given; they and `session_dates` should begin with the `lead_in` of `from`, so that the first
/// medians do not depend on where the picture begins. A rating of a position beyond `measures` is left out.
/// Source: CLINICAL.md 4.6; API.md, "Days".
pub fn columns<'a>(
    from: Date,
    to: Date,
    measures: &[&'a Measure],
    answers: impl IntoIterator<Item = DailyAnswer>,
    session_dates: impl IntoIterator<Item = Date>,
) -> DailyColumns<'a> {
    let mut grid = Grid::new(from, to, measures.len());
    for answer in answers {
        grid.enter(&answer);
    }
    for date in session_dates {
        grid.mark_session(date);
    }
    let is_rated = |position: &usize| grid.values(*position).iter().any(Option::is_some);
    let rated: Vec<_> = (0..measures.len()).filter(is_rated).map(|position| (position, measures[position])).collect();
    let median: BTreeMap<_, _> = rated.iter().map(|(position, measure)| (id(measure), grid.medians(*position))).collect();
    DailyColumns {
        from,
        days: grid.shown(),
        measures: rated.iter().map(|(position, measure)| (id(measure), grid.values(*position).to_vec())).collect(),
        middle_latest: median.iter().map(|(id, medians)| (*id, latest(medians))).collect(),
        median,
        titles: rated.iter().map(|(_, measure)| (id(measure), title(measure))).collect(),
        counts: grid.counts[LEAD_IN_DAYS..].to_vec(),
        session_days: (0..grid.shown()).filter(|day| grid.is_session_day[LEAD_IN_DAYS + day]).collect(),
    }
}

impl DailyColumns<'_> {
    /// Leaves the other ratings out.
    pub fn keep(&mut self, measure: &str) {
        self.measures.retain(|id, _| *id == measure);
        self.median.retain(|id, _| *id == measure);
        self.middle_latest.retain(|id, _| *id == measure);
        self.titles.retain(|id, _| *id == measure);
    }
}

fn id(measure: &Measure) -> &str {
    &measure.id
}

fn title(measure: &Measure) -> DailyTitle<'_> {
    DailyTitle {
        title: &measure.short_title,
        min: measure.min,
        max: measure.max,
        higher_is: measure.higher_is,
        low: measure.low.as_deref(),
        high: measure.high.as_deref(),
    }
}

fn points_or_null_by_measure() -> Object {
    let points_or_null = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::Number, Type::Null]));
    ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(points_or_null)).build()
}

fn latest(medians: &[Option<Points>]) -> Option<Points> {
    medians.iter().rev().flatten().next().copied()
}

/// Days of all measures, the lead-in first.
struct Grid {
    from: Date,
    days: usize,
    values: Vec<Option<Points>>,
    counts: Vec<u32>,
    is_session_day: Vec<bool>,
}

impl Grid {
    fn new(from: Date, to: Date, measures: usize) -> Self {
        let shown = usize::try_from(days_between(from, to) + 1).unwrap_or(0);
        let days = LEAD_IN_DAYS + shown;
        Self { from, days, values: vec![None; days * measures], counts: vec![0; days], is_session_day: vec![false; days] }
    }

    fn shown(&self) -> usize {
        self.days - LEAD_IN_DAYS
    }

    fn position(&self, date: Date) -> Option<usize> {
        let from_first_shown = isize::try_from(days_between(self.from, date)).ok()?;
        LEAD_IN_DAYS.checked_add_signed(from_first_shown).filter(|position| *position < self.days)
    }

    fn enter(&mut self, answer: &DailyAnswer) {
        let Some(day) = self.position(answer.local_date) else { return };
        self.counts[day] += 1;
        for (measure, value) in &answer.ratings {
            if let Some(cell) = self.values.get_mut(measure * self.days + day) {
                *cell = Some(*value);
            }
        }
    }

    fn mark_session(&mut self, date: Date) {
        if let Some(day) = self.position(date) {
            self.is_session_day[day] = true;
        }
    }

    /// With the lead-in.
    fn all_values(&self, measure: usize) -> &[Option<Points>] {
        &self.values[measure * self.days..(measure + 1) * self.days]
    }

    fn values(&self, measure: usize) -> &[Option<Points>] {
        &self.all_values(measure)[LEAD_IN_DAYS..]
    }

    fn medians(&self, measure: usize) -> Vec<Option<Points>> {
        let values = self.all_values(measure);
        let counted = |day: usize| values[day].filter(|_| !self.is_session_day[day]);
        let mut window = Window::default();
        let mut medians = Vec::with_capacity(self.shown());
        for day in 0..self.days {
            if let Some(value) = counted(day) {
                window.insert(value);
            }
            if day >= LEAD_IN_DAYS {
                medians.push(window.median().filter(|_| !self.is_session_day[day]));
                if let Some(value) = counted(day - LEAD_IN_DAYS) {
                    window.remove(value);
                }
            }
        }
        medians
    }
}

/// The values of the last seven days, kept in order so that the middle is at hand.
#[derive(Default)]
struct Window {
    sorted: [Points; WINDOW_DAYS],
    len: usize,
}

impl Window {
    fn insert(&mut self, value: Points) {
        let mut place = self.len;
        while place > 0 && self.sorted[place - 1] > value {
            self.sorted[place] = self.sorted[place - 1];
            place -= 1;
        }
        self.sorted[place] = value;
        self.len += 1;
    }

    fn remove(&mut self, value: Points) {
        if let Some(place) = self.sorted[..self.len].iter().position(|kept| *kept == value) {
            self.sorted.copy_within(place + 1..self.len, place);
            self.len -= 1;
        }
    }

    fn median(&self) -> Option<Points> {
        if self.len < ANSWERED_DAYS { None } else { median_of_sorted(&self.sorted[..self.len]) }
    }
}

/// The middle of values in order, the mean of the middle two for an even number. `None` for none.
///
/// Exact for values with at most two decimals; a half thousandth is cut off.
pub(super) fn median_of_sorted(sorted: &[Points]) -> Option<Points> {
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = sorted[sorted.len() / 2 - 1];
    Some(Points::from_thousandths((lower + upper).thousandths() / 2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::progress::samples::{date, day, mood, rating};

    const MOOD: &str = "daily-check-in.mood";
    const PAIN: &str = "daily-check-in.pain";

    fn answer(on: i64, mood: i32) -> DailyAnswer {
        DailyAnswer { local_date: date(on), ratings: vec![(0, Points::from_int(mood))] }
    }

    fn mood_and_pain() -> [Measure; 2] {
        [mood(), rating("pain")]
    }

    fn moods(answers: &[(i64, i32)]) -> Vec<DailyAnswer> {
        answers.iter().map(|(on, mood)| answer(*on, *mood)).collect()
    }

    fn medians(answers: &[(i64, i32)], session_days: &[i64], days: i64) -> Vec<Option<f64>> {
        let mood = mood();
        let dates = session_days.iter().map(|on| date(*on));
        let columns = columns(date(0), date(days - 1), &[&mood], moods(answers), dates);
        columns.median[MOOD].iter().map(|median| median.map(Points::to_f64)).collect()
    }

    #[test]
    fn a_day_without_an_answer_is_null_and_a_rating_without_any_is_left_out() {
        let [mood, pain] = mood_and_pain();
        let columns = columns(date(0), date(2), &[&mood, &pain], moods(&[(0, 7), (2, 6)]), [date(1)]);
        assert_eq!(
            serde_json::to_value(&columns).expect("it can be written"),
            serde_json::json!({
                "from": "2026-03-01", "days": 3, "measures": {MOOD: [7, null, 6]}, "median": {MOOD: [null, null, null]},
                "middle_latest": {MOOD: null}, "counts": [1, 0, 1], "session_days": [1],
                "titles": {MOOD: {
                    "title": "Mood", "min": 0, "max": 10, "higher_is": "better", "low": "very low", "high": "very good",
                }},
            })
        );
    }

    #[test]
    fn a_check_in_is_read_by_the_items_that_are_asked_for() {
        let read = |given| read_ratings(given, &["mood", "sleep_hours"]);
        let half = Points::from_thousandths(7500);
        assert_eq!(
            read(r#"{"sleep_hours": 7.5, "gone": [1, {"a": "b"}], "mood": 4}"#).unwrap(),
            [(1, half), (0, Points::from_int(4))]
        );
        assert_eq!(read("{}").unwrap(), []);
        for torn in ["", "[]", r#"{"mood": 4"#, r#"{"mood": "4"}"#, r#"{"mood": 4} 5"#] {
            assert!(read(torn).is_err(), "{torn}");
        }
    }

    // "of several answers in a day each rating keeps the last one given"

    #[test]
    fn of_several_answers_in_a_day_each_rating_keeps_the_last_one_given() {
        let morning = DailyAnswer { local_date: date(0), ratings: vec![(0, Points::from_int(3)), (1, Points::from_int(8))] };
        let [mood, pain] = mood_and_pain();
        let columns = columns(date(0), date(0), &[&mood, &pain], [morning, answer(0, 6)], []);
        assert_eq!(columns.measures[MOOD], [Some(Points::from_int(6))]);
        assert_eq!(columns.measures[PAIN], [Some(Points::from_int(8))]);
        assert_eq!(columns.counts, [2]);
    }

    // "A trailing 7-day median only with 4 or more answered days in it"

    #[test]
    fn a_median_needs_4_answered_days_in_7() {
        assert_eq!(medians(&[(0, 5), (1, 5), (2, 5)], &[], 4), [None; 4]);
        assert_eq!(
            medians(&[(0, 9), (1, 3), (2, 3), (3, 9), (4, 3)], &[], 9),
            [None, None, None, Some(6.0), Some(3.0), Some(3.0), Some(3.0), Some(3.0), None]
        );
    }

    #[test]
    fn the_median_of_an_even_number_is_the_mean_of_the_middle_two() {
        assert_eq!(medians(&[(0, 2), (1, 9), (2, 6), (3, 5)], &[], 4)[3], Some(5.5));
    }

    #[test]
    fn two_days_at_9_and_five_at_3_have_their_middle_at_3() {
        let week: Vec<_> = [9, 9, 3, 3, 3, 3, 3].into_iter().zip(0..).map(|(mood, on)| (on, mood)).collect();
        assert_eq!(medians(&week, &[], 7)[6], Some(3.0));
    }

    // "session days are left out of medians, do not count towards the 4, and have a null median"

    #[test]
    fn a_session_day_is_left_out_of_medians_and_has_none() {
        assert_eq!(medians(&[(0, 1), (1, 1), (2, 1), (3, 10), (4, 1)], &[3], 5), [None, None, None, None, Some(1.0)]);
        assert_eq!(medians(&[(0, 1), (1, 1), (2, 1), (3, 1), (4, 9)], &[4], 6)[4..], [None, Some(1.0)]);
    }

    #[test]
    fn several_ratings_of_a_day_count_as_one_answered_day() {
        assert_eq!(medians(&[(0, 5), (0, 5), (1, 5), (1, 5), (2, 5)], &[], 3), [None; 3]);
    }

    #[test]
    fn the_first_medians_look_back_before_the_first_day_shown() {
        let answers = [(-7, 10), (-6, 2), (-5, 4), (-4, 6), (-3, 8)];
        assert_eq!(medians(&[&answers[..], &[(1, 3)]].concat(), &[], 2), [Some(5.0), Some(5.0)]);
        let shown = [(0, 3), (1, 3)];
        let mood = mood();
        let columns = columns(date(0), date(1), &[&mood], moods(&[&answers[..], &shown].concat()), [date(-3), date(1)]);
        assert_eq!((columns.counts.as_slice(), columns.session_days.as_slice()), ([1, 1].as_slice(), [1].as_slice()));
        assert_eq!(columns.median[MOOD], [Some(Points::from_thousandths(3500)), None]);
    }

    #[test]
    fn the_latest_median_may_lie_some_days_back() {
        let mood = mood();
        let columns = columns(date(0), date(20), &[&mood], moods(&[(0, 2), (1, 2), (2, 2), (3, 6), (4, 6)]), []);
        assert_eq!(columns.middle_latest[MOOD], Some(Points::from_thousandths(4000)));
    }

    #[test]
    fn a_span_that_ends_before_it_begins_has_no_days() {
        let mood = mood();
        let columns = columns(date(3), date(0), &[&mood], moods(&[(1, 5)]), [date(1)]);
        assert_eq!((columns.days, columns.measures.len(), columns.counts.len()), (0, 0, 0));
    }

    #[test]
    fn days_are_those_of_the_calendar_where_the_clocks_change() {
        // 7 to 9 March 2026 in Denver: the second day has 23 hours.
        let on = |on: &str, mood| DailyAnswer { local_date: day(on), ratings: vec![(0, Points::from_int(mood))] };
        let answers = [on("2026-03-07", 1), on("2026-03-08", 2), on("2026-03-09", 3)];
        let mood = mood();
        let columns = columns(day("2026-03-07"), day("2026-03-09"), &[&mood], answers, []);
        assert_eq!(columns.measures[MOOD], [1, 2, 3].map(|mood| Some(Points::from_int(mood))));
    }

    /// Word for word, without regard to speed.
    fn naive_median(values: &[Option<Points>], is_session_day: &[bool], day: usize) -> Option<Points> {
        if is_session_day[day] {
            return None;
        }
        let mut window: Vec<_> =
            (day.saturating_sub(6)..=day).filter(|day| !is_session_day[*day]).filter_map(|day| values[day]).collect();
        window.sort();
        let middle = window.len() / 2;
        match window.len() {
            0..=3 => None,
            len if len % 2 == 1 => Some(window[middle]),
            _ => Some(Points::from_thousandths((window[middle - 1] + window[middle]).thousandths() / 2)),
        }
    }

    proptest! {
        #[test]
        fn medians_agree_with_a_plain_reading_of_the_rule(
            days in prop::collection::vec((prop::option::weighted(0.7, 0i32..=10), prop::bool::weighted(0.15)), 1..60),
        ) {
            let numbered = || (0i64..).zip(&days);
            let end = (0i64..).zip(0..=days.len()).last().map_or(0, |(end, _)| end);
            let answers = numbered().filter_map(|(on, (mood, _))| mood.map(|mood| answer(on, mood)));
            let dates = numbered().filter(|(_, (_, is_session_day))| *is_session_day).map(|(on, _)| date(on));
            let mood = mood();
            let columns = columns(date(0), date(end - 1), &[&mood], answers, dates);
            let is_session_day: Vec<_> = days.iter().map(|(_, is_session_day)| *is_session_day).collect();
            for (day, median) in columns.median.get(MOOD).into_iter().flatten().enumerate() {
                prop_assert_eq!(*median, naive_median(&columns.measures[MOOD], &is_session_day, day), "day {}", day);
            }
        }

        #[test]
        fn a_part_of_the_time_shows_the_same_as_the_whole(
            values in prop::collection::btree_map(0i64..40, 0i32..=10, 0..40), start in 0i64..30, length in 1i64..10,
        ) {
            let answers: Vec<_> = values.into_iter().collect();
            let mood = mood();
            let whole = columns(date(0), date(39), &[&mood], moods(&answers), [date(7), date(21)]);
            let part = columns(date(start), date(start + length - 1), &[&mood], moods(&answers), [date(7), date(21)]);
            let shown = usize::try_from(start).unwrap_or(0)..usize::try_from(start + length).unwrap_or(0);
            if let Some(values) = part.measures.get(MOOD) {
                prop_assert_eq!(&part.median[MOOD], &whole.median[MOOD][shown.clone()]);
                prop_assert_eq!(values, &whole.measures[MOOD][shown]);
            } else {
                prop_assert!(whole.measures.get(MOOD).is_none_or(|values| values[shown].iter().all(Option::is_none)));
            }
        }

        #[test]
        fn shifting_everything_by_whole_days_keeps_the_columns(
            values in prop::collection::btree_map(0i64..40, 0i32..=10, 0..40), shift in -400i64..400,
        ) {
            let mood = mood();
            let of = |shift: i64| {
                let answers = values.iter().map(|(on, mood)| answer(on + shift, *mood));
                DailyColumns { from: date(0), ..columns(date(shift), date(shift + 39), &[&mood], answers, [date(shift + 7)]) }
            };
            prop_assert_eq!(of(0), of(shift));
        }
    }
}
