//! The app's state, and `update`: what every message does to it. No input or output in here.

mod answers;
mod begin;
mod commands;
mod guard;
mod mouse;
mod secrets;
mod tab;
mod title_bar;
mod view;
mod words;

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::context::Cx;
use super::idle::{Guards, Idle};
use super::key_repeat::KeyRepeatGuard;
use super::keymap::{Action, Keymap, Place};
use super::message::{About, Effect, Message, Wait};
use super::screens::end::EndQuestion;
use super::screens::find::FindScreen;
use super::screens::help::Help;
use super::screens::journal::JournalScreen;
use super::screens::messages::Messages;
use super::screens::orders::OrdersScreen;
use super::screens::palette::Palette;
use super::screens::sessions::SessionsScreen;
use super::screens::tenant::PendingWrite;
use super::screens::themes::ThemePicker;
use super::screens::{Go, Screen};
use super::theme::{Theme, ThemeList};
use super::visibility::Visibility;
use crate::desk::{Command, Next, PinSettings};
use crate::journal::Write;
use guard::Hidden;
use mouse::Bars;
pub(super) use tab::TabName;
use tab::Tabs;

/// How often the connections for what comes next are looked after, at most: far more often than they are
/// given up.
const PREPARE_EVERY: Duration = Duration::from_secs(3);

/// How often a wait is redrawn.
const TICK: Duration = Duration::from_millis(125);

/// For an action that was not chosen by a key.
const NO_KEY: KeyEvent = KeyEvent::new(KeyCode::Null, KeyModifiers::NONE);

/// The console's whole state.
pub struct App {
    /// What all screens know.
    pub(super) cx: Cx,
    tabs: Tabs,
    /// Which tab is shown.
    front: TabName,
    /// What lies over the tab that is shown, whichever it is.
    pub(super) popup: Option<Box<dyn Screen>>,
    idle: Idle,
    /// What hides everything.
    pub(super) hidden: Option<Hidden>,
    /// Where things were drawn.
    bars: Bars,
    /// What the user sees at the moment.
    visibility: Visibility,
    /// Keys that are still held down when a write's end comes.
    pub(super) held: KeyRepeatGuard,
    /// What the desk was told last to open connections for, and when.
    prepared: Option<(Next, Instant)>,
}

impl App {
    /// A console that has just been started: the look-up box has the focus.
    #[must_use]
    pub fn new(about: About, theme: Theme) -> Self {
        let mut cx = Cx::new(about, theme);
        let (tabs, front) = new_tabs(&mut cx);
        Self {
            tabs,
            cx,
            front,
            popup: None,
            idle: Idle::default(),
            hidden: None,
            bars: Bars::default(),
            visibility: Visibility::default(),
            held: KeyRepeatGuard::default(),
            prepared: None,
        }
    }

    /// With these keys.
    #[must_use]
    pub fn with_keys(mut self, keymap: Keymap) -> Self {
        self.cx.keymap = keymap;
        self
    }

    /// With these themes to choose from.
    #[must_use]
    pub fn with_themes(mut self, themes: ThemeList) -> Self {
        self.cx.themes = themes;
        self
    }

    /// Guarded so while nobody types.
    #[must_use]
    pub fn guarded(mut self, guards: Guards) -> Self {
        self.idle = Idle::guarded(guards);
        self
    }

    /// How PINs are sealed here.
    #[must_use]
    pub fn pin_settings(&self) -> &PinSettings {
        &self.cx.about.pin_settings
    }

    /// When the app wants to be woken although nothing has happened: soon while time must be shown
    /// passing, at its limit while a PIN is being typed or a sentence stands below the
    /// screen, and else never.
    #[must_use]
    pub fn wakes_in(&self, now: Instant) -> Option<Duration> {
        if self.is_waiting() && self.held.due_at().is_none() {
            return Some(TICK);
        }
        let ends = [
            self.secret().map(|(.., secret)| secret.closes_at),
            self.idle.wakes_at(now),
            self.cx.notices.goes_at(),
            self.held.due_at(),
        ];
        let next = ends.into_iter().flatten().min();
        next.map(|at| at.saturating_duration_since(now))
    }

