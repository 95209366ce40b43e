//! How a form is drawn. A secret never becomes a string: its dots go into their cells one by one.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};

use super::value::{Choice, Value};
use super::words;
use super::{Field, Form};
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::entry::{Entry, LONGEST, set_cursor};
use crate::console::widgets::text::{columns, cut, wrap};

/// How many rows there are for what explains a field.
const EXPLAINS: u16 = 2;

impl Form {
    /// How many rows the fields take while nobody types into them.
    #[must_use]
    pub fn rows(&self) -> u16 {
        let rows = self
            .fields
            .iter()
            .map(|field| 1 + u16::from(field.error.is_some()));
        rows.sum()
    }

    /// Draws the fields from the top of the area, a row between them where there is room, and what
    /// explains the focused one below. As many as fit, the focused one among them. Returns what is
    /// left of the area. Only a form that is typed into shows a focus.
    pub fn draw(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        is_typed_in: bool,
        theme: &Theme,
    ) -> Rect {
        let label = self
            .fields
            .iter()
            .map(|field| columns(&field.label) + 2 * usize::from(field.required))
            .max()
            .unwrap_or(0)
            + 4;
        let heights: Vec<u16> = self
            .fields
            .iter()
            .map(|field| height(field, area, label))
            .collect();
        let count = u16::try_from(self.fields.len()).unwrap_or(u16::MAX);
        let gap = u16::from(heights.iter().sum::<u16>() + count + 6 <= area.height);
        // Nothing is explained where nobody types.
        let room = area.height.saturating_sub(if is_typed_in { 3 } else { 0 });
        let mut first = 0;
        while heights[first..=self.focus].iter().sum::<u16>() > room && first < self.focus {
            first += 1;
        }
        self.drawn.begin();
        let (mut y, mut shown) = (area.y, 0);
        for (place, field) in self.fields.iter().enumerate().skip(first) {
            if y + heights[place] > area.y + room {
                break;
            }
            let row = Rect::new(area.x, y, area.width, heights[place]);
            self.drawn.put(row, place);
            let focused = is_typed_in && place == self.focus;
            draw_field(frame, row, field, focused, (label, self.values), theme);
            y += heights[place] + gap;
            shown += 1;
        }
        if shown < self.fields.len() && y < area.bottom() {
            let row = Rect {
                y,
                height: 1,
                ..area
            };
            let below = self.fields.len() - first - shown;
            let said = Line::styled(out_of_sight(first, below), theme.of(Scope::Muted));
            frame.render_widget(said.right_aligned(), row);
        }
        y += 1 - gap;
        let left = |y: u16| Rect {
            y,
            height: area.bottom().saturating_sub(y),
            ..area
        };
        let explains = if is_typed_in {
            explained(&self.fields[self.focus], area.width.into())
        } else {
            Vec::new()
        };
        let mut below = left(y);
        below.height = below.height.min(EXPLAINS);
        for (line, y) in explains.iter().zip(below.y..below.bottom()) {
            let row = Rect {
                y,
                height: 1,
                ..area
            };
            frame.render_widget(Span::styled(line.as_str(), theme.of(Scope::Muted)), row);
        }
        left(below.bottom() + 1)
    }
}

/// How many fields there are above and below those that had room.
fn out_of_sight(above: usize, below: usize) -> String {
    let signs = [('▲', above), ('▼', below)].into_iter();
    let signs = signs.filter(|(_, count)| *count > 0);
    let signs: Vec<_> = signs
        .map(|(sign, count)| words::more(&sign, &count))
        .collect();
    signs.join("  ")
}

