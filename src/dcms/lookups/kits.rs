//! A customer's kits.

use serde_json::json;
use serde_json::value::RawValue;

use super::{all_of, decode};
use crate::dcms::client::Client;
use crate::dcms::ids::EntityId;
use crate::dcms::kit::{Kit, Kits};
use crate::dcms::list::is_list;
use crate::dcms::outcome::{Doubt, ReadError, judge_long};

impl Client {
    /// All kits of a customer, replaced and inactive ones too.
    ///
    /// # Errors
    /// Why none could be read, a reply about another customer among the reasons.
    pub async fn kits_of(&self, entity: &EntityId) -> Result<Kits, ReadError> {
        let path = if self.encrypted_pans {
            "/kit-manager/v2/fetchKitsByEntityId"
        } else {
            "/kit-manager/fetchKitsByEntityId"
        };
        let body = json!({"entityId": entity.as_str()});
        let asked = entity.clone();
        self.read_as(path, &body, move |attempt| {
            let theirs = |kits: Kits| all_of(&asked, &kits).map(|()| kits);
            let at_once = |reply: &[u8]| Kits::of_reply(reply).map(theirs);
            judge_long(attempt, at_once, |result| {
                let raw = decode::<&RawValue>(result)?;
                if !is_list(raw) {
                    return Err(Doubt::Unreadable("its result is not a list of kits"));
                }
                Kits::of_list(raw).and_then(theirs)
            })
        })
        .await
    }
}

/// The kits in a reply, read as a client reads them: for measuring how long that takes.
#[doc(hidden)]
#[must_use]
pub fn kits_in(reply: &[u8]) -> Option<Vec<Kit>> {
    Kits::of_reply(reply).map(|kits| kits.list)
}
