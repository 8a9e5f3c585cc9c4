//! Every operation of the API document as everybody, against the policy in `policy.toml`.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use yarrow::auth::roles::Role;
use yarrow::db::schema::alerts;
use yarrow::db::{Id, Reach};

use crate::support::contract::{OPERATIONS, Operation};
use crate::support::{Answer, Client, TestClinic, TestServer, phq9, session};

const UNKNOWN: &str = "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d";
/// Stands in a query of the policy for the patient that a call is about.
const PATIENT: &str = "{patient}";
/// What is written for staff, and only a provider reads.
const FOR_STAFF: &str = "a note for staff alone";
/// What a patient answers in words.
const FOR_PROVIDERS: &str = "words that came with the answers";
/// What tells answers, scores or what was given; nobody sees it filled but a provider and the patient.
const CLINICAL: [&str; 12] =
    ["answers", "scores", "points", "spark", "latest", "baseline", "gain", "dose_mg", "vitals", "effects", "open_alerts", "note"];

/// Whether things of this kind are the same for everybody: the questionnaires.
fn is_for_everybody(kind: &str) -> bool {
    ["instruments", "Questionnaire"].contains(&kind)
}

/// A line of the policy.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Line {
    Public(Public),
    Roles(Box<Rights>),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Public {
    Public,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rights {
    patient: Right,
    coordinator: Right,
    provider: Right,
    admin: Right,
    /// What somebody may who is an admin and a provider, where neither role is enough.
    admin_and_provider: Option<Right>,
    /// What a clinic's tablet may that was opened for a patient.
    tablet: Option<Right>,
    /// What to send in place of the document's example.
    body: Option<Value>,
    /// What to ask, where the operation needs a query.
    query: Option<String>,
}

/// What somebody may call an operation on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Right {
    No,
    Own,
    Clinic,
}

impl Rights {
    fn of(&self, roles: &[Role]) -> Right {
        let of_one = |role: &Role| match role {
            Role::Patient => self.patient,
            Role::Coordinator => self.coordinator,
            Role::Provider => self.provider,
            Role::Admin => self.admin,
        };
        let is_both = roles.contains(&Role::Admin) && roles.contains(&Role::Provider);
        let both = self.admin_and_provider.filter(|_| is_both);
        roles.iter().map(of_one).chain(both).max().unwrap_or(Right::No)
    }
}

/// Every line, by the operation's name.
fn policy() -> BTreeMap<String, Line> {
    toml::from_str(include_str!("policy.toml")).expect("policy.toml can be read")
}

/// The operations that need a sign-in, with who may call them.
fn guarded(policy: &BTreeMap<String, Line>) -> impl Iterator<Item = (&'static Operation, &Rights)> {
    OPERATIONS.iter().filter_map(|operation| match policy.get(&operation.name()) {
        Some(Line::Roles(rights)) => Some((operation, &**rights)),
        _ => None,
    })
}

#[test]
fn the_policy_has_a_line_for_each_operation_and_no_other() {
    let policy = policy();
    for operation in OPERATIONS.iter() {
        let Some(line) = policy.get(&operation.name()) else {
            panic!("{} has no line in tests/api/policy.toml: who may call it?", operation.name());
        };
        assert_eq!(matches!(line, Line::Public(_)), operation.is_public(), "{}", operation.name());
    }
    for name in policy.keys() {
        assert!(OPERATIONS.iter().any(|operation| operation.name() == *name), "{name} is no operation of the API document");
    }
}

/// Who acts on a record, and who made it.
struct Party {
    clinic: TestClinic,
    provider: Client,
    patient: Client,
}

impl Party {
    async fn of(clinic: &TestClinic, provider: &Client) -> Self {
        Self { clinic: clinic.clone(), provider: provider.clone(), patient: clinic.patient().await }
    }

