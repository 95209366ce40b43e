//! One table of bindings: which key does what in which place. Help and the key line come from it.
//! Data, not code: what an action means is the app's affair.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Where the keys go at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The look-up box is being typed into.
    Box,
    /// Something is being waited for.
    Waiting,
    /// The kits table.
    Kits,
    /// The kits table's filter is being typed.
    Filter,
    /// A list of customers to choose from.
    Picker,
    /// One kit.
    Detail,
    /// The upgrade form.
    Upgrade,
    /// The PIN form.
    Pin,
    /// A review with its confirmation.
    Review,
    /// The end of a write on a kit.
    Outcome,
    /// The end of a cancellation.
    OrderOutcome,
    /// The name of a slip's file.
    Slip,
    /// The journal's list.
    Journal,
    /// The journal's filter is being typed.
    JournalFilter,
    /// One record with what belongs to it.
    Story,
    /// What a person knows of an open write.
    Decide,
    /// The orders form.
    OrderForm,
    /// An order.
    Order,
    /// The command palette.
    Palette,
    /// The choice of a theme.
    Themes,
    /// The tenant's name, before the first write to real cards.
    Tenant,
    /// A question or a text laid over the screen.
    Popup,
    /// Nothing but a cover is on the screen.
    Cover,
}

/// A place, and what there is not in this profile.
#[derive(Debug, Clone, Copy)]
pub struct Here {
    /// Where the keys go.
    pub place: Place,
    /// Actions that are neither offered nor explained.
    pub without: &'static [Action],
}

use Place as P;

impl Place {
    /// Whether letters are typed here, so that they are no commands.
    #[must_use]
    pub fn takes_text(self) -> bool {
        matches!(
            self,
            P::Box
                | P::Filter
                | P::Upgrade
                | P::Pin
                | P::Review
                | P::Slip
                | P::JournalFilter
                | P::Decide
                | P::OrderForm
                | P::Palette
                | P::Tenant
        )
    }

    /// The heading of its help.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            P::Box => "Finding a customer",
            P::Waiting => "While waiting",
            P::Kits => "The kits",
            P::Filter => "Filtering the kits",
            P::Picker => "Choosing a customer",
            P::Detail => "One kit",
            P::Upgrade => "Upgrading a card",
            P::Pin => "Setting a PIN",
            P::Review => "Before it is sent",
            P::Outcome | P::OrderOutcome => "The outcome",
            P::Slip => "Writing a slip",
            P::Journal => "The journal",
            P::JournalFilter => "Filtering the journal",
            P::Story => "One action",
            P::Decide => "Settling by hand",
            P::OrderForm => "Finding an order",
            P::Order => "One order",
            P::Palette => "Commands",
            P::Themes => "Choosing a theme",
            P::Tenant => "Before real cards are changed",
            P::Popup => "Help",
            P::Cover => "Hidden",
        }
    }
}

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
    /// Upgrade the kit.
    Upgrade,
    /// Set the kit's PIN.
    SetPin,
    /// Where the card's parcel is.
    Track,
    /// Another card in the same upgrade.
    AddCard,
    /// One card less.
    RemoveCard,
    /// Cancel the order.
    CancelOrder,
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
    /// Hide what is on the screen, or show it again.
    Hide,
    /// End the program.
    Quit,
}

/// One row of the table.
pub struct Binding {
    /// What it does.
    pub action: Action,
    /// Which keys do it.
    pub keys: &'static [Key],
    /// Where.
    pub places: &'static [Place],
    /// In a few words, for the key line and the help. Empty: works, but goes without saying.
    pub says: &'static str,
}

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(pub KeyCode, pub KeyModifiers);

const fn key(code: KeyCode) -> Key {
    Key(code, KeyModifiers::NONE)
}

const fn letter(c: char) -> Key {
    key(KeyCode::Char(c))
}

const fn ctrl(c: char) -> Key {
    Key(KeyCode::Char(c), KeyModifiers::CONTROL)
}

const fn f(n: u8) -> Key {
    key(KeyCode::F(n))
}

const ENTER: Key = key(KeyCode::Enter);
const ESC: Key = key(KeyCode::Esc);
const TAB: Key = key(KeyCode::Tab);

