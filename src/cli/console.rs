//! The console: configuration, desk and screens put together, on this terminal.

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::time::Duration;

use futures_util::future;
use futures_util::stream::{self, Stream, StreamExt as _};

use super::colours;
use super::failed::Failed;
use super::global::Global;
use super::line::{client, configuration, embedded};
use super::linear;
use super::record;
use super::report::say;
use super::signals::Signals;
use crate::clock::Clock;
use crate::config::{Config, Env, Profile};
use crate::console::{
    About, App, Ending, Extras, Guards, Input, Keyboard, Keymap, Screen, Stops, TerminalControl,
    run as run_screens,
};
use crate::desk::{self, Access, Command, Next, PinSettings, Schedule};
use crate::people::Rights;
use crate::tasks;
use crate::utc;

mod words {
    use std::fmt::Display;

    pub(super) const NO_TERMINAL: &str =
        "the console needs a terminal; `kitdesk --help` lists the verbs for scripts";
    pub(super) const WAITING: &str = "waiting for the answer to what was sent ...";
    pub(super) const NO_ANSWER: &str =
        "no answer came: its outcome is unknown. The next start asks about it.";
    pub(super) const NO_JOURNAL: &str =
        "the journal did not answer in time: the last look-ups may not be recorded.";

    pub(super) fn unusable_terminal(error: &dyn Display) -> String {
        format!("this terminal can't be used for the console: {error}")
    }

    pub(super) fn no_drawing(error: &dyn Display) -> String {
        format!("the terminal can't be drawn on: {error}")
    }
}

/// Runs the console until its user ends it: as screens, or as questions and answers.
pub(super) async fn run(
    global: &Global,
    mouse: bool,
    as_questions: bool,
) -> Result<ExitCode, Failed> {
    let around = Env::of_process();
    let config = configuration(global, &around)?;
    if as_questions || config.linear {
        return Box::pin(linear::run(global, &config, &around)).await;
    }
    let (theme, shelf) = colours::of(&config, &around)?;
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(Failed::usage(words::NO_TERMINAL));
    }
    let (profile, sandbox) = if let Some(profile) = config.profile.clone() {
        (profile, None)
    } else {
        let (profile, sandbox) = embedded().await?;
        (profile, Some(sandbox))
    };
    let pin_settings = PinSettings::of(&profile, &around).map_err(Failed::usage)?;
    let about = about(&profile, &config, pin_settings);
    let recorder = record::recorder(&config, &profile, &around)?;
    recorder.look_through();
    if sandbox.is_some() {
        let (recorder, profile) = (recorder.clone(), profile.clone());
        tasks::spawn(async move { record::close_sandbox_writes(&recorder, &profile).await });
    }
    let mut desk = desk::start(
        client(profile),
        recorder,
        Schedule::default(),
        Access::local(),
    );
    // The first look-up comes soon. A desk that takes no command says so later.
    let prepare = Command::Prepare(Next::LookUp);
    desk.commands.try_send(prepare).ok();
    let depth = shelf.depth;
    let guards = Guards {
        idle_limit: config.idle_limit,
        hide_on_focus_lost: config.hide_on_focus_lost,
    };
    let extras = Extras {
        mouse,
        focus: config.hide_on_focus_lost,
    };
    let keymap = Keymap::chosen(&config.keys).map_err(Failed::usage)?;
    let app = App::new(about, theme)
        .with_themes(shelf)
        .with_keys(keymap)
        .guarded(guards);
    let mut signals = Signals::catch();
    let unusable = |error| Failed::usage(words::unusable_terminal(&error));
    let keyboard = Keyboard::open().map_err(unusable)?;
    let input = until_the_first_ends(keyboard, Stops::catch());
    let mut control = TerminalControl::catch();
    let mut screen = Screen::take(depth, extras).map_err(unusable)?;
    let ended = tokio::select! {
        ended = run_screens(&mut screen.painter, input, &mut control, app, &mut desk, Clock::start()) => Ok(ended),
        wish = signals.next() => Err(wish),
    };
    // The terminal is the shell's again before anything is said on it.
    let say = Voice {
        is_heard: screen.give_back() || !std::io::stderr().is_terminal(),
    };
    drop(screen);
    let code = match ended {
        Ok(Ok(Ending::Idle(said))) => {
            for sentence in said {
                say.sentence(&sentence);
            }
            ExitCode::SUCCESS
        }
        Ok(Ok(Ending::Asked | Ending::InputEnded)) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            return Err(Failed::internal(words::no_drawing(&error)));
        }
        Err(wish) => ExitCode::from(wish.code()),
    };
    wait_for_the_last_answer(desk, &say).await;
    drop(sandbox);
    Ok(code)
}

/// Says how it ended, unless standard error is the terminal that takes no output: that would hold the
/// end up for as long as the terminal stands still.
struct Voice {
    is_heard: bool,
}

impl Voice {
    fn sentence(&self, text: &str) {
        if self.is_heard {
            say(&format!("kitdesk: {text}"));
        }
    }
}

/// Keys and signals as one stream, which is over when the keyboard is.
fn until_the_first_ends(
    keyboard: Keyboard,
    stops: Stops,
) -> impl Stream<Item = std::io::Result<Input>> + Unpin {
    let keyboard = keyboard.map(Some).chain(stream::iter([None]));
    let both = stream::select(keyboard, stops.map(Some));
    both.take_while(|input| future::ready(input.is_some()))
        .filter_map(future::ready)
}

/// Waits for a write that is under way at the end, so that its outcome is on record; but not for long:
/// the operator has confirmed that they quit, or has sent a signal and means it.
async fn wait_for_the_last_answer(desk: desk::Handle, say: &Voice) {
    const PATIENCE: Duration = Duration::from_secs(3);
    const SOON: Duration = Duration::from_millis(150);
    let is_writing = desk.is_writing();
    let mut finish = std::pin::pin!(desk.finish(PATIENCE, drop));
    if tokio::time::timeout(SOON, &mut finish).await.is_ok() {
        return;
    }
    if is_writing {
        say.sentence(words::WAITING);
    }
    // Without a write under way, only the journal's last notes are waited for.
    if !finish.await {
        say.sentence(if is_writing {
            words::NO_ANSWER
        } else {
            words::NO_JOURNAL
        });
    }
}

fn about(profile: &Profile, config: &Config, pin_settings: PinSettings) -> About {
    About {
        environment: profile.environment,
        tenant: profile.tenant.to_string(),
        profile: profile.name.clone(),
        operator: config.operator.clone(),
        branch: profile.branch_id.clone(),
        zone: utc::zone_here(),
        clock: utc::local_now,
        tiers: profile.tiers.clone(),
        plastic_codes: profile.plastic_codes.clone(),
        limits: profile.limits,
        origin: pin_settings.origin(),
        pin_settings,
        rights: Rights::all(),
        has_bank: config.central.is_some(),
        served: None,
    }
}
