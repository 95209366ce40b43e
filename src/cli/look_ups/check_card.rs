//! `kitdesk check-card`: whether a card at the counter is this customer's.

use super::words;
use serde::Serialize;

use crate::cli::failed::Failed;
use crate::cli::line::{self, answered};
use crate::cli::report::{Answer, Report};
use crate::cli::subcommand::{Context, Subcommand};
use crate::dcms::{CardCheck, EntityId, Expiry};
use crate::desk::{Question, checks};

#[derive(clap::Args)]
pub(in crate::cli) struct CheckCardArgs {
    /// Who the customer says they are.
    #[arg(long, value_name = "ID", value_parser = EntityId::parse)]
    entity: EntityId,
    /// The customer's mobile number.
    #[arg(long, value_name = "NO", value_parser = checks::mobile)]
    mobile: String,
    /// The last six digits on the card.
    #[arg(long, value_name = "N", value_parser = checks::last_six)]
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
            let shown = words::card_is(&card.kit, &self.entity, &status);
            Ok(Answer::Report(Report::read(&object, shown)))
        })
        .await
    }
}
