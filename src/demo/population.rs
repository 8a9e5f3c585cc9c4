//! Who is in the synthetic clinic: a dozen patients who are told, some who have what every such clinic must have, and
//! the rest drawn so that the shares hold however many they are.

use super::calendar::Calendar;
use super::cast;
use super::chance::Chance;
use super::history::{self, Fate, History, Mark, Spec};
use crate::courses::Condition;
use crate::sessions::Route;

/// The history of the patient with this number, counted from 0.
pub fn history(number: usize, seed: u64, calendar: &Calendar) -> History {
    let mut chance = Chance::of(seed, u64::try_from(number).unwrap_or_default());
    if let Some(told) = cast::TOLD.get(number) {
        return history::told(told, calendar, &mut chance);
    }
    let drawn = number - cast::TOLD.len();
    let spec = special(drawn).unwrap_or_else(|| ordinary(drawn, &mut chance));
    history::drawn(spec, number, calendar, &mut chance)
}

const PLAIN: Spec = Spec {
    condition: Condition::Mdd,
    route: Route::Iv,
    first: -80,
    phq9: 18,
    reduction: 0.6,
    is_late: false,
    hold_days: 120.0,
    fate: Fate::GoesOn,
    item_nine: None,
    is_hypertensive: false,
    rate: 0.7,
    mark: None,
};

/// Those that every synthetic clinic must have. Source: `clinical_reference.json`, `must_contain`.
fn special(drawn: usize) -> Option<Spec> {
    let spec = match drawn {
        0 => Spec { first: -38, phq9: 15, reduction: -0.3, item_nine: Some((1, false)), mark: Some(Mark::Worse), ..PLAIN },
        1 => Spec { condition: Condition::Trd, first: -76, reduction: 0.3, fate: Fate::DropsOut(2), ..PLAIN },
        2 => Spec { condition: Condition::Trd, first: -96, phq9: 21, reduction: 0.68, is_late: true, ..PLAIN },
        3 => Spec { first: -66, phq9: 20, reduction: 0.84, hold_days: 15.0, fate: Fate::Ends, ..PLAIN },
        4 => Spec { first: -82, reduction: 0.84, item_nine: Some((1, false)), mark: Some(Mark::GoodScoreWithItemNine), ..PLAIN },
        5 => Spec {
            condition: Condition::ChronicPain,
            first: -110,
            phq9: 3,
            reduction: 0.5,
            mark: Some(Mark::PainWithoutDepression),
            ..PLAIN
        },
        6 => Spec {
            condition: Condition::BipolarDepression,
            first: -30,
            reduction: 0.4,
            mark: Some(Mark::Elation),
            rate: 0.8,
            ..PLAIN
        },
        7 => Spec { first: -392, phq9: 17, reduction: 0.7, hold_days: 60.0, mark: Some(Mark::TwoCourses), ..PLAIN },
        8 => {
            Spec { condition: Condition::Trd, route: Route::In, first: -60, reduction: 0.44, mark: Some(Mark::Prorated), ..PLAIN }
        }
        9 => Spec { first: -70, reduction: 0.22, is_hypertensive: true, mark: Some(Mark::LongGap), ..PLAIN },
        10 => Spec {
            condition: Condition::Ptsd,
            route: Route::Im,
            first: -45,
            phq9: 14,
            reduction: -0.14,
            mark: Some(Mark::WrongClock),
            ..PLAIN
        },
        _ => return None,
    };
    Some(spec)
}

