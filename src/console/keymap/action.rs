//! What keys can mean, and by which names the configuration calls it.
//! Nothing is done here.

use crate::journal::Write;

/// What a key can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Enter: go on, open, confirm.
    Enter,
    /// F10: go on, from any field.
    GoOn,
    /// One step back.
    Back,
    /// The next field.
    Next,
    /// The field before.
    Previous,
    /// Take back what was done to a form.
    Undo,
    /// Make a form what it was at first.
    StartOver,
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// The first row.
    First,
    /// The last row.
    Last,
    /// Another kind of look-up key.
    NextKind,
    /// Narrow the table.
    Filter,
    /// Sort the table by another column.
    SortBy,
    /// The same order the other way round.
    TurnRound,
    /// Begin an operation on the kit or the order.
    Write(Write),
    /// Where the card's parcel is.
    Track,
    /// Another card in the same upgrade.
    AddCard,
    /// One card less.
    RemoveCard,
    /// Read it again.
    Reload,
    /// To the look-up.
    LookUp,
    /// To the orders.
    Orders,
    /// To the journal.
    Journal,
    /// Write a slip.
    Slip,
    /// Read what became of an open write.
    Settle,
    /// Settle an open write by what a person knows.
    Decide,
    /// Help for this screen.
    Help,
    /// Any command by name.
    Commands,
    /// What was said below the screen.
    Messages,
    /// Another theme.
    Theme,
    /// Hide what is on the screen.
    Hide,
    /// Draw all of the screen anew, whatever somebody else has written over it.
    Redraw,
    /// End the program.
    Quit,
}

impl Action {
    /// What can be given other keys besides the operations, by its name in the configuration. Enter, Esc and
    /// the way through a form are the same for everybody.
    const NAMED: [(&'static str, Self); 29] = [
        ("find", Self::LookUp),
        ("orders", Self::Orders),
        ("journal", Self::Journal),
        ("help", Self::Help),
        ("commands", Self::Commands),
        ("messages", Self::Messages),
        ("theme", Self::Theme),
        ("hide", Self::Hide),
        ("redraw", Self::Redraw),
        ("end", Self::Quit),
        ("parcels", Self::Track),
        ("filter", Self::Filter),
        ("sort", Self::SortBy),
        ("reverse", Self::TurnRound),
        ("read_again", Self::Reload),
        ("slip", Self::Slip),
        ("settle", Self::Settle),
        ("settle_by_hand", Self::Decide),
        ("go_on", Self::GoOn),
        ("undo", Self::Undo),
        ("start_over", Self::StartOver),
        ("add_card", Self::AddCard),
        ("drop_card", Self::RemoveCard),
        ("up", Self::Up),
        ("down", Self::Down),
        ("page_up", Self::PageUp),
        ("page_down", Self::PageDown),
        ("first", Self::First),
        ("last", Self::Last),
    ];

    /// All that can be given other keys: an operation by its word in the journal.
    pub(super) fn named() -> impl Iterator<Item = (&'static str, Self)> {
        let writes = Write::ALL.iter();
        let writes = writes.map(|write| (write.word(), Self::Write(*write)));
        Self::NAMED.into_iter().chain(writes)
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

    /// Its name in the configuration, if it can be given other keys.
    pub(super) fn name(self) -> Option<&'static str> {
        let mut named = Self::named();
        named
            .find(|(_, action)| *action == self)
            .map(|(name, _)| name)
    }
}
