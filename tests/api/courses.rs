//! Courses of treatment.

use serde_json::json;

use crate::support::{Body, Client, TestServer, session};

async fn open(staff: &Client, patient: &Client, body: serde_json::Value) -> serde_json::Value {
    let path = format!("/patients/{}/courses", patient.patient_id());
    staff.post(&path, &body).await.expect(201).json().clone()
}

#[actix_web::test]
async fn a_course_begins_in_induction_and_ends_it_with_its_planned_sessions() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let path = format!("/patients/{}/courses", patient.patient_id());
    let body =
        json!({"condition": "trd", "protocol": "iv-2", "planned_sessions": 2, "started_on": "2026-11-01", "goal": "Garden"});
    let made = provider.post(&path, &body).await.expect(201);
    assert_eq!(made.etag(), "\"1\"");
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(made[field], *value, "{field}");
    }
    assert_eq!(made["patient_id"], patient.patient_id().to_string());
    assert_eq!((&made["status"], &made["phase"], &made["sessions_done"]), (&json!("active"), &json!("induction"), &json!(0)));

    for (number, phase) in [(1, "induction"), (2, "maintenance")] {
        let id = uuid::Uuid::from_u128(number);
        let number = u32::try_from(number).unwrap();
        provider.put(&format!("/sessions/{id}"), &session(number).of(patient.patient_id())).await.expect(201);
        let listed = patient.get(&path).await.expect(200);
        assert_eq!(listed.items()[0]["sessions_done"], number);
        assert_eq!(listed.items()[0]["phase"], phase);
    }
    assert_eq!(patient.get(&path).await.items()[0]["goal"], "Garden");
}

#[actix_web::test]
async fn what_is_left_out_has_a_sensible_value() {
    let server = TestServer::start().await;
    let (coordinator, patient) = (server.coordinator().await, server.patient().await);
    let made = open(&coordinator, &patient, json!({"condition": "mdd"})).await;
    assert_eq!(made["started_on"], "2026-11-20");
    assert_eq!(made["status"], "active");
    assert_eq!(made["planned_sessions"], json!(null));
    let later = open(&coordinator, &patient, json!({"condition": "mdd", "started_on": "2026-12-01"})).await;
    assert_eq!(later["status"], "planned");
    let listed = coordinator.get(&format!("/patients/{}/courses", patient.patient_id())).await.expect(200);
    let ids: Vec<_> = listed.items().iter().map(|course| &course["id"]).collect();
    assert_eq!(ids, [&later["id"], &made["id"]]);
}

#[actix_web::test]
async fn a_change_names_what_it_changes_and_honours_the_etag() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let made = open(&provider, &patient, json!({"condition": "mdd", "goal": "Garden", "planned_sessions": 4})).await;
    let path = format!("/courses/{}", made["id"].as_str().unwrap());

    let same = provider.patch(&path, &json!({"goal": "Garden"})).await.expect(200);
    assert_eq!(same.etag(), "\"1\"");
    let changed = provider.patch(&path, &json!({"goal": null, "status": "maintenance"})).await.expect(200);
    assert_eq!(changed.etag(), "\"2\"");
    assert_eq!(
        (&changed["goal"], &changed["planned_sessions"], &changed["phase"]),
        (&json!(null), &json!(4), &json!("maintenance"))
    );
    provider.with("If-Match", "\"1\"").patch(&path, &json!({"goal": "Sea"})).await.expect_problem(412, "stale");
    let changed = provider.with("If-Match", "\"2\"").patch(&path, &json!({"goal": "Sea"})).await.expect(200);
    assert_eq!(changed["goal"], "Sea");
}

#[actix_web::test]
async fn rules_are_answered_with_pointers() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let path = format!("/patients/{}/courses", patient.patient_id());
    let body = Body(json!({"condition": "mdd"}));
    let wrong = body.clone().with("planned_sessions", 0).with("protocol", "two words").with("goal", "\u{0}");
    let refused = provider.post(&path, &wrong).await.expect_problem(422, "invalid");
    assert_eq!(refused.pointers(), ["/protocol", "/planned_sessions", "/goal"]);
    let refused = provider.post(&path, &body.clone().with("condition", "flu")).await.expect_problem(422, "invalid");
    assert_eq!(refused.pointers(), ["/condition"]);
    provider.post(&path, &body.clone().with("clinic_id", "x")).await.expect_problem(422, "invalid");
    provider.post(&path, &body.without("condition")).await.expect_problem(422, "invalid");
}

#[actix_web::test]
async fn who_may_read_and_write_a_course() {
    let server = TestServer::start().await;
    let (provider, coordinator, admin) = (server.provider().await, server.coordinator().await, server.admin().await);
    let (patient, other) = (server.patient().await, server.patient().await);
    let far = server.second_clinic().await.provider().await;
    let list = format!("/patients/{}/courses", patient.patient_id());
    let body = json!({"condition": "mdd"});
    let made = open(&coordinator, &patient, body.clone()).await;
    let one = format!("/courses/{}", made["id"].as_str().unwrap());

    for reader in [&provider, &coordinator, &patient] {
        reader.get(&list).await.expect(200);
    }
    admin.get(&list).await.expect_problem(403, "forbidden");
    for stranger in [&other, &far] {
        stranger.get(&list).await.expect_problem(404, "not-found");
    }
    for reader in [&patient, &other, &admin] {
        reader.post(&list, &body).await.expect_problem(403, "forbidden");
        reader.patch(&one, &json!({"goal": "x"})).await.expect_problem(403, "forbidden");
    }
    let unknown = format!("/courses/{}", uuid::Uuid::nil());
    let of_far = far.patch(&one, &json!({"goal": "x"})).await.expect_problem(404, "not-found");
    assert_eq!(of_far["detail"], far.patch(&unknown, &json!({"goal": "x"})).await.expect(404)["detail"]);
    far.post(&list, &body).await.expect_problem(404, "not-found");
    server.anyone().get(&list).await.expect_problem(401, "unauthenticated");
    assert_eq!(provider.get(&list).await.items().len(), 1);
}