/// One of the others.
fn ordinary(drawn: usize, chance: &mut Chance) -> Spec {
    let condition = *choose(even(drawn, 0.414_213_562), &CONDITIONS);
    let route = *choose(even(drawn, 0.732_050_808), routes(condition));
    let group = choose(even(drawn, 0.618_033_989), &GROUPS);
    let eased = chance.normal(group.mean, group.deviation).clamp(-0.45, 0.97);
    let reduction = match condition {
        // In the largest trial for PTSD the score did not fall more than with placebo.
        Condition::Ptsd if eased > 0.0 => eased * 0.85,
        _ => eased,
    };
    let place = even(drawn, 0.236_067_977);
    let first = if place < 0.1 {
        chance.between(-16, -3)
    } else if place < 0.15 {
        chance.between(2, 5)
    } else {
        chance.between(-345, -26)
    };
    let fate = if chance.happens(0.07) {
        Fate::DropsOut(usize::try_from(chance.between(2, 4)).unwrap_or(2))
    } else if chance.happens(group.goes_on) {
        Fate::GoesOn
    } else {
        Fate::Ends
    };
    let is_depressed = matches!(condition, Condition::Mdd | Condition::Trd | Condition::BipolarDepression);
    let item_nine = (even(drawn, 0.302_775_638) < if is_depressed { 0.4 } else { 0.12 }).then(|| {
        let level = *choose(chance.share(), &[(0.62, 1), (0.28, 2), (0.1, 3)]);
        (level, chance.happens(if reduction > 0.5 { 0.75 } else { 0.35 }))
    });
    let (mean, deviation, low) = match condition {
        Condition::Ptsd => (15.0, 4.0, 8),
        Condition::Gad => (11.5, 3.2, 5),
        Condition::Ocd => (13.0, 3.5, 6),
        Condition::ChronicPain => (9.0, 3.5, 3),
        _ => (17.5, 4.6, 10),
    };
    Spec {
        condition,
        route,
        first,
        phq9: chance.whole(mean, deviation, low, 27),
        reduction,
        is_late: group.mean > 0.4 && chance.happens(0.09),
        hold_days: 7.0 + chance.waiting(if fate == Fate::GoesOn { 420.0 } else { 115.0 }),
        fate,
        item_nine,
        is_hypertensive: chance.happens(0.1),
        rate: chance.normal(0.68, 0.06).clamp(0.56, 0.8),
        mark: None,
    }
}

/// How much of the burden goes in the end. Source: `clinical_reference.json`, `groups_community`.
struct Group {
    mean: f64,
    deviation: f64,
    goes_on: f64,
}

const GROUPS: [(f64, Group); 4] = [
    (0.33, Group { mean: 0.83, deviation: 0.09, goes_on: 0.65 }),
    (0.25, Group { mean: 0.53, deviation: 0.09, goes_on: 0.6 }),
    (0.32, Group { mean: 0.21, deviation: 0.1, goes_on: 0.25 }),
    (0.1, Group { mean: -0.16, deviation: 0.08, goes_on: 0.1 }),
];

const CONDITIONS: [(f64, Condition); 7] = [
    (0.26, Condition::Mdd),
    (0.28, Condition::Trd),
    (0.12, Condition::Gad),
    (0.12, Condition::Ptsd),
    (0.07, Condition::Ocd),
    (0.07, Condition::BipolarDepression),
    (0.08, Condition::ChronicPain),
];

const fn routes(condition: Condition) -> &'static [(f64, Route)] {
    match condition {
        Condition::Trd => &[(0.5, Route::Iv), (0.3, Route::In), (0.1, Route::Im), (0.1, Route::Sl)],
        Condition::Mdd | Condition::BipolarDepression => &[(0.7, Route::Iv), (0.15, Route::Im), (0.15, Route::Sl)],
        Condition::Gad => &[(0.4, Route::Sl), (0.3, Route::Im), (0.3, Route::Iv)],
        Condition::ChronicPain => &[(0.85, Route::Iv), (0.15, Route::Sl)],
        _ => &[(0.6, Route::Iv), (0.4, Route::Im)],
    }
}

/// One of a list by its share; the last where the shares do not add up to one.
fn choose<T>(place: f64, list: &[(f64, T)]) -> &T {
    let mut reached = 0.0;
    let found = list.iter().find(|(share, _)| {
        reached += share;
        place < reached
    });
    &found.unwrap_or(&list[list.len() - 1]).1
}

