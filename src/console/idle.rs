//! The idle limit: a countdown that is seen, and then nothing of a customer is left on the screen or
//! in memory. Time comes with the messages; nothing here looks at a clock.

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::app::{App, Tab};
use super::keymap::Action;
use super::message::{Effect, Message};
use super::notices::Notices;
use super::screens::find::FindScreen;
use super::screens::journal::JournalScreen;
use super::screens::orders::OrdersScreen;
use super::screens::popup::Popup;
use crate::config::Seat;
use crate::desk::{Command, Event};

/// For how long the countdown is to be seen.
const COUNTDOWN: Duration = Duration::from_secs(30);

/// How the screen is guarded while nobody types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guards {
    /// How long the console may stand unattended.
    pub idle_limit: Duration,
    /// Whether it is hidden while another window has the focus.
    pub hide_on_focus_lost: bool,
}

/// What is known of whoever types.
#[derive(Default)]
pub(super) struct Idle {
    guards: Option<Guards>,
    /// When something was typed last, or the console began.
    last: Option<Instant>,
    /// Whether the limit has passed and only a write under way is waited for.
    is_due: bool,
    is_locked: bool,
    /// Whether it was looked at once more where whoever typed sits.
    has_looked: bool,
    /// Writes that have ended since something was typed, without a customer's data.
    ends: Vec<String>,
    /// What the start screen says after the lock.
    told: Vec<String>,
}

impl Idle {
    /// For how long the countdown is seen: a short limit is not all countdown.
    fn ends_at(&self) -> Option<(Instant, Duration)> {
        let limit = self.guards?.idle_limit;
        if self.is_locked || self.is_due {
            return None;
        }
        Some((self.last? + limit, COUNTDOWN.min(limit / 2)))
    }

    /// Whether nobody has typed for too long, and nothing was put away yet.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.ends_at().is_some_and(|(end, _)| end <= now)
    }

    /// The seconds that are left, once they are counted.
    fn left(&self, now: Instant) -> Option<u64> {
        let (end, countdown) = self.ends_at()?;
        let left = end.saturating_duration_since(now);
        (left <= countdown).then(|| left.as_millis().div_ceil(1000).try_into().unwrap_or(0))
    }

    /// When the countdown begins, or shows the next second.
    pub(super) fn wakes_at(&self, now: Instant) -> Option<Instant> {
        let (end, countdown) = self.ends_at()?;
        let next = match self.left(now) {
            Some(left) => Duration::from_secs(left.saturating_sub(1)),
            None => countdown,
        };
        end.checked_sub(next)
    }

    fn limit(&self) -> String {
        let limit = self.guards.map(|guards| guards.idle_limit);
        crate::durations::shown(limit.unwrap_or_default())
    }

    pub(super) fn hides_without_focus(&self) -> bool {
        self.guards.is_some_and(|guards| guards.hide_on_focus_lost)
    }

    /// What the start screen says; nothing once it was read and something else was looked up.
    pub(super) fn told(&self) -> &[String] {
        &self.told
    }

    pub(super) fn is_locked(&self) -> bool {
        self.is_locked
    }
}

impl App {
    /// Guarded so while nobody types.
    #[must_use]
    pub fn guarded(mut self, guards: Guards) -> Self {
        self.idle.guards = Some(guards);
        self
    }

    /// Looks at every message before the screens do: is somebody there, is it time to lock, is
    /// there anything to be seen? Gives back what is for the screens.
    pub(super) fn admit(
        &mut self,
        message: Message,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) -> Option<Message> {
        let is_counted = self.idle.left(now).is_some();
        if self.idle.is_over(now) {
            self.limit_reached(effects);
            // It was meant for what has just been put away.
            if message.is_input() {
                return None;
            }
        } else if is_counted && !self.idle.has_looked {
            // Who is connected to a tmux can have changed since the last look.
            self.idle.has_looked = true;
            effects.push(Effect::LookAround);
        }
        // Here and not with the ticks: after a suspend a key may come first.
        if self.close_pin_in_time(now, effects) && message.is_input() {
            return None;
        }
        if message.is_input() {
            self.somebody_is_there(now);
            let action = match &message {
                Message::Key(key) => self.keymap.action(self.place(), key),
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
        } else if self.idle.last.is_none() {
            self.idle.last = Some(now);
        }
        if let Message::Desk(Event::Written(_, written)) = &message {
            // Anybody may see it.
            self.idle.ends.push(written.in_public());
        }
        self.uncovered(message, effects)
    }

    fn somebody_is_there(&mut self, now: Instant) {
        let idle = &mut self.idle;
        idle.last = Some(now);
        idle.is_due = false;
        idle.is_locked = false;
        idle.has_looked = false;
        idle.ends.clear();
    }

    /// A write that was waited for has come to its end: now what was put off is done.
    pub(super) fn lock_when_due(&mut self, effects: &mut Vec<Effect>) {
        if self.idle.is_due && !self.is_writing() {
            self.lock(effects);
        }
        if self.find.wait.is_some() {
            self.idle.told.clear();
        }
    }

    fn limit_reached(&mut self, effects: &mut Vec<Effect>) {
        if self.is_writing() {
            // What has been sent is not cut; but nobody has to see it meanwhile.
            self.idle.is_due = true;
            self.hide(false, effects);
        } else {
            self.lock(effects);
        }
    }

    /// Lets go of everything about customers. Over SSH that is the end of the session.
    fn lock(&mut self, effects: &mut Vec<Effect>) {
        let waits: Vec<_> = self.waits().map(|wait| wait.ticket).collect();
        effects.extend(
            waits
                .into_iter()
                .map(|ticket| Effect::Ask(Command::Leave(ticket))),
        );
        if let Some(Popup::Themes(mut picker)) = self.popup.take() {
            // A theme that was only looked at is none that was chosen.
            let esc = KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE);
            self.picked(picker.key(Some(Action::Back), &esc), effects);
        }
        self.kit_layers.clear();
        self.order_layers.clear();
        self.drafts.clear();
        self.find = FindScreen::new();
        self.orders = OrdersScreen::new(self.about.branch.as_ref());
        self.journal = JournalScreen::default();
        self.journal.set_open(self.open.clone());
        self.notices = Notices::default();
        self.cover = None;
        self.tenant_typed = false;
        self.tab = Tab::Kits;

        let is_remote = self.about.seat != Seat::Here;
        let limit = self.idle.limit();
        let what = if is_remote {
            format!("The session was ended after {limit} without a key.")
        } else {
            format!(
                "Locked after {limit} without a key: customers, orders and what was typed are put away."
            )
        };
        let idle = &mut self.idle;
        idle.is_due = false;
        idle.is_locked = true;
        idle.told = vec![what];
        idle.told.append(&mut idle.ends);
        effects.push(if is_remote {
            Effect::End(idle.told.clone())
        } else {
            Effect::Clear
        });
    }

    fn is_writing(&self) -> bool {
        self.waits().any(|wait| wait.is_write)
    }

    /// What the countdown says, once it runs.
    pub(super) fn countdown(&self, now: Instant) -> Option<String> {
        let end = match self.about.seat {
            Seat::Here => "Locks",
            Seat::Remote(_) => "The session ends",
        };
        if self.idle.is_due {
            let text = format!("{end} as soon as the write under way has come to its end.");
            return Some(text);
        }
        let left = self.idle.left(now)?;
        let keys = "any key stops this, and does nothing else";
        Some(format!("{end} in {left} s: {keys}."))
    }
}
