//! The customers of a bank account, with their kits on it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::{all_of, decode, same_account};
use crate::dcms::client::Client;
use crate::dcms::ids::{AccountNo, EntityId};
use crate::dcms::kit::Kits;
use crate::dcms::list::{List, for_each};
use crate::dcms::outcome::{Doubt, ReadError};
use crate::dcms::settings::MOST_KITS;
use crate::dcms::text::{self, Text};

/// The kits of one customer, as an account's look-up groups them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub entity: EntityId,
    /// Whether this is the account's first holder.
    pub is_primary: bool,
    /// All kits on the account, replaced and inactive ones too.
    pub kits: Kits,
}

impl Client {
    /// The customers of a bank account with all their kits on it, each customer once.
    ///
    /// # Errors
    /// Why none could be read, a reply about another account or with another customer's kits among
    /// the reasons.
    pub async fn kits_on(&self, account: &AccountNo) -> Result<List<Holder>, ReadError> {
        // Without the parameter, replaced and inactive kits are left out (contract, 2).
        let path = "/kit-manager/fetchKitsByAccountNo?isAllCardsRequired=true";
        let asked = account.clone();
        self.read(
            path,
            &json!({"accountNo": account.as_str()}),
            move |result| holders(&asked, result),
        )
        .await
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountWire<'a> {
    #[serde(default, deserialize_with = "text::optional")]
    account_no: Option<Text>,
    #[serde(borrow, default)]
    entity: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HolderWire<'a> {
    #[serde(default, deserialize_with = "text::optional")]
    entity_id: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    is_primary: Option<Text>,
    #[serde(borrow, default)]
    kit_info: Option<&'a RawValue>,
}

/// The holders of an account. One who is named twice is one, with the kits of both.
fn holders(asked: &AccountNo, result: Option<&RawValue>) -> Result<List<Holder>, Doubt> {
    let wire: AccountWire<'_> = decode(result)?;
    if let Some(answered) = &wire.account_no {
        same_account(asked, answered)?;
    }
    let Some(raw) = wire.entity else {
        return Ok(List::default());
    };
    let mut count = 0;
    let read = List::of(raw, |element| {
        let wire: HolderWire<'_> = serde_json::from_str(element.get()).ok()?;
        let entity = EntityId::parse(wire.entity_id?.as_sent()).ok()?;
        let mut kits = Kits::default();
        if let Some(raw) = wire.kit_info {
            for_each(raw, |_| count += 1);
            // Once there are too many, nothing is kept.
            if count <= MOST_KITS {
                kits = Kits::of_list(raw).ok()?;
            }
        }
        let is_primary = wire.is_primary.is_some_and(|text| text.is_word("true"));
        Some(Holder {
            entity,
            is_primary,
            kits,
        })
    });
    if count > MOST_KITS {
        return Err(Doubt::TooManyKits(count));
    }
    let mut places = HashMap::new();
    let mut holders: List<Holder> = List {
        items: Vec::new(),
        unread: read.unread,
    };
    for holder in read.items {
        all_of(&holder.entity, &holder.kits)?;
        match places.entry(holder.entity.clone()) {
            Entry::Vacant(free) => {
                free.insert(holders.items.len());
                holders.items.push(holder);
            }
            Entry::Occupied(place) => holders.items[*place.get()].take(holder),
        }
    }
    Ok(holders)
}

impl Holder {
    /// Takes what else was said of the same customer.
    fn take(&mut self, other: Self) {
        self.is_primary |= other.is_primary;
        let unread = self.kits.unread + other.kits.unread;
        let mut list = std::mem::take(&mut self.kits.list);
        list.extend(other.kits.list);
        self.kits = Kits::of_entries(list, unread);
    }
}
