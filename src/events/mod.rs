//! What colleagues change, told to a clinic's staff while it happens: of which kind it is and which one, never what it says.

pub mod http;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use actix_web::web::Data;

use crate::app::App;
use crate::auth::SignIn;
use crate::db::Id;
use crate::error::{Error, Result};

/// Streams that one sign-in may have open: tabs of one browser.
const MOST_PER_SIGN_IN: usize = 8;
/// After how many seconds who finds no place may ask again.
const AGAIN_SECONDS: u64 = 30;

/// How many streams each sign-in has open.
#[derive(Debug, Default)]
pub struct Places(Mutex<HashMap<Id<SignIn>, usize>>);

/// A stream's place; it is free again once this is dropped.
pub struct Place {
    app: Data<App>,
    sign_in: Id<SignIn>,
}

impl Place {
    /// Takes a place of the sign-in, where one is left.
    pub fn take(app: &Data<App>, sign_in: Id<SignIn>) -> Result<Self> {
        let mut taken = app.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(sign_in).or_default();
        if *count == MOST_PER_SIGN_IN {
            return Err(Error::TooMany(AGAIN_SECONDS));
        }
        *count += 1;
        drop(taken);
        Ok(Self { app: app.clone(), sign_in })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.app.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.sign_in) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.sign_in);
            }
        }
    }
}
