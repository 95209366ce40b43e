//! Customers by chance, the same for the same seed.
//! Fixed ones are in `fixtures`, and stay as they are whatever comes out here.

use std::collections::HashMap;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::bank::{Bank, Customer, Name, Spelling};
use super::day::Day;
use super::fixtures;
use super::kit::{CARD_TYPES, Kit, Sealing, TIERS, pan};
use super::pin_form::PinForm;
use super::status::Status;

/// The first generated entity id, less one.
const BEFORE_FIRST: u64 = 210_000_000_000;
/// Who has as many kits as were asked for.
const OF_MANY: &str = "210000000082";
/// (BIN, network): none of the fixtures' BINs, so that their masks stay theirs alone.
const BINS: [(&str, &str); 3] = [
    ("608041", "RUPAY"),
    ("400012", "VISA"),
    ("520082", "MASTERCARD"),
];
const FIRST: [&str; 12] = [
    "Aarav",
    "Diya",
    "Ishaan",
    "Kavya",
    "Meera",
    "Nikhil",
    "Priya",
    "Rohan",
    "Sunita",
    "Vikram",
    "लक्ष्मी",
    "முருகன்",
];
const LAST: [&str; 10] = [
    "Agarwal",
    "Banerjee",
    "Das",
    "Fernandes",
    "Iyer",
    "Khan",
    "Nair",
    "Patel",
    "Reddy",
    "Singh",
];
/// Mostly active, as at a real desk.
const STATES: [Status; 8] = [
    Status::Active,
    Status::Active,
    Status::Active,
    Status::Assigned,
    Status::Inactive,
    Status::Locked,
    Status::Blocked,
    Status::Replaced,
];

/// The whole bank: fixtures, and as many customers by chance as asked for.
pub(super) fn bank(customers: usize, kits: usize, seed: u64) -> Bank {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut all = fixtures::customers();
    for nth in 1..=customers as u64 {
        let one = customer(nth, &mut chance);
        // A fixture keeps its id; chance is consumed all the same, so that the rest stays in step.
        all.entry((BEFORE_FIRST + nth).to_string()).or_insert(one);
    }
    if kits > 0 {
        all.insert(OF_MANY.to_owned(), of_many(kits, seed));
    }
    Bank {
        customers: all,
        orders: fixtures::orders(),
        pin_form: PinForm::default(),
        pins: HashMap::new(),
        changed_preferences: HashMap::new(),
        kits_made: 0,
        deliveries: 0,
    }
}

/// A customer of so many kits, for trying what much of everything does.
fn of_many(kits: usize, seed: u64) -> Customer {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut many = customer(1, &mut chance);
    let alias = many.name.last.to_uppercase();
    let kits = 1..=u64::try_from(kits).unwrap_or(u64::MAX);
    many.kits = kits
        .map(|nth| {
            let mut kit = kit(0, nth, &alias, &mut chance);
            kit.number = (82_000_000_000 + nth).to_string();
            kit
        })
        .collect();
    many
}

fn customer(nth: u64, chance: &mut StdRng) -> Customer {
    let first = pick(&FIRST, chance);
    let last = pick(&LAST, chance);
    let alias = if first.is_ascii() {
        format!("{first} {last}").to_uppercase()
    } else {
        last.to_uppercase()
    };
    let kits = chance.random_range(1..=4);
    Customer {
        name: Name {
            title: pick(&["Mr", "Ms", "Dr"], chance),
            first: first.to_owned(),
            middle: chance.random_bool(0.2).then(|| "Kumar".to_owned()),
            last: last.to_owned(),
            gender: pick(&["MALE", "FEMALE"], chance),
        },
        birth: Day(
            chance.random_range(1940..=2007),
            chance.random_range(1..=12),
            chance.random_range(1..=28),
        ),
        account: account(nth),
        owns_account: true,
        kits: (1..=kits)
            .map(|kit| self::kit(nth, kit, &alias, chance))
            .collect(),
        spelling: Spelling {
            entity_as_number: nth.is_multiple_of(5),
            account_as_number: nth.is_multiple_of(3),
            nothing_as_null: nth.is_multiple_of(2),
            short_dates: nth.is_multiple_of(4),
        },
    }
}

/// Every third is a number that no float can hold; of the others, some begin with zeros.
fn account(nth: u64) -> String {
    match nth % 3 {
        0 => (900_719_925_474_100_000 + nth * 2 + 1).to_string(),
        1 => format!("0050{nth:010}"),
        _ => format!("31{nth:09}"),
    }
}

fn kit(customer: u64, nth: u64, alias: &str, chance: &mut StdRng) -> Kit {
    let (bin, network) = pick(&BINS, chance);
    let status = pick(&STATES, chance);
    let created = Day(
        chance.random_range(2022..=2025),
        chance.random_range(1..=12),
        chance.random_range(1..=28),
    );
    let unused = matches!(status, Status::Assigned | Status::Inactive);
    Kit {
        number: (30_000_000_000 + customer * 10 + nth).to_string(),
        pan: pan(bin, chance.random_range(0..900_000_000)),
        sealing: Sealing::Whole,
        network,
        status,
        card_type: pick(&CARD_TYPES, chance),
        tier: chance.random_bool(0.8).then(|| pick(&TIERS, chance)),
        alias: chance.random_bool(0.8).then(|| alias.to_owned()),
        plastic: chance
            .random_bool(0.7)
            .then(|| chance.random_range(4000..5000_u32).to_string()),
        // A month that every February can end with.
        expiry: Day(created.0 + 5, created.1, 28),
        created,
        changed: chance.random_bool(0.3).then_some(Day(2025, 11, 5)),
        activated: (!unused).then_some(Day(2025, 12, 1)),
        converted: None,
    }
}

fn pick<T: Copy>(from: &[T], chance: &mut StdRng) -> T {
    from[chance.random_range(0..from.len())]
}
