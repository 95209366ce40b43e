//! Sealing a typed PIN with keys held in memory, up to the simulator that opens it.

use zeroize::Zeroizing;

use super::*;
use crate::config::{Env, KeySource, PinAccount, PinEntryRule, SessionKind, SessionOrigin};
use crate::pin::{PanError, PinError, PinRule, SealError};

fn held(key: &[u8]) -> KeySource {
    KeySource::held(Zeroizing::new(key.to_vec()))
}

fn pin_settings() -> PinSettings {
    PinSettings {
        pin_key: Some(held(sandbox::PIN_KEY)),
        card_key: Some(held(sandbox::CARD_KEY)),
        form: BlockForm::Raw,
        account: PinAccount::Pan,
        rule: PinRule::default(),
        entry: PinEntryRule::Anywhere,
        session: SessionKind::OfProcess(Env::given::<&str, &str>([])),
    }
}

fn typed(digits: &str) -> PinEntry {
    let mut entry = PinEntry::new();
    assert!(digits.chars().all(|digit| entry.push(digit)));
    entry
}

fn keyed(digits: &str) -> PanSource {
    let mut entry = PanEntry::new();
    assert!(digits.chars().all(|digit| entry.push(digit)));
    PanSource::Keyed(entry)
}

fn job(pan: PanSource) -> SealJob {
    SealJob {
        pin: typed("4315"),
        pan,
        mask: None,
        kit: kit_no("4561789"),
        pin_settings: pin_settings(),
    }
}

fn error(job: SealJob) -> SealingError {
    job.run().expect_err("not to be sealed")
}

/// The one kit of a fixture whose number there is none or does not open, or of any other.
async fn only_kit(sandbox: &Sandbox, id: &str) -> Kit {
    let client = connect(sandbox).unwrap_or_else(|error| panic!("{error}"));
    let mut kits = client.kits_of(&entity(id)).await.expect("kits").list;
    kits.pop().expect("a kit")
}

fn encrypted(kit: &Kit) -> EncryptedPan {
    kit.encrypted_pan.clone().expect("an encrypted number")
}

/// Sets the PIN through a desk, and gives the outcome.
async fn set(sandbox: &Sandbox, id: &str, kit: &Kit, pin: SealedPin) -> Outcome<Made> {
    let mut desk = desk(sandbox);
    desk.ask(set_pin_to(1, id, kit.kit_no.as_str(), pin)).await;
    written(&mut desk, 1).await.outcome
}

#[tokio::test]
async fn a_pin_sealed_here_is_the_pin_that_the_bank_opens() {
    let sandbox = sandbox(&[]).await;
    let kit = only_kit(&sandbox, "676165").await;
    let mut job = job(PanSource::Encrypted(encrypted(&kit)));
    job.mask.clone_from(&kit.card);
    let SealedUp(sealed) = job.run().expect("sealed");
    let outcome = set(&sandbox, "676165", &kit, sealed).await;
    assert_eq!(outcome, Outcome::Done(Made::Nothing));
    assert!(sandbox.pin_is("4561789", &pin("4315")));
    assert!(!sandbox.pin_is("4561789", &pin("4316")));
}

#[tokio::test]
async fn a_number_keyed_from_the_card_does_as_well() {
    let sandbox = sandbox(&[]).await;
    for (id, digits) in [
        ("210000000099", "4111111111111111"),
        ("210000000098", "5555555555554444"),
        ("210000000097", "4012888888881881"),
    ] {
        let kit = only_kit(&sandbox, id).await;
        let mut job = job(keyed(digits));
        job.mask.clone_from(&kit.card);
        job.kit = kit.kit_no.clone();
        let SealedUp(sealed) = job.run().expect("sealed");
        let outcome = set(&sandbox, id, &kit, sealed).await;
        assert_eq!(outcome, Outcome::Done(Made::Nothing), "{id}");
        assert!(sandbox.pin_is(kit.kit_no.as_str(), &pin("4315")), "{id}");
    }
}

