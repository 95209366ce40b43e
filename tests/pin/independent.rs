//! The console's messages opened by another implementation, down to the digits of the PIN.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kitdesk::pin::{
    Account, BlockForm, EncryptedPan, Key, Pan, Pin, PinLength, open_card_number, seal,
    seal_card_number,
};

use super::reference;

const PAN: &str = "6080401234566388";

fn keys() -> [Vec<u8>; 3] {
    [16_u8, 24, 32].map(|len| (0..len).map(|n| n.wrapping_mul(37) ^ 0x5a).collect())
}

fn key(bytes: &[u8]) -> Key {
    Key::from_bytes(bytes).expect("a length that AES knows")
}

/// What is in a message, by the reference alone.
fn opened(message: &str, key: &[u8]) -> Vec<u8> {
    let bytes = STANDARD.decode(message).expect("standard base64, padded");
    let (iv, rest) = bytes.split_at(16);
    let (ciphertext, tag) = rest.split_at(rest.len() - 16);
    reference::open(key, iv, ciphertext, tag).expect("the tag fits")
}

/// The PIN in a clear block: 0, length, digits, filler, under the account field (ISO 9564-1).
fn digits(block: &[u8], account: u64) -> String {
    let block = u64::from_be_bytes(block.try_into().expect("eight bytes")) ^ account;
    let text = format!("{block:016X}");
    let (control, rest) = text.split_at(1);
    let (len, rest) = rest.split_at(1);
    assert_eq!(control, "0");
    let len = usize::from_str_radix(len, 16).expect("a nibble");
    let (digits, filler) = rest.split_at(len);
    assert_eq!(filler, "F".repeat(14 - len));
    digits.to_owned()
}

#[test]
fn every_pin_under_every_key_in_both_forms() {
    let pan = Pan::parse(PAN).expect("a test number");
    // The twelve digits left of the check digit.
    let of_pan = u64::from_str_radix(&PAN[3..15], 16).expect("digits");
    for bytes in keys() {
        for typed in ["4315", "83067142", "830671429506"] {
            let pin = Pin::parse(typed, PinLength::STANDARD).expect("a PIN");
            let message = |account: &Account<'_>, form| {
                seal(&pin, account, &key(&bytes), form)
                    .expect("sealed")
                    .as_wire()
                    .to_owned()
            };
            let raw = message(&Account::Pan(&pan), BlockForm::Raw);
            assert_eq!(digits(&opened(&raw, &bytes), of_pan), typed);

            let hex = String::from_utf8(opened(
                &message(&Account::Pan(&pan), BlockForm::Hex),
                &bytes,
            ))
            .expect("sixteen characters");
            assert_eq!(hex, hex.to_uppercase());
            let block = u64::from_str_radix(&hex, 16).expect("hex").to_be_bytes();
            assert_eq!(digits(&block, of_pan), typed);

            let of_kit = message(&Account::Kit("4561789"), BlockForm::Raw);
            assert_eq!(
                digits(&opened(&of_kit, &bytes), 0x0000_0000_0456_1789),
                typed
            );
        }
    }
}

#[test]
fn the_reference_refuses_what_was_changed() {
    let [bytes, ..] = keys();
    let pan = Pan::parse(PAN).expect("a test number");
    let pin = Pin::parse("4315", PinLength::STANDARD).expect("a PIN");
    let sealed = seal(&pin, &Account::Pan(&pan), &key(&bytes), BlockForm::Raw).expect("sealed");
    let message = STANDARD.decode(sealed.as_wire()).expect("base64");
    assert_eq!(message.len(), 40);
    for place in 0..message.len() {
        let mut changed = message.clone();
        changed[place] ^= 1;
        let (iv, rest) = changed.split_at(16);
        let (ciphertext, tag) = rest.split_at(8);
        assert!(
            reference::open(&bytes, iv, ciphertext, tag).is_none(),
            "byte {place}"
        );
    }
}

#[test]
fn card_numbers_both_ways() {
    for bytes in keys() {
        let pan = Pan::parse(PAN).expect("a test number");
        let encrypted = seal_card_number(&pan, &key(&bytes)).expect("sealed");
        assert_eq!(opened(encrypted.as_wire(), &bytes), PAN.as_bytes());
        let read = EncryptedPan::new(encrypted.as_wire().to_owned());
        let read = open_card_number(&read, &key(&bytes)).expect("opened");
        assert_eq!(read.masked().to_string(), "608040XXXXXX6388");
    }
}
