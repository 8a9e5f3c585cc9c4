//! Plans, and what they ask.

use serde_json::{Value, json};
use yarrow::db::Id;

use crate::support::{Body, Client, TestServer, check_in, phq9, questionnaire};

/// The plan of most tests: six infusions.
const IV: &str = "iv-induction-6";

async fn open(staff: &Client, patient: &Client, protocol: &str) -> Value {
    let body = json!({"condition": "mdd", "protocol": protocol, "started_on": "2026-11-24"});
    staff.post(&format!("/patients/{}/courses", patient.patient_id()), &body).await.expect(201).json().clone()
}

async fn submit(server: &TestServer, by: &Client, body: Body) -> Value {
    let id = Id::<()>::new(server.now()).to_string();
    by.put(&format!("/responses/{id}"), &body).await.expect(201).json().clone()
}

async fn assignments(who: &Client, patient: &Client) -> Vec<Value> {
    let list = who.get(&format!("/patients/{}/assignments?limit=200", patient.patient_id())).await.expect(200);
    assert_eq!(list["next_cursor"], Value::Null);
    list.items().to_vec()
}

/// The planned sessions, first one first.
async fn sessions(who: &Client, patient: &Client) -> Vec<Value> {
    let list = who.get(&format!("/patients/{}/sessions", patient.patient_id())).await.expect(200);
    list.items().iter().rev().cloned().collect()
}

fn of<'a>(all: &'a [Value], instrument: &str) -> Vec<&'a Value> {
    all.iter().filter(|assignment| assignment["instrument"] == instrument).collect()
}

fn gad7() -> Body {
    questionnaire("gad-7", json!({"q1": 1, "q2": 1, "q3": 1, "q4": 1, "q5": 1, "q6": 1, "q7": 1}))
}

async fn put_planned(staff: &Client, patient: &Client, session: &Value, at: &str, status: &str) {
    let path = format!("/sessions/{}", session["id"].as_str().unwrap());
    let etag = staff.get(&path).await.expect(200).etag().to_owned();
    let body = json!({"patient_id": patient.patient_id(), "course_id": session["course_id"], "number": session["number"],
        "status": status, "scheduled_at": at, "route": "iv"});
    staff.with("If-Match", &etag).put(&path, &body).await.expect(200);
}

