//! A clinic's tablet: one code, one patient, what is asked today, 20 minutes.

use diesel::prelude::*;
use futures_util::future::join;
use serde_json::{Value, json};
use yarrow::auth::keys::token_hash;
use yarrow::auth::roles::Role;
use yarrow::db::schema::{audit_events, kiosk_codes};
use yarrow::db::{Id, Reach};
use yarrow::patients::Patient;
use yarrow::people::User;

use crate::support::{Answer, Client, TestServer, check_in, phq9, questionnaire};

fn codes_of(patient: Id<Patient>) -> String {
    format!("/patients/{patient}/kiosk-codes")
}

async fn code(staff: &Client, patient: &Client) -> Answer {
    staff.post(&codes_of(patient.patient_id()), &json!({})).await.expect(201)
}

async fn open(server: &TestServer, code: &Value) -> Answer {
    server.anyone().post("/kiosk", &json!({"code": code})).await
}

async fn asked(tablet: &Client) -> Vec<Value> {
    tablet.get("/me/tasks").await.expect(200).items().iter().map(|task| task["instrument"].clone()).collect()
}

fn path(server: &TestServer) -> String {
    format!("/responses/{}", Id::<()>::new(server.now()))
}

#[actix_web::test]
async fn a_code_is_short_and_opens_one_tablet_once() {
    let server = TestServer::start().await;
    let (coordinator, patient) = (server.coordinator().await, server.patient().await);
    let made = code(&coordinator, &patient).await;
    let typed = made["code"].as_str().unwrap();
    assert!(typed.len() == 8 && !typed.contains(['I', 'L', 'O', 'U']), "{typed}");
    assert_eq!(made["expires_at"], server.now().plus_seconds(600).to_string());
    assert_eq!(made["url"], format!("{}/kiosk#code={typed}", server.address()));

    let spoken = format!("{} {}", typed[..4].to_lowercase(), &typed[4..]);
    let opened = open(&server, &json!(spoken)).await.expect(200);
    let (first, last) = patient.name.split_once(' ').unwrap();
    assert_eq!(opened["name"], format!("{first} {}.", &last[..1]));
    assert_eq!((&opened["expires_in"], &opened["ends_at"]), (&json!(1200), &json!(server.now().plus_seconds(1200).to_string())));
    assert_eq!((&opened["clinic"]["name"], &opened["clinic"]["country"]), (&json!("Alder Row"), &json!("US")));
    assert!(opened.all_headers("set-cookie").is_empty());
    let again = open(&server, &json!(spoken)).await.expect_problem(404, "not-found");
    let unknown = open(&server, &json!("00000000")).await.expect_problem(404, "not-found");
    assert_eq!(again.without_request_id(), unknown.without_request_id());
}

#[actix_web::test]
async fn two_tablets_that_try_one_code_at_once_are_one() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    for _ in 0..5 {
        let made = code(&provider, &patient).await;
        let (one, other) = join(open(&server, &made["code"]), open(&server, &made["code"])).await;
        let mut statuses = [one.status(), other.status()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 404]);
    }
}

#[actix_web::test]
async fn a_code_ends_after_ten_minutes_with_the_next_one_or_when_it_is_taken_back() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let late = code(&provider, &patient).await;
    server.advance(600);
    open(&server, &late["code"]).await.expect_problem(404, "not-found");

    let first = code(&provider, &patient).await;
    let second = code(&provider, &patient).await;
    open(&server, &first["code"]).await.expect_problem(404, "not-found");
    server.advance(599);
    open(&server, &second["code"]).await.expect(200);

    let (third, other) = (code(&provider, &patient).await, server.patient().await);
    let of_other = code(&provider, &other).await;
    provider.delete(&codes_of(patient.patient_id())).await.expect(204);
    open(&server, &third["code"]).await.expect_problem(404, "not-found");
    open(&server, &of_other["code"]).await.expect(200);
}

#[actix_web::test]
async fn staff_see_whether_a_code_waits_and_a_tablet_is_open_and_never_the_code() {
    let server = TestServer::start().await;
    let (coordinator, patient, other) = (server.coordinator().await, server.patient().await, server.patient().await);
    let path = codes_of(patient.patient_id());
    let nothing = json!({"code_until": null, "tablet_until": null});
    assert_eq!(*coordinator.get(&path).await.expect(200).json(), nothing);
    let made = code(&coordinator, &patient).await;
    assert_eq!(*coordinator.get(&path).await.json(), json!({"code_until": made["expires_at"], "tablet_until": null}));
    server.advance(60);
    let opened = open(&server, &made["code"]).await.expect(200);
    assert_eq!(*coordinator.get(&path).await.json(), json!({"code_until": null, "tablet_until": opened["ends_at"]}));
    assert_eq!(*coordinator.get(&codes_of(other.patient_id())).await.json(), nothing);
    server.advance(1200);
    assert_eq!(*coordinator.get(&path).await.json(), nothing);
}

