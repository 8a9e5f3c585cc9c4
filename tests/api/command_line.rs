//! The program as it is started: what it prints, and how it ends.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use crate::support::program::{Installation, set_up, setup_token};

#[actix_web::test]
async fn a_fresh_server_prints_its_address_and_a_link_and_ends_in_peace() {
    let installation = Installation::new();
    let mut server = installation.serve();
    let address = server.line("listening on ");
    assert!(address.starts_with("http://127.0.0.1:") && !address.ends_with(":0"), "{address}");
    let link = server.line("set up at ");
    assert!(link.starts_with(&address), "{link}");
    set_up(&address, setup_token(&link), "Alder Row").await.expect(201);
    // A connection that idles keeps nobody waiting.
    let mut idle = TcpStream::connect(address.strip_prefix("http://").unwrap()).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let (status, took) = server.end();
    assert_eq!(status.code(), Some(0));
    assert!(took < Duration::from_secs(20), "{took:?}");

    let mut again = installation.serve();
    again.line("listening on ");
    let (status, _) = again.end();
    assert_eq!(status.code(), Some(0));
}

#[actix_web::test]
async fn a_restart_takes_the_older_link_back() {
    let installation = Installation::new();
    let mut server = installation.serve();
    server.line("listening on ");
    let older = server.line("set up at ");
    drop(server);
    let mut server = installation.serve();
    let address = server.line("listening on ");
    let newer = server.line("set up at ");
    set_up(&address, setup_token(&older), "Alder Row").await.expect_problem(401, "unauthenticated");
    set_up(&address, setup_token(&newer), "Alder Row").await.expect(201);
    set_up(&address, setup_token(&newer), "Alder Row").await.expect_problem(404, "not-found");
}

#[actix_web::test]
async fn another_clinic_is_added_beside_a_running_server() {
    let installation = Installation::new();
    let mut server = installation.serve();
    let address = server.line("listening on ");
    let first = server.line("set up at ");
    set_up(&address, setup_token(&first), "Alder Row").await.expect(201);
    let added = installation.run(&["clinic", "add"]);
    assert!(added.status.success(), "{added:?}");
    let added = String::from_utf8(added.stdout).unwrap();
    let link = added.strip_prefix("set up at ").expect(&added).trim();
    let made = set_up(&address, setup_token(link), "Birch House").await.expect(201);
    assert_eq!(made["clinic"]["name"], "Birch House");
}

#[test]
fn the_caseload_is_rebuilt_beside_a_running_server() {
    let installation = Installation::new();
    let mut server = installation.serve();
    server.line("listening on ");
    let rebuilt = installation.run(&["caseload", "rebuild"]);
    assert!(rebuilt.status.success(), "{rebuilt:?}");
    assert!(String::from_utf8_lossy(&rebuilt.stdout).starts_with("0 rows of the caseload"), "{rebuilt:?}");
}

#[test]
fn two_servers_on_one_file_are_refused() {
    let installation = Installation::new();
    let mut server = installation.serve();
    server.line("listening on ");
    let second = installation.run(&[]);
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("in use by another Yarrow server"), "{second:?}");
}

#[test]
fn what_cannot_be_is_said_in_a_sentence() {
    let installation = Installation::new();
    for (words, name, value, sentence) in [
        (vec!["serve"], "DATABASE_URL", "mysql://root:hunter2@db/x", "knows sqlite:// and postgres:// only"),
        (vec!["check-config"], "YARROW_LISTEN", "nowhere", "YARROW_LISTEN must be"),
        (vec!["serve"], "YARROW_LISTEN", "0.0.0.0:0", "without TLS"),
        (vec!["migrate"], "DATABASE_URL", "postgres://yarrow:hunter2@127.0.0.1:1/x", "cannot be reached"),
        (vec!["fly"], "RUST_LOG", "info", "usage: yarrow"),
    ] {
        let ended = installation.command(&words).env(name, value).output().unwrap();
        let told = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{told}");
        assert!(told.starts_with("yarrow: ") && told.contains(sentence), "{told}");
        assert!(!told.contains("hunter2") && !told.contains("panicked"), "{told}");
        assert!(ended.stdout.is_empty());
    }
}

#[test]
fn the_settings_are_printed_without_their_secrets() {
    let installation = Installation::new();
    let checked =
        installation.command(&["check-config"]).env("DATABASE_URL", "postgres://yarrow:hunter2@127.0.0.1/y").output().unwrap();
    assert!(checked.status.success());
    let told = String::from_utf8(checked.stdout).unwrap();
    assert!(told.contains("YARROW_LISTEN=127.0.0.1:0") && !told.contains("hunter2"), "{told}");
}

#[test]
fn tables_are_brought_up_to_date_without_serving() {
    let installation = Installation::new();
    let migrated = installation.run(&["migrate"]);
    assert!(migrated.status.success(), "{migrated:?}");
    assert!(installation.0.join("yarrow.db").exists());
}
