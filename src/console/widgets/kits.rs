//! The kits table: which columns fit, which rows are in sight. Kits are sorted as the DCMS sent them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::text::fit;
use crate::console::theme::{Scope, Theme};
use crate::dcms::{Kit, Status};
pub use crate::desk::review::shown;

/// A column: heading, narrowest and widest, and how dearly it is given up (the higher, the sooner).
struct Column {
    heading: &'static str,
    min: usize,
    max: usize,
    worth: u8,
    cell: fn(&Kit) -> String,
}

const COLUMNS: [Column; 8] = [
    Column {
        heading: "KIT NUMBER",
        min: 11,
        max: 14,
        worth: 0,
        cell: |kit| kit.kit_no.to_string(),
    },
    Column {
        heading: "CARD",
        min: 16,
        max: 19,
        worth: 1,
        cell: card,
    },
    Column {
        heading: "PRODUCT",
        min: 8,
        max: 24,
        worth: 6,
        cell: |kit| shown(kit.product_name.as_ref()),
    },
    Column {
        heading: "TIER",
        min: 10,
        max: 14,
        worth: 3,
        cell: |kit| shown(kit.tier.as_ref()),
    },
    Column {
        heading: "TYPE",
        min: 8,
        max: 8,
        worth: 5,
        cell: |kit| shown(kit.card_type.as_ref()),
    },
    Column {
        heading: "STATUS",
        min: 11,
        max: 14,
        worth: 0,
        cell: status,
    },
    Column {
        heading: "EXPIRY",
        min: 6,
        max: 6,
        worth: 2,
        cell: expiry,
    },
    Column {
        heading: "NAME ON CARD",
        min: 14,
        max: 26,
        worth: 7,
        cell: |kit| shown(kit.alias.as_ref()),
    },
];

fn card(kit: &Kit) -> String {
    kit.card
        .as_ref()
        .map_or_else(|| "—".into(), ToString::to_string)
}

fn expiry(kit: &Kit) -> String {
    kit.expiry
        .map_or_else(|| "—".into(), |expiry| expiry.to_string())
}

/// A status by sign and word, so that no colour is needed.
fn status(kit: &Kit) -> String {
    format!("{} {}", sign(&kit.status), kit.status.word())
}

/// The sign of a status.
#[must_use]
pub fn sign(status: &Status) -> char {
    match status {
        Status::Active => '●',
        Status::Assigned | Status::Inactive => '○',
        Status::Locked => '◐',
        Status::Replaced => '→',
        Status::Blocked | Status::Hotlisted | Status::Closed | Status::Expired => '×',
        Status::Other(_) => '?',
    }
}

/// The colour that goes with it.
#[must_use]
pub fn scope(status: &Status) -> Scope {
    match status {
        Status::Active => Scope::Ok,
        Status::Assigned | Status::Inactive | Status::Locked | Status::Other(_) => Scope::Warn,
        Status::Replaced | Status::Closed | Status::Expired => Scope::Muted,
        Status::Blocked | Status::Hotlisted => Scope::Danger,
    }
}

/// Whether a kit holds the text that the table is narrowed to, in any column, in any case.
#[must_use]
pub fn matches(kit: &Kit, wanted: &str) -> bool {
    let wanted = wanted.trim().to_lowercase();
    wanted.is_empty()
        || COLUMNS
            .iter()
            .any(|column| (column.cell)(kit).to_lowercase().contains(&wanted))
}

/// Between two columns.
fn gap(room: usize) -> usize {
    if room < 90 { 1 } else { 2 }
}

/// Columns with the widths that they get in `room`.
fn layout(room: usize) -> Vec<(&'static Column, usize)> {
    let gap = gap(room);
    let mut kept: Vec<(&Column, usize)> =
        COLUMNS.iter().map(|column| (column, column.min)).collect();
    let total =
        |kept: &[(&Column, usize)]| kept.iter().map(|(_, width)| width + gap).sum::<usize>() - gap;
    while total(&kept) > room && kept.len() > 2 {
        let (least, _) = kept
            .iter()
            .enumerate()
            .max_by_key(|(_, (column, _))| column.worth)
            .expect("there are more than two");
        kept.remove(least);
    }
    let mut spare = room.saturating_sub(total(&kept));
    for (column, width) in &mut kept {
        let more = spare.min(column.max - *width);
        *width += more;
        spare -= more;
    }
    kept
}

/// Draws the rows around the selected one and returns the first row that is in sight.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    kits: &[&Kit],
    selected: usize,
    first: usize,
    has_focus: bool,
    theme: &Theme,
) -> usize {
    let room = usize::from(area.width.saturating_sub(2));
    let (columns, gap) = (layout(room), gap(room));
    let heading: String = columns
        .iter()
        .map(|(c, width)| fit(c.heading, *width + gap))
        .collect();
    let top = Rect { height: 1, ..area };
    frame.render_widget(
        Line::styled(format!("  {heading}"), theme.of(Scope::Muted)),
        top,
    );
    let rows = usize::from(area.height.saturating_sub(1));
    let first = first
        .min(kits.len().saturating_sub(rows))
        .min(selected)
        .max((selected + 1).saturating_sub(rows));
    for ((place, kit), y) in kits
        .iter()
        .enumerate()
        .skip(first)
        .take(rows)
        .zip(area.y + 1..)
    {
        let row = Rect {
            y,
            height: 1,
            ..area
        };
        let is_selected = place == selected;
        let mark = if is_selected { "▌ " } else { "  " };
        let mut spans = vec![Span::styled(mark, theme.of(Scope::Accent))];
        for (column, width) in &columns {
            let style = match column.heading {
                "STATUS" => theme.of(scope(&kit.status)),
                _ if kit.status == Status::Replaced => theme.of(Scope::Muted),
                _ => theme.of(Scope::Text),
            };
            spans.push(Span::styled(
                fit(&fit(&(column.cell)(kit), *width), *width + gap),
                style,
            ));
        }
        frame.render_widget(Line::from(spans), row);
        if is_selected && has_focus {
            frame
                .buffer_mut()
                .set_style(row, theme.of(Scope::Selection));
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(room: usize) -> Vec<&'static str> {
        layout(room)
            .iter()
            .map(|(column, _)| column.heading)
            .collect()
    }

    #[test]
    fn columns_give_way_in_order_of_worth() {
        assert!(headings(116).contains(&"NAME ON CARD"));
        assert!(!headings(76).contains(&"NAME ON CARD"));
        for needed in [
            "KIT NUMBER",
            "CARD",
            "PRODUCT",
            "TIER",
            "TYPE",
            "STATUS",
            "EXPIRY",
        ] {
            assert!(headings(76).contains(&needed), "{needed}");
        }
        assert_eq!(headings(10), ["KIT NUMBER", "STATUS"]);
    }

    #[test]
    fn the_filter_looks_into_every_column() {
        let json = r#"{"kitNo":"4561789","cardNumber":"608040XXXXXX6384","tierType":"CLASSIC"}"#;
        let kit: Kit = serde_json::from_str(json).expect("a kit");
        for hit in ["", "1789", "6384", "classic", " CLASSIC "] {
            assert!(matches(&kit, hit), "{hit}");
        }
        assert!(!matches(&kit, "gold"));
    }
}
