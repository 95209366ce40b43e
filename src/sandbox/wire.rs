//! Customers and kits as JSON, in the varied spellings that real replies have (contract, 3).
//! Written apart from the client on purpose: the two check each other.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::bank::{Customer, Spelling};
use super::day::Day;
use super::key;
use super::kit::{Kit, Sealing};
use super::twist::Twist;
use crate::pin::{Key, seal_card_number};

/// 32 bytes in base64: an IV and a tag with nothing between them.
const TOO_SHORT: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// The only kind of account.
pub(super) const ACCOUNT_TYPE: &str = "SAVINGS";
/// The only scheme of accounts.
pub(super) const SCHEME: &str = "SB001";

/// How card numbers come along.
pub(super) struct Numbers {
    /// In the clear where a mask belongs, as some calls do.
    is_clear: bool,
    /// Encrypted too: the second version of the look-up.
    encrypted: Option<Encrypted>,
}

/// The bank's key, another one for a few kits, and whether the text is hex.
struct Encrypted {
    right: Key,
    wrong: Key,
    is_hex: bool,
}

impl Numbers {
    /// Masked only.
    pub(super) fn masked(twist: Option<Twist>) -> Self {
        Self {
            is_clear: twist == Some(Twist::ClearNumber),
            encrypted: None,
        }
    }

    /// Encrypted under the bank's key; a few kits' under another.
    pub(super) fn encrypted(twist: Option<Twist>) -> Self {
        let encrypted = Encrypted {
            right: key::card_key(),
            wrong: key::pin_key(),
            is_hex: twist == Some(Twist::HexNumber),
        };
        Self {
            encrypted: Some(encrypted),
            ..Self::masked(twist)
        }
    }
}

/// An object with one more field. `json!` serialises its arguments again, which for 20,000 kits takes
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
    put("productId", kit.product().into());
    put("bin", kit.bin().into());
    let shown = if numbers.is_clear {
        kit.pan.clear().to_owned()
    } else {
        kit.pan.masked().to_string()
    };
    put("cardNumber", shown.into());
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
    if let Some(converted) = kit.converted {
        maybe("cardConversionDate", Some(day(converted)));
    }
    if numbers.encrypted.is_some() {
        maybe("encryptedCardNumber", numbers.encrypt(kit));
    }
    Value::Object(fields)
}

/// The account of a customer, as it is listed.
pub(super) fn account(customer: &Customer) -> Value {
    let number = customer.account.parse::<u64>();
    // A page says that it is a number; zeros in front need a string.
    let number = match number {
        Ok(number) if number.to_string() == customer.account => json!(number),
        _ => json!(customer.account),
    };
    json!({
        "accountNo": number,
        "accountStatus": "ACTIVE",
        "accountType": ACCOUNT_TYPE,
        "isPrimary": customer.owns_account,
        "accountsCurrency": "356",
        "defaultAccount": true,
        "schemeCode": SCHEME,
    })
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
pub(super) fn date(day: Day, spelling: Spelling) -> Value {
    if spelling.short_dates {
        day.to_string().into()
    } else {
        format!("{day}T00:00:00.000+00:00").into()
    }
}

impl Numbers {
    /// `encryptedCardNumber`, where card numbers come encrypted and the kit has one.
    pub(super) fn encrypt(&self, kit: &Kit) -> Option<Value> {
        let keys = self.encrypted.as_ref()?;
        let under = match kit.sealing {
            Sealing::Absent => return None,
            Sealing::TooShort => return Some(json!(TOO_SHORT)),
            Sealing::Whole => &keys.right,
            Sealing::OtherKey => &keys.wrong,
        };
        // Without randomness there is no honest message; a missing one is allowed at any time.
        let sealed = seal_card_number(&kit.pan.pan(), under).ok()?;
        if !keys.is_hex {
            return Some(json!(sealed.as_wire()));
        }
        let bytes = STANDARD.decode(sealed.as_wire()).ok()?;
        Some(key::hex(&bytes).into())
    }
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
