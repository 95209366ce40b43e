//! Where the keys go, and what there is not: in this profile, or for this person.

use super::{Action, Place};
use crate::journal::Write;
use crate::people::{Right, Rights};

/// A place, and what there is not.
#[derive(Debug, Clone, Copy)]
pub struct Here {
    /// Where the keys go.
    pub place: Place,
    /// Whether no PIN is set in this profile.
    pub without_pins: bool,
    /// Whether there are no sessions to look after: it is no server, or not this person's to do.
    pub without_sessions: bool,
    /// Whether there is no central store.
    pub without_bank: bool,
    /// What the person may do.
    pub rights: Rights,
}

impl Here {
    /// Whether an action is neither offered nor explained.
    #[must_use]
    pub fn lacks(self, action: Action) -> bool {
        let is_of_server = matches!(action, Action::Sessions | Action::EndSession);
        let is_off = (self.without_pins && action == Action::Write(Write::SetPin))
            || (self.without_bank && action == Action::WholeBank)
            || (self.without_sessions && is_of_server);
        is_off || needed(action).is_some_and(|right| !self.rights.has(right))
    }
}

/// The right that an action needs, if it needs one. What is only reached through another one needs none of its
/// own.
#[must_use]
pub fn needed(action: Action) -> Option<Right> {
    match action {
        Action::LookUp
        | Action::Orders
        | Action::CheckCard
        | Action::Track
        | Action::Customer
        | Action::Limits
        | Action::Transactions
        | Action::BranchOrders => Some(Right::LookUp),
        Action::Write(_) | Action::LostCard => Some(Right::Write),
        Action::Settle => Some(Right::SettleOwn),
        Action::Decide => Some(Right::Decide),
        Action::WholeBank => Some(Right::SeeBank),
        Action::Sessions | Action::EndSession => Some(Right::Sessions),
        Action::Journal
        | Action::Help
        | Action::Commands
        | Action::Messages
        | Action::Theme
        | Action::Hide
        | Action::Redraw
        | Action::Quit
        | Action::DayEnd
        | Action::DayBefore
        | Action::DayAfter
        | Action::Filter
        | Action::SortBy
        | Action::TurnRound
        | Action::Unfold
        | Action::Reload
        | Action::Receipt
        | Action::GoOn
        | Action::Undo
        | Action::StartOver
        | Action::AddCard
        | Action::RemoveCard
        | Action::Up
        | Action::Down
        | Action::PageUp
        | Action::PageDown
        | Action::First
        | Action::Last
        | Action::Enter
        | Action::Back
        | Action::Next
        | Action::Previous
        | Action::NextKind => None,
    }
}
