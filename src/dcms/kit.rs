//! A kit as the DCMS describes it (contract, 3), read with every tolerance that the contract asks.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::ops::Deref;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::envelope::result_of;
use super::expiry::Expiry;
use super::ids::{EntityId, KitNo};
use super::list::for_each;
use super::outcome::Doubt;
use super::settings::MOST_KITS;
use super::text::{self, Text};
use crate::pin::{EncryptedPan, MaskedPan};
use crate::sorting;

/// A card with its number, plastic and papers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kit {
    /// The card's handle everywhere.
    pub kit_no: KitNo,
    /// The customer, where the reply says so.
    pub entity: Option<EntityId>,
    /// The bank account.
    pub account_no: Option<Text>,
    /// The digits that the DCMS shows of the card; a full number sent by mistake is cut to first six and
    /// last four on arrival. Nothing where no digit of it is shown.
    pub card: Option<MaskedPan>,
    /// The encrypted card number, where the bank has that switched on.
    pub encrypted_pan: Option<EncryptedPan>,
    /// `DEBIT`.
    pub category: Option<Text>,
    /// `PHYSICAL` or `VIRTUAL`.
    pub card_type: Option<Text>,
    /// What state the card is in.
    pub status: Status,
    /// `RUPAY`, `VISA`, ...
    pub network: Option<Text>,
    /// The product's code.
    pub product_id: Option<Text>,
    /// The product's name.
    pub product_name: Option<Text>,
    /// The bank's own word, like `SILVER`.
    pub tier: Option<Text>,
    /// The name on the card.
    pub alias: Option<Text>,
    /// The plastic's code.
    pub plastic_code: Option<Text>,
    /// Month and year.
    pub expiry: Option<Expiry>,
    /// When the kit was made.
    pub created: Option<Text>,
    /// When it was last changed.
    pub changed: Option<Text>,
    /// When it was activated.
    pub activated: Option<Text>,
}

/// What state a kit is in. New words may come: they are kept as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// In use.
    Active,
    /// Not yet, or no longer, in use.
    Inactive,
    /// Given to a customer, not yet activated.
    Assigned,
    /// Stopped for now.
    Locked,
    /// Stopped for good.
    Blocked,
    /// Reported lost or stolen.
    Hotlisted,
    /// Another kit has taken its place.
    Replaced,
    /// Closed with its account.
    Closed,
    /// Past its date.
    Expired,
    /// A word that this program does not know, or none.
    Other(Text),
}

const STATUSES: [(&str, Status); 9] = [
    ("ACTIVE", Status::Active),
    ("INACTIVE", Status::Inactive),
    ("ASSIGNED", Status::Assigned),
    ("LOCKED", Status::Locked),
    ("BLOCKED", Status::Blocked),
    ("HOTLISTED", Status::Hotlisted),
    ("REPLACED", Status::Replaced),
    ("CLOSED", Status::Closed),
    ("EXPIRED", Status::Expired),
];

impl Status {
    pub(super) fn of(text: Option<Text>) -> Self {
        let text = text.unwrap_or_else(|| Text::new("(none)"));
        STATUSES
            .iter()
            .find(|(word, _)| text.is_word(word))
            .map_or_else(|| Self::Other(text.clone()), |(_, status)| status.clone())
    }

    /// The contract's word for it, harmless to show.
    #[must_use]
    pub fn word(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Other(text) => text.shown(),
            known => STATUSES
                .iter()
                .find(|(_, status)| status == known)
                .map_or("?".into(), |&(word, _)| word.into()),
        }
    }
}

/// What the DCMS calls the fields that are kept.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Field {
    EntityId,
    AccountNo,
    CardCategory,
    CardType,
    CardStatus,
    NetworkType,
    ProductId,
    ProductName,
    TierType,
    AliasName,
    PlasticCode,
    ExpDate,
    CreatedDate,
    ChangedDate,
    CardActivationDate,
    // Those that are no two kits' same.
    KitNo,
    CardNumber,
    EncryptedCardNumber,
    #[serde(other)]
    Other,
}

/// What the kits before said: a customer's kits are alike, and what is alike is kept once.
struct Known {
    entity: Option<(Text, Option<EntityId>)>,
    /// As many places for each field.
    texts: Vec<Option<Text>>,
}

