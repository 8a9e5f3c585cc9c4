//! The words of the report: a third person's, since patient and provider hold the same sheet.

use jiff::civil::Date;

use super::SessionLine;
use crate::instruments::{Measure, Points, compare};
use crate::progress::body::{Line, MeasureBody, ProgressBody, Treatment};
use crate::progress::change::{LossKind, Summary, remission_since, response_kept, settled};
use crate::progress::sentence::{self, points};
use crate::progress::timeline::ChartPoint;
use crate::sessions::{Medicine, Phase, Route};

/// What is known of a measure that is told about.
pub(super) struct Told<'a> {
    /// The measure.
    pub measure: &'a Measure,
    /// Everything that was scored on it.
    pub line: &'a Line,
    /// Where the patient stands.
    pub summary: &'a Summary,
    /// The sessions and courses.
    pub treatment: &'a Treatment,
}

/// "PHQ-9, depressive symptom severity, 0 to 27, lower is better"; half a page has no room for the last part.
pub(super) fn heading(measure: &Measure, construct: &str, is_first: bool) -> String {
    let whole = format!("{}, {construct}, {} to {}", measure.title, measure.min, measure.max);
    match sentence::direction_in_words(measure).filter(|_| is_first) {
        Some(direction) => format!("{whole}, {direction}"),
        None => whole,
    }
}

/// A few sentences on what the page shows.
///
/// `told` has the primary measure first; `last` is the day of the last of `sessions` and its dose in milligrams.
pub(super) fn summary(told: &[Told<'_>], sessions: usize, last: Option<(Date, Option<Points>)>, today: Date) -> String {
    let mut sentences = Vec::new();
    if let Some((primary, others)) = told.split_first() {
        sentences.push(primary.standing(today));
        sentences.extend(primary.milestones(today));
        let others: Vec<_> = others.iter().map(|other| other.in_short(today)).collect();
        sentences.push(if others.is_empty() { String::new() } else { format!("{}.", others.join("; ")) });
    }
    sentences.push(given(sessions, last, today));
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.join(" ")
}

impl Told<'_> {
    /// Where both ends of the change are known: the baseline, and a score since the first session.
    fn ends(&self) -> Option<(Points, Points, Date)> {
        let latest = self.line.scores.last()?;
        let current = self.treatment.courses().current()?;
        let first = &self.treatment.sessions()[self.treatment.courses().list[current].first_session];
        let baseline = self.summary.baseline?;
        (latest.at >= first.at).then_some((baseline, latest.value, latest.local_date))
    }

    fn first_session(&self) -> &'static str {
        let is_first_course = self.treatment.courses().current().is_none_or(|course| course == 0);
        if is_first_course { "the first session" } else { "the first session of this course" }
    }

    fn standing(&self, today: Date) -> String {
        let title = &self.measure.title;
        let Some((baseline, latest, on)) = self.ends() else { return self.without_change(today) };
        let on = day(on, today);
        let prorated = if self.line.scores.last().is_some_and(|score| score.prorated) { " (prorated)" } else { "" };
        let first = self.first_session();
        if baseline == latest {
            return format!("{title} was {baseline} before {first} and is the same on {on}{prorated}.");
        }
        let (verb, way) = if latest < baseline { ("fell", "lower") } else { ("rose", "higher") };
        let by = points((latest - baseline).abs());
        let extent = match self.summary.reliable {
            Some(true) => " and more than usual variation",
            Some(false) => ", within usual variation",
            None => "",
        };
        format!("{title} {verb} from {baseline} before {first} to {latest} on {on}{prorated}, {by} {way}{extent}.")
    }

    /// Without a baseline or without a score since, the words of the chart say why; they speak to nobody in particular then.
    fn without_change(&self, today: Date) -> String {
        let (title, latest) = (&self.measure.title, self.line.scores.last());
        match (latest, self.summary.baseline) {
            (Some(latest), Some(_)) => {
                let on = day(latest.local_date, today);
                format!("{title} was {} on {on}, and there is no score since {}.", latest.value, self.first_session())
            }
            _ => self.summary.text.clone(),
        }
    }

    /// When response and remission were first reached, and whether that was lost again.
    fn milestones(&self, today: Date) -> Vec<String> {
        let Some((baseline, latest, _)) = self.ends() else { return Vec::new() };
        let (measure, now) = (self.measure, compare(self.measure, baseline, latest));
        let scores = || settled(&self.line.scores, self.treatment.sessions(), self.treatment.courses());
        let response = response_kept(measure, baseline, scores()).map(|kept| kept.since);
        let remission = remission_since(measure, baseline, scores());
        let reached = match (now.response.map(|_| response), now.remission.map(|_| remission)) {
            (Some(Some(response)), Some(Some(remission))) if response == remission => {
                format!("Response and remission were first reached on {}.", day(response, today))
            }
            (Some(Some(response)), Some(Some(remission))) => {
                format!("Response was first reached on {}, remission on {}.", day(response, today), day(remission, today))
            }
            (Some(Some(response)), Some(None)) => {
                format!("Response was first reached on {}; remission has not been.", day(response, today))
            }
            (Some(Some(response)), None) => format!("Response was first reached on {}.", day(response, today)),
            (Some(None), Some(Some(remission))) => {
                format!("Remission was first reached on {}; response has not been.", day(remission, today))
            }
            (Some(None), Some(None)) => "Neither response nor remission has been reached.".to_owned(),
            (Some(None), None) => "Response has not been reached.".to_owned(),
            (None, Some(Some(remission))) => format!("Remission was first reached on {}.", day(remission, today)),
            (None, Some(None)) => "Remission has not been reached.".to_owned(),
            (None, None) => return Vec::new(),
        };
        let lost = self.summary.loss.map(|loss| {
            let what = if loss.kind == LossKind::Relapse { "remission" } else { "response" };
            let since = day(loss.possible_on, today);
            match loss.confirmed_on {
                Some(on) => format!("The {what} was lost again from {since}, confirmed on {}.", day(on, today)),
                None => format!("The {what} may be lost again since {since}: one score says so."),
            }
        });
        std::iter::once(reached).chain(lost).collect()
    }

    fn in_short(&self, today: Date) -> String {
        let title = &self.measure.title;
        match (self.ends(), self.line.scores.last()) {
            (Some((baseline, latest, _)), _) if baseline == latest => format!("{title} was and is {latest}"),
            (Some((baseline, latest, _)), _) => {
                let verb = if latest < baseline { "fell" } else { "rose" };
                format!("{title} {verb} from {baseline} to {latest}")
            }
            (None, Some(latest)) => format!("{title} was {} on {}", latest.value, day(latest.local_date, today)),
            (None, None) => format!("{title} has no score yet"),
        }
    }
}

