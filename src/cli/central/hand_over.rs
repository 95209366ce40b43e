//! `kitdesk central hand-over`, which kitdesk runs itself: hands a checkpoint over to the program `anchor`, and says on
//! standard error why that was not done.

use std::process::ExitCode;

use super::words;
use crate::cli::failed::{Failed, INTERNAL};
use crate::cli::report::{Answer, say};
use crate::desk::HandOver;

/// Nothing else runs in this process that would have to wait for it.
pub(super) fn run() -> Result<Answer, Failed> {
    let text = std::io::read_to_string(std::io::stdin()).unwrap_or_default();
    let hand_over = HandOver::parse(&text).ok_or_else(|| Failed::usage(words::NOT_BY_HAND))?;
    Ok(Answer::Told(match hand_over.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say(&why.to_string());
            ExitCode::from(INTERNAL)
        }
    }))
}