/// Places spread evenly over 0 to 1 by the multiples of an irrational number: any few neighbours hold the shares.
fn even(drawn: usize, step: f64) -> f64 {
    (0.5 + f64::from(u32::try_from(drawn).unwrap_or_default()) * step).fract()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};

    use jiff::tz::TimeZone;
    use serde_json::Value;

    use super::*;
    use crate::demo::burden::Burden;
    use crate::demo::history::{Answer, What};
    use crate::demo::visit::Visit;
    use crate::demo::{USUAL_PATIENTS, USUAL_SEED, ZONE};
    use crate::instruments::{self, Points, RawAnswers, Registry};

    /// A Friday, a Saturday night, a Tuesday morning and a summer's day.
    const DAYS: [&str; 4] = ["2026-11-20T21:00:00Z", "2026-11-22T03:00:00Z", "2027-01-05T16:00:00Z", "2027-07-14T23:30:00Z"];

    fn calendar() -> Calendar {
        calendar_of("2026-11-20T21:00:00Z")
    }

    fn calendar_of(now: &str) -> Calendar {
        Calendar::of(now.parse().unwrap(), TimeZone::get(ZONE).unwrap())
    }

    fn clinic(patients: usize) -> Vec<History> {
        clinic_of(patients, &calendar())
    }

    fn clinic_of(patients: usize, calendar: &Calendar) -> Vec<History> {
        (0..patients).map(|number| history(number, USUAL_SEED, calendar)).collect()
    }

    fn answers<'a>(history: &'a History, instrument: &'a str) -> impl Iterator<Item = &'a Answer> {
        let corrected: HashSet<usize> = all(history).filter_map(|answer| answer.corrects).collect();
        all(history).filter(move |answer| answer.instrument == instrument && !corrected.contains(&answer.key))
    }

    fn all(history: &History) -> impl Iterator<Item = &Answer> {
        history.events.iter().filter_map(|event| if let What::Answer(answer) = &event.what { Some(answer) } else { None })
    }

    fn completed(history: &History) -> Vec<&Visit> {
        let recorded =
            history.events.iter().filter_map(|event| if let What::Record(visit) = event.what { Some(visit) } else { None });
        recorded.map(|visit| &history.visits[visit]).collect()
    }

    /// Day and score, complete ones only.
    fn scores(registry: &Registry, history: &History, instrument: &str) -> Vec<(i32, f64)> {
        let known = registry.current(instrument).unwrap();
        let read = |answer: &Answer| {
            let raw: RawAnswers = serde_json::from_value(Value::Object(answer.sheet.clone())).unwrap();
            let answers = raw.read().unwrap();
            known.check(&answers).unwrap();
            let scored = instruments::score(known, &answers);
            scored.total.filter(|_| !scored.is_prorated).map(Points::to_f64)
        };
        answers(history, instrument).filter_map(|answer| Some((answer.answered.day, read(answer)?))).collect()
    }

    /// Baseline, score after the induction, and sessions until the first response.
    struct Outcome {
        base: f64,
        end: f64,
        sessions_to_response: Option<usize>,
    }

    fn outcome(registry: &Registry, history: &History) -> Option<Outcome> {
        let visits = completed(history);
        let course = visits.last()?.course;
        let days: Vec<i32> = visits.iter().filter(|visit| visit.course == course).map(|visit| visit.started.day).collect();
        let planned = usize::try_from(history.courses[course].planned).unwrap();
        let last = *days.get(planned - 1)?;
        let scores = scores(registry, history, "phq-9");
        let base = scores.iter().rev().find(|(day, _)| *day < days[0] && *day >= days[0] - 14)?.1;
        let after = |day: i32| day - last;
        let near = scores.iter().filter(|(day, _)| (1..=31).contains(&after(*day)));
        let end = near.min_by_key(|(day, _)| (after(*day) - 14).abs())?.1;
        let first = scores.iter().find(|(day, score)| *day > days[0] && *score <= base / 2.0);
        let sessions_to_response = first.map(|(day, _)| days.iter().filter(|session| *session < day).count());
        (base >= 10.0).then_some(Outcome { base, end, sessions_to_response })
    }

    fn share<T>(of: &[T], holds: impl Fn(&T) -> bool) -> f64 {
        let count = of.iter().filter(|one| holds(one)).count();
        f64::from(u32::try_from(count).unwrap()) / f64::from(u32::try_from(of.len()).unwrap())
    }

    /// Source: `clinical_reference.json`, `reality_checks`.
    #[test]
    fn a_synthetic_clinic_is_plausible() {
        let registry = Registry::load_builtin().unwrap();
        let small = DAYS.map(|now| (USUAL_PATIENTS, calendar_of(now)));
        for (patients, calendar) in small.into_iter().chain([(1200, calendar())]) {
            let outcomes: Vec<Outcome> =
                clinic_of(patients, &calendar).iter().filter_map(|history| outcome(&registry, history)).collect();
            let response = share(&outcomes, |outcome| outcome.end <= outcome.base / 2.0);
            let remission = share(&outcomes, |outcome| outcome.end < 5.0);
            let worse = share(&outcomes, |outcome| outcome.end > outcome.base);
            let mut to_response: Vec<usize> = outcomes.iter().filter_map(|outcome| outcome.sessions_to_response).collect();
            to_response.sort_unstable();
            let median = to_response[to_response.len() / 2];
            let all = format!(
                "{patients} patients, {} outcomes: {response:.3} respond, {remission:.3} remit, {worse:.3} worse, median {median}",
                outcomes.len()
            );
            println!("{all}");
            assert!((0.25..=0.60).contains(&response), "{all}");
            assert!((0.10..=0.35).contains(&remission), "{all}");
            assert!((0.05..=0.12).contains(&worse), "{all}");
            // Forms come weekly, so most responders are seen to respond a session or two after they did.
            assert!((2..=5).contains(&median), "{all}");
        }
    }

    #[test]
    fn the_median_responder_needs_about_three_infusions() {
        let needed = |drawn: usize| {
            let spec = ordinary(drawn, &mut Chance::of(USUAL_SEED, u64::try_from(drawn).unwrap()));
            let Spec { reduction, is_late, hold_days, .. } = spec;
            let burden = Burden { reduction, is_late, hold_days, induction: 6, sessions: Vec::new() };
            (1..=6).find(|done| reduction * burden.share(*done) >= 0.5)
        };
        let mut needed: Vec<usize> = (0..800).filter_map(needed).collect();
        needed.sort_unstable();
        assert_eq!(needed[needed.len() / 2], 3);
        assert!(needed.iter().filter(|sessions| **sessions == 1).count() * 20 < needed.len());
    }

    #[test]
    fn the_lift_of_one_dose_fades_within_about_a_week() {
        let mut moods: BTreeMap<i32, (f64, f64)> = BTreeMap::new();
        for history in clinic(400) {
            let days: Vec<i32> = completed(&history).iter().map(|visit| visit.started.day).collect();
            for answer in answers(&history, "daily-check-in") {
                let day = answer.answered.day;
                let Some(last) = days.iter().rev().find(|session| **session <= day) else { continue };
                let next = days.iter().find(|session| **session > day).copied().unwrap_or(1);
                // Only sessions that stand alone for two weeks show the fading.
                if next - last >= 14 {
                    let entry = moods.entry(day - last).or_default();
                    entry.0 += answer.sheet["mood"].as_f64().unwrap();
                    entry.1 += 1.0;
                }
            }
        }
        let mean = |day: i32| moods[&day].0 / moods[&day].1;
        let settled = (mean(9) + mean(10) + mean(11)) / 3.0;
        let (next_day, a_week_later) = (mean(1) - settled, mean(7) - settled);
        assert!(next_day > 0.7, "{next_day}");
        assert!(a_week_later < 0.35 * next_day, "{next_day} then {a_week_later}");
    }

    #[test]
    fn check_ins_are_answered_on_most_days_and_on_fewer_as_time_goes_on() {
        let (mut early, mut late) = ((0.0, 0.0), (0.0, 0.0));
        for history in clinic(600).iter().skip(cast::TOLD.len() + 11) {
            let joined = history.events.iter().find(|event| matches!(event.what, What::Join)).unwrap().at.day;
            let days: HashSet<i32> = answers(history, "daily-check-in").map(|answer| answer.answered.day).collect();
            for day in joined + 1..0 {
                let count = if day <= joined + 30 {
                    &mut early
                } else if day > joined + 150 {
                    &mut late
                } else {
                    continue;
                };
                count.0 += f64::from(u32::from(days.contains(&day)));
                count.1 += 1.0;
            }
        }
        let (early, late) = (early.0 / early.1, late.0 / late.1);
        assert!((0.55..=0.80).contains(&early), "{early}");
        assert!(late < 0.8 * early, "{early} then {late}");
    }

    /// Source: `clinical_reference.json`, `must_contain`; issue of this feature.
    #[test]
    fn a_synthetic_clinic_has_all_that_it_must() {
        for now in DAYS {
            check_what_it_must_have(&calendar_of(now));
        }
    }

    fn check_what_it_must_have(calendar: &Calendar) {
        let registry = Registry::load_builtin().unwrap();
        let clinic = clinic_of(USUAL_PATIENTS, calendar);
        let phq9 = |history: &History| scores(&registry, history, "phq-9");
        let outcomes: Vec<_> = clinic.iter().map(|history| outcome(&registry, history)).collect();
        let any = |holds: &dyn Fn(&History) -> bool| clinic.iter().any(holds);
        let some = |holds: &dyn Fn(&Outcome) -> bool| outcomes.iter().flatten().any(holds);

        assert!(some(&|outcome| outcome.end > 0.75 * outcome.base && outcome.end <= outcome.base), "a non-responder");
        assert!(some(&|outcome| outcome.end >= outcome.base + 3.0), "someone who gets worse");
        let dropped = |history: &History| {
            let stopped = history.events.iter().any(|event| matches!(event.what, What::Move(_, crate::courses::Status::Stopped)));
            stopped && completed(history).len() == 2
        };
        assert!(any(&dropped), "someone who drops out after session 2");
        assert!(some(&|outcome| outcome.sessions_to_response.is_some_and(|sessions| sessions >= 5)), "a late responder");
        let relapsed = |history: &History| {
            let visits = completed(history);
            let Some(outcome) = outcome(&registry, history) else { return false };
            let Some(last) = visits.last().map(|visit| visit.started.day) else { return false };
            let later = phq9(history).into_iter().filter(|(day, _)| (21..=42).contains(&(day - last)));
            outcome.end < 5.0 && later.into_iter().any(|(_, score)| score >= 10.0)
        };
        assert!(any(&relapsed), "a relapse 3 to 6 weeks after the course");
        let quiet_worry = |history: &History| {
            answers(history, "phq-9").any(|answer| {
                let total: i64 = (1..=9).filter_map(|item| answer.sheet.get(&format!("q{item}"))?.as_i64()).sum();
                answer.sheet["q9"].as_i64() > Some(0) && total <= 4
            })
        };
        assert!(any(&quiet_worry), "item 9 above 0 on an otherwise good score");
        assert!(any(&|history| answers(history, "phq-9").any(|answer| !answer.sheet.contains_key("q5"))), "a prorated PHQ-9");
        let high = |history: &History| {
            completed(history).iter().any(|visit| visit.vitals[0].systolic > 140 || visit.vitals[0].diastolic > 90)
        };
        assert!(any(&high), "a pressure above 140/90 before a session");
        let pain_alone = |history: &History| {
            history.condition == Condition::ChronicPain && phq9(history).iter().all(|(_, score)| *score <= 6.0)
        };
        assert!(any(&pain_alone), "a patient with pain and no depression");
        let elated = |history: &History| {
            let nights = answers(history, "daily-check-in").filter(|answer| {
                answer.sheet["energy"].as_f64() >= Some(8.0) && answer.sheet["sleep_hours"].as_f64() <= Some(4.0)
            });
            history.condition == Condition::BipolarDepression && nights.count() >= 2
        };
        assert!(any(&elated), "a bipolar patient with rising energy and little sleep");
        let gap = |history: &History| {
            let days: Vec<i32> = answers(history, "daily-check-in").map(|answer| answer.answered.day).collect();
            days.windows(2).any(|pair| pair[1] - pair[0] >= 14)
        };
        assert!(any(&gap), "a long gap");
        let twice = |history: &History| {
            let starts: Vec<i32> = history.courses.iter().map(|course| course.started).collect();
            starts.len() == 2 && (350..=400).contains(&(starts[1] - starts[0]))
        };
        assert!(any(&twice), "two courses a year apart");
        let late = |history: &History| {
            history
                .events
                .iter()
                .any(|event| matches!(&event.what, What::Answer(answer) if event.at.day - answer.answered.day >= 2))
        };
        assert!(any(&late), "an entry that came days late");
        assert!(any(&|history| all(history).any(|answer| answer.corrects.is_some())), "a corrected entry");
        let ahead = |history: &History| {
            history
                .events
                .iter()
                .any(|event| matches!(&event.what, What::Answer(answer) if answer.answered.day > event.at.day + 1))
        };
        assert!(any(&ahead), "a phone with a wrong clock");
        assert!(any(&|history| history.visits.iter().any(|visit| visit.scheduled > calendar.now)), "a planned session");
        for route in [Route::Iv, Route::Im, Route::In, Route::Sl] {
            assert!(any(&|history| completed(history).iter().any(|visit| visit.route == route)), "{route:?}");
        }
        for (_, condition) in CONDITIONS {
            assert!(any(&|history| history.condition == condition), "{condition:?}");
        }
    }

    #[test]
    fn the_patient_who_signs_in_has_the_course_of_the_design() {
        let registry = Registry::load_builtin().unwrap();
        let maya = history(0, USUAL_SEED, &calendar());
        assert_eq!((maya.person.name.as_str(), maya.person.record_number.as_str()), ("Maya Ellison", "AR-0417"));
        assert_eq!(completed(&maya).len(), 8);
        let outcome = outcome(&registry, &maya).unwrap();
        let latest = scores(&registry, &maya, "phq-9").last().copied().unwrap();
        assert_eq!((outcome.base, latest), (19.0, (-7, 6.0)));
    }

    #[test]
    fn the_same_seed_gives_the_same_clinic_and_names_are_nobodys_twice() {
        let (one, other) = (clinic(80), clinic(80));
        assert_eq!(format!("{one:?}"), format!("{other:?}"));
        let large: Vec<History> = (0..3000).map(|number| history(number, 7, &calendar())).collect();
        let emails: HashSet<_> = large.iter().map(|history| &history.person.email).collect();
        let numbers: HashSet<_> = large.iter().map(|history| &history.person.record_number).collect();
        assert_eq!((emails.len(), numbers.len()), (3000, 3000));
        let names: HashSet<_> = one.iter().map(|history| &history.person.name).collect();
        assert_eq!(names.len(), 80);
    }

    #[test]
    fn nothing_happens_later_than_now_or_out_of_order() {
        for history in clinic(120) {
            let times: Vec<_> = history.events.iter().map(|event| event.at).collect();
            assert!(times.is_sorted() && times.iter().all(|at| *at <= calendar().now));
            assert!(matches!(history.events[0].what, What::Register));
        }
    }
}
