//! The caseload: who needs someone first, and why.
//!
//! Each patient has a row with all that the list shows, changed in the transaction that changes it, so that a clinic of
//! 5,000 is listed without reading a single response. `refresh` works the row out from the record; `follow` adds one more
//! answer to what the row already knows. Both end in the same pure functions, and a test holds them equal.

pub mod http;
mod patterns;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::patterns::{Day, Days};
use super::Patient;
use super::queries::{self, CaseloadRow, NEVER, PatientRow};
use crate::alerts::Alert;
use crate::alerts::queries::{self as alert_queries, AlertMark};
use crate::auth::scope::PatientScope;
use crate::courses::queries::{self as course_queries, CourseSpan};
use crate::courses::{Condition, Course, Phase, USUAL_INDUCTION_SESSIONS};
use crate::db::{Database, DbConnection, Id, LocalDate, Reach, Timestamp};
use crate::error::{Error, Result};
use crate::instruments::{Direction, Instrument, Measure, MeasureScore, Points, Registry, SUICIDAL_IDEATION};
use crate::progress::change::{self, Status};
use crate::progress::timeline::{self, ScorePoint, SessionPoint};
use crate::protocols;
use crate::responses::queries::{self as response_queries, ScoreRow};
use crate::responses::{Response, parse_ratings};
use crate::sessions::queries::{self as session_queries, SessionMark};

/// The questionnaire whose answers are check-ins.
pub const CHECK_IN: &str = "daily-check-in";
/// Its ratings that patterns ask for.
const MOOD: &str = "daily-check-in.mood";
const ENERGY: &str = "daily-check-in.energy";
const SLEEP_HOURS: &str = "daily-check-in.sleep_hours";
/// The condition in which little sleep with high energy is a pattern. Source: CLINICAL.md 10.
const BIPOLAR: &str = "bipolar-depression";
/// Scores in a caseload row's spark line.
const SPARK: usize = 20;
/// Rows that one transaction of `rebuild` works out.
const REBUILT_AT_ONCE: i64 = 100;
/// Days without a check-in that count as silence. Source: DESIGN.md, Caseload.
const SILENT_DAYS: i64 = 7;
/// Days without a check-in that are worth a look after daily use. Source: CLINICAL.md 10.
const BROKEN_OFF_DAYS: i64 = 5;
/// Daily use: check-ins on so many of the 7 days up to the last one. A choice of this project: one day may be forgotten.
const DAYS_OF_DAILY_USE: u32 = 6;
/// The bits of `check_in_days` that are those 7 days.
const LAST_WEEK: i64 = 0b111_1111;
/// Times in a row that a questionnaire was due and not answered that count as silence. Source: DESIGN.md, Caseload.
const SILENT_QUESTIONNAIRES: i64 = 2;
/// Sessions after which no reliable change is worth a look. Source: DESIGN.md, Caseload.
const SESSIONS_TO_A_CHANGE: i32 = 6;
/// A reading from which the next session waits for a review. Source: CLINICAL.md 6, a choice of this project.
const HOLD_SYSTOLIC: i64 = 160;
const HOLD_DIASTOLIC: i64 = 100;
const HOLD_SPO2: i64 = 90;
/// Seconds before a first session in which a baseline can lie: CLINICAL.md 2's 14 days, and what time zones may add to them.
const BASELINE_REACH_SECONDS: i64 = 16 * 86_400;

/// Where a patient stands in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// A safety alert is not closed.
    NeedsResponse,
    /// Something stands out.
    WorthALook,
    /// Nothing does.
    AsExpected,
}

/// Why a patient stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonCode {
    /// A safety alert that nobody has acknowledged.
    OpenAlert,
    /// A safety alert that somebody has acknowledged and not closed.
    AcknowledgedAlert,
    /// Reliably worse than the best of the last three scores.
    Worse,
    /// Vital signs of the last session wait for a review.
    VitalHold,
    /// An alert for the daily list.
    ReviewAlert,
    /// Three or more daily moods in a row that are low.
    LowMood,
    /// Two or more short nights in a row with high energy, in bipolar disorder.
    ShortNights,
    /// No check-in for five days after daily use.
    BrokenOff,
    /// No check-in for a week.
    Silence,
    /// Two questionnaires in a row not answered.
    Missed,
    /// No reliable change after six sessions.
    NoChange,
}

impl ReasonCode {
    /// The place in the order, 1 first; 8 is everybody else.
    const fn place(self) -> i32 {
        match self {
            Self::OpenAlert => 1,
            Self::AcknowledgedAlert => 2,
            Self::Worse => 3,
            Self::VitalHold => 4,
            Self::ReviewAlert | Self::LowMood | Self::ShortNights => 5,
            Self::BrokenOff | Self::Silence | Self::Missed => 6,
            Self::NoChange => 7,
        }
    }
}

const LAST_PLACE: i32 = 8;
/// Places up to this one are below who is newly silent: their silence is not what stands out.
const SILENT_PLACE: i32 = 6;

/// The group of a place.
pub const fn group(place: i32) -> Group {
    match place {
        ..=2 => Group::NeedsResponse,
        LAST_PLACE.. => Group::AsExpected,
        _ => Group::WorthALook,
    }
}

