//! The program is killed at any moment: what it acknowledged is there, once, and whole.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::SqliteConnection;
use futures_util::future::join_all;
use serde_json::{Value, json};
use yarrow::auth::scope::PatientScope;
use yarrow::clinic::Clinic;
use yarrow::clock::Clock;
use yarrow::db::schema::{alerts, audit_events, caseload, responses, scores};
use yarrow::db::{Database, DbConnection, Id, Location, Reach};
use yarrow::instruments::Registry;
use yarrow::patients::{CaseloadRow, Patient};
use yarrow::responses::Response;

use crate::support::program::{Installation, Program, set_up, setup_token};
use crate::support::{Answer, PASSWORD};

/// How often the program is killed where `YARROW_KILLS` says nothing.
const KILLS: usize = 20;
/// How many send at once.
const SENDERS: usize = 12;
const PATIENTS: usize = 5;
/// The cheapest hashing that the program takes: what is tried here is not passwords.
const SETTINGS: &str = "[passwords]\nmemory_kib = 19456\npasses = 2\nlanes = 1\n";

/// A response that was sent.
#[derive(Debug, Clone)]
struct Sent {
    round: usize,
    body: Value,
    total: Option<i64>,
    is_acknowledged: bool,
}

/// All that was ever sent, by id.
type Log = BTreeMap<String, Sent>;

struct Clinician {
    http: reqwest::Client,
    address: String,
    token: String,
}

impl Clinician {
    async fn sign_in(address: &str) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut clinician = Self { http, address: address.to_owned(), token: String::new() };
        let login = json!({"email": "okafor@alder-row.example", "password": PASSWORD});
        let signed_in = clinician.call("POST", "/auth/login", &login).await.expect("an answer").expect(200);
        signed_in["access_token"].as_str().unwrap().clone_into(&mut clinician.token);
        clinician
    }

    /// The answer; none where the connection broke before it was there.
    async fn call(&self, method: &str, path: &str, body: &Value) -> Option<Answer> {
        let url = format!("{}/api/v1{path}", self.address);
        let request = self.http.request(method.parse().unwrap(), url).bearer_auth(&self.token).json(body);
        let answer = request.send().await.ok()?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.ok()?;
        Some(Answer::of(status.as_u16(), headers, &body))
    }

    async fn put(&self, id: &str, sent: &Sent) -> Option<Answer> {
        self.call("PUT", &format!("/responses/{id}"), &sent.body).await
    }
}

/// A questionnaire of one of the patients, some hours or weeks old.
fn questionnaire(round: usize, random: &mut fastrand::Rng, patients: &[String], log: &Log) -> Sent {
    let patient = &patients[random.usize(..patients.len())];
    let at = Clock::System.now().plus_seconds(-random.i64(0..60 * 86_400)).to_string();
    let is_phq9 = random.bool();
    let (instrument, answers, total) = if is_phq9 {
        let items: Vec<i64> = (0..9).map(|_| random.i64(0..4)).collect();
        let answers: Value = items.iter().enumerate().map(|(index, value)| (format!("q{}", index + 1), json!(value))).collect();
        ("phq-9", answers, Some(items.iter().sum()))
    } else {
        ("daily-check-in", json!({"mood": random.u32(0..11), "note": "as it came"}), None)
    };
    let mut body = json!({"instrument": instrument, "answers": answers, "patient_id": patient, "completed_at": at, "time_zone": "America/Denver"});
    let earlier = log.iter().find(|(_, sent)| {
        sent.is_acknowledged && sent.body["patient_id"] == patient.as_str() && sent.body["instrument"] == instrument
    });
    if let Some((id, _)) = earlier.filter(|_| random.u32(0..8) == 0) {
        body["replaces"] = json!(id);
    }
    Sent { round, body, total, is_acknowledged: false }
}

/// Sends from many sides at once, and kills the program at one of the moments when something was sent or answered.
async fn send_until_killed(
    clinician: &Clinician,
    program: &mut Program,
    round: usize,
    random: &mut fastrand::Rng,
    patients: &[String],
    log: &mut Log,
) {
    let (program, random, log) = (RefCell::new(program), RefCell::new(random), RefCell::new(log));
    let left = Cell::new(random.borrow_mut().usize(1..120));
    let moment = || {
        left.set(left.get().saturating_sub(1));
        if left.get() == 0 {
            program.borrow_mut().child.kill().expect("the program can be killed");
        }
    };
    let sender = || async {
        while left.get() > 0 {
            let sent = questionnaire(round, &mut random.borrow_mut(), patients, &log.borrow());
            let id = Id::<Response>::new(Clock::System.now()).to_string();
            log.borrow_mut().insert(id.clone(), sent.clone());
            moment();
            let Some(answer) = clinician.put(&id, &sent).await else { break };
            answer.expect(201);
            log.borrow_mut().get_mut(&id).expect("it was sent").is_acknowledged = true;
            moment();
        }
    };
    join_all((0..SENDERS).map(|_| sender())).await;
}

