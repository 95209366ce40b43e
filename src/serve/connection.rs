//! A client's TCP connection that can be cut at any moment, and that is cut once the client has taken
//! nothing for too long: the SSH library waits for a write without a limit of its own.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// Cuts its connection: what reads or writes there comes back with an error.
#[derive(Clone, Default)]
pub(super) struct Cut(Arc<State>);

#[derive(Default)]
struct State {
    is_cut: AtomicBool,
    /// Reading and writing are one task's.
    waker: AtomicWaker,
}

impl Cut {
    /// Ends the connection, whatever it waits for.
    pub(super) fn cut(&self) {
        self.0.is_cut.store(true, Ordering::Release);
        self.0.waker.wake();
    }

    fn poll(&self, context: &Context<'_>) -> io::Result<()> {
        self.0.waker.register(context.waker());
        if self.0.is_cut.load(Ordering::Acquire) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }
}

/// The connection.
pub(super) struct Connection {
    stream: TcpStream,
    cut: Cut,
    /// How long the client may take nothing of what is sent.
    patience: Duration,
    /// Runs while the client takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, patience: Duration) -> Self {
        Self {
            stream,
            cut: Cut::default(),
            patience,
            stalled: None,
        }
    }

    /// What cuts it.
    pub(super) fn cut(&self) -> Cut {
        self.cut.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.cut.poll(context)?;
        Pin::new(&mut this.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.cut.poll(context)?;
        if let Poll::Ready(written) = Pin::new(&mut this.stream).poll_write(context, bytes) {
            this.stalled = None;
            return Poll::Ready(written);
        }
        let patience = this.patience;
        let stalled = this
            .stalled
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    async fn pair(patience: Duration) -> (TcpStream, Connection) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (client, server) = tokio::join!(TcpStream::connect(address), listener.accept());
        let (server, _) = server.expect("accepted");
        (
            client.expect("connected"),
            Connection::new(server, patience),
        )
    }

    #[tokio::test]
    async fn a_cut_ends_a_read_that_waits() {
        let (_client, mut connection) = pair(Duration::from_mins(1)).await;
        let cut = connection.cut();
        let reading = tokio::spawn(async move { connection.read_u8().await });
        tokio::task::yield_now().await;
        cut.cut();
        let error = reading.await.expect("no panic").expect_err("it was cut");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_not_waited_for_without_end() {
        let (_client, mut connection) = pair(Duration::from_millis(50)).await;
        let written = connection.write_all(&vec![0; 64 * 1024 * 1024]).await;
        let error = written.expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_slow_client_is_waited_for_as_long_as_it_takes_something() {
        let (mut client, mut connection) = pair(Duration::from_secs(30)).await;
        let reading = tokio::spawn(async move {
            let mut all = Vec::new();
            client.read_to_end(&mut all).await.map(|_| all.len())
        });
        let bytes = vec![7; 16 * 1024 * 1024];
        connection.write_all(&bytes).await.expect("taken");
        connection.shutdown().await.expect("closed");
        drop(connection);
        let read = reading.await.expect("no panic").expect("read");
        assert_eq!(read, bytes.len());
    }
}
