//! Who asks the desk, and what they may have it do. The screens offer nothing else, but it is the desk that
//! refuses: what slips through a screen is not carried out.

use super::message::Command;
use crate::journal::{Filter, Record, guarded};
use crate::people::{Right, Rights};

/// A person and their rights.
#[derive(Debug, Clone)]
pub struct Access {
    operator: String,
    rights: Rights,
}

impl Access {
    /// Of a person at a machine of their own: there the operating system says who may use the configuration
    /// and the journal, so that the desk refuses nothing.
    #[must_use]
    pub fn local() -> Self {
        Self::of("", Rights::all())
    }

    /// Of somebody who records as this operator.
    #[must_use]
    pub fn of(operator: &str, rights: Rights) -> Self {
        Self {
            // As the journal keeps it.
            operator: guarded(operator, &[]),
            rights,
        }
    }

    /// Whether they may give a command.
    ///
    /// # Errors
    /// A sentence that says what is not allowed, and which roles allow it.
    pub fn may(&self, command: &Command) -> Result<(), String> {
        match command {
            Command::Find(..)
            | Command::Name(..)
            | Command::ReadOrder(..)
            | Command::Ask(..)
            | Command::Prepare(_) => self.rights.need(Right::LookUp),
            Command::ReadAgain(..) | Command::Write(..) | Command::Histories(..) => {
                self.rights.need(Right::Write)
            }
            // Whose record it is, is looked at when it has been read.
            Command::Settle(..) if self.rights.has(Right::SettleAny) => Ok(()),
            Command::Settle(..) => self.rights.need(Right::SettleOwn),
            Command::Decide(..) => self.rights.need(Right::Decide),
            Command::ReadForGone(..) => self.of_bank(Right::SettleAny),
            Command::DecideForGone(..) => self.of_bank(Right::Decide),
            Command::Records(_, filter, ..) => {
                self.may_ask_for(filter.operator.as_deref(), Right::SeeOthers)
            }
            Command::Bank(..) => self.rights.need(Right::SeeBank),
            Command::Day(.., operator) => self.may_ask_for(operator.as_deref(), Right::DayOfAll),
            Command::RecordThread(..) | Command::Note(_) | Command::Leave(_) => Ok(()),
        }
    }

    /// Lets a command pass that they may give. What reads records of everybody is narrowed to their own.
    pub(super) fn admit(&self, command: Command) -> Result<Command, (Command, String)> {
        match self.may(&command) {
            Ok(()) => Ok(self.narrowed(command)),
            Err(why) => Err((command, why)),
        }
    }

    /// Whether they may see this record, and all that belongs to it.
    pub(super) fn may_see(&self, record: &Record) -> Result<(), String> {
        self.may_have(record, Right::SeeOthers)
    }

    /// Whether they may have the outcome of this write read again.
    pub(super) fn may_settle(&self, record: &Record) -> Result<(), String> {
        self.may_have(record, Right::SettleAny)
    }

    /// What is done to a write of another host.
    fn of_bank(&self, right: Right) -> Result<(), String> {
        self.rights.need(Right::SeeBank)?;
        self.rights.need(right)
    }

    fn may_have(&self, record: &Record, right: Right) -> Result<(), String> {
        if record.who.operator == self.operator {
            return Ok(());
        }
        self.rights.need(right)
    }

    /// Somebody else by name. Without a name everybody is meant, as far as that is allowed.
    fn may_ask_for(&self, operator: Option<&str>, right: Right) -> Result<(), String> {
        match operator {
            Some(operator) if operator != self.operator => self.rights.need(right),
            Some(_) | None => Ok(()),
        }
    }

    fn narrowed(&self, command: Command) -> Command {
        let own = Some(self.operator.clone());
        match command {
            Command::Records(ticket, filter, look_ups, page)
                if !self.rights.has(Right::SeeOthers) =>
            {
                let filter = Box::new(Filter {
                    operator: own,
                    ..*filter
                });
                Command::Records(ticket, filter, look_ups, page)
            }
            Command::Day(ticket, date, _) if !self.rights.has(Right::DayOfAll) => {
                Command::Day(ticket, date, own)
            }
            other => other,
        }
    }
}
