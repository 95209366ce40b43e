//! What a reading shows of a change of a card's switches and limits, setting by setting. Some may have been
//! taken and others not.

use super::evidence::Evidence;
use super::verdict::Verdict;
use crate::dcms::{CardSetting, CardSettings, SettingValue};
use crate::journal::{LimitsRead, Rivals};

/// A card's settings before they were changed, and as they were sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitsChange {
    /// As they were read, those too that are not sent.
    pub before: CardSettings,
    /// All that is sent: most of it as it was read.
    pub sent: CardSettings,
}

impl LimitsChange {
    /// What changes: each setting whose sent value is another one, as it was and as it was sent.
    pub fn changes(
        &self,
    ) -> impl Iterator<Item = (CardSetting, Option<&SettingValue>, &SettingValue)> {
        let all = self.sent.iter();
        let all = all.map(|(setting, sent)| (setting, self.before.get(setting), sent));
        all.filter(|(_, before, sent)| *before != Some(*sent))
    }

    /// Whether everything that was sent reads back.
    fn is_taken(&self, now: &CardSettings) -> bool {
        let mut sent = self.sent.iter();
        sent.all(|(setting, sent)| now.get(setting) == Some(sent))
    }

    /// Whether everything that was sent reads as it did before.
    fn is_as_before(&self, now: &CardSettings) -> bool {
        let mut sent = self.sent.iter();
        sent.all(|(setting, _)| now.get(setting) == self.before.get(setting))
    }

    /// What was asked for, has been taken or not, and what has changed besides.
    fn seen(&self, now: &CardSettings) -> Seen {
        let (mut taken, mut not_taken, mut besides) = (Vec::new(), Vec::new(), Vec::new());
        for (setting, _, sent) in self.changes() {
            let read = said(now.get(setting));
            if now.get(setting) == Some(sent) {
                taken.push(format!("{setting} is {read}"));
            } else {
                not_taken.push(format!("{setting} is {read}, not {sent}"));
            }
        }
        let is_asked = |setting| self.changes().any(|(asked, ..)| asked == setting);
        for (setting, before) in self.before.iter() {
            if !is_asked(setting) && now.get(setting) != Some(before) {
                let read = said(now.get(setting));
                besides.push(format!("{setting} is {read} and was {before}"));
            }
        }
        Seen {
            taken: taken.join("; "),
            not_taken: not_taken.join("; "),
            besides: besides.join("; "),
        }
    }

    /// As a record holds it.
    pub(super) fn to_record(&self) -> LimitsRead {
        LimitsRead {
            read: self.before.to_words(),
            sent: self.sent.to_words(),
        }
    }

    /// From a record.
    pub(super) fn from_record(record: &LimitsRead) -> Self {
        Self {
            before: CardSettings::from_words(&record.read),
            sent: CardSettings::from_words(&record.sent),
        }
    }
}

/// What a reading shows, each as a part of a sentence; empty where there is none.
struct Seen {
    taken: String,
    not_taken: String,
    besides: String,
}

impl Seen {
    fn besides(&self) -> String {
        if self.besides.is_empty() {
            return String::new();
        }
        format!(" Changed without being asked for: {}.", self.besides)
    }
}

fn said(value: Option<&SettingValue>) -> String {
    value.map_or_else(|| "not there".into(), ToString::to_string)
}

fn of<'a>(evidence: &Evidence<'a>) -> Option<(&'a LimitsChange, CardSettings)> {
    let change = evidence.before?.limits.as_ref()?;
    let now = evidence.now.limits.as_deref()?;
    Some((change, CardSettings::from(now)))
}

/// Done shows as every setting as it was sent, not done as every one as before (contract, 4). Where another
/// request is on record, either may be its work.
pub(super) fn verdict(evidence: &Evidence<'_>, rivals: &Rivals) -> Verdict {
    match of(evidence) {
        Some(_) if rivals.any => Verdict::Open,
        Some((change, now)) if change.is_taken(&now) => Verdict::Done,
        Some((change, now)) if change.is_as_before(&now) => Verdict::NotDone,
        Some(_) | None => Verdict::Open,
    }
}

pub(super) fn says(evidence: &Evidence<'_>, verdict: Option<Verdict>) -> Option<String> {
    let (change, now) = of(evidence)?;
    let seen = change.seen(&now);
    let besides = seen.besides();
    let listed = [seen.taken.as_str(), &seen.not_taken];
    let listed = listed.into_iter().filter(|part| !part.is_empty());
    let listed = listed.collect::<Vec<_>>().join("; but ");
    Some(match verdict {
        Some(Verdict::Done) => {
            format!("Read just now: {listed}, so it was done.{besides}")
        }
        Some(Verdict::NotDone) => {
            format!("Read just now: {listed}, as before, so it was not done.{besides}")
        }
        Some(Verdict::Open | Verdict::CantBeRead) if change.is_taken(&now) => format!(
            "Read just now: {listed}. Another request that may have done it is on record, so it is unclear which of them did it.{besides}"
        ),
        Some(Verdict::Open | Verdict::CantBeRead) => {
            format!("Read just now: {listed}. It may still be under way.{besides}")
        }
        // Nobody was asked to settle it by this.
        None => format!("Read just now: {listed}.{besides}"),
    })
}

