//! What holds for every operation: how to sign in, the failures that any of them may answer, and an example of each body.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::error::{Error, Violation};

const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];
/// Where the document keeps its schemas.
const SCHEMAS: &str = "#/components/schemas/";
/// How deep an example follows schemas that name each other.
const DEPTH: usize = 32;

/// Finishes the document that was collected from the handlers.
pub fn finish(document: &mut Value) {
    document["components"]["securitySchemes"] = json!({
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "The access token, for programs"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-Http-at",
            "description": "The access token in an HttpOnly cookie, for the web app; `at` on a plain-http loopback address"},
    });
    name_items(&mut document["components"]["schemas"]);
    say_what_is_always_there(document);
    let schemas = document["components"]["schemas"].clone();
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, operations) in paths {
        for method in METHODS {
            if let Some(operation) = operations.get_mut(method).and_then(Value::as_object_mut) {
                operation.insert("operationId".into(), name(method, path).into());
                add_failures(operation, method, path);
                add_examples(operation, &schemas);
            }
        }
    }
}

/// Names what a list is made of, where the collected schema repeats it.
fn name_items(schemas: &mut Value) {
    let Some(schemas) = schemas.as_object_mut() else { return };
    let names: Vec<_> = schemas.keys().filter_map(|list| list.strip_prefix("List_").map(str::to_owned)).collect();
    for name in names.iter().filter(|name| schemas.contains_key(*name)).collect::<Vec<_>>() {
        schemas[&format!("List_{name}")]["properties"]["items"]["items"] = json!({"$ref": format!("{SCHEMAS}{name}")});
    }
}

/// Marks as required what a body that only answers always has: a member that may be left out of it is never null.
fn say_what_is_always_there(document: &mut Value) {
    let operations = || {
        let paths = document["paths"].as_object().into_iter().flat_map(Map::values);
        paths.filter_map(Value::as_object).flat_map(Map::values)
    };
    let mut asked = BTreeSet::new();
    let mut answered = BTreeSet::new();
    for operation in operations() {
        reach(&operation["requestBody"], &document["components"]["schemas"], &mut asked);
        reach(&operation["parameters"], &document["components"]["schemas"], &mut asked);
        reach(&operation["responses"], &document["components"]["schemas"], &mut answered);
    }
    for name in answered.difference(&asked) {
        require_nullable(&mut document["components"]["schemas"][name.as_str()]);
    }
}

/// The names of the schemas that a part of the document leads to.
fn reach(part: &Value, schemas: &Value, found: &mut BTreeSet<String>) {
    match part {
        Value::Object(members) => {
            if let Some(name) = part["$ref"].as_str().and_then(|target| target.strip_prefix(SCHEMAS))
                && found.insert(name.to_owned())
            {
                reach(&schemas[name], schemas, found);
            }
            members.values().for_each(|member| reach(member, schemas, found));
        }
        Value::Array(items) => items.iter().for_each(|item| reach(item, schemas, found)),
        _ => {}
    }
}

fn require_nullable(schema: &mut Value) {
    for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        require_nullable(part);
    }
    let members = schema["properties"].as_object().into_iter().flatten();
    let nullable = members.filter(|(_, member)| may_be_null(member)).map(|(name, _)| Value::from(name.as_str()));
    let given = schema["required"].as_array().into_iter().flatten().cloned();
    let mut required: Vec<Value> = given.chain(nullable).collect();
    if !required.is_empty() {
        required.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
        required.dedup();
        schema["required"] = required.into();
    }
}

