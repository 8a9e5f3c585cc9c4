//! A clinic's day.

use serde_json::{Value, json};
use uuid::Uuid;
use yarrow::auth::roles::Role;

use crate::support::{Answer, Body, Client, TestServer, check_in, phq9};

fn id(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

/// A session that is planned for today, half an hour before noon where the clinic is.
fn planned(patient: &Client) -> Body {
    let body = json!({"number": 1, "status": "planned", "scheduled_at": "2026-11-20T18:30:00.000Z", "route": "iv"});
    Body(body).of(patient.patient_id())
}

fn one<'a>(day: &'a Answer, session: &str) -> &'a Value {
    day.items().iter().find(|item| item["id"] == session).unwrap_or_else(|| panic!("{session} is not in {}", day.text()))
}

#[actix_web::test]
async fn a_day_is_the_clinics_own_from_midnight_to_midnight() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    // Denver is seven hours behind: its 20th of November lasts from 07:00 to 07:00 UTC.
    for (number, at) in [(1, "2026-11-20T06:59:59.999Z"), (2, "2026-11-20T07:00:00.000Z"), (3, "2026-11-21T06:59:59.999Z")] {
        let body = planned(&patient).with("number", number).with("scheduled_at", at);
        provider.put(&format!("/sessions/{}", id(number)), &body).await.expect(201);
    }
    let listed = |day: &Answer| day.items().iter().map(|item| item["number"].as_i64().unwrap()).collect::<Vec<_>>();
    let today = provider.get("/sessions").await.expect(200);
    assert_eq!((&today["on"], listed(&today)), (&json!("2026-11-20"), vec![2, 3]));
    assert_eq!(listed(&provider.get("/sessions?on=2026-11-19").await.expect(200)), [1]);
    assert_eq!(listed(&provider.get("/sessions?on=2026-11-21").await.expect(200)), Vec::<i64>::new());
    assert_eq!(provider.with("If-None-Match", today.etag()).get("/sessions").await.status(), 304);
    provider.get("/sessions?on=today").await.expect_problem(422, "invalid");

    let far = server.second_clinic().await.provider().await;
    assert!(far.get("/sessions").await.expect(200).items().is_empty());
    patient.get("/sessions").await.expect_problem(403, "forbidden");
    server.admin().await.get("/sessions").await.expect_problem(403, "forbidden");
    server.anyone().get("/sessions").await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_session_goes_through_its_day() {
    let server = TestServer::start().await;
    let (provider, coordinator, patient) = (server.provider().await, server.coordinator().await, server.patient().await);
    let (session, path) = (id(1), format!("/sessions/{}", id(1)));
    provider.put(&path, &planned(&patient)).await.expect(201);
    let day = provider.get("/sessions").await.expect(200);
    assert_eq!((&one(&day, &session)["stage"], &one(&day, &session)["patient_name"]), (&json!("expected"), &json!(patient.name)));

    let here = json!({"arrived_at": "2026-11-20T18:20:00.000Z", "chair": "2"});
    let arrived = coordinator.patch(&format!("{path}/arrival"), &here).await.expect(200);
    assert_eq!(
        (&arrived["stage"], &arrived["chair"], &arrived["arrived_at"]),
        (&json!("arrived"), &json!("2"), &here["arrived_at"])
    );
    // The record itself is as it was: whoever has it open is not disturbed.
    assert_eq!(provider.get(&path).await.etag(), "\"1\"");

    let started = planned(&patient)
        .with("started_at", "2026-11-20T18:32:00.000Z")
        .with("infusion_minutes", 40)
        .with("medicine", "esketamine")
        .with("checklist", json!({"identity_confirmed": true, "fasted": true}));
    provider.with("If-Match", "\"1\"").put(&path, &started).await.expect(200);
    let day = provider.get("/sessions").await.expect(200);
    let seen = one(&day, &session);
    assert_eq!((&seen["stage"], &seen["next_reading_at"]), (&json!("under_way"), &json!("2026-11-20T18:47:00.000Z")));
    assert_eq!(seen["earliest_leave_at"], "2026-11-20T20:32:00.000Z");
    let open: Vec<_> = seen["checklist_open"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!((open.len(), open.contains(&"fasted"), seen["discharge_open"].as_array().unwrap().len()), (6, false, 10));

    let gone = started
        .with("ended_at", "2026-11-20T19:12:00.000Z")
        .with("status", "completed")
        .with("discharge", json!({"released_at": "2026-11-20T20:40:00.000Z"}));
    provider.with("If-Match", "\"2\"").put(&path, &gone.clone().with("sign", true)).await.expect(200);
    let day = provider.get("/sessions").await.expect(200);
    let seen = one(&day, &session);
    assert_eq!(
        (&seen["stage"], &seen["next_reading_at"], &seen["released_at"], &seen["is_signed"]),
        (&json!("gone"), &Value::Null, &json!("2026-11-20T20:40:00.000Z"), &json!(true))
    );
}

#[actix_web::test]
async fn a_coordinator_sees_the_schedule_and_no_reading_or_alert() {
    let server = TestServer::start().await;
    let (provider, coordinator, patient) = (server.provider().await, server.coordinator().await, server.patient().await);
    let started = planned(&patient).with("started_at", "2026-11-20T18:32:00.000Z").with("medicine", "esketamine");
    provider.put(&format!("/sessions/{}", id(1)), &started).await.expect(201);
    patient.put(&format!("/responses/{}", id(2)), &phq9(27)).await.expect(201);
    let day = provider.get("/sessions").await.expect(200);
    assert_eq!(one(&day, &id(1))["has_alert"], true);
    let day = coordinator.get("/sessions").await.expect(200);
    let seen = one(&day, &id(1));
    for hidden in ["next_reading_at", "earliest_leave_at", "has_alert"] {
        assert_eq!(seen[hidden], Value::Null, "{hidden}");
    }
    assert_eq!(seen["stage"], "under_way");
}

#[actix_web::test]
async fn an_arrival_is_noted_by_who_keeps_the_schedule() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    provider.put(&format!("/sessions/{}", id(1)), &planned(&patient)).await.expect(201);
    let path = format!("/sessions/{}/arrival", id(1));
    let here = json!({"arrived_at": "2026-11-20T18:20:00.000Z", "chair": " by the window "});
    for again in 0..2 {
        let answer = provider.patch(&path, &here).await.expect(200);
        assert_eq!(answer["chair"], "by the window", "{again}");
    }
    // Who notes the one does not undo the other.
    let moved = provider.patch(&path, &json!({"chair": "3"})).await.expect(200);
    assert_eq!((&moved["chair"], &moved["arrived_at"]), (&json!("3"), &here["arrived_at"]));
    let later = provider.patch(&path, &json!({"arrived_at": "2026-11-20T18:25:00.000Z"})).await.expect(200);
    assert_eq!((&later["chair"], &later["arrived_at"]), (&json!("3"), &json!("2026-11-20T18:25:00.000Z")));
    let left = provider.patch(&path, &json!({"arrived_at": null, "chair": null})).await.expect(200);
    assert_eq!((&left["stage"], &left["chair"]), (&json!("expected"), &Value::Null));
    let refused = provider.patch(&path, &json!({"chair": "x".repeat(41)})).await.expect_problem(422, "invalid");
    assert_eq!(refused.pointers(), ["/chair"]);
    for refused in [&patient, &server.admin().await] {
        refused.patch(&path, &here).await.expect_problem(403, "forbidden");
    }
    let far = server.second_clinic().await.coordinator().await;
    far.patch(&path, &here).await.expect_problem(404, "not-found");
    provider.patch(&format!("/sessions/{}/arrival", id(9)), &here).await.expect_problem(404, "not-found");
}

