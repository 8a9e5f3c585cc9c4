//! Inviting people, and joining.

use serde_json::{Value, json};

use crate::support::{Answer, Body, Client, PASSWORD, TestServer};

fn patient_called(name: &str) -> Body {
    Body(json!({"email": format!("{}@example.org", name.to_lowercase()), "roles": ["patient"], "name": name}))
}

/// The secret part of an invitation's link.
fn token(invitation: &Answer) -> String {
    let url = invitation["url"].as_str().expect("a new invitation has a link");
    url.split_once("/invite#token=").expect("the token is behind the #").1.to_owned()
}

fn acceptance(token: &str) -> Body {
    Body(json!({
        "token": token,
        "name": "Maya Ellison",
        "password": PASSWORD,
        "time_zone": "Europe/Berlin",
        "consents": [
            {"id": "care", "version": "1", "agreed": true},
            {"id": "research", "version": "1", "agreed": false},
        ],
    }))
}

async fn invite(who: &Client, name: &str) -> (Answer, String) {
    let made = who.post("/invitations", &patient_called(name)).await.expect(201);
    let token = token(&made);
    (made, token)
}

async fn state(server: &TestServer, id: &Value) -> Value {
    let list = server.admin().await.get("/invitations").await.expect(200);
    list.items().iter().find(|known| known["id"] == *id).expect("the invitation is listed")["state"].clone()
}

#[actix_web::test]
async fn a_patient_joins_and_is_signed_in() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    let (made, token) = invite(&provider, "Maya").await;
    assert_eq!(made["state"], "pending");
    assert_eq!(made["invited_by"], provider.name.as_str());
    assert_eq!(made["expires_at"], "2026-11-23T21:00:00.000Z");
    assert!(made["url"].as_str().unwrap().starts_with(server.address()));
    assert!(token.len() >= 43, "256 bits");

    let preview = server.anyone().post("/invitations/preview", &json!({"token": token})).await.expect(200);
    assert_eq!(preview["clinic"]["name"], "Alder Row");
    assert_eq!(preview["invited_by"], provider.name.as_str());
    let consents = preview["consents"].as_array().unwrap();
    assert_eq!(consents.iter().map(|consent| &consent["required"]).collect::<Vec<_>>(), [true, false, false]);
    assert!(consents[0]["text"].as_str().unwrap().contains("not watched around the clock"));

    let joined = server.anyone().post("/invitations/accept", &acceptance(&token)).await.expect(201);
    assert_eq!(joined["user"]["roles"], json!(["patient"]));
    assert_eq!(joined["user"]["email"], "maya@example.org");
    let me = server.bearing(joined["access_token"].as_str().unwrap());
    assert_eq!(me.get("/me").await["time_zone"], "Europe/Berlin");
    let record = provider.get(&format!("/patients/{}", joined["user"]["patient_id"].as_str().unwrap())).await.expect(200);
    assert_eq!(record["name"], "Maya Ellison");
    assert_eq!(record["account"]["state"], "active");
    assert_eq!(record["time_zone"], "Europe/Berlin");
    assert_eq!(state(&server, &made["id"]).await, "accepted");
    let login = json!({"email": "Maya@Example.org", "password": PASSWORD});
    server.anyone().post("/auth/login", &login).await.expect(200);
}

#[actix_web::test]
async fn the_web_app_joins_with_cookies() {
    let server = TestServer::start().await;
    let (_, token) = invite(&server.provider().await, "Maya").await;
    let page = server.anyone().with("X-Requested-With", "app").with("Sec-Fetch-Site", "same-origin");
    let body = acceptance(&token);
    page.post("/invitations/accept", &body).await.expect_problem(400, "bad-request");
    let joined = page.post("/invitations/accept", &body.with("transport", "cookie")).await.expect(201);
    assert_eq!(joined["access_token"], json!(null));
    assert_eq!(joined.all_headers("set-cookie").len(), 2);
}

