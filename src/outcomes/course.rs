//! What a course came to: the facts behind every figure of a clinic. Pure.
//!
//! A course is one of CLINICAL.md 2: a provider's mark, or a first session after 60 days without one. Its induction is
//! the planned number of completed sessions (six where nobody said). It is over with the last of them; before that where
//! the provider calls the course maintenance, completed or stopped, where another course has begun, or where 60 days have
//! passed without a session. What resumes after such a pause within one provider's course in maintenance is no
//! induction, and is counted to the course before.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as WordError, StrDeserializer};
use serde::{Deserialize, Serialize};

use super::readings::{Answered, Upcoming};
use crate::courses::queries::CourseSpan;
use crate::courses::{Condition, Course, USUAL_INDUCTION_SESSIONS};
use crate::db::{Id, LocalDate};
use crate::instruments::{Measure, Points};
use crate::progress::change::{self, Baseline};
use crate::progress::per_session::per_session;
use crate::progress::timeline::{self, Courses, ScorePoint, SessionPoint, days_between, is_on_session_day};
use crate::sessions::Route;
use crate::sessions::queries::SessionMark;

/// The day after induction that the score is looked for around, and the days that it may lie on. Source: API.md, Outcomes.
const INDUCTION_SCORE_DAY: i64 = 14;
const INDUCTION_SCORE_DAYS: std::ops::RangeInclusive<i64> = 1..=31;

/// After so many days without a session an induction is given up: the next session begins a new course. Source:
/// CLINICAL.md 2 (P).
const GIVEN_UP_DAYS: i64 = 60;

/// What a course came to on one measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureOutcome {
    /// The baseline, in points.
    pub baseline: Option<Points>,
    /// The score nearest to 14 days after the last induction session, 1 to 31 days after it; of two the earlier.
    pub induction: Option<Points>,
    /// The last score since the first session.
    pub latest: Option<Points>,
    /// The first score after each session, by its number.
    pub after: Vec<(i32, Points)>,
    /// Days from the first response to its confirmed loss, or to the last score.
    pub kept_days: Option<i64>,
    /// Whether that ended with the loss.
    pub is_lost: bool,
}

/// What a course came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseOutcome {
    /// The provider's course; none for sessions recorded outside any.
    pub course: Option<Id<Course>>,
    /// What is treated.
    pub condition: Option<Condition>,
    /// The route of most sessions; of equals the one used last.
    pub route: Option<Route>,
    /// The patient's primary measure.
    pub primary: String,
    /// The patient's day of the first session.
    pub first_session_on: LocalDate,
    /// Of the last one.
    pub last_session_on: LocalDate,
    /// Of the last one of the induction, so far.
    pub last_induction_on: LocalDate,
    /// Whether the record says that the induction is over.
    pub is_over: bool,
    /// Whether all its sessions were completed, or the provider says that it went as planned.
    pub is_complete: bool,
    /// The measures that were scored, by name.
    pub measures: BTreeMap<String, MeasureOutcome>,
    /// What was answered of what a course needs to be analysed, on the primary measure.
    pub answered: Answered,
}

impl CourseOutcome {
    /// Whether the induction is over on this day.
    pub fn is_over_on(&self, today: LocalDate) -> bool {
        self.is_over || today.days_since(self.last_session_on) >= GIVEN_UP_DAYS
    }

    /// Whether it ended before its sessions were done.
    pub fn is_drop_out_on(&self, today: LocalDate) -> bool {
        self.is_over_on(today) && !self.is_complete
    }

    /// Whether a measure was asked for: it is the primary one, or was scored.
    pub fn has_asked(&self, measure: &str) -> bool {
        self.primary == measure || self.measures.contains_key(measure)
    }
}

/// What all courses of a patient came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientOutcomes {
    /// Those with a completed session, in order of time.
    pub begun: Vec<CourseOutcome>,
    /// The one that is planned next.
    pub upcoming: Option<Upcoming>,
}

impl PatientOutcomes {
    /// What the record of a patient says.
    pub fn of(record: &Record<'_>) -> Self {
        Self { begun: courses(record), upcoming: upcoming(record) }
    }
}

/// The course that a patient is counted with: the latest whose induction is over, or without one the latest.
pub fn counted(courses: &[CourseOutcome], today: LocalDate) -> Option<&CourseOutcome> {
    courses.iter().rfind(|course| course.is_over_on(today)).or_else(|| courses.last())
}

