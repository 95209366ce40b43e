//! Taking the terminal over and giving it back as it was, also after a panic.

use std::io::{self, stdout};
use std::time::Duration;

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::layout::Size;

use super::modes::{Extras, modes_off};
use super::outlet::Outlet;
use super::paint::{Painter, TermCaps};
use super::run::Suspend;
use super::stopped::Stop;
use super::theme::Depth;
use crate::config::Env;

/// How long a terminal that takes no output is waited for when it is given back.
const PATIENCE: Duration = Duration::from_secs(1);

/// The terminal for as long as the console has it.
pub struct Screen {
    /// What is drawn on.
    pub painter: Painter<Outlet>,
    is_given_back: bool,
}

impl Screen {
    /// Takes the terminal over: alternate screen, so that nothing scrolls back, and raw keys.
    ///
    /// # Errors
    /// When there is no terminal, or it does not let itself be set up.
    pub fn take(depth: Depth, extras: Extras) -> io::Result<Self> {
        let tongue = TermCaps::of(depth, &Env::of_process());
        let out = Outlet::open()?;
        enable_raw_mode()?;
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            usual(panic);
        }));
        let painter =
            Painter::new(out, || Ok(terminal_size(&stdout())), tongue).with_extras(extras);
        Ok(Self {
            painter,
            is_given_back: false,
        })
    }

    /// Gives the terminal back. Says whether it took that in time: if not, it would not take anything
    /// else either, and nobody must write to it without waiting for it.
    pub fn give_back(&mut self) -> bool {
        self.is_given_back = true;
        end(self.painter.out_mut())
    }
}

/// What a terminal has that does not say how large it is.
const USUAL: Size = Size::new(80, 24);

/// How large the terminal behind this handle is. One that does not say so, such as a serial line, has the
/// size in `COLUMNS` and `LINES`, and else 80×24.
#[cfg(unix)]
#[must_use]
pub fn terminal_size(of: &impl std::os::fd::AsFd) -> Size {
    // crossterm would open the terminal each time, and this is asked before each picture.
    let told = rustix::termios::tcgetwinsize(of);
    known(told.map_or(Size::ZERO, |size| Size::new(size.ws_col, size.ws_row)))
}

/// How large the terminal is.
#[cfg(not(unix))]
#[must_use]
pub fn terminal_size<T>(_: &T) -> Size {
    known(crossterm::terminal::size().map_or(Size::ZERO, Size::from))
}

fn known(told: Size) -> Size {
    let either = |told: u16, name, usual| {
        let said = || std::env::var(name).ok()?.parse().ok();
        let sizes = Some(told).into_iter().chain(said());
        sizes.into_iter().find(|size| *size > 0).unwrap_or(usual)
    };
    Size {
        width: either(told.width, "COLUMNS", USUAL.width),
        height: either(told.height, "LINES", USUAL.height),
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if !self.is_given_back {
            self.give_back();
        }
    }
}

/// The taken terminal, to be let go of for a while. The picture that follows sets its modes again.
pub struct TerminalControl {
    stop: Stop,
}

impl TerminalControl {
    /// Listens for the signal to go on from now on.
    #[must_use]
    pub fn catch() -> Self {
        Self {
            stop: Stop::catch(),
        }
    }
}

impl Suspend for TerminalControl {
    async fn suspend(&mut self) -> io::Result<()> {
        give_back();
        self.stop.here().await?;
        enable_raw_mode()
    }

    fn retake(&mut self) -> io::Result<()> {
        self.stop.forget_the_last();
        // The library takes a terminal that it has for one that is as it left it.
        disable_raw_mode()?;
        enable_raw_mode()
    }
}

/// Gives the terminal back from wherever this is called.
fn give_back() {
    if let Ok(mut out) = Outlet::open() {
        end(&mut out);
    }
}

/// As far as possible: a terminal that has gone away can't be given back.
fn end(out: &mut Outlet) -> bool {
    let is_taken = out.write_last(modes_off().as_bytes(), PATIENCE);
    disable_raw_mode().ok();
    is_taken
}
