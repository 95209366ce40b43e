//! Claims: only one for a kit at a time, each counted once.

use std::sync::Arc;

use kitdesk::central::{Claim, ClaimId, Claimed, End, Store};
use kitdesk::config::Environment;
use kitdesk::dcms::{EntityId, KitNo, OrderId, Tenant};
use kitdesk::journal::{Digest, Subject, Where, Who, Write};
use serde_json::json;

use crate::engine::{Database, Host};

pub const CHAIN_A: &str = "aaaaaaaa-0000-0000-0000-000000000001";
pub const CHAIN_B: &str = "bbbbbbbb-0000-0000-0000-000000000002";

pub fn kit(kit: &str) -> Subject {
    Subject::kit(
        EntityId::parse("676165").expect("an id"),
        KitNo::parse(kit).expect("a number"),
    )
}

pub fn place() -> Where {
    Where {
        profile: "p".to_owned(),
        tenant: Tenant::parse("ACME").expect("a name"),
        environment: Environment::Live,
    }
}

pub fn claim(operator: &str, write: Write, subject: Subject) -> Claim {
    Claim {
        id: ClaimId::new(),
        write,
        subject,
        digest: Digest::of(write, &json!({})),
        who: Who::new(operator, format!("pad-of-{operator}")),
        place: place(),
        session: "s".to_owned(),
        expected: None,
    }
}

/// A database with two hosts of one bank.
pub async fn two() -> Option<(Database, [Host; 2], [Store; 2])> {
    let database = Database::new().await?;
    let a = database.host("a", CHAIN_A, "ACME").await;
    let b = database.host("b", CHAIN_B, "ACME").await;
    let stores = [database.store(&a), database.store(&b)];
    Some((database, [a, b], stores))
}

#[tokio::test]
async fn a_kit_is_held_by_one_until_it_ends() {
    let Some((database, [host, _other], [a, b])) = two().await else {
        return;
    };
    let of_branch = format!(
        "UPDATE kitdesk.hosts SET branch = '12' WHERE db_role = '{}'",
        host.role
    );
    let of_branch = database.owner.batch_execute(&of_branch).await;
    of_branch.expect("the superuser may");
    let first = claim("maria", Write::Upgrade, kit("1"));
    assert_eq!(a.claim(&first).await, Ok(Claimed::Yes));
    let second = claim("lakshmi", Write::SetPin, kit("1"));
    let held = b.claim(&second).await;
    let Ok(Claimed::Held(holder)) = held else {
        panic!("it is held: {held:?}");
    };
    assert_eq!(
        (&*holder.operator, &*holder.host),
        ("maria", "pad-of-maria")
    );
    assert!(holder.is_under_way);
    let said = holder.to_string();
    assert!(
        said.starts_with("an upgrade by maria, branch 12, on pad-of-maria since 20"),
        "{said}"
    );
    assert!(said.ends_with("UTC is under way"), "{said}");
    let seen = b.seen(&kit("1"), &place()).await.expect("it answers");
    assert_eq!(seen.holder, Some(holder));
    // Another kit of the same customer is free, the customer as a whole is not.
    assert_eq!(
        b.claim(&claim("lakshmi", Write::SetPin, kit("2"))).await,
        Ok(Claimed::Yes)
    );
    let customer = Subject::entity(EntityId::parse("676165").expect("an id"));
    let whole = claim("lakshmi", Write::SetLimits, customer.clone());
    assert!(matches!(b.claim(&whole).await, Ok(Claimed::Held(_))));
    a.finish(&first.id, End::Done, "maria", None)
        .await
        .expect("it answers");
    assert_eq!(b.claim(&second).await, Ok(Claimed::Yes));
}

#[tokio::test]
async fn a_kit_is_held_by_one_whosever_it_is_said_to_be() {
    let Some((_database, _hosts, [a, b])) = two().await else {
        return;
    };
    let first = claim("maria", Write::Upgrade, kit("1"));
    assert_eq!(a.claim(&first).await, Ok(Claimed::Yes));
    let other = EntityId::parse("676166").expect("an id");
    let same_kit = Subject::kit(other, KitNo::parse("1").expect("a number"));
    let said = b.claim(&claim("lakshmi", Write::SetPin, same_kit)).await;
    let said = said.expect_err("it is held").to_string();
    assert!(
        said.contains("somebody else writes to this card at this moment"),
        "{said}"
    );
}

