//! Handlers of the journal: written by the patient, read by whom the patient chooses.

use actix_web::web::{self, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::queries::{self, EntryRow, ReadRow};
use super::{Audience, CareTeamMember, Choice, JournalEntry, Kind, NewEntry, Reader, Stored};
use crate::app::App;
use crate::auth::guards::{AsPatient, AsProvider, SignedIn};
use crate::auth::outbox_keys::Sealed;
use crate::auth::scope::PatientScope;
use crate::db::{DbConnection, Id, LocalDate, Timestamp};
use crate::error::{Error, Problem, Result};
use crate::patients::Patient;
use crate::people::{self, User};
use crate::sessions::Session;
use crate::web::checks::{Checks, NOTE_CHARACTERS};
use crate::web::{Cursor, Json, List, MaybeSealed, PageQuery, answer_as_read};

/// The routes of the journal.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/journal-entries/{id}", web::put().to(put))
        .route("/journal-entries/{id}", web::get().to(read))
        .route("/journal-entries/{id}", web::patch().to(change))
        .route("/journal-entries/{id}/read", web::post().to(mark_read))
        .route("/patients/{id}/journal-entries", web::get().to(list))
        .route("/me/care-team", web::get().to(readers));
}

/// An entry as a client sends it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = JournalEntryRequest, example = json!({"kind": "preparation", "text": "I want to sleep through again.", "shared": true,
    "written_at": "2026-11-20T21:14:05.000Z"}))]
pub struct Request {
    /// What it is about.
    kind: Kind,
    /// What the patient writes.
    #[schema(min_length = 1, max_length = 10_000, example = "I want to sleep through again.")]
    text: String,
    /// The session that it belongs to.
    session_id: Option<Id<Session>>,
    /// Whether the care team may read it; false where neither this nor `audience` is said.
    shared: Option<bool>,
    /// Who may read it, where `shared` says too little.
    audience: Option<Audience>,
    /// Which provider, with the audience `provider`; who recorded the patient's last session where nobody is named.
    provider_id: Option<Id<User>>,
    /// When it was written, as the phone says it; when it arrived where nothing is said.
    written_at: Option<Timestamp>,
}

/// Who may read an entry from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = JournalAudienceChange, example = json!({"audience": "care_team"}))]
pub struct AudienceChange {
    /// Whether the care team may read it.
    shared: Option<bool>,
    /// Who may read it, where `shared` says too little.
    audience: Option<Audience>,
    /// Which provider, with the audience `provider`.
    provider_id: Option<Id<User>>,
}

/// The choice that a request makes; none where it says nothing of it.
fn choice(checks: &mut Checks, shared: Option<bool>, audience: Option<Audience>, provider: Option<Id<User>>) -> Option<Choice> {
    let said = shared.map(|shared| if shared { Audience::CareTeam } else { Audience::Me });
    if let (Some(shared), Some(audience)) = (shared, audience) {
        checks.require(shared == (audience != Audience::Me), "/audience", "must agree with shared: me is the one that is not");
    }
    let audience = audience.or(said)?;
    checks.require(provider.is_none() || audience == Audience::Provider, "/provider_id", "goes with the audience provider");
    Some(Choice { audience, provider })
}

impl Request {
    fn validate(self, id: Id<JournalEntry>) -> Result<NewEntry> {
        let mut checks = Checks::default();
        let is_blank = self.text.trim().is_empty();
        let text = checks.text("/text", Some(self.text), NOTE_CHARACTERS);
        checks.require(!is_blank, "/text", format!("must have 1 to {NOTE_CHARACTERS} characters"));
        let unsaid = Choice { audience: Audience::Me, provider: None };
        let choice = choice(&mut checks, self.shared, self.audience, self.provider_id).unwrap_or(unsaid);
        checks.finish()?;
        let text = text.unwrap_or_default();
        Ok(NewEntry { id, kind: self.kind, text, session: self.session_id, choice, written_at: self.written_at })
    }
}

impl AudienceChange {
    fn validate(self) -> Result<Choice> {
        let mut checks = Checks::default();
        let choice = choice(&mut checks, self.shared, self.audience, self.provider_id);
        checks.require(choice.is_some(), "/audience", "is missing: who may read it?");
        checks.finish()?;
        Ok(choice.unwrap_or(Choice { audience: Audience::Me, provider: None }))
    }
}

