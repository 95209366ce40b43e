//! The four outcomes of a write and the three failures of a look-up, decided here and nowhere else
//! (contract, 4). Knows what came over the line, not how it was asked for.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::body::Body;
use super::envelope::{Envelope, Refusal};
use super::ids::{AccountNo, EntityId};
use super::word::Word;

/// How a write ended. *Unknown* is an outcome of its own: reading settles it, never sending again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "the outcome of a write must be shown and recorded"]
pub enum Outcome<T> {
    /// The DCMS did it, and its reply is about what was asked for.
    Done(T),
    /// The DCMS refused it.
    Refused(Refusal),
    /// It provably never left.
    NotSent(NotSent),
    /// It may or may not have been done.
    Unknown(Doubt),
}

impl<T> Outcome<T> {
    /// The same outcome with what it brought made into something else.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Done(value) => Outcome::Done(make(value)),
            Self::Refused(refusal) => Outcome::Refused(refusal),
            Self::NotSent(why) => Outcome::NotSent(why),
            Self::Unknown(doubt) => Outcome::Unknown(doubt),
        }
    }

    /// The outcome in one word.
    #[must_use]
    pub fn word(&self) -> Word {
        match self {
            Self::Done(_) => Word::Done,
            Self::Refused(_) => Word::Refused,
            Self::NotSent(_) => Word::NotSent,
            Self::Unknown(_) => Word::Unknown,
        }
    }

    /// What the DCMS said, where it refused this or the sign-in before it.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::NotSent(why) => why.refusal(),
            Self::Done(_) | Self::Unknown(_) => None,
        }
    }

    /// The DCMS's code for why it refused this, harmless to show.
    #[must_use]
    pub fn error_code(&self) -> Option<String> {
        match self {
            Self::Refused(refusal) => refusal.code_shown(),
            Self::Unknown(Doubt::SoAlready(code)) => Some(code.clone()),
            Self::Done(_) | Self::NotSent(_) | Self::Unknown(_) => None,
        }
    }

    /// Why it is anything but done.
    #[must_use]
    pub fn why(&self) -> Option<String> {
        match self {
            Self::Done(_) => None,
            Self::Refused(refusal) => Some(refusal.to_string()),
            Self::NotSent(why) => Some(why.to_string()),
            Self::Unknown(doubt) => Some(doubt.to_string()),
        }
    }
}

/// Why a look-up brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The DCMS refused, for example because there is no such record.
    #[error("{0}")]
    Refused(Refusal),
    /// It could not be reached.
    #[error("{0}")]
    NotReached(NotSent),
    /// No usable reply came.
    #[error("{0}")]
    Lost(Doubt),
}

impl ReadError {
    /// The outcome of the look-up in one word.
    #[must_use]
    pub fn word(&self) -> Word {
        match self {
            Self::Refused(_) => Word::Refused,
            Self::NotReached(_) => Word::NotSent,
            Self::Lost(_) => Word::Unknown,
        }
    }

    /// What the DCMS said, where it refused this or the sign-in before it.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::NotReached(why) => why.refusal(),
            Self::Lost(_) => None,
        }
    }

    /// Whether asking again can help (contract, 2): a lost connection, a time-out, a 5xx.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Lost(Doubt::Status(status)) => *status >= 500,
            Self::Lost(Doubt::LineLost | Doubt::TimedOut(_) | Doubt::CutOff)
            | Self::NotReached(NotSent::ConnectTimeOut { .. }) => true,
            _ => false,
        }
    }
}

impl<T> From<Outcome<T>> for Result<T, ReadError> {
    /// The same judgement, for calls that change nothing.
    fn from(outcome: Outcome<T>) -> Self {
        match outcome {
            Outcome::Done(value) => Ok(value),
            Outcome::Refused(refusal) => Err(ReadError::Refused(refusal)),
            Outcome::NotSent(why) => Err(ReadError::NotReached(why)),
            Outcome::Unknown(doubt) => Err(ReadError::Lost(doubt)),
        }
    }
}

