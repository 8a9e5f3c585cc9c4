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
    let weight_of = |name: &str| accepted.split(',').find_map(|coding| weight(coding, name));
    weight_of("br").or_else(|| weight_of("*")).is_some_and(|weight| weight > 0.0)
}

/// The weight that a coding with this name has, 0 for "none of it" (RFC 9110, 12.4.2). One that cannot be read is none.
fn weight(coding: &str, name: &str) -> Option<f32> {
    let mut parts = coding.split(';').map(str::trim);
    if !parts.next()?.eq_ignore_ascii_case(name) {
        return None;
    }
    let said = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some(said.map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0)))
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

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn brotli_is_taken_where_its_weight_is_more_than_nothing() {
        let takes = |accepted: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            takes_brotli(&headers)
        };
        for accepted in ["br", "gzip, BR", "br;q=1.0", "gzip;q=1, br;q=0.1", "br ; q=0.001", "*", "*;q=0.5, br"] {
            assert!(takes(accepted), "{accepted}");
        }
        for refused in ["", "gzip", "br;q=0", "br;q=0.0", "br; q=0.000, *", "br;Q=0", "brotli", "*;q=0", "br;q=much"] {
            assert!(!takes(refused), "{refused}");
        }
        assert!(!takes_brotli(&HeaderMap::new()));
    }
}