/// What stands out, in words and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// The rule.
    pub code: ReasonCode,
    /// What stands out.
    #[schema(example = "Item 9: more than half the days")]
    pub text: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// A second line.
    #[schema(example = "not acknowledged")]
    pub detail: Option<String>,
}

/// The course as the caseload shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CourseFacts {
    /// What is treated.
    #[schema(value_type = Condition)]
    pub condition: String,
    /// Where the course stands.
    pub phase: Phase,
    /// Completed sessions.
    pub sessions_done: i32,
    /// Sessions planned for the induction.
    pub sessions_planned: Option<i32>,
}

/// One value of the spark line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SparkPoint {
    /// When.
    pub at: Timestamp,
    /// How many points.
    #[schema(value_type = f64)]
    pub value: Points,
}

/// What the place in the list is worked out from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Facts {
    name: String,
    record_number: Option<String>,
    archived: bool,
    measure: String,
    course: Option<CourseFacts>,
    sessions: Vec<Timestamp>,
    next_session_at: Option<Timestamp>,
    baseline: Option<Points>,
    scores: Vec<SparkPoint>,
    open_alerts: usize,
    acknowledged_alerts: usize,
    last_check_in_at: Option<Timestamp>,
    last_check_in_on: Option<LocalDate>,
    /// Days with a check-in up to that one, which is the lowest bit.
    check_in_days: i64,
    unshown: Unshown,
}

/// The facts that the list does not show. The others are read back from what it shows: no row holds a thing twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Unshown {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    has_ended: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_alert: Option<TopAlert>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hold: Option<Hold>,
    joined_on: Option<LocalDate>,
    last_primary_on: Option<LocalDate>,
    /// The last days with a check-in.
    #[serde(skip_serializing_if = "Days::is_empty")]
    days: Days,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_bipolar: bool,
    /// The newest score's response: of scores at one instant the one with the highest id is the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    newest_score: Option<Id<Response>>,
    /// When the first session of the current course was: what was answered since then is no baseline of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_session_at: Option<Timestamp>,
    /// Set where the course follows a known plan: what is missed then comes from its assignments.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<OnPlan>,
}

/// What a known plan says about silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OnPlan {
    /// The course that follows it.
    course: Id<Course>,
    /// The day from which two of the primary questionnaire in a row have lapsed; none where fewer are asked.
    missed_from: Option<LocalDate>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct TopAlert {
    id: Id<Alert>,
    code: ReasonCode,
    title: String,
    raised_at: Timestamp,
    key: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Hold {
    text: String,
    at: Timestamp,
}

/// The measure that a row shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PrimaryMeasure {
    /// Its name.
    #[schema(example = "phq-9.total")]
    pub measure: String,
    /// In words.
    #[schema(example = "PHQ-9")]
    pub title: String,
    /// The lowest value.
    #[schema(value_type = f64)]
    pub min: Points,
    /// The highest value.
    #[schema(value_type = f64)]
    pub max: Points,
    /// Which way is worse.
    pub higher_is: Direction,
    /// A change that is more than chance, in points.
    #[schema(value_type = Option<f64>)]
    pub reliable_change: Option<Points>,
    /// The highest value of remission.
    #[schema(value_type = Option<f64>)]
    pub remission_max: Option<Points>,
    /// Days without a score beyond which no line is drawn.
    pub gap_days: i64,
}

/// The newest score of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Latest {
    /// The measure.
    #[schema(example = "phq-9.total")]
    pub measure: String,
    /// How many points.
    #[schema(value_type = f64)]
    pub value: Points,
    /// The band in words.
    pub band: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A row of the caseload, without what depends on today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Shown {
    /// The patient.
    pub id: Id<Patient>,
    /// The patient's name.
    #[schema(example = "Maya Ellison")]
    pub name: String,
    /// The clinic's own number.
    pub record_number: Option<String>,
    /// Whether the record was put away.
    pub archived: bool,
    /// The course, where there is one.
    pub course: Option<CourseFacts>,
    /// The measure that the row shows.
    pub primary: PrimaryMeasure,
    /// Its newest score.
    pub latest: Option<Latest>,
    /// Whether the change since the baseline is more than chance, either way.
    pub latest_reliable: bool,
    /// The course's baseline.
    #[schema(value_type = Option<f64>)]
    pub baseline: Option<Points>,
    /// Points gained since: positive is better.
    #[schema(value_type = Option<f64>)]
    pub gain: Option<Points>,
    /// The change in one word.
    pub status: Option<Status>,
    /// The group in the list; null for who may not see answers.
    #[schema(value_type = Option<Group>)]
    pub group: Group,
    /// The last check-in.
    pub last_check_in_at: Option<Timestamp>,
    /// Alerts that nobody has acknowledged; null for who may not see answers.
    #[schema(value_type = Option<i64>)]
    pub open_alerts: usize,
    /// Alerts that somebody has acknowledged and not closed; null for who may not see answers.
    #[schema(value_type = Option<i64>)]
    pub acknowledged_alerts: usize,
    /// The alert that stands out.
    pub top_alert_id: Option<Id<Alert>>,
    /// The earliest session that is planned and not yet done.
    pub next_session_at: Option<Timestamp>,
    /// The newest scores, oldest first; 20 at the most.
    pub spark: Vec<SparkPoint>,
    /// The newest completed sessions, oldest first; 20 at the most.
    pub sessions_recent: Vec<Timestamp>,
}

