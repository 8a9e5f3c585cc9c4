//! The journal: what patients write, and who may read it.

use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use yarrow::db::Reach;
use yarrow::db::schema::audit_events;

use crate::support::{Answer, Body, Client, START, TestServer, session};

const ID: &str = "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d";

fn path(id: &str) -> String {
    format!("/journal-entries/{id}")
}

fn list_of(patient: &Client) -> String {
    format!("/patients/{}/journal-entries", patient.patient_id())
}

/// An entry that nobody else may read.
fn entry() -> Body {
    Body(json!({"kind": "preparation", "text": "I want to sleep through again.", "shared": false}))
}

fn texts(list: &Answer) -> Vec<&str> {
    list.items().iter().map(|entry| entry["text"].as_str().unwrap()).collect()
}

async fn count(server: &TestServer, action: &'static str) -> i64 {
    let counted = server.database().read(Reach::Installation, move |conn| {
        Ok(audit_events::table.filter(audit_events::action.eq(action)).count().get_result::<i64>(conn)?)
    });
    counted.await.unwrap()
}

#[actix_web::test]
async fn an_entry_is_kept_as_it_was_written() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let made = patient.put(&path(ID), &entry().with("written_at", "2026-11-20T05:30:00.000Z")).await.expect(201);
    assert_eq!(
        *made.json(),
        json!({
            "id": ID, "patient_id": patient.patient_id().to_string(), "kind": "preparation", "text": "I want to sleep through again.",
            "session_id": null, "shared": false, "audience": "me", "provider": null, "written_at": "2026-11-20T05:30:00.000Z",
            "local_date": "2026-11-19", "received_at": START, "read_by": [],
        })
    );
    let read = patient.get(&path(ID)).await.expect(200);
    assert_eq!(read.json(), made.json());
    assert_eq!(patient.with("If-None-Match", read.etag()).get(&path(ID)).await.status(), 304);
    assert_eq!(patient.get(&list_of(&patient)).await.expect(200).items(), [made.json().clone()]);
    assert_eq!(count(&server, "journal_written").await, 1);
}

#[actix_web::test]
async fn an_entry_sent_again_has_no_second_effect_and_another_is_a_conflict() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let made = patient.put(&path(ID), &entry()).await.expect(201);
    server.advance(3600);
    assert_eq!(patient.put(&path(ID), &entry()).await.expect(200).json(), made.json());
    for (field, value) in [("text", json!("Something else.")), ("kind", json!("note")), ("shared", json!(true))] {
        patient.put(&path(ID), &entry().with(field, value)).await.expect_problem(409, "conflict");
    }
    assert_eq!(patient.get(&path(ID)).await.json(), made.json());
    // The phone never heard that it arrived, and the patient has shared it since.
    let shared = patient.patch(&path(ID), &json!({"shared": true})).await.expect(200);
    assert_eq!(patient.put(&path(ID), &entry()).await.expect(200).json(), shared.json());
    assert_eq!((count(&server, "journal_written").await, count(&server, "journal_audience_changed").await), (1, 1));
}

