//! Which key a control character or a sequence is, in the forms that terminals send today or did when
//! another program left them in its own mode: xterm's, rxvt's, the Linux console's, the application
//! keypad, `modifyOtherKeys` and kitty's protocol. What is no key here is nothing.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::sequences::Token;
use super::{Input, with_ctrl};

const NONE: KeyModifiers = KeyModifiers::NONE;
const CONTROL: KeyModifiers = KeyModifiers::CONTROL;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;

/// What was typed, if it is anything that the console knows.
pub(super) fn input(token: &Token<'_>) -> Option<Input> {
    let key = match *token {
        Token::Char(character) => KeyEvent::new(KeyCode::Char(character), NONE),
        Token::Control(byte) => control(byte),
        Token::Esc => KeyEvent::new(KeyCode::Esc, NONE),
        Token::Csi([], b'I') => return Some(Input::Focus(true)),
        Token::Csi([], b'O') => return Some(Input::Focus(false)),
        Token::Csi([b'<', report @ ..], last @ (b'M' | b'm')) => {
            let [[code, ..], [column, ..], [row, ..], ..] = numbers(report)?;
            return mouse(code?, column?, row?, last == b'm');
        }
        Token::Csi(inside, last) => csi(inside, last)?,
        Token::Ss3(inside, last) => ss3(inside, last)?,
        Token::LinuxKey(last @ b'A'..=b'E') => KeyEvent::new(KeyCode::F(last - b'@'), NONE),
        Token::LinuxKey(_) => return None,
        Token::Mouse(bytes) => {
            let &[code, column, row] = bytes else {
                return None;
            };
            let [code, column, row] = [code, column, row].map(|byte| u32::from(byte) - 32);
            return mouse(code, column, row, false);
        }
    };
    Some(Input::Key(key))
}

/// The key of a control character. Which of its two bytes Backspace sends is the terminal's choice
/// (xterm's own default is 0x08), and a program that set `LNM` or the keyboard itself makes Enter a 0x0A.
fn control(byte: u8) -> KeyEvent {
    match byte {
        0x7f => KeyEvent::new(KeyCode::Backspace, NONE),
        0 => with_ctrl(' '),
        byte => with_ctrl(char::from(byte | 0x40)),
    }
}

/// The numbers of up to four parameters, with up to three parts each (ECMA-48, 5.4.2). Nothing for a
/// private sequence or one with intermediate bytes, and for numbers that are out of every range.
fn numbers(inside: &[u8]) -> Option<[[Option<u32>; 3]; 4]> {
    let mut numbers = [[None; 3]; 4];
    let text = std::str::from_utf8(inside).ok()?;
    let parameters = text.split(';').filter(|_| !text.is_empty());
    for (place, parameter) in parameters.enumerate() {
        for (part, number) in parameter.split(':').enumerate() {
            let number = match number {
                "" => None,
                number if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                    Some(number.parse().ok()?)
                }
                _ => return None,
            };
            if let Some(room) = numbers.get_mut(place).and_then(|parts| parts.get_mut(part)) {
                *room = number;
            }
        }
    }
    Some(numbers)
}

/// Ctrl, Shift and Alt as xterm numbers them; the lock keys change nothing. Nothing where a key was
/// released, which kitty's protocol tells as well.
fn modifiers([number, event, _]: [Option<u32>; 3]) -> Option<KeyModifiers> {
    const RELEASED: u32 = 3;
    if event == Some(RELEASED) {
        return None;
    }
    let bits = number.unwrap_or(1).checked_sub(1)?;
    let named = [
        (1, SHIFT),
        (2, KeyModifiers::ALT),
        (4, CONTROL),
        (8, KeyModifiers::SUPER),
        (16, KeyModifiers::HYPER),
        (32, KeyModifiers::META),
    ];
    let held = named.into_iter().filter(|(bit, _)| bits & bit != 0);
    Some(held.fold(NONE, |all, (_, modifier)| all | modifier))
}