/// Why nothing left this machine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// The host's name could not be looked up.
    #[error("the name {host} was not found")]
    NameNotFound {
        /// As configured.
        host: String,
    },
    /// The server refused the connection, or the network is unreachable.
    #[error("no connection to {host}: {reason}")]
    NoConnection {
        /// Host and port.
        host: String,
        /// The system's own words.
        reason: String,
    },
    /// The connection was not up in time.
    #[error("{host} did not take the connection within {}", seconds(*.limit))]
    ConnectTimeOut {
        /// Host and port.
        host: String,
        /// The configured limit.
        limit: Duration,
    },
    /// The proxy in between opened no way to the DCMS.
    #[error("the proxy {proxy} {}", .reason.said(.host))]
    Proxy {
        /// Host and port of the proxy.
        proxy: String,
        /// Host and port behind it.
        host: String,
        /// What is wrong with it.
        reason: ProxyReason,
    },
    /// The secure connection was refused, by us or by them.
    #[error("no secure connection to {host}: {reason}")]
    Tls {
        /// Host and port.
        host: String,
        /// What is wrong with the certificate or the handshake.
        reason: TlsReason,
    },
    /// The sign-in that must come first did not work.
    #[error("signing in to the DCMS failed: {0}")]
    SignIn(Box<ReadError>),
    /// The desk held it back: it could not be recorded, or another one must be settled first.
    #[error("{0}")]
    Withheld(String),
    /// The request could not even be put together, or the client could not be made.
    #[error("the request could not be made: {0}")]
    Unmade(String),
}

impl NotSent {
    /// What the DCMS said, where it refused the sign-in.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::SignIn(error) => error.refusal(),
            _ => None,
        }
    }
}

/// Why a proxy opened no way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProxyReason {
    /// Its name could not be looked up.
    NameNotFound,
    /// The proxy refused the connection, or its network is unreachable; in the system's own words.
    NoConnection(String),
    /// The TLS connection to the proxy failed.
    Tls(TlsReason),
    /// It asks for a name and a password.
    WantsSignIn,
    /// It does not let this through.
    Refused,
    /// The server there is not an HTTP proxy.
    NoProxy,
}

impl ProxyReason {
    /// Goes on behind the proxy's name; `host` is what lies behind it.
    fn said(&self, host: &str) -> String {
        match self {
            Self::NameNotFound => "was not found by its name".into(),
            Self::NoConnection(reason) => format!("is not reached: {reason}"),
            Self::Tls(reason) => format!("has no secure connection: {reason}"),
            Self::WantsSignIn => format!("opens no way to {host} without a name and a password"),
            Self::Refused => format!("refused to open a way to {host}"),
            Self::NoProxy => "does not answer as a proxy does".into(),
        }
    }
}

/// Why there was no secure connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsReason {
    /// Its time is over.
    #[error("its certificate has expired")]
    Expired,
    /// Its time has not come, or this machine's clock is wrong.
    #[error("its certificate is not valid yet: is this machine's clock right?")]
    NotValidYet,
    /// It was made for another host.
    #[error("its certificate is for another name")]
    OtherName,
    /// Neither the system nor the profile trusts who made it.
    #[error("its certificate is from an issuer that this machine does not trust")]
    UnknownIssuer,
    /// It signed itself, and the profile does not trust it.
    #[error("its certificate is self-signed, and this machine does not trust it")]
    SelfSigned,
    /// It signed itself as a CA's, which can't be a server's at the same time.
    #[error("a self-signed CA certificate is used as the server certificate")]
    SelfSignedAuthority,
    /// One of the keys that signed for it, or its own.
    #[error("its certificate was refused: RSA {bits} is too short, the minimum is 2048 bits")]
    ShortKey {
        /// How long the key is.
        bits: usize,
    },
    /// Something else is wrong with it.
    #[error("its certificate was refused: {0}")]
    Certificate(&'static str),
    /// The server does not speak TLS.
    #[error("the server does not speak TLS")]
    NoTls,
    /// It speaks only what is no longer safe.
    #[error("the server speaks only older versions, and TLS 1.2 is the minimum")]
    TooOld,
    /// It lacks a client certificate, or does not accept the one it got.
    #[error("the server requires an accepted client certificate")]
    WantsCertificate,
    /// The server ended the handshake.
    #[error("the server ended the handshake: {0}")]
    Alert(&'static str),
    /// Anything else.
    #[error("{0}")]
    Other(&'static str),
}

/// Why the outcome of a call is unknown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// No reply, or not all of it, in time.
    #[error("no answer within {}", seconds(*.0))]
    TimedOut(Duration),
    /// The connection broke before a reply began.
    #[error("the connection was lost before an answer came")]
    LineLost,
    /// The server speaks another protocol, or HTTP so broken that it can't be read.
    #[error("the server at {at} does not speak HTTP")]
    NotHttp {
        /// Host and port.
        at: String,
    },
    /// A gateway has encoded the reply, although it was asked for a plain one.
    #[error("the answer is encoded ({0}), although kitdesk asks for a plain one")]
    Encoded(String),
    /// The connection broke in the middle of the reply.
    #[error("the answer was cut off")]
    CutOff,
    /// A status that says nothing about what was done.
    #[error("{}", status(*.0))]
    Status(u16),
    /// More than any reply can be.
    #[error("the answer was longer than {} MiB", super::settings::LONGEST_REPLY >> 20)]
    TooLong,
    /// More kits than any customer has.
    #[error("the answer lists {0} kits, and more than {most} are not read", most = super::settings::MOST_KITS)]
    TooManyKits(usize),
    /// No envelope, or not the result that this call has.
    #[error("the answer could not be read ({0})")]
    Unreadable(&'static str),
    /// It is so already, and an earlier write of the same kind has an unknown outcome.
    #[error(
        "the DCMS says that it is so already ({0}), and an earlier one, whose outcome is unknown, most likely did it"
    )]
    SoAlready(String),
    /// The reply speaks of someone else (contract, 5.4).
    #[error("the answer is about another customer ({answered}, not {asked})")]
    OtherCustomer {
        /// Who was asked about.
        asked: EntityId,
        /// Who the reply is about.
        answered: String,
    },
    /// Nobody knows what came: an error in this program ended the call.
    #[error("an error in kitdesk ended the call before its answer was taken in")]
    Crashed,
    /// The reply speaks of another account.
    #[error("the answer is about another account ({answered}, not {asked})")]
    OtherAccount {
        /// Which account was asked about.
        asked: AccountNo,
        /// Which account the reply is about.
        answered: String,
    },
}

