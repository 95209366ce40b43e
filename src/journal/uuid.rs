//! Names that nobody else gives, in the form of a UUID.

use std::fmt;

use rand::RngExt as _;

/// A UUID.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Uuid(pub(super) [u8; 16]);

impl Uuid {
    /// A new one, of random digits.
    #[must_use]
    pub fn random() -> Self {
        let mut bytes: [u8; 16] = rand::rng().random();
        // RFC 9562, version 4.
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Self(bytes)
    }

    /// Reads one as it is shown here.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.replace('-', "");
        let is_hex = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let number = u128::from_str_radix(&digits, 16).ok().filter(|_| is_hex)?;
        let uuid = Self(number.to_be_bytes());
        (uuid.to_string() == text).then_some(uuid)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if [4, 6, 8, 10].contains(&at) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_never_the_same_and_are_read_back() {
        let (one, other) = (Uuid::random(), Uuid::random());
        assert_ne!(one, other);
        let text = one.to_string();
        assert_eq!((text.len(), &text[14..15]), (36, "4"), "{text}");
        assert_eq!(Uuid::parse(&text), Some(one));
        for odd in [
            "",
            &text[1..],
            &text.to_uppercase(),
            &text.replace('-', ""),
            "é",
        ] {
            assert_eq!(Uuid::parse(odd), None, "{odd}");
        }
    }
}
