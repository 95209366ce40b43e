//! How a review is drawn: old next to new, to the letter what will be sent, and the confirmation below.
//! Nothing is cut off without a mark, and what does not fit is scrolled to.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::ReviewScreen;
use super::words;
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::lines;
use crate::console::widgets::text::{columns, cut, fit, wrap};
use crate::dcms::harmless;

use crate::desk::review::{Remark, Row};
use crate::desk::sentences::counted;

/// The lines of a review, and how many of them hold what changes.
struct Content {
    lines: Vec<Line<'static>>,
    /// One past the last line of something that changes.
    changes: usize,
}

impl ReviewScreen {
    pub(super) fn draw_review(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let title = self.kind.words.title;
        let title = words::title(&format!("{}{}", title[..1].to_lowercase(), &title[1..]));
        let inner = lines::panel(frame, area, title, true, theme);
        let [head, rows, confirm] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(5),
        ])
        .areas(inner);
        let content = self.content(head, rows, frame, theme);
        let height = usize::from(rows.height);
        let hidden = content.lines.len().saturating_sub(height);
        let first = self.scroll.get().min(hidden);
        self.scroll.set(first);
        if first <= self.read.get() {
            // Who jumps has not read what lies between.
            self.read.set(self.read.get().max(first + height));
        }
        self.unread.set(content.changes > self.read.get());
        for (line, row) in content.lines.iter().skip(first).zip(rows.rows()) {
            frame.render_widget(line, row);
        }
        self.draw_confirmation(frame, confirm, theme);
        if hidden > 0 {
            let more = content.lines.len() - (first + height).min(content.lines.len());
            let mark = match (first, more) {
                (0, more) => words::lines_below(&counted(more, words::MORE_LINE)),
                (above, 0) => words::lines_above(&counted(above, words::MORE_LINE)),
                (above, more) => format!("▲ {above}  ▼ {}", counted(more, words::MORE_LINE)),
            };
            let row = Rect {
                height: 1,
                ..confirm
            };
            let mark = Line::styled(mark, theme.of(Scope::Warn)).right_aligned();
            frame.render_widget(mark, row);
        }
    }

    /// What there is to read, in the room that there is. The heading is drawn at once.
    fn content(&self, head: Rect, area: Rect, frame: &mut Frame<'_>, theme: &Theme) -> Content {
        let rows = &self.rows;
        let label = rows.iter().map(|row| columns(&row.what)).max().unwrap_or(0) + 2;
        let half = usize::from(area.width).saturating_sub(label + 4) / 2;
        let heading = format!(
            "{}{}  {}",
            fit("", label),
            fit(words::NOW, half),
            fit(words::WILL_BE_SENT, half)
        );
        frame.render_widget(Span::styled(heading, theme.of(Scope::Muted)), head);

        let table = Table {
            label,
            half,
            width: area.width.into(),
            theme,
        };
        let mut content = Content {
            lines: Vec::new(),
            changes: 0,
        };
        for row in rows {
            table.put(row, &mut content.lines);
            if row.changes {
                content.changes = content.lines.len();
            }
        }
        for remark in &self.remarks {
            let scope = match remark {
                Remark::Final(_) => Scope::Danger,
                Remark::Warning(_) => Scope::Warn,
            };
            let parts = wrap(&remark.to_string(), usize::from(area.width));
            let parts = parts.into_iter();
            let parts = parts.map(|part| Line::styled(part, theme.of(scope)));
            content.lines.extend(parts);
            // It is read before it is confirmed, like all that changes.
            content.changes = content.lines.len();
        }
        let room = usize::from(area.height).saturating_sub(content.lines.len() + 2);
        content.lines.push(Line::default());
        content.lines.extend(self.body(area.width, room, theme));
        content
    }

    /// Exactly what will be sent: one field a line where there is room, else all of it in a row.
    fn body(&self, width: u16, room: usize, theme: &Theme) -> Vec<Line<'static>> {
        let call = format!("POST {}", self.kind.path);
        // Line by line: to a terminal, a line's end is a control character like any other.
        let body = self.body.pretty().lines();
        let body: Vec<_> = body.map(|line| harmless(line).into_owned()).collect();
        let width = usize::from(width);
        let is_roomy = body.len() <= room && body.iter().all(|line| columns(line) <= width);
        let body = if is_roomy {
            body
        } else {
            let parts = body.iter().map(|line| line.trim_start());
            wrap(&parts.collect::<Vec<_>>().join(" "), width)
        };
        let call = Line::styled(cut(&call, width), theme.of(Scope::Muted));
        let body = body.into_iter().map(Line::from);
        std::iter::once(call).chain(body).collect()
    }

    fn draw_confirmation(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let (count, of) = (self.question.length(), self.target.number());
        let [says, field, said] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Length(2),
        ])
        .areas(Rect {
            y: area.y + 1,
            height: area.height.saturating_sub(1),
            ..area
        });
        let ask = |of: &str| words::type_last(&count, &of);
        let mut ask_of = ask(&of);
        if columns(&ask_of) > usize::from(says.width) {
            // The whole of it stands above.
            let what = of.rsplit_once(' ').map_or(&*of, |(what, _)| what);
            ask_of = ask(&words::the(&what));
        }
        let (ask_of, goes_on) = match self.asks_address() {
            Some(asks) => (words::type_answer(&asks), words::ENTER_GOES_ON),
            None => (ask_of, words::ENTER_SENDS),
        };
        frame.render_widget(
            Span::styled(cut(&ask_of, says.width.into()), theme.of(Scope::Title)),
            says,
        );
        let field = Rect {
            width: field.width.min(8),
            ..field
        };
        self.typed.draw(frame, field, "", true, theme);
        match &self.error {
            Some(error) => lines::sentence(frame, said, error, Scope::Danger, theme),
            None => lines::sentence(frame, said, goes_on, Scope::Muted, theme),
        };
    }
}

