//! Faults that can be asked for, how they are written, and which of them a call meets.
//! What a fault does to a reply is in `server` and in the calls; nothing here knows sockets or customers.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use super::calls;
use super::twist::Twist;

/// Something that goes wrong on purpose: `CALL=KIND[:N]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    call: String,
    kind: Kind,
    /// How many calls it still meets; all of them where there is no number.
    left: Option<usize>,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Work and reply come later.
    Delay(Duration),
    /// No work; an exception under this HTTP status.
    Status(u16),
    /// No work; an exception with this code.
    Refuse(Arc<str>),
    /// No work; an exception on HTTP 200.
    Exception200,
    /// No work; a second envelope with an exception in `result`.
    InnerException,
    /// No work; a status other than 200 in `result`.
    InnerStatus,
    /// No work; the connection is reset.
    ResetBefore,
    /// The work is done, then the connection is reset.
    ResetAfter,
    /// The work is done; half of the reply comes.
    Truncate,
    /// The work is done; the reply is a web page.
    Garbage,
    /// The work is done; the reply is 100 MB long.
    Huge,
    /// The work is done; the reply comes a byte a second.
    SlowDrip,
    /// The work is done; the reply is about another customer.
    WrongEntity,
    /// A refusal comes in the other of the two shapes.
    OtherShape,
    /// A refusal comes on HTTP 200.
    On200,
    /// The call has another answer than the usual one.
    Twist(Twist),
}

/// The kinds that are one word, in the order of the documents; twists aside.
const WORDS: [(&str, Kind); 20] = [
    ("500", Kind::Status(500)),
    ("503", Kind::Status(503)),
    ("429", Kind::Status(429)),
    ("401", Kind::Status(401)),
    ("403", Kind::Status(403)),
    ("408", Kind::Status(408)),
    ("409", Kind::Status(409)),
    ("422", Kind::Status(422)),
    ("exception200", Kind::Exception200),
    ("inner-exception", Kind::InnerException),
    ("inner-status", Kind::InnerStatus),
    ("reset-before", Kind::ResetBefore),
    ("reset-after", Kind::ResetAfter),
    ("truncate", Kind::Truncate),
    ("garbage", Kind::Garbage),
    ("huge", Kind::Huge),
    ("slow-drip", Kind::SlowDrip),
    ("wrong-entity", Kind::WrongEntity),
    ("other-shape", Kind::OtherShape),
    ("on-200", Kind::On200),
];

/// How each kind is written, in the order of the documents.
pub(super) fn kinds() -> impl Iterator<Item = &'static str> {
    let words = WORDS.iter().map(|(word, _)| *word);
    let twists = Twist::ALL.iter().map(|twist| twist.word());
    ["delay:SECONDS", "refuse:CODE"]
        .into_iter()
        .chain(words)
        .chain(twists)
}

/// Why a fault was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// No `=` in it.
    #[error("a fault is written CALL=KIND or CALL=KIND:N, such as upgradeCard=reset-after:1")]
    Form,
    /// A call that the contract does not have.
    #[error("there is no call {0:?}: use {names} or * for all of them", names = calls::names().join(", "))]
    Call(String),
    /// A kind that there is not.
    #[error("there is no kind of fault {0:?}: use one of {kinds}", kinds = kinds().collect::<Vec<_>>().join(", "))]
    Kind(String),
    /// A kind that means nothing to the call.
    #[error("{call} has no {word}: {word} is for {calls}")]
    OtherCall {
        /// The call.
        call: String,
        /// The kind.
        word: &'static str,
        /// The calls that it means something to.
        calls: String,
    },
    /// A delay without its seconds, or with seconds that are none.
    #[error("a delay is written delay:SECONDS, such as delay:2 or delay:0.5, not delay:{0}")]
    Seconds(String),
    /// A refusal without its code.
    #[error("a refusal is written refuse:CODE, such as refuse:pin.locked, not refuse:{0}")]
    Code(String),
    /// A number of calls that is none.
    #[error("{0:?} is no number of calls: after the kind only :N with N from 1 up is allowed")]
    Times(String),
}

impl FromStr for Fault {
    type Err = SpecError;

    fn from_str(spec: &str) -> Result<Self, SpecError> {
        let (call, what) = spec.trim().split_once('=').ok_or(SpecError::Form)?;
        if call != "*" && !calls::names().contains(&call) {
            return Err(SpecError::Call(call.to_owned()));
        }
        let (word, rest) = match what.split_once(':') {
            Some((word, rest)) => (word, Some(rest)),
            None => (what, None),
        };
        let (kind, times) = if let "delay" | "refuse" = word {
            let rest = rest.unwrap_or_default();
            let (value, times) = match rest.split_once(':') {
                Some((value, times)) => (value, Some(times)),
                None => (rest, None),
            };
            let kind = if word == "delay" {
                Kind::Delay(delay(value)?)
            } else {
                Kind::Refuse(code(value)?)
            };
            (kind, times)
        } else {
            (kind(word)?, rest)
        };
        if let Kind::Twist(twist) = kind
            && call != "*"
            && !twist.calls().contains(&call)
        {
            return Err(SpecError::OtherCall {
                call: call.to_owned(),
                word: twist.word(),
                calls: twist.calls().join(", "),
            });
        }
        Ok(Self {
            call: call.to_owned(),
            kind,
            left: times.map(count).transpose()?,
        })
    }
}

