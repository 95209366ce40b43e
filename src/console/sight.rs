//! What of the console has been seen: a key is meant for a picture, and one that was pressed before it
//! was drawn, or under a sentence in its place, is meant for nothing. No drawing in here.

use std::time::Instant;

use ratatui::layout::Size;

use super::app::App;
use super::keymap::{Action, Place};
use super::message::Message;
use super::screens::Layer;
use super::screens::popup::Popup;

/// Columns and rows below which nothing useful fits.
pub const SMALLEST: (u16, u16) = (60, 16);

/// Whether the screens have room, or a sentence stands in their place.
pub(super) fn has_room(size: Size) -> bool {
    size.width >= SMALLEST.0 && size.height >= SMALLEST.1
}

/// What the last picture showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Sight {
    /// What is in front.
    #[default]
    Front,
    /// Another screen than the one that came to the front by itself since.
    Another,
    /// No screen at all, because the window has no room for one.
    Nothing,
}

impl App {
    /// A picture of this size has been drawn: keys are meant for what it shows from now on.
    pub fn seen(&mut self, size: Size, now: Instant) {
        self.sight = if has_room(size) {
            if self.sight != Sight::Front && self.is_end_in_front() {
                self.held.shown(now);
            }
            Sight::Front
        } else {
            self.ask_afresh();
            Sight::Nothing
        };
    }

    /// What was read and typed to confirm something was out of sight meanwhile: it counts no more.
    fn ask_afresh(&mut self) {
        for layer in self.kit_layers.iter_mut().chain(&mut self.order_layers) {
            if let Layer::Review(screen) = layer {
                screen.ask_afresh();
            }
        }
        if let Some(Popup::Tenant(question)) = &mut self.popup {
            question.ask_afresh();
        }
    }

    /// Whether it can be meant for what is in front. The end and the cover are never out of reach.
    pub(super) fn is_meant(&self, message: &Message) -> bool {
        let is_always = |action| matches!(action, Action::Quit | Action::Hide);
        match message {
            _ if self.sight == Sight::Front => true,
            Message::Key(event) => self
                .keymap
                .action(Place::Popup, event)
                .is_some_and(is_always),
            message => !message.is_input(),
        }
    }
}
