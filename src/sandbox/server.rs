//! HTTP: from a request to its call and back, and what faults do on the way.
//! What the calls mean is in `calls`; nothing here knows customers.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use futures_util::stream::{self, Stream, StreamExt as _};
use serde_json::{Value, json};

use super::bank::Bank;
use super::calls::{self, Call};
use super::connection::Link;
use super::exception::Exception;
use super::fault::{self, Fault, Kind, Mishap};
use super::wire;

/// Under which every call but `authenticate` stands.
pub(super) const BASE_PATH: &str = "/v1";
/// No request of the contract comes near it.
const LONGEST_REQUEST: usize = 64 * 1024;
/// 100 MB, in pieces.
const HUGE: usize = 100_000_000;
const PIECE: usize = 100_000;

/// Everything that calls share, behind one lock: one write at a time.
pub(super) struct Shared(LazyLock<Mutex<Inner>, Make>);

/// Makes a bank, once it is wanted.
type Make = Box<dyn FnOnce() -> Mutex<Inner> + Send>;

pub(super) struct Inner {
    pub(super) bank: Bank,
    pub(super) faults: Vec<Fault>,
    pub(super) received: HashMap<String, usize>,
    pub(super) worked: HashMap<String, usize>,
}

impl Shared {
    /// The bank is made for the first call: a console's first picture has no need of it.
    pub(super) fn new(bank: impl FnOnce() -> Bank + Send + 'static, faults: Vec<Fault>) -> Self {
        Self(LazyLock::new(Box::new(|| {
            Mutex::new(Inner {
                bank: bank(),
                faults,
                received: HashMap::new(),
                worked: HashMap::new(),
            })
        })))
    }

    /// A call that panicked changed nothing that the next one could not live with.
    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All paths.
pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(answer).with_state(shared)
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(link): ConnectInfo<Link>,
    request: Request,
) -> Response<Body> {
    // A client that hangs up does not undo what it asked for: the work has a task of its own.
    let work = tokio::spawn(work(shared, link, request));
    work.await.unwrap_or_else(|_| {
        let said = "the simulator failed";
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        reply(&Exception::guide(status, "internal.error", said).into())
    })
}

