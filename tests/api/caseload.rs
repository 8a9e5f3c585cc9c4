//! `GET /patients`: who needs someone first, and why.

use diesel::prelude::*;
use serde_json::{Value, json};
use yarrow::auth::scope::PatientScope;
use yarrow::db::schema::caseload;
use yarrow::db::{Id, Reach};
use yarrow::patients::CaseloadRow;

use crate::responses::answer;
use crate::support::{Answer, Body, Client, TestServer, check_in, phq9, session};

fn names(list: &Answer) -> Vec<&str> {
    list.items().iter().map(|row| row["name"].as_str().unwrap_or_default()).collect()
}

async fn row_of(provider: &Client, patient: &Client) -> Value {
    let list = provider.get("/patients").await.expect(200);
    let found = list.items().iter().find(|row| row["id"] == patient.patient_id().to_string());
    found.expect("the patient is listed").clone()
}

#[actix_web::test]
async fn a_positive_item_nine_stands_on_top_under_every_sort_filter_and_search() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    let (calm, worried) = (server.patient().await, server.patient().await);
    answer(&calm, 1, &phq9(5)).await;
    answer(&worried, 2, &phq9(5).answer("q9", 2)).await;
    for query in ["", "?sort=name", "?sort=last_response", "?filter=maintenance", "?q=nobody", "?limit=1"] {
        let list = provider.get(&format!("/patients{query}")).await.expect(200);
        assert_eq!(names(&list)[0], worried.name, "{query}");
        assert_eq!(list.items()[0]["group"], "needs_response");
        assert_eq!(list.items()[0]["reason"]["code"], "open_alert");
    }
    assert_eq!(provider.get("/patients").await["counts"]["needs_response"], 1);
}

#[actix_web::test]
async fn a_week_without_a_check_in_moves_a_patient_up_without_any_write() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    answer(&patient, 1, &check_in(6)).await;
    assert_eq!(row_of(&provider, &patient).await["group"], "as_expected");
    server.advance(7 * 86_400);
    let row = row_of(&provider, &patient).await;
    assert_eq!((row["group"].clone(), row["reason"]["code"].clone()), (json!("worth_a_look"), json!("silence")));
    assert_eq!(row["reason"]["text"], "No check-in for 7 days");
    server.advance(4 * 86_400);
    assert_eq!(row_of(&provider, &patient).await["reason"]["text"], "No check-in for 11 days");
    answer(&patient, 2, &check_in(6).at(server.now())).await;
    assert_eq!(row_of(&provider, &patient).await["group"], "as_expected");
}

#[actix_web::test]
async fn a_patient_who_has_never_answered_is_silent_a_week_after_joining() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    assert_eq!(row_of(&provider, &patient).await["reason"], Value::Null);
    server.advance(7 * 86_400);
    assert_eq!(row_of(&provider, &patient).await["reason"]["code"], "silence");
}

#[actix_web::test]
async fn reliably_worse_than_the_best_of_the_last_three_is_worth_a_look() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    for (number, (day, total)) in [("01", 12), ("08", 9), ("15", 10), ("20", 16)].into_iter().enumerate() {
        answer(&patient, number, &phq9(total).at(format!("2026-11-{day}T20:00:00.000Z"))).await;
    }
    let row = row_of(&provider, &patient).await;
    assert_eq!(row["reason"]["code"], "worse");
    assert_eq!(row["reason"]["text"], "PHQ-9 7 worse than the best of the last 3");
    assert_eq!(row["latest"]["value"], 16);
    assert_eq!(row["spark"].as_array().map(Vec::len), Some(4));
}

