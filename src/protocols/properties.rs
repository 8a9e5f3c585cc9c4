//! Histories of courses at random: what is stored equals what would be made from scratch, in every time zone.

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::sample::Index;

use super::anchors::{CourseFacts, Visit, Wanted, at_hour, wants};
use super::plans::Plans;
use super::queries::AssignmentRow;
use super::reconcile::{Difference, closed_by, difference};
use super::standing::{AssignmentState, standing};
use crate::auth::scope::PatientScope;
use crate::courses::Status;
use crate::db::{Id, LocalDate, Timestamp};
use crate::instruments::Registry;
use crate::responses::Response;

/// Zones with both hemispheres' clock changes, at midnight and at night, and one whose days are not whole hours from UTC.
const ZONES: [&str; 6] =
    ["America/Denver", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"];
const DAY: i64 = 86_400;

static PLANS: LazyLock<Plans> = LazyLock::new(|| Plans::load_builtin(Registry::load_builtin().unwrap()).unwrap());

fn start() -> Timestamp {
    "2026-01-05T12:00:00.000Z".parse().unwrap()
}

/// One thing that happens to a course.
#[derive(Debug, Clone)]
enum Step {
    Book { hours: i64 },
    Move { which: Index, hours: i64 },
    Complete { which: Index },
    CallOff { which: Index },
    Answer { which: Index, late: bool, part: f64 },
    Stray { which: Index, hours: i64 },
    Skip { which: Index },
    Travel { zone: usize },
    Status { status: Status },
    Plan { count: Option<i32> },
}

fn step() -> impl Strategy<Value = Step> {
    let hours = -200_i64..2400;
    prop_oneof![
        3 => hours.clone().prop_map(|hours| Step::Book { hours }),
        4 => (any::<Index>(), hours.clone()).prop_map(|(which, hours)| Step::Move { which, hours }),
        4 => any::<Index>().prop_map(|which| Step::Complete { which }),
        2 => any::<Index>().prop_map(|which| Step::CallOff { which }),
        6 => (any::<Index>(), any::<bool>(), 0.0..1.0).prop_map(|(which, late, part)| Step::Answer { which, late, part }),
        2 => (any::<Index>(), hours).prop_map(|(which, hours)| Step::Stray { which, hours }),
        1 => any::<Index>().prop_map(|which| Step::Skip { which }),
        1 => (0..ZONES.len()).prop_map(|zone| Step::Travel { zone }),
        1 => prop_oneof![Just(Status::Active), Just(Status::Maintenance), Just(Status::Stopped)].prop_map(|status| Step::Status { status }),
        1 => proptest::option::of(1..9_i32).prop_map(|count| Step::Plan { count }),
    ]
}

/// A course as the database would hold it.
struct World {
    plan: &'static str,
    facts: CourseFacts,
    visits: Vec<(Visit, bool)>,
    zone: TimeZone,
    rows: Vec<AssignmentRow>,
    now: Timestamp,
    made: u128,
}

impl World {
    fn begin(plan: &'static str) -> Self {
        let zone = TimeZone::get(ZONES[0]).unwrap();
        let facts = CourseFacts {
            conditions: vec!["ptsd".into(), "chronic-pain".into()],
            primary_instrument: "phq-9".into(),
            planned_sessions: None,
            started_on: start().local_date(&zone),
            status: Status::Active,
            ended_on: None,
            since: start(),
        };
        let mut world = Self { plan, facts, visits: Vec::new(), zone, rows: Vec::new(), now: start(), made: 1 };
        world.reconcile();
        world
    }

    fn new_id<T>(&mut self) -> Id<T> {
        self.made += 1;
        Id::from_uuid(uuid::Uuid::from_u128(self.made))
    }

    fn wanted(&self) -> Vec<Wanted> {
        let visits: Vec<Visit> = self.visits.iter().filter(|(_, is_off)| !is_off).map(|(visit, _)| *visit).collect();
        wants(PLANS.current(self.plan).unwrap(), &self.facts, &visits, &self.zone)
    }

    /// Applies the difference as the database does.
    fn reconcile(&mut self) {
        let Difference { missing, moved, surplus } = difference(&self.rows, self.wanted(), self.facts.since);
        self.rows.retain(|row| !surplus.contains(&row.id));
        for (id, wanted) in moved {
            let row = self.rows.iter_mut().find(|row| row.id == id).expect("only what is stored is moved");
            row.instrument.clone_from(&wanted.instrument);
            row.session_id = wanted.session;
            row.min_interval_days = wanted.min_interval_days;
            (row.opens_at, row.due_at, row.closes_at) = (wanted.opens_at, wanted.due_at, wanted.closes_at);
        }
        let scope = PatientScope::for_command(Id::from_uuid(uuid::Uuid::nil()), Id::from_uuid(uuid::Uuid::nil()));
        for wanted in missing {
            let id = self.new_id();
            self.rows.push(AssignmentRow { id, ..AssignmentRow::new(scope, None, &wanted, self.now) });
        }
    }

    fn answer(&mut self, instrument: &str, at: Timestamp) {
        let response: Id<Response> = self.new_id();
        let Some(id) = closed_by(&self.rows, instrument, at).map(|row| row.id) else { return };
        let row = self.rows.iter_mut().find(|row| row.id == id).unwrap();
        assert!(row.response_id.is_none() && row.skipped_at.is_none());
        assert!(row.opens_at <= at && at < row.closes_at);
        row.response_id = Some(response);
    }

    fn play(&mut self, step: &Step) {
        let open = |visits: &[(Visit, bool)], which: &Index| {
            let open: Vec<usize> =
                (0..visits.len()).filter(|index| !visits[*index].1 && !visits[*index].0.is_completed).collect();
            (!open.is_empty()).then(|| open[which.index(open.len())])
        };
        match step {
            Step::Book { hours } => {
                let visit = Visit { id: self.new_id(), at: start().plus_seconds(hours * 3600), is_completed: false };
                self.visits.push((visit, false));
            }
            Step::Move { which, hours } => {
                if let Some(index) = open(&self.visits, which) {
                    self.visits[index].0.at = start().plus_seconds(hours * 3600);
                }
            }
            Step::Complete { which } => {
                if let Some(index) = open(&self.visits, which) {
                    self.visits[index].0.is_completed = true;
                }
            }
            Step::CallOff { which } => {
                if let Some(index) = open(&self.visits, which) {
                    self.visits[index].1 = true;
                }
            }
            Step::Answer { which, late, part } => {
                if !self.rows.is_empty() {
                    let row = self.rows[which.index(self.rows.len())].clone();
                    let span = row.closes_at.milliseconds() - row.opens_at.milliseconds();
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_precision_loss,
                        reason = "any moment of the window does"
                    )]
                    let into = (span as f64 * part) as i64;
                    let at = Timestamp::from_milliseconds(row.opens_at.milliseconds() + into);
                    self.now = if *late { self.now.max(at.plus_seconds(5 * DAY)) } else { self.now.max(at) };
                    self.answer(&row.instrument, at);
                }
            }
            Step::Stray { which, hours } => {
                let instruments = ["phq-9", "gad-7", "pcl-5", "pre-session", "asq"];
                self.answer(which.get::<&str>(&instruments), start().plus_seconds(hours * 3600));
            }
            Step::Skip { which } => {
                let is_waiting = |row: &AssignmentRow| row.response_id.is_none() && row.skipped_at.is_none();
                let waiting: Vec<usize> = (0..self.rows.len()).filter(|index| is_waiting(&self.rows[*index])).collect();
                if !waiting.is_empty() {
                    let index = waiting[which.index(waiting.len())];
                    self.rows[index].skipped_at = Some(self.now);
                }
            }
            Step::Travel { zone } => self.zone = TimeZone::get(ZONES[*zone]).unwrap(),
            Step::Status { status } => {
                self.facts.status = *status;
                let today = self.now.local_date(&self.zone);
                self.facts.ended_on = (!status.is_open()).then(|| self.facts.ended_on.unwrap_or(today));
            }
            Step::Plan { count } => self.facts.planned_sessions = *count,
        }
        self.reconcile();
    }

    fn check(&self, kept: &[AssignmentRow]) {
        let wanted = self.wanted();
        let is_kept = |row: &&AssignmentRow| row.response_id.is_some() || row.skipped_at.is_some();
        // What was answered or skipped stays as it was.
        for row in kept {
            assert_eq!(self.rows.iter().find(|now| now.id == row.id), Some(row));
        }
        // All else is what the plan would make from scratch.
        let mut stored: Vec<&AssignmentRow> = self.rows.iter().filter(|row| !is_kept(row)).collect();
        let mut fresh: Vec<&Wanted> =
            wanted.iter().filter(|wanted| !self.rows.iter().filter(is_kept).any(|row| row.key == wanted.key)).collect();
        stored.sort_by(|a, b| a.key.cmp(&b.key));
        fresh.sort_by(|a, b| a.key.cmp(&b.key));
        assert_eq!(stored.len(), fresh.len());
        for (row, wanted) in stored.into_iter().zip(fresh) {
            assert!(row.key == wanted.key && row.says(wanted), "{row:?} {wanted:?}");
        }
        // No key twice, no answer twice, no window inside out.
        let unique = |mut keys: Vec<String>| {
            let all = keys.len();
            keys.sort();
            keys.dedup();
            keys.len() == all
        };
        assert!(unique(self.rows.iter().map(|row| row.key.clone()).collect()));
        assert!(unique(self.rows.iter().filter_map(|row| row.response_id).map(|id| id.to_string()).collect()));
        for row in &self.rows {
            assert!(row.opens_at < row.closes_at && row.due_at <= row.closes_at, "{row:?}");
            let now = standing(row, &[], &self.zone, self.now).state;
            assert_eq!(now == AssignmentState::Done, row.response_id.is_some());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn after_each_step_what_is_stored_equals_what_is_made_from_scratch(
        plan in prop_oneof![Just("iv-induction-6"), Just("esketamine"), Just("ptsd"), Just("chronic-pain")],
        steps in proptest::collection::vec(step(), 1..25),
    ) {
        let mut world = World::begin(plan);
        for step in &steps {
            let before: Vec<AssignmentRow> =
                world.rows.iter().filter(|row| row.response_id.is_some() || row.skipped_at.is_some()).cloned().collect();
            world.play(step);
            world.check(&before);
        }
    }
}

proptest! {
    /// Calendar days begin at the patient's midnight and evenings come at six, whatever the clocks do.
    #[test]
    fn days_are_the_patients_own(zone in 0..ZONES.len(), first in 0_i64..730, hour in 6_i64..20, gaps in proptest::collection::vec(1_i64..40, 1..10)) {
        let zone = TimeZone::get(ZONES[zone]).unwrap();
        let mut world = World::begin("iv-induction-6");
        world.zone = zone.clone();
        let mut day: LocalDate = "2025-06-01".parse::<LocalDate>().unwrap().plus_days(first);
        world.facts.since = Timestamp::EPOCH;
        for gap in gaps {
            let at = at_hour(day, i8::try_from(hour).unwrap(), &zone);
            let visit = Visit { id: world.new_id(), at, is_completed: false };
            world.visits.push((visit, false));
            day = day.plus_days(gap);
        }
        let first_day = world.visits[0].0.at.local_date(&zone);
        for wanted in world.wanted() {
            let opens_on = wanted.opens_at.local_date(&zone);
            let is_day = |at: Timestamp| at == at.local_date(&zone).start_in(&zone);
            if wanted.key.starts_with("phq-9-weekly/") {
                prop_assert!(is_day(wanted.opens_at) && is_day(wanted.closes_at));
                prop_assert_eq!(opens_on.days_since(first_day) % 7, 0);
                prop_assert_eq!(wanted.closes_at.local_date(&zone).days_since(opens_on), 7);
            }
            if wanted.key.starts_with("phq-9-baseline/") {
                prop_assert!(is_day(wanted.opens_at));
                prop_assert_eq!(first_day.days_since(opens_on), 3);
            }
            if wanted.key.starts_with("evening/") {
                let visit = world.visits.iter().find(|(visit, _)| Some(visit.id) == wanted.session).unwrap().0;
                prop_assert_eq!(opens_on, visit.at.local_date(&zone));
                let local = zone.to_datetime(wanted.due_at.jiff());
                prop_assert!(local.hour() == 18 || wanted.due_at == visit.at);
            }
            if wanted.key.starts_with("pre-session/") {
                let visit = world.visits.iter().find(|(visit, _)| Some(visit.id) == wanted.session).unwrap().0;
                prop_assert_eq!((visit.at.seconds_since(wanted.due_at), wanted.closes_at), (DAY, visit.at));
            }
        }
    }

    /// Who travels keeps the same calendar days; only the instants at which they begin move.
    #[test]
    fn travel_moves_instants_and_no_days(from in 0..ZONES.len(), to in 0..ZONES.len()) {
        let mut world = World::begin("iv-induction-6");
        world.facts.since = Timestamp::EPOCH;
        let days = |world: &World, zone: &TimeZone| -> Vec<(String, LocalDate)> {
            let calendar = world.wanted().into_iter().filter(|wanted| wanted.session.is_none());
            calendar.map(|wanted| (wanted.key, wanted.due_at.local_date(zone))).collect()
        };
        let [from, to] = [from, to].map(|zone| TimeZone::get(ZONES[zone]).unwrap());
        world.zone = from.clone();
        let before = days(&world, &from);
        world.zone = to.clone();
        prop_assert_eq!(before, days(&world, &to));
    }
}
