//! Earlier scores and sessions brought in from CSV.

use diesel::prelude::*;
use serde_json::{Value, json};
use yarrow::db::Reach;
use yarrow::db::schema::{alerts, audit_events, responses, sessions};

use crate::support::{Answer, Client, TestServer};

const HEAD: &str = "record_number,what,at,answers,total,number,route,dose_mg\r\n";
const PHQ9: &str = "q1=2 q2=2 q3=1 q4=2 q5=1 q6=2 q7=1 q8=0 q9=2";

async fn import(who: &Client, dry_run: bool, lines: &str) -> Answer {
    let path = format!("/clinic/import?dry_run={dry_run}");
    who.with("content-type", "text/csv").send("POST", &path, &format!("{HEAD}{lines}")).await
}

/// A provider, and a patient with the record number AR-1.
async fn with_patient(server: &TestServer) -> (Client, Client) {
    let (provider, patient) = (server.provider().await, server.patient().await);
    provider.patch(&format!("/patients/{}", patient.patient_id()), &json!({"record_number": "AR-1"})).await.expect(200);
    (provider, patient)
}

/// Rows of responses, sessions and alerts, and lines of the audit log.
async fn stored(server: &TestServer) -> [i64; 4] {
    let counted = server.database().read(Reach::Installation, |conn| {
        Ok([
            responses::table.count().get_result(conn)?,
            sessions::table.count().get_result(conn)?,
            alerts::table.count().get_result(conn)?,
            audit_events::table.filter(audit_events::action.eq("records_imported")).count().get_result(conn)?,
        ])
    });
    counted.await.unwrap()
}