fn delay(seconds: &str) -> Result<Duration, SpecError> {
    let fault = || SpecError::Seconds(seconds.to_owned());
    let number: f64 = seconds.parse().map_err(|_| fault())?;
    Duration::try_from_secs_f64(number).map_err(|_| fault())
}

/// A code as the contract has them: `MCC007`, `card.blocked`.
fn code(text: &str) -> Result<Arc<str>, SpecError> {
    let is_code = |c: char| c.is_ascii_alphanumeric() || c == '.';
    if text.is_empty() || !text.chars().all(is_code) {
        return Err(SpecError::Code(text.to_owned()));
    }
    Ok(text.into())
}

fn kind(word: &str) -> Result<Kind, SpecError> {
    let plain = WORDS.iter().find(|(known, _)| *known == word);
    let twist = || Twist::ALL.into_iter().find(|twist| twist.word() == word);
    plain
        .map(|(_, kind)| kind.clone())
        .or_else(|| twist().map(Kind::Twist))
        .ok_or_else(|| SpecError::Kind(word.to_owned()))
}

fn count(text: &str) -> Result<usize, SpecError> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(SpecError::Times(text.to_owned())),
    }
}

/// What one call meets: the sum of its delays, and at most one other thing.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Mishap {
    pub(super) delay: Duration,
    pub(super) kind: Option<Kind>,
}

impl Fault {
    /// A twist asked for of all calls is for those alone that have it.
    fn is_met_by(&self, call: &str) -> bool {
        let has_it = match &self.kind {
            Kind::Twist(twist) => twist.calls().contains(&call),
            _ => true,
        };
        has_it && (self.call == call || self.call == "*") && self.left != Some(0)
    }
}

/// Takes from the list what a call meets, and counts it off there.
pub(super) fn meet(faults: &mut [Fault], call: &str) -> Mishap {
    let mut mishap = Mishap::default();
    for fault in faults {
        if !fault.is_met_by(call) {
            continue;
        }
        match &fault.kind {
            Kind::Delay(by) => mishap.delay = mishap.delay.saturating_add(*by),
            // One reply can only be spoilt once: the next fault waits for the next call.
            _ if mishap.kind.is_some() => continue,
            kind => mishap.kind = Some(kind.clone()),
        }
        fault.left = fault.left.map(|left| left - 1);
    }
    mishap
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(spec: &str) -> Result<Fault, String> {
        spec.parse().map_err(|fault: SpecError| fault.to_string())
    }

    #[test]
    fn every_kind_is_read() {
        let plain = WORDS.iter().map(|(word, _)| *word);
        for kind in plain.chain(["delay:2", "delay:0.5", "refuse:pin.locked"]) {
            assert!(parse(&format!("upgradeCard={kind}")).is_ok(), "{kind}");
            let some = parse(&format!("*={kind}:3")).expect(kind);
            assert_eq!((some.left, some.call.as_str()), (Some(3), "*"));
        }
        let fault = parse("setPin=delay:0.5:2").expect("good");
        assert_eq!(fault.kind, Kind::Delay(Duration::from_millis(500)));
        let fault = parse("setPin=refuse:PIN001:2").expect("good");
        assert_eq!(fault.kind, Kind::Refuse("PIN001".into()));
        for twist in Twist::ALL {
            for call in twist.calls() {
                let fault = parse(&format!("{call}={}:1", twist.word())).expect(call);
                assert_eq!(fault.kind, Kind::Twist(twist));
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_is_allowed() {
        for (spec, said) in [
            ("upgradeCard", "CALL=KIND"),
            ("upgrade=500", "upgradeCard"),
            ("upgradeCard=404", "reset-before"),
            ("upgradeCard=half-done", "half-done is for manageKit"),
            ("upgradeCard=refuse", "refuse:CODE"),
            ("upgradeCard=refuse:a b", "refuse:CODE"),
            ("upgradeCard=delay", "delay:SECONDS"),
            ("upgradeCard=delay:soon", "delay:SECONDS"),
            ("upgradeCard=delay:-1", "delay:SECONDS"),
            ("upgradeCard=delay:1e300", "delay:SECONDS"),
            ("upgradeCard=500:0", ":N with N from 1"),
            ("upgradeCard=500:x", ":N with N from 1"),
            ("upgradeCard=500:1:2", ":N with N from 1"),
        ] {
            let sentence = parse(spec).expect_err(spec);
            assert!(sentence.contains(said), "{spec}: {sentence}");
        }
    }

    #[test]
    fn a_numbered_fault_meets_so_many_calls() {
        let mut faults = ["cancel=500:1", "*=garbage:1", "cancel=delay:1"]
            .map(|spec| parse(spec).expect("good"));
        let kinds: Vec<_> = (0..3).map(|_| meet(&mut faults, "cancel").kind).collect();
        assert_eq!(kinds, [Some(Kind::Status(500)), Some(Kind::Garbage), None]);
        assert_eq!(meet(&mut faults, "cancel").delay, Duration::from_secs(1));
        assert_eq!(meet(&mut faults, "setPin"), Mishap::default());
    }

    #[test]
    fn a_twist_for_all_calls_meets_those_that_have_it() {
        let mut faults = [parse("*=status-false:1").expect("good")];
        assert_eq!(meet(&mut faults, "cancel"), Mishap::default());
        let met = meet(&mut faults, "manageKit").kind;
        assert_eq!(met, Some(Kind::Twist(Twist::StatusFalse)));
        assert_eq!(meet(&mut faults, "manageKit"), Mishap::default());
    }
}
