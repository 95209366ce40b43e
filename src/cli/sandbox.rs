//! `kitdesk sandbox`: the simulator alone, with a ready configuration on standard output.

use std::process::ExitCode;

use serde::Serialize;

use super::args::SandboxArgs;
use super::failed::Failed;
use super::report::{Report, put, say};
use super::signals::{Signals, Wish};
use crate::sandbox::{self, Options, PinForm};

/// The verb's name, as it is typed and as programs read it.
pub(super) const NAME: &str = "sandbox";

/// What programs read.
#[derive(Serialize)]
struct Listening<'a> {
    base_url: String,
    config: &'a str,
}

/// Serves until it is interrupted.
pub(super) async fn run(wanted: &SandboxArgs, json: bool) -> Result<ExitCode, Failed> {
    let options = Options {
        listen: wanted.listen,
        customers: wanted.customers,
        kits: wanted.kits,
        seed: wanted.seed,
        faults: wanted.fault.clone(),
        pin: PinForm {
            block: wanted.pin_block,
            account: wanted.pin_account,
        },
        sign_in: wanted.sign_in,
    };
    // Before anybody is told that Ctrl+C ends it.
    let mut signals = Signals::catch();
    let sandbox = sandbox::start(options).await.map_err(Failed::usage)?;
    let (base_url, config) = (sandbox.base_url(), sandbox.config_file());
    // Whoever reads only the first lines, or nothing, still gets a running sandbox.
    tokio::task::spawn_blocking(move || tell(base_url, &config, json));
    Ok(tokio::select! {
        () = sandbox.stopped() => ExitCode::SUCCESS,
        wish = signals.next() => match wish {
            Wish::Interrupt => ExitCode::SUCCESS,
            Wish::Terminate | Wish::HangUp | Wish::Quit => ExitCode::from(wish.code()),
        },
    })
}

fn tell(base_url: String, config: &str, json: bool) {
    let end = format!("kitdesk: the sandbox listens on {base_url}; Ctrl+C ends it.");
    if json {
        let result = Listening { base_url, config };
        Report::read(NAME, &result, String::new()).tell(true);
    } else {
        put(config);
    }
    say(&end);
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, Command};

    use super::*;

    #[test]
    fn each_flag_is_in_the_documents() {
        let page = include_str!("../../docs/simulator.md");
        let command = SandboxArgs::augment_args(Command::new(NAME));
        for flag in command.get_arguments() {
            let name = flag.get_long().expect("each has a name");
            assert!(page.contains(&format!("--{name}")), "{name}");
        }
    }
}