/// What the time since the last answer says about silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Silence {
    code: ReasonCode,
    /// The day from which it counts.
    from: LocalDate,
}

/// The place of a patient in the list, and why.
struct Standing {
    place: i32,
    key: String,
    reason: Option<Reason>,
    silent_from: Option<LocalDate>,
}

impl Facts {
    /// The facts behind a stored row.
    fn of(row: &CaseloadRow) -> Option<Self> {
        let shown: Shown = serde_json::from_str(&row.shown).ok()?;
        Some(Self {
            name: shown.name,
            record_number: shown.record_number,
            archived: shown.archived,
            measure: shown.primary.measure,
            course: shown.course,
            sessions: shown.sessions_recent,
            next_session_at: shown.next_session_at,
            baseline: shown.baseline,
            scores: shown.spark,
            open_alerts: shown.open_alerts,
            acknowledged_alerts: shown.acknowledged_alerts,
            last_check_in_at: shown.last_check_in_at,
            last_check_in_on: row.check_in_on,
            check_in_days: row.check_in_days,
            unshown: serde_json::from_str(&row.facts).ok()?,
        })
    }

    /// Whether a score from `at` could be the baseline of the current course.
    fn may_be_baseline(&self, at: Timestamp) -> bool {
        match self.unshown.first_session_at {
            Some(first) => at < first && first.seconds_since(at) <= BASELINE_REACH_SECONDS,
            // A row from before this was noted says nothing of it.
            None => !self.sessions.is_empty(),
        }
    }

    /// Puts a score where it belongs among those that are shown. False where the row cannot tell its place among others of
    /// the same instant.
    fn place(&mut self, response: Id<Response>, at: Timestamp, value: Points) -> bool {
        let before = self.scores.partition_point(|score| score.at <= at);
        let is_newest = before == self.scores.len();
        let has_equal = before > 0 && self.scores[before - 1].at == at;
        if has_equal && !(is_newest && self.unshown.newest_score.is_some_and(|newest| newest < response)) {
            return false;
        }
        if is_newest {
            self.unshown.newest_score = Some(response);
        }
        self.scores.insert(before, SparkPoint { at, value });
        let surplus = self.scores.len().saturating_sub(SPARK);
        self.scores.drain(..surplus);
        true
    }

    /// Days between two times that the primary questionnaire is due.
    fn interval_days(&self) -> i64 {
        let phase = self.course.as_ref().map_or(Phase::Induction, |course| course.phase);
        let instrument = self.measure.split('.').next().unwrap_or_default();
        protocols::interval_days(instrument, phase)
    }

    /// The rule of silence that holds first. `None` where nobody is expected to answer.
    fn silence(&self) -> Option<Silence> {
        if self.archived || self.unshown.has_ended {
            return None;
        }
        let check_in = self
            .last_check_in_on
            .or(self.unshown.joined_on)
            .map(|last| Silence { code: ReasonCode::Silence, from: last.plus_days(SILENT_DAYS) });
        let missed_from = if let Some(plan) = &self.unshown.plan {
            plan.missed_from
        } else {
            let last = self.unshown.last_primary_on.filter(|_| self.course.is_some());
            last.map(|last| last.plus_days(self.interval_days() * (SILENT_QUESTIONNAIRES + 1)))
        };
        let missed = missed_from.map(|from| Silence { code: ReasonCode::Missed, from });
        let broken_off = self
            .last_check_in_on
            .filter(|_| (self.check_in_days & LAST_WEEK).count_ones() >= DAYS_OF_DAILY_USE)
            .map(|last| Silence { code: ReasonCode::BrokenOff, from: last.plus_days(BROKEN_OFF_DAYS) });
        [broken_off, check_in, missed].into_iter().flatten().min_by_key(|silence| silence.from)
    }

    fn standing(&self, measure: &Measure, today: LocalDate, zone: &TimeZone) -> Standing {
        let silence = self.silence();
        let at = |reason: Reason, key: String| Standing {
            place: reason.code.place(),
            key,
            reason: Some(reason),
            silent_from: silence.map(|silence| silence.from),
        };
        if let Some(top) = self.unshown.top_alert.as_ref().filter(|top| top.code != ReasonCode::ReviewAlert) {
            let detail = if top.code == ReasonCode::OpenAlert { "not acknowledged" } else { "acknowledged, not closed" };
            return at(top.reason(detail), top.key.clone());
        }
        if let Some((reason, worse_by)) = self.worse(measure) {
            return at(reason, format!("{:09}", 999_999_999 - worse_by.thousandths()));
        }
        if let Some(hold) = &self.unshown.hold {
            let reason = Reason {
                code: ReasonCode::VitalHold,
                text: hold.text.clone(),
                since: Some(hold.at),
                detail: Some("Hold for review before the next session".into()),
            };
            return at(reason, hold.at.to_string());
        }
        if let Some(top) = &self.unshown.top_alert {
            return at(top.reason("on the review list"), top.key.clone());
        }
        if let Some((reason, since)) = self.pattern(zone) {
            return at(reason, TopAlert::review_key(since));
        }
        if let Some(silence) = silence.filter(|silence| silence.from <= today) {
            // In words only when it is shown: the days go on.
            return Standing {
                place: SILENT_PLACE,
                key: format!("{} {:?}", silence.from, silence.code),
                reason: None,
                silent_from: None,
            };
        }
        if let Some(reason) = self.no_change(measure) {
            return at(reason, self.sessions.last().map(ToString::to_string).unwrap_or_default());
        }
        Standing {
            place: LAST_PLACE,
            key: self.next_session_at.map_or_else(|| "never".into(), |next| next.to_string()),
            reason: None,
            silent_from: silence.map(|silence| silence.from),
        }
    }