/// How wide the columns of the comparison are.
struct Table<'t> {
    label: usize,
    half: usize,
    width: usize,
    theme: &'t Theme,
}

impl Table<'_> {
    /// A row side by side; one below the other where that would cut something off.
    fn put(&self, row: &Row, lines: &mut Vec<Line<'static>>) {
        let arrow = if row.changes { "→ " } else { "  " };
        let scope = if row.changes {
            Scope::Accent
        } else {
            Scope::Text
        };
        let asked = self.theme.of(scope);
        let label = Span::styled(fit(&row.what, self.label), self.theme.of(Scope::Muted));
        let arrow = Span::styled(arrow, self.theme.of(Scope::Accent));
        let is_narrow = columns(&row.now) > self.half || columns(&row.asked) > self.half + 2;
        if !is_narrow {
            lines.push(Line::from(vec![
                label,
                Span::raw(fit(&row.now, self.half)),
                arrow,
                Span::styled(row.asked.clone(), asked),
            ]));
            return;
        }
        let room = self.width.saturating_sub(self.label + 2).max(1);
        let blank = Span::raw(" ".repeat(self.label));
        let mut label = Some(label);
        let mut begin = || label.take().unwrap_or_else(|| blank.clone());
        // A long id that is sent as it is stands there once, and whole.
        let now = wrap(&row.now, room).into_iter();
        for part in now.filter(|_| !row.now.is_empty()) {
            lines.push(Line::from(vec![begin(), Span::raw(part)]));
        }
        if row.now == row.asked {
            return;
        }
        let mut arrow = Some(arrow);
        for part in wrap(&row.asked, room) {
            let sign = arrow.take().unwrap_or_else(|| Span::raw("  "));
            lines.push(Line::from(vec![begin(), sign, Span::styled(part, asked)]));
        }
    }
}
