//! Which commands there are now, and why one can't be done: for the palette, and for nobody else.
//! What a command does is decided where its key is taken.

use super::App;
use super::tab::TabName;
use super::words;
use crate::console::keymap::{Action, Binding, Place};
use crate::console::screens::Shown;
use crate::console::screens::palette::Command;
use crate::dcms::Kit;
use crate::desk::Kind;
use crate::desk::operations::{About, Begun, Form, OwnForm};
use crate::journal::Write;

impl App {
    /// Those of the place in front first, then those of other places.
    pub(in crate::console) fn commands(&self) -> Vec<Command> {
        let here = self.cx.here(self.below().place());
        let place = self.place_of_commands();
        let mut commands: Vec<Command> = Vec::new();
        let is_here = |row: &Binding| row.is_in(place);
        let rows = self.cx.keymap.shown().filter(|row| is_here(row));
        let elsewhere = self.cx.keymap.shown().filter(|row| {
            // What is said there is another thing for another place.
            !is_here(row) && row.action.is_command()
        });
        for row in rows.chain(elsewhere) {
            let is_known = commands.iter().any(|known| known.action == row.action);
            if is_known || row.action == Action::Commands || here.lacks(row.action) {
                continue;
            }
            let keys: Vec<_> = row.keys_in(here.place).map(|key| key.to_string()).collect();
            let why_not = if is_here(row) {
                self.why_not(row.action)
            } else {
                Some(elsewhere_only(row.action).to_owned())
            };
            commands.push(Command {
                action: row.action,
                says: row.says,
                keys: keys.join(" "),
                why_not,
            });
        }
        commands
    }

    /// The box and the filter lie over kits that can be seen: what can be done with them can be done
    /// from there too.
    fn place_of_commands(&self) -> Place {
        let place = self.below().place();
        let over_kits = matches!(place, Place::Box | Place::Filter);
        if over_kits && !self.kits_shown().kits.is_empty() {
            Place::Kits
        } else {
            place
        }
    }

    /// Goes where a command that was chosen by its name is done.
    pub(super) fn go_to_commands(&mut self) {
        if self.below().place() != self.place_of_commands() {
            self.tabs[TabName::Kits].root.select(None);
        }
    }

    /// Why a key that can be pressed here would do nothing, where the screen doesn't say so.
    pub(super) fn no_use(&self, action: Action) -> Option<String> {
        match action {
            Action::Filter | Action::SortBy | Action::TurnRound | Action::Reload => {
                self.why_not(action)
            }
            _ => None,
        }
    }

    /// Whether a row of the table belongs into the key line now. What hangs on the row that is selected
    /// stays there: a line that changes with each step can't be read, and the key says why not.
    pub(super) fn is_offered(&self, row: &Binding) -> bool {
        if let Some(popup) = &self.popup {
            return popup.why_not(row.action).is_none();
        }
        let is_list = self.place() == Place::Kits;
        let kit = self.below().shown().kit;
        match row.action {
            // Of two that share a key, one is named.
            Action::Write(write) if kit.is_some_and(|kit| !is_done_by_its_key(write, kit)) => false,
            Action::LookUp => self.place() != Place::Box,
            // There is nothing behind it for somebody who has no kits.
            Action::Back if matches!(self.place(), Place::Journal | Place::Sessions) => {
                self.cx.not_allowed(Action::LookUp).is_none()
            }
            Action::Enter if is_list => self.kits_shown().kit.is_some(),
            Action::Write(_) | Action::LostCard if is_list => kit.is_some(),
            action => self.why_not(action).is_none(),
        }
    }

    /// Why a command of the place in front would do nothing.
    fn why_not(&self, action: Action) -> Option<String> {
        let below = self.below();
        if let Some(why) = below.why_not(action) {
            return Some(why);
        }
        let write = match action {
            Action::Write(write) => write,
            Action::LostCard => {
                let kit = below.shown().kit;
                let kit = kit.ok_or_else(|| self.kits_shown().no_kit());
                let may = kit.and_then(|kit| self.may_begin_with(Begun::LostCard, kit));
                return may.err();
            }
            _ => return None,
        };
        match Kind::from_write(write).about {
            About::Order(_) => self.may_cancel().err(),
            // What can be done after a write, its own screen says.
            About::Kit(_) | About::Customer(_) if below.is_sent() => None,
            About::Kit(_) | About::Customer(_) => match below.shown().kit {
                Some(kit) => self.may_begin_on(write, kit).err(),
                None => Some(self.kits_shown().no_kit()),
            },
        }
    }

    fn kits_shown(&self) -> Shown<'_> {
        self.tabs[TabName::Kits].root.shown()
    }
}

/// Of two operations that share a key, the one that the kit's state asks for is done.
fn is_done_by_its_key(write: Write, kit: &Kit) -> bool {
    let mut all = Write::ALL.iter().map(|other| Kind::from_write(*other));
    let of_key = all.find(|other| other.or_else == Some(write));
    of_key.unwrap_or(Kind::from_write(write)).by_state(kit) == write
}

/// Where a command belongs that is none of the place in front.
fn elsewhere_only(action: Action) -> &'static str {
    match action {
        Action::Write(write)
            if matches!(Kind::from_write(write).form, Form::Own(OwnForm::Limits)) =>
        {
            words::OVER_LIMITS
        }
        Action::Write(write) => match Kind::from_write(write).about {
            About::Kit(_) | About::Customer(_) => words::OVER_KITS,
            About::Order(_) => words::OVER_ORDER,
        },
        Action::SortBy
        | Action::TurnRound
        | Action::Track
        | Action::LostCard
        | Action::Customer
        | Action::Limits
        | Action::Transactions => words::OVER_KITS,
        Action::BranchOrders => words::OVER_ORDERS,
        Action::CheckCard => words::ONLY_BEFORE_ACTIVATION,
        Action::Filter => words::IN_TABLE,
        Action::Receipt => words::AFTER_WRITE,
        Action::DayEnd | Action::WholeBank => words::IN_JOURNAL,
        Action::DayBefore | Action::DayAfter => words::OVER_DAY,
        Action::Settle | Action::Decide => words::ON_ACTION,
        Action::EndSession => words::OVER_SESSIONS,
        Action::Undo => words::IN_FORM,
        Action::StartOver | Action::AddCard | Action::RemoveCard => words::IN_UPGRADE,
        Action::Reload => words::WHERE_READ,
        _ => words::NOT_HERE,
    }
}
