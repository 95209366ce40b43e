//! What a write changes of a card's switches and limits, in a form that a record can hold and give back, and which
//! of them a reading shows. What follows from that is decided elsewhere.

use crate::dcms::{CardSetting, CardSettings, SettingValue};
use crate::desk::pages;
use crate::journal::LimitsRead;

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
    pub(super) fn is_taken(&self, now: &CardSettings) -> bool {
        let mut sent = self.sent.iter();
        sent.all(|(setting, sent)| now.get(setting) == Some(sent))
    }

    /// Whether everything that was sent reads as it did before.
    pub(super) fn is_as_before(&self, now: &CardSettings) -> bool {
        let mut sent = self.sent.iter();
        sent.all(|(setting, _)| now.get(setting) == self.before.get(setting))
    }

    /// What was asked for, has been taken or not, and what has changed besides.
    pub(super) fn seen(&self, now: &CardSettings) -> Seen {
        let (mut taken, mut not_taken, mut besides) = (Vec::new(), Vec::new(), Vec::new());
        for (setting, _, sent) in self.changes() {
            let (name, read) = (pages::setting(setting), said(now.get(setting)));
            if now.get(setting) == Some(sent) {
                taken.push(format!("{name} is {read}"));
            } else {
                not_taken.push(format!("{name} is {read}, not {sent}"));
            }
        }
        let is_asked = |setting| self.changes().any(|(asked, ..)| asked == setting);
        for (setting, before) in self.before.iter() {
            if !is_asked(setting) && now.get(setting) != Some(before) {
                let (name, read) = (pages::setting(setting), said(now.get(setting)));
                besides.push(format!("{name} is {read} and was {before}"));
            }
        }
        Seen {
            taken: taken.join("; "),
            not_taken: not_taken.join("; "),
            besides: besides.join("; "),
        }
    }

    /// Each setting that was asked to change: what it was, what was asked for, and what it is.
    pub(in crate::desk) fn compared(&self, now: &CardSettings) -> Vec<ComparedSetting> {
        let each = self
            .changes()
            .map(|(setting, before, sent)| ComparedSetting {
                setting: pages::setting(setting),
                before: said(before),
                asked: sent.to_string(),
                now: said(now.get(setting)),
                is_taken: now.get(setting) == Some(sent),
            });
        each.collect()
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

/// A setting that was asked to change, next to what was read afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedSetting {
    /// As people call it: `domestic ATM a day`.
    pub setting: String,
    /// As it was.
    pub before: String,
    /// As it was sent.
    pub asked: String,
    /// As it is.
    pub now: String,
    /// Whether that is as it was sent.
    pub is_taken: bool,
}

/// What a reading shows, each as a part of a sentence; empty where there is none.
pub(super) struct Seen {
    pub(super) taken: String,
    pub(super) not_taken: String,
    pub(super) besides: String,
}

impl Seen {
    pub(super) fn besides(&self) -> String {
        if self.besides.is_empty() {
            return String::new();
        }
        format!(" Changed without being asked for: {}.", self.besides)
    }
}

fn said(value: Option<&SettingValue>) -> String {
    value.map_or_else(|| "not there".into(), ToString::to_string)
}
