//! The words that several writes share (contract, 2, writes).

use serde::Serialize;

/// A card to hold, or one that lives in a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum CardType {
    /// Plastic.
    Physical,
    /// A number only.
    Virtual,
}

impl CardType {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Physical, Self::Virtual];

    /// The contract's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Physical => "PHYSICAL",
            Self::Virtual => "VIRTUAL",
        }
    }
}

/// Which of the customer's addresses a new card is sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Delivery {
    /// Where they live.
    Permanent,
    /// Where they want their post.
    Communication,
}

impl Delivery {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Permanent, Self::Communication];

    /// The contract's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Permanent => "PERMANENT",
            Self::Communication => "COMMUNICATION",
        }
    }
}
