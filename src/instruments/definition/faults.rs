//! What every check of a file is made of.

use std::collections::BTreeSet;

pub(super) const MAX_ID_LENGTH: usize = 64;

/// A field and what is wrong with it.
pub(super) struct Fault {
    pub(super) field: String,
    pub(super) reason: String,
}

pub(super) type Checked<T = ()> = Result<T, Fault>;

pub(super) fn refuse<T>(field: impl Into<String>, reason: impl Into<String>) -> Checked<T> {
    Err(Fault { field: field.into(), reason: reason.into() })
}

/// Refuses the field unless the claim about it is true.
pub(super) fn require(is_true: bool, field: &str, reason: &str) -> Checked {
    if is_true { Ok(()) } else { refuse(field, reason) }
}

pub(super) fn check_words(field: &str, words: &str) -> Checked {
    require(!words.trim().is_empty(), field, "must not be empty")
}

/// Ids are parts of addresses and of names of measures.
pub(super) fn check_id(field: &str, id: &str) -> Checked {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    require(
        (1..=MAX_ID_LENGTH).contains(&id.len()) && id.bytes().all(is_allowed),
        field,
        "must be 1 to 64 letters, digits, hyphens or underscores",
    )
}

pub(super) fn check_unique<'a, T: Ord + 'a>(field: &str, what: &str, mut values: impl Iterator<Item = T>) -> Checked {
    let mut seen = BTreeSet::new();
    require(values.all(|value| seen.insert(value)), field, &format!("has the same {what} twice"))
}
