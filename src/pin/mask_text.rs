//! Reading a masked card number from text: as a person types it, or as a DCMS shows it.

use super::luhn::FEWEST;
use super::mask::{DRAWN_BACK, Length, MaskedPan, USUAL};
use super::spelling::{digit, is_gap, is_mark};
use super::spotting::{card_number_in, whole_card_number};

/// So many times the same letter in a row hides digits.
const LETTERS: usize = 4;
/// A text with more digits says nothing about one card.
const MOST: usize = 64;

/// Why a text is no masked card number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a masked card is its first six and last four digits, like 608040XXXXXX6384")]
pub struct MaskError;

/// A text taken apart.
struct Parts {
    digits: Vec<u8>,
    /// How many digits each group has, where groups are separated.
    groups: Vec<usize>,
    /// How many digits come before the first hidden one, and before the last.
    hidden_at: Option<(usize, usize)>,
    /// How many are hidden, as far as the mask tells.
    hidden: usize,
    /// Whether an ellipsis hides some: it tells no number.
    is_untold: bool,
}

/// Marks that hide a digit each.
fn is_hiding(c: char) -> bool {
    matches!(
        c,
        'X' | 'x'
            | 'Ｘ'
            | 'ｘ'
            | '*'
            | '#'
            | '•'
            | '●'
            | '∙'
            | '⋅'
            | '×'
            | '＊'
            | '✱'
            | '∗'
            | '…'
            | '‥'
    )
}

impl Parts {
    /// Takes a text apart; `other` says whether a character that has no place in a mask hides a digit, or
    /// makes the text something else.
    fn of(text: &str, other_hides: bool) -> Result<Self, MaskError> {
        let mut parts = Self {
            digits: Vec::with_capacity(MOST),
            groups: Vec::new(),
            hidden_at: None,
            hidden: 0,
            is_untold: false,
        };
        let mut in_group = false;
        let mut letters = text.trim().chars().peekable();
        while let Some(c) = letters.next() {
            let mut run = 1;
            while letters.next_if_eq(&c).is_some() {
                run += 1;
            }
            if let Some(digit) = digit(c) {
                if !std::mem::replace(&mut in_group, true) {
                    parts.groups.push(0);
                }
                if let Some(group) = parts.groups.last_mut() {
                    *group += run;
                }
                if parts.digits.len() + run > MOST {
                    return Err(MaskError);
                }
                parts.digits.extend(std::iter::repeat_n(digit, run));
                continue;
            }
            in_group = false;
            // One dot or dash separates groups, a row of them hides digits, and so does one of any other sign.
            let is_row = run > 1 && !c.is_alphanumeric() && !is_gap(c) || run >= LETTERS;
            if is_hiding(c) || (is_mark(c) && run > 1) || is_row {
                parts.hide(run);
                parts.is_untold |= c == '…' || c == '.' && run == 3;
            } else if is_gap(c) {
                // Between two groups.
            } else if other_hides {
                parts.hide(run);
            } else {
                return Err(MaskError);
            }
        }
        Ok(parts)
    }

    fn hide(&mut self, count: usize) {
        let here = self.digits.len();
        self.hidden_at = Some((self.hidden_at.map_or(here, |(first, _)| first), here));
        self.hidden += count;
    }

    /// The digits in front and behind, and the length.
    fn mask(&self) -> Option<MaskedPan> {
        let digits = &self.digits[..];
        let count = digits.len();
        if let Some((first, last)) = self.hidden_at {
            let width = u8::try_from(count + self.hidden).unwrap_or(u8::MAX);
            // A narrower one stands for a card of 16 digits more often than it is a shorter card.
            let is_known = !self.is_untold && (USUAL..=MaskedPan::LONGEST).contains(&width);
            let length = if is_known {
                Length::Drawn(width)
            } else {
                Length::Untold
            };
            return MaskedPan::showing(&digits[..first], &digits[last..], length);
        }
        if count >= FEWEST {
            return Some(MaskedPan::of(digits));
        }
        let front = match (&self.groups[..], count) {
            ([front, _], _) => *front,
            (_, 10 | 12) => count - DRAWN_BACK,
            (_, 6 | 8) => count,
            (_, 1..=5) => 0,
            // Nothing tells where in the number they are.
            _ => return None,
        };
        let (front, back) = digits.split_at(front);
        MaskedPan::showing(front, back, Length::Untold)
    }
}

impl MaskedPan {
    /// Reads a mask as a person types it: digits at the ends, `X`, `x`, `*`, `#`, `•`, `…` or a row of dots
    /// in the middle, groups separated by blanks or dashes. A whole number is cut to its mask at once; six
    /// and four in two groups are a mask too.
    ///
    /// # Errors
    /// When it holds anything else, or shows no digit at its ends.
    pub fn parse(text: &str) -> Result<Self, MaskError> {
        if let Some(mask) = card_number_in(text) {
            return Ok(mask);
        }
        let parts = Parts::of(text, false)?;
        if parts.hidden_at.is_none() && parts.groups.len() < 2 && parts.digits.len() < FEWEST {
            return Err(MaskError);
        }
        parts.mask().ok_or(MaskError)
    }

