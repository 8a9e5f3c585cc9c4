//! For tests: which statements a piece of work runs, and how SQLite would carry them out.

use std::sync::{Arc, Mutex, PoisonError};

use diesel::connection::{Connection, InstrumentationEvent};
use diesel::{QueryableByName, RunQueryDsl};

use super::DbConnection;
use crate::error::Result;

/// Statements of a connection in their order, without the values that were bound, until `end`.
pub struct Noted(Arc<Mutex<Vec<String>>>);

impl Noted {
    /// Notes what the connection is asked from now on.
    pub fn begin(conn: &mut DbConnection) -> Self {
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = Arc::clone(&seen);
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                let text = query.to_string();
                let text = text.split(" -- binds").next().unwrap_or_default().to_owned();
                noted.lock().unwrap_or_else(PoisonError::into_inner).push(text);
            }
        });
        Self(seen)
    }

    /// What the connection was asked since.
    pub fn end(self, conn: &mut DbConnection) -> Vec<String> {
        conn.set_instrumentation(|_: InstrumentationEvent<'_>| ());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Runs `work` and notes its statements.
pub fn note<T>(conn: &mut DbConnection, work: impl FnOnce(&mut DbConnection) -> Result<T>) -> Result<(Vec<String>, T)> {
    let noted = Noted::begin(conn);
    let outcome = work(conn);
    let seen = noted.end(conn);
    Ok((seen, outcome?))
}

#[derive(Debug, QueryableByName)]
struct Step {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

/// The steps in which SQLite would carry a statement out: `SEARCH` finds rows by an index, `SCAN` walks over a table.
pub fn plan(conn: &mut DbConnection, statement: &str) -> Result<Vec<String>> {
    let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load(conn)?;
    Ok(steps.into_iter().map(|step| step.detail).collect())
}
