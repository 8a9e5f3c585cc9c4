//! PostgreSQL: a bounded pool; each write is a transaction of its own.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ManageConnection, Pool};
use diesel::result::{DatabaseErrorKind, Error as DbError};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl};

use super::told::{Board, CHANNEL, Listener};
use super::{DbConnection, OpenError, Reach, migrate};
use crate::error::{Error, Result};

/// Connections that one server holds at the most.
const CONNECTIONS: u32 = 16;
/// How often a transaction runs that the database could not serialise.
const TRIES: u32 = 4;
/// How often a server looks for what others have told.
const HEAR_EVERY: Duration = Duration::from_millis(200);

pub(super) struct Postgres {
    pool: Pool<Manager>,
    url: String,
    /// Whether a thread hears what is told.
    is_hearing: Arc<Mutex<bool>>,
}

struct Manager {
    url: String,
}

impl ManageConnection for Manager {
    type Connection = DbConnection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> std::result::Result<DbConnection, Self::Error> {
        let mut connection = PgConnection::establish(&self.url).map_err(diesel::r2d2::Error::ConnectionError)?;
        connection
            .batch_execute(
                "SET statement_timeout = '5s'; SET lock_timeout = '3s'; SET idle_in_transaction_session_timeout = '10s'; SET TIME ZONE 'UTC';",
            )
            .map_err(diesel::r2d2::Error::QueryError)?;
        Ok(DbConnection::Postgres(connection))
    }

    fn is_valid(&self, connection: &mut DbConnection) -> std::result::Result<(), Self::Error> {
        connection.batch_execute("SELECT 1").map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, connection: &mut DbConnection) -> bool {
        match connection {
            DbConnection::Postgres(connection) => diesel::r2d2::R2D2Connection::is_broken(connection),
            DbConnection::Sqlite(_) => true,
        }
    }
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    setting: String,
}

impl Postgres {
    pub(super) fn open(url: &str) -> std::result::Result<Self, OpenError> {
        require_safe_transport(url)?;
        let unreachable = |why: String| OpenError::Unreachable(why);
        let mut first = PgConnection::establish(url).map_err(|why| unreachable(why.to_string()))?;
        let settings: Vec<Setting> = diesel::sql_query(
            "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') ORDER BY name",
        )
        .load(&mut first)
        .map_err(|why| unreachable(why.to_string()))?;
        if let Some(off) = settings.iter().find(|setting| setting.setting == "off") {
            return Err(OpenError::Unsafe(format!(
                "PostgreSQL runs with {} = off, and could lose answers it has acknowledged: turn it on, then start again",
                off.name
            )));
        }
        let mut first = DbConnection::Postgres(first);
        migrate::run(&mut first)?;
        let pool = Pool::builder()
            .max_size(CONNECTIONS)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(5))
            .test_on_check_out(false)
            .build(Manager { url: url.to_owned() })
            .map_err(|why| unreachable(why.to_string()))?;
        Ok(Self { pool, url: url.to_owned(), is_hearing: Arc::default() })
    }

    /// Hears what is told from now on. The first who listens begins a connection and a thread for it; where that connection is
    /// lost all who listen are told so, and the next one begins another.
    pub(super) async fn listen(&self, board: &Board) -> Result<Listener> {
        let (url, is_hearing, board) = (self.url.clone(), Arc::clone(&self.is_hearing), board.clone());
        let listening = tokio::task::spawn_blocking(move || {
            let mut is_begun = is_hearing.lock().unwrap_or_else(PoisonError::into_inner);
            if !*is_begun {
                let connection = hear_on(&url)?;
                let (until_gone, heard) = (Arc::downgrade(&is_hearing), board.clone());
                let thread = std::thread::Builder::new().name("listener".into());
                thread.spawn(move || hear(connection, &heard, &until_gone)).map_err(|why| Error::Internal(Box::new(why)))?;
                *is_begun = true;
            }
            Ok(board.listen())
        });
        listening.await.unwrap_or_else(|why| Err(Error::Internal(Box::new(why))))
    }

    pub(super) async fn read<T, F>(&self, reach: Reach, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut DbConnection) -> Result<T> + Send + 'static,
    {
        self.on_a_connection(move |connection| {
            begin(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", reach)?;
            end(connection, work)
        })
        .await
    }

    pub(super) async fn write<T, F>(&self, reach: Reach, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut DbConnection) -> Result<T> + Send + 'static,
    {
        self.on_a_connection(move |connection| {
            let mut tries = 0;
            loop {
                tries += 1;
                begin(connection, "BEGIN", reach)?;
                let mut must_retry = false;
                let outcome = end(connection, |connection| {
                    let outcome = work(connection);
                    must_retry = matches!(outcome, Err(Error::Unavailable));
                    outcome
                });
                if outcome.is_ok() || !must_retry || tries == TRIES || is_gone(connection) {
                    return outcome;
                }
            }
        })
        .await
    }

    /// The same on this thread, for work that waits for its reader between statements.
    pub(super) fn read_apart<T>(&self, reach: Reach, work: impl FnOnce(&mut DbConnection) -> Result<T>) -> Result<T> {
        let mut connection = self.pool.get().map_err(|why| no_connection(&why))?;
        begin(&mut connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", reach)?;
        end(&mut connection, |connection| {
            connection.batch_execute("SET LOCAL idle_in_transaction_session_timeout = '60s'")?;
            work(connection)
        })
    }

    async fn on_a_connection<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut DbConnection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let pool = self.pool.clone();
        let outcome = tokio::task::spawn_blocking(move || {
            let mut connection = pool.get().map_err(|why| no_connection(&why))?;
            work(&mut connection)
        });
        outcome.await.unwrap_or_else(|why| Err(Error::Internal(Box::new(why))))
    }
}

