//! What follows from a customer's id or a kit's numbers: addresses, mobile numbers, payments.
//! Each has a random stream of its own, so that nothing here disturbs what `seed` makes.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::day::Day;
use super::kit::Kit;
use crate::sorting;

/// A customer with two addresses of one category (contract, 2.1, `viewCustomer`).
const TWO_OF_A_CATEGORY: &str = "210000000086";
const CITIES: [(&str, &str, u32); 6] = [
    ("Chennai", "Tamil Nadu", 600_000),
    ("Mumbai", "Maharashtra", 400_000),
    ("Kochi", "Kerala", 682_000),
    ("Jaipur", "Rajasthan", 302_000),
    ("Kolkata", "West Bengal", 700_000),
    ("Pune", "Maharashtra", 411_000),
];
const STREETS: [&str; 5] = [
    "Gandhi Road",
    "Station Road",
    "Temple Street",
    "Lake View Road",
    "Market Street",
];
const SHOPS: [&str; 6] = [
    "SANDBOX STORES",
    "TEST BOOKS",
    "SAMPLE GROCERS",
    "DEMO FUEL",
    "MODEL PHARMACY",
    "TRIAL TRAVEL",
];
/// The channels of payments, and how their terminals are numbered.
pub(super) const CHANNELS: [&str; 4] = ["ATM", "POS", "ECOM", "CONTACTLESS"];
/// (response code, description): the first is what most payments end with.
const ENDINGS: [(&str, &str); 6] = [
    ("00", "Approved"),
    ("51", "Insufficient funds"),
    ("55", "Incorrect PIN"),
    ("57", "Transaction not permitted to cardholder"),
    ("61", "Exceeds withdrawal amount limit"),
    ("91", "Issuer not available"),
];

/// Where a customer lives or gets post.
pub(super) struct Address {
    pub(super) category: &'static str,
    pub(super) lines: [String; 3],
    pub(super) city: &'static str,
    pub(super) state: &'static str,
    pub(super) pincode: u32,
}

/// One payment with a card, good or declined.
pub(super) struct Payment {
    pub(super) channel: &'static str,
    pub(super) is_credit: bool,
    /// In hundredths.
    pub(super) amount: u64,
    pub(super) place: String,
    pub(super) terminal: String,
    pub(super) day: Day,
    /// Hour, minute and second as six digits.
    pub(super) time: u32,
    pub(super) code: &'static str,
    pub(super) description: &'static str,
    pub(super) is_emv: bool,
}

/// The mobile number of a customer.
pub(super) fn mobile(entity: &str) -> String {
    let mut chance = stream("mobile", entity);
    format!("9{:09}", chance.random_range(0..1_000_000_000_u32))
}

/// The addresses of a customer, each category once but for one customer.
pub(super) fn addresses(entity: &str) -> Vec<Address> {
    let mut chance = stream("addresses", entity);
    let second = if entity == TWO_OF_A_CATEGORY {
        "PERMANENT"
    } else {
        "COMMUNICATION"
    };
    let mut address = |category| {
        let (city, state, pincode) = pick(&CITIES, &mut chance);
        Address {
            category,
            lines: [
                format!("Flat {}", chance.random_range(1..100_u8)),
                format!(
                    "{} {}",
                    chance.random_range(1..300_u16),
                    pick(&STREETS, &mut chance)
                ),
                String::new(),
            ],
            city,
            state,
            pincode: pincode + chance.random_range(1..100),
        }
    };
    vec![address("PERMANENT"), address(second)]
}

/// The payments of a kit in the last six weeks, the newest first; none with a card that never was active.
pub(super) fn payments(kit: &Kit) -> Vec<Payment> {
    let mut chance = of_kit("payments", kit);
    if kit.activated.is_none() {
        return Vec::new();
    }
    let count = chance.random_range(6..=24);
    let mut all: Vec<Payment> = (0..count).map(|_| payment(kit, &mut chance)).collect();
    sorting::sort_by_key(&mut all, |one| std::cmp::Reverse((one.day, one.time)));
    all
}

fn payment(kit: &Kit, chance: &mut StdRng) -> Payment {
    let channel = if kit.card_type == "VIRTUAL" {
        "ECOM"
    } else {
        pick(&CHANNELS, chance)
    };
    let (city, ..) = pick(&CITIES, chance);
    let place = match channel {
        "ATM" => format!("SANDBOX BANK ATM {city}"),
        _ => format!("{} {city}", pick(&SHOPS, chance)),
    };
    let is_good = chance.random_bool(0.75);
    let (code, description) = if is_good {
        ENDINGS[0]
    } else {
        pick(&ENDINGS[1..], chance)
    };
    let day = if chance.random_bool(0.5) {
        Day(2026, 1, chance.random_range(1..=14))
    } else {
        Day(2025, 12, chance.random_range(1..=31))
    };
    let (hour, minute) = (chance.random_range(6..=22), chance.random_range(0..60));
    Payment {
        channel,
        is_credit: is_good && channel != "ATM" && chance.random_bool(0.1),
        amount: match channel {
            "ATM" => 10_000 * chance.random_range(1..=100),
            _ => 50 * chance.random_range(10..=20_000),
        },
        place,
        terminal: format!("T{:07}", chance.random_range(1..10_000_000_u32)),
        day,
        time: hour * 10_000 + minute * 100 + chance.random_range(0..60),
        code,
        description,
        is_emv: channel != "ECOM",
    }
}

/// The random stream of one subject and one kit.
pub(super) fn of_kit(subject: &str, kit: &Kit) -> StdRng {
    stream(subject, &format!("{} {}", kit.number, kit.pan.masked()))
}

/// The random stream of one subject, the same at every start (FNV-1a, 64 bits).
fn stream(subject: &str, of: &str) -> StdRng {
    let bytes = subject.bytes().chain([b'/']).chain(of.bytes());
    let seed = bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    StdRng::seed_from_u64(seed)
}

fn pick<T: Copy>(from: &[T], chance: &mut StdRng) -> T {
    from[chance.random_range(0..from.len())]
}
