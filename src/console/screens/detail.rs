//! One kit with everything that the DCMS says about it, and where its parcel is.

use std::cell::Cell;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::{Cx, Go, Screen, Shown, View, read_fault};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Message, Wait};
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::kits::{scope, shown, sign};
use crate::console::widgets::lines::{self, LABEL, pair, pairs};
use crate::console::widgets::scroll::Scroll;
use crate::console::widgets::text::{columns, wrap};
use crate::dcms::{Kit, ReadError, Shipment, Text};
use crate::desk::{Command, Event, Replacement};

/// A kit, opened.
pub struct DetailScreen {
    kit: Kit,
    replacement: Option<Replacement>,
    wait: Option<Wait>,
    parcels: Option<Result<Vec<Shipment>, String>>,
    scroll: Scroll,
    /// Whether the parcels were asked for and are to be in sight with the next picture.
    to_parcels: Cell<bool>,
}

/// Rows that parcels need for a frame of their own.
const PARCELS: u16 = 6;
/// The width from which a kit is shown in two columns.
pub(super) const TWO_COLUMNS: usize = 66;
/// In one column, what of a kit comes before its product.
const OVER_PRODUCT: usize = 4;

impl DetailScreen {
    /// Opens a kit.
    #[must_use]
    pub fn new(kit: Kit, replacement: Option<Replacement>) -> Self {
        Self {
            kit,
            replacement,
            wait: None,
            parcels: None,
            scroll: Scroll::default(),
            to_parcels: Cell::default(),
        }
    }
}

impl Screen for DetailScreen {
    fn place(&self) -> Place {
        match self.wait {
            Some(_) => Place::Waiting,
            None => Place::Detail,
        }
    }

    fn wait(&self) -> Option<&Wait> {
        self.wait.as_ref()
    }

    fn shown(&self) -> Shown<'_> {
        Shown {
            kit: Some(&self.kit),
            ..Shown::default()
        }
    }

    fn key(&mut self, action: Option<Action>, _event: &KeyEvent, cx: &mut Cx) -> Go {
        match action {
            Some(Action::Back) if self.wait.is_some() => {
                cx.leave(&mut self.wait);
                Go::Stay
            }
            Some(Action::Back) => Go::Back,
            _ if self.wait.is_some() => Go::Stay,
            Some(Action::Write(write)) => Go::Begin(write, Box::new(self.kit.clone())),
            Some(Action::Track) => {
                let kit = self.kit.kit_no.clone();
                let what = format!("Asking for the parcels of kit {kit}");
                self.wait = Some(cx.ask(what, |ticket| Command::Track(ticket, kit)));
                self.to_parcels.set(true);
                Go::Stay
            }
            other => {
                self.scroll.by(other);
                Go::Stay
            }
        }
    }

    /// Takes the kit's parcels.
    fn answer(&mut self, answer: Message, _cx: &mut Cx) -> Go {
        if let Message::Desk(Event::Tracked(_, shipments)) = answer {
            self.wait = None;
            self.to_parcels.set(true);
            self.parcels = Some(match shipments {
                Err(ReadError::Refused(refusal)) if refusal.means_not_found() => Ok(Vec::new()),
                shipments => shipments.map_err(|fault| read_fault(&fault)),
            });
        }
        Go::Stay
    }

    /// The parcels are below the kit, in a frame of their own where both have room.
    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let width = usize::from(area.width.saturating_sub(4));
        let title = || format!("Kit {}", self.kit.kit_no);
        let mut kit = kit_lines(&self.kit, self.replacement.as_ref(), width, theme);
        let parcels = self.parcel_lines(width, view);
        let rows = u16::try_from(kit.len() + 2).unwrap_or(u16::MAX);
        if rows.saturating_add(PARCELS) <= area.height {
            let [kit_area, parcels_area] =
                Layout::vertical([Constraint::Length(rows), Constraint::Fill(1)]).areas(area);
            let above = Scroll::default();
            above.draw(frame, kit_area, (title(), true), &kit, theme);
            self.scroll
                .draw(frame, parcels_area, ("Parcels", false), &parcels, theme);
        } else {
            if self.to_parcels.take() {
                self.scroll.go_to(kit.len() + 1);
            }
            kit.push(Line::default());
            kit.push(Line::styled("Parcels", theme.of(Scope::Title)));
            kit.extend(parcels);
            self.scroll.draw(frame, area, (title(), true), &kit, theme);
        }
    }
}

