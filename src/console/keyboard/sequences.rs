//! Where a control sequence begins and ends (ECMA-48, ISO 6429): a state machine that takes a
//! terminal's bytes one at a time, and keeps no more of them than a key can have.
//!
//! Terminals answer questions that another program asked, and report things that nobody asked for. The
//! grammar alone says how long such a sequence is, so that one nobody here knows is dropped whole: no
//! part of it is ever text or an Esc. What a sequence means is for [`super::keys`].
//!
//! Where terminals differ from the standard, or a person presses keys in the middle of a sequence:
//!
//! - A control character or a byte beyond ASCII within a CSI or SS3 sequence was not sent by the
//!   terminal as a part of it. The sequence has broken off, and the key that broke it off is a key.
//!   CAN and SUB only break it off, as the standard has it.
//! - rxvt ends keys with Shift in `$`, which is not a final byte: `CSI 7 $`. Parameters can't follow an
//!   intermediate byte, so a digit after it is a key again.
//! - The Linux console's `CSI [ A`, and the three bytes after `CSI M` of the old mouse reports.
//! - BEL ends any string, as xterm has it for OSC: no string that a terminal sends has a BEL inside.
//! - Ctrl+C breaks any string off: what can be in a string has no such byte, and it always works.
//! - C1 controls are recognized as UTF-8 (U+009B) and as single bytes (0x9B): neither is ever text.
//!   Within a character's UTF-8 bytes they are what they are there, a part of the character.

use zeroize::{Zeroize as _, Zeroizing};

/// No key has more parameter bytes than this. A sequence that has more still ends where it ends.
const ROOM: usize = 32;
const ESC: u8 = 0x1b;
const CTRL_C: u8 = 0x03;
const BEL: u8 = 0x07;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1a;
const C1_ST: u8 = 0x9c;

