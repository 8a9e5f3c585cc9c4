//! The answers about a clinic: figures of a group that may be shown, and the list of what can still be mended.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;

use super::course::{CourseOutcome, MeasureOutcome, PatientOutcomes, counted};
use super::groups::{Group, Groups, LEAST, Month, Place, periods};
use super::readings::{Reading, ReadingState, Standing, is_analysable, standings};
use super::stats::{self, Quartiles, Rate, Step, Watched};
use crate::courses::{Condition, Course};
use crate::db::{Id, LocalDate, words};
use crate::instruments::{BandBody, Comparison, Direction, Kind, Measure, Points, compare};
use crate::patients::Patient;
use crate::sessions::Route;

/// Sessions that are told of one by one.
const MOST_SESSIONS: i32 = 24;

/// Days between two numbers at risk under the curve.
const AT_RISK_EVERY_DAYS: i64 = 28;

words! {
    /// Which score a course is judged by.
    #[schema(as = OutcomeAt)]
    pub enum At {
        /// The score nearest to 14 days after the last induction session, from 1 to 31 days after it.
        Induction = "induction",
        /// The latest score.
        Latest = "latest",
    }
}

/// What is asked about a clinic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The measure.
    pub measure: &'a Measure,
    /// What is treated.
    pub condition: Option<Condition>,
    /// How.
    pub route: Option<Route>,
    /// From the month of this day.
    pub from: Option<LocalDate>,
    /// To the month of this day.
    pub to: Option<LocalDate>,
    /// Which score counts.
    pub at: At,
}

/// A measure as a clinic's figures need it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeMeasure {
    /// `<instrument>.total`.
    #[schema(example = "phq-9.total")]
    pub id: String,
    /// Its name.
    #[schema(example = "PHQ-9")]
    pub title: String,
    /// The lowest value.
    #[schema(value_type = f64)]
    pub min: Points,
    /// The highest value.
    #[schema(value_type = f64)]
    pub max: Points,
    /// Which way it runs.
    pub higher_is: Direction,
    /// Named parts of the range.
    pub bands: Vec<BandBody>,
    /// More than chance variation, in points; null where nothing is published.
    #[schema(value_type = Option<f64>)]
    pub reliable_change: Option<Points>,
    /// The share of the baseline whose gain is a response.
    #[schema(value_type = Option<f64>)]
    pub response: Option<Points>,
    /// Below this baseline neither response nor remission can be told.
    #[schema(value_type = Option<f64>)]
    pub response_min_baseline: Option<Points>,
    /// The highest score that is a remission.
    #[schema(value_type = Option<f64>)]
    pub remission_max: Option<Points>,
}

impl OutcomeMeasure {
    fn of(measure: &Measure) -> Self {
        let is_validated = measure.kind == Kind::Validated;
        let change = measure.change.as_ref().filter(|_| is_validated);
        Self {
            id: measure.id.clone(),
            title: measure.short_title.clone(),
            min: measure.min,
            max: measure.max,
            higher_is: measure.higher_is,
            bands: if is_validated { measure.bands.iter().map(BandBody::from).collect() } else { Vec::new() },
            reliable_change: change.and_then(|change| change.reliable),
            response: change.and_then(|change| change.response),
            response_min_baseline: change.and_then(|change| change.min_baseline),
            remission_max: change.and_then(|change| change.remission_max),
        }
    }
}

/// What the figures were cut to. Months with few people are told together with their neighbours: the days are those that
/// the figures cover.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeFilter {
    /// What is treated.
    pub condition: Option<Condition>,
    /// How.
    pub route: Option<Route>,
    /// The first day on which a course began; null from the first one on.
    pub from: Option<LocalDate>,
    /// The last such day; null up to now.
    pub to: Option<LocalDate>,
}

/// Who is not in the figures, said first. Each is null where that group is too small to be shown.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct OutcomeMissing {
    /// People whose course is judged: with `at=induction` those whose induction is over.
    #[schema(example = 101)]
    pub courses: Option<usize>,
    /// Those of them with a baseline.
    #[schema(example = 97)]
    pub with_baseline: Option<usize>,
    /// Those of them with the score.
    #[schema(example = 89)]
    pub with_score: Option<usize>,
    /// Those of them with both, who are counted.
    #[schema(example = 86)]
    pub counted: Option<usize>,
    /// Those of them without one or the other.
    #[schema(example = 15)]
    pub left_out: Option<usize>,
}

