//! The desk with the simulator behind it, over real sockets: commands in, events out.

mod access;
mod look_ups;
mod records;
mod sealing;
mod writes;

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::config::Environment;
use crate::dcms::Tenant;
use crate::dcms::{
    AccountNo, BranchId, Client, Doubt, EntityId, Expiry, Kit, KitNo, Limits, NotSent, OrderId,
    OrderStatus, Outcome, ReadError, Settings, Status,
};
use crate::desk::operations::{CancelOrder, SetPin, Upgrade, WantedCard};
use crate::journal::{Opening, Where, Who};
use crate::pin::{
    Account, BlockForm, EncryptedPan, Key, MaskedPan, Pan, PanEntry, Pin, PinEntry, PinLength,
    SealedPin, seal,
};
use crate::sandbox::{self, Sandbox};

/// Nothing here takes as long: whatever does is stuck.
const STUCK: Duration = Duration::from_secs(20);
/// An order that can be cancelled.
const ORDER: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

async fn sandbox(faults: &[&str]) -> Sandbox {
    let faults = faults.iter().map(|spec| spec.parse().expect("a fault"));
    let options = sandbox::Options {
        customers: 0,
        faults: faults.collect(),
        ..sandbox::Options::default()
    };
    sandbox::start(options).await.expect("a free port")
}

pub(crate) fn connect(sandbox: &Sandbox) -> Result<Client, String> {
    let settings = Settings {
        encrypted_pans: true,
        ..Settings::to_test(&sandbox.base_url())
    };
    Client::new(settings).map_err(|fault| fault.to_string())
}

/// A journal of its own; the folder goes with the handle's test.
pub(crate) fn recorder(folder: &Path) -> Recorder {
    let who = Who::new("maria", "counter-3");
    Recorder::start(Some(folder.to_owned()), move || {
        Opening::new(&who, &place())
    })
}

fn place() -> Where {
    Where {
        profile: "test".into(),
        tenant: Tenant::parse("SANDBOX").expect("a tenant"),
        environment: Environment::Sandbox,
    }
}

/// A desk that may do everything.
pub(crate) fn start_with(
    client: Result<Client, String>,
    recorder: Recorder,
    schedule: Schedule,
) -> Handle {
    start(
        std::future::ready(client),
        recorder,
        schedule,
        Access::local(),
    )
}

/// A desk and the folder of its journal.
struct Desk {
    handle: Handle,
    folder: TempDir,
}

impl Deref for Desk {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.handle
    }
}

impl DerefMut for Desk {
    fn deref_mut(&mut self) -> &mut Handle {
        &mut self.handle
    }
}

fn desk(sandbox: &Sandbox) -> Desk {
    desk_with(connect(sandbox), Schedule::within(Duration::from_millis(1)))
}

fn desk_with(client: Result<Client, String>, schedule: Schedule) -> Desk {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let handle = start_with(client, recorder(folder.path()), schedule);
    Desk { handle, folder }
}

impl Handle {
    async fn ask(&self, command: Command) {
        self.commands.send(command).await.expect("the desk runs");
    }

    /// The next answer. Skips the events about open writes that come in between.
    async fn next(&mut self) -> Event {
        loop {
            let next = tokio::time::timeout(STUCK, self.events.recv()).await;
            match next.expect("not stuck").expect("the desk runs") {
                Event::Open(_) | Event::PendingWrite(_) | Event::Ended(..) => {}
                event => return event,
            }
        }
    }

    /// No more commands: every event that is still to come.
    async fn rest(self) -> Vec<Event> {
        let Self {
            commands,
            mut events,
            ..
        } = self;
        drop(commands);
        let mut rest = Vec::new();
        let all = async {
            while let Some(event) = events.recv().await {
                if !matches!(
                    event,
                    Event::Open(_) | Event::PendingWrite(_) | Event::Ended(..)
                ) {
                    rest.push(event);
                }
            }
        };
        tokio::time::timeout(STUCK, all).await.expect("not stuck");
        rest
    }
}

