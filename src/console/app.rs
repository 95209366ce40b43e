//! The app's state, and `update`: what every message does to it. No input or output in here.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crossterm::event::KeyEvent;

use super::cover::Cover;
use super::held::Held;
use super::idle::Idle;
use super::keymap::{Action, Here, Keymap, Place};
use super::message::{About, Effect, Message, Wait};
use super::mouse::Bars;
use super::notices::Notices;
use super::screens::find::FindScreen;
use super::screens::journal::JournalScreen;
use super::screens::orders::OrdersScreen;
use super::screens::popup::{Popup, PopupGo};
use super::screens::tenant::Begun;
use super::screens::themes::Shelf;
use super::screens::upgrade::UpgradeScreen;
use super::screens::{Context, Go, Layer, pin};
use super::sight::Sight;
use super::theme::Theme;
use crate::config::PinEntryRule;
use crate::dcms::KitNo;
use crate::desk::{Command, Ticket, Vault};
use crate::journal::{OpenWrite, Write};

/// How often a wait is drawn anew.
const TICK: Duration = Duration::from_millis(125);

/// Which of the two desks is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Kits,
    Orders,
    Journal,
}

/// The console's whole state.
pub struct App {
    pub(super) about: About,
    pub(super) theme: Theme,
    pub(super) shelf: Shelf,
    pub(super) tab: Tab,
    pub(super) find: FindScreen,
    pub(super) orders: OrdersScreen,
    pub(super) journal: JournalScreen,
    /// Writes whose end nobody knows.
    pub(super) open: Vec<OpenWrite>,
    /// Why nothing can be recorded.
    pub(super) journal_fault: Option<String>,
    /// Which records are missing: until somebody answers for them nothing can be sent.
    pub(super) gap: Option<String>,
    /// Why what was done last was not recorded.
    pub(super) unrecorded: Option<String>,
    /// What lies over the kits, the topmost last.
    pub(super) kit_layers: Vec<Layer>,
    /// What lies over the orders.
    pub(super) order_layers: Vec<Layer>,
    pub(super) popup: Option<Popup>,
    /// What is said below the screen.
    pub(super) notices: Notices,
    /// Upgrades that were begun and left.
    pub(super) drafts: HashMap<KitNo, UpgradeScreen>,
    pub(super) idle: Idle,
    /// What hides everything.
    pub(super) cover: Option<Cover>,
    /// Whether the name of a live tenant was typed in this session.
    pub(super) tenant_typed: bool,
    /// Where things were drawn.
    pub(super) bars: Bars,
    pub(super) keymap: Keymap,
    pub(super) last_ticket: u64,
    /// What whoever types has before their eyes.
    pub(super) sight: Sight,
    /// Keys that are still held down when a write's end comes.
    pub(super) held: Held,
}

impl App {
    /// A console that has just been started: the look-up box has the focus.
    #[must_use]
    pub fn new(about: About, theme: Theme) -> Self {
        Self {
            orders: OrdersScreen::new(about.branch.as_ref()),
            find: FindScreen::new(),
            about,
            theme,
            shelf: Shelf::default(),
            tab: Tab::Kits,
            kit_layers: Vec::new(),
            order_layers: Vec::new(),
            popup: None,
            notices: Notices::default(),
            journal: JournalScreen::default(),
            open: Vec::new(),
            journal_fault: None,
            gap: None,
            unrecorded: None,
            drafts: HashMap::new(),
            idle: Idle::default(),
            cover: None,
            tenant_typed: false,
            bars: Bars::default(),
            keymap: Keymap::default(),
            last_ticket: 0,
            sight: Sight::default(),
            held: Held::default(),
        }
    }

    /// With these keys.
    #[must_use]
    pub fn with_keys(mut self, keymap: Keymap) -> Self {
        self.keymap = keymap;
        self
    }

