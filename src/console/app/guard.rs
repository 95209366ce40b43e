//! What comes before the screens: is somebody there, is it time to lock, is the screen hidden, was it seen
//! what a key is meant for? Time comes with the messages; nothing here looks at a clock.

use std::time::Instant;

use ratatui::layout::Size;

use super::words;
use super::{App, new_tabs};
use crate::config::SessionOrigin;
use crate::console::keymap::{Action, Place};
use crate::console::message::{Effect, Message};
use crate::console::notices::Notices;
use crate::console::visibility::{Visibility, has_room};
use crate::desk::{Command, Event};

/// That the screens are hidden: nothing of a customer can be seen. They stay as they were, but take no keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) struct Hidden {
    /// Because another window came to the front: it goes when this one is in front again.
    by_focus: bool,
    /// Whether hiding wiped a PIN. The screen says so when it is shown again.
    pub(super) has_wiped: bool,
}

impl App {
    /// Looks at every message before the screens do. Gives back what is for the screens.
    pub(super) fn admit(&mut self, message: Message) -> Option<Message> {
        let now = self.cx.now;
        let is_counted = self.idle.left(now).is_some();
        if self.idle.is_over(now) {
            self.limit_reached();
            // It was meant for what has just been cleared.
            if message.is_input() {
                return None;
            }
        } else if is_counted && self.idle.looks_around() {
            self.cx.effects.push(Effect::LookAround);
        }
        // Here and not with the ticks: after a suspend a key may come first.
        if self.close_secret_in_time() && message.is_input() {
            return None;
        }
        if message.is_input() {
            self.idle.somebody_is_there(now);
            let action = match &message {
                Message::Key(key) => self.cx.keymap.action(self.place(), key),
                _ => None,
            };
            // A key that stops the countdown was pressed for that, and is no answer to the screen.
            if is_counted && !matches!(action, Some(Action::Quit | Action::Hide)) {
                return None;
            }
            if !self.is_meant(&message) {
                if let Message::Key(event) = &message {
                    self.held.count(*event, now);
                }
                return None;
            }
        } else {
            self.idle.begin(now);
        }
        if let Message::Desk(Event::Written(_, written)) = &message {
            self.idle.ended(written.in_public());
        }
        self.uncovered(message)
    }

    /// A write that was waited for has come to its end: now what was put off is done.
    pub(super) fn lock_when_due(&mut self) {
        if self.idle.is_due() && !self.is_writing() {
            self.lock();
        }
    }

    fn limit_reached(&mut self) {
        if self.is_writing() {
            // What has been sent is not cut; but nobody has to see it meanwhile.
            self.idle.put_off();
            self.hide(false);
        } else {
            self.lock();
        }
    }

    /// Lets go of everything about customers. Over SSH that is the end of the session.
    fn lock(&mut self) {
        let tickets = self.waits().map(|wait| wait.ticket);
        let leave = tickets.map(|ticket| Effect::Ask(Command::Leave(ticket)));
        let leave: Vec<_> = leave.collect();
        self.cx.effects.extend(leave);
        self.close_popup();
        self.cx.drafts.clear();
        self.cx.notices = Notices::default();
        self.hidden = None;
        self.cx.session.forget();
        (self.tabs, self.front) = new_tabs(&mut self.cx);
        let origin = &self.cx.about.origin;
        self.cx.told = self.idle.lock(origin);
        self.cx.effects.push(match origin {
            SessionOrigin::Remote(_) => Effect::End(self.cx.told.clone()),
            SessionOrigin::Here => Effect::Clear,
        });
    }

    /// Hides everything, at once and down to what the terminal holds.
    pub(super) fn hide(&mut self, by_focus: bool) {
        let hidden = self.hidden.get_or_insert(Hidden {
            by_focus,
            has_wiped: false,
        });
        hidden.by_focus &= by_focus;
        self.cx.effects.push(Effect::Clear);
    }

    fn show_again(&mut self) {
        if self.hidden.take().is_some_and(|hidden| hidden.has_wiped) {
            self.cx.notices.say(words::WIPED_HIDDEN);
        }
        // The user can have pressed the next key before seeing this screen.
        self.visibility = Visibility::Another;
        self.cx.effects.push(Effect::Clear);
    }

    /// Takes what hides and shows. Gives back what is for the screens: no key is, while they are hidden.
    fn uncovered(&mut self, message: Message) -> Option<Message> {
        match &message {
            Message::Focus(false) if self.idle.hides_without_focus() => self.hide(true),
            Message::Focus(true) if self.hidden.is_some_and(|hidden| hidden.by_focus) => {
                self.show_again();
            }
            Message::Focus(_) => {}
            Message::Key(event) => {
                let action = self.cx.keymap.action(self.place(), event);
                match (self.hidden, action) {
                    // It only hides and never shows: dtach sends Ctrl+L when a client attaches.
                    (_, Some(Action::Hide)) => self.hide(false),
                    (None, _) => return Some(message),
                    (Some(_), Some(Action::Enter)) => self.show_again(),
                    (Some(_), Some(Action::Quit)) => {
                        // The question that may come now must be seen.
                        self.show_again();
                        return Some(message);
                    }
                    (Some(_), _) => {}
                }
            }
            Message::Paste(_) | Message::LostPaste | Message::Mouse(_) if self.hidden.is_some() => {
            }
            _ => return Some(message),
        }
        None
    }

    /// A picture of this size has been drawn: keys are meant for what it shows from now on.
    pub fn seen(&mut self, size: Size, now: Instant) {
        self.visibility = if has_room(size) {
            if self.visibility != Visibility::Front && self.is_end_in_front() {
                self.held.shown(now);
            }
            Visibility::Front
        } else {
            for (_, tab) in self.tabs.each_mut() {
                tab.screens_mut().for_each(|screen| screen.unseen());
            }
            if let Some(popup) = &mut self.popup {
                popup.unseen();
            }
            Visibility::Nothing
        };
    }

    /// Whether it can be meant for what is in front. The end and hiding are never out of reach.
    fn is_meant(&self, message: &Message) -> bool {
        let is_always = |action| matches!(action, Action::Quit | Action::Hide);
        match message {
            _ if self.visibility == Visibility::Front => true,
            Message::Key(event) => {
                let action = self.cx.keymap.action(Place::Popup, event);
                action.is_some_and(is_always)
            }
            message => !message.is_input(),
        }
    }
}
