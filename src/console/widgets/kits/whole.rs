//! One kit with everything that the DCMS says about it, as lines.

use ratatui::text::{Line, Span};

use super::words;
use super::{scope, shown, sign};
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::lines::{LABEL, pair, pairs};
use crate::console::widgets::text::columns;
use crate::dcms::{Kit, Text};
use crate::desk::Replacement;

/// The width from which a kit is shown in two columns.
pub const TWO_COLUMNS: usize = 66;
/// In one column, what of a kit comes before its product.
const OVER_PRODUCT: usize = 4;

/// A kit as labelled lines: in two columns where none of its numbers is cut by that.
#[must_use]
pub fn kit_lines(
    kit: &Kit,
    replacement: Option<&Replacement>,
    width: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let day = |text: &Option<Text>| -> String {
        let shown = shown(text.as_ref());
        shown.split('T').next().unwrap_or_default().to_owned()
    };
    let card = kit
        .card
        .as_ref()
        .map_or_else(|| "—".into(), ToString::to_string);
    let pan = if kit.encrypted_pan.is_some() {
        words::ENCRYPTED
    } else {
        words::PAN_KEYED
    };
    let status = format!("{} {}", sign(&kit.status), kit.status.word());
    let expiry = kit
        .expiry
        .map_or_else(|| "—".into(), |expiry| expiry.to_string());
    let product = match (&kit.product_name, &kit.product_id) {
        (Some(name), Some(id)) => format!("{} ({})", name.shown(), id.shown()),
        (name, id) => shown(name.as_ref().or(id.as_ref())),
    };
    let entity = kit
        .entity
        .as_ref()
        .map_or_else(|| "—".into(), ToString::to_string);
    let rows: [(&str, String, Scope); 11] = [
        ("status", status, scope(&kit.status)),
        ("card", card, Scope::Text),
        ("expiry", expiry, Scope::Text),
        (words::NAME, shown(kit.alias.as_ref()), Scope::Text),
        (words::CARD_NUMBER, pan.into(), Scope::Muted),
        ("entity", entity, Scope::Text),
        ("account", shown(kit.account_no.as_ref()), Scope::Text),
        ("created", day(&kit.created), Scope::Text),
        ("activated", day(&kit.activated), Scope::Text),
        ("changed", day(&kit.changed), Scope::Text),
        ("category", shown(kit.category.as_ref()), Scope::Text),
    ];
    let mut more = vec![
        ("product", product, Scope::Text),
        (words::TIER, shown(kit.tier.as_ref()), Scope::Accent),
        (words::CARD_TYPE, shown(kit.card_type.as_ref()), Scope::Text),
        (
            words::PLASTIC_CODE,
            shown(kit.plastic_code.as_ref()),
            Scope::Text,
        ),
        ("network", shown(kit.network.as_ref()), Scope::Text),
    ];
    // A column lies between them.
    let half = width / 2 + 1;
    more.extend(replacement.map(|replacement| {
        let (label, sign, other, why) = match replacement {
            Replacement::By(other) => (words::REPLACED_BY, "→", other, words::MADE_THAT_DAY),
            Replacement::Of(other) => (words::IN_PLACE_OF, "←", other, words::REPLACED_THAT_DAY),
        };
        let whole = format!("{sign} {other}{why}");
        // The number is what is looked for.
        let text = if LABEL + columns(&whole) <= width - half {
            whole
        } else {
            format!("{sign} {other}")
        };
        (label, text, Scope::Text)
    }));
    let is_number = |label: &str| {
        matches!(
            label,
            "card" | "entity" | "account" | words::REPLACED_BY | words::IN_PLACE_OF
        )
    };
    let is_cut = |(label, value, _): &(&str, String, Scope)| {
        is_number(label) && LABEL + columns(value) > width - half
    };
    if width < TWO_COLUMNS || rows.iter().chain(&more).any(is_cut) {
        let all = rows
            .iter()
            .take(OVER_PRODUCT)
            .chain(&more)
            .chain(rows.iter().skip(OVER_PRODUCT));
        return all
            .flat_map(|(label, value, scope)| pairs(label, value, *scope, (LABEL, width), theme))
            .collect();
    }
    let mut more = more.into_iter();
    let both = rows.into_iter().map(|(label, value, scope)| {
        let mut spans = pair(label, &value, scope, (LABEL, half - 1), theme);
        if let Some((label, value, scope)) = more.next() {
            let used: usize = spans.iter().map(Span::width).sum();
            spans.push(Span::raw(" ".repeat(half.saturating_sub(used))));
            spans.extend(pair(label, &value, scope, (LABEL, width - half), theme));
        }
        spans.into()
    });
    both.collect()
}
