//! Bodies that waited on a device, sealed to this server.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::extract::{Json, body, is_of, parse};
use crate::auth::guards::SignedIn;
use crate::auth::keys::Keys;
use crate::auth::outbox_keys::{Owner, Sealed};
use crate::error::{Error, Result};

/// The media type of a sealed body.
pub const MEDIA_TYPE: &str = "application/vnd.yarrow.sealed+json";

/// A JSON body that fits `T`, or one that is sealed and turns out to.
#[derive(Debug)]
pub enum MaybeSealed<T> {
    /// As it was typed.
    Plain(T),
    /// As it waited on a device.
    Sealed(Sealed),
}

impl<T: DeserializeOwned> MaybeSealed<T> {
    /// The value, opened where it is sealed: for this record of the person who is signed in, or 409.
    pub fn open(self, keys: &Keys, who: &SignedIn, record: Uuid) -> Result<T> {
        let sealed = match self {
            Self::Plain(value) => return Ok(value),
            Self::Sealed(sealed) => sealed,
        };
        let owner = Owner { user: who.user.uuid(), clinic: who.scope().clinic().uuid(), record };
        let body = keys.outbox.open(&sealed, owner).ok_or(Error::Conflict(
            "this waited on a device too long, or was sealed for somebody else, and cannot be opened: answer it again",
        ))?;
        parse(&body)
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for MaybeSealed<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if is_of(request, MEDIA_TYPE) {
            let body = body(request, payload);
            return Box::pin(async move { parse(&body.await?).map(Self::Sealed) });
        }
        let json = Json::from_request(request, payload);
        Box::pin(async move { json.await.map(|json| Self::Plain(json.into_inner())) })
    }
}