fn given(sessions: usize, last: Option<(Date, Option<Points>)>, today: Date) -> String {
    let Some((on, dose)) = last else { return "No session has been given yet.".to_owned() };
    let at = dose.map_or_else(String::new, |mg| format!(" at {mg} mg"));
    let on = day(on, today);
    match sessions {
        1 => format!("One session was given, on {on}{at}."),
        sessions => format!("{} sessions were given, the last on {on}{at}.", count(sessions)),
    }
}

/// The days of the page: "22 December 2025 to 12 March 2026".
pub(super) fn days(from: Date, to: Date) -> String {
    format!("{} to {}", day(from, to), to.strftime("%-d %B %Y"))
}

/// What ends the page. `is_replaced` says that a letter could not be printed.
pub(super) fn foot(definitions: &str, is_replaced: bool, today: Date) -> String {
    let replaced = if is_replaced { " A box stands for a letter that this file cannot print." } else { "" };
    format!("{definitions}{replaced} Printed {}, page 1 of 1.", today.strftime("%-d %B %Y"))
}

/// A day in the table: "Tue 6 Jan", or "6 Jan 2025" in another year than that of `today`.
pub(super) fn table_day(date: Date, today: Date) -> String {
    let format = if date.year() == today.year() { "%a %-d %b" } else { "%-d %b %Y" };
    date.strftime(format).to_string()
}

/// The part of the treatment.
pub(super) const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Induction => "Induction",
        Phase::Maintenance => "Maintenance",
        Phase::Booster => "Booster",
        Phase::Single => "Single",
    }
}

/// "41 mg IV"; another medicine than ketamine is named.
pub(super) fn dose(session: &SessionLine) -> Option<String> {
    let medicine = match session.medicine {
        Medicine::Ketamine => "",
        Medicine::Esketamine => " esketamine",
        Medicine::Other => " other",
    };
    let route = session.route.map_or("", |route| match route {
        Route::Iv => " IV",
        Route::Im => " IM",
        Route::Sc => " SC",
        Route::In => " nasal",
        Route::Sl => " SL",
        Route::Po => " oral",
    });
    Some(format!("{} mg{medicine}{route}", session.dose_mg?))
}

