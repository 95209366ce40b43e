//! What will be sent, row by row, beside what is there now. A PIN is told as sealed and no more.
//! How the rows are drawn is the screen's or the verb's affair.

use super::sentences::{NO_MASK, unread};
use crate::dcms::{CancelOrder, CardType, Delivery, Expiry, Kit, Order, SetPin, Text, Upgrade};

/// One row: what, as it is, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The field's name.
    pub what: String,
    /// As it is now.
    pub now: String,
    /// As it will be sent, or a word about why it is not.
    pub asked: String,
    /// Whether the two differ.
    pub changes: bool,
}

/// A text of the server's, or a dash.
#[must_use]
pub fn shown(text: Option<&Text>) -> String {
    text.map_or_else(|| "—".into(), |text| text.shown().into_owned())
}

/// A row that is sent as it is.
fn sent(what: &str, now: impl Into<String>) -> Row {
    let now = now.into();
    Row {
        what: what.into(),
        asked: now.clone(),
        now,
        changes: false,
    }
}

/// A row that is there to be compared with, and not sent.
fn fact(what: &str, now: impl Into<String>) -> Row {
    Row {
        what: what.into(),
        now: now.into(),
        asked: String::new(),
        changes: false,
    }
}

fn wanted(what: String, now: String, asked: Option<String>) -> Row {
    match asked {
        Some(asked) => Row {
            what,
            changes: asked != now,
            now,
            asked,
        },
        None => Row {
            what,
            now,
            asked: "not sent: the DCMS decides".into(),
            changes: false,
        },
    }
}

/// An upgrade: the card as it was just read beside the card that is asked for.
#[must_use]
pub fn upgrade(before: &Kit, request: &Upgrade) -> Vec<Row> {
    let card = before
        .card
        .as_ref()
        .map_or_else(|| "—".into(), ToString::to_string);
    let mut rows = vec![
        sent("entity", request.entity.as_str()),
        sent("kit number", request.kit.as_str()),
        Row {
            what: "card".into(),
            now: card,
            asked: "replaced by a new card".into(),
            changes: true,
        },
    ];
    let several = request.cards.len() > 1;
    for (place, wants) in request.cards.iter().enumerate() {
        let name = |what: &str| {
            if several {
                format!("{}. {what}", place + 1)
            } else {
                what.to_owned()
            }
        };
        rows.extend([
            wanted(
                name("tier"),
                shown(before.tier.as_ref()),
                wants.tier_type.clone(),
            ),
            wanted(
                name("card type"),
                shown(before.card_type.as_ref()),
                wants.card_type.map(|kind| CardType::word(kind).to_owned()),
            ),
            wanted(
                name("plastic code"),
                shown(before.plastic_code.as_ref()),
                wants.plastic_code.clone(),
            ),
            wanted(
                name("name on card"),
                shown(before.alias.as_ref()),
                wants.alias_name.clone(),
            ),
        ]);
    }
    let delivery = request.delivery.map(|to| Delivery::word(to).to_owned());
    rows.push(wanted("delivery".into(), "—".into(), delivery));
    rows
}

/// A PIN; without a request, what is known before one is sealed.
#[must_use]
pub fn pin(kit: &Kit, request: Option<&SetPin>) -> Vec<Row> {
    let card = kit
        .card
        .as_ref()
        .map_or_else(|| NO_MASK.into(), ToString::to_string);
    let known = kit.expiry.map_or_else(|| "—".into(), Expiry::mmyy);
    let mut rows = vec![
        sent("entity", shown_entity(kit)),
        sent("kit number", kit.kit_no.as_str()),
        fact("card", card),
        fact("status", kit.status.word()),
    ];
    if let Some(request) = request {
        rows.push(wanted("expiry".into(), known, Some(request.expiry.mmyy())));
        rows.push(Row {
            what: "PIN".into(),
            now: "not readable".into(),
            asked: format!("sealed (key {})", request.pin.key()),
            changes: true,
        });
    }
    rows
}

fn shown_entity(kit: &Kit) -> String {
    kit.entity
        .as_ref()
        .map_or_else(|| "—".into(), ToString::to_string)
}

/// A cancellation.
#[must_use]
pub fn cancel(order: &Order, request: &CancelOrder) -> Vec<Row> {
    let mut rows = vec![
        sent("order id", request.order.as_str()),
        sent("branch id", request.branch.as_str()),
        fact("order name", shown(order.name.as_ref())),
        Row {
            what: "status".into(),
            now: order.status.word().into_owned(),
            asked: "CANCELLED, for good".into(),
            changes: true,
        },
    ];
    for product in order.products.iter() {
        let what = format!(
            "{} × {} {}",
            shown(product.no_of_card.as_ref()),
            shown(product.card_type.as_ref()),
            shown(product.product_id.as_ref())
        );
        rows.push(fact("cards", what));
    }
    if let Some(unread) = unread(order.products.unread, "product") {
        rows.push(fact("cards", unread));
    }
    rows
}
