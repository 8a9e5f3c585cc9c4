//! Handlers of sign-in, refresh, sign-out and the list of signed-in devices.

use std::net::IpAddr;

use actix_web::http::header;
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::guards::{AsStaff, RequestId, SignedIn};
use super::keys::{random_token, token_hash};
use super::password::Verdict;
use super::queries::{self, Account};
use super::tokens::ACCESS_SECONDS;
use super::{NewSignIn, Refreshed, SignIn, Tokens, Transport, begin, device_name, pause_seconds, refresh};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event};
use crate::config::Secret;
use crate::db::{DbConnection, Id, Reach, Timestamp};
use crate::error::{Error, Problem, Result};
use crate::people::{self, UserBody};
use crate::web::{Json, List, MaybeJson, cookies, origin};
use crate::{notices, reminders};

/// The routes of sign-in.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/auth/login", web::post().to(login))
        .route("/auth/refresh", web::post().to(refresh_pair))
        .route("/auth/logout", web::post().to(logout))
        .route("/me/device-key", web::get().to(device_key))
        .route("/auth/sign-ins", web::get().to(list))
        .route("/auth/sign-ins/{id}", web::delete().to(end));
}

/// What a person types to sign in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "maya@alder-row.example", "password": "seven quiet herons fly", "transport": "bearer"}))]
pub struct Login {
    /// The e-mail of the account.
    #[schema(value_type = String, example = "maya@alder-row.example")]
    email: String,
    /// The password.
    #[schema(value_type = String, example = "seven quiet herons fly")]
    password: Secret,
    /// A code of the second factor, where the account has one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    #[expect(dead_code, reason = "no account has a second factor yet; clients may already send the field")]
    totp: Option<Secret>,
    /// `bearer` for programs, `cookie` for the web app.
    #[serde(default)]
    transport: TransportWord,
}

/// How a sign-in carries its tokens.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TransportWord {
    /// In the `Authorization` header.
    #[default]
    Bearer,
    /// In HttpOnly cookies.
    Cookie,
}

impl From<TransportWord> for Transport {
    fn from(word: TransportWord) -> Self {
        match word {
            TransportWord::Bearer => Self::Bearer,
            TransportWord::Cookie => Self::Cookie,
        }
    }
}

/// A person who has just signed in. The tokens are absent where they travel in cookies.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedInBody {
    /// The JWT for requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    access_token: Option<String>,
    /// The token for the next pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    refresh_token: Option<String>,
    /// Always `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Bearer")]
    token_type: Option<&'static str>,
    /// Seconds for which the access token lives.
    #[schema(example = 600)]
    expires_in: i64,
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    user: Option<UserBody>,
}

/// The answer that carries a pair of tokens in the way the sign-in began with.
pub fn hand_over(
    app: &App,
    mut answer: actix_web::HttpResponseBuilder,
    tokens: &Tokens,
    transport: Transport,
    user: Option<UserBody>,
) -> HttpResponse {
    let bare = SignedInBody { access_token: None, refresh_token: None, token_type: None, expires_in: ACCESS_SECONDS, user };
    match transport {
        Transport::Cookie => {
            for cookie in cookies::carry(app, tokens, app.clock.now()) {
                answer.cookie(cookie);
            }
            answer.json(bare)
        }
        Transport::Bearer => answer.json(SignedInBody {
            access_token: Some(tokens.access.clone()),
            refresh_token: Some(tokens.refresh.clone()),
            token_type: Some("Bearer"),
            ..bare
        }),
    }
}

/// Refuses what only a page of ours may do: a bearer sign-in from inside a browser, and a cookie one from elsewhere.
pub fn check_transport(request: &HttpRequest, transport: Transport) -> Result<()> {
    match transport {
        Transport::Bearer if request.headers().contains_key("Sec-Fetch-Site") => {
            Err(Error::BadRequest("a page in a browser signs in with transport \"cookie\""))
        }
        Transport::Bearer => Ok(()),
        Transport::Cookie => origin::check(request),
    }
}

