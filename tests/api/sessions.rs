//! Dosing sessions.

use diesel::prelude::*;
use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;
use yarrow::db::Reach;
use yarrow::db::schema::{audit_events, session_amendments, sessions};

use crate::support::{Answer, Body, Client, TestServer, session};

const ID: &str = "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d";

fn path(id: &str) -> String {
    format!("/sessions/{id}")
}

/// A completed infusion with all that can be written down of one.
fn whole(patient: &Client) -> Body {
    session(1)
        .of(patient.patient_id())
        .with("scheduled_at", "2026-11-20T17:00:00.000Z")
        .with("infusion_minutes", 40)
        .with("weight_measured_on", "2026-11-20")
        .with("dissociation", 5)
        .with("note", "Quiet session.")
        .with("shared_note", "You did well. Rest today.")
        .with("checklist", json!({"fasted": true, "escort_arranged": false, "hours_without_food": 6.5}))
        .with("discharge", json!({"escort_present": true, "escort_name": "Ada", "released_at": "2026-11-20T19:10:00.000Z"}))
        .with("vitals", json!([
            {"at": "2026-11-20T16:50:00.000Z", "phase": "before", "systolic": 128, "diastolic": 82, "heart_rate": 72, "spo2": 98},
            {"at": "2026-11-20T17:30:00.000Z", "phase": "during", "systolic": 141, "diastolic": 90, "sedation": 4, "breathing_rate": 14},
        ]))
        .with("phase", "induction")
        .with("stop_reason", "Felt sick, asked to stop.")
        .with("medicines_given", json!([{"at": "2026-11-20T17:25:00.000Z", "name": "Ondansetron", "amount": "4 mg IV"}]))
        .with("interventions", json!([{"at": null, "what": "Sat up, blood pressure again after 5 minutes"}]))
        .with("effects", json!([{"effect": "nausea", "severity": "mild", "onset_minutes": 20, "ended_minutes": 35, "serious": false}]))
}

async fn count(server: &TestServer, action: &'static str) -> i64 {
    let counted = server.database().read(Reach::Installation, move |conn| {
        Ok(audit_events::table.filter(audit_events::action.eq(action)).count().get_result::<i64>(conn)?)
    });
    counted.await.unwrap()
}

async fn rows(server: &TestServer) -> i64 {
    let counted = server.database().read(Reach::Installation, |conn| Ok(sessions::table.count().get_result::<i64>(conn)?));
    counted.await.unwrap()
}

#[actix_web::test]
async fn a_session_is_answered_as_it_was_written_down() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let body = whole(&patient);
    let made = provider.put(&path(ID), &body).await.expect(201);
    assert_eq!(made.etag(), "\"1\"");
    for (field, value) in body.0.as_object().unwrap() {
        if !matches!(field.as_str(), "vitals" | "effects" | "dose_mg" | "weight_kg") {
            assert_eq!(made[field], *value, "{field}");
        }
    }
    assert_eq!((&made["id"], &made["at"], &made["local_date"]), (&json!(ID), &body.0["started_at"], &json!("2026-11-20")));
    assert_eq!(
        (made["dose_mg"].as_f64(), made["weight_kg"].as_f64(), made["dose_mg_per_kg"].as_f64()),
        (Some(40.0), Some(80.0), Some(0.5))
    );
    assert_eq!((&made["medicine"], &made["signed_at"], &made["course_id"]), (&json!("ketamine"), &Value::Null, &Value::Null));
    assert_eq!(made["vitals"][1]["sedation"], 4);
    assert_eq!(made["vitals"][0]["breathing_rate"], Value::Null);
    assert_eq!(made["effects"][0]["action"], Value::Null);
    assert_eq!(made["updated_by"], json!({"id": provider.id.to_string(), "name": provider.name}));

    let read = provider.get(&path(ID)).await.expect(200);
    assert_eq!(read.json(), made.json());
    assert_eq!(provider.with("If-None-Match", read.etag()).get(&path(ID)).await.status(), 304);
    let listed = provider.get(&format!("/patients/{}/sessions", patient.patient_id())).await.expect(200);
    assert_eq!(listed.items(), [made.json().clone()]);
    assert_eq!(count(&server, "session_recorded").await, 1);
}

#[actix_web::test]
async fn a_record_sent_again_has_no_second_effect() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let body = whole(&patient);
    let made = provider.put(&path(ID), &body).await.expect(201);
    server.advance(60);
    for again in [provider.clone(), provider.with("If-Match", "\"1\""), provider.with("If-Match", "\"7\"")] {
        let again = again.put(&path(ID), &body.clone().with("dose_mg", 40)).await.expect(200);
        assert_eq!((again.json(), again.etag()), (made.json(), "\"1\""));
    }
    assert_eq!(count(&server, "session_changed").await, 0);
}

