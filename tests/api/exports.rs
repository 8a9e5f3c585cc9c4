//! The ways out: what goes out, to whom, and in which form.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use diesel::prelude::*;
use serde_json::{Value, json};
use yarrow::auth::roles::Role;
use yarrow::db::schema::consents;
use yarrow::db::{Id, Reach};

use crate::support::{Answer, Body, Client, TestClinic, TestServer, check_in, phq9, session};

/// The tables of a clinic's export, in their order.
const TABLES: [&str; 7] =
    ["patients.csv", "courses.csv", "sessions.csv", "responses.csv", "scores.csv", "alerts.csv", "codebook.csv"];

/// The files of a zip by name, each as rows of cells by column.
struct Export {
    names: Vec<String>,
    texts: BTreeMap<String, String>,
}

impl Export {
    fn of(answer: &Answer) -> Self {
        let mut zip = zip::ZipArchive::new(Cursor::new(answer.bytes().to_vec())).expect("a zip that is whole");
        let (mut names, mut texts) = (Vec::new(), BTreeMap::new());
        for index in 0..zip.len() {
            let mut file = zip.by_index(index).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).expect("a table is UTF-8");
            let name = file.name().unwrap().into_owned();
            names.push(name.clone());
            texts.insert(name, text);
        }
        Self { names, texts }
    }

    fn rows(&self, file: &str) -> Vec<BTreeMap<String, String>> {
        csv::Reader::from_reader(self.texts[file].as_bytes()).deserialize().map(|row| row.expect("RFC 4180")).collect()
    }

    fn says(&self, words: &str) -> bool {
        self.texts.values().any(|text| text.contains(words))
    }
}

async fn put(who: &Client, kind: &str, server: &TestServer, body: &Body) -> Answer {
    who.put(&format!("/{kind}/{}", Id::<()>::new(server.now())), body).await.expect(201)
}

fn export_of(patient: &Client, format: &str) -> String {
    format!("/patients/{}/export?format={format}", patient.patient_id())
}

async fn both_roles(clinic: &TestClinic) -> Client {
    clinic.person(&[Role::Admin, Role::Provider]).await
}

/// A patient with something of each kind.
async fn treated(server: &TestServer) -> (Client, Client) {
    let (patient, provider) = (server.patient().await, server.provider().await);
    let course = json!({"condition": "mdd", "planned_sessions": 6, "started_on": "2026-11-20", "goal": "=HYPERLINK(\"x\")"});
    let course = provider.post(&format!("/patients/{}/courses", patient.patient_id()), &course).await.expect(201);
    let given = session(1)
        .of(patient.patient_id())
        .with("course_id", course["id"].clone())
        .with("note", "for staff alone")
        .with("shared_note", "rest well")
        .with("effects", json!([{"effect": "nausea", "severity": "mild", "action": "words of staff"}]));
    put(&provider, "sessions", server, &given).await;
    put(&patient, "responses", server, &phq9(13).answer("q9", 1).at("2026-11-10T21:00:00.000Z")).await;
    put(&patient, "responses", server, &check_in(7)).await;
    for (text, shared) in [("mine alone", false), ("for the team, \"quoted\"", true)] {
        put(&patient, "journal-entries", server, &Body(json!({"kind": "note", "text": text, "shared": shared}))).await;
    }
    (patient, provider)
}

#[actix_web::test]
async fn a_patient_takes_all_of_its_own_in_tables() {
    let server = TestServer::start().await;
    let (patient, _) = treated(&server).await;
    let answer = patient.get(&export_of(&patient, "csv")).await.expect(200);
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"yarrow-2026-11-20.zip\"");
    assert_eq!((answer.header("content-type"), answer.header("cache-control")), ("application/zip", "no-store"));
    let export = Export::of(&answer);
    let mut expected = TABLES.to_vec();
    expected.insert(6, "journal_entries.csv");
    assert_eq!(export.names, expected);

    let id = patient.patient_id().to_string();
    assert_eq!(export.rows("patients.csv")[0]["patient_id"], id);
    let course = &export.rows("courses.csv")[0];
    assert_eq!((course["condition"].as_str(), course["planned_sessions"].as_str()), ("mdd", "6"));
    assert_eq!(course["goal"], "'=HYPERLINK(\"x\")");
    let given = &export.rows("sessions.csv")[0];
    assert_eq!([&given["number"], &given["status"], &given["route"], &given["dose_mg"]], ["1", "completed", "iv", "40"]);
    assert_eq!((given["dose_mg_per_kg"].as_str(), given["shared_note"].as_str()), ("0.5", "rest well"));
    assert!(given["effects"].contains("nausea") && given["note"].is_empty());
    assert!(!export.says("for staff alone") && !export.says("words of staff"));
    let mut journal: Vec<_> = export.rows("journal_entries.csv").iter().map(|entry| entry["text"].clone()).collect();
    journal.sort();
    assert_eq!(journal, ["for the team, \"quoted\"", "mine alone"]);
    assert_eq!(export.rows("alerts.csv")[0]["kind"], "suicidal-ideation");
    assert_eq!(server.audited("patient_exported").await, 1);
}

