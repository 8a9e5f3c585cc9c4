//! What happened to one patient: drawn from a seed, or told. Pure: no database, no clock.

mod check_ins;
mod forms;
mod sessions;
mod told;

use super::answers::Sheet;
use super::burden::Burden;
use super::calendar::{Calendar, Moment};
use super::cast::Told;
use super::chance::Chance;
use super::person::Person;
use super::spec::{Fate, Spec, Trajectory};
use super::visit::{self, Kit, Visit};
use crate::courses::{Condition, Status as CourseStatus};

/// All that the clinic will have known of one patient.
#[derive(Debug)]
pub struct History {
    /// Who it is.
    pub person: Person,
    /// What is treated.
    pub condition: Condition,
    /// The courses.
    pub courses: Vec<CoursePlan>,
    /// The sessions, planned ones too.
    pub visits: Vec<Visit>,
    /// What happened, in the order in which the clinic learned of it.
    pub events: Vec<Event>,
    /// From then on nobody takes up an alert of this patient.
    pub unwatched_from: Option<Moment>,
    /// From then on alerts are taken up and not closed.
    pub unclosed_from: Option<Moment>,
}

/// A course as it is opened.
#[derive(Debug, Clone)]
pub struct CoursePlan {
    /// The plan that it follows.
    pub protocol: &'static str,
    /// Sessions of the induction.
    pub planned: i32,
    /// Its first day.
    pub started: i32,
    /// What patient and provider want to reach.
    pub goal: String,
}

/// Something that the clinic learned.
#[derive(Debug)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// What.
    pub what: What,
}

/// What the clinic learned.
#[derive(Debug)]
pub enum What {
    /// The record is made and the patient invited.
    Register,
    /// The patient joins.
    Join,
    /// A course is opened.
    Open(usize),
    /// A course changes its status.
    Move(usize, CourseStatus),
    /// A session is planned.
    Book(usize),
    /// A session took place, and its record is signed.
    Record(usize),
    /// A session did not take place.
    CallOff(usize),
    /// A signed record is amended.
    Amend(usize),
    /// The patient answered a questionnaire.
    Answer(Answer),
}

/// An answered questionnaire.
#[derive(Debug)]
pub struct Answer {
    /// Tells it from the patient's other answers.
    pub key: usize,
    /// The questionnaire.
    pub instrument: &'static str,
    /// The answers.
    pub sheet: Sheet,
    /// When it was answered, as the phone says.
    pub answered: Moment,
    /// The answer that it corrects.
    pub corrects: Option<usize>,
}

/// The history of a patient whose course is told.
pub fn told(told: &'static Told, calendar: &Calendar, chance: &mut Chance) -> History {
    let first = told.sessions.first().copied().unwrap_or(0);
    let base = told.phq9.iter().rev().find(|(day, ..)| *day < first).map_or(15, |(_, total, _)| *total);
    let spec = Spec {
        condition: told.condition,
        route: told.route,
        first,
        phq9: base,
        trajectory: Trajectory::Responds,
        reduction: 0.5,
        is_late: false,
        hold_days: 90.0,
        fate: Fate::GoesOn,
        item_nine: None,
        is_hypertensive: false,
        rate: 0.86,
        mark: None,
    };
    let person = Person::told(told, calendar, chance);
    let mut writer = Writer::new(spec, Some(told), person, calendar, chance);
    writer.tell(told);
    writer.finish()
}

/// The history of a patient that is drawn.
pub fn drawn(spec: Spec, number: usize, calendar: &Calendar, chance: &mut Chance) -> History {
    let person = Person::drawn(number, calendar, chance);
    let mut writer = Writer::new(spec, None, person, calendar, chance);
    writer.draw();
    writer.finish()
}

/// Writes one history.
struct Writer<'a> {
    spec: Spec,
    told: Option<&'static Told>,
    person: Person,
    calendar: &'a Calendar,
    chance: &'a mut Chance,
    kit: Kit,
    burden: Burden,
    earlier: Option<Burden>,
    joined: i32,
    courses: Vec<CoursePlan>,
    visits: Vec<Visit>,
    events: Vec<Event>,
    answers: usize,
    bases: Bases,
    unwatched_from: Option<Moment>,
    unclosed_from: Option<Moment>,
}

