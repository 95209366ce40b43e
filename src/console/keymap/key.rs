//! A key by its name, as it is shown and as the configuration writes it.
//! What it does is not known here.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyModifiers};

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(pub KeyCode, pub KeyModifiers);

pub(super) const fn key(code: KeyCode) -> Key {
    Key(code, KeyModifiers::NONE)
}

pub(super) const fn letter(c: char) -> Key {
    key(KeyCode::Char(c))
}

pub(super) const fn ctrl(c: char) -> Key {
    Key(KeyCode::Char(c), KeyModifiers::CONTROL)
}

pub(super) const fn f(n: u8) -> Key {
    key(KeyCode::F(n))
}

pub(super) const ENTER: Key = key(KeyCode::Enter);
pub(super) const ESC: Key = key(KeyCode::Esc);
pub(super) const TAB: Key = key(KeyCode::Tab);

impl Key {
    /// Whether it is a letter, which is text where text is typed.
    pub(super) fn is_typed(self) -> bool {
        matches!(self, Self(KeyCode::Char(_), KeyModifiers::NONE))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.1.contains(KeyModifiers::CONTROL) {
            f.write_str("Ctrl+")?;
            if let KeyCode::Char(c) = self.0 {
                return write!(f, "{}", c.to_ascii_uppercase());
            }
        }
        match self.0 {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "F{n}"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::BackTab => f.write_str("Shift+Tab"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Backspace => f.write_str("Backspace"),
            KeyCode::Delete => f.write_str("Delete"),
            KeyCode::Right => f.write_str("→"),
            other => write!(f, "{other}"),
        }
    }
}

/// Terminals send these for Backspace, Tab, Enter and Enter.
const LIKE_OTHERS: [char; 4] = ['h', 'i', 'j', 'm'];

impl FromStr for Key {
    type Err = String;

    /// Reads a key as the configuration writes it: `u`, `F12`, `Ctrl+K`, `PgDn`.
    fn from_str(name: &str) -> Result<Self, String> {
        let mut letters = name.chars();
        if let (Some(c), None) = (letters.next(), letters.next())
            && !c.is_control()
            && !c.is_whitespace()
        {
            return Ok(letter(c));
        }
        let small = name.to_ascii_lowercase();
        if let Some(rest) = small.strip_prefix("ctrl+") {
            return with_ctrl(rest).unwrap_or_else(|| Err(no_key(name)));
        }
        if small.starts_with("alt+") {
            return Err(": a terminal can't tell Alt from Esc and a letter".into());
        }
        let code = match small.as_str() {
            "space" => KeyCode::Char(' '),
            "home" => KeyCode::Home,
            "end" => KeyCode::End,
            "pgup" => KeyCode::PageUp,
            "pgdn" => KeyCode::PageDown,
            "up" => KeyCode::Up,
            "down" => KeyCode::Down,
            "left" => KeyCode::Left,
            "right" => KeyCode::Right,
            "insert" => KeyCode::Insert,
            "delete" => KeyCode::Delete,
            "enter" | "esc" | "tab" | "shift+tab" | "backspace" => {
                return Err(
                    ": Enter, Esc, Tab and Backspace mean the same for everybody".to_owned(),
                );
            }
            other => {
                let number = other.strip_prefix('f').and_then(|n| n.parse().ok());
                let number = number.filter(|n| (1..=12).contains(n));
                KeyCode::F(number.ok_or_else(|| no_key(name))?)
            }
        };
        Ok(key(code))
    }
}

/// Nothing for what is no letter.
fn with_ctrl(rest: &str) -> Option<Result<Key, String>> {
    let mut letters = rest.chars();
    let c = letters.next().filter(char::is_ascii_lowercase)?;
    if letters.next().is_some() {
        return None;
    }
    Some(match c {
        's' | 'q' | 'z' => Err(": Ctrl+S, Ctrl+Q and Ctrl+Z are the terminal's own".to_owned()),
        c if LIKE_OTHERS.contains(&c) => {
            let name = c.to_ascii_uppercase();
            Err(format!(
                ": a terminal can't tell Ctrl+{name} from another key"
            ))
        }
        c => Ok(ctrl(c)),
    })
}

fn no_key(name: &str) -> String {
    format!(
        ": {name:?} is not a key; allowed are letters and signs, F1 to F12, Ctrl+A to Ctrl+Y, Space, \
         Home, End, PgUp, PgDn, Up, Down, Left, Right, Insert and Delete"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for name in [
            "u", "J", "/", "é", "F1", "F12", "Ctrl+K", "PgUp", "PgDn", "Home", "End",
        ] {
            let key: Key = name.parse().expect(name);
            assert_eq!(key.to_string(), name);
        }
        assert_eq!("pgdn".parse(), "PGDN".parse::<Key>());
        assert_eq!("Space".parse(), Ok(letter(' ')));
        for bad in [
            "", " ", "ab", "F0", "F13", "Ctrl+", "Ctrl+ab", "Ctrl+1", "Hyper+x", "\t",
        ] {
            assert!(bad.parse::<Key>().is_err(), "{bad:?}");
        }
    }
}
