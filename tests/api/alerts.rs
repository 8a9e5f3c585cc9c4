//! Alerts: raised by answers, taken and closed by people.

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use yarrow::auth::roles::Role;
use yarrow::db::Id;

use crate::support::{Answer, Body, Client, TestServer, check_in, phq9};

/// A PHQ-9 answered now with this answer to item 9.
fn with_item_nine(server: &TestServer, answer: u32) -> Body {
    phq9(9).answer("q9", answer).at(server.now())
}

/// Sends a questionnaire under an id of its own, and answers that id.
async fn submit(server: &TestServer, by: &Client, body: &Body) -> String {
    let id = Id::<()>::new(server.now()).to_string();
    by.put(&format!("/responses/{id}"), body).await.expect(201);
    id
}

/// The only alert of a list.
async fn only(provider: &Client, path: &str) -> Value {
    let list = provider.get(path).await.expect(200);
    assert_eq!(list.items().len(), 1, "{}", list.text());
    list.items()[0].clone()
}

async fn acknowledge(by: &Client, alert: &Value) -> Answer {
    by.post(&format!("/alerts/{}/acknowledge", text(alert, "id")), &json!({})).await
}

async fn resolve(by: &Client, alert: &Value, body: Value) -> Answer {
    by.post(&format!("/alerts/{}/resolve", text(alert, "id")), &body).await
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no text {field} in {value}"))
}

/// What happened to an alert, in words.
fn steps(alert: &Value) -> Vec<&str> {
    alert["events"].as_array().expect("events").iter().map(|event| text(event, "what")).collect()
}

#[actix_web::test]
async fn an_answer_above_0_to_item_9_makes_an_alert_with_the_response() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    let response = submit(&server, &patient, &with_item_nine(&server, 2)).await;
    let alert = only(&provider, "/alerts?status=open").await;
    assert_eq!((text(&alert, "kind"), text(&alert, "level"), text(&alert, "status")), ("suicidal-ideation", "urgent", "open"));
    assert_eq!(text(&alert, "title"), "Item 9: more than half the days");
    assert_eq!(alert["patient_id"], patient.patient_id().to_string());
    assert_eq!(text(&alert, "patient_name"), patient.name);
    assert_eq!(alert["response_ids"], json!([response]));
    assert_eq!(text(&alert, "raised_at"), "2026-11-20T21:00:00.000Z");
    assert_eq!(text(&alert, "due_at"), "2026-11-20T22:00:00.000Z");
    assert_eq!(steps(&alert), ["raised"]);
    let rules: Vec<_> = alert["reasons"].as_array().unwrap().iter().map(|reason| text(reason, "rule")).collect();
    assert_eq!(rules, ["si-any", "si-frequent"]);
    let reason = &alert["reasons"][1];
    assert_eq!(text(reason, "answer_label"), "More than half the days");
    assert_eq!(text(reason, "instrument_title"), "Patient Health Questionnaire (PHQ-9)");
    assert_eq!((&reason["item"], &reason["value"], &reason["clock_suspect"]), (&json!("q9"), &json!(2), &json!(false)));
    assert!(text(reason, "item_text").starts_with("Thoughts that you would be better off dead"));
    assert_eq!(
        (alert["history"][0]["value"].clone(), text(&alert["history"][0], "label")),
        (json!(2), "More than half the days")
    );
    let row = only(&provider, "/patients").await;
    assert_eq!((text(&row, "group"), &row["open_alerts"], &row["top_alert_id"]), ("needs_response", &json!(1), &alert["id"]));
    assert_eq!(text(&row["reason"], "text"), text(&alert, "title"));
}

#[actix_web::test]
async fn several_days_is_high_and_has_four_hours_while_a_gap_goes_on_the_review_list() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    submit(&server, &patient, &with_item_nine(&server, 1)).await;
    server.advance(60);
    submit(&server, &patient, &phq9(9).answer("q9", Value::Null).at(server.now())).await;
    let list = provider.get("/alerts").await.expect(200);
    let [known, unknown] = list.items() else { panic!("{}", list.text()) };
    assert_eq!((text(known, "level"), text(known, "due_at")), ("high", "2026-11-21T01:00:00.000Z"));
    assert_eq!((text(unknown, "kind"), text(unknown, "level")), ("suicidal-ideation-unknown", "review"));
    assert_eq!((text(unknown, "title"), &unknown["due_at"]), ("Item 9: not answered", &Value::Null));
    assert_eq!((text(&unknown["reasons"][0], "answer_label"), &unknown["reasons"][0]["value"]), ("Not answered", &Value::Null));
}

