//! Reminders and alerts on their way to people: against a push service and a mail server of the tests' own.

use serde_json::{Value, json};
use yarrow::db::Id;

use crate::support::mail_server::MailServer;
use crate::support::push_service::{Answering, PushService};
use crate::support::{Body, Client, TestServer, check_in, phq9, questionnaire};

const REMINDER: &str = "A moment for you, if you like.";
const ALERT: &str = "Something in the clinic waits for you.";
/// Seven in the evening of the tests' first day in Denver.
const SEVEN: &str = "2026-11-21T02:00:00Z";

/// A server that may push to this service, and mail by this server.
async fn server(push: &PushService, mail: Option<&MailServer>) -> TestServer {
    let (hosts, url) = (vec![push.host()], mail.map(MailServer::url));
    TestServer::start_with(|config| {
        config.push.test_hosts = hosts;
        config.mail.smtp_url = url.map(Into::into);
        config.mail.from = Some("Yarrow <yarrow@alder-row.example>".into());
    })
    .await
}

/// One look at what is due, as the program takes each two seconds.
async fn look(server: &TestServer) {
    let app = server.shared_app();
    yarrow::reminders::remind(&app).await.expect("reminders are written");
    yarrow::notices::deliver(&app).await.expect("notices are sent");
}

async fn look_at(server: &TestServer, at: &str) {
    server.set_clock(at);
    look(server).await;
}

