//! The other answer, where the contract contradicts itself or leaves a question open: asked for like a fault.
//! What a twist does is up to the call that it is asked for.

/// Another answer than the usual one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Twist {
    /// `{"status": false}` without an exception, and nothing is done (contract, 4).
    StatusFalse,
    /// The reply of a success, and nothing is done.
    NoEffect,
    /// `BLOCK_AND_REPLACE` blocks and makes no new kit; of all kits, only every other one is managed.
    HalfDone,
    /// The domestic part of the preferences is taken, nothing else.
    Partial,
    /// A block of preferences that is not sent is switched off, not left as it is.
    LeftOutOff,
    /// Every operation that no page forbids in a state is done.
    Lenient,
    /// Only an operation that a page allows in a state is done.
    Strict,
    /// REPLACE wants a BLOCKED card (contract, 5.9).
    BlockFirst,
    /// A PIN can be set once (contract, 5.8).
    PinOnce,
    /// A cancelled order reads `ORDER_CANCELLED` (contract, 5.6).
    OrderCancelled,
    /// A cancelled order reads WITHDRAWN, a word that no page has (contract, 5.6).
    OtherWord,
    /// The reply is about kit 41063130 (contract, 2.1, `kitTracking`).
    OtherKit,
    /// `cardNumber` is the clear number (contract, 3).
    ClearNumber,
    /// `encryptedCardNumber` is hex, not base64 (contract, 3).
    HexNumber,
}

/// The calls that give kits.
const KITS: &[&str] = &[
    "fetchKitsByEntityId",
    "fetchKitsByAccountNo",
    "viewCustomer",
    "fetchByCif",
    "upgradeCard",
    "applyForCard",
];
/// The calls that ask the table of states.
const BY_STATE: &[&str] = &[
    "kitActivation",
    "manageKit",
    "manageAllKits",
    "upgradeCard",
    "setPin",
    "set",
];

impl Twist {
    /// All of them, in the order of the documents.
    pub(super) const ALL: [Self; 14] = [
        Self::StatusFalse,
        Self::NoEffect,
        Self::HalfDone,
        Self::Partial,
        Self::LeftOutOff,
        Self::Lenient,
        Self::Strict,
        Self::BlockFirst,
        Self::PinOnce,
        Self::OrderCancelled,
        Self::OtherWord,
        Self::OtherKit,
        Self::ClearNumber,
        Self::HexNumber,
    ];

    /// As it is asked for.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::StatusFalse => "status-false",
            Self::NoEffect => "no-effect",
            Self::HalfDone => "half-done",
            Self::Partial => "partial",
            Self::LeftOutOff => "left-out-off",
            Self::Lenient => "lenient",
            Self::Strict => "strict",
            Self::BlockFirst => "block-first",
            Self::PinOnce => "pin-once",
            Self::OrderCancelled => "order-cancelled",
            Self::OtherWord => "other-word",
            Self::OtherKit => "other-kit",
            Self::ClearNumber => "clear-number",
            Self::HexNumber => "hex-number",
        }
    }

    /// The calls that have this other answer.
    pub(super) fn calls(self) -> &'static [&'static str] {
        match self {
            Self::StatusFalse | Self::BlockFirst => &["manageKit"],
            Self::NoEffect => &["kitActivation", "manageKit", "setPin", "cancel", "set"],
            Self::HalfDone => &["manageKit", "manageAllKits"],
            Self::Partial | Self::LeftOutOff => &["set"],
            Self::Lenient | Self::Strict => BY_STATE,
            Self::PinOnce => &["setPin"],
            Self::OrderCancelled | Self::OtherWord => &["cancel"],
            Self::OtherKit => &["kitTracking"],
            Self::ClearNumber => KITS,
            Self::HexNumber => &["fetchKitsByEntityId"],
        }
    }
}
