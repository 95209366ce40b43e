//! What a change has changed, as the records show it: as it was read before and as it was read afterwards.

use std::collections::BTreeMap;

use crate::desk::operations::Kind;
use crate::desk::pages::recorded_setting;
use crate::desk::reading::Reading;
use crate::desk::settling::RecordedIntent;
use crate::journal::{
    CardMatch, EvidenceAfter, EvidenceBefore, Kind as Told, KitRead, KitsRead, LimitsRead, Record,
    RecordThread, Write,
};

/// What was read before and after a change.
pub(super) struct Changes<'a> {
    write: Write,
    intent: &'a Record,
    before: Option<EvidenceBefore>,
    /// The latest reading that brought something.
    after: Option<EvidenceAfter>,
    /// What the reply has named.
    named: Vec<KitRead>,
}

impl<'a> Changes<'a> {
    pub(super) fn of(write: Write, thread: &'a RecordThread) -> Self {
        let read = |record: &Record| record.after.as_ref().and_then(EvidenceAfter::from_json);
        let mut followers = thread.followers.iter();
        let outcome = followers.clone().find(|one| one.kind == Told::Outcome);
        let named = match outcome.and_then(read) {
            Some(EvidenceAfter::Named { new }) => new,
            Some(_) | None => Vec::new(),
        };
        let brought = |after: &EvidenceAfter| {
            matches!(
                after,
                EvidenceAfter::Kits { .. } | EvidenceAfter::Order { .. }
            )
        };
        let before = thread.record.before.as_ref();
        Self {
            write,
            intent: &thread.record,
            before: before.and_then(EvidenceBefore::from_json),
            after: followers
                .rfind(|one| read(one).is_some_and(|after| brought(&after)))
                .and_then(read),
            named,
        }
    }

    /// The card, masked.
    pub(super) fn card(&self) -> Option<String> {
        self.kit_before()?.card.clone()
    }

    /// What a check of the card at the counter has shown.
    pub(super) fn card_check(&self) -> Option<String> {
        let said = match self.kits_before()?.card_check? {
            CardMatch::Matched => "matched",
            CardMatch::NotMatched => "not matched",
            CardMatch::NotAsked => "could not be asked",
        };
        Some(said.to_owned())
    }

    fn kits_before(&self) -> Option<&KitsRead> {
        match &self.before {
            Some(EvidenceBefore::Kits(kits)) => Some(kits),
            Some(EvidenceBefore::Order { .. }) | None => None,
        }
    }

    fn kit_before(&self) -> Option<&KitRead> {
        self.kits_before()?.kit.as_ref()
    }

    fn kit_after(&self) -> Option<&KitRead> {
        match &self.after {
            Some(EvidenceAfter::Kits { kit, .. }) => kit.as_deref(),
            _ => None,
        }
    }

    /// Old next to new, and what is new.
    pub(super) fn rows(&self) -> Vec<(String, String)> {
        let mut rows = Vec::new();
        if let Some(EvidenceBefore::Order { status }) = &self.before {
            let after = match &self.after {
                Some(EvidenceAfter::Order { status }) => Some(status.as_str()),
                _ => None,
            };
            rows.push(("Status".to_owned(), step(Some(status), after)));
        }
        rows.extend(self.of_kit());
        rows.extend(self.of_all_kits());
        rows.extend(self.of_limits());
        rows.extend(self.of_new_kits());
        rows
    }

    fn of_kit(&self) -> Vec<(String, String)> {
        let Some(before) = self.kit_before() else {
            return Vec::new();
        };
        let after = self.kit_after();
        let parts: [(&str, Part); 4] = [
            ("Status", |kit| Some(&kit.status)),
            ("Tier", |kit| kit.tier.as_deref()),
            ("Card type", |kit| kit.card_type.as_deref()),
            ("Plastic", |kit| kit.plastic_code.as_deref()),
        ];
        let rows = parts.into_iter().filter_map(|(label, part)| {
            let (before, now) = (part(before), after.and_then(part));
            // The status is what a change is about; of the rest it is enough to say what it is.
            let said = if label == "Status" || now.is_some_and(|now| before != Some(now)) {
                step(before, now)
            } else {
                before?.to_owned()
            };
            Some((label.to_owned(), said))
        });
        rows.collect()
    }