#[actix_web::test]
async fn plans_are_data_that_staff_and_patients_read() {
    let server = TestServer::start().await;
    let list = server.patient().await.get("/protocols").await.expect(200);
    let ids: Vec<_> = list.items().iter().map(|plan| plan["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["chronic-pain", "esketamine", "im-induction-6", "iv-induction-6", "ptsd", "sublingual-home"]);
    let iv = &list.items()[3];
    assert_eq!(
        iv["phases"][0],
        json!({"id": "induction", "kind": "induction", "sessions": 6,
        "spacing_days": {"min": 2, "usual": 3, "max": 5}})
    );
    let weekly = iv["lines"].as_array().unwrap().iter().find(|line| line["id"] == "phq-9-weekly").unwrap();
    assert_eq!(weekly["when"], json!({"every_days": 7}));
    assert_eq!(server.provider().await.with("If-None-Match", list.etag()).get("/protocols").await.status(), 304);
}

#[actix_web::test]
async fn choosing_a_plan_books_its_sessions_and_asks_its_questionnaires() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let course = open(&provider, &patient, IV).await;
    assert_eq!(course["planned_sessions"], 6);
    let booked = sessions(&provider, &patient).await;
    let told: Vec<_> =
        booked.iter().map(|session| (session["number"].as_i64().unwrap(), session["scheduled_at"].as_str().unwrap())).collect();
    // Ten in the morning where the patient is, on weekdays.
    assert_eq!(
        told,
        [
            (1, "2026-11-24T17:00:00.000Z"),
            (2, "2026-11-27T17:00:00.000Z"),
            (3, "2026-11-30T17:00:00.000Z"),
            (4, "2026-12-03T17:00:00.000Z"),
            (5, "2026-12-07T17:00:00.000Z"),
            (6, "2026-12-10T17:00:00.000Z"),
        ]
    );
    assert_eq!((&booked[0]["route"], &booked[0]["status"]), (&json!("iv"), &json!("planned")));
    let all = assignments(&provider, &patient).await;
    assert_eq!(of(&all, "pre-session").len(), 6);
    let baseline = of(&all, "phq-9")[0];
    assert_eq!(
        *baseline,
        json!({"id": baseline["id"], "instrument": "phq-9", "instrument_title": "PHQ-9", "course_id": course["id"],
            "session_id": booked[0]["id"], "opens_at": "2026-11-21T07:00:00.000Z", "due_at": "2026-11-23T17:00:00.000Z",
            "closes_at": "2026-11-24T17:00:00.000Z", "state": "upcoming", "response_id": null, "reason": null})
    );
    // Two weeks after the last one.
    let after = of(&all, "phq-9").into_iter().find(|row| row["due_at"] == "2026-12-24T07:00:00.000Z").unwrap();
    assert_eq!(
        (&after["opens_at"], &after["closes_at"]),
        (&json!("2026-12-17T07:00:00.000Z"), &json!("2027-01-10T07:00:00.000Z"))
    );
    // Nobody is asked what only others are asked.
    assert!(of(&all, "peg").is_empty() && of(&all, "pcl-5").is_empty());
    assert_eq!(assignments(&patient, &patient).await, all);

    let first = patient.get(&format!("/patients/{}/assignments?limit=1", patient.patient_id())).await.expect(200);
    let path =
        format!("/patients/{}/assignments?limit=1&cursor={}", patient.patient_id(), first["next_cursor"].as_str().unwrap());
    assert_eq!((&first.items()[0], &patient.get(&path).await.expect(200).items()[0]), (&all[0], &all[1]));
    let path = format!("/patients/{}/assignments?from=2026-11-23&to=2026-11-23", patient.patient_id());
    let on_one_day = patient.get(&path).await.expect(200);
    assert!(on_one_day.items().iter().all(|row| row["due_at"] == "2026-11-23T17:00:00.000Z"));
    assert_eq!(on_one_day.items().iter().filter(|row| row["instrument"] == "phq-9").count(), 1);
}

#[actix_web::test]
async fn what_hangs_on_a_session_moves_along_and_what_was_answered_stays() {
    let server = TestServer::start().await;
    let (provider, coordinator, patient) = (server.provider().await, server.coordinator().await, server.patient().await);
    open(&provider, &patient, IV).await;
    server.set_clock("2026-11-22T18:00:00.000Z");
    let answered = submit(&server, &patient, phq9(15).at(server.now())).await;
    let booked = sessions(&provider, &patient).await;
    put_planned(&coordinator, &patient, &booked[0], "2026-11-26T17:00:00.000Z", "planned").await;
    let all = assignments(&provider, &patient).await;
    let baseline = of(&all, "phq-9")[0];
    assert_eq!((&baseline["state"], &baseline["id"]), (&json!("done"), &answered["assignment_id"]));
    assert_eq!(baseline["closes_at"], "2026-11-24T17:00:00.000Z");
    let of_first = |all: &[Value]| {
        let hang = all.iter().filter(|row| row["session_id"] == booked[0]["id"] && row["instrument"] == "pre-session");
        hang.map(|row| row["due_at"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of_first(&all), ["2026-11-25T17:00:00.000Z"]);
    assert_eq!(of(&all, "gad-7")[0]["closes_at"], "2026-11-26T17:00:00.000Z");

    put_planned(&coordinator, &patient, &booked[0], "2026-11-26T17:00:00.000Z", "cancelled").await;
    let all = assignments(&provider, &patient).await;
    assert!(of_first(&all).is_empty());
    // One more is booked at the end.
    assert_eq!((of(&all, "pre-session").len(), &of(&all, "phq-9")[0]["state"]), (6, &json!("done")));
    put_planned(&coordinator, &patient, &booked[0], "2026-11-27T17:00:00.000Z", "planned").await;
    assert_eq!(of_first(&assignments(&provider, &patient).await), ["2026-11-26T17:00:00.000Z"]);
}

#[actix_web::test]
async fn an_answer_closes_what_was_open_when_it_was_given_also_when_it_comes_late() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    open(&provider, &patient, IV).await;
    server.set_clock("2026-12-05T18:00:00.000Z");
    // Written on the 22nd on a phone without a network: the baseline, and not the weekly one that is open now.
    let late = submit(&server, &patient, phq9(15).at("2026-11-22T18:00:00.000Z")).await;
    let all = assignments(&provider, &patient).await;
    let rows = of(&all, "phq-9");
    assert_eq!((&rows[0]["id"], &rows[0]["state"]), (&late["assignment_id"], &json!("done")));
    assert_eq!((&rows[1]["state"], &rows[1]["opens_at"]), (&json!("open"), &json!("2026-12-01T07:00:00.000Z")));

    let now = submit(&server, &patient, phq9(12).at(server.now())).await;
    assert_eq!(now["assignment_id"], rows[1]["id"]);
    // Another one on the same day closes nothing, and nothing twice.
    server.advance(60);
    let more = submit(&server, &patient, phq9(12).at(server.now())).await;
    assert_eq!(more["assignment_id"], Value::Null);
    // A correction takes over; a replay says the same.
    server.advance(60);
    let corrected = submit(&server, &patient, phq9(11).at(server.now()).with("replaces", now["id"].clone())).await;
    assert_eq!(corrected["assignment_id"], rows[1]["id"]);
    let path = format!("/responses/{}", corrected["id"].as_str().unwrap());
    assert_eq!(patient.get(&path).await.expect(200)["assignment_id"], rows[1]["id"]);
    let path = format!("/responses/{}", now["id"].as_str().unwrap());
    assert_eq!(patient.get(&path).await.expect(200)["assignment_id"], Value::Null);
    let list = patient.get(&format!("/patients/{}/responses?instrument=phq-9", patient.patient_id())).await.expect(200);
    let closed: Vec<_> = list.items().iter().filter(|row| row["assignment_id"] != Value::Null).collect();
    assert_eq!(closed.len(), 2);
}

#[actix_web::test]
async fn a_patient_on_a_plan_is_asked_what_is_open() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    open(&provider, &patient, IV).await;
    let told = async |patient: &Client| {
        let tasks = patient.get("/me/tasks").await.expect(200);
        let word = |task: &Value, field: &str| task[field].as_str().unwrap_or_default().to_owned();
        tasks
            .items()
            .iter()
            .map(|task| ["instrument", "state", "due_on", "closes_on"].map(|field| word(task, field)).join(" "))
            .collect::<Vec<_>>()
    };
    server.set_clock("2026-11-22T18:00:00.000Z");
    let tasks = told(&patient).await;
    assert_eq!(tasks[0], "daily-check-in due 2026-11-22 2026-11-22");
    for expected in ["phq-9 due 2026-11-21 2026-11-24", "gad-7 due 2026-11-21 2026-11-24", "audit-c due 2026-11-10 2026-11-24"] {
        assert!(tasks.contains(&expected.to_owned()), "{expected}: {tasks:?}");
    }
    submit(&server, &patient, check_in(6).at(server.now())).await;
    submit(&server, &patient, phq9(15).at(server.now())).await;
    let tasks = told(&patient).await;
    assert!(tasks.contains(&"phq-9 done 2026-11-22 2026-11-22".to_owned()), "{tasks:?}");
    assert_eq!(tasks.iter().filter(|task| task.starts_with("daily-check-in")).count(), 1);
    // What is answered in the clinic is not asked at home.
    server.set_clock("2026-11-24T18:30:00.000Z");
    assert!(!told(&patient).await.iter().any(|task| task.starts_with("session-tolerability")));
}

#[actix_web::test]
async fn an_answer_that_still_holds_is_not_asked_again() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    open(&provider, &patient, IV).await;
    // The last day of the first weekly one.
    server.set_clock("2026-12-07T18:00:00.000Z");
    submit(&server, &patient, phq9(15).at(server.now())).await;
    submit(&server, &patient, gad7().at(server.now())).await;
    server.set_clock("2026-12-08T18:00:00.000Z");
    let all = assignments(&provider, &patient).await;
    let second = of(&all, "phq-9").into_iter().find(|row| row["due_at"] == "2026-12-08T07:00:00.000Z").unwrap();
    assert_eq!((&second["state"], &second["opens_at"]), (&json!("upcoming"), &json!("2026-12-14T07:00:00.000Z")));
    server.set_clock("2026-12-14T08:00:00.000Z");
    let all = assignments(&provider, &patient).await;
    assert_eq!(of(&all, "phq-9").into_iter().find(|row| row["id"] == second["id"]).unwrap()["state"], "open");
}

