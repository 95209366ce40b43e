//! One HTTP/1.1 connection to the DCMS, which carries one request at a time. [`Opener`] opens it; [`Pool`]
//! holds those that are opened ahead or kept.

mod opener;
mod pool;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::tasks;

pub(super) use opener::Opener;
pub(super) use pool::Pool;

/// A request whose body is there whole.
pub(super) type Whole = Request<Full<Bytes>>;

/// Why a request has no response.
pub(super) enum Unanswered {
    /// The connection had ended before a byte of the request was written to it, perhaps with an error.
    Unwritten(Option<hyper::Error>),
    /// Some or all of the request may have arrived.
    Lost(hyper::Error),
}

/// An open connection.
pub(super) struct Connection {
    requests: SendRequest<Full<Bytes>>,
    /// Reads and writes until the connection ends.
    driver: JoinHandle<hyper::Result<()>>,
    /// Since when it has carried nothing.
    idle: Clock,
    /// What it has been through.
    pub(super) past: Past,
}

/// What a connection has been through before a request is sent on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Past {
    /// It was opened for this request.
    New,
    /// It was opened ahead, and waited. Its server may have given it up.
    Waited,
    /// It has carried a request.
    Served,
}

impl Connection {
    /// Begins to speak HTTP over an open stream.
    async fn begin(stream: impl opener::Stream + 'static) -> hyper::Result<Self> {
        let (requests, driver) = http1::handshake(TokioIo::new(stream)).await?;
        Ok(Self {
            requests,
            driver: tasks::spawn(driver),
            idle: Clock::start(),
            past: Past::New,
        })
    }

    /// What has ended it, if that was an error.
    async fn error(&mut self) -> Option<hyper::Error> {
        (&mut self.driver).await.ok()?.err()
    }

    /// Sends a request, and waits for the head of its response. The body has to be read to its end before
    /// the connection can carry another request.
    pub(super) async fn send(&mut self, request: Whole) -> Result<Response<Incoming>, Unanswered> {
        // The runtime looks what has come in meanwhile: the other side may have closed the connection.
        tokio::task::yield_now().await;
        if self.requests.ready().await.is_err() {
            return Err(Unanswered::Unwritten(self.error().await));
        }
        match self.requests.try_send_request(request).await {
            Ok(response) => Ok(response),
            Err(mut error) => Err(match error.take_message() {
                // Either of both is given the error.
                Some(_) => {
                    let error = self.error().await.unwrap_or(error.into_error());
                    Unanswered::Unwritten(Some(error))
                }
                None => Unanswered::Lost(error.into_error()),
            }),
        }
    }
}
