//! Why a verb ended otherwise than well: a sentence, an exit code, and what the DCMS said.
//! No secret gets in here, and no sentence is a chain of causes.

use std::fmt::Display;

use crate::dcms::{ReadError, Refusal, Word};
use crate::desk::sentences;
use crate::journal::RecordId;

mod words {
    pub(super) const INTERRUPTED: &str = "interrupted; nothing was sent";
}

/// Exit code for an error of usage or configuration, and for what is refused before it is sent.
pub(super) const USAGE: u8 = 2;
/// Exit code for an error of the program or the machine.
pub(super) const INTERNAL: u8 = 5;

/// Why a verb ended otherwise than well.
pub(super) struct Failed {
    /// The exit code.
    pub(super) code: u8,
    /// What that means for what was asked.
    pub(super) word: Word,
    /// What goes to standard error.
    pub(super) sentence: String,
    /// What the DCMS said, where it did.
    pub(super) refusal: Option<Box<Refusal>>,
    /// Single errors, each with its place, where there are several.
    pub(super) errors: Vec<String>,
    /// The record of the write that was handed over by then.
    pub(super) record: Option<RecordId>,
}

impl Failed {
    fn new(word: Word, error: impl Display) -> Self {
        Self {
            code: word.exit_code(),
            word,
            sentence: error.to_string(),
            refusal: None,
            errors: Vec::new(),
            record: None,
        }
    }

    /// Something that the caller can fix; nothing was sent.
    pub(super) fn usage(error: impl Display) -> Self {
        Self::found(USAGE, error)
    }

    /// The same, with each single error in a line of its own.
    pub(super) fn faulty(error: impl Display, errors: Vec<String>) -> Self {
        Self {
            errors,
            ..Self::usage(error)
        }
    }

    /// An error of the program or the machine; nothing was sent.
    pub(super) fn internal(error: impl Display) -> Self {
        Self::found(INTERNAL, error)
    }

    /// A check was made, and what it found is not as it should be.
    pub(super) fn check(error: impl Display) -> Self {
        Self::new(Word::Refused, error)
    }

    /// Whether it was found here, before anything was sent.
    pub(super) fn is_refused_here(&self) -> bool {
        self.code == USAGE
    }

    /// Something that was looked at is not as it must be, and nothing was sent; `code` is that of the
    /// worst.
    pub(super) fn found(code: u8, error: impl Display) -> Self {
        Self {
            code,
            ..Self::new(Word::NotSent, error)
        }
    }

    /// It was ended before anything was sent.
    pub(super) fn interrupted(code: u8) -> Self {
        Self::found(code, words::INTERRUPTED)
    }

    /// It is about the write of this record.
    pub(super) fn of_record(self, record: Option<RecordId>) -> Self {
        Self { record, ..self }
    }

    /// A write was handed over, and nobody waits for its end any more.
    pub(super) fn unknown(error: impl Display) -> Self {
        Self::new(Word::Unknown, error)
    }

    /// The same, of a write that had not been sent by then: what was lost is a look-up's answer, and
    /// nothing is unknown.
    pub(super) fn before_the_write(self) -> Self {
        match self.word {
            Word::Unknown => Self {
                code: Word::NotSent.exit_code(),
                word: Word::NotSent,
                ..self
            },
            Word::Done | Word::Refused | Word::NotSent => self,
        }
    }
}

impl From<ReadError> for Failed {
    fn from(error: ReadError) -> Self {
        Self {
            refusal: error.refusal().cloned().map(Box::new),
            ..Self::new(error.word(), sentences::read_error(&error))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::signals::Wish;
    use super::*;
    use crate::documents::rows;

    #[test]
    fn the_documents_have_all_exit_codes() {
        let name = |word: Word| {
            let name = serde_json::to_string(&word).expect("a word is text");
            format!("`{}`", name.trim_matches('"'))
        };
        let code = |word: Word| (word.exit_code().to_string(), name(word));
        let mut codes: Vec<_> = Word::ALL.into_iter().map(code).collect();
        let unsent = name(Word::NotSent);
        codes.push((USAGE.to_string(), unsent.clone()));
        codes.push((INTERNAL.to_string(), unsent.clone()));
        codes.sort();
        let signals = Wish::ALL.map(|wish| wish.code().to_string());
        codes.push((signals.join(", "), unsent));

        let page = include_str!("../../docs/scripting.md");
        let told = rows(page, "## Exit codes");
        let told = told
            .iter()
            .map(|row| (row[0].to_owned(), row[1].to_owned()));
        assert_eq!(told.collect::<Vec<_>>(), codes);
    }
}
