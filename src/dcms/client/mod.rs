//! The line to one DCMS: its connections, its limits, sign-in. A write is sent once.
//! What a reply means is `outcome`'s to say; what is asked is in `lookups` and `writes`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, DATE, HOST, HeaderMap,
    HeaderName, HeaderValue, USER_AGENT,
};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
use hyper_util::client::proxy::matcher::Matcher;
use rand::RngExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::body::Body;
use super::client_error::ClientError;
use super::connection::{Connection, Opener, Past, Pool, Unanswered, Whole};
use super::date::moment;
use super::outcome::{Attempt, Doubt, NotSent, Outcome, ReadError, Reply, is_refusal, judge};
use super::settings::{LONGEST_REPLY, Limits, Settings, SignIn};
use super::text::harmless;
use super::tls;
use super::token::Token;
use super::trouble::{broken_off, unanswered};
use crate::clock::Clock;
use crate::tasks;

/// How many connections a look-up needs: kits and the customer's name are asked for at once.
const LOOK_UPS_AT_ONCE: usize = 2;
/// For how long a connection is kept for the next look-up: less than most servers and firewalls do.
const KEPT: Duration = Duration::from_secs(50);
/// How old a connection may be that a write is sent on: less than servers wait for a first request.
const PREPARED: Duration = Duration::from_secs(15);

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

/// One request that has ended, for figures: never what was in it.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// Whether it only reads.
    pub is_look_up: bool,
    /// From the first try to connect to the last byte of the reply.
    pub took: Duration,
    /// How it ended.
    pub end: CallEnd,
}

/// How a request ended, as far as the line is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallEnd {
    /// The DCMS has answered, whatever it says.
    Answered,
    /// Not a byte of it was sent.
    NotSent,
    /// It was sent, and no whole answer came.
    Lost,
}

/// Hears of each call once it has ended. It must not wait.
pub type Observer = Arc<dyn Fn(Call) + Send + Sync>;

