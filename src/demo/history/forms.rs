//! The questionnaires around a course.

use super::Writer;
use crate::courses::Condition;
use crate::demo::answers;
use crate::demo::calendar::Moment;
use crate::demo::chance::whole;
use crate::demo::spec::Mark;

/// Days after the induction whose forms say what it came to. The first of them is answered after 8 to 13 days, so that none
/// later than this is nearer to two weeks.
const OUTCOME_DAYS: i32 = 20;

impl Writer<'_> {
    /// The questionnaires around a course, until the patient has had enough.
    pub(super) fn forms(&mut self, first: i32, enough: Option<i32>) {
        let first = self.burden.sessions.first().copied().unwrap_or(first);
        let until = enough.unwrap_or(0).min(0);
        let weekly_until = self.induction_end().unwrap_or(until);
        let mut last = i32::MIN / 2;
        for day in self.form_days(first, until) {
            let is_baseline = day < first && day >= first - 3;
            if day > until || (day - last < 5 && !is_baseline) || day < self.joined {
                continue;
            }
            last = day;
            self.form_day(day, day == self.joined || is_baseline || day > weekly_until);
        }
        if self.spec.condition == Condition::Ocd {
            self.ocd_checks(until);
        }
    }

    /// When questionnaires come: before the first session, weekly in the induction, then before sessions and monthly.
    fn form_days(&mut self, first: i32, until: i32) -> Vec<i32> {
        let mut days = vec![first - self.chance.between(1, 2)];
        if first - self.joined >= 6 && self.joined + 20 > first {
            days.push(self.joined);
        }
        let end = self.induction_end();
        let mut weekly = days[0] + 7;
        while weekly <= end.unwrap_or(until).min(until) {
            if self.is_done(0.9) {
                days.push(weekly);
            }
            weekly += 7;
        }
        if let Some(end) = end {
            // This one everybody answers: it says what the induction came to.
            days.push(end + self.chance.between(8, 13));
            self.days_after_induction(end, until, &mut days);
        }
        days.sort_unstable();
        days
    }

    fn days_after_induction(&mut self, end: i32, until: i32, days: &mut Vec<i32>) {
        let later = self.burden.sessions[self.burden.induction..].to_vec();
        for session in &later {
            if self.is_done(0.75) {
                days.push(session - self.chance.between(1, 2));
            }
        }
        let has_ended = later.is_empty();
        if has_ended {
            days.extend((3..=4).map(|week| end + 7 * week).filter(|_| self.is_done(0.75)));
        }
        let (mut monthly, mut eager) = (end + 35, 0.8);
        while monthly <= until && monthly < end + 260 {
            if self.is_done(eager) {
                days.push(monthly + self.chance.between(0, 3));
            }
            monthly += 30;
            eager = if has_ended { eager * 0.94 } else { eager };
        }
    }

    fn ocd_checks(&mut self, until: i32) {
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

    /// The questionnaires of one day.
    fn form_day(&mut self, day: i32, is_whole: bool) {
        let left = self.left(day);
        let at = self.evening(day);
        self.phq9(day, at, left);
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

    fn phq9(&mut self, day: i32, at: Moment, left: f64) {
        let is_before = day <= self.burden.sessions.first().copied().unwrap_or(self.spec.first);
        let sway = if self.spec.mark.is_some() { 0.5 } else { 1.6 };
        let noise = if is_before { 0.0 } else { self.chance.normal(0.0, sway).clamp(-2.0 * sway, 2.0 * sway) };
        let total = whole(self.bases.phq9 * left + noise, 0, 27);
        // The form that says what the induction came to says what the trajectory is.
        let is_outcome = self.induction_end().is_some_and(|end| (1..=OUTCOME_DAYS).contains(&(day - end)));
        let held = self.spec.trajectory.totals(self.spec.phq9).filter(|_| is_outcome);
        let total = held.map_or(total, |totals| total.clamp(*totals.start(), *totals.end()));
        let (total, item_nine) = self.item_nine(day, total, left);
        let mut corrects = None;
        if self.chance.happens(0.02) {
            let mistaken = answers::phq9((total + 1).min(27), item_nine, self.chance);
            corrects = Some(self.answer("phq-9", mistaken, at.plus(-9), at.plus(-8), None));
        }
        let mut sheet = answers::phq9(total, item_nine, self.chance);
        let is_prorated = self.spec.mark == Some(Mark::Prorated) && day > self.spec.first;
        if !is_before && (is_prorated || !is_outcome && self.chance.happens(0.02)) {
            sheet.remove("q5");
        }
        self.answer("phq-9", sheet, at, at.plus(1), corrects);
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

    /// Bladder and long-term questions: before treatment, then about monthly.
    pub(super) fn long_checks(&mut self, from: i32, until: i32) {
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
}