    /// Reliably worse than the best of the last three scores. Source: DESIGN.md, Caseload.
    fn worse(&self, measure: &Measure) -> Option<(Reason, Points)> {
        let reliable = measure.change.as_ref()?.reliable?;
        let latest = self.scores.last()?;
        let last = &self.scores[self.scores.len().saturating_sub(3)..];
        let values = last.iter().map(|point| point.value);
        let best = if measure.higher_is == Direction::Better { values.max() } else { values.min() }?;
        let worse_by = if measure.higher_is == Direction::Better { best - latest.value } else { latest.value - best };
        (worse_by >= reliable).then(|| {
            let reason = Reason {
                code: ReasonCode::Worse,
                text: format!("{} {worse_by} worse than the best of the last 3", measure.short_title),
                since: Some(latest.at),
                detail: Some(format!("{best} to {}", latest.value)),
            };
            (reason, worse_by)
        })
    }

    /// What stands out in the last days' answers, and since when.
    fn pattern(&self, zone: &TimeZone) -> Option<(Reason, Timestamp)> {
        let reason = |code, text, since: LocalDate, detail| {
            let since = since.start_in(zone);
            (Reason { code, text, since: Some(since), detail: Some(detail) }, since)
        };
        let days = &self.unshown.days;
        if let Some(row) = days.low_moods() {
            let moods: Vec<_> = row.iter().map(|(_, mood)| mood.to_string()).collect();
            let text = format!("Mood 2 or less {} times in a row", row.len());
            return Some(reason(ReasonCode::LowMood, text, row[0].0, moods.join(", ")));
        }
        let row = days.short_nights().filter(|_| self.unshown.is_bipolar)?;
        let nights: Vec<_> = row.iter().map(|(_, (hours, energy))| format!("{hours} h, energy {energy}")).collect();
        let text = format!("{} nights in a row with 4 h of sleep or less and high energy", row.len());
        Some(reason(ReasonCode::ShortNights, text, row[0].0, nights.join("; ")))
    }

    fn no_change(&self, measure: &Measure) -> Option<Reason> {
        let done = self.course.as_ref()?.sessions_done;
        let comparison = crate::instruments::compare(measure, self.baseline?, self.scores.last()?.value);
        let status = change::status(measure, Some(&comparison))?;
        (done >= SESSIONS_TO_A_CHANGE && status == Status::NoChange && !self.unshown.has_ended).then(|| Reason {
            code: ReasonCode::NoChange,
            text: format!("No clear change after {done} sessions"),
            since: self.sessions.last().copied(),
            detail: Some("A review of the plan may help".into()),
        })
    }

    fn shown(&self, id: Id<Patient>, measure: &Measure, place: i32) -> Shown {
        let latest = self.scores.last();
        let comparison =
            latest.zip(self.baseline).map(|(latest, baseline)| crate::instruments::compare(measure, baseline, latest.value));
        let is_rated = measure.change.is_some();
        let status = if latest.is_some() && is_rated { change::status(measure, comparison.as_ref()) } else { None };
        Shown {
            id,
            name: self.name.clone(),
            record_number: self.record_number.clone(),
            archived: self.archived,
            course: self.course.clone(),
            primary: PrimaryMeasure {
                measure: measure.id.clone(),
                title: measure.short_title.clone(),
                min: measure.min,
                max: measure.max,
                higher_is: measure.higher_is,
                reliable_change: measure.change.as_ref().and_then(|change| change.reliable),
                remission_max: measure.change.as_ref().and_then(|change| change.remission_max),
                gap_days: timeline::gap_limit_days(self.interval_days()),
            },
            latest: latest.map(|point| Latest {
                measure: measure.id.clone(),
                value: point.value,
                band: measure
                    .bands
                    .iter()
                    .find(|band| band.min <= point.value && point.value <= band.max)
                    .map(|band| band.label.clone()),
                at: point.at,
            }),
            latest_reliable: comparison
                .as_ref()
                .and_then(|comparison| change::is_reliable(measure, comparison))
                .unwrap_or_default(),
            baseline: self.baseline,
            gain: comparison.and_then(|comparison| comparison.gain),
            status,
            group: group(place),
            last_check_in_at: self.last_check_in_at,
            open_alerts: self.open_alerts,
            acknowledged_alerts: self.acknowledged_alerts,
            top_alert_id: self.unshown.top_alert.as_ref().map(|top| top.id),
            next_session_at: self.next_session_at,
            spark: self.scores.clone(),
            sessions_recent: self.sessions.clone(),
        }
    }

    fn phase_word(&self) -> &'static str {
        match self.course.as_ref().map(|course| course.phase) {
            None => "no_course",
            Some(Phase::Induction) => "induction",
            Some(Phase::Maintenance) => "maintenance",
        }
    }
}

