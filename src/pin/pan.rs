//! Primary account numbers: Luhn, the full number that stays here, and the mask that may be shown.
//! Nothing here prints a full number.

use super::digits::{PAN_DIGITS, PanEntry};

/// Fewest digits of a card number that this console works with (ISO/IEC 7812-1 leaves room for
/// fewer; no debit scheme uses them, and format 0 needs twelve left of the check digit).
pub(super) const FEWEST: usize = 13;

/// Why a card number was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PanFault {
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
    pub fn from_entry(entry: PanEntry) -> Result<Self, PanFault> {
        check(&entry)?;
        Ok(Self(entry))
    }

    /// Reads a card number from text; the caller wipes the text.
    ///
    /// # Errors
    /// When it can't be a card number.
    pub fn parse(text: &str) -> Result<Self, PanFault> {
        if text.len() > PAN_DIGITS {
            return Err(PanFault::Length(text.len()));
        }
        let mut entry = PanEntry::new();
        for typed in text.chars() {
            if !entry.push(typed) {
                return Err(PanFault::NotDigits);
            }
        }
        Self::from_entry(entry)
    }

    /// Says whether this is the card that the mask shows.
    ///
    /// # Errors
    /// [`PanFault::OtherCard`] when first six or last four differ.
    pub fn must_match(&self, mask: &MaskedPan) -> Result<(), PanFault> {
        self.0.must_match(mask)
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
fn check(entry: &PanEntry) -> Result<(), PanFault> {
    let digits = entry.expose_digits();
    if digits.len() < FEWEST {
        return Err(PanFault::Length(digits.len()));
    }
    if luhn(digits) {
        Ok(())
    } else {
        Err(PanFault::Luhn)
    }
}

impl PanEntry {
    /// Says what is wrong with a keyed number, in place: length, Luhn, then the kit's own card.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check_against(&self, mask: Option<&MaskedPan>) -> Result<(), PanFault> {
        check(self)?;
        mask.map_or(Ok(()), |mask| self.must_match(mask))
    }

    /// How many are hidden in the middle does not count: some banks' masks are all of one width.
    fn must_match(&self, mask: &MaskedPan) -> Result<(), PanFault> {
        let own = MaskedPan::of(self.expose_digits());
        if (own.first, own.last) == (mask.first, mask.last) {
            Ok(())
        } else {
            Err(PanFault::OtherCard(mask.clone()))
        }
    }
}

/// ISO/IEC 7812-1, annex B: doubled every second digit from the right, the sum ends in zero.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| {
            let value = u32::from(digit) << (place % 2);
            value / 10 + value % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Why a text is no masked card number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a masked card is its first six and last four digits, like 608040XXXXXX6384")]
pub struct MaskFault;

/// First six and last four digits of a card, and how many it has in all.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MaskedPan {
    first: [u8; 6],
    last: [u8; 4],
    len: u8,
}

/// No card number is longer than this can say.
fn short(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

impl MaskedPan {
    /// Reads `608040XXXXXX6384`; `x`, `*`, blanks and dashes may stand for the middle. A full
    /// number is cut to its mask on the spot, and six and four alone count as a 16-digit card.
    ///
    /// # Errors
    /// When six digits in front, four behind and a middle can't be told apart.
    pub fn parse(text: &str) -> Result<Self, MaskFault> {
        let text = text.trim();
        let (mut hidden, mut blanks) = (0, 0);
        for letter in text.chars() {
            match letter {
                '0'..='9' => {}
                'X' | 'x' | '*' | '•' | '#' => hidden += 1,
                ' ' | '-' => blanks += 1,
                _ => return Err(MaskFault),
            }
        }
        let digits = text.bytes().filter(u8::is_ascii_digit);
        let digits: Vec<u8> = digits.map(|digit| digit - b'0').collect();
        let in_front = text.bytes().take_while(u8::is_ascii_digit).count();
        let mut masked = Self::of(&digits);
        match (digits.len(), hidden) {
            (FEWEST..=PAN_DIGITS, 0) => Ok(masked),
            (10, 0) if in_front == 6 => {
                masked.len = 16;
                Ok(masked)
            }
            (10, 1..=9) if in_front == 6 || blanks > 0 => {
                masked.len = short((10 + hidden).max(FEWEST));
                Ok(masked)
            }
            _ => Err(MaskFault),
        }
    }

    /// How many digits the card number has.
    #[must_use]
    pub fn digits(&self) -> usize {
        self.len.into()
    }

    /// Takes at least ten digits.
    fn of(digits: &[u8]) -> Self {
        let mut masked = Self {
            first: [0; 6],
            last: [0; 4],
            len: short(digits.len()),
        };
        if let (Some(first), Some(last)) = (digits.first_chunk(), digits.last_chunk()) {
            masked.first = *first;
            masked.last = *last;
        }
        masked
    }
}

impl std::fmt::Display for MaskedPan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // No text is made for it: each letter of a filter asks for the masks of all kits.
        let mut text = [b'X'; PAN_DIGITS];
        let length = self.digits().clamp(10, PAN_DIGITS);
        for (place, digit) in text.iter_mut().zip(self.first) {
            *place = b'0' + digit;
        }
        for (place, digit) in text[length - self.last.len()..length]
            .iter_mut()
            .zip(self.last)
        {
            *place = b'0' + digit;
        }
        let text = std::str::from_utf8(&text[..length]).map_err(|_| std::fmt::Error)?;
        f.pad(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(text: &str) -> Result<String, MaskFault> {
        MaskedPan::parse(text).map(|m| m.to_string())
    }

    #[test]
    fn luhn_as_in_the_standard() {
        for good in ["4111111111111111", "6799998900000070017", "4222222222222"] {
            assert!(Pan::parse(good).is_ok(), "{good}");
        }
        assert_eq!(Pan::parse("4111111111111112").err(), Some(PanFault::Luhn));
        assert_eq!(Pan::parse("411111111111").err(), Some(PanFault::Length(12)));
        assert_eq!(
            Pan::parse("4111 1111 1111 1111").err(),
            Some(PanFault::NotDigits)
        );
    }

    #[test]
    fn masks_in_every_spelling_come_out_alike() {
        for spelling in [
            "608040XXXXXX6384",
            "608040xxxxxx6384",
            "608040******6384",
            "608040 6384",
            "608040-6384",
            " 608040XXXXXX6384 ",
            "6080 40XX XXXX 6384",
            "6080400000006384",
        ] {
            assert_eq!(
                mask(spelling).as_deref(),
                Ok("608040XXXXXX6384"),
                "{spelling}"
            );
        }
    }

    #[test]
    fn what_is_no_mask_is_refused() {
        for text in [
            "",
            "608040",
            "6080406384",
            "60804XXXXXXX6384",
            "608040XXXXXX638A",
            "XXXX6384",
        ] {
            assert_eq!(mask(text), Err(MaskFault), "{text}");
        }
    }

    #[test]
    fn another_card_is_told_by_its_mask() {
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

    #[test]
    fn a_mask_lines_up_in_a_column() {
        let mask = MaskedPan::parse("4222222222222").expect("a test number");
        assert_eq!(format!("[{mask:16}]"), "[422222XXX2222   ]");
    }
}
