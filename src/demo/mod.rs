//! The synthetic clinic "Alder Row": made-up people and numbers, stored by the same functions as real ones.
//!
//! `population` says who there is, `history` what happened to each (pure, from a seed), `enact` makes it happen in the
//! database at the time it happened. Nobody in it is real, and no figure is data about a treatment.

mod answers;
mod burden;
mod calendar;
mod cast;
mod chance;
mod deck;
mod enact;
mod history;
mod person;
#[cfg(test)]
mod plausibility;
mod population;
mod spec;
mod visit;

use std::sync::Arc;

use jiff::tz::TimeZone;

use self::calendar::{Calendar, Moment};
use self::enact::{Staff, Stage, address, invitee, let_join};
use self::population::Population;
use crate::app::App;
use crate::audit::Actor;
use crate::auth::guards::SignedIn;
use crate::auth::keys::random_token;
use crate::auth::roles::{Role, Roles};
use crate::auth::scope::ClinicScope;
use crate::clinic::{self, Clinic};
use crate::db::{Id, Reach, Timestamp};
use crate::error::{Error, Result};
use crate::people::queries::UserRow;
use crate::people::{self, email_key};
use crate::reminders::Reminders;

/// Patients where nobody says how many.
pub const USUAL_PATIENTS: usize = 60;
/// The seed where nobody says another.
pub const USUAL_SEED: u64 = 1;

const CLINIC: &str = "Alder Row";
const ZONE: &str = "America/Denver";

/// One of the sign-ins to try. The passwords are no secret: they stand here for everybody to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInLine {
    /// The role's word.
    pub role: &'static str,
    /// The e-mail.
    pub email: String,
    /// The password.
    pub password: &'static str,
}

impl std::fmt::Display for SignInLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "sign in as {}: {} {}", self.role, self.email, self.password)
    }
}

/// The sign-ins to try: one for each role, and the owner, who is admin and provider and so takes the whole clinic's data.
pub fn sign_ins() -> [SignInLine; 5] {
    let staff = |role, member, password| SignInLine { role, email: address(member), password };
    [
        SignInLine { role: "patient", email: "maya.ellison@alder-row.example".into(), password: "seven-quiet-herons-fly" },
        staff("provider", cast::PROVIDER, "copper-kettle-on-the-hob"),
        staff("coordinator", cast::COORDINATOR, "three-lanterns-by-the-gate"),
        staff("admin", cast::ADMIN, "a-drawer-of-odd-buttons"),
        staff("owner", cast::OWNER, "the-long-way-to-the-lake"),
    ]
}

/// What a database holds, as far as the synthetic clinic goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing: it can be filled.
    Nothing,
    /// The synthetic clinic, whole.
    Clinic,
    /// A part of it: filling was broken off.
    Part,
    /// Something else, which must not be touched.
    Other,
}

/// Looks at what the database holds.
pub async fn look(app: &App) -> Result<Found> {
    app.database
        .read(Reach::Installation, |conn| {
            let clinics = clinic::queries::first_two(conn)?;
            let [only] = clinics.as_slice() else {
                return Ok(if clinics.is_empty() { Found::Nothing } else { Found::Other });
            };
            let mut has = |member| people::queries::has_email(conn, ClinicScope::of(only.id), &email_key(&address(member)));
            // The admin joins last.
            Ok(match (only.name == CLINIC && has(cast::OWNER)?, has(cast::ADMIN)?) {
                (true, true) => Found::Clinic,
                (true, false) => Found::Part,
                (false, _) => Found::Other,
            })
        })
        .await
}

