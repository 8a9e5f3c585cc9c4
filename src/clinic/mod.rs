//! Clinics: how one is made, its contact and settings, and the crisis lines of its country.

pub mod http;
pub mod queries;

use std::sync::LazyLock;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::audit::{self, Action, Actor, Event};
use crate::auth::keys::{random_token, token_hash};
use crate::db::schema::clinics;
use crate::db::{Database, DbConnection, Id, Reach, Timestamp};
use crate::error::{Error, Result};
use crate::people;
use crate::people::queries::UserRow;

/// How long a set-up link can be used, in seconds.
const SETUP_SECONDS: i64 = 3600;

/// A clinic.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, ToSchema)]
#[diesel(table_name = clinics)]
pub struct Clinic {
    /// The clinic.
    pub id: Id<Clinic>,
    /// Its name.
    pub name: String,
    /// Its IANA time zone.
    pub time_zone: String,
    /// Its country, two letters.
    pub country: String,
    /// The number that patients may call.
    pub phone: Option<String>,
    /// When somebody answers it, in words.
    pub hours: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A clinic's contact, as patients and staff see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContactBody {
    /// The clinic's name.
    #[schema(example = "Alder Row")]
    pub name: String,
    /// The number that patients may call.
    #[schema(example = "+1 303 555 0142")]
    pub phone: Option<String>,
    /// When somebody answers it, in words.
    #[schema(example = "Monday to Friday, 8:00 to 17:00")]
    pub hours: Option<String>,
}

impl From<&Clinic> for ContactBody {
    fn from(clinic: &Clinic) -> Self {
        Self { name: clinic.name.clone(), phone: clinic.phone.clone(), hours: clinic.hours.clone() }
    }
}

/// The numbers to call in one country.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CrisisResources {
    /// Two letters.
    #[schema(example = "US")]
    pub country: String,
    /// The country in words.
    #[serde(rename(deserialize = "name"))]
    pub country_name: String,
    /// The emergency number.
    #[schema(example = "911")]
    pub emergency: String,
    /// Lines to call or text.
    #[serde(default)]
    #[schema(required)]
    pub lines: Vec<CrisisLine>,
}

/// One crisis line.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CrisisLine {
    /// Its name.
    pub name: String,
    /// The number to call.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "988")]
    pub call: Option<String>,
    /// The number to text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub text: Option<String>,
    /// What to text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub text_body: Option<String>,
}

#[derive(Deserialize)]
struct CrisisFile {
    countries: Vec<CrisisResources>,
}

static CRISIS_LINES: LazyLock<Vec<CrisisResources>> = LazyLock::new(|| {
    let read: std::result::Result<CrisisFile, _> = toml::from_str(include_str!("../../crisis-lines.toml"));
    read.map(|file| file.countries).unwrap_or_default()
});

/// The crisis lines of every known country, `first` before the others.
pub fn crisis_resources(first: Option<&str>) -> Vec<CrisisResources> {
    let mut all = CRISIS_LINES.clone();
    all.sort_by_key(|resources| Some(resources.country.as_str()) != first);
    all
}

/// Makes a one-time set-up link's token, valid for an hour.
pub async fn make_setup_token(database: &Database, now: Timestamp) -> Result<String> {
    store_setup_token(database, now, false).await
}

/// As `make_setup_token`, for the first clinic: links that earlier starts of the server printed open nothing any more.
pub async fn make_first_setup_token(database: &Database, now: Timestamp) -> Result<String> {
    store_setup_token(database, now, true).await
}

async fn store_setup_token(database: &Database, now: Timestamp, closes_others: bool) -> Result<String> {
    let token = random_token().map_err(|why| Error::Internal(Box::new(why)))?;
    let hash = token_hash(&token);
    database
        .write(Reach::Installation, move |conn| {
            if closes_others {
                queries::close_setup_tokens(conn, now)?;
            }
            queries::insert_setup_token(conn, &hash, now, now.plus_seconds(SETUP_SECONDS))
        })
        .await?;
    Ok(token)
}

/// Makes a clinic with its first user.
pub fn found(
    conn: &mut DbConnection,
    clinic: &Clinic,
    user: &UserRow,
    password_hash: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    queries::insert(conn, clinic)?;
    people::queries::insert(conn, user, password_hash)?;
    audit::record(conn, Some(clinic.id), actor, &Event::of(Action::ClinicMade, "clinic", clinic.id.uuid()), now)
}

/// Whether the first clinic is still to be made.
pub fn is_setup_required(conn: &mut DbConnection) -> Result<bool> {
    Ok(queries::first_two(conn)?.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_an_emergency_number() {
        assert!(CRISIS_LINES.len() >= 7);
        assert!(CRISIS_LINES.iter().all(|country| !country.emergency.is_empty()));
    }

    #[test]
    fn the_clinics_country_comes_first() {
        assert_eq!(crisis_resources(Some("GB"))[0].emergency, "999");
    }
}
