//! Customers who go to two counters at once. Both have read the cards before either sends; one of them does what it
//! was asked for, and the request of the other is lost. What the other one reads then is the first one's doing, and
//! must not be taken for its own. Left to chance this is too rare in a small day to be found, so it is done after the
//! day, when nothing else goes wrong.

use kitdesk::dcms::{EntityId, Kits};
use kitdesk::desk::{Kind, Target};
use kitdesk::journal::Write;
use rand::RngExt as _;
use rand::seq::SliceRandom as _;

use super::bank::{BEFORE_FIRST, Bank, STUCK, writes};
use super::branch::{Branch, finds, sends};

/// What the one does, what is lost of the other, and whether it is lost first.
pub const PAIRS: [(Write, Write, bool); 10] = [
    (Write::Lock, Write::Lock, false),
    (Write::Lock, Write::Lock, true),
    (Write::Unlock, Write::Unlock, false),
    (Write::Activate, Write::Activate, false),
    (Write::LockAll, Write::Lock, false),
    (Write::LockAll, Write::Lock, true),
    (Write::LockAll, Write::LockAll, false),
    (Write::Lock, Write::LockAll, false),
    (Write::Upgrade, Write::Upgrade, false),
    (Write::Upgrade, Write::Upgrade, true),
];
/// More than are needed: not everyone has a card for which it can be done.
pub const CUSTOMERS: u64 = 100;

/// Each of these happens once, in any order.
pub fn meet(mut two: Vec<Branch>, bank: &Bank) -> Vec<Branch> {
    let (one, other) = two.split_at_mut(1);
    let met = one[0].lives(STUCK, async |one| both(one, &mut other[0], bank).await);
    met.expect("it takes no longer");
    two
}

async fn both(one: &mut Branch, other: &mut Branch, bank: &Bank) {
    let mut pairs = PAIRS;
    pairs.shuffle(&mut one.chance);
    let (mut desk, recorder) = one.desk(bank);
    let (mut desk_of_other, recorder_of_other) = other.desk(bank);
    let mut customers = bank.visitors + 1..=bank.customers;
    for (does, loses, is_first) in pairs {
        let (entity, target_of) = loop {
            let customer = customers.next().expect("enough of them");
            let entity = EntityId::parse(&(BEFORE_FIRST + customer).to_string()).expect("an id");
            let kits = finds(&mut desk, &entity).await;
            if let Some(target) = kits.and_then(|kits| target(&entity, &kits, [does, loses])) {
                break (entity, target);
            }
        };
        let about = |write| match write {
            Write::LockAll => Target::Customer(entity.clone()),
            _ => target_of.clone(),
        };
        let done = one.reviews(&mut desk, does, &about(does)).await;
        let lost = other
            .reviews(&mut desk_of_other, loses, &about(loses))
            .await;
        let (done, lost) = (done.expect("it fits"), lost.expect("it fits"));
        let (_, call) = writes()
            .find(|(write, _)| *write == loses)
            .expect("of these");
        // What the bank does nothing with looks done where the other one has done it.
        let faults = ["500", "503", "reset-before", "reset-after"];
        let those = if is_first { &faults[..] } else { &faults[..3] };
        let fault = those[other.chance.random_range(0..those.len())];
        let fault = format!("{call}={fault}:1").parse().expect("a fault");
        if is_first {
            bank.sandbox.add_fault(fault);
            bank.count(&sends(&mut desk_of_other, lost).await);
            bank.count(&sends(&mut desk, done).await);
        } else {
            bank.count(&sends(&mut desk, done).await);
            bank.sandbox.add_fault(fault);
            let said = sends(&mut desk_of_other, lost).await;
            if said == "Unknown" {
                bank.count("lost after another's");
            }
            bank.count(&said);
        }
        bank.count("at two counters");
    }
    for (desk, recorder) in [(desk, recorder), (desk_of_other, recorder_of_other)] {
        desk.finish(STUCK, drop).await;
        recorder.drained().await;
    }
}

/// A kit for which all of these can be done.
fn target(entity: &EntityId, kits: &Kits, writes: [Write; 2]) -> Option<Target> {
    let fits = |kit: &&kitdesk::dcms::Kit| {
        writes
            .iter()
            .all(|write| Kind::from_write(*write).may(kit).is_ok())
    };
    // What is done to one of several cards is not what is done to all of them.
    let is_only = |kit: &&kitdesk::dcms::Kit| {
        !writes.contains(&Write::LockAll)
            || kits
                .iter()
                .filter(|kit| Kind::from_write(Write::LockAll).may(kit).is_ok())
                .all(|other| other.kit_no == kit.kit_no)
    };
    let kit = kits.iter().find(|kit| fits(kit) && is_only(kit))?;
    Some(Target::kit(entity, &kit.kit_no))
}