    /// How PINs are sealed here.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.about.vault
    }

    /// When the app wants to be woken although nothing has happened: soon while time must be shown
    /// passing, at its limit while a PIN is being typed or a sentence stands below the
    /// screen, and else never.
    #[must_use]
    pub fn wakes_in(&self, now: Instant) -> Option<Duration> {
        if self.is_waiting() && self.held.due_at().is_none() {
            return Some(TICK);
        }
        let closes_at = self.pin_closes_at().map(|(_, at)| at);
        let ends = [
            self.idle.wakes_at(now),
            self.notices.goes_at(),
            self.held.due_at(),
        ];
        let next = closes_at.into_iter().chain(ends.into_iter().flatten());
        next.min().map(|at| at.saturating_duration_since(now))
    }

    /// Whether time must be shown passing.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.waits().next().is_some()
    }

    /// Whether the screen in front waits for an answer, and so takes no keys and no pastes.
    fn is_waiting_in_front(&self) -> bool {
        let wait = match (self.top(), self.tab) {
            (Some(layer), _) => layer.wait(),
            (None, Tab::Kits) => self.find.wait.as_ref(),
            (None, Tab::Orders) => self.orders.wait.as_ref(),
            (None, Tab::Journal) => self.journal.wait.as_ref(),
        };
        wait.is_some()
    }

    pub(super) fn waits(&self) -> impl Iterator<Item = &Wait> {
        let layers = self.kit_layers.iter().chain(&self.order_layers);
        layers
            .filter_map(Layer::wait)
            .chain(self.find.wait.as_ref())
            .chain(self.orders.wait.as_ref())
            .chain(self.journal.wait.as_ref())
    }

    /// What lies on top of the tab that is shown.
    pub(super) fn top(&self) -> Option<&Layer> {
        match self.tab {
            Tab::Kits => self.kit_layers.last(),
            Tab::Orders => self.order_layers.last(),
            Tab::Journal => None,
        }
    }

    /// Where the keys go.
    #[must_use]
    pub(super) fn place(&self) -> Place {
        match &self.popup {
            _ if self.cover.is_some() => Place::Cover,
            Some(popup) => popup.place(),
            None => self.place_below(),
        }
    }

    /// Where the keys would go without a popup.
    pub(super) fn place_below(&self) -> Place {
        match (self.top(), self.tab) {
            (Some(layer), _) => layer.place(),
            (None, Tab::Kits) => self.find.place(),
            (None, Tab::Orders) => self.orders.place(),
            (None, Tab::Journal) => self.journal.place(),
        }
    }

    /// Where the keys would go without a popup, and what there is not in this profile.
    pub(super) fn here_below(&self) -> Here {
        let without: &[Action] = match self.about.vault.entry {
            PinEntryRule::Off => &[Action::Write(Write::SetPin)],
            PinEntryRule::Local | PinEntryRule::Anywhere => &[],
        };
        let place = self.place_below();
        Here { place, without }
    }

    /// Takes a message in and says what is to be done about it.
    pub fn update(&mut self, message: Message, now: Instant) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Some(event) = self.held.due(now)
            && self.sight == Sight::Front
        {
            self.key(&event, now, &mut effects);
        }
        let before = self.front();
        let is_typed = message.is_input();
        if let Some(message) = self.admit(message, now, &mut effects) {
            self.take(message, now, &mut effects);
        }
        self.close_pin_out_of_sight(&mut effects);
        self.lock_when_due(&mut effects);
        self.notices.stamp(now);
        if (!is_typed || self.idle.is_locked()) && self.front() != before {
            self.sight = Sight::Another;
        }
        effects
    }

    fn take(&mut self, message: Message, now: Instant, effects: &mut Vec<Effect>) {
        match message {
            Message::Key(event) => {
                for event in self.held.pass(event, self.is_answer_to_end(&event), now) {
                    self.key(&event, now, effects);
                }
            }
            Message::Mouse(event) => self.mouse(event, now, effects),
            Message::Suspend => {
                if self.close_pin(effects) {
                    self.notices
                        .say("The PIN screen was wiped and closed: the program was stopped.");
                }
                effects.push(Effect::Suspend);
            }
            Message::Resumed => effects.push(Effect::Retake),
            Message::Paste(text) => self.paste(&text),
            Message::LostPaste => self.notices.answer(
                "What was pasted came only in part: none of it was taken. Paste again, or type.",
            ),
            Message::Desk(event) => {
                let before = self.faults().map(|fault| fault.map(str::to_owned));
                self.answered(event, now, effects);
                self.keep_new_faults(&before);
            }
            Message::Sealed(ticket, sealed) => {
                let go = self.with_pin(ticket, now, effects, |pin, context| {
                    pin.sealed(sealed, context)
                });
                self.go(go, Tab::Kits, now, effects);
            }
            Message::PanTried(ticket, opened) => {
                let go = self.with_pin(ticket, now, effects, |pin, context| {
                    pin.pan_tried(opened, context);
                    Go::Stay
                });
                self.go(go, Tab::Kits, now, effects);
            }
            Message::Seated(seat) => self.seated(seat),
            Message::SlipWritten(ticket, written) => {
                for layer in self.kit_layers.iter_mut().chain(&mut self.order_layers) {
                    if let Layer::Outcome(screen) = layer {
                        screen.slip_written(ticket, &written);
                    }
                }
            }
            Message::ThemesFound(own) => self.themes_found(own),
            Message::ThemeRead(source, theme) => self.theme_read(source, theme),
            // The size may be the same and the terminal another one, which shows nothing yet.
            Message::Redraw => effects.push(Effect::Clear),
            Message::Tick | Message::Focus(_) => {}
        }
    }

    /// Whether a write's end is in front.
    pub(super) fn is_end_in_front(&self) -> bool {
        matches!(self.place(), Place::Outcome | Place::OrderOutcome)
    }

    /// Whether a key would put a write's end away.
    fn is_answer_to_end(&self, event: &KeyEvent) -> bool {
        let action = self.keymap.action(self.place(), event);
        self.is_end_in_front() && matches!(action, Some(Action::Enter | Action::Back))
    }

    /// What the keys go to, as far as a change of it would make a key mean something else.
    fn front(&self) -> (Tab, usize, Place) {
        let layers = match self.tab {
            Tab::Kits => self.kit_layers.len(),
            Tab::Orders => self.order_layers.len(),
            Tab::Journal => 0,
        };
        (self.tab, layers, self.place())
    }

    pub(super) fn key(&mut self, event: &KeyEvent, now: Instant, effects: &mut Vec<Effect>) {
        let action = self.keymap.action(self.place(), event);
        self.meant(action, event, now, effects);
    }

    /// Does what a key means, or a click that stands for it.
    pub(super) fn meant(
        &mut self,
        action: Option<Action>,
        event: &KeyEvent,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
        self.notices.key_pressed();
        if action == Some(Action::Redraw) {
            return self.act(Action::Redraw, event, now, effects);
        }
        let commands = self.commands_of_palette();
        if let Some(popup) = &mut self.popup {
            match popup.key(&commands, action, event) {
                PopupGo::Stay => {}
                PopupGo::Close => self.popup = None,
                PopupGo::Theme(picked) => {
                    self.picked(picked, effects);
                    if action == Some(Action::Quit) {
                        self.act(Action::Quit, event, now, effects);
                    }
                }
                PopupGo::Tenant(answer) => self.tenant(answer, event, now, effects),
                PopupGo::End => effects.push(Effect::Quit),
                PopupGo::Do(chosen) => {
                    self.popup = None;
                    self.go_to_commands();
                    self.act(chosen, event, now, effects);
                }
            }
            return;
        }
        match action {
            Some(action) => self.act(action, event, now, effects),
            None => self.pass_on(None, event, now, effects),
        }
    }

    /// Does what works everywhere, and passes the rest on to the screen in front.
    pub(super) fn act(
        &mut self,
        action: Action,
        event: &KeyEvent,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
        match action {
            Action::Quit => {
                if self.waits().any(|wait| wait.is_write) {
                    self.popup = Some(Popup::End);
                } else {
                    effects.push(Effect::Quit);
                }
            }
            Action::Help => self.popup = Some(Popup::help()),
            Action::Commands => self.popup = Some(Popup::palette()),
            Action::Theme => self.choose_theme(effects),
            Action::Hide => self.hide(false, effects),
            Action::Redraw => effects.push(Effect::Clear),
            Action::Messages => self.popup = Some(Popup::messages(&self.notices)),
            Action::LookUp => {
                self.tab = Tab::Kits;
                self.leave_kit_layers(effects);
                self.find.focus_box(effects);
            }
            Action::Orders => {
                if self.tab == Tab::Orders {
                    // Whoever asks for the form from there has another order to read.
                    self.orders.leave(effects);
                }
                self.tab = Tab::Orders;
                self.orders.focus_form();
            }
            Action::Journal => {
                self.tab = Tab::Journal;
                let mut context = Context {
                    about: &self.about,
                    now,
                    last_ticket: &mut self.last_ticket,
                    effects,
                };
                self.journal.enter(&mut context);
            }
            Action::Write(Write::CancelOrder) if self.orders.can_begin() => match self.may_cancel()
            {
                Ok(()) if self.may_begin(Begun::Cancel) => {
                    self.pass_on(Some(action), event, now, effects);
                }
                Ok(()) => {}
                Err(why) => self.refuse(Write::CancelOrder, self.orders.subject(), why, effects),
            },
            action => match self.no_use(action) {
                Some(why) => self.notices.answer(why),
                None => self.pass_on(Some(action), event, now, effects),
            },
        }
    }

    fn pass_on(
        &mut self,
        action: Option<Action>,
        event: &KeyEvent,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
        self.touch_pin(now);
        let mut context = Context {
            about: &self.about,
            now,
            last_ticket: &mut self.last_ticket,
            effects,
        };
        let layer = match self.tab {
            Tab::Kits => self.kit_layers.last_mut(),
            Tab::Orders => self.order_layers.last_mut(),
            Tab::Journal => None,
        };
        let go = match (layer, self.tab) {
            (Some(layer), _) => layer.key(action, event, &mut context),
            (None, Tab::Kits) => self.find.key(action, event, &mut context),
            (None, Tab::Orders) => self.orders.key(action, event, &mut context),
            (None, Tab::Journal) => self.journal.key(action, event, &mut context),
        };
        self.go(go, self.tab, now, effects);
    }

    fn paste(&mut self, text: &str) {
        if let Some(popup) = &mut self.popup {
            return popup.paste(text);
        }
        if self.is_waiting_in_front() {
            // What is being read was asked for with the fields as they are.
            return self.notices.answer(
                "Nothing can be pasted while this screen waits. Paste again when it is done.",
            );
        }
        let layer = match self.tab {
            Tab::Kits => self.kit_layers.last_mut(),
            Tab::Orders => self.order_layers.last_mut(),
            Tab::Journal => None,
        };
        match (layer, self.tab) {
            (Some(layer), _) => layer.paste(text),
            (None, Tab::Kits) => self.find.paste(text),
            (None, Tab::Orders) => self.orders.paste(text),
            (None, Tab::Journal) => self.journal.paste(text),
        }
    }

    /// Carries out what a screen wants done with the screens themselves.
    pub(super) fn go(&mut self, go: Go, tab: Tab, now: Instant, effects: &mut Vec<Effect>) {
        let layers = match tab {
            // The journal has no layers of its own.
            Tab::Kits | Tab::Journal => &mut self.kit_layers,
            Tab::Orders => &mut self.order_layers,
        };
        match go {
            Go::Stay => {}
            Go::Say(sentence) => self.notices.answer(sentence),
            Go::Push(layer) => layers.push(*layer),
            Go::Replace(layer) => {
                layers.pop();
                layers.push(*layer);
            }
            Go::Back => {
                if let Some(Layer::Upgrade(form)) = layers.pop() {
                    self.keep_draft(*form);
                }
            }
            Go::ToList(kit) => {
                self.leave_kit_layers(effects);
                self.find.select(kit.as_ref());
            }
            Go::ToKits => self.tab = Tab::Kits,
            Go::ToOrder => layers.clear(),
            Go::BackSaying(why) => {
                layers.pop();
                self.notices.answer(why);
            }
            Go::Begin(write, kit) => self.begin(write, *kit, now, effects),
        }
    }

    /// Leaves whatever lies over the kits: drafts are kept, secrets are wiped, waits are left.
    fn leave_kit_layers(&mut self, effects: &mut Vec<Effect>) {
        for layer in std::mem::take(&mut self.kit_layers) {
            if let Some(wait) = layer.wait().filter(|wait| !wait.is_write) {
                effects.push(Effect::Ask(Command::Leave(wait.ticket)));
            }
            if let Layer::Upgrade(form) = layer {
                self.keep_draft(*form);
            }
        }
    }

    /// Keeps what was typed; what was waited for has been left with the screen.
    fn keep_draft(&mut self, mut form: UpgradeScreen) {
        form.wait = None;
        if !form.is_untouched() {
            self.drafts.insert(form.kit.kit_no.clone(), form);
        }
    }

    fn with_pin(
        &mut self,
        ticket: Ticket,
        now: Instant,
        effects: &mut Vec<Effect>,
        work: impl FnOnce(&mut pin::PinScreen, &mut Context<'_>) -> Go,
    ) -> Go {
        let mut context = Context {
            about: &self.about,
            now,
            last_ticket: &mut self.last_ticket,
            effects,
        };
        for layer in &mut self.kit_layers {
            if let Layer::Pin(screen) = layer
                && screen.waits_for(ticket)
            {
                return work(screen, &mut context);
            }
        }
        Go::Stay
    }
}
