//! Web Push: which services may be called, and a message that only the device can read (RFC 8291, RFC 8188, RFC 8292).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use aes_gcm::Aes128Gcm;
use aes_gcm::aead::{Aead, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use jsonwebtoken::{Algorithm, Header, encode};
use p256::PublicKey;
use p256::ecdh::diffie_hellman;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use serde::Serialize;
use sha2::Sha256;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use super::Kind;
use crate::auth::keys::VapidKey;
use crate::config::PushConfig;
use crate::db::Timestamp;
use crate::error::{Error, Result};

/// The push services of the browsers there are; a dot in front stands for every name below.
const SERVICES: [&str; 4] = ["fcm.googleapis.com", "updates.push.services.mozilla.com", ".push.apple.com", ".notify.windows.com"];
/// How long a push service may take, in all.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it may keep a message for a device that is off, in seconds. Source: SECURITY_REQUIREMENTS.md 12.4.
const MOST_KEPT: i64 = 6 * 3600;
/// How long a signed claim to be this server holds, in seconds; RFC 8292 allows a day.
const CLAIM_SECONDS: i64 = 12 * 3600;
/// Bytes of a record: the whole message is one (RFC 8188 2).
const RECORD: u32 = 4096;
/// Most bytes of an endpoint.
const LONGEST_ENDPOINT: usize = 1000;

/// What a browser says of its subscription: where to send, and the keys to which messages are encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The push service's address for this device.
    pub endpoint: String,
    /// The device's public key, uncompressed, in base64url.
    pub p256dh: String,
    /// Its secret of 16 bytes, in base64url.
    pub auth: String,
}

/// Why a message did not go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The device has unsubscribed: 404 or 410.
    Gone,
    /// It was certainly not taken, and may be next time.
    NotTaken,
    /// Nobody knows whether it was taken.
    Unknown,
}

/// The services that may be called.
#[derive(Clone)]
pub struct Services {
    hosts: Vec<String>,
    test_hosts: Vec<String>,
}

impl Services {
    /// Those of the browsers, and those that the settings name.
    pub fn of(config: &PushConfig) -> Self {
        let known = SERVICES.iter().map(|host| (*host).to_owned());
        Self { hosts: known.chain(config.hosts.iter().cloned()).collect(), test_hosts: config.test_hosts.clone() }
    }

    /// Whether this is the address of a service that may be called: https on its usual port, of a known name, and plain.
    pub fn allow(&self, endpoint: &str) -> bool {
        let Ok(uri) = endpoint.parse::<Uri>() else { return false };
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return false };
        if self.is_for_tests(&uri) {
            return true;
        }
        let host = authority.host().to_ascii_lowercase();
        let is_known = |known: &String| known.strip_prefix('.').map_or(host == *known, |_| host.ends_with(known.as_str()));
        let is_plain = endpoint.len() <= LONGEST_ENDPOINT && !authority.as_str().contains('@');
        is_plain && scheme == "https" && matches!(authority.port_u16(), None | Some(443)) && self.hosts.iter().any(is_known)
    }

    fn is_for_tests(&self, uri: &Uri) -> bool {
        let authority = uri.authority().map(ureq::http::uri::Authority::as_str);
        uri.scheme_str() == Some("http")
            && authority.is_some_and(|authority| self.test_hosts.iter().any(|host| host == authority))
    }
}

/// Looks names up, and refuses those that lead into a network of our own.
#[derive(Clone)]
struct Outside(Services);

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outside")
    }
}

impl Resolver for Outside {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> std::result::Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let is_outside = found.iter().all(|address| is_public(address.ip()));
        if is_outside || self.0.is_for_tests(uri) { Ok(found) } else { Err(ureq::Error::HostNotFound) }
    }
}

/// Whether an address is one of the internet at large: not this machine, not its network, none set apart.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            let is_shared = a == 100 && (64..128).contains(&b);
            let is_set_apart = a == 0 || a >= 240 || (a, b, c) == (192, 0, 0) || (a, b) == (198, 18) || (a, b) == (198, 19);
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_multicast()
                || address.is_documentation()
                || is_shared
                || is_set_apart)
        }
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(inner) => is_public(inner),
            // Of IPv6 only 2000::/3 is given out.
            None => address.segments()[0] & 0xe000 == 0x2000 && address.segments()[..2] != [0x2001, 0xdb8],
        },
    }
}

