//! The lines that every screen has: the top line, the key line, and sentences in between.

use std::time::Instant;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Borders};

use super::drawn::Drawn;
use super::text::{columns, cut, fit, wrap};
use crate::console::keymap::{Action, Binding, Here, Key, Keymap};
use crate::console::message::Wait;
use crate::console::theme::{Scope, Theme};
use crate::dcms::Kit;
use crate::desk::Target;

/// What is said here.
mod words {
    use std::fmt::Display;

    pub(super) fn kit(kit: &dyn Display, card: &dyn Display, status: &dyn Display) -> String {
        format!("kit {kit}  ·  {card}  ·  {status}")
    }

    pub(super) fn all_kits(entity: &dyn Display) -> String {
        format!("all kits of customer {entity}")
    }

    /// The row's number, in so many digits.
    pub(super) fn place(signs: &str, (row, digits): (usize, usize), count: usize) -> String {
        format!(" {signs}{row:>digits$} of {count} ")
    }

    pub(super) fn waiting(
        sign: &dyn Display,
        what: &dyn Display,
        seconds: &dyn Display,
        limit: &dyn Display,
    ) -> String {
        format!("{sign} {what} … {seconds} s of {limit} s")
    }
}

/// A frame with a title; the one that has the focus is marked.
#[must_use]
pub fn framed<'a>(title: impl Into<String>, focused: bool, theme: &Theme) -> Block<'a> {
    ruled(title, focused, theme).borders(Borders::ALL)
}

/// A line above with a title, and one below: for a list, whose rows need no frame at their sides, and
/// scroll with a fraction of the bytes without.
#[must_use]
pub fn ruled<'a>(title: impl Into<String>, focused: bool, theme: &Theme) -> Block<'a> {
    let border = theme.of(if focused {
        Scope::BorderFocus
    } else {
        Scope::Border
    });
    Block::new()
        .borders(Borders::TOP | Borders::BOTTOM)
        .border_type(BorderType::Rounded)
        .border_style(border)
        .title(Span::styled(
            format!(" {} ", title.into()),
            theme.of(Scope::Title),
        ))
}

/// A kit in a line: its number, its card, its state.
#[must_use]
pub fn kit(kit: &Kit) -> String {
    let card = kit.card.as_ref();
    let card = card.map_or_else(|| "—".into(), ToString::to_string);
    words::kit(&kit.kit_no, &card, &kit.status.word())
}

/// What an operation is about, in a line; of a kit, as it was read.
#[must_use]
pub fn target(target: &Target, read: &Kit) -> String {
    match target {
        Target::Kit { .. } => kit(read),
        Target::Customer(entity) => words::all_kits(&entity),
        Target::Order(_) => target.to_string(),
    }
}

/// Draws a frame and returns what is inside, a column off the frame on either side.
pub fn panel(
    frame: &mut Frame<'_>,
    area: Rect,
    title: impl Into<String>,
    focused: bool,
    theme: &Theme,
) -> Rect {
    let block = framed(title, focused, theme);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    padded(inner)
}

/// A column off on either side.
#[must_use]
pub fn padded(area: Rect) -> Rect {
    Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    }
}

/// The keys that work right now, as many as fit; the way back and the help are always among them.
pub fn key_line(
    frame: &mut Frame<'_>,
    area: Rect,
    (keymap, here): (&Keymap, Here),
    is_offered: impl Fn(&Binding) -> bool,
    drawn: &Drawn<Key>,
    theme: &Theme,
) {
    let mut items = Vec::new();
    for binding in keymap.shown_in(here).filter(|binding| is_offered(binding)) {
        if let Some(key) = binding.keys_in(here.place).next() {
            items.push((key, key.to_string(), binding));
        }
    }
    let width =
        |(_, key, binding): &(Key, String, &Binding)| columns(key) + 1 + columns(binding.says) + 3;
    let room = usize::from(area.width);
    while items.iter().map(width).sum::<usize>() > room + 2 {
        let stays = |action| matches!(action, Action::Back | Action::Help);
        let last = items
            .iter()
            .rposition(|(.., binding)| !stays(binding.action));
        let Some(last) = last else { break };
        items.remove(last);
    }
    let mut spans = vec![Span::raw(" ")];
    drawn.begin();
    let mut x = area.x.saturating_add(1);
    for item in items {
        let wide = u16::try_from(width(&item)).unwrap_or(u16::MAX);
        let (key, name, Binding { says, .. }) = item;
        // Without the blanks behind it.
        let spot = Rect {
            x,
            width: wide.saturating_sub(3),
            ..area
        };
        drawn.put(spot.intersection(area), key);
        x = x.saturating_add(wide);
        spans.push(Span::styled(name, theme.of(Scope::Key)));
        spans.push(Span::styled(format!(" {says}   "), theme.of(Scope::Muted)));
    }
    frame.render_widget(Line::from(spans), area);
}

