//! Signing in, staying signed in, and every way that a token can be wrong.

use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePublicKey};
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{Answer, Client, PASSWORD, TestServer, phq9};

const DAY: i64 = 86_400;

fn login(who: &Client) -> Value {
    json!({"email": who.email, "password": PASSWORD})
}

async fn refresh(server: &TestServer, token: &Value) -> Answer {
    server.anyone().post("/auth/refresh", &json!({"refresh_token": token})).await
}

/// A client with the access token of that answer.
fn as_in(server: &TestServer, answer: &Answer) -> Client {
    server.bearing(answer["access_token"].as_str().expect("an access token"))
}

/// The web app: its header, and what the browser adds.
fn page(server: &TestServer) -> Client {
    server.anyone().with("X-Requested-With", "app").with("Sec-Fetch-Site", "same-origin")
}

/// What the browser would send back after that answer.
fn cookies(answer: &Answer) -> String {
    let pairs: Vec<_> =
        answer.all_headers("set-cookie").iter().map(|cookie| cookie.split(';').next().unwrap_or_default()).collect();
    pairs.join("; ")
}

#[actix_web::test]
async fn a_program_signs_in_with_its_tokens_in_the_body() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    let answer = server.anyone().post("/auth/login", &login(&provider)).await.expect(200);
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 600);
    assert_eq!(answer["user"]["id"], provider.id.to_string());
    assert!(answer.all_headers("set-cookie").is_empty());
    assert_eq!(as_in(&server, &answer).get("/me").await.expect(200)["email"], provider.email.as_str());
}

#[actix_web::test]
async fn the_web_app_signs_in_with_its_tokens_in_cookies_only() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let mut body = login(&patient);
    body["transport"] = "cookie".into();
    let answer = page(&server).post("/auth/login", &body).await.expect(200);
    assert_eq!(answer.json().as_object().unwrap().keys().collect::<Vec<_>>(), ["expires_in", "user"]);
    let set = answer.all_headers("set-cookie");
    assert_eq!(set.len(), 2);
    assert!(
        set.iter().all(|cookie| cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"))
    );

    let signed_in = page(&server).with("Cookie", &cookies(&answer));
    signed_in.get("/me").await.expect(200);
    let renewed = signed_in.post("/auth/refresh", &json!({})).await.expect(200);
    assert_eq!(renewed.json(), &json!({"expires_in": 600}));
    let renewed = page(&server).with("Cookie", &cookies(&renewed));
    renewed.get("/me").await.expect(200);
    let out = renewed.send("POST", "/auth/logout", "").await.expect(204);
    assert!(out.all_headers("set-cookie").iter().all(|cookie| cookie.contains("Max-Age=0")));
    renewed.get("/me").await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn on_https_the_cookies_are_secure_and_bound_to_the_host() {
    let server =
        TestServer::start_with(|config| config.server.public_url = Some("https://yarrow.alder-row.example".into())).await;
    let mut body = login(&server.patient().await);
    body["transport"] = "cookie".into();
    let answer = page(&server).post("/auth/login", &body).await.expect(200);
    let set = answer.all_headers("set-cookie");
    assert!(set[0].starts_with("__Host-Http-at=") && set[1].starts_with("__Host-Http-rt="));
    assert!(set.iter().all(|cookie| cookie.contains("Secure") && !cookie.contains("Domain")));
    assert!(answer.header("strict-transport-security").contains("max-age"));
    page(&server).with("Cookie", &cookies(&answer)).get("/me").await.expect(200);
}

#[actix_web::test]
async fn every_wrong_pair_answers_the_same() {
    let server = TestServer::start().await;
    let (patient, closed) = (server.patient().await, server.provider().await);
    server.admin().await.patch(&format!("/users/{}", closed.id), &json!({"disabled": true})).await.expect(200);
    let mut told = Vec::new();
    for (email, password) in [
        (patient.email.as_str(), "not the password at all"),
        ("nobody@alder-row.example", PASSWORD),
        (closed.email.as_str(), PASSWORD),
        ("", ""),
        ("\u{1F33E}", "x"),
        ("a\u{0}b@alder-row.example", PASSWORD),
    ] {
        let began = Instant::now();
        let refused = server.anyone().post("/auth/login", &json!({"email": email, "password": password})).await;
        assert!(began.elapsed().as_millis() >= 5, "a password is hashed in any case");
        let refused = refused.expect_problem(401, "wrong-credentials");
        let mut body = refused.json().clone();
        body["instance"] = Value::Null;
        told.push(body);
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]));
}