#[actix_web::test]
async fn an_expected_score_makes_no_alert() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    submit(&server, &patient, &phq9(24)).await;
    submit(&server, &patient, &check_in(5)).await;
    assert!(provider.get("/alerts?status=all").await.expect(200).items().is_empty());
}

#[actix_web::test]
async fn ticks_and_ratings_of_the_check_in_have_words_too() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    let body = check_in(0).answer("side_effects", ["nausea", "seeing-hearing"]).answer("contact", 1);
    submit(&server, &patient, &body).await;
    let list = provider.get("/alerts").await.expect(200);
    let mut titles: Vec<_> = list.items().iter().map(|alert| text(alert, "title")).collect();
    titles.sort_unstable();
    assert_eq!(titles, ["Contact me: yes", "Mood: 0 of 10", "Side effects: seeing or hearing things others do not"]);
    let ticked = list.items().iter().find(|alert| alert["kind"] == "adverse-effect").unwrap();
    assert_eq!(text(&ticked["reasons"][0], "answer_label"), "Seeing or hearing things others do not");
    assert_eq!((&ticked["reasons"][0]["value"], &ticked["history"]), (&Value::Null, &json!([])));
}

#[actix_web::test]
async fn new_answers_join_the_alert_that_is_not_closed() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    let first = submit(&server, &patient, &with_item_nine(&server, 2)).await;
    server.advance(3600);
    let second = submit(&server, &patient, &with_item_nine(&server, 1)).await;
    let alert = only(&provider, "/alerts").await;
    assert_eq!(steps(&alert), ["raised", "joined"]);
    assert_eq!(alert["response_ids"], json!([first, second]));
    // It keeps the words and the level of its most serious answer.
    assert_eq!((text(&alert, "level"), text(&alert, "title")), ("urgent", "Item 9: more than half the days"));
    assert_eq!(text(&alert, "answered_at"), "2026-11-20T21:00:00.000Z");
    server.advance(3600);
    submit(&server, &patient, &with_item_nine(&server, 3)).await;
    let alert = only(&provider, "/alerts").await;
    assert_eq!(text(&alert, "title"), "Item 9: nearly every day, rising");
    assert_eq!(text(&alert, "answered_at"), "2026-11-20T23:00:00.000Z");
    let given: Vec<_> = alert["history"].as_array().unwrap().iter().map(|answer| answer["value"].clone()).collect();
    assert_eq!(given, [3, 1, 2]);
}

#[actix_web::test]
async fn what_was_never_answered_before_is_called_new() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    submit(&server, &patient, &with_item_nine(&server, 0)).await;
    server.advance(7 * 86_400);
    submit(&server, &patient, &with_item_nine(&server, 1)).await;
    assert_eq!(text(&only(&provider, "/alerts").await, "title"), "Item 9: several days, new");
}

#[actix_web::test]
async fn an_acknowledged_alert_opens_again_for_a_higher_level_only() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    submit(&server, &patient, &with_item_nine(&server, 1)).await;
    server.advance(60);
    let alert = only(&provider, "/alerts").await;
    acknowledge(&provider, &alert).await.expect(200);
    server.advance(3600);
    submit(&server, &patient, &with_item_nine(&server, 1)).await;
    assert_eq!(text(&only(&provider, "/alerts").await, "status"), "acknowledged");
    server.advance(3600);
    submit(&server, &patient, &with_item_nine(&server, 2)).await;
    let alert = only(&provider, "/alerts").await;
    assert_eq!((text(&alert, "status"), text(&alert, "level")), ("open", "urgent"));
    assert_eq!((&alert["acknowledged_by"], &alert["acknowledged_at"]), (&Value::Null, &Value::Null));
    assert_eq!(steps(&alert), ["raised", "acknowledged", "joined", "joined", "reopened"]);
    assert_eq!(text(&alert["events"][1]["by"], "name"), provider.name);
    // The clock starts anew with the answer that opened it.
    assert_eq!(text(&alert, "due_at"), "2026-11-21T00:01:00.000Z");
    acknowledge(&provider, &alert).await.expect(200);
}

