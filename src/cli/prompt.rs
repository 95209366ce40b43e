//! Asking on the terminal: digits that are shown as nothing, and a word that is shown.
//! What is typed as a secret goes into a wiped buffer and nowhere else; the terminal is given back
//! as it was on every way out. The person who goes on after a stop may be another, and the shell has had
//! the terminal meanwhile: what was typed before is wiped, and asked for afresh.

use std::io::{self, Write as _};
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use futures_util::{FutureExt as _, StreamExt as _};

use super::collected::{Collected, Wrong};
use super::failed::Failed;
use super::report::err;
use super::signals::Wish;
use super::spoken::{self, Steer};
use super::taken::{Raw, forget_early_keys};
use crate::clock::Clock;
use crate::columns::columns;
use crate::console::{Input, Keyboard, Stop, Stops};
use crate::dcms::is_harmful;
use crate::durations;
use crate::io_error::plain;
use crate::pin::Digits;

mod words {
    use std::fmt::Display;

    pub(super) const NO_KEY_FOR_A_PIN: &str =
        "no key came for 30 seconds: what was typed is wiped, and nothing was sent";
    pub(super) const NOTHING_SENT_BEFORE: &str = "Nothing is sent before this is answered. back takes it back, end \
        ends kitdesk: both send nothing.";
    pub(super) const TAKEN_BACK: &str = "it was taken back";
    pub(super) const CLOSED: &str =
        "the terminal was closed before everything was asked: nothing was sent";

    pub(super) fn unusable_terminal(why: &dyn Display) -> String {
        format!("this terminal can't be asked on: {why}")
    }

    pub(super) fn no_key(limit: &dyn Display) -> String {
        format!("no key came for {limit}: nothing was sent")
    }
}

/// A secret whose next digit does not come within this time is wiped, as on the PIN screen.
const PATIENCE: Duration = Duration::from_secs(30);
/// No word that is asked for is longer.
const LONGEST_WORD: usize = 64;
/// And no line of text.
const LONGEST_LINE: usize = 1024;

/// What was typed, or why it does not count.
pub(super) enum Typed<T> {
    /// This.
    It(T),
    /// Something that is no digit, or too much of it, or nothing.
    Wrong(Wrong),
    /// It came from the clipboard.
    Pasted,
    /// The program is to stop, or has been stopped: what was typed is wiped. The next question stops it,
    /// once the caller has wiped what was typed before, and takes the terminal again.
    Stopped,
}

/// The terminal for as long as something is asked.
pub(super) struct Prompt {
    keyboard: Keyboard,
    stops: Stops,
    stop: Stop,
    /// What the next question has to see to first.
    pause: Option<Pause>,
    _raw: Raw,
}

/// A time in which the shell has the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pause {
    /// The program is to stop.
    Ahead,
    /// It was stopped, and goes on.
    Over,
    /// The same as far as the terminal's modes tell: the signal's news is still to come.
    OverUntold,
}

/// What a terminal gets that can't be asked on.
fn unusable(error: &io::Error) -> Failed {
    Failed::usage(words::unusable_terminal(&plain(error.kind())))
}

impl Prompt {
    /// Takes the terminal.
    pub(super) fn open() -> Result<Self, Failed> {
        let keyboard = Keyboard::open().map_err(|error| unusable(&error))?;
        // Before the terminal is taken: none must leave it as it is then.
        let (stops, stop) = (Stops::catch(), Stop::catch());
        let raw = Raw::take().map_err(|error| unusable(&error))?;
        forget_early_keys();
        Ok(Self {
            keyboard,
            stops,
            stop,
            pause: None,
            _raw: raw,
        })
    }

    /// What comes next. A stop comes first: keys that were typed behind it are not meant for the question.
    async fn next(&mut self) -> Option<io::Result<Input>> {
        tokio::select! {
            biased;
            Some(stop) = self.stops.next() => Some(stop),
            input = self.keyboard.next() => input,
        }
    }

    /// Whether what came says that the program is to stop, or has been stopped. The next question sees to it.
    fn is_broken_off(&mut self, input: Option<&io::Result<Input>>) -> bool {
        self.pause = match input {
            Some(Ok(Input::Suspend)) => Some(Pause::Ahead),
            Some(Ok(Input::Resumed)) => Some(Pause::Over),
            // A key can come before the news of the signal does, in a mode that is the shell's.
            _ => Raw::is_lost().then_some(Pause::OverUntold),
        };
        self.pause.is_some()
    }

