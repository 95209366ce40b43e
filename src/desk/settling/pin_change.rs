//! What a reading shows of a PIN that was set: it can't be read back, but on some systems when it was last changed
//! can. The DCMS's clock tells that, this machine's when it was sent.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::evidence::Evidence;
use super::verdict::Verdict;
use crate::dcms::{PinChange, ReadError};
use crate::desk::sentences::not_shown;
use crate::journal::Rivals;

/// How far the two clocks may differ (contract, 4).
const CLOCKS: SignedDuration = SignedDuration::from_mins(2);

/// What was read before and now.
struct Read<'a> {
    before: PinChange,
    now: Option<&'a Result<PinChange, ReadError>>,
    sent: Timestamp,
}

/// Nothing where it was not read before: no later reading can be compared with anything then.
fn of<'a>(evidence: &Evidence<'a>) -> Option<Read<'a>> {
    Some(Read {
        before: evidence.before?.pin?,
        now: evidence.now.pin.as_ref(),
        sent: evidence.sent?,
    })
}

impl Read<'_> {
    /// When it was changed, if that is later than what was read before.
    fn changed(&self) -> Option<Timestamp> {
        let now = self.now?.as_ref().ok()?.0?;
        self.before
            .0
            .is_none_or(|before| now > before)
            .then_some(now)
    }

    /// Whether a change at that time can be this one, by both clocks.
    fn is_late_enough(&self, changed: Timestamp) -> bool {
        let earliest = self.sent.checked_sub(CLOCKS).unwrap_or(Timestamp::MIN);
        changed > earliest
    }
}

/// Done shows as a change later than the one before and than its sending. Where another PIN may have been set
/// meanwhile, it shows nothing; nor does it ever show that it was not done.
pub(super) fn verdict(evidence: &Evidence<'_>, rivals: &Rivals) -> Verdict {
    let Some(read) = of(evidence) else {
        return Verdict::CantBeRead;
    };
    match read.changed() {
        Some(changed) if read.is_late_enough(changed) && !rivals.any => Verdict::Done,
        Some(_) | None => Verdict::Open,
    }
}

pub(super) fn says(evidence: &Evidence<'_>, verdict: Option<Verdict>) -> Option<String> {
    let Some(read) = of(evidence) else {
        return verdict.is_some().then(|| cant_be_read(evidence));
    };
    let last = match read.now {
        Some(Ok(change)) => last_change(*change),
        Some(Err(fault)) => {
            return Some(format!(
                "When the PIN was last changed could not be read: {fault}."
            ));
        }
        None => {
            return Some(
                "When the PIN was last changed could not be read: the DCMS did not send the card number."
                    .into(),
            );
        }
    };
    Some(match (verdict, read.changed()) {
        (Some(Verdict::Done), _) => format!("Read just now: {last}, so it was set."),
        (None, _) => format!("Read just now: {last}."),
        (Some(_), None) => {
            format!("Read just now: {last}, as before. It may still be under way.")
        }
        (Some(_), Some(changed)) if read.is_late_enough(changed) => format!(
            "Read just now: {last}. Another request may have done it, so it is unclear which of them did it."
        ),
        (Some(_), Some(_)) => format!(
            "Read just now: {last}, before this one was sent ({}). That does not show the outcome, unless the clocks differ.",
            shown(read.sent)
        ),
    })
}

pub(super) fn against(evidence: &Evidence<'_>) -> Option<String> {
    let read = of(evidence)?;
    let now = read.now?.as_ref().ok()?;
    // One that never told a date may not keep any.
    let is_unchanged = read.changed().is_none() && read.before.0.is_some();
    is_unchanged.then(|| not_shown(&format!("{}, as before", last_change(*now))))
}

fn last_change(change: PinChange) -> String {
    match change.0 {
        Some(at) => format!("the PIN was last changed at {}", shown(at)),
        None => "no change of the PIN is known".into(),
    }
}

fn shown(at: Timestamp) -> impl fmt::Display {
    at.strftime("%Y-%m-%d %H:%M:%S UTC")
}

