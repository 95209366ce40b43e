//! Writes of a desk with a central store: claimed before they are sent, ended there afterwards, and their
//! records forwarded, whatever happens in between.

use std::time::{Duration, Instant};

use kitdesk::central::{Claimed, Store};
use kitdesk::config::Environment;
use kitdesk::journal::{Journal, RecordId, Write};
use kitdesk::sandbox::{Options, Sandbox, start};
use serde_json::Value;
use tokio::net::UnixListener;

use crate::claims::{self, CHAIN_B, claim, kit};
use crate::console::Console;
use crate::engine::{Database, Host};
use crate::fixtures::{Desk, ENTITY, KIT};

pub const LOCK: [&str; 8] = [
    "lock", "--entity", ENTITY, "--kit", KIT, "--reason", "lost", "--yes",
];
pub const UNLOCK: [&str; 8] = [
    "unlock",
    "--entity",
    ENTITY,
    "--kit",
    KIT,
    "--reason",
    "found-again",
    "--yes",
];
pub const UPGRADE: [&str; 8] = [
    "upgrade", "--entity", ENTITY, "--kit", KIT, "--tier", "SILVER", "--yes",
];

/// A desk that is enrolled, a simulator that stands for its DCMS, and another host of the same bank.
pub struct Branch {
    pub sandbox: Sandbox,
    pub desk: Desk,
    pub database: Database,
    pub neighbour: (Host, Store),
    pub config: String,
}

impl Branch {
    pub async fn new(environment: &str, more: &str) -> Option<Self> {
        let database = Database::new().await?;
        let sandbox = start(Options::default()).await.expect("it starts");
        let (folder, port) = (database.engine.folder.display(), database.engine.port);
        let role = format!("desk_{}", database.name);
        let of_sandbox = sandbox.config_file().replace(
            "environment = \"sandbox\"",
            &format!("environment = \"{environment}\""),
        );
        let config = format!(
            "{of_sandbox}\n[central]\nurl = \"postgres://{role}@/{}?host={folder}&port={port}\"\n\
             password = {{ command = [\"printf\", \"%s\", \"p\"] }}\n{more}\n",
            database.name
        );
        let desk = Desk::configured(&config);
        // Look-ups go on without the store.
        desk.run(&["kits", "--entity", ENTITY]).code(0);
        let sql = desk.run(&["central", "enrol"]).code(0).out;
        database
            .owner
            .batch_execute(&sql)
            .await
            .expect("it is good");
        let set = format!("ALTER ROLE {role} PASSWORD 'p'");
        database
            .owner
            .batch_execute(&set)
            .await
            .expect("the superuser may");
        let host = database.host("other", CHAIN_B, "SANDBOX").await;
        let store = database.store(&host);
        Some(Self {
            sandbox,
            desk,
            database,
            neighbour: (host, store),
            config,
        })
    }

    /// A claim of the other host, for the same cards.
    pub async fn other_claims(
        &self,
        write: Write,
        kit_no: &str,
        environment: Environment,
    ) -> Claimed {
        let mut wanted = claim("lakshmi", write, kit(kit_no));
        wanted.place = kitdesk::journal::Where {
            tenant: kitdesk::dcms::Tenant::parse("SANDBOX").expect("a name"),
            environment,
            ..claims::place()
        };
        self.neighbour.1.claim(&wanted).await.expect("it answers")
    }

    /// Another desk of the same bank, with a journal of its own.
    pub async fn second(&self) -> Desk {
        let name = &self.database.name;
        let (first, role) = (format!("desk_{name}"), format!("second_{name}"));
        let second = Desk::configured(&self.config.replace(&first, &role));
        second.run(&["kits", "--entity", ENTITY]).code(0);
        let sql = second.run(&["central", "enrol"]).code(0).out;
        let owner = &self.database.owner;
        owner.batch_execute(&sql).await.expect("it is good");
        let set = format!("ALTER ROLE {role} PASSWORD 'p'");
        let set = owner.batch_execute(&set).await;
        set.expect("the superuser may");
        second
    }

