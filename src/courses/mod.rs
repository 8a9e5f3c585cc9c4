//! Courses of treatment.

pub mod http;
pub mod queries;

/// A course of treatment.
#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
pub struct Course;

/// Sessions of an induction where the course does not say how many are planned. Source: CLINICAL.md 3, six infusions.
pub const USUAL_INDUCTION_SESSIONS: i32 = 6;

/// Where a course stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The first series.
    Induction,
    /// After it.
    Maintenance,
}

impl Phase {
    /// The phase of a course with this status after so many completed sessions.
    pub fn of(status: &str, sessions_done: i32, planned_sessions: Option<i32>) -> Self {
        let is_begun = matches!(status, "planned" | "active");
        if is_begun && sessions_done < planned_sessions.unwrap_or(USUAL_INDUCTION_SESSIONS) {
            Self::Induction
        } else {
            Self::Maintenance
        }
    }
}
