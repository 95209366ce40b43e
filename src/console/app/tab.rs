//! A tab: its root screen, and the layers that lie over it.

use std::ops::{Index, IndexMut};

use crate::console::context::Cx;
use crate::console::keymap::{Action, needed};
use crate::console::message::{About, Message};
use crate::console::screens::{Heard, Screen, Secret};
use crate::desk::Ticket;

/// Which tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TabName {
    Kits,
    Orders,
    Journal,
    Sessions,
}

impl TabName {
    /// All of them: what they are called, and which action leads there.
    pub(super) const ALL: [(Self, &'static str, Action); 4] = [
        (Self::Kits, "Kits", Action::LookUp),
        (Self::Orders, "Orders", Action::Orders),
        (Self::Journal, "Journal", Action::Journal),
        (Self::Sessions, "Sessions", Action::Sessions),
    ];

    /// Those that somebody has here.
    pub(super) fn of(about: &About) -> impl Iterator<Item = (Self, &'static str, Action)> {
        let (rights, has_sessions) = (about.rights, about.sessions().is_some());
        let all = Self::ALL.into_iter();
        all.filter(move |(name, _, action)| {
            let is_here = *name != Self::Sessions || has_sessions;
            is_here && needed(*action).is_none_or(|right| rights.has(right))
        })
    }
}

/// The tabs, each with what lies over it.
pub(super) struct Tabs([Tab; TabName::ALL.len()]);

impl Tabs {
    pub(super) fn new(
        kits: impl Screen + 'static,
        orders: impl Screen + 'static,
        journal: impl Screen + 'static,
        sessions: impl Screen + 'static,
    ) -> Self {
        Self([
            Tab::new(kits),
            Tab::new(orders),
            Tab::new(journal),
            Tab::new(sessions),
        ])
    }

    pub(super) fn each(&self) -> impl DoubleEndedIterator<Item = (TabName, &Tab)> {
        TabName::ALL.iter().map(|(name, ..)| *name).zip(&self.0)
    }

    pub(super) fn each_mut(&mut self) -> impl Iterator<Item = (TabName, &mut Tab)> {
        TabName::ALL.iter().map(|(name, ..)| *name).zip(&mut self.0)
    }

    /// All screens, those of a tab from its root up.
    pub(super) fn screens(&self) -> impl Iterator<Item = &dyn Screen> {
        self.0.iter().flat_map(Tab::screens)
    }
}

impl Index<TabName> for Tabs {
    type Output = Tab;

    fn index(&self, name: TabName) -> &Tab {
        &self.0[name as usize]
    }
}

impl IndexMut<TabName> for Tabs {
    fn index_mut(&mut self, name: TabName) -> &mut Tab {
        &mut self.0[name as usize]
    }
}

/// A root and what lies over it.
pub(in crate::console) struct Tab {
    pub(super) root: Box<dyn Screen>,
    /// The topmost last.
    pub(in crate::console) layers: Vec<Box<dyn Screen>>,
}

impl Tab {
    fn new(root: impl Screen + 'static) -> Self {
        Self {
            root: Box::new(root),
            layers: Vec::new(),
        }
    }

    pub(super) fn top(&self) -> &dyn Screen {
        self.layers.last().unwrap_or(&self.root).as_ref()
    }

    pub(super) fn top_mut(&mut self) -> &mut dyn Screen {
        self.layers.last_mut().unwrap_or(&mut self.root).as_mut()
    }

    fn screens(&self) -> impl Iterator<Item = &dyn Screen> {
        let all = std::iter::once(&self.root).chain(&self.layers);
        all.map(Box::as_ref)
    }

    pub(super) fn screens_mut(&mut self) -> impl Iterator<Item = &mut Box<dyn Screen>> {
        std::iter::once(&mut self.root).chain(&mut self.layers)
    }

    /// The screen that waits for this answer.
    pub(super) fn waiting_for(&mut self, ticket: Ticket) -> Option<&mut Box<dyn Screen>> {
        self.screens_mut().find(|screen| screen.waits_for(ticket))
    }

    /// Leaves the layers from this one on.
    pub(super) fn leave_from(&mut self, place: usize, cx: &mut Cx) {
        let place = place.min(self.layers.len());
        for mut layer in self.layers.drain(place..) {
            layer.leave(cx);
        }
    }

    /// Leaves the layer on top.
    pub(super) fn leave_top(&mut self, cx: &mut Cx) {
        self.leave_from(self.layers.len().saturating_sub(1), cx);
    }

    /// Lets every screen see an answer. Returns whether the one in front shows what it says.
    pub(super) fn follow(&mut self, answer: &Message, is_in_front: bool, cx: &mut Cx) -> bool {
        let top = self.layers.len();
        let mut place = 0;
        let mut is_shown = false;
        let mut stays = |screen: &mut Box<dyn Screen>| {
            cx.in_front = is_in_front && place == top;
            place += 1;
            let heard = screen.follow(answer, cx);
            is_shown |= cx.in_front && heard == Heard::Shown;
            heard != Heard::Over
        };
        stays(&mut self.root);
        self.layers.retain_mut(stays);
        is_shown
    }

    /// Which layer has a secret typed into it that is still in use. Once it was sent, nothing of it is
    /// there any more, and the screen stays for what may be corrected.
    pub(super) fn secret(&self) -> Option<(usize, Secret)> {
        if self.top().is_sent() {
            return None;
        }
        let mut layers = self.layers.iter().enumerate();
        layers.find_map(|(place, layer)| Some((place, layer.secret()?)))
    }
}
