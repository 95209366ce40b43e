//! The console: configuration, desk and screens put together, on this terminal.

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::time::Duration;

use url::Url;
use zeroize::Zeroizing;

use super::Failed;
use super::args::Args;
use super::record;
use crate::config::{self, Config, KeySource, Profile, Surroundings, ThemeChoice};
use crate::console::theme::Theme;
use crate::console::{About, App, Keyboard, Screen, run as run_screens};
use crate::dcms::Client;
use crate::desk::{self, Settling, Vault};
use crate::sandbox::{self, Options, Sandbox};

/// Exit codes of a program that a signal has ended: 128 and the signal's number.
const HUNG_UP: u8 = 129;
const TERMINATED: u8 = 143;

/// Runs the console until its user ends it.
pub(super) async fn run(args: &Args) -> Result<ExitCode, Failed> {
    let around = Surroundings::of_process();
    let request = config::Request {
        config: args.config.clone(),
        profile: args.profile.clone(),
        operator: args.operator.clone(),
        theme: args.theme.clone(),
    };
    let config = if args.sandbox {
        config::without_file(&request, &around)
    } else {
        config::load(&request, &around)
    }
    .map_err(Failed::usage)?;
    let theme = theme(&config, &around)?;
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(Failed::usage(
            "the console needs a terminal; `kitdesk --help` lists the verbs for scripts",
        ));
    }
    let (profile, sandbox) = match config.profile.clone() {
        Some(profile) => (profile, None),
        None => embedded().await?,
    };
    let vault = Vault::of(&profile, &around).map_err(Failed::usage)?;
    let about = about(&profile, &config, vault);
    let connect = {
        let profile = profile.clone();
        async move {
            // Secrets may come from a command, and certificates from slow disks.
            let made = tokio::task::spawn_blocking(move || {
                let settings = profile.dcms_settings().map_err(|fault| fault.to_string())?;
                Client::new(settings).map_err(|fault| fault.to_string())
            });
            made.await
                .unwrap_or_else(|_| Err("the client could not be made".into()))
        }
    };
    let recorder = record::recorder(&config, &profile, &around);
    if sandbox.is_some() {
        let (recorder, profile) = (recorder.clone(), profile.clone());
        tokio::spawn(async move { record::begin_anew(&recorder, &profile).await });
    }
    let mut desk = desk::start(connect, recorder, Settling::default());
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
            ended = run_screens(&mut screen.terminal, keyboard, app, &mut desk) => {
                ended.map_err(|error| Failed::internal(format!("the terminal can't be drawn on: {error}")))?;
                ExitCode::SUCCESS
            }
            code = signals.next() => ExitCode::from(code),
        }
    };
    wait_for_the_last_answer(desk).await;
    drop(sandbox);
    Ok(ended)
}

/// A write that is under way at the end is waited for, so that its outcome is on record; but not for
/// long, because whoever ends the program meanwhile was asked, or sends a signal and means it.
async fn wait_for_the_last_answer(desk: desk::Handle) {
    const PATIENCE: Duration = Duration::from_secs(3);
    const SOON: Duration = Duration::from_millis(150);
    let mut finish = std::pin::pin!(desk.finish(PATIENCE));
    if tokio::time::timeout(SOON, &mut finish).await.is_ok() {
        return;
    }
    say("waiting for the answer to what was sent ...");
    if !finish.await {
        say("no answer came: its outcome is unknown. The next start asks about it.");
    }
}

#[expect(clippy::print_stderr, reason = "the screens are gone by now")]
fn say(what: &str) {
    eprintln!("kitdesk: {what}");
}

/// The built-in sandbox and its profile.
async fn embedded() -> Result<(Profile, Option<Sandbox>), Failed> {
    let sandbox = sandbox::start(Options::default())
        .await
        .map_err(Failed::internal)?;
    let base_url = Url::parse(&sandbox.base_url()).map_err(Failed::internal)?;
    let profile = Profile::sandbox(
        base_url,
        sandbox::BRANCH,
        KeySource::held(Zeroizing::new(sandbox::PIN_KEY.to_vec())),
        KeySource::held(Zeroizing::new(sandbox::CARD_KEY.to_vec())),
    );
    Ok((profile, Some(sandbox)))
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

/// The signals that end the console. They are caught from the moment on in which this is made, and
/// not only once somebody waits: the first picture may be long drawn by then.
struct Signals {
    #[cfg(unix)]
    caught: Option<(tokio::signal::unix::Signal, tokio::signal::unix::Signal)>,
}

#[cfg(unix)]
impl Signals {
    fn catch() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let terminate = signal(SignalKind::terminate()).ok();
        Self {
            caught: terminate.zip(signal(SignalKind::hangup()).ok()),
        }
    }

    /// The exit code that goes with the signal that came.
    async fn next(&mut self) -> u8 {
        let Some((terminate, hang_up)) = &mut self.caught else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => TERMINATED,
            _ = hang_up.recv() => HUNG_UP,
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    fn catch() -> Self {
        Self {}
    }

    async fn next(&mut self) -> u8 {
        std::future::pending().await
    }
}
