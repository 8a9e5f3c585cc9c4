//! The server's keys: made at first start, kept in files that only the server's user may read.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use hmac::{Hmac, Mac};
use jsonwebtoken::{DecodingKey, EncodingKey};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::outbox_keys::OutboxKeys;
use super::tokens::Checked;
use crate::db::LocalDate;

/// A key that signs or checks access tokens.
pub struct TokenKey {
    /// Names the key in a token's header.
    pub id: String,
    /// Signs.
    pub encoding: EncodingKey,
    /// Checks.
    pub decoding: DecodingKey,
    /// What it has checked.
    pub checked: Checked,
}

/// The key under which push services know this server (VAPID).
pub struct VapidKey {
    /// Signs that a message is this server's.
    pub signing: EncodingKey,
    /// Its public half as browsers take it: uncompressed, in base64url.
    pub public: String,
}

/// Every key of the server.
pub struct Keys {
    /// The key for access tokens.
    pub token: TokenKey,
    /// The key for push services.
    pub vapid: VapidKey,
    /// The keys for what waits on a patient's device.
    pub outbox: OutboxKeys,
    refresh: [u8; 32],
    pepper: [u8; 32],
}

/// Why the keys could not be read or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file system refused.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// The file can be read by others than the server.
    #[error(
        "{0} can be read by other users of this machine: run `chmod 600` on it, and replace the key if it may have been seen"
    )]
    Open(PathBuf),
    /// The file holds something else.
    #[error("{0} does not hold a key as Yarrow writes it")]
    Malformed(PathBuf),
    /// The system gives no random bytes.
    #[error("this system gives no random bytes")]
    NoRandomness,
}

impl Keys {
    /// Reads the keys from `<data_dir>/keys`, making those that are not there, or that are due `today`.
    pub fn load(data_dir: &Path, today: LocalDate) -> Result<Self, KeyError> {
        let folder = data_dir.join("keys");
        fs::create_dir_all(&folder).map_err(|why| KeyError::File(folder.clone(), why))?;
        let path = folder.join("token.pem");
        let pem = read_or_make(&path, || {
            let key = SigningKey::from_bytes(&random()?);
            let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::Malformed(path.clone()))?;
            Ok(pem.as_bytes().to_vec())
        })?;
        Ok(Self {
            token: token_key(&pem, &path)?,
            vapid: VapidKey::load(&folder.join("vapid.pem"))?,
            outbox: OutboxKeys::load(&folder.join("outbox"), today)?,
            refresh: secret(&folder.join("refresh.key"))?,
            pepper: secret(&folder.join("pepper.key"))?,
        })
    }

    /// The refresh token that follows `token`: the same one however often it is asked for.
    pub fn refresh_successor(&self, token: &str) -> String {
        URL_SAFE_NO_PAD.encode(mac(&self.refresh, token.as_bytes()))
    }

    /// The key under which a person's browser seals what waits on the device: the same one with each sign-in, so that nothing
    /// that waits is lost with one. Source: SECURITY_REQUIREMENTS.md 5.2.
    pub fn device_key(&self, user: Uuid) -> String {
        URL_SAFE_NO_PAD.encode(mac(&self.refresh, format!("device key of {user}").as_bytes()))
    }

    /// What the database keeps of a code that a person types. It is short, so a plain hash of it could be guessed from a copy of the
    /// database; this one takes the server's key too.
    pub fn code_hash(&self, code: &str) -> String {
        URL_SAFE_NO_PAD.encode(mac(&self.refresh, format!("typed code {code}").as_bytes()))
    }

    /// What Argon2 mixes into every password hash beside its salt.
    pub fn pepper(&self) -> &[u8; 32] {
        &self.pepper
    }
}

/// 256 random bits, as they stand in links and refresh tokens.
pub fn random_token() -> Result<String, KeyError> {
    Ok(URL_SAFE_NO_PAD.encode(random()?))
}