/// A group of scores.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeScores {
    /// How many people.
    #[schema(example = 86)]
    pub n: usize,
    /// The mean, to three decimals.
    #[schema(example = 18.407)]
    pub mean: f64,
    /// The median.
    #[schema(value_type = f64, example = 19)]
    pub median: Points,
    /// The low end of the middle half.
    #[schema(value_type = f64, example = 16)]
    pub low_quarter: Points,
    /// The high end of the middle half.
    #[schema(value_type = f64, example = 21)]
    pub high_quarter: Points,
}

impl OutcomeScores {
    fn of(values: Vec<Points>) -> Option<Self> {
        let (n, mean) = (values.len(), stats::mean(&values)?.mean);
        let Quartiles { low, median, high } = stats::quartiles(values)?;
        Some(Self { n, mean, median, low_quarter: low, high_quarter: high })
    }
}

/// The scores after one session.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeBySession {
    /// The number of the session in its course; 0 is the baseline.
    #[schema(example = 3)]
    pub number: i32,
    /// People with a baseline and a score after this session; null, as the rest, where they are too few to be shown.
    #[schema(example = 95)]
    pub n: Option<usize>,
    /// The mean of score less baseline, to three decimals; null at the baseline.
    #[schema(example = -6.316)]
    pub mean_change: Option<f64>,
    /// The low end of its 95 % interval by Student's t.
    #[schema(example = -7.412)]
    pub low: Option<f64>,
    /// The high end.
    #[schema(example = -5.22)]
    pub high: Option<f64>,
    /// The median of the scores.
    #[schema(value_type = Option<f64>, example = 13)]
    pub median: Option<Points>,
    /// The low end of the middle half.
    #[schema(value_type = Option<f64>, example = 8)]
    pub low_quarter: Option<Points>,
    /// The high end of the middle half.
    #[schema(value_type = Option<f64>, example = 17)]
    pub high_quarter: Option<Points>,
}

impl OutcomeBySession {
    const fn hidden(number: i32) -> Self {
        let (mean_change, low, high, median, low_quarter, high_quarter) = (None, None, None, None, None, None);
        Self { number, n: None, mean_change, low, high, median, low_quarter, high_quarter }
    }
}

/// How long a response was kept: a Kaplan–Meier curve from the day on which the response was first met to its confirmed
/// loss. Who was not seen to lose it is watched up to the last score.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeKept {
    /// People who had a response; null where they are too few to be shown.
    #[schema(example = 46)]
    pub n: Option<usize>,
    /// Those of them who were seen to lose it.
    #[schema(example = 17)]
    pub lost: Option<usize>,
    /// The day on which the curve first is at a half or below; null where it never is.
    #[schema(example = 133)]
    pub median_days: Option<i64>,
    /// A step for each day with a loss; the curve ends where fewer than ten are at risk.
    pub steps: Vec<Step>,
    /// People still at risk every four weeks, down to ten.
    pub at_risk: Vec<AtRisk>,
}

/// People who are still watched, and still responding, on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct AtRisk {
    /// Days since the response was first met.
    #[schema(example = 28)]
    pub day: i64,
    /// How many.
    #[schema(example = 40)]
    pub n: usize,
}

/// One measure in a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeLine {
    /// The measure.
    #[schema(example = "gad-7.total")]
    pub measure: String,
    /// Its name.
    #[schema(example = "GAD-7")]
    pub title: String,
    /// Whether the group is too small to be shown; then all that follows is null.
    pub suppressed: bool,
    /// People with a baseline and a score.
    #[schema(example = 84)]
    pub n: Option<usize>,
    /// People whose course is judged and who were asked.
    #[schema(example = 101)]
    pub of: Option<usize>,
    /// The median of the baselines.
    #[schema(value_type = Option<f64>, example = 14)]
    pub baseline_median: Option<Points>,
    /// The median of the scores.
    #[schema(value_type = Option<f64>, example = 7)]
    pub score_median: Option<Points>,
    /// Reliably better; null, as the next two, where nothing is published.
    #[schema(example = 52)]
    pub better: Option<usize>,
    /// Neither.
    #[schema(example = 27)]
    pub no_clear_change: Option<usize>,
    /// Reliably worse.
    #[schema(example = 5)]
    pub worse: Option<usize>,
    /// Out of the clinical range at the end; null where no cut-point is published.
    #[schema(example = 44)]
    pub below_cut_point: Option<usize>,
}

