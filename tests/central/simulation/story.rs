//! What the bank, the journals and the store say of the same day.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::Timestamp;
use kitdesk::journal::{
    Digest, Filter, Journal, Kind, Operation, Record, RecordId, Standing, StandingWrite, Write,
};

use super::bank::{Bank, writes};
use super::branch::Branch;
use crate::engine::{Database, say};

/// A write, as its branch has it on record.
struct OnRecord {
    branch: String,
    write: Write,
    intent: Record,
    followers: Vec<Record>,
    standing: Standing,
}

impl OnRecord {
    /// What its request is known by.
    fn digest(&self) -> String {
        let digest = self.intent.digest.as_ref();
        digest.expect("of each write").to_string()
    }

    fn in_words(&self) -> String {
        let intent = &self.intent;
        let mut said = format!("{} {} at {}", self.branch, self.write, intent.at);
        for one in &self.followers {
            let (kind, at, outcome, code) = (one.kind, one.at, one.outcome, &one.error_code);
            write!(said, "; {kind} {outcome:?} {code:?} at {at}").expect("a string takes it");
        }
        said
    }
}

/// The bank, the journals and the store tell one story.
pub async fn is_one(
    database: &Database,
    bank: &Bank,
    branches: &[Branch],
    before: &BTreeSet<String>,
) {
    let mut all = Vec::new();
    for branch in branches {
        let reader = Journal::open_to_read(&branch.state()).expect("a journal");
        reader.verify().expect("whole");
        all.extend(on_record(branch));
        is_forwarded(database, branch).await;
    }
    let done = all.iter().filter(|one| one.standing.is_done()).count();
    assert!(done > branches.len() / 4, "little was done");
    let found_out = is_the_bank_s(bank, &all);
    has_its_kits(bank, &all, before).await;
    is_claimed_once(database, &all).await;
    let given_up = all.iter().filter(|one| one.standing.is_unknown()).count();
    say(&format!(
        "{done} done, as the bank has it; {given_up} given up, of which the bank did {found_out}; {} claims, {} records",
        database.count("claims").await,
        database.count("records").await
    ));
}

fn on_record(branch: &Branch) -> Vec<OnRecord> {
    let reader = Journal::open_to_read(&branch.state()).expect("a journal");
    let writes = reader.writes(&Filter::default()).expect("it is read");
    let read = writes.into_iter().map(|one| {
        let StandingWrite {
            intent, standing, ..
        } = one;
        let Operation::Write(write) = intent.operation else {
            panic!("{intent:?}");
        };
        OnRecord {
            branch: branch.host.role.clone(),
            write,
            followers: reader.show(intent.id).expect("it is there").followers,
            intent,
            standing,
        }
    });
    read.collect()
}

/// All records of the journal are at the store, and no others.
async fn is_forwarded(database: &Database, branch: &Branch) {
    let reader = Journal::open_to_read(&branch.state()).expect("a journal");
    let question = "SELECT id, hash FROM kitdesk.records WHERE chain::text = $1 ORDER BY id";
    let rows = database.owner.query(question, &[&branch.host.chain]).await;
    let rows = rows.expect("the superuser may");
    let there: Vec<(i64, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let own = reader.as_hashed(RecordId(0), u32::MAX).expect("it is read");
    let own = own.iter().map(|record| {
        let hash = record["hash"].as_str().expect("text");
        (record["id"].as_i64().expect("a number"), hash.to_owned())
    });
    assert_eq!(there, own.collect::<Vec<_>>(), "{}", branch.host.role);
}

/// What the bank did is on record as done, once each; what is on record as refused or not sent, it did not do. It may
/// have done what was given up as unknown: says how often it did.
fn is_the_bank_s(bank: &Bank, all: &[OnRecord]) -> usize {
    let mut by_request: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, one) in all.iter().enumerate() {
        by_request.entry(one.digest()).or_default().push(place);
    }
    for places in by_request.values_mut() {
        places.sort_by_key(|place| all[*place].intent.at);
    }
    let mut did = vec![0_usize; all.len()];
    for worked in bank.sandbox.log() {
        let at = Timestamp::try_from(worked.at).expect("this century");
        let writes = writes().filter(|(_, call)| *call == worked.call);
        let asked = writes.flat_map(|(write, _)| {
            let digest = Digest::of(write, &worked.body).to_string();
            by_request.get(&digest).into_iter().flatten()
        });
        // Two of the same are never under way at once: it is the latest that was intended by then.
        let asked = asked.filter(|place| all[**place].intent.at <= at);
        let asked = asked.max_by_key(|place| all[**place].intent.at);
        let place = asked.unwrap_or_else(|| panic!("nobody has asked for {}", worked.body));
        did[*place] += 1;
    }
    let mut of_given_up = 0;
    for (one, did) in all.iter().zip(did) {
        let expected = if one.standing.is_done() {
            1..=1
        } else if one.standing.is_unknown() {
            assert_eq!(one.standing, Standing::Settled(one.standing.word()));
            of_given_up += did;
            0..=1
        } else {
            0..=0
        };
        assert!(
            expected.contains(&did),
            "the bank did it {did} times: {}",
            one.in_words()
        );
    }
    of_given_up
}

