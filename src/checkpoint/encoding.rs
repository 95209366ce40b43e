//! The standard base64, in which signatures and roots are written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn of_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
