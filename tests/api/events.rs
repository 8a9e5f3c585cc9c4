//! What colleagues change, told while it happens.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Body, Client, TestServer, phq9};

/// A stream that is open.
struct Stream {
    answer: reqwest::Response,
    text: String,
}

impl Stream {
    async fn try_open(server: &TestServer, who: &Client) -> reqwest::Response {
        let request = reqwest::Client::new().get(format!("{}/api/v1/events", server.address())).bearer_auth(who.token().await);
        request.send().await.expect("an answer")
    }

    async fn open(server: &TestServer, who: &Client) -> Self {
        let answer = Self::try_open(server, who).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let mut stream = Self { answer, text: String::new() };
        assert_eq!(stream.block().await.as_deref(), Some("retry: 2000"));
        stream
    }

    /// The next lines up to an empty one; none where the stream has ended.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            // Only a stream that neither tells nor ends comes to this limit, and fails.
            let chunk = tokio::time::timeout(Duration::from_mins(1), self.answer.chunk()).await.expect("an event or an end");
            self.text.push_str(std::str::from_utf8(&chunk.expect("the stream is whole")?).expect("text"));
        }
    }

    /// The next event, whatever heartbeats come before it; none where the stream has ended.
    async fn event(&mut self) -> Option<Value> {
        loop {
            let block = self.block().await?;
            if let Some(data) = block.strip_prefix("data: ") {
                return Some(serde_json::from_str(data).expect("JSON"));
            }
            assert!(block.starts_with(':'), "{block}");
        }
    }
}

fn session(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

fn planned(patient: &Client) -> Body {
    Body(json!({"number": 1, "status": "planned", "scheduled_at": "2026-11-20T18:30:00.000Z", "route": "iv"}))
        .of(patient.patient_id())
}

#[actix_web::test]
async fn staff_hear_what_kind_of_thing_changes_and_nothing_of_what_it_says() {
    let server = TestServer::start().await;
    let (provider, coordinator, patient) = (server.provider().await, server.coordinator().await, server.patient().await);
    let mut chair = Stream::open(&server, &provider).await;
    let mut front = Stream::open(&server, &coordinator).await;

    provider.put(&format!("/sessions/{}", session(1)), &planned(&patient)).await.expect(201);
    let changed = json!({"about": "sessions", "id": session(1)});
    assert_eq!((chair.event().await.as_ref(), front.event().await.as_ref()), (Some(&changed), Some(&changed)));

    let here = json!({"arrived_at": "2026-11-20T18:20:00.000Z"});
    coordinator.patch(&format!("/sessions/{}/arrival", session(1)), &here).await.expect(200);
    assert_eq!(chair.event().await, Some(changed.clone()));
    assert_eq!(front.event().await, Some(changed.clone()));

    // An answer and its alert: a provider hears of both, a coordinator of the first.
    patient.put(&format!("/responses/{}", session(2)), &phq9(27)).await.expect(201);
    let mut heard = [chair.event().await.unwrap(), chair.event().await.unwrap()];
    heard.sort_by_key(ToString::to_string);
    assert_eq!(heard, [json!({"about": "alerts", "id": null}), json!({"about": "questionnaires", "id": null})]);
    assert_eq!(front.event().await, Some(json!({"about": "questionnaires", "id": null})));
    provider.put(&format!("/sessions/{}", session(3)), &planned(&patient).with("number", 2)).await.expect(201);
    assert_eq!(front.event().await, Some(json!({"about": "sessions", "id": session(3)})));
}

#[actix_web::test]
async fn what_is_refused_or_another_clinics_is_told_to_nobody() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let mut stream = Stream::open(&server, &provider).await;
    let other = server.second_clinic().await;
    let (far, far_patient) = (other.provider().await, other.patient().await);
    far.put(&format!("/sessions/{}", session(1)), &planned(&far_patient)).await.expect(201);
    provider.put(&format!("/sessions/{}", session(2)), &planned(&far_patient)).await.expect_problem(404, "not-found");
    provider.put(&format!("/sessions/{}", session(3)), &planned(&patient)).await.expect(201);
    assert_eq!(stream.event().await, Some(json!({"about": "sessions", "id": session(3)})));
}

#[actix_web::test]
async fn only_who_keeps_the_schedule_listens() {
    let server = TestServer::start().await;
    for refused in [server.patient().await, server.admin().await] {
        assert_eq!(Stream::try_open(&server, &refused).await.status(), StatusCode::FORBIDDEN);
    }
    server.anyone().get("/events").await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_stream_ends_with_its_sign_in_and_after_a_quarter_of_an_hour() {
    let server = TestServer::start().await;
    let (provider, coordinator, patient) = (server.provider().await, server.coordinator().await, server.patient().await);
    let (mut leaving, mut staying) = (Stream::open(&server, &coordinator).await, Stream::open(&server, &provider).await);
    coordinator.send("POST", "/auth/logout", "").await.expect(204);
    provider.put(&format!("/sessions/{}", session(1)), &planned(&patient)).await.expect(201);
    assert_eq!(leaving.event().await, None);
    assert!(staying.event().await.is_some());

    server.advance(15 * 60);
    provider.put(&format!("/sessions/{}", session(2)), &planned(&patient).with("number", 2)).await.expect(201);
    assert_eq!(staying.event().await, None);
}

#[actix_web::test]
async fn a_sign_in_has_eight_streams_and_no_more() {
    let server = TestServer::start().await;
    let (provider, coordinator) = (server.provider().await, server.coordinator().await);
    let mut open = Vec::new();
    for _ in 0..8 {
        open.push(Stream::open(&server, &provider).await);
    }
    assert_eq!(Stream::try_open(&server, &provider).await.status(), StatusCode::TOO_MANY_REQUESTS);
    Stream::open(&server, &coordinator).await;
    // Once they have ended their places are free again.
    server.advance(15 * 60);
    let patient = server.patient().await;
    provider.put(&format!("/sessions/{}", session(1)), &planned(&patient)).await.expect(201);
    for stream in &mut open {
        assert_eq!(stream.event().await, None);
    }
    Stream::open(&server, &provider).await;
}
