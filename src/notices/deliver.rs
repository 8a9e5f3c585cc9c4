//! Sends what waits: claim, send, mark. Only the first and the last are transactions.

use std::sync::Arc;

use futures_util::future::join_all;

use super::Kind;
use super::channels::{Parcel, Sent};
use super::queries::{self, Address, NoticeRow, State};
use crate::app::App;
use crate::auth::scope::ClinicScope;
use crate::db::{DbConnection, Reach, Timestamp};
use crate::error::{Error, Result};
use crate::reminders;

/// Notices that one claim takes: they are sent side by side.
const AT_ONCE: i64 = 8;
/// After how many seconds a claim has run out: a server that still lives has long sent or given up.
const CLAIM_SECONDS: i64 = 90;
/// The first pause after a notice that no way took, in seconds; each further one is twice as long.
const FIRST_PAUSE: i64 = 30;
/// The longest pause.
const LONGEST_PAUSE: i64 = 900;
/// How long it is known what was sent, in seconds.
const REMEMBERED: i64 = 30 * 86_400;

/// A notice that this server has claimed, and where it goes.
#[derive(Debug)]
struct Claimed {
    row: NoticeRow,
    to: Address,
}

/// Sends all that is due. Several servers may do so at once.
pub async fn deliver(app: &Arc<App>) -> Result<()> {
    loop {
        let now = app.clock.now();
        if !app.database.read(Reach::Installation, move |conn| queries::is_any_due(conn, now)).await? {
            return Ok(());
        }
        let shared = Arc::clone(app);
        let claimed = app.database.write(Reach::Installation, move |conn| claim(conn, &shared, now)).await?;
        let sent = join_all(claimed.into_iter().map(|claimed| send(app, claimed, now))).await;
        for (row, sent) in sent.into_iter().collect::<Result<Vec<_>>>()? {
            let shared = Arc::clone(app);
            let marking = move |conn: &mut DbConnection| mark(conn, &shared, &row, &sent, now);
            app.database.write(Reach::Installation, marking).await?;
        }
    }
}

/// Takes some of what is due. What another server claimed and never marked may have been sent: an alert is sent again, a
/// reminder is not.
fn claim(conn: &mut DbConnection, app: &App, now: Timestamp) -> Result<Vec<Claimed>> {
    let mut claimed = Vec::new();
    for row in queries::lock_due(conn, AT_ONCE, now)? {
        let scope = ClinicScope::of(row.clinic_id);
        let was_lost = row.state == State::Claimed && row.kind.is_at_most_once();
        let is_wanted = row.kind != Kind::Reminder || reminders::is_still_asked(conn, app, scope, row.user_id, now)?;
        let to = if was_lost || row.expires_at <= now || !is_wanted { None } else { queries::address(conn, scope, &row)? };
        if let Some(to) = to {
            queries::claim(conn, &row, now.plus_seconds(CLAIM_SECONDS))?;
            claimed.push(Claimed { row: NoticeRow { tries: row.tries + 1, ..row }, to });
        } else {
            queries::end(conn, &row, State::GivenUp, None, now)?;
        }
    }
    Ok(claimed)
}

async fn send(app: &Arc<App>, claimed: Claimed, now: Timestamp) -> Result<(NoticeRow, Sent)> {
    let shared = Arc::clone(app);
    let sending = tokio::task::spawn_blocking(move || {
        let Claimed { row, to } = claimed;
        let parcel = Parcel { kind: row.kind, expires_at: row.expires_at };
        let sent = shared.channels.send(&shared.keys, shared.public_url(), &to, parcel, now);
        (row, sent)
    });
    sending.await.map_err(|why| Error::Internal(Box::new(why)))
}

fn mark(conn: &mut DbConnection, app: &App, row: &NoticeRow, sent: &Sent, now: Timestamp) -> Result<()> {
    let scope = ClinicScope::of(row.clinic_id);
    for device in &sent.gone {
        queries::forget_device(conn, scope, *device)?;
    }
    for (channel, took_it) in &sent.tried {
        queries::note_channel(conn, scope, row.user_id, *channel, *took_it, now)?;
    }
    if sent.by.is_some() {
        queries::end(conn, row, State::Sent, sent.by, now)?;
    } else if if sent.is_unknown { row.kind.is_at_most_once() } else { !sent.may_go_later } {
        queries::end(conn, row, State::GivenUp, None, now)?;
    } else {
        queries::wait(conn, row, now.plus_seconds(pause(row.tries)))?;
    }
    reminders::note_reach(conn, app, scope, row.user_id, now)
}

/// Seconds until the next try; up to a quarter more or less, so that not all come back at once.
fn pause(tries: i32) -> i64 {
    let doubled = FIRST_PAUSE << tries.saturating_sub(1).clamp(0, 10);
    let pause = doubled.min(LONGEST_PAUSE);
    pause + fastrand::i64(-pause / 4..=pause / 4)
}

/// Forgets what was sent long ago.
pub async fn forget_old(app: &App) -> Result<()> {
    let before = app.clock.now().plus_seconds(-REMEMBERED);
    app.database.write(Reach::Installation, move |conn| queries::forget_ended(conn, before)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_quarter_of_an_hour() {
        for (tries, middle) in [(1, 30), (2, 60), (3, 120), (5, 480), (6, 900), (1000, 900)] {
            for _ in 0..100 {
                assert!((middle - middle / 4..=middle + middle / 4).contains(&pause(tries)), "{tries}");
            }
        }
    }
}
