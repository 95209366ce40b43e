//! The app's state, and `update`: what every message does to it. No input or output in here.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crossterm::event::KeyEvent;

use super::keymap::{self, Action, Here, Place};
use super::message::{About, Effect, Message, Wait};
use super::notices::Notices;
use super::screens::find::FindScreen;
use super::screens::journal::JournalScreen;
use super::screens::orders::OrdersScreen;
use super::screens::popup::{Popup, PopupGo};
use super::screens::themes::Shelf;
use super::screens::upgrade::{CardOffers, UpgradeScreen};
use super::screens::{Context, Go, Layer, detail, pin, sentence};
use super::theme::Theme;
use crate::config::{PinEntryRule, Seat};
use crate::dcms::{EntityId, Kit, KitNo, Outcome};
use crate::desk::sentences::of_look;
use crate::desk::{Command, Event, Look, Reading, Ticket, Vault, Verdict, checks};
use crate::journal::{Note, NoteKind, OpenWrite, Subject, Write};

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
    /// What lies over the kits, the topmost last.
    pub(super) kit_layers: Vec<Layer>,
    /// What lies over the orders.
    pub(super) order_layers: Vec<Layer>,
    pub(super) popup: Option<Popup>,
    /// What is said below the screen.
    pub(super) notices: Notices,
    /// Upgrades that were begun and left.
    drafts: HashMap<KitNo, UpgradeScreen>,
    last_ticket: u64,
    /// Whether another screen came to the front by itself and has not been drawn yet. Whoever
    /// pressed a key then did not mean it as an answer to that screen.
    is_unseen: bool,
}

