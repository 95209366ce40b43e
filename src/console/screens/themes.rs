//! The choice of a theme, with each drawn at once. Built-in ones are at hand; files are asked for.
//! Knows which theme is looked at; the one that is drawn with is the app's.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::{Cx, Go, Heard, Screen, View, sentence};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Effect, Message};
use crate::console::theme::{Depth, Scope, Source, Theme};
use crate::console::widgets::lines;
use crate::console::widgets::overlay::clear;
use crate::console::widgets::select::Select;
use crate::console::widgets::text::{fit, wrap};
use crate::dcms::harmless;

/// What is said here.
mod words {
    pub(super) const NO_COLOURS: &str = "This terminal has no colours: all themes look the same.";
}

/// The choice.
pub struct ThemePicker {
    sources: Vec<Source>,
    select: Select,
    /// What is drawn with again if nothing is chosen.
    before: Theme,
    depth: Depth,
    /// Whether the one that is being read is to be kept as soon as it is there.
    is_chosen: bool,
    /// Whether the one that is looked at is being read.
    is_awaited: bool,
    error: Option<String>,
}

impl ThemePicker {
    /// A choice that begins with the theme of now, and looks for the user's own themes.
    pub fn new(cx: &mut Cx) -> Self {
        let shelf = &cx.themes;
        cx.effects
            .extend(shelf.folder.clone().map(Effect::FindThemes));
        let mut sources: Vec<_> = Theme::names().map(Source::built_in).collect();
        if !sources.contains(&shelf.current) {
            sources.push(shelf.current.clone());
        }
        let mut select = Select::default();
        select.go_to(position(&sources, &shelf.current));
        Self {
            select,
            sources,
            before: cx.theme.clone(),
            depth: shelf.depth,
            is_chosen: false,
            is_awaited: false,
            error: None,
        }
    }

    /// Takes the user's own themes in. One that is called like a built-in one can't be had by name.
    fn found(&mut self, own: &[Source]) {
        for source in own {
            let is_new = self.sources.iter().all(|known| {
                known.name() != source.name()
                    && (known.path().is_none() || known.path() != source.path())
            });
            if is_new {
                self.sources.push(source.clone());
            }
        }
    }

    /// Draws with the selected theme; one from a file as soon as that was read.
    fn look(&mut self, cx: &mut Cx) {
        let source = self.sources[self.select.at()].clone();
        self.error = None;
        self.is_chosen = false;
        self.is_awaited = source.path().is_some();
        if let Some(path) = source.path().cloned() {
            cx.effects.push(Effect::ReadTheme(source, path));
        } else {
            let theme = Theme::built_in(source.name());
            self.take(theme.map_err(|error| error.to_string()), cx);
        }
    }

    /// Takes the selected theme; a faulty one leaves the last good one. Returns whether it is kept.
    fn take(&mut self, theme: Result<Theme, String>, cx: &mut Cx) -> bool {
        self.is_awaited = false;
        match theme {
            Ok(theme) => {
                cx.theme = theme.at(cx.themes.depth);
                self.is_chosen && self.keep(cx)
            }
            Err(why) => {
                self.is_chosen = false;
                self.error = Some(sentence(&why));
                false
            }
        }
    }

    fn keep(&mut self, cx: &mut Cx) -> bool {
        cx.themes.current = self.sources[self.select.at()].clone();
        self.before.clone_from(&cx.theme);
        true
    }

    /// The next theme whose name begins with the letter.
    fn next_from(&self, letter: char) -> usize {
        let letter = letter.to_ascii_lowercase();
        let begins = |at: &usize| {
            self.sources[*at]
                .name()
                .to_ascii_lowercase()
                .starts_with(letter)
        };
        let at = self.select.at();
        let mut after = (at + 1..self.sources.len()).chain(0..at);
        after.find(begins).unwrap_or(at)
    }

    fn draw_list(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let first = self.select.draw_in(area, self.sources.len());
        let rows = self.sources.iter().enumerate().skip(first);
        for ((place, source), row) in rows.zip(area.rows()) {
            let mark = if place == self.select.at() {
                "▌ "
            } else {
                "  "
            };
            let whose = if source.path().is_some() { "yours" } else { "" };
            let room = usize::from(area.width).saturating_sub(8);
            let line = Line::from(vec![
                Span::styled(mark, theme.of(Scope::Accent)),
                Span::raw(fit(&harmless(source.name()), room)),
                Span::styled(whose, theme.of(Scope::Muted)),
            ]);
            frame.render_widget(line, row);
            if place == self.select.at() {
                frame
                    .buffer_mut()
                    .set_style(row, theme.of(Scope::Selection));
            }
        }
    }

