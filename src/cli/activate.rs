//! `kitdesk activate`: the kit is read, reviewed, confirmed, and activated once.

use super::args::WriteArgs;
use super::failed::Failed;
use super::line::Line;
use super::report::Answer;
use super::write;
use crate::dcms::{EntityId, KitNo};
use crate::desk::operations::Activate;
use crate::journal::Subject;

/// The verb's name, as it is typed and as programs read it.
pub(super) const NAME: &str = "activate";

#[derive(clap::Args)]
pub(super) struct ActivateArgs {
    /// The customer's id.
    #[arg(long, value_name = "ID", value_parser = EntityId::parse)]
    entity: EntityId,
    /// The kit to activate.
    #[arg(long, value_name = "NO", value_parser = KitNo::parse)]
    kit: KitNo,
    #[command(flatten)]
    write: WriteArgs,
}

impl ActivateArgs {
    /// Whom it is about, and for how long an unknown outcome is settled, in seconds.
    pub(super) fn about(&self) -> (Subject, u64) {
        let subject = Subject::kit(self.entity.clone(), self.kit.clone());
        (subject, self.write.settle_for)
    }
}

/// Activates the kit.
pub(super) async fn run(args: &ActivateArgs, line: &mut Line<'_>) -> Result<Answer, Failed> {
    let request = Activate {
        entity: args.entity.clone(),
        kit: args.kit.clone(),
    };
    write::run(request, &args.write, line).await
}
