//! The line to one DCMS: one `reqwest` client, its limits, sign-in. A write is sent once.
//! What a reply means is `outcome`'s to say; what is asked is in `lookups` and `writes`.

use std::time::{Duration, Instant};

use hyper_util::client::proxy::matcher::Matcher;
use rand::RngExt as _;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::Mutex;
use url::Url;

use super::body::Body;
use super::outcome::{Attempt, Doubt, NotSent, Outcome, ReadFault, Reply, judge};
use super::reach;
use super::settings::{LONGEST_REPLY, Limits, Settings, SignIn};
use super::tls;
use super::token::Token;
use super::trouble::Way;
use crate::clock::Clock;

/// How often a look-up is tried at most (contract, 2: twice more).
const TRIES: u32 = 3;

/// How this program names itself to the other side.
pub(super) const AGENT: &str = concat!("kitdesk/", env!("CARGO_PKG_VERSION"));
/// What the bodies are.
pub(super) const CONTENT: &str = "application/json";

/// Why a client could not be made: a sentence about the setting at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct ClientFault {
    setting: Option<&'static str>,
    what: String,
}

impl ClientFault {
    pub(super) fn of(setting: impl Into<Option<&'static str>>, what: impl Into<String>) -> Self {
        Self {
            setting: setting.into(),
            what: what.into(),
        }
    }

    /// What the profile calls it, where it is one of its settings.
    #[must_use]
    pub fn setting(&self) -> Option<&'static str> {
        self.setting
    }
}

/// Talks to one DCMS.
pub struct Client {
    http: reqwest::Client,
    base_url: Url,
    way: Way,
    limits: Limits,
    pub(super) encrypted_pans: bool,
    sign_in: Option<SignIn>,
    token: Mutex<Option<Token>>,
}

impl Client {
    /// Makes a client; nothing is sent yet.
    ///
    /// # Errors
    /// When a certificate, header or proxy of the settings can't be used.
    pub fn new(settings: Settings) -> Result<Self, ClientFault> {
        // Shorter than a whole write, so that running out of time while connecting is told as
        // *not sent* and not as *unknown*.
        let connect_limit = settings
            .limits
            .connect
            .min(settings.limits.write.mul_f32(0.9));
        let builder = reqwest::Client::builder()
            .user_agent(AGENT)
            .default_headers(headers(&settings)?)
            .connect_timeout(connect_limit)
            .redirect(reqwest::redirect::Policy::none())
            // A kept-alive connection that the other side has closed would be a reason for the
            // layers below to send a request a second time. Every call gets a line of its own.
            .pool_max_idle_per_host(0)
            .retry(reqwest::retry::never())
            .no_proxy()
            .http1_only()
            .tls_backend_preconfigured(tls::config(&settings)?);
        let proxy = proxy(&settings)?;
        let builder = match proxy {
            None => builder,
            Some(address) => {
                let proxy = reqwest::Proxy::all(address.clone());
                builder.proxy(proxy.map_err(|_| no_proxy_address())?)
            }
        };
        let http = builder.build().map_err(|error| {
            ClientFault::of(None, format!("the HTTP client could not be made: {error}"))
        })?;
        Ok(Self {
            http,
            way: Way::new(&settings.base_url, proxy, connect_limit),
            base_url: settings.base_url,
            limits: settings.limits,
            encrypted_pans: settings.encrypted_pans,
            sign_in: settings.sign_in,
            token: Mutex::new(None),
        })
    }

    /// The time limits in force.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// A look-up: tried up to three times, all within the limit that the user is shown.
    pub(super) async fn read<T>(
        &self,
        path: &str,
        body: &impl serde::Serialize,
        decode: impl Fn(Option<&RawValue>) -> Result<T, Doubt>,
    ) -> Result<T, ReadFault> {
        let judge = |attempt: &Attempt| judge(attempt, &decode);
        self.read_as(path, body, judge).await
    }