#[actix_web::test]
async fn a_change_needs_the_etag_last_read() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    provider.put(&path(ID), &whole(&patient)).await.expect(201);
    let changed = whole(&patient).with("dose_mg", 44);
    for stale in [provider.clone(), provider.with("If-Match", "\"2\""), provider.with("If-Match", "rubbish")] {
        stale.put(&path(ID), &changed).await.expect_problem(412, "stale");
    }
    assert_eq!(provider.get(&path(ID)).await["dose_mg"].as_f64(), Some(40.0));
    server.advance(60);
    let stored = provider.with("If-Match", "\"1\"").put(&path(ID), &changed).await.expect(200);
    assert_eq!((stored.etag(), stored["dose_mg_per_kg"].as_f64()), ("\"2\"", Some(0.55)));
    assert_ne!(stored["updated_at"], stored["created_at"]);
    // The answer was lost, and the change comes again with the ETag it was made from.
    let again = provider.with("If-Match", "\"1\"").put(&path(ID), &changed).await.expect(200);
    assert_eq!((again.etag(), again.json()), ("\"2\"", stored.json()));
    assert_eq!(count(&server, "session_changed").await, 1);
}

#[actix_web::test]
async fn a_change_to_a_session_that_is_not_there_is_not_found() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    provider.with("If-Match", "\"1\"").put(&path(ID), &whole(&patient)).await.expect_problem(404, "not-found");
    provider.get(&path(ID)).await.expect_problem(404, "not-found");
}

#[actix_web::test]
async fn sixty_four_at_once_store_one() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let body = whole(&patient);
    provider.token().await;
    let answers = join_all((0..64).map(|_| async { provider.put(&path(ID), &body).await.status() })).await;
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 63, "{answers:?}");
    assert_eq!((rows(&server).await, count(&server, "session_recorded").await), (1, 1));
}

#[actix_web::test]
async fn of_sixty_four_other_records_at_once_one_wins() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    provider.token().await;
    let bodies: Vec<Body> = (0..64).map(|dose| whole(&patient).with("dose_mg", 20 + dose)).collect();
    let answers = join_all(bodies.iter().map(|body| async { provider.put(&path(ID), body).await.status() })).await;
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 412).count(), 63, "{answers:?}");

    let change = provider.with("If-Match", "\"1\"");
    let bodies: Vec<Body> = (0..64).map(|dose| whole(&patient).with("dose_mg", 90 + dose)).collect();
    let answers = join_all(bodies.iter().map(|body| async { change.put(&path(ID), body).await.status() })).await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert_eq!(provider.get(&path(ID)).await.etag(), "\"2\"");
}

#[actix_web::test]
async fn an_id_of_another_patient_or_clinic_is_refused() {
    let server = TestServer::start().await;
    let (provider, patient, other) = (server.provider().await, server.patient().await, server.patient().await);
    let clinic = server.second_clinic().await;
    let (far, far_patient) = (clinic.provider().await, clinic.patient().await);
    let made = provider.put(&path(ID), &whole(&patient)).await.expect(201);

    provider.put(&path(ID), &whole(&other)).await.expect_problem(409, "conflict");
    let unknown = far.put(&path(ID), &whole(&patient)).await.expect_problem(404, "not-found");
    assert!(!unknown.text().contains(ID));
    far.put(&path(ID), &whole(&far_patient)).await.expect_problem(404, "not-found");
    let read = far.get(&path(ID)).await.expect_problem(404, "not-found");
    assert_eq!(read["detail"], far.get(&path(&Uuid::nil().to_string())).await["detail"]);
    far.get(&format!("/patients/{}/sessions", patient.patient_id())).await.expect_problem(404, "not-found");
    assert_eq!(provider.get(&path(ID)).await.json(), made.json());
    assert_eq!(rows(&server).await, 1);
}

#[actix_web::test]
async fn a_patient_sees_what_is_shared_and_nothing_else() {
    let server = TestServer::start().await;
    let (provider, patient, other) = (server.provider().await, server.patient().await, server.patient().await);
    provider.put(&path(ID), &whole(&patient)).await.expect(201);
    let seen = patient.get(&path(ID)).await.expect(200);
    let shared = json!({
        "id": ID, "course_id": null, "number": 1, "status": "completed", "at": "2026-11-20T17:00:00.000Z", "local_date": "2026-11-20",
        "scheduled_at": "2026-11-20T17:00:00.000Z", "route": "iv", "shared_note": "You did well. Rest today.",
    });
    assert_eq!(*seen.json(), shared);
    let list = format!("/patients/{}/sessions", patient.patient_id());
    assert_eq!(patient.get(&list).await.expect(200).items(), [shared]);
    patient.put(&path(ID), &whole(&patient)).await.expect_problem(403, "forbidden");
    other.get(&path(ID)).await.expect_problem(404, "not-found");
    other.get(&list).await.expect_problem(404, "not-found");
    let admin = server.admin().await;
    for refused in [admin.get(&path(ID)).await, admin.get(&list).await, admin.put(&path(ID), &whole(&patient)).await] {
        refused.expect_problem(403, "forbidden");
    }
    server.anyone().get(&path(ID)).await.expect_problem(401, "unauthenticated");
}

