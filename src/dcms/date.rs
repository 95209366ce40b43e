//! The time of the other side, as HTTP tells it.

use http::header::HeaderValue;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// The moment that a `Date` header names.
pub(super) fn moment(date: &HeaderValue) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(date.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_servers_write_them() {
        let read = |text| moment(&HeaderValue::from_static(text)).map(|at| at.to_string());
        assert_eq!(
            read("Sun, 06 Nov 1994 08:49:37 GMT").as_deref(),
            Some("1994-11-06T08:49:37Z")
        );
        assert_eq!(read("now"), None);
        assert_eq!(read(""), None);
    }
}
