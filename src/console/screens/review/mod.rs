//! What will be sent, old next to new, and the typed confirmation. Nothing is sent from elsewhere.

mod draw;
mod words;

use std::cell::Cell;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::card_check::CardCheckScreen;
use super::outcome::OutcomeScreen;
use super::{Cx, Go, Heard, Screen, View};
use crate::console::keymap::{Action, Place};
use crate::console::message::Message;
use crate::console::widgets::entry::Entry;

use crate::desk::review::{Remark, Row};
use crate::desk::session::{Answer, Question};
use crate::desk::{self, Body, CardAnswer, Command, Event, Kind, Request, Target};

/// The review.
pub struct ReviewScreen {
    /// Taken out when it is sent: a sealed PIN has no copies.
    request: Option<Box<Request>>,
    kind: &'static Kind,
    target: Target,
    question: Question,
    rows: Vec<Row>,
    remarks: Vec<Remark>,
    body: Body,
    typed: Entry,
    error: Option<String>,
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
    pub fn new(request: impl Into<Request>) -> Self {
        let request = Box::new(request.into());
        let target = request.target();
        let kind = request.kind();
        let question = Question::confirmation(kind.write, &target);
        Self {
            kind,
            rows: request.rows(),
            remarks: request.remarks(),
            body: request.body(),
            request: Some(request),
            target,
            typed: Entry::default().limited(question.length()),
            question,
            error: None,
            scroll: Cell::default(),
            read: Cell::default(),
            unread: Cell::new(true),
        }
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

    /// What is to be typed first, where the customer has several addresses of the kind that is asked for.
    fn asks_address(&self) -> Option<String> {
        self.request.as_ref()?.asks_address()
    }

    fn take_address(&mut self) {
        let number = self.typed.value().trim().parse();
        let Some(request) = &mut self.request else {
            return;
        };
        let meant = match number {
            Ok(number) => request.mean_address(number),
            Err(_) => Err(words::ADDRESS_MISSING.into()),
        };
        self.error = meant.err();
        self.rows = request.rows();
        self.typed.put("");
    }

    fn send(&mut self, cx: &mut Cx) -> Go {
        let Some(request) = self.request.take() else {
            return Go::Back;
        };
        let what = format!("{} {}", self.kind.words.doing, self.target);
        let wait = cx.ask(what, |ticket| Command::Write(ticket, request));
        Go::Replace(Box::new(OutcomeScreen::new(wait, &self.target)))
    }
}

impl Screen for ReviewScreen {
    fn place(&self) -> Place {
        Place::Review
    }

    fn is_before_write(&self) -> bool {
        true
    }

    /// As if it had just been opened.
    fn unseen(&mut self) {
        self.typed.put("");
        self.error = None;
        self.scroll = Cell::default();
        self.read = Cell::default();
        self.unread = Cell::new(true);
    }

    /// A confirmation is typed, not pasted: pasting would confirm without reading.
    fn paste(&mut self, _text: &str) {
        self.error = Some(words::NEVER_PASTED.into());
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        self.draw_review(frame, area, view.theme);
    }

    fn why_not(&self, action: Action) -> Option<String> {
        let is_in_hand = self.request.as_ref();
        let is_in_hand = is_in_hand.is_some_and(|request| request.is_of_card_in_hand());
        let why = match action {
            Action::CheckCard if !is_in_hand => words::ONLY_BEFORE_ACTIVATION,
            // Enter takes the number of an address first, and sends nothing.
            Action::Enter if self.asks_address().is_some() => words::ADDRESS_FIRST,
            _ => return None,
        };
        Some(why.into())
    }

    /// What was asked of the card in the screen above.
    fn follow(&mut self, answer: &Message, _cx: &mut Cx) -> Heard {
        if let Message::Desk(Event::Answered(_, desk::Answer::CheckCard(checked))) = answer
            && let (Some(kit), Some(request)) = (self.target.kit_no(), &mut self.request)
        {
            request.take_card_check(CardAnswer::of(kit, checked));
            self.rows = request.rows();
            self.remarks = request.remarks();
        }
        Heard::Nothing
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        match action {
            Some(Action::Back) => Go::Back,
            Some(Action::CheckCard) => match (&self.target, self.why_not(Action::CheckCard)) {
                (Target::Kit { entity, kit }, None) => {
                    let (entity, kit) = (entity.clone(), kit.clone());
                    Go::Push(Box::new(CardCheckScreen::new(entity, kit)))
                }
                (_, why_not) => why_not.map_or(Go::Stay, Go::Say),
            },
            Some(Action::Enter | Action::GoOn) if self.asks_address().is_some() => {
                self.take_address();
                Go::Stay
            }
            Some(Action::Enter | Action::GoOn) => {
                self.error = Some(match self.question.judge(self.typed.value()) {
                    Answer::Right if self.unread.get() => {
                        // Nobody confirms what was never in sight.
                        self.scroll_by(PAGE.cast_signed());
                        words::READ_ON.into()
                    }
                    Answer::Right => return self.send(cx),
                    Answer::Empty => words::type_to_confirm(&self.question.asks()),
                    Answer::Wrong(note) => {
                        cx.note(*note);
                        self.typed.select();
                        let wrong = self.question.wrong();
                        words::wrong(&wrong)
                    }
                });
                Go::Stay
            }
            Some(Action::Down) => self.scrolled(1),
            Some(Action::Up) => self.scrolled(-1),
            Some(Action::PageDown) => self.scrolled(PAGE.cast_signed()),
            Some(Action::PageUp) => self.scrolled(-PAGE.cast_signed()),
            _ => {
                if self.typed.edit(event) {
                    self.error = None;
                }
                Go::Stay
            }
        }
    }
}
