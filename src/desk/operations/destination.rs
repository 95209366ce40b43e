//! Where a new card is sent. The DCMS takes a word for the kind of address and no address, so the review shows what it
//! has under that word. A customer can have two addresses of one kind (contract, 2.1): then a person says which is
//! meant before anything is sent, and the journal keeps it.

use crate::dcms::{Address, Delivery, List, ReadError};
use crate::desk::pages;
use crate::desk::review::{Row, change};
use crate::desk::sentences::{counted, unread};

/// Where an operation sends a card of plastic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// It sends none, or where the DCMS decides.
    Unknown,
    /// To the customer's address of this kind.
    Address(Delivery),
}

/// The customer's addresses as they were read before, or why they could not be.
pub type AddressesRead = Result<List<Address>, ReadError>;

impl Destination {
    /// Of a new card: one that is a number only is sent nowhere, and without a word for the address the DCMS decides.
    pub(super) fn of(is_plastic: bool, delivery: Option<Delivery>) -> Self {
        let kind = delivery.filter(|_| is_plastic);
        kind.map_or(Self::Unknown, Self::Address)
    }

    /// The addresses that may be meant, each once and in full.
    pub(super) fn addresses(self, read: Option<&AddressesRead>) -> Vec<String> {
        let (Self::Address(kind), Some(Ok(read))) = (self, read) else {
            return Vec::new();
        };
        let mut all: Vec<String> = Vec::new();
        for address in read.iter().filter(|address| is_of(kind, address)) {
            let address = pages::in_one_line(address);
            if !all.contains(&address) {
                all.push(address);
            }
        }
        all
    }

    /// What the DCMS has, in full.
    pub(super) fn rows(self, read: Option<&AddressesRead>, meant: Option<usize>) -> Vec<Row> {
        let all = self.addresses(read);
        if let [only] = &all[..] {
            return vec![change("goes to", "", only)];
        }
        let numbered = all.iter().enumerate();
        let rows = numbered.map(|(place, address)| {
            let is_meant = if meant == Some(place + 1) {
                ", meant"
            } else {
                ""
            };
            change(&format!("address {}{is_meant}", place + 1), "", address)
        });
        rows.collect()
    }

    /// What there is to say about that.
    pub(super) fn remark(self, read: Option<&AddressesRead>) -> Option<String> {
        let Self::Address(kind) = self else {
            return None;
        };
        let word = kind.word();
        let ask = "Ask the customer where their post goes, and have it corrected at the DCMS first if that is wrong.";
        let read = match read? {
            Ok(read) => read,
            Err(why) => {
                return Some(format!(
                    "The customer's addresses could not be read: {why}. {ask}"
                ));
            }
        };
        match (
            self.addresses(Some(&Ok(read.clone()))).len(),
            unread(read.unread, "address"),
        ) {
            (0 | 1, Some(unread)) => Some(format!("{unread}. {ask}")),
            (0, None) => Some(format!(
                "The customer has no {word} address at the DCMS. {ask}"
            )),
            (1, None) => None,
            (count, _) => Some(format!(
                "The customer has {count} {word} addresses. Only the word {word} is sent, so the DCMS chooses one of them: if that may be the wrong one, have the addresses corrected there first."
            )),
        }
    }

    /// What is still to be said before it may be sent: which of several addresses is meant.
    pub(super) fn asks(self, read: Option<&AddressesRead>, meant: Option<usize>) -> Option<String> {
        let count = self.addresses(read).len();
        (count > 1 && meant.is_none())
            .then(|| format!("the number of the address that is meant (1 to {count})"))
    }

    /// Whether there is an address of this number.
    ///
    /// # Errors
    /// How many there are.
    pub(super) fn may_mean(self, read: Option<&AddressesRead>, meant: usize) -> Result<(), String> {
        let count = self.addresses(read).len();
        match (self, read) {
            (Self::Address(_), Some(Ok(_))) if !(1..=count).contains(&meant) => Err(format!(
                "There is no address {meant}: the customer has {} of that kind.",
                counted_addresses(count)
            )),
            _ => Ok(()),
        }
    }
}

fn counted_addresses(count: usize) -> String {
    if count == 1 {
        counted(count, "address")
    } else {
        format!("{count} addresses")
    }
}

