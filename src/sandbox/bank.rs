//! What the sandbox bank holds: customers, their kits, orders, the PINs that it opened.
//! Data and its few rules; JSON and HTTP are elsewhere.

use std::collections::{BTreeMap, HashMap};

use crate::pin::{MaskedPan, Pan, Pin};

/// The bank's calendar stands still, so that every run gives the same dates.
pub(super) const TODAY: Day = Day(2026, 1, 15);
/// Tiers that a card can have.
pub const TIERS: [&str; 6] = [
    "CLASSIC",
    "CLASSICONE",
    "SILVER",
    "GOLD",
    "PLATINUM",
    "SIGNATURE",
];
/// Kinds of card.
pub(super) const CARD_TYPES: [&str; 2] = ["PHYSICAL", "VIRTUAL"];

/// Everything that the bank knows.
pub(super) struct Bank {
    pub(super) customers: BTreeMap<String, Customer>,
    pub(super) orders: BTreeMap<String, Order>,
    /// The PIN of each kit that one was set for.
    pub(super) pins: HashMap<String, Pin>,
    /// How many kits were made since the start: numbers of new ones follow from it.
    pub(super) kits_made: u64,
}

/// One customer, and how the bank's replies spell this customer's fields (contract, 3).
pub(super) struct Customer {
    pub(super) name: Name,
    pub(super) birth: Day,
    pub(super) account: String,
    pub(super) owns_account: bool,
    pub(super) kits: Vec<Kit>,
    pub(super) spelling: Spelling,
}

/// What a customer is called.
pub(super) struct Name {
    pub(super) title: &'static str,
    pub(super) first: String,
    pub(super) middle: Option<String>,
    pub(super) last: String,
    pub(super) gender: &'static str,
}

/// Numbers and strings stand in for one another, and so do null and nothing.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four habits that have nothing to do with each other"
)]
pub(super) struct Spelling {
    pub(super) entity_as_number: bool,
    pub(super) account_as_number: bool,
    pub(super) nothing_as_null: bool,
    pub(super) short_dates: bool,
}

/// One card with its number, plastic and papers.
pub(super) struct Kit {
    pub(super) number: String,
    pub(super) pan: CardNumber,
    pub(super) sealing: Sealing,
    pub(super) network: &'static str,
    pub(super) status: Status,
    pub(super) card_type: &'static str,
    pub(super) tier: Option<&'static str>,
    pub(super) alias: Option<String>,
    pub(super) plastic: Option<String>,
    pub(super) expiry: Day,
    pub(super) created: Day,
    pub(super) changed: Option<Day>,
    pub(super) activated: Option<Day>,
}

/// What `encryptedCardNumber` of a kit is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sealing {
    /// It opens.
    Whole,
    /// It is not there.
    Absent,
    /// 32 bytes: nothing between IV and tag (contract, 5.5).
    TooShort,
    /// As long as it must be, but under another key.
    OtherKey,
}

/// States of a kit; the last is one that the contract does not list, because new ones may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Active,
    Inactive,
    Assigned,
    Locked,
    Blocked,
    Hotlisted,
    Replaced,
    Closed,
    Expired,
    Suspended,
}

impl Status {
    /// As it travels.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
            Self::Assigned => "ASSIGNED",
            Self::Locked => "LOCKED",
            Self::Blocked => "BLOCKED",
            Self::Hotlisted => "HOTLISTED",
            Self::Replaced => "REPLACED",
            Self::Closed => "CLOSED",
            Self::Expired => "EXPIRED",
            Self::Suspended => "SUSPENDED",
        }
    }
}

/// Year, month, day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day(pub(super) u16, pub(super) u8, pub(super) u8);

impl Day {
    /// As it is printed on a card: MMYY.
    pub(super) fn mmyy(self) -> String {
        format!("{:02}{:02}", self.1, self.0 % 100)
    }

    /// The end of the present month, five years on.
    pub(super) fn new_expiry() -> Self {
        Self(TODAY.0 + 5, TODAY.1, 31)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0, self.1, self.2)
    }
}

