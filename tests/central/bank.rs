//! The records of all hosts of a bank, read from the store: filtered, in pieces, folded into actions, and with what
//! somebody has changed there marked.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use kitdesk::central::{self, Bank, CentralError, Claimed, End, Store};
use kitdesk::dcms::Word;
use kitdesk::desk::bank;
use kitdesk::journal::{
    ClaimOnRecord, CopyId, Digest, Filter, Finding, Intent, Journal, Listed, LookUps, Mark, Note,
    NoteKind, Opening, Outcome, RecordId, ResultWord, Settlement, Standing, State, Subject, Who,
    Write,
};
use serde_json::json;

use crate::claims::{claim, kit, place};
use crate::engine::{Database, Host};

const SHOWN: LookUps = LookUps::Shown;
const FOLDED: LookUps = LookUps::Folded;

/// A second later each time, for all hosts, so that what was done first is first.
fn clock() -> Timestamp {
    static PASSED: AtomicI64 = AtomicI64::new(0);
    let passed = PASSED.fetch_add(1, Ordering::SeqCst);
    let began: Timestamp = "2026-11-24T00:00:00Z".parse().expect("a time");
    began + jiff::SignedDuration::from_secs(passed)
}

const DAY: Date = date(2026, 11, 24);

/// A host with a journal of its own.
struct Counter {
    journal: Journal,
    host: Host,
    store: Store,
    operator: String,
    _folder: tempfile::TempDir,
}

impl Counter {
    /// On the machine `counter-NAME`, with one look-up on record.
    async fn new(database: &Database, name: &str, (tenant, branch): (&str, &str)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let operator = format!("op-{name}");
        let who = Who::new(operator.clone(), format!("counter-{name}"));
        let mut place = place();
        place.tenant = kitdesk::dcms::Tenant::parse(tenant).expect("a name");
        let mut journal = Journal::open(folder.path(), Opening::new(&who, &place).clock(clock))
            .expect("a journal");
        look_up(&mut journal, &kit("1"));
        let chain = journal.reader().chain_id().expect("it is read");
        let chain = chain.expect("it has a record").to_string();
        let host = database.host(name, &chain, tenant).await;
        let of_branch =
            format!("UPDATE kitdesk.hosts SET branch = $${branch}$$ WHERE chain = '{chain}'");
        let set = database.owner.batch_execute(&of_branch).await;
        set.expect("the superuser may");
        let store = database.store(&host);
        Self {
            journal,
            host,
            store,
            operator,
            _folder: folder,
        }
    }

    fn intent(&mut self, write: Write, subject: Subject) -> RecordId {
        let intent = Intent {
            write,
            subject,
            digest: Digest::of(write, &json!({})),
            before: Some(json!({ "tier": "CLASSIC" })),
            since: None,
            key_check: None,
            why: None,
            claim: None::<ClaimOnRecord>,
        };
        self.journal.intend(&intent).expect("it is recorded")
    }

    /// A write with this outcome.
    fn write(&mut self, write: Write, kit_no: &str, word: Word) -> RecordId {
        let intent = self.intent(write, kit(kit_no));
        let outcome = Outcome {
            word,
            error_code: None,
            message: Some("told".to_owned()),
            duration: Duration::from_millis(7),
            after: None,
        };
        self.journal
            .conclude(intent, &outcome)
            .expect("it is recorded");
        intent
    }

    async fn forward(&self) {
        let chain = self.journal.chain_id().expect("it has a name");
        let there = self.store.forwarded(chain).await.expect("it answers");
        let after = RecordId(there.map_or(0, |last| last.id));
        let records = self.journal.reader().as_hashed(after, 10_000);
        let records = records.expect("it is read");
        self.store
            .forward(chain, records)
            .await
            .expect("they are taken");
    }

    async fn actions(&self, filter: &str, look_ups: LookUps) -> Vec<Listed> {
        let filter = Filter::parse(filter).expect("a filter");
        let page = bank::page((&self.store, &the_bank()), (&filter, look_ups), None).await;
        let page = page.expect("it answers");
        assert_eq!(page.actions.unreadable, 0);
        page.actions.found
    }
}

