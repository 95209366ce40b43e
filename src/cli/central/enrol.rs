//! `kitdesk central enrol`: what the database's administrator runs so that this host may write.

use super::words;
use crate::central::enrolment;
use crate::checkpoint::{Signer, SigningKey, origin};
use crate::cli::failed::Failed;
use crate::cli::global::Global;
use crate::cli::record::opening;
use crate::cli::report::Report;
use crate::config::{Env, PrivateFile};
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
    // To write: where there is none yet it is made, with its name.
    let opening = opening(&config, profile, &Env::of_process())();
    let journal = Journal::open(folder, opening).map_err(Failed::usage)?;
    let chain = journal.chain_id().map_err(Failed::usage)?;
    let role = central.address.role();
    let (signer, made) = match &central.signing_key {
        None => (None, None),
        Some(file) => {
            let (key, made) = signing_key(file)?;
            (Some(key.signer(&origin(&chain))), made)
        }
    };
    let signer = signer.as_ref().map(Signer::verifying);
    let place = (&profile.tenant, &[profile.environment][..]);
    let branch = profile.branch_id.as_ref();
    let sql = enrolment(role, chain, place, signer, branch);
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