/// What the database keeps of a token.
pub fn token_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; 64];
    block[..32].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as hmac::digest::KeyInit>::new(&block.into());
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn token_key(pem: &[u8], path: &Path) -> Result<TokenKey, KeyError> {
    let malformed = || KeyError::Malformed(path.to_owned());
    let text = std::str::from_utf8(pem).map_err(|_| malformed())?;
    let key = SigningKey::from_pkcs8_pem(text).map_err(|_| malformed())?;
    let private = key.to_pkcs8_der().map_err(|_| malformed())?;
    let public = key.verifying_key();
    let id = URL_SAFE_NO_PAD.encode(&Sha256::digest(public.to_public_key_der().map_err(|_| malformed())?.as_bytes())[..9]);
    Ok(TokenKey {
        id,
        encoding: EncodingKey::from_ed_der(private.as_bytes()),
        decoding: DecodingKey::from_ed_der(public.as_bytes()),
        checked: Checked::default(),
    })
}

impl VapidKey {
    fn load(path: &Path) -> Result<Self, KeyError> {
        let P256Key { secret, public } = P256Key::load(path)?;
        let private = secret.to_pkcs8_der().map_err(|_| KeyError::Malformed(path.to_owned()))?;
        Ok(Self { signing: EncodingKey::from_ec_der(private.as_bytes()), public })
    }
}

/// A key of the curve P-256, as browsers have it.
pub(super) struct P256Key {
    secret: p256::SecretKey,
    /// Its public half: uncompressed, in base64url.
    pub(super) public: String,
}

impl P256Key {
    /// Reads the key from a file, making it where there is none.
    pub(super) fn load(path: &Path) -> Result<Self, KeyError> {
        let malformed = || KeyError::Malformed(path.to_owned());
        let pem = read_or_make(path, || {
            // One in 2^32 strings of bits is no key of this curve: the next start makes another.
            let key = p256::SecretKey::from_slice(&random()?).map_err(|_| malformed())?;
            let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|_| malformed())?;
            Ok(pem.as_bytes().to_vec())
        })?;
        let text = std::str::from_utf8(&pem).map_err(|_| malformed())?;
        let secret = p256::SecretKey::from_pkcs8_pem(text).map_err(|_| malformed())?;
        let public = URL_SAFE_NO_PAD.encode(secret.public_key().to_encoded_point(false).as_bytes());
        Ok(Self { secret, public })
    }

    /// Its private half.
    pub(super) fn private(&self) -> [u8; 32] {
        self.secret.to_bytes().into()
    }
}

fn random() -> Result<[u8; 32], KeyError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| KeyError::NoRandomness)?;
    Ok(bytes)
}

fn secret(path: &Path) -> Result<[u8; 32], KeyError> {
    let text = read_or_make(path, || Ok(URL_SAFE_NO_PAD.encode(random()?).into_bytes()))?;
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_ascii()).map_err(|_| KeyError::Malformed(path.to_owned()))?;
    bytes.try_into().map_err(|_| KeyError::Malformed(path.to_owned()))
}

fn read_or_make(path: &Path, make: impl FnOnce() -> Result<Vec<u8>, KeyError>) -> Result<Vec<u8>, KeyError> {
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
    let file_error = |why| KeyError::File(path.to_owned(), why);
    match fs::metadata(path) {
        Ok(found) if found.mode() & 0o077 != 0 => Err(KeyError::Open(path.to_owned())),
        Ok(_) => fs::read(path).map_err(file_error),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
            let content = make()?;
            // Written beside and linked into place, so that two servers starting together end with one key.
            let draft = path.with_extension(format!("new-{}", std::process::id()));
            let mut file =
                fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft).map_err(file_error)?;
            file.write_all(&content).and_then(|()| file.sync_all()).map_err(file_error)?;
            match fs::hard_link(&draft, path) {
                Ok(()) => {}
                Err(why) if why.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(why) => return Err(file_error(why)),
            }
            fs::remove_file(&draft).map_err(file_error)?;
            fs::read(path).map_err(file_error)
        }
        Err(why) => Err(file_error(why)),
    }
}
