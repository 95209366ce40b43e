//! What `kitdesk journal verify` says.

use std::fmt::Display;

pub(super) const WHAT_TO_DO: &str =
    " Nothing is sent until somebody answers for that: `kitdesk journal accept --reason TEXT`.";
pub(super) const NO_RECORD: &str =
    "the journal has no first record, by which it is known: nothing is compared";
pub(super) const NO_KEY: &str = "by which key was it signed? Give its public key with --key, or set signing_key in \
    [central]; `kitdesk central status` shows the public key that is enrolled";
pub(super) const NO_CHECKPOINT: &str = "what is signed is no checkpoint";

pub(super) const NO_SIGNING_KEY: &str = "nothing here can sign a checkpoint: name a signed one with --checkpoint, or set \
    signing_key in [central]";
pub(super) const SIGNED_ELSEWHERE: &str =
    "another kitdesk on this host signs a checkpoint at the moment: try again";
pub(super) const NO_PROOF: &str = "it is no proof of a record";
pub(super) const NO_RECORD_IN_IT: &str = "what it proves is no record at its place";
pub(super) const NO_CHAIN: &str = "No host is enrolled.\n";
pub(super) const HEADS: [&str; 7] = [
    "CHAIN",
    "BANK",
    "ROLE",
    "BRANCH",
    "RECORDS",
    "CHECKPOINT",
    "FOUND",
];
pub(super) const CHAIN_WHOLE: &str = "whole";
pub(super) const NEVER_SIGNED: &str = "none";
pub(super) const NO_KEY_ENROLLED: &str = "no key enrolled";
pub(super) const SIGNED_NOT_COMPARED: &str = "signed, cut off before";
pub(super) const SIGNED_WRONG: &str = "wrong";

pub(super) fn signed_up_to(size: u64) -> String {
    format!("holds up to {size}")
}

pub(super) fn cut_up_to(up_to: &dyn Display) -> String {
    format!(", cut off up to {up_to}")
}

pub(super) fn chain_wrong_in(count: u64) -> String {
    format!("WRONG in {count}")
}

pub(super) fn chain_wrong(role: &dyn Display, first: &dyn Display, more: u64) -> String {
    format!("The chain of {role}: {first}.{}", and_more(more))
}

pub(super) fn not_signed_yet(id: &dyn Display, records: &dyn Display) -> String {
    format!("record {id} is later than the {records} of that checkpoint")
}

pub(super) fn not_those_signed(records: &dyn Display) -> String {
    format!(
        "the journal's first {records} are not those that were signed, so nothing can be proved: \
        `kitdesk journal verify` with --checkpoint says more"
    )
}

pub(super) fn gap_before(id: &dyn Display) -> String {
    format!("records are missing before record {id}: nothing is signed")
}

pub(super) fn proves_nothing(name: &dyn Display, why: &dyn Display) -> String {
    format!("The proof {name} proves nothing: {why}.")
}

pub(super) fn proved(id: &dyn Display, records: &dyn Display, origin: &dyn Display) -> String {
    format!("Record {id} is one of the {records} that were signed as {origin}.\n")
}

pub(super) fn whole(from: &dyn Display, records: &dyn Display, head: &dyn Display) -> String {
    format!("The journal is whole{from}: {records}, head {head}.\n")
}

pub(super) fn not_whole(broken: &dyn Display, what_to_do: &dyn Display) -> String {
    format!("The journal is not whole: {broken}.{what_to_do}")
}

pub(super) fn from_record(whole: &dyn Display) -> String {
    format!(" from record {whole} on")
}

pub(super) fn no_public_key(path: &dyn Display) -> String {
    format!("{path} has no public key in it: it is one line, NAME+ID+KEY")
}

pub(super) fn unreadable(path: &dyn Display, why: &dyn Display) -> String {
    format!("{path} can't be read: {why}")
}

pub(super) fn other_journal(origin: &dyn Display) -> String {
    format!("it is a checkpoint of another journal, {origin}")
}

pub(super) fn not_signed(name: &dyn Display, why: &dyn Display) -> String {
    format!("Checkpoint {name}: {why}.")
}

pub(super) fn holds(name: &dyn Display, records: &dyn Display, last: Option<&str>) -> String {
    let last = last.map_or_else(String::new, |at| format!(", the last of them of {at}"));
    format!("Checkpoint {name}: the journal holds the {records} that were signed{last}.\n")
}

pub(super) fn does_not_hold(name: &dyn Display, why: &dyn Display) -> String {
    format!("Checkpoint {name}: {why}.")
}

pub(super) fn other_records(records: &dyn Display, good: u64, size: u64) -> String {
    let from = good + 1;
    format!(
        "the journal's first {records} are not those that were signed: one from record {from} to {size} was changed, \
        and all after it were written again"
    )
}

pub(super) fn fewer_records(records: &dyn Display, last: &dyn Display) -> String {
    format!("{records} were signed, and the journal ends with record {last}: the rest was cut off")
}

pub(super) fn newest(at: &dyn Display) -> String {
    format!("of {at} at the central store")
}

pub(super) fn not_checked(at: &dyn Display) -> String {
    format!(
        "The checkpoint of {at} at the central store was not checked: give its public key with --key.\n"
    )
}

pub(super) fn compared(agree: &dyn Display, waiting: u64) -> String {
    let waiting = match waiting {
        0 => "none waits".to_owned(),
        1 => "1 waits to be forwarded".to_owned(),
        more => format!("{more} wait to be forwarded"),
    };
    format!("The central store agrees on {agree}; {waiting}.\n")
}

pub(super) fn cut(up_to: &dyn Display) -> String {
    format!(
        "Up to record {up_to} they were cut off there for their age, with the hash that this journal has.\n"
    )
}

pub(super) fn differs(first: &dyn Display, others: u64) -> String {
    format!("The central store differs: {first}.{}", and_more(others))
}

fn and_more(count: u64) -> String {
    match count {
        0 => String::new(),
        1 => " One more differs.".to_owned(),
        more => format!(" {more} more differ."),
    }
}

pub(super) fn missing_there(id: &dyn Display) -> String {
    format!("record {id} is missing there")
}

pub(super) fn missing_here(id: &dyn Display) -> String {
    format!("record {id} is there, and missing in this journal")
}

pub(super) fn changed_there(id: &dyn Display) -> String {
    format!("record {id} was changed there")
}

pub(super) fn changed_here(id: &dyn Display) -> String {
    format!("record {id} was changed in this journal, and is there as it was written")
}

pub(super) fn two_histories(id: &dyn Display) -> String {
    format!(
        "record {id} is another one there; each is whole, so from there on one of the two was written again: a \
        checkpoint that was kept elsewhere says which"
    )
}

pub(super) fn only_there(id: &dyn Display) -> String {
    format!("record {id} is there alone: it was added there, or cut off here")
}

pub(super) fn cut_with_another_hash(id: &dyn Display) -> String {
    format!(
        "up to record {id} they were cut off there, and the hash that was kept of it is not this journal's"
    )
}
