//! The web app, embedded: hashed files for ever, the shell for every address of the app.

use std::borrow::Cow;
use std::sync::LazyLock;

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::{Embed, EmbeddedFile};

use crate::app::App;
use crate::error::{Error, Result};
use crate::web::compress::takes_brotli;
use crate::web::frame::method_not_allowed;
use crate::web::{etag, is_known};

/// The script that keeps the app on a device.
const WORKER: &str = "sw.js";

#[derive(Embed)]
#[folder = "frontend/dist/"]
struct Dist;

/// The script that the web app begins with: its name changes with what is in it, and says which version asks.
static SCRIPT: LazyLock<Option<Cow<'static, str>>> =
    LazyLock::new(|| Dist::iter().find(|path| path.starts_with("assets/app-") && path.ends_with(".js")));
const ASKING: &str = "X-App-Version";
/// Tells an app that this server carries another version of it.
pub const UPDATE: HeaderName = HeaderName::from_static("x-app-update");

/// Whether an app asks that says which version it is, and this server carries another. What it sends is taken all the same.
pub fn is_outgrown(asked: &HeaderMap) -> bool {
    let version = asked.get(ASKING).and_then(|version| version.to_str().ok());
    version.zip(SCRIPT.as_deref()).is_some_and(|(version, script)| script != format!("assets/{version}.js"))
}

/// Serves a file of the web app, or the shell for an address of the app's own.
pub async fn serve(request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(method_not_allowed(&request, "GET, HEAD"));
    }
    let path = request.path().trim_start_matches('/');
    let path = if path == WORKER && !app.config.server.is_offline_app { "sw-off.js" } else { path };
    if let Some(answer) = file(&request, path) {
        return Ok(answer);
    }
    let is_asset = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if is_asset || path.starts_with("api/") || path.starts_with("assets/") {
        return Err(Error::NotFound("what this address names"));
    }
    file(&request, "index.html").ok_or(Error::NotFound("the web app (this server was built without it: run `make build`)"))
}

fn file(request: &HttpRequest, path: &str) -> Option<HttpResponse> {
    if path.rsplit('.').next() == Some("br") {
        return None;
    }
    let plain = Dist::get(path)?;
    let packed = if takes_brotli(request.headers()) { Dist::get(&format!("{path}.br")) } else { None };
    let tag = tag(&plain);
    let mut answer = if is_known(request.headers(), &tag) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::ETAG, tag.clone()))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::CACHE_CONTROL, keeping(path)));
    if is_known(request.headers(), &tag) {
        return Some(answer.finish());
    }
    answer.insert_header((header::CONTENT_TYPE, HeaderValue::from_static(media_type(path))));
    let body = match packed {
        Some(packed) => {
            answer.insert_header((header::CONTENT_ENCODING, "br"));
            packed.data
        }
        None => plain.data,
    };
    Some(match body {
        Cow::Borrowed(bytes) => answer.body(bytes),
        Cow::Owned(bytes) => answer.body(bytes),
    })
}

/// How long a browser may keep a file without asking: one with a hash in its name for ever, an icon for a day.
fn keeping(path: &str) -> &'static str {
    if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else if path.starts_with("icon") {
        "public, max-age=86400"
    } else {
        "no-cache"
    }
}

fn tag(file: &EmbeddedFile) -> String {
    use base64::Engine;
    etag(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&file.metadata.sha256_hash()[..12]))
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
