//! What the DCMS says of a card at the counter, before a change: that it is this customer's and this kit's, that it is
//! not, or nothing. What was typed of the card is in none of it.

use crate::dcms::{CheckedCard, KitNo, ReadError};
use crate::journal::CardMatch;

/// The answer to a check of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardAnswer {
    /// In one word, for the journal.
    pub found: CardMatch,
    /// In a sentence without a full stop.
    pub said: String,
}

/// The codes that say that card and customer do not belong together (contract, 4).
const NO_MATCH: [&str; 2] = ["CRD001", "CRD002"];

impl CardAnswer {
    /// What an answer says of this kit. Only a card that is this kit's matches: the customer may have others.
    #[must_use]
    pub fn of(kit: &KitNo, answer: &Result<CheckedCard, ReadError>) -> Self {
        let (found, said) = match answer {
            Ok(card) if card.kit == *kit => (
                CardMatch::Matched,
                "matched: the card is this customer's and this kit's".to_owned(),
            ),
            Ok(card) => (
                CardMatch::NotMatched,
                format!("not matched: the card is that of kit {}", card.kit),
            ),
            Err(ReadError::Refused(refusal)) if NO_MATCH.iter().any(|code| refusal.is(code)) => (
                CardMatch::NotMatched,
                "not matched: the DCMS finds no such card of this customer".to_owned(),
            ),
            Err(error) => (CardMatch::NotAsked, format!("could not be asked: {error}")),
        };
        Self { found, said }
    }

    /// What there is to say before anything is confirmed.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        match self.found {
            CardMatch::Matched | CardMatch::NotAsked => None,
            CardMatch::NotMatched => Some(
                "The card and the customer do not match. Find out whose card this is before you go on."
                    .to_owned(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::{Doubt, Refusal, Status};

    #[test]
    fn only_a_card_of_this_kit_matches() {
        let kit = |number: &str| KitNo::parse(number).expect("a number");
        let checked = |number: &str| {
            Ok(CheckedCard {
                kit: kit(number),
                status: Status::Assigned,
            })
        };
        let refused = |code: &str| -> Result<CheckedCard, ReadError> {
            let text = format!(r#"{{"exception":{{"errorCode":"{code}"}}}}"#);
            Err(ReadError::Refused(Refusal::from_json(&text, 400)))
        };
        for (answer, found) in [
            (checked("4561789"), CardMatch::Matched),
            (checked("4561801"), CardMatch::NotMatched),
            (refused("CRD001"), CardMatch::NotMatched),
            (refused("crd002"), CardMatch::NotMatched),
            (refused("MCC007"), CardMatch::NotAsked),
            (Err(ReadError::Lost(Doubt::LineLost)), CardMatch::NotAsked),
        ] {
            let said = CardAnswer::of(&kit("4561789"), &answer);
            assert_eq!(said.found, found, "{said:?}");
            assert_eq!(said.warning().is_some(), found == CardMatch::NotMatched);
        }
    }
}
