//! `GET /clinic/outcomes` and `GET /clinic/analysable`: what treatment came to, who is hidden, and what can still be had.
//!
//! The figures are compared with a plain re-computation from what the API says of each patient, written here anew and
//! sharing nothing with the module: see `expected`.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use yarrow::auth::roles::Role;
use yarrow::auth::scope::PatientScope;
use yarrow::db::Reach;
use yarrow::outcomes;

use crate::responses::{self, answer};
use crate::support::{Answer, Client, TestServer, check_in, phq9, questionnaire, session};

/// The 97.5th percentile of Student's t for 9 to 29 degrees of freedom; scipy.stats.t.ppf(0.975, df).
const T_975: [f64; 21] = [
    2.262_157, 2.228_139, 2.200_985, 2.178_813, 2.160_369, 2.144_787, 2.131_450, 2.119_905, 2.109_816, 2.100_922, 2.093_024,
    2.085_963, 2.079_614, 2.073_873, 2.068_658, 2.063_899, 2.059_539, 2.055_529, 2.051_831, 2.048_407, 2.045_230,
];

/// One patient's treatment, from its first session on.
#[derive(Clone, Copy)]
struct Case {
    condition: &'static str,
    route: &'static str,
    /// The day of the first session.
    began: &'static str,
    /// PHQ-9 three days before it.
    baseline: Option<u32>,
    sessions: u32,
    /// PHQ-9 the day after each session, counted up from the first.
    after: [Option<u32>; 6],
    /// Days after the last session, and the PHQ-9.
    later: [Option<(i64, u32)>; 4],
    status: &'static str,
}

const USUAL: Case = Case {
    condition: "mdd",
    route: "iv",
    began: "2026-03-02",
    baseline: Some(18),
    sessions: 6,
    after: [Some(17), Some(15), None, Some(13), Some(11), Some(10)],
    later: [Some((15, 8)), None, None, None],
    status: "maintenance",
};

/// A clinic where cases are entered as people would.
struct Clinic {
    server: TestServer,
    provider: Client,
    patients: Vec<Client>,
    entries: usize,
}

