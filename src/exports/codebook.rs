//! What the tables of an export mean: every column, every word, every measure and every question.

use std::io::Write;

use super::research::RESEARCH;
use super::sheet::{Sheet, Table};
use super::tables::{JOURNAL, TABLES};
use crate::alerts;
use crate::courses;
use crate::error::Result;
use crate::instruments::{Direction, Instrument, Item, ItemKind, Kind, Level, Measure, Registry};
use crate::journal;
use crate::sessions;

pub(super) const CODEBOOK: Table = Table {
    file: "codebook.csv",
    columns: &[
        ("file", "The file."),
        ("column", "Its column."),
        ("value", "A value of the column; empty where the row is about the column itself."),
        ("meaning", "What it means."),
    ],
};

/// Writes a row for each column of the tables, and for each value that has a meaning of its own.
pub(super) fn write(sheet: &mut Sheet<&mut dyn Write>, registry: &Registry, has_journal: bool) -> Result<()> {
    let mut row = |file: &str, column: &str, value: &str, meaning: &str| {
        [file, column, value, meaning].into_iter().try_for_each(|cell| sheet.text(cell))?;
        sheet.end()
    };
    for table in TABLES.into_iter().filter(|table| has_journal || table.file != JOURNAL.file) {
        for (column, meaning) in table.columns {
            row(table.file, column, "", meaning)?;
        }
    }
    for (file, column, words) in words().into_iter().filter(|(file, ..)| has_journal || *file != JOURNAL.file) {
        words.into_iter().try_for_each(|(word, meaning)| row(file, column, word, meaning))?;
    }
    for instrument in registry.all_versions() {
        for measure in instrument.measures() {
            let versioned = format!("{} ({} {})", about(measure), instrument.short_title, instrument.version);
            row("scores.csv", "measure", &measure.id, &versioned)?;
        }
        for item in &instrument.items {
            let place = format!("{} {} {}", instrument.id, instrument.version, item.id);
            row("responses.csv", "answers", &place, &question(instrument, item))?;
        }
    }
    Ok(())
}

/// The same for the table of research.
pub(super) fn write_research(sheet: &mut Sheet<&mut dyn Write>, registry: &Registry) -> Result<()> {
    let mut row = |column: &str, value: &str, meaning: &str| {
        [RESEARCH.file, column, value, meaning].into_iter().try_for_each(|cell| sheet.text(cell))?;
        sheet.end()
    };
    for (column, meaning) in RESEARCH.columns {
        row(column, "", meaning)?;
    }
    for (_, column, words) in words().into_iter().filter(|(file, column, _)| {
        (*file, *column) == ("patients.csv", "condition") || (*file, *column) == ("sessions.csv", "route")
    }) {
        words.into_iter().try_for_each(|(word, meaning)| row(column, word, meaning))?;
    }
    registry
        .all_versions()
        .flat_map(|instrument| instrument.measures())
        .try_for_each(|measure| row("measure", &measure.id, &about(measure)))
}

/// "PHQ-9: 0 to 27, higher is worse".
pub(super) fn about(measure: &Measure) -> String {
    let runs = match measure.higher_is {
        Direction::Worse => ", higher is worse",
        Direction::Better => ", higher is better",
        Direction::None => "",
    };
    let unit = measure.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
    let kind = if measure.kind == Kind::InHouse { "; not a validated scale" } else { "" };
    format!("{}: {} to {}{unit}{runs}{kind}", measure.title, measure.min, measure.max)
}

/// The question as it was asked, and what could be answered.
fn question(instrument: &Instrument, item: &Item) -> String {
    let stem = instrument.recall.as_ref().filter(|_| !item.has_own_stem && !item.is_before_recall);
    let stem = stem.map(|stem| format!("{stem} ")).unwrap_or_default();
    let answers = match &item.kind {
        ItemKind::Choice(options) => {
            options.iter().map(|option| format!("{} {}", option.value, option.label)).collect::<Vec<_>>().join("; ")
        }
        ItemKind::Scale(range) | ItemKind::Number(range) => {
            let end = |word: &Option<String>| word.as_ref().map(|word| format!(" ({word})")).unwrap_or_default();
            let unit = range.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
            format!("{}{} to {}{}{unit}", range.min, end(&range.low), range.max, end(&range.high))
        }
        ItemKind::Multi(choices) => {
            let any = choices.iter().map(|choice| format!("{} {}", choice.id, choice.label)).collect::<Vec<_>>().join("; ");
            format!("any of: {any}")
        }
        ItemKind::Text => "text".to_owned(),
    };
    format!("{stem}{} [{answers}]", item.text)
}

