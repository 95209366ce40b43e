//! `kitdesk order`: one card order.

use crate::cli::failed::Failed;
use crate::cli::json::OrderObject;
use crate::cli::line;
use crate::cli::report::{Answer, Report};
use crate::cli::subcommand::{Context, Subcommand};
use crate::cli::table::TableFormat;
use crate::dcms::OrderId;
use crate::desk::sentences::{sentence, unread};

#[derive(clap::Args)]
pub(in crate::cli) struct OrderArgs {
    /// The order's id.
    #[arg(long, value_name = "ID", value_parser = OrderId::parse)]
    order: OrderId,
}

impl Subcommand for OrderArgs {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        line::reading(context, async |line| {
            let id = &self.order;
            let order = line.order(id).await?;
            let shown = TableFormat::of_stdout().order(id, &order);
            let report = Report::read(&OrderObject::of(id, &order), shown);
            let unread = unread(order.products.unread, "product");
            Ok(Answer::Report(
                report.warning(unread.map(|unread| sentence(&unread))),
            ))
        })
        .await
    }
}
