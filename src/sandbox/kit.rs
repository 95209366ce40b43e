//! Kits and their card numbers.
//! Data alone; what a state allows is in `status`.

use super::day::Day;
use super::status::Status;
use crate::pin::{MaskedPan, Pan};

/// Tiers that a card can have.
pub const TIERS: [&str; 6] = [
    "CLASSIC",
    "CLASSICONE",
    "SILVER",
    "GOLD",
    "PLATINUM",
    "SIGNATURE",
];
/// Kinds of card.
pub(super) const CARD_TYPES: [&str; 2] = ["PHYSICAL", "VIRTUAL"];

/// One card with its number, plastic and papers.
pub(super) struct Kit {
    pub(super) number: String,
    pub(super) pan: CardNumber,
    pub(super) sealing: Sealing,
    pub(super) network: &'static str,
    pub(super) status: Status,
    pub(super) card_type: &'static str,
    pub(super) tier: Option<&'static str>,
    pub(super) alias: Option<String>,
    pub(super) plastic: Option<String>,
    pub(super) expiry: Day,
    pub(super) created: Day,
    pub(super) changed: Option<Day>,
    pub(super) activated: Option<Day>,
    /// When a virtual card became a physical one.
    pub(super) converted: Option<Day>,
}

/// What `encryptedCardNumber` of a kit is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sealing {
    /// It opens.
    Whole,
    /// It is not there.
    Absent,
    /// 32 bytes: nothing between IV and tag (contract, 5.5).
    TooShort,
    /// As long as it must be, but under another key.
    OtherKey,
}

/// A card number that the simulator has made up. It guards nothing, so it needs no locked page: a
/// hundred thousand of those are more than a system gives.
pub(super) struct CardNumber(String);

impl CardNumber {
    /// A public test number.
    pub(super) fn of(digits: &str) -> Self {
        Self(digits.to_owned())
    }

    /// As the room of PINs wants it.
    pub(super) fn pan(&self) -> Pan {
        Pan::parse(&self.0).expect("its check digit was made to fit")
    }

    /// In the clear: a made-up number is no secret.
    pub(super) fn clear(&self) -> &str {
        &self.0
    }

    /// First six and last four.
    pub(super) fn masked(&self) -> MaskedPan {
        MaskedPan::parse(&self.0).expect("a full number has a mask")
    }
}

impl Kit {
    /// First six digits.
    pub(super) fn bin(&self) -> String {
        self.pan.masked().to_string()[..6].to_owned()
    }

    /// The product that the BIN belongs to.
    pub(super) fn product(&self) -> String {
        format!("DC{}", &self.bin()[3..])
    }
}

/// The 16-digit card number of a BIN, nine digits and the check digit that fits.
pub(super) fn pan(bin: &str, serial: u64) -> CardNumber {
    let front = format!("{bin}{serial:09}");
    let doubled: u32 = front
        .bytes()
        .enumerate()
        .map(|(place, byte)| {
            // Fifteen digits before the check digit: the even places are the doubled ones.
            let value = u32::from(byte - b'0') << ((place + 1) % 2);
            value / 10 + value % 10
        })
        .sum();
    let check = (10 - doubled % 10) % 10;
    CardNumber(format!("{front}{check}"))
}

/// The `nth` 16-digit card number behind a mask of 16.
pub(super) fn pan_behind(mask: &str, nth: usize) -> CardNumber {
    let wanted = MaskedPan::parse(mask).expect("a mask of the fixtures");
    (0..)
        .map(|middle: u64| {
            let last: u64 = mask[12..15].parse().expect("a mask of the fixtures");
            pan(&mask[..6], middle * 1000 + last)
        })
        .filter(|pan| pan.masked().agrees_with(&wanted))
        .nth(nth)
        .expect("one middle in ten fits the check digit")
}
