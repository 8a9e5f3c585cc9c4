//! How much of which medicine one patient has had, how close together, and which checks that calls for. Pure.
//!
//! Nothing here is advice: each sign says the rule that it follows, and a person decides. Source: CLINICAL.md 10; rules marked
//! (P) there are ours.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::timeline::days_between;
use crate::db::LocalDate;
use crate::instruments::Points;

/// The short span, in days.
const SHORT_DAYS: i64 = 30;
/// The long one: twelve months.
const LONG_DAYS: i64 = 365;
/// Gaps that are compared, the newest ones (P).
const GAPS: usize = 3;
/// Doses that are compared, the newest ones of a medicine (P).
const DOSES: usize = 6;
/// Percent by which they must have risen (P).
const RISE_PERCENT: i64 = 20;
/// More sessions than this within [`WEEKS_DAYS`] are more than weekly.
const WEEKLY_SESSIONS: usize = 4;
/// Four weeks, in days.
const WEEKS_DAYS: i64 = 28;
/// From the third month on, counted from the first session. Source: CLINICAL.md 10.
const SECOND_MONTH_DAYS: i64 = 60;
/// Readings at each end that are compared (P).
const READINGS: usize = 3;
/// Days from one long-term check to the next. Source: CLINICAL.md 10, monthly in maintenance.
const CHECK_DAYS: i64 = 30;

/// A completed session, as far as exposure goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dose {
    /// The day where the patient was.
    pub day: Date,
    /// `ketamine`, `esketamine` or `other`.
    pub medicine: String,
    /// How much, in mg; `None` where nobody wrote it down.
    pub mg: Option<Points>,
    /// Blood pressure before dosing, in mmHg: systolic and diastolic.
    pub pressure: Option<(i32, i32)>,
}

/// Sessions and doses of one medicine. Medicines are never added together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ExposureMedicine)]
pub struct MedicineBody {
    /// `ketamine`, `esketamine` or `other`.
    #[schema(example = "ketamine")]
    pub medicine: String,
    /// The last 30 days.
    pub days_30: TotalBody,
    /// The last 12 months.
    pub months_12: TotalBody,
    /// All that is on record.
    pub all: TotalBody,
}

/// Sessions and what was given in them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ExposureTotal)]
pub struct TotalBody {
    /// Completed sessions.
    pub sessions: usize,
    /// Milligrams of those whose dose is on record.
    #[schema(value_type = f64, example = 240)]
    pub mg: Points,
    /// Sessions whose dose is not.
    pub without_dose: usize,
}

/// Something that calls for a look, with its rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ExposureSign)]
pub struct SignBody {
    /// `shrinking_intervals`, `dose_creep` or `more_than_weekly`.
    #[schema(example = "shrinking_intervals")]
    pub code: &'static str,
    /// What is so, in words and figures.
    #[schema(example = "Gaps between the last sessions: 28, 21 and 14 days")]
    pub text: String,
    /// The rule that it follows.
    pub rule: &'static str,
}

/// Blood pressure before dosing, at first and of late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ExposurePressure)]
pub struct PressureBody {
    /// Readings on record.
    pub readings: usize,
    /// The middle of the first three, systolic in mmHg.
    pub first_systolic: i32,
    /// The same, diastolic.
    pub first_diastolic: i32,
    /// The middle of the last three, systolic in mmHg.
    pub last_systolic: i32,
    /// The same, diastolic.
    pub last_diastolic: i32,
}

/// A check that exposure calls for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ExposureCheck)]
pub struct CheckBody {
    /// The questionnaire.
    #[schema(example = "bladder-check")]
    pub instrument: String,
    /// Its usual name.
    #[schema(example = "Bladder")]
    pub title: String,
    /// The day of the last one; null where there was none.
    pub last_on: Option<LocalDate>,
    /// The day of the next one: 30 days after the last, today where there was none.
    pub due_on: LocalDate,
}

/// How much one patient has had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Exposure)]
pub struct ExposureBody {
    /// Each medicine for itself, in the order of its first session.
    pub medicines: Vec<MedicineBody>,
    /// The shortest gap between two sessions, in days; null with fewer than two.
    #[schema(example = 3)]
    pub shortest_interval_days: Option<i64>,
    /// What calls for a look.
    pub signs: Vec<SignBody>,
    /// Blood pressure before dosing; null with fewer than six readings.
    pub blood_pressure: Option<PressureBody>,
    /// Long-term checks; none before the first session.
    pub checks: Vec<CheckBody>,
}

