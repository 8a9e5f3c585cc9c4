//! The embedded database: a reading connection per thread, and one writer that groups the commits of waiting requests.

use std::cell::RefCell;
use std::fs::{File, TryLockError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection};
use tokio::sync::oneshot;

use super::told::{Board, take_untold};
use super::{DbConnection, OpenError, migrate};
use crate::error::{Error, Result};

/// Writes that may wait for the writer; one more is answered 503.
const QUEUE: usize = 1024;
/// Writes that share one COMMIT, and so one fsync.
const GROUP: usize = 128;
/// Rows that were changed since the helper last copied the write-ahead log into the database: as many as 2,000 answers change, some
/// 50 MB of it. Oftener, its fsyncs hold up those of the writer.
const CHECKPOINT_ROWS: i64 = 16_384;
/// Pages in the write-ahead log from which the writer itself waits for that copy and begins the log anew: 256 MB.
const CHECKPOINT_BOUND_PAGES: i32 = 65_536;
/// How long the writer's queue must be empty before the helper checkpoints.
const QUIET: Duration = Duration::from_millis(250);
/// How long a connection waits for another one.
const BUSY_TIMEOUT: &str = "PRAGMA busy_timeout = 5000;";
/// The first version without the bug that could corrupt a database when the write-ahead log restarts.
const OLDEST_VERSION: i32 = 3_051_003;

pub(super) struct Sqlite {
    number: u64,
    path: PathBuf,
    writer: SyncSender<Job>,
    _lock: Option<File>,
}

/// Work for the writer, and what to do once it is known whether its group was committed.
type Job = Box<dyn FnOnce(&mut DbConnection) -> Done + Send>;

/// Answers whoever waits for a job, once it is known whether its group was committed.
type Answer = Box<dyn FnOnce(bool) + Send>;

struct Done {
    keep: bool,
    answer: Answer,
}

thread_local! {
    static READERS: RefCell<Vec<(u64, DbConnection)>> = const { RefCell::new(Vec::new()) };
}

impl Sqlite {
    /// Opens the file for the one server that may have it.
    pub(super) fn open(path: &Path, board: &Board) -> std::result::Result<Self, OpenError> {
        make_folder(path)?;
        let lock = lock(path)?;
        Self::start(path, Some(lock), board.clone())
    }

    /// Opens the file beside that server, whose writes go on between ours.
    pub(super) fn open_beside(path: &Path, board: &Board) -> std::result::Result<Self, OpenError> {
        make_folder(path)?;
        // Where no server runs, this one holds the file.
        Self::start(path, lock(path).ok(), board.clone())
    }

    fn start(path: &Path, lock: Option<File>, board: Board) -> std::result::Result<Self, OpenError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let mut connection = connect(path)?;
        require_version(&mut connection)?;
        let mut connection = DbConnection::Sqlite(connection);
        if lock.is_some() {
            migrate::run(&mut connection)?;
        } else {
            migrate::require_current(&mut connection)?;
        }

        let (writer, jobs) = sync_channel(QUEUE);
        let (wake, woken) = sync_channel(1);
        let helper = connect(path)?;
        let is_long = Arc::new(AtomicBool::new(false));
        let found_long = Arc::clone(&is_long);
        spawn("checkpoints", move || checkpoint(helper, &woken, &found_long))?;
        spawn("writer", move || write_in_groups(connection, &jobs, &wake, &is_long, &board))?;
        Ok(Self { number: NUMBER.fetch_add(1, Ordering::Relaxed), path: path.to_owned(), writer, _lock: lock })
    }

    pub(super) fn read<T>(&self, work: impl FnOnce(&mut DbConnection) -> Result<T>) -> Result<T> {
        let kept = READERS.with_borrow_mut(|readers| {
            let known = readers.iter().position(|(number, _)| *number == self.number)?;
            Some(readers.swap_remove(known).1)
        });
        let mut connection = kept.map_or_else(|| self.connect_reader(), Ok)?;
        // One snapshot for all the statements of a read: an answer never mixes two states.
        connection.batch_execute("BEGIN")?;
        let outcome = work(&mut connection);
        connection.batch_execute("COMMIT")?;
        // Only now it goes back: work that panicked takes its half-done transaction with it.
        READERS.with_borrow_mut(|readers| readers.push((self.number, connection)));
        outcome
    }

    /// The same on a connection that is made for this work and closed after it.
    pub(super) fn read_apart<T>(&self, work: impl FnOnce(&mut DbConnection) -> Result<T>) -> Result<T> {
        let mut connection = self.connect_reader()?;
        connection.batch_execute("BEGIN")?;
        let outcome = work(&mut connection);
        connection.batch_execute("COMMIT")?;
        outcome
    }

    fn connect_reader(&self) -> Result<DbConnection> {
        let mut connection = connect(&self.path).map_err(|why| {
            tracing::error!(cause = %why, "a reading connection could not be made");
            Error::Unavailable
        })?;
        connection.batch_execute("PRAGMA query_only = ON")?;
        Ok(DbConnection::Sqlite(connection))
    }

    pub(super) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut DbConnection) -> Result<T> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(connection)))
                .unwrap_or_else(|_| Err(Error::Internal("a write panicked".into())));
            Done {
                keep: outcome.is_ok(),
                answer: Box::new(move |committed| {
                    let answer = if committed || outcome.is_err() { outcome } else { Err(Error::Unavailable) };
                    // Nobody listens any more when the client hung up; what was committed stays committed.
                    let _ = sender.send(answer);
                }),
            }
        });
        match self.writer.try_send(job) {
            Ok(()) => receiver.await.unwrap_or(Err(Error::Unavailable)),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(Error::Unavailable),
        }
    }
}