    /// What a DCMS shows of a card: whatever hides digits there, those at the ends are kept. Nothing where
    /// no digit is shown, or nothing tells which digits they are.
    #[must_use]
    pub fn from_reply(text: &str) -> Option<Self> {
        if let Some(mask) = whole_card_number(text) {
            return Some(mask);
        }
        Parts::of(text, true).ok()?.mask()
    }

    /// The mask that a text of an unknown kind most likely is: a whole card number is one, by its check
    /// digit; a mask must not look like an id.
    #[must_use]
    pub fn guess(text: &str) -> Option<Self> {
        if let Some(mask) = card_number_in(text) {
            return Some(mask);
        }
        let parts = Parts::of(text, false).ok()?;
        let could_be_id = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let is_mask = if parts.hidden_at.is_none() {
            match parts.groups[..] {
                [6 | 8, 4] => !text.contains(['.', '_']),
                [4, 4] => !text.trim().chars().all(could_be_id),
                _ => false,
            }
        } else {
            !text.trim().chars().all(could_be_id) || parts.hidden > 1 && parts.digits.len() >= 4
        };
        parts.mask().filter(|_| is_mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pin::Pan;

    fn typed(text: &str) -> Result<String, MaskError> {
        MaskedPan::parse(text).map(|mask| mask.to_string())
    }

    fn sent(text: &str) -> Option<String> {
        MaskedPan::from_reply(text).map(|mask| mask.to_string())
    }

    fn pan(digits: &str) -> Pan {
        Pan::parse(digits).expect("a test number")
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
            "6080-40##-####-6384",
            "6080400000006384",
            "608040......6384",
            "608040...6384",
            "608040…6384",
            "608040••••••6384",
            "608040____________6384",
            "６０８０４０XXXXXX６３８４",
        ] {
            assert!(
                typed(spelling)
                    .is_ok_and(|mask| mask.starts_with("608040XXXXXX") && mask.ends_with("6384")),
                "{spelling}"
            );
        }
    }

    #[test]
    fn whatever_digits_a_mask_shows_at_its_ends_are_kept() {
        for (spelling, shown) in [
            ("6080XXXXXXXX1785", "6080XXXXXXXX1785"),
            ("6080 XXXX XXXX 1785", "6080XXXXXXXX1785"),
            ("60804012XXXX1785", "60804012XXXX1785"),
            ("60804012XXXXXX85", "60804012XXXXXX85"),
            ("XXXXXXXXXXXX1785", "XXXXXXXXXXXX1785"),
            ("xxxx1785", "XXXXXXXXXXXX1785"),
            ("**** **** **** 1785", "XXXXXXXXXXXX1785"),
            ("*1785", "XXXXXXXXXXXX1785"),
            ("608040XXXXXXXXXX", "608040XXXXXXXXXX"),
            ("608040****1785", "608040XXXXXX1785"),
            ("679999XXXXXXXXX0017", "679999XXXXXXXXX0017"),
            ("6080 1785", "6080XXXXXXXX1785"),
            ("60804012 1785", "60804012XXXX1785"),
        ] {
            assert_eq!(typed(spelling).as_deref(), Ok(shown), "{spelling}");
            assert_eq!(sent(spelling).as_deref(), Some(shown), "{spelling}");
        }
        // In a reply there is nothing else that it could be.
        for (spelling, shown) in [
            ("1785", "XXXXXXXXXXXX1785"),
            ("608040", "608040XXXXXXXXXX"),
            ("60804012", "60804012XXXXXXXX"),
            ("6080401785", "608040XXXXXX1785"),
            ("608040??????1785", "608040XXXXXX1785"),
            ("6080 40NN NNNN 1785", "608040XXXXXX1785"),
            ("card ending in 1785", "XXXXXXXXXXXX1785"),
        ] {
            assert_eq!(sent(spelling).as_deref(), Some(shown), "{spelling}");
        }
    }

    #[test]
    fn more_digits_than_a_bank_shows_are_cut_as_a_whole_number() {
        for (spelling, shown) in [
            ("4111111111111111", "411111XXXXXX1111"),
            ("4111-1111-1111-1111", "411111XXXXXX1111"),
            ("4222222222222", "422222XXX2222"),
            ("41111111111111111229", "411111XXXXXX1229"),
            ("411111111111111X", "411111XXXXXXXXXX"),
            ("X111111111111111", "XXXXXXXXXXXX1111"),
            ("4111111111XX1111", "411111XXXXXX1111"),
            // Compared, but not drawn: the seventh digit, and the fifth and sixth from behind.
            ("6080401XXXXX1785", "608040XXXXXX1785"),
            ("XXXXXXXXXX176385", "XXXXXXXXXXXX6385"),
        ] {
            assert_eq!(sent(spelling).as_deref(), Some(shown), "{spelling}");
            let debugged = format!("{:?}", MaskedPan::from_reply(spelling));
            assert_eq!(debugged, format!("Some(MaskedPan({shown}))"));
        }
    }

    #[test]
    fn what_shows_no_digit_of_a_card_is_no_mask() {
        for text in [
            "",
            "  ",
            "XXXXXXXXXXXXXXXX",
            "n/a",
            "…",
            "6080401",
            "XX40XX",
        ] {
            assert_eq!(sent(text), None, "{text}");
        }
        for text in ["", "608040", "6080406384", "608040XXXXXX638A", "181223116"] {
            assert_eq!(typed(text), Err(MaskError), "{text}");
        }
        assert_eq!(sent(&"7".repeat(65)), None);
    }

    #[test]
    fn all_digits_that_a_mask_shows_are_compared() {
        let number = "6080401234561785";
        let fits = |mask: &str| {
            let digits: Vec<u8> = number.bytes().map(|byte| byte - b'0').collect();
            MaskedPan::from_reply(mask).expect("a mask").fits(&digits)
        };
        for mask in [
            "6080401234561785",
            "608040XXXXXX1785",
            "608040…1785",
            "60804012XXXX1785",
            "60804012XXXXXX85",
            "6080XXXXXXXX1785",
            "608040XXXXXX561785",
            "XXXX1785",
            "XXXX561785",
            "608040XXXX",
            "608040XXXXXXXXX1785",
        ] {
            assert!(fits(mask), "{mask}");
        }
        for mask in [
            "608041XXXXXX1785",
            "60804013XXXX1785",
            "60804012XXXXXX86",
            "6081XXXXXXXX1785",
            "6080XXXXXXXX1784",
            "608040XXXXXX1786",
            "XXXX0785",
            "XXXX561784",
            "XXXX661785",
            "608050XXXX",
            // A whole number tells its length.
            "6080401234567891785",
        ] {
            assert!(!fits(mask), "{mask}");
        }
    }

    #[test]
    fn two_masks_agree_in_what_both_show() {
        let mask = |text: &str| MaskedPan::from_reply(text).expect("a mask");
        let card = mask("608040XXXXXX1785");
        for other in ["6080XXXXXXXX1785", "60804012XXXX1785", "XXXX1785", "608040"] {
            assert!(card.agrees_with(&mask(other)), "{other}");
        }
        for other in ["6081XXXXXXXX1785", "60804112XXXX1785", "XXXX1784", "608041"] {
            assert!(!card.agrees_with(&mask(other)), "{other}");
        }
    }

    #[test]
    fn a_mask_of_fixed_width_is_no_other_card() {
        let pan = pan("6799998900000070017");
        for mask in [
            "679999XXXXXX0017",
            "679999XXXXXXXXX0017",
            "679999-0017",
            "679999**0017",
        ] {
            let mask = MaskedPan::parse(mask).expect("a mask");
            assert!(pan.must_match(&mask).is_ok(), "{mask}");
        }
        for mask in ["679998XXXXXX0017", "679999XXXXXX0018"] {
            let mask = MaskedPan::parse(mask).expect("a mask");
            assert!(pan.must_match(&mask).is_err(), "{mask}");
        }
    }

    #[test]
    fn only_what_looks_like_a_mask_and_not_like_an_id_is_guessed() {
        for mask in [
            "608040XXXXXX1785",
            "6080XXXXXXXX1785",
            "60804012xxxx1785",
            "608040......1785",
            "608040__1785",
            "XXXX1785",
            "*1785",
            "608040…",
            "608040 1785",
            "608040-1785",
            "6080 1785",
            "4222222222222",
            "4111_1111_1111_1111",
            "４１１１ １１１１ １１１１ １１１１",
        ] {
            assert!(MaskedPan::guess(mask).is_some(), "{mask}");
        }
        for id in [
            "",
            "181223116",
            "X181",
            "XX12",
            "A181223116",
            "6080-1785",
            "608040.1785",
            "3fa85f64-5717-4562-b3fc-2c963f66afa6",
            // Account numbers in groups: the check digit decides.
            "5010 0123 4567 88",
            "5010 0123 4567 8901",
            "4111111111111112",
            "858471000000000000000925",
        ] {
            assert!(MaskedPan::guess(id).is_none(), "{id}");
        }
    }

    #[test]
    fn the_dcms_is_asked_for_first_six_and_last_four_only() {
        let asked = |text: &str| {
            let mask = MaskedPan::from_reply(text).expect("a mask");
            mask.six_and_four().map_err(|error| error.to_string())
        };
        for mask in [
            "608040XXXXXX1785",
            "608040....1785",
            "60804012XXXX1785",
            "608040XX991785",
        ] {
            assert_eq!(asked(mask).as_deref(), Ok("608040XXXXXX1785"), "{mask}");
        }
        for (mask, shows) in [
            (
                "6080XXXXXXXX1785",
                "this mask shows the first 4 and the last 4:",
            ),
            ("XXXX1785", "this mask shows the last 4 only:"),
            ("608040XXXXXXXXXX", "this mask shows the first 6 only:"),
        ] {
            assert!(
                asked(mask).is_err_and(|said| said.contains(shows)),
                "{mask}"
            );
        }
    }

    #[test]
    fn a_mask_lines_up_in_a_column() {
        let mask = MaskedPan::parse("4222222222222").expect("a test number");
        assert_eq!(format!("[{mask:16}]"), "[422222XXX2222   ]");
    }
}
