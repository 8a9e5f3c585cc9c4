//! Large answers, packed with brotli for who takes it.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderMap};
use brotli::enc::BrotliEncoderParams;

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

/// The JSON text with its ETag, or 304 where there is none because the caller has it already.
pub fn json_or_known(headers: &HeaderMap, etag: &str, text: Option<String>) -> HttpResponse {
    if let Some(text) = text {
        return json(headers, etag, text);
    }
    HttpResponse::NotModified().insert_header((header::ETAG, etag)).insert_header((header::VARY, "Accept-Encoding")).finish()
}

/// 200 with a JSON text and its ETag, packed at the quickest level where that is worth it.
pub fn json(headers: &HeaderMap, etag: &str, text: String) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::ETAG, etag))
        .insert_header((header::VARY, "Accept-Encoding"));
    if text.len() < WORTH_BYTES || !takes_brotli(headers) {
        return answer.body(text);
    }
    let params = BrotliEncoderParams { quality: 1, lgwin: 18, size_hint: text.len(), ..Default::default() };
    let mut packed = Vec::with_capacity(text.len() / 4);
    if brotli::BrotliCompress(&mut text.as_bytes(), &mut packed, &params).is_err() {
        return answer.body(text);
    }
    answer.insert_header((header::CONTENT_ENCODING, "br")).body(packed)
}
