//! A real server on a port of its own.

use std::net::TcpListener;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::dev::ServerHandle;
use diesel::prelude::*;
use serde_json::json;
use tokio::sync::{Mutex, OnceCell, oneshot};
use yarrow::app::App;
use yarrow::auth::keys::Keys;
use yarrow::auth::roles::{Role, Roles};
use yarrow::clinic::{self, Clinic};
use yarrow::clock::Clock;
use yarrow::config::{Config, PasswordConfig};
use yarrow::db::schema::{audit_events, users};
use yarrow::db::{Database, Id, Reach, Timestamp};
use yarrow::patients::{self, Patient, PatientRow};
use yarrow::people::User;
use yarrow::web::server::serve;

use super::START;
use super::client::{Client, Person};
use super::database::TestDatabase;

/// Everybody's password.
pub const PASSWORD: &str = "seven quiet herons fly";

/// A server that is stopped, with its database dropped, when the test ends. Stands for its first clinic too.
pub struct TestServer {
    clinic: TestClinic,
}

/// A clinic of the server.
#[derive(Clone)]
pub struct TestClinic {
    server: Arc<Running>,
    /// The clinic.
    pub clinic: Id<Clinic>,
}

/// What runs.
pub struct Running {
    pub app: Arc<App>,
    pub clock: Clock,
    pub http: reqwest::Client,
    base: String,
    handle: ServerHandle,
    people: AtomicU32,
    _database: TestDatabase,
}

impl Running {
    /// `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.base
    }

    /// The address behind a path below `/api/v1`, or of one of the server's other calls.
    pub fn url(&self, path: &str) -> String {
        let is_whole = path == "/" || ["/api", "/healthz", "/readyz", "/fhir"].iter().any(|start| path.starts_with(start));
        if is_whole { format!("{}{path}", self.base) } else { format!("{}/api/v1{path}", self.base) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

impl TestServer {
    /// A server with one clinic, without rate limits, at nine in the evening UTC.
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// As `start`, with other settings.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let mut server = Self::start_empty(change).await;
        server.clinic.clinic = server.add_clinic("Alder Row").await;
        server
    }

    /// A server on an empty database: nobody has set it up.
    pub async fn start_empty(change: impl FnOnce(&mut Config)) -> Self {
        let database = TestDatabase::make();
        let mut config = Config::default();
        config.server.listen = ([127, 0, 0, 1], 0).into();
        config.server.workers = 1;
        config.storage.database_url = Some(database.url().into());
        config.storage.data_dir = keys_folder();
        config.limits.is_on = false;
        config.passwords = PasswordConfig { memory_kib: 19_456, passes: 2, lanes: 1 };
        change(&mut config);
        let clock = Clock::held(START.parse().expect("an instant"));
        let (sender, receiver) = oneshot::channel();
        let held = clock.clone();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let listener = TcpListener::bind(config.server.listen).expect("a free port");
                let address = listener.local_addr().expect("the listener has an address");
                let mut app = App::open(config, held).await.expect("the server starts");
                app.listens_at(address.port());
                let (server, app) = serve(app, listener).expect("the server listens");
                drop(sender.send((app, address, server.handle())));
                server.await.expect("the server ends in peace");
            });
        });
        let (app, address, handle) = receiver.await.expect("the server started");
        // A connection for each request: on a starved machine the server may close a kept one just as it is used again.
        let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().expect("a client");
        let running = Running {
            app,
            clock,
            http,
            base: format!("http://{address}"),
            handle,
            people: AtomicU32::new(0),
            _database: database,
        };
        let clinic = TestClinic { server: Arc::new(running), clinic: Id::from_uuid(uuid::Uuid::nil()) };
        Self { clinic }
    }

    /// A clinic beside the first, whose people must never see the first one's patients.
    pub async fn second_clinic(&self) -> TestClinic {
        TestClinic { server: self.server.clone(), clinic: self.add_clinic("Birch House").await }
    }

    async fn add_clinic(&self, name: &str) -> Id<Clinic> {
        let now = self.server.clock.now();
        let made = Clinic {
            id: Id::new(now),
            name: name.into(),
            time_zone: "America/Denver".into(),
            country: "US".into(),
            phone: None,
            hours: None,
            created_at: now,
        };
        let id = made.id;
        self.database().write(Reach::Installation, move |conn| clinic::queries::insert(conn, &made)).await.expect("a clinic");
        id
    }

    /// Its first clinic.
    pub fn clinic(&self) -> TestClinic {
        self.clinic.clone()
    }

    /// Calls without a sign-in.
    pub fn anyone(&self) -> Client {
        Client::new(self.server.clone(), None)
    }

    /// Calls with this access token.
    pub fn bearing(&self, token: &str) -> Client {
        self.anyone().with("Authorization", &format!("Bearer {token}"))
    }

    /// A tablet that this member of staff opened for a patient.
    pub async fn tablet(&self, staff: &Client, patient: Id<Patient>) -> Client {
        let made = staff.post(&format!("/patients/{patient}/kiosk-codes"), &json!({})).await.expect(201);
        let opened = self.anyone().post("/kiosk", &json!({"code": made["code"]})).await.expect(200);
        self.bearing(opened["access_token"].as_str().expect("a token"))
    }

    /// What every handler shares.
    pub fn app(&self) -> &App {
        &self.server.app
    }

    /// The same, to be kept.
    pub fn shared_app(&self) -> Arc<App> {
        self.server.app.clone()
    }

    /// The database, past the API.
    pub fn database(&self) -> &Database {
        &self.server.app.database
    }

    /// How often the audit log says that something was done.
    pub async fn audited(&self, action: &'static str) -> i64 {
        let counted = self.database().read(Reach::Installation, move |conn| {
            Ok(audit_events::table.filter(audit_events::action.eq(action)).count().get_result::<i64>(conn)?)
        });
        counted.await.expect("the log can be counted")
    }

    /// `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        self.server.address()
    }

    /// The instant it is.
    pub fn now(&self) -> Timestamp {
        self.server.clock.now()
    }

    /// Sets the clock.
    pub fn set_clock(&self, at: &str) {
        self.server.clock.set(at.parse().expect("an instant"));
    }

    /// Moves the clock on.
    pub fn advance(&self, seconds: i64) {
        self.server.clock.set(self.now().plus_seconds(seconds));
    }
}

