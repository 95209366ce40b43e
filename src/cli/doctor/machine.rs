//! Checks of this machine and this process: memory, dumps, the terminal, and who types on it.

use std::io::{self, IsTerminal as _};

use ratatui::layout::Size;

use super::check::Check;
use super::words;
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
        return Check::ok(NAME, words::MEMORY_LOCKED);
    }
    Check::warn(NAME, words::MEMORY_NOT_LOCKED, words::RAISE_LIMIT)
}

/// What was asked for at the start, read back.
#[cfg(target_os = "linux")]
pub(super) fn process() -> Check {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};
    let mut ways = Vec::new();
    if getrlimit(Resource::Core).current != Some(0) {
        ways.push(words::LEAVES_CORE);
    }
    if dumpable_behavior() != Ok(DumpableBehavior::NotDumpable) {
        ways.push(words::DUMPABLE);
    }
    if ways.is_empty() {
        return Check::ok(PROCESS, words::NOT_DUMPABLE);
    }
    let advice = words::FIND_OUT;
    Check::warn(PROCESS, ways.join("; "), advice)
}

/// What was asked for at the start, read back.
#[cfg(not(target_os = "linux"))]
pub(super) fn process() -> Check {
    Check::skipped(PROCESS, words::DUMPS_UNKNOWN)
}

/// What the console would be drawn on.
pub(super) fn terminal(around: &Env) -> Check {
    const NAME: &str = "terminal";
    let colours = match Depth::of(|name| around.var(name)) {
        Ok(depth) => depth.to_string(),
        Err(error) => {
            let advice = words::CORRECT_COLOURS;
            return Check::fail(NAME, error, advice);
        }
    };
    for (stream, is_terminal) in [
        (words::OUTPUT, io::stdout().is_terminal()),
        (words::INPUT, io::stdin().is_terminal()),
    ] {
        if !is_terminal {
            let said = words::no_terminal(stream);
            return Check::skipped(NAME, said);
        }
    }
    // As the console does it: that there is a terminal does not mean that it can be read.
    if let Err(error) = Keyboard::open() {
        let said = words::no_keys(&plain(error.kind()));
        let advice = words::LOG_IN_AS_USER;
        return Check::fail(NAME, said, advice);
    }
    let term = around.var("TERM");
    let term = term.map(|term| harmless(&term.to_string_lossy()).into_owned());
    let Some(term) = term.filter(|term| term != "dumb") else {
        let said = words::TERM_UNKNOWN;
        return Check::warn(NAME, said, words::SET_TERM);
    };
    let Size {
        width: columns,
        height: rows,
    } = terminal_size(&io::stdout());
    let said = format!("{term}, {colours}, {columns}×{rows}");
    let (least_columns, least_rows) = SMALLEST;
    if columns < least_columns || rows < least_rows {
        let advice = words::make_larger(least_columns, least_rows);
        return Check::warn(NAME, said, &advice);
    }
    Check::ok(NAME, said)
}

/// Whether the operator works locally or over SSH, with the evidence for that.
pub(super) fn ssh(around: &Env) -> Check {
    let said = match SessionOrigin::of_process(around) {
        SessionOrigin::Here => words::LOCAL_SESSION.to_owned(),
        SessionOrigin::Remote(sign) => words::over_ssh(&sign),
    };
    Check::ok("ssh", said)
}
