//! `kitdesk kits`: a customer's kits, found by entity, account or masked card.

use serde::Serialize;

use super::failed::Failed;
use super::json;
use super::line::Line;
use super::report::{Answer, Report};
use super::table::Pen;
use crate::dcms::{AccountNo, EntityId};
use crate::desk::{CustomerKits, FindBy, Found};
use crate::pin::MaskedPan;

/// The verb's name, as it is typed and as programs read it.
pub(super) const NAME: &str = "kits";
/// An 8-digit BIN and the last four: a text with more digits shows more of a card than it may.
const MASK_DIGITS: usize = 12;

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct KitsArgs {
    /// The customer's id.
    #[arg(long, value_name = "ID", value_parser = EntityId::parse)]
    entity: Option<EntityId>,
    /// A bank account of the customer's.
    #[arg(long, value_name = "NO", value_parser = AccountNo::parse)]
    account: Option<AccountNo>,
    /// A card's first six and last four, like 608040XXXXXX6384.
    #[arg(long, value_name = "MASK")]
    card: Option<String>,
}

#[derive(Serialize)]
struct Result<'a> {
    entity_id: Option<&'a str>,
    kits: Vec<json::KitObject<'a>>,
    candidates: Vec<json::CandidateObject<'a>>,
}

impl KitsArgs {
    fn by(&self) -> std::result::Result<FindBy, Failed> {
        match (&self.entity, &self.account, &self.card) {
            (Some(entity), _, _) => Ok(FindBy::Entity(entity.clone())),
            (_, Some(account), _) => Ok(FindBy::Account(account.clone())),
            (_, _, Some(card)) => mask(card).map(FindBy::Card),
            (None, None, None) => Err(Failed::usage("name an entity, an account or a card")),
        }
    }
}

/// Not left to the command line's own parser, whose faults quote what was typed.
fn mask(text: &str) -> std::result::Result<MaskedPan, Failed> {
    if text.chars().filter(|c| c.is_numeric()).count() > MASK_DIGITS {
        return Err(Failed::usage(
            "--card takes the first six and last four only, like 608040XXXXXX6384: others on this machine can see a command's arguments",
        ));
    }
    let mask = MaskedPan::parse(text).map_err(Failed::usage)?;
    mask.six_and_four().map_err(Failed::usage)?;
    Ok(mask)
}

/// Lists the kits; where several customers fit, those are listed instead.
pub(super) async fn run(
    args: &KitsArgs,
    line: &mut Line<'_>,
) -> std::result::Result<Answer, Failed> {
    let pen = Pen::of_stdout();
    let report = match line.find(args.by()?).await? {
        Found::One(CustomerKits { entity, kits }) => {
            let result = Result {
                entity_id: Some(entity.as_str()),
                kits: json::kits(&kits),
                candidates: Vec::new(),
            };
            let shown = if kits.is_empty() {
                format!("Customer {entity} has no kits.\n")
            } else {
                format!("Customer {entity}\n\n{}", pen.kits(&kits))
            };
            Report::read(NAME, &result, shown)
        }
        Found::Several(candidates) => {
            let result = Result {
                entity_id: None,
                kits: Vec::new(),
                candidates: candidates.iter().map(Into::into).collect(),
            };
            let shown = if candidates.is_empty() {
                "No customer fits.\n".to_owned()
            } else {
                let table = pen.candidates(&candidates);
                format!("Several customers fit; choose one with --entity.\n\n{table}")
            };
            Report::read(NAME, &result, shown)
        }
    };
    Ok(Answer::Report(report))
}
