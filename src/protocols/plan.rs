//! A plan as its file says it, read and checked: `protocols/README.md` describes the format.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::courses::Condition;
use crate::db::words;
use crate::instruments::{self, LoadError, Registry};
use crate::sessions::{Medicine, Route};

/// The version of the format that this program reads.
const SCHEMA: u32 = 1;
/// Days and hours of a plan are below this: longer ones are slips.
const MOST: u32 = 3660;
/// Sessions of one phase.
const MOST_SESSIONS: u32 = 100;

words! {
    /// The part of a treatment that a phase of a plan is.
    #[schema(as = PlanPhaseKind)]
    pub enum PhaseKind {
        /// The first series.
        Induction = "induction",
        /// After it, at longer intervals.
        Maintenance = "maintenance",
        /// After the course has ended.
        FollowUp = "follow-up",
    }
}

/// Days from one session to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Spacing {
    /// At least.
    #[schema(example = 2)]
    pub min: u32,
    /// As a rule.
    #[schema(example = 3)]
    pub usual: u32,
    /// At the most.
    #[schema(example = 5)]
    pub max: u32,
}

/// A part of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlanPhase)]
pub struct Phase {
    /// Its name in the plan.
    #[schema(example = "induction")]
    pub id: String,
    /// The part of the treatment.
    pub kind: PhaseKind,
    /// How many sessions; none where the end is open.
    pub sessions: Option<u32>,
    /// How far apart they are; none in a follow-up.
    pub spacing_days: Option<Spacing>,
}

/// When a questionnaire is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PlanWhen)]
pub enum When {
    /// Before the first session, open from so many days before it.
    IntakeDays(u32),
    /// The same; the first session waits for it.
    BaselineDays(u32),
    /// So many hours before each session.
    BeforeSessionHours(u32),
    /// So many hours after each session began.
    AfterSessionHours(u32),
    /// At 18:00 where the patient is, on the day of each session.
    EveningAfter,
    /// At the start of every so manieth day of the phase.
    EveryDays(u32),
    /// So many days after the last session of the phase.
    AfterLastDays(u32),
}

/// For whom a line is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlanOnlyIf)]
pub struct OnlyIf {
    /// The course's condition, or the patient's, is one of these.
    pub conditions: Vec<Condition>,
}

/// One questionnaire of a plan, and when it is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlanLine)]
pub struct Line {
    /// Its name in the plan.
    #[schema(example = "phq-9-weekly")]
    pub id: String,
    /// The questionnaire.
    #[schema(example = "phq-9")]
    pub instrument: String,
    /// The parts of the treatment in which it is asked.
    pub phases: Vec<PhaseKind>,
    /// When it is due.
    pub when: When,
    /// Hours before it is due from which it is open.
    pub open_hours_before: Option<u32>,
    /// Hours after it was due until which it is.
    pub close_hours_after: Option<u32>,
    /// Days before it is due from which it is open.
    pub open_days_before: Option<u32>,
    /// Days after it was due until whose end it is.
    pub close_days_after: Option<u32>,
    /// The first day of `every_days`; one interval on where it is left out.
    pub from_day: Option<u32>,
    /// How many times `every_days` comes; to the end of the phase where it is left out.
    pub times: Option<u32>,
    /// How many days the last answer to the same questionnaire holds; the questionnaire's own where it is left out.
    pub min_interval_days: Option<u32>,
    /// For whom; for everybody where it is left out.
    pub only_if: Option<OnlyIf>,
}

/// A plan: sessions and how far apart they are, and which questionnaire is due when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Protocol)]
pub struct Plan {
    #[serde(skip_serializing)]
    schema: u32,
    /// Names it in a course.
    #[schema(example = "iv-induction-6")]
    pub id: String,
    /// Raised with every change of the file.
    #[schema(example = "1.0.0")]
    pub version: String,
    /// What it is, in a line.
    pub title: String,
    /// The same in a few words.
    #[schema(example = "IV, six infusions")]
    pub short_title: String,
    /// What to expect of it.
    pub summary: String,
    /// The way the medicine is given.
    pub route: Route,
    /// What is given.
    pub medicine: Medicine,
    /// What it is meant for.
    pub conditions: Vec<Condition>,
    /// What it is measured by.
    #[schema(example = "phq-9.total")]
    pub primary_measure: String,
    /// Its parts, in order.
    pub phases: Vec<Phase>,
    /// What is due when.
    pub lines: Vec<Line>,
    #[serde(skip)]
    text: String,
    #[serde(skip)]
    digest: String,
}

