//! Every statement on `notices`, `push_subscriptions` and `channels`.

use diesel::prelude::*;

use super::push::Subscription;
use super::{Channel, Kind, Notice};
use crate::auth::SignIn;
use crate::auth::scope::ClinicScope;
use crate::clinic::Clinic;
use crate::db::schema::{channels, notices, push_subscriptions, sign_ins, users};
use crate::db::{DbConnection, Id, Timestamp, on_backend, words};
use crate::error::Result;
use crate::people::User;
use crate::reminders::Reminders;

words! {
    /// How a notice stands.
    #[schema(as = NoticeState)]
    pub enum State {
        /// It waits for its next try.
        Waiting = "waiting",
        /// A server is sending it.
        Claimed = "claimed",
        /// A channel took it.
        Sent = "sent",
        /// Nobody will send it any more.
        GivenUp = "given_up",
    }
}

/// A notice as it is stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = notices)]
pub struct NoticeRow {
    /// The notice.
    pub id: Id<Notice>,
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// Whom it is for.
    pub user_id: Id<User>,
    /// What it is about.
    pub kind: Kind,
    /// How it stands.
    pub state: State,
    /// Tries so far.
    pub tries: i32,
    /// Until when it is worth sending.
    pub expires_at: Timestamp,
}

/// Where a notice goes.
#[derive(Debug, Clone)]
pub struct Address {
    /// The person's devices.
    pub devices: Vec<(Id<SignIn>, Subscription)>,
    /// Whether they may be used.
    pub push: bool,
    /// The e-mail.
    pub mailbox: String,
    /// Whether it may be used.
    pub email: bool,
}

