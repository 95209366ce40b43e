//! `kitdesk central enrol`: what the database's administrator runs so that this host may write.

use crate::central::enrolment;
use crate::cli::failed::Failed;
use crate::cli::global::Global;
use crate::cli::report::Report;
use crate::journal::{Journal, JournalError};

pub(super) fn run(global: &Global) -> Result<Report, Failed> {
    let (config, central) = super::settings(global)?;
    let profile = config.profile.as_ref().ok_or_else(|| {
        Failed::usage("there is no profile in the configuration: a host is enrolled for one bank")
    })?;
    let folder = config
        .state
        .as_deref()
        .ok_or_else(|| Failed::usage(JournalError::NoFolder))?;
    let chain = match Journal::open_to_read(folder).and_then(|reader| reader.chain_id()) {
        Ok(chain) => chain,
        Err(JournalError::Missing(_)) => None,
        Err(error) => return Err(Failed::usage(error)),
    };
    let chain = chain.ok_or_else(|| {
        Failed::usage(format!(
            "the journal in {} has no record yet, and is known to the central store by its first: look a customer up, \
             then run this again",
            folder.display()
        ))
    })?;
    let role = central.address.role();
    let sql = enrolment(role, chain, &profile.tenant, &[profile.environment]);
    Ok(super::sql(&sql))
}
