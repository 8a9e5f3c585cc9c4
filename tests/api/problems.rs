//! Everything that is refused is refused as a problem, and everything that comes is answered.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::support::{Answer, PASSWORD, TestServer};

#[actix_web::test]
async fn what_is_no_json_is_400() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    for body in [
        "",
        "{",
        "nonsense",
        "{\"name\": \"a\"} {}",
        "{\"name\": \"\u{1}\"}",
        "\u{feff}{}",
        "{\"name\": NaN}",
        "[1,",
        "{\"name\": 7,",
        "[}",
    ] {
        patient.send("PATCH", "/me", body).await.expect_problem(400, "bad-request");
    }
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let answer = patient.send("PATCH", "/me", &deep).await;
    assert!([400, 422].contains(&answer.status()), "{}", answer.text());
}

#[actix_web::test]
async fn what_does_not_fit_is_422_with_the_place() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    for (body, pointer) in [
        (json!({"nick": "x"}), "/nick"),
        (json!({"name": 7}), "/name"),
        (json!({"name": ["x"]}), "/name"),
        (json!({"reminders": {"enabled": "yes", "days": [], "times": []}}), "/reminders/enabled"),
        (json!({"reminders": {"enabled": true, "days": []}}), "/reminders/times"),
        (json!({"reminders": {"enabled": true, "days": [], "times": [], "x": 1}}), "/reminders/x"),
    ] {
        let refused = patient.patch("/me", &body).await.expect_problem(422, "invalid");
        assert_eq!(refused.pointers(), [pointer], "{body}");
    }
    for body in ["[]", "7", "\"x\"", "null", "true"] {
        patient.send("PATCH", "/me", body).await.expect_problem(422, "invalid");
    }
    let twice = patient.send("PATCH", "/me", "{\"locale\": \"en\", \"locale\": \"es\"}").await.expect_problem(422, "invalid");
    assert_eq!(twice.pointers(), ["/locale"]);
    let refused = patient.patch("/me", &json!({"time_zone": "my secret thought"})).await;
    assert!(!refused.text().contains("secret"), "never the value that was sent");
}

#[actix_web::test]
async fn what_is_too_large_is_413_and_the_sender_hears_it() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    let of = |bytes: usize| format!("{{\"name\": \"{}\"}}", "x".repeat(bytes));
    patient.send("PATCH", "/me", &of(60 * 1024)).await.expect_problem(422, "invalid");
    for bytes in [65 * 1024, 1 << 20, 8 << 20] {
        patient.send("PATCH", "/me", &of(bytes)).await.expect_problem(413, "too-large");
    }
    let login = format!("{{\"email\": \"{}\", \"password\": \"x\"}}", "x".repeat(9 * 1024));
    server.anyone().send("POST", "/auth/login", &login).await.expect_problem(413, "too-large");
    server.anyone().send("PUT", "/me/password", &of(1 << 20)).await.expect_problem(413, "too-large");
}

#[actix_web::test]
async fn another_media_type_or_a_packed_body_is_415() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml", "nonsense", "text/json"]
    {
        patient.with("Content-Type", kind).send("PATCH", "/me", "{}").await.expect_problem(415, "media-type");
    }
    for kind in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
        patient.with("Content-Type", kind).send("PATCH", "/me", "{}").await.expect(200);
    }
    for coding in ["gzip", "br", "deflate", "zstd", "identity, gzip", "x"] {
        patient.with("Content-Encoding", coding).send("PATCH", "/me", "{}").await.expect_problem(415, "media-type");
    }
    patient.with("Content-Encoding", "identity").send("PATCH", "/me", "{}").await.expect(200);
}

#[actix_web::test]
async fn query_strings_are_held_to_what_is_known() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let many: Vec<_> = (0..21).map(|number| format!("p{number}=1")).collect();
    for query in [
        "limit=1&limit=2",
        "limit=1&limit=1",
        "lim%69t=1&limit=2",
        "other=1",
        "limit=one",
        "limit=1.5",
        "cursor=%00",
        "cursor=%ff",
        &many.join("&"),
    ] {
        admin.get(&format!("/users?{query}")).await.expect_problem(422, "invalid");
    }
    for query in ["", "limit=1", "cursor=", "limit=200&cursor="] {
        admin.get(&format!("/users?{query}")).await.expect(200);
    }
}