/// The IPv4 address that an IPv6 one stands for: mapped, translated (`64:ff9b::/96`) or tunnelled (`2002::/16`).
fn embedded_v4(address: Ipv6Addr) -> Option<IpAddr> {
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)).into())
        }
        _ => None,
    }
}

/// Sends push messages. Calls wait for the service, so they are made on threads that may.
#[derive(Clone)]
pub struct Pusher {
    agent: ureq::Agent,
    services: Services,
    contact: String,
}

/// The claim to be this server (RFC 8292 2).
#[derive(Serialize)]
struct Claim<'a> {
    aud: String,
    exp: i64,
    sub: &'a str,
}

impl Pusher {
    /// A sender to these services. `contact` is a `mailto:` or `https:` address under which a service finds the operator.
    pub fn new(services: Services, contact: String) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .max_idle_connections(0)
            .http_status_as_error(false)
            .proxy(None)
            .build();
        let agent = ureq::Agent::with_parts(config, DefaultConnector::default(), Outside(services.clone()));
        Self { agent, services, contact }
    }

    /// The services that may be called.
    pub const fn services(&self) -> &Services {
        &self.services
    }

    /// Hands a message to the device's push service, to be kept until `expires_at` at the most.
    pub fn send(
        &self,
        key: &VapidKey,
        to: &Subscription,
        kind: Kind,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> std::result::Result<(), Refusal> {
        // The list may have been cut since the device subscribed.
        if !self.services.allow(&to.endpoint) {
            return Err(Refusal::Gone);
        }
        let (Ok(body), Ok(claim)) = (seal(to, kind.text().as_bytes()), self.claim(key, &to.endpoint, now)) else {
            return Err(Refusal::NotTaken);
        };
        let kept = expires_at.seconds_since(now).clamp(0, MOST_KEPT);
        let urgency = if kind == Kind::Alert { "high" } else { "normal" };
        let sent = self
            .agent
            .post(&to.endpoint)
            .header("Authorization", format!("vapid t={claim}, k={}", key.public))
            .header("Content-Encoding", "aes128gcm")
            .header("Content-Type", "application/octet-stream")
            .header("TTL", kept.to_string())
            .header("Urgency", urgency)
            .header("Topic", kind.word())
            .send(&body[..]);
        match sent.map(|answer| answer.status().as_u16()) {
            Ok(200..=299) => Ok(()),
            Ok(404 | 410) => Err(Refusal::Gone),
            Ok(_) | Err(ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::BadUri(_)) => {
                Err(Refusal::NotTaken)
            }
            Err(ureq::Error::Io(why)) if why.kind() == std::io::ErrorKind::ConnectionRefused => Err(Refusal::NotTaken),
            Err(_) => Err(Refusal::Unknown),
        }
    }

    fn claim(&self, key: &VapidKey, endpoint: &str, now: Timestamp) -> Result<String> {
        let internal = |why: Box<dyn std::error::Error + Send + Sync>| Error::Internal(why);
        let uri: Uri = endpoint.parse().map_err(|why| internal(Box::new(why)))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(internal("an endpoint without a host".into()));
        };
        let claim = Claim { aud: format!("{scheme}://{authority}"), exp: now.seconds() + CLAIM_SECONDS, sub: &self.contact };
        encode(&Header::new(Algorithm::ES256), &claim, &key.signing).map_err(|why| internal(Box::new(why)))
    }
}

/// Whether these are keys that a message can be encrypted to.
pub fn are_keys(p256dh: &str, auth: &str) -> bool {
    device_key(p256dh).is_some() && device_secret(auth).is_some()
}

fn device_key(p256dh: &str) -> Option<PublicKey> {
    let bytes = URL_SAFE_NO_PAD.decode(p256dh.trim_end_matches('=')).ok().filter(|bytes| bytes.len() == 65)?;
    PublicKey::from_sec1_bytes(&bytes).ok()
}

fn device_secret(auth: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(auth.trim_end_matches('=')).ok().filter(|bytes| bytes.len() == 16)
}

fn seal(to: &Subscription, text: &[u8]) -> Result<Vec<u8>> {
    let random = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|_| Error::Internal("no random bytes".into()));
    let (mut salt, mut secret) = ([0; 16], [0; 32]);
    random(&mut salt)?;
    let key = loop {
        random(&mut secret)?;
        // One in 2^32 is no key of this curve.
        if let Ok(key) = p256::SecretKey::from_slice(&secret) {
            break key;
        }
    };
    seal_with(to, text, &key, &salt).ok_or_else(|| Error::Internal("a subscription without keys was stored".into()))
}

