//! One kit with everything that the DCMS says about it, and where its parcel is.

use std::time::Instant;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use super::{Context, Go, read_fault};
use crate::console::keymap::Action;
use crate::console::message::Wait;
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::kits::{scope, shown, sign};
use crate::console::widgets::lines::{self, pair};
use crate::dcms::{Kit, ReadFault, Shipment, Text};
use crate::desk::{Command, Ticket, Tie};

/// A kit, opened.
pub struct DetailScreen {
    kit: Kit,
    tie: Option<Tie>,
    /// What is waited for.
    pub wait: Option<Wait>,
    parcels: Option<Result<Vec<Shipment>, String>>,
}

impl DetailScreen {
    /// Opens a kit.
    #[must_use]
    pub fn new(kit: Kit, tie: Option<Tie>) -> Self {
        Self {
            kit,
            tie,
            wait: None,
            parcels: None,
        }
    }

    /// Takes a key.
    pub fn key(&mut self, action: Option<Action>, context: &mut Context<'_>) -> Go {
        match action {
            Some(Action::Back) if self.wait.is_some() => {
                context.leave(&mut self.wait);
                Go::Stay
            }
            Some(Action::Back) => Go::Back,
            _ if self.wait.is_some() => Go::Stay,
            Some(Action::Upgrade) => Go::Upgrade(Box::new(self.kit.clone())),
            Some(Action::SetPin) => Go::SetPin(Box::new(self.kit.clone())),
            Some(Action::Track) => {
                let kit = self.kit.kit_no.clone();
                let what = format!("Asking for the parcels of kit {kit}");
                self.wait = Some(context.ask(what, |ticket| Command::Track(ticket, kit)));
                Go::Stay
            }
            _ => Go::Stay,
        }
    }

    /// The kit.
    #[must_use]
    pub fn kit(&self) -> &Kit {
        &self.kit
    }

    /// Draws it.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, now: Instant, theme: &Theme) {
        let [kit_area, parcels_area] =
            Layout::vertical([Constraint::Length(13), Constraint::Fill(1)]).areas(area);
        let block = lines::framed(format!("Kit {}", self.kit.kit_no), true, theme);
        let inner = block.inner(kit_area);
        frame.render_widget(block, kit_area);
        draw_kit(frame, inner, &self.kit, self.tie.as_ref(), theme);

        let inner = lines::panel(frame, parcels_area, "Parcels", false, theme);
        match (&self.wait, &self.parcels) {
            (Some(wait), _) => {
                let text = lines::waiting(&wait.what, now.duration_since(wait.since), wait.limit);
                lines::sentence(frame, inner, &text, Scope::Accent, theme);
            }
            (None, None) => {
                lines::sentence(
                    frame,
                    inner,
                    "Where the card is has not been asked yet.",
                    Scope::Muted,
                    theme,
                );
            }
            (None, Some(Err(fault))) => {
                lines::sentence(frame, inner, fault, Scope::Danger, theme);
            }
            (None, Some(Ok(parcels))) if parcels.is_empty() => {
                lines::sentence(
                    frame,
                    inner,
                    "No parcel is known for this kit.",
                    Scope::Muted,
                    theme,
                );
            }
            (None, Some(Ok(parcels))) => draw_parcels(frame, inner, parcels, theme),
        }
    }
}

/// Takes a kit's parcels.
pub fn tracked(
    screen: &mut DetailScreen,
    ticket: Ticket,
    shipments: &Result<Vec<Shipment>, ReadFault>,
) {
    if Wait::is_for(screen.wait.as_ref(), ticket) {
        screen.wait = None;
        screen.parcels = Some(match shipments {
            Ok(shipments) => Ok(shipments.clone()),
            Err(ReadFault::Refused(refusal)) if refusal.means_not_found() => Ok(Vec::new()),
            Err(fault) => Err(read_fault(fault)),
        });
    }
}

/// A kit in two columns of labelled rows.
pub fn draw_kit(frame: &mut Frame<'_>, area: Rect, kit: &Kit, tie: Option<&Tie>, theme: &Theme) {
    let area = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    let [left, right] = Layout::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).areas(area);
    let day = |text: &Option<Text>| -> String {
        let shown = shown(text.as_ref());
        shown.split('T').next().unwrap_or_default().to_owned()
    };
    let card = kit
        .card
        .as_ref()
        .map_or_else(|| "—".into(), ToString::to_string);
    let pan = if kit.encrypted_pan.is_some() {
        "sent enciphered"
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
    more.extend(tie.map(|tie| match tie {
        Tie::ReplacedBy(other) => (
            "replaced by",
            format!("→ {other}, made that day"),
            Scope::Text,
        ),
        Tie::InPlaceOf(other) => (
            "in place of",
            format!("← {other}, replaced that day"),
            Scope::Text,
        ),
    }));
    for (column, rows) in [(left, rows.as_slice()), (right, more.as_slice())] {
        for ((label, value, scope), y) in rows.iter().zip(column.y..area.bottom()) {
            pair(frame, Rect { y, ..column }, label, value, *scope, theme);
        }
    }
}

fn draw_parcels(frame: &mut Frame<'_>, area: Rect, parcels: &[Shipment], theme: &Theme) {
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
        for scan in &parcel.scans.scan_detail {
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
    for ((label, value), y) in text.iter().zip(area.y..area.bottom()) {
        pair(frame, Rect { y, ..area }, label, value, Scope::Text, theme);
    }
}
