//! What a reading shows of an operation on all kits of a customer: which of those that could change are in the
//! state that was asked for, and which are not. It may have been done by halves.

use super::evidence::Evidence;
use super::verdict::Verdict;
use crate::dcms::{Kit, Status};
use crate::desk::operations::Change;
use crate::desk::sentences::unread;
use crate::journal::Rivals;

/// The kits that could change.
struct Kits<'a> {
    are: Vec<&'a Kit>,
    are_not: Vec<&'a Kit>,
    /// Whether each kit that could change could be read, then and now.
    is_whole: bool,
}

fn of<'a>(change: Change, states: &[Status], evidence: &Evidence<'a>) -> Option<Kits<'a>> {
    let (before, now) = (evidence.before?, evidence.kits()?);
    let may = |word: Option<&str>| word.is_some_and(|word| change.may_in(word));
    let could = now.iter();
    let could = could.filter(|kit| may(before.state_of(&kit.kit_no)));
    let (are, are_not): (Vec<_>, Vec<_>) = could.partition(|kit| states.contains(&kit.status));
    let count = before.states().filter(|(_, word)| may(*word)).count();
    let is_whole = before.is_whole() && now.unread == 0 && are.len() + are_not.len() == count;
    Some(Kits {
        are,
        are_not,
        is_whole,
    })
}

/// Done shows as every kit that could change in such a state. That one is not shows nothing: it may still come.
pub(super) fn verdict(
    (change, states): (Change, &[Status]),
    evidence: &Evidence<'_>,
    rivals: &Rivals,
) -> Verdict {
    let all = of(change, states, evidence);
    let is_done =
        all.is_some_and(|kits| kits.is_whole && kits.are_not.is_empty() && !kits.are.is_empty());
    if is_done && !rivals.any {
        Verdict::Done
    } else {
        Verdict::Open
    }
}

/// Each kit with its state, for a sentence.
fn listed(kits: &[&Kit]) -> String {
    let kits = kits
        .iter()
        .map(|kit| format!("kit {} is {}", kit.kit_no, kit.status.word()));
    kits.collect::<Vec<_>>().join(", ")
}

pub(super) fn says(
    (change, states): (Change, &[Status]),
    evidence: &Evidence<'_>,
    verdict: Option<Verdict>,
) -> Option<String> {
    let kits = of(change, states, evidence)?;
    let all: Vec<_> = kits.are.iter().chain(&kits.are_not).copied().collect();
    let listed_all = listed(&all);
    let unread = unread(evidence.kits().map_or(0, |kits| kits.unread), "kit");
    let besides = unread
        .map(|unread| format!("; {unread}"))
        .unwrap_or_default();
    Some(match verdict {
        _ if all.is_empty() => {
            "Read just now: none of the kits that could change is in the list.".to_owned()
        }
        Some(Verdict::Done) => format!("Read just now: {listed_all}, so it was done."),
        Some(_) if !kits.are_not.is_empty() && !kits.are.is_empty() => format!(
            "Read just now: {}, but {}{besides}. It may still be under way.",
            listed(&kits.are),
            listed(&kits.are_not)
        ),
        Some(_) if kits.are_not.is_empty() && kits.is_whole => format!(
            "Read just now: {listed_all}. Another request may have done it, so it is unclear which of them did it."
        ),
        Some(_) => format!("Read just now: {listed_all}{besides}. It may still be under way."),
        // Nobody was asked to settle it by this.
        None => format!("Read just now: {listed_all}{besides}."),
    })
}

pub(super) fn against(
    (change, states): (Change, &[Status]),
    evidence: &Evidence<'_>,
) -> Option<String> {
    let kits = of(change, states, evidence)?;
    let are_not = listed(&kits.are_not);
    match (kits.are.is_empty(), kits.are_not.is_empty()) {
        (_, true) => None,
        (true, false) => Some(format!(
            "The DCMS has accepted it; no kit has changed: {are_not}. Read them again in a moment, and ask the DCMS's support if they stay so."
        )),
        (false, false) => Some(format!(
            "Not all of them have changed: {are_not}. Read them again in a moment; each can be changed alone."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::{EntityId, Kits as Read};
    use crate::desk::reading::Reading;
    use crate::desk::settling::KitsBefore;
    use crate::desk::target::Target;

    type States<'a> = &'a [(&'a str, &'a str)];

    const BEFORE: States<'static> = &[("1", "ACTIVE"), ("2", "ACTIVE"), ("9", "REPLACED")];
    const LOCK: (Change, &[Status]) = (Change::Lock, &[Status::Locked]);

    fn kits(kits: States<'_>) -> Read {
        let kits = kits.iter().map(|(number, status)| {
            let text = format!(r#"{{"kitNo":"{number}","cardStatus":"{status}"}}"#);
            serde_json::from_str::<Kit>(&text).expect("a kit")
        });
        Read::from(kits.collect::<Vec<_>>())
    }

    fn told<T>(now: &Read, tell: impl FnOnce(&Evidence<'_>) -> T) -> T {
        tell(&Evidence {
            target: &Target::Customer(EntityId::parse("676165").expect("an id")),
            sent: None,
            before: Some(&KitsBefore::of(&kits(BEFORE), None)),
            now: &Reading::from(now.clone()),
        })
    }

    fn alone(now: States<'_>) -> Verdict {
        told(&kits(now), |evidence| {
            verdict(LOCK, evidence, &Rivals::default())
        })
    }

    #[test]
    fn every_kit_that_could_change_has_to() {
        let all = [("1", "LOCKED"), ("2", "LOCKED"), ("9", "REPLACED")];
        assert_eq!(alone(&all), Verdict::Done);
        assert_eq!(alone(BEFORE), Verdict::Open);
        assert_eq!(alone(&[("1", "LOCKED"), ("2", "ACTIVE")]), Verdict::Open);
        // One is missing, or could not be read.
        assert_eq!(alone(&all[..1]), Verdict::Open);
        let odd = Read {
            unread: 1,
            ..kits(&all)
        };
        let found = told(&odd, |evidence| verdict(LOCK, evidence, &Rivals::default()));
        assert_eq!(found, Verdict::Open);
        let any = Rivals {
            any: true,
            ..Rivals::default()
        };
        let found = told(&kits(&all), |evidence| verdict(LOCK, evidence, &any));
        assert_eq!(found, Verdict::Open);
    }

    #[test]
    fn which_are_and_which_are_not_is_named() {
        let half = kits(&[("1", "LOCKED"), ("2", "ACTIVE"), ("9", "REPLACED")]);
        let said = told(&half, |evidence| says(LOCK, evidence, Some(Verdict::Open)));
        let said = said.expect("a sentence");
        assert!(
            said.contains("kit 1 is LOCKED, but kit 2 is ACTIVE"),
            "{said}"
        );
        let said = told(&half, |evidence| against(LOCK, evidence)).expect("a sentence");
        assert!(
            said.starts_with("Not all of them have changed: kit 2 is ACTIVE."),
            "{said}"
        );
        let said = told(&kits(BEFORE), |evidence| against(LOCK, evidence));
        assert!(said.expect("a sentence").contains("no kit has changed"));
        let all = kits(&[("1", "LOCKED"), ("2", "LOCKED")]);
        assert_eq!(told(&all, |evidence| against(LOCK, evidence)), None);
    }
}
