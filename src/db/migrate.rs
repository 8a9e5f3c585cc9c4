//! Brings the tables up to date, in a transaction under a lock.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::DbConnection;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The advisory lock that servers starting together on one PostgreSQL take in turn: "yarrow" in ASCII.
const LOCK: i64 = 0x7961_7272_6f77;

/// Why the tables could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A statement of a migration failed; the database is as it was before that migration.
    #[error("the database's tables could not be brought up to date: {0}")]
    Failed(String),
    /// A newer Yarrow has already changed this database.
    #[error("this database was made by a newer Yarrow (it has the migration {0}): start that version instead")]
    Newer(String),
    /// A server of another version holds this database.
    #[error("a Yarrow of an older version is running on this database: stop it first, or use its own program")]
    Older,
    /// Rows point at rows that are not there.
    #[error("the database has {0} references to rows that do not exist: restore a backup or ask for help before starting")]
    Broken(usize),
}

impl From<diesel::result::Error> for MigrationError {
    fn from(why: diesel::result::Error) -> Self {
        failed(why)
    }
}

#[derive(QueryableByName)]
struct BrokenReference {
    #[diesel(sql_type = diesel::sql_types::Text)]
    #[expect(dead_code, reason = "only the number of rows counts")]
    table: String,
}

/// Applies what is missing. Killed in the middle, it can be run again.
pub(super) fn run(connection: &mut DbConnection) -> Result<(), MigrationError> {
    match connection {
        DbConnection::Sqlite(connection) => {
            connection.batch_execute("PRAGMA foreign_keys = OFF").map_err(failed)?;
            // Looking at every reference takes seconds in a large file: only when tables were changed, and in the same
            // transaction, so that a file which fails stays as it was.
            connection
                .transaction(|connection| if apply(connection, SQLITE)? { check_references(connection) } else { Ok(()) })?;
            connection.batch_execute("PRAGMA foreign_keys = ON").map_err(failed)
        }
        DbConnection::Postgres(connection) => {
            connection.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})")).map_err(failed)?;
            let outcome = apply(connection, POSTGRES);
            connection.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})")).map_err(failed)?;
            outcome.map(drop)
        }
    }
}

/// Refuses tables that a running server of an older version still works with.
pub(super) fn require_current(connection: &mut DbConnection) -> Result<(), MigrationError> {
    let has_pending = match connection {
        DbConnection::Sqlite(connection) => connection.has_pending_migration(SQLITE).map_err(failed)?,
        DbConnection::Postgres(connection) => connection.has_pending_migration(POSTGRES).map_err(failed)?,
    };
    if has_pending { Err(MigrationError::Older) } else { Ok(()) }
}

fn check_references(connection: &mut SqliteConnection) -> Result<(), MigrationError> {
    let broken: Vec<BrokenReference> = diesel::sql_query("PRAGMA foreign_key_check").load(connection).map_err(failed)?;
    if broken.is_empty() { Ok(()) } else { Err(MigrationError::Broken(broken.len())) }
}

/// Runs the migrations that are missing. Returns whether there were any.
fn apply<C, DB>(connection: &mut C, known: EmbeddedMigrations) -> Result<bool, MigrationError>
where
    DB: diesel::backend::Backend,
    C: Connection<Backend = DB> + MigrationHarness<DB>,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let versions: Vec<MigrationVersion<'static>> = MigrationSource::<DB>::migrations(&known)
        .map_err(failed)?
        .iter()
        .map(|migration| migration.name().version().as_owned())
        .collect();
    if let Some(newer) = connection.applied_migrations().map_err(failed)?.iter().find(|applied| !versions.contains(applied)) {
        return Err(MigrationError::Newer(newer.to_string()));
    }
    Ok(!connection.run_pending_migrations(known).map_err(failed)?.is_empty())
}

#[expect(clippy::needless_pass_by_value, reason = "used as `map_err(failed)`")]
fn failed(why: impl ToString) -> MigrationError {
    MigrationError::Failed(why.to_string())
}
