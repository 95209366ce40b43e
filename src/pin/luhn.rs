//! What makes digits a card number: how many they are, and the check digit.

/// Most digits that a PAN can have (ISO/IEC 7812-1).
pub const PAN_DIGITS: usize = 19;
/// Fewest digits of a card number that this console works with (ISO/IEC 7812-1 leaves room for
/// fewer; no debit scheme uses them, and format 0 needs twelve left of the check digit).
pub(super) const FEWEST: usize = 13;

/// The sum of ISO/IEC 7812-1, annex B: every second digit from the right counts twice. Takes one digit
/// after the other, so that each of many endings of a number can be tried at no cost.
#[derive(Clone, Copy, Default)]
pub(super) struct Luhn {
    /// The sum if the last digit so far is the number's last.
    ending: u32,
    /// The sum if one more digit follows.
    going_on: u32,
}

impl Luhn {
    pub(super) fn push(&mut self, digit: u8) {
        let twice = u32::from(digit) * 2;
        let next = self.ending + twice / 10 + twice % 10;
        self.ending = self.going_on + u32::from(digit);
        self.going_on = next;
    }

    pub(super) fn fits(self) -> bool {
        self.ending.is_multiple_of(10)
    }
}

pub(super) fn luhn(digits: &[u8]) -> bool {
    let mut sum = Luhn::default();
    for &digit in digits {
        sum.push(digit);
    }
    sum.fits()
}
