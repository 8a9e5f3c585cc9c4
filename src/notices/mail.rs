//! E-mail: one neutral text for each kind of notice, over a connection that is encrypted.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{Message, SmtpTransport, Transport};

use super::Kind;
use super::push::Refusal;
use crate::config::MailConfig;
use crate::db::Timestamp;

/// How long the mail server may take for one step.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends e-mail. Calls wait for the mail server, so they are made on threads that may.
#[derive(Clone)]
pub struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Mailer {
    /// The mailer that the settings describe; none where they name no mail server.
    ///
    /// `smtps://` is encrypted from the first byte, `smtp://` must turn encryption on before it signs in or sends; only a mail
    /// server on this machine may do without.
    pub fn of(config: &MailConfig) -> Result<Option<Self>, String> {
        let Some(url) = &config.smtp_url else { return Ok(None) };
        let url = url.reveal();
        let wrong = "SMTP_URL must be smtps://user:password@host or smtp://user:password@host:587";
        let host = host_of(url).ok_or(wrong)?;
        let is_here = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
        let url = if url.starts_with("smtp://") && !is_here { format!("{url}?tls=required") } else { url.to_owned() };
        let transport = SmtpTransport::from_url(&url).map_err(|_| wrong)?.timeout(Some(PATIENCE)).build();
        let from = config.from.as_deref().ok_or("SMTP_URL needs MAIL_FROM, the address that e-mails come from")?;
        let from = from.parse().map_err(|_| "MAIL_FROM must be an address, like Yarrow <yarrow@clinic.example>")?;
        Ok(Some(Self { transport, from }))
    }

    /// The address that e-mails come from.
    pub fn address(&self) -> &str {
        self.from.email.as_ref()
    }

    /// Hands an e-mail to the mail server.
    pub fn send(&self, to: &str, kind: Kind, public_url: &str, now: Timestamp) -> Result<(), Refusal> {
        let (subject, body) = words(kind, public_url);
        let at = std::time::UNIX_EPOCH + Duration::from_millis(u64::try_from(now.milliseconds()).unwrap_or_default());
        let message = to.parse().ok().and_then(|to| {
            let built = Message::builder().from(self.from.clone()).to(Mailbox::new(None, to)).date(at).subject(subject);
            built.header(ContentType::TEXT_PLAIN).body(body).ok()
        });
        let Some(message) = message else { return Err(Refusal::Gone) };
        self.transport.send(&message).map(drop).map_err(|why| {
            if why.is_permanent() {
                Refusal::Gone
            } else if why.is_transient() || why.is_client() || why.is_tls() {
                Refusal::NotTaken
            } else {
                let is_refused = std::error::Error::source(&why)
                    .and_then(|cause| cause.downcast_ref::<std::io::Error>())
                    .is_some_and(|cause| cause.kind() == std::io::ErrorKind::ConnectionRefused);
                if is_refused { Refusal::NotTaken } else { Refusal::Unknown }
            }
        })
    }
}

/// The host of an address of a mail server without anything behind it.
fn host_of(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("smtps://").or_else(|| url.strip_prefix("smtp://"))?;
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    if place.is_empty() || place.contains(['/', '?', '#']) {
        return None;
    }
    let host = place.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    Some(host.map_or(place, |(host, _)| host))
}

/// Subject and text. Nothing in them tells what Yarrow is for.
fn words(kind: Kind, public_url: &str) -> (&'static str, String) {
    let text = kind.text();
    match kind {
        Kind::Reminder => (
            "A moment for you",
            format!("{text}\n\n{public_url}/\n\nYou chose this reminder. Change or stop it under You, Reminders.\n"),
        ),
        Kind::Test => ("A test", format!("{text}\n\n{public_url}/you\n")),
        Kind::Alert => ("Something waits for you", format!("{text}\n\n{public_url}/alerts\n")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(url: &str, from: Option<&str>) -> Result<(), String> {
        let config = MailConfig { smtp_url: Some(url.to_owned().into()), from: from.map(str::to_owned) };
        Mailer::of(&config).map(drop)
    }

    #[test]
    fn a_mail_server_is_named_with_its_sender() {
        let from = Some("Yarrow <yarrow@clinic.example>");
        for good in ["smtps://user:p%40ss@mail.example", "smtp://mail.example:587", "smtp://127.0.0.1:9290", "smtp://[::1]:25"] {
            assert_eq!(made(good, from), Ok(()), "{good}");
        }
        for bad in ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example?tls=opportunistic", "smtp://a/b"] {
            assert!(made(bad, from).is_err(), "{bad}");
        }
        assert!(made("smtps://mail.example", None).unwrap_err().contains("MAIL_FROM"));
        assert!(made("smtps://mail.example", Some("yarrow\r\nBcc: x@y.example")).is_err());
    }

    #[test]
    fn no_words_tell_what_it_is_about() {
        for kind in [Kind::Reminder, Kind::Test, Kind::Alert] {
            let (subject, body) = words(kind, "https://yarrow.clinic.example");
            let said = format!("{subject} {body}").to_lowercase();
            for word in ["ketamine", "depress", "mood", "score", "phq", "suicid", "treatment", "session", "patient"] {
                assert!(!said.contains(word), "{word}");
            }
        }
    }
}
