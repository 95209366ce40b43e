//! The states of a kit, and which operation each allows (contract, 3, "States × operations").
//! The rules are here and nowhere else; the calls ask [`Operation::check`].

use http::StatusCode;

use super::exception::Exception;
use super::twist::Twist;

/// States of a kit; the last is one that the contract does not list, because new ones may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Active,
    Inactive,
    Assigned,
    Allocated,
    Unallocated,
    Locked,
    Blocked,
    Hotlisted,
    Replaced,
    Closed,
    Expired,
    ExpiredCard,
    Suspended,
}

impl Status {
    /// As it travels.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
            Self::Assigned => "ASSIGNED",
            Self::Allocated => "ALLOCATED",
            Self::Unallocated => "UNALLOCATED",
            Self::Locked => "LOCKED",
            Self::Blocked => "BLOCKED",
            Self::Hotlisted => "HOTLISTED",
            Self::Replaced => "REPLACED",
            Self::Closed => "CLOSED",
            Self::Expired => "EXPIRED",
            Self::ExpiredCard => "EXPIRED_CARD",
            Self::Suspended => "SUSPENDED",
        }
    }
}

/// What can be asked for a kit: the columns of the contract's table, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Activate,
    Lock,
    Unlock,
    Block,
    Replace,
    BlockAndReplace,
    Upgrade,
    SetPin,
    SetLimits,
}

/// What the contract says about one state and one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// `+`: a page allows it.
    Allowed,
    /// `(+)`: inferred.
    Likely,
    /// `?`, or pages that contradict each other; and what this bank does where nothing else is asked for.
    Open { allowed: bool },
    /// `−` and `(−)`.
    Refused,
}

const Y: Rule = Rule::Allowed;
const L: Rule = Rule::Likely;
const A: Rule = Rule::Open { allowed: true };
const R: Rule = Rule::Open { allowed: false };
const N: Rule = Rule::Refused;

/// One row of the contract's table.
fn row(status: Status) -> [Rule; 9] {
    match status {
        // Columns: activate, LOCK, UNLOCK, BLOCK, REPLACE, BLOCK_AND_REPLACE, upgrade, set PIN, limits.
        Status::Assigned | Status::Inactive => [Y, R, N, L, R, L, R, L, N],
        Status::Active => [N, Y, N, Y, Y, Y, Y, Y, Y],
        // LOCK of a LOCKED card: one sibling accepts it, the other refuses (contract, 5.9).
        Status::Locked => [N, R, Y, A, A, A, R, R, N],
        Status::Blocked => [N, N, N, N, L, R, R, N, N],
        Status::Hotlisted => [N, N, N, N, A, N, N, N, N],
        Status::Replaced | Status::Expired | Status::ExpiredCard | Status::Closed => [N; 9],
        Status::Allocated | Status::Unallocated => [N, N, N, R, N, N, N, N, N],
        // Any other word: to stop a card is always possible.
        Status::Suspended => [R, R, R, A, R, R, R, R, N],
    }
}

impl Operation {
    /// For a sentence.
    fn words(self) -> &'static str {
        match self {
            Self::Activate => "be activated",
            Self::Lock => "be locked",
            Self::Unlock => "be unlocked",
            Self::Block => "be blocked",
            Self::Replace => "be replaced",
            Self::BlockAndReplace => "be blocked and replaced",
            Self::Upgrade => "be upgraded",
            Self::SetPin => "get a PIN",
            Self::SetLimits => "get limits",
        }
    }

    /// Whether a kit in this state takes the operation. [`Twist::Lenient`] allows all that no page forbids,
    /// [`Twist::Strict`] only what a page allows, [`Twist::BlockFirst`] replaces BLOCKED cards alone.
    fn is_allowed(self, status: Status, twist: Option<Twist>) -> bool {
        if twist == Some(Twist::BlockFirst) && self == Self::Replace {
            return status == Status::Blocked;
        }
        match (row(status)[self as usize], twist) {
            (Rule::Allowed, _) | (Rule::Open { .. }, Some(Twist::Lenient)) => true,
            (Rule::Refused, _) | (Rule::Open { .. }, Some(Twist::Strict)) => false,
            (Rule::Likely, twist) => twist != Some(Twist::Strict),
            (Rule::Open { allowed }, _) => allowed,
        }
    }

    /// Refuses the operation where the table does.
    pub(super) fn check(self, status: Status, twist: Option<Twist>) -> Result<(), Exception> {
        if self.is_allowed(status, twist) {
            return Ok(());
        }
        let code = match (self, status) {
            (Self::Activate, Status::Active) => "card.already.active",
            (Self::Block, Status::Blocked) => "card.already.blocked",
            (Self::Block, Status::Closed) => "card.already.closed",
            (_, Status::Blocked | Status::Hotlisted) => "card.blocked",
            (_, Status::Replaced | Status::Expired | Status::ExpiredCard | Status::Closed) => {
                "invalid.kit.info"
            }
            _ => "card.status.active",
        };
        let said = format!(
            "Card status is {} and cannot {}",
            status.word(),
            self.words()
        );
        Err(Exception::guide(StatusCode::BAD_REQUEST, code, &said))
    }
}
