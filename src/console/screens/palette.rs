//! The command palette: every command by a part of its name, and why one can't be done now.
//! The app defines the commands and carries them out.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::{Cx, Go, Screen, View};
use crate::console::keymap::{Action, Place};
use crate::console::name_fit::{Fit, fit_of, small};
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::entry::Entry;
use crate::console::widgets::lines;
use crate::console::widgets::overlay::overlay;
use crate::console::widgets::select::Select;
use crate::console::widgets::text::{columns, cut, fit};
use crate::sorting::sort_by_key;

/// What is said here.
mod words {
    pub(super) const HINT: &str = "type a part of its name";
    pub(super) const NONE: &str = "No matching command.";
}

/// Room for names and for keys.
const NAMES: usize = 20;
const KEYS: usize = 12;
/// Rows of commands at most.
const ROWS: u16 = 14;
/// Rows for the reason below them.
const REASON: u16 = 3;

/// Something that can be done, or can't be now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What it does.
    pub action: Action,
    /// What it is called.
    pub says: &'static str,
    /// Its keys, where it has any here.
    pub keys: String,
    /// Why it can't be done here and now.
    pub why_not: Option<String>,
}

/// What is typed and where the selection is.
pub struct Palette {
    commands: Vec<Command>,
    typed: Entry,
    select: Select,
}

/// A command that fits what was typed, and which letters of its name do.
struct Hit<'c> {
    command: &'c Command,
    letters: Vec<usize>,
}

impl Palette {
    /// What can be chosen, as it is when the palette is opened.
    #[must_use]
    pub fn new(commands: Vec<Command>) -> Self {
        Self {
            commands,
            typed: Entry::default(),
            select: Select::default(),
        }
    }

    /// The selected command, if it can be done.
    fn chosen(&self) -> Option<Action> {
        let hits = self.hits();
        let command = hits.get(self.select.at())?.command;
        command.why_not.is_none().then_some(command.action)
    }

    /// What fits, best first; without anything typed, all in their order.
    fn hits(&self) -> Vec<Hit<'_>> {
        let words: Vec<_> = self.typed.value().split_whitespace().map(small).collect();
        let hits = self.commands.iter();
        let mut hits: Vec<_> = hits.filter_map(|one| Hit::of(one, &words)).collect();
        // Of two that fit as well, the one that can be done comes first; else the order stays.
        sort_by_key(&mut hits, |(worst, hit)| {
            let can_not = hit.command.why_not.is_some() && !words.is_empty();
            (*worst, can_not)
        });
        hits.into_iter().map(|(_, hit)| hit).collect()
    }
}

impl Screen for Palette {
    fn place(&self) -> Place {
        Place::Palette
    }

    fn paste(&mut self, text: &str) {
        self.typed.paste(text);
        self.select.go_to(0);
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, _cx: &mut Cx) -> Go {
        match action {
            Some(Action::Quit) => return Go::Do(Action::Quit),
            Some(Action::Back) => return Go::Back,
            Some(Action::Enter) => return self.chosen().map_or(Go::Stay, Go::Do),
            Some(Action::Down | Action::Up) => self.select.by(action, self.hits().len()),
            _ => {
                if self.typed.edit(event) {
                    self.select.go_to(0);
                }
            }
        }
        Go::Stay
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let hits = self.hits();
        let rows = u16::try_from(hits.len()).unwrap_or(u16::MAX).clamp(1, ROWS);
        let inner = overlay(frame, area, (72, rows + REASON + 4), "Commands", theme);
        let [field, list, reason] = Layout::vertical([
            Constraint::Length(2),
            Constraint::Fill(1),
            Constraint::Length(REASON),
        ])
        .areas(inner);
        let field = Rect { height: 1, ..field };
        self.typed.draw(frame, field, words::HINT, true, theme);

        if hits.is_empty() {
            lines::sentence(frame, list, words::NONE, Scope::Warn, theme);
        }
        let height = usize::from(list.height);
        let first = self.select.draw_in(list, hits.len());
        for ((place, hit), row) in hits.iter().enumerate().skip(first).zip(list.rows()) {
            frame.render_widget(hit.line(list.width.into(), theme), row);
            if place == self.select.at() {
                let buffer = frame.buffer_mut();
                buffer.set_style(row, theme.of(Scope::Selection));
            }
        }
        if hits.len() > height {
            let place = format!("{} of {}", self.select.at() + 1, hits.len());
            let place = Line::styled(place, theme.of(Scope::Muted)).right_aligned();
            frame.render_widget(
                place,
                Rect {
                    height: 1,
                    ..reason
                },
            );
        }
        let why_not = hits
            .get(self.select.at())
            .and_then(|hit| hit.command.why_not.as_ref());
        if let Some(why_not) = why_not {
            let below = Rect {
                y: reason.y + 1,
                height: REASON - 1,
                ..reason
            };
            lines::sentence(frame, below, why_not, Scope::Warn, theme);
        }
    }
}

