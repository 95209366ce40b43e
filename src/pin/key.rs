//! AES keys: reading them from hex, base64 or text, and the check values by which people compare them.
//! A key is wiped when dropped and is never printed; its check value may be.

use aes_gcm::KeyInit;
use aes_gcm::aes::cipher::Block;
use aes_gcm::aes::{Aes128, Aes192, Aes256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cmac::block_api::CmacCipher;
use cmac::{Cmac, Mac as _};
use zeroize::Zeroizing;

use super::locked::Locked;

/// How a key is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyFormat {
    /// Two hex digits a byte.
    #[default]
    Hex,
    /// Standard alphabet, padded.
    Base64,
    /// The key's bytes themselves, as printable ASCII characters.
    Text,
}

/// Why a key was not taken. None of the sentences holds a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Nothing there.
    #[error("it is empty: a key has 16, 24 or 32 bytes")]
    Empty,
    /// Not a length that AES knows.
    #[error("it has {0} bytes: a key has 16, 24 or 32")]
    Length(usize),
    /// Something that is no hex.
    #[error(
        "it is not hex: only 0-9 and a-f, two for each byte, are allowed (or set format = \"base64\")"
    )]
    NotHex,
    /// Something that is no base64.
    #[error("it is not base64: standard alphabet with its padding (or set format = \"hex\")")]
    NotBase64,
    /// Something that nobody can type.
    #[error(
        "it is not text: only printable ASCII characters are allowed (or set format = \"hex\")"
    )]
    NotText,
}

/// Bytes of the longest AES key.
const LONGEST: usize = 32;

/// An AES key of 128, 192 or 256 bits, on a locked page of its own.
pub struct Key {
    bytes: Locked<LONGEST>,
    len: usize,
}

impl Key {
    /// Takes a key's own bytes; the caller wipes them.
    ///
    /// # Errors
    /// When there are not 16, 24 or 32.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        match bytes.len() {
            0 => Err(KeyError::Empty),
            len @ (16 | 24 | LONGEST) => {
                let mut key = Self {
                    bytes: Locked::new(),
                    len,
                };
                key.bytes.expose_mut()[..len].copy_from_slice(bytes);
                Ok(key)
            }
            other => Err(KeyError::Length(other)),
        }
    }

    /// Reads a key as it is written down (contract, 5.3). White space around it does not count; of a text
    /// only the line's end does not, since a blank can be a part of it.
    ///
    /// # Errors
    /// When it is empty, not in that format or of another length.
    pub fn parse(text: &[u8], format: KeyFormat) -> Result<Self, KeyError> {
        let text = match format {
            KeyFormat::Hex | KeyFormat::Base64 => text.trim_ascii(),
            KeyFormat::Text => {
                let text = text.strip_suffix(b"\n").unwrap_or(text);
                text.strip_suffix(b"\r").unwrap_or(text)
            }
        };
        if text.is_empty() {
            return Err(KeyError::Empty);
        }
        let bytes = match format {
            KeyFormat::Hex => unhex(text).ok_or(KeyError::NotHex)?,
            KeyFormat::Base64 => {
                // Room for all of it at once, so that no half-filled buffer is left unwiped.
                let mut bytes = Zeroizing::new(vec![0; text.len()]);
                let len = STANDARD
                    .decode_slice(text, &mut bytes)
                    .map_err(|_| KeyError::NotBase64)?;
                bytes.truncate(len);
                bytes
            }
            KeyFormat::Text => {
                let is_printable = |byte: &u8| matches!(byte, b' '..=b'~');
                if !text.iter().all(is_printable) {
                    return Err(KeyError::NotText);
                }
                Zeroizing::new(text.to_vec())
            }
        };
        Self::from_bytes(&bytes)
    }

    /// The values by which two people tell whether they hold the same key.
    #[must_use]
    pub fn check_value(&self) -> CheckValue {
        let bytes = self.expose_bytes();
        match bytes.len() {
            16 => CheckValue::of::<Aes128>(bytes),
            24 => CheckValue::of::<Aes192>(bytes),
            _ => CheckValue::of::<Aes256>(bytes),
        }
    }

    /// The key itself, for this module's ciphers alone. Others get the check value:
    ///
    /// ```
    /// # use kitdesk::pin::Key;
    /// let key = Key::from_bytes(&[7; 16]).ok().unwrap();
    /// key.check_value();
    /// ```
    ///
    /// and can't read the bytes:
    ///
    /// ```compile_fail,E0624
    /// # use kitdesk::pin::Key;
    /// let key = Key::from_bytes(&[7; 16]).ok().unwrap();
    /// key.expose_bytes();
    /// ```
    pub(super) fn expose_bytes(&self) -> &[u8] {
        &self.bytes.expose()[..self.len]
    }
}

