//! Random keys and random faults, with the desk, the journal and the simulator behind the screens:
//! at the end, what the bank did, what is on record and what was told must agree.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::config::Profile;
use crate::dcms::{Client, Status, Word};
use crate::desk::tests::{connect, recorder, start_with};
use crate::desk::{Handle, Schedule};
use crate::journal::{Filter, Journal, Kind, Page, Record, RecordId, ResultWord, Write};
use crate::sandbox::{self, Sandbox};

/// A customer of whom more than one kit can be upgraded: which new kit came of which is the question.
const OF_MANY: &str = "210000000082";
/// With which both of these are ACTIVE.
const SEED: u64 = 1;
/// Two of their ACTIVE kits.
const MANY: [&str; 2] = ["82000000001", "82000000002"];
/// Each call with the writes that are sent by it.
const CALLS: [(&[Write], &str); 7] = [
    (&[Write::Upgrade], "upgradeCard"),
    (&[Write::SetPin], "setPin"),
    (&[Write::CancelOrder], "cancel"),
    (&[Write::Activate], "kitActivation"),
    (
        &[
            Write::Lock,
            Write::Unlock,
            Write::Block,
            Write::Replace,
            Write::BlockAndReplace,
        ],
        "manageKit",
    ),
    (&[Write::LockAll, Write::BlockAll], "manageAllKits"),
    (&[Write::SetLimits], "set"),
];
const ORDER: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

