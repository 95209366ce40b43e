//! The form of an operation that declares what is asked before it: a row for each of its fields, which check
//! themselves. Nothing is read or sent from here.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::checking::CheckingScreen;
use super::{Cx, Go, Heard, Screen, View, refused};
use crate::console::keymap::{Action, Place};
use crate::console::message::Message;
use crate::console::theme::Scope;
use crate::console::widgets::form::{self, Choice, Form, Offers, Routed};
use crate::console::widgets::form_page::{FormPage, Head};
use crate::console::widgets::lines;
use crate::dcms::{Kit, Outcome, Text};
use crate::desk::operations::{Answers, Begun, Field};
use crate::desk::{Event, Target};
use crate::journal::Write;

/// The answers in the making.
pub struct FormScreen {
    begun: Begun,
    asks: &'static [Field],
    target: Target,
    kit: Kit,
    page: FormPage,
    /// What was asked for last.
    asked: Option<Write>,
}

impl FormScreen {
    /// A form with nothing in it, or as it was left, as far as the card's state still allows that.
    #[must_use]
    pub fn new(begun: Begun, target: Target, kit: Kit, draft: Option<Form>) -> Self {
        let asks = begun.asks().unwrap_or_default();
        let fresh = rows(asks, &kit);
        let form = if let Some(mut draft) = draft {
            for (row, fresh) in draft.fields.iter_mut().zip(fresh) {
                if !row.offers_the_same(&fresh) {
                    *row = fresh;
                }
            }
            draft
        } else {
            let mut form = Form::new(fresh);
            // What is there already is replaced by what is typed.
            form.select();
            form
        };
        Self {
            begun,
            asks,
            target,
            page: form.into(),
            kit,
            asked: None,
        }
    }

    /// What was typed or chosen.
    fn typed(&self, place: usize) -> &str {
        self.page.typed(place).unwrap_or("")
    }

    fn answers(&self, cx: &Cx) -> Result<Answers, Vec<(usize, String)>> {
        Answers::read(self.asks, cx.about.local_time(), |field| {
            let place = self.asks.iter().position(|asked| *asked == field);
            place.map_or("", |place| self.typed(place))
        })
    }

    /// What it is about, in a line.
    fn about(&self) -> String {
        lines::target(&self.target, &self.kit)
    }

    fn check(&mut self, place: usize, cx: &Cx) {
        let wrong = self.answers(cx).err().unwrap_or_default();
        let mut wrong = wrong.into_iter();
        let here = wrong.find(|(wrong, _)| *wrong == place);
        self.page.form.fields[place].error = here.map(|(_, said)| said);
    }

    fn go_on(&mut self, cx: &mut Cx) -> Go {
        for row in &mut self.page.form.fields {
            row.error = None;
        }
        match self.answers(cx) {
            Ok(answers) => {
                let request = self
                    .begun
                    .request(&self.target, answers, &cx.about.operator);
                let Some(request) = request else {
                    return Go::Back;
                };
                self.asked = Some(request.kind().write);
                Go::Push(Box::new(CheckingScreen::new(request, self.about(), cx)))
            }
            Err(wrong) => {
                for (place, said) in wrong {
                    self.page.form.fields[place].error = Some(said);
                }
                self.page.form.go_to_fault();
                Go::Stay
            }
        }
    }
}

impl Screen for FormScreen {
    fn place(&self) -> Place {
        Place::Form
    }

    fn page(&self) -> Option<&FormPage> {
        Some(&self.page)
    }

    fn page_mut(&mut self) -> Option<&mut FormPage> {
        Some(&mut self.page)
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        self.page.error = None;
        match self.page.form.route(action, event) {
            Routed::Back => return Go::Back,
            Routed::GoOn => return self.go_on(cx),
            Routed::Left(place) => self.check(place, cx),
            Routed::Changed | Routed::Ignored => {}
        }
        Go::Stay
    }

    /// Keeps what was typed.
    fn leave(&mut self, cx: &mut Cx) {
        if !self.page.form.holds(&rows(self.asks, &self.kit)) {
            self.page.keep((self.begun, self.target.clone()), cx);
        }
    }

    /// Takes the end of what was asked here: a refusal is shown, and nothing typed is lost.
    fn follow(&mut self, answer: &Message, _cx: &mut Cx) -> Heard {
        let Message::Desk(Event::Written(_, written)) = answer else {
            return Heard::Nothing;
        };
        if written.target != self.target || self.asked != Some(written.write) {
            return Heard::Nothing;
        }
        match &written.outcome {
            Outcome::Done(_) => return Heard::Over,
            Outcome::Refused(refusal) => {
                self.page.error = Some(refused(refusal));
            }
            Outcome::NotSent(_) | Outcome::Unknown(_) => {}
        }
        Heard::Nothing
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let head = Head {
            title: self.begun.title().to_owned(),
            rows: 2,
            sentences: &[(&self.about(), Scope::Muted)],
        };
        self.page.draw(frame, area, head, view);
    }
}

/// A row for each field: a few words are chosen from, of many one is typed and completed.
fn rows(asks: &[Field], kit: &Kit) -> Vec<form::Field> {
    let rows = asks.iter().map(|field| {
        let mut choice = Choice::optional(field.choices());
        let row = match field {
            Field::CardType => {
                let present = kit.card_type.as_ref().map(Text::as_sent);
                choice.choose(present.unwrap_or_default());
                form::Field::choice(field.label(), choice, "")
                    .instead_of(present.map(str::to_owned))
            }
            Field::Replace => form::Field::choice(field.label(), choice, "no"),
            Field::Delivery => form::Field::choice(field.label(), choice, ""),
            Field::Note | Field::LostAt => form::Field::text(field.label(), ""),
            Field::Step => {
                let steps = Begun::steps(kit);
                let usual = steps.first().copied().unwrap_or_default();
                let mut choice = Choice::optional(steps);
                choice.choose(usual);
                form::Field::choice(field.label(), choice, "")
            }
            Field::Reason(_) => {
                let words = field.choices().into_iter().map(str::to_owned);
                let row = form::Field::text(field.label(), "").offering(Offers::new(words));
                // Of a lost card the first reason is the usual one.
                if asks.contains(&Field::Step) {
                    row.filled(field.choices().first().copied().unwrap_or_default())
                } else {
                    row
                }
            }
        };
        let row = row.explained(field.explained());
        if field.is_required() && !field.depends_on_replace(asks) {
            row.required()
        } else {
            row
        }
    });
    rows.collect()
}
