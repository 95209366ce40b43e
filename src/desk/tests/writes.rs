//! Writes: what is read after them, what can't be left, and one at a time for a kit.

use super::*;
use crate::dcms::{Doubt, Order, Text, Word};
use crate::journal::Write;

/// The kits that were read afterwards.
fn kits(written: &Written) -> &[Kit] {
    written.kits().expect("kits were read")
}

/// The order that was read afterwards.
fn order(written: &Written) -> &Order {
    written.order().expect("an order was read")
}

/// The outcome's word, where it comes before the reading.
async fn ended(desk: &mut Desk) -> (Ticket, Word, String) {
    let told = async {
        loop {
            match desk.events.recv().await.expect("it runs") {
                Event::Ended(ticket, word, said) => return (ticket, word, said),
                Event::Written(..) => panic!("the reading came with the outcome"),
                _ => {}
            }
        }
    };
    tokio::time::timeout(STUCK, told).await.expect("not stuck")
}

/// The old kit replaced, the new one assigned: the state after an upgrade that was done.
const AFTER: [(&str, &Status); 2] = [
    ("4561789", &Status::Replaced),
    ("77000000001", &Status::Assigned),
];

#[tokio::test]
async fn after_an_upgrade_the_new_state_is_read() {
    let sandbox = sandbox(&[]).await;
    let mut desk = desk(&sandbox);
    desk.ask(upgrade(3)).await;
    let after = written(&mut desk, 3).await;
    assert_eq!(
        after.target,
        Target::kit(&entity("676165"), &kit_no("4561789"))
    );
    assert_eq!(after.outcome.word(), Word::Done);
    assert_eq!(states(after.named()), [AFTER[1]]);
    assert_eq!(states(kits(&after)), AFTER);
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[tokio::test]
async fn the_outcome_comes_before_a_slow_reading() {
    let sandbox = sandbox(&["fetchKitsByEntityId=delay:3600"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(upgrade(3)).await;
    let (ticket, word, said) = ended(&mut desk).await;
    assert_eq!((ticket, word), (Ticket(3), Word::Done));
    assert_eq!(said, "The upgrade of kit 4561789 was done.");
}

/// Over a slow line the reading can't be there at once, so nothing is waited for.
#[tokio::test]
async fn the_outcome_of_a_slow_write_does_not_wait_for_its_reading() {
    let sandbox = sandbox(&["upgradeCard=delay:0.05"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(upgrade(3)).await;
    let (ticket, word, _) = ended(&mut desk).await;
    assert_eq!((ticket, word), (Ticket(3), Word::Done));
    let after = written(&mut desk, 3).await;
    assert_eq!(states(kits(&after)), AFTER);
}

#[tokio::test]
async fn after_a_lost_reply_the_reading_shows_what_was_done() {
    let sandbox = sandbox(&["upgradeCard=reset-after"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(upgrade(1)).await;
    let after = written(&mut desk, 1).await;
    assert_eq!(after.outcome, Outcome::Unknown(Doubt::LineLost));
    assert_eq!(states(kits(&after)), AFTER);
    assert_eq!(sandbox.received("upgradeCard"), 1);
}

#[tokio::test]
async fn after_a_request_that_was_lost_the_reading_shows_the_old_state() {
    let sandbox = sandbox(&["upgradeCard=reset-before"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(upgrade(1)).await;
    let after = written(&mut desk, 1).await;
    assert_eq!(after.outcome, Outcome::Unknown(Doubt::LineLost));
    assert_eq!(states(kits(&after)), [("4561789", &Status::Active)]);
    assert_eq!(sandbox.received("upgradeCard"), 1);
    assert_eq!(sandbox.worked("upgradeCard"), 0);
}

#[tokio::test]
async fn after_a_cancellation_the_order_is_read() {
    let sandbox = sandbox(&[]).await;
    let mut desk = desk(&sandbox);
    desk.ask(cancel(1)).await;
    let after = written(&mut desk, 1).await;
    let words = after.words().map(Text::as_sent);
    assert_eq!(words, Some("Order cancelled successfully"));
    assert_eq!(after.target.to_string(), format!("order {ORDER}"));
    assert!(order(&after).status.is_cancelled());

    // Once more it is refused, with the state that it is in.
    desk.ask(cancel(2)).await;
    let after = written(&mut desk, 2).await;
    let Outcome::Refused(refusal) = &after.outcome else {
        panic!("{:?}", after.outcome);
    };
    assert!(refusal.is("ORD003"));
    assert!(order(&after).status.is_cancelled());
    assert_eq!(sandbox.worked("cancel"), 1);
}

#[tokio::test]
async fn a_lost_cancellation_is_settled_by_its_reading() {
    let sandbox = sandbox(&["cancel=reset-after"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(cancel(1)).await;
    let after = written(&mut desk, 1).await;
    assert_eq!(after.outcome, Outcome::Unknown(Doubt::LineLost));
    assert!(order(&after).status.is_cancelled());
    assert_eq!(sandbox.received("cancel"), 1);
}

#[tokio::test]
async fn a_pin_that_does_not_open_is_refused_and_the_kits_are_read() {
    let sandbox = sandbox(&[]).await;
    let mut desk = desk(&sandbox);
    desk.ask(set_pin(1)).await;
    let after = written(&mut desk, 1).await;
    assert_eq!(
        after.target,
        Target::kit(&entity("676165"), &kit_no("4561789"))
    );
    let Outcome::Refused(refusal) = &after.outcome else {
        panic!("{:?}", after.outcome);
    };
    assert!(refusal.is("PIN001"), "{refusal}");
    assert_eq!(states(kits(&after)), [("4561789", &Status::Active)]);
}

#[tokio::test]
async fn a_write_goes_on_when_it_is_left() {
    let sandbox = sandbox(&["upgradeCard=delay:0.1"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(upgrade(1)).await;
    until("the write", || sandbox.received("upgradeCard") == 1).await;
    desk.ask(Command::Leave(Ticket(1))).await;
    let after = written(&mut desk, 1).await;
    assert_eq!(after.outcome.word(), Word::Done);
    assert_eq!(states(kits(&after)), AFTER);
}

#[tokio::test]
async fn a_second_write_for_a_kit_is_not_sent_while_one_is_under_way() {
    let sandbox = sandbox(&["upgradeCard=delay:0.5"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(upgrade(1)).await;
    until("the write", || sandbox.received("upgradeCard") == 1).await;
    let why = NotSent::Unmade("another write for it is still under way".into());

    desk.ask(upgrade(2)).await;
    let second = written(&mut desk, 2).await;
    assert_eq!(second.outcome, Outcome::NotSent(why.clone()));
    let unread = second.reading.expect_err("nothing was read");
    assert_eq!(unread, ReadError::NotReached(why.clone()));
    desk.ask(set_pin(3)).await;
    let third = written(&mut desk, 3).await;
    assert_eq!(third.outcome, Outcome::NotSent(why));
    // What is not about this kit does not wait for it.
    desk.ask(cancel(4)).await;
    assert_eq!(written(&mut desk, 4).await.outcome.word(), Word::Done);

    assert_eq!(written(&mut desk, 1).await.outcome.word(), Word::Done);
    assert_eq!(sandbox.received("upgradeCard"), 1);
    assert_eq!(sandbox.worked("upgradeCard"), 1);
    assert_eq!(sandbox.received("setPin"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_write_for_a_kit_may_follow_as_soon_as_the_first_has_ended() {
    let sandbox = sandbox(&[]).await;
    let mut desk = desk(&sandbox);
    for ticket in 1..=100 {
        desk.ask(set_pin(ticket)).await;
        let after = written(&mut desk, ticket).await;
        assert_eq!(after.outcome.word(), Word::Refused, "{ticket}");
    }
    assert_eq!(sandbox.received("setPin"), 100);
}

#[tokio::test]
async fn two_kits_of_a_customer_do_not_wait_for_each_other() {
    let sandbox = sandbox(&["upgradeCard=delay:0.1"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(upgrade(1)).await;
    let other = upgrade_of("181223116", "10930010477");
    desk.ask(write(2, other)).await;
    for _ in 0..2 {
        let Event::Written(_, after) = desk.next().await else {
            panic!("no upgrade");
        };
        assert_eq!(after.outcome.word(), Word::Done);
    }
    assert_eq!(sandbox.worked("upgradeCard"), 2);
}

#[tokio::test]
async fn a_write_ends_though_the_screens_are_gone() {
    let sandbox = sandbox(&["upgradeCard=delay:0.1"]).await;
    let desk = desk(&sandbox);
    desk.ask(upgrade(1)).await;
    until("the write", || sandbox.received("upgradeCard") == 1).await;
    drop(desk);
    until("the work", || sandbox.worked("upgradeCard") == 1).await;
    // The simulator would finish it for a client that hung up, too: the reading is the proof.
    until("the reading", || {
        sandbox.received("fetchKitsByEntityId") == 1
    })
    .await;
}

#[tokio::test]
async fn the_last_write_is_reported_to_a_caller_that_still_listens() {
    let sandbox = sandbox(&["upgradeCard=delay:0.1"]).await;
    let desk = desk(&sandbox);
    desk.ask(upgrade(1)).await;
    desk.ask(find(2, by_entity("404"))).await;
    until("the write", || sandbox.received("upgradeCard") == 1).await;
    let rest = desk.handle.rest().await;
    let last = rest.last().expect("an event");
    assert!(
        matches!(last, Event::Written(Ticket(1), after) if after.outcome.word() == Word::Done),
        "{rest:?}"
    );
}

#[tokio::test]
async fn where_no_client_can_be_made_its_sentence_answers_everything() {
    let sentence = "ca_file holds no certificate in PEM form";
    let mut desk = desk_with(
        Err(sentence.to_owned()),
        Schedule::within(Duration::from_millis(1)),
    );
    let order = OrderId::parse(ORDER).expect("an order id");
    let target = Target::kit(&entity("676165"), &kit_no("4561789"));
    for command in [
        find(1, by_entity("676165")),
        Command::ReadAgain(Ticket(2), Write::Upgrade, target),
        Command::ReadOrder(Ticket(3), order),
        Command::Ask(Ticket(4), Box::new(Question::Parcels(kit_no("4561789")))),
        Command::Leave(Ticket(1)),
        upgrade(5),
        set_pin(6),
        cancel(7),
    ] {
        desk.ask(command).await;
    }
    let why = NotSent::Unmade(sentence.to_owned());
    let not_reached = ReadError::NotReached(why.clone());
    for ticket in 1..=7 {
        let (its, fault) = match desk.next().await {
            Event::Found(its, found) => (its, found.expect_err("nobody")),
            Event::ReadAgain(its, read) => (its, read.expect_err("no kits")),
            Event::OrderRead(its, order) => (its, order.expect_err("no order")),
            Event::Answered(its, Answer::Parcels(parcels)) => {
                (its, parcels.expect_err("no parcels"))
            }
            Event::Written(its, after) => {
                assert_eq!(after.outcome, Outcome::NotSent(why.clone()));
                (its, after.reading.expect_err("nothing read"))
            }
            other => panic!("{other:?}"),
        };
        assert_eq!((its, &fault), (Ticket(ticket), &not_reached));
        assert!(fault.to_string().contains(sentence), "{fault}");
    }
    assert!(desk.handle.rest().await.is_empty());
}
