//! The two cookies of the web app: HttpOnly, SameSite=Strict, never in a body.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::web::Data;

use crate::app::App;
use crate::auth::Tokens;
use crate::auth::tokens::ACCESS_SECONDS;
use crate::db::Timestamp;

/// The cookies' names: with the prefix that browsers hold to https, and plain on a loopback address for trying out.
const fn names(is_secure: bool) -> (&'static str, &'static str) {
    if is_secure { ("__Host-Http-at", "__Host-Http-rt") } else { ("at", "rt") }
}

fn find(request: &HttpRequest, pick: impl Fn((&'static str, &'static str)) -> &'static str) -> Option<String> {
    let app = request.app_data::<Data<App>>()?;
    Some(request.cookie(pick(names(app.is_secure())))?.value().to_owned())
}

/// The access token that came as a cookie.
pub fn access(request: &HttpRequest) -> Option<String> {
    find(request, |names| names.0)
}

/// The refresh token that came as a cookie.
pub fn refresh(request: &HttpRequest) -> Option<String> {
    find(request, |names| names.1)
}

/// Whether one of the two came with the request.
pub fn any(request: &HttpRequest) -> bool {
    access(request).is_some() || refresh(request).is_some()
}

/// The cookies that carry a pair of tokens.
pub fn carry(app: &App, tokens: &Tokens, now: Timestamp) -> [Cookie<'static>; 2] {
    let (access, refresh) = names(app.is_secure());
    [
        make(app, access, tokens.access.clone(), ACCESS_SECONDS),
        make(app, refresh, tokens.refresh.clone(), tokens.ends_at.seconds_since(now)),
    ]
}

/// The cookies that take them back.
pub fn clear(app: &App) -> [Cookie<'static>; 2] {
    let (access, refresh) = names(app.is_secure());
    [make(app, access, String::new(), 0), make(app, refresh, String::new(), 0)]
}

fn make(app: &App, name: &'static str, value: String, seconds: i64) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .secure(app.is_secure())
        .same_site(SameSite::Strict)
        .max_age(Duration::seconds(seconds))
        .finish()
}