fn on(day: Date, hour: i64) -> String {
    let start: Timestamp = format!("{day}T00:00:00Z").parse().expect("a day");
    format!("{:.3}", start.checked_add(hour.hours()).expect("within the calendar"))
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

impl Clinic {
    async fn start() -> Self {
        let server = TestServer::start().await;
        let provider = server.provider().await;
        Self { server, provider, patients: Vec::new(), entries: 0 }
    }

    async fn phq9(&mut self, patient: &Client, on_day: Date, total: u32) -> usize {
        self.entries += 1;
        answer(patient, self.entries, &phq9(total).at(on(on_day, 18))).await;
        self.entries
    }

    async fn treat(&mut self, case: &Case) -> Client {
        let patient = self.server.patient().await;
        let began = day(case.began);
        if let Some(total) = case.baseline {
            self.phq9(&patient, began - 3.days(), total).await;
        }
        let course =
            json!({"condition": case.condition, "planned_sessions": 6, "started_on": began.to_string(), "status": "active"});
        let courses = format!("/patients/{}/courses", patient.patient_id());
        let course = self.provider.post(&courses, &course).await.expect(201)["id"].clone();
        for number in 0..case.sessions {
            let on_day = began + i64::from(3 * number).days();
            self.entries += 1;
            let id = format!("0197b000-0000-7000-8000-{:012}", self.entries);
            let record = session(number + 1).of(patient.patient_id()).with("course_id", &course).with("route", case.route);
            let record = record.with("started_at", on(on_day, 17)).with("ended_at", on(on_day, 18));
            self.provider.put(&format!("/sessions/{id}"), &record).await.expect(201);
            if let Some(total) = case.after.get(usize::try_from(number).unwrap_or_default()).copied().flatten() {
                self.phq9(&patient, on_day + 1.days(), total).await;
            }
        }
        let last = began + i64::from(3 * (case.sessions - 1)).days();
        for (days, total) in case.later.into_iter().flatten() {
            self.phq9(&patient, last + days.days(), total).await;
        }
        let path = format!("/courses/{}", course.as_str().expect("an id"));
        self.provider.patch(&path, &json!({"status": case.status})).await.expect(200);
        self.patients.push(patient.clone());
        patient
    }

    async fn outcomes(&self, query: &str) -> Answer {
        self.provider.get(&format!("/clinic/outcomes{query}")).await.expect(200)
    }
}

/// Twenty-six people: some respond, some keep it, some lose it, some worsen, some stop, some did not answer.
fn cast() -> Vec<Case> {
    let months = ["2026-01-12", "2026-02-09", "2026-03-02", "2026-04-06", "2026-05-04"];
    let mut cases = Vec::new();
    for number in 0..26_u32 {
        let start = 12 + number * 5 % 13;
        let end = match number % 5 {
            0 => start / 4,
            1 => start / 2,
            2 => start - 6,
            3 => start - 2,
            _ => start.min(20) + 7,
        };
        let step = |part: u32| Some((start * (6 - part) + end * part) / 6);
        let after = [step(1), step(2), if number % 3 == 0 { None } else { step(3) }, step(4), step(5), step(6)];
        let kept = [
            Some((15, end)),
            Some((40, end + number % 3)),
            Some((47 + i64::from(number), 17)),
            Some((56 + i64::from(number), 18)),
        ];
        cases.push(Case {
            condition: if number % 2 == 0 { "mdd" } else { "trd" },
            route: if number % 4 < 2 { "iv" } else { "im" },
            began: months[usize::try_from(number % 5).unwrap_or_default()],
            baseline: if number == 7 {
                None
            } else if number == 12 {
                Some(8)
            } else {
                Some(start)
            },
            after,
            later: if number == 9 {
                [None; 4]
            } else if number % 2 == 0 {
                [kept[0], kept[1], Some((90, end)), None]
            } else {
                kept
            },
            ..USUAL
        });
    }
    cases[3] = Case { sessions: 2, status: "stopped", ..cases[3] };
    cases[4] = Case { later: [Some((9, 5)), Some((12, 6)), Some((16, 9)), Some((33, 4))], ..cases[4] };
    cases
}

/// What one person's record says, read from the API.
struct Seen {
    scores: Vec<(Date, f64)>,
    sessions: Vec<(i64, Date)>,
    condition: String,
    route: String,
}

async fn see(clinic: &Clinic, patient: &Client) -> Seen {
    let id = patient.patient_id();
    let answers = clinic.provider.get(&format!("/patients/{id}/responses?instrument=phq-9&limit=200")).await.expect(200);
    let mut scores: Vec<(Date, f64)> = answers
        .items()
        .iter()
        .filter(|given| given["superseded_by"].is_null())
        .map(|given| {
            let items = (1..=9).map(|item| given["answers"][format!("q{item}")].as_f64().expect("answered"));
            (day(given["local_date"].as_str().expect("a day")), items.sum())
        })
        .collect();
    scores.reverse();
    let all = clinic.provider.get(&format!("/patients/{id}/sessions?limit=200")).await.expect(200);
    let mut sessions: Vec<(i64, Date)> = all
        .items()
        .iter()
        .filter(|session| session["status"] == "completed")
        .map(|session| (session["number"].as_i64().expect("a number"), day(session["local_date"].as_str().expect("a day"))))
        .collect();
    sessions.reverse();
    let route = all.items()[0]["route"].as_str().expect("a route").to_owned();
    let courses = clinic.provider.get(&format!("/patients/{id}/courses")).await.expect(200);
    let condition = courses.items()[0]["condition"].as_str().expect("a condition").to_owned();
    Seen { scores, sessions, condition, route }
}

fn apart(from: Date, to: Date) -> i64 {
    i64::from(to.since(from).expect("days").get_days())
}

impl Seen {
    fn first(&self) -> Date {
        self.sessions[0].1
    }

    fn baseline(&self) -> Option<f64> {
        let before = self.scores.iter().rev().find(|(on, _)| *on < self.first())?;
        (apart(before.0, self.first()) <= 14).then_some(before.1)
    }

    fn at(&self, at: &str) -> Option<f64> {
        let (_, last) = self.sessions[self.sessions.len().min(6) - 1];
        let since: Vec<_> = self.scores.iter().filter(|(on, _)| *on >= self.first()).collect();
        if at == "latest" {
            return since.last().map(|(_, value)| *value);
        }
        let mut nearest: Option<(i64, f64)> = None;
        for (on, value) in since {
            let days = apart(last, *on);
            let far = (days - 14).abs();
            if (1..=31).contains(&days) && nearest.is_none_or(|(best, _)| far < best) {
                nearest = Some((far, *value));
            }
        }
        nearest.map(|(_, value)| value)
    }

    fn after(&self, number: i64) -> Option<f64> {
        let index = self.sessions.iter().position(|(of, _)| *of == number)?;
        let (_, on) = self.sessions[index];
        let next = self.sessions.get(index + 1).map(|(_, day)| *day);
        let found = self.scores.iter().find(|(day, _)| *day > on && apart(on, *day) <= 14)?;
        next.is_none_or(|next| found.0 < next).then_some(found.1)
    }

    /// Days from the first response to the second of two scores past the line, or to the last score.
    fn kept(&self) -> Option<(i64, bool)> {
        let baseline = self.baseline().filter(|baseline| *baseline >= 10.0)?;
        let mut since: Option<Date> = None;
        let mut best = f64::MAX;
        let mut past: Option<Date> = None;
        let mut end = None;
        for (on, value) in self.scores.iter().filter(|(on, _)| *on > self.first()) {
            end = Some(*on);
            if since.is_some() && *value > baseline / 2.0 && *value - best >= 5.0 {
                if past.is_some_and(|past| apart(past, *on) <= 14) {
                    return Some((apart(since?, *on), true));
                }
                past = Some(*on);
            } else {
                past = None;
            }
            if *value <= baseline / 2.0 && since.is_none() {
                since = Some(*on);
            }
            best = best.min(*value);
        }
        Some((apart(since?, end?), false))
    }
}

fn round(value: f64, places: i32) -> f64 {
    (value * 10_f64.powi(places)).round() / 10_f64.powi(places)
}

#[expect(clippy::cast_precision_loss, reason = "a handful of people")]
fn real(count: usize) -> f64 {
    count as f64
}

/// The k-th quarter, as Python's `statistics.quantiles(values, n=4, method="inclusive")` has it.
fn quarter(values: &[f64], k: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (at, part) = ((sorted.len() - 1) * k / 4, (sorted.len() - 1) * k % 4);
    let next = sorted[(at + 1).min(sorted.len() - 1)];
    (sorted[at] * real(4 - part) + next * real(part)) / 4.0
}

fn rate(met: &[bool]) -> Value {
    let (n, of) = (real(met.iter().filter(|met| **met).count()), real(met.len()));
    let z = 1.959_963_985;
    let middle = (n + z * z / 2.0) / (of + z * z);
    let half = z / (of + z * z) * (n * (of - n) / of + z * z / 4.0).sqrt();
    json!({"n": n, "of": of, "low": round(middle - half, 4), "high": round(middle + half, 4)})
}

/// The same number, whether written with a decimal point or not.
#[track_caller]
fn assert_same(found: &Value, expected: &Value, what: &str) {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{what}");
            for (name, value) in expected {
                assert_same(&found[name], value, &format!("{what}.{name}"));
            }
        }
        (Value::Number(found), Value::Number(expected)) => {
            let (found, expected) = (found.as_f64().expect("a number"), expected.as_f64().expect("a number"));
            assert!((found - expected).abs() < 1e-9, "{what}: {found} and not {expected}");
        }
        _ => assert_eq!(found, expected, "{what}"),
    }
}

