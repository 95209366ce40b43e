//! The terminal's modes while a verb asks: no key is shown from the first question's reading on, and none
//! makes a signal while one is open. A program that is stopped gives them back and takes them again: a
//! shell does not know that they guard a PIN.

use std::io;
#[cfg(unix)]
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
#[cfg(unix)]
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::report::err;
use super::spoken;
#[cfg(target_os = "linux")]
use crate::console::{Input, Stop, Stops};
use crate::tasks;

/// Who has the terminal.
#[cfg(unix)]
#[derive(Default)]
struct Hands {
    /// The modes as they were before keys were hushed, for as long as they are.
    found: Option<Termios>,
    /// Whether a question is open, which sees to stops itself.
    is_asked: bool,
}

#[cfg(unix)]
static HANDS: Mutex<Hands> = Mutex::new(Hands {
    found: None,
    is_asked: false,
});

#[cfg(unix)]
fn hands() -> MutexGuard<'static, Hands> {
    HANDS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
impl Hands {
    fn hush(&self) {
        if let Some(mut modes) = self.found.clone() {
            let shown = LocalModes::ECHO | LocalModes::ECHONL;
            modes.local_modes.remove(shown);
            tcsetattr(io::stdin(), OptionalActions::Now, &modes).ok();
        }
    }

    fn unhush(&self) {
        if let Some(found) = &self.found {
            // What nobody has read goes with it: the shell would show it.
            tcsetattr(io::stdin(), OptionalActions::Flush, found).ok();
        }
    }
}

/// A terminal that neither shows keys nor makes signals of them.
pub(super) struct Raw;

impl Raw {
    pub(super) fn take() -> io::Result<Self> {
        see_to_stops();
        let raw = Self;
        Self::retake()?;
        Ok(raw)
    }

    /// Takes it again, whatever others have made of it.
    pub(super) fn retake() -> io::Result<()> {
        #[cfg(unix)]
        {
            let mut hands = hands();
            hands.is_asked = true;
            // The library takes a terminal that it has for one that is as it left it.
            disable_raw_mode()?;
            hands.hush();
        }
        enable_raw_mode()?;
        // Bracketed paste sets a paste apart from typed keys; a terminal that only writes lines has none.
        if spoken::is_on() {
            return Ok(());
        }
        execute!(err(), EnableBracketedPaste)
    }

    /// Gives it back as it was found.
    pub(super) fn give_back() {
        forget_early_keys();
        Self::let_go();
        #[cfg(unix)]
        hands().unhush();
    }

    /// Whether somebody else has set the terminal to show keys or to wait for whole lines.
    pub(super) fn is_lost() -> bool {
        #[cfg(unix)]
        {
            let modes = tcgetattr(io::stdin());
            let others = LocalModes::ECHO | LocalModes::ICANON;
            modes.is_ok_and(|modes| modes.local_modes.intersects(others))
        }
        #[cfg(not(unix))]
        false
    }

    fn let_go() {
        if !spoken::is_on() {
            execute!(err(), DisableBracketedPaste).ok();
        }
        disable_raw_mode().ok();
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        Self::let_go();
        #[cfg(unix)]
        {
            hands().is_asked = false;
        }
    }
}

/// A terminal that shows no keys, for as long as this lives: a person who types ahead of a question may
/// be typing a PIN. Ctrl+C is a signal all the same.
pub(super) struct Hushed;

#[cfg(unix)]
impl Hushed {
    pub(super) fn take() -> Self {
        see_to_stops();
        let mut hands = hands();
        hands.found = tcgetattr(io::stdin()).ok();
        hands.hush();
        Self
    }
}

#[cfg(unix)]
impl Drop for Hushed {
    fn drop(&mut self) {
        let mut hands = hands();
        hands.unhush();
        hands.found = None;
    }
}

#[cfg(not(unix))]
impl Hushed {
    pub(super) fn take() -> Self {
        Self
    }
}

/// What was typed before the question is no answer to it: nobody had read what will be sent, and a
/// PIN would have been shown.
pub(super) fn forget_early_keys() {
    #[cfg(target_os = "linux")]
    rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush).ok();
}

/// Stops the program between two questions and after the last one: a signal that was caught once is never
/// again the system's to act on. Keys are hushed again when it goes on.
fn see_to_stops() {
    #[cfg(target_os = "linux")]
    {
        use std::sync::Once;
        static BEGUN: Once = Once::new();
        BEGUN.call_once(|| {
            let (stops, stop) = (Stops::catch(), Stop::catch());
            tasks::spawn(between_questions(stops, stop));
        });
    }
}

#[cfg(target_os = "linux")]
async fn between_questions(mut stops: Stops, mut stop: Stop) {
    use futures_util::StreamExt as _;
    while let Some(Ok(signal)) = stops.next().await {
        if hands().is_asked {
            continue;
        }
        if matches!(signal, Input::Suspend) {
            hands().unhush();
            // Where it can't be stopped, it goes on.
            stop.here().await.ok();
        }
        stop.forget_the_last();
        let hands = hands();
        if !hands.is_asked {
            hands.hush();
        }
    }
}
