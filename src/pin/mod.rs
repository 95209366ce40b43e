//! The PIN's way: entry buffers, PAN, ISO 9564 format 0 blocks, AES-GCM sealing and opening, keys.
//! Clear PINs, PANs and keys are readable in this room alone; HTTP, terminal and files never come in.

mod block;
mod digits;
mod key;
mod locked;
mod luhn;
mod mask;
mod mask_text;
mod pan;
mod pinned;
mod seal;
mod spelling;
mod spotting;
mod weak;

pub(crate) use digits::Digits;
pub use digits::{PIN_DIGITS, PanEntry, PinEntry};
pub use key::{CheckValue, Key, KeyError, KeyFormat};
pub use locked::{pages_lock, scrub_stack};
pub use luhn::PAN_DIGITS;
pub use mask::{MaskedPan, TooFewDigits};
pub use mask_text::MaskError;
pub use pan::{Pan, PanError};
pub use pinned::{Pin, PinError, PinLength};
pub use seal::{
    Account, BlockForm, EncryptedPan, OpenError, SealError, SealedPin, open_card_number, open_pin,
    seal, seal_card_number,
};
pub use spotting::{card_number_in, mask_card_numbers, mask_typed_id, whole_card_number};
pub use weak::{ListError, PinRule, WeakList, WeakPins};
