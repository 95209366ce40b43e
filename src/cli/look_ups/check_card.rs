//! `kitdesk check-card`: whether a card at the counter is this customer's.

use serde::Serialize;

use crate::cli::failed::Failed;
use crate::cli::line::{self, answered};
use crate::cli::report::{Answer, Report};
use crate::cli::subcommand::{Context, Subcommand};
use crate::dcms::{CardCheck, EntityId, Expiry};
use crate::desk::Question;

#[derive(clap::Args)]
pub(in crate::cli) struct CheckCardArgs {
    /// Who the customer says they are.
    #[arg(long, value_name = "ID", value_parser = EntityId::parse)]
    entity: EntityId,
    /// The customer's mobile number.
    #[arg(long, value_name = "NO", value_parser = mobile)]
    mobile: String,
    /// The last six digits on the card.
    #[arg(long, value_name = "N", value_parser = last_six)]
    last_six: String,
    /// The expiry on the card.
    #[arg(long, value_name = "MMYY", value_parser = Expiry::parse)]
    expiry: Expiry,
}

#[derive(Serialize)]
struct CheckedObject<'a> {
    entity_id: &'a str,
    kit_no: &'a str,
    status: &'a str,
}

/// A phone's number as it is dialled, without the blanks and dashes that people write.
fn mobile(text: &str) -> Result<String, String> {
    let text: String = text.chars().filter(|c| !" -()".contains(*c)).collect();
    let digits = text.strip_prefix('+').unwrap_or(&text);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && (7..=15).contains(&digits.len()) {
        Ok(text)
    } else {
        Err("a mobile number has 7 to 15 digits".to_owned())
    }
}

fn last_six(text: &str) -> Result<String, String> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && text.len() == 6 {
        Ok(text.to_owned())
    } else {
        Err("the last six digits of the card are needed, and nothing else".to_owned())
    }
}

impl Subcommand for CheckCardArgs {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let check = CardCheck {
            entity: self.entity.clone(),
            mobile: self.mobile.clone(),
            last_six: self.last_six.clone(),
            expiry: self.expiry,
        };
        line::reading(context, async |line| {
            let question = Question::CheckCard(check);
            let card = line.question(question, answered!(CheckCard)).await?;
            let status = card.status.word();
            let object = CheckedObject {
                entity_id: self.entity.as_str(),
                kit_no: card.kit.as_str(),
                status: &status,
            };
            let shown = format!(
                "The card is kit {} of customer {}. It is {status}.\n",
                card.kit, self.entity
            );
            Ok(Answer::Report(Report::read(&object, shown)))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mobile_number_is_taken_as_people_write_it() {
        let taken = mobile("+91 98765-43210");
        assert_eq!(taken.as_deref(), Ok("+919876543210"));
        for odd in ["", "98765", "98765 4321O", "1234567890123456", "++4912345"] {
            assert!(mobile(odd).is_err(), "{odd}");
        }
        for odd in ["12345", "1234567", "12345x", "１２３４５６"] {
            assert!(last_six(odd).is_err(), "{odd}");
        }
    }
}