fn csi(inside: &[u8], last: u8) -> Option<KeyEvent> {
    let [first, second, third, _] = numbers(inside)?;
    let number = first[0];
    match last {
        b'u' => return written_out(number?, first[2], third[0], modifiers(second)?),
        b'~' if number == Some(27) => {
            return written_out(third[0]?, None, None, modifiers(second)?);
        }
        b'~' => return Some(plain(numbered(number?)?, modifiers(second)?)),
        // rxvt's Shift, Ctrl, and both.
        b'$' => return Some(plain(numbered(number?)?, SHIFT)),
        b'^' => return Some(plain(numbered(number?)?, CONTROL)),
        b'@' => return Some(plain(numbered(number?)?, CONTROL | SHIFT)),
        // The cursor's place, in answer to another program: F3 is never sent so without a modifier.
        b'R' => return None,
        _ => {}
    }
    // A cursor key has no count: with one, it is an order to a terminal that was echoed.
    if number.is_some_and(|count| count > 1) {
        return None;
    }
    let code = match last {
        b'a'..=b'd' => return Some(KeyEvent::new(arrow(last.to_ascii_uppercase())?, SHIFT)),
        b'Z' => KeyCode::BackTab,
        b'P'..=b'S' => KeyCode::F(last - b'O'),
        last => arrow(last)?,
    };
    Some(plain(code, modifiers(second)?))
}

/// Arrows and their neighbours, by the letter that they end in.
fn arrow(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        _ => return None,
    })
}

/// The keys of the DEC VT220, which are numbered.
fn numbered(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(u8::try_from(number - 10).ok()?),
        17..=21 => KeyCode::F(u8::try_from(number - 11).ok()?),
        23 | 24 => KeyCode::F(u8::try_from(number - 12).ok()?),
        _ => return None,
    })
}

fn ss3(inside: &[u8], last: u8) -> Option<KeyEvent> {
    let [first, second, ..] = numbers(inside)?;
    let held = if second[0].is_some() { second } else { first };
    let code = match last {
        b'a'..=b'd' => return Some(KeyEvent::new(arrow(last.to_ascii_uppercase())?, CONTROL)),
        b'P'..=b'S' => KeyCode::F(last - b'O'),
        b'M' => KeyCode::Enter,
        b'I' => KeyCode::Tab,
        b' ' => KeyCode::Char(' '),
        // The keypad in its application mode (DECKPAM): `*` to `9` lie 0x40 above their characters.
        b'j'..=b'y' => KeyCode::Char(char::from(last - 0x40)),
        b'X' => KeyCode::Char('='),
        last => arrow(last)?,
    };
    Some(plain(code, modifiers(held)?))
}

/// What kitty numbers from 57417 on; its keypad's digits and signs lie before.
const KEYPAD: [KeyCode; 10] = [
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::PageUp,
    KeyCode::PageDown,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::Insert,
    KeyCode::Delete,
];

/// A key whose character is written out, with the key of the same place on a Latin keyboard and the text
/// that it makes where they are known: xterm's `modifyOtherKeys`, kitty's keyboard protocol.
fn written_out(
    code: u32,
    latin: Option<u32>,
    text: Option<u32>,
    held: KeyModifiers,
) -> Option<KeyEvent> {
    let code = match code {
        9 => KeyCode::Tab,
        13 | 57414 => KeyCode::Enter,
        27 => KeyCode::Esc,
        8 | 127 => KeyCode::Backspace,
        57399..=57408 => KeyCode::Char(char::from_digit(code - 57399, 10)?),
        57409..=57413 => KeyCode::Char(['.', '/', '*', '-', '+'][code as usize - 57409]),
        57415 => KeyCode::Char('='),
        57417..=57426 => KEYPAD[code as usize - 57417],
        code if held.contains(CONTROL) => {
            return Some(with_ctrl(char_of(latin.unwrap_or(code))?)).filter(|_| is_legacy(held));
        }
        code if held.contains(SHIFT) => {
            let letter = char_of(text.unwrap_or(code))?;
            KeyCode::Char(letter.to_uppercase().next().unwrap_or(letter))
        }
        code => KeyCode::Char(char_of(text.unwrap_or(code))?),
    };
    match code {
        KeyCode::Char(_) if !is_legacy(held) => None,
        KeyCode::Char(_) => Some(KeyEvent::new(code, NONE)),
        code => Some(plain(code, held)),
    }
}

