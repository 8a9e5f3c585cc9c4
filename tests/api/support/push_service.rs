//! A push service on loopback, and devices that subscribe to it: what arrives is opened with the device's keys only.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use aes_gcm::Aes128Gcm;
use aes_gcm::aead::{Aead, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey};
use serde_json::{Value, json};
use sha2::Sha256;
use yarrow::db::Timestamp;

/// How the service answers for a device.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Answering {
    /// With this status.
    Status(u16),
    /// Not at all: it hangs up once it has read the message.
    HangsUp,
    /// Not at all: whoever sent the first message is killed once it is read.
    Kills,
    /// With 201, after which whoever sent the first message is killed.
    AnswersAndKills,
}

/// A message that arrived.
#[derive(Clone)]
pub struct Arrived {
    path: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

#[derive(Default)]
struct Kept {
    arrived: Vec<Arrived>,
    answers: HashMap<String, Answering>,
    sender: Option<Receiver<u32>>,
}

/// Takes messages until the test ends.
pub struct PushService {
    address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
}

impl PushService {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the listener has an address");
        let kept = Arc::new(Mutex::new(Kept::default()));
        let keeper = Arc::clone(&kept);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // A sender that was killed half-way has sent nothing.
                drop(take(stream, &keeper));
            }
        });
        Self { address, kept }
    }

    /// `127.0.0.1:PORT`, for the settings.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// A device that subscribes here.
    pub fn device(&self, name: &str) -> Device {
        let mut bytes = [0; 48];
        getrandom::fill(&mut bytes).expect("random bytes");
        let key = SecretKey::from_slice(&bytes[..32]).expect("a key");
        Device { endpoint: format!("http://{}/{name}", self.host()), key, auth: bytes[32..].to_vec() }
    }

    /// How it answers for a device from now on.
    pub fn answer(&self, device: &Device, answering: Answering) {
        self.kept.lock().unwrap().answers.insert(device.path(), answering);
    }

    /// Kills the process whose number is sent here when its first message for the device has arrived: before it is answered, or after.
    pub fn kill_first_sender(&self, device: &Device, answers_first: bool) -> Sender<u32> {
        let (sender, receiver) = channel();
        self.answer(device, if answers_first { Answering::AnswersAndKills } else { Answering::Kills });
        self.kept.lock().unwrap().sender = Some(receiver);
        sender
    }

    /// What has arrived for a device.
    pub fn arrived(&self, device: &Device) -> Vec<Arrived> {
        let kept = self.kept.lock().unwrap();
        kept.arrived.iter().filter(|message| message.path == device.path()).cloned().collect()
    }
}

fn take(mut stream: TcpStream, keeper: &Mutex<Kept>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let path = lines[0].split(' ').nth(1).unwrap_or_default().to_owned();
    assert!(lines[0].starts_with("POST "), "{}", lines[0]);
    let headers: HashMap<String, String> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.into()))
        .collect();
    let mut body = vec![0; headers["content-length"].parse().expect("a length")];
    reader.read_exact(&mut body)?;
    let answering = {
        let mut kept = keeper.lock().unwrap();
        kept.arrived.push(Arrived { path: path.clone(), headers, body });
        kept.answers.get(&path).copied().unwrap_or(Answering::Status(201))
    };
    let mut answer = |status| write!(stream, "HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let kill = || {
        let sender = keeper.lock().unwrap().sender.take();
        let Some(process) = sender.and_then(|sender| sender.recv().ok()) else { return Ok(()) };
        Command::new("kill").args(["-9", &process.to_string()]).status().map(drop)
    };
    match answering {
        Answering::Status(status) => answer(status),
        Answering::HangsUp => Ok(()),
        Answering::Kills => kill(),
        Answering::AnswersAndKills => answer(201).and_then(|()| kill()),
    }
}

/// A device with the keys that only it has.
pub struct Device {
    endpoint: String,
    key: SecretKey,
    auth: Vec<u8>,
}

impl Device {
    fn path(&self) -> String {
        format!("/{}", self.endpoint.rsplit('/').next().unwrap())
    }

    fn public(&self) -> Vec<u8> {
        self.key.public_key().to_encoded_point(false).as_bytes().to_vec()
    }

    /// What its browser says of the subscription.
    pub fn subscription(&self) -> Value {
        json!({"endpoint": self.endpoint, "expirationTime": null,
            "keys": {"p256dh": URL_SAFE_NO_PAD.encode(self.public()), "auth": URL_SAFE_NO_PAD.encode(&self.auth)}})
    }

    /// Opens a message as a browser does (RFC 8188, RFC 8291).
    pub fn open(&self, message: &Arrived) -> String {
        assert_eq!(message.headers["content-encoding"], "aes128gcm");
        let (salt, rest) = message.body.split_at(16);
        let (record, rest) = rest.split_at(4);
        assert_eq!(u32::from_be_bytes(record.try_into().unwrap()), 4096);
        let (sender, sealed) = rest[1..].split_at(rest[0].into());
        let sender_key = PublicKey::from_sec1_bytes(sender).expect("the sender's key");
        let shared = p256::ecdh::diffie_hellman(self.key.to_nonzero_scalar(), sender_key.as_affine());
        let mut input = [0; 32];
        let mut info = b"WebPush: info\0".to_vec();
        info.extend(self.public());
        info.extend(sender);
        Hkdf::<Sha256>::new(Some(&self.auth), shared.raw_secret_bytes()).expand(&info, &mut input).unwrap();
        let keys = Hkdf::<Sha256>::new(Some(salt), &input);
        let (mut key, mut nonce) = ([0; 16], [0; 12]);
        keys.expand(b"Content-Encoding: aes128gcm\0", &mut key).unwrap();
        keys.expand(b"Content-Encoding: nonce\0", &mut nonce).unwrap();
        let mut text = Aes128Gcm::new(&key.into()).decrypt(&nonce.into(), sealed).expect("only this device can open it");
        assert_eq!(text.pop(), Some(2), "it is the last record");
        String::from_utf8(text).unwrap()
    }
}

impl Arrived {
    /// A header of the message.
    pub fn header(&self, name: &str) -> &str {
        &self.headers[name]
    }

    /// What the sender signed (RFC 8292), once its signature is known to be of this public key.
    pub fn claim(&self, vapid_public_key: &str, now: Timestamp) -> Value {
        let said = self.headers["authorization"].strip_prefix("vapid ").expect("a VAPID claim");
        let (token, key) = said.split_once(", ").unwrap();
        assert_eq!(key, format!("k={vapid_public_key}"));
        let token = token.strip_prefix("t=").unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let key = VerifyingKey::from_sec1_bytes(&decode(vapid_public_key)).expect("a public key");
        key.verify(signed.as_bytes(), &Signature::from_slice(&decode(signature)).unwrap()).expect("the server's own signature");
        let claim: Value = serde_json::from_slice(&decode(signed.split_once('.').unwrap().1)).unwrap();
        let lives = claim["exp"].as_i64().unwrap() - now.seconds();
        assert!((1..=86_400).contains(&lives), "{claim}");
        claim
    }
}
