//! What `kitdesk doctor` says, in the order of its checks. The names of the checks are no words: scripts go by them.

use std::fmt::Display;

// The signs in front, in one width, and what all of it comes to.

pub(super) const OK: &str = "✓ ok     ";
pub(super) const WARN: &str = "! warn   ";
pub(super) const FAIL: &str = "✗ fail   ";
pub(super) const SKIPPED: &str = "- skipped";
pub(super) const ALL_OK: &str = "OK.";
pub(super) const NOTHING_CHECKED: &str = "nothing was checked";

pub(super) fn ok_with_warnings(names: &str) -> String {
    format!("OK, with warnings: {names}.")
}

pub(super) fn checks_failed(names: &str) -> String {
    format!("checks failed: {names}")
}

// By several checks.

pub(super) const NO_PROFILE: &str = "no profile to look at";
pub(super) const NOT_READ: &str = "it could not be read";
pub(super) const TRY_AGAIN: &str = "try again";
pub(super) const CORRECT_SETTING: &str =
    "correct it; `kitdesk config show` shows the file and line of each setting";

// The configuration and the profile.

pub(super) const CORRECT_CONFIGURATION: &str =
    "correct it there; `kitdesk config init --path FILE` writes an example";
pub(super) const CONFIGURATION_NOT_LOOKED_AT: &str = "not looked at (--sandbox)";
pub(super) const WRITE_CONFIGURATION: &str =
    "write one with `kitdesk config init`; without one there is only the built-in sandbox";

pub(super) fn no_configuration(looked: &dyn Display) -> String {
    format!("there is no configuration file{looked}")
}

pub(super) fn profile(
    name: &dyn Display,
    tenant: &dyn Display,
    environment: &dyn Display,
    at: &dyn Display,
    chosen_by: &str,
) -> String {
    format!("{name}: tenant {tenant}, {environment}, {at}{chosen_by}")
}

// Its keys, and how PINs are entered and sealed.

pub(super) const NO_PIN_KEY_NEEDED: &str = "none, and PIN entry is switched off";
pub(super) const NO_PIN_KEY: &str = "none: no PIN can be set";
pub(super) const ADD_PIN_KEY: &str = "add [profiles.NAME.pin_key], or say pin_entry = \"off\"";
pub(super) const NO_CARD_KEY: &str = "none: card numbers are keyed from the card";
pub(super) const NO_PIN_SEALED: &str = "no pin_key, so no PIN is sealed";
pub(super) const ASK_FOR_PIN_BLOCK: &str =
    "ask the DCMS's operator, then write pin_block = \"raw\" or pin_block = \"hex\"";
pub(super) const SET_PINS_ELSEWHERE: &str =
    "set PINs at the machine itself; everything else can be done here";

pub(super) fn key(check_value: &dyn Display, source: &dyn Display) -> String {
    format!(
        "{check_value} ({source}); whether it is the bank's shows only by comparing the check value by the same method"
    )
}

pub(super) fn pins_sealed_as(form: &dyn Display) -> String {
    format!("PINs are sealed as {form}")
}

pub(super) fn pin_block_left_out(form: &dyn Display) -> String {
    format!("left out, so PINs are sealed as {form}: your DCMS may want the other form")
}

pub(super) fn pins_may_be_typed(pin_entry: &dyn Display) -> String {
    format!("PINs may be typed here (pin_entry = \"{pin_entry}\")")
}

// What goes along with every request.

pub(super) const FETCHING_CREDENTIALS: &str = "certificates, password, headers";
pub(super) const PLAIN_HTTP: &str = "plain HTTP on this machine, no certificate";
pub(super) const SYSTEM_CERTIFICATES: &str = "certificates are checked against the system's";

pub(super) fn certificates_also_of(ca_file: &dyn Display) -> String {
    format!("certificates are checked against the system's and {ca_file}")
}

pub(super) fn own_certificate(file: &dyn Display) -> String {
    format!("client certificate {file}")
}

pub(super) fn through_proxy(proxy: &dyn Display) -> String {
    format!("through the proxy {proxy}")
}

pub(super) fn signs_in_as(username: &dyn Display, password_from: &dyn Display) -> String {
    format!("signs in as {username} ({password_from})")
}

pub(super) fn header(name: &dyn Display, value_from: &dyn Display) -> String {
    format!("header {name} ({value_from})")
}
