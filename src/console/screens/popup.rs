//! What is laid over a screen: its help, the command palette, the question before the end.

use std::cell::Cell;
use std::time::Instant;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::messages::Messages;
use super::palette::{Command, Palette};
use super::tenant::{Answer, TenantQuestion};
use super::themes::{Picked, ThemePicker};
use crate::console::keymap::{Action, Here, Keymap, Place, editing_keys};
use crate::console::notices::Notices;
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::lines;
use crate::console::widgets::overlay::overlay;
use crate::console::widgets::text::{fit, wrap};

/// A popup.
pub enum Popup {
    /// The keys of a place.
    Help {
        /// How far it is scrolled, as far as it can be where it was drawn.
        scroll: Cell<usize>,
    },
    /// Commands by name.
    Palette(Palette),
    /// What was said below the screen.
    Messages(Messages),
    /// A theme, looked at while it is chosen.
    Themes(Box<ThemePicker>),
    /// The tenant, before the first write to real cards.
    Tenant(Box<TenantQuestion>),
    /// A write is under way: really end?
    End,
}

/// What a popup tells of: the place that it lies over.
pub struct Below<'a> {
    /// The place.
    pub here: Here,
    /// Which keys do what.
    pub keymap: &'a Keymap,
    /// What can be done, where the palette asks.
    pub commands: &'a [Command],
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
        Self::Help {
            scroll: Cell::new(0),
        }
    }

    /// The commands of the place below.
    #[must_use]
    pub fn palette() -> Self {
        Self::Palette(Palette::default())
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
            Self::Palette(_) => Place::Palette,
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
        if let Self::Palette(palette) = self {
            palette.paste(text);
        }
    }

    /// Takes a key; `commands` are those that the palette offers.
    pub fn key(
        &mut self,
        commands: &[Command],
        action: Option<Action>,
        event: &KeyEvent,
    ) -> PopupGo {
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
                scroll.set(scroll.get() + step(action));
                PopupGo::Stay
            }
            (Self::Help { scroll, .. }, Some(Action::Up | Action::PageUp)) => {
                scroll.set(scroll.get().saturating_sub(step(action)));
                PopupGo::Stay
            }
            (Self::Palette(palette), action) => match palette.key(commands, action, event) {
                Some(chosen) => PopupGo::Do(chosen),
                None => PopupGo::Stay,
            },
            _ => PopupGo::Stay,
        }
    }

    /// Draws it over the place below.
    pub fn draw(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        below: &Below<'_>,
        now: Instant,
        theme: &Theme,
    ) {
        match self {
            Self::Help { scroll } => draw_help(frame, area, below, scroll, theme),
            Self::Palette(palette) => palette.draw(frame, area, below.commands, theme),
            Self::Messages(messages) => messages.draw(frame, area, now, theme),
            Self::Themes(picker) => picker.draw(frame, area, theme),
            Self::Tenant(question) => question.draw(frame, area, theme),
            Self::End => {
                let inner = overlay(frame, area, (58, 6), "A write is under way", theme);
                let text = "What becomes of it would not be seen here. Press y or Ctrl+C to end all the same, Esc to stay.";
                lines::sentence(frame, inner, text, Scope::Warn, theme);
            }
        }
    }
}

fn step(action: Option<Action>) -> usize {
    match action {
        Some(Action::PageDown | Action::PageUp) => 8,
        _ => 1,
    }
}

fn draw_help(
    frame: &mut Frame<'_>,
    area: Rect,
    below: &Below<'_>,
    scroll: &Cell<usize>,
    theme: &Theme,
) {
    let of = below.here;
    let shown = below.keymap.shown_in(of);
    let mut rows: Vec<(String, String)> = shown
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
    if of.place.takes_text() {
        rows.push((String::new(), "In a field:".to_owned()));
        let back = below.keymap.keys_in(Action::Previous, of.place);
        let back: Vec<_> = back.map(|key| key.to_string()).collect();
        if !back.is_empty() {
            rows.push((back.join("  "), "the field before".to_owned()));
        }
        rows.extend(editing_keys().map(|(keys, says)| (keys, says.to_owned())));
    }
    let height = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX);
    let inner = overlay(frame, area, (width, height), of.place.title(), theme);
    let hidden = rows.len().saturating_sub(usize::from(inner.height));
    let first = scroll.get().min(hidden);
    scroll.set(first);
    if hidden > 0 {
        let mark = match hidden - first {
            0 => format!("▲ {first} more "),
            more => format!("▼ {more} more "),
        };
        let mark = Line::styled(mark, theme.of(Scope::Warn)).right_aligned();
        frame.render_widget(
            mark,
            Rect {
                y: inner.bottom(),
                height: 1,
                ..inner
            },
        );
    }
    for ((keys, says), row) in rows.iter().skip(first).zip(inner.rows()) {
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
            "What is left empty is not sent. Enter goes to the next field and, on the last, to the review; a word that is offered is completed on the way, unless Delete says that it is meant as typed. Esc keeps what was typed."
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
