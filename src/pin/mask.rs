//! What a masked card number shows: digits at its ends, and its length where that is known. Banks mask in
//! many ways (6+4, 8+4, 4+4, the last four alone); all of it is kept, and all of it is compared.

use std::fmt;

use super::luhn::PAN_DIGITS;

/// Most digits kept from the front: the longest issuer number (BIN) has eight (ISO/IEC 7812-1:2017).
const FRONT: usize = 8;
/// Most digits kept from the back: six, which is what `validateCard` asks for (contract, 2.1).
const BACK: usize = 6;
/// Most digits kept in all, so that no mask comes close to a whole number.
const KEPT: usize = 12;
/// What is drawn of a card number at most, except for an 8-digit BIN.
const DRAWN_FRONT: usize = 6;
pub(super) const DRAWN_BACK: usize = 4;
/// How wide a mask is drawn that doesn't tell its width: most debit cards have 16 digits.
pub(super) const USUAL: u8 = 16;

/// Why the DCMS can't be asked for a card: `fetchCifByMaskedCard` takes first six and last four (contract,
/// 2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the DCMS finds a card by its first six and last four digits, and this mask shows {}: look the customer up by entity id or account number",
    ends(*.front, *.back)
)]
pub struct TooFewDigits {
    front: usize,
    back: usize,
}

fn ends(front: usize, back: usize) -> String {
    match (front, back) {
        (front, 0) => format!("the first {front} only"),
        (0, back) => format!("the last {back} only"),
        (front, back) => format!("the first {front} and the last {back}"),
    }
}

/// What is known of how many digits the card number has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Length {
    /// The whole number was there.
    Known(u8),
    /// The mask is so wide. Some banks draw all masks in one width, so it is never compared.
    Drawn(u8),
    /// The mask doesn't tell.
    Untold,
}

/// The digits that a mask shows of a card, at least one of them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MaskedPan {
    /// The first digits; zeros behind them.
    front: [u8; FRONT],
    front_len: u8,
    /// The last digits; zeros in front of them.
    back: [u8; BACK],
    back_len: u8,
    length: Length,
}

impl MaskedPan {
    pub(super) const LONGEST: u8 = 19;

    /// Of a whole number.
    pub(super) fn of(digits: &[u8]) -> Self {
        let length = match u8::try_from(digits.len()) {
            Ok(length @ 1..=Self::LONGEST) => Length::Known(length),
            _ => Length::Untold,
        };
        let front = &digits[..digits.len().min(DRAWN_FRONT)];
        let back = &digits[digits.len().saturating_sub(DRAWN_BACK)..];
        Self::kept(front, back, length)
    }

    /// Of what is shown at the ends. More than any bank shows is as good as a whole number, and is cut as
    /// one.
    pub(super) fn showing(front: &[u8], back: &[u8], length: Length) -> Option<Self> {
        let kept = |shown: &[u8], most, else_kept| match shown.len() {
            len if len <= most => len,
            _ => else_kept,
        };
        let front = &front[..kept(front, FRONT, DRAWN_FRONT)];
        let most = kept(back, BACK, DRAWN_BACK).min(KEPT - front.len());
        let back = &back[back.len() - most..];
        (!front.is_empty() || !back.is_empty()).then(|| Self::kept(front, back, length))
    }

    fn kept(front: &[u8], back: &[u8], length: Length) -> Self {
        let short = |len: usize| u8::try_from(len).expect("at most eight digits are kept");
        let mut kept = Self {
            front: [0; FRONT],
            front_len: short(front.len()),
            back: [0; BACK],
            back_len: short(back.len()),
            length,
        };
        kept.front[..front.len()].copy_from_slice(front);
        kept.back[BACK - back.len()..].copy_from_slice(back);
        kept
    }

    fn front(&self) -> &[u8] {
        &self.front[..self.front_len.into()]
    }

    fn back(&self) -> &[u8] {
        &self.back[BACK - usize::from(self.back_len)..]
    }

    /// How many digits the card number has, as far as the mask tells. Only good for drawing: some banks
    /// draw all masks in one width.
    #[must_use]
    pub fn width(&self) -> Option<usize> {
        match self.length {
            Length::Known(length) | Length::Drawn(length) => Some(length.into()),
            Length::Untold => None,
        }
    }

    /// Whether it can be the mask of these digits: all that it shows is compared.
    pub(super) fn fits(&self, digits: &[u8]) -> bool {
        let has_length = match self.length {
            Length::Known(length) => digits.len() == usize::from(length),
            Length::Drawn(_) | Length::Untold => true,
        };
        has_length && digits.starts_with(self.front()) && digits.ends_with(self.back())
    }

    /// Whether both can be masks of one card: what both show is the same.
    #[must_use]
    pub fn agrees_with(&self, other: &Self) -> bool {
        let starts = |one: &[u8], other: &[u8]| one.iter().zip(other).all(|(a, b)| a == b);
        let ends = |one: &[u8], other: &[u8]| {
            let (mut one, mut other) = (one.iter().rev(), other.iter().rev());
            one.by_ref().zip(other.by_ref()).all(|(a, b)| a == b)
        };
        let lengths = match (self.length, other.length) {
            (Length::Known(one), Length::Known(other)) => one == other,
            _ => true,
        };
        lengths && starts(self.front(), other.front()) && ends(self.back(), other.back())
    }

    /// As the DCMS is asked for it: first six, six hidden, last four, whatever the card's length (contract,
    /// 2.1, `fetchCifByMaskedCard`).
    ///
    /// # Errors
    /// When fewer digits are known.
    pub fn six_and_four(&self) -> Result<String, TooFewDigits> {
        let (front, back) = (self.front(), self.back());
        let too_few = TooFewDigits {
            front: front.len(),
            back: back.len(),
        };
        if front.len() < DRAWN_FRONT || back.len() < DRAWN_BACK {
            return Err(too_few);
        }
        let text = |digits: &[u8]| -> String {
            digits
                .iter()
                .map(|digit| char::from(b'0' + digit))
                .collect()
        };
        let last = &back[back.len() - DRAWN_BACK..];
        Ok(format!(
            "{}XXXXXX{}",
            text(&front[..DRAWN_FRONT]),
            text(last)
        ))
    }
}

/// One spelling for all: `X` for what is hidden. Six digits at most are drawn in front and four behind. The
/// exception is a mask that shows exactly an 8-digit BIN: PCI DSS 4.0 (3.4.1) allows BIN and last four, the
/// bank has decided to show it, and with two digits less the cards of its BINs would look the same.
impl fmt::Display for MaskedPan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No text is made for it: each letter of a filter asks for the masks of all kits.
        let mut text = [b'X'; PAN_DIGITS];
        let width = match self.length {
            Length::Known(length) | Length::Drawn(length) => length,
            Length::Untold => USUAL,
        };
        let width = usize::from(width);
        let front = match self.front() {
            bin if bin.len() == FRONT => bin,
            front => &front[..front.len().min(DRAWN_FRONT)],
        };
        let back = self.back();
        let back = &back[back.len().saturating_sub(DRAWN_BACK)..];
        for (place, digit) in text.iter_mut().zip(front) {
            *place = b'0' + digit;
        }
        for (place, digit) in text[width - back.len()..width].iter_mut().zip(back) {
            *place = b'0' + digit;
        }
        let text = std::str::from_utf8(&text[..width]).map_err(|_| fmt::Error)?;
        f.pad(text)
    }
}

/// No more than is drawn.
impl fmt::Debug for MaskedPan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MaskedPan({self})")
    }
}