    /// Whether time must be shown passing.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.waits().next().is_some()
    }

    fn waits(&self) -> impl Iterator<Item = &Wait> {
        self.tabs.screens().filter_map(Screen::wait)
    }

    fn is_writing(&self) -> bool {
        self.waits().any(|wait| wait.is_write)
    }

    /// How many layers lie over each tab.
    #[cfg(test)]
    pub(super) fn layers(&self) -> Vec<usize> {
        self.tabs.each().map(|(_, tab)| tab.layers.len()).collect()
    }

    /// What is in front without a popup.
    fn below(&self) -> &dyn Screen {
        self.tabs[self.front].top()
    }

    /// Where the keys go.
    #[must_use]
    pub(super) fn place(&self) -> Place {
        match &self.popup {
            _ if self.hidden.is_some() => Place::Hidden,
            Some(popup) => popup.place(),
            None => self.below().place(),
        }
    }

    /// Takes a message in and says what is to be done about it.
    pub fn update(&mut self, message: Message, now: Instant) -> Vec<Effect> {
        self.cx.now = now;
        if let Some(event) = self.held.due(now)
            && self.visibility == Visibility::Front
        {
            self.key(&event);
        }
        let before = self.in_front();
        let is_typed = message.is_input();
        if let Some(message) = self.admit(message) {
            self.take(message);
        }
        self.prepare(is_typed);
        self.close_secret_out_of_sight();
        self.lock_when_due();
        self.cx.notices.stamp(now);
        if (!is_typed || self.idle.is_locked()) && self.in_front() != before {
            self.visibility = Visibility::Another;
        }
        std::mem::take(&mut self.cx.effects)
    }

    /// Has the desk open connections while somebody types or reads a review, so that nobody waits for
    /// that later.
    fn prepare(&mut self, is_typed: bool) {
        if self.cx.not_allowed(Action::LookUp).is_some() {
            return;
        }
        let next = if self.below().is_before_write() {
            Next::Write
        } else {
            Next::LookUp
        };
        let is_new = self.prepared.is_none_or(|(before, _)| before != next);
        let is_old = self
            .prepared
            .is_none_or(|(_, at)| self.cx.now >= at + PREPARE_EVERY);
        let is_due = (is_typed && is_old) || (is_new && (is_typed || next == Next::Write));
        if is_due && self.hidden.is_none() {
            self.prepared = Some((next, self.cx.now));
            self.cx.effects.push(Effect::Ask(Command::Prepare(next)));
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Key(event) => {
                let is_answer = self.is_answer_to_end(&event);
                for event in self.held.pass(event, is_answer, self.cx.now) {
                    self.key(&event);
                }
            }
            Message::Mouse(event) => self.mouse(event),
            // There is no shell at the other end of a connection.
            Message::Suspend if self.cx.about.served.is_some() => {}
            Message::Suspend => {
                if self.close_secret() {
                    self.cx.notices.say(words::WIPED_STOPPED);
                }
                self.cx.effects.push(Effect::Suspend);
            }
            Message::Resumed => self.cx.effects.push(Effect::Retake),
            Message::Paste(text) => self.paste(&text),
            Message::LostPaste => self.cx.notices.answer(words::LOST_PASTE),
            Message::Seated(origin) => self.seated(origin),
            // The size may be the same and the terminal another one, which shows nothing yet.
            Message::Redraw => self.cx.effects.push(Effect::Clear),
            Message::Tick | Message::Focus(_) => {}
            Message::Desk(_)
            | Message::Sealed(..)
            | Message::PanTried(..)
            | Message::ReceiptWritten(..)
            | Message::Sessions(..)
            | Message::ThemesFound(_)
            | Message::ThemeRead(..) => self.answered(message),
        }
    }

    /// Whether a write's end is in front.
    fn is_end_in_front(&self) -> bool {
        matches!(self.place(), Place::Outcome | Place::OrderOutcome)
    }

    /// Whether a key would put a write's end away.
    fn is_answer_to_end(&self, event: &KeyEvent) -> bool {
        let action = self.cx.keymap.action(self.place(), event);
        self.is_end_in_front() && matches!(action, Some(Action::Enter | Action::Back))
    }

    /// What the keys go to, as far as a change of it would make a key mean something else.
    fn in_front(&self) -> (TabName, usize, Place) {
        let layers = self.tabs[self.front].layers.len();
        (self.front, layers, self.place())
    }

    fn key(&mut self, event: &KeyEvent) {
        let action = self.cx.keymap.action(self.place(), event);
        self.meant(action, event);
    }

    /// Does what a key means, or a click that stands for it.
    fn meant(&mut self, action: Option<Action>, event: &KeyEvent) {
        self.cx.notices.key_pressed();
        match (&mut self.popup, action) {
            (_, Some(Action::Redraw)) => self.act(Action::Redraw, event),
            (Some(popup), action) => match popup.key(action, event, &mut self.cx) {
                Go::Stay => {}
                go => {
                    self.close_popup();
                    if !matches!(go, Go::Back) {
                        self.go(go, self.front);
                    }
                }
            },
            (None, Some(action)) => self.act(action, event),
            (None, None) => self.pass_on(None, event),
        }
    }

    fn close_popup(&mut self) {
        if let Some(mut popup) = self.popup.take() {
            popup.leave(&mut self.cx);
        }
    }

    fn open(&mut self, popup: impl Screen + 'static) {
        self.popup = Some(Box::new(popup));
    }

    /// Does what works everywhere, and passes the rest on to the screen in front.
    fn act(&mut self, action: Action, event: &KeyEvent) {
        if let Some(why) = self.cx.not_allowed(action) {
            return self.cx.notices.answer(why);
        }
        match action {
            Action::Quit if self.is_writing() => self.open(EndQuestion),
            Action::Quit => self.cx.effects.push(Effect::Quit),
            Action::Help => self.open(Help::new(self.cx.here(self.below().place()))),
            Action::Commands => self.open(Palette::new(self.commands())),
            Action::Theme => {
                let picker = ThemePicker::new(&mut self.cx);
                self.open(picker);
            }
            Action::Messages => self.open(Messages::of(&self.cx.notices)),
            Action::Hide => self.hide(false),
            Action::Redraw => self.cx.effects.push(Effect::Clear),
            Action::LookUp => self.go_to(TabName::Kits),
            Action::Orders => self.go_to(TabName::Orders),
            Action::Journal => self.go_to(TabName::Journal),
            Action::Sessions if self.cx.about.sessions().is_none() => {
                self.cx.notices.answer(words::ONLY_SERVED);
            }
            Action::Sessions => self.go_to(TabName::Sessions),
            Action::Write(Write::CancelOrder) if self.is_cancellable_in_front() => {
                match self.may_cancel() {
                    Ok(()) if self.may_begin(PendingWrite::Cancel, self.order()) => {
                        self.pass_on(Some(action), event);
                    }
                    Ok(()) => {}
                    Err(why) => self.refuse(Write::CancelOrder, self.order(), why),
                }
            }
            action => match self.no_use(action) {
                Some(why) => self.cx.notices.answer(why),
                None => self.pass_on(Some(action), event),
            },
        }
    }

    /// Comes to a tab by its key.
    fn go_to(&mut self, name: TabName) {
        self.cx.in_front = self.front == name;
        self.front = name;
        let tab = &mut self.tabs[name];
        match name {
            TabName::Kits | TabName::Journal | TabName::Sessions => tab.leave_from(0, &mut self.cx),
            // A review or an outcome over the orders stays.
            TabName::Orders => {}
        }
        tab.root.enter(&mut self.cx);
    }

    fn pass_on(&mut self, action: Option<Action>, event: &KeyEvent) {
        let tab = &mut self.tabs[self.front];
        for screen in tab.screens_mut() {
            screen.touched(self.cx.now);
        }
        let go = tab.top_mut().key(action, event, &mut self.cx);
        self.go(go, self.front);
    }

    fn paste(&mut self, text: &str) {
        let tab = &mut self.tabs[self.front];
        match &mut self.popup {
            Some(popup) => popup.paste(text),
            // What is being read was asked for with the fields as they are.
            None if tab.top().wait().is_some() => self.cx.notices.answer(words::NO_PASTE_NOW),
            None => tab.top_mut().paste(text),
        }
    }

    /// Carries out what a screen of this tab wants done with the screens themselves.
    pub(super) fn go(&mut self, go: Go, name: TabName) {
        let (tab, cx) = (&mut self.tabs[name], &mut self.cx);
        match go {
            Go::Stay => {}
            Go::Say(sentence) => cx.notices.answer(sentence),
            Go::Push(layer) => tab.layers.push(layer),
            Go::Replace(layer) => {
                tab.layers.pop();
                tab.layers.push(layer);
            }
            Go::Back => tab.leave_top(cx),
            Go::BackSaying(why) => {
                tab.leave_top(cx);
                cx.notices.answer(why);
            }
            Go::ToRoot(kit) => {
                tab.leave_from(0, cx);
                tab.root.select(kit.as_ref());
            }
            Go::ToKits if self.cx.not_allowed(Action::LookUp).is_some() => {}
            Go::ToKits => self.front = TabName::Kits,
            Go::Begin(begun, kit) => self.begin(begun, *kit),
            Go::Do(action) => {
                self.go_to_commands();
                self.act(action, &NO_KEY);
            }
        }
    }
}

/// All tabs as they are at the start, and the one in front: the first that this person has.
fn new_tabs(cx: &mut Cx) -> (Tabs, TabName) {
    let mut tabs = Tabs::new(
        FindScreen::new(),
        OrdersScreen::new(cx.about.branch.as_ref()),
        JournalScreen::new(cx.journal.open.clone()),
        SessionsScreen::default(),
    );
    let front = TabName::of(&cx.about).next();
    let (front, ..) = front.unwrap_or(TabName::ALL[TabName::Journal as usize]);
    if front != TabName::Kits {
        tabs[front].root.enter(cx);
    }
    (tabs, front)
}
