//! The console's own signs on terminals whose letters have none: each becomes the nearest that is there,
//! as wide as it was. No letter is changed.

/// Which signs a terminal can draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signs {
    /// All that the screens use.
    #[default]
    All,
    /// Those of the PC's first letters, which fonts of the Linux console have.
    Pc,
    /// None but ASCII.
    Ascii,
}

/// A sign, and what stands for it among the PC's letters and in ASCII.
const TABLE: [(&str, &str, &str); 33] = [
    ("─", "─", "-"),
    ("│", "│", "|"),
    ("╭", "┌", "+"),
    ("╮", "┐", "+"),
    ("╰", "└", "+"),
    ("╯", "┘", "+"),
    ("▸", "►", ">"),
    ("◂", "◄", "<"),
    ("→", "→", ">"),
    ("←", "←", "<"),
    ("▲", "▲", "^"),
    ("▼", "▼", "v"),
    ("●", "•", "*"),
    ("○", "○", "o"),
    ("◐", "○", "o"),
    ("✓", "√", "+"),
    ("✗", "x", "x"),
    ("◆", "♦", "#"),
    ("•", "•", "*"),
    ("·", "·", "-"),
    ("≠", "!", "!"),
    ("▌", "▌", "|"),
    ("…", "~", "~"),
    ("—", "─", "-"),
    ("×", "x", "x"),
    // What has been waited for turns round, in four steps for eight.
    ("⣾", "|", "|"),
    ("⣽", "/", "/"),
    ("⣻", "-", "-"),
    ("⢿", "\\", "\\"),
    ("⡿", "|", "|"),
    ("⣟", "/", "/"),
    ("⣯", "-", "-"),
    ("⣷", "\\", "\\"),
];

impl Signs {
    /// What a terminal of that name has. Which letters an unknown one has nobody can tell: most have all.
    #[must_use]
    pub fn of(term: &str) -> Self {
        if term == "linux" {
            Self::Pc
        } else if term == "dumb" || term.starts_with("vt") || term.starts_with("wyse") {
            Self::Ascii
        } else {
            Self::All
        }
    }

    /// What is drawn in place of a sign, if that is another.
    pub(super) fn instead(self, symbol: &str) -> Option<&'static str> {
        if self == Self::All || symbol.is_ascii() {
            return None;
        }
        let (_, pc, ascii) = TABLE.iter().find(|(sign, ..)| *sign == symbol)?;
        let instead = match self {
            Self::Ascii => ascii,
            Self::All | Self::Pc => pc,
        };
        (*instead != symbol).then_some(*instead)
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::*;

    #[test]
    fn what_stands_for_a_sign_is_as_wide_and_is_there() {
        for (sign, pc, ascii) in TABLE {
            assert_eq!((sign.width(), pc.width(), ascii.width()), (1, 1, 1));
            assert!(ascii.is_ascii(), "{sign}");
            assert_eq!(Signs::All.instead(sign), None);
        }
        assert_eq!(Signs::Ascii.instead("╭"), Some("+"));
        assert_eq!(Signs::Pc.instead("╭"), Some("┌"));
        assert_eq!(Signs::Pc.instead("─"), None, "it is there");
        assert_eq!(Signs::Ascii.instead("म"), None, "a name stays a name");
    }

    #[test]
    fn old_terminals_are_known_by_their_names() {
        for (term, signs) in [
            ("linux", Signs::Pc),
            ("vt220", Signs::Ascii),
            ("dumb", Signs::Ascii),
            ("xterm-256color", Signs::All),
            ("screen.linux", Signs::All),
            ("", Signs::All),
        ] {
            assert_eq!(Signs::of(term), signs, "{term}");
        }
    }
}
