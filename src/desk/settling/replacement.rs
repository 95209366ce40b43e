//! What a reading shows of a replacement: the old kit stopped, and a new one made. Either may be there without
//! the other, and half done is not done (contract, 3, rule 3).

use super::evidence::{Evidence, nothing_told};
use super::verdict::Verdict;
use crate::dcms::{Kit, Status};
use crate::desk::sentences::not_shown;
use crate::journal::Rivals;

/// Done shows as the old kit in one of these states, and a kit that was not there before and can be of no other
/// operation. One of the two alone shows nothing: the other may still come.
pub(super) fn verdict(old: &[Status], evidence: &Evidence<'_>, rivals: &Rivals) -> Verdict {
    let is_gone = evidence.kit_now().is_some_and(|kit| is_in(old, kit));
    if is_gone && evidence.has_own_kit(rivals) {
        Verdict::Done
    } else {
        Verdict::Open
    }
}

fn is_in(states: &[Status], kit: &Kit) -> bool {
    states.contains(&kit.status)
}

/// What a half of it is, where the old kit was stopped since and no kit is new.
fn half(old: &[Status], evidence: &Evidence<'_>) -> Option<String> {
    let now = evidence.kit_now().filter(|kit| is_in(old, kit))?;
    let word = now.status.word();
    let is_new = evidence.state_before() != Some(&word);
    let word = word.to_lowercase();
    is_new.then(|| format!("{} is {word}; no new card found", evidence.target))
}

pub(super) fn says(
    old: &[Status],
    evidence: &Evidence<'_>,
    verdict: Option<Verdict>,
) -> Option<String> {
    evidence.kits()?;
    let Some(now) = evidence.kit_now() else {
        return Some(nothing_told(evidence));
    };
    let (kit, word) = (evidence.target, now.status.word());
    Some(match (evidence.new_numbers(), verdict) {
        (Some(new), Some(Verdict::Done)) => {
            format!("Read just now: {kit} is {word} and {new} new, so it was done.")
        }
        // Nobody was asked to settle it by this.
        (Some(new), None) => format!("Read just now: {kit} is {word} and {new} new."),
        (Some(new), _) => format!(
            "Read just now: {kit} is {word} and {new} new, but it is unclear which request made it."
        ),
        (None, _) if let Some(unread) = evidence.unread() => format!(
            "Read just now: {kit} is {word}, and {unread}, so it is unclear whether a kit is new. It may still be under way."
        ),
        (None, _) if let Some(half) = half(old, evidence) => format!(
            "Read just now: half done, {half}. It may still be under way. If none comes, settle this first; to replace the card is then a new decision."
        ),
        (None, _) => {
            format!("Read just now: {kit} is {word} and no kit is new. It may still be under way.")
        }
    })
}

