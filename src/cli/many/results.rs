//! What became of each row, line by line as it happens and on the disk before the next is sent. The file
//! is what a run that was cut short goes on from; it belongs to one table, one tenant and one journal.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::table::Row;
use crate::cli::failed::Failed;
use crate::cli::report::Word;
use crate::dcms::{KitNo, harmless};
use crate::journal::{Anchor, Digest, RecordId, Write};

/// How every such file begins.
pub(super) const MARK: &str = "# kitdesk: results of upgrades, format 1";
const COLUMNS: &str = "line,entity,kit,tier,outcome,code,message,new-kits,journal-id,time";
/// Far larger than any run makes it.
const LARGEST: u64 = 64 << 20;

/// How a row ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    /// Which of the four.
    pub(super) word: Word,
    /// The DCMS's code.
    pub(super) code: Option<String>,
    /// In a sentence.
    pub(super) message: String,
    /// Kits that have come.
    pub(super) new_kits: Vec<KitNo>,
    /// The record of its intent; none where nothing was sent.
    pub(super) record: Option<RecordId>,
}

/// The file, held by this run alone.
pub(super) struct Results {
    file: File,
    path: PathBuf,
    of: String,
    /// Since when the journal knows of these rows; none before the first is sent.
    pub(super) since: Option<Anchor>,
    /// How each line that is there ended, the last word on it.
    pub(super) ends: Vec<(u64, End)>,
}

impl Results {
    /// Where results go unless somebody says.
    pub(super) fn beside(table: &Path) -> PathBuf {
        table.with_extension("results.csv")
    }

    /// Opens the file for these rows, or makes it.
    pub(super) fn open(path: &Path, rows: &[Row], tenant: &str) -> Result<Self, Failed> {
        let name = path.display();
        let unusable = |why: &dyn std::fmt::Display| {
            Failed::usage(format!("{name} can't hold the results: {why}"))
        };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options
            .open(path)
            .map_err(|fault| unusable(&fault.kind()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(unusable(&"another run works with it just now"));
            }
            Err(TryLockError::Error(fault)) => return Err(unusable(&fault.kind())),
        }
        let about = file.metadata().map_err(|fault| unusable(&fault.kind()))?;
        if !about.is_file() || about.len() > LARGEST {
            return Err(unusable(&"it is no such file; name another with --results"));
        }
        let mut text = String::new();
        file.read_to_string(&mut text)
            .map_err(|_| unusable(&"it is no such file; name another with --results"))?;
        let of = digest(rows, tenant);
        let mut results = Self {
            file,
            path: path.to_owned(),
            of,
            since: None,
            ends: Vec::new(),
        };
        if !text.is_empty() {
            results.take(&text).map_err(|why| unusable(&why))?;
        }
        Ok(results)
    }

    /// Takes in what is there. A line that was cut short was never reported, and goes.
    fn take(&mut self, text: &str) -> Result<(), String> {
        const OTHER: &str = "name another file with --results";
        if !text.starts_with(MARK) && !MARK.starts_with(text) {
            return Err(format!("there is something else in it; {OTHER}"));
        }
        let mut parts = text.splitn(3, '\n');
        let (Some(head), Some(columns), Some(body)) = (parts.next(), parts.next(), parts.next())
        else {
            // Cut off while it was made: nothing had been sent by then.
            return Ok(());
        };
        let part = |name: &str| {
            let parts = head.split(';').map(str::trim);
            let mut parts = parts.filter_map(|part| part.strip_prefix(name));
            parts.next().map(str::trim)
        };
        if part("rows") != Some(&self.of) {
            return Err(format!(
                "they are the results of other rows or of another tenant; {OTHER}"
            ));
        }
        let broken =
            |line: usize| format!("line {line} is not as it was written; mend it, or {OTHER}");
        let since = part("journal").and_then(|text| text.parse().ok());
        self.since = Some(since.ok_or_else(|| broken(1))?);
        if columns != COLUMNS {
            return Err(broken(2));
        }
        let body = &body[..body.rfind('\n').map_or(0, |end| end + 1)];
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(body.as_bytes());
        for (place, record) in reader.records().enumerate() {
            let record = record.map_err(|_| broken(place + 3))?;
            let (line, end) = end_of(&record).ok_or_else(|| broken(place + 3))?;
            self.ends.retain(|(known, _)| *known != line);
            self.ends.push((line, end));
        }
        let whole = head.len() + columns.len() + body.len() + 2;
        let whole = u64::try_from(whole).map_err(|fault| fault.to_string())?;
        let cut = self.file.set_len(whole);
        let cut = cut.and_then(|()| self.file.seek(SeekFrom::Start(whole)));
        cut.map(drop).map_err(|fault| fault.kind().to_string())
    }

