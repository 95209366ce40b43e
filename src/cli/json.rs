//! Kits and orders as programs read them: names that stay, every key always there, `null` for what
//! the DCMS did not say. No full card number is in them, for none is in a kit.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::dcms::{EntityId, Expiry, Kit, Order, OrderId, OrderStatus, Status, Text};
use crate::desk::Candidate;

/// A kit.
#[derive(Serialize)]
pub(super) struct KitObject<'a> {
    kit_no: &'a str,
    entity_id: Option<&'a str>,
    account_no: Option<&'a str>,
    card: Option<String>,
    category: Option<&'a str>,
    card_type: Option<&'a str>,
    status: Cow<'a, str>,
    network: Option<&'a str>,
    product_id: Option<&'a str>,
    product_name: Option<&'a str>,
    tier: Option<&'a str>,
    plastic_code: Option<&'a str>,
    alias: Option<&'a str>,
    /// MMYY, as `--expiry` takes it.
    expiry: Option<String>,
    created: Option<&'a str>,
    changed: Option<&'a str>,
    activated: Option<&'a str>,
}

/// One of several customers that fit.
#[derive(Serialize)]
pub(super) struct CandidateObject<'a> {
    entity_id: &'a str,
    name: Option<&'a str>,
    /// Where the look-up has brought them.
    kits: Option<KitList<'a>>,
    /// How many of the kits could not be read.
    unread_kits: usize,
}

/// An order.
#[derive(Serialize)]
pub(super) struct OrderObject<'a> {
    order_id: &'a str,
    status: Cow<'a, str>,
    name: Option<&'a str>,
    tenant: Option<&'a str>,
    products: Vec<ProductObject<'a>>,
    /// How many of the products could not be read.
    unread_products: usize,
}

#[derive(Serialize)]
struct ProductObject<'a> {
    bin: Option<&'a str>,
    card_type: Option<&'a str>,
    no_of_card: Option<&'a str>,
    product_id: Option<&'a str>,
    status: Option<&'a str>,
    corporate_name: Option<&'a str>,
}

fn text(text: Option<&Text>) -> Option<&str> {
    text.map(Text::as_sent)
}

impl<'a> From<&'a Kit> for KitObject<'a> {
    fn from(kit: &'a Kit) -> Self {
        Self {
            kit_no: kit.kit_no.as_str(),
            entity_id: kit.entity.as_ref().map(EntityId::as_str),
            account_no: text(kit.account_no.as_ref()),
            card: kit.card.as_ref().map(ToString::to_string),
            category: text(kit.category.as_ref()),
            card_type: text(kit.card_type.as_ref()),
            status: match &kit.status {
                Status::Other(word) => word.as_sent().into(),
                known => known.word(),
            },
            network: text(kit.network.as_ref()),
            product_id: text(kit.product_id.as_ref()),
            product_name: text(kit.product_name.as_ref()),
            tier: text(kit.tier.as_ref()),
            plastic_code: text(kit.plastic_code.as_ref()),
            alias: text(kit.alias.as_ref()),
            expiry: kit.expiry.map(Expiry::mmyy),
            created: text(kit.created.as_ref()),
            changed: text(kit.changed.as_ref()),
            activated: text(kit.activated.as_ref()),
        }
    }
}

/// Kits in the order in which the DCMS sent them. Each is made when it is written: of many kits all at
/// once would take as much room again.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct KitList<'a>(#[serde(serialize_with = "each")] &'a [Kit]);

fn each<S: Serializer>(kits: &[Kit], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(kits.iter().map(KitObject::from))
}

/// These kits.
pub(super) fn kits(kits: &[Kit]) -> KitList<'_> {
    KitList(kits)
}

impl<'a> From<&'a Candidate> for CandidateObject<'a> {
    fn from(candidate: &'a Candidate) -> Self {
        Self {
            entity_id: candidate.entity.as_str(),
            name: text(candidate.name.as_ref()),
            kits: candidate.kits.as_ref().map(|read| kits(read)),
            unread_kits: candidate.kits.as_ref().map_or(0, |kits| kits.unread),
        }
    }
}

impl<'a> OrderObject<'a> {
    pub(super) fn of(id: &'a OrderId, order: &'a Order) -> Self {
        let products = order.products.iter().map(|product| ProductObject {
            bin: text(product.bin_number.as_ref()),
            card_type: text(product.card_type.as_ref()),
            no_of_card: text(product.no_of_card.as_ref()),
            product_id: text(product.product_id.as_ref()),
            status: text(product.status.as_ref()),
            corporate_name: text(product.corporate_name.as_ref()),
        });
        Self {
            order_id: id.as_str(),
            status: match &order.status {
                OrderStatus::Cancelled(word) | OrderStatus::Other(word) => word.as_sent().into(),
                known => known.word(),
            },
            name: text(order.name.as_ref()),
            tenant: text(order.tenant.as_ref()),
            products: products.collect(),
            unread_products: order.products.unread,
        }
    }
}