/// Talks to one DCMS.
pub struct Client {
    observer: Option<Observer>,
    base_url: Url,
    host: String,
    headers: Arc<HeaderMap>,
    look_ups: Arc<Pool>,
    writes: Pool,
    limits: Limits,
    pub(super) encrypted_pans: bool,
    sign_in: Option<Arc<SignIn>>,
    token: Arc<Mutex<Option<Token>>>,
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
        let proxy = proxy(&settings)?;
        let tls = tls::config(&settings)?;
        let opener = Opener::new(&settings.base_url, proxy, tls, connect_limit)?;
        let opener = Arc::new(opener);
        Ok(Self {
            observer: None,
            host: opener.name().to_owned(),
            headers: Arc::new(headers(&settings)?),
            look_ups: Arc::new(Pool::of_look_ups(Arc::clone(&opener), KEPT)),
            writes: Pool::of_writes(opener, PREPARED),
            base_url: settings.base_url,
            limits: settings.limits,
            encrypted_pans: settings.encrypted_pans,
            sign_in: settings.sign_in.map(Arc::new),
            token: Arc::default(),
        })
    }

    /// The same, which tells of each call once it has ended, for figures.
    #[must_use]
    pub fn observed_by(self, observer: Observer) -> Self {
        let observer = Some(observer);
        Self { observer, ..self }
    }

    /// The same line for one more desk of this process: the connections of look-ups and the token are shared.
    /// Those of writes are not, because each is opened for one write while its review is read.
    #[must_use]
    pub fn for_another_desk(&self) -> Self {
        Self {
            observer: self.observer.clone(),
            base_url: self.base_url.clone(),
            host: self.host.clone(),
            headers: Arc::clone(&self.headers),
            look_ups: Arc::clone(&self.look_ups),
            writes: self.writes.another(),
            sign_in: self.sign_in.clone(),
            token: Arc::clone(&self.token),
            ..*self
        }
    }

    /// The time limits in force.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Opens what the next look-up needs. Sends nothing.
    pub fn prepare_look_up(&self) {
        self.look_ups.open_ahead(LOOK_UPS_AT_ONCE);
    }

    /// Opens what the next write and the reading after it need, and signs in. Nothing of the write is sent.
    pub async fn prepare_write(&self) {
        self.writes.open_ahead(1);
        self.look_ups.open_ahead(1);
        if let Err(error) = self.token(None, Time::of_all(self.limits.read)).await {
            tracing::debug!(%error, "no token ahead of the write");
        }
    }

    /// Asks once, however it ends.
    pub(super) async fn ask_once(&self, path: &str, body: &impl serde::Serialize) -> Attempt {
        let time = Time::of_all(self.limits.read);
        self.send(&self.look_ups, path, &serialize(body), time)
            .await
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
            let attempt = self.send(&self.look_ups, path, &body, time).await;
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
        let attempt = self.send(&self.writes, path, &serialize(body), time).await;
        judged(attempt, move |attempt| judge(attempt, decode), time).await
    }

    /// One request with its token, and one more where the token was not accepted.
    async fn send(&self, pool: &Pool, path: &str, body: &[u8], time: Time) -> Attempt {
        let url = call_url(&self.base_url, path);
        let token = match self.token(None, time).await {
            Ok(token) => token,
            Err(error) => return Attempt::NotSent(NotSent::SignIn(Box::new(error))),
        };
        let first = self.post(pool, &url, body, token.as_ref(), time).await;
        let (Some(old), Attempt::Answered(Reply { status: 401, .. })) = (token, &first) else {
            return first;
        };
        match self.token(Some(&old), time).await {
            Ok(new) => self.post(pool, &url, body, new.as_ref(), time).await,
            Err(_) => first,
        }
    }

    /// Sends one request. On a connection that turns out to have ended before, nothing is written: then
    /// another one is opened.
    async fn post(
        &self,
        pool: &Pool,
        url: &Url,
        body: &[u8],
        token: Option<&SecretString>,
        time: Time,
    ) -> Attempt {
        let started = Instant::now();
        let request = self.request(url, body, token);
        let until = Until {
            limit: time.limit,
            end: started + time.left(),
        };
        let answered = timeout_at(until.end, self.answered(pool, request)).await;
        let attempt = match answered {
            Ok(Ok((connection, response))) => {
                self.read_body(pool, connection, response, until).await
            }
            Ok(Err(attempt)) => attempt,
            Err(_) => Attempt::Lost(Doubt::TimedOut(time.limit)),
        };
        let (path, took) = (url.path(), started.elapsed());
        if let Some(observer) = &self.observer {
            observer(Call {
                is_look_up: pool.keeps,
                took,
                end: match &attempt {
                    Attempt::Answered(_) => CallEnd::Answered,
                    Attempt::NotSent(_) => CallEnd::NotSent,
                    Attempt::Lost(_) => CallEnd::Lost,
                },
            });
        }
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

    fn request(&self, url: &Url, body: &[u8], token: Option<&SecretString>) -> Whole {
        let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let mut request = Request::post(target)
            .body(Full::new(Bytes::copy_from_slice(body)))
            .expect("the path of an address is a target");
        let headers = request.headers_mut();
        headers.clone_from(&self.headers);
        if let Some(token) = token {
            let text = format!("Bearer {}", token.expose_secret());
            let value = HeaderValue::from_str(&text);
            let mut value = value.expect("a token that no header can carry is not taken");
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        request
    }

    /// The head of the response, with the connection that its body comes on.
    async fn answered(
        &self,
        pool: &Pool,
        request: Whole,
    ) -> Result<(Connection, Response<Incoming>), Attempt> {
        let mut connection = pool.take().await.map_err(Attempt::NotSent)?;
        let mut answered = connection.send(request.clone()).await;
        let is_to_repeat = match (&answered, connection.past) {
            (Ok(_), _) | (Err(_), Past::New) | (Err(Unanswered::Lost(_)), Past::Waited) => false,
            (Err(Unanswered::Unwritten(_)), Past::Waited | Past::Served) => true,
            (Err(Unanswered::Lost(_)), Past::Served) => pool.keeps,
        };
        if is_to_repeat {
            tracing::debug!("the connection had ended; another one is opened");
            connection = pool.fresh().await.map_err(Attempt::NotSent)?;
            answered = connection.send(request).await;
        }
        let closed = NotSent::NoConnection {
            host: self.host.clone(),
            reason: "the connection was closed before anything was sent".into(),
        };
        Err(match answered {
            Ok(response) => return Ok((connection, response)),
            Err(Unanswered::Lost(error)) => unanswered(&error, &self.host),
            Err(Unanswered::Unwritten(None)) => Attempt::NotSent(closed),
            Err(Unanswered::Unwritten(Some(error))) => match unanswered(&error, &self.host) {
                Attempt::Lost(Doubt::LineLost) => Attempt::NotSent(closed),
                clearer => clearer,
            },
        })
    }

    /// Reads the body as far as it counts. Any status but 200 stands whatever becomes of its body; only
    /// that of a refusal may hold a reason.
    async fn read_body(
        &self,
        pool: &Pool,
        connection: Connection,
        response: Response<Incoming>,
        until: Until,
    ) -> Attempt {
        let status = response.status().as_u16();
        let headers = response.headers();
        let date = headers.get(DATE).and_then(moment);
        let encoding = headers.get(CONTENT_ENCODING).and_then(encoding);
        let longest = match status {
            200 => LONGEST_REPLY,
            _ if is_refusal(status) => LONGEST_REFUSAL,
            _ => 0,
        };
        let mut chunks = response.into_body();
        let announced = chunks.size_hint().exact().unwrap_or(0);
        let announced = usize::try_from(announced).unwrap_or(usize::MAX);
        let mut body = Body::of(announced.min(longest));
        let broken = loop {
            if announced > longest && status == 200 {
                break Some(Doubt::TooLong);
            }
            if body.len() == longest && status != 200 {
                break None;
            }
            match timeout_at(until.end, chunks.frame()).await {
                Ok(Some(Ok(frame))) => {
                    let Ok(chunk) = frame.into_data() else {
                        continue;
                    };
                    if body.len() + chunk.len() > longest {
                        body.push(&chunk[..longest - body.len()]);
                        break Some(Doubt::TooLong);
                    }
                    body.push(&chunk);
                }
                Ok(None) => {
                    pool.keep(connection);
                    break None;
                }
                Ok(Some(Err(error))) => break Some(broken_off(&error, &self.host)),
                Err(_) => break Some(Doubt::TimedOut(until.limit)),
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
        let attempt = self.post(&self.look_ups, &url, &body, None, time).await;
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

/// When a request has to be answered.
#[derive(Clone, Copy)]
struct Until {
    /// What the error says.
    limit: Duration,
    end: Instant,
}

/// How long a call may take.
#[derive(Clone, Copy)]
struct Time {
    /// What the error says.
    limit: Duration,
    /// When it is over; without it each request has the whole limit.
    end: Option<Instant>,
}

impl Time {
    /// One limit for a call with all that belongs to it, from now on.
    fn of_all(limit: Duration) -> Self {
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

fn headers(settings: &Settings) -> Result<HeaderMap, ClientError> {
    let mut all = HeaderMap::new();
    let host = &settings.base_url[url::Position::BeforeHost..url::Position::AfterPort];
    let host = HeaderValue::from_str(host);
    let host = host.map_err(|_| ClientError::of("base_url", "base_url is no address of a host"))?;
    all.insert(HOST, host);
    all.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    // Gateways are known to turn requests without it away.
    all.insert(ACCEPT, HeaderValue::from_static("*/*"));
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
            let judged = tasks::work(move || judge(&attempt));
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