const LISTS: &[Place] = &[
    P::Kits,
    P::Picker,
    P::Detail,
    P::Journal,
    P::Story,
    P::Palette,
    P::Themes,
    P::Popup,
];
const PAGED: &[Place] = &[
    P::Kits,
    P::Picker,
    P::Filter,
    P::Detail,
    P::Journal,
    P::Story,
    P::Popup,
];
const FORMS: &[Place] = &[P::Upgrade, P::Pin, P::OrderForm, P::Decide];
const EVERYWHERE: &[Place] = &[
    P::Box,
    P::Waiting,
    P::Kits,
    P::Filter,
    P::Picker,
    P::Detail,
    P::Upgrade,
    P::Pin,
    P::Review,
    P::Outcome,
    P::OrderOutcome,
    P::OrderForm,
    P::Order,
    P::Slip,
    P::Journal,
    P::JournalFilter,
    P::Story,
    P::Decide,
    P::Popup,
];

macro_rules! bindings {
    ($($action:ident [$($key:expr),*] in $places:expr, $says:literal;)*) => {
        &[$(Binding { action: Action::$action, keys: &[$($key),*], places: $places, says: $says }),*]
    };
}

/// The table. The key line shows the rows in this order, as far as they fit.
pub const BINDINGS: &[Binding] = bindings! {
    Enter [ENTER] in &[P::Box], "look up";
    NextKind [TAB] in &[P::Box], "kind of key";
    Enter [ENTER] in &[P::Kits], "open";
    Upgrade [letter('u')] in &[P::Kits, P::Detail], "upgrade";
    SetPin [letter('p')] in &[P::Kits, P::Detail], "set PIN";
    SetPin [letter('p')] in &[P::Outcome], "set its PIN";
    Track [letter('t')] in &[P::Detail], "parcels";
    Filter [letter('/')] in &[P::Kits], "filter";
    Filter [letter('/')] in &[P::Journal], "filter";
    Enter [ENTER] in &[P::Filter], "keep";
    Enter [ENTER] in &[P::Picker], "choose";
    Enter [ENTER] in &[P::Outcome], "to the kits";
    Enter [ENTER] in &[P::OrderOutcome], "to the order";
    Slip [letter('s')] in &[P::Outcome, P::OrderOutcome], "slip";
    Enter [ENTER] in &[P::Slip], "write it";
    Enter [ENTER] in &[P::Journal], "open";
    Enter [ENTER] in &[P::JournalFilter], "show";
    Settle [letter('s')] in &[P::Journal, P::Story], "settle by reading";
    Decide [letter('d')] in &[P::Story], "settle by hand";
    GoOn [f(10)] in &[P::Decide], "settle";
    CancelOrder [letter('x')] in &[P::Order], "cancel order";
    GoOn [f(10)] in &[P::Upgrade, P::Pin], "review";
    GoOn [f(10)] in &[P::OrderForm], "show";
    Enter [ENTER, f(10)] in &[P::Review], "send";
    Next [TAB, key(KeyCode::Down)] in FORMS, "next";
    Previous [key(KeyCode::BackTab), key(KeyCode::Up)] in FORMS, "";
    Enter [ENTER] in FORMS, "";
    AddCard [f(7)] in &[P::Upgrade], "add card";
    RemoveCard [f(8)] in &[P::Upgrade], "drop card";
    Enter [ENTER] in &[P::Palette], "do it";
    Enter [ENTER] in &[P::Tenant], "go on";
    Enter [ENTER] in &[P::Cover], "show again";
    Hide [ctrl('l')] in &[P::Cover], "";
    Enter [ENTER] in &[P::Themes], "keep";
    Back [ESC] in &[P::Themes], "as before";
    Back [ESC] in &[P::Box], "to the kits";
    Back [ESC] in &[P::Waiting], "leave";
    Back [ESC] in &[P::Filter], "no filter";
    Back [ESC] in &[P::Kits, P::Picker, P::Detail, P::Upgrade, P::Pin, P::Review, P::Outcome,
        P::OrderOutcome, P::OrderForm, P::Order, P::Slip, P::Journal, P::JournalFilter, P::Story,
        P::Decide, P::Palette, P::Popup, P::Tenant], "back";
    SortBy [letter('s')] in &[P::Kits], "sort";
    TurnRound [letter('S')] in &[P::Kits], "reverse";
    Reload [f(5), letter('r')] in &[P::Kits, P::Order, P::Journal, P::Story], "read again";
    Down [letter('j'), key(KeyCode::Down)] in LISTS, "";
    Up [letter('k'), key(KeyCode::Up)] in LISTS, "";
    Down [key(KeyCode::Down)] in &[P::Filter], "";
    Up [key(KeyCode::Up)] in &[P::Filter], "";
    PageDown [key(KeyCode::PageDown)] in PAGED, "";
    PageUp [key(KeyCode::PageUp)] in PAGED, "";
    First [key(KeyCode::Home)] in &[P::Kits, P::Picker, P::Journal, P::Story, P::Themes], "";
    Last [key(KeyCode::End)] in &[P::Kits, P::Picker, P::Journal, P::Story, P::Themes], "";
    LookUp [f(2), letter('g')] in EVERYWHERE, "find";
    Orders [f(3), letter('o')] in EVERYWHERE, "orders";
    Journal [f(4), letter('J')] in EVERYWHERE, "journal";
    Help [f(1), letter('?')] in EVERYWHERE, "help";
    Undo [f(6)] in FORMS, "undo";
    Commands [ctrl('k')] in EVERYWHERE, "commands";
    Quit [ctrl('c')] in EVERYWHERE, "end";
    Quit [ctrl('c')] in &[P::Palette, P::Themes, P::Tenant, P::Cover], "end";
    Hide [ctrl('l')] in EVERYWHERE, "hide";
    Hide [ctrl('l')] in &[P::Palette, P::Themes, P::Tenant], "hide";
    Theme [f(9)] in EVERYWHERE, "theme";
    Messages [f(11), letter('m')] in EVERYWHERE, "messages";
};

