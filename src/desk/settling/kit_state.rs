//! What a reading shows of an operation that leads to another state of a kit.

use super::evidence::{Evidence, nothing_told};
use super::verdict::Verdict;
use crate::dcms::Status;
use crate::desk::sentences::not_shown;
use crate::journal::Rivals;

/// Such a state now and not before shows that it was done. Still the state of before may mean "not yet". Where
/// another request may have done it, the state shows nothing.
pub(super) fn verdict(states: &[Status], evidence: &Evidence<'_>, rivals: &Rivals) -> Verdict {
    if came_about(states, evidence) && !rivals.any {
        Verdict::Done
    } else {
        Verdict::Open
    }
}

/// Whether the kit is in such a state now, and is known to have been in another.
fn came_about(states: &[Status], evidence: &Evidence<'_>) -> bool {
    let was_another = evidence
        .state_before()
        .is_some_and(|word| states.iter().all(|state| state.word() != word));
    let kit = evidence.kit_now();
    was_another && kit.is_some_and(|kit| states.contains(&kit.status))
}

/// `done` is what was done to the kit: `activated`.
pub(super) fn says(
    (states, done): (&[Status], &str),
    evidence: &Evidence<'_>,
    verdict: Option<Verdict>,
) -> Option<String> {
    evidence.kits()?;
    let Some(now) = evidence.kit_now() else {
        return Some(nothing_told(evidence));
    };
    let (kit, word) = (evidence.target, now.status.word());
    let came_about = came_about(states, evidence);
    Some(match (verdict, evidence.state_before()) {
        (Some(Verdict::Done), _) => {
            format!("Read just now: {kit} is {word}, so it was {done}.")
        }
        // Nobody was asked to settle it by this.
        (None, _) if came_about => format!("Read just now: {kit} is {word}."),
        _ if came_about => format!(
            "Read just now: {kit} is {word}. Another request may have {done} it, so it is unclear which of them did it."
        ),
        (_, Some(before)) if before != word => format!(
            "Read just now: {kit} is {word} and was {before}: somebody else has changed it. It is unclear whether it was {done} in between."
        ),
        _ => format!("Read just now: {kit} is {word}. It may still be under way."),
    })
}

pub(super) fn against(states: &[Status], evidence: &Evidence<'_>) -> Option<String> {
    let kit = evidence.kit_now();
    let kit = kit.filter(|kit| !states.contains(&kit.status))?;
    let word = kit.status.word();
    Some(if evidence.state_before() == Some(&word) {
        format!(
            "The DCMS has accepted it; it still reads {word}. Read it again in a moment, and ask the DCMS's support if it stays so."
        )
    } else {
        not_shown(&format!("kit {} is {word}", kit.kit_no))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::{EntityId, Kit, KitNo, Kits};
    use crate::desk::reading::Reading;
    use crate::desk::settling::KitsBefore;
    use crate::desk::target::Target;

    fn kits(status: &str) -> Kits {
        let text = format!(r#"{{"kitNo":"1","cardStatus":"{status}"}}"#);
        vec![serde_json::from_str::<Kit>(&text).expect("a kit")].into()
    }

    /// What follows where the kit was in one state before and is in another now.
    fn told<T>(before: &str, now: &str, tell: impl FnOnce(&Evidence<'_>) -> T) -> T {
        let entity = EntityId::parse("676165").expect("an id");
        let target = Target::kit(&entity, &KitNo::parse("1").expect("a number"));
        let before = KitsBefore::of(&kits(before), None);
        tell(&Evidence {
            target: &target,
            sent: None,
            before: Some(&before),
            now: &Reading::from(kits(now)),
        })
    }

    #[test]
    fn only_the_state_that_it_leads_to_settles_it() {
        let (lock, activate) = (&[Status::Locked][..], &[Status::Active][..]);
        let block = &[Status::Blocked, Status::Hotlisted][..];
        for (states, before, now, expected) in [
            (lock, "ACTIVE", "LOCKED", Verdict::Done),
            (lock, "ACTIVE", "ACTIVE", Verdict::Open),
            (lock, "LOCKED", "LOCKED", Verdict::Open),
            (lock, "ACTIVE", "BLOCKED", Verdict::Open),
            (activate, "ASSIGNED", "ACTIVE", Verdict::Done),
            (activate, "ASSIGNED", "ASSIGNED", Verdict::Open),
            (block, "LOCKED", "BLOCKED", Verdict::Done),
            (block, "LOCKED", "HOTLISTED", Verdict::Done),
            (block, "HOTLISTED", "BLOCKED", Verdict::Open),
            (block, "LOCKED", "LOCKED", Verdict::Open),
        ] {
            for any in [false, true] {
                let rivals = Rivals {
                    any,
                    ..Rivals::default()
                };
                let found = told(before, now, |evidence| verdict(states, evidence, &rivals));
                let expected = if any { Verdict::Open } else { expected };
                assert_eq!(found, expected, "{states:?}: {before}, {now}, {any}");
            }
        }
    }

    #[test]
    fn another_state_is_somebody_else_s() {
        let says = |now, verdict| {
            let said = told("ACTIVE", now, |evidence| {
                says((&[Status::Locked], "locked"), evidence, verdict)
            });
            said.expect("a sentence")
        };
        let open = Some(Verdict::Open);
        let said = says("BLOCKED", open);
        assert!(said.contains("is BLOCKED and was ACTIVE: somebody else has changed it"));
        assert!(says("ACTIVE", open).contains("is ACTIVE. It may still be under way."));
        assert!(says("LOCKED", open).contains("Another request may have locked it"));
        assert!(says("LOCKED", Some(Verdict::Done)).contains("so it was locked."));
        assert_eq!(says("LOCKED", None), "Read just now: kit 1 is LOCKED.");
    }

    #[test]
    fn a_success_with_an_unchanged_state_is_doubted() {
        let against =
            |before, now| told(before, now, |evidence| against(&[Status::Active], evidence));
        assert_eq!(against("LOCKED", "ACTIVE"), None);
        let said = against("LOCKED", "LOCKED").expect("a sentence");
        assert!(said.starts_with("The DCMS has accepted it; it still reads LOCKED."));
        let said = against("LOCKED", "BLOCKED").expect("a sentence");
        assert!(said.contains("kit 1 is BLOCKED"), "{said}");
    }
}
