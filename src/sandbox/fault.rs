//! Faults that can be asked for, how they are written, and which of them a call meets.
//! What a fault does to a reply is `server`'s affair; nothing here knows sockets or customers.

use std::str::FromStr;
use std::time::Duration;

use super::calls;

/// Something that goes wrong on purpose: `CALL=KIND[:N]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    call: String,
    kind: Kind,
    /// How many calls it still meets; all of them where there is no number.
    left: Option<usize>,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Work and reply come later.
    Delay(Duration),
    /// No work; an exception under this HTTP status.
    Status(u16),
    /// No work; an exception on HTTP 200.
    Exception200,
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
}

/// Why a fault was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecFault {
    /// No `=` in it.
    #[error("a fault is written CALL=KIND or CALL=KIND:N, such as upgradeCard=reset-after:1")]
    Form,
    /// A call that the contract does not have.
    #[error("there is no call {0:?}: use {names} or * for all of them", names = calls::names().join(", "))]
    Call(String),
    /// A kind that there is not.
    #[error(
        "there is no kind of fault {0:?}: use delay:SECONDS, 500, 503, 429, exception200, \
         reset-before, reset-after, truncate, garbage, huge, slow-drip or wrong-entity"
    )]
    Kind(String),
    /// A delay without its seconds, or with seconds that are none.
    #[error("a delay is written delay:SECONDS, such as delay:2 or delay:0.5, not delay:{0}")]
    Seconds(String),
    /// A number of calls that is none.
    #[error("{0:?} is no number of calls: after the kind only :N with N from 1 up is allowed")]
    Times(String),
}

impl FromStr for Fault {
    type Err = SpecFault;

    fn from_str(spec: &str) -> Result<Self, SpecFault> {
        let (call, what) = spec.trim().split_once('=').ok_or(SpecFault::Form)?;
        if call != "*" && !calls::names().contains(&call) {
            return Err(SpecFault::Call(call.to_owned()));
        }
        let (word, rest) = match what.split_once(':') {
            Some((word, rest)) => (word, Some(rest)),
            None => (what, None),
        };
        let (kind, times) = if word == "delay" {
            let rest = rest.unwrap_or_default();
            let (seconds, times) = match rest.split_once(':') {
                Some((seconds, times)) => (seconds, Some(times)),
                None => (rest, None),
            };
            (Kind::Delay(delay(seconds)?), times)
        } else {
            (kind(word)?, rest)
        };
        Ok(Self {
            call: call.to_owned(),
            kind,
            left: times.map(count).transpose()?,
        })
    }
}

fn delay(seconds: &str) -> Result<Duration, SpecFault> {
    let fault = || SpecFault::Seconds(seconds.to_owned());
    let number: f64 = seconds.parse().map_err(|_| fault())?;
    Duration::try_from_secs_f64(number).map_err(|_| fault())
}

fn kind(word: &str) -> Result<Kind, SpecFault> {
    Ok(match word {
        "500" => Kind::Status(500),
        "503" => Kind::Status(503),
        "429" => Kind::Status(429),
        "exception200" => Kind::Exception200,
        "reset-before" => Kind::ResetBefore,
        "reset-after" => Kind::ResetAfter,
        "truncate" => Kind::Truncate,
        "garbage" => Kind::Garbage,
        "huge" => Kind::Huge,
        "slow-drip" => Kind::SlowDrip,
        "wrong-entity" => Kind::WrongEntity,
        other => return Err(SpecFault::Kind(other.to_owned())),
    })
}

fn count(text: &str) -> Result<usize, SpecFault> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(SpecFault::Times(text.to_owned())),
    }
}

/// What one call meets: the sum of its delays, and at most one other thing.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Mishap {
    pub(super) delay: Duration,
    pub(super) kind: Option<Kind>,
}

/// Takes from the list what a call meets, and counts it off there.
pub(super) fn meet(faults: &mut [Fault], call: &str) -> Mishap {
    let mut mishap = Mishap::default();
    for fault in faults {
        if (fault.call != call && fault.call != "*") || fault.left == Some(0) {
            continue;
        }
        match fault.kind {
            Kind::Delay(by) => mishap.delay = mishap.delay.saturating_add(by),
            // One reply can only be spoilt once: the next fault waits for the next call.
            _ if mishap.kind.is_some() => continue,
            kind => mishap.kind = Some(kind),
        }
        fault.left = fault.left.map(|left| left - 1);
    }
    mishap
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(spec: &str) -> Result<Fault, String> {
        spec.parse().map_err(|fault: SpecFault| fault.to_string())
    }

    #[test]
    fn every_kind_is_read() {
        for kind in [
            "delay:2",
            "delay:0.5",
            "500",
            "503",
            "429",
            "exception200",
            "reset-before",
            "reset-after",
            "truncate",
            "garbage",
            "huge",
            "slow-drip",
            "wrong-entity",
        ] {
            assert!(parse(&format!("upgradeCard={kind}")).is_ok(), "{kind}");
            let some = parse(&format!("*={kind}:3")).expect(kind);
            assert_eq!((some.left, some.call.as_str()), (Some(3), "*"));
        }
        let fault = parse("setPin=delay:0.5:2").expect("good");
        assert_eq!(fault.kind, Kind::Delay(Duration::from_millis(500)));
    }

    #[test]
    fn what_is_wrong_is_said_with_what_is_allowed() {
        for (spec, said) in [
            ("upgradeCard", "CALL=KIND"),
            ("upgrade=500", "upgradeCard"),
            ("upgradeCard=404", "reset-before"),
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
}
