//! What the program writes: never a word of what people type, answer or hold.

use std::collections::BTreeSet;
use std::io::Read;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::program::{Installation, Program, setup_token};
use crate::support::{Answer, TestDatabase};

const EMAIL: &str = "canary-okafor@alder-row.example";
const PATIENT_EMAIL: &str = "canary-maya@example.org";
const PASSWORD: &str = "canary herons fly slowly";
const WRONG: &str = "canary herons fly wrongly";
const CALLER: &str = "203.0.113.77";
/// Stands in everything that is typed, answered, misspelled or sent along.
const CANARY: &str = "canary";

/// All that a line of the log may say.
const FIELDS: [&str; 10] =
    ["timestamp", "level", "target", "message", "request.id", "http.method", "http.route", "http.status", "duration_ms", "cause"];

/// Calls the program, and keeps every secret that it answers.
struct Journey {
    address: String,
    http: reqwest::Client,
    secrets: BTreeSet<String>,
}

impl Journey {
    async fn send(&mut self, method: &str, path: &str, token: &str, body: impl Into<String>) -> Answer {
        let mut request = self
            .http
            .request(method.parse().unwrap(), format!("{}/api/v1{path}", self.address))
            .header("Content-Type", "application/json")
            .header("User-Agent", format!("{CANARY}-browser/1.0"))
            .header("X-Forwarded-For", CALLER);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        let answer = Answer::read(request.body(body.into()).send().await.unwrap()).await;
        for name in ["access_token", "refresh_token", "url"] {
            if let Some(secret) = answer[name].as_str() {
                self.secrets.insert(secret.rsplit("token=").next().unwrap_or(secret).to_owned());
            }
        }
        for cookie in answer.all_headers("set-cookie") {
            let value = cookie.split(';').next().and_then(|pair| pair.split_once('='));
            self.secrets.extend(value.map(|(_, value)| value.to_owned()).filter(|value| !value.is_empty()));
        }
        answer
    }

    async fn call(&mut self, method: &str, path: &str, token: &str, body: Value) -> Answer {
        self.send(method, path, token, body.to_string()).await
    }

    async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.call("POST", "/auth/login", "", json!({"email": email, "password": password})).await
    }
}