#[actix_web::test]
async fn staff_skip_with_a_reason_and_ask_out_of_turn() {
    let server = TestServer::start().await;
    let (provider, coordinator, patient) = (server.provider().await, server.coordinator().await, server.patient().await);
    open(&provider, &patient, IV).await;
    let all = assignments(&provider, &patient).await;
    let path = format!("/assignments/{}/skip", of(&all, "audit-c")[0]["id"].as_str().unwrap());
    coordinator.post(&path, &json!({"reason": " "})).await.expect_problem(422, "invalid");
    let skipped = coordinator.post(&path, &json!({"reason": "Asked by phone"})).await.expect(200);
    assert_eq!((&skipped["state"], &skipped["reason"]), (&json!("skipped"), &json!("Asked by phone")));
    provider.post(&path, &json!({"reason": "Again"})).await.expect_problem(409, "conflict");
    // It stays skipped, whatever moves.
    let booked = sessions(&provider, &patient).await;
    put_planned(&coordinator, &patient, &booked[0], "2026-11-26T17:00:00.000Z", "planned").await;
    assert_eq!(of(&assignments(&provider, &patient).await, "audit-c")[0]["state"], "skipped");

    let path = format!("/patients/{}/assignments", patient.patient_id());
    let asked = provider.post(&path, &json!({"instrument": "pcl-5"})).await.expect(201);
    assert_eq!(
        (&asked["state"], &asked["course_id"], &asked["closes_at"]),
        (&json!("open"), &Value::Null, &json!("2026-11-28T07:00:00.000Z"))
    );
    provider.post(&path, &json!({"instrument": "pcl-5"})).await.expect_problem(409, "conflict");
    let refused = provider.post(&path, &json!({"instrument": "pcl-9", "due_at": "2020-01-01T00:00:00.000Z"})).await;
    assert_eq!(refused.expect_problem(422, "invalid").pointers(), ["/instrument", "/due_at"]);
    let tasks = patient.get("/me/tasks").await.expect(200);
    assert!(tasks.items().iter().any(|task| task["instrument"] == "pcl-5"));
    let far = server.second_clinic().await.provider().await;
    far.post(&path, &json!({"instrument": "phq-9"})).await.expect_problem(404, "not-found");
    patient.post(&path, &json!({"instrument": "phq-9"})).await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn something_asked_is_asked_of_who_follows_no_plan_too() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let path = format!("/patients/{}/assignments", patient.patient_id());
    let asked = provider.post(&path, &json!({"instrument": "pcl-5"})).await.expect(201);
    let answers: serde_json::Map<_, _> = (1..=20).map(|item| (format!("q{item}"), json!(2))).collect();
    let names = |tasks: &[Value]| tasks.iter().map(|task| task["instrument"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(patient.get("/me/tasks").await.expect(200).items()), ["daily-check-in", "phq-9", "gad-7", "pcl-5"]);
    let given = submit(&server, &patient, questionnaire("pcl-5", Value::Object(answers)).at(server.now())).await;
    assert_eq!(given["assignment_id"], asked["id"]);
    assert_eq!(names(patient.get("/me/tasks").await.expect(200).items()), ["daily-check-in", "phq-9", "gad-7"]);
}

#[actix_web::test]
async fn a_session_that_a_person_writes_down_takes_the_place_of_the_booked_one() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let course = open(&provider, &patient, IV).await;
    let own = json!({"patient_id": patient.patient_id(), "course_id": course["id"], "number": 2, "status": "planned",
        "scheduled_at": "2026-11-28T16:00:00.000Z"});
    let id = Id::<()>::new(server.now());
    provider.put(&format!("/sessions/{id}"), &own).await.expect(201);
    let all = sessions(&provider, &patient).await;
    let numbers: Vec<_> = all.iter().map(|session| session["number"].as_i64().unwrap()).collect();
    assert_eq!((numbers, &all[1]["id"]), (vec![1, 2, 3, 4, 5, 6], &json!(id.to_string())));
    assert_eq!(of(&assignments(&provider, &patient).await, "pre-session").len(), 6);

    // Another number of sessions: only what nobody has touched moves.
    let path = format!("/courses/{}", course["id"].as_str().unwrap());
    provider.patch(&path, &json!({"planned_sessions": 3})).await.expect(200);
    let left = sessions(&provider, &patient).await;
    assert_eq!((left.len(), left.iter().filter(|session| session["id"] == id.to_string()).count()), (3, 1));
    // The course ends: what is booked is taken back, what a person booked stays.
    provider.patch(&path, &json!({"status": "stopped", "ended_reason": "Moved away"})).await.expect(200);
    let left = sessions(&provider, &patient).await;
    assert_eq!((left.len(), &left[0]["id"]), (1, &json!(id.to_string())));
    let ended = provider.get(&format!("/patients/{}/courses", patient.patient_id())).await.expect(200);
    assert_eq!((&ended.items()[0]["ended_on"], &ended.items()[0]["ended_reason"]), (&json!("2026-11-20"), &json!("Moved away")));
    let all = assignments(&provider, &patient).await;
    let follow_up: Vec<_> = of(&all, "phq-9").iter().map(|row| row["due_at"].as_str().unwrap()[..10].to_owned()).collect();
    assert_eq!(follow_up[..5], ["2026-11-27", "2026-12-04", "2026-12-11", "2026-12-18", "2027-01-17"]);
}

