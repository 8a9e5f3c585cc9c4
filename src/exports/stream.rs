//! From a thread that writes to an answer that is sent: chunks, a few at a time.

use std::io::{self, Write};
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::stream::{self, Stream};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tracing::warn;

use crate::db::{Database, DbConnection, Reach};
use crate::error::{Error, Result};

/// Size of a chunk.
const CHUNK_BYTES: usize = 64 * 1024;
/// Chunks that wait to be sent.
const WAITING: usize = 4;
/// How long a chunk may wait. A reader that takes nothing for so long would hold the database's old state for nothing.
const STALL: Duration = Duration::from_secs(30);

enum Piece {
    Chunk(Bytes),
    End(Result<()>),
}

/// What is written into here is sent.
pub struct Pipe {
    sender: Sender<Piece>,
    runtime: Handle,
    buffer: Vec<u8>,
    has_begun: bool,
}

impl Pipe {
    fn send(&mut self) -> io::Result<()> {
        self.has_begun = true;
        let chunk = Bytes::from(std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK_BYTES)));
        let sending = tokio::time::timeout(STALL, self.sender.send(Piece::Chunk(chunk)));
        match self.runtime.block_on(sending) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        // The first bytes go at once: they say that the export has begun.
        if !self.has_begun || self.buffer.len() >= CHUNK_BYTES {
            self.send()?;
        }
        Ok(bytes.len())
    }

    /// Chunks are as large as they are, whatever the writer above thinks of it.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs `work` apart from the workers and answers what it writes, once the first of it is there.
///
/// What fails before is an error as any. What fails later breaks the answer off, so that nobody takes a part for the whole.
pub async fn start<F>(database: &Database, reach: Reach, work: F) -> Result<impl Stream<Item = Result<Bytes>> + use<F>>
where
    F: FnOnce(&mut DbConnection, &mut Pipe) -> Result<()> + Send + 'static,
{
    let (sender, mut receiver) = mpsc::channel(WAITING);
    let mut pipe = Pipe { sender: sender.clone(), runtime: Handle::current(), buffer: Vec::new(), has_begun: false };
    let database = database.clone();
    actix_web::rt::spawn(async move {
        let reading = database.read_apart(reach, move |conn| {
            work(conn, &mut pipe)?;
            if pipe.buffer.is_empty() { Ok(()) } else { pipe.send().map_err(broken) }
        });
        let outcome = reading.await;
        if let Err(Error::Internal(cause)) = &outcome
            && !sender.is_closed()
        {
            warn!(%cause, "an export was given up");
        }
        // Nobody listens any more where the reader hung up.
        let _ = sender.send(Piece::End(outcome)).await;
    });
    match receiver.recv().await {
        Some(Piece::Chunk(first)) => Ok(rest(first, receiver)),
        Some(Piece::End(Err(why))) => Err(why),
        Some(Piece::End(Ok(()))) => Ok(rest(Bytes::new(), receiver)),
        None => Err(Error::Internal("an export ended without an end".into())),
    }
}

fn rest(first: Bytes, receiver: Receiver<Piece>) -> impl Stream<Item = Result<Bytes>> {
    stream::unfold((Some(first), Some(receiver)), |(first, receiver)| async move {
        let mut receiver = receiver?;
        if let Some(first) = first {
            return Some((Ok(first), (None, Some(receiver))));
        }
        match receiver.recv().await {
            Some(Piece::Chunk(chunk)) => Some((Ok(chunk), (None, Some(receiver)))),
            Some(Piece::End(Ok(()))) => None,
            Some(Piece::End(Err(why))) => Some((Err(why), (None, None))),
            None => Some((Err(Error::Internal("an export broke off".into())), (None, None))),
        }
    })
}

/// A failure to write, as an error of ours.
pub fn broken(why: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal(Box::new(why))
}