/// A patient joins, answers and is answered; a session is recorded, an alert closed; and much is sent that does not fit.
async fn live(journey: &mut Journey, setup: &str) {
    let setup = json!({"token": setup, "clinic": {"name": "canary-clinic", "time_zone": "America/Denver", "country": "US"},
        "admin": {"name": "canary-Imani", "email": EMAIL, "password": PASSWORD}});
    journey.call("POST", "/setup", "", setup).await.expect(201);
    journey.sign_in(EMAIL, WRONG).await.expect(401);
    journey.sign_in("canary-nobody@example.org", WRONG).await.expect(401);
    let staff = journey.sign_in(EMAIL, PASSWORD).await.expect(200)["access_token"].as_str().unwrap().to_owned();
    let invited = json!({"email": PATIENT_EMAIL, "name": "canary-Maya", "roles": ["patient"]});
    let invited = journey.call("POST", "/invitations", &staff, invited).await.expect(201);
    let token = invited["url"].as_str().unwrap().split_once("#token=").unwrap().1.to_owned();
    journey.call("POST", "/invitations/preview", "", json!({"token": token})).await.expect(200);
    let joining = json!({"token": token, "name": "canary-Maya", "password": PASSWORD, "time_zone": "America/Denver",
        "consents": [{"id": "care", "version": "1", "agreed": true}]});
    let joined = journey.call("POST", "/invitations/accept", "", joining).await.expect(201);
    let (patient, record) = (joined["access_token"].as_str().unwrap(), joined["user"]["patient_id"].as_str().unwrap());
    let refresh = json!({"refresh_token": joined["refresh_token"]});
    journey.call("POST", "/auth/refresh", "", refresh).await.expect(200);

    let response = |number: u32| format!("/responses/0199f0a2-7c1e-7b6e-9c57-{number:012}");
    let now = jiff_now();
    let check_in = json!({"instrument": "daily-check-in", "answers": {"mood": 4, "note": "canary felt low"},
        "completed_at": now, "time_zone": "America/Denver"});
    journey.call("PUT", &response(1), patient, check_in).await.expect(201);
    let phq9 = json!({"instrument": "phq-9", "answers": {"q1": 3, "q2": 3, "q9": 2}, "completed_at": now, "time_zone": "America/Denver"});
    journey.call("PUT", &response(2), patient, phq9.clone()).await.expect(201);
    journey.call("PUT", &response(1), patient, phq9).await.expect(409);
    let session = json!({"patient_id": record, "number": 1, "status": "completed", "started_at": now, "route": "iv", "dose_mg": 40,
        "note": "canary note for staff", "shared_note": "canary note for both"});
    journey.call("PUT", "/sessions/0199f0a2-7c1e-7b6e-9c57-000000000003", &staff, session).await.expect(201);
    let alert = journey.call("GET", "/alerts", &staff, json!({})).await.items()[0]["id"].as_str().unwrap().to_owned();
    let closing = json!({"action": "spoke", "note": "canary closing note"});
    journey.call("POST", &format!("/alerts/{alert}/acknowledge"), &staff, json!({})).await.expect(200);
    journey.call("POST", &format!("/alerts/{alert}/resolve"), &staff, closing).await.expect(200);
    journey.call("GET", &format!("/patients/{record}/progress?measure=phq-9.total"), patient, json!({})).await.expect(200);

    for (method, path, body) in [
        ("PATCH", "/me", r#"{"canary": 1}"#),
        ("PATCH", "/me", r#"{"name": {"canary": 1}}"#),
        ("PATCH", "/me", r#"{"name": "canary"#),
        ("PATCH", "/me", r#"{"time_zone": "canary/zone", "locale": "canary"}"#),
        ("PATCH", "/me", r#"{"reminders": {"enabled": "canary", "days": ["canary"], "times": []}}"#),
        ("PUT", "/me/password", r#"{"current_password": "canary wrong password", "new_password": "canary"}"#),
        ("PUT", "/responses/canary", r#"{"instrument": "canary"}"#),
        (
            "PUT",
            &response(9),
            r#"{"instrument": "phq-9", "answers": {"q1": "canary", "canary": "canary"}, "completed_at": "canary", "time_zone": "canary"}"#,
        ),
        ("GET", "/patients?q=canary&sort=canary&canary=1", ""),
        ("GET", "/patients?q=canary", ""),
        ("GET", "/patients?cursor=canary", ""),
        ("GET", "/patients/canary", ""),
        ("GET", "/canary", ""),
        ("GET", "/instruments/canary", ""),
        ("BREW", "/me", "canary"),
    ] {
        for token in [patient, staff.as_str(), "canary.canary.canary"] {
            let answer = journey.send(method, path, token, body).await;
            assert!(answer.status() < 500 && !answer.text().contains("canary herons"), "{method} {path}: {}", answer.text());
        }
    }
    journey.call("POST", "/auth/logout", patient, json!({})).await.expect(204);
}

fn jiff_now() -> String {
    yarrow::clock::Clock::System.now().to_string()
}

/// Runs the journeys against a program that logs at `level`, and reads what it wrote on both outputs.
async fn written(level: Option<&str>) -> (String, String, BTreeSet<String>) {
    let (installation, database) = (Installation::new(), TestDatabase::make());
    let mut command = installation.command(&[]);
    command.env("DATABASE_URL", database.url()).env("YARROW_TRUSTED_PROXIES", "127.0.0.1").env("YARROW_RATE_LIMITS", "off");
    if let Some(level) = level {
        command.env("RUST_LOG", level);
    }
    let mut program = Program::of(command.stderr(Stdio::piped()));
    let mut stderr = program.child.stderr.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).unwrap();
        text
    });
    let address = program.line("listening on ");
    let link = program.line("set up at ");
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut journey = Journey { address, http, secrets: BTreeSet::from([setup_token(&link).to_owned()]) };
    live(&mut journey, setup_token(&link)).await;
    let (status, stdout) = program.end_and_read();
    assert!(status.success());
    (stdout, reader.join().unwrap(), journey.secrets)
}

#[actix_web::test]
async fn no_word_of_a_person_is_written_down_at_any_level() {
    for level in [None, Some("trace"), Some("yarrow=trace,diesel=trace")] {
        let (stdout, stderr, secrets) = written(level).await;
        assert!(secrets.len() > 6, "tokens were handed out");
        // Standard output had the address and the link; after those two lines it has nothing.
        assert_eq!(stdout, "", "{level:?}");
        assert!(stderr.lines().filter(|line| line.contains("request served")).count() > 30, "{level:?}");
        for line in stderr.lines() {
            for word in [CANARY, CALLER].into_iter().chain(secrets.iter().map(String::as_str)) {
                assert!(!line.contains(word), "{level:?} tells {word}: {line}");
            }
        }
    }
}

#[actix_web::test]
async fn a_line_of_the_log_has_the_known_fields_only() {
    let (_, stderr, _) = written(None).await;
    for line in stderr.lines() {
        let line: Value = serde_json::from_str(line).expect("a line is JSON");
        for field in line.as_object().expect("a line is an object").keys() {
            assert!(FIELDS.contains(&field.as_str()), "{field}: {line}");
        }
    }
}