/// Fills an empty database with so many patients; `progress` is told how many are done.
pub async fn fill(app: &Arc<App>, patients: usize, seed: u64, progress: impl Fn(usize)) -> Result<()> {
    let now = app.clock.now();
    let zone = TimeZone::get(ZONE).map_err(|why| Error::Internal(Box::new(why)))?;
    let calendar = Calendar::of(now, zone);
    let founded = calendar.instant(Moment::at(-420, 9, 0), 0);
    // One after the other: where hashing is slow, whoever waits for it is turned away.
    let [patient, provider, coordinator, admin, owner] = sign_ins().map(|line| line.password.to_owned());
    let patient = app.passwords.hash(patient).await?;
    let provider = app.passwords.hash(provider).await?;
    let coordinator = app.passwords.hash(coordinator).await?;
    let admin = app.passwords.hash(admin).await?;
    let owner = app.passwords.hash(owner).await?;
    // Nobody knows this one: the others have accounts that nobody signs in to.
    let unknown = random_token().map_err(|why| Error::Internal(Box::new(why)))?;
    let unknown = app.passwords.hash(unknown).await?;

    let owner = found_clinic(app, &owner, founded).await?;
    let scope = owner.scope();
    let staff = Staff { owner: owner.clone(), provider: owner.clone(), nurse: owner.clone(), coordinator: owner };
    let stage = Stage { app: app.clone(), scope, calendar, zone: ZONE, staff, seed };
    let staff = {
        let (stage, unknown) = (stage.clone(), unknown.clone());
        let joining = move |conn: &mut _| {
            let mut join = |member, role: Role, hash: &str| {
                let roles = Roles::from_list("", &[role]).map_err(|why| Error::Invalid(vec![why]))?;
                let times = (founded.plus_seconds(3600), founded.plus_seconds(7200));
                let_join(conn, &stage, &stage.staff.owner, &invitee(member, roles), hash, times)
            };
            Ok(Staff {
                provider: join(cast::PROVIDER, Role::Provider, &provider)?,
                nurse: join(cast::NURSE, Role::Provider, &unknown)?,
                coordinator: join(cast::COORDINATOR, Role::Coordinator, &coordinator)?,
                owner: stage.staff.owner.clone(),
            })
        };
        app.database.write(Reach::Installation, joining).await?
    };
    let stage = Stage { staff, ..stage };
    for (number, history) in Population::of(seed, &stage.calendar).take(patients).enumerate() {
        let (stage, hash) = (stage.clone(), if number == 0 { patient.clone() } else { unknown.clone() });
        let enacting = move |conn: &mut _| enact::enact(conn, &stage, &history, number, &hash);
        app.database.write(Reach::Installation, enacting).await?;
        progress(number + 1);
    }
    let joining = move |conn: &mut _| {
        enact::let_some_arrive(conn, &stage, now)?;
        let roles = Roles::from_list("", &[Role::Admin]).map_err(|why| Error::Invalid(vec![why]))?;
        let times = (founded.plus_seconds(3600), founded.plus_seconds(9000));
        let_join(conn, &stage, &stage.staff.owner, &invitee(cast::ADMIN, roles), &admin, times).map(drop)
    };
    app.database.write(Reach::Installation, joining).await
}

/// Makes the clinic and its first user, as the set-up page does.
async fn found_clinic(app: &App, password_hash: &str, now: Timestamp) -> Result<SignedIn> {
    let made = Clinic {
        id: Id::new(now),
        name: CLINIC.into(),
        time_zone: ZONE.into(),
        country: "US".into(),
        phone: Some("+1 303 555 0142".into()),
        hours: Some("Monday to Friday, 8:00 to 17:00".into()),
        created_at: now,
    };
    let owner = UserRow {
        id: Id::new(now),
        clinic_id: made.id,
        patient_id: None,
        email: address(cast::OWNER),
        email_key: email_key(&address(cast::OWNER)),
        name: cast::OWNER.name.into(),
        roles: Roles::FIRST_USER.text(),
        time_zone: ZONE.into(),
        locale: "en".into(),
        reminders: Reminders::default().text(),
        disabled_at: None,
        created_at: now,
    };
    let (id, scope, hash) = (owner.id, ClinicScope::of(made.id), password_hash.to_owned());
    let making = move |conn: &mut _| clinic::found(conn, &made, &owner, &hash, &Actor::server(), now);
    app.database.write(Reach::Installation, making).await?;
    Ok(SignedIn::enacted(id, Roles::FIRST_USER, None, Id::new(now), cast::OWNER.name, scope))
}
