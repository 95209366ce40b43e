//! From the terminal's bytes to keys and pastes. A byte is wiped in the moment it is used, because
//! it may be a digit of a PIN.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use terminput::Event;
use zeroize::{Zeroize as _, Zeroizing};

use super::Input;

/// Room for what one reading brings.
const ROOM: usize = 1024;
/// No key has as many bytes as this.
const LONGEST_KEY: usize = 64;
/// As much of a paste as is kept; every field is shorter.
const LONGEST_PASTE: usize = 4096;
/// How long the rest of a key's bytes may lag behind its Esc: a slow line can part them.
const REST_OF_A_KEY: Duration = Duration::from_millis(40);
/// How long a paste or a long key may stand still before it is given up. What is typed meanwhile would
/// be taken for a part of it, and kept.
const REST_OF_A_SEQUENCE: Duration = Duration::from_secs(1);
const ESC: u8 = 0x1b;
const CTRL_C: u8 = 0x03;
const PASTE_BEGINS: &[u8] = b"\x1b[200~";
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// Bytes that have come and are not used yet. Their buffer never grows and never moves.
pub(super) struct Typed {
    bytes: Box<Zeroizing<[u8; ROOM]>>,
    start: usize,
    end: usize,
    /// What has come of a paste whose end has not.
    paste: Option<Zeroizing<Vec<u8>>>,
    /// Whether an Esc at the start is the key, and not the beginning of another one's bytes.
    is_esc: bool,
}

impl Typed {
    pub(super) fn new() -> Self {
        Self {
            bytes: Box::new(Zeroizing::new([0; ROOM])),
            start: 0,
            end: 0,
            paste: None,
            is_esc: false,
        }
    }

    /// Where the next bytes go. There is always room for some.
    pub(super) fn room(&mut self) -> &mut [u8] {
        if self.end == ROOM {
            // What waits is the beginning of a key or of a marker, and so far shorter than the room.
            let waiting = self.end - self.start;
            self.bytes.copy_within(self.start..self.end, 0);
            self.bytes[waiting..].zeroize();
            (self.start, self.end) = (0, waiting);
        }
        &mut self.bytes[self.end..]
    }

    /// So many bytes have come.
    pub(super) fn filled(&mut self, count: usize) {
        // Alone it was pressed, and is no part of what came in one piece.
        let is_ctrl_c = self.bytes[self.end..self.end + count] == [CTRL_C];
        if is_ctrl_c && self.is_unfinished() {
            self.bytes[self.end] = 0;
            self.give_up();
            self.bytes[self.end] = CTRL_C;
        }
        self.end += count;
    }

    /// For how long more bytes are waited for before [`Self::nothing_follows`] is to be called; for
    /// ever where none are missing.
    pub(super) fn patience(&self) -> Option<Duration> {
        if self.may_be_an_esc() {
            Some(REST_OF_A_KEY)
        } else {
            self.is_unfinished().then_some(REST_OF_A_SEQUENCE)
        }
    }

    /// The rest of a key or a paste would have come by now.
    pub(super) fn nothing_follows(&mut self) {
        self.is_esc = self.may_be_an_esc();
        if !self.is_esc {
            self.give_up();
        }
    }

    /// Whether the bytes could be the Esc key as well as the beginning of another.
    fn may_be_an_esc(&self) -> bool {
        self.paste.is_none() && matches!(self.waiting(), [ESC] | [ESC, b'[' | b'O'])
    }

    fn is_unfinished(&self) -> bool {
        self.paste.is_some() || !self.waiting().is_empty()
    }

    /// Wipes what has come of something whose end has not.
    fn give_up(&mut self) {
        self.paste = None;
        self.consume(self.waiting().len());
    }

    /// The next key or paste, once all of it is there.
    pub(super) fn next(&mut self) -> Option<Input> {
        loop {
            if self.paste.is_some() {
                return self.rest_of_paste();
            }
            match self.waiting() {
                [] => return None,
                bytes if bytes.starts_with(PASTE_BEGINS) => {
                    self.consume(PASTE_BEGINS.len());
                    // All of its room at once, so that growing leaves no copy behind.
                    self.paste = Some(Zeroizing::new(Vec::with_capacity(LONGEST_PASTE)));
                }
                [ESC] | [ESC, b'[' | b'O'] if !self.is_esc => return None,
                // Nothing here is on Alt: an Esc and a letter, typed fast, are an Esc and a letter.
                [ESC] | [ESC, b'[' | b'O'] => return Some(self.esc()),
                [ESC, second, ..] if !b"[O".contains(second) => return Some(self.esc()),
                _ => match self.parse() {
                    Parsed::Event(event) => {
                        if let Ok(event) = terminput_crossterm::to_crossterm(event) {
                            return Some(event.into());
                        }
                    }
                    Parsed::Nothing => {}
                    Parsed::Unfinished => return None,
                },
            }
        }
    }

