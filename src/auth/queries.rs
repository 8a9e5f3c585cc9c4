//! Every statement on sign-ins, refresh tokens and failed tries.

use diesel::prelude::*;

use super::roles::Roles;
use super::scope::PatientScope;
use super::{NewSignIn, SignIn, lifetimes};
use crate::clinic::Clinic;
use crate::db::schema::{clinics, refresh_tokens, sign_in_tries, sign_ins, users};
use crate::db::{DbConnection, Id, Timestamp, UpdateOne, on_backend};
use crate::error::Result;
use crate::patients::Patient;
use crate::people::User;

/// A sign-in as it is stored.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = sign_ins)]
pub struct SignInRow {
    /// The sign-in.
    pub id: Id<SignIn>,
    /// The person's clinic.
    pub clinic_id: Id<Clinic>,
    /// The person.
    pub user_id: Id<User>,
    /// The device in words.
    pub device: String,
    /// `bearer` or `cookie`.
    pub transport: String,
    /// Refreshes so far.
    pub generation: i32,
    /// The newest refresh whose tokens were used.
    pub confirmed_generation: i32,
    /// When they were first used.
    pub confirmed_at: Timestamp,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// The last request, give or take a minute.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub ends_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
    /// The patient for whom a tablet was opened; none for a person's own device.
    pub patient_id: Option<Id<Patient>>,
}

impl SignInRow {
    /// Whether it has not ended: by itself, by the clock, by being idle, or with its person's account.
    pub fn is_live(&self, account: &Account, now: Timestamp) -> bool {
        let is_idle = now.seconds_since(self.last_seen_at) > lifetimes(account.roles()).0;
        self.ended_at.is_none() && now < self.ends_at && !is_idle && account.disabled_at.is_none()
    }
}

/// A person who may sign in.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct Account {
    /// The person.
    #[diesel(column_name = id)]
    pub user: Id<User>,
    /// The clinic.
    #[diesel(column_name = clinic_id)]
    pub clinic: Id<Clinic>,
    /// The roles as stored.
    pub roles: String,
    /// The stored hash, or none for who has no password.
    pub password_hash: Option<String>,
    /// The person's patient record, where it is a patient.
    #[diesel(column_name = patient_id)]
    pub patient: Option<Id<Patient>>,
    /// When the account was closed.
    pub disabled_at: Option<Timestamp>,
    /// The person's name.
    pub name: String,
    /// The time zone of the person.
    pub time_zone: String,
    /// The clinic's name.
    #[diesel(select_expression = clinics::name)]
    pub clinic_name: String,
}

/// The accounts of an e-mail: one per clinic.
pub fn accounts(conn: &mut DbConnection, email_key: &str) -> Result<Vec<Account>> {
    // No account has U+0000 in its e-mail, and PostgreSQL would refuse to look for one.
    if email_key.contains('\0') {
        return Ok(Vec::new());
    }
    Ok(users::table
        .inner_join(clinics::table)
        .filter(users::email_key.eq(email_key))
        .order(users::id)
        .limit(4)
        .select(Account::as_select())
        .load(conn)?)
}

/// The sign-in with its person: what every request begins with.
pub fn find_sign_in(conn: &mut DbConnection, id: Id<SignIn>) -> Result<Option<(SignInRow, Account)>> {
    let found = sign_ins::table
        .inner_join(users::table.on(users::id.eq(sign_ins::user_id)))
        .inner_join(clinics::table.on(clinics::id.eq(sign_ins::clinic_id)))
        .filter(sign_ins::id.eq(id));
    Ok(on_backend!(conn, |c| found.select((SignInRow::as_select(), Account::as_select())).get_result(c).optional())?)
}

/// The sign-in with its person, held until the end of the transaction.
pub fn lock_sign_in(conn: &mut DbConnection, id: Id<SignIn>) -> Result<Option<(SignInRow, Account)>> {
    if let DbConnection::Postgres(conn) = conn {
        sign_ins::table.find(id).select(sign_ins::id).for_update().first::<Id<SignIn>>(conn).optional()?;
    }
    find_sign_in(conn, id)
}

