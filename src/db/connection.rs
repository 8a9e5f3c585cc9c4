//! A connection to either database, chosen at run time.
#![expect(missing_docs, reason = "Diesel's derive writes items without")]

use diesel::{PgConnection, SqliteConnection};

/// A connection to either database; ordinary Diesel works on it.
#[derive(diesel::MultiConnection)]
pub enum DbConnection {
    /// PostgreSQL, by URL.
    Postgres(PgConnection),
    /// The embedded database.
    Sqlite(SqliteConnection),
}
