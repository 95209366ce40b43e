//! When a form with a secret in it is wiped and closed without having been left by Esc: in time, out of
//! sight, watched from elsewhere. What is typed into it and how it is drawn is the screen's own.

use super::App;
use super::tab::TabName;
use super::words;
use crate::config::SessionOrigin;
use crate::console::notices::Reason;
use crate::console::screens::{Secret, pin};
use crate::console::visibility::Visibility;

impl App {
    /// Where a secret is being typed, and when that closes without a key. What was sent already holds
    /// nothing any more.
    pub(super) fn secret(&self) -> Option<(TabName, usize, Secret)> {
        let mut tabs = self.tabs.each();
        tabs.find_map(|(name, tab)| {
            let (place, secret) = tab.secret()?;
            Some((name, place, secret))
        })
    }

    /// Wipes and closes a PIN form that nobody has typed into for too long. A PIN that is sealed
    /// already and waits for its confirmation goes with it. Says whether there was one.
    pub(super) fn close_secret_in_time(&mut self) -> bool {
        let closes_at = self.secret().map(|(.., secret)| secret.closes_at);
        let is_late = closes_at.is_some_and(|at| at <= self.cx.now);
        if is_late {
            self.close_secret();
            self.cx.notices.say(words::WIPED_AFTER_30_S);
            self.visibility = Visibility::Another;
        }
        is_late
    }

    /// A PIN form does not stay where it can't be seen, by whatever way it was left: another tab,
    /// hiding, or one that is still to be thought of.
    pub(super) fn close_secret_out_of_sight(&mut self) {
        let front = self.front;
        let is_seen = self.hidden.is_none() && self.secret().is_none_or(|(name, ..)| name == front);
        if is_seen || !self.close_secret() {
            return;
        }
        match &mut self.hidden {
            Some(hidden) => hidden.has_wiped = true,
            None => self.cx.notices.say(words::WIPED_ANOTHER),
        }
    }

    /// Wipes and closes a PIN form that is in use, and what lies over it. Says whether there was
    /// anything to wipe.
    pub(super) fn close_secret(&mut self) -> bool {
        let Some((name, place, secret)) = self.secret() else {
            return false;
        };
        let tab = &mut self.tabs[name];
        // What lies over it has the sealed PIN.
        let is_held = secret.is_held || tab.layers.len() > place + 1;
        tab.leave_from(place, &mut self.cx);
        is_held
    }

    /// A PIN screen can't stay where somebody elsewhere types or watches.
    pub(super) fn seated(&mut self, origin: SessionOrigin) {
        self.cx.about.origin = origin;
        match pin::may_type_pins(&self.cx.about) {
            Ok(()) => self.cx.notices.over(Reason::SessionOrigin),
            Err(why) => {
                for (_, tab) in self.tabs.each_mut() {
                    let mut layers = tab.layers.iter();
                    if let Some(place) = layers.position(|layer| layer.secret().is_some()) {
                        tab.leave_from(place, &mut self.cx);
                        self.cx
                            .notices
                            .say_while(Reason::SessionOrigin, why.clone());
                    }
                }
            }
        }
    }
}