#[actix_web::test]
async fn an_address_that_names_nothing_is_404() {
    let server = TestServer::start().await;
    let provider = server.provider().await;
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v1/nothing",
        "/api/v2/me",
        "/api/v1/patients/nonsense",
        "/api/v1/patients/0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d",
        "/api/v1/patients/0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d/nothing",
        "/api/v1/patients/%00",
        "/api/v1/patients/%ff",
        "/api/v1/instruments/%00",
        "/api/v1/me/",
        "/api/v1//me",
    ] {
        provider.get(path).await.expect_problem(404, "not-found");
    }
}

#[actix_web::test]
async fn an_operation_that_is_not_there_is_405() {
    let server = TestServer::start().await;
    let patient = server.patient().await;
    for (method, path) in [
        ("DELETE", "/me"),
        ("POST", "/me"),
        ("GET", "/auth/login"),
        ("PUT", "/auth/logout"),
        ("DELETE", "/clinic"),
        ("POST", "/meta"),
    ] {
        patient.send(method, path, "").await.expect_problem(405, "method-not-allowed");
    }
    assert_eq!(patient.delete("/me").await.header("allow"), "GET, PATCH");
}

/// The headers of an answer that hold a browser back, one a line.
fn security_headers(answer: &Answer) -> String {
    let names = [
        "content-security-policy",
        "strict-transport-security",
        "x-content-type-options",
        "referrer-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "x-frame-options",
        "permissions-policy",
        "server",
        "x-powered-by",
        "access-control-allow-origin",
    ];
    let given = names.into_iter().filter(|name| !answer.header(name).is_empty());
    given.map(|name| format!("{name}: {}\n", answer.header(name))).collect::<Vec<_>>().concat()
}

/// SECURITY_REQUIREMENTS.md 4: of the shell, of the API, and of failures.
#[actix_web::test]
async fn the_headers_hold_a_page_back() {
    for (scheme, address) in [("http", None), ("https", Some("https://yarrow.alder-row.example".to_owned()))] {
        let server = TestServer::start_with(|config| config.server.public_url = address).await;
        let patient = server.patient().await;
        insta::assert_snapshot!(format!("headers_of_the_shell_on_{scheme}"), security_headers(&server.anyone().get("/").await));
        let me = patient.get("/me").await.expect(200);
        insta::assert_snapshot!(format!("headers_of_the_api_on_{scheme}"), security_headers(&me));
        assert_eq!((me.header("cache-control"), me.header("content-type")), ("no-store", "application/json; charset=utf-8"));
        for failure in [
            server.anyone().get("/me").await.expect(401),
            patient.get("/users").await.expect(403),
            patient.get("/nothing").await.expect(404),
            patient.delete("/me").await.expect(405),
            patient.with("Content-Encoding", "gzip").send("PATCH", "/me", "x").await.expect(415),
            patient.send("PATCH", "/me", "7").await.expect(422),
        ] {
            assert_eq!(security_headers(&failure), security_headers(&me));
            assert_eq!(failure.header("cache-control"), "no-store");
        }
    }
}

/// Sends bytes as they are, and reads until the server closes or says nothing more for a while.
fn raw(server: &TestServer, bytes: &[u8]) -> String {
    let address = server.address().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut chunk) {
        answer.extend_from_slice(&chunk[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[actix_web::test]
async fn what_is_hardly_http_is_answered_all_the_same() {
    let server = TestServer::start().await;
    let login = json!({"email": "a@b.example", "password": PASSWORD}).to_string();
    let bytes = login.len();
    for (request, status) in [
        (format!("POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {bytes}\r\nConnection: close\r\n\r\n{login}"), "401"),
        ("GET /api/v1/me HTTP/1.1\r\nHost: x\r\nCookie: at=\"\\; rt=%%%\r\nConnection: close\r\n\r\n".into(), "401"),
        ("GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \u{e9}\r\nConnection: close\r\n\r\n".into(), "401"),
        ("GET /api/v1/meta?%zz&== HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".into(), "200"),
        ("POST /caseload HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".into(), "405"),
        ("HEAD /caseload HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".into(), "200"),
        ("BREW /api/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".into(), "405"),
        ("POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n".into(), "400"),
        ("nonsense\r\n\r\n".into(), "400"),
    ] {
        let answer = raw(&server, request.as_bytes());
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{request:?}: {answer:?}");
    }
}