#[actix_web::test]
async fn a_course_without_a_known_plan_is_as_before() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    open(&provider, &patient, "iv-2").await;
    assert!(sessions(&provider, &patient).await.is_empty() && assignments(&provider, &patient).await.is_empty());
    let tasks = patient.get("/me/tasks").await.expect(200);
    assert_eq!(tasks.items().iter().map(|task| task["every"].as_str().unwrap()).collect::<Vec<_>>(), ["day", "week", "week"]);
}

#[actix_web::test]
async fn days_follow_a_patient_who_moves() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    open(&provider, &patient, IV).await;
    let weekly =
        |all: &[Value]| of(all, "gad-7").iter().map(|row| row["opens_at"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(weekly(&assignments(&provider, &patient).await)[0], "2026-11-21T07:00:00.000Z");
    patient.patch("/me", &json!({"time_zone": "Europe/Berlin"})).await.expect(200);
    assert_eq!(weekly(&assignments(&provider, &patient).await)[0], "2026-11-20T23:00:00.000Z");
    provider.patch(&format!("/patients/{}", patient.patient_id()), &json!({"condition": "chronic-pain"})).await.expect(200);
    assert!(!of(&assignments(&provider, &patient).await, "peg").is_empty());
}

#[actix_web::test]
async fn two_lapsed_questionnaires_in_a_row_are_seen_in_the_caseload() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    open(&provider, &patient, IV).await;
    let reason = async |days: &str| {
        server.set_clock(&format!("{days}T18:00:00.000Z"));
        submit(&server, &patient, check_in(6).at(server.now())).await;
        provider.get("/patients").await.expect(200).items()[0]["reason"]["code"].clone()
    };
    server.set_clock("2026-11-22T18:00:00.000Z");
    submit(&server, &patient, phq9(15).at(server.now())).await;
    // Weekly from the first session on, each open for a week: the second one closes with the 14th.
    assert_eq!(reason("2026-12-07").await, Value::Null);
    assert_eq!(reason("2026-12-14").await, Value::Null);
    assert_eq!(reason("2026-12-15").await, "missed");
    submit(&server, &patient, phq9(15).at(server.now())).await;
    assert_eq!(reason("2026-12-16").await, Value::Null);
}

