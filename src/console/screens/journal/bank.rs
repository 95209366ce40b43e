//! The whole bank's records in the journal's list: what is asked for them, and as of when they are.

use jiff::Timestamp;

use super::Cx;
use crate::desk::{BankPage, BankQuestion, Command, Ticket};
use crate::journal::{Filter, Listed, LookUps, Mark};

/// How far the bank's journal has been read.
#[derive(Default)]
pub(super) struct BankList {
    /// The writes whose end nobody knows.
    pub(super) open: Vec<Listed>,
    /// Where the next page begins.
    next: Option<Mark>,
    /// When the first page was read.
    pub(super) as_of: Option<Timestamp>,
}

impl BankList {
    /// Asks for the first page, or for the next one.
    pub(super) fn ask(
        &mut self,
        filter: Box<Filter>,
        look_ups: LookUps,
        is_first: bool,
        cx: &mut Cx,
    ) -> Ticket {
        let after = self.next.clone().filter(|_| !is_first);
        let question = Box::new(BankQuestion::Actions(filter, look_ups, after));
        cx.tell_desk(|ticket| Command::Bank(ticket, question))
    }

    /// Takes a page, and gives back its actions.
    pub(super) fn take(&mut self, page: BankPage, is_first: bool) -> Vec<Listed> {
        let BankPage { open, actions } = page;
        if is_first {
            self.open = open;
            self.as_of = Some(actions.as_of);
        }
        self.next = actions.next;
        actions.found
    }

    /// Whether there are older ones.
    pub(super) fn has_more(&self) -> bool {
        self.next.is_some()
    }
}
