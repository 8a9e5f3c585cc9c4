//! Making a clinic from a one-time link.

use serde_json::json;

use crate::support::{Body, PASSWORD, TestServer};

async fn token(server: &TestServer) -> String {
    yarrow::clinic::make_setup_token(server.database(), server.now()).await.unwrap()
}

fn setup(token: &str) -> Body {
    Body(json!({
        "token": token,
        "clinic": {"name": "Alder Row", "time_zone": "America/Denver", "country": "US"},
        "admin": {"name": "Imani Okafor", "email": "okafor@alder-row.example", "password": PASSWORD},
    }))
}

#[actix_web::test]
async fn a_clinic_is_made_once_per_link() {
    let server = TestServer::start_empty(|_| ()).await;
    let anyone = server.anyone();
    let before = anyone.get("/meta").await.expect(200);
    assert_eq!(before["setup_required"], true);
    let knowing = anyone.with("If-None-Match", before.etag());
    assert_eq!(knowing.get("/meta").await.status(), 304);
    let token = token(&server).await;

    let made = anyone.post("/setup", &setup(&token)).await.expect(201);
    assert_eq!(made["clinic"]["name"], "Alder Row");
    assert_eq!(made["user"]["roles"], json!(["admin", "provider"]));
    assert_eq!(knowing.get("/meta").await.expect(200)["setup_required"], false);
    anyone.post("/setup", &setup(&token)).await.expect_problem(404, "not-found");

    let login = json!({"email": "okafor@alder-row.example", "password": PASSWORD});
    let signed_in = anyone.post("/auth/login", &login).await.expect(200);
    assert_eq!(signed_in["user"]["clinic"]["name"], "Alder Row");
}

#[actix_web::test]
async fn a_wrong_token_is_told_so_while_a_set_up_is_open_and_only_then() {
    let server = TestServer::start_empty(|_| ()).await;
    server.anyone().post("/setup", &setup("guessed")).await.expect_problem(404, "not-found");
    token(&server).await;
    server.anyone().post("/setup", &setup("guessed")).await.expect_problem(401, "unauthenticated");
    server.advance(3601);
    server.anyone().post("/setup", &setup("guessed")).await.expect_problem(404, "not-found");
}

#[actix_web::test]
async fn a_link_ends_after_an_hour() {
    let server = TestServer::start_empty(|_| ()).await;
    let token = token(&server).await;
    server.advance(3600);
    server.anyone().post("/setup", &setup(&token)).await.expect_problem(404, "not-found");
}

#[actix_web::test]
async fn all_that_does_not_fit_is_named_at_once_and_the_link_stays_good() {
    let server = TestServer::start_empty(|_| ()).await;
    let token = token(&server).await;
    let wrong = setup(&token)
        .with("clinic", json!({"name": " ", "time_zone": "Mars/Olympus", "country": "usa"}))
        .with("admin", json!({"name": "a\u{7}b", "email": "nobody", "password": "short"}));
    let refused = server.anyone().post("/setup", &wrong).await.expect_problem(422, "invalid");
    assert_eq!(
        refused.pointers(),
        ["/clinic/name", "/clinic/time_zone", "/clinic/country", "/admin/name", "/admin/email", "/admin/password"]
    );
    assert!(!refused.text().contains("nobody"), "a refusal names the rule, never the value");
    server.anyone().post("/setup", &setup(&token)).await.expect(201);
}

#[actix_web::test]
async fn a_password_made_of_the_own_names_is_refused() {
    let server = TestServer::start_empty(|_| ()).await;
    let token = token(&server).await;
    let admin = json!({"name": "Imani Okafor", "email": "okafor@alder-row.example", "password": "imani okafor alder row"});
    let refused = server.anyone().post("/setup", &setup(&token).with("admin", admin)).await.expect(422);
    assert_eq!(refused.pointers(), ["/admin/password"]);
}

#[actix_web::test]
async fn of_two_who_use_a_link_at_once_one_makes_the_clinic() {
    let server = TestServer::start_empty(|_| ()).await;
    let token = token(&server).await;
    let (anyone, body) = (server.anyone(), setup(&token));
    let (one, other) = futures_util::future::join(anyone.post("/setup", &body), anyone.post("/setup", &body)).await;
    let mut statuses = [one.status(), other.status()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 404]);
}

#[actix_web::test]
async fn tries_are_limited() {
    let server = TestServer::start_empty(|config| config.limits.is_on = true).await;
    token(&server).await;
    let mut last = server.anyone().post("/setup", &setup("guessed")).await;
    for _ in 0..20 {
        last = server.anyone().post("/setup", &setup("guessed")).await;
    }
    let refused = last.expect_problem(429, "too-many");
    assert!(refused.header("retry-after").parse::<u32>().unwrap() >= 1);
}

#[actix_web::test]
async fn everybody_reads_the_clinic_and_an_admin_changes_it() {
    let server = TestServer::start().await;
    let (admin, patient) = (server.admin().await, server.patient().await);
    let before = patient.get("/clinic").await.expect(200);
    assert_eq!(before["phone"], json!(null));
    assert_eq!(patient.with("If-None-Match", before.etag()).get("/clinic").await.status(), 304);

    let change = json!({"phone": "+1 303 555 0142", "hours": "Monday to Friday, 8:00 to 17:00"});
    let changed = admin.patch("/clinic", &change).await.expect(200);
    assert_eq!(changed["phone"], "+1 303 555 0142");
    assert_eq!(changed["name"], "Alder Row");
    let after = patient.with("If-None-Match", before.etag()).get("/clinic").await.expect(200);
    assert_eq!(after["hours"], change["hours"]);
    assert_eq!(admin.patch("/clinic", &json!({"phone": null})).await.expect(200)["phone"], json!(null));

    for body in [json!({"name": null}), json!({"name": ""}), json!({"country": "us"}), json!({"time_zone": "Etc/Unknown"})] {
        admin.patch("/clinic", &body).await.expect_problem(422, "invalid");
    }
    for who in [server.provider().await, server.coordinator().await, patient] {
        who.patch("/clinic", &change).await.expect_problem(403, "forbidden");
    }
}
