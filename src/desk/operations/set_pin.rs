//! Setting a PIN, sealed before it gets here (contract, 2.2). A PIN can't be read back.

use super::super::checks;
use super::super::reading::Verdict;
use super::super::review::{Row, change, fact, sent, wanted};
use super::super::sentences::NO_MASK;
use super::{Body, Kind, KitRequest, KitRule, Made, Reads, Sending, Words};
use crate::dcms::{Client, EntityId, Expiry, Kit, KitNo, SetPin};
use crate::journal::Write;
use crate::pin::CheckValue;

pub(super) static KIND: Kind = Kind {
    write: Write::SetPin,
    path: SetPin::PATH,
    words: Words {
        title: "Set a PIN",
        name: "Setting the PIN of",
        doing: "Setting the PIN of",
        short: "PIN of",
        receipt: "Setting of a PIN",
        record: "PIN",
        if_refused: Some("The PIN was wiped: it must be typed again."),
        if_unknown: Some(CANT_BE_READ),
    },
    reads: Reads::Kits(KitRule {
        may: checks::may_take_a_pin,
        verdict: |_, _| Verdict::CantBeRead,
        says: |_, _| CANT_BE_READ.to_owned(),
        against: |_| None,
    }),
    can_be_read: false,
};

/// What there is to know about a PIN whose answer was lost.
const CANT_BE_READ: &str =
    "A PIN can't be read back: the old one may still work. Setting it again is harmless.";

impl KitRequest for SetPin {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn ids(&self) -> (&EntityId, &KitNo) {
        (&self.entity, &self.kit)
    }

    fn body(&self) -> Body {
        Body::new(&self.body_without_pin())
    }

    fn rows(&self, kit: &Kit) -> Vec<Row> {
        let card = kit.card.as_ref();
        let card = card.map_or_else(|| NO_MASK.into(), ToString::to_string);
        let known = kit.expiry.map_or_else(|| "—".into(), Expiry::mmyy);
        let sealed = format!("sealed (key {})", self.pin.key());
        vec![
            sent("entity", self.entity.as_str()),
            sent("kit number", self.kit.as_str()),
            fact("card", card),
            fact("status", kit.status.word()),
            wanted("expiry".into(), known, Some(self.expiry.mmyy())),
            change("PIN", "not readable", sealed),
        ]
    }

    fn send<'a>(&'a self, client: &'a Client) -> Sending<'a> {
        Box::pin(async move { client.set_pin(self).await.map(|()| Made::Nothing) })
    }

    fn key_check(&self) -> Option<CheckValue> {
        Some(self.pin.key())
    }
}
