//! What is due when: the plan that every patient follows until a clinic writes its own. Pure.

use crate::courses::Phase;
use crate::db::{Id, LocalDate, words};
use crate::instruments::{Instrument, Respondent, Setting};
use crate::responses::Response;

words! {
    /// How often a questionnaire comes.
    #[schema(as = TaskEvery)]
    pub enum Every {
        /// Each day.
        Day = "day",
        /// Every 7 days.
        Week = "week",
        /// Every 30 days.
        Month = "month",
        /// It hangs on a session, or somebody asked for it: it comes this once.
        Once = "once",
    }
}

impl Every {
    /// Days from one time to the next.
    pub const fn days(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month | Self::Once => 30,
        }
    }
}

words! {
    /// How a task stands.
    #[schema(as = TaskState)]
    pub enum State {
        /// It came today.
        Due = "due",
        /// It came before today and is still open.
        Overdue = "overdue",
        /// It was answered today.
        Done = "done",
    }
}

/// A questionnaire of the plan.
struct Line {
    instrument: &'static str,
    induction: Every,
    maintenance: Every,
    /// The condition it is asked for; none where everybody is asked.
    target: Option<&'static str>,
}

/// Source: CLINICAL.md 5, a choice of this project, made simpler: GAD-7 with the PHQ-9, PCL-5 monthly.
const PLAN: [Line; 6] = [
    Line { instrument: "daily-check-in", induction: Every::Day, maintenance: Every::Day, target: None },
    Line { instrument: "phq-9", induction: Every::Week, maintenance: Every::Month, target: None },
    Line { instrument: "gad-7", induction: Every::Week, maintenance: Every::Month, target: None },
    Line { instrument: "peg", induction: Every::Week, maintenance: Every::Month, target: Some("chronic-pain") },
    Line { instrument: "pcl-5", induction: Every::Month, maintenance: Every::Month, target: Some("ptsd") },
    Line { instrument: "ocd-check", induction: Every::Week, maintenance: Every::Week, target: Some("ocd") },
];

impl Line {
    const fn every(&self, phase: Phase) -> Every {
        match phase {
            Phase::Induction => self.induction,
            Phase::Maintenance => self.maintenance,
        }
    }
}

/// What the plan depends on.
#[derive(Debug, Clone)]
pub struct Situation {
    /// What is treated: the patient's and the course's conditions.
    pub conditions: Vec<String>,
    /// The measure that the patient is followed by, as `peg.total`.
    pub primary_measure: String,
    /// The phase of the course; induction before the first one.
    pub phase: Phase,
}

impl Situation {
    fn asks(&self, line: &Line) -> bool {
        let is_primary = self.primary_measure.split('.').next() == Some(line.instrument);
        is_primary || line.target.is_none_or(|target| self.conditions.iter().any(|condition| condition == target))
    }
}

/// A questionnaire that was answered.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The questionnaire.
    pub instrument: String,
    /// The patient's day.
    pub on: LocalDate,
    /// The response.
    pub response: Id<Response>,
}

/// A questionnaire that a patient may answer today, or has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task<'a> {
    /// The questionnaire.
    pub instrument: &'a str,
    /// How often it comes.
    pub every: Every,
    /// How it stands.
    pub state: State,
    /// The day from which it is open.
    pub due_on: LocalDate,
    /// The last day on which it is; the next one comes the day after.
    pub closes_on: LocalDate,
    /// Today's answer.
    pub response: Option<Id<Response>>,
}

/// Whether a questionnaire may be sent home: a patient answers it alone, wherever that is.
pub fn is_for_home(instrument: &Instrument) -> bool {
    instrument.setting == Setting::Anywhere && instrument.respondent == Respondent::Patient
}

/// What the patient may answer today, then what was answered today; the check-in is always first.
///
/// `since` is the day from which the patient is asked at all; the first time of each questionnaire is that day.
pub fn tasks(situation: &Situation, since: LocalDate, answered: &[Answered], today: LocalDate) -> Vec<Task<'static>> {
    let mut tasks: Vec<Task<'static>> = PLAN
        .iter()
        .filter(|line| situation.asks(line))
        .filter_map(|line| task(line, situation.phase, since, answered, today))
        .collect();
    let check_in = PLAN[0].instrument;
    tasks.sort_by_key(|task| (task.instrument != check_in, task.state));
    tasks
}

