//! The choice of a theme, with each drawn at once. Built-in ones are at hand; files are asked for.
//! Knows which theme is looked at; the one that is drawn with is the app's.

use std::path::PathBuf;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use crate::console::keymap::Action;
use crate::console::theme::{Depth, Scope, Theme};
use crate::console::widgets::lines;
use crate::console::widgets::select::Select;
use crate::console::widgets::text::{fit, wrap};
use crate::dcms::harmless;

/// Where a theme is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    name: String,
    file: Option<PathBuf>,
}

impl Source {
    /// One that is built in.
    #[must_use]
    pub fn built_in(name: impl Into<String>) -> Self {
        let (name, file) = (name.into(), None);
        Self { name, file }
    }

    /// One of the user's own.
    #[must_use]
    pub fn file(name: impl Into<String>, file: PathBuf) -> Self {
        let (name, file) = (name.into(), Some(file));
        Self { name, file }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its file, if it has one.
    #[must_use]
    pub fn path(&self) -> Option<&PathBuf> {
        self.file.as_ref()
    }
}

/// The themes that there are, and for how many colours.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// How many colours the terminal has.
    pub depth: Depth,
    /// Where the user's own themes are.
    pub folder: Option<PathBuf>,
    /// The one that is kept.
    pub current: Source,
}

impl Default for Shelf {
    fn default() -> Self {
        Self {
            depth: Depth::True,
            folder: None,
            current: Source::built_in(Theme::USUAL),
        }
    }
}

/// The choice.
pub struct ThemePicker {
    sources: Vec<Source>,
    select: Select,
    /// What is drawn with again if nothing is chosen.
    before: Box<Theme>,
    depth: Depth,
    /// Whether the one that is being read is to be kept as soon as it is there.
    is_chosen: bool,
    /// Whether the one that is looked at is being read.
    is_awaited: bool,
    fault: Option<String>,
}

/// What becomes of the choice after a key.
pub enum Picked {
    /// Nothing new.
    Stay,
    /// This one is to be drawn.
    Look(Source),
    /// This one is kept.
    Keep(Source),
    /// All is to be as before.
    Back(Box<Theme>),
}

impl ThemePicker {
    /// A choice that begins with the theme of now.
    #[must_use]
    pub fn new(shelf: &Shelf, theme: Theme) -> Self {
        let mut sources: Vec<_> = Theme::names().map(Source::built_in).collect();
        if !sources.contains(&shelf.current) {
            sources.push(shelf.current.clone());
        }
        let mut select = Select::default();
        select.go_to(position(&sources, &shelf.current));
        Self {
            select,
            sources,
            before: Box::new(theme),
            depth: shelf.depth,
            is_chosen: false,
            is_awaited: false,
            fault: None,
        }
    }

    /// Takes the user's own themes in. One that is called like a built-in one can't be had by name.
    pub fn found(&mut self, own: Vec<Source>) {
        for source in own {
            let is_new = self.sources.iter().all(|known| {
                known.name != source.name && (known.file.is_none() || known.file != source.file)
            });
            if is_new {
                self.sources.push(source);
            }
        }
    }

    /// Whether this is the one that is looked at.
    #[must_use]
    pub fn looks_at(&self, source: &Source) -> bool {
        self.sources.get(self.select.at()) == Some(source)
    }

    /// The one that is looked at was read: returns whether it is to be kept.
    pub fn shown(&mut self) -> bool {
        self.is_awaited = false;
        self.is_chosen
    }

    /// The one that is looked at is faulty: the last good one stays.
    pub fn refused(&mut self, why: String) {
        self.is_awaited = false;
        self.is_chosen = false;
        self.fault = Some(why);
    }

    /// Takes a key.
    pub fn key(&mut self, action: Option<Action>, event: &KeyEvent) -> Picked {
        let before = self.select.at();
        match (action, event.code) {
            (Some(Action::Back | Action::Quit), _) => return Picked::Back(self.before.clone()),
            (Some(Action::Enter), _) => return self.choose(),
            (None, KeyCode::Char(letter)) => self.select.go_to(self.next_from(letter)),
            (action, _) => self.select.by(action, self.sources.len()),
        }
        let to = self.select.at();
        if to == before {
            return Picked::Stay;
        }
        self.fault = None;
        self.is_chosen = false;
        self.is_awaited = self.sources[to].file.is_some();
        Picked::Look(self.sources[to].clone())
    }

    fn choose(&mut self) -> Picked {
        if self.is_awaited {
            self.is_chosen = true;
            Picked::Stay
        } else if self.fault.is_some() {
            Picked::Stay
        } else {
            Picked::Keep(self.sources[self.select.at()].clone())
        }
    }

    /// The next theme whose name begins with the letter.
    fn next_from(&self, letter: char) -> usize {
        let letter = letter.to_ascii_lowercase();
        let begins = |at: &usize| {
            self.sources[*at]
                .name
                .to_ascii_lowercase()
                .starts_with(letter)
        };
        let at = self.select.at();
        let mut after = (at + 1..self.sources.len()).chain(0..at);
        after.find(begins).unwrap_or(at)
    }

    /// Draws it at the right, so that most of what is previewed stays in sight.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        const WIDTH: u16 = 40;
        let rows = u16::try_from(self.sources.len()).unwrap_or(u16::MAX);
        let width = WIDTH.min(area.width);
        let said = wrap(&self.said(theme), usize::from(width) - 4).len();
        let sample = if self.fault.is_some() { 1 } else { 3 };
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
        frame.render_widget(Clear, place);
        frame.buffer_mut().set_style(place, theme.of(Scope::Text));
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

    fn draw_list(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let first = self.select.draw_in(area, self.sources.len());
        let rows = self.sources.iter().enumerate().skip(first);
        for ((place, source), row) in rows.zip(area.rows()) {
            let mark = if place == self.select.at() {
                "▌ "
            } else {
                "  "
            };
            let whose = if source.file.is_some() { "yours" } else { "" };
            let room = usize::from(area.width).saturating_sub(8);
            let line = Line::from(vec![
                Span::styled(mark, theme.of(Scope::Accent)),
                Span::raw(fit(&harmless(&source.name), room)),
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
        match (&self.fault, self.depth) {
            (Some(fault), _) => harmless(fault).into_owned(),
            (None, Depth::None) => "This terminal has no colours: all look alike.".to_owned(),
            (None, _) => harmless(theme.about()).into_owned(),
        }
    }

    /// What is said, and how the meanings look.
    fn draw_below(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let scope = match self.fault {
            Some(_) => Scope::Danger,
            None => Scope::Text,
        };
        let used = lines::sentence(frame, area, &self.said(theme), scope, theme);
        if self.fault.is_some() {
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

fn position(sources: &[Source], wanted: &Source) -> usize {
    let found = sources.iter().position(|source| source == wanted);
    found.unwrap_or_default()
}
