//! Finding customers, reading again, and leaving a look-up.

use super::*;
use crate::journal::Write;

async fn found(desk: &mut Handle, ticket: u64) -> Result<Found, ReadError> {
    match desk.next().await {
        Event::Found(its, found) if its == Ticket(ticket) => found,
        other => panic!("{other:?}"),
    }
}

async fn one(desk: &mut Handle, ticket: u64) -> CustomerKits {
    match found(desk, ticket).await {
        Ok(Found::One(customer)) => customer,
        other => panic!("{other:?}"),
    }
}

async fn several(desk: &mut Handle, ticket: u64) -> Vec<(String, Option<String>)> {
    let Ok(Found::Several(all)) = found(desk, ticket).await else {
        panic!("not several");
    };
    let all = all.items.into_iter();
    all.map(|one| {
        let name = one.name.map(|name| name.as_sent().to_owned());
        (one.entity.to_string(), name)
    })
    .collect()
}

async fn named(desk: &mut Handle, ticket: u64, id: &str) -> (String, String) {
    desk.ask(Command::Name(Ticket(ticket), entity(id))).await;
    match desk.next().await {
        Event::Named(its, entity, customer) if its == Ticket(ticket) => {
            let name = customer.name.expect("a name");
            (entity.to_string(), name.as_sent().to_owned())
        }
        other => panic!("{other:?}"),
    }
}

fn candidate(id: &str, name: &str) -> (String, Option<String>) {
    (id.to_owned(), Some(name.to_owned()))
}

#[tokio::test]
async fn by_entity_the_kits_come_first_and_the_name_after_them() {
    let sandbox = sandbox(&[]).await;
    let mut desk = desk(&sandbox);
    desk.ask(find(7, by_entity("181223116"))).await;
    let customer = one(&mut desk, 7).await;
    assert_eq!(customer.entity, entity("181223116"));
    assert_eq!(
        states(&customer.kits),
        [
            ("10930010477", &Status::Active),
            ("10930010476", &Status::Replaced),
            ("10930010478", &Status::Assigned),
        ]
    );
    let expected = ("181223116".to_owned(), "Mx Anita Rao".to_owned());
    assert_eq!(named(&mut desk, 8, "181223116").await, expected);
    assert!(desk.handle.rest().await.is_empty());
}

