//! The central store's records of this journal, compared one by one, and its newest checkpoint.

use serde_json::{Value, json};

use super::{Findings, or_null, signed, words};
use crate::central::{Comparison, Difference, KeptCheckpoint, NotCompared};
use crate::checkpoint::VerifyingKey;
use crate::cli::central::{settings, store, unanswered};
use crate::cli::failed::Failed;
use crate::cli::global::Global;
use crate::desk::sentences::counted;
use crate::journal::{Reader, RecordId};

pub(super) async fn compare(
    findings: &mut Findings,
    reader: &Reader,
    chain: &str,
    key: Option<&VerifyingKey>,
    suspect: Option<RecordId>,
    global: &Global,
) -> Result<(), Failed> {
    let (_, settings) = settings(global)?;
    let store = store(settings).await?;
    let about = store.about_chain(chain).await.map_err(unanswered)?;
    let compared = store.compare(chain, &about, reader, suspect).await;
    let compared = compared.map_err(|error| match error {
        NotCompared::Central(error) => unanswered(error),
        NotCompared::Journal(error) => Failed::usage(error),
    })?;
    say(findings, &compared);
    let checkpoint = match (&about.checkpoint, key) {
        (None, _) => Value::Null,
        (Some(kept), None) => {
            findings.shown += &words::not_checked(&kept.at);
            json!({ "size": kept.size, "at": kept.at, "holds": null })
        }
        (Some(kept), Some(key)) => newest(findings, reader, chain, key, kept)?,
    };
    let mut central = result(&compared);
    central["checkpoint"] = checkpoint;
    findings.result.insert("central".to_owned(), central);
    Ok(())
}

fn newest(
    findings: &mut Findings,
    reader: &Reader,
    chain: &str,
    key: &VerifyingKey,
    kept: &KeptCheckpoint,
) -> Result<Value, Failed> {
    let looked = signed::look(words::newest(&kept.at), &kept.note, chain, key);
    let checked = signed::checked(findings, reader, vec![looked])?;
    Ok(or_null(checked.into_iter().next(), |mut checked| {
        checked["at"] = kept.at.as_str().into();
        checked
    }))
}

fn say(findings: &mut Findings, compared: &Comparison) {
    let agree = counted(compared.agree, "record");
    findings.shown += &words::compared(&agree, compared.waiting);
    if let Some(cut) = compared.cut.filter(|cut| cut.agrees) {
        findings.shown += &words::cut(&cut.up_to);
    }
    if let Some((id, how)) = compared.first {
        let others = compared.differ - 1;
        findings
            .wrong
            .push(words::differs(&sentence(id, how), others));
    }
}

fn sentence(id: RecordId, how: Difference) -> String {
    match how {
        Difference::MissingThere => words::missing_there(&id),
        Difference::MissingHere => words::missing_here(&id),
        Difference::ChangedThere => words::changed_there(&id),
        Difference::ChangedHere => words::changed_here(&id),
        Difference::TwoHistories => words::two_histories(&id),
        Difference::OnlyThere => words::only_there(&id),
        Difference::CutWithAnotherHash => words::cut_with_another_hash(&id),
    }
}

fn result(compared: &Comparison) -> Value {
    let how = |how| match how {
        Difference::MissingThere => "missing_there",
        Difference::MissingHere => "missing_here",
        Difference::ChangedThere => "changed_there",
        Difference::ChangedHere => "changed_here",
        Difference::TwoHistories => "two_histories",
        Difference::OnlyThere => "only_there",
        Difference::CutWithAnotherHash => "cut_with_another_hash",
    };
    json!({
        "agree": compared.agree,
        "differ": compared.differ,
        "first": or_null(compared.first, |(id, found)| json!({ "id": id.0, "how": how(found) })),
        "cut": or_null(compared.cut, |cut| json!({ "up_to": cut.up_to.0, "agrees": cut.agrees })),
        "waiting": compared.waiting,
    })
}
