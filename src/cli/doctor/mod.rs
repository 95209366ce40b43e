//! `kitdesk doctor`: whether all that is needed is there and right, one check after another.
//! Changes nothing: asks for nothing but what is harmless, writes no record, shows no secret.

mod central;
mod check;
mod checkpoints;
mod machine;
mod reach;
mod records;
mod serve;
mod settings;
mod words;

use super::failed::Failed;
use super::global::Global;
use super::line::embedded;
use super::report::Answer;
use super::subcommand::{Context, Subcommand};
use crate::config::Env;
use crate::dcms::EntityId;

use self::check::{Check, DoctorOutput};

#[derive(clap::Args)]
pub(super) struct DoctorArgs {
    /// A customer whose encrypted card numbers are tried with the card key; none of them is shown.
    #[arg(long, value_name = "ID", value_parser = EntityId::parse)]
    entity: Option<EntityId>,
}

impl Subcommand for DoctorArgs {
    /// Checks everything, also where an earlier check failed, as far as the later ones can do without.
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let around = Env::of_process();
        let mut output = DoctorOutput::new(context.global.json, &around);
        check_all(&mut output, self, context.global, &around).await?;
        Ok(output.end())
    }
}

async fn check_all(
    output: &mut DoctorOutput,
    wanted: &DoctorArgs,
    global: &Global,
    around: &Env,
) -> Result<(), Failed> {
    let config = settings::configuration(output, global, around);
    let mut profile = config.as_ref().and_then(|config| config.profile.clone());
    let mut sandbox = None;
    if global.sandbox {
        let (its_profile, its_server) = embedded().await?;
        profile = Some(its_profile);
        sandbox = Some(its_server);
    }

    if let Some(profile) = &profile {
        output.tell(settings::profile(profile, config.as_ref()));
        settings::keys(output, profile).await;
        output.tell(settings::pin_block(profile));
        output.tell(settings::pin_entry(profile, around));
        let client = settings::credentials(output, profile).await;
        reach::dcms(output, profile, client.as_ref()).await;
        if let Some(entity) = &wanted.entity {
            reach::card_numbers(output, profile, client.as_ref(), entity).await;
        }
    } else {
        for name in [
            "profile",
            "pin_key",
            "card_key",
            "pin_block",
            "pin_entry",
            "credentials",
            "dcms",
            "clock",
        ] {
            output.tell(Check::skipped(name, words::NO_PROFILE));
        }
    }
    if let Some(settings) = config.as_ref().and_then(|config| config.serve.as_ref()) {
        serve::serve(output, settings);
    }
    if let Some(settings) = config.as_ref().and_then(|config| config.central.as_ref()) {
        let state = around.state();
        central::central(output, settings, profile.as_ref(), state.as_deref()).await;
    }
    output.tell(machine::memory());
    output.tell(machine::process());
    output.tell(machine::terminal(around));
    output.tell(machine::ssh(around));
    records::journal(output, around.state()).await;
    drop(sandbox);
    Ok(())
}
