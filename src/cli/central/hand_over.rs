//! `kitdesk central hand-over`, which kitdesk runs itself: hands a checkpoint over to the program `anchor`, and says on
//! standard error why that was not done.

use std::process::ExitCode;

use super::words;
use crate::cli::failed::{Failed, INTERNAL};
use crate::cli::report::{Answer, say};
use crate::desk::HandOver;
use crate::tasks;

pub(super) async fn run() -> Result<Answer, Failed> {
    let handed = tasks::work(|| {
        let order = std::io::read_to_string(std::io::stdin()).unwrap_or_default();
        let order: HandOver =
            serde_json::from_str(&order).map_err(|_| words::NOT_BY_HAND.to_owned())?;
        order.run().map_err(|error| error.to_string())
    });
    Ok(Answer::Told(
        match handed.await.map_err(Failed::internal)? {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => {
                say(&why);
                ExitCode::from(INTERNAL)
            }
        },
    ))
}
