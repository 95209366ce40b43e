//! `kitdesk activate`: the kit is read, reviewed, confirmed, and activated once.

use super::failed::Failed;
use super::line::Line;
use super::report::Answer;
use super::write::{self, WriteArgs, WriteSubcommand};
use crate::dcms::{EntityId, KitNo};
use crate::desk::operations::Activate;
use crate::journal::{Subject, Write};

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

impl WriteSubcommand for ActivateArgs {
    const WRITE: Write = Write::Activate;

    fn subject(&self) -> Subject {
        Subject::kit(self.entity.clone(), self.kit.clone())
    }

    fn write(&self) -> &WriteArgs {
        &self.write
    }

    async fn run(&self, line: &mut Line<'_>) -> Result<Answer, Failed> {
        let request = Activate {
            entity: self.entity.clone(),
            kit: self.kit.clone(),
        };
        write::run(request, &self.write, line).await
    }
}
