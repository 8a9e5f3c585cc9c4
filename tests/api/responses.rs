//! `PUT /responses/{id}`: an answer is stored once, whole, or not at all.

use futures_util::future::join_all;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Body, Client, TestServer, check_in, phq9, questionnaire};

const ID: &str = "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d";

fn path(id: &str) -> String {
    format!("/responses/{id}")
}

/// The id that a phone made for its `number`th entry.
pub fn id(number: usize) -> String {
    format!("0199f0a2-7c1e-7b6e-9c57-{number:012x}")
}

#[actix_web::test]
async fn an_answer_sent_twice_is_stored_once() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let first = patient.put(&path(ID), &phq9(13)).await.expect(201);
    let again = patient.put(&path(ID), &phq9(13)).await.expect(200);
    assert_eq!(first.json(), again.json());
    assert_eq!(patient.responses().await.len(), 1);
}

#[actix_web::test]
async fn the_body_says_all_that_was_stored() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let answer = patient.put(&path(ID), &phq9(13).answer("q9", 1)).await.expect(201);
    assert_eq!(answer["patient_id"], patient.patient_id().to_string());
    assert_eq!(answer["instrument_version"], "1.0.0");
    assert_eq!(answer["local_date"], "2026-11-20");
    assert_eq!(answer["received_at"], "2026-11-20T21:00:00.000Z");
    assert_eq!(answer["entered_by"], json!({"id": patient.id.to_string(), "role": "patient"}));
    assert_eq!(
        answer["scores"][0],
        json!({"measure": "phq-9.total", "value": 14, "min": 0, "max": 27, "band": "Moderate", "prorated": false, "missing_items": []})
    );
    assert_eq!(answer["safety"]["show_crisis_resources"], true);
    assert_eq!(answer["superseded_by"], Value::Null);
    let read = patient.get(&path(ID)).await.expect(200);
    assert_eq!(read.json(), answer.json());
    let known = patient.with("If-None-Match", read.etag()).get(&path(ID)).await;
    assert_eq!(known.status(), 304);
}

#[actix_web::test]
async fn other_content_under_the_same_id_changes_nothing() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    patient.put(&path(ID), &phq9(13)).await.expect(201);
    patient.put(&path(ID), &phq9(14)).await.expect_problem(409, "conflict");
    assert_eq!(patient.responses().await[0]["scores"][0]["value"], 13);
}

#[actix_web::test]
async fn the_same_id_sent_by_many_at_once_has_one_effect() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let sent = (0..64).map(|_| {
        let patient = patient.clone();
        async move { patient.put(&path(ID), &phq9(13)).await.status() }
    });
    let statuses = join_all(sent).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 201)), "{statuses:?}");
    assert_eq!(patient.responses().await.len(), 1);
}

#[actix_web::test]
async fn a_thousand_ids_sent_three_times_at_once_make_a_thousand_rows() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let sent: Vec<_> = (0..3000).map(|number| (id(number % 1000), number)).collect();
    let mut others = 0;
    for group in sent.chunks(64) {
        let group = group.iter().map(|(id, number)| {
            let (patient, id, number) = (patient.clone(), id.clone(), number % 1000);
            let total = u32::try_from(number % 25).unwrap_or_default();
            async move { patient.put(&path(&id), &phq9(total)).await.status() }
        });
        others += join_all(group).await.into_iter().filter(|status| !matches!(status, 200 | 201)).count();
    }
    assert_eq!(others, 0);
    let provider = server.provider().await;
    let (mut cursor, mut rows) = (String::new(), 0);
    loop {
        let page =
            provider.get(&format!("/patients/{}/responses?limit=200&cursor={cursor}", patient.patient_id())).await.expect(200);
        rows += page.items().len();
        let Some(next) = page["next_cursor"].as_str() else { break };
        next.clone_into(&mut cursor);
    }
    assert_eq!(rows, 1000);
}

