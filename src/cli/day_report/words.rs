//! What `kitdesk day-report` says.

pub(super) const ONE_OBJECT: &str = "--json prints one JSON object: leave out --json or --format";
pub(super) const CHART: &str = "Writes by hour and outcome";
pub(super) const CHART_TITLE: &str = "Writes by hour (UTC) and outcome";
