//! The pictures of the way to each outcome. Every other state is in `states`.

use super::*;
use crate::dcms::{Doubt, NotSent};
use crate::desk::Candidate;

pub(super) fn many() -> Vec<Kit> {
    vec![
        with_pan(kit("4561789", "ACTIVE")),
        kit("4561700", "REPLACED"),
        kit("4561801", "ASSIGNED"),
        kit("4561802", "LOCKED"),
        kit("4561803", "HOTLISTED"),
        kit("4561804", "SUSPENDED_BY_BANK"),
    ]
}

#[test]
fn finding() {
    let mut bench = Bench::new();
    keep_whole!(bench, "start");
    bench.enter();
    keep!(bench, "start-empty-box");
    bench.text("676165");
    bench.enter();
    bench.now += seconds(2);
    keep!(bench, "start-waiting");
    let mut bench = Bench::new();
    bench.found(many());
    keep_whole!(bench, "kits");
    bench.text("/lock");
    keep!(bench, "kits-filter");
}

#[test]
fn choosing_a_customer() {
    let mut bench = Bench::new();
    bench.text("608040XXXXXX0007");
    bench.enter();
    let names = [
        "मीना कुमारी",
        "王芳",
        "محمد علي",
        "Zoë 👩‍🚀",
        "plain\u{1b}[31m\u{202e}hostile",
    ];
    let candidates = names.iter().enumerate().map(|(place, name)| Candidate {
        entity: EntityId::parse(&format!("21000000000{place}")).expect("good"),
        name: Some(Text::new(*name)),
        kits: None,
    });
    let ticket = bench.ticket();
    bench.event(Event::Found(
        ticket,
        Ok(Found::Several(candidates.collect::<Vec<_>>().into())),
    ));
    keep!(bench, "picker");
}

#[test]
fn one_kit() {
    let mut bench = Bench::new();
    bench.found(many());
    bench.enter();
    keep_whole!(bench, "kit");
    bench.size = (60, 16);
    bench.look();
    bench.press(KeyCode::PageDown);
    insta::assert_snapshot!("kit-page-60x16", bench.look());
}

#[test]
fn no_number_of_a_kit_is_cut() {
    let (account, other) = ("00500210000000092001", "45617890000000000001");
    let mut new = kit("4561789", "ACTIVE");
    new.account_no = Some(Text::new(account));
    let mut old = kit(other, "REPLACED");
    old.account_no = new.account_no.clone();
    old.created = Some(Text::new("2019-08-02"));
    old.changed = Some(Text::new("2024-07-09"));
    let mut bench = Bench::new();
    bench.found(vec![new, old]);
    bench.enter();
    for width in 60..200 {
        bench.size = (width, 60);
        let picture = bench.look();
        for number in [account, "411111XXXXXX1111", "676165", &format!("← {other}")] {
            assert!(picture.contains(number), "{number} at {width}:\n{picture}");
        }
    }
}

#[test]
fn upgrading() {
    let mut bench = Bench::new();
    bench.found(many());
    bench.text("u");
    keep_whole!(bench, "upgrade");
    bench.press(KeyCode::F(10));
    keep_whole!(bench, "upgrade-fault");
    bench.text("SILVER");
    bench.press(KeyCode::F(7));
    bench.text("GOLD");
    bench.press(KeyCode::F(10));
    bench.read_again(Ok(many()));
    keep_whole!(bench, "upgrade-review");
    bench.text("1789");
    bench.enter();
    bench.now += seconds(3);
    keep!(bench, "upgrade-sent");
    let ticket = bench.ticket();
    let said = "The upgrade of kit 4561789 was done.".to_owned();
    bench.event(Event::Ended(ticket, crate::dcms::Word::Done, said));
    bench.press(KeyCode::Enter);
    keep!(bench, "upgrade-reading");

    let new = with_pan(kit("77000000001", "ASSIGNED"));
    let now = vec![kit("4561789", "REPLACED"), new.clone()];
    let done = Outcome::Done(Made::Kits(vec![new]));
    bench.ends(Write::Upgrade, done, read(now), JournalResult::default());
    keep_whole!(bench, "upgrade-done");
}