/// The key's kind, and what it makes of a block of zeros by both methods in use, three bytes of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckValue {
    bits: usize,
    /// The block encrypted: the older method (ANSI X9.24-1 calls it the legacy one).
    zeros: [u8; 3],
    /// The block's CMAC: the method for AES keys (ANSI X9.24-1:2017, annex A; NIST SP 800-38B).
    cmac: [u8; 3],
}

impl CheckValue {
    fn of<C: KeyInit + CmacCipher>(key: &[u8]) -> Self {
        const CHECKED: &str = "a key's length was checked when it was read";
        let mut block = Block::<C>::default();
        let cmac = <Cmac<C> as KeyInit>::new_from_slice(key).expect(CHECKED);
        let cmac = cmac.chain_update(&block).finalize().into_bytes();
        C::new_from_slice(key)
            .expect(CHECKED)
            .encrypt_block(&mut block);
        let front = |block: &Block<C>| [block[0], block[1], block[2]];
        Self {
            bits: key.len() * 8,
            zeros: front(&block),
            cmac: front(&cmac),
        }
    }

    /// Both values, each with its method: a bank's key sheet shows one or the other.
    #[must_use]
    pub fn by_both_methods(&self) -> String {
        let (bits, zeros, cmac) = (self.bits, hex(self.zeros), hex(self.cmac));
        format!("AES-{bits}, check value {zeros} (zeros), {cmac} (CMAC)")
    }
}

fn hex([a, b, c]: [u8; 3]) -> String {
    format!("{a:02X}{b:02X}{c:02X}")
}

/// The value by the older method alone: it fits into a line, and records have always held it.
impl std::fmt::Display for CheckValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AES-{} {}", self.bits, hex(self.zeros))
    }
}

