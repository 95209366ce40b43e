//! Checks of the central store: whether it is reached, this host is enrolled there for this profile, its role
//! may do no more than it should, and how many records wait. Only where it is configured.

use std::path::Path;

use super::check::{Check, DoctorOutput};
use crate::central::{CentralError, Forwarded, Standing, Store};
use crate::config::{CentralSettings, Profile, Words as _};
use crate::desk::sentences::counted;
use crate::journal::{Filter, Journal, RecordId};

const CENTRAL: &str = "central";
const COURIER: &str = "courier";
const ENROL: &str = "have the database's administrator run what `kitdesk central enrol` prints";

/// All of them.
pub(super) async fn central(
    output: &mut DoctorOutput,
    settings: &CentralSettings,
    profile: Option<&Profile>,
    state: Option<&Path>,
) {
    output.waiting(CENTRAL, &settings.address.shown());
    let asked = async {
        let store = Store::new(settings)?;
        let standing = store.standing().await?;
        let excess = store.may_too_much().await?;
        let forwarded = store.forwarded().await?;
        Ok((standing, excess, forwarded))
    };
    match asked.await {
        Ok((standing, excess, forwarded)) => {
            output.tell(reached(settings, profile, &standing, excess));
            output.tell(courier(state, &standing, forwarded.as_ref()));
        }
        Err(error) => {
            output.tell(failed(&error));
            output.tell(Check::skipped(COURIER, "not asked"));
        }
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
        return Check::fail(CENTRAL, CentralError::NotEnrolled.to_string(), ENROL);
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
                format!("{role} is enrolled for {tenant} in {environments}, not for this profile"),
                ENROL,
            );
        }
    }
    if excess {
        return Check::fail(
            CENTRAL,
            format!("{role} may change or remove records"),
            "take every right from the role but its membership of kitdesk_desk",
        );
    }
    let server = &standing.server;
    Check::ok(
        CENTRAL,
        format!("{at}: PostgreSQL {server}, {role} for {tenant} in {environments}"),
    )
}

fn courier(state: Option<&Path>, standing: &Standing, forwarded: Option<&Forwarded>) -> Check {
    let Some(Ok(reader)) = state.map(Journal::open_to_read) else {
        return Check::skipped(COURIER, "no journal to compare");
    };
    let own = |id| reader.hash_of(RecordId(id)).ok().flatten();
    let (chain, records) = (reader.chain_id(), reader.count(&Filter::default()));
    let (Ok(chain), Ok(records)) = (chain, records) else {
        return Check::skipped(COURIER, "the journal can't be read");
    };
    if chain.is_some_and(|chain| Some(chain.to_string()) != standing.chain) {
        return Check::fail(
            COURIER,
            "another journal is enrolled for this host's role",
            ENROL,
        );
    }
    let there = forwarded.map_or(0, |last| last.id);
    if let Some(last) = forwarded
        && own(last.id).is_none_or(|hash| hash.to_string() != last.hash)
    {
        return Check::fail(
            COURIER,
            format!("record {there} is another one there than in the journal"),
            "one of the two was put back or changed: `kitdesk journal verify` says whether it is the journal",
        );
    }
    let waiting = records.saturating_sub(u64::try_from(there).unwrap_or(0));
    let said = format!("{} there", counted(records - waiting, "record"));
    if waiting == 0 {
        return Check::ok(COURIER, said);
    }
    Check::warn(
        COURIER,
        format!("{said}, {waiting} wait"),
        "the next console or verb forwards them; if they stay, its top line says why",
    )
}

fn failed(error: &CentralError) -> Check {
    let said = error.to_string();
    if error.is_passing() {
        return Check::unreached(CENTRAL, said, "check url, ca_file, and the network between");
    }
    Check::fail(CENTRAL, said, "docs/central.md has the steps")
}