fn is_end(event: &KeyEvent) -> bool {
    keymap::action(Place::Popup, event) == Some(Action::Quit)
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
            drafts: HashMap::new(),
            last_ticket: 0,
            is_unseen: false,
        }
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
        if self.is_waiting() {
            return Some(TICK);
        }
        let closes_at = self.pin_closes_at().map(|(_, at)| at);
        let next = closes_at.into_iter().chain(self.notices.goes_at()).min();
        next.map(|at| at.saturating_duration_since(now))
    }

    /// Which layer is a PIN form that is still in use, and when it closes by itself. One whose PIN
    /// has been sent holds nothing any more and stays for what may be corrected.
    fn pin_closes_at(&self) -> Option<(usize, Instant)> {
        if matches!(self.kit_layers.last(), Some(Layer::Outcome(_))) {
            return None;
        }
        let mut layers = self.kit_layers.iter().enumerate();
        layers.find_map(|(place, layer)| match layer {
            Layer::Pin(screen) => Some((place, screen.closes_at())),
            _ => None,
        })
    }

    /// Whether time must be shown passing.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.waits().next().is_some()
    }

    /// Wipes and closes a PIN form that nobody has typed into for too long. A PIN that is sealed
    /// already and waits for its confirmation goes with it.
    fn close_in_time(&mut self, now: Instant) {
        if let Some((place, at)) = self.pin_closes_at()
            && at <= now
        {
            self.kit_layers.truncate(place);
            self.notices
                .say("The PIN screen was wiped and closed after 30 s without a key.");
        }
    }

    /// A PIN screen can't stay where somebody elsewhere types or watches.
    fn seated(&mut self, seat: Seat) {
        self.about.seat = seat;
        let is_pin = |layer: &Layer| matches!(layer, Layer::Pin(_));
        if let Err(why) = pin::may_type_pins(&self.about)
            && let Some(place) = self.kit_layers.iter().position(is_pin)
        {
            self.kit_layers.truncate(place);
            self.notices.say(why);
        }
    }

    fn waits(&self) -> impl Iterator<Item = &Wait> {
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
            PinEntryRule::Off => &[Action::SetPin],
            PinEntryRule::Local | PinEntryRule::Anywhere => &[],
        };
        let place = self.place_below();
        Here { place, without }
    }

    /// Takes a message in and says what is to be done about it.
    pub fn update(&mut self, message: Message, now: Instant) -> Vec<Effect> {
        let mut effects = Vec::new();
        let before = self.front();
        let is_typed = matches!(message, Message::Key(_) | Message::Paste(_));
        match message {
            Message::Key(event) if self.is_unseen && !is_end(&event) => {}
            Message::Paste(_) if self.is_unseen => {}
            Message::Key(event) => self.key(&event, now, &mut effects),
            Message::Paste(text) => self.paste(&text),
            Message::Desk(event) => self.answered(event, now, &mut effects),
            Message::Sealed(ticket, sealed) => {
                let go = self.with_pin(ticket, now, &mut effects, |pin, context| {
                    pin.sealed(sealed, context)
                });
                self.go(go, Tab::Kits, now, &mut effects);
            }
            Message::PanTried(ticket, opened) => {
                let go = self.with_pin(ticket, now, &mut effects, |pin, context| {
                    pin.pan_tried(opened, context);
                    Go::Stay
                });
                self.go(go, Tab::Kits, now, &mut effects);
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
            Message::Tick => self.close_in_time(now),
            Message::Redraw => {}
        }
        self.notices.stamp(now);
        if !is_typed && self.front() != before {
            self.is_unseen = true;
        }
        effects
    }

    /// What is in front has been drawn: keys are meant for it from now on.
    pub fn seen(&mut self) {
        self.is_unseen = false;
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

    fn key(&mut self, event: &KeyEvent, now: Instant, effects: &mut Vec<Effect>) {
        for layer in &mut self.kit_layers {
            if let Layer::Pin(screen) = layer {
                screen.touched(now);
            }
        }
        let place = self.place();
        let action = keymap::action(place, event);
        let below = self.here_below();
        if let Some(popup) = &mut self.popup {
            match popup.key(below, action, event) {
                PopupGo::Stay => {}
                PopupGo::Close => self.popup = None,
                PopupGo::Theme(picked) => {
                    self.picked(picked, effects);
                    if action == Some(Action::Quit) {
                        self.act(Action::Quit, event, now, effects);
                    }
                }
                PopupGo::End => effects.push(Effect::Quit),
                PopupGo::Do(chosen) => {
                    self.popup = None;
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
    fn act(&mut self, action: Action, event: &KeyEvent, now: Instant, effects: &mut Vec<Effect>) {
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
            Action::Messages => self.popup = Some(Popup::messages(&self.notices)),
            Action::LookUp => {
                self.tab = Tab::Kits;
                self.leave_kit_layers(effects);
                self.find.focus_box(effects);
            }
            Action::Orders => {
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
            action => self.pass_on(Some(action), event, now, effects),
        }
    }

    fn pass_on(
        &mut self,
        action: Option<Action>,
        event: &KeyEvent,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
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
        let layer = match self.tab {
            Tab::Kits => self.kit_layers.last_mut(),
            Tab::Orders => self.order_layers.last_mut(),
            Tab::Journal => None,
        };
        match (layer, self.tab) {
            (Some(layer), _) => layer.paste(text),
            (None, Tab::Kits) => self.find.paste(text),
            (None, Tab::Orders) => self.orders.form.pasted(text),
            (None, Tab::Journal) => self.journal.paste(text),
        }
    }

    /// Carries out what a screen wants done with the screens themselves.
    fn go(&mut self, go: Go, tab: Tab, now: Instant, effects: &mut Vec<Effect>) {
        let layers = match tab {
            // The journal has no layers of its own.
            Tab::Kits | Tab::Journal => &mut self.kit_layers,
            Tab::Orders => &mut self.order_layers,
        };
        match go {
            Go::Stay => {}
            Go::Say(sentence) => self.notices.say(sentence),
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
            Go::Upgrade(kit) => self.open_upgrade(&kit, effects),
            Go::SetPin(kit) => self.open_pin(*kit, now, effects),
        }
    }

    fn open_upgrade(&mut self, kit: &Kit, effects: &mut Vec<Effect>) {
        let Some(entity) = kit.entity.clone().or_else(|| self.find.entity().cloned()) else {
            return;
        };
        if let Err(why) = self.may_upgrade(kit) {
            return self.refuse(Write::Upgrade, entity, kit, why, effects);
        }
        let offers = CardOffers::of(&self.about, self.find.all_kits());
        let screen = match self.drafts.remove(&kit.kit_no) {
            Some(draft) => draft.on(kit.clone(), offers),
            None => UpgradeScreen::new(entity, kit.clone(), offers),
        };
        self.kit_layers.push(Layer::Upgrade(Box::new(screen)));
    }

    /// Whether an upgrade can be asked for: of an ACTIVE card, about which nothing is unsaid.
    fn may_upgrade(&self, kit: &Kit) -> Result<(), String> {
        checks::may_upgrade(kit)?;
        let is_open = |open: &&OpenWrite| {
            let (intent, about) = (&open.intent, &self.about);
            intent.operation == Write::Upgrade.into()
                && intent.subject.kit.as_ref() == Some(&kit.kit_no)
                && intent.place.environment == about.environment
                && intent.place.tenant.as_str() == about.tenant
        };
        match self.open.iter().find(is_open) {
            Some(open) => Err(format!(
                "Kit {}: an upgrade is open (record {}). Settle it first: J or F4.",
                kit.kit_no, open.intent.id
            )),
            None => Ok(()),
        }
    }

    /// Says why something is not begun, here and in the journal.
    fn refuse(
        &mut self,
        write: Write,
        entity: EntityId,
        kit: &Kit,
        why: String,
        effects: &mut Vec<Effect>,
    ) {
        let subject = Subject::kit(entity, kit.kit_no.clone());
        let note = Note {
            message: Some(why.clone()),
            ..Note::new(NoteKind::Refusal, write, subject)
        };
        effects.push(Effect::Ask(Command::Note(Box::new(note))));
        self.notices.say(why);
    }

    fn open_pin(&mut self, kit: Kit, now: Instant, effects: &mut Vec<Effect>) {
        let Some(entity) = kit.entity.clone().or_else(|| self.find.entity().cloned()) else {
            return;
        };
        if let Err(why) = pin::may_set(&self.about, &kit) {
            return self.refuse(Write::SetPin, entity, &kit, why, effects);
        }
        let mut context = Context {
            about: &self.about,
            now,
            last_ticket: &mut self.last_ticket,
            effects,
        };
        let screen = pin::PinScreen::new(entity, kit, &mut context);
        if matches!(self.kit_layers.last(), Some(Layer::Outcome(_))) {
            self.kit_layers.clear();
        }
        self.kit_layers.push(Layer::Pin(Box::new(screen)));
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
        self.drafts.insert(form.kit.kit_no.clone(), form);
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

    /// Takes an answer of the desk's to the screen that waits for it. One that nobody waits for is
    /// dropped, but a write's outcome never is.
    fn answered(&mut self, event: Event, now: Instant, effects: &mut Vec<Effect>) {
        match event {
            Event::Found(ticket, found) => self.find.found(ticket, found),
            Event::Named(ticket, entity, customer) => self.find.named(ticket, &entity, customer),
            Event::OrderRead(ticket, order) => {
                let go = self.orders.read(ticket, order);
                self.go(go, Tab::Orders, now, effects);
            }
            Event::Tracked(ticket, shipments) => {
                for layer in &mut self.kit_layers {
                    if let Layer::Detail(screen) = layer {
                        detail::tracked(screen, ticket, &shipments);
                    }
                }
            }
            Event::KitsAgain(ticket, kits) => {
                if let (Ok(kits), Some(Layer::Upgrade(_) | Layer::Pin(_))) =
                    (&kits, self.kit_layers.last())
                {
                    self.find.refresh(kits);
                }
                let go = match self.kit_layers.last_mut() {
                    Some(Layer::Upgrade(screen)) => screen.read_again(ticket, kits),
                    Some(Layer::Pin(screen)) => screen.read_again(ticket, kits),
                    // The form that asked has been left.
                    _ => Go::Stay,
                };
                self.go(go, Tab::Kits, now, effects);
            }
            Event::Upgraded(ticket, after) => {
                if let Ok(kits) = &after.reading {
                    self.find.refresh(kits);
                }
                if matches!(after.outcome, Outcome::Done(_)) {
                    // What was sent and done is no draft any more.
                    let kit = &after.request.kit;
                    self.drafts.remove(kit);
                    self.kit_layers.retain(
                        |layer| !matches!(layer, Layer::Upgrade(form) if &form.kit.kit_no == kit),
                    );
                }
                for layer in &mut self.kit_layers {
                    if let Layer::Upgrade(form) = layer {
                        form.ended(&after);
                    }
                }
                let unseen = format!(
                    "Upgrade of kit {}: {}.",
                    after.request.kit,
                    after.outcome.word()
                );
                self.ended(ticket, unseen, |screen| screen.upgraded(&after));
            }
            Event::PinSet(ticket, after) => {
                if let Ok(kits) = &after.reading {
                    self.find.refresh(kits);
                }
                for layer in &mut self.kit_layers {
                    if let Layer::Pin(form) = layer {
                        form.ended(&after);
                    }
                }
                let unseen = format!("PIN of kit {}: {}.", after.kit, after.outcome.word());
                self.ended(ticket, unseen, |screen| screen.pin_set(&after));
            }
            Event::Cancelled(ticket, after) => {
                self.orders.ended(&after);
                let unseen = format!(
                    "Cancelling order {}: {}.",
                    after.request.order,
                    after.outcome.word()
                );
                self.ended(ticket, unseen, |screen| screen.cancelled(&after));
            }
            Event::Looked(look) => self.looked(&look),
            Event::Open(open) => self.take_open(open),
            Event::Records(ticket, records) => self.journal.records(ticket, records),
            Event::Story(ticket, story) => self.journal.story(ticket, story),
            // Only a run of many asks that.
            Event::Past(..) => {}
            Event::Settled(ticket, record, settled) => {
                let mut context = Context {
                    about: &self.about,
                    now,
                    last_ticket: &mut self.last_ticket,
                    effects,
                };
                self.journal.settled(ticket, record, settled, &mut context);
            }
        }
    }

    /// Shows what one more reading says where it is waited for, and else in a notice, if it is news.
    fn looked(&mut self, look: &Look) {
        if let Ok(Reading::Kits(kits)) = &look.reading {
            self.find.refresh(kits);
        }
        let mut is_shown = self.tab == Tab::Journal && self.journal.looked(look);
        let in_front = self.top().map(std::ptr::from_ref);
        for layer in self.kit_layers.iter_mut().chain(&mut self.order_layers) {
            let is_in_front = in_front == Some(std::ptr::from_ref(layer));
            if let Layer::Outcome(screen) = layer
                && screen.looked(look)
            {
                is_shown |= is_in_front;
            }
        }
        if !is_shown && look.verdict != Verdict::Open {
            self.notices.say(of_look(look));
        }
    }

    fn take_open(&mut self, open: Result<Vec<OpenWrite>, String>) {
        match open {
            Ok(open) => {
                self.journal_fault = None;
                self.journal.set_open(open.clone());
                self.open = open;
            }
            Err(fault) => self.journal_fault = Some(sentence(&fault)),
        }
    }

    /// Shows a write's end where it is waited for, and in a notice where its screen was left.
    fn ended(
        &mut self,
        ticket: Ticket,
        unseen: String,
        show: impl FnOnce(&mut super::screens::outcome::OutcomeScreen),
    ) {
        if matches!(self.popup, Some(Popup::End)) {
            self.popup = None;
        }
        let is_in_front =
            matches!(self.top(), Some(Layer::Outcome(screen)) if screen.waits_for(ticket));
        let layers = self.kit_layers.iter_mut().chain(&mut self.order_layers);
        for layer in layers {
            if let Layer::Outcome(screen) = layer
                && screen.waits_for(ticket)
            {
                show(screen);
                break;
            }
        }
        if !is_in_front {
            self.notices.say(unseen);
        }
    }
}
