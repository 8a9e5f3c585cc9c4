//! Courses and their sessions.

use super::{What, Writer};
use crate::courses::Status as CourseStatus;
use crate::demo::answers;
use crate::demo::calendar::Moment;
use crate::demo::spec::{Fate, Mark};
use crate::demo::visit::{self, Visit};

impl Writer<'_> {
    /// A drawn course, with what the patient answers around it.
    pub(super) fn draw(&mut self) {
        self.begin(self.joined);
        if self.spec.mark == Some(Mark::TwoCourses) {
            self.draw_earlier_course();
        }
        let first = self.spec.first;
        let goal = self.chance.pick(&GOALS);
        let enough = self.draw_course(first, goal);
        self.forms(first, enough);
        self.long_checks(self.joined, enough.unwrap_or(0));
        self.check_ins(enough.unwrap_or(0));
    }

    /// A course that was over a year before the one in hand.
    fn draw_earlier_course(&mut self) {
        let first = self.spec.first;
        let planned = visit::planned(self.spec.route);
        let course = self.open_course(first, planned, visit::protocol(self.spec.route, self.spec.condition), "To work again");
        self.sessions(course, first, Fate::Ends);
        let last = self.burden.sessions.last().copied().unwrap_or(first);
        self.happens(Moment::at(last + 9, 12, 10), What::Move(course, CourseStatus::Completed));
        self.forms(first, Some(first + 160));
        self.earlier = Some(self.burden.clone());
        self.spec.first = self.calendar.start_of_week_from(first + 372);
    }

    /// The course in hand. The day on which the patient has had enough of questions, if there is one.
    fn draw_course(&mut self, first: i32, goal: &str) -> Option<i32> {
        let planned = visit::planned(self.spec.route);
        let course = self.open_course(first, planned, visit::protocol(self.spec.route, self.spec.condition), goal);
        let fate = self.spec.fate;
        self.sessions(course, first, fate);
        let last = self.burden.sessions.last().copied()?;
        let end = self.induction_end();
        match fate {
            Fate::DropsOut(_) => {
                self.happens(Moment::at(last + 21, 11, 5), What::Move(course, CourseStatus::Stopped));
                return Some(last + self.chance.between(3, 8));
            }
            Fate::Ends if end.is_some() => {
                self.happens(Moment::at(last + 9, 12, 10), What::Move(course, CourseStatus::Completed));
                if self.spec.mark.is_none() && self.chance.happens(0.6) {
                    return Some(last + self.chance.between(60, 150));
                }
            }
            Fate::GoesOn | Fate::Ends => {
                if let Some(end) = end {
                    self.happens(Moment::at(end + 2, 9, 20), What::Move(course, CourseStatus::Maintenance));
                }
            }
        }
        None
    }

    /// The day of the last session of the induction, where it is over.
    pub(super) fn induction_end(&self) -> Option<i32> {
        self.burden.sessions.get(self.burden.induction - 1).copied()
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
            } else if number > 1 && self.spec.mark.is_none() && self.chance.happens(0.04) {
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

    /// When a session was put into the calendar.
    pub(super) fn booking(&mut self, course: usize, number: i32, scheduled: Moment, last: Option<i32>) -> Moment {
        let opened = Moment::at((self.courses[course].started - 3).max(self.joined), 19, 5);
        let is_induction = number <= self.courses[course].planned;
        let booked = match last {
            Some(last) if !is_induction => Moment::at(last, 17, self.chance.between(0, 30)),
            _ => opened,
        };
        booked.min(scheduled.plus(-90))
    }

    /// Keeps a session that took place, where it is over by now.
    pub(super) fn keep(&mut self, visit: Visit, booked: Moment) {
        let (recorded, is_amended) = (visit.released.plus(self.chance.between(6, 25)), self.chance.happens(0.02));
        self.visits.push(visit);
        let index = self.visits.len() - 1;
        self.happens(booked, What::Book(index));
        self.happens(recorded, What::Record(index));
        if is_amended {
            self.happens(recorded.plus(1440 - 200), What::Amend(index));
        }
        if recorded <= self.calendar.now && self.is_done(0.7) {
            let visit = &self.visits[index];
            let (detached, was_sick, at) = (visit.dissociation, visit.was_sick(), visit.released.plus(-12));
            let sheet = answers::tolerability(detached, was_sick, self.chance);
            self.answer("session-tolerability", sheet, at, at, None);
        }
    }
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