/// What some bytes are.
#[derive(PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A character that is no control.
    Char(char),
    /// A C0 control character other than ESC, or DEL.
    Control(u8),
    /// The Esc key.
    Esc,
    /// `CSI`, parameter and intermediate bytes, final byte. The bytes of one that was too long are
    /// missing.
    Csi(&'a [u8], u8),
    /// `SS3`, a modifier that some terminals put there, final byte.
    Ss3(&'a [u8], u8),
    /// `CSI [` and a letter: a function key of the Linux console.
    LinuxKey(u8),
    /// `CSI M` and its three bytes: a mouse report of X10.
    Mouse(&'a [u8]),
}

/// What a byte has led to.
pub(super) enum Step<'a> {
    /// The byte was taken.
    Taken(Option<Token<'a>>),
    /// What came before it is over, and the byte is to be given once more.
    Again(Option<Token<'a>>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// Between two keys.
    #[default]
    Ground,
    /// Within a character of so many bytes.
    Utf8(usize),
    /// After an ESC: the key, or the beginning of a sequence.
    Esc,
    Csi,
    Ss3,
    LinuxKey,
    Mouse,
    /// Within a string (DCS, SOS, OSC, PM, APC), and how many bytes its last character lacks.
    Text(u8),
    /// After an ESC within a string.
    TextEsc,
}

/// What the bytes so far are the beginning of.
#[derive(Default)]
pub(super) struct Reader {
    state: State,
    /// Bytes that are needed for what the sequence means. Digits of a PIN are among them where somebody
    /// types while a sequence is unfinished.
    held: Zeroizing<[u8; ROOM]>,
    len: usize,
}

/// The state that a byte of the C1 set begins, by its second byte in the form with ESC.
fn introduced_by(second: u8) -> Option<State> {
    match second {
        b'[' => Some(State::Csi),
        b'O' => Some(State::Ss3),
        b'P' | b'X' | b']' | b'^' | b'_' => Some(State::Text(0)),
        _ => None,
    }
}

impl Reader {
    /// Whether bytes are missing to what has begun.
    pub(super) fn is_unfinished(&self) -> bool {
        self.state != State::Ground
    }

    /// Whether what has begun may be the Esc key and nothing else.
    pub(super) fn may_be_esc(&self) -> bool {
        self.state == State::Esc
    }

    /// Whether what has begun is a key of rxvt, unless more comes.
    pub(super) fn may_be_rxvt_key(&self) -> bool {
        self.state == State::Csi && rxvt_number(self.inside()).is_some()
    }

    /// Wipes what is held, and forgets what has begun.
    pub(super) fn forget(&mut self) {
        self.state = State::Ground;
        self.held.zeroize();
        self.len = 0;
    }

    /// Takes the next byte.
    pub(super) fn take(&mut self, byte: u8) -> Step<'_> {
        match self.state {
            State::Ground => Step::Taken(self.ground(byte)),
            State::Utf8(len) => self.in_character(byte, len),
            State::Esc => match introduced_by(byte) {
                Some(state) => {
                    self.begin(state);
                    Step::Taken(None)
                }
                // The end of a string that was given up.
                None if byte == b'\\' => self.dropped(),
                // Nothing here is on Alt: an Esc and a letter, typed fast, are an Esc and a letter.
                None => self.broken_off(),
            },
            State::Csi => self.in_csi(byte),
            State::Ss3 => self.in_ss3(byte),
            State::LinuxKey => match byte {
                0x20..=0x7e => self.ended(Token::LinuxKey(byte)),
                CAN | SUB => self.dropped(),
                _ => self.broken_off(),
            },
            State::Mouse => self.in_mouse_report(byte),
            State::Text(before) => self.in_string(byte, before),
            State::TextEsc if byte == b'\\' => self.dropped(),
            // Any other ESC ends a string too, and begins what it always begins.
            State::TextEsc if byte == ESC => Step::Taken(None),
            State::TextEsc => {
                self.begin(State::Esc);
                Step::Again(None)
            }
        }
    }

    /// What has begun has no more bytes, because something else begins or nothing comes.
    pub(super) fn broken_off(&mut self) -> Step<'_> {
        let state = std::mem::take(&mut self.state);
        Step::Again(match state {
            State::Esc => Some(Token::Esc),
            State::Csi => rxvt_number(self.inside()).map(|number| Token::Csi(number, b'$')),
            State::Ground
            | State::Utf8(_)
            | State::Ss3
            | State::LinuxKey
            | State::Mouse
            | State::Text(_)
            | State::TextEsc => None,
        })
    }

    fn ended<'a>(&mut self, token: Token<'a>) -> Step<'a> {
        self.state = State::Ground;
        Step::Taken(Some(token))
    }

    fn dropped(&mut self) -> Step<'static> {
        self.forget();
        Step::Taken(None)
    }

    fn begin(&mut self, state: State) {
        self.forget();
        self.state = state;
    }

    fn hold(&mut self, byte: u8) {
        if let Some(place) = self.held.get_mut(self.len) {
            *place = byte;
        }
        self.len = self.len.saturating_add(1);
    }

    /// The bytes that are held; none where there were too many.
    fn inside(&self) -> &[u8] {
        self.held.get(..self.len).unwrap_or_default()
    }

    fn ground(&mut self, byte: u8) -> Option<Token<'static>> {
        let len = match byte {
            ESC => {
                self.begin(State::Esc);
                return None;
            }
            0x00..=0x1f | 0x7f => return Some(Token::Control(byte)),
            0x20..=0x7e => return Some(Token::Char(char::from(byte))),
            0x80..=0x9f => {
                self.control_1(byte);
                return None;
            }
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            // No character begins so.
            0xa0..=0xc1 | 0xf5..=0xff => return None,
        };
        self.begin(State::Utf8(len));
        self.hold(byte);
        None
    }

    /// A control character of the second set does what an ESC and its letter do.
    fn control_1(&mut self, byte: u8) {
        if let Some(state) = introduced_by(byte - 0x40) {
            self.begin(state);
        }
    }

    fn in_character(&mut self, byte: u8, len: usize) -> Step<'_> {
        if !matches!(byte, 0x80..=0xbf) {
            self.forget();
            return Step::Again(None);
        }
        self.hold(byte);
        if self.len < len {
            return Step::Taken(None);
        }
        let text = std::str::from_utf8(self.inside()).unwrap_or_default();
        let character = text.chars().next();
        self.state = State::Ground;
        match character {
            Some('\u{80}'..='\u{9f}') => {
                self.control_1(byte);
                Step::Taken(None)
            }
            character => Step::Taken(character.map(Token::Char)),
        }
    }

    fn in_csi(&mut self, byte: u8) -> Step<'_> {
        let is_first = self.len == 0;
        let has_intermediate = self.len > 0 && matches!(self.inside().last(), Some(0x20..=0x2f));
        match byte {
            0x30..=0x3f if has_intermediate => self.broken_off(),
            0x20..=0x3f => {
                self.hold(byte);
                Step::Taken(None)
            }
            b'[' if is_first => {
                self.begin(State::LinuxKey);
                Step::Taken(None)
            }
            b'M' if is_first => {
                self.begin(State::Mouse);
                Step::Taken(None)
            }
            0x40..=0x7e if self.len > ROOM => self.dropped(),
            0x40..=0x7e => {
                self.state = State::Ground;
                Step::Taken(Some(Token::Csi(self.inside(), byte)))
            }
            CAN | SUB => self.dropped(),
            _ => self.broken_off(),
        }
    }

    fn in_ss3(&mut self, byte: u8) -> Step<'_> {
        match byte {
            // Only a modifier: 5, or 1;5. More digits are typed ones.
            0x30..=0x3f if matches!(self.inside(), [] | [.., b';']) || byte == b';' => {
                self.hold(byte);
                Step::Taken(None)
            }
            0x20..=0x2f | 0x40..=0x7e => {
                self.state = State::Ground;
                Step::Taken(Some(Token::Ss3(self.inside(), byte)))
            }
            CAN | SUB => self.dropped(),
            _ => self.broken_off(),
        }
    }

    fn in_mouse_report(&mut self, byte: u8) -> Step<'_> {
        match byte {
            CAN | SUB => self.dropped(),
            // All three are at least 32 (xterm's control sequences, "Mouse Tracking").
            0x00..=0x1f => self.broken_off(),
            _ => {
                self.hold(byte);
                if self.len < 3 {
                    return Step::Taken(None);
                }
                self.state = State::Ground;
                Step::Taken(Some(Token::Mouse(self.inside())))
            }
        }
    }

    fn in_string(&mut self, byte: u8, lacking: u8) -> Step<'_> {
        let lacking = match byte {
            ESC => {
                self.state = State::TextEsc;
                return Step::Taken(None);
            }
            BEL | CAN | SUB => return self.dropped(),
            CTRL_C => return self.broken_off(),
            C1_ST if lacking == 0 => return self.dropped(),
            0x80..=0xbf => lacking.saturating_sub(1),
            // Behind 0xC2 the only 0x9C is that of U+009C, which is the end as well.
            0x00..=0x7f | 0xc0..=0xc2 | 0xf5..=0xff => 0,
            0xc3..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf4 => 3,
        };
        self.state = State::Text(lacking);
        Step::Taken(None)
    }
}