/// `POST /auth/login`: signs in with e-mail and password.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "Sign-in", request_body = Login, security(()), responses(
    (status = 200, description = "Signed in; with transport cookie both tokens are in HttpOnly cookies only", body = SignedInBody),
    (status = 401, description = "Not a pair; the same body for every wrong pair", body = Problem),
    (status = 422, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn login(request: HttpRequest, id: RequestId, body: Json<Login>, app: Data<App>) -> Result<HttpResponse> {
    let Login { email, password, totp: _, transport } = body.into_inner();
    let transport = transport.into();
    check_transport(&request, transport)?;
    app.limits.count_sign_in(address(&request, &app))?;
    let email_key = people::email_key(&email);
    let now = app.clock.now();
    let tried = Tried::look(&app, &email_key, now).await?;
    let key = email_key.clone();
    let accounts = app.database.read(Reach::Installation, move |conn| queries::accounts(conn, &key)).await?;
    let Some(account) = find_match(&app, accounts, password.reveal()).await? else {
        tried.fail(&app, id, now).await?;
        return Err(Error::WrongCredentials);
    };
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let (tokens, user) = sign_in(&app, &account, transport, device_name(agent), id.0, Some(tried.email_hash)).await?;
    Ok(hand_over(&app, HttpResponse::Ok(), &tokens, transport, Some(user)))
}

/// The account that the password fits. Unknown, closed and password-less ones cost the same work.
async fn find_match(app: &App, accounts: Vec<Account>, password: &str) -> Result<Option<Account>> {
    let mut found = None;
    if accounts.is_empty() {
        app.passwords.verify(password.to_owned(), None).await?;
    }
    for account in accounts {
        let verdict = app.passwords.verify(password.to_owned(), account.password_hash.as_deref()).await?;
        if verdict == Verdict::Wrong || account.disabled_at.is_some() || found.is_some() {
            continue;
        }
        if verdict == Verdict::Outdated {
            let (user, hash) = (account.user, app.passwords.hash(password.to_owned()).await?);
            app.database.write(Reach::Installation, move |conn| queries::set_password(conn, user, &hash)).await?;
        }
        found = Some(account);
    }
    Ok(found)
}

/// Failures of one e-mail so far.
pub(crate) struct Tried {
    /// What the e-mail is known by.
    pub(crate) email_hash: String,
    tries: i32,
    since: Timestamp,
}

impl Tried {
    /// Looks up the failures, and refuses while a pause lasts.
    pub(crate) async fn look(app: &App, email_key: &str, now: Timestamp) -> Result<Self> {
        let email_hash = token_hash(email_key);
        let hash = email_hash.clone();
        let known = app.database.read(Reach::Installation, move |conn| queries::find_tries(conn, &hash)).await?;
        let Some((tries, since, retry_at)) = known.filter(|(_, since, _)| now.seconds_since(*since) < 86_400) else {
            return Ok(Self { email_hash, tries: 0, since: now });
        };
        if app.config.limits.is_on && now < retry_at {
            return Err(Error::TooMany(u64::try_from(retry_at.seconds_since(now)).unwrap_or_default() + 1));
        }
        Ok(Self { email_hash, tries, since })
    }

    /// Counts one more failure and begins its pause.
    pub(crate) async fn fail(self, app: &App, id: RequestId, now: Timestamp) -> Result<()> {
        let tries = self.tries + 1;
        let retry_at = pause_seconds(tries).map_or_else(|| self.since.plus_seconds(86_400), |pause| now.plus_seconds(pause));
        app.database
            .write(Reach::Installation, move |conn| {
                queries::store_tries(conn, &self.email_hash, tries, self.since, retry_at)?;
                let actor = Actor { user: None, role: "", sign_in: None, request: id.0 };
                let event = Event::of(Action::SignInFailed, "user", Uuid::nil()).refused("wrong e-mail or password");
                audit::record(conn, None, &actor, &event, now)
            })
            .await
    }
}

/// Begins a sign-in for an account that was checked, and says who it is.
pub async fn sign_in(
    app: &App,
    account: &Account,
    transport: Transport,
    device: String,
    request: Uuid,
    email_hash: Option<String>,
) -> Result<(Tokens, UserBody)> {
    let now = app.clock.now();
    let first_refresh = random_token().map_err(|why| Error::Internal(Box::new(why)))?;
    let (user, clinic, roles) = (account.user, account.clinic, account.roles());
    let keys = app.keys.clone();
    app.database
        .write(Reach::Installation, move |conn| {
            if let Some(email_hash) = &email_hash {
                queries::clear_tries(conn, email_hash)?;
            }
            let new = NewSignIn { clinic, user, roles, transport, device: &device, request };
            let tokens = begin(conn, &keys, &new, &first_refresh, now)?;
            Ok((tokens, people::body(conn, user)?))
        })
        .await
}

/// The refresh token, for programs; the web app sends it as a cookie.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The newest refresh token.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "h0Rk1t2n4YqZ3vB8mW5xH7cJ9pL0sD6gF-aE_uT4oI2")]
    refresh_token: Option<Secret>,
}

