//! Upgrading a card: the old kit makes way for new ones.
//! Only this call and `manage` make kits.

use serde_json::{Value, json};

use super::{Answer, Bank, Exception, Request, no_such_kit};
use crate::sandbox::bank::{CARD_TYPES, CardNumber, Day, Kit, Sealing, Status, TIERS, TODAY};
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
    if old.status != Status::Active {
        let state = old.status.word();
        let wrong = format!("Card status is {state} and cannot be upgraded");
        return Err(Exception::page("UPG001", "Invalid card status", &[&wrong]));
    }
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
    let customer = bank.customers.get_mut(entity).ok_or_else(no_such_kit)?;
    let first_new = customer.kits.len();
    customer.kits.extend(new);
    let shown: Value = customer.kits[first_new..]
        .iter()
        .map(|kit| wire::kit(entity, customer, kit, &Numbers::Masked))
        .collect();
    Ok(json!({
        "entityId": wire::entity_id(entity, customer.spelling),
        "kitInfo": shown,
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

/// A kit like the old one, for an operation that replaces.
pub(super) fn replacement(
    old: &Kit,
    number: String,
    pan: CardNumber,
    card_type: &'static str,
) -> Kit {
    let wanted = Wanted {
        card_type: Some(card_type),
        ..Wanted::default()
    };
    wanted.in_place_of(old, number, pan)
}
