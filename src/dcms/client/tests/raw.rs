//! A server of scripted bytes on loopback that keeps what it was asked.
//! It knows TCP, and of HTTP no more than where a request ends.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What a server may say on a connection that nothing came on (RFC 9110, 15.5.9).
const TIMED_OUT: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// What is done with one request.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// Answer, and keep the connection for the next request.
    Say(Vec<u8>),
    /// Answer, and close the connection without having announced it.
    SayAndClose(Vec<u8>),
    /// Answer so much, then nothing more.
    SayAndHang(Vec<u8>),
    /// Answer so much, then a chunked body without an end.
    Pour(Vec<u8>),
    /// Reset the connection once the request is there.
    Reset,
    /// Reset the connection at the request's first byte.
    ResetHalfway,
    /// Say this at the first byte, whatever it may become.
    Blurt(&'static [u8]),
}

/// One request as it came.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Method and target.
    pub(super) line: String,
    /// Names in small letters.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    /// The connection that it came by, counted from 1.
    pub(super) connection: usize,
}

impl Asked {
    /// The values under a name, in the order in which they came.
    pub(super) fn header(&self, name: &str) -> Vec<&str> {
        let all = self.headers.iter().filter(|(its, _)| its == name);
        all.map(|(_, value)| value.as_str()).collect()
    }
}

#[derive(Default)]
struct Kept {
    asked: Vec<Asked>,
    connections: usize,
    /// How many requests were begun: the place in the script.
    begun: usize,
    poured: usize,
}

/// How the server ends a connection that nothing is sent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HangUp {
    /// FIN: it reads nothing more.
    Close,
    /// RST.
    Reset,
    /// FIN, but what comes is still read.
    HalfClose,
    /// What some servers say before they close: nobody waited for it.
    TimeOut,
}

impl HangUp {
    pub(super) const ALL: [Self; 4] = [Self::Close, Self::Reset, Self::HalfClose, Self::TimeOut];
}

/// The running server.
pub(super) struct Raw {
    hang_up: watch::Sender<Option<HangUp>>,
    address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
    accepting: JoinHandle<()>,
}

impl Raw {
    /// Starts with a script: one act a request, the last one for all that follow.
    pub(super) async fn start(script: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let kept = Arc::new(Mutex::new(Kept::default()));
        let hang_up = watch::Sender::new(None);
        let told = hang_up.clone();
        let accepting = tokio::spawn(accept(listener, script.into(), Arc::clone(&kept), told));
        Self {
            hang_up,
            address,
            kept,
            accepting,
        }
    }

    pub(super) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// All whole requests so far.
    pub(super) fn asked(&self) -> Vec<Asked> {
        lock(&self.kept).asked.clone()
    }

    /// Method and target of all whole requests so far.
    pub(super) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }

    /// How many connections were taken so far.
    pub(super) fn connections(&self) -> usize {
        lock(&self.kept).connections
    }

    /// Ends all connections on which nothing is sent just now.
    pub(super) fn hang_up(&self, how: HangUp) {
        self.hang_up.send_replace(Some(how));
    }

    /// How many bytes of endless bodies were taken by the system so far.
    pub(super) fn poured(&self) -> usize {
        lock(&self.kept).poured
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(
    listener: TcpListener,
    script: Arc<[Act]>,
    kept: Arc<Mutex<Kept>>,
    hang_up: watch::Sender<Option<HangUp>>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        let connection = {
            let mut kept = lock(&kept);
            kept.connections += 1;
            kept.connections
        };
        let (script, kept) = (Arc::clone(&script), Arc::clone(&kept));
        let told = hang_up.subscribe();
        tokio::spawn(async move { talk(stream, connection, &script, &kept, told).await });
    }
}

