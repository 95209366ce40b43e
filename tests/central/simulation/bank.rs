//! What all branches share: the bank, and what is known of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kitdesk::dcms::{Client, EntityId, Kits, Settings, Tenant};
use kitdesk::journal::Write;
use kitdesk::sandbox::Sandbox;

/// Nothing takes as long: whatever does is stuck.
pub const STUCK: Duration = Duration::from_mins(2);
/// The first of the customers that the simulator makes up.
pub const BEFORE_FIRST: u64 = 210_000_000_000;
/// What is done at the counters, and by which call.
pub const WRITES: [(Write, &str); 4] = [
    (Write::Upgrade, "upgradeCard"),
    (Write::Lock, "manageKit"),
    (Write::Unlock, "manageKit"),
    (Write::Activate, "kitActivation"),
];
/// What is done to all cards of a customer, who has gone to two counters for it.
pub const OF_ALL_CARDS: (Write, &str) = (Write::LockAll, "manageAllKits");

/// All of it.
pub fn writes() -> impl Iterator<Item = (Write, &'static str)> {
    WRITES.into_iter().chain([OF_ALL_CARDS])
}

/// What all branches share.
pub struct Bank {
    pub sandbox: Sandbox,
    pub customers: u64,
    /// So many of them come to any counter; the others go to two at once.
    pub visitors: u64,
    pub cuts: Arc<AtomicUsize>,
    /// Nothing goes wrong any more.
    pub is_calm: AtomicBool,
    pub tally: Mutex<BTreeMap<String, usize>>,
}

impl Bank {
    pub fn count(&self, what: &str) {
        *self
            .tally
            .lock()
            .expect("no panic")
            .entry(what.to_owned())
            .or_default() += 1;
    }

    pub fn client(&self) -> Client {
        let address = self.sandbox.base_url().parse().expect("an address");
        let mut settings = Settings::new(address, tenant());
        settings.limits.write = Duration::from_millis(700);
        Client::new(settings).expect("good settings")
    }

    pub async fn kits_of_all(&self) -> BTreeSet<String> {
        let client = self.client();
        let mut all = BTreeSet::new();
        for customer in 1..=self.customers {
            let entity = EntityId::parse(&(BEFORE_FIRST + customer).to_string()).expect("an id");
            let kits: Kits = client.kits_of(&entity).await.expect("it answers");
            all.extend(kits.iter().map(|kit| kit.kit_no.as_str().to_owned()));
        }
        all
    }
}

pub fn tenant() -> Tenant {
    Tenant::parse("SANDBOX").expect("a name")
}
