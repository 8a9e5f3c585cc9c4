//! How often a form is planned on a day of the treatment, and so over how long a gap a line may lead. How often that is in each
//! phase, the plan says (`protocols`).

use jiff::civil::Date;
use uuid::Uuid;

use super::timeline::{CourseSpan, Courses, SessionPoint, days_between, gap_limit_days};
use crate::courses::{Phase, USUAL_INDUCTION_SESSIONS};
use crate::instruments::Instrument;
use crate::protocols;

/// The induction lasts so many local days beyond its last planned session.
const INDUCTION_TAIL_DAYS: i64 = 14;

/// The inductions of a patient's courses, in order of their first days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inductions(Vec<Induction>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Induction {
    from: Date,
    /// The last day; `None` while planned sessions are still to be done.
    until: Option<Date>,
}

impl Inductions {
    /// Works out when forms were planned weekly.
    ///
    /// An induction begins with the course (its first session, where that came earlier) and lasts until 14 local days
    /// after the last of its planned sessions. A course that the provider calls maintenance, completed or stopped has
    /// had its induction, however many sessions that were. `sessions` are in order of time.
    pub fn of(sessions: &[SessionPoint], spans: &[CourseSpan], courses: &Courses) -> Self {
        let days_in = |wanted: &dyn Fn(usize) -> bool| -> Vec<Date> {
            let of_course = sessions.iter().zip(&courses.of_session).filter(|(_, course)| wanted(**course));
            of_course.map(|(session, _)| session.local_date).collect()
        };
        let id_of = |course: usize| -> Option<Uuid> { courses.list[course].id };
        let opened = spans.iter().map(|span| {
            let days = days_in(&|course| id_of(course) == Some(span.id));
            let from = days.first().map_or(span.started_on, |first| span.started_on.min(*first));
            let over = span.is_past_induction.then(|| days.last().copied().unwrap_or(span.started_on));
            Induction { from, until: end(&days, span.planned_sessions).or(over.map(with_tail)) }
        });
        let unopened = (0..courses.list.len()).filter(|course| id_of(*course).is_none()).filter_map(|course| {
            let days = days_in(&|other| other == course);
            Some(Induction { from: *days.first()?, until: end(&days, None) })
        });
        let mut inductions: Vec<_> = opened.chain(unopened).collect();
        inductions.sort_by_key(|induction| induction.from);
        Self(inductions)
    }

    /// Whether forms are planned monthly on that day.
    pub fn is_over(&self, on: Date) -> bool {
        let latest = self.0.iter().rfind(|induction| induction.from <= on);
        latest.and_then(|induction| induction.until).is_some_and(|until| until < on)
    }
}

fn end(session_days: &[Date], planned: Option<i32>) -> Option<Date> {
    let last = usize::try_from(planned.unwrap_or(USUAL_INDUCTION_SESSIONS) - 1).unwrap_or(0);
    session_days.get(last).copied().map(with_tail)
}

fn with_tail(day: Date) -> Date {
    day.saturating_add(jiff::Span::new().days(INDUCTION_TAIL_DAYS))
}

/// Days between two forms as planned on a day; a daily form of a clinic's own is daily without a plan. Never more often than
/// the form may be given.
pub fn interval_days(instrument: &Instrument, inductions: &Inductions, on: Date) -> i64 {
    let least = instrument.min_interval_days.map_or(0, i64::from);
    if least == 1 {
        return 1;
    }
    let phase = if inductions.is_over(on) { Phase::Maintenance } else { Phase::Induction };
    least.max(protocols::interval_days(&instrument.id, phase))
}

/// The longest gap, in local days, that a line to a score of that day may cross.
pub fn limit_days(instrument: &Instrument, inductions: &Inductions, on: Date) -> i64 {
    gap_limit_days(interval_days(instrument, inductions, on))
}

