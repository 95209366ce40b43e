//! The verbs that only read, one a file: its arguments, what it asks, and how that is printed.

mod card_limits;
mod check_card;
mod customer;
mod kits;
mod order;
mod orders;
mod track;
mod transactions;
mod words;

pub(super) use card_limits::CardLimits;
use clap::Subcommand as Verbs;
use jiff::civil::Date;

use super::failed::Failed;
use super::report::Answer;
use super::spoken;
use super::subcommand::{Context, Subcommand};
use crate::columns::fit;
use crate::dcms::{Text, harmless};
use crate::desk::pages::Lines;
use crate::desk::typed_days;

/// The look-ups.
#[derive(Verbs)]
pub(super) enum LookUpVerb {
    /// List a customer's kits, replaced and inactive ones too.
    Kits(kits::KitsArgs),
    /// Show a customer: name, accounts, addresses, contacts, kits.
    Customer(customer::CustomerArgs),
    /// Show where a kit's parcels are.
    Track(track::TrackArgs),
    /// Show a card's switches and limits.
    Limits(card_limits::LimitsArgs),
    /// List a customer's payments, and why any was declined.
    Transactions(transactions::TransactionsArgs),
    /// Check that a card at the counter is this customer's.
    CheckCard(check_card::CheckCardArgs),
    /// Show an order.
    Order(order::OrderArgs),
    /// List the card orders of a branch, each with its status.
    Orders(orders::OrdersArgs),
}

impl Subcommand for LookUpVerb {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        match self {
            Self::Kits(args) => args.execute(context).await,
            Self::Customer(args) => args.execute(context).await,
            Self::Track(args) => args.execute(context).await,
            Self::Limits(args) => args.execute(context).await,
            Self::Transactions(args) => args.execute(context).await,
            Self::CheckCard(args) => args.execute(context).await,
            Self::Order(args) => args.execute(context).await,
            Self::Orders(args) => args.execute(context).await,
        }
    }
}

/// A text as programs read it.
fn sent(text: Option<&Text>) -> Option<&str> {
    text.map(Text::as_sent)
}

/// That the first day isn't after the last one.
fn in_order(from: Option<Date>, to: Option<Date>) -> Result<(), Failed> {
    typed_days::in_order(from, to).map_err(Failed::usage)
}

/// Labels and what they say, a line each.
fn printed(lines: &Lines) -> String {
    const LABEL: usize = 22;
    let lines = lines.iter().map(|(label, value)| {
        let (label, value) = (harmless(label), harmless(value));
        if spoken::is_on() {
            return spoken::line(&label, &value);
        }
        [&fit(&label, LABEL), " ", &value, "\n"].concat()
    });
    lines.collect()
}