/// A choice of a filter, and whether its figures may be shown with the other filters as they are.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeCondition {
    /// What is treated.
    pub condition: Condition,
    /// Whether its figures may be shown.
    pub is_shown: bool,
}

/// A choice of a filter, and whether its figures may be shown with the other filters as they are.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeRoute {
    /// How the medicine is given.
    pub route: Route,
    /// Whether its figures may be shown.
    pub is_shown: bool,
}

/// A time of whole months in which at least ten people began: `from` and `to` choose some of these in a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomePeriod {
    /// Its first day.
    pub from: LocalDate,
    /// Its last day.
    pub to: LocalDate,
}

/// How many courses can be analysed: they have a baseline, and a score 14 to 31 days after the induction.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeAnalysable {
    /// Of the courses of which that is decided.
    pub share: Rate,
    /// Courses with something that can still be mended.
    #[schema(example = 9)]
    pub can_still_be_mended: usize,
}

/// What the treatment of a clinic's patients came to.
///
/// A patient counts once: with the latest course whose induction is over, or without one with the latest course.
/// Groups of fewer than ten people are null, and so are those that would show such a group by subtraction.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcomes {
    /// The measure.
    pub measure: OutcomeMeasure,
    /// Which score counts.
    pub at: At,
    /// What the figures were cut to.
    pub filter: OutcomeFilter,
    /// Whether the group is too small to be shown.
    pub suppressed: bool,
    /// People with a baseline and a score.
    #[schema(example = 86)]
    pub n: Option<usize>,
    /// Who is not among them.
    pub missing: OutcomeMissing,
    /// Their baselines.
    pub baseline: Option<OutcomeScores>,
    /// Their scores.
    pub score: Option<OutcomeScores>,
    /// The baseline, and the scores after each session.
    pub by_session: Vec<OutcomeBySession>,
    /// Among people whose baseline is high enough; null where the measure has no such word.
    pub response: Option<Rate>,
    /// Among people whose baseline is high enough; null where the measure has no such word.
    pub remission: Option<Rate>,
    /// More than chance for the better; null where nothing is published.
    pub reliable_improvement: Option<Rate>,
    /// More than chance for the worse; null where nothing is published.
    pub reliable_deterioration: Option<Rate>,
    /// People whose induction ended before its sessions were done, of those whose induction is over.
    pub drop_out: Rate,
    /// Everybody's score less baseline, best first. Nothing says whose it is.
    #[schema(value_type = Vec<f64>)]
    pub waterfall: Vec<Points>,
    /// All measures in the same group.
    pub measures: Vec<OutcomeLine>,
    /// How long a response was kept; null where the measure has no such word.
    pub kept: Option<OutcomeKept>,
    /// Of the whole clinic, whatever the filter.
    pub analysable: OutcomeAnalysable,
    /// Conditions to choose from.
    pub conditions: Vec<OutcomeCondition>,
    /// Routes to choose from.
    pub routes: Vec<OutcomeRoute>,
    /// Times to choose from, the oldest first.
    pub periods: Vec<OutcomePeriod>,
}

/// A person, with the one course that counts.
struct Person<'a> {
    place: Place,
    course: &'a CourseOutcome,
    is_over: bool,
    is_drop_out: bool,
}

/// Everybody in the clinic, and the periods of its time.
struct Crowd<'a> {
    people: Vec<Person<'a>>,
    periods: Vec<(Month, Month)>,
}

fn month(day: LocalDate) -> Month {
    i32::from(day.civil().year()) * 12 + i32::from(day.civil().month()) - 1
}

fn first_day(month: Month) -> LocalDate {
    let year = i16::try_from(month.div_euclid(12)).unwrap_or_default();
    let number = i8::try_from(month.rem_euclid(12)).unwrap_or_default() + 1;
    jiff::civil::Date::new(year, number, 1).unwrap_or_default().into()
}

