//! What a reading shows of an operation that puts a new kit in the place of the old one.

use super::evidence::{Evidence, nothing_told};
use super::kits_before::KitsBefore;
use super::verdict::Verdict;
use crate::dcms::{Kit, Status};
use crate::desk::sentences::not_shown;
use crate::journal::Rivals;

/// Done shows as the old kit REPLACED, or as a kit that was not there before and can be of no other
/// upgrade. That nothing has changed shows nothing: the bank's own systems may still be at work. A kit that
/// can't be read may be another one that was replaced. The old kit says nothing where another upgrade of it, from
/// another host, may have been carried out.
pub(super) fn verdict(evidence: &Evidence<'_>, rivals: &Rivals) -> Verdict {
    let Some(old) = evidence.kit_now() else {
        return Verdict::Open;
    };
    let is_own = is_replaced(old, evidence) && !rivals.same;
    if is_own || evidence.has_own_kit(rivals) {
        Verdict::Done
    } else {
        Verdict::Open
    }
}

/// Whether the old kit is replaced, and was not known to be before.
fn is_replaced(old: &Kit, evidence: &Evidence<'_>) -> bool {
    let nothing = KitsBefore::default();
    let before = evidence.before.unwrap_or(&nothing);
    before.became(old, &Status::Replaced)
}

pub(super) fn says(evidence: &Evidence<'_>, verdict: Option<Verdict>) -> Option<String> {
    evidence.kits()?;
    let old = evidence.target;
    let Some(now) = evidence.kit_now() else {
        return Some(nothing_told(evidence));
    };
    let word = now.status.word();
    let is_done = verdict == Some(Verdict::Done);
    Some(match (evidence.new_numbers(), verdict) {
        (None, _) if is_done => match evidence.unread() {
            Some(unread) => {
                format!("Read just now: {old} is {word}, so it was done; {unread}.")
            }
            None => {
                format!("Read just now: {old} is {word}, so it was done, but no kit is new yet.")
            }
        },
        (_, Some(_)) if !is_done && is_replaced(now, evidence) => format!(
            "Read just now: {old} is {word}. Another upgrade may have done that, so it is unclear which of them did it."
        ),
        // Nobody was asked to settle it by this.
        (None, None) if self::verdict(evidence, &Rivals::default()) != Verdict::Open => {
            format!("Read just now: {old} is {word}.")
        }
        (None, _) if let Some(unread) = evidence.unread() => format!(
            "Read just now: {old} is {word}, and {unread}, so it is unclear whether a kit is new. It may still be under way."
        ),
        (None, _) => {
            format!("Read just now: {old} is {word} and no kit is new. It may still be under way.")
        }
        (Some(new), _) if is_done => {
            format!("Read just now: {old} is {word} and {new} new, so it was done.")
        }
        (Some(new), None) => format!("Read just now: {old} is {word} and {new} new."),
        (Some(new), _) => format!(
            "Read just now: {new} new, but {old} is {word} as before, so it is unclear which upgrade made it."
        ),
    })
}

