//! What holds for any PIN, any card number and any damage, not only for those that somebody chose.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kitdesk::pin::{
    Account, BlockForm, EncryptedPan, Key, Pan, PanEntry, Pin, PinLength, open_card_number,
    open_pin, seal, seal_card_number,
};
use proptest::collection::vec;
use proptest::prelude::*;

fn text(digits: &[u8]) -> String {
    digits
        .iter()
        .map(|digit| char::from(b'0' + digit))
        .collect()
}

/// Digits with the check digit behind them (ISO/IEC 7812-1, annex B).
fn with_check_digit(digits: &[u8]) -> String {
    let doubled = digits.iter().rev().enumerate().map(|(place, &digit)| {
        let value = u32::from(digit) * if place % 2 == 0 { 2 } else { 1 };
        value / 10 + value % 10
    });
    let check = (10 - doubled.sum::<u32>() % 10) % 10;
    format!("{}{check}", text(digits))
}

fn pins() -> impl Strategy<Value = String> {
    vec(0..10_u8, 4..=12).prop_map(|digits| text(&digits))
}

fn pans() -> impl Strategy<Value = String> {
    vec(0..10_u8, 12..=18).prop_map(|digits| with_check_digit(&digits))
}

fn keys() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 16),
        vec(any::<u8>(), 24),
        vec(any::<u8>(), 32)
    ]
}

fn forms() -> impl Strategy<Value = BlockForm> {
    prop_oneof![Just(BlockForm::Raw), Just(BlockForm::Hex)]
}

fn pin(text: &str) -> Pin {
    Pin::parse(text, PinLength::STANDARD).expect("4 to 12 digits")
}

fn pan(text: &str) -> Pan {
    Pan::parse(text).expect("13 to 19 digits with their check digit")
}

fn key(bytes: &[u8]) -> Key {
    Key::from_bytes(bytes).expect("a length that AES knows")
}

