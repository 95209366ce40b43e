//! PINs that are too easy to guess. Which rule one broke is neither told nor kept, because that
//! would say something about a PIN; all rules are gone through whatever the first ones found.

use std::sync::Arc;

use subtle::{Choice, ConstantTimeEq as _};

use super::digits::{PIN_DIGITS, PinEntry};
use super::pinned::{PinError, PinLength};

/// What a bank asks of a PIN. Cheap to clone.
#[derive(Clone, Default)]
pub struct PinRule {
    /// How many digits.
    pub length: PinLength,
    /// Whether PINs that anyone would try first are refused.
    pub weak: WeakPins,
}

/// Whether weak PINs are taken.
#[derive(Clone)]
pub enum WeakPins {
    /// As the bank decides elsewhere.
    Allowed,
    /// One digit repeated, runs, a half repeated, years, the keypad's middle column are refused,
    /// and whatever the bank's own list holds.
    Refused(Option<WeakList>),
}

impl Default for WeakPins {
    fn default() -> Self {
        Self::Refused(None)
    }
}

/// A bank's own list of PINs that are refused. Cheap to clone.
#[derive(Clone)]
pub struct WeakList(Arc<[Listed]>);

/// Digits from 0 to 9, filled up, and their count.
type Listed = ([u8; PIN_DIGITS], usize);

/// A line of a list that is none. It is not quoted: it may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "line {line} is not a PIN: one of 4 to 12 digits a line is allowed, and lines that begin with #"
)]
pub struct ListError {
    /// Counted from one.
    pub line: usize,
}

impl WeakList {
    /// Reads a list: one PIN a line; empty lines and lines that begin with `#` do not count.
    ///
    /// # Errors
    /// At the first line that holds something else.
    pub fn parse(text: &str) -> Result<Self, ListError> {
        let mut listed = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let good = (4..=PIN_DIGITS).contains(&line.len())
                && line.bytes().all(|byte| byte.is_ascii_digit());
            if !good {
                return Err(ListError { line: index + 1 });
            }
            let mut digits = [0; PIN_DIGITS];
            for (digit, byte) in digits.iter_mut().zip(line.bytes()) {
                *digit = byte - b'0';
            }
            listed.push((digits, line.len()));
        }
        Ok(Self(listed.into()))
    }

    fn holds(&self, pin: &PinEntry) -> Choice {
        let digits = pin.expose_all();
        let found =
            |found, (listed, len): &Listed| found | (listed.ct_eq(digits) & len.ct_eq(&pin.len()));
        self.0.iter().fold(Choice::from(0), found)
    }
}

impl PinRule {
    /// Says whether a typed PIN would be taken, without taking it.
    ///
    /// # Errors
    /// When it is too short, too long or too easy to guess.
    pub fn check(&self, pin: &PinEntry) -> Result<(), PinError> {
        self.length.check(pin)?;
        let weak = match &self.weak {
            WeakPins::Allowed => Choice::from(0),
            WeakPins::Refused(list) => {
                let listed = list
                    .as_ref()
                    .map_or(Choice::from(0), |list| list.holds(pin));
                is_weak(pin.expose_digits()) | listed
            }
        };
        if bool::from(weak) {
            Err(PinError::Weak)
        } else {
            Ok(())
        }
    }
}

fn is_weak(pin: &[u8]) -> Choice {
    steps(pin, 0)
        | steps(pin, 1)
        | steps(pin, 9)
        | half_repeated(pin)
        | year(pin)
        | follows(pin, [2, 5, 8, 0])
        | follows(pin, [0, 8, 5, 2])
}

/// Whether each digit is that much above the one before; after 9 comes 0, as on a keypad.
fn steps(pin: &[u8], by: u8) -> Choice {
    pin.windows(2).fold(Choice::from(1), |all, pair| {
        all & ((pair[0] + by) % 10).ct_eq(&pair[1])
    })
}

fn half_repeated(pin: &[u8]) -> Choice {
    let (first, second) = pin.split_at(pin.len() / 2);
    first.ct_eq(second)
}

