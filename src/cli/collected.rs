//! Digits as they come in, from a terminal or a pipe, and what is wrong with the line that they
//! make. The digits lie in a wiped buffer that never grows; no error holds one of them.

use crate::pin::{Digits, PanError, PinError, PinLength};

mod words {
    pub(super) const PIN_MISSING: &str = "the PIN is missing";
    pub(super) const CARD_NUMBER_MISSING: &str = "the card number is missing";
}

/// A line of digits in the making.
#[derive(Default)]
pub(super) struct Collected<const CAP: usize> {
    digits: Digits<CAP>,
    /// What came and was not taken: digits that have no room, and what is no digit.
    refused: usize,
    is_odd: bool,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Nothing in it.
    Empty,
    /// Something that is no digit.
    NotDigits,
    /// So many digits, more than there is room for.
    TooMany(usize),
}

impl<const CAP: usize> Collected<CAP> {
    /// Takes what was typed.
    pub(super) fn push(&mut self, typed: char) {
        if self.refused > 0 || !self.digits.push(typed) {
            self.refused += 1;
            self.is_odd |= !typed.is_ascii_digit();
        }
    }

    /// Takes the last one back.
    pub(super) fn pop(&mut self) {
        if self.refused > 0 {
            self.refused -= 1;
            self.is_odd &= self.refused > 0;
        } else {
            self.digits.pop();
        }
    }

    /// Takes all back.
    pub(super) fn wipe(&mut self) {
        self.digits.wipe();
        self.refused = 0;
        self.is_odd = false;
    }

    /// The digits, if they are digits and no more than there is room for.
    pub(super) fn finish(self) -> Result<Digits<CAP>, Wrong> {
        match self.refused {
            0 if self.digits.is_empty() => Err(Wrong::Empty),
            0 => Ok(self.digits),
            _ if self.is_odd => Err(Wrong::NotDigits),
            more => Err(Wrong::TooMany(self.digits.len() + more)),
        }
    }
}

impl Wrong {
    /// As a sentence about a PIN.
    pub(super) fn pin(self, allowed: PinLength) -> String {
        match self {
            Self::Empty => words::PIN_MISSING.into(),
            Self::NotDigits => PinError::NotDigits.to_string(),
            Self::TooMany(got) => PinError::Length { allowed, got }.to_string(),
        }
    }

    /// As a sentence about a card number.
    pub(super) fn pan(self) -> String {
        match self {
            Self::Empty => words::CARD_NUMBER_MISSING.into(),
            Self::NotDigits => PanError::NotDigits.to_string(),
            Self::TooMany(got) => PanError::Length(got).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finish(text: &str) -> Result<usize, Wrong> {
        let mut line = Collected::<12>::default();
        text.chars().for_each(|c| line.push(c));
        line.finish().map(|digits| digits.len())
    }

    #[test]
    fn what_is_wrong_is_said_whatever_came_first() {
        assert_eq!(finish("4315"), Ok(4));
        assert_eq!(finish(""), Err(Wrong::Empty));
        assert_eq!(finish("1234567890123"), Err(Wrong::TooMany(13)));
        for odd in ["43a5", "٤٣١٥", "4315 ", "1234567890123x", "x1234567890123"] {
            assert_eq!(finish(odd), Err(Wrong::NotDigits), "{odd}");
        }
    }

    #[test]
    fn taken_back_in_the_order_in_which_it_came() {
        let mut line = Collected::<12>::default();
        "43x15".chars().for_each(|c| line.push(c));
        for _ in 0..3 {
            line.pop();
        }
        "15".chars().for_each(|c| line.push(c));
        assert!(matches!(line.finish(), Ok(digits) if digits.len() == 4));
    }
}
