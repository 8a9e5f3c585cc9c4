//! Word that something of a clinic has changed, while somebody of its staff listens. Never what.
//!
//! The count of changes to a clinic's patients lies in the database, so this holds for every worker and for several
//! servers on one PostgreSQL: while anybody listens, one task for each clinic asks for the count once a second.

pub mod http;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use uuid::Uuid;

use crate::auth::scope::ClinicScope;
use crate::clinic::Clinic;
use crate::db::{Database, Id};
use crate::error::{Error, Result};
use crate::patients;

/// How often the database is asked.
const ASK_EVERY: Duration = Duration::from_secs(1);
/// Open streams of one sign-in: a few windows.
const MOST_OF_ONE: usize = 6;
/// Open streams of the server.
const MOST: usize = 400;

/// Who listens.
#[derive(Default, Clone)]
pub struct Feeds(Arc<Mutex<Listeners>>);

#[derive(Default)]
struct Listeners {
    clinics: HashMap<Id<Clinic>, watch::Sender<i64>>,
    seats: HashMap<Uuid, usize>,
}

/// A place among the listeners, given back when it is dropped.
pub struct Seat {
    feeds: Feeds,
    sign_in: Uuid,
}

/// The changes of one clinic.
pub struct Subscription {
    /// The count of changes, as it is known.
    pub changes: watch::Receiver<i64>,
    _seat: Seat,
}

impl Feeds {
    fn hold(&self) -> MutexGuard<'_, Listeners> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place, where there is one.
    fn seat(&self, sign_in: Uuid) -> Result<Seat> {
        let mut held = self.hold();
        if held.seats.values().sum::<usize>() >= MOST {
            return Err(Error::Unavailable);
        }
        let of_one = held.seats.entry(sign_in).or_default();
        if *of_one >= MOST_OF_ONE {
            return Err(Error::TooMany(ASK_EVERY.as_secs()));
        }
        *of_one += 1;
        Ok(Seat { feeds: self.clone(), sign_in })
    }

    /// Listens to a clinic's changes. The task that asks for them begins with the first listener, and ends after the last.
    pub async fn listen(&self, database: &Database, scope: ClinicScope, sign_in: Uuid) -> Result<Subscription> {
        let seat = self.seat(sign_in)?;
        let now = count(database, scope).await?;
        let mut held = self.hold();
        let changes = match held.clinics.entry(scope.clinic()) {
            Entry::Occupied(known) => known.get().subscribe(),
            Entry::Vacant(new) => {
                let (sender, receiver) = watch::channel(now);
                new.insert(sender);
                tokio::spawn(self.clone().ask(database.clone(), scope));
                receiver
            }
        };
        Ok(Subscription { changes, _seat: seat })
    }

    async fn ask(self, database: Database, scope: ClinicScope) {
        loop {
            tokio::time::sleep(ASK_EVERY).await;
            let now = count(&database, scope).await;
            let mut held = self.hold();
            let Some(sender) = held.clinics.get(&scope.clinic()) else { return };
            if sender.receiver_count() == 0 {
                held.clinics.remove(&scope.clinic());
                return;
            }
            // A database that does not answer is told by every other request; here it is asked again.
            if let Ok(now) = now {
                sender.send_if_modified(|known| std::mem::replace(known, now) != now);
            }
        }
    }
}

async fn count(database: &Database, scope: ClinicScope) -> Result<i64> {
    database.read(scope.reach(), move |conn| Ok(patients::queries::clinic_version(conn, scope)?.0)).await
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut held = self.feeds.hold();
        if let Entry::Occupied(mut seats) = held.seats.entry(self.sign_in) {
            *seats.get_mut() -= 1;
            if *seats.get() == 0 {
                seats.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_has_a_few_places_and_gets_them_back() {
        let feeds = Feeds::default();
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut seats: Vec<_> = (0..MOST_OF_ONE).map(|_| feeds.seat(one).ok().unwrap()).collect();
        assert!(matches!(feeds.seat(one), Err(Error::TooMany(1))));
        let of_two = feeds.seat(two).ok().unwrap();
        seats.pop();
        seats.push(feeds.seat(one).ok().unwrap());
        drop((seats, of_two));
        assert!(feeds.hold().seats.is_empty());
    }

    #[test]
    fn the_places_of_a_server_are_counted() {
        let feeds = Feeds::default();
        let _seats: Vec<_> = (0..MOST as u128).map(|number| feeds.seat(Uuid::from_u128(number)).ok().unwrap()).collect();
        assert!(matches!(feeds.seat(Uuid::from_u128(9999)), Err(Error::Unavailable)));
    }
}
