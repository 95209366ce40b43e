//! What other hosts may have done is not taken for an own write's doing.

use jiff::{SignedDuration, Timestamp};
use kitdesk::central::{CentralError, Claim, Claimed, End, Store};
use kitdesk::config::Environment;
use kitdesk::dcms::{EntityId, OrderId, Tenant};
use kitdesk::journal::{Rivals, Subject, Where, Write};

use crate::claims::{claim, kit, place, two};
use crate::fixtures::{Desk, ENTITY, KIT};
use crate::writes::{Branch, LOCK};

pub const LOCK_ALL: [&str; 6] = ["lock-all", "--entity", ENTITY, "--reason", "lost", "--yes"];

async fn rivals(
    store: &Store,
    (write, alike): (Write, &[Write]),
    subject: &Subject,
    recorded: Timestamp,
) -> Rivals {
    let place = place();
    let asked = store.rivals(write, alike, subject, &place, recorded);
    asked.await.expect("it answers")
}

async fn lock_rivals(store: &Store, recorded: Timestamp) -> Rivals {
    rivals(store, (Write::Lock, &[Write::LockAll]), &kit("1"), recorded).await
}

async fn claimed(store: &Store, write: Write, subject: Subject) -> Claim {
    let claim = claim("lakshmi", write, subject);
    assert_eq!(store.claim(&claim).await, Ok(Claimed::Yes));
    claim
}

const SAME: Rivals = Rivals {
    any: true,
    same: true,
    theirs: Vec::new(),
};

#[tokio::test]
async fn another_host_s_claim_is_a_rival_unless_it_has_done_nothing() {
    let Some((database, _hosts, [a, b])) = two().await else {
        return;
    };
    let now = Timestamp::now();
    let customer = Subject::entity(EntityId::parse("676165").expect("an id"));
    for (end, is_rival) in [
        (End::Done, true),
        (End::SettledDone, true),
        (End::GivenUp, true),
        (End::Refused, false),
        (End::NotSent, false),
        (End::NeverSent, false),
        (End::SettledNotDone, false),
    ] {
        // A day after all of those before.
        for (write, subject) in [(Write::Lock, kit("1")), (Write::LockAll, customer.clone())] {
            let other = claimed(&b, write, subject).await;
            assert_eq!(lock_rivals(&a, now).await, SAME, "{end:?}: it is open");
            b.doubt(&other.id).await.expect("it answers");
            assert_eq!(lock_rivals(&a, now).await, SAME, "{end:?}: it is open");
            assert_eq!(lock_rivals(&b, now).await, Rivals::default(), "its own");
            let ended = b.finish(&other.id, end, "lakshmi", None).await;
            ended.expect("it answers");
            assert_eq!(lock_rivals(&a, now).await.any, is_rival, "{end:?}");
            let later = now + SignedDuration::from_hours(25);
            assert_eq!(lock_rivals(&a, later).await, Rivals::default());
            let forgets = "SET session_replication_role = replica; DELETE FROM kitdesk.ends;
                DELETE FROM kitdesk.claims; RESET session_replication_role";
            let forgotten = database.owner.batch_execute(forgets).await;
            forgotten.expect("the superuser may");
        }
    }
}

#[tokio::test]
async fn only_what_may_have_done_the_same_is_a_rival() {
    let Some((database, _hosts, [a, b])) = two().await else {
        return;
    };
    let now = Timestamp::now();
    claimed(&b, Write::Lock, kit("2")).await;
    claimed(&b, Write::Unlock, kit("1")).await;
    assert_eq!(lock_rivals(&a, now).await, Rivals::default());
    let uat = Where {
        environment: Environment::Uat,
        ..place()
    };
    let mut elsewhere = claim("lakshmi", Write::Lock, kit("1"));
    elsewhere.place = uat.clone();
    assert_eq!(b.claim(&elsewhere).await, Ok(Claimed::Yes));
    assert_eq!(lock_rivals(&a, now).await, Rivals::default());
    let in_uat = a.rivals(Write::Lock, &[], &kit("1"), &uat, now).await;
    assert_eq!(in_uat, Ok(SAME));
    // An order is no customer of the same name.
    let order = Subject::order(OrderId::parse("676165").expect("an id"));
    claimed(&b, Write::CancelOrder, order.clone()).await;
    let cancelled = rivals(&a, (Write::CancelOrder, &[]), &order, now).await;
    assert_eq!(cancelled, SAME);
    // What brings a kit may have brought the one that is new, whichever kit of the customer it was about.
    claimed(&b, Write::Replace, kit("3")).await;
    let upgrade = async |about: &str| rivals(&a, (Write::Upgrade, &[]), &kit(about), now).await;
    let of_another = Rivals {
        same: false,
        ..SAME
    };
    assert_eq!(upgrade("1").await, of_another);
    assert_eq!(upgrade("3").await, SAME);
    // Of another bank nothing is said.
    let host = database
        .host("c", "cccccccc-0000-0000-0000-000000000003", "OTHER")
        .await;
    let stranger = database.store(&host);
    let (about, here) = (kit("1"), place());
    let asked = stranger.rivals(Write::Lock, &[], &about, &here, now);
    let said = asked.await;
    assert!(matches!(said, Err(CentralError::Refused(_))), "{said:?}");
    let other = Where {
        tenant: Tenant::parse("OTHER").expect("a name"),
        ..place()
    };
    let asked = stranger.rivals(Write::Lock, &[], &about, &other, now);
    assert_eq!(asked.await, Ok(Rivals::default()));
}