impl<'a> Crowd<'a> {
    fn of(patients: &'a [(Id<Patient>, PatientOutcomes)], today: LocalDate) -> Self {
        let courses: Vec<&CourseOutcome> = patients.iter().filter_map(|(_, outcomes)| counted(&outcomes.begun, today)).collect();
        let periods = periods(courses.iter().map(|course| month(course.first_session_on)).collect());
        let people = courses.into_iter().map(|course| {
            let began = month(course.first_session_on);
            let period = periods.partition_point(|(_, last)| *last < began);
            let place = Place { condition: course.condition, route: course.route, period };
            Person { place, course, is_over: course.is_over_on(today), is_drop_out: course.is_drop_out_on(today) }
        });
        // Without ten people there is no period, and nothing to show.
        let people = if periods.is_empty() { Vec::new() } else { people.collect() };
        Self { people, periods }
    }

    /// The group that is asked for: in time, all periods that its months touch.
    fn group(&self, asked: &Asked<'_>) -> Group {
        let from = asked.from.map_or(0, |day| self.periods.partition_point(|(_, last)| *last < month(day)));
        let to = asked.to.map_or(self.periods.len(), |day| self.periods.partition_point(|(first, _)| *first <= month(day)));
        Group { condition: asked.condition, route: asked.route, from, to }
    }

    fn groups(&self, is_in: impl Fn(&Person<'_>) -> bool) -> Groups {
        let places: Vec<Place> = self.people.iter().filter(|person| is_in(person)).map(|person| person.place).collect();
        Groups::of(&places, self.periods.len())
    }

    /// The people of a group for whom there is something, where they may be shown.
    fn shown<T>(&self, group: &Group, of: impl Fn(&Person<'_>) -> Option<T>) -> Option<Vec<T>> {
        let groups = self.groups(|person| of(person).is_some());
        let people = self.people.iter().filter(|person| group.has(&person.place));
        groups.is_shown(group).then(|| people.filter_map(of).collect())
    }
}

/// A measure and the score that counts: what the figures of a page are taken from.
struct View<'a> {
    crowd: &'a Crowd<'a>,
    measure: &'a Measure,
    at: At,
    group: Group,
}

impl View<'_> {
    /// The person's figures, where its course is judged and the measure was asked for.
    fn judged<'p>(&self, person: &'p Person<'_>) -> Option<Option<&'p MeasureOutcome>> {
        let is_judged = self.at == At::Latest || person.is_over;
        (is_judged && person.course.has_asked(&self.measure.id)).then(|| person.course.measures.get(&self.measure.id))
    }

    fn score(&self, outcome: &MeasureOutcome) -> Option<Points> {
        match self.at {
            At::Induction => outcome.induction,
            At::Latest => outcome.latest,
        }
    }

    /// Baseline and score.
    fn both(&self, person: &Person<'_>) -> Option<(Points, Points)> {
        let outcome = self.judged(person)??;
        Some((outcome.baseline?, self.score(outcome)?))
    }

    fn compared(&self, person: &Person<'_>) -> Option<Comparison> {
        let (baseline, score) = self.both(person)?;
        (self.measure.kind == Kind::Validated).then(|| compare(self.measure, baseline, score))
    }

    /// How many of those of whom it can be said at all. `None` where the measure has no such word.
    fn rate(&self, has_word: bool, is_met: impl Fn(&Comparison) -> Option<bool>) -> Option<Rate> {
        if !has_word || self.measure.kind != Kind::Validated {
            return None;
        }
        let met = self.crowd.shown(&self.group, |person| is_met(&self.compared(person)?));
        Some(met.map_or_else(Rate::default, |met| Rate::of(met.iter().filter(|met| **met).count(), met.len())))
    }

    fn missing(&self) -> OutcomeMissing {
        let judged = self.crowd.shown(&self.group, |person| {
            let outcome = self.judged(person)?;
            let has_score = outcome.is_some_and(|outcome| self.score(outcome).is_some());
            Some((outcome.is_some_and(|outcome| outcome.baseline.is_some()), has_score))
        });
        let Some(judged) = judged else { return OutcomeMissing::default() };
        let count = |is_in: &dyn Fn(bool, bool) -> bool| judged.iter().filter(|(base, score)| is_in(*base, *score)).count();
        let counted = count(&|base, score| base && score);
        OutcomeMissing {
            courses: Some(judged.len()),
            with_baseline: Some(count(&|base, _| base)),
            with_score: Some(count(&|_, score| score)),
            counted: Some(counted),
            left_out: Some(judged.len() - counted),
        }
    }

