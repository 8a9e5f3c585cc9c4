//! Somebody who calls the API.

use std::ops::Deref;
use std::sync::Arc;

use reqwest::Method;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::Mutex;
use uuid::Uuid;
use yarrow::auth::roles::Roles;
use yarrow::auth::{NewSignIn, SignIn, Transport, begin, tokens};
use yarrow::clinic::Clinic;
use yarrow::db::{Id, Reach, Timestamp};
use yarrow::patients::Patient;
use yarrow::people::User;

use super::server::Running;
use super::{Answer, contract};

/// Calls the API: as a person who is signed in, with headers of its own, or as anyone.
#[derive(Clone)]
pub struct Client {
    server: Arc<Running>,
    person: Option<Arc<Person>>,
    headers: Vec<(String, String)>,
}

/// A person with an account.
pub struct Person {
    pub id: Id<User>,
    pub clinic: Id<Clinic>,
    pub patient: Option<Id<Patient>>,
    pub roles: Roles,
    pub name: String,
    pub email: String,
    pub(super) sign_in: Mutex<Option<(Id<SignIn>, Timestamp)>>,
}

/// How far the clock may move before a person signs in anew, in seconds: the shortest idle end is 30 minutes.
const FRESH_SECONDS: i64 = 1200;

impl Client {
    pub fn new(server: Arc<Running>, person: Option<Person>) -> Self {
        Self { server, person: person.map(Arc::new), headers: Vec::new() }
    }

    /// The same client, sending one more header with every call.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        changed.headers.push((name.into(), value.into()));
        changed
    }

    /// The patient's record, in a client of a patient.
    pub fn patient_id(&self) -> Id<Patient> {
        self.patient.expect("this person is a patient")
    }

    /// An access token that is valid now. However far the clock was moved, the person is signed in.
    pub async fn token(&self) -> String {
        let now = self.server.clock.now();
        let keys = &self.server.app.keys;
        // Held while it signs in: of many calls at once only one does, and no sign-in of another is ended as one too many.
        let mut known = self.sign_in.lock().await;
        let fresh = known.filter(|(_, since)| (0..FRESH_SECONDS).contains(&now.seconds_since(*since)));
        if let Some((sign_in, _)) = fresh {
            return tokens::mint(&keys.token, self.id, sign_in, 0, tokens::ACCESS_SECONDS, now).expect("the key signs");
        }
        let (keys, user, clinic, roles) = (keys.clone(), self.id, self.clinic, self.roles);
        let begun = self.server.app.database.write(Reach::Installation, move |conn| {
            let refresh = format!("{}", Id::<()>::new(now));
            let new = NewSignIn { clinic, user, roles, transport: Transport::Bearer, device: "Tests", request: Uuid::nil() };
            begin(conn, &keys, &new, &refresh, now)
        });
        let begun = begun.await.expect("a sign-in begins");
        *known = Some((begun.sign_in, now));
        begun.access
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    pub async fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        self.call(Method::PUT, path, Some(text(body))).await
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.call(Method::POST, path, Some(text(body))).await
    }

    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Answer {
        self.call(Method::PATCH, path, Some(text(body))).await
    }

    /// A call with a body that need not be JSON; `application/json` unless `with` gave another content type.
    pub async fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        self.call(method.parse().expect("a method"), path, Some(body.into())).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<String>) -> Answer {
        let url = self.server.url(path);
        let mut request = self.server.http.request(method.clone(), &url);
        if self.person.is_some() {
            request = request.bearer_auth(self.token().await);
        }
        let is_typed = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = if is_typed { request } else { request.header("content-type", "application/json") }.body(body);
        }
        let answer = Answer::read(request.send().await.expect("the server answers every request")).await;
        contract::check(method.as_str(), url.trim_start_matches(self.server.address()), &answer);
        answer
    }

    /// The patient's own responses, newest first.
    pub async fn responses(&self) -> Vec<Value> {
        self.get(&format!("/patients/{}/responses", self.patient_id())).await.expect(200).items().to_vec()
    }
}

fn text(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("a body can be written as JSON")
}

impl Deref for Client {
    type Target = Person;
    fn deref(&self) -> &Person {
        self.person.as_deref().expect("this client is nobody")
    }
}