impl Line {
    /// Whether it is asked of somebody who is treated for one of these conditions and followed by that questionnaire.
    pub fn is_for(&self, conditions: &[String], primary_instrument: &str) -> bool {
        self.only_if.as_ref().is_none_or(|only| {
            let is_treated = |condition: &Condition| conditions.iter().any(|known| known == condition.word());
            self.instrument == primary_instrument || only.conditions.iter().any(is_treated)
        })
    }
}

impl Plan {
    /// Reads one file; `file` is its name without folders.
    pub fn from_toml(file: &str, text: &str, registry: &Registry) -> Result<Self, LoadError> {
        let mut plan: Self = instruments::parse(file, text)?;
        let refuse = |(field, reason): (String, &str)| LoadError::Faulty { file: file.to_owned(), field, reason: reason.into() };
        plan.check(file, registry).map_err(refuse)?;
        text.clone_into(&mut plan.text);
        plan.digest = instruments::digest(text);
        Ok(plan)
    }

    /// The file as it was read.
    pub fn file_text(&self) -> &str {
        &self.text
    }

    /// What tells this file from another.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Sessions of the induction.
    pub fn induction_sessions(&self) -> u32 {
        self.phases.iter().filter(|phase| phase.kind == PhaseKind::Induction).filter_map(|phase| phase.sessions).sum()
    }

    /// The questionnaires without whose answers a course cannot be measured, in the order of the file.
    pub fn baselines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| matches!(line.when, When::BaselineDays(_)))
    }

    fn check(&self, file: &str, registry: &Registry) -> Result<(), (String, &'static str)> {
        let require =
            |holds: bool, field: &str, reason: &'static str| if holds { Ok(()) } else { Err((field.to_owned(), reason)) };
        require(self.schema == SCHEMA, "schema", "must be 1")?;
        require(is_word(&self.id), "id", "must be 1 to 60 letters, digits, hyphens or underscores")?;
        require(file.strip_suffix(".toml") == Some(self.id.as_str()), "id", "must be the name of the file")?;
        require(!self.version.trim().is_empty(), "version", "must not be empty")?;
        for (field, words) in [("title", &self.title), ("short_title", &self.short_title), ("summary", &self.summary)] {
            require(!words.trim().is_empty(), field, "must not be empty")?;
        }
        require(registry.measure(&self.primary_measure).is_some(), "primary_measure", "is no measure of a known questionnaire")?;
        self.phases.iter().try_for_each(check_phase)?;
        for (index, phase) in self.phases.iter().enumerate() {
            let field = format!("phases.{}", phase.id);
            require(!self.phases[..index].iter().any(|other| other.id == phase.id), &field, "stands here twice")?;
            require(index == 0 || self.phases[index - 1].kind <= phase.kind, &field, "must not come before an earlier part")?;
        }
        let first = self.phases.first().map(|phase| phase.kind);
        require(first == Some(PhaseKind::Induction), "phases", "must begin with an induction")?;
        for (index, line) in self.lines.iter().enumerate() {
            self.check_line(line, registry)?;
            let field = format!("lines.{}", line.id);
            require(!self.lines[..index].iter().any(|other| other.id == line.id), &field, "stands here twice")?;
        }
        Ok(())
    }

    fn check_line(&self, line: &Line, registry: &Registry) -> Result<(), (String, &'static str)> {
        let require = |holds: bool, field: &str, reason| {
            if holds { Ok(()) } else { Err((format!("lines.{}.{field}", line.id), reason)) }
        };
        require(is_word(&line.id), "id", "must be 1 to 60 letters, digits, hyphens or underscores")?;
        // A version on record may ask what is no longer asked; that line then makes nothing.
        require(registry.latest(&line.instrument).is_some(), "instrument", "no questionnaire has this id")?;
        require(!line.phases.is_empty(), "phases", "must name one at least")?;
        for kind in &line.phases {
            let is_there = self.phases.iter().any(|phase| phase.kind == *kind);
            require(is_there, "phases", "must be parts that the plan has")?;
        }
        let by_hours = line.open_hours_before.is_some() || line.close_hours_after.is_some();
        let by_days = line.open_days_before.is_some() || line.close_days_after.is_some();
        let is_only = |kind: PhaseKind| line.phases == [kind];
        let (amount, least) = match line.when {
            When::IntakeDays(days) | When::BaselineDays(days) => {
                require(is_only(PhaseKind::Induction), "phases", "must be the induction alone")?;
                require(!by_hours && !by_days, "when", "says itself how long it is open")?;
                (days, 1)
            }
            When::BeforeSessionHours(hours) => {
                require(line.close_hours_after.is_none() && !by_days, "close_hours_after", "closes when the session begins")?;
                (hours, 1)
            }
            When::AfterSessionHours(hours) => {
                require(!by_days, "when", "is counted in hours")?;
                (hours, 0)
            }
            When::EveningAfter => {
                require(!by_days, "when", "is counted in hours")?;
                (0, 0)
            }
            When::EveryDays(days) => {
                require(!by_hours, "when", "is counted in days")?;
                (days, 1)
            }
            When::AfterLastDays(days) => {
                require(!by_hours, "when", "is counted in days")?;
                require(is_only(PhaseKind::Induction), "phases", "must be the induction alone")?;
                (days, 0)
            }
        };
        require((least..=MOST).contains(&amount), "when", "must be a number of days or hours that a treatment can have")?;
        let hangs_on_sessions =
            matches!(line.when, When::BeforeSessionHours(_) | When::AfterSessionHours(_) | When::EveningAfter);
        require(!hangs_on_sessions || !line.phases.contains(&PhaseKind::FollowUp), "phases", "a follow-up has no sessions")?;
        let is_repeated = matches!(line.when, When::EveryDays(_));
        require(is_repeated || (line.from_day.is_none() && line.times.is_none()), "when", "only every_days is repeated")?;
        require(line.times != Some(0), "times", "must be above 0")?;
        let numbers = [
            line.open_hours_before,
            line.close_hours_after,
            line.open_days_before,
            line.close_days_after,
            line.from_day,
            line.times,
            line.min_interval_days,
        ];
        require(numbers.iter().flatten().all(|number| *number <= MOST), "when", "has a number that no treatment can have")
    }
}

