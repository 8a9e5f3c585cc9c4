//! What a submission and the caseload ask the database for: as many statements in a clinic of 1,000 as in one of 10, and
//! none that walks over a table.

use actix_web::test::TestRequest;
use actix_web::web::{Data, Query};
use diesel::connection::SimpleConnection;
use serde_json::json;
use uuid::Uuid;

use super::caseload;
use crate::app::App;
use crate::audit::Actor;
use crate::auth::guards::{AsCoordinator, SignedIn};
use crate::auth::roles::{Role, Roles};
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::noted::{self, Noted};
use crate::db::{DbConnection, Id, Reach, Timestamp};
use crate::error::Result;
use crate::instruments;
use crate::notices;
use crate::reminders;
use crate::responses::{EnteredBy, NewResponse, Origin, Stored, submit};

const CLINIC: Uuid = Uuid::from_u128(1);
const NOW: &str = "2026-11-20T21:00:00.000Z";

fn patient(number: u128) -> Uuid {
    Uuid::from_u128(0x0197_a000_0000_7000_9000_0000_0000_0000 + number)
}

/// A clinic whose patients have an account each, in a database file that goes away with its test.
struct Clinic {
    app: Data<App>,
    folder: std::path::PathBuf,
}

impl Drop for Clinic {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Clinic {
    async fn of(patients: u32, test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("yarrow-{test}-{}-{patients}", std::process::id()));
        let mut config = Config::default();
        config.storage.database_url = Some(folder.join("yarrow.db").to_str().unwrap().to_owned().into());
        config.storage.data_dir.clone_from(&folder);
        let app = App::open(config, Clock::held(now())).await.unwrap();
        let rows = format!(
            "INSERT INTO clinics VALUES ('{CLINIC}', 'Alder Row', 'UTC', 'US', NULL, NULL, '{NOW}');
             CREATE TEMP TABLE one AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {patients})
               SELECT i, printf('0197a000-0000-7000-9000-%012x', i) AS id FROM n;
             INSERT INTO patients SELECT id, '{CLINIC}', 'Patient ' || i, 'patient ' || i, NULL, NULL, NULL, 'America/Denver', NULL, 'phq-9.total',
               NULL, '{NOW}', NULL, '{NOW}', 1 FROM one;
             INSERT INTO users SELECT id, '{CLINIC}', id, i || '@x.example', i || '@x.example', 'Patient ' || i, NULL, 'patient', 'UTC', 'en', '{{}}',
               NULL, '{NOW}' FROM one;
             INSERT INTO sign_ins SELECT id, '{CLINIC}', id, 'Tests', 'bearer', 0, 0, '{NOW}', '{NOW}', '{NOW}', '{NOW}', NULL, NULL FROM one;"
        );
        app.database.write(Reach::Installation, move |conn| Ok(conn.batch_execute(&rows)?)).await.unwrap();
        caseload::rebuild(&app.database, &app.instruments, now()).await.unwrap();
        Self { app: Data::new(app), folder }
    }

    /// The statements behind a submission of the fourth patient.
    async fn submitted(&self, instrument: &str, answers: serde_json::Value) -> Vec<String> {
        let (scope, user) = (PatientScope::of(scope(), Id::from_uuid(patient(3))), Id::from_uuid(patient(3)));
        let questionnaire = self.app.instruments.current(instrument).unwrap();
        let new = NewResponse {
            id: Id::new(now()),
            instrument: instrument.to_owned(),
            instrument_version: questionnaire.version.clone(),
            document: answers.to_string(),
            scored: instruments::score(questionnaire, &serde_json::from_value(answers).unwrap()),
            completed_at: now(),
            started_at: None,
            time_zone: "America/Denver".to_owned(),
            replaces: None,
            digest: String::new(),
            entered_by: EnteredBy { user, role: "patient" },
            origin: Origin::Given,
        };
        let registry = self.app.instruments.clone();
        let work = move |conn: &mut DbConnection| {
            let (statements, stored) = noted::note(conn, |conn| submit(conn, &registry, scope, &new, &Actor::server(), now()))?;
            assert!(matches!(stored, Stored::New(..)));
            Ok(statements)
        };
        self.app.database.write(Reach::Installation, work).await.unwrap()
    }

    /// The statements behind `GET /patients`, from the handler to the answer.
    async fn listed(&self, query: &str, role: Role) -> Vec<String> {
        let noted = self.app.database.read(Reach::Installation, |conn| Ok(Noted::begin(conn))).await.unwrap();
        let who = SignedIn::enacted(Id::new(now()), Roles::from_text(role.word()), None, Id::new(now()), "Somebody", scope());
        let request = TestRequest::default().to_http_request();
        let answer = caseload::http::list(AsCoordinator(who), request, Query::from_query(query).unwrap(), self.app.clone()).await;
        assert_eq!(answer.unwrap().status(), 200);
        let mut statements = self.app.database.read(Reach::Installation, |conn| Ok(noted.end(conn))).await.unwrap();
        statements.retain(|statement| !["BEGIN", "COMMIT"].contains(&statement.as_str()));
        statements
    }

    async fn read(&self, work: impl FnOnce(&mut DbConnection) -> Result<()> + Send + 'static) -> Vec<String> {
        self.app.database.read(Reach::Installation, move |conn| Ok(noted::note(conn, work)?.0)).await.unwrap()
    }

    /// No statement walks over a table, and none but the order by last answer, which has no index, sorts what it found.
    async fn find_without_a_walk(&self, statements: &[String]) {
        for said in statements {
            let statement = said.clone();
            let plan = self.app.database.read(Reach::Installation, move |conn| noted::plan(conn, &statement)).await.unwrap();
            for step in plan {
                let sorts = step.contains("TEMP B-TREE")
                    && !said.contains("ORDER BY `caseload`.`last_response_at`")
                    && !said.contains("`last_response_at` DESC");
                assert!(!step.starts_with("SCAN") && !sorts, "{step}: {said}");
            }
        }
    }
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn scope() -> ClinicScope {
    ClinicScope::of(Id::from_uuid(CLINIC))
}