#[tokio::test]
async fn a_customer_excludes_their_kits() {
    let Some((_database, _hosts, [a, b])) = two().await else {
        return;
    };
    let customer = Subject::entity(EntityId::parse("676165").expect("an id"));
    let whole = claim("maria", Write::SetLimits, customer);
    assert_eq!(a.claim(&whole).await, Ok(Claimed::Yes));
    assert!(matches!(
        b.claim(&claim("lakshmi", Write::SetPin, kit("1"))).await,
        Ok(Claimed::Held(_))
    ));
    let order = Subject::order(OrderId::parse("676165").expect("an id"));
    assert_eq!(
        b.claim(&claim("lakshmi", Write::CancelOrder, order)).await,
        Ok(Claimed::Yes)
    );
}

#[tokio::test]
async fn what_is_asked_twice_counts_once() {
    let Some((database, _hosts, [a, b])) = two().await else {
        return;
    };
    let first = claim("maria", Write::Upgrade, kit("1"));
    for _ in 0..3 {
        assert_eq!(a.claim(&first).await, Ok(Claimed::Yes));
    }
    assert_eq!(database.count("claims").await, 1);
    for _ in 0..2 {
        a.finish(&first.id, End::Done, "maria", None)
            .await
            .expect("it answers");
    }
    // It keeps its first end, and never comes back.
    a.finish(&first.id, End::Refused, "maria", None)
        .await
        .expect("it answers");
    assert_eq!(database.count("ends WHERE how = 'done'").await, 1);
    assert_eq!(a.claim(&first).await, Ok(Claimed::Ended));
    // Nobody can take another host's name for their own.
    let stolen = Claim {
        digest: Digest::of(Write::SetPin, &json!({})),
        ..claim("lakshmi", Write::SetPin, kit("9"))
    };
    let stolen = Claim {
        id: first.id.clone(),
        ..stolen
    };
    assert_eq!(b.claim(&stolen).await, Ok(Claimed::Ended));
}

#[tokio::test]
async fn what_was_ended_before_it_came_in_never_comes_in() {
    let Some((database, _hosts, [a, b])) = two().await else {
        return;
    };
    let late = claim("maria", Write::Upgrade, kit("1"));
    a.finish(&late.id, End::NeverSent, "maria", None)
        .await
        .expect("it answers");
    assert_eq!(a.claim(&late).await, Ok(Claimed::Ended));
    assert_eq!(database.count("holds").await, 0);
    assert_eq!(
        b.claim(&claim("lakshmi", Write::Upgrade, kit("1"))).await,
        Ok(Claimed::Yes)
    );
}

#[tokio::test]
async fn an_unknown_outcome_forbids_what_could_harm() {
    let Some((_database, _hosts, [a, b])) = two().await else {
        return;
    };
    let upgrade = claim("maria", Write::Upgrade, kit("1"));
    assert_eq!(a.claim(&upgrade).await, Ok(Claimed::Yes));
    a.doubt(&upgrade.id).await.expect("it answers");
    let Ok(Claimed::Held(holder)) = b.claim(&claim("l", Write::Upgrade, kit("1"))).await else {
        panic!("it may be there already");
    };
    assert!(
        holder.to_string().ends_with("has an unknown outcome"),
        "{holder}"
    );
    let pin = claim("lakshmi", Write::SetPin, kit("1"));
    assert_eq!(b.claim(&pin).await, Ok(Claimed::Yes));
    b.finish(&pin.id, End::Done, "lakshmi", None)
        .await
        .expect("it answers");
    // Its own host ends it, and no other.
    b.doubt(&upgrade.id).await.expect("it answers");
    for end in [End::Refused, End::SettledNotDone, End::GivenUp] {
        b.finish(&upgrade.id, end, "lakshmi", Some("looked"))
            .await
            .expect("it answers");
        assert!(matches!(
            b.claim(&claim("l", Write::Upgrade, kit("1"))).await,
            Ok(Claimed::Held(_))
        ));
    }
    a.finish(&upgrade.id, End::SettledNotDone, "maria", Some("looked"))
        .await
        .expect("it answers");
    assert_eq!(
        b.claim(&claim("l", Write::Upgrade, kit("1"))).await,
        Ok(Claimed::Yes)
    );
}

