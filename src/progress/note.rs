//! Text to paste into a clinical note: instrument, score, band, change, how to read it, and the plan. Pure, and of the same
//! figures as the charts.

use jiff::civil::Date;

use super::change::{Loss, LossKind, Status, Summary};
use super::sentence::{direction_in_words, points};
use super::timeline::ScorePoint;
use crate::instruments::{Measure, Points};
use crate::sessions::queries::SessionMark;

/// Where a patient stands on one measure.
pub struct Standing<'a> {
    /// The measure.
    pub measure: &'a Measure,
    /// Its latest score.
    pub latest: &'a ScorePoint,
    /// What that comes to.
    pub summary: Summary,
    /// The line that patient and provider agreed on, in points.
    pub agreed_line: Option<Points>,
}

/// What is told beside the scores.
pub struct Beside<'a> {
    /// The patient's number in the clinic's records.
    pub record_number: Option<&'a str>,
    /// Completed and planned sessions, in order of time.
    pub marks: &'a [SessionMark],
    /// What the plan of the open course is called.
    pub plan: Option<&'a str>,
    /// The patient's day.
    pub today: Date,
}

/// The note, a line for each thing.
pub fn note(standings: &[Standing<'_>], beside: &Beside<'_>) -> String {
    let mut lines = vec![match beside.record_number {
        Some(number) => format!("Progress on {}, record {number}", day(beside.today)),
        None => format!("Progress on {}", day(beside.today)),
    }];
    if standings.is_empty() {
        lines.push("No questionnaire has a score yet.".into());
    }
    lines.extend(standings.iter().map(of_measure));
    lines.push(sessions(beside.marks));
    lines.extend(plan(beside));
    lines.push("Self-reported scores support a clinical conversation and are not a diagnosis.".into());
    lines.join("\n")
}

fn of_measure(standing: &Standing<'_>) -> String {
    let Standing { measure, latest, summary, agreed_line } = standing;
    let range = format!("{} to {}", measure.min, measure.max);
    let range = direction_in_words(measure).map_or(range.clone(), |direction| format!("{range}, {direction}"));
    let band = latest.band.as_ref().map(|band| format!(", {band}")).unwrap_or_default();
    let prorated = if latest.prorated { ", prorated" } else { "" };
    let score = format!("{} ({range}): {}{band}{prorated}, on {}.", measure.title, latest.value, day(latest.local_date));
    let line = agreed_line.map(|line| format!("Line agreed on: {line}."));
    [Some(score), Some(change(summary)), reading(summary), summary.loss.map(loss), line]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

fn change(summary: &Summary) -> String {
    match summary.baseline.zip(summary.latest) {
        None => "No score from before the first session, so no change is given.".into(),
        Some((baseline, latest)) if baseline == latest => {
            format!("The same as before the first session of the course ({baseline}).")
        }
        Some((baseline, latest)) => {
            let way = if latest < baseline { "lower" } else { "higher" };
            format!("{} {way} than before the first session of the course ({baseline}).", points((latest - baseline).abs()))
        }
    }
}

fn reading(summary: &Summary) -> Option<String> {
    let extent = if summary.reliable? { "More than" } else { "Within the range of" };
    let word = match summary.status? {
        Status::NoBaseline => return None,
        Status::Worse => "worse",
        Status::Remission => "remission",
        Status::Response => "response",
        Status::Improved => "improved",
        Status::NoChange => "no change",
    };
    Some(format!("{extent} chance variation: {word}."))
}

fn loss(loss: Loss) -> String {
    let what = match loss.kind {
        LossKind::LossOfResponse => "Loss of response",
        LossKind::Relapse => "Relapse",
    };
    match loss.confirmed_on {
        Some(on) => format!("{what} confirmed on {}.", day(on)),
        None => format!("{what} possible since {}.", day(loss.possible_on)),
    }
}

fn sessions(marks: &[SessionMark]) -> String {
    let mut done = marks.iter().filter(|mark| mark.status == "completed");
    let count = done.clone().count();
    let Some(last) = done.next_back() else { return "Sessions: none yet.".into() };
    let dose = last.dose_mg.map(|mg| format!("{mg} mg"));
    let route = last.route.as_deref().map(|route| if route.len() == 2 { route.to_uppercase() } else { route.to_owned() });
    let given: Vec<String> = [Some(last.medicine.clone()), dose, route].into_iter().flatten().collect();
    let given = given.join(" ");
    format!("Sessions: {count} completed, the last, number {}, on {} ({given}).", last.number, day(last.local_date.civil()))
}

fn plan(beside: &Beside<'_>) -> Option<String> {
    let next = beside.marks.iter().find(|mark| mark.status == "planned" && beside.today <= mark.local_date.civil());
    let next = next.map(|mark| format!("Next session, number {}, on {}.", mark.number, day(mark.local_date.civil())));
    let plan = beside.plan.map(|title| format!("Plan: {title}."));
    let said: Vec<String> = [plan, next].into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// A day with its year: a note is read years later.
fn day(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Id, LocalDate, Timestamp};
    use crate::progress::change::{baselines, summarise};
    use crate::progress::samples::{course, date, hour, id, pcl5, phq9, points, score, session};
    use crate::progress::timeline::Courses;

    fn mark(number: i32, status: &str, on: i64) -> SessionMark {
        SessionMark {
            id: Id::from_uuid(id(1)),
            course_id: None,
            number,
            status: status.into(),
            at: Timestamp::from(hour(on, 12)),
            local_date: LocalDate::from(date(on)),
            route: Some("iv".into()),
            medicine: "ketamine".into(),
            dose_mg: Some(40.5),
            infusion_minutes: Some(40),
        }
    }

    fn standing<'a>(measure: &'a Measure, scores: &'a [ScorePoint], agreed: Option<i32>) -> Standing<'a> {
        let sessions = [session(1, 0)];
        let courses = Courses::of(&sessions, &[course(1, 0)]);
        let summary = summarise(measure, scores, &sessions, &courses, &baselines(scores, &sessions, &courses), None, date(60));
        Standing { measure, latest: scores.last().unwrap(), summary, agreed_line: agreed.map(points) }
    }

    #[test]
    fn a_note_tells_instrument_score_band_change_reading_and_plan() {
        let (phq9, pcl5) = (phq9(), pcl5());
        let mut fallen = [score(-1, 19), score(30, 8)];
        fallen[1].band = Some("Mild".into());
        let late = [score(30, 40)];
        let standings = [standing(&phq9, &fallen, Some(9)), standing(&pcl5, &late, None)];
        let marks = [mark(1, "completed", 0), mark(2, "planned", 10), mark(3, "planned", 64)];
        let beside = Beside { record_number: Some("AR-0417"), marks: &marks, plan: Some("IV, six infusions"), today: date(60) };
        assert_eq!(
            note(&standings, &beside),
            "Progress on 30 Apr 2026, record AR-0417\n\
             PHQ-9 (0 to 27, lower is better): 8, Mild, on 31 Mar 2026. 11 points lower than before the first session of the course (19). More than chance variation: response. Line agreed on: 9.\n\
             PCL-5 (0 to 80, lower is better): 40, on 31 Mar 2026. No score from before the first session, so no change is given.\n\
             Sessions: 1 completed, the last, number 1, on 1 Mar 2026 (ketamine 40.5 mg IV).\n\
             Plan: IV, six infusions. Next session, number 3, on 4 May 2026.\n\
             Self-reported scores support a clinical conversation and are not a diagnosis."
        );
    }

    #[test]
    fn what_was_lost_and_what_got_worse_is_said_plainly() {
        let phq9 = phq9();
        let lost = [score(-1, 18), score(10, 8), score(40, 13), score(50, 14)];
        assert!(note(&[standing(&phq9, &lost, None)], &nothing()).contains(
            "4 points lower than before the first session of the course (18). Within the range of chance variation: no change. Loss of response confirmed on 20 Apr 2026."
        ));
        let possible = [score(-1, 18), score(10, 8), score(40, 13)];
        assert!(note(&[standing(&phq9, &possible, None)], &nothing()).contains("Loss of response possible since 10 Apr 2026."));
        let worse = [score(-1, 12), score(30, 18)];
        let told = note(&[standing(&phq9, &worse, None)], &nothing());
        assert!(
            told.contains("6 points higher than before the first session of the course (12). More than chance variation: worse.")
        );
    }

    fn nothing() -> Beside<'static> {
        Beside { record_number: None, marks: &[], plan: None, today: date(60) }
    }

    #[test]
    fn a_patient_of_whom_nothing_is_known_has_a_short_note() {
        assert_eq!(
            note(&[], &nothing()),
            "Progress on 30 Apr 2026\nNo questionnaire has a score yet.\nSessions: none yet.\nSelf-reported scores support a clinical conversation and are not a diagnosis."
        );
    }
}
