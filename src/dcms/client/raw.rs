//! A TCP server that answers to the letter of a script and keeps what it was asked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What becomes of one connection after a whole request has come in.
#[derive(Clone)]
pub(super) enum Answer {
    /// These bytes, then the end.
    Bytes(Vec<u8>),
    /// Nothing, for ever.
    Silence,
    /// The connection is reset.
    Reset,
}

/// A whole reply of this status with this body.
pub(super) fn reply(status: u16, body: &str) -> Answer {
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    Answer::Bytes((head + body).into_bytes())
}

/// The server. Connections beyond the script get its last answer again.
pub(super) struct Raw {
    pub(super) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Raw {
    pub(super) async fn start(script: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has free ports");
        let address = listener.local_addr().expect("it is bound");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            for at in 0.. {
                let Ok((stream, _)) = listener.accept().await else {
                    return;
                };
                let answer = script[at.min(script.len() - 1)].clone();
                tokio::spawn(serve(stream, answer, Arc::clone(&kept)));
            }
        });
        Self { address, requests }
    }

    /// The requests so far, head and body as they came.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests
            .lock()
            .expect("no test panics while it holds this")
            .clone()
    }
}

async fn serve(mut stream: TcpStream, answer: Answer, requests: Arc<Mutex<Vec<String>>>) {
    let request = read(&mut stream).await;
    requests
        .lock()
        .expect("no test panics while it holds this")
        .push(request);
    match answer {
        Answer::Bytes(bytes) => {
            stream.write_all(&bytes).await.ok();
            stream.shutdown().await.ok();
        }
        Answer::Silence => std::future::pending().await,
        Answer::Reset => {
            stream.set_zero_linger().ok();
        }
    }
}

async fn read(stream: &mut TcpStream) -> String {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let got = stream.read(&mut buffer).await.unwrap_or(0);
        request.extend_from_slice(&buffer[..got]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            body.len() >= length.and_then(|text| text.parse().ok()).unwrap_or(0)
        });
        if got == 0 || whole {
            return text;
        }
    }
}
