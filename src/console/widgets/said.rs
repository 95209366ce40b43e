//! What a screen says below what it shows: what it waits for, or else what is wrong.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use super::lines;
use crate::console::context::View;
use crate::console::message::Wait;
use crate::console::theme::Scope;

/// What is waited for, and what is wrong.
pub type Said<'a> = (Option<&'a Wait>, Option<&'a str>);

/// Draws it where a screen has room for it.
pub fn draw_said(frame: &mut Frame<'_>, area: Rect, (wait, error): Said<'_>, view: &View<'_>) {
    if let Some(wait) = wait {
        let text = lines::waiting(wait, view.now);
        lines::sentence(frame, area, &text, Scope::Accent, view.theme);
    } else if let Some(error) = error {
        lines::sentence(frame, area, error, Scope::Danger, view.theme);
    }
}

/// Draws it in the last two rows, if there is anything to say. Returns the rows above.
pub fn above_said(frame: &mut Frame<'_>, area: Rect, said: Said<'_>, view: &View<'_>) -> Rect {
    let is_said = said.0.is_some() || said.1.is_some();
    let [body, below] = Layout::vertical([
        Constraint::Fill(1),
        Constraint::Length(if is_said { 2 } else { 0 }),
    ])
    .areas(area);
    draw_said(frame, lines::padded(below), said, view);
    body
}