#[actix_web::test]
async fn nothing_is_refused_for_being_incomplete() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let prorated = patient.put(&path(&id(1)), &phq9(13).answer("q8", Value::Null)).await.expect(201);
    assert_eq!(prorated["scores"][0]["prorated"], true);
    assert_eq!(prorated["scores"][0]["missing_items"], json!(["q8"]));
    let unscorable = patient.put(&path(&id(2)), &questionnaire("phq-9", json!({"q1": 3}))).await.expect(201);
    assert_eq!(unscorable["scores"][0]["value"], Value::Null);
    patient.put(&path(&id(3)), &questionnaire("phq-9", json!({}))).await.expect(201);
    patient.put(&path(&id(4)), &questionnaire("daily-check-in", json!({"note": "only words"}))).await.expect(201);
}

#[actix_web::test]
async fn every_faulty_answer_is_pointed_at() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let faulty = phq9(13).answer("q1", 4).answer("q2", "often").answer("q11", 1).with("time_zone", "Mars/Base");
    let refused = patient.put(&path(ID), &faulty).await.expect_problem(422, "invalid");
    let mut pointers = refused.pointers();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/answers/q1", "/answers/q11", "/answers/q2", "/time_zone"]);
    assert!(!refused.text().contains("Mars") && !refused.text().contains("often"), "what was sent is not repeated");
    for (body, pointer) in [
        (phq9(1).with("instrument", "phq-10"), "/instrument"),
        (phq9(1).with("instrument_version", "9.9.9"), "/instrument_version"),
        (phq9(1).with("completed_at", "yesterday"), "/completed_at"),
        (phq9(1).with("score", 3), "/score"),
        (phq9(1).without("answers"), "/answers"),
        (phq9(1).with("replaces", id(9)), "/replaces"),
    ] {
        assert_eq!(patient.put(&path(ID), &body).await.expect_problem(422, "invalid").pointers(), [pointer]);
    }
    assert!(patient.responses().await.is_empty());
}

#[actix_web::test]
async fn a_correction_stays_beside_what_it_corrects() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    patient.put(&path(&id(1)), &phq9(20)).await.expect(201);
    patient.put(&path(&id(2)), &phq9(12).with("replaces", id(1))).await.expect(201);
    // A second phone corrects the first answer too, without knowing of the other correction.
    patient.put(&path(&id(3)), &phq9(10).with("replaces", id(1))).await.expect(201);
    assert_eq!(patient.get(&path(&id(1))).await["superseded_by"], id(2));
    assert_eq!(patient.get(&path(&id(2))).await["superseded_by"], id(3));
    let chart = patient.get(&format!("/patients/{}/progress?measure=phq-9.total", patient.patient_id())).await.expect(200);
    let values: Vec<_> = chart["points"].as_array().expect("points").iter().map(|point| point["value"].clone()).collect();
    assert_eq!(values, [json!(10)]);
}

#[actix_web::test]
async fn a_suspect_clock_delivers_and_is_placed_where_it_arrived() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    for (number, at) in [(1, "2028-01-01T00:00:00.000Z"), (2, "1999-01-01T00:00:00.000Z")] {
        let stored = patient.put(&path(&id(number)), &phq9(5).at(at)).await.expect(201);
        assert_eq!((stored["clock_suspect"].clone(), stored["completed_at"].clone()), (json!(true), json!(at)));
        assert_eq!(stored["local_date"], "2026-11-20");
    }
    let honest = patient.put(&path(&id(3)), &phq9(5).at("2026-11-21T20:59:59.000Z")).await.expect(201);
    assert_eq!(honest["clock_suspect"], Value::Null);
}