#[actix_web::test]
async fn acknowledging_names_the_person_and_closes_nothing() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    submit(&server, &patient, &with_item_nine(&server, 1)).await;
    server.advance(300);
    let alert = only(&provider, "/alerts").await;
    let taken = acknowledge(&provider, &alert).await.expect(200);
    assert_eq!(taken["status"], "acknowledged");
    assert_eq!(taken["acknowledged_by"], json!({"id": provider.id, "name": provider.name}));
    assert_eq!(taken["acknowledged_at"], "2026-11-20T21:05:00.000Z");
    assert_eq!(taken.json(), &only(&provider, "/alerts?status=acknowledged").await);
    assert!(provider.get("/alerts?status=open").await.expect(200).items().is_empty());
    acknowledge(&server.provider().await, &alert).await.expect_problem(409, "already-handled");
    let row = only(&provider, "/patients").await;
    assert_eq!((text(&row["reason"], "code"), &row["acknowledged_alerts"]), ("acknowledged_alert", &json!(1)));
}

#[actix_web::test]
async fn only_one_of_two_people_can_be_first_on_an_alert() {
    let server = TestServer::start().await;
    let (patient, one, other) = (server.patient().await, server.provider().await, server.provider().await);
    for _ in 0..5 {
        submit(&server, &patient, &with_item_nine(&server, 1)).await;
        let alert = only(&one, "/alerts").await;
        let (first, second) = join(acknowledge(&one, &alert), acknowledge(&other, &alert)).await;
        let mut statuses = [first.status(), second.status()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let (first, second) = join(
            resolve(&one, &alert, json!({"action": "spoke", "note": "Spoke, one."})),
            resolve(&other, &alert, json!({"action": "spoke", "note": "Spoke, other."})),
        )
        .await;
        let mut statuses = [first.status(), second.status()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        server.advance(60);
    }
}

#[actix_web::test]
async fn answers_that_arrive_at_once_make_one_alert() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    let bodies: Vec<_> = (0..6_u32).map(|number| with_item_nine(&server, 1 + number % 3)).collect();
    join_all(bodies.iter().map(|body| submit(&server, &patient, body))).await;
    let alert = only(&provider, "/alerts").await;
    assert_eq!((alert["response_ids"].as_array().unwrap().len(), text(&alert, "level")), (6, "urgent"));
    assert_eq!(steps(&alert).iter().filter(|step| **step == "raised").count(), 1);
}

#[actix_web::test]
async fn a_replay_joins_nothing() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    let body = with_item_nine(&server, 1);
    let id = submit(&server, &patient, &body).await;
    let before = only(&provider, "/alerts").await;
    server.advance(60);
    patient.put(&format!("/responses/{id}"), &body).await.expect(200);
    patient.put(&format!("/responses/{id}"), &with_item_nine(&server, 3)).await.expect(409);
    assert_eq!(only(&provider, "/alerts").await, before);
}

#[actix_web::test]
async fn neither_a_later_0_nor_a_correction_closes_an_alert() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    let wrong = submit(&server, &patient, &with_item_nine(&server, 1)).await;
    server.advance(60);
    submit(&server, &patient, &with_item_nine(&server, 0).with("replaces", &wrong)).await;
    server.advance(86_400);
    submit(&server, &patient, &with_item_nine(&server, 0)).await;
    let alert = only(&provider, "/alerts?status=open").await;
    assert_eq!((alert["response_ids"].clone(), steps(&alert)), (json!([wrong]), vec!["raised"]));
    let row = only(&provider, "/patients").await;
    assert_eq!(text(&row, "group"), "needs_response");
    // The corrected answer is no history; what stands is.
    let given: Vec<_> = alert["history"].as_array().unwrap().iter().map(|answer| answer["value"].clone()).collect();
    assert_eq!(given, [0, 0]);
}

