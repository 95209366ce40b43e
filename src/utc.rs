//! The time of day in UTC, for whatever is recorded or shown. Only what is printed for a customer is in the zone of
//! the machine.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// The current time in UTC. A system clock that is set outside of the years −9999 to 9999 gives the
/// nearest time that can be written down: a wrong clock must not end the program.
pub(crate) fn now() -> Timestamp {
    of_system(SystemTime::now())
}

/// The zone of this machine, or UTC where it has none.
pub(crate) fn zone_here() -> TimeZone {
    let zone = TimeZone::system();
    if zone.is_unknown() {
        TimeZone::UTC
    } else {
        zone
    }
}

/// What a clock in this zone shows.
pub(crate) fn local_now(zone: &TimeZone) -> DateTime {
    zone.to_datetime(now())
}

/// The beginning of a day; nothing at the edge of the calendar.
pub(crate) fn midnight(day: Date) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

/// The day of a time.
pub(crate) fn day_of(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

/// The hour of a time, from 0 to 23.
pub(crate) fn hour_of(at: Timestamp) -> usize {
    usize::from(TimeZone::UTC.to_datetime(at).hour().unsigned_abs())
}

fn of_system(time: SystemTime) -> Timestamp {
    Timestamp::try_from(time).unwrap_or(if time < SystemTime::UNIX_EPOCH {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_outside_of_all_calendars_gives_the_nearest_time() {
        let far = Duration::from_hours(9_000 * 366 * 24);
        let epoch = SystemTime::UNIX_EPOCH;
        assert_eq!(of_system(epoch), Timestamp::UNIX_EPOCH);
        assert_eq!(of_system(epoch + far), Timestamp::MAX);
        assert_eq!(of_system(epoch - 2 * far), Timestamp::MIN);
        // What is written of it can be read back.
        for time in [Timestamp::MIN, Timestamp::MAX] {
            let text = format!("{time:.3}");
            assert!(text.parse::<Timestamp>().is_ok(), "{text}");
        }
    }
}
