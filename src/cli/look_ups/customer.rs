//! `kitdesk customer`: who a customer is, where they live, and their kits.

use super::words;
use serde::Serialize;

use super::{printed, sent};
use crate::cli::failed::Failed;
use crate::cli::json::{KitList, kits};
use crate::cli::line;
use crate::cli::report::{Answer, Report};
use crate::cli::subcommand::{Context, Subcommand};
use crate::cli::table::TableFormat;
use crate::dcms::{Address, Contact, EntityId, Text};
use crate::desk::sentences::{sentence, unread};
use crate::desk::{self, CustomerRead, Question, pages};

#[derive(clap::Args)]
pub(in crate::cli) struct CustomerArgs {
    /// The customer.
    #[arg(long, value_name = "ID", value_parser = EntityId::parse)]
    entity: EntityId,
}

/// A customer as programs read them. Of contacts no more than is shown.
#[derive(Serialize)]
struct CustomerObject<'a> {
    entity_id: &'a str,
    name: Option<&'a str>,
    born: Option<&'a str>,
    gender: Option<&'a str>,
    accounts: Vec<&'a str>,
    addresses: Vec<AddressObject<'a>>,
    unread_addresses: usize,
    contacts: Vec<ContactObject>,
    unread_contacts: usize,
    kits: KitList<'a>,
    unread_kits: usize,
}

#[derive(Serialize)]
struct AddressObject<'a> {
    category: Option<&'a str>,
    address1: Option<&'a str>,
    address2: Option<&'a str>,
    address3: Option<&'a str>,
    city: Option<&'a str>,
    state: Option<&'a str>,
    pincode: Option<&'a str>,
    country: Option<&'a str>,
}

#[derive(Serialize)]
struct ContactObject {
    mobile: Option<String>,
    email: Option<String>,
    notification: Option<bool>,
}

impl<'a> From<&'a Address> for AddressObject<'a> {
    fn from(address: &'a Address) -> Self {
        Self {
            category: sent(address.address_category.as_ref()),
            address1: sent(address.address1.as_ref()),
            address2: sent(address.address2.as_ref()),
            address3: sent(address.address3.as_ref()),
            city: sent(address.city.as_ref()),
            state: sent(address.state.as_ref()),
            pincode: sent(address.pincode.as_ref()),
            country: sent(address.country.as_ref()),
        }
    }
}

impl From<&Contact> for ContactObject {
    fn from(contact: &Contact) -> Self {
        Self {
            mobile: pages::mobile(contact),
            email: pages::email(contact),
            notification: contact.notification,
        }
    }
}

impl Subcommand for CustomerArgs {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let entity = &self.entity;
        line::reading(context, async |line| {
            let question = Question::Customer(entity.clone());
            let read = line.question(question, |answer| match answer {
                desk::Answer::Customer(read) => Some(Ok(read)),
                _ => None,
            });
            let CustomerRead {
                customer,
                kits: kits_read,
            } = read.await?;
            let (customer, kits_read) = (customer?, kits_read?);
            let object = CustomerObject {
                entity_id: entity.as_str(),
                name: sent(customer.name.as_ref()),
                born: sent(customer.born.as_ref()),
                gender: sent(customer.gender.as_ref()),
                accounts: customer.accounts.iter().map(Text::as_sent).collect(),
                addresses: customer.addresses.iter().map(Into::into).collect(),
                unread_addresses: customer.addresses.unread,
                contacts: customer.contacts.iter().map(Into::into).collect(),
                unread_contacts: customer.contacts.unread,
                kits: kits(&kits_read),
                unread_kits: kits_read.unread,
            };
            let mut shown = words::customer(&entity);
            shown += &printed(&pages::customer(&customer));
            if !kits_read.is_empty() {
                shown.push('\n');
                shown += &TableFormat::of_stdout().kits(&kits_read);
            }
            let unread = unread(kits_read.unread, "kit").map(|text| sentence(&text));
            Ok(Answer::Report(Report::read(&object, shown).warning(unread)))
        })
        .await
    }
}