async fn work(shared: Arc<Shared>, link: Link, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let name = calls::name_of(parts.uri.path()).to_owned();
    let body = axum::body::to_bytes(body, LONGEST_REQUEST).await;
    let Mishap { delay, kind } = {
        let mut inner = shared.lock();
        *inner.received.entry(name.clone()).or_default() += 1;
        fault::meet(&mut inner.faults, &name)
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    if let Some(instead) = kind.and_then(|kind| in_place_of_work(kind, &link)) {
        tracing::debug!(call = name, ?kind, "a fault, and no work");
        return instead;
    }
    let done = if let Ok(body) = body {
        serve(&shared, &parts, &body)
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
    after_work(kind, done, &link)
}

/// A reply before it becomes bytes.
struct Done {
    status: StatusCode,
    body: Value,
}

impl From<Exception> for Done {
    fn from(exception: Exception) -> Self {
        Self {
            status: exception.status,
            body: json!({"result": null, "exception": exception.body, "pagination": null}),
        }
    }
}

fn serve(shared: &Shared, parts: &Parts, body: &[u8]) -> Done {
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
    let checked = check_form(parts).and_then(|()| check_tenant(&parts.headers));
    let request = checked.and_then(|()| super::request::Request::parse(body, query));
    match request.and_then(|request| perform(shared, call, &request)) {
        Ok(result) => {
            let body = json!({"result": null, "exception": null, "pagination": null});
            Done {
                status: StatusCode::OK,
                body: wire::with(body, "result", result),
            }
        }
        Err(exception) => exception.into(),
    }
}

fn perform(shared: &Shared, call: &Call, request: &super::request::Request) -> calls::Answer {
    let mut inner = shared.lock();
    let result = (call.work)(&mut inner.bank, request)?;
    if call.writes {
        let name = calls::name_of(call.path).to_owned();
        *inner.worked.entry(name).or_default() += 1;
    }
    Ok(result)
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
    if given["username"] == "sandbox" && given["password"] == "sandbox" {
        return Done {
            status: StatusCode::OK,
            body: json!({"id_token": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzYW5kYm94In0."}),
        };
    }
    let said = "user name or password is wrong";
    Exception::guide(StatusCode::UNAUTHORIZED, "credentials.invalid", said).into()
}

/// What a fault answers in place of the work; nothing where the work is to be done.
fn in_place_of_work(kind: Kind, link: &Link) -> Option<Response<Body>> {
    let said = "a fault that was asked for";
    match kind {
        Kind::Status(status) => {
            let code = match status {
                429 => "rate.limit.exceeded",
                503 => "service.unavailable",
                _ => "internal.error",
            };
            let status = StatusCode::from_u16(status).unwrap_or_default();
            Some(reply(&Exception::guide(status, code, said).into()))
        }
        Kind::Exception200 => {
            let exception = Exception::page("SBX001", "Refused on purpose", &[said]);
            Some(reply(&exception.on_200().into()))
        }
        Kind::ResetBefore => Some(reset(link)),
        _ => None,
    }
}

fn after_work(kind: Option<Kind>, mut done: Done, link: &Link) -> Response<Body> {
    match kind {
        Some(Kind::ResetAfter) => reset(link),
        Some(Kind::Truncate) => truncated(&done),
        Some(Kind::Garbage) => {
            let page = "<!DOCTYPE html><html><body><h1>It works!</h1></body></html>";
            respond(StatusCode::OK, "text/html", Body::from(page))
        }
        Some(Kind::Huge) => {
            let body = Body::from_stream(huge());
            respond(StatusCode::OK, "application/json", body)
        }
        Some(Kind::SlowDrip) => dripping(&done),
        Some(Kind::WrongEntity) => {
            wire::about_someone_else(&mut done.body);
            reply(&done)
        }
        _ => reply(&done),
    }
}

/// The empty reply never leaves: the connection is reset instead of writing it.
fn reset(link: &Link) -> Response<Body> {
    link.reset();
    Response::new(Body::empty())
}

fn truncated(done: &Done) -> Response<Body> {
    let whole = Bytes::from(done.body.to_string());
    let length = whole.len();
    let half = whole.slice(..length / 2);
    let cut = async {
        // The half must have left before the connection is dropped.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(std::io::Error::from(std::io::ErrorKind::BrokenPipe))
    };
    let body = stream::iter([Ok(half)]).chain(stream::once(cut));
    with_length(done.status, length, Body::from_stream(body))
}

fn dripping(done: &Done) -> Response<Body> {
    let whole = Bytes::from(done.body.to_string());
    let length = whole.len();
    let drops = stream::iter(0..length).then(move |place| {
        let drop = whole.slice(place..=place);
        async move {
            if place > 0 {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Ok::<_, std::convert::Infallible>(drop)
        }
    });
    with_length(done.status, length, Body::from_stream(drops))
}

/// Good JSON and no declared length: nothing but a limit on what is read saves the client.
fn huge() -> impl Stream<Item = Result<Bytes, std::convert::Infallible>> {
    let filler = Bytes::from(vec![b'x'; PIECE]);
    stream::iter([Bytes::from_static(b"{\"result\":\"")])
        .chain(stream::repeat(filler).take(HUGE / PIECE))
        .chain(stream::iter([Bytes::from_static(
            b"\",\"exception\":null,\"pagination\":null}",
        )]))
        .map(Ok)
}

fn reply(done: &Done) -> Response<Body> {
    let body = Body::from(done.body.to_string());
    respond(done.status, "application/json", body)
}

fn with_length(status: StatusCode, length: usize, body: Body) -> Response<Body> {
    let mut response = respond(status, "application/json", body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length.into());
    response
}

fn respond(status: StatusCode, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
