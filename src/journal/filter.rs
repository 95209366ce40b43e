//! Which records are wanted: a filter and a page, and their form in SQL.
//! Knows the columns; runs nothing.

use jiff::Timestamp;
use rusqlite::types::Value;
use serde_json::{Map, json};

use super::record::time_text;
use super::words::{Kind, Operation, ResultWord};
use crate::dcms::{EntityId, KitNo, OrderId};
use crate::pin::mask_typed_id;

/// Records that fit all that is given; the default fits all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Made then or later.
    pub from: Option<Timestamp>,
    /// Made before.
    pub to: Option<Timestamp>,
    /// By this operator.
    pub operator: Option<String>,
    /// On this machine.
    pub host: Option<String>,
    /// On a host that is enrolled for this branch: only the central store knows for which.
    pub branch: Option<String>,
    /// About this customer.
    pub entity: Option<EntityId>,
    /// About this kit.
    pub kit: Option<KitNo>,
    /// About this order.
    pub order: Option<OrderId>,
    /// In the course of this.
    pub operation: Option<Operation>,
    /// With this result.
    pub outcome: Option<ResultWord>,
    /// Of this kind.
    pub kind: Option<Kind>,
}

/// What is folded away: there is much of it, and nothing changes by it.
pub(super) const FOLDED: [Kind; 3] = [Kind::LookUp, Kind::SessionBegan, Kind::SessionEnded];

/// Whether records of look-ups, and of sessions' beginnings and ends, are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LookUps {
    /// None, unless the filter names them.
    #[default]
    Folded,
    /// All.
    Shown,
}

/// A part of a long list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// At most so many.
    pub limit: u32,
    /// After so many that are newer.
    pub offset: u32,
}

impl Filter {
    /// A condition, and the values for its question marks.
    pub(super) fn condition(&self) -> (String, Vec<Value>) {
        let mut clauses = vec!["1"];
        let mut values = Vec::new();
        let texts = [
            ("at >= ?", self.from.map(time_text)),
            ("at < ?", self.to.map(time_text)),
            ("operator = ?", self.operator.clone()),
            ("host = ?", self.host.clone()),
            // No record of a journal says so.
            ("NULL = ?", self.branch.clone()),
            ("operation = ?", self.operation.map(|o| o.word().to_owned())),
            ("outcome = ?", self.outcome.map(|o| o.word().to_owned())),
            ("kind = ?", self.kind.map(|k| k.word().to_owned())),
        ];
        for (clause, value) in texts {
            if let Some(value) = value {
                clauses.push(clause);
                values.push(Value::Text(value));
            }
        }
        // Notes hold the mask of an id that could be a card number, and that the DCMS does not know.
        let ids = [
            (
                "entity IN (?, ?)",
                self.entity.as_ref().map(EntityId::as_str),
            ),
            ("kit IN (?, ?)", self.kit.as_ref().map(KitNo::as_str)),
            (
                "order_id IN (?, ?)",
                self.order.as_ref().map(OrderId::as_str),
            ),
        ];
        for (clause, id) in ids {
            if let Some(id) = id {
                clauses.push(clause);
                values.push(Value::Text(id.to_owned()));
                values.push(Value::Text(mask_typed_id(id).into_owned()));
            }
        }
        (clauses.join(" AND "), values)
    }

    /// Whether what is folded away among actions is not listed: what the filter names is.
    pub(super) fn folds(&self, look_ups: LookUps) -> bool {
        let is_named = self.kind.is_some_and(|kind| FOLDED.contains(&kind))
            || matches!(
                self.operation,
                Some(Operation::LookUp(_) | Operation::Session)
            );
        look_ups == LookUps::Folded && !is_named
    }

    /// The same in the words of the central store.
    #[must_use]
    pub fn for_store(&self, look_ups: LookUps) -> serde_json::Value {
        let texts = [
            ("from", self.from.map(time_text)),
            ("to", self.to.map(time_text)),
            ("operator", self.operator.clone()),
            ("host", self.host.clone()),
            ("branch", self.branch.clone()),
            ("operation", self.operation.map(|o| o.word().to_owned())),
            ("outcome", self.outcome.map(|o| o.word().to_owned())),
            ("kind", self.kind.map(|k| k.word().to_owned())),
        ];
        let texts = texts
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), json!(value?))));
        let ids = [
            ("entity", self.entity.as_ref().map(EntityId::as_str)),
            ("kit", self.kit.as_ref().map(KitNo::as_str)),
            ("order", self.order.as_ref().map(OrderId::as_str)),
        ];
        let ids = ids
            .into_iter()
            .filter_map(|(key, id)| Some((key.to_owned(), json!([id?, mask_typed_id(id?)]))));
        let folded = self
            .folds(look_ups)
            .then(|| ("folded".to_owned(), true.into()));
        let mut object = Map::new();
        object.extend(texts.chain(ids).chain(folded));
        object.into()
    }
}
