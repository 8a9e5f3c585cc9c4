//! Whatever is sent to any operation is answered: never a fault of ours, never a cut connection, always a problem.
//!
//! The client holds each answer to the API document, so what is asked here is only that there is none of 5xx.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use serde_json::{Value, json};
use yarrow::auth::roles::Role;
use yarrow::db::Id;

use crate::support::contract::{OPERATIONS, Operation};
use crate::support::{Client, TestServer};

/// How many calls are made at once, so that those that store something wait for the disk together.
const AT_ONCE: usize = 8;
/// What stands in place of a value while the body is made; then one of `VALUES` does.
const PLACE: &str = "the place of a value";

/// Values as they stand in a body, in place of any that fits.
const VALUES: [&str; 24] = [
    "null",
    "0",
    "0.5",
    "2147483648",
    "-9223372036854775809",
    "18446744073709551616",
    "1e999",
    "-0.0",
    "\"\"",
    "\"x\"",
    "\"a\\u0000b\"",
    "\"a\\u0007b\"",
    "\"\\ud800\"",
    "\"\u{202e}\u{1f33e}\u{feff}\"",
    "\"0001-01-01\"",
    "\"-009999-01-01T00:00:00Z\"",
    "\"9999-12-31T23:59:59.999Z\"",
    "\"2026-02-30T00:00:00Z\"",
    "\"00000000-0000-0000-0000-000000000000\"",
    "[]",
    "[[[[]]]]",
    "[1, \"x\", {}]",
    "{}",
    "{\"a\": {\"b\": [null]}}",
];

/// Whole bodies.
const BODIES: [&str; 14] = [
    "",
    " ",
    "{",
    "[",
    "nonsense",
    "null",
    "7",
    "\"x\"",
    "[]",
    "{} {}",
    "\u{feff}{}",
    "{\"\": 1}",
    "{\"__proto__\": {}}",
    "{\"a\": NaN}",
];

const IDS: [&str; 9] = [
    "nonsense",
    "%00",
    "%ff",
    "%2e%2e%2f%2e%2e",
    "0",
    "'%20or%201=1--",
    "00000000-0000-0000-0000-000000000000",
    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d%00",
];

const WORDS: [&str; 17] = [
    "",
    "x",
    "0",
    "-1",
    "201",
    "1.5",
    "99999999999999999999",
    "%00",
    "%ff",
    "%",
    "null",
    "[]",
    "0001-01-01",
    "-009999-01-01",
    "9999-12-31",
    "2026-02-30",
    "%F0%9F%8C%BE",
];

/// Cursors that no list has handed out, before they are packed.
const CURSORS: [&str; 10] = [
    "[]",
    "[\"\"]",
    "[\"x\",\"y\"]",
    "[\"a\\u0000\",\"b\"]",
    "[\"-009999-01-01T00:00:00.000Z\",\"00000000-0000-0000-0000-000000000000\"]",
    "[\"9999-12-31T23:59:59.999Z\",\"ffffffff-ffff-ffff-ffff-ffffffffffff\"]",
    "[\"99999999999\",\"%\",\"00000000-0000-0000-0000-000000000000\"]",
    "[1,2]",
    "{}",
    "\u{0}",
];

/// Who may call the operation, new each time: what is sent may end a sign-in.
async fn caller(server: &TestServer, operation: &Operation) -> Client {
    if operation.is_public() {
        server.anyone()
    } else if operation.path == "/api/v1/me/tasks" {
        server.patient().await
    } else {
        server.person(&[Role::Admin, Role::Provider]).await
    }
}

/// The path on something that is there where that is a patient, and on something new everywhere else.
fn path(server: &TestServer, operation: &Operation, patient: &Client) -> String {
    let id = if operation.path.starts_with("/api/v1/patients/") {
        patient.patient_id().to_string()
    } else {
        Id::<()>::new(server.now()).to_string()
    };
    operation.path.replace("{id}", &id)
}

#[track_caller]
fn assert_no_fault(answer: &crate::support::Answer, what: &str) {
    assert!(answer.status() < 500, "{what}: {} {}", answer.status(), answer.text());
}

/// The JSON pointers of all that a body holds.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, member)| (name.clone(), member)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    for (name, member) in members {
        let place = format!("{at}/{name}");
        places(member, &place, found);
        found.push(place);
    }
}