    /// How a row ended, if that is on file.
    pub(super) fn end(&self, row: &Row) -> Option<&End> {
        let mut ends = self.ends.iter();
        ends.find(|(line, _)| *line == row.line).map(|(_, end)| end)
    }

    /// Begins the file, before the first row is sent.
    pub(super) fn begin(&mut self, since: Anchor) -> Result<(), Failed> {
        let head = format!("{MARK}; rows {}; journal {since}\n{COLUMNS}\n", self.of);
        self.since = Some(since);
        let made = self.file.set_len(0);
        let made = made.and_then(|()| self.file.seek(SeekFrom::Start(0)).map(drop));
        let made = made.and_then(|()| self.put(&head));
        made.and_then(|()| self.keep_name())
            .map_err(|fault| self.unwritten(&fault))
    }

    /// Puts down how a row ended.
    pub(super) fn ended(&mut self, row: &Row, end: End) -> Result<(), Failed> {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        let new_kits: Vec<_> = end.new_kits.iter().map(ToString::to_string).collect();
        let card = row.request.cards.first();
        let tier = card.and_then(|card| card.tier_type.clone());
        let cells = [
            row.line.to_string(),
            row.request.entity.to_string(),
            row.request.kit.to_string(),
            tame(&tier.unwrap_or_default()),
            end.word.name().to_owned(),
            tame(end.code.as_deref().unwrap_or_default()),
            tame(&end.message),
            new_kits.join(" "),
            end.record
                .map(|record| record.to_string())
                .unwrap_or_default(),
            Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        ];
        let line = writer
            .write_record(&cells)
            .ok()
            .and_then(|()| writer.into_inner().ok());
        let line = line.ok_or_else(|| Failed::internal("a row of results could not be made"))?;
        let line = String::from_utf8_lossy(&line).into_owned();
        self.put(&line).map_err(|fault| self.unwritten(&fault))?;
        self.ends.retain(|(known, _)| *known != row.line);
        self.ends.push((row.line, end));
        Ok(())
    }

    fn put(&mut self, text: &str) -> std::io::Result<()> {
        self.file.write_all(text.as_bytes())?;
        self.file.sync_data()
    }

    /// That the file is there must survive too.
    fn keep_name(&self) -> std::io::Result<()> {
        let folder = self
            .path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = File::open(folder.unwrap_or(Path::new(".")));
        // Some systems open no folders; there it is as safe as it gets.
        folder.map_or(Ok(()), |folder| folder.sync_all())
    }

    fn unwritten(&self, fault: &std::io::Error) -> Failed {
        let (name, why) = (self.path.display(), fault.kind());
        Failed::internal(format!(
            "{name} can't be written: {why}. What was sent is in the journal."
        ))
    }

    /// Nothing was begun: an empty file would only be in the way.
    pub(super) fn forget(self) {
        if self.since.is_none() {
            fs::remove_file(&self.path).ok();
        }
    }
}

/// Which rows these are, and for whom.
fn digest(rows: &[Row], tenant: &str) -> String {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| serde_json::json!([row.line, row.request.body()]))
        .collect();
    let all = serde_json::json!([tenant, rows]);
    let mut digest = Digest::of(Write::Upgrade, &all).to_string();
    digest.truncate(16);
    digest
}

/// A cell as no spreadsheet takes it for a formula.
fn tame(text: &str) -> String {
    let text = harmless(text);
    if text.starts_with(['=', '+', '-', '@', '\t']) {
        format!("'{text}")
    } else {
        text.into_owned()
    }
}