proptest! {
    // No file of failures beside the sources: what fails prints its own seed.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn any_pin_comes_back(typed in pins(), number in pans(), bytes in keys(), form in forms()) {
        let (pan, key) = (pan(&number), key(&bytes));
        let account = Account::Pan(&pan);
        let sealed = seal(&pin(&typed), &account, &key, form).expect("sealed");
        let opened = open_pin(sealed.as_wire(), &account, &key, form);
        prop_assert!(opened.is_ok_and(|opened| opened.same_as(&pin(&typed))));
    }

    #[test]
    fn any_card_number_comes_back(number in pans(), bytes in keys()) {
        let encrypted = seal_card_number(&pan(&number), &key(&bytes)).expect("sealed");
        let opened = open_card_number(&encrypted, &key(&bytes));
        let masked = opened.ok().map(|opened| opened.masked());
        prop_assert_eq!(masked, Some(pan(&number).masked()));
    }

    #[test]
    fn any_changed_bit_is_refused(typed in pins(), number in pans(), bytes in keys(), form in forms(), at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let (pan, key) = (pan(&number), key(&bytes));
        let account = Account::Pan(&pan);
        let sealed = seal(&pin(&typed), &account, &key, form).expect("sealed");
        let mut message = STANDARD.decode(sealed.as_wire()).expect("base64");
        let place = at.index(message.len());
        message[place] ^= 1 << bit;
        prop_assert!(open_pin(&STANDARD.encode(message), &account, &key, form).is_err());
    }

    #[test]
    fn any_cut_is_refused(typed in pins(), number in pans(), bytes in keys(), form in forms(), at in any::<prop::sample::Index>(), from_the_front in any::<bool>()) {
        let (pan, key) = (pan(&number), key(&bytes));
        let account = Account::Pan(&pan);
        let sealed = seal(&pin(&typed), &account, &key, form).expect("sealed");
        let message = STANDARD.decode(sealed.as_wire()).expect("base64");
        let at = at.index(message.len());
        let cut = if from_the_front { &message[at + 1..] } else { &message[..at] };
        prop_assert!(open_pin(&STANDARD.encode(cut), &account, &key, form).is_err());
    }

    #[test]
    fn any_other_order_is_refused(typed in pins(), number in pans(), bytes in keys(), form in forms(), by in any::<prop::sample::Index>()) {
        let (pan, key) = (pan(&number), key(&bytes));
        let account = Account::Pan(&pan);
        let sealed = seal(&pin(&typed), &account, &key, form).expect("sealed");
        let message = STANDARD.decode(sealed.as_wire()).expect("base64");
        let mut turned = message.clone();
        turned.rotate_left(1 + by.index(message.len() - 1));
        prop_assume!(turned != message);
        prop_assert!(open_pin(&STANDARD.encode(&turned), &account, &key, form).is_err());
        let mut parts: Vec<&[u8]> = vec![&message[16..], &message[..16]];
        prop_assert!(open_pin(&STANDARD.encode(parts.concat()), &account, &key, form).is_err());
        parts.reverse();
        prop_assert!(open_pin(&STANDARD.encode(parts.concat()), &account, &key, form).is_ok());
    }

    #[test]
    fn another_card_or_key_opens_nothing(typed in pins(), number in pans(), other in pans(), bytes in keys(), others in keys()) {
        prop_assume!(bytes != others);
        let (one, key_of_one) = (pan(&number), key(&bytes));
        let sealed = seal(&pin(&typed), &Account::Pan(&one), &key_of_one, BlockForm::Raw).expect("sealed");
        let with_other_key = open_pin(sealed.as_wire(), &Account::Pan(&one), &key(&others), BlockForm::Raw);
        prop_assert!(with_other_key.is_err());
        // Under another number a block has other digits, or none at all.
        let twelve = |number: &str| number[number.len() - 13..number.len() - 1].to_owned();
        prop_assume!(twelve(&number) != twelve(&other));
        let with_other_card = open_pin(sealed.as_wire(), &Account::Pan(&pan(&other)), &key_of_one, BlockForm::Raw);
        prop_assert!(with_other_card.is_err() || with_other_card.is_ok_and(|opened| !opened.same_as(&pin(&typed))));
    }

    #[test]
    fn no_more_of_a_card_number_is_seen_than_its_mask_shows(number in pans(), expected in prop::option::of(0..40_usize)) {
        let mut entry = PanEntry::new();
        // Whatever was seen at any moment while it was typed, and after it was left.
        let mut seen = [false; 19];
        for (typed, digit) in number.chars().enumerate() {
            prop_assert!(entry.push(digit));
            for is_left in [false, typed + 1 == number.len()] {
                for (index, seen) in seen.iter_mut().enumerate() {
                    let shown = entry.visible_digit(index, expected, is_left);
                    prop_assert!(shown.is_none() || shown == number.chars().nth(index));
                    *seen |= shown.is_some();
                }
            }
        }
        let (first, rest) = seen.split_at(6);
        prop_assert!(first.iter().all(|seen| *seen));
        prop_assert!(rest.iter().filter(|seen| **seen).count() <= 4);
        if expected.is_none_or(|expected| expected == number.len()) {
            let last = number.len() - 4;
            prop_assert!(seen[6..last].iter().all(|seen| !seen));
            prop_assert!(seen[last..number.len()].iter().all(|seen| *seen));
        }
    }

    #[test]
    fn nonsense_is_refused_and_nothing_panics(message in ".{0,120}", bytes in keys(), number in pans(), form in forms()) {
        let (pan, key) = (pan(&number), key(&bytes));
        prop_assert!(open_pin(&message, &Account::Pan(&pan), &key, form).is_err());
        prop_assert!(open_card_number(&EncryptedPan::new(message), &key).is_err());
    }
}

#[test]
fn a_million_seals_give_a_million_ivs() {
    const THREADS: usize = 2;
    const EACH: usize = 500_000;
    let some = || -> Vec<[u8; 16]> {
        let (pan, key) = (pan("6080401234566388"), key(&[7; 16]));
        let (pin, account) = (pin("4315"), Account::Pan(&pan));
        let iv = |_| {
            let sealed = seal(&pin, &account, &key, BlockForm::Raw).expect("sealed");
            // 24 characters hold 18 bytes, the IV among them.
            let start = STANDARD.decode(&sealed.as_wire()[..24]).expect("base64");
            *start.first_chunk().expect("16 bytes")
        };
        (0..EACH).map(iv).collect()
    };
    let mut all: Vec<[u8; 16]> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(some)).collect();
        let ivs = threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"));
        ivs.flatten().collect()
    });
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), THREADS * EACH);
    // Nor do they follow each other: each bit is set in about half of them.
    for bit in 0..128 {
        let set = all
            .iter()
            .filter(|iv| iv[bit / 8] >> (bit % 8) & 1 == 1)
            .count();
        assert!(
            (490_000..510_000).contains(&set),
            "bit {bit} is set {set} times"
        );
    }
}