    /// The same for what is not judged by its `result` alone.
    pub(super) async fn read_as<T>(
        &self,
        path: &str,
        body: &impl serde::Serialize,
        judge: impl Fn(&Attempt) -> Outcome<T>,
    ) -> Result<T, ReadFault> {
        let body = serialize(body);
        let tries = async {
            for tried in 1.. {
                let attempt = self.send(path, &body, self.limits.read).await;
                let read = Result::from(judge(&attempt));
                match read {
                    Err(fault) if tried < TRIES && fault.is_passing() => {
                        tracing::debug!(path, tried, %fault, "asking again");
                        tokio::time::sleep(pause(tried)).await;
                    }
                    read => return read,
                }
            }
            unreachable!("the last try returns")
        };
        tokio::time::timeout(self.limits.read, tries)
            .await
            .unwrap_or(Err(ReadFault::Lost(Doubt::TimedOut(self.limits.read))))
    }

    /// A write: sent once. Only after a 401, which says that nothing was done, it is sent once
    /// more with a new token (contract, 1).
    pub(super) async fn write<T>(
        &self,
        path: &str,
        body: &impl serde::Serialize,
        decode: impl FnOnce(Option<&RawValue>) -> Result<T, Doubt>,
    ) -> Outcome<T> {
        let attempt = self.send(path, &serialize(body), self.limits.write).await;
        judge(&attempt, decode)
    }

    /// One request with its token, and one more where the token was not accepted.
    pub(super) async fn send(&self, path: &str, body: &[u8], limit: Duration) -> Attempt {
        let url = call_url(&self.base_url, path);
        let token = match self.token(None).await {
            Ok(token) => token,
            Err(fault) => return Attempt::NotSent(NotSent::SignIn(Box::new(fault))),
        };
        let first = self.post(url.clone(), body, token.as_ref(), limit).await;
        let (Some(old), Attempt::Answered(Reply { status: 401, .. })) = (token, &first) else {
            return first;
        };
        match self.token(Some(&old)).await {
            Ok(new) => self.post(url, body, new.as_ref(), limit).await,
            Err(_) => first,
        }
    }