/// What the record of a patient says.
pub struct Record<'a> {
    /// What the patient is treated for, where a course does not say.
    pub condition: Option<Condition>,
    /// The patient's primary measure, where it is a score; the usual one where it is a rating.
    pub primary: &'a str,
    /// Completed and planned sessions, in order of time.
    pub sessions: &'a [SessionMark],
    /// The provider's courses, oldest first.
    pub spans: &'a [CourseSpan],
    /// The scores that stand, in order of time, by measure.
    pub scores: Vec<(&'a Measure, Vec<ScorePoint>)>,
}

/// The word that a stored text is.
pub fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(StrDeserializer::<WordError>::new(text)).ok()
}

/// What each course of a patient came to, in order of time. Courses without a completed session are not among them.
pub fn courses(record: &Record<'_>) -> Vec<CourseOutcome> {
    let done: Vec<&SessionMark> = record.sessions.iter().filter(|mark| mark.status == "completed").collect();
    let points: Vec<SessionPoint> = done.iter().map(|mark| SessionPoint::from(*mark)).collect();
    let spans: Vec<timeline::CourseSpan> = record.spans.iter().map(timeline::CourseSpan::from).collect();
    let courses = Courses::of(&points, &spans);
    let inductions: Vec<usize> = (0..courses.list.len()).filter(|course| !resumes(record, &courses, *course)).collect();
    let scale = Scale { record, done: &done, points: &points, courses: &courses };
    let ends = inductions.iter().skip(1).map(|course| Some(courses.list[*course].first_session)).chain([None]);
    inductions.iter().zip(ends).map(|(course, end)| scale.outcome(*course, end)).collect()
}

/// The next course, where its first session is planned and none of its sessions is done.
pub fn upcoming(record: &Record<'_>) -> Option<Upcoming> {
    let is_done = |mark: &&SessionMark| mark.status == "completed";
    let last_done = record.sessions.iter().rfind(is_done);
    let first = record.sessions.iter().find(|mark| {
        let has_begun = match mark.course_id {
            Some(id) => record.sessions.iter().filter(is_done).any(|done| done.course_id == Some(id)),
            None => last_done.is_some(),
        };
        mark.status == "planned" && !has_begun && last_done.is_none_or(|done| done.at < mark.at)
    })?;
    let scores = record.scores.iter().find(|(measure, _)| measure.id == record.primary);
    let last = scores.and_then(|(_, scores)| scores.iter().rfind(|score| !score.prorated));
    let last_score_on = last.map(|score| score.local_date.into());
    Some(Upcoming { course: first.course_id, first_session_on: first.local_date, last_score_on })
}

/// Whether this goes on, after a pause, with a provider's course that is past its induction.
fn resumes(record: &Record<'_>, courses: &Courses, course: usize) -> bool {
    let Some(id) = courses.list[course].id else { return false };
    let was_begun = courses.list[..course].iter().any(|earlier| earlier.id == Some(id));
    was_begun && span(record, id).is_some_and(|span| timeline::CourseSpan::from(span).is_past_induction)
}

fn span<'a>(record: &Record<'a>, id: uuid::Uuid) -> Option<&'a CourseSpan> {
    record.spans.iter().find(|span| span.id.uuid() == id)
}

struct Scale<'a> {
    record: &'a Record<'a>,
    done: &'a [&'a SessionMark],
    points: &'a [SessionPoint],
    courses: &'a Courses,
}