fn expect_figures(found: &Answer, people: &[Seen], at: &str) {
    let pairs: Vec<(f64, f64)> = people.iter().filter_map(|seen| Some((seen.baseline()?, seen.at(at)?))).collect();
    let (starts, ends): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    assert_eq!(found["suppressed"], false);
    assert_same(&found["n"], &json!(pairs.len()), "n");
    let with = |of: &dyn Fn(&Seen) -> bool| people.iter().filter(|seen| of(seen)).count();
    let missing = json!({
        "courses": people.len(), "with_baseline": with(&|seen| seen.baseline().is_some()),
        "with_score": with(&|seen| seen.at(at).is_some()), "counted": pairs.len(), "left_out": people.len() - pairs.len(),
    });
    assert_same(&found["missing"], &missing, "missing");
    for (name, values) in [("baseline", &starts), ("score", &ends)] {
        let expected = json!({
            "n": values.len(), "mean": round(values.iter().sum::<f64>() / real(values.len()), 3), "median": quarter(values, 2),
            "low_quarter": quarter(values, 1), "high_quarter": quarter(values, 3),
        });
        assert_same(&found[name], &expected, name);
    }
    let high: Vec<&(f64, f64)> = pairs.iter().filter(|(start, _)| *start >= 10.0).collect();
    let of_all = |is_met: fn(f64, f64) -> bool| rate(&pairs.iter().map(|(start, end)| is_met(*start, *end)).collect::<Vec<_>>());
    let of_high = |is_met: fn(f64, f64) -> bool| rate(&high.iter().map(|(start, end)| is_met(*start, *end)).collect::<Vec<_>>());
    assert_same(&found["reliable_improvement"], &of_all(|start, end| start - end >= 6.0), "reliable improvement");
    assert_same(&found["reliable_deterioration"], &of_all(|start, end| end - start >= 6.0), "reliable deterioration");
    assert_same(&found["response"], &of_high(|start, end| end <= start / 2.0), "response");
    assert_same(&found["remission"], &of_high(|_, end| end < 5.0), "remission");
    let mut changes: Vec<f64> = pairs.iter().map(|(start, end)| end - start).collect();
    changes.sort_by(f64::total_cmp);
    let drawn: Vec<f64> = found["waterfall"].as_array().expect("bars").iter().filter_map(Value::as_f64).collect();
    assert_eq!(drawn, changes);
    assert_same(&found["drop_out"], &rate(&people.iter().map(|seen| seen.sessions.len() < 6).collect::<Vec<_>>()), "drop-out");
}