type Words = Vec<(&'static str, &'static str)>;

/// The words of columns that have few values.
fn words() -> Vec<(&'static str, &'static str, Words)> {
    use courses::{Condition, Status as CourseStatus};
    use sessions::{Medicine, Phase, Route, Status as SessionStatus};
    let conditions: Words = vec![
        (Condition::Mdd.word(), "Major depressive disorder."),
        (Condition::Trd.word(), "Treatment-resistant depression."),
        (Condition::Gad.word(), "Generalised anxiety disorder."),
        (Condition::Ptsd.word(), "Post-traumatic stress disorder."),
        (Condition::Ocd.word(), "Obsessive-compulsive disorder."),
        (Condition::BipolarDepression.word(), "Depression in bipolar disorder."),
        (Condition::ChronicPain.word(), "Chronic pain."),
        (Condition::SuicidalIdeation.word(), "Suicidal ideation."),
        (Condition::Other.word(), "Something else."),
    ];
    vec![
        ("patients.csv", "condition", conditions.clone()),
        ("courses.csv", "condition", conditions),
        (
            "courses.csv",
            "status",
            vec![
                (CourseStatus::Planned.word(), "Not begun."),
                (CourseStatus::Active.word(), "Under way."),
                (CourseStatus::Maintenance.word(), "The induction is done, sessions go on at longer intervals."),
                (CourseStatus::Completed.word(), "Ended as planned."),
                (CourseStatus::Stopped.word(), "Ended before it was complete."),
            ],
        ),
        (
            "sessions.csv",
            "status",
            vec![
                (SessionStatus::Planned.word(), "To come, or under way."),
                (SessionStatus::Completed.word(), "It took place."),
                (SessionStatus::Missed.word(), "The patient did not come."),
                (SessionStatus::Cancelled.word(), "Called off."),
            ],
        ),
        (
            "sessions.csv",
            "phase",
            vec![
                (Phase::Induction.word(), "The first series."),
                (Phase::Maintenance.word(), "After it, at longer intervals."),
                (Phase::Booster.word(), "One more between, because symptoms came back."),
                (Phase::Single.word(), "One alone."),
            ],
        ),
        (
            "sessions.csv",
            "route",
            vec![
                (Route::Iv.word(), "Into a vein."),
                (Route::Im.word(), "Into a muscle."),
                (Route::Sc.word(), "Under the skin."),
                (Route::In.word(), "Into the nose."),
                (Route::Sl.word(), "Under the tongue."),
                (Route::Po.word(), "Swallowed."),
            ],
        ),
        (
            "sessions.csv",
            "medicine",
            vec![
                (Medicine::Ketamine.word(), "Racemic ketamine."),
                (Medicine::Esketamine.word(), "Esketamine."),
                (Medicine::Other.word(), "Something else."),
            ],
        ),
        (
            "alerts.csv",
            "level",
            vec![
                (Level::Review.word(), "Goes on the review list."),
                (Level::High.word(), "The same working day."),
                (Level::Urgent.word(), "Now."),
            ],
        ),
        (
            "alerts.csv",
            "status",
            vec![
                (alerts::Status::Open.word(), "Nobody has taken it."),
                (alerts::Status::Acknowledged.word(), "Somebody is on it."),
                (alerts::Status::Resolved.word(), "Closed, with what was done."),
            ],
        ),
        (
            "journal_entries.csv",
            "audience",
            vec![
                (journal::Audience::Me.word(), "Nobody but the patient."),
                (journal::Audience::Provider.word(), "One provider, by name."),
                (journal::Audience::CareTeam.word(), "Every provider of the clinic."),
            ],
        ),
    ]
}