/// Reminders on these times of every day.
fn reminders(times: &[&str]) -> Value {
    json!({"enabled": true, "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "times": times, "nudge": false})
}

/// A patient who wants a reminder a day, at seven in the evening.
async fn patient(server: &TestServer) -> Client {
    let patient = server.patient().await;
    choose(&patient, reminders(&["19:00"])).await;
    patient
}

async fn choose(patient: &Client, reminders: Value) {
    patient.patch("/me", &json!({"reminders": reminders})).await.expect(200);
}

async fn submit(server: &TestServer, by: &Client, body: Body) {
    let id = Id::<()>::new(server.now()).to_string();
    by.put(&format!("/responses/{id}"), &body.at(server.now())).await.expect(201);
}

async fn vapid(server: &TestServer) -> String {
    server.anyone().get("/meta").await.expect(200)["vapid_public_key"].as_str().expect("a key").to_owned()
}

#[actix_web::test]
async fn a_reminder_reaches_the_device_once_sealed_and_signed() {
    let push = PushService::start();
    let server = server(&push, None).await;
    let (patient, device) = (patient(&server).await, push.device("phone"));
    patient.post("/push-subscriptions", &device.subscription()).await.expect(201);
    let state = patient.get("/me/reminders").await.expect(200);
    assert_eq!((&state["push"]["this_device"], &state["push"]["devices"]), (&json!(true), &json!(1)));
    assert_eq!(state["next_at"], "2026-11-21T02:00:00.000Z");
    look_at(&server, "2026-11-21T01:59:59Z").await;
    assert!(push.arrived(&device).is_empty());
    look_at(&server, SEVEN).await;
    let [message] = &push.arrived(&device)[..] else { panic!("one message") };
    assert_eq!(device.open(message), REMINDER);
    let claim = message.claim(&vapid(&server).await, server.now());
    assert_eq!(
        (claim["aud"].as_str(), claim["sub"].as_str()),
        (Some(&*format!("http://{}", push.host())), Some("mailto:operator@localhost"))
    );
    // No later than midnight, and without haste.
    assert_eq!((message.header("ttl"), message.header("urgency")), ("18000", "normal"));
    for _ in 0..3 {
        server.advance(60);
        look(&server).await;
    }
    assert_eq!(push.arrived(&device).len(), 1);
    let state = patient.get("/me/reminders").await.expect(200);
    assert_eq!(state["push"]["last_success_at"], "2026-11-21T02:00:00.000Z");
    assert_eq!(state["next_at"], "2026-11-22T02:00:00.000Z");
}

#[actix_web::test]
async fn who_has_answered_all_is_left_in_peace() {
    let push = PushService::start();
    let server = server(&push, None).await;
    let (patient, device) = (patient(&server).await, push.device("phone"));
    patient.post("/push-subscriptions", &device.subscription()).await.expect(201);
    submit(&server, &patient, check_in(6)).await;
    submit(&server, &patient, phq9(4)).await;
    let gad7 = (1..=7).map(|item| (format!("q{item}"), json!(1))).collect();
    submit(&server, &patient, questionnaire("gad-7", Value::Object(gad7))).await;
    look_at(&server, SEVEN).await;
    assert!(push.arrived(&device).is_empty());
    // The next day asks for a check-in again.
    look_at(&server, "2026-11-22T02:00:00Z").await;
    assert_eq!(push.arrived(&device).len(), 1);
}

#[actix_web::test]
async fn one_nudge_follows_a_reminder_that_was_not_answered() {
    let push = PushService::start();
    let server = server(&push, None).await;
    let (patient, device) = (patient(&server).await, push.device("phone"));
    choose(&patient, json!({"enabled": true, "days": ["fri", "sat"], "times": ["19:00"]})).await;
    patient.post("/push-subscriptions", &device.subscription()).await.expect(201);
    let mut counts = Vec::new();
    for at in ["2026-11-21T02:00:00Z", "2026-11-21T04:00:00Z", "2026-11-21T06:00:00Z", "2026-11-22T02:00:00Z"] {
        look_at(&server, at).await;
        counts.push(push.arrived(&device).len());
    }
    assert_eq!(counts, [1, 2, 2, 3]);
}

#[actix_web::test]
async fn after_three_unanswered_days_it_is_quiet_until_the_next_answer() {
    let push = PushService::start();
    let server = server(&push, None).await;
    let (patient, device) = (patient(&server).await, push.device("phone"));
    patient.post("/push-subscriptions", &device.subscription()).await.expect(201);
    let mut counts = Vec::new();
    for day in 21..=27 {
        if day == 26 {
            server.set_clock("2026-11-25T20:00:00Z");
            assert_eq!(patient.get("/me/reminders").await.expect(200)["resting"], true);
            submit(&server, &patient, phq9(4)).await;
        }
        look_at(&server, &format!("2026-11-{day}T02:00:00Z")).await;
        counts.push(push.arrived(&device).len());
    }
    assert_eq!(counts, [1, 2, 3, 3, 3, 4, 5]);
    assert_eq!(patient.get("/me/reminders").await.expect(200)["resting"], false);
}

#[actix_web::test]
async fn reminders_follow_a_patient_who_travels() {
    let push = PushService::start();
    let server = server(&push, None).await;
    let (patient, device) = (patient(&server).await, push.device("phone"));
    patient.post("/push-subscriptions", &device.subscription()).await.expect(201);
    look_at(&server, SEVEN).await;
    assert_eq!(push.arrived(&device).len(), 1);
    // An answer from Berlin, in the morning of the next day there.
    server.set_clock("2026-11-21T08:00:00Z");
    submit(&server, &patient, phq9(4).with("time_zone", "Europe/Berlin")).await;
    // Seven in Denver is three at night in Berlin.
    look_at(&server, "2026-11-22T02:00:00Z").await;
    assert_eq!(push.arrived(&device).len(), 1);
    assert_eq!(patient.get("/me/reminders").await.expect(200)["next_at"], "2026-11-22T18:00:00.000Z");
    look_at(&server, "2026-11-22T18:00:00Z").await;
    assert_eq!(push.arrived(&device).len(), 2);
    // Back home, as the settings say it.
    patient.patch("/me", &json!({"time_zone": "Pacific/Honolulu"})).await.expect(200);
    assert_eq!(patient.get("/me/reminders").await.expect(200)["next_at"], "2026-11-23T05:00:00.000Z");
}

#[actix_web::test]
async fn a_device_that_has_unsubscribed_is_forgotten_and_mail_goes_instead() {
    let (push, mail) = (PushService::start(), MailServer::start());
    let server = server(&push, Some(&mail)).await;
    let (patient, device) = (patient(&server).await, push.device("phone"));
    for (number, status) in [(1, 410), (2, 404)] {
        patient.post("/push-subscriptions", &device.subscription()).await.expect(201);
        push.answer(&device, Answering::Status(status));
        look_at(&server, &format!("2026-11-2{number}T02:00:00Z")).await;
        assert_eq!((push.arrived(&device).len(), mail.arrived().len()), (number, number));
        assert_eq!(patient.get("/me/reminders").await.expect(200)["push"]["devices"], 0);
    }
    let mail = &mail.arrived()[0];
    assert_eq!(mail.to, patient.email);
    assert!(mail.text.contains("Subject: A moment for you\r\n") && mail.text.contains(REMINDER), "{}", mail.text);
    assert!(mail.text.contains("From: Yarrow <yarrow@alder-row.example>\r\n") && !mail.text.contains(&patient.name));
}

#[actix_web::test]
async fn each_way_can_be_switched_off() {
    let (push, mail) = (PushService::start(), MailServer::start());
    let server = server(&push, Some(&mail)).await;
    let (patient, device) = (patient(&server).await, push.device("phone"));
    patient.post("/push-subscriptions", &device.subscription()).await.expect(201);
    let mut chosen = reminders(&["19:00"]);
    chosen["push"] = json!(false);
    choose(&patient, chosen.clone()).await;
    look_at(&server, SEVEN).await;
    assert_eq!((push.arrived(&device).len(), mail.arrived().len()), (0, 1));
    chosen["email"] = json!(false);
    choose(&patient, chosen).await;
    look_at(&server, "2026-11-22T02:00:00Z").await;
    assert_eq!((push.arrived(&device).len(), mail.arrived().len()), (0, 1));
    choose(&patient, json!({"enabled": false, "days": ["mon"], "times": ["19:00"]})).await;
    assert_eq!(patient.get("/me/reminders").await.expect(200)["next_at"], Value::Null);
}

#[actix_web::test]
async fn staff_see_who_cannot_be_reached_and_no_more() {
    let (push, mail) = (PushService::start(), MailServer::start());
    let server = server(&push, Some(&mail)).await;
    let (patient, coordinator) = (patient(&server).await, server.coordinator().await);
    let path = format!("/patients/{}", patient.patient_id());
    let told = || async {
        let list = coordinator.get("/patients").await.expect(200);
        (list.items()[0]["unreachable"].clone(), coordinator.get(&path).await.expect(200)["reachable"].clone())
    };
    assert_eq!(told().await, (json!(false), json!(true)));
    mail.refuse(true);
    look_at(&server, SEVEN).await;
    assert_eq!(told().await, (json!(true), json!(false)), "the mail server knows nobody of that name");
    let device = push.device("phone");
    patient.post("/push-subscriptions", &device.subscription()).await.expect(201);
    assert_eq!(told().await, (json!(false), json!(true)));
    patient.delete("/push-subscriptions").await.expect(204);
    assert_eq!(told().await, (json!(true), json!(false)));
    choose(&patient, json!({"enabled": false, "days": [], "times": []})).await;
    assert_eq!(told().await, (json!(false), json!(true)), "who wants none misses none");
}

#[actix_web::test]
async fn what_was_not_taken_is_tried_again_until_it_is_too_late() {
    let push = PushService::start();
    let server = server(&push, None).await;
    let (patient, device) = (patient(&server).await, push.device("phone"));
    patient.post("/push-subscriptions", &device.subscription()).await.expect(201);
    push.answer(&device, Answering::Status(503));
    look_at(&server, SEVEN).await;
    look(&server).await;
    assert_eq!(push.arrived(&device).len(), 1, "not at once");
    push.answer(&device, Answering::Status(201));
    server.advance(60);
    look(&server).await;
    look_at(&server, "2026-11-21T03:30:00Z").await;
    assert_eq!(push.arrived(&device).len(), 2);
    // The next evening the service is away until midnight, and what comes then is for nobody.
    push.answer(&device, Answering::Status(500));
    look_at(&server, "2026-11-22T02:00:00Z").await;
    look_at(&server, "2026-11-22T05:00:00Z").await;
    assert_eq!(push.arrived(&device).len(), 4);
    push.answer(&device, Answering::Status(201));
    look_at(&server, "2026-11-22T07:00:01Z").await;
    assert_eq!(push.arrived(&device).len(), 4);
}

#[actix_web::test]
async fn who_has_answered_while_it_waited_is_left_in_peace() {
    let push = PushService::start();
    let server = server(&push, None).await;
    let (patient, device) = (patient(&server).await, push.device("phone"));
    patient.post("/push-subscriptions", &device.subscription()).await.expect(201);
    push.answer(&device, Answering::Status(503));
    look_at(&server, SEVEN).await;
    submit(&server, &patient, check_in(6)).await;
    submit(&server, &patient, phq9(4)).await;
    let gad7 = (1..=7).map(|item| (format!("q{item}"), json!(1))).collect();
    submit(&server, &patient, questionnaire("gad-7", Value::Object(gad7))).await;
    server.advance(120);
    look(&server).await;
    assert_eq!(push.arrived(&device).len(), 1);
}

#[actix_web::test]
async fn where_nobody_knows_whether_it_was_taken_a_reminder_ends_and_an_alert_goes_on() {
    let push = PushService::start();
    let server = server(&push, None).await;
    let (patient, provider) = (patient(&server).await, server.provider().await);
    let (phone, desk) = (push.device("phone"), push.device("desk"));
    patient.post("/push-subscriptions", &phone.subscription()).await.expect(201);
    provider.post("/push-subscriptions", &desk.subscription()).await.expect(201);
    push.answer(&phone, Answering::HangsUp);
    push.answer(&desk, Answering::HangsUp);
    look_at(&server, SEVEN).await;
    submit(&server, &patient, phq9(9).answer("q9", 2)).await;
    look(&server).await;
    push.answer(&phone, Answering::Status(201));
    push.answer(&desk, Answering::Status(201));
    for _ in 0..3 {
        server.advance(300);
        look(&server).await;
    }
    assert_eq!((push.arrived(&phone).len(), push.arrived(&desk).len()), (1, 2));
}

#[actix_web::test]
async fn a_safety_alert_reaches_every_provider_at_once_and_nobody_else() {
    let (push, mail) = (PushService::start(), MailServer::start());
    let server = server(&push, Some(&mail)).await;
    let (patient, provider, other) = (server.patient().await, server.provider().await, server.provider().await);
    let (coordinator, elsewhere) = (server.coordinator().await, server.second_clinic().await.provider().await);
    let desk = push.device("desk");
    provider.post("/push-subscriptions", &desk.subscription()).await.expect(201);
    for (number, who) in [&coordinator, &elsewhere].into_iter().enumerate() {
        who.post("/push-subscriptions", &push.device(&format!("other-{number}")).subscription()).await.expect(201);
    }
    // Reminders are nothing to safety: a provider who has switched them off is told all the same.
    other.patch("/me", &json!({"reminders": {"enabled": false, "days": [], "times": [], "email": false}})).await.expect(200);
    submit(&server, &patient, phq9(9).answer("q9", 2)).await;
    look(&server).await;
    let [message] = &push.arrived(&desk)[..] else { panic!("one message") };
    assert_eq!((desk.open(message).as_str(), message.header("urgency")), (ALERT, "high"));
    let mails = mail.arrived();
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [other.email.as_str()]);
    assert!(mails[0].text.contains(ALERT) && !mails[0].text.contains(&patient.name));
    for number in 0..2 {
        assert!(push.arrived(&push.device(&format!("other-{number}"))).is_empty());
    }
    // A further answer joins the alert, and calls nobody anew.
    submit(&server, &patient, phq9(9).answer("q9", 1)).await;
    look(&server).await;
    assert_eq!((push.arrived(&desk).len(), mail.arrived().len()), (1, 1));
}

#[actix_web::test]
async fn only_push_services_can_be_subscribed_to() {
    let push = PushService::start();
    let server = server(&push, None).await;
    let (patient, device) = (server.patient().await, push.device("phone"));
    for endpoint in
        ["https://127.0.0.1/x", "https://evil.example/x", "http://fcm.googleapis.com/x", "https://fcm.googleapis.com:80/x", ""]
    {
        let mut subscription = device.subscription();
        subscription["endpoint"] = json!(endpoint);
        let refused = patient.post("/push-subscriptions", &subscription).await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], "/endpoint", "{endpoint}");
    }
    let mut subscription = device.subscription();
    subscription["keys"]["auth"] = json!("short");
    assert_eq!(patient.post("/push-subscriptions", &subscription).await.expect(422)["errors"][0]["pointer"], "/keys");
}

