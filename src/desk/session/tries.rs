//! What a failed try before a write leaves in the journal: the same notes for screens and verbs.

use crate::journal::{Note, NoteKind, Subject, Write};

/// A PIN was not accepted, or the two PINs differ. The note doesn't say which: that would tell
/// something about the PIN.
#[must_use]
pub fn pin_not_taken(subject: Subject) -> Note {
    failed(Write::SetPin, subject, "a PIN was not taken")
}

/// Something else was typed for a PIN that can't be used: an expiry or a card number. `why` never
/// holds what was typed.
#[must_use]
pub fn not_taken(subject: Subject, why: impl Into<String>) -> Note {
    failed(Write::SetPin, subject, why)
}

pub(super) fn failed(write: Write, subject: Subject, message: impl Into<String>) -> Note {
    Note {
        message: Some(message.into()),
        ..Note::new(NoteKind::FailedTry, write, subject).answered()
    }
}
