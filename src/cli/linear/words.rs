//! What the linear mode says.

use std::fmt::Display;

pub(super) const HELP: &str = "Say a job by its name, the beginning of its name, or its number. Every question \
    can be answered with help, with back, which goes one question back, and with end, which ends kitdesk. An \
    answer in quotes is taken as it is.";
pub(super) const NO_TERMINAL: &str =
    "the linear mode asks and answers on a terminal; `kitdesk --help` lists the verbs for scripts";
pub(super) const ENDED: &str = "The session has ended.";
pub(super) const WHICH_JOB: &str = "What is to be done? ";
pub(super) const SAY_A_JOB: &str = "Say a job, or help for the list of them.";
pub(super) const NOTHING_BEFORE: &str = "There is nothing to go back to: end ends kitdesk.";
pub(super) const NO_JOB: &str = "that is no job";
pub(super) const WHOLE_NUMBER: &str = "write a whole number";
pub(super) const UNREADABLE: &str = "that can't be read";
pub(super) const NO_SUCH_NAME: &str = "there is no such name";
pub(super) const BY_WHAT: &str = "By what";
pub(super) const WHAT_ELSE: &str = "What else?";
pub(super) const ENTER_TRIES_AGAIN: &str = " Enter alone tries it again, back leaves it: ";
pub(super) const ANYTHING_ELSE: &str = "Anything else?";
pub(super) const ENTER_GOES_ON: &str = " Enter alone goes on: ";
pub(super) const ENTER_LEAVES_OUT: &str = " Enter alone leaves it out";
pub(super) const ANSWER_NEEDED: &str = "An answer is needed, or back.";
pub(super) const NO_PASTE: &str = "It can't be pasted here: type it.";
pub(super) const ONE_OF: &str = " One of: ";
pub(super) const SEVERAL: &str = " Blanks between several.";

pub(super) fn ended_after(limit: &dyn Display) -> String {
    format!("The session ended after {limit} without a key.")
}

pub(super) fn greeting(
    environment: &dyn Display,
    tenant: &dyn Display,
    profile: &dyn Display,
    operator: &dyn Display,
) -> String {
    format!(
        "kitdesk, line by line. Environment {environment}, tenant {tenant}, profile {profile}, operator {operator}."
    )
}

pub(super) fn unsettled(writes: &dyn Display) -> String {
    format!("The outcome of {writes} is unknown: settle reads it.")
}

pub(super) fn help_lists(said: &dyn Display) -> String {
    format!("{said} help lists the jobs.")
}

pub(super) fn no_such(typed: &str) -> String {
    format!("there is no {typed:?}")
}

pub(super) fn may_be(typed: &str, names: &dyn Display) -> String {
    format!("{typed:?} may be {names}")
}

pub(super) fn which(job: &dyn Display) -> String {
    format!("{job}, which")
}

pub(super) fn choose(what: &dyn Display, names: &dyn Display, first: &dyn Display) -> String {
    format!("{what}: {names}? Enter alone takes {first}: ")
}

pub(super) fn now(now: &dyn Display) -> String {
    format!(" Now {now}.")
}

pub(super) fn enter_takes(answer: &dyn Display) -> String {
    format!(" Enter alone takes {answer}")
}

pub(super) fn known_here(explained: &dyn Display, names: &dyn Display) -> String {
    format!("{explained} Known here: {names}.")
}
