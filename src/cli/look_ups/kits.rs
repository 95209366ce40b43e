//! `kitdesk kits`: a customer's kits, found by entity, account or masked card.

use super::words;
use serde::Serialize;

use crate::cli::failed::Failed;
use crate::cli::json;
use crate::cli::line;
use crate::cli::report::{Answer, Report};
use crate::cli::subcommand::{Context, Subcommand};
use crate::cli::table::TableFormat;
use crate::dcms::{AccountNo, EntityId, Kits, List};
use crate::desk::sentences::{contradictory, sentence, unread};
use crate::desk::{Candidate, CustomerKits, FindBy, Found};
use crate::pin::MaskedPan;

/// An 8-digit BIN and the last four: a text with more digits shows more of a card than it may.
const MASK_DIGITS: usize = 12;

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(in crate::cli) struct KitsArgs {
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
struct Listed<'a> {
    entity_id: Option<&'a str>,
    kits: json::KitList<'a>,
    /// How many of the kits could not be read.
    unread_kits: usize,
    candidates: Vec<json::CandidateObject<'a>>,
    /// How many of the customers could not be read.
    unread_candidates: usize,
}

impl KitsArgs {
    fn by(&self) -> Result<FindBy, Failed> {
        match (&self.entity, &self.account, &self.card) {
            (Some(entity), _, _) => Ok(FindBy::Entity(entity.clone())),
            (_, Some(account), _) => Ok(FindBy::Account(account.clone())),
            (_, _, Some(card)) => mask(card).map(FindBy::Card),
            (None, None, None) => Err(Failed::usage(words::NAME_ONE)),
        }
    }
}

/// Not left to the command line's own parser, whose errors quote what was typed.
fn mask(text: &str) -> Result<MaskedPan, Failed> {
    if text.chars().filter(|c| c.is_numeric()).count() > MASK_DIGITS {
        return Err(Failed::usage(words::MASK_ONLY));
    }
    let mask = MaskedPan::parse(text).map_err(Failed::usage)?;
    mask.six_and_four().map_err(Failed::usage)?;
    Ok(mask)
}

impl Subcommand for KitsArgs {
    /// Lists the kits; where several customers fit, those are listed, with their kits where the reply has
    /// brought them.
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        line::reading(context, async |line| {
            let report = match line.find(self.by()?).await? {
                Found::One(CustomerKits { entity, kits }) => {
                    let unread = unread(kits.unread, "kit").map(|unread| sentence(&unread));
                    let twice = contradictory(&kits).map(|said| ask_support(&said));
                    // Of many kits either form takes much room, and one is wanted.
                    if !line.json {
                        let shown = of_customer(&entity, &kits);
                        let report = Report::read(&(), shown).warning(unread);
                        return Ok(Answer::Report(report.warning(twice)));
                    }
                    let result = Listed {
                        entity_id: Some(entity.as_str()),
                        kits: json::kits(&kits),
                        unread_kits: kits.unread,
                        candidates: Vec::new(),
                        unread_candidates: 0,
                    };
                    let report = Report::read(&result, String::new());
                    report.warning(unread).warning(twice)
                }
                Found::Several(candidates) => {
                    let result = Listed {
                        entity_id: None,
                        kits: json::kits(&[]),
                        unread_kits: 0,
                        candidates: candidates.iter().map(Into::into).collect(),
                        unread_candidates: candidates.unread,
                    };
                    let report = Report::read(&result, of_several(&candidates));
                    let all = candidates.iter().filter_map(|one| one.kits.as_ref());
                    let twice = all.filter_map(contradictory);
                    let report = report.warning(unread_of(&candidates));
                    twice.fold(report, |report, said| {
                        report.warning(Some(ask_support(&said)))
                    })
                }
            };
            Ok(Answer::Report(report))
        })
        .await
    }
}

fn of_customer(entity: &EntityId, kits: &Kits) -> String {
    if !kits.is_empty() {
        words::kits_of(&entity, &TableFormat::of_stdout().kits(kits))
    } else if kits.unread > 0 {
        words::customer_line(&entity)
    } else {
        words::no_kits(&entity)
    }
}

fn of_several(candidates: &List<Candidate>) -> String {
    if candidates.is_empty() {
        // What could not be read may fit.
        return match candidates.unread {
            0 => words::NO_CUSTOMER.to_owned(),
            _ => String::new(),
        };
    }
    let table = TableFormat::of_stdout().candidates(candidates);
    let mut shown = match candidates.len() {
        1 => words::one_customer(&table),
        _ => words::several_customers(&table),
    };
    for candidate in candidates.iter() {
        if let Some(kits) = &candidate.kits {
            shown.push('\n');
            shown.push_str(&of_customer(&candidate.entity, kits));
        }
    }
    shown
}

/// That a reply contradicts itself, and what to do about it.
fn ask_support(contradiction: &str) -> String {
    sentence(&words::contradicts(&contradiction))
}

fn unread_of(candidates: &List<Candidate>) -> Option<String> {
    let kits = candidates.iter().filter_map(|one| one.kits.as_ref());
    let kits = unread(kits.map(|kits| kits.unread).sum(), "kit");
    let customers = unread(candidates.unread, "customer");
    let said: Vec<_> = customers.into_iter().chain(kits).collect();
    (!said.is_empty()).then(|| sentence(&said.join("; ")))
}
