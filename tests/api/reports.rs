//! The report: one page about a patient's progress.

use lopdf::{Document, Object};
use serde_json::{Value, json};
use yarrow::db::Id;
use yarrow::patients::Patient;

use crate::support::{Answer, Body, Client, TestServer, check_in, phq9, questionnaire, session};

/// A PDF file as another program reads it.
struct File {
    document: Document,
    text: String,
}

impl File {
    fn read(bytes: &[u8]) -> Self {
        let document = Document::load_mem(bytes).expect("a PDF file");
        let pages: Vec<u32> = document.get_pages().keys().copied().collect();
        let text = document.extract_text(&pages).expect("text");
        Self { text: text.split_whitespace().collect::<Vec<_>>().join(" "), document }
    }

    fn pages(&self) -> usize {
        self.document.get_pages().len()
    }

    /// Width and height in points.
    fn size(&self) -> (i64, i64) {
        let page = self.document.get_pages()[&1];
        let area = self.document.get_dictionary(page).and_then(|page| page.get(b"MediaBox")).and_then(Object::as_array);
        let side = |at: usize| area.as_ref().expect("a media box")[at].as_float().expect("a number").round();
        #[expect(clippy::cast_possible_truncation, reason = "a page is small")]
        (side(2) as i64, side(3) as i64)
    }

    #[track_caller]
    fn has(&self, text: &str) {
        assert!(self.text.contains(text), "{text} is not in: {}", self.text);
    }
}

/// A patient, a provider who records for it, and entries with ids of their own.
struct Care {
    server: TestServer,
    patient: Client,
    provider: Client,
    entries: u32,
}

impl Care {
    async fn start() -> Self {
        let server = TestServer::start().await;
        let (patient, provider) = (server.patient().await, server.provider().await);
        Self { server, patient, provider, entries: 0 }
    }

    fn whose(&self) -> Id<Patient> {
        self.patient.patient_id()
    }

    fn id(&mut self) -> String {
        self.entries += 1;
        format!("0197a000-0000-7000-8000-{:012}", self.entries)
    }

    async fn answer(&mut self, body: Body) {
        let id = self.id();
        self.patient.put(&format!("/responses/{id}"), &body).await.expect(201);
    }

    async fn gad7(&mut self, at: &str, total: u32) {
        let answers = (0..7_u32).map(|item| (format!("q{}", item + 1), json!(total.saturating_sub(item * 3).min(3))));
        self.answer(questionnaire("gad-7", Value::Object(answers.collect())).at(at)).await;
    }

    async fn session(&mut self, number: u32, at: &str, dose: f64) {
        let vitals = json!([
            {"phase": "before", "systolic": 122, "diastolic": 78},
            {"phase": "during", "systolic": 148, "diastolic": 92},
            {"phase": "end", "systolic": 148, "diastolic": 80},
        ]);
        let body = session(number).without("ended_at").of(self.whose()).with("started_at", at).with("scheduled_at", at);
        let body = body.with("dose_mg", dose).with("infusion_minutes", 40).with("dissociation", 5).with("vitals", vitals);
        let id = self.id();
        self.provider.put(&format!("/sessions/{id}"), &body).await.expect(201);
    }

    async fn ask(&self, who: &Client, what: &str) -> Answer {
        who.get(&format!("/patients/{}/{what}", self.whose())).await
    }

    /// The report as a file: its pages, their size in points, and the text on them.
    async fn file(&self, who: &Client, paper: &str) -> File {
        let answer = self.ask(who, &format!("report.pdf?paper={paper}")).await.expect(200);
        assert_eq!(answer.header("content-type"), "application/pdf");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"yarrow-report-2026-11-20.pdf\"");
        File::read(answer.bytes())
    }

    async fn report(&self, who: &Client) -> Value {
        self.ask(who, "report").await.expect(200).json().clone()
    }

    async fn rename(&self, name: &str, record_number: &str) {
        let body = json!({"name": name, "record_number": record_number});
        self.provider.patch(&format!("/patients/{}", self.whose()), &body).await.expect(200);
    }

    /// Two sessions, with the PHQ-9 and the GAD-7 around them and a week of check-ins. It is 20 November 2026.
    async fn treated() -> Self {
        let mut care = Self::start().await;
        for (at, depression, anxiety) in [("2026-10-05T21:00:00Z", 19, 15), ("2026-10-14T21:00:00Z", 8, 9)] {
            care.answer(phq9(depression).at(at)).await;
            care.gad7(at, anxiety).await;
        }
        care.answer(phq9(6).at("2026-11-16T21:00:00Z")).await;
        for (number, at, dose) in [(1, "2026-10-06T16:00:00Z", 34.0), (2, "2026-11-17T16:00:00Z", 41.0)] {
            care.session(number, at, dose).await;
        }
        for day in 10..=16 {
            care.answer(check_in(day - 8).at(format!("2026-11-{day}T18:00:00Z"))).await;
        }
        care
    }
}

