//! The sockets that the simulator listens on, wrapped so that a call can ask for a hard reset.
//! Nothing here knows HTTP, calls or customers.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// How long after an error of the listener the next connection is taken.
const AFTER_AN_ERROR: Duration = Duration::from_millis(200);

/// A call's hold on the connection that it came by.
#[derive(Clone)]
pub(super) struct Link(Arc<AtomicBool>);

impl Link {
    /// Resets the connection as soon as the next byte would be written to it.
    pub(super) fn reset(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// One connection.
pub(super) struct Socket {
    stream: TcpStream,
    link: Link,
}

impl Socket {
    /// The next connection. It can be reset from inside a call.
    pub(super) async fn accept(listener: &TcpListener) -> Self {
        let stream = loop {
            match listener.accept().await {
                Ok((stream, _)) => break stream,
                Err(fault) => {
                    tracing::debug!(%fault, "no connection was accepted");
                    sleep(AFTER_AN_ERROR).await;
                }
            }
        };
        // Replies are small: held back for more to come, they would only be late.
        if let Err(fault) = stream.set_nodelay(true) {
            tracing::debug!(%fault, "a connection keeps its delay");
        }
        let link = Link(Arc::new(AtomicBool::new(false)));
        Self { stream, link }
    }

    /// What its calls hold of it.
    pub(super) fn link(&self) -> Link {
        self.link.clone()
    }

    fn must_reset(&self) -> bool {
        self.link.0.load(Ordering::Acquire)
    }

    /// Without lingering, the drop that follows the fault sends RST and not FIN.
    fn reset(&self) -> io::Error {
        match self.stream.set_zero_linger() {
            Ok(()) => io::ErrorKind::ConnectionReset.into(),
            Err(fault) => fault,
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.must_reset() {
            return Poll::Ready(Err(self.reset()));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.must_reset() {
            return Poll::Ready(Err(self.reset()));
        }
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A shutdown would say goodbye with FIN, which is what a reset leaves out.
        if self.must_reset() {
            return Poll::Ready(Err(self.reset()));
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