#[actix_web::test]
async fn a_value_that_does_not_fit_is_answered_at_every_place_of_every_body() {
    let server = TestServer::start().await;
    for operation in OPERATIONS.iter() {
        let Some(mut example) = operation.example().cloned() else { continue };
        let (who, patient) = (caller(&server, operation).await, server.patient().await);
        if example.get("patient_id").is_some() || operation.path == "/api/v1/responses/{id}" {
            example["patient_id"] = json!(patient.patient_id());
        }
        let mut found = Vec::new();
        places(&example, "", &mut found);
        for place in found {
            let mut body = example.clone();
            *body.pointer_mut(&place).expect("a place of the body") = PLACE.into();
            let text = body.to_string();
            for values in VALUES.chunks(AT_ONCE) {
                join_all(values.iter().map(async |value| {
                    let text = text.replace(&format!("\"{PLACE}\""), value);
                    let answer = who.send(&operation.method, &path(&server, operation, &patient), &text).await;
                    assert_no_fault(&answer, &format!("{} {text}", operation.name()));
                }))
                .await;
            }
        }
    }
}

#[actix_web::test]
async fn a_body_that_is_none_is_answered_everywhere() {
    let server = TestServer::start().await;
    for operation in OPERATIONS.iter() {
        let (who, patient) = (caller(&server, operation).await, server.patient().await);
        let path = path(&server, operation, &patient);
        let mut bodies: Vec<String> = BODIES.iter().map(|body| (*body).to_owned()).collect();
        bodies.push(format!("{}{}", "[".repeat(20_000), "]".repeat(20_000)));
        bodies.push(format!("{{\"x\": \"{}\"}}", "x".repeat(100_000)));
        if let Some(example) = operation.example() {
            let text = example.to_string();
            bodies.push(text.replacen('{', "{\"unknown\": 1, ", 1));
            let first = example
                .as_object()
                .and_then(|members| members.iter().next())
                .map(|(name, value)| format!("{{{}: {value}, ", json!(name)));
            bodies.extend(first.map(|doubled| text.replacen('{', &doubled, 1)));
        }
        for bodies in bodies.chunks(AT_ONCE) {
            join_all(bodies.iter().map(async |body| {
                let answer = who.send(&operation.method, &path, body).await;
                assert_no_fault(&answer, &format!("{} {body:.80}", operation.name()));
            }))
            .await;
        }
        for (name, value) in [
            ("Content-Type", "text/plain"),
            ("Content-Type", "nonsense"),
            ("Content-Encoding", "gzip"),
            ("If-Match", "\"\", W/\"x\", nonsense"),
            ("If-None-Match", "\"\", W/\"x\", nonsense"),
            ("Accept-Encoding", "nonsense;q=nonsense"),
            ("Cookie", "at=nonsense; rt=%%%"),
            ("X-Forwarded-For", "nonsense"),
            ("Range", "bytes=9-1"),
        ] {
            let answer = who.with(name, value).send(&operation.method, &path, "{\"x\": 1}").await;
            assert_no_fault(&answer, &format!("{} {name}: {value}", operation.name()));
        }
    }
}

#[actix_web::test]
async fn an_odd_id_or_query_is_answered_everywhere() {
    let server = TestServer::start().await;
    for operation in OPERATIONS.iter() {
        let (who, patient) = (caller(&server, operation).await, server.patient().await);
        let plain = path(&server, operation, &patient);
        let body = operation.example().map(Value::to_string).unwrap_or_default();
        let many = (0..21).map(|number| format!("p{number}=1")).collect::<Vec<_>>().join("&");
        let mut paths: Vec<String> =
            ["a=1&a=1", "&&&=&", "%zz=%zz", "unknown=1", &many].map(|query| format!("{plain}?{query}")).into();
        if operation.path.contains("{id}") {
            let ids = IDS.iter().map(|id| (*id).to_owned()).chain(["x".repeat(4000)]);
            paths.extend(ids.map(|id| operation.path.replace("{id}", &id)));
        }
        for parameter in
            operation.said["parameters"].as_array().into_iter().flatten().filter(|parameter| parameter["in"] == "query")
        {
            let name = parameter["name"].as_str().expect("a parameter has a name");
            paths.extend(WORDS.iter().map(|word| format!("{plain}?{name}={word}")));
            paths.push(format!("{plain}?{name}={}", "x".repeat(4000)));
            paths.push(format!("{plain}?{name}=1&{name}=2"));
            if name == "cursor" {
                paths.extend(CURSORS.iter().map(|cursor| format!("{plain}?cursor={}", URL_SAFE_NO_PAD.encode(cursor))));
            }
        }
        for paths in paths.chunks(AT_ONCE) {
            join_all(paths.iter().map(async |path| {
                let answer = who.send(&operation.method, path, &body).await;
                assert_no_fault(&answer, &format!("{} {path:.200}", operation.method));
            }))
            .await;
        }
    }
}
