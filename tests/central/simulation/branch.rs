//! A branch: its journal, its desk, and what it does in a day.

use std::future::ready;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kitdesk::central::{self, Store};
use kitdesk::config::{CentralSettings, Environment};
use kitdesk::dcms::{EntityId, Kits};
use kitdesk::desk::operations::{Answers, Upgrade, WantedCard};
use kitdesk::desk::{
    self, Access, Central, Command, Courier, Event, FindBy, Found, Handle, Kind, Recorder, Request,
    Schedule, Target, Ticket,
};
use kitdesk::journal::{Finding, Journal, Opening, Reason, RecordId, Where, Who, Write};
use kitdesk::sandbox::TIERS;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::time::{sleep, timeout};

use super::bank::{BEFORE_FIRST, Bank, STUCK, WRITES, tenant};
use crate::engine::{Database, Host, settings};

/// So many customers come to every branch.
const EVERYBODY_S: u64 = 3;

/// A branch between two shifts.
pub struct Branch {
    pub host: Host,
    settings: CentralSettings,
    pub chance: StdRng,
    /// How many changes its day still has.
    pub left: usize,
}

impl Branch {
    /// A new branch, enrolled; it reaches the store through this line.
    pub async fn new(database: &Database, line: &Path, number: usize, seed: u64) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let state = home.path().join("state");
        let role = format!("b{number}");
        let journal = Journal::open(&state, Self::opening(&role)).expect("a journal");
        let chain = journal.chain_id().expect("it has a name").to_string();
        drop(journal);
        let host = database.host(&role, &chain, "SANDBOX").await;
        let host = Host { home, ..host };
        let at = format!(
            "/{}?host={}&port={}",
            database.name,
            line.display(),
            database.engine.port
        );
        let settings = settings(&host, &Database::at(&host, &at));
        Self {
            host,
            settings,
            chance: StdRng::seed_from_u64(seed.wrapping_add(u64::try_from(number).expect("few"))),
            left: 4,
        }
    }

    pub fn state(&self) -> std::path::PathBuf {
        self.host.home.path().join("state")
    }

    fn opening(role: &str) -> Opening {
        let who = Who::new(role, format!("pad-of-{role}"));
        let place = Where {
            profile: "p".to_owned(),
            tenant: tenant(),
            environment: Environment::Live,
        };
        Opening::new(&who, &place)
    }

    /// Runs a part of its life in a runtime of its own, whose end is that of all its tasks, wherever they are.
    pub fn lives<T>(
        &mut self,
        longest: Duration,
        life: impl AsyncFnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let lived = runtime.block_on(async { timeout(longest, life(self)).await.ok() });
        runtime.shutdown_background();
        lived
    }

    /// A desk as the console and the verbs start it.
    pub fn desk(&self, bank: &Bank) -> (Handle, Recorder) {
        let of = central::Bank {
            tenant: tenant(),
            environment: Environment::Live,
        };
        let central = Central::new(&self.settings, of).expect("good settings");
        let central = Arc::new(central);
        let role = self.host.role.clone();
        let recorder = Recorder::start(Some(self.state()), move || Self::opening(&role));
        let courier = Courier::new(Arc::clone(&central), &self.settings, recorder.clone());
        tokio::spawn(courier.expect("good settings").run());
        let schedule = Schedule {
            at_once: true,
            later: vec![Duration::from_millis(100)],
        };
        let client = ready(Ok(bank.client()));
        let recorder = recorder.with_central(central);
        let desk = desk::start(client, recorder.clone(), schedule, Access::local());
        (desk, recorder)
    }

    /// The rest of its day, or a part of it.
    pub async fn works(&mut self, bank: &Bank) {
        let (mut desk, recorder) = self.desk(bank);
        while self.left > 0 {
            self.left -= 1;
            if let Some(said) = self.changes_something(&mut desk, bank).await {
                bank.count(&said);
            }
        }
        desk.finish(STUCK, drop).await;
        recorder.drained().await;
    }

    async fn changes_something(&mut self, desk: &mut Handle, bank: &Bank) -> Option<String> {
        // A few customers are everybody's.
        let those = if self.chance.random_bool(0.5) {
            bank.visitors.min(EVERYBODY_S)
        } else {
            bank.visitors
        };
        let customer = BEFORE_FIRST + self.chance.random_range(1..=those);
        let entity = EntityId::parse(&customer.to_string()).expect("an id");
        let Some(kits) = finds(desk, &entity).await else {
            return Some("not found".to_owned());
        };
        let possible: Vec<_> = kits
            .iter()
            .flat_map(|kit| WRITES.map(|(write, _)| (write, kit)))
            .filter(|(write, kit)| Kind::from_write(*write).may(kit).is_ok())
            .collect();
        if possible.is_empty() {
            return None;
        }
        let (write, kit) = possible[self.chance.random_range(0..possible.len())];
        let target = Target::kit(&entity, &kit.kit_no);
        let request = match self.reviews(desk, write, &target).await {
            Ok(request) => request,
            Err(why) => return Some(why.to_owned()),
        };
        // The review is read, and meanwhile others go on.
        sleep(Duration::from_millis(self.chance.random_range(0..200))).await;
        Some(sends(desk, request).await)
    }

    /// A request as it is after its review, which reads once more; or why there is none.
    pub async fn reviews(
        &mut self,
        desk: &mut Handle,
        write: Write,
        target: &Target,
    ) -> Result<Request, &'static str> {
        let again = Command::ReadAgain(Ticket(2), write, target.clone());
        let Event::ReadAgain(_, Ok(reading)) = answer(desk, Ticket(2), again).await else {
            return Err("not read again");
        };
        let mut request = if let (Write::Upgrade, Target::Kit { entity, kit }) = (write, target) {
            let tier = TIERS[self.chance.random_range(0..TIERS.len())].to_owned();
            Request::from(Upgrade {
                entity: entity.clone(),
                kit: kit.clone(),
                delivery: None,
                cards: vec![WantedCard {
                    tier_type: Some(tier),
                    ..WantedCard::default()
                }],
            })
        } else {
            let reason = match write {
                Write::Lock | Write::LockAll => Some(Reason::Lost),
                Write::Unlock => Some(Reason::FoundAgain),
                _ => None,
            };
            let answers = Answers {
                reason,
                ..Answers::default()
            };
            let request = Kind::from_write(write).request(target, answers, "maria");
            request.expect("it has no form of its own")
        };
        match request.take(&reading) {
            Ok(()) => Ok(request),
            Err(_) => Err("does not fit any more"),
        }
    }

    /// Somebody comes by, and tries to settle what is open if they are asked to.
    pub async fn comes_by(&mut self, bank: &Bank, settles: bool) {
        let (mut desk, recorder) = self.desk(bank);
        for open in self.open_writes().into_iter().filter(|_| settles) {
            answer(&mut desk, Ticket(4), Command::Settle(Ticket(4), open)).await;
        }
        desk.finish(STUCK, drop).await;
        recorder.drained().await;
    }

    /// Settles what is open by reading, until the store has all records and all ends.
    pub async fn recovers(&mut self, bank: &Bank) {
        let (mut desk, recorder) = self.desk(bank);
        let store = Store::new(&self.settings).expect("good settings");
        let until = Instant::now() + STUCK;
        for round in 0.. {
            let open = self.open_writes();
            if open.is_empty() {
                break;
            }
            assert!(Instant::now() < until, "{}: {open:?}", self.host.role);
            for open in open {
                // What no reading can show, because others may have done it too, a person leaves at that.
                let settle = if round < 3 {
                    Command::Settle(Ticket(4), open)
                } else {
                    let reason = "nobody can tell any more".to_owned();
                    Command::Decide(Ticket(4), open, Finding::Unknown, reason)
                };
                answer(&mut desk, Ticket(4), settle).await;
            }
        }
        desk.finish(STUCK, drop).await;
        recorder.drained().await;
        let reader = Journal::open_to_read(&self.state()).expect("a journal");
        let chain = reader.chain_id().expect("it is read").expect("a name");
        let last = reader.last().expect("it is read").0;
        drop(reader);
        loop {
            let there = store.forwarded(chain).await;
            let is_there = there.is_ok_and(|there| there.map_or(0, |there| there.id) == last);
            let open = store.open_claims().await;
            if is_there && open.is_ok_and(|open| open.is_empty()) {
                break;
            }
            assert!(
                Instant::now() < until,
                "{} has forwarded {is_there}",
                self.host.role
            );
            sleep(Duration::from_millis(20)).await;
            // To the courier it is as if somebody had recorded something.
            recorder.drained().await;
        }
    }

    fn open_writes(&self) -> Vec<RecordId> {
        let reader = Journal::open_to_read(&self.state()).expect("a journal");
        let open = reader.open_writes().expect("it is read");
        open.iter().map(|open| open.intent.id).collect()
    }
}

/// A customer's kits.
pub async fn finds(desk: &mut Handle, entity: &EntityId) -> Option<Kits> {
    let find = Command::Find(Ticket(1), FindBy::Entity(entity.clone()));
    match answer(desk, Ticket(1), find).await {
        Event::Found(_, Ok(Found::One(found))) => Some(found.kits),
        _ => None,
    }
}

/// Sends it, and says what it came to.
pub async fn sends(desk: &mut Handle, request: Request) -> String {
    let sent = Command::Write(Ticket(3), Box::new(request));
    match answer(desk, Ticket(3), sent).await {
        Event::Written(_, written) => written.word().title().to_owned(),
        _ => "crashed".to_owned(),
    }
}

/// The answer to a question; what else the desk tells is passed over.
async fn answer(desk: &mut Handle, ticket: Ticket, question: Command) -> Event {
    desk.commands.send(question).await.expect("the desk runs");
    let answered = async {
        loop {
            let event = desk.events.recv().await.expect("the desk runs");
            let is_it = event.ticket() == Some(ticket)
                && !matches!(event, Event::Ended(..) | Event::Named(..));
            if is_it {
                break event;
            }
        }
    };
    timeout(STUCK, answered).await.expect("it answers")
}
