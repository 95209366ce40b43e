//! The rows as they stand against the DCMS, before the first of them is sent: the same checks as for a
//! single upgrade. Reads only.

use super::words;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::plan::Plan;
use super::progress::Progress;
use super::sheet::CellError;
use crate::cli::failed::Failed;
use crate::cli::line::Line;
use crate::dcms::{EntityId, Kit};
use crate::desk::{Reading, Request, Target};
use crate::journal::Write;

/// Refusals that say nothing of the row: the token, the role, the rate.
const OF_ALL: [u16; 3] = [401, 403, 429];

/// Reads each kit that is to be sent, and adds what speaks against it to the plan's errors. Gives the
/// kits as they are now, in the order of the rows to be sent.
pub(super) async fn of_plan(
    plan: &mut Plan,
    line: &mut Line<'_>,
    progress: &Progress,
) -> Result<Vec<Kit>, Failed> {
    let mut read: HashMap<EntityId, Result<Reading, String>> = HashMap::new();
    let mut now = Vec::new();
    let to_send = plan.items.iter().filter(|item| item.end.is_none());
    let count = to_send.clone().count();
    for (place, item) in to_send.enumerate() {
        progress.checking(place, count);
        let upgrade = &item.row.upgrade;
        let kits = match read.entry(upgrade.entity.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert(kits_of(line, &upgrade.entity).await?),
        };
        let mut request = Request::from(upgrade.clone());
        let checked = kits.as_ref().map_err(Clone::clone);
        match checked.and_then(|kits| fits(&mut request, kits)) {
            Ok(()) => now.extend(request.kit().cloned()),
            Err(said) => plan.errors.push(CellError::line(item.row.line, said)),
        }
    }
    progress.checked();
    Ok(now)
}

/// Whether a row can be sent, by what was just read. Nobody is there to say which of two addresses is meant.
pub(super) fn fits(request: &mut Request, read: &Reading) -> Result<(), String> {
    request.take(read)?;
    match request.asks_address() {
        Some(_) => Err(words::SEVERAL_ADDRESSES.into()),
        None => Ok(()),
    }
}

/// The customer's kits, or what the DCMS has against this customer.
async fn kits_of(
    line: &mut Line<'_>,
    entity: &EntityId,
) -> Result<Result<Reading, String>, Failed> {
    let target = Target::Customer(entity.clone());
    match line.read_again(Write::Upgrade, target).await {
        Ok(read) => Ok(Ok(read)),
        Err(failed) => match &failed.refusal {
            Some(refusal) if !OF_ALL.contains(&refusal.http) => {
                Ok(Err(words::refused_customer(&entity, &refusal)))
            }
            _ => Err(failed),
        },
    }
}