#[actix_web::test]
async fn a_device_is_forgotten_with_its_sign_in_and_a_browser_belongs_to_who_signed_in_last() {
    let push = PushService::start();
    let server = server(&push, None).await;
    let (maya, theo, device) = (patient(&server).await, patient(&server).await, push.device("phone"));
    maya.post("/push-subscriptions", &device.subscription()).await.expect(201);
    theo.post("/push-subscriptions", &device.subscription()).await.expect(201);
    assert_eq!(maya.get("/me/reminders").await.expect(200)["push"]["devices"], 0);
    look_at(&server, SEVEN).await;
    assert_eq!(push.arrived(&device).len(), 1, "only one of them is pushed to there");
    theo.post("/push-subscriptions", &device.subscription()).await.expect(201);
    theo.post("/auth/logout", &json!({})).await.expect(204);
    look_at(&server, "2026-11-22T02:00:00Z").await;
    assert_eq!(push.arrived(&device).len(), 1);
}

#[actix_web::test]
async fn a_try_comes_once_a_minute_by_the_ways_that_are_chosen() {
    let (push, mail) = (PushService::start(), MailServer::start());
    let server = server(&push, Some(&mail)).await;
    let (patient, device) = (patient(&server).await, push.device("phone"));
    for _ in 0..3 {
        patient.post("/me/reminders/test", &json!({})).await.expect(202);
        look(&server).await;
    }
    assert_eq!(mail.arrived().len(), 1);
    patient.post("/push-subscriptions", &device.subscription()).await.expect(201);
    server.advance(60);
    patient.post("/me/reminders/test", &json!({})).await.expect(202);
    look(&server).await;
    assert_eq!((push.arrived(&device).len(), mail.arrived().len()), (1, 1));
}

#[actix_web::test]
async fn reminders_are_not_chosen_for_the_quiet_hours() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let chosen =
        json!({"enabled": true, "days": ["mon"], "times": ["19:00", "23:00"], "quiet": {"from": "22:00", "until": "08:00"}});
    let refused = patient.patch("/me", &json!({"reminders": chosen})).await.expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/reminders/times/1");
    let proposed = patient.get("/me/reminders").await.expect(200)["proposed"].clone();
    choose(&patient, proposed.clone()).await;
    assert_eq!(patient.get("/me").await.expect(200)["reminders"], proposed);
}
