//! What is asked of a person before an operation that needs no form of its own, declared as fields. A
//! verb's flags and a form's rows are read and checked here alike.

use jiff::civil::{Date, DateTime};

use crate::dcms::{CardType, Delivery};
use crate::journal::{Reason, Why, Write};
use crate::pin::card_number_in;

/// Longest note, in characters.
const LONGEST_NOTE: usize = 200;

/// One thing that is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Why: one of these words.
    Reason(&'static [Reason]),
    /// What there is to add to the reason.
    Note,
    /// Whether there is to be a new card. Without one, what is asked about it does not count.
    Replace,
    /// Whether the new card is of plastic.
    CardType,
    /// Where the new card is sent.
    Delivery,
    /// When the card was lost.
    LostAt,
    /// What to do about a lost card.
    Step,
}

/// What is typed or chosen for what is true.
pub const YES: &str = "yes";

/// What was answered. Only what a kind of operation asks for is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers {
    /// Why.
    pub reason: Option<Reason>,
    /// What there is to add.
    pub note: Option<String>,
    /// Whether there is to be a new card.
    pub replaces: bool,
    /// Whether the new card is of plastic.
    pub card_type: Option<CardType>,
    /// Where the new card is sent.
    pub delivery: Option<Delivery>,
    /// When the card was lost, as it was typed.
    pub lost_at: Option<String>,
    /// What to do about a lost card.
    pub step: Option<Write>,
}

/// The reasons for stopping or replacing a card: all but the one for letting it go on.
pub const TO_STOP: &[Reason] = &[
    Reason::Lost,
    Reason::Stolen,
    Reason::NotReceived,
    Reason::Damaged,
    Reason::Expired,
    Reason::SuspectedFraud,
    Reason::Counterfeit,
    Reason::NameChange,
    Reason::CustomerRequest,
    Reason::Captured,
    Reason::PinForgotten,
    Reason::IssuedInError,
    Reason::Other,
];

/// The reasons for letting a card go on.
pub const TO_GO_ON: &[Reason] = &[
    Reason::FoundAgain,
    Reason::CustomerRequest,
    Reason::IssuedInError,
    Reason::Other,
];

/// What can be done about a lost card, the usual way first. A LOCKED card is blocked as it is, and never unlocked to be blocked
/// (contract, 3, rule 1). To replace one is a step of its own where it is blocked already.
pub(super) const STEPS: [(&str, Write); 4] = [
    ("block and replace", Write::BlockAndReplace),
    ("only block", Write::Block),
    ("lock for now", Write::Lock),
    ("replace", Write::Replace),
];

impl Field {
    /// Its name: a verb's flag, and without the hyphen a form's label.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Reason(_) => "reason",
            Self::Note => "note",
            Self::Replace => "replace",
            Self::CardType => "card-type",
            Self::Delivery => "delivery",
            Self::LostAt => "lost-at",
            Self::Step => "what-to-do",
        }
    }

    /// A form's label.
    #[must_use]
    pub fn label(self) -> String {
        self.word().replace('-', " ")
    }

    /// The words that can be chosen; none where anything can be typed.
    #[must_use]
    pub fn choices(self) -> Vec<&'static str> {
        match self {
            Self::Reason(reasons) => reasons.iter().map(|reason| reason.word()).collect(),
            Self::Note | Self::LostAt => Vec::new(),
            Self::Step => STEPS.map(|(word, _)| word).to_vec(),
            Self::Replace => vec![YES],
            Self::CardType => CardType::ALL.map(CardType::word).to_vec(),
            Self::Delivery => Delivery::ALL.map(Delivery::word).to_vec(),
        }
    }

    /// What there is to say about it, for a form's explanation and a verb's help.
    #[must_use]
    pub fn explained(self) -> &'static str {
        match self {
            Self::Reason(_) => "Why; kept in the journal, and not sent to the DCMS.",
            Self::Note => {
                "What there is to add to the reason, 200 characters at most; needed with the reason `other`."
            }
            Self::Replace => "Make a new card in its place.",
            Self::CardType => "Whether the new card is of plastic, or a number only.",
            Self::Delivery => "Which of the customer's addresses the new card goes to.",
            Self::LostAt => {
                "When it was lost, if that is known, like 2026-11-25 or 2026-11-25 18:30. Kept with the note."
            }
            Self::Step => {
                "Block and replace, only block, or lock for now, as the card's state allows. Blocking is final; a lock can be undone."
            }
        }
    }

    /// Whether it can't be left empty.
    #[must_use]
    pub fn is_required(self) -> bool {
        match self {
            Self::Reason(_) | Self::CardType | Self::Delivery | Self::Step => true,
            Self::Note | Self::Replace | Self::LostAt => false,
        }
    }

    /// Whether it is about a new card, and that is asked for among these fields: without one, it is not asked.
    #[must_use]
    pub fn depends_on_replace(self, fields: &[Self]) -> bool {
        let is_of_new_card = match self {
            Self::CardType | Self::Delivery => true,
            Self::Reason(_) | Self::Note | Self::Replace | Self::LostAt | Self::Step => false,
        };
        let is_asked = |field: &Self| [Self::Replace, Self::Step].contains(field);
        is_of_new_card && fields.iter().any(is_asked)
    }

    /// Reads what was typed or chosen by now, on the desk's clock; empty is an answer where it is not required.
    ///
    /// # Errors
    /// What is allowed.
    pub fn read(self, typed: &str, now: DateTime, answers: &mut Answers) -> Result<(), String> {
        let typed = typed.trim();
        if typed.is_empty() {
            return if self.is_required() {
                Err(format!("choose one of {}", self.choices().join(", ")))
            } else {
                Ok(())
            };
        }
        let place = self
            .choices()
            .iter()
            .position(|word| word.eq_ignore_ascii_case(typed));
        let place = || place.ok_or_else(|| format!("allowed are {}", self.choices().join(", ")));
        match self {
            Self::Reason(reasons) => answers.reason = Some(reasons[place()?]),
            Self::Note => answers.note = Some(note(typed)?),
            Self::Replace => {
                place()?;
                answers.replaces = true;
            }
            Self::CardType => answers.card_type = Some(CardType::ALL[place()?]),
            Self::Delivery => answers.delivery = Some(Delivery::ALL[place()?]),
            Self::LostAt => answers.lost_at = Some(past(typed, now)?),
            Self::Step => {
                let (_, write) = STEPS[place()?];
                answers.step = Some(write);
                answers.replaces = write.brings_kits();
            }
        }
        Ok(())
    }
}

