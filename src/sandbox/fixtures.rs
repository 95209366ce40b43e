//! Customers and orders that are there whatever the seed, each for one thing that can be tried.
//! The module head of `sandbox` lists them for people; what chance makes is in `seed`.

use std::collections::BTreeMap;

use super::bank::{Customer, Name, Spelling};
use super::day::Day;
use super::kit::{CARD_TYPES, CardNumber, Kit, Sealing, TIERS, pan_behind};
use super::order::{Ending, Order, OrderState, Product};
use super::status::Status;

/// The customer whose single kit has no number that opens, but one that people can key.
pub(super) const KEYED: [(&str, &str, &str, Sealing); 3] = [
    (
        "210000000099",
        "99000000001",
        "4111111111111111",
        Sealing::TooShort,
    ),
    (
        "210000000098",
        "98000000001",
        "5555555555554444",
        Sealing::Absent,
    ),
    (
        "210000000097",
        "97000000001",
        "4012888888881881",
        Sealing::OtherKey,
    ),
];

/// (entity, first name, last name, alias): names in many scripts, and one that means harm.
const NAMED: [(&str, &str, &str, &str); 7] = [
    (
        "210000000095",
        "Mallory",
        "Hostile",
        "M\u{1b}[2J\u{1b}]0;owned\u{7}AL\u{202e}YROL\u{200b}",
    ),
    ("210000000094", "आदित्य", "श्रीवास्तव", "ADITYA S"),
    ("210000000093", "தமிழ்ச்செல்வி", "இராமநாதன்", "TAMILSELVI R"),
    ("210000000092", "عبد الرحمن", "الأنصاري", "A RAHMAN"),
    ("210000000091", "王", "小明", "WANG XIAOMING"),
    ("210000000090", "Zoë 👩🏽‍🚀", "Nuñez 🎉", "ZOE N"),
    (
        "210000000089",
        "Venkatanarasimharajuvaripeta",
        "Wolfeschlegelsteinhausenbergerdorff-Krishnamoorthy Subramanian Iyer the Third",
        "V WOLFESCHLEGELSTEINHAUSEN",
    ),
];

/// Every fixed customer.
pub(super) fn customers() -> BTreeMap<String, Customer> {
    let mut all = BTreeMap::new();
    let mut put = |entity: &str, one: Customer| all.insert(entity.to_owned(), one);
    put("181223116", of_three_kits());
    put("676165", of_the_samples());
    for (entity, number, digits, sealing) in KEYED {
        let pan = CardNumber::of(digits);
        let mut kit = kit(number, pan, Status::Active);
        kit.sealing = sealing;
        kit.network = if digits.starts_with('4') {
            "VISA"
        } else {
            "MASTERCARD"
        };
        put(entity, customer(entity, ("Keyed", "Number"), vec![kit]));
    }
    put("210000000096", of_many_kits());
    for (entity, first, last, alias) in NAMED {
        let mut kit = numbered(entity, 1, Status::Active);
        kit.alias = Some(alias.to_owned());
        put(entity, customer(entity, (first, last), vec![kit]));
    }
    for (nth, entity) in ["210000000088", "210000000087"].into_iter().enumerate() {
        let pan = pan_behind("608040XXXXXX0007", nth);
        let kit = kit(&format!("{}01", &entity[3..]), pan, Status::Active);
        put(entity, customer(entity, ("Same", "Mask"), vec![kit]));
    }
    for (entity, owns) in [("210000000086", true), ("210000000085", false)] {
        let kits = vec![numbered(entity, 1, Status::Active)];
        let mut joint = customer(entity, ("Joint", "Account"), kits);
        "8000100".clone_into(&mut joint.account);
        joint.owns_account = owns;
        put(entity, joint);
    }
    put("210000000084", of_every_state());
    put("210000000081", of_rare_states());
    let none = customer("210000000083", ("Without", "Kits"), Vec::new());
    put("210000000083", none);
    all
}

/// The customer of the contract's look-up pages.
fn of_three_kits() -> Customer {
    let mut active = kit(
        "10930010477",
        pan_behind("608040XXXXXX6384", 0),
        Status::Active,
    );
    active.alias = Some("ANITA RAO".to_owned());
    active.tier = Some("CLASSICONE");
    let mut replaced = kit(
        "10930010476",
        pan_behind("608040XXXXXX1117", 0),
        Status::Replaced,
    );
    replaced.created = Day(2019, 8, 2);
    replaced.expiry = Day(2024, 8, 31);
    replaced.changed = Some(Day(2024, 7, 9));
    let mut assigned = kit(
        "10930010478",
        pan_behind("608040XXXXXX2225", 0),
        Status::Assigned,
    );
    assigned.tier = Some("SILVER");
    assigned.activated = None;
    let kits = vec![active, replaced, assigned];
    let mut anita = customer("181223116", ("Anita", "Rao"), kits);
    "8000000".clone_into(&mut anita.account);
    anita
}