    /// The id of something new of this kind, which is this patient's or this clinic's.
    async fn thing(&self, server: &TestServer, kind: &str) -> String {
        let patient = self.patient.patient_id();
        let answer = match kind {
            "patients" | "Patient" => return patient.to_string(),
            "users" => return self.clinic.coordinator().await.id.to_string(),
            "sign-ins" => {
                let list = self.patient.get("/auth/sign-ins").await.expect(200);
                return list.items()[0]["id"].as_str().expect("a sign-in has an id").to_owned();
            }
            kind if is_for_everybody(kind) => return "phq-9".to_owned(),
            "alerts" => {
                let path = format!("/responses/{}", Id::<()>::new(server.now()));
                self.patient.put(&path, &phq9(3).answer("q9", 1)).await.expect(201);
                let found = alerts::table.filter(alerts::patient_id.eq(patient)).select(alerts::id).into_boxed();
                let id: Id<yarrow::alerts::Alert> =
                    server.database().read(Reach::Installation, move |conn| Ok(found.first(conn)?)).await.expect("an alert");
                return id.to_string();
            }
            "responses" => {
                let path = format!("/responses/{}", Id::<()>::new(server.now()));
                let body = json!({"instrument": "daily-check-in", "answers": {"mood": 4, "note": FOR_PROVIDERS},
                    "completed_at": server.now().to_string(), "time_zone": "America/Denver"});
                self.patient.put(&path, &body).await.expect(201)
            }
            "sessions" => {
                let path = format!("/sessions/{}", Id::<()>::new(server.now()));
                let planned = session(1).of(patient).with("status", "planned").with("started_at", Value::Null);
                let planned = planned.with("ended_at", Value::Null).with("scheduled_at", "2026-12-01T17:00:00.000Z");
                self.provider.put(&path, &planned.with("note", FOR_STAFF)).await.expect(201)
            }
            "journal-entries" => {
                let path = format!("/journal-entries/{}", Id::<()>::new(server.now()));
                let body = json!({"kind": "note", "text": FOR_PROVIDERS, "shared": true});
                self.patient.put(&path, &body).await.expect(201)
            }
            "courses" => {
                self.provider.post(&format!("/patients/{patient}/courses"), &json!({"condition": "mdd"})).await.expect(201)
            }
            "assignments" => {
                let path = format!("/patients/{patient}/assignments");
                let known = self.provider.get(&path).await.expect(200);
                if let Some(assignment) = known.items().first() {
                    return assignment["id"].as_str().expect("an id").to_owned();
                }
                self.provider.post(&path, &json!({"instrument": "gad-7"})).await.expect(201)
            }
            "invitations" => {
                let email = format!("{}@example.org", Id::<()>::new(server.now()));
                let body = json!({"email": email, "roles": ["patient"], "name": "Somebody"});
                self.provider.post("/invitations", &body).await.expect(201)
            }
            other => panic!("access.rs does not know how to make one of the {other}: say it in Party::thing"),
        };
        answer["id"].as_str().expect("an id").to_owned()
    }

    /// One of everything, for lists to hold.
    async fn fill(&self, server: &TestServer) {
        for kind in ["responses", "courses", "sessions", "alerts", "invitations", "journal-entries", "assignments"] {
            self.thing(server, kind).await;
        }
    }

    /// What must not be told to somebody outside.
    fn marks(&self) -> [String; 3] {
        [self.patient.patient_id().to_string(), self.patient.id.to_string(), self.patient.email.clone()]
    }
}

/// A call of an operation.
struct Call<'a> {
    operation: &'a Operation,
    rights: &'a Rights,
}

impl Call<'_> {
    /// The word before `{id}`: what the operation is called on.
    fn kind(&self) -> Option<&str> {
        self.operation.path.split("/{id}").next().filter(|before| *before != self.operation.path)?.rsplit('/').next()
    }

    fn body(&self) -> Option<Value> {
        self.rights.body.clone().or_else(|| self.operation.example().cloned())
    }

    /// Whether the call is about a person's things, and not about the same for everybody.
    fn has_a_target(&self) -> bool {
        self.kind().is_some_and(|kind| !is_for_everybody(kind)) && !self.is_writers_own() || self.names_a_patient()
    }

    fn names_a_patient(&self) -> bool {
        let is_asked = self.rights.query.as_ref().is_some_and(|query| query.contains(PATIENT));
        is_asked || self.is_client_made() || self.body().is_some_and(|body| body.get("patient_id").is_some())
    }

    /// Whether the client makes the id, so that the body says whose it is.
    fn is_client_made(&self) -> bool {
        self.operation.method == "PUT" && self.operation.path.ends_with("/{id}") && !self.is_writers_own()
    }

    /// Whether the client makes the id and it is always the writer's: an unknown one is a new one.
    fn is_writers_own(&self) -> bool {
        self.operation.method == "PUT" && self.kind() == Some("journal-entries")
    }

    async fn send(&self, who: &Client, id: &str, patient: &str) -> Answer {
        let query = self.rights.query.as_ref().map(|query| format!("?{}", query.replace(PATIENT, patient))).unwrap_or_default();
        let path = self.operation.path.replace("{id}", id) + &query;
        if let Some(table) = self.operation.table() {
            return who.with("content-type", "text/csv").send(&self.operation.method, &path, table).await;
        }
        let Some(mut body) = self.body() else {
            return who.send(&self.operation.method, &path, "").await;
        };
        if self.names_a_patient() {
            body["patient_id"] = patient.into();
        }
        who.send(&self.operation.method, &path, &body.to_string()).await
    }

    async fn send_about(&self, server: &TestServer, who: &Client, whose: &Party) -> Answer {
        let id = match self.kind() {
            Some(kind) => whose.thing(server, kind).await,
            None => String::new(),
        };
        self.send(who, &id, &whose.patient.patient_id().to_string()).await
    }

    /// The answer to what is nowhere.
    async fn send_about_nothing(&self, who: &Client) -> Answer {
        self.send(who, UNKNOWN, UNKNOWN).await
    }
}

