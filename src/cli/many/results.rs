//! The results file: one line a row, on disk before the next row is sent, locked while a run works
//! on it. Knows what is written in it, not what follows from that.

use super::words;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::end::{self, End, Written};
use super::sheet;
use super::table::Row;
use crate::cli::failed::Failed;
use crate::config::Profile;
use crate::dcms::is_plain;
use crate::io_error::plain;
use crate::journal::Anchor;

/// Longer ones are no results files.
const LONGEST: u64 = 64 * 1024 * 1024;
/// What the file's own cell in the head begins with: the kind of file, and its format.
const KIND: &str = "kitdesk upgrade 1";

/// What a results file belongs to, as its head says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    /// The bank and what is at stake, as one text.
    place: String,
    /// The last record of the journal before anything was sent.
    pub(super) since: Anchor,
    /// The table's name, if it is one that can be written in a line.
    table: Option<String>,
}

impl Tag {
    pub(super) fn new(profile: &Profile, since: Anchor, table: &Path, results: &Path) -> Self {
        let is_same_folder = table.parent() == results.parent();
        let table = if is_same_folder {
            table.file_name().map(PathBuf::from)
        } else {
            std::path::absolute(table).ok()
        };
        let table = table.and_then(|path| path.into_os_string().into_string().ok());
        Self {
            place: place(profile),
            since,
            table: table.filter(|name| is_plain(name)),
        }
    }

    fn read(cell: &str) -> Option<Self> {
        let rest = cell.strip_prefix(KIND)?.strip_prefix(" for ")?;
        let (place, rest) = rest.split_once(", journal ")?;
        let (since, table) = match rest.split_once(", table ") {
            Some((since, table)) => (since, Some(table.to_owned())),
            None => (rest, None),
        };
        Some(Self {
            place: place.to_owned(),
            since: since.parse().ok()?,
            table,
        })
    }

    fn cell(&self) -> String {
        let Self {
            place,
            since,
            table,
        } = self;
        let table = table.as_ref().map(|table| format!(", table {table}"));
        format!(
            "{KIND} for {place}, journal {since}{}",
            table.unwrap_or_default()
        )
    }
}

fn place(profile: &Profile) -> String {
    format!("{} {}", profile.tenant, profile.environment)
}

/// The table of a results file that was given in a table's place; nothing where it is no such file.
pub(super) fn table_of(path: &Path, bytes: &[u8]) -> Option<Result<PathBuf, Failed>> {
    let head = bytes.split(|&byte| byte == b'\n').next()?;
    let tag = tag_of(str::from_utf8(head).ok()?)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    Some(match tag.table {
        Some(table) => Ok(folder.join(table)),
        None => Err(Failed::usage(words::no_table(&path.display()))),
    })
}

fn tag_of(head: &str) -> Option<Tag> {
    let sheet = sheet::read(head);
    let own = Tag::read(sheet.records.first()?.cells.last()?)?;
    // To the letter, so that a file whose columns somebody has moved is not misread.
    (end::head(&own.cell()).trim_end() == head.trim_end()).then_some(own)
}

/// A results file, which may not be there yet.
pub(super) struct Results {
    pub(super) path: PathBuf,
    file: Option<File>,
    /// Nothing where nothing has been written yet.
    pub(super) tag: Option<Tag>,
    /// What was written so far, oldest first.
    pub(super) written: Vec<Written>,
}

impl Results {
    /// Opens it, if it is there, and keeps other runs away from it.
    pub(super) fn open(path: &Path, profile: &Profile) -> Result<Self, Failed> {
        let mut results = Self {
            path: path.to_owned(),
            file: None,
            tag: None,
            written: Vec::new(),
        };
        match std::fs::metadata(path) {
            Ok(metadata) if !metadata.is_file() => {
                return Err(results.refused(words::IS_NO_REGULAR_FILE));
            }
            Ok(metadata) if metadata.len() > LONGEST => {
                return Err(results.refused(words::IS_FAR_TOO_LONG));
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(results),
            Err(error) => return Err(results.unusable(&error)),
        }
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).open(path);
        let mut file = file.map_err(|error| results.unusable(&error))?;
        results.lock(&file)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(|error| results.unusable(&error))?;
        let whole = bytes.iter().rposition(|&byte| byte == b'\n');
        let whole = whole.map_or(0, |last| last + 1);
        results.take(&bytes, whole, profile)?;
        // A line that was cut short by the end of a run says nothing: the journal does.
        let length = u64::try_from(whole).unwrap_or(u64::MAX);
        file.seek(SeekFrom::Start(length))
            .map_err(|error| results.unusable(&error))?;
        results.file = Some(file);
        Ok(results)
    }