impl Answers {
    /// Reads the answers to all fields, each in the place of its field, at this time on the desk's clock.
    ///
    /// # Errors
    /// What is wrong with each of them: the place of its field, and a sentence without a full stop.
    pub fn read<'t>(
        fields: &[Field],
        now: DateTime,
        typed: impl Fn(Field) -> &'t str,
    ) -> Result<Self, Vec<(usize, String)>> {
        let mut answers = Self::default();
        let mut wrong = Vec::new();
        // Whether there is to be a new card comes before what is asked about it.
        for (place, field) in fields.iter().enumerate() {
            if field.depends_on_replace(fields) && !answers.replaces {
                continue;
            }
            if let Err(said) = field.read(typed(*field), now, &mut answers) {
                wrong.push((place, said));
            }
        }
        let needs_note = answers.reason.is_some_and(Reason::needs_note);
        let note = fields.iter().position(|field| *field == Field::Note);
        if let (true, None, Some(place)) = (needs_note, &answers.note, note)
            && wrong.iter().all(|(wrong, _)| *wrong != place)
        {
            let said = "say in the note what the reason is, since it is none of the others";
            wrong.push((place, said.to_owned()));
        }
        if wrong.is_empty() {
            Ok(answers)
        } else {
            Err(wrong)
        }
    }

    /// For the journal.
    #[must_use]
    pub fn why(&self) -> Option<Why> {
        let lost_at = self.lost_at.as_ref().map(|at| format!("lost {at}"));
        let parts: Vec<_> = lost_at.into_iter().chain(self.note.clone()).collect();
        let note = (!parts.is_empty()).then(|| parts.join("; "));
        self.reason.map(|reason| Why { reason, note })
    }
}

/// A day, or a day and a time, that is not still to come: as it is written in records.
fn past(typed: &str, now: DateTime) -> Result<String, String> {
    let shown = |at: DateTime| at.strftime("%Y-%m-%d %H:%M").to_string();
    let at = if typed.contains([' ', 'T']) {
        let at: Option<DateTime> = typed.parse().ok();
        at.map(|at| (at, shown(at)))
    } else {
        let day: Option<Date> = typed.parse().ok();
        day.map(|day| (day.at(0, 0, 0, 0), day.to_string()))
    };
    match at {
        Some((at, _)) if at > now => Err(format!(
            "that is still to come: it is {} now; leave it empty if nobody knows when",
            shown(now)
        )),
        Some((_, written)) => Ok(written),
        None => {
            Err("write a day like 2026-11-25, or a day and a time like 2026-11-25 18:30".into())
        }
    }
}