/// Checks that the call was let through, and went as far as it could only go for who may.
#[track_caller]
fn assert_allowed(answer: &Answer, what: &str) {
    let hint = "is the example in the document a body that fits? If it cannot be, give a body in policy.toml";
    assert!(matches!(answer.status(), 200..=299 | 409 | 412), "{what}: {} {} ({hint})", answer.status(), answer.text());
}

/// Checks that what is outside is told apart from nothing at all in no byte.
#[track_caller]
fn assert_as_unknown(answer: &Answer, unknown: &Answer, what: &str) {
    assert!([403, 404].contains(&answer.status()), "{what}: {} {}", answer.status(), answer.text());
    assert_eq!(answer.without_request_id(), unknown.without_request_id(), "{what}");
}

/// Checks that the answer names nothing of somebody else's.
#[track_caller]
fn assert_silent_about(answer: &Answer, party: &Party, what: &str) {
    for mark in party.marks() {
        assert!(!answer.text().contains(&mark), "{what} tells {mark}: {}", answer.text());
    }
}

/// The first member of that name, or of one inside, that is filled.
fn filled<'a>(value: &'a Value, names: &[&'a str]) -> Option<&'a str> {
    let is_filled = |value: &Value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    };
    match value {
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            let named = names.iter().find(|known| *known == name && is_filled(value));
            named.copied().or_else(|| filled(value, names))
        }),
        Value::Array(items) => items.iter().find_map(|item| filled(item, names)),
        _ => None,
    }
}

/// Checks that answers, scores and notes stay with who may read them.
#[track_caller]
fn assert_within_role(answer: &Answer, roles: &[Role], operation: &Operation) {
    if roles.contains(&Role::Provider) {
        return;
    }
    let what = format!("{} as {roles:?}", operation.name());
    assert!(!answer.text().contains(FOR_STAFF), "{what} tells what is for staff: {}", answer.text());
    if !roles.contains(&Role::Patient) {
        assert!(!answer.text().contains(FOR_PROVIDERS), "{what} tells answers: {}", answer.text());
        let told = if operation.path.contains("instruments") { None } else { filled(answer.json(), &CLINICAL) };
        assert_eq!(told, None, "{what}: {}", answer.text());
    }
}