pub(super) fn unhex(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (pairs, rest) = text.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(pairs.len()));
    for &[high, low] in pairs {
        let high = char::from(high).to_digit(16)?;
        let low = char::from(low).to_digit(16)?;
        bytes.push(u8::try_from(high << 4 | low).expect("two hex digits are one byte"));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str, format: KeyFormat) -> Option<KeyError> {
        Key::parse(text.as_bytes(), format).err()
    }

    #[test]
    fn reads_hex_and_base64_with_white_space_around() {
        let hex = Key::parse(b" 000102030405060708090a0b0c0d0e0F\n", KeyFormat::Hex);
        let base64 = Key::parse(b"AAECAwQFBgcICQoLDA0ODw==\n", KeyFormat::Base64);
        let (Ok(hex), Ok(base64)) = (hex, base64) else {
            panic!("both are the same good key");
        };
        assert_eq!(hex.expose_bytes(), base64.expose_bytes());
    }

    /// 32 hex digits are also 32 characters: the format is stated, and never guessed.
    #[test]
    fn a_text_is_used_as_it_stands() {
        for written in [b"0123456789abcdef\n".as_slice(), b"0123456789abcdef\r\n"] {
            let Ok(key) = Key::parse(written, KeyFormat::Text) else {
                panic!("16 characters");
            };
            assert_eq!(key.expose_bytes(), b"0123456789abcdef");
        }
        let Ok(key) = Key::parse(b" 00102030405060708090a0b0c0d0e0 ", KeyFormat::Text) else {
            panic!("32 characters, blanks among them");
        };
        assert_eq!(key.expose_bytes().len(), 32);
        assert_eq!(
            error("0123456789abcde", KeyFormat::Text),
            Some(KeyError::Length(15))
        );
        assert_eq!(
            error("0123456789abcd\t\t", KeyFormat::Text),
            Some(KeyError::NotText)
        );
        assert_eq!(error("\n", KeyFormat::Text), Some(KeyError::Empty));
    }

    #[test]
    fn faults_have_their_own_sentences() {
        assert_eq!(error("", KeyFormat::Hex), Some(KeyError::Empty));
        assert_eq!(error("\n", KeyFormat::Base64), Some(KeyError::Empty));
        assert_eq!(
            error(&"00".repeat(15), KeyFormat::Hex),
            Some(KeyError::Length(15))
        );
        assert_eq!(error("0g", KeyFormat::Hex), Some(KeyError::NotHex));
        assert_eq!(error("000", KeyFormat::Hex), Some(KeyError::NotHex));
        assert_eq!(
            error("AAECAwQFBgcICQoLDA0ODw", KeyFormat::Base64),
            Some(KeyError::NotBase64)
        );
    }

    /// The examples of RFC 4493 (section 4) and NIST SP 800-38B (annex D): of each key, what it makes of a
    /// block of zeros, and the first subkey. The CMAC of one whole block is that block, combined with this
    /// subkey and encrypted: of zeros, the encrypted subkey.
    #[test]
    fn check_values_of_published_keys() {
        fn encrypted<C: KeyInit + CmacCipher>(key: &[u8], text: &str) -> String {
            let bytes = unhex(text.as_bytes()).expect("hex");
            let mut block = Block::<C>::default();
            block.copy_from_slice(&bytes);
            let cipher = C::new_from_slice(key).expect("a key");
            cipher.encrypt_block(&mut block);
            hex([block[0], block[1], block[2]])
        }
        for (key, zeros, subkey) in [
            (
                "2b7e151628aed2a6abf7158809cf4f3c",
                "7DF76B",
                "fbeed618357133667c85e08f7236a8de",
            ),
            (
                "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
                "22452D",
                "448a5b1c93514b273ee6439dd4daa296",
            ),
            (
                "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
                "E568F6",
                "cad1ed03299eedac2e9a99808621502f",
            ),
        ] {
            let bytes = unhex(key.as_bytes()).expect("hex");
            let (bits, cmac) = match bytes.len() {
                16 => (128, encrypted::<Aes128>(&bytes, subkey)),
                24 => (192, encrypted::<Aes192>(&bytes, subkey)),
                _ => (256, encrypted::<Aes256>(&bytes, subkey)),
            };
            let value = Key::from_bytes(&bytes)
                .expect("a good length")
                .check_value();
            assert_eq!(
                value.by_both_methods(),
                format!("AES-{bits}, check value {zeros} (zeros), {cmac} (CMAC)")
            );
        }
    }

    /// FIPS-197's examples do not use a block of zeros; these are NIST's AES known-answer tests
    /// (`VarTxt`'s zero block under the zero key), whose first three bytes are the check value. The
    /// CMACs are those of `openssl mac -cipher AES-128-CBC -macopt hexkey:... CMAC` over 16 zero bytes.
    #[test]
    fn check_values_of_zero_keys_by_both_methods() {
        for (bytes, older, newer) in [
            (
                16,
                "AES-128 66E94B",
                "AES-128, check value 66E94B (zeros), 763CBC (CMAC)",
            ),
            (
                24,
                "AES-192 AAE069",
                "AES-192, check value AAE069 (zeros), 0B50E6 (CMAC)",
            ),
            (
                32,
                "AES-256 DC95C0",
                "AES-256, check value DC95C0 (zeros), 921105 (CMAC)",
            ),
        ] {
            let value = Key::from_bytes(&vec![0; bytes])
                .expect("a good length")
                .check_value();
            assert_eq!(value.to_string(), older);
            assert_eq!(value.by_both_methods(), newer);
        }
    }
}