#[actix_web::test]
async fn the_last_fortnight_ends_today() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    answer(&patient, 1, &check_in(6).at("2026-11-20T20:00:00.000Z")).await;
    answer(&patient, 2, &check_in(6).at("2026-11-18T20:00:00.000Z")).await;
    let days = |row: &Value| {
        row["check_ins_14"].as_array().expect("14 days").iter().map(|day| day.as_bool() == Some(true)).collect::<Vec<_>>()
    };
    let row = row_of(&provider, &patient).await;
    assert_eq!(days(&row)[10..], [false, true, false, true]);
    assert_eq!(row["adherence_14"], 2);
    server.advance(2 * 86_400);
    assert_eq!(days(&row_of(&provider, &patient).await)[8..], [false, true, false, true, false, false]);
}

#[actix_web::test]
async fn a_coordinator_sees_identity_schedule_and_completion_only() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    answer(&patient, 1, &phq9(23).answer("q9", 3)).await;
    let list = server.coordinator().await.get("/patients").await.expect(200);
    let row = &list.items()[0];
    assert_eq!(row["name"], patient.name);
    for hidden in
        ["latest", "baseline", "gain", "status", "reason", "open_alerts", "acknowledged_alerts", "top_alert_id", "group"]
    {
        assert_eq!(row[hidden], Value::Null, "{hidden}");
    }
    assert_eq!(row["spark"], json!([]));
    assert_eq!(list["counts"]["needs_response"], Value::Null);
    // Silent both, but one has an alert: a reason for the other alone would tell.
    let quiet = server.patient().await;
    answer(&quiet, 2, &check_in(5)).await;
    server.advance(8 * 86_400);
    assert_eq!(row_of(&server.provider().await, &quiet).await["reason"]["code"], "silence");
    let list = server.coordinator().await.get("/patients").await.expect(200);
    assert_eq!(list.items().len(), 2);
    assert!(!list.text().contains("silence"), "{}", list.text());
    server.admin().await.get("/patients").await.expect_problem(403, "forbidden");
    patient.get("/patients").await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn pages_follow_each_other_without_gap_or_repeat_under_every_sort() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    for number in 0..7 {
        let patient = server.patient().await;
        if number % 2 == 0 {
            answer(&patient, number, &check_in(5)).await;
        }
    }
    for sort in ["priority", "name", "last_response"] {
        let whole = provider.get(&format!("/patients?sort={sort}")).await.expect(200);
        let (mut cursor, mut seen) = (String::new(), Vec::new());
        loop {
            let page = provider.get(&format!("/patients?sort={sort}&limit=2&cursor={cursor}")).await.expect(200);
            seen.extend(names(&page).into_iter().map(str::to_owned));
            let Some(next) = page["next_cursor"].as_str() else { break };
            next.clone_into(&mut cursor);
        }
        assert_eq!(seen, names(&whole), "{sort}");
    }
}

#[actix_web::test]
async fn a_coordinators_list_says_nothing_of_alerts_by_its_order() {
    let server = TestServer::start().await;
    let coordinator = server.coordinator().await;
    let patients = [server.patient().await, server.patient().await, server.patient().await];
    for (number, patient) in patients.iter().enumerate() {
        server.advance(60);
        answer(patient, number, &phq9(5).at(server.now())).await;
    }
    let queries = ["", "?sort=name", "?sort=last_response", "?filter=maintenance", "?q=nobody", "?limit=1", "?sort=name&limit=1"];
    let mut before = Vec::new();
    for query in queries {
        before.push(names(&coordinator.get(&format!("/patients{query}")).await.expect(200)).join(", "));
    }
    // At the same instant as the last answer, so that nothing but the alert could move anybody.
    answer(&patients[2], 7, &phq9(5).answer("q9", 3).at(server.now())).await;
    for (query, before) in queries.iter().zip(before) {
        assert_eq!(names(&coordinator.get(&format!("/patients{query}")).await.expect(200)).join(", "), before, "{query}");
    }
    let longest_ago = coordinator.get("/patients").await.expect(200);
    assert_eq!(names(&longest_ago), patients.iter().map(|patient| patient.name.as_str()).collect::<Vec<_>>());
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = coordinator.get(&format!("/patients?limit=1&cursor={cursor}")).await.expect(200);
        pages.extend(names(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next_cursor"].as_str() else { break };
        next.clone_into(&mut cursor);
    }
    assert_eq!(pages, names(&longest_ago));
}

#[actix_web::test]
async fn an_unchanged_caseload_is_not_sent_again() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let first = provider.get("/patients").await.expect(200);
    let again = provider.with("If-None-Match", first.etag());
    assert_eq!(again.get("/patients").await.status(), 304);
    assert_eq!(again.get("/patients?sort=name").await.status(), 200);
    answer(&patient, 1, &check_in(3)).await;
    assert_eq!(again.get("/patients").await.status(), 200);
}

