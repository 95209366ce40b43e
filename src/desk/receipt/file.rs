//! Writes a receipt to a file, which is never one that is there already.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::Receipt;
use crate::io_error::plain;

impl Receipt {
    /// Writes it to a file that is not there yet. Says which, whole.
    ///
    /// The name must not mean anything to another program: a shell runs `.zshenv`, and `SQLite` takes
    /// `journal.db-journal` for half a change of the journal. So it ends in `.txt`, which is added where
    /// the name has no ending, and does not begin with a dot.
    ///
    /// # Errors
    /// A sentence with what to do.
    pub fn write(&self, path: &Path) -> Result<PathBuf, String> {
        let told = |error: &io::Error| {
            let path = path.display();
            match error.kind() {
                io::ErrorKind::AlreadyExists => {
                    format!("{path} is there already: choose another name.")
                }
                io::ErrorKind::NotFound => format!("The folder of {path} does not exist."),
                kind => format!(
                    "{path} can't be written ({}): choose another place.",
                    plain(kind)
                ),
            }
        };
        let path = &plain_name(path)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| told(&error))?;
        if let Err(error) = put(file, &self.text()) {
            // Half a receipt is none, and its name is free for another try.
            std::fs::remove_file(path).ok();
            return Err(told(&error));
        }
        Ok(path.canonicalize().unwrap_or_else(|_| path.to_owned()))
    }
}

fn plain_name(path: &Path) -> Result<PathBuf, String> {
    let name = path.file_name().map(std::ffi::OsStr::as_encoded_bytes);
    let is_hidden = name.is_none_or(|name| name.starts_with(b"."));
    match path.extension() {
        None if !is_hidden => Ok(path.with_extension("txt")),
        Some(ending) if !is_hidden && ending == "txt" => Ok(path.to_owned()),
        None | Some(_) => Err(format!(
            "{} can't be used: the name of a receipt ends in .txt and does not begin with a dot. Choose another name.",
            path.display()
        )),
    }
}

fn put(mut file: File, text: &str) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    // Some disks are full only by the time when it is written for good.
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt() -> Receipt {
        crate::desk::receipt::tests::of_a_lock()
    }

    /// A disk on which there is room for nothing.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_receipt_that_was_not_written_whole_is_an_error() {
        let full = OpenOptions::new().write(true).open("/dev/full");
        let full = full.expect("Linux has one");
        let error = put(full, "Upgrade of a card\n").expect_err("it is full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn a_name_that_means_something_to_another_program_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in [
            ".zshenv",
            ".profile",
            ".receipt.txt",
            "journal.db-journal",
            "journal.db-wal",
            "journal.head",
            "config.toml",
            "receipt.",
            "receipt.sh",
            "..",
            "",
        ] {
            let told = receipt().write(&folder.path().join(name));
            let told = told.expect_err(name);
            assert!(told.contains("ends in .txt"), "{name}: {told}");
        }
        let left = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 0);
        let written = receipt().write(&folder.path().join("receipt"));
        assert!(written.is_ok_and(|path| path.ends_with("receipt.txt")));
    }

    #[test]
    fn a_file_that_is_there_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("receipt.txt");
        receipt().write(&path).expect("written");
        let first = std::fs::read(&path).expect("read");
        let again = receipt().write(&path).expect_err("it is there");
        assert!(
            again.ends_with("is there already: choose another name."),
            "{again}"
        );
        assert_eq!(std::fs::read(&path).expect("read"), first);
        let nowhere = receipt().write(&folder.path().join("no/receipt.txt"));
        assert!(nowhere.expect_err("no folder").contains("does not exist"));
    }
}