fn may_be_null(member: &Value) -> bool {
    let is_null = |part: &Value| part["type"] == "null";
    let among = |choices: &Value| choices.as_array().is_some_and(|choices| choices.iter().any(is_null));
    member["type"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"))
        || among(&member["oneOf"])
        || among(&member["anyOf"])
}

/// A name that no other operation has: `get_patients_by_id_responses`.
fn name(method: &str, path: &str) -> String {
    let words = path.trim_start_matches("/api/v1").split('/').filter(|part| !part.is_empty());
    let words =
        words.map(|part| part.strip_prefix('{').map_or(part.to_owned(), |name| format!("by_{}", name.trim_end_matches('}'))));
    words.fold(method.to_owned(), |name, word| format!("{name}_{}", word.replace(['-', '.'], "_")))
}

/// Adds the failures that a handler need not name, and gives each the body of a problem.
fn add_failures(operation: &mut Map<String, Value>, method: &str, path: &str) {
    let is_public = operation.get("security").is_some_and(|schemes| schemes == &json!([]) || schemes == &json!([{}]));
    let parameters = operation.get("parameters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let has_id = parameters.iter().any(|parameter| parameter["in"] == "path");
    let is_fhir = path.starts_with("/fhir/");
    let is_api = is_fhir || path.starts_with("/api/");
    let usual = [
        (400, true),
        (401, !is_public),
        // A tablet that was opened with a code, or a write with a cookie from a page that is not ours.
        (403, is_api && (method != "get" || !is_public)),
        (404, has_id),
        // A body too many, too large, too slow or packed is refused where none is asked for too, as are odd query strings.
        (408, true),
        (413, true),
        (415, true),
        (422, is_api),
        (429, is_api),
        (503, is_api),
    ];
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, _) in usual.iter().filter(|(_, applies)| *applies) {
        responses.entry(status.to_string()).or_insert_with(|| json!({"description": ""}));
    }
    for (status, response) in responses.iter_mut() {
        let status = status.parse().unwrap_or_default();
        let failure = failure(status);
        if response["description"].as_str().is_none_or(str::is_empty) {
            let (_, _, title) = failure.kind();
            response["description"] = if status < 400 { "Done".into() } else { title.into() };
        }
        if status >= 400 && is_fhir {
            let schema = json!({"$ref": "#/components/schemas/FhirResource"});
            let issue = json!({"severity": "error", "code": "processing", "diagnostics": failure.to_string()});
            let example = json!({"resourceType": "OperationOutcome", "issue": [issue]});
            response["content"] = json!({crate::fhir::MEDIA_TYPE: {"schema": schema, "example": example}});
        } else if status >= 400 {
            let example = failure.problem("0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d");
            let schema = json!({"$ref": "#/components/schemas/Problem"});
            response["content"] = json!({"application/problem+json": {"schema": schema, "example": example}});
        }
    }
    responses.sort_keys();
}

/// A failure that answers with this status.
fn failure(status: u16) -> Error {
    match status {
        400 => Error::BadRequest("the body is not JSON"),
        401 => Error::Unauthenticated,
        403 => Error::Forbidden("only a provider may do this"),
        404 => Error::NotFound("what this address names"),
        405 => Error::MethodNotAllowed,
        408 => Error::Timeout,
        409 => Error::Conflict("this id is taken by other content"),
        412 => Error::Stale,
        413 => Error::TooLarge,
        415 => Error::MediaType,
        422 => Error::Invalid(vec![Violation::new("/answers/q9", "must be 0, 1, 2 or 3")]),
        429 => Error::TooMany(3),
        503 => Error::Unavailable,
        _ => Error::Internal("".into()),
    }
}

/// Gives every body an example, made of the examples of its parts.
fn add_examples(operation: &mut Map<String, Value>, schemas: &Value) {
    if let Some(body) = operation.get_mut("requestBody") {
        add_to_content(body, schemas);
    }
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for response in responses.values_mut() {
        add_to_content(response, schemas);
    }
}

fn add_to_content(holder: &mut Value, schemas: &Value) {
    let Some(content) = holder.get_mut("content").and_then(Value::as_object_mut) else { return };
    for media in content.values_mut() {
        if media.get("example").is_none() && media.get("examples").is_none() {
            media["example"] = example(&media["schema"], schemas, DEPTH);
        }
    }
}

/// An example of what a schema describes.
fn example(schema: &Value, schemas: &Value, depth: usize) -> Value {
    if depth == 0 {
        return Value::Null;
    }
    let given = schema
        .get("example")
        .or_else(|| schema["examples"].get(0))
        .or_else(|| schema["enum"].get(0))
        .or_else(|| schema.get("const"));
    if let Some(given) = given {
        return given.clone();
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()) {
        return example(&schemas[name], schemas, depth - 1);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let whole = parts.iter().filter_map(|part| example(part, schemas, depth).as_object().cloned()).flatten();
        return Value::Object(whole.chain(properties(schema, schemas, depth)).collect());
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(part) = schema[choice].as_array().and_then(|parts| parts.iter().find(|part| part["type"] != "null")) {
            return example(part, schemas, depth);
        }
    }
    match kind(schema) {
        "object" => Value::Object(properties(schema, schemas, depth)),
        "array" => json!([example(&schema["items"], schemas, depth - 1)]),
        "string" => match schema["format"].as_str() {
            Some("uuid") => "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d".into(),
            Some("date-time") => "2026-11-20T21:14:05.000Z".into(),
            Some("date") => "2026-11-20".into(),
            _ => "text".into(),
        },
        "integer" => schema.get("minimum").cloned().unwrap_or_else(|| 1.into()),
        "number" => schema.get("minimum").cloned().unwrap_or_else(|| 1.5.into()),
        "boolean" => true.into(),
        _ => Value::Null,
    }
}

/// The type of a schema; of several, the first that is not null.
fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default(),
        kind => kind.as_str().unwrap_or_default(),
    }
}

