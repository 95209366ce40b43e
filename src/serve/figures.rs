//! The counters for a monitoring system, by HTTP on loopback. Anybody on the machine can connect there, so that few
//! are answered at a time, each within a moment and once: they must not use up the open files that sessions need.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::server::Server;

/// The type of Prometheus' text, as `OpenMetrics` has it.
const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// How many are answered at a time. The rest is closed at once.
const AT_ONCE: usize = 8;
/// How long each may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a request may be.
const LONGEST: usize = 8 * 1024;
/// How long after an error of the listener the next connection is taken.
const AFTER_AN_ERROR: Duration = Duration::from_millis(200);

/// Answers until it is dropped, and then nobody any more.
pub(super) async fn serve(listener: TcpListener, server: Arc<Server>) {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut answers = JoinSet::new();
    loop {
        while answers.try_join_next().is_some() {}
        let Ok((stream, _)) = listener.accept().await else {
            sleep(AFTER_AN_ERROR).await;
            continue;
        };
        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
            continue;
        };
        let server = Arc::clone(&server);
        answers.spawn(async move {
            let answered = answer(stream, || server.counts.text());
            // Who is too slow comes again.
            timeout(PATIENCE, answered).await.ok();
            drop(permit);
        });
    }
}

/// Reads one request, answers it and closes.
async fn answer(mut stream: TcpStream, text: impl Fn() -> String) -> io::Result<()> {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        if request.len() >= LONGEST || stream.read_buf(&mut request).await? == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    let (status, text) = match asked(&request) {
        Some(("GET", "/metrics")) => ("200 OK", text()),
        Some(("HEAD", "/metrics")) => ("200 OK", String::new()),
        Some((_, "/metrics")) => ("405 Method Not Allowed", String::new()),
        Some(_) => ("404 Not Found", String::new()),
        None => ("400 Bad Request", String::new()),
    };
    let length = text.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {TEXT}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await
}

/// The method and the path of a request, without what comes behind a question mark.
fn asked(request: &[u8]) -> Option<(&str, &str)> {
    let line = request.split(|byte| *byte == b'\r').next()?;
    let mut words = str::from_utf8(line).ok()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let path = target.split('?').next()?;
    version.starts_with("HTTP/1.").then_some((method, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn said(request: &[u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut client = TcpStream::connect(address).await.expect("connected");
        let (stream, _) = listener.accept().await.expect("accepted");
        // What is not read to its end is closed with an error.
        client.write_all(request).await.ok();
        client.shutdown().await.ok();
        answer(stream, || "kitdesk_sessions 2\n".to_owned())
            .await
            .ok();
        let mut text = String::new();
        client.read_to_string(&mut text).await.ok();
        text
    }

    #[tokio::test]
    async fn one_path_is_answered_once() {
        let text = said(b"GET /metrics?x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
        assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
        assert!(text.contains("Connection: close\r\n"), "{text}");
        assert!(text.ends_with("\r\n\r\nkitdesk_sessions 2\n"), "{text}");
        for (request, status) in [
            (&b"GET / HTTP/1.1\r\n\r\n"[..], "404"),
            (b"POST /metrics HTTP/1.1\r\n\r\n", "405"),
            (b"HEAD /metrics HTTP/1.0\r\n\r\n", "200"),
            (b"\xff\r\n\r\n", "400"),
        ] {
            let text = said(request).await;
            assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{text}");
            assert!(text.contains("Content-Length: 0\r\n"), "{text}");
        }
    }

    #[tokio::test]
    async fn what_is_no_whole_request_gets_nothing() {
        assert_eq!(said(b"GET /metrics HTTP/1.1\r\n").await, "");
        assert_eq!(said(&[b'x'; 2 * LONGEST]).await, "");
    }
}
