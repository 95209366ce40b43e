//! Card numbers in free texts, however they are spelt: found by their digits and Luhn, and cut to their
//! masks. Knows nothing of where a text comes from or goes.

use std::borrow::Cow;
use std::ops::Range;

use super::digits::PAN_DIGITS;
use super::pan::{FEWEST, MaskedPan, Pan};

/// Most marks that may stand between two groups of one number.
const WIDEST_GAP: usize = 3;

/// Digits that stand together.
struct Group {
    digits: String,
    at: Range<usize>,
    /// Whether it can go on the group before: nothing but a narrow gap lies between them.
    joined: bool,
}

/// The text with every card number in it cut to first six and last four. `known` are identifiers that
/// may look like card numbers and are none.
#[must_use]
pub fn mask_card_numbers<'a>(text: &'a str, known: &[&str]) -> Cow<'a, str> {
    let spared = occurrences(text, known);
    let groups: Vec<Group> = groups(text)
        .into_iter()
        .filter(|group| {
            let within =
                |known: &Range<usize>| known.start <= group.at.start && group.at.end <= known.end;
            !spared.iter().any(within)
        })
        .collect();
    let mut kept = String::new();
    let mut copied = 0;
    let mut next = 0;
    while next < groups.len() {
        match card_number(&groups[next..]) {
            Some((mask, length)) => {
                kept.push_str(&text[copied..groups[next].at.start]);
                kept.push_str(&mask);
                next += length;
                copied = groups[next - 1].at.end;
            }
            None => next += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    kept.push_str(&text[copied..]);
    Cow::Owned(kept)
}

/// The mask of the longest card number that begins with the first group, and how many groups it
/// takes up. More digits at a stretch than any card number has are cut too, whatever they are:
/// a card number with its expiry date behind it looks like that.
fn card_number(groups: &[Group]) -> Option<(String, usize)> {
    let first = &groups.first()?.digits;
    if first.len() > PAN_DIGITS {
        return Some((mask(first), 1));
    }
    let mut digits = String::new();
    let mut found = None;
    for (index, group) in groups.iter().enumerate() {
        if index > 0 && !group.joined || digits.len() + group.digits.len() > PAN_DIGITS {
            break;
        }
        digits.push_str(&group.digits);
        if digits.len() >= FEWEST && Pan::parse(&digits).is_ok() {
            found = Some((mask(&digits), index + 1));
        }
    }
    found
}

fn mask(digits: &str) -> String {
    match MaskedPan::parse(digits) {
        Ok(mask) => mask.to_string(),
        Err(_) => format!(
            "{}{}{}",
            &digits[..6],
            "X".repeat(digits.len() - 10),
            &digits[digits.len() - 4..]
        ),
    }
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut gap = 0;
    let mut broken = true;
    let mut last_end = None;
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        match digit(c) {
            Some(digit) => {
                match groups.last_mut() {
                    Some(group) if last_end == Some(start) => {
                        group.digits.push(digit);
                        group.at.end = end;
                    }
                    _ => groups.push(Group {
                        digits: digit.to_string(),
                        at: start..end,
                        joined: !broken && gap <= WIDEST_GAP,
                    }),
                }
                last_end = Some(end);
                gap = 0;
                broken = false;
            }
            None if is_gap(c) => gap += 1,
            None => broken = true,
        }
    }
    groups
}

/// Marks with which people write numbers in groups.
fn is_gap(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '.' | '_' | '·' | '\u{2010}'..='\u{2015}' | '\u{2212}'
        )
}

/// A decimal digit of the scripts in which the desks of a bank write.
fn digit(c: char) -> Option<char> {
    /// The zeros of Arabic, Persian, nine scripts of India, Sinhala, Thai, and the wide digits.
    const ZEROS: [u32; 14] = [
        0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
        0x0DE6, 0x0E50, 0xFF10,
    ];
    if c.is_ascii() {
        return c.is_ascii_digit().then_some(c);
    }
    let code = u32::from(c);
    let value = ZEROS
        .iter()
        .find_map(|&zero| code.checked_sub(zero).filter(|&value| value < 10))?;
    char::from_digit(value, 10)
}

/// Where an identifier stands in the text by itself, not as a part of a longer number.
fn occurrences(text: &str, known: &[&str]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for id in known.iter().filter(|id| id.len() >= FEWEST) {
        for (start, _) in text.match_indices(id) {
            let end = start + id.len();
            let before = text[..start].chars().next_back();
            let after = text[end..].chars().next();
            if ![before, after]
                .into_iter()
                .flatten()
                .any(|c| digit(c).is_some())
            {
                found.push(start..end);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(free: &str, known: &[&str]) -> String {
        mask_card_numbers(free, known).into_owned()
    }

    fn kept(free: &str) -> String {
        masked(free, &[])
    }

    #[test]
    fn a_card_number_is_cut_however_it_is_spelt() {
        for spelling in [
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "4111 - 1111 1111.1111",
            "4111\u{a0}1111\u{2013}1111_1111",
            "411111 1111111111",
            "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
            "४१११ १११११ १११११ ११",
            "４１１１１１１１１１１１１１１１",
        ] {
            assert_eq!(kept(spelling), "411111XXXXXX1111", "{spelling}");
        }
        assert_eq!(kept("4222222222222"), "422222XXX2222");
        assert_eq!(kept("6799998900000070017"), "679999XXXXXXXXX0017");
    }

    #[test]
    fn it_is_found_among_other_words_and_numbers() {
        assert_eq!(
            kept("card 4111 1111 1111 1111 of kit 4561789, PAN:4111111111111111."),
            "card 411111XXXXXX1111 of kit 4561789, PAN:411111XXXXXX1111."
        );
        assert_eq!(
            kept("4561789 4111111111111111 12"),
            "4561789 411111XXXXXX1111 12"
        );
        assert_eq!(
            kept("4111111111111111 4222222222222"),
            "411111XXXXXX1111 422222XXX2222"
        );
    }

    #[test]
    fn more_digits_than_any_card_number_are_cut_too() {
        assert_eq!(kept("41111111111111111229"), "411111XXXXXXXXXX1229");
    }

    #[test]
    fn other_numbers_stay() {
        for free in [
            "",
            "4111111111111112",
            "kit 4561789 of 181223116",
            "608040XXXXXX6384",
            "3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "4111, 1111, 1111, 1111",
            "HTTP 503 after 15.0 s",
        ] {
            assert_eq!(kept(free), free);
        }
    }

    #[test]
    fn a_known_identifier_stays_but_not_as_a_part_of_a_longer_number() {
        let id = "4111111111111111";
        assert_eq!(
            masked("kit 4111111111111111", &[id]),
            "kit 4111111111111111"
        );
        assert_eq!(
            masked("kit 4111111111111111, card 4222222222222", &[id]),
            "kit 4111111111111111, card 422222XXX2222"
        );
        assert_eq!(
            masked("4111111111111111222", &["4111111111111"]),
            kept("4111111111111111222")
        );
    }
}
