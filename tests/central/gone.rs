//! A host that is gone: what it has left open is settled from another host of its bank, and from no other, and
//! never while it may still send it.

use std::sync::Arc;

use kitdesk::central::{self, Claim, Claimed, End, LeftOpen, SettledFor, Store};
use kitdesk::config::Environment;
use kitdesk::dcms::{Client, Settings, Tenant};
use kitdesk::desk::{Access, Central, Command, Event, Handle, Recorder, Schedule, Ticket};
use kitdesk::journal::{Filter, Finding, Journal, Kind, Opening, Where, Who, Write};

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

/// From the screen of another host, whose desk is this one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_left_is_read_before_somebody_decides() {
    let Some(branch) = crate::writes::Branch::new("uat", "").await else {
        return;
    };
    let fault = "manageKit=reset-after:1".parse().expect("a fault");
    branch.sandbox.add_fault(fault);
    let lock = [&crate::writes::LOCK[..], &["--settle-for", "0"]].concat();
    branch.desk.run(&lock).code(4);
    let state = branch.desk.path("state");
    let reader = Journal::open_to_read(&state).expect("a journal");
    let intent = reader.open_writes().expect("it is read").remove(0).intent;
    let claim = intent.claim().expect("it was claimed").to_owned();
    let (host, database) = (&branch.neighbour.0, &branch.database);
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = desk_of(host, database, &branch.sandbox, folder.path());
    let mut read = async || {
        let question = Command::ReadForGone(Ticket(1), Box::new(intent.clone()));
        desk.commands.send(question).await.expect("the desk runs");
        loop {
            let event = desk.events.recv().await.expect("the desk runs");
            if let Event::ReadForGone(_, read) = event {
                return read;
            }
        }
    };
    let lives = read().await.expect_err("it lives");
    assert!(lives.contains("still counts as living"), "{lives}");
    let retired = "UPDATE kitdesk.hosts SET retired_at = now() WHERE db_role LIKE 'desk_%'";
    owner(database, retired).await;
    let said = read().await.expect("it is gone");
    assert!(said.contains("Read just now"), "{said}");
    assert_eq!(database.count("ends").await, 0, "reading settles nothing");
    let reason = "the customer has seen it".to_owned();
    let decide = Command::DecideForGone(Ticket(2), claim, Finding::Done, reason);
    desk.commands.send(decide).await.expect("the desk runs");
    let settled = loop {
        let event = desk.events.recv().await.expect("the desk runs");
        if let Event::SettledForGone(_, settled) = event {
            break settled;
        }
    };
    assert_eq!(settled, Ok(()));
    let ended = "ends WHERE how = 'settled_done' AND operator = 'lakshmi'";
    assert_eq!(database.count(ended).await, 1);
    assert_eq!(database.count("holds").await, 0);
    let reader = Journal::open_to_read(folder.path()).expect("a journal");
    let filter = Filter {
        kind: Some(Kind::SettledForHost),
        ..Filter::default()
    };
    assert_eq!(reader.count(&filter), Ok(1));
}

fn desk_of(
    host: &Host,
    database: &Database,
    sandbox: &kitdesk::sandbox::Sandbox,
    folder: &std::path::Path,
) -> Handle {
    let tenant = || Tenant::parse("SANDBOX").expect("a name");
    let bank = central::Bank {
        tenant: tenant(),
        environment: Environment::Uat,
    };
    let settings = crate::engine::settings(host, &database.central(host));
    let central = Arc::new(Central::new(&settings, bank).expect("good settings"));
    let recorder = Recorder::start(Some(folder.to_owned()), move || {
        let who = Who::new("lakshmi", "pad");
        let place = Where {
            profile: "p".to_owned(),
            tenant: tenant(),
            environment: Environment::Uat,
        };
        Opening::new(&who, &place)
    });
    let address = sandbox.base_url().parse().expect("an address");
    let client = Client::new(Settings::new(address, tenant()));
    let client = std::future::ready(Ok(client.expect("good settings")));
    let schedule = Schedule {
        at_once: false,
        later: Vec::new(),
    };
    let recorder = recorder.with_central(central);
    kitdesk::desk::start(client, recorder, schedule, Access::local())
}
