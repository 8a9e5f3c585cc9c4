//! Reminders: when they come, and whether.
//!
//! Each patient has a row with the next moment at which one may come, found by its index. What happens then is decided by what is
//! known then (`remind`): whether anything is left to answer, whether the last ones were answered, where the patient is. So no
//! answer that is submitted writes anything for a reminder.

pub mod http;
pub mod queries;
mod remind;
pub mod schedule;
pub mod settings;
#[cfg(test)]
mod year;

use jiff::tz::TimeZone;

use crate::app::App;
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::Result;
use crate::notices::queries as notice_queries;
use crate::notices::{Channel, Channels};
use crate::people::User;
use crate::people::queries::{self as people_queries, UserRow};
use crate::protocols;

pub use remind::remind;
pub use settings::{Quiet, Reminders, Weekday};

use self::queries::ReminderRow;

/// Plans the next reminder of a patient from what it has chosen now; of staff there are none.
pub fn plan(conn: &mut DbConnection, user: &UserRow, now: Timestamp) -> Result<()> {
    let Some(patient) = user.patient_id else { return Ok(()) };
    let scope = ClinicScope::of(user.clinic_id);
    let settings = Reminders::read(&user.reminders)?;
    let known = queries::find(conn, scope, user.id)?;
    // The zone that an answer came from holds until the person names another one, or answers elsewhere.
    let place = known.as_ref().filter(|row| row.home_zone == user.time_zone).map(|row| (row.time_zone.clone(), row.placed_at));
    let (time_zone, placed_at) = place.unwrap_or_else(|| (user.time_zone.clone(), now));
    let zone = TimeZone::get(&time_zone).unwrap_or(TimeZone::UTC);
    let row = ReminderRow {
        user_id: user.id,
        clinic_id: user.clinic_id,
        patient_id: patient,
        due_at: schedule::next(&settings, &zone, now).map(|slot| slot.at),
        home_zone: user.time_zone.clone(),
        time_zone,
        placed_at,
        reminded_on: known.as_ref().and_then(|row| row.reminded_on),
        reminded_at: known.as_ref().and_then(|row| row.reminded_at),
        unanswered_days: known.as_ref().map_or(0, |row| row.unanswered_days),
        unreachable_since: known.and_then(|row| row.unreachable_since),
    };
    queries::store(conn, &row)
}

/// Stores what a person has chosen, and plans by it.
pub fn choose(
    conn: &mut DbConnection,
    app: &App,
    scope: ClinicScope,
    user: Id<User>,
    chosen: &Reminders,
    now: Timestamp,
) -> Result<()> {
    let Some(row) = people_queries::find(conn, scope, user)? else { return Ok(()) };
    let row = UserRow { reminders: chosen.text(), ..row };
    people_queries::update_own(conn, &row)?;
    plan(conn, &row, now)?;
    note_reach(conn, app, scope, user, now)
}

/// Whether a patient still has anything to answer.
pub fn is_still_asked(conn: &mut DbConnection, app: &App, scope: ClinicScope, user: Id<User>, now: Timestamp) -> Result<bool> {
    let Some(row) = queries::find(conn, scope, user)? else { return Ok(false) };
    let patient = PatientScope::of(scope, row.patient_id);
    let zone = TimeZone::get(&row.time_zone).unwrap_or(TimeZone::UTC);
    protocols::http::is_anything_asked(conn, &app.instruments, patient, &zone, now)
}

/// Notes whether any way leads to a patient who wants to be reminded.
pub fn note_reach(conn: &mut DbConnection, app: &App, scope: ClinicScope, user: Id<User>, now: Timestamp) -> Result<()> {
    let Some(row) = queries::find(conn, scope, user)? else { return Ok(()) };
    let Some(person) = people_queries::find(conn, scope, user)? else { return Ok(()) };
    let settings = Reminders::read(&person.reminders)?;
    let since =
        if is_reachable(conn, &app.channels, scope, user, &settings)? { None } else { row.unreachable_since.or(Some(now)) };
    if since == row.unreachable_since { Ok(()) } else { queries::note_reach(conn, scope, user, since) }
}

fn is_reachable(
    conn: &mut DbConnection,
    channels: &Channels,
    scope: ClinicScope,
    user: Id<User>,
    settings: &Reminders,
) -> Result<bool> {
    // Who wants none is not missing any.
    if !settings.enabled || (settings.push && !notice_queries::devices(conn, scope, user)?.is_empty()) {
        return Ok(true);
    }
    let fails = |channel| move |known: &notice_queries::ChannelRow| known.channel == channel && known.failed_at.is_some();
    let mail_fails = notice_queries::channels_of(conn, scope, user)?.iter().any(fails(Channel::Email));
    Ok(settings.email && channels.have_mail() && !mail_fails)
}
