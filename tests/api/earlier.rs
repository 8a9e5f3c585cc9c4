//! Apps of earlier versions go on sending what they sent, for as long as it may have waited on a device.
//!
//! `earlier/<version>.json` is what the web app of that version sends for all that it holds back without a network. A release adds
//! a file of its own; what is in one is never changed.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use yarrow::db::Id;

use crate::sealed::sealed;
use crate::support::{Client, TestServer, phq9};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/earlier");
const SEALED: &str = "application/vnd.yarrow.sealed+json";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    by: By,
    method: String,
    path: String,
    #[serde(default)]
    if_match: bool,
    body: Value,
}

#[derive(Deserialize, PartialEq, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum By {
    Patient,
    Provider,
}

/// The records that a device knew, and ids of its own under `{id:…}`.
struct Known<'a> {
    server: &'a TestServer,
    ids: HashMap<String, String>,
}

impl Known<'_> {
    /// Puts ids in place of `{name}`; in JSON itself no letter follows a brace.
    fn fill(&mut self, text: &str) -> String {
        let mut parts = text.split('{');
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            match part.split_once('}').filter(|_| part.starts_with(|first: char| first.is_ascii_lowercase())) {
                Some((name, after)) => filled += &(self.id(name) + after),
                None => filled.extend(["{", part]),
            }
        }
        filled
    }

    fn id(&mut self, name: &str) -> String {
        let now = self.server.now();
        self.ids.entry(name.to_owned()).or_insert_with(|| Id::<()>::new(now).to_string()).clone()
    }
}

async fn send(by: &Client, sent: &Sent, path: &str, known: Option<&str>, body: &Value) -> u16 {
    let by = known.map_or_else(|| by.clone(), |tag| by.with("If-Match", tag));
    let answer = if sent.method == "PUT" { by.put(path, body).await } else { by.post(path, body).await };
    assert!((200..300).contains(&answer.status()), "{} {path}: {}", sent.method, answer.text());
    answer.status()
}

/// Sends all that a version sent, twice, as after a lost answer; `waited`: what patients wrote arrives sealed.
async fn replay(file: &Path, waited: bool) {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    let course = json!({"condition": "trd", "started_on": "2026-11-01", "status": "active"});
    let course = provider.post(&format!("/patients/{}/courses", patient.patient_id()), &course).await.expect(201);
    let course = course["id"].as_str().expect("a course has an id").to_owned();
    let planned = json!({"patient_id": patient.patient_id(), "course_id": course, "number": 1, "status": "planned",
        "scheduled_at": "2026-11-20T17:00:00.000Z"});
    let mut known = Known { server: &server, ids: HashMap::new() };
    let session = known.id("session");
    provider.put(&format!("/sessions/{session}"), &planned).await.expect(201);
    patient.put(&format!("/responses/{}", known.id("id:first")), &phq9(9).answer("q9", 1).at(server.now())).await.expect(201);
    let alert = provider.get("/alerts").await.expect(200).items()[0]["id"].as_str().unwrap().to_owned();
    known.ids.extend([("patient".into(), patient.patient_id().to_string()), ("course".into(), course), ("alert".into(), alert)]);

    let text = std::fs::read_to_string(file).expect("a file of what was sent");
    for sent in serde_json::from_str::<Vec<Sent>>(&text).expect("a list of what was sent") {
        let by = if sent.by == By::Patient { &patient } else { &provider };
        let path = known.fill(&sent.path);
        let body: Value = serde_json::from_str(&known.fill(&sent.body.to_string())).expect("JSON still");
        let record = path.split('/').nth(2).expect("an id in the path");
        let tag = match path.strip_suffix("/resolve").unwrap_or(&path) {
            read if sent.if_match => Some(by.get(read).await.expect(200).header("etag").to_owned()),
            _ => None,
        };
        let (by, body) = if waited && sent.by == By::Patient {
            (&by.with("Content-Type", SEALED), sealed(by, record, &body).await)
        } else {
            (by, body)
        };
        send(by, &sent, &path, tag.as_deref(), &body).await;
        assert_eq!(send(by, &sent, &path, tag.as_deref(), &body).await, 200, "{path} a second time");
    }
    assert_eq!(patient.responses().await.iter().filter(|one| one["superseded_by"].is_null()).count(), 5);
}

#[actix_web::test]
async fn what_earlier_versions_of_the_app_send_is_taken_once_plain_and_sealed() {
    let mut files: Vec<_> = std::fs::read_dir(FOLDER).expect("a folder").map(|file| file.expect("a file").path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        replay(&file, false).await;
        replay(&file, true).await;
    }
}