/// `POST /auth/refresh`: trades a refresh token for the next pair.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "Sign-in", request_body = Option<Refresh>, security(()), responses(
    (status = 200, description = "A new pair, in the transport of the sign-in", body = SignedInBody),
    (status = 401, description = "Unknown, ended or used before", body = Problem), (status = 429, body = Problem)))]
pub async fn refresh_pair(request: HttpRequest, id: RequestId, body: MaybeJson<Refresh>, app: Data<App>) -> Result<HttpResponse> {
    let in_body = body.0.and_then(|body| body.refresh_token).map(|token| token.reveal().to_owned());
    let token = match (in_body, cookies::refresh(&request)) {
        (Some(_), Some(_)) => return Err(Error::BadRequest("send the refresh token as a cookie or in the body, not both")),
        (Some(token), None) => {
            check_transport(&request, Transport::Bearer)?;
            token
        }
        (None, Some(token)) => token,
        (None, None) => return Err(Error::Unauthenticated),
    };
    let name = Uuid::from_slice(&token_hash(&token).as_bytes()[..16]).unwrap_or_default();
    app.limits.count_refresh(name)?;
    let now = app.clock.now();
    let keys = app.keys.clone();
    match app.database.write(Reach::Installation, move |conn| refresh(conn, &keys, &token, id.0, now)).await? {
        Refreshed::Pair(tokens, transport) => Ok(hand_over(&app, HttpResponse::Ok(), &tokens, transport, None)),
        Refreshed::Reused => Err(Error::Unauthenticated),
    }
}

/// `POST /auth/logout`: ends this sign-in, its refresh token and its access tokens.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "Sign-in", responses(
    (status = 204, description = "Ended; cookies are taken back"), (status = 401, body = Problem)))]
pub async fn logout(who: SignedIn, app: Data<App>) -> Result<HttpResponse> {
    let now = app.clock.now();
    let (id, clinic, actor, shared) = (who.sign_in, who.scope().clinic(), who.actor(), app.clone());
    app.database
        .write(Reach::Installation, move |conn| {
            queries::end_sign_in(conn, id, now)?;
            forget_device(conn, &shared, &who, id, now)?;
            audit::record(conn, Some(clinic), &actor, &Event::of(Action::SignedOut, "sign_in", id.uuid()), now)
        })
        .await?;
    let mut answer = HttpResponse::NoContent();
    for cookie in cookies::clear(&app) {
        answer.cookie(cookie);
    }
    Ok(answer.finish())
}