#[tokio::test]
async fn what_was_read_before_another_s_upgrade_is_overtaken() {
    let Some((_database, _hosts, [a, b])) = two().await else {
        return;
    };
    let seen = b.seen(&kit("1"), &place()).await.expect("it answers");
    // A PIN changes nothing that others have read.
    let pin = claim("maria", Write::SetPin, kit("1"));
    assert_eq!(a.claim(&pin).await, Ok(Claimed::Yes));
    a.finish(&pin.id, End::Done, "maria", None)
        .await
        .expect("it answers");
    let upgrade = claim("maria", Write::Upgrade, kit("1"));
    let upgrade = Claim {
        expected: Some(seen.generation),
        ..upgrade
    };
    assert_eq!(a.claim(&upgrade).await, Ok(Claimed::Yes));
    a.finish(&upgrade.id, End::Done, "maria", None)
        .await
        .expect("it answers");
    let late = claim("lakshmi", Write::Upgrade, kit("1"));
    let late = Claim {
        expected: Some(seen.generation),
        ..late
    };
    assert_eq!(b.claim(&late).await, Ok(Claimed::Overtaken));
    let now = b
        .seen(&kit("1"), &place())
        .await
        .expect("it answers")
        .generation;
    let late = Claim {
        id: ClaimId::new(),
        expected: Some(now),
        ..late
    };
    assert_eq!(b.claim(&late).await, Ok(Claimed::Yes));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hosts_race_for_one_kit() {
    let Some((database, _hosts, [a, b])) = two().await else {
        return;
    };
    let rounds = if std::env::var_os("KITDESK_MEASURE").is_some() {
        10_000
    } else {
        300
    };
    let [a, b] = [Arc::new(a), Arc::new(b)];
    let began = std::time::Instant::now();
    for round in 0..rounds {
        let racer = |store: &Arc<Store>, operator: &'static str| {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                let claim = claim(operator, Write::Upgrade, kit("1"));
                let said = store.claim(&claim).await.expect("it answers");
                (said == Claimed::Yes).then_some((store, claim.id))
            })
        };
        let (one, other) = tokio::join!(racer(&a, "maria"), racer(&b, "lakshmi"));
        let won: Vec<_> = [one, other]
            .into_iter()
            .filter_map(|end| end.expect("no panic"))
            .collect();
        assert_eq!(won.len(), 1, "round {round}");
        let (winner, id) = &won[0];
        let end = winner.finish(id, End::GivenUp, "maria", None).await;
        end.expect("it answers");
    }
    crate::engine::say(&format!("{rounds} races in {:?}", began.elapsed()));
    assert_eq!(database.count("claims").await, rounds);
    assert_eq!(database.count("holds").await, 0);
}

/// A server may have been set up with a stricter isolation, in which a claim would not see those that came in while it
/// waited for its turn.
#[tokio::test]
async fn in_a_snapshot_of_the_past_nothing_is_claimed() {
    let Some((database, [a, _], _)) = two().await else {
        return;
    };
    let host = database.by_hand(&a).await;
    let asked = "SELECT kitdesk.claim(gen_random_uuid(), 's', 'o', 'h', 'ACME', 'live', 'upgrade', '1', '2', NULL, 'd',
        '{}', true, NULL)";
    for level in ["REPEATABLE READ", "SERIALIZABLE"] {
        let asked = format!("BEGIN ISOLATION LEVEL {level}; {asked}; COMMIT");
        let error = host.batch_execute(&asked).await.expect_err("it is refused");
        assert_eq!(
            error.code().map(tokio_postgres::error::SqlState::code),
            Some("KD010"),
            "{error}"
        );
        host.batch_execute("ROLLBACK").await.expect("it answers");
    }
    host.batch_execute(asked).await.expect("it is claimed");
    assert_eq!(database.count("claims").await, 1);
}

