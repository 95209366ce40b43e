//! Asking on the terminal: digits that are shown as nothing, and a word that is shown.
//! What is typed as a secret goes into a wiped buffer and nowhere else; the terminal is given back
//! as it was on every way out.

use std::io::{self, Write as _};
use std::time::Duration;

use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, KeyCode, KeyEvent, KeyModifiers,
};
use crossterm::execute;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use futures_util::StreamExt as _;

use super::collected::{Collected, Wrong};
use super::failed::Failed;
use super::report::err;
use super::signals::Wish;
use crate::clock::Clock;
use crate::console::{Input, Keyboard};
use crate::pin::Digits;

/// A secret whose next digit does not come within this time is wiped, as on the PIN screen.
const PATIENCE: Duration = Duration::from_secs(30);
/// No word that is asked for is longer.
const LONGEST_WORD: usize = 64;

/// What was typed, or why it does not count.
pub(super) enum Typed<T> {
    /// This.
    It(T),
    /// Something that is no digit, or too much of it, or nothing.
    Wrong(Wrong),
    /// It came from the clipboard.
    Pasted,
}

/// The terminal for as long as something is asked.
pub(super) struct Prompt {
    keyboard: Keyboard,
    _raw: Raw,
}

/// A terminal that neither shows keys nor makes signals of them.
struct Raw;

impl Raw {
    fn take() -> io::Result<Self> {
        enable_raw_mode()?;
        let raw = Self;
        // So that a paste can be told from keys.
        execute!(err(), EnableBracketedPaste)?;
        Ok(raw)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        execute!(err(), DisableBracketedPaste).ok();
        disable_raw_mode().ok();
    }
}

/// A terminal that shows no keys, for as long as this lives: whoever types ahead of a question may be
/// typing a PIN. Ctrl+C is a signal all the same.
pub(super) struct Hushed {
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

#[cfg(unix)]
impl Hushed {
    pub(super) fn take() -> Self {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let before = tcgetattr(io::stdin()).ok();
        if let Some(mut modes) = before.clone() {
            modes
                .local_modes
                .remove(LocalModes::ECHO | LocalModes::ECHONL);
            tcsetattr(io::stdin(), OptionalActions::Now, &modes).ok();
        }
        Self { before }
    }
}

#[cfg(unix)]
impl Drop for Hushed {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        if let Some(before) = &self.before {
            // What nobody has read goes with it: the shell would show it.
            tcsetattr(io::stdin(), OptionalActions::Flush, before).ok();
        }
    }
}

#[cfg(not(unix))]
impl Hushed {
    pub(super) fn take() -> Self {
        Self {}
    }
}

impl Prompt {
    /// Takes the terminal.
    pub(super) fn open() -> Result<Self, Failed> {
        let unusable = |fault: io::Error| {
            Failed::usage(format!("this terminal can't be asked on: {}", fault.kind()))
        };
        let keyboard = Keyboard::open().map_err(unusable)?;
        let raw = Raw::take().map_err(unusable)?;
        forget_early_keys();
        Ok(Self {
            keyboard,
            _raw: raw,
        })
    }

    /// Asks for digits and shows nothing of them.
    pub(super) async fn digits<const CAP: usize>(
        &mut self,
        question: &str,
    ) -> Result<Typed<Digits<CAP>>, Failed> {
        let mut line = Collected::<CAP>::default();
        let clock = Clock::start();
        write(question);
        let typed = loop {
            let Some(input) = clock.within(PATIENCE, self.keyboard.next()).await else {
                write("\r\n");
                return Err(Failed::usage(
                    "no key came for 30 seconds: what was typed is wiped, and nothing was sent",
                ));
            };
            match key(input.as_ref())? {
                Key::Char(typed) => line.push(typed),
                Key::Back => line.pop(),
                Key::Clear => line.wipe(),
                Key::Enter => break line.finish().map_or_else(Typed::Wrong, Typed::It),
                Key::Paste => break Typed::Pasted,
                Key::Other => {}
            }
        };
        write("\r\n");
        Ok(typed)
    }

    /// Asks for a word and shows it. Nothing where it was pasted.
    pub(super) async fn word(&mut self, question: &str) -> Result<Option<String>, Failed> {
        let mut word = String::new();
        write(question);
        loop {
            let input = self.keyboard.next().await;
            match key(input.as_ref())? {
                Key::Char(typed) if typed.is_ascii_graphic() && word.len() < LONGEST_WORD => {
                    word.push(typed);
                    write(typed.encode_utf8(&mut [0; 4]));
                }
                Key::Back if word.pop().is_some() => write("\u{8} \u{8}"),
                Key::Clear => {
                    write(&"\u{8} \u{8}".repeat(word.len()));
                    word.clear();
                }
                Key::Enter => {
                    write("\r\n");
                    return Ok(Some(word));
                }
                Key::Paste => {
                    write("\r\n");
                    return Ok(None);
                }
                Key::Char(_) | Key::Back | Key::Other => {}
            }
        }
    }
}

/// What was typed before the question is no answer to it: nobody had read what will be sent, and a
/// PIN would have been shown.
fn forget_early_keys() {
    #[cfg(target_os = "linux")]
    rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush).ok();
}

fn key(input: Option<&io::Result<Input>>) -> Result<Key, Failed> {
    match input {
        Some(Ok(Input::Key(key))) => Key::of(key).ok_or_else(|| {
            say("");
            Failed::interrupted(Wish::Interrupt.code())
        }),
        Some(Ok(Input::Paste(_))) => Ok(Key::Paste),
        Some(Ok(_)) => Ok(Key::Other),
        Some(Err(_)) | None => Err(Failed::usage(
            "the terminal was closed before everything was asked: nothing was sent",
        )),
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
