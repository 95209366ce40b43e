//! Who owns a card, by its mask.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::decode;
use crate::dcms::client::Client;
use crate::dcms::ids::EntityId;
use crate::dcms::list::List;
use crate::dcms::outcome::{NotSent, ReadError};
use crate::dcms::text;
use crate::pin::MaskedPan;

impl Client {
    /// Who owns a card, by its mask, each customer once. Several customers can share one.
    ///
    /// # Errors
    /// Why none could be read; nothing is asked with less than first six and last four.
    pub async fn holders_of(&self, card: &MaskedPan) -> Result<List<EntityId>, ReadError> {
        let card = card.six_and_four();
        let card =
            card.map_err(|error| ReadError::NotReached(NotSent::Unmade(error.to_string())))?;
        let body = json!({"maskedCardNo": card});
        self.read("/fetchCifByMaskedCard", &body, |result| {
            let wire: CifWire = decode(result)?;
            let mut entities = wire.entity_id.map_or_else(List::default, |raw| {
                List::of(raw, |id| EntityId::parse(&text::said(id)?).ok())
            });
            let mut seen = HashSet::new();
            entities.items.retain(|id| seen.insert(id.clone()));
            Ok(entities)
        })
        .await
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CifWire<'a> {
    #[serde(borrow, default)]
    entity_id: Option<&'a RawValue>,
}
