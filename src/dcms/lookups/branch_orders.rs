//! The card orders of a branch. The list has no states: each takes a request of its own.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::decode;
use crate::dcms::client::Client;
use crate::dcms::ids::{BranchId, OrderId};
use crate::dcms::list::List;
use crate::dcms::outcome::{Doubt, ReadError};
use crate::dcms::text::{self, Text};
use crate::utc::midnight;

/// Which orders are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchOrdersQuery {
    /// Whose.
    pub branch: BranchId,
    /// Made then or later.
    pub from: Option<Timestamp>,
    /// Made then or before.
    pub to: Option<Timestamp>,
    /// Which page, from 1.
    pub page: u32,
}

impl BranchOrdersQuery {
    /// How many orders a page has; one with fewer is the last.
    pub const PAGE: usize = 10;

    /// The first page of those that were made on these days in UTC.
    #[must_use]
    pub fn of_days(branch: BranchId, from: Option<Date>, to: Option<Date>) -> Self {
        // The last day ends when the next one begins.
        let next = to.and_then(|day| day.tomorrow().ok()).and_then(midnight);
        Self {
            branch,
            from: from.and_then(midnight),
            to: next.and_then(|next| next.checked_sub(jiff::Span::new().seconds(1)).ok()),
            page: 1,
        }
    }

    fn body(&self) -> impl Serialize + use<'_> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            ref_type: &'static str,
            branch_id: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            from_date: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            to_date: Option<String>,
            page_no: u32,
            page_size: usize,
        }
        Body {
            ref_type: "DC_KIT",
            branch_id: self.branch.as_str(),
            from_date: self.from.map(|from| from.to_string()),
            to_date: self.to.map(|to| to.to_string()),
            page_no: self.page,
            page_size: Self::PAGE,
        }
    }
}

/// An order in the list of a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchOrder {
    /// Its id, by which its state is asked for.
    pub order: OrderId,
    /// Where it is sent.
    pub address: Option<Text>,
    /// That address's postal code.
    pub pin_code: Option<Text>,
    /// What the branch is called.
    pub branch_name: Option<Text>,
    /// What was ordered.
    pub products: List<BranchProduct>,
}

/// One line of an order in the list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BranchProduct {
    /// The first digits of the cards.
    #[serde(default, deserialize_with = "text::optional")]
    pub bin: Option<Text>,
    /// Of which product.
    #[serde(default, deserialize_with = "text::optional")]
    pub product_id: Option<Text>,
    /// How many cards.
    #[serde(default, deserialize_with = "text::optional")]
    pub quantity: Option<Text>,
}

impl Client {
    /// A page of a branch's orders.
    ///
    /// # Errors
    /// Why none could be read.
    pub async fn orders_of(
        &self,
        query: &BranchOrdersQuery,
    ) -> Result<List<BranchOrder>, ReadError> {
        let path = "/inventory/fetchCardOrderDetailsFromInventory";
        self.read(path, &query.body(), read).await
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default, deserialize_with = "text::optional")]
    order_id: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    address: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    pin_code: Option<Text>,
    #[serde(default, deserialize_with = "text::or_none")]
    branch_info: BranchInfo,
    #[serde(default)]
    products: List<BranchProduct>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct BranchInfo {
    #[serde(deserialize_with = "text::optional")]
    branch_name: Option<Text>,
}

/// One without an id can't be read: nothing could be asked about it.
fn read(result: Option<&RawValue>) -> Result<List<BranchOrder>, Doubt> {
    let raw: &RawValue = decode(result)?;
    Ok(List::of(raw, |element| {
        let wire: Wire = serde_json::from_str(element.get()).ok()?;
        Some(BranchOrder {
            order: OrderId::parse(wire.order_id?.as_sent()).ok()?,
            address: wire.address,
            pin_code: wire.pin_code,
            branch_name: wire.branch_info.branch_name,
            products: wire.products,
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::lookups::tests::result;

    #[test]
    fn orders_with_an_id_are_read_and_others_counted() {
        let read = read(result(
            r#"[{"orderId":"3fa85f64","pinCode":600001,"branchInfo":{"branchId":"12345","branchName":"Adyar"},
                 "products":[{"bin":87654322,"productId":"P1","quantity":5}]},
                {"orderId":null,"address":"nowhere"}, {"orderId":"9b2e4c1a","branchInfo":null}]"#,
        ));
        let read = read.expect("orders");
        assert_eq!((read.len(), read.unread), (2, 1));
        assert_eq!(read[0].order.as_str(), "3fa85f64");
        let name = read[0].branch_name.as_ref().map(Text::as_sent);
        assert_eq!(name, Some("Adyar"));
        let quantity = read[0].products[0].quantity.as_ref().map(Text::as_sent);
        assert_eq!(quantity, Some("5"));
        assert_eq!(read[1].branch_name, None);
    }

    #[test]
    fn moments_travel_in_utc() {
        let query = BranchOrdersQuery {
            branch: BranchId::parse("12345").expect("an id"),
            from: "2026-11-03T00:00:00Z".parse().ok(),
            to: None,
            page: 1,
        };
        assert_eq!(
            serde_json::to_string(&query.body()).expect("JSON"),
            r#"{"refType":"DC_KIT","branchId":"12345","fromDate":"2026-11-03T00:00:00Z","pageNo":1,"pageSize":10}"#
        );
    }
}
