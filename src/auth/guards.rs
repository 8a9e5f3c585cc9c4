//! Who may call an operation: a handler names its guard in its signature.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use super::roles::Roles;
use super::scope::{ClinicScope, PatientScope};
use super::{SignIn, Transport, queries, tokens};
use crate::app::App;
use crate::audit::Actor;
use crate::db::{DbConnection, Id, Reach};
use crate::error::{Error, Result};
use crate::patients::{self, Patient};
use crate::people::User;
use crate::web::cookies;

/// How stale `last_seen_at` may be before a request writes it again, in seconds.
const SEEN_SECONDS: i64 = 60;

/// Whose call it is, as the page knows it. All pages of a browser share its cookies: one that was open before somebody else
/// signed in there would speak for that person.
const STATED: &str = "X-Signed-In-As";

/// A person who is signed in, as the database knows them now.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person.
    pub user: Id<User>,
    /// The roles the person holds.
    pub roles: Roles,
    /// The person's own record, where it is a patient.
    pub patient: Option<Id<Patient>>,
    /// The signed-in device.
    pub sign_in: Id<SignIn>,
    /// The person's name, for what it signs.
    pub name: Arc<str>,
    /// The request, for the audit log.
    pub request: Uuid,
    scope: ClinicScope,
    is_tablet: bool,
}

impl SignedIn {
    /// A person of the synthetic clinic, whose steps are taken at the command line and not by a request.
    pub(crate) fn enacted(
        user: Id<User>,
        roles: Roles,
        patient: Option<Id<Patient>>,
        sign_in: Id<SignIn>,
        name: &str,
        scope: ClinicScope,
    ) -> Self {
        Self { user, roles, patient, sign_in, name: name.into(), request: Uuid::nil(), scope, is_tablet: false }
    }

    /// The clinic's scope.
    pub const fn scope(&self) -> ClinicScope {
        self.scope
    }

    /// The same for the database's own fence.
    pub const fn reach(&self) -> Reach {
        self.scope.reach()
    }

    /// Whether this is a clinic's tablet that a code opened for one patient. `user` is then who made the code, and what it may do
    /// is what its guards name, as that patient.
    pub const fn is_tablet(&self) -> bool {
        self.is_tablet
    }

    /// The person as the audit log names it.
    pub const fn actor(&self) -> Actor {
        let role = if self.is_tablet { TABLET_ROLE } else { self.roles.first() };
        Actor { user: Some(self.user), role, sign_in: Some(self.sign_in), request: self.request }
    }

    /// The record of a patient whose identity and schedule the caller may see: its own, or any of the clinic's for staff.
    pub fn known_patient(&self, conn: &mut DbConnection, id: Id<Patient>) -> Result<PatientScope> {
        if self.roles.is_patient() {
            return match self.patient {
                Some(own) if own == id => Ok(PatientScope::of(self.scope, own)),
                _ => Err(Error::NotFound("the patient")),
            };
        }
        patients::require(conn, self.scope, id)
    }

    /// The record of a patient whose answers the caller may see: its own, or any of the clinic's for a provider.
    pub fn readable_patient(&self, conn: &mut DbConnection, id: Id<Patient>) -> Result<PatientScope> {
        let scope = self.known_patient(conn, id)?;
        if self.sees_answers() { Ok(scope) } else { Err(Error::Forbidden("only a provider sees answers and scores")) }
    }

    /// Whether answers and scores are among what the caller may see.
    pub const fn sees_answers(&self) -> bool {
        self.roles.is_patient() || self.roles.is_provider()
    }
}

/// What the audit log calls what was done at a tablet.
pub const TABLET_ROLE: &str = "kiosk";

impl SignedIn {
    /// A person's own device. What does not name a tablet refuses it here: no operation can forget to.
    fn person(request: &HttpRequest) -> LocalBoxFuture<'static, Result<Self>> {
        let found = Self::person_or_tablet(request);
        Box::pin(async move {
            let who = found.await?;
            if who.is_tablet { Err(Error::Forbidden("a tablet opened with a code takes questionnaires only")) } else { Ok(who) }
        })
    }

    fn person_or_tablet(request: &HttpRequest) -> LocalBoxFuture<'static, Result<Self>> {
        let app = request.app_data::<Data<App>>().cloned();
        let presented = presented_token(request);
        let stated = request.headers().get(STATED).cloned();
        let request_id = request_id(request);
        Box::pin(async move {
            let app = app.ok_or_else(|| Error::Internal("no App".into()))?;
            let (token, transport) = presented?;
            let now = app.clock.now();
            let said = tokens::check(&app.keys.token, &token, now)?;
            let found = app.database.read(Reach::Installation, move |conn| queries::find_sign_in(conn, said.sign_in)).await?;
            let (sign_in, account) = found.ok_or(Error::Unauthenticated)?;
            let is_tablet = sign_in.patient_id.is_some();
            let roles = if is_tablet { Roles::PATIENT } else { account.roles() };
            if !sign_in.is_live(&account, now) || sign_in.user_id != said.user || sign_in.transport != transport.word() {
                return Err(Error::Unauthenticated);
            }
            if stated.is_some_and(|stated| stated.as_bytes() != account.user.to_string().as_bytes()) {
                return Err(Error::Unauthenticated);
            }
            app.limits.count_request(sign_in.id.uuid())?;
            let generation = said.generation;
            if sign_in.confirmed_generation < generation || now.seconds_since(sign_in.last_seen_at) >= SEEN_SECONDS {
                let (clinic, id) = (account.clinic, sign_in.id);
                app.database.write(Reach::Installation, move |conn| queries::touch(conn, clinic, id, generation, now)).await?;
            }
            Ok(Self {
                user: account.user,
                roles,
                patient: sign_in.patient_id.or(account.patient),
                sign_in: sign_in.id,
                name: account.name.into(),
                request: request_id,
                scope: ClinicScope::of(account.clinic),
                is_tablet,
            })
        })
    }
}

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Self::person(request)
    }
}

