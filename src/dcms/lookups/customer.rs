//! What is known about a customer.

use serde::Deserialize;
use serde_json::json;

use super::{decode, same_customer};
use crate::dcms::client::Client;
use crate::dcms::ids::EntityId;
use crate::dcms::list::List;
use crate::dcms::outcome::ReadError;
use crate::dcms::text::{self, Text};

/// What `viewCustomer` tells about a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Customer {
    /// Title, first, middle and last name, as far as they are there.
    pub name: Option<Text>,
    /// Their accounts, by number.
    pub accounts: Vec<Text>,
    /// `MALE`, `FEMALE` or `OTHER`.
    pub gender: Option<Text>,
    /// The day of birth, as the DCMS writes it.
    pub born: Option<Text>,
    /// Where they live and where they want their post. There can be two of one kind (contract, 2.1).
    pub addresses: List<Address>,
    /// How they are reached.
    pub contacts: List<Contact>,
}

/// One of a customer's addresses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// `PERMANENT` or `COMMUNICATION`.
    #[serde(default, deserialize_with = "text::optional")]
    pub address_category: Option<Text>,
    /// Its first line.
    #[serde(default, deserialize_with = "text::optional")]
    pub address1: Option<Text>,
    /// Its second line.
    #[serde(default, deserialize_with = "text::optional")]
    pub address2: Option<Text>,
    /// Its third line.
    #[serde(default, deserialize_with = "text::optional")]
    pub address3: Option<Text>,
    /// The town.
    #[serde(default, deserialize_with = "text::optional")]
    pub city: Option<Text>,
    /// The state in which that is.
    #[serde(default, deserialize_with = "text::optional")]
    pub state: Option<Text>,
    /// The postal code.
    #[serde(default, deserialize_with = "text::optional")]
    pub pincode: Option<Text>,
    /// The country.
    #[serde(default, deserialize_with = "text::optional")]
    pub country: Option<Text>,
}

/// How a customer is reached.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// A phone's number.
    #[serde(default, deserialize_with = "text::optional")]
    pub contact_no: Option<Text>,
    /// A mail address.
    #[serde(default, deserialize_with = "text::optional")]
    pub email_id: Option<Text>,
    /// Whether notices of their payments go there.
    #[serde(default, deserialize_with = "text::truth")]
    pub notification: Option<bool>,
}

impl Client {
    /// What is known about a customer.
    ///
    /// # Errors
    /// Why nothing could be read, a reply about another customer among the reasons.
    pub async fn customer(&self, asked: &EntityId) -> Result<Customer, ReadError> {
        self.read("/viewCustomer", &json!({"entityId": asked.as_str()}), {
            let asked = asked.clone();
            move |result| {
                let wire: CustomerWire = decode(result)?;
                if let Some(answered) = &wire.entity_id {
                    same_customer(&asked, answered)?;
                }
                Ok(wire.into_customer())
            }
        })
        .await
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CustomerWire {
    #[serde(default, deserialize_with = "text::optional")]
    entity_id: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    title: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    first_name: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    middle_name: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    last_name: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    gender: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    dob: Option<Text>,
    #[serde(default)]
    account_info: List<AccountInfoWire>,
    #[serde(default)]
    address_info: List<Address>,
    #[serde(default)]
    communication_info: List<Contact>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountInfoWire {
    #[serde(default, deserialize_with = "text::optional")]
    account_no: Option<Text>,
}

impl CustomerWire {
    fn into_customer(self) -> Customer {
        let parts = [
            self.title,
            self.first_name,
            self.middle_name,
            self.last_name,
        ];
        let name: Vec<_> = parts
            .iter()
            .flatten()
            .map(|part| part.as_sent().trim())
            .collect();
        Customer {
            name: (!name.is_empty()).then(|| Text::new(name.join(" "))),
            accounts: self
                .account_info
                .items
                .into_iter()
                .filter_map(|account| account.account_no)
                .collect(),
            gender: self.gender,
            born: self.dob,
            addresses: self.address_info,
            contacts: self.communication_info,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::lookups::tests::result;

    #[test]
    fn two_addresses_of_one_kind_are_two() {
        let wire: CustomerWire = decode(result(
            r#"{"entityId":"676165","firstName":"Asha","lastName":"Rao","gender":"FEMALE","dob":"1990-02-28",
                "addressInfo":[{"addressCategory":"PERMANENT","address1":"1 Beach Road","pincode":600001},
                               {"addressCategory":"PERMANENT","city":"Chennai"}, "gone"],
                "communicationInfo":{"contactNo":9876543210,"notification":"true"}}"#,
        ))
        .expect("a customer");
        let customer = wire.into_customer();
        assert_eq!(
            (customer.addresses.len(), customer.addresses.unread),
            (2, 1)
        );
        let pincode = customer.addresses[0].pincode.as_ref().map(Text::as_sent);
        assert_eq!(pincode, Some("600001"));
        assert_eq!(customer.contacts.len(), 1, "one without its brackets");
        assert_eq!(customer.contacts[0].notification, Some(true));
        assert_eq!(
            customer.born.as_ref().map(Text::as_sent),
            Some("1990-02-28")
        );
    }
}
