//! Setting a PIN, sealed before it gets here (contract, 2.2). A PIN can't be read back.

use super::evidence::Verdict;
use super::kind::{About, Before, Body, Form, Kind, Made, Operation, OwnForm, Sending, Words};
use super::states::Change;
use crate::dcms::{Client, Expiry, SetPin};
use crate::desk::reading::Part;
use crate::desk::review::{Row, change, fact, sent, wanted};
use crate::desk::sentences::NO_MASK;
use crate::desk::target::Target;
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
        for_good: None,
    },
    about: About::Kit(Change::SetPin),
    form: Form::Own(OwnForm::Pin),
    reads: &[Part::Kits],
    verdict: |_, _| Verdict::CantBeRead,
    says: |_, _| None,
    against: |_| None,
    so_already: &["pin.already.set"],
    alike: &[],
};

/// What there is to know about a PIN whose answer was lost.
const CANT_BE_READ: &str =
    "A PIN can't be read back: the old one may still work. Setting it again is harmless.";

impl Operation for SetPin {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn target(&self) -> Target {
        Target::kit(&self.entity, &self.kit)
    }

    fn body(&self) -> Body {
        Body::new(&self.body_without_pin())
    }

    fn rows(&self, read: &Before) -> Vec<Row> {
        let Some(kit) = &read.kit else {
            return Vec::new();
        };
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
