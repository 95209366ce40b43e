//! The verbs that change something, listed once.

use super::cancel_order::CancelOrderArgs;
use super::failed::Failed;
use super::form_args::FormArgs;
use super::report::Answer;
use super::set_limits::SetLimitsArgs;
use super::set_pin::SetPinArgs;
use super::subcommand::{Context, Subcommand};
use super::upgrade::UpgradeArgs;
use super::write::{self, WriteSubcommand};
use crate::journal::Write;

/// A verb that changes something.
#[derive(clap::Subcommand)]
pub(super) enum WriteVerb {
    /// Upgrade a card to another tier or product.
    Upgrade(UpgradeArgs),
    /// Activate a kit that is INACTIVE or ASSIGNED.
    Activate(FormArgs<{ Write::Activate as usize }>),
    /// Lock a kit for now.
    Lock(FormArgs<{ Write::Lock as usize }>),
    /// Unlock a kit that is LOCKED.
    Unlock(FormArgs<{ Write::Unlock as usize }>),
    /// Block a kit for good, with --replace for a new card in its place.
    Block(FormArgs<{ Write::Block as usize }>),
    /// Replace a kit by a new one: a damaged card, or another name.
    Replace(FormArgs<{ Write::Replace as usize }>),
    /// Lock all kits of a customer for now.
    LockAll(FormArgs<{ Write::LockAll as usize }>),
    /// Block all kits of a customer for good.
    BlockAll(FormArgs<{ Write::BlockAll as usize }>),
    /// Change a card's switches and daily limits.
    SetLimits(SetLimitsArgs),
    /// Set a PIN, which is asked for without being shown.
    SetPin(SetPinArgs),
    /// Cancel an order.
    CancelOrder(CancelOrderArgs),
}

impl Subcommand for WriteVerb {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let verb: &dyn WriteSubcommand = match self {
            Self::Upgrade(args) => args,
            Self::Activate(args) => &args.0,
            Self::Lock(args) => &args.0,
            Self::Unlock(args) => &args.0,
            Self::Block(args) => &args.0,
            Self::Replace(args) => &args.0,
            Self::LockAll(args) => &args.0,
            Self::BlockAll(args) => &args.0,
            Self::SetLimits(args) => args,
            Self::SetPin(args) => args,
            Self::CancelOrder(args) => args,
        };
        write::execute(verb, context).await
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Write;
    use crate::cli::args::Args;

    #[test]
    fn every_operation_has_a_verb_a_help_text_and_its_rows_in_the_documents() {
        let command = Args::command();
        for write in Write::ALL {
            let verb = match write {
                // A flag of the other's verb.
                Write::BlockAndReplace => "block --replace".to_owned(),
                _ => write.word().replace('_', "-"),
            };
            let mut words = verb.split(" --");
            let found = words.next().and_then(|name| command.find_subcommand(name));
            for flag in words {
                let mut flags = found.into_iter().flat_map(clap::Command::get_arguments);
                assert!(flags.any(|arg| arg.get_id() == flag), "{verb}");
            }
            let about = found.and_then(clap::Command::get_about);
            assert!(about.is_some(), "{verb}");
            let verbs = include_str!("../../docs/scripting.md");
            assert!(verbs.contains(&format!("\n| `{verb} ")), "{verb}");
            let outcomes = include_str!("../../docs/outcomes.md");
            assert!(outcomes.contains(&format!("\n| `{verb}` ")), "{verb}");
        }
    }
}