fn expect_sessions(found: &Answer, people: &[Seen]) {
    let rows = found["by_session"].as_array().expect("rows");
    assert_eq!(rows.len(), 7);
    for (number, row) in (1..=6).zip(&rows[1..]) {
        let pairs: Vec<(f64, f64)> = people.iter().filter_map(|seen| Some((seen.baseline()?, seen.after(number)?))).collect();
        let (values, changes): (Vec<f64>, Vec<f64>) = pairs.iter().map(|(start, value)| (*value, value - start)).unzip();
        let mean = changes.iter().sum::<f64>() / real(changes.len());
        let spread = changes.iter().map(|change| (change - mean).powi(2)).sum::<f64>() / real(changes.len() - 1);
        let half = T_975[changes.len() - 10] * (spread / real(changes.len())).sqrt();
        let expected = json!({
            "number": number, "n": pairs.len(), "mean_change": round(mean, 3), "low": round(mean - half, 3), "high": round(mean + half, 3),
            "median": quarter(&values, 2), "low_quarter": quarter(&values, 1), "high_quarter": quarter(&values, 3),
        });
        assert_same(row, &expected, &format!("session {number}"));
    }
}

fn expect_kept(found: &Answer, people: &[Seen]) {
    let kept: Vec<(i64, bool)> = people.iter().filter_map(Seen::kept).collect();
    assert_same(&found["kept"]["n"], &json!(kept.len()), "people with a response");
    let lost = kept.iter().filter(|(_, is_lost)| *is_lost).count();
    assert!(lost > 1, "the cast loses responses");
    assert_same(&found["kept"]["lost"], &json!(lost), "responses lost");
    let mut share = 1.0;
    let mut expected = Vec::new();
    let mut days: Vec<i64> = kept.iter().filter(|(_, is_lost)| *is_lost).map(|(days, _)| *days).collect();
    days.sort_unstable();
    days.dedup();
    for day in days {
        let risk = kept.iter().filter(|(days, _)| *days >= day).count();
        let gone = kept.iter().filter(|(days, is_lost)| *is_lost && *days == day).count();
        if risk < 10 {
            break;
        }
        share *= 1.0 - real(gone) / real(risk);
        expected.push((day, risk, gone, round(share, 4)));
    }
    let steps = found["kept"]["steps"].as_array().expect("steps");
    assert!(!expected.is_empty() && steps.len() == expected.len(), "{steps:?} and not {expected:?}");
    for (step, (day, risk, gone, share)) in steps.iter().zip(expected) {
        assert_eq!((&step["day"], &step["at_risk"], &step["lost"]), (&json!(day), &json!(risk), &json!(gone)));
        assert_same(&step["share"], &json!(share), "share");
    }
}

