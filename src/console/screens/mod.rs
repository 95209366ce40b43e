//! One file a screen: its state, what keys do to it, how it is drawn.
//! Screens ask for things by effects and say where to go next; they do nothing themselves.

pub mod checking;
pub mod detail;
pub mod find;
pub mod journal;
pub mod messages;
pub mod orders;
pub mod outcome;
pub mod palette;
pub mod pin;
pub mod popup;
pub mod review;
pub mod tenant;
pub mod themes;
pub mod upgrade;

use std::time::{Duration, Instant};

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::keymap::{Action, Place};
use super::message::{About, Effect, Wait};
use super::theme::{Scope, Theme};
use super::widgets::lines;
use crate::dcms::{Kit, KitNo};
pub use crate::desk::sentences::{read_fault, sentence};
use crate::desk::{Command, Ticket};
use crate::journal::{Note, Write};

/// What a screen may know and ask for while it handles a key.
pub struct Context<'a> {
    /// Where we are.
    pub about: &'a About,
    /// The time of the key.
    pub now: Instant,
    /// The last ticket that was given out.
    pub last_ticket: &'a mut u64,
    /// What is to be done.
    pub effects: &'a mut Vec<Effect>,
}

impl Context<'_> {
    /// A fresh ticket.
    pub fn ticket(&mut self) -> Ticket {
        *self.last_ticket += 1;
        Ticket(*self.last_ticket)
    }

    /// Asks the desk and says what is waited for.
    pub fn ask(&mut self, what: String, command: impl FnOnce(Ticket) -> Command) -> Wait {
        let ticket = self.ticket();
        let command = command(ticket);
        let is_write = matches!(command, Command::Write(..));
        let limits = self.about.limits;
        // After a write the state is read once more, within the same wait.
        let limit = if is_write {
            limits.write + limits.read
        } else {
            limits.read
        };
        self.effects.push(Effect::Ask(command));
        self.wait(ticket, what, limit, is_write)
    }

    /// Something that is waited for from now on.
    pub fn wait(&self, ticket: Ticket, what: String, limit: Duration, is_write: bool) -> Wait {
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
}

/// Where to go after a key.
pub enum Go {
    /// Nowhere.
    Stay,
    /// Nowhere, with a sentence about why.
    Say(String),
    /// On to another screen, which can be left again.
    Push(Box<Layer>),
    /// On to another screen, in place of this one.
    Replace(Box<Layer>),
    /// One step back.
    Back,
    /// To the kits, with this one selected.
    ToList(Option<KitNo>),
    /// To the kits, as they were left.
    ToKits,
    /// To the order.
    ToOrder,
    /// One step back, with a sentence about why.
    BackSaying(String),
    /// To the beginning of an operation on a kit.
    Begin(Write, Box<Kit>),
}

/// A screen that lies over the kits or the orders.
pub enum Layer {
    /// One kit.
    Detail(Box<detail::DetailScreen>),
    /// A kit that is read once more before an operation on it is reviewed.
    Checking(Box<checking::CheckingScreen>),
    /// The upgrade form.
    Upgrade(Box<upgrade::UpgradeScreen>),
    /// The PIN form.
    Pin(Box<pin::PinScreen>),
    /// What will be sent, and its confirmation.
    Review(Box<review::ReviewScreen>),
    /// What became of it.
    Outcome(Box<outcome::OutcomeScreen>),
}

impl Layer {
    /// What it waits for.
    #[must_use]
    pub fn wait(&self) -> Option<&Wait> {
        match self {
            Self::Detail(screen) => screen.wait.as_ref(),
            Self::Checking(screen) => Some(&screen.wait),
            Self::Upgrade(screen) => screen.wait.as_ref(),
            Self::Pin(screen) => screen.wait.as_ref(),
            Self::Review(_) => None,
            Self::Outcome(screen) => screen.wait(),
        }
    }

    /// What it says is wrong.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        match self {
            Self::Upgrade(screen) => screen.fault.as_deref(),
            Self::Pin(screen) => screen.fault.as_deref(),
            Self::Detail(_) | Self::Checking(_) | Self::Review(_) | Self::Outcome(_) => None,
        }
    }

    /// Where the keys go.
    #[must_use]
    pub fn place(&self) -> Place {
        match self {
            Self::Outcome(screen) => screen.place(),
            _ if self.wait().is_some() => Place::Waiting,
            Self::Checking(_) => Place::Waiting,
            Self::Detail(_) => Place::Detail,
            Self::Upgrade(_) => Place::Upgrade,
            Self::Pin(_) => Place::Pin,
            Self::Review(_) => Place::Review,
        }
    }

    /// Takes a key.
    pub fn key(
        &mut self,
        action: Option<Action>,
        event: &KeyEvent,
        context: &mut Context<'_>,
    ) -> Go {
        match self {
            Self::Detail(screen) => screen.key(action, context),
            Self::Checking(screen) => screen.key(action, context),
            Self::Upgrade(screen) => screen.key(action, event, context),
            Self::Pin(screen) => screen.key(action, event, context),
            Self::Review(screen) => screen.key(action, event, context),
            Self::Outcome(screen) => screen.key(action, event, context),
        }
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str) {
        match self {
            Self::Upgrade(screen) => screen.form.pasted(text),
            Self::Pin(screen) => screen.form.pasted(text),
            Self::Review(screen) => screen.paste(),
            Self::Detail(_) | Self::Checking(_) | Self::Outcome(_) => {}
        }
    }

    /// Draws it.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, now: Instant, theme: &Theme) {
        match self {
            Self::Detail(screen) => screen.draw(frame, area, now, theme),
            Self::Checking(screen) => screen.draw(frame, area, now, theme),
            Self::Upgrade(screen) => screen.draw(frame, area, now, theme),
            Self::Pin(screen) => screen.draw(frame, area, now, theme),
            Self::Review(screen) => screen.draw(frame, area, theme),
            Self::Outcome(screen) => screen.draw(frame, area, now, theme),
        }
    }
}

/// What a screen has to say below its fields: what it waits for, or else what is wrong.
fn draw_said(
    frame: &mut Frame<'_>,
    area: Rect,
    wait: Option<&Wait>,
    fault: Option<&str>,
    now: Instant,
    theme: &Theme,
) {
    if let Some(wait) = wait {
        let text = lines::waiting(&wait.what, now.duration_since(wait.since), wait.limit);
        lines::sentence(frame, area, &text, Scope::Accent, theme);
    } else if let Some(fault) = fault {
        lines::sentence(frame, area, fault, Scope::Danger, theme);
    }
}

/// An id as sentences name it before the DCMS has answered for it: it may be a card number in the wrong
/// place.
fn unconfirmed(id: &str) -> std::borrow::Cow<'_, str> {
    crate::pin::mask_typed_id(id)
}