fn check_phase(phase: &Phase) -> Result<(), (String, &'static str)> {
    let require = |holds: bool, field: &str, reason| {
        if holds { Ok(()) } else { Err((format!("phases.{}.{field}", phase.id), reason)) }
    };
    require(is_word(&phase.id), "id", "must be 1 to 60 letters, digits, hyphens or underscores")?;
    if phase.kind == PhaseKind::FollowUp {
        return require(phase.sessions.is_none() && phase.spacing_days.is_none(), "sessions", "a follow-up has none");
    }
    require(phase.kind != PhaseKind::Induction || phase.sessions.is_some(), "sessions", "an induction has a number of them")?;
    require(phase.sessions.is_none_or(|count| (1..=MOST_SESSIONS).contains(&count)), "sessions", "must be 1 to 100")?;
    let is_ordered = phase
        .spacing_days
        .is_some_and(|days| 1 <= days.min && days.min <= days.usual && days.usual <= days.max && days.max <= MOST);
    require(is_ordered, "spacing_days", "must have min, usual and max, each as long as the one before or longer")
}

fn is_word(word: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=60).contains(&word.len()) && word.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IV: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/protocols/iv-induction-6.toml"));

    fn refused(from: &str, to: &str) -> String {
        let text = IV.replacen(from, to, 1);
        assert_ne!(text, IV, "{from} is not in the file");
        let registry = Registry::load_builtin().unwrap();
        Plan::from_toml("iv-induction-6.toml", &text, &registry).unwrap_err().to_string()
    }

    #[test]
    fn a_faulty_file_is_refused_with_field_and_reason() {
        let cases = [
            ("schema = 1", "schema = 2", "schema: must be 1"),
            ("id = \"iv-induction-6\"", "id = \"other\"", "id: must be the name of the file"),
            ("phq-9.total", "phq-99.total", "primary_measure: is no measure"),
            ("instrument = \"phq-9\"", "instrument = \"phq-99\"", "lines.phq-9-baseline.instrument: no questionnaire"),
            ("usual = 3", "usual = 9", "phases.induction.spacing_days: must have min"),
            ("sessions = 6", "sessions = 0", "phases.induction.sessions: must be 1 to 100"),
            ("{ every_days = 7 }", "{ every_days = 0 }", "lines.phq-9-weekly.when: must be a number"),
            ("id = \"gad-7-baseline\"", "id = \"phq-9-baseline\"", "lines.phq-9-baseline: stands here twice"),
            ("close_hours_after = 18", "close_days_after = 1", "lines.evening.when: is counted in hours"),
            ("title = ", "titel = ", "titel: unknown field"),
        ];
        for (from, to, expected) in cases {
            let told = refused(from, to);
            assert!(told.starts_with(&format!("file iv-induction-6.toml, field {expected}")), "{told}");
        }
    }

    #[test]
    fn a_plan_knows_its_induction_and_its_baselines() {
        let plan = Plan::from_toml("iv-induction-6.toml", IV, &Registry::load_builtin().unwrap()).unwrap();
        assert_eq!(plan.induction_sessions(), 6);
        assert_eq!(plan.baselines().take(2).map(|line| line.instrument.as_str()).collect::<Vec<_>>(), ["phq-9", "gad-7"]);
    }
}
