//! What people agree to when they join: versioned texts from `consents/`, and the answers to them.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::queries::ConsentRow;
use crate::auth::roles::Roles;
use crate::web::checks::Checks;

/// A text that a person says yes or no to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Names it in requests and in the database.
    pub id: String,
    /// Names its words: an answer is kept with the version that was read.
    pub version: String,
    /// Whether nobody can join without it.
    pub required: bool,
    title: String,
    text: String,
}

/// A text to say yes or no to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentBody {
    /// Names it in the answer.
    #[schema(example = "care")]
    id: String,
    /// The version of the words, to be sent back with the answer.
    #[schema(example = "1")]
    version: String,
    /// What it is about.
    #[schema(example = "Keeping your answers for your care")]
    title: String,
    /// The words.
    text: String,
    /// Whether nobody can join without it.
    required: bool,
}

/// A person's answer to one text.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentAnswer {
    /// The text.
    #[schema(example = "care")]
    pub id: String,
    /// The version that the person read.
    #[schema(example = "1")]
    pub version: String,
    /// Yes or no.
    pub agreed: bool,
}

/// An answer that is checked, to be kept.
#[derive(Debug, Clone, Copy)]
pub struct Agreement {
    /// The text, in the version that is in force.
    pub consent: &'static Consent,
    /// Yes or no.
    pub agreed: bool,
}

static CONSENTS: LazyLock<Vec<Consent>> = LazyLock::new(|| {
    let files = [
        include_str!("../../consents/care.toml"),
        include_str!("../../consents/clinic-statistics.toml"),
        include_str!("../../consents/research.toml"),
    ];
    files.iter().filter_map(|file| toml::from_str(file).ok()).collect()
});

/// What somebody with these roles is asked: patients all of it, staff nothing.
pub fn asked_of(roles: Roles) -> &'static [Consent] {
    if roles.is_patient() { &CONSENTS } else { &[] }
}

impl Consent {
    /// The text as a person of that clinic reads it.
    pub fn body(&self, clinic: &str) -> ConsentBody {
        ConsentBody {
            id: self.id.clone(),
            version: self.version.clone(),
            title: self.title.clone(),
            text: self.text.replace("{clinic}", clinic),
            required: self.required,
        }
    }
}

/// Whether a patient's last answers say yes to all that is needed, in the words that are in force. `given` are in order of time.
pub fn are_current(given: &[ConsentRow]) -> bool {
    let is_given = |consent: &Consent| {
        let last = given.iter().rfind(|answer| answer.consent == consent.id);
        last.is_some_and(|answer| answer.agreed && answer.version == consent.version)
    };
    asked_of(Roles::PATIENT).iter().filter(|consent| consent.required).all(is_given)
}

/// The answers to all that is asked. What is left out and not required counts as no.
pub fn check(checks: &mut Checks, roles: Roles, given: &[ConsentAnswer]) -> Vec<Agreement> {
    let asked = asked_of(roles);
    let mut seen = HashSet::new();
    for (index, answer) in given.iter().enumerate() {
        let at = format!("/consents/{index}");
        checks.require(seen.insert(&answer.id), format!("{at}/id"), "stands here twice");
        match asked.iter().find(|consent| consent.id == answer.id) {
            None => checks.fail(format!("{at}/id"), "is not among what is asked"),
            Some(consent) if consent.version != answer.version => {
                checks.fail(format!("{at}/version"), "has changed: read the text again");
            }
            Some(consent) if consent.required && !answer.agreed => {
                checks.fail(format!("{at}/agreed"), "is needed to use Yarrow");
            }
            Some(_) => {}
        }
    }
    let answer_to = |consent: &Consent| given.iter().find(|answer| answer.id == consent.id);
    for missing in asked.iter().filter(|consent| consent.required && answer_to(consent).is_none()) {
        checks.fail("/consents", format!("must say yes to {}", missing.id));
    }
    asked.iter().map(|consent| Agreement { consent, agreed: answer_to(consent).is_some_and(|answer| answer.agreed) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(id: &str, version: &str, agreed: bool) -> ConsentAnswer {
        ConsentAnswer { id: id.into(), version: version.into(), agreed }
    }

    #[test]
    fn three_texts_are_asked_of_patients_and_none_of_staff() {
        let ids: Vec<_> = asked_of(Roles::PATIENT).iter().map(|consent| consent.id.as_str()).collect();
        assert_eq!(ids, ["care", "clinic-statistics", "research"]);
        assert!(asked_of(Roles::FIRST_USER).is_empty());
        assert!(CONSENTS.iter().all(|consent| consent.body("Alder Row").text.contains("Alder Row")));
    }

    #[test]
    fn what_is_not_answered_counts_as_no() {
        let mut checks = Checks::default();
        let agreed: Vec<_> =
            check(&mut checks, Roles::PATIENT, &[answer("care", "1", true)]).iter().map(|given| given.agreed).collect();
        assert!(checks.finish().is_ok());
        assert_eq!(agreed, [true, false, false]);
    }

    #[test]
    fn what_is_required_needs_a_yes_to_the_words_in_force() {
        for given in [
            vec![],
            vec![answer("care", "1", false)],
            vec![answer("care", "0", true)],
            vec![answer("care", "1", true), answer("care", "1", true)],
            vec![answer("care", "1", true), answer("cookies", "1", true)],
        ] {
            let mut checks = Checks::default();
            check(&mut checks, Roles::PATIENT, &given);
            assert!(checks.finish().is_err(), "{given:?}");
        }
    }
}