    fn take(&mut self, bytes: &[u8], whole: usize, profile: &Profile) -> Result<(), Failed> {
        // A head that was cut short: nothing can have been sent then.
        if whole == 0 && end::head(KIND).trim_end().as_bytes().starts_with(bytes) {
            return Ok(());
        }
        let text = str::from_utf8(&bytes[..whole]).ok();
        let text = text.ok_or_else(|| self.refused(words::IS_NO_RESULTS_FILE))?;
        let head = text.lines().next().unwrap_or_default();
        let tag = tag_of(head).ok_or_else(|| self.refused(words::IS_NO_RESULTS_FILE))?;
        let here = place(profile);
        if tag.place != here {
            return Err(self.refused(&words::is_for(&tag.place, &here)));
        }
        let sheet = sheet::read(text);
        let mut damaged = sheet.errors.first().map(|error| error.line);
        for record in sheet.records.iter().skip(1) {
            match end::read(record) {
                Some(row) => self.written.push(row),
                None => damaged = damaged.or(Some(record.line)),
            }
        }
        if let Some(line) = damaged {
            return Err(self.refused(&words::is_damaged(&line)));
        }
        self.tag = Some(tag);
        Ok(())
    }

    /// Makes it ready to be written. When this returns, the head is on disk.
    pub(super) fn begin(&mut self, tag: &Tag) -> Result<(), Failed> {
        let is_new = self.file.is_none();
        if is_new {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create_new(true);
            #[cfg(unix)]
            {
                use std::os::unix::fs::OpenOptionsExt as _;
                options.mode(0o600);
            }
            let file = options.open(&self.path).map_err(|error| {
                if error.kind() == io::ErrorKind::AlreadyExists {
                    self.refused(words::IS_OF_ANOTHER_RUN)
                } else {
                    self.unusable(&error)
                }
            })?;
            self.lock(&file)?;
            self.file = Some(file);
        }
        let made = self.cut().and_then(|()| match &self.tag {
            Some(_) => Ok(()),
            None => self.put(&end::head(&tag.cell())),
        });
        made.map_err(|error| self.unusable(&error))?;
        if is_new {
            flush_folder(&self.path);
        }
        Ok(())
    }

    /// Writes the outcome of a row. When this returns, it is on disk.
    pub(super) fn write(&mut self, row: &Row, end: &End) -> io::Result<()> {
        self.put(&end::line_of(row, end))
    }

    /// Takes off what was cut short.
    fn cut(&mut self) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            let end = file.stream_position()?;
            file.set_len(end)?;
        }
        Ok(())
    }

    /// In one piece, so that a run that is ended in between leaves a line or none.
    fn put(&mut self, line: &str) -> io::Result<()> {
        let file = self.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
        file.write_all(line.as_bytes())?;
        file.sync_data()
    }

    fn lock(&self, file: &File) -> Result<(), Failed> {
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => Failed::usage(words::another_run(&self.path.display())),
            TryLockError::Error(error) => self.unusable(&error),
        })
    }

    fn refused(&self, why: &str) -> Failed {
        let path = self.path.display();
        Failed::usage(words::unusable(&path, &why))
    }

    fn unusable(&self, error: &io::Error) -> Failed {
        let (path, kind) = (self.path.display(), plain(error.kind()));
        Failed::usage(words::results_unreadable(&path, &kind))
    }
}

/// Makes a new name outlive a loss of power, where the system can do that.
fn flush_folder(path: &Path) {
    let folder = path.parent().filter(|path| !path.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        folder.sync_all().ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_written_and_read_back() {
        for table in [None, Some("batch, of = today.csv".to_owned())] {
            let tag = Tag {
                place: "ACME_BANK uat".into(),
                since: "41:852eacbb6bea81b9".parse().expect("an anchor"),
                table,
            };
            assert_eq!(tag_of(&end::head(&tag.cell())), Some(tag));
        }
        assert_eq!(tag_of("line,entity,kit"), None);
        assert_eq!(tag_of(&end::head("kitdesk upgrade 2 for x")), None);
    }
}