fn task(line: &Line, phase: Phase, since: LocalDate, answered: &[Answered], today: LocalDate) -> Option<Task<'static>> {
    let every = line.every(phase);
    let of_line = || answered.iter().filter(|answer| answer.instrument == line.instrument);
    let done = of_line().filter(|answer| answer.on >= today).max_by_key(|answer| answer.on);
    let last = of_line().map(|answer| answer.on).filter(|day| *day < today).max();
    let window = window(every.days(), last, since, today);
    let (state, (due_on, closes_on)) = match (done, window) {
        (Some(_), window) => (State::Done, window.unwrap_or((today, today))),
        (None, Some(window)) => (if window.0 < today { State::Overdue } else { State::Due }, window),
        (None, None) => return None,
    };
    Some(Task { instrument: line.instrument, every, state, due_on, closes_on, response: done.map(|answer| answer.response) })
}

/// The first and the last day of the time that `today` falls in; `None` while the last answer still holds.
fn window(interval: i64, last: Option<LocalDate>, since: LocalDate, today: LocalDate) -> Option<(LocalDate, LocalDate)> {
    let first = first_due(interval, last, since.min(today));
    let days = today.days_since(first);
    (days >= 0).then(|| {
        let due_on = first.plus_days(days - days % interval);
        (due_on, due_on.plus_days(interval - 1))
    })
}

fn first_due(interval: i64, last: Option<LocalDate>, since: LocalDate) -> LocalDate {
    last.map_or(since, |last| last.plus_days(interval).max(since))
}

/// Days between two times that a questionnaire is due. One that is not in the plan counts as weekly in an induction and
/// monthly in maintenance.
pub fn interval_days(instrument: &str, phase: Phase) -> i64 {
    let line = PLAN.iter().find(|line| line.instrument == instrument);
    let every = line.map_or(if phase == Phase::Induction { Every::Week } else { Every::Month }, |line| line.every(phase));
    every.days()
}