/// Whether a key with these has a byte of its own on any terminal. Nothing here is on the others, and
/// they make no text.
fn is_legacy(held: KeyModifiers) -> bool {
    (held - CONTROL - SHIFT).is_empty()
}

/// A character that can be typed: no control, and none of the private ones that number other keys.
fn char_of(code: u32) -> Option<char> {
    let character = char::from_u32(code)?;
    let is_typed = !character.is_control() && !('\u{e000}'..='\u{f8ff}').contains(&character);
    is_typed.then_some(character)
}

/// A key as terminals send it that can't tell its modifiers: the console knows no others of these.
fn plain(code: KeyCode, held: KeyModifiers) -> KeyEvent {
    match code {
        KeyCode::Tab if held.contains(SHIFT) => KeyEvent::new(KeyCode::BackTab, NONE),
        KeyCode::Backspace => KeyEvent::new(code, held - SHIFT),
        KeyCode::Tab | KeyCode::BackTab | KeyCode::Enter | KeyCode::Esc | KeyCode::Char(_) => {
            KeyEvent::new(code, NONE)
        }
        code => KeyEvent::new(code, held),
    }
}

/// A button or the wheel, as xterm numbers them; places are counted from 1.
fn mouse(code: u32, column: u32, row: u32, is_up: bool) -> Option<Input> {
    const MODIFIERS: u32 = 4 | 8 | 16;
    let kind = match code & !MODIFIERS {
        0 if is_up => MouseEventKind::Up(MouseButton::Left),
        0 => MouseEventKind::Down(MouseButton::Left),
        1 if !is_up => MouseEventKind::Down(MouseButton::Middle),
        2 if !is_up => MouseEventKind::Down(MouseButton::Right),
        64 => MouseEventKind::ScrollUp,
        65 => MouseEventKind::ScrollDown,
        _ => return None,
    };
    let from_zero = |place: u32| u16::try_from(place.checked_sub(1)?).ok();
    Some(Input::Mouse(MouseEvent {
        kind,
        column: from_zero(column)?,
        row: from_zero(row)?,
        modifiers: NONE,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::bytes::tests::told;

    #[track_caller]
    fn all_are(keys: &[(&str, &[&str])]) {
        for (key, forms) in keys {
            for form in *forms {
                assert_eq!(told(form.as_bytes()), [*key], "{form:?}");
            }
        }
    }

    #[test]
    fn one_key_has_several_bytes() {
        all_are(&[
            (
                "Backspace",
                &[
                    "\x08",
                    "\x7f",
                    "\x1b[104;5u",
                    "\x1b[127u",
                    "\x1b[27;2;8~",
                    "\x1b[27;5;104~",
                ],
            ),
            (
                "Enter",
                &[
                    "\r",
                    "\n",
                    "\x1bOM",
                    "\x1b[13u",
                    "\x1b[13;2u",
                    "\x1b[27;2;13~",
                    "\x1b[57414u",
                    "\x1b[106;5u",
                ],
            ),
            ("Tab", &["\t", "\x1bOI", "\x1b[9u", "\x1b[105;5u"]),
            (
                "BackTab",
                &["\x1b[Z", "\x1b[1;2Z", "\x1b[9;2u", "\x1b[27;2;9~"],
            ),
            ("Esc", &["\x1b[27u", "\x1b[27;1:1u", "\x1b[91;5u"]),
            (
                "Ctrl+c",
                &[
                    "\x03",
                    "\x1b[27;5;99~",
                    "\x1b[99;5u",
                    "\x1b[99;133u",
                    "\x1b[99;6u",
                    "\x1b[1089::99;5u",
                    "\x1b[27;6;67~",
                ],
            ),
            ("Ctrl+ ", &["\0", "\x1b[32;5u"]),
            (
                "a",
                &[
                    "a",
                    "\x1b[97u",
                    "\x1b[97;;97u",
                    "\x1b[97;129u",
                    "\x1b[27;1;97~",
                ],
            ),
            (
                "A",
                &[
                    "A",
                    "\x1b[97;2u",
                    "\x1b[27;2;65~",
                    "\x1b[97:65;2u",
                    "\x1b[97;2;65u",
                ],
            ),
            (
                "1",
                &["1", "\x1bOq", "\x1b[57400u", "\x1b[49u", "\x1b[57400;129u"],
            ),
            ("0", &["0", "\x1bOp"]),
            ("9", &["9", "\x1bOy"]),
            ("*", &["*", "\x1bOj", "\x1b[57411u"]),
            ("-", &["-", "\x1bOm"]),
            ("=", &["=", "\x1bOX"]),
            (" ", &[" ", "\x1bO ", "\x1b[32;2u"]),
        ]);
    }

    #[test]
    fn keys_without_text_have_several_forms() {
        all_are(&[
            (
                "Up",
                &["\x1b[A", "\x1bOA", "\x1b[1A", "\x1b[1;129A", "\x1b[57419u"],
            ),
            (
                "Ctrl+Right",
                &["\x1b[1;5C", "\x1bOc", "\x1bO5C", "\x1bO1;5C"],
            ),
            ("Shift+Left", &["\x1b[d", "\x1b[1;2D"]),
            ("Home", &["\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~"]),
            ("Shift+Home", &["\x1b[1;2H", "\x1b[1;2~"]),
            ("Ctrl+End", &["\x1b[8^", "\x1b[1;5F"]),
            ("Delete", &["\x1b[3~", "\x1b[3;129~"]),
            ("PageUp", &["\x1b[5~"]),
            (
                "F1",
                &["\x1bOP", "\x1b[11~", "\x1b[[A", "\x1b[P", "\x1b[1P"],
            ),
            ("F4", &["\x1bOS", "\x1b[14~", "\x1b[[D"]),
            ("F5", &["\x1b[15~", "\x1b[[E"]),
            ("F10", &["\x1b[21~"]),
            ("F12", &["\x1b[24~"]),
        ]);
    }

    #[test]
    fn answers_and_releases_are_no_keys() {
        for nothing in [
            "\x1b[24;80R",
            "\x1b[1;5R",
            "\x1b[?1;2c",
            "\x1b[>0;276;0c",
            "\x1b[?2026;2$y",
            "\x1b[0n",
            "\x1b[?997;1n",
            "\x1b[8;24;80t",
            "\x1b[?1u",
            "\x1b[?0;0;1S",
            "\x1b[2;1;1;112;112;1;0x",
            "\x1b[5A",
            "\x1b[99;5:3u",
            "\x1b[1;1:3A",
            "\x1b[97;3u",
            "\x1b[97;9u",
            "\x1b[57441u",
            "\x1b[57358u",
            "\x1b[133u",
            "\x1b[201~",
            "\x1b[99~",
            "\x1b[4294967297~",
            "\x1b[~",
            "\x1b[u",
            "\x1b[27~",
            "\x1b[27;5~",
            "\x1b[1;0A",
            "\x1b[<0;0;0M",
            "\x1b[<35;1;1M",
            "\x1b[<128;1;1M",
            "\x1b[<0;70000;1M",
            "\x1b[32;10;20M",
            "\x1b[1$q",
            "\x1bOz",
            "\x1b[[z",
        ] {
            assert_eq!(
                told(format!("1{nothing}2").as_bytes()),
                ["1", "2"],
                "{nothing:?}"
            );
        }
    }

    #[test]
    fn the_mouse_in_both_forms() {
        assert_eq!(
            told(b"\x1b[<0;12;5M\x1b[<0;12;5m\x1b[<65;1;1M\x1b[<64;500;200M\x1b[<4;1;1M"),
            [
                "Down(Left) 11 4",
                "Up(Left) 11 4",
                "ScrollDown 0 0",
                "ScrollUp 499 199",
                "Down(Left) 0 0"
            ]
        );
        assert_eq!(told(b"\x1b[M ,%\x1b[M#,%7"), ["Down(Left) 11 4", "7"]);
    }
}