/// Whether it is a year of someone's life: 1900 to 2029.
fn year(pin: &[u8]) -> Choice {
    let &[a, b, c, _] = pin else {
        return Choice::from(0);
    };
    let last_century = a.ct_eq(&1) & b.ct_eq(&9);
    let this_one = a.ct_eq(&2) & b.ct_eq(&0) & (c.ct_eq(&0) | c.ct_eq(&1) | c.ct_eq(&2));
    last_century | this_one
}

/// Whether it runs along those keys, over and over.
fn follows(pin: &[u8], keys: [u8; 4]) -> Choice {
    let pairs = pin.iter().zip(keys.iter().cycle());
    pairs.fold(Choice::from(1), |all, (digit, key)| all & digit.ct_eq(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pin::PinLength;

    fn typed(text: &str) -> PinEntry {
        let mut entry = PinEntry::new();
        assert!(text.chars().all(|digit| entry.push(digit)));
        entry
    }

    fn rule(weak: WeakPins) -> PinRule {
        PinRule {
            length: PinLength::STANDARD,
            weak,
        }
    }

    #[test]
    fn what_anyone_would_try_first() {
        let rule = rule(WeakPins::default());
        for pin in [
            "0000",
            "7777",
            "999999",
            "111111111111",
            "1234",
            "0123",
            "7890",
            "4321",
            "9876",
            "123456",
            "654321",
            "0987654321",
            "1212",
            "4545",
            "123123",
            "80458045",
            "1900",
            "1987",
            "1999",
            "2000",
            "2019",
            "2029",
            "2580",
            "0852",
            "258025",
            "085208",
        ] {
            assert_eq!(rule.check(&typed(pin)), Err(PinError::Weak), "{pin}");
        }
    }

    #[test]
    fn what_is_left_to_choose_from() {
        let rule = rule(WeakPins::default());
        for pin in [
            "4315",
            "1235",
            "1224",
            "1221",
            "1800",
            "2030",
            "1899",
            "20291",
            "5802",
            "2508",
            "123457",
            "121213",
            "190019",
            "83067142",
            "135791357913",
        ] {
            assert_eq!(rule.check(&typed(pin)), Ok(()), "{pin}");
        }
    }

    #[test]
    fn how_many_of_all_are_refused() {
        let rule = rule(WeakPins::default());
        let refused = (0..10_000)
            .filter(|number| rule.check(&typed(&format!("{number:04}"))).is_err())
            .count();
        // 10 of one digit, 10 runs up, 10 down, 100 halves (10 of them of one digit), 130 years
        // (three of them have other errors: 1919, 2012, 2020, 2021 do not run), 2 columns.
        assert_eq!(refused, 10 + 10 + 10 + 90 + 130 - 2 + 2);
    }

    #[test]
    fn a_bank_can_allow_them() {
        assert_eq!(rule(WeakPins::Allowed).check(&typed("1234")), Ok(()));
        let short = rule(WeakPins::Allowed).check(&typed("123"));
        assert!(matches!(short, Err(PinError::Length { .. })));
    }

    #[test]
    fn a_bank_adds_its_own() {
        let list = WeakList::parse("# the bank's year\r\n1865\n\n  55021865 \n").expect("a list");
        let rule = rule(WeakPins::Refused(Some(list)));
        for pin in ["1865", "55021865", "1234"] {
            assert_eq!(rule.check(&typed(pin)), Err(PinError::Weak), "{pin}");
        }
        for pin in ["18650", "5502186", "4315"] {
            assert_eq!(rule.check(&typed(pin)), Ok(()), "{pin}");
        }
    }

    #[test]
    fn the_error_names_the_line_that_is_no_pin() {
        for (text, line) in [
            ("4315\nabcd", 2),
            ("123", 1),
            ("#\n\n1234567890123", 3),
            ("\u{661}\u{661}\u{661}\u{661}", 1),
        ] {
            assert_eq!(
                WeakList::parse(text).err(),
                Some(ListError { line }),
                "{text}"
            );
        }
    }
}
