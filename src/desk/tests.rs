//! The task and its jobs against the simulator, over real HTTP.

use std::time::Duration;

use zeroize::Zeroizing;

use super::*;
use crate::config::{KeySource, PinAccount, Profile};
use crate::dcms::{
    BranchId, CancelOrder, CardType, Client, EntityId, Expiry, Kit, KitNo, OrderId, OrderStatus,
    Outcome, SetPin, Status, Upgrade, WantedCard,
};
use crate::pin::{BlockForm, MaskedPan, PanEntry, Pin, PinEntry, PinLength};
use crate::sandbox::{self, Options, Sandbox};

struct Bench {
    sandbox: Sandbox,
    handle: Handle,
}

async fn bench(faults: &[&str]) -> Bench {
    let sandbox = sandbox::start(Options {
        faults: faults
            .iter()
            .map(|spec| spec.parse().expect("a fault"))
            .collect(),
        ..Options::default()
    })
    .await
    .expect("loopback has free ports");
    let url = sandbox.base_url().parse().expect("an address");
    let profile = Profile::sandbox(
        url,
        sandbox::BRANCH,
        key(sandbox::PIN_KEY),
        key(sandbox::CARD_KEY),
    );
    let settings = profile.dcms_settings().expect("nothing to be read");
    let handle = start(async move { Client::new(settings).map_err(|fault| fault.to_string()) });
    Bench { sandbox, handle }
}

fn key(bytes: &[u8]) -> KeySource {
    KeySource::held(Zeroizing::new(bytes.to_vec()))
}

impl Bench {
    async fn ask(&mut self, command: Command) -> Event {
        self.send(command).await;
        self.next().await
    }

    async fn send(&self, command: Command) {
        self.handle
            .commands
            .send(command)
            .await
            .expect("the task runs");
    }

    async fn next(&mut self) -> Event {
        let event = tokio::time::timeout(Duration::from_secs(20), self.handle.events.recv());
        event
            .await
            .expect("an event in time")
            .expect("the task runs")
    }

    async fn kits_of(&mut self, id: &str) -> Vec<Kit> {
        match self.ask(Command::ReadAgain(Ticket(99), entity(id))).await {
            Event::KitsAgain(Ticket(99), Ok(kits)) => kits,
            other => panic!("kits were asked for: {other:?}"),
        }
    }
}

fn entity(id: &str) -> EntityId {
    EntityId::parse(id).expect("good")
}

fn kit_no(no: &str) -> KitNo {
    KitNo::parse(no).expect("good")
}

fn an_upgrade() -> Upgrade {
    Upgrade {
        entity: entity("676165"),
        kit: kit_no("4561789"),
        delivery: None,
        cards: vec![WantedCard {
            tier_type: Some("SILVER".into()),
            card_type: Some(CardType::Physical),
            ..WantedCard::default()
        }],
    }
}

fn status_of(kits: &[Kit], no: &str) -> Option<Status> {
    kits.iter()
        .find(|kit| kit.kit_no == kit_no(no))
        .map(|kit| kit.status.clone())
}

#[tokio::test]
async fn a_customer_comes_first_and_the_name_behind() {
    let mut bench = bench(&[]).await;
    let found = bench
        .ask(Command::Find(
            Ticket(1),
            FindBy::Entity(entity("181223116")),
        ))
        .await;
    assert!(matches!(found, Event::Found(Ticket(1), Ok(Found::One(one))) if one.kits.len() == 3));
    let named = bench.next().await;
    assert!(
        matches!(named, Event::Named(Ticket(1), id, known) if id == entity("181223116") && known.name.is_some())
    );
}

#[tokio::test]
async fn accounts_and_masks_lead_to_one_or_several() {
    let mut bench = bench(&[]).await;
    let account = |no: &str| FindBy::Account(crate::dcms::AccountNo::parse(no).expect("good"));
    let found = bench
        .ask(Command::Find(Ticket(1), account("8000000")))
        .await;
    assert!(
        matches!(found, Event::Found(_, Ok(Found::One(one))) if one.kits.len() == 3),
        "replaced ones too"
    );
    bench.next().await;
    let found = bench
        .ask(Command::Find(Ticket(2), account("8000100")))
        .await;
    assert!(matches!(found, Event::Found(_, Ok(Found::Several(both))) if both.len() == 2));

    let card = |mask: &str| FindBy::Card(MaskedPan::parse(mask).expect("a mask"));
    let found = bench
        .ask(Command::Find(Ticket(3), card("608040XXXXXX6384")))
        .await;
    assert!(
        matches!(found, Event::Found(_, Ok(Found::One(one))) if one.entity == entity("181223116"))
    );
    bench.next().await;
    let found = bench
        .ask(Command::Find(Ticket(4), card("608040XXXXXX0007")))
        .await;
    let Event::Found(_, Ok(Found::Several(both))) = found else {
        panic!("two customers share it");
    };
    assert!(both.len() == 2 && both.iter().all(|one| one.name.is_some()));
    let found = bench
        .ask(Command::Find(Ticket(5), card("999999XXXXXX9999")))
        .await;
    assert!(matches!(found, Event::Found(Ticket(5), Err(_))));
}

