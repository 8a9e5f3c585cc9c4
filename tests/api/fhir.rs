//! FHIR R4 from outside. Every answer is held to the published schema where it arrives (`support/contract.rs`).

use std::collections::BTreeSet;

use serde_json::{Value, json};
use yarrow::db::Id;

use crate::support::{Answer, Client, TestServer, check_in, fhir, phq9, session};

/// The resources of a bundle.
fn resources(answer: &Answer) -> Vec<Value> {
    let entries = answer["entry"].as_array().into_iter().flatten();
    entries.map(|entry| entry["resource"].clone()).collect()
}

fn search(kind: &str, patient: &Client) -> String {
    format!("/fhir/R4/{kind}?patient={}", patient.patient_id())
}

async fn put(who: &Client, kind: &str, server: &TestServer, body: &crate::support::Body) -> Answer {
    who.put(&format!("/{kind}/{}", Id::<()>::new(server.now())), body).await.expect(201)
}

/// The link of that name, as a path.
fn link(answer: &Answer, relation: &str) -> Option<String> {
    let links = answer["link"].as_array().into_iter().flatten();
    let url = links.into_iter().find(|link| link["relation"] == relation)?["url"].as_str()?;
    Some(url[url.find("/fhir").expect("an address of ours")..].to_owned())
}

/// All resources of a search, page by page.
async fn all(who: &Client, path: String) -> Vec<Value> {
    let (mut found, mut next) = (Vec::new(), Some(path));
    while let Some(path) = next {
        let page = who.get(&path).await.expect(200);
        found.extend(resources(&page));
        next = link(&page, "next");
    }
    found
}

#[test]
fn what_breaks_the_published_schema_is_found() {
    let observation = json!({"resourceType": "Observation", "status": "final", "code": {"text": "x"}});
    assert_eq!(fhir::fault(&observation), None);
    let mut odd = observation.clone();
    odd["value"] = 3.into();
    assert!(fhir::fault(&odd).is_some());
    let mut odd = observation;
    odd["effectiveDateTime"] = "yesterday".into();
    assert!(fhir::fault(&odd).is_some());
    assert!(fhir::fault(&json!({"resourceType": "Nonsense"})).is_some());
}

#[actix_web::test]
async fn anybody_may_read_what_the_server_can_do() {
    let server = TestServer::start().await;
    let said = server.anyone().get("/fhir/R4/metadata").await.expect(200);
    assert_eq!((&said["fhirVersion"], &said["rest"][0]["mode"]), (&json!("4.0.1"), &json!("server")));
    let kinds: BTreeSet<_> =
        said["rest"][0]["resource"].as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap()).collect();
    let expected = ["MedicationAdministration", "Observation", "Patient", "Procedure", "Questionnaire", "QuestionnaireResponse"];
    assert_eq!(kinds, expected.into());
    assert_eq!(server.anyone().with("If-None-Match", said.etag()).get("/fhir/R4/metadata").await.status(), 304);
    server.anyone().get("/fhir/R4/Questionnaire").await.expect(401);
}

