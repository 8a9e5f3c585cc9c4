//! The API document is what the handlers say, and the handlers are what it says.

use std::path::Path;

use serde_json::Value;

use crate::support::contract::{self, DOCUMENT, OPERATIONS};
use crate::support::{TestServer, fhir};

/// `UPDATE=1 cargo test --test api -- api_document` writes the file anew.
#[actix_web::test]
async fn the_committed_document_is_what_the_handlers_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi.json");
    let text = yarrow::web::api_document::text();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).expect("the document can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "tests/openapi.json is stale: run `make schema` and commit it");
}

#[actix_web::test]
async fn the_document_is_public_and_read_again_only_when_it_has_changed() {
    let server = TestServer::start().await;
    let answer = server.anyone().get("/openapi.json").await.expect(200);
    assert!(answer["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(server.anyone().with("If-None-Match", answer.etag()).get("/openapi.json").await.status(), 304);
}

#[test]
fn every_operation_has_a_name_its_errors_and_examples() {
    let mut names = Vec::new();
    for operation in OPERATIONS.iter() {
        let (what, said) = (operation.name(), &operation.said);
        names.push(said["operationId"].as_str().expect(&what).to_owned());
        assert!(said["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{what} has no summary");
        assert!(said["tags"][0].is_string(), "{what} has no tag");
        if said["requestBody"]["content"].is_object() {
            let is_shown = operation.example().is_some_and(Value::is_object) || operation.table().is_some();
            assert!(is_shown, "{what} has no example of a request");
        }
        for (status, response) in said["responses"].as_object().expect(&what) {
            assert!(response["description"].as_str().is_some_and(|words| !words.is_empty()), "{what} {status}");
            let Some(content) = response["content"].as_object() else { continue };
            let is_file = operation.path.ends_with("/export");
            for (kind, media) in content {
                assert!(media.get("example").is_some(), "{what} {status} has no example");
                let expected = match (operation.path.starts_with("/fhir/"), status.starts_with('2')) {
                    (true, _) => fhir::MEDIA_TYPE,
                    (false, true) => "application/json",
                    (false, false) => "application/problem+json",
                };
                let is_other = is_file && status == "200" && ["application/zip", fhir::MEDIA_TYPE].contains(&kind.as_str());
                let is_page = operation.path.ends_with("/report.pdf") && status == "200" && kind == "application/pdf";
                let is_stream = operation.path == "/api/v1/events" && status == "200" && kind == "text/event-stream";
                assert!(kind == expected || is_other || is_page || is_stream, "{what} {status}: {kind}");
            }
        }
    }
    let number = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), number, "two operations have one name");
}

#[test]
fn every_example_is_what_its_schema_describes() {
    let faults: Vec<_> = OPERATIONS.iter().flat_map(contract::faults_of_examples).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_reference_leads_somewhere() {
    fn collect(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                members.values().for_each(|member| collect(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            _ => {}
        }
    }
    let mut references = Vec::new();
    collect(&DOCUMENT, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        assert!(DOCUMENT.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}
