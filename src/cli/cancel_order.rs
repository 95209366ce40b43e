//! `kitdesk cancel-order`: the order is read, reviewed, confirmed, and cancelled once.

use super::args::WriteArgs;
use super::failed::Failed;
use super::line::Line;
use super::report::Answer;
use super::write;
use crate::dcms::{BranchId, CancelOrder, OrderId};
use crate::journal::Subject;

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
    write::run(request, &args.write, line).await
}
