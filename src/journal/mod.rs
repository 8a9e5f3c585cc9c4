//! What patients write around their sessions, and who may read it.
//!
//! An entry is its patient's alone until the patient says otherwise, and again as soon as the patient takes that back:
//! every query that staff come by takes a [`Reader`], and none of them finds an entry that is not for that reader.

pub mod http;
pub mod queries;

use jiff::tz::TimeZone;

use self::queries::EntryRow;
use crate::audit::{self, Action, Actor, Event};
use crate::auth::guards::SignedIn;
use crate::auth::roles::Roles;
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::db::{DbConnection, Id, Timestamp, words};
use crate::error::{Error, Result};
use crate::patients;
use crate::people::{self, User};
use crate::responses::{digest, is_clock_suspect};
use crate::sessions::{self, Session};

/// An entry of a patient's journal.
#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
pub struct JournalEntry;

words! {
    /// What an entry is about.
    #[schema(as = JournalKind)]
    pub enum Kind {
        /// Getting ready for a session.
        Preparation = "preparation",
        /// Making sense of one.
        Integration = "integration",
        /// Anything else.
        Note = "note",
    }
}

words! {
    /// Who may read an entry beside its patient.
    #[schema(as = JournalAudience)]
    pub enum Audience {
        /// Nobody.
        Me = "me",
        /// One provider, by name.
        Provider = "provider",
        /// Every provider of the clinic. A coordinator or an admin never reads a journal.
        CareTeam = "care_team",
    }
}

/// Who reads a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The patient itself.
    Patient,
    /// A provider of the clinic: what is for this one, or for all.
    Provider(Id<User>),
}

impl Reader {
    /// As whom a person reads, where it may read journals at all.
    pub fn of(who: &SignedIn) -> Result<Self> {
        match who.roles {
            roles if roles.is_patient() => Ok(Self::Patient),
            roles if roles.is_provider() => Ok(Self::Provider(who.user)),
            _ => Err(Error::Forbidden("a journal is for its patient, and for the providers whom the patient chooses")),
        }
    }
}

/// For whom an entry is, as the patient says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Who may read it.
    pub audience: Audience,
    /// Which provider, where it is for one; the one who recorded the last session where nobody is named.
    pub provider: Option<Id<User>>,
}

/// An entry that was checked and can be stored.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// The id that the client made.
    pub id: Id<JournalEntry>,
    /// What it is about.
    pub kind: Kind,
    /// What the patient wrote.
    pub text: String,
    /// The session that it belongs to.
    pub session: Option<Id<Session>>,
    /// For whom it is.
    pub choice: Choice,
    /// When it was written, as the phone said it.
    pub written_at: Option<Timestamp>,
}

/// What came of writing an entry.
#[derive(Debug)]
pub struct Stored {
    /// The entry as it is now.
    pub row: EntryRow,
    /// Whether it was not there before.
    pub is_new: bool,
}

const CONFLICT: Error =
    Error::Conflict("another entry is already stored under this id; nothing was changed: send this one under an id of its own");

/// Stores an entry under the id that the client made. The same entry again changes nothing, whoever may read it by now.
pub fn write(conn: &mut DbConnection, scope: PatientScope, actor: &Actor, new: &NewEntry, now: Timestamp) -> Result<Stored> {
    let sent = digest_of(new);
    if let Some(row) = replay(conn, scope, new.id, &sent)? {
        return Ok(Stored { row, is_new: false });
    }
    if let Some(session) = new.session {
        let found = sessions::queries::find(conn, scope.clinic_scope(), session)?;
        if found.is_none_or(|session| session.patient_id != scope.patient()) {
            return Err(Error::invalid("/session_id", "must be one of your sessions"));
        }
    }
    let provider = reader_of(conn, scope, new.choice)?;
    let (_, zone) = patients::queries::version(conn, scope)?;
    let written_at = new.written_at.unwrap_or(now);
    let placed_at = if is_clock_suspect(written_at, now) { now } else { written_at };
    let row = EntryRow {
        id: new.id,
        clinic_id: scope.clinic(),
        patient_id: scope.patient(),
        session_id: new.session,
        kind: new.kind,
        text: new.text.clone(),
        audience: new.choice.audience,
        provider_id: provider,
        written_at,
        placed_at,
        local_date: placed_at.local_date(&TimeZone::get(&zone).unwrap_or(TimeZone::UTC)),
        received_at: now,
        digest: sent.clone(),
    };
    if !queries::insert(conn, &row)? {
        // Another request was quicker, or the id lies in another clinic and is not told apart from none.
        let row = replay(conn, scope, new.id, &sent)?.ok_or(Error::NotFound("the entry"))?;
        return Ok(Stored { row, is_new: false });
    }
    note(conn, scope, actor, Action::JournalWritten, row.id, now)?;
    Ok(Stored { row, is_new: true })
}

