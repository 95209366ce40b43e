//! The chains of all hosts, each by what the central store has of it: for an auditor, who has no journal.

use serde_json::{Value, json};

use super::{Findings, or_null, words};
use crate::central::{ChainError, EnrolledChain, SignedChain, WalkedChain};
use crate::cli::central::{settings, store, unanswered};
use crate::cli::failed::Failed;
use crate::cli::global::Global;
use crate::cli::table::TableFormat;

/// One line each; what is wrong in any of them is wrong.
pub(super) async fn walk(findings: &mut Findings, global: &Global) -> Result<(), Failed> {
    let (_, settings) = settings(global)?;
    let store = store(settings).await?;
    let mut walked = Vec::new();
    for chain in store.chains().await.map_err(unanswered)? {
        let found = store.walk_chain(&chain).await.map_err(unanswered)?;
        walked.push((chain, found));
    }
    for (chain, found) in &walked {
        if let Some(first) = &found.first {
            let more = found.wrong - 1;
            findings
                .wrong
                .push(words::chain_wrong(&chain.role, first, more));
        }
    }
    findings.shown += &if walked.is_empty() {
        words::NO_CHAIN.to_owned()
    } else {
        let rows = walked.iter().map(|(chain, found)| row(chain, found));
        TableFormat::of_stdout().cells(&words::HEADS, rows)
    };
    let objects: Vec<_> = walked
        .iter()
        .map(|(chain, found)| object(chain, found))
        .collect();
    findings
        .result
        .insert("chains".to_owned(), Value::Array(objects));
    Ok(())
}

fn row(chain: &EnrolledChain, found: &WalkedChain) -> [String; 7] {
    let cut = found.cut.map(|cut| words::cut_up_to(&cut));
    let (signed, _) = signed(found.checkpoint);
    let is_whole = match found.wrong {
        0 => words::CHAIN_WHOLE.to_owned(),
        wrong => words::chain_wrong_in(wrong),
    };
    [
        chain.chain.clone(),
        chain.tenant.clone(),
        chain.role.clone(),
        chain.branch.clone().unwrap_or_default(),
        found.records.to_string() + &cut.unwrap_or_default(),
        signed,
        is_whole,
    ]
}

/// For people, and whether it holds.
fn signed(worth: SignedChain) -> (String, Option<bool>) {
    match worth {
        SignedChain::Never => (words::NEVER_SIGNED.to_owned(), None),
        SignedChain::NoKey => (words::NO_KEY_ENROLLED.to_owned(), None),
        SignedChain::Holds(size) => (words::signed_up_to(size), Some(true)),
        SignedChain::NotCompared(_) => (words::SIGNED_NOT_COMPARED.to_owned(), None),
        SignedChain::Wrong => (words::SIGNED_WRONG.to_owned(), Some(false)),
    }
}

fn object(chain: &EnrolledChain, found: &WalkedChain) -> Value {
    let how = |error: &ChainError| match error {
        ChainError::Changed(id) => ("changed", Some(id.0)),
        ChainError::Missing(id) => ("missing", Some(id.0)),
        ChainError::DoesNotFollow(id) => ("does_not_follow", Some(id.0)),
        ChainError::EndMissing { last, .. } => ("end_missing", Some(last.0 + 1)),
        ChainError::Forged { .. } => ("checkpoint", None),
        ChainError::OtherRoot(_) => ("not_as_signed", None),
    };
    let size = match found.checkpoint {
        SignedChain::Holds(size) | SignedChain::NotCompared(size) => Some(size),
        SignedChain::Never | SignedChain::NoKey | SignedChain::Wrong => None,
    };
    json!({
        "chain": chain.chain,
        "tenant": chain.tenant,
        "role": chain.role,
        "branch": chain.branch,
        "signer": chain.signer,
        "records": found.records,
        "last": found.last.0,
        "cut": found.cut.map(|cut| cut.0),
        "wrong": found.wrong,
        "first": or_null(found.first.as_ref(), |first| {
            let (how, id) = how(first);
            json!({ "how": how, "id": id, "message": first.to_string() })
        }),
        "checkpoint": { "size": size, "holds": signed(found.checkpoint).1 },
    })
}