/// Scores before treatment.
struct Bases {
    phq9: f64,
    gad7: f64,
    pcl5: f64,
    peg: f64,
    ocd: f64,
}

impl<'a> Writer<'a> {
    fn new(spec: Spec, told: Option<&'static Told>, person: Person, calendar: &'a Calendar, chance: &'a mut Chance) -> Self {
        let phq9 = f64::from(spec.phq9);
        let bases = Bases {
            phq9,
            gad7: match spec.condition {
                Condition::Gad => chance.normal(15.5, 2.4).clamp(11.0, 21.0),
                _ => (phq9 * 0.6 + chance.normal(2.0, 2.0)).clamp(1.0, 20.0),
            },
            pcl5: chance.normal(51.0, 7.5).clamp(36.0, 70.0),
            peg: chance.normal(7.1, 0.8).clamp(5.0, 9.3),
            ocd: chance.normal(7.2, 0.8).clamp(5.0, 9.5),
        };
        let kit = Kit::draw(&spec, told.is_some(), chance);
        let planned = told.map_or_else(|| visit::planned(spec.route), |told| told.planned);
        let burden = Burden {
            reduction: spec.reduction,
            is_late: spec.is_late,
            hold_days: spec.hold_days,
            induction: usize::try_from(planned).unwrap_or(6),
            sessions: Vec::new(),
        };
        Self {
            joined: spec.first - chance.between(8, 15),
            spec,
            told,
            person,
            calendar,
            chance,
            kit,
            burden,
            earlier: None,
            courses: Vec::new(),
            visits: Vec::new(),
            events: Vec::new(),
            answers: 0,
            bases,
            unwatched_from: None,
            unclosed_from: None,
        }
    }

    fn finish(self) -> History {
        let Self { person, courses, visits, mut events, spec, calendar, .. } = self;
        let joined = events.iter().find(|event| matches!(event.what, What::Join)).map_or(calendar.now, |event| event.at);
        events.retain(|event| event.at <= calendar.now && (event.at > joined || !matches!(event.what, What::Answer(_))));
        events.sort_by_key(|event| event.at);
        History {
            person,
            condition: spec.condition,
            courses,
            visits,
            events,
            unwatched_from: self.unwatched_from,
            unclosed_from: self.unclosed_from,
        }
    }

    /// Whether something is done that is done with this probability: by who bears a mark it always is.
    fn is_done(&mut self, probability: f64) -> bool {
        self.spec.mark.is_some() || self.chance.happens(probability)
    }

    fn happens(&mut self, at: Moment, what: What) {
        self.events.push(Event { at, what });
    }

    fn answer(
        &mut self,
        instrument: &'static str,
        sheet: Sheet,
        answered: Moment,
        received: Moment,
        corrects: Option<usize>,
    ) -> usize {
        let key = self.answers;
        self.answers += 1;
        self.happens(received, What::Answer(Answer { key, instrument, sheet, answered, corrects }));
        key
    }

    fn begin(&mut self, joined: i32) {
        self.joined = joined;
        let made = Moment::at(joined - 1, self.chance.between(9, 15), self.chance.between(0, 59));
        self.happens(made, What::Register);
        let came = Moment::at(joined, 17, self.chance.between(0, 40));
        self.happens(came, What::Join);
    }

    fn open_course(&mut self, started: i32, planned: i32, protocol: &'static str, goal: &str) -> usize {
        self.courses.push(CoursePlan { protocol, planned, started, goal: goal.to_owned() });
        let course = self.courses.len() - 1;
        let opened = Moment::at((started - 3).max(self.joined), 18, self.chance.between(0, 50));
        self.happens(opened, What::Open(course));
        course
    }

    /// When the patient answers on that day.
    fn evening(&mut self, day: i32) -> Moment {
        Moment { day, minute: self.chance.whole(f64::from(self.kit.habit_minute), 55.0, 6 * 60 + 20, 22 * 60 + 40) }
    }

    /// The share of the burden that is left on a day.
    fn left(&self, day: i32) -> f64 {
        if let Some(told) = self.told {
            return told::left(told, day, self.bases.phq9);
        }
        match &self.earlier {
            Some(earlier) if day < self.spec.first - 3 => earlier.left(day),
            Some(_) if day <= self.spec.first => 1.0,
            _ => self.burden.left(day),
        }
    }
}