/// Puts it together. `doses` are in order of time; `checks` are questionnaires with their name and the day of the last answer.
pub fn exposure(doses: &[Dose], checks: Vec<(String, String, Option<LocalDate>)>, today: Date) -> ExposureBody {
    let gaps: Vec<i64> = doses.windows(2).map(|pair| days_between(pair[0].day, pair[1].day)).collect();
    let signs = [shrinking(&gaps), more_than_weekly(doses)].into_iter().flatten();
    let check = |(instrument, title, last_on): (String, String, Option<LocalDate>)| CheckBody {
        instrument,
        title,
        last_on,
        due_on: last_on.map_or(LocalDate::from(today), |last| last.plus_days(CHECK_DAYS)),
    };
    ExposureBody {
        medicines: medicines(doses, today),
        shortest_interval_days: gaps.iter().min().copied(),
        signs: signs.chain(creeping(doses)).collect(),
        blood_pressure: pressure(doses),
        checks: if doses.is_empty() { Vec::new() } else { checks.into_iter().map(check).collect() },
    }
}

fn names(doses: &[Dose]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for dose in doses {
        if !names.contains(&dose.medicine.as_str()) {
            names.push(&dose.medicine);
        }
    }
    names
}

fn medicines(doses: &[Dose], today: Date) -> Vec<MedicineBody> {
    let total = |medicine: &str, days: Option<i64>| {
        let mut total = TotalBody::default();
        let within = |dose: &&Dose| days.is_none_or(|days| days_between(dose.day, today) < days);
        for dose in doses.iter().filter(|dose| dose.medicine == medicine).filter(within) {
            total.sessions += 1;
            match dose.mg {
                Some(mg) => total.mg = total.mg + mg,
                None => total.without_dose += 1,
            }
        }
        total
    };
    let body = |medicine: &str| MedicineBody {
        medicine: medicine.to_owned(),
        days_30: total(medicine, Some(SHORT_DAYS)),
        months_12: total(medicine, Some(LONG_DAYS)),
        all: total(medicine, None),
    };
    names(doses).into_iter().map(body).collect()
}

fn shrinking(gaps: &[i64]) -> Option<SignBody> {
    let last = gaps.get(gaps.len().checked_sub(GAPS)?..)?;
    last.windows(2).all(|pair| pair[1] < pair[0]).then(|| SignBody {
        code: "shrinking_intervals",
        text: format!("Gaps between the last sessions: {}, {} and {} days", last[0], last[1], last[2]),
        rule: "Each of the last three gaps between sessions is shorter than the one before",
    })
}

fn more_than_weekly(doses: &[Dose]) -> Option<SignBody> {
    let (first, last) = (doses.first()?, doses.last()?);
    let recent = doses.iter().filter(|dose| days_between(dose.day, last.day) < WEEKS_DAYS).count();
    let is_late = days_between(first.day, last.day) > SECOND_MONTH_DAYS;
    (is_late && recent > WEEKLY_SESSIONS).then(|| SignBody {
        code: "more_than_weekly",
        text: format!("{recent} sessions in the four weeks up to the last one"),
        rule: "More than one session a week after the second month calls for a review of whether treatment can be spaced",
    })
}

/// One sign for each medicine whose doses only went up of late.
fn creeping(doses: &[Dose]) -> Vec<SignBody> {
    let sign = |medicine: &str| {
        let given: Vec<Points> = doses.iter().filter(|dose| dose.medicine == medicine).filter_map(|dose| dose.mg).collect();
        let last = given.get(given.len().checked_sub(DOSES)?..)?;
        let (from, to) = (last[0], last[DOSES - 1]);
        let has_risen = to.thousandths() * 100 >= from.thousandths() * (100 + RISE_PERCENT);
        let never_fell = last.windows(2).all(|pair| pair[1] >= pair[0]);
        (has_risen && never_fell).then(|| SignBody {
            code: "dose_creep",
            text: format!("{medicine}: from {from} mg to {to} mg over the last {DOSES} doses"),
            rule: "Over the last six doses of one medicine none was lower than the one before, and they rose by a fifth or more",
        })
    };
    names(doses).into_iter().filter_map(sign).collect()
}