/// That earlier sessions are not in the table.
pub(super) fn sessions_left_out(shown: usize, left_out: usize) -> String {
    format!("The last {shown} of {} sessions.", shown + left_out)
}

/// The name of a band where it stands beside a chart, as the app shortens it there.
pub(super) fn short_band(name: &str) -> &str {
    match name {
        "Moderately severe" => "Mod. severe",
        "Below the cut-point range" => "Below cut-point",
        "Within the 31-33 cut-point range" => "Cut-point range",
        "Above the cut-point range" => "Above cut-point",
        name => name,
    }
}

/// Up to twelve in letters, as a sentence begins.
fn count(number: usize) -> String {
    const WORDS: [&str; 11] = ["Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"];
    number.checked_sub(2).and_then(|at| WORDS.get(at)).map_or_else(|| number.to_string(), |&word| word.to_owned())
}

/// How the page is to be read, from the charts on it, that of the primary measure first.
pub(super) fn definitions<'a>(charts: impl Iterator<Item = &'a ProgressBody<'a>>, is_cut: bool) -> String {
    let charts: Vec<_> = charts.collect();
    let measures: Vec<_> = charts.iter().map(|chart| &chart.measure).collect();
    let mut sentences = vec!["Self-reported scores support a clinical conversation and are not a diagnosis.".to_owned()];
    if is_cut {
        sentences.push("The charts show the last 12 months.".to_owned());
    }
    sentences.push(gaps(&alike(&measures, |measure| Some(measure.gap_days))));
    if charts.iter().flat_map(|chart| &chart.points).any(ChartPoint::is_open) {
        sentences.push("Hollow dots were answered on the day of a session, or ask about days before the first one.".to_owned());
    }
    let halved = Points::from_thousandths(500);
    sentences.extend(told("Response", &alike(&measures, |measure| measure.response), |share, titles| {
        let extent = if share == halved { "at least halved".to_owned() } else { format!("changed by {}", percent(share)) };
        format!("{titles} {extent}")
    }));
    sentences.extend(told("Remission", &alike(&measures, |measure| measure.remission_max), |most, titles| {
        format!("{titles} of {most} or lower")
    }));
    sentences.extend(told("Usual variation", &alike(&measures, |measure| measure.reliable_change), |least, titles| {
        format!("under {} on {titles}", points(least))
    }));
    sentences.join(" ")
}

/// A value, and the measures that it holds for.
type Alike<'a, T> = Vec<(T, Vec<&'a str>)>;

fn alike<'a, T: PartialEq>(measures: &[&'a MeasureBody<'a>], value: impl Fn(&MeasureBody<'a>) -> Option<T>) -> Alike<'a, T> {
    let mut groups: Alike<'a, T> = Vec::new();
    for measure in measures {
        let Some(value) = value(measure) else { continue };
        match groups.iter_mut().find(|(known, _)| *known == value) {
            Some((_, titles)) => titles.push(measure.title),
            None => groups.push((value, vec![measure.title])),
        }
    }
    groups
}

fn told<T: Copy>(what: &str, groups: &Alike<'_, T>, words: impl Fn(T, &str) -> String) -> Option<String> {
    let groups: Vec<_> = groups.iter().map(|(value, titles)| words(*value, &listed(titles))).collect();
    (!groups.is_empty()).then(|| format!("{what}: {}.", groups.join(", ")))
}

fn gaps(groups: &Alike<'_, i64>) -> String {
    let Some(((days, _), others)) = groups.split_first() else { return String::new() };
    let others: Vec<_> = others.iter().map(|(days, titles)| format!("{days} for {}", listed(titles))).collect();
    let others = if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
    format!("Lines stop where scores lie further apart than twice the planned interval, now {days} days{others}.")
}

