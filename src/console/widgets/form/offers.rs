//! Words that a text field offers and does not insist on: what is typed is completed, and may be
//! anything else.

use crossterm::event::{KeyCode, KeyEvent};

use crate::console::widgets::entry::Entry;

/// The words, the likeliest first.
#[derive(Default)]
pub struct Offers(Vec<String>);

impl Offers {
    /// Each word once, in this order.
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        let mut seen: Vec<String> = Vec::new();
        for word in words {
            if !word.is_empty() && !seen.iter().any(|known| known.eq_ignore_ascii_case(&word)) {
                seen.push(word);
            }
        }
        Self(seen)
    }

    /// Whether there are any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The words that begin with what is typed and go on.
    pub fn begun(&self, typed: &str) -> impl Iterator<Item = &str> {
        self.words().filter(move |word| {
            let start = word.get(..typed.len()).filter(|start| !start.is_empty());
            let fits = start.is_some_and(|start| start.eq_ignore_ascii_case(typed));
            fits && word.len() > typed.len()
        })
    }

    /// The word that is meant by its beginning: there must be one only, and the beginning must not be a
    /// whole word already.
    #[must_use]
    pub fn completed(&self, typed: &str) -> Option<&str> {
        let mut begun = self.begun(typed);
        let word = begun.next().filter(|_| begun.next().is_none())?;
        let is_word = self.words().any(|word| word.eq_ignore_ascii_case(typed));
        (!is_word).then_some(word)
    }

    /// The word itself where it was typed with other capitals.
    #[must_use]
    pub fn spelt(&self, typed: &str) -> Option<&str> {
        self.words()
            .find(|word| word.eq_ignore_ascii_case(typed) && *word != typed)
    }

    /// What → at the end of a text makes of it: the first word that begins so, or the next word where it
    /// is one already or nothing yet.
    #[must_use]
    pub fn taken(&self, entry: &Entry, event: &KeyEvent) -> Option<String> {
        let typed = entry.value();
        if event.code != KeyCode::Right || !event.modifiers.is_empty() || !entry.is_at_end() {
            return None;
        }
        if let Some(word) = self.begun(typed).next() {
            return Some(word.to_owned());
        }
        let next = match self
            .words()
            .position(|word| word.eq_ignore_ascii_case(typed))
        {
            Some(at) => at + 1,
            None if typed.is_empty() => 0,
            None => return None,
        };
        // After the last one comes the empty field again.
        Some(self.0.get(next).cloned().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyModifiers;

    use super::*;

    fn offers() -> Offers {
        Offers::new(["SILVER", "GOLD", "silver", "", "GOLDPLUS"].map(str::to_owned))
    }

    fn right(text: &str) -> Option<String> {
        let key = KeyEvent::new(KeyCode::Right, KeyModifiers::NONE);
        offers().taken(&Entry::of(text), &key)
    }

    #[test]
    fn each_word_is_offered_once() {
        let offers = offers();
        let words: Vec<&str> = offers.words().collect();
        assert_eq!(words, ["SILVER", "GOLD", "GOLDPLUS"]);
    }

    #[test]
    fn what_is_typed_is_completed() {
        assert_eq!(offers().completed("si"), Some("SILVER"));
        assert_eq!(offers().completed("x"), None);
        assert_eq!(offers().completed(""), None);
        assert_eq!(offers().completed("é"), None);
        assert_eq!(right("si").as_deref(), Some("SILVER"));
        assert_eq!(right("goldp").as_deref(), Some("GOLDPLUS"));
    }

    #[test]
    fn a_whole_word_and_the_beginning_of_two_are_not_completed() {
        assert_eq!(offers().completed("GOLD"), None);
        assert_eq!(offers().completed("gold"), None);
        assert_eq!(offers().completed("go"), None);
        assert_eq!(right("go").as_deref(), Some("GOLD"));
        assert_eq!(right("GOLD").as_deref(), Some("GOLDPLUS"));
    }

    #[test]
    fn the_words_follow_each_other_and_come_to_an_end() {
        assert_eq!(right("").as_deref(), Some("SILVER"));
        assert_eq!(right("SILVER").as_deref(), Some("GOLD"));
        assert_eq!(right("GOLDPLUS").as_deref(), Some(""));
        assert_eq!(right("DIAMOND"), None);
    }

    #[test]
    fn a_word_with_other_capitals_is_spelt_as_offered() {
        assert_eq!(offers().spelt("gold"), Some("GOLD"));
        assert_eq!(offers().spelt("GOLD"), None);
        assert_eq!(offers().spelt("diamond"), None);
    }
}
