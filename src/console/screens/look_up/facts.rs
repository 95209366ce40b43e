//! What the DCMS knows about the customer of a kit, or about a card's limits, as lines.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::words;
use super::{Cx, Go, Heard, Screen, Shown, View, above_said, read_error};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Message, Wait};
use crate::console::theme::Scope;
use crate::console::widgets::cells::{self, Row};
use crate::console::widgets::kits;
use crate::console::widgets::lines::{LABEL, pairs};
use crate::console::widgets::scroll::Scroll;
use crate::console::widgets::text::columns;
use crate::dcms::{EntityId, Kit, Kits, Preferences, ReadError};
use crate::desk::pages::{self, Lines};
use crate::desk::sentences::unread;
use crate::desk::{Answer, Command, CustomerRead, Event, Question};

/// What is looked up.
#[derive(Clone, Copy)]
pub(super) enum About {
    Customer,
    Limits,
}

/// The screen.
pub(super) struct FactsScreen {
    kit: Kit,
    entity: EntityId,
    about: About,
    wait: Option<Wait>,
    error: Option<String>,
    facts: Option<Facts>,
    scroll: Scroll,
}

/// What was read.
struct Facts {
    lines: Lines,
    kits: Vec<Row>,
}

impl Facts {
    /// Of a customer and their kits, as far as each could be read.
    fn of_customer(lines: Lines, read: Result<Kits, ReadError>) -> Self {
        let mut facts = Self {
            lines,
            kits: Vec::new(),
        };
        let said = match read {
            Ok(kits) => {
                let labels = std::iter::once("kits").chain(std::iter::repeat(""));
                let rows = labels.zip(kits.iter());
                facts.kits = rows.map(|(label, kit)| kits::row(label, kit)).collect();
                let none = kits.is_empty().then(|| "none".to_owned());
                unread(kits.unread, "kit").or(none)
            }
            Err(error) => Some(read_error(&error)),
        };
        facts
            .lines
            .extend(said.map(|said| ("kits".to_owned(), said)));
        facts
    }
}

impl Facts {
    fn of_limits(read: &Preferences) -> Self {
        Self {
            lines: pages::limits(read),
            kits: Vec::new(),
        }
    }
}

impl FactsScreen {
    pub(super) fn new(about: About, kit: Kit, entity: EntityId, cx: &mut Cx) -> Self {
        let mut screen = Self {
            kit,
            entity,
            about,
            wait: None,
            error: None,
            facts: None,
            scroll: Scroll::default(),
        };
        screen.ask(cx);
        screen
    }

    fn ask(&mut self, cx: &mut Cx) {
        let (what, question) = match self.about {
            About::Customer => (
                words::looking_up_customer(&self.entity),
                Question::Customer(self.entity.clone()),
            ),
            About::Limits => (
                words::looking_up_limits(&self.kit.kit_no),
                Question::Limits(self.entity.clone(), self.kit.kit_no.clone()),
            ),
        };
        self.error = None;
        self.wait = Some(cx.ask(what, |ticket| Command::Ask(ticket, Box::new(question))));
    }

    fn take_customer(&mut self, read: CustomerRead) {
        let lines = match &read.customer {
            Ok(customer) => pages::customer(customer),
            // A bank may leave viewCustomer closed: the kits are there all the same.
            Err(error) => {
                self.error = Some(read_error(error));
                if read.kits.is_err() {
                    return;
                }
                Lines::new()
            }
        };
        self.facts = Some(Facts::of_customer(lines, read.kits));
    }

    fn title(&self) -> String {
        match self.about {
            About::Customer => words::customer_title(&self.entity),
            About::Limits => words::limits_title(&self.kit.kit_no),
        }
    }
}

impl Screen for FactsScreen {
    fn place(&self) -> Place {
        match self.wait {
            Some(_) => Place::Waiting,
            None => match self.about {
                About::Customer => Place::LookUp,
                About::Limits => Place::Limits,
            },
        }
    }

    fn wait(&self) -> Option<&Wait> {
        self.wait.as_ref()
    }

    fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    fn shown(&self) -> Shown<'_> {
        Shown {
            kit: Some(&self.kit),
            entity: Some(&self.entity),
            ..Shown::default()
        }
    }

    fn key(&mut self, action: Option<Action>, _event: &KeyEvent, cx: &mut Cx) -> Go {
        match action {
            Some(Action::Back) if self.wait.is_some() => {
                cx.leave(&mut self.wait);
                if self.facts.is_none() {
                    return Go::Back;
                }
            }
            Some(Action::Back) => return Go::Back,
            _ if self.wait.is_some() => {}
            Some(Action::Reload) => self.ask(cx),
            Some(Action::Write(write)) => {
                return Go::Begin(write.into(), Box::new(self.kit.clone()));
            }
            other => self.scroll.by(other),
        }
        Go::Stay
    }

    fn answer(&mut self, answer: Message, _cx: &mut Cx) -> Go {
        let Message::Desk(Event::Answered(_, answer)) = answer else {
            return Go::Stay;
        };
        self.wait = None;
        match answer {
            Answer::Customer(read) => self.take_customer(read),
            Answer::Limits(Ok(read)) => self.facts = Some(Facts::of_limits(&read)),
            Answer::Limits(Err(error)) => self.error = Some(read_error(&error)),
            // Not asked from here.
            Answer::Parcels(_)
            | Answer::Transactions(_)
            | Answer::BranchOrders(_)
            | Answer::CheckCard(_) => {}
        }
        Go::Stay
    }

    /// Limits that were changed from here are shown as they were read afterwards.
    fn follow(&mut self, answer: &Message, _cx: &mut Cx) -> Heard {
        let (target, reading) = match answer {
            Message::Desk(Event::Written(_, written)) => (&written.target, &written.reading),
            Message::Desk(Event::Observed(seen)) => (&seen.intent.target, &seen.reading),
            _ => return Heard::Nothing,
        };
        let read = reading.as_ref().ok();
        if let About::Limits = self.about
            && target.kit_no() == Some(&self.kit.kit_no)
            && let Some(limits) = read.and_then(|read| read.limits.as_deref())
        {
            self.facts = Some(Facts::of_limits(limits));
        }
        Heard::Nothing
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let body = above_said(frame, area, (self.wait(), self.error()), view);
        let width = usize::from(body.width.saturating_sub(4));
        let mut all = Vec::new();
        if let Some(Facts { lines, kits }) = &self.facts {
            let labels = lines.iter().map(|(label, _)| columns(label) + 1).max();
            let room = (labels.unwrap_or(0).max(LABEL), width);
            for (label, value) in lines {
                all.extend(pairs(label, value, Scope::Text, room, theme));
            }
            all.extend(cells::lines_of(kits, room, theme));
        }
        self.scroll
            .draw(frame, body, (self.title(), true), &all, theme);
    }
}
