//! Sign-in, tokens and passwords: who is asking, and whose records they may touch.

pub mod guards;
pub mod http;
pub mod keys;
pub mod outbox_keys;
pub mod password;
pub mod queries;
pub mod roles;
pub mod scope;
pub mod tokens;

use crate::audit::{self, Action, Actor, Event};
use crate::clinic::Clinic;
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::{Error, Result};
use crate::patients::Patient;
use crate::people::User;

use self::keys::{Keys, token_hash};
use self::roles::Roles;
use self::tokens::ACCESS_SECONDS;

/// A signed-in device.
#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
pub struct SignIn;

/// How a sign-in carries its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// In the `Authorization` header, for programs.
    Bearer,
    /// In HttpOnly cookies, for the web app.
    Cookie,
}

impl Transport {
    /// The word in the database and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::Cookie => "cookie",
        }
    }
}

/// Sign-ins that one person may hold; the oldest ends when another begins.
const MOST_SIGN_INS: usize = 10;
/// How long a refresh token may still be presented after its successor was used, in seconds.
const GRACE_SECONDS: i64 = 30;

/// The tokens of a sign-in, as they leave the server once.
#[derive(Debug)]
pub struct Tokens {
    /// The sign-in.
    pub sign_in: Id<SignIn>,
    /// The JWT for requests.
    pub access: String,
    /// The token for the next pair.
    pub refresh: String,
    /// When the sign-in ends whatever happens.
    pub ends_at: Timestamp,
}

/// How long a sign-in lasts: idle, and in all, in seconds. Patients keep a week offline and more.
pub const fn lifetimes(roles: Roles) -> (i64, i64) {
    if roles.is_patient() { (14 * 86_400, 30 * 86_400) } else { (30 * 60, 12 * 3_600) }
}

/// What a sign-in begins with.
pub struct NewSignIn<'a> {
    /// The person's clinic.
    pub clinic: Id<Clinic>,
    /// The person.
    pub user: Id<User>,
    /// Decide how long it lasts.
    pub roles: Roles,
    /// How it carries its tokens.
    pub transport: Transport,
    /// The device in words, from its user agent.
    pub device: &'a str,
    /// The request, for the audit log.
    pub request: uuid::Uuid,
}

/// Begins a sign-in, ending the person's oldest beyond ten. `refresh` is 256 fresh random bits.
pub fn begin(conn: &mut DbConnection, keys: &Keys, new: &NewSignIn<'_>, refresh: &str, now: Timestamp) -> Result<Tokens> {
    let id = Id::new(now);
    let ends_at = now.plus_seconds(lifetimes(new.roles).1);
    queries::insert_sign_in(conn, id, new, None, ends_at, now)?;
    queries::insert_refresh_token(conn, &token_hash(refresh), id, 0, now)?;
    queries::end_oldest_sign_ins(conn, new.user, MOST_SIGN_INS, now)?;
    let actor = Actor { user: Some(new.user), role: new.roles.first(), sign_in: Some(id), request: new.request };
    audit::record(conn, Some(new.clinic), &actor, &Event::of(Action::SignedIn, "sign_in", id.uuid()), now)?;
    let access = tokens::mint(&keys.token, new.user, id, 0, ACCESS_SECONDS, now)?;
    Ok(Tokens { sign_in: id, access, refresh: refresh.to_owned(), ends_at })
}

/// Begins the sign-in of a tablet that a code opened for one patient: under the name of who made the code, for `seconds` and no
/// longer. Nothing renews it, so its one token lives as long as it does.
pub fn begin_at_tablet(
    conn: &mut DbConnection,
    keys: &Keys,
    new: &NewSignIn<'_>,
    patient: Id<Patient>,
    seconds: i64,
    now: Timestamp,
) -> Result<(Id<SignIn>, String)> {
    let id = Id::new(now);
    queries::insert_sign_in(conn, id, new, Some(patient), now.plus_seconds(seconds), now)?;
    Ok((id, tokens::mint(&keys.token, new.user, id, 0, seconds, now)?))
}

/// What came of presenting a refresh token.
pub enum Refreshed {
    /// A new pair, and the transport that the sign-in began with.
    Pair(Tokens, Transport),
    /// The token was used before and its successor too: someone else has it. The whole family has ended.
    Reused,
}

/// Trades a refresh token for the next pair.
///
/// A rotated token may come again while its successor is unused, and for 30 seconds after: an answer was lost, or
/// two tabs asked at once. It then gets that same successor. Later it ends the sign-in, access tokens included.
/// Source: SECURITY_REQUIREMENTS.md 3.8.
pub fn refresh(conn: &mut DbConnection, keys: &Keys, token: &str, request: uuid::Uuid, now: Timestamp) -> Result<Refreshed> {
    let known = queries::find_refresh_token(conn, &token_hash(token))?.ok_or(Error::Unauthenticated)?;
    let (sign_in, account) = queries::lock_sign_in(conn, known.sign_in_id)?.ok_or(Error::Unauthenticated)?;
    if !sign_in.is_live(&account, now) {
        return Err(Error::Unauthenticated);
    }
    let successor = keys.refresh_successor(token);
    let generation = known.generation + 1;
    if known.generation == sign_in.generation {
        queries::insert_refresh_token(conn, &token_hash(&successor), sign_in.id, generation, now)?;
        queries::rotate(conn, sign_in.id, generation, known.generation, now)?;
    } else {
        let is_confirmed = sign_in.confirmed_generation >= sign_in.generation;
        let in_grace = !is_confirmed || now.seconds_since(sign_in.confirmed_at) <= GRACE_SECONDS;
        if generation != sign_in.generation || !in_grace {
            queries::end_sign_in(conn, sign_in.id, now)?;
            let actor = Actor { user: Some(sign_in.user_id), role: "", sign_in: Some(sign_in.id), request };
            let event = Event::of(Action::RefreshReused, "sign_in", sign_in.id.uuid())
                .refused("a rotated refresh token was presented again");
            audit::record(conn, Some(sign_in.clinic_id), &actor, &event, now)?;
            return Ok(Refreshed::Reused);
        }
    }
    let access = tokens::mint(&keys.token, sign_in.user_id, sign_in.id, generation, ACCESS_SECONDS, now)?;
    let transport = if sign_in.transport == "cookie" { Transport::Cookie } else { Transport::Bearer };
    Ok(Refreshed::Pair(Tokens { sign_in: sign_in.id, access, refresh: successor, ends_at: sign_in.ends_at }, transport))
}

/// How long the next try must wait after `tries` failures, in seconds. `None`: the password is locked for the day.
///
/// Source: SECURITY_REQUIREMENTS.md 7.1.
pub const fn pause_seconds(tries: i32) -> Option<i64> {
    match tries {
        ..=0 => Some(0),
        1..=2 => Some(1),
        3..=8 => Some(3),
        9..=24 => Some(5),
        25..=99 => Some(10),
        _ => None,
    }
}

/// A device in a few words, from its user agent: `Chrome on Android`.
pub fn device_name(user_agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| names.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name);
    let browser = find(&[
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "Chromebook"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "A program".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_with_the_failures() {
        assert_eq!([0, 1, 3, 9, 25, 99, 100].map(pause_seconds), [Some(0), Some(1), Some(3), Some(5), Some(10), Some(10), None]);
    }

    #[test]
    fn a_device_is_named_in_words() {
        let agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36";
        assert_eq!(device_name(agent), "Chrome on Android");
        assert_eq!(device_name("curl/8"), "A program");
    }
}
