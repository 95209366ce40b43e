//! What `kitdesk day-report` says.

pub(super) const ONE_OBJECT: &str = "--json prints one JSON object: leave out --json or --format";
