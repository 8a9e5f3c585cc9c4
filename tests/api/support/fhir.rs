//! Holds resources to the published schema of FHIR R4.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::LazyLock;

use boon::{Compiler, Draft, SchemaIndex, Schemas};
use flate2::read::GzDecoder;
use serde_json::Value;

pub const MEDIA_TYPE: &str = "application/fhir+json";

const SCHEMA: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fhir/fhir.schema.json.gz"));

/// The kinds of resources that Yarrow answers.
const KINDS: [&str; 9] = [
    "Bundle",
    "CapabilityStatement",
    "MedicationAdministration",
    "Observation",
    "OperationOutcome",
    "Patient",
    "Procedure",
    "Questionnaire",
    "QuestionnaireResponse",
];

/// The schema of each kind of resource.
static PUBLISHED: LazyLock<(Schemas, BTreeMap<&str, SchemaIndex>)> = LazyLock::new(|| {
    let mut text = String::new();
    GzDecoder::new(SCHEMA).read_to_string(&mut text).expect("the schema can be unpacked");
    let mut compiler = Compiler::new();
    compiler.set_default_draft(Draft::V6);
    compiler.add_resource("urn:fhir", serde_json::from_str(&text).expect("the schema is JSON")).expect("a schema");
    let mut schemas = Schemas::new();
    let mut compile =
        |kind| compiler.compile(&format!("urn:fhir#/definitions/{kind}"), &mut schemas).expect("a kind of resource");
    let known = KINDS.into_iter().map(|kind| (kind, compile(kind))).collect();
    (schemas, known)
});

/// Why this is no resource of its kind; none where it is one.
pub fn fault(resource: &Value) -> Option<String> {
    let (schemas, known) = &*PUBLISHED;
    let kind = resource["resourceType"].as_str().unwrap_or_default();
    let Some(schema) = known.get(kind) else { return Some(format!("{kind:?} is no kind of resource that Yarrow answers")) };
    schemas.validate(resource, *schema).err().map(|why| format!("{why:#}"))
}

/// Checks a resource, and each one in it where it is a bundle.
#[track_caller]
pub fn check(resource: &Value) {
    if resource.is_null() {
        return;
    }
    // By themselves, for a schema that allows any kind does not say what is wrong with the one that was meant.
    for entry in resource["entry"].as_array().into_iter().flatten() {
        check(&entry["resource"]);
    }
    if let Some(why) = fault(resource) {
        panic!("not what FHIR says: {why}\n{resource:#}");
    }
}