#[actix_web::test]
async fn closing_needs_what_was_done_and_a_note() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    submit(&server, &patient, &with_item_nine(&server, 2)).await;
    let alert = only(&provider, "/alerts").await;
    for (body, pointers) in [
        (json!({}), vec!["/action", "/note"]),
        (json!({"action": "spoke", "note": " \n "}), vec!["/note"]),
        (json!({"action": "spoke", "note": null}), vec!["/note"]),
        (json!({"action": "spoke", "note": "x".repeat(10_001)}), vec!["/note"]),
        (json!({"action": "spoke", "note": "a\u{0}b"}), vec!["/note"]),
        (json!({"note": "Spoke."}), vec!["/action"]),
        (json!({"action": "waved", "note": "Spoke."}), vec!["/action"]),
        (json!({"action": "spoke", "note": "Spoke.", "status": "open"}), vec!["/status"]),
    ] {
        let refused = resolve(&provider, &alert, body.clone()).await.expect_problem(422, "invalid");
        assert_eq!(refused.pointers(), pointers, "{body}");
    }
    assert_eq!(only(&provider, "/alerts?status=open").await, alert);
}

#[actix_web::test]
async fn an_alert_is_closed_from_open_or_acknowledged_and_only_once() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    for is_acknowledged in [false, true] {
        submit(&server, &patient, &with_item_nine(&server, 1)).await;
        server.advance(60);
        let alert = only(&provider, "/alerts").await;
        if is_acknowledged {
            acknowledge(&provider, &alert).await.expect(200);
            server.advance(60);
        }
        let closed = resolve(&provider, &alert, json!({"action": "safety_plan", "note": "Spoke.\nPlan reviewed."})).await;
        let closed = closed.expect(200);
        assert_eq!((&closed["status"], &closed["action"]), (&json!("resolved"), &json!("safety_plan")));
        assert_eq!((&closed["note"], &closed["resolved_by"]["name"]), (&json!("Spoke.\nPlan reviewed."), &json!(provider.name)));
        assert_eq!(closed["acknowledged_by"].is_null(), !is_acknowledged);
        let last = closed["events"].as_array().unwrap().last().unwrap();
        assert_eq!(
            (text(last, "what"), text(last, "action"), text(last, "note")),
            ("resolved", "safety_plan", "Spoke.\nPlan reviewed.")
        );
        let again = resolve(&provider, &alert, json!({"action": "safety_plan", "note": "Spoke.\nPlan reviewed."})).await;
        assert_eq!(again.expect(200).json(), closed.json());
        acknowledge(&provider, &alert).await.expect_problem(409, "already-handled");
        resolve(&provider, &alert, json!({"action": "spoke", "note": "Again."})).await.expect_problem(409, "already-handled");
        assert!(provider.get("/alerts").await.expect(200).items().is_empty());
        assert_eq!(only(&provider, "/patients").await["open_alerts"], 0);
        server.advance(60);
    }
    // An answer after the end makes a new one.
    submit(&server, &patient, &with_item_nine(&server, 1)).await;
    assert_eq!(provider.get("/alerts?status=all").await.expect(200).items().len(), 3);
}

#[actix_web::test]
async fn only_providers_of_the_clinic_see_or_change_an_alert() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    submit(&server, &patient, &with_item_nine(&server, 2)).await;
    let alert = only(&provider, "/alerts").await;
    let path = format!("/alerts/{}", text(&alert, "id"));
    let closing = json!({"action": "spoke", "note": "Spoke."});
    for other in [server.coordinator().await, server.admin().await, patient.clone(), server.patient().await] {
        other.get("/alerts").await.expect_problem(403, "forbidden");
        other.get(&path).await.expect_problem(403, "forbidden");
        acknowledge(&other, &alert).await.expect_problem(403, "forbidden");
        resolve(&other, &alert, closing.clone()).await.expect_problem(403, "forbidden");
    }
    let elsewhere = server.second_clinic().await.provider().await;
    assert!(elsewhere.get("/alerts?status=all").await.expect(200).items().is_empty());
    let unknown = format!("/alerts/{}", Id::<()>::new(server.now()));
    for path in [&path, &unknown] {
        elsewhere.get(path).await.expect_problem(404, "not-found");
        elsewhere.post(&format!("{path}/acknowledge"), &json!({})).await.expect_problem(404, "not-found");
        elsewhere.post(&format!("{path}/resolve"), &closing).await.expect_problem(404, "not-found");
    }
    server.anyone().get(&path).await.expect_problem(401, "unauthenticated");
    assert_eq!(only(&provider, "/alerts?status=open").await, alert);
}