    fn by_session(&self) -> Vec<OutcomeBySession> {
        let after = |person: &Person<'_>, number: i32| {
            let outcome = self.judged(person)??;
            let (_, value) = outcome.after.iter().find(|(of, _)| *of == number)?;
            Some((outcome.baseline?, *value))
        };
        let last = (1..=MOST_SESSIONS)
            .rev()
            .find(|number| self.crowd.people.iter().filter(|person| after(person, *number).is_some()).count() >= LEAST)
            .unwrap_or(0);
        let start = self.crowd.shown(&self.group, |person| self.judged(person)??.baseline);
        let start = start.and_then(OutcomeScores::of).map_or(OutcomeBySession::hidden(0), |scores| OutcomeBySession {
            n: Some(scores.n),
            median: Some(scores.median),
            low_quarter: Some(scores.low_quarter),
            high_quarter: Some(scores.high_quarter),
            ..OutcomeBySession::hidden(0)
        });
        let sessions = (1..=last).map(|number| {
            let hidden = OutcomeBySession::hidden(number);
            let Some(pairs) = self.crowd.shown(&self.group, |person| after(person, number)) else { return hidden };
            let changes: Vec<Points> = pairs.iter().map(|(baseline, value)| *value - *baseline).collect();
            let mean = stats::mean(&changes);
            let interval = mean.and_then(|mean| mean.interval);
            let quartiles = stats::quartiles(pairs.iter().map(|(_, value)| *value).collect());
            OutcomeBySession {
                n: Some(pairs.len()),
                mean_change: mean.map(|mean| mean.mean),
                low: interval.map(|(low, _)| low),
                high: interval.map(|(_, high)| high),
                median: quartiles.map(|quartiles| quartiles.median),
                low_quarter: quartiles.map(|quartiles| quartiles.low),
                high_quarter: quartiles.map(|quartiles| quartiles.high),
                ..hidden
            }
        });
        std::iter::once(start).chain(sessions).collect()
    }

    fn kept(&self) -> Option<OutcomeKept> {
        self.measure.change.as_ref()?.response.filter(|_| self.measure.kind == Kind::Validated)?;
        let watched = self.crowd.shown(&self.group, |person| {
            let outcome = person.course.measures.get(&self.measure.id)?;
            Some(Watched { days: outcome.kept_days?, is_lost: outcome.is_lost })
        });
        let Some(watched) = watched else {
            return Some(OutcomeKept { n: None, lost: None, median_days: None, steps: Vec::new(), at_risk: Vec::new() });
        };
        let steps = stats::kaplan_meier(&watched, LEAST);
        let at_risk = (0..)
            .map(|count| count * AT_RISK_EVERY_DAYS)
            .map(|day| AtRisk { day, n: stats::at_risk(&watched, day) })
            .take_while(|at_risk| at_risk.n >= LEAST);
        Some(OutcomeKept {
            n: Some(watched.len()),
            lost: Some(watched.iter().filter(|person| person.is_lost).count()),
            median_days: steps.iter().find(|step| step.share <= 0.5).map(|step| step.day),
            at_risk: at_risk.collect(),
            steps,
        })
    }

    fn line(&self) -> OutcomeLine {
        let change = self.measure.change.as_ref().filter(|_| self.measure.kind == Kind::Validated);
        let scores = self.crowd.shown(&self.group, |person| self.both(person));
        let median = |values: Option<Vec<Points>>| values.and_then(stats::quartiles).map(|quartiles| quartiles.median);
        let compared: Option<Vec<Comparison>> = scores
            .as_ref()
            .map(|scores| scores.iter().map(|(baseline, score)| compare(self.measure, *baseline, *score)).collect());
        let count = |has_word: bool, is_met: &dyn Fn(&Comparison) -> bool| {
            compared.as_ref().filter(|_| has_word).map(|all| all.iter().filter(|one| is_met(one)).count())
        };
        let is_rated = change.is_some_and(|change| change.reliable.is_some());
        let has_cut = change.is_some_and(|change| change.below_clinical_max.is_some());
        let (better, worse) = (
            count(is_rated, &|one| one.reliable_improvement == Some(true)),
            count(is_rated, &|one| one.reliable_deterioration == Some(true)),
        );
        let n = scores.as_ref().map(Vec::len);
        OutcomeLine {
            measure: self.measure.id.clone(),
            title: self.measure.short_title.clone(),
            suppressed: scores.is_none(),
            n,
            of: scores.as_ref().and(self.missing().courses),
            baseline_median: median(scores.as_ref().map(|all| all.iter().map(|(baseline, _)| *baseline).collect())),
            score_median: median(scores.as_ref().map(|all| all.iter().map(|(_, score)| *score).collect())),
            better,
            no_clear_change: n.zip(better.zip(worse)).map(|(n, (better, worse))| n - better - worse),
            worse,
            below_cut_point: count(has_cut, &|one| one.below_clinical == Some(true)),
        }
    }
}

