//! `kitdesk central enrol`: what the database's administrator runs so that this host may write.

use super::words;
use crate::central::enrolment;
use crate::cli::failed::Failed;
use crate::cli::global::Global;
use crate::cli::report::Report;
use crate::journal::{Journal, JournalError};

pub(super) fn run(global: &Global) -> Result<Report, Failed> {
    let (config, central) = super::settings(global)?;
    let profile = config
        .profile
        .as_ref()
        .ok_or_else(|| Failed::usage(words::NO_PROFILE))?;
    let folder = config
        .state
        .as_deref()
        .ok_or_else(|| Failed::usage(JournalError::NoFolder))?;
    let chain = match Journal::open_to_read(folder).and_then(|reader| reader.chain_id()) {
        Ok(chain) => chain,
        Err(JournalError::Missing(_)) => None,
        Err(error) => return Err(Failed::usage(error)),
    };
    let chain = chain.ok_or_else(|| Failed::usage(words::no_record_yet(&folder.display())))?;
    let role = central.address.role();
    let sql = enrolment(role, chain, &profile.tenant, &[profile.environment]);
    Ok(super::sql(&sql))
}