/// A sentence in as many rows as it needs and the area has. Returns how many it took.
pub fn sentence(frame: &mut Frame<'_>, area: Rect, text: &str, scope: Scope, theme: &Theme) -> u16 {
    let lines = wrap(text, area.width.into());
    let mut used = 0;
    for (line, row) in lines.iter().zip(area.rows()) {
        frame.render_widget(Span::styled(line.as_str(), theme.of(scope)), row);
        used += 1;
    }
    used
}

/// Columns of a label before what it says.
pub const LABEL: usize = 19;

/// A label and what it says, in so many columns: the first of them for the label.
#[must_use]
pub fn pair(
    label: &str,
    value: &str,
    scope: Scope,
    (labels, width): (usize, usize),
    theme: &Theme,
) -> Vec<Span<'static>> {
    let room = width.saturating_sub(labels);
    vec![
        Span::styled(
            fit(label, labels.saturating_sub(1)) + " ",
            theme.of(Scope::Muted),
        ),
        Span::styled(cut(value, room), theme.of(scope)),
    ]
}

/// The same, in as many lines as it needs.
pub fn pairs<'a>(
    label: &'a str,
    value: &str,
    scope: Scope,
    (labels, width): (usize, usize),
    theme: &'a Theme,
) -> impl Iterator<Item = Line<'static>> + 'a {
    let mut label = Some(label);
    wrap(value, width.saturating_sub(labels))
        .into_iter()
        .map(move |part| {
            let label = label.take().unwrap_or_default();
            pair(label, &part, scope, (labels, width), theme).into()
        })
}

/// Where in a list of so many rows the selection is, with a sign where there are more above and below
/// those in sight. As wide whatever the number is, so that a step changes a digit and not a line.
#[must_use]
pub fn place(selected: usize, count: usize, first: usize, in_sight: usize) -> String {
    let digits = count.to_string().len();
    let signs = beyond(count, first, in_sight);
    let signs = signs.map_or(String::new(), |signs| format!("{signs} "));
    words::place(&signs, (selected + 1, digits), count)
}

/// A list's frame with the place of the selected row in its lower line.
#[must_use]
pub fn with_place<'a>(block: Block<'a>, place: Option<String>, theme: &Theme) -> Block<'a> {
    match place {
        Some(place) => {
            let place = Line::styled(place, theme.of(Scope::Text));
            block.title_bottom(place.right_aligned())
        }
        None => block,
    }
}

/// Signs for what there is above and below what is in sight, if there is anything.
#[must_use]
pub fn beyond(count: usize, first: usize, in_sight: usize) -> Option<String> {
    let above = if first > 0 { '▲' } else { ' ' };
    let below = if first + in_sight < count { '▼' } else { ' ' };
    (in_sight < count).then(|| format!("{above}{below}"))
}

/// What is waited for, for how long, and up to when.
#[must_use]
pub fn waiting(wait: &Wait, now: Instant) -> String {
    const SPINNER: [char; 8] = ['⣾', '⣽', '⣻', '⢿', '⡿', '⣟', '⣯', '⣷'];
    let since = now.duration_since(wait.since);
    let at = usize::try_from(since.as_millis() / 125).unwrap_or(0) % SPINNER.len();
    words::waiting(
        &SPINNER[at],
        &wait.what,
        &since.as_secs(),
        &wait.limit.as_secs_f32().ceil(),
    )
}
