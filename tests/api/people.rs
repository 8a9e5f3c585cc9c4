//! The own account, and the clinic's users.

use serde_json::json;
use yarrow::auth::roles::Role;

use crate::support::{PASSWORD, TestServer};

const NEW_PASSWORD: &str = "four slow otters dive";

#[actix_web::test]
async fn a_person_reads_and_changes_the_own_account() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let me = patient.get("/me").await.expect(200);
    assert_eq!(me["id"], patient.id.to_string());
    assert_eq!(me["patient_id"], patient.patient_id().to_string());
    assert_eq!(me["roles"], json!(["patient"]));
    assert_eq!(patient.with("If-None-Match", me.etag()).get("/me").await.status(), 304);

    let reminders = json!({"enabled": true, "days": ["mon", "sat"], "times": ["07:30", "19:00"]});
    let change = json!({"name": " Maya E. ", "time_zone": "Europe/Berlin", "locale": "es-MX", "reminders": reminders});
    let changed = patient.patch("/me", &change).await.expect(200);
    assert_eq!(changed["name"], "Maya E.");
    assert_eq!(changed["time_zone"], "Europe/Berlin");
    assert_eq!(changed["reminders"], reminders);
    assert_eq!(patient.get("/me").await["locale"], "es-MX");
    assert_eq!(patient.patch("/me", &json!({})).await.expect(200)["name"], "Maya E.");
}

#[actix_web::test]
async fn a_patients_days_follow_the_own_time_zone() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    patient.patch("/me", &json!({"time_zone": "Asia/Tokyo"})).await.expect(200);
    let record = provider.get(&format!("/patients/{}", patient.patient_id())).await.expect(200);
    assert_eq!(record["time_zone"], "Asia/Tokyo");
}

#[actix_web::test]
async fn an_account_takes_no_nonsense() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    for (body, pointer) in [
        (json!({"name": ""}), "/name"),
        (json!({"name": "a".repeat(201)}), "/name"),
        (json!({"name": "a\u{0}b"}), "/name"),
        (json!({"name": null}), "/name"),
        (json!({"name": 7}), "/name"),
        (json!({"time_zone": "Nowhere"}), "/time_zone"),
        (json!({"locale": "e"}), "/locale"),
        (json!({"roles": ["admin"]}), "/roles"),
        (json!({"reminders": {"enabled": true, "days": ["monday"], "times": []}}), "/reminders/days/0"),
        (json!({"reminders": {"enabled": true, "days": ["mon", "mon"], "times": []}}), "/reminders/days"),
        (json!({"reminders": {"enabled": true, "days": [], "times": ["25:00"]}}), "/reminders/times/0"),
    ] {
        let refused = patient.patch("/me", &body).await.expect_problem(422, "invalid");
        assert_eq!(refused.pointers(), [pointer], "{body}");
    }
}

#[actix_web::test]
async fn a_new_password_ends_the_other_sign_ins_and_keeps_this_one() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let login = json!({"email": patient.email, "password": PASSWORD});
    let other = server.anyone().post("/auth/login", &login).await.expect(200);
    let other = server.bearing(other["access_token"].as_str().unwrap());
    other.get("/me").await.expect(200);
    let mine = server.bearing(&patient.token().await);

    let change = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    mine.put("/me/password", &change).await.expect(204);
    other.get("/me").await.expect_problem(401, "unauthenticated");
    mine.get("/me").await.expect(200);
    server.anyone().post("/auth/login", &login).await.expect_problem(401, "wrong-credentials");
    let login = json!({"email": patient.email, "password": NEW_PASSWORD});
    server.anyone().post("/auth/login", &login).await.expect(200);
}

#[actix_web::test]
async fn a_password_is_changed_by_who_knows_it_only() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    for (current, new, pointer) in [
        ("not the password at all", NEW_PASSWORD, "/current_password"),
        (PASSWORD, "too short", "/new_password"),
        (PASSWORD, PASSWORD, "/new_password"),
        (PASSWORD, "aaaaaaaaaaaaaaaaaaaa", "/new_password"),
    ] {
        let body = json!({"current_password": current, "new_password": new});
        assert_eq!(patient.put("/me/password", &body).await.expect_problem(422, "invalid").pointers(), [pointer]);
    }
}

#[actix_web::test]
async fn guessing_the_password_in_use_is_slowed_down() {
    let server = TestServer::start_with(|config| config.limits.is_on = true).await;
    let patient = server.patient().await;
    let body = json!({"current_password": "not the password at all", "new_password": NEW_PASSWORD});
    patient.put("/me/password", &body).await.expect_problem(422, "invalid");
    patient.put("/me/password", &body).await.expect_problem(429, "too-many");
}

