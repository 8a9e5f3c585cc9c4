//! The handler that tells staff when to look again.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data};
use futures_util::stream;
use tokio::time::{Instant, timeout_at};

use super::Subscription;
use crate::app::App;
use crate::auth::guards::AsStaff;
use crate::error::{Problem, Result};

/// How long one answer goes on. The next begins by itself and asks anew who is listening: a sign-in that has ended hears
/// nothing after this, and a server that is told to stop waits no longer for it.
const LIFE: Duration = Duration::from_secs(20);
/// Milliseconds after which a browser asks again.
const RETRY_MS: u32 = 500;

/// The routes of events.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/events", web::get().to(listen));
}

/// `GET /events`: server-sent events, each with the count of changes to anything of the clinic's patients.
///
/// `event: changed` with `data: {"version": N}` comes at once and then after every change, within a second or two. It
/// says that something changed, never what: read again what is on the screen. An answer ends by itself after 20 seconds;
/// a browser's `EventSource` goes on with the next one.
#[utoipa::path(get, path = "/api/v1/events", tag = "Clinic", responses(
    (status = 200, description = "A stream of events", body = String, content_type = "text/event-stream", example = "retry: 500\nevent: changed\ndata: {\"version\": 2042}\n\n"),
    (status = 401, body = Problem), (status = 403, description = "For the clinic's staff", body = Problem),
    (status = 429, description = "Too many open streams of one sign-in", body = Problem), (status = 503, body = Problem)))]
pub async fn listen(who: AsStaff, app: Data<App>) -> Result<HttpResponse> {
    let mut subscription = app.events.listen(&app.database, who.scope(), who.sign_in.uuid()).await?;
    let version = *subscription.changes.borrow_and_update();
    let first = Bytes::from(format!("retry: {RETRY_MS}\n{}", event(version)));
    let end = Instant::now() + LIFE;
    let later = stream::unfold(subscription, move |subscription| next(subscription, end));
    let events = stream::StreamExt::chain(stream::once(async { Ok::<_, actix_web::Error>(first) }), later);
    Ok(HttpResponse::Ok().content_type("text/event-stream").insert_header(("X-Accel-Buffering", "no")).streaming(events))
}

/// The next change, until the answer ends.
async fn next(mut subscription: Subscription, end: Instant) -> Option<(Result<Bytes, actix_web::Error>, Subscription)> {
    timeout_at(end, subscription.changes.changed()).await.ok()?.ok()?;
    let version = *subscription.changes.borrow_and_update();
    Some((Ok(Bytes::from(event(version))), subscription))
}

fn event(version: i64) -> String {
    format!("event: changed\ndata: {{\"version\": {version}}}\n\n")
}