fn cant_be_read(evidence: &Evidence<'_>) -> String {
    let why = match &evidence.now.pin {
        Some(Ok(_)) => "when it was last changed was not read before it was sent".into(),
        Some(Err(fault)) => format!("when it was last changed could not be read ({fault})"),
        None => "when it was last changed only with a card_key, and the card number from the DCMS"
            .to_owned(),
    };
    format!("A PIN can't be read back, and {why}. Setting it again is harmless.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::{Doubt, EntityId, KitNo};
    use crate::desk::reading::Reading;
    use crate::desk::settling::KitsBefore;
    use crate::desk::target::Target;

    type Now = Option<Result<PinChange, ReadError>>;

    fn at(text: &str) -> PinChange {
        PinChange(Some(
            format!("2026-11-26T{text}Z").parse().expect("a moment"),
        ))
    }

    /// Sent at noon.
    fn told<T>(before: Option<PinChange>, now: Now, tell: impl FnOnce(&Evidence<'_>) -> T) -> T {
        let mut known = KitsBefore::default();
        known.pin = before;
        let entity = EntityId::parse("676165").expect("an id");
        tell(&Evidence {
            target: &Target::kit(&entity, &KitNo::parse("1").expect("a number")),
            sent: at("12:00:00").0,
            before: Some(&known),
            now: &Reading {
                pin: now,
                ..Reading::default()
            },
        })
    }

    #[test]
    fn a_change_after_the_one_before_and_after_the_sending_settles_it() {
        let (none, early) = (PinChange(None), at("08:00:00"));
        for (before, now, expected) in [
            (early, at("12:00:01"), Verdict::Done),
            (none, at("12:00:01"), Verdict::Done),
            // A clock that is slow, but not by too much.
            (early, at("11:58:01"), Verdict::Done),
            (early, at("11:58:00"), Verdict::Open),
            (none, at("11:57:00"), Verdict::Open),
            // What was there already proves nothing, however new it is.
            (at("11:59:00"), at("11:59:00"), Verdict::Open),
            (at("12:00:01"), at("12:00:00"), Verdict::Open),
            (early, early, Verdict::Open),
            (early, none, Verdict::Open),
            (none, none, Verdict::Open),
        ] {
            for any in [false, true] {
                let rivals = Rivals {
                    any,
                    ..Rivals::default()
                };
                let found = told(Some(before), Some(Ok(now)), |one| verdict(one, &rivals));
                let expected = if any { Verdict::Open } else { expected };
                assert_eq!(found, expected, "{before:?}, {now:?}, {any}");
            }
        }
    }

    #[test]
    fn without_a_reading_before_it_can_never_be_read() {
        let lost = || Err(ReadError::Lost(Doubt::LineLost));
        for (before, now, expected) in [
            (None, None, Verdict::CantBeRead),
            (None, Some(Ok(at("12:00:01"))), Verdict::CantBeRead),
            (Some(PinChange(None)), None, Verdict::Open),
            (Some(PinChange(None)), Some(lost()), Verdict::Open),
        ] {
            let rivals = Rivals::default();
            let found = told(before, now.clone(), |one| verdict(one, &rivals));
            assert_eq!(found, expected, "{before:?}, {now:?}");
            let said = told(before, now, |one| says(one, Some(found)));
            let said = said.expect("a sentence");
            assert_eq!(
                said.starts_with("A PIN can't be read back"),
                before.is_none(),
                "{said}"
            );
        }
    }

    #[test]
    fn a_reading_without_a_change_speaks_against_a_reply_of_success() {
        let against = |before, now| told(Some(before), Some(Ok(now)), against);
        let early = at("08:00:00");
        let said = against(early, early).expect("a sentence");
        assert!(
            said.contains("last changed at 2026-11-26 08:00:00 UTC, as before"),
            "{said}"
        );
        assert_eq!(against(early, at("11:00:00")), None);
        assert_eq!(against(PinChange(None), PinChange(None)), None);
    }
}