impl Outcomes {
    /// Works the figures out. `measures` are all that the clinic could ask for; those nobody was asked are left out.
    pub fn of<'a>(
        patients: &[(Id<Patient>, PatientOutcomes)],
        measures: impl Iterator<Item = &'a Measure>,
        asked: &Asked<'a>,
        today: LocalDate,
    ) -> Self {
        let crowd = Crowd::of(patients, today);
        let group = crowd.group(asked);
        let view = View { crowd: &crowd, measure: asked.measure, at: asked.at, group };
        let scores = crowd.shown(&group, |person| view.both(person));
        let mut waterfall: Vec<Points> = scores.iter().flatten().map(|(baseline, score)| *score - *baseline).collect();
        waterfall.sort_unstable();
        if asked.measure.higher_is == Direction::Better {
            waterfall.reverse();
        }
        let change = asked.measure.change.as_ref();
        let has = |of: fn(&crate::instruments::Change) -> Option<Points>| change.and_then(of).is_some();
        let drop_out = crowd.shown(&group, |person| person.is_over.then_some(person.is_drop_out));
        let with_score = crowd.groups(|person| view.both(person).is_some());
        let conditions: BTreeSet<Condition> = crowd.people.iter().filter_map(|person| person.place.condition).collect();
        let routes: BTreeSet<Route> = crowd.people.iter().filter_map(|person| person.place.route).collect();
        let lines = measures.filter(|measure| crowd.people.iter().any(|person| person.course.has_asked(&measure.id)));
        Self {
            measure: OutcomeMeasure::of(asked.measure),
            at: asked.at,
            filter: OutcomeFilter {
                condition: asked.condition,
                route: asked.route,
                from: asked
                    .from
                    .and(crowd.periods.get(group.from))
                    .filter(|_| group.from > 0)
                    .map(|(first, _)| first_day(*first)),
                to: asked
                    .to
                    .and(group.to.checked_sub(1).and_then(|last| crowd.periods.get(last)))
                    .filter(|_| group.to < crowd.periods.len())
                    .map(|(_, last)| first_day(last + 1).plus_days(-1)),
            },
            suppressed: scores.is_none(),
            n: scores.as_ref().map(Vec::len),
            missing: view.missing(),
            baseline: scores.as_ref().and_then(|all| OutcomeScores::of(all.iter().map(|(baseline, _)| *baseline).collect())),
            score: scores.as_ref().and_then(|all| OutcomeScores::of(all.iter().map(|(_, score)| *score).collect())),
            by_session: view.by_session(),
            response: view.rate(has(|change| change.response), |one| one.response),
            remission: view.rate(has(|change| change.remission_max), |one| one.remission),
            reliable_improvement: view.rate(has(|change| change.reliable), |one| one.reliable_improvement),
            reliable_deterioration: view.rate(has(|change| change.reliable), |one| one.reliable_deterioration),
            drop_out: drop_out
                .map_or_else(Rate::default, |all| Rate::of(all.iter().filter(|is_drop_out| **is_drop_out).count(), all.len())),
            waterfall,
            measures: lines.map(|measure| View { measure, ..view }.line()).collect(),
            kept: view.kept(),
            analysable: analysable(patients, today),
            conditions: conditions
                .into_iter()
                .map(|condition| OutcomeCondition {
                    condition,
                    is_shown: with_score.is_shown(&Group { condition: Some(condition), ..group }),
                })
                .collect(),
            routes: routes
                .into_iter()
                .map(|route| OutcomeRoute { route, is_shown: with_score.is_shown(&Group { route: Some(route), ..group }) })
                .collect(),
            periods: crowd
                .periods
                .iter()
                .map(|(first, last)| OutcomePeriod { from: first_day(*first), to: first_day(last + 1).plus_days(-1) })
                .collect(),
        }
    }
}

