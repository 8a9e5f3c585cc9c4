//! What the API answers about progress, put together from the rules.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::aligned::{Aligned, align};
use super::cadence::{Inductions, is_bridged, limit_days};
use super::change::{
    Baseline, BestScore, EarlierBaseline, Status, Summary, baselines, current_baseline, earlier_baselines, summarise,
};
use super::facts::{Facts, Flag, facts};
use super::lasting::{self, LastingBody, Treated};
use super::note::Standing;
use super::per_session::{PerSession, per_session};
use super::sentence;
use super::timeline::{ChartPoint, CourseSpan, Courses, Gap, ScorePoint, SessionPoint, gaps, in_milliseconds, place};
use crate::courses::{self, AgreedLine};
use crate::db::Id;
use crate::instruments::{BandBody, Direction, Instrument, Kind, Measure, Points};
use crate::patients::Patient;
use crate::protocols::PlanChange;
use crate::sessions::queries::SessionMark;
use crate::sessions::{Route, Status as SessionStatus};

/// A patient's sessions and courses on the time axis.
#[derive(Clone, Debug, Default)]
pub struct Treatment {
    marks: Vec<SessionMark>,
    sessions: Vec<SessionPoint>,
    courses: Courses,
    inductions: Inductions,
    spans: Vec<CourseSpan>,
    /// The lines agreed on, each with its course.
    agreed: Vec<(Uuid, AgreedLine)>,
}

impl Treatment {
    /// Lays out completed and planned sessions, in order of time, and courses.
    pub fn of(marks: Vec<SessionMark>, spans: &[courses::queries::CourseSpan]) -> Self {
        let sessions: Vec<_> = completed(&marks).map(SessionPoint::from).collect();
        let agreed = spans.iter().filter_map(|span| Some((span.id.uuid(), span.agreed_line()?))).collect();
        let spans: Vec<_> = spans.iter().map(CourseSpan::from).collect();
        let courses = Courses::of(&sessions, &spans);
        let inductions = Inductions::of(&sessions, &spans, &courses);
        Self { marks, sessions, courses, inductions, spans, agreed }
    }

    /// The completed sessions, in order of time.
    pub fn sessions(&self) -> &[SessionPoint] {
        &self.sessions
    }

    /// Completed and planned sessions, in order of time.
    pub fn marks(&self) -> &[SessionMark] {
        &self.marks
    }

    /// The courses that were dosed in.
    pub fn courses(&self) -> &Courses {
        &self.courses
    }

    /// The line agreed on for a measure in a course.
    fn agreed_line(&self, course: usize, measure: &Measure) -> Option<Points> {
        let id = self.courses.list[course].id?;
        let of_course = self.agreed.iter().filter(|(course, _)| *course == id);
        of_course.map(|(_, line)| line).find(|line| line.measure == measure.id).map(|line| line.value)
    }
}

fn completed(marks: &[SessionMark]) -> impl Iterator<Item = &SessionMark> {
    marks.iter().filter(|mark| mark.status == "completed")
}

impl From<&SessionMark> for SessionPoint {
    fn from(mark: &SessionMark) -> Self {
        Self {
            id: mark.id.uuid(),
            course_id: mark.course_id.map(Id::uuid),
            number: mark.number,
            at: mark.at.jiff(),
            local_date: mark.local_date.civil(),
        }
    }
}

impl From<&courses::queries::CourseSpan> for CourseSpan {
    fn from(span: &courses::queries::CourseSpan) -> Self {
        Self {
            id: span.id.uuid(),
            started_on: span.started_on.civil(),
            planned_sessions: span.planned_sessions,
            is_past_induction: matches!(span.status.as_str(), "maintenance" | "completed" | "stopped"),
        }
    }
}

/// Everything that was scored on one measure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The scores, in order of time.
    pub scores: Vec<ScorePoint>,
    /// Forms that were answered and that the published rule cannot score.
    pub unscored: usize,
    /// Missing items of the latest score, where it is prorated.
    pub items_left_out: Option<usize>,
}