/// The encrypted message under a key pair and a salt that are used once. Source: RFC 8291 3.4, RFC 8188 2.
fn seal_with(to: &Subscription, text: &[u8], own: &p256::SecretKey, salt: &[u8; 16]) -> Option<Vec<u8>> {
    let (device, auth) = (device_key(&to.p256dh)?, device_secret(&to.auth)?);
    let shared = diffie_hellman(own.to_nonzero_scalar(), device.as_affine());
    let own_public = own.public_key().to_encoded_point(false);
    let info = [b"WebPush: info\0", device.to_encoded_point(false).as_bytes(), own_public.as_bytes()].concat();
    let input = expand::<32>(&auth, shared.raw_secret_bytes(), &info)?;
    let key = expand::<16>(salt, &input, b"Content-Encoding: aes128gcm\0")?;
    let nonce = expand::<12>(salt, &input, b"Content-Encoding: nonce\0")?;
    // The byte 2 says: this was the last record.
    let padded = [text, &[2]].concat();
    let sealed = Aes128Gcm::new(&key.into()).encrypt(&nonce.into(), padded.as_slice()).ok()?;
    let length = [u8::try_from(own_public.len()).ok()?];
    Some([salt.as_slice(), &RECORD.to_be_bytes(), &length, own_public.as_bytes(), &sealed].concat())
}

fn expand<const BYTES: usize>(salt: &[u8], input: &[u8], info: &[u8]) -> Option<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    Hkdf::<Sha256>::new(Some(salt), input).expand(info, &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services(hosts: &[&str], test_hosts: &[&str]) -> Services {
        let owned = |hosts: &[&str]| hosts.iter().map(|host| (*host).to_owned()).collect();
        Services::of(&PushConfig { hosts: owned(hosts), test_hosts: owned(test_hosts) })
    }

    #[test]
    fn only_push_services_are_called() {
        let known = services(&["push.clinic.example"], &[]);
        for good in [
            "https://fcm.googleapis.com/fcm/send/abc",
            "https://updates.push.services.mozilla.com:443/wpush/v2/x",
            "https://web.push.apple.com/Q",
            "https://WNS2-by3p.notify.windows.com/w/?token=x",
            "https://push.clinic.example/1",
        ] {
            assert!(known.allow(good), "{good}");
        }
        for bad in [
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8443/x",
            "https://fcm.googleapis.com.evil.example/x",
            "https://evilpush.apple.com/x",
            "https://push.apple.com/x",
            "https://user@fcm.googleapis.com/x",
            "https://fcm.googleapis.com@evil.example/x",
            "https://127.0.0.1/x",
            "http://127.0.0.1:9280/x",
            "https://[::1]/x",
            "file:///etc/passwd",
            "fcm.googleapis.com",
            "",
        ] {
            assert!(!known.allow(bad), "{bad}");
        }
        let tried = services(&[], &["127.0.0.1:9280"]);
        assert!(tried.allow("http://127.0.0.1:9280/x") && !tried.allow("http://127.0.0.1:9281/x"));
        assert!(!known.allow(&format!("https://fcm.googleapis.com/{}", "a".repeat(1000))));
    }

    #[test]
    fn no_network_of_our_own_is_called() {
        for inside in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.3.4",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["142.250.74.10", "2a00:1450:4001:80b::200a", "::ffff:142.250.74.10"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn a_message_is_sealed_as_in_the_example_of_rfc_8291() {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let to = Subscription {
            endpoint: String::new(),
            p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4".into(),
            auth: "BTBZMqHH6r4Tts7J_aSIgg".into(),
        };
        let own = p256::SecretKey::from_slice(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let sealed = seal_with(&to, b"When I grow up, I want to be a watermelon", &own, &salt).unwrap();
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(sealed), expected);
    }

    #[test]
    fn keys_are_a_point_and_sixteen_bytes() {
        let point = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        let secret = "BTBZMqHH6r4Tts7J_aSIgg";
        assert!(are_keys(point, secret) && are_keys(&format!("{point}="), &format!("{secret}==")));
        assert!(!are_keys(&point.replace("BCV", "BCW"), secret), "not on the curve");
        assert!(!are_keys(&point[..80], secret) && !are_keys(point, "BTBZ") && !are_keys("", "") && !are_keys("ä", "ä"));
    }
}
