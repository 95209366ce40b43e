//! The look-up box and the kits it finds: the console's first screen.
//! The kind of key is guessed from what is typed, shown, and changed with Tab.

mod draw;
mod id_box;
mod looking_up;
mod whose;
mod words;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use id_box::IdBox;
use looking_up::Naming;

use super::{Cx, Go, Heard, Screen, Shown, View, detail, look_up};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Message, Wait};
use crate::console::widgets::drawn::Drawn;
use crate::console::widgets::entry::Entry;
use crate::console::widgets::kits::View as KitsView;
use crate::console::widgets::select::Select;
use crate::dcms::{EntityId, Kit, KitNo, Kits, List, Text};
use crate::desk::operations::Begun;
use crate::desk::{Candidate, CustomerKits, Event, FindBy, Ticket};
use crate::pin::MaskedPan;

/// A customer on the screen.
struct Customers {
    entity: EntityId,
    name: Option<Text>,
    kits: Kits,
    /// Which of them are shown, and how.
    view: KitsView,
}

impl Customers {
    /// The kit in a row.
    fn kit(&self, row: usize) -> Option<&Kit> {
        self.kits.get(self.view.kit(row)?)
    }
}

/// The look-up.
#[derive(Default)]
pub struct FindScreen {
    id: IdBox,
    left_box: bool,
    wait: Option<Wait>,
    naming: Option<Naming>,
    /// What is wrong.
    error: Option<String>,
    asked: Option<FindBy>,
    customer: Option<Customers>,
    picker: Option<(List<Candidate>, Select)>,
    filter: Entry,
    filtering: bool,
    select: Select,
    /// Where the box was drawn.
    box_area: Drawn<()>,
}

impl FindScreen {
    /// An empty box, with the focus on it.
    #[must_use]
    pub fn new() -> Self {
        Self {
            id: IdBox::new(),
            ..Self::default()
        }
    }

    /// What was looked up already is selected: the next id is typed in its place.
    fn go_to_box(&mut self) {
        self.left_box = false;
        self.filtering = false;
        self.id.make_room();
    }

    /// Shows the kits as they were just read, where they are this customer's.
    fn refresh(&mut self, kits: &Kits) {
        if let Some(customer) = &mut self.customer
            && kits
                .iter()
                .filter_map(|kit| kit.entity.as_ref())
                .any(|id| *id == customer.entity)
        {
            let selected = customer.kit(self.select.at());
            let selected = selected.map(|kit| kit.kit_no.clone());
            customer.kits = kits.clone();
            customer.view.take(&customer.kits);
            self.select.keep_within(customer.view.len());
            // In another state it may be in another row.
            if let Some(row) = selected.and_then(|kit| self.row_of(&kit)) {
                self.select.go_to(row);
            }
        }
    }

    /// In which row a kit is shown.
    fn row_of(&self, kit: &KitNo) -> Option<usize> {
        let customer = self.customer.as_ref()?;
        let place = customer
            .kits
            .iter()
            .position(|shown| &shown.kit_no == kit)?;
        customer.view.row_of(place)
    }

    /// How many kits pass the filter.
    fn rows(&self) -> usize {
        self.customer
            .as_ref()
            .map_or(0, |customer| customer.view.len())
    }

    fn set_filter(&mut self, filter: Entry) {
        self.filter = filter;
        if let Some(customer) = &mut self.customer {
            let wanted = self.filter.value();
            // A card in another spelling than the table's, or its whole number.
            let mask = MaskedPan::guess(wanted).filter(|mask| mask.six_and_four().is_ok());
            let mask = mask.map(|mask| mask.to_string());
            let wanted = mask.as_deref().unwrap_or(wanted);
            customer.view.filter(&customer.kits, wanted);
        }
    }

    /// Puts the rows into another order; the selection stays on its kit.
    fn put_in_order(&mut self, sort: impl FnOnce(&mut KitsView, &[Kit])) {
        if let Some(customer) = &mut self.customer {
            let kit = customer.view.kit(self.select.at());
            sort(&mut customer.view, &customer.kits);
            let row = kit.and_then(|kit| customer.view.row_of(kit));
            self.select.go_to(row.unwrap_or(0));
        }
    }