/// A measure with its words and limits for one patient.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Measure)]
pub struct MeasureBody<'a> {
    /// `<instrument>.<scale>`.
    #[schema(example = "phq-9.total")]
    pub id: &'a str,
    /// Its name.
    #[schema(example = "PHQ-9")]
    pub title: &'a str,
    /// Its name where the instrument is known.
    pub short_title: &'a str,
    /// The lowest value.
    pub min: Points,
    /// The highest value.
    pub max: Points,
    /// Which way it runs.
    pub higher_is: Direction,
    /// Which way is better, in words; null where neither is.
    #[schema(example = "lower is better")]
    pub direction_text: Option<&'static str>,
    /// How many decimals its values have.
    pub decimals: u32,
    /// Published or in-house.
    pub kind: Kind,
    /// Named parts of the range.
    pub bands: Vec<BandBody>,
    /// The smallest change that matters, in points.
    pub mcid: Option<Points>,
    /// More than chance variation, in points.
    pub reliable_change: Option<Points>,
    /// The share of the baseline whose gain is a response.
    pub response: Option<Points>,
    /// Below this baseline neither response nor remission can be told.
    pub response_min_baseline: Option<Points>,
    /// The first value that is a response; null without a fitting baseline.
    pub response_line: Option<Points>,
    /// The highest score that is a remission.
    pub remission_max: Option<Points>,
    /// The line that patient and provider agreed on for the current course; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub agreed_line: Option<Points>,
    /// The longest gap in days that a line crosses by the plan of today.
    pub gap_days: i64,
}

impl<'a> MeasureBody<'a> {
    fn of(measure: &'a Measure, baseline: Option<Points>, gap_days: i64) -> Self {
        // In-house forms have no bands, no response and no remission. Source: CLINICAL.md 1.5.
        let is_validated = measure.kind == Kind::Validated;
        let change = measure.change.as_ref().filter(|_| is_validated);
        let bands = if is_validated { measure.bands.iter().map(BandBody::from).collect() } else { Vec::new() };
        Self {
            id: &measure.id,
            title: &measure.title,
            short_title: &measure.short_title,
            min: measure.min,
            max: measure.max,
            higher_is: measure.higher_is,
            direction_text: sentence::direction_in_words(measure),
            decimals: measure.decimals,
            kind: measure.kind,
            bands,
            mcid: change.and_then(|change| change.mcid),
            reliable_change: change.and_then(|change| change.reliable),
            response: change.and_then(|change| change.response),
            response_min_baseline: change.and_then(|change| change.min_baseline),
            response_line: baseline.filter(|_| is_validated).and_then(|baseline| response_line(measure, baseline)),
            remission_max: change.and_then(|change| change.remission_max),
            agreed_line: None,
            gap_days,
        }
    }
}

/// The first value, coming from the baseline, that is a response. `None` where none is defined, or the baseline is too
/// low. Source: CLINICAL.md 2; DESIGN.md, "Chart grammar" 5.
pub fn response_line(measure: &Measure, baseline: Points) -> Option<Points> {
    let change = measure.change.as_ref()?;
    let share = change.response?;
    if baseline <= Points::ZERO || change.min_baseline.is_some_and(|least| baseline < least) {
        return None;
    }
    // Rounded away from the baseline: 9.5 points off 19 are 10, so the line lies at 9.
    let step = Points::step_of(measure.decimals).thousandths();
    let wanted = i128::from(share.thousandths()) * i128::from(baseline.thousandths());
    let whole_steps = i128::from(step) * 1000;
    let gain = (wanted + whole_steps - 1).div_euclid(whole_steps) * i128::from(step);
    let gain = Points::from_thousandths(i64::try_from(gain).ok()?);
    let line = match measure.higher_is {
        Direction::Worse => baseline - gain,
        Direction::Better => baseline + gain,
        Direction::None => return None,
    };
    (measure.min <= line && line <= measure.max).then_some(line)
}

/// A completed session on a chart.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ProgressSession)]
pub struct SessionBody<'a> {
    /// The session.
    pub id: Uuid,
    /// Its number in the course.
    pub number: i32,
    /// When dosing started.
    #[serde(serialize_with = "in_milliseconds")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// How the medicine was given.
    #[schema(value_type = Option<Route>, example = "iv")]
    pub route: Option<&'a str>,
    /// The dose in milligrams.
    #[schema(example = 40.0)]
    pub dose_mg: Option<f64>,
    /// How long the infusion took; left out where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub infusion_minutes: Option<i32>,
    /// `completed`.
    #[schema(value_type = SessionStatus, example = "completed")]
    pub status: &'a str,
}

