//! What is laid over a screen: its help, the command palette, the question before the end.

use std::time::Instant;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;
use tui_input::Input;

use super::messages::Messages;
use super::tenant::{Answer, TenantQuestion};
use super::themes::{Picked, ThemePicker};
use crate::console::keymap::{Action, Here, Place, shown_in};
use crate::console::notices::Notices;
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::form::{draw_input, edit};
use crate::console::widgets::lines;
use crate::console::widgets::text::{fit, wrap};

/// A popup.
pub enum Popup {
    /// The keys of a place.
    Help {
        /// How far it is scrolled.
        scroll: usize,
    },
    /// Commands by name.
    Palette {
        /// What is typed.
        typed: Input,
        /// Which of those that fit.
        at: usize,
    },
    /// What was said below the screen.
    Messages(Messages),
    /// A theme, looked at while it is chosen.
    Themes(Box<ThemePicker>),
    /// The tenant, before the first write to real cards.
    Tenant(Box<TenantQuestion>),
    /// A write is under way: really end?
    End,
}

/// What becomes of a popup after a key.
pub enum PopupGo {
    /// It stays.
    Stay,
    /// It goes.
    Close,
    /// It goes, and this is done.
    Do(Action),
    /// What was chosen among the themes.
    Theme(Picked),
    /// What became of the question for the tenant.
    Tenant(Answer),
    /// The program ends.
    End,
}

impl Popup {
    /// The help for the place below.
    #[must_use]
    pub fn help() -> Self {
        Self::Help { scroll: 0 }
    }

    /// The commands of the place below.
    #[must_use]
    pub fn palette() -> Self {
        Self::Palette {
            typed: Input::default(),
            at: 0,
        }
    }

    /// What was said.
    #[must_use]
    pub fn messages(notices: &Notices) -> Self {
        Self::Messages(Messages::of(notices))
    }

    /// Where the keys go.
    #[must_use]
    pub fn place(&self) -> Place {
        match self {
            Self::Palette { .. } => Place::Palette,
            Self::Themes(_) => Place::Themes,
            Self::Tenant(_) => Place::Tenant,
            _ => Place::Popup,
        }
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str) {
        if let Self::Tenant(question) = self {
            question.paste();
        }
        if let Self::Palette { typed, at, .. } = self {
            *typed = Input::new(
                text.trim()
                    .chars()
                    .filter(|c| !c.is_control())
                    .take(64)
                    .collect(),
            );
            *at = 0;
        }
    }

    /// Takes a key; `of` is the place below.
    pub fn key(&mut self, of: Here, action: Option<Action>, event: &KeyEvent) -> PopupGo {
        match (self, action) {
            (Self::End, Some(Action::Quit)) => PopupGo::End,
            (Self::End, _) if event.code == KeyCode::Char('y') => PopupGo::End,
            (Self::Themes(picker), action) => PopupGo::Theme(picker.key(action, event)),
            (_, Some(Action::Quit)) => PopupGo::Do(Action::Quit),
            (Self::Tenant(question), action) => PopupGo::Tenant(question.key(action, event)),
            (_, Some(Action::Back))
            | (Self::Help { .. }, Some(Action::Help))
            | (Self::Messages(_), Some(Action::Messages)) => PopupGo::Close,
            (Self::Messages(messages), action) => {
                messages.key(action);
                PopupGo::Stay
            }
            (Self::Help { scroll, .. }, Some(Action::Down | Action::PageDown)) => {
                *scroll += 1;
                PopupGo::Stay
            }
            (Self::Help { scroll, .. }, Some(Action::Up | Action::PageUp)) => {
                *scroll = scroll.saturating_sub(1);
                PopupGo::Stay
            }
            (Self::Palette { typed, at }, action) => {
                let fitting = commands(of, typed.value());
                match action {
                    Some(Action::Enter) => match fitting.get(*at) {
                        Some((action, _, _)) => PopupGo::Do(*action),
                        None => PopupGo::Stay,
                    },
                    Some(Action::Down) => {
                        *at = (*at + 1).min(fitting.len().saturating_sub(1));
                        PopupGo::Stay
                    }
                    Some(Action::Up) => {
                        *at = at.saturating_sub(1);
                        PopupGo::Stay
                    }
                    _ => {
                        if edit(typed, event) {
                            *at = 0;
                        }
                        PopupGo::Stay
                    }
                }
            }
            _ => PopupGo::Stay,
        }
    }