impl TopAlert {
    fn reason(&self, detail: &str) -> Reason {
        Reason { code: self.code, text: self.title.clone(), since: Some(self.raised_at), detail: Some(detail.into()) }
    }
}

impl TopAlert {
    /// The one that stands out.
    fn among(marks: &[AlertMark]) -> Option<Self> {
        marks.iter().map(Self::of).min_by(|a, b| (a.code.place(), &a.key).cmp(&(b.code.place(), &b.key)))
    }

    /// Higher item 9 first, then other urgent ones, then older. Source: DESIGN.md, Caseload.
    fn of(mark: &AlertMark) -> Self {
        let code = match (mark.level.as_str(), mark.status.as_str()) {
            ("review", _) => ReasonCode::ReviewAlert,
            (_, "open") => ReasonCode::OpenAlert,
            _ => ReasonCode::AcknowledgedAlert,
        };
        let item_nine = if mark.kind == SUICIDAL_IDEATION { mark.value_thousandths.unwrap_or_default() } else { 0 };
        let level = i32::from(mark.level != "urgent");
        let key = format!("{level}{:09}{}", 999_999_999 - item_nine, mark.raised_at);
        Self { id: mark.id, code, title: mark.title.clone(), raised_at: mark.raised_at, key }
    }

    /// The key of something for the daily list that is no alert: among those by its age.
    fn review_key(since: Timestamp) -> String {
        format!("1{:09}{since}", 999_999_999)
    }
}

/// The words for a silence that was found when the row was written, as of today.
pub fn silence_reason(row: &CaseloadRow, today: LocalDate) -> Option<Reason> {
    if row.place != SILENT_PLACE {
        return None;
    }
    let (from, code) = row.place_key.split_once(' ')?;
    let from: LocalDate = from.parse().ok()?;
    let zone = TimeZone::get(&row.time_zone).unwrap_or(TimeZone::UTC);
    let since = Some(from.start_in(&zone));
    Some(if code == "Missed" {
        Reason { code: ReasonCode::Missed, text: format!("{SILENT_QUESTIONNAIRES} missed questionnaires"), since, detail: None }
    } else if code == "BrokenOff" {
        let days = today.days_since(from) + BROKEN_OFF_DAYS;
        Reason { code: ReasonCode::BrokenOff, text: format!("No check-in for {days} days, after one a day"), since, detail: None }
    } else {
        let days = today.days_since(from) + SILENT_DAYS;
        let text = if row.check_in_on.is_some() {
            format!("No check-in for {days} days")
        } else {
            format!("No check-in in the {days} days since joining")
        };
        Reason { code: ReasonCode::Silence, text, since, detail: None }
    })
}

/// One more answered questionnaire, for the row of its patient.
pub struct Answered<'a> {
    /// The response.
    pub response: Id<Response>,
    /// The questionnaire.
    pub instrument: &'a Instrument,
    /// Where charts place the answers.
    pub placed_at: Timestamp,
    /// The patient's day.
    pub local_date: LocalDate,
    /// Its scores.
    pub scores: &'a [MeasureScore],
}

/// Makes the row of a new patient.
pub fn begin(conn: &mut DbConnection, registry: &Registry, patient: &PatientRow, now: Timestamp) -> Result<()> {
    let scope = PatientScope::of(crate::auth::scope::ClinicScope::of(patient.clinic_id), patient.id);
    let row = work_out(conn, registry, scope, (0, 0), now)?;
    queries::insert_caseload(conn, &row)
}

/// Works the patient's row out from the record, and counts one more change.
pub fn refresh(conn: &mut DbConnection, registry: &Registry, scope: PatientScope, now: Timestamp) -> Result<()> {
    // Held before anything is read: a row worked out from what was there before another write would hide what that one did.
    let before = super::lock(conn, scope)?;
    let row = work_out(conn, registry, scope, versions(&before), now)?;
    queries::update_caseload(conn, &before, &row)
}

/// Works the rows of all patients out from the record, a few at a time, so that a running server goes on between them.
/// A row that was right already stays as it is. Returns how many rows there are, and how many were not right.
pub async fn rebuild(database: &Database, registry: &Registry, now: Timestamp) -> Result<(usize, usize)> {
    let (mut all, mut mended) = (0, 0);
    let mut last = None;
    loop {
        let some = database.read(Reach::Installation, move |conn| queries::all_after(conn, last, REBUILT_AT_ONCE)).await?;
        let Some((_, newest)) = some.last() else { return Ok((all, mended)) };
        last = Some(*newest);
        all += some.len();
        let registry = registry.clone();
        let work = move |conn: &mut DbConnection| {
            let mut mended = 0;
            for (clinic, patient) in &some {
                mended += usize::from(mend(conn, &registry, PatientScope::for_command(*clinic, *patient), now)?);
            }
            Ok(mended)
        };
        mended += database.write(Reach::Installation, work).await?;
    }
}

