//! Which commands there are now, and why one can't be done: for the palette, and for nobody else.
//! What a command does is decided where its key is taken.

use super::app::{App, Tab};
use super::keymap::{Action, Binding, Place};
use super::screens::Layer;
use super::screens::palette::Command;
use crate::dcms::Kit;
use crate::desk::Kind;
use crate::desk::operations::Reads;
use crate::journal::Write;

impl App {
    /// Those of the place in front first, then those of other places.
    pub(super) fn commands(&self) -> Vec<Command> {
        let here = self.here_below();
        let place = self.place_of_commands();
        let mut commands: Vec<Command> = Vec::new();
        let is_here = |row: &Binding| row.is_in(place);
        let rows = self.keymap.shown().filter(|row| is_here(row));
        let elsewhere = self.keymap.shown().filter(|row| {
            // What is said there is another thing for another place.
            !is_here(row) && row.action.is_command()
        });
        for row in rows.chain(elsewhere) {
            let is_known = commands.iter().any(|known| known.action == row.action);
            if is_known || row.action == Action::Commands || here.without.contains(&row.action) {
                continue;
            }
            let keys: Vec<_> = row.keys_in(here.place).map(|key| key.to_string()).collect();
            let why_not = if is_here(row) {
                self.why_not(row.action, row.says)
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

    /// What an open palette offers.
    pub(super) fn commands_of_palette(&self) -> Vec<Command> {
        match self.place() {
            Place::Palette => self.commands(),
            _ => Vec::new(),
        }
    }

    /// The box and the filter lie over kits that can be seen: what can be done with them can be done
    /// from there too.
    fn place_of_commands(&self) -> Place {
        let place = self.place_below();
        let over_kits = matches!(place, Place::Box | Place::Filter);
        if over_kits && !self.find.all_kits().is_empty() {
            Place::Kits
        } else {
            place
        }
    }

    /// Goes where a command that was chosen by its name is done.
    pub(super) fn go_to_commands(&mut self) {
        if self.place_below() != self.place_of_commands() {
            self.find.leave_for_kits();
        }
    }

    /// Why a key that can be pressed here would do nothing, where no screen says so by itself.
    pub(super) fn no_use(&self, action: Action) -> Option<String> {
        match action {
            Action::Filter | Action::SortBy | Action::TurnRound | Action::Reload => {
                self.why_not(action, "")
            }
            _ => None,
        }
    }

    /// Whether a row of the table belongs into the key line now. What hangs on the row that is selected
    /// stays there: a line that changes with each step can't be read, and the key says why not.
    pub(super) fn is_offered(&self, row: &Binding) -> bool {
        let is_list = self.place() == Place::Kits;
        match row.action {
            Action::LookUp => self.place() != Place::Box,
            Action::Enter | Action::Write(_) if is_list => self.find.kit().is_some(),
            action => self.why_not(action, row.says).is_none(),
        }
    }

    fn why_not(&self, action: Action, says: &str) -> Option<String> {
        let nothing = || self.find.no_kit();
        if self.hidden().contains(&says) {
            return Some(match action {
                Action::Settle | Action::Decide => "The outcome of this action is known.".into(),
                _ => "There is nothing here that it could be done with.".into(),
            });
        }
        match action {
            Action::Write(Write::CancelOrder) => self.may_cancel().err(),
            Action::Write(write) if self.place_below() != Place::Outcome => {
                match self.kit_in_front() {
                    Some(kit) => self.may_begin_on(write, kit).err(),
                    None => Some(nothing()),
                }
            }
            Action::Filter | Action::SortBy | Action::TurnRound if self.tab == Tab::Kits => {
                let is_empty = self.find.all_kits().is_empty();
                is_empty.then(|| "No kits are shown: find a customer first.".into())
            }
            Action::Reload if self.place_below() == Place::Kits => {
                let was_asked = self.find.was_asked();
                (!was_asked).then(|| "Nothing was looked up yet: find a customer first.".into())
            }
            _ => None,
        }
    }

    fn kit_in_front(&self) -> Option<&Kit> {
        match self.top() {
            Some(Layer::Detail(screen)) => Some(screen.kit()),
            Some(_) => None,
            None => self.find.kit(),
        }
    }
}

const OVER_KITS: &str = "Only with the kits of a customer in front.";

/// Where a command belongs that is none of the place in front.
fn elsewhere_only(action: Action) -> &'static str {
    match action {
        Action::Write(write) => match Kind::from_write(write).reads {
            Reads::Kits(_) => OVER_KITS,
            Reads::Order(_) => "Only with an order in front.",
        },
        Action::SortBy | Action::TurnRound => OVER_KITS,
        Action::Filter => "Only in a table.",
        Action::Track => "Only with one kit open.",
        Action::Slip => "Only after a write.",
        Action::Settle | Action::Decide => "Only in the journal, on an action.",
        Action::Undo => "Only in a form.",
        Action::StartOver | Action::AddCard | Action::RemoveCard => "Only in an upgrade.",
        Action::Reload => "Only where something was read.",
        _ => "Not here.",
    }
}