#[actix_web::test]
async fn every_figure_is_that_of_a_plain_re_computation() {
    let mut clinic = Clinic::start().await;
    for case in cast() {
        clinic.treat(&case).await;
    }
    let mut people = Vec::new();
    for patient in &clinic.patients {
        people.push(see(&clinic, patient).await);
    }
    for at in ["induction", "latest"] {
        expect_figures(&clinic.outcomes(&format!("?at={at}")).await, &people, at);
    }
    let all = clinic.outcomes("").await;
    assert_eq!((&all["at"], &all["measure"]["id"]), (&json!("induction"), &json!("phq-9.total")));
    expect_sessions(&all, &people);
    expect_kept(&all, &people);
    let of_mdd: Vec<Seen> = people.into_iter().filter(|seen| seen.condition == "mdd").collect();
    assert!(of_mdd.iter().all(|seen| ["iv", "im"].contains(&seen.route.as_str())));
    expect_figures(&clinic.outcomes("?condition=mdd").await, &of_mdd, "induction");
}

#[actix_web::test]
async fn what_is_kept_for_outcomes_is_what_the_record_says() {
    let mut clinic = Clinic::start().await;
    let patient = clinic.treat(&Case { sessions: 5, status: "active", ..USUAL }).await;
    let ours = patient.patient_id();
    let scope = PatientScope::for_command(patient.clinic, ours).clinic_scope();
    let told = clinic.outcomes("").await;
    // A late answer, one corrected, another course's condition, a session more: each is followed.
    let entry = clinic.phq9(&patient, day("2026-04-05"), 4).await;
    let corrected = phq9(20).at(on(day("2026-04-05"), 18)).with("replaces", responses::id(entry));
    answer(&patient, entry + 1, &corrected).await;
    clinic.entries += 1;
    clinic.provider.patch(&format!("/patients/{ours}"), &json!({"primary_measure": "gad-7.total"})).await.expect(200);
    let again = clinic.outcomes("").await;
    assert_ne!(told.etag(), again.etag());
    let app = clinic.server.shared_app();
    let (kept, anew) = clinic
        .server
        .database()
        .read(Reach::Installation, move |conn| {
            let kept = outcomes::queries::all(conn, scope)?;
            Ok((kept, outcomes::work_out(conn, &app.instruments, scope, &[ours])?))
        })
        .await
        .expect("the database answers");
    assert_eq!(kept, anew);
    assert_eq!(kept[0].1.begun[0].primary, "gad-7.total");
    let latest = kept[0].1.begun[0].measures["phq-9.total"].latest.map(yarrow::instruments::Points::to_f64);
    assert_eq!(latest, Some(20.0));
}