fn hear_on(url: &str) -> Result<PgConnection> {
    let mut connection = PgConnection::establish(url).map_err(|why| {
        tracing::error!(cause = %why, "no connection to PostgreSQL to hear what is told");
        Error::Unavailable
    })?;
    connection.batch_execute(&format!("LISTEN {CHANNEL}"))?;
    Ok(connection)
}

/// Passes on what is told, until the connection is lost or the database is closed.
fn hear(mut connection: PgConnection, board: &Board, is_hearing: &Weak<Mutex<bool>>) {
    while is_hearing.strong_count() > 0 {
        let mut heard = connection.notifications_iter();
        let lost = heard.find_map(|notification| match notification {
            Ok(notification) => {
                match serde_json::from_str(&notification.payload) {
                    Ok(told) => board.publish(told),
                    // Another version of the server tells what this one does not know.
                    Err(_) => board.end(),
                }
                None
            }
            Err(why) => Some(why),
        });
        drop(heard);
        if let Some(why) = lost {
            tracing::warn!(cause = %why, "the connection that hears what is told is lost");
            break;
        }
        std::thread::sleep(HEAR_EVERY);
    }
    if let Some(is_hearing) = is_hearing.upgrade() {
        *is_hearing.lock().unwrap_or_else(PoisonError::into_inner) = false;
        board.end();
    }
}

fn no_connection(why: &diesel::r2d2::PoolError) -> Error {
    tracing::error!(cause = %why, "no connection to PostgreSQL");
    Error::Unavailable
}

fn is_gone(connection: &mut DbConnection) -> bool {
    connection.batch_execute("SELECT 1").is_err()
}

/// Begins a transaction that can touch the rows of `reach` only.
fn begin(connection: &mut DbConnection, statement: &str, reach: Reach) -> Result<()> {
    let reach = match reach {
        Reach::Clinic(clinic) => clinic.to_string(),
        Reach::Installation => "installation".to_owned(),
    };
    // One round trip; the value is a UUID or a word of ours, never text from a request.
    connection.batch_execute(&format!("{statement}; SET LOCAL app.reach = '{reach}'"))?;
    Ok(())
}

/// Runs the work and commits, or rolls back where it failed or panicked.
fn end<T>(connection: &mut DbConnection, work: impl FnOnce(&mut DbConnection) -> Result<T>) -> Result<T> {
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(connection)))
        .unwrap_or_else(|_| Err(Error::Internal("database work panicked".into())));
    let close = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
    match (connection.batch_execute(close), outcome) {
        (Ok(()), outcome) => outcome,
        (Err(DbError::DatabaseError(DatabaseErrorKind::SerializationFailure, _)), Ok(_)) => Err(Error::Unavailable),
        (Err(why), Ok(_)) => Err(why.into()),
        (Err(_), Err(why)) => Err(why),
    }
}

/// A PostgreSQL that is not on this machine needs a build that can check its certificate.
fn require_safe_transport(url: &str) -> std::result::Result<(), OpenError> {
    let (authority, query) = parts(url);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let name = if host.starts_with('[') {
        host.split(']').next().unwrap_or_default().trim_start_matches('[')
    } else {
        host.split(':').next().unwrap_or_default()
    };
    let is_local = matches!(name, "" | "localhost" | "127.0.0.1" | "::1") || name.starts_with("%2F") || name.starts_with("%2f");
    if is_local && !query.contains("host=") {
        return Ok(());
    }
    if query.contains("host=/") || query.contains("host=%2F") {
        return Ok(());
    }
    if cfg!(feature = "postgres-tls") && query.contains("sslmode=verify-full") {
        return Ok(());
    }
    Err(OpenError::Unsafe(
        "this PostgreSQL is on another machine: use a build with `--features postgres-tls` and add sslmode=verify-full to DATABASE_URL".into(),
    ))
}

fn parts(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    (before.split('/').next().unwrap_or_default(), query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postgres_on_another_machine_needs_tls() {
        for local in [
            "postgres:///yarrow",
            "postgres://yarrow@localhost/yarrow",
            "postgres://u:p@127.0.0.1:5433/y",
            "postgres://u@[::1]:5432/y",
            "postgres://u@%2Fvar%2Frun/y",
            "postgres:///y?host=/tmp/pg",
        ] {
            assert!(require_safe_transport(local).is_ok(), "{local}");
        }
        for far in ["postgres://u@db.example/y", "postgres://u:p@10.0.0.4:5432/y", "postgres://localhost/y?host=db.example"] {
            assert!(require_safe_transport(far).is_err(), "{far}");
        }
    }
}