    fn status(&self) -> Value {
        let ended = self.desk.run(&["central", "status", "--json"]).code(0);
        let mut json: Value = serde_json::from_str(&ended.out).expect("JSON");
        json["result"].take()
    }

    /// Looks customers up until everything is forwarded.
    pub fn until_all_is_there(&self) -> Value {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let status = self.status();
            if status["waiting"] == 0 || Instant::now() > until {
                return status;
            }
            self.desk.run(&["kits", "--entity", ENTITY]).code(0);
        }
    }

    /// Looks customers up until it is so. Each time there is a second for the store: on a busy machine that is not always
    /// enough.
    async fn until(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        let until = Instant::now() + Duration::from_secs(30);
        while !is_so().await {
            assert!(Instant::now() < until, "{what}");
            self.desk.run(&["kits", "--entity", ENTITY]).code(0);
        }
    }

    pub async fn ends(&self, how: &str) -> i64 {
        self.database
            .count(&format!("ends WHERE how = '{how}'"))
            .await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_is_claimed_ended_and_forwarded() {
    let Some(branch) = Branch::new("live", "").await else {
        return;
    };
    branch.desk.run(&UPGRADE).code(0);
    assert_eq!(branch.ends("done").await, 1);
    assert_eq!(branch.database.count("holds").await, 0);
    let status = branch.status();
    assert_eq!(
        (&status["waiting"], &status["open_claims"]),
        (&0.into(), &0.into())
    );
    // The intent names the claim, and the chain is whole.
    let row = branch.database.owner.query_one(
        "SELECT count(*) FROM kitdesk.records r JOIN kitdesk.claims c ON r.claim = c.claim::text
         WHERE r.kind = 'intent' AND r.digest = c.digest AND r.kit = c.kit AND r.session = c.session", &[]).await;
    assert_eq!(row.expect("the superuser may").get::<_, i64>(0), 1);
    branch.desk.run(&["journal", "verify"]).code(0);
    let listed = branch
        .desk
        .run(&["journal", "list", "--central", "--kit", KIT]);
    let listed = listed.code(0).out;
    assert!(
        listed.contains("BRANCH") && listed.contains("upgrade, answer"),
        "{listed}"
    );
    let row = listed
        .lines()
        .find(|line| line.contains("upgrade, to send"));
    let id = row
        .and_then(|row| row.split_whitespace().next())
        .expect("an id");
    let shown = branch
        .desk
        .run(&["journal", "show", "--central", id])
        .code(0)
        .out;
    assert!(shown.contains("branch       12345"), "{shown}");
    assert!(shown.contains("outcome      done"), "{shown}");
    branch
        .desk
        .run(&["journal", "show", id])
        .code(2)
        .says("add --central");
    branch
        .desk
        .run(&["journal", "list", "--branch", "1"])
        .code(2)
        .says("--central");
    let all = |more: &[&str]| {
        let words = [&["journal", "export"], more].concat();
        branch.desk.run(&words).code(0).out
    };
    let (own, of_bank) = (all(&[]), all(&["--central"]));
    assert_eq!(own.lines().count(), of_bank.lines().count());
    for (own, of_bank) in own.lines().zip(of_bank.lines()) {
        // To the letter, next to whose it is.
        assert!(of_bank.ends_with(&own[1..]), "{own}\n{of_bank}");
        assert!(of_bank.contains("\"branch\":\"12345\""), "{of_bank}");
    }
    let json = all(&["--central", "--json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let records = json["result"]["records"].as_array().map(Vec::len);
    assert_eq!(records, Some(own.lines().count()));
    let report = branch.desk.run(&["report", "--central"]).code(0).out;
    assert!(
        report.contains(", the whole bank") && report.contains("Branches and hosts"),
        "{report}"
    );
    let csv = branch
        .desk
        .run(&["report", "--central", "--format", "csv"])
        .code(0)
        .out;
    assert!(csv.contains(",12345,"), "{csv}");
    let doctor = branch.desk.run(&["doctor"]).code(0).out;
    assert!(doctor.contains(" for SANDBOX in live"), "{doctor}");
    assert!(doctor.contains("courier"), "{doctor}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_host_holds_is_not_sent() {
    let Some(branch) = Branch::new("live", "").await else {
        return;
    };
    let live = Environment::Live;
    assert_eq!(
        branch.other_claims(Write::Upgrade, KIT, live).await,
        Claimed::Yes
    );
    let ended = branch.desk.run(&UPGRADE).code(3);
    let ended = ended.says("an upgrade by lakshmi on pad-of-lakshmi since 20");
    ended.says("is under way, as the central store has it: wait for its outcome");
    assert_eq!(branch.sandbox.received("upgradeCard"), 0);
    // Nothing of it is left there, and nothing was intended here.
    assert_eq!(branch.database.count("claims").await, 1);
    let intents = branch
        .desk
        .run(&["journal", "list", "--kind", "intent", "--json"])
        .code(0)
        .out;
    assert!(intents.contains("\"records\":[]"), "{intents}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_store_nothing_is_sent_in_live() {
    let Some(branch) = Branch::new("live", "when_down = \"local\"").await else {
        return;
    };
    branch.desk.run(&LOCK).code(0);
    let away = branch.config.replace("?host=/", "?host=/nowhere/");
    let here = Desk::configured(&away);
    here.run(&["kits", "--entity", ENTITY]).code(0);
    let before = branch.sandbox.received("upgradeCard");
    here.run(&UPGRADE).code(3).says("the central store");
    here.run(&UNLOCK).code(3).says("is not reached");
    assert_eq!(branch.sandbox.received("upgradeCard"), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn elsewhere_it_can_be_sent_without_the_store_and_is_on_record() {
    let Some(branch) = Branch::new("uat", "when_down = \"local\"").await else {
        return;
    };
    let away = branch.config.replace("?host=/", "?host=/nowhere/");
    let here = Desk::configured(&away);
    here.run(&LOCK).code(0);
    let intent = here
        .run(&["journal", "export", "--kind", "intent"])
        .code(0)
        .out;
    let intent: Value = serde_json::from_str(&intent).expect("one line");
    let why = intent["before"]["unclaimed"].as_str().expect("it says why");
    assert!(why.contains("is not reached"), "{why}");
    let refusing = Desk::configured(&away.replace("when_down = \"local\"", ""));
    refusing.run(&UNLOCK).code(3).says("is not reached");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_outcome_is_held_until_it_is_settled() {
    let Some(branch) = Branch::new("uat", "").await else {
        return;
    };
    let fault = "upgradeCard=reset-after:1".parse().expect("a fault");
    branch.sandbox.add_fault(fault);
    let args = [&UPGRADE[..], &["--settle-for", "0"]].concat();
    branch.desk.run(&args).code(4);
    let uat = Environment::Uat;
    let held = branch.other_claims(Write::Upgrade, KIT, uat).await;
    let Claimed::Held(holder) = held else {
        panic!("it may have been done: {held:?}");
    };
    assert!(!holder.is_under_way, "{holder}");
    branch.desk.run(&["settle"]).code(0);
    assert_eq!(branch.until_all_is_there()["open_claims"], 0);
    assert_eq!(branch.ends("settled_done").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_between_claim_and_intent_is_never_sent() {
    let Some(branch) = Branch::new("uat", "").await else {
        return;
    };
    // As a host that died there has left it: a claim of a session that is gone, and no record of it.
    let state = branch.desk.path("state");
    let reader = Journal::open_to_read(&state).expect("it is there");
    let chain = reader.chain_id().expect("it is read").expect("it has one");
    let orphan = format!(
        "SET ROLE kitdesk_owner;
         INSERT INTO kitdesk.claims (claim, chain, session, operator, host, tenant, environment, operation, entity, kit, digest)
         VALUES ('00000000-0000-4000-8000-000000000001', '{chain}', '00ff', 'maria', 'pad', 'SANDBOX', 'uat', 'lock',
             '{ENTITY}', '{KIT}', 'd');
         INSERT INTO kitdesk.holds (claim, tenant, environment, owner, what, lanes)
         VALUES ('00000000-0000-4000-8000-000000000001', 'SANDBOX', 'uat', 'customer {ENTITY}', 'kit {KIT}', '{{lock}}');
         RESET ROLE"
    );
    branch
        .database
        .owner
        .batch_execute(&orphan)
        .await
        .expect("the owner may");
    branch
        .until("it ends", async || branch.ends("never_sent").await == 1)
        .await;
    branch.desk.run(&LOCK).code(0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_between_intent_and_outcome_is_unknown_to_every_host() {
    let Some(branch) = Branch::new("uat", "").await else {
        return;
    };
    let fault = "upgradeCard=delay:30:1".parse().expect("a fault");
    branch.sandbox.add_fault(fault);
    let mut child = branch.desk.start(&UPGRADE);
    let until = Instant::now() + Duration::from_secs(20);
    while branch.sandbox.received("upgradeCard") == 0 {
        assert!(Instant::now() < until, "it is sent");
        if child.try_wait().expect("it is ours").is_some() {
            // Where the store was not reached in time, on a busy machine, nothing was sent.
            child = branch.desk.start(&UPGRADE);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let uat = Environment::Uat;
    let Claimed::Held(holder) = branch.other_claims(Write::Lock, KIT, uat).await else {
        panic!("it is under way");
    };
    assert!(holder.is_under_way);
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    let is_unknown = async || match branch.other_claims(Write::Upgrade, KIT, uat).await {
        Claimed::Held(holder) => !holder.is_under_way,
        other => panic!("nobody knows whether it was done: {other:?}"),
    };
    branch.until("its outcome is unknown", is_unknown).await;
    assert_eq!(branch.database.count("ends").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_s_records_are_forwarded_in_order_and_once() {
    let Some(branch) = Branch::new("uat", "").await else {
        return;
    };
    let state = branch.desk.path("state");
    let count = if std::env::var_os("KITDESK_MEASURE").is_some() {
        50_000
    } else {
        1_500
    };
    let mut journal = crate::records::journal(&state, count);
    let began = Instant::now();
    let status = branch.until_all_is_there();
    crate::engine::say(&format!("{count} records in {:?}", began.elapsed()));
    assert_eq!(status["waiting"], 0, "{status}");
    let size = "SELECT pg_total_relation_size('kitdesk.records') / count(*) FROM kitdesk.records";
    let size = branch
        .database
        .owner
        .query_one(size, &[])
        .await
        .expect("the superuser may");
    crate::engine::say(&format!("{} bytes a record", size.get::<_, i64>(0)));
    crate::records::add(&mut journal, 1);
    let status = branch.until_all_is_there();
    let last = journal.reader().last().expect("it is read");
    assert_eq!(status["forwarded"], last.0);
    assert_eq!(branch.database.count("records").await, last.0);
    let RecordId(last_id) = last;
    let hash = journal
        .reader()
        .hash_of(last)
        .expect("it is read")
        .expect("it is there");
    let there = format!("records WHERE id = {last_id} AND hash = '{hash}'");
    assert_eq!(branch.database.count(&there).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_with_other_records_ends_writing() {
    let Some(branch) = Branch::new("uat", "").await else {
        return;
    };
    branch.desk.run(&LOCK).code(0);
    // A superuser changes what a host has done.
    branch
        .database
        .owner
        .batch_execute(
            "SET session_replication_role = replica;
             ALTER TABLE kitdesk.records DROP CONSTRAINT hash_holds;
             UPDATE kitdesk.records SET operator = 'nobody', hash = repeat('0', 64)
             WHERE id = (SELECT max(id) FROM kitdesk.records)",
        )
        .await
        .expect("the superuser may");
    branch
        .desk
        .run(&["central", "status"])
        .code(1)
        .says("is not the one in its journal");
    branch
        .desk
        .run(&UNLOCK)
        .code(3)
        .says("other records than this journal");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_goes_away_after_the_claim_hears_of_its_end_later() {
    let Some(branch) = Branch::new("live", "").await else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let name = format!(".s.PGSQL.{}", branch.database.engine.port);
    let listener = UnixListener::bind(folder.path().join(&name)).expect("a socket");
    let to = branch.database.engine.folder.join(&name);
    tokio::spawn(crate::cut::gone_after_a_claim(listener, to));
    let through = branch.desk.path("kitdesk/through.toml");
    let engine = branch.database.engine.folder.display().to_string();
    let config = branch
        .config
        .replace(&engine, &folder.path().display().to_string());
    crate::console::write_file(&through, &config);
    let through = ["--config", through.to_str().expect("text")];
    // It is claimed, sent and done; only the store does not know yet.
    let args = [&UPGRADE[..], &through].concat();
    branch.desk.run(&args).code(0);
    assert_eq!(branch.sandbox.worked("upgradeCard"), 1);
    assert_eq!(branch.database.count("ends").await, 0);
    let held = branch
        .other_claims(Write::Lock, KIT, Environment::Live)
        .await;
    assert!(matches!(held, Claimed::Held(_)), "{held:?}");
    let status = branch.until_all_is_there();
    assert_eq!(status["open_claims"], 0, "{status}");
    assert_eq!(branch.ends("done").await, 1);
}

/// What was read before another host's upgrade is not what is there any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hosts_upgrade_one_kit_once() {
    let Some(branch) = Branch::new("live", "").await else {
        return;
    };
    let second = branch.second().await;
    // Both are under way at once, and the DCMS takes its time.
    let fault = "upgradeCard=delay:1".parse().expect("a fault");
    branch.sandbox.add_fault(fault);
    let racers = [branch.desk.start(&UPGRADE), second.start(&UPGRADE)];
    let mut codes: Vec<_> = racers
        .into_iter()
        .map(|racer| racer.wait_with_output().expect("it ends").status.code())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes[0], Some(0));
    assert!(matches!(codes[1], Some(2 | 3)), "{codes:?}");
    assert_eq!(branch.sandbox.received("upgradeCard"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_review_says_who_writes_elsewhere() {
    let Some(branch) = Branch::new("uat", "").await else {
        return;
    };
    let uat = Environment::Uat;
    assert_eq!(
        branch.other_claims(Write::Upgrade, KIT, uat).await,
        Claimed::Yes
    );
    let of_branch = "UPDATE kitdesk.hosts SET branch = '12' WHERE db_role LIKE 'other%'";
    let of_branch = branch.database.owner.batch_execute(of_branch).await;
    of_branch.expect("the superuser may");
    let home = branch.desk.into_home();
    let args: Vec<String> = UPGRADE[..7].iter().map(|&word| word.to_owned()).collect();
    let mut console = Console::start(home, &args, 120, 40);
    console.until("On another host, an upgrade by lakshmi, branch 12, on pad-of-lakshmi since 20");
    console.until("UTC is under way");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_host_that_is_gone_has_left_is_settled_from_here_on_record() {
    let Some(branch) = Branch::new("uat", "").await else {
        return;
    };
    branch
        .desk
        .run(&["settle", "--central"])
        .code(0)
        .shows("No other host");
    let uat = Environment::Uat;
    let claimed = branch.other_claims(Write::Upgrade, KIT, uat).await;
    assert_eq!(claimed, Claimed::Yes);
    let listed = branch
        .desk
        .run(&["settle", "--central", "--json"])
        .code(0)
        .out;
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let open = &listed["result"]["claims"][0];
    assert_eq!(
        (&open["gone"], &open["under_way"]),
        (&false.into(), &true.into())
    );
    let id = open["claim"].as_str().expect("a name");
    let settle = [
        "settle",
        "--claim",
        id,
        "--as",
        "not-done",
        "--reason",
        "asked DCMS support, ticket 4711",
    ];
    branch
        .desk
        .run(&settle)
        .code(2)
        .says("still counts as living");
    let retired = "UPDATE kitdesk.hosts SET retired_at = now() WHERE chain = 'bbbbbbbb-0000-0000-0000-000000000002'";
    let done = branch.database.owner.batch_execute(retired).await;
    done.expect("the superuser may");
    let shown = branch.desk.run(&["settle", "--central"]).code(0).out;
    assert!(
        shown.contains(id) && shown.contains("gone: settle it here"),
        "{shown}"
    );
    branch.desk.run(&settle).code(0);
    assert_eq!(branch.ends("settled_not_done").await, 1);
    let record = branch
        .desk
        .run(&["journal", "export", "--kind", "settled-for-host"]);
    let record: Value = serde_json::from_str(&record.code(0).out).expect("one line");
    assert_eq!(record["outcome"], "not_done");
    assert_eq!(record["reason"], "asked DCMS support, ticket 4711");
    assert_eq!(record["after"]["claim"], id);
    assert_eq!(record["after"]["operator"], "lakshmi");
    assert_eq!(record["kit"], KIT);
    branch.desk.run(&["journal", "verify"]).code(0);
    branch
        .desk
        .run(&settle)
        .code(2)
        .says("no other host of this bank");
    // The kit is free again.
    branch.desk.run(&UPGRADE).code(0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_comes_back_settles_its_own_and_nothing_contradicts() {
    let Some(branch) = Branch::new("uat", "").await else {
        return;
    };
    let fault = "upgradeCard=reset-after:1".parse().expect("a fault");
    branch.sandbox.add_fault(fault);
    let args = [&UPGRADE[..], &["--settle-for", "0"]].concat();
    branch.desk.run(&args).code(4);
    branch.until_all_is_there();
    let silent = "UPDATE kitdesk.hosts SET gone_after = '1 hour'";
    let set = branch.database.owner.batch_execute(silent).await;
    set.expect("the superuser may");
    crate::gone::is_silent(&branch.database).await;
    let store = &branch.neighbour.1;
    let open = store.left_open().await.expect("it answers");
    assert!(open.len() == 1 && open[0].is_gone, "{open:?}");
    let end = kitdesk::central::End::GivenUp;
    let settled = store
        .settle_for(&open[0].id, end, "lakshmi", "nobody knows")
        .await;
    assert_eq!(settled, Ok(kitdesk::central::SettledFor::Yes));
    // Where an auditor looks it has that end until its own host says better.
    let shown = |desk: &Desk| {
        let list = desk.run(&["journal", "list", "--central", "--kind", "intent"]);
        let list = list.code(0).out;
        let row = list.lines().find(|line| line.contains("upgrade, to send"));
        let id = row.and_then(|row| row.split_whitespace().next());
        let id = id.expect("an id").to_owned();
        desk.run(&["journal", "show", "--central", &id]).code(0).out
    };
    let by_other = shown(&branch.desk);
    assert!(
        by_other.contains("unknown, by lakshmi on another host"),
        "{by_other}"
    );
    branch.desk.run(&["settle"]).code(0);
    branch.until_all_is_there();
    branch.desk.run(&["journal", "verify"]).code(0);
    branch
        .desk
        .run(&["settle"])
        .code(0)
        .shows("Nothing is open");
    assert_eq!(branch.ends("given_up").await, 1);
    assert_eq!(branch.database.count("ends").await, 1);
    assert_eq!(branch.database.count("holds").await, 0);
    assert!(shown(&branch.desk).contains("outcome      done"));
}