/// Waits until something is so that the other side alone knows.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let waited = tokio::time::timeout(STUCK, wait).await;
    waited.unwrap_or_else(|_| panic!("waited in vain for {what}"));
}

fn entity(id: &str) -> EntityId {
    EntityId::parse(id).expect("an entity id")
}

fn kit_no(number: &str) -> KitNo {
    KitNo::parse(number).expect("a kit number")
}

fn mask(text: &str) -> MaskedPan {
    MaskedPan::parse(text).expect("a mask")
}

fn find(ticket: u64, by: FindBy) -> Command {
    Command::Find(Ticket(ticket), by)
}

fn by_entity(id: &str) -> FindBy {
    FindBy::Entity(entity(id))
}

fn upgrade_of(id: &str, kit: &str) -> Upgrade {
    Upgrade {
        entity: entity(id),
        kit: kit_no(kit),
        delivery: None,
        cards: vec![WantedCard {
            tier_type: Some("GOLD".into()),
            ..WantedCard::default()
        }],
    }
}

/// Of the one kit of the contract's upgrade page.
fn upgrade(ticket: u64) -> Command {
    write(ticket, upgrade_of("676165", "4561789"))
}

/// The same, reviewed against these kits.
fn upgrade_after(ticket: u64, read: &Reading) -> Command {
    let mut request = Request::from(upgrade_of("676165", "4561789"));
    request.take(read).expect("it can be upgraded");
    write(ticket, request)
}

fn write(ticket: u64, request: impl Into<Request>) -> Command {
    Command::Write(Ticket(ticket), Box::new(request.into()))
}

/// The end of the write under this ticket.
async fn written(desk: &mut Handle, ticket: u64) -> Written {
    match desk.next().await {
        Event::Written(its, written) if its == Ticket(ticket) => *written,
        other => panic!("{other:?}"),
    }
}

fn withheld(outcome: Outcome<Made>) -> String {
    match outcome {
        Outcome::NotSent(NotSent::Withheld(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn cancel(ticket: u64) -> Command {
    let request = CancelOrder {
        order: OrderId::parse(ORDER).expect("an order id"),
        branch: BranchId::parse("12345").expect("a branch id"),
    };
    write(ticket, request)
}

fn pin(digits: &str) -> Pin {
    Pin::parse(digits, PinLength::STANDARD).unwrap_or_else(|fault| panic!("{fault}"))
}

/// For the same kit as [`upgrade`], under a key that is nobody's.
fn set_pin(ticket: u64) -> Command {
    let key = Key::from_bytes(&[1; 16]).unwrap_or_else(|fault| panic!("{fault}"));
    let sealed = seal(&pin("4315"), &Account::Kit("4561789"), &key, BlockForm::Raw);
    set_pin_to(ticket, "676165", "4561789", sealed.expect("sealed"))
}

/// A PIN that the simulator's bank opens, for the kit of the card that is keyed.
fn good_pin(ticket: u64) -> Command {
    let key = Key::from_bytes(sandbox::PIN_KEY).unwrap_or_else(|fault| panic!("{fault}"));
    let pan = Pan::parse("4111111111111111").expect("a test number");
    let sealed = seal(&pin("4315"), &Account::Pan(&pan), &key, BlockForm::Raw);
    set_pin_to(
        ticket,
        "210000000099",
        "99000000001",
        sealed.expect("sealed"),
    )
}

fn set_pin_to(ticket: u64, id: &str, kit: &str, pin: SealedPin) -> Command {
    let request = SetPin {
        entity: entity(id),
        kit: kit_no(kit),
        expiry: Expiry::parse("0729").expect("an expiry"),
        pin,
    };
    write(ticket, request)
}

/// Number and state of each kit.
fn states(kits: &[Kit]) -> Vec<(&str, &Status)> {
    let kits = kits.iter();
    kits.map(|kit| (kit.kit_no.as_str(), &kit.status)).collect()
}
