//! Before the first write to real cards in a session: the tenant's name, typed.
//! A live profile that was taken for another is noticed here, before a form is filled in.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use super::{Cx, Go, Screen, View};
use crate::console::keymap::{Action, Place};
use crate::console::theme::Scope;
use crate::console::widgets::entry::Entry;
use crate::console::widgets::lines;
use crate::console::widgets::overlay::overlay;
use crate::dcms::{Kit, harmless};
use crate::desk::operations::Begun;
use crate::desk::session::{Answer, Question};
use crate::journal::Write;

/// What is said here.
mod words {
    use std::fmt::Display;

    pub(super) const NEVER_PASTED: &str = "The tenant is typed, never pasted.";
    pub(super) const TITLE: &str = "LIVE: real cards";
    pub(super) const HINT: &str = "the tenant";

    pub(super) fn type_it(answer: &dyn Display) -> String {
        format!("Type {answer}, then Enter.")
    }

    pub(super) fn question(tenant: &dyn Display) -> String {
        format!(
            "You are about to change LIVE cards of tenant {tenant}. Type its name to go on; it is asked for once a session."
        )
    }
}

/// What was asked for, and waits for the tenant's name.
#[derive(Clone)]
pub enum PendingWrite {
    /// This, with this kit.
    Kit(Begun, Box<Kit>),
    /// The cancellation of the order that is shown.
    Cancel,
}

impl PendingWrite {
    /// Which operation.
    #[must_use]
    pub fn write(&self) -> Write {
        match self {
            Self::Kit(begun, _) => begun.write(),
            Self::Cancel => Write::CancelOrder,
        }
    }
}

/// The question.
pub struct TenantQuestion {
    question: Question,
    begun: PendingWrite,
    typed: Entry,
    error: Option<String>,
}

impl TenantQuestion {
    /// Asks for the tenant, and then goes on with what was begun.
    #[must_use]
    pub fn new(question: Question, begun: PendingWrite) -> Self {
        Self {
            question,
            begun,
            typed: Entry::default(),
            error: None,
        }
    }
}

impl Screen for TenantQuestion {
    fn place(&self) -> Place {
        Place::Tenant
    }

    /// As if it had just been opened.
    fn unseen(&mut self) {
        self.typed.put("");
        self.error = None;
    }

    /// It is typed so that it is read: a paste would confirm without reading.
    fn paste(&mut self, _text: &str) {
        self.error = Some(words::NEVER_PASTED.into());
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        match action {
            Some(Action::Quit) => return Go::Do(Action::Quit),
            Some(Action::Back) => return Go::Back,
            Some(Action::Enter) => match cx.session.judge(&self.question, self.typed.value()) {
                Answer::Right => {
                    return match self.begun.clone() {
                        PendingWrite::Kit(begun, kit) => Go::Begin(begun, kit),
                        PendingWrite::Cancel => Go::Do(Action::Write(Write::CancelOrder)),
                    };
                }
                Answer::Empty => {
                    self.error = Some(words::type_it(&self.question.asks()));
                }
                Answer::Wrong(note) => {
                    cx.note(*note);
                    self.error = Some(self.question.wrong());
                    self.typed.select();
                }
            },
            _ => {
                if self.typed.edit(event) {
                    self.error = None;
                }
            }
        }
        Go::Stay
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let inner = overlay(frame, area, (58, 9), words::TITLE, theme);
        let [says, field, said] = Layout::vertical([
            Constraint::Length(3),
            Constraint::Length(1),
            Constraint::Length(2),
        ])
        .areas(inner);
        let text = words::question(&harmless(&view.cx.about.tenant));
        lines::sentence(frame, says, &text, Scope::Warn, theme);
        let field = Rect {
            width: field.width.min(44),
            ..field
        };
        self.typed.draw(frame, field, words::HINT, true, theme);
        if let Some(error) = &self.error {
            let said = Rect {
                y: said.y + 1,
                height: 1,
                ..said
            };
            lines::sentence(frame, said, error, Scope::Danger, theme);
        }
    }
}
