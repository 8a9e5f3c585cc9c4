//! The course of a patient who is told rather than drawn.

use super::{What, Writer};
use crate::courses::Status as CourseStatus;
use crate::demo::answers;
use crate::demo::calendar::Moment;
use crate::demo::cast::Told;
use crate::demo::chance::whole;
use crate::demo::visit;

impl Writer<'_> {
    pub(super) fn tell(&mut self, told: &'static Told) {
        self.begin(told.joined);
        self.burden.sessions = told.sessions.to_vec();
        let course = self.open_course(self.spec.first, told.planned, visit::protocol(told.route, self.spec.condition), told.goal);
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
}

/// The share of the first score that is left of a told course, in between by the straight line.
pub(super) fn left(told: &Told, day: i32, base: f64) -> f64 {
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
