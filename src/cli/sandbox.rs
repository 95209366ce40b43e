//! `kitdesk sandbox`: the simulator alone, with a ready configuration on standard output.

use std::net::SocketAddr;
use std::process::ExitCode;

use serde::Serialize;

use super::failed::Failed;
use super::report::{Answer, Report, put, say};
use super::signals::{Signals, Wish};
use super::subcommand::{Context, Subcommand};
use crate::sandbox::{self, Fault, Options, PinAccount, PinBlock, PinForm};
use crate::tasks;

mod words {
    use std::fmt::Display;

    pub(super) fn listens(base_url: &dyn Display) -> String {
        format!("kitdesk: the sandbox listens on {base_url}; Ctrl+C ends it.")
    }
}

#[derive(clap::Args)]
pub(super) struct SandboxArgs {
    /// Where to listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8650")]
    listen: SocketAddr,
    /// How many customers there are in addition to the fixed ones.
    #[arg(long, value_name = "N", default_value_t = 200)]
    customers: usize,
    /// How many kits customer 210000000082 has; for measuring.
    #[arg(long, value_name = "N", default_value_t = 0, hide = true)]
    kits: usize,
    /// Other customers for another number, the same for the same.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// A fault, as `CALL=KIND[:N]`, like `upgradeCard=reset-after:1`; may be given several times.
    #[arg(long, value_name = "SPEC")]
    fault: Vec<Fault>,
    /// What is encrypted of a PIN block: raw or hex.
    #[arg(long, value_name = "FORM", default_value = "raw")]
    pin_block: PinBlock,
    /// What a PIN is bound to: pan, kit or kit-as-pan.
    #[arg(long, value_name = "FIELD", default_value = "pan")]
    pin_account: PinAccount,
    /// Every call needs a token.
    #[arg(long)]
    sign_in: bool,
}

/// What programs read.
#[derive(Serialize)]
struct Listening<'a> {
    base_url: String,
    config: &'a str,
}

impl Subcommand for SandboxArgs {
    /// Serves until it is interrupted.
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let options = Options {
            listen: self.listen,
            customers: self.customers,
            kits: self.kits,
            seed: self.seed,
            faults: self.fault.clone(),
            pin: PinForm {
                block: self.pin_block,
                account: self.pin_account,
            },
            sign_in: self.sign_in,
            log: false,
        };
        // Before the output says that Ctrl+C ends it.
        let mut signals = Signals::catch();
        let sandbox = sandbox::start(options).await.map_err(Failed::usage)?;
        let (base_url, config) = (sandbox.base_url(), sandbox.config_file());
        let json = context.global.json;
        // A reader that takes only the first lines, or nothing, still gets a running sandbox.
        drop(tasks::work(move || tell(base_url, &config, json)));
        Ok(Answer::Told(tokio::select! {
            () = sandbox.stopped() => ExitCode::SUCCESS,
            wish = signals.next() => match wish {
                Wish::Interrupt => ExitCode::SUCCESS,
                Wish::Terminate | Wish::HangUp | Wish::Quit => ExitCode::from(wish.code()),
            },
        }))
    }
}

fn tell(base_url: String, config: &str, json: bool) {
    let end = words::listens(&base_url);
    if json {
        let result = Listening { base_url, config };
        Report::read(&result, String::new()).tell("sandbox", true);
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
        let command = SandboxArgs::augment_args(Command::new("sandbox"));
        for flag in command.get_arguments() {
            let name = flag.get_long().expect("each has a name");
            assert!(page.contains(&format!("--{name}")), "{name}");
        }
    }
}
