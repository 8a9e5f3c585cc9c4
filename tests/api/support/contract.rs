//! Every answer that a test gets is held to the API document: its status, its kind, and its body to the last field.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use boon::{Compiler, Draft, SchemaIndex, Schemas};
use serde_json::{Map, Value, json};

use super::{Answer, fhir};

/// The API document, as the handlers say it.
pub static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_slice(&yarrow::web::api_document::text()).expect("the API document is JSON"));

/// Every operation.
pub static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| operations(&DOCUMENT));

const JSON: &str = "application/json";
const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

/// One operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    /// In capitals.
    pub method: String,
    /// With `{id}` for what differs.
    pub path: String,
    /// What the document says about it.
    pub said: Value,
}

impl Operation {
    /// Its name here and in `policy.toml`: `GET /api/v1/me`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether anyone may call it without a sign-in.
    pub fn is_public(&self) -> bool {
        self.said["security"] == json!([{}])
    }

    /// The example of a body to send; none where the operation takes none.
    pub fn example(&self) -> Option<&Value> {
        self.said.pointer("/requestBody/content/application~1json/example")
    }

    /// The example of a table to send; none where the operation takes none.
    pub fn table(&self) -> Option<&str> {
        self.said.pointer("/requestBody/content/text~1csv/example").and_then(Value::as_str)
    }

    fn fits(&self, path: &str) -> bool {
        let (said, asked): (Vec<_>, Vec<_>) = (self.path.split('/').collect(), path.split('/').collect());
        said.len() == asked.len() && said.iter().zip(asked).all(|(said, asked)| said.starts_with('{') || *said == asked)
    }
}

fn operations(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().expect("paths");
    let all = paths.iter().flat_map(|(path, methods)| {
        METHODS.iter().filter(|method| methods[**method].is_object()).map(move |method| Operation {
            method: method.to_uppercase(),
            path: path.clone(),
            said: methods[*method].clone(),
        })
    });
    all.collect()
}

/// The operation behind a call; a path that is spelled out goes before one with a place for an id.
fn operation(method: &str, path: &str) -> Option<&'static Operation> {
    let fitting = || OPERATIONS.iter().filter(|operation| operation.method == method);
    fitting().find(|operation| operation.path == path).or_else(|| fitting().find(|operation| operation.fits(path)))
}

/// The schemas of all bodies, by operation, status and kind; those of requests under `None`.
struct Contract {
    schemas: Schemas,
    bodies: BTreeMap<(String, Option<u16>, String), SchemaIndex>,
}

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let mut document = DOCUMENT.clone();
    close_document(&mut document);
    let mut compiler = Compiler::new();
    compiler.set_default_draft(Draft::V2020_12);
    compiler.enable_format_assertions();
    compiler.add_resource("urn:yarrow", document).expect("the document can be read");
    let mut schemas = Schemas::new();
    let mut compile = |pointer: &str| {
        let at = format!("urn:yarrow#{pointer}");
        compiler.compile(&at, &mut schemas).unwrap_or_else(|why| panic!("{at}: {why:#}"))
    };
    let mut bodies = BTreeMap::new();
    for operation in OPERATIONS.iter() {
        let at = ["paths", &operation.path, &operation.method.to_lowercase()];
        if operation.example().is_some() {
            let schema = compile(&pointer(&[&at[..], &["requestBody", "content", "application/json", "schema"]].concat()));
            bodies.insert((operation.name(), None, JSON.to_owned()), schema);
        }
        for (status, response) in operation.said["responses"].as_object().expect("responses") {
            for (kind, _) in media(response).filter(|(kind, _)| kind.ends_with("json")) {
                let schema = compile(&pointer(&[&at[..], &["responses", status, "content", kind, "schema"]].concat()));
                let status = status.parse().expect("a status is a number");
                bodies.insert((operation.name(), Some(status), kind.clone()), schema);
            }
        }
    }
    Contract { schemas, bodies }
});

/// The kinds of body that a response has, and what is said about each.
fn media(response: &Value) -> impl Iterator<Item = (&String, &Value)> {
    response["content"].as_object().into_iter().flatten()
}

fn pointer(parts: &[&str]) -> String {
    let escaped: Vec<_> = parts.iter().map(|part| part.replace('~', "~0").replace('/', "~1")).collect();
    format!("/{}", escaped.join("/"))
}

/// Says of every object in the document that it has no other fields than the named ones.
fn close_document(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object().expect("schemas").clone();
    let open = |part: &mut Value| close(part, &schemas);
    document["components"]["schemas"].as_object_mut().expect("schemas").values_mut().for_each(open);
    for methods in document["paths"].as_object_mut().expect("paths").values_mut() {
        for operation in methods.as_object_mut().expect("operations").values_mut() {
            let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { continue };
            for response in responses.values_mut() {
                let content = response.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten();
                content.for_each(|(_, media)| close(&mut media["schema"], &schemas));
            }
        }
    }
}