fn pressure(doses: &[Dose]) -> Option<PressureBody> {
    let read: Vec<(i32, i32)> = doses.iter().filter_map(|dose| dose.pressure).collect();
    if read.len() < 2 * READINGS {
        return None;
    }
    let middle = |some: &[(i32, i32)], part: fn(&(i32, i32)) -> i32| {
        let mut values: Vec<i32> = some.iter().map(part).collect();
        values.sort_unstable();
        values[READINGS / 2]
    };
    let (first, last) = (&read[..READINGS], &read[read.len() - READINGS..]);
    Some(PressureBody {
        readings: read.len(),
        first_systolic: middle(first, |reading| reading.0),
        first_diastolic: middle(first, |reading| reading.1),
        last_systolic: middle(last, |reading| reading.0),
        last_diastolic: middle(last, |reading| reading.1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::samples::date;

    fn doses(medicine: &str, given: &[(i64, i32)]) -> Vec<Dose> {
        let dose = |(day, mg): &(i64, i32)| Dose {
            day: date(*day),
            medicine: medicine.to_owned(),
            mg: Some(Points::from_int(*mg)),
            pressure: Some((120 + i32::try_from(*day).unwrap(), 80)),
        };
        given.iter().map(dose).collect()
    }

    fn codes(doses: &[Dose]) -> Vec<&'static str> {
        exposure(doses, Vec::new(), date(400)).signs.into_iter().map(|sign| sign.code).collect()
    }

    #[test]
    fn medicines_are_summed_each_for_itself_over_three_spans() {
        let mut all = doses("ketamine", &[(0, 40), (100, 40), (371, 50)]);
        all.extend(doses("esketamine", &[(380, 56)]));
        all.push(Dose { mg: None, ..doses("ketamine", &[(399, 1)]).remove(0) });
        let body = exposure(&all, Vec::new(), date(400));
        let told = |total: TotalBody| (total.sessions, total.mg.to_string(), total.without_dose);
        let ketamine = &body.medicines[0];
        assert_eq!(told(ketamine.days_30), (2, "50".into(), 1));
        assert_eq!(told(ketamine.months_12), (3, "90".into(), 1));
        assert_eq!(told(ketamine.all), (4, "130".into(), 1));
        assert_eq!(told(body.medicines[1].all), (1, "56".into(), 0));
        assert_eq!(body.shortest_interval_days, Some(9));
    }

    #[test]
    fn a_span_ends_today_and_has_its_days() {
        let body = exposure(&doses("ketamine", &[(370, 10), (371, 10), (400, 10)]), Vec::new(), date(400));
        assert_eq!(body.medicines[0].days_30.sessions, 2);
        let body = exposure(&doses("ketamine", &[(35, 10), (36, 10)]), Vec::new(), date(400));
        assert_eq!(body.medicines[0].months_12.sessions, 1);
    }

    #[test]
    fn gaps_that_shrink_three_times_are_told() {
        assert_eq!(codes(&doses("ketamine", &[(0, 40), (28, 40), (49, 40), (63, 40)])), ["shrinking_intervals"]);
        assert!(codes(&doses("ketamine", &[(0, 40), (28, 40), (49, 40), (70, 40)])).is_empty());
        assert!(codes(&doses("ketamine", &[(0, 40), (28, 40), (49, 40)])).is_empty());
    }

    #[test]
    fn more_than_weekly_counts_only_after_the_second_month() {
        let series = |first: i64| -> Vec<(i64, i32)> { (0..5).map(|count| (first + 6 * count, 40)).collect() };
        let mut late = vec![(0, 40)];
        late.extend(series(60));
        assert_eq!(codes(&doses("ketamine", &late)), ["more_than_weekly"]);
        assert!(codes(&doses("ketamine", &series(0))).is_empty());
    }

    #[test]
    fn doses_that_only_rise_are_told_once_they_have_risen_by_a_fifth() {
        let over =
            |mg: [i32; 6]| doses("ketamine", &std::array::from_fn::<_, 6, _>(|at| (30 * i64::try_from(at).unwrap(), mg[at])));
        assert_eq!(codes(&over([50, 50, 54, 54, 58, 60])), ["dose_creep"]);
        assert!(codes(&over([50, 50, 54, 54, 58, 59])).is_empty());
        assert!(codes(&over([50, 56, 54, 54, 58, 60])).is_empty());
    }

    #[test]
    fn pressure_is_the_middle_of_three_at_each_end() {
        let body = exposure(&doses("ketamine", &[(0, 1), (9, 1), (3, 1), (20, 1), (22, 1), (30, 1)]), Vec::new(), date(400));
        let read = body.blood_pressure.unwrap();
        assert_eq!((read.readings, read.first_systolic, read.last_systolic, read.last_diastolic), (6, 123, 142, 80));
        assert_eq!(exposure(&doses("ketamine", &[(0, 1)]), Vec::new(), date(400)).blood_pressure, None);
    }

    #[test]
    fn checks_come_monthly_once_somebody_was_dosed() {
        let checks = || {
            vec![
                ("bladder-check".into(), "Bladder".into(), Some(LocalDate::from(date(10)))),
                ("long-term-check".into(), "Long-term".into(), None),
            ]
        };
        let due: Vec<LocalDate> =
            exposure(&doses("ketamine", &[(0, 1)]), checks(), date(50)).checks.iter().map(|check| check.due_on).collect();
        assert_eq!(due, [date(40), date(50)].map(LocalDate::from));
        assert!(exposure(&[], checks(), date(50)).checks.is_empty());
    }
}
