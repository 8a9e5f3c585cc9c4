//! The four roles.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Violation;

/// What a person does in a clinic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// People, settings, the audit log; no answers.
    Admin,
    /// Identity, schedule and completion; no answers.
    Coordinator,
    /// The clinic's patients, whole.
    Provider,
    /// The own record.
    Patient,
}

impl Role {
    const ALL: [Self; 4] = [Self::Admin, Self::Coordinator, Self::Provider, Self::Patient];

    /// The word on the wire and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Coordinator => "coordinator",
            Self::Provider => "provider",
            Self::Patient => "patient",
        }
    }
}

/// The roles that one person holds: patient alone, or any of the others together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles(u8);

impl Roles {
    /// The roles of a clinic's first user.
    pub const FIRST_USER: Self = Self(1 << Role::Admin as u8 | 1 << Role::Provider as u8);
    /// A patient.
    pub const PATIENT: Self = Self(1 << Role::Patient as u8);

    /// Reads a list from a request.
    pub fn from_list(pointer: &str, roles: &[Role]) -> Result<Self, Violation> {
        let set = Self(roles.iter().fold(0, |set, role| set | 1 << *role as u8));
        if roles.is_empty() {
            return Err(Violation::new(pointer, "must name one role at least"));
        }
        if set.is_patient() && set != Self::PATIENT {
            return Err(Violation::new(pointer, "a patient holds no other role"));
        }
        Ok(set)
    }

    /// Reads the database's text.
    pub fn from_text(text: &str) -> Self {
        Self(
            Role::ALL
                .iter()
                .filter(|role| text.split(',').any(|word| word == role.word()))
                .fold(0, |set, role| set | 1 << *role as u8),
        )
    }

    /// The database's text: the words with commas between.
    pub fn text(self) -> String {
        self.list().iter().map(|role| role.word()).collect::<Vec<_>>().join(",")
    }

    /// The roles as a list.
    pub fn list(self) -> Vec<Role> {
        Role::ALL.into_iter().filter(|role| self.has(*role)).collect()
    }

    /// The word of the role that says most about what was done in it.
    pub const fn first(self) -> &'static str {
        if self.is_patient() {
            "patient"
        } else if self.is_provider() {
            "provider"
        } else if self.is_coordinator() {
            "coordinator"
        } else {
            "admin"
        }
    }

    const fn has(self, role: Role) -> bool {
        self.0 & 1 << role as u8 != 0
    }
    /// Whether this is a patient.
    pub const fn is_patient(self) -> bool {
        self.has(Role::Patient)
    }
    /// Whether the provider's role is among them.
    pub const fn is_provider(self) -> bool {
        self.has(Role::Provider)
    }
    /// Whether the coordinator's role is among them.
    pub const fn is_coordinator(self) -> bool {
        self.has(Role::Coordinator)
    }
    /// Whether the admin's role is among them.
    pub const fn is_admin(self) -> bool {
        self.has(Role::Admin)
    }
}
