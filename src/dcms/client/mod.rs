//! The line to one DCMS: one `reqwest` client, its limits, sign-in. A write is sent once.
//! What a reply means is `outcome`'s to say; what is asked is in `lookups` and `writes`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper_util::client::proxy::matcher::Matcher;
use rand::RngExt as _;
use reqwest::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, HeaderName,
    HeaderValue,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::Mutex;
use url::Url;

use super::body::Body;
use super::client_error::ClientError;
use super::date::moment;
use super::outcome::{Attempt, Doubt, NotSent, Outcome, ReadError, Reply, is_refusal, judge};
use super::settings::{LONGEST_REPLY, Limits, Settings, SignIn};
use super::text::harmless;
use super::tls;
use super::token::Token;
use super::trouble::ConnectErrors;
use crate::clock::Clock;

/// How often a look-up is tried at most (contract, 2: twice more).
const TRIES: u32 = 3;

/// How this program names itself to the other side.
pub(super) const AGENT: &str = concat!("kitdesk/", env!("CARGO_PKG_VERSION"));
/// What the bodies are.
pub(super) const CONTENT: &str = "application/json";
/// Which encodings of a reply are read: none. Silence would be leave for any (RFC 9110, 12.5.3).
pub(super) const ENCODING: &str = "identity";
/// How much of a refusal is read, in bytes: far more than its reason can need.
const LONGEST_REFUSAL: usize = 256 << 10;
/// From how many bytes on a reply is judged on a thread of its own.
const LONG: usize = 1 << 20;
/// How much of an encoding's name is shown, in characters.
const LONGEST_NAME: usize = 20;