/// The questionnaires of a session of the day, in words.
fn asked(day: &Answer, session: &str) -> Vec<String> {
    let told = one(day, session)["questionnaires"].as_array().expect("questionnaires");
    let word = |one: &Value| format!("{} {}", one["instrument"].as_str().unwrap(), one["is_answered"]);
    told.iter().map(word).collect()
}

#[actix_web::test]
async fn the_day_says_which_questionnaires_are_answered_and_never_what() {
    let server = TestServer::start().await;
    let (provider, coordinator, patient) = (server.provider().await, server.coordinator().await, server.patient().await);
    provider.put(&format!("/sessions/{}", id(1)), &planned(&patient)).await.expect(201);
    let other = server.person(&[Role::Patient]).await;
    provider.put(&format!("/sessions/{}", id(2)), &planned(&other)).await.expect(201);
    let day = coordinator.get("/sessions").await.expect(200);
    assert_eq!(asked(&day, &id(1)), ["gad-7 false", "phq-9 false"]);

    patient.put(&format!("/responses/{}", id(3)), &phq9(20)).await.expect(201);
    patient.put(&format!("/responses/{}", id(4)), &check_in(3)).await.expect(201);
    for staff in [&coordinator, &provider] {
        let day = staff.get("/sessions").await.expect(200);
        assert_eq!(asked(&day, &id(1)), ["gad-7 false", "phq-9 true"]);
        assert_eq!(asked(&day, &id(2)), ["gad-7 false", "phq-9 false"], "another patient's answers are not this one's");
    }
    // An arrival answers the row as the day has it.
    let here = json!({"arrived_at": "2026-11-20T18:20:00.000Z"});
    let arrived = coordinator.patch(&format!("/sessions/{}/arrival", id(1)), &here).await.expect(200);
    assert_eq!(arrived.json(), one(&coordinator.get("/sessions").await.expect(200), &id(1)));

    // What is due on another day is not known today.
    let later = planned(&patient).with("number", 2).with("scheduled_at", "2026-11-22T18:30:00.000Z");
    provider.put(&format!("/sessions/{}", id(5)), &later).await.expect(201);
    let day = provider.get("/sessions?on=2026-11-22").await.expect(200);
    assert_eq!(one(&day, &id(5))["questionnaires"], Value::Null);
    server.set_clock("2026-11-22T18:00:00.000Z");
    assert_eq!(asked(&provider.get("/sessions").await.expect(200), &id(5)), ["gad-7 false"]);
}

