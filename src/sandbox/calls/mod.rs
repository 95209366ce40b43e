//! The table of the contract's calls (contract, 2); each is a function from bank and request to reply.
//! Nothing here knows sockets or faults.

mod lookups;
mod manage;
mod orders;
mod pins;
mod upgrade;

use axum::http::StatusCode;
use serde_json::Value;

use super::bank::Bank;
use super::exception::Exception;
use super::request::Request;

/// What a call answers: the envelope's `result` or its `exception`.
pub(super) type Answer = Result<Value, Exception>;

/// One call.
pub(super) struct Call {
    /// Below the base path.
    pub(super) path: &'static str,
    /// Whether it changes the state when it succeeds.
    pub(super) writes: bool,
    pub(super) work: fn(&mut Bank, &Request) -> Answer,
}

/// The one call that is not in the table: it stands at the server's root, without an envelope.
pub(super) const AUTHENTICATE: &str = "/api/authenticate";

const fn reads(path: &'static str, work: fn(&mut Bank, &Request) -> Answer) -> Call {
    Call {
        path,
        writes: false,
        work,
    }
}

const fn writes(path: &'static str, work: fn(&mut Bank, &Request) -> Answer) -> Call {
    Call {
        path,
        writes: true,
        work,
    }
}

static CALLS: [Call; 12] = [
    reads("/kit-manager/fetchKitsByEntityId", lookups::kits_masked),
    reads(
        "/kit-manager/v2/fetchKitsByEntityId",
        lookups::kits_enciphered,
    ),
    reads(
        "/kit-manager/fetchKitsByAccountNo",
        lookups::kits_by_account,
    ),
    reads("/fetchCifByMaskedCard", lookups::owners_by_mask),
    reads("/viewCustomer", lookups::customer),
    reads("/kit-manager/kitTracking", lookups::tracking),
    reads("/card-order/fetchStatus", orders::status),
    writes("/card-order/cancel", orders::cancel),
    writes("/kit-manager/upgradeCard", upgrade::upgrade),
    writes("/kit-manager/v2/setPin", pins::set),
    writes("/kit-manager/kitActivation", manage::activate),
    writes("/kit-manager/manageKit", manage::manage),
];

/// The call under a path below the base path.
pub(super) fn find(path: &str) -> Option<&'static Call> {
    CALLS.iter().find(|call| call.path == path)
}

/// A call's name: its path's last part.
pub(super) fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The names of all calls, each once.
pub(super) fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = CALLS.iter().map(|call| name_of(call.path)).collect();
    names.push(name_of(AUTHENTICATE));
    names.sort_unstable();
    names.dedup();
    names
}

fn no_such_kit() -> Exception {
    let said = "no kit with this number belongs to this entity";
    Exception::guide(StatusCode::BAD_REQUEST, "kit.not.found", said)
}

fn invalid_kit() -> Exception {
    Exception::page("MCC007", "Invalid Kit No", &["Invalid Kit No"])
}