    /// Stops where that is asked for, and takes the terminal again.
    async fn sit_out(&mut self) -> Result<(), Failed> {
        /// How long the news of a signal takes at most, on a machine under load too: news that came later
        /// would have the question asked twice.
        const UNTOLD: Duration = Duration::from_millis(500);
        let Some(pause) = self.pause.take() else {
            return Ok(());
        };
        // What was read of keys and not used goes with its keyboard.
        self.keyboard = Keyboard::open().map_err(|error| unusable(&error))?;
        if pause == Pause::Ahead {
            Raw::give_back();
        }
        write("\r\n");
        if pause == Pause::Ahead {
            let stopped = self.stop.here().await;
            stopped.map_err(|error| unusable(&error))?;
        }
        Raw::retake().map_err(|error| unusable(&error))?;
        forget_early_keys();
        // Each stop is reported once: where that has not come yet, it comes now.
        if pause != Pause::Over {
            tokio::time::timeout(UNTOLD, self.stops.next()).await.ok();
        }
        while self.stops.next().now_or_never().flatten().is_some() {}
        self.stop.forget_the_last();
        Ok(())
    }

    /// Asks for digits and shows nothing of them.
    pub(super) async fn digits<const CAP: usize>(
        &mut self,
        question: &str,
    ) -> Result<Typed<Digits<CAP>>, Failed> {
        self.sit_out().await?;
        let mut line = Collected::<CAP>::default();
        // No digit gets in here: what is no secret may be a word that works at every question.
        let mut letters = String::new();
        let clock = Clock::start();
        write(question);
        let typed = loop {
            let input = clock.within(PATIENCE, self.next()).await;
            if self.is_broken_off(input.as_ref().and_then(Option::as_ref)) {
                line.wipe();
                return Ok(Typed::Stopped);
            }
            let Some(input) = input else {
                write("\r\n");
                return Err(Failed::usage(words::NO_KEY_FOR_A_PIN));
            };
            match key(input.as_ref())? {
                Key::Char(typed) => {
                    letters.push(if typed.is_ascii_alphabetic() {
                        typed
                    } else {
                        '.'
                    });
                    line.push(typed);
                }
                Key::Back => {
                    letters.pop();
                    line.pop();
                }
                Key::Clear => {
                    letters.clear();
                    line.wipe();
                }
                Key::Enter if let Some(steer) = Steer::of(&letters) => {
                    write("\r\n");
                    letters.clear();
                    line.wipe();
                    before_sending(steer)?;
                    write(question);
                }
                Key::Enter => break line.finish().map_or_else(Typed::Wrong, Typed::It),
                Key::Paste => break Typed::Pasted,
                Key::Other => {}
            }
        };
        write("\r\n");
        Ok(typed)
    }

    /// Asks for a word that a write waits for, and shows it. Nothing where it was pasted.
    pub(super) async fn word(&mut self, question: &str) -> Result<Option<String>, Failed> {
        loop {
            let takes = |typed: char| typed.is_ascii_graphic();
            let typed = self.shown(question, LONGEST_WORD, takes).await?;
            match typed.as_deref().and_then(Steer::of) {
                Some(steer) => before_sending(steer)?,
                None => return Ok(typed),
            }
        }
    }

    /// Asks for a line of text and shows it. Nothing where it was pasted.
    pub(super) async fn line(&mut self, question: &str) -> Result<Option<String>, Broken> {
        let takes = |typed: char| !is_harmful(typed);
        self.shown(question, LONGEST_LINE, takes).await
    }

    async fn shown(
        &mut self,
        question: &str,
        longest: usize,
        takes: impl Fn(char) -> bool,
    ) -> Result<Option<String>, Broken> {
        /// Takes back what has so many columns.
        fn unwrite(columns: usize) {
            write(&"\u{8} \u{8}".repeat(columns));
        }
        self.sit_out().await?;
        let mut text = String::new();
        let clock = Clock::start();
        write(question);
        loop {
            let limit = spoken::idle_limit();
            let input = unless_idle(&clock, limit, self.next()).await;
            let input = input.inspect_err(|_| write("\r\n"))?;
            if self.is_broken_off(input.as_ref()) {
                text.clear();
                self.sit_out().await?;
                write(question);
                continue;
            }
            match key(input.as_ref())? {
                Key::Char(typed) if takes(typed) && text.len() < longest => {
                    text.push(typed);
                    write(typed.encode_utf8(&mut [0; 4]));
                }
                Key::Back => {
                    if let Some(last) = text.pop() {
                        unwrite(columns(last.encode_utf8(&mut [0; 4])));
                    }
                }
                Key::Clear => {
                    unwrite(columns(&text));
                    text.clear();
                }
                Key::Enter => {
                    write("\r\n");
                    return Ok(Some(text));
                }
                Key::Paste => {
                    write("\r\n");
                    return Ok(None);
                }
                Key::Char(_) | Key::Other => {}
            }
        }
    }
}

