//! Cutting and padding by columns, so that wide and combining characters keep tables straight.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// How many columns a text takes.
#[must_use]
pub fn columns(text: &str) -> usize {
    // Most of what is shown is this, and all kits of a customer are measured at once.
    if is_printable_ascii(text) {
        return text.len();
    }
    text.width()
}

/// Whether each byte of a text is a character of one column, and so none that steers a terminal.
#[must_use]
pub fn is_printable_ascii(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// The text in exactly `width` columns: cut with an ellipsis or filled with blanks.
#[must_use]
pub fn fit(text: &str, width: usize) -> String {
    let mut fitted = cut(text, width);
    let missing = width.saturating_sub(columns(&fitted));
    fitted.extend(std::iter::repeat_n(' ', missing));
    fitted
}

/// The text in at most `width` columns, with an ellipsis where something is missing.
#[must_use]
pub fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let wide = columns(grapheme);
        if used + wide + 1 > width {
            break;
        }
        used += wide;
        kept.push_str(grapheme);
    }
    if width > 0 {
        kept.push('…');
    }
    kept
}

/// The text in lines of at most `width` columns, broken at blanks where there are any.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        let gap = usize::from(!line.is_empty());
        if columns(line) + gap + columns(word) <= width {
            line.extend(std::iter::repeat_n(' ', gap));
            line.push_str(word);
        } else if line.is_empty() {
            line.push_str(&cut(word, width));
        } else {
            lines.push(cut(word, width));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_by_columns_and_not_by_characters() {
        assert_eq!(cut("王芳王芳", 5), "王芳…");
        assert_eq!(
            fit("मीना", 6),
            "मीना".to_owned() + &" ".repeat(6 - columns("मीना"))
        );
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("abcd", 0), "");
    }

    #[test]
    fn wrapped_at_blanks() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("", 8), [""]);
        assert_eq!(wrap("abcdefghijkl", 5), ["abcd…"]);
    }
}
