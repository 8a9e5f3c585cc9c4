//! Notices outlive the program that sends them: killed at the worst moments, it sends no reminder twice and no alert never.

use std::process::Stdio;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use serde_json::{Value, json};
use yarrow::auth::scope::PatientScope;
use yarrow::clinic::Clinic;
use yarrow::clock::Clock;
use yarrow::db::schema::{notices, users};
use yarrow::db::{Database, DbConnection, Id, Location, Reach};
use yarrow::notices::Kind;
use yarrow::patients::Patient;
use yarrow::people::User;

use crate::support::program::{Installation, Program, set_up, setup_token};
use crate::support::push_service::{Answering, PushService};
use crate::support::{Answer, PASSWORD, TestDatabase};

/// How long the program has for a round: far longer than it takes.
const PATIENCE: Duration = Duration::from_mins(1);

struct Setting {
    installation: Installation,
    database: TestDatabase,
    push: PushService,
}

impl Setting {
    fn start(&self) -> (Program, String) {
        let mut command = self.installation.command(&[]);
        command
            .env("DATABASE_URL", self.database.url())
            .env("YARROW_PUSH_TEST_HOSTS", self.push.host())
            .env("YARROW_RATE_LIMITS", "off")
            .stderr(Stdio::null());
        let mut program = Program::of(&mut command);
        let address = program.line("listening on ");
        (program, address)
    }

    /// Works on the database while no program runs, or beside one.
    async fn work<T: Send + 'static>(&self, work: impl Fn(&mut DbConnection) -> T + Send + 'static) -> T {
        let database = Database::open_beside(&Location::parse(&self.database.url()).unwrap()).unwrap();
        database.write(Reach::Installation, move |conn| Ok(work(conn))).await.unwrap()
    }
}

async fn call(address: &str, method: &str, path: &str, token: &str, body: Value) -> Answer {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = http.request(method.parse().unwrap(), format!("{address}/api/v1{path}")).json(&body);
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    Answer::read(request.send().await.unwrap()).await
}

/// Writes a reminder for the patient and an alert for the provider, as two features do.
fn enqueue(conn: &mut DbConnection, round: usize) {
    type Row = (Id<User>, Id<Clinic>, Option<Id<Patient>>);
    let people: Vec<Row> =
        users::table.order(users::created_at).select((users::id, users::clinic_id, users::patient_id)).load(conn).unwrap();
    let now = Clock::System.now();
    for (user, clinic, patient) in people {
        let scope = PatientScope::for_command(clinic, patient.unwrap_or(Id::from_uuid(uuid::Uuid::nil()))).clinic_scope();
        let kind = if patient.is_some() { Kind::Reminder } else { Kind::Alert };
        let key = format!("round {round}");
        assert!(yarrow::notices::enqueue(conn, scope, user, (kind, &key), now.plus_seconds(3600), now).unwrap());
    }
}

/// The claims of a program that is dead have run out.
fn let_claims_run_out(conn: &mut DbConnection) {
    let claimed = notices::table.filter(notices::state.eq("claimed"));
    diesel::update(claimed).set(notices::due_at.eq(Clock::System.now().plus_seconds(-1))).execute(conn).unwrap();
}

fn left(conn: &mut DbConnection) -> i64 {
    notices::table.filter(notices::due_at.is_not_null()).count().get_result(conn).unwrap()
}

#[actix_web::test]
async fn a_killed_program_sends_no_reminder_twice_and_no_alert_never() {
    let setting = Setting { installation: Installation::new(), database: TestDatabase::make(), push: PushService::start() };
    let (phone, desk) = (setting.push.device("phone"), setting.push.device("desk"));
    let (mut program, address) = setting.start();
    let link = program.line("set up at ");
    set_up(&address, setup_token(&link), "Alder Row").await.expect(201);
    let login = json!({"email": "okafor@alder-row.example", "password": PASSWORD});
    let staff = call(&address, "POST", "/auth/login", "", login).await.expect(200)["access_token"].as_str().unwrap().to_owned();
    let invited = json!({"email": "maya@example.org", "name": "Maya Ellison", "roles": ["patient"]});
    let invited = call(&address, "POST", "/invitations", &staff, invited).await.expect(201);
    let token = invited["url"].as_str().unwrap().split_once("#token=").unwrap().1.to_owned();
    let joining = json!({"token": token, "name": "Maya Ellison", "password": PASSWORD, "time_zone": "America/Denver",
        "consents": [{"id": "care", "version": "1", "agreed": true}]});
    let joined = call(&address, "POST", "/invitations/accept", "", joining).await.expect(201);
    let maya = joined["access_token"].as_str().unwrap();
    // What the evening brings of itself stays away.
    let none = json!({"reminders": {"enabled": false, "days": [], "times": []}});
    call(&address, "PATCH", "/me", maya, none).await.expect(200);
    call(&address, "POST", "/push-subscriptions", maya, phone.subscription()).await.expect(201);
    call(&address, "POST", "/push-subscriptions", &staff, desk.subscription()).await.expect(201);
    program.kill();

    let moments = [(true, false), (true, true), (false, false), (false, true)];
    for (round, (at_reminder, answers_first)) in moments.into_iter().enumerate() {
        let device = if at_reminder { &phone } else { &desk };
        let before = [setting.push.arrived(&phone).len(), setting.push.arrived(&desk).len()];
        setting.work(move |conn| enqueue(conn, round)).await;
        // Set before the program begins to send: it sends with its first look.
        for killed in [&phone, &desk] {
            setting.push.answer(killed, Answering::Status(201));
        }
        let victim = setting.push.kill_first_sender(device, answers_first);
        let mut killed = setting.start().0;
        victim.send(killed.child.id()).unwrap();
        killed.child.wait().unwrap();
        setting.work(let_claims_run_out).await;
        setting.push.answer(device, Answering::Status(201));
        let program = setting.start().0;
        let began = Instant::now();
        while setting.work(left).await > 0 {
            assert!(began.elapsed() < PATIENCE, "round {round}");
        }
        program.kill();
        let after = [setting.push.arrived(&phone).len(), setting.push.arrived(&desk).len()];
        let (reminders, alerts) = (after[0] - before[0], after[1] - before[1]);
        assert!(reminders <= 1, "round {round}: {reminders} reminders");
        assert!(alerts >= 1, "round {round}: no alert");
        // Whichever the program was killed at had arrived; an alert that nobody had marked came again.
        assert!(!at_reminder || reminders == 1, "round {round}");
        assert!(at_reminder || answers_first || alerts >= 2, "round {round}");
    }
    assert!(setting.push.arrived(&phone).iter().all(|message| phone.open(message).starts_with("A moment")));
    assert!(setting.push.arrived(&desk).iter().all(|message| desk.open(message).starts_with("Something")));
}