#[actix_web::test]
async fn a_code_is_kept_as_a_hash_that_needs_the_servers_key() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let made = code(&provider, &patient).await;
    let typed = made["code"].as_str().unwrap().to_owned();
    let kept: String = server
        .database()
        .read(Reach::Installation, |conn| Ok(kiosk_codes::table.select(kiosk_codes::code_hash).first(conn)?))
        .await
        .unwrap();
    assert!(kept != typed && kept != token_hash(&typed) && kept.len() == token_hash("").len(), "{kept}");
}

#[actix_web::test]
async fn a_tablet_shows_what_is_open_and_takes_it_for_its_patient_only() {
    let server = TestServer::start().await;
    let (provider, patient, other) = (server.provider().await, server.patient().await, server.patient().await);
    patient.put(&path(&server), &check_in(4)).await.expect(201);
    let tablet = server.tablet(&provider, patient.patient_id()).await;
    assert_eq!(asked(&tablet).await, ["phq-9", "gad-7"], "neither the check-in nor what was answered");

    let id = path(&server);
    tablet.put(&id, &phq9(9).of(other.patient_id())).await.expect_problem(404, "not-found");
    assert!(other.responses().await.is_empty());
    let sent = phq9(9).of(patient.patient_id());
    let stored = tablet.put(&id, &sent).await.expect(201);
    assert_eq!(stored["entered_by"], json!({"id": provider.id, "role": "patient"}), "the patient, where staff opened the tablet");
    assert_eq!(
        tablet.put(&id, &sent).await.expect(200).json(),
        stored.json(),
        "an answer that got lost on its way is sent again"
    );
    assert_eq!(asked(&tablet).await, ["gad-7"]);
    assert_eq!(patient.get(&id).await.expect(200).json(), stored.json(), "it is on the patient's own record");
}

#[actix_web::test]
async fn a_tablet_takes_nothing_that_is_not_asked_and_corrects_nothing() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let before = path(&server);
    patient.put(&before, &questionnaire("gad-7", json!({"q1": 1}))).await.expect(201);
    let tablet = server.tablet(&provider, patient.patient_id()).await;
    for refused in [
        check_in(4),
        questionnaire("pcl-5", json!({"q1": 1})),
        questionnaire("gad-7", json!({"q1": 2})).with("replaces", before.rsplit_once('/').unwrap().1),
    ] {
        tablet.put(&path(&server), &refused).await.expect_problem(403, "forbidden");
    }
    assert_eq!(patient.responses().await.len(), 1);
    // Somebody asks it while the tablet is open.
    let ask = format!("/patients/{}/assignments", patient.patient_id());
    provider.post(&ask, &json!({"instrument": "pcl-5"})).await.expect(201);
    tablet.put(&path(&server), &questionnaire("pcl-5", json!({"q1": 1}))).await.expect(201);
}

#[actix_web::test]
async fn what_was_asked_when_the_tablet_opened_is_taken_whatever_came_between() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let tablet = server.tablet(&provider, patient.patient_id()).await;
    patient.put(&path(&server), &phq9(3)).await.expect(201);
    tablet.put(&path(&server), &phq9(4)).await.expect(201);
    assert_eq!(patient.responses().await.len(), 2);
}

#[actix_web::test]
async fn a_positive_item_9_at_a_tablet_asks_for_support_and_raises_the_alert() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let tablet = server.tablet(&provider, patient.patient_id()).await;
    let stored = tablet.put(&path(&server), &phq9(9).answer("q9", 1)).await.expect(201);
    assert_eq!(stored["safety"]["show_crisis_resources"], true);
    let alerts = provider.get("/alerts?status=open").await.expect(200);
    assert_eq!((alerts.items().len(), &alerts.items()[0]["response_ids"]), (1, &json!([stored["id"]])));
}

#[actix_web::test]
async fn a_patient_who_never_joined_answers_at_a_tablet() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    let body = json!({"name": "Ana Reyes", "time_zone": "America/Denver", "condition": "mdd"});
    let made = provider.post("/patients", &body).await.expect(201);
    let patient: Id<Patient> = made["id"].as_str().unwrap().parse().unwrap();
    let tablet = server.tablet(&provider, patient).await;
    assert!(asked(&tablet).await.contains(&json!("phq-9")));
    tablet.put(&path(&server), &phq9(12)).await.expect(201);
    let kept = provider.get(&format!("/patients/{patient}/responses")).await.expect(200);
    assert_eq!(kept.items()[0]["scores"][0]["value"], json!(12));
}