#[actix_web::test]
async fn every_questionnaire_is_one_with_codes_and_what_answers_count() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let list = patient.get("/fhir/R4/Questionnaire").await.expect(200);
    let known = patient.get("/instruments").await.expect(200);
    assert_eq!(resources(&list).len(), known.items().len());
    let phq9 = patient.get("/fhir/R4/Questionnaire/phq-9").await.expect(200);
    assert_eq!((&phq9["version"], &phq9["code"][0]["code"]), (&json!("1.0.0"), &json!("44249-1")));
    let q9 = phq9["item"].as_array().unwrap().iter().find(|item| item["linkId"] == "q9").unwrap();
    assert_eq!(q9["code"][0], json!({"system": "http://loinc.org", "code": "44260-8"}));
    assert_eq!(
        q9["answerOption"][1]["valueCoding"],
        json!({"system": "http://loinc.org", "code": "LA6569-3", "display": "Several days",
            "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 1}]})
    );
    assert_eq!(patient.get("/fhir/R4/Questionnaire/nothing").await.status(), 404);
}

#[actix_web::test]
async fn answers_and_scores_are_found_again() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    let wrong = put(&patient, "responses", &server, &phq9(13).at("2026-11-19T21:00:00.000Z")).await;
    let right = phq9(4).at("2026-11-19T21:00:00.000Z").with("replaces", wrong["id"].clone());
    let right = put(&patient, "responses", &server, &right).await;
    let noted = check_in(7).answer("side_effects", json!(["nausea"])).answer("sleep_hours", 7.5).answer("note", "slept =well");
    let noted = put(&patient, "responses", &server, &noted).await;

    let answers = resources(&provider.get(&search("QuestionnaireResponse", &patient)).await.expect(200));
    let of = |list: &[Value], id: &Value| list.iter().find(|one| one["id"] == *id).cloned().unwrap();
    assert_eq!(answers.len(), 3);
    assert_eq!(
        (&of(&answers, &wrong["id"])["status"], &of(&answers, &right["id"])["status"]),
        (&json!("entered-in-error"), &json!("amended"))
    );
    let daily = of(&answers, &noted["id"]);
    assert_eq!((&daily["status"], &daily["authored"]), (&json!("completed"), &noted["completed_at"]));
    assert!(daily["questionnaire"].as_str().unwrap().ends_with("/fhir/R4/Questionnaire/daily-check-in|1.0.0"));
    let item =
        |id: &str| daily["item"].as_array().unwrap().iter().find(|item| item["linkId"] == id).unwrap()["answer"][0].clone();
    assert_eq!((item("mood"), item("sleep_hours")), (json!({"valueInteger": 7}), json!({"valueDecimal": 7.5})));
    assert_eq!(
        (item("side_effects")["valueCoding"]["code"].clone(), item("note")),
        (json!("nausea"), json!({"valueString": "slept =well"}))
    );

    for code in ["44261-6", "http://loinc.org|44261-6", "phq-9.total", "nothing,44261-6"] {
        let scores = resources(&provider.get(&format!("{}&code={code}", search("Observation", &patient))).await.expect(200));
        assert_eq!(scores.len(), 2, "{code}");
        let stands = scores.iter().find(|score| score["status"] == "corrected").unwrap();
        assert_eq!(
            stands["valueQuantity"],
            json!({"value": 4, "unit": "{score}", "system": "http://unitsofmeasure.org", "code": "{score}"})
        );
        assert_eq!(stands["code"]["coding"][0], json!({"system": "http://loinc.org", "code": "44261-6"}));
        assert_eq!(
            stands["derivedFrom"][0]["reference"],
            json!(format!("QuestionnaireResponse/{}", right["id"].as_str().unwrap()))
        );
        assert_eq!(
            (&stands["subject"]["reference"], &stands["interpretation"][0]["text"]),
            (&json!(format!("Patient/{}", patient.patient_id())), &json!("Minimal"))
        );
        assert!(scores.iter().any(|score| score["status"] == "entered-in-error"));
    }
    assert!(resources(&provider.get(&format!("{}&code=8480-6", search("Observation", &patient))).await.expect(200)).is_empty());
    let unknown_patient = provider.get(&format!("/fhir/R4/Observation?patient={}", Id::<()>::new(server.now()))).await;
    assert_eq!((unknown_patient.status(), &unknown_patient["issue"][0]["code"]), (404, &json!("not-found")));
}

#[actix_web::test]
async fn a_form_that_has_no_score_says_so() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let sparse = phq9(9).answer("q1", Value::Null).answer("q2", Value::Null).answer("q3", Value::Null);
    put(&patient, "responses", &server, &sparse).await;
    put(&patient, "responses", &server, &phq9(9).answer("q9", Value::Null)).await;
    let scores = resources(&patient.get(&search("Observation", &patient)).await.expect(200));
    assert_eq!(scores.len(), 2);
    let without = scores.iter().find(|score| score["valueQuantity"].is_null()).unwrap();
    assert_eq!(without["dataAbsentReason"]["coding"][0]["code"], "unknown");
    let prorated = scores.iter().find(|score| score["valueQuantity"]["value"] == 10).unwrap();
    assert_eq!(prorated["note"][0]["text"], "Prorated: not answered: q9");
}

#[actix_web::test]
async fn completed_sessions_are_procedures_with_what_was_given() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    let done = put(&provider, "sessions", &server, &session(1).of(patient.patient_id())).await;
    let planned = session(2).of(patient.patient_id()).with("status", "planned").without("started_at").without("ended_at");
    put(&provider, "sessions", &server, &planned.with("scheduled_at", "2026-12-01T17:00:00.000Z")).await;
    for who in [&patient, &provider] {
        let made = resources(&who.get(&search("Procedure", &patient)).await.expect(200));
        assert_eq!((made.len(), &made[0]["id"], &made[0]["status"]), (1, &done["id"], &json!("completed")));
        assert_eq!(made[0]["performedPeriod"], json!({"start": done["started_at"], "end": done["ended_at"]}));
        let given = resources(&who.get(&search("MedicationAdministration", &patient)).await.expect(200));
        assert_eq!(
            given[0]["dosage"]["dose"],
            json!({"value": 40, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"})
        );
        assert_eq!(given[0]["partOf"][0]["reference"], json!(format!("Procedure/{}", done["id"].as_str().unwrap())));
    }
}

#[actix_web::test]
async fn pages_follow_each_other_and_nothing_is_left_out_or_doubled() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    for day in 1..=7 {
        put(&patient, "responses", &server, &check_in(day).at(format!("2026-11-0{day}T21:00:00.000Z"))).await;
        put(&patient, "responses", &server, &phq9(day).at(format!("2026-11-0{day}T21:00:00.000Z"))).await;
    }
    for kind in ["QuestionnaireResponse", "Observation"] {
        let whole = all(&patient, format!("{}&_count=200", search(kind, &patient))).await;
        assert_eq!(whole.len(), if kind == "Observation" { 7 * 6 } else { 14 });
        for count in [1, 3, 6, 14, 42] {
            let path = format!("{}&_count={count}", search(kind, &patient));
            let first = patient.get(&path).await.expect(200);
            assert_eq!(resources(&first).len(), count.min(whole.len()), "{kind} {count}");
            assert_eq!(link(&first, "self"), Some(path.clone()));
            assert_eq!(all(&patient, path).await, whole, "{kind} {count}");
        }
    }
    let scores = all(&patient, format!("{}&code=44261-6&_count=2", search("Observation", &patient))).await;
    let values: Vec<_> = scores.iter().map(|score| score["valueQuantity"]["value"].as_u64().unwrap()).collect();
    assert_eq!(values, [7, 6, 5, 4, 3, 2, 1]);
    for odd in ["_count=0", "_count=201", "cursor=nonsense", "nothing=1"] {
        let refused = patient.get(&format!("{}&{odd}", search("Observation", &patient))).await;
        assert_eq!((refused.status(), &refused["issue"][0]["code"]), (422, &json!("invalid")), "{odd}");
    }
    let nobody = patient.get("/fhir/R4/Observation").await;
    assert_eq!((nobody.status(), &nobody["issue"][0]["expression"][0]), (422, &json!("patient")));
}

