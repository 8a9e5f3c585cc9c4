//! Access tokens: short-lived EdDSA JWTs that say who signed in on which device, and nothing else.

use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

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

/// What an access token says. No role, no clinic: those come from the database with every request.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    iss: String,
    aud: String,
    /// The user.
    pub sub: Id<User>,
    /// The sign-in.
    pub sid: Id<SignIn>,
    /// The refresh that minted it, a dot, and the instant in milliseconds.
    pub jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl Claims {
    /// Which refresh of its sign-in minted this token, counted from 0.
    pub fn generation(&self) -> Option<i32> {
        self.jti.split_once('.')?.0.parse().ok()
    }
}

/// Signs an access token.
pub fn mint(key: &TokenKey, user: Id<User>, sign_in: Id<SignIn>, generation: i32, now: Timestamp) -> Result<String> {
    let issued = now.seconds();
    let claims = Claims {
        iss: ISSUER.into(),
        aud: AUDIENCE.into(),
        sub: user,
        sid: sign_in,
        jti: format!("{generation}.{}", now.milliseconds()),
        iat: issued,
        nbf: issued,
        exp: issued + ACCESS_SECONDS,
    };
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some("at+jwt".into());
    header.kid = Some(key.id.clone());
    encode(&header, &claims, &key.encoding).map_err(|why| Error::Internal(Box::new(why)))
}

/// Checks an access token: signature, type, key, issuer, audience and times. Every failure looks the same.
pub fn check(key: &TokenKey, token: &str, now: Timestamp) -> Result<Claims> {
    verify(key, token, now).ok_or(Error::Unauthenticated)
}

fn verify(key: &TokenKey, token: &str, now: Timestamp) -> Option<Claims> {
    if token.len() > LONGEST_BYTES {
        return None;
    }
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
    // The times are compared below with the server's one clock; the library reads the machine's.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let claims = decode::<Claims>(token, &key.decoding, &validation).ok()?.claims;
    let now = now.seconds();
    (claims.nbf <= now + LEEWAY_SECONDS && claims.exp + LEEWAY_SECONDS > now).then_some(claims)
}