#[actix_web::test]
async fn an_email_is_the_same_in_capitals() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let body = json!({"email": format!("  {} ", patient.email.to_uppercase()), "password": PASSWORD});
    server.anyone().post("/auth/login", &body).await.expect(200);
}

#[actix_web::test]
async fn a_page_gets_no_bearer_tokens() {
    let server = TestServer::start().await;
    let body = login(&server.patient().await);
    page(&server).post("/auth/login", &body).await.expect_problem(400, "bad-request");
    let tokens = server.anyone().post("/auth/login", &body).await.expect(200);
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    page(&server).post("/auth/refresh", &refresh).await.expect_problem(400, "bad-request");
}

#[actix_web::test]
async fn a_cookie_and_a_bearer_together_are_refused() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let mut body = login(&patient);
    body["transport"] = "cookie".into();
    let cookies = cookies(&page(&server).post("/auth/login", &body).await.expect(200));
    let both = server.bearing(&patient.token().await).with("Cookie", &cookies);
    both.get("/me").await.expect_problem(400, "bad-request");
    let refresh = json!({"refresh_token": "x"});
    page(&server).with("Cookie", &cookies).post("/auth/refresh", &refresh).await.expect_problem(400, "bad-request");
}

#[actix_web::test]
async fn a_token_works_in_the_transport_that_it_was_made_for_only() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let mut body = login(&patient);
    body["transport"] = "cookie".into();
    let set = cookies(&page(&server).post("/auth/login", &body).await.expect(200));
    let access = set.split("; ").find_map(|pair| pair.strip_prefix("at=")).unwrap();
    server.bearing(access).get("/me").await.expect_problem(401, "unauthenticated");
    let cookie = format!("at={}", patient.token().await);
    page(&server).with("Cookie", &cookie).get("/me").await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn writes_with_cookies_come_from_our_own_pages() {
    let server = TestServer::start().await;
    let mut body = login(&server.patient().await);
    body["transport"] = "cookie".into();
    let cookies = cookies(&page(&server).post("/auth/login", &body).await.expect(200));
    let change = json!({"locale": "es"});
    let bare = server.anyone().with("Cookie", &cookies);
    bare.get("/me").await.expect(200);
    bare.patch("/me", &change).await.expect_problem(403, "forbidden");
    let ours = bare.with("X-Requested-With", "app");
    for site in ["cross-site", "same-site"] {
        ours.with("Sec-Fetch-Site", site).patch("/me", &change).await.expect_problem(403, "forbidden");
    }
    ours.with("Origin", "https://evil.example").patch("/me", &change).await.expect_problem(403, "forbidden");
    ours.with("Origin", server.address()).patch("/me", &change).await.expect(200);
    ours.with("Sec-Fetch-Site", "same-origin").patch("/me", &change).await.expect(200);
    ours.patch("/me", &change).await.expect(200);
    bare.post("/auth/refresh", &json!({})).await.expect_problem(403, "forbidden");
    server.anyone().post("/auth/login", &body).await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn a_page_that_speaks_for_somebody_else_is_refused() {
    let server = TestServer::start().await;
    let (now, before) = (server.patient().await, server.patient().await);
    let as_before = now.with("X-Signed-In-As", &before.id.to_string());
    let path = "/responses/0197c3a0-0000-7000-8000-000000000001";
    as_before.put(path, &phq9(13)).await.expect_problem(401, "unauthenticated");
    as_before.get("/me").await.expect_problem(401, "unauthenticated");
    now.with("X-Signed-In-As", "nobody").get("/me").await.expect_problem(401, "unauthenticated");
    now.get(path).await.expect_problem(404, "not-found");
    let as_now = now.with("X-Signed-In-As", &now.id.to_string());
    as_now.put(path, &phq9(13)).await.expect(201);
}

#[actix_web::test]
async fn a_refresh_gives_the_next_pair() {
    let server = TestServer::start().await;
    let first = server.anyone().post("/auth/login", &login(&server.patient().await)).await.expect(200);
    let second = refresh(&server, &first["refresh_token"]).await.expect(200);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(second["user"], Value::Null);
    let third = refresh(&server, &second["refresh_token"]).await.expect(200);
    as_in(&server, &third).get("/me").await.expect(200);
    for unknown in [json!("nonsense"), json!(""), first["access_token"].clone()] {
        refresh(&server, &unknown).await.expect_problem(401, "unauthenticated");
    }
    server.anyone().post("/auth/refresh", &json!({})).await.expect_problem(401, "unauthenticated");
    server.anyone().send("POST", "/auth/refresh", "").await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_lost_answer_is_given_again() {
    let server = TestServer::start().await;
    let first = server.anyone().post("/auth/login", &login(&server.patient().await)).await.expect(200);
    let lost = refresh(&server, &first["refresh_token"]).await.expect(200);
    server.advance(3 * DAY);
    let again = refresh(&server, &first["refresh_token"]).await.expect(200);
    assert_eq!(again["refresh_token"], lost["refresh_token"], "the same successor");
    as_in(&server, &again).get("/me").await.expect(200);
}

#[actix_web::test]
async fn two_tabs_that_refresh_at_once_both_go_on() {
    let server = TestServer::start().await;
    let first = server.anyone().post("/auth/login", &login(&server.patient().await)).await.expect(200);
    let tries = (0..8).map(|_| refresh(&server, &first["refresh_token"]));
    let answers = futures_util::future::join_all(tries).await;
    for answer in &answers {
        assert_eq!(answer.status(), 200, "{}", answer.text());
        assert_eq!(answer["refresh_token"], answers[0]["refresh_token"]);
    }
    as_in(&server, &answers[3]).get("/me").await.expect(200);
    refresh(&server, &first["refresh_token"]).await.expect(200);
    server.advance(30);
    refresh(&server, &first["refresh_token"]).await.expect(200);
}

#[actix_web::test]
async fn a_stolen_refresh_token_ends_the_whole_family() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let stolen = server.anyone().post("/auth/login", &login(&patient)).await.expect(200);
    let other_device = server.anyone().post("/auth/login", &login(&patient)).await.expect(200);
    let owners = refresh(&server, &stolen["refresh_token"]).await.expect(200);
    as_in(&server, &owners).get("/me").await.expect(200);
    server.advance(31);
    refresh(&server, &stolen["refresh_token"]).await.expect_problem(401, "unauthenticated");
    as_in(&server, &owners).get("/me").await.expect_problem(401, "unauthenticated");
    refresh(&server, &owners["refresh_token"]).await.expect_problem(401, "unauthenticated");
    as_in(&server, &other_device).get("/me").await.expect(200);
}

#[actix_web::test]
async fn a_token_two_refreshes_old_is_stolen_at_any_time() {
    let server = TestServer::start().await;
    let first = server.anyone().post("/auth/login", &login(&server.patient().await)).await.expect(200);
    let second = refresh(&server, &first["refresh_token"]).await.expect(200);
    let third = refresh(&server, &second["refresh_token"]).await.expect(200);
    refresh(&server, &first["refresh_token"]).await.expect_problem(401, "unauthenticated");
    as_in(&server, &third).get("/me").await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn signing_out_ends_access_and_refresh() {
    let server = TestServer::start().await;
    let answer = server.anyone().post("/auth/login", &login(&server.patient().await)).await.expect(200);
    as_in(&server, &answer).send("POST", "/auth/logout", "").await.expect(204);
    as_in(&server, &answer).get("/me").await.expect_problem(401, "unauthenticated");
    refresh(&server, &answer["refresh_token"]).await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn staff_are_signed_out_after_half_an_hour_of_quiet_and_after_half_a_day() {
    let server = TestServer::start().await;
    let answer = server.anyone().post("/auth/login", &login(&server.provider().await)).await.expect(200);
    server.advance(30 * 60 + 1);
    refresh(&server, &answer["refresh_token"]).await.expect_problem(401, "unauthenticated");

    let mut answer = server.anyone().post("/auth/login", &login(&server.provider().await)).await.expect(200);
    let began = server.now();
    while server.now().seconds_since(began) < 12 * 3600 - 1200 {
        server.advance(1200);
        answer = refresh(&server, &answer["refresh_token"]).await.expect(200);
    }
    server.advance(1200);
    refresh(&server, &answer["refresh_token"]).await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_patient_stays_signed_in_through_a_week_offline_but_not_for_ever() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let answer = server.anyone().post("/auth/login", &login(&patient)).await.expect(200);
    server.advance(13 * DAY);
    let answer = refresh(&server, &answer["refresh_token"]).await.expect(200);
    as_in(&server, &answer).get("/me").await.expect(200);
    server.advance(13 * DAY);
    let answer = refresh(&server, &answer["refresh_token"]).await.expect(200);
    server.advance(4 * DAY);
    refresh(&server, &answer["refresh_token"]).await.expect_problem(401, "unauthenticated");

    let answer = server.anyone().post("/auth/login", &login(&patient)).await.expect(200);
    server.advance(14 * DAY + 1);
    refresh(&server, &answer["refresh_token"]).await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn an_access_token_lives_ten_minutes() {
    let server = TestServer::start().await;
    let answer = server.anyone().post("/auth/login", &login(&server.patient().await)).await.expect(200);
    server.advance(600 + 29);
    as_in(&server, &answer).get("/me").await.expect(200);
    server.advance(1);
    as_in(&server, &answer).get("/me").await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_person_sees_the_own_devices_and_ends_one() {
    let server = TestServer::start().await;
    let (patient, stranger) = (server.patient().await, server.patient().await);
    let agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36";
    let phone = server.anyone().with("User-Agent", agent).post("/auth/login", &login(&patient)).await.expect(200);
    server.advance(60);
    let list = patient.get("/auth/sign-ins").await.expect(200);
    assert_eq!(list.items().len(), 2);
    let current: Vec<_> = list.items().iter().filter(|device| device["current"] == true).collect();
    assert_eq!(current.len(), 1);
    let other = list.items().iter().find(|device| device["current"] == false).unwrap();
    assert_eq!(other["device"], "Chrome on Android");
    let path = format!("/auth/sign-ins/{}", other["id"].as_str().unwrap());
    stranger.delete(&path).await.expect_problem(404, "not-found");
    patient.delete(&path).await.expect(204);
    patient.delete(&path).await.expect_problem(404, "not-found");
    as_in(&server, &phone).get("/me").await.expect_problem(401, "unauthenticated");
    patient.delete("/auth/sign-ins/nonsense").await.expect_problem(404, "not-found");
}

#[actix_web::test]
async fn the_eleventh_device_ends_the_first() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let mut devices = Vec::new();
    for _ in 0..11 {
        server.advance(1);
        devices.push(server.anyone().post("/auth/login", &login(&patient)).await.expect(200));
    }
    as_in(&server, &devices[0]).get("/me").await.expect_problem(401, "unauthenticated");
    as_in(&server, &devices[1]).get("/me").await.expect(200);
    assert_eq!(as_in(&server, &devices[10]).get("/auth/sign-ins").await.items().len(), 10);
}

#[actix_web::test]
async fn failures_make_the_next_try_wait() {
    let server = TestServer::start_with(|config| config.limits.is_on = true).await;
    let patient = server.patient().await;
    let wrong = json!({"email": patient.email, "password": "not the password at all"});
    server.anyone().post("/auth/login", &wrong).await.expect_problem(401, "wrong-credentials");
    let paused = server.anyone().post("/auth/login", &login(&patient)).await.expect_problem(429, "too-many");
    assert_eq!(paused.header("retry-after"), "2", "a second, and what is left of this one");
    server.advance(1);
    server.anyone().post("/auth/login", &wrong).await.expect_problem(401, "wrong-credentials");
    server.advance(1);
    server.anyone().post("/auth/login", &wrong).await.expect_problem(401, "wrong-credentials");
    server.advance(2);
    server.anyone().post("/auth/login", &login(&patient)).await.expect_problem(429, "too-many");
    server.advance(1);
    server.anyone().post("/auth/login", &login(&patient)).await.expect(200);
    // Forgotten with the first success.
    server.anyone().post("/auth/login", &wrong).await.expect_problem(401, "wrong-credentials");
    server.advance(1);
    server.anyone().post("/auth/login", &login(&patient)).await.expect(200);
}

#[actix_web::test]
async fn unknown_addresses_are_paused_like_known_ones() {
    let server = TestServer::start_with(|config| config.limits.is_on = true).await;
    let nobody = json!({"email": "nobody@alder-row.example", "password": PASSWORD});
    server.anyone().post("/auth/login", &nobody).await.expect_problem(401, "wrong-credentials");
    server.anyone().post("/auth/login", &nobody).await.expect_problem(429, "too-many");
}

#[actix_web::test]
async fn an_address_has_twenty_tries_at_once() {
    let server = TestServer::start_with(|config| config.limits.is_on = true).await;
    let mut statuses = Vec::new();
    for number in 0..21 {
        let body = json!({"email": format!("nobody{number}@alder-row.example"), "password": PASSWORD});
        statuses.push(server.anyone().post("/auth/login", &body).await.status());
    }
    assert_eq!(statuses[19], 401);
    assert_eq!(statuses[20], 429);
}

/// Makes tokens that look like the server's.
struct Forger {
    key: SigningKey,
    header: Value,
    claims: Value,
}

impl Forger {
    /// Starts from a token that the server would accept.
    async fn of(server: &TestServer, who: &Client) -> Self {
        let token = who.token().await;
        let part = |index: usize| {
            let part = token.split('.').nth(index).expect("three parts");
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
        };
        let pem = std::fs::read_to_string(server.app().config.storage.data_dir.join("keys/token.pem")).expect("the key file");
        let key = SigningKey::from_pkcs8_pem(&pem).expect("a key as PKCS#8");
        Self { key, header: part(0), claims: part(1) }
    }

    fn unsigned(&self) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}", part(&self.header), part(&self.claims))
    }

    fn signed(&self) -> String {
        let message = self.unsigned();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(self.key.sign(message.as_bytes()).to_bytes()))
    }

    fn with_hmac(mut self, secret: &[u8]) -> String {
        self.header["alg"] = "HS256".into();
        let message = self.unsigned();
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
        mac.update(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    fn header(mut self, name: &str, value: Value) -> String {
        set(&mut self.header, name, value);
        self.signed()
    }

    fn claim(mut self, name: &str, value: Value) -> String {
        set(&mut self.claims, name, value);
        self.signed()
    }
}

/// Sets a member, or takes it away where the value is null.
fn set(object: &mut Value, name: &str, value: Value) {
    if value.is_null() {
        object.as_object_mut().expect("an object").remove(name);
    } else {
        object[name] = value;
    }
}

#[actix_web::test]
async fn a_forged_token_opens_nothing() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    let now = server.now().seconds();
    let forger = async || Forger::of(&server, &provider).await;
    server.bearing(&forger().await.signed()).get("/me").await.expect(200);

    let public = forger().await.key.verifying_key();
    let der = public.to_public_key_der().unwrap();
    let pem = public.to_public_key_pem(LineEnding::LF).unwrap();
    let other_key = {
        let mut forger = forger().await;
        forger.key = SigningKey::from_bytes(&[7; 32]);
        forger.signed()
    };
    let unsigned = {
        let mut forger = forger().await;
        forger.header["alg"] = "none".into();
        format!("{}.", forger.unsigned())
    };
    let swapped = {
        let patient = server.patient().await;
        let (mine, token) = (forger().await, patient.token().await);
        let signature = token.rsplit('.').next().unwrap().to_owned();
        format!("{}.{signature}", mine.unsigned())
    };
    let mut forged = vec![
        ("none", unsigned),
        ("no signature at all", forger().await.unsigned()),
        ("another key", other_key),
        ("another token's signature", swapped),
        ("HS256 with the public key's DER", forger().await.with_hmac(der.as_bytes())),
        ("HS256 with the public key's PEM", forger().await.with_hmac(pem.as_bytes())),
        ("HS256 with the public key's bytes", forger().await.with_hmac(public.as_bytes())),
        ("HS256 with nothing", forger().await.with_hmac(b"")),
        ("oversize", format!("{}.{}", "x".repeat(5000), forger().await.signed())),
        ("a long claim", forger().await.claim("jti", json!("x".repeat(5000)))),
    ];
    for (name, value) in [
        ("typ", json!("JWT")),
        ("typ", Value::Null),
        ("alg", json!("ES256")),
        ("alg", json!("eddsa")),
        ("kid", json!("another")),
        ("kid", json!("../../../dev/null")),
        ("kid", Value::Null),
        ("crit", json!(["exp"])),
        ("jwk", json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(public.as_bytes())})),
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example/key")),
        ("x5c", json!(["AA"])),
        ("cty", json!("JWT")),
        ("b64", json!(false)),
        ("kid", json!("/dev/null")),
        ("kid", json!("' OR 1=1--")),
        ("kid", json!("../keys/token.pem\u{0}")),
        ("kid", json!(["a"])),
    ] {
        forged.push((name, forger().await.header(name, value)));
    }
    for (name, value) in [
        ("exp", Value::Null),
        ("exp", json!("9999999999")),
        ("exp", json!(now - 31)),
        ("exp", json!(1e300)),
        ("exp", json!(-1)),
        ("iat", Value::Null),
        ("iat", json!("0")),
        ("jti", Value::Null),
        ("nbf", Value::Null),
        ("nbf", json!("0")),
        ("nbf", json!(now + 31)),
        ("iss", json!("somebody")),
        ("iss", Value::Null),
        ("aud", json!("another-api")),
        ("aud", json!(["another-api"])),
        ("aud", json!("")),
        ("aud", Value::Null),
        ("sub", json!("0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d")),
        ("sub", Value::Null),
        ("sid", json!("0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d")),
        ("sid", Value::Null),
        ("role", json!("admin")),
    ] {
        forged.push((name, forger().await.claim(name, value)));
    }
    let mut told = Vec::new();
    for (what, token) in forged {
        let answer = server.bearing(&token).get("/me").await;
        assert_eq!(answer.status(), 401, "{what}: {}", answer.text());
        told.push(answer["detail"].clone());
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "every failure looks the same");
    for header in ["", "Bearer", "Bearer ", "bearer x", "Basic eDp5", "Bearer a.b", "Bearer a.b.c.d"] {
        let answer = server.anyone().with("Authorization", header).get("/me").await;
        assert!([400, 401].contains(&answer.status()), "{header}: {}", answer.text());
    }
}