fn close(schema: &mut Value, schemas: &Map<String, Value>) {
    close_parts(schema, schemas);
    let Some(members) = schema.as_object_mut() else { return };
    let names_fields = members.contains_key("properties") || members.contains_key("allOf");
    if names_fields && !members.contains_key("additionalProperties") {
        members.insert("unevaluatedProperties".into(), false.into());
    }
}

/// Closes what is inside a schema. A part of an `allOf` stays open itself, or its siblings' fields would be refused.
fn close_parts(schema: &mut Value, schemas: &Map<String, Value>) {
    let Some(members) = schema.as_object_mut() else { return };
    for (keyword, inner) in members {
        match (keyword.as_str(), inner) {
            ("allOf", Value::Array(parts)) => {
                for part in parts {
                    if let Some(name) = part["$ref"].as_str().and_then(|target| target.rsplit('/').next()) {
                        *part = schemas[name].clone();
                    }
                    close_parts(part, schemas);
                }
            }
            ("oneOf" | "anyOf", Value::Array(parts)) => parts.iter_mut().for_each(|part| close(part, schemas)),
            ("properties", Value::Object(fields)) => fields.values_mut().for_each(|field| close(field, schemas)),
            ("items" | "additionalProperties", inner @ Value::Object(_)) => close(inner, schemas),
            _ => {}
        }
    }
}

/// Checks the answer to a call against the document. `path` is the whole one, with or without a query.
pub fn check(method: &str, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap_or_default();
    let status = answer.status();
    let told = || format!("{method} {path} {status}: {}", answer.text());
    assert!(uuid::Uuid::parse_str(answer.header("x-request-id")).is_ok(), "no request id: {}", told());
    if path.starts_with("/fhir/") {
        assert!(answer.text().is_empty() || answer.header("content-type") == fhir::MEDIA_TYPE, "{}", told());
        fhir::check(answer.json());
        assert_eq!(status >= 400, answer["resourceType"] == "OperationOutcome", "{}", told());
    } else if status >= 400 {
        assert_eq!(answer.header("content-type"), "application/problem+json", "{}", told());
        assert_eq!(
            (&answer["status"], &answer["instance"]),
            (&json!(status), &json!(answer.header("x-request-id"))),
            "{}",
            told()
        );
    }
    let Some(operation) = operation(method, path) else {
        // An address or a method that is not there, which is all that the document does not name; or the web app.
        let is_api = path.starts_with("/api") || path.starts_with("/fhir");
        assert!(!is_api || (400..500).contains(&status), "not in the document: {}", told());
        return;
    };
    let name = operation.name();
    let Some(said) = operation.said["responses"].get(status.to_string()) else {
        panic!("the document has no such answer of {name}: {}", told());
    };
    let kinds: Vec<_> = media(said).map(|(kind, _)| kind.as_str()).collect();
    if kinds.is_empty() {
        assert!(answer.text().is_empty(), "the document knows no body of {name}: {}", told());
        return;
    }
    let sent = answer.header("content-type");
    let kind = if sent == "application/json; charset=utf-8" { JSON } else { sent };
    assert!(kinds.contains(&kind) && sent != JSON, "a body of {sent}, not of {kinds:?}: {}", told());
    let is_packed = !answer.header("content-encoding").is_empty();
    let Some(schema) = CONTRACT.bodies.get(&(name, Some(status), kind.to_owned())).filter(|_| !is_packed) else { return };
    if let Err(why) = CONTRACT.schemas.validate(answer.json(), *schema) {
        panic!("not what the document says: {why:#}\n{}", told());
    }
}

/// Which examples of an operation are not what their schemas say.
pub fn faults_of_examples(operation: &Operation) -> Vec<String> {
    let answers = operation.said["responses"].as_object().expect("responses").iter();
    let answers = answers.flat_map(|(status, response)| {
        media(response).map(move |(kind, said)| (status.parse().ok(), kind.as_str(), &said["example"]))
    });
    let request = operation.example().map(|example| (None, JSON, example));
    let faults = request.into_iter().chain(answers).filter_map(|(status, kind, example)| {
        let schema = CONTRACT.bodies.get(&(operation.name(), status, kind.to_owned()))?;
        let why = CONTRACT.schemas.validate(example, *schema).err()?;
        Some(format!("{} {status:?}: {why:#}", operation.name()))
    });
    faults.collect()
}
