//! Sealing a PIN into the message that the DCMS takes, and opening such messages again.
//! The only place that makes a [`SealedPin`]; what leaves it is ciphertext.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use aes_gcm::aead::array::Array;
use aes_gcm::aead::consts::U16;
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aes::{Aes128, Aes192, Aes256};
use aes_gcm::{AeadInOut, AesGcm, KeyInit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::TryRng as _;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use super::block::{self, Block};
use super::key::{CheckValue, Key, unhex};
use super::pan::Pan;
use super::pinned::Pin;

const IV: usize = 16;
const TAG: usize = 16;
/// How long a card number of 13 to 19 digits is in a message.
const MESSAGE: RangeInclusive<usize> = IV + 13 + TAG..=IV + 19 + TAG;
/// The contract associates no data with a message.
const NO_DATA: &[u8] = &[];

/// The form of the block before encryption (contract, 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BlockForm {
    /// Eight bytes: a message of 40.
    #[default]
    Raw,
    /// Sixteen upper-case hex characters: a message of 48.
    Hex,
}

/// What the PIN is bound to (contract, 5.2).
pub enum Account<'a> {
    /// The twelve digits left of the card number's check digit.
    Pan(&'a Pan),
    /// The last twelve digits of the kit number, padded left with zeros.
    Kit(&'a str),
    /// The kit number padded in the same way and then treated like a card number: the twelve digits left
    /// of its last one.
    KitAsPan(&'a str),
}

/// Why a PIN could not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A kit number that can't be an account field.
    #[error("the kit number can't replace the card number: it must have 1 to 16 digits")]
    KitNumber,
    /// The operating system gave no randomness.
    #[error("the operating system gave no random numbers, so the PIN could not be sealed")]
    NoRandomness,
}

/// Why a message could not be opened. It never says how far it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a wrong key, a wrong form, or a damaged message")]
pub struct OpenError;

/// A PIN ready to be sent: base64 of IV, ciphertext and tag. Others can name the type:
///
/// ```
/// fn is_sealed(_: kitdesk::pin::SealedPin) {}
/// ```
///
/// but only [`seal`] makes one:
///
/// ```compile_fail,E0451
/// fn is_sealed(_: kitdesk::pin::SealedPin) {}
/// is_sealed(kitdesk::pin::SealedPin { message: "4315".to_owned(), key: todo!() });
/// ```
pub struct SealedPin {
    message: String,
    key: CheckValue,
}

impl SealedPin {
    /// The text for the call's `pin` field.
    #[must_use]
    pub fn as_wire(&self) -> &str {
        &self.message
    }

    /// The check value of the key it was sealed under.
    #[must_use]
    pub fn key(&self) -> CheckValue {
        self.key
    }
}

impl std::fmt::Debug for SealedPin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<sealed>")
    }
}

/// A card number as the DCMS sends it, still encrypted.
#[derive(Clone, PartialEq, Eq)]
pub struct EncryptedPan(Box<str>);

impl EncryptedPan {
    /// Takes the text of `encryptedCardNumber`; whether it opens is for [`open_card_number`].
    #[must_use]
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Debug for EncryptedPan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<encrypted>")
    }
}

/// Builds the format 0 block and encrypts it under a fresh IV from the operating system.
///
/// # Errors
/// When the account field can't be made, or there is no randomness.
pub fn seal(
    pin: &Pin,
    account: &Account<'_>,
    key: &Key,
    form: BlockForm,
) -> Result<SealedPin, SealError> {
    let mut field = Block::default();
    account_field(account, &mut field).ok_or(SealError::KitNumber)?;
    let mut block = Block::default();
    block::build(pin, &field, &mut block);
    let iv = fresh_iv()?;
    Ok(SealedPin {
        message: seal_block(&block, form, key, iv),
        key: key.check_value(),
    })
}

/// Opens a sealed PIN: the other side's half, for the simulator and for tests.
///
/// # Errors
/// When anything about it is not as it must be.
pub fn open_pin(
    message: &str,
    account: &Account<'_>,
    key: &Key,
    form: BlockForm,
) -> Result<Pin, OpenError> {
    let mut field = Block::default();
    account_field(account, &mut field).ok_or(OpenError)?;
    let plain = open(message, key)?;
    let mut block = Block::default();
    match form {
        BlockForm::Raw => {
            if plain.len() != block.len() {
                return Err(OpenError);
            }
            block.copy_from_slice(&plain);
        }
        BlockForm::Hex => {
            let (pairs, []) = plain.as_chunks::<2>() else {
                return Err(OpenError);
            };
            if pairs.len() != block.len() {
                return Err(OpenError);
            }
            for (byte, &[high, low]) in block.iter_mut().zip(pairs) {
                let high = char::from(high).to_digit(16).ok_or(OpenError)?;
                let low = char::from(low).to_digit(16).ok_or(OpenError)?;
                *byte = u8::try_from(high << 4 | low).map_err(|_| OpenError)?;
            }
        }
    }
    block::take_apart(&mut block, &field).ok_or(OpenError)
}

/// Opens `encryptedCardNumber` (contract, 2: base64 of IV, ciphertext and tag over ASCII digits; on
/// some pages hex). Hex digits are base64 too: which of both it is shows by whether it opens.
///
/// # Errors
/// When it does not open or what is inside is no card number.
pub fn open_card_number(encrypted: &EncryptedPan, key: &Key) -> Result<Pan, OpenError> {
    let plain = open(&encrypted.0, key).or_else(|error| {
        let bytes = unhex(encrypted.0.trim().as_bytes()).ok_or(error)?;
        open_bytes(&bytes, key)
    })?;
    let text = std::str::from_utf8(&plain).map_err(|_| OpenError)?;
    Pan::parse(text).map_err(|_| OpenError)
}

