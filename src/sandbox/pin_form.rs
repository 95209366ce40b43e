//! What a PIN message is made of, where the contract leaves it open (contract, 5.1 and 5.2).
//! What is done with an opened PIN is up to the calls.

use std::str::FromStr;

use super::kit::Kit;
use crate::pin::{Account, BlockForm, OpenError, Pin, open_pin};

/// The form of a PIN message that the bank takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PinForm {
    /// What is encrypted.
    pub block: PinBlock,
    /// What the PIN is bound to.
    pub account: PinAccount,
}

/// What is encrypted of a PIN block (contract, 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PinBlock {
    /// Its eight bytes.
    #[default]
    Raw,
    /// Sixteen hex characters.
    Hex,
}

/// What a PIN is bound to (contract, 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PinAccount {
    /// The card number.
    #[default]
    Pan,
    /// The kit number, its last twelve digits as they stand.
    Kit,
    /// The kit number, its last digit dropped like a check digit.
    KitAsPan,
}

/// A word that names no form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("use {0}")]
pub struct UnknownForm(&'static str);

impl PinForm {
    /// Opens a PIN message for a kit.
    pub(super) fn open(self, message: &str, kit: &Kit) -> Result<Pin, OpenError> {
        let key = super::key::pin_key();
        let form = match self.block {
            PinBlock::Raw => BlockForm::Raw,
            PinBlock::Hex => BlockForm::Hex,
        };
        let opened = |account: &Account<'_>| open_pin(message, account, &key, form);
        match self.account {
            PinAccount::Pan => opened(&Account::Pan(&kit.pan.pan())),
            PinAccount::Kit => opened(&Account::Kit(&kit.number)),
            PinAccount::KitAsPan => opened(&Account::KitAsPan(&kit.number)),
        }
    }
}

impl PinBlock {
    /// As a configuration file holds it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Hex => "hex",
        }
    }
}

impl PinAccount {
    /// As a configuration file holds it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Pan => "pan",
            Self::Kit => "kit",
            Self::KitAsPan => "kit-as-pan",
        }
    }
}

impl FromStr for PinBlock {
    type Err = UnknownForm;

    fn from_str(word: &str) -> Result<Self, UnknownForm> {
        let mut known = [Self::Raw, Self::Hex].into_iter();
        let unknown = UnknownForm("raw or hex");
        known.find(|one| one.word() == word).ok_or(unknown)
    }
}

impl FromStr for PinAccount {
    type Err = UnknownForm;

    fn from_str(word: &str) -> Result<Self, UnknownForm> {
        let mut known = [Self::Pan, Self::Kit, Self::KitAsPan].into_iter();
        let unknown = UnknownForm("pan, kit or kit-as-pan");
        known.find(|one| one.word() == word).ok_or(unknown)
    }
}
