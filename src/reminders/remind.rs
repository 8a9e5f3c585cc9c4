//! Looks at whose moment has come.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::queries::{self, ReminderRow};
use super::schedule::{self, State};
use super::{Reminders, note_reach};
use crate::app::App;
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::db::{DbConnection, Reach, Timestamp};
use crate::error::Result;
use crate::notices::{self, Kind};
use crate::people::queries as people_queries;
use crate::responses::queries as response_queries;
use crate::{patients, protocols};

/// Patients that one transaction looks at.
const AT_ONCE: i64 = 20;

/// Writes the reminders that are due, and plans the next ones. Several servers may do so at once.
pub async fn remind(app: &Arc<App>) -> Result<()> {
    loop {
        let now = app.clock.now();
        if !app.database.read(Reach::Installation, move |conn| queries::is_any_due(conn, now)).await? {
            return Ok(());
        }
        let shared = Arc::clone(app);
        let looking = move |conn: &mut DbConnection| {
            queries::lock_due(conn, AT_ONCE, now)?.into_iter().try_for_each(|row| look(conn, &shared, row, now))
        };
        app.database.write(Reach::Installation, looking).await?;
    }
}

fn look(conn: &mut DbConnection, app: &App, row: ReminderRow, now: Timestamp) -> Result<()> {
    let (scope, due_at) = (ClinicScope::of(row.clinic_id), row.due_at.unwrap_or(now));
    let patient = PatientScope::of(scope, row.patient_id);
    let Some(user) = people_queries::find(conn, scope, row.user_id)? else { return Ok(()) };
    let settings = Reminders::read(&user.reminders)?;
    let last = response_queries::last_own(conn, patient)?;
    let moved_to = last.as_ref().filter(|last| last.received_at > row.placed_at && last.time_zone != row.time_zone);
    let (time_zone, placed_at) = match moved_to {
        Some(last) => (last.time_zone.clone(), last.received_at),
        None => (row.time_zone.clone(), row.placed_at),
    };
    let zone = TimeZone::get(&time_zone).unwrap_or(TimeZone::UTC);
    let mut state = row.state().seen(last.as_ref().map(|last| last.received_at));
    // A moment that was planned elsewhere, or before the choice changed, is none any more.
    let slot = schedule::next(&settings, &zone, due_at.plus_seconds(-1)).filter(|slot| slot.at == due_at);
    if let Some(slot) = slot.filter(|slot| schedule::is_due(&settings, &zone, slot, state, true, now)) {
        let is_here = user.disabled_at.is_none() && patients::queries::find(conn, patient)?.archived_at.is_none();
        if is_here && protocols::http::is_anything_asked(conn, &app.instruments, patient, &zone, now)? {
            let ends_at = schedule::ends_at(&settings, &zone, &slot);
            if notices::enqueue(conn, scope, user.id, (Kind::Reminder, &slot.key()), ends_at, now)? {
                state = state.reminded(&slot, now);
            }
        }
    }
    let State { reminded_on, reminded_at, unanswered_days } = state;
    let due_at = schedule::next(&settings, &zone, now.max(due_at)).map(|slot| slot.at);
    queries::store(conn, &ReminderRow { due_at, time_zone, placed_at, reminded_on, reminded_at, unanswered_days, ..row })?;
    note_reach(conn, app, scope, user.id, now)
}
