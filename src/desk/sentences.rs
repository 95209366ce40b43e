//! Sentences about a job, the same on a screen and in a script.
//! The screen or the verb adds which keys or flags go on from there; nothing is drawn here.

use crate::dcms::{Doubt, Kits, NotSent, Outcome, ReadError, Refusal, harmless};
use crate::journal::Record;

/// An error as a sentence of its own: with a capital letter and a full stop.
#[must_use]
pub fn sentence(error: &str) -> String {
    let mut chars = error.chars();
    let head = chars
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    let stop = if error.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    format!("{head}{}{stop}", chars.as_str())
}

/// A sentence and another one, where there is one.
#[must_use]
pub fn with(said: String, more: Option<&str>) -> String {
    match more {
        Some(more) => format!("{said} {more}"),
        None => said,
    }
}

/// A refusal, at the form that it refuses.
#[must_use]
pub fn refused(refusal: &Refusal) -> String {
    format!("Refused: {}", sentence(&refusal.to_string()))
}

/// So many of something, like "1 record" and "2 records".
#[must_use]
pub fn counted<N: std::fmt::Display + PartialEq + From<u8> + Copy>(count: N, what: &str) -> String {
    let end = if count == N::from(1) { "" } else { "s" };
    format!("{count} {what}{end}")
}

/// Of so many hosts nobody knows what they have claimed.
#[must_use]
pub fn missing_claims(hosts: i64) -> String {
    format!(
        "The central store was put back to an earlier state. What is claimed on {} may be missing there.",
        counted(hosts, "other host")
    )
}

/// How many elements of a list could not be read, like "1 kit could not be read"; nothing where there
/// is none.
#[must_use]
pub fn unread(count: usize, what: &str) -> Option<String> {
    (count > 0).then(|| format!("{} could not be read", counted(count, what)))
}

/// That a reply contradicts itself about a kit; nothing where it does not.
#[must_use]
pub fn contradictory(kits: &Kits) -> Option<String> {
    let (first, more) = kits.contradictory.split_first()?;
    let more = match more.len() {
        0 => String::new(),
        count => format!(" (and {})", counted(count, "other kit")),
    };
    Some(format!(
        "kit {first}{more} is listed more than once, with different details"
    ))
}

/// What a person has answered for in the journal, and with which reason.
#[must_use]
pub fn accepted_by(record: &Record) -> String {
    let said = |text: &Option<String>| harmless(text.as_deref().unwrap_or("?")).into_owned();
    format!(
        "Record {}: {} answered on {} for this: {}. Reason: {}",
        record.id,
        harmless(&record.who.operator),
        record.at.strftime("%Y-%m-%d"),
        said(&record.message),
        said(&record.reason),
    )
}

/// Why a look-up brought nothing, and what to do about it.
#[must_use]
pub fn read_error(error: &ReadError) -> String {
    let said = format!("{} {}", sentence(&error.to_string()), advice(error));
    said.trim_end().to_owned()
}

fn advice(error: &ReadError) -> &'static str {
    match error {
        ReadError::Refused(refusal) if refusal.http == 429 => "Wait a moment and try again.",
        ReadError::Refused(refusal) if refusal.http == 401 => {
            "Check the profile's sign_in or headers."
        }
        ReadError::Refused(refusal) if refusal.http == 403 => "Ask the DCMS's administrator.",
        ReadError::Refused(_) => "Correct it and try again.",
        ReadError::NotReached(NotSent::SignIn(error)) => match &**error {
            ReadError::Refused(refusal) if refusal.http != 429 => "Check the profile's sign_in.",
            error => advice(error),
        },
        ReadError::NotReached(NotSent::Unmade(_)) => "Check the profile.",
        // It says itself what is to be done.
        ReadError::NotReached(NotSent::Withheld(_)) => "",
        ReadError::NotReached(NotSent::Tls { .. }) => "Run `kitdesk doctor`.",
        ReadError::NotReached(NotSent::Proxy { .. }) => {
            "Check the profile's proxy and no_proxy, then try again."
        }
        ReadError::NotReached(_) => {
            "Check that the DCMS is up and base_url is right, then try again."
        }
        ReadError::Lost(Doubt::NotHttp { .. }) => {
            "Check that base_url has the host and port of the DCMS, and https where it wants that."
        }
        ReadError::Lost(Doubt::Status(300..=399)) => {
            "Check base_url, and the gateway in front of the DCMS."
        }
        ReadError::Lost(Doubt::Encoded(_)) => {
            "Have the gateway in front of the DCMS send it without an encoding."
        }
        ReadError::Lost(Doubt::Unreadable(_)) => "Check that base_url is that of a DCMS.",
        ReadError::Lost(
            Doubt::TooLong
            | Doubt::TooManyKits(_)
            | Doubt::Crashed
            | Doubt::OtherCustomer { .. }
            | Doubt::OtherAccount { .. },
        ) => "Nothing of it is shown. Tell the DCMS's support.",
        ReadError::Lost(_) => "Nothing was changed: try again.",
    }
}

/// The outcome of a write as a sentence; `what` is its name with a capital letter.
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

/// What a reading says that does not show what the DCMS calls done.
pub(super) fn not_shown(what: &str) -> String {
    format!(
        "The DCMS says done, but what was read afterwards does not show it yet: {what}. Read it again in a moment, and ask the DCMS's support if it stays so."
    )
}

/// Said before a PIN is set where there is nothing that the card number could be compared with.
pub const NO_MASK: &str = "no digits of this card are known: compare the card yourself";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_points_at_the_address() {
        let redirect = ReadError::Lost(Doubt::Status(302));
        let sign_in = NotSent::SignIn(Box::new(redirect.clone()));
        for error in [redirect, ReadError::NotReached(sign_in)] {
            let said = read_error(&error).to_lowercase();
            let expected = "the address redirects to another one (http 302). check base_url, and the gateway in front of the dcms.";
            assert!(said.ends_with(expected), "{said}");
        }
    }
}
