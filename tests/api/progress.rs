//! Progress: charts, daily columns, lines around sessions and the list of measures.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use yarrow::db::Id;
use yarrow::patients::Patient;

use crate::support::{Answer, Body, Client, TestServer, check_in, phq9, questionnaire, session};

/// The id that a phone made for its `number`th entry.
fn id(number: u32) -> String {
    format!("0197a000-0000-7000-8000-{number:012}")
}

fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn days_between(earlier: Date, later: Date) -> i64 {
    i64::from(later.since(earlier).expect("days of one calendar").get_days())
}

/// A patient, a provider who records for it, and entries with ids of their own.
struct Care {
    server: TestServer,
    patient: Client,
    provider: Client,
    entries: u32,
}

impl Care {
    async fn start() -> Self {
        let server = TestServer::start().await;
        let (patient, provider) = (server.patient().await, server.provider().await);
        Self { server, patient, provider, entries: 0 }
    }

    fn whose(&self) -> Id<Patient> {
        self.patient.patient_id()
    }

    /// Submits a questionnaire and answers its id.
    async fn answer(&mut self, body: Body) -> String {
        self.entries += 1;
        let id = id(self.entries);
        self.patient.put(&format!("/responses/{id}"), &body).await.expect(201);
        id
    }

    async fn phq9(&mut self, at: &str, total: u32) -> String {
        self.answer(phq9(total).at(at)).await
    }

    /// Records a session and answers its id.
    async fn session(&mut self, number: u32, at: &str, more: impl Fn(Body) -> Body) -> String {
        self.entries += 1;
        let id = id(self.entries);
        let body = session(number).without("ended_at").of(self.whose()).with("started_at", at).with("scheduled_at", at);
        self.provider.put(&format!("/sessions/{id}"), &more(body)).await.expect(201);
        id
    }

    async fn course(&self, started_on: &str, planned_sessions: u32) -> String {
        let body =
            json!({"condition": "trd", "planned_sessions": planned_sessions, "started_on": started_on, "status": "active"});
        let course = self.provider.post(&format!("/patients/{}/courses", self.whose()), &body).await.expect(201);
        course["id"].as_str().expect("a course has an id").to_owned()
    }

    async fn ask(&self, who: &Client, what: &str) -> Answer {
        who.get(&format!("/patients/{}/{what}", self.whose())).await
    }

    async fn progress(&self, parameters: &str) -> Value {
        self.ask(&self.provider, &format!("progress{parameters}")).await.expect(200).json().clone()
    }

    /// The body with the ids that the server made told apart by words.
    fn settled(&self, answer: &Answer, others: &[(&str, &str)]) -> Value {
        let mut text = answer.text().replace(&self.whose().to_string(), "the patient");
        for (id, word) in others {
            text = text.replace(id, word);
        }
        serde_json::from_str(&text).expect("JSON")
    }
}

/// Three sessions, six scores, one correction and one planned session.
async fn treated() -> (Care, String) {
    let mut care = Care::start().await;
    let course = care.course("2026-09-01", 6).await;
    care.phq9("2026-09-05T21:00:00Z", 19).await;
    for (number, at, dose) in
        [(1, "2026-09-08T16:00:00Z", 40.0), (2, "2026-09-11T16:00:00Z", 42.5), (3, "2026-09-15T16:00:00Z", 42.5)]
    {
        let in_course = |body: Body| body.with("course_id", &course).with("dose_mg", dose).with("infusion_minutes", 40);
        care.session(number, at, in_course).await;
    }
    care.session(4, "2026-11-25T16:00:00Z", |body| {
        body.with("course_id", &course).with("status", "planned").without("started_at").without("dose_mg").without("weight_kg")
    })
    .await;
    care.phq9("2026-09-08T22:00:00Z", 17).await;
    care.answer(phq9(14).answer("q9", 1).at("2026-09-10T21:00:00Z")).await;
    care.phq9("2026-09-14T21:00:00Z", 12).await;
    let mistaken = care.phq9("2026-09-22T21:00:00Z", 27).await;
    care.answer(phq9(8).at("2026-09-22T21:00:00Z").with("replaces", mistaken)).await;
    care.answer(phq9(9).answer("q2", Value::Null).at("2026-10-20T21:00:00Z")).await;
    care.answer(questionnaire("phq-9", json!({"q1": 1, "q9": 2})).at("2026-11-01T21:00:00Z")).await;
    (care, course)
}

#[actix_web::test]
async fn a_provider_sees_the_whole_chart() {
    let (care, course) = treated().await;
    let chart = care.ask(&care.provider, "progress?measure=phq-9.total").await.expect(200);
    insta::assert_json_snapshot!("chart_for_a_provider", care.settled(&chart, &[(&course, "the course")]));
}