    fn change_filter(&mut self, change: impl FnOnce(&mut Entry) -> bool) {
        if change(&mut self.filter) {
            self.select.go_to(0);
            let filter = std::mem::take(&mut self.filter);
            self.set_filter(filter);
        }
    }

    fn key_in_box(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        match action {
            Some(Action::Enter) => match self.id.take() {
                Ok(by) => self.look_up(by, cx),
                Err(error) => self.error = Some(error),
            },
            Some(Action::NextKind) => {
                self.id.next_kind();
                self.error = None;
            }
            Some(Action::Back) => self.left_box = true,
            _ => {
                if self.id.edit(event) {
                    self.error = None;
                }
            }
        }
        Go::Stay
    }

    fn key_in_picker(&mut self, action: Option<Action>, cx: &mut Cx) -> Go {
        let Some((candidates, select)) = &mut self.picker else {
            return Go::Stay;
        };
        match action {
            Some(Action::Enter) => {
                let Candidate { entity, name, kits } = candidates[select.at()].clone();
                match kits {
                    // The reply that named the customer has brought them.
                    Some(kits) => {
                        self.picker = None;
                        self.asked = Some(FindBy::Entity(entity.clone()));
                        self.show(CustomerKits { entity, kits }, name, cx);
                    }
                    None => self.look_up(FindBy::Entity(entity), cx),
                }
            }
            Some(Action::Back) => self.go_to_box(),
            other => select.by(other, candidates.len()),
        }
        Go::Stay
    }

    fn key_in_filter(&mut self, action: Option<Action>, event: &KeyEvent) -> Go {
        match action {
            Some(Action::Enter) => self.filtering = false,
            Some(Action::Back) => {
                self.set_filter(Entry::default());
                self.filtering = false;
            }
            Some(_) => self.select.by(action, self.rows()),
            None => self.change_filter(|filter| filter.edit(event)),
        }
        Go::Stay
    }

    fn key_in_kits(&mut self, action: Option<Action>, cx: &mut Cx) -> Go {
        match action {
            Some(Action::Back) => {
                if self.filter.is_empty() {
                    self.go_to_box();
                } else {
                    self.set_filter(Entry::default());
                }
                Go::Stay
            }
            Some(Action::SortBy) => {
                self.put_in_order(KitsView::sort_by_next);
                Go::Stay
            }
            Some(Action::TurnRound) => {
                self.put_in_order(KitsView::turn_round);
                Go::Stay
            }
            Some(Action::Filter) => {
                self.filtering = self.customer.is_some();
                Go::Stay
            }
            Some(Action::Reload) => {
                if let Some(by) = self.asked.clone() {
                    self.look_up(by, cx);
                }
                Go::Stay
            }
            Some(what @ (Action::Enter | Action::Write(_) | Action::LostCard)) => {
                let customer = self.customer.as_ref();
                let Some((customer, kit)) =
                    customer.zip(customer.and_then(|customer| customer.kit(self.select.at())))
                else {
                    return Go::Say(self.shown().no_kit());
                };
                let begun = match what {
                    Action::Write(write) => Some(write.into()),
                    Action::LostCard => Some(Begun::LostCard),
                    _ => None,
                };
                if let Some(begun) = begun {
                    return Go::Begin(begun, Box::new(kit.clone()));
                }
                let replacement = customer.view.replacement(kit).cloned();
                Go::Push(Box::new(detail::DetailScreen::new(
                    kit.clone(),
                    replacement,
                )))
            }
            Some(
                action @ (Action::Track | Action::Customer | Action::Limits | Action::Transactions),
            ) => {
                let shown = self.shown();
                let Some(kit) = shown.kit else {
                    return Go::Say(shown.no_kit());
                };
                if action == Action::Track {
                    return Go::Push(Box::new(detail::DetailScreen::tracking(kit.clone(), cx)));
                }
                look_up::over_kit(action, kit, shown.entity, cx).unwrap_or(Go::Stay)
            }
            other => {
                self.select.by(other, self.rows());
                Go::Stay
            }
        }
    }
}

impl Screen for FindScreen {
    fn place(&self) -> Place {
        if self.wait.is_some() {
            Place::Waiting
        } else if !self.left_box {
            Place::Box
        } else if self.picker.is_some() {
            Place::Picker
        } else if self.filtering {
            Place::Filter
        } else {
            Place::Kits
        }
    }