/// Talks to one DCMS.
pub struct Client {
    http: reqwest::Client,
    base_url: Url,
    way: ConnectErrors,
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
    pub fn new(settings: Settings) -> Result<Self, ClientError> {
        // Shorter than any call, so that a call without a connection ends as *not reached* or *not
        // sent*, and not as *unknown*.
        let Limits {
            connect,
            read,
            write,
        } = settings.limits;
        let connect_limit = connect.min(read.min(write).mul_f32(0.9));
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
            ClientError::of(None, format!("the HTTP client could not be made: {error}"))
        })?;
        Ok(Self {
            http,
            way: ConnectErrors::new(&settings.base_url, proxy, connect_limit),
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
    pub(super) async fn read<T: Send + 'static>(
        &self,
        path: &str,
        body: &impl serde::Serialize,
        decode: impl Fn(Option<&RawValue>) -> Result<T, Doubt> + Send + Sync + 'static,
    ) -> Result<T, ReadError> {
        let judge = move |attempt: &Attempt| judge(attempt, &decode);
        self.read_as(path, body, judge).await
    }

    /// The same for what is not judged by its `result` alone.
    pub(super) async fn read_as<T: Send + 'static>(
        &self,
        path: &str,
        body: &impl serde::Serialize,
        judge: impl Fn(&Attempt) -> Outcome<T> + Send + Sync + 'static,
    ) -> Result<T, ReadError> {
        let (body, judge) = (serialize(body), Arc::new(judge));
        let time = Time::of_all(self.limits.read);
        let mut not_reached = None;
        for tried in 1.. {
            let attempt = self.send(path, &body, time).await;
            let judge = Arc::clone(&judge);
            let outcome = judged(attempt, move |attempt| judge(attempt), time).await;
            let pause = pause(tried);
            let has_time = tried < TRIES && pause < time.left();
            match (Result::from(outcome), not_reached.take()) {
                // Time was up before this try came to anything: the try before it says more.
                (Err(ReadError::Lost(Doubt::TimedOut(_))), Some(before)) => return Err(before),
                (Err(error), _) if has_time && error.is_passing() => {
                    tracing::debug!(path, tried, %error, "asking again");
                    if let ReadError::NotReached(_) = error {
                        not_reached = Some(error);
                    }
                    tokio::time::sleep(pause).await;
                }
                (read, _) => return read,
            }
        }
        unreachable!("the last try returns")
    }

    /// A write: sent once. Only after a 401, which says that nothing was done, it is sent once
    /// more with a new token (contract, 1).
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        path: &str,
        body: &impl serde::Serialize,
        decode: impl FnOnce(Option<&RawValue>) -> Result<T, Doubt> + Send + 'static,
    ) -> Outcome<T> {
        // A slow sign-in takes nothing of the time that the write has.
        let time = Time::of_each(self.limits.write);
        let attempt = self.send(path, &serialize(body), time).await;
        judged(attempt, move |attempt| judge(attempt, decode), time).await
    }

    /// One request with its token, and one more where the token was not accepted.
    pub(super) async fn send(&self, path: &str, body: &[u8], time: Time) -> Attempt {
        let url = call_url(&self.base_url, path);
        let token = match self.token(None, time).await {
            Ok(token) => token,
            Err(error) => return Attempt::NotSent(NotSent::SignIn(Box::new(error))),
        };
        let first = self.post(url.clone(), body, token.as_ref(), time).await;
        let (Some(old), Attempt::Answered(Reply { status: 401, .. })) = (token, &first) else {
            return first;
        };
        match self.token(Some(&old), time).await {
            Ok(new) => self.post(url, body, new.as_ref(), time).await,
            Err(_) => first,
        }
    }

    async fn post(
        &self,
        url: Url,
        body: &[u8],
        token: Option<&SecretString>,
        time: Time,
    ) -> Attempt {
        let path = url.path().to_owned();
        let request = self.http.post(url).timeout(time.left());
        let mut request = request.body(body.to_vec());
        if let Some(token) = token {
            let text = format!("Bearer {}", token.expose_secret());
            let value = HeaderValue::from_str(&text);
            let mut value = value.expect("a token that no header can carry is not taken");
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let started = Instant::now();
        let attempt = match request.send().await {
            Ok(response) => self.read_body(response, time.limit).await,
            Err(error) => self.way.failed(&error, time.limit),
        };
        let took = started.elapsed();
        match &attempt {
            Attempt::Answered(reply) => {
                tracing::debug!(
                    path,
                    ?took,
                    status = reply.status,
                    bytes = reply.length(),
                    "answered"
                );
            }
            Attempt::NotSent(why) => tracing::debug!(path, ?took, %why, "not sent"),
            Attempt::Lost(doubt) => tracing::debug!(path, ?took, %doubt, "lost"),
        }
        attempt
    }

    /// Reads the body as far as it counts. Any status but 200 stands whatever becomes of its body; only
    /// that of a refusal may hold a reason.
    async fn read_body(&self, mut response: reqwest::Response, limit: Duration) -> Attempt {
        let status = response.status().as_u16();
        let headers = response.headers();
        let date = headers.get(DATE).and_then(moment);
        let encoding = headers.get(CONTENT_ENCODING).and_then(encoding);
        let longest = match status {
            200 => LONGEST_REPLY,
            _ if is_refusal(status) => LONGEST_REFUSAL,
            _ => 0,
        };
        let announced = response.content_length().unwrap_or(0);
        let announced = usize::try_from(announced).unwrap_or(usize::MAX);
        let mut body = Body::of(announced.min(longest));
        let broken = loop {
            if announced > longest && status == 200 {
                break Some(Doubt::TooLong);
            }
            if body.len() == longest && status != 200 {
                break None;
            }
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > longest => {
                    body.push(&chunk[..longest - body.len()]);
                    break Some(Doubt::TooLong);
                }
                Ok(Some(chunk)) => body.push(&chunk),
                Ok(None) => break None,
                Err(error) => break Some(self.way.broken_off(&error, limit)),
            }
        };
        match broken {
            Some(doubt) if status == 200 => Attempt::Lost(doubt),
            _ => Attempt::Answered(Reply::new(status, body, date, encoding)),
        }
    }

    /// The token to use: the one held, or a new one where there is none, it is old, or the one in
    /// `refused` was not accepted. Nothing where the profile does not sign in.
    async fn token(
        &self,
        refused: Option<&SecretString>,
        time: Time,
    ) -> Result<Option<SecretString>, ReadError> {
        let Some(sign_in) = &self.sign_in else {
            return Ok(None);
        };
        let time = Time {
            limit: self.limits.read,
            ..time
        };
        // Another call may be signing in just now.
        let held = tokio::time::timeout(time.left(), self.token.lock()).await;
        let mut held = held.map_err(|_| ReadError::Lost(Doubt::TimedOut(time.limit)))?;
        if let Some(token) = held.as_ref() {
            let is_refused = refused.is_some_and(|old| token.is(old));
            if !is_refused && !token.is_due() {
                return Ok(Some(token.text.clone()));
            }
        }
        let text = self.authenticate(sign_in, time).await?;
        *held = Some(Token::new(text.clone(), Clock::start()));
        Ok(Some(text))
    }

    async fn authenticate(&self, sign_in: &SignIn, time: Time) -> Result<SecretString, ReadError> {
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
        let attempt = self.post(url, &body, None, time).await;
        let mut doubt = Doubt::Unreadable("no id_token in it");
        if let Attempt::Answered(reply) = &attempt
            && reply.status == 200
            && let Ok(Granted { id_token }) = serde_json::from_slice(reply.json())
        {
            let token = id_token.expose_secret();
            if token.trim().is_empty() {
                doubt = Doubt::Unreadable("its id_token is empty");
            } else if HeaderValue::from_str(token).is_err() {
                doubt = Doubt::Unreadable("its id_token contains control characters");
            } else {
                return Ok(id_token);
            }
        }
        let no_token = |_: Option<&RawValue>| Err(doubt);
        Result::from(judge::<SecretString>(&attempt, no_token))
    }
}