/// An entry of a journal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JournalEntryBody)]
pub struct EntryBody {
    /// The id that the client made.
    id: Id<JournalEntry>,
    /// Who wrote it.
    patient_id: Id<Patient>,
    /// What it is about.
    kind: Kind,
    /// What the patient wrote.
    #[schema(example = "I want to sleep through again.")]
    text: String,
    /// The session that it belongs to.
    session_id: Option<Id<Session>>,
    /// Whether anybody but the patient may read it.
    shared: bool,
    /// Who may read it.
    audience: Audience,
    /// Which provider, where it is for one.
    provider: Option<PersonBody>,
    /// When it was written, as the phone said it.
    written_at: Timestamp,
    /// The day of that where the patient is.
    local_date: LocalDate,
    /// When it reached the server.
    received_at: Timestamp,
    /// Who of the clinic has read it, in order of time. Nobody is told of it: reading is when somebody has the time.
    read_by: Vec<ReadBody>,
}

/// A member of staff.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JournalReader)]
pub struct PersonBody {
    /// The account.
    id: Id<User>,
    /// The person's name.
    #[schema(example = "Imani Okafor")]
    name: String,
}

/// That somebody has read an entry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JournalRead)]
pub struct ReadBody {
    /// The account.
    id: Id<User>,
    /// The person's name.
    #[schema(example = "Imani Okafor")]
    name: String,
    /// When first.
    at: Timestamp,
}

/// Entries as their readers see them.
pub(crate) fn bodies(conn: &mut DbConnection, scope: PatientScope, rows: Vec<EntryRow>) -> Result<Vec<EntryBody>> {
    let oldest = rows.iter().map(|row| row.placed_at).min().unwrap_or(Timestamp::EPOCH);
    let reads = if rows.is_empty() { Vec::new() } else { queries::reads(conn, scope, oldest)? };
    rows.into_iter()
        .map(|row| {
            let mut name = |id| people::queries::name_of(conn, scope.clinic_scope(), id).map(|name| PersonBody { id, name });
            let read = |read: &ReadRow| ReadBody { id: read.user, name: read.name.clone(), at: read.read_at };
            Ok(EntryBody {
                id: row.id,
                patient_id: row.patient_id,
                kind: row.kind,
                text: row.text,
                session_id: row.session_id,
                shared: row.audience != Audience::Me,
                audience: row.audience,
                provider: row.provider_id.map(&mut name).transpose()?,
                written_at: row.written_at,
                local_date: row.local_date,
                received_at: row.received_at,
                read_by: reads.iter().filter(|read| read.entry == row.id).map(read).collect(),
            })
        })
        .collect()
}

fn body(conn: &mut DbConnection, scope: PatientScope, row: EntryRow) -> Result<EntryBody> {
    bodies(conn, scope, vec![row])?.pop().ok_or(Error::NotFound("the entry"))
}

/// `PUT /journal-entries/{id}`: a patient writes an entry under an id that the client made.
///
/// The same entry again answers 200 and has no second effect, also where its audience was changed since.
#[utoipa::path(put, path = "/api/v1/journal-entries/{id}", tag = "Journal",
    request_body(content((Request = "application/json"), (Sealed = "application/vnd.yarrow.sealed+json"))), params(
    ("id" = Id<JournalEntry>, Path, description = "Made by the client")), responses(
    (status = 201, description = "New", body = EntryBody),
    (status = 200, description = "The same entry again", body = EntryBody),
    (status = 401, body = Problem), (status = 403, description = "Only a patient writes a journal", body = Problem), (status = 404, body = Problem),
    (status = 409, description = "Another entry is stored under this id, or what was sealed cannot be opened", body = Problem),
    (status = 422, body = Problem)))]
pub async fn put(
    who: AsPatient,
    id: Path<Id<JournalEntry>>,
    body_: MaybeSealed<Request>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let patient = who.patient.ok_or(Error::NotFound("the patient"))?;
    app.limits.count_submission(patient.uuid())?;
    let (new, now) = (body_.open(&app.keys, &who, id.uuid())?.validate(*id)?, app.clock.now());
    let (is_new, entry) = app
        .database
        .write(who.reach(), move |conn| {
            let scope = who.known_patient(conn, patient)?;
            let Stored { row, is_new } = super::write(conn, scope, &who.actor(), &new, now)?;
            Ok((is_new, body(conn, scope, row)?))
        })
        .await?;
    let mut answer = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(entry))
}

/// The entry with this id and its patient's scope, where it is for the caller.
fn find(conn: &mut DbConnection, who: &SignedIn, reader: Reader, id: Id<JournalEntry>) -> Result<(PatientScope, EntryRow)> {
    let unknown = || Error::NotFound("the entry");
    let writer = queries::writer(conn, who.scope(), id)?.ok_or_else(unknown)?;
    let scope = who.known_patient(conn, writer).map_err(|_| unknown())?;
    let row = queries::find(conn, scope, reader, id)?.ok_or_else(unknown)?;
    Ok((scope, row))
}