    fn wait(&self) -> Option<&Wait> {
        self.wait.as_ref()
    }

    fn waits_for(&self, ticket: Ticket) -> bool {
        Wait::is_for(self.wait(), ticket)
            || self
                .naming
                .as_ref()
                .is_some_and(|naming| naming.ticket == ticket)
    }

    fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    fn shown(&self) -> Shown<'_> {
        let customer = self.customer.as_ref();
        Shown {
            kit: customer.and_then(|customer| customer.kit(self.select.at())),
            entity: customer.map(|customer| &customer.entity),
            kits: customer.map_or(&[], |customer| &customer.kits.list),
            order: None,
        }
    }

    fn why_not(&self, action: Action) -> Option<String> {
        let why = match action {
            Action::Track | Action::Customer | Action::Limits | Action::Transactions => {
                let shown = self.shown();
                return shown.kit.is_none().then(|| shown.no_kit());
            }
            Action::Filter | Action::SortBy | Action::TurnRound => {
                self.shown().kits.is_empty().then_some(words::NO_KITS_SHOWN)
            }
            Action::Reload if self.place() == Place::Kits && self.asked.is_none() => {
                Some(words::NOTHING_LOOKED_UP)
            }
            _ => None,
        };
        why.map(str::to_owned)
    }

    /// Puts the focus into the box, with what was typed there. A look-up under way is left.
    fn enter(&mut self, cx: &mut Cx) {
        cx.leave(&mut self.wait);
        self.go_to_box();
    }

    fn select(&mut self, kit: Option<&KitNo>) {
        self.left_box = true;
        self.filtering = false;
        if let Some(kit) = kit {
            self.set_filter(Entry::default());
            let row = self.row_of(kit);
            self.select.go_to(row.unwrap_or(self.select.at()));
        }
    }

    fn point(&mut self, at: Position) -> Option<Action> {
        if self.box_area.at(at).is_some() {
            return Some(Action::LookUp);
        }
        if self.wait.is_some() {
            return None;
        }
        let had_focus = self.left_box && !self.filtering;
        let select = match &mut self.picker {
            Some((_, select)) => select,
            None => &mut self.select,
        };
        if !select.has_row(at) {
            return None;
        }
        let meant = select.point(at);
        self.left_box = true;
        self.filtering = false;
        meant.filter(|_| had_focus)
    }

    fn paste(&mut self, text: &str) {
        match self.place() {
            Place::Box => {
                self.id.paste(text);
                self.error = None;
            }
            Place::Filter => self.change_filter(|filter| {
                filter.paste(text);
                true
            }),
            _ => {}
        }
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        match self.place() {
            Place::Box => self.key_in_box(action, event, cx),
            Place::Waiting => {
                if action == Some(Action::Back) {
                    cx.leave(&mut self.wait);
                    self.id.edit_again();
                    self.go_to_box();
                }
                Go::Stay
            }
            Place::Picker => self.key_in_picker(action, cx),
            Place::Filter => self.key_in_filter(action, event),
            _ => self.key_in_kits(action, cx),
        }
    }

    fn answer(&mut self, answer: Message, cx: &mut Cx) -> Go {
        match answer {
            Message::Desk(Event::Found(_, found)) => self.found(found, cx),
            Message::Desk(Event::Named(_, entity, known)) => {
                if let Some(customer) = &mut self.customer
                    && customer.entity == entity
                {
                    customer.name.clone_from(&known.name);
                }
                if let Some(naming) = &mut self.naming {
                    naming.name = known.name;
                }
            }
            _ => {}
        }
        Go::Stay
    }

    fn follow(&mut self, answer: &Message, _cx: &mut Cx) -> Heard {
        let read = match answer {
            Message::Desk(Event::ReadAgain(_, read)) => Some(read),
            Message::Desk(Event::Written(_, written)) => Some(&written.reading),
            Message::Desk(Event::Observed(observation)) => Some(&observation.reading),
            _ => None,
        };
        let read = read.and_then(|read| read.as_ref().ok());
        if let Some(kits) = read.and_then(|read| read.kits.as_ref()) {
            self.refresh(kits);
        }
        Heard::Nothing
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        self.draw_find(frame, area, view);
    }
}