/// A session that is still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PlannedSession)]
pub struct PlannedBody {
    /// The session.
    pub id: Uuid,
    /// Its number in the course.
    pub number: i32,
    /// When it is to start.
    #[serde(serialize_with = "in_milliseconds")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// A change of the plan that a course follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanChangeMark {
    /// When.
    #[serde(serialize_with = "in_milliseconds")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// In words.
    #[schema(example = "Plan changed from IV, six infusions to Esketamine")]
    pub text: String,
}

/// Everything that a progress chart of one measure needs.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Progress)]
pub struct ProgressBody<'a> {
    /// The patient.
    pub patient_id: Id<Patient>,
    /// The measure.
    pub measure: MeasureBody<'a>,
    /// The course that change is measured in; null before its first session, and for sessions outside any.
    pub course_id: Option<Uuid>,
    /// The last complete score before the first session of that course, at most 14 days old; null without one.
    pub baseline: Option<Baseline>,
    /// The baselines of the other courses.
    pub baselines: Vec<EarlierBaseline>,
    /// The scores, in order of time.
    pub points: Vec<ChartPoint<'a>>,
    /// Where no line may be drawn.
    pub gaps: Vec<Gap>,
    /// The completed sessions, in order of time.
    pub sessions: Vec<SessionBody<'a>>,
    /// The planned sessions, in order of time.
    pub planned: Vec<PlannedBody>,
    /// Changes of the plan that a course follows, in order of time; left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub plan_changes: Vec<PlanChangeMark>,
    /// One row for each completed session.
    pub per_session: Vec<PerSession>,
    /// Where the patient stands, in figures and words.
    pub summary: Summary,
    /// Answers about suicidal thoughts above "not at all"; for staff only, left out for patients.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub flags: Option<Vec<Flag>>,
    /// Further figures; for staff only, left out for patients.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub facts: Option<Facts>,
}

/// Local days, both included; an open end is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

impl Shown {
    fn has(self, day: Date) -> bool {
        self.overlaps(day, day)
    }

    fn overlaps(self, first: Date, last: Date) -> bool {
        self.from.is_none_or(|from| from <= last) && self.to.is_none_or(|to| first <= to)
    }
}

/// Puts the chart of one measure together, as the patient sees it.
///
/// `shown` cuts points and gaps, never what is worked out from them. Staff gets `flags` and `facts` beside it by
/// [`ProgressBody::with_staff_view`].
pub fn progress<'a>(
    patient: Id<Patient>,
    measure: &'a Measure,
    instrument: &Instrument,
    treatment: &'a Treatment,
    line: &'a Line,
    shown: Shown,
    today: Date,
) -> ProgressBody<'a> {
    let Treatment { marks, sessions, courses, inductions, .. } = treatment;
    let scores = &line.scores;
    let baselines = baselines(scores, sessions, courses);
    let baseline = current_baseline(courses, &baselines);
    let recall_days = instrument.recall_days.map_or(0, i64::from);
    let mut points =
        place(scores, sessions, courses, recall_days, |earlier, later| is_bridged(instrument, inductions, earlier, later));
    let gaps = gaps(&points, |earlier, later| shown.overlaps(earlier, later));
    points.retain(|point| shown.has(point.local_date));
    ProgressBody {
        patient_id: patient,
        measure: MeasureBody {
            agreed_line: courses.current().and_then(|course| treatment.agreed_line(course, measure)),
            ..MeasureBody::of(measure, baseline.map(|baseline| baseline.value), limit_days(instrument, inductions, today))
        },
        course_id: courses.current().and_then(|course| courses.list[course].id),
        baseline,
        baselines: earlier_baselines(courses, &baselines),
        points,
        gaps,
        sessions: completed(marks).map(session_body).collect(),
        planned: marks.iter().filter(|mark| mark.status == "planned").map(planned_body).collect(),
        plan_changes: Vec::new(),
        per_session: per_session(measure, scores, sessions, courses, &baselines),
        summary: summarise(measure, scores, sessions, courses, &baselines, line.items_left_out, today),
        flags: None,
        facts: None,
    }
}

