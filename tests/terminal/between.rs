//! A server of raw bytes between the console and the simulator: it passes everything on but one call,
//! to which it does what no simulator would. It knows TCP, and of HTTP where a message ends.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What is done with the call, once it has been read.
#[derive(Clone)]
pub struct Act {
    /// Whether the simulator gets it, so that the work is done.
    pub works: bool,
    /// What the console gets then.
    pub answer: Answer,
}

/// What the console gets.
#[derive(Clone)]
pub enum Answer {
    /// What the simulator says.
    Its,
    /// What the simulator says, without the end.
    Half,
    /// These bytes, and the end of the connection.
    Bytes(Vec<u8>),
    /// A reset.
    Reset,
    /// Nothing, for ever.
    Nothing,
    /// A good beginning, then a byte now and then.
    Drip,
    /// A good beginning, then more than anybody wants.
    Pour,
}

/// A whole reply.
pub fn reply(status: &str, body: &[u8]) -> Answer {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    Answer::Bytes([head.as_bytes(), body].concat())
}

/// The running server.
pub struct Between {
    address: SocketAddr,
    met: Arc<AtomicUsize>,
}

impl Between {
    /// Stands before the simulator at this address; the act is for the call with this last part.
    pub fn start(simulator: SocketAddr, call: &'static str, act: Act) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let met = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&met);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (act, counted) = (act.clone(), Arc::clone(&counted));
                std::thread::spawn(move || {
                    // A line that is lost is what this is for.
                    serve(stream, simulator, call, &act, &counted).ok();
                });
            }
        });
        Self { address, met }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How often the call has come.
    pub fn met(&self) -> usize {
        self.met.load(Ordering::SeqCst)
    }
}

fn serve(
    mut stream: TcpStream,
    simulator: SocketAddr,
    call: &str,
    act: &Act,
    met: &AtomicUsize,
) -> std::io::Result<()> {
    let request = message(&mut stream)?;
    let line = String::from_utf8_lossy(&request);
    let path = line.split_ascii_whitespace().nth(1).unwrap_or_default();
    let is_met = path
        .split('?')
        .next()
        .is_some_and(|path| path.ends_with(call));
    if !is_met {
        return stream.write_all(&passed_on(simulator, &request)?);
    }
    met.fetch_add(1, Ordering::SeqCst);
    let its = if act.works {
        passed_on(simulator, &request)?
    } else {
        Vec::new()
    };
    match &act.answer {
        Answer::Its => stream.write_all(&its),
        Answer::Half => stream.write_all(&its[..its.len() - 20]),
        Answer::Bytes(bytes) => stream.write_all(bytes),
        Answer::Reset => {
            let socket = socket2::SockRef::from(&stream);
            socket.set_linger(Some(Duration::ZERO))
        }
        Answer::Nothing => wait_for_the_end(&mut stream),
        Answer::Drip => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")?;
            loop {
                stream.write_all(b" ")?;
                std::thread::sleep(Duration::from_millis(200));
            }
        }
        Answer::Pour => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n{\"result\":\"")?;
            let much = vec![b'x'; 64 * 1024];
            loop {
                stream.write_all(&much)?;
            }
        }
    }
}

fn wait_for_the_end(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut rest = [0; 64];
    while stream.read(&mut rest)? > 0 {}
    Ok(())
}

/// What the simulator answers.
fn passed_on(simulator: SocketAddr, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(simulator)?;
    stream.write_all(request)?;
    let reply = message(&mut stream)?;
    stream.shutdown(Shutdown::Both).ok();
    Ok(reply)
}

/// A head and as much of a body as it announces.
fn message(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 16 * 1024];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let len = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"));
            let len: usize = len.map_or(0, |len| len.trim().parse().expect("a number"));
            if bytes.len() >= end + 4 + len {
                return Ok(bytes);
            }
        }
        let got = stream.read(&mut chunk)?;
        if got == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&chunk[..got]);
    }
}
