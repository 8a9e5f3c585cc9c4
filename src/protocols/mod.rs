//! Plans: what is asked of a patient, and when.
//!
//! There is one plan for all so far. It follows the calendar from answer to answer.

pub mod http;
mod schedule;

pub use schedule::{Answered, Every, Situation, State, Task, interval_days, is_for_home, missed, tasks};

/// How far back answers are looked for, in days: twice the longest interval of the plan.
pub const LOOK_BACK_DAYS: i64 = 60;