#[tokio::test]
async fn a_number_that_does_not_open_is_to_be_keyed() {
    const SAID: &str = "the card number could not be opened: \
                        a wrong key, a wrong form, or a damaged message";
    let sandbox = sandbox(&[]).await;
    // Too short (contract, 5.5), and sealed under another key.
    for id in ["210000000099", "210000000097"] {
        let kit = only_kit(&sandbox, id).await;
        let number = encrypted(&kit);
        let card_key = held(sandbox::CARD_KEY);
        let opens = pan_opens(&number, Some(&card_key), kit.card.as_ref());
        assert_eq!(opens.expect_err("does not open").to_string(), SAID);
        let error = error(job(PanSource::Encrypted(number)));
        assert!(matches!(error, SealingError::Pan(_)), "{error}");
        assert_eq!(error.to_string(), SAID, "{id}");
    }
    // A good number, but a wrong card key here.
    let kit = only_kit(&sandbox, "676165").await;
    let mut wrong = job(PanSource::Encrypted(encrypted(&kit)));
    wrong.pin_settings.card_key = Some(held(&[7; 32]));
    let error = error(wrong);
    assert!(matches!(error, SealingError::Pan(_)), "{error}");
    assert_eq!(error.to_string(), SAID);
    let opens = pan_opens(&encrypted(&kit), Some(&held(sandbox::CARD_KEY)), None);
    opens.expect("the right key");
}

#[tokio::test]
async fn a_number_that_opens_must_be_the_kits_own() {
    let sandbox = sandbox(&[]).await;
    let kit = only_kit(&sandbox, "676165").await;
    let mut other = job(PanSource::Encrypted(encrypted(&kit)));
    other.mask = Some(mask("608040XXXXXX6384"));
    let error = error(other);
    assert!(matches!(error, SealingError::Pan(_)), "{error}");
    assert_eq!(
        error.to_string(),
        "the card number could not be opened: \
         this is another card: the kit's card is 608040XXXXXX6384"
    );
}

#[test]
fn without_a_card_key_the_number_is_to_be_keyed() {
    let mut without = job(PanSource::Encrypted(EncryptedPan::new("AAAA")));
    without.pin_settings.card_key = None;
    assert_eq!(
        error(without).to_string(),
        "the card number could not be opened: this profile has no card_key"
    );
}

#[test]
fn a_keyed_number_is_checked() {
    let mut other = job(keyed("4111111111111111"));
    other.mask = Some(mask("608040XXXXXX6384"));
    let fault_of_other = error(other);
    assert!(matches!(
        fault_of_other,
        SealingError::KeyedPan(PanError::OtherCard(_))
    ));
    assert_eq!(
        fault_of_other.to_string(),
        "this is another card: the kit's card is 608040XXXXXX6384"
    );
    for (digits, expected) in [
        ("4111111111111112", PanError::Luhn),
        ("411111111111", PanError::Length(12)),
    ] {
        let error = error(job(keyed(digits)));
        assert_eq!(error.to_string(), expected.to_string());
        let SealingError::KeyedPan(its) = error else {
            panic!("{error}");
        };
        assert_eq!(its, expected);
    }
}

#[test]
fn every_digit_that_a_mask_shows_keeps_another_card_out() {
    // The card is 4111 1111 1111 1111.
    for own in [
        "4111XXXXXXXX1111",
        "41111111XXXX1111",
        "XXXX1111",
        "411111......1111",
        "411111",
    ] {
        let mut job = job(keyed("4111111111111111"));
        job.mask = crate::pin::MaskedPan::from_reply(own);
        assert!(job.run().is_ok(), "{own}");
    }
    for other in [
        "4112XXXXXXXX1111",
        "41111112XXXX1111",
        "XXXX1112",
        "411111......1112",
        "411112",
    ] {
        let mut job = job(keyed("4111111111111111"));
        job.mask = crate::pin::MaskedPan::from_reply(other);
        let error = error(job);
        assert!(
            matches!(error, SealingError::KeyedPan(PanError::OtherCard(_))),
            "{other}: {error}"
        );
    }
}

