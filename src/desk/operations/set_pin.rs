//! Setting a PIN, sealed before it gets here (contract, 2.2). A PIN can't be read back; when it was
//! last changed can, where the profile has a card key.

use serde::Serialize;
use serde_json::value::RawValue;

use super::body::Body;
use super::kind::{About, Before, Form, Kind, Made, Operation, OwnForm, Sending};
use super::states::Change;
use super::words::Words;
use crate::dcms::{Client, Doubt, EntityId, Expiry, KitNo, decode};
use crate::desk::reading::Part;
use crate::desk::review::{Row, change, fact, sent, wanted};
use crate::desk::sentences::NO_MASK;
use crate::desk::settling::Proof;
use crate::desk::target::Target;
use crate::journal::Write;
use crate::pin::{CheckValue, SealedPin};

pub(super) static KIND: Kind = Kind {
    write: Write::SetPin,
    path: "/kit-manager/v2/setPin",
    words: Words {
        title: "Set a PIN",
        name: "Setting the PIN of",
        doing: "Setting the PIN of",
        short: "PIN of",
        receipt: "Setting of a PIN",
        next: "The new PIN counts from now on. Nobody but you knows it.",
        record: "PIN",
        if_refused: Some("The PIN was wiped: it must be typed again."),
        if_unknown: Some("The old PIN may still work."),
        for_good: None,
    },
    about: About::Kit(Change::SetPin),
    form: Form::Own(OwnForm::Pin),
    reads: &[Part::Kits, Part::PinChange],
    proof: Proof::PinChange,
    so_already: &["pin.already.set"],
    alike: &[],
    undoes: &[],
    or_else: None,
};

/// A PIN to be set, sealed already.
#[derive(Debug)]
pub struct SetPin {
    /// Whose card.
    pub entity: EntityId,
    /// Which card.
    pub kit: KitNo,
    /// The card's, not a new one.
    pub expiry: Expiry,
    /// Base64 of IV, ciphertext and tag.
    pub pin: SealedPin,
}

impl SetPin {
    /// The body before any PIN has been asked for: with `<sealed>` in its place.
    #[must_use]
    pub fn body_before_sealing<'a>(
        entity: &'a EntityId,
        kit: &'a KitNo,
        expiry: Expiry,
    ) -> impl Serialize + use<'a> {
        body_with(entity, kit, expiry, "<sealed>")
    }

    /// As it travels. Only [`Operation::send`] has it.
    fn wire(&self) -> impl Serialize + use<'_> {
        body_with(&self.entity, &self.kit, self.expiry, self.pin.as_wire())
    }
}

fn body_with<'a>(
    entity: &'a EntityId,
    kit: &'a KitNo,
    expiry: Expiry,
    pin: &'a str,
) -> impl Serialize + use<'a> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        entity_id: &'a EntityId,
        kit_no: &'a KitNo,
        expiry_date: String,
        pin: &'a str,
    }
    Body {
        entity_id: entity,
        kit_no: kit,
        expiry_date: expiry.mmyy(),
        pin,
    }
}

impl Operation for SetPin {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn target(&self) -> Target {
        Target::kit(&self.entity, &self.kit)
    }

    fn body(&self) -> Body {
        Body::new(&Self::body_before_sealing(
            &self.entity,
            &self.kit,
            self.expiry,
        ))
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
        Box::pin(async move {
            let done = client.write(KIND.path, &self.wire(), set).await;
            done.map(|()| Made::Nothing)
        })
    }

    fn key_check(&self) -> Option<CheckValue> {
        Some(self.pin.key())
    }
}

fn set(result: Option<&RawValue>) -> Result<(), Doubt> {
    if decode::<bool>(result)? {
        Ok(())
    } else {
        Err(Doubt::Unreadable(
            "its result is false, without an exception",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pin::{Account, BlockForm, Key, Pin, PinLength};

    #[test]
    fn an_expiry_travels_as_four_characters() {
        let (Ok(key), Ok(pin)) = (
            Key::from_bytes(&[1; 16]),
            Pin::parse("4315", PinLength::STANDARD),
        ) else {
            panic!("test values");
        };
        let sealed = crate::pin::seal(&pin, &Account::Kit("4561789"), &key, BlockForm::Raw);
        let request = SetPin {
            entity: EntityId::parse("676165").expect("good"),
            kit: KitNo::parse("4561789").expect("good"),
            expiry: Expiry::parse("0729").expect("good"),
            pin: sealed.expect("sealed"),
        };
        let body = serde_json::to_value(request.wire()).expect("JSON");
        assert_eq!(body["expiryDate"], "0729");
        assert!(!format!("{request:?}").contains(request.pin.as_wire()));
    }
}