/// Lets others read an entry, or takes that back: from then on it is in no answer of theirs.
pub fn choose(
    conn: &mut DbConnection,
    scope: PatientScope,
    actor: &Actor,
    id: Id<JournalEntry>,
    choice: Choice,
    now: Timestamp,
) -> Result<EntryRow> {
    patients::lock(conn, scope)?;
    let row = queries::find(conn, scope, Reader::Patient, id)?.ok_or(Error::NotFound("the entry"))?;
    let provider = reader_of(conn, scope, choice)?;
    if (row.audience, row.provider_id) == (choice.audience, provider) {
        return Ok(row);
    }
    let row = EntryRow { audience: choice.audience, provider_id: provider, ..row };
    queries::update_audience(conn, scope, &row)?;
    note(conn, scope, actor, Action::JournalAudienceChanged, row.id, now)?;
    Ok(row)
}

/// Notes that a provider has read an entry; once is enough.
pub fn mark_read(
    conn: &mut DbConnection,
    scope: PatientScope,
    actor: &Actor,
    row: &EntryRow,
    by: Id<User>,
    now: Timestamp,
) -> Result<()> {
    if queries::insert_read(conn, scope, row.id, by, now)? {
        note(conn, scope, actor, Action::JournalRead, row.id, now)?;
    }
    Ok(())
}

/// Entries that are read at a time.
const PAGE: i64 = 200;

/// Does something with all entries that are for this reader, some at a time, newest first.
pub fn each(
    conn: &mut DbConnection,
    scope: PatientScope,
    reader: Reader,
    mut work: impl FnMut(&mut DbConnection, Vec<EntryRow>) -> Result<()>,
) -> Result<()> {
    let mut cursor = None;
    loop {
        let rows = queries::page(conn, scope, reader, cursor, PAGE)?;
        let Some(last) = rows.last() else { return Ok(()) };
        cursor = Some((last.placed_at, last.id));
        work(conn, rows)?;
    }
}

/// A provider whom a patient may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CareTeamMember {
    /// The account.
    pub id: Id<User>,
    /// The person's name.
    pub name: String,
    /// Whether this one recorded the patient's last session.
    pub is_mine: bool,
}

/// The clinic's providers, by name.
pub fn care_team(conn: &mut DbConnection, scope: PatientScope) -> Result<Vec<CareTeamMember>> {
    let providers = people::queries::providers(conn, scope.clinic_scope())?;
    let mine = recorder_among(conn, scope, &providers.iter().map(|(id, _)| *id).collect::<Vec<_>>())?;
    Ok(providers.into_iter().map(|(id, name)| CareTeamMember { id, name, is_mine: Some(id) == mine }).collect())
}

/// The provider whom a choice names, or means.
fn reader_of(conn: &mut DbConnection, scope: PatientScope, choice: Choice) -> Result<Option<Id<User>>> {
    if choice.audience != Audience::Provider {
        return Ok(None);
    }
    if let Some(named) = choice.provider {
        return if is_provider(conn, scope.clinic_scope(), named)? {
            Ok(Some(named))
        } else {
            Err(Error::invalid("/provider_id", "must be a provider of your clinic"))
        };
    }
    let providers: Vec<_> = people::queries::providers(conn, scope.clinic_scope())?.into_iter().map(|(id, _)| id).collect();
    let mine = recorder_among(conn, scope, &providers)?;
    mine.map(Some).ok_or_else(|| Error::invalid("/provider_id", "is missing: nobody has recorded a session of yours yet"))
}

/// Who of `providers` recorded the patient's sessions last.
fn recorder_among(conn: &mut DbConnection, scope: PatientScope, providers: &[Id<User>]) -> Result<Option<Id<User>>> {
    let recorders = sessions::queries::recorders(conn, scope)?;
    Ok(recorders.into_iter().find(|recorder| providers.contains(recorder)))
}

fn is_provider(conn: &mut DbConnection, scope: ClinicScope, user: Id<User>) -> Result<bool> {
    let found = people::queries::find(conn, scope, user)?;
    Ok(found.is_some_and(|user| user.disabled_at.is_none() && Roles::from_text(&user.roles).is_provider()))
}

/// The stored entry under this id, where it is the same one.
fn replay(conn: &mut DbConnection, scope: PatientScope, id: Id<JournalEntry>, sent: &str) -> Result<Option<EntryRow>> {
    let Some(known) = queries::find_anywhere(conn, id)? else { return Ok(None) };
    if known.clinic_id != scope.clinic() || known.patient_id != scope.patient() {
        return Err(Error::NotFound("the entry"));
    }
    if known.digest == sent { Ok(Some(known)) } else { Err(CONFLICT) }
}

fn digest_of(new: &NewEntry) -> String {
    digest(&[
        new.kind.word(),
        &new.text,
        &new.session.map(|id| id.to_string()).unwrap_or_default(),
        new.choice.audience.word(),
        &new.choice.provider.map(|id| id.to_string()).unwrap_or_default(),
        &new.written_at.map(|at| at.to_string()).unwrap_or_default(),
    ])
}

fn note(
    conn: &mut DbConnection,
    scope: PatientScope,
    actor: &Actor,
    action: Action,
    id: Id<JournalEntry>,
    now: Timestamp,
) -> Result<()> {
    let event = Event::of(action, "journal_entry", id.uuid()).about(scope.patient());
    audit::record(conn, Some(scope.clinic()), actor, &event, now)
}
