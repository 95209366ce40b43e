//! What a reading shows of a change of a card's switches and limits, setting by setting. Some may have been
//! taken and others not.

use super::evidence::Evidence;
use super::limits_change::LimitsChange;
use super::verdict::Verdict;
use crate::dcms::CardSettings;
use crate::journal::Rivals;

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
            "Read just now: {listed}. Another request may have done it, so it is unclear which of them did it.{besides}"
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
    use crate::dcms::{CardSetting, EntityId, KitNo, Preferences};
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
            "Read just now: domestic e-commerce is on; but domestic e-commerce a day is 100, not 500. It may still be under way."
        );
        let against = |now| told(now, against);
        assert_eq!(against(preferences(true, "500", true)), None);
        let said = against(preferences(true, "100", true)).expect("a sentence");
        assert!(
            said.starts_with(
                "Not all of it has changed: domestic e-commerce a day is 100, not 500."
            ),
            "{said}"
        );
        let said = against(preferences(false, "100", true)).expect("a sentence");
        assert!(said.contains("nothing of it has changed"), "{said}");
    }

    #[test]
    fn what_changed_without_being_asked_for_is_named() {
        let off = preferences(true, "500", false);
        let changed = "Changed without being asked for: location shield is off and was on.";
        let said = told(off.clone(), against);
        assert_eq!(said.as_deref(), Some(changed));
        let said = told(off, |evidence| says(evidence, Some(Verdict::Done)));
        assert!(said.expect("a sentence").ends_with(changed));
    }
}
