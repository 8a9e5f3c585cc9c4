//! A clinic's tablet for one patient: opened by a code that is good once, for what the patient is asked today, for 20 minutes.

pub mod http;
pub mod queries;

use uuid::Uuid;

use crate::app::App;
use crate::audit::{self, Action, Actor, Event};
use crate::auth::guards::{SignedIn, TABLET_ROLE};
use crate::auth::keys::Keys;
use crate::auth::roles::Roles;
use crate::auth::scope::{ClinicScope, PatientScope};
use crate::auth::{self, NewSignIn, Transport};
use crate::clinic::Clinic;
use crate::db::{DbConnection, Id, Timestamp};
use crate::error::{Error, Result};
use crate::patients::{self, Patient};
use crate::people;
use crate::protocols;

pub use queries::CodeRow;

/// A code that opens a tablet.
#[derive(Debug, Clone, Copy)]
pub struct KioskCode;

/// How long a code waits to be typed, in seconds.
const CODE_SECONDS: i64 = 10 * 60;
/// How long a tablet stays open, in seconds, whatever is done at it.
pub const TABLET_SECONDS: i64 = 20 * 60;

/// Digits and capitals without I, L, O and U, which are read as 1, 1, 0 and V.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LETTERS: usize = 8;

/// What a person types.
///
/// 8 letters of 32 are 2^40 codes. An address tries 20 at once and 10 a minute (`Limits::count_sign_in`): 120 while a code
/// waits. Against 20 codes that wait at once, a thousand addresses find one with a chance of 120,000 × 20 / 2^40, about 1 in
/// 450,000.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// A new one, from 40 fresh random bits.
    pub fn make() -> Result<Self> {
        let mut bits = [0_u8; CODE_LETTERS];
        getrandom::fill(&mut bits).map_err(|why| Error::Internal(why.to_string().into()))?;
        Ok(Self(bits.iter().map(|bits| char::from(LETTERS[usize::from(bits % 32)])).collect()))
    }

    /// What was typed, with the letters that look alike put right; `None` where it can be no code.
    pub fn read(typed: &str) -> Option<Self> {
        let letters: String = typed
            .chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '-')
            .map(|letter| match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                'U' => 'V',
                letter => letter,
            })
            .collect();
        let is_code = letters.len() == CODE_LETTERS && letters.bytes().all(|letter| LETTERS.contains(&letter));
        is_code.then_some(Self(letters))
    }

    /// The code as it is shown.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The address that opens a tablet without typing. The code is behind the `#`, so no server and no log sees it.
    pub fn url(&self, public_url: &str) -> String {
        format!("{public_url}/kiosk#code={}", self.0)
    }
}

/// Stores a code for a patient. The one before opens nothing any more.
pub fn make(
    conn: &mut DbConnection,
    keys: &Keys,
    who: &SignedIn,
    scope: PatientScope,
    code: &Code,
    now: Timestamp,
) -> Result<Timestamp> {
    queries::revoke_open(conn, scope, now)?;
    let row = CodeRow {
        id: Id::new(now),
        clinic_id: scope.clinic(),
        patient_id: scope.patient(),
        code_hash: keys.code_hash(code.text()),
        made_by: who.user,
        created_at: now,
        expires_at: now.plus_seconds(CODE_SECONDS),
    };
    queries::insert(conn, &row)?;
    let event = Event::of(Action::KioskCodeMade, "kiosk_code", row.id.uuid()).about(scope.patient());
    audit::record(conn, Some(scope.clinic()), &who.actor(), &event, now)?;
    Ok(row.expires_at)
}

/// Takes back the code that waits for a patient, and ends the tablet that is open for it.
pub fn take_back(conn: &mut DbConnection, who: &SignedIn, scope: PatientScope, now: Timestamp) -> Result<()> {
    let codes = queries::revoke_open(conn, scope, now)?;
    let tablets = auth::queries::end_tablets(conn, scope, now)?;
    for (number, action) in [(codes, Action::KioskCodeRevoked), (tablets, Action::KioskEnded)] {
        if number > 0 {
            let event = Event::of(action, "patient", scope.patient().uuid()).about(scope.patient());
            audit::record(conn, Some(scope.clinic()), &who.actor(), &event, now)?;
        }
    }
    Ok(())
}

/// A tablet that a code has opened.
pub struct Opened {
    /// The token for its requests.
    pub access: String,
    /// When it ends whatever happens.
    pub ends_at: Timestamp,
    /// The patient.
    pub patient: Id<Patient>,
    /// The patient's name.
    pub name: String,
    /// The clinic.
    pub clinic: Clinic,
}

