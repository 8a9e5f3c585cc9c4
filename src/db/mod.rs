//! One way to the database, whichever it is: `read` runs a closure on a reading connection, `write` is a transaction.

mod connection;
mod migrate;
#[cfg(test)]
pub mod noted;
mod postgres;
mod prepared;
pub mod schema;
mod sqlite;
mod told;
pub mod types;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

pub use connection::{DbConnection, MultiBackend};
pub use migrate::MigrationError;
pub(crate) use prepared::UpdateOne;
pub use told::{About, Listener, Told, tell};
pub(crate) use types::words;
pub use types::{Id, LocalDate, Timestamp};

use self::told::Board;
use crate::clinic::Clinic;
use crate::error::{Error, Result};

/// Compiles a statement once per database, for what the common connection does not carry
/// (`on_conflict`, inserting a `Vec`), and for the statements of every day's requests: the common connection writes their
/// SQL anew each time.
///
/// What is found by a key is asked for with `get_result`: the bound `LIMIT` of `first` has SQLite prepare it anew.
macro_rules! on_backend {
    ($conn:expr, |$inner:ident| $statement:expr) => {
        match $conn {
            $crate::db::DbConnection::Postgres($inner) => $statement,
            $crate::db::DbConnection::Sqlite($inner) => $statement,
        }
    };
}
pub(crate) use on_backend;

/// Where the database lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// One file on a local disk.
    Sqlite(PathBuf),
    /// A PostgreSQL connection URL.
    Postgres(String),
}

impl Location {
    /// Reads `DATABASE_URL`: `sqlite://path`, a plain path, or `postgres://…`. Any other scheme is refused.
    pub fn parse(url: &str) -> std::result::Result<Self, String> {
        match url.split_once("://") {
            None if url.is_empty() => Err("DATABASE_URL is empty: give a file's path or a postgres:// URL".into()),
            None => Ok(Self::Sqlite(url.into())),
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(url.into())),
            Some((scheme, _)) => {
                Err(format!("DATABASE_URL has the scheme {scheme}://, but Yarrow knows sqlite:// and postgres:// only"))
            }
        }
    }
}

/// Whose rows a piece of work may touch. On PostgreSQL row-level security holds it to that.
#[derive(Debug, Clone, Copy)]
pub enum Reach {
    /// One clinic's rows.
    Clinic(Id<Clinic>),
    /// All of the installation: sign-in, set-up and the server's command line.
    Installation,
}

/// Reads that may go on apart at one time. Source: PERFORMANCE.md, "What decides" 3.
const READS_APART: usize = 4;
/// How long one more waits for its turn.
const WAIT_APART: Duration = Duration::from_secs(5);

/// The database: cheap to clone, shared by every handler.
#[derive(Clone)]
pub struct Database(Arc<Engine>, Arc<Semaphore>, Board);

enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Database {
    /// Opens the database and brings its tables up to date, under a lock.
    pub fn open(location: &Location) -> std::result::Result<Self, OpenError> {
        let board = Board::new();
        let engine = match location {
            Location::Sqlite(path) => Engine::Sqlite(sqlite::Sqlite::open(path, &board)?),
            Location::Postgres(url) => Engine::Postgres(postgres::Postgres::open(url)?),
        };
        Ok(Self::on(engine, board))
    }

    /// Opens the database beside a running server, for a short command.
    pub fn open_beside(location: &Location) -> std::result::Result<Self, OpenError> {
        let board = Board::new();
        let engine = match location {
            Location::Sqlite(path) => Engine::Sqlite(sqlite::Sqlite::open_beside(path, &board)?),
            Location::Postgres(url) => Engine::Postgres(postgres::Postgres::open(url)?),
        };
        Ok(Self::on(engine, board))
    }

    fn on(engine: Engine, board: Board) -> Self {
        Self(Arc::new(engine), Arc::new(Semaphore::new(READS_APART)), board)
    }

    /// Hears what is told from now on by the writes of this server, and on PostgreSQL of every other one. On SQLite the writes of
    /// a command beside the server are not heard.
    pub async fn listen(&self) -> Result<Listener> {
        match &*self.0 {
            Engine::Sqlite(_) => Ok(self.2.listen()),
            Engine::Postgres(engine) => engine.listen(&self.2).await,
        }
    }

    /// Ends what everybody hears: the server stops.
    pub fn end_listening(&self) {
        self.2.end();
    }

    /// Runs `work` on a reading connection. It sees what was committed before it began.
    pub async fn read<T, F>(&self, reach: Reach, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut DbConnection) -> Result<T> + Send + 'static,
    {
        match &*self.0 {
            Engine::Sqlite(engine) => engine.read(work),
            Engine::Postgres(engine) => engine.read(reach, work).await,
        }
    }

    /// The same for work that takes longer than a request may (exports): on a connection and a thread of its own, so that
    /// no worker waits for it. All of it sees one state. A few go on at a time; who finds no place is answered 503.
    pub async fn read_apart<T, F>(&self, reach: Reach, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut DbConnection) -> Result<T> + Send + 'static,
    {
        let place = tokio::time::timeout(WAIT_APART, Arc::clone(&self.1).acquire_owned()).await;
        let Ok(Ok(place)) = place else { return Err(Error::Unavailable) };
        let engine = Arc::clone(&self.0);
        let outcome = tokio::task::spawn_blocking(move || {
            let _place = place;
            match &*engine {
                Engine::Sqlite(engine) => engine.read_apart(work),
                Engine::Postgres(engine) => engine.read_apart(reach, work),
            }
        });
        outcome.await.unwrap_or_else(|why| Err(Error::Internal(Box::new(why))))
    }

    /// Runs `work` as one transaction; the answer comes after its COMMIT, and an error undoes all of it.
    ///
    /// On PostgreSQL `work` runs again when the database reports a serialization failure, three times at most.
    pub async fn write<T, F>(&self, reach: Reach, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut DbConnection) -> Result<T> + Send + 'static,
    {
        match &*self.0 {
            Engine::Sqlite(engine) => engine.write(work).await,
            Engine::Postgres(engine) => engine.write(reach, work).await,
        }
    }

    /// Whether a write transaction can be made now.
    pub async fn is_writable(&self) -> bool {
        self.write(Reach::Installation, |_| Ok(())).await.is_ok()
    }

    /// Whether this is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        matches!(&*self.0, Engine::Postgres(_))
    }
}

/// Why the database could not be opened, in words for the person who starts the server.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file or server could not be reached.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// Another server holds the file.
    #[error("{0} is in use by another Yarrow server: stop that one first, or give this one a database of its own")]
    InUse(PathBuf),
    /// The database runs with settings under which acknowledged answers could be lost.
    #[error("{0}")]
    Unsafe(String),
    /// The tables could not be brought up to date.
    #[error(transparent)]
    Migration(#[from] MigrationError),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error as Db};
        if matches!(&error, Db::DatabaseError(Kind::UniqueViolation, _)) {
            // What is unique is asked for before it is written, so somebody else wrote it in between.
            return Self::Conflict("somebody stored the same at the same moment; nothing was changed: read it again");
        }
        let is_away = match &error {
            Db::DatabaseError(Kind::UnableToSendCommand | Kind::ClosedConnection | Kind::SerializationFailure, _) => true,
            Db::DatabaseError(_, why) => {
                let why = why.message();
                [
                    "database is locked",
                    "disk is full",
                    "disk I/O error",
                    "statement timeout",
                    "lock timeout",
                    "deadlock",
                    "too many connections",
                    "read-only",
                ]
                .iter()
                .any(|sign| why.contains(sign))
            }
            _ => false,
        };
        if is_away {
            tracing::error!(cause = %error, "the database did not answer");
            return Self::Unavailable;
        }
        Self::Internal(Box::new(error))
    }
}