fn planned(patient: &Client) -> Body {
    let body = json!({"number": 1, "status": "planned", "scheduled_at": "2026-12-01T17:00:00.000Z"});
    Body(body).of(patient.patient_id())
}

#[actix_web::test]
async fn a_coordinator_plans_and_moves_sessions() {
    let server = TestServer::start().await;
    let (provider, coordinator, patient) = (server.provider().await, server.coordinator().await, server.patient().await);
    let made = coordinator.put(&path(ID), &planned(&patient)).await.expect(201);
    assert_eq!((&made["at"], &made["status"]), (&json!("2026-12-01T17:00:00.000Z"), &json!("planned")));
    coordinator.put(&path(ID), &planned(&patient)).await.expect(200);
    let moved = planned(&patient).with("scheduled_at", "2026-12-03T17:00:00.000Z");
    let moved = coordinator.with("If-Match", "\"1\"").put(&path(ID), &moved).await.expect(200);
    assert_eq!(moved["at"], "2026-12-03T17:00:00.000Z");

    // What a provider has written down stays, and is not shown.
    let noted = planned(&patient).with("note", "Hold the dose.").with("dose_mg", 40).with("weight_kg", 80);
    provider.with("If-Match", "\"2\"").put(&path(ID), &noted).await.expect(200);
    let cancelled = planned(&patient).with("status", "cancelled");
    let seen = coordinator.with("If-Match", "\"3\"").put(&path(ID), &cancelled).await.expect(200);
    for hidden in ["note", "shared_note", "phase", "stop_reason", "dose_mg", "weight_kg", "dose_mg_per_kg", "medicine"] {
        assert_eq!(seen[hidden], Value::Null, "{hidden}");
    }
    assert_eq!(coordinator.get(&path(ID)).await.expect(200).json(), seen.json());
    let kept = provider.get(&path(ID)).await;
    assert_eq!(
        (&kept["note"], &kept["status"], kept["dose_mg"].as_f64()),
        (&json!("Hold the dose."), &json!("cancelled"), Some(40.0))
    );
}

#[actix_web::test]
async fn a_coordinator_records_nothing_clinical() {
    let server = TestServer::start().await;
    let (provider, coordinator, patient) = (server.provider().await, server.coordinator().await, server.patient().await);
    for (field, value) in [
        ("status", json!("completed")),
        ("dose_mg", json!(40)),
        ("note", json!("x")),
        ("vitals", json!([{"phase": "before", "spo2": 98}])),
        ("checklist", json!({"fasted": true})),
        ("sign", json!(true)),
    ] {
        coordinator.put(&path(ID), &planned(&patient).with(field, value)).await.expect_problem(403, "forbidden");
    }
    provider.put(&path(ID), &whole(&patient)).await.expect(201);
    coordinator.with("If-Match", "\"1\"").put(&path(ID), &planned(&patient)).await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn a_signed_record_is_amended_with_a_reason_and_the_former_one_is_kept() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    provider.put(&path(ID), &whole(&patient)).await.expect(201);
    provider.put(&path(ID), &whole(&patient).with("sign", true)).await.expect_problem(412, "stale");
    let signed = provider.with("If-Match", "\"1\"").put(&path(ID), &whole(&patient).with("sign", true)).await.expect(200);
    assert_eq!((&signed["signed_by"]["name"], signed.etag()), (&json!(provider.name), "\"2\""));
    let again = provider.put(&path(ID), &whole(&patient).with("sign", true)).await.expect(200);
    assert_eq!(again.json(), signed.json());

    let other = whole(&patient).with("weight_kg", 82);
    let at_two = provider.with("If-Match", "\"2\"");
    at_two.put(&path(ID), &other).await.expect_problem(409, "conflict");
    let amended = other.with("amendment_reason", "The scale was read wrong.");
    let stored = at_two.put(&path(ID), &amended).await.expect(200);
    assert_eq!((stored.etag(), stored["weight_kg"].as_f64(), &stored["signed_at"]), ("\"3\"", Some(82.0), &signed["signed_at"]));
    at_two.put(&path(ID), &amended).await.expect(200);

    let kept = server.database().read(Reach::Installation, |conn| {
        let columns = (session_amendments::version, session_amendments::reason, session_amendments::before);
        Ok(session_amendments::table.select(columns).load::<(i32, String, String)>(conn)?)
    });
    let kept = kept.await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].0, kept[0].1.as_str()), (2, "The scale was read wrong."));
    let former: Value = serde_json::from_str(&kept[0].2).unwrap();
    assert_eq!((former["weight_kg"].as_f64(), &former["note"]), (Some(80.0), &json!("Quiet session.")));
    let counts = (count(&server, "session_signed").await, count(&server, "session_amended").await);
    assert_eq!(counts, (1, 1));
}

