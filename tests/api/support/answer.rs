//! What a server answered.

use std::ops::Index;

use reqwest::header::HeaderMap;
use serde_json::Value;

use super::fhir;

/// Status, headers and body of an answer.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: HeaderMap,
    bytes: Vec<u8>,
    text: String,
    json: Value,
}

impl Answer {
    pub async fn read(mut answer: reqwest::Response) -> Self {
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        if headers.get("content-type").is_some_and(|kind| kind == "text/event-stream") {
            // It goes on for as long as somebody listens: its beginning is enough.
            return Self::of(status, headers, &answer.chunk().await.expect("the stream begins").unwrap_or_default());
        }
        Self::of(status, headers, &answer.bytes().await.expect("the answer arrives whole"))
    }

    pub fn of(status: u16, headers: HeaderMap, body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, bytes: body.to_vec(), text, json }
    }

    pub fn status(&self) -> u16 {
        self.status
    }

    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("headers are ASCII")).unwrap_or_default()
    }

    /// All values of a header that may come more than once.
    pub fn all_headers(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().map(|value| value.to_str().expect("headers are ASCII")).collect()
    }

    pub fn etag(&self) -> &str {
        self.header("etag")
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The body as it came, where it is no text.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The body; null where it is no JSON.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Status, headers and body, without the request's id and the instant: what two answers that look alike share.
    pub fn without_request_id(&self) -> String {
        let id = self.header("x-request-id");
        let mut headers: Vec<_> = self.headers.iter().filter(|(name, _)| *name != "date" && *name != "x-request-id").collect();
        headers.sort_by_key(|(name, _)| name.as_str());
        format!("{} {headers:?} {}", self.status, self.text.replace(id, ""))
    }

    /// The items of a list.
    pub fn items(&self) -> &[Value] {
        self.json["items"].as_array().unwrap_or_else(|| panic!("no list: {} {}", self.status, self.text))
    }

    /// The same answer, once its status is what it should be.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Where a 422 says that rules are broken.
    pub fn pointers(&self) -> Vec<&str> {
        let errors = self.json["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().map(|error| error["pointer"].as_str().unwrap_or_default()).collect()
    }

    /// Checks that this is a problem of that status and kind, as RFC 9457 and API.md want it; below `/fhir`
    /// an outcome of that status.
    #[track_caller]
    pub fn expect_problem(self, status: u16, kind: &str) -> Self {
        let answer = self.expect(status);
        if answer.header("content-type") == fhir::MEDIA_TYPE {
            assert_eq!(answer.json["resourceType"], "OperationOutcome", "{}", answer.text);
            return answer;
        }
        assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text);
        let named = answer.json["type"].as_str().unwrap_or_default();
        assert!(named.ends_with(&format!("/{kind}")), "{kind}: {}", answer.text);
        assert_eq!(answer.json["status"], status);
        assert_eq!(answer.json["instance"], answer.header("x-request-id"));
        assert!(answer.json["title"].is_string() && answer.json["detail"].is_string());
        answer
    }
}

impl Index<&str> for Answer {
    type Output = Value;
    fn index(&self, field: &str) -> &Value {
        &self.json[field]
    }
}