#[actix_web::test]
async fn scores_are_one_row_each_with_what_figures_need() {
    let server = TestServer::start().await;
    let (patient, provider) = treated(&server).await;
    let unscored = phq9(5).answer("q1", Value::Null).answer("q2", Value::Null).answer("q3", Value::Null);
    let wrong = put(&patient, "responses", &server, &unscored.at("2026-11-19T21:00:00.000Z")).await;
    let right = phq9(4).at("2026-11-19T21:00:00.000Z").with("replaces", wrong["id"].clone());
    let right = put(&patient, "responses", &server, &right).await;
    let export = Export::of(&provider.get(&export_of(&patient, "csv")).await.expect(200));
    let head = export.texts["scores.csv"].split("\r\n").next().unwrap();
    assert_eq!(
        head,
        "patient_id,course_id,response_id,measure,value,prorated,band,completed_at,local_date,received_at,superseded"
    );
    let rows = export.rows("scores.csv");
    let course = &export.rows("courses.csv")[0]["course_id"];
    let of = |response: &str| rows.iter().filter(|row| row["response_id"] == response).collect::<Vec<_>>();
    let (old, new) = (of(wrong["id"].as_str().unwrap()), of(right["id"].as_str().unwrap()));
    assert_eq!([&old[0]["value"], &old[0]["superseded"], &old[0]["band"]], ["", "true", ""]);
    assert_eq!([&new[0]["value"], &new[0]["superseded"], &new[0]["band"]], ["4", "false", "Minimal"]);
    assert_eq!((&new[0]["completed_at"], &new[0]["local_date"]), (&"2026-11-19T21:00:00.000Z".into(), &"2026-11-19".into()));
    assert_eq!(&new[0]["course_id"], course);
    let mood: Vec<_> = rows.iter().filter(|row| row["measure"] == "daily-check-in.mood").collect();
    assert_eq!((mood.len(), mood[0]["value"].as_str()), (1, "7"));
    // What a score was worked out from is in the table of answers, and what either means in the codebook.
    let answers = export.rows("responses.csv");
    assert_eq!(answers.len(), 4);
    let answered: Value =
        serde_json::from_str(&answers.iter().find(|row| row["response_id"] == right["id"]).unwrap()["answers"]).unwrap();
    assert_eq!(answered["q1"], 3);
    let codebook = export.rows("codebook.csv");
    let about = |file: &str, column: &str, value: &str| {
        let mut found = codebook.iter().filter(|row| row["file"] == file && row["column"] == column && row["value"] == value);
        found.next().map(|row| row["meaning"].clone()).unwrap_or_default()
    };
    assert_eq!(about("scores.csv", "measure", "phq-9.total"), "PHQ-9: 0 to 27, higher is worse (PHQ-9 1.0.0)");
    assert!(about("responses.csv", "answers", "phq-9 1.0.0 q9").contains("1 Several days"));
    for (file, text) in export.texts.iter().filter(|(file, _)| *file != "codebook.csv") {
        for column in text.split("\r\n").next().unwrap().split(',') {
            assert!(!about(file, column, "").is_empty(), "the codebook does not know {file} {column}");
        }
    }
}

