//! A host that is gone: what it has left open is settled from another host of its bank, and from no other, and
//! never while it may still send it.

use kitdesk::central::{Claim, Claimed, End, LeftOpen, SettledFor, Store};
use kitdesk::journal::Write;

use crate::claims::{claim, kit, two};
use crate::engine::{Database, Host};

async fn owner(database: &Database, statement: &str) {
    let done = database.owner.batch_execute(statement).await;
    done.expect("the superuser may");
}

/// As if nothing had been heard of any host for two hours.
pub async fn is_silent(database: &Database) {
    owner(
        database,
        "ALTER TABLE kitdesk.claims DISABLE TRIGGER never; ALTER TABLE kitdesk.records DISABLE TRIGGER never;
         UPDATE kitdesk.claims SET at = at - interval '2 hours';
         UPDATE kitdesk.records SET received_at = received_at - interval '2 hours';
         UPDATE kitdesk.hosts SET enrolled_at = enrolled_at - interval '2 hours';
         ALTER TABLE kitdesk.claims ENABLE TRIGGER never; ALTER TABLE kitdesk.records ENABLE TRIGGER never",
    )
    .await;
}

async fn one_open(store: &Store) -> LeftOpen {
    let mut open = store.left_open().await.expect("it answers");
    assert_eq!(open.len(), 1);
    open.remove(0)
}

async fn settle(store: &Store, claim: &Claim) -> SettledFor {
    let settled = store.settle_for(&claim.id, End::SettledDone, "lakshmi", "asked the DCMS");
    settled.await.expect("it answers")
}

/// Two hosts of which one has claimed an upgrade of kit 1.
async fn one_has_claimed() -> Option<(Database, [Host; 2], [Store; 2], Claim)> {
    let (database, hosts, stores) = two().await?;
    let upgrade = claim("maria", Write::Upgrade, kit("1"));
    assert_eq!(stores[0].claim(&upgrade).await, Ok(Claimed::Yes));
    Some((database, hosts, stores, upgrade))
}

#[tokio::test]
async fn what_a_living_host_has_open_is_its_own_to_end() {
    let Some((database, [host, _b], [a, b], upgrade)) = one_has_claimed().await else {
        return;
    };
    let open = one_open(&b).await;
    assert_eq!((&*open.operator, &*open.host), ("maria", "pad-of-maria"));
    assert!(open.is_under_way && !open.is_gone);
    assert_eq!(settle(&b, &upgrade).await, SettledFor::NotGone);
    a.doubt(&upgrade.id).await.expect("it answers");
    assert!(!one_open(&b).await.is_under_way);
    assert_eq!(settle(&b, &upgrade).await, SettledFor::NotGone);
    // The administrator has said after which time, and it was heard of since.
    let after = "UPDATE kitdesk.hosts SET gone_after = '1 hour'";
    owner(&database, after).await;
    assert_eq!(settle(&b, &upgrade).await, SettledFor::NotGone);
    // Nothing was heard of it, but nobody has said after which time that counts.
    is_silent(&database).await;
    owner(&database, "UPDATE kitdesk.hosts SET gone_after = NULL").await;
    assert_eq!(settle(&b, &upgrade).await, SettledFor::NotGone);
    // It is no other host's claim to itself, and of no concern to another bank.
    owner(&database, after).await;
    assert_eq!(settle(&a, &upgrade).await, SettledFor::Unknown);
    let stranger = "cccccccc-0000-0000-0000-000000000003";
    let stranger = database.host("c", stranger, "OTHER").await;
    let stranger = database.store(&stranger);
    assert_eq!(stranger.left_open().await, Ok(Vec::new()));
    assert_eq!(settle(&stranger, &upgrade).await, SettledFor::Unknown);
    assert_eq!(database.count("ends").await, 0);
    // Not heard of for longer than that: it is gone.
    assert!(one_open(&b).await.is_gone);
    assert_eq!(settle(&b, &upgrade).await, SettledFor::Yes);
    let by = format!(
        "ends e JOIN kitdesk.hosts h USING (chain) WHERE how = 'settled_done' AND operator = 'lakshmi'
         AND reason = 'asked the DCMS' AND h.db_role <> '{}'",
        host.role
    );
    assert_eq!(database.count(&by).await, 1);
    assert_eq!(database.count("holds").await, 0);
    assert_eq!(settle(&b, &upgrade).await, SettledFor::EndedBefore);
    // It comes back, and has another end to tell: the first one stays.
    let ended = a
        .finish(&upgrade.id, End::SettledNotDone, "maria", None)
        .await;
    ended.expect("it answers");
    assert_eq!(database.count(&by).await, 1);
    assert_eq!(database.count("ends").await, 1);
    let next = claim("lakshmi", Write::Upgrade, kit("1"));
    assert_eq!(b.claim(&next).await, Ok(Claimed::Yes));
}

#[tokio::test]
async fn a_write_under_way_is_settled_only_for_a_host_that_is_retired() {
    let Some((database, [host, _b], [_, b], upgrade)) = one_has_claimed().await else {
        return;
    };
    owner(&database, "UPDATE kitdesk.hosts SET gone_after = '1 hour'").await;
    is_silent(&database).await;
    let open = one_open(&b).await;
    assert!(open.is_under_way && !open.is_gone);
    assert_eq!(settle(&b, &upgrade).await, SettledFor::NotGone);
    let retired = format!(
        "UPDATE kitdesk.hosts SET retired_at = now() WHERE db_role = '{}'",
        host.role
    );
    owner(&database, &retired).await;
    assert_eq!(settle(&b, &upgrade).await, SettledFor::Yes);
}

#[tokio::test]
async fn only_settling_ends_another_s_claim_and_never_without_a_reason() {
    let Some((database, [host, _b], [_, b], upgrade)) = one_has_claimed().await else {
        return;
    };
    let retired = format!(
        "UPDATE kitdesk.hosts SET retired_at = now() WHERE db_role = '{}'",
        host.role
    );
    owner(&database, &retired).await;
    for (end, reason) in [
        (End::Done, "x"),
        (End::Refused, "x"),
        (End::NeverSent, "x"),
        (End::SettledDone, ""),
        (End::GivenUp, " "),
    ] {
        let refused = b.settle_for(&upgrade.id, end, "lakshmi", reason).await;
        let said = refused.expect_err("it is refused").to_string();
        assert!(said.contains("only settled, with a reason"), "{said}");
    }
    assert_eq!(database.count("ends").await, 0);
}