impl ProgressBody<'_> {
    /// Adds the changes of plan.
    #[must_use]
    pub fn with_plan_changes(mut self, changes: &[PlanChange]) -> Self {
        let mark = |change: &PlanChange| Some(PlanChangeMark { at: change.changed_at.jiff(), text: change.text()? });
        self.plan_changes = changes.iter().filter_map(mark).collect();
        self
    }

    /// Adds what only staff sees.
    #[must_use]
    pub fn with_staff_view(
        mut self,
        measure: &Measure,
        treatment: &Treatment,
        line: &Line,
        flags: Vec<Flag>,
        shown: Shown,
        today: Date,
    ) -> Self {
        let doses = completed(&treatment.marks).filter_map(|mark| Some((mark.medicine.as_str(), mark.dose_mg?)));
        self.facts = Some(facts(measure, &self.summary, &treatment.sessions, doses, line.unscored, today));
        self.flags = Some(flags.into_iter().filter(|flag| shown.has(flag.local_date)).collect());
        self
    }
}

fn session_body(mark: &SessionMark) -> SessionBody<'_> {
    SessionBody {
        id: mark.id.uuid(),
        number: mark.number,
        at: mark.at.jiff(),
        route: mark.route.as_deref(),
        dose_mg: mark.dose_mg,
        infusion_minutes: mark.infusion_minutes,
        status: &mark.status,
    }
}

fn planned_body(mark: &SessionMark) -> PlannedBody {
    PlannedBody { id: mark.id.uuid(), number: mark.number, at: mark.at.jiff() }
}

/// The scores around each session, laid over each other.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = AlignedProgress)]
pub struct AlignedBody<'a> {
    /// The measure.
    pub measure: MeasureBody<'a>,
    /// One line for each completed session, and their middle.
    #[serde(flatten)]
    pub aligned: Aligned,
}

/// Lays one measure over the sessions, from `before_days` before to `after_days` after each.
pub fn aligned<'a>(
    measure: &'a Measure,
    instrument: &Instrument,
    treatment: &Treatment,
    line: &Line,
    (before_days, after_days): (u32, u32),
    today: Date,
) -> AlignedBody<'a> {
    let baselines = baselines(&line.scores, &treatment.sessions, &treatment.courses);
    let baseline = current_baseline(&treatment.courses, &baselines).map(|baseline| baseline.value);
    AlignedBody {
        measure: MeasureBody::of(measure, baseline, limit_days(instrument, &treatment.inductions, today)),
        aligned: align(&line.scores, &treatment.sessions, before_days, after_days),
    }
}

/// Works out how long it lasted on one measure.
pub fn lasting<'a>(measure: &'a Measure, treatment: &Treatment, line: &Line) -> LastingBody<'a> {
    let Treatment { sessions, courses, spans, .. } = treatment;
    let baselines = baselines(&line.scores, sessions, courses);
    let lines: Vec<_> = (0..courses.list.len()).map(|course| treatment.agreed_line(course, measure)).collect();
    let treated = Treated { sessions, courses, spans, baselines: &baselines, lines: &lines };
    lasting::lasting(measure, &line.scores, &treated)
}

/// Where a patient stands on a measure that has a score, for a clinical note.
pub fn standing<'a>(measure: &'a Measure, treatment: &Treatment, line: &'a Line, today: Date) -> Option<Standing<'a>> {
    let Treatment { sessions, courses, .. } = treatment;
    let baselines = baselines(&line.scores, sessions, courses);
    let summary = summarise(measure, &line.scores, sessions, courses, &baselines, line.items_left_out, today);
    let agreed_line = courses.current().and_then(|course| treatment.agreed_line(course, measure));
    Some(Standing { measure, latest: line.scores.last()?, summary, agreed_line })
}

/// Text to paste into a clinical note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProgressNote)]
pub struct NoteBody {
    /// The text, a line for each thing.
    pub text: String,
}

