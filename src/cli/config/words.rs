//! What `kitdesk config` says.

use std::fmt::Display;

pub(super) const WHICH_PIN_BLOCK: &str =
    "What of a PIN does your DCMS want sealed, its 8 bytes (raw) or 16 hex characters (hex)?";
pub(super) const ITS_OPERATOR_KNOWS: &str =
    "Its operator knows. Type raw or hex, or only Enter to leave it open:";
pub(super) const NO_HOME: &str =
    "there is no home folder to write a configuration to: name a file with --path";
pub(super) const PIN_BLOCK_LEFT_OPEN: &str =
    "pin_block is left open in it: ask the DCMS's operator for raw or hex. ";
pub(super) const NO_PROFILE: &str = "\nThere is no profile: the console starts on the built-in sandbox. \
    `kitdesk config init` writes an example.\n";

pub(super) fn written(path: &dyn Display, open: &dyn Display) -> String {
    format!(
        "{path} was written. {open}Put your DCMS's address, tenant and keys in it, then: \
        kitdesk doctor\n"
    )
}
