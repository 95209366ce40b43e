//! What keys can mean, and by which names the configuration calls it.
//! Nothing is done here.

use crate::desk::Kind;
use crate::journal::Write;

/// Declares the actions once, with the name by which the configuration gives one other keys. Enter, Esc and
/// the way through a form are the same for everybody.
macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident $(($of:ty))? $(= $name:literal)?;)+) => {
        /// What a key can mean.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Action {
            $($(#[$doc])* $action $(($of))?,)+
        }

        impl Action {
            /// What can be given other keys besides the operations, by its name in the configuration.
            const NAMED: &[(&'static str, Self)] = &[$($(($name, Self::$action),)?)+];
        }
    };
}

actions! {
    /// To the look-up.
    LookUp = "find";
    /// To the orders.
    Orders = "orders";
    /// To the journal.
    Journal = "journal";
    /// To the sessions of the server.
    Sessions = "sessions";
    /// Help for this screen.
    Help = "help";
    /// Any command by name.
    Commands = "commands";
    /// What was said below the screen.
    Messages = "messages";
    /// Another theme.
    Theme = "theme";
    /// Hide what is on the screen.
    Hide = "hide";
    /// Draw the whole screen again, if another program has written over it.
    Redraw = "redraw";
    /// End the program.
    Quit = "end";
    /// What a lost card needs.
    LostCard = "lost_card";
    /// Whether the card at the counter is the customer's.
    CheckCard = "check_card";
    /// Where the card's parcel is.
    Track = "parcels";
    /// Who the customer is.
    Customer = "customer";
    /// Where the card can be used, and up to which amounts.
    Limits = "limits";
    /// The card's payments, and why any was declined.
    Transactions = "transactions";
    /// The orders of a branch.
    BranchOrders = "branch_orders";
    /// The day's end.
    DayEnd = "day_end";
    /// The day before the one that is shown.
    DayBefore = "day_before";
    /// The day after it.
    DayAfter = "day_after";
    /// Narrow the table.
    Filter = "filter";
    /// Sort the table by another column.
    SortBy = "sort";
    /// The same order the other way round.
    TurnRound = "reverse";
    /// Show the look-ups among the actions, or fold them away.
    Unfold = "look_ups";
    /// The journal of the whole bank, or back to this host's.
    WholeBank = "whole_bank";
    /// Read it again.
    Reload = "read_again";
    /// Write a receipt.
    Receipt = "receipt";
    /// Read the outcome of an open write.
    Settle = "settle";
    /// Settle an open write by what a person knows.
    Decide = "settle_by_hand";
    /// End the session of somebody else.
    EndSession = "end_session";
    /// F10: go on, from any field.
    GoOn = "go_on";
    /// Take back what was done to a form.
    Undo = "undo";
    /// Make a form what it was at first.
    StartOver = "start_over";
    /// Another card in the same upgrade.
    AddCard = "add_card";
    /// One card less.
    RemoveCard = "drop_card";
    /// One row up.
    Up = "up";
    /// One row down.
    Down = "down";
    /// A page up.
    PageUp = "page_up";
    /// A page down.
    PageDown = "page_down";
    /// The first row.
    First = "first";
    /// The last row.
    Last = "last";
    /// Enter: go on, open, confirm.
    Enter;
    /// One step back.
    Back;
    /// The next field.
    Next;
    /// The field before.
    Previous;
    /// Another kind of look-up key.
    NextKind;
    /// Begin an operation on the kit or the order.
    Write(Write);
}

impl Action {
    /// All that can be given other keys: an operation by its word in the journal.
    pub(super) fn named() -> impl Iterator<Item = (&'static str, Self)> {
        let writes = Write::ALL.iter();
        let writes = writes.map(|write| (write.word(), Self::Write(*write)));
        Self::NAMED.iter().copied().chain(writes)
    }

    /// Whether it is something to be done, and no way through a list or a form.
    #[must_use]
    pub fn is_command(self) -> bool {
        let is_way = matches!(
            self,
            Self::GoOn
                | Self::Up
                | Self::Down
                | Self::PageUp
                | Self::PageDown
                | Self::First
                | Self::Last
        );
        self.name().is_some() && !is_way
    }

    /// Whether the two are done by one key: the state of a kit says which is meant.
    pub(super) fn shares_key_with(self, other: Self) -> bool {
        let is_of_one = |one: Self, other: Self| match (one, other) {
            (Self::Write(one), Self::Write(other)) => Kind::from_write(one).or_else == Some(other),
            _ => false,
        };
        is_of_one(self, other) || is_of_one(other, self)
    }

    /// Its name in the configuration, if it can be given other keys.
    pub(super) fn name(self) -> Option<&'static str> {
        let mut named = Self::named();
        named
            .find(|(_, action)| *action == self)
            .map(|(name, _)| name)
    }
}