/// "PHQ-9, GAD-7 and PEG".
fn listed(titles: &[&str]) -> String {
    match titles {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn percent(share: Points) -> String {
    format!("{} %", Points::from_thousandths(share.thousandths() * 100))
}

/// "5 March", or "5 March 2025" in another year than that of `today`.
fn day(date: Date, today: Date) -> String {
    let format = if date.year() == today.year() { "%-d %B" } else { "%-d %B %Y" };
    date.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Id, Timestamp};
    use crate::instruments::Registry;
    use crate::progress::body::{Shown, progress};
    use crate::progress::samples::{self, id, phq9, prorated, score, session};
    use crate::progress::timeline::ScorePoint;
    use crate::sessions::queries::SessionMark;

    /// A session on each of those days after 1 March 2026.
    fn treatment(days: &[i64]) -> Treatment {
        let marks = days.iter().enumerate().map(|(position, on)| {
            let point = session(i32::try_from(position).unwrap() + 1, *on);
            SessionMark {
                id: Id::from_uuid(point.id),
                course_id: None,
                number: point.number,
                status: "completed".to_owned(),
                at: Timestamp::from_milliseconds(point.at.as_millisecond()),
                local_date: point.local_date.into(),
                route: None,
                medicine: "ketamine".to_owned(),
                dose_mg: None,
                infusion_minutes: None,
            }
        });
        Treatment::of(marks.collect(), &[])
    }

    /// What is said of a PHQ-9 with these scores.
    fn said(scores: Vec<ScorePoint>, sessions: &[i64]) -> String {
        let registry = Registry::load_builtin().unwrap();
        let (measure, treatment) = (phq9(), treatment(sessions));
        let line = Line { scores, ..Line::default() };
        let instrument = registry.current("phq-9").unwrap();
        let patient = Id::from_uuid(id(1));
        let chart = progress(patient, &measure, instrument, &treatment, &line, Shown::default(), samples::day("2026-12-31"));
        let told = Told { measure: &measure, line: &line, summary: &chart.summary, treatment: &treatment };
        let sentences =
            std::iter::once(told.standing(samples::day("2026-12-31"))).chain(told.milestones(samples::day("2026-12-31")));
        sentences.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_change_for_the_worse_and_within_usual_variation_is_said_as_plainly() {
        assert_eq!(
            said(vec![score(-1, 12), score(30, 16)], &[0]),
            "PHQ-9 rose from 12 before the first session to 16 on 31 March, 4 points higher, within usual variation. \
             Neither response nor remission has been reached."
        );
    }

    #[test]
    fn an_equal_and_a_prorated_score_are_said_to_be_so() {
        assert!(
            said(vec![score(-1, 12), prorated(30, 12)], &[0])
                .starts_with("PHQ-9 was 12 before the first session and is the same on 31 March (prorated). ")
        );
    }

    #[test]
    fn what_was_reached_and_lost_again_is_said_with_its_days() {
        assert_eq!(
            said(vec![score(-1, 20), score(10, 4), score(20, 16), score(30, 17)], &[0]),
            "PHQ-9 fell from 20 before the first session to 17 on 31 March, 3 points lower, within usual variation. \
             Response and remission were first reached on 11 March. \
             The remission was lost again from 21 March, confirmed on 31 March."
        );
        assert!(said(vec![score(-1, 20), score(10, 9), score(20, 16)], &[0]).ends_with(
            "Response was first reached on 11 March; remission has not been. \
             The response may be lost again since 21 March: one score says so."
        ));
    }

    #[test]
    fn without_both_ends_no_change_is_told() {
        assert_eq!(
            said(vec![score(-1, 19)], &[0]),
            "PHQ-9 was 19 on 28 February, and there is no score since the first session."
        );
        assert_eq!(
            said(vec![score(30, 13)], &[0]),
            "PHQ-9 13 on 31 Mar. No score from the 14 days before the first session, so change cannot be given. Lower is better."
        );
        assert_eq!(said(Vec::new(), &[]), "No PHQ-9 score yet.");
    }

    #[test]
    fn numbers_are_in_letters_up_to_twelve() {
        let last = Some((samples::day("2025-03-03"), Some(Points::from_thousandths(42_500))));
        let said = |sessions| given(sessions, last, samples::day("2026-12-31"));
        assert_eq!(said(1), "One session was given, on 3 March 2025 at 42.5 mg.");
        assert_eq!(said(12), "Twelve sessions were given, the last on 3 March 2025 at 42.5 mg.");
        assert_eq!(said(13), "13 sessions were given, the last on 3 March 2025 at 42.5 mg.");
        assert_eq!(given(0, None, samples::day("2026-12-31")), "No session has been given yet.");
    }
}