impl<'c> Hit<'c> {
    /// The hit, with how well the worst of the typed words fits; none where one does not.
    fn of(command: &'c Command, words: &[Vec<char>]) -> Option<(Option<Fit>, Self)> {
        let name = small(command.says);
        let fits: Option<Vec<_>> = words.iter().map(|word| fit_of(&name, word)).collect();
        let fits = fits?;
        let worst = fits.iter().map(|(fit, _)| *fit).max();
        let letters = fits.into_iter().flat_map(|(_, letters)| letters).collect();
        Some((worst, Self { command, letters }))
    }

    /// Its name, and its keys or why it can't be done.
    fn line(&self, room: usize, theme: &Theme) -> Line<'static> {
        let Command {
            says,
            keys,
            why_not,
            ..
        } = self.command;
        let style = match why_not {
            Some(_) => theme.of(Scope::Muted),
            None => theme.of(Scope::Text),
        };
        let hit = Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
        let mut spans = Vec::new();
        for (place, letter) in says.chars().enumerate() {
            let is_hit = self.letters.contains(&place);
            let style = if is_hit { style.patch(hit) } else { style };
            spans.push(Span::styled(letter.to_string(), style));
        }
        spans.push(Span::raw(" ".repeat(NAMES.saturating_sub(columns(says)))));
        spans.push(Span::styled(fit(keys, KEYS), theme.of(Scope::Key)));
        if let Some(why_not) = why_not {
            let rest = room.saturating_sub(NAMES + KEYS);
            spans.push(Span::styled(cut(why_not, rest), theme.of(Scope::Muted)));
        }
        Line::from(spans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Write;

    fn command(action: Action, says: &'static str, why_not: Option<&str>) -> Command {
        Command {
            action,
            says,
            keys: String::new(),
            why_not: why_not.map(str::to_owned),
        }
    }

    fn all() -> Vec<Command> {
        vec![
            command(Action::Reload, "read again", None),
            command(
                Action::Write(Write::Upgrade),
                "upgrade",
                Some("Kit 1 is REPLACED."),
            ),
            command(Action::Write(Write::SetPin), "set PIN", None),
            command(Action::Settle, "settle by reading", None),
        ]
    }

    fn typed(text: &str) -> Palette {
        let mut palette = Palette::new(all());
        palette.paste(text);
        palette
    }

    fn found(text: &str) -> Vec<Action> {
        let palette = typed(text);
        let hits = palette.hits().into_iter();
        hits.map(|hit| hit.command.action).collect()
    }

    #[test]
    fn a_few_letters_of_a_name_find_it() {
        assert_eq!(found("upg"), [Action::Write(Write::Upgrade)]);
        assert_eq!(found("sp"), [Action::Write(Write::SetPin)]);
        assert_eq!(found("PIN"), [Action::Write(Write::SetPin)]);
        assert_eq!(found("read")[0], Action::Reload);
        assert_eq!(found("zzz"), []);
        assert_eq!(found("").len(), 4);
    }

    #[test]
    fn what_can_not_be_done_is_not() {
        assert_eq!(typed("upgrade").chosen(), None);
        let set_pin = Action::Write(Write::SetPin);
        assert_eq!(typed("set pin").chosen(), Some(set_pin));
    }
}
