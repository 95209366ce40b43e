//! Customers and kits as JSON, in the varied spellings that real replies have (contract, 3).
//! Written apart from the client on purpose: the two check each other.

use serde_json::{Map, Value, json};

use super::bank::{Customer, Day, Kit, Sealing, Spelling};
use super::key;
use crate::pin::{Key, seal_card_number};

/// 32 bytes in base64: an IV and a tag with nothing between them.
const TOO_SHORT: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Whether card numbers come along, enciphered.
pub(super) enum Numbers {
    /// Masked only.
    Masked,
    /// Enciphered too, under these keys: the second version of the look-up.
    Enciphered { right: Key, wrong: Key },
}

impl Numbers {
    /// Enciphered under the bank's key; a few kits' under another.
    pub(super) fn enciphered() -> Self {
        Self::Enciphered {
            right: key::card_key(),
            wrong: key::pin_key(),
        }
    }
}

/// An object with one more field. `json!` writes anew what it is given, which for 20,000 kits takes
/// as long as making them.
pub(super) fn with(mut object: Value, field: &str, value: Value) -> Value {
    object[field] = value;
    object
}

/// All kits of a customer, in the bank's order.
pub(super) fn kits(entity: &str, customer: &Customer, numbers: &Numbers) -> Value {
    let all = customer.kits.iter();
    all.map(|one| kit(entity, customer, one, numbers)).collect()
}

/// One kit.
pub(super) fn kit(entity: &str, customer: &Customer, kit: &Kit, numbers: &Numbers) -> Value {
    let spelling = customer.spelling;
    let day = |day: Day| date(day, spelling);
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    put("kitNo", json!(kit.number));
    put("entityId", entity_id(entity, spelling));
    put("accountNo", account_no(&customer.account, spelling));
    let bin = kit.bin();
    put("productId", format!("DC{}", &bin[3..]).into());
    put("bin", bin.into());
    put("cardNumber", kit.pan.masked().to_string().into());
    put("cardCategory", json!("DEBIT"));
    put("cardType", json!(kit.card_type));
    put("cardStatus", json!(kit.status.word()));
    put("networkType", json!(kit.network));
    put("productName", format!("{} Debit", kit.network).into());
    put("expDate", day(kit.expiry));
    put("createdDate", day(kit.created));
    put("issuerRemark", json!("any other field is ignored"));
    let mut maybe = |name: &str, value: Option<Value>| match value {
        Some(value) => _ = fields.insert(name.to_owned(), value),
        None if spelling.nothing_as_null => _ = fields.insert(name.to_owned(), Value::Null),
        None => {}
    };
    maybe("tierType", kit.tier.map(Into::into));
    maybe("aliasName", kit.alias.clone().map(Into::into));
    maybe("plasticCode", kit.plastic.clone().map(Into::into));
    maybe("changedDate", kit.changed.map(day));
    maybe("cardActivationDate", kit.activated.map(day));
    if let Numbers::Enciphered { right, wrong } = numbers {
        maybe("encryptedCardNumber", enciphered(kit, right, wrong));
    }
    Value::Object(fields)
}

/// A text or a number.
pub(super) fn entity_id(entity: &str, spelling: Spelling) -> Value {
    text_or_number(entity, spelling.entity_as_number)
}

/// A text or a number, often one that no float can hold.
pub(super) fn account_no(account: &str, spelling: Spelling) -> Value {
    text_or_number(account, spelling.account_as_number)
}

fn text_or_number(text: &str, as_number: bool) -> Value {
    match text.parse::<u64>() {
        Ok(number) if as_number => json!(number),
        _ => json!(text),
    }
}

/// Either of the two forms of a date.
fn date(day: Day, spelling: Spelling) -> Value {
    if spelling.short_dates {
        day.to_string().into()
    } else {
        format!("{day}T00:00:00.000+00:00").into()
    }
}

fn enciphered(kit: &Kit, right: &Key, wrong: &Key) -> Option<Value> {
    let under = match kit.sealing {
        Sealing::Absent => return None,
        Sealing::TooShort => return Some(json!(TOO_SHORT)),
        Sealing::Whole => right,
        Sealing::OtherKey => wrong,
    };
    // Without randomness there is no honest message; a missing one is allowed at any time.
    let sealed = seal_card_number(&kit.pan.pan(), under).ok()?;
    Some(json!(sealed.as_wire()))
}

/// Turns every `entityId` in a reply into another customer's (contract, 5.4).
pub(super) fn about_someone_else(reply: &mut Value) {
    const SOMEONE_ELSE: &str = "672765";
    match reply {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::Array(_) if name == "entityId" => *value = json!([SOMEONE_ELSE]),
                    _ if name == "entityId" => *value = json!(SOMEONE_ELSE),
                    _ => about_someone_else(value),
                }
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(about_someone_else),
        _ => {}
    }
}
