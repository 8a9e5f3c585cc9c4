//! What was written, told after its COMMIT: in this server, and on PostgreSQL in every other one that shares the database.

use std::cell::RefCell;

use diesel::sql_types::Text;
use diesel::{RunQueryDsl, sql_query};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::{self, Receiver, Sender};
use uuid::Uuid;

use super::{DbConnection, Id};
use crate::clinic::Clinic;
use crate::error::{Error, Result};

/// Things told that wait for a slow listener; one that is further behind is cut off.
const WAITING: usize = 256;
/// The channel on PostgreSQL.
pub(super) const CHANNEL: &str = "yarrow_told";

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChangedThing)]
pub enum About {
    /// A session, who has come for it, or when sessions are planned.
    Sessions,
    /// Which questionnaires are asked and answered.
    Questionnaires,
    /// Alerts.
    Alerts,
}

/// One thing that changed: where, of what kind and which; never what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The clinic.
    pub clinic: Id<Clinic>,
    /// Its kind.
    pub about: About,
    /// Its id; none where several may have changed.
    pub id: Option<Uuid>,
}

thread_local! {
    /// What the write of this thread has to tell once it is committed. Only SQLite's writer comes by here.
    static UNTOLD: RefCell<Vec<Told>> = const { RefCell::new(Vec::new()) };
}

/// Tells of a change with the transaction that makes it: never before its COMMIT, and not at all where it is undone.
pub fn tell(conn: &mut DbConnection, told: Told) -> Result<()> {
    match conn {
        DbConnection::Sqlite(_) => UNTOLD.with_borrow_mut(|untold| untold.push(told)),
        DbConnection::Postgres(conn) => {
            let text = serde_json::to_string(&told).map_err(|why| Error::Internal(Box::new(why)))?;
            sql_query("SELECT pg_notify($1, $2)").bind::<Text, _>(CHANNEL).bind::<Text, _>(text).execute(conn)?;
        }
    }
    Ok(())
}

/// What the write that just ran on this thread has to tell.
pub(super) fn take_untold() -> Vec<Told> {
    UNTOLD.take()
}

/// Where listeners hear what was told.
#[derive(Debug, Clone)]
pub(super) struct Board(Sender<Option<Told>>);

impl Board {
    pub(super) fn new() -> Self {
        Self(broadcast::channel(WAITING).0)
    }

    /// Tells everybody who listens now.
    pub(super) fn publish(&self, told: Told) {
        // Nobody may be listening.
        let _ = self.0.send(Some(told));
    }

    /// Ends what everybody hears: something may have been missed, or the server stops.
    pub(super) fn end(&self) {
        let _ = self.0.send(None);
    }

    pub(super) fn listen(&self) -> Listener {
        Listener(self.0.subscribe())
    }
}

/// Hears what is told from now on.
pub struct Listener(Receiver<Option<Told>>);

impl Listener {
    /// The next thing told; `None` where something may have been missed: listen anew, and read everything again.
    pub async fn next(&mut self) -> Option<Told> {
        self.0.recv().await.ok().flatten()
    }
}
