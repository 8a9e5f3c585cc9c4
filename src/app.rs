//! What every handler shares, and the list of features.

use std::sync::Arc;

use actix_web::web;
use jiff::tz::TimeZone;

use crate::auth::keys::{KeyError, Keys};
use crate::auth::password::Passwords;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Database, OpenError, Timestamp};
use crate::events::Places;
use crate::instruments::{self, Registry};
use crate::notices::Channels;
use crate::protocols::{self, Plans};
use crate::web::kept::Kept;
use crate::web::limits::Limits;

/// What every handler shares.
pub struct App {
    /// The database.
    pub database: Database,
    /// The only clock.
    pub clock: Clock,
    /// The server's keys.
    pub keys: Arc<Keys>,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// The questionnaires.
    pub instruments: Registry,
    /// The plans.
    pub plans: Plans,
    /// Large answers that were asked for last.
    pub kept: Kept,
    /// How often something may be tried.
    pub limits: Limits,
    /// Who listens to what colleagues change.
    pub places: Places,
    /// The ways to people outside of the app.
    pub channels: Channels,
    /// The settings.
    pub config: Config,
    public_url: String,
}

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings contradict themselves.
    #[error("{0}")]
    Config(String),
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The keys cannot be read.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A questionnaire or a plan cannot be used.
    #[error(transparent)]
    Instruments(#[from] instruments::LoadError),
    /// The database failed while starting.
    #[error(transparent)]
    Failed(#[from] crate::error::Error),
}

impl App {
    /// Opens the database, the keys and the questionnaires.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, StartError> {
        let location = config.location().map_err(StartError::Config)?;
        let channels = Channels::of(&config).map_err(StartError::Config)?;
        let keys = Arc::new(Keys::load(&config.storage.data_dir, clock.now().local_date(&TimeZone::UTC))?);
        let database = Database::open(&location)?;
        let instruments = load_instruments(&config, &database, clock.now()).await?;
        let plans = load_plans(&config, &database, instruments.clone(), clock.now()).await?;
        let public_url = config.server.public_url.clone().unwrap_or_default();
        Ok(Self {
            passwords: Passwords::new(config.passwords, *keys.pepper()),
            kept: Kept::default(),
            limits: Limits::new(config.limits.is_on),
            places: Places::default(),
            database,
            clock,
            keys,
            instruments,
            plans,
            channels,
            config,
            public_url,
        })
    }

    /// What people type to reach Yarrow.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// Sets the address where none is configured: known once the server listens.
    pub fn listens_at(&mut self, port: u16) {
        if self.public_url.is_empty() {
            self.public_url = format!("http://{}", std::net::SocketAddr::new(self.config.server.listen.ip(), port));
        }
    }

    /// Whether people reach Yarrow over https.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// The questionnaires: those that are built in, the clinic's own, and every version that answers were given to.
pub async fn load_instruments(config: &Config, database: &Database, now: Timestamp) -> Result<Registry, StartError> {
    let mut registry = Registry::load_builtin()?;
    if let Some(folder) = &config.storage.instruments_dir {
        registry.load_dir(folder)?;
    }
    instruments::queries::keep_versions(database, registry, now).await
}

/// The plans: those that are built in, the clinic's own, and every version that a course may follow.
pub async fn load_plans(
    config: &Config,
    database: &Database,
    instruments: Registry,
    now: Timestamp,
) -> Result<Plans, StartError> {
    let mut plans = Plans::load_builtin(instruments)?;
    if let Some(folder) = &config.storage.protocols_dir {
        plans.load_dir(folder)?;
    }
    protocols::queries::keep_versions(database, plans, now).await
}

/// Every route below `/api/v1`. The router tries them in this order, so what phones and desks ask for all day comes first.
pub fn routes(config: &mut web::ServiceConfig) {
    crate::responses::http::routes(config);
    crate::progress::http::routes(config);
    crate::patients::http::routes(config);
    crate::protocols::http::routes(config);
    crate::people::http::routes(config);
    crate::auth::http::routes(config);
    crate::alerts::http::routes(config);
    crate::sessions::day::http::routes(config);
    crate::sessions::http::routes(config);
    crate::events::http::routes(config);
    crate::journal::http::routes(config);
    crate::courses::http::routes(config);
    crate::outcomes::http::routes(config);
    crate::instruments::http::routes(config);
    crate::clinic::http::routes(config);
    crate::reports::http::routes(config);
    crate::exports::http::routes(config);
    crate::kiosk::http::routes(config);
    crate::reminders::http::routes(config);
    crate::notices::http::routes(config);
    crate::web::api_document::routes(config);
}