/// Works the patient's row out where it is not what the record says, or is not there. Returns whether it had to.
fn mend(conn: &mut DbConnection, registry: &Registry, scope: PatientScope, now: Timestamp) -> Result<bool> {
    let Some(before) = queries::lock(conn, scope)? else {
        // No browser may know a version of the row that was lost.
        let row = work_out(conn, registry, scope, (now.seconds(), now.seconds()), now)?;
        queries::insert_caseload(conn, &row)?;
        return Ok(true);
    };
    let row = work_out(conn, registry, scope, versions(&before), now)?;
    let unchanged = CaseloadRow { version: before.version, outcome_version: before.outcome_version, ..row.clone() };
    let is_right = unchanged == before;
    if !is_right {
        queries::update_caseload(conn, &before, &row)?;
    }
    Ok(!is_right)
}

/// Adds one more answer to what the row knows; works the row out anew where that would not be enough.
pub fn follow(
    conn: &mut DbConnection,
    registry: &Registry,
    scope: PatientScope,
    before: &CaseloadRow,
    answered: Option<&Answered<'_>>,
    now: Timestamp,
) -> Result<()> {
    let added = match answered {
        Some(answered) => add(conn, registry, scope, before, answered, now)?,
        None => None,
    };
    let row = match added {
        Some(row) => row,
        None => work_out(conn, registry, scope, versions(before), now)?,
    };
    queries::update_caseload(conn, before, &row)
}

/// The row with one more answer. `None` where the row does not know all that a late one could change.
fn add(
    conn: &mut DbConnection,
    registry: &Registry,
    scope: PatientScope,
    row: &CaseloadRow,
    answered: &Answered<'_>,
    now: Timestamp,
) -> Result<Option<CaseloadRow>> {
    let Some(mut facts) = Facts::of(row) else { return Ok(None) };
    let Some(measure) = registry.measure(&facts.measure) else { return Ok(None) };
    let mut row = row.clone();
    row.last_response_at = row.last_response_at.max(answered.placed_at);
    // Ratings are in no outcome.
    row.outcome_version += i64::from(answered.instrument.scoring.is_some());
    if answered.instrument.id == CHECK_IN && !add_check_in(&mut row, &mut facts, answered) {
        return Ok(None);
    }
    if answered.instrument.id == measure.instrument {
        if measure.rated_item().is_none() {
            facts.unshown.last_primary_on = facts.unshown.last_primary_on.max(Some(answered.local_date));
        }
        if let Some(plan) = &mut facts.unshown.plan {
            let zone = TimeZone::get(&row.time_zone).unwrap_or(TimeZone::UTC);
            let last = facts.unshown.last_primary_on;
            plan.missed_from = protocols::missed_from(conn, scope, plan.course, &measure.instrument, last, &zone)?;
        }
        let value = answered.scores.iter().find(|score| score.measure == measure.id).and_then(|score| score.value);
        if let Some(value) = value
            && (facts.may_be_baseline(answered.placed_at) || !facts.place(answered.response, answered.placed_at, value))
        {
            return Ok(None);
        }
    }
    fill(&mut row, &facts, measure, now)?;
    Ok(Some(row))
}

/// Takes in one more check-in, which may have come late. False where the row cannot tell whether it is the last one of its
/// day, or is from before days were noted.
fn add_check_in(row: &mut CaseloadRow, facts: &mut Facts, answered: &Answered<'_>) -> bool {
    let day = answered.local_date;
    let ahead = row.check_in_on.map_or(0, |last| day.days_since(last));
    let is_newest = ahead > 0 || ahead == 0 && facts.last_check_in_at.is_none_or(|last| last < answered.placed_at);
    let days = &mut facts.unshown.days;
    if days.is_empty() && row.check_in_on.is_some() || !is_newest && days.has(day) {
        return false;
    }
    let given = |measure: &str| answered.scores.iter().find(|score| score.measure == measure).and_then(|score| score.value);
    days.add(Day { on: day, mood: given(MOOD), energy: given(ENERGY), sleep_hours: given(SLEEP_HOURS) });
    row.check_in_days = match ahead {
        0.. => shift(row.check_in_days, ahead) | 1,
        -62..0 => row.check_in_days | 1 << -ahead,
        _ => row.check_in_days,
    };
    facts.check_in_days = row.check_in_days;
    if is_newest {
        row.check_in_on = Some(day);
        facts.last_check_in_on = Some(day);
        facts.last_check_in_at = Some(answered.placed_at);
    }
    true
}

fn shift(days: i64, by: i64) -> i64 {
    if by >= 63 { 0 } else { (days << by) & i64::MAX }
}

/// Both counts of changes, as they are before one more.
const fn versions(row: &CaseloadRow) -> (i64, i64) {
    (row.version, row.outcome_version)
}