fn status(status: u16) -> String {
    match status {
        300..=399 => format!("the address redirects to another one (HTTP {status})"),
        _ => format!("the DCMS answered HTTP {status}"),
    }
}

/// A reply as it came over the line: whole, or as much of a refusal as came.
pub(super) struct Reply {
    pub(super) status: u16,
    body: Body,
    /// What time it was over there, as its `Date` says.
    pub(super) date: Option<Timestamp>,
    /// The encoding that it names, where it is not plain.
    encoding: Option<String>,
}

impl Reply {
    pub(super) fn new(
        status: u16,
        body: Body,
        date: Option<Timestamp>,
        encoding: Option<String>,
    ) -> Self {
        Self {
            status,
            body,
            date,
            encoding,
        }
    }

    /// The body as JSON is to be read: some gateways put a byte order mark in front, which a reader may
    /// pass over (RFC 8259, 8.1).
    pub(super) fn json(&self) -> &[u8] {
        self.body
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(&self.body)
    }

    /// How many bytes came.
    pub(super) fn length(&self) -> usize {
        self.body.len()
    }
}

/// Whether a status says that the DCMS refused, whatever its body is (contract, 4).
pub(super) fn is_refusal(status: u16) -> bool {
    matches!(status, 400 | 401 | 403 | 404 | 422 | 429)
}

/// What sending came to, before anyone looked at the reply.
pub(super) enum Attempt {
    Answered(Reply),
    NotSent(NotSent),
    Lost(Doubt),
}

/// Judges one attempt (contract, 4): the first rule that fits.
pub(super) fn judge<T>(
    attempt: &Attempt,
    decode: impl FnOnce(Option<&RawValue>) -> Result<T, Doubt>,
) -> Outcome<T> {
    let reply = match attempt {
        Attempt::Answered(reply) => reply,
        Attempt::NotSent(why) => return Outcome::NotSent(why.clone()),
        Attempt::Lost(doubt) => return Outcome::Unknown(doubt.clone()),
    };
    let status = reply.status;
    if is_refusal(status) {
        return Outcome::Refused(Refusal::of_status(reply.json(), status));
    }
    if status != 200 {
        return Outcome::Unknown(Doubt::Status(status));
    }
    let Some(envelope) = Envelope::read(reply.json()) else {
        return Outcome::Unknown(match &reply.encoding {
            Some(encoding) => Doubt::Encoded(encoding.clone()),
            None => Doubt::Unreadable("it is not the JSON of a DCMS"),
        });
    };
    match envelope.refused_or_result(status) {
        Err(refusal) => Outcome::Refused(refusal),
        Ok(result) => match decode(result) {
            Ok(value) => Outcome::Done(value),
            Err(doubt) => Outcome::Unknown(doubt),
        },
    }
}