fn is_of(kind: Delivery, address: &Address) -> bool {
    let category = address.address_category.as_ref();
    category.is_some_and(|category| category.is_word(kind.word()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::dcms::{Doubt, EntityId, KitNo};
    use crate::desk::operations::{Answers, Field, Kind};
    use crate::desk::target::Target;
    use crate::journal::Write;

    fn read(addresses: &[(&str, &str)]) -> List<Address> {
        let list = addresses.iter().map(|(kind, city)| -> Value {
            json!({"addressCategory": kind, "address1": "Flat 4", "city": city})
        });
        let list = Value::from(list.collect::<Vec<_>>()).to_string();
        serde_json::from_str(&list).expect("addresses")
    }

    const HOME: Destination = Destination::Address(Delivery::Permanent);

    #[test]
    fn the_address_is_shown_in_full_and_two_of_a_kind_are_asked_about() {
        let one = Ok(read(&[("PERMANENT", "Chennai"), ("COMMUNICATION", "Pune")]));
        let rows = HOME.rows(Some(&one), None);
        assert_eq!((rows.len(), &*rows[0].asked), (1, "Flat 4, Chennai"));
        assert_eq!(
            (HOME.remark(Some(&one)), HOME.asks(Some(&one), None)),
            (None, None)
        );

        let two = Ok(read(&[("PERMANENT", "Chennai"), ("permanent", "Pune")]));
        let rows = HOME.rows(Some(&two), Some(2));
        let labels: Vec<_> = rows.iter().map(|row| row.what.as_str()).collect();
        assert_eq!(labels, ["address 1", "address 2, meant"]);
        assert!(
            HOME.remark(Some(&two))
                .is_some_and(|said| said.contains("Only the word PERMANENT is sent"))
        );
        assert!(HOME.asks(Some(&two), None).is_some());
        assert_eq!(HOME.asks(Some(&two), Some(2)), None);
        assert!(HOME.may_mean(Some(&two), 2).is_ok());
        for wrong in [0, 3] {
            assert!(HOME.may_mean(Some(&two), wrong).is_err());
        }

        // The same one twice is one.
        let same = Ok(read(&[("PERMANENT", "Chennai"), ("PERMANENT", "Chennai")]));
        assert_eq!(HOME.asks(Some(&same), None), None);
    }

    #[test]
    fn what_is_not_known_of_it_is_said() {
        let none = Ok(read(&[("COMMUNICATION", "Pune")]));
        assert!(
            HOME.remark(Some(&none))
                .is_some_and(|said| said.contains("has no PERMANENT address"))
        );
        let lost = Err(ReadError::Lost(Doubt::LineLost));
        assert!(
            HOME.remark(Some(&lost))
                .is_some_and(|said| said.contains("could not be read"))
        );
        assert_eq!(HOME.asks(Some(&lost), None), None, "a person decides");
        let unread: AddressesRead = Ok(serde_json::from_str("[7]").expect("a list"));
        assert!(
            HOME.remark(Some(&unread))
                .is_some_and(|said| said.starts_with("1 address could not be read"))
        );
    }

    #[test]
    fn every_operation_that_asks_for_a_delivery_says_where_it_goes() {
        let entity = EntityId::parse("676165").expect("an id");
        let kit = KitNo::parse("4561789").expect("a number");
        for &write in Write::ALL {
            let kind = Kind::from_write(write);
            let asks = kind.asks().unwrap_or_default();
            if !asks.contains(&Field::Delivery) {
                continue;
            }
            for (card_type, expected) in [("PHYSICAL", HOME), ("VIRTUAL", Destination::Unknown)] {
                let answers =
                    Answers::read(asks, jiff::civil::DateTime::MAX, |field| match field {
                        Field::Reason(_) => "lost",
                        Field::Replace => "yes",
                        Field::CardType => card_type,
                        Field::Delivery => "PERMANENT",
                        Field::Note | Field::LostAt | Field::Step => "",
                    });
                let about = Target::kit(&entity, &kit);
                let request = kind.request(&about, answers.expect("answers"), "maria");
                let request = request.expect("a request");
                assert_eq!(request.destination(), expected, "{write}");
                assert!(request.kind().write.brings_kits(), "its addresses are read");
            }
        }
    }
}