fn outcomes(report: &Answer) -> Vec<&str> {
    report["lines"].as_array().unwrap().iter().map(|line| line["outcome"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_dry_run_tells_what_each_line_would_do_and_does_nothing() {
    let server = TestServer::start().await;
    let (provider, _) = with_patient(&server).await;
    let lines = format!(
        "AR-1,phq-9,2025-03-01,{PHQ9},,,,\r\nAR-1,pcl-5,2025-03-01,,41,,,\r\nAR-2,phq-9,2025-03-01,,9,,,\r\n\
        AR-1,session,2025-03-08T10:00,,,1,iv,40\r\nAR-1,session,2025-03-08T10:00,,,1,iv,40\r\n"
    );
    let report = import(&provider, true, &lines).await.expect(200);
    assert_eq!(outcomes(&report), ["new", "new", "refused", "new", "unchanged"]);
    assert_eq!((&report["new"], &report["unchanged"], &report["refused"]), (&json!(3), &json!(1), &json!(1)));
    assert_eq!(
        report["lines"][0],
        json!({"line": 2, "record_number": "AR-1", "what": "phq-9", "at": "2025-03-01T19:00:00.000Z", "score": 13, "outcome": "new", "errors": []})
    );
    assert_eq!(report["lines"][2]["errors"], json!([{"pointer": "/record_number", "detail": "is no patient's of this clinic"}]));
    assert_eq!(stored(&server).await, [0, 0, 0, 0]);
}

#[actix_web::test]
async fn what_is_brought_in_is_on_record_as_old_as_it_is_and_twice_adds_nothing() {
    let server = TestServer::start().await;
    let (provider, patient) = with_patient(&server).await;
    let lines = format!(
        "AR-1,session,2025-03-08T10:00,,,1,iv,40\r\nAR-1,phq-9,2025-03-01,{PHQ9},,,,\r\nAR-1,pcl-5,2025-03-01,,41,,,\r\n"
    );
    let report = import(&provider, false, &lines).await.expect(200);
    assert_eq!((outcomes(&report), &report["dry_run"]), (vec!["new", "new", "new"], &json!(false)));
    // Answers of last year raise no alert today.
    assert_eq!(stored(&server).await, [2, 1, 0, 1]);
    let answered = patient.responses().await;
    assert_eq!(answered.len(), 2);
    let of = |instrument: &str| answered.iter().find(|one| one["instrument"] == instrument).unwrap();
    let (phq9, pcl5) = (of("phq-9"), of("pcl-5"));
    assert_eq!((&phq9["completed_at"], &phq9["local_date"]), (&json!("2025-03-01T19:00:00.000Z"), &json!("2025-03-01")));
    assert_eq!((&phq9["answers"]["q9"], &phq9["stated_total"], &phq9["clock_suspect"]), (&json!(2), &Value::Null, &Value::Null));
    assert_eq!((&pcl5["answers"], &pcl5["stated_total"]), (&json!({}), &json!(41)));
    assert_eq!((pcl5["scores"].as_array().unwrap().len(), &pcl5["scores"][0]["value"]), (1, &json!(41)));
    assert_eq!((&pcl5["scores"][0]["prorated"], &pcl5["entered_by"]["role"]), (&json!(false), &json!("provider")));
    let progress = patient.get(&format!("/patients/{}/progress?measure=phq-9.total", patient.patient_id())).await.expect(200);
    assert_eq!((&progress["baseline"]["value"], &progress["sessions"][0]["number"]), (&json!(13), &json!(1)));

    server.advance(3600);
    let again = import(&provider, false, &lines).await.expect(200);
    assert_eq!(outcomes(&again), ["unchanged", "unchanged", "unchanged"]);
    assert_eq!(stored(&server).await, [2, 1, 0, 2]);
    assert_eq!(patient.responses().await, answered);
}

#[actix_web::test]
async fn a_file_is_the_same_one_after_the_patients_time_zone_was_put_right() {
    let server = TestServer::start().await;
    let (provider, patient) = with_patient(&server).await;
    let lines = format!(
        "AR-1,session,2025-03-08T10:00,,,1,iv,40\r\nAR-1,phq-9,2025-03-01,{PHQ9},,,,\r\nAR-1,pcl-5,2025-03-01 09:00,,41,,,\r\n\
        AR-1,gad-7,2025-03-01T09:00:00Z,,9,,,\r\n"
    );
    import(&provider, false, &lines).await.expect(200);
    let record = format!("/patients/{}", patient.patient_id());
    provider.patch(&record, &json!({"time_zone": "Pacific/Auckland"})).await.expect(200);
    let again = import(&provider, false, &lines).await.expect(200);
    assert_eq!(outcomes(&again), ["unchanged", "unchanged", "unchanged", "unchanged"]);
    assert_eq!(stored(&server).await, [3, 1, 0, 2]);
    // A line that says something else of the same day is still told apart.
    let other = import(&provider, false, "AR-1,pcl-5,2025-03-01T09:00,,42,,,\r\n").await.expect_problem(422, "invalid");
    assert_eq!(other.pointers(), ["/2/at"]);
}

/// Two weeks to the second: what is as old as that is no news, what is a second younger is.
#[actix_web::test]
async fn answers_from_before_are_news_for_two_weeks_to_the_second() {
    let server = TestServer::start().await;
    let (provider, _) = with_patient(&server).await;
    let ago = |seconds: i64| jiff::Timestamp::from_second(server.now().seconds() - seconds).unwrap();
    import(&provider, false, &format!("AR-1,phq-9,{},{PHQ9},,,,\r\n", ago(14 * 86_400))).await.expect(200);
    assert_eq!(stored(&server).await, [1, 0, 0, 1]);
    import(&provider, false, &format!("AR-1,phq-9,{},{PHQ9},,,,\r\n", ago(14 * 86_400 - 1))).await.expect(200);
    assert_eq!(stored(&server).await, [2, 0, 1, 2]);
}

#[actix_web::test]
async fn answers_of_the_last_two_weeks_call_for_somebody() {
    let server = TestServer::start().await;
    let (provider, _) = with_patient(&server).await;
    import(&provider, false, &format!("AR-1,phq-9,2026-11-19,{PHQ9},,,,\r\n")).await.expect(200);
    assert_eq!(stored(&server).await, [1, 0, 1, 1]);
}

#[actix_web::test]
async fn one_bad_line_keeps_all_out_and_every_bad_line_is_named() {
    let server = TestServer::start().await;
    let (provider, _) = with_patient(&server).await;
    for (line, pointer) in [
        ("AR-1,phq-9,2025-03-01,q1=4,,,,", "/3/answers/q1"),
        ("AR-1,phq-9,2025-03-01,q99=1,,,,", "/3/answers/q99"),
        ("AR-1,phq-9,2025-03-01,nonsense,,,,", "/3/answers"),
        ("AR-1,phq-9,2025-03-01,,,,,", "/3/answers"),
        ("AR-1,phq-9,2025-03-01,,28,,,", "/3/total"),
        ("AR-1,phq-9,2025-03-01,,13.5,,,", "/3/total"),
        ("AR-1,phq-9,2025-03-01,q1=1 q2=1,13,,,", "/3/total"),
        ("AR-1,daily-check-in,2025-03-01,,13,,,", "/3/total"),
        ("AR-1,phq-10,2025-03-01,,13,,,", "/3/what"),
        ("AR-1,phq-9,01.03.2025,,13,,,", "/3/at"),
        ("AR-1,phq-9,2027-03-01,,13,,,", "/3/at"),
        ("AR-1,phq-9,2025-03-01,,13,1,,", "/3/number"),
        ("AR-1,session,2025-03-01,,,,iv,40", "/3/number"),
        ("AR-1,session,2025-03-01,,,1,intravenous,40", "/3/route"),
        ("AR-1,session,2025-03-01,,,1,iv,4000", "/3/dose_mg"),
        ("AR-1,session,0205-03-01,,,1,iv,40", "/3/at"),
        (",phq-9,2025-03-01,,13,,,", "/3/record_number"),
        // Line 2 says something else of the same time.
        ("AR-1,phq-9,2024-03-01,,12,,,", "/3/at"),
    ] {
        let refused = import(&provider, false, &format!("AR-1,phq-9,2024-03-01,,13,,,\r\n{line}\r\n")).await;
        assert_eq!(refused.clone().expect_problem(422, "invalid").pointers(), [pointer], "{line}");
    }
    assert_eq!(stored(&server).await, [0, 0, 0, 0]);
    let said = import(&provider, false, "AR-1,session,2025-03-01,,,1.5,iv,40\r\nAR-1,session,2025-03-02,,,2,intravenous,40\r\n");
    let said = said.await.expect_problem(422, "invalid");
    assert_eq!(
        said["errors"],
        json!([
            {"pointer": "/2/number", "detail": "Line 2, number: must be a whole number from 1 to 500."},
            {"pointer": "/3/route", "detail": "Line 3, route: must be one of iv, im, sc, in, sl, po."}
        ])
    );
    let known = "AR-1,phq-9,2024-03-01,,13,,,\r\n";
    import(&provider, false, known).await.expect(200);
    let other = import(&provider, false, "AR-1,phq-9,2024-03-01,,14,,,\r\n").await.expect_problem(422, "invalid");
    assert_eq!(other.pointers(), ["/2/at"]);
}

#[actix_web::test]
async fn a_file_that_is_none_is_refused_whole() {
    let server = TestServer::start().await;
    let (provider, _) = with_patient(&server).await;
    let send = |body: &'static str| {
        let who = provider.with("content-type", "text/csv");
        async move { who.send("POST", "/clinic/import", body).await }
    };
    for body in ["", "nonsense", "record_number,what\r\n", "record_number,what,at,name\r\n", "record_number,what,at\r\nAR-1\r\n"]
    {
        send(body).await.expect_problem(422, "invalid");
    }
    let torn = import(&provider, true, "AR-1,phq-9,2025-03-01,,13,,,\r\nAR-1,phq-9,2025-04-01,,\"13,,,\"\r\n").await;
    let torn = torn.expect_problem(422, "invalid");
    assert_eq!(torn.pointers(), ["/3"]);
    assert!(
        torn["errors"][0]["detail"].as_str().unwrap().starts_with("Line 3 has 5 cells and the heading has 8"),
        "{}",
        torn.text()
    );
    provider.post("/clinic/import", &json!({})).await.expect_problem(415, "media-type");
    let many = format!("{HEAD}{}", "AR-1,phq-9,2025-03-01,,13,,,\r\n".repeat(1001));
    provider.with("content-type", "text/csv").send("POST", "/clinic/import", &many).await.expect_problem(422, "invalid");
}

#[actix_web::test]
async fn another_clinics_patients_are_not_there() {
    let server = TestServer::start().await;
    let (_, patient) = with_patient(&server).await;
    let stranger = server.second_clinic().await.provider().await;
    let report = import(&stranger, true, "AR-1,phq-9,2025-03-01,,13,,,\r\n").await.expect(200);
    let unknown = import(&stranger, true, "AR-9,phq-9,2025-03-01,,13,,,\r\n").await.expect(200);
    assert_eq!(report["lines"][0]["errors"], unknown["lines"][0]["errors"]);
    import(&stranger, false, "AR-1,phq-9,2025-03-01,,13,,,\r\n").await.expect(422);
    assert!(patient.responses().await.is_empty());
    for who in [server.admin().await, server.coordinator().await, patient] {
        import(&who, true, "").await.expect_problem(403, "forbidden");
    }
}