#[actix_web::test]
async fn a_patient_joins_the_record_that_waits() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    let new = json!({"name": "Maya Ellison", "time_zone": "America/Denver", "record_number": "AR-1", "condition": "gad"});
    let record = provider.post("/patients", &new).await.expect(201);
    let id = record["id"].as_str().unwrap();
    let (_, first) = {
        let made = provider.post("/invitations", &patient_called("Maya").with("patient_id", id)).await.expect(201);
        assert_eq!(made["patient_id"], id);
        let token = token(&made);
        (made, token)
    };
    let record = provider.get(&format!("/patients/{id}")).await;
    assert_eq!(record["account"]["state"], "invited");

    // A newer link takes the place of the older one, and who has seen the record before sees that.
    let again = provider.post("/invitations", &patient_called("Maya").with("patient_id", id)).await.expect(201);
    let later = provider.with("If-None-Match", record.etag()).get(&format!("/patients/{id}")).await.expect(200);
    assert_ne!(later["account"]["invitation_id"], record["account"]["invitation_id"]);
    assert_eq!(later["account"]["invitation_id"], again["id"]);
    server.anyone().post("/invitations/preview", &json!({"token": first})).await.expect_problem(404, "not-found");
    let joined = server.anyone().post("/invitations/accept", &acceptance(&token(&again))).await.expect(201);
    assert_eq!(joined["user"]["patient_id"], id);
    let record = provider.get(&format!("/patients/{id}")).await;
    assert_eq!(record["account"]["state"], "active");
    assert_eq!(record["condition"], "gad");

    let other = patient_called("Mia").with("patient_id", id);
    provider.post("/invitations", &other).await.expect_problem(409, "conflict");
    let stranger = server.second_clinic().await.patient().await;
    let foreign = patient_called("Mia").with("patient_id", stranger.patient_id());
    provider.post("/invitations", &foreign).await.expect_problem(404, "not-found");
}

#[actix_web::test]
async fn a_record_and_its_invitation_are_made_in_one_call() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    let body = Body(json!({"name": "Maya Ellison", "time_zone": "America/Denver", "email": "maya@example.org", "invite": true}));
    let made = provider.post("/patients", &body).await.expect(201);
    assert_eq!(made["account"]["state"], "invited");
    let link = made["invitation"]["url"].as_str().unwrap().split_once("#token=").unwrap().1;
    let joined = server.anyone().post("/invitations/accept", &acceptance(link)).await.expect(201);
    assert_eq!(joined["user"]["patient_id"], made["id"]);

    let again = body.clone().with("name", "Maya the second");
    provider.post("/patients", &again).await.expect_problem(409, "conflict");
    assert_eq!(provider.get("/patients").await.expect(200).items().len(), 1, "no record without its invitation");
    let without = body.clone().without("email");
    assert_eq!(provider.post("/patients", &without).await.expect(422).pointers(), ["/email"]);
    let other = body.with("email", "leo@example.org");
    let coordinator = server.coordinator().await;
    coordinator.post("/patients", &other).await.expect_problem(403, "forbidden");
    let alone = coordinator.post("/patients", &other.with("invite", false)).await.expect(201);
    assert!(alone.json().get("invitation").is_none());
}

#[actix_web::test]
async fn who_may_invite_whom() {
    let server = TestServer::start().await;
    let (admin, provider) = (server.admin().await, server.provider().await);
    let staff = Body(json!({"email": "noor@alder-row.example", "roles": ["coordinator", "provider"], "name": "Noor"}));
    provider.post("/invitations", &staff).await.expect_problem(403, "forbidden");
    let made = admin.post("/invitations", &staff).await.expect(201);
    assert_eq!(made["expires_at"], "2026-11-21T21:00:00.000Z", "24 hours for staff");
    admin.post("/invitations", &patient_called("Maya")).await.expect(201);
    for who in [server.coordinator().await, server.patient().await] {
        who.post("/invitations", &patient_called("Leo")).await.expect_problem(403, "forbidden");
        who.get("/invitations").await.expect_problem(403, "forbidden");
    }
    assert_eq!(admin.get("/invitations").await.items().len(), 2);
    assert_eq!(provider.get("/invitations").await.items().len(), 1, "those of staff are for admins");
    let id = made["id"].as_str().unwrap();
    provider.delete(&format!("/invitations/{id}")).await.expect_problem(403, "forbidden");

    let token = token(&made);
    let preview = server.anyone().post("/invitations/preview", &json!({"token": token})).await.expect(200);
    assert_eq!(preview["consents"], json!([]));
    let body = acceptance(&token).with("consents", json!([]));
    let joined = server.anyone().post("/invitations/accept", &body).await.expect(201);
    assert_eq!(joined["user"]["roles"], json!(["coordinator", "provider"]));
    assert_eq!(joined["user"]["patient_id"], json!(null));
}