impl Scale<'_> {
    /// `end` is the position of the session with which the next course begins.
    fn outcome(&self, course: usize, end: Option<usize>) -> CourseOutcome {
        let own: Vec<usize> = (0..self.points.len()).filter(|session| self.courses.of_session[*session] == course).collect();
        let first = self.courses.list[course].first_session;
        let span = self.courses.list[course].id.and_then(|id| span(self.record, id));
        let planned = span.and_then(|span| span.planned_sessions).unwrap_or(USUAL_INDUCTION_SESSIONS);
        let planned = usize::try_from(planned).unwrap_or(1).max(1);
        let last_of_induction = own.get(planned - 1).or(own.last()).copied().unwrap_or(first);
        let status = span.map(|span| span.status.as_str());
        let has_all = own.len() >= planned;
        let last_induction_on = self.points[last_of_induction].local_date;
        let until = end.map(|session| self.points[session].at);
        let in_course = |score: &&ScorePoint| until.is_none_or(|until| score.at < until);
        let measures = self.record.scores.iter().filter_map(|(measure, scores)| {
            let cut = scores.partition_point(|score| in_course(&score));
            let outcome = self.on_measure(measure, &scores[..cut], course, last_induction_on)?;
            Some((measure.id.clone(), outcome))
        });
        let measures: BTreeMap<_, _> = measures.collect();
        let primary = self.record.scores.iter().find(|(measure, _)| measure.id == self.record.primary);
        let days: Vec<Date> =
            primary.iter().flat_map(|(_, scores)| scores).filter(in_course).map(|score| score.local_date).collect();
        let has_baseline = measures.get(self.record.primary).is_some_and(|outcome| outcome.baseline.is_some());
        CourseOutcome {
            course: span.map(|span| span.id),
            condition: span.map_or(self.record.condition, |span| word(&span.condition)),
            route: self.route(&own),
            primary: self.record.primary.to_owned(),
            first_session_on: self.points[first].local_date.into(),
            last_session_on: self.points[own.last().copied().unwrap_or(first)].local_date.into(),
            last_induction_on: last_induction_on.into(),
            is_over: has_all || end.is_some() || matches!(status, Some("maintenance" | "completed" | "stopped")),
            is_complete: has_all || matches!(status, Some("maintenance" | "completed")),
            measures,
            answered: Answered::of(
                has_baseline,
                &days,
                self.points[first].local_date,
                last_induction_on,
                self.planned_until(&own, planned),
            ),
        }
    }

    /// The day of the last session of the induction that is planned.
    fn planned_until(&self, own: &[usize], planned: usize) -> Option<LocalDate> {
        let course = self.done[*own.first()?].course_id?;
        let to_come = self.record.sessions.iter().filter(|mark| mark.status == "planned" && mark.course_id == Some(course));
        to_come.take(planned.saturating_sub(own.len())).last().map(|mark| mark.local_date)
    }

    fn route(&self, own: &[usize]) -> Option<Route> {
        let mut used: BTreeMap<Route, (usize, usize)> = BTreeMap::new();
        for session in own {
            if let Some(route) = self.done[*session].route.as_deref().and_then(word) {
                let (count, last) = used.entry(route).or_default();
                (*count, *last) = (*count + 1, *session);
            }
        }
        used.into_iter().max_by_key(|(_, used)| *used).map(|(route, _)| route)
    }

    /// `scores` are those up to the end of the course. `None` where none of them is a baseline or since the first session.
    fn on_measure(
        &self,
        measure: &Measure,
        scores: &[ScorePoint],
        course: usize,
        last_induction_on: Date,
    ) -> Option<MeasureOutcome> {
        let baselines = change::baselines(scores, self.points, self.courses);
        let baseline = baselines[course].map(|Baseline { value, .. }| value);
        let first = &self.points[self.courses.list[course].first_session];
        let since = &scores[scores.partition_point(|score| score.at < first.at)..];
        if baseline.is_none() && since.is_empty() {
            return None;
        }
        let days_after = |score: &&ScorePoint| days_between(last_induction_on, score.local_date);
        let induction = since
            .iter()
            .filter(|score| INDUCTION_SCORE_DAYS.contains(&days_after(score)))
            .min_by_key(|score| (days_after(score) - INDUCTION_SCORE_DAY).abs());
        let rows = per_session(measure, scores, self.points, self.courses, &baselines);
        let mut after: Vec<(i32, Points)> = Vec::new();
        for (row, _) in rows.iter().zip(&self.courses.of_session).filter(|(_, of)| **of == course) {
            if let Some(value) = row.after.filter(|_| after.iter().all(|(number, _)| *number != row.number)) {
                after.push((row.number, value));
            }
        }
        let settled = since.iter().filter(|score| !is_on_session_day(score, self.points));
        let kept = baseline.and_then(|baseline| change::response_kept(measure, baseline, settled));
        Some(MeasureOutcome {
            baseline,
            induction: induction.map(|score| score.value),
            latest: since.last().map(|score| score.value),
            after,
            kept_days: kept.map(|kept| days_between(kept.since, kept.until)),
            is_lost: kept.is_some_and(|kept| kept.is_lost),
        })
    }
}
