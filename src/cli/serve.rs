//! `kitdesk serve`: the console for many, over SSH.

use std::net::SocketAddr;
use std::process::ExitCode;

use serde::Serialize;

use super::colours;
use super::failed::Failed;
#[cfg(unix)]
use super::limits;
use super::line::{client, configuration, embedded};
use super::people::how_many_people;
use super::record;
use super::report::{Answer, Report, say};
use super::signals::{Signals, Wish};
use super::subcommand::{Context, Subcommand};
use crate::config::{Config, Env, ServeSettings};
use crate::console::Keymap;
use crate::desk::PinSettings;
use crate::people::Watched;
use crate::serve::{Listening, Parts, make_host_key};
use crate::tasks;

mod words {
    use std::fmt::Display;

    pub(super) const NO_SERVE: &str = "there is no [serve] in the configuration: docs/serve.md shows one, \
        and `kitdesk config show` which file is read";
    pub(super) const STOPPING: &str =
        "kitdesk: stopping: the sessions are ended, and their writes are waited for";

    pub(super) fn host_key(path: &dyn Display, fingerprint: &dyn Display) -> String {
        format!(
            "host key: {path}\nfingerprint: {fingerprint}\nTell your users the fingerprint: their \
            SSH client asks about it at the first connection.\n"
        )
    }

    pub(super) fn listening(address: &dyn Display) -> String {
        format!("kitdesk: listening on {address}")
    }

    pub(super) fn key(key: &dyn Display) -> String {
        format!("kitdesk: host key {key}")
    }

    pub(super) fn figures(address: &dyn Display) -> String {
        format!("kitdesk: figures at http://{address}/metrics")
    }

    pub(super) fn may_log_in(people: &str) -> String {
        format!("kitdesk: {people} may log in; Ctrl+C stops it.")
    }
}

#[derive(clap::Args)]
pub(super) struct ServeArgs {
    /// Make the first host key of the configuration, say its fingerprint, and serve nobody.
    #[arg(long)]
    init: bool,
}

/// What programs read of a server that has started.
#[derive(Serialize)]
struct Started {
    listen: Vec<SocketAddr>,
    host_keys: Vec<String>,
    metrics: Option<SocketAddr>,
    people: usize,
}

/// What programs read of a key that was made.
#[derive(Serialize)]
struct Made {
    path: String,
    fingerprint: String,
}

impl Subcommand for ServeArgs {
    /// Serves until it is asked to stop.
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let around = Env::of_process();
        let config = configuration(context.global, &around)?;
        let settings = config
            .serve
            .clone()
            .ok_or_else(|| Failed::usage(words::NO_SERVE))?;
        if self.init {
            return init(&settings);
        }
        serve(&config, settings, &around, context.global.json).await
    }
}

/// Makes the first host key.
fn init(settings: &ServeSettings) -> Result<Answer, Failed> {
    let path = settings.host_keys[0].path();
    let fingerprint = make_host_key(path, "kitdesk").map_err(Failed::usage)?;
    let shown = words::host_key(&path.display(), &fingerprint);
    let made = Made {
        path: path.display().to_string(),
        fingerprint,
    };
    Ok(Answer::Report(Report::read(&made, shown)))
}

async fn serve(
    config: &Config,
    settings: ServeSettings,
    around: &Env,
    json: bool,
) -> Result<Answer, Failed> {
    let mut signals = Signals::catch();
    let (profile, sandbox) = if let Some(profile) = config.profile.clone() {
        (profile, None)
    } else {
        let (profile, sandbox) = embedded().await?;
        (profile, Some(sandbox))
    };
    #[cfg(unix)]
    limits::raise_files(files(&settings), "[serve]").map_err(Failed::usage)?;
    let people = Watched::open(settings.people.path()).map_err(Failed::usage)?;
    let pin_settings = PinSettings::of(&profile, around).map_err(Failed::usage)?;
    let listening = Listening::open(settings).await.map_err(Failed::usage)?;
    // A server without a way to its DCMS is of no use to anybody, so that is known before it starts.
    let client = client(profile.clone()).await.map_err(Failed::usage)?;
    let recorder = record::recorder(config, &profile, around)?;
    recorder.look_through();
    if sandbox.is_some() {
        record::close_sandbox_writes(&recorder, &profile).await;
    }
    let keymap = Keymap::chosen(&config.keys).map_err(Failed::usage)?;
    let parts = Parts {
        pin_settings,
        client,
        recorder,
        keymap,
        colours: colours::for_terminals(config)?,
        config: config.clone(),
        profile,
    };
    let started = started(&listening, &people);
    drop(tasks::work(move || tell(&started, json)));
    let (asked, mut again) = tokio::sync::mpsc::channel(1);
    let mut wish = Wish::Terminate;
    let stop = async {
        loop {
            wish = signals.next().await;
            match wish {
                Wish::HangUp => {
                    asked.send(()).await.ok();
                }
                Wish::Interrupt | Wish::Terminate | Wish::Quit => break,
            }
        }
        say(words::STOPPING);
    };
    listening
        .serve(parts, people, stop, async || {
            if again.recv().await.is_none() {
                std::future::pending::<()>().await;
            }
        })
        .await;
    drop(sandbox);
    Ok(Answer::Told(ExitCode::SUCCESS))
}

/// How many files may be open at once: a session has its connection and its sign of life in the journal, and
/// each may be at the DCMS.
#[cfg(unix)]
fn files(settings: &ServeSettings) -> usize {
    const OTHERS: usize = 64;
    settings.startups + 3 * settings.sessions + OTHERS
}

fn started(listening: &Listening, people: &Watched) -> Started {
    Started {
        listen: listening.addresses().collect(),
        host_keys: listening.fingerprints.clone(),
        metrics: listening.figures_at(),
        people: people.people().iter().count(),
    }
}

fn tell(started: &Started, json: bool) {
    if json {
        Report::read(started, String::new()).tell("serve", true);
        return;
    }
    for address in &started.listen {
        say(&words::listening(&address));
    }
    for key in &started.host_keys {
        say(&words::key(&key));
    }
    if let Some(address) = started.metrics {
        say(&words::figures(&address));
    }
    say(&words::may_log_in(&how_many_people(started.people)));
}
