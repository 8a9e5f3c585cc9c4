//! What happened to one patient: drawn from a seed, or told. Pure: no database, no clock.

use serde_json::json;

use super::answers::{self, Sheet};
use super::burden::Burden;
use super::calendar::{Calendar, Moment};
use super::cast::{self, Told};
use super::chance::{Chance, whole};
use super::visit::{self, Kit, Visit};
use crate::courses::{Condition, Status as CourseStatus};
use crate::db::LocalDate;
use crate::sessions::Route;

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

/// A made-up person.
#[derive(Debug, Clone)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The e-mail.
    pub email: String,
    /// The clinic's number.
    pub record_number: String,
    /// The day of birth.
    pub born: LocalDate,
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

/// How a course goes on after the induction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Sessions go on at longer intervals.
    GoesOn,
    /// The course ends with the induction.
    Ends,
    /// The patient does not come back after so many sessions.
    DropsOut(usize),
}

/// What a history is drawn from.
#[derive(Debug, Clone)]
pub struct Spec {
    /// What is treated.
    pub condition: Condition,
    /// The way the medicine is given.
    pub route: Route,
    /// The day of the first session.
    pub first: i32,
    /// The PHQ-9 before it.
    pub phq9: i32,
    /// The share of the burden that the induction takes away.
    pub reduction: f64,
    /// Nothing much changes before the fourth session.
    pub is_late: bool,
    /// Days until the change begins to be lost, without further sessions.
    pub hold_days: f64,
    /// How the course goes on.
    pub fate: Fate,
    /// The answer to item 9 before treatment, and whether it goes to 0 with it.
    pub item_nine: Option<(i32, bool)>,
    /// Whether the blood pressure is high to begin with.
    pub is_hypertensive: bool,
    /// The share of days with a check-in in the first month.
    pub rate: f64,
    /// Something that every synthetic clinic must have.
    pub mark: Option<Mark>,
}

/// Something that every synthetic clinic must have. Source: `clinical_reference.json`, `must_contain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Gets worse, and an alert is taken up and not closed.
    Worse,
    /// Item 9 above 0 on an otherwise good score.
    GoodScoreWithItemNine,
    /// A PHQ-9 with an item left out.
    Prorated,
    /// Pain and no depression.
    PainWithoutDepression,
    /// Rising energy and little sleep.
    Elation,
    /// Two courses a year apart.
    TwoCourses,
    /// Weeks without an answer.
    LongGap,
    /// A phone with a wrong clock.
    WrongClock,
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
        reduction: 0.5,
        is_late: false,
        hold_days: 90.0,
        fate: Fate::GoesOn,
        item_nine: None,
        is_hypertensive: false,
        rate: 0.86,
        mark: None,
    };
    let person = Person {
        name: told.name.to_owned(),
        email: email_of(told.name, 0),
        record_number: record_number(told.record),
        born: calendar.date(-told.age * 365 - told.age / 4 - chance.between(20, 340)),
    };
    let mut writer = Writer::new(spec, Some(told), person, calendar, chance);
    writer.tell(told);
    writer.finish()
}

/// The history of a patient that is drawn.
pub fn drawn(spec: Spec, number: usize, calendar: &Calendar, chance: &mut Chance) -> History {
    let person = person(number, calendar, chance);
    let mut writer = Writer::new(spec, None, person, calendar, chance);
    writer.draw();
    writer.finish()
}

fn person(number: usize, calendar: &Calendar, chance: &mut Chance) -> Person {
    // 37 and 80 share no factor, so every first name comes once in 80 patients, beside ever other last names.
    let first = cast::FIRST[number * 37 % cast::FIRST.len()];
    let last = cast::LAST[(number * 57 + number / cast::FIRST.len() * 3) % cast::LAST.len()];
    let name = format!("{first} {last}");
    let age = chance.between(19, 74);
    let record = 500 + i32::try_from(number).unwrap_or_default();
    Person {
        email: email_of(&name, number),
        name,
        record_number: record_number(record),
        born: calendar.date(-age * 365 - age / 4 - chance.between(20, 340)),
    }
}

