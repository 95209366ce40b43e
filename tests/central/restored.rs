//! A store that was put back to an earlier state: the hosts bring back what was lost of theirs, and until they have,
//! nobody's doing is taken for anybody's.

use kitdesk::central::{Claimed, Store};
use kitdesk::config::Environment;
use kitdesk::journal::Write;

use crate::earlier::{backup, restore};
use crate::fixtures::{Desk, ENTITY, KIT};
use crate::rivals::{LOCK_ALL, lock_unknown, settled};
use crate::writes::{Branch, LOCK, UNLOCK, UPGRADE};

const LIVE: Environment = Environment::Live;

fn comes_by(desk: &Desk) {
    desk.run(&["kits", "--entity", ENTITY]).code(0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_host_holds_is_held_again() {
    let Some(branch) = Branch::new("live", "").await else {
        return;
    };
    let (database, store) = (&branch.database, &branch.neighbour.1);
    branch.desk.run(&LOCK).code(0);
    branch.until_all_is_there();
    backup(database).await;
    branch.desk.run(&UNLOCK).code(0);
    let fault = "upgradeCard=reset-after:1".parse().expect("a fault");
    branch.sandbox.add_fault(fault);
    branch
        .desk
        .run(&[&UPGRADE[..], &["--settle-for", "0"]].concat())
        .code(4);
    branch.until_all_is_there();
    let [claims, ends, records, generations] = all(&branch).await;
    assert_eq!((claims, ends, generations), (3, 2, 1));
    restore(database, "").await;
    assert_eq!(database.count("claims").await, 1);
    comes_by(&branch.desk);
    branch.until_all_is_there();
    let [claims_now, ends_now, records_now, generations_now] = all(&branch).await;
    assert_eq!((claims_now, ends_now, generations_now), (3, 2, 1));
    assert!(records_now > records);
    assert_eq!(branch.ends("done").await, 2);
    let brought = "claims WHERE put_back_at > at AND at > now() - interval '1 hour'";
    assert_eq!(database.count(brought).await, 2);
    let held = branch.other_claims(Write::Upgrade, KIT, LIVE).await;
    let Claimed::Held(holder) = held else {
        panic!("it may have been done: {held:?}");
    };
    assert!(!holder.is_under_way, "{holder}");
    // It was noticed by that. This host has done its part, the other one has yet to come.
    let other = &branch.neighbour.0.role;
    assert_eq!(missing(store).await, [""; 0]);
    for verb in [&["central", "status"][..], &["doctor"]] {
        let said = branch.desk.run(verb).code(0).out;
        assert!(
            said.contains("brought back yet") && said.contains(other.as_str()),
            "{said}"
        );
    }
    let (found, said) = settled(&branch.desk, &[]);
    assert_eq!(found, "open", "{said}");
    store.refilled().await.expect("it answers");
    branch.desk.run(&["settle"]).code(0);
    branch.until_all_is_there();
    assert_eq!(branch.ends("settled_done").await, 1);
    assert_eq!(database.count("holds").await, 0);
}

async fn missing(store: &Store) -> Vec<String> {
    store.standing().await.expect("it answers").not_refilled
}

async fn all(branch: &Branch) -> [i64; 4] {
    let database = &branch.database;
    [
        database.count("claims").await,
        database.count("ends").await,
        database.count("records").await,
        database.count("generations").await,
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_done_by_another_host_is_no_own_doing_either() {
    let Some(branch) = Branch::new("live", "").await else {
        return;
    };
    let (database, store) = (&branch.database, &branch.neighbour.1);
    let second = branch.second().await;
    store.refilled().await.expect("it answers");
    lock_unknown(&branch, "reset-before");
    branch.until_all_is_there();
    backup(database).await;
    second.run(&LOCK_ALL).code(0);
    // Its administrator says so: nothing of the first host is lost, so that it could not notice.
    restore(
        database,
        "SET ROLE kitdesk_owner; SELECT kitdesk.was_put_back(); RESET ROLE",
    )
    .await;
    store.refilled().await.expect("it answers");
    let of_second = format!("second_{} (branch 12345)", database.name);
    assert!(missing(store).await.contains(&of_second));
    let (found, said) = settled(&branch.desk, &[]);
    assert_eq!(found, "open", "{said}");
    assert!(
        said.contains("has not brought back yet what it had claimed"),
        "{said}"
    );
    comes_by(&second);
    let (found, said) = settled(&branch.desk, &[]);
    assert_eq!(found, "open", "{said}");
    assert!(
        said.contains("Another request may have locked it"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sent_without_the_store_is_claimed_when_it_is_back() {
    let Some(branch) = Branch::new("uat", "when_down = \"local\"").await else {
        return;
    };
    let away = branch.desk.path("kitdesk/away.toml");
    let config = branch.config.replace("?host=/", "?host=/nowhere/");
    crate::console::write_file(&away, &config);
    let fault = "manageKit=reset-after:1".parse().expect("a fault");
    branch.sandbox.add_fault(fault);
    let args = [
        "--config",
        away.to_str().expect("text"),
        "--settle-for",
        "0",
    ];
    branch.desk.run(&[&LOCK[..], &args].concat()).code(4);
    branch.until_all_is_there();
    let held = branch
        .other_claims(Write::Lock, KIT, Environment::Uat)
        .await;
    let Claimed::Held(holder) = held else {
        panic!("it may have been done: {held:?}");
    };
    assert!(!holder.is_under_way, "{holder}");
    // Nothing was put back to an earlier state.
    assert_eq!(
        branch.database.count("hosts WHERE NOT is_refilled").await,
        0
    );
    branch.desk.run(&["settle"]).code(0);
    branch.until_all_is_there();
    assert_eq!(branch.ends("settled_done").await, 1);
}
