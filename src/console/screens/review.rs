//! What will be sent, old beside new, and the typed confirmation. Nothing is sent from elsewhere.

mod draw;

use std::cell::Cell;

use crossterm::event::KeyEvent;

use super::outcome::{OutcomeScreen, Subject};
use super::{Context, Go, Layer};
use crate::console::keymap::Action;
use crate::console::widgets::entry::Entry;
use crate::dcms::{CancelOrder, EntityId, Kit, Kits, Order, SetPin, Upgrade};
use crate::desk::{Before, Command, KitsBefore, tries};
use crate::journal::{self, Write};

/// A write that waits for its confirmation.
pub enum Reviewed {
    /// An upgrade.
    Upgrade {
        /// The card as it was just read.
        before: Box<Kit>,
        /// All kits of the customer, as just read.
        known: KitsBefore,
        /// What will be sent.
        request: Upgrade,
    },
    /// A PIN. The request is taken out when it is sent: a sealed PIN has no copies.
    Pin {
        /// The customer.
        entity: EntityId,
        /// The card as it was just read.
        kit: Box<Kit>,
        /// What will be sent.
        request: Option<SetPin>,
    },
    /// A cancellation.
    Cancel {
        /// The order as it was just read.
        order: Box<Order>,
        /// What will be sent.
        request: CancelOrder,
    },
}

impl Reviewed {
    fn subject(&self) -> Subject {
        let of_kit = |write, kit: &Kit, known: KitsBefore| Subject {
            write,
            card: kit.card.clone(),
            kit: Some(kit.kit_no.clone()),
            order: None,
            branch: None,
            known,
        };
        match self {
            Self::Upgrade { before, known, .. } => of_kit(Write::Upgrade, before, known.clone()),
            Self::Pin { kit, .. } => of_kit(Write::SetPin, kit, KitsBefore::default()),
            Self::Cancel { request, .. } => Subject {
                write: Write::CancelOrder,
                card: None,
                kit: None,
                order: Some(request.order.clone()),
                branch: Some(request.branch.to_string()),
                known: KitsBefore::default(),
            },
        }
    }

    /// What is confirmed, and of whom or of what, as the journal has it.
    fn about(&self) -> (Write, journal::Subject) {
        match self {
            Self::Upgrade { request, .. } => (
                Write::Upgrade,
                journal::Subject::kit(request.entity.clone(), request.kit.clone()),
            ),
            Self::Pin { entity, kit, .. } => (
                Write::SetPin,
                journal::Subject::kit(entity.clone(), kit.kit_no.clone()),
            ),
            Self::Cancel { request, .. } => (
                Write::CancelOrder,
                journal::Subject::order(request.order.clone()),
            ),
        }
    }

    /// What must be typed, and of what it is the end.
    fn expected(&self) -> (&str, String) {
        match self {
            Self::Upgrade { before, .. } => (
                before.kit_no.last_four(),
                format!("kit number {}", before.kit_no),
            ),
            Self::Pin { kit, .. } => (kit.kit_no.last_four(), format!("kit number {}", kit.kit_no)),
            Self::Cancel { request, .. } => (
                request.order.last_four(),
                format!("order id {}", request.order),
            ),
        }
    }

    /// What was read before: it goes with the write, for whoever asks later what it has changed.
    fn before(&self) -> Before {
        match self {
            Self::Upgrade { before, known, .. } => Before::Kits {
                kit: before.clone(),
                all: known.clone(),
            },
            Self::Pin { kit, .. } => Before::Kits {
                kit: kit.clone(),
                all: KitsBefore::of(&Kits::from(vec![(**kit).clone()]), None),
            },
            Self::Cancel { order, .. } => Before::Order(order.clone()),
        }
    }
}

/// The review.
pub struct ReviewScreen {
    reviewed: Reviewed,
    typed: Entry,
    fault: Option<String>,
    /// The first line that is shown, as far as it was in sight when it was last drawn.
    scroll: Cell<usize>,
    /// Up to which line all of it was in sight.
    read: Cell<usize>,
    /// Whether something that changes has never been in sight: so it is until it is drawn.
    unread: Cell<bool>,
}