impl TestClinic {
    /// A new admin who is nothing else.
    pub async fn admin(&self) -> Client {
        self.person(&[Role::Admin]).await
    }

    /// A new provider.
    pub async fn provider(&self) -> Client {
        self.person(&[Role::Provider]).await
    }

    /// A new coordinator.
    pub async fn coordinator(&self) -> Client {
        self.person(&[Role::Coordinator]).await
    }

    /// A new patient with an empty record.
    pub async fn patient(&self) -> Client {
        self.person(&[Role::Patient]).await
    }

    /// A new person with these roles and `PASSWORD`.
    pub async fn person(&self, roles: &[Role]) -> Client {
        let roles = Roles::from_list("/roles", roles).expect("roles that go together");
        let now = self.server.clock.now();
        let number = self.server.people.fetch_add(1, Ordering::Relaxed);
        let (user, name) = (Id::<User>::new(now), format!("{} {number}", roles.first()));
        let email = format!("{}.{number}@alder-row.example", roles.first());
        let patient = roles.is_patient().then(|| Id::<Patient>::new(now));
        let clinic = self.clinic;
        let hash = password_hash(&self.server.app).await;
        let record = patient.map(|id| PatientRow {
            id,
            clinic_id: clinic,
            name: name.clone(),
            name_key: name.clone(),
            email: Some(email.clone()),
            record_number: None,
            date_of_birth: None,
            time_zone: "America/Denver".into(),
            condition: None,
            primary_measure: patients::USUAL_MEASURE.into(),
            external_ref: None,
            joined_at: Some(now),
            archived_at: None,
            created_at: now,
            version: 1,
        });
        let app = self.server.app.clone();
        let (stored_name, stored_email) = (name.clone(), email.clone());
        let stored = self.server.app.database.write(Reach::Installation, move |conn| {
            if let Some(record) = &record {
                patients::http::make(conn, &app, record, now)?;
            }
            diesel::insert_into(users::table)
                .values((
                    users::id.eq(user),
                    users::clinic_id.eq(clinic),
                    users::patient_id.eq(patient),
                    users::email.eq(&stored_email),
                    users::email_key.eq(&stored_email),
                    users::name.eq(&stored_name),
                    users::password_hash.eq(&hash),
                    users::roles.eq(roles.text()),
                    users::time_zone.eq("America/Denver"),
                    users::locale.eq("en"),
                    users::reminders.eq("{\"enabled\":true,\"days\":[],\"times\":[]}"),
                    users::created_at.eq(now),
                ))
                .execute(conn)?;
            Ok(())
        });
        stored.await.expect("a person");
        let person = Person { id: user, clinic, patient, roles, name, email, sign_in: Mutex::new(None) };
        Client::new(self.server.clone(), Some(person))
    }
}

impl Deref for TestServer {
    type Target = TestClinic;
    fn deref(&self) -> &TestClinic {
        &self.clinic
    }
}

/// One folder of keys for all tests, so that one hash of `PASSWORD` fits them all.
fn keys_folder() -> PathBuf {
    static MADE: std::sync::Once = std::sync::Once::new();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("yarrow-test-keys");
    MADE.call_once(|| drop(Keys::load(&folder, "2026-01-01".parse().expect("a day")).expect("keys can be made")));
    folder
}

async fn password_hash(app: &App) -> String {
    static HASH: OnceCell<String> = OnceCell::const_new();
    HASH.get_or_init(|| async { app.passwords.hash(PASSWORD.into()).await.expect("a hash") }).await.clone()
}