#[actix_web::test]
async fn the_hard_limits_are_answered_with_pointers() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let wrong = whole(&patient)
        .with("number", 501)
        .with("dose_mg", 1600)
        .with("weight_kg", 20.5)
        .with(
            "vitals",
            json!([{"phase": "before", "systolic": 261, "diastolic": 82}, {"phase": "end", "systolic": 80, "diastolic": 80}]),
        )
        .with("discharge", json!({"released_at": "2026-11-20T17:39:59.000Z"}));
    let refused = provider.put(&path(ID), &wrong).await.expect_problem(422, "invalid");
    let expected = ["/number", "/dose_mg", "/weight_kg", "/vitals/0/systolic", "/vitals/1/systolic", "/discharge/released_at"];
    assert_eq!(refused.pointers(), expected);
    for (field, value, pointer) in [
        ("route", json!("rectal"), "/route"),
        ("number", json!("one"), "/number"),
        ("effects", json!([{"effect": "joy"}]), "/effects/0/effect"),
        ("vitals", json!([{"phase": "before", "pulse": 70}]), "/vitals/0/pulse"),
        ("started_at", json!("yesterday"), "/started_at"),
        ("started_at", json!("0001-01-13T17:00:00Z"), "/started_at"),
        ("version", json!(2), "/version"),
        ("note", json!("x".repeat(10_001)), "/note"),
    ] {
        let refused = provider.put(&path(ID), &whole(&patient).with(field, value)).await.expect_problem(422, "invalid");
        assert_eq!(refused.pointers(), [pointer]);
    }
    assert_eq!(rows(&server).await, 0);
}

#[actix_web::test]
async fn a_session_counts_to_the_course_it_names_or_to_the_open_one() {
    let server = TestServer::start().await;
    let (provider, patient, other) = (server.provider().await, server.patient().await, server.patient().await);
    let open = |of: &Client| {
        let (provider, list) = (provider.clone(), format!("/patients/{}/courses", of.patient_id()));
        async move { provider.post(&list, &json!({"condition": "mdd", "started_on": "2026-11-01"})).await.expect(201)["id"].clone() }
    };
    let (own, others) = (open(&patient).await, open(&other).await);
    let refused = provider.put(&path(ID), &whole(&patient).with("course_id", &others)).await.expect_problem(422, "invalid");
    assert_eq!(refused.pointers(), ["/course_id"]);
    let made = provider.put(&path(ID), &whole(&patient)).await.expect(201);
    assert_eq!(made["course_id"], own);
    provider.put(&path(ID), &whole(&patient)).await.expect(200);
    provider.put(&path(ID), &whole(&patient).with("course_id", &own)).await.expect(200);
}

#[actix_web::test]
async fn a_list_is_newest_first_and_goes_on_where_it_ended() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    for number in 1..=5_u128 {
        let day = format!("2026-11-{:02}T17:00:00.000Z", 3 * number);
        let ended = format!("2026-11-{:02}T17:40:00.000Z", 3 * number);
        let body =
            session(u32::try_from(number).unwrap()).of(patient.patient_id()).with("started_at", day).with("ended_at", ended);
        provider.put(&path(&Uuid::from_u128(number).to_string()), &body).await.expect(201);
    }
    let list = format!("/patients/{}/sessions", patient.patient_id());
    let numbers = |page: &Answer| page.items().iter().map(|session| session["number"].as_i64().unwrap()).collect::<Vec<_>>();
    let first = provider.get(&format!("{list}?limit=2")).await.expect(200);
    assert_eq!(numbers(&first), [5, 4]);
    let cursor = first["next_cursor"].as_str().unwrap().to_owned();
    let rest = provider.get(&format!("{list}?limit=200&cursor={cursor}")).await.expect(200);
    assert_eq!((numbers(&rest), &rest["next_cursor"]), (vec![3, 2, 1], &Value::Null));
    for wrong in ["limit=0", "limit=201", "cursor=x", "page=2"] {
        provider.get(&format!("{list}?{wrong}")).await.expect_problem(422, "invalid");
    }
}