#[actix_web::test]
async fn a_provider_takes_a_patients_without_what_is_not_shared() {
    let server = TestServer::start().await;
    let (patient, provider) = treated(&server).await;
    for format in ["csv", "json"] {
        let answer = provider.get(&export_of(&patient, format)).await.expect(200);
        let says = |words: &str| if format == "csv" { Export::of(&answer).says(words) } else { answer.text().contains(words) };
        assert!(says("for staff alone") && says("words of staff") && says("for the team"), "{format}");
        assert!(!says("mine alone"), "{format}");
    }
}

#[actix_web::test]
async fn a_patient_takes_all_of_its_own_as_json() {
    let server = TestServer::start().await;
    let (patient, _) = treated(&server).await;
    let answer = patient.get(&export_of(&patient, "json")).await.expect(200);
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"yarrow-2026-11-20.json\"");
    assert_eq!(answer["patient"]["id"], patient.patient_id().to_string());
    let count = |member: &str| answer[member].as_array().unwrap().len();
    assert_eq!((count("courses"), count("sessions"), count("responses")), (1, 1, 2));
    assert_eq!((count("alerts"), count("journal_entries")), (1, 2));
    assert_eq!(answer["responses"][0]["scores"][0]["value"], 14);
    assert_eq!((&answer["sessions"][0]["note"], &answer["sessions"][0]["dose_mg"]), (&Value::Null, &json!(40)));
    assert!(!answer.text().contains("for staff alone") && !answer.text().contains("words of staff"));
}

#[actix_web::test]
async fn a_clinic_goes_out_whole_and_without_journals() {
    let server = TestServer::start().await;
    let (patient, _) = treated(&server).await;
    let (other, far) = (server.patient().await, server.second_clinic().await);
    put(&other, "responses", &server, &phq9(8)).await;
    let elsewhere = far.patient().await;
    put(&elsewhere, "responses", &server, &phq9(20)).await;
    let answer = both_roles(&server).await.get("/clinic/export?format=csv").await.expect(200);
    let export = Export::of(&answer);
    assert_eq!(export.names, TABLES);
    let of = |file: &str| {
        let mut ids: Vec<_> = export.rows(file).iter().map(|row| row["patient_id"].clone()).collect();
        ids.dedup();
        ids
    };
    let mut everybody = vec![patient.patient_id().to_string(), other.patient_id().to_string()];
    everybody.sort();
    assert_eq!(of("patients.csv"), everybody);
    assert_eq!((of("responses.csv"), of("scores.csv")), (everybody.clone(), everybody));
    assert!(!export.says("mine alone") && !export.says("for the team"));
    assert!(!export.says(&elsewhere.patient_id().to_string()));
    assert_eq!(server.audited("clinic_exported").await, 1);
}

#[actix_web::test]
async fn the_clinics_data_takes_both_roles() {
    let server = TestServer::start().await;
    for role in [Role::Admin, Role::Provider, Role::Coordinator, Role::Patient] {
        let who = server.person(&[role]).await;
        who.get("/clinic/export?format=csv").await.expect_problem(403, "forbidden");
    }
    assert_eq!(server.audited("clinic_exported").await, 0);
    let who = both_roles(&server).await;
    who.get("/clinic/export").await.expect_problem(422, "invalid");
    who.get("/clinic/export?format=pdf").await.expect_problem(422, "invalid");
}

#[actix_web::test]
async fn a_sixth_export_within_an_hour_has_to_wait() {
    let server = TestServer::start_with(|config| config.limits.is_on = true).await;
    let patient = server.patient().await;
    for _ in 0..5 {
        patient.get(&export_of(&patient, "json")).await.expect(200);
    }
    patient.get(&export_of(&patient, "json")).await.expect_problem(429, "too-many");
    server.patient().await.get(&export_of(&patient, "json")).await.expect_problem(404, "not-found");
}

/// Answers the text about research.
async fn lends(server: &TestServer, patient: &Client, agreed: bool) {
    let (user, clinic, at) = (patient.id, patient.clinic, server.now());
    let stored = server.database().write(Reach::Installation, move |conn| {
        diesel::insert_into(consents::table)
            .values((
                consents::id.eq(Id::<()>::new(at)),
                consents::clinic_id.eq(clinic),
                consents::user_id.eq(user),
                consents::consent.eq("research"),
                consents::version.eq("1"),
                consents::agreed.eq(agreed),
                consents::at.eq(at),
            ))
            .execute(conn)?;
        Ok(())
    });
    stored.await.unwrap();
    server.advance(1);
}

