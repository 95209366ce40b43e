//! What an authority has revoked: a text with one entry a line, in the words that `ssh-keygen -k` reads.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use super::key::{Fingerprint, KeyError, public_key};
use crate::config::error::quoted;
use crate::config::{ConfigError, Place};

/// What a line may be.
const ALLOWED: &str = "allowed are \"serial: 17\", \"serial: 17-20\", \"id: NAME\", \"hash: SHA256:...\" and public keys, one a line";
/// With this OpenSSH's own binary lists begin.
const BINARY: &[u8] = b"SSHKRL\n\0";

/// Keys and certificates that are no longer good.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Revoked {
    keys: HashSet<Fingerprint>,
    serials: Vec<RangeInclusive<u64>>,
    key_ids: HashSet<String>,
}

impl Revoked {
    /// Reads the list; every mistake with its line.
    pub(super) fn parse(bytes: &[u8], file: &Path) -> Result<Self, Vec<ConfigError>> {
        let file: Arc<Path> = file.into();
        if bytes.starts_with(BINARY) {
            return Err(vec![ConfigError::in_file(
                &file,
                "this is a binary list (KRL), which is not read here: name the text that `ssh-keygen -k` makes it from",
            )]);
        }
        let Ok(text) = str::from_utf8(bytes) else {
            return Err(vec![ConfigError::in_file(
                &file,
                format!("this is no text; {ALLOWED}"),
            )]);
        };
        let (mut revoked, mut errors) = (Self::default(), Vec::new());
        for (line, number) in text.lines().zip(1..) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Err(what) = revoked.take(line) {
                errors.push(ConfigError::at(Place::line(&file, number), what));
            }
        }
        if errors.is_empty() {
            Ok(revoked)
        } else {
            Err(errors)
        }
    }

    fn take(&mut self, line: &str) -> Result<(), String> {
        let (word, rest) = line.split_once(':').unwrap_or((line, ""));
        let rest = rest.trim();
        match word.trim() {
            "serial" => self.serials.push(serials(rest)?),
            "id" if rest.is_empty() => return Err("id is empty".to_owned()),
            "id" => {
                self.key_ids.insert(rest.to_owned());
            }
            "hash" => {
                self.keys.insert(read_fingerprint(rest)?);
            }
            "SHA256" => {
                self.keys.insert(read_fingerprint(line)?);
            }
            // By which hash a binary list would have it makes no difference here.
            "key" | "sha1" | "sha256" => {
                self.keys.insert(read_key(rest)?);
            }
            _ if line.contains(' ') => {
                self.keys.insert(read_key(line)?);
            }
            _ => return Err(format!("{} is no entry; {ALLOWED}", quoted(line))),
        }
        Ok(())
    }

    /// Whether a key itself was revoked.
    pub(super) fn has_key(&self, key: &Fingerprint) -> bool {
        self.keys.contains(key)
    }

    /// Whether a certificate was, by its number or its name. Those without a number have 0.
    pub(super) fn has_certificate(&self, serial: u64, key_id: &str) -> bool {
        let mut serials = self.serials.iter();
        self.key_ids.contains(key_id)
            || (serial != 0 && serials.any(|range| range.contains(&serial)))
    }
}

fn serials(text: &str) -> Result<RangeInclusive<u64>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let number = |text: &str| text.trim().parse::<u64>().ok().filter(|number| *number > 0);
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => Ok(first..=last),
        _ => Err(format!(
            "serial is {}; allowed are a number from 1 up, or two of them such as 17-20",
            quoted(text)
        )),
    }
}

fn read_fingerprint(text: &str) -> Result<Fingerprint, String> {
    text.parse()
        .map_err(|error| format!("the fingerprint {error}"))
}

fn read_key(text: &str) -> Result<Fingerprint, String> {
    let key = public_key(text).map_err(|error| match error {
        KeyError::Certificate => "a certificate is revoked by its serial or its id".to_owned(),
        error => format!("the key {error}"),
    })?;
    Ok(Fingerprint::of(&key))
}

#[cfg(test)]
mod tests {
    use super::super::tests::*;
    use super::*;

    fn parse(text: &str) -> Result<Revoked, String> {
        let file = Path::new("/k/revoked");
        Revoked::parse(text.as_bytes(), file).map_err(|errors| {
            let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
            errors.join("\n")
        })
    }

    #[test]
    fn each_kind_of_entry_revokes() {
        let text = format!(
            "# lost in May\n\nserial: 17\nserial:20-22\nid: maria laptop\nhash: {}\n{}\nkey: {}\n{}\nsha256: {}\n",
            fingerprint(&key(1)),
            fingerprint(&key(2)),
            line(&key(3), "x"),
            line(&key(4), ""),
            line(&key(5), ""),
        );
        let revoked = parse(&text).expect("it is good");
        for number in 1..=5 {
            assert!(revoked.has_key(&fingerprint(&key(number))), "{number}");
        }
        assert!(!revoked.has_key(&fingerprint(&key(6))));
        for (serial, is_revoked) in [
            (16, false),
            (17, true),
            (19, false),
            (20, true),
            (22, true),
            (0, false),
        ] {
            assert_eq!(revoked.has_certificate(serial, ""), is_revoked, "{serial}");
        }
        assert!(revoked.has_certificate(0, "maria laptop"));
        assert!(!revoked.has_certificate(0, "maria"));
    }

    #[test]
    fn every_mistake_is_reported_with_its_line() {
        let said =
            parse("serial: 0\nserial: 9-3\nid:\nwhat\nsha1: x\nsha256: x\nssh-ed25519 AAAA\n");
        let said = said.expect_err("nothing of it is good");
        assert_eq!(said.lines().count(), 7, "{said}");
        for (line, number) in said.lines().zip(1..) {
            assert!(
                line.starts_with(&format!("/k/revoked, line {number}: ")),
                "{line}"
            );
        }
    }

    #[test]
    fn a_binary_list_is_refused_in_words() {
        let errors =
            Revoked::parse(b"SSHKRL\n\0\0\0\0\x01", Path::new("/k/r")).expect_err("binary");
        assert!(
            errors[0].to_string().contains("ssh-keygen -k"),
            "{}",
            errors[0]
        );
        assert!(Revoked::parse(&[0xff, 0xfe], Path::new("/k/r")).is_err());
    }
}