#[test]
fn an_upgrade_s_other_ends() {
    let unreached = NotSent::NoConnection {
        host: "api.dcms.example.com:443".into(),
        reason: "connection refused".into(),
    };
    let ends = [
        (
            "refused",
            refused(
                r#"{"exception":{"errorCode":"kit.not.found","errorMessage":"Kit not found"}}"#,
            ),
        ),
        ("not-sent", Outcome::NotSent(unreached)),
        ("unknown", Outcome::Unknown(Doubt::TimedOut(seconds(15)))),
    ];
    for (name, outcome) in ends {
        let mut bench = Bench::new();
        bench.found(many());
        bench.text("uSILVER");
        bench.press(KeyCode::F(10));
        bench.read_again(Ok(many()));
        bench.text("1789");
        bench.enter();
        bench.ends(
            Write::Upgrade,
            outcome,
            read(many()),
            JournalResult::default(),
        );
        bench.must_be_readable();
        insta::assert_snapshot!(format!("upgrade-{name}-80x24"), bench.picture(80, 24));
    }
}

#[test]
fn setting_a_pin() {
    let mut bench = Bench::new();
    bench.found(many());
    bench.text("p");
    bench.press(KeyCode::Tab);
    bench.text("4315");
    bench.press(KeyCode::Tab);
    bench.text("431");
    bench.press(KeyCode::F(10));
    keep_whole!(bench, "pin");
    bench.text("4315");
    bench.press(KeyCode::F(10));
    bench.read_again(Ok(many()));
    keep!(bench, "pin-review");
}

#[test]
fn keying_a_card_number() {
    let mut bench = Bench::new();
    bench.found(vec![kit("4561801", "ASSIGNED")]);
    bench.text("p");
    bench.press(KeyCode::Tab);
    bench.text("5555555555554444");
    bench.press(KeyCode::Tab);
    keep!(bench, "pin-other-card");
}

fn with_cards(mut order: Order) -> Order {
    let product = |bin: &str, count: &str, whom: &str| {
        let json = serde_json::json!({
            "binNumber": bin, "cardType": "PHYSICAL", "noOfCard": count, "productId": "DC040",
            "status": "RECEIVED", "corporateName": whom,
        });
        serde_json::from_str(&json.to_string()).expect("a product")
    };
    order.products = vec![
        product("608040", "25", "Adyar branch"),
        product("411111", "1200", "Mylapore branch, second counter"),
    ]
    .into();
    order
}

#[test]
fn orders() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    keep!(bench, "orders");
    bench.text("3fa85f64-5717-4562-b3fc-2c963f66afa6");
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("RECEIVED"))));
    keep_whole!(bench, "order");
    bench.text("r");
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(with_cards(order("RECEIVED")))));
    keep!(bench, "order-cards");
    // What does not fit is scrolled to.
    bench.size = (60, 16);
    bench.look();
    bench.press(KeyCode::End);
    insta::assert_snapshot!("order-cards-end-60x16", bench.look());
    bench.text("x");
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("RECEIVED"))));
    keep!(bench, "order-review");
}

#[test]
fn what_is_laid_over() {
    let mut bench = Bench::new();
    bench.found(many());
    bench.press(KeyCode::F(1));
    keep_whole!(bench, "help");
    bench.press(KeyCode::Esc);
    bench.ctrl('k');
    keep!(bench, "palette");
}

#[test]
fn live_is_named_in_words() {
    let bench = Bench::with(about(Environment::Live));
    assert!(
        bench
            .picture(80, 24)
            .starts_with(" kitdesk  ◆◆ LIVE: real cards ◆◆ ")
    );
    for environment in [Environment::Sandbox, Environment::Uat] {
        let bench = Bench::with(about(environment));
        assert!(bench.picture(60, 16).contains(environment.word()));
    }
}

#[test]
fn too_small_a_window_names_the_size_it_needs() {
    let bench = Bench::new();
    let text = bench.picture(50, 10).replace('\n', " ");
    assert!(
        text.contains("kitdesk needs 60 columns and 16 rows; this window has 50"),
        "{text}"
    );
    for (width, height) in [(1, 1), (3, 2), (59, 16), (60, 15), (500, 200)] {
        bench.picture(width, height);
    }
}