#[actix_web::test]
async fn everybody_may_do_what_the_policy_says_and_nothing_else() {
    let server = TestServer::start().await;
    let (policy, second) = (policy(), server.second_clinic().await);
    let (provider, stranger) = (server.provider().await, second.provider().await);
    let (other, elsewhere) = (Party::of(&server, &provider).await, Party::of(&second, &stranger).await);
    other.fill(&server).await;
    elsewhere.fill(&server).await;
    for (operation, rights) in guarded(&policy) {
        let call = Call { operation, rights };
        for roles in [
            &[Role::Patient][..],
            &[Role::Coordinator],
            &[Role::Provider],
            &[Role::Admin],
            &[Role::Admin, Role::Provider],
            &[Role::Admin, Role::Coordinator],
            &[Role::Coordinator, Role::Provider],
        ] {
            let who = server.person(roles).await;
            let right = rights.of(roles);
            let what = |whose: &str| format!("{} as {roles:?}, {whose}", operation.name());
            if call.has_a_target() {
                let unknown = call.send_about_nothing(&who).await;
                let expected: &[u16] = if right == Right::No { &[403, 404] } else { &[404] };
                assert!(expected.contains(&unknown.status()), "{}: {}", what("unknown"), unknown.text());
                let told = call.send_about(&server, &who, &elsewhere).await;
                assert_as_unknown(&told, &unknown, &what("of another clinic"));
                let told = call.send_about(&server, &who, &other).await;
                match (right, who.roles.is_patient()) {
                    (Right::Clinic, _) => assert_allowed(&told, &what("of the clinic")),
                    (Right::Own, _) | (Right::No, true) => assert_as_unknown(&told, &unknown, &what("another's")),
                    (Right::No, false) => {
                        told.clone().expect_problem(403, "forbidden");
                        assert_silent_about(&told, &other, &what("of the clinic"));
                    }
                }
                assert_within_role(&told, roles, operation);
            }
            let own = match (call.kind(), who.roles.is_patient()) {
                // Whoever one is, one's account and devices are one's own.
                (Some("sign-ins"), _) => {
                    let list = who.get("/auth/sign-ins").await.expect(200);
                    call.send(&who, list.items()[0]["id"].as_str().expect("an id"), UNKNOWN).await
                }
                (Some("users"), _) => call.send(&who, &who.id.to_string(), UNKNOWN).await,
                (_, true) => {
                    let own = Party { clinic: server.clinic(), provider: provider.clone(), patient: who.clone() };
                    call.send_about(&server, &who, &own).await
                }
                (_, false) if call.has_a_target() => continue,
                (kind, false) => {
                    call.send(&who, kind.map_or("", |kind| if is_for_everybody(kind) { "phq-9" } else { UNKNOWN }), UNKNOWN).await
                }
            };
            match right {
                Right::No => drop(own.expect_problem(403, "forbidden")),
                Right::Own | Right::Clinic => {
                    assert_allowed(&own, &what("own"));
                    assert_silent_about(&own, &elsewhere, &what("own"));
                    if right == Right::Own {
                        assert_silent_about(&own, &other, &what("own"));
                    }
                    assert_within_role(&own, roles, operation);
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_tablet_may_do_what_the_policy_says_of_tablets_and_nothing_else() {
    let server = TestServer::start().await;
    let (policy, provider) = (policy(), server.provider().await);
    let other = Party::of(&server, &provider).await;
    other.fill(&server).await;
    let mut told = Vec::new();
    for (operation, rights) in guarded(&policy) {
        let call = Call { operation, rights };
        let own = Party::of(&server, &provider).await;
        let tablet = server.tablet(&provider, own.patient.patient_id()).await;
        let answer = call.send_about(&server, &tablet, &own).await;
        if rights.tablet == Some(Right::Own) {
            assert_allowed(&answer, &format!("{} at a tablet", operation.name()));
            assert_silent_about(&answer, &other, &operation.name());
            told.push(operation.name());
            continue;
        }
        for answer in [answer, call.send_about(&server, &tablet, &other).await, call.send_about_nothing(&tablet).await] {
            assert!(answer.clone().expect_problem(403, "forbidden").text().contains("tablet"), "{}", operation.name());
        }
    }
    let expected = [
        "DELETE /api/v1/kiosk",
        "GET /api/v1/instruments",
        "GET /api/v1/instruments/{id}",
        "GET /api/v1/me/tasks",
        "PUT /api/v1/responses/{id}",
    ];
    told.sort();
    assert_eq!(told, expected);
}

/// An id that is taken elsewhere is told apart from none in no byte, also where the rest of the request is in order.
#[actix_web::test]
async fn an_id_from_another_clinic_takes_nothing_and_tells_nothing() {
    let server = TestServer::start().await;
    let (policy, second) = (policy(), server.second_clinic().await);
    let elsewhere = Party::of(&second, &second.provider().await).await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    for (operation, rights) in guarded(&policy) {
        let call = Call { operation, rights };
        let Some(kind) = call.kind().filter(|_| call.is_client_made()) else { continue };
        let taken = elsewhere.thing(&server, kind).await;
        call.send(&provider, &taken, &patient.patient_id().to_string()).await.expect_problem(404, "not-found");
    }
}

#[actix_web::test]
async fn without_a_sign_in_that_lasts_everything_is_401() {
    let server = TestServer::start().await;
    let policy = policy();
    let (leaver, gone) = (server.person(&[Role::Admin, Role::Provider]).await, server.patient().await);
    let tokens = (leaver.token().await, gone.token().await);
    let admin = server.admin().await;
    admin.patch(&format!("/users/{}", leaver.id), &json!({"disabled": true})).await.expect(200);
    server.bearing(&tokens.1).send("POST", "/auth/logout", "").await.expect(204);
    for (operation, rights) in guarded(&policy) {
        let call = Call { operation, rights };
        let mut told = Vec::new();
        for nobody in [server.anyone(), server.bearing(&tokens.0), server.bearing(&tokens.1)] {
            let answer = call.send_about_nothing(&nobody).await.expect_problem(401, "unauthenticated");
            told.push(answer.without_request_id());
        }
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{}", operation.name());
    }
}

#[actix_web::test]
async fn what_is_public_needs_no_sign_in() {
    let server = TestServer::start().await;
    for operation in OPERATIONS.iter().filter(|operation| operation.is_public()) {
        let body = operation.example().map(Value::to_string).unwrap_or_default();
        let answer = server.anyone().send(&operation.method, &operation.path, &body).await;
        assert!(![403, 405].contains(&answer.status()), "{}: {}", operation.name(), answer.text());
    }
}
