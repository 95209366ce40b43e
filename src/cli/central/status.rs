//! `kitdesk central status`: whether the central store is reached, and how far the records are there.

use super::{unanswered, words};
use std::path::Path;

use serde::Serialize;

use crate::central::{CentralError, Forwarded, Standing, VERSION};
use crate::cli::failed::Failed;
use crate::cli::global::Global;
use crate::cli::report::Report;
use crate::desk::sentences::counted;
use crate::journal::{ChainId, Filter, Journal, JournalError, RecordId};

/// What programs read.
#[derive(Serialize)]
struct Status<'a> {
    at: &'a str,
    server: &'a str,
    version: i32,
    role: &'a str,
    tenant: &'a str,
    environments: &'a [String],
    chain: String,
    records: u64,
    forwarded: i64,
    waiting: u64,
    open_claims: i64,
    not_refilled: &'a [String],
    signer: Option<&'a str>,
}

pub(super) async fn run(global: &Global) -> Result<Report, Failed> {
    let (config, settings) = super::settings(global)?;
    let folder = config
        .state
        .clone()
        .ok_or_else(|| Failed::usage(JournalError::NoFolder))?;
    let (at, role) = (settings.address.shown(), settings.address.role().to_owned());
    let store = super::store(settings).await?;
    let standing = store.standing().await.map_err(unanswered)?;
    let chain = chain(&folder)?;
    let tenant = enrolled(&standing, chain)?;
    let forwarded = match chain {
        Some(chain) => store.forwarded(chain).await.map_err(unanswered)?,
        None => None,
    };
    let Own { records, waiting } = own(&folder, forwarded.as_ref())?;
    let status = Status {
        at: &at,
        server: &standing.server,
        version: VERSION,
        role: &role,
        tenant,
        environments: &standing.environments,
        chain: chain.map(|chain| chain.to_string()).unwrap_or_default(),
        records,
        forwarded: forwarded.map_or(0, |last| last.id),
        waiting,
        open_claims: standing.open_claims,
        not_refilled: &standing.not_refilled,
        signer: standing.signer.as_deref(),
    };
    let shown = shown(&status);
    Ok(Report::read(&status, shown))
}

/// The name of this host's journal.
fn chain(folder: &Path) -> Result<Option<ChainId>, Failed> {
    let chain = Journal::open_to_read(folder).and_then(|reader| reader.chain_id());
    chain.map_err(Failed::usage)
}

/// The journal of this host, next to what the store has of it.
struct Own {
    records: u64,
    waiting: u64,
}

fn own(folder: &Path, forwarded: Option<&Forwarded>) -> Result<Own, Failed> {
    let reader = Journal::open_to_read(folder).map_err(Failed::usage)?;
    let records = reader.count(&Filter::default()).map_err(Failed::usage)?;
    let there = match forwarded {
        None => 0,
        Some(last) => {
            let own = reader.hash_of(RecordId(last.id)).map_err(Failed::usage)?;
            if own.is_none_or(|hash| hash.to_string() != last.hash) {
                return Err(Failed::check(words::not_the_same_record(&last.id)));
            }
            u64::try_from(last.id).unwrap_or(0)
        }
    };
    Ok(Own {
        records,
        waiting: records.saturating_sub(there),
    })
}

/// The tenant for which this journal is enrolled.
fn enrolled(standing: &Standing, own: Option<ChainId>) -> Result<&str, Failed> {
    let (Some(chain), Some(tenant)) = (&standing.chain, &standing.tenant) else {
        return Err(unanswered(CentralError::NotEnrolled));
    };
    if own.is_some_and(|own| own.to_string() != *chain) {
        return Err(unanswered(CentralError::OtherJournal));
    }
    Ok(tenant)
}

fn shown(status: &Status<'_>) -> String {
    let waiting = match status.waiting {
        0 => words::ALL_ARE_THERE.to_owned(),
        waiting => words::some_wait(&waiting),
    };
    let open = match status.open_claims {
        0 => words::NONE_IS_OPEN.to_owned(),
        open => words::open(&open),
    };
    let environments = status.environments.join(", ");
    let records = counted(status.records, "record");
    [
        words::reached(&status.at, &status.server, &status.version),
        words::enrolled(&status.role, &status.tenant, &environments),
        words::records(&records, &waiting),
        words::claims(&open),
        match status.not_refilled {
            [] => String::new(),
            missing => words::not_refilled(&missing.join(", ")),
        },
        status
            .signer
            .map_or_else(String::new, |key| words::signs_by(&key)),
    ]
    .concat()
}