#[actix_web::test]
async fn a_submission_takes_six_statements_however_large_the_clinic() {
    let (small, large) = (Clinic::of(10, "submission").await, Clinic::of(1000, "submission").await);
    let phq9 = json!({"q1": 1, "q2": 1, "q3": 2, "q4": 1, "q5": 0, "q6": 1, "q7": 2, "q8": 1, "q9": 0, "q10": 1});
    let check_in = json!({"mood": 6, "anxiety": 4, "energy": 5, "sleep_quality": 6, "pain": 2});
    for (instrument, answers) in [("phq-9", phq9), ("daily-check-in", check_in)] {
        let few = small.submitted(instrument, answers.clone()).await;
        let many = large.submitted(instrument, answers).await;
        assert_eq!(few, many);
        // The patient's caseload row, read and written; the response, its figures, its audit line; what it was asked for.
        assert_eq!(many.len(), 6, "{many:#?}");
        large.find_without_a_walk(&many).await;
    }
}

#[actix_web::test]
async fn a_page_of_the_caseload_takes_five_statements_however_large_the_clinic() {
    let (small, large) = (Clinic::of(10, "caseload").await, Clinic::of(1000, "caseload").await);
    let queries = ["", "sort=name&limit=200", "sort=last_response&filter=induction", "q=patient", "q=nobody"];
    for (query, role) in queries.into_iter().flat_map(|query| [(query, Role::Provider), (query, Role::Coordinator)]) {
        let (few, many) = (small.listed(query, role).await, large.listed(query, role).await);
        assert_eq!(few, many);
        // Who has fallen silent, the counts, who cannot be reached, the page's versions, and its rows.
        assert_eq!(many.len(), 5, "{many:#?}");
        large.find_without_a_walk(&many).await;
    }
}

#[actix_web::test]
async fn a_sign_in_is_found_by_one_statement() {
    let large = Clinic::of(1000, "sign-in").await;
    let found = large.read(|conn| {
        let found = crate::auth::queries::find_sign_in(conn, Id::from_uuid(patient(3)))?;
        assert!(found.is_some());
        Ok(())
    });
    let found = found.await;
    assert_eq!(found.len(), 1, "{found:#?}");
    large.find_without_a_walk(&found).await;
}

#[actix_web::test]
async fn what_is_due_is_found_without_a_walk_over_all_patients() {
    let clinic = Clinic::of(10, "due").await;
    let looked = clinic.read(|conn| {
        assert!(!reminders::queries::is_any_due(conn, now())? && !notices::queries::is_any_due(conn, now())?);
        assert!(reminders::queries::lock_due(conn, 20, now())?.is_empty());
        assert!(notices::queries::lock_due(conn, 8, now())?.is_empty());
        assert!(reminders::queries::unreachable(conn, scope())?.is_empty());
        Ok(())
    });
    let looked = looked.await;
    assert_eq!(looked.len(), 5, "{looked:#?}");
    clinic.find_without_a_walk(&looked).await;
}
