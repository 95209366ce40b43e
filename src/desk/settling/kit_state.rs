//! What a reading shows of an operation that leads to another state of a kit.

use super::evidence::{Evidence, nothing_told};
use super::verdict::Verdict;
use crate::dcms::Status;
use crate::desk::sentences::not_shown;
use crate::journal::Rivals;

/// That state now and not before shows that it was done. Still the state of before may mean "not yet". Where
/// another request may have done it, the state shows nothing.
pub(super) fn verdict(state: &Status, evidence: &Evidence<'_>, rivals: &Rivals) -> Verdict {
    if came_about(state, evidence) && !rivals.any {
        Verdict::Done
    } else {
        Verdict::Open
    }
}

/// Whether the kit is in that state now, and is known to have been in another.
fn came_about(state: &Status, evidence: &Evidence<'_>) -> bool {
    let before = evidence.state_before();
    let was_another = before.is_some_and(|word| word != state.word());
    was_another && evidence.kit_now().is_some_and(|kit| kit.status == *state)
}

/// `done` is what was done to the kit: `activated`.
pub(super) fn says(
    (state, done): (&Status, &str),
    evidence: &Evidence<'_>,
    verdict: Option<Verdict>,
) -> Option<String> {
    evidence.kits()?;
    let Some(now) = evidence.kit_now() else {
        return Some(nothing_told(evidence));
    };
    let (kit, word) = (evidence.target, now.status.word());
    let came_about = came_about(state, evidence);
    Some(match (verdict, evidence.state_before()) {
        (Some(Verdict::Done), _) => {
            format!("Read just now: {kit} is {word}, so it was {done}.")
        }
        // Nobody was asked to settle it by this.
        (None, _) if came_about => format!("Read just now: {kit} is {word}."),
        _ if came_about => format!(
            "Read just now: {kit} is {word}. Another request that may have {done} it is on record, so it is unclear which of them did it."
        ),
        (_, Some(before)) if before != word => format!(
            "Read just now: {kit} is {word} and was {before}: somebody else has changed it. It is unclear whether it was {done} in between."
        ),
        _ => format!("Read just now: {kit} is {word}. It may still be under way."),
    })
}

pub(super) fn against(state: &Status, evidence: &Evidence<'_>) -> Option<String> {
    let kit = evidence.kit_now().filter(|kit| kit.status != *state)?;
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
        for (state, before, now, expected) in [
            (Status::Locked, "ACTIVE", "LOCKED", Verdict::Done),
            (Status::Locked, "ACTIVE", "ACTIVE", Verdict::Open),
            (Status::Locked, "LOCKED", "LOCKED", Verdict::Open),
            (Status::Locked, "ACTIVE", "BLOCKED", Verdict::Open),
            (Status::Active, "ASSIGNED", "ACTIVE", Verdict::Done),
            (Status::Active, "ASSIGNED", "ASSIGNED", Verdict::Open),
        ] {
            for any in [false, true] {
                let rivals = Rivals {
                    any,
                    ..Rivals::default()
                };
                let found = told(before, now, |evidence| verdict(&state, evidence, &rivals));
                let expected = if any { Verdict::Open } else { expected };
                assert_eq!(found, expected, "{state:?}: {before}, {now}, {any}");
            }
        }
    }

    #[test]
    fn another_state_is_somebody_else_s() {
        let says = |now, verdict| {
            let said = told("ACTIVE", now, |evidence| {
                says((&Status::Locked, "locked"), evidence, verdict)
            });
            said.expect("a sentence")
        };
        let open = Some(Verdict::Open);
        let said = says("BLOCKED", open);
        assert!(said.contains("is BLOCKED and was ACTIVE: somebody else has changed it"));
        assert!(says("ACTIVE", open).contains("is ACTIVE. It may still be under way."));
        assert!(says("LOCKED", open).contains("Another request that may have locked it"));
        assert!(says("LOCKED", Some(Verdict::Done)).contains("so it was locked."));
        assert_eq!(says("LOCKED", None), "Read just now: kit 1 is LOCKED.");
    }

    #[test]
    fn a_success_with_an_unchanged_state_is_doubted() {
        let against =
            |before, now| told(before, now, |evidence| against(&Status::Active, evidence));
        assert_eq!(against("LOCKED", "ACTIVE"), None);
        let said = against("LOCKED", "LOCKED").expect("a sentence");
        assert!(said.starts_with("The DCMS has accepted it; it still reads LOCKED."));
        let said = against("LOCKED", "BLOCKED").expect("a sentence");
        assert!(said.contains("kit 1 is BLOCKED"), "{said}");
    }
}