/// What a key means in a place, if anything. Letters are no commands where text is typed.
#[must_use]
pub fn action(place: Place, event: &KeyEvent) -> Option<Action> {
    let mut modifiers = event.modifiers;
    // A capital letter or a question mark comes with Shift on some terminals and without on others.
    if matches!(event.code, KeyCode::Char(_) | KeyCode::BackTab) {
        modifiers.remove(KeyModifiers::SHIFT);
    }
    let pressed = Key(event.code, modifiers);
    BINDINGS
        .iter()
        .filter(|binding| binding.places.contains(&place))
        .find(|binding| binding.keys_in(place).any(|key| key == pressed))
        .map(|binding| binding.action)
}

/// The rows that a place's key line and help show.
pub fn shown_in(here: Here) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |binding| {
        binding.places.contains(&here.place)
            && !binding.says.is_empty()
            && !here.without.contains(&binding.action)
    })
}

impl Binding {
    /// Its keys, as far as they are no letters where letters are typed.
    pub fn keys_in(&self, place: Place) -> impl Iterator<Item = Key> + use<> {
        self.keys
            .iter()
            .copied()
            .filter(move |key| !(place.takes_text() && key.is_typed()))
    }
}

impl Key {
    fn is_typed(self) -> bool {
        matches!(self, Self(KeyCode::Char(_), KeyModifiers::NONE))
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.1.contains(KeyModifiers::CONTROL) {
            f.write_str("Ctrl+")?;
            if let KeyCode::Char(c) = self.0 {
                return write!(f, "{}", c.to_ascii_uppercase());
            }
        }
        match self.0 {
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "F{n}"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::BackTab => f.write_str("Shift+Tab"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            other => write!(f, "{other}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(place: Place, code: KeyCode) -> Option<Action> {
        action(place, &KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn letters_are_text_where_text_is_typed() {
        assert_eq!(means(P::Kits, KeyCode::Char('g')), Some(Action::LookUp));
        assert_eq!(means(P::Box, KeyCode::Char('g')), None);
        assert_eq!(means(P::Review, KeyCode::Char('?')), None);
        assert_eq!(means(P::Box, KeyCode::F(2)), Some(Action::LookUp));
    }

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for place in EVERYWHERE.iter().chain(&[P::Palette]) {
            let mut seen = Vec::new();
            for binding in BINDINGS.iter().filter(|b| b.places.contains(place)) {
                for key in binding.keys_in(*place) {
                    assert!(!seen.contains(&key), "{key} means two things in {place:?}");
                    seen.push(key);
                }
            }
        }
    }

    #[test]
    fn flow_control_and_suspend_are_left_alone() {
        for binding in BINDINGS {
            for key in binding.keys {
                assert!(![ctrl('s'), ctrl('q'), ctrl('z')].contains(key), "{key}");
            }
        }
    }

    #[test]
    fn every_place_has_a_way_back_and_help() {
        for place in EVERYWHERE {
            assert_eq!(means(*place, KeyCode::Esc), Some(Action::Back), "{place:?}");
            assert_eq!(
                means(*place, KeyCode::F(1)),
                Some(Action::Help),
                "{place:?}"
            );
        }
    }
}
