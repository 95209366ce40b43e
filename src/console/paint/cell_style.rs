//! What a cell is written with, and the shortest codes from one style to the next.

use std::fmt::Write as _;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// The codes in which a terminal takes its colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codes {
    /// As they are: 24 bits, or a number out of 256.
    Full,
    /// The sixteen by their own codes. An old terminal takes the 5 in `38;5;1` for "blink", and the
    /// 1 for "bold".
    Short,
    /// Not at all.
    None,
}

/// A colour in one number, as it is said to a terminal: one of the sixteen by its name and by its number are the
/// same. Cells are compared often, and numbers in one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Ink(u32);

impl Ink {
    const RESET: Self = Self(0);
    const INDEXED: u32 = 1 << 24;
    const RGB: u32 = 2 << 24;

    fn of(colour: Color) -> Self {
        let index = match colour {
            Color::Reset => return Self::RESET,
            Color::Rgb(r, g, b) => return Self(Self::RGB | u32::from_be_bytes([0, r, g, b])),
            Color::Indexed(index) => index,
            Color::Black => 0,
            Color::Red => 1,
            Color::Green => 2,
            Color::Yellow => 3,
            Color::Blue => 4,
            Color::Magenta => 5,
            Color::Cyan => 6,
            Color::Gray => 7,
            Color::DarkGray => 8,
            Color::LightRed => 9,
            Color::LightGreen => 10,
            Color::LightYellow => 11,
            Color::LightBlue => 12,
            Color::LightMagenta => 13,
            Color::LightCyan => 14,
            Color::White => 15,
        };
        Self(Self::INDEXED | u32::from(index))
    }
}

/// Colours and weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CellStyle {
    pub(super) fg: Ink,
    pub(super) bg: Ink,
    pub(super) modifier: Modifier,
}

/// What can be seen of a blank.
const SEEN_ON_BLANKS: Modifier = Modifier::UNDERLINED
    .union(Modifier::REVERSED)
    .union(Modifier::CROSSED_OUT);

/// Weights and the codes that begin them, and those that end them.
const WEIGHTS: [(Modifier, &str, &str); 8] = [
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::SLOW_BLINK, "5", "25"),
    (Modifier::RAPID_BLINK, "6", "25"),
    (Modifier::REVERSED, "7", "27"),
    (Modifier::CROSSED_OUT, "9", "29"),
];

impl CellStyle {
    /// As the terminal has it after a reset.
    pub(super) const PLAIN: Self = Self {
        fg: Ink::RESET,
        bg: Ink::RESET,
        modifier: Modifier::empty(),
    };

    pub(super) fn of(cell: &Cell) -> Self {
        Self {
            fg: Ink::of(cell.fg),
            bg: Ink::of(cell.bg),
            modifier: cell.modifier,
        }
    }

    /// The same foreground, with which blanks are bare ground.
    pub(super) fn bare_on(self, bg: Ink) -> Self {
        Self {
            bg,
            modifier: self.modifier.difference(SEEN_ON_BLANKS),
            ..self
        }
    }

    /// Whether blanks look the same in both.
    pub(super) fn is_same_on_blanks(self, other: Self) -> bool {
        let (here, there) = (
            self.modifier.intersection(SEEN_ON_BLANKS),
            other.modifier.intersection(SEEN_ON_BLANKS),
        );
        self.bg == other.bg && here == there && (here.is_empty() || self.fg == other.fg)
    }

    /// Whether blanks are bare ground, as an erased row is.
    pub(super) fn is_bare(self) -> bool {
        !self.modifier.intersects(SEEN_ON_BLANKS)
    }
}

/// The codes from one style, or from none that is known, to another.
pub(super) fn change(from: Option<CellStyle>, to: CellStyle, codes: Codes) -> String {
    let in_full = sgr(&from_nothing(to, codes));
    match from {
        None => in_full,
        Some(from) if from == to => String::new(),
        Some(from) => {
            let onward = sgr(&onward(from, to, codes));
            if onward.len() <= in_full.len() {
                onward
            } else {
                in_full
            }
        }
    }
}

fn sgr(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] if only == "0" => "\x1b[m".into(),
        parts => format!("\x1b[{}m", parts.join(";")),
    }
}

fn from_nothing(to: CellStyle, codes: Codes) -> Vec<String> {
    let mut parts = vec!["0".to_owned()];
    parts.extend(onward(CellStyle::PLAIN, to, codes));
    parts
}

fn onward(from: CellStyle, to: CellStyle, codes: Codes) -> Vec<String> {
    let mut parts = Vec::new();
    let mut left = from.modifier;
    let gone = from.modifier.difference(to.modifier);
    for (weight, _, end) in WEIGHTS {
        // One code ends all weights that share it.
        if gone.contains(weight) && left.contains(weight) {
            parts.push(end.to_owned());
            for (other, _, same) in WEIGHTS {
                if same == end {
                    left.remove(other);
                }
            }
        }
    }
    for (weight, begin, _) in WEIGHTS {
        if to.modifier.contains(weight) && !left.contains(weight) {
            parts.push(begin.to_owned());
        }
    }
    if codes != Codes::None {
        for (was, is, first) in [(from.fg, to.fg, 30), (from.bg, to.bg, 40)] {
            if was != is {
                parts.push(colour(is, first, codes));
            }
        }
    }
    parts
}

