//! What `kitdesk people` says.

use std::fmt::Display;

pub(super) const NOBODY: &str = "Nobody may log in.\n";
pub(super) const NO_SERVER: &str =
    "no SSH server is configured: add [serve] to the configuration, or name the list's file";

pub(super) fn has_mistakes(file: &dyn Display, many: &dyn Display) -> String {
    format!("{file} has {many}:")
}

pub(super) fn no_mistake(file: &dyn Display, how_many: &dyn Display) -> String {
    format!("{file}: {how_many}, no mistake.\n")
}

pub(super) fn warning(warning: &dyn Display) -> String {
    format!("Warning: {warning}")
}

pub(super) fn unusable(path: &dyn Display) -> String {
    format!("{path} can't be used:")
}

pub(super) fn authority(roles: &dyn Display, lifetime: &dyn Display) -> String {
    format!("{roles}, for {lifetime} at most")
}

pub(super) fn people(many: &dyn Display) -> String {
    format!("{many} people")
}

pub(super) fn authorities(many: &dyn Display) -> String {
    format!("{many} authorities")
}
