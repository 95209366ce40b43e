//! How an order is drawn: its status, and the cards that were ordered.

use ratatui::text::Line;

use super::words;
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::kits::shown;
use crate::console::widgets::lines::{LABEL, pairs};
use crate::console::widgets::text::{columns, fit};
use crate::dcms::{Order, OrderStatus};
use crate::desk::sentences::unread;

const HEADING: [&str; 6] = ["BIN", "TYPE", "CARDS", "PRODUCT", "STATUS", "FOR"];
/// Between two columns of it.
const GAP: usize = 2;

/// The colour that goes with a status.
pub(super) fn scope(status: &OrderStatus) -> Scope {
    match status {
        OrderStatus::Received | OrderStatus::Success => Scope::Ok,
        OrderStatus::Failed => Scope::Danger,
        OrderStatus::Cancelled(_) => Scope::Muted,
        OrderStatus::Pending | OrderStatus::Processed | OrderStatus::Other(_) => Scope::Warn,
    }
}

/// An order as labelled lines, and the cards that were ordered.
pub(super) fn order_lines(order: &Order, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let scope = scope(&order.status);
    let rows = [
        ("status", order.status.word().into_owned(), scope),
        ("name", shown(order.name.as_ref()), Scope::Text),
        ("tenant", shown(order.tenant.as_ref()), Scope::Text),
    ];
    let rows = rows.iter();
    let mut lines: Vec<_> = rows
        .flat_map(|(label, value, scope)| pairs(label, value, *scope, (LABEL, width), theme))
        .collect();
    if let Some(unread) = unread(order.products.unread, "product") {
        lines.extend(pairs(
            "products",
            &unread,
            Scope::Warn,
            (LABEL, width),
            theme,
        ));
    }
    if order.products.is_empty() {
        return lines;
    }
    lines.push(Line::default());
    let products = order.products.iter().map(|product| {
        [
            &product.bin_number,
            &product.card_type,
            &product.no_of_card,
            &product.product_id,
            &product.status,
            &product.corporate_name,
        ]
        .map(|text| shown(text.as_ref()))
    });
    let products: Vec<_> = products.collect();
    let widest = |at: usize| {
        let cells = products.iter().map(|cells| columns(&cells[at]));
        cells.max().unwrap_or(0).max(columns(HEADING[at]))
    };
    let widths: [usize; 6] = std::array::from_fn(widest);
    if widths.iter().sum::<usize>() + GAP * (widths.len() - 1) <= width {
        let line = |cells: [&str; 6]| -> String {
            let cells = cells.iter().zip(widths);
            cells.map(|(cell, width)| fit(cell, width + GAP)).collect()
        };
        lines.push(Line::styled(line(HEADING), theme.of(Scope::Muted)));
        lines.extend(
            products
                .iter()
                .map(|cells| Line::raw(line(cells.each_ref().map(String::as_str)))),
        );
    } else {
        // Card by card: how many of which come first, the rest where there is room for it.
        for [bin, card_type, count, product, status, whom] in &products {
            let text = words::ordered(&count, &card_type, &product, &status, &whom);
            lines.extend(pairs(
                &words::bin(&bin),
                &text,
                Scope::Text,
                (LABEL, width),
                theme,
            ));
        }
    }
    lines
}
