//! Settings: built-in defaults, then an optional TOML file, then environment variables.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;

use crate::db::Location;
use crate::notices::Channels;

/// Every setting of the server.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the server listens and what it is called from outside.
    pub server: ServerConfig,
    /// Where data lies.
    pub storage: StorageConfig,
    /// Limits on how often something may be tried.
    pub limits: LimitsConfig,
    /// How passwords are kept.
    pub passwords: PasswordConfig,
    /// How e-mail is sent.
    pub mail: MailConfig,
    /// Which push services may be called.
    pub push: PushConfig,
}

/// Where the server listens and what it is called from outside.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port; port 0 picks a free one. Environment: `YARROW_LISTEN`.
    pub listen: SocketAddr,
    /// What people type to reach Yarrow, without a slash at the end. Environment: `YARROW_PUBLIC_URL`.
    pub public_url: Option<String>,
    /// Addresses of the reverse proxies in front, whose `X-Forwarded-For` is believed. Environment: `YARROW_TRUSTED_PROXIES`.
    pub trusted_proxies: Vec<IpAddr>,
    /// Threads that answer requests; 0 is one per processor. Environment: `YARROW_WORKERS`.
    pub workers: usize,
    /// Whether devices keep the app so that it opens without a network. Off takes what they keep of it off them; what waits to be
    /// sent stays there, and goes. Environment: `YARROW_OFFLINE_APP` (`on` or `off`).
    pub is_offline_app: bool,
}

/// Where data lies.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StorageConfig {
    /// `sqlite://path`, a plain path, or `postgres://…`. Environment: `DATABASE_URL`.
    pub database_url: Option<Secret>,
    /// Folder of the keys and of the database file. Environment: `YARROW_DATA_DIR`.
    pub data_dir: PathBuf,
    /// Folder of a clinic's own questionnaires. Environment: `INSTRUMENTS_DIR`.
    pub instruments_dir: Option<PathBuf>,
    /// Folder of a clinic's own plans. Environment: `PROTOCOLS_DIR`.
    pub protocols_dir: Option<PathBuf>,
}

/// Limits on how often something may be tried.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Off only for load tests, and only on loopback. Environment: `YARROW_RATE_LIMITS` (`on` or `off`).
    pub is_on: bool,
}

/// How passwords are kept: Argon2id's cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordConfig {
    /// Memory of one hash, in KiB; at least 19456.
    pub memory_kib: u32,
    /// Passes over that memory; at least 2.
    pub passes: u32,
    /// Lanes; at least 1.
    pub lanes: u32,
}

/// How e-mail is sent; not at all where no mail server is named.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailConfig {
    /// `smtps://user:password@host`, or `smtp://` for a server that turns encryption on. Environment: `SMTP_URL`.
    pub smtp_url: Option<Secret>,
    /// The address that e-mails come from. Environment: `MAIL_FROM`.
    pub from: Option<String>,
}

/// Which push services may be called beside those of the browsers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PushConfig {
    /// Names of further services, which are called over https only. Environment: `YARROW_PUSH_HOSTS`.
    pub hosts: Vec<String>,
    /// `host:port` of services on this machine that are called over http, to try things out. Environment: `YARROW_PUSH_TEST_HOSTS`.
    pub test_hosts: Vec<String>,
}

/// Text that is never printed.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            server: ServerConfig::default(),
            storage: StorageConfig::default(),
            limits: LimitsConfig { is_on: true },
            passwords: PasswordConfig::default(),
            mail: MailConfig::default(),
            push: PushConfig::default(),
        }
    }
}
impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            trusted_proxies: Vec::new(),
            workers: 0,
            is_offline_app: true,
        }
    }
}
impl Default for StorageConfig {
    fn default() -> Self {
        Self { database_url: None, data_dir: "data".into(), instruments_dir: None, protocols_dir: None }
    }
}
impl Default for LimitsConfig {
    fn default() -> Self {
        Self { is_on: true }
    }
}
impl Default for PasswordConfig {
    fn default() -> Self {
        // RFC 9106's second recommended choice.
        Self { memory_kib: 65_536, passes: 3, lanes: 4 }
    }
}