#[actix_web::test]
async fn an_answer_is_not_changed_until_something_that_counts_is() {
    let mut clinic = Clinic::start().await;
    let patient = clinic.treat(&USUAL).await;
    let told = clinic.outcomes("").await;
    let ask = clinic.provider.with("If-None-Match", told.etag());
    ask.get("/clinic/outcomes").await.expect(304);
    clinic.entries += 1;
    answer(&patient, clinic.entries, &check_in(6)).await;
    ask.get("/clinic/outcomes").await.expect(304);
    clinic.phq9(&patient, day("2026-11-19"), 7).await;
    ask.get("/clinic/outcomes").await.expect(200);
}

#[actix_web::test]
async fn a_group_under_ten_is_hidden_and_so_is_one_that_would_tell_of_it() {
    let mut clinic = Clinic::start().await;
    for number in 0..9 {
        clinic.treat(&Case { baseline: Some(12 + number), ..USUAL }).await;
    }
    let hidden = clinic.outcomes("").await;
    assert_eq!((&hidden["suppressed"], &hidden["n"], &hidden["waterfall"]), (&json!(true), &Value::Null, &json!([])));
    assert_eq!(hidden["response"], json!({"n": null, "of": null, "low": null, "high": null}));
    assert_eq!(hidden["missing"]["courses"], Value::Null);
    clinic.treat(&USUAL).await;
    assert_eq!(clinic.outcomes("").await["n"], 10);
    assert_eq!(clinic.outcomes("?condition=mdd").await["n"], 10);
    clinic.treat(&Case { condition: "ptsd", ..USUAL }).await;
    assert_eq!(clinic.outcomes("").await["n"], 11);
    for query in ["?condition=mdd", "?condition=ptsd", "?condition=ocd", "?route=im"] {
        assert_eq!(clinic.outcomes(query).await["suppressed"], true, "{query}");
    }
    let choices = clinic.outcomes("").await["conditions"].clone();
    assert_eq!(choices, json!([{"condition": "mdd", "is_shown": false}, {"condition": "ptsd", "is_shown": false}]));
}

#[actix_web::test]
async fn a_time_with_few_people_is_told_together_with_its_neighbours() {
    let mut clinic = Clinic::start().await;
    for number in 0..24 {
        let began = ["2026-01-12", "2026-02-09", "2026-05-04", "2026-06-08"][number % 4];
        clinic.treat(&Case { began, sessions: 1, status: "stopped", ..USUAL }).await;
    }
    let all = clinic.outcomes("").await;
    let periods = json!([{"from": "2026-01-01", "to": "2026-02-28"}, {"from": "2026-03-01", "to": "2026-06-30"}]);
    assert_eq!(all["periods"], periods);
    let early = clinic.outcomes("?to=2026-01-20").await;
    assert_eq!((&early["n"], &early["filter"]["to"]), (&json!(12), &json!("2026-02-28")));
    assert_eq!(clinic.outcomes("?from=2026-06-01").await["filter"]["from"], "2026-03-01");
    assert_eq!(clinic.outcomes("?from=2026-07-01").await["suppressed"], true);
}

