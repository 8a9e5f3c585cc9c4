//! The real program, started as a clinic starts it.

use std::io::{BufRead, BufReader, Lines};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Answer, PASSWORD};

/// A folder for one installation.
pub struct Installation(pub PathBuf);

impl Installation {
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("yarrow_program_{}_{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// The program with these words, which knows this folder and nothing of its surroundings.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
        command
            .args(words)
            .env_clear()
            .env("YARROW_DATA_DIR", &self.0)
            .env("YARROW_LISTEN", "127.0.0.1:0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    pub fn serve(&self) -> Program {
        Program::of(self.command(&[]).stderr(Stdio::null()))
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A server that runs, until it is ended, killed or dropped.
pub struct Program {
    pub child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    pub fn of(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// What stands behind `start` on the next line.
    pub fn line(&mut self, start: &str) -> String {
        let line = self.lines.next().expect("another line").unwrap();
        line.strip_prefix(start).unwrap_or_else(|| panic!("{start}…: {line}")).to_owned()
    }

    /// Asks it to end, as a service manager does.
    pub fn end(mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
        (self.child.wait().unwrap(), began.elapsed())
    }

    /// Asks it to end, and reads the lines that nobody has read.
    pub fn end_and_read(mut self) -> (ExitStatus, String) {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
        let rest = self.lines.by_ref().map(Result::unwrap).collect();
        (self.child.wait().unwrap(), rest)
    }

    /// Ends it as a power cut does: with SIGKILL.
    pub fn kill(mut self) {
        drop(self.child.kill());
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The token of a set-up link.
pub fn setup_token(link: &str) -> &str {
    link.split_once("/setup#token=").expect("a set-up link").1
}

/// What makes a clinic and its first user, `okafor@alder-row.example`.
pub fn setup_body(token: &str, name: &str) -> Value {
    json!({
        "token": token,
        "clinic": {"name": name, "time_zone": "America/Denver", "country": "US"},
        "admin": {"name": "Imani Okafor", "email": "okafor@alder-row.example", "password": PASSWORD},
    })
}

/// Sets a clinic up.
pub async fn set_up(address: &str, token: &str, name: &str) -> Answer {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let sent = client.post(format!("{address}/api/v1/setup")).json(&setup_body(token, name)).send().await;
    Answer::read(sent.unwrap()).await
}
