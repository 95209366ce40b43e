//! The section `timeouts`: how long to wait for the DCMS.

use std::time::Duration;

use super::error::ConfigError;
use super::setting::{About, Holds};
use super::setting::{Row, Setting, about, one, only, read_all, rows, set};
use super::toml_file::Entry;
use super::values::duration;
use crate::dcms::Limits;
use crate::durations::shown;

const ALLOWED: Holds = Holds::Value("a time from 100ms to 120s");

/// Its settings.
pub(super) const TIMEOUTS: &[Setting<Limits>] = &[
    Setting {
        about: About::new("connect", ALLOWED, "\"5s\"", "For a connection."),
        read: |limits, entry| set(&mut limits.connect, limit(entry)),
        show: |limits| one(shown(limits.connect)),
    },
    Setting {
        about: About::new(
            "read",
            ALLOWED,
            "\"5s\"",
            "For a whole look-up, which is tried up to three times.",
        ),
        read: |limits, entry| set(&mut limits.read, limit(entry)),
        show: |limits| one(shown(limits.read)),
    },
    Setting {
        about: About::new(
            "write",
            ALLOWED,
            "\"15s\"",
            "For a whole write, which is tried once.",
        ),
        read: |limits, entry| set(&mut limits.write, limit(entry)),
        show: |limits| one(shown(limits.write)),
    },
];

pub(super) fn limits(entry: &Entry<'_>) -> Result<Limits, ConfigError> {
    let section = entry.section("{ connect = \"5s\", read = \"5s\", write = \"15s\" }")?;
    only(about(TIMEOUTS), &section)?;
    let mut limits = Limits::default();
    read_all(TIMEOUTS, &section, &mut limits)?;
    Ok(limits)
}

pub(super) fn show(limits: Limits) -> Vec<Row> {
    rows(TIMEOUTS, &limits)
}

fn limit(entry: &Entry<'_>) -> Result<Duration, ConfigError> {
    let bounds = Duration::from_millis(100)..=Duration::from_mins(2);
    duration(
        entry,
        bounds,
        "allowed is a time from \"100ms\" to \"120s\"",
    )
}
