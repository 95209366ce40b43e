//! New cards: an upgrade, a replacement, plastic for a virtual card. A card of plastic brings an order.
//! Nothing else makes kits.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Bank, Exception, Request, invalid_kit, no_such_kit};
use crate::sandbox::day::{Day, TODAY};
use crate::sandbox::kit::{CARD_TYPES, CardNumber, Kit, Sealing, TIERS};
use crate::sandbox::status::{Operation, Status};
use crate::sandbox::wire::{self, Numbers};

/// Where a card can be sent.
pub(super) const ADDRESSES: [&str; 2] = ["PERMANENT", "COMMUNICATION"];
/// What fits on the plastic in one line.
const ALIAS_LENGTH: usize = 26;

/// The card wanted; what is not given stays as it is.
#[derive(Default)]
struct Wanted {
    alias: Option<String>,
    card_type: Option<&'static str>,
    plastic: Option<String>,
    tier: Option<&'static str>,
}

pub(super) fn upgrade(bank: &mut Bank, request: &Request) -> Answer {
    let entity = request.required("entityId")?;
    let number = request.required("kitNo")?;
    request.choice("deliveryAddress", &ADDRESSES)?;
    let mut wanted = request
        .objects("kitInfo")?
        .iter()
        .map(Wanted::read)
        .collect::<Result<Vec<_>, _>>()?;
    if wanted.is_empty() {
        wanted.push(Wanted::default());
    }
    let old = bank.kit(entity, number).ok_or_else(no_such_kit)?;
    Operation::Upgrade.check(old.status, request.twist)?;
    let bin = old.bin();
    let numbers: Vec<_> = wanted.iter().map(|_| bank.next_kit(&bin)).collect();
    let old = bank.kit_mut(entity, number).ok_or_else(no_such_kit)?;
    old.status = Status::Replaced;
    old.changed = Some(TODAY);
    let new: Vec<Kit> = wanted
        .into_iter()
        .zip(numbers)
        .map(|(wanted, (number, pan))| wanted.in_place_of(old, number, pan))
        .collect();
    let made: Vec<String> = new.iter().map(|kit| kit.number.clone()).collect();
    add(bank, entity, new);
    shown(bank, entity, &made, request)
}

/// A virtual kit becomes a physical one and keeps its number (contract, `applyForCard`).
pub(super) fn apply(bank: &mut Bank, request: &Request) -> Answer {
    let entity = request.required("entityId")?;
    let number = request.required("kitNo")?;
    request.choice("deliveryAddress", &ADDRESSES)?;
    let kit = bank.kit_mut(entity, number).ok_or_else(invalid_kit)?;
    let is_in_use = matches!(
        kit.status,
        Status::Active | Status::Inactive | Status::Assigned
    );
    if kit.card_type != "VIRTUAL" || !is_in_use {
        let (kind, state) = (kit.card_type, kit.status.word());
        let said = format!("the card is {kind} and {state}: only a virtual card in use is made");
        let status = StatusCode::BAD_REQUEST;
        return Err(Exception::guide(status, "invalid.kit.info", &said));
    }
    kit.card_type = "PHYSICAL";
    kit.status = Status::Inactive;
    kit.changed = Some(TODAY);
    kit.converted = Some(TODAY);
    bank.deliver(entity, number);
    shown(bank, entity, &[number.to_owned()], request)
}

/// A kit that takes the place of another of the same customer.
pub(super) fn replace(bank: &mut Bank, entity: &str, number: &str, card_type: &'static str) {
    let Some(bin) = bank.kit(entity, number).map(Kit::bin) else {
        return;
    };
    let (new_number, pan) = bank.next_kit(&bin);
    let wanted = Wanted {
        card_type: Some(card_type),
        ..Wanted::default()
    };
    let old = bank.kit(entity, number);
    let new = old.map(|old| wanted.in_place_of(old, new_number, pan));
    add(bank, entity, new.into_iter().collect());
}

/// Gives a customer new kits, and sends out those of plastic.
fn add(bank: &mut Bank, entity: &str, new: Vec<Kit>) {
    let of_plastic = new.iter().filter(|kit| kit.card_type == "PHYSICAL");
    let sent: Vec<String> = of_plastic.map(|kit| kit.number.clone()).collect();
    if let Some(customer) = bank.customers.get_mut(entity) {
        customer.kits.extend(new);
    }
    for number in sent {
        bank.deliver(entity, &number);
    }
}

/// These kits of a customer, as both calls answer.
fn shown(bank: &Bank, entity: &str, numbers: &[String], request: &Request) -> Answer {
    let customer = bank.customers.get(entity).ok_or_else(no_such_kit)?;
    let spelling = Numbers::masked(request.twist);
    let kits = customer.kits.iter();
    let kits = kits.filter(|kit| numbers.contains(&kit.number));
    let kits: Value = kits
        .map(|kit| wire::kit(entity, customer, kit, &spelling))
        .collect();
    Ok(json!({
        "entityId": wire::entity_id(entity, customer.spelling),
        "kitInfo": kits,
    }))
}

impl Wanted {
    fn read(entry: &Request) -> Result<Self, Exception> {
        let alias = entry.optional("aliasName")?;
        if let Some(alias) = alias {
            check_alias(alias)?;
        }
        let plastic = entry.optional("plasticCode")?;
        if plastic.is_some_and(|code| code.is_empty() || !code.bytes().all(|b| b.is_ascii_digit()))
        {
            return Err(Exception::field("plasticCode", "must be digits"));
        }
        let tier = match entry.optional("tierType")? {
            None => None,
            Some(given) => {
                let known = TIERS.into_iter().find(|&tier| tier == given);
                let wrong = || Exception::field("tierType", &format!("no such tier: {given}"));
                Some(known.ok_or_else(wrong)?)
            }
        };
        Ok(Self {
            alias: alias.map(str::to_owned),
            card_type: entry.choice("cardType", &CARD_TYPES)?,
            plastic: plastic.map(str::to_owned),
            tier,
        })
    }

    fn in_place_of(self, old: &Kit, number: String, pan: CardNumber) -> Kit {
        Kit {
            number,
            pan,
            // How an old card's number was damaged says nothing about the new one's.
            sealing: Sealing::Whole,
            network: old.network,
            status: Status::Assigned,
            card_type: self.card_type.unwrap_or(old.card_type),
            tier: self.tier.or(old.tier),
            alias: self.alias.or_else(|| old.alias.clone()),
            plastic: self.plastic.or_else(|| old.plastic.clone()),
            expiry: Day::new_expiry(),
            created: TODAY,
            changed: None,
            activated: None,
            converted: None,
        }
    }
}

fn check_alias(alias: &str) -> Result<(), Exception> {
    if alias.chars().count() > ALIAS_LENGTH {
        let wrong = format!("has at most {ALIAS_LENGTH} characters");
        return Err(Exception::field("aliasName", &wrong));
    }
    let embossable = |c: char| c.is_ascii_alphanumeric() || " .'-".contains(c);
    if alias.trim().is_empty() || !alias.chars().all(embossable) {
        let wrong = "only A-Z, a-z, 0-9, space, point, apostrophe and dash can be embossed";
        return Err(Exception::field("aliasName", wrong));
    }
    Ok(())
}
