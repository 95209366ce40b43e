//! A reply on its way back, and what faults do to it.
//! Nothing here knows calls or customers.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use serde_json::{Value, json};

use super::connection::Link;
use super::exception::{self, Exception};
use super::fault::Kind;
use super::wire;

/// 100 MB, in pieces.
const HUGE: usize = 100_000_000;
const PIECE: usize = 100_000;

/// A reply's body, which may fail on its way.
pub(super) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// A reply before it becomes bytes.
pub(super) struct Done {
    pub(super) status: StatusCode,
    pub(super) body: Value,
}

impl From<Exception> for Done {
    fn from(exception: Exception) -> Self {
        Self {
            status: exception.status,
            body: json!({"result": null, "exception": exception.body, "pagination": null}),
        }
    }
}

/// What a fault answers in place of the work; nothing where the work is to be done.
pub(super) fn in_place_of_work(kind: &Kind, link: &Link) -> Option<Response<Body>> {
    let said = "a fault that was asked for";
    let envelope = |result: Value| json!({"result": result, "exception": null, "pagination": null});
    let with_failure_inside = |result: Value| {
        let status = StatusCode::OK;
        let body = envelope(result);
        reply(&Done { status, body })
    };
    match *kind {
        Kind::Status(status) => {
            let code = match status {
                401 => "token.invalid",
                403 => "role.not.allowed",
                408 => "request.timeout",
                409 => "request.conflict",
                422 => "request.not.processable",
                429 => "rate.limit.exceeded",
                503 => "service.unavailable",
                _ => "internal.error",
            };
            let status = StatusCode::from_u16(status).unwrap_or_default();
            Some(reply(&Exception::guide(status, code, said).into()))
        }
        Kind::Refuse(ref code) => {
            let exception = if code.contains('.') {
                Exception::guide(StatusCode::BAD_REQUEST, code, said)
            } else {
                Exception::page(code, "Refused on purpose", &[said])
            };
            Some(reply(&exception.into()))
        }
        Kind::InnerException => {
            let inner = Done::from(Exception::page("SBX001", "Refused on purpose", &[said]));
            Some(with_failure_inside(inner.body))
        }
        Kind::InnerStatus => {
            let inner = json!({"status": 400, "message": said});
            Some(with_failure_inside(inner))
        }
        Kind::Exception200 => {
            let exception = Exception::page("SBX001", "Refused on purpose", &[said]);
            Some(reply(&exception.on_200().into()))
        }
        Kind::ResetBefore => Some(reset(link)),
        _ => None,
    }
}

pub(super) fn after_work(kind: Option<&Kind>, mut done: Done, link: &Link) -> Response<Body> {
    match kind {
        Some(Kind::ResetAfter) => reset(link),
        Some(Kind::Truncate) => truncated(&done),
        Some(Kind::Garbage) => {
            let page = "<!DOCTYPE html><html><body><h1>It works!</h1></body></html>";
            respond(StatusCode::OK, "text/html", whole(page))
        }
        Some(Kind::Huge) => respond(StatusCode::OK, "application/json", in_pieces(huge())),
        Some(Kind::SlowDrip) => dripping(&done),
        Some(Kind::WrongEntity) => {
            wire::about_someone_else(&mut done.body);
            reply(&done)
        }
        Some(Kind::OtherShape) => {
            if let Some(body) = done.body.get_mut("exception") {
                exception::in_the_other_shape(body);
            }
            reply(&done)
        }
        Some(Kind::On200) => {
            done.status = StatusCode::OK;
            reply(&done)
        }
        _ => reply(&done),
    }
}

/// The empty reply never leaves: the connection is reset instead of writing it.
fn reset(link: &Link) -> Response<Body> {
    link.reset();
    Response::new(whole(Bytes::new()))
}

fn truncated(done: &Done) -> Response<Body> {
    let whole = Bytes::from(done.body.to_string());
    let length = whole.len();
    let half = whole.slice(..length / 2);
    let cut = async {
        // The half must have left before the connection is dropped.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(io::ErrorKind::BrokenPipe.into())
    };
    let body = stream::iter([Ok(half)]).chain(stream::once(cut));
    with_length(done.status, length, in_pieces(body))
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
            Ok(drop)
        }
    });
    with_length(done.status, length, in_pieces(drops))
}

/// Good JSON and no declared length: nothing but a limit on what is read saves the client.
fn huge() -> impl Stream<Item = io::Result<Bytes>> {
    let filler = Bytes::from(vec![b'x'; PIECE]);
    stream::iter([Bytes::from_static(b"{\"result\":\"")])
        .chain(stream::repeat(filler).take(HUGE / PIECE))
        .chain(stream::iter([Bytes::from_static(
            b"\",\"exception\":null,\"pagination\":null}",
        )]))
        .map(Ok)
}

pub(super) fn reply(done: &Done) -> Response<Body> {
    respond(
        done.status,
        "application/json",
        whole(done.body.to_string()),
    )
}

/// A body that is there.
fn whole(bytes: impl Into<Bytes>) -> Body {
    let body = http_body_util::Full::new(bytes.into());
    body.map_err(|never| match never {}).boxed_unsync()
}

/// A body that comes piece by piece.
fn in_pieces(pieces: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Body {
    StreamBody::new(pieces.map_ok(Frame::data)).boxed_unsync()
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
