//! From the terminal's bytes to keys and pastes. A byte is wiped in the moment it is used, because
//! it may be a digit of a PIN.

use std::time::{Duration, Instant};

use zeroize::{Zeroize as _, Zeroizing};

use super::Input;
use super::keys;
use super::sequences::{Reader, Step, Token};

/// Room for what one reading brings.
const ROOM: usize = 1024;
/// As much of a paste as is kept; every field is shorter.
const LONGEST_PASTE: usize = 4096;
/// How long the rest of a key's bytes may lag behind its Esc: a slow line can part them.
const REST_OF_A_KEY: Duration = Duration::from_millis(40);
/// How long a paste or a sequence may stand still before it is given up. What is typed meanwhile would
/// be taken for a part of it.
const REST_OF_A_SEQUENCE: Duration = Duration::from_secs(1);
/// How long a sequence may take that comes in pieces as short as keys. Without this, somebody who keeps
/// typing would keep an unfinished one alive, and all they type would be lost in it.
const WHOLE_SEQUENCE: Duration = Duration::from_secs(3);
/// No key has more bytes, but for those that are spelled out as a sequence of their own.
const LONGEST_KEY: usize = 7;
const CTRL_C: u8 = 0x03;
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// Bytes that have come and are not used yet. Their buffer never grows and never moves.
pub(super) struct Typed {
    bytes: Box<Zeroizing<[u8; ROOM]>>,
    start: usize,
    end: usize,
    reader: Reader,
    /// What has come of a paste whose end has not.
    paste: Option<Paste>,
    /// When bytes came last.
    came: Instant,
    /// Since when a sequence has been unfinished, or when much of it came last.
    since: Instant,
    /// Whether the byte before was a CR, and nothing has come since that could be a key of its own.
    after_return: bool,
}

