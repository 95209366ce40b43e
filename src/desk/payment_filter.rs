//! Which of a card's payments are shown, as people type it: a part of it the DCMS is asked for, the rest is looked
//! for in what it sends.

use jiff::civil::Date;

use super::typed_days::{day, in_order};
use crate::dcms::{Channel, Transaction, TransactionQuery};

/// Payments that fit all that is given; the default fits all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaymentFilter {
    /// By this channel alone.
    pub channel: Option<Channel>,
    /// On this day or later.
    pub from: Option<Date>,
    /// On this day or before.
    pub to: Option<Date>,
    /// Those alone that were declined.
    pub declined: bool,
    /// What is in any of a payment's cells.
    pub text: String,
}

impl PaymentFilter {
    /// Reads words like `declined channel:ATM from:2026-11-03`; every other word is a text that is looked for.
    ///
    /// # Errors
    /// A sentence about the first value that can't be.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let mut filter = Self::default();
        let mut text = Vec::new();
        for word in typed.split_whitespace() {
            let (key, value) = word.split_once([':', '=']).unwrap_or((word, ""));
            match key.to_lowercase().as_str() {
                "channel" => filter.channel = Some(channel(value)?),
                "from" => filter.from = Some(day(value)?),
                "to" => filter.to = Some(day(value)?),
                "declined" if value.is_empty() => filter.declined = true,
                _ => text.push(word),
            }
        }
        filter.text = text.join(" ");
        in_order(filter.from, filter.to)?;
        Ok(filter)
    }

    /// Puts into a query what the DCMS filters itself.
    pub fn put_into(&self, query: &mut TransactionQuery) {
        query.channel = self.channel;
        query.from = self.from;
        query.to = self.to;
    }

    /// Whether it takes away payments that the DCMS sends.
    #[must_use]
    pub fn is_of_what_is_read(&self) -> bool {
        self.declined || !self.text.is_empty()
    }

    /// Whether a payment is one of those, but for the text.
    #[must_use]
    pub fn passes(&self, payment: &Transaction) -> bool {
        !self.declined || payment.is_declined()
    }
}

fn channel(word: &str) -> Result<Channel, String> {
    let known = Channel::ALL.into_iter();
    let mut fits = known.filter(|one| one.word().eq_ignore_ascii_case(word));
    fits.next().ok_or_else(|| {
        let all = Channel::ALL.map(Channel::word).join(", ");
        format!("a channel is one of {all}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_a_key_are_conditions_and_all_others_a_text() {
        let filter =
            PaymentFilter::parse(" Declined channel:atm from=2026-11-03 to:2026-11-04 12:30 Pune ");
        let expected = PaymentFilter {
            channel: Some(Channel::Atm),
            from: Some(jiff::civil::date(2026, 11, 3)),
            to: Some(jiff::civil::date(2026, 11, 4)),
            declined: true,
            text: "12:30 Pune".into(),
        };
        assert_eq!(filter, Ok(expected));
        assert_eq!(PaymentFilter::parse("  "), Ok(PaymentFilter::default()));
    }

    #[test]
    fn a_value_that_can_not_be_has_a_sentence() {
        for (typed, said) in [
            (
                "channel:post",
                "a channel is one of ATM, POS, ECOM, CONTACTLESS",
            ),
            ("from:3.11.2026", "a day is written like 2026-11-03"),
            ("to:", "a day is written like 2026-11-03"),
            (
                "from:2026-11-04 to:2026-11-03",
                "from 2026-11-04 is after to 2026-11-03: no day is in between",
            ),
        ] {
            assert_eq!(PaymentFilter::parse(typed), Err(said.to_owned()), "{typed}");
        }
    }
}