#[actix_web::test]
async fn a_search_finds_parts_of_names_and_record_numbers_to_the_letter() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    for (name, number) in [("Maya Ellison", "AR-0417"), ("Jonah Prescott", "AR-0500"), ("Per_cent 100%", "X")] {
        provider
            .post("/patients", &json!({"name": name, "record_number": number, "time_zone": "America/Denver"}))
            .await
            .expect(201);
    }
    for (q, found) in [
        ("elli", vec!["Maya Ellison"]),
        ("ar-05", vec!["Jonah Prescott"]),
        ("%25", vec!["Per_cent 100%"]),
        ("_", vec!["Per_cent 100%"]),
    ] {
        assert_eq!(names(&provider.get(&format!("/patients?q={q}")).await.expect(200)), found, "{q}");
    }
}

/// The row that follows each write equals the row worked out from the record.
#[actix_web::test]
async fn rows_kept_current_equal_rows_worked_out_anew() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let record = patient.patient_id();
    let course = provider
        .post(&format!("/patients/{record}/courses"), &json!({"condition": "mdd", "started_on": "2026-09-01"}))
        .await
        .expect(201);
    let course = course["id"].as_str().expect("an id").to_owned();
    let mut number = 0;
    for week in 0..10_i64 {
        server.set_clock("2026-09-01T18:00:00.000Z");
        server.advance(week * 7 * 86_400);
        for day in [0, 1, 3] {
            number += 1;
            server.advance(day * 86_400);
            answer(&patient, number, &check_in(u32::try_from(week).unwrap_or_default()).at(server.now())).await;
            kept_equals_worked_out(&server, &patient).await;
        }
        number += 1;
        answer(&patient, number, &phq9(20 - u32::try_from(week).unwrap_or_default()).at(server.now())).await;
        kept_equals_worked_out(&server, &patient).await;
        if week % 2 == 1 {
            let at = server.now().plus_seconds(3600);
            let body = session(u32::try_from(week).unwrap_or_default())
                .of(record)
                .with("course_id", &course)
                .with("started_at", at)
                .without("ended_at");
            provider.put(&format!("/sessions/0199f0a2-7c1e-7b6e-9c57-0000000001{week:02}"), &body).await.expect(201);
            kept_equals_worked_out(&server, &patient).await;
        }
    }
    // Late, early and corrected answers.
    for (extra, body) in [
        phq9(9).at("2026-09-03T18:00:00.000Z"),
        check_in(2).at("2026-09-10T18:00:00.000Z"),
        phq9(3).with("replaces", format!("0199f0a2-7c1e-7b6e-9c57-{number:012x}")).at(server.now()),
        phq9(12).answer("q9", 1).at(server.now()),
    ]
    .iter()
    .enumerate()
    {
        answer(&patient, number + 1 + extra, body).await;
        kept_equals_worked_out(&server, &patient).await;
    }
    // At any time before, in any order, some at the same instant: under ids that rise, and under ids that fall.
    let number = number + 5;
    for late in 0..60 {
        let hours = i64::try_from(late * 53 % 61 / 2 * 2 * 50).expect("hours");
        let id = if late % 3 == 0 { number + 200 - late } else { number + late };
        answer(&patient, id, &phq9(u32::try_from(late % 20).expect("points")).at(server.now().plus_seconds(-hours * 3600))).await;
        kept_equals_worked_out(&server, &patient).await;
    }
}