/// The row from the record itself.
fn work_out(
    conn: &mut DbConnection,
    registry: &Registry,
    scope: PatientScope,
    (version, outcome_version): (i64, i64),
    now: Timestamp,
) -> Result<CaseloadRow> {
    let patient = queries::find(conn, scope)?;
    let zone = TimeZone::get(&patient.time_zone).unwrap_or(TimeZone::UTC);
    let known = registry.measure(&patient.primary_measure).or_else(|| registry.measure(super::USUAL_MEASURE));
    let measure = known.ok_or_else(|| Error::Internal("the registry has no measure to show".into()))?;
    let spans = course_queries::spans(conn, scope)?;
    let marks = session_queries::marks(conn, scope)?;
    let scores = scores(conn, scope, measure)?;
    // What the published rule could not score was answered all the same.
    let total = registry.current(&measure.instrument).and_then(|instrument| instrument.measures().first());
    let last_primary_on = response_queries::last_given(conn, scope, total.map_or(&measure.id, |total| &total.id))?;
    let last_check_in = response_queries::last_rated(conn, scope, CHECK_IN)?;
    let (days, check_in_days) = check_ins(conn, scope, last_check_in.map(|(last, _)| last))?;
    let last_response_at = response_queries::last_answered(conn, scope)?.unwrap_or(NEVER);
    let alerts = alert_queries::marks(conn, scope)?;
    let open_alerts = alerts.iter().filter(|mark| mark.status == "open").count();

    let done: Vec<_> = marks.iter().filter(|mark| mark.status == "completed").collect();
    let (baseline, first_session_at) = baseline(&scores, &done, &spans);

    let current = spans.last();
    let hold = match done.last() {
        Some(last) => session_queries::vitals(conn, scope, last.id)?.and_then(|vitals| Hold::of(&vitals, last.number, last.at)),
        None => None,
    };
    let plan = match current {
        Some(course) => on_plan(conn, scope, course, &measure.instrument, last_primary_on, &zone)?,
        None => None,
    };
    let spark = scores[scores.len().saturating_sub(SPARK)..].iter();
    let facts = Facts {
        name: patient.name.clone(),
        record_number: patient.record_number.clone(),
        archived: patient.archived_at.is_some(),
        measure: measure.id.clone(),
        course: current.map(|course| {
            let sessions_done =
                i32::try_from(done.iter().filter(|mark| mark.course_id == Some(course.id)).count()).unwrap_or(i32::MAX);
            CourseFacts {
                condition: course.condition.clone(),
                phase: Phase::of(&course.status, sessions_done, course.planned_sessions),
                sessions_done,
                sessions_planned: course.planned_sessions.or(Some(USUAL_INDUCTION_SESSIONS)),
            }
        }),
        sessions: done[done.len().saturating_sub(SPARK)..].iter().map(|mark| mark.at).collect(),
        next_session_at: marks.iter().find(|mark| mark.status == "planned").map(|mark| mark.at),
        baseline,
        scores: spark
            .filter_map(|score| {
                Some(SparkPoint { at: score.placed_at, value: Points::from_thousandths(score.value_thousandths?) })
            })
            .collect(),
        open_alerts,
        acknowledged_alerts: alerts.len() - open_alerts,
        last_check_in_at: last_check_in.map(|(_, at)| at),
        last_check_in_on: last_check_in.map(|(day, _)| day),
        check_in_days,
        unshown: Unshown {
            has_ended: current.is_some_and(|course| matches!(course.status.as_str(), "completed" | "stopped")),
            top_alert: TopAlert::among(&alerts),
            hold,
            joined_on: patient.joined_at.map(|at| at.local_date(&zone)),
            last_primary_on,
            days,
            is_bipolar: patient.condition.as_deref() == Some(BIPOLAR) || spans.iter().any(|course| course.condition == BIPOLAR),
            newest_score: scores.last().map(|score| score.response_id),
            first_session_at,
            plan,
        },
    };
    let mut row = CaseloadRow {
        clinic_id: patient.clinic_id,
        patient_id: patient.id,
        version,
        time_zone: patient.time_zone,
        date_of_birth: patient.date_of_birth,
        urgency: 1,
        place: LAST_PLACE,
        place_key: String::new(),
        silent_at: None,
        name_key: patient.name_key,
        record_key: patient.record_number.unwrap_or_default().to_lowercase(),
        phase: String::new(),
        archived: patient.archived_at.is_some(),
        last_response_at,
        check_in_on: facts.last_check_in_on,
        check_in_days,
        facts: String::new(),
        shown: String::new(),
        outcome_version: outcome_version + 1,
    };
    fill(&mut row, &facts, measure, now)?;
    Ok(row)
}

/// The last days with a check-in, and for 63 days up to the last one whether there was any: that is the lowest bit.
fn check_ins(conn: &mut DbConnection, scope: PatientScope, last: Option<LocalDate>) -> Result<(Days, i64)> {
    let (mut days, mut bits) = (Days::default(), 0);
    let Some(last) = last else { return Ok((days, bits)) };
    for (on, given) in response_queries::daily_ratings(conn, scope, CHECK_IN, last.plus_days(-62), last)? {
        let given = parse_ratings(&given)?;
        let of = |measure: &str| measure.split_once('.').and_then(|(_, item)| given.get(item)).copied();
        days.add(Day { on, mood: of(MOOD), energy: of(ENERGY), sleep_hours: of(SLEEP_HOURS) });
        bits |= 1 << last.days_since(on);
    }
    Ok((days, bits))
}

/// The patient's scores of a measure that stand, oldest first; for a rating those of each answer.
fn scores(conn: &mut DbConnection, scope: PatientScope, measure: &Measure) -> Result<Vec<ScoreRow>> {
    let Some(item) = measure.rated_item() else { return response_queries::scores(conn, scope, &measure.id) };
    let mut scores = Vec::new();
    for rated in response_queries::ratings(conn, scope, &measure.instrument)? {
        if let Some(value) = parse_ratings(&rated.given)?.get(item) {
            scores.push(ScoreRow {
                placed_at: rated.placed_at,
                local_date: rated.local_date,
                value_thousandths: Some(value.thousandths()),
                prorated: false,
                response_id: rated.response_id,
            });
        }
    }
    scores.sort_by_key(|score| (score.placed_at, score.response_id));
    Ok(scores)
}