/// Something that a user does, with or without waiting for what comes of it.
#[derive(Debug, Clone)]
enum Step {
    Find(&'static str),
    Upgrade,
    Pin,
    Order,
    /// A confirmation, right or not.
    Confirm(&'static str),
    /// A whole write for this customer, up to its confirmation and over it; of the kit of this number,
    /// where it matters which.
    Write(Write, &'static str, &'static str),
    /// Keys that are struck before anybody has seen what they go to.
    Ahead(Vec<KeyCode>),
    Keys(Vec<KeyCode>),
    Fault(&'static str),
    Wait,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let keys = prop_oneof![
        Just(KeyCode::Enter),
        Just(KeyCode::Esc),
        Just(KeyCode::Tab),
        Just(KeyCode::Down),
        Just(KeyCode::F(2)),
        Just(KeyCode::F(3)),
        Just(KeyCode::F(4)),
        Just(KeyCode::F(10)),
        Just(KeyCode::Backspace),
        prop::sample::select("upgorsxjk1789?/dJ".chars().collect::<Vec<_>>())
            .prop_map(KeyCode::Char),
    ];
    let fault = prop::sample::select(vec![
        "upgradeCard=500:1",
        "upgradeCard=reset-before:1",
        "upgradeCard=reset-after:1",
        "upgradeCard=truncate:1",
        "upgradeCard=wrong-entity:1",
        "upgradeCard=exception200:1",
        "upgradeCard=429:1",
        "upgradeCard=garbage:1",
        "setPin=reset-after:1",
        "setPin=reset-before:1",
        "setPin=503:1",
        "fetchByCardNo=503:2",
        "cancel=reset-after:1",
        "cancel=reset-before:1",
        "kitActivation=reset-after:1",
        "kitActivation=503:1",
        "manageKit=reset-after:1",
        "manageKit=status-false:1",
        "manageKit=half-done:1",
        "manageAllKits=half-done:1",
        "manageAllKits=reset-after:1",
        "manageAllKits=503:1",
        "manageKit=block-first:1",
        "set=reset-after:1",
        "set=reset-before:1",
        "set=partial:1",
        "*=500:1",
        "*=reset-before:2",
        "fetchKitsByEntityId=truncate:1",
    ]);
    let whole = prop::sample::select(vec![
        Step::Write(Write::Upgrade, "676165", "1789"),
        Step::Write(Write::Upgrade, "181223116", "0477"),
        Step::Write(Write::SetPin, "676165", "1789"),
        Step::Write(Write::SetPin, "181223116", "0477"),
        Step::Write(Write::CancelOrder, ORDER, "afa6"),
        Step::Write(Write::SetLimits, "676165", "1789"),
        Step::Write(Write::SetLimits, "181223116", "0477"),
        Step::Write(Write::Activate, "181223116", "0478"),
        Step::Write(Write::Lock, "676165", "1789"),
        Step::Write(Write::Unlock, "676165", "1789"),
        Step::Write(Write::Block, "676165", "1789"),
        Step::Write(Write::Replace, "676165", "1789"),
        Step::Write(Write::LockAll, "676165", "6165"),
        Step::Write(Write::BlockAll, "181223116", "3116"),
        Step::Write(Write::Replace, "181223116", "0477"),
        Step::Write(Write::BlockAndReplace, "676165", "1789"),
        Step::Write(Write::BlockAndReplace, "181223116", "0477"),
        Step::Write(Write::Upgrade, OF_MANY, MANY[0]),
        Step::Write(Write::Upgrade, OF_MANY, MANY[1]),
    ]);
    let step = prop_oneof![
        8 => whole,
        2 => prop::sample::select(vec!["676165", "181223116", "210000000083"]).prop_map(Step::Find),
        3 => Just(Step::Upgrade),
        2 => Just(Step::Pin),
        2 => Just(Step::Order),
        5 => prop::sample::select(vec!["1789", "0477", "afa6", "0000"]).prop_map(Step::Confirm),
        2 => prop::collection::vec(keys.clone(), 1..6).prop_map(Step::Keys),
        2 => prop::collection::vec(keys, 1..9).prop_map(Step::Ahead),
        3 => fault.prop_map(Step::Fault),
        2 => Just(Step::Wait),
    ];
    prop::collection::vec(step, 4..24)
}

/// The whole console but its terminal.
struct Whole {
    bench: Bench,
    desk: Handle,
    sandbox: Sandbox,
    /// For asking the sandbox without the console.
    bank: Client,
    folder: TempDir,
    /// The words that were told, by the record that they are about.
    told: BTreeMap<RecordId, Word>,
}

impl Whole {
    async fn start() -> Self {
        let options = sandbox::Options {
            customers: 0,
            kits: 6,
            seed: SEED,
            ..sandbox::Options::default()
        };
        let sandbox = sandbox::start(options).await.expect("a free port");
        let client = connect(&sandbox);
        let bank = connect(&sandbox).expect("a client");
        let before = bank.kits_of(&many()).await.expect("their kits");
        assert!(MANY.iter().all(|kit| has(&before, kit, &Status::Active)));
        let folder = tempfile::tempdir().expect("a folder");
        let schedule = Schedule {
            at_once: true,
            later: vec![Duration::from_millis(20)],
        };
        let desk = start_with(client, recorder(folder.path()), schedule);
        let mut about = about(Environment::Sandbox);
        about.tenant = "SANDBOX".into();
        let held = |key: &[u8]| KeySource::held(Zeroizing::new(key.to_vec()));
        let url = sandbox.base_url().parse().expect("an address");
        let (pin_key, card_key) = (held(sandbox::PIN_KEY), held(sandbox::CARD_KEY));
        let profile = Profile::sandbox(url, sandbox::BRANCH, pin_key, card_key);
        let around = Env::given::<&str, &str>([]);
        about.pin_settings = PinSettings::of(&profile, &around).expect("no list to read");
        Self {
            bench: Bench::with(about),
            desk,
            sandbox,
            bank,
            folder,
            told: BTreeMap::new(),
        }
    }

    /// Hands over what the screens asked for.
    async fn ask(&mut self) {
        for next in std::mem::take(&mut self.bench.prepared) {
            let prepare = Command::Prepare(next);
            self.desk
                .commands
                .send(prepare)
                .await
                .expect("the desk runs");
        }
        for command in std::mem::take(&mut self.bench.asked) {
            self.desk
                .commands
                .send(command)
                .await
                .expect("the desk runs");
        }
        for note in std::mem::take(&mut self.bench.notes) {
            let note = Command::Note(Box::new(note));
            self.desk.commands.send(note).await.expect("the desk runs");
        }
    }

    /// Takes what has come, until nothing has for a while.
    async fn take(&mut self, quiet: Duration) {
        let stuck = tokio::time::Instant::now() + Duration::from_secs(20);
        loop {
            assert!(
                tokio::time::Instant::now() < stuck,
                "it waits for ever:\n{}",
                self.bench.picture(80, 24)
            );
            self.ask().await;
            let next = tokio::time::timeout(quiet, self.desk.events.recv()).await;
            match next {
                Ok(event) => self.event(event.expect("the desk runs")),
                Err(_) if self.bench.app.is_waiting() => {}
                Err(_) => return,
            }
        }
    }

    fn event(&mut self, event: Event) {
        take(&mut self.bench, &mut self.told, event);
    }

    fn find(&mut self, entity: &str) {
        self.bench.press(KeyCode::F(2));
        self.bench.ctrl('u');
        self.bench.text(entity);
        self.bench.enter();
    }

    fn fill_upgrade(&mut self) {
        self.bench.text("u");
        self.bench.ctrl('u');
        self.bench.text("GOLD");
        self.bench.press(KeyCode::F(10));
    }

    fn fill_pin(&mut self) {
        self.bench.text("p");
        for _ in 0..2 {
            self.bench.press(KeyCode::Tab);
            self.bench.text("4315");
        }
        self.bench.press(KeyCode::F(10));
    }

    fn fill_order(&mut self) {
        self.bench.press(KeyCode::F(3));
        self.bench.ctrl('u');
        self.bench.text(ORDER);
        self.bench.enter();
    }

    /// A reason, and what is typed into the fields after it.
    fn fill_form(&mut self, key: &str, fields: &[&str]) {
        self.bench.text(key);
        self.bench.text("customer-request");
        for typed in fields {
            self.bench.press(KeyCode::Tab);
            self.bench.text(typed);
        }
        self.bench.press(KeyCode::F(10));
    }

    async fn step(&mut self, step: Step) {
        const SOON: Duration = Duration::from_millis(10);
        match step {
            Step::Write(write, whom, last_four) => {
                if write == Write::CancelOrder {
                    self.fill_order();
                } else {
                    self.find(whom);
                }
                self.take(SOON).await;
                if let Some(at) = MANY.iter().position(|kit| *kit == last_four) {
                    // To the list's own row of it.
                    self.bench.text("/");
                    self.bench.text(MANY[at]);
                    self.bench.enter();
                }
                match write {
                    Write::Upgrade => self.fill_upgrade(),
                    Write::SetPin => self.fill_pin(),
                    Write::CancelOrder => self.bench.text("x"),
                    Write::Activate => {
                        self.bench.text("/10930010478");
                        self.bench.enter();
                        self.bench.text("a");
                    }
                    // One key for both: the state of the kit decides, and both know this reason.
                    Write::Lock | Write::Unlock => self.fill_form("l", &[]),
                    Write::Block => self.fill_form("b", &[]),
                    Write::LockAll => self.fill_form("L", &[]),
                    Write::BlockAll => self.fill_form("B", &[]),
                    Write::Replace => self.fill_form("R", &["", "", "p"]),
                    Write::BlockAndReplace => self.fill_form("b", &["", "y", "", "p"]),
                    Write::SetLimits => {
                        self.bench.text("i");
                        self.take(SOON).await;
                        self.bench.text("e");
                        self.take(SOON).await;
                        // All of domestic use: off where it is on, so that it changes something.
                        self.bench
                            .text(if self.sandbox.worked("set").is_multiple_of(2) {
                                "off"
                            } else {
                                "on"
                            });
                        self.bench.press(KeyCode::F(10));
                    }
                }
                self.take(SOON).await;
                self.bench.text(&last_four[last_four.len() - 4..]);
                self.bench.enter();
            }
            Step::Ahead(keys) => {
                for key in keys {
                    self.bench.strike(key);
                    self.bench.now += Duration::from_millis(7);
                    self.ask().await;
                    while let Ok(event) = self.desk.events.try_recv() {
                        self.event(event);
                    }
                }
            }
            Step::Find(entity) => self.find(entity),
            Step::Upgrade => self.fill_upgrade(),
            Step::Pin => self.fill_pin(),
            Step::Order => {
                self.fill_order();
                self.take(SOON).await;
                self.bench.text("x");
            }
            Step::Confirm(text) => {
                self.take(SOON).await;
                self.bench.text(text);
                self.bench.enter();
            }
            Step::Keys(keys) => {
                for key in keys {
                    self.bench.press(key);
                }
            }
            Step::Fault(spec) => self.sandbox.add_fault(spec.parse().expect("a fault")),
            Step::Wait => self.take(SOON).await,
        }
        self.ask().await;
        while let Ok(event) = self.desk.events.try_recv() {
            self.event(event);
        }
    }

    /// Reads all that is open once more.
    async fn settle(&mut self) {
        for open in self.bench.app.cx.journal.open.clone() {
            let command = Command::Settle(Ticket(u64::MAX), open.intent.id);
            self.desk.commands.send(command).await.expect("it runs");
        }
    }

    /// Whether the bank's count, the journal and the screens agree.
    async fn agree(mut self) {
        self.take(Duration::from_millis(60)).await;
        self.sandbox.clear_faults();
        self.settle().await;
        // A later reading may settle something at any moment: what is open on the screens has to
        // become what is open on record.
        let patience = tokio::time::Instant::now() + Duration::from_secs(20);
        loop {
            self.take(Duration::from_millis(60)).await;
            // The first record makes the journal.
            let reader = Journal::open_to_read(self.folder.path());
            let (on_record, begun) = reader.map_or((0, 0), |reader| {
                let intents = Filter::parse("kind:intent").expect("a filter");
                let begun = reader.count(&intents).expect("read");
                (reader.open_writes().expect("read").len(), begun)
            });
            let on_screen = self.bench.app.cx.journal.open.len();
            // A write whose screen was left goes on, and the console still reports its end.
            let told = u64::try_from(self.told.len()).expect("few");
            if on_record == on_screen && begun == told {
                break;
            }
            let is_late = tokio::time::Instant::now() > patience;
            assert!(
                !is_late,
                "{on_record} on record, {on_screen} on the screens, {told} of {begun} told"
            );
        }
        let Self {
            mut bench,
            desk,
            sandbox,
            bank,
            folder,
            mut told,
        } = self;
        // A write may have come to the desk after the count above, and its end comes then.
        let last = |event| take(&mut bench, &mut told, event);
        assert!(
            desk.finish(Duration::from_secs(20), last).await,
            "the desk ends"
        );
        let reader = Journal::open_to_read(folder.path()).expect("a journal");
        reader.verify().unwrap_or_else(|broken| panic!("{broken}"));
        let page = Page {
            limit: 10_000,
            offset: 0,
        };
        let all = reader.list(&Filter::default(), page).expect("read");
        let now = bank.kits_of(&many()).await.expect("their kits");
        each_for_itself(&all, &now);
        for (writes, call) in CALLS {
            let of = |kind: Kind| {
                let fits = move |one: &&Record| {
                    let is_one = |write: &Write| one.operation == (*write).into();
                    one.kind == kind && writes.iter().any(is_one)
                };
                all.iter().filter(fits).collect::<Vec<_>>()
            };
            let (intents, outcomes) = (of(Kind::Intent), of(Kind::Outcome));
            assert_eq!(intents.len(), outcomes.len(), "{call}: each has its end");
            let count = |word| {
                outcomes
                    .iter()
                    .filter(|one| one.outcome == Some(word))
                    .count()
            };
            let sent = outcomes.len() - count(ResultWord::Outcome(Word::NotSent));
            assert_eq!(sandbox.received(call), sent, "{call}: each was sent once");
            let worked = sandbox.worked(call);
            let (done, unknown) = (
                count(ResultWord::Outcome(Word::Done)),
                count(ResultWord::Outcome(Word::Unknown)),
            );
            assert!(
                done <= worked && worked <= done + unknown,
                "{call}: {done} {worked} {unknown}"
            );
            for outcome in outcomes {
                let word = match outcome.outcome {
                    Some(ResultWord::Outcome(word)) => word,
                    Some(ResultWord::NotDone) | None => Word::Unknown,
                };
                let intent = outcome.of.expect("an outcome follows its intent");
                assert_eq!(told.get(&intent), Some(&word), "what was told of {intent}");
            }
            // What reading has settled as done was done.
            let settled = of(Kind::Settled);
            let as_done = settled
                .iter()
                .filter(|one| one.outcome == Some(ResultWord::Outcome(Word::Done)));
            assert!(done + as_done.count() <= worked, "{call}");
        }
    }
}

/// Hands an event to the screens, and keeps the word of a write that has ended.
fn take(bench: &mut Bench, told: &mut BTreeMap<RecordId, Word>, event: Event) {
    let ended = match &event {
        Event::Written(_, written) => Some((written.kept.record, written.outcome.word())),
        _ => None,
    };
    bench.event(event);
    match ended {
        Some((Some(record), word)) => {
            // Told where one is: on its screen, or in a notice.
            bench.must_show(word.title());
            let before = told.insert(record, word);
            assert_eq!(before, None, "record {record} has one end");
        }
        Some((None, word)) => assert_eq!(word, Word::NotSent, "without a record"),
        None => {}
    }
}

#[tokio::test]
async fn what_another_kit_s_upgrade_has_brought_settles_none_that_was_lost() {
    let mut whole = Whole::start().await;
    let fault = "upgradeCard=reset-before:1";
    for step in [
        Step::Fault(fault),
        Step::Write(Write::Upgrade, OF_MANY, MANY[0]),
        Step::Wait,
        Step::Write(Write::Upgrade, OF_MANY, MANY[1]),
        Step::Wait,
    ] {
        whole.step(step).await;
    }
    whole.take(Duration::from_millis(60)).await;
    assert_eq!(whole.sandbox.worked("upgradeCard"), 1);
    assert_eq!(whole.told.len(), 2);
    whole.agree().await;
}

#[tokio::test]
async fn a_pin_whose_answer_was_lost_is_settled_on_its_screen() {
    for (fault, shown) in [
        (
            "setPin=reset-after:1",
            ["settled: it was done", "so it was set."],
        ),
        (
            "setPin=reset-before:1",
            ["? Unknown", "The old PIN may still work."],
        ),
    ] {
        let mut whole = Whole::start().await;
        whole.step(Step::Fault(fault)).await;
        whole
            .step(Step::Write(Write::SetPin, "676165", "1789"))
            .await;
        whole.take(Duration::from_millis(60)).await;
        for text in shown {
            whole.bench.must_show(text);
        }
        whole.agree().await;
    }
}

/// What was told to be done to a kit was done to it and to no other.
fn each_for_itself(all: &[Record], now: &[Kit]) {
    for kit in MANY {
        let is_of_it = |one: &&Record| {
            one.operation == Write::Upgrade.into()
                && one
                    .subject
                    .kit
                    .as_ref()
                    .is_some_and(|no| no.as_str() == kit)
        };
        let of_it = || all.iter().filter(is_of_it);
        let is_replaced = has(now, kit, &Status::Replaced);
        if of_it().any(|one| one.outcome == Some(ResultWord::Outcome(Word::Done))) {
            assert!(is_replaced, "{kit} was told to be done");
        }
        if is_replaced {
            let may_be = [
                Some(ResultWord::Outcome(Word::Done)),
                Some(ResultWord::Outcome(Word::Unknown)),
            ];
            assert!(of_it().any(|one| may_be.contains(&one.outcome)), "{kit}");
        }
    }
}

fn many() -> EntityId {
    EntityId::parse(OF_MANY).expect("an id")
}

fn has(kits: &[Kit], number: &str, status: &Status) -> bool {
    let mut kits = kits.iter();
    kits.any(|kit| kit.kit_no.as_str() == number && kit.status == *status)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn the_bank_the_journal_and_the_screens_agree(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let mut whole = Whole::start().await;
            for step in steps {
                whole.step(step).await;
            }
            whole.agree().await;
        });
    }
}