/// Locks the kit with this fault, and leaves that open.
pub fn lock_unknown(branch: &Branch, fault: &str) {
    let fault = format!("manageKit={fault}:1");
    branch.sandbox.add_fault(fault.parse().expect("a fault"));
    let args = [&LOCK[..], &["--settle-for", "0"]].concat();
    branch.desk.run(&args).code(4);
}

/// What settling says, and what it has found.
pub fn settled(desk: &Desk, more: &[&str]) -> (String, String) {
    let ended = desk.run(&[&["settle", "--json"], more].concat());
    let json = ended.json();
    let write = &json["result"]["writes"][0];
    let text = |name: &str| write[name].as_str().expect("text").to_owned();
    (text("found"), text("said"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_host_has_done_is_not_taken_for_an_own_write_s_doing() {
    let Some(branch) = Branch::new("live", "").await else {
        return;
    };
    let second = branch.second().await;
    lock_unknown(&branch, "reset-before");
    assert_eq!(branch.sandbox.worked("manageKit"), 0);
    second.run(&LOCK_ALL).code(0);
    let (found, said) = settled(&branch.desk, &[]);
    assert_eq!(found, "open", "{said}");
    assert!(
        said.contains("Another request may have locked it"),
        "{said}"
    );
    assert_eq!(branch.ends("settled_done").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_host_was_refused_leaves_the_outcome_as_it_reads() {
    let Some(branch) = Branch::new("live", "").await else {
        return;
    };
    lock_unknown(&branch, "reset-after");
    let live = Environment::Live;
    let whole = Subject::entity(EntityId::parse(ENTITY).expect("an id"));
    let mut refused = claim("lakshmi", Write::LockAll, whole);
    refused.place = Where {
        tenant: Tenant::parse("SANDBOX").expect("a name"),
        environment: live,
        ..place()
    };
    let store = &branch.neighbour.1;
    assert_eq!(store.claim(&refused).await, Ok(Claimed::Yes));
    assert_eq!(settled(&branch.desk, &[]).0, "open", "it is under way");
    let ended = store.finish(&refused.id, End::Refused, "lakshmi", None);
    ended.await.expect("it answers");
    let (found, said) = settled(&branch.desk, &[]);
    assert_eq!(found, "done", "{said}");
    branch.until_all_is_there();
    assert_eq!(branch.ends("settled_done").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_store_an_unknown_outcome_stays_unknown_until_it_is_back() {
    let Some(branch) = Branch::new("live", "").await else {
        return;
    };
    lock_unknown(&branch, "reset-after");
    let away = branch.desk.path("kitdesk/away.toml");
    let config = branch.config.replace("?host=/", "?host=/nowhere/");
    crate::console::write_file(&away, &config);
    let away = ["--config", away.to_str().expect("text")];
    let (found, said) = settled(&branch.desk, &away);
    assert_eq!(found, "open", "{said}");
    let why = "Whether somebody else did it can't be looked up: the central store at ";
    assert!(said.contains(why), "{said}");
    assert_eq!(settled(&branch.desk, &[]).0, "done");
    assert!(
        branch
            .desk
            .run(&["kits", "--entity", ENTITY])
            .code(0)
            .out
            .contains(KIT)
    );
}