    /// Draws it over the place below.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, of: Here, now: Instant, theme: &Theme) {
        match self {
            Self::Help { scroll } => draw_help(frame, area, of, *scroll, theme),
            Self::Palette { typed, at } => {
                let fitting = commands(of, typed.value());
                let rows = u16::try_from(fitting.len()).unwrap_or(u16::MAX).min(12);
                let inner = laid_over(frame, area, (50, rows + 4), "Commands", theme);
                let [field, list] =
                    Layout::vertical([Constraint::Length(2), Constraint::Fill(1)]).areas(inner);
                draw_input(
                    frame,
                    Rect { height: 1, ..field },
                    typed,
                    "type a part of its name",
                    true,
                    theme,
                );
                for ((place, (_, says, keys)), y) in
                    fitting.iter().enumerate().zip(list.y..list.bottom())
                {
                    let row = Rect {
                        y,
                        height: 1,
                        ..list
                    };
                    let line = Line::from(vec![
                        Span::raw(fit(says, usize::from(list.width).saturating_sub(12))),
                        Span::styled(keys.as_str(), theme.of(Scope::Key)),
                    ]);
                    frame.render_widget(line, row);
                    if place == *at {
                        frame
                            .buffer_mut()
                            .set_style(row, theme.of(Scope::Selection));
                    }
                }
            }
            Self::Messages(messages) => messages.draw(frame, area, now, theme),
            Self::Themes(picker) => picker.draw(frame, area, theme),
            Self::Tenant(question) => question.draw(frame, area, theme),
            Self::End => {
                let inner = laid_over(frame, area, (58, 6), "A write is under way", theme);
                let text = "What becomes of it would not be seen here. Press y or Ctrl+C to end all the same, Esc to stay.";
                lines::sentence(frame, inner, text, Scope::Warn, theme);
            }
        }
    }
}

/// The commands of a place that fit what is typed, with their keys: every letter in its order.
fn commands(of: Here, typed: &str) -> Vec<(Action, &'static str, String)> {
    let fits = |says: &str| {
        let mut rest = says.chars().flat_map(char::to_lowercase);
        let wanted = typed
            .chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_lowercase);
        wanted.into_iter().all(|letter| rest.any(|c| c == letter))
    };
    shown_in(of)
        .filter(|binding| binding.action != Action::Commands && fits(binding.says))
        .map(|binding| {
            let keys: Vec<_> = binding
                .keys_in(of.place)
                .map(|key| key.to_string())
                .collect();
            (binding.action, binding.says, keys.join(" "))
        })
        .collect()
}

fn draw_help(frame: &mut Frame<'_>, area: Rect, of: Here, scroll: usize, theme: &Theme) {
    let mut rows: Vec<(String, String)> = shown_in(of)
        .map(|binding| {
            let keys: Vec<_> = binding
                .keys_in(of.place)
                .map(|key| key.to_string())
                .collect();
            (keys.join("  "), binding.says.to_owned())
        })
        .collect();
    let width = area.width.clamp(20, 64);
    for line in wrap(about(of.place), usize::from(width) - 6) {
        rows.push((String::new(), line));
    }
    let height = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX);
    let inner = laid_over(frame, area, (width, height), of.place.title(), theme);
    let first = scroll.min(rows.len().saturating_sub(usize::from(inner.height)));
    for ((keys, says), y) in rows.iter().skip(first).zip(inner.y..inner.bottom()) {
        let row = Rect {
            y,
            height: 1,
            ..inner
        };
        let line = if keys.is_empty() {
            Line::from(Span::styled(says.as_str(), theme.of(Scope::Muted)))
        } else {
            Line::from(vec![
                Span::styled(fit(keys, 18), theme.of(Scope::Key)),
                Span::raw(says.as_str()),
            ])
        };
        frame.render_widget(line, row);
    }
}

/// What a place is for, beside its keys.
fn about(of: Place) -> &'static str {
    match of {
        Place::Box => {
            "Type an entity id, an account number or a masked card (first six and last four). Esc leaves the box, so that single letters are commands."
        }
        Place::Kits | Place::Filter => {
            "All kits of the customer, replaced and inactive ones too. j k, arrows, Home, End, PgUp and PgDn move."
        }
        Place::Upgrade => {
            "What is left empty is not sent. Enter goes to the next field and, on the last, to the review. Esc keeps what was typed."
        }
        Place::Pin => {
            "The customer types the PIN. It is sealed before it leaves this screen and wiped when the screen is left."
        }
        Place::Review => {
            "Compare with what the customer asked for, type the last four characters and press Enter. It is sent once."
        }
        Place::Outcome | Place::OrderOutcome => {
            "Done, Refused, Not sent and Unknown are four different things. Unknown is settled by reading, never by sending again."
        }
        Place::OrderForm | Place::Order => {
            "Only an order that is RECEIVED can be cancelled, by its own branch."
        }
        _ => "",
    }
}

/// Clears a place in the middle, frames it and returns what is inside.
pub(super) fn laid_over(
    frame: &mut Frame<'_>,
    area: Rect,
    size: (u16, u16),
    title: &str,
    theme: &Theme,
) -> Rect {
    let (width, height) = (size.0.min(area.width), size.1.min(area.height));
    let place = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    frame.render_widget(Clear, place);
    frame.buffer_mut().set_style(place, theme.of(Scope::Text));
    let block = lines::framed(title, true, theme);
    let inner = block.inner(place);
    frame.render_widget(block, place);
    Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    }
}
