//! How a patient's burden changes from day to day. A model fitted to published end points; it is no data about anybody.
//!
//! Source: `clinical_reference.json` of the project's clinical notes, `phq9_by_infusion.recipe`: shares of the final change
//! after each infusion, the groups of final change, and how long responders keep a response.

/// Share of the final change after so many sessions of six.
const SHARE: [f64; 7] = [0.0, 0.38, 0.56, 0.71, 0.83, 0.92, 1.0];
/// The same for who responds late.
const LATE_SHARE: [f64; 7] = [0.0, 0.03, 0.07, 0.12, 0.3, 0.65, 1.0];
/// What is left of the lift of one session, by days since: the day itself, the day after, and on. A week later it is gone.
const LIFT: [f64; 8] = [0.35, 1.0, 0.86, 0.7, 0.5, 0.33, 0.18, 0.07];
/// Days in which half of what is being lost is lost.
const HALF_LIFE_DAYS: f64 = 16.0;

/// The way of one course.
#[derive(Debug, Clone)]
pub struct Burden {
    /// The share of the baseline that the induction takes away in the end; negative for who gets worse.
    pub reduction: f64,
    /// Nothing much changes before the fourth session.
    pub is_late: bool,
    /// Days after the last session until the change begins to be lost.
    pub hold_days: f64,
    /// Sessions of the induction.
    pub induction: usize,
    /// The days of completed sessions, in order.
    pub sessions: Vec<i32>,
}

impl Burden {
    /// The share of the baseline that is left on that day. A session counts from the day after.
    pub fn left(&self, day: i32) -> f64 {
        let done = self.sessions.partition_point(|session| *session < day);
        let Some(last) = done.checked_sub(1).map(|index| self.sessions[index]) else { return 1.0 };
        let settled = self.reduction * self.share(done);
        let kept_days = if done < self.induction { 6.0 + 3.0 * number(done) } else { self.hold_days };
        let over = f64::from(day - last) - kept_days;
        if over <= 0.0 || self.reduction < 0.0 { 1.0 - settled } else { 1.0 - settled * (-over / HALF_LIFE_DAYS).exp2() }
    }

    /// The share of the final change after so many sessions.
    pub fn share(&self, done: usize) -> f64 {
        let table = if self.is_late { &LATE_SHARE } else { &SHARE };
        let place = (number(done) * 6.0 / number(self.induction.max(1))).min(6.0);
        let below = table.iter().enumerate().rev().find(|(index, _)| number(*index) <= place);
        let (index, low) = below.map_or((0, 0.0), |(index, low)| (index, *low));
        let high = table.get(index + 1).copied().unwrap_or(low);
        low + (high - low) * (place - number(index))
    }

    /// What the last session lifts on that day, 1 at the most: it fades within a week.
    pub fn lift(&self, day: i32) -> f64 {
        let done = self.sessions.partition_point(|session| *session <= day);
        let Some(last) = done.checked_sub(1).map(|index| self.sessions[index]) else { return 0.0 };
        usize::try_from(day - last).ok().and_then(|days| LIFT.get(days)).copied().unwrap_or(0.0)
    }
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(reduction: f64, sessions: &[i32]) -> Burden {
        Burden { reduction, is_late: false, hold_days: 60.0, induction: 6, sessions: sessions.to_vec() }
    }

    #[test]
    fn the_induction_takes_its_share_session_by_session() {
        let course = course(0.8, &[0, 3, 7, 10, 14, 17]);
        assert!((course.left(0) - 1.0).abs() < 1e-9);
        assert!((course.left(1) - (1.0 - 0.8 * 0.38)).abs() < 1e-9);
        assert!((course.left(18) - 0.2).abs() < 1e-9);
        assert!(course.left(60) < 0.21 && course.left(140) > 0.8);
    }

    #[test]
    fn one_dose_alone_does_not_last() {
        let course = course(0.8, &[0]);
        assert!(course.left(7) < 0.71);
        assert!(course.left(28) > 0.85);
    }

    #[test]
    fn the_lift_of_a_session_fades_within_a_week() {
        let course = course(0.8, &[0]);
        assert!(course.lift(1) > 0.9 && course.lift(4) < 0.6 && course.lift(8) < 0.01 && course.lift(-1) < 0.01);
    }

    #[test]
    fn a_longer_induction_is_spread_over_its_sessions() {
        let mut course = course(0.8, &[]);
        course.induction = 8;
        assert!((course.share(8) - 1.0).abs() < 1e-9);
        assert!((course.share(4) - 0.71).abs() < 1e-9);
    }
}
