//! How many clients may be on their way in: from the first byte until the session has begun.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::refusal::Refusal;
use super::source::Source;

/// Those on their way in, in all and by source.
pub(super) struct Startups {
    in_all: usize,
    a_source: usize,
    now: Arc<Mutex<Now>>,
}

#[derive(Default)]
struct Now {
    in_all: usize,
    by_source: HashMap<Source, usize>,
}

/// A place among them, given back by its drop.
pub(super) struct Startup {
    now: Arc<Mutex<Now>>,
    source: Option<Source>,
}

impl Startups {
    pub(super) fn new(in_all: usize, a_source: usize) -> Self {
        Self {
            in_all,
            a_source,
            now: Arc::default(),
        }
    }

    /// A place for a connection whose source is not known yet: behind a balancer its address comes later.
    pub(super) fn begin(&self) -> Result<Startup, Refusal> {
        let mut now = lock(&self.now);
        if now.in_all >= self.in_all {
            return Err(Refusal::Startups(self.in_all));
        }
        now.in_all += 1;
        drop(now);
        Ok(Startup {
            now: Arc::clone(&self.now),
            source: None,
        })
    }

    /// Counts the place under the address that the client has.
    pub(super) fn from(&self, startup: &mut Startup, address: IpAddr) -> Result<(), Refusal> {
        let source = Source::of(address);
        let mut now = lock(&self.now);
        let count = now.by_source.entry(source).or_default();
        if *count >= self.a_source {
            return Err(Refusal::StartupsOfSource(source, self.a_source));
        }
        *count += 1;
        startup.source = Some(source);
        Ok(())
    }
}

impl Drop for Startup {
    fn drop(&mut self) {
        let mut now = lock(&self.now);
        now.in_all -= 1;
        let Some(source) = self.source else { return };
        if let Some(count) = now.by_source.get_mut(&source) {
            *count -= 1;
            if *count == 0 {
                now.by_source.remove(&source);
            }
        }
    }
}

/// Both counts are right whatever happened to the task that held the lock.
fn lock(now: &Mutex<Now>) -> std::sync::MutexGuard<'_, Now> {
    now.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_refuses_the_next_one_and_a_place_is_given_back() {
        let startups = Startups::new(3, 2);
        let (here, there) = (IpAddr::from([10, 1, 0, 1]), IpAddr::from([10, 1, 0, 2]));
        let place = |from| {
            let mut startup = startups.begin()?;
            startups.from(&mut startup, from)?;
            Ok::<_, Refusal>(startup)
        };
        let first = place(here).expect("room");
        let _second = place(here).expect("room");
        assert_eq!(
            place(here).err(),
            Some(Refusal::StartupsOfSource(Source::of(here), 2)),
            "and its place in all is given back"
        );
        let _third = place(there).expect("room");
        assert_eq!(place(there).err(), Some(Refusal::Startups(3)));
        drop(first);
        place(here).expect("room again");
        assert_eq!(lock(&startups.now).by_source.len(), 2);
    }

    #[test]
    fn an_address_is_the_same_in_both_spellings() {
        let startups = Startups::new(9, 1);
        let mut first = startups.begin().expect("room");
        let mut second = startups.begin().expect("room");
        let plain: IpAddr = "10.1.0.1".parse().expect("an address");
        let mapped: IpAddr = "::ffff:10.1.0.1".parse().expect("an address");
        startups.from(&mut first, plain).expect("room");
        startups.from(&mut second, mapped).expect_err("the same");
    }

    #[test]
    fn addresses_of_one_network_count_together_with_ipv6() {
        let startups = Startups::new(9, 1);
        let place = |address: &str| {
            let mut startup = startups.begin()?;
            startups.from(&mut startup, address.parse().expect("an address"))?;
            Ok::<_, Refusal>(startup)
        };
        let _first = place("2001:db8:1:2::1").expect("room");
        let _elsewhere = place("2001:db8:1:3::1").expect("another network");
        let refused = place("2001:db8:1:2:ffff::9")
            .err()
            .expect("the same network");
        let said = refused.to_string();
        assert!(said.contains("from 2001:db8:1:2::/64:"), "{said}");
    }
}