impl Known {
    /// Room for so many different texts a field.
    fn of(each: usize) -> Self {
        Self {
            entity: None,
            texts: vec![None; each * TEXTS],
        }
    }
}

/// How many different texts of a field are remembered: all tiers, and the days of a few years.
const DIFFERENT: usize = 256;
/// How many fields are kept as they are said.
const TEXTS: usize = 15;

/// Reads one kit with the help of those before.
struct Reading<'a>(&'a mut Known);

impl<'de> DeserializeSeed<'de> for Reading<'_> {
    type Value = Kit;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Kit, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Reading<'_> {
    type Value = Kit;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a kit")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Kit, A::Error> {
        let Known { entity, texts } = self.0;
        let each = texts.len() / TEXTS;
        let mut said: [Option<Text>; TEXTS] = Default::default();
        let (mut number, mut card, mut encrypted) = (None, None, None);
        while let Some(field) = fields.next_key::<Field>()? {
            let raw = match &field {
                Field::Other => {
                    fields.next_value::<IgnoredAny>()?;
                    continue;
                }
                _ => fields.next_value::<&RawValue>()?,
            };
            let place = match field {
                Field::KitNo => {
                    number = text::said(raw);
                    continue;
                }
                Field::CardNumber => {
                    card = text::said(raw).and_then(|text| MaskedPan::from_reply(&text));
                    continue;
                }
                Field::EncryptedCardNumber => {
                    let text = text::said(raw).filter(|text| !text.trim().is_empty());
                    encrypted = text.map(EncryptedPan::new);
                    continue;
                }
                kept => kept as usize,
            };
            said[place] = Text::from_raw_or_known(raw, &mut texts[place * each..][..each]);
        }
        let mut take = |field: Field| said[field as usize].take();
        let number = number.ok_or_else(|| A::Error::custom("a kit has no kitNo"))?;
        Ok(Kit {
            kit_no: KitNo::parse(&number).map_err(A::Error::custom)?,
            entity: take(Field::EntityId).and_then(|text| known_entity(text, entity)),
            account_no: take(Field::AccountNo),
            card,
            encrypted_pan: encrypted,
            category: take(Field::CardCategory),
            card_type: take(Field::CardType),
            status: Status::of(take(Field::CardStatus)),
            network: take(Field::NetworkType),
            product_id: take(Field::ProductId),
            product_name: take(Field::ProductName),
            tier: take(Field::TierType),
            alias: take(Field::AliasName),
            plastic_code: take(Field::PlasticCode),
            expiry: take(Field::ExpDate).and_then(|text| Expiry::from_exp_date(text.as_sent())),
            created: take(Field::CreatedDate),
            changed: take(Field::ChangedDate),
            activated: take(Field::CardActivationDate),
        })
    }
}

/// The entity that a text names, read once for all kits that name the same.
fn known_entity(text: Text, known: &mut Option<(Text, Option<EntityId>)>) -> Option<EntityId> {
    if known.as_ref().is_none_or(|(said, _)| *said != text) {
        let entity = EntityId::parse(text.as_sent()).ok();
        *known = Some((text, entity));
    }
    known.as_ref().and_then(|(_, entity)| entity.clone())
}

impl<'de> Deserialize<'de> for Kit {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        Reading(&mut Known::of(1)).deserialize(json)
    }
}

/// The kits of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kits {
    /// Those that could be read, in the order of the reply.
    pub list: Vec<Kit>,
    /// How many could not be read. Where there is one, nothing follows from a kit that is missing.
    pub unread: usize,
    /// The kits that are listed more than once and not alike: which entry holds, only the DCMS can say.
    pub contradictory: Vec<KitNo>,
}

impl Deref for Kits {
    type Target = [Kit];

    fn deref(&self) -> &[Kit] {
        &self.list
    }
}

impl From<Vec<Kit>> for Kits {
    fn from(list: Vec<Kit>) -> Self {
        Self::of_entries(list, 0)
    }
}

