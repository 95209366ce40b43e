//! What a reading shows of the cancellation of an order.

use super::evidence::Evidence;
use super::verdict::Verdict;
use crate::dcms::OrderStatus;
use crate::desk::sentences::not_shown;
use crate::journal::Rivals;

/// Only a RECEIVED order can be cancelled, so one that has gone on was not. Where another request may have
/// cancelled it, that it is cancelled shows nothing.
pub(super) fn verdict(evidence: &Evidence<'_>, rivals: &Rivals) -> Verdict {
    let Some(order) = evidence.order() else {
        return Verdict::Open;
    };
    match order.status {
        OrderStatus::Cancelled(_) if rivals.any => Verdict::Open,
        OrderStatus::Cancelled(_) => Verdict::Done,
        OrderStatus::Received | OrderStatus::Other(_) => Verdict::Open,
        OrderStatus::Pending
        | OrderStatus::Processed
        | OrderStatus::Success
        | OrderStatus::Failed => Verdict::NotDone,
    }
}

pub(super) fn says(evidence: &Evidence<'_>, verdict: Option<Verdict>) -> Option<String> {
    let order = evidence.order()?;
    let word = order.status.word();
    Some(match verdict {
        Some(Verdict::Done) => format!("Read just now: the order is {word}, so it was cancelled."),
        Some(Verdict::NotDone) => {
            format!("Read just now: the order is {word}, so it was not cancelled.")
        }
        Some(Verdict::Open) if order.status.is_cancelled() => format!(
            "Read just now: the order is {word}. Another request may have cancelled it, so it is unclear which of them did it."
        ),
        // Nobody was asked to settle it by this.
        None if self::verdict(evidence, &Rivals::default()) != Verdict::Open => {
            format!("Read just now: the order is {word}.")
        }
        Some(Verdict::Open | Verdict::CantBeRead) | None => {
            format!("Read just now: the order is {word}. The cancellation may still be under way.")
        }
    })
}

pub(super) fn against(evidence: &Evidence<'_>) -> Option<String> {
    let order = evidence.order()?;
    let is_shown = order.status.is_cancelled();
    (!is_shown).then(|| not_shown(&format!("the order is {}", order.status.word())))
}
