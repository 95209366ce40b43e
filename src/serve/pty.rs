//! The terminal that a client says it has: its size, its name and what it can show.

use ratatui::layout::Size;

use crate::config::Env;

/// What a terminal has that does not say how large it is.
const USUAL: Size = Size::new(80, 24);
/// The most that is drawn in a served session. The size is the client's to say, and every cell costs the
/// server memory.
pub(super) const LARGEST: Size = Size::new(300, 100);
/// The longest name or value of a variable that is taken.
const LONGEST_VALUE: usize = 256;
/// The variables that say how the terminal shows things. `LC_*` is taken as well.
const TAKEN: [&str; 4] = ["LANG", "COLORTERM", "NO_COLOR", "KITDESK_COLOURS"];
/// More `LC_` variables than there are.
const MOST: usize = 32;

/// What the client has said so far.
#[derive(Default)]
pub(super) struct Pty {
    /// The kind of terminal, where one was asked for.
    pub(super) term: Option<String>,
    variables: Vec<(String, String)>,
}

impl Pty {
    /// Takes a variable, if it is about the terminal.
    pub(super) fn take(&mut self, name: &str, value: &str) -> bool {
        let is_known = TAKEN.contains(&name) || name.starts_with("LC_");
        let fits = name.len() <= LONGEST_VALUE && value.len() <= LONGEST_VALUE;
        if !is_known || !fits || self.variables.len() >= MOST {
            return false;
        }
        self.variables.push((name.to_owned(), value.to_owned()));
        true
    }

    /// Takes the kind of terminal. A name that is too long is none.
    pub(super) fn set_term(&mut self, term: &str) {
        let is_name = term.len() <= LONGEST_VALUE && term.chars().all(|c| c.is_ascii_graphic());
        self.term = Some(if is_name { term } else { "unknown" }.to_owned());
    }

    /// As a terminal's environment.
    pub(super) fn env(&self) -> Env {
        let term = self
            .term
            .iter()
            .map(|term| ("TERM".to_owned(), term.clone()));
        Env::given(self.variables.iter().cloned().chain(term))
    }
}

/// How large the terminal is taken to be.
pub(super) fn size(width: u32, height: u32) -> Size {
    let of = |said: u32, usual: u16, largest: u16| match u16::try_from(said) {
        Ok(0) => usual,
        Ok(said) => said.min(largest),
        Err(_) => largest,
    };
    Size {
        width: of(width, USUAL.width, LARGEST.width),
        height: of(height, USUAL.height, LARGEST.height),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_size_becomes_one_that_can_be_drawn() {
        for (said, taken) in [
            ((80, 24), (80, 24)),
            ((0, 0), (80, 24)),
            ((0, 50), (80, 50)),
            ((4000, 4000), (300, 100)),
            ((65_535, 1), (300, 1)),
            ((u32::MAX, u32::MAX), (300, 100)),
        ] {
            assert_eq!(size(said.0, said.1), Size::from(taken), "{said:?}");
        }
    }

    #[test]
    fn only_what_is_about_the_terminal_is_taken() {
        let mut pty = Pty::default();
        pty.set_term("xterm-256color");
        assert!(pty.take("LANG", "de_DE.UTF-8") && pty.take("LC_TIME", "C"));
        assert!(!pty.take("KITDESK_OPERATOR", "somebody.else"));
        assert!(!pty.take("LD_PRELOAD", "x.so"));
        assert!(!pty.take("LANG", &"x".repeat(300)));
        let env = pty.env();
        assert_eq!(env.text("TERM").as_deref(), Some("xterm-256color"));
        assert_eq!(env.text("LANG").as_deref(), Some("de_DE.UTF-8"));
        assert_eq!(env.text("PATH"), None);
        for place in 0..100 {
            pty.take(&format!("LC_{place}"), "x");
        }
        assert_eq!(pty.variables.len(), MOST);
    }

    #[test]
    fn a_name_that_is_no_terminal_s_is_not_kept() {
        let mut pty = Pty::default();
        pty.set_term("xterm\u{1b}[31m");
        assert_eq!(pty.term.as_deref(), Some("unknown"));
    }
}