fn look_up(journal: &mut Journal, subject: &Subject) {
    let note = Note::new(
        NoteKind::LookUp,
        kitdesk::journal::LookUp::KitsByEntity,
        subject.clone(),
    );
    journal.note(&note.answered()).expect("it is noted");
}

fn the_bank() -> Bank {
    Bank {
        tenant: place().tenant,
        environment: place().environment,
    }
}

/// What a row says: host, write, and how it stands.
fn told(listed: &[Listed]) -> Vec<String> {
    let told = listed.iter().map(|one| {
        let host = one.record.who.host.trim_start_matches("counter-");
        let standing = match one.standing {
            Some(Standing::Answered(word)) => word.spoken(),
            Some(Standing::Settled(word)) => format!("settled {}", word.spoken()),
            Some(Standing::Open(State::UnderWay)) => "sent".to_owned(),
            Some(Standing::Open(State::Unknown | State::Abandoned)) => "open".to_owned(),
            None => String::new(),
        };
        format!("{host} {} {standing}", one.record.operation.word())
    });
    told.collect()
}

/// Three hosts in two branches, one host of another bank, all forwarded.
async fn three() -> Option<(Database, [Counter; 3], Counter)> {
    let database = Database::new().await?;
    let mut a = Counter::new(&database, "a", ("ACME", "1021")).await;
    let mut b = Counter::new(&database, "b", ("ACME", "1021")).await;
    let mut c = Counter::new(&database, "c", ("ACME", "O'Hare")).await;
    let mut other = Counter::new(&database, "o", ("OTHER", "1021")).await;
    a.write(Write::Upgrade, "1", Word::Done);
    let unknown = b.write(Write::Block, "2", Word::Unknown);
    c.write(Write::Lock, "3", Word::Refused);
    a.write(Write::SetPin, "1", Word::Unknown);
    let settled = Settlement::ByPerson {
        finding: Finding::NotDone,
        reason: "asked the DCMS".to_owned(),
    };
    b.journal.settle(unknown, &settled).expect("it is recorded");
    other.write(Write::Upgrade, "1", Word::Done);
    for one in [&a, &b, &c, &other] {
        one.forward().await;
    }
    Some((database, [a, b, c], other))
}

#[tokio::test]
async fn one_line_stands_for_one_action_of_any_host() {
    let Some((_database, [a, b, c], other)) = three().await else {
        return;
    };
    for one in [&a, &b, &c] {
        assert_eq!(
            told(&one.actions("", FOLDED).await),
            [
                "a set_pin open",
                "c lock refused",
                "b block settled not done",
                "a upgrade done",
            ],
            "{}",
            one.operator
        );
    }
    assert_eq!(a.actions("", SHOWN).await.len(), 7);
    let error = bank::page(
        (&other.store, &the_bank()),
        (&Filter::default(), SHOWN),
        None,
    )
    .await;
    let error = error.expect_err("it is another bank's");
    assert_eq!(
        error,
        CentralError::Refused("this host is enrolled for the tenant OTHER".to_owned())
    );
}

#[tokio::test]
async fn each_filter_finds_what_it_names_and_nothing_else() {
    let Some((_database, [a, ..], _other)) = three().await else {
        return;
    };
    for (filter, found) in [
        ("host:counter-b", vec!["b block settled not done"]),
        ("operator:op-c", vec!["c lock refused"]),
        ("branch:O'Hare", vec!["c lock refused"]),
        ("branch:1021 operation:upgrade", vec!["a upgrade done"]),
        ("branch:1021 host:counter-c", vec![]),
        ("kit:3", vec!["c lock refused"]),
        ("kit:1 outcome:done", vec!["a upgrade done"]),
        (
            "outcome:unknown",
            vec!["a set_pin open", "b block settled not done"],
        ),
        ("kind:settled", vec!["b block settled not done"]),
        ("outcome:not-done", vec!["b block settled not done"]),
        ("order:3fa85f64-5717-4562-b3fc-2c963f66afa6", vec![]),
        ("from:2200-01-01", vec![]),
        ("to:2001-01-01", vec![]),
    ] {
        let actions = a.actions(filter, FOLDED).await;
        assert_eq!(told(&actions), found, "{filter}");
    }
    assert_eq!(
        a.actions("entity:676165 from:2001-01-01", FOLDED)
            .await
            .len(),
        4
    );
    // What the filter names is not folded away.
    assert_eq!(
        a.actions("kind:look-up host:counter-b", FOLDED).await.len(),
        1
    );
}

