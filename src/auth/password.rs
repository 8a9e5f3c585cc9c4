//! Passwords: Argon2id with a pepper, on a bounded number of threads, with memory that is kept between runs.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use crate::config::PasswordConfig;
use crate::error::{Error, Result};
use crate::web::checks::Checks;

/// Fewest characters of a password.
pub const SHORTEST: usize = 15;
/// Most characters of a password.
pub const LONGEST: usize = 128;
/// Most bytes of a password.
const LONGEST_BYTES: usize = 512;
/// Sign-ins that may wait for a thread; one more is answered 503.
const QUEUE: usize = 64;
/// How long one waits.
const PATIENCE: Duration = Duration::from_secs(2);
/// The number of the pepper in use, kept beside each hash.
const PEPPER: u32 = 1;
const SALT_BYTES: usize = 16;
const TAG_BYTES: usize = 32;

/// The most common leaked passwords that are long enough to be allowed; the shorter ones are refused for their length.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Hashes and checks passwords.
pub struct Passwords {
    cost: PasswordConfig,
    pepper: [u8; 32],
    permits: Arc<Semaphore>,
    places: Arc<Semaphore>,
    kept: Arc<Mutex<Vec<Vec<Block>>>>,
}

/// Whether a password fits, and whether its hash should be made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It does not fit.
    Wrong,
    /// It fits.
    Right,
    /// It fits, but its hash was made with other costs or another pepper.
    Outdated,
}

impl Passwords {
    /// Hashing at `cost`, with one thread per processor and two at least.
    pub fn new(cost: PasswordConfig, pepper: [u8; 32]) -> Self {
        let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get).max(2);
        Self {
            cost,
            pepper,
            permits: Arc::new(Semaphore::new(threads)),
            places: Arc::new(Semaphore::new(QUEUE)),
            kept: Arc::default(),
        }
    }

    /// The hash to store for `password`.
    pub async fn hash(&self, password: String) -> Result<String> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(|why| Error::Internal(why.to_string().into()))?;
        let cost = self.cost;
        let tag = self.run(cost, salt.to_vec(), password).await?;
        let PasswordConfig { memory_kib, passes, lanes } = cost;
        let (salt, tag) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(tag));
        Ok(format!("$argon2id$v=19$m={memory_kib},t={passes},p={lanes},pepper={PEPPER}${salt}${tag}"))
    }

    /// Whether `password` is the one behind `hash`. Without a hash the work is done all the same, and the answer is no.
    pub async fn verify(&self, password: String, hash: Option<&str>) -> Result<Verdict> {
        let Some(stored) = hash.and_then(Stored::parse) else {
            self.run(self.cost, vec![0; SALT_BYTES], password).await?;
            return Ok(Verdict::Wrong);
        };
        let tag = self.run(stored.cost, stored.salt, password).await?;
        Ok(if !bool::from(tag.ct_eq(&stored.tag)) {
            Verdict::Wrong
        } else if stored.cost == self.cost && stored.pepper == PEPPER {
            Verdict::Right
        } else {
            Verdict::Outdated
        })
    }

    async fn run(&self, cost: PasswordConfig, salt: Vec<u8>, password: String) -> Result<[u8; TAG_BYTES]> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| Error::Unavailable)?;
        let permit = tokio::time::timeout(PATIENCE, self.permits.clone().acquire_owned())
            .await
            .map_err(|_| Error::Unavailable)?
            .map_err(|_| Error::Unavailable)?;
        drop(place);
        let (pepper, kept) = (self.pepper, self.kept.clone());
        // The permit moves into the blocking task: it goes on when the client hangs up.
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let mut memory = kept.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            let outcome = derive(cost, &pepper, &salt, password.as_bytes(), &mut memory);
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            outcome
        });
        task.await.map_err(|why| Error::Internal(Box::new(why)))?
    }
}

fn derive(cost: PasswordConfig, pepper: &[u8], salt: &[u8], password: &[u8], memory: &mut Vec<Block>) -> Result<[u8; TAG_BYTES]> {
    let failed = |why: argon2::Error| Error::Internal(why.to_string().into());
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(TAG_BYTES)).map_err(failed)?;
    memory.resize(params.block_count(), Block::default());
    let argon2 = Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params).map_err(failed)?;
    let mut tag = [0; TAG_BYTES];
    argon2.hash_password_into_with_memory(password, salt, &mut tag, &mut memory[..]).map_err(failed)?;
    Ok(tag)
}

struct Stored {
    cost: PasswordConfig,
    pepper: u32,
    salt: Vec<u8>,
    tag: Vec<u8>,
}

