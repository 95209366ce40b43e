//! HTTP: from a request to its call, and what all calls check.
//! What the calls mean is in `calls`, what faults do to a reply in `reply`; nothing here knows customers.

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::Worked;
use super::bank::Bank;
use super::calls::{self, Call};
use super::connection::{Link, Socket};
use super::exception::Exception;
use super::fault::{self, Fault, Kind, Mishap};
use super::reply::{Body, Done, after_work, in_place_of_work, reply};
use super::twist::Twist;
use super::wire;
use crate::tasks;

/// Under which every call but `authenticate` stands.
pub(super) const BASE_PATH: &str = "/v1";
/// Who may sign in.
pub(super) const USER: &str = "sandbox";
/// With which password.
pub(super) const PASSWORD: &str = "sandbox";
/// The one token: it says no more than that somebody signed in.
const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzYW5kYm94In0.";
/// No request of the contract comes near it.
const LONGEST_REQUEST: usize = 64 * 1024;

/// Everything that calls share, behind one lock: one write at a time.
pub(super) struct Shared(LazyLock<Mutex<Inner>, Make>);

/// Makes a bank, once it is wanted.
type Make = Box<dyn FnOnce() -> Mutex<Inner> + Send>;

pub(super) struct Inner {
    pub(super) bank: Bank,
    pub(super) faults: Vec<Fault>,
    pub(super) received: HashMap<String, usize>,
    pub(super) worked: HashMap<String, usize>,
    /// Nothing where nobody asks for it.
    pub(super) log: Option<Vec<Worked>>,
    sign_in: bool,
}

impl Shared {
    /// The bank is made for the first call: a console's first picture has no need of it.
    pub(super) fn new(
        bank: impl FnOnce() -> Bank + Send + 'static,
        faults: Vec<Fault>,
        sign_in: bool,
        log: Option<Vec<Worked>>,
    ) -> Self {
        Self(LazyLock::new(Box::new(move || {
            Mutex::new(Inner {
                bank: bank(),
                faults,
                received: HashMap::new(),
                worked: HashMap::new(),
                log,
                sign_in,
            })
        })))
    }

    /// A call that panicked changed nothing that the next one could not live with.
    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves until `stop`, then waits for the calls that are under way.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>, stop: impl Future) {
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let socket = tokio::select! {
            socket = Socket::accept(&listener) => socket,
            _ = &mut stop => break,
        };
        let (shared, link) = (Arc::clone(&shared), socket.link());
        let service = service_fn(move |request| answer(Arc::clone(&shared), link.clone(), request));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(socket), service);
        let connection = connections.watch(connection);
        tasks::spawn(async move {
            if let Err(fault) = connection.await {
                tracing::debug!(%fault, "a connection ended");
            }
        });
    }
    drop(listener);
    connections.shutdown().await;
}

async fn answer(
    shared: Arc<Shared>,
    link: Link,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    // A client that hangs up does not undo what it asked for: the work has a task of its own.
    let work = tasks::spawn(work(shared, link, request));
    Ok(work.await.unwrap_or_else(|_| {
        let said = "the simulator failed";
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        reply(&Exception::guide(status, "internal.error", said).into())
    }))
}