/// Nothing is pushed to a device any more whose sign-in was ended there or from elsewhere.
fn forget_device(conn: &mut DbConnection, app: &App, who: &SignedIn, device: Id<SignIn>, now: Timestamp) -> Result<()> {
    if notices::queries::forget_device(conn, who.scope(), device)? {
        reminders::note_reach(conn, app, who.scope(), who.user, now)?;
    }
    Ok(())
}

/// The key for what waits on the device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceKey)]
pub struct DeviceKeyBody {
    /// 256 bits in base64url.
    #[schema(example = "pB3x0m3Yt3yq1n3m6Yk8cQy8bq0o4Zs0Qw4l7m2d9XE")]
    key: String,
}

/// `GET /me/device-key`: the key under which the web app seals what staff type without a network (AES-256-GCM). It is to be held in memory
/// only; the same person gets the same one with each sign-in.
#[utoipa::path(get, path = "/api/v1/me/device-key", tag = "Sign-in", responses(
    (status = 200, body = DeviceKeyBody), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn device_key(who: AsStaff, app: Data<App>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(DeviceKeyBody { key: app.keys.device_key(who.user.uuid()) }))
}

/// A signed-in device.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInBody {
    /// The sign-in.
    id: Id<SignIn>,
    /// Whether it is the one that asks.
    current: bool,
    /// The device in words.
    #[schema(example = "Chrome on Android")]
    device: String,
    /// When the person signed in.
    created_at: Timestamp,
    /// The last request, give or take a minute.
    last_seen_at: Timestamp,
    /// When it ends whatever happens.
    ends_at: Timestamp,
}

/// `GET /auth/sign-ins`: the caller's signed-in devices.
#[utoipa::path(get, path = "/api/v1/auth/sign-ins", tag = "Sign-in", responses(
    (status = 200, body = List<SignInBody>), (status = 401, body = Problem)))]
pub async fn list(who: SignedIn, app: Data<App>) -> Result<HttpResponse> {
    let now = app.clock.now();
    let (user, current) = (who.user, who.sign_in);
    let rows = app.database.read(Reach::Installation, move |conn| queries::list_sign_ins(conn, user, now)).await?;
    let items = rows
        .into_iter()
        .map(|row| SignInBody {
            id: row.id,
            current: row.id == current,
            device: row.device,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            ends_at: row.ends_at,
        })
        .collect();
    Ok(HttpResponse::Ok().json(List::whole(items)))
}

/// `DELETE /auth/sign-ins/{id}`: ends one of the caller's devices.
#[utoipa::path(delete, path = "/api/v1/auth/sign-ins/{id}", tag = "Sign-in", params(("id" = Id<SignIn>, Path)), responses(
    (status = 204, description = "Ended"), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn end(who: SignedIn, id: Path<Id<SignIn>>, app: Data<App>) -> Result<HttpResponse> {
    let now = app.clock.now();
    let (user, id) = (who.user, *id);
    let (clinic, actor, shared) = (who.scope().clinic(), who.actor(), app.clone());
    let was_there = app
        .database
        .write(Reach::Installation, move |conn| {
            let was_there = queries::end_own_sign_in(conn, user, id, now)?;
            if was_there {
                forget_device(conn, &shared, &who, id, now)?;
                audit::record(conn, Some(clinic), &actor, &Event::of(Action::SignedOut, "sign_in", id.uuid()), now)?;
            }
            Ok(was_there)
        })
        .await?;
    if was_there { Ok(HttpResponse::NoContent().finish()) } else { Err(Error::NotFound("the sign-in")) }
}

/// The caller's address; `X-Forwarded-For` counts only behind a proxy that the settings name.
pub fn address(request: &HttpRequest, app: &App) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
    if !app.config.server.trusted_proxies.contains(&peer) {
        return peer;
    }
    let forwarded = request.headers().get("X-Forwarded-For").and_then(|value| value.to_str().ok());
    forwarded.and_then(|list| list.rsplit(',').next()?.trim().parse().ok()).unwrap_or(peer)
}