/// Lines that a page goes on by: never more than the smallest window shows.
const PAGE: usize = 5;

impl ReviewScreen {
    /// A review in which nothing has been confirmed.
    #[must_use]
    pub fn new(reviewed: Reviewed) -> Self {
        let wanted = reviewed.expected().0.chars().count();
        Self {
            reviewed,
            typed: Entry::default().limited(wanted),
            fault: None,
            scroll: Cell::default(),
            read: Cell::default(),
            unread: Cell::new(true),
        }
    }

    /// As if it had just been opened: it was out of sight meanwhile.
    pub fn ask_afresh(&mut self) {
        self.typed.put("");
        self.fault = None;
        self.scroll = Cell::default();
        self.read = Cell::default();
        self.unread = Cell::new(true);
    }

    fn scrolled(&mut self, lines: isize) -> Go {
        self.scroll_by(lines);
        Go::Stay
    }

    fn scroll_by(&mut self, lines: isize) {
        // Drawing keeps it within what there is.
        self.scroll
            .set(self.scroll.get().saturating_add_signed(lines));
    }

    /// A confirmation is typed, not pasted: pasting would confirm without reading.
    pub fn paste(&mut self) {
        self.fault = Some("Type the four characters: a confirmation can't be pasted.".into());
    }

    /// Takes a key.
    pub fn key(
        &mut self,
        action: Option<Action>,
        event: &KeyEvent,
        context: &mut Context<'_>,
    ) -> Go {
        match action {
            Some(Action::Back) => Go::Back,
            Some(Action::Enter | Action::GoOn) => {
                let (expected, of) = self.reviewed.expected();
                if self.typed.value().trim().eq_ignore_ascii_case(expected) {
                    if self.unread.get() {
                        // Nobody confirms what was never in sight.
                        self.scroll_by(PAGE.cast_signed());
                        self.fault = Some(
                            "More will be changed than fits here: read on, then Enter.".into(),
                        );
                        return Go::Stay;
                    }
                    return self.send(context);
                }
                if !self.typed.value().trim().is_empty() {
                    let (write, subject) = self.reviewed.about();
                    context.note(tries::wrong_confirmation(write, subject));
                    self.typed.select();
                }
                self.fault = Some(if self.typed.value().trim().is_empty() {
                    format!(
                        "Type the last {} of the {of} to confirm, then Enter.",
                        expected.len()
                    )
                } else {
                    format!(
                        "That is not the end of the {of}. Compare it with what the customer asked for."
                    )
                });
                Go::Stay
            }
            Some(Action::Down) => self.scrolled(1),
            Some(Action::Up) => self.scrolled(-1),
            Some(Action::PageDown) => self.scrolled(PAGE.cast_signed()),
            Some(Action::PageUp) => self.scrolled(-PAGE.cast_signed()),
            _ => {
                if self.typed.edit(event) {
                    self.fault = None;
                }
                Go::Stay
            }
        }
    }

    fn send(&mut self, context: &mut Context<'_>) -> Go {
        let before = Some(self.reviewed.before());
        let (what, command): (String, Box<dyn FnOnce(_) -> Command>) = match &mut self.reviewed {
            Reviewed::Upgrade { request, .. } => {
                let request = request.clone();
                let what = format!("Upgrading kit {}", request.kit);
                (
                    what,
                    Box::new(move |ticket| Command::Upgrade(ticket, request, before)),
                )
            }
            Reviewed::Pin { request, .. } => {
                let Some(request) = request.take() else {
                    return Go::Back;
                };
                let what = format!("Setting the PIN of kit {}", request.kit);
                (
                    what,
                    Box::new(move |ticket| Command::SetPin(ticket, request, before)),
                )
            }
            Reviewed::Cancel { request, .. } => {
                let request = request.clone();
                let what = format!("Cancelling order {}", request.order);
                (
                    what,
                    Box::new(move |ticket| Command::Cancel(ticket, request, before)),
                )
            }
        };
        let wait = context.ask(what, command);
        let outcome = OutcomeScreen::new(wait, self.reviewed.subject());
        Go::Replace(Box::new(Layer::Outcome(Box::new(outcome))))
    }
}