#[actix_web::test]
async fn a_table_for_research_names_nobody_and_no_day() {
    let server = TestServer::start().await;
    let (who, provider) = (both_roles(&server).await, server.provider().await);
    let mut ids = Vec::new();
    for number in 0..12 {
        let patient = server.patient().await;
        let (id, is_pain) = (patient.patient_id(), number >= 10);
        let condition = if is_pain { "chronic-pain" } else { "mdd" };
        let record = json!({"record_number": format!("SECRET-{number}"), "date_of_birth": if is_pain { "1930-01-01" } else { "1988-11-21" }});
        provider.patch(&format!("/patients/{id}"), &record).await.expect(200);
        let course = json!({"condition": condition, "started_on": "2026-11-18", "goal": "a secret goal"});
        provider.post(&format!("/patients/{id}/courses"), &course).await.expect(201);
        let given = session(1).of(id).with("started_at", "2026-11-18T17:00:00.000Z").with("ended_at", Value::Null);
        put(&provider, "sessions", &server, &given).await;
        put(&patient, "responses", &server, &phq9(number).at("2026-11-16T21:00:00.000Z")).await;
        put(
            &patient,
            "responses",
            &server,
            &check_in(number % 10).answer("note", "a secret note").at("2026-11-20T21:00:00.000Z"),
        )
        .await;
        lends(&server, &patient, true).await;
        ids.push((id.to_string(), patient));
    }
    // One has changed its mind since, one never said yes, one has had no session, and one has answered nothing.
    lends(&server, &ids[0].1, false).await;
    let quiet = server.patient().await;
    let given = session(1).of(quiet.patient_id()).with("started_at", "2026-11-18T17:00:00.000Z").with("ended_at", Value::Null);
    put(&provider, "sessions", &server, &given).await;
    lends(&server, &quiet, true).await;
    let silent = server.patient().await;
    put(&silent, "responses", &server, &phq9(27)).await;
    lends(&server, &server.patient().await, true).await;

    let export = Export::of(&who.get("/clinic/export?format=research").await.expect(200));
    assert_eq!(export.names, ["research.csv", "codebook.csv"]);
    let rows = export.rows("research.csv");
    let people: BTreeSet<_> = rows.iter().map(|row| row["person"].parse::<u32>().unwrap()).collect();
    assert_eq!(people, (1..=11).collect());
    assert_eq!(rows.len(), 11 * 6);
    // Nine have the one condition, two the other: neither is ten. All eleven had the same route; nine share an age, two another.
    for row in &rows {
        assert_eq!((row["condition"].as_str(), row["route"].as_str(), row["age_band"].as_str()), ("", "iv", ""));
        let expected = if row["measure"] == "phq-9.total" { ("-2", "0") } else { ("2", "1") };
        assert_eq!((row["day"].as_str(), row["sessions"].as_str()), expected);
    }
    assert!(!export.says("SECRET") && !export.says("secret") && !export.says("2026-") && !export.says("1988"));
    assert!(ids.iter().all(|(id, patient)| !export.says(id) && !export.says(&patient.name)));
    assert_eq!(server.audited("research_exported").await, 1);
    // Ten of one kind would leave two who are known by what they are not: nobody is named.
    lends(&server, &ids[0].1, true).await;
    let export = Export::of(&who.get("/clinic/export?format=research").await.expect(200));
    let rows = export.rows("research.csv");
    let named: BTreeSet<_> = rows.iter().map(|row| (row["condition"].as_str(), row["age_band"].as_str())).collect();
    assert_eq!(named, [("", "")].into());
    // Without those two all ten are alike, and of nine there is no table.
    for (_, patient) in &ids[10..] {
        lends(&server, patient, false).await;
    }
    let export = Export::of(&who.get("/clinic/export?format=research").await.expect(200));
    let rows = export.rows("research.csv");
    let named: BTreeSet<_> = rows.iter().map(|row| (row["condition"].as_str(), row["age_band"].as_str())).collect();
    assert_eq!(named, [("mdd", "35-39")].into());
    lends(&server, &ids[0].1, false).await;
    let refused = who.get("/clinic/export?format=research").await.expect_problem(409, "conflict");
    assert!(refused["detail"].as_str().unwrap().starts_with("fewer than ten patients"));
}