fn properties(schema: &Value, schemas: &Value, depth: usize) -> Map<String, Value> {
    let named = schema["properties"].as_object().into_iter().flatten();
    let mut all: Map<_, _> = named.map(|(name, part)| (name.clone(), example(part, schemas, depth - 1))).collect();
    if all.is_empty() && schema["additionalProperties"].is_object() {
        all.insert("key".into(), example(&schema["additionalProperties"], schemas, depth - 1));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_named_by_its_method_and_path() {
        assert_eq!(name("get", "/api/v1/patients/{id}/responses"), "get_patients_by_id_responses");
        assert_eq!(name("get", "/api/v1/auth/sign-ins"), "get_auth_sign_ins");
        assert_eq!(name("get", "/healthz"), "get_healthz");
    }

    #[test]
    fn a_body_that_only_answers_always_has_what_may_be_null() {
        let part = json!({"type": "object", "required": ["id"], "properties": {
            "id": {"type": "string"}, "at": {"type": ["string", "null"]}, "url": {"type": "string"},
            "by": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Asked"}]},
        }});
        let mut document = json!({
            "paths": {"/x": {"post": {
                "requestBody": {"$ref": "#/components/schemas/Asked"}, "responses": {"$ref": "#/components/schemas/Answered"},
            }}},
            "components": {"schemas": {"Asked": part, "Answered": part}},
        });
        say_what_is_always_there(&mut document);
        let required = |name: &str| document["components"]["schemas"][name]["required"].clone();
        assert_eq!((required("Answered"), required("Asked")), (json!(["at", "by", "id"]), json!(["id"])));
    }

    #[test]
    fn an_example_is_made_of_its_parts() {
        let schemas = json!({"Score": {"type": "object", "properties": {"value": {"type": ["integer", "null"]}, "band": {"enum": ["Mild"]}}}});
        let schema = json!({"type": "object", "properties": {
            "scores": {"type": "array", "items": {"$ref": "#/components/schemas/Score"}},
            "day": {"type": "string", "format": "date"},
            "other": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Score"}]},
        }});
        let expected =
            json!({"scores": [{"value": 1, "band": "Mild"}], "day": "2026-11-20", "other": {"value": 1, "band": "Mild"}});
        assert_eq!(example(&schema, &schemas, DEPTH), expected);
    }
}
