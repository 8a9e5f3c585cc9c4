//! The server's command line.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use tracing_subscriber::EnvFilter;

use crate::app::{App, StartError, load_instruments};
use crate::clinic;
use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::db::{Database, Reach};
use crate::demo;
use crate::notices;
use crate::patients::caseload;
use crate::reminders;
use crate::web::server;

const USAGE: &str = "\
usage: yarrow [COMMAND]
  serve          serves the API and the web app (when nothing is said)
  demo           fills an empty database with a synthetic clinic, then serves it
                 [--patients N] [--seed S]
  migrate        brings the database's tables up to date, then ends
  check-config   prints the settings in force, or what is wrong with them
  clinic add     prints a one-time link that makes another clinic, also beside a running server
  caseload rebuild
                 works every row of the caseload out from the record, also beside a running server";

/// How often limits forget who has not come for a while.
const FORGET_EVERY: Duration = Duration::from_mins(5);

/// How often it is looked whether anything is to be sent.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Connections that may wait to be taken.
const WAITING: i32 = 1024;

/// Why a command could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// No such command.
    #[error("{0}")]
    Usage(String),
    /// A setting cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The synthetic clinic cannot be made, or shown, here.
    #[error("{0}")]
    Demo(&'static str),
    /// The server cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The address is taken, or not this machine's.
    #[error("cannot listen on {0}: {1}")]
    Listen(std::net::SocketAddr, std::io::Error),
    /// The server stopped by itself.
    #[error("the server stopped: {0}")]
    Stopped(std::io::Error),
}

/// Carries out what the arguments say.
pub async fn run(arguments: &[String]) -> Result<(), CommandError> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["serve"] => serve(open().await?).await,
        ["demo", options @ ..] => {
            let (patients, seed) = demo_options(options)?;
            let app = fill_demo(open().await?, patients, seed).await?;
            serve(app).await
        }
        ["migrate"] => {
            let location = Config::from_environment()?.location().map_err(StartError::Config)?;
            Database::open(&location).map_err(StartError::from)?;
            println!("the database is up to date");
            Ok(())
        }
        ["check-config"] => {
            print!("{}", Config::from_environment()?.in_force());
            Ok(())
        }
        ["clinic", "add"] => add_clinic().await,
        ["caseload", "rebuild"] => rebuild_caseload().await,
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        ["version" | "--version" | "-V"] => {
            println!("yarrow {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
        _ => Err(CommandError::Usage(format!("unknown command\n{USAGE}"))),
    }
}

/// Begins to log, and opens what the server needs.
async fn open() -> Result<App, CommandError> {
    let mut filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // Whatever RUST_LOG asks for: below this the HTTP library writes whole requests, with their tokens.
    for quiet in ["actix_http=info", "actix_web=info"] {
        filter = match quiet.parse() {
            Ok(directive) => filter.add_directive(directive),
            Err(_) => filter,
        };
    }
    tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).with_writer(std::io::stderr).init();
    Ok(App::open(Config::from_environment()?, Clock::System).await?)
}

/// Patients and seed of the synthetic clinic.
fn demo_options(options: &[&str]) -> Result<(usize, u64), CommandError> {
    let wrong = || CommandError::Usage(format!("demo takes --patients N (1 to 100000) and --seed S\n{USAGE}"));
    let (mut patients, mut seed) = (demo::USUAL_PATIENTS, demo::USUAL_SEED);
    for pair in options.chunks(2) {
        match pair {
            ["--patients", number] => {
                let number: usize = number.parse().map_err(|_| wrong())?;
                patients = (1..=100_000).contains(&number).then_some(number).ok_or_else(wrong)?;
            }
            ["--seed", number] => seed = number.parse().map_err(|_| wrong())?,
            _ => return Err(wrong()),
        }
    }
    Ok((patients, seed))
}

/// Fills the database with the synthetic clinic, unless it is there, and prints the sign-ins.
async fn fill_demo(app: App, patients: usize, seed: u64) -> Result<App, CommandError> {
    if !app.config.server.listen.ip().is_loopback() {
        return Err(CommandError::Demo("everybody can read the demo's passwords: serve it on 127.0.0.1 only (YARROW_LISTEN)"));
    }
    let app = Arc::new(app);
    match demo::look(&app).await.map_err(StartError::from)? {
        demo::Found::Nothing => {
            let progress = |done| eprint!("\rfilling the synthetic clinic: {done} of {patients} patients");
            let filled = demo::fill(&app, patients, seed, progress).await;
            eprintln!();
            filled.map_err(StartError::from)?;
        }
        demo::Found::Clinic => {}
        demo::Found::Part => {
            return Err(CommandError::Demo(
                "filling this database was broken off: remove it, or name another in DATABASE_URL, and start again",
            ));
        }
        demo::Found::Other => {
            return Err(CommandError::Demo(
                "this database holds something other than the demo's clinic and stays as it is: name an empty one in DATABASE_URL",
            ));
        }
    }
    for line in demo::sign_ins() {
        println!("{line}");
    }
    Arc::into_inner(app).ok_or(CommandError::Demo("the demo is still being filled"))
}

