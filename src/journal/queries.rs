//! Every statement on journals. What staff may find is decided here, by the reader that a query takes.

use diesel::prelude::*;

use super::{Audience, JournalEntry, Kind, Reader};
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::clinic::Clinic;
use crate::db::schema::{journal_entries, journal_reads, users};
use crate::db::{DbConnection, Id, LocalDate, MultiBackend, Timestamp, on_backend};
use crate::error::Result;
use crate::patients::Patient;
use crate::people::User;
use crate::sessions::Session;

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = journal_entries)]
pub struct EntryRow {
    /// The id that the client made.
    pub id: Id<JournalEntry>,
    /// The clinic.
    pub clinic_id: Id<Clinic>,
    /// Who wrote it.
    pub patient_id: Id<Patient>,
    /// The session that it belongs to.
    pub session_id: Option<Id<Session>>,
    /// What it is about.
    pub kind: Kind,
    /// What the patient wrote.
    pub text: String,
    /// Who may read it.
    pub audience: Audience,
    /// Which provider, where it is for one.
    pub provider_id: Option<Id<User>>,
    /// When it was written, as the phone said it.
    pub written_at: Timestamp,
    /// Where it stands in the journal: `written_at`, or `received_at` where the phone's clock was suspect.
    pub placed_at: Timestamp,
    /// The patient's day of that.
    pub local_date: LocalDate,
    /// When it reached the server.
    pub received_at: Timestamp,
    /// Tells a replay from another entry under the same id.
    pub digest: String,
}

type Entries<'a> = journal_entries::BoxedQuery<'a, MultiBackend>;

/// The patient's entries that are for this reader.
fn readable<'a>(scope: PatientScope, reader: Reader) -> Entries<'a> {
    let own = journal_entries::table
        .filter(journal_entries::clinic_id.eq(scope.clinic()))
        .filter(journal_entries::patient_id.eq(scope.patient()))
        .into_boxed::<MultiBackend>();
    match reader {
        Reader::Patient => own,
        Reader::Provider(user) => {
            let for_all = journal_entries::audience.eq(Audience::CareTeam);
            let for_one =
                journal_entries::audience.eq(Audience::Provider).and(journal_entries::provider_id.eq(user).assume_not_null());
            own.filter(for_all.or(for_one))
        }
    }
}

/// The entry with this id, whoever's it is: only to tell a replay from an id that is taken.
pub(super) fn find_anywhere(conn: &mut DbConnection, id: Id<JournalEntry>) -> Result<Option<EntryRow>> {
    Ok(journal_entries::table.find(id).select(EntryRow::as_select()).first(conn).optional()?)
}

/// Whose entry this is, in the clinic of the caller; it says nothing of who may read it.
pub(super) fn writer(conn: &mut DbConnection, scope: ClinicScope, id: Id<JournalEntry>) -> Result<Option<Id<Patient>>> {
    let found = journal_entries::table.find(id).filter(journal_entries::clinic_id.eq(scope.clinic()));
    Ok(found.select(journal_entries::patient_id).first(conn).optional()?)
}

/// One entry, where it is for this reader.
pub fn find(conn: &mut DbConnection, scope: PatientScope, reader: Reader, id: Id<JournalEntry>) -> Result<Option<EntryRow>> {
    let found = readable(scope, reader).filter(journal_entries::id.eq(id));
    Ok(found.select(EntryRow::as_select()).first(conn).optional()?)
}

/// A page of the entries that are for this reader, newest first; one more than `limit` where there are more.
pub fn page(
    conn: &mut DbConnection,
    scope: PatientScope,
    reader: Reader,
    cursor: Option<(Timestamp, Id<JournalEntry>)>,
    limit: i64,
) -> Result<Vec<EntryRow>> {
    let mut query = readable(scope, reader)
        .order((journal_entries::placed_at.desc(), journal_entries::id.desc()))
        .limit(limit + 1)
        .select(EntryRow::as_select());
    if let Some((at, id)) = cursor {
        let earlier = journal_entries::placed_at.eq(at).and(journal_entries::id.lt(id));
        query = query.filter(journal_entries::placed_at.lt(at).or(earlier));
    }
    Ok(query.load(conn)?)
}

/// Stores a new entry unless the id is known, in this clinic or another. Returns whether it was new.
pub(super) fn insert(conn: &mut DbConnection, row: &EntryRow) -> Result<bool> {
    let rows =
        on_backend!(conn, |c| diesel::insert_into(journal_entries::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(rows == 1)
}

/// Stores who may read an entry.
pub(super) fn update_audience(conn: &mut DbConnection, scope: PatientScope, row: &EntryRow) -> Result<()> {
    diesel::update(journal_entries::table.find(row.id).filter(journal_entries::clinic_id.eq(scope.clinic())))
        .set((journal_entries::audience.eq(row.audience), journal_entries::provider_id.eq(row.provider_id)))
        .execute(conn)?;
    Ok(())
}

/// Notes that somebody has read an entry. Returns whether it was the first time.
pub(super) fn insert_read(
    conn: &mut DbConnection,
    scope: PatientScope,
    entry: Id<JournalEntry>,
    by: Id<User>,
    now: Timestamp,
) -> Result<bool> {
    let values = (
        journal_reads::entry_id.eq(entry),
        journal_reads::user_id.eq(by),
        journal_reads::clinic_id.eq(scope.clinic()),
        journal_reads::read_at.eq(now),
    );
    let rows =
        on_backend!(conn, |c| diesel::insert_into(journal_reads::table).values(values).on_conflict_do_nothing().execute(c))?;
    Ok(rows == 1)
}

/// Who has read an entry.
#[derive(Debug, Clone, Queryable)]
pub struct ReadRow {
    /// The entry.
    pub entry: Id<JournalEntry>,
    /// Who read it.
    pub user: Id<User>,
    /// The person's name.
    pub name: String,
    /// When first.
    pub read_at: Timestamp,
}

/// Who has read the patient's entries since the one placed at `from`, in order of time.
pub(super) fn reads(conn: &mut DbConnection, scope: PatientScope, from: Timestamp) -> Result<Vec<ReadRow>> {
    Ok(journal_reads::table
        .inner_join(journal_entries::table.on(journal_entries::id.eq(journal_reads::entry_id)))
        .inner_join(users::table.on(users::id.eq(journal_reads::user_id)))
        .filter(journal_entries::clinic_id.eq(scope.clinic()))
        .filter(journal_entries::patient_id.eq(scope.patient()))
        .filter(journal_entries::placed_at.ge(from))
        .order((journal_reads::read_at, journal_reads::user_id))
        .select((journal_reads::entry_id, journal_reads::user_id, users::name, journal_reads::read_at))
        .load(conn)?)
}

/// Lets entries stand alone whose session a plan takes back. Nothing is told of them.
pub fn leave_session(conn: &mut DbConnection, scope: PatientScope, session: Id<Session>) -> Result<()> {
    let rows = journal_entries::table
        .filter(journal_entries::patient_id.eq(scope.patient()))
        .filter(journal_entries::clinic_id.eq(scope.clinic()))
        .filter(journal_entries::session_id.eq(session));
    diesel::update(rows).set(journal_entries::session_id.eq(None::<Id<Session>>)).execute(conn)?;
    Ok(())
}
