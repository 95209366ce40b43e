//! Whether the card at the counter is the customer's: what is on it and what the customer says, asked of the DCMS.
//! What is typed here is neither recorded nor kept; the answer goes to the review below.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Cx, Go, Screen, View, read_error};
use crate::console::keymap::{Action, Place};
use crate::console::message::Message;
use crate::console::theme::Scope;
use crate::console::widgets::form::{Field, Routed};
use crate::console::widgets::form_page::{FormPage, Head};
use crate::dcms::{CardCheck, EntityId, Expiry, KitNo, ReadError};
use crate::desk::{Answer, Command, Event, Question, checks};

/// What is said here.
mod words {
    use std::fmt::Display;

    pub(super) const LAST_SIX: &str = "last six";
    pub(super) const LAST_SIX_EXPLAINED: &str = "The last six digits on the card.";
    pub(super) const EXPIRY_EXPLAINED: &str = "MMYY, as it is on the card.";
    pub(super) const MOBILE: &str = "mobile";
    pub(super) const MOBILE_EXPLAINED: &str = "The customer's mobile number, as they say it.";
    pub(super) const WHAT_IT_COSTS: &str =
        "Only the answer is recorded. It costs the customer no PIN try.";

    pub(super) fn asking(kit: &dyn Display) -> String {
        format!("Checking the card of kit {kit}")
    }

    pub(super) fn title(kit: &dyn Display) -> String {
        format!("Check the card of kit {kit}")
    }
}

const LAST_SIX: usize = 0;
const EXPIRY: usize = 1;
const MOBILE: usize = 2;

/// What is asked of the card.
pub struct CardCheckScreen {
    entity: EntityId,
    kit: KitNo,
    page: FormPage,
}

impl CardCheckScreen {
    /// With nothing typed.
    #[must_use]
    pub fn new(entity: EntityId, kit: KitNo) -> Self {
        let field = |label, hint, explains| Field::text(label, hint).required().explained(explains);
        let fields = vec![
            field(words::LAST_SIX, "006384", words::LAST_SIX_EXPLAINED),
            field("expiry", "0729", words::EXPIRY_EXPLAINED),
            field(words::MOBILE, "98765 43210", words::MOBILE_EXPLAINED),
        ];
        Self {
            entity,
            kit,
            page: FormPage::new(fields),
        }
    }

    fn typed(&self, place: usize) -> &str {
        self.page.typed(place).unwrap_or("")
    }

    fn check(&mut self, place: usize) {
        let typed = self.typed(place);
        let error = match place {
            LAST_SIX => checks::last_six(typed).err(),
            EXPIRY => Expiry::parse(typed).err().map(|error| error.to_string()),
            _ => checks::mobile(typed).err(),
        };
        self.page.form.fields[place].error = error;
    }

    fn go_on(&mut self, cx: &mut Cx) {
        for place in 0..self.page.form.fields.len() {
            self.check(place);
        }
        if self.page.form.go_to_fault() {
            return;
        }
        let (Ok(mobile), Ok(expiry)) = (
            checks::mobile(self.typed(MOBILE)),
            Expiry::parse(self.typed(EXPIRY)),
        ) else {
            return;
        };
        let question = Question::CheckCard(CardCheck {
            entity: self.entity.clone(),
            mobile,
            last_six: self.typed(LAST_SIX).to_owned(),
            expiry,
        });
        let what = words::asking(&self.kit);
        self.page.wait = Some(cx.ask(what, |ticket| Command::Ask(ticket, Box::new(question))));
    }
}

impl Screen for CardCheckScreen {
    fn place(&self) -> Place {
        Place::CardCheck
    }

    fn page(&self) -> Option<&FormPage> {
        Some(&self.page)
    }

    fn page_mut(&mut self) -> Option<&mut FormPage> {
        Some(&mut self.page)
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        if self.page.waits(action, cx) {
            return Go::Stay;
        }
        match self.page.form.route(action, event) {
            Routed::Back => return Go::Back,
            Routed::GoOn => self.go_on(cx),
            Routed::Left(place) => self.check(place),
            Routed::Changed | Routed::Ignored => {}
        }
        Go::Stay
    }

    /// The review has heard it too, and shows it. Where it could not be asked, what was typed is there for
    /// another try.
    fn answer(&mut self, answer: Message, _cx: &mut Cx) -> Go {
        self.page.wait = None;
        match answer {
            Message::Desk(Event::Answered(
                _,
                Answer::CheckCard(Err(error @ (ReadError::NotReached(_) | ReadError::Lost(_)))),
            )) => {
                self.page.error = Some(read_error(&error));
                Go::Stay
            }
            _ => Go::Back,
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let head = Head {
            title: words::title(&self.kit),
            rows: 2,
            sentences: &[(words::WHAT_IT_COSTS, Scope::Muted)],
        };
        self.page.draw(frame, area, head, view);
    }
}
