//! Taking the terminal over and giving it back as it was, also after a panic.

use std::io::{self, stdout};

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste, EnableFocusChange};
use crossterm::execute;
use crossterm::style::Print;
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::Terminal;
use ratatui::layout::Size;

use super::paint::{Codes, Painter, Signs, Tongue};
use super::run::Hold;
use super::stopped::Stop;
use super::theme::Depth;

/// Where pictures go. On Unix past the standard library's buffer, which cuts at line feeds: a picture
/// is one piece.
#[cfg(unix)]
type Out = std::fs::File;
#[cfg(not(unix))]
type Out = io::Stdout;

/// As it was left after whatever was drawn: plain, and all of its rows scroll.
const PLAIN: &str = "\x1b[m\x1b[r";

/// Clicks and the wheel, with places beyond column 223; not every movement, as there are many.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";

/// Keys, the mouse and the focus as a terminal sends them that was just switched on, whatever another
/// program has left behind: the keypad's digits (`ESC >`) and the cursor keys' usual form (`DECCKM`),
/// Enter as one byte (`LNM`), no `modifyOtherKeys`, none of kitty's forms, no reports of any kind. The last
/// one is for terminals that take `CSI > 4 m` for an underline.
const USUAL_KEYS: &str = "\x1b>\x1b[?1l\x1b[20l\x1b[>4m\x1b[<u\
                          \x1b[?9l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1015l\x1b[?1016l\x1b[?1004l\x1b[m";

/// What a terminal tells only when it is asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extras {
    /// Buttons and the wheel.
    pub mouse: bool,
    /// Whether its window is in front.
    pub focus: bool,
}

/// The terminal for as long as the console has it.
pub struct Screen {
    /// What is drawn on.
    pub terminal: Terminal<Painter<Out>>,
}

impl Screen {
    /// Takes the terminal over: alternate screen, so that nothing scrolls back, and raw keys.
    ///
    /// # Errors
    /// When there is no terminal, or it does not let itself be set up.
    pub fn take(depth: Depth, extras: Extras) -> io::Result<Self> {
        let codes = match depth {
            Depth::True | Depth::Indexed => Codes::Full,
            Depth::Sixteen => Codes::Short,
            Depth::None => Codes::None,
        };
        let tongue = Tongue {
            codes,
            erases_with_ground: erases_with_ground(),
            signs: Signs::of(&std::env::var("TERM").unwrap_or_default()),
        };
        let out = out()?;
        enable_raw_mode()?;
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            usual(panic);
        }));
        execute!(stdout(), EnterAlternateScreen)?;
        ask_for(extras)?;
        let terminal = Terminal::new(Painter::new(out, size, tongue))?;
        Ok(Self { terminal })
    }
}

#[cfg(unix)]
fn out() -> io::Result<Out> {
    use std::os::fd::AsFd as _;
    Ok(stdout().as_fd().try_clone_to_owned()?.into())
}

#[cfg(not(unix))]
fn out() -> io::Result<Out> {
    Ok(stdout())
}

/// Asked before each picture.
fn size() -> io::Result<Size> {
    // The library opens the terminal for it each time. It is left the cases where that is needed.
    #[cfg(unix)]
    if let Ok(size) = rustix::termios::tcgetwinsize(stdout())
        && size.ws_col > 0
        && size.ws_row > 0
    {
        return Ok(Size::new(size.ws_col, size.ws_row));
    }
    let (width, height) = crossterm::terminal::size()?;
    Ok(Size { width, height })
}

/// GNU screen erases with its own ground, unless it is told otherwise; tmux, which calls itself the
/// same, does as terminals do.
fn erases_with_ground() -> bool {
    let is_screen = std::env::var_os("TERM").is_some_and(|term| {
        let term = term.to_string_lossy();
        term.starts_with("screen")
    });
    !is_screen || std::env::var_os("TMUX").is_some()
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn ask_for(extras: Extras) -> io::Result<()> {
    execute!(
        stdout(),
        Print(USUAL_KEYS),
        Print(MOUSE_OFF),
        EnableBracketedPaste
    )?;
    if extras.mouse {
        execute!(stdout(), Print(MOUSE_ON))?;
    }
    if extras.focus {
        execute!(stdout(), EnableFocusChange)?;
    }
    Ok(())
}

/// The taken terminal, to be let go of for a while.
pub struct Grip {
    extras: Extras,
    stop: Stop,
}

impl Grip {
    /// For a terminal that was taken with these.
    #[must_use]
    pub fn new(extras: Extras) -> Self {
        Self {
            extras,
            stop: Stop::catch(),
        }
    }
}

impl Hold for Grip {
    async fn suspend(&mut self) -> io::Result<()> {
        give_back();
        self.stop.here().await?;
        enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen)?;
        ask_for(self.extras)
    }

    fn retake(&mut self) -> io::Result<()> {
        self.stop.forget_the_last();
        // The library takes a terminal that it has for one that is as it left it.
        disable_raw_mode()?;
        enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen)?;
        ask_for(self.extras)
    }
}

/// Best effort: a terminal that has gone away can't be given back.
fn give_back() {
    execute!(
        stdout(),
        Print(PLAIN),
        Print(MOUSE_OFF),
        Print(USUAL_KEYS),
        DisableBracketedPaste,
        // Where there is no alternate screen, all of it would stay to be read.
        Clear(ClearType::All),
        crossterm::cursor::MoveTo(0, 0),
        LeaveAlternateScreen,
        crossterm::cursor::Show
    )
    .ok();
    disable_raw_mode().ok();
}
