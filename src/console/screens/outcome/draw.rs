//! How a write's end is drawn, and the wait for it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::end::{End, scope_of};
use super::words;
use crate::console::context::View;
use crate::console::message::Wait;
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::text::fit;
use crate::console::widgets::{cells, lines};
use crate::dcms::Word;

/// Room for "old kit".
const LABEL: usize = 10;
/// Room for the name of a key.
const KEY: usize = 7;

/// A frame, and what is inside it with some air.
fn inside(frame: &mut Frame<'_>, area: Rect, title: &str, theme: &Theme) -> Rect {
    let block = lines::framed(title, true, theme);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    Rect {
        x: inner.x + 2,
        y: inner.y + 1,
        width: inner.width.saturating_sub(4),
        height: inner.height.saturating_sub(1),
    }
}

/// A next step: its key, and what it does.
pub(super) type Step = (String, &'static str);

pub(super) fn draw_end(
    frame: &mut Frame<'_>,
    area: Rect,
    (end, steps): (&End, &[Step]),
    theme: &Theme,
) {
    let area = inside(frame, area, "Outcome", theme);
    let mark = match end.word {
        Word::Done if end.is_doubted => '!',
        Word::Done => '✓',
        Word::Refused => '✗',
        Word::NotSent => '○',
        Word::Unknown => '?',
    };
    let settled = end.settled.map(|settled| format!(", {settled}"));
    let word = format!("{mark} {}{}", end.word.title(), settled.unwrap_or_default());
    let style = theme.of(end.scope).add_modifier(Modifier::BOLD);
    let mut y = area.y;
    let row = |y: u16| Rect {
        y,
        height: 1,
        ..area
    };
    if y < area.bottom() {
        let mut spans = vec![Span::styled(word, style)];
        if let Some(record) = end.record {
            let record = words::journal_record(&record);
            spans.push(Span::styled(record, theme.of(Scope::Muted)));
        }
        frame.render_widget(Line::from(spans), row(y));
    }
    y += 2;
    let room = |y: u16| Rect {
        y,
        height: area.bottom().saturating_sub(y),
        ..area
    };
    for text in end.sentences.iter().chain(&end.found) {
        y += lines::sentence(frame, room(y), text, Scope::Text, theme);
    }
    if !end.read.is_empty() {
        y += 1;
        if y < area.bottom() {
            frame.render_widget(
                Span::styled(words::READ_AFTERWARDS, theme.of(Scope::Muted)),
                row(y),
            );
        }
        y += 1;
        for line in cells::lines_of(&end.read, (LABEL, area.width.into()), theme) {
            if y < area.bottom() {
                frame.render_widget(line, row(y));
            }
            y += 1;
        }
    }
    y += 1;
    for (nth, (key, says)) in steps.iter().enumerate() {
        if y >= area.bottom() {
            break;
        }
        let label = if nth == 0 { "next" } else { "" };
        let line = Line::from(vec![
            Span::styled(fit(label, LABEL), theme.of(Scope::Muted)),
            Span::styled(fit(key, KEY), theme.of(Scope::Key)),
            Span::styled(*says, theme.of(Scope::Text)),
        ]);
        frame.render_widget(line, row(y));
        y += 1;
    }
}

/// The outcome before what it has changed is read: without a mark, which only a reading earns.
pub(super) fn draw_reading(
    frame: &mut Frame<'_>,
    area: Rect,
    (word, said): (Word, &str),
    wait: &Wait,
    view: &View<'_>,
) {
    let theme = view.theme;
    let mut room = inside(frame, area, "Outcome", theme);
    let style = theme.of(scope_of(word)).add_modifier(Modifier::BOLD);
    frame.render_widget(Span::styled(word.title(), style), room);
    for (text, scope) in [
        (said, Scope::Text),
        (&*lines::waiting(wait, view.now), Scope::Accent),
    ] {
        room = below(room, 2);
        let used = lines::sentence(frame, room, text, scope, theme);
        room = below(room, used.saturating_sub(1));
    }
}

/// What is left of an area below so many rows.
fn below(area: Rect, rows: u16) -> Rect {
    Rect {
        y: area.y + rows.min(area.height),
        height: area.height.saturating_sub(rows),
        ..area
    }
}

pub(super) fn draw_wait(frame: &mut Frame<'_>, area: Rect, wait: &Wait, view: &View<'_>) {
    let theme = view.theme;
    let inner = inside(frame, area, "Sent", theme);
    let text = lines::waiting(wait, view.now);
    let used = lines::sentence(frame, inner, &text, Scope::Accent, theme);
    lines::sentence(
        frame,
        below(inner, used + 1),
        words::SENT_ONCE,
        Scope::Muted,
        theme,
    );
}