/// Sends a round again: what was acknowledged is known, what was not is taken now.
async fn send_again(clinician: &Clinician, round: usize, log: &mut Log) {
    for (id, sent) in log.iter_mut().filter(|(_, sent)| sent.round == round) {
        let answer = clinician.put(id, sent).await.expect("an answer");
        let expected: &[u16] = if sent.is_acknowledged { &[200] } else { &[200, 201] };
        assert!(expected.contains(&answer.status()), "{id} was {sent:?}, and now {} {}", answer.status(), answer.text());
        sent.is_acknowledged = true;
    }
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

fn assert_file_is_sound(path: &Path) {
    let mut file = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    // The connections of the database that was just dropped may still be closing.
    file.batch_execute("PRAGMA busy_timeout = 60000").unwrap();
    let checked: Vec<Word> =
        diesel::sql_query("SELECT integrity_check AS word FROM pragma_integrity_check").load(&mut file).unwrap();
    assert_eq!(checked.iter().map(|line| line.word.as_str()).collect::<Vec<_>>(), ["ok"]);
    let broken: Vec<Word> = diesel::sql_query("SELECT \"table\" AS word FROM pragma_foreign_key_check").load(&mut file).unwrap();
    assert!(broken.is_empty());
}

/// Everything in the file against what was sent.
fn assert_as_sent(conn: &mut DbConnection, log: &Log) {
    let stored: Vec<(Id<Response>, String, Option<Id<Response>>)> = responses::table
        .order(responses::id)
        .select((responses::id, responses::answers, responses::superseded_by))
        .load(conn)
        .unwrap();
    let ids: Vec<String> = stored.iter().map(|(id, ..)| id.to_string()).collect();
    assert_eq!(ids, log.keys().cloned().collect::<Vec<_>>(), "each once, and nothing else");
    for (id, answers, superseded_by) in stored {
        let sent = &log[&id.to_string()];
        assert_eq!(serde_json::from_str::<Value>(&answers).unwrap(), sent.body["answers"]);
        let submitted = audit_events::table.filter(audit_events::object_id.eq(Id::<()>::from_uuid(id.uuid())));
        let submitted = submitted.filter(audit_events::action.eq_any(["response_submitted", "response_replaced"])).count();
        assert_eq!(submitted.get_result::<i64>(conn).unwrap(), 1, "{id} has one line in the audit log");
        let Some(total) = sent.total else { continue };
        let score: Vec<(Option<i64>, bool)> = scores::table
            .filter(scores::response_id.eq(id))
            .filter(scores::measure.eq("phq-9.total"))
            .select((scores::value_thousandths, scores::superseded))
            .load(conn)
            .unwrap();
        assert_eq!(score, [(Some(total * 1000), superseded_by.is_some())], "{id}");
    }
}

/// A patient's row of the caseload is the one that its record gives, and its positive item 9 is an alert.
fn assert_patient_is_whole(conn: &mut DbConnection, registry: &Registry, log: &Log, id: &str) {
    let patient: Id<Patient> = id.parse().unwrap();
    let row = |conn: &mut DbConnection| caseload::table.find(patient).select(CaseloadRow::as_select()).first(conn).unwrap();
    let kept: CaseloadRow = row(conn);
    let clinic: Id<Clinic> = kept.clinic_id;
    yarrow::patients::caseload::refresh(conn, registry, PatientScope::for_command(clinic, patient), Clock::System.now()).unwrap();
    assert_eq!(
        CaseloadRow { version: 0, outcome_version: 0, ..kept },
        CaseloadRow { version: 0, outcome_version: 0, ..row(conn) }
    );
    let is_positive = |sent: &Sent| sent.body["patient_id"] == id && sent.body["answers"]["q9"].as_i64() > Some(0);
    let raised: i64 = alerts::table.filter(alerts::patient_id.eq(patient)).count().get_result(conn).unwrap();
    assert!(raised > 0 || !log.values().any(is_positive), "{id} answered item 9 above 0");
}

#[actix_web::test]
async fn what_was_acknowledged_outlives_a_kill_and_is_there_once() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = number("YARROW_SEED").unwrap_or_else(|| fastrand::u64(..));
    let kills = number("YARROW_KILLS").map_or(KILLS, |kills| usize::try_from(kills).unwrap());
    println!("YARROW_SEED={seed} YARROW_KILLS={kills}");
    let mut random = fastrand::Rng::with_seed(seed);

    let installation = Installation::new();
    let settings = installation.0.join("yarrow.toml");
    std::fs::write(&settings, SETTINGS).unwrap();
    let start = || {
        let mut command = installation.command(&[]);
        let quiet = command.env("YARROW_CONFIG", &settings).env("YARROW_RATE_LIMITS", "off").stderr(std::process::Stdio::null());
        let mut program = Program::of(quiet);
        let address = program.line("listening on ");
        (program, address)
    };
    let (mut program, address) = start();
    set_up(&address, setup_token(&program.line("set up at ")), "Alder Row").await.expect(201);
    let mut clinician = Clinician::sign_in(&address).await;
    let mut patients = Vec::new();
    for index in 0..PATIENTS {
        let body = json!({"name": format!("Patient {index}"), "time_zone": "America/Denver"});
        let made = clinician.call("POST", "/patients", &body).await.expect("an answer").expect(201);
        patients.push(made["id"].as_str().unwrap().to_owned());
    }

    let mut log = Log::new();
    for round in 0..kills {
        send_until_killed(&clinician, &mut program, round, &mut random, &patients, &mut log).await;
        program.kill();
        let restarted = start();
        program = restarted.0;
        clinician.address = restarted.1;
        if round % 10 == 9 {
            clinician = Clinician::sign_in(&clinician.address).await;
        }
        send_again(&clinician, round, &mut log).await;
    }
    program.kill();

    println!("{} responses", log.len());
    let path = installation.0.join("yarrow.db");
    let database = Database::open(&Location::Sqlite(path.clone())).unwrap();
    let registry = Registry::load_builtin().unwrap();
    let checked = database.write(Reach::Installation, move |conn| {
        assert_as_sent(conn, &log);
        for id in &patients {
            assert_patient_is_whole(conn, &registry, &log, id);
        }
        Ok(())
    });
    checked.await.unwrap();
    drop(database);
    assert_file_is_sound(&path);
}
