//! A write as it would be sent, for those who want to see it first. Holds no secret: where one
//! would stand, there is a word for it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use url::Url;

use super::client::{AGENT, CONTENT, ENCODING, call_url};
use super::ids::Tenant;
use super::text::harmless;
use crate::sorting;

/// Shown in place of a secret.
const SECRET: &str = "<secret>";

/// How a profile reaches its DCMS, as far as it shows in a request.
#[derive(Debug, Clone, Copy)]
pub struct Route<'a> {
    /// The profile's base address.
    pub base_url: &'a Url,
    /// The bank.
    pub tenant: &'a Tenant,
    /// The names of the profile's own headers.
    pub headers: &'a [&'a str],
    /// Whether it signs in, and so sends a token.
    pub signs_in: bool,
}

/// A request with its secrets covered.
#[derive(Debug, Clone, Serialize)]
pub struct Preview {
    method: &'static str,
    url: String,
    headers: BTreeMap<String, String>,
    body: Box<RawValue>,
}

impl Preview {
    /// The request that the client would make of this body.
    ///
    /// # Panics
    /// When the body is no plain struct with text keys, which every request is.
    #[must_use]
    pub fn of(route: Route<'_>, path: &str, body: &impl Serialize) -> Self {
        let mut headers = sorting::map([
            ("accept-encoding".to_owned(), ENCODING.to_owned()),
            ("content-type".to_owned(), CONTENT.to_owned()),
            ("tenant".to_owned(), route.tenant.to_string()),
            ("user-agent".to_owned(), AGENT.to_owned()),
        ]);
        for name in route.headers {
            headers.insert(name.to_ascii_lowercase(), SECRET.to_owned());
        }
        if route.signs_in {
            headers.insert("authorization".to_owned(), SECRET.to_owned());
        }
        Self {
            method: "POST",
            url: call_url(route.base_url, path).to_string(),
            headers,
            body: to_raw_value(body).expect("requests are plain structs with text keys"),
        }
    }
}

impl fmt::Display for Preview {
    /// Where it goes and what is in it, on one line that is harmless to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, url, .. } = self;
        write!(f, "{method} {url} {}", harmless(self.body.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_the_secrets() {
        let body = serde_json::json!({"orderId": "3fa85f64", "branchId": "12345"});
        let route = Route {
            base_url: &Url::parse("https://dcms.example.com/v1").expect("a URL"),
            tenant: &Tenant::parse("ACME").expect("good"),
            headers: &["x-api-key"],
            signs_in: true,
        };
        let preview = Preview::of(route, "/card-order/cancel", &body);
        assert_eq!(
            serde_json::to_value(&preview).expect("JSON"),
            serde_json::json!({
                "method": "POST",
                "url": "https://dcms.example.com/v1/card-order/cancel",
                "headers": {
                    "accept-encoding": "identity",
                    "authorization": "<secret>",
                    "content-type": "application/json",
                    "tenant": "ACME",
                    "user-agent": AGENT,
                    "x-api-key": "<secret>",
                },
                "body": {"orderId": "3fa85f64", "branchId": "12345"},
            })
        );
    }
}
