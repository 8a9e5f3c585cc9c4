//! A database for one test: a SQLite file, or a PostgreSQL database where `TEST_DATABASE_URL` names a server.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

/// Goes away with its test.
pub enum TestDatabase {
    Sqlite(PathBuf),
    Postgres { server: String, name: String },
}

impl TestDatabase {
    /// An empty database.
    pub fn make() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("yarrow_test_{}_{number}", std::process::id());
        match std::env::var("TEST_DATABASE_URL") {
            Err(_) => {
                let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
                std::fs::create_dir_all(&folder).expect("the folder for test files can be made");
                Self::Sqlite(folder)
            }
            Ok(server) => {
                run(&server, &format!("CREATE DATABASE {name}"));
                Self::Postgres { server, name }
            }
        }
    }

    /// What `DATABASE_URL` would say.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => folder.join("yarrow.db").display().to_string(),
            Self::Postgres { server, name } => {
                let (before, query) =
                    server.split_once('?').map_or((server.as_str(), None), |(before, query)| (before, Some(query)));
                let authority = before.split('/').nth(2).unwrap_or_default();
                let query = query.map(|query| format!("?{query}")).unwrap_or_default();
                format!("postgres://{authority}/{name}{query}")
            }
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        match self {
            Self::Sqlite(folder) => drop(std::fs::remove_dir_all(folder)),
            Self::Postgres { server, name } => run(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")),
        }
    }
}

fn run(server: &str, statement: &str) {
    let mut connection = PgConnection::establish(server).expect("TEST_DATABASE_URL can be reached");
    connection.batch_execute(statement).expect("the test's database can be made and dropped");
}