fn analysable(patients: &[(Id<Patient>, PatientOutcomes)], today: LocalDate) -> OutcomeAnalysable {
    let courses = || patients.iter().flat_map(|(_, outcomes)| &outcomes.begun);
    let decided: Vec<bool> = courses().filter_map(|course| is_analysable(course, today)).collect();
    let mendable: BTreeSet<(Id<Patient>, Option<Id<Course>>)> =
        to_mend(patients, today).map(|(patient, course, _)| (patient, course)).collect();
    OutcomeAnalysable {
        share: Rate::of(decided.iter().filter(|is_analysable| **is_analysable).count(), decided.len()),
        can_still_be_mended: mendable.len(),
    }
}

/// What can still be mended in the clinic, in no order.
fn to_mend(
    patients: &[(Id<Patient>, PatientOutcomes)],
    today: LocalDate,
) -> impl Iterator<Item = (Id<Patient>, Option<Id<Course>>, Standing)> {
    let begun = patients.iter().flat_map(move |(patient, outcomes)| {
        outcomes.begun.iter().map(move |course| (*patient, course.course, standings(course, today)))
    });
    let upcoming = patients.iter().filter_map(move |(patient, outcomes)| {
        let upcoming = outcomes.upcoming.as_ref()?;
        Some((*patient, upcoming.course, upcoming.standings(today)?))
    });
    begun
        .chain(upcoming)
        .flat_map(|(patient, course, readings)| readings.map(|reading| (patient, course, reading)))
        .filter(|(_, _, standing)| standing.state == ReadingState::CanStillBeMended)
}

/// A reading that can still be had, and whose.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Mendable {
    /// The patient.
    pub patient_id: Id<Patient>,
    /// The patient's name.
    #[schema(example = "Maya Ellison")]
    pub name: String,
    /// The clinic's own number.
    #[schema(example = "AR-0142")]
    pub record_number: Option<String>,
    /// The course; null for sessions recorded outside any.
    pub course_id: Option<Id<Course>>,
    /// Which reading.
    pub reading: Reading,
    /// The questionnaire to ask for.
    #[schema(example = "phq-9")]
    pub instrument: String,
    /// The last day for it; null where nobody knows yet.
    pub until: Option<LocalDate>,
}

/// Who a reading is wanted from, and with which questionnaire.
#[derive(Debug, Clone)]
pub struct Named {
    /// The patient's name.
    pub name: String,
    /// The clinic's own number.
    pub record_number: Option<String>,
    /// The primary questionnaire.
    pub instrument: String,
}

/// All that can still be mended, most urgent first. `named` knows who is who; patients it does not know are left out.
pub fn mendable(
    patients: &[(Id<Patient>, PatientOutcomes)],
    named: &BTreeMap<Id<Patient>, Named>,
    today: LocalDate,
) -> Vec<Mendable> {
    let known = |(patient, course, standing): (Id<Patient>, Option<Id<Course>>, Standing)| {
        let Named { name, record_number, instrument } = named.get(&patient)?.clone();
        let Standing { reading, until, .. } = standing;
        Some(Mendable { patient_id: patient, name, record_number, course_id: course, reading, instrument, until })
    };
    let mut all: Vec<Mendable> = to_mend(patients, today).filter_map(known).collect();
    all.sort_by_key(order);
    all
}

/// The sort keys of the list: what ends first, then by name.
pub fn order(item: &Mendable) -> (bool, Option<LocalDate>, String, Id<Patient>, Reading) {
    (item.until.is_none(), item.until, item.name.to_lowercase(), item.patient_id, item.reading)
}