#[actix_web::test]
async fn an_id_of_somebody_elses_is_not_found() {
    let server = TestServer::start().await;
    let (one, other) = (server.patient().await, server.patient().await);
    let stranger = server.second_clinic().await.patient().await;
    one.put(&path(ID), &phq9(13)).await.expect(201);
    for somebody in [other, stranger] {
        somebody.put(&path(ID), &phq9(13)).await.expect_problem(404, "not-found");
        somebody.get(&path(ID)).await.expect_problem(404, "not-found");
        somebody.put(&path(&id(7)), &phq9(3).of(one.patient_id())).await.expect_problem(404, "not-found");
    }
    assert_eq!(one.responses().await.len(), 1);
}

#[actix_web::test]
async fn a_provider_writes_answers_down_for_a_patient() {
    let server = TestServer::start().await;
    let (patient, provider) = (server.patient().await, server.provider().await);
    provider.put(&path(ID), &phq9(13)).await.expect_problem(422, "invalid");
    let stored = provider.put(&path(ID), &phq9(13).of(patient.patient_id())).await.expect(201);
    assert_eq!(stored["entered_by"]["role"], "provider");
    server.coordinator().await.put(&path(&id(2)), &phq9(13).of(patient.patient_id())).await.expect_problem(403, "forbidden");
    server.admin().await.get(&path(ID)).await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn a_list_is_cut_by_questionnaire_and_day_and_paged() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    for day in 1..=9 {
        patient.put(&path(&id(day)), &check_in(5).at(format!("2026-11-0{day}T20:00:00.000Z"))).await.expect(201);
    }
    patient.put(&path(ID), &phq9(9).at("2026-11-05T21:00:00.000Z")).await.expect(201);
    let list = |query: &str| format!("/patients/{}/responses?{query}", patient.patient_id());
    assert_eq!(patient.get(&list("instrument=phq-9")).await.items().len(), 1);
    assert_eq!(patient.get(&list("from=2026-11-04&to=2026-11-06")).await.items().len(), 4);
    let first = patient.get(&list("limit=4")).await.expect(200);
    let next = first["next_cursor"].as_str().expect("a next page").to_owned();
    let second = patient.get(&list(&format!("limit=4&cursor={next}"))).await.expect(200);
    let at = |item: &Value| item["completed_at"].as_str().unwrap_or_default().to_owned();
    let all: Vec<_> = first.items().iter().chain(second.items()).map(at).collect();
    assert!(all.windows(2).all(|pair| pair[0] > pair[1]), "{all:?}");
    for faulty in ["limit=0", "limit=201", "cursor=x", "from=soon", "colour=red", "from=2026-01-01&from=2026-01-02"] {
        patient.get(&list(faulty)).await.expect_problem(422, "invalid");
    }
}

/// Any order and number of sending a few answers ends in the same record.
#[test]
fn replays_in_any_order_leave_the_same_record() {
    let order = proptest::collection::vec(0..5_usize, 5..20);
    proptest!(ProptestConfig::with_cases(6), |(order in order)| {
        actix_web::rt::System::new().block_on(async {
            let server = TestServer::start().await;
            let patient = server.patient().await;
            for number in order.iter().copied().chain(0..5) {
                let status = patient.put(&path(&id(number)), &phq9(u32::try_from(number).unwrap_or_default())).await.status();
                assert!(matches!(status, 200 | 201));
            }
            let mut totals: Vec<_> = patient.responses().await.iter().map(|response| response["scores"][0]["value"].clone()).collect();
            totals.sort_by_key(Value::as_i64);
            assert_eq!(totals, [0, 1, 2, 3, 4].map(|total| json!(total)));
        });
    });
}

/// One try of a few people to store one of a few contents under one of a few ids.
#[derive(Debug, Clone, Copy)]
struct Try {
    sender: usize,
    id: usize,
    total: u32,
}

/// Two phones of one patient, a provider who writes for it, and another patient.
const SENDERS: usize = 4;

impl Try {
    fn any() -> impl Strategy<Value = Self> {
        (0..SENDERS, 0..3_usize, 0..3_u32).prop_map(|(sender, id, total)| Self { sender, id, total })
    }