#[test]
fn a_set_pin_key_is_needed_and_must_be_one() {
    let mut without = job(keyed("4111111111111111"));
    without.pin_settings.pin_key = None;
    let said = error(without);
    assert!(matches!(said, SealingError::NoKey), "{said}");
    assert_eq!(
        said.to_string(),
        "this profile has no pin_key: PINs can't be set with it"
    );
    let mut short = job(keyed("4111111111111111"));
    short.pin_settings.pin_key = Some(held(&[1; 5]));
    let said = error(short);
    assert!(matches!(said, SealingError::Key(_)), "{said}");
    let said = said.to_string();
    let front = "the set-PIN key can't be used: ";
    assert!(said.starts_with(front), "{said}");
    assert!(said.ends_with("5 bytes: a key has 16, 24 or 32"), "{said}");
}

#[test]
fn a_pin_must_have_a_length_that_the_profile_allows() {
    for (digits, got) in [("431", 3), ("4315431", 7)] {
        let mut job = job(keyed("4111111111111111"));
        job.pin = typed(digits);
        let error = error(job);
        let expected = format!("a PIN has 4 to 6 digits here, not {got}");
        assert_eq!(error.to_string(), expected);
        assert!(
            matches!(error, SealingError::Pin(PinError::Length { got: its, .. }) if its == got)
        );
    }
}

#[test]
fn bound_to_the_kit_no_card_number_is_needed_but_a_kit_number_of_digits() {
    let mut bound = job(PanSource::NotNeeded);
    bound.pin_settings.account = PinAccount::Kit;
    bound.pin_settings.card_key = None;
    let SealedUp(sealed) = bound.run().expect("sealed");
    let Ok(key) = Key::from_bytes(sandbox::PIN_KEY) else {
        panic!("32 bytes are a key");
    };
    let account = Account::Kit("4561789");
    let opened = crate::pin::open_pin(sealed.as_wire(), &account, &key, BlockForm::Raw);
    assert!(opened.is_ok_and(|opened| opened.same_as(&pin("4315"))));

    let mut odd = job(PanSource::NotNeeded);
    odd.pin_settings.account = PinAccount::Kit;
    odd.kit = kit_no("KIT-7");
    let error = error(odd);
    assert!(matches!(error, SealingError::Seal(SealError::KitNumber)));
    assert_eq!(
        error.to_string(),
        "the kit number can't replace the card number: it must have 1 to 16 digits"
    );
}

#[test]
fn a_pin_that_is_bound_to_the_card_number_is_bound_to_nothing_else() {
    let error = error(job(PanSource::NotNeeded));
    assert!(matches!(error, SealingError::Pan(_)), "{error}");
}

#[test]
fn a_message_is_never_the_same_twice_and_says_nothing_when_debugged() {
    let seal = || job(keyed("4111111111111111")).run().expect("sealed");
    let (one, other) = (seal(), seal());
    assert_ne!(one.0.as_wire(), other.0.as_wire());
    assert_eq!(format!("{one:?}"), "SealedUp(<sealed>)");
}

#[test]
fn the_hex_form_is_sixteen_characters_longer() {
    let mut job = job(keyed("4111111111111111"));
    job.pin_settings.form = BlockForm::Hex;
    let SealedUp(sealed) = job.run().expect("sealed");
    // 16 of IV, 16 of block, 16 of tag, in base64.
    assert_eq!(sealed.as_wire().len(), 64);
}

#[test]
fn where_somebody_sits_is_known_also_where_pins_may_be_typed_anywhere() {
    let far = |entry| PinSettings {
        entry,
        session: SessionKind::OfProcess(Env::given([(
            "SSH_CONNECTION",
            "10.0.0.7 50022 10.0.0.1 22",
        )])),
        ..pin_settings()
    };
    for entry in [
        PinEntryRule::Anywhere,
        PinEntryRule::Local,
        PinEntryRule::Off,
    ] {
        // The idle limit ends a session over SSH whatever is said of PINs.
        assert!(
            matches!(far(entry).origin(), SessionOrigin::Remote(_)),
            "{entry:?}"
        );
    }
    assert!(far(PinEntryRule::Anywhere).admits_pins().is_ok());
    assert!(matches!(
        far(PinEntryRule::Local).admits_pins(),
        Err(SealingError::Remote(_))
    ));
    assert!(matches!(
        far(PinEntryRule::Off).admits_pins(),
        Err(SealingError::SwitchedOff)
    ));
}
