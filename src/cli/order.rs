//! `kitdesk order`: one card order.

use super::failed::Failed;
use super::json::OrderObject;
use super::line::Line;
use super::report::{Answer, Report};
use super::table::Pen;
use crate::dcms::OrderId;
use crate::desk::sentences::{sentence, unread};

/// The verb's name, as it is typed and as programs read it.
pub(super) const NAME: &str = "order";

#[derive(clap::Args)]
pub(super) struct OrderArgs {
    /// The order's id.
    #[arg(long, value_name = "ID", value_parser = OrderId::parse)]
    order: OrderId,
}

/// Shows the order.
pub(super) async fn run(args: &OrderArgs, line: &mut Line<'_>) -> Result<Answer, Failed> {
    let id = &args.order;
    let order = line.order(id).await?;
    let shown = Pen::of_stdout().order(id, &order);
    let report = Report::read(NAME, &OrderObject::of(id, &order), shown);
    let unread = unread(order.products.unread, "product");
    Ok(Answer::Report(
        report.warning(unread.map(|unread| sentence(&unread))),
    ))
}
