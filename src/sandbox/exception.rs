//! The two shapes in which a DCMS says no (contract, 1).
//! Only JSON and HTTP statuses; why something is refused is for the calls to know.

use http::StatusCode;
use serde_json::{Value, json};

/// A refusal with the HTTP status that it travels under.
#[derive(Debug)]
pub(super) struct Exception {
    pub(super) status: StatusCode,
    pub(super) body: Value,
}

impl Exception {
    /// The call pages' shape, on HTTP 400.
    pub(super) fn page(code: &str, short: &str, fields: &[&str]) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self {
            status,
            body: json!({
                "errorCode": code,
                "shortMessage": short,
                "detailMessage": fields.first().copied().unwrap_or(short),
                "httpStatus": words(status),
                "fieldError": fields,
                "languageCode": "en",
            }),
        }
    }

    /// A request that is not as the contract wants it: one of its fields, and what is wrong there.
    pub(super) fn field(name: &str, wrong: &str) -> Self {
        Self::page("VAL001", "Invalid request", &[&format!("{name}: {wrong}")])
    }

    /// The guide's shape.
    pub(super) fn guide(status: StatusCode, code: &str, message: &str) -> Self {
        Self {
            status,
            body: json!({
                "errorCode": code,
                "errorMessage": message,
                "httpStatus": format!("{} {}", status.as_u16(), words(status)),
            }),
        }
    }

    /// The same refusal on HTTP 200: its own `httpStatus` goes on saying otherwise.
    pub(super) fn on_200(mut self) -> Self {
        self.status = StatusCode::OK;
        self
    }
}

/// Writes a page's exception as the guide does, and the other way round. Nothing where it is no exception.
pub(super) fn in_the_other_shape(body: &mut Value) {
    let Some(code) = body["errorCode"].as_str().map(str::to_owned) else {
        return;
    };
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let given = text("httpStatus");
    let number = given.get(..3).and_then(|digits| digits.parse().ok());
    let status = number.map_or(Ok(StatusCode::BAD_REQUEST), StatusCode::from_u16);
    let status = status.unwrap_or_default();
    let exception = match text("errorMessage") {
        "" => Exception::guide(status, &code, text("detailMessage")),
        said => Exception::page(&code, said, &[said]),
    };
    *body = exception.body;
}

/// `BAD_REQUEST`.
fn words(status: StatusCode) -> String {
    let reason = status.canonical_reason().unwrap_or("ERROR");
    reason.to_uppercase().replace(' ', "_")
}
