//! The sandbox bank's two keys. They are public and guard nothing, the same at every start, so that
//! a configuration once written keeps working. No key of a real bank ever comes here.

use crate::pin::Key;

/// 32 bytes: what they say is what they are.
pub const PIN_KEY: &[u8; 32] = b"kitdesk sandbox PIN key: no bank";
/// 32 bytes.
pub const CARD_KEY: &[u8; 32] = b"kitdesk sandbox card key: a game";

pub(super) fn pin_key() -> Key {
    Key::from_bytes(PIN_KEY).expect("32 bytes are an AES-256 key")
}

pub(super) fn card_key() -> Key {
    Key::from_bytes(CARD_KEY).expect("32 bytes are an AES-256 key")
}

/// As a configuration file holds a key.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)])
        .collect()
}