async fn answers(provider: &Client, course: &Value) -> (String, Value) {
    let path = format!("/courses/{}/eligibility", course["id"].as_str().unwrap());
    let list = provider.get(&path).await.expect(200);
    let groups = list["checklist"]["groups"].as_array().unwrap().iter();
    let items = groups.flat_map(|group| {
        let is_there = group["kind"] == "have";
        group["items"].as_array().unwrap().iter().map(move |item| (item["id"].as_str().unwrap().to_owned(), json!(is_there)))
    });
    let answers = json!({"version": list["checklist"]["version"], "answers": items.collect::<serde_json::Map<_, _>>()});
    (path, answers)
}

fn first_session(patient: &Client, course: &Value) -> Value {
    json!({"patient_id": patient.patient_id(), "course_id": course["id"], "number": 1, "status": "completed",
        "started_at": "2026-11-24T17:00:00.000Z", "ended_at": "2026-11-24T17:40:00.000Z", "route": "iv", "dose_mg": 34, "weight_kg": 68})
}

#[actix_web::test]
async fn the_first_session_waits_for_baseline_checklist_and_consent() {
    let server = TestServer::start().await;
    let (provider, coordinator, patient) = (server.provider().await, server.coordinator().await, server.patient().await);
    let course = open(&provider, &patient, IV).await;
    let (path, answers) = answers(&provider, &course).await;
    let missing = async || provider.get(&path).await.expect(200)["missing"].clone();
    let session = first_session(&patient, &course);
    let put = async |id: &str, body: &Value| provider.put(&format!("/sessions/{id}"), body).await;
    let id = Id::<()>::new(server.now()).to_string();
    server.set_clock("2026-11-24T18:00:00.000Z");
    assert_eq!(missing().await, json!(["baseline", "eligibility", "consent"]));
    let refused = put(&id, &session).await;
    let problem = refused.expect_problem(409, "gate");
    assert_eq!(problem["missing"], json!(["baseline", "eligibility", "consent"]));
    // Nothing was stored, and planning it is no dose.
    provider.get(&format!("/sessions/{id}")).await.expect_problem(404, "not-found");

    // Only a baseline from before the dose counts, and only when it is complete.
    submit(&server, &patient, phq9(15).at("2026-11-24T17:30:00.000Z")).await;
    submit(&server, &patient, gad7().at("2026-11-22T18:00:00.000Z")).await;
    assert_eq!(put(&id, &session).await.expect_problem(409, "gate")["missing"], json!(["baseline", "eligibility", "consent"]));
    submit(&server, &patient, phq9(15).at("2026-11-22T18:00:00.000Z")).await;
    assert_eq!(put(&id, &session).await.expect_problem(409, "gate")["missing"], json!(["eligibility", "consent"]));

    // What speaks against a dose is explained; a coordinator does not read the list.
    let mut stands_out = answers.clone();
    stands_out["answers"]["psychosis"] = json!(true);
    assert_eq!(provider.put(&path, &stands_out).await.expect_problem(422, "invalid").pointers(), ["/note"]);
    coordinator.get(&path).await.expect_problem(403, "forbidden");
    let signed = provider.put(&path, &answers).await.expect(200);
    assert_eq!(signed["missing"], json!(["consent"]));
    assert_eq!(signed["signature"]["signed_by"]["id"], provider.get("/me").await.expect(200)["id"]);
    server.advance(60);
    let again = provider.put(&path, &answers).await.expect(200);
    assert_eq!(again["signature"]["signed_at"], signed["signature"]["signed_at"]);

    let mut ticked = session.clone();
    ticked["checklist"] = json!({"consent_current": true});
    let kept = put(&id, &ticked).await.expect(201);
    assert_eq!(kept["gate_override"], Value::Null);
    assert_eq!(sessions(&provider, &patient).await.len(), 6);
}

