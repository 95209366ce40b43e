//! Card numbers in free texts, however they are spelt: found by their digits and Luhn, and cut to their
//! masks. Knows nothing of where a text comes from or goes.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use super::luhn::{FEWEST, Luhn, PAN_DIGITS, luhn};
use super::mask::MaskedPan;
use super::spelling::{digit, is_gap};
use crate::sorting;

/// Most marks that may stand between two groups of one number.
const WIDEST_GAP: usize = 3;

/// Digits that stand together.
struct Group {
    at: Range<usize>,
    count: usize,
    /// Whether it can go on the group before: nothing but a narrow gap lies between them.
    joined: bool,
}

/// The text with every card number in it cut to first six and last four. `known` are texts that may look
/// like card numbers and are none.
#[must_use]
pub fn mask_card_numbers<'a>(text: &'a str, known: &[&str]) -> Cow<'a, str> {
    masked(text, known, &mut 0)
}

/// The mask of a text that is a card number as a whole: 13 to 19 digits in any script that pass Luhn, with
/// any gaps.
#[must_use]
pub fn whole_card_number(text: &str) -> Option<MaskedPan> {
    let mut digits = Vec::with_capacity(PAN_DIGITS);
    for c in text.trim().chars() {
        match digit(c) {
            Some(_) if digits.len() == PAN_DIGITS => return None,
            Some(digit) => digits.push(digit),
            None if is_gap(c) => {}
            None => return None,
        }
    }
    (digits.len() >= FEWEST && luhn(&digits)).then(|| MaskedPan::of(&digits))
}

/// The mask of the first card number in what somebody typed as an id or a word, whatever is
/// around it and between its digits: a number with a name before it or its expiry behind it, the track of a
/// card that was swiped.
#[must_use]
pub fn card_number_in(text: &str) -> Option<MaskedPan> {
    let mut groups: Vec<(Vec<u8>, bool)> = Vec::new();
    let (mut in_group, mut is_joined) = (false, false);
    for c in text.chars() {
        match (digit(c), groups.last_mut()) {
            (Some(digit), Some((group, _))) if in_group => group.push(digit),
            (Some(digit), _) => groups.push((vec![digit], is_joined)),
            (None, _) => {}
        }
        in_group = digit(c).is_some();
        is_joined = in_group || is_joined && !c.is_alphanumeric();
    }
    (0..groups.len()).find_map(|first| {
        let (mut digits, mut found) = (Vec::with_capacity(PAN_DIGITS), None);
        for (place, (group, is_joined)) in groups[first..].iter().enumerate() {
            if place > 0 && !is_joined || digits.len() + group.len() > PAN_DIGITS {
                break;
            }
            digits.extend(group);
            if digits.len() >= FEWEST && luhn(&digits) {
                found = Some(MaskedPan::of(&digits));
            }
        }
        found
    })
}

/// A typed id, as an error or a log may show it: whole, unless it could be a card number in the wrong
/// place. Digits alone that are more than any card number has are an id.
#[must_use]
pub fn mask_typed_id(id: &str) -> Cow<'_, str> {
    if id.len() > PAN_DIGITS && id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(id);
    }
    mask_card_numbers(id, &[])
}