fn presented_token(request: &HttpRequest) -> Result<(String, Transport)> {
    let cookie = cookies::access(request);
    match (request.headers().get(header::AUTHORIZATION), cookie) {
        (Some(_), Some(_)) => Err(Error::BadRequest("send the access token as a cookie or as Authorization, not both")),
        (Some(value), None) => {
            let token = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer ")).ok_or(Error::Unauthenticated)?;
            Ok((token.to_owned(), Transport::Bearer))
        }
        (None, Some(token)) => Ok((token, Transport::Cookie)),
        (None, None) => Err(Error::Unauthenticated),
    }
}

/// The id of the request that is being answered.
pub fn request_id(request: &HttpRequest) -> Uuid {
    request.extensions().get::<RequestId>().map_or(Uuid::nil(), |id| id.0)
}

/// The request's id, made where it arrives.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(pub Uuid);

impl FromRequest for RequestId {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request_id(request))))
    }
}

/// Makes a guard that lets pass whom `$allows` says: of persons, or with `tablets too` also of tablets.
macro_rules! guard {
    ($(#[$doc:meta])* $name:ident, $allows:expr, $refusal:literal) => {
        guard!($(#[$doc])* $name from SignedIn::person, $allows, $refusal);
    };
    ($(#[$doc:meta])* $name:ident, tablets too, $allows:expr, $refusal:literal) => {
        guard!($(#[$doc])* $name from SignedIn::person_or_tablet, $allows, $refusal);
    };
    ($(#[$doc:meta])* $name:ident from $found:expr, $allows:expr, $refusal:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(pub SignedIn);

        impl std::ops::Deref for $name {
            type Target = SignedIn;
            fn deref(&self) -> &SignedIn {
                &self.0
            }
        }

        impl FromRequest for $name {
            type Error = Error;
            type Future = LocalBoxFuture<'static, Result<Self>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let signed_in = $found(request);
                Box::pin(async move {
                    let signed_in = signed_in.await?;
                    let allows: fn(&SignedIn) -> bool = $allows;
                    if allows(&signed_in) { Ok(Self(signed_in)) } else { Err(Error::Forbidden($refusal)) }
                })
            }
        }
    };
}

guard!(
    /// A patient.
    AsPatient, |who| who.patient.is_some(), "only a patient may do this"
);
guard!(
    /// A patient, or a tablet for its patient.
    PatientOrTablet, tablets too, |who| who.patient.is_some(), "only a patient may do this"
);
guard!(
    /// Anybody, or a tablet.
    AnybodyOrTablet, tablets too, |_| true, "nobody is refused"
);
guard!(
    /// A tablet.
    AsTablet, tablets too, SignedIn::is_tablet, "only a tablet that was opened with a code may do this"
);
guard!(
    /// A patient for itself, also at a tablet, or a provider for a patient of its clinic.
    Author, tablets too, SignedIn::sees_answers, "only the patient or a provider may do this"
);
guard!(
    /// A patient for itself, or who keeps identities and schedules.
    InCare, |who| who.roles.is_patient() || who.roles.is_provider() || who.roles.is_coordinator(),
    "only the patient, a provider or a coordinator may do this"
);
guard!(
    /// A provider.
    AsProvider, |who| who.roles.is_provider(), "only a provider may do this"
);
guard!(
    /// Anybody who works in the clinic.
    AsStaff, |who| !who.roles.is_patient(), "only the clinic's staff may do this"
);
guard!(
    /// A provider or a coordinator: who keeps identities and schedules.
    AsCoordinator, |who| who.roles.is_provider() || who.roles.is_coordinator(), "only a provider or a coordinator may do this"
);
guard!(
    /// A provider or an admin.
    AsInviter, |who| who.roles.is_provider() || who.roles.is_admin(), "only a provider or an admin may do this"
);
guard!(
    /// An admin.
    AsAdmin, |who| who.roles.is_admin(), "only an admin may do this"
);
guard!(
    /// Who has a clinic's data in its whole: an admin, for it leaves the clinic, who is a provider too, for it tells answers.
    AsExporter, |who| who.roles.is_admin() && who.roles.is_provider(), "only an admin who is a provider too may do this"
);
