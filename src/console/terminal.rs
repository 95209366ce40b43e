//! Taking the terminal over and giving it back as it was, also after a panic.

use std::io::{self, Stdout, stdout};

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::style::force_color_output;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use super::sixteen::Codes;
use super::theme::Depth;

/// The terminal for as long as the console has it.
pub struct Screen {
    /// What is drawn on.
    pub terminal: Terminal<CrosstermBackend<Codes<Stdout>>>,
}

impl Screen {
    /// Takes the terminal over: alternate screen, so that nothing scrolls back, and raw keys.
    ///
    /// # Errors
    /// When there is no terminal, or it does not let itself be set up.
    pub fn take(depth: Depth) -> io::Result<Self> {
        // What has been decided about colours counts, not the library's own look at NO_COLOR.
        force_color_output(depth != Depth::None);
        let out = match depth {
            Depth::Sixteen => Codes::short(stdout()),
            Depth::True | Depth::Indexed | Depth::None => Codes::as_they_are(stdout()),
        };
        enable_raw_mode()?;
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            usual(panic);
        }));
        execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        let terminal = Terminal::new(CrosstermBackend::new(out))?;
        Ok(Self { terminal })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Best effort: a terminal that has gone away can't be given back.
fn give_back() {
    execute!(
        stdout(),
        DisableBracketedPaste,
        LeaveAlternateScreen,
        crossterm::cursor::Show
    )
    .ok();
    disable_raw_mode().ok();
}
