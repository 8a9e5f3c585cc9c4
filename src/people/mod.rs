//! Users, invitations and consents.

pub mod http;
pub mod queries;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::roles::{Role, Roles};
use crate::clinic::Clinic;
use crate::db::{DbConnection, Id};
use crate::error::{Error, Result};
use crate::patients::Patient;
use crate::web::checks::{Checks, NAME_CHARACTERS};

/// A person with an account in one clinic.
#[derive(Debug, Clone, Copy, ToSchema)]
pub struct User;

/// The person behind a sign-in.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserBody {
    /// The account.
    pub id: Id<User>,
    /// What the person does.
    pub roles: Vec<Role>,
    /// The person's name.
    #[schema(example = "Maya Ellison")]
    pub name: String,
    /// The e-mail to sign in with.
    #[schema(example = "maya@alder-row.example")]
    pub email: String,
    /// The clinic.
    pub clinic: UserClinicBody,
    /// The person's record, where it is a patient.
    pub patient_id: Option<Id<Patient>>,
    /// IANA time zone.
    #[schema(example = "America/Denver")]
    pub time_zone: String,
    /// BCP 47 language.
    #[schema(example = "en")]
    pub locale: String,
    /// When to be reminded.
    pub reminders: Reminders,
}

/// The clinic of the person behind a sign-in.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserClinicBody {
    /// The clinic.
    pub id: Id<Clinic>,
    /// Its name.
    #[schema(example = "Alder Row")]
    pub name: String,
    /// Its IANA time zone.
    pub time_zone: String,
    /// Its country, two letters.
    #[schema(example = "US")]
    pub country: String,
    /// The number that patients may call.
    pub phone: Option<String>,
    /// When somebody answers it, in words.
    pub hours: Option<String>,
}

/// When a person wants to be reminded, in its own time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reminders {
    /// Whether at all.
    pub enabled: bool,
    /// On which days.
    pub days: Vec<Weekday>,
    /// At which times of the day, `HH:MM`.
    #[schema(example = json!(["19:00"]))]
    pub times: Vec<String>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Default for Reminders {
    fn default() -> Self {
        use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
        Self { enabled: true, days: vec![Mon, Tue, Wed, Thu, Fri, Sat, Sun], times: vec!["19:00".into()] }
    }
}

impl Reminders {
    /// The database's text.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Most characters of an e-mail.
const EMAIL_CHARACTERS: usize = 254;

/// Checks the name and the e-mail of an account.
pub fn check_identity(checks: &mut Checks, at: &str, name: &str, email: &str) {
    let name = checks.text(format!("{at}/name"), Some(name.to_owned()), NAME_CHARACTERS);
    checks.require(name.is_some(), format!("{at}/name"), "must not be empty");
    checks.require(is_email(email), format!("{at}/email"), "must be an e-mail address, like maya@alder-row.example");
}

/// Whether mail could be sent to this: one `@`, a name before it, a dotted name behind it, no space.
pub fn is_email(email: &str) -> bool {
    let email = email.trim();
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')');
    email.len() <= EMAIL_CHARACTERS
        && email.chars().all(is_plain)
        && email.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && !host.contains('@') && host.split('.').count() > 1 && host.split('.').all(|part| !part.is_empty())
        })
}

/// What two spellings of one e-mail have in common.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// The person as `GET /me` and the sign-in answer show it.
pub fn body(conn: &mut DbConnection, user: Id<User>) -> Result<UserBody> {
    let (row, clinic) = queries::find_with_clinic(conn, user)?.ok_or(Error::Unauthenticated)?;
    Ok(UserBody {
        id: row.id,
        roles: Roles::from_text(&row.roles).list(),
        name: row.name,
        email: row.email,
        clinic: UserClinicBody {
            id: clinic.id,
            name: clinic.name,
            time_zone: clinic.time_zone,
            country: clinic.country,
            phone: clinic.phone,
            hours: clinic.hours,
        },
        patient_id: row.patient_id,
        time_zone: row.time_zone,
        locale: row.locale,
        reminders: serde_json::from_str(&row.reminders).unwrap_or_default(),
    })
}