/// A person's own live sign-ins, last used first: no tablet that was opened in the person's name.
pub fn list_sign_ins(conn: &mut DbConnection, user: Id<User>, now: Timestamp) -> Result<Vec<SignInRow>> {
    Ok(sign_ins::table
        .filter(sign_ins::user_id.eq(user))
        .filter(sign_ins::patient_id.is_null())
        .filter(sign_ins::ended_at.is_null())
        .filter(sign_ins::ends_at.gt(now))
        .order(sign_ins::last_seen_at.desc())
        .limit(50)
        .select(SignInRow::as_select())
        .load(conn)?)
}

/// Stores a new sign-in.
pub fn insert_sign_in(
    conn: &mut DbConnection,
    id: Id<SignIn>,
    new: &NewSignIn<'_>,
    tablet_for: Option<Id<Patient>>,
    ends_at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    diesel::insert_into(sign_ins::table)
        .values((
            sign_ins::id.eq(id),
            sign_ins::clinic_id.eq(new.clinic),
            sign_ins::user_id.eq(new.user),
            sign_ins::device.eq(new.device),
            sign_ins::transport.eq(new.transport.word()),
            sign_ins::generation.eq(0),
            sign_ins::confirmed_generation.eq(0),
            sign_ins::confirmed_at.eq(now),
            sign_ins::created_at.eq(now),
            sign_ins::last_seen_at.eq(now),
            sign_ins::ends_at.eq(ends_at),
            sign_ins::patient_id.eq(tablet_for),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends the person's least recently used live sign-ins beyond `most`.
pub fn end_oldest_sign_ins(conn: &mut DbConnection, user: Id<User>, most: usize, now: Timestamp) -> Result<()> {
    let live = list_sign_ins(conn, user, now)?;
    for old in live.iter().skip(most) {
        end_sign_in(conn, old.id, now)?;
    }
    Ok(())
}

/// Ends one sign-in.
pub fn end_sign_in(conn: &mut DbConnection, id: Id<SignIn>, now: Timestamp) -> Result<()> {
    diesel::update(sign_ins::table.find(id).filter(sign_ins::ended_at.is_null()))
        .set(sign_ins::ended_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Ends one of a person's own sign-ins. Returns whether it was there.
pub fn end_own_sign_in(conn: &mut DbConnection, user: Id<User>, id: Id<SignIn>, now: Timestamp) -> Result<bool> {
    let own = sign_ins::table.filter(sign_ins::id.eq(id)).filter(sign_ins::user_id.eq(user)).filter(sign_ins::ended_at.is_null());
    Ok(diesel::update(own).set(sign_ins::ended_at.eq(now)).execute(conn)? == 1)
}

/// Ends all of a person's sign-ins but one, or all.
pub fn end_sign_ins(conn: &mut DbConnection, user: Id<User>, but: Option<Id<SignIn>>, now: Timestamp) -> Result<()> {
    let all = sign_ins::table.filter(sign_ins::user_id.eq(user)).filter(sign_ins::ended_at.is_null());
    match but {
        None => diesel::update(all).set(sign_ins::ended_at.eq(now)).execute(conn)?,
        Some(kept) => diesel::update(all.filter(sign_ins::id.ne(kept))).set(sign_ins::ended_at.eq(now)).execute(conn)?,
    };
    Ok(())
}

/// Until when a tablet is open for a patient; `None` where there is none.
pub fn tablet_until(conn: &mut DbConnection, scope: PatientScope, now: Timestamp) -> Result<Option<Timestamp>> {
    Ok(sign_ins::table
        .filter(sign_ins::clinic_id.eq(scope.clinic()))
        .filter(sign_ins::patient_id.eq(scope.patient()))
        .filter(sign_ins::ended_at.is_null())
        .filter(sign_ins::ends_at.gt(now))
        .order(sign_ins::ends_at.desc())
        .select(sign_ins::ends_at)
        .first(conn)
        .optional()?)
}

/// Ends the tablets that are open for a patient. Returns how many there were.
pub fn end_tablets(conn: &mut DbConnection, scope: PatientScope, now: Timestamp) -> Result<usize> {
    let open = sign_ins::table
        .filter(sign_ins::clinic_id.eq(scope.clinic()))
        .filter(sign_ins::patient_id.eq(scope.patient()))
        .filter(sign_ins::ended_at.is_null())
        .filter(sign_ins::ends_at.gt(now));
    Ok(diesel::update(open).set(sign_ins::ended_at.eq(now)).execute(conn)?)
}

/// Notes that a sign-in was used, and that the tokens of refresh `generation` reached their owner.
pub fn touch(conn: &mut DbConnection, clinic: Id<Clinic>, id: Id<SignIn>, generation: i32, now: Timestamp) -> Result<()> {
    let seen = sign_ins::last_seen_at.eq(now);
    on_backend!(conn, |c| UpdateOne::new("sign_ins", "id", id, clinic, seen).execute(c))?;
    confirm(conn, id, generation, now)
}

/// Counts a refresh: `presented` was used, so it had reached its owner.
pub fn rotate(conn: &mut DbConnection, id: Id<SignIn>, generation: i32, presented: i32, now: Timestamp) -> Result<()> {
    confirm(conn, id, presented, now)?;
    diesel::update(sign_ins::table.find(id))
        .set((sign_ins::generation.eq(generation), sign_ins::last_seen_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

fn confirm(conn: &mut DbConnection, id: Id<SignIn>, generation: i32, now: Timestamp) -> Result<()> {
    diesel::update(sign_ins::table.find(id).filter(sign_ins::confirmed_generation.lt(generation)))
        .set((sign_ins::confirmed_generation.eq(generation), sign_ins::confirmed_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// A refresh token as it is stored.
#[derive(Debug, Queryable)]
pub struct RefreshTokenRow {
    /// The sign-in it refreshes.
    pub sign_in_id: Id<SignIn>,
    /// Which refresh made it, counted from 0.
    pub generation: i32,
}

/// The stored token with this hash.
pub fn find_refresh_token(conn: &mut DbConnection, token_hash: &str) -> Result<Option<RefreshTokenRow>> {
    Ok(refresh_tokens::table
        .find(token_hash)
        .select((refresh_tokens::sign_in_id, refresh_tokens::generation))
        .first(conn)
        .optional()?)
}

/// Stores a refresh token's hash.
pub fn insert_refresh_token(
    conn: &mut DbConnection,
    token_hash: &str,
    sign_in: Id<SignIn>,
    generation: i32,
    now: Timestamp,
) -> Result<()> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::token_hash.eq(token_hash),
            refresh_tokens::sign_in_id.eq(sign_in),
            refresh_tokens::generation.eq(generation),
            refresh_tokens::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Failures so far and when the next try may come, for the hash of a typed e-mail.
pub fn find_tries(conn: &mut DbConnection, email_hash: &str) -> Result<Option<(i32, Timestamp, Timestamp)>> {
    Ok(sign_in_tries::table
        .find(email_hash)
        .select((sign_in_tries::tries, sign_in_tries::since, sign_in_tries::retry_at))
        .first(conn)
        .optional()?)
}

/// Stores the count of failures and the end of the pause.
pub fn store_tries(conn: &mut DbConnection, email_hash: &str, tries: i32, since: Timestamp, retry_at: Timestamp) -> Result<()> {
    let row = (
        sign_in_tries::email_hash.eq(email_hash),
        sign_in_tries::tries.eq(tries),
        sign_in_tries::since.eq(since),
        sign_in_tries::retry_at.eq(retry_at),
    );
    let change = (sign_in_tries::tries.eq(tries), sign_in_tries::since.eq(since), sign_in_tries::retry_at.eq(retry_at));
    on_backend!(conn, |c| diesel::insert_into(sign_in_tries::table)
        .values(row)
        .on_conflict(sign_in_tries::email_hash)
        .do_update()
        .set(change)
        .execute(c))?;
    Ok(())
}

/// Forgets the failures of an e-mail that signed in.
pub fn clear_tries(conn: &mut DbConnection, email_hash: &str) -> Result<()> {
    diesel::delete(sign_in_tries::table.find(email_hash)).execute(conn)?;
    Ok(())
}

/// Replaces a person's password hash.
pub fn set_password(conn: &mut DbConnection, user: Id<User>, hash: &str) -> Result<()> {
    diesel::update(users::table.find(user)).set(users::password_hash.eq(hash)).execute(conn)?;
    Ok(())
}

impl Account {
    /// The roles, read.
    pub fn roles(&self) -> Roles {
        Roles::from_text(&self.roles)
    }
}