/// What a field is, and the words that it offers, in as many rows as there are for it.
fn explained(field: &Field, width: usize) -> Vec<String> {
    if field.offers.is_empty() {
        return wrap(&field.explains, width);
    }
    if let Some(word) = field.completion() {
        let word = crate::dcms::harmless(word);
        let says = words::completes(&word);
        return wrap(&says, width);
    }
    let begun: Vec<&str> = match field.as_text() {
        Some(typed) if !field.as_typed => field.offers.begun(typed).collect(),
        _ => Vec::new(),
    };
    if begun.is_empty() {
        let words: Vec<&str> = field.offers.words().collect();
        let before = words::offers(&field.explains);
        as_many_as_fit(&before, &words, "", width)
    } else {
        as_many_as_fit(words::MAKES_IT, &begun, words::ELSE_AS_TYPED, width)
    }
}

/// A sentence with as many of the words as there are rows for, and a mark where there are more.
fn as_many_as_fit(before: &str, words: &[&str], after: &str, width: usize) -> Vec<String> {
    let says = |shown: usize| {
        let end = if shown < words.len() { ", …" } else { "." };
        let words: Vec<_> = words.iter().take(shown).copied().collect();
        let words = crate::dcms::harmless(&words.join(", ")).into_owned();
        wrap(&format!("{before} {words}{end}{after}"), width)
    };
    let fits = |shown: usize| says(shown).len() <= usize::from(EXPLAINS);
    // All of them may fit where all but one and the mark do not.
    if fits(words.len()) {
        return says(words.len());
    }
    let shown = (1..words.len()).take_while(|shown| fits(*shown)).last();
    says(shown.unwrap_or(1))
}

/// Whether what is in a field would change the present card, by sign and word.
fn difference(field: &Field) -> Option<(String, Scope)> {
    let present = crate::dcms::harmless(field.present.as_deref()?);
    Some(if field.differs()? {
        (words::differs(&present), Scope::Accent)
    } else {
        (words::AS_NOW.to_owned(), Scope::Muted)
    })
}

fn width_of_value(area: Rect, label: usize) -> usize {
    usize::from(area.width)
        .saturating_sub(label + 1)
        .min(LONGEST / 2 + 8)
}

fn height(field: &Field, area: Rect, label: usize) -> u16 {
    let Some(error) = &field.error else { return 1 };
    let room = usize::from(area.width).saturating_sub(label + 2).max(10);
    1 + u16::try_from(wrap(error, room).len()).unwrap_or(1)
}

fn draw_field(
    frame: &mut Frame<'_>,
    area: Rect,
    field: &Field,
    focused: bool,
    (label, values): (usize, Option<u16>),
    theme: &Theme,
) {
    let label_width = u16::try_from(label).unwrap_or(u16::MAX);
    let value_width = u16::try_from(width_of_value(area, label)).unwrap_or(u16::MAX);
    let value_width = value_width.min(values.unwrap_or(u16::MAX));
    let [label_area, value_area, note_area] = Layout::horizontal([
        Constraint::Length(label_width),
        Constraint::Length(value_width),
        Constraint::Fill(1),
    ])
    .areas(area);
    let label_style = theme.of(if focused { Scope::Title } else { Scope::Muted });
    let mark = if focused { "▸ " } else { "  " };
    let line = Line::from(vec![
        Span::styled(mark, theme.of(Scope::Accent)),
        Span::styled(&*field.label, label_style),
        Span::styled(if field.required { " *" } else { "" }, label_style),
    ]);
    frame.render_widget(line, label_area);
    if let Some((note, scope)) = difference(field) {
        let room = usize::from(note_area.width).saturating_sub(1);
        let note = Span::styled(format!(" {}", cut(&note, room)), theme.of(scope));
        frame.render_widget(
            note,
            Rect {
                height: 1,
                ..note_area
            },
        );
    }
    let value_row = Rect {
        height: 1,
        ..value_area
    };
    draw_value(frame, value_row, field, focused, theme);
    if let Some(error) = &field.error {
        let room = usize::from(area.width).saturating_sub(label + 2).max(10);
        for (nth, line) in wrap(error, room).into_iter().enumerate() {
            let mark = if nth == 0 { "^" } else { " " };
            let y = value_area.y + 1 + u16::try_from(nth).unwrap_or(0);
            let row = Rect::new(
                value_area.x,
                y,
                area.right().saturating_sub(value_area.x),
                1,
            );
            frame.render_widget(
                Span::styled(format!("{mark} {line}"), theme.of(Scope::Danger)),
                row,
            );
        }
    }
}

