//! What is looked for in the rows of a table: whether a text holds it, and where. Which rows and columns
//! there are is not known here.

use std::ops::Range;

use crate::dcms::Text;

/// A text that is looked for in any case.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// In small letters, without blanks around it.
    small: String,
}

impl Wanted {
    pub fn of(typed: &str) -> Self {
        let small = typed.trim().to_lowercase();
        Self { small }
    }

    /// Whether everything fits.
    pub fn is_empty(&self) -> bool {
        self.small.is_empty()
    }

    /// Whether all that this fits, the other fits as well. Letters of ASCII alone are not looked for in
    /// those of other scripts, so that one of each kind says nothing of the other.
    pub fn narrows(&self, other: &Self) -> bool {
        self.small.starts_with(&other.small) && self.small.is_ascii() == other.small.is_ascii()
    }

    pub fn is_in(&self, text: &str) -> bool {
        match self.small.as_bytes() {
            [] => true,
            // Only letters of ASCII have others that are theirs: nothing is copied to be compared.
            small if small.is_ascii() => in_ascii(text, small).next().is_some(),
            _ => text.to_lowercase().contains(&self.small),
        }
    }

    /// Where it is, one place behind the other.
    pub fn places(&self, text: &str) -> Vec<Range<usize>> {
        let small = self.small.as_bytes();
        if small.is_empty() {
            return Vec::new();
        }
        let mut places: Vec<Range<usize>> = Vec::new();
        let put = |at: usize| {
            if places.last().is_none_or(|last| last.end <= at) {
                places.push(at..at + small.len());
            }
        };
        if small.is_ascii() {
            in_ascii(text, small).for_each(put);
        } else {
            // Small letters may take another room: a place in them is one here only if it says the same.
            let lowered = text.to_lowercase();
            let is_here = |at: &usize| {
                let here = text.get(*at..*at + small.len());
                here.is_some_and(|here| here.to_lowercase() == self.small)
            };
            let found = lowered.match_indices(&self.small).map(|(at, _)| at);
            found.filter(is_here).for_each(put);
        }
        places
    }
}

/// The same text looked for in those of many kits, which have most of them in common: each is looked
/// into once, as long as there are few.
pub struct Search<'w, 'k> {
    wanted: &'w Wanted,
    /// Texts, and whether it is in them. The place follows from where they lie.
    seen: [(&'k str, bool); SEEN],
}

/// All tiers, products and names of a customer, and then some.
const SEEN: usize = 64;

impl<'w, 'k> Search<'w, 'k> {
    pub fn of(wanted: &'w Wanted) -> Self {
        Self {
            wanted,
            seen: [("", false); SEEN],
        }
    }

    pub fn finds_in(&self, text: &str) -> bool {
        self.wanted.is_in(text)
    }

    pub fn finds_in_shared(&mut self, text: &'k Text) -> bool {
        let said = text.as_sent();
        let (seen, is_in) = &mut self.seen[said.as_ptr().addr() / 16 % SEEN];
        if !std::ptr::eq(*seen, said) {
            (*seen, *is_in) = (said, self.wanted.is_in(&text.shown()));
        }
        *is_in
    }
}

/// All beginnings of a text that is not empty and of ASCII, in small letters.
fn in_ascii(text: &str, small: &[u8]) -> impl Iterator<Item = usize> {
    let (first, text) = (small[0], text.as_bytes());
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), text).filter(move |at| {
        let there = text.get(*at..*at + small.len());
        there.is_some_and(|there| there.eq_ignore_ascii_case(small))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text holds, as it stands there.
    fn found<'a>(text: &'a str, typed: &str) -> Vec<&'a str> {
        let wanted = Wanted::of(typed);
        let places = wanted.places(text);
        assert_eq!(wanted.is_in(text), wanted.is_empty() || !places.is_empty());
        places.into_iter().map(|place| &text[place]).collect()
    }

    #[test]
    fn found_in_any_case_and_as_often_as_it_is_there() {
        assert_eq!(found("CLASSIC", "s"), ["S", "S"]);
        assert_eq!(found("CLASSIC", " classic "), ["CLASSIC"]);
        assert_eq!(found("classic", "CLASSICO"), [""; 0]);
        assert_eq!(found("aAaAa", "aa"), ["aA", "aA"], "none twice");
        assert_eq!(found("07/29", "/2"), ["/2"]);
        assert_eq!(found("CLASSIC", ""), [""; 0]);
        assert_eq!(found("", "x"), [""; 0]);
    }

    #[test]
    fn found_inside_and_in_other_scripts() {
        assert_eq!(found("王芳", "芳"), ["芳"]);
        assert_eq!(found("İZMİR", "zm"), ["ZM"]);
        assert_eq!(found("ÉTÉ", "é"), ["É", "É"]);
        assert_eq!(found("● ACTIVE", "act"), ["ACT"]);
        // Its small letters take more room: it is found, but without a place.
        let wanted = Wanted::of("i\u{307}zm");
        assert!(wanted.is_in("İZMİR") && wanted.places("İZMİR").is_empty());
        // As long as before, but with its letters elsewhere.
        let wanted = Wanted::of("ß");
        assert!(wanted.is_in("İẞ") && wanted.places("İẞ").is_empty());
    }

    #[test]
    fn a_text_that_others_share_is_looked_into_as_if_it_was_theirs_alone() {
        let texts: Vec<_> = (0..1000)
            .map(|nth| Text::new(format!("TIER {nth}")))
            .collect();
        let wanted = Wanted::of("r 7");
        let mut search = Search::of(&wanted);
        for text in texts.iter().chain(&texts) {
            let is_in = text.as_sent().starts_with("TIER 7");
            assert_eq!(search.finds_in_shared(text), is_in, "{text:?}");
            assert_eq!(search.finds_in_shared(text), is_in, "{text:?}");
        }
    }

    #[test]
    fn who_types_on_narrows_what_is_there_unless_the_letters_are_of_another_kind() {
        assert!(Wanted::of("go").narrows(&Wanted::of("g")));
        assert!(!Wanted::of("g").narrows(&Wanted::of("go")));
        assert!(!Wanted::of("i\u{307}z").narrows(&Wanted::of("i")));
    }
}
