//! `kitdesk orders`: the card orders of a branch, each with its status.

use super::words;
use jiff::civil::Date;
use serde::Serialize;

use super::{in_order, sent};
use crate::cli::failed::Failed;
use crate::cli::line::{self, answered};
use crate::cli::report::{Answer, Report};
use crate::cli::subcommand::{Context, Subcommand};
use crate::cli::table::TableFormat;
use crate::dcms::{BranchId, BranchOrder, BranchOrdersQuery, BranchProduct};
use crate::desk::sentences::{sentence, unread};
use crate::desk::typed_days::day;
use crate::desk::{Question, pages};

/// More pages are not read: each of their orders takes a request of its own.
const MOST_PAGES: u32 = 20;

#[derive(clap::Args)]
pub(in crate::cli) struct OrdersArgs {
    /// The branch; without it, the profile's.
    #[arg(long, value_name = "ID", value_parser = BranchId::parse)]
    branch: Option<BranchId>,
    /// Made on this day (UTC) or later, like 2026-11-03.
    #[arg(long, value_name = "DATE", value_parser = day)]
    from: Option<Date>,
    /// Made on this day (UTC) or before.
    #[arg(long, value_name = "DATE", value_parser = day)]
    to: Option<Date>,
}

#[derive(Serialize)]
struct OrdersObject<'a> {
    branch_id: &'a str,
    orders: Vec<BranchOrderObject<'a>>,
    unread_orders: usize,
}

#[derive(Serialize)]
struct BranchOrderObject<'a> {
    order_id: &'a str,
    /// Where it could be read.
    status: Option<&'a str>,
    branch_name: Option<&'a str>,
    address: Option<&'a str>,
    pin_code: Option<&'a str>,
    products: Vec<BranchProductObject<'a>>,
    unread_products: usize,
}

#[derive(Serialize)]
struct BranchProductObject<'a> {
    bin: Option<&'a str>,
    product_id: Option<&'a str>,
    quantity: Option<&'a str>,
}

impl<'a> From<&'a BranchProduct> for BranchProductObject<'a> {
    fn from(product: &'a BranchProduct) -> Self {
        Self {
            bin: sent(product.bin.as_ref()),
            product_id: sent(product.product_id.as_ref()),
            quantity: sent(product.quantity.as_ref()),
        }
    }
}

/// An order with its status, or why that could not be read.
type WithStatus = (BranchOrder, Result<String, String>);

fn object((order, status): &WithStatus) -> BranchOrderObject<'_> {
    BranchOrderObject {
        order_id: order.order.as_str(),
        status: status.as_deref().ok(),
        branch_name: sent(order.branch_name.as_ref()),
        address: sent(order.address.as_ref()),
        pin_code: sent(order.pin_code.as_ref()),
        products: order.products.iter().map(Into::into).collect(),
        unread_products: order.products.unread,
    }
}

impl OrdersArgs {
    fn query(&self, profile: Option<&BranchId>) -> Result<BranchOrdersQuery, Failed> {
        in_order(self.from, self.to)?;
        let branch = self.branch.as_ref().or(profile);
        let branch = branch.ok_or_else(|| Failed::usage(words::WHOSE_ORDERS))?;
        let branch = branch.clone();
        Ok(BranchOrdersQuery::of_days(branch, self.from, self.to))
    }
}

impl Subcommand for OrdersArgs {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        line::reading(context, async |line| {
            let mut query = self.query(line.profile.branch_id.as_ref())?;
            let (mut all, mut unread_ones) = (Vec::new(), 0);
            let is_whole = loop {
                let question = Question::BranchOrders(query.clone());
                let page = line.question(question, answered!(BranchOrders)).await?;
                let is_last = page.len() + page.unread < BranchOrdersQuery::PAGE;
                unread_ones += page.unread;
                for order in page.items {
                    // What the list does not say takes a request for each; one that fails hides no other.
                    let read = line.order(&order.order).await;
                    let status = read.map(|read| read.status.word().into_owned());
                    let status: Result<_, String> = status.map_err(|failed| failed.sentence);
                    all.push((order, status));
                }
                if is_last {
                    break true;
                }
                query.page += 1;
                if query.page > MOST_PAGES {
                    break false;
                }
            };
            let object = OrdersObject {
                branch_id: query.branch.as_str(),
                orders: all.iter().map(object).collect(),
                unread_orders: unread_ones,
            };
            let mut report = Report::read(&object, shown(&query.branch, &all));
            let unread = unread(unread_ones, "order").map(|text| sentence(&text));
            let cut = (!is_whole).then(|| {
                let read = all.len();
                words::only_orders(&read)
            });
            report = report.warning(unread).warning(cut);
            for (order, status) in &all {
                let why = status.as_ref().err();
                report = report.warning(why.map(|why| words::order_unknown(&order.order, &why)));
            }
            Ok(Answer::Report(report))
        })
        .await
    }
}

fn shown(branch: &BranchId, orders: &[WithStatus]) -> String {
    if orders.is_empty() {
        return words::no_orders(&branch);
    }
    let rows = orders.iter().map(|(order, status)| {
        let status = status
            .as_ref()
            .map_or_else(|_| "—".to_owned(), Clone::clone);
        pages::branch_order(order, status)
    });
    let table = TableFormat::of_stdout().cells(&pages::BRANCH_ORDER, rows);
    words::orders_of(&branch, &table)
}