#[actix_web::test]
async fn an_admin_sees_who_is_in_the_clinic_page_by_page() {
    let server = TestServer::start().await;
    let (admin, patient) = (server.admin().await, server.patient().await);
    server.second_clinic().await.provider().await;
    patient.get("/me").await.expect(200);
    server.advance(1);
    server.provider().await;

    let all = admin.get("/users").await.expect(200);
    assert_eq!(all.items().len(), 3);
    let member = all.items().iter().find(|user| user["id"] == patient.id.to_string()).unwrap();
    assert_eq!(member["patient_id"], patient.patient_id().to_string());
    assert_eq!(member["last_seen_at"], "2026-11-20T21:00:00.000Z");
    assert_eq!(all.items()[2]["last_seen_at"], json!(null));

    let first = admin.get("/users?limit=2").await.expect(200);
    assert_eq!(first.items(), &all.items()[..2]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = admin.get(&format!("/users?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!(second.items(), &all.items()[2..]);
    assert_eq!(second["next_cursor"], json!(null));
    for query in ["limit=0", "limit=201", "limit=x", "cursor=nonsense", "cursor=WyJhIiwiYiJd", "nonsense=1"] {
        admin.get(&format!("/users?{query}")).await.expect_problem(422, "invalid");
    }
    for who in [server.provider().await, server.coordinator().await, patient] {
        who.get("/users").await.expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn a_leaver_is_out_with_the_next_request() {
    let server = TestServer::start().await;
    let (admin, provider) = (server.admin().await, server.provider().await);
    let invited = json!({"email": "leo@example.org", "roles": ["patient"], "name": "Leo"});
    let invitation = provider.post("/invitations", &invited).await.expect(201);
    let token = provider.token().await;
    let login = json!({"email": provider.email, "password": PASSWORD});
    let refresh = server.anyone().post("/auth/login", &login).await.expect(200)["refresh_token"].clone();

    let closed = admin.patch(&format!("/users/{}", provider.id), &json!({"disabled": true})).await.expect(200);
    assert_eq!(closed["disabled"], true);
    server.bearing(&token).get("/me").await.expect_problem(401, "unauthenticated");
    server.anyone().post("/auth/refresh", &json!({"refresh_token": refresh})).await.expect_problem(401, "unauthenticated");
    server.anyone().post("/auth/login", &login).await.expect_problem(401, "wrong-credentials");
    let sent = admin.get("/invitations").await;
    let sent = sent.items().iter().find(|sent| sent["id"] == invitation["id"]).unwrap();
    assert_eq!(sent["state"], "revoked");

    admin.patch(&format!("/users/{}", provider.id), &json!({"disabled": false})).await.expect(200);
    server.bearing(&token).get("/me").await.expect_problem(401, "unauthenticated");
    server.anyone().post("/auth/login", &login).await.expect(200);
}

#[actix_web::test]
async fn other_roles_count_at_once_and_end_the_sign_ins() {
    let server = TestServer::start().await;
    let (admin, coordinator) = (server.admin().await, server.coordinator().await);
    let token = coordinator.token().await;
    let path = format!("/users/{}", coordinator.id);
    let changed = admin.patch(&path, &json!({"roles": ["provider", "coordinator"]})).await.expect(200);
    assert_eq!(changed["roles"], json!(["coordinator", "provider"]));
    server.bearing(&token).get("/me").await.expect_problem(401, "unauthenticated");

    for roles in [json!([]), json!(["patient"]), json!(["patient", "admin"]), json!(["surgeon"])] {
        admin.patch(&path, &json!({"roles": roles})).await.expect_problem(422, "invalid");
    }
    let patient = server.patient().await;
    let refused = admin.patch(&format!("/users/{}", patient.id), &json!({"roles": ["admin"]})).await;
    assert_eq!(refused.expect_problem(422, "invalid").pointers(), ["/roles"]);
}

#[actix_web::test]
async fn the_last_admin_stays() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let path = format!("/users/{}", admin.id);
    for body in [json!({"disabled": true}), json!({"roles": ["provider"]})] {
        admin.patch(&path, &body).await.expect_problem(409, "conflict");
    }
    let second = server.person(&[Role::Admin, Role::Provider]).await;
    admin.patch(&path, &json!({"disabled": true})).await.expect(200);
    second.patch(&format!("/users/{}", second.id), &json!({"disabled": true})).await.expect_problem(409, "conflict");
}

#[actix_web::test]
async fn two_admins_who_close_each_other_leave_one() {
    let server = TestServer::start().await;
    let (one, other) = (server.admin().await, server.admin().await);
    let (path_of_one, path_of_other) = (format!("/users/{}", one.id), format!("/users/{}", other.id));
    let body = json!({"disabled": true});
    let (first, second) = futures_util::future::join(one.patch(&path_of_other, &body), other.patch(&path_of_one, &body)).await;
    assert!([first.status(), second.status()].iter().filter(|status| **status == 200).count() == 1, "{first:?} {second:?}");
}

#[actix_web::test]
async fn another_clinics_user_is_unknown() {
    let server = TestServer::start().await;
    let (admin, stranger) = (server.admin().await, server.second_clinic().await.provider().await);
    let refused =
        admin.patch(&format!("/users/{}", stranger.id), &json!({"disabled": true})).await.expect_problem(404, "not-found");
    let unknown = admin.patch("/users/0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d", &json!({"disabled": true})).await;
    assert_eq!(refused["detail"], unknown["detail"]);
    stranger.get("/me").await.expect(200);
}
