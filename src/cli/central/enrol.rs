//! `kitdesk central enrol`: what the database's administrator runs so that this host may write.

use super::words;
use crate::central::enrolment;
use crate::checkpoint::{Signer, SigningKey, origin};
use crate::cli::failed::Failed;
use crate::cli::global::Global;
use crate::cli::report::Report;
use crate::config::PrivateFile;
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
    let (signer, made) = match &central.signing_key {
        None => (None, None),
        Some(file) => {
            let (key, made) = signing_key(file)?;
            (Some(key.signer(&origin(&chain))), made)
        }
    };
    let signer = signer.as_ref().map(Signer::verifying);
    let sql = enrolment(role, chain, &profile.tenant, &[profile.environment], signer);
    Ok(super::sql(&sql).warning(made))
}

/// The key, which is made where there is none, and what is said of that.
fn signing_key(file: &PrivateFile) -> Result<(SigningKey, Option<String>), Failed> {
    let path = file.path();
    if matches!(path.try_exists(), Ok(false)) {
        let key = SigningKey::make(path).map_err(Failed::usage)?;
        return Ok((key, Some(words::key_made(&path.display()))));
    }
    let key = SigningKey::read(file).map_err(Failed::usage)?;
    Ok((key, None))
}