/// `GET /journal-entries/{id}`: one entry, for its patient or for whom the patient chose.
#[utoipa::path(get, path = "/api/v1/journal-entries/{id}", tag = "Journal", params(("id" = Id<JournalEntry>, Path)), responses(
    (status = 200, body = EntryBody, headers(("ETag" = String))), (status = 304, description = "Not changed"),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn read(who: SignedIn, id: Path<Id<JournalEntry>>, request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let (id, reader) = (*id, Reader::of(&who)?);
    let entry = app
        .database
        .read(who.reach(), move |conn| {
            let (scope, row) = find(conn, &who, reader, id)?;
            body(conn, scope, row)
        })
        .await?;
    Ok(answer_as_read(request.headers(), &entry))
}

/// `PATCH /journal-entries/{id}`: the patient lets others read an entry, or takes that back.
#[utoipa::path(patch, path = "/api/v1/journal-entries/{id}", tag = "Journal", request_body = AudienceChange, params(
    ("id" = Id<JournalEntry>, Path)), responses(
    (status = 200, body = EntryBody), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    who: AsPatient,
    id: Path<Id<JournalEntry>>,
    body_: Json<AudienceChange>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let (id, choice, now) = (*id, body_.into_inner().validate()?, app.clock.now());
    let entry = app
        .database
        .write(who.reach(), move |conn| {
            let patient = who.patient.ok_or(Error::NotFound("the patient"))?;
            let scope = who.known_patient(conn, patient)?;
            let row = super::choose(conn, scope, &who.actor(), id, choice, now)?;
            body(conn, scope, row)
        })
        .await?;
    Ok(HttpResponse::Ok().json(entry))
}

/// `POST /journal-entries/{id}/read`: a provider has read an entry; the patient sees by whom and when.
#[utoipa::path(post, path = "/api/v1/journal-entries/{id}/read", tag = "Journal", params(("id" = Id<JournalEntry>, Path)), responses(
    (status = 200, body = EntryBody), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn mark_read(who: AsProvider, id: Path<Id<JournalEntry>>, app: Data<App>) -> Result<HttpResponse> {
    let (id, now) = (*id, app.clock.now());
    let entry = app
        .database
        .write(who.reach(), move |conn| {
            let (scope, row) = find(conn, &who, Reader::Provider(who.user), id)?;
            super::mark_read(conn, scope, &who.actor(), &row, who.user, now)?;
            body(conn, scope, row)
        })
        .await?;
    Ok(HttpResponse::Ok().json(entry))
}

/// `GET /patients/{id}/journal-entries`: a patient's entries, newest first; for a provider those that are for this provider.
#[utoipa::path(get, path = "/api/v1/patients/{id}/journal-entries", tag = "Journal", params(("id" = Id<Patient>, Path), PageQuery), responses(
    (status = 200, body = List<EntryBody>), (status = 401, body = Problem),
    (status = 403, description = "Coordinators and admins never read a journal", body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn list(who: SignedIn, id: Path<Id<Patient>>, page: Query<PageQuery>, app: Data<App>) -> Result<HttpResponse> {
    let (limit, after, reader, id) = (page.limit()?, page.after()?, Reader::of(&who)?, *id);
    let page = app
        .database
        .read(who.reach(), move |conn| {
            let scope = who.known_patient(conn, id)?;
            let rows = queries::page(conn, scope, reader, after, limit)?;
            let List { items, next_cursor } = List::page(rows, limit, |row| Cursor::at(row.placed_at, row.id));
            Ok(List { items: bodies(conn, scope, items)?, next_cursor })
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// A provider whom the patient may choose as the reader of an entry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CareTeamMember)]
pub struct MemberBody {
    /// The account.
    id: Id<User>,
    /// The person's name.
    #[schema(example = "Imani Okafor")]
    name: String,
    /// Whether this one recorded the patient's last session.
    is_mine: bool,
}

impl From<CareTeamMember> for MemberBody {
    fn from(CareTeamMember { id, name, is_mine }: CareTeamMember) -> Self {
        Self { id, name, is_mine }
    }
}

/// `GET /me/care-team`: the providers of the patient's clinic.
#[utoipa::path(get, path = "/api/v1/me/care-team", tag = "Journal", responses(
    (status = 200, body = List<MemberBody>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn readers(who: AsPatient, app: Data<App>) -> Result<HttpResponse> {
    let team = app
        .database
        .read(who.reach(), move |conn| {
            let patient = who.patient.ok_or(Error::NotFound("the patient"))?;
            let scope = who.known_patient(conn, patient)?;
            super::care_team(conn, scope)
        })
        .await?;
    Ok(HttpResponse::Ok().json(List::whole(team).map(MemberBody::from)))
}
