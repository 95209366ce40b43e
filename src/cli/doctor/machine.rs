//! Checks of this machine and this process: memory, dumps, the terminal, and who types on it.

use std::io::{self, IsTerminal as _};

use ratatui::layout::Size;

use super::check::Check;
use crate::config::{Env, SessionOrigin};
use crate::console::theme::Depth;
use crate::console::{Keyboard, SMALLEST, terminal_size};
use crate::dcms::harmless;
use crate::io_error::plain;
use crate::pin::pages_lock;

const PROCESS: &str = "process";

/// Whether a PIN's page can be kept out of the swap.
pub(super) fn memory() -> Check {
    const NAME: &str = "memory";
    if pages_lock() {
        return Check::ok(NAME, "secrets are kept out of the swap");
    }
    Check::warn(
        NAME,
        "the system does not let kitdesk lock memory: a secret in use could be swapped to disk",
        "raise the limit of locked memory (ulimit -l) to 1024 KiB, or encrypt the swap",
    )
}

/// What was asked for at the start, read back.
#[cfg(target_os = "linux")]
pub(super) fn process() -> Check {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};
    let mut ways = Vec::new();
    if getrlimit(Resource::Core).current != Some(0) {
        ways.push("a crash would leave a core file");
    }
    if dumpable_behavior() != Ok(DumpableBehavior::NotDumpable) {
        ways.push("the process can be dumped and traced by its user");
    }
    if ways.is_empty() {
        return Check::ok(PROCESS, "leaves no core file and can't be dumped or traced");
    }
    let advice = "find out what prevents the change, such as a container's seccomp rules";
    Check::warn(PROCESS, ways.join("; "), advice)
}

/// What was asked for at the start, read back.
#[cfg(not(target_os = "linux"))]
pub(super) fn process() -> Check {
    Check::skipped(
        PROCESS,
        "this system does not say whether the process can be dumped",
    )
}

/// What the console would be drawn on.
pub(super) fn terminal(around: &Env) -> Check {
    const NAME: &str = "terminal";
    let colours = match Depth::of(|name| around.var(name)) {
        Ok(depth) => depth.to_string(),
        Err(error) => {
            let advice = "correct it, or leave it out: kitdesk then goes by TERM and COLORTERM";
            return Check::fail(NAME, error, advice);
        }
    };
    for (stream, is_terminal) in [
        ("output", io::stdout().is_terminal()),
        ("input", io::stdin().is_terminal()),
    ] {
        if !is_terminal {
            let said = format!(
                "standard {stream} is not a terminal: the console needs one, the verbs don't"
            );
            return Check::skipped(NAME, said);
        }
    }
    // As the console does it: that there is a terminal does not mean that it can be read.
    if let Err(error) = Keyboard::open() {
        let said = format!("the keys can't be read: {}", plain(error.kind()));
        let advice = "log in as the user who runs kitdesk, instead of changing to that user";
        return Check::fail(NAME, said, advice);
    }
    let term = around.var("TERM");
    let term = term.map(|term| harmless(&term.to_string_lossy()).into_owned());
    let Some(term) = term.filter(|term| term != "dumb") else {
        let said = "TERM does not say what this terminal is";
        return Check::warn(NAME, said, "set TERM to what it is, such as xterm-256color");
    };
    let Size {
        width: columns,
        height: rows,
    } = terminal_size(&io::stdout());
    let said = format!("{term}, {colours}, {columns}×{rows}");
    let (least_columns, least_rows) = SMALLEST;
    if columns < least_columns || rows < least_rows {
        let advice = format!("make it {least_columns}×{least_rows} at least for the console");
        return Check::warn(NAME, said, &advice);
    }
    Check::ok(NAME, said)
}

/// Whether the operator works locally or over SSH, with the evidence for that.
pub(super) fn ssh(around: &Env) -> Check {
    let said = match SessionOrigin::of_process(around) {
        SessionOrigin::Here => "local session".to_owned(),
        SessionOrigin::Remote(sign) => format!("over SSH: {sign}"),
    };
    Check::ok("ssh", said)
}
