//! The hash chain: what is hashed, in which form, and the hash itself. Knows no SQL beyond a value.
//!
//! A record's hash is the SHA-256 over all its columns but `hash`, in the order of [`COLUMNS`]. Each
//! is written as its length in decimal, a colon, its text in UTF-8 and a comma; a null as `-,`. So
//! no two records have the same bytes, and anyone can compute it again from an export.
//!
//! The [`LATER`] columns came with format 2. Of them, only those that hold something are hashed, each after
//! its name: a record of format 1 has the hash that it always had.

use std::fmt;

use rusqlite::types::Value;
use sha2::{Digest as _, Sha256};

/// The table's columns, which are the names in an export too. The last is not hashed: it is the hash.
pub(super) const COLUMNS: [&str; 29] = [
    "id",
    "at",
    "session",
    "kind",
    "of",
    "operator",
    "host",
    "ssh_origin",
    "profile",
    "tenant",
    "environment",
    "operation",
    "entity",
    "kit",
    "order_id",
    "digest",
    "before",
    "outcome",
    "error_code",
    "message",
    "duration_ms",
    "after",
    "reason",
    "key_check",
    "prev",
    "claim",
    "request",
    "key",
    "hash",
];
/// How many of them are hashed.
pub(super) const HASHED: usize = COLUMNS.len() - 1;
/// Those that a journal of format 1 has not got; they are hashed last.
pub(super) const LATER: [&str; 3] = ["claim", "request", "key"];
/// How many every format has, before those.
pub(super) const OLDEST: usize = HASHED - LATER.len();
/// The place of the hash of the record before.
pub(super) const PREV: usize = OLDEST - 1;

