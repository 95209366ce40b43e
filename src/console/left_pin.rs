//! When a PIN form is wiped and closed without having been left by Esc: in time, out of sight, watched
//! from elsewhere. What is typed into it and how it is drawn is the screen's own affair.

use std::time::Instant;

use super::app::{App, Tab};
use super::message::Effect;
use super::notices::Reason;
use super::screens::{Layer, pin};
use super::sight::Sight;
use crate::config::Seat;
use crate::desk::Command;

impl App {
    /// Which layer is a PIN form that is still in use, and when it closes by itself. One whose PIN
    /// has been sent holds nothing any more and stays for what may be corrected.
    pub(super) fn pin_closes_at(&self) -> Option<(usize, Instant)> {
        if matches!(self.kit_layers.last(), Some(Layer::Outcome(_))) {
            return None;
        }
        let mut layers = self.kit_layers.iter().enumerate();
        layers.find_map(|(place, layer)| match layer {
            Layer::Pin(screen) => Some((place, screen.closes_at())),
            _ => None,
        })
    }

    /// Wipes and closes a PIN form that nobody has typed into for too long. A PIN that is sealed
    /// already and waits for its confirmation goes with it. Says whether there was one.
    pub(super) fn close_pin_in_time(&mut self, now: Instant, effects: &mut Vec<Effect>) -> bool {
        let is_late = self.pin_closes_at().is_some_and(|(_, at)| at <= now);
        if is_late {
            self.close_pin(effects);
            self.notices
                .say("The PIN screen was wiped and closed after 30 s without a key.");
            self.sight = Sight::Another;
        }
        is_late
    }

    /// A PIN form does not stay where it can't be seen, by whatever way it was left: another tab, a
    /// cover, or one that is still to be thought of.
    pub(super) fn close_pin_out_of_sight(&mut self, effects: &mut Vec<Effect>) {
        let is_seen = self.cover.is_none() && self.tab == Tab::Kits;
        if is_seen || !self.close_pin(effects) {
            return;
        }
        match &mut self.cover {
            Some(cover) => cover.has_wiped = true,
            None => self
                .notices
                .say("The PIN screen was wiped and closed: another one was opened."),
        }
    }

    /// Wipes and closes a PIN form that is in use, and what lies over it. Says whether there was
    /// anything to wipe.
    pub(super) fn close_pin(&mut self, effects: &mut Vec<Effect>) -> bool {
        let Some((place, _)) = self.pin_closes_at() else {
            return false;
        };
        let closed = self.kit_layers.split_off(place);
        let waits = closed.iter().filter_map(Layer::wait);
        effects.extend(waits.map(|wait| Effect::Ask(Command::Leave(wait.ticket))));
        closed.iter().any(|layer| match layer {
            Layer::Pin(screen) => screen.holds_something(),
            _ => true,
        })
    }

    /// A PIN form, or the review that lies over it, takes a key.
    pub(super) fn touch_pin(&mut self, now: Instant) {
        if let (Tab::Kits, Some(Layer::Pin(_) | Layer::Review(_))) = (self.tab, self.top()) {
            for layer in &mut self.kit_layers {
                if let Layer::Pin(screen) = layer {
                    screen.touched(now);
                }
            }
        }
    }

    /// A PIN screen can't stay where somebody elsewhere types or watches.
    pub(super) fn seated(&mut self, seat: Seat) {
        self.about.seat = seat;
        let is_pin = |layer: &Layer| matches!(layer, Layer::Pin(_));
        match pin::may_type_pins(&self.about) {
            Ok(()) => self.notices.over(Reason::Seat),
            Err(why) => {
                if let Some(place) = self.kit_layers.iter().position(is_pin) {
                    self.kit_layers.truncate(place);
                    self.notices.say_while(Reason::Seat, why);
                }
            }
        }
    }
}