/// What the plan of a course says about silence; `None` where it follows no known one.
fn on_plan(
    conn: &mut DbConnection,
    scope: PatientScope,
    course: &CourseSpan,
    instrument: &str,
    last_primary_on: Option<LocalDate>,
    zone: &TimeZone,
) -> Result<Option<OnPlan>> {
    let followed = protocols::queries::followed(conn, scope, course.id)?;
    if followed.is_none_or(|followed| followed.plan.is_none()) {
        return Ok(None);
    }
    let missed_from = protocols::missed_from(conn, scope, course.id, instrument, last_primary_on, zone)?;
    Ok(Some(OnPlan { course: course.id, missed_from }))
}

/// The current course's baseline, and when its first session was.
fn baseline(scores: &[ScoreRow], done: &[&SessionMark], spans: &[CourseSpan]) -> (Option<Points>, Option<Timestamp>) {
    let points: Vec<ScorePoint> = scores
        .iter()
        .filter_map(|score| {
            Some(ScorePoint {
                at: score.placed_at.jiff(),
                local_date: score.local_date.civil(),
                value: Points::from_thousandths(score.value_thousandths?),
                prorated: score.prorated,
                band: None,
                response_id: uuid::Uuid::nil(),
            })
        })
        .collect();
    let session_points: Vec<SessionPoint> = done.iter().map(|mark| SessionPoint::from(*mark)).collect();
    let timeline_spans: Vec<timeline::CourseSpan> = spans.iter().map(timeline::CourseSpan::from).collect();
    let courses = timeline::Courses::of(&session_points, &timeline_spans);
    let baselines = change::baselines(&points, &session_points, &courses);
    let first_session = courses.current().map(|course| done[courses.list[course].first_session].at);
    (change::current_baseline(&courses, &baselines).map(|baseline| baseline.value), first_session)
}

/// Writes into the row what follows from the facts, and counts one more change.
fn fill(row: &mut CaseloadRow, facts: &Facts, measure: &Measure, now: Timestamp) -> Result<()> {
    let zone = TimeZone::get(&row.time_zone).unwrap_or(TimeZone::UTC);
    let standing = facts.standing(measure, now.local_date(&zone), &zone);
    row.version += 1;
    row.place = standing.place;
    row.place_key = standing.key;
    row.urgency = i32::from(group(standing.place) != Group::NeedsResponse);
    // Only who would move up the list when silence begins is looked at again.
    row.silent_at = standing.silent_from.filter(|_| standing.place > SILENT_PLACE).map(|day| day.start_in(&zone));
    facts.phase_word().clone_into(&mut row.phase);
    row.facts = json(&facts.unshown)?;
    row.shown = json(&facts.shown(row.patient_id, measure, standing.place))?;
    if let Some(reason) = standing.reason
        && row.shown.pop() == Some('}')
    {
        row.shown.push_str(",\"reason\":");
        row.shown.push_str(&json(&reason)?);
        row.shown.push('}');
    }
    Ok(())
}

/// A value as the row keeps it.
fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|why| Error::Internal(Box::new(why)))
}

#[derive(Deserialize)]
struct Reading {
    systolic: Option<i64>,
    diastolic: Option<i64>,
    spo2: Option<i64>,
}

impl Hold {
    /// A hold, where a reading of the session is at or over a limit.
    fn of(vitals: &str, number: i32, at: Timestamp) -> Option<Self> {
        let readings: Vec<Reading> = serde_json::from_str(vitals).ok()?;
        let pressure = readings
            .iter()
            .filter_map(|reading| reading.systolic.zip(reading.diastolic))
            .filter(|(systolic, diastolic)| *systolic >= HOLD_SYSTOLIC || *diastolic >= HOLD_DIASTOLIC)
            .max();
        let saturation = readings.iter().filter_map(|reading| reading.spo2).filter(|spo2| *spo2 < HOLD_SPO2).min();
        let text = match (pressure, saturation) {
            (Some((systolic, diastolic)), _) => format!("Peak BP {systolic}/{diastolic} in session {number}"),
            (None, Some(spo2)) => format!("SpO2 {spo2} % in session {number}"),
            (None, None) => return None,
        };
        Some(Self { text, at })
    }
}

/// The last 14 days, oldest first: whether there was a check-in.
pub fn last_fortnight(row: &CaseloadRow, today: LocalDate) -> [bool; 14] {
    let mut days = [false; 14];
    let Some(last) = row.check_in_on else { return days };
    for (index, day) in days.iter_mut().enumerate() {
        let date = today.plus_days(i64::try_from(index).unwrap_or_default() - 13);
        let ago = last.days_since(date);
        *day = (0..63).contains(&ago) && row.check_in_days >> ago & 1 == 1;
    }
    days
}

/// Whole years from the day of birth to `today`.
pub fn age(born: LocalDate, today: LocalDate) -> i16 {
    let (born, today) = (born.civil(), today.civil());
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    today.year() - born.year() - i16::from(!had_birthday)
}
