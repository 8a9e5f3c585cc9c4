//! How often something may be tried, counted in this server's memory.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use uuid::Uuid;

use crate::error::{Error, Result};

/// Every limit of the server. Source: SECURITY_REQUIREMENTS.md 7.
pub struct Limits {
    is_on: bool,
    sign_ins: DefaultKeyedRateLimiter<IpAddr>,
    refreshes: DefaultKeyedRateLimiter<Uuid>,
    public_calls: DefaultKeyedRateLimiter<IpAddr>,
    requests: DefaultKeyedRateLimiter<Uuid>,
    submissions: DefaultKeyedRateLimiter<Uuid>,
    exports: DefaultKeyedRateLimiter<Uuid>,
    push_subscriptions: DefaultKeyedRateLimiter<Uuid>,
    everything: DefaultKeyedRateLimiter<IpAddr>,
}

/// A number that is known not to be 0.
const fn times(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

impl Limits {
    /// All limits, or none for load tests on loopback.
    pub fn new(is_on: bool) -> Self {
        Self {
            is_on,
            sign_ins: RateLimiter::keyed(Quota::per_minute(times(10)).allow_burst(times(20))),
            refreshes: RateLimiter::keyed(Quota::per_minute(times(30))),
            public_calls: RateLimiter::keyed(Quota::per_hour(times(60)).allow_burst(times(20))),
            requests: RateLimiter::keyed(Quota::per_minute(times(300))),
            submissions: RateLimiter::keyed(Quota::per_hour(times(120)).allow_burst(times(200))),
            exports: RateLimiter::keyed(Quota::per_hour(times(5))),
            push_subscriptions: RateLimiter::keyed(Quota::per_hour(times(10))),
            everything: RateLimiter::keyed(Quota::per_minute(times(600))),
        }
    }

    fn count<K: Hash + Eq + Clone>(&self, limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<()> {
        if !self.is_on {
            return Ok(());
        }
        limiter.check_key(key).map_err(|until| Error::TooMany(until.wait_time_from(DefaultClock::default().now()).as_secs() + 1))
    }

    /// A try to sign in from an address.
    pub fn count_sign_in(&self, from: IpAddr) -> Result<()> {
        self.count(&self.sign_ins, &from)
    }

    /// A refresh with a token, named by its hash.
    pub fn count_refresh(&self, token: Uuid) -> Result<()> {
        self.count(&self.refreshes, &token)
    }

    /// A call to set-up or to an invitation, made without a sign-in.
    pub fn count_public_call(&self, from: IpAddr) -> Result<()> {
        self.count(&self.public_calls, &from)
    }

    /// Any request of a sign-in.
    pub fn count_request(&self, sign_in: Uuid) -> Result<()> {
        self.count(&self.requests, &sign_in)
    }

    /// A questionnaire submitted for a patient: a week offline may arrive at once.
    pub fn count_submission(&self, patient: Uuid) -> Result<()> {
        self.count(&self.submissions, &patient)
    }

    /// An export that a person asks for.
    pub fn count_export(&self, user: Uuid) -> Result<()> {
        self.count(&self.exports, &user)
    }

    /// A device that a person has pushed to.
    pub fn count_push_subscription(&self, user: Uuid) -> Result<()> {
        self.count(&self.push_subscriptions, &user)
    }

    /// Any request from an address; a clinic's whole Wi-Fi may be one.
    pub fn count_address(&self, from: IpAddr) -> Result<()> {
        self.count(&self.everything, &from)
    }

    /// Forgets who has not come for a while. Called once in a few minutes.
    pub fn forget_idle(&self) {
        self.sign_ins.retain_recent();
        self.refreshes.retain_recent();
        self.public_calls.retain_recent();
        self.requests.retain_recent();
        self.submissions.retain_recent();
        self.exports.retain_recent();
        self.push_subscriptions.retain_recent();
        self.everything.retain_recent();
    }
}
