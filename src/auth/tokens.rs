//! Access tokens: short-lived EdDSA JWTs that say who signed in on which device, and nothing else.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::SignIn;
use super::keys::TokenKey;
use crate::db::{Id, Timestamp};
use crate::error::{Error, Result};
use crate::people::User;

/// How long an access token lives, in seconds.
pub const ACCESS_SECONDS: i64 = 600;
/// How far two clocks may differ, in seconds.
const LEEWAY_SECONDS: i64 = 30;
const ISSUER: &str = "yarrow";
const AUDIENCE: &str = "yarrow-api";
/// A token over this size is refused before it is parsed.
const LONGEST_BYTES: usize = 4096;
/// Tokens whose check is remembered.
const MOST_CHECKED: usize = 4096;

/// What an access token says. No role, no clinic: those come from the database with every request.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: Id<User>,
    sid: Id<SignIn>,
    /// The refresh that minted it, a dot, and the instant in milliseconds.
    jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// What a token with our signature says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// The user.
    pub user: Id<User>,
    /// The sign-in.
    pub sign_in: Id<SignIn>,
    /// Which refresh of its sign-in minted it, counted from 0.
    pub generation: i32,
    not_before: i64,
    expires: i64,
}

impl From<Claims> for Token {
    fn from(claims: Claims) -> Self {
        let generation = claims.jti.split_once('.').and_then(|(generation, _)| generation.parse().ok());
        Self {
            user: claims.sub,
            sign_in: claims.sid,
            generation: generation.unwrap_or_default(),
            not_before: claims.nbf,
            expires: claims.exp,
        }
    }
}

/// Tokens whose signature was checked, by their hash: the check costs more than all else of a short request, and the
/// same words have the same signature for ever. Their times are compared each time.
#[derive(Debug, Default)]
pub struct Checked(Mutex<HashMap<[u8; 32], Token>>);

impl Checked {
    fn find(&self, hash: &[u8; 32]) -> Option<Token> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(hash).copied()
    }

    fn remember(&self, hash: [u8; 32], token: Token) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_CHECKED {
            known.clear();
        }
        known.insert(hash, token);
    }
}

/// Signs an access token that lives for `seconds`.
pub fn mint(
    key: &TokenKey,
    user: Id<User>,
    sign_in: Id<SignIn>,
    generation: i32,
    seconds: i64,
    now: Timestamp,
) -> Result<String> {
    let issued = now.seconds();
    let claims = Claims {
        iss: ISSUER.into(),
        aud: AUDIENCE.into(),
        sub: user,
        sid: sign_in,
        jti: format!("{generation}.{}", now.milliseconds()),
        iat: issued,
        nbf: issued,
        exp: issued + seconds,
    };
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some("at+jwt".into());
    header.kid = Some(key.id.clone());
    encode(&header, &claims, &key.encoding).map_err(|why| Error::Internal(Box::new(why)))
}

/// Checks an access token: signature, type, key, issuer, audience and times. Every failure looks the same.
pub fn check(key: &TokenKey, token: &str, now: Timestamp) -> Result<Token> {
    if token.len() > LONGEST_BYTES {
        return Err(Error::Unauthenticated);
    }
    let hash = Sha256::digest(token).into();
    let said = if let Some(said) = key.checked.find(&hash) {
        said
    } else {
        let said = verify(key, token).map(Token::from).ok_or(Error::Unauthenticated)?;
        key.checked.remember(hash, said);
        said
    };
    let now = now.seconds();
    let is_current = said.not_before <= now + LEEWAY_SECONDS && said.expires + LEEWAY_SECONDS > now;
    if is_current { Ok(said) } else { Err(Error::Unauthenticated) }
}

/// What the token says, where we have signed it.
fn verify(key: &TokenKey, token: &str) -> Option<Claims> {
    let header = decode_header(token).ok()?;
    let expected = {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".into());
        header.kid = Some(key.id.clone());
        header
    };
    if header != expected {
        return None;
    }
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    // The caller compares the times with the server's one clock; the library would read the machine's.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    Some(decode::<Claims>(token, &key.decoding, &validation).ok()?.claims)
}
