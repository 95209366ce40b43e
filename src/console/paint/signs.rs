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
    /// What the terminal has, by the environment: its name in `TERM`, and the charset in `LC_ALL`,
    /// `LC_CTYPE` or `LANG`, of which the first that is set counts (POSIX, 8.2). Which letters an unknown
    /// terminal has nobody can tell: most have all, and most locales that name no charset are used in UTF-8.
    #[must_use]
    pub fn of(var: impl Fn(&str) -> Option<String>) -> Self {
        let mut locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(&var);
        let term = var("TERM").unwrap_or_default();
        if locale
            .next()
            .is_some_and(|locale| names_another_charset(&locale))
        {
            Self::Ascii
        } else if term == "linux" {
            Self::Pc
        } else if term == "dumb" || term.starts_with("vt") || term.starts_with("wyse") {
            Self::Ascii
        } else {
            Self::All
        }
    }

    /// A text with such signs only; what is no sign of the console's own stays.
    #[must_use]
    pub fn spell(self, text: &str) -> String {
        let mut room = [0; 4];
        let mut spelled = String::with_capacity(text.len());
        for letter in text.chars() {
            let letter = letter.encode_utf8(&mut room);
            spelled.push_str(self.instead(letter).unwrap_or(letter));
        }
        spelled
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

/// Whether a locale's name, such as `en_IN.ISO-8859-1` or `de_DE.UTF-8@euro`, has a charset, and that is
/// not UTF-8.
fn names_another_charset(locale: &str) -> bool {
    let Some((_, charset)) = locale.split_once('.') else {
        return false;
    };
    let charset = charset.split('@').next().unwrap_or_default();
    let letters: String = charset
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    !letters.is_empty() && !letters.eq_ignore_ascii_case("utf8")
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
            let of = |name: &str| (name == "TERM").then(|| term.to_owned());
            assert_eq!(Signs::of(of), signs, "{term}");
        }
    }

    #[test]
    fn a_named_charset_other_than_utf_8_has_no_signs() {
        let of = |variables: &[(&str, &str)]| {
            Signs::of(|name| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        for (variables, signs) in [
            (&[("LANG", "en_IN.ISO-8859-1")][..], Signs::Ascii),
            (&[("LANG", "ru_RU.KOI8-R")], Signs::Ascii),
            (&[("LANG", "de_DE.ISO-8859-15@euro")], Signs::Ascii),
            (&[("LANG", "ja_JP.eucJP"), ("TERM", "linux")], Signs::Ascii),
            (&[("LANG", "en_IN.UTF-8")], Signs::All),
            (&[("LANG", "hi_IN.utf8")], Signs::All),
            (&[("LANG", "ca_ES.UTF-8@valencia")], Signs::All),
            (&[("LANG", "hi_IN")], Signs::All),
            (&[("LANG", "C")], Signs::All),
            (
                &[("LANG", "en_IN.ISO-8859-1"), ("LC_CTYPE", "C.UTF-8")],
                Signs::All,
            ),
            (
                &[("LANG", "C.UTF-8"), ("LC_CTYPE", "en_IN.ISO-8859-1")],
                Signs::Ascii,
            ),
            (
                &[
                    ("LANG", "C.UTF-8"),
                    ("LC_CTYPE", "C.UTF-8"),
                    ("LC_ALL", "en_IN.ISO-8859-1"),
                ],
                Signs::Ascii,
            ),
            (
                &[("LC_CTYPE", "en_IN.ISO-8859-1"), ("LC_ALL", "C.UTF-8")],
                Signs::All,
            ),
        ] {
            assert_eq!(of(variables), signs, "{variables:?}");
        }
        assert_eq!(Signs::Ascii.spell("✓ ok → मीना"), "+ ok > मीना");
    }
}