/// Encrypts a card number as the DCMS does: for the simulator and for tests.
///
/// # Errors
/// When there is no randomness.
pub fn seal_card_number(pan: &Pan, key: &Key) -> Result<EncryptedPan, SealError> {
    let iv = fresh_iv()?;
    let digits = Zeroizing::new(
        pan.expose_digits()
            .iter()
            .map(|d| b'0' + d)
            .collect::<Vec<u8>>(),
    );
    Ok(EncryptedPan(encrypt(&digits, key, iv).into()))
}

impl EncryptedPan {
    /// The text as it travels.
    #[must_use]
    pub fn as_wire(&self) -> &str {
        &self.0
    }

    /// The same message in base64, in which calls take it: some replies have it in hex.
    #[must_use]
    pub fn to_base64(&self) -> Cow<'_, str> {
        let text = self.0.trim();
        // Hex digits are base64 too, but then the message would have another length.
        match unhex(text.as_bytes()) {
            Some(bytes) if MESSAGE.contains(&bytes.len()) => STANDARD.encode(&bytes).into(),
            _ => text.into(),
        }
    }
}

/// Sixteen bytes from the operating system, for one message and never again.
fn fresh_iv() -> Result<[u8; IV], SealError> {
    let mut iv = [0; IV];
    let filled = SysRng.try_fill_bytes(&mut iv);
    filled.map_err(|_| SealError::NoRandomness)?;
    Ok(iv)
}

fn account_field(account: &Account<'_>, field: &mut Block) -> Option<()> {
    match account {
        Account::Pan(pan) => block::account_field_of_pan(pan, field),
        Account::Kit(kit) => block::account_field_of_kit(&kit_digits(kit)?, field),
        Account::KitAsPan(kit) => {
            let digits = kit_digits(kit)?;
            block::account_field_of_kit(&digits[..digits.len() - 1], field);
        }
    }
    Some(())
}

/// The digits of a kit number that can be an account field.
fn kit_digits(kit: &str) -> Option<Vec<u8>> {
    let is_good = (1..=16).contains(&kit.len()) && kit.bytes().all(|b| b.is_ascii_digit());
    is_good.then(|| kit.bytes().map(|b| b - b'0').collect())
}

fn seal_block(block: &Block, form: BlockForm, key: &Key, iv: [u8; IV]) -> String {
    match form {
        BlockForm::Raw => encrypt(block.as_slice(), key, iv),
        BlockForm::Hex => {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            let mut text = Zeroizing::new([0; 16]);
            for (pair, byte) in text.chunks_exact_mut(2).zip(block.iter()) {
                pair[0] = DIGITS[usize::from(byte >> 4)];
                pair[1] = DIGITS[usize::from(byte & 0xF)];
            }
            encrypt(text.as_slice(), key, iv)
        }
    }
}

/// base64(IV ‖ ciphertext ‖ tag), no associated data (contract, `setPin`).
fn encrypt(plain: &[u8], key: &Key, iv: [u8; IV]) -> String {
    let mut text = Zeroizing::new(plain.to_vec());
    let tag = with_cipher(key, |cipher| cipher.encrypt(&iv, NO_DATA, &mut text));
    let mut message = Vec::with_capacity(IV + text.len() + TAG);
    message.extend_from_slice(&iv);
    message.extend_from_slice(&text);
    message.extend_from_slice(&tag);
    STANDARD.encode(message)
}

fn open(message: &str, key: &Key) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let bytes = STANDARD.decode(message.trim()).map_err(|_| OpenError)?;
    open_bytes(&bytes, key)
}

fn open_bytes(bytes: &[u8], key: &Key) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (iv, rest) = bytes.split_first_chunk::<IV>().ok_or(OpenError)?;
    let (text, tag) = rest.split_last_chunk::<TAG>().ok_or(OpenError)?;
    let mut text = Zeroizing::new(text.to_vec());
    with_cipher(key, |cipher| cipher.decrypt(iv, NO_DATA, &mut text, tag))?;
    Ok(text)
}

/// The one thing that the three key sizes have in common, so that each caller is written once.
trait Gcm {
    fn encrypt(&self, iv: &[u8; IV], data: &[u8], text: &mut [u8]) -> [u8; TAG];
    fn decrypt(
        &self,
        iv: &[u8; IV],
        data: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG],
    ) -> Result<(), OpenError>;
}

impl<C> Gcm for C
where
    C: AeadInOut<NonceSize = U16, TagSize = U16>,
{
    fn encrypt(&self, iv: &[u8; IV], data: &[u8], text: &mut [u8]) -> [u8; TAG] {
        self.encrypt_inout_detached(&Array::from(*iv), data, InOutBuf::from(text))
            .expect("a PIN block is far below the 64 GiB that GCM can take")
            .into()
    }

    fn decrypt(
        &self,
        iv: &[u8; IV],
        data: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG],
    ) -> Result<(), OpenError> {
        let (iv, tag) = (Array::from(*iv), Array::from(*tag));
        self.decrypt_inout_detached(&iv, data, InOutBuf::from(text), &tag)
            .map_err(|_| OpenError)
    }
}

fn with_cipher<T>(key: &Key, work: impl FnOnce(&dyn Gcm) -> T) -> T {
    const LENGTH: &str = "a key's length was checked when it was read";
    let bytes = key.expose_bytes();
    match bytes.len() {
        16 => work(&AesGcm::<Aes128, U16>::new_from_slice(bytes).expect(LENGTH)),
        24 => work(&AesGcm::<Aes192, U16>::new_from_slice(bytes).expect(LENGTH)),
        _ => work(&AesGcm::<Aes256, U16>::new_from_slice(bytes).expect(LENGTH)),
    }
}

#[cfg(test)]
mod tests;
