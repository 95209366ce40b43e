//! Orders by events: found, cancelled, refused.

use super::*;
use crate::dcms::{BranchOrder, Doubt, List, OrderId, OrderStatus};
use crate::desk::{Question, Target, Verdict};

#[test]
fn an_order_id_is_checked_as_soon_as_it_is_left() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.text("3fa85f64/..");
    bench.press(KeyCode::Tab);
    bench.must_show("^ ");
    bench.press(KeyCode::BackTab);
    bench.text("x");
    assert!(!bench.shows("^ "), "a change takes the fault away");
}

#[test]
fn an_order_whose_cancellation_is_settled_later_is_shown_as_it_was_read_then() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.text("3fa85f64-afa6");
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("RECEIVED"))));
    bench.must_show("status RECEIVED");
    let seen = |id: &str| {
        let mut seen = super::journal::observation(Verdict::Done, Vec::new());
        seen.intent.write = Write::CancelOrder;
        seen.intent.target = Target::Order(OrderId::parse(id).expect("an id"));
        seen.reading = Ok(read_order("CANCELLED"));
        seen
    };
    bench.event(Event::Observed(seen("9b2e4c1a")));
    bench.must_show("status RECEIVED");
    bench.event(Event::Observed(seen("3fa85f64-afa6")));
    bench.must_show("status CANCELLED");
}

#[test]
fn an_order_that_was_never_asked_for_is_not_read_again() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.press(KeyCode::Esc);
    assert!(!bench.shows("F5 read again"));
    bench.press(KeyCode::F(5));
    bench.must_show("No order was looked up yet: type its id first.");
}

#[test]
fn an_order_is_shown_reviewed_and_cancelled() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.must_show("12345");
    bench.enter();
    bench.must_show("^ type the order's id first");
    bench.text("3fa85f64-afa6");
    bench.press(KeyCode::Tab);
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("RECEIVED"))));
    bench.must_show("status RECEIVED");
    assert!(
        !bench.shows("▸ branch id"),
        "letters are commands now, so no field shows a focus"
    );
    bench.text("x");
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("RECEIVED"))));
    bench.must_show("RECEIVED → CANCELLED, for good");
    bench.text("AFA6");
    bench.enter();
    bench.ends(
        Write::CancelOrder,
        Outcome::Done(Made::Words(Text::new("Order cancelled successfully"))),
        read_order("CANCELLED"),
        JournalResult::default(),
    );
    bench.must_show("✓ Done");
    bench.must_show("order CANCELLED");
    bench.press(KeyCode::F(11));
    bench.must_show("just now Cancelling order 3fa85f64-afa6: Done.");
    bench.press(KeyCode::Esc);
    bench.enter();
    bench.must_show("status CANCELLED");
}

fn last_read(bench: &Bench) -> &str {
    match bench.last() {
        Command::ReadOrder(_, order) => order.as_str(),
        other => panic!("an order was to be read, not {other:?}"),
    }
}

#[test]
fn the_next_order_is_typed_in_the_place_of_the_last() {
    for way_back in [KeyCode::Char('o'), KeyCode::F(3), KeyCode::Esc] {
        let mut bench = Bench::new();
        bench.press(KeyCode::F(3));
        bench.text("9b2e");
        bench.enter();
        let ticket = bench.ticket();
        bench.event(Event::OrderRead(ticket, Ok(order("PROCESSED"))));
        bench.press(way_back);
        bench.text("3fa85f64");
        bench.enter();
        assert_eq!(last_read(&bench), "3fa85f64");
        bench.must_show("branch id 12345");
    }
}

#[test]
fn an_order_that_is_not_there_makes_room_and_can_be_edited() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    for (typed, wanted) in [("9b2e", "9b2e"), ("77", "77")] {
        bench.text(typed);
        bench.enter();
        assert_eq!(last_read(&bench), wanted);
        let ticket = bench.ticket();
        let error = ReadError::Refused(refusal(r#"{"exception":{"errorCode":"MCC007"}}"#));
        bench.event(Event::OrderRead(ticket, Err(error)));
    }
    bench.press(KeyCode::End);
    bench.text("8");
    bench.enter();
    assert_eq!(last_read(&bench), "778");
}

#[test]
fn another_order_is_asked_for_while_one_is_read() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.text("9b2e");
    bench.enter();
    let ticket = bench.ticket();
    // The orders are still there after a look at the kits.
    bench.press(KeyCode::F(2));
    bench.press(KeyCode::F(3));
    bench.must_show("Reading order 9b2e");
    bench.press(KeyCode::F(3));
    assert!(matches!(bench.last(), Command::Leave(left) if *left == ticket));
    bench.text("77");
    bench.event(Event::OrderRead(ticket, Ok(order("PROCESSED"))));
    bench.enter();
    assert_eq!(last_read(&bench), "77");
}

