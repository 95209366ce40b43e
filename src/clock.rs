//! Time that goes on while the machine is suspended: for limits that guard a PIN, a key or a customer.
//!
//! On Linux the monotonic clock, and with it every timer of the runtime, stands still during a suspend.
//! `CLOCK_BOOTTIME` goes on (`clock_gettime(2)`), and so do timers on it (`timerfd_create(2)`). Windows
//! counts a suspend in its usual clock. On macOS and other systems it isn't counted here: what a limit
//! has left then, it has left after waking.

use std::time::{Duration, Instant};

/// A clock that was started once, and counts from there. All of its times belong together; they can't be
/// compared with those of another one.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Instant,
    /// What `reading` said at the start.
    before: Option<Duration>,
    reading: fn() -> Option<Duration>,
}

impl Clock {
    /// Starts one.
    #[must_use]
    pub fn start() -> Self {
        Self::reading(boot_time)
    }

    /// Starts one that reads the time here. Nothing means that the standard library's clock is read.
    fn reading(reading: fn() -> Option<Duration>) -> Self {
        Self {
            start: Instant::now(),
            before: reading(),
            reading,
        }
    }

    /// How long ago it was started, with all the time that the machine was suspended since.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        let passed = (self.reading)().zip(self.before);
        passed.map_or_else(
            || self.start.elapsed(),
            |(now, before)| now.saturating_sub(before),
        )
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.start + self.elapsed()
    }

    /// Waits for so long. Where the machine is suspended meanwhile, the wait is over on waking at the
    /// latest, if the time has passed by then.
    pub async fn sleep(&self, time: Duration) {
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = boot_sleep(time) => {}
        }
    }

    /// Waits for something, but not longer than this. What comes later counts as not come, also where
    /// it was what woke the machine.
    pub async fn within<F: Future>(&self, limit: Duration, wanted: F) -> Option<F::Output> {
        let end = self.elapsed() + limit;
        let come = tokio::select! {
            biased;
            come = wanted => Some(come),
            () = self.sleep(limit) => None,
        };
        come.filter(|_| self.elapsed() < end)
    }
}

/// How long the machine has been up, suspended or not.
#[cfg(target_os = "linux")]
fn boot_time() -> Option<Duration> {
    let up = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Duration::try_from(up).ok()
}

#[cfg(not(target_os = "linux"))]
fn boot_time() -> Option<Duration> {
    None
}

/// Waits for so long on a timer that a suspend does not stop. For ever where there is none to be had, and
/// for times so short that nothing is gained by one.
async fn boot_sleep(time: Duration) {
    const SHORTEST: Duration = Duration::from_secs(1);
    if time >= SHORTEST && timer(time).await.is_some() {
        return;
    }
    std::future::pending::<()>().await;
}

#[cfg(target_os = "linux")]
#[expect(
    deprecated,
    reason = "unsound only for types that lie about their handle, which this one does not; what \
              replaces it takes unsafe code"
)]
async fn timer(time: Duration) -> Option<()> {
    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    };
    let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
    let timer = timerfd_create(TimerfdClockId::Boottime, flags).ok()?;
    let once = Itimerspec {
        it_interval: Timespec::default(),
        it_value: Timespec::try_from(time).ok()?,
    };
    timerfd_settime(&timer, TimerfdTimerFlags::empty(), &once).ok()?;
    let timer = tokio::io::unix::AsyncFd::with_interest(timer, tokio::io::Interest::READABLE);
    timer.ok()?.readable().await.ok().map(drop)
}

#[cfg(not(target_os = "linux"))]
async fn timer(_: Duration) -> Option<()> {
    None
}

/// A clock that a test moves. Nothing else of the machine's time moves with it, as during a suspend.
#[cfg(test)]
pub(crate) mod moved {
    use std::cell::Cell;
    use std::time::Duration;

    use super::Clock;

    thread_local! {
        static TIME: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    }

    /// Starts one; it stands still until it is moved on the same thread.
    pub(crate) fn clock() -> Clock {
        Clock::reading(|| Some(TIME.get()))
    }

    /// Lets so much time pass.
    pub(crate) fn pass(time: Duration) {
        TIME.set(TIME.get() + time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN_HOURS: Duration = Duration::from_hours(10);
    const LIMIT: Duration = Duration::from_secs(30);

    #[test]
    fn the_time_of_a_suspend_counts() {
        let clock = moved::clock();
        let before = clock.now();
        assert_eq!(clock.now(), before);
        moved::pass(TEN_HOURS);
        assert_eq!(clock.now() - before, TEN_HOURS);
        assert_eq!(clock.elapsed(), TEN_HOURS);
    }

    #[test]
    fn the_machine_s_own_time_passes_too() {
        let clock = Clock::start();
        let before = clock.now();
        while clock.now() == before {
            std::hint::spin_loop();
        }
        assert!(clock.now() > before && clock.elapsed() < TEN_HOURS);
    }

    #[tokio::test]
    async fn what_comes_after_a_suspend_comes_too_late() {
        let clock = moved::clock();
        assert_eq!(clock.within(LIMIT, async { 7 }).await, Some(7));
        let late = async {
            moved::pass(TEN_HOURS);
            7
        };
        assert_eq!(clock.within(LIMIT, late).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_comes_and_the_limit_ends_it() {
        let never = std::future::pending::<()>();
        assert_eq!(Clock::start().within(LIMIT, never).await, None);
    }

    /// The runtime's own timers are not what ends it: in this test nothing lets them pass.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_timer_that_no_suspend_stops_can_be_had() {
        let clock = Clock::start();
        assert_eq!(timer(Duration::from_millis(20)).await, Some(()));
        assert!(clock.elapsed() >= Duration::from_millis(20));
    }
}