    /// Why the theme can't be had, or what it says of itself.
    fn said(&self, theme: &Theme) -> String {
        match (&self.error, self.depth) {
            (Some(error), _) => harmless(error).into_owned(),
            (None, Depth::None) => words::NO_COLOURS.to_owned(),
            (None, _) => harmless(theme.about()).into_owned(),
        }
    }

    /// What is said, and how the meanings look.
    fn draw_below(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let scope = match self.error {
            Some(_) => Scope::Danger,
            None => Scope::Text,
        };
        let used = lines::sentence(frame, area, &self.said(theme), scope, theme);
        if self.error.is_some() {
            return;
        }
        let sample = Line::from(vec![
            Span::styled("● ACTIVE", theme.of(Scope::Ok)),
            Span::raw("  "),
            Span::styled("◐ LOCKED", theme.of(Scope::Warn)),
            Span::raw("  "),
            Span::styled("× BLOCKED", theme.of(Scope::Danger)),
        ]);
        let row = Rect {
            y: area.y + used + 1,
            height: area.height.saturating_sub(used + 1).min(1),
            ..area
        };
        frame.render_widget(sample, row);
    }
}

impl Screen for ThemePicker {
    fn place(&self) -> Place {
        Place::Themes
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        let before = self.select.at();
        match (action, event.code) {
            (Some(Action::Back), _) => return Go::Back,
            (Some(Action::Quit), _) => return Go::Do(Action::Quit),
            (Some(Action::Enter), _) if self.is_awaited => self.is_chosen = true,
            (Some(Action::Enter), _) if self.error.is_none() => {
                self.keep(cx);
                return Go::Back;
            }
            (None, KeyCode::Char(letter)) => self.select.go_to(self.next_from(letter)),
            (action, _) => self.select.by(action, self.sources.len()),
        }
        if self.select.at() != before {
            self.look(cx);
        }
        Go::Stay
    }

    /// A theme that was only looked at is none that was chosen.
    fn leave(&mut self, cx: &mut Cx) {
        cx.theme.clone_from(&self.before);
    }

    /// Takes what was found and read. A theme that nobody looks at any more is dropped.
    fn follow(&mut self, answer: &Message, cx: &mut Cx) -> Heard {
        match answer {
            Message::ThemesFound(own) => self.found(own),
            Message::ThemeRead(source, theme) if source == &self.sources[self.select.at()] => {
                let theme = theme.as_deref().cloned();
                if self.take(theme.map_err(String::clone), cx) {
                    return Heard::Over;
                }
            }
            _ => {}
        }
        Heard::Nothing
    }

    /// At the right, so that most of what is previewed stays in sight.
    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        const WIDTH: u16 = 40;
        let theme = view.theme;
        let rows = u16::try_from(self.sources.len()).unwrap_or(u16::MAX);
        let width = WIDTH.min(area.width);
        let said = wrap(&self.said(theme), usize::from(width) - 4).len();
        let sample = if self.error.is_some() { 1 } else { 3 };
        let below = u16::try_from(said)
            .unwrap_or(u16::MAX)
            .saturating_add(sample);
        let height = rows
            .saturating_add(below)
            .saturating_add(2)
            .min(area.height);
        let place = Rect {
            x: area.right() - width,
            y: area.bottom() - height,
            width,
            height,
        };
        clear(frame, place, theme);
        let depth = Line::styled(format!(" {} ", self.depth), theme.of(Scope::Muted));
        let block = lines::framed("Theme", true, theme).title_bottom(depth.right_aligned());
        let inner = block.inner(place);
        frame.render_widget(block, place);
        let [list, below] =
            Layout::vertical([Constraint::Min(3), Constraint::Length(below)]).areas(inner);
        self.draw_list(frame, list, theme);
        let below = Rect {
            x: below.x + 1,
            y: below.y + 1,
            width: below.width.saturating_sub(2),
            height: below.height.saturating_sub(1),
        };
        self.draw_below(frame, below, theme);
    }
}

fn position(sources: &[Source], wanted: &Source) -> usize {
    let found = sources.iter().position(|source| source == wanted);
    found.unwrap_or_default()
}
