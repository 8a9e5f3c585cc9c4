//! What the database is asked for: as many statements for a year as for a week, and none that walks over a table.

use diesel::connection::SimpleConnection;
use uuid::Uuid;

use super::*;
use crate::auth::scope::ClinicScope;
use crate::db::{Database, Location, Reach, noted};

/// A clinic with one patient who answered the check-in on each of `days` days, and the PHQ-9 on every ninth.
fn filled(days: u32) -> String {
    format!(
        "INSERT INTO clinics VALUES ('{clinic}', 'Alder Row', 'UTC', 'US', NULL, NULL, '2026-01-01T00:00:00.000Z');
         INSERT INTO users VALUES ('{user}', '{clinic}', NULL, 'a@b.example', 'a@b.example', 'A', NULL, 'provider', 'UTC', 'en', '{{}}', NULL,
           '2026-01-01T00:00:00.000Z');
         INSERT INTO patients VALUES ('{patient}', '{clinic}', 'B', 'b', NULL, NULL, NULL, 'America/Denver', NULL, 'phq-9.total', NULL, NULL, NULL,
           '2026-01-01T00:00:00.000Z', 1);
         INSERT INTO caseload (clinic_id, patient_id, version, time_zone, urgency, place, place_key, name_key, record_key, phase, archived,
           last_response_at, check_in_days, facts, shown)
           VALUES ('{clinic}', '{patient}', 7, 'America/Denver', 1, 8, '', 'b', '', 'induction', 0, '2026-01-01T00:00:00.000Z', 0, '{{}}', '{{}}');
         INSERT INTO instrument_versions VALUES ('phq-9', '1.0.0', '', '', '2026-01-01T00:00:00.000Z'),
           ('daily-check-in', '1.0.0', '', '', '2026-01-01T00:00:00.000Z');
         CREATE TEMP TABLE day AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {days}) SELECT i, date('2026-01-01', i || ' days') AS d FROM n;
         CREATE TEMP TABLE form AS SELECT 'daily-check-in' AS form, i, d, printf('0197a000-0000-7000-8000-%012d', i) AS id, d || 'T18:00:00.000Z' AS at FROM day
           UNION ALL SELECT 'phq-9', i, d, printf('0197a000-0000-7000-8001-%012d', i), d || 'T19:00:00.000Z' FROM day WHERE i % 9 = 0;
         INSERT INTO responses SELECT '{patient}', at, id, '{clinic}', form, '1.0.0', '{{}}', at, NULL, 'America/Denver', d, at, 0, '{user}', 'patient',
           NULL, NULL, '', NULL FROM form;
         INSERT INTO ratings SELECT '{patient}', form, d, at, id, '{clinic}',
           json_object('mood', i * 7 % 11, 'anxiety', i * 5 % 11, 'energy', i * 3 % 11, 'sleep_quality', i % 11, 'pain', i * 2 % 11), 0
           FROM form WHERE form = 'daily-check-in';
         INSERT INTO scores SELECT '{patient}', 'phq-9.total', at, id, '{clinic}', d, (27 - i % 28) * 1000, 'Moderate', '', 0, 0 FROM form WHERE form = 'phq-9';
         INSERT INTO sessions (id, clinic_id, patient_id, course_id, number, status, scheduled_at, started_at, ended_at, at, local_date, route,
           medicine, dose_mg, weight_kg, weight_measured_on, infusion_minutes, vitals, effects, dissociation, checklist, discharge, note,
           shared_note, signed_at, signed_by, version, digest, created_at, updated_at, updated_by)
           SELECT printf('0197a000-0000-7000-8002-%012d', i), '{clinic}', '{patient}', NULL, i / 30 + 1, 'completed', NULL,
           d || 'T16:00:00.000Z', NULL, d || 'T16:00:00.000Z', d, 'iv', 'ketamine', 40.0, NULL, NULL, 40, '[]', '[]', NULL, '{{}}', '{{}}', NULL, NULL,
           NULL, NULL, 1, '', d || 'T16:00:00.000Z', d || 'T16:00:00.000Z', '{user}' FROM day WHERE i % 30 = 3;",
        clinic = CLINIC,
        user = Uuid::from_u128(2),
        patient = PATIENT,
    )
}

const CLINIC: Uuid = Uuid::from_u128(1);
const PATIENT: Uuid = Uuid::from_u128(3);

/// A database file that goes away with its test.
struct Filled {
    database: Database,
    folder: std::path::PathBuf,
}

impl Filled {
    async fn with(days: u32) -> Self {
        let folder = std::env::temp_dir().join(format!("yarrow-progress-{}-{days}", std::process::id()));
        let database = Database::open(&Location::Sqlite(folder.join("yarrow.db"))).unwrap();
        let rows = filled(days);
        database.write(Reach::Installation, move |conn| Ok(conn.batch_execute(&rows)?)).await.unwrap();
        Self { database, folder }
    }

    /// The statements behind an answer, and the answer.
    async fn asked(&self, question: Question, is_staff: bool) -> (Vec<String>, Answer) {
        let registry = Registry::load_builtin().unwrap();
        let work = move |conn: &mut DbConnection| {
            let scope = PatientScope::of(ClinicScope::of(Id::from_uuid(CLINIC)), Id::from_uuid(PATIENT));
            let now = "2026-12-31T20:00:00Z".parse().unwrap();
            noted::note(conn, |conn| {
                super::read(conn, (&registry, &Kept::default()), (scope, is_staff), &question, now, |_| false)
            })
        };
        self.database.read(Reach::Installation, work).await.unwrap()
    }

    async fn plan(&self, statement: String) -> Vec<String> {
        self.database.read(Reach::Installation, move |conn| noted::plan(conn, &statement)).await.unwrap()
    }
}

impl Drop for Filled {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn questions() -> [Question; 6] {
    let mood = || Some("daily-check-in.mood".to_owned());
    [
        Question::Chart(None, Shown::default()),
        Question::Chart(Some("gad-7.total".into()), Shown::default()),
        Question::Chart(mood(), Shown::default()),
        Question::Daily(Shown::default()),
        Question::Aligned(mood(), 7, 28),
        Question::Measures,
    ]
}

#[actix_web::test]
async fn a_year_takes_as_many_statements_as_a_week_and_none_walks_over_a_table() {
    let (week, year) = (Filled::with(7).await, Filled::with(365).await);
    for question in questions() {
        for is_staff in [false, true] {
            let (few, _) = week.asked(question.clone(), is_staff).await;
            let (many, answer) = year.asked(question.clone(), is_staff).await;
            assert_eq!(few, many, "{question:?}");
            assert!((3..=7).contains(&many.len()), "{question:?}: {many:#?}");
            assert!(answer.text.is_some_and(|text| text.plain().len() > 500), "{question:?}");
            for statement in &many {
                for step in year.plan(statement.clone()).await {
                    let sorts = step.contains("TEMP B-TREE") && !statement.contains("alert_reasons");
                    assert!(!step.starts_with("SCAN") && !sorts, "{step}: {statement}");
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_year_of_a_patient_is_short() {
    let year = Filled::with(366).await;
    let size = async |question| year.asked(question, false).await.1.text.map_or(0, |text| text.plain().len());
    let chart = size(Question::Chart(None, Shown::default())).await;
    let daily = size(Question::Daily(Shown::default())).await;
    // 41 scores and 13 sessions with all that API.md names; five ratings on each of 365 days with their medians.
    assert!(chart <= 15_000 && daily <= 10_500, "{chart} and {daily} bytes");
}
