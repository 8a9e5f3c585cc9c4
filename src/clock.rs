//! The only clock. Tests set it and move it on.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::db::Timestamp;

/// Tells the time: the system's, or one that a test holds.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that stands until it is moved, in milliseconds since 1970.
    Held(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    pub fn held(at: Timestamp) -> Self {
        Self::Held(Arc::new(AtomicI64::new(at.milliseconds())))
    }

    /// The instant it is.
    pub fn now(&self) -> Timestamp {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
            Self::System => jiff::Timestamp::now().into(),
            Self::Held(milliseconds) => Timestamp::from_milliseconds(milliseconds.load(Ordering::SeqCst)),
        }
    }

    /// Moves a held clock to `at`; the system's clock cannot be moved.
    pub fn set(&self, at: Timestamp) {
        if let Self::Held(milliseconds) = self {
            milliseconds.store(at.milliseconds(), Ordering::SeqCst);
        }
    }
}