fn end_of(record: &csv::StringRecord) -> Option<(u64, End)> {
    let cell = |place: usize| record.get(place);
    let filled = |place: usize| cell(place).filter(|text| !text.is_empty());
    let kits = cell(7)?.split_whitespace().map(KitNo::parse);
    let record_id = match filled(8) {
        Some(text) => Some(RecordId(text.parse().ok()?)),
        None => None,
    };
    let end = End {
        word: Word::named(cell(4)?)?,
        code: filled(5).map(str::to_owned),
        message: cell(6)?.to_owned(),
        new_kits: kits.collect::<Result<_, _>>().ok()?,
        record: record_id,
    };
    Some((cell(0)?.parse().ok()?, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::{EntityId, Upgrade, WantedCard};
    use proptest::prelude::*;

    fn row(line: u64, kit: &str) -> Row {
        Row {
            line,
            request: Upgrade {
                entity: EntityId::parse("676165").expect("good"),
                kit: KitNo::parse(kit).expect("good"),
                delivery: None,
                cards: vec![WantedCard {
                    tier_type: Some("SILVER".into()),
                    card_type: None,
                    plastic_code: None,
                    alias_name: None,
                }],
            },
        }
    }

    fn end(word: Word, message: &str) -> End {
        End {
            word,
            code: Some("kit.not.found".into()),
            message: message.into(),
            new_kits: vec![KitNo::parse("77000000001").expect("good")],
            record: Some(RecordId(41)),
        }
    }

    fn anchor() -> Anchor {
        "41:852eacbb6bea81b9".parse().expect("an anchor")
    }

    fn sentence(opened: Result<Results, Failed>) -> String {
        match opened {
            Ok(_) => panic!("it must be refused"),
            Err(failed) => failed.sentence,
        }
    }

    #[test]
    fn what_was_written_is_gone_on_from() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = Results::beside(&folder.path().join("cards.csv"));
        assert!(path.ends_with("cards.results.csv"));
        let rows = [row(2, "4561789"), row(3, "4561790")];
        let mut results = Results::open(&path, &rows, "ACME")
            .map_err(|f| f.sentence)
            .expect("made");
        assert!(
            sentence(Results::open(&path, &rows, "ACME")).contains("another run works with it")
        );
        assert!(results.since.is_none());
        results
            .begin(anchor())
            .map_err(|f| f.sentence)
            .expect("begun");
        let ended = end(Word::NotSent, "first, \"quoted\"\nand more");
        results
            .ended(&rows[0], ended)
            .map_err(|f| f.sentence)
            .expect("put");
        results
            .ended(&rows[0], end(Word::Done, "=1+1"))
            .map_err(|f| f.sentence)
            .expect("put");
        drop(results);
        // A line that was cut off by a crash.
        let mut text = std::fs::read_to_string(&path).expect("there");
        assert!(text.contains(",'=1+1,"), "{text}");
        let whole = text.len();
        text.push_str("3,676165,45617");
        std::fs::write(&path, text).expect("ours");
        let mut results = Results::open(&path, &rows, "ACME")
            .map_err(|f| f.sentence)
            .expect("read");
        assert_eq!(results.since, Some(anchor()));
        assert_eq!(results.end(&rows[0]), Some(&end(Word::Done, "'=1+1")));
        assert_eq!(results.end(&rows[1]), None);
        results
            .ended(&rows[1], end(Word::Refused, "no"))
            .map_err(|f| f.sentence)
            .expect("put");
        drop(results);
        let text = std::fs::read_to_string(&path).expect("there");
        assert!(
            text[whole..].starts_with("3,676165,4561790,SILVER,refused,"),
            "{text}"
        );

        let others = [row(2, "4561789")];
        assert!(sentence(Results::open(&path, &others, "ACME")).contains("of other rows"));
        assert!(sentence(Results::open(&path, &rows, "OTHER")).contains("another tenant"));
        std::fs::write(&path, text.replace("refused", "perhaps")).expect("ours");
        assert!(
            sentence(Results::open(&path, &rows, "ACME"))
                .contains("line 5 is not as it was written")
        );
        std::fs::write(&path, "my holiday photos").expect("ours");
        assert!(sentence(Results::open(&path, &rows, "ACME")).contains("something else in it"));
    }

    #[test]
    fn nothing_is_left_where_nothing_was_begun() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("r.csv");
        let results = Results::open(&path, &[row(2, "1")], "ACME")
            .map_err(|f| f.sentence)
            .expect("made");
        results.forget();
        assert!(!path.exists());
    }

    proptest! {
        #[test]
        fn any_message_is_read_back(message in "\\PC{0,60}") {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("r.csv");
            let rows = [row(2, "4561789")];
            let mut results = Results::open(&path, &rows, "ACME").map_err(|f| f.sentence).expect("made");
            results.begin(anchor()).map_err(|f| f.sentence).expect("begun");
            results.ended(&rows[0], end(Word::Done, &message)).map_err(|f| f.sentence).expect("put");
            drop(results);
            let results = Results::open(&path, &rows, "ACME").map_err(|f| f.sentence).expect("read");
            prop_assert_eq!(results.end(&rows[0]), Some(&end(Word::Done, &tame(&message))));
        }
    }
}