#[tokio::test]
async fn pieces_have_every_record_once_in_both_orders() {
    let Some((_database, [mut a, b, c], _other)) = three().await else {
        return;
    };
    for _ in 0..40 {
        look_up(&mut a.journal, &kit("9"));
    }
    a.forward().await;
    for (order, most) in [
        (central::Order::NewestFirst, 7),
        (central::Order::OldestFirst, 50),
        (central::Order::OldestFirst, 1),
    ] {
        let mut all: Vec<(String, String, i64)> = Vec::new();
        let mut after: Option<Mark> = None;
        loop {
            let order = (order, after.as_ref());
            let piece = b
                .store
                .records(&the_bank(), &Filter::default(), order, most)
                .await;
            let piece = piece.expect("it answers");
            assert!(piece.found.len() <= most as usize);
            for kept in &piece.found {
                let text = |name: &str| kept.cells[name].as_str().expect("a text").to_owned();
                assert!(!kept.is_changed(), "{}", kept.cells);
                all.push((
                    text("at"),
                    text("chain"),
                    kept.cells["id"].as_i64().expect("a number"),
                ));
            }
            after = piece.next;
            if after.is_none() {
                break;
            }
        }
        let mut sorted = all.clone();
        sorted.sort();
        sorted.dedup();
        if order == central::Order::NewestFirst {
            sorted.reverse();
        }
        assert_eq!(all, sorted);
        let own = |one: &Counter| one.journal.reader().last().expect("it is read").0;
        assert_eq!(
            i64::try_from(all.len()).expect("few"),
            own(&a) + own(&b) + own(&c)
        );
    }
}

#[tokio::test]
async fn an_action_has_all_that_belongs_to_it_and_its_journal() {
    let Some((_database, [a, b, _], other)) = three().await else {
        return;
    };
    let id = CopyId {
        chain: b.host.chain.clone(),
        id: RecordId(4),
    };
    let thread = bank::action((&a.store, &the_bank()), &id).await;
    let thread = thread.expect("it is there");
    // By any record of it, and by the beginning of its journal's name.
    assert_eq!((thread.record.id, thread.followers.len()), (RecordId(2), 2));
    let short = CopyId::parse(&id.to_string()).expect("as it is shown");
    assert_eq!(short.chain.len(), 8);
    let again = bank::action((&a.store, &the_bank()), &short).await;
    assert_eq!(again.as_ref(), Ok(&thread));
    let copied = thread.copied.expect("it is a copy");
    assert_eq!(
        (copied.branch.as_deref(), copied.changed.len()),
        (Some("1021"), 0)
    );
    let own = b.journal.reader().show(RecordId(2)).expect("it is there");
    assert_eq!(
        (own.record, own.followers),
        (thread.record, thread.followers)
    );
    for missing in [
        CopyId {
            id: RecordId(99),
            ..id
        },
        CopyId {
            chain: other.host.chain.clone(),
            id: RecordId(2),
        },
    ] {
        let error = bank::action((&a.store, &the_bank()), &missing).await;
        let error = error.expect_err("it is not this bank's").to_string();
        assert!(error.contains("has no record"), "{error}");
    }
}

