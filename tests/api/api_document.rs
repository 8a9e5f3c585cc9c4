//! The API document is what the handlers say, and the handlers are what it says.

use std::path::Path;

use serde_json::Value;

use crate::support::TestServer;

const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

async fn document(server: &TestServer) -> Value {
    server.anyone().get("/openapi.json").await.expect(200).json().clone()
}

/// Every operation: method, path and what is said about it.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let all = paths.iter().flat_map(|(path, methods)| {
        METHODS
            .iter()
            .filter(|method| methods[**method].is_object())
            .map(move |method| (method.to_uppercase(), path.clone(), methods[*method].clone()))
    });
    all.collect()
}

/// `UPDATE=1 cargo test --test api -- api_document` writes the file anew.
#[actix_web::test]
async fn the_committed_document_is_what_the_handlers_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi.json");
    let text = yarrow::web::api_document::text();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, text).expect("the document can be written");
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

#[actix_web::test]
async fn every_operation_has_a_name_its_errors_and_examples() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    let mut names = Vec::new();
    for (method, path, operation) in operations(&document) {
        let what = format!("{method} {path}");
        names.push(operation["operationId"].as_str().expect(&what).to_owned());
        assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{what} has no summary");
        assert!(operation["tags"][0].is_string(), "{what} has no tag");
        if let Some(content) = operation["requestBody"]["content"].as_object() {
            assert!(content["application/json"]["example"].is_object(), "{what} has no example of a request");
        }
        for (status, response) in operation["responses"].as_object().expect(&what) {
            assert!(response["description"].as_str().is_some_and(|words| !words.is_empty()), "{what} {status}");
            let Some(content) = response["content"].as_object() else { continue };
            let (kind, media) = content.iter().next().expect(&what);
            assert!(media.get("example").is_some(), "{what} {status} has no example");
            let expected = if status.starts_with('2') { "application/json" } else { "application/problem+json" };
            assert_eq!(kind, expected, "{what} {status}");
        }
    }
    let number = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), number, "two operations have one name");
}

#[actix_web::test]
async fn every_reference_leads_somewhere() {
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
    let server = TestServer::start().await;
    let document = document(&server).await;
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

#[actix_web::test]
async fn every_operation_that_is_not_public_asks_for_a_sign_in() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    for (method, path, operation) in operations(&document) {
        let path = path.replace("{id}", "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d");
        assert!(!path.contains('{'), "{path}");
        let answer = server.anyone().send(&method, &path, "{}").await;
        let is_public =
            operation["security"].as_array().is_some_and(|schemes| schemes.iter().all(|scheme| scheme == &serde_json::json!({})));
        if is_public {
            assert!(![403, 405].contains(&answer.status()), "{method} {path}: {}", answer.text());
        } else {
            assert_eq!(answer.status(), 401, "{method} {path}: {}", answer.text());
        }
    }
}