/// The number of a key that rxvt ends in `$`, as far as these bytes after a CSI are one.
fn rxvt_number(inside: &[u8]) -> Option<&[u8]> {
    let number = inside.strip_suffix(b"$")?;
    let is_number = matches!(number.len(), 1 | 2) && number.iter().all(u8::is_ascii_digit);
    is_number.then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the bytes are, in words that a test can compare: text as it is, everything else in brackets.
    fn read(bytes: &[u8]) -> String {
        let mut reader = Reader::default();
        let said = tokens(&mut reader, bytes).concat();
        assert!(!reader.is_unfinished(), "{bytes:?} is unfinished");
        said.replace("typed ", "")
    }

    fn tokens(reader: &mut Reader, bytes: &[u8]) -> Vec<String> {
        let mut said = Vec::new();
        for &byte in bytes {
            loop {
                let (token, is_taken) = match reader.take(byte) {
                    Step::Taken(token) => (token, true),
                    Step::Again(token) => (token, false),
                };
                said.extend(token.as_ref().map(in_words));
                if is_taken {
                    break;
                }
            }
        }
        said
    }

    fn in_words(token: &Token<'_>) -> String {
        let inside = String::from_utf8_lossy;
        match token {
            Token::Char(character) => format!("typed {character}"),
            Token::Control(byte) => format!("typed <{byte}>"),
            Token::Esc => "typed <esc>".to_owned(),
            Token::Csi(held, last) => format!("<csi {}{}>", inside(held), char::from(*last)),
            Token::Ss3(held, last) => format!("<ss3 {}{}>", inside(held), char::from(*last)),
            Token::LinuxKey(last) => format!("<linux {}>", char::from(*last)),
            Token::Mouse(held) => format!("<mouse {}>", inside(held)),
        }
    }

    #[test]
    fn a_sequence_ends_where_its_grammar_says() {
        for (bytes, said) in [
            (&b"a\x1b[Ab"[..], "a<csi A>b"),
            (b"1\x1b[>0;276;0c2", "1<csi >0;276;0c>2"),
            (b"1\x1b[?2026;2$y2", "1<csi ?2026;2$y>2"),
            (b"1\x1b[?62;1;4c2", "1<csi ?62;1;4c>2"),
            (b"1\x1b[24;80R2", "1<csi 24;80R>2"),
            (b"1\x1b[1 q2", "1<csi 1 q>2"),
            (b"1\x1b[7^2\x1b[7@3", "1<csi 7^>2<csi 7@>3"),
            (
                b"1\x1bOP2\x1bO5P3\x1bO1;5P4",
                "1<ss3 P>2<ss3 5P>3<ss3 1;5P>4",
            ),
            (b"1\x1b[[A2", "1<linux A>2"),
            (b"1\x1b[M !\"2", "1<mouse  !\">2"),
        ] {
            assert_eq!(read(bytes), said, "{bytes:?}");
        }
    }

    #[test]
    fn a_string_is_dropped_whole_however_it_ends() {
        for begin in [b']', b'P', b'_', b'^', b'X'] {
            for end in [
                &b"\x1b\\"[..],
                b"\x07",
                b"\x9c",
                b"\xc2\x9c",
                b"\x18",
                b"\x1a",
            ] {
                for inside in [
                    &b"10;rgb:1e1e/1e1e/2e2e"[..],
                    b"!|7E565445",
                    "\u{201c}\u{71c}".as_bytes(),
                    b"",
                    b"a\r\nb\tc",
                ] {
                    let bytes = [b"1\x1b", &[begin][..], inside, end, b"2"].concat();
                    assert_eq!(read(&bytes), "12", "{bytes:?}");
                }
            }
        }
        // A string that another sequence cuts off, and the end of one that was given up.
        assert_eq!(read(b"1\x1b]10;rgb\x1b[A2"), "1<csi A>2");
        assert_eq!(read(b"1\x1b]10;rgb\x1b]11;x\x1b\\2"), "12");
        assert_eq!(read(b"1\x1b\\2"), "12");
        // Ctrl+C works at any time.
        assert_eq!(read(b"1\x1b]10;rgb\x032"), "1<3>2");
    }

    #[test]
    fn digits_after_the_dollar_of_rxvt_are_typed() {
        assert_eq!(read(b"\x1b[7$4315\r"), "<csi 7$>4315<13>");
        assert_eq!(read(b"\x1b[23$\r7"), "<csi 23$><13>7");
        assert_eq!(read(b"\x1b[7$\x1b[A"), "<csi 7$><csi A>");
        // What is no key of rxvt is still over where a digit comes.
        assert_eq!(read(b"\x1b[?2026;2$4315"), "4315");
        assert_eq!(read(b"\x1b[1 4315"), "4315");
    }

    #[test]
    fn a_key_breaks_a_sequence_off_and_stays_a_key() {
        for begun in [
            &b"\x1b[8306"[..],
            b"\x1b[",
            b"\x1bO",
            b"\x1bO5",
            b"\x1b[[",
            b"\x1b[M",
            b"\x1b[M !",
        ] {
            for (key, said) in [
                (&b"\r7"[..], "<13>7"),
                (b"\x037", "<3>7"),
                (b"\x1b[A7", "<csi A>7"),
                (b"\x18\x377", "77"),
                (b"\x1a7", "7"),
            ] {
                let bytes = [begun, key].concat();
                assert_eq!(read(&bytes), said, "{bytes:?}");
            }
        }
        assert_eq!(read(b"\x1b[83\x7f7"), "<127>7");
        assert_eq!(read("\x1b[83é".as_bytes()), "é");
        assert_eq!(
            read(b"\x1bO76165"),
            "6165",
            "one digit at most is taken for a modifier"
        );
    }

    #[test]
    fn an_esc_and_a_letter_are_two_keys() {
        assert_eq!(read(b"\x1bg"), "<esc>g");
        assert_eq!(read(b"\x1b\x1b[A"), "<esc><csi A>");
        assert_eq!(read(b"\x1b\r"), "<esc><13>");
        assert_eq!(read("\x1bé".as_bytes()), "<esc>é");
    }

    #[test]
    fn characters_and_what_is_none() {
        assert_eq!(
            read("a\u{e9}\u{92e}\u{ff11}\u{1f600}".as_bytes()),
            "a\u{e9}\u{92e}\u{ff11}\u{1f600}"
        );
        // Bytes that are no UTF-8, also where they cut a character off.
        assert_eq!(
            read(b"\xff\xfe7\xc37\xe0\xa47\xa07\xed\xa0\x807\xf4\x90\x80\x807"),
            "777777"
        );
    }

    #[test]
    fn controls_of_the_second_set_are_no_text() {
        for (bytes, said) in [
            (&b"1\x9b5~2"[..], "1<csi 5~>2"),
            (b"1\xc2\x9b5~2", "1<csi 5~>2"),
            (b"1\x8fP2", "1<ss3 P>2"),
            (b"1\xc2\x9d10;x\xc2\x9c2", "12"),
            (b"1\x90!|0\x9c2", "12"),
            (b"1\xc2\x852\x852", "122"),
        ] {
            assert_eq!(read(bytes), said, "{bytes:?}");
        }
        // But in a character they are a part of it.
        assert_eq!(read("\u{11b}\u{6db}".as_bytes()), "\u{11b}\u{6db}");
    }

    #[test]
    fn too_long_a_sequence_is_dropped_and_still_ends() {
        let long = [&b"1\x1b["[..], &[b'3'; 5000], b"~2"].concat();
        assert_eq!(read(&long), "12");
        let long = [&b"1\x1b]52;c;"[..], &vec![b'A'; 500_000], b"\x1b\\2"].concat();
        assert_eq!(read(&long), "12");
    }

    #[test]
    fn what_was_given_up_leaves_nothing() {
        let mut reader = Reader::default();
        for begun in [
            "\x1b[83067142",
            "\x1b]0;83067142",
            "\x1bO",
            "\x1b[M !",
            "\u{e9}",
        ] {
            tokens(&mut reader, &begun.as_bytes()[..begun.len() - 1]);
            assert!(reader.is_unfinished(), "{begun:?}");
            reader.forget();
            assert!(!reader.is_unfinished());
            assert!(reader.held.iter().all(|&byte| byte == 0), "{begun:?}");
        }
    }

    /// Any control sequence that a terminal sends, by the grammar, and that is no key of rxvt.
    fn a_sequence() -> impl Strategy<Value = Vec<u8>> {
        let csi = ("[0-9:;<=>?]{0,60}", "[ -/]{0,3}", "[@-LN-Z\\\\-~]")
            .prop_map(|(numbers, between, last)| format!("\x1b[{numbers}{between}{last}"));
        let text = (
            "[\\]P_^X]",
            "[ -~\\t-\\r\u{a0}-\u{2fff}]{0,200}",
            "\x1b\\\\|\x07|\u{9c}",
        )
            .prop_map(|(begin, inside, end)| format!("\x1b{begin}{inside}{end}"));
        let ss3 = "\x1bO[ -/@-~]";
        let mouse = "\x1b\\[M[ -~]{3}";
        prop_oneof![csi, text, ss3, mouse].prop_map(String::into_bytes)
    }

    /// A single key, and the text that it is.
    fn typed() -> impl Strategy<Value = String> {
        "[0-9a-zé\r\u{7f}]{0,8}"
    }

    /// As much of it as is keys and text.
    fn typed_in(bytes: &[u8]) -> String {
        let mut reader = Reader::default();
        let mut said = String::new();
        for token in tokens(&mut reader, bytes) {
            if let Some(token) = token.strip_prefix("typed ") {
                said += token;
            }
        }
        said
    }

    proptest! {
        #[test]
        fn no_sequence_is_text_and_nothing_typed_around_it_is_lost(
            before in typed(), sequence in a_sequence(), after in typed()
        ) {
            let all = [before.as_bytes(), &sequence, after.as_bytes()].concat();
            let typed = [&before, &after].map(|typed| typed_in(typed.as_bytes()));
            prop_assert_eq!(typed_in(&all), typed.concat(), "{:?}", all);
        }

        #[test]
        fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut reader = Reader::default();
            tokens(&mut reader, &bytes);
            // Whatever was unfinished, keys are keys again.
            reader.forget();
            prop_assert_eq!(tokens(&mut reader, b"7\r"), ["typed 7", "typed <13>"]);
        }
    }
}
