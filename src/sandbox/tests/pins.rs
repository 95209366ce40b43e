//! Setting a PIN.

use super::*;

pub(super) const SET_PIN: &str = "/kit-manager/v2/setPin";

pub(super) fn pin(digits: &str) -> Pin {
    Pin::parse(digits, PinLength::STANDARD).expect("a PIN")
}

/// The message for a kit whose card number opens.
pub(super) async fn sealed(sandbox: &Sandbox, entity: &str, kit: &str, digits: &str) -> String {
    let kits = kits(sandbox, entity).await;
    let kit = kits.iter().find(|one| one["kitNo"] == kit).expect("a kit");
    let text = kit["encryptedCardNumber"].as_str().expect("a text");
    let pan = open_card_number(&EncryptedPan::new(text.to_owned()), &sandbox.card_key());
    let pan = pan.expect("it opens");
    seal_for(&pan, &pin(digits), &sandbox.pin_key(), BlockForm::Raw)
}

fn seal_for(pan: &Pan, pin: &Pin, key: &Key, form: BlockForm) -> String {
    let sealed = seal_pin(pin, &Account::Pan(pan), key, form).expect("sealed");
    sealed.as_wire().to_owned()
}

async fn set(sandbox: &Sandbox, kit: &str, expiry: Value, message: &str) -> Answered {
    let body = json!({"entityId": "181223116", "kitNo": kit, "expiryDate": expiry, "pin": message});
    call(sandbox, SET_PIN, body).await
}

#[tokio::test]
async fn a_pin_is_opened_and_kept() {
    let sandbox = sandbox().await;
    let kit = "10930010477";
    assert!(!sandbox.pin_is(kit, &pin("1234")));
    for digits in ["1234", "908172"] {
        let message = sealed(&sandbox, "181223116", kit, digits).await;
        let done = set(&sandbox, kit, json!("0729"), &message).await.result();
        assert_eq!(done, json!(true));
        assert!(sandbox.pin_is(kit, &pin(digits)));
    }
    assert!(!sandbox.pin_is(kit, &pin("1234")));
    assert_eq!(sandbox.worked("setPin"), 2);
}

#[tokio::test]
async fn a_pin_can_be_set_with_the_keyed_number() {
    let sandbox = sandbox().await;
    for (entity, kit, digits, _) in fixtures::KEYED {
        let pan = Pan::parse(digits).expect("a test number");
        let message = seal_for(&pan, &pin("4711"), &sandbox.pin_key(), BlockForm::Raw);
        let body = json!({"entityId": entity, "kitNo": kit, "expiryDate": "0729", "pin": message});
        call(&sandbox, SET_PIN, body).await.result();
        assert!(sandbox.pin_is(kit, &pin("4711")));
    }
}

#[tokio::test]
async fn a_bad_pin_is_refused() {
    let sandbox = sandbox().await;
    let kit = "10930010477";
    let pan = Pan::parse("4111111111111111").expect("a test number");
    let own = kit::pan_behind("608040XXXXXX6384", 0);
    for message in [
        "rubbish",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        &seal_for(&pan, &pin("1234"), &sandbox.pin_key(), BlockForm::Raw),
        &seal_for(
            &own.pan(),
            &pin("1234"),
            &sandbox.card_key(),
            BlockForm::Raw,
        ),
        &seal_for(&own.pan(), &pin("1234"), &sandbox.pin_key(), BlockForm::Hex),
    ] {
        let got = set(&sandbox, kit, json!("0729"), message).await.refusal();
        is(&got, "PIN001", "pin: Invalid PIN");
    }
    assert_eq!(sandbox.worked("setPin"), 0);
}

#[tokio::test]
async fn expiry_and_pair_are_checked() {
    let sandbox = sandbox().await;
    let kit = "10930010477";
    let message = sealed(&sandbox, "181223116", kit, "1234").await;
    for (expiry, code) in [
        (json!("0829"), "PIN002"),
        (json!("729"), "VAL001"),
        (json!(729), "VAL001"),
        (json!("07/29"), "VAL001"),
    ] {
        let got = set(&sandbox, kit, expiry, &message).await.refusal();
        assert_eq!(got.1, code);
    }
    let pair = set(&sandbox, "4561789", json!("0729"), &message).await;
    is(&pair.refusal(), "MCC007", "Invalid Kit No");
}

#[tokio::test]
async fn a_pin_may_be_set_once_alone() {
    let sandbox = sandbox_with(&["setPin=pin-once"]).await;
    let kit = "10930010477";
    let message = sealed(&sandbox, "181223116", kit, "1234").await;
    let first = set(&sandbox, kit, json!("0729"), &message).await;
    first.result();
    let again = set(&sandbox, kit, json!("0729"), &message).await.refusal();
    is(
        &again,
        "pin.already.set",
        "a PIN was set for this card already",
    );
}

#[tokio::test]
async fn a_pin_may_be_accepted_and_not_set() {
    let sandbox = sandbox_with(&["setPin=no-effect"]).await;
    let kit = "10930010477";
    let message = sealed(&sandbox, "181223116", kit, "1234").await;
    let done = set(&sandbox, kit, json!("0729"), &message).await.result();
    assert_eq!(done, json!(true));
    assert!(!sandbox.pin_is(kit, &pin("1234")));
}

/// The bank's other forms (contract, 5.1 and 5.2): each takes its own messages and no others.
#[tokio::test]
async fn a_pin_may_come_in_another_form() {
    let (kit, pan) = ("4561789", kit::pan_behind("608040XXXXXX1789", 0).pan());
    let forms = [
        ("raw", "pan", BlockForm::Raw, Account::Pan(&pan)),
        ("hex", "pan", BlockForm::Hex, Account::Pan(&pan)),
        ("raw", "kit", BlockForm::Raw, Account::Kit(kit)),
        // The last digit is dropped like a check digit.
        ("hex", "kit-as-pan", BlockForm::Hex, Account::Kit("456178")),
    ];
    for (block, account, ..) in &forms {
        let pin = PinForm {
            block: block.parse().expect("a form"),
            account: account.parse().expect("a field"),
        };
        let options = Options {
            pin,
            ..Options::default()
        };
        let sandbox = start(options).await.expect("a free port");
        let written = [format!("\"{block}\""), format!("\"{account}\"")];
        assert!(
            written
                .iter()
                .all(|word| sandbox.config_file().contains(word))
        );
        for (other_block, other_account, form, field) in &forms {
            let sealed = seal_pin(&self::pin("1234"), field, &sandbox.pin_key(), *form);
            let sealed = sealed.expect("sealed");
            let body = json!({"entityId": "676165", "kitNo": kit, "expiryDate": "0729",
                "pin": sealed.as_wire()});
            let reply = call(&sandbox, SET_PIN, body).await;
            if (block, account) == (other_block, other_account) {
                reply.result();
            } else {
                is(&reply.refusal(), "PIN001", "pin: Invalid PIN");
            }
        }
    }
    assert!("RAW".parse::<PinBlock>().is_err() && "".parse::<PinAccount>().is_err());
}
