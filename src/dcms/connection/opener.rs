//! How a connection is opened: the name looked up, TCP, a proxy's tunnel, TLS. Says which of these failed.

use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::{Method, Request, StatusCode, Uri};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::lookup_host;
use tokio_rustls::TlsConnector;
use tower::{ServiceExt as _, service_fn};
use url::{Host, Url};

use super::Connection;
use crate::dcms::client_error::ClientError;
use crate::dcms::outcome::{NotSent, ProxyReason};
use crate::dcms::trouble::{cause, causes, io_reason, tls_reason};
use crate::tasks;

/// How long a connection may carry nothing before the system asks whether the other side is still there,
/// and how long it waits for the answer.
const PROBE: Duration = Duration::from_secs(15);

/// What HTTP is spoken over.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// An error before its place is known.
type Failure = Box<dyn Error + Send + Sync>;

/// Knows the way to the DCMS.
pub(in crate::dcms) struct Opener {
    dcms: Place,
    proxy: Option<Place>,
    tls: TlsConnector,
    /// From looking the name up to the end of the TLS handshake.
    limit: Duration,
}

/// Where a server listens.
struct Place {
    /// As it was configured.
    host: String,
    /// Host and port.
    name: String,
    /// The same, as an address to connect to.
    uri: Uri,
    /// Whom its certificate must be for, where it speaks TLS.
    certified: Option<ServerName<'static>>,
}

/// The system knows no address of a host.
#[derive(Debug, thiserror::Error)]
#[error("the name was not found")]
struct NameNotFound(#[source] io::Error);

impl Opener {
    /// # Errors
    /// When an address of the settings can't be used.
    pub(in crate::dcms) fn new(
        base_url: &Url,
        proxy: Option<&Url>,
        tls: rustls::ClientConfig,
        limit: Duration,
    ) -> Result<Self, ClientError> {
        let place = |url, setting| {
            let told = || ClientError::of(setting, format!("{setting} is no address of a host"));
            Place::of(url).ok_or_else(told)
        };
        Ok(Self {
            dcms: place(base_url, "base_url")?,
            proxy: proxy.map(|url| place(url, "proxy")).transpose()?,
            tls: TlsConnector::from(std::sync::Arc::new(tls)),
            limit,
        })
    }

    /// Host and port of the DCMS.
    pub(in crate::dcms) fn name(&self) -> &str {
        &self.dcms.name
    }

    /// Opens a connection. Nothing of a request is sent.
    ///
    /// # Errors
    /// Which step failed, and why.
    pub(in crate::dcms) async fn open(&self) -> Result<Connection, NotSent> {
        let opened = tokio::time::timeout(self.limit, self.steps()).await;
        opened.unwrap_or_else(|_| {
            let host = match &self.proxy {
                Some(proxy) => format!("{} (through the proxy {})", self.dcms.name, proxy.name),
                None => self.dcms.name.clone(),
            };
            let limit = self.limit;
            Err(NotSent::ConnectTimeOut { host, limit })
        })
    }

    async fn steps(&self) -> Result<Connection, NotSent> {
        let stream = match &self.proxy {
            None => self.connected(&self.dcms).await,
            Some(proxy) => {
                let tunnel = self.tunnel(proxy).await.map_err(|reason| NotSent::Proxy {
                    proxy: proxy.name.clone(),
                    host: self.dcms.name.clone(),
                    reason,
                })?;
                self.secured(&self.dcms, tunnel).await
            }
        };
        let stream = stream.map_err(|error| self.not_connected(&*error))?;
        let begun = Connection::begin(stream).await;
        begun.map_err(|error| self.not_connected(&error))
    }

    /// TCP, and TLS where the place speaks it.
    async fn connected(&self, place: &Place) -> Result<Box<dyn Stream>, Failure> {
        let resolver = service_fn(|name: Name| async move {
            let addresses = lookup_host((name.as_str(), 0))
                .await
                .map_err(NameNotFound)?;
            Ok::<_, NameNotFound>(addresses.collect::<Vec<_>>().into_iter())
        });
        let mut tcp = HttpConnector::new_with_resolver(resolver);
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // So that a second address gets its turn within the limit.
        tcp.set_connect_timeout(Some(self.limit));
        tcp.set_keepalive(Some(PROBE));
        tcp.set_keepalive_interval(Some(PROBE));
        let stream = tcp.oneshot(place.uri.clone()).await?;
        self.secured(place, Box::new(stream.into_inner())).await
    }

    async fn secured(
        &self,
        place: &Place,
        stream: Box<dyn Stream>,
    ) -> Result<Box<dyn Stream>, Failure> {
        Ok(match &place.certified {
            None => stream,
            Some(name) => Box::new(self.tls.connect(name.clone(), stream).await?),
        })
    }

    /// Has the proxy open a way to the DCMS (RFC 9110, 9.3.6).
    async fn tunnel(&self, proxy: &Place) -> Result<Box<dyn Stream>, ProxyReason> {
        let stream = self.connected(proxy).await.map_err(|error| {
            tracing::debug!(causes = %causes(&*error), "no connection to the proxy");
            if let Some(reason) = tls_reason(&*error) {
                ProxyReason::Tls(reason)
            } else if cause::<NameNotFound>(&*error).is_some() {
                ProxyReason::NameNotFound
            } else {
                ProxyReason::NoConnection(io_reason(&*error))
            }
        })?;
        let asked = async {
            let (mut requests, driver) = http1::handshake(TokioIo::new(stream)).await?;
            tasks::spawn(driver.with_upgrades());
            let request = Request::builder()
                .method(Method::CONNECT)
                .uri(&self.dcms.name)
                .header(HOST, &self.dcms.name)
                .body(Empty::<Bytes>::new())
                .expect("host and port of an address are a target and a header");
            requests.send_request(request).await
        };
        let no_answer = |error: hyper::Error| {
            tracing::debug!(causes = %causes(&error), "no answer of a proxy");
            ProxyReason::NoProxy
        };
        let response = asked.await.map_err(no_answer)?;
        match response.status() {
            status if status.is_success() => {
                let stream = hyper::upgrade::on(response).await.map_err(no_answer)?;
                Ok(Box::new(TokioIo::new(stream)))
            }
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => Err(ProxyReason::WantsSignIn),
            _ => Err(ProxyReason::Refused),
        }
    }

    fn not_connected(&self, error: &(dyn Error + 'static)) -> NotSent {
        tracing::debug!(causes = %causes(error), "no connection");
        let host = self.dcms.name.clone();
        if let Some(reason) = tls_reason(error) {
            NotSent::Tls { host, reason }
        } else if cause::<NameNotFound>(error).is_some() {
            let host = self.dcms.host.clone();
            NotSent::NameNotFound { host }
        } else {
            let reason = io_reason(error);
            NotSent::NoConnection { host, reason }
        }
    }
}

impl Place {
    /// Nothing where the address has no host or no port.
    fn of(url: &Url) -> Option<Self> {
        let (host, port) = (url.host_str()?, url.port_or_known_default()?);
        let certified = match (url.scheme(), url.host()?) {
            ("https", Host::Domain(name)) => Some(ServerName::try_from(name.to_owned()).ok()?),
            ("https", Host::Ipv4(address)) => {
                Some(ServerName::from(std::net::IpAddr::from(address)))
            }
            ("https", Host::Ipv6(address)) => {
                Some(ServerName::from(std::net::IpAddr::from(address)))
            }
            _ => None,
        };
        let name = format!("{host}:{port}");
        Some(Self {
            host: host.to_owned(),
            uri: format!("http://{name}").parse().ok()?,
            name,
            certified,
        })
    }
}
