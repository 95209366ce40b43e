//! `kitdesk transactions`: a customer's payments, and why any was declined.

use super::words;
use jiff::civil::Date;
use serde::Serialize;

use super::{in_order, sent};
use crate::cli::failed::Failed;
use crate::cli::line::{self, answered};
use crate::cli::report::{Answer, Report};
use crate::cli::subcommand::{Context, Subcommand};
use crate::cli::table::TableFormat;
use crate::dcms::{Channel, EntityId, KitNo, Transaction, TransactionQuery};
use crate::desk::sentences::{sentence, unread};
use crate::desk::typed_days::day;
use crate::desk::{Question, pages};

/// More pages are not read: a reply could promise them without end.
const MOST_PAGES: u32 = 40;

#[derive(clap::Args)]
pub(in crate::cli) struct TransactionsArgs {
    /// The customer.
    #[arg(long, value_name = "ID", value_parser = EntityId::parse)]
    entity: EntityId,
    /// With this kit alone.
    #[arg(long, value_name = "NO", value_parser = KitNo::parse)]
    kit: Option<KitNo>,
    /// On this day or later, like 2026-11-03.
    #[arg(long, value_name = "DATE", value_parser = day)]
    from: Option<Date>,
    /// On this day or before.
    #[arg(long, value_name = "DATE", value_parser = day)]
    to: Option<Date>,
    /// By this channel alone.
    #[arg(long, value_name = "CHANNEL", ignore_case = true)]
    channel: Option<ByChannel>,
    /// Those alone that were declined.
    #[arg(long)]
    declined: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
#[value(rename_all = "UPPER")]
enum ByChannel {
    Atm,
    Pos,
    Ecom,
    Contactless,
}

impl From<ByChannel> for Channel {
    fn from(channel: ByChannel) -> Self {
        match channel {
            ByChannel::Atm => Self::Atm,
            ByChannel::Pos => Self::Pos,
            ByChannel::Ecom => Self::Ecom,
            ByChannel::Contactless => Self::Contactless,
        }
    }
}

#[derive(Serialize)]
struct TransactionsObject<'a> {
    entity_id: &'a str,
    transactions: Vec<TransactionObject<'a>>,
    unread_transactions: usize,
    /// How many there are, where the DCMS says so.
    total: Option<u64>,
}

#[derive(Serialize)]
struct TransactionObject<'a> {
    /// Month, day and time: no reply names the year.
    at: Option<String>,
    channel: Option<&'a str>,
    cr_dr: Option<&'a str>,
    amount: Option<&'a str>,
    billing_amount: Option<&'a str>,
    description: Option<&'a str>,
    place: Option<&'a str>,
    terminal: Option<&'a str>,
}

impl<'a> From<&'a Transaction> for TransactionObject<'a> {
    fn from(payment: &'a Transaction) -> Self {
        Self {
            at: payment.date_time_transaction.map(|at| at.to_string()),
            channel: sent(payment.channel.as_ref()),
            cr_dr: sent(payment.cr_dr.as_ref()),
            amount: sent(payment.amount.as_ref()),
            billing_amount: sent(payment.card_holder_billing_amount.as_ref()),
            description: sent(payment.description.as_ref()),
            place: sent(payment.card_acceptor_name_location.as_ref()),
            terminal: sent(payment.card_acceptor_terminal_id.as_ref()),
        }
    }
}

impl Subcommand for TransactionsArgs {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        in_order(self.from, self.to)?;
        line::reading(context, async |line| {
            let mut query = TransactionQuery {
                entity: self.entity.clone(),
                kit: self.kit.clone(),
                from: self.from,
                to: self.to,
                channel: self.channel.map(Into::into),
                page: 0,
            };
            let (mut all, mut unread_ones, mut total) = (Vec::new(), 0, None);
            let is_whole = loop {
                let question = Question::Transactions(query.clone());
                let page = line.question(question, answered!(Transactions)).await?;
                let is_empty = page.list.is_empty() && page.list.unread == 0;
                unread_ones += page.list.unread;
                all.extend(page.list.items);
                total = page.total.or(total);
                query.page += 1;
                if is_empty || page.pages.is_none_or(|pages| query.page >= pages) {
                    break true;
                }
                if query.page >= MOST_PAGES {
                    break false;
                }
            };
            let read = all.len();
            all.retain(|payment| !self.declined || payment.is_declined());
            let object = TransactionsObject {
                entity_id: self.entity.as_str(),
                transactions: all.iter().map(Into::into).collect(),
                unread_transactions: unread_ones,
                total,
            };
            let cut = (!is_whole).then(|| {
                let read = pages::of_all(read, total);
                words::only_payments(&read)
            });
            let unread = unread(unread_ones, "payment").map(|text| sentence(&text));
            let report = Report::read(&object, shown(&self.entity, &all));
            Ok(Answer::Report(report.warning(unread).warning(cut)))
        })
        .await
    }
}

fn shown(entity: &EntityId, payments: &[Transaction]) -> String {
    if payments.is_empty() {
        return words::no_payments(&entity);
    }
    let rows = payments.iter().map(pages::transaction);
    let table = TableFormat::of_stdout().cells(&pages::TRANSACTION, rows);
    words::payments_of(&entity, &table)
}
