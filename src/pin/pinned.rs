//! A PIN whose length has been checked, and the sentence for one that does not pass.
//! Its digits leave this room only inside a sealed block.

use super::digits::{PIN_DIGITS, PinEntry};

/// How long a bank's PINs may be, both ends included, within ISO 9564's 4 to 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinLength {
    min: usize,
    max: usize,
}

impl PinLength {
    /// The lengths that ISO 9564-1 allows.
    pub const STANDARD: Self = Self {
        min: 4,
        max: PIN_DIGITS,
    };

    /// A range within 4 to 12, or `None`.
    #[must_use]
    pub fn new(min: usize, max: usize) -> Option<Self> {
        (4 <= min && min <= max && max <= PIN_DIGITS).then_some(Self { min, max })
    }

    /// The fewest digits allowed.
    #[must_use]
    pub fn min(self) -> usize {
        self.min
    }

    /// The most digits allowed.
    #[must_use]
    pub fn max(self) -> usize {
        self.max
    }

    /// Says whether what was typed is as long as it must be.
    ///
    /// # Errors
    /// When it is shorter or longer.
    pub fn check(self, entry: &PinEntry) -> Result<(), PinError> {
        let got = entry.len();
        if (self.min..=self.max).contains(&got) {
            Ok(())
        } else {
            Err(PinError::Length { allowed: self, got })
        }
    }
}

impl Default for PinLength {
    fn default() -> Self {
        Self { min: 4, max: 6 }
    }
}

impl std::fmt::Display for PinLength {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.min == self.max {
            write!(f, "{} digits", self.min)
        } else {
            write!(f, "{} to {} digits", self.min, self.max)
        }
    }
}

/// Why a PIN was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Too few or too many digits.
    #[error("a PIN has {allowed} here, not {got}")]
    Length {
        /// What the profile allows.
        allowed: PinLength,
        /// How many were typed.
        got: usize,
    },
    /// One that anyone would try first. Which rule it broke is not told.
    #[error("this PIN is too easy to guess: the customer chooses another")]
    Weak,
    /// Something that is no digit.
    #[error("a PIN is made of the digits 0 to 9 only")]
    NotDigits,
}

/// A PIN of an allowed length.
pub struct Pin(PinEntry);

impl Pin {
    /// Takes over what was typed, so that no second copy comes to be.
    ///
    /// # Errors
    /// When its length is not allowed; the digits are wiped then.
    pub fn from_entry(entry: PinEntry, allowed: PinLength) -> Result<Self, PinError> {
        allowed.check(&entry)?;
        Ok(Self(entry))
    }

    /// Reads a PIN from a line of text; the caller wipes the text.
    ///
    /// # Errors
    /// When it is not made of digits or its length is not allowed.
    pub fn parse(text: &str, allowed: PinLength) -> Result<Self, PinError> {
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PinError::NotDigits);
        }
        if text.len() > PIN_DIGITS {
            let got = text.len();
            return Err(PinError::Length { allowed, got });
        }
        let mut entry = PinEntry::new();
        for digit in text.chars() {
            entry.push(digit);
        }
        Self::from_entry(entry, allowed)
    }

    /// Compares two PINs without an early exit.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.0.same_as(&other.0)
    }

    /// The digits, for this module's blocks alone. Others can compare two PINs:
    ///
    /// ```
    /// # use kitdesk::pin::{Pin, PinLength};
    /// let pin = Pin::parse("4315", PinLength::STANDARD).ok().unwrap();
    /// pin.same_as(&pin);
    /// ```
    ///
    /// and can't read one:
    ///
    /// ```compile_fail,E0624
    /// # use kitdesk::pin::{Pin, PinLength};
    /// let pin = Pin::parse("4315", PinLength::STANDARD).ok().unwrap();
    /// pin.expose_digits();
    /// ```
    pub(super) fn expose_digits(&self) -> &[u8] {
        self.0.expose_digits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_stays_within_the_standard() {
        assert!(PinLength::new(4, 12).is_some());
        for (min, max) in [(3, 6), (4, 13), (6, 4)] {
            assert!(PinLength::new(min, max).is_none(), "{min}..{max}");
        }
    }

    #[test]
    fn lengths_are_refused_in_words() {
        let error = Pin::parse("123", PinLength::default()).err();
        let sentence = error.map(|f| f.to_string());
        assert_eq!(
            sentence.as_deref(),
            Some("a PIN has 4 to 6 digits here, not 3")
        );
        assert!(Pin::parse("1234567890123", PinLength::STANDARD).is_err());
        assert_eq!(
            Pin::parse("12a4", PinLength::default()).err(),
            Some(PinError::NotDigits)
        );
        assert!(Pin::parse("1234", PinLength::default()).is_ok());
    }
}