/// Whether the line may lead over the days between two scores, by the plan in force on the later day.
pub fn is_bridged(instrument: &Instrument, inductions: &Inductions, earlier: Date, later: Date) -> bool {
    days_between(earlier, later) <= limit_days(instrument, inductions, later)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruments::Registry;
    use crate::progress::samples::{course, date, session, session_of};

    fn limits(id: &str, sessions: &[SessionPoint], spans: &[CourseSpan], days: &[i64]) -> Vec<i64> {
        let registry = Registry::load_builtin().expect("the built-in files are sound");
        let inductions = Inductions::of(sessions, spans, &Courses::of(sessions, spans));
        days.iter().map(|on| limit_days(registry.current(id).expect("a built-in form"), &inductions, date(*on))).collect()
    }

    fn planned(sessions: i32) -> CourseSpan {
        CourseSpan { planned_sessions: Some(sessions), ..course(1, 0) }
    }

    #[test]
    fn forms_are_weekly_until_14_days_after_the_planned_sessions_and_monthly_then() {
        let sessions = [session_of(1, 1, 2), session_of(1, 2, 6), session_of(1, 3, 40)];
        assert_eq!(limits("phq-9", &sessions, &[planned(2)], &[-9, 0, 6, 20, 21, 90]), [14, 14, 14, 14, 60, 60]);
    }

    #[test]
    fn while_planned_sessions_are_to_be_done_it_is_induction() {
        assert_eq!(limits("phq-9", &[session_of(1, 1, 2)], &[planned(2)], &[90]), [14]);
        assert_eq!(limits("phq-9", &[], &[], &[90]), [14]);
    }

    #[test]
    fn an_induction_without_a_number_has_6_sessions() {
        let six: Vec<_> = (1..=6).map(|number| session_of(1, number, i64::from(number))).collect();
        assert_eq!(limits("phq-9", &six, &[course(1, 0)], &[20, 21]), [14, 60]);
        assert_eq!(limits("phq-9", &six[..5], &[course(1, 0)], &[20, 21]), [14, 14]);
    }

    #[test]
    fn the_providers_word_ends_an_induction_with_fewer_sessions() {
        let span = CourseSpan { is_past_induction: true, ..planned(6) };
        assert_eq!(
            limits("phq-9", &[session_of(1, 1, 2), session_of(1, 2, 6)], std::slice::from_ref(&span), &[20, 21]),
            [14, 60]
        );
        assert_eq!(limits("phq-9", &[], &[span], &[14, 15]), [14, 60]);
    }

    #[test]
    fn a_new_course_is_weekly_again() {
        let sessions = [session_of(1, 1, 2), session_of(2, 1, 102)];
        let spans = [planned(1), CourseSpan { planned_sessions: Some(1), ..course(2, 100) }];
        assert_eq!(limits("phq-9", &sessions, &spans, &[16, 17, 99, 100, 116, 117]), [14, 60, 60, 14, 14, 60]);
    }

    #[test]
    fn sessions_outside_any_course_begin_an_induction_with_the_first() {
        let six: Vec<_> = (1..=6).map(|number| session(number, i64::from(number))).collect();
        assert_eq!(limits("phq-9", &six, &[], &[0, 20, 21]), [14, 14, 60]);
    }

    #[test]
    fn a_booster_after_a_pause_begins_no_induction_in_the_providers_course() {
        let sessions = [session_of(1, 1, 2), session_of(1, 2, 90)];
        assert_eq!(limits("phq-9", &sessions, &[planned(1)], &[80, 90, 120]), [60, 60, 60]);
    }

    #[test]
    fn the_check_in_is_daily_and_no_form_is_planned_more_often_than_it_may_be_given() {
        let sessions = [session_of(1, 1, 2)];
        assert_eq!(limits("daily-check-in", &sessions, &[planned(1)], &[0, 90]), [3, 3]);
        assert_eq!(limits("pcl-5", &sessions, &[planned(1)], &[0, 90]), [60, 60]);
        assert_eq!(limits("peg", &sessions, &[planned(1)], &[0, 90]), [14, 60]);
    }

    #[test]
    fn a_form_that_the_plan_asks_for_weekly_in_maintenance_too_keeps_short_lines() {
        let sessions = [session_of(1, 1, 2)];
        assert_eq!(limits("ocd-check", &sessions, &[planned(1)], &[0, 90]), [14, 14]);
    }

    #[test]
    fn a_gap_is_measured_by_the_plan_of_the_later_day() {
        let registry = Registry::load_builtin().expect("the built-in files are sound");
        let phq9 = registry.current("phq-9").expect("a built-in form");
        let sessions = [session_of(1, 1, 2)];
        let spans = [planned(1)];
        let inductions = Inductions::of(&sessions, &spans, &Courses::of(&sessions, &spans));
        let bridged = |from, to| is_bridged(phq9, &inductions, date(from), date(to));
        assert_eq!([bridged(-5, 10), bridged(1, 16), bridged(14, 45), bridged(14, 75)], [false, false, true, false]);
    }
}
