//! Signs checkpoints of the journal and hands them over: to the central store, to a file, and to a program that
//! keeps them elsewhere. What fails is said in the log and done again later; no write waits for it.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::hand_over::HandOver;
use super::recorder::Recorder;
use crate::central::{CentralError, Store};
use crate::checkpoint::{Signer, SigningKey, origin};
use crate::config::{CentralSettings, ConfigError, Tool};
use crate::io_error::plain;
use crate::journal::{JournalError, SignedCheckpoint, Signing};
use crate::tasks;
use crate::utc;

/// As long as there is something new, and not more often than this.
const BETWEEN: Duration = Duration::from_mins(1);

/// What a program that keeps checkpoints is waited for at the end, so that the log can say why it does not.
const AT_END: Duration = Duration::from_millis(500);
/// Records that are taken in at a time, while others wait for the journal.
const PIECE: u32 = 5_000;

/// What signs, and where it goes.
pub(super) struct Checkpoints {
    key: SigningKey,
    file: Option<PathBuf>,
    anchor: Option<Tool>,
    /// Once the journal has a name.
    signer: Option<Signer>,
    /// Once the folder of the journal is known.
    hand_over: Option<HandOver>,
    /// The newest one that was signed.
    newest: Option<SignedCheckpoint>,
    /// How many records the newest has that is known to be there.
    at_store: u64,
    in_file: u64,
    /// The process that hands one over.
    handing: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Where a signing key is set. Reads it.
    ///
    /// # Errors
    /// When the key can't be used.
    pub(super) fn new(settings: &CentralSettings) -> Result<Option<Self>, ConfigError> {
        let Some(file) = &settings.signing_key else {
            return Ok(None);
        };
        Ok(Some(Self {
            key: SigningKey::read(file)?,
            file: settings.checkpoint_file.clone(),
            anchor: settings.anchor.clone(),
            signer: None,
            hand_over: None,
            newest: None,
            at_store: 0,
            in_file: 0,
            handing: None,
        }))
    }

    /// Signs what is new, if it is time or the program ends, and hands over what is not there yet.
    pub(super) async fn pass(&mut self, recorder: &Recorder, store: Option<&Store>, is_end: bool) {
        if let Err(error) = self.sign(recorder, is_end).await {
            tracing::warn!(%error, "no checkpoint is signed");
        }
        let Some(newest) = self.newest.clone() else {
            return;
        };
        let size = newest.checkpoint.size;
        if let Some(file) = self.file.clone().filter(|_| self.in_file < size) {
            let note = newest.note.clone();
            if written("checkpoint_file", file, note).await {
                self.in_file = size;
            }
        }
        if let Some(store) = store.filter(|_| self.at_store < size) {
            match store.keep(&newest.checkpoint, &newest.note).await {
                Ok(()) => self.at_store = size,
                // Its records are not all there yet.
                Err(CentralError::OtherHistory(error)) => {
                    tracing::info!(error, "a checkpoint is not at the central store yet");
                }
                Err(error) => {
                    tracing::warn!(%error, "a checkpoint is not at the central store yet");
                }
            }
        }
        self.anchor(newest.note, is_end).await;
    }

    async fn sign(&mut self, recorder: &Recorder, is_end: bool) -> Result<(), JournalError> {
        if self.signer.is_none() {
            let asked = recorder.ask(|journal| {
                let reader = journal.reader();
                Ok((reader.chain_id()?, reader.folder().to_owned()))
            });
            let (chain, folder) = asked.await?;
            self.signer = chain.map(|chain| self.key.signer(&origin(&chain)));
            let file = self.file.as_deref();
            let hand_over = |tool| HandOver::new(&folder, tool, file);
            self.hand_over = self.anchor.as_ref().map(hand_over);
        }
        let Some(signer) = self.signer.clone() else {
            return Ok(());
        };
        loop {
            let signer = signer.clone();
            let asked = recorder.ask(move |journal| {
                // Of a journal in which something is wrong nothing is said.
                if journal.trouble_at_a_glance()?.is_some() {
                    return Ok(Signing::Newest(None));
                }
                let now = utc::now();
                let between = i64::try_from(BETWEEN.as_secs()).unwrap_or(i64::MAX);
                journal.reader().sign(&signer, now, PIECE, |last| {
                    is_end || (now.as_second() - last.as_second()).abs() >= between
                })
            });
            match asked.await? {
                Signing::GoOn => {}
                Signing::Elsewhere => return Ok(()),
                Signing::Newest(newest) => {
                    self.newest = newest.or(self.newest.take());
                    return Ok(());
                }
                Signing::Contradicts { size } => {
                    tracing::warn!(
                        size,
                        "the journal is not the one of which a checkpoint was signed: no other is"
                    );
                    return Ok(());
                }
                Signing::Gap(id) => {
                    tracing::warn!(%id, "records are missing before this one: no checkpoint is signed");
                    return Ok(());
                }
            }
        }
    }

    /// Has it handed to the program. Where that is at another one, this one is next.
    async fn anchor(&mut self, note: String, is_end: bool) {
        let Some(hand_over) = self.hand_over.clone() else {
            return;
        };
        self.handing.take_if(|handing| handing.is_finished());
        let newest = hand_over.newest();
        if !written("anchor.newest", newest, note).await {
            return;
        }
        let hand = move || {
            if let Err(error) = hand_over.start_if_waiting() {
                tracing::warn!(error, "a checkpoint is not kept elsewhere yet");
            }
        };
        let begin = || tasks::spawn(tasks::work(hand).map(drop));
        let handing = self.handing.get_or_insert_with(begin);
        // Where only one of many desks ends, the records of the others don't wait for a slow program.
        if is_end && timeout(AT_END, handing).await.is_ok() {
            self.handing = None;
        }
    }
}

/// Says in the log why it was not.
async fn written(what: &'static str, path: PathBuf, note: String) -> bool {
    match tasks::work(move || write(&path, &note)).await {
        Ok(Ok(())) => return true,
        Ok(Err(error)) => {
            let error = plain(error.kind());
            tracing::warn!(%error, "{what} can't be written");
        }
        Err(_) => tracing::warn!("{what} was not written"),
    }
    false
}

/// Puts it in the place of the one before, which says less: those who read the file find a whole one.
fn write(path: &Path, note: &str) -> io::Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|there| there == note) {
        return Ok(());
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{:016x}", rand::random::<u64>()));
    let new = path.with_file_name(name);
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&new)?;
    let put = file
        .write_all(note.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::rename(&new, path));
    if put.is_err() {
        std::fs::remove_file(&new).ok();
    }
    put
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_or_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("checkpoint.txt");
        for note in ["one\n", "two\n", "two\n"] {
            write(&file, note).expect("it is written");
            assert_eq!(std::fs::read_to_string(&file).expect("there"), note);
        }
        std::fs::create_dir(folder.path().join("folder")).expect("a folder");
        write(&folder.path().join("folder"), "three\n").expect_err("a folder is in its place");
        write(&folder.path().join("not/there"), "three\n").expect_err("no folder");
        let names = std::fs::read_dir(folder.path()).expect("it is read");
        assert_eq!(names.count(), 2, "nothing is left over");
    }
}
