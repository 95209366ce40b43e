//! The table of bindings: what each key does in each place, unless the user changed it.
//! Nothing but data.

use crossterm::event::KeyCode;

use super::Place::{self as P};
use super::key::{ENTER, ESC, Key, TAB, ctrl, f, key, letter};
use super::place::{BACK, ENDED, EVERYWHERE, FORMS, LISTS, PAGED};
use super::{Action, Place};
use crate::journal::Write;

/// One row.
pub(super) struct Row {
    pub(super) action: Action,
    pub(super) keys: &'static [Key],
    pub(super) places: &'static [Place],
    pub(super) says: &'static str,
}

macro_rules! bindings {
    ($($action:ident $(($write:ident))? [$($key:expr),*] in $places:expr, $says:literal;)*) => {
        &[$(Row { action: Action::$action $((Write::$write))?, keys: &[$($key),*], places: $places, says: $says }),*]
    };
}

/// The table. The key line shows the rows in this order, as far as they fit.
pub(super) const BINDINGS: &[Row] = bindings! {
    Enter [ENTER] in &[P::Box], "look up";
    NextKind [TAB] in &[P::Box], "kind of key";
    Enter [ENTER] in &[P::Kits], "open";
    Write(Upgrade) [letter('u')] in &[P::Kits, P::Detail], "upgrade";
    Write(SetPin) [letter('p')] in &[P::Kits, P::Detail], "set PIN";
    Write(Activate) [letter('a')] in &[P::Kits, P::Detail], "activate";
    Write(Lock) [letter('l')] in &[P::Kits, P::Detail], "lock";
    Write(Unlock) [letter('l')] in &[P::Kits, P::Detail], "unlock";
    Write(Block) [letter('b')] in &[P::Kits, P::Detail], "block";
    Write(BlockAndReplace) [letter('b')] in &[P::Kits, P::Detail], "block and replace";
    Write(Replace) [letter('R')] in &[P::Kits, P::Detail], "replace";
    LostCard [letter('d')] in &[P::Kits, P::Detail], "lost card";
    Write(LockAll) [letter('L')] in &[P::Kits, P::Detail], "lock all";
    Write(BlockAll) [letter('B')] in &[P::Kits, P::Detail], "block all";
    Write(SetLimits) [letter('e')] in &[P::Limits], "change";
    Write(SetPin) [letter('p')] in &[P::Outcome], "set its PIN";
    Write(Replace) [letter('R')] in &[P::Outcome], "order a new card";
    Track [letter('t')] in &[P::Kits, P::Detail], "parcels";
    Customer [letter('c')] in &[P::Kits, P::Detail], "customer";
    Transactions [letter('x')] in &[P::Kits, P::Detail], "payments";
    Limits [letter('i')] in &[P::Kits, P::Detail], "limits";
    Track [letter('t')] in &[P::Outcome], "its parcels";
    Filter [letter('/')] in &[P::Kits], "filter";
    Filter [letter('/')] in &[P::Journal, P::Payments, P::BranchOrders, P::DayEnd], "filter";
    Enter [ENTER] in &[P::Filter], "keep";
    Enter [ENTER] in &[P::Picker], "choose";
    Enter [ENTER] in &[P::Outcome], "to the kits";
    Enter [ENTER] in &[P::OrderOutcome], "to the order";
    Receipt [letter('s'), letter('w')] in &[P::Outcome, P::OrderOutcome], "receipt";
    GoOn [f(10)] in &[P::Receipt], "write it";
    GoOn [f(10)] in &[P::ServedReceipt], "copy it";
    Enter [ENTER] in &[P::Journal], "open";
    Enter [ENTER] in &[P::JournalFilter, P::PaymentFilter, P::OrderFilter, P::DayFilter], "show";
    WholeBank [letter('B')] in &[P::Journal], "host or bank";
    DayEnd [letter('e')] in &[P::Journal], "day's end";
    DayBefore [key(KeyCode::Left)] in &[P::DayEnd], "day before";
    DayAfter [key(KeyCode::Right)] in &[P::DayEnd], "day after";
    Unfold [letter('v')] in &[P::Journal], "look-ups";
    Settle [letter('s')] in &[P::Journal, P::RecordThread], "settle by reading";
    Decide [letter('d')] in &[P::RecordThread], "settle by hand";
    Receipt [letter('w')] in &[P::RecordThread], "receipt";
    GoOn [f(10)] in &[P::Decide], "settle";
    EndSession [letter('x')] in &[P::Sessions], "end session";
    Enter [ENTER] in &[P::EndSession], "end it";
    Write(CancelOrder) [letter('x')] in &[P::Order], "cancel order";
    GoOn [f(10)] in &[P::Upgrade, P::Pin, P::Form, P::LimitsForm], "review";
    GoOn [f(10)] in &[P::OrderForm], "show";
    BranchOrders [f(7), letter('b')] in &[P::OrderForm, P::Order], "branch's orders";
    Enter [ENTER] in &[P::BranchOrders], "open";
    Enter [ENTER] in &[P::Review], "send";
    CheckCard [f(7)] in &[P::Review], "check the card";
    GoOn [f(10)] in &[P::CardCheck], "check";
    GoOn [f(10)] in &[P::Review], "";
    Next [TAB, key(KeyCode::Down)] in FORMS, "next";
    Previous [key(KeyCode::BackTab), key(KeyCode::Up)] in FORMS, "";
    Enter [ENTER] in FORMS, "";
    Enter [ENTER] in &[P::Palette], "do it";
    Enter [ENTER] in &[P::Tenant], "go on";
    Enter [ENTER] in &[P::Hidden], "show again";
    Hide [ctrl('l')] in &[P::Hidden], "";
    Enter [ENTER] in &[P::Themes], "keep";
    Back [ESC] in &[P::Themes], "as before";
    Back [ESC] in &[P::Box], "leave";
    Back [ESC] in &[P::Waiting], "leave";
    Back [ESC] in &[P::Filter, P::PaymentFilter, P::OrderFilter], "no filter";
    Back [ESC] in BACK, "back";
    AddCard [f(7)] in &[P::Upgrade], "add card";
    RemoveCard [f(8)] in &[P::Upgrade], "drop card";
    SortBy [letter('s')] in &[P::Kits], "sort";
    TurnRound [letter('S')] in &[P::Kits], "reverse";
    Reload [f(5), letter('r')] in &[P::Kits, P::LookUp, P::Limits, P::Payments, P::Order, P::BranchOrders, P::Journal, P::DayEnd, P::RecordThread, P::Sessions], "read again";
    Down [letter('j'), key(KeyCode::Down)] in LISTS, "";
    Up [letter('k'), key(KeyCode::Up)] in LISTS, "";
    Down [key(KeyCode::Down)] in &[P::Filter, P::Review], "";
    Up [key(KeyCode::Up)] in &[P::Filter, P::Review], "";
    PageDown [key(KeyCode::PageDown)] in PAGED, "";
    PageUp [key(KeyCode::PageUp)] in PAGED, "";
    First [key(KeyCode::Home)] in ENDED, "";
    Last [key(KeyCode::End)] in ENDED, "";
    LookUp [f(2), letter('g')] in EVERYWHERE, "find";
    Orders [f(3), letter('o')] in EVERYWHERE, "orders";
    Journal [f(4), letter('J')] in EVERYWHERE, "journal";
    Sessions [letter('W')] in EVERYWHERE, "sessions";
    Help [f(1), letter('?')] in EVERYWHERE, "help";
    Undo [f(6)] in FORMS, "undo";
    StartOver [f(5)] in &[P::Upgrade], "start over";
    Commands [ctrl('k')] in EVERYWHERE, "commands";
    Quit [ctrl('c')] in P::ALL, "end";
    Hide [ctrl('l')] in EVERYWHERE, "hide";
    Hide [ctrl('l')] in &[P::Palette, P::Themes, P::Tenant], "hide";
    Theme [f(9)] in EVERYWHERE, "theme";
    Messages [f(11), letter('m')] in EVERYWHERE, "messages";
    Redraw [ctrl('r')] in EVERYWHERE, "redraw";
    Redraw [ctrl('r')] in &[P::Palette, P::Themes, P::Tenant], "redraw";
};