#[actix_web::test]
async fn a_form_without_published_rules_gets_no_words() {
    let mut clinic = Clinic::start().await;
    for _ in 0..10 {
        let patient = clinic.treat(&USUAL).await;
        for (on_day, value) in [("2026-03-01", 3), ("2026-03-31", 1)] {
            clinic.entries += 1;
            let items = (1..=20).map(|item| (format!("q{item}"), json!(value))).collect();
            let given = questionnaire("pcl-5", Value::Object(items)).at(on(day(on_day), 18));
            answer(&patient, clinic.entries, &given).await;
        }
    }
    let told = clinic.outcomes("?measure=pcl-5.total").await;
    assert_eq!(told["n"], 10);
    assert_eq!((&told["response"], &told["remission"], &told["kept"]), (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!(told["reliable_improvement"]["n"], 10);
    let line = &told["measures"].as_array().expect("lines").iter().find(|line| line["measure"] == "pcl-5.total").expect("a line");
    assert_eq!((&line["n"], &line["baseline_median"], &line["below_cut_point"]), (&json!(10), &json!(60), &json!(10)));
}

#[actix_web::test]
async fn a_question_that_cannot_be_answered_is_refused_with_all_its_faults() {
    let clinic = Clinic::start().await;
    let wrong = "/clinic/outcomes?measure=pcl-5.b&condition=flu&route=tea&from=2026-13-01&to=soon&at=once";
    let refused = clinic.provider.get(wrong).await.expect_problem(422, "invalid");
    assert_eq!(refused.pointers(), ["/measure", "/condition", "/route", "/at", "/from", "/to"]);
    let turned = clinic.provider.get("/clinic/outcomes?from=2026-03-01&to=2026-02-01").await.expect(422);
    assert_eq!(turned.pointers(), ["/from"]);
}

#[actix_web::test]
async fn a_coordinator_is_told_what_is_missing_and_nothing_of_what_is_there() {
    let mut clinic = Clinic::start().await;
    let coordinator = clinic.server.coordinator().await;
    coordinator.get("/clinic/outcomes").await.expect(403);
    clinic.server.person(&[Role::Admin]).await.get("/clinic/outcomes").await.expect(403);
    clinic.server.person(&[Role::Admin, Role::Provider]).await.get("/clinic/outcomes").await.expect(200);
    // Done on 4 November: a score can still be had until 5 December.
    let waiting = clinic.treat(&Case { began: "2026-10-20", later: [None; 4], ..USUAL }).await;
    // Done on 29 October, until 29 November; the baseline is gone.
    let sooner = clinic.treat(&Case { began: "2026-10-14", baseline: None, later: [None; 4], ..USUAL }).await;
    // All there.
    clinic.treat(&Case { began: "2026-10-14", ..USUAL }).await;
    let list = coordinator.get("/clinic/analysable").await.expect(200);
    let told: Vec<_> = list.items().iter().map(|item| (&item["name"], &item["reading"], &item["until"])).collect();
    let (waiting, sooner) = (json!(waiting.name), json!(sooner.name));
    assert_eq!(
        told,
        [(&sooner, &json!("after_induction"), &json!("2026-11-29")), (&waiting, &json!("after_induction"), &json!("2026-12-05")),]
    );
    assert_eq!(list.items()[0]["instrument"], "phq-9");
    let first = coordinator.get("/clinic/analysable?limit=1").await.expect(200);
    let next = format!("/clinic/analysable?limit=1&cursor={}", first["next_cursor"].as_str().expect("a second page"));
    assert_eq!(coordinator.get(&next).await.expect(200).items()[0]["name"], waiting);
    let share = clinic.outcomes("").await["analysable"].clone();
    assert_eq!((&share["share"]["n"], &share["share"]["of"], &share["can_still_be_mended"]), (&json!(1), &json!(2), &json!(2)));
}

#[actix_web::test]
async fn a_planned_course_lacks_its_baseline_until_the_day_of_its_first_session() {
    let clinic = Clinic::start().await;
    let patient = clinic.server.patient().await;
    let courses = format!("/patients/{}/courses", patient.patient_id());
    let course = json!({"condition": "mdd", "started_on": "2026-11-25", "status": "planned"});
    let course = clinic.provider.post(&courses, &course).await.expect(201)["id"].clone();
    let plan = json!({"patient_id": patient.patient_id(), "course_id": course, "number": 1, "status": "planned",
        "scheduled_at": "2026-11-25T17:00:00.000Z"});
    clinic.provider.put("/sessions/0197b000-0000-7000-8000-000000000001", &plan).await.expect(201);
    let list = clinic.provider.get("/clinic/analysable").await.expect(200);
    assert_eq!((&list.items()[0]["reading"], &list.items()[0]["until"]), (&json!("baseline"), &json!("2026-11-25")));
    answer(&patient, 1, &phq9(17)).await;
    assert_eq!(clinic.provider.get("/clinic/analysable").await.expect(200).items(), [] as [Value; 0]);
}