#[actix_web::test]
async fn a_patient_sees_the_same_without_item_9_and_further_figures() {
    let (care, _) = treated().await;
    let of_patient = care.ask(&care.patient, "progress").await.expect(200).json().clone();
    let mut of_provider = care.progress("").await;
    let staff_only = of_provider.as_object_mut().expect("an object");
    assert!(staff_only.remove("flags").is_some() && staff_only.remove("facts").is_some());
    assert_eq!(of_patient, of_provider);
    assert!(!of_patient.to_string().contains("q9"));
}

#[actix_web::test]
async fn measures_say_where_the_patient_stands() {
    let (mut care, _) = treated().await;
    care.answer(questionnaire("gad-7", json!({"q1": 1, "q2": 1, "q3": 1, "q4": 1, "q5": 1, "q6": 1, "q7": 1}))).await;
    care.answer(questionnaire("daily-check-in", json!({"mood": 6, "anxiety": 3, "energy": 5})).at("2026-09-07T21:00:00Z")).await;
    care.answer(questionnaire("daily-check-in", json!({"mood": 8, "anxiety": 2, "energy": 5}))).await;
    let measures = care.ask(&care.patient, "measures").await.expect(200);
    insta::assert_json_snapshot!("measures", measures.json());
    let names: Vec<_> = measures.items().iter().map(|item| item["measure"].as_str().expect("a name")).collect();
    let expected = ["phq-9.total", "gad-7.total", "daily-check-in.anxiety", "daily-check-in.energy", "daily-check-in.mood"];
    assert_eq!(names, expected);
}

#[actix_web::test]
async fn a_patient_without_answers_has_its_primary_measure_and_an_empty_chart() {
    let care = Care::start().await;
    let measures = care.ask(&care.patient, "measures").await.expect(200);
    assert_eq!(measures.items().len(), 1);
    assert_eq!((&measures.items()[0]["measure"], &measures.items()[0]["latest"]), (&json!("phq-9.total"), &Value::Null));
    let chart = care.progress("").await;
    assert_eq!((&chart["points"], &chart["summary"]["status"]), (&json!([]), &json!("no_baseline")));
    assert_eq!(chart["summary"]["text"], "No PHQ-9 score yet.");
    let daily = care.ask(&care.patient, "progress/daily").await.expect(200);
    assert_eq!((&daily["measures"], &daily["titles"]), (&json!({}), &json!({})));
}

#[actix_web::test]
async fn only_the_patient_and_providers_of_its_clinic_see_progress() {
    let care = Care::start().await;
    let (coordinator, admin, other) = (care.server.coordinator().await, care.server.admin().await, care.server.patient().await);
    let elsewhere = care.server.second_clinic().await;
    let (stranger, foreign_coordinator) = (elsewhere.provider().await, elsewhere.coordinator().await);
    for what in ["progress", "progress/daily", "progress/aligned", "measures"] {
        care.ask(&care.patient, what).await.expect(200);
        care.ask(&care.provider, what).await.expect(200);
        for refused in [&coordinator, &admin] {
            care.ask(refused, what).await.expect_problem(403, "forbidden");
        }
        for outside in [&other, &stranger, &foreign_coordinator] {
            care.ask(outside, what).await.expect_problem(404, "not-found");
        }
        care.ask(&care.server.anyone(), what).await.expect_problem(401, "unauthenticated");
        care.provider.get(&format!("/patients/{}/{what}", id(1))).await.expect_problem(404, "not-found");
        care.provider.get(&format!("/patients/nobody/{what}")).await.expect_problem(404, "not-found");
    }
}

#[actix_web::test]
async fn what_cannot_be_asked_is_told_with_its_place() {
    let care = Care::start().await;
    for (asked, pointers) in [
        ("progress?measure=phq-99.total", &["/measure"][..]),
        ("progress?measure=phq-9.total&from=yesterday&to=2026-13-01", &["/from", "/to"]),
        ("progress?from=2026-11-02&to=2026-11-01", &["/from"]),
        ("progress?measures=phq-9.total", &["/measures"]),
        ("progress/daily?from=2020-01-01", &["/from"]),
        ("progress/daily?from=0000-01-01&to=9999-12-31", &["/from"]),
        ("progress/aligned?measure=x&before=61&after=0", &["/measure", "/before", "/after"]),
    ] {
        let refused = care.ask(&care.provider, asked).await.expect_problem(422, "invalid");
        assert_eq!(refused.pointers(), pointers, "{asked}");
    }
    care.ask(&care.provider, "progress?measure=&from=&to=").await.expect(200);
}

#[actix_web::test]
async fn a_known_measure_without_scores_is_an_empty_chart() {
    let mut care = Care::start().await;
    care.phq9("2026-11-20T18:00:00Z", 9).await;
    let chart = care.progress("?measure=pcl-5.b").await;
    assert_eq!((&chart["measure"]["title"], &chart["points"]), (&json!("PCL-5: Intrusion"), &json!([])));
    assert_eq!(chart["summary"]["status"], Value::Null);
}

