//! Durations as people write and read them: `5s`, `1m 30s`, `100ms`.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo};

/// Reads a duration with its units. A day has 24 hours; a month has no length.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let span: Span = text.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    Duration::try_from(duration).ok()
}

/// With its units, the longest first.
pub(crate) fn shown(duration: Duration) -> String {
    let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    format!("{duration:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_shown_with_their_units() {
        for (text, millis, same) in [
            ("5s", 5_000, "5s"),
            ("100ms", 100, "100ms"),
            ("4s 500ms", 4_500, "4s 500ms"),
            ("1m 30s", 90_000, "1m 30s"),
            ("1m30s", 90_000, "1m 30s"),
            ("90s", 90_000, "1m 30s"),
            ("5 minutes", 300_000, "5m"),
            ("1min", 60_000, "1m"),
            ("10h", 36_000_000, "10h"),
            ("2hours", 7_200_000, "2h"),
            ("1day", 86_400_000, "24h"),
            ("0s", 0, "0s"),
        ] {
            let read = parse(text);
            assert_eq!(read, Some(Duration::from_millis(millis)), "{text}");
            assert_eq!(read.map(shown).as_deref(), Some(same), "{text}");
        }
        for odd in ["", "5", "soon", "-5s", "5s ago", "1month", "5s5", "s"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }
}
