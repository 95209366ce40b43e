//! The keys that edit a line of text, the same in every field: what they do, and how help describes
//! them. Data; the configuration can't rebind them.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::InputRequest::{self, self as R};

use super::Key;
use super::key::{ctrl, key};

/// One row.
struct Row {
    keys: &'static [Key],
    does: InputRequest,
    /// For help, in which rows that say the same are one.
    says: &'static str,
}

const fn with_ctrl(code: KeyCode) -> Key {
    Key(code, KeyModifiers::CONTROL)
}

macro_rules! editing {
    ($([$($key:expr),*] $does:ident $says:literal;)*) => {
        &[$(Row { keys: &[$($key),*], does: R::$does, says: $says }),*]
    };
}

const EDITING: &[Row] = editing! {
    [key(KeyCode::Left)] GoToPrevChar "move left, right";
    [key(KeyCode::Right)] GoToNextChar "move left, right";
    [with_ctrl(KeyCode::Left)] GoToPrevWord "move a word left, right";
    [with_ctrl(KeyCode::Right)] GoToNextWord "move a word left, right";
    [key(KeyCode::Home), ctrl('a')] GoToStart "move to the start, the end";
    [key(KeyCode::End), ctrl('e')] GoToEnd "move to the start, the end";
    [key(KeyCode::Backspace)] DeletePrevChar "delete before, after the cursor";
    [key(KeyCode::Delete)] DeleteNextChar "delete before, after the cursor";
    [ctrl('w'), with_ctrl(KeyCode::Backspace)] DeletePrevWord "delete the word before the cursor";
    [ctrl('u')] DeleteLine "empty the field";
};

/// What a key does to a line of text, if it edits one.
#[must_use]
pub fn request_of(event: &KeyEvent) -> Option<InputRequest> {
    let pressed = Key(event.code, event.modifiers & KeyModifiers::CONTROL);
    let does = |key: Key| EDITING.iter().find(|row| row.keys.contains(&key));
    // Shift+Home is Home here, and so is whatever else a terminal makes of it.
    let row = does(pressed).or_else(|| does(key(event.code)))?;
    Some(row.does)
}

/// Whether a line of text takes this key.
pub(super) fn edits(key: Key) -> bool {
    EDITING.iter().any(|row| row.keys.contains(&key))
}

/// The rows of help: keys, and what they do.
pub fn editing_keys() -> impl Iterator<Item = (String, &'static str)> {
    EDITING
        .chunk_by(|one, next| one.says == next.says)
        .map(|rows| {
            let keys: Vec<_> = rows.iter().map(|row| row.keys[0].to_string()).collect();
            (keys.join("  "), rows[0].says)
        })
}
