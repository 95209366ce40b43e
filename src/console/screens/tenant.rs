//! Before the first write to real cards in a session: the tenant's name, typed.
//! A live profile that was taken for another is noticed here, before a form is filled in.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use crate::console::keymap::Action;
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::entry::Entry;
use crate::console::widgets::lines;
use crate::console::widgets::overlay::overlay;
use crate::dcms::{Kit, harmless};
use crate::journal::Write;

/// What was asked for, and waits for the tenant's name.
#[derive(Clone)]
pub enum Begun {
    /// An operation on this kit.
    Kit(Write, Box<Kit>),
    /// The cancellation of the order that is shown.
    Cancel,
}

/// The question.
pub struct TenantQuestion {
    tenant: String,
    begun: Begun,
    typed: Entry,
    fault: Option<&'static str>,
}

/// What became of a key.
pub enum Answer {
    /// Nothing yet.
    None,
    /// It is not wanted any more.
    Left,
    /// Another name was typed.
    Wrong,
    /// It was typed: on with this.
    Right(Begun),
}

impl TenantQuestion {
    /// Asks for this tenant, and then goes on with what was begun.
    #[must_use]
    pub fn new(tenant: String, begun: Begun) -> Self {
        Self {
            tenant,
            begun,
            typed: Entry::default(),
            fault: None,
        }
    }

    /// As if it had just been opened: it was out of sight meanwhile.
    pub fn ask_afresh(&mut self) {
        self.typed.put("");
        self.fault = None;
    }

    /// What waits for the answer.
    #[must_use]
    pub fn begun(&self) -> &Begun {
        &self.begun
    }

    /// It is typed so that it is read: a paste would confirm without reading.
    pub fn paste(&mut self) {
        self.fault = Some("The tenant is typed, never pasted.");
    }

    /// Takes a key.
    pub fn key(&mut self, action: Option<Action>, event: &KeyEvent) -> Answer {
        match action {
            Some(Action::Back) => Answer::Left,
            Some(Action::Enter) => {
                let typed = self.typed.value().trim();
                if typed == self.tenant {
                    return Answer::Right(self.begun.clone());
                }
                if typed.is_empty() {
                    self.fault = Some("Type the tenant's name, then Enter.");
                    return Answer::None;
                }
                self.fault = Some("That is not this profile's tenant. Capitals count.");
                self.typed.select();
                Answer::Wrong
            }
            _ => {
                if self.typed.edit(event) {
                    self.fault = None;
                }
                Answer::None
            }
        }
    }

    /// Draws it.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let inner = overlay(frame, area, (58, 9), "LIVE: real cards", theme);
        let [says, field, said] = Layout::vertical([
            Constraint::Length(3),
            Constraint::Length(1),
            Constraint::Length(2),
        ])
        .areas(inner);
        let text = format!(
            "You are about to change LIVE cards of tenant {}. Type its name to go on; it is asked for once a session.",
            harmless(&self.tenant)
        );
        lines::sentence(frame, says, &text, Scope::Warn, theme);
        let field = Rect {
            width: field.width.min(44),
            ..field
        };
        self.typed.draw(frame, field, "the tenant", true, theme);
        if let Some(fault) = self.fault {
            let said = Rect {
                y: said.y + 1,
                height: 1,
                ..said
            };
            lines::sentence(frame, said, fault, Scope::Danger, theme);
        }
    }
}