/// Uses a code up and begins the tablet's sign-in. `None`: it is unknown, used, over or taken back, or who made it may not any more.
pub fn open(
    conn: &mut DbConnection,
    app: &App,
    code_hash: &str,
    device: &str,
    request: Uuid,
    now: Timestamp,
) -> Result<Option<Opened>> {
    let Some(code) = queries::find_open(conn, code_hash, now)? else { return Ok(None) };
    let Some((maker, clinic)) = people::queries::find_with_clinic(conn, code.made_by)? else { return Ok(None) };
    let roles = Roles::from_text(&maker.roles);
    if maker.disabled_at.is_some() || !(roles.is_provider() || roles.is_coordinator()) {
        return Ok(None);
    }
    let scope = PatientScope::of(ClinicScope::of(code.clinic_id), code.patient_id);
    let new = NewSignIn { clinic: code.clinic_id, user: code.made_by, roles, transport: Transport::Bearer, device, request };
    let (sign_in, access) = auth::begin_at_tablet(conn, &app.keys, &new, code.patient_id, TABLET_SECONDS, now)?;
    let zone = patients::zone(conn, scope)?;
    let asked = protocols::http::asked_at_tablet(conn, &app.instruments, scope, &zone, now)?;
    if !queries::use_up(conn, code.id, sign_in, &asked.join(","), now)? {
        // Another tablet was faster; what was begun here goes with the transaction.
        return Err(Error::NotFound("an open code"));
    }
    let actor = Actor { user: Some(code.made_by), role: TABLET_ROLE, sign_in: Some(sign_in), request };
    let event = Event::of(Action::KioskOpened, "kiosk_code", code.id.uuid()).about(code.patient_id);
    audit::record(conn, Some(code.clinic_id), &actor, &event, now)?;
    let name = patients::queries::find(conn, scope)?.name;
    Ok(Some(Opened { access, ends_at: now.plus_seconds(TABLET_SECONDS), patient: code.patient_id, name, clinic }))
}

/// Whether a tablet takes answers to this questionnaire: what was asked when it was opened, so that nothing that was answered is
/// refused because its time ran out meanwhile, or what is asked now.
pub fn takes(
    conn: &mut DbConnection,
    app: &App,
    tablet: &SignedIn,
    scope: PatientScope,
    instrument: &str,
    now: Timestamp,
) -> Result<bool> {
    let asked = queries::asked(conn, scope, tablet.sign_in)?;
    if asked.split(',').any(|known| known == instrument) {
        return Ok(true);
    }
    let zone = patients::zone(conn, scope)?;
    Ok(protocols::http::asked_at_tablet(conn, &app.instruments, scope, &zone, now)?.iter().any(|known| known == instrument))
}

/// Ends a tablet.
pub fn end(conn: &mut DbConnection, tablet: &SignedIn, now: Timestamp) -> Result<()> {
    auth::queries::end_sign_in(conn, tablet.sign_in, now)?;
    let mut event = Event::of(Action::KioskEnded, "sign_in", tablet.sign_in.uuid());
    if let Some(patient) = tablet.patient {
        event = event.about(patient);
    }
    audit::record(conn, Some(tablet.scope().clinic()), &tablet.actor(), &event, now)
}

/// A name as it stands on a screen that others may see: "Maya E."
pub fn short_name(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().unwrap_or_default();
    match words.next_back().and_then(|last| last.chars().next()) {
        Some(initial) => format!("{first} {initial}."),
        None => first.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_code_is_read_as_it_is_written_spoken_and_mistaken() {
        for typed in ["K0PM41VZ", "k0pm 41vz", "KOPM-4IVZ", " kopm  4luz "] {
            assert_eq!(Code::read(typed).map(|code| code.0).as_deref(), Some("K0PM41VZ"), "{typed}");
        }
        for typed in ["", "K0PM41V", "K0PM41VZ2", "K0PM41V!", "K0PM41VÄ", "ＫOPM41VZ"] {
            assert!(Code::read(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn a_code_that_was_made_can_be_read_and_comes_from_all_letters() {
        let made: Vec<Code> = (0..2_000).map(|_| Code::make().unwrap()).collect();
        assert!(made.iter().all(|code| Code::read(code.text()).is_some_and(|read| read == *code)));
        let letters: HashSet<char> = made.iter().flat_map(|code| code.0.chars()).collect();
        assert_eq!(letters.len(), LETTERS.len());
        assert_eq!(made.iter().map(|code| &code.0).collect::<HashSet<_>>().len(), made.len());
    }

    #[test]
    fn a_name_is_cut_to_what_its_person_knows_it_by() {
        let short = ["Maya Ellison", "Maya", "  Ana María de la Cruz ", "Øyvind Ås", ""].map(short_name);
        assert_eq!(short, ["Maya E.", "Maya", "Ana C.", "Øyvind Å.", ""]);
    }
}
