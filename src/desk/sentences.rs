//! What is told about a job, in sentences that hold on a screen and in a script alike.
//! What keys or flags go on from there is the screen's or the verb's to add; nothing is drawn here.

use super::message::Look;
use super::reading::{Reading, Verdict, new_among};
use crate::dcms::{Doubt, Kit, KitNo, NotSent, Order, Outcome, ReadFault, Status};

/// A fault with a capital letter and a full stop, as a sentence stands by itself.
#[must_use]
pub fn sentence(fault: &str) -> String {
    let mut chars = fault.chars();
    let head = chars
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    let stop = if fault.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    format!("{head}{}{stop}", chars.as_str())
}

/// So many of something, like "1 record" and "2 records".
#[must_use]
pub fn counted<N: std::fmt::Display + PartialEq + From<u8> + Copy>(count: N, what: &str) -> String {
    let end = if count == N::from(1) { "" } else { "s" };
    format!("{count} {what}{end}")
}

/// Why a look-up brought nothing, and what to do about it.
#[must_use]
pub fn read_fault(fault: &ReadFault) -> String {
    let advice = match fault {
        ReadFault::Refused(refusal) if refusal.http == 429 => "Wait a moment and try again.",
        ReadFault::Refused(refusal) if refusal.http == 401 => {
            "Check the profile's sign_in or headers."
        }
        ReadFault::Refused(refusal) if refusal.http == 403 => "Ask the DCMS's administrator.",
        ReadFault::Refused(_) => "Correct it and try again.",
        ReadFault::NotReached(NotSent::SignIn(_)) => "Check the profile's sign_in.",
        ReadFault::NotReached(NotSent::Unmade(_)) => "Check the profile.",
        ReadFault::NotReached(NotSent::Tls { .. }) => "What to do about it, `kitdesk doctor` says.",
        ReadFault::NotReached(NotSent::Proxy { .. }) => {
            "Check the profile's proxy and no_proxy, then try again."
        }
        ReadFault::NotReached(_) => {
            "Check that the DCMS is up and base_url is right, then try again."
        }
        ReadFault::Lost(Doubt::Unreadable(_)) => "Check that base_url is that of a DCMS.",
        ReadFault::Lost(Doubt::OtherCustomer { .. }) => {
            "Nothing of it is shown. Tell the DCMS's support."
        }
        ReadFault::Lost(_) => "Nothing was changed: try again.",
    };
    format!("{} {advice}", sentence(&fault.to_string()))
}

/// What became of a write, `what` being its name with a capital letter.
#[must_use]
pub fn what_became<T>(outcome: &Outcome<T>, what: &str) -> String {
    match outcome {
        Outcome::Done(_) => format!("{what} was done."),
        // The server's own words, which may begin with a field's name: not capitalised.
        Outcome::Refused(refusal) => {
            format!("{what} was refused: {refusal}. Nothing was changed.")
        }
        // What keeps it back would do so again.
        Outcome::NotSent(why @ NotSent::Withheld(_)) => {
            format!("{what} was not sent: {why}. Nothing was changed.")
        }
        Outcome::NotSent(why) => {
            format!("{what} was not sent: {why}. Nothing was changed; it can be tried again.")
        }
        Outcome::Unknown(doubt) => format!(
            "{what} may or may not have been done: {doubt}. Do not send it again before you know."
        ),
    }
}

/// What a reading of the kits says of an upgrade whose answer was lost.
#[must_use]
pub fn of_upgrade(kits: &[Kit], old: &KitNo, known: &[KitNo]) -> String {
    let status = kits
        .iter()
        .find(|kit| &kit.kit_no == old)
        .map(|kit| &kit.status);
    let word = status.map_or("no longer in the list".into(), Status::word);
    let new = new_among(kits, known);
    let new: Vec<_> = new.iter().map(|kit| kit.kit_no.as_str()).collect();
    match new.as_slice() {
        [] if status == Some(&Status::Replaced) => {
            format!("Read just now: kit {old} is REPLACED, so it was done, but no kit is new yet.")
        }
        [] => format!(
            "Read just now: kit {old} is {word} and no kit is new. It may still be under way."
        ),
        new => format!(
            "Read just now: kit {old} is {word} and {} is new, so it was done.",
            new.join(", ")
        ),
    }
}

/// What a reading of the order says of a cancellation whose answer was lost.
#[must_use]
pub fn of_cancellation(order: &Order, verdict: Option<Verdict>) -> String {
    let word = order.status.word();
    match verdict {
        Some(Verdict::Done) => format!("Read just now: the order is {word}, so it was cancelled."),
        Some(Verdict::NotDone) => {
            format!("Read just now: the order is {word}, so it was not cancelled.")
        }
        _ => {
            format!("Read just now: the order is {word}. The cancellation may still be under way.")
        }
    }
}

/// What there is to know about a PIN whose answer was lost.
pub const AFTER_UNKNOWN_PIN: &str =
    "A PIN can't be read back: the old one may still work. Setting it again is harmless.";

/// What one more reading says, whole, where its screen is not in front.
#[must_use]
pub fn of_look(look: &Look) -> String {
    let about = match (&look.subject.kit, &look.subject.order) {
        (Some(kit), _) => format!("kit {kit}"),
        (None, Some(order)) => format!("order {order}"),
        (None, None) => format!("record {}", look.record),
    };
    match (&look.reading, look.verdict) {
        (_, Verdict::CantBeRead) => format!(
            "The PIN of {about} can't be read back. The old one may still work; setting it again is harmless."
        ),
        (Err(fault), _) => format!(
            "What became of {about} could not be read: {}",
            sentence(&fault.to_string())
        ),
        (Ok(_), Verdict::Done) => format!("Settled: what was sent for {about} was done."),
        (Ok(_), Verdict::NotDone) => format!("Settled: what was sent for {about} was not done."),
        (Ok(Reading::Kits(kits)), Verdict::Open) => match &look.subject.kit {
            Some(kit) => of_upgrade(kits, kit, look.known.as_deref().unwrap_or_default()),
            None => format!("Nothing can be told of {about} yet."),
        },
        (Ok(Reading::Order(order)), Verdict::Open) => of_cancellation(order, None),
    }
}