#[actix_web::test]
async fn a_first_session_goes_ahead_for_a_reason_that_is_kept_and_shown() {
    let server = TestServer::start().await;
    let (provider, coordinator, patient) = (server.provider().await, server.coordinator().await, server.patient().await);
    let course = open(&provider, &patient, IV).await;
    server.set_clock("2026-11-24T18:00:00.000Z");
    let path = format!("/sessions/{}", Id::<()>::new(server.now()));
    let mut session = first_session(&patient, &course);
    session["override"] = json!({"reason": "Baseline on paper, entered tonight"});
    let kept = provider.put(&path, &session).await.expect(201);
    let (passed, me) = (&kept["gate_override"], provider.get("/me").await.expect(200)["id"].clone());
    assert_eq!(passed["missing"], json!(["baseline", "eligibility", "consent"]));
    assert_eq!((&passed["reason"], &passed["by"]["id"]), (&json!("Baseline on paper, entered tonight"), &me));
    // The same again has no second effect; the second session has no gate.
    assert_eq!(provider.put(&path, &session).await.expect(200)["gate_override"], *passed);
    assert_eq!(coordinator.get(&path).await.expect(200)["gate_override"], Value::Null);
    let mut second = first_session(&patient, &course);
    second["number"] = json!(2);
    provider.put(&format!("/sessions/{}", Id::<()>::new(server.now())), &second).await.expect(201);
}

