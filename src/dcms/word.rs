//! The four outcomes as words: the same on every screen, in the journal, in JSON and as exit codes.

use serde::{Serialize, Serializer};

/// How a call ended, in one word; the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    /// The DCMS did it.
    Done,
    /// The DCMS refused it.
    Refused,
    /// It provably never left.
    NotSent,
    /// It may or may not have been done.
    Unknown,
}

impl Word {
    /// All of them, the best first.
    pub const ALL: [Self; 4] = [Self::Done, Self::Refused, Self::NotSent, Self::Unknown];

    /// The word in JSON, in the journal and in files. It outlives this program: its spelling and its
    /// meaning never change.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
        }
    }

    /// What [`Word::as_str`] writes, read back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }

    /// For people, as a heading: `Not sent`.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::Refused => "Refused",
            Self::NotSent => "Not sent",
            Self::Unknown => "Unknown",
        }
    }

    /// For people, within a sentence: `not sent`.
    #[must_use]
    pub fn spoken(self) -> String {
        self.title().to_lowercase()
    }

    /// The exit code of a verb that ends with it.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::NotSent => 3,
            Self::Unknown => 4,
        }
    }
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_codes_are_what_scripts_rely_on() {
        for (word, json, title, code) in [
            (Word::Done, "\"done\"", "Done", 0),
            (Word::Refused, "\"refused\"", "Refused", 1),
            (Word::NotSent, "\"not_sent\"", "Not sent", 3),
            (Word::Unknown, "\"unknown\"", "Unknown", 4),
        ] {
            assert_eq!(serde_json::to_string(&word).expect("JSON"), json);
            assert_eq!(Word::from_word(word.as_str()), Some(word));
            assert_eq!((word.title(), word.exit_code()), (title, code));
        }
        assert_eq!(Word::NotSent.spoken(), "not sent");
        assert!(Word::ALL.is_sorted(), "the worst is last");
    }
}
