//! Checks of the central store: whether it is reached, this host is enrolled there for this profile, its role
//! may do no more than it should, and how many records wait. Only where it is configured.

use std::path::Path;

use super::check::{Check, DoctorOutput};
use super::checkpoints::checkpoints;
use super::words;
use crate::central::{CentralError, Forwarded, Standing, Store};
use crate::config::{CentralSettings, Profile, Words as _};
use crate::journal::{ChainId, Filter, Journal, RecordId};

const CENTRAL: &str = "central";
const COURIER: &str = "courier";

/// All of them.
pub(super) async fn central(
    output: &mut DoctorOutput,
    settings: &CentralSettings,
    profile: Option<&Profile>,
    state: Option<&Path>,
) {
    output.waiting(CENTRAL, &settings.address.shown());
    let reader = state.and_then(|state| Journal::open_to_read(state).ok());
    let chain = reader.and_then(|reader| reader.chain_id().ok().flatten());
    let asked = async {
        let store = Store::new(settings)?;
        let standing = store.standing().await?;
        let excess = store.may_too_much().await?;
        // Of another journal it would say nothing.
        let is_enrolled = |chain: &ChainId| Some(chain.to_string()) == standing.chain;
        let forwarded = match chain.filter(is_enrolled) {
            Some(chain) => store.forwarded(chain).await?,
            None => None,
        };
        let newest = match &standing.chain {
            Some(chain) => store.about_chain(chain).await?.checkpoint,
            None => None,
        };
        Ok((standing, excess, forwarded, newest))
    };
    let of_checkpoints = match asked.await {
        Ok((standing, excess, forwarded, newest)) => {
            output.tell(reached(settings, profile, &standing, excess));
            output.tell(courier(state, &standing, forwarded.as_ref()));
            checkpoints(settings, state, Ok(&standing), newest.as_ref())
        }
        Err(error) => {
            output.tell(failed(&error));
            output.tell(Check::skipped(COURIER, words::NOT_ASKED));
            checkpoints(settings, state, Err(&error), None)
        }
    };
    for check in of_checkpoints {
        output.tell(check);
    }
}

fn reached(
    settings: &CentralSettings,
    profile: Option<&Profile>,
    standing: &Standing,
    excess: bool,
) -> Check {
    let (at, role) = (settings.address.shown(), settings.address.role());
    let (Some(tenant), Some(_)) = (&standing.tenant, &standing.chain) else {
        return Check::fail(CENTRAL, CentralError::NotEnrolled.to_string(), words::ENROL);
    };
    let environments = standing.environments.join(", ");
    if let Some(profile) = profile {
        let is_for = tenant == profile.tenant.as_str()
            && standing
                .environments
                .iter()
                .any(|one| one == profile.environment.name());
        if !is_for {
            return Check::fail(
                CENTRAL,
                words::other_profile(&role, tenant, &environments),
                words::ENROL,
            );
        }
    }
    if excess {
        return Check::fail(CENTRAL, words::may_too_much(&role), words::TAKE_RIGHTS);
    }
    let server = &standing.server;
    let central = words::central(&at, server, &role, tenant, &environments);
    if standing.not_refilled.is_empty() {
        return Check::ok(CENTRAL, central);
    }
    let missing = standing.not_refilled.join(", ");
    Check::warn(
        CENTRAL,
        words::not_refilled(&central, &missing),
        words::COME_BY,
    )
}

fn courier(state: Option<&Path>, standing: &Standing, forwarded: Option<&Forwarded>) -> Check {
    let Some(Ok(reader)) = state.map(Journal::open_to_read) else {
        return Check::skipped(COURIER, words::NOTHING_TO_COMPARE);
    };
    let own = |id| reader.hash_of(RecordId(id)).ok().flatten();
    let (chain, records) = (reader.chain_id(), reader.count(&Filter::default()));
    let (Ok(chain), Ok(records)) = (chain, records) else {
        return Check::skipped(COURIER, words::JOURNAL_UNREADABLE);
    };
    if chain.is_some_and(|chain| Some(chain.to_string()) != standing.chain) {
        return Check::fail(COURIER, words::OTHER_JOURNAL, words::ENROL);
    }
    let there = forwarded.map_or(0, |last| last.id);
    if let Some(last) = forwarded
        && own(last.id).is_none_or(|hash| hash.to_string() != last.hash)
    {
        return Check::fail(COURIER, words::other_record(there), words::VERIFY_JOURNAL);
    }
    let waiting = records.saturating_sub(u64::try_from(there).unwrap_or(0));
    let said = words::records_there(records - waiting);
    if waiting == 0 {
        return Check::ok(COURIER, said);
    }
    Check::warn(
        COURIER,
        words::records_wait(&said, waiting),
        words::FORWARDED_NEXT,
    )
}

fn failed(error: &CentralError) -> Check {
    let said = error.to_string();
    if error.is_passing() {
        return Check::unreached(CENTRAL, said, words::CHECK_CENTRAL);
    }
    Check::fail(CENTRAL, said, words::CENTRAL_STEPS)
}
