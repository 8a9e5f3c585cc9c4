//! Daily check-ins.

use std::ops::RangeInclusive;

use serde_json::json;

use super::Writer;
use crate::courses::Condition;
use crate::demo::answers::Sheet;
use crate::demo::calendar::Moment;
use crate::demo::spec::Mark;

impl Writer<'_> {
    /// Daily check-ins: fewer as time goes on, with gaps that cluster.
    pub(super) fn check_ins(&mut self, until: i32) {
        let silences = self.silences();
        let (mut here, mut sway) = (true, 0.0);
        let mut offline_until: Option<i32> = None;
        for day in self.joined..=until.min(0) {
            let rate = self.rate(day);
            let to_leave = 0.42 * (1.0 - rate) / rate;
            here = if here { !self.chance.happens(to_leave) } else { self.chance.happens(0.42) };
            sway = 0.55 * sway + self.chance.normal(0.0, 0.75);
            // A phone that is days ahead says so; the answer is kept, and placed at the time it came.
            let is_ahead = self.spec.mark == Some(Mark::WrongClock) && (-20..-16).contains(&day);
            let is_there = here || is_ahead || self.elation(day) > 0.5;
            if !is_there || silences.iter().any(|silence| silence.contains(&day)) {
                continue;
            }
            let answered = self.evening(day);
            let sheet = self.check_in(day, sway);
            if self.spec.mark.is_none() && offline_until.is_none_or(|end| end < day) {
                offline_until = self.chance.happens(0.015).then(|| day + self.chance.between(1, 3));
            }
            let received = match offline_until.filter(|end| *end > day) {
                Some(end) => Moment::at(end, 8, 4).max(answered.plus(2)),
                None => answered.plus(1),
            };
            let said = if is_ahead { answered.plus(3 * 1440) } else { answered };
            let key = self.answer("daily-check-in", sheet, said, received, None);
            if self.chance.happens(0.008) && received == answered.plus(1) {
                let mut sheet = self.check_in(day, sway);
                sheet.insert("note".into(), json!("I had tapped the wrong number before."));
                self.answer("daily-check-in", sheet, answered.plus(6), answered.plus(7), Some(key));
            }
        }
    }

    /// Days without a check-in, besides those that just happen.
    fn silences(&mut self) -> Vec<RangeInclusive<i32>> {
        if let Some(told) = self.told {
            return told.silent.iter().map(|(from, to)| *from..=*to).collect();
        }
        let first = self.spec.first;
        match self.spec.mark {
            Some(Mark::LongGap) => {
                let start = (first + 20).min(-30);
                vec![start..=start + 16]
            }
            Some(Mark::TwoCourses) => vec![self.joined + 151..=first - 13],
            None if self.chance.happens(0.15) => {
                let start = first + self.chance.between(15, 60);
                vec![start..=start + self.chance.between(8, 15)]
            }
            _ => Vec::new(),
        }
    }

    /// The share of days with a check-in around that day.
    fn rate(&self, day: i32) -> f64 {
        let since = f64::from(day - self.joined);
        let fall = if self.told.is_some() { 0.0 } else { 0.45 * ((since - 20.0) / 200.0).clamp(0.0, 1.0) };
        self.spec.rate * (1.0 - fall)
    }

    /// How high a bipolar patient is on that day, 1 at the most: it has built up since last week.
    fn elation(&self, day: i32) -> f64 {
        let is_rising = self.spec.mark == Some(Mark::Elation);
        if is_rising { (1.0 - f64::from(-day - 4) / 7.0).clamp(0.0, 1.0) } else { 0.0 }
    }

    fn check_in(&mut self, day: i32, sway: f64) -> Sheet {
        let left = self.left(day);
        let well = 1.0 - self.bases.phq9 * left / 27.0;
        let calm = 1.0 - self.bases.gad7 * (0.15 + 0.85 * left) / 21.0;
        let raised = self.burden.lift(day) * (0.5 + 1.7 * self.spec.reduction.clamp(0.0, 0.8));
        let elation = self.elation(day);
        let is_high = elation > 0.8;
        let pain =
            if self.spec.condition == Condition::ChronicPain { self.bases.peg * (0.25 + 0.75 * left) } else { self.kit.ache };
        let lowest = i32::from(!(self.spec.mark == Some(Mark::Worse) && self.chance.happens(0.05)));
        let mut sheet = Sheet::new();
        let mut rate = |item: &str, mean: f64, spread: f64, low: i32| {
            sheet.insert(item.to_owned(), json!(self.chance.whole(mean, spread, low, 10)));
        };
        rate("mood", 0.6 + 8.4 * well + raised + sway + 1.5 * elation, 0.6, lowest);
        rate("anxiety", 9.4 - 8.2 * calm - 0.8 * raised - 0.6 * sway, 0.9, 0);
        rate("energy", 0.5 + 7.6 * well + 0.6 * raised + 0.6 * sway + 5.0 * elation, 0.8, i32::from(is_high) * 8);
        rate("sleep_quality", 0.8 + 7.6 * well + 0.4 * sway - 3.0 * elation, 1.1, 0);
        rate("pain", pain - 0.4 * raised, 0.8, 0);
        let most_hours = if is_high { 4.0 } else { 11.0 };
        let hours = (4.4 + 3.3 * well + 0.3 * sway - 3.6 * elation + self.chance.normal(0.0, 0.6)).clamp(2.0, most_hours);
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
        if is_high && self.chance.happens(0.6) {
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
