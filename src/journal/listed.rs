//! The journal as people read it: one line for one action, be it a write with all that followed it, or a
//! record that stands alone.

use rusqlite::params_from_iter;

use super::copied::{Copied, CopyId};
use super::error::JournalError;
use super::filter::{FOLDED, Filter, LookUps, Page};
use super::reader::Reader;
use super::record::Record;
use super::standing::Standing;
use super::words::Kind;

/// One action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its first record: of a write, the intent.
    pub record: Record,
    /// How a write stands.
    pub standing: Option<Standing>,
    /// Whether what was read after it speaks against its having been done, as far as somebody has compared that: the
    /// journal does not.
    pub is_doubted: bool,
    /// Where it was read, where that is not this host's journal.
    pub copied: Option<Box<Copied>>,
}

impl Listed {
    /// What tells it from all others in a list.
    #[must_use]
    pub fn copy_id(&self) -> Option<CopyId> {
        let copied = self.copied.as_ref()?;
        Some(copied.id(self.record.id))
    }
}

impl Reader {
    /// The actions of which any record fits, newest first.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn actions(
        &self,
        filter: &Filter,
        look_ups: LookUps,
        page: Page,
    ) -> Result<Vec<Listed>, JournalError> {
        let (condition, values) = filter.condition();
        let folded = if filter.folds(look_ups) {
            let folded = FOLDED.map(|kind| format!("'{kind}'")).join(", ");
            format!("AND kind NOT IN ({folded})")
        } else {
            String::new()
        };
        let intent = Kind::Intent.word();
        // Without a filter the newest are found from the journal's end, however long it is.
        let fits = if *filter == Filter::default() {
            "1".to_owned()
        } else {
            format!(
                "id IN (SELECT CASE WHEN kind = '{intent}' THEN id ELSE ifnull(\"of\", id) END
                 FROM records WHERE {condition})"
            )
        };
        let values = if fits == "1" { Vec::new() } else { values };
        let Page { limit, offset } = page;
        let rest = format!(
            "WHERE (\"of\" IS NULL OR kind = '{intent}') AND {fits} {folded}
             ORDER BY id DESC LIMIT {limit} OFFSET {offset}"
        );
        let records = self.select(&rest, params_from_iter(values))?;
        records
            .into_iter()
            .map(|record| self.listed(record))
            .collect()
    }

    fn listed(&self, record: Record) -> Result<Listed, JournalError> {
        let standing = match record.kind {
            Kind::Intent => Some(self.standing_write(record.clone())?.standing),
            Kind::Outcome
            | Kind::Reading
            | Kind::Settled
            | Kind::Refusal
            | Kind::FailedTry
            | Kind::PanOpened
            | Kind::LookUp
            | Kind::Accepted
            | Kind::SessionBegan
            | Kind::SessionEnded
            | Kind::SessionEndOrdered
            | Kind::SettledForHost => None,
        };
        Ok(Listed {
            record,
            standing,
            is_doubted: false,
            copied: None,
        })
    }
}