/// `first` is 30 for the foreground and 40 for the background.
fn colour(colour: Ink, first: u8, codes: Codes) -> String {
    let [kind, r, g, b] = colour.0.to_be_bytes();
    let index = match u32::from(kind) << 24 {
        Ink::INDEXED => b,
        Ink::RGB => match index_of(r, g, b) {
            Some(index) => index,
            None => return format!("{};2;{r};{g};{b}", first + 8),
        },
        _ => return (first + 9).to_string(),
    };
    match (codes, index) {
        (Codes::Short, 0..=7) => (first + index).to_string(),
        (Codes::Short, 8..=15) => (first + 52 + index).to_string(),
        _ => {
            let mut text = (first + 8).to_string();
            write!(text, ";5;{index}").expect("a string takes everything");
            text
        }
    }
}

/// Where xterm's 256 colours hold exactly this one. Neither in the first sixteen nor in the six behind
/// them: many a terminal's owner has colours of his own there.
fn index_of(r: u8, g: u8, b: u8) -> Option<u8> {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    if r == g && g == b && (8..=238).contains(&r) && (r - 8).is_multiple_of(10) {
        return Some(232 + (r - 8) / 10);
    }
    let step = |value| STEPS.iter().position(|step| *step == value);
    let index = 16 + 36 * step(r)? + 6 * step(g)? + step(b)?;
    u8::try_from(index).ok().filter(|index| *index > 21)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(fg: Color, bg: Color, modifier: Modifier) -> CellStyle {
        CellStyle {
            fg: Ink::of(fg),
            bg: Ink::of(bg),
            modifier,
        }
    }

    #[test]
    fn the_sixteen_have_short_codes_where_they_must() {
        let to = style(Color::Red, Color::Indexed(15), Modifier::empty());
        let text = |codes| change(Some(CellStyle::PLAIN), to, codes);
        assert_eq!(text(Codes::Short), "\x1b[31;107m");
        assert_eq!(text(Codes::Full), "\x1b[38;5;1;48;5;15m");
        assert_eq!(text(Codes::None), "");
        let beyond = style(Color::Indexed(200), Color::Rgb(5, 1, 2), Modifier::empty());
        assert_eq!(
            change(Some(CellStyle::PLAIN), beyond, Codes::Short),
            "\x1b[38;5;200;48;2;5;1;2m"
        );
    }

    #[test]
    fn what_is_one_of_the_256_is_said_as_its_number() {
        assert_eq!(index_of(0xda, 0xda, 0xda), Some(253));
        assert_eq!(index_of(0x87, 0xaf, 0xff), Some(111));
        assert_eq!(index_of(0xff, 0xff, 0xff), Some(231));
        assert_eq!(index_of(0x12, 0x12, 0x12), Some(233));
        for other in [
            (0xda, 0xda, 0xdb),
            (0x87, 0xaf, 0xfe),
            (240, 240, 240),
            (7, 7, 7),
        ] {
            assert_eq!(index_of(other.0, other.1, other.2), None, "{other:?}");
        }
        // Palettes change these.
        assert_eq!(index_of(0, 0, 0), None);
        assert_eq!(index_of(0, 0, 255), None);
        assert_eq!(index_of(0, 95, 0), Some(22));
    }

    #[test]
    fn only_what_changes_is_said() {
        let (grey, night) = (Color::Rgb(215, 218, 224), Color::Rgb(21, 24, 30));
        let text = style(grey, night, Modifier::empty());
        let bold = style(grey, night, Modifier::BOLD);
        let dim = style(grey, night, Modifier::DIM);
        let red = style(Color::Rgb(1, 2, 3), night, Modifier::empty());
        let codes = |from, to| change(Some(from), to, Codes::Full);
        assert_eq!(codes(text, text), "");
        assert_eq!(codes(text, bold), "\x1b[1m");
        assert_eq!(codes(bold, text), "\x1b[22m");
        assert_eq!(codes(bold, dim), "\x1b[22;2m");
        assert_eq!(codes(text, red), "\x1b[38;2;1;2;3m");
        assert_eq!(codes(bold, CellStyle::PLAIN), "\x1b[m");
        assert_eq!(change(None, CellStyle::PLAIN, Codes::Full), "\x1b[m");
        let both = style(grey, night, Modifier::BOLD.union(Modifier::DIM));
        assert_eq!(codes(both, bold), "\x1b[22;1m");
    }

    #[test]
    fn blanks_show_their_ground_and_what_lies_under_them() {
        let plain = style(Color::Red, Color::Blue, Modifier::BOLD);
        assert!(plain.is_same_on_blanks(style(Color::Green, Color::Blue, Modifier::DIM)));
        assert!(!plain.is_same_on_blanks(style(Color::Red, Color::Green, Modifier::BOLD)));
        let line = style(Color::Red, Color::Blue, Modifier::UNDERLINED);
        assert!(!plain.is_same_on_blanks(line) && !line.is_bare());
    }
}