#[actix_web::test]
async fn a_token_is_good_for_its_own_person_only() {
    let server = TestServer::start().await;
    let (provider, patient) = (server.provider().await, server.patient().await);
    let forged = Forger::of(&server, &provider).await.claim("sub", json!(patient.id.to_string()));
    server.bearing(&forged).get("/me").await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn without_a_sign_in_nothing_is_told() {
    let server = TestServer::start().await;
    let refused = server.anyone().get("/me").await.expect_problem(401, "unauthenticated");
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    assert_eq!(refused.header("cache-control"), "no-store");
}

#[actix_web::test]
async fn staff_seal_what_waits_under_a_key_of_their_own_that_outlasts_the_sign_in() {
    let server = TestServer::start().await;
    let (one, other) = (server.provider().await, server.coordinator().await);
    let key = |answer: Answer| answer.expect(200)["key"].as_str().unwrap().to_owned();
    let first = key(one.get("/me/device-key").await);
    assert_eq!(first.len(), 43);
    assert_ne!(first, key(other.get("/me/device-key").await));
    one.send("POST", "/auth/logout", "").await.expect(204);
    one.get("/me/device-key").await.expect_problem(401, "unauthenticated");
    let again = as_in(&server, &server.anyone().post("/auth/login", &login(&one)).await.expect(200));
    assert_eq!(key(again.get("/me/device-key").await), first);
    server.patient().await.get("/me/device-key").await.expect_problem(403, "forbidden");
}
