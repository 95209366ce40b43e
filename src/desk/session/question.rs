//! One thing to type before a write goes on. Every other answer is a failed try and goes on record.

use super::tries::failed;
use crate::desk::target::Target;
use crate::journal::{Note, Subject, Write};

/// What has to be typed.
#[derive(Debug, Clone)]
pub struct Question {
    expected: Expected,
    write: Write,
    subject: Subject,
}

#[derive(Debug, Clone)]
enum Expected {
    /// The live tenant's name.
    Tenant(String),
    /// The end of the number that the write is about.
    LastFour(Target),
    /// How many are sent.
    Count(usize),
}

/// What an answer is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It goes on.
    Right,
    /// Nothing was typed, which is no try.
    Empty,
    /// Something else was typed: this goes on record.
    Wrong(Box<Note>),
}

impl Question {
    /// The tenant's name, before the first write to real cards.
    pub(super) fn tenant(tenant: String, write: Write, subject: Subject) -> Self {
        let expected = Expected::Tenant(tenant);
        Self {
            expected,
            write,
            subject,
        }
    }

    /// The confirmation of a write: the last four of the number that it is about.
    #[must_use]
    pub fn confirmation(write: Write, target: &Target) -> Self {
        Self {
            expected: Expected::LastFour(target.clone()),
            write,
            subject: target.subject(),
        }
    }

    /// The confirmation of many upgrades: how many they are.
    #[must_use]
    pub fn count(count: usize) -> Self {
        Self {
            expected: Expected::Count(count),
            write: Write::Upgrade,
            subject: Subject::default(),
        }
    }

    pub(super) fn about(&self) -> (Write, &Subject) {
        (self.write, &self.subject)
    }

    pub(super) fn is_tenant(&self) -> bool {
        match self.expected {
            Expected::Tenant(_) => true,
            Expected::LastFour(_) | Expected::Count(_) => false,
        }
    }

    /// What has to be typed, after `Type`.
    #[must_use]
    pub fn asks(&self) -> String {
        match &self.expected {
            Expected::Tenant(_) => "the tenant's name".to_owned(),
            Expected::LastFour(target) => {
                let count = target.last_four().chars().count();
                format!("the last {count} of the {}", target.number())
            }
            Expected::Count(count) => format!("how many are to be sent ({count})"),
        }
    }

    /// How long the right answer is, in characters.
    #[must_use]
    pub fn length(&self) -> usize {
        match &self.expected {
            Expected::Tenant(tenant) => tenant.chars().count(),
            Expected::LastFour(target) => target.last_four().chars().count(),
            Expected::Count(count) => count.to_string().len(),
        }
    }

    /// Judges an answer. Letters of a kit's or an order's number count in any case; a tenant's name is typed
    /// as it is written.
    #[must_use]
    pub fn judge(&self, typed: &str) -> Answer {
        let typed = typed.trim();
        let is_right = match &self.expected {
            Expected::Tenant(tenant) => typed == tenant,
            Expected::LastFour(target) => typed.eq_ignore_ascii_case(target.last_four()),
            Expected::Count(count) => typed == count.to_string(),
        };
        match typed {
            _ if is_right => Answer::Right,
            "" => Answer::Empty,
            _ => Answer::Wrong(Box::new(self.failed())),
        }
    }

    fn failed(&self) -> Note {
        let what = match self.expected {
            Expected::Tenant(_) => "the tenant did not match",
            Expected::LastFour(_) | Expected::Count(_) => "the confirmation did not match",
        };
        failed(self.write, self.subject.clone(), what)
    }

    /// What a wrong answer gets.
    #[must_use]
    pub fn wrong(&self) -> String {
        match &self.expected {
            Expected::Tenant(_) => "That is not this profile's tenant. Capitals count.".to_owned(),
            Expected::LastFour(target) => {
                format!("That is not the end of the {}.", target.number())
            }
            Expected::Count(_) => "That is not how many they are.".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::{EntityId, KitNo, OrderId};
    use crate::journal::NoteKind;

    fn kit() -> Target {
        let entity = EntityId::parse("676165").expect("an id");
        Target::kit(&entity, &KitNo::parse("4561789").expect("a number"))
    }

    fn note(answer: Answer) -> Note {
        match answer {
            Answer::Wrong(note) => *note,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_last_four_confirm_a_write() {
        let question = Question::confirmation(Write::Upgrade, &kit());
        assert_eq!(question.asks(), "the last 4 of the kit number 4561789");
        assert_eq!(question.length(), 4);
        assert_eq!(question.judge("1789"), Answer::Right);
        assert_eq!(question.judge("  "), Answer::Empty);
        let failed = note(question.judge("4561"));
        assert_eq!(failed.kind, NoteKind::FailedTry);
        assert_eq!(failed.operation, Write::Upgrade.into());
        assert_eq!(failed.subject, kit().subject());
        let said = failed.message.expect("a message");
        assert_eq!(said, "the confirmation did not match");
        assert_eq!(
            question.wrong(),
            "That is not the end of the kit number 4561789."
        );
    }

    #[test]
    fn letters_of_a_number_count_in_any_case_and_those_of_a_tenant_as_they_are() {
        let order = Target::Order(OrderId::parse("ORD12AB").expect("an id"));
        let question = Question::confirmation(Write::CancelOrder, &order);
        assert_eq!(question.judge("12ab"), Answer::Right);
        let question = Question::tenant("AXIOM".into(), Write::Upgrade, kit().subject());
        assert_eq!(question.judge("AXIOM"), Answer::Right);
        let failed = note(question.judge("axiom"));
        assert_eq!(failed.message.as_deref(), Some("the tenant did not match"));
    }

    #[test]
    fn many_are_confirmed_by_how_many_they_are() {
        let question = Question::count(12);
        assert_eq!(question.judge("12"), Answer::Right);
        assert_eq!(note(question.judge("2")).subject, Subject::default());
    }

    #[test]
    fn no_note_holds_what_was_typed() {
        for question in [
            Question::confirmation(Write::Upgrade, &kit()),
            Question::tenant("AXIOM".into(), Write::Upgrade, kit().subject()),
            Question::count(3),
        ] {
            let note = note(question.judge("4315"));
            assert!(!format!("{note:?}").contains("4315"));
        }
    }
}
