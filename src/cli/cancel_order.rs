//! `kitdesk cancel-order`: the order is read, reviewed, confirmed, and cancelled once.

use serde::Serialize;

use super::args::WriteArgs;
use super::confirm::{Confirmation, Expected};
use super::failed::Failed;
use super::json::OrderObject;
use super::line::Line;
use super::report::{Answer, Report};
use super::table::Pen;
use crate::dcms::{BranchId, CancelOrder, OrderId, Outcome, Text};
use crate::desk::sentences::{against_cancellation, of_cancellation, sentence};
use crate::desk::{AfterCancel, Asked, Before, Reading, Verdict, checks, review};
use crate::journal::{Subject, Write};

/// The verb's name, as it is typed and as programs read it.
pub(super) const NAME: &str = "cancel-order";

#[derive(clap::Args)]
pub(super) struct CancelOrderArgs {
    /// The order's id.
    #[arg(long, value_name = "ID", value_parser = OrderId::parse)]
    order: OrderId,
    /// The branch that the order belongs to, instead of the profile's.
    #[arg(long, value_name = "ID", value_parser = BranchId::parse)]
    branch: Option<BranchId>,
    #[command(flatten)]
    write: WriteArgs,
}

impl CancelOrderArgs {
    /// What it is about, and for how long an unknown outcome is settled, in seconds.
    pub(super) fn about(&self) -> (Subject, u64) {
        (Subject::order(self.order.clone()), self.write.settle_for)
    }
}

#[derive(Serialize)]
struct Read<'a> {
    /// As read afterwards.
    order: Option<OrderObject<'a>>,
    /// The DCMS's own words.
    message: Option<&'a str>,
    /// What speaks against the outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
}

/// Cancels the order.
pub(super) async fn run(args: &CancelOrderArgs, line: &mut Line<'_>) -> Result<Answer, Failed> {
    let branch = args
        .branch
        .clone()
        .or_else(|| line.profile.branch_id.clone());
    let branch = branch.ok_or_else(|| {
        Failed::usage("the branch of the order must match and is not known: give --branch, or branch_id in the profile")
    })?;
    let request = CancelOrder {
        order: args.order.clone(),
        branch,
    };
    let preview = line.preview(CancelOrder::PATH, &request.body());
    if args.write.dry_run {
        return Ok(Answer::Preview(Box::new(preview)));
    }
    let confirmation = Confirmation::of(args.write.yes)?;
    let order = line.order(&request.order).await?;
    checks::may_cancel(&order).map_err(Failed::usage)?;
    line.must_not_be_blocked(Asked::cancel(&request), &what(&request.order))
        .await?;
    let expected = Expected {
        last_four: request.order.last_four(),
        of: format!("order id {}", request.order),
        write: Write::CancelOrder,
        subject: args.about().0,
    };
    let rows = review::cancel(&order, &request);
    confirmation
        .take(line, "Cancel an order", &rows, &preview, expected)
        .await?;
    let before = Some(Before::Order(Box::new(order)));
    let mut after = line.cancel(request, before).await?;
    let mut verdict = after.kept.verdict;
    if let Some(look) = line.settled(&after.kept).await {
        verdict = Some(look.verdict);
        after.kept.trouble = after.kept.trouble.or(look.trouble);
        if let Ok(Reading::Order(order)) = look.reading {
            after.reading = Ok(*order);
        }
    }
    Ok(Answer::Report(report(&after, verdict)))
}

fn what(order: &OrderId) -> String {
    format!("The cancellation of order {order}")
}

fn report(after: &AfterCancel, verdict: Option<Verdict>) -> Report {
    let id = &after.request.order;
    let mut report = Report::written(NAME, &after.outcome, &what(id), &after.kept, verdict);
    let mut read = Read {
        order: None,
        message: None,
        warning: None,
    };
    if let Outcome::Done(words) = &after.outcome {
        read.message = Some(words.as_sent());
        let said = sentence(&Text::shown(words));
        report = report.adding(format!("The DCMS says: {said}"));
    }
    match &after.reading {
        Ok(order) => {
            read.order = Some(OrderObject::of(id, order));
            match &after.outcome {
                Outcome::Done(_) => read.warning = against_cancellation(order),
                Outcome::Unknown(_) => report = report.adding(of_cancellation(order, verdict)),
                Outcome::Refused(_) | Outcome::NotSent(_) => {}
            }
            report
                .warning(read.warning.clone())
                .with(&read, Pen::of_stdout().order(id, order))
        }
        Err(fault) => report.unread(fault).with(&read, String::new()),
    }
}