/// The customer of the contract's upgrade page.
fn of_the_samples() -> Customer {
    let mut only = kit("4561789", pan_behind("608040XXXXXX1789", 0), Status::Active);
    only.plastic = Some("4466".to_owned());
    only.alias = Some("RAVI KUMAR".to_owned());
    customer("676165", ("Ravi", "Kumar"), vec![only])
}

fn of_many_kits() -> Customer {
    let entity = "210000000096";
    let kits = (1..=240)
        .map(|nth: usize| {
            let status = if nth == 240 {
                Status::Active
            } else {
                Status::Replaced
            };
            let mut kit = numbered(entity, nth, status);
            kit.tier = Some(TIERS[nth % TIERS.len()]);
            kit.card_type = CARD_TYPES[nth % CARD_TYPES.len()];
            kit
        })
        .collect();
    customer(entity, ("Many", "Kits"), kits)
}

fn of_every_state() -> Customer {
    let states = [
        Status::Active,
        Status::Inactive,
        Status::Assigned,
        Status::Locked,
        Status::Blocked,
        Status::Hotlisted,
        Status::Replaced,
        Status::Closed,
        Status::Expired,
        Status::Suspended,
    ];
    of_states("210000000084", ("Every", "State"), &states)
}

fn of_rare_states() -> Customer {
    let states = [Status::Allocated, Status::Unallocated, Status::ExpiredCard];
    of_states("210000000081", ("Rare", "State"), &states)
}

fn of_states(entity: &str, name: (&str, &str), states: &[Status]) -> Customer {
    let kits = (1..).zip(states);
    let kits = kits.map(|(nth, &status)| numbered(entity, nth, status));
    customer(entity, name, kits.collect())
}

fn customer(entity: &str, (first, last): (&str, &str), kits: Vec<Kit>) -> Customer {
    Customer {
        name: Name {
            title: "Mx",
            first: first.to_owned(),
            middle: None,
            last: last.to_owned(),
            gender: "FEMALE",
        },
        birth: Day(1984, 2, 29),
        account: format!("00500{entity}"),
        owns_account: true,
        kits,
        spelling: Spelling::default(),
    }
}

/// A kit whose number follows from its customer's: `99000000001` and so on.
fn numbered(entity: &str, nth: usize, status: Status) -> Kit {
    let tail = &entity[entity.len() - 2..];
    let serial: u64 = format!("{tail}{nth:07}")
        .parse()
        .expect("nine digits are a number");
    kit(
        &format!("{tail}{nth:09}"),
        super::kit::pan("608040", serial),
        status,
    )
}

fn kit(number: &str, pan: CardNumber, status: Status) -> Kit {
    Kit {
        number: number.to_owned(),
        pan,
        sealing: Sealing::Whole,
        network: "RUPAY",
        status,
        card_type: "PHYSICAL",
        tier: Some("CLASSIC"),
        alias: Some("SANDBOX CARD".to_owned()),
        plastic: Some("4466".to_owned()),
        expiry: Day(2029, 7, 31),
        created: Day(2024, 7, 9),
        changed: None,
        activated: Some(Day(2024, 7, 20)),
        converted: None,
    }
}

/// The fixed orders, whose status never changes on its own, and twenty whose status does.
pub(super) fn orders() -> BTreeMap<String, Order> {
    let mut all = BTreeMap::new();
    for (id, branch, state, ref_type) in [
        (
            "3fa85f64-5717-4562-b3fc-2c963f66afa6",
            super::BRANCH,
            OrderState::Received,
            "DC_KIT",
        ),
        (
            "9b2e4c1a-0d3f-4f5e-8a61-7c2d9e0f1b34",
            super::BRANCH,
            OrderState::Processed,
            "DC_KIT",
        ),
        (
            "5c1d7e20-44aa-4b6e-9f02-6e8b1a3c5d77",
            "54321",
            OrderState::Received,
            "DC_KIT",
        ),
        (
            "e7d0a913-6b52-4c38-8f14-2a9b5c7d1e60",
            super::BRANCH,
            OrderState::Received,
            "PARENT_KIT",
        ),
    ] {
        let order = Order {
            name: "Branch stock".to_owned(),
            branch,
            state,
            moves: None,
            cards: 5,
            product: stock(),
            ref_type,
            ordered: Day(2026, 1, 12),
        };
        all.insert(id.to_owned(), order);
    }
    for nth in 1..=20_u8 {
        let ending = if nth.is_multiple_of(5) {
            Ending::Failed
        } else {
            Ending::Success
        };
        let order = Order {
            name: format!("Monthly stock {nth}"),
            branch: super::BRANCH,
            state: OrderState::Received,
            moves: Some(ending),
            cards: 10 * u32::from(nth),
            product: stock(),
            ref_type: "DC_KIT",
            ordered: Day(2025, 12, nth),
        };
        all.insert(format!("00000000-0000-4000-8000-{nth:012}"), order);
    }
    all
}

fn stock() -> Product {
    Product {
        bin: "60804101".to_owned(),
        id: "DC041".to_owned(),
    }
}