pub(super) fn against(evidence: &Evidence<'_>) -> Option<String> {
    let (change, now) = of(evidence)?;
    let seen = change.seen(&now);
    let besides = seen.besides();
    let again = "Read the limits again in a moment, and ask the DCMS's support if they stay so.";
    match (seen.taken.is_empty(), seen.not_taken.is_empty()) {
        (_, true) if besides.is_empty() => None,
        (_, true) => Some(besides.trim_start().to_owned()),
        (true, false) => Some(format!(
            "The DCMS has accepted it; nothing of it has changed: {}. {again}{besides}",
            seen.not_taken
        )),
        (false, false) => Some(format!(
            "Not all of it has changed: {}. {again}{besides}",
            seen.not_taken
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::{EntityId, KitNo, Preferences};
    use crate::desk::reading::Reading;
    use crate::desk::settling::KitsBefore;
    use crate::desk::target::Target;

    fn preferences(ecom: bool, daily: &str, shield: bool) -> Preferences {
        let text = format!(
            r#"{{"domestic":{{"isEnabled":true,"ecom":{{"isEnabled":{ecom},"dailyLimit":"{daily}"}}}},
                "international":{{"isEnabled":false}},"locationShield":{shield}}}"#
        );
        serde_json::from_str(&text).expect("preferences")
    }

    /// What follows where on-line payments were to be switched on, up to 500 a day, and now read so.
    fn told<T>(now: Preferences, tell: impl FnOnce(&Evidence<'_>) -> T) -> T {
        let before = CardSettings::from(&preferences(false, "0100", true));
        let changes = ["domestic.ecom=on", "domestic.ecom.daily=500"];
        let changes = changes.map(|typed| CardSetting::parse(typed).expect("a setting"));
        let sent = before.to_send(&changes.into_iter().collect());
        let limits = LimitsChange { before, sent };
        // A record gives back the same.
        let limits = LimitsChange::from_record(&limits.to_record());
        let mut known = KitsBefore::default();
        known.limits = Some(limits);
        let entity = EntityId::parse("676165").expect("an id");
        tell(&Evidence {
            target: &Target::kit(&entity, &KitNo::parse("1").expect("a number")),
            sent: None,
            before: Some(&known),
            now: &Reading {
                limits: Some(Box::new(now)),
                ..Reading::default()
            },
        })
    }

    #[test]
    fn every_setting_as_sent_or_as_before_settles_it() {
        for (ecom, daily, expected) in [
            (true, "500", Verdict::Done),
            (true, "00500", Verdict::Done),
            (false, "100", Verdict::NotDone),
            (true, "100", Verdict::Open),
            (false, "500", Verdict::Open),
            (false, "7", Verdict::Open),
        ] {
            for any in [false, true] {
                let rivals = Rivals {
                    any,
                    ..Rivals::default()
                };
                let now = preferences(ecom, daily, true);
                let found = told(now, |evidence| verdict(evidence, &rivals));
                let expected = if any { Verdict::Open } else { expected };
                assert_eq!(found, expected, "{ecom}, {daily}, {any}");
            }
        }
    }

    #[test]
    fn what_was_taken_and_what_was_not_is_listed() {
        let half = preferences(true, "100", true);
        let said = told(half, |evidence| says(evidence, Some(Verdict::Open)));
        assert_eq!(
            said.expect("a sentence"),
            "Read just now: domestic.ecom is on; but domestic.ecom.daily is 100, not 500. It may still be under way."
        );
        let against = |now| told(now, against);
        assert_eq!(against(preferences(true, "500", true)), None);
        let said = against(preferences(true, "100", true)).expect("a sentence");
        assert!(
            said.starts_with("Not all of it has changed: domestic.ecom.daily is 100, not 500."),
            "{said}"
        );
        let said = against(preferences(false, "100", true)).expect("a sentence");
        assert!(said.contains("nothing of it has changed"), "{said}");
    }

    #[test]
    fn what_changed_without_being_asked_for_is_named() {
        let off = preferences(true, "500", false);
        let changed = "Changed without being asked for: location-shield is off and was on.";
        let said = told(off.clone(), against);
        assert_eq!(said.as_deref(), Some(changed));
        let said = told(off, |evidence| says(evidence, Some(Verdict::Done)));
        assert!(said.expect("a sentence").ends_with(changed));
    }
}