#[test]
fn what_is_filled_in_is_kept_and_gone_on_from() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.text("9b2e");
    bench.press(KeyCode::Tab);
    bench.text("6");
    bench.must_show("branch id 123456");
    bench.press(KeyCode::BackTab);
    bench.text("77");
    bench.enter();
    assert_eq!(last_read(&bench), "9b2e77");
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("RECEIVED"))));
    bench.press(KeyCode::Esc);
    bench.press(KeyCode::Tab);
    bench.text("7");
    bench.must_show("branch id 1234567");
    bench.press(KeyCode::Up);
    bench.text("8");
    bench.enter();
    assert_eq!(last_read(&bench), "9b2e778");
}

#[test]
fn nothing_is_pasted_where_letters_are_commands() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.text("9b2e");
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("RECEIVED"))));
    bench.message(Message::Paste(Zeroizing::new("77".into())));
    bench.press(KeyCode::Esc);
    bench.enter();
    assert_eq!(last_read(&bench), "9b2e");
}

#[test]
fn an_id_may_be_pasted_with_the_end_of_its_line() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.message(Message::Paste(Zeroizing::new("\t9b2e\r\n".into())));
    bench.enter();
    assert_eq!(last_read(&bench), "9b2e");
}

#[test]
fn an_order_past_its_cancelling_can_not_be_cancelled() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.text("9b2e");
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("PROCESSED"))));
    bench.text("x");
    bench.must_show("The order is PROCESSED: only an order that is RECEIVED can be cancelled.");
}

#[test]
fn a_card_number_for_an_order_id_is_drawn_as_its_mask_and_doubted_once() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.text("4111_1111_1111_1111");
    assert!(!bench.shows("4111_1111"));
    bench.must_show("411111XXXXXX1111");
    bench.enter();
    bench.must_show("^ this looks like a card number: Enter once more if it is an order id");
    assert!(bench.asked.is_empty());
    bench.enter();
    assert!(matches!(bench.last(), Command::ReadOrder(..)));
    bench.must_show("Reading order 411111XXXXXX1111");
}

const BRANCH_ORDERS: [&str; 3] = ["3fa85f64-afa6", "9b2e4c1a-1b34", "77"];

fn branch_orders(ids: &[&str]) -> List<BranchOrder> {
    let order = |id: &&str| BranchOrder {
        order: OrderId::parse(id).expect("an id"),
        address: Some(Text::new("1 Sandbox Street")),
        pin_code: Some(Text::new("600001")),
        branch_name: Some(Text::new("Branch 12345")),
        products: List::default(),
    };
    List {
        items: ids.iter().map(order).collect(),
        unread: 0,
    }
}

/// With the list of these open; gives back the tickets under which their states are read.
fn listed(ids: &[&str]) -> (Bench, Vec<Ticket>) {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.press(KeyCode::F(7));
    bench.must_show("Looking up the orders of branch 12345");
    page(&mut bench, ids)
        .map(|tickets| (bench, tickets))
        .expect("a list was asked for")
}

/// Answers with a page of these.
fn page(bench: &mut Bench, ids: &[&str]) -> Option<Vec<Ticket>> {
    let Command::Ask(ticket, question) = bench.last() else {
        return None;
    };
    let Question::BranchOrders(query) = &**question else {
        return None;
    };
    assert_eq!(query.branch.as_str(), "12345");
    let ticket = *ticket;
    let before = bench.asked.len();
    let answer = Answer::BranchOrders(Ok(branch_orders(ids)));
    bench.event(Event::Answered(ticket, answer));
    let asked = bench.asked[before..].iter().map(|command| match command {
        Command::ReadOrder(ticket, _) => *ticket,
        other => panic!("a state was to be read, not {other:?}"),
    });
    Some(asked.collect())
}

