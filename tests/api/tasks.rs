//! What a patient is asked today.

use serde_json::{Value, json};
use yarrow::db::Id;

use crate::support::{Body, Client, TestServer, check_in, phq9, questionnaire};

async fn submit(server: &TestServer, by: &Client, body: Body) -> String {
    let id = Id::<()>::new(server.now()).to_string();
    by.put(&format!("/responses/{id}"), &body.at(server.now())).await.expect(201);
    id
}

/// Instrument, state, first and last day of each task.
async fn tasks(patient: &Client) -> Vec<String> {
    let tasks = patient.get("/me/tasks").await.expect(200);
    let word = |task: &Value, field: &str| task[field].as_str().unwrap_or_default().to_owned();
    let told = |task: &Value| ["instrument", "state", "due_on", "closes_on"].map(|field| word(task, field)).join(" ");
    tasks.items().iter().map(told).collect()
}

#[actix_web::test]
async fn a_new_patient_is_asked_the_check_in_and_two_questionnaires() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let tasks = patient.get("/me/tasks").await.expect(200);
    assert_eq!((&tasks["local_date"], &tasks["next_cursor"]), (&json!("2026-11-20"), &Value::Null));
    assert_eq!(
        tasks.items()[1],
        json!({
            "instrument": "phq-9", "title": "Patient Health Questionnaire (PHQ-9)", "short_title": "PHQ-9", "minutes": 2,
            "state": "due", "due_on": "2026-11-20", "closes_on": "2026-11-26", "response_id": null, "every": "week",
        })
    );
    let asked: Vec<_> = tasks.items().iter().map(|task| (task["instrument"].as_str(), task["every"].as_str())).collect();
    assert_eq!(asked, [(Some("daily-check-in"), Some("day")), (Some("phq-9"), Some("week")), (Some("gad-7"), Some("week"))]);
}

#[actix_web::test]
async fn what_was_answered_today_is_done_and_comes_back_when_it_is_due() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let checked = submit(&server, &patient, check_in(6)).await;
    let answered = submit(&server, &patient, phq9(9)).await;
    let list = patient.get("/me/tasks").await.expect(200);
    assert_eq!((&list.items()[0]["response_id"], &list.items()[2]["response_id"]), (&json!(checked), &json!(answered)));
    assert_eq!(
        tasks(&patient).await,
        ["daily-check-in done 2026-11-20 2026-11-20", "gad-7 due 2026-11-20 2026-11-26", "phq-9 done 2026-11-20 2026-11-26",]
    );
    server.advance(86_400);
    assert_eq!(tasks(&patient).await, ["daily-check-in due 2026-11-21 2026-11-21", "gad-7 overdue 2026-11-20 2026-11-26"]);
    server.advance(6 * 86_400);
    assert_eq!(
        tasks(&patient).await,
        ["daily-check-in due 2026-11-27 2026-11-27", "phq-9 due 2026-11-27 2026-12-03", "gad-7 due 2026-11-27 2026-12-03",]
    );
}

#[actix_web::test]
async fn a_corrected_answer_counts_once_and_a_clinicians_entry_counts_too() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    let first = submit(&server, &patient, phq9(9)).await;
    server.advance(60);
    let second = submit(&server, &patient, phq9(10).with("replaces", first)).await;
    let gad = questionnaire("gad-7", json!({"q1": 1, "q2": 1, "q3": 1, "q4": 1, "q5": 1, "q6": 1, "q7": 1}));
    submit(&server, &provider, gad.of(patient.patient_id())).await;
    let list = patient.get("/me/tasks").await.expect(200);
    let done: Vec<_> = list.items().iter().filter(|task| task["state"] == "done").collect();
    assert_eq!((done.len(), &done[0]["response_id"]), (2, &json!(second)));
}

#[actix_web::test]
async fn today_is_the_patients_day() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    // Half past six in the evening in Denver is past midnight in UTC.
    server.set_clock("2026-11-21T01:30:00.000Z");
    assert_eq!(patient.get("/me/tasks").await.expect(200)["local_date"], "2026-11-20");
    submit(&server, &patient, check_in(6)).await;
    assert_eq!(tasks(&patient).await[0], "daily-check-in done 2026-11-20 2026-11-20");
    server.set_clock("2026-11-21T07:00:00.000Z");
    assert_eq!(tasks(&patient).await[0], "daily-check-in due 2026-11-21 2026-11-21");
}

