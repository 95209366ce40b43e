//! What all screens with a form share: the fields, what is waited for, what is wrong outside the fields, and how
//! they are drawn.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use super::form::{Field, Form};
use super::lines;
use super::said::draw_said;
use crate::console::context::{Cx, View};
use crate::console::keymap::{Action, Place};
use crate::console::message::Wait;
use crate::console::theme::Scope;
use crate::dcms::Refusal;
use crate::desk::Target;
use crate::desk::operations::Begun;
use crate::desk::sentences::refused;

/// A form in the making.
#[derive(Default)]
pub struct FormPage {
    /// The fields.
    pub form: Form,
    /// What is waited for. Meanwhile nothing is typed.
    pub wait: Option<Wait>,
    /// What is wrong outside the fields.
    pub error: Option<String>,
}

/// What stands above the fields.
pub struct Head<'a> {
    /// In the frame.
    pub title: String,
    /// How many rows there are for the sentences.
    pub rows: u16,
    /// One below the other.
    pub sentences: &'a [(&'a str, Scope)],
}

impl From<Form> for FormPage {
    fn from(form: Form) -> Self {
        Self {
            form,
            ..Self::default()
        }
    }
}

impl FormPage {
    /// With these fields.
    #[must_use]
    pub fn new(fields: Vec<Field>) -> Self {
        Self::from(Form::new(fields))
    }

    /// Where the keys go, where nothing is waited for.
    #[must_use]
    pub fn place(&self, place: Place) -> Place {
        match self.wait {
            Some(_) => Place::Waiting,
            None => place,
        }
    }

    /// What was typed or chosen in a field.
    #[must_use]
    pub fn typed(&self, place: usize) -> Option<&str> {
        self.form.fields[place].word()
    }

    /// Whether a key came while something is waited for. Esc leaves that; no other key does anything. Any key that
    /// comes otherwise puts away what was wrong before it.
    pub fn waits(&mut self, action: Option<Action>, cx: &mut Cx) -> bool {
        let waits = self.wait.is_some();
        if !waits {
            self.error = None;
        } else if action == Some(Action::Back) {
            cx.leave(&mut self.wait);
        }
        waits
    }

    /// Says a refusal: at the fields, where one of them has it already, or else below them.
    pub fn refused(&mut self, refusal: &Refusal) {
        if !self.form.go_to_fault() {
            self.error = Some(refused(refusal));
        }
    }

    /// Keeps what was typed, for when this is begun once more.
    pub fn keep(&mut self, of: (Begun, Target), cx: &mut Cx) {
        cx.drafts.insert(of, std::mem::take(&mut self.form));
    }

    /// Draws it in a frame, as far as there are fields.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, head: Head<'_>, view: &View<'_>) {
        let theme = view.theme;
        let inner = lines::panel(frame, area, head.title, true, theme);
        let [mut above, form] =
            Layout::vertical([Constraint::Length(head.rows), Constraint::Fill(1)]).areas(inner);
        for (says, scope) in head.sentences {
            let used = lines::sentence(frame, above, says, *scope, theme);
            above.y += used;
            above.height -= used;
        }
        let said = if self.form.fields.is_empty() {
            form
        } else {
            self.form.draw(frame, form, true, theme)
        };
        draw_said(
            frame,
            said,
            (self.wait.as_ref(), self.error.as_deref()),
            view,
        );
    }
}
