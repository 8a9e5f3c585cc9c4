//! The keys that a patient's device seals waiting answers to (HPKE, RFC 9180): it cannot read them again.
//!
//! One key a year, made at a start; the private half is kept for [`KEPT_DAYS`] after the next one took its place, so that what
//! has waited long can still be opened. Source: SECURITY_REQUIREMENTS.md 5.3.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, single_shot_open};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::keys::{KeyError, P256Key};
use crate::db::LocalDate;

/// A key is new for so many days, then the next start makes another.
const NEW_DAYS: i64 = 365;
/// The private half of a key is kept for so many days after another took its place.
const KEPT_DAYS: i64 = 400;
/// What the keys are for; a sealed text of any other use does not open. The web app seals with the same words.
const INFO: &[u8] = b"yarrow outbox";

/// What a device has sealed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"to": "BPk…", "enc": "BNm…", "ciphertext": "q5s…"}))]
pub struct Sealed {
    /// The public key that it was sealed to: `outbox_public_key` of `GET /meta` as it was then.
    to: String,
    /// The encapsulated key in base64url.
    enc: String,
    /// The sealed body in base64url.
    ciphertext: String,
}

/// Whose entry it is: one that is moved to another person, clinic or record does not open.
#[derive(Debug, Clone, Copy)]
pub struct Owner {
    /// The person who wrote it.
    pub user: Uuid,
    /// Their clinic.
    pub clinic: Uuid,
    /// The record's id.
    pub record: Uuid,
}

/// The keys, the one in use first.
pub struct OutboxKeys(Vec<P256Key>);

impl OutboxKeys {
    /// Reads the keys from `folder`, makes the first one and each year's next one, and removes those that have had their time.
    pub(super) fn load(folder: &Path, today: LocalDate) -> Result<Self, KeyError> {
        fs::create_dir_all(folder).map_err(|why| KeyError::File(folder.to_owned(), why))?;
        let mut days = days(folder)?;
        if days.first().is_none_or(|newest| today.days_since(*newest) >= NEW_DAYS) {
            days.insert(0, today);
        }
        let (path, mut keys) = (|day: LocalDate| folder.join(format!("{day}.pem")), Vec::new());
        let mut replaced = None;
        for day in days {
            if replaced.is_some_and(|since| today.days_since(since) > KEPT_DAYS) {
                fs::remove_file(path(day)).map_err(|why| KeyError::File(path(day), why))?;
            } else {
                keys.push(P256Key::load(&path(day))?);
            }
            replaced = Some(day);
        }
        Ok(Self(keys))
    }

    /// The key to seal to: uncompressed, in base64url.
    pub fn public(&self) -> &str {
        self.0.first().map_or("", |key| &key.public)
    }

    /// What was sealed for `owner`; `None` where it cannot be opened: to a key that is gone, for another owner, or changed since.
    pub fn open(&self, sealed: &Sealed, owner: Owner) -> Option<Vec<u8>> {
        let key = self.0.iter().find(|key| key.public == sealed.to)?;
        let private = <DhP256HkdfSha256 as Kem>::PrivateKey::from_bytes(&key.private()).ok()?;
        let enc = URL_SAFE_NO_PAD.decode(&sealed.enc).ok()?;
        let enc = <DhP256HkdfSha256 as Kem>::EncappedKey::from_bytes(&enc).ok()?;
        let ciphertext = URL_SAFE_NO_PAD.decode(&sealed.ciphertext).ok()?;
        let Owner { user, clinic, record } = owner;
        let aad = format!("{user}/{clinic}/{record}");
        single_shot_open::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
            &OpModeR::Base,
            &private,
            &enc,
            INFO,
            &ciphertext,
            aad.as_bytes(),
        )
        .ok()
    }
}

/// The days on which the keys of `folder` were made, newest first.
fn days(folder: &Path) -> Result<Vec<LocalDate>, KeyError> {
    let failed = |why| KeyError::File(PathBuf::from(folder), why);
    let mut days = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        days.extend(name.to_str().and_then(|name| name.strip_suffix(".pem")?.parse::<LocalDate>().ok()));
    }
    days.sort_unstable_by(|a, b| b.cmp(a));
    Ok(days)
}

#[cfg(test)]
mod tests {
    use hpke::{OpModeS, Serializable, single_shot_seal};

    use super::*;

    const OWNER: Owner = Owner { user: Uuid::from_u128(1), clinic: Uuid::from_u128(2), record: Uuid::from_u128(3) };

    /// A folder of this test's own.
    fn folder(test: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("yarrow-outbox-keys-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    fn on(folder: &Path, day: &str) -> OutboxKeys {
        OutboxKeys::load(folder, day.parse().unwrap()).unwrap()
    }

    fn seal(to: &str, aad: &str) -> Sealed {
        let public = URL_SAFE_NO_PAD.decode(to).unwrap();
        let public = <DhP256HkdfSha256 as Kem>::PublicKey::from_bytes(&public).unwrap();
        let sealed = single_shot_seal::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
            &OpModeS::Base,
            &public,
            INFO,
            b"mood: 2",
            aad.as_bytes(),
        );
        let (enc, ciphertext) = sealed.unwrap();
        Sealed { to: to.into(), enc: URL_SAFE_NO_PAD.encode(enc.to_bytes()), ciphertext: URL_SAFE_NO_PAD.encode(ciphertext) }
    }

    fn aad(owner: Owner) -> String {
        format!("{}/{}/{}", owner.user, owner.clinic, owner.record)
    }

    #[test]
    fn what_was_sealed_opens_for_its_owner_alone() {
        let folder = folder("owner");
        let keys = on(&folder, "2026-11-20");
        let sealed = seal(keys.public(), &aad(OWNER));
        assert_eq!(keys.open(&sealed, OWNER).as_deref(), Some(b"mood: 2".as_slice()));
        for other in [
            Owner { user: Uuid::from_u128(9), ..OWNER },
            Owner { clinic: Uuid::from_u128(9), ..OWNER },
            Owner { record: Uuid::from_u128(9), ..OWNER },
        ] {
            assert_eq!(keys.open(&sealed, other), None);
        }
        let changed = Sealed { ciphertext: sealed.ciphertext.replacen(|_| true, "_", 1), ..seal(keys.public(), &aad(OWNER)) };
        assert_eq!(keys.open(&changed, OWNER), None);
    }

    #[test]
    fn a_key_serves_a_year_and_opens_for_400_days_more() {
        let folder = folder("years");
        let first = on(&folder, "2026-11-20").public().to_owned();
        let sealed = seal(&first, &aad(OWNER));
        assert_eq!(on(&folder, "2027-11-19").public(), first);
        let second = on(&folder, "2027-11-20");
        assert_ne!(second.public(), first);
        assert!(second.open(&sealed, OWNER).is_some());
        // The second was made on 2027-11-20; 400 days later is 2028-12-24.
        assert!(on(&folder, "2028-12-24").open(&sealed, OWNER).is_some());
        assert!(on(&folder, "2028-12-25").open(&sealed, OWNER).is_none());
    }
}
