//! A box in the middle of the screen, over everything else.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Clear;

use super::lines;
use crate::console::theme::{Scope, Theme};

/// Clears a place in the middle, frames it and returns what is inside.
pub fn overlay(
    frame: &mut Frame<'_>,
    area: Rect,
    size: (u16, u16),
    title: &str,
    theme: &Theme,
) -> Rect {
    let place = cleared(frame, area, size, theme);
    lines::panel(frame, place, title, true, theme)
}

/// Clears a place in the middle, and returns it.
pub fn cleared(
    frame: &mut Frame<'_>,
    area: Rect,
    (width, height): (u16, u16),
    theme: &Theme,
) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    let place = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    clear(frame, place, theme);
    place
}

/// Clears a place.
pub fn clear(frame: &mut Frame<'_>, place: Rect, theme: &Theme) {
    frame.render_widget(Clear, place);
    frame.buffer_mut().set_style(place, theme.of(Scope::Text));
}
