//! The verbs that change something, listed once.

use std::time::Duration;

use clap::Subcommand;

use super::activate::{self, ActivateArgs};
use super::cancel_order::{self, CancelOrderArgs};
use super::failed::Failed;
use super::line::Line;
use super::report::Answer;
use super::set_pin::{self, SetPinArgs};
use super::upgrade::{self, UpgradeArgs};
use crate::journal::{Subject, Write};

/// A verb that changes something.
#[derive(Subcommand)]
pub(super) enum WriteVerb {
    /// Upgrade a card to another tier or product.
    Upgrade(UpgradeArgs),
    /// Activate a kit that is INACTIVE or ASSIGNED.
    Activate(ActivateArgs),
    /// Set a PIN, which is asked for without being shown.
    SetPin(SetPinArgs),
    /// Cancel an order.
    CancelOrder(CancelOrderArgs),
}

/// What is known of such a verb before it has begun.
pub(super) struct About {
    pub(super) write: Write,
    pub(super) subject: Subject,
    /// For how long an unknown outcome is settled by reading.
    pub(super) settle_for: Duration,
}

impl WriteVerb {
    /// What it is about.
    pub(super) fn about(&self) -> About {
        let (write, (subject, settle_for)) = match self {
            Self::Upgrade(args) => (Write::Upgrade, args.about()),
            Self::Activate(args) => (Write::Activate, args.about()),
            Self::SetPin(args) => (Write::SetPin, args.about()),
            Self::CancelOrder(args) => (Write::CancelOrder, args.about()),
        };
        About {
            write,
            subject,
            settle_for: Duration::from_secs(settle_for),
        }
    }

    /// Its name, as it is typed and as programs read it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Upgrade(_) => upgrade::NAME,
            Self::Activate(_) => activate::NAME,
            Self::SetPin(_) => set_pin::NAME,
            Self::CancelOrder(_) => cancel_order::NAME,
        }
    }

    /// Runs it to its end.
    pub(super) async fn run(&self, line: &mut Line<'_>, json: bool) -> Result<Answer, Failed> {
        match self {
            Self::Upgrade(args) => upgrade::run(args, line, json).await,
            Self::Activate(args) => activate::run(args, line).await,
            Self::SetPin(args) => set_pin::run(args, line).await,
            Self::CancelOrder(args) => cancel_order::run(args, line).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use crate::cli::args::Args;
    use crate::journal::Write;

    #[test]
    fn every_operation_has_a_verb_a_help_text_and_its_rows_in_the_documents() {
        let command = Args::command();
        for write in Write::ALL {
            let verb = write.word().replace('_', "-");
            let found = command.find_subcommand(&verb);
            let about = found.and_then(clap::Command::get_about);
            assert!(about.is_some(), "{verb}");
            let verbs = include_str!("../../docs/scripting.md");
            assert!(verbs.contains(&format!("\n| `{verb} ")), "{verb}");
            let outcomes = include_str!("../../docs/outcomes.md");
            assert!(outcomes.contains(&format!("\n| `{verb}` ")), "{verb}");
        }
    }
}
