//! Whether a request that a browser sent with our cookies comes from a page of ours.

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::Data;

use crate::app::App;
use crate::error::{Error, Result};

/// Refuses a writing request with cookies that another site's page could have made.
///
/// Source: SECURITY_REQUIREMENTS.md 3.10.
pub fn check(request: &HttpRequest) -> Result<()> {
    let value = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if value("X-Requested-With") != Some("app") {
        return Err(Error::Forbidden("requests with cookies need the header X-Requested-With: app"));
    }
    let is_ours = match (value("Sec-Fetch-Site"), value(header::ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => request.app_data::<Data<App>>().is_some_and(|app| origin == app.public_url()),
        (None, None) => true,
    };
    if is_ours { Ok(()) } else { Err(Error::Forbidden("this request came from another site")) }
}