/// Counts the digits that are looked at, so that a test can see that they grow with the text alone.
fn masked<'a>(text: &'a str, known: &[&str], looked_at: &mut usize) -> Cow<'a, str> {
    let mut groups = Groups::of(text, occurrences(text, known));
    // No number has more groups than digits, so that no more need be looked at from any place.
    let mut ahead = VecDeque::with_capacity(PAN_DIGITS);
    let mut kept = String::new();
    let mut copied = 0;
    loop {
        ahead.extend(groups.by_ref().take(PAN_DIGITS - ahead.len()));
        let Some(first) = ahead.front() else { break };
        let begin = first.at.start;
        let Some((mask, length)) = card_number(text, &ahead, looked_at) else {
            ahead.pop_front();
            continue;
        };
        kept.push_str(&text[copied..begin]);
        kept.push_str(&mask);
        if let Some(last) = ahead.drain(..length).next_back() {
            copied = last.at.end;
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
fn card_number(
    text: &str,
    groups: &VecDeque<Group>,
    looked_at: &mut usize,
) -> Option<(String, usize)> {
    let mut digits = Vec::with_capacity(PAN_DIGITS);
    let mut sum = Luhn::default();
    let mut found = None;
    for (index, group) in groups.iter().enumerate() {
        if index == 0 && group.count > PAN_DIGITS {
            *looked_at += group.count;
            return Some((mask_of_many(&text[group.at.clone()], group.count), 1));
        }
        if index > 0 && !group.joined || digits.len() + group.count > PAN_DIGITS {
            break;
        }
        *looked_at += group.count;
        for digit in text[group.at.clone()].chars().filter_map(digit) {
            digits.push(digit);
            sum.push(digit);
        }
        if digits.len() >= FEWEST && sum.fits() {
            found = Some((digits.len(), index + 1));
        }
    }
    let (count, groups) = found?;
    Some((MaskedPan::of(&digits[..count]).to_string(), groups))
}

/// First six and last four of more digits than a card number has.
fn mask_of_many(digits: &str, count: usize) -> String {
    let digits = digits.chars().filter_map(digit).enumerate();
    digits
        .map(|(place, digit)| {
            let is_shown = place < 6 || place + 4 >= count;
            if is_shown {
                char::from(b'0' + digit)
            } else {
                'X'
            }
        })
        .collect()
}

/// The groups of a text one after the other, without those that are spared.
struct Groups<'a> {
    letters: Peekable<CharIndices<'a>>,
    spared: Peekable<std::vec::IntoIter<Range<usize>>>,
    gap: usize,
    is_broken: bool,
}

impl<'a> Groups<'a> {
    fn of(text: &'a str, spared: Vec<Range<usize>>) -> Self {
        Self {
            letters: text.char_indices().peekable(),
            spared: spared.into_iter().peekable(),
            gap: 0,
            is_broken: true,
        }
    }

    fn is_spared(&mut self, at: &Range<usize>) -> bool {
        while self.spared.next_if(|known| known.end < at.end).is_some() {}
        self.spared
            .peek()
            .is_some_and(|known| known.start <= at.start)
    }
}

impl Iterator for Groups<'_> {
    type Item = Group;

    fn next(&mut self) -> Option<Group> {
        while let Some((start, c)) = self.letters.next() {
            if digit(c).is_none() {
                if is_gap(c) {
                    self.gap += 1;
                } else {
                    self.is_broken = true;
                }
                continue;
            }
            let mut group = Group {
                at: start..start + c.len_utf8(),
                count: 1,
                joined: !self.is_broken && self.gap <= WIDEST_GAP,
            };
            while let Some((place, c)) = self.letters.next_if(|(_, c)| digit(*c).is_some()) {
                group.at.end = place + c.len_utf8();
                group.count += 1;
            }
            (self.gap, self.is_broken) = (0, false);
            if !self.is_spared(&group.at) {
                return Some(group);
            }
        }
        None
    }
}