    /// Whose answers these are: the first three senders speak for the first patient.
    fn patient(self) -> usize {
        usize::from(self.sender == SENDERS - 1)
    }

    /// What it must be answered where `(patient, total)` is stored under the id.
    fn status_beside(self, (patient, total): (usize, u32)) -> u16 {
        match (patient == self.patient(), total == self.total) {
            (true, true) => 200,
            (true, false) => 409,
            // A patient never hears of another's id; a provider may see both records.
            (false, _) => {
                if self.sender == 2 {
                    409
                } else {
                    404
                }
            }
        }
    }
}

/// Whatever many people send at once, one content wins each id, and everybody is answered as if it had been there first.
#[test]
fn tries_at_once_end_as_one_after_the_other_would() {
    proptest!(ProptestConfig::with_cases(8), |(tries in proptest::collection::vec(Try::any(), 20..60), at_once in 1..16_usize)| {
        actix_web::rt::System::new().block_on(async {
            let server = TestServer::start().await;
            let (patient, other, provider) = (server.patient().await, server.patient().await, server.provider().await);
            let senders = [&patient, &patient, &provider, &other];
            let mut stored: [Option<(usize, u32)>; 3] = [None; 3];
            for group in tries.chunks(at_once) {
                let sent = group.iter().map(|a_try| {
                    let body = phq9(a_try.total).of(if a_try.patient() == 0 { patient.patient_id() } else { other.patient_id() });
                    async move { senders[a_try.sender].put(&path(&id(a_try.id)), &body).await.status() }
                });
                let answered: Vec<_> = group.iter().zip(join_all(sent).await).collect();
                for (number, stored) in stored.iter_mut().enumerate() {
                    let answered = || answered.iter().filter(|(a_try, _)| a_try.id == number);
                    let mut first = answered().filter(|(_, status)| *status == 201).map(|(a_try, _)| (a_try.patient(), a_try.total));
                    let was_there = *stored;
                    *stored = stored.or_else(|| first.next());
                    assert_eq!(first.next(), None, "one is first: {answered:?}", answered = answered().collect::<Vec<_>>());
                    for (a_try, status) in answered() {
                        let is_first = *status == 201 && was_there.is_none();
                        let winner = stored.expect("what was answered was stored");
                        assert!(is_first || *status == a_try.status_beside(winner), "{a_try:?} {status}, beside {winner:?}");
                    }
                }
            }
            for (number, who) in [&patient, &other].into_iter().enumerate() {
                let expected: Vec<u32> = stored.iter().flatten().filter(|(patient, _)| *patient == number).map(|(_, total)| *total).collect();
                let mut totals: Vec<_> = who.responses().await.iter().map(|response| (response["id"].clone(), response["scores"][0]["value"].clone())).collect();
                totals.sort_by_key(|(id, _)| id.to_string());
                assert_eq!(totals.into_iter().map(|(_, total)| total).collect::<Vec<_>>(), expected.into_iter().map(Value::from).collect::<Vec<_>>());
            }
        });
    });
}

/// Answers a client that is somebody's, for other tests of this file's features.
pub async fn answer(client: &Client, number: usize, body: &Body) {
    client.put(&path(&id(number)), body).await.expect(201);
}

#[actix_web::test]
async fn nobody_else_uses_up_what_a_patient_may_send() {
    let server = TestServer::start_with(|config| config.limits.is_on = true).await;
    let (patient, stranger) = (server.patient().await, server.second_clinic().await.provider().await);
    let of = patient.patient_id();
    let use_up = || while server.app().limits.count_submission(of.uuid()).is_ok() {};
    use_up();
    // A stranger is not even told that the patient has sent a lot.
    stranger.put(&path(&id(1)), &phq9(5).with("patient_id", of)).await.expect_problem(404, "not-found");
    use_up();
    patient.put(&path(&id(1)), &phq9(5)).await.expect_problem(429, "too-many");
}