    fn waiting(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    fn esc(&mut self) -> Input {
        self.is_esc = false;
        self.consume(1);
        Input::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE))
    }

    /// The shortest beginning that is a key; one that can't become a key is thrown away.
    fn parse(&mut self) -> Parsed {
        for len in 1..=self.waiting().len() {
            if len == 1 && self.waiting()[0] == ESC {
                continue;
            }
            let parsed = match Event::parse_from(&self.waiting()[..len]) {
                Ok(Some(event)) => Parsed::Event(event),
                Ok(None) if len < LONGEST_KEY => continue,
                Ok(None) | Err(_) => Parsed::Nothing,
            };
            self.consume(len);
            return parsed;
        }
        Parsed::Unfinished
    }

    fn rest_of_paste(&mut self) -> Option<Input> {
        let waiting = self.waiting();
        let end = waiting
            .windows(PASTE_ENDS.len())
            .position(|window| window == PASTE_ENDS);
        // The end's marker may have come in part.
        let len = end.unwrap_or(waiting.len().saturating_sub(PASTE_ENDS.len() - 1));
        let paste = self.paste.as_mut()?;
        let kept = len.min(LONGEST_PASTE - paste.len());
        paste.extend_from_slice(&self.bytes[self.start..self.start + kept]);
        self.consume(len);
        end?;
        self.consume(PASTE_ENDS.len());
        let paste = self.paste.take()?;
        let text = Zeroizing::new(String::from_utf8_lossy(&paste).into_owned());
        Some(Input::Paste(text))
    }

    fn consume(&mut self, count: usize) {
        self.bytes[self.start..self.start + count].zeroize();
        self.start += count;
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
    }
}

