//! `kitdesk doctor`: whether all that is needed is there and right, one check after another.
//! Changes nothing: asks for nothing but what is harmless, writes no record, shows no secret.

mod check;
mod machine;
mod reach;
mod records;
mod settings;

use super::args::Args;
use super::failed::Failed;
use super::line::embedded;
use super::report::Answer;
use crate::config::Surroundings;
use crate::dcms::EntityId;

use self::check::{Check, Slate};

/// The verb's name, as it is typed and as programs read it.
pub(super) const NAME: &str = "doctor";

#[derive(clap::Args)]
pub(super) struct DoctorArgs {
    /// A customer whose encrypted card numbers are tried with the card key; none of them is shown.
    #[arg(long, value_name = "ID", value_parser = EntityId::parse)]
    entity: Option<EntityId>,
}

/// Checks everything, also where an earlier check failed, as far as the later ones can do without.
pub(super) async fn run(wanted: &DoctorArgs, args: &Args) -> Result<Answer, Failed> {
    let around = Surroundings::of_process();
    let mut slate = Slate::new(args.json, &around);
    check_all(&mut slate, wanted, args, &around).await?;
    Ok(slate.end())
}

async fn check_all(
    slate: &mut Slate,
    wanted: &DoctorArgs,
    args: &Args,
    around: &Surroundings,
) -> Result<(), Failed> {
    let config = settings::configuration(slate, args, around);
    let mut profile = config.as_ref().and_then(|config| config.profile.clone());
    let mut sandbox = None;
    if args.sandbox {
        let (its_profile, its_server) = embedded().await?;
        profile = Some(its_profile);
        sandbox = Some(its_server);
    }

    if let Some(profile) = &profile {
        settings::profile(slate, profile, config.as_ref());
        settings::keys(slate, profile).await;
        settings::pin_entry(slate, profile, around);
        let client = settings::credentials(slate, profile).await;
        reach::dcms(slate, profile, client.as_ref()).await;
        if let Some(entity) = &wanted.entity {
            reach::card_numbers(slate, profile, client.as_ref(), entity).await;
        }
    } else {
        for name in [
            "profile",
            "pin_key",
            "card_key",
            "pin_entry",
            "credentials",
            "dcms",
            "clock",
        ] {
            slate.tell(Check::skipped(name, "no profile to look at"));
        }
    }
    machine::memory(slate);
    machine::process(slate);
    machine::terminal(slate, around);
    machine::ssh(slate, around);
    records::journal(slate, around.state()).await;
    drop(sandbox);
    Ok(())
}