/// The same of patterns in daily answers, and of a rating that is followed: in any order, with several answers in a day.
#[actix_web::test]
async fn rows_with_daily_patterns_kept_current_equal_rows_worked_out_anew() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    for (clinic_day, measure) in [(0_i64, "phq-9.total"), (40, "daily-check-in.mood")] {
        server.set_clock("2026-09-01T18:00:00.000Z");
        server.advance(clinic_day * 86_400);
        let patient = server.patient().await;
        let record = format!("/patients/{}", patient.patient_id());
        provider.patch(&record, &json!({"condition": "bipolar-depression", "primary_measure": measure})).await.expect(200);
        for number in 0..90_usize {
            let (hours, draw) =
                (i64::try_from(number * 53 % 61 * 11).expect("hours"), u32::try_from(number * 7919 % 97).expect("a draw"));
            let given = check_in(draw % 5)
                .answer("energy", 6 + draw % 5)
                .answer("sleep_hours", if draw % 3 == 0 { Value::Null } else { json!(2 + draw % 4) })
                .at(server.now().plus_seconds(-hours * 3600));
            let given = if draw % 11 == 0 { given.answer("mood", Value::Null) } else { given };
            answer(&patient, usize::try_from(clinic_day).expect("a day") * 1000 + (number * 37) % 90, &given).await;
            kept_equals_worked_out(&server, &patient).await;
            if number % 9 == 0 {
                server.advance(86_400);
            }
        }
        if measure == "daily-check-in.mood" {
            let row = row_of(&provider, &patient).await;
            assert_eq!((&row["primary"]["title"], &row["latest"]["measure"]), (&json!("Mood"), &json!(measure)));
            assert_eq!(row["spark"].as_array().expect("values").len(), 20);
        }
    }
}

/// Answers one check-in now, and lets a day go by.
async fn a_day(server: &TestServer, patient: &Client, number: usize, given: &Body) {
    answer(patient, number, &given.clone().at(server.now())).await;
    server.advance(86_400);
}

#[actix_web::test]
async fn three_low_moods_in_a_row_are_worth_a_look_until_a_better_one() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    for (number, mood) in [5, 2, 1].into_iter().enumerate() {
        a_day(&server, &patient, number, &check_in(mood)).await;
    }
    assert_eq!(row_of(&provider, &patient).await["group"], "as_expected");
    a_day(&server, &patient, 3, &check_in(2)).await;
    let row = row_of(&provider, &patient).await;
    assert_eq!(row["group"], "worth_a_look");
    assert_eq!(
        row["reason"],
        json!({"code": "low_mood", "text": "Mood 2 or less 3 times in a row", "since": "2026-11-21T07:00:00.000Z", "detail": "2, 1, 2"})
    );
    // Whose words those are is not for who may not see answers.
    let coordinator = server.coordinator().await;
    assert_eq!(row_of(&coordinator, &patient).await["reason"], Value::Null);
    a_day(&server, &patient, 4, &check_in(3)).await;
    assert_eq!(row_of(&provider, &patient).await["reason"], Value::Null);
}

#[actix_web::test]
async fn two_short_nights_with_high_energy_are_worth_a_look_in_bipolar_disorder() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let night = check_in(7).answer("sleep_hours", 3.5).answer("energy", 9);
    a_day(&server, &patient, 0, &night).await;
    a_day(&server, &patient, 1, &night).await;
    assert_eq!(row_of(&provider, &patient).await["reason"], Value::Null);
    let record = format!("/patients/{}", patient.patient_id());
    provider.patch(&record, &json!({"condition": "bipolar-depression"})).await.expect(200);
    let row = row_of(&provider, &patient).await;
    assert_eq!((&row["group"], &row["reason"]["code"]), (&json!("worth_a_look"), &json!("short_nights")));
    assert_eq!(row["reason"]["text"], "2 nights in a row with 4 h of sleep or less and high energy");
    assert_eq!(
        (&row["reason"]["since"], &row["reason"]["detail"]),
        (&json!("2026-11-20T07:00:00.000Z"), &json!("3.5 h, energy 9; 3.5 h, energy 9"))
    );
    a_day(&server, &patient, 2, &night.answer("sleep_hours", 6)).await;
    assert_eq!(row_of(&provider, &patient).await["reason"], Value::Null);
}