impl Typed {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            bytes: Box::new(Zeroizing::new([0; ROOM])),
            start: 0,
            end: 0,
            reader: Reader::default(),
            paste: None,
            came: now,
            since: now,
            after_return: false,
        }
    }

    /// Where the next bytes go, once [`Self::next`] has nothing more.
    pub(super) fn room(&mut self) -> &mut [u8] {
        debug_assert_eq!(self.start, self.end, "what has come was not used");
        &mut self.bytes[..]
    }

    /// Takes as much of these bytes as there is room for, once [`Self::next`] has nothing more, and says how
    /// many.
    pub(super) fn take(&mut self, bytes: &[u8], now: Instant) -> usize {
        let count = match bytes.len() {
            // Its last byte would look as if it had come alone.
            length if length == ROOM + 1 => ROOM - 1,
            length => length.min(ROOM),
        };
        self.room()[..count].copy_from_slice(&bytes[..count]);
        self.filled(count, now);
        count
    }

    /// So many bytes have come.
    pub(super) fn filled(&mut self, count: usize, now: Instant) {
        // Alone it was pressed, and is no part of what came in one piece.
        if self.bytes[..count] == [CTRL_C] {
            self.give_up();
        }
        let quiet = now.saturating_duration_since(self.came);
        let is_one_with_before = quiet < REST_OF_A_KEY;
        if let Some(lost) = self.paste.as_mut().filter(|paste| paste.is_lost) {
            // Whatever came before it has more behind it, and was no key.
            lost.lone.zeroize();
            if count == 1 && quiet >= REST_OF_A_SEQUENCE {
                *lost.lone = Some(self.bytes[0]);
            }
        }
        self.after_return &= is_one_with_before;
        if !self.reader.is_unfinished() || count > LONGEST_KEY {
            self.since = now;
        }
        self.came = now;
        (self.start, self.end) = (0, count);
    }

    /// Up to when more bytes are waited for before [`Self::nothing_follows`] is to be called; for ever
    /// where none are missing.
    pub(super) fn deadline(&self) -> Option<Instant> {
        if let Some(paste) = &self.paste {
            match (paste.is_lost, *paste.lone) {
                (false, _) => Some(self.came + REST_OF_A_SEQUENCE),
                (true, Some(_)) => Some(self.came + REST_OF_A_KEY),
                (true, None) => None,
            }
        } else if self.reader.may_be_esc() || self.reader.may_be_rxvt_key() {
            Some(self.came + REST_OF_A_KEY)
        } else {
            let end = (self.came + REST_OF_A_SEQUENCE).min(self.since + WHOLE_SEQUENCE);
            self.reader.is_unfinished().then_some(end)
        }
    }

    /// The rest of a key, a sequence or a paste would have come by now. What came of it may be a key.
    pub(super) fn nothing_follows(&mut self) -> Option<Input> {
        match &mut self.paste {
            Some(paste) if !paste.is_lost => {
                paste.lose();
                return Some(Input::LostPaste);
            }
            Some(paste) => {
                let lone = Zeroizing::new(paste.lone.take());
                self.paste = None;
                return lone.and_then(|byte| self.read(byte).0);
            }
            None => {}
        }
        let (Step::Taken(token) | Step::Again(token)) = self.reader.broken_off();
        let input = token.as_ref().and_then(keys::input);
        self.reader.forget();
        input
    }

    /// Wipes what has come of something whose end has not.
    fn give_up(&mut self) {
        self.paste = None;
        self.reader.forget();
    }

    /// The next key or paste, once all of it is there.
    pub(super) fn next(&mut self) -> Option<Input> {
        while self.start < self.end {
            let byte = self.bytes[self.start];
            let (input, is_taken) = if let Some(paste) = &mut self.paste {
                let pasted = paste.take(byte);
                if pasted.is_some() {
                    self.paste = None;
                }
                (pasted.and_then(|Pasted(input)| input), true)
            } else {
                self.read(byte)
            };
            if is_taken {
                self.bytes[self.start].zeroize();
                self.start += 1;
            }
            if input.is_some() {
                return input;
            }
        }
        None
    }

    /// Reads a byte that is no part of a paste, and says whether it was taken.
    fn read(&mut self, byte: u8) -> (Option<Input>, bool) {
        let (token, is_taken) = match self.reader.take(byte) {
            Step::Taken(token) => (token, true),
            Step::Again(token) => (token, false),
        };
        let Some(token) = token else {
            return (None, is_taken);
        };
        // A terminal in the mode LNM sends CR and LF for Enter, which is one key.
        let is_other_half = token == Token::Control(b'\n') && self.after_return;
        self.after_return = token == Token::Control(b'\r');
        let input = match token {
            Token::Csi(b"200", b'~') => {
                self.paste = Some(Paste::new());
                None
            }
            _ if is_other_half => None,
            token => keys::input(&token),
        };
        self.reader.forget();
        (input, is_taken)
    }
}

/// What a paste was that has come to its end; nothing where it was lost before.
struct Pasted(Option<Input>);

/// What has come of a paste.
///
/// One that stands still is lost: what came of it is wiped, and of the rest nothing is kept either. The
/// rest must not become keys, however late it comes: it could fill the field of a PIN or be commands. So
/// it is dropped up to the end's marker. Where a terminal never sends that, two things end it that no
/// paste does: Ctrl+C alone, or a key of one byte after [`REST_OF_A_SEQUENCE`] of quiet with nothing
/// behind it for [`REST_OF_A_KEY`]. Bytes of a paste come closer together, even over a line of 300 baud.
struct Paste {
    /// All of its room from the beginning, so that growing leaves no copy behind.
    text: Zeroizing<Vec<u8>>,
    /// How many of its last bytes are the beginning of the end's marker.
    of_end: usize,
    /// Whether it stood still, so that nothing of it is kept.
    is_lost: bool,
    /// A byte that came alone after it was lost: a key, unless more follows at once.
    lone: Zeroizing<Option<u8>>,
}

