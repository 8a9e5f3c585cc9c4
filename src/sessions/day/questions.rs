//! Which questionnaires the patients of a day have answered and which not: completion only, never an answer or a score.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use super::queries::{Asking, DayRow};
use crate::auth::scope::ClinicScope;
use crate::courses;
use crate::courses::queries::CourseSpan;
use crate::courses::{Course, Phase};
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::Result;
use crate::instruments::Registry;
use crate::patients::Patient;
use crate::patients::caseload::CHECK_IN;
use crate::protocols::queries::AssignmentRow;
use crate::protocols::{self, Answered, AssignmentState, LOOK_BACK_DAYS, Situation, State, is_for_home, standing, tasks};
use crate::responses;

/// A questionnaire that a patient of the day is asked, without what was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DayQuestionnaire)]
pub struct DayQuestionnaire {
    /// The questionnaire.
    #[schema(example = "pre-session")]
    pub instrument: String,
    /// Its usual name.
    #[schema(example = "Before your session")]
    pub short_title: String,
    /// Whether it was answered.
    pub is_answered: bool,
}

/// What is known of a patient when it is told what was asked and answered.
struct Known<'a> {
    asking: &'a Asking,
    /// The newest course, and whether it follows a plan.
    course: Option<(&'a CourseSpan, bool)>,
    /// Assignments whose time is now.
    assignments: Vec<AssignmentRow>,
    /// Answers of the last weeks, without check-ins.
    answered: Vec<Answered>,
}

/// What the patients of these rows are asked now, beside the check-in, as `GET /me/tasks` tells each of them: five
/// statements for all of them.
pub fn of(
    conn: &mut DbConnection,
    registry: &Registry,
    scope: ClinicScope,
    rows: &[DayRow],
    now: Timestamp,
) -> Result<BTreeMap<Id<Patient>, Vec<DayQuestionnaire>>> {
    let asking: BTreeMap<Id<Patient>, &Asking> = rows.iter().map(|row| (row.session.patient_id, &row.asking)).collect();
    let patients: Vec<Id<Patient>> = asking.keys().copied().collect();
    if patients.is_empty() {
        return Ok(BTreeMap::new());
    }
    // Ordered by patient and start: the newest course of each stays.
    let newest: BTreeMap<Id<Patient>, CourseSpan> = courses::queries::spans_of(conn, scope, &patients)?.into_iter().collect();
    let ids: Vec<Id<Course>> = newest.values().map(|course| course.id).collect();
    let planned = protocols::queries::on_plans(conn, scope, &ids)?;
    let mut assigned: BTreeMap<Id<Patient>, Vec<AssignmentRow>> = BTreeMap::new();
    for row in protocols::queries::current_of(conn, scope, &patients, now)? {
        assigned.entry(row.patient_id).or_default().push(row);
    }
    let since = now.plus_seconds(-LOOK_BACK_DAYS * 86_400);
    let mut answered: BTreeMap<Id<Patient>, Vec<Answered>> = BTreeMap::new();
    for (patient, answer) in responses::queries::answered_of(conn, scope, &patients, CHECK_IN, since)? {
        answered.entry(patient).or_default().push(answer);
    }
    let told = asking.into_iter().map(|(patient, asking)| {
        let known = Known {
            asking,
            course: newest.get(&patient).map(|course| (course, planned.contains(&course.id))),
            assignments: assigned.remove(&patient).unwrap_or_default(),
            answered: answered.remove(&patient).unwrap_or_default(),
        };
        (patient, known.told(registry, now))
    });
    Ok(told.collect())
}

impl Known<'_> {
    /// What is asked now: unanswered ones first, each questionnaire once.
    fn told(&self, registry: &Registry, now: Timestamp) -> Vec<DayQuestionnaire> {
        let zone = TimeZone::get(&self.asking.time_zone).unwrap_or(TimeZone::UTC);
        let mut asked: BTreeMap<&str, bool> = BTreeMap::new();
        let mut ask = |instrument, is_answered: bool| {
            let known = asked.entry(instrument).or_insert(is_answered);
            *known = *known && is_answered;
        };
        for row in &self.assignments {
            match standing(row, &self.answered, &zone, now).state {
                AssignmentState::Open => ask(&row.instrument, false),
                AssignmentState::Done => ask(&row.instrument, true),
                AssignmentState::Upcoming | AssignmentState::Lapsed | AssignmentState::Skipped => {}
            }
        }
        if !self.course.is_some_and(|(_, is_planned)| is_planned) {
            let since = self.asking.joined_at.unwrap_or(self.asking.created_at).local_date(&zone);
            for task in tasks(&self.situation(), since, &self.answered, now.local_date(&zone)) {
                ask(task.instrument, task.state == State::Done);
            }
        }
        let named = asked.into_iter().filter(|(instrument, _)| *instrument != CHECK_IN).filter_map(|(id, is_answered)| {
            let instrument = registry.current(id).filter(|instrument| is_for_home(instrument))?;
            let (instrument, short_title) = (instrument.id.clone(), instrument.short_title.clone());
            Some(DayQuestionnaire { instrument, short_title, is_answered })
        });
        let mut told: Vec<DayQuestionnaire> = named.collect();
        told.sort_by_key(|one| one.is_answered);
        told
    }

    fn situation(&self) -> Situation {
        let treated = self.course.map(|(course, _)| course.condition.clone());
        let is_maintenance = self.asking.phase == "maintenance";
        Situation {
            conditions: self.asking.condition.clone().into_iter().chain(treated).collect(),
            primary_measure: self.asking.primary_measure.clone(),
            phase: if is_maintenance { Phase::Maintenance } else { Phase::Induction },
        }
    }
}