    async fn post(
        &self,
        url: Url,
        body: &[u8],
        token: Option<&SecretString>,
        limit: Duration,
    ) -> Attempt {
        let path = url.path().to_owned();
        let mut request = self.http.post(url).timeout(limit).body(body.to_vec());
        if let Some(token) = token {
            let text = format!("Bearer {}", token.expose_secret());
            let Ok(mut value) = HeaderValue::from_str(&text) else {
                return Attempt::NotSent(NotSent::Unmade("the token is no header text".into()));
            };
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let started = Instant::now();
        let attempt = match request.send().await {
            Ok(response) => read_body(response, limit).await,
            Err(error) => self.way.failed(&error, limit),
        };
        let took = started.elapsed();
        match &attempt {
            Attempt::Answered(reply) => {
                tracing::debug!(
                    path,
                    ?took,
                    status = reply.status,
                    bytes = reply.body.len(),
                    "answered"
                );
            }
            Attempt::NotSent(why) => tracing::debug!(path, ?took, %why, "not sent"),
            Attempt::Lost(doubt) => tracing::debug!(path, ?took, %doubt, "lost"),
        }
        attempt
    }

    /// The token to use: the one held, or a new one where there is none, it is old, or the one in
    /// `refused` was not accepted. Nothing where the profile does not sign in.
    async fn token(
        &self,
        refused: Option<&SecretString>,
    ) -> Result<Option<SecretString>, ReadFault> {
        let Some(sign_in) = &self.sign_in else {
            return Ok(None);
        };
        let mut held = self.token.lock().await;
        if let Some(token) = held.as_ref() {
            let is_refused = refused.is_some_and(|old| token.is(old));
            if !is_refused && !token.is_due() {
                return Ok(Some(token.text.clone()));
            }
        }
        let text = self.authenticate(sign_in).await?;
        *held = Some(Token::new(text.clone(), Clock::start()));
        Ok(Some(text))
    }

    async fn authenticate(&self, sign_in: &SignIn) -> Result<SecretString, ReadFault> {
        #[derive(Deserialize)]
        struct Granted {
            id_token: SecretString,
        }
        let mut url = self.base_url.clone();
        url.set_path("/api/authenticate");
        let body = serialize(&serde_json::json!({
            "username": sign_in.username,
            "password": sign_in.password.expose_secret(),
        }));
        let attempt = self.post(url, &body, None, self.limits.read).await;
        if let Attempt::Answered(Reply {
            status: 200, body, ..
        }) = &attempt
            && let Ok(granted) = serde_json::from_slice::<Granted>(body)
        {
            return Ok(granted.id_token);
        }
        let no_token = |_: Option<&RawValue>| Err(Doubt::Unreadable("no id_token in it"));
        Result::from(judge::<SecretString>(&attempt, no_token))
    }
}

/// Where a call goes: the base address' path comes before the call's own.
pub(super) fn call_url(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let (path, query) = path
        .split_once('?')
        .map_or((path, None), |(p, q)| (p, Some(q)));
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url.set_query(query);
    url
}

pub(super) fn serialize(body: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("requests are plain structs with text keys")
}

/// Between the first and the second try about 0.2 s, then about 0.6 s, each give or take a third.
fn pause(tried: u32) -> Duration {
    let middle = 200.0 * f64::from(3_u32.pow(tried - 1));
    Duration::from_secs_f64(rand::rng().random_range(0.67..1.33) * middle / 1000.0)
}

/// The proxy that the DCMS is reached through; none where it is reached past it.
fn proxy(settings: &Settings) -> Result<Option<&Url>, ClientFault> {
    let Some(proxy) = &settings.proxy else {
        return Ok(None);
    };
    let past = settings.no_proxy.join(",");
    let matcher = Matcher::builder().all(proxy.as_str()).no(past).build();
    let to = settings.base_url.as_str().parse::<http::Uri>();
    let to = to.map_err(|_| ClientFault::of("base_url", "base_url is no address of a host"))?;
    Ok(matcher.intercept(&to).map(|_| proxy))
}

fn no_proxy_address() -> ClientFault {
    ClientFault::of("proxy", "the proxy's address can't be used")
}

fn headers(settings: &Settings) -> Result<HeaderMap, ClientFault> {
    let mut all = HeaderMap::new();
    all.insert(CONTENT_TYPE, HeaderValue::from_static(CONTENT));
    let tenant = HeaderValue::from_str(settings.tenant.as_str())
        .map_err(|_| ClientFault::of("tenant", "the tenant can't be sent as a header"))?;
    all.insert(HeaderName::from_static("tenant"), tenant);
    for (name, value) in &settings.headers {
        let fault = || {
            ClientFault::of(
                "headers",
                format!("the header {name} can't be sent as it is"),
            )
        };
        let mut value = HeaderValue::from_str(value.expose_secret()).map_err(|_| fault())?;
        value.set_sensitive(true);
        let name: HeaderName = name.parse().map_err(|_| fault())?;
        all.insert(name, value);
    }
    Ok(all)
}

async fn read_body(mut response: reqwest::Response, limit: Duration) -> Attempt {
    let status = response.status().as_u16();
    let date = response.headers().get(DATE).and_then(reach::moment);
    let announced = response.content_length().unwrap_or(0);
    if announced > LONGEST_REPLY as u64 {
        return Attempt::Lost(Doubt::TooLong);
    }
    let mut body = Body::of(usize::try_from(announced).unwrap_or(0));
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > LONGEST_REPLY => {
                return Attempt::Lost(Doubt::TooLong);
            }
            Ok(Some(chunk)) => body.push(&chunk),
            Ok(None) => return Attempt::Answered(Reply { status, body, date }),
            Err(error) if error.is_timeout() => return Attempt::Lost(Doubt::TimedOut(limit)),
            Err(_) => return Attempt::Lost(Doubt::CutOff),
        }
    }
}

#[cfg(test)]
mod tests;