impl DetailScreen {
    fn parcel_lines(&self, width: usize, view: &View<'_>) -> Vec<Line<'static>> {
        let theme = view.theme;
        let (text, scope) = match (&self.wait, &self.parcels) {
            (Some(wait), _) => (lines::waiting(wait, view.now), Scope::Accent),
            (None, None) => (
                "Not asked yet: the key for parcels, below, asks where the card is.".to_owned(),
                Scope::Muted,
            ),
            (None, Some(Err(fault))) => (fault.clone(), Scope::Danger),
            (None, Some(Ok(parcels))) if parcels.is_empty() => {
                ("No parcel is known for this kit.".to_owned(), Scope::Muted)
            }
            (None, Some(Ok(parcels))) => return lines_of(parcels, width, theme),
        };
        let parts = wrap(&text, width).into_iter();
        parts
            .map(|part| Line::styled(part, theme.of(scope)))
            .collect()
    }
}

/// A kit as labelled lines: in two columns where none of its numbers is cut by that.
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
        "encrypted by DCMS"
    } else {
        "keyed from the card"
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
        ("name on card", shown(kit.alias.as_ref()), Scope::Text),
        ("card number", pan.into(), Scope::Muted),
        ("entity", entity, Scope::Text),
        ("account", shown(kit.account_no.as_ref()), Scope::Text),
        ("created", day(&kit.created), Scope::Text),
        ("activated", day(&kit.activated), Scope::Text),
        ("changed", day(&kit.changed), Scope::Text),
        ("category", shown(kit.category.as_ref()), Scope::Text),
    ];
    let mut more = vec![
        ("product", product, Scope::Text),
        ("tier", shown(kit.tier.as_ref()), Scope::Accent),
        ("card type", shown(kit.card_type.as_ref()), Scope::Text),
        (
            "plastic code",
            shown(kit.plastic_code.as_ref()),
            Scope::Text,
        ),
        ("network", shown(kit.network.as_ref()), Scope::Text),
    ];
    // A column lies between them.
    let half = width / 2 + 1;
    more.extend(replacement.map(|replacement| {
        let (label, sign, other, why) = match replacement {
            Replacement::By(other) => ("replaced by", "→", other, ", made that day"),
            Replacement::Of(other) => ("in place of", "←", other, ", replaced that day"),
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
            "card" | "entity" | "account" | "replaced by" | "in place of"
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
            .flat_map(|(label, value, scope)| pairs(label, value, *scope, width, theme))
            .collect();
    }
    let mut more = more.into_iter();
    let both = rows.into_iter().map(|(label, value, scope)| {
        let mut spans = pair(label, &value, scope, half - 1, theme);
        if let Some((label, value, scope)) = more.next() {
            let used: usize = spans.iter().map(Span::width).sum();
            spans.push(Span::raw(" ".repeat(half.saturating_sub(used))));
            spans.extend(pair(label, &value, scope, width - half, theme));
        }
        spans.into()
    });
    both.collect()
}

/// A parcel and its way, line by line.
fn lines_of(parcels: &[Shipment], width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut text = Vec::new();
    for parcel in parcels {
        text.push((
            "parcel".to_owned(),
            format!(
                "{} {}  ·  {}  ·  expected {}",
                shown(parcel.delivery_service.as_ref()),
                shown(parcel.waybill_no.as_ref()),
                shown(parcel.status.as_ref()),
                shown(parcel.expected_delivery_date.as_ref())
            ),
        ));
        text.push((
            "  way".into(),
            format!(
                "{} to {}",
                shown(parcel.origin.as_ref()),
                shown(parcel.destination.as_ref())
            ),
        ));
        for scan in parcel.scans.scan_detail.iter() {
            text.push((
                format!("  {}", shown(scan.scan_date.as_ref())),
                format!(
                    "{}, {}",
                    shown(scan.scan.as_ref()),
                    shown(scan.scanned_location.as_ref())
                ),
            ));
        }
    }
    text.iter()
        .flat_map(|(label, value)| pairs(label, value, Scope::Text, width, theme))
        .collect()
}
