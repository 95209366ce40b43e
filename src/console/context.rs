//! What every screen is handed: what is known wherever one is, and how it asks for things.
//! [`Cx`] comes with each key and each answer; [`View`] with each picture.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::keymap::{Action, Here, Keymap, Place, needed};
use super::message::{About, Effect, Wait};
use super::notices::Notices;
use super::theme::{Theme, ThemeList};
use super::widgets::form::Form;
use crate::config::PinEntryRule;
use crate::desk::operations::Begun;
use crate::desk::{Command, Delivery, Session, Target, Ticket};
use crate::journal::{Note, OpenWrite};

/// What is said here.
mod words {
    pub(super) const READING_CHANGES: &str = "Reading what it has changed";
}

/// What a screen may know, change and ask for while it handles a key or an answer.
pub struct Cx {
    /// Where we are.
    pub about: About,
    /// What is drawn with.
    pub theme: Theme,
    /// The themes to choose from.
    pub themes: ThemeList,
    /// Which keys do what.
    pub keymap: Keymap,
    /// What is said below the screen.
    pub notices: Notices,
    /// Forms that were begun and left, by the operation and what it is about.
    pub drafts: HashMap<(Begun, Target), Form>,
    /// What was asked before writes, and what still is.
    pub session: Session,
    /// What the journal says of itself.
    pub journal: JournalState,
    /// What the start screen says after the lock; nothing once something else was looked up.
    pub told: Vec<String>,
    /// The time of the key or the answer.
    pub now: Instant,
    /// Whether the screen that follows an answer is the one in front.
    pub in_front: bool,
    /// What is to be done.
    pub effects: Vec<Effect>,
    last_ticket: u64,
}

/// What is open, and what is wrong with recording.
#[derive(Default)]
pub struct JournalState {
    /// Writes whose end nobody knows, as far as this person may see them.
    pub open: Vec<OpenWrite>,
    /// Those of others, which may be in the way of a write all the same.
    pub open_of_others: Vec<OpenWrite>,
    /// Why nothing can be recorded.
    pub error: Option<String>,
    /// Which records are missing: until somebody answers for them nothing can be sent.
    pub gap: Option<String>,
    /// Why what was done last was not recorded.
    pub unrecorded: Option<String>,
    /// How far the records are forwarded to the central store.
    pub delivery: Delivery,
}

impl Cx {
    /// For a console that has just been started.
    #[must_use]
    pub fn new(about: About, theme: Theme) -> Self {
        Self {
            session: Session::new(about.environment, about.tenant.clone()),
            about,
            theme,
            themes: ThemeList::default(),
            keymap: Keymap::default(),
            notices: Notices::default(),
            drafts: HashMap::new(),
            journal: JournalState::default(),
            told: Vec::new(),
            // Until the first message says it.
            now: Instant::now(),
            in_front: false,
            effects: Vec::new(),
            last_ticket: 0,
        }
    }

    /// A fresh ticket.
    pub fn ticket(&mut self) -> Ticket {
        self.last_ticket += 1;
        Ticket(self.last_ticket)
    }

    /// Asks the desk and says what is waited for.
    pub fn ask(&mut self, what: String, command: impl FnOnce(Ticket) -> Command) -> Wait {
        let ticket = self.ticket();
        let command = command(ticket);
        let is_write = matches!(command, Command::Write(..));
        let limits = self.about.limits;
        let limit = if is_write { limits.write } else { limits.read };
        self.effects.push(Effect::Ask(command));
        self.wait(ticket, what, limit, is_write)
    }

    /// The wait for what is read after a write.
    pub fn reading_after(&self, ticket: Ticket) -> Wait {
        let what = words::READING_CHANGES.to_owned();
        self.wait(ticket, what, self.about.limits.read, true)
    }

    fn wait(&self, ticket: Ticket, what: String, limit: Duration, is_write: bool) -> Wait {
        Wait {
            ticket,
            what,
            since: self.now,
            limit,
            is_write,
        }
    }

    /// Asks the desk something that nobody sees waiting.
    pub fn tell_desk(&mut self, command: impl FnOnce(Ticket) -> Command) -> Ticket {
        let ticket = self.ticket();
        self.effects.push(Effect::Ask(command(ticket)));
        ticket
    }

    /// Leaves a note in the journal.
    pub fn note(&mut self, note: Note) {
        self.effects
            .push(Effect::Ask(Command::Note(Box::new(note))));
    }

    /// Leaves a look-up.
    pub fn leave(&mut self, wait: &mut Option<Wait>) {
        if let Some(left) = wait.take() {
            self.effects.push(Effect::Ask(Command::Leave(left.ticket)));
        }
    }

    /// A place, and what there is not in this profile or for this person.
    #[must_use]
    pub fn here(&self, place: Place) -> Here {
        Here {
            place,
            without_pins: self.about.pin_settings.entry == PinEntryRule::Off,
            without_bank: !self.about.has_bank,
            without_sessions: self.about.sessions().is_none(),
            rights: self.about.rights,
        }
    }

    /// Why this person can't do something, where their roles don't give it.
    #[must_use]
    pub fn not_allowed(&self, action: Action) -> Option<String> {
        self.about.rights.need(needed(action)?).err()
    }
}

/// What a screen may know while it is drawn.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// What is known.
    pub cx: &'a Cx,
    /// What is drawn with: fainter than usual under a popup.
    pub theme: &'a Theme,
    /// The time of the picture.
    pub now: Instant,
}
