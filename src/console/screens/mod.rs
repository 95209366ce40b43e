//! One file a screen: its state, what keys and answers do to it, how it is drawn.
//! Screens ask for things by [`Cx`] and say where to go next by [`Go`]; they do nothing themselves.

pub mod card_check;
pub mod checking;
pub mod day;
pub mod detail;
pub mod end;
pub mod find;
pub mod form;
pub mod help;
pub mod journal;
pub mod limits;
pub mod look_up;
pub mod messages;
pub mod orders;
pub mod outcome;
pub mod palette;
pub mod pin;
pub mod receipt;
pub mod review;
pub mod sessions;
pub mod tenant;
pub mod themes;
pub mod upgrade;

use std::time::Instant;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};

pub use super::context::{Cx, View};
use super::keymap::{Action, Place};
use super::message::{Message, Wait};
use super::widgets::form::Form;
use super::widgets::form_page::FormPage;
use super::widgets::said::{above_said, draw_said};
use crate::dcms::{EntityId, Kit, KitNo, Order, OrderId};
use crate::desk::Ticket;
use crate::desk::operations::Begun;
pub use crate::desk::sentences::{read_error, refused, sentence};

/// What is said here.
mod words {
    pub(super) const NO_KIT: &str = "No kit is selected: find a customer first.";
    pub(super) const NO_KIT_MATCHES: &str = "No kit matches the filter: Esc clears it.";
}

/// A screen: the root of a tab, a layer over one, or a popup.
pub trait Screen: Send {
    /// Where the keys go.
    fn place(&self) -> Place;

    /// Takes a key, with what it means here.
    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go;

    /// Draws it.
    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>);

    /// The form that the screen is, where it is one.
    fn page(&self) -> Option<&FormPage> {
        None
    }

    /// The same, to type into it.
    fn page_mut(&mut self) -> Option<&mut FormPage> {
        None
    }

    /// What it waits for. Meanwhile it takes no pastes.
    fn wait(&self) -> Option<&Wait> {
        self.page()?.wait.as_ref()
    }

    /// Whether the answer under this ticket belongs here.
    fn waits_for(&self, ticket: Ticket) -> bool {
        Wait::is_for(self.wait(), ticket)
    }

    /// Takes the answer that it waits for.
    fn answer(&mut self, _answer: Message, _cx: &mut Cx) -> Go {
        Go::Stay
    }

    /// Sees every answer, also one that another screen waits for.
    fn follow(&mut self, _answer: &Message, _cx: &mut Cx) -> Heard {
        Heard::Nothing
    }

    /// Comes to the front by the key of its tab.
    fn enter(&mut self, _cx: &mut Cx) {}

    /// Is left, and does not come back as it is: so is the look-up that it waits for.
    fn leave(&mut self, cx: &mut Cx) {
        leave(self.wait(), cx);
    }

    /// What it says is wrong.
    fn error(&self) -> Option<&str> {
        self.page()?.error.as_deref()
    }

    /// Why a key that works here otherwise does nothing now. The key line leaves it out.
    fn why_not(&self, _action: Action) -> Option<String> {
        None
    }

    /// Takes a paste.
    fn paste(&mut self, text: &str) {
        if let Some(page) = self.page_mut() {
            page.form.pasted(text);
        }
    }

    /// The form that is typed into, if one is.
    fn form(&self) -> Option<&Form> {
        let page = self.page()?;
        Some(&page.form).filter(|form| !form.fields.is_empty())
    }

    /// Takes a click. Returns the action that it stands for, if it stands for one.
    fn point(&mut self, _at: Position) -> Option<Action> {
        None
    }

    /// What it shows that an operation can be about.
    fn shown(&self) -> Shown<'_> {
        Shown::default()
    }

    /// Puts the focus on the kits that it shows, on this one if it is there.
    fn select(&mut self, _kit: Option<&KitNo>) {}

    /// It was out of sight: what was read and typed to confirm something counts no more.
    fn unseen(&mut self) {}

    /// A secret that is typed here.
    fn secret(&self) -> Option<Secret> {
        None
    }

    /// A key was pressed, here or on a screen that lies over it.
    fn touched(&mut self, _now: Instant) {}

    /// Whether its next step is to send a write.
    fn is_before_write(&self) -> bool {
        false
    }

    /// Whether what the screens below have asked for was sent from here.
    fn is_sent(&self) -> bool {
        false
    }
}

/// What a screen shows that an operation can be about.
#[derive(Default)]
pub struct Shown<'a> {
    /// The kit that the next key is about.
    pub kit: Option<&'a Kit>,
    /// Whose kits are shown.
    pub entity: Option<&'a EntityId>,
    /// All kits of the customer, whatever the filter.
    pub kits: &'a [Kit],
    /// The order.
    pub order: Option<(&'a OrderId, &'a Order)>,
}

impl Shown<'_> {
    /// Why there is no kit to do something with.
    #[must_use]
    pub fn no_kit(&self) -> String {
        if self.kits.is_empty() {
            words::NO_KIT.into()
        } else {
            words::NO_KIT_MATCHES.into()
        }
    }
}

/// A secret that is typed on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secret {
    /// When the screen is to be wiped and closed, unless a key comes before.
    pub closes_at: Instant,
    /// Whether anything of it is here, or on its way to be sealed.
    pub is_held: bool,
}

/// What an answer was to a screen that only follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Nothing that it would show.
    Nothing,
    /// It shows what was said.
    Shown,
    /// The screen has no use any more, and goes.
    Over,
}

/// Where to go after a key or an answer.
pub enum Go {
    /// Nowhere.
    Stay,
    /// Nowhere, with a sentence about why.
    Say(String),
    /// On to another screen, which can be left again.
    Push(Box<dyn Screen>),
    /// On to another screen, in place of this one.
    Replace(Box<dyn Screen>),
    /// One step back.
    Back,
    /// One step back, with a sentence about why.
    BackSaying(String),
    /// To the root of the tab, with this kit selected where it shows kits.
    ToRoot(Option<KitNo>),
    /// To the kits, as they were left.
    ToKits,
    /// To the beginning of an operation on a kit, or of a lost card's path.
    Begin(Begun, Box<Kit>),
    /// Away from this popup, and on to this.
    Do(Action),
}

/// Leaves the look-up that is waited for. What was sent can't be left.
pub fn leave(wait: Option<&Wait>, cx: &mut Cx) {
    if let Some(wait) = wait.filter(|wait| !wait.is_write) {
        cx.leave(&mut Some(wait.clone()));
    }
}

/// An id as sentences name it before the DCMS has answered for it: it may be a card number in the wrong
/// place.
fn unconfirmed(id: &str) -> std::borrow::Cow<'_, str> {
    crate::pin::mask_typed_id(id)
}