/// A SHA-256 hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first record of format 1 has in place of the hash before.
    pub(super) const ZERO: Self = Self([0; 32]);

    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Of the values of all columns but the last.
    pub(super) fn of_record(values: &[Value]) -> Self {
        Self::of_bytes(&hashed(values))
    }

    /// What the first record of a journal has in place of the hash before: the name of its chain, and zeros.
    pub(super) fn naming(chain: [u8; 16]) -> Self {
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(&chain);
        Self(bytes)
    }

    /// Both halves of it.
    pub(super) fn halves(self) -> [[u8; 16]; 2] {
        let (halves, _) = self.0.as_chunks();
        [halves[0], halves[1]]
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(self) -> [u8; 32] {
        self.0
    }

    /// Reads 64 hex digits in lower case, as they are written here.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let mut bytes = [0; 32];
        if !rest.is_empty() || pairs.len() != bytes.len() {
            return None;
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The bytes that are hashed, of the values of all columns but the last.
pub(super) fn hashed(values: &[Value]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1024);
    let (oldest, later) = values.split_at(OLDEST.min(values.len()));
    for value in oldest {
        put(&mut bytes, value);
    }
    for (name, value) in LATER.iter().zip(later) {
        if *value != Value::Null {
            put_text(&mut bytes, name.as_bytes());
            put(&mut bytes, value);
        }
    }
    bytes
}

/// The values of all columns but the last, out of the bytes that are hashed; numbers as their digits. Nothing where no
/// record has these bytes.
pub(super) fn of_hashed(bytes: &[u8]) -> Option<Vec<Value>> {
    let mut rest = bytes;
    let mut values = Vec::with_capacity(HASHED);
    for _ in 0..OLDEST {
        values.push(take(&mut rest)?);
    }
    let mut later = [const { Value::Null }; LATER.len()];
    while !rest.is_empty() {
        let Value::Text(name) = take(&mut rest)? else {
            return None;
        };
        let place = LATER.iter().position(|later| *later == name)?;
        later[place] = take(&mut rest)?;
    }
    values.extend(later);
    // Each record has one way to be written.
    (hashed(&values) == bytes).then_some(values)
}

fn take(rest: &mut &[u8]) -> Option<Value> {
    if let Some(after) = rest.strip_prefix(b"-,") {
        *rest = after;
        return Some(Value::Null);
    }
    let colon = rest.iter().position(|byte| *byte == b':')?;
    let length: usize = str::from_utf8(&rest[..colon]).ok()?.parse().ok()?;
    let (text, after) = rest[colon + 1..].split_at_checked(length)?;
    *rest = after.strip_prefix(b",")?;
    str::from_utf8(text)
        .ok()
        .map(|text| Value::Text(text.to_owned()))
}

fn put_text(bytes: &mut Vec<u8>, text: &[u8]) {
    bytes.extend_from_slice(text.len().to_string().as_bytes());
    bytes.push(b':');
    bytes.extend_from_slice(text);
    bytes.push(b',');
}

fn put(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => bytes.extend_from_slice(b"-,"),
        Value::Integer(number) => put_text(bytes, number.to_string().as_bytes()),
        Value::Text(string) => put_text(bytes, string.as_bytes()),
        // No column has these: they are only ever found in a file that somebody has changed.
        Value::Real(number) => put_text(bytes, format!("real {number:?}").as_bytes()),
        Value::Blob(blob) => put_text(bytes, &[b"blob ", blob.as_slice()].concat()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_fixed() {
        let values = [
            Value::Integer(12),
            Value::Null,
            Value::Text(String::new()),
            Value::Text("é,1:a".to_owned()),
        ];
        // printf '2:12,-,0:,6:é,1:a,' | sha256sum
        assert_eq!(
            Hash::of_record(&values),
            Hash::of_bytes("2:12,-,0:,6:é,1:a,".as_bytes())
        );
    }

    #[test]
    fn what_came_later_is_hashed_with_its_name_where_it_is_there() {
        let mut values = vec![Value::Null; OLDEST];
        let oldest = Hash::of_record(&values);
        values.extend(vec![Value::Null; LATER.len()]);
        assert_eq!(Hash::of_record(&values), oldest);
        let text = |text: &str| Value::Text(text.to_owned());
        let bytes = "-,".repeat(OLDEST);
        for (at, name) in LATER.iter().enumerate() {
            values[OLDEST + at] = text("x");
            let expected = format!("{bytes}{}:{name},1:x,", name.len());
            assert_eq!(
                Hash::of_record(&values),
                Hash::of_bytes(expected.as_bytes())
            );
            values[OLDEST + at] = Value::Null;
        }
        values[OLDEST] = text("é");
        values[OLDEST + 2] = text("");
        let expected = format!("{bytes}5:claim,2:é,3:key,0:,");
        assert_eq!(
            Hash::of_record(&values),
            Hash::of_bytes(expected.as_bytes())
        );
    }

    #[test]
    fn what_is_hashed_is_read_back_and_nothing_else_is() {
        let mut values: Vec<_> = (0..OLDEST)
            .map(|at| Value::Text(format!("{at},é:")))
            .collect();
        values[3] = Value::Null;
        values.extend(vec![Value::Null; LATER.len()]);
        let oldest = hashed(&values);
        values[OLDEST + 1] = Value::Text("request".to_owned());
        let bytes = hashed(&values);
        assert_eq!(of_hashed(&bytes), Some(values));
        // Without what came later it is a whole one of format 1.
        for at in (0..bytes.len()).filter(|at| *at != oldest.len()) {
            assert_eq!(of_hashed(&bytes[..at]), None, "the first {at} bytes");
        }
        for more in ["-,", "5:claim,", "5:claim,-,", "5:other,1:x,", "x"] {
            let longer = [bytes.as_slice(), more.as_bytes()].concat();
            assert_eq!(of_hashed(&longer), None, "{more}");
        }
        assert_eq!(of_hashed(b""), None);
        assert_eq!(of_hashed(b"99999999999999999999:"), None);
    }

    #[test]
    fn a_hash_is_read_back() {
        let hash = Hash::of_bytes(b"abc");
        let text = hash.to_string();
        assert_eq!(
            text,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(Hash::parse(&text), Some(hash));
        for bad in [
            "",
            "00",
            &text[1..],
            &text.to_uppercase(),
            &text.replace('b', "g"),
        ] {
            assert_eq!(Hash::parse(bad), None, "{bad}");
        }
    }
}