#[test]
fn the_orders_of_a_branch_have_their_states_read_as_they_are_shown() {
    let (mut bench, tickets) = listed(&BRANCH_ORDERS);
    bench.must_show("Orders of branch 12345");
    bench.must_show("3fa85f64-afa6 …");
    let mut unknown = order("RECEIVED");
    unknown.status = OrderStatus::Other(Text::new("WITHDRAWN"));
    bench.event(Event::OrderRead(tickets[1], Ok(unknown)));
    bench.must_show("9b2e4c1a-1b34 WITHDRAWN");
    bench.event(Event::OrderRead(tickets[0], Ok(order("RECEIVED"))));
    let lost = ReadError::Lost(Doubt::TimedOut(seconds(5)));
    bench.event(Event::OrderRead(tickets[2], Err(lost)));
    keep!(bench, "branch-orders");
    bench.press(KeyCode::End);
    bench.must_show("77 —");
    bench.must_show("No answer within 5s");
    // Enter opens one as if its id had been typed, and Esc comes back to the list.
    bench.press(KeyCode::Home);
    bench.enter();
    assert_eq!(last_read(&bench), "3fa85f64-afa6");
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("CANCELLED"))));
    bench.must_show("Order 3fa85f64-afa6");
    bench.press(KeyCode::Esc);
    bench.must_show("3fa85f64-afa6 CANCELLED");
    bench.press(KeyCode::Esc);
    bench.must_show("Find an order");
}

#[test]
fn the_next_page_comes_below_the_last_row_and_what_is_read_is_left_with_the_list() {
    let ids: Vec<String> = (0..10).map(|nth| format!("order-{nth}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (mut bench, tickets) = listed(&ids);
    bench.must_show("10 orders; ↓ reads on");
    bench.press(KeyCode::End);
    bench.press(KeyCode::Down);
    page(&mut bench, &["last"]).expect("the next page");
    bench.must_show("11 orders");
    bench.event(Event::OrderRead(tickets[0], Ok(order("SUCCESS"))));
    bench.press(KeyCode::Esc);
    let left = bench
        .asked
        .iter()
        .filter(|one| matches!(one, Command::Leave(_)));
    assert_eq!(left.count(), 10);
    bench.must_show("▸ order id");
}

#[test]
fn a_list_needs_a_branch_and_says_where_there_is_none() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.press(KeyCode::Tab);
    bench.ctrl('u');
    bench.press(KeyCode::F(7));
    bench.must_show("^ type the branch id first");
    bench.text("12345");
    bench.press(KeyCode::F(7));
    page(&mut bench, &[]).expect("a list");
    bench.must_show("No orders were found for this branch.");
    assert!(!bench.shows("Enter open"), "there is nothing to open");
}

#[test]
fn the_orders_of_a_branch_are_filtered_by_days() {
    let (mut bench, tickets) = listed(&BRANCH_ORDERS);
    bench.text("/2026-11-03");
    bench.enter();
    bench.must_show("Write from:2026-11-03, to:2026-11-04, or both.");
    bench.ctrl('u');
    bench.text("from:2026-11-03 to:2026-11-04");
    keep!(bench, "branch-orders-filter");
    bench.enter();
    let days = |bench: &Bench| match bench.last() {
        Command::Ask(_, question) => match &**question {
            Question::BranchOrders(query) => [query.from, query.to].map(|at| Some(at?.to_string())),
            _ => panic!("a list was to be asked for"),
        },
        other => panic!("{other:?}"),
    };
    let asked = ["2026-11-03T00:00:00Z", "2026-11-04T23:59:59Z"];
    assert_eq!(days(&bench), asked.map(|at| Some(at.to_owned())));
    // What was read of the list before is left.
    let left = bench.asked.iter();
    let left = left.filter(|one| matches!(one, Command::Leave(ticket) if tickets.contains(ticket)));
    assert_eq!(left.count(), 3);
    page(&mut bench, &[]).expect("a list");
    bench.must_show("No orders of these days were found for this branch.");
    // The same days once more, and all days after Esc in the filter.
    bench.text("r");
    assert_eq!(days(&bench), asked.map(|at| Some(at.to_owned())));
    page(&mut bench, &BRANCH_ORDERS).expect("a list");
    bench.text("/");
    bench.press(KeyCode::Esc);
    assert_eq!(days(&bench), [None, None]);
}