#[actix_web::test]
async fn an_unshared_entry_is_in_no_answer_to_anybody_else() {
    let server = TestServer::start().await;
    let (patient, other, provider) = (server.patient().await, server.patient().await, server.provider().await);
    let (coordinator, admin) = (server.coordinator().await, server.admin().await);
    let far = server.second_clinic().await;
    let (far, far_patient) = (far.provider().await, far.patient().await);
    patient.put(&path(ID), &entry()).await.expect(201);

    assert!(provider.get(&list_of(&patient)).await.expect(200).items().is_empty());
    let hidden = provider.get(&path(ID)).await.expect_problem(404, "not-found");
    assert_eq!(hidden["detail"], provider.get(&path(&Uuid::nil().to_string())).await["detail"]);
    provider.post(&format!("{}/read", path(ID)), &json!({})).await.expect_problem(404, "not-found");
    for stranger in [&other, &far, &far_patient] {
        stranger.get(&path(ID)).await.expect_problem(404, "not-found");
        stranger.get(&list_of(&patient)).await.expect_problem(404, "not-found");
    }
    for stranger in [&other, &far_patient] {
        let refused = stranger.put(&path(ID), &entry()).await.expect_problem(404, "not-found");
        assert!(!refused.text().contains("sleep"));
        stranger.patch(&path(ID), &json!({"shared": true})).await.expect_problem(404, "not-found");
    }
    for staff in [&provider, &coordinator, &admin] {
        staff.put(&path(ID), &entry()).await.expect_problem(403, "forbidden");
        staff.patch(&path(ID), &json!({"shared": true})).await.expect_problem(403, "forbidden");
    }
    server.anyone().get(&list_of(&patient)).await.expect_problem(401, "unauthenticated");
    // Whatever else a provider may ask for of this patient has no word of it.
    let record = format!("/patients/{}", patient.patient_id());
    for asked in [record.clone(), format!("{record}/responses"), format!("{record}/sessions"), format!("{record}/progress")] {
        assert!(!provider.get(&asked).await.text().contains("sleep through"), "{asked}");
    }
    assert!(!provider.get("/patients?q=sleep").await.text().contains("sleep through"));
}

