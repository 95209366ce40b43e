//! ISO 9564-1 format 0 clear PIN blocks, built and taken apart.
//! Blocks are wiped when dropped and are seen by `seal` alone.

use zeroize::Zeroizing;

use super::digits::PinEntry;
use super::pan::Pan;
use super::pinned::{Pin, PinLength};

/// Eight bytes, sixteen nibbles, wiped when dropped. Always made in place and passed by reference:
/// a value that is returned may leave a copy on the way.
pub(super) type Block = Zeroizing<[u8; 8]>;

/// Sixteen nibbles, one a byte.
type Nibbles = Zeroizing<[u8; 16]>;

/// Four zeros, then the twelve digits left of the check digit (ISO 9564-1, 9.3.2.3).
pub(super) fn account_field_of_pan(pan: &Pan, field: &mut Block) {
    let digits = pan.expose_digits();
    let mut nibbles = Nibbles::default();
    nibbles[4..].copy_from_slice(&digits[digits.len() - 13..digits.len() - 1]);
    pack(&nibbles, field);
}

/// Four zeros, then the last twelve digits of a kit number, padded left with zeros (contract, 5.2).
pub(super) fn account_field_of_kit(kit: &[u8], field: &mut Block) {
    let last = &kit[kit.len().saturating_sub(12)..];
    let mut nibbles = Nibbles::default();
    nibbles[16 - last.len()..].copy_from_slice(last);
    pack(&nibbles, field);
}

/// The clear block: PIN field XOR account field.
pub(super) fn build(pin: &Pin, account: &Block, block: &mut Block) {
    let digits = pin.expose_digits();
    let mut nibbles = Nibbles::default();
    nibbles.fill(0xF);
    nibbles[0] = 0;
    nibbles[1] = u8::try_from(digits.len()).expect("a PIN has at most twelve digits");
    nibbles[2..2 + digits.len()].copy_from_slice(digits);
    pack(&nibbles, block);
    xor(block, account);
}

/// The PIN in a clear block, or nothing where the block is not of format 0 for this account. The
/// block is spent.
pub(super) fn take_apart(block: &mut Block, account: &Block) -> Option<Pin> {
    xor(block, account);
    let mut nibbles = Nibbles::default();
    for (pair, byte) in nibbles.chunks_exact_mut(2).zip(block.iter()) {
        pair[0] = byte >> 4;
        pair[1] = byte & 0xF;
    }
    let len = usize::from(nibbles[1]);
    if nibbles[0] != 0 || !(4..=12).contains(&len) {
        return None;
    }
    let (digits, filler) = nibbles[2..].split_at(len);
    if filler.iter().any(|&nibble| nibble != 0xF) {
        return None;
    }
    let mut entry = PinEntry::new();
    for &digit in digits {
        if !entry.push(char::from_digit(u32::from(digit), 10)?) {
            return None;
        }
    }
    Pin::from_entry(entry, PinLength::STANDARD).ok()
}

fn pack(nibbles: &Nibbles, block: &mut Block) {
    for (byte, pair) in block.iter_mut().zip(nibbles.chunks_exact(2)) {
        *byte = pair[0] << 4 | pair[1];
    }
}

fn xor(block: &mut Block, other: &Block) {
    for (byte, other) in block.iter_mut().zip(other.iter()) {
        *byte ^= other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (PIN, account number, block) as published by `EFTlab`, psec, Moov, IBM and an ANSI X9.24 suite.
    const PUBLISHED: [(&str, &str, &str); 9] = [
        ("1234", "43219876543210987", "0412AC89ABCDEF67"),
        ("1234", "5544332211009966", "041277CDDEEFF669"),
        ("1234", "5555555551234567", "041261AAAAEDCBA9"),
        ("123456789", "5555555551234567", "091261032D8DCBA9"),
        ("1234", "5432101234567891", "041215FEDCBA9876"),
        ("123456", "1112223334445559", "06121675CCBBBAAA"),
        ("123456", "5413339000001513", "0612076FFFFFFEAE"),
        ("6543", "6333000023456788", "046573FFFDCBA987"),
        ("87654321", "3566000020000410", "0887054323FFFFBE"),
    ];

    /// The published numbers are worked examples and mostly fail Luhn: only the block is at stake.
    fn field_of(number: &str) -> Block {
        let digits: Vec<u8> = number.bytes().map(|b| b - b'0').collect();
        let (mut nibbles, mut field) = (Nibbles::default(), Block::default());
        nibbles[4..].copy_from_slice(&digits[digits.len() - 13..digits.len() - 1]);
        pack(&nibbles, &mut field);
        field
    }

    fn hex(block: &Block) -> String {
        format!("{:016X}", u64::from_be_bytes(**block))
    }

    #[test]
    fn blocks_as_published() {
        for (pin, number, expected) in PUBLISHED {
            let pin = Pin::parse(pin, PinLength::STANDARD).expect("a published PIN");
            let field = field_of(number);
            let mut block = Block::default();
            build(&pin, &field, &mut block);
            assert_eq!(hex(&block), expected);
            let opened = take_apart(&mut block, &field).expect("a block just built");
            assert!(opened.same_as(&pin));
        }
    }

    #[test]
    fn the_pan_field_leaves_the_check_digit_out() {
        let pan = Pan::parse("6799998900000070017").expect("a test number");
        let mut field = Block::default();
        account_field_of_pan(&pan, &mut field);
        assert_eq!(hex(&field), "0000890000007001");
    }

    #[test]
    fn the_kit_field_is_the_padded_number() {
        let mut field = Block::default();
        account_field_of_kit(&[4, 5, 6, 1, 7, 8, 9], &mut field);
        assert_eq!(hex(&field), "0000000004561789");
        account_field_of_kit(
            &[9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6],
            &mut field,
        );
        assert_eq!(hex(&field), "0000543210123456");
    }

    #[test]
    fn what_is_not_format_0_is_not_opened() {
        let zero = Zeroizing::new([0; 8]);
        let unreadable = [
            *b"\x14\x12\x34\xFF\xFF\xFF\xFF\xFF", // another format's control nibble
            *b"\x03\x12\x3F\xFF\xFF\xFF\xFF\xFF", // three digits
            *b"\x0D\x12\x34\x56\x78\x90\x12\x3F", // thirteen
            *b"\x04\x12\x3A\xFF\xFF\xFF\xFF\xFF", // a digit that is none
            *b"\x04\x12\x34\xFF\xF0\xFF\xFF\xFF", // broken filler
        ];
        for block in unreadable {
            assert!(
                take_apart(&mut Zeroizing::new(block), &zero).is_none(),
                "{block:02x?}"
            );
        }
    }
}