#[actix_web::test]
async fn pages_follow_each_other_also_where_answers_come_in_between() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    for day in [1, 3, 5] {
        put(&patient, "responses", &server, &check_in(day).at(format!("2026-11-0{day}T21:00:00.000Z"))).await;
    }
    for kind in ["QuestionnaireResponse", "Observation", "Procedure"] {
        let path = search(kind, &patient);
        let whole = all(&patient, format!("{path}&_count=200")).await;
        let (mut found, mut next) = (Vec::new(), Some(format!("{path}&_count=2")));
        while let Some(path) = next {
            let page = patient.get(&path).await.expect(200);
            found.extend(resources(&page));
            next = link(&page, "next");
            // The newest of all, and one that comes late.
            for at in [server.now().to_string(), "2026-11-04T21:00:00.000Z".to_owned()] {
                put(&patient, "responses", &server, &phq9(5).at(at)).await;
            }
            server.advance(60);
        }
        let of_before = |resource: &Value| whole.iter().any(|known| known["id"] == resource["id"]);
        let mut ids: Vec<_> = found.iter().map(|resource| resource["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), found.len(), "{kind}: one comes twice");
        found.retain(of_before);
        assert_eq!(found, whole, "{kind}");
    }
}

#[actix_web::test]
async fn what_is_not_there_or_not_allowed_is_said_in_fhirs_form() {
    let server = TestServer::start().await;
    let (patient, coordinator) = (server.patient().await, server.coordinator().await);
    let record = coordinator.get(&format!("/fhir/R4/Patient/{}", patient.patient_id())).await.expect(200);
    assert_eq!((&record["name"][0]["text"], &record["active"]), (&json!(patient.name), &json!(true)));
    let refused = coordinator.get(&search("Observation", &patient)).await;
    assert_eq!((refused.status(), &refused["issue"][0]["code"]), (403, &json!("forbidden")));
    let nothing = patient.get("/fhir/R4/Encounter?patient=x").await;
    assert_eq!((nothing.status(), &nothing["issue"][0]["code"]), (404, &json!("not-found")));
    let written = patient.send("POST", "/fhir/R4/Observation", "{}").await;
    assert_eq!((written.status(), written.header("allow"), &written["issue"][0]["code"]), (405, "GET", &json!("not-supported")));
    let nobody = server.anyone().get(&search("Observation", &patient)).await;
    assert_eq!((nobody.status(), nobody.header("www-authenticate")), (401, "Bearer"));
    assert_eq!(nobody["id"], nobody.header("x-request-id"));
}

#[actix_web::test]
async fn all_of_a_patient_is_one_bundle() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    put(&patient, "responses", &server, &phq9(13)).await;
    put(&patient, "responses", &server, &check_in(6)).await;
    put(&provider, "sessions", &server, &session(1).of(patient.patient_id())).await;
    let export = patient.get(&format!("/patients/{}/export?format=fhir", patient.patient_id())).await.expect(200);
    assert_eq!(export.header("content-disposition"), "attachment; filename=\"yarrow-2026-11-20.fhir.json\"");
    fhir::check(export.json());
    let kinds: Vec<_> = resources(&export).iter().map(|one| one["resourceType"].as_str().unwrap().to_owned()).collect();
    let count = |kind: &str| kinds.iter().filter(|known| *known == kind).count();
    assert_eq!((count("Patient"), count("Questionnaire"), count("QuestionnaireResponse")), (1, 2, 2));
    assert_eq!((count("Observation"), count("Procedure"), count("MedicationAdministration")), (6, 1, 1));
}
