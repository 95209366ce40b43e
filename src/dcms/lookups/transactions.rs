//! A customer's payments, good and declined: why a payment was declined is in their descriptions.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::decode;
use crate::dcms::client::Client;
use crate::dcms::ids::{EntityId, KitNo};
use crate::dcms::list::List;
use crate::dcms::outcome::{Doubt, ReadError};
use crate::dcms::text::{self, Text};

/// Which payments are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionQuery {
    /// Whose.
    pub entity: EntityId,
    /// With this card alone.
    pub kit: Option<KitNo>,
    /// On this day or later.
    pub from: Option<Date>,
    /// On this day or before.
    pub to: Option<Date>,
    /// By this channel alone.
    pub channel: Option<Channel>,
    /// Which page, from 0.
    pub page: u32,
}

/// By which way a payment was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Channel {
    /// At a cash machine.
    Atm,
    /// At a till.
    Pos,
    /// On the internet.
    Ecom,
    /// At a till, without contact.
    Contactless,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Atm, Self::Pos, Self::Ecom, Self::Contactless];

    /// The contract's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Atm => "ATM",
            Self::Pos => "POS",
            Self::Ecom => "ECOM",
            Self::Contactless => "CONTACTLESS",
        }
    }
}

impl Transaction {
    /// Whether it was declined, as its description says. No field says it (contract, 2.1): one whose words are no
    /// approval's counts, so that no decline is left out.
    #[must_use]
    pub fn is_declined(&self) -> bool {
        const APPROVED: [&str; 7] = [
            "approved",
            "success",
            "successful",
            "completed",
            "transaction approved",
            "transaction successful",
            "approved or completed successfully",
        ];
        let is_approval = |text: &Text| APPROVED.iter().any(|words| text.is_word(words));
        let description = self.description.as_ref();
        description.is_some_and(|text| !is_approval(text))
    }
}

/// One page of payments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transactions {
    /// Those that could be read.
    pub list: List<Transaction>,
    /// How many pages there are, where the reply says so.
    pub pages: Option<u32>,
    /// How many payments there are on all pages, where the reply says so.
    pub total: Option<u64>,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// `ATM`, `POS`, `ECOM`, `CONTACTLESS`.
    #[serde(default, deserialize_with = "text::optional")]
    pub channel: Option<Text>,
    /// `CR` or `DR`.
    #[serde(default, deserialize_with = "text::optional")]
    pub cr_dr: Option<Text>,
    /// With its sign, like `-100.0`.
    #[serde(default, rename = "damount", deserialize_with = "text::optional")]
    pub amount: Option<Text>,
    /// What the customer is billed, in minor units, like `000000010000`.
    #[serde(default, deserialize_with = "text::optional")]
    pub card_holder_billing_amount: Option<Text>,
    /// Where.
    #[serde(default, deserialize_with = "text::optional")]
    pub card_acceptor_name_location: Option<Text>,
    /// At which terminal.
    #[serde(default, deserialize_with = "text::optional")]
    pub card_acceptor_terminal_id: Option<Text>,
    /// When; nothing where it can't be read.
    #[serde(default, deserialize_with = "moment")]
    pub date_time_transaction: Option<Moment>,
    /// What happened, in words: why it was declined among them.
    #[serde(default, deserialize_with = "text::optional")]
    pub description: Option<Text>,
}

/// When a payment was made. No reply names the year (contract, 2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Month and day.
    date: (u8, u8),
    /// Hour, minute and second.
    time: (u8, u8, u8),
}