#[tokio::test]
async fn a_host_claims_for_its_own_bank_and_environment_only() {
    let Some((database, _hosts, [a, _])) = two().await else {
        return;
    };
    let mut other = claim("maria", Write::Upgrade, kit("1"));
    other.place.tenant = Tenant::parse("OTHER").expect("a name");
    let error = a.claim(&other).await.expect_err("another bank");
    assert!(
        error
            .to_string()
            .contains("enrolled for the tenant ACME in uat, live"),
        "{error}"
    );
    other.place = Where {
        environment: Environment::Sandbox,
        ..place()
    };
    assert!(a.claim(&other).await.is_err());
    assert_eq!(database.count("claims").await, 0);
}

/// Fought-over kits and many clients: no kit is ever claimed by two at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_clients_claim_a_few_kits() {
    let Some((database, [a, _host_b], _)) = two().await else {
        return;
    };
    let is_measured = std::env::var_os("KITDESK_MEASURE").is_some();
    let (clients, rounds) = if is_measured { (64, 500) } else { (8, 25) };
    // Each writes the file of the password, so all of them before any reads it; and one after the other proves it, so that
    // no claim waits for that.
    let stores: Vec<_> = (0..clients).map(|_| database.store(&a)).collect();
    for store in &stores {
        store.standing().await.expect("it answers");
    }
    let began = std::time::Instant::now();
    let racers = stores.into_iter().enumerate().map(|(client, store)| {
        tokio::spawn(async move {
            let mut claimed = 0;
            for round in 0..rounds {
                let number = (client * 7 + round) % 20;
                let customer = EntityId::parse(&format!("{}", 100_000 + number)).expect("an id");
                let kit = KitNo::parse(&format!("{number}")).expect("a number");
                let wanted = claim("maria", Write::Upgrade, Subject::kit(customer, kit));
                let end = match store.claim(&wanted).await {
                    Ok(Claimed::Yes) => End::Done,
                    // It may have come in, and must not be held for ever.
                    Err(_) => End::NeverSent,
                    Ok(_) => continue,
                };
                claimed += i32::from(end == End::Done);
                let ended = store.finish(&wanted.id, end, "maria", None).await;
                ended.expect("it answers");
            }
            claimed
        })
    });
    let mut claimed = 0;
    for racer in racers.collect::<Vec<_>>() {
        claimed += racer.await.expect("no panic");
    }
    let took = began.elapsed();
    crate::engine::say(&format!(
        "{clients} clients: {} questions in {took:?}, {claimed} claimed",
        clients * rounds
    ));
    assert_eq!(
        database.count("ends WHERE how = 'done'").await,
        i64::from(claimed)
    );
    assert_eq!(database.count("holds").await, 0);
    // Of one kit each claim began after the one before had ended.
    let overlap = "claims a JOIN kitdesk.ends e USING (claim) JOIN kitdesk.claims b
        ON a.kit = b.kit AND a.claim <> b.claim AND b.at > a.at AND b.at < e.at";
    assert_eq!(database.count(overlap).await, 0);
}

/// What a claim adds to a write, one after the other.
#[tokio::test]
async fn a_claim_and_its_end_one_after_the_other() {
    let Some((database, _hosts, [a, _])) = two().await else {
        return;
    };
    let rounds = if std::env::var_os("KITDESK_MEASURE").is_some() {
        2_000
    } else {
        20
    };
    let mut took = Vec::new();
    for _ in 0..rounds {
        let wanted = claim("maria", Write::Upgrade, kit("1"));
        let began = std::time::Instant::now();
        assert_eq!(a.claim(&wanted).await, Ok(Claimed::Yes));
        took.push(began.elapsed());
        let ended = a.finish(&wanted.id, End::Done, "maria", None).await;
        ended.expect("it answers");
    }
    took.sort_unstable();
    let [median, late] = [took.len() / 2, took.len() * 95 / 100].map(|at| took[at]);
    crate::engine::say(&format!("a claim: {median:?} median, {late:?} p95"));
    assert_eq!(database.count("ends").await, rounds);
}