    /// Of all cards of a customer, each that was read.
    fn of_all_kits(&self) -> Vec<(String, String)> {
        let Some(before) = self
            .kits_before()
            .filter(|_| self.intent.subject.kit.is_none())
        else {
            return Vec::new();
        };
        let after = match &self.after {
            Some(EvidenceAfter::Kits { states, .. }) => states.as_deref(),
            _ => None,
        };
        let kits = before.kits.iter().zip(&before.states);
        let kits = kits.map(|(kit, status)| {
            let now = after.and_then(|states| states.get(kit));
            let step = step(status.as_deref(), now.map(String::as_str));
            let said = match before.cards.get(kit) {
                Some(card) => format!("{card}, {step}"),
                None => step,
            };
            (format!("Kit {kit}"), said)
        });
        kits.collect()
    }

    fn of_limits(&self) -> Vec<(String, String)> {
        let Some(limits) = self.kits_before().and_then(|kits| kits.limits.as_ref()) else {
            return Vec::new();
        };
        let after = self.limits_after();
        let rows = changed(limits).map(|(name, sent)| {
            let now = after.and_then(|after| after.get(name)).map(String::as_str);
            let said = step(limits.read.get(name).map(String::as_str), now);
            let said = if now == Some(sent) {
                said
            } else {
                format!("{said}; asked for {sent}")
            };
            (recorded_setting(name), said)
        });
        rows.collect()
    }

    fn limits_after(&self) -> Option<&BTreeMap<String, String>> {
        match &self.after {
            Some(EvidenceAfter::Kits { limits, .. }) => limits.as_deref(),
            _ => None,
        }
    }

    /// The kits that the reply has named, as they were read afterwards; without any, those that were new then, which
    /// may be another request's.
    fn of_new_kits(&self) -> Vec<(String, String)> {
        if !self.write.brings_kits() {
            return Vec::new();
        }
        let read = match &self.after {
            Some(EvidenceAfter::Kits { new: Some(new), .. }) => &new[..],
            _ => &[],
        };
        let latest = |named: &KitRead| {
            let read = read.iter().find(|one| one.kit_no == named.kit_no);
            read.unwrap_or(named).clone()
        };
        let (label, kits): (_, Vec<KitRead>) = if self.named.is_empty() {
            ("New, as read", read.to_vec())
        } else {
            ("New kit", self.named.iter().map(latest).collect())
        };
        let rows = kits.into_iter().map(|kit| {
            let parts = [Some(kit.kit_no), kit.card, kit.tier, kit.card_type];
            let parts: Vec<_> = parts.into_iter().flatten().chain([kit.status]).collect();
            (label.to_owned(), parts.join(", "))
        });
        rows.collect()
    }

    /// That the card is in another state than before, or a limit as it was asked for, though nothing was done.
    pub(super) fn changed_all_the_same(&self) -> Option<String> {
        let limits = self.kits_before().and_then(|kits| kits.limits.as_ref());
        if let (Some(limits), Some(now)) = (limits, self.limits_after())
            && changed(limits).any(|(name, sent)| now.get(name).is_some_and(|now| now == sent))
        {
            return Some("All the same, some of it reads back as it was asked for.".into());
        }
        let intent = RecordedIntent::from_record(self.write, self.intent)?;
        let reading = Reading::from_after(self.after.as_ref()?)?;
        intent.evidence(&reading).changed_all_the_same()
    }

    /// What speaks against an outcome that the DCMS calls done, in what was read afterwards.
    pub(super) fn doubt(&self) -> Option<String> {
        let intent = RecordedIntent::from_record(self.write, self.intent)?;
        let after = self.after.as_ref()?;
        let limits = self.kits_before().and_then(|kits| kits.limits.as_ref());
        if let (Some(limits), Some(now)) = (limits, self.limits_after()) {
            let mut all = changed(limits);
            let is_taken = all.all(|(name, sent)| now.get(name).is_some_and(|now| now == sent));
            return (!is_taken).then(|| "Not all of it reads back as it was asked for.".to_owned());
        }
        let reading = Reading::from_after(after)?;
        Kind::from_write(self.write)
            .proof
            .against(&intent.evidence(&reading))
    }
}

/// What was sent with another value than was there, as it was sent.
fn changed(limits: &LimitsRead) -> impl Iterator<Item = (&String, &str)> {
    let sent = limits.sent.iter();
    sent.filter(|(name, sent)| limits.read.get(*name) != Some(sent))
        .map(|(name, sent)| (name, sent.as_str()))
}

type Part = fn(&KitRead) -> Option<&str>;

/// As it was and as it is.
fn step(before: Option<&str>, after: Option<&str>) -> String {
    match (before, after) {
        (Some(before), Some(after)) if before != after => format!("{before} -> {after}"),
        (_, Some(after)) => after.to_owned(),
        (Some(before), None) => format!("{before} before; not read afterwards"),
        (None, None) => "not known".to_owned(),
    }
}
