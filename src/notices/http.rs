//! Handlers of this device's push subscription.

use actix_web::HttpResponse;
use actix_web::web::{self, Data};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::push::{self, Subscription};
use super::queries;
use crate::app::App;
use crate::auth::guards::SignedIn;
use crate::db::{Reach, Timestamp};
use crate::error::{Problem, Result};
use crate::reminders;
use crate::web::Json;
use crate::web::checks::Checks;

/// Devices of a person that are pushed to. Source: SECURITY_REQUIREMENTS.md 12.3.
const MOST_DEVICES: usize = 5;

/// The routes of push subscriptions.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/push-subscriptions", web::post().to(subscribe)).route("/push-subscriptions", web::delete().to(unsubscribe));
}

/// What the browser's `PushSubscription` says of itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSubscription {
    /// The push service's address for this device.
    #[schema(example = "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABm")]
    endpoint: String,
    /// When the browser means to end it; Yarrow finds out when it has.
    #[serde(default, rename = "expirationTime")]
    #[expect(dead_code, reason = "browsers send it")]
    expiration_time: Option<f64>,
    /// The keys that messages are encrypted to.
    keys: SubscriptionKeys,
}

/// The keys that messages to a device are encrypted to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionKeys {
    /// The device's public key, in base64url.
    #[schema(example = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")]
    p256dh: String,
    /// Its secret, in base64url.
    #[schema(example = "BTBZMqHH6r4Tts7J_aSIgg")]
    auth: String,
}

impl NewSubscription {
    fn validate(self, services: &push::Services) -> Result<Subscription> {
        let Self { endpoint, keys: SubscriptionKeys { p256dh, auth }, .. } = self;
        let mut checks = Checks::default();
        checks.require(services.allow(&endpoint), "/endpoint", "must be the address of a browser's push service");
        checks.require(push::are_keys(&p256dh, &auth), "/keys", "must be the keys of a push subscription");
        checks.finish()?;
        Ok(Subscription { endpoint, p256dh, auth })
    }
}

/// The push subscription of this device.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubscriptionBody {
    /// Since when it is here.
    created_at: Timestamp,
}

/// `POST /push-subscriptions`: has this device pushed to, in place of what it had subscribed before. It ends with the sign-in.
#[utoipa::path(post, path = "/api/v1/push-subscriptions", tag = "Reminders", request_body = NewSubscription, responses(
    (status = 201, body = SubscriptionBody), (status = 401, body = Problem),
    (status = 409, description = "The same browser subscribed at the same moment: do it again", body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn subscribe(who: SignedIn, body: Json<NewSubscription>, app: Data<App>) -> Result<HttpResponse> {
    app.limits.count_push_subscription(who.user.uuid())?;
    let (new, now, shared) = (body.into_inner().validate(app.channels.services())?, app.clock.now(), app.clone());
    // All of the installation: a browser keeps its endpoint when a person of another clinic signs in there.
    app.database
        .write(Reach::Installation, move |conn| {
            queries::forget_endpoint(conn, &new.endpoint)?;
            queries::forget_device(conn, who.scope(), who.sign_in)?;
            queries::insert_device(conn, who.scope(), who.user, who.sign_in, &new, now)?;
            for (oldest, _) in queries::devices(conn, who.scope(), who.user)?.into_iter().skip(MOST_DEVICES) {
                queries::forget_device(conn, who.scope(), oldest)?;
            }
            reminders::note_reach(conn, &shared, who.scope(), who.user, now)
        })
        .await?;
    Ok(HttpResponse::Created().json(SubscriptionBody { created_at: now }))
}

/// `DELETE /push-subscriptions`: pushes to this device no more.
#[utoipa::path(delete, path = "/api/v1/push-subscriptions", tag = "Reminders", responses(
    (status = 204, description = "Nothing is pushed to it"), (status = 401, body = Problem)))]
pub async fn unsubscribe(who: SignedIn, app: Data<App>) -> Result<HttpResponse> {
    let (now, shared) = (app.clock.now(), app.clone());
    app.database
        .write(who.reach(), move |conn| {
            queries::forget_device(conn, who.scope(), who.sign_in)?;
            reminders::note_reach(conn, &shared, who.scope(), who.user, now)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
