//! The console: configuration, desk and screens put together, on this terminal.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use super::args::Args;
use super::failed::Failed;
use super::line::{client, configuration, embedded};
use super::signals::Signals;
use crate::config::{Config, Profile, Surroundings, ThemeChoice};
use crate::console::theme::Theme;
use crate::console::{About, App, Keyboard, Screen, run as run_screens};
use crate::desk::{self, Vault};

/// Runs the console until its user ends it.
pub(super) async fn run(args: &Args) -> Result<ExitCode, Failed> {
    let around = Surroundings::of_process();
    let config = configuration(args, &around)?;
    let theme = theme(&config, &around)?;
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(Failed::usage(
            "the console needs a terminal; `kitdesk --help` lists the verbs for scripts",
        ));
    }
    let (profile, sandbox) = if let Some(profile) = config.profile.clone() {
        (profile, None)
    } else {
        let (profile, sandbox) = embedded().await?;
        (profile, Some(sandbox))
    };
    let vault = Vault::of(&profile, &around).map_err(Failed::usage)?;
    let about = about(&profile, &config, vault);
    let desk = desk::start(client(profile));
    let app = App::new(about, theme);
    let mut signals = Signals::catch();
    let ended = {
        let unusable = |error| {
            Failed::usage(format!(
                "this terminal can't be used for the console: {error}"
            ))
        };
        let keyboard = Keyboard::open().map_err(unusable)?;
        let mut screen = Screen::take().map_err(unusable)?;
        tokio::select! {
            ended = run_screens(&mut screen.terminal, keyboard, app, desk) => {
                ended.map_err(|error| Failed::internal(format!("the terminal can't be drawn on: {error}")))?;
                ExitCode::SUCCESS
            }
            wish = signals.next() => ExitCode::from(wish.code()),
        }
    };
    drop(sandbox);
    Ok(ended)
}

fn about(profile: &Profile, config: &Config, vault: Vault) -> About {
    About {
        environment: profile.environment,
        tenant: profile.tenant.to_string(),
        profile: profile.name.clone(),
        operator: config.operator.clone(),
        branch: profile.branch_id.clone(),
        limits: profile.limits,
        seat: vault.seat(),
        vault,
    }
}

fn theme(config: &Config, around: &Surroundings) -> Result<Theme, Failed> {
    let theme = match &config.theme {
        None => Theme::built_in("desk"),
        Some(ThemeChoice::Name(name)) => Theme::built_in(name),
        Some(ThemeChoice::File(path)) => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                Failed::usage(format!(
                    "theme {}: it can't be read: {error}",
                    path.display()
                ))
            })?;
            Theme::parse(&path.display().to_string(), &text)
        }
    }
    .map_err(Failed::usage)?;
    // Any value but an empty one asks for no colour.
    Ok(if around.var("NO_COLOR").is_some() {
        theme.without_colour()
    } else {
        theme
    })
}
