//! Sealing a typed PIN: reads the keys, decrypts the PAN where the DCMS sends one, seals, wipes.
//! Runs on a thread of its own, since a key may come from a slow command; only a sealed PIN leaves.

use crate::config::{
    ConfigError, Env, KeySource, PinAccount, PinEntryRule, Profile, RemoteSign, SessionKind,
    SessionOrigin,
};
use crate::dcms::KitNo;
use crate::pin::{
    Account, BlockForm, EncryptedPan, MaskedPan, Pan, PanEntry, PanError, Pin, PinEntry, PinError,
    PinRule, SealError, SealedPin, open_card_number, scrub_stack, seal,
};

/// How PINs are sealed under one profile. Holds where the keys are, never the keys.
#[derive(Clone)]
pub struct PinSettings {
    /// Where the set-PIN key is; without it no PIN can be set.
    pub pin_key: Option<KeySource>,
    /// Where the card-number key is; without it card numbers are keyed by hand.
    pub card_key: Option<KeySource>,
    /// Raw or hex (contract, 5.1).
    pub form: BlockForm,
    /// PAN or kit number (contract, 5.2).
    pub account: PinAccount,
    /// What the bank asks of a PIN.
    pub rule: PinRule,
    /// Where PINs may be typed.
    pub entry: PinEntryRule,
    /// By what it is known whether the session is local.
    pub session: SessionKind,
}

impl PinSettings {
    /// What a profile says about PINs.
    ///
    /// # Errors
    /// When its list of weak PINs can't be read.
    pub fn of(profile: &Profile, around: &Env) -> Result<Self, ConfigError> {
        Ok(Self {
            pin_key: profile.pin_key.clone(),
            card_key: profile.card_key.clone(),
            form: profile.pin_block,
            account: profile.pin_account,
            rule: profile.pin_rule()?,
            entry: profile.pin_entry,
            session: SessionKind::OfProcess(around.clone()),
        })
    }

    /// Whether the operator works locally or over SSH, now: over SSH the idle limit ends the session, and
    /// `local` refuses PINs.
    #[must_use]
    pub fn origin(&self) -> SessionOrigin {
        self.session.origin()
    }

    /// Says whether PINs may be typed here, now.
    ///
    /// # Errors
    /// When the profile has them switched off, or wants them typed at the counter.
    pub fn admits_pins(&self) -> Result<(), SealingError> {
        match self.entry {
            PinEntryRule::Off => Err(SealingError::SwitchedOff),
            PinEntryRule::Anywhere => Ok(()),
            PinEntryRule::Local => match self.origin() {
                SessionOrigin::Here => Ok(()),
                SessionOrigin::Remote(sign) => Err(SealingError::Remote(sign)),
            },
        }
    }
}

/// Where the card number for the block comes from.
pub enum PanSource {
    /// The block is bound to the kit number: no card number is needed.
    NotNeeded,
    /// Encrypted, as the DCMS sent it.
    Encrypted(EncryptedPan),
    /// Keyed from the card.
    Keyed(PanEntry),
}

/// A PIN with everything that sealing takes. Dropping it wipes it.
pub struct SealJob {
    /// What was typed, twice and alike.
    pub pin: PinEntry,
    /// Where the card number comes from.
    pub pan: PanSource,
    /// The kit's own card, which the number must match.
    pub mask: Option<MaskedPan>,
    /// Whose PIN.
    pub kit: KitNo,
    /// Keys and forms.
    pub pin_settings: PinSettings,
}

/// A PIN that may travel.
#[derive(Debug)]
pub struct SealedUp(pub SealedPin);