#[actix_web::test]
async fn five_days_of_silence_after_daily_use_are_worth_a_look_without_any_write() {
    let server = TestServer::start().await;
    let (provider, daily, seldom) = (server.provider().await, server.patient().await, server.patient().await);
    for day in 0..7 {
        // One day of a week may be forgotten.
        if day != 3 {
            answer(&daily, day, &check_in(6).at(server.now())).await;
        }
        if day % 2 == 0 {
            answer(&seldom, 10 + day, &check_in(6).at(server.now())).await;
        }
        server.advance(86_400);
    }
    server.advance(3 * 86_400);
    assert_eq!(row_of(&provider, &daily).await["group"], "as_expected");
    server.advance(86_400);
    let row = row_of(&provider, &daily).await;
    assert_eq!(row["group"], "worth_a_look");
    assert_eq!(
        row["reason"],
        json!({"code": "broken_off", "text": "No check-in for 5 days, after one a day", "since": "2026-12-01T07:00:00.000Z", "detail": null})
    );
    assert_eq!(row_of(&provider, &seldom).await["group"], "as_expected");
    server.advance(2 * 86_400);
    assert_eq!(row_of(&provider, &daily).await["reason"]["text"], "No check-in for 7 days, after one a day");
    assert_eq!(row_of(&provider, &seldom).await["reason"]["code"], "silence");
    answer(&daily, 20, &check_in(6).at(server.now())).await;
    assert_eq!(row_of(&provider, &daily).await["group"], "as_expected");
}

#[actix_web::test]
async fn a_rebuild_mends_rows_that_are_wrong_or_lost_and_leaves_the_others() {
    let server = TestServer::start().await;
    let (right, wrong, lost) = (server.patient().await, server.patient().await, server.patient().await);
    for (number, patient) in [&right, &wrong, &lost].into_iter().enumerate() {
        answer(patient, 2 * number, &check_in(6)).await;
        answer(patient, 2 * number + 1, &phq9(14)).await;
    }
    let before = [stored(&server, &right).await, stored(&server, &wrong).await, stored(&server, &lost).await];
    let (spoiled, gone) = (wrong.patient_id(), lost.patient_id());
    let spoil = move |conn: &mut yarrow::db::DbConnection| {
        let row = caseload::table.find(spoiled);
        diesel::update(row).set((caseload::place.eq(1), caseload::shown.eq("{}"))).execute(conn)?;
        diesel::delete(caseload::table.find(gone)).execute(conn)?;
        Ok(())
    };
    server.database().write(Reach::Installation, spoil).await.expect("the rows are spoiled");
    let registry = &server.app().instruments;
    let rebuild = async || yarrow::patients::caseload::rebuild(server.database(), registry, server.now()).await.expect("rows");
    assert_eq!(rebuild().await, (3, 2));
    let after = [stored(&server, &right).await, stored(&server, &wrong).await, stored(&server, &lost).await];
    assert_eq!(after[0], before[0]);
    for (after, before) in after.iter().zip(&before).skip(1) {
        assert_eq!(CaseloadRow { version: before.version, outcome_version: before.outcome_version, ..after.clone() }, *before);
        assert!(after.version > before.version, "a browser would not see what was mended");
    }
    assert_eq!(rebuild().await, (3, 0));
}

async fn stored(server: &TestServer, patient: &Client) -> CaseloadRow {
    let id = patient.patient_id();
    let read = move |conn: &mut yarrow::db::DbConnection| {
        Ok(caseload::table.find(id).select(CaseloadRow::as_select()).first::<CaseloadRow>(conn)?)
    };
    server.database().read(Reach::Installation, read).await.expect("a row")
}