#[actix_web::test]
async fn changes_of_plan_are_kept_with_who_and_why_and_drawn_on_the_chart() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let course = open(&provider, &patient, IV).await;
    server.advance(3600);
    let path = format!("/courses/{}", course["id"].as_str().unwrap());
    let changed = provider.patch(&path, &json!({"protocol": "esketamine", "reason": "Too far to travel"})).await.expect(200);
    let changes = changed["plan_changes"].as_array().unwrap();
    assert_eq!((changes.len(), &changes[0]["from"], &changes[0]["to"]["version"]), (2, &Value::Null, &json!("1.0.0")));
    assert_eq!((&changes[1]["from"]["protocol"], &changes[1]["to"]["protocol"]), (&json!(IV), &json!("esketamine")));
    assert_eq!(changes[1]["reason"], "Too far to travel");
    assert_eq!(changed["planned_sessions"], 8);
    let seen = patient.get(&format!("/patients/{}/courses", patient.patient_id())).await.expect(200);
    let seen = &seen.items()[0]["plan_changes"][1];
    assert_eq!((&seen["reason"], &seen["to"]["protocol"]), (&Value::Null, &json!("esketamine")));
    let chart = patient.get(&format!("/patients/{}/progress", patient.patient_id())).await.expect(200);
    let drawn = chart["plan_changes"].as_array().unwrap();
    assert_eq!((drawn.len(), &drawn[0]["at"]), (1, &changes[1]["at"]));
    assert!(drawn[0]["text"].as_str().unwrap().starts_with("Plan changed from "), "{drawn:?}");
}