/// Stores a notice, unless the person has one of that key. Returns whether it is new.
pub fn insert(
    conn: &mut DbConnection,
    scope: ClinicScope,
    user: Id<User>,
    kind: Kind,
    key: &str,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let row = (
        notices::id.eq(Id::<Notice>::new(now)),
        notices::clinic_id.eq(scope.clinic()),
        notices::user_id.eq(user),
        notices::kind.eq(kind),
        notices::key.eq(key),
        notices::state.eq(State::Waiting),
        notices::tries.eq(0),
        notices::due_at.eq(now),
        notices::expires_at.eq(expires_at),
        notices::created_at.eq(now),
    );
    let rows = on_backend!(conn, |c| diesel::insert_into(notices::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(rows == 1)
}

/// Whether any notice is to be looked at.
pub fn is_any_due(conn: &mut DbConnection, now: Timestamp) -> Result<bool> {
    let due = notices::table.filter(notices::due_at.le(now)).select(notices::id).limit(1);
    Ok(due.first::<Id<Notice>>(conn).optional()?.is_some())
}

/// Some of the notices that are to be looked at, held until the end of the transaction; what another server holds is left to it.
pub fn lock_due(conn: &mut DbConnection, most: i64, now: Timestamp) -> Result<Vec<NoticeRow>> {
    let due = notices::table.filter(notices::due_at.le(now)).order(notices::due_at).limit(most);
    Ok(match conn {
        DbConnection::Postgres(conn) => due.select(NoticeRow::as_select()).for_update().skip_locked().load(conn)?,
        DbConnection::Sqlite(conn) => due.select(NoticeRow::as_select()).load(conn)?,
    })
}

/// Where a notice goes; none where the account is closed. A safety alert takes every way, whatever was chosen for reminders.
pub fn address(conn: &mut DbConnection, scope: ClinicScope, row: &NoticeRow) -> Result<Option<Address>> {
    let found: Option<(String, String)> = users::table
        .filter(users::id.eq(row.user_id))
        .filter(users::clinic_id.eq(scope.clinic()))
        .filter(users::disabled_at.is_null())
        .select((users::email, users::reminders))
        .first(conn)
        .optional()?;
    let Some((mailbox, chosen)) = found else { return Ok(None) };
    let chosen = Reminders::read(&chosen)?;
    let is_alert = row.kind == Kind::Alert;
    let devices = devices(conn, scope, row.user_id)?;
    Ok(Some(Address { devices, push: chosen.push || is_alert, mailbox, email: chosen.email || is_alert }))
}

/// Marks a notice as being sent until `until`.
pub fn claim(conn: &mut DbConnection, row: &NoticeRow, until: Timestamp) -> Result<()> {
    diesel::update(notices::table.filter(notices::id.eq(row.id)).filter(notices::clinic_id.eq(row.clinic_id)))
        .set((notices::state.eq(State::Claimed), notices::tries.eq(row.tries + 1), notices::due_at.eq(until)))
        .execute(conn)?;
    Ok(())
}

/// Ends a notice, unless another server has claimed it since.
pub fn end(conn: &mut DbConnection, row: &NoticeRow, state: State, by: Option<Channel>, now: Timestamp) -> Result<()> {
    let own = notices::table
        .filter(notices::id.eq(row.id))
        .filter(notices::clinic_id.eq(row.clinic_id))
        .filter(notices::tries.eq(row.tries));
    diesel::update(own)
        .set((
            notices::state.eq(state),
            notices::due_at.eq(None::<Timestamp>),
            notices::channel.eq(by),
            notices::ended_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Has a notice wait for its next try, unless another server has claimed it since.
pub fn wait(conn: &mut DbConnection, row: &NoticeRow, until: Timestamp) -> Result<()> {
    let own = notices::table
        .filter(notices::id.eq(row.id))
        .filter(notices::clinic_id.eq(row.clinic_id))
        .filter(notices::tries.eq(row.tries));
    diesel::update(own).set((notices::state.eq(State::Waiting), notices::due_at.eq(until))).execute(conn)?;
    Ok(())
}

/// Forgets notices that were over before that time, and the devices of sign-ins that have ended.
pub fn forget_ended(conn: &mut DbConnection, before: Timestamp) -> Result<()> {
    diesel::delete(notices::table.filter(notices::ended_at.lt(before))).execute(conn)?;
    let ended = sign_ins::table.filter(sign_ins::ended_at.is_not_null()).select(sign_ins::id);
    diesel::delete(push_subscriptions::table.filter(push_subscriptions::sign_in_id.eq_any(ended))).execute(conn)?;
    Ok(())
}

/// The devices of a person that can be pushed to: of sign-ins that nobody has ended.
pub fn devices(conn: &mut DbConnection, scope: ClinicScope, user: Id<User>) -> Result<Vec<(Id<SignIn>, Subscription)>> {
    type Row = (Id<SignIn>, String, String, String);
    let rows: Vec<Row> = push_subscriptions::table
        .inner_join(sign_ins::table.on(sign_ins::id.eq(push_subscriptions::sign_in_id)))
        .filter(push_subscriptions::user_id.eq(user))
        .filter(push_subscriptions::clinic_id.eq(scope.clinic()))
        .filter(sign_ins::ended_at.is_null())
        .order(push_subscriptions::created_at.desc())
        .select((
            push_subscriptions::sign_in_id,
            push_subscriptions::endpoint,
            push_subscriptions::p256dh,
            push_subscriptions::auth,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(|(device, endpoint, p256dh, auth)| (device, Subscription { endpoint, p256dh, auth })).collect())
}

/// Forgets an endpoint, whoever had it: a browser has one at a time, and so the person who is signed in there now has it.
pub fn forget_endpoint(conn: &mut DbConnection, endpoint: &str) -> Result<()> {
    diesel::delete(push_subscriptions::table.filter(push_subscriptions::endpoint.eq(endpoint))).execute(conn)?;
    Ok(())
}

/// Forgets the subscription of a device. Returns whether there was one.
pub fn forget_device(conn: &mut DbConnection, scope: ClinicScope, device: Id<SignIn>) -> Result<bool> {
    let own = push_subscriptions::table
        .filter(push_subscriptions::sign_in_id.eq(device))
        .filter(push_subscriptions::clinic_id.eq(scope.clinic()));
    Ok(diesel::delete(own).execute(conn)? == 1)
}

/// Stores the subscription of a device.
pub fn insert_device(
    conn: &mut DbConnection,
    scope: ClinicScope,
    user: Id<User>,
    device: Id<SignIn>,
    subscription: &Subscription,
    now: Timestamp,
) -> Result<()> {
    let row = (
        push_subscriptions::sign_in_id.eq(device),
        push_subscriptions::clinic_id.eq(scope.clinic()),
        push_subscriptions::user_id.eq(user),
        push_subscriptions::endpoint.eq(&subscription.endpoint),
        push_subscriptions::p256dh.eq(&subscription.p256dh),
        push_subscriptions::auth.eq(&subscription.auth),
        push_subscriptions::created_at.eq(now),
    );
    diesel::insert_into(push_subscriptions::table).values(row).execute(conn)?;
    Ok(())
}

/// Notes how a way to a person went.
pub fn note_channel(
    conn: &mut DbConnection,
    scope: ClinicScope,
    user: Id<User>,
    channel: Channel,
    took_it: bool,
    now: Timestamp,
) -> Result<()> {
    let (succeeded, failed) = if took_it { (Some(now), None) } else { (None, Some(now)) };
    let row = (
        channels::user_id.eq(user),
        channels::channel.eq(channel),
        channels::clinic_id.eq(scope.clinic()),
        channels::succeeded_at.eq(succeeded),
        channels::failed_at.eq(failed),
    );
    let key = (channels::user_id, channels::channel);
    if took_it {
        let change = (channels::succeeded_at.eq(now), channels::failed_at.eq(None::<Timestamp>));
        on_backend!(conn, |c| diesel::insert_into(channels::table)
            .values(row)
            .on_conflict(key)
            .do_update()
            .set(change)
            .execute(c))?;
    } else {
        let change = channels::failed_at.eq(now);
        on_backend!(conn, |c| diesel::insert_into(channels::table)
            .values(row)
            .on_conflict(key)
            .do_update()
            .set(change)
            .execute(c))?;
    }
    Ok(())
}

/// How a way to a person went last.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct ChannelRow {
    /// The way.
    pub channel: Channel,
    /// When it last took a notice.
    pub succeeded_at: Option<Timestamp>,
    /// Since when it takes none.
    pub failed_at: Option<Timestamp>,
}

/// How the ways to a person went last.
pub fn channels_of(conn: &mut DbConnection, scope: ClinicScope, user: Id<User>) -> Result<Vec<ChannelRow>> {
    Ok(channels::table
        .filter(channels::user_id.eq(user))
        .filter(channels::clinic_id.eq(scope.clinic()))
        .select((channels::channel, channels::succeeded_at, channels::failed_at))
        .load(conn)?)
}