impl Stored {
    /// Reads a stored hash; one that would cost more than the bounds is refused, so that a planted one eats no memory.
    fn parse(hash: &str) -> Option<Self> {
        let rest = hash.strip_prefix("$argon2id$v=19$")?;
        let mut parts = rest.split('$');
        let (costs, salt, tag) = (parts.next()?, parts.next()?, parts.next()?);
        let cost = |name: &str| costs.split(',').find_map(|cost| cost.strip_prefix(name)?.strip_prefix('=')?.parse::<u32>().ok());
        let (memory_kib, passes, lanes) = (cost("m")?, cost("t")?, cost("p")?);
        if memory_kib > 262_144 || passes > 10 || lanes > 16 {
            return None;
        }
        Some(Self {
            cost: PasswordConfig { memory_kib, passes, lanes },
            pepper: cost("pepper")?,
            salt: STANDARD_NO_PAD.decode(salt).ok()?,
            tag: STANDARD_NO_PAD.decode(tag).ok()?,
        })
    }
}

/// What is wrong with a new password: its length, or that others would guess it. `context` holds the words that
/// stand near the account: the clinic's name, the person's own, the e-mail.
pub fn check_new(checks: &mut Checks, pointer: &str, password: &str, context: &[&str]) {
    if let Some(why) = weakness(password, context) {
        checks.fail(pointer, why);
    }
}

fn weakness(password: &str, context: &[&str]) -> Option<String> {
    let length = password.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) || password.len() > LONGEST_BYTES {
        return Some(format!("must have {SHORTEST} to {LONGEST} characters; a few words in a row do well"));
    }
    let folded = password.to_lowercase();
    if COMMON.contains(folded.as_str()) || is_one_pattern(&folded) {
        return Some("is among the passwords that are guessed first: choose another".into());
    }
    let mut rest = folded;
    for word in context.iter().flat_map(|words| words.split(|c: char| !c.is_alphanumeric())).chain(["yarrow"]) {
        if word.chars().count() >= 4 {
            rest = rest.replace(&word.to_lowercase(), "");
        }
    }
    (rest.chars().count() < SHORTEST / 2).then(|| "is mostly your name, your e-mail or the clinic's name: choose another".into())
}

/// Whether the password is a short piece said again and again, or a run along the alphabet or the number row.
fn is_one_pattern(password: &str) -> bool {
    let characters: Vec<char> = password.chars().collect();
    let repeats = (1..=4).any(|size| characters.iter().enumerate().all(|(index, c)| *c == characters[index % size]));
    let runs = characters.windows(2).all(|pair| {
        let (first, second) = (u32::from(pair[0]), u32::from(pair[1]));
        second == first + 1 || second + 1 == first || (pair[0] == '9' && pair[1] == '0')
    });
    repeats || runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quick() -> Passwords {
        Passwords::new(PasswordConfig { memory_kib: 19_456, passes: 2, lanes: 1 }, [7; 32])
    }

    #[actix_web::test]
    async fn a_password_fits_its_hash_and_no_other() {
        let passwords = quick();
        let hash = passwords.hash("correct horse battery".into()).await.unwrap();
        assert_eq!(passwords.verify("correct horse battery".into(), Some(&hash)).await.unwrap(), Verdict::Right);
        assert_eq!(passwords.verify("correct horse batterx".into(), Some(&hash)).await.unwrap(), Verdict::Wrong);
        assert_eq!(passwords.verify("correct horse battery".into(), None).await.unwrap(), Verdict::Wrong);
    }

    #[actix_web::test]
    async fn a_hash_of_another_cost_is_outdated() {
        let hash = quick().hash("correct horse battery".into()).await.unwrap();
        let dearer = Passwords::new(PasswordConfig { memory_kib: 19_456, passes: 3, lanes: 1 }, [7; 32]);
        assert_eq!(dearer.verify("correct horse battery".into(), Some(&hash)).await.unwrap(), Verdict::Outdated);
    }

    #[test]
    fn a_planted_hash_beyond_the_bounds_is_not_run() {
        assert!(Stored::parse("$argon2id$v=19$m=9999999,t=3,p=4,pepper=1$AAAA$AAAA").is_none());
    }

    #[test]
    fn weak_passwords_are_refused_with_the_reason() {
        let context = ["Alder Row", "Maya Ellison", "maya@alder.example"];
        for (password, word) in [
            ("short", "characters"),
            ("aaaaaaaaaaaaaaaaaaaa", "guessed"),
            ("abcdefghijklmnopqrst", "guessed"),
            ("12345678901234567890", "guessed"),
            ("mayaellison-alder-row", "name"),
        ] {
            assert!(weakness(password, &context).is_some_and(|why| why.contains(word)), "{password}");
        }
        assert_eq!(weakness("seven quiet herons fly", &context), None);
        assert_eq!(weakness("🌾🌾🌿 fünf stille reiher", &context), None);
    }
}
