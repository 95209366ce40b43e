//! What forms say, whichever they are.

use std::fmt::Display;

pub(super) const MAKES_IT: &str = "→ makes it";
pub(super) const ELSE_AS_TYPED: &str = " Else it stays as you typed it.";
pub(super) const AS_NOW: &str = "= as now";
pub(super) const ASCII_DIGITS: &str =
    "only the digits 0 to 9 count here: change the keyboard's layout";
pub(super) const PIN_NEVER_PASTED: &str = "a PIN is typed, never pasted";
pub(super) const PAN_NEVER_PASTED: &str = "a card number is keyed, never pasted";

pub(super) fn more(sign: &dyn Display, count: &dyn Display) -> String {
    format!("{sign} {count} more")
}

pub(super) fn completes(word: &dyn Display) -> String {
    format!("→ or Tab makes it {word}. Delete keeps it as you typed it.")
}

pub(super) fn offers(explains: &dyn Display) -> String {
    format!("{explains} → offers")
}

pub(super) fn differs(present: &dyn Display) -> String {
    format!("≠ now {present}")
}