fn record_number(number: i32) -> String {
    format!("AR-{number:04}")
}

fn email_of(name: &str, number: usize) -> String {
    let plain: String = name
        .to_lowercase()
        .chars()
        .map(|letter| if letter == ' ' { '.' } else { letter })
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '.')
        .collect();
    let suffix = if number == 0 { String::new() } else { format!(".{number}") };
    format!("{plain}{suffix}@alder-row.example")
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

    // A told course.

    fn tell(&mut self, told: &'static Told) {
        self.begin(told.joined);
        self.burden.sessions = told.sessions.to_vec();
        let course = self.open_course(self.spec.first, told.planned, visit::protocol(told.route, told.planned), told.goal);
        let (hour, minute) = told.hour;
        for (index, day) in told.sessions.iter().enumerate() {
            let number = i32::try_from(index + 1).unwrap_or_default();
            let peak = told.peak.filter(|_| index + 1 == told.sessions.len());
            let scheduled = Moment::at(*day, hour, minute);
            let booked = self.booking(course, number, scheduled, told.sessions.get(index.wrapping_sub(1)).copied());
            let visit = self.kit.visit(course, number, scheduled, peak, self.chance);
            self.keep(visit, booked);
        }
        if let Some(day) = told.next {
            let today_is_late = day == 0 && self.calendar.now.minute > 60 * hour + minute - 45;
            let day = if today_is_late { 1 } else { day };
            let number = i32::try_from(told.sessions.len() + 1).unwrap_or_default();
            let booked = self.booking(course, number, Moment::at(day, hour, minute), told.sessions.last().copied());
            let visit = self.kit.visit(course, number, Moment::at(day, hour, minute), None, self.chance);
            self.visits.push(visit);
            self.happens(booked, What::Book(self.visits.len() - 1));
        }
        if told.sessions.len() > usize::try_from(told.planned).unwrap_or(6) {
            let last = told.sessions[usize::try_from(told.planned).unwrap_or(6) - 1];
            self.happens(Moment::at(last + 2, 9, 20), What::Move(course, CourseStatus::Maintenance));
        }
        for (index, (day, total, item_nine)) in told.phq9.iter().enumerate() {
            let is_last = index + 1 == told.phq9.len();
            let at = match told.unanswered.filter(|_| is_last) {
                Some(minutes) => {
                    let at = self.calendar.now.plus(-minutes);
                    self.unwatched_from = Some(at);
                    at
                }
                None => self.evening(*day),
            };
            let sheet = answers::phq9(*total, *item_nine, self.chance);
            self.answer("phq-9", sheet, at, at.plus(1), None);
            let gad7 = if told.gad7.is_empty() { Some(whole(f64::from(*total) * 0.68, 0, 21)) } else { None };
            if let Some(total) = gad7 {
                let sheet = answers::gad7(total, self.chance);
                self.answer("gad-7", sheet, at.plus(-4), at.plus(-3), None);
            }
        }
        for (day, total) in told.gad7 {
            let (at, sheet) = (self.evening(*day).plus(5), answers::gad7(*total, self.chance));
            self.answer("gad-7", sheet, at, at.plus(1), None);
        }
        for (day, total) in told.pcl5 {
            let (at, sheet) = (self.evening(*day).plus(12), answers::pcl5(*total, self.chance));
            self.answer("pcl-5", sheet, at, at.plus(1), None);
        }
        self.long_checks(told.joined, 0);
        self.check_ins(0);
    }

    /// When a session was put into the calendar.
    fn booking(&mut self, course: usize, number: i32, scheduled: Moment, last: Option<i32>) -> Moment {
        let opened = Moment::at((self.courses[course].started - 3).max(self.joined), 19, 5);
        let is_induction = number <= self.courses[course].planned;
        let booked = match last {
            Some(last) if !is_induction => Moment::at(last, 17, self.chance.between(0, 30)),
            _ => opened,
        };
        booked.min(scheduled.plus(-90))
    }

    /// Keeps a session that took place, where it is over by now.
    fn keep(&mut self, visit: Visit, booked: Moment) {
        let (recorded, is_amended) = (visit.released.plus(self.chance.between(6, 25)), self.chance.happens(0.02));
        self.visits.push(visit);
        let index = self.visits.len() - 1;
        self.happens(booked, What::Book(index));
        self.happens(recorded, What::Record(index));
        if is_amended {
            self.happens(recorded.plus(1440 - 200), What::Amend(index));
        }
        if recorded <= self.calendar.now && self.chance.happens(0.7) {
            let visit = &self.visits[index];
            let (detached, was_sick, at) = (visit.dissociation, visit.was_sick(), visit.released.plus(-12));
            let sheet = answers::tolerability(detached, was_sick, self.chance);
            self.answer("session-tolerability", sheet, at, at, None);
        }
    }

    fn evening(&mut self, day: i32) -> Moment {
        Moment { day, minute: self.chance.whole(f64::from(self.kit.habit_minute), 55.0, 6 * 60 + 20, 22 * 60 + 40) }
    }

    // A drawn course.

    fn draw(&mut self) {
        self.begin(self.joined);
        let mut sick_of_it = None;
        if self.spec.mark == Some(Mark::TwoCourses) {
            let first = self.spec.first;
            let again = self.calendar.start_of_week_from(first + 372);
            let planned = visit::planned(self.spec.route);
            let protocol = visit::protocol(self.spec.route, planned);
            let course = self.open_course(first, planned, protocol, "To work again");
            self.sessions(course, first, Fate::Ends);
            let last = self.burden.sessions.last().copied().unwrap_or(first);
            self.happens(Moment::at(last + 9, 12, 10), What::Move(course, CourseStatus::Completed));
            self.forms(first, Some(first + 160));
            self.earlier = Some(self.burden.clone());
            self.spec.first = again;
        }
        let first = self.spec.first;
        let planned = visit::planned(self.spec.route);
        let goal = self.chance.pick(&GOALS);
        let course = self.open_course(first, planned, visit::protocol(self.spec.route, planned), goal);
        let fate = self.spec.fate;
        self.sessions(course, first, fate);
        let last = self.burden.sessions.last().copied();
        match (fate, last) {
            (Fate::DropsOut(_), Some(last)) => {
                self.happens(Moment::at(last + 21, 11, 5), What::Move(course, CourseStatus::Stopped));
                sick_of_it = Some(last + self.chance.between(3, 8));
            }
            (Fate::Ends, Some(last)) if self.burden.sessions.len() >= self.burden.induction => {
                self.happens(Moment::at(last + 9, 12, 10), What::Move(course, CourseStatus::Completed));
                if self.chance.happens(0.6) {
                    sick_of_it = Some(last + self.chance.between(60, 150));
                }
            }
            (Fate::GoesOn, Some(_)) if self.burden.sessions.len() >= self.burden.induction => {
                let end = self.burden.sessions[self.burden.induction - 1];
                self.happens(Moment::at(end + 2, 9, 20), What::Move(course, CourseStatus::Maintenance));
            }
            _ => {}
        }
        self.forms(first, sick_of_it);
        self.long_checks(self.joined, sick_of_it.unwrap_or(0));
        self.check_ins(sick_of_it.unwrap_or(0));
    }

    /// The sessions of a course: the induction, then what its fate says.
    fn sessions(&mut self, course: usize, first: i32, fate: Fate) {
        self.burden.sessions = Vec::new();
        let (induction, minute) = (self.burden.induction, self.kit.visit_minute);
        let most = match fate {
            Fate::DropsOut(after) => after,
            Fate::Ends => induction,
            Fate::GoesOn => usize::MAX,
        };
        let (mut day, mut number, mut last) = (self.calendar.start_of_week_from(first), 1, None);
        while self.burden.sessions.len() < most && day <= 45 {
            let scheduled = Moment { day, minute };
            let booked = self.booking(course, number, scheduled, last);
            let is_past = scheduled.plus(200) <= self.calendar.now;
            let visit = self.kit.visit(course, number, scheduled, None, self.chance);
            if !is_past {
                self.visits.push(visit);
                self.happens(booked, What::Book(self.visits.len() - 1));
                let is_induction = usize::try_from(number).unwrap_or_default() <= induction;
                if !is_induction || self.spec.first > 0 && number > 2 {
                    break;
                }
            } else if number > 1 && self.chance.happens(0.04) {
                self.visits.push(Visit { is_missed: self.chance.happens(0.6), ..visit });
                let index = self.visits.len() - 1;
                self.happens(booked, What::Book(index));
                self.happens(scheduled.plus(75), What::CallOff(index));
                day = self.calendar.workday_from(day + 2);
                continue;
            } else {
                self.burden.sessions.push(day);
                self.keep(visit, booked);
                last = Some(day);
            }
            let done = usize::try_from(number).unwrap_or_default();
            day = self.next_day(day, done);
            number += 1;
        }
        if let (Fate::DropsOut(_), Some(last)) = (fate, last) {
            // The next one was in the calendar; nobody came.
            let scheduled = Moment { day: self.calendar.workday_from(last + 3), minute };
            let booked = self.booking(course, number, scheduled, Some(last));
            let visit = self.kit.visit(course, number, scheduled, None, self.chance);
            self.visits.push(Visit { is_missed: true, ..visit });
            let index = self.visits.len() - 1;
            self.happens(booked, What::Book(index));
            self.happens(scheduled.plus(75), What::CallOff(index));
        }
    }

    fn next_day(&mut self, day: i32, done: usize) -> i32 {
        let gap = if done < self.burden.induction {
            visit::gap(self.spec.route, done)
        } else if done < self.burden.induction + 3 {
            self.chance.pick(&[14, 14, 21])
        } else {
            self.chance.pick(&[21, 28, 28])
        };
        self.calendar.workday_from(day + gap)
    }

    /// The questionnaires around a course, until the patient has had enough.
    fn forms(&mut self, first: i32, enough: Option<i32>) {
        let first = self.burden.sessions.first().copied().unwrap_or(first);
        let until = enough.unwrap_or(0).min(0);
        let sessions = self.burden.sessions.clone();
        let mut days = vec![first - self.chance.between(1, 2)];
        if first - self.joined >= 6 && self.joined + 20 > first {
            days.push(self.joined);
        }
        let induction_end = if sessions.len() >= self.burden.induction { sessions[self.burden.induction - 1] } else { until };
        let mut weekly = days[0] + 7;
        while weekly <= induction_end.min(until) {
            if self.chance.happens(0.9) {
                days.push(weekly);
            }
            weekly += 7;
        }
        if sessions.len() >= self.burden.induction {
            if self.chance.happens(0.95) {
                days.push(induction_end + self.chance.between(8, 13));
            }
            for session in &sessions[self.burden.induction..] {
                if self.chance.happens(0.75) {
                    days.push(session - self.chance.between(1, 2));
                }
            }
            let has_ended = sessions.len() == self.burden.induction;
            if has_ended {
                days.extend((3..=4).map(|week| induction_end + 7 * week).filter(|_| self.chance.happens(0.75)));
            }
            let (mut monthly, mut eager) = (induction_end + 35, 0.8);
            while monthly <= until && monthly < induction_end + 260 {
                if self.chance.happens(eager) {
                    days.push(monthly + self.chance.between(0, 3));
                }
                monthly += 30;
                eager = if has_ended { eager * 0.94 } else { eager };
            }
        }
        days.sort_unstable();
        let mut last = i32::MIN / 2;
        for day in days {
            let is_baseline = day < first && day >= first - 3;
            if day > until || (day - last < 5 && !is_baseline) || day < self.joined {
                continue;
            }
            last = day;
            self.form_day(day, day == self.joined || is_baseline || day > induction_end);
        }
        if self.spec.condition == Condition::Ocd {
            let mut day = self.joined;
            while day <= until {
                if self.chance.happens(0.82) {
                    let mean = self.bases.ocd * (0.25 + 0.75 * self.left(day));
                    let (at, sheet) =
                        (self.evening(day).plus(9), answers::three(["time", "distress", "interference"], mean, self.chance));
                    self.answer("ocd-check", sheet, at, at.plus(1), None);
                }
                day += 7;
            }
        }
    }

    /// The questionnaires of one day.
    fn form_day(&mut self, day: i32, is_whole: bool) {
        let left = self.left(day);
        let at = self.evening(day);
        let is_before = day <= self.burden.sessions.first().copied().unwrap_or(self.spec.first);
        let noise = if is_before { 0.0 } else { self.chance.normal(0.0, 1.6) };
        let total = whole(self.bases.phq9 * left + noise, 0, 27);
        let (total, item_nine) = self.item_nine(day, total, left);
        let mut sheet = answers::phq9(total, item_nine, self.chance);
        let is_left_out = self.spec.mark == Some(Mark::Prorated) && day > self.spec.first || self.chance.happens(0.02);
        if is_left_out && !is_before {
            sheet.remove("q5");
        }
        let key = self.answer("phq-9", sheet, at, at.plus(1), None);
        if self.chance.happens(0.02) {
            let sheet = answers::phq9((total + 1).min(27), item_nine, self.chance);
            self.answer("phq-9", sheet, at.plus(9), at.plus(10), Some(key));
        }
        let gad7 = whole(self.bases.gad7 * (0.12 + 0.88 * left) + self.chance.normal(0.0, 1.3), 0, 21);
        let sheet = answers::gad7(gad7, self.chance);
        self.answer("gad-7", sheet, at.plus(5), at.plus(6), None);
        match self.spec.condition {
            Condition::ChronicPain => {
                let mean = self.bases.peg * (0.2 + 0.8 * left);
                let sheet = answers::three(["p", "e", "g"], mean, self.chance);
                self.answer("peg", sheet, at.plus(8), at.plus(9), None);
            }
            Condition::Ptsd if is_whole => {
                let total = whole(self.bases.pcl5 * (0.3 + 0.7 * left) + self.chance.normal(0.0, 4.0), 0, 70);
                let sheet = answers::pcl5(total, self.chance);
                self.answer("pcl-5", sheet, at.plus(14), at.plus(15), None);
            }
            _ => {}
        }
    }

    /// The total and the answer to item 9 of a PHQ-9 on that day.
    fn item_nine(&mut self, day: i32, total: i32, left: f64) -> (i32, i32) {
        let is_after = day > self.spec.first + 14;
        match (self.spec.mark, self.spec.item_nine) {
            (Some(Mark::GoodScoreWithItemNine), _) if is_after && (-40..-2).contains(&day) => (total.clamp(3, 4), 1),
            (Some(Mark::Worse), _) if day >= -12 => {
                let at = Moment::at(day, 0, 0);
                self.unclosed_from = Some(self.unclosed_from.map_or(at, |known| known.max(at)));
                (total.max(9), 1)
            }
            // What was answered since yesterday would stand open only because the clinic has not opened yet.
            _ if day >= -2 => (total, 0),
            (_, Some((before, resolves))) => {
                let is_gone = resolves && left < 0.62 || left < 0.22 && self.chance.happens(0.7);
                let worse = i32::from(left > 1.08 && before < 3);
                (total, if is_gone { 0 } else { (before + worse).min(if left < 0.6 { 1 } else { 3 }) })
            }
            (_, None) => (total, 0),
        }
    }

    /// The share of the burden that is left on a day.
    fn left(&self, day: i32) -> f64 {
        if let Some(told) = self.told {
            return told_left(told, day, self.bases.phq9);
        }
        match &self.earlier {
            Some(earlier) if day < self.spec.first - 3 => earlier.left(day),
            Some(_) if day <= self.spec.first => 1.0,
            _ => self.burden.left(day),
        }
    }

    /// Bladder and long-term questions: before treatment, then about monthly.
    fn long_checks(&mut self, from: i32, until: i32) {
        let (mut day, until) = (from, until.min(0));
        let troubled = self.chance.happens(0.07);
        while day <= until {
            if day == from || self.chance.happens(0.6) {
                let trouble = i32::from(troubled && day > self.spec.first + 60) * 2;
                let at = self.evening(day).plus(18);
                // An alert of today would stand open only because of the hour.
                let trouble = if day > -3 { 0 } else { trouble };
                let sheet = answers::bladder(trouble, self.chance);
                self.answer("bladder-check", sheet, at, at.plus(1), None);
                let sheet = answers::long_term(self.chance);
                self.answer("long-term-check", sheet, at.plus(2), at.plus(3), None);
            }
            day += 30 + self.chance.between(0, 4);
        }
    }

    /// Daily check-ins: fewer as time goes on, with gaps that cluster.
    fn check_ins(&mut self, until: i32) {
        let mut here = true;
        let mut sway = 0.0;
        let mut offline_until: Option<i32> = None;
        let gap = match self.spec.mark {
            Some(Mark::LongGap) => {
                let start = (self.spec.first + 20).min(-30);
                Some((start, start + 17))
            }
            _ if self.told.is_none() && self.chance.happens(0.15) => {
                let start = self.spec.first + self.chance.between(15, 60);
                Some((start, start + self.chance.between(9, 16)))
            }
            _ => None,
        };
        for day in self.joined..=until.min(0) {
            let since = f64::from(day - self.joined);
            let rate = if self.told.is_some() {
                self.spec.rate
            } else {
                self.spec.rate * (1.0 - 0.45 * ((since - 20.0) / 200.0).clamp(0.0, 1.0))
            };
            let to_leave = 0.42 * (1.0 - rate) / rate;
            here = if here { !self.chance.happens(to_leave) } else { self.chance.happens(0.42) };
            sway = 0.55 * sway + self.chance.normal(0.0, 0.75);
            let is_silent = self.told.is_some_and(|told| told.silent.iter().any(|(from, to)| (*from..=*to).contains(&day)));
            let is_gap = gap.is_some_and(|(from, to)| (from..to).contains(&day));
            let is_between = self.earlier.is_some() && day < self.spec.first - 12 && day > self.joined + 150;
            if !here || is_silent || is_gap || is_between {
                continue;
            }
            let answered = self.evening(day);
            let sheet = self.check_in(day, sway);
            if offline_until.is_none_or(|end| end < day) {
                offline_until = self.chance.happens(0.015).then(|| day + self.chance.between(1, 3));
            }
            let received = match offline_until.filter(|end| *end > day) {
                Some(end) => Moment::at(end, 8, 4).max(answered.plus(2)),
                None => answered.plus(1),
            };
            // A phone that is days ahead says so; the answer is kept, and placed at the time it came.
            let is_ahead = self.spec.mark == Some(Mark::WrongClock) && (-20..-16).contains(&day);
            let said = if is_ahead { answered.plus(3 * 1440) } else { answered };
            let key = self.answer("daily-check-in", sheet, said, received, None);
            if self.chance.happens(0.008) && received == answered.plus(1) {
                let mut sheet = self.check_in(day, sway);
                sheet.insert("note".into(), json!("I had tapped the wrong number before."));
                self.answer("daily-check-in", sheet, answered.plus(6), answered.plus(7), Some(key));
            }
        }
    }

    fn check_in(&mut self, day: i32, sway: f64) -> Sheet {
        let left = self.left(day);
        let well = 1.0 - self.bases.phq9 * left / 27.0;
        let calm = 1.0 - self.bases.gad7 * (0.15 + 0.85 * left) / 21.0;
        let raised = self.burden.lift(day) * (0.5 + 1.7 * self.spec.reduction.clamp(0.0, 0.8));
        let elation = if self.spec.mark == Some(Mark::Elation) { (1.0 - f64::from(-day) / 9.0).clamp(0.0, 1.0) } else { 0.0 };
        let pain =
            if self.spec.condition == Condition::ChronicPain { self.bases.peg * (0.25 + 0.75 * left) } else { self.kit.ache };
        let lowest = i32::from(!(self.spec.mark == Some(Mark::Worse) && self.chance.happens(0.05)));
        let mut sheet = Sheet::new();
        let mut rate = |item: &str, mean: f64, spread: f64, low: i32| {
            sheet.insert(item.to_owned(), json!(self.chance.whole(mean, spread, low, 10)));
        };
        rate("mood", 0.6 + 8.4 * well + raised + sway + 1.5 * elation, 0.6, lowest);
        rate("anxiety", 9.4 - 8.2 * calm - 0.8 * raised - 0.6 * sway, 0.9, 0);
        rate("energy", 0.5 + 7.6 * well + 0.6 * raised + 0.6 * sway + 5.0 * elation, 0.8, i32::from(elation > 0.8) * 8);
        rate("sleep_quality", 0.8 + 7.6 * well + 0.4 * sway - 3.0 * elation, 1.1, 0);
        rate("pain", pain - 0.4 * raised, 0.8, 0);
        let hours = (4.4 + 3.3 * well + 0.3 * sway - 3.6 * elation + self.chance.normal(0.0, 0.6)).clamp(2.0, 11.0);
        sheet.insert("sleep_hours".into(), json!((hours * 2.0).round() / 2.0));
        if self.chance.happens(0.85) {
            sheet.insert("medication".into(), json!(if self.chance.happens(0.9) { 2 } else { 1 }));
        }
        let is_after_a_session = self.burden.sessions.iter().any(|session| day - session == 0 || day - session == 1);
        let mut felt = Vec::new();
        if is_after_a_session {
            felt.extend(["tired", "dizzy", "nausea", "headache", "foggy"].into_iter().filter(|_| self.chance.happens(0.2)));
        }
        if day < -3 && self.chance.happens(0.0015) {
            felt.push("urinary");
        }
        if elation > 0.7 && self.chance.happens(0.6) {
            felt.push("very-high");
        }
        if !felt.is_empty() {
            sheet.insert("side_effects".into(), json!(felt));
        }
        if self.chance.happens(0.04) {
            sheet.insert("note".into(), json!(self.chance.pick(&NOTES)));
        }
        if day < -3 && self.chance.happens(0.002) {
            sheet.insert("contact".into(), json!(1));
        }
        sheet
    }
}