impl Paste {
    fn new() -> Self {
        Self {
            text: Zeroizing::new(Vec::with_capacity(LONGEST_PASTE)),
            of_end: 0,
            is_lost: false,
            lone: Zeroizing::new(None),
        }
    }

    /// Wipes what has come of it. How much of the end's marker is there still counts.
    fn lose(&mut self) {
        self.text = Zeroizing::default();
        self.is_lost = true;
    }

    /// Takes the next byte, and says with the last one what the paste was.
    fn take(&mut self, byte: u8) -> Option<Pasted> {
        if byte == PASTE_ENDS[self.of_end] {
            self.of_end += 1;
            if self.of_end < PASTE_ENDS.len() {
                return None;
            }
            if self.is_lost {
                return Some(Pasted(None));
            }
            let text = String::from_utf8_lossy(&self.text).into_owned();
            return Some(Pasted(Some(Input::Paste(Zeroizing::new(text)))));
        }
        // No end begins within another one's beginning, but with its first byte.
        self.keep(&PASTE_ENDS[..self.of_end]);
        self.of_end = usize::from(byte == PASTE_ENDS[0]);
        if self.of_end == 0 {
            self.keep(&[byte]);
        }
        None
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.is_lost {
            return;
        }
        let room = LONGEST_PASTE - self.text.len();
        self.text.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use crossterm::event::{KeyCode, KeyModifiers};
    use proptest::prelude::*;

    use super::*;

    /// What comes of bytes, in one piece.
    pub(in super::super) fn told(bytes: &[u8]) -> Vec<String> {
        Line::new().then(0, bytes)
    }

    /// A terminal whose clock the test moves.
    struct Line {
        typed: Typed,
        now: Instant,
    }

    impl Line {
        fn new() -> Self {
            let now = Instant::now();
            Self {
                typed: Typed::new(now),
                now,
            }
        }

        /// What comes of the time that passes and of the bytes after it.
        fn then(&mut self, ms: u64, bytes: &[u8]) -> Vec<String> {
            let until = self.now + Duration::from_millis(ms);
            let mut said = Vec::new();
            while let Some(deadline) = self.typed.deadline().filter(|deadline| *deadline <= until) {
                assert!(deadline >= self.now, "it was not kept");
                self.now = deadline;
                said.extend(self.typed.nothing_follows().map(in_words));
            }
            self.now = until;
            for piece in bytes.chunks(ROOM) {
                self.typed.room()[..piece.len()].copy_from_slice(piece);
                self.typed.filled(piece.len(), self.now);
                said.extend(std::iter::from_fn(|| self.typed.next()).map(in_words));
            }
            said
        }

        /// Nothing is waited for, and nothing of what was typed is left.
        fn is_wiped(&self) -> bool {
            let keeps_nothing =
                |paste: &Paste| paste.is_lost && paste.text.capacity() == 0 && paste.lone.is_none();
            self.typed.paste.as_ref().is_none_or(keeps_nothing)
                && self.typed.bytes.iter().all(|&byte| byte == 0)
                && self.typed.deadline().is_none()
        }
    }

    fn in_words(input: Input) -> String {
        match input {
            Input::Key(key) => {
                let named = [
                    (KeyModifiers::CONTROL, "Ctrl+"),
                    (KeyModifiers::ALT, "Alt+"),
                    (KeyModifiers::SHIFT, "Shift+"),
                ];
                let held = named.iter().filter(|(it, _)| key.modifiers.contains(*it));
                let held: String = held.map(|(_, name)| *name).collect();
                match key.code {
                    KeyCode::Char(letter) => format!("{held}{letter}"),
                    KeyCode::F(number) => format!("{held}F{number}"),
                    code => format!("{held}{code:?}"),
                }
            }
            Input::Paste(text) => format!("paste {}", *text),
            Input::Mouse(mouse) => format!("{:?} {} {}", mouse.kind, mouse.column, mouse.row),
            Input::Focus(has) => format!("focus {has}"),
            Input::LostPaste => "lost paste".into(),
            Input::Redraw | Input::Suspend | Input::Resumed => "other".into(),
        }
    }

    const NOTHING: [&str; 0] = [];

    #[test]
    fn an_esc_waits_for_what_could_follow() {
        let mut line = Line::new();
        assert_eq!(line.then(0, b"\x1b"), NOTHING);
        assert_eq!(line.then(39, b"[A"), ["Up"]);
        assert_eq!(line.then(0, b"\x1b"), NOTHING);
        assert_eq!(line.then(40, b""), ["Esc"]);
        assert_eq!(line.then(0, b"\x1bg"), ["Esc", "g"]);
        assert_eq!(line.then(0, b"\x1b\x1b[A"), ["Esc", "Up"]);
    }

    #[test]
    fn a_sequence_in_pieces_is_one_key() {
        for parted in [100, 300, 999] {
            let mut line = Line::new();
            assert_eq!(line.then(0, b"7\x1b["), ["7"]);
            assert_eq!(line.then(parted, b"1;"), NOTHING);
            assert_eq!(line.then(parted, b"5D8"), ["Ctrl+Left", "8"]);
        }
        let mut line = Line::new();
        let mut said = Vec::new();
        for byte in b"\x1b]10;rgb:1e1e/1e1e/2e2e\x1b\\" {
            said.extend(line.then(30, &[*byte]));
        }
        said.extend(line.then(30, b"7"));
        assert_eq!(said, ["7"]);
    }

    #[test]
    fn what_stands_still_unfinished_is_wiped_and_the_next_key_is_a_key() {
        for begun in [
            "\x1b[83067142",
            "\x1b[<0;83067142",
            "\x1b[",
            "\x1bO",
            "\x1b[M !",
            "\x1b]10;rgb",
            "\x1bP!|83067142",
            "\x1b_83067142\x1b",
            "\u{e9}",
        ] {
            let mut line = Line::new();
            let begun = &begun.as_bytes()[..begun.len() - usize::from(begun == "\u{e9}")];
            assert_eq!(line.then(0, begun), NOTHING, "{begun:?}");
            assert_eq!(line.then(999, b""), NOTHING, "{begun:?}");
            assert!(!line.is_wiped(), "{begun:?}");
            assert_eq!(line.then(1, b""), NOTHING, "{begun:?}");
            assert!(line.is_wiped(), "{begun:?}");
            assert_eq!(line.then(0, b"7"), ["7"]);
        }
    }

    #[test]
    fn a_paste_that_stands_still_is_lost_to_its_end() {
        for begun in ["\x1b[200~", "\x1b[200~18", "\x1b[200~83067142\x1b[20"] {
            let mut line = Line::new();
            assert_eq!(line.then(0, begun.as_bytes()), NOTHING, "{begun:?}");
            assert_eq!(line.then(999, b""), NOTHING, "{begun:?}");
            assert!(!line.is_wiped(), "{begun:?}");
            assert_eq!(line.then(1, b""), ["lost paste"], "{begun:?}");
            assert!(line.is_wiped(), "{begun:?}");
            assert_eq!(line.then(300, b"12\r23"), NOTHING, "{begun:?}");
            // However long it stands still once more.
            assert_eq!(line.then(60_000, b"4315 \x1b[201"), NOTHING, "{begun:?}");
            assert!(line.is_wiped(), "{begun:?}");
            assert_eq!(line.then(500, b"~7"), ["7"], "{begun:?}");
            assert!(line.typed.paste.is_none() && line.is_wiped(), "{begun:?}");
        }
        // An end that stood still in its own middle is one.
        let mut line = Line::new();
        assert_eq!(line.then(0, b"\x1b[200~18\x1b[20"), NOTHING);
        assert_eq!(line.then(2000, b"1~7"), ["lost paste", "7"]);
    }

    #[test]
    fn a_lost_paste_byte_by_byte_is_no_key() {
        let mut line = Line::new();
        assert_eq!(line.then(0, b"\x1b[200~18"), NOTHING);
        assert_eq!(line.then(1300, b"1"), ["lost paste"]);
        for byte in b"223 \x1b[201~" {
            assert_eq!(line.then(39, &[*byte]), NOTHING);
        }
        assert_eq!(line.then(39, b"7"), ["7"]);
    }

    #[test]
    fn a_lone_key_ends_a_paste_without_end() {
        for (byte, key) in [(b"7", "7"), (b"\r", "Enter"), (b"\x1b", "Esc")] {
            let mut line = Line::new();
            assert_eq!(line.then(0, b"\x1b[200~18"), NOTHING);
            assert_eq!(line.then(1000, b"43"), ["lost paste"]);
            // Too soon after the bytes before it.
            assert_eq!(line.then(999, byte), NOTHING);
            assert_eq!(line.then(999, b""), NOTHING);
            assert_eq!(line.then(1, byte), NOTHING);
            assert_eq!(line.then(39, b""), NOTHING);
            assert_eq!(line.then(1, b""), [key]);
            assert!(line.typed.paste.is_none() && line.is_wiped());
            assert_eq!(line.then(0, b"43"), ["4", "3"]);
        }
        let mut line = Line::new();
        assert_eq!(line.then(0, b"\x1b[200~18"), NOTHING);
        assert_eq!(line.then(1000, b"43"), ["lost paste"]);
        assert_eq!(line.then(10, b"\x03"), ["Ctrl+c"]);
        assert_eq!(line.then(0, b"43"), ["4", "3"]);
    }

    #[test]
    fn a_sequence_without_end_does_not_swallow_typing_for_ever() {
        for begun in [&b"\x1b]0;"[..], b"\x1bP", b"\x1b["] {
            let mut line = Line::new();
            let begun = [begun, &[b'3'; 5000]].concat();
            assert_eq!(line.then(0, &begun), NOTHING);
            let typed: Vec<_> = (0..40).flat_map(|_| line.then(100, b"7")).collect();
            assert_eq!(typed.len(), 11, "from the end of the third second on");
        }
        // A long answer over a slow line is still one.
        let mut line = Line::new();
        assert_eq!(line.then(0, b"\x1b]52;c;"), NOTHING);
        for _ in 0..50 {
            assert_eq!(line.then(500, &[b'A'; 100]), NOTHING);
        }
        assert_eq!(line.then(500, b"\x1b\\7"), ["7"]);
    }

    #[test]
    fn rxvt_ends_a_key_in_what_may_go_on() {
        let mut line = Line::new();
        assert_eq!(line.then(0, b"\x1b[7$"), NOTHING);
        assert_eq!(line.then(40, b""), ["Shift+Home"]);
        assert_eq!(line.then(0, b"y"), ["y"]);
        assert_eq!(told(b"\x1b[7$43"), ["Shift+Home", "4", "3"]);
        assert_eq!(told(b"\x1b[7$\r"), ["Shift+Home", "Enter"]);
    }

    #[test]
    fn an_enter_of_two_bytes_is_one_key() {
        assert_eq!(told(b"\r\n"), ["Enter"]);
        assert_eq!(told(b"\r\n\r\n"), ["Enter", "Enter"]);
        assert_eq!(told(b"\n\n"), ["Enter", "Enter"]);
        assert_eq!(told(b"\r7\n"), ["Enter", "7", "Enter"]);
        let mut line = Line::new();
        assert_eq!(line.then(0, b"\r"), ["Enter"]);
        assert_eq!(line.then(40, b"\n"), ["Enter"]);
    }

    #[test]
    fn the_focus() {
        assert_eq!(told(b"\x1b[I7\x1b[O"), ["focus true", "7", "focus false"]);
    }

    #[test]
    fn a_paste_is_one_thing_however_it_comes() {
        assert_eq!(
            told(b"\x1b[200~43\x1b[A15\x1b\x1b[20\x1b[201~x"),
            ["paste 43\u{1b}[A15\u{1b}\u{1b}[20", "x"]
        );
        let mut line = Line::new();
        let mut said = Vec::new();
        for byte in b"\x1b[200~608040\x1b[201~" {
            said.extend(line.then(30, &[*byte]));
        }
        assert_eq!(said, ["paste 608040"]);
    }

    #[test]
    fn a_paste_without_end_is_cut_and_keeps_nothing_waiting() {
        let mut line = Line::new();
        assert_eq!(line.then(0, b"\x1b[200~"), NOTHING);
        for _ in 0..32 {
            assert_eq!(line.then(500, &[b'x'; 512]), NOTHING);
        }
        let said = line.then(0, PASTE_ENDS);
        assert_eq!(said[0].len(), "paste ".len() + LONGEST_PASTE);
    }

    #[test]
    fn ctrl_c_ends_what_is_unfinished() {
        for begun in [
            "\x1b[200~8306",
            "\x1b[8306",
            "\x1b[",
            "\x1b",
            "\x1b]8306",
            "\x1bPx\x1b",
        ] {
            let mut line = Line::new();
            assert_eq!(line.then(0, begun.as_bytes()), NOTHING);
            assert_eq!(line.then(0, b"\x03"), ["Ctrl+c"], "{begun:?}");
            assert!(line.is_wiped(), "{begun:?}");
        }
        // In what comes in one piece it is not pressed: the rest must not become keys.
        assert_eq!(told(b"\x1b[200~43\x0315\x1b[201~").len(), 1, "one paste");
    }

    #[test]
    fn nothing_that_was_used_is_left() {
        let mut line = Line::new();
        let said = line.then(
            0,
            b"83067142\r\x1b[200~5502\x1b[201~\x1b[49u\x1b]0;8306\x07",
        );
        assert_eq!(said.len(), 11);
        assert!(line.is_wiped());
    }

    proptest! {
        #[test]
        fn pieces_change_nothing(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            cuts in prop::collection::vec(1..9_usize, 200)
        ) {
            let whole = told(&bytes);
            let mut line = Line::new();
            let mut said = Vec::new();
            let mut rest = &bytes[..];
            for cut in cuts {
                let (piece, later) = rest.split_at(cut.min(rest.len()));
                // Ctrl+C in a piece of its own was pressed.
                prop_assume!(piece != [CTRL_C]);
                said.extend(line.then(0, piece));
                rest = later;
            }
            prop_assert_eq!(said, whole);
            // However it ended, the next key is a key.
            line.then(3000, b"");
            prop_assert!(line.is_wiped());
            let mut key = line.then(0, b"7");
            key.extend(line.then(40, b""));
            prop_assert_eq!(key, ["7"]);
        }

        #[test]
        fn no_byte_of_a_lost_paste_is_a_key(
            text in prop::collection::vec(b' '..=b'~', 1..60),
            cuts in prop::collection::vec((2..9_usize, 0..3000_u64), 60),
            first in 0..60_usize
        ) {
            let mut line = Line::new();
            let (before, mut rest) = text.split_at(first.min(text.len()));
            prop_assert_eq!(line.then(0, &[b"\x1b[200~", before].concat()), NOTHING);
            prop_assert_eq!(line.then(1000, b""), ["lost paste"]);
            for (cut, pause) in cuts {
                let (piece, later) = rest.split_at(cut.min(rest.len()));
                // One alone after a quiet time is a key.
                if piece.len() > 1 {
                    prop_assert_eq!(line.then(pause, piece), NOTHING);
                    prop_assert!(line.is_wiped());
                    rest = later;
                }
            }
            let end = [rest, b"\x1b[201~7"].concat();
            prop_assert_eq!(line.then(2000, &end), ["7"]);
            prop_assert!(line.is_wiped());
        }
    }
}