/// How many times a questionnaire was due since the last answer, and closed unanswered.
///
/// `since` is the day from which the patient is asked at all. What is still open is not missed.
pub fn missed(interval: i64, last_answered: Option<LocalDate>, since: LocalDate, today: LocalDate) -> i64 {
    today.days_since(first_due(interval, last_answered, since)).max(0) / interval.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Timestamp;
    use crate::instruments::Registry;

    fn day(text: &str) -> LocalDate {
        text.parse().unwrap()
    }

    fn situation(phase: Phase) -> Situation {
        Situation { conditions: vec!["mdd".into()], primary_measure: "phq-9.total".into(), phase }
    }

    fn answered(instrument: &str, on: &str) -> Answered {
        Answered { instrument: instrument.into(), on: day(on), response: Id::new(Timestamp::EPOCH) }
    }

    /// Instrument, state, first and last day of each task.
    fn told(tasks: &[Task]) -> Vec<String> {
        tasks.iter().map(|task| format!("{} {:?} {} {}", task.instrument, task.state, task.due_on, task.closes_on)).collect()
    }

    #[test]
    fn a_new_patient_is_asked_everything_on_the_first_day() {
        let tasks = tasks(&situation(Phase::Induction), day("2026-11-20"), &[], day("2026-11-20"));
        assert_eq!(
            told(&tasks),
            ["daily-check-in Due 2026-11-20 2026-11-20", "phq-9 Due 2026-11-20 2026-11-26", "gad-7 Due 2026-11-20 2026-11-26",]
        );
    }

    #[test]
    fn a_weekly_form_comes_again_after_a_week_and_stays_open_for_six_more_days() {
        let given = [answered("phq-9", "2026-11-01"), answered("gad-7", "2026-11-03")];
        let on = |today: &str| told(&tasks(&situation(Phase::Induction), day("2026-10-01"), &given, day(today)));
        assert_eq!(on("2026-11-07").len(), 1);
        assert_eq!(on("2026-11-08")[1..], ["phq-9 Due 2026-11-08 2026-11-14"]);
        assert_eq!(on("2026-11-14")[1..], ["phq-9 Overdue 2026-11-08 2026-11-14", "gad-7 Overdue 2026-11-10 2026-11-16"]);
        // Nobody answered: the next one is due, not two of them.
        assert_eq!(on("2026-11-15")[1..], ["phq-9 Due 2026-11-15 2026-11-21", "gad-7 Overdue 2026-11-10 2026-11-16"]);
    }

    #[test]
    fn in_maintenance_forms_come_monthly() {
        let given = [answered("phq-9", "2026-10-01"), answered("gad-7", "2026-10-25")];
        let tasks = tasks(&situation(Phase::Maintenance), day("2026-01-01"), &given, day("2026-11-02"));
        assert_eq!(told(&tasks)[1..], ["phq-9 Overdue 2026-10-31 2026-11-29"]);
        assert_eq!(tasks[1].every, Every::Month);
    }

    #[test]
    fn what_was_answered_today_is_done_and_comes_last() {
        let given = [
            answered("daily-check-in", "2026-11-20"),
            answered("phq-9", "2026-11-20"),
            answered("phq-9", "2026-11-10"),
            answered("gad-7", "2026-11-12"),
        ];
        let tasks = tasks(&situation(Phase::Induction), day("2026-10-01"), &given, day("2026-11-20"));
        assert_eq!(
            told(&tasks),
            [
                "daily-check-in Done 2026-11-20 2026-11-20",
                "gad-7 Overdue 2026-11-19 2026-11-25",
                "phq-9 Done 2026-11-17 2026-11-23",
            ]
        );
        assert_eq!(tasks[2].response, Some(given[1].response));
        assert_eq!(tasks[1].response, None);
    }

    #[test]
    fn an_answer_before_it_was_due_counts_and_starts_the_interval_anew() {
        let given = [answered("phq-9", "2026-11-20"), answered("phq-9", "2026-11-18")];
        let on = |today: &str| told(&tasks(&situation(Phase::Induction), day("2026-10-01"), &given, day(today)));
        assert_eq!(on("2026-11-20").last().unwrap(), "phq-9 Done 2026-11-20 2026-11-20");
        assert!(!on("2026-11-26").iter().any(|task| task.starts_with("phq-9")));
        assert!(on("2026-11-27").contains(&"phq-9 Due 2026-11-27 2026-12-03".to_owned()));
    }

    #[test]
    fn the_forms_of_a_target_come_where_it_is_treated_or_followed() {
        let asks = |conditions: &[&str], primary: &str| -> Vec<&str> {
            let conditions = conditions.iter().map(ToString::to_string).collect();
            let situation = Situation { conditions, primary_measure: primary.into(), phase: Phase::Induction };
            let tasks = tasks(&situation, day("2026-11-20"), &[], day("2026-11-20"));
            tasks.into_iter().skip(3).map(|task| task.instrument).collect()
        };
        assert_eq!(asks(&[], "phq-9.total"), Vec::<&str>::new());
        assert_eq!(asks(&["chronic-pain"], "phq-9.total"), ["peg"]);
        assert_eq!(asks(&["mdd"], "peg.total"), ["peg"]);
        assert_eq!(asks(&["mdd", "ptsd"], "phq-9.total"), ["pcl-5"]);
        assert_eq!(asks(&["ocd"], "ocd-check.total"), ["ocd-check"]);
    }

    #[test]
    fn each_form_of_the_plan_is_known_and_may_be_sent_home_at_its_interval() {
        let registry = Registry::load_builtin().unwrap();
        for line in &PLAN {
            let instrument = registry.current(line.instrument).unwrap();
            assert!(is_for_home(instrument), "{}", line.instrument);
            for phase in [Phase::Induction, Phase::Maintenance] {
                let least = instrument.min_interval_days.map_or(0, i64::from);
                assert!(interval_days(line.instrument, phase) >= least, "{}", line.instrument);
            }
        }
        assert!(!is_for_home(registry.current("asq").unwrap()));
        assert_eq!([Phase::Induction, Phase::Maintenance].map(|phase| interval_days("audit-c", phase)), [7, 30]);
    }

    #[test]
    fn only_what_has_closed_is_missed() {
        let (last, since) = (Some(day("2026-11-01")), day("2026-01-01"));
        for (today, times) in [("2026-11-02", 0), ("2026-11-14", 0), ("2026-11-15", 1), ("2026-11-21", 1), ("2026-11-22", 2)] {
            assert_eq!(missed(7, last, since, day(today)), times, "{today}");
        }
        assert_eq!(missed(7, None, day("2026-11-20"), day("2026-11-26")), 0);
        assert_eq!(missed(7, None, day("2026-11-20"), day("2026-11-27")), 1);
        assert_eq!(missed(7, None, day("2026-11-20"), day("2026-11-01")), 0);
        assert_eq!(missed(7, last, day("2026-11-20"), day("2026-11-26")), 0);
    }
}