/// An order of cards.
pub(super) struct Order {
    pub(super) name: String,
    pub(super) branch: &'static str,
    pub(super) state: OrderState,
    /// Whether it goes on with every look at it, and whether it fails in the end.
    pub(super) moves: Option<Ending>,
    pub(super) cards: u32,
}

/// How a moving order ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Success,
    Failed,
}

/// States of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OrderState {
    Received,
    Pending,
    Processed,
    Success,
    Failed,
    Cancelled,
}

impl OrderState {
    /// As it travels.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Received => "RECEIVED",
            Self::Pending => "PENDING",
            Self::Processed => "PROCESSED",
            Self::Success => "SUCCESS",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

impl Order {
    /// One step of its life.
    pub(super) fn go_on(&mut self) {
        let Some(ending) = self.moves else { return };
        self.state = match (self.state, ending) {
            (OrderState::Received, _) => OrderState::Pending,
            (OrderState::Pending, _) => OrderState::Processed,
            (OrderState::Processed, Ending::Success) => OrderState::Success,
            (OrderState::Processed, Ending::Failed) => OrderState::Failed,
            (settled, _) => settled,
        };
    }
}

impl Bank {
    /// A kit of exactly this customer.
    pub(super) fn kit(&self, entity: &str, number: &str) -> Option<&Kit> {
        let kits = &self.customers.get(entity)?.kits;
        kits.iter().find(|kit| kit.number == number)
    }

    /// The same, to be changed.
    pub(super) fn kit_mut(&mut self, entity: &str, number: &str) -> Option<&mut Kit> {
        let kits = &mut self.customers.get_mut(entity)?.kits;
        kits.iter_mut().find(|kit| kit.number == number)
    }

    /// A number and a card number for a kit that takes the place of another.
    pub(super) fn next_kit(&mut self, bin: &str) -> (String, CardNumber) {
        self.kits_made += 1;
        let number = 77_000_000_000 + self.kits_made;
        // The seeded ones stay below, so that no card number comes twice.
        let pan = pan(bin, 900_000_000 + self.kits_made);
        (number.to_string(), pan)
    }
}

/// A card number that the simulator has made up. It guards nothing, so it needs no locked page: a
/// hundred thousand of those are more than a system gives.
pub(super) struct CardNumber(String);

impl CardNumber {
    /// A public test number.
    pub(super) fn of(digits: &str) -> Self {
        Self(digits.to_owned())
    }

    /// As the room of PINs wants it.
    pub(super) fn pan(&self) -> Pan {
        Pan::parse(&self.0).expect("its check digit was made to fit")
    }

    /// First six and last four.
    pub(super) fn masked(&self) -> MaskedPan {
        MaskedPan::parse(&self.0).expect("a full number has a mask")
    }
}

impl Kit {
    /// First six digits.
    pub(super) fn bin(&self) -> String {
        self.pan.masked().to_string()[..6].to_owned()
    }
}

/// The 16-digit card number of a BIN, nine digits and the check digit that fits.
pub(super) fn pan(bin: &str, serial: u64) -> CardNumber {
    let front = format!("{bin}{serial:09}");
    let doubled: u32 = front
        .bytes()
        .enumerate()
        .map(|(place, byte)| {
            // Fifteen digits before the check digit: the even places are the doubled ones.
            let value = u32::from(byte - b'0') << ((place + 1) % 2);
            value / 10 + value % 10
        })
        .sum();
    let check = (10 - doubled % 10) % 10;
    CardNumber(format!("{front}{check}"))
}

/// The `nth` 16-digit card number behind a mask of 16.
pub(super) fn pan_behind(mask: &str, nth: usize) -> CardNumber {
    let wanted = MaskedPan::parse(mask).expect("a mask of the fixtures");
    (0..)
        .map(|middle: u64| {
            let last: u64 = mask[12..15].parse().expect("a mask of the fixtures");
            pan(&mask[..6], middle * 1000 + last)
        })
        .filter(|pan| pan.masked().agrees_with(&wanted))
        .nth(nth)
        .expect("one middle in ten fits the check digit")
}