#[actix_web::test]
async fn one_alert_is_answered_as_in_the_list_and_not_twice() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    submit(&server, &patient, &with_item_nine(&server, 1)).await;
    let alert = only(&provider, "/alerts").await;
    let path = format!("/alerts/{}", text(&alert, "id"));
    let read = provider.get(&path).await.expect(200);
    assert_eq!(read.json(), &alert);
    provider.with("If-None-Match", read.etag()).get(&path).await.expect(304);
    // An answer that does not join changes its history.
    server.advance(60);
    submit(&server, &patient, &with_item_nine(&server, 0)).await;
    let again = provider.with("If-None-Match", read.etag()).get(&path).await.expect(200);
    assert_eq!(again["history"].as_array().unwrap().len(), 2);
    acknowledge(&provider, &alert).await.expect(200);
    provider.with("If-None-Match", again.etag()).get(&path).await.expect(200);
}

#[actix_web::test]
async fn who_has_waited_longest_comes_first_and_who_was_closed_last() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    let mut raised = Vec::new();
    for _ in 0..5 {
        let patient = server.patient().await;
        submit(&server, &patient, &with_item_nine(&server, 1)).await;
        raised.push(patient.patient_id().to_string());
        server.advance(60);
    }
    let mut walked = Vec::new();
    let mut cursor = String::new();
    for _ in 0..3 {
        let page = provider.get(&format!("/alerts?status=active&limit=2&cursor={cursor}")).await.expect(200);
        walked.extend(page.items().iter().map(|alert| text(alert, "patient_id").to_owned()));
        cursor = page["next_cursor"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!((walked, cursor.as_str()), (raised.clone(), ""));
    let newest = provider.get("/alerts?status=all&limit=1").await.expect(200);
    assert_eq!(newest.items()[0]["patient_id"], *raised.last().unwrap());
    let next = newest["next_cursor"].as_str().unwrap();
    let next = provider.get(&format!("/alerts?status=all&limit=1&cursor={next}")).await.expect(200);
    assert_eq!(next.items()[0]["patient_id"], raised[3]);
    for _ in 0..2 {
        let oldest = provider.get("/alerts?limit=1").await.expect(200).items()[0].clone();
        resolve(&provider, &oldest, json!({"action": "spoke", "note": "Spoke."})).await.expect(200);
        server.advance(60);
    }
    let closed = provider.get("/alerts?status=resolved&limit=1").await.expect(200);
    let next = format!("/alerts?status=resolved&limit=1&cursor={}", closed["next_cursor"].as_str().unwrap());
    assert_eq!(closed.items()[0]["patient_id"], raised[1]);
    assert_eq!(only(&provider, &next).await["patient_id"], raised[0]);
    for wrong in ["status=closed", "limit=0", "limit=201", "cursor=x", "cursor=WyJhIiwiYiJd", "sort=age"] {
        provider.get(&format!("/alerts?{wrong}")).await.expect_problem(422, "invalid");
    }
    let responses = format!("/patients/{}/responses?cursor=WyJhIiwiYiJd", raised[0]);
    provider.get(&responses).await.expect_problem(422, "invalid");
}

#[actix_web::test]
async fn an_answer_from_a_phone_without_a_signal_shows_both_times() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    submit(&server, &patient, &with_item_nine(&server, 2).at("2026-11-17T20:00:00.000Z")).await;
    let alert = only(&provider, "/alerts").await;
    assert_eq!(text(&alert, "answered_at"), "2026-11-17T20:00:00.000Z");
    assert_eq!(text(&alert, "received_at"), "2026-11-20T21:00:00.000Z");
    assert_eq!(text(&alert, "due_at"), "2026-11-20T22:00:00.000Z");
}

/// What the audit log says about one object, oldest first: what was done, in which role and by which request.
async fn audited(server: &TestServer, alert: &Value) -> Vec<(String, String, Id<()>)> {
    use diesel::prelude::*;
    use yarrow::db::Reach;
    use yarrow::db::schema::audit_events;
    let id: Id<()> = text(alert, "id").parse().unwrap();
    let rows = server.database().read(Reach::Installation, move |conn| {
        Ok(audit_events::table
            .filter(audit_events::object_id.eq(id))
            .order(audit_events::seq)
            .select((audit_events::action, audit_events::role.assume_not_null(), audit_events::request_id.assume_not_null()))
            .load(conn)?)
    });
    rows.await.unwrap()
}

