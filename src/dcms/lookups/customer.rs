//! What is known about a customer.

use serde::Deserialize;
use serde_json::json;

use super::{decode, same_customer};
use crate::dcms::client::Client;
use crate::dcms::ids::EntityId;
use crate::dcms::list::List;
use crate::dcms::outcome::ReadFault;
use crate::dcms::text::{self, Text};

/// What `viewCustomer` tells about a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Customer {
    /// Title, first, middle and last name, as far as they are there.
    pub name: Option<Text>,
    /// Their accounts, by number.
    pub accounts: Vec<Text>,
}

impl Client {
    /// What is known about a customer.
    ///
    /// # Errors
    /// Why nothing could be read, a reply about another customer among the reasons.
    pub async fn customer(&self, asked: &EntityId) -> Result<Customer, ReadFault> {
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
    #[serde(default)]
    account_info: List<AccountInfoWire>,
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
        }
    }
}