#[actix_web::test]
async fn half_way_through_a_series_somebody_decides_how_it_goes_on() {
    let server = TestServer::start().await;
    let (provider, coordinator, patient) = (server.provider().await, server.coordinator().await, server.patient().await);
    let course = open(&provider, &patient, IV).await;
    let list = format!("/patients/{}/courses", patient.patient_id());
    let is_due = async || provider.get(&list).await.expect(200).items()[0]["review_due"].clone();
    let path = format!("/courses/{}/reviews", course["id"].as_str().unwrap());
    for (number, day) in [(1, 24), (2, 26), (3, 30)] {
        assert_eq!(is_due().await, false);
        server.set_clock(&format!("2026-11-{day}T19:00:00.000Z"));
        let body = json!({"patient_id": patient.patient_id(), "course_id": course["id"], "number": number, "status": "completed",
            "started_at": format!("2026-11-{day}T17:00:00.000Z"), "override": {"reason": "Paper"}});
        provider.put(&format!("/sessions/{}", Id::<()>::new(server.now())), &body).await.expect(201);
    }
    assert_eq!(is_due().await, true);
    coordinator.post(&path, &json!({"decision": "continue"})).await.expect_problem(403, "forbidden");
    provider.post(&path, &json!({"decision": "stop"})).await.expect_problem(422, "invalid");
    let reviewed = provider.post(&path, &json!({"decision": "continue", "reason": "Down by half"})).await.expect(201);
    let review = &reviewed["reviews"][0];
    assert_eq!((&review["decision"], &review["sessions_done"]), (&json!("continue"), &json!(3)));
    assert_eq!(is_due().await, false);
    // What was decided is for providers; a decision to stop ends the course, and its booked sessions go.
    assert_eq!(coordinator.get(&list).await.expect(200).items()[0]["reviews"], json!([]));
    server.advance(60);
    let stopped = provider.post(&path, &json!({"decision": "stop", "reason": "No change"})).await.expect(201);
    assert_eq!((&stopped["status"], &stopped["ended_reason"]), (&json!("stopped"), &json!("No change")));
    assert_eq!((stopped["reviews"].as_array().unwrap().len(), sessions(&provider, &patient).await.len()), (2, 3));
    provider.post(&path, &json!({"decision": "continue"})).await.expect_problem(409, "conflict");
}

#[actix_web::test]
async fn sessions_that_nobody_has_touched_keep_their_distance() {
    let server = TestServer::start().await;
    let (provider, coordinator, patient) = (server.provider().await, server.coordinator().await, server.patient().await);
    open(&provider, &patient, IV).await;
    let days = async || {
        let all = sessions(&provider, &patient).await;
        let day = |session: &Value| format!("{} {}", session["number"], &session["scheduled_at"].as_str().unwrap()[..10]);
        all.iter().filter(|session| session["status"] == "planned").map(day).collect::<Vec<_>>()
    };
    let first = sessions(&provider, &patient).await.remove(0);
    assert_eq!(days().await[..3], ["1 2026-11-24", "2 2026-11-27", "3 2026-11-30"]);
    // A week later: those behind it follow.
    put_planned(&coordinator, &patient, &first, "2026-12-01T17:00:00.000Z", "planned").await;
    assert_eq!(days().await[..3], ["1 2026-12-01", "2 2026-12-04", "3 2026-12-07"]);
    // Who did not come gets one more at the end.
    put_planned(&coordinator, &patient, &first, "2026-12-01T17:00:00.000Z", "missed").await;
    let left = days().await;
    assert_eq!((left.len(), left[0].split(' ').next(), left[5].split(' ').next()), (6, Some("2"), Some("7")));
}