/// Where a known text occurs on its own, not as a part of a longer number: from the front to the back, none
/// within another.
fn occurrences(text: &str, known: &[&str]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for id in known.iter().filter(|id| id.len() >= FEWEST) {
        for (start, _) in text.match_indices(id) {
            let end = start + id.len();
            let before = text[..start].chars().next_back();
            let after = text[end..].chars().next();
            let is_digit = |c: Option<char>| c.is_some_and(|c| digit(c).is_some());
            if !is_digit(before) && !is_digit(after) {
                found.push(start..end);
            }
        }
    }
    sorting::sort_by_key(&mut found, |at| (at.start, std::cmp::Reverse(at.end)));
    let mut end = 0;
    found.retain(|at| {
        let is_new = at.end > end;
        end = end.max(at.end);
        is_new
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(free: &str, known: &[&str]) -> String {
        mask_card_numbers(free, known).into_owned()
    }

    /// The definition, without a thought of what it costs: from each place on, the longest run of
    /// groups that is a card number.
    fn defined(text: &str) -> String {
        let letters: Vec<char> = text.chars().collect();
        let is_digit = |at: usize| letters.get(at).is_some_and(|c| digit(*c).is_some());
        let mut kept = String::new();
        let mut at = 0;
        while at < letters.len() {
            let begins = is_digit(at) && (at == 0 || !is_digit(at - 1));
            let mut end = at;
            let mut found = None;
            let mut digits = String::new();
            loop {
                if !begins {
                    break;
                }
                let is_first = end == at;
                while is_digit(end) {
                    digits.extend(digit(letters[end]).map(|value| char::from(b'0' + value)));
                    end += 1;
                }
                if digits.len() > PAN_DIGITS {
                    if is_first {
                        found = Some((mask_of_many(&digits, digits.len()), end));
                    }
                    break;
                }
                if crate::pin::Pan::parse(&digits).is_ok() {
                    let mask = MaskedPan::parse(&digits).expect("a whole number");
                    found = Some((mask.to_string(), end));
                }
                let gap = letters[end..].iter().take_while(|c| is_gap(**c)).count();
                if !(1..=WIDEST_GAP).contains(&gap) || !is_digit(end + gap) {
                    break;
                }
                end += gap;
            }
            if let Some((mask, end)) = found {
                kept.push_str(&mask);
                at = end;
            } else {
                kept.push(letters[at]);
                at += 1;
            }
        }
        kept
    }

    proptest::proptest! {
        #[test]
        fn masking_does_what_its_definition_says(
            text in "[0-9]{0,22}([ ._a٣-]{0,4}[0-9]{1,20}){0,9}",
            short in "([14][ -]?){0,40}",
        ) {
            proptest::prop_assert_eq!(kept(&text), defined(&text));
            proptest::prop_assert_eq!(kept(&short), defined(&short));
        }
    }

    #[test]
    fn the_work_of_masking_grows_with_the_text_alone() {
        for piece in [
            "7 ",
            "7-7 ",
            "411111 ",
            "4111111111111111 ",
            "77777777777777777777 ",
        ] {
            let mut looked_at = 0;
            super::masked(&piece.repeat(20_000), &["4111111111111111"], &mut looked_at);
            // Each digit is looked at from no more places than a number has digits.
            let digits = piece.bytes().filter(u8::is_ascii_digit).count();
            assert!(looked_at <= 20_000 * digits * PAN_DIGITS, "{piece}");
        }
    }

    #[test]
    fn an_id_that_is_longer_than_any_card_number_stays_whole() {
        for id in [
            "858471000000000000000925",
            "41111111111111111229",
            "181223116",
        ] {
            assert_eq!(mask_typed_id(id), id);
        }
        assert_eq!(mask_typed_id("4111_1111_1111_1111"), "411111XXXXXX1111");
        assert_eq!(
            kept("customer 858471000000000000000925"),
            "customer 858471XXXXXXXXXXXXXX0925"
        );
    }

    #[test]
    fn a_whole_card_number_is_known_by_its_check_digit() {
        for number in [
            "4222222222222",
            "4111_1111_1111_1111",
            " 4111.1111.1111.1111 ",
            "4111\u{200b}1111\u{200b}1111\u{200b}1111",
            "６７９９９９８９００００００７００１７",
        ] {
            assert!(whole_card_number(number).is_some(), "{number}");
        }
        for other in [
            "",
            "5010 0123 4567 88",
            "4111111111111112",
            "422222222222",
            "41111111111111111229",
            "card 4111111111111111",
        ] {
            assert!(whole_card_number(other).is_none(), "{other}");
        }
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

    #[test]
    fn a_card_number_is_seen_in_whatever_was_typed_for_an_id() {
        for text in [
            "4111111111111111",
            "PAN4111111111111111",
            "4111111111111111X",
            ";4111111111111111=29121010000000000?",
            "%B4111111111111111^RAO/A^29121010000000000000?",
            "4111 1111 1111 1111 1229",
            "4111/1111/1111/1111",
            "(4111)1111-1111-1111",
            "+4111~1111'1111|1111",
            "4111．1111＿1111・1111",
            "4111•1111•1111•1111",
            "\u{1811}\u{1811} 4111111111111111",
            "𝟜𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙",
        ] {
            let mask = card_number_in(text).map(|mask| mask.to_string());
            assert_eq!(mask.as_deref(), Some("411111XXXXXX1111"), "{text}");
        }
        for text in [
            "181223116",
            "4111111111111112",
            "411111XXXXXX1111",
            "4111a1111b1111c1111",
            "3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "41111111111111111111",
        ] {
            assert_eq!(
                card_number_in(text).map(|mask| mask.to_string()),
                None,
                "{text}"
            );
        }
    }
}
