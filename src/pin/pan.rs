//! Primary account numbers: Luhn, and the full number that stays here. Nothing here prints one.

use super::digits::PanEntry;
use super::luhn::{FEWEST, PAN_DIGITS, luhn};
use super::mask::MaskedPan;

/// Why a card number was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PanError {
    /// Not 13 to 19 digits.
    #[error("a card number has 13 to 19 digits, not {0}: key it again from the card")]
    Length(usize),
    /// Something that is no digit.
    #[error("a card number is made of the digits 0 to 9 only")]
    NotDigits,
    /// The check digit does not fit.
    #[error("a digit is wrong (the check digit does not fit): compare it with the card")]
    Luhn,
    /// A good number, but of another card.
    #[error("this is another card: the kit's card is {0}")]
    OtherCard(MaskedPan),
}

/// A full card number, checked by Luhn. Never shown, never printed, wiped when dropped.
pub struct Pan(PanEntry);

impl Pan {
    /// Takes over what was keyed.
    ///
    /// # Errors
    /// When it can't be a card number; the digits are wiped then.
    pub fn from_entry(entry: PanEntry) -> Result<Self, PanError> {
        check(&entry)?;
        Ok(Self(entry))
    }

    /// Reads a card number from text; the caller wipes the text.
    ///
    /// # Errors
    /// When it can't be a card number.
    pub fn parse(text: &str) -> Result<Self, PanError> {
        if text.len() > PAN_DIGITS {
            return Err(PanError::Length(text.len()));
        }
        let mut entry = PanEntry::new();
        for typed in text.chars() {
            if !entry.push(typed) {
                return Err(PanError::NotDigits);
            }
        }
        Self::from_entry(entry)
    }

    /// Says whether this is the card that the mask shows.
    ///
    /// # Errors
    /// [`PanError::OtherCard`] when a digit that the mask shows differs.
    pub fn must_match(&self, mask: &MaskedPan) -> Result<(), PanError> {
        self.0.must_match(mask)
    }

    /// Compares two card numbers without an early exit.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.0.same_as(&other.0)
    }

    /// First six and last four.
    #[must_use]
    pub fn masked(&self) -> MaskedPan {
        MaskedPan::of(self.0.expose_digits())
    }

    /// The digits, for this module's blocks alone. Others get the mask:
    ///
    /// ```
    /// # use kitdesk::pin::Pan;
    /// let pan = Pan::parse("4111111111111111").ok().unwrap();
    /// pan.masked();
    /// ```
    ///
    /// and can't read the number:
    ///
    /// ```compile_fail,E0624
    /// # use kitdesk::pin::Pan;
    /// let pan = Pan::parse("4111111111111111").ok().unwrap();
    /// pan.expose_digits();
    /// ```
    pub(super) fn expose_digits(&self) -> &[u8] {
        self.0.expose_digits()
    }
}

/// Checks a keyed number without taking it over, so that a form can say what is wrong in place.
fn check(entry: &PanEntry) -> Result<(), PanError> {
    let digits = entry.expose_digits();
    if digits.len() < FEWEST {
        return Err(PanError::Length(digits.len()));
    }
    if luhn(digits) {
        Ok(())
    } else {
        Err(PanError::Luhn)
    }
}

impl PanEntry {
    /// Says what is wrong with a keyed number, in place: length, Luhn, then the kit's own card.
    ///
    /// # Errors
    /// The first error found.
    pub fn check_against(&self, mask: Option<&MaskedPan>) -> Result<(), PanError> {
        check(self)?;
        mask.map_or(Ok(()), |mask| self.must_match(mask))
    }

    fn must_match(&self, mask: &MaskedPan) -> Result<(), PanError> {
        if mask.fits(self.expose_digits()) {
            Ok(())
        } else {
            Err(PanError::OtherCard(mask.clone()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn_as_in_the_standard() {
        for good in ["4111111111111111", "6799998900000070017", "4222222222222"] {
            assert!(Pan::parse(good).is_ok(), "{good}");
        }
        assert_eq!(Pan::parse("4111111111111112").err(), Some(PanError::Luhn));
        assert_eq!(Pan::parse("411111111111").err(), Some(PanError::Length(12)));
        assert_eq!(
            Pan::parse("4111 1111 1111 1111").err(),
            Some(PanError::NotDigits)
        );
    }

    #[test]
    fn a_mask_tells_another_card() {
        let pan = Pan::parse("4111111111111111").expect("a test number");
        assert!(pan.must_match(&pan.masked()).is_ok());
        let other = MaskedPan::parse("608040XXXXXX6384").expect("a mask");
        let sentence = pan.must_match(&other).err().map(|f| f.to_string());
        assert_eq!(
            sentence.as_deref(),
            Some("this is another card: the kit's card is 608040XXXXXX6384")
        );
    }

    #[test]
    fn a_mask_of_fixed_width_is_no_other_card() {
        let pan = Pan::parse("6799998900000070017").expect("a test number");
        for mask in ["679999XXXXXX0017", "679999XXXXXXXXX0017", "679999-0017"] {
            let mask = MaskedPan::parse(mask).expect("a mask");
            assert!(pan.must_match(&mask).is_ok(), "{mask}");
            assert!(pan.0.check_against(Some(&mask)).is_ok(), "{mask}");
        }
        for mask in ["679998XXXXXX0017", "679999XXXXXX0018"] {
            let mask = MaskedPan::parse(mask).expect("a mask");
            assert!(pan.must_match(&mask).is_err(), "{mask}");
            assert!(pan.0.check_against(Some(&mask)).is_err(), "{mask}");
        }
    }
}
