//! What is said of kits wherever they are listed.

pub(super) const NAME_HEADING: &str = "NAME ON CARD";
pub(super) const KIT_HEADING: &str = "KIT NUMBER";
pub(super) const TOOK_ITS_PLACE: &str = "took its place";
pub(super) const WAS_REPLACED: &str = "was replaced by it";
pub(super) const ENCRYPTED: &str = "encrypted by DCMS";
pub(super) const PAN_KEYED: &str = "keyed from the card";
pub(super) const NAME: &str = "name on card";
pub(super) const CARD_NUMBER: &str = "card number";
pub(super) const TIER: &str = "tier";
pub(super) const CARD_TYPE: &str = "card type";
pub(super) const PLASTIC_CODE: &str = "plastic code";
pub(super) const REPLACED_BY: &str = "replaced by";
pub(super) const MADE_THAT_DAY: &str = ", made that day";
pub(super) const IN_PLACE_OF: &str = "in place of";
pub(super) const REPLACED_THAT_DAY: &str = ", replaced that day";
