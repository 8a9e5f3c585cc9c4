//! A mail server on loopback that keeps what it is handed.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// An e-mail that arrived.
#[derive(Debug, Clone)]
pub struct Mail {
    /// To whom it was handed on.
    pub to: String,
    /// Headers and text.
    pub text: String,
}

/// Takes e-mails until the test ends.
pub struct MailServer {
    address: SocketAddr,
    kept: Arc<Mutex<Vec<Mail>>>,
    refuses: Arc<AtomicBool>,
}

impl MailServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let server = Self {
            address: listener.local_addr().expect("the listener has an address"),
            kept: Arc::default(),
            refuses: Arc::default(),
        };
        let (kept, refuses) = (Arc::clone(&server.kept), Arc::clone(&server.refuses));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                drop(take(stream, &kept, &refuses));
            }
        });
        server
    }

    /// What `SMTP_URL` says.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Whether it knows nobody from now on.
    pub fn refuse(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::SeqCst);
    }

    /// What has arrived.
    pub fn arrived(&self) -> Vec<Mail> {
        self.kept.lock().unwrap().clone()
    }
}

fn take(mut stream: TcpStream, kept: &Mutex<Vec<Mail>>, refuses: &AtomicBool) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut say = |text: &str| write!(stream, "{text}\r\n");
    say("220 mail.example")?;
    let mut to = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        match line.split([' ', ':']).next().unwrap_or_default() {
            "RCPT" if refuses.load(Ordering::SeqCst) => say("550 5.1.1 nobody of that name")?,
            "RCPT" => {
                line.trim_start_matches("RCPT TO:").trim_matches(['<', '>']).clone_into(&mut to);
                say("250 ok")?;
            }
            "DATA" => {
                say("354 go on")?;
                let mut text = String::new();
                while !text.ends_with("\r\n.\r\n") {
                    reader.read_line(&mut text)?;
                }
                kept.lock().unwrap().push(Mail { to: to.clone(), text });
                say("250 taken")?;
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 ok")?,
        }
    }
}