/// Where a patient stands on one measure, in a list of all.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = PatientMeasure)]
pub struct PatientMeasureBody<'a> {
    /// `<instrument>.<scale>`.
    #[schema(example = "phq-9.total")]
    pub measure: &'a str,
    /// Its name.
    pub title: &'a str,
    /// Its name where the instrument is known.
    pub short_title: &'a str,
    /// The questionnaire.
    pub instrument: &'a str,
    /// The lowest value.
    pub min: Points,
    /// The highest value.
    pub max: Points,
    /// Which way it runs.
    pub higher_is: Direction,
    /// How many decimals its values have.
    pub decimals: u32,
    /// Published or in-house.
    pub kind: Kind,
    /// Named parts of the range.
    pub bands: Vec<BandBody>,
    /// The latest score; null without any.
    pub latest: Option<LatestScore<'a>>,
    /// The baseline of the current course; null without one.
    pub baseline: Option<BestScore>,
    /// Points gained from baseline to latest: positive is better.
    pub gain: Option<Points>,
    /// The gain as a share of the baseline in percent.
    pub gain_percent: Option<Points>,
    /// One word; null for measures without rules for change.
    pub status: Option<Status>,
    /// More than chance, for the better or the worse.
    pub reliable: Option<bool>,
    /// More than chance variation, in points.
    pub reliable_change: Option<Points>,
}

/// The latest score of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LatestScore<'a> {
    /// Points of the measure.
    pub value: Points,
    /// The name of the severity band.
    pub band: Option<&'a str>,
    /// When it was answered.
    #[serde(serialize_with = "in_milliseconds")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// Sums up one measure for a list.