pub(super) fn against(evidence: &Evidence<'_>) -> Option<String> {
    evidence.kits()?;
    let (old, now) = (evidence.target, evidence.kit_now());
    // The new kit may be the one that could not be read.
    if evidence.unread().is_some()
        || !evidence.new_kits().is_empty()
        || now.is_some_and(|kit| kit.status == Status::Replaced)
    {
        return None;
    }
    Some(not_shown(&match now {
        Some(kit) => format!("{old} is {} and no kit is new", kit.status.word()),
        None => format!("{} and no kit is new", evidence.why_unknown()),
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dcms::{EntityId, Kit, KitNo, Kits};
    use crate::desk::target::Target;

    fn kit(number: &str, status: &str) -> Kit {
        let text = format!(r#"{{"kitNo":"{number}","cardStatus":"{status}"}}"#);
        serde_json::from_str(&text).expect("a kit")
    }

    fn kits(kits: &[(&str, &str)]) -> Kits {
        let kits = kits.iter();
        let kits = kits.map(|(number, status)| kit(number, status));
        Kits::from(kits.collect::<Vec<_>>())
    }

    fn number(number: &str) -> KitNo {
        KitNo::parse(number).expect("a number")
    }

    type States<'a> = &'a [(&'a str, &'a str)];

    fn tell<T>(
        before: Option<&KitsBefore>,
        now: &Kits,
        tell: impl FnOnce(&Evidence<'_>) -> T,
    ) -> T {
        tell(&Evidence {
            target: &Target::kit(&EntityId::parse("676165").expect("an id"), &number("1")),
            sent: None,
            before,
            now: &now.clone().into(),
        })
    }

    fn told_by(before: Option<&KitsBefore>, now: &Kits, rivals: &Rivals) -> Verdict {
        tell(before, now, |evidence| verdict(evidence, rivals))
    }

    /// Of the upgrade of kit 1.
    fn upgrade(before: Option<States<'_>>, now: States<'_>, rivals: &Rivals) -> Verdict {
        let before = before.map(|before| KitsBefore::of(&kits(before), None));
        told_by(before.as_ref(), &kits(now), rivals)
    }

    fn alone(before: States<'_>, now: States<'_>) -> Verdict {
        upgrade(Some(before), now, &Rivals::default())
    }

    const BEFORE: States<'static> = &[("1", "ACTIVE"), ("2", "ACTIVE"), ("9", "REPLACED")];

    #[test]
    fn an_upgrade_shows_as_the_old_kit_replaced_or_a_kit_that_is_new() {
        let replaced = [("1", "REPLACED"), ("2", "ACTIVE"), ("9", "REPLACED")];
        assert_eq!(alone(BEFORE, BEFORE), Verdict::Open);
        assert_eq!(alone(BEFORE, &replaced), Verdict::Done);
        let new = [BEFORE, &[("3", "ASSIGNED")]].concat();
        assert_eq!(alone(BEFORE, &new), Verdict::Done);
        // Without a reading before, only the old one can tell.
        let nothing = Rivals::default();
        assert_eq!(upgrade(None, &new, &nothing), Verdict::Open);
        assert_eq!(upgrade(None, &replaced, &nothing), Verdict::Done);
        // One that was replaced before says nothing.
        assert_eq!(alone(&replaced, &replaced), Verdict::Open);
    }

    #[test]
    fn a_reading_without_the_old_kit_says_nothing() {
        assert_eq!(alone(BEFORE, &[]), Verdict::Open);
        assert_eq!(alone(BEFORE, &[("999888", "ACTIVE")]), Verdict::Open);
    }

    #[test]
    fn a_new_kit_that_can_be_of_another_one_says_nothing() {
        // Another kit of the customer was upgraded meanwhile, wherever that was.
        let other = [("1", "ACTIVE"), ("2", "REPLACED"), ("3", "ASSIGNED")];
        assert_eq!(alone(BEFORE, &other), Verdict::Open);
        let both = [&other[..], &[("4", "ASSIGNED")]].concat();
        assert_eq!(alone(BEFORE, &both), Verdict::Done);
        // What came for the other one was upgraded in its turn.
        let twice = [
            ("1", "ACTIVE"),
            ("2", "REPLACED"),
            ("3", "REPLACED"),
            ("4", "ASSIGNED"),
        ];
        assert_eq!(alone(BEFORE, &twice), Verdict::Open);
    }

    #[test]
    fn the_records_of_others_are_minded() {
        let new = [BEFORE, &[("3", "ASSIGNED")]].concat();
        let any = Rivals {
            any: true,
            ..Rivals::default()
        };
        assert_eq!(upgrade(Some(BEFORE), &new, &any), Verdict::Open);
        let theirs = |number| Rivals {
            theirs: vec![self::number(number)],
            ..Rivals::default()
        };
        assert_eq!(upgrade(Some(BEFORE), &new, &theirs("3")), Verdict::Open);
        assert_eq!(upgrade(Some(BEFORE), &new, &theirs("8")), Verdict::Done);
        // The old kit speaks for itself, unless another may have upgraded the same one.
        let replaced = [("1", "REPLACED"), ("3", "ASSIGNED")];
        assert_eq!(upgrade(Some(BEFORE), &replaced, &any), Verdict::Done);
        let same = Rivals::unknown();
        assert_eq!(upgrade(Some(BEFORE), &replaced, &same), Verdict::Open);
        let before = KitsBefore::of(&kits(BEFORE), None);
        let said = tell(Some(&before), &kits(&replaced), |evidence| {
            says(evidence, Some(Verdict::Open))
        });
        let said = said.expect("a sentence");
        assert!(
            said.contains("Another upgrade may have done that"),
            "{said}"
        );
    }

    #[test]
    fn nothing_follows_from_a_kit_that_is_missing_where_one_could_not_be_read() {
        let odd = |states: States<'_>| Kits {
            unread: 1,
            ..kits(states)
        };
        let told = |before: &Kits, now: &Kits| {
            let before = KitsBefore::of(before, None);
            // A record gives the same answer.
            let record = crate::journal::EvidenceBefore::from(before.to_record(None)).to_json();
            assert_eq!(KitsBefore::from_record(&record), Some(before.clone()));
            told_by(Some(&before), now, &Rivals::default())
        };
        let new = [BEFORE, &[("3", "ASSIGNED")]].concat();
        let two = [BEFORE, &[("3", "ASSIGNED"), ("4", "ASSIGNED")]].concat();
        let replaced = [("1", "REPLACED"), ("3", "ASSIGNED")];
        // Kit 3 may have been there before.
        assert_eq!(told(&odd(BEFORE), &kits(&new)), Verdict::Open);
        // The kit that can't be read may be another one, replaced by kit 3.
        assert_eq!(told(&kits(BEFORE), &odd(&new)), Verdict::Open);
        assert_eq!(told(&kits(BEFORE), &odd(&[("3", "ACTIVE")])), Verdict::Open);
        // What is there decides.
        assert_eq!(told(&kits(BEFORE), &odd(&two)), Verdict::Done);
        assert_eq!(told(&odd(BEFORE), &odd(&replaced)), Verdict::Done);
    }

    #[test]
    fn what_an_older_program_has_kept_is_not_trusted_with_more_than_it_says() {
        let record = json!({"kit": {"kit_no": "1", "status": "ACTIVE"}, "kits": ["1", "2"]});
        let before = KitsBefore::from_record(&record).expect("kits");
        let told = |now: States<'_>| {
            let nothing = Rivals::default();
            told_by(Some(&before), &kits(now), &nothing)
        };
        assert_eq!(told(&[("1", "ACTIVE"), ("3", "ASSIGNED")]), Verdict::Open);
        assert_eq!(told(&[("1", "REPLACED"), ("3", "ASSIGNED")]), Verdict::Done);
        let record = json!({"kit": {"kit_no": "1", "status": "REPLACED"}, "kits": ["1"]});
        let before = KitsBefore::from_record(&record).expect("kits");
        let old = kits(&[("1", "REPLACED")]);
        let told = told_by(Some(&before), &old, &Rivals::default());
        assert_eq!(told, Verdict::Open);
    }

    #[test]
    fn a_number_like_a_card_s_is_known_again_from_a_record() {
        let states = [("1", "ACTIVE"), ("411111XXXXXX1111", "ACTIVE")];
        let now = [("1", "ACTIVE"), ("4111111111111111", "ACTIVE")];
        assert_eq!(alone(&states, &now), Verdict::Open);
    }
}
