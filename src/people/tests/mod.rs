//! Keys and pages for the tests of this module.

use russh::keys::ssh_key::private::{Ed25519Keypair, KeypairData};
use russh::keys::ssh_key::{PrivateKey, PublicKey};

use super::*;

mod admission;
mod pages;
mod ssh_keygen;
mod watched;

/// A pair that is always the same for a number.
pub(super) fn pair(number: u8) -> PrivateKey {
    let pair = Ed25519Keypair::from_seed(&[number; 32]);
    PrivateKey::new(KeypairData::Ed25519(pair), "").expect("a key")
}

/// Its public key.
pub(super) fn key(number: u8) -> PublicKey {
    pair(number).public_key().clone()
}

pub(super) fn fingerprint(key: &PublicKey) -> Fingerprint {
    Fingerprint::of(key)
}

/// A key as a page has it.
pub(super) fn line(key: &PublicKey, comment: &str) -> String {
    let text = key.to_openssh().expect("a key is text");
    format!("{} {comment}", text.trim()).trim_end().to_owned()
}