#[actix_web::test]
async fn the_report_says_what_progress_says() {
    let care = Care::treated().await;
    let report = care.report(&care.provider).await;
    for (position, measure) in ["phq-9.total", "gad-7.total"].into_iter().enumerate() {
        let mut chart = report["charts"][position].clone();
        chart.as_object_mut().expect("a chart").remove("heading");
        // As the patient sees it: without item 9 and further figures, for the sheet may lie about.
        let progress = care.ask(&care.patient, &format!("progress?measure={measure}")).await.expect(200);
        assert_eq!(&chart, progress.json(), "{measure}");
    }
    assert_eq!(report["charts"].as_array().map(Vec::len), Some(2));
    let daily = care.ask(&care.provider, "progress/daily?from=2026-10-05").await.expect(200);
    let mood = "daily-check-in.mood";
    for column in ["measures", "median", "middle_latest", "titles"] {
        assert_eq!(report["mood"][column], json!({mood: daily[column][mood]}), "{column}");
    }
    let rows = care.ask(&care.provider, "progress").await.expect(200)["per_session"].clone();
    for (position, row) in rows.as_array().expect("rows").iter().enumerate() {
        let line = &report["sessions"][position];
        assert_eq!((&line["id"], &line["before"], &line["after"]), (&row["session_id"], &row["before"], &row["after"]));
    }
}

#[actix_web::test]
async fn the_words_are_those_of_the_figures() {
    let care = Care::treated().await;
    let report = care.report(&care.provider).await;
    assert_eq!(
        report["summary"],
        "PHQ-9 fell from 19 before the first session to 6 on 16 November, 13 points lower and more than usual variation. \
         Response was first reached on 14 October; remission has not been. GAD-7 fell from 15 to 9. \
         Two sessions were given, the last on 17 November at 41 mg."
    );
    assert_eq!(
        report["definitions"],
        "Self-reported scores support a clinical conversation and are not a diagnosis. Lines stop where scores lie further \
         apart than twice the planned interval, now 14 days. Hollow dots were answered on the day of a session, or ask about days before the first one. \
         Response: PHQ-9 and GAD-7 at least halved. Remission: PHQ-9 and \
         GAD-7 of 4 or lower. Usual variation: under 6 points on PHQ-9, under 4 points on GAD-7."
    );
    assert_eq!(report["charts"][0]["heading"], "PHQ-9, depressive symptom severity, 0 to 27, lower is better");
    assert_eq!((&report["from"], &report["to"]), (&json!("2026-10-05"), &json!("2026-11-20")));
    let first = &report["sessions"][0];
    assert_eq!(
        (&first["date"], &first["phase"], &first["dose_mg"], &first["mg_per_kg"], &first["minutes"], &first["dissociation"]),
        (&json!("2026-10-06"), &json!("induction"), &json!(34), &json!(0.43), &json!(40), &json!(5))
    );
    // Of two readings as high, the first.
    assert_eq!(first["pressure_peak"], json!({"systolic": 148, "diastolic": 92}));
}

#[actix_web::test]
async fn a_patients_own_report_is_the_same_without_vital_signs() {
    let care = Care::treated().await;
    let (own, mut of_provider) = (care.report(&care.patient).await, care.report(&care.provider).await);
    assert!(!own.to_string().contains("systolic") && !own.to_string().contains("pressure"));
    of_provider["has_vital_signs"] = json!(false);
    for line in of_provider["sessions"].as_array_mut().expect("sessions") {
        line.as_object_mut().expect("a session").remove("pressure_peak").expect("a pressure");
    }
    assert_eq!(own, of_provider);
}