enum Parsed {
    Event(Event),
    /// Bytes that are no key of any kind.
    Nothing,
    Unfinished,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(typed: &mut Typed, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = typed.room();
            let (now, later) = rest.split_at(rest.len().min(room.len()));
            room[..now.len()].copy_from_slice(now);
            typed.filled(now.len());
            rest = later;
        }
    }

    /// What a piece of typing is, in words that a test can compare.
    fn told(bytes: &[u8]) -> Vec<String> {
        let mut typed = Typed::new();
        feed(&mut typed, bytes);
        all(&mut typed)
    }

    fn all(typed: &mut Typed) -> Vec<String> {
        std::iter::from_fn(|| typed.next())
            .map(|input| match input {
                Input::Key(key) => format!("{:?}{:?}", key.modifiers, key.code),
                Input::Paste(text) => format!("paste {}", *text),
                Input::Mouse(mouse) => format!("{:?} {} {}", mouse.kind, mouse.column, mouse.row),
                Input::Focus(has) => format!("focus {has}"),
                Input::Redraw | Input::Suspend | Input::Resumed => "other".into(),
            })
            .collect()
    }

    const NONE: &str = "KeyModifiers(0x0)";

    #[test]
    fn letters_controls_and_function_keys() {
        let keys = |keys: &[&str]| -> Vec<String> {
            keys.iter().map(|key| format!("{NONE}{key}")).collect()
        };
        assert_eq!(
            told(b"a\r\t\x7f"),
            keys(&["Char('a')", "Enter", "Tab", "Backspace"])
        );
        assert_eq!(told("\u{92e}\u{ff11}".as_bytes()).len(), 2);
        assert_eq!(told(b"\x1b[A\x1bOB"), keys(&["Up", "Down"]));
        assert_eq!(
            told(b"\x1bOP\x1b[12~\x1b[[C\x1b[21~"),
            keys(&["F(1)", "F(2)", "F(3)", "F(10)"])
        );
        assert_eq!(
            told(b"\x1b[5~\x1b[6~\x1b[H\x1b[4~"),
            keys(&["PageUp", "PageDown", "Home", "End"])
        );
        assert_eq!(told(b"\x03"), ["KeyModifiers(CONTROL)Char('c')"]);
        assert_eq!(told(b"\x1b[1;5C"), ["KeyModifiers(CONTROL)Right"]);
        assert_eq!(told(b"\x1b[Z").len(), 1);
    }

    #[test]
    fn an_esc_and_a_letter_are_two_keys() {
        assert_eq!(
            told(b"\x1bg"),
            [format!("{NONE}Esc"), format!("{NONE}Char('g')")]
        );
        assert_eq!(
            told(b"\x1b\x1b[A"),
            [format!("{NONE}Esc"), format!("{NONE}Up")]
        );
    }

    #[test]
    fn an_esc_waits_for_what_could_follow() {
        let mut typed = Typed::new();
        feed(&mut typed, b"\x1b");
        assert!(all(&mut typed).is_empty());
        assert_eq!(typed.patience(), Some(REST_OF_A_KEY));
        typed.nothing_follows();
        assert_eq!(all(&mut typed), [format!("{NONE}Esc")]);
        feed(&mut typed, b"\x1b[");
        assert!(all(&mut typed).is_empty());
        typed.nothing_follows();
        assert_eq!(
            all(&mut typed),
            [format!("{NONE}Esc"), format!("{NONE}Char('[')")]
        );
        feed(&mut typed, b"\x1b[1;");
        assert!(all(&mut typed).is_empty());
        assert_eq!(typed.patience(), Some(REST_OF_A_SEQUENCE));
        feed(&mut typed, b"5D");
        assert_eq!(all(&mut typed), ["KeyModifiers(CONTROL)Left"]);
    }

    #[test]
    fn the_mouse_and_the_focus() {
        assert_eq!(
            told(b"\x1b[<0;12;5M\x1b[<0;12;5m\x1b[<65;1;1M\x1b[<64;500;200M"),
            [
                "Down(Left) 11 4",
                "Up(Left) 11 4",
                "ScrollDown 0 0",
                "ScrollUp 499 199"
            ]
        );
        assert_eq!(
            told(b"\x1b[I7\x1b[O"),
            ["focus true", &format!("{NONE}Char('7')"), "focus false"]
        );
        let mut typed = Typed::new();
        let mut said = Vec::new();
        for byte in b"\x1b[<0;3;4M7" {
            feed(&mut typed, &[*byte]);
            said.extend(all(&mut typed));
        }
        assert_eq!(said, ["Down(Left) 2 3", &format!("{NONE}Char('7')")]);
    }

    #[test]
    fn a_paste_is_one_thing_however_it_comes() {
        assert_eq!(
            told(b"\x1b[200~43\x1b[A15\x1b[201~x")[0],
            "paste 43\u{1b}[A15"
        );
        let mut typed = Typed::new();
        let mut said = Vec::new();
        for byte in b"\x1b[200~608040\x1b[201~" {
            feed(&mut typed, &[*byte]);
            said.extend(all(&mut typed));
        }
        assert_eq!(said, ["paste 608040"]);
    }

    #[test]
    fn a_paste_without_end_is_cut_and_keeps_nothing_waiting() {
        let mut typed = Typed::new();
        feed(&mut typed, PASTE_BEGINS);
        for _ in 0..32 {
            feed(&mut typed, &[b'x'; 512]);
            assert!(typed.next().is_none());
        }
        feed(&mut typed, PASTE_ENDS);
        assert_eq!(all(&mut typed)[0].len(), "paste ".len() + LONGEST_PASTE);
    }

    /// No byte of what was typed is left, and nothing is waited for.
    fn is_wiped(typed: &Typed) -> bool {
        typed.paste.is_none()
            && typed.bytes.iter().all(|&byte| byte == 0)
            && typed.patience().is_none()
    }

    #[test]
    fn what_stands_still_unfinished_is_wiped() {
        for begun in [
            "\x1b[200~83067142",
            "\x1b[200~83067142\x1b[20",
            "\x1b[83067142",
            "\x1b[<0;83067142",
        ] {
            let mut typed = Typed::new();
            assert_eq!(typed.patience(), None);
            feed(&mut typed, begun.as_bytes());
            assert!(all(&mut typed).is_empty(), "{begun:?}");
            assert_eq!(typed.patience(), Some(REST_OF_A_SEQUENCE), "{begun:?}");
            typed.nothing_follows();
            assert!(all(&mut typed).is_empty() && is_wiped(&typed), "{begun:?}");
            feed(&mut typed, b"7");
            assert_eq!(all(&mut typed), [format!("{NONE}Char('7')")]);
        }
    }

    #[test]
    fn ctrl_c_ends_what_is_unfinished() {
        for begun in ["\x1b[200~8306", "\x1b[8306", "\x1b[", "\x1b"] {
            let mut typed = Typed::new();
            feed(&mut typed, begun.as_bytes());
            assert!(all(&mut typed).is_empty());
            feed(&mut typed, b"\x03");
            assert_eq!(all(&mut typed), ["KeyModifiers(CONTROL)Char('c')"]);
            assert!(is_wiped(&typed), "{begun:?}");
        }
        // In what comes in one piece it is not pressed: the rest must not become keys.
        assert_eq!(told(b"\x1b[200~43\x0315\x1b[201~").len(), 1, "one paste");
    }

    #[test]
    fn nonsense_is_thrown_away_and_what_follows_is_not() {
        assert_eq!(told(b"\xff\xfe7"), [format!("{NONE}Char('7')")]);
        assert_eq!(
            told(b"\x1b[999z7").last(),
            Some(&format!("{NONE}Char('7')"))
        );
        let mut typed = Typed::new();
        feed(&mut typed, b"\x1b[");
        for _ in 0..8 {
            feed(&mut typed, &[b'1'; 512]);
            while typed.next().is_some() {}
        }
        feed(&mut typed, b"z\r");
        assert!(all(&mut typed).contains(&format!("{NONE}Enter")));
    }

    #[test]
    fn nothing_that_was_used_is_left() {
        let mut typed = Typed::new();
        feed(&mut typed, b"83067142\r\x1b[200~5502\x1b[201~");
        assert_eq!(all(&mut typed).len(), 10);
        assert!(typed.bytes.iter().all(|&byte| byte == 0));
    }
}