/// The share of the first score that is left of a told course, in between by the straight line.
fn told_left(told: &Told, day: i32, base: f64) -> f64 {
    let after = told.phq9.iter().find(|(at, ..)| *at >= day);
    let before = told.phq9.iter().rev().find(|(at, ..)| *at <= day);
    let total = match (before, after) {
        (Some((start, low, _)), Some((end, high, _))) if end > start => {
            let along = f64::from(day - start) / f64::from(end - start);
            f64::from(*low) + along * f64::from(high - low)
        }
        (Some((_, total, _)), _) | (None, Some((_, total, _))) => f64::from(*total),
        (None, None) => base,
    };
    total / base.max(1.0)
}

const GOALS: [&str; 10] = [
    "To sleep through the night",
    "To see friends twice a month",
    "To go back to work three days a week",
    "To read a book again",
    "To take the bus without turning round",
    "To play with the grandchildren",
    "Fewer days in bed",
    "To drive on the motorway",
    "To cook and to eat at the table",
    "To get through a day without checking the door",
];
const NOTES: [&str; 10] = [
    "Walked the dog twice.",
    "Slept badly, the neighbours again.",
    "Saw my sister. It was good.",
    "Hard to get going today.",
    "A quiet day.",
    "Work was a lot.",
    "Cooked for the first time in weeks.",
    "Headache since noon.",
    "Rain all day, stayed in.",
    "Felt more like myself.",
];
