//! What surrounds every request: limits and headers, the embedded web app, health and the API document.

pub mod api_document;
pub mod checks;
pub mod compress;
pub mod cookies;
pub mod extract;
pub mod frame;
pub mod health;
pub mod kept;
pub mod limits;
pub mod origin;
pub mod sealed;
pub mod server;
pub mod shell;

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use extract::{Json, MaybeJson, path, query};
pub use sealed::MaybeSealed;

use self::kept::Text;
use crate::db::{Id, Timestamp};
use crate::error::{Error, Result};

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// The page's items.
    pub items: Vec<T>,
    /// Pass it as `cursor` for the next page; null on the last.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A list that is one page.
    pub const fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }

    /// A page cut from `items`, which holds one more than `limit` where there is a next page.
    pub fn page(mut items: Vec<T>, limit: i64, cursor: impl Fn(&T) -> Cursor) -> Self {
        let limit = usize::try_from(limit).unwrap_or_default();
        let next_cursor = if items.len() > limit {
            items.truncate(limit);
            items.last().map(|last| cursor(last).text())
        } else {
            None
        };
        Self { items, next_cursor }
    }

    /// The same page of other items.
    pub fn map<U>(self, to: impl FnMut(T) -> U) -> List<U> {
        List { items: self.items.into_iter().map(to).collect(), next_cursor: self.next_cursor }
    }
}

/// Which page of a list is asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// 1 to 200; 50 where nothing is said.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl PageQuery {
    /// The size of the page.
    pub fn limit(&self) -> Result<i64> {
        page_size(self.limit)
    }

    /// The sort keys of the last item of the page before.
    pub fn keys<const N: usize>(&self) -> Result<Option<[String; N]>> {
        Cursor::read(self.cursor.as_deref())?.map(Cursor::keys).transpose()
    }

    /// The last item of the page before, in a list by time and id.
    pub fn after<T>(&self) -> Result<Option<(Timestamp, Id<T>)>> {
        Cursor::read(self.cursor.as_deref())?.map(Cursor::time_and_id).transpose()
    }
}

/// Where a page ended: the sort keys of its last item, opaque to clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor(Vec<String>);

impl Cursor {
    /// The cursor behind an item with these sort keys.
    pub const fn of(keys: Vec<String>) -> Self {
        Self(keys)
    }

    /// The sort keys, where there are as many as the list sorts by.
    pub fn keys<const N: usize>(self) -> Result<[String; N]> {
        self.0.try_into().map_err(|_| invalid_cursor())
    }

    /// The cursor behind an item of a list by time and id.
    pub fn at<T>(time: Timestamp, id: Id<T>) -> Self {
        Self(vec![time.to_string(), id.to_string()])
    }

    /// The time and the id behind `at`.
    pub fn time_and_id<T>(self) -> Result<(Timestamp, Id<T>)> {
        let [time, id] = self.keys()?;
        time.parse().ok().zip(id.parse().ok()).ok_or_else(invalid_cursor)
    }

    /// What stands for it in an address.
    pub fn text(&self) -> String {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads a cursor that a list handed out; an empty one is the first page.
    pub fn read(text: Option<&str>) -> Result<Option<Self>> {
        use base64::Engine;
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid_cursor())?;
        let cursor: Self = serde_json::from_slice(&bytes).map_err(|_| invalid_cursor())?;
        let is_plain = cursor.0.iter().all(|key| !key.contains('\0'));
        if is_plain { Ok(Some(cursor)) } else { Err(invalid_cursor()) }
    }
}

fn invalid_cursor() -> Error {
    Error::invalid("/cursor", "must be a next_cursor that this list has answered")
}

/// The size of a page: 50 where nothing is asked for, 1 to 200.
pub fn page_size(limit: Option<i64>) -> Result<i64> {
    match limit {
        None => Ok(50),
        Some(limit @ 1..=200) => Ok(limit),
        Some(_) => Err(Error::invalid("/limit", "must be a whole number from 1 to 200")),
    }
}

/// The ETag of a version.
pub fn etag(version: impl std::fmt::Display) -> String {
    format!("\"{version}\"")
}

/// The ETags that a change was made from, in `If-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Option<Vec<String>>);

impl IfMatch {
    /// No condition.
    pub const NONE: Self = Self(None);

    /// The condition that this version is the current one.
    pub fn version(version: impl std::fmt::Display) -> Self {
        Self(Some(vec![etag(version)]))
    }

    /// The header of a request.
    pub fn of(headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(header::IF_MATCH).peekable();
        if values.peek().is_none() {
            return Self::NONE;
        }
        let tags = values.flat_map(|value| value.to_str().unwrap_or_default().split(','));
        Self(Some(tags.map(|tag| tag.trim().trim_start_matches("W/").to_owned()).collect()))
    }

    /// Whether there is a condition.
    pub const fn is_given(&self) -> bool {
        self.0.is_some()
    }

    /// Whether the condition is there and holds for what is stored in this version.
    pub fn allows(&self, version: impl std::fmt::Display) -> bool {
        let current = etag(version);
        self.0.as_ref().is_some_and(|tags| tags.iter().any(|tag| *tag == current || tag == "*"))
    }
}

/// Whether the caller already has what the ETag names.
pub fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    is_among(headers.get(header::IF_NONE_MATCH), etag)
}

/// The same for the header `If-None-Match` alone.
pub fn is_among(known: Option<&HeaderValue>, etag: &str) -> bool {
    let Some(known) = known.and_then(|value| value.to_str().ok()) else { return false };
    known.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == etag || tag == "*")
}

/// 304 with the ETag.
pub fn not_modified(etag: &str) -> HttpResponse {
    HttpResponse::NotModified().insert_header((header::ETAG, etag)).finish()
}

/// A body with an ETag made of its own words, or 304 where the caller has it already. For what has no version.
pub fn answer_as_read(headers: &HeaderMap, body: &impl Serialize) -> HttpResponse {
    use base64::Engine;
    use sha2::{Digest, Sha256};
    let text = serde_json::to_string(body).unwrap_or_default();
    let digest = Sha256::digest(text.as_bytes());
    answer_with_etag(headers, &etag(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&digest[..12])), body)
}

/// A body with its ETag, or 304 where the caller has it already.
pub fn answer_with_etag(headers: &HeaderMap, etag: &str, body: &impl Serialize) -> HttpResponse {
    if is_known(headers, etag) {
        return not_modified(etag);
    }
    match serde_json::to_string(body) {
        Ok(text) => compress::json_or_known(headers, etag, Some(&Text::from(text))),
        Err(why) => Error::Internal(Box::new(why)).error_response(),
    }
}