async fn kept_equals_worked_out(server: &TestServer, patient: &Client) {
    let (scope, now) = (scope_of(patient), server.now());
    let kept = stored(server, patient).await;
    let registry = server.app().instruments.clone();
    server
        .database()
        .write(Reach::Installation, move |conn| yarrow::patients::caseload::refresh(conn, &registry, scope, now))
        .await
        .expect("a row is worked out");
    let anew = stored(server, patient).await;
    let without_version = |row: CaseloadRow| CaseloadRow { version: 0, outcome_version: 0, ..row };
    assert_eq!(without_version(kept), without_version(anew));
}

fn scope_of(patient: &Client) -> PatientScope {
    PatientScope::for_command(patient.clinic, Id::from_uuid(patient.patient_id().uuid()))
}

#[actix_web::test]
async fn of_many_records_with_one_number_at_once_one_is_made() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    let new = json!({"name": "Maya Ellison", "record_number": "AR-1", "time_zone": "America/Denver"});
    let tries = (0..6).map(|_| provider.post("/patients", &new));
    let mut statuses: Vec<_> = futures_util::future::join_all(tries).await.iter().map(Answer::status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
}

#[actix_web::test]
async fn a_change_answers_with_the_etag_that_a_read_has() {
    let server = TestServer::start().await;
    let (patient, provider, coordinator) = (server.patient().await, server.provider().await, server.coordinator().await);
    let record = format!("/patients/{}", patient.patient_id());
    for who in [&provider, &coordinator] {
        let changed = who.patch(&record, &json!({"external_ref": format!("{}", who.id)})).await.expect(200);
        let read = who.get(&record).await.expect(200);
        assert_eq!((changed.etag(), changed.json()), (read.etag(), read.json()));
        assert_eq!(who.with("If-None-Match", changed.etag()).get(&record).await.status(), 304);
    }
}

#[actix_web::test]
async fn a_person_keeps_lists_under_names_of_its_own() {
    let server = TestServer::start().await;
    let (provider, other, coordinator) = (server.provider().await, server.provider().await, server.coordinator().await);
    assert_eq!(provider.get("/me/filters").await.expect(200).json(), &json!({"items": []}));
    let kept = json!({"items": [
        {"name": "New in induction", "query": "filter=induction&sort=last_response"},
        {"name": "Ellison", "query": "q=ellison"}
    ]});
    assert_eq!(provider.put("/me/filters", &kept).await.expect(200).json(), &kept);
    let read = provider.get("/me/filters").await.expect(200);
    assert_eq!(read.json(), &kept);
    assert_eq!(provider.with("If-None-Match", read.etag()).get("/me/filters").await.status(), 304);
    provider.get("/patients?filter=induction&sort=last_response").await.expect(200);
    // Each person has its own, whoever else is in the clinic.
    for who in [&other, &coordinator] {
        assert_eq!(who.get("/me/filters").await.expect(200).json(), &json!({"items": []}));
    }
    coordinator.put("/me/filters", &json!({"items": [{"name": " Mine ", "query": ""}]})).await.expect(200);
    assert_eq!(coordinator.get("/me/filters").await["items"], json!([{"name": "Mine", "query": ""}]));
    // Renamed, put in another order and let go of, all at once; what is refused changes nothing.
    let refused = json!({"items": [{"name": "", "query": ""}, {"name": "Two", "query": "sort=best"}]});
    let refused = provider.put("/me/filters", &refused).await.expect_problem(422, "invalid");
    assert_eq!(refused.pointers(), ["/items/0/name", "/items/1/query"]);
    assert_eq!(provider.get("/me/filters").await.json(), &kept);
    let fewer = json!({"items": [{"name": "E.", "query": "q=ellison"}]});
    provider.put("/me/filters", &fewer).await.expect(200);
    assert_eq!(provider.get("/me/filters").await.json(), &fewer);
}