fn note(typed: &str) -> Result<String, String> {
    if card_number_in(typed).is_some() {
        return Err("there is a card number in the note: leave it out".into());
    }
    match typed.chars().count() {
        ..=LONGEST_NOTE => Ok(typed.to_owned()),
        count => Err(format!(
            "a note has {LONGEST_NOTE} characters at most, not {count}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime = jiff::civil::datetime(2026, 11, 25, 19, 0, 0, 0);

    const FIELDS: &[Field] = &[Field::Reason(TO_STOP), Field::Note, Field::CardType];

    fn read(reason: &str, note: &str, card_type: &str) -> Result<Answers, Vec<(usize, String)>> {
        Answers::read(FIELDS, NOW, |field| match field {
            Field::Reason(_) => reason,
            Field::Note => note,
            Field::CardType => card_type,
            Field::Replace | Field::Delivery | Field::LostAt | Field::Step => "",
        })
    }

    #[test]
    fn what_was_typed_becomes_answers() {
        let answers = read("Lost", " on the bus ", "physical").expect("answers");
        assert_eq!(answers.card_type, Some(CardType::Physical));
        assert_eq!(
            answers.why(),
            Some(Why {
                reason: Reason::Lost,
                note: Some("on the bus".into())
            })
        );
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        let places = |answers: Result<Answers, Vec<(usize, String)>>| {
            let wrong = answers.expect_err("something is wrong");
            wrong.iter().map(|(place, _)| *place).collect::<Vec<_>>()
        };
        assert_eq!(places(read("", "", "paper")), [0, 2]);
        assert_eq!(places(read("found-again", "", "VIRTUAL")), [0]);
        assert_eq!(places(read("other", "", "VIRTUAL")), [1]);
        assert_eq!(places(read("lost", "4111 1111 1111 1111", "VIRTUAL")), [1]);
        assert_eq!(places(read("other", &"x".repeat(201), "VIRTUAL")), [1]);
        assert!(read("other", "given to the police", "VIRTUAL").is_ok());
    }

    #[test]
    fn what_is_asked_about_a_new_card_counts_only_with_one() {
        const ASKS: &[Field] = &[Field::Replace, Field::CardType, Field::Delivery];
        let read = |replace, card_type, delivery| {
            Answers::read(ASKS, NOW, |field| match field {
                Field::Replace => replace,
                Field::CardType => card_type,
                Field::Delivery => delivery,
                Field::Reason(_) | Field::Note | Field::LostAt | Field::Step => "",
            })
        };
        assert_eq!(read("", "VIRTUAL", ""), Ok(Answers::default()));
        let answers = read(YES, "VIRTUAL", "PERMANENT").expect("answers");
        assert!(answers.replaces);
        assert_eq!(answers.card_type, Some(CardType::Virtual));
        let wrong = read(YES, "VIRTUAL", "").expect_err("no address");
        assert_eq!(wrong[0].0, 2);
    }

    #[test]
    fn when_a_card_was_lost_is_kept_with_the_note() {
        const ASKS: &[Field] = &[Field::Reason(TO_STOP), Field::LostAt, Field::Note];
        let read = |at, note| {
            Answers::read(ASKS, NOW, |field| match field {
                Field::Reason(_) => "lost",
                Field::LostAt => at,
                Field::Note => note,
                _ => "",
            })
        };
        for (at, note, kept) in [
            ("", "", None),
            ("2026-11-25", "", Some("lost 2026-11-25")),
            (
                "2026-11-25 18:30",
                "on the bus",
                Some("lost 2026-11-25 18:30; on the bus"),
            ),
            ("2026-11-25T18:30:59", "", Some("lost 2026-11-25 18:30")),
        ] {
            let why = read(at, note).expect("answers").why().expect("a reason");
            assert_eq!(why.note.as_deref(), kept);
        }
        for odd in [
            "yesterday",
            "25.11.2026",
            "2026-11-25 half past",
            "18:30",
            "2026-11-26",
            "2026-11-25 19:01",
        ] {
            let wrong = read(odd, "").expect_err(odd);
            assert_eq!(wrong[0].0, 1, "{odd}");
        }
        // Said as soon as the field is left, whatever else is still missing.
        let all = [Field::LostAt, Field::CardType];
        let wrong = Answers::read(&all, NOW, |field| match field {
            Field::LostAt => "2027-01-01",
            _ => "",
        });
        let wrong = wrong.expect_err("a day to come, and no card type");
        assert!(
            wrong[0].1.contains("it is 2026-11-25 19:00 now"),
            "{wrong:?}"
        );
        assert_eq!(wrong.len(), 2);
    }

    #[test]
    fn every_reason_is_one_for_some_operation() {
        for reason in Reason::ALL {
            assert!(
                TO_STOP.contains(reason) || TO_GO_ON.contains(reason),
                "{reason}"
            );
        }
        assert!(!TO_STOP.contains(&Reason::FoundAgain));
    }
}
