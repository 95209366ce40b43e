//! The table of the contract's calls (contract, 2); each is a function from bank and request to reply.
//! Nothing here knows sockets or faults.

mod customers;
mod kits;
mod manage;
mod orders;
mod parcels;
mod pins;
mod preferences;
mod transactions;
mod upgrade;

use http::StatusCode;
use serde_json::Value;

use super::bank::Bank;
use super::exception::Exception;
use super::request::Request;

/// What a call answers: the envelope's `result` or its `exception`.
pub(super) type Answer = Result<Value, Exception>;

/// The same with the envelope's `pagination`, for a call that answers page by page.
pub(super) type PagedAnswer = Result<(Value, Value), Exception>;

/// One call.
pub(super) struct Call {
    /// Below the base path.
    pub(super) path: &'static str,
    /// Whether it changes the state when it succeeds.
    pub(super) writes: bool,
    work: Work,
}

enum Work {
    Whole(fn(&mut Bank, &Request) -> Answer),
    Paged(fn(&mut Bank, &Request) -> PagedAnswer),
}

impl Call {
    /// Does the call's work; the result and its pagination.
    pub(super) fn work(&self, bank: &mut Bank, request: &Request) -> PagedAnswer {
        match self.work {
            Work::Whole(work) => Ok((work(bank, request)?, Value::Null)),
            Work::Paged(work) => work(bank, request),
        }
    }
}

/// The one call that is not in the table: it stands at the server's root, without an envelope.
pub(super) const AUTHENTICATE: &str = "/api/authenticate";

const fn reads(path: &'static str, work: fn(&mut Bank, &Request) -> Answer) -> Call {
    Call {
        path,
        writes: false,
        work: Work::Whole(work),
    }
}

const fn writes(path: &'static str, work: fn(&mut Bank, &Request) -> Answer) -> Call {
    Call {
        path,
        writes: true,
        work: Work::Whole(work),
    }
}

static CALLS: [Call; 21] = [
    reads("/kit-manager/fetchKitsByEntityId", kits::masked),
    reads("/kit-manager/v2/fetchKitsByEntityId", kits::encrypted),
    reads("/kit-manager/fetchKitsByAccountNo", kits::by_account),
    reads("/fetchCifByMaskedCard", kits::owners_by_mask),
    reads("/viewCustomer", customers::view),
    reads("/v2/fetchByCif", customers::by_cif),
    reads("/kit-manager/v2/fetchByCardNo", kits::by_card_number),
    reads("/kit-manager/validateCard", kits::validate),
    reads("/kit-manager/kitTracking", parcels::track),
    reads("/preference/fetch", preferences::fetch),
    reads("/kit-manager/fetchTransaction", transactions::fetch),
    reads("/card-order/fetchStatus", orders::status),
    Call {
        path: "/inventory/fetchCardOrderDetailsFromInventory",
        writes: false,
        work: Work::Paged(orders::list),
    },
    writes("/kit-manager/upgradeCard", upgrade::upgrade),
    writes("/kit-manager/v2/setPin", pins::set),
    writes("/card-order/cancel", orders::cancel),
    writes("/kit-manager/kitActivation", manage::activate),
    writes("/kit-manager/manageKit", manage::manage),
    writes("/kit-manager/manageAllKits", manage::manage_all),
    writes("/kit-manager/applyForCard", upgrade::apply),
    writes("/preference/set", preferences::set),
];

/// The call under a path below the base path.
pub(super) fn find(path: &str) -> Option<&'static Call> {
    CALLS.iter().find(|call| call.path == path)
}

/// A call's name: its path's last part.
pub(super) fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The paths of all calls.
#[cfg(test)]
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    let paths = CALLS.iter().map(|call| call.path);
    paths.chain([AUTHENTICATE])
}

/// The names of all calls, each once.
pub(super) fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = CALLS.iter().map(|call| name_of(call.path)).collect();
    names.push(name_of(AUTHENTICATE));
    names.sort_unstable();
    names.dedup();
    names
}

fn no_such_entity() -> Exception {
    let said = "no customer has this entity id";
    Exception::guide(StatusCode::NOT_FOUND, "entity.not.found", said)
}

fn no_such_kit() -> Exception {
    let said = "no kit with this number belongs to this entity";
    Exception::guide(StatusCode::BAD_REQUEST, "kit.not.found", said)
}

fn invalid_kit() -> Exception {
    Exception::page("MCC007", "Invalid Kit No", &["Invalid Kit No"])
}
