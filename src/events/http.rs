//! The handler that tells staff what colleagues change.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::HeaderName;
use actix_web::web::{self, Bytes, Data};
use futures_util::stream;
use serde::Serialize;
use tokio::time::{Instant, timeout_at};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::Place;
use crate::app::App;
use crate::auth::guards::AsCoordinator;
use crate::auth::{SignIn, queries};
use crate::clinic::Clinic;
use crate::db::{About, Id, Listener, Reach, Timestamp, Told};
use crate::error::{Error, Problem, Result};

/// How long a stream is silent at the most: proxies and phones give up on silent connections.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a stream lasts; who still listens opens another one, and is asked again who it is.
const MOST_SECONDS: i64 = 15 * 60;

/// The route of events.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/events", web::get().to(follow));
}

/// A stream of events, as `EventSource` of a browser reads it.
pub struct EventStream;

impl PartialSchema for EventStream {
    fn schema() -> RefOr<Schema> {
        let event = "data: {\"about\":\"sessions\",\"id\":\"0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d\"}\n\n";
        let text = "Events whose `data` is an object: `about` is `sessions`, `questionnaires` or `alerts`; `id` is that of the \
                    session, null where several things may have changed.";
        ObjectBuilder::new().schema_type(Type::String).description(Some(text)).examples([event]).into()
    }
}

impl ToSchema for EventStream {}

/// What an event says.
#[derive(Serialize)]
struct EventData {
    about: About,
    id: Option<Uuid>,
}

/// `GET /events`: tells what changes in the caller's clinic, as server-sent events: of which kind it is and which session, never
/// a name, an answer or a score. Only providers hear of alerts. A stream ends with its sign-in, after 15 minutes, and where its reader is too
/// slow; whoever opens another one reads again what it shows.
#[utoipa::path(get, path = "/api/v1/events", tag = "Sessions", responses(
    (status = 200, description = "It goes on until either side ends it", content((EventStream = "text/event-stream"))),
    (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 429, description = "Eight streams of this sign-in are open", body = Problem), (status = 503, body = Problem)))]
pub async fn follow(who: AsCoordinator, app: Data<App>) -> Result<HttpResponse> {
    let open = Open {
        _place: Place::take(&app, who.sign_in)?,
        listener: app.database.listen().await?,
        until: app.clock.now().plus_seconds(MOST_SECONDS),
        sign_in: who.sign_in,
        clinic: who.scope().clinic(),
        has_begun: false,
        app,
    };
    let events = stream::unfold(open, |mut open| async {
        let bytes = open.next().await?;
        Some((Ok::<_, Error>(bytes), open))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // nginx would hold the events back.
        .insert_header((HeaderName::from_static("x-accel-buffering"), "no"))
        .streaming(events))
}

/// An open stream.
struct Open {
    app: Data<App>,
    /// Free again when the stream is dropped.
    _place: Place,
    listener: Listener,
    until: Timestamp,
    sign_in: Id<SignIn>,
    clinic: Id<Clinic>,
    has_begun: bool,
}

impl Open {
    /// What is sent next; `None` ends the stream.
    async fn next(&mut self) -> Option<Bytes> {
        if !std::mem::replace(&mut self.has_begun, true) {
            // From here on nothing is missed: the browser knows that it hears.
            return Some(Bytes::from_static(b"retry: 2000\n\n"));
        }
        let silent_until = Instant::now() + HEARTBEAT;
        loop {
            let Ok(told) = timeout_at(silent_until, self.listener.next()).await else {
                self.sees_alerts().await?;
                return Some(Bytes::from_static(b": still here\n\n"));
            };
            let told = told?;
            if told.clinic == self.clinic && (self.sees_alerts().await? || told.about != About::Alerts) {
                return line(&told);
            }
        }
    }

    /// Whether the caller may hear of alerts, as the database knows it now; `None` where it may hear nothing any more.
    async fn sees_alerts(&self) -> Option<bool> {
        let (now, id) = (self.app.clock.now(), self.sign_in);
        let known = self.app.database.read(Reach::Installation, move |conn| queries::find_sign_in(conn, id)).await;
        let (sign_in, account) = known.ok().flatten()?;
        let roles = account.roles();
        let may_hear = now < self.until && sign_in.is_live(&account, now) && (roles.is_provider() || roles.is_coordinator());
        may_hear.then(|| roles.is_provider())
    }
}

fn line(told: &Told) -> Option<Bytes> {
    let data = serde_json::to_string(&EventData { about: told.about, id: told.id }).ok()?;
    Some(Bytes::from(format!("data: {data}\n\n")))
}