fn make_folder(path: &Path) -> std::result::Result<(), OpenError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.map_or(Ok(()), std::fs::create_dir_all).map_err(|why| OpenError::Unreachable(format!("{}: {why}", path.display())))
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> std::result::Result<(), OpenError> {
    let spawned = std::thread::Builder::new().name(name.into()).spawn(work);
    spawned.map(drop).map_err(|why| OpenError::Unreachable(format!("no thread for the {name}: {why}")))
}

/// Takes the file that only one server may hold.
fn lock(path: &Path) -> std::result::Result<File, OpenError> {
    let name = with_suffix(path, ".lock");
    let file = File::create(&name).map_err(|why| OpenError::Unreachable(format!("{}: {why}", name.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(why)) => Err(OpenError::Unreachable(format!("{}: {why}", name.display()))),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A connection with the settings that keep what was acknowledged through a power cut.
fn connect(path: &Path) -> std::result::Result<SqliteConnection, OpenError> {
    let unreachable = |why: String| OpenError::Unreachable(format!("{}: {why}", path.display()));
    let mut connection = SqliteConnection::establish(&path.to_string_lossy()).map_err(|why| unreachable(why.to_string()))?;
    connection
        .batch_execute(BUSY_TIMEOUT)
        .and_then(|()| {
            connection.batch_execute(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -8000;
             PRAGMA temp_store = MEMORY;",
            )
        })
        .map_err(|why| unreachable(why.to_string()))?;
    Ok(connection)
}

fn require_version(connection: &mut SqliteConnection) -> std::result::Result<(), OpenError> {
    let version: String = diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>("sqlite_version()"))
        .get_result(connection)
        .map_err(|why| OpenError::Unreachable(why.to_string()))?;
    let number = version.split('.').fold(0, |sum, part| sum * 1000 + part.parse::<i32>().unwrap_or_default());
    if number < OLDEST_VERSION {
        return Err(OpenError::Unsafe(format!("this build carries SQLite {version}; 3.51.3 or newer is needed")));
    }
    Ok(())
}

/// The writer: takes what has queued, gives each job a savepoint, commits once, then answers all.
///
/// `is_long` is set where the write-ahead log has grown so long that the writer is to wait for its copy.
fn write_in_groups(
    mut connection: DbConnection,
    jobs: &Receiver<Job>,
    wake: &SyncSender<()>,
    is_long: &AtomicBool,
    board: &Board,
) {
    let (mut changed, mut copied) = (0, 0);
    loop {
        let first = match jobs.recv_timeout(QUIET) {
            Ok(job) => job,
            Err(RecvTimeoutError::Timeout) => {
                if changed > copied {
                    copied = changed;
                    let _ = wake.try_send(());
                }
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let (answers, is_committed) = write_group(&mut connection, first, jobs, board);
        for answer in answers {
            answer(is_committed);
        }
        // One write may change a few rows or, as an import does, a hundred thousand.
        changed = total_changes(&mut connection).unwrap_or(changed);
        if changed - copied >= CHECKPOINT_ROWS {
            copied = changed;
            let _ = wake.try_send(());
        }
        if is_long.swap(false, Ordering::Relaxed) {
            begin_log_anew(&mut connection);
        }
    }
}

/// Rows that this connection has changed so far.
fn total_changes(connection: &mut DbConnection) -> diesel::QueryResult<i64> {
    diesel::select(sql::<BigInt>("total_changes()")).get_result(connection)
}

/// Begins the write-ahead log anew, unless somebody still reads from it, as a long export does: writes wait for nobody then,
/// and the log goes on growing.
fn begin_log_anew(connection: &mut DbConnection) {
    let outcome = connection
        .batch_execute("PRAGMA busy_timeout = 0")
        .and_then(|()| diesel::sql_query("PRAGMA wal_checkpoint(RESTART)").get_result::<Copied>(connection));
    match outcome {
        Ok(Copied { busy: 0, .. }) => {}
        Ok(_) => tracing::info!("the write-ahead log is still read from, and goes on growing"),
        Err(why) => tracing::warn!(cause = %why, "the write-ahead log could not be begun anew"),
    }
    if let Err(why) = connection.batch_execute(BUSY_TIMEOUT) {
        tracing::warn!(cause = %why, "the writer could not be told to wait again");
    }
}

fn write_group(connection: &mut DbConnection, first: Job, jobs: &Receiver<Job>, board: &Board) -> (Vec<Answer>, bool) {
    let mut answers = Vec::new();
    let begun = connection.batch_execute("BEGIN IMMEDIATE");
    if let Err(why) = &begun {
        tracing::error!(cause = %why, "no write transaction could be begun");
    }
    let mut is_sound = begun.is_ok();
    let mut next = Some(first);
    while let Some(job) = next.take() {
        let done = if is_sound { run(connection, job, &mut is_sound, board) } else { refuse(job) };
        answers.push(done);
        if answers.len() < GROUP && is_sound {
            next = jobs.try_recv().ok();
        }
    }
    let is_committed = is_sound
        && connection
            .batch_execute("COMMIT")
            .map_err(|why| tracing::error!(cause = %why, "a group of writes could not be committed"))
            .is_ok();
    if !is_committed {
        // Fails harmlessly where SQLite has already rolled back by itself.
        let _ = connection.batch_execute("ROLLBACK");
    }
    (answers, is_committed)
}

/// Runs a job inside a savepoint of its own, so that it fails alone.
fn run(connection: &mut DbConnection, job: Job, is_sound: &mut bool, board: &Board) -> Answer {
    if connection.batch_execute("SAVEPOINT job").is_err() {
        *is_sound = false;
        return refuse(job);
    }
    let done = job(connection);
    let told = take_untold();
    let close = if done.keep { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" };
    if connection.batch_execute(close).is_err() {
        *is_sound = false;
    }
    if told.is_empty() || !done.keep {
        return done.answer;
    }
    let board = board.clone();
    Box::new(move |committed| {
        (done.answer)(committed);
        if committed {
            for one in told {
                board.publish(one);
            }
        }
    })
}

/// Answers a job that could not be begun: nothing it asked for was done.
fn refuse(job: Job) -> Answer {
    drop(job);
    Box::new(|_| ())
}

#[derive(QueryableByName)]
struct Copied {
    /// 1 where somebody was in the way.
    #[diesel(sql_type = diesel::sql_types::Integer)]
    busy: i32,
    /// Pages in the write-ahead log, those that were copied among them.
    #[diesel(sql_type = diesel::sql_types::Integer)]
    log: i32,
}

/// Copies the write-ahead log into the database off the commit path, and says where it has grown long: while writes never
/// pause, only the writer itself can begin it anew.
fn checkpoint(mut connection: SqliteConnection, woken: &Receiver<()>, is_long: &AtomicBool) {
    while woken.recv().is_ok() {
        match diesel::sql_query("PRAGMA wal_checkpoint(PASSIVE)").get_result::<Copied>(&mut connection) {
            Ok(copied) => is_long.store(copied.log > CHECKPOINT_BOUND_PAGES, Ordering::Relaxed),
            Err(why) => tracing::warn!(cause = %why, "the write-ahead log could not be copied"),
        }
    }
}

#[cfg(test)]
mod tests {
    use diesel::QueryDsl;
    use futures_util::future::{join_all, join3};

    use super::*;
    use crate::db::schema::clinics;

    /// A database file that goes away with its test.
    struct Opened {
        database: Sqlite,
        folder: PathBuf,
    }

    impl Opened {
        fn new(test: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("yarrow-sqlite-{test}-{}", std::process::id()));
            Self { database: Sqlite::open(&folder.join("yarrow.db"), &Board::new()).unwrap(), folder }
        }

        /// The commits in the write-ahead log. With `synchronous = FULL` each was confirmed by the disk.
        fn commits(&self) -> usize {
            let log = std::fs::read(with_suffix(&self.database.path, "-wal")).unwrap();
            let page = usize::try_from(u32::from_be_bytes(log[8..12].try_into().unwrap())).unwrap();
            // Behind a header of 32 bytes each page has one of 24; its second word is not 0 where it ends a commit.
            log[32..].chunks_exact(24 + page).filter(|frame| frame[4..8] != [0; 4]).count()
        }
    }

    impl Drop for Opened {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }

    fn add_clinic(conn: &mut DbConnection, id: &str) -> Result<()> {
        let row = format!("INSERT INTO clinics VALUES ('{id}', '', 'UTC', 'US', NULL, NULL, '')");
        Ok(conn.batch_execute(&row)?)
    }

    #[derive(QueryableByName)]
    struct Setting {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        synchronous: i32,
    }

    #[test]
    fn a_read_that_panics_leaves_the_next_one_working() {
        let opened = Opened::new("panic");
        let panicked = catch_unwind(AssertUnwindSafe(|| opened.database.read::<()>(|_| panic!("on purpose"))));
        assert!(panicked.is_err());
        let count = |conn: &mut DbConnection| Ok(clinics::table.count().get_result::<i64>(conn)?);
        assert_eq!(opened.database.read(count).unwrap(), 0);
    }

    #[actix_web::test]
    async fn a_few_writes_of_many_rows_are_copied_although_writes_never_pause() {
        let opened = Opened::new("many-rows");
        let size = || std::fs::metadata(&opened.database.path).unwrap().len();
        let (before, rows) = (size(), CHECKPOINT_ROWS);
        let many = format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
             INSERT INTO clinics SELECT 'many-' || i, '', 'UTC', 'US', NULL, NULL, '' FROM n"
        );
        opened.database.write(move |conn| Ok(conn.batch_execute(&many)?)).await.unwrap();
        let mut more = 0;
        while size() == before {
            more += 1;
            assert!(more < 2_000, "the log is not copied");
            opened.database.write(move |conn| add_clinic(conn, &format!("more-{more}"))).await.unwrap();
        }
    }

    #[actix_web::test]
    async fn a_lone_write_is_on_the_disk_before_its_answer() {
        let opened = Opened::new("lone");
        let setting = |conn: &mut DbConnection| Ok(diesel::sql_query("PRAGMA synchronous").get_result::<Setting>(conn)?);
        assert_eq!(opened.database.write(setting).await.unwrap().synchronous, 2);
        let before = opened.commits();
        for number in 1..=5 {
            opened.database.write(move |conn| add_clinic(conn, &number.to_string())).await.unwrap();
            assert_eq!(opened.commits() - before, number);
        }
    }

    #[actix_web::test]
    async fn waiting_writes_share_a_commit_and_one_that_fails_fails_alone() {
        let opened = Opened::new("group");
        let before = opened.commits();
        let (open, gate) = sync_channel::<()>(1);
        let first = opened.database.write(move |_| gate.recv().map_err(|why| Error::Internal(Box::new(why))));
        let waiting = join_all((0..20).map(|number| {
            opened.database.write(move |conn| {
                add_clinic(conn, &number.to_string())?;
                if number == 7 { Err(Error::NotFound("what it was to find")) } else { Ok(()) }
            })
        }));
        // All are asked for in turn: the gate opens once the others wait.
        let (first, waiting, _) = join3(first, waiting, async { open.send(()) }).await;
        assert!(first.is_ok());
        let failed: Vec<usize> = waiting.iter().enumerate().filter(|(_, done)| done.is_err()).map(|(number, _)| number).collect();
        assert_eq!(failed, [7]);
        assert_eq!(opened.commits() - before, 1);
        let count = |conn: &mut DbConnection| Ok(clinics::table.count().get_result::<i64>(conn)?);
        assert_eq!(opened.database.read(count).unwrap(), 19);
    }
}