#[actix_web::test]
async fn an_invitation_takes_no_nonsense() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let good = patient_called("Maya");
    for (body, pointer) in [
        (good.clone().with("email", "maya"), "/email"),
        (good.clone().with("email", "a\r\nBcc: b@example.org"), "/email"),
        (good.clone().with("name", ""), "/name"),
        (good.clone().with("roles", json!([])), "/roles"),
        (good.clone().with("roles", json!(["patient", "admin"])), "/roles"),
        (good.clone().with("roles", json!(["admin"])).with("patient_id", "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d"), "/patient_id"),
        (good.clone().with("patient_id", "nonsense"), "/patient_id"),
        (good.clone().with("clinic_id", "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d"), "/clinic_id"),
        (good.clone().without("email"), "/email"),
    ] {
        let refused = admin.post("/invitations", &body).await.expect_problem(422, "invalid");
        assert_eq!(refused.pointers(), [pointer]);
    }
}

#[actix_web::test]
async fn a_link_is_good_once() {
    let server = TestServer::start().await;
    let (_, token) = invite(&server.provider().await, "Maya").await;
    server.anyone().post("/invitations/accept", &acceptance(&token)).await.expect(201);
    server.anyone().post("/invitations/accept", &acceptance(&token)).await.expect_problem(404, "not-found");
    server.anyone().post("/invitations/preview", &json!({"token": token})).await.expect_problem(404, "not-found");
}

#[actix_web::test]
async fn of_many_who_use_a_link_at_once_one_joins() {
    let server = TestServer::start().await;
    let (_, token) = invite(&server.provider().await, "Maya").await;
    let (anyone, body) = (server.anyone(), acceptance(&token));
    let tries = (0..6).map(|_| anyone.post("/invitations/accept", &body));
    let mut statuses: Vec<_> = futures_util::future::join_all(tries).await.iter().map(Answer::status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 404, 404, 404, 404, 404]);
    assert_eq!(server.admin().await.get("/users").await.items().len(), 3, "the provider, the admin and one patient");
}

#[actix_web::test]
async fn a_link_ends_in_time() {
    let server = TestServer::start().await;
    let (made, token) = invite(&server.provider().await, "Maya").await;
    server.advance(72 * 3600 - 1);
    server.anyone().post("/invitations/preview", &json!({"token": token})).await.expect(200);
    server.advance(1);
    server.anyone().post("/invitations/accept", &acceptance(&token)).await.expect_problem(404, "not-found");
    assert_eq!(state(&server, &made["id"]).await, "expired");
}

#[actix_web::test]
async fn a_link_that_was_taken_back_opens_nothing() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    let (made, token) = invite(&provider, "Maya").await;
    let path = format!("/invitations/{}", made["id"].as_str().unwrap());
    server.second_clinic().await.admin().await.delete(&path).await.expect_problem(404, "not-found");
    provider.delete(&path).await.expect(204);
    provider.delete(&path).await.expect(204);
    server.anyone().post("/invitations/accept", &acceptance(&token)).await.expect_problem(404, "not-found");
    assert_eq!(state(&server, &made["id"]).await, "revoked");

    let (made, token) = invite(&provider, "Leo").await;
    server.anyone().post("/invitations/accept", &acceptance(&token)).await.expect(201);
    let path = format!("/invitations/{}", made["id"].as_str().unwrap());
    provider.delete(&path).await.expect_problem(409, "conflict");
}