#[actix_web::test]
async fn the_condition_decides_what_else_is_asked() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    let path = format!("/patients/{}", patient.patient_id());
    let mut asked = Vec::new();
    for condition in ["chronic-pain", "ptsd", "ocd", "mdd"] {
        provider.patch(&path, &json!({"condition": condition, "primary_measure": "phq-9.total"})).await.expect(200);
        let more: Vec<_> =
            tasks(&patient).await.into_iter().skip(3).map(|task| task.split(' ').next().unwrap().to_owned()).collect();
        asked.push(more.join(","));
    }
    assert_eq!(asked, ["peg", "pcl-5", "ocd-check", ""]);
}

#[actix_web::test]
async fn in_maintenance_questionnaires_come_monthly() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    submit(&server, &patient, phq9(9)).await;
    let course = json!({"condition": "ptsd", "started_on": "2026-11-01", "status": "maintenance"});
    provider.post(&format!("/patients/{}/courses", patient.patient_id()), &course).await.expect(201);
    server.advance(29 * 86_400);
    let list = patient.get("/me/tasks").await.expect(200);
    let every: Vec<_> = list.items().iter().map(|task| (task["instrument"].clone(), task["every"].clone())).collect();
    let expected = [("daily-check-in", "day"), ("gad-7", "month"), ("pcl-5", "month")];
    assert_eq!(every, expected.map(|(instrument, every)| (json!(instrument), json!(every))));
    server.advance(86_400);
    assert_eq!(tasks(&patient).await[1], "phq-9 due 2026-12-20 2027-01-18");
}

#[actix_web::test]
async fn only_patients_have_tasks() {
    let server = TestServer::start().await;
    for staff in [server.provider().await, server.coordinator().await, server.admin().await] {
        staff.get("/me/tasks").await.expect_problem(403, "forbidden");
    }
    server.anyone().get("/me/tasks").await.expect_problem(401, "unauthenticated");
}

/// Why the clinic's only patient stands where it does in the caseload; empty where nothing stands out.
async fn standing(server: &TestServer, provider: &Client, patient: &Client, days: i64) -> String {
    server.advance((days - 1) * 86_400);
    // Without a check-in now and then the patient would be silent.
    submit(server, patient, check_in(6)).await;
    server.advance(86_400);
    let rows = provider.get("/patients").await.expect(200);
    rows.items()[0]["reason"]["code"].as_str().unwrap_or_default().to_owned()
}

async fn begin_course(provider: &Client, patient: &Client, condition: &str, measure: &str) {
    let path = format!("/patients/{}", patient.patient_id());
    provider.patch(&path, &json!({"primary_measure": measure})).await.expect(200);
    let course = json!({"condition": condition, "started_on": "2026-11-20", "status": "active"});
    provider.post(&format!("{path}/courses"), &course).await.expect(201);
}

#[actix_web::test]
async fn a_monthly_questionnaire_is_not_missed_before_its_months_are_over() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    begin_course(&provider, &patient, "ptsd", "pcl-5.total").await;
    let answers: serde_json::Map<_, _> = (1..=20).map(|item| (format!("q{item}"), json!(2))).collect();
    submit(&server, &patient, questionnaire("pcl-5", Value::Object(answers))).await;
    assert_eq!(standing(&server, &provider, &patient, 22).await, "");
    assert_eq!(standing(&server, &provider, &patient, 67).await, "");
    assert_eq!(standing(&server, &provider, &patient, 1).await, "missed");
}

#[actix_web::test]
async fn a_questionnaire_that_cannot_be_scored_was_not_missed() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    begin_course(&provider, &patient, "mdd", "phq-9.total").await;
    submit(&server, &patient, phq9(9)).await;
    server.advance(14 * 86_400);
    let gaps = ["q1", "q2", "q3"].iter().fold(phq9(9), |body, item| body.answer(item, Value::Null));
    submit(&server, &patient, gaps).await;
    // Works the patient's row out anew.
    provider.patch(&format!("/patients/{}", patient.patient_id()), &json!({"record_number": "A-1"})).await.expect(200);
    assert_eq!(standing(&server, &provider, &patient, 20).await, "");
    assert_eq!(standing(&server, &provider, &patient, 1).await, "missed");
}