#[tokio::test]
async fn a_look_up_that_is_left_brings_nothing_and_holds_nothing_up() {
    let mut bench = bench(&["fetchKitsByEntityId=delay:2:1"]).await;
    bench
        .send(Command::Find(Ticket(1), FindBy::Entity(entity("676165"))))
        .await;
    bench.send(Command::Leave(Ticket(1))).await;
    let next = bench
        .ask(Command::ReadOrder(
            Ticket(2),
            OrderId::parse("nope").expect("good"),
        ))
        .await;
    assert!(
        matches!(next, Event::OrderRead(Ticket(2), Err(_))),
        "{next:?}"
    );
    assert_eq!(bench.kits_of("676165").await.len(), 1);
}

#[tokio::test]
async fn an_upgrade_is_done_once_and_read_afterwards() {
    let mut bench = bench(&[]).await;
    let Event::Upgraded(Ticket(1), after) =
        bench.ask(Command::Upgrade(Ticket(1), an_upgrade())).await
    else {
        panic!("an upgrade's end");
    };
    let Outcome::Done(new) = &after.outcome else {
        panic!("{:?}", after.outcome);
    };
    let read = after.reading.as_ref().expect("a reading");
    assert_eq!(status_of(read, "4561789"), Some(Status::Replaced));
    assert_eq!(
        status_of(read, new[0].kit_no.as_str()),
        Some(Status::Assigned)
    );
    assert_eq!(bench.sandbox.worked("upgradeCard"), 1);
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_the_reading_shows_what_was_done() {
    let mut bench = bench(&["upgradeCard=reset-after"]).await;
    let Event::Upgraded(_, after) = bench.ask(Command::Upgrade(Ticket(1), an_upgrade())).await
    else {
        panic!("an upgrade's end");
    };
    assert_eq!(after.outcome.word(), "Unknown");
    assert_eq!(after.reading.map(|kits| kits.len()), Ok(2));
    assert_eq!(
        (
            bench.sandbox.received("upgradeCard"),
            bench.sandbox.worked("upgradeCard")
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn a_reply_about_someone_else_is_unknown_and_no_reading() {
    let mut bench = bench(&["*=wrong-entity"]).await;
    let Event::Upgraded(_, after) = bench.ask(Command::Upgrade(Ticket(1), an_upgrade())).await
    else {
        panic!("an upgrade's end");
    };
    assert_eq!(after.outcome.word(), "Unknown");
    assert!(after.reading.is_err());
}

#[tokio::test]
async fn one_write_at_a_time_for_a_kit_and_none_can_be_left() {
    let mut bench = bench(&["upgradeCard=delay:0.3:1"]).await;
    bench.send(Command::Upgrade(Ticket(1), an_upgrade())).await;
    bench.send(Command::Leave(Ticket(1))).await;
    let second = bench.ask(Command::Upgrade(Ticket(2), an_upgrade())).await;
    let Event::Upgraded(Ticket(2), second) = second else {
        panic!("the second is answered at once: {second:?}");
    };
    assert_eq!(second.outcome.word(), "Not sent");
    let Event::Upgraded(Ticket(1), first) = bench.next().await else {
        panic!("the first goes on");
    };
    assert_eq!(first.outcome.word(), "Done");
    assert_eq!(bench.sandbox.worked("upgradeCard"), 1);
}

#[tokio::test]
async fn a_write_ends_although_the_screens_are_gone() {
    let Bench { sandbox, handle } = bench(&["upgradeCard=delay:0.2"]).await;
    handle
        .commands
        .send(Command::Upgrade(Ticket(1), an_upgrade()))
        .await
        .expect("the task runs");
    let Handle {
        commands,
        mut events,
    } = handle;
    drop(commands);
    let last = tokio::time::timeout(Duration::from_secs(20), events.recv())
        .await
        .expect("in time");
    assert!(matches!(last, Some(Event::Upgraded(..))));
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[tokio::test]
async fn an_order_is_cancelled_and_read_afterwards() {
    let mut bench = bench(&[]).await;
    let order = OrderId::parse("3fa85f64-5717-4562-b3fc-2c963f66afa6").expect("good");
    let request = |branch: &str| CancelOrder {
        order: order.clone(),
        branch: BranchId::parse(branch).expect("good"),
    };
    let Event::Cancelled(_, after) = bench.ask(Command::Cancel(Ticket(1), request("99"))).await
    else {
        panic!("a cancellation's end");
    };
    assert_eq!(after.outcome.word(), "Refused", "another branch's order");
    let Event::Cancelled(_, after) = bench
        .ask(Command::Cancel(Ticket(2), request("12345")))
        .await
    else {
        panic!("a cancellation's end");
    };
    assert_eq!(after.outcome.word(), "Done");
    assert_eq!(
        after.reading.map(|order| order.status),
        Ok(OrderStatus::Cancelled)
    );
}

#[tokio::test]
async fn without_a_client_every_command_gets_the_sentence() {
    let mut handle = start(async { Err("ca_file holds no certificate".to_owned()) });
    let order = OrderId::parse("1").expect("good");
    let cancel = CancelOrder {
        order: order.clone(),
        branch: BranchId::parse("1").expect("good"),
    };
    let commands = [
        Command::Find(Ticket(1), FindBy::Entity(entity("1"))),
        Command::ReadAgain(Ticket(1), entity("1")),
        Command::ReadOrder(Ticket(1), order),
        Command::Track(Ticket(1), kit_no("1")),
        Command::Upgrade(Ticket(1), an_upgrade()),
        Command::Cancel(Ticket(1), cancel),
    ];
    for command in commands {
        handle.commands.send(command).await.expect("the task runs");
        let event = handle.events.recv().await.expect("an answer");
        assert!(
            format!("{event:?}").contains("ca_file holds no certificate"),
            "{event:?}"
        );
    }
}

fn typed(text: &str) -> PinEntry {
    let mut entry = PinEntry::new();
    text.chars().for_each(|digit| assert!(entry.push(digit)));
    entry
}

fn keyed(text: &str) -> PanEntry {
    let mut entry = PanEntry::new();
    text.chars().for_each(|digit| assert!(entry.push(digit)));
    entry
}

fn vault() -> Vault {
    Vault {
        pin_key: Some(key(sandbox::PIN_KEY)),
        card_key: Some(key(sandbox::CARD_KEY)),
        form: BlockForm::Raw,
        account: PinAccount::Pan,
        length: PinLength::default(),
    }
}

fn job(kit: &Kit, pan: PanSource, vault: Vault) -> SealJob {
    SealJob {
        pin: typed("4315"),
        pan,
        mask: kit.card.clone(),
        kit: kit.kit_no.clone(),
        vault,
    }
}

fn encrypted(kit: &Kit) -> PanSource {
    PanSource::Encrypted(kit.encrypted_pan.clone().expect("the simulator sends it"))
}

#[tokio::test]
async fn the_pin_that_was_typed_is_the_pin_that_the_dcms_opens() {
    let mut bench = bench(&[]).await;
    let mut kits = bench.kits_of("676165").await;
    let kit = kits.remove(0);
    let Ok(SealedUp(pin)) = job(&kit, encrypted(&kit), vault()).run() else {
        panic!("everything is there");
    };
    let expiry = Expiry::parse("0729").expect("good");
    let request = SetPin {
        entity: entity("676165"),
        kit: kit.kit_no.clone(),
        expiry,
        pin,
    };
    let Event::PinSet(_, after) = bench.ask(Command::SetPin(Ticket(1), request)).await else {
        panic!("a PIN's end");
    };
    assert_eq!(after.outcome.word(), "Done");
    let same = |text: &str| {
        Pin::parse(text, PinLength::STANDARD).is_ok_and(|pin| bench.sandbox.pin_is("4561789", &pin))
    };
    assert!(same("4315") && !same("4316"));
}

#[tokio::test]
async fn what_keeps_a_pin_from_being_sealed_is_told_without_a_secret() {
    let mut bench = bench(&[]).await;
    let kit = bench.kits_of("676165").await.remove(0);
    let told = |job: SealJob| job.run().map(|_| ()).map_err(|fault| fault.to_string());
    let without = |change: fn(&mut Vault)| {
        let mut vault = vault();
        change(&mut vault);
        vault
    };
    let no_key = without(|vault| vault.pin_key = None);
    assert_eq!(
        told(job(&kit, encrypted(&kit), no_key)),
        Err("this profile has no pin_key: PINs can't be set with it".into())
    );
    let other_key = without(|vault| vault.card_key = Some(key(&[9; 32])));
    let fault = told(job(&kit, encrypted(&kit), other_key)).expect_err("another key");
    assert!(
        fault.starts_with("the card number could not be opened: it does not open"),
        "{fault}"
    );
    let fault = told(job(
        &kit,
        PanSource::Keyed(keyed("4111111111111111")),
        vault(),
    ));
    assert_eq!(
        fault,
        Err("this is another card: the kit's card is 608040XXXXXX1789".into())
    );
    let fault = told(job(
        &kit,
        PanSource::Keyed(keyed("4111111111111112")),
        vault(),
    ))
    .expect_err("Luhn");
    assert!(!fault.contains("4111"), "{fault}");
    let longer = without(|vault| vault.length = PinLength::new(6, 6).expect("a range"));
    assert_eq!(
        told(job(&kit, encrypted(&kit), longer)),
        Err("a PIN has 6 digits here, not 4".into())
    );
    let by_kit = without(|vault| vault.account = PinAccount::Kit);
    assert_eq!(told(job(&kit, PanSource::NotNeeded, by_kit)), Ok(()));
}
