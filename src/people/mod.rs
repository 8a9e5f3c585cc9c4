//! Users, invitations and consents.

pub mod consents;
pub mod http;
pub mod invitations;
pub mod queries;

use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::roles::{Role, Roles};
use crate::clinic::Clinic;
use crate::db::{DbConnection, Id};
use crate::error::{Error, Result};
use crate::patients::Patient;
use crate::reminders::Reminders;
use crate::web::checks::Checks;

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

/// Most characters of an e-mail.
const EMAIL_CHARACTERS: usize = 254;

/// Checks the name and the e-mail of an account.
pub fn check_identity(checks: &mut Checks, at: &str, name: &str, email: &str) {
    checks.name(format!("{at}/name"), name);
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

/// Whether this looks like a BCP 47 language: `en`, `es-MX`.
pub fn is_locale(locale: &str) -> bool {
    let mut parts = locale.split('-');
    let is_word = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let first = parts.next().unwrap_or_default();
    locale.len() <= 35
        && (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(is_word)
}

impl From<Clinic> for UserClinicBody {
    fn from(clinic: Clinic) -> Self {
        Self {
            id: clinic.id,
            name: clinic.name,
            time_zone: clinic.time_zone,
            country: clinic.country,
            phone: clinic.phone,
            hours: clinic.hours,
        }
    }
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
        clinic: clinic.into(),
        patient_id: row.patient_id,
        time_zone: row.time_zone,
        locale: row.locale,
        reminders: Reminders::read(&row.reminders)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_one_that_mail_could_be_sent_to() {
        for good in ["maya@alder-row.example", " maya+yarrow@a.b.example ", "m@xn--bcher-kva.example"] {
            assert!(is_email(good), "{good}");
        }
        let long = format!("{}@example.org", "a".repeat(254));
        for bad in ["maya", "maya@host", "@a.example", "a@b@c.example", "a b@c.example", "a@c..example", "a\r\n@c.example", &long]
        {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn a_language_has_two_or_three_letters_and_parts() {
        assert!(["en", "es-MX", "zh-Hant-TW"].iter().all(|good| is_locale(good)));
        assert!(["", "e", "english", "en_US", "en-", "en-\0"].iter().all(|bad| !is_locale(bad)));
    }
}
