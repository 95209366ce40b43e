//! What is told about a job, in sentences that hold on a screen and in a script alike.
//! What keys or flags go on from there is the screen's or the verb's to add; nothing is drawn here.

use super::kits::KitsBefore;
use super::message::Look;
use super::reading::{Reading, Verdict};
use crate::dcms::{
    Doubt, Kit, KitNo, Kits, NotSent, Order, OrderStatus, Outcome, ReadFault, Status,
};

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

/// How many elements of a list could not be read, like "1 kit could not be read"; nothing where there
/// is none.
#[must_use]
pub fn unread(count: usize, what: &str) -> Option<String> {
    (count > 0).then(|| {
        format!(
            "{} could not be read",
            if count == 1 {
                format!("1 {what}")
            } else {
                format!("{count} {what}s")
            }
        )
    })
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
        ReadFault::Lost(Doubt::NotHttp { .. }) => {
            "Check that base_url has the host and port of the DCMS, and https where it wants that."
        }
        ReadFault::Lost(Doubt::Encoded(_)) => {
            "Have the gateway in front of the DCMS send it without an encoding."
        }
        ReadFault::Lost(Doubt::Unreadable(_)) => "Check that base_url is that of a DCMS.",
        ReadFault::Lost(Doubt::TooLong | Doubt::TooManyKits(_) | Doubt::OtherCustomer { .. }) => {
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

/// What a reading says in which a kit is missing that was there before.
#[must_use]
pub fn kit_is_gone(kits: &Kits, kit: &KitNo) -> String {
    match unread(kits.unread, "kit") {
        Some(unread) => {
            format!("Kit {kit} is not among the kits that could be read: {unread}.")
        }
        None => format!("The customer has no kit {kit} any more."),
    }
}

/// What a reading of the kits says of an upgrade whose answer was lost. Without a verdict nobody has
/// asked what follows from it.
#[must_use]
pub fn of_upgrade(
    kits: &Kits,
    old: &KitNo,
    before: &KitsBefore,
    verdict: Option<Verdict>,
) -> String {
    let Some(now) = kits.iter().find(|kit| &kit.kit_no == old) else {
        return match unread(kits.unread, "kit") {
            Some(unread) => format!(
                "Read just now: kit {old} is not among the kits that could be read ({unread}), so nothing can be told."
            ),
            None => {
                format!("Read just now: kit {old} is not in the list, so nothing can be told.")
            }
        };
    };
    let (word, new) = (now.status.word(), numbers(&before.new_among(kits)));
    let is_done = verdict == Some(Verdict::Done);
    match (new.as_str(), verdict) {
        ("", _) if is_done => match unread_ever(kits, before) {
            Some(unread) => {
                format!("Read just now: kit {old} is {word}, so it was done; {unread}.")
            }
            None => format!(
                "Read just now: kit {old} is {word}, so it was done, but no kit is new yet."
            ),
        },
        ("", _) if let Some(unread) = unread_ever(kits, before) => format!(
            "Read just now: kit {old} is {word}, and {unread}, so it can't be told whether a kit is new. It may still be under way."
        ),
        ("", _) => format!(
            "Read just now: kit {old} is {word} and no kit is new. It may still be under way."
        ),
        (new, _) if is_done => {
            format!("Read just now: kit {old} is {word} and {new} is new, so it was done.")
        }
        (new, None) => format!("Read just now: kit {old} is {word} and {new} is new."),
        (new, _) => format!(
            "Read just now: {new} is new, but kit {old} is {word} as before, so it can't be told whose it is."
        ),
    }
}

/// What speaks against an upgrade that the DCMS says was done, in what was read afterwards.
#[must_use]
pub fn against_upgrade(kits: &Kits, old: &KitNo, before: &KitsBefore) -> Option<String> {
    let now = kits.iter().find(|kit| &kit.kit_no == old);
    // The new kit may be the one that could not be read.
    if unread_ever(kits, before).is_some()
        || !before.new_among(kits).is_empty()
        || now.is_some_and(|kit| kit.status == Status::Replaced)
    {
        return None;
    }
    Some(not_shown(&match now {
        Some(kit) => format!("kit {old} is {} and no kit is new", kit.status.word()),
        None => format!("kit {old} is not in the list and no kit is new"),
    }))
}

/// What speaks against a cancellation that the DCMS says was done, in what was read afterwards.
#[must_use]
pub fn against_cancellation(order: &Order) -> Option<String> {
    let is_shown = order.status == OrderStatus::Cancelled;
    (!is_shown).then(|| not_shown(&format!("the order is {}", order.status.word())))
}

fn not_shown(what: &str) -> String {
    format!(
        "The DCMS says done, but what was read afterwards does not show it yet: {what}. Read it again in a moment, and ask the DCMS's support if it stays so."
    )
}

/// What could not be read in either of two readings: whether a kit is new can't be told then.
fn unread_ever(kits: &Kits, before: &KitsBefore) -> Option<String> {
    unread(kits.unread.max(before.unread), "kit")
}

fn numbers(kits: &[&Kit]) -> String {
    let numbers: Vec<_> = kits.iter().map(|kit| kit.kit_no.as_str()).collect();
    numbers.join(", ")
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
        Some(Verdict::Open) if order.status == OrderStatus::Cancelled => format!(
            "Read just now: the order is {word}. Another request to cancel it is on record, so by which of them can't be told."
        ),
        Some(Verdict::Open | Verdict::CantBeRead) | None => {
            format!("Read just now: the order is {word}. The cancellation may still be under way.")
        }
    }
}

/// Said before a PIN is set where there is nothing that the card number could be compared with.
pub const NO_MASK: &str = "no digits of this card are known: compare the card yourself";

/// What the end of setting a PIN means for the PIN itself, where that needs saying.
#[must_use]
pub fn after_pin<T>(outcome: &Outcome<T>) -> Option<&'static str> {
    match outcome {
        Outcome::Done(_) | Outcome::NotSent(_) => None,
        Outcome::Refused(_) => Some("The PIN was wiped: it must be typed again."),
        Outcome::Unknown(_) => Some(
            "A PIN can't be read back: the old one may still work. Setting it again is harmless.",
        ),
    }
}

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
            Some(kit) => {
                let nothing = KitsBefore::default();
                let known = look.known.as_ref().unwrap_or(&nothing);
                of_upgrade(kits, kit, known, Some(look.verdict))
            }
            None => format!("Nothing can be told of {about} yet."),
        },
        (Ok(Reading::Order(order)), Verdict::Open) => of_cancellation(order, Some(look.verdict)),
    }
}
