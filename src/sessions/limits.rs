//! Ranges that catch slips in a session record.
//!
//! Source of every one: CLINICAL.md 6, the column "hard". They are this project's choice (P) and no dosing advice.
//! What is merely unusual is asked about where it is typed; here it is accepted.

use crate::db::Timestamp;
use crate::instruments::Points;

/// Number of the session in its course.
pub const NUMBER: (i32, i32) = (1, 500);
/// Weight in kg.
pub const WEIGHT_KG: (Points, Points) = (Points::from_int(25), Points::from_int(350));
/// Most that is given in one session, in mg; the least is above 0.
pub const MOST_DOSE_MG: Points = Points::from_int(1500);
/// Dose by weight in mg/kg: computed, never typed.
pub const DOSE_MG_PER_KG: (Points, Points) = (Points::from_thousandths(20), Points::from_int(15));
/// Infusion time in minutes.
pub const INFUSION_MINUTES: (i32, i32) = (1, 1440);
/// Systolic blood pressure in mmHg.
pub const SYSTOLIC: (i32, i32) = (60, 260);
/// Diastolic blood pressure in mmHg, always below the systolic one.
pub const DIASTOLIC: (i32, i32) = (30, 160);
/// Heart beats a minute.
pub const HEART_RATE: (i32, i32) = (25, 240);
/// Oxygen saturation in percent.
pub const SPO2: (i32, i32) = (50, 100);
/// Breaths a minute.
pub const BREATHING_RATE: (i32, i32) = (4, 60);
/// Sedation on the MOAA/S scale, 5 being awake.
pub const SEDATION: (i32, i32) = (0, 5);
/// How detached the patient felt at the strongest moment.
pub const DISSOCIATION: (i32, i32) = (0, 10);
/// Minutes from the start of dosing to the start or end of an effect: a week (P).
pub const EFFECT_MINUTES: (i32, i32) = (0, 10_080);

/// The earliest date of a session: 1990-01-01, before ketamine was given for depression (P).
pub fn earliest() -> Timestamp {
    Timestamp::from_milliseconds(631_152_000_000)
}
/// How far ahead of the server's clock something may have happened, in seconds: a day, for a tablet's wrong clock (P).
pub const DONE_AHEAD_SECONDS: i64 = 86_400;
/// How far ahead a session may be planned, in seconds: two years (P).
pub const PLANNED_AHEAD_SECONDS: i64 = 2 * 366 * 86_400;

/// Readings in one record (P).
pub const MOST_VITALS: usize = 200;
/// Effects in one record (P).
pub const MOST_EFFECTS: usize = 60;
/// Other medicines in one record, and interventions (P).
pub const MOST_GIVEN: usize = 40;
/// Entries of the checklist, and of the discharge list (P).
pub const MOST_MARKS: usize = 40;
/// Characters in the name of such an entry (P).
pub const MARK_NAME_CHARACTERS: usize = 40;
/// Characters in a text of such an entry, and in what was done about an effect (P).
pub const MARK_CHARACTERS: usize = 500;

/// Milligrams per kilogram, rounded half up to two decimals.
pub fn mg_per_kg(dose_mg: Points, weight_kg: Points) -> Option<Points> {
    dose_mg.ratio(1000, weight_kg.thousandths(), 2)
}

/// Whether the dose suits the weight, by the exact quotient, not the rounded one.
pub fn is_dose_plausible(dose_mg: Points, weight_kg: Points) -> bool {
    let (least, most) = DOSE_MG_PER_KG;
    dose_mg.is_share_of(least, weight_kg) && i128::from(dose_mg.thousandths()) <= per_kilograms(most, weight_kg)
}

/// The dose in thousandths of a mg that so many mg/kg make; for whole mg/kg it is exact.
fn per_kilograms(mg_per_kg: Points, weight_kg: Points) -> i128 {
    i128::from(mg_per_kg.thousandths()) * i128::from(weight_kg.thousandths()) / 1000
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn thousandths(number: i64) -> Points {
        Points::from_thousandths(number)
    }

    #[test]
    fn halves_of_a_hundredth_are_rounded_up() {
        let rounded = |dose, weight| mg_per_kg(thousandths(dose), thousandths(weight)).unwrap().to_string();
        assert_eq!(rounded(34_000, 68_000), "0.5");
        assert_eq!(rounded(41_000, 68_000), "0.6");
        // 0.505 and 0.504999…
        assert_eq!(rounded(50_500, 100_000), "0.51");
        assert_eq!(rounded(50_499, 100_000), "0.5");
        assert_eq!(rounded(28_000, 81_300), "0.34");
    }

    #[test]
    fn the_edges_of_the_dose_by_weight_belong_to_it() {
        let plausible = |dose, weight| is_dose_plausible(thousandths(dose), thousandths(weight));
        assert!(plausible(2_000, 100_000) && plausible(1_500_000, 100_000));
        assert!(!plausible(1_999, 100_000));
        assert!(!plausible(375_001, 25_000));
        assert!(plausible(375_000, 25_000));
        assert!(!plausible(1, 25_000));
    }

    proptest! {
        #[test]
        fn mg_per_kg_is_the_nearest_hundredth(dose in 1i64..=1_500_000, weight in 25_000i64..=350_000) {
            let rounded = mg_per_kg(thousandths(dose), thousandths(weight)).unwrap();
            prop_assert!(rounded.is_multiple_of(thousandths(10)));
            // Twice the error, in units of 1 / (100 * weight): at most half a step below, less than half above.
            let hundredths = rounded.thousandths() / 10;
            let twice_error = 2 * (hundredths * weight - 100 * dose);
            prop_assert!(-weight < twice_error && twice_error <= weight);
        }

        #[test]
        fn a_dose_is_plausible_exactly_between_the_bounds(dose in 1i64..=6_000_000, weight in 25_000i64..=350_000) {
            let plausible = 50 * dose >= weight && dose <= 15 * weight;
            prop_assert_eq!(is_dose_plausible(thousandths(dose), thousandths(weight)), plausible);
        }
    }
}