#[actix_web::test]
async fn each_step_is_in_the_audit_log() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    submit(&server, &patient, &with_item_nine(&server, 1)).await;
    let alert = only(&provider, "/alerts").await;
    acknowledge(&provider, &alert).await.expect(200);
    acknowledge(&provider, &alert).await.expect(409);
    server.advance(60);
    submit(&server, &patient, &with_item_nine(&server, 3)).await;
    resolve(&provider, &alert, json!({"action": "assessed", "note": "Seen."})).await.expect(200);
    let steps = audited(&server, &alert).await;
    let steps: Vec<_> = steps.iter().map(|(action, role, _)| (action.as_str(), role.as_str())).collect();
    assert_eq!(
        steps,
        [
            ("alert_raised", "patient"),
            ("alert_acknowledged", "provider"),
            ("alert_joined", "patient"),
            ("alert_reopened", "patient"),
            ("alert_resolved", "provider"),
        ]
    );
}

#[actix_web::test]
async fn the_audit_log_names_the_request_whose_answers_raised_an_alert() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    let path = format!("/responses/{}", Id::<()>::new(server.now()));
    let submitted = patient.put(&path, &with_item_nine(&server, 2)).await.expect(201);
    let alert = only(&provider, "/alerts").await;
    let steps = audited(&server, &alert).await;
    let requests: Vec<_> = steps.iter().map(|(_, _, request)| request.to_string()).collect();
    assert_eq!(requests, [submitted.header("x-request-id")]);
}

#[actix_web::test]
async fn a_list_can_be_cut_to_one_patient_of_the_clinic() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    let (one, other) = (server.patient().await, server.person(&[Role::Patient]).await);
    submit(&server, &one, &with_item_nine(&server, 2)).await;
    submit(&server, &other, &with_item_nine(&server, 1)).await;
    assert_eq!(provider.get("/alerts").await.expect(200).items().len(), 2);
    for who in [&one, &other] {
        for status in ["active", "open", "all"] {
            let alert = only(&provider, &format!("/alerts?status={status}&patient={}", who.patient_id())).await;
            assert_eq!(alert["patient_id"], who.patient_id().to_string(), "{status}");
        }
    }
    let quiet = server.person(&[Role::Patient]).await;
    assert!(provider.get(&format!("/alerts?patient={}", quiet.patient_id())).await.expect(200).items().is_empty());
    let path = format!("/alerts?patient={}", one.patient_id());
    server.second_clinic().await.provider().await.get(&path).await.expect_problem(404, "not-found");
    server.coordinator().await.get(&path).await.expect_problem(403, "forbidden");
    provider.get("/alerts?patient=somebody").await.expect_problem(422, "invalid");
}

#[actix_web::test]
async fn a_note_closes_an_alert_only_as_it_was_read() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    submit(&server, &patient, &with_item_nine(&server, 1)).await;
    let alert = only(&provider, "/alerts").await;
    let path = format!("/alerts/{}", text(&alert, "id"));
    let read = provider.get(&path).await.expect(200).header("etag").to_owned();
    let taken = acknowledge(&provider, &alert).await.expect(200).header("etag").to_owned();
    assert_ne!(taken, read);
    server.advance(3_600);
    submit(&server, &patient, &with_item_nine(&server, 3)).await;

    let closing = json!({"action": "spoke", "note": "Spoke by phone."});
    let close = async |known: &str| provider.with("If-Match", known).post(&format!("{path}/resolve"), &closing).await;
    for unseen in [&read, &taken] {
        close(unseen).await.expect_problem(412, "stale");
    }
    assert_ne!(only(&provider, "/alerts").await["status"], "resolved");
    let seen = provider.get(&path).await.expect(200).header("etag").to_owned();
    let closed = close(&seen).await.expect(200);
    // The answer was lost on the way, and it is sent again.
    assert_eq!(close(&seen).await.expect(200).json(), closed.json());
}
