//! What leaves the app for a person: push notifications and e-mails, of one constant text each.
//!
//! A feature writes a row in the transaction that calls for it (`enqueue`). After the COMMIT a server claims the row, sends it and
//! marks it, each in a step of its own (`deliver`). Where a server dies in between, its claim runs out: an alert is sent again,
//! a reminder is not. So an alert comes at least once, a reminder at most once.

mod channels;
mod deliver;
pub mod http;
pub mod mail;
pub mod push;
pub mod queries;

use crate::auth::scope::ClinicScope;
use crate::db::{DbConnection, Id, Timestamp, words};
use crate::error::Result;
use crate::people::User;

pub use channels::Channels;
pub use deliver::{deliver, forget_old};

/// Something that is to reach a person outside of the app.
#[derive(Debug, Clone, Copy)]
pub struct Notice;

/// How long an alert is worth sending, in seconds: after a day it has climbed to somebody else, or the list shows it.
const ALERT_KEPT: i64 = 86_400;

words! {
    /// What a notice is about.
    pub enum Kind {
        /// A moment to answer, if the patient likes.
        Reminder = "reminder",
        /// A try, asked for by the person.
        Test = "test",
        /// A safety alert, for who answers those.
        Alert = "alert",
    }
}

impl Kind {
    /// Whether it may be missed rather than come twice.
    const fn is_at_most_once(self) -> bool {
        matches!(self, Self::Reminder | Self::Test)
    }

    /// The only words that leave the server. A lock screen shows them to whoever holds the phone.
    const fn text(self) -> &'static str {
        match self {
            Self::Reminder => "A moment for you, if you like.",
            Self::Test => "This is a test. Reminders reach you here.",
            Self::Alert => "Something in the clinic waits for you.",
        }
    }
}

words! {
    /// A way to a person.
    #[schema(as = NoticeChannel)]
    pub enum Channel {
        /// A push notification to the person's devices.
        Push = "push",
        /// An e-mail.
        Email = "email",
    }
}

/// Notes that a person is to be told, after the COMMIT. Nobody is told twice of one `key`; returns whether this one is new.
pub fn enqueue(
    conn: &mut DbConnection,
    scope: ClinicScope,
    user: Id<User>,
    (kind, key): (Kind, &str),
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    queries::insert(conn, scope, user, kind, key, expires_at, now)
}

/// Tells every provider of the clinic that a safety alert waits. `key` names the step of the alert that calls for it.
pub fn alert_providers(conn: &mut DbConnection, scope: ClinicScope, key: &str, now: Timestamp) -> Result<()> {
    for (provider, _) in crate::people::queries::providers(conn, scope)? {
        enqueue(conn, scope, provider, (Kind::Alert, key), now.plus_seconds(ALERT_KEPT), now)?;
    }
    Ok(())
}
