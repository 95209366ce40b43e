//! What a picture's cells show, as numbers: most are one character, and the few longer ones, of letters
//! with their signs, are in a list. A cell takes 16 bytes by that, and two are compared without their texts.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::bytes::is_one_column;

/// What a cell shows: a character, the place of a longer text in [`Symbols`], or nothing, because a wide
/// character before it covers the cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Symbol(u32);

const FIRST_LONG: u32 = char::MAX as u32 + 1;

impl Symbol {
    pub(super) const BLANK: Self = Self(b' ' as u32);
    /// The cells that a wide character covers after its first.
    pub(super) const COVERED: Self = Self(u32::MAX);

    /// A letter of ASCII.
    pub(super) fn of_byte(letter: u8) -> Self {
        Self(letter.into())
    }

    pub(super) fn is_ascii(self) -> bool {
        self.0 < 0x80
    }
}

/// The texts of more than one character in a terminal's pictures. Each keeps its place for as long as it is
/// shown.
#[derive(Default)]
pub(super) struct Symbols {
    /// Free places are empty.
    long: Vec<Box<str>>,
}

impl Symbols {
    /// The symbol of a cell's text, and how many columns it takes.
    pub(super) fn of(&mut self, text: &str) -> (Symbol, usize) {
        let mut letters = text.chars();
        let first = match (letters.next(), letters.next()) {
            (None, _) => return (Symbol::BLANK, 1),
            (Some(first), None) => first,
            (Some(_), Some(_)) => return (self.long(text), text.width().max(1)),
        };
        let columns = match first {
            // Frames, of which every picture is full.
            '\u{2500}'..='\u{259f}' => 1,
            _ => first.width().unwrap_or(1).max(1),
        };
        (Symbol(first.into()), columns)
    }

    fn long(&mut self, text: &str) -> Symbol {
        let place = self.long.iter().position(|known| **known == *text);
        let place = place.unwrap_or_else(|| {
            let free = self.long.iter().position(|known| known.is_empty());
            let place = free.unwrap_or_else(|| {
                self.long.push(Box::default());
                self.long.len() - 1
            });
            self.long[place] = text.into();
            place
        });
        let place = u32::try_from(place).unwrap_or_default();
        Symbol(FIRST_LONG + place)
    }

    /// Forgets the longer ones that are not among these.
    pub(super) fn keep(&mut self, shown: impl Iterator<Item = Symbol>) {
        if self.long.is_empty() {
            return;
        }
        let mut is_shown = vec![false; self.long.len()];
        for symbol in shown {
            let place = symbol.0.checked_sub(FIRST_LONG);
            if let Some(shown) = place.and_then(|place| is_shown.get_mut(place as usize)) {
                *shown = true;
            }
        }
        for (text, is_shown) in self.long.iter_mut().zip(is_shown) {
            if !is_shown {
                *text = Box::default();
            }
        }
        let count = self.long.iter().rposition(|text| !text.is_empty());
        self.long.truncate(count.map_or(0, |last| last + 1));
    }

    /// The text of a symbol; that of one character is put into `room`.
    pub(super) fn text<'a>(&'a self, symbol: Symbol, room: &'a mut [u8; 4]) -> &'a str {
        if symbol == Symbol::COVERED {
            return "";
        }
        match char::from_u32(symbol.0) {
            Some(letter) => letter.encode_utf8(room),
            None => &self.long[(symbol.0 - FIRST_LONG) as usize],
        }
    }

    /// Whether every terminal gives it one column.
    pub(super) fn is_one_column(&self, symbol: Symbol) -> bool {
        symbol.is_ascii() || is_one_column(self.text(symbol, &mut [0; 4]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(symbols: &Symbols, symbol: Symbol) -> String {
        symbols.text(symbol, &mut [0; 4]).to_owned()
    }

    #[test]
    fn a_symbol_is_its_text() {
        let mut symbols = Symbols::default();
        for (of, columns) in [("a", 1), (" ", 1), ("─", 1), ("王", 2), ("க்", 1), ("👩‍🚀", 2)]
        {
            let (symbol, wide) = symbols.of(of);
            assert_eq!((text(&symbols, symbol).as_str(), wide), (of, columns));
            assert_eq!(symbols.of(of).0, symbol);
        }
        assert_eq!(symbols.of("").0, Symbol::BLANK);
        assert_eq!(text(&symbols, Symbol::COVERED), "");
    }

    #[test]
    fn what_is_shown_keeps_its_place_and_the_rest_is_forgotten() {
        let mut symbols = Symbols::default();
        let [first, second, third] = ["க்", "மீ", "ரி"].map(|text| symbols.of(text).0);
        symbols.keep([second, Symbol::COVERED, Symbol::BLANK].into_iter());
        assert_eq!(text(&symbols, second), "மீ");
        assert_eq!(symbols.of("னா").0, first, "its place was free");
        assert_eq!(symbols.of("ரி").0, third);
        symbols.keep(std::iter::empty());
        assert!(symbols.long.is_empty());
    }

    #[test]
    fn a_cell_is_small() {
        assert_eq!(size_of::<super::super::grid::GridCell>(), 16);
    }
}