#[actix_web::test]
async fn a_tablet_closes_after_twenty_minutes_whatever_is_done_at_it() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let tablet = server.tablet(&provider, patient.patient_id()).await;
    server.advance(1199);
    assert_eq!(asked(&tablet).await.len(), 2);
    server.advance(1);
    tablet.get("/me/tasks").await.expect_problem(401, "unauthenticated");
    tablet.put(&path(&server), &phq9(4)).await.expect_problem(401, "unauthenticated");
    assert!(patient.responses().await.is_empty());
}

#[actix_web::test]
async fn a_tablet_ends_itself_or_is_ended_by_staff() {
    let server = TestServer::start().await;
    let (provider, patient, other) = (server.provider().await, server.patient().await, server.patient().await);
    let (first, second) =
        (server.tablet(&provider, patient.patient_id()).await, server.tablet(&provider, patient.patient_id()).await);
    let of_other = server.tablet(&provider, other.patient_id()).await;
    first.delete("/kiosk").await.expect(204);
    first.get("/me/tasks").await.expect_problem(401, "unauthenticated");
    second.get("/me/tasks").await.expect(200);

    server.coordinator().await.delete(&codes_of(patient.patient_id())).await.expect(204);
    second.get("/me/tasks").await.expect_problem(401, "unauthenticated");
    of_other.get("/me/tasks").await.expect(200);
}

#[actix_web::test]
async fn codes_and_tablets_end_with_the_account_of_who_made_them() {
    let server = TestServer::start().await;
    let (admin, patient) = (server.admin().await, server.patient().await);
    for change in [json!({"disabled": true}), json!({"roles": ["admin"]})] {
        let leaver = server.person(&[Role::Provider]).await;
        let tablet = server.tablet(&leaver, patient.patient_id()).await;
        let waiting = code(&leaver, &patient).await;
        admin.patch(&format!("/users/{}", leaver.id), &change).await.expect(200);
        open(&server, &waiting["code"]).await.expect_problem(404, "not-found");
        tablet.get("/me/tasks").await.expect_problem(401, "unauthenticated");
    }
}

#[actix_web::test]
async fn a_tablet_is_none_of_the_devices_of_who_opened_it() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    for _ in 0..12 {
        server.tablet(&provider, patient.patient_id()).await;
    }
    let devices = provider.get("/auth/sign-ins").await.expect(200);
    assert_eq!(devices.items().len(), 1, "and twelve tablets have ended none of them");
}

#[actix_web::test]
async fn an_address_has_twenty_tries_at_codes_at_once() {
    let server = TestServer::start_with(|config| config.limits.is_on = true).await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let waiting = code(&provider, &patient).await;
    for _ in 0..20 {
        open(&server, &json!("00000000")).await.expect_problem(404, "not-found");
    }
    let refused = open(&server, &waiting["code"]).await.expect_problem(429, "too-many");
    assert!(refused.header("retry-after").parse::<u32>().unwrap() > 0);
}

/// Action, who, in which role and about whom.
type Line = (String, Option<Id<User>>, Option<String>, Option<Id<Patient>>);

/// What the audit log says, oldest first, but for who signed in.
async fn lines(server: &TestServer) -> Vec<Line> {
    let told = server.database().read(Reach::Installation, |conn| {
        let told = audit_events::table.filter(audit_events::action.ne("signed_in")).order(audit_events::seq);
        let columns = (audit_events::action, audit_events::actor_id, audit_events::role, audit_events::patient_id);
        Ok(told.select(columns).load(conn)?)
    });
    told.await.unwrap()
}

#[actix_web::test]
async fn the_audit_log_says_who_made_a_code_and_what_was_done_at_the_tablet() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let before = lines(&server).await.len();
    open(&server, &json!("00000000")).await.expect(404);
    let tablet = server.tablet(&provider, patient.patient_id()).await;
    tablet.put(&path(&server), &phq9(4)).await.expect(201);
    tablet.delete("/kiosk").await.expect(204);
    code(&provider, &patient).await;
    provider.delete(&codes_of(patient.patient_id())).await.expect(204);
    let (who, about) = (Some(provider.id), Some(patient.patient_id()));
    let line = |action: &str, role: &str| (action.to_owned(), who, Some(role.to_owned()), about);
    assert_eq!(
        lines(&server).await[before..],
        [
            ("sign_in_failed".to_owned(), None, Some(String::new()), None),
            line("kiosk_code_made", "provider"),
            line("kiosk_opened", "kiosk"),
            line("response_submitted", "kiosk"),
            line("kiosk_ended", "kiosk"),
            line("kiosk_code_made", "provider"),
            line("kiosk_code_revoked", "provider"),
        ]
    );
}