impl Kits {
    /// These entries of a reply. One that repeats an earlier one of the same kit is left out.
    pub(super) fn of_entries(mut list: Vec<Kit>, unread: usize) -> Self {
        let mut contradictory = Vec::new();
        let different: HashSet<&KitNo> = list.iter().map(|kit| &kit.kit_no).collect();
        if different.len() < list.len() {
            let mut places: HashMap<KitNo, usize> = HashMap::new();
            let mut once: Vec<Kit> = Vec::with_capacity(list.len());
            for kit in list {
                match places.entry(kit.kit_no.clone()) {
                    Entry::Vacant(free) => {
                        free.insert(once.len());
                        once.push(kit);
                    }
                    Entry::Occupied(first) if once[*first.get()] == kit => {}
                    Entry::Occupied(_) => {
                        contradictory.push(kit.kit_no.clone());
                        once.push(kit);
                    }
                }
            }
            list = once;
            sorting::sort(&mut contradictory);
            contradictory.dedup();
        }
        Self {
            list,
            unread,
            contradictory,
        }
    }

    /// The kits of a reply that may be long, with one look at each letter, if all of them can be
    /// read. Nothing for any other: [`Kits::of_list`] says what there is to say about it.
    pub(super) fn of_reply(body: &[u8]) -> Option<Self> {
        let count = memchr::memmem::find_iter(body, "\"kitNo\"").count();
        (count <= MOST_KITS)
            .then(|| result_of(body, Room(count)).map(Self::from))
            .flatten()
    }

    /// The kits of a list, one by one.
    pub(crate) fn of_list(raw: &RawValue) -> Result<Self, Doubt> {
        let mut count = 0;
        for_each(raw, |_| count += 1);
        if count > MOST_KITS {
            return Err(Doubt::TooManyKits(count));
        }
        let (mut list, mut known) = (Vec::with_capacity(count), Known::of(DIFFERENT));
        for_each(raw, |element| {
            let mut json = serde_json::Deserializer::from_str(element.get());
            list.extend(Reading(&mut known).deserialize(&mut json));
        });
        let unread = count - list.len();
        Ok(Self::of_entries(list, unread))
    }
}

/// Reads a list of kits, with room for so many from the start: what grows is copied again and again.
struct Room(usize);

