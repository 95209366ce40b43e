//! The idle limit: a countdown that is seen, and then nothing of a customer is left on the screen or
//! in memory. Time comes with the messages; nothing here looks at a clock.

use std::time::{Duration, Instant};

use crate::config::SessionOrigin;

/// What is said here.
mod words {
    use std::fmt::Display;

    pub(super) const SESSION_ENDS: &str = "The session ends";
    pub(super) const ANY_KEY: &str = "any key stops this, and does nothing else";

    pub(super) fn ended_after(limit: &dyn Display) -> String {
        format!("The session ended after {limit} without a key.")
    }

    pub(super) fn locked_after(limit: &dyn Display) -> String {
        format!(
            "Locked after {limit} without a key: customers, orders and typed text were cleared."
        )
    }

    pub(super) fn after_the_write(end: &dyn Display) -> String {
        format!("{end} when the write under way has ended.")
    }

    pub(super) fn ends_in(end: &dyn Display, left: &dyn Display, keys: &dyn Display) -> String {
        format!("{end} in {left} s: {keys}.")
    }
}

/// For how long the countdown is to be seen.
const COUNTDOWN: Duration = Duration::from_secs(30);

/// How the screen is guarded while nobody types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guards {
    /// How long the console may stand unattended.
    pub idle_limit: Duration,
    /// Whether it is hidden while another window has the focus.
    pub hide_on_focus_lost: bool,
}

impl Guards {
    /// Of a console that hears nothing of its window.
    #[must_use]
    pub fn of_time(idle_limit: Duration) -> Self {
        Self {
            idle_limit,
            hide_on_focus_lost: false,
        }
    }
}

/// What the console knows of the user's presence.
#[derive(Default)]
pub(super) struct Idle {
    guards: Option<Guards>,
    /// When something was typed last, or the console began.
    last: Option<Instant>,
    /// Whether the limit has passed and only a write under way is waited for.
    is_due: bool,
    is_locked: bool,
    /// Whether this countdown has looked again at where the user sits.
    has_looked: bool,
    /// Writes that have ended since something was typed, without a customer's data.
    ends: Vec<String>,
}

impl Idle {
    pub(super) fn guarded(guards: Guards) -> Self {
        Self {
            guards: Some(guards),
            ..Self::default()
        }
    }

    /// For how long the countdown is seen: a short limit is not all countdown.
    fn ends_at(&self) -> Option<(Instant, Duration)> {
        let limit = self.guards?.idle_limit;
        if self.is_locked || self.is_due {
            return None;
        }
        Some((self.last? + limit, COUNTDOWN.min(limit / 2)))
    }

    /// Whether nobody has typed for too long, and nothing was cleared yet.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.ends_at().is_some_and(|(end, _)| end <= now)
    }

    /// The seconds that are left, once they are counted.
    pub(super) fn left(&self, now: Instant) -> Option<u64> {
        let (end, countdown) = self.ends_at()?;
        let left = end.saturating_duration_since(now);
        (left <= countdown).then(|| left.as_millis().div_ceil(1000).try_into().unwrap_or(0))
    }

    /// When the countdown begins, or shows the next second.
    pub(super) fn wakes_at(&self, now: Instant) -> Option<Instant> {
        let (end, countdown) = self.ends_at()?;
        let next = match self.left(now) {
            Some(left) => Duration::from_secs(left.saturating_sub(1)),
            None => countdown,
        };
        end.checked_sub(next)
    }

    fn limit(&self) -> String {
        let limit = self.guards.map(|guards| guards.idle_limit);
        crate::durations::shown(limit.unwrap_or_default())
    }

    pub(super) fn hides_without_focus(&self) -> bool {
        self.guards.is_some_and(|guards| guards.hide_on_focus_lost)
    }

    pub(super) fn is_locked(&self) -> bool {
        self.is_locked
    }

    /// Whether the limit has passed and only a write under way is waited for.
    pub(super) fn is_due(&self) -> bool {
        self.is_due
    }

    /// Puts the lock off until the write under way has come to its end.
    pub(super) fn put_off(&mut self) {
        self.is_due = true;
    }

    /// Whether to look again at where the user sits: once per countdown, because the clients of a tmux can
    /// have changed since the last look.
    pub(super) fn looks_around(&mut self) -> bool {
        !std::mem::replace(&mut self.has_looked, true)
    }

    /// The console begins, unless it has.
    pub(super) fn begin(&mut self, now: Instant) {
        self.last.get_or_insert(now);
    }

    /// Something was typed.
    pub(super) fn somebody_is_there(&mut self, now: Instant) {
        *self = Self {
            guards: self.guards,
            last: Some(now),
            ..Self::default()
        };
    }

    /// A write has ended, in words that anybody may see.
    pub(super) fn ended(&mut self, in_public: String) {
        self.ends.push(in_public);
    }

    /// Locks, and returns the sentences to show.
    pub(super) fn lock(&mut self, origin: &SessionOrigin) -> Vec<String> {
        let limit = self.limit();
        let mut told = vec![match origin {
            SessionOrigin::Remote(_) => words::ended_after(&limit),
            SessionOrigin::Here => words::locked_after(&limit),
        }];
        told.append(&mut self.ends);
        self.is_due = false;
        self.is_locked = true;
        told
    }

    /// What the countdown says, once it runs.
    pub(super) fn countdown(&self, now: Instant, origin: &SessionOrigin) -> Option<String> {
        let end = match origin {
            SessionOrigin::Here => "Locks",
            SessionOrigin::Remote(_) => words::SESSION_ENDS,
        };
        if self.is_due {
            let text = words::after_the_write(&end);
            return Some(text);
        }
        let left = self.left(now)?;
        let keys = words::ANY_KEY;
        Some(words::ends_in(&end, &left, &keys))
    }
}