/// What comes next, unless nothing comes for so long.
async fn unless_idle<T>(
    clock: &Clock,
    limit: Option<Duration>,
    next: impl Future<Output = T>,
) -> Result<T, Broken> {
    match limit {
        Some(limit) => {
            let next = clock.within(limit, next).await;
            next.ok_or(Broken::Idle(limit))
        }
        None => Ok(next.await),
    }
}

/// Why a question got no answer.
pub(super) enum Broken {
    /// By Ctrl+C or Ctrl+D.
    Ended,
    /// No key came for so long.
    Idle(Duration),
    /// The terminal can't be asked on, or no more.
    Unusable(Failed),
}

impl From<Failed> for Broken {
    fn from(failed: Failed) -> Self {
        Self::Unusable(failed)
    }
}

/// Before a write.
impl From<Broken> for Failed {
    fn from(broken: Broken) -> Self {
        let interrupted = Wish::Interrupt.code();
        match broken {
            Broken::Ended => Self::interrupted(interrupted),
            Broken::Idle(limit) => {
                Self::found(interrupted, words::no_key(&durations::shown(limit)))
            }
            Broken::Unusable(failed) => failed,
        }
    }
}

/// Does what was asked for where a write waits for an answer.
fn before_sending(steer: Steer) -> Result<(), Failed> {
    match steer {
        Steer::Help => {
            say(words::NOTHING_SENT_BEFORE);
            Ok(())
        }
        Steer::Back => Err(Failed::usage(words::TAKEN_BACK)),
        Steer::End => Err(Broken::Ended.into()),
    }
}

fn key(input: Option<&io::Result<Input>>) -> Result<Key, Broken> {
    match input {
        Some(Ok(Input::Key(key))) => Key::of(key).ok_or_else(|| {
            say("");
            Broken::Ended
        }),
        Some(Ok(Input::Paste(_) | Input::LostPaste)) => Ok(Key::Paste),
        Some(Ok(_)) => Ok(Key::Other),
        Some(Err(_)) | None => Err(Broken::Unusable(Failed::usage(words::CLOSED))),
    }
}

/// Says something on a line of its own, on a terminal that a [`Prompt`] has taken.
pub(super) fn say(text: &str) {
    write(&format!("{text}\r\n"));
}

/// A key, as far as it matters here.
enum Key {
    Char(char),
    Back,
    Clear,
    Enter,
    Paste,
    Other,
}

impl Key {
    /// Nothing for the keys that end the program.
    fn of(key: &KeyEvent) -> Option<Self> {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        Some(match key.code {
            KeyCode::Char('c' | 'd') if control => return None,
            KeyCode::Char('u') if control => Self::Clear,
            KeyCode::Char(typed) if !control => Self::Char(typed),
            KeyCode::Backspace => Self::Back,
            KeyCode::Enter => Self::Enter,
            _ => Self::Other,
        })
    }
}

/// Where the terminal is gone, nobody sees the question and the answer will not come.
fn write(text: &str) {
    let mut out = err();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .ok();
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    const LIMIT: Duration = Duration::from_mins(5);

    /// What comes of a key that comes after so long.
    async fn after(time: Duration, limit: Option<Duration>) -> Result<(), Broken> {
        unless_idle(&Clock::start(), limit, sleep(time)).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_question_ends_where_no_key_comes_within_the_idle_limit() {
        let (sooner, later) = (Duration::from_secs(299), Duration::from_secs(301));
        let ended = after(later, Some(LIMIT)).await;
        let Err(broken @ Broken::Idle(LIMIT)) = ended else {
            panic!("it went on");
        };
        // Where a write waits for the answer, nothing is sent.
        let failed = Failed::from(broken);
        assert_eq!(failed.sentence, "no key came for 5m: nothing was sent");
        assert!(after(sooner, Some(LIMIT)).await.is_ok());
        assert!(after(later, None).await.is_ok());
    }
}