impl<'de> DeserializeSeed<'de> for Room {
    type Value = Vec<Kit>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Vec<Kit>, D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Room {
    type Value = Vec<Kit>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of kits")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Kit>, A::Error> {
        let (mut kits, mut known) = (Vec::with_capacity(self.0), Known::of(DIFFERENT));
        while let Some(kit) = list.next_element_seed(Reading(&mut known))? {
            kits.push(kit);
        }
        // It stays for as long as the customer is on the screen.
        kits.shrink_to_fit();
        Ok(kits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kit_with_everything_and_numbers_for_strings() {
        let kit: Kit = serde_json::from_str(
            r#"{"kitNo":4561789,"entityId":676165,"accountNo":900719925474099312345,"bin":"608040",
                "cardNumber":"608040XXXXXX6384","cardType":"PHYSICAL","cardStatus":"active",
                "tierType":"CLASSIC","expDate":"2029-07-31T00:00:00.000+00:00","new":{"field":[1]}}"#,
        )
        .expect("a good kit");
        assert_eq!(kit.kit_no.as_str(), "4561789");
        assert_eq!(kit.entity, EntityId::parse("676165").ok());
        assert_eq!(
            kit.account_no.as_ref().map(Text::as_sent),
            Some("900719925474099312345")
        );
        assert_eq!(
            kit.card.map(|card| card.to_string()).as_deref(),
            Some("608040XXXXXX6384")
        );
        assert_eq!(kit.status, Status::Active);
        assert_eq!(kit.expiry.map(Expiry::mmyy).as_deref(), Some("0729"));
    }

    #[test]
    fn a_kit_with_almost_nothing() {
        let kit: Kit = serde_json::from_str(r#"{"kitNo":"1","tierType":null}"#).expect("enough");
        assert_eq!(kit.tier, None);
        assert_eq!(kit.status.word(), "(none)");
        assert!(serde_json::from_str::<Kit>(r#"{"tierType":"GOLD"}"#).is_err());
    }

    #[test]
    fn an_odd_kit_hides_no_other() {
        let long = format!(r#"{{"kitNo":"{}"}}"#, "1".repeat(70));
        let deep = format!(r#"{{"kitNo":{}1{}}}"#, "[".repeat(300), "]".repeat(300));
        for odd in [
            r#"{"tierType":"GOLD"}"#,
            r#"{"kitNo":null}"#,
            r#"{"kitNo":""}"#,
            r#"{"kitNo":"  "}"#,
            r#"{"kitNo":{"no":1}}"#,
            r#"{"kitNo":"\ud800"}"#,
            r#"{"\ud800":1,"kitNo":"5"}"#,
            r#"["kitNo","5"]"#,
            "null",
            "7",
            "1e999",
            r#""5""#,
            "{}",
            &long,
            &deep,
        ] {
            let list = format!(r#"[{{"kitNo":"1"}},{odd},{{"kitNo":"2","tierType":"GOLD"}}]"#);
            let raw = RawValue::from_string(list).expect("JSON");
            let kits = Kits::of_list(&raw).expect("kits");
            let numbers: Vec<_> = kits.iter().map(|kit| kit.kit_no.as_str()).collect();
            assert_eq!((numbers, kits.unread), (vec!["1", "2"], 1), "{odd}");
        }
    }

    #[test]
    fn a_kit_that_is_listed_twice_is_one_or_a_contradiction() {
        let list = r#"[{"kitNo":"1","cardStatus":"ACTIVE"},{"kitNo":"2"},
            {"kitNo":"1","cardStatus":"ACTIVE"},{"kitNo":"2","cardStatus":"LOCKED"},{"kitNo":"2"}]"#;
        let raw = RawValue::from_string(list.to_owned()).expect("JSON");
        let of_list = Kits::of_list(&raw).expect("kits");
        let reply = format!(r#"{{"result":{list}}}"#);
        let of_reply = Kits::of_reply(reply.as_bytes()).expect("kits");
        for kits in [of_list, of_reply] {
            let numbers: Vec<_> = kits.iter().map(|kit| kit.kit_no.as_str()).collect();
            assert_eq!(numbers, ["1", "2", "2"]);
            assert_eq!(kits.contradictory, [KitNo::parse("2").expect("a number")]);
        }
    }

    #[test]
    fn a_list_of_too_many_kits_is_not_read() {
        for (kit, count) in [(r#"{"kitNo":1}"#, MOST_KITS + 1), ("{}", 1_000_000)] {
            let list = vec![kit; count].join(",");
            let raw = RawValue::from_string(format!("[{list}]")).expect("JSON");
            assert_eq!(Kits::of_list(&raw), Err(Doubt::TooManyKits(count)));
        }
        let most = vec!["{}"; MOST_KITS].join(",");
        let raw = RawValue::from_string(format!("[{most}]")).expect("JSON");
        assert_eq!(Kits::of_list(&raw).map(|kits| kits.unread), Ok(MOST_KITS));
    }

    #[test]
    fn a_full_card_number_sent_by_mistake_is_cut() {
        let kit: Kit = serde_json::from_str(r#"{"kitNo":"1","cardNumber":"4111111111111111"}"#)
            .expect("a kit");
        assert!(!format!("{kit:?}").contains("4111111111111111"));
        assert_eq!(
            kit.card.map(|c| c.to_string()).as_deref(),
            Some("411111XXXXXX1111")
        );
    }

    #[test]
    fn whatever_digits_of_a_card_are_shown_are_kept() {
        for (sent, shown) in [
            (r#""6080XXXXXXXX1785""#, Some("6080XXXXXXXX1785")),
            (r#""60804012XXXX1785""#, Some("60804012XXXX1785")),
            (r#""608040......1785""#, Some("608040XXXXXX1785")),
            (r#""**** 1785""#, Some("XXXXXXXXXXXX1785")),
            ("1785", Some("XXXXXXXXXXXX1785")),
            (r#""XXXXXXXXXXXXXXXX""#, None),
            ("null", None),
        ] {
            let json = format!(r#"{{"kitNo":"1","cardNumber":{sent}}}"#);
            let kit: Kit = serde_json::from_str(&json).expect("a kit");
            let card = kit.card.map(|card| card.to_string());
            assert_eq!(card.as_deref(), shown, "{sent}");
        }
    }

    #[test]
    fn a_word_that_is_new_is_kept() {
        let status = Status::of(Some(Text::new("SUSPENDED_BY_BANK")));
        assert_eq!(status.word(), "SUSPENDED_BY_BANK");
    }
}