async fn work(shared: Arc<Shared>, link: Link, request: Request<Incoming>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let name = calls::name_of(parts.uri.path()).to_owned();
    let body = Limited::new(body, LONGEST_REQUEST).collect().await;
    let Mishap { delay, kind } = {
        let mut inner = shared.lock();
        *inner.received.entry(name.clone()).or_default() += 1;
        fault::meet(&mut inner.faults, &name)
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    if let Some(instead) = kind.as_ref().and_then(|kind| in_place_of_work(kind, &link)) {
        tracing::debug!(call = name, ?kind, "a fault, and no work");
        return instead;
    }
    let twist = match kind {
        Some(Kind::Twist(twist)) => Some(twist),
        _ => None,
    };
    let done = if let Ok(body) = body {
        done(&shared, &parts, &body.to_bytes(), twist)
    } else {
        let said = "the body did not come whole, or has more than 64 KiB";
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Exception::guide(status, "body.too.large", said).into()
    };
    tracing::debug!(
        call = name,
        status = done.status.as_u16(),
        ?kind,
        "answered"
    );
    after_work(kind.as_ref(), done, &link)
}

fn done(shared: &Shared, parts: &Parts, body: &[u8], twist: Option<Twist>) -> Done {
    let path = parts.uri.path();
    if path == calls::AUTHENTICATE {
        return match check_form(parts) {
            Ok(()) => authenticate(body),
            Err(exception) => exception.into(),
        };
    }
    let Some(call) = path.strip_prefix(BASE_PATH).and_then(calls::find) else {
        let said = "there is no call under this path";
        return Exception::guide(StatusCode::NOT_FOUND, "path.not.found", said).into();
    };
    let query = parts.uri.query().unwrap_or_default();
    let sign_in = shared.lock().sign_in;
    let checked = check_form(parts)
        .and_then(|()| check_token(&parts.headers, sign_in))
        .and_then(|()| check_tenant(&parts.headers));
    let request = checked.and_then(|()| super::request::Request::parse(body, query, twist));
    match request.and_then(|request| perform(shared, call, &request)) {
        Ok((result, pagination)) => {
            let body = json!({"result": null, "exception": null, "pagination": pagination});
            Done {
                status: StatusCode::OK,
                body: wire::with(body, "result", result),
            }
        }
        Err(exception) => exception.into(),
    }
}

fn perform(shared: &Shared, call: &Call, request: &super::request::Request) -> calls::PagedAnswer {
    let mut inner = shared.lock();
    let answer = call.work(&mut inner.bank, request)?;
    let is_done = !matches!(request.twist, Some(Twist::NoEffect | Twist::StatusFalse));
    if call.writes && is_done {
        let name = calls::name_of(call.path).to_owned();
        if let Some(log) = &mut inner.log {
            log.push(Worked {
                call: name.clone(),
                body: request.body(),
                at: SystemTime::now(),
            });
        }
        *inner.worked.entry(name).or_default() += 1;
    }
    Ok(answer)
}

fn check_form(parts: &Parts) -> Result<(), Exception> {
    if parts.method != Method::POST {
        let said = "every call is a POST";
        let status = StatusCode::BAD_REQUEST;
        return Err(Exception::guide(status, "method.not.allowed", said));
    }
    let kind = parts.headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let said = "the content type must be application/json";
        let status = StatusCode::BAD_REQUEST;
        return Err(Exception::guide(status, "content.type.not.json", said));
    }
    Ok(())
}

/// Where a token is needed at all, as after [`authenticate`] (contract, 1).
fn check_token(headers: &HeaderMap, is_needed: bool) -> Result<(), Exception> {
    let given = headers.get(header::AUTHORIZATION);
    let token = given.and_then(|given| given.as_bytes().strip_prefix(b"Bearer "));
    if !is_needed || token == Some(TOKEN.as_bytes()) {
        return Ok(());
    }
    let said = "the call needs the token of /api/authenticate";
    let status = StatusCode::UNAUTHORIZED;
    Err(Exception::guide(status, "token.invalid", said))
}

fn check_tenant(headers: &HeaderMap) -> Result<(), Exception> {
    match headers.get("tenant").map(HeaderValue::as_bytes) {
        None | Some(b"") => {
            let said = "the header tenant is missing";
            let status = StatusCode::BAD_REQUEST;
            Err(Exception::guide(status, "tenant.header.missing", said))
        }
        Some(tenant) if tenant == super::TENANT.as_bytes() => Ok(()),
        Some(_) => {
            let said = "there is no such tenant here";
            Err(Exception::guide(
                StatusCode::FORBIDDEN,
                "tenant.not.allowed",
                said,
            ))
        }
    }
}

fn authenticate(body: &[u8]) -> Done {
    let given: Value = serde_json::from_slice(body).unwrap_or_default();
    if given["username"] == USER && given["password"] == PASSWORD {
        return Done {
            status: StatusCode::OK,
            body: json!({"id_token": TOKEN}),
        };
    }
    let said = "user name or password is wrong";
    Exception::guide(StatusCode::UNAUTHORIZED, "credentials.invalid", said).into()
}