#[actix_web::test]
async fn a_coordinator_and_an_admin_never_read_a_journal() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    patient.put(&path(ID), &entry().with("shared", true)).await.expect(201);
    for staff in [server.coordinator().await, server.admin().await] {
        staff.get(&list_of(&patient)).await.expect_problem(403, "forbidden");
        staff.get(&path(ID)).await.expect_problem(403, "forbidden");
        staff.post(&format!("{}/read", path(ID)), &json!({})).await.expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn the_patient_chooses_who_reads_and_may_change_it() {
    let server = TestServer::start().await;
    let (patient, one, two) = (server.patient().await, server.provider().await, server.provider().await);
    let seen = |who: &Client| {
        let (who, list) = (who.clone(), list_of(&patient));
        async move { who.get(&list).await.expect(200).items().len() }
    };
    let for_one = entry().without("shared").with("audience", "provider").with("provider_id", one.id.to_string());
    let made = patient.put(&path(ID), &for_one).await.expect(201);
    assert_eq!((&made["shared"], &made["provider"]["name"]), (&json!(true), &json!(one.name)));
    assert_eq!((seen(&one).await, seen(&two).await), (1, 0));
    two.get(&path(ID)).await.expect_problem(404, "not-found");

    let team = patient.patch(&path(ID), &json!({"audience": "care_team"})).await.expect(200);
    assert_eq!((&team["audience"], &team["provider"]), (&json!("care_team"), &Value::Null));
    assert_eq!((seen(&one).await, seen(&two).await), (1, 1));

    let back = patient.patch(&path(ID), &json!({"shared": false})).await.expect(200);
    assert_eq!((&back["shared"], &back["audience"]), (&json!(false), &json!("me")));
    assert_eq!((seen(&one).await, seen(&two).await), (0, 0));
    one.get(&path(ID)).await.expect_problem(404, "not-found");
    // The same choice again is no change.
    patient.patch(&path(ID), &json!({"audience": "me"})).await.expect(200);
    assert_eq!(count(&server, "journal_audience_changed").await, 2);
}

#[actix_web::test]
async fn my_provider_is_who_recorded_the_last_session() {
    let server = TestServer::start().await;
    let (patient, one, two) = (server.patient().await, server.provider().await, server.provider().await);
    let unnamed = entry().without("shared").with("audience", "provider");
    let refused = patient.put(&path(ID), &unnamed).await.expect_problem(422, "invalid");
    assert_eq!(refused.pointers(), ["/provider_id"]);

    let record = |number: u32| session(number).of(patient.patient_id());
    one.put(&format!("/sessions/{}", Uuid::from_u128(1)), &record(1)).await.expect(201);
    let later = record(2).with("started_at", "2026-11-20T19:00:00.000Z").with("ended_at", "2026-11-20T19:40:00.000Z");
    two.put(&format!("/sessions/{}", Uuid::from_u128(2)), &later).await.expect(201);
    let team = patient.get("/me/care-team").await.expect(200);
    let member = |who: &Client, is_mine: bool| json!({"id": who.id.to_string(), "name": who.name, "is_mine": is_mine});
    assert_eq!(team.items(), [member(&one, false), member(&two, true)]);
    let made = patient.put(&path(ID), &unnamed).await.expect(201);
    assert_eq!(made["provider"]["id"], two.id.to_string());
    one.get("/me/care-team").await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn the_patient_sees_who_has_read_an_entry() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    patient.put(&path(ID), &entry().with("shared", true)).await.expect(201);
    assert_eq!(provider.get(&list_of(&patient)).await.items()[0]["read_by"], json!([]));
    server.advance(60);
    let read = format!("{}/read", path(ID));
    let at = server.now().to_string();
    for _ in 0..2 {
        let answer = provider.post(&read, &json!({})).await.expect(200);
        assert_eq!(answer["read_by"], json!([{"id": provider.id.to_string(), "name": provider.name, "at": at}]));
        server.advance(60);
    }
    assert_eq!(patient.get(&path(ID)).await["read_by"][0]["at"], at);
    assert_eq!(count(&server, "journal_read").await, 1);
    patient.post(&read, &json!({})).await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn rules_are_answered_with_pointers() {
    let server = TestServer::start().await;
    let (patient, other, provider) = (server.patient().await, server.patient().await, server.provider().await);
    let others = format!("/sessions/{}", Uuid::from_u128(7));
    provider.put(&others, &session(1).of(other.patient_id())).await.expect(201);
    for (body, pointer) in [
        (entry().with("text", " \n "), "/text"),
        (entry().with("text", "x".repeat(10_001)), "/text"),
        (entry().with("text", "a\u{0}b"), "/text"),
        (entry().without("text"), "/text"),
        (entry().with("kind", "poem"), "/kind"),
        (entry().with("audience", "care_team"), "/audience"),
        (entry().with("shared", true).with("audience", "me"), "/audience"),
        (entry().with("provider_id", provider.id.to_string()), "/provider_id"),
        (entry().without("shared").with("audience", "provider").with("provider_id", other.id.to_string()), "/provider_id"),
        (entry().with("session_id", Uuid::from_u128(7).to_string()), "/session_id"),
        (entry().with("session_id", Uuid::from_u128(8).to_string()), "/session_id"),
        (entry().with("patient_id", other.patient_id().to_string()), "/patient_id"),
    ] {
        let refused = patient.put(&path(ID), &body).await.expect_problem(422, "invalid");
        assert_eq!(refused.pointers(), [pointer], "{body:?}");
    }
    patient.put(&path(ID), &entry().with("text", "é".repeat(10_000)).without("shared")).await.expect(201);
    for (body, pointer) in [(json!({}), "/audience"), (json!({"shared": true, "text": "x"}), "/text")] {
        assert_eq!(patient.patch(&path(ID), &body).await.expect_problem(422, "invalid").pointers(), [pointer]);
    }
}

#[actix_web::test]
async fn an_entry_of_a_suspect_clock_stands_where_it_arrived() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let made = patient.put(&path(ID), &entry().with("written_at", "2031-01-01T00:00:00.000Z")).await.expect(201);
    assert_eq!((&made["written_at"], &made["local_date"]), (&json!("2031-01-01T00:00:00.000Z"), &json!("2026-11-20")));
}

#[actix_web::test]
async fn a_list_is_newest_first_and_goes_on_where_it_ended() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    for number in 1..=5_u128 {
        let body = entry().with("text", number.to_string()).with("written_at", format!("2026-11-{number:02}T12:00:00.000Z"));
        patient.put(&path(&Uuid::from_u128(number).to_string()), &body).await.expect(201);
    }
    let list = list_of(&patient);
    let first = patient.get(&format!("{list}?limit=2")).await.expect(200);
    assert_eq!(texts(&first), ["5", "4"]);
    let cursor = first["next_cursor"].as_str().unwrap().to_owned();
    let rest = patient.get(&format!("{list}?limit=200&cursor={cursor}")).await.expect(200);
    assert_eq!((texts(&rest), &rest["next_cursor"]), (vec!["3", "2", "1"], &Value::Null));
}