/// A setting that cannot be used, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl Config {
    /// Reads the file named by `YARROW_CONFIG` where it is set, then the environment, and checks the whole.
    pub fn from_environment() -> Result<Self, ConfigError> {
        Self::read(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    /// As `from_environment`, with the variables that `variable` knows.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut config = match variable("YARROW_CONFIG") {
            None => Self::default(),
            Some(path) => {
                let text = std::fs::read_to_string(&path).map_err(|why| ConfigError(format!("YARROW_CONFIG: {path}: {why}")))?;
                toml::from_str(&text).map_err(|why| ConfigError(format!("{path}: {why}")))?
            }
        };
        if let Some(listen) = variable("YARROW_LISTEN") {
            config.server.listen = listen
                .parse()
                .map_err(|_| ConfigError("YARROW_LISTEN must be an address and a port, like 127.0.0.1:8080".into()))?;
        }
        if let Some(url) = variable("YARROW_PUBLIC_URL") {
            config.server.public_url = Some(url);
        }
        if let Some(proxies) = variable("YARROW_TRUSTED_PROXIES") {
            let parsed = proxies.split(',').map(|proxy| proxy.trim().parse()).collect::<Result<_, _>>();
            config.server.trusted_proxies =
                parsed.map_err(|_| ConfigError("YARROW_TRUSTED_PROXIES must be IP addresses with commas between".into()))?;
        }
        if let Some(workers) = variable("YARROW_WORKERS") {
            config.server.workers = workers.parse().map_err(|_| ConfigError("YARROW_WORKERS must be a whole number".into()))?;
        }
        if let Some(url) = variable("DATABASE_URL") {
            config.storage.database_url = Some(url.into());
        }
        if let Some(folder) = variable("YARROW_DATA_DIR") {
            config.storage.data_dir = folder.into();
        }
        if let Some(folder) = variable("INSTRUMENTS_DIR") {
            config.storage.instruments_dir = Some(folder.into());
        }
        if let Some(folder) = variable("PROTOCOLS_DIR") {
            config.storage.protocols_dir = Some(folder.into());
        }
        let switch = |name: &str| match variable(name).as_deref() {
            None => Ok(None),
            Some("on") => Ok(Some(true)),
            Some("off") => Ok(Some(false)),
            Some(_) => Err(ConfigError(format!("{name} must be on or off"))),
        };
        config.limits.is_on = switch("YARROW_RATE_LIMITS")?.unwrap_or(config.limits.is_on);
        config.server.is_offline_app = switch("YARROW_OFFLINE_APP")?.unwrap_or(config.server.is_offline_app);
        if let Some(url) = variable("SMTP_URL") {
            config.mail.smtp_url = Some(url.into());
        }
        if let Some(from) = variable("MAIL_FROM") {
            config.mail.from = Some(from);
        }
        if let Some(hosts) = variable("YARROW_PUSH_HOSTS") {
            config.push.hosts = hosts.split(',').map(|host| host.trim().to_lowercase()).collect();
        }
        if let Some(hosts) = variable("YARROW_PUSH_TEST_HOSTS") {
            config.push.test_hosts = hosts.split(',').map(|host| host.trim().to_owned()).collect();
        }
        config.validate()?;
        Ok(config)
    }

    /// Refuses mixtures that would not be safe, and says what to change.
    fn validate(&self) -> Result<(), ConfigError> {
        let is_loopback = self.server.listen.ip().is_loopback();
        if !self.limits.is_on && !is_loopback {
            return Err(ConfigError(format!(
                "YARROW_RATE_LIMITS=off is for load tests on this machine, but the server listens on {}: turn it on, or listen on 127.0.0.1",
                self.server.listen
            )));
        }
        if !is_loopback && self.server.trusted_proxies.is_empty() {
            return Err(ConfigError(format!(
                "the server would listen on {} without TLS: put a reverse proxy with TLS in front and name its address in YARROW_TRUSTED_PROXIES",
                self.server.listen
            )));
        }
        if let Some(url) = &self.server.public_url {
            let (scheme, rest) = url.split_once("://").unwrap_or_default();
            let host = rest.rsplit_once(':').map_or(rest, |(host, _)| host);
            let is_local = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
            if rest.is_empty() || rest.contains('/') || !(scheme == "https" || scheme == "http" && is_local) {
                return Err(ConfigError(
                    "YARROW_PUBLIC_URL must be https://name without a path (http:// only for this machine itself)".into(),
                ));
            }
        }
        if !self.push.test_hosts.is_empty() && !is_loopback {
            return Err(ConfigError(format!(
                "YARROW_PUSH_TEST_HOSTS is for trying out on this machine, but the server listens on {}: leave it out, or listen on 127.0.0.1",
                self.server.listen
            )));
        }
        Channels::of(self).map_err(ConfigError)?;
        let PasswordConfig { memory_kib, passes, lanes } = self.passwords;
        if memory_kib < 19_456 || passes < 2 || lanes < 1 || memory_kib > 262_144 || passes > 10 || lanes > 16 {
            return Err(ConfigError("passwords: memory_kib must be 19456 to 262144, passes 2 to 10, lanes 1 to 16".into()));
        }
        self.location().map_err(ConfigError).map(drop)
    }

    /// The settings in force as environment variables, one a line; what only the file sets is a comment.
    pub fn in_force(&self) -> String {
        let Self { server, storage, limits, passwords, mail, push } = self;
        let database = match self.location() {
            Ok(Location::Sqlite(path)) => path.display().to_string(),
            Ok(Location::Postgres(_)) => "postgres://[redacted]".to_owned(),
            Err(why) => why,
        };
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
        let proxies: Vec<_> = server.trusted_proxies.iter().map(IpAddr::to_string).collect();
        let switch = |is_on| if is_on { "on" } else { "off" };
        let lines = [
            format!("DATABASE_URL={database}"),
            format!("YARROW_LISTEN={}", server.listen),
            format!("YARROW_PUBLIC_URL={}", server.public_url.as_deref().unwrap_or_default()),
            format!("YARROW_TRUSTED_PROXIES={}", proxies.join(",")),
            format!("YARROW_WORKERS={}", server.workers),
            format!("YARROW_DATA_DIR={}", storage.data_dir.display()),
            format!("INSTRUMENTS_DIR={}", path(&storage.instruments_dir)),
            format!("PROTOCOLS_DIR={}", path(&storage.protocols_dir)),
            format!("YARROW_OFFLINE_APP={}", switch(server.is_offline_app)),
            format!("YARROW_RATE_LIMITS={}", switch(limits.is_on)),
            format!("SMTP_URL={}", if mail.smtp_url.is_some() { "smtp://[redacted]" } else { "" }),
            format!("MAIL_FROM={}", mail.from.as_deref().unwrap_or_default()),
            format!("YARROW_PUSH_HOSTS={}", push.hosts.join(",")),
            format!("YARROW_PUSH_TEST_HOSTS={}", push.test_hosts.join(",")),
            format!(
                "# passwords: memory_kib = {}, passes = {}, lanes = {}",
                passwords.memory_kib, passwords.passes, passwords.lanes
            ),
        ];
        lines.join("\n") + "\n"
    }

    /// Where the database lies; `yarrow.db` in the data folder where nothing is set.
    pub fn location(&self) -> Result<Location, String> {
        match &self.storage.database_url {
            Some(url) => Location::parse(url.reveal()),
            None => Ok(Location::Sqlite(self.storage.data_dir.join("yarrow.db"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::read(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn nothing_needs_to_be_set() {
        let config = with(&[]).unwrap();
        assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.location().unwrap(), Location::Sqlite("data/yarrow.db".into()));
    }

    #[test]
    fn unsafe_mixtures_are_refused_with_what_to_change() {
        for (variables, word) in [
            (vec![("YARROW_LISTEN", "0.0.0.0:8080")], "proxy"),
            (
                vec![("YARROW_LISTEN", "0.0.0.0:80"), ("YARROW_TRUSTED_PROXIES", "10.0.0.1"), ("YARROW_RATE_LIMITS", "off")],
                "load tests",
            ),
            (vec![("DATABASE_URL", "mysql://x/y")], "mysql://"),
            (vec![("YARROW_PUBLIC_URL", "http://clinic.example")], "https"),
            (vec![("YARROW_RATE_LIMITS", "maybe")], "on or off"),
            (vec![("YARROW_OFFLINE_APP", "maybe")], "YARROW_OFFLINE_APP must be on or off"),
            (
                vec![
                    ("YARROW_LISTEN", "0.0.0.0:80"),
                    ("YARROW_TRUSTED_PROXIES", "10.0.0.1"),
                    ("YARROW_PUSH_TEST_HOSTS", "127.0.0.1:9280"),
                ],
                "trying out",
            ),
            (vec![("SMTP_URL", "smtps://mail.example")], "MAIL_FROM"),
            (vec![("SMTP_URL", "mail.example"), ("MAIL_FROM", "yarrow@clinic.example")], "smtps://"),
        ] {
            let why = with(&variables).unwrap_err().to_string();
            assert!(why.contains(word), "{why}");
        }
    }

    #[test]
    fn a_secret_is_never_printed() {
        let config = with(&[("DATABASE_URL", "postgres://yarrow:hunter2@127.0.0.1/y")]).unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
        assert!(!config.in_force().contains("hunter2"));
        let config =
            with(&[("SMTP_URL", "smtps://yarrow:hunter2@mail.example"), ("MAIL_FROM", "yarrow@clinic.example")]).unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
        assert!(!config.in_force().contains("hunter2"));
    }

    #[test]
    fn the_settings_in_force_can_be_set_again() {
        let config = with(&[
            ("YARROW_LISTEN", "127.0.0.1:0"),
            ("YARROW_WORKERS", "3"),
            ("YARROW_RATE_LIMITS", "off"),
            ("YARROW_OFFLINE_APP", "off"),
            ("YARROW_PUSH_HOSTS", "push.clinic.example"),
            ("YARROW_PUSH_TEST_HOSTS", "127.0.0.1:9280"),
        ])
        .unwrap();
        let lines = config.in_force();
        let pairs: Vec<_> =
            lines.lines().filter_map(|line| line.split_once('=')).filter(|(_, value)| !value.is_empty()).collect();
        assert_eq!(with(&pairs).unwrap().in_force(), lines);
    }
}