/// Until the script or the other side ends it; a fault is an end too.
async fn talk(
    mut stream: TcpStream,
    connection: usize,
    script: &[Act],
    kept: &Mutex<Kept>,
    mut hang_up: watch::Receiver<Option<HangUp>>,
) {
    let mut bytes = Vec::new();
    loop {
        let told = tokio::select! {
            Ok(1..) = stream.read_buf(&mut bytes) => None,
            Ok(()) = hang_up.changed() => *hang_up.borrow_and_update(),
            else => return,
        };
        match told {
            None => {}
            Some(HangUp::Close) => return,
            Some(HangUp::Reset) => return reset(&stream),
            Some(HangUp::HalfClose) => {
                stream.shutdown().await.ok();
                continue;
            }
            Some(HangUp::TimeOut) => {
                stream.write_all(TIMED_OUT).await.ok();
                return;
            }
        }
        let act = {
            let mut kept = lock(kept);
            kept.begun += 1;
            script[(kept.begun - 1).min(script.len() - 1)].clone()
        };
        match act {
            Act::ResetHalfway => return reset(&stream),
            Act::Blurt(said) => {
                stream.write_all(said).await.ok();
                return hang(stream).await;
            }
            _ => {}
        }
        let Some(asked) = whole(&mut stream, &mut bytes, connection).await else {
            return;
        };
        lock(kept).asked.push(asked);
        match act {
            Act::Say(said) if stream.write_all(&said).await.is_ok() => {}
            Act::SayAndClose(said) => {
                stream.write_all(&said).await.ok();
                return;
            }
            Act::SayAndHang(said) => {
                stream.write_all(&said).await.ok();
                return hang(stream).await;
            }
            Act::Pour(head) => {
                stream.write_all(&head).await.ok();
                return pour(stream, kept).await;
            }
            Act::Reset => return reset(&stream),
            _ => return,
        }
    }
}

/// The drop that follows sends RST and not FIN.
fn reset(stream: &TcpStream) {
    stream.set_zero_linger().expect("a socket takes it");
}

async fn hang(mut stream: TcpStream) {
    let mut nothing = [0; 4096];
    while matches!(stream.read(&mut nothing).await, Ok(1..)) {}
}

async fn pour(mut stream: TcpStream, kept: &Mutex<Kept>) {
    let mut chunk = b"10000\r\n".to_vec();
    chunk.resize(chunk.len() + 0x10000, b' ');
    chunk.extend_from_slice(b"\r\n");
    while stream.write_all(&chunk).await.is_ok() {
        lock(kept).poured += 0x10000;
    }
}

/// Reads on to the end of a request; what is there of the next one stays in `bytes`.
async fn whole(stream: &mut TcpStream, bytes: &mut Vec<u8>, connection: usize) -> Option<Asked> {
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        more(stream, bytes).await?;
    };
    let text = String::from_utf8(bytes[..head].to_vec()).expect("a head of text");
    let mut lines = text.lines();
    let line = lines.next().expect("a first line");
    let line = line.strip_suffix(" HTTP/1.1").expect("HTTP/1.1").to_owned();
    let headers: Vec<_> = lines
        .map(|line| line.split_once(": ").expect("a header"))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().expect("a length"));
    let end = head + 4 + length;
    while bytes.len() < end {
        more(stream, bytes).await?;
    }
    let request: Vec<u8> = bytes.drain(..end).collect();
    Some(Asked {
        line,
        headers,
        body: String::from_utf8(request[head + 4..].to_vec()).expect("a body of text"),
        connection,
    })
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    matches!(stream.read_buf(bytes).await, Ok(1..)).then_some(())
}

/// A reply with a declared length, on a connection that may be kept.
pub(super) fn reply(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Scripted\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A good reply with this result.
pub(super) fn good(result: &str) -> Vec<u8> {
    let body = format!(r#"{{"result":{result},"exception":null,"pagination":null}}"#);
    reply(200, &body)
}

/// A reply of which this much of its length is missing.
pub(super) fn cut_off(mut whole: Vec<u8>, missing: usize) -> Vec<u8> {
    whole.truncate(whole.len() - missing);
    whole
}