#[actix_web::test]
async fn five_refused_tries_close_a_link() {
    let server = TestServer::start().await;
    let (made, token) = invite(&server.provider().await, "Maya").await;
    let without = acceptance(&token).with("consents", json!([]));
    for _ in 0..5 {
        let refused = server.anyone().post("/invitations/accept", &without).await.expect_problem(422, "invalid");
        assert_eq!(refused.pointers(), ["/consents"]);
    }
    server.anyone().post("/invitations/accept", &acceptance(&token)).await.expect_problem(404, "not-found");
    assert_eq!(state(&server, &made["id"]).await, "expired");
}

#[actix_web::test]
async fn a_slip_of_the_pen_is_no_try() {
    let server = TestServer::start().await;
    let (_, token) = invite(&server.provider().await, "Maya").await;
    for body in [
        acceptance(&token).with("name", ""),
        acceptance(&token).with("password", "too short"),
        acceptance(&token).with("time_zone", "Nowhere"),
    ] {
        for _ in 0..3 {
            server.anyone().post("/invitations/accept", &body).await.expect_problem(422, "invalid");
        }
    }
    server.anyone().post("/invitations/accept", &acceptance(&token)).await.expect(201);
}

#[actix_web::test]
async fn consents_are_kept_with_the_words_that_were_read() {
    let server = TestServer::start().await;
    let (_, token) = invite(&server.provider().await, "Maya").await;
    for (consents, pointer) in [
        (json!([{"id": "care", "version": "1", "agreed": false}]), "/consents/0/agreed"),
        (json!([{"id": "care", "version": "0", "agreed": true}]), "/consents/0/version"),
        (
            json!([{"id": "care", "version": "1", "agreed": true}, {"id": "marketing", "version": "1", "agreed": true}]),
            "/consents/1/id",
        ),
    ] {
        let refused = server.anyone().post("/invitations/accept", &acceptance(&token).with("consents", consents)).await;
        assert_eq!(refused.expect_problem(422, "invalid").pointers(), [pointer]);
    }
    server.anyone().post("/invitations/accept", &acceptance(&token)).await.expect(201);
    let kept: Vec<(String, String, bool)> = server
        .database()
        .read(yarrow::db::Reach::Installation, |conn| {
            use diesel::prelude::*;
            use yarrow::db::schema::consents;
            let all = consents::table.order(consents::consent);
            Ok(all.select((consents::consent, consents::version, consents::agreed)).load(conn)?)
        })
        .await
        .unwrap();
    let kept: Vec<_> = kept.iter().map(|(id, version, agreed)| (id.as_str(), version.as_str(), *agreed)).collect();
    assert_eq!(kept, [("care", "1", true), ("clinic-statistics", "1", false), ("research", "1", false)]);
}

#[actix_web::test]
async fn an_email_has_one_account_in_a_clinic() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    let (_, token) = invite(&provider, "Maya").await;
    server.anyone().post("/invitations/accept", &acceptance(&token)).await.expect(201);
    provider
        .post("/invitations", &patient_called("Maya").with("email", "MAYA@example.org"))
        .await
        .expect_problem(409, "conflict");
    let elsewhere = server.second_clinic().await.provider().await;
    let (_, token) = invite(&elsewhere, "Maya").await;
    server.anyone().post("/invitations/accept", &acceptance(&token)).await.expect(201);
}

#[actix_web::test]
async fn unknown_tokens_are_told_nothing() {
    let server = TestServer::start().await;
    for token in ["", "guessed", &"x".repeat(4000)] {
        server.anyone().post("/invitations/preview", &json!({"token": token})).await.expect_problem(404, "not-found");
        server.anyone().post("/invitations/accept", &acceptance(token)).await.expect_problem(404, "not-found");
    }
}

#[actix_web::test]
async fn no_list_and_no_column_holds_a_token() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    let (_, token) = invite(&provider, "Maya").await;
    assert!(!provider.get("/invitations").await.text().contains(&token));
    let hashes: Vec<String> = server
        .database()
        .read(yarrow::db::Reach::Installation, |conn| {
            use diesel::prelude::*;
            use yarrow::db::schema::invitations;
            Ok(invitations::table.select(invitations::token_hash).load(conn)?)
        })
        .await
        .unwrap();
    assert!(!hashes.contains(&token));
}
