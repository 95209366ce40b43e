//! The fixed buffer in which a secret is typed, one digit at a time.
//! It never grows, is wiped when dropped, and never hands out its digits as text.

use subtle::ConstantTimeEq;
use zeroize::Zeroize as _;

use super::locked::Locked;
use super::luhn::{FEWEST, PAN_DIGITS};

/// Most digits that a PIN can have (ISO 9564-1, 9.1).
pub const PIN_DIGITS: usize = 12;

/// A PIN as it is being typed.
pub type PinEntry = Digits<PIN_DIGITS>;
/// A PAN as it is being keyed from the card.
pub type PanEntry = Digits<PAN_DIGITS>;

/// Up to `CAP` decimal digits in one wiped place.
///
/// The digits live on a locked page of their own, so that moving the value moves a pointer and
/// leaves no copy behind. There is no `Debug`, `Display`, `Clone` or `serde` on purpose.
pub struct Digits<const CAP: usize> {
    values: Locked<CAP>,
    len: usize,
}

impl<const CAP: usize> Digits<CAP> {
    /// An empty buffer.
    #[must_use]
    pub fn new() -> Self {
        Self {
            values: Locked::new(),
            len: 0,
        }
    }

    /// Appends an ASCII digit. Returns false, and changes nothing, for anything else or when full.
    pub fn push(&mut self, typed: char) -> bool {
        let (true, Some(value)) = (typed.is_ascii(), typed.to_digit(10)) else {
            return false;
        };
        if self.len == CAP {
            return false;
        }
        self.values.expose_mut()[self.len] =
            u8::try_from(value).expect("a decimal digit is at most 9");
        self.len += 1;
        true
    }

    /// Takes the last digit away and wipes its place.
    pub fn pop(&mut self) {
        if self.len > 0 {
            self.len -= 1;
            self.values.expose_mut()[self.len].zeroize();
        }
    }

    /// Wipes all digits.
    pub fn wipe(&mut self) {
        self.values.wipe();
        self.len = 0;
    }

    /// How many digits are there.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing has been typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Compares two buffers in a time that depends on their capacity alone.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        let digits = self.values.expose().ct_eq(other.values.expose());
        let lengths = self.len.ct_eq(&other.len);
        (digits & lengths).into()
    }

    /// All of the buffer, with zeros behind the digits, for comparing in constant time.
    pub(super) fn expose_all(&self) -> &[u8; CAP] {
        self.values.expose()
    }

    /// The digits as numbers from 0 to 9, for this module alone. Others can count them:
    ///
    /// ```
    /// let entry = kitdesk::pin::PinEntry::new();
    /// entry.len();
    /// ```
    ///
    /// and can't read them:
    ///
    /// ```compile_fail,E0624
    /// let entry = kitdesk::pin::PinEntry::new();
    /// entry.expose_digits();
    /// ```
    pub(super) fn expose_digits(&self) -> &[u8] {
        &self.values.expose()[..self.len]
    }
}

impl<const CAP: usize> Default for Digits<CAP> {
    fn default() -> Self {
        Self::new()
    }
}

impl PanEntry {
    /// The digit at `index` where a mask of first six and last four lets it be seen.
    ///
    /// `expected` is the length of the card number that is being keyed, if the kit's mask shows it;
    /// `is_left` says that its field was left. Only that length separates the last four from the
    /// middle: without it they would show digit by digit as the window moves on. Where it isn't known they
    /// come when a whole number is left, and where more was typed they are not known after all.
    #[must_use]
    pub fn visible_digit(
        &self,
        index: usize,
        expected: Option<usize>,
        is_left: bool,
    ) -> Option<char> {
        let whole = match expected {
            Some(expected) => (self.len <= expected).then_some(expected),
            None => (is_left && self.check_against(None).is_ok()).then_some(self.len),
        };
        let is_last = |whole: usize| (whole.max(FEWEST) - 4..whole).contains(&index);
        let shown = index < 6 || whole.is_some_and(is_last);
        (shown && index < self.len).then(|| char::from(b'0' + self.values.expose()[index]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> PinEntry {
        let mut entry = PinEntry::new();
        for c in text.chars() {
            entry.push(c);
        }
        entry
    }

    #[test]
    fn takes_ascii_digits_and_nothing_else() {
        let mut entry = PinEntry::new();
        for refused in ['a', ' ', '\u{0661}', '\u{ff11}', '-', '\n'] {
            assert!(!entry.push(refused), "{refused:?} was taken");
        }
        assert!(entry.push('7'));
        assert_eq!(entry.expose_digits(), [7]);
    }

    #[test]
    fn never_grows_past_its_capacity() {
        let mut entry = typed("123456789012");
        assert!(!entry.push('3'));
        assert_eq!(entry.len(), PIN_DIGITS);
    }

    #[test]
    fn a_digit_taken_back_leaves_no_trace() {
        let mut entry = typed("12");
        entry.pop();
        entry.pop();
        entry.pop();
        assert!(entry.is_empty());
        assert_eq!(entry.values.expose(), &[0; PIN_DIGITS]);
    }

    #[test]
    fn equal_only_when_digits_and_length_agree() {
        assert!(typed("1234").same_as(&typed("1234")));
        assert!(!typed("1234").same_as(&typed("1235")));
        assert!(!typed("1230").same_as(&typed("123")));
    }

    #[test]
    fn the_middle_of_a_pan_is_never_visible() {
        let mut entry = PanEntry::new();
        for c in "6080401234566384".chars() {
            entry.push(c);
            for index in 6..12 {
                assert_eq!(entry.visible_digit(index, Some(16), false), None);
            }
        }
        assert_eq!(entry.visible_digit(5, Some(16), false), Some('0'));
        assert_eq!(entry.visible_digit(12, Some(16), false), Some('6'));
    }

    #[test]
    fn the_last_four_are_shown_where_they_are_known_to_be_the_last() {
        let shown = |typed: &str, expected, is_left| -> String {
            let mut entry = PanEntry::new();
            assert!(typed.chars().all(|digit| entry.push(digit)));
            let digit = |at| entry.visible_digit(at, expected, is_left).unwrap_or('.');
            (0..entry.len()).map(digit).collect()
        };
        for (typed, expected, is_left, drawn) in [
            ("411111111111111", Some(16), false, "411111......111"),
            ("4111111111111111", Some(16), false, "411111......1111"),
            ("4111111111111111", None, false, "411111.........."),
            ("4111111111111111", None, true, "411111......1111"),
            // Not a whole number: nobody knows where it would end.
            ("4111111111111112", None, true, "411111.........."),
            // Longer than the mask.
            (
                "6799998900000070017",
                Some(16),
                false,
                "679999.............",
            ),
            ("6799998900000070017", Some(16), true, "679999............."),
            ("6799998900000070017", None, true, "679999.........0017"),
        ] {
            assert_eq!(shown(typed, expected, is_left), drawn);
        }
    }
}