pub(super) fn against(old: &[Status], evidence: &Evidence<'_>) -> Option<String> {
    evidence.kits()?;
    let Some(now) = evidence.kit_now() else {
        return Some(not_shown(&evidence.why_unknown()));
    };
    let (kit, word) = (evidence.target, now.status.word());
    match evidence.new_numbers() {
        Some(_) if is_in(old, now) => None,
        Some(new) => Some(not_shown(&format!("{new} new, but {kit} is {word}"))),
        // The new kit may be the one that could not be read.
        None if evidence.unread().is_some() => None,
        None => Some(match half(old, evidence) {
            Some(half) => format!(
                "It is half done: {half}. Read it again in a moment. If none comes, to replace the card is a new decision."
            ),
            None => format!(
                "The DCMS has accepted it; it still reads {word}, and no kit is new. Read it again in a moment, and ask the DCMS's support if it stays so."
            ),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::{EntityId, KitNo, Kits};
    use crate::desk::reading::Reading;
    use crate::desk::settling::KitsBefore;
    use crate::desk::target::Target;

    type States<'a> = &'a [(&'a str, &'a str)];

    const REPLACE: &[Status] = &[Status::Replaced];
    const BOTH: &[Status] = &[Status::Blocked, Status::Replaced];
    const BEFORE: States<'static> = &[("1", "ACTIVE"), ("2", "ACTIVE")];

    fn kits(kits: States<'_>) -> Kits {
        let kits = kits.iter().map(|(number, status)| {
            let text = format!(r#"{{"kitNo":"{number}","cardStatus":"{status}"}}"#);
            serde_json::from_str::<Kit>(&text).expect("a kit")
        });
        Kits::from(kits.collect::<Vec<_>>())
    }

    /// What follows for kit 1.
    fn told<T>(before: &Kits, now: &Kits, tell: impl FnOnce(&Evidence<'_>) -> T) -> T {
        let entity = EntityId::parse("676165").expect("an id");
        tell(&Evidence {
            target: &Target::kit(&entity, &KitNo::parse("1").expect("a number")),
            sent: None,
            before: Some(&KitsBefore::of(before, None)),
            now: &Reading::from(now.clone()),
        })
    }

    fn alone(old: &[Status], now: States<'_>) -> Verdict {
        told(&kits(BEFORE), &kits(now), |evidence| {
            verdict(old, evidence, &Rivals::default())
        })
    }

    #[test]
    fn only_both_halves_settle_it() {
        let whole = [("1", "REPLACED"), ("2", "ACTIVE"), ("3", "ASSIGNED")];
        assert_eq!(alone(REPLACE, &whole), Verdict::Done);
        assert_eq!(alone(BOTH, &whole), Verdict::Done);
        let blocked = [("1", "BLOCKED"), ("2", "ACTIVE"), ("3", "ASSIGNED")];
        assert_eq!(alone(BOTH, &blocked), Verdict::Done);
        assert_eq!(alone(REPLACE, &blocked), Verdict::Open);
        for half in [&blocked[..2], &whole[..2], &whole[1..], BEFORE, &[]] {
            assert_eq!(alone(REPLACE, half), Verdict::Open, "{half:?}");
            assert_eq!(alone(BOTH, half), Verdict::Open, "{half:?}");
        }
        let new_alone = [BEFORE, &[("3", "ASSIGNED")]].concat();
        assert_eq!(alone(BOTH, &new_alone), Verdict::Open);
    }

    #[test]
    fn a_new_kit_that_can_be_of_another_one_settles_nothing() {
        for other in ["REPLACED", "BLOCKED"] {
            let one_new = [("1", "BLOCKED"), ("2", other), ("3", "ASSIGNED")];
            assert_eq!(alone(BOTH, &one_new), Verdict::Open, "{other}");
            let two_new = [&one_new[..], &[("4", "ASSIGNED")]].concat();
            assert_eq!(alone(BOTH, &two_new), Verdict::Done, "{other}");
        }
        let now = kits(&[("1", "REPLACED"), ("2", "ACTIVE"), ("3", "ASSIGNED")]);
        let any = Rivals {
            any: true,
            ..Rivals::default()
        };
        let found = told(&kits(BEFORE), &now, |evidence| {
            verdict(REPLACE, evidence, &any)
        });
        assert_eq!(found, Verdict::Open);
        // The new kit may be of the one that can't be read, or may have been there before.
        let odd = |kits: &Kits| Kits {
            unread: 1,
            ..kits.clone()
        };
        for (before, now) in [(kits(BEFORE), odd(&now)), (odd(&kits(BEFORE)), now.clone())] {
            let found = told(&before, &now, |evidence| {
                verdict(REPLACE, evidence, &Rivals::default())
            });
            assert_eq!(found, Verdict::Open);
        }
    }

    #[test]
    fn half_done_is_called_half_done() {
        let now = kits(&[("1", "BLOCKED"), ("2", "ACTIVE")]);
        let said = told(&kits(BEFORE), &now, |evidence| {
            says(BOTH, evidence, Some(Verdict::Open))
        });
        let said = said.expect("a sentence");
        assert!(
            said.contains("half done, kit 1 is blocked; no new card found."),
            "{said}"
        );
        let said = told(&kits(BEFORE), &now, |evidence| against(BOTH, evidence));
        let said = said.expect("a sentence");
        assert!(
            said.starts_with("It is half done: kit 1 is blocked; no new card found."),
            "{said}"
        );
        // It was so before: nothing has changed.
        let said = told(&now, &now, |evidence| against(BOTH, evidence));
        let said = said.expect("a sentence");
        assert!(
            said.contains("it still reads BLOCKED, and no kit is new."),
            "{said}"
        );
    }

    #[test]
    fn what_a_success_shows_is_compared_with_it() {
        let against = |now: States<'_>| {
            told(&kits(BEFORE), &kits(now), |evidence| {
                against(REPLACE, evidence)
            })
        };
        assert_eq!(against(&[("1", "REPLACED"), ("3", "ASSIGNED")]), None);
        let said = against(&[("1", "ACTIVE"), ("3", "ASSIGNED")]).expect("a sentence");
        assert!(said.contains("3 is new, but kit 1 is ACTIVE"), "{said}");
        let said = against(BEFORE).expect("a sentence");
        assert!(
            said.contains("it still reads ACTIVE, and no kit is new."),
            "{said}"
        );
        let said = against(&BEFORE[1..]).expect("a sentence");
        assert!(said.contains("kit 1 is not in the list"), "{said}");
    }
}
