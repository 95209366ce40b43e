//! For terminals of sixteen colours: the short codes that they know, in place of those for 256.
//! Stands between the backend and the terminal; what is drawn is none of its affair.

use std::io::{self, Write};

/// Where a picture is written to.
pub struct Codes<W> {
    to: W,
    /// What has been written since the last flush, where codes must be changed: one may come in parts.
    held: Option<Vec<u8>>,
}

impl<W> Codes<W> {
    /// Passes everything on as it is.
    pub fn as_they_are(to: W) -> Self {
        Self { to, held: None }
    }

    /// Writes the sixteen colours by their own codes. An old terminal takes the 5 in `38;5;1` for
    /// "blink", and the 1 for "bold".
    pub fn short(to: W) -> Self {
        let held = Some(Vec::new());
        Self { to, held }
    }
}

impl<W: Write> Write for Codes<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.held {
            Some(held) => held.write(bytes),
            None => self.to.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(held) = &mut self.held {
            self.to.write_all(&shortened(held))?;
            held.clear();
        }
        self.to.flush()
    }
}

/// The same with `\e[38;5;1m` written as `\e[31m`, and so on.
fn shortened(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(start) = rest.windows(2).position(|two| two == b"\x1b[") {
        let (before, code) = rest.split_at(start + 2);
        out.extend_from_slice(before);
        let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b';';
        let length = code.iter().position(|byte| !is_part(byte));
        let (parts, after) = code.split_at(length.unwrap_or(code.len()));
        if after.first() == Some(&b'm') {
            out.extend_from_slice(&short_parts(parts));
        } else {
            out.extend_from_slice(parts);
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    out
}

fn short_parts(parts: &[u8]) -> Vec<u8> {
    let parts: Vec<_> = parts.split(|byte| *byte == b';').collect();
    let mut short: Vec<Vec<u8>> = Vec::new();
    let mut rest = parts.as_slice();
    while let Some((first, more)) = rest.split_first() {
        let (part, left) = match (*first, more) {
            (ground @ (b"38" | b"48"), [b"5", index, left @ ..]) => match code(ground, index) {
                Some(code) => (code.to_string().into_bytes(), left),
                None => (first.to_vec(), more),
            },
            _ => (first.to_vec(), more),
        };
        short.push(part);
        rest = left;
    }
    short.join(&b';')
}

fn code(ground: &[u8], index: &[u8]) -> Option<u8> {
    let index: u8 = str::from_utf8(index).ok()?.parse().ok()?;
    let first = match index {
        0..=7 => 30 + index,
        8..=15 => 82 + index,
        _ => return None,
    };
    Some(if ground == b"48" { first + 10 } else { first })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixteen_have_short_codes_and_all_else_stays() {
        let mut codes = Codes::short(Vec::new());
        for part in [
            "\x1b[38;5",
            ";1;48;5;15m x 38;5;1m \x1b[1",
            "m\x1b[4;7H",
            "\x1b[48;5;8m",
        ] {
            codes.write_all(part.as_bytes()).expect("held");
        }
        assert!(codes.to.is_empty(), "nothing is written in parts");
        codes.flush().expect("written");
        let text = "\x1b[31;107m x 38;5;1m \x1b[1m\x1b[4;7H\x1b[100m";
        assert_eq!(codes.to, text.as_bytes());
        for text in [
            "\x1b[38;5;200m",
            "\x1b[38;2;5;1;2m",
            "\x1b[39;49m",
            "\x1b[m",
            "\x1b[",
        ] {
            assert_eq!(shortened(text.as_bytes()), text.as_bytes());
        }
    }

    #[test]
    fn a_terminal_of_more_colours_gets_what_was_written_at_once() {
        let mut codes = Codes::as_they_are(Vec::new());
        codes.write_all(b"\x1b[38;5;1m").expect("written");
        assert_eq!(codes.to, b"\x1b[38;5;1m");
    }
}