impl Moment {
    /// Reads `MMDDhhmmss`, also as a number that has lost its leading zero.
    fn from_wire(text: &str) -> Option<Self> {
        if !(9..=10).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let text = format!("{text:0>10}");
        let part = |at: usize| text[at..at + 2].parse().ok();
        let (date, time) = ((part(0)?, part(2)?), (part(4)?, part(6)?, part(8)?));
        let is_one = (1..=12).contains(&date.0)
            && (1..=31).contains(&date.1)
            && time.0 < 24
            && time.1 < 60
            && time.2 < 60;
        is_one.then_some(Self { date, time })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((month, day), (hour, minute, second)) = (self.date, self.time);
        write!(f, "{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

impl Client {
    /// A page of a customer's payments, the newest first.
    ///
    /// # Errors
    /// Why none could be read.
    pub async fn transactions(&self, query: &TransactionQuery) -> Result<Transactions, ReadError> {
        self.read("/kit-manager/fetchTransaction", &query.body(), read)
            .await
    }
}

impl TransactionQuery {
    fn body(&self) -> impl Serialize + use<'_> {
        /// How many come at once: as many as fit on a tall screen.
        const SIZE: u32 = 50;
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            entity_id: &'a EntityId,
            #[serde(skip_serializing_if = "Option::is_none")]
            kit_no: Option<&'a KitNo>,
            #[serde(skip_serializing_if = "Option::is_none")]
            start_date: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            end_date: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            transaction_channel: Option<Channel>,
            page: u32,
            size: u32,
        }
        let day = |day: Date| day.strftime("%d-%m-%Y").to_string();
        Body {
            entity_id: &self.entity,
            kit_no: self.kit.as_ref(),
            start_date: self.from.map(day),
            end_date: self.to.map(day),
            transaction_channel: self.channel,
            page: self.page,
            size: SIZE,
        }
    }
}

fn read(result: Option<&RawValue>) -> Result<Transactions, Doubt> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire {
        #[serde(default)]
        data: List<Transaction>,
        #[serde(default, deserialize_with = "text::optional")]
        total_items: Option<Text>,
        #[serde(default, deserialize_with = "text::optional")]
        total_pages: Option<Text>,
    }
    let wire: Wire = decode(result)?;
    Ok(Transactions {
        list: wire.data,
        pages: wire
            .total_pages
            .and_then(|text| text.as_sent().parse().ok()),
        total: wire
            .total_items
            .and_then(|text| text.as_sent().parse().ok()),
    })
}

fn moment<'de, D: serde::Deserializer<'de>>(json: D) -> Result<Option<Moment>, D::Error> {
    let text = text::optional(json)?;
    Ok(text.and_then(|text| Moment::from_wire(text.as_sent().trim())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::lookups::tests::result;

    #[test]
    fn a_payment_with_the_oddities_of_the_contract() {
        let read = read(result(
            r#"{"currentPage":0,"totalItems":"12","totalPages":2,"data":[
                {"channel":"ECOM","crDr":"DR","damount":"-100.0","cardHolderBillingAmount":"000000010000",
                 "dateTimeTransaction":828123529,"description":"Insufficient funds","emvTxn":true},
                {"dateTimeTransaction":"1128123529"}, 7]}"#,
        ));
        let read = read.expect("a page");
        assert_eq!((read.pages, read.total), (Some(2), Some(12)));
        assert_eq!((read.list.len(), read.list.unread), (2, 1));
        let payment = &read.list[0];
        let at = payment.date_time_transaction.map(|at| at.to_string());
        assert_eq!(at.as_deref(), Some("08-28 12:35:29"));
        let why = payment.description.as_ref().map(Text::as_sent);
        assert_eq!(why, Some("Insufficient funds"));
        let other = read.list[1].date_time_transaction.map(|at| at.to_string());
        assert_eq!(other.as_deref(), Some("11-28 12:35:29"));
    }

    #[test]
    fn what_is_no_moment() {
        for text in [
            "",
            "1328123529",
            "832123529",
            "828243529",
            "82812352",
            "82812352x",
        ] {
            assert_eq!(Moment::from_wire(text), None, "{text}");
        }
    }

    #[test]
    fn days_travel_as_the_contract_writes_them() {
        let query = TransactionQuery {
            entity: EntityId::parse("676165").expect("an id"),
            kit: None,
            from: Some(jiff::civil::date(2026, 11, 3)),
            to: None,
            channel: Some(Channel::Contactless),
            page: 1,
        };
        assert_eq!(
            serde_json::to_string(&query.body()).expect("JSON"),
            r#"{"entityId":"676165","startDate":"03-11-2026","transactionChannel":"CONTACTLESS","page":1,"size":50}"#
        );
    }

    #[test]
    fn whatever_is_no_approval_is_a_decline_where_there_are_words_at_all() {
        for (json, is_declined) in [
            (r#"{"description":"Approved"}"#, false),
            (r#"{"description":" SUCCESS "}"#, false),
            (
                r#"{"description":"Approved or completed successfully"}"#,
                false,
            ),
            (r#"{"description":"Not approved"}"#, true),
            (r#"{"description":"Insufficient funds"}"#, true),
            ("{}", false),
        ] {
            let payment: Transaction = serde_json::from_str(json).expect("a payment");
            assert_eq!(payment.is_declined(), is_declined, "{json}");
        }
    }
}
