//! Large answers, packed with brotli for who takes it.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Bytes;
use brotli::enc::BrotliEncoderParams;

use super::kept::Text;

/// Answers under this size are sent as they are.
const WORTH_BYTES: usize = 1024;

/// Whether the caller takes brotli.
pub fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("br") && !parts.any(|weight| weight == "q=0")
    })
}

/// The text packed at the quickest level; `None` where that is not worth it.
pub(super) fn pack(text: &[u8]) -> Option<Bytes> {
    if text.len() < WORTH_BYTES {
        return None;
    }
    let params = BrotliEncoderParams { quality: 1, lgwin: 18, size_hint: text.len(), ..Default::default() };
    let mut packed = Vec::with_capacity(text.len() / 4);
    brotli::BrotliCompress(&mut &*text, &mut packed, &params).ok().map(|_| packed.into())
}

/// 200 with a JSON text and its ETag, or 304 where there is no text because the caller has it already.
pub fn json_or_known(headers: &HeaderMap, etag: &str, text: Option<&Text>) -> HttpResponse {
    let mut answer = if text.is_some() { HttpResponse::Ok() } else { HttpResponse::NotModified() };
    answer.insert_header((header::ETAG, etag)).insert_header((header::VARY, "Accept-Encoding"));
    let Some(text) = text else { return answer.finish() };
    answer.insert_header((header::CONTENT_TYPE, "application/json"));
    match takes_brotli(headers).then(|| text.packed()).flatten() {
        Some(packed) => answer.insert_header((header::CONTENT_ENCODING, "br")).body(packed),
        None => answer.body(text.plain()),
    }
}