/// Each new kit came from one upgrade, and the records name no other.
async fn has_its_kits(bank: &Bank, all: &[OnRecord], before: &BTreeSet<String>) {
    let mut named = BTreeSet::new();
    let upgrades = all
        .iter()
        .filter(|one| one.write == Write::Upgrade && one.standing.is_done());
    let outcomes = upgrades
        .flat_map(|one| &one.followers)
        .filter(|one| one.kind == Kind::Outcome);
    for after in outcomes.filter_map(|outcome| outcome.after.as_ref()) {
        for kit in after["new"].as_array().into_iter().flatten() {
            let kit = kit["kit_no"].as_str().expect("text").to_owned();
            assert!(named.insert(kit), "two writes have brought one kit");
        }
    }
    let now = bank.kits_of_all().await;
    let new: BTreeSet<_> = now.difference(before).cloned().collect();
    assert_eq!(new.len(), bank.sandbox.worked("upgradeCard"));
    assert!(
        named.is_subset(&new),
        "a record names a kit that is not there"
    );
}

/// What was done had a claim of its own, none is left, and no two for one kit were held at once.
async fn is_claimed_once(database: &Database, all: &[OnRecord]) {
    let mut claims_done = BTreeSet::new();
    for one in all.iter().filter(|one| one.standing.is_done()) {
        let claim = one.intent.claim.clone().expect("it was claimed");
        assert!(claims_done.insert(claim), "two records of one claim");
    }
    let question = "SELECT claim::text FROM kitdesk.ends JOIN kitdesk.claims USING (claim)
        WHERE how IN ('done', 'settled_done')";
    let rows = database.owner.query(question, &[]).await;
    let rows = rows.expect("the superuser may");
    let ended: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(ended, claims_done);
    assert_eq!(database.count("holds").await, 0);
    let open = "claims c WHERE NOT EXISTS (SELECT FROM kitdesk.ends e WHERE e.claim = c.claim)";
    assert_eq!(database.count(open).await, 0);
    // Of one kit each claim began after the one before had ended, or was left open as unknown. One that was brought back
    // ended for the store when it was.
    let overlap = "claims a JOIN kitdesk.ends e USING (claim) JOIN kitdesk.claims b
        ON a.kit = b.kit AND a.claim <> b.claim AND b.at > a.at AND b.at < e.at
        WHERE a.put_back_at IS NULL AND b.put_back_at IS NULL
            AND (e.how IN ('done', 'refused', 'not_sent', 'never_sent') OR a.operation = b.operation)";
    assert_eq!(database.count(overlap).await, 0);
    let generations = "generations g WHERE g.what LIKE 'kit %' AND g.generation <>
        (SELECT count(*) FROM kitdesk.claims c WHERE 'kit ' || c.kit = g.what AND c.operation = 'upgrade')";
    assert_eq!(database.count(generations).await, 0);
}
