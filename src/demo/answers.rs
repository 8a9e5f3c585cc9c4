//! Answers that add up to a score.

use serde_json::{Map, Value, json};

use super::chance::{Chance, whole};

/// Answers by item.
pub type Sheet = Map<String, Value>;

/// A PHQ-9 with this total and this answer to item 9; item 10 follows the total.
pub fn phq9(total: i32, item_nine: i32, chance: &mut Chance) -> Sheet {
    let item_nine = item_nine.max(total - 24).clamp(0, 3).min(total);
    let mut sheet = spread(total - item_nine, 8, 3, chance);
    sheet.insert("q9".into(), json!(item_nine));
    sheet.insert("q10".into(), json!(whole(f64::from(total) / 8.0, 0, 3)));
    sheet
}

/// A GAD-7 with this total.
pub fn gad7(total: i32, chance: &mut Chance) -> Sheet {
    spread(total, 7, 3, chance)
}

/// A PCL-5 with this total. Item 16, risk-taking, stays low: it makes an alert.
pub fn pcl5(total: i32, chance: &mut Chance) -> Sheet {
    let mut sheet = spread(total, 20, 4, chance);
    let risk = sheet.get("q16").and_then(Value::as_i64).unwrap_or_default();
    let mut surplus = (risk - 1).max(0);
    sheet.insert("q16".into(), json!(risk - surplus));
    for item in 1..=20 {
        let name = format!("q{item}");
        let given = sheet.get(&name).and_then(Value::as_i64).unwrap_or_default();
        if item != 16 && surplus > 0 && given < 4 {
            sheet.insert(name, json!(given + 1));
            surplus -= 1;
        }
    }
    sheet
}

/// Three ratings from 0 to 10 around a mean.
pub fn three(items: [&str; 3], mean: f64, chance: &mut Chance) -> Sheet {
    items.iter().map(|item| ((*item).to_owned(), json!(chance.whole(mean, 0.6, 0, 10)))).collect()
}

/// The bladder questions. `trouble` is 0 to 3.
pub fn bladder(trouble: i32, chance: &mut Chance) -> Sheet {
    let mut sheet = Sheet::new();
    for item in ["urgency", "frequency", "night"] {
        sheet.insert(item.into(), json!(chance.whole(f64::from(trouble), 0.4, 0, 3)));
    }
    sheet.insert("pain".into(), json!(0));
    sheet.insert("leak".into(), json!(0));
    sheet.insert("blood".into(), json!(0));
    sheet
}

/// The long-term questions, with nothing to report but a little forgetfulness.
pub fn long_term(chance: &mut Chance) -> Sheet {
    let mut sheet = Sheet::new();
    for item in ["memory", "thinking"] {
        sheet.insert(item.into(), json!(i32::from(chance.happens(0.3))));
    }
    for item in ["craving", "high_mood", "little_sleep", "perceptions", "extra_use", "other_drugs"] {
        sheet.insert(item.into(), json!(0));
    }
    sheet
}

/// The tolerability questions at the end of a session with this much detachment.
pub fn tolerability(detached: i32, was_sick: bool, chance: &mut Chance) -> Sheet {
    let mut sheet = Sheet::new();
    sheet.insert("detached".into(), json!(detached));
    sheet.insert("perception".into(), json!(chance.whole(f64::from(detached), 1.5, 0, 10)));
    sheet.insert("fear".into(), json!(chance.whole(1.6, 1.4, 0, 6)));
    sheet.insert("nausea".into(), json!(if was_sick { chance.between(3, 6) } else { chance.between(0, 1) }));
    sheet.insert("dizziness".into(), json!(chance.whole(2.5, 1.5, 0, 7)));
    sheet.insert("drowsy_now".into(), json!(chance.whole(1.8, 1.0, 0, 4)));
    sheet.insert("unreal_now".into(), json!(chance.whole(0.8, 0.7, 0, 2)));
    sheet.insert("overall".into(), json!(chance.whole(7.4, 1.3, 3, 10)));
    sheet
}

/// `total` points over the items q1, q2, …, none above `most`.
fn spread(total: i32, items: usize, most: i32, chance: &mut Chance) -> Sheet {
    let mut points = vec![0; items];
    let mut left = total.clamp(0, most * i32::try_from(items).unwrap_or_default());
    // A person's answers lean: some items weigh more than others, and stay so within one form.
    let weights: Vec<f64> = (0..items).map(|_| 0.35 + chance.share()).collect();
    while left > 0 {
        let open = points.iter().zip(&weights).enumerate().filter(|(_, (given, _))| **given < most);
        let urges = open.map(|(item, (given, weight))| (item, (weight + 0.6 * chance.share()) / f64::from(given + 1)));
        let Some((item, _)) = urges.max_by(|(_, one), (_, other)| one.total_cmp(other)) else { break };
        points[item] += 1;
        left -= 1;
    }
    points.iter().enumerate().map(|(item, given)| (format!("q{}", item + 1), json!(given))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruments::{self, RawAnswers, Registry};

    fn score(instrument: &str, sheet: &Sheet) -> Option<f64> {
        let registry = Registry::load_builtin().unwrap();
        let known = registry.current(instrument).unwrap();
        let raw: RawAnswers = serde_json::from_value(Value::Object(sheet.clone())).unwrap();
        let answers = raw.read().unwrap();
        known.check(&answers).unwrap();
        instruments::score(known, &answers).total.map(instruments::Points::to_f64)
    }

    #[test]
    fn answers_add_up_to_the_score() {
        let mut chance = Chance::of(1, 1);
        for total in 0..=27 {
            for item_nine in 0..=3 {
                let sheet = phq9(total, item_nine, &mut chance);
                assert_eq!(score("phq-9", &sheet), Some(f64::from(total)));
            }
        }
        for total in 0..=21 {
            assert_eq!(score("gad-7", &gad7(total, &mut chance)), Some(f64::from(total)));
        }
        for total in 0..=70 {
            assert_eq!(score("pcl-5", &pcl5(total, &mut chance)), Some(f64::from(total)));
        }
    }

    #[test]
    fn the_other_forms_are_complete() {
        let mut chance = Chance::of(1, 2);
        assert!(score("peg", &three(["p", "e", "g"], 7.0, &mut chance)).is_some());
        assert!(score("ocd-check", &three(["time", "distress", "interference"], 7.0, &mut chance)).is_some());
        assert!(score("bladder-check", &bladder(1, &mut chance)).is_some());
        score("long-term-check", &long_term(&mut chance));
        score("session-tolerability", &tolerability(5, true, &mut chance));
    }
}