#[actix_web::test]
async fn only_the_patient_and_providers_of_its_clinic_get_a_report() {
    let care = Care::start().await;
    let (coordinator, admin, other) = (care.server.coordinator().await, care.server.admin().await, care.server.patient().await);
    let stranger = care.server.second_clinic().await.provider().await;
    for what in REPORTS {
        care.ask(&care.patient, what).await.expect(200);
        care.ask(&care.provider, what).await.expect(200);
        for refused in [&coordinator, &admin] {
            care.ask(refused, what).await.expect_problem(403, "forbidden");
        }
        for outside in [&other, &stranger] {
            care.ask(outside, what).await.expect_problem(404, "not-found");
        }
        care.ask(&care.server.anyone(), what).await.expect_problem(401, "unauthenticated");
    }
}

/// The report in its forms.
const REPORTS: [&str; 3] = ["report", "report.pdf", "report.pdf?paper=letter"];

#[actix_web::test]
async fn of_thirteen_sessions_the_last_twelve_are_told() {
    let mut care = Care::start().await;
    for number in 1..=13 {
        care.session(number, &format!("2026-10-{:02}T16:00:00Z", 2 * number), 40.0).await;
    }
    let report = care.report(&care.provider).await;
    let numbers: Vec<_> = report["sessions"].as_array().expect("sessions").iter().map(|line| line["number"].as_u64()).collect();
    assert_eq!(numbers, (2..=13).map(Some).collect::<Vec<_>>());
    assert_eq!(report["earlier_sessions"], 1);
    let phases: Vec<_> = report["sessions"].as_array().expect("sessions").iter().map(|line| line["phase"].as_str()).collect();
    assert_eq!(phases[..5], [Some("induction"); 5]);
    assert_eq!(phases[5..], [Some("maintenance"); 7]);
    assert_eq!(report["summary"], "No PHQ-9 score yet. 13 sessions were given, the last on 26 October at 40 mg.");
}

#[actix_web::test]
async fn of_a_longer_time_than_a_year_the_last_year_is_drawn() {
    let mut care = Care::start().await;
    care.answer(phq9(19).at("2025-10-30T21:00:00Z")).await;
    care.session(1, "2025-11-01T16:00:00Z", 40.0).await;
    care.answer(phq9(10).at("2026-11-10T21:00:00Z")).await;
    let report = care.report(&care.provider).await;
    assert_eq!((&report["from"], &report["charts"][0]["points"].as_array().map(Vec::len)), (&json!("2025-11-21"), &Some(1)));
    assert!(report["definitions"].as_str().expect("words").contains("The charts show the last 12 months."));
    assert_eq!(
        report["summary"],
        "PHQ-9 fell from 19 before the first session to 10 on 10 November, 9 points lower and more than usual variation. \
         Neither response nor remission has been reached. One session was given, on 1 November 2025 at 40 mg."
    );
}

#[actix_web::test]
async fn a_patient_without_answers_and_sessions_has_a_report() {
    let care = Care::start().await;
    let report = care.report(&care.patient).await;
    assert_eq!(report["summary"], "No PHQ-9 score yet. No session has been given yet.");
    assert_eq!((&report["sessions"], &report["provider"], &report["mood"]["measures"]), (&json!([]), &Value::Null, &json!({})));
    assert_eq!((&report["from"], report["charts"].as_array().map(Vec::len)), (&json!("2026-10-24"), Some(1)));
}

#[actix_web::test]
async fn the_file_says_what_the_report_says_on_one_page_of_either_paper() {
    let care = Care::treated().await;
    let report = care.report(&care.provider).await;
    for (paper, size) in [("a4", (595, 842)), ("letter", (612, 792))] {
        let file = care.file(&care.provider, paper).await;
        assert_eq!((file.pages(), file.size()), (1, size), "{paper}");
        file.has("Progress report");
        file.has(report["name"].as_str().expect("a name"));
        file.has(report["summary"].as_str().expect("words"));
        file.has(report["definitions"].as_str().expect("words"));
        file.has("Printed 20 November 2026, page 1 of 1.");
        file.has("5 October to 20 November 2026");
        for chart in report["charts"].as_array().expect("charts") {
            file.has(chart["heading"].as_str().expect("a heading"));
        }
        for label in ["Start, 19", "Response, 9", "Severe", "no scores"] {
            file.has(label);
        }
        file.has("1 Tue 6 Oct Induction 34 mg IV 0.43 40 148/92 5 19 to 8");
        file.has("2 Tue 17 Nov Induction 41 mg IV 0.51 40 148/92 5 –");
    }
}

