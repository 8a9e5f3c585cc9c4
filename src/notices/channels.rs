//! The ways to a person: push first, e-mail where push reaches no device.

use std::sync::Arc;

use super::mail::Mailer;
use super::push::{Pusher, Refusal, Services};
use super::queries::Address;
use super::{Channel, Kind};
use crate::auth::SignIn;
use crate::auth::keys::Keys;
use crate::config::Config;
use crate::db::{Id, Timestamp};

/// The ways that this server has.
#[derive(Clone)]
pub struct Channels {
    pusher: Pusher,
    mailer: Option<Mailer>,
}

/// A notice that is being sent.
#[derive(Debug, Clone, Copy)]
pub struct Parcel {
    /// What it is about.
    pub kind: Kind,
    /// Until when it is worth anything.
    pub expires_at: Timestamp,
}

/// What came of sending a notice.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// The way that took it.
    pub by: Option<Channel>,
    /// Whether nobody knows if one of the ways took it.
    pub is_unknown: bool,
    /// Whether one of the ways did not take it, and may next time.
    pub may_go_later: bool,
    /// Devices that have unsubscribed.
    pub gone: Vec<Id<SignIn>>,
    /// Ways that were tried, and whether they took it.
    pub tried: Vec<(Channel, bool)>,
}

impl Channels {
    /// The ways that the settings describe. `public_url` is where push services find the operator who names no e-mail.
    pub fn of(config: &Config) -> Result<Self, String> {
        let mailer = Mailer::of(&config.mail)?;
        let contact = match (&mailer, config.server.public_url.as_deref().filter(|url| url.starts_with("https://"))) {
            (Some(mailer), _) => format!("mailto:{}", mailer.address()),
            (None, Some(url)) => url.to_owned(),
            (None, None) => "mailto:operator@localhost".to_owned(),
        };
        Ok(Self { pusher: Pusher::new(Services::of(&config.push), contact), mailer })
    }

    /// Whether there is a mail server.
    pub const fn have_mail(&self) -> bool {
        self.mailer.is_some()
    }

    /// The push services that may be called.
    pub const fn services(&self) -> &Services {
        self.pusher.services()
    }

    /// Sends a notice to all devices of a person, else by e-mail. Waits for the network.
    pub(super) fn send(&self, keys: &Arc<Keys>, public_url: &str, to: &Address, parcel: Parcel, now: Timestamp) -> Sent {
        let mut sent = Sent::default();
        for (device, subscription) in to.devices.iter().filter(|_| to.push) {
            match self.pusher.send(&keys.vapid, subscription, parcel.kind, parcel.expires_at, now) {
                Ok(()) => sent.by = Some(Channel::Push),
                Err(Refusal::Gone) => sent.gone.push(*device),
                Err(Refusal::Unknown) => sent.is_unknown = true,
                Err(Refusal::NotTaken) => sent.may_go_later = true,
            }
        }
        if to.push && !to.devices.is_empty() {
            sent.tried.push((Channel::Push, sent.by.is_some()));
        }
        if sent.by.is_none() && !sent.is_unknown {
            self.send_mail(public_url, to, parcel.kind, now, &mut sent);
        }
        sent
    }

    fn send_mail(&self, public_url: &str, to: &Address, kind: Kind, now: Timestamp, sent: &mut Sent) {
        let Some(mailer) = self.mailer.as_ref().filter(|_| to.email) else { return };
        match mailer.send(&to.mailbox, kind, public_url, now) {
            Ok(()) => {
                sent.by = Some(Channel::Email);
                sent.tried.push((Channel::Email, true));
            }
            Err(Refusal::Gone) => sent.tried.push((Channel::Email, false)),
            Err(Refusal::Unknown) => sent.is_unknown = true,
            Err(Refusal::NotTaken) => sent.may_go_later = true,
        }
    }
}
