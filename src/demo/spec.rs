//! What a history is drawn from.

use std::ops::RangeInclusive;

use crate::courses::Condition;
use crate::sessions::Route;

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
    /// What the induction comes to.
    pub trajectory: Trajectory,
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

/// What an induction comes to, by the PHQ-9 about two weeks after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trajectory {
    /// A remission.
    Remits,
    /// A response without remission.
    Responds,
    /// Less than a response, and no worse than before.
    LittleChange,
    /// Worse than before.
    Worsens,
}

impl Trajectory {
    /// The totals that make it, from this one before the first session. A baseline below 10 knows no response and no
    /// remission (CLINICAL.md 2), and so leaves the total free.
    pub fn totals(self, baseline: i32) -> Option<RangeInclusive<i32>> {
        (baseline >= 10).then_some(match self {
            Self::Remits => 0..=4,
            Self::Responds => 5..=baseline / 2,
            Self::LittleChange => baseline / 2 + 1..=baseline,
            Self::Worsens => baseline + 1..=27,
        })
    }
}

/// Something that every synthetic clinic must have. Source: `clinical_reference.json`, `must_contain`; its non-responder is
/// one of those who are told. Whoever bears a mark answers every form, misses no session and sways little, so that what
/// the mark says comes about under every seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Gets worse, and an alert is taken up and not closed.
    Worse,
    /// Does not come back after session 2.
    DropsOut,
    /// Responds late.
    Late,
    /// Relapses 3 to 6 weeks after the course.
    Relapse,
    /// Item 9 above 0 on an otherwise good score.
    GoodScoreWithItemNine,
    /// Pain and no depression.
    PainWithoutDepression,
    /// Bipolar, with rising energy and little sleep.
    Elation,
    /// Two courses a year apart.
    TwoCourses,
    /// A PHQ-9 with an item left out.
    Prorated,
    /// Weeks without an answer.
    LongGap,
    /// A blood pressure above 140/90 before sessions.
    HighPressure,
    /// A phone with a wrong clock.
    WrongClock,
}
