//! `kitdesk cancel-order`: the order is read, reviewed, confirmed, and cancelled once.

use super::failed::Failed;
use super::line::Line;
use super::write::{self, Ending, WriteArgs, WriteSubcommand};
use crate::dcms::{BranchId, OrderId};
use crate::desk::operations::CancelOrder;
use crate::journal::{Subject, Write};

mod words {
    pub(super) const BRANCH_NEEDED: &str = "the branch of the order must match and is not known: give \
        --branch, or branch_id in the profile";
}

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

impl WriteSubcommand for CancelOrderArgs {
    fn kind(&self) -> Write {
        Write::CancelOrder
    }

    fn subject(&self) -> Subject {
        Subject::order(self.order.clone())
    }

    fn write(&self) -> &WriteArgs {
        &self.write
    }

    fn run<'a>(&'a self, line: &'a mut Line<'_>) -> Ending<'a> {
        Box::pin(async move {
            let branch = self
                .branch
                .clone()
                .or_else(|| line.profile.branch_id.clone());
            let branch = branch.ok_or_else(|| Failed::usage(words::BRANCH_NEEDED))?;
            let request = CancelOrder {
                order: self.order.clone(),
                branch,
            };
            write::run(request, &self.write, line).await
        })
    }
}
