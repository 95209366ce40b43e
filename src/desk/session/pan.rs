//! Where the card number of a PIN comes from: decided from the profile and the kit, before anything is tried.

use crate::config::PinAccount;
use crate::dcms::Kit;
use crate::desk::sealing::{PanSource, PinSettings};
use crate::journal::{Note, NoteKind, Subject, Write};
use crate::pin::{EncryptedPan, PanEntry};

/// Where the card number comes from.
#[derive(Debug, Clone)]
pub enum PanPlan {
    /// The PIN is bound to the kit number: none is needed.
    NotNeeded,
    /// The DCMS has sent it encrypted. Whether it opens is tried before a PIN is typed.
    Encrypted(EncryptedPan),
    /// It is keyed from the card, for this reason.
    Keyed(String),
}

impl PanPlan {
    /// For this kit, with these keys.
    #[must_use]
    pub fn new(kit: &Kit, settings: &PinSettings) -> Self {
        match (settings.account, &kit.encrypted_pan, &settings.card_key) {
            (PinAccount::Kit | PinAccount::KitAsPan, _, _) => Self::NotNeeded,
            (PinAccount::Pan, Some(encrypted), Some(_)) => Self::Encrypted(encrypted.clone()),
            (PinAccount::Pan, _, None) => {
                Self::Keyed("this profile has no card_key to open it with".into())
            }
            (PinAccount::Pan, None, _) => Self::Keyed("the DCMS did not send it".into()),
        }
    }

    /// Whether a card number is needed at all.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        match self {
            Self::NotNeeded => false,
            Self::Encrypted(_) | Self::Keyed(_) => true,
        }
    }

    /// Why it must be keyed, where it must.
    #[must_use]
    pub fn why_keyed(&self) -> Option<&str> {
        match self {
            Self::Keyed(why) => Some(why),
            Self::NotNeeded | Self::Encrypted(_) => None,
        }
    }

    /// Whether the card must be compared by eye: a card number is needed, and no digits of it are known.
    #[must_use]
    pub fn is_unverified(&self, kit: &Kit) -> bool {
        self.is_needed() && kit.card.is_none()
    }

    /// The card number for sealing; `keyed` takes what was typed, where that is needed.
    pub fn source(&self, keyed: impl FnOnce() -> PanEntry) -> PanSource {
        match self {
            Self::NotNeeded => PanSource::NotNeeded,
            Self::Encrypted(encrypted) => PanSource::Encrypted(encrypted.clone()),
            Self::Keyed(_) => PanSource::Keyed(keyed()),
        }
    }
}

/// That a card number was opened, for the journal.
#[must_use]
pub fn pan_opened(subject: Subject) -> Note {
    Note::new(NoteKind::PanOpened, Write::SetPin, subject).answered()
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::config::{Env, KeySource, PinEntryRule, SessionKind};
    use crate::pin::{BlockForm, PinRule};

    fn settings(account: PinAccount, has_card_key: bool) -> PinSettings {
        let key = || KeySource::held(Zeroizing::new(vec![1; 16]));
        PinSettings {
            pin_key: Some(key()),
            card_key: has_card_key.then(key),
            form: BlockForm::Raw,
            account,
            rule: PinRule::default(),
            entry: PinEntryRule::Anywhere,
            session: SessionKind::OfProcess(Env::given::<&str, &str>([])),
        }
    }

    fn kit(is_sent: bool) -> Kit {
        let sent = r#","encryptedCardNumber":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef""#;
        let sent = if is_sent { sent } else { "" };
        let text = format!(r#"{{"kitNo":"1","cardStatus":"ACTIVE"{sent}}}"#);
        serde_json::from_str(&text).expect("a kit")
    }

    #[test]
    fn the_profile_and_the_kit_say_where_the_card_number_comes_from() {
        let plan = |account, has_key, is_sent| {
            let plan = PanPlan::new(&kit(is_sent), &settings(account, has_key));
            match plan {
                PanPlan::NotNeeded => "not needed".to_owned(),
                PanPlan::Encrypted(_) => "encrypted".to_owned(),
                PanPlan::Keyed(why) => why,
            }
        };
        for account in [PinAccount::Kit, PinAccount::KitAsPan] {
            assert_eq!(plan(account, true, true), "not needed");
            assert_eq!(plan(account, false, false), "not needed");
        }
        assert_eq!(plan(PinAccount::Pan, true, true), "encrypted");
        let no_key = "this profile has no card_key to open it with";
        assert_eq!(plan(PinAccount::Pan, false, true), no_key);
        assert_eq!(plan(PinAccount::Pan, false, false), no_key);
        assert_eq!(
            plan(PinAccount::Pan, true, false),
            "the DCMS did not send it"
        );
    }

    #[test]
    fn a_card_without_known_digits_is_compared_by_eye_where_its_number_is_needed() {
        let is_unverified = |account| {
            let kit = kit(true);
            PanPlan::new(&kit, &settings(account, true)).is_unverified(&kit)
        };
        assert!(is_unverified(PinAccount::Pan));
        assert!(!is_unverified(PinAccount::Kit));
    }

    #[test]
    fn what_was_keyed_is_taken_only_where_it_is_needed() {
        let mut entry = PanEntry::new();
        assert!(entry.push('4'));
        let keyed = PanPlan::Keyed("the DCMS did not send it".into());
        let source = keyed.source(|| entry);
        assert!(matches!(source, PanSource::Keyed(entry) if entry.len() == 1));
        let source = PanPlan::NotNeeded.source(|| panic!("nothing was keyed"));
        assert!(matches!(source, PanSource::NotNeeded));
    }
}
