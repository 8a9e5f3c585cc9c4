//! The synthetic clinic.

use serde_json::{Value, json};
use yarrow::demo::{self, Found};

use crate::support::{Answer, TestServer};

/// Those who are told, and some of those who are drawn.
const PATIENTS: usize = 20;

async fn sign_in(server: &TestServer, line: &demo::SignInLine) -> Answer {
    server.anyone().post("/auth/login", &json!({"email": line.email, "password": line.password})).await.expect(200)
}

#[actix_web::test]
async fn the_demo_fills_an_empty_database_and_each_role_sees_its_part() {
    let server = TestServer::start_empty(|_| ()).await;
    let app = server.shared_app();
    assert_eq!(demo::look(&app).await.unwrap(), Found::Nothing);
    demo::fill(&app, PATIENTS, demo::USUAL_SEED, |_| ()).await.unwrap();
    assert_eq!(demo::look(&app).await.unwrap(), Found::Clinic);

    let [patient, provider, coordinator, admin, owner] = demo::sign_ins();
    let signed_in = sign_in(&server, &patient).await;
    assert_eq!((&signed_in["user"]["roles"], &signed_in["user"]["name"]), (&json!(["patient"]), &json!("Maya Ellison")));
    let maya = signed_in["user"]["patient_id"].as_str().unwrap().to_owned();
    let patient = server.bearing(signed_in["access_token"].as_str().unwrap());
    let progress = patient.get(&format!("/patients/{maya}/progress?measure=phq-9.total")).await.expect(200);
    assert_eq!((progress["summary"]["latest"].as_f64(), progress["summary"]["baseline"].as_f64()), (Some(6.0), Some(19.0)));
    assert_eq!(
        (progress["summary"]["status"].as_str(), progress["sessions"].as_array().map(Vec::len)),
        (Some("response"), Some(8))
    );

    let signed_in = sign_in(&server, &provider).await;
    let provider = server.bearing(signed_in["access_token"].as_str().unwrap());
    let caseload = provider.get("/patients?limit=200").await.expect(200);
    assert_eq!((caseload.items().len(), &caseload["counts"]["total"]), (PATIENTS, &json!(PATIENTS)));
    let top = &caseload.items()[0];
    assert_eq!((&top["name"], &top["group"]), (&json!("Daniel Reyes"), &json!("needs_response")));
    for (status, who) in [("open", Value::Null), ("acknowledged", json!("S. Whitlock")), ("resolved", json!(null))] {
        let alerts = provider.get(&format!("/alerts?status={status}")).await.expect(200);
        assert!(!alerts.items().is_empty(), "{status}");
        if status == "acknowledged" {
            assert_eq!(alerts.items()[0]["acknowledged_by"]["name"].is_string(), who.is_string());
        }
        if status == "resolved" {
            assert!(alerts.items().iter().all(|alert| alert["note"].is_string() && alert["action"].is_string()));
        }
    }
    let sessions = provider.get(&format!("/patients/{maya}/sessions")).await.expect(200);
    assert_eq!(sessions.items()[0]["status"], "planned");
    assert!(sessions.items()[1]["signed_at"].is_string());

    let signed_in = sign_in(&server, &coordinator).await;
    let coordinator = server.bearing(signed_in["access_token"].as_str().unwrap());
    let caseload = coordinator.get("/patients?limit=200").await.expect(200);
    assert!(caseload.items().iter().all(|row| row["latest"].is_null() && row["gain"].is_null()));
    let signed_in = sign_in(&server, &admin).await;
    let admin = server.bearing(signed_in["access_token"].as_str().unwrap());
    assert_eq!(admin.get("/users").await.expect(200).items().len(), 50.min(PATIENTS + 5));
    admin.get("/alerts").await.expect_problem(403, "forbidden");

    // Somebody sits in a chair already, and the owner may take the whole clinic's data.
    let signed_in = sign_in(&server, &owner).await;
    let owner = server.bearing(signed_in["access_token"].as_str().unwrap());
    let today = owner.get("/sessions").await.expect(200);
    let here: Vec<_> = today.items().iter().filter(|row| row["arrived_at"].is_string()).map(|row| &row["chair"]).collect();
    assert_eq!(here.first(), Some(&&json!("2")));
    owner.get("/clinic/export?format=csv").await.expect(200);
}

#[actix_web::test]
async fn the_demo_leaves_a_real_clinic_alone() {
    let server = TestServer::start().await;
    assert_eq!(demo::look(server.app()).await.unwrap(), Found::Other);
    server.second_clinic().await;
    assert_eq!(demo::look(server.app()).await.unwrap(), Found::Other);
}