#[tokio::test]
async fn a_record_that_somebody_has_changed_there_is_marked() {
    let Some((database, [a, b, _], _other)) = three().await else {
        return;
    };
    // By a superuser, who can switch everything off.
    let change = |what: &str, id: i64| {
        format!(
            "ALTER TABLE kitdesk.records DISABLE TRIGGER ALL, DROP CONSTRAINT IF EXISTS hash_holds;
             UPDATE kitdesk.records SET {what} WHERE chain = '{}' AND id = {id}",
            b.host.chain
        )
    };
    let changed = database
        .owner
        .batch_execute(&change("outcome = 'done'", 3))
        .await;
    changed.expect("the superuser may");
    let actions = a.actions("", FOLDED).await;
    let marked = |actions: &[Listed]| {
        let copied = actions.iter().filter_map(|one| one.copied.as_ref());
        let changed = copied.map(|copied| copied.changed.clone());
        changed.collect::<Vec<_>>()
    };
    assert_eq!(
        marked(&actions),
        [vec![], vec![], vec![RecordId(3)], vec![]]
    );
    // A word that no kitdesk writes takes nothing else away.
    let changed = database
        .owner
        .batch_execute(&change("kind = 'x', at = 'y'", 2))
        .await;
    changed.expect("the superuser may");
    let found = a.actions("host:counter-b", FOLDED).await;
    assert!(
        marked(&found)
            .iter()
            .all(|changed| changed.contains(&RecordId(2))),
        "{found:?}"
    );
    let changed = database
        .owner
        .batch_execute(&change("operation = 'x'", 2))
        .await;
    changed.expect("the superuser may");
    let all = (&Filter::default(), SHOWN);
    let page = bank::page((&a.store, &the_bank()), all, None)
        .await
        .expect("it answers");
    assert_eq!(page.actions.unreadable + page.actions.found.len(), 7);
}

#[tokio::test]
async fn a_write_under_way_is_told_from_one_that_nobody_knows_the_end_of() {
    let Some((_database, [mut a, b, _], _other)) = three().await else {
        return;
    };
    let intent = a.intent(Write::Activate, kit("7"));
    a.forward().await;
    let session = a
        .journal
        .reader()
        .show(intent)
        .expect("it is there")
        .record
        .session;
    let mut claimed = claim(&a.operator, Write::Activate, kit("7"));
    claimed.session = session;
    assert_eq!(a.store.claim(&claimed).await, Ok(Claimed::Yes));
    let open = async || {
        let all = (&Filter::default(), FOLDED);
        let page = bank::page((&b.store, &the_bank()), all, None).await;
        told(&page.expect("it answers").open)
    };
    assert_eq!(open().await, ["a set_pin open", "a activate sent"]);
    a.store.doubt(&claimed.id).await.expect("it answers");
    assert_eq!(open().await, ["a set_pin open", "a activate open"]);
    a.store
        .finish(&claimed.id, End::NeverSent, "", None)
        .await
        .expect("it answers");
    assert_eq!(open().await, ["a set_pin open"]);
}

#[tokio::test]
async fn a_bank_s_day_is_that_of_all_hosts() {
    let Some((_database, [a, ..], _other)) = three().await else {
        return;
    };
    let day = bank::day((&a.store, &the_bank()), Some(DAY), None)
        .await
        .expect("it answers");
    assert_eq!(day.writes.len(), 4);
    let hosts = day.of_bank.as_ref().expect("it is a bank's").hosts.iter();
    let hosts: Vec<_> = hosts
        .map(|((branch, host), of_host)| {
            let branch = branch.as_deref().unwrap_or_default();
            format!(
                "{branch} {host} {} {}",
                of_host.tally.total(),
                of_host.look_ups
            )
        })
        .collect();
    assert_eq!(
        hosts,
        [
            "1021 counter-a 2 1",
            "1021 counter-b 1 1",
            "O'Hare counter-c 1 1"
        ]
    );
    let unsettled: Vec<_> = day.unsettled().map(|write| write.standing).collect();
    assert_eq!(unsettled, [Standing::Open(State::Unknown)]);
    let not_done = day
        .writes
        .iter()
        .filter(|write| write.standing.word() == ResultWord::NotDone);
    assert_eq!(not_done.count(), 1);
    let of_c = bank::day((&a.store, &the_bank()), Some(DAY), Some("op-c".to_owned())).await;
    assert_eq!(of_c.expect("it answers").writes.len(), 1);
}