#[tokio::test]
async fn kits_are_found_where_the_name_is_not_to_be_had() {
    let sandbox = sandbox(&["viewCustomer=429"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(find(1, by_entity("676165"))).await;
    assert_eq!(one(&mut desk, 1).await.kits.len(), 1);
    desk.ask(Command::Name(Ticket(2), entity("676165"))).await;
    until("the name", || sandbox.received("viewCustomer") == 1).await;
    assert!(desk.handle.rest().await.is_empty());
}

#[tokio::test]
async fn an_unknown_customer_is_the_dcms_refusal() {
    let sandbox = sandbox(&[]).await;
    let mut desk = desk(&sandbox);
    desk.ask(find(1, by_entity("404"))).await;
    let fault = found(&mut desk, 1).await.expect_err("nobody");
    let ReadError::Refused(refusal) = fault else {
        panic!("{fault}");
    };
    assert!(refusal.means_not_found());
    assert_eq!(sandbox.received("viewCustomer"), 0);
}

#[tokio::test]
async fn by_account_one_holder_is_found_at_once() {
    let sandbox = sandbox(&[]).await;
    let mut desk = desk(&sandbox);
    let account = AccountNo::parse("8000000").expect("an account");
    desk.ask(find(1, FindBy::Account(account))).await;
    let customer = one(&mut desk, 1).await;
    assert_eq!(customer.entity, entity("181223116"));
    // The replaced one too, which the account look-up hides unless it is asked for all.
    assert_eq!(customer.kits.len(), 3);
    // Nobody asked for the name.
    assert!(desk.handle.rest().await.is_empty());
    assert_eq!(sandbox.received("viewCustomer"), 0);
}

#[tokio::test]
async fn by_account_several_holders_are_listed_by_name() {
    let sandbox = sandbox(&[]).await;
    let mut desk = desk(&sandbox);
    let account = AccountNo::parse("8000100").expect("an account");
    desk.ask(find(2, FindBy::Account(account.clone()))).await;
    let Ok(Found::Several(holders)) = found(&mut desk, 2).await else {
        panic!("not several");
    };
    // The reply has brought their kits.
    let kits = holders
        .iter()
        .map(|one| one.kits.as_ref().map(|kits| kits.len()));
    assert_eq!(kits.collect::<Vec<_>>(), [Some(1), Some(1)]);
    assert_eq!(sandbox.received("fetchKitsByEntityId"), 0);
    desk.ask(find(1, FindBy::Account(account))).await;
    assert_eq!(
        several(&mut desk, 1).await,
        [
            candidate("210000000085", "Mx Joint Account"),
            candidate("210000000086", "Mx Joint Account"),
        ]
    );
    assert!(desk.handle.rest().await.is_empty());
}

#[tokio::test]
async fn by_mask_one_several_and_none() {
    let sandbox = sandbox(&[]).await;
    let mut desk = desk(&sandbox);
    desk.ask(find(1, FindBy::Card(mask("608040XXXXXX6384"))))
        .await;
    let customer = one(&mut desk, 1).await;
    assert_eq!(customer.entity, entity("181223116"));
    assert_eq!(customer.kits.len(), 3);
    assert_eq!(named(&mut desk, 9, "181223116").await.1, "Mx Anita Rao");

    desk.ask(find(2, FindBy::Card(mask("608040XXXXXX0007"))))
        .await;
    assert_eq!(
        several(&mut desk, 2).await,
        [
            candidate("210000000087", "Mx Same Mask"),
            candidate("210000000088", "Mx Same Mask"),
        ]
    );

    desk.ask(find(3, FindBy::Card(mask("999999XXXXXX0000"))))
        .await;
    let fault = found(&mut desk, 3).await.expect_err("nobody");
    let ReadError::Refused(refusal) = fault else {
        panic!("{fault}");
    };
    assert!(refusal.is("MCC007"), "{refusal}");
    assert!(desk.handle.rest().await.is_empty());
}

#[tokio::test]
async fn candidates_are_listed_though_a_name_is_not_to_be_had() {
    let sandbox = sandbox(&["viewCustomer=429:1"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(find(1, FindBy::Card(mask("608040XXXXXX0007"))))
        .await;
    assert_eq!(
        several(&mut desk, 1).await,
        [
            ("210000000087".to_owned(), None),
            candidate("210000000088", "Mx Same Mask"),
        ]
    );
}

#[tokio::test]
async fn each_answer_comes_under_the_ticket_of_its_question() {
    let sandbox = sandbox(&[]).await;
    let mut desk = desk(&sandbox);
    let target = Target::kit(&entity("676165"), &kit_no("4561789"));
    desk.ask(Command::ReadAgain(Ticket(11), Write::Upgrade, target))
        .await;
    let order = OrderId::parse(ORDER).expect("an order id");
    desk.ask(Command::ReadOrder(Ticket(12), order)).await;
    desk.ask(Command::Ask(
        Ticket(13),
        Box::new(Question::Parcels(kit_no("4561789"))),
    ))
    .await;
    // They run concurrently, so their order is open.
    let mut seen = [false; 3];
    for _ in 0..3 {
        match desk.next().await {
            Event::ReadAgain(Ticket(11), Ok(read)) => {
                let kits = read.kits.expect("kits");
                assert_eq!(states(&kits), [("4561789", &Status::Active)]);
                seen[0] = true;
            }
            Event::OrderRead(Ticket(12), Ok(order)) => {
                assert_eq!(order.status, OrderStatus::Received);
                seen[1] = true;
            }
            Event::Answered(Ticket(13), Answer::Parcels(Ok(parcels))) => {
                assert_eq!(parcels.len(), 1);
                seen[2] = true;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen, [true; 3]);
}

#[tokio::test]
async fn a_look_up_that_is_left_never_answers_and_the_desk_goes_on() {
    let sandbox = sandbox(&["fetchKitsByEntityId=delay:0.2:1"]).await;
    let mut desk = desk(&sandbox);
    desk.ask(find(1, by_entity("676165"))).await;
    until("the first look-up", || {
        sandbox.received("fetchKitsByEntityId") == 1
    })
    .await;
    desk.ask(Command::Leave(Ticket(1))).await;
    // Longer than the first one would have taken.
    let longer = "fetchKitsByEntityId=delay:0.4:1";
    sandbox.add_fault(longer.parse().expect("a fault"));
    desk.ask(find(2, by_entity("181223116"))).await;
    assert_eq!(one(&mut desk, 2).await.entity, entity("181223116"));
    assert_eq!(named(&mut desk, 3, "181223116").await.0, "181223116");
    assert!(desk.handle.rest().await.is_empty());
    // It was left before it came to the name.
    assert_eq!(sandbox.received("viewCustomer"), 1);
}

#[tokio::test]
async fn leaving_what_is_not_under_way_means_nothing() {
    let sandbox = sandbox(&[]).await;
    let mut desk = desk(&sandbox);
    desk.ask(Command::Leave(Ticket(1))).await;
    desk.ask(find(1, by_entity("676165"))).await;
    one(&mut desk, 1).await;
    desk.ask(Command::Leave(Ticket(1))).await;
    assert!(desk.handle.rest().await.is_empty());
}