fn draw_value(frame: &mut Frame<'_>, area: Rect, field: &Field, focused: bool, theme: &Theme) {
    let ground = theme.of(Scope::Input);
    let muted = ground.patch(theme.of(Scope::Muted));
    frame.buffer_mut().set_style(area, ground);
    let cursor = match &field.value {
        Value::Text(entry) => {
            entry.draw(frame, area, &field.hint, focused, theme);
            if focused {
                draw_completion(frame, area, field, entry, theme);
            }
            return;
        }
        Value::Choice(choice) => {
            draw_choice(frame, area, choice, &field.hint, focused, theme);
            0
        }
        Value::Pin(secret) => {
            for place in 0..secret.entry.len() {
                put(frame, area, place, '•');
            }
            secret.entry.len()
        }
        Value::Pan { entry, expected } => {
            for place in 0..entry.entry.len() {
                let digit = entry.entry.visible_digit(place, *expected, !focused);
                put(frame, area, place, digit.unwrap_or('•'));
            }
            entry.entry.len()
        }
    };
    let is_empty_secret = cursor == 0 && !matches!(field.value, Value::Choice(_));
    if is_empty_secret {
        frame.render_widget(
            Span::styled(cut(&field.hint, area.width.into()), muted),
            area,
        );
    }
    if focused && theme.has_cursor() {
        set_cursor(frame, area, cursor);
    }
}

/// What is chosen, and while it can be changed what there is to choose from.
fn draw_choice(
    frame: &mut Frame<'_>,
    area: Rect,
    choice: &Choice,
    hint: &str,
    focused: bool,
    theme: &Theme,
) {
    let ground = theme.of(Scope::Input);
    let muted = ground.patch(theme.of(Scope::Muted));
    let room = usize::from(area.width);
    let all = format!("◂ {} ▸", choice.options().join(" / "));
    let fits_behind = |text: &str| columns(text) + 2 + columns(&all) <= room;
    let (now, others) = match choice.word() {
        Some(word) if fits_behind(word) => (Span::styled(word, ground), all),
        // The line below names them.
        Some(word) => (Span::styled(word, ground), "◂ ▸".to_owned()),
        // The choices matter more than the hint about leaving it empty.
        None if focused && !fits_behind(hint) => (Span::raw(""), all),
        None => (Span::styled(cut(hint, room), muted), all),
    };
    frame.render_widget(now, area);
    if focused {
        // A line's own style would count for what is chosen as well.
        let others = Line::from(Span::styled(cut(&others, room), muted));
        frame.render_widget(others.right_aligned(), area);
    }
}

/// The rest of the word that is meant by what is typed, behind it.
fn draw_completion(frame: &mut Frame<'_>, area: Rect, field: &Field, entry: &Entry, theme: &Theme) {
    let typed = entry.value();
    let Some(word) = field.completion() else {
        return;
    };
    let rest = crate::dcms::harmless(&word[typed.len()..]);
    let used = u16::try_from(columns(typed)).unwrap_or(u16::MAX);
    // A cell stays free behind it, or a whole word would look like a cut one.
    let room = area.width.saturating_sub(used.saturating_add(1));
    if columns(&rest) < room.into() {
        let muted = theme.of(Scope::Input).patch(theme.of(Scope::Muted));
        let place = Rect {
            x: area.x + used,
            width: room,
            ..area
        };
        frame.render_widget(Span::styled(rest, muted), place);
    }
}

/// Draws one character into one cell: a secret never becomes a string.
fn put(frame: &mut Frame<'_>, area: Rect, place: usize, c: char) {
    let x = area
        .x
        .saturating_add(u16::try_from(place).unwrap_or(u16::MAX));
    if let Some(cell) = frame.buffer_mut().cell_mut(Position::new(x, area.y))
        && x < area.right()
    {
        cell.set_char(c);
    }
}