/// How long a call may take.
#[derive(Clone, Copy)]
pub(super) struct Time {
    /// What the error says.
    limit: Duration,
    /// When it is over; without it each request has the whole limit.
    end: Option<Instant>,
}

impl Time {
    /// One limit for a call with all that belongs to it, from now on.
    pub(super) fn of_all(limit: Duration) -> Self {
        Self {
            limit,
            end: Some(Instant::now() + limit),
        }
    }

    /// One limit for each request of a call.
    fn of_each(limit: Duration) -> Self {
        Self { limit, end: None }
    }

    fn left(self) -> Duration {
        let left = self
            .end
            .map(|end| end.saturating_duration_since(Instant::now()));
        left.unwrap_or(self.limit)
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
fn proxy(settings: &Settings) -> Result<Option<&Url>, ClientError> {
    let Some(proxy) = &settings.proxy else {
        return Ok(None);
    };
    let past = settings.no_proxy.join(",");
    let matcher = Matcher::builder().all(proxy.as_str()).no(past).build();
    let to = settings.base_url.as_str().parse::<http::Uri>();
    let to = to.map_err(|_| ClientError::of("base_url", "base_url is no address of a host"))?;
    Ok(matcher.intercept(&to).map(|_| proxy))
}

fn no_proxy_address() -> ClientError {
    ClientError::of("proxy", "the proxy's address can't be used")
}

fn headers(settings: &Settings) -> Result<HeaderMap, ClientError> {
    let mut all = HeaderMap::new();
    all.insert(CONTENT_TYPE, HeaderValue::from_static(CONTENT));
    all.insert(ACCEPT_ENCODING, HeaderValue::from_static(ENCODING));
    let tenant = HeaderValue::from_str(settings.tenant.as_str())
        .map_err(|_| ClientError::of("tenant", "the tenant can't be sent as a header"))?;
    all.insert(HeaderName::from_static("tenant"), tenant);
    for (name, value) in &settings.headers {
        let error = || {
            ClientError::of(
                "headers",
                format!("the header {name} can't be sent as it is"),
            )
        };
        let mut value = HeaderValue::from_str(value.expose_secret()).map_err(|_| error())?;
        value.set_sensitive(true);
        let name: HeaderName = name.parse().map_err(|_| error())?;
        all.insert(name, value);
    }
    Ok(all)
}

/// The encoding that a reply names, harmless to show; nothing where it is plain.
fn encoding(value: &HeaderValue) -> Option<String> {
    let named = String::from_utf8_lossy(value.as_bytes());
    let named = named.trim();
    let is_plain = named.is_empty() || named.eq_ignore_ascii_case("identity");
    (!is_plain).then(|| harmless(named).chars().take(LONGEST_NAME).collect())
}

/// Judges an attempt within the time of its call. A long reply keeps no other task waiting.
async fn judged<T: Send + 'static>(
    attempt: Attempt,
    judge: impl FnOnce(&Attempt) -> Outcome<T> + Send + 'static,
    time: Time,
) -> Outcome<T> {
    match &attempt {
        Attempt::Answered(reply) if reply.length() >= LONG => {
            let judged = tokio::task::spawn_blocking(move || judge(&attempt));
            match tokio::time::timeout(time.left(), judged).await {
                Ok(outcome) => outcome.expect("reading does not panic, and nobody aborts it"),
                Err(_) => Outcome::Unknown(Doubt::TimedOut(time.limit)),
            }
        }
        _ => judge(&attempt),
    }
}

#[cfg(test)]
mod tests;
