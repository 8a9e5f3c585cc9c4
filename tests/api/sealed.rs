//! Answers that waited on a device, sealed to the server's key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::{Deserializable, Kem, OpModeS, Serializable, single_shot_seal};
use serde::Serialize;
use serde_json::{Value, json};

use crate::support::{Answer, Body, Client, TestServer, phq9};

const ID: &str = "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d";
const OTHER_ID: &str = "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3e";

/// A body as a device seals it for a record of this patient's.
pub async fn sealed(patient: &Client, id: &str, body: &impl Serialize) -> Value {
    let to = patient.get("/meta").await.expect(200)["outbox_public_key"].as_str().unwrap().to_owned();
    let public = <DhP256HkdfSha256 as Kem>::PublicKey::from_bytes(&URL_SAFE_NO_PAD.decode(&to).unwrap()).unwrap();
    let (text, aad) = (serde_json::to_vec(body).unwrap(), format!("{}/{}/{id}", patient.id, patient.clinic));
    let (enc, ciphertext) = single_shot_seal::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
        &OpModeS::Base,
        &public,
        b"yarrow outbox",
        &text,
        aad.as_bytes(),
    )
    .unwrap();
    json!({"to": to, "enc": URL_SAFE_NO_PAD.encode(enc.to_bytes()), "ciphertext": URL_SAFE_NO_PAD.encode(ciphertext)})
}

async fn put(patient: &Client, path: &str, sealed: &Value) -> Answer {
    patient.with("Content-Type", "application/vnd.yarrow.sealed+json").put(path, sealed).await
}

#[actix_web::test]
async fn an_answer_is_the_same_one_sealed_and_plain() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let path = format!("/responses/{ID}");
    let waited = sealed(&patient, ID, &phq9(13)).await;
    let stored = put(&patient, &path, &waited).await.expect(201);
    assert_eq!(stored["scores"][0]["value"], 13);
    assert_eq!(put(&patient, &path, &waited).await.expect(200).json(), stored.json());
    assert_eq!(patient.put(&path, &phq9(13)).await.expect(200).json(), stored.json());
    let other = sealed(&patient, ID, &phq9(14)).await;
    put(&patient, &path, &other).await.expect_problem(409, "conflict");
    assert_eq!(patient.responses().await.len(), 1);
}

#[actix_web::test]
async fn a_journal_entry_is_taken_sealed() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let entry = Body(json!({"kind": "integration", "text": "Quieter.", "shared": false}));
    let waited = sealed(&patient, ID, &entry).await;
    let stored = put(&patient, &format!("/journal-entries/{ID}"), &waited).await.expect(201);
    assert_eq!(stored["text"], "Quieter.");
}

#[actix_web::test]
async fn what_is_wrong_inside_is_said_as_of_a_plain_body() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let waited = sealed(&patient, ID, &phq9(13).with("score", 3)).await;
    let refused = put(&patient, &format!("/responses/{ID}"), &waited).await.expect_problem(422, "invalid");
    assert_eq!(refused.pointers(), ["/score"]);
}

#[actix_web::test]
async fn what_was_sealed_for_somebody_or_something_else_is_not_opened() {
    let server = TestServer::start().await;
    let (patient, other) = (server.patient().await, server.patient().await);
    let waited = sealed(&patient, ID, &phq9(13)).await;
    put(&patient, &format!("/responses/{OTHER_ID}"), &waited).await.expect_problem(409, "conflict");
    put(&other, &format!("/responses/{ID}"), &waited).await.expect_problem(409, "conflict");
    for (field, wrong) in [("to", "BPk"), ("enc", "!"), ("enc", "BPk"), ("ciphertext", ""), ("ciphertext", "AAAA")] {
        let mut changed = waited.clone();
        changed[field] = wrong.into();
        put(&patient, &format!("/responses/{ID}"), &changed).await.expect_problem(409, "conflict");
    }
    put(&patient, &format!("/responses/{ID}"), &json!({"to": "x"})).await.expect_problem(422, "invalid");
    // Only what waits on a patient's device is sealed to this key.
    put(&patient, "/me", &waited).await.expect_problem(405, "method-not-allowed");
    let patched = patient.with("Content-Type", "application/vnd.yarrow.sealed+json").patch("/me", &waited).await;
    patched.expect_problem(415, "media-type");
    assert_eq!(patient.responses().await.len() + other.responses().await.len(), 0);
}