#[actix_web::test]
async fn a_patients_own_file_has_no_vital_signs() {
    let care = Care::treated().await;
    let file = care.file(&care.patient, "a4").await;
    file.has("1 Tue 6 Oct Induction 34 mg IV 0.43 40 5 19 to 8");
    assert!(!file.text.contains("BP") && !file.text.contains("148/"));
    care.file(&care.provider, "a4").await.has("BP peak");
}

#[actix_web::test]
async fn a_file_has_its_reading_order_title_and_language_and_names_nobody_beside_the_page() {
    let care = Care::treated().await;
    let file = care.file(&care.provider, "a4").await;
    let catalog = file.document.catalog().expect("a catalog");
    assert_eq!(catalog.get(b"Lang").and_then(Object::as_str).expect("a language"), b"en");
    assert!(catalog.has(b"StructTreeRoot") && catalog.has(b"MarkInfo"));
    let info = file.document.trailer.get(b"Info").and_then(Object::as_reference).expect("metadata");
    let info = file.document.get_dictionary(info).expect("metadata");
    assert_eq!(info.get(b"Title").and_then(Object::as_str).expect("a title"), b"Progress report");
    let roles: Vec<_> =
        file.document.objects.values().filter_map(|object| object.as_dict().ok()?.get(b"S").ok()?.as_name().ok()).collect();
    let count = |role: &[u8]| roles.iter().filter(|found| **found == role).count();
    // Two charts and the moods; two charts, the moods, the table and the lines to write on; a head and two sessions.
    assert_eq!((count(b"H1"), count(b"Figure"), count(b"H2"), count(b"TR")), (1, 3, 5, 3));
}

#[actix_web::test]
async fn whatever_there_is_to_say_fits_on_one_page() {
    let mut care = Care::treated().await;
    let answers = (1..=20).map(|item| (format!("q{item}"), json!(2))).collect();
    care.answer(questionnaire("pcl-5", Value::Object(answers)).at("2026-10-05T21:00:00Z")).await;
    for number in 3..=14 {
        care.session(number, &format!("2026-10-{:02}T16:00:00Z", 5 + number), 41.5).await;
    }
    let name = "Wolfeschlegelsteinhausenbergerdorff ".repeat(5);
    care.rename(name.trim(), &"7".repeat(40)).await;
    for paper in ["a4", "letter"] {
        let file = care.file(&care.provider, paper).await;
        assert_eq!(file.pages(), 1);
        file.has("Wolfeschlegelsteinhausenbergerdorff");
        file.has("The last 12 of 14 sessions.");
        file.has("PTSD symptom severity, 0 to 80");
        file.has("page 1 of 1.");
        assert_eq!(file.text.matches("41.5 mg IV").count(), 11, "{}", file.text);
    }
}

#[actix_web::test]
async fn names_of_other_scripts_are_printed_or_seen_to_be_missing() {
    let care = Care::start().await;
    care.rename("Zażółć Çağrı Dvořák", "AR-1").await;
    let file = care.file(&care.patient, "a4").await;
    file.has("Zażółć Çağrı Dvořák, record AR-1");
    assert!(!file.text.contains("A box stands"));
    care.rename("Ольга 李 \u{1F98B} Lee", "AR-1").await;
    let file = care.file(&care.patient, "letter").await;
    file.has(&format!("{0}{0}{0}{0}{0} {0} {0} Lee", '\u{FFFD}'));
    file.has("A box stands for a letter that this file cannot print.");
}

#[actix_web::test]
async fn a_patient_without_answers_and_sessions_has_a_file() {
    let care = Care::start().await;
    for paper in ["a4", "letter"] {
        let file = care.file(&care.patient, paper).await;
        assert_eq!(file.pages(), 1);
        file.has("No PHQ-9 score yet. No session has been given yet.");
    }
}

#[actix_web::test]
async fn a_file_is_taken_on_paper_that_there_is_and_noted() {
    let care = Care::start().await;
    care.ask(&care.provider, "report.pdf?paper=a3").await.expect_problem(422, "invalid");
    let before = care.server.audited("report_taken").await;
    care.ask(&care.provider, "report.pdf").await.expect(200);
    care.ask(&care.provider, "report").await.expect(200);
    assert_eq!(care.server.audited("report_taken").await, before + 1);
}
