//! Handlers of the own reminders; what is chosen is changed with `PATCH /me`.

use actix_web::HttpResponse;
use actix_web::web::{self, Data};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Reminders, queries};
use crate::app::App;
use crate::auth::guards::SignedIn;
use crate::db::{DbConnection, Timestamp};
use crate::error::{Problem, Result};
use crate::notices::queries::{self as notice_queries, ChannelRow};
use crate::notices::{self, Channel, Kind};

/// How long a try is worth sending, in seconds.
const TEST_KEPT: i64 = 600;

/// The routes of reminders.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/me/reminders", web::get().to(read)).route("/me/reminders/test", web::post().to(try_out));
}

/// How the own reminders stand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReminderState)]
pub struct StateBody {
    /// The next moment at which one may come; null where none is chosen.
    next_at: Option<Timestamp>,
    /// Whether they rest: three days with a reminder went by unanswered. They go on with the next answer.
    resting: bool,
    /// What the plan proposes.
    proposed: Reminders,
    /// Push notifications.
    push: PushBody,
    /// E-mail.
    email: EmailBody,
}

/// Push notifications, as a way to the person.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushBody {
    /// Devices that are pushed to.
    devices: usize,
    /// Whether this one is among them.
    this_device: bool,
    /// When a push service last took something.
    last_success_at: Option<Timestamp>,
}

/// E-mail, as a way to the person.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmailBody {
    /// Whether the clinic has a mail server.
    available: bool,
    /// Since when the mail server says that the address takes none.
    failing_since: Option<Timestamp>,
    /// When it last took something.
    last_success_at: Option<Timestamp>,
}

/// `GET /me/reminders`: when the next one may come, and by which ways.
#[utoipa::path(get, path = "/api/v1/me/reminders", tag = "Reminders", responses(
    (status = 200, body = StateBody), (status = 401, body = Problem)))]
pub async fn read(who: SignedIn, app: Data<App>) -> Result<HttpResponse> {
    let have_mail = app.channels.have_mail();
    let body = app.database.read(who.reach(), move |conn| state(conn, &who, have_mail)).await?;
    Ok(HttpResponse::Ok().json(body))
}

fn state(conn: &mut DbConnection, who: &SignedIn, have_mail: bool) -> Result<StateBody> {
    let row = queries::find(conn, who.scope(), who.user)?;
    let devices = notice_queries::devices(conn, who.scope(), who.user)?;
    let channels = notice_queries::channels_of(conn, who.scope(), who.user)?;
    let of = |channel| channels.iter().find(|known: &&ChannelRow| known.channel == channel).copied();
    let (push, email) = (of(Channel::Push), of(Channel::Email));
    Ok(StateBody {
        next_at: row.as_ref().and_then(|row| row.due_at),
        resting: row.is_some_and(|row| row.state().is_resting()),
        proposed: Reminders::default(),
        push: PushBody {
            devices: devices.len(),
            this_device: devices.iter().any(|(device, _)| *device == who.sign_in),
            last_success_at: push.and_then(|known| known.succeeded_at),
        },
        email: EmailBody {
            available: have_mail,
            failing_since: email.and_then(|known| known.failed_at),
            last_success_at: email.and_then(|known| known.succeeded_at),
        },
    })
}

/// `POST /me/reminders/test`: sends a try by the ways that are chosen, once a minute at the most.
#[utoipa::path(post, path = "/api/v1/me/reminders/test", tag = "Reminders", responses(
    (status = 202, description = "It is on its way"), (status = 401, body = Problem)))]
pub async fn try_out(who: SignedIn, app: Data<App>) -> Result<HttpResponse> {
    let now = app.clock.now();
    let key = format!("test {}", now.seconds() / 60);
    let (reach, expires_at) = (who.reach(), now.plus_seconds(TEST_KEPT));
    let writing =
        move |conn: &mut DbConnection| notices::enqueue(conn, who.scope(), who.user, (Kind::Test, &key), expires_at, now);
    app.database.write(reach, writing).await?;
    Ok(HttpResponse::Accepted().finish())
}
