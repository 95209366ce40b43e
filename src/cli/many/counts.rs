//! How many rows have ended how.

use serde::{Serialize, Serializer};

use crate::dcms::Word;

/// As many for each of [`Word::ALL`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts([usize; 4]);

impl Counts {
    /// One more has ended so.
    pub(super) fn add(&mut self, word: Word) {
        self.0[word as usize] += 1;
    }

    pub(super) fn of(self, word: Word) -> usize {
        self.0[word as usize]
    }

    pub(super) fn total(self) -> usize {
        self.0.iter().sum()
    }

    /// `3 done`, `1 not sent`: those that there are.
    pub(super) fn spoken(self) -> impl Iterator<Item = String> {
        let there = Word::ALL.into_iter().filter(move |&word| self.of(word) > 0);
        there.map(move |word| format!("{} {}", self.of(word), word.spoken()))
    }
}

impl FromIterator<Word> for Counts {
    fn from_iter<I: IntoIterator<Item = Word>>(words: I) -> Self {
        let mut counts = Self::default();
        words.into_iter().for_each(|word| counts.add(word));
        counts
    }
}

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let each = Word::ALL.map(|word| (word.as_str(), self.of(word)));
        to.collect_map([("rows", self.total())].into_iter().chain(each))
    }
}