/// Why a PIN was not sealed. No sentence holds a part of a secret.
#[derive(Debug, thiserror::Error)]
pub enum SealingError {
    /// The profile wants no PINs.
    #[error("PIN entry is switched off in this profile (pin_entry = \"off\")")]
    SwitchedOff,
    /// The operator works over SSH.
    #[error("PINs are typed at the counter only, not over SSH: {0}")]
    Remote(RemoteSign),
    /// The profile has no set-PIN key.
    #[error("this profile has no pin_key: PINs can't be set with it")]
    NoKey,
    /// The set-PIN key can't be read.
    #[error("the set-PIN key can't be used: {0}")]
    Key(String),
    /// The DCMS's card number can't be opened; it can be keyed from the card.
    #[error("the card number could not be opened: {0}")]
    Pan(String),
    /// The keyed card number is not right.
    #[error("{0}")]
    KeyedPan(PanError),
    /// The PIN is not right.
    #[error("{0}")]
    Pin(#[from] PinError),
    /// Sealing itself failed.
    #[error("{0}")]
    Seal(#[from] SealError),
}

impl SealJob {
    /// Reads the keys and seals; everything secret is wiped before it returns.
    ///
    /// # Errors
    /// Which key, number or PIN can't be used, and why.
    pub fn run(self) -> Result<SealedUp, SealingError> {
        let sealed = self.seal();
        scrub_stack();
        sealed
    }

    fn seal(self) -> Result<SealedUp, SealingError> {
        self.pin_settings.admits_pins()?;
        self.pin_settings.rule.check(&self.pin)?;
        let pin = Pin::from_entry(self.pin, self.pin_settings.rule.length)?;
        let pan = match self.pan {
            PanSource::NotNeeded => None,
            PanSource::Encrypted(encrypted) => Some(opened(
                &encrypted,
                self.pin_settings.card_key.as_ref(),
                self.mask.as_ref(),
            )?),
            PanSource::Keyed(entry) => {
                let pan = Pan::from_entry(entry).map_err(SealingError::KeyedPan)?;
                if let Some(mask) = &self.mask {
                    pan.must_match(mask).map_err(SealingError::KeyedPan)?;
                }
                Some(pan)
            }
        };
        let account = match (self.pin_settings.account, &pan) {
            (PinAccount::Pan, Some(pan)) => Account::Pan(pan),
            // Bound to anything else, the PIN would be another one at the cash machine.
            (PinAccount::Pan, None) => return Err(SealingError::Pan("there is none".into())),
            (PinAccount::Kit, _) => Account::Kit(self.kit.as_str()),
            (PinAccount::KitAsPan, _) => Account::KitAsPan(self.kit.as_str()),
        };
        let source = self
            .pin_settings
            .pin_key
            .as_ref()
            .ok_or(SealingError::NoKey)?;
        let key = source
            .read()
            .map_err(|error| SealingError::Key(error.to_string()))?;
        Ok(SealedUp(seal(
            &pin,
            &account,
            &key,
            self.pin_settings.form,
        )?))
    }
}

/// Tries whether a card number opens, and throws it away again: a screen asks this to know
/// whether the number must be keyed.
///
/// # Errors
/// Why it does not open.
pub fn pan_opens(
    encrypted: &EncryptedPan,
    card_key: Option<&KeySource>,
    mask: Option<&MaskedPan>,
) -> Result<(), SealingError> {
    let opens = opened(encrypted, card_key, mask).map(drop);
    scrub_stack();
    opens
}

fn opened(
    encrypted: &EncryptedPan,
    card_key: Option<&KeySource>,
    mask: Option<&MaskedPan>,
) -> Result<Pan, SealingError> {
    let source =
        card_key.ok_or_else(|| SealingError::Pan("this profile has no card_key".into()))?;
    let key = source
        .read()
        .map_err(|error| SealingError::Pan(error.to_string()))?;
    let pan = open_card_number(encrypted, &key).map_err(|f| SealingError::Pan(f.to_string()))?;
    if let Some(mask) = mask {
        pan.must_match(mask)
            .map_err(|error| SealingError::Pan(error.to_string()))?;
    }
    Ok(pan)
}