#[actix_web::test]
async fn what_has_not_changed_is_not_sent_again() {
    let mut care = Care::start().await;
    care.phq9("2026-11-19T18:00:00Z", 9).await;
    for what in ["progress", "progress/daily", "progress/aligned?measure=phq-9.total", "measures"] {
        let first = care.ask(&care.patient, what).await.expect(200);
        let knowing = |answer: &Answer| care.patient.with("If-None-Match", answer.etag());
        let again = care.ask(&knowing(&first), what).await;
        assert_eq!((again.status(), again.text(), again.etag()), (304, "", first.etag()), "{what}");
        let in_a_list = care.patient.with("If-None-Match", &format!("\"other\", W/{}", first.etag()));
        assert_eq!(care.ask(&in_a_list, what).await.status(), 304);
        let of_provider = care.ask(&care.provider, what).await.expect(200);
        assert_ne!(of_provider.etag(), first.etag());
    }
}

#[actix_web::test]
async fn a_new_answer_another_day_and_another_question_are_sent_anew() {
    let mut care = Care::start().await;
    care.phq9("2026-11-19T18:00:00Z", 9).await;
    let first = care.ask(&care.patient, "progress").await.expect(200);
    let knowing = care.patient.with("If-None-Match", first.etag());
    care.ask(&knowing, "progress?from=2026-11-01").await.expect(200);
    care.ask(&knowing, "progress?measure=gad-7.total").await.expect(200);
    let other = care.server.patient().await.with("If-None-Match", first.etag());
    other.get(&format!("/patients/{}/progress", other.patient_id())).await.expect(200);
    // Ten hours later it is tomorrow in UTC, but not yet where the patient is; after midnight in Denver it is.
    care.server.set_clock("2026-11-21T06:59:00Z");
    assert_eq!(care.ask(&knowing, "progress").await.status(), 304);
    care.server.set_clock("2026-11-21T07:01:00Z");
    care.ask(&knowing, "progress").await.expect(200);
    care.server.set_clock("2026-11-20T21:00:00Z");
    care.phq9("2026-11-20T18:00:00Z", 7).await;
    assert_eq!(care.ask(&knowing, "progress").await.expect(200)["summary"]["latest"], 7);
    let second = care.ask(&care.provider, "progress").await.expect(200);
    care.session(1, "2026-11-20T16:00:00Z", |body| body).await;
    let after = care.ask(&care.provider.with("If-None-Match", second.etag()), "progress").await.expect(200);
    assert_eq!(after["sessions"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn a_large_answer_is_packed_for_who_takes_it() {
    let (care, _) = treated().await;
    for path in [format!("/patients/{}/progress", care.whose()), "/instruments".to_owned()] {
        let plain = care.patient.get(&path).await.expect(200);
        assert_eq!((plain.header("vary"), plain.header("content-encoding")), ("Accept-Encoding", ""));
        assert_eq!(plain.header("content-type"), "application/json; charset=utf-8");
        let address = format!("{}/api/v1{path}", care.server.address());
        let request = reqwest::Client::new().get(address).bearer_auth(care.patient.token().await);
        let packed = request.header("Accept-Encoding", "gzip, br").send().await.expect("an answer");
        assert_eq!(packed.headers()["content-encoding"], "br");
        assert_eq!(packed.headers()["vary"], "Accept-Encoding");
        let packed = packed.bytes().await.expect("a body");
        let mut text = Vec::new();
        brotli::BrotliDecompress(&mut packed.as_ref(), &mut text).expect("brotli");
        assert_eq!(text, plain.text().as_bytes());
        assert!(packed.len() * 2 < text.len(), "{} of {}", packed.len(), text.len());
    }
}

#[actix_web::test]
async fn the_time_asked_for_cuts_points_by_local_days_and_nothing_that_is_worked_out() {
    let (mut care, _) = treated().await;
    // Half past midnight UTC on 1 October is still 30 September in Denver.
    let late = care.phq9("2026-10-01T00:30:00Z", 10).await;
    let whole = care.progress("").await;
    let part = care.progress("?from=2026-09-14&to=2026-09-30").await;
    let shown: Vec<_> = part["points"].as_array().expect("points").iter().map(|point| &point["local_date"]).collect();
    assert_eq!(shown, ["2026-09-14", "2026-09-22", "2026-09-30"]);
    assert_eq!(part["points"][2]["response_id"], late);
    assert_eq!(part["points"][0]["marked"], "before_treatment_window");
    for kept in ["baseline", "summary", "per_session", "sessions", "planned", "facts"] {
        assert_eq!(part[kept], whole[kept], "{kept}");
    }
    assert_eq!(part["flags"], json!([]));
    assert_eq!(care.progress("?from=2026-10-01").await["points"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn a_correction_takes_the_place_of_what_it_corrects() {
    let mut care = Care::start().await;
    let mistaken = care.answer(phq9(20).answer("q9", 3).at("2026-11-18T18:00:00Z")).await;
    assert_eq!(care.progress("").await["flags"].as_array().map(Vec::len), Some(1));
    let right = care.answer(phq9(11).at("2026-11-18T18:00:00Z").with("replaces", &mistaken)).await;
    let chart = care.progress("").await;
    let ids: Vec<_> = chart["points"].as_array().expect("points").iter().map(|point| &point["response_id"]).collect();
    assert_eq!(ids, [&right]);
    assert_eq!(chart["flags"], json!([]));
    let rated = care.answer(check_in(3).at("2026-11-18T18:00:00Z")).await;
    care.answer(check_in(6).at("2026-11-18T18:00:00Z").with("replaces", rated)).await;
    let daily = care.ask(&care.patient, "progress/daily?from=2026-11-18").await.expect(200);
    assert_eq!((&daily["measures"]["daily-check-in.mood"][0], &daily["counts"][0]), (&json!(6), &json!(1)));
}

#[actix_web::test]
async fn an_answer_from_a_phone_with_a_wrong_clock_stands_where_it_was_received() {
    let mut care = Care::start().await;
    care.phq9("2024-01-01T12:00:00Z", 12).await;
    care.answer(check_in(7).at("2031-01-01T12:00:00Z")).await;
    let chart = care.progress("").await;
    assert_eq!(chart["points"][0]["at"], "2026-11-20T21:00:00.000Z");
    assert_eq!(chart["points"][0]["local_date"], "2026-11-20");
    let daily = care.ask(&care.patient, "progress/daily?from=2026-11-20").await.expect(200);
    assert_eq!(daily["measures"]["daily-check-in.mood"], json!([7]));
}

#[actix_web::test]
async fn an_in_house_rating_is_charted_without_words_for_change() {
    let mut care = Care::start().await;
    care.answer(check_in(3).at("2026-11-09T18:00:00Z")).await;
    care.session(1, "2026-11-10T16:00:00Z", |body| body).await;
    care.answer(check_in(6).at("2026-11-12T18:00:00Z")).await;
    care.answer(questionnaire("daily-check-in", json!({"anxiety": 4, "energy": 5})).at("2026-11-13T18:00:00Z")).await;
    care.answer(check_in(8).at("2026-11-16T18:00:00Z")).await;
    let chart = care.progress("?measure=daily-check-in.mood").await;
    let joined: Vec<_> = chart["points"].as_array().expect("points").iter().map(|point| point["joined"] == true).collect();
    assert_eq!(joined, [false, true, false], "no line over more than three days");
    assert_eq!((&chart["measure"]["bands"], &chart["measure"]["kind"]), (&json!([]), &json!("in-house")));
    assert_eq!((&chart["summary"]["status"], &chart["summary"]["gain"]), (&Value::Null, &json!(5)));
    let text = "Mood 8 on 16 Nov. 5 points higher than before your first session (3). Higher is better. Not a validated scale.";
    assert_eq!(chart["summary"]["text"], text);
    assert_eq!(chart["facts"]["response"], Value::Null);
}

#[actix_web::test]
async fn a_second_course_has_a_baseline_of_its_own_and_the_first_stays_visible() {
    let mut care = Care::start().await;
    let first = care.course("2026-05-01", 1).await;
    care.phq9("2026-05-03T18:00:00Z", 22).await;
    care.session(1, "2026-05-05T16:00:00Z", |body| body.with("course_id", &first)).await;
    care.phq9("2026-05-12T18:00:00Z", 10).await;
    let end = json!({"status": "completed"});
    care.provider.with("If-Match", "*").patch(&format!("/courses/{first}"), &end).await.expect(200);
    let second = care.course("2026-09-01", 6).await;
    care.phq9("2026-09-02T18:00:00Z", 16).await;
    let opened = care.progress("").await;
    assert_eq!((&opened["course_id"], &opened["baseline"]["value"]), (&json!(first), &json!(22)));
    care.session(1, "2026-09-03T16:00:00Z", |body| body.with("course_id", &second)).await;
    care.phq9("2026-09-10T18:00:00Z", 9).await;
    let chart = care.progress("").await;
    assert_eq!((&chart["course_id"], &chart["baseline"]["value"]), (&json!(second), &json!(16)));
    assert_eq!(chart["baselines"], json!([{"course_id": first, "value": 22, "at": "2026-05-03T18:00:00.000Z"}]));
    assert_eq!(chart["per_session"][0]["gain_from_baseline"], 12);
    assert_eq!(chart["per_session"][1]["gain_from_baseline"], 7);
    let text = chart["summary"]["text"].as_str().expect("a text");
    assert!(text.contains("7 points lower than before the first session of this course (16)."), "{text}");
}

#[actix_web::test]
async fn windows_are_local_days_also_where_the_clocks_change() {
    // Denver gains an hour on 1 November 2026.
    let mut care = Care::start().await;
    care.phq9("2026-10-30T06:30:00Z", 20).await;
    care.session(1, "2026-11-02T16:00:00Z", |body| body).await;
    care.phq9("2026-11-17T06:30:00Z", 12).await;
    let row = care.progress("").await["per_session"][0].clone();
    assert_eq!((&row["before"], &row["after"]), (&json!(20), &json!(12)), "30 October 00:30 and 16 November 23:30");
    let mut care = Care::start().await;
    care.phq9("2026-10-30T05:30:00Z", 20).await;
    care.session(1, "2026-11-02T16:00:00Z", |body| body).await;
    care.phq9("2026-11-17T07:30:00Z", 12).await;
    let row = care.progress("").await["per_session"][0].clone();
    assert_eq!((&row["before"], &row["after"]), (&Value::Null, &Value::Null), "29 October 23:30 and 17 November 00:30");
    assert_eq!(care.progress("").await["baseline"]["value"], 20);
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// What the naive reading below needs of one score.
struct Scored {
    at: Timestamp,
    on: Date,
    value: i64,
    prorated: bool,
}

struct Dosed {
    at: Timestamp,
    on: Date,
    number: i64,
}

/// The scores of a measure, from the list of responses alone.
fn scored(responses: &[Value], measure: &str) -> Vec<Scored> {
    let mut all: Vec<_> = responses
        .iter()
        .filter(|response| response["superseded_by"].is_null())
        .filter_map(|response| {
            let score = response["scores"].as_array()?.iter().find(|score| score["measure"] == measure)?;
            let at = if response["clock_suspect"] == true { &response["received_at"] } else { &response["completed_at"] };
            Some(Scored {
                at: instant(at.as_str()?),
                on: day(response["local_date"].as_str()?),
                value: score["value"].as_i64()?,
                prorated: score["prorated"] == true,
            })
        })
        .collect();
    all.sort_by_key(|score| score.at);
    all
}

fn dosed(sessions: &[Value]) -> Vec<Dosed> {
    let mut all: Vec<_> = sessions
        .iter()
        .filter(|session| session["status"] == "completed")
        .filter_map(|session| {
            let (at, on) = (instant(session["at"].as_str()?), day(session["local_date"].as_str()?));
            Some(Dosed { at, on, number: session["number"].as_i64()? })
        })
        .collect();
    all.sort_by_key(|session| session.at);
    all
}

/// The rows per session and the summary, word for word from CLINICAL.md 2 and 3, without regard to speed.
fn plain_reading(scores: &[Scored], sessions: &[Dosed]) -> (Vec<Value>, Value) {
    let mut courses: Vec<usize> = Vec::new();
    for (position, session) in sessions.iter().enumerate() {
        let is_first = position == 0 || days_between(sessions[position - 1].on, session.on) >= 60;
        courses.push(if is_first { position } else { courses[position - 1] });
    }
    let baseline = |course: usize| -> Option<i64> {
        let first = &sessions[courses[course]];
        let last = scores.iter().rfind(|score| score.at < first.at && !score.prorated)?;
        (days_between(last.on, first.on) <= 14).then_some(last.value)
    };
    let gain = |from: Option<i64>, to: Option<i64>| from.zip(to).map(|(from, to)| from - to);
    let rows = sessions.iter().enumerate().map(|(position, session)| {
        let before = scores.iter().rfind(|score| score.at < session.at);
        let before = before.filter(|score| days_between(score.on, session.on) <= 3).map(|score| score.value);
        let after: Vec<_> = scores
            .iter()
            .filter(|score| score.at >= session.at && sessions.get(position + 1).is_none_or(|next| score.at < next.at))
            .filter(|score| (1..=14).contains(&days_between(session.on, score.on)))
            .map(|score| score.value)
            .collect();
        let first_after = after.first().copied();
        json!({
            "number": session.number, "before": before, "after": first_after, "best": after.iter().min(),
            "gain_going_in": gain(baseline(position), before), "gain_from_baseline": gain(baseline(position), first_after),
        })
    });
    let rows = rows.collect();
    let latest = scores.last().map(|score| score.value);
    let baseline = sessions.len().checked_sub(1).and_then(baseline);
    let gained = gain(baseline, latest);
    let status = match (baseline, latest, gained) {
        (Some(from), Some(to), Some(gained)) => match () {
            () if gained <= -6 => "worse",
            () if from >= 10 && to < 5 => "remission",
            () if from >= 10 && 2 * to <= from => "response",
            () if gained >= 6 => "improved",
            () => "no_change",
        },
        _ => "no_baseline",
    };
    let summary = json!({
        "latest": latest, "baseline": baseline, "gain": gained, "status": status, "reliable": gained.map(|gained| gained.abs() >= 6),
    });
    (rows, summary)
}

#[actix_web::test]
async fn the_chart_agrees_with_a_plain_reading_of_the_rules() {
    for seed in [3, 20, 41] {
        let mut dice = Dice(seed);
        let mut care = Care::start().await;
        let start = instant("2026-02-01T18:00:00Z");
        let mut at = start;
        for number in 1..=10 {
            let pause = if number == 6 { 70 } else { 2 + i64::try_from(dice.below(14)).unwrap() };
            at = at.checked_add((24 * pause).hours()).unwrap();
            care.session(number, &at.to_string(), |body| body).await;
        }
        for _ in 0..40 {
            let hours = i64::try_from(dice.below(24 * 220)).unwrap() - 24 * 10;
            let at = start.checked_add(hours.hours()).unwrap();
            let mut form = phq9(u32::try_from(dice.below(28)).unwrap()).at(at);
            for item in ["q3", "q5", "q8"] {
                if dice.below(8) == 0 {
                    form = form.answer(item, Value::Null);
                }
            }
            care.answer(form).await;
        }
        let responses = care.ask(&care.provider, "responses?limit=200").await.expect(200);
        let sessions = care.ask(&care.provider, "sessions?limit=200").await.expect(200);
        let scores = scored(responses.items(), "phq-9.total");
        let (rows, summary) = plain_reading(&scores, &dosed(sessions.items()));
        let chart = care.progress("").await;
        let same = |shown: &Value, expected: &Value| {
            for (field, value) in expected.as_object().expect("an object") {
                assert_eq!(&shown[field], value, "{field}, seed {seed}: {shown}");
            }
        };
        same(&chart["summary"], &summary);
        assert_eq!(chart["per_session"].as_array().map(Vec::len), Some(rows.len()));
        chart["per_session"].as_array().unwrap().iter().zip(&rows).for_each(|(shown, expected)| same(shown, expected));
        let points: Vec<_> = chart["points"].as_array().unwrap().iter().map(|point| point["value"].as_i64()).collect();
        assert_eq!(points, scores.iter().map(|score| Some(score.value)).collect::<Vec<_>>());
        let unscored = responses.items().iter().filter(|response| response["scores"][0]["value"].is_null()).count();
        assert_eq!(chart["facts"]["unscored"], unscored);
    }
}

fn median(mut values: Vec<i64>) -> Option<f64> {
    values.sort_unstable();
    let middle = values.len() / 2;
    let at = |place: usize| f64::from(i32::try_from(values[place]).unwrap());
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(at(middle)),
        _ => Some(f64::midpoint(at(middle - 1), at(middle))),
    }
}

#[actix_web::test]
async fn daily_columns_and_lines_agree_with_a_plain_reading_of_the_rules() {
    let mut dice = Dice(7);
    let mut care = Care::start().await;
    let start = instant("2026-08-20T19:00:00Z");
    let after = |hours: i64| start.checked_add(hours.hours()).unwrap();
    for (number, on) in [(1, 8), (2, 12), (3, 19), (4, 40)] {
        care.session(number, &after(24 * on).to_string(), |body| body).await;
    }
    for on in 0..60 {
        for hour in [-10, 3] {
            if dice.below(3) > 0 {
                let mood = u32::try_from(dice.below(11)).unwrap();
                let skips = dice.below(5) == 0;
                let form = check_in(mood).at(after(24 * on + hour));
                care.answer(if skips { form.answer("mood", Value::Null) } else { form }).await;
            }
        }
    }
    let responses = care.ask(&care.provider, "responses?limit=200").await.expect(200);
    let sessions = dosed(care.ask(&care.provider, "sessions?limit=200").await.expect(200).items());
    let scores = scored(responses.items(), "daily-check-in.mood");
    let (from, days) = (day("2026-08-25"), 50_i64);
    let date = |offset: i64| from.checked_add(offset.days()).unwrap();
    let last_on: BTreeMap<Date, i64> = scores.iter().map(|score| (score.on, score.value)).collect();
    let is_session_day = |on: Date| sessions.iter().any(|session| session.on == on);
    let medians = (0..days).map(|offset| {
        let window = (0..7).map(|back| date(offset - back)).filter(|on| !is_session_day(*on));
        let values: Vec<_> = window.filter_map(|on| last_on.get(&on).copied()).collect();
        if is_session_day(date(offset)) || values.len() < 4 { None } else { median(values) }
    });
    let answered = |on: Date| {
        let on = on.to_string();
        responses.items().iter().filter(|response| response["local_date"] == on.as_str()).count()
    };
    let daily = care.ask(&care.patient, "progress/daily?from=2026-08-25&to=2026-10-13").await.expect(200);
    assert_eq!((&daily["from"], &daily["days"]), (&json!("2026-08-25"), &json!(50)));
    let mood = "daily-check-in.mood";
    assert_eq!(daily["measures"][mood], json!((0..days).map(|offset| last_on.get(&date(offset))).collect::<Vec<_>>()));
    assert_eq!(daily["counts"], json!((0..days).map(|offset| answered(date(offset))).collect::<Vec<_>>()));
    let shown = daily["median"][mood].as_array().unwrap().iter().map(Value::as_f64);
    assert!(shown.eq(medians), "{}", daily["median"][mood]);
    assert_eq!(daily["session_days"], json!([3, 7, 14, 35]));
    assert_eq!(daily["titles"][mood]["high"], "very good");

    let aligned = care.ask(&care.patient, &format!("progress/aligned?measure={mood}&before=2&after=10")).await.expect(200);
    let hours = |from: Timestamp, to: Timestamp| (to.as_second() - from.as_second()) / 3600;
    for (position, session) in sessions.iter().enumerate() {
        let line = &aligned["lines"][position];
        let ends = sessions.get(position + 1).map(|next| next.at);
        let around = scores.iter().filter(|score| (-48..=240).contains(&hours(session.at, score.at)));
        let values: Vec<_> = around.filter(|score| ends.is_none_or(|end| score.at < end)).map(|score| score.value).collect();
        let shown: Vec<_> = line["points"].as_array().unwrap().iter().map(|point| point["value"].as_i64().unwrap()).collect();
        assert_eq!(shown, values, "session {}", session.number);
        let before = scores.iter().filter(|score| (1..=3).contains(&days_between(score.on, session.on)));
        assert_eq!(line["before"].as_f64(), median(before.map(|score| score.value).collect()));
        assert_eq!(line["session_number"], session.number);
    }
    for middle in aligned["middle"].as_array().unwrap() {
        let on_day = |line: &&Value| {
            let days = line["points"].as_array().unwrap().iter().map(|point| point["day"].as_f64().unwrap());
            days.into_iter().any(|at| (at - middle["day"].as_f64().unwrap()).abs() < 0.45)
        };
        let lines = aligned["lines"].as_array().unwrap().iter().filter(on_day).count();
        assert!(lines >= 3 && middle["n"].as_u64() >= Some(3), "{middle}");
    }
}

#[actix_web::test]
async fn daily_ratings_are_those_of_the_year_that_ends_today_where_the_patient_is() {
    let mut care = Care::start().await;
    care.server.set_clock("2026-11-21T03:00:00Z");
    care.answer(check_in(7).at("2026-11-21T02:30:00Z")).await;
    let daily = care.ask(&care.patient, "progress/daily").await.expect(200);
    assert_eq!((&daily["from"], &daily["days"]), (&json!("2025-11-21"), &json!(365)));
    let moods = daily["measures"]["daily-check-in.mood"].as_array().unwrap();
    assert_eq!((moods.len(), moods.last()), (365, Some(&json!(7))));
    let names: Vec<_> = daily["measures"].as_object().unwrap().keys().collect();
    let expected = ["anxiety", "energy", "mood", "pain", "sleep_quality"].map(|item| format!("daily-check-in.{item}"));
    assert_eq!(names, expected.iter().collect::<Vec<_>>(), "hours of sleep were never given");
}

#[actix_web::test]
async fn exposure_is_what_was_given_each_medicine_for_itself() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let path = format!("/patients/{}/progress/exposure", patient.patient_id());
    let none = provider.get(&path).await.expect(200);
    assert_eq!((&none["medicines"], &none["checks"]), (&json!([]), &json!([])));
    for (number, day, medicine, dose) in [
        (1, "2026-09-01", "ketamine", json!(40.5)),
        (2, "2026-11-04", "esketamine", json!(56)),
        (3, "2026-11-18", "ketamine", json!(41)),
    ] {
        let session = json!({"patient_id": patient.patient_id(), "number": number, "status": "completed",
            "started_at": format!("{day}T17:00:00.000Z"), "medicine": medicine, "dose_mg": dose,
            "vitals": [{"phase": "before", "at": format!("{day}T16:50:00.000Z"), "systolic": 128, "diastolic": 82}]});
        provider.put(&format!("/sessions/{}", Id::<()>::new(server.now())), &session).await.expect(201);
    }
    let told = provider.get(&path).await.expect(200);
    let ketamine = &told["medicines"][0];
    assert_eq!(
        (&ketamine["medicine"], &ketamine["all"]),
        (&json!("ketamine"), &json!({"sessions": 2, "mg": 81.5, "without_dose": 0}))
    );
    assert_eq!(ketamine["days_30"], json!({"sessions": 1, "mg": 41, "without_dose": 0}));
    assert_eq!((&told["medicines"][1]["all"]["mg"], &told["shortest_interval_days"]), (&json!(56), &json!(14)));
    assert_eq!((&told["checks"][0]["instrument"], &told["checks"][0]["due_on"]), (&json!("bladder-check"), &json!("2026-11-20")));
    assert_eq!(provider.with("If-None-Match", told.etag()).get(&path).await.status(), 304);
    patient.get(&path).await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn how_long_it_lasted_is_told_by_the_line_agreed_on_from_two_past_intervals_on() {
    let mut care = Care::start().await;
    let course = care.course("2026-06-01", 1).await;
    care.phq9("2026-06-02T21:00:00Z", 19).await;
    for (number, at) in [(1, "2026-06-03T16:00:00Z"), (2, "2026-07-15T16:00:00Z"), (3, "2026-09-01T16:00:00Z")] {
        care.session(number, at, |body| body.with("course_id", &course)).await;
    }
    // After session 1 on 3 June: well on day 7, past 11 on days 28 and 35. After session 2 on 15 July: well up to day 30.
    for (at, total) in [
        ("2026-06-10T21:00:00Z", 8),
        ("2026-07-01T21:00:00Z", 12),
        ("2026-07-08T21:00:00Z", 14),
        ("2026-07-20T21:00:00Z", 7),
        ("2026-08-14T21:00:00Z", 11),
        ("2026-08-28T21:00:00Z", 12),
    ] {
        care.phq9(at, total).await;
    }
    let path = format!("/courses/{course}");
    let line = json!({"agreed_line": {"measure": "phq-9.total", "value": 11}});
    let changed = care.provider.patch(&path, &line).await.expect(200);
    assert_eq!(changed["agreed_line"], line["agreed_line"]);
    let lasting = care.ask(&care.patient, "progress/lasting").await.expect(200);
    let told: Vec<_> = lasting["intervals"].as_array().unwrap().iter().map(|one| (&one["ending"], &one["days"])).collect();
    assert_eq!(told, [(&json!("passed"), &json!(35)), (&json!("held"), &json!(30)), (&json!("no_score"), &json!(null))]);
    assert_eq!(lasting["past_intervals"], 2);
    assert_eq!(
        lasting["text"],
        "In 1 of 2 past intervals PHQ-9 was past the line twice, by day 35. In 1 it held up to the last score before the next session, on day 30."
    );
    assert_eq!(care.progress("").await["measure"]["agreed_line"], 11);
    assert_eq!(
        care.patient
            .with("If-None-Match", lasting.etag())
            .get(&format!("/patients/{}/progress/lasting", care.whose()))
            .await
            .status(),
        304
    );

    // Of another measure, and without the line, the usual rule holds: a response is 9 from 19, and lost above that where a score
    // is five points off the best, twice within 14 days. 12 on day 28 is four points off the best of 8.
    assert_eq!(care.ask(&care.provider, "progress/lasting?measure=gad-7.total").await.expect(200)["past_intervals"], 0);
    care.provider.patch(&path, &json!({"agreed_line": null})).await.expect(200);
    let usual = care.ask(&care.provider, "progress/lasting").await.expect(200);
    let told: Vec<_> =
        usual["intervals"].as_array().unwrap().iter().map(|one| (&one["ending"], &one["days"], &one["line"])).collect();
    assert_eq!(told[..2], [(&json!("held"), &json!(28), &json!(null)), (&json!("held"), &json!(30), &json!(null))]);
    assert_eq!(care.progress("").await["measure"].get("agreed_line"), None);
}

#[actix_web::test]
async fn a_line_is_agreed_on_only_where_a_measure_has_it() {
    let care = Care::start().await;
    let course = care.course("2026-06-01", 6).await;
    for (line, pointer) in [
        (json!({"measure": "phq-9.total", "value": 28}), "/agreed_line/value"),
        (json!({"measure": "daily-check-in.sleep_hours", "value": 8}), "/agreed_line/measure"),
        (json!({"measure": "nothing", "value": 8}), "/agreed_line/measure"),
    ] {
        let answer = care.provider.patch(&format!("/courses/{course}"), &json!({"agreed_line": line})).await;
        assert_eq!(answer.expect(422)["errors"][0]["pointer"], pointer);
    }
    care.patient.patch(&format!("/courses/{course}"), &json!({"agreed_line": null})).await.expect(403);
}

#[actix_web::test]
async fn a_note_says_what_the_charts_say() {
    let (care, course) = treated().await;
    care.provider.patch(&format!("/courses/{course}"), &json!({"protocol": "iv-induction-6"})).await.expect(200);
    let chart = care.progress("").await;
    let note = care.ask(&care.provider, "progress/note").await.expect(200);
    let text = note["text"].as_str().unwrap();
    let summary = &chart["summary"];
    let points = summary["gain"].as_i64().unwrap();
    assert!(text.contains(&format!("PHQ-9 (0 to 27, lower is better): {}", summary["latest"])), "{text}");
    assert!(
        text.contains(&format!("{points} points lower than before the first session of the course ({})", summary["baseline"])),
        "{text}"
    );
    assert!(text.contains("Sessions: 3 completed, the last, number 3, on 15 Sep 2026 (ketamine 42.5 mg IV)."), "{text}");
    assert!(text.contains("Plan: IV, six infusions. Next session, number 4, on 25 Nov 2026."), "{text}");
    care.ask(&care.patient, "progress/note").await.expect_problem(403, "forbidden");
}