pub fn patient_measure<'a>(measure: &'a Measure, treatment: &Treatment, line: &'a Line, today: Date) -> PatientMeasureBody<'a> {
    let Treatment { sessions, courses, .. } = treatment;
    let baselines = baselines(&line.scores, sessions, courses);
    let baseline = current_baseline(courses, &baselines);
    let summary = summarise(measure, &line.scores, sessions, courses, &baselines, line.items_left_out, today);
    let MeasureBody { bands, reliable_change, .. } = MeasureBody::of(measure, None, 0);
    PatientMeasureBody {
        measure: &measure.id,
        title: &measure.title,
        short_title: &measure.short_title,
        instrument: &measure.instrument,
        min: measure.min,
        max: measure.max,
        higher_is: measure.higher_is,
        decimals: measure.decimals,
        kind: measure.kind,
        bands,
        latest: line.scores.last().map(|score| LatestScore { value: score.value, band: score.band.as_deref(), at: score.at }),
        baseline: baseline.map(|Baseline { value, at, .. }| BestScore { value, at }),
        gain: summary.gain,
        gain_percent: summary.gain_percent,
        status: summary.status,
        reliable: summary.reliable,
        reliable_change,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::db::{LocalDate, Timestamp as Instant};
    use crate::instruments::{Registry, compare};
    use crate::progress::samples::{date, hour, id, mood, pcl5, peg, phq9, points, prorated, score, upside_down};

    fn mark(number: i32, status: &str, on: i64, dose_mg: Option<f64>) -> SessionMark {
        SessionMark {
            id: Id::from_uuid(id(u128::from(on.unsigned_abs()) + 1000)),
            course_id: Some(Id::from_uuid(id(1))),
            number,
            status: status.into(),
            at: Instant::from(hour(on, 12)),
            local_date: LocalDate::from(date(on)),
            route: Some("iv".into()),
            medicine: "ketamine".into(),
            dose_mg,
            infusion_minutes: None,
        }
    }

    fn treatment(marks: Vec<SessionMark>) -> Treatment {
        let span = courses::queries::CourseSpan {
            id: Id::from_uuid(id(1)),
            condition: "trd".into(),
            status: "active".into(),
            planned_sessions: Some(6),
            started_on: LocalDate::from(date(0)),
            goal: None,
            agreed_measure: None,
            agreed_thousandths: None,
        };
        Treatment::of(marks, &[span])
    }

    fn line(scores: Vec<ScorePoint>) -> Line {
        Line { scores, unscored: 0, items_left_out: None }
    }

    fn shown(from: Option<i64>, to: Option<i64>) -> Shown {
        Shown { from: from.map(date), to: to.map(date) }
    }

    fn charted(measure: &Measure, treatment: &Treatment, line: &Line, shown: Shown) -> Value {
        let registry = Registry::load_builtin().unwrap();
        let instrument = registry.latest(&measure.instrument).unwrap();
        let patient = Id::from_uuid(id(9));
        serde_json::to_value(progress(patient, measure, instrument, treatment, line, shown, date(40))).unwrap()
    }

    #[test]
    fn a_chart_has_all_that_the_api_names() {
        let treatment = treatment(vec![
            mark(1, "completed", 0, Some(40.0)),
            mark(2, "completed", 4, Some(42.5)),
            mark(3, "planned", 50, None),
        ]);
        let line = line(vec![score(-1, 19), score(6, 13)]);
        let chart = charted(&phq9(), &treatment, &line, Shown::default());
        assert_eq!(
            chart["measure"],
            json!({
                "id": "phq-9.total", "title": "PHQ-9", "short_title": "PHQ-9", "min": 0, "max": 27, "higher_is": "worse",
                "direction_text": "lower is better", "decimals": 0, "kind": "validated", "bands": chart["measure"]["bands"],
                "mcid": 5, "reliable_change": 6, "response": 0.5, "response_min_baseline": 10, "response_line": 9,
                "remission_max": 4, "gap_days": 14,
            })
        );
        assert_eq!(chart["measure"]["bands"][0], json!({"min": 0, "max": 4, "label": "Minimal"}));
        assert_eq!(
            chart["sessions"][1],
            json!({"id": id(1004), "number": 2, "at": "2026-03-05T12:00:00.000Z", "route": "iv", "dose_mg": 42.5, "status": "completed"})
        );
        assert_eq!(chart["planned"], json!([{"id": id(1050), "number": 3, "at": "2026-04-20T12:00:00.000Z"}]));
        assert_eq!((&chart["course_id"], &chart["patient_id"]), (&json!(id(1)), &json!(id(9))));
        assert_eq!(chart["per_session"].as_array().unwrap().len(), 2);
        assert_eq!(chart["points"][1]["session_number"], 2);
        assert_eq!(chart["summary"]["gain"], 6);
    }

    #[test]
    fn staff_alone_sees_flags_and_facts() {
        let treatment = treatment(vec![mark(1, "completed", 0, Some(40.0))]);
        let line = line(vec![score(-1, 19)]);
        let registry = Registry::load_builtin().unwrap();
        let (measure, instrument) = (phq9(), registry.current("phq-9").unwrap());
        let body = progress(Id::from_uuid(id(9)), &measure, instrument, &treatment, &line, Shown::default(), date(40));
        let patients = serde_json::to_value(&body).unwrap();
        assert!(patients.get("flags").is_none() && patients.get("facts").is_none());
        let flag = |on: i64| Flag {
            at: hour(on, 18),
            local_date: date(on),
            item: "q9".into(),
            value: points(1),
            label: None,
            response_id: id(7),
        };
        let staffs = body.with_staff_view(&measure, &treatment, &line, vec![flag(-1), flag(3)], shown(Some(0), None), date(40));
        let staffs = serde_json::to_value(staffs).unwrap();
        assert_eq!(staffs["flags"].as_array().unwrap().len(), 1);
        assert_eq!(staffs["facts"]["cumulative_dose_mg"], json!([{"medicine": "ketamine", "mg": 40}]));
    }

    #[test]
    fn the_time_asked_for_cuts_what_is_shown_and_not_what_is_worked_out() {
        let treatment = treatment(vec![mark(1, "completed", 0, None)]);
        let line = line(vec![score(-1, 19), score(6, 13), score(30, 12), score(36, 9)]);
        let whole = charted(&phq9(), &treatment, &line, Shown::default());
        let part = charted(&phq9(), &treatment, &line, shown(Some(10), Some(30)));
        assert_eq!(part["points"].as_array().unwrap()[..], whole["points"].as_array().unwrap()[2..3]);
        assert_eq!(part["gaps"], whole["gaps"]);
        for kept in ["baseline", "summary", "per_session", "sessions"] {
            assert_eq!(part[kept], whole[kept], "{kept}");
        }
        let after = charted(&phq9(), &treatment, &line, shown(Some(31), None));
        assert_eq!((after["points"].as_array().unwrap().len(), &after["gaps"]), (1, &json!([])));
    }

    #[test]
    fn an_in_house_measure_has_no_bands_and_no_words_for_change() {
        let chart = charted(&mood(), &treatment(vec![]), &line(vec![score(0, 5)]), Shown::default());
        let measure = &chart["measure"];
        assert_eq!((&measure["kind"], &measure["bands"], &measure["gap_days"]), (&json!("in-house"), &json!([]), &json!(3)));
        for none in ["mcid", "reliable_change", "response", "response_line", "remission_max"] {
            assert_eq!(measure[none], Value::Null, "{none}");
        }
        assert_eq!(chart["summary"]["status"], Value::Null);
    }

    #[test]
    fn a_measure_without_scores_has_an_empty_chart() {
        let chart = charted(&phq9(), &treatment(vec![]), &Line::default(), Shown::default());
        for empty in ["points", "gaps", "sessions", "planned", "per_session", "baselines"] {
            assert_eq!(chart[empty], json!([]), "{empty}");
        }
        assert_eq!((&chart["baseline"], &chart["course_id"]), (&Value::Null, &Value::Null));
    }

    #[test]
    fn the_response_line_lies_where_a_response_begins() {
        let line =
            |measure: &Measure, thousandths| response_line(measure, Points::from_thousandths(thousandths)).map(Points::to_f64);
        assert_eq!(line(&phq9(), 19_000), Some(9.0));
        assert_eq!(line(&phq9(), 18_000), Some(9.0));
        assert_eq!(line(&phq9(), 9_000), None);
        assert_eq!(line(&peg(), 7_000), Some(4.9));
        assert_eq!(line(&peg(), 3_900), None);
        assert_eq!((line(&pcl5(), 60_000), line(&mood(), 5_000)), (None, None));
    }

    #[test]
    fn a_list_of_measures_says_where_the_patient_stands() {
        let treatment = treatment(vec![mark(1, "completed", 0, None)]);
        let scores = line(vec![score(-1, 19), prorated(30, 13)]);
        let (phq9, mood) = (phq9(), mood());
        let item = serde_json::to_value(patient_measure(&phq9, &treatment, &scores, date(40))).unwrap();
        assert_eq!(
            item,
            json!({
                "measure": "phq-9.total", "title": "PHQ-9", "short_title": "PHQ-9", "instrument": "phq-9", "min": 0, "max": 27,
                "higher_is": "worse", "decimals": 0, "kind": "validated", "bands": item["bands"],
                "latest": {"value": 13, "band": null, "at": "2026-03-31T18:00:00.000Z"},
                "baseline": {"value": 19, "at": "2026-02-28T18:00:00.000Z"},
                "gain": 6, "gain_percent": 31.6, "status": "improved", "reliable": true, "reliable_change": 6,
            })
        );
        let empty = Line::default();
        let none = serde_json::to_value(patient_measure(&mood, &treatment, &empty, date(40))).unwrap();
        assert_eq!((&none["latest"], &none["gain"], &none["status"]), (&Value::Null, &Value::Null, &Value::Null));
    }

    #[test]
    fn lines_around_sessions_carry_their_measure() {
        let treatment = treatment(vec![mark(1, "completed", 0, None)]);
        let registry = Registry::load_builtin().unwrap();
        let (mood, instrument) = (mood(), registry.current("daily-check-in").unwrap());
        let line = line(vec![score(-1, 4), score(1, 6)]);
        let body = serde_json::to_value(aligned(&mood, instrument, &treatment, &line, (7, 28), date(40))).unwrap();
        assert_eq!((&body["measure"]["id"], &body["lines"][0]["before"]), (&json!("daily-check-in.mood"), &json!(4)));
        assert_eq!(body["middle"], json!([]));
    }

    proptest! {
        #[test]
        fn the_response_line_is_a_response_and_one_step_short_of_it_is_none(baseline in 1i64..=27) {
            for measure in [phq9(), peg(), upside_down()] {
                let baseline = Points::from_thousandths(1000 * baseline.min(measure.max.thousandths() / 1000));
                let Some(line) = response_line(&measure, baseline) else { continue };
                let step = Points::step_of(measure.decimals);
                let short = if measure.higher_is == Direction::Worse { line + step } else { line - step };
                prop_assert_eq!(compare(&measure, baseline, line).response, Some(true));
                prop_assert_eq!(compare(&measure, baseline, short).response, Some(false));
            }
        }
    }
}