#[actix_web::test]
async fn a_plan_asks_before_its_session_as_the_patients_phone_does() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let body = json!({"condition": "mdd", "protocol": "iv-induction-6", "started_on": "2026-11-24"});
    provider.post(&format!("/patients/{}/courses", patient.patient_id()), &body).await.expect(201);
    server.set_clock("2026-11-24T15:00:00.000Z");
    let day = provider.get("/sessions").await.expect(200);
    let session = day.items()[0]["id"].as_str().unwrap().to_owned();
    let mut of_phone: Vec<String> = patient
        .get("/me/tasks")
        .await
        .expect(200)
        .items()
        .iter()
        .map(|task| task["instrument"].as_str().unwrap().to_owned())
        .filter(|instrument| instrument != "daily-check-in")
        .map(|instrument| format!("{instrument} false"))
        .collect();
    of_phone.sort();
    assert!(of_phone.contains(&"pre-session false".to_owned()), "{of_phone:?}");
    assert_eq!(asked(&day, &session), of_phone);

    let answers = json!({"food": 0});
    let before = crate::support::questionnaire("pre-session", answers).at(server.now());
    patient.put(&format!("/responses/{}", id(3)), &before).await.expect(201);
    let told = asked(&provider.get("/sessions").await.expect(200), &session);
    assert_eq!(told.last().map(String::as_str), Some("pre-session true"));
    assert_eq!(told.len(), of_phone.len());
}

#[actix_web::test]
async fn a_coordinator_hears_that_boxes_are_open_and_not_which() {
    let server = TestServer::start().await;
    let (provider, coordinator, patient) = (server.provider().await, server.coordinator().await, server.patient().await);
    let path = format!("/sessions/{}", id(1));
    let ticked = planned(&patient).with("checklist", json!({"identity_confirmed": true, "not_pregnant": false}));
    provider.put(&path, &ticked).await.expect(201);
    let day = coordinator.get("/sessions").await.expect(200);
    let seen = one(&day, &id(1));
    assert_eq!((&seen["checklist_open"], &seen["discharge_open"]), (&Value::Null, &Value::Null));
    assert_eq!((&seen["is_checklist_open"], &seen["is_discharge_open"]), (&json!(true), &json!(true)));
    assert!(!day.text().contains("pregnant"), "{}", day.text());
    let names = [
        "identity_confirmed",
        "consent_current",
        "fasted",
        "no_new_medicines",
        "not_pregnant",
        "bladder_ok",
        "blood_pressure_ok",
        "escort_arranged",
    ];
    let all: serde_json::Map<String, Value> = names.into_iter().map(|name| (name.to_owned(), json!(true))).collect();
    provider.with("If-Match", "\"1\"").put(&path, &planned(&patient).with("checklist", all)).await.expect(200);
    let day = coordinator.get("/sessions").await.expect(200);
    assert_eq!(one(&day, &id(1))["is_checklist_open"], false);
    let day = provider.get("/sessions").await.expect(200);
    assert_eq!((&one(&day, &id(1))["checklist_open"], &one(&day, &id(1))["is_checklist_open"]), (&json!([]), &json!(false)));
}