/// Serves until the process is told to end.
async fn serve(mut app: App) -> Result<(), CommandError> {
    let asked = app.config.server.listen;
    let listener = TcpListener::bind(asked).map_err(|why| CommandError::Listen(asked, why))?;
    // The standard library queues 128 connections that wait to be taken; a clinic's phones may all come at once.
    socket2::SockRef::from(&listener).listen(WAITING).map_err(|why| CommandError::Listen(asked, why))?;
    let listening = listener.local_addr().map_err(|why| CommandError::Listen(asked, why))?;
    app.listens_at(listening.port());
    let setup = setup_link(&app).await?;
    let (server, app) = server::serve(app, listener).map_err(CommandError::Stopped)?;
    // Its first turn starts the workers and hears signals: only then is it ready, as the line says.
    let server = actix_web::rt::spawn(server);
    tokio::task::yield_now().await;
    println!("listening on http://{listening}");
    if let Some(link) = setup {
        println!("{link}");
    }
    actix_web::rt::spawn(forget_idle(Arc::clone(&app)));
    actix_web::rt::spawn(send_notices(Arc::clone(&app)));
    actix_web::rt::spawn(end_streams(app));
    server.await.map_err(std::io::Error::other).and_then(|ended| ended).map_err(CommandError::Stopped)
}

/// Ends the streams that staff listen to when the server is told to stop: it waits for every answer to end.
async fn end_streams(app: Arc<App>) {
    use actix_web::rt::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut asked) => {
            asked.recv().await;
            app.database.end_listening();
        }
        Err(why) => tracing::warn!(cause = %why, "the server will wait for open streams when it stops"),
    }
}

async fn forget_idle(app: Arc<App>) {
    loop {
        actix_web::rt::time::sleep(FORGET_EVERY).await;
        app.limits.forget_idle();
        if let Err(why) = notices::forget_old(&app).await {
            tracing::error!(cause = %why, "notices of long ago were not forgotten");
        }
    }
}

/// Writes reminders whose time has come, and sends what waits for people outside of the app.
async fn send_notices(app: Arc<App>) {
    loop {
        for outcome in [reminders::remind(&app).await, notices::deliver(&app).await] {
            if let Err(why) = outcome {
                tracing::error!(cause = ?why, "notices were not sent; they are tried again");
            }
        }
        actix_web::rt::time::sleep(LOOK_EVERY).await;
    }
}

/// The line with a one-time link, while the first clinic is still to be made.
async fn setup_link(app: &App) -> Result<Option<String>, StartError> {
    if !app.database.read(Reach::Installation, clinic::is_setup_required).await? {
        return Ok(None);
    }
    let token = clinic::make_first_setup_token(&app.database, app.clock.now()).await?;
    Ok(Some(setup_line(app.public_url(), &token)))
}

fn setup_line(public_url: &str, token: &str) -> String {
    format!("set up at {public_url}/setup#token={token}")
}

async fn add_clinic() -> Result<(), CommandError> {
    let (config, database) = open_beside()?;
    let token = clinic::make_setup_token(&database, Clock::System.now()).await.map_err(StartError::from)?;
    let address = config.server.public_url.clone().unwrap_or_else(|| format!("http://{}", config.server.listen));
    println!("{}", setup_line(&address, &token));
    Ok(())
}

async fn rebuild_caseload() -> Result<(), CommandError> {
    let (config, database) = open_beside()?;
    let now = Clock::System.now();
    let instruments = load_instruments(&config, &database, now).await?;
    let (all, mended) = caseload::rebuild(&database, &instruments, now).await.map_err(StartError::from)?;
    println!("{all} rows of the caseload were worked out from the record; {mended} said something else before");
    Ok(())
}

/// The settings, and the database beside a server that may be running.
fn open_beside() -> Result<(Config, Database), CommandError> {
    let config = Config::from_environment()?;
    let location = config.location().map_err(StartError::Config)?;
    let database = Database::open_beside(&location).map_err(StartError::from)?;
    Ok((config, database))
}
