//! What `kitdesk central` says.

use std::fmt::Display;

pub(super) const NO_PROFILE: &str =
    "there is no profile in the configuration: a host is enrolled for one bank";
pub(super) const NO_CENTRAL: &str = "there is no [central] in the configuration: docs/central.md shows \
    one, and `kitdesk config show` which file is read";
pub(super) const NOT_BY_HAND: &str = "kitdesk runs this itself, where `anchor` is set in [central]";
pub(super) const ALL_ARE_THERE: &str = "all are there";
pub(super) const NONE_IS_OPEN: &str = "none is open";

pub(super) fn key_made(path: &dyn Display) -> String {
    format!(
        "{path} was made: by this key the host signs checkpoints; keep it where only its owner reads it"
    )
}

pub(super) fn not_the_same_record(id: &dyn Display) -> String {
    format!(
        "the central store's record {id} of this host is not the one in its journal: one of \
        the two was put back or changed; `kitdesk journal verify` says whether it is the \
        journal"
    )
}

pub(super) fn some_wait(waiting: &dyn Display) -> String {
    format!("{waiting} of them wait")
}

pub(super) fn open(open: &dyn Display) -> String {
    format!("{open} open")
}

pub(super) fn reached(at: &dyn Display, server: &dyn Display, version: &dyn Display) -> String {
    format!("reached    {at}: PostgreSQL {server}, version {version} of the store\n")
}

pub(super) fn enrolled(
    role: &dyn Display,
    tenant: &dyn Display,
    environments: &dyn Display,
) -> String {
    format!("enrolled   {role} for {tenant} in {environments}\n")
}

pub(super) fn records(records: &dyn Display, waiting: &dyn Display) -> String {
    format!("records    {records}; {waiting}\n")
}

pub(super) fn claims(open: &dyn Display) -> String {
    format!("claims     {open}\n")
}

pub(super) fn not_refilled(missing: &dyn Display) -> String {
    format!(
        "put back   to an earlier state; these have not brought back yet what they had claimed: {missing}\n"
    )
}

pub(super) fn signs_by(signer: &dyn Display) -> String {
    format!("signs by   {signer}\n")
}