/// The same for a reply that may be long: where it is good it is read at once, and only where it is not
/// it is taken apart to say why.
pub(super) fn judge_long<T>(
    attempt: &Attempt,
    at_once: impl FnOnce(&[u8]) -> Option<Result<T, Doubt>>,
    decode: impl FnOnce(Option<&RawValue>) -> Result<T, Doubt>,
) -> Outcome<T> {
    let whole = match attempt {
        Attempt::Answered(reply) if reply.status == 200 => at_once(reply.json()),
        _ => None,
    };
    match whole {
        Some(read) => read.map_or_else(Outcome::Unknown, Outcome::Done),
        None => judge(attempt, decode),
    }
}

/// A time limit as people say it.
fn seconds(limit: Duration) -> String {
    crate::durations::shown(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &str) -> Outcome<String> {
        let body = body.as_bytes().to_vec().into();
        let attempt = Attempt::Answered(Reply::new(status, body, None, None));
        judge(&attempt, |result| {
            result
                .map(|raw| raw.get().to_owned())
                .ok_or(Doubt::Unreadable("no result"))
        })
    }

    const EXCEPTION: &str = r#"{"result":null,"exception":{"errorCode":"MCC007"}}"#;

    #[test]
    fn done_is_200_without_an_exception_and_with_the_right_result() {
        assert_eq!(
            answered(200, r#"{"result":true,"exception":null}"#),
            Outcome::Done("true".into())
        );
        assert_eq!(answered(200, r#"{"result":null}"#).word(), Word::Unknown);
    }

    #[test]
    fn an_exception_on_200_is_a_refusal() {
        assert_eq!(answered(200, EXCEPTION).word(), Word::Refused);
    }

    #[test]
    fn statuses_that_refuse_with_or_without_an_envelope() {
        for status in [400, 401, 403, 404, 422, 429] {
            assert_eq!(
                answered(status, EXCEPTION).word(),
                Word::Refused,
                "{status}"
            );
            assert_eq!(answered(status, "<html>").word(), Word::Refused, "{status}");
        }
    }

    #[test]
    fn all_other_statuses_are_unknown_whatever_the_body_says() {
        for status in [
            201, 202, 204, 301, 302, 307, 308, 405, 408, 409, 410, 500, 502, 503, 504,
        ] {
            assert_eq!(
                answered(status, EXCEPTION).word(),
                Word::Unknown,
                "{status}"
            );
            let good = r#"{"result":true,"exception":null}"#;
            assert_eq!(answered(status, good).word(), Word::Unknown, "{status}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        let good = "\u{feff}{\"result\":true,\"exception\":null}";
        assert_eq!(answered(200, good), Outcome::Done("true".into()));
        for status in [200, 404] {
            let Outcome::Refused(refusal) = answered(status, &format!("\u{feff}{EXCEPTION}"))
            else {
                panic!("{status}");
            };
            assert!(refusal.is("MCC007"), "{refusal}");
        }
        for body in ["\u{feff}", "\u{feff}null", "null"] {
            assert_eq!(answered(200, body).word(), Word::Unknown, "{body}");
        }
    }

    #[test]
    fn of_a_refusal_that_breaks_off_counts_what_is_readable() {
        let whole = r#"{"result":null,"exception":{"errorCode":"MCC007","shortMessage":"No such kit","fieldError":["Invalid Kit No"]},"pagination":null}"#;
        for length in 0..=whole.len() {
            let Outcome::Refused(refusal) = answered(404, &whole[..length]) else {
                panic!("{length}");
            };
            assert_eq!(refusal.http, 404);
            let has = |end: &str| whole.find(end).is_some_and(|at| length >= at + end.len());
            assert_eq!(refusal.is("MCC007"), has(r#""MCC007""#), "{length}");
            assert_eq!(refusal.message.is_some(), has(r#"kit""#), "{length}");
            assert_eq!(!refusal.fields.is_empty(), has(r#"No""#), "{length}");
        }
    }

    #[test]
    fn an_unreadable_200_is_unknown() {
        for body in ["", "<html>", r#"{"result":true,"exc"#, "null", "[]"] {
            assert_eq!(answered(200, body).word(), Word::Unknown, "{body}");
        }
    }

    #[test]
    fn only_passing_faults_are_worth_another_try() {
        let passing = |doubt| ReadError::Lost(doubt).is_passing();
        assert!(passing(Doubt::Status(503)) && passing(Doubt::LineLost) && passing(Doubt::CutOff));
        assert!(!passing(Doubt::Status(409)) && !passing(Doubt::Unreadable("x")));
        assert!(!ReadError::Refused(Refusal::bare(429)).is_passing());
    }
}
