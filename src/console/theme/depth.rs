//! How many colours a terminal has, told once at the start by what the environment says.
//! Never by asking the terminal: one that does not answer would keep the console waiting.

use std::ffi::OsString;
use std::fmt;

/// How many colours there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// All of them.
    #[default]
    True,
    /// xterm's 256.
    Indexed,
    /// The terminal's own sixteen.
    Sixteen,
    /// None: weight, underline and reverse are left.
    None,
}

/// Terminals that take 24 bits a colour, by how their names begin; not all of them set `COLORTERM`,
/// and SSH does not carry it.
const TRUE: [&str; 6] = [
    "alacritty",
    "contour",
    "foot",
    "wezterm",
    "xterm-ghostty",
    "xterm-kitty",
];
/// Terminals without a colour, by how their names begin.
const NONE: [&str; 8] = ["dumb", "vt52", "vt1", "vt2", "vt3", "vt4", "vt5", "wyse"];

impl Depth {
    /// What the environment says. `KITDESK_COLOURS` comes first, then `NO_COLOR`, `COLORTERM` and
    /// `TERM`.
    ///
    /// # Errors
    /// When `KITDESK_COLOURS` is none of the four words.
    pub fn of(var: impl Fn(&str) -> Option<OsString>) -> Result<Self, String> {
        let var = |name| var(name).map(|value| value.to_string_lossy().into_owned());
        if let Some(word) = var("KITDESK_COLOURS") {
            return match word.as_str() {
                "truecolor" => Ok(Self::True),
                "256" => Ok(Self::Indexed),
                "16" => Ok(Self::Sixteen),
                "none" => Ok(Self::None),
                _ => Err(format!(
                    "KITDESK_COLOURS is {word:?}; allowed are truecolor, 256, 16, none"
                )),
            };
        }
        // Any value but an empty one asks for no colour.
        if var("NO_COLOR").is_some() {
            return Ok(Self::None);
        }
        let Some(term) = var("TERM") else {
            let is_console = cfg!(windows);
            return Ok(if is_console {
                Self::True
            } else {
                Self::Sixteen
            });
        };
        let begins = |names: &[&str]| names.iter().any(|name| term.starts_with(name));
        if begins(&NONE) || term.ends_with("-m") || term.ends_with("-mono") {
            return Ok(Self::None);
        }
        // Started within a better terminal, these have its COLORTERM and not its colours.
        let is_screen = term.starts_with("screen") && var("TMUX").is_none();
        let is_lesser = is_screen || term == "linux";
        let said = var("COLORTERM");
        let is_said = said.is_some_and(|said| said == "truecolor" || said == "24bit");
        Ok(
            if begins(&TRUE) || term.ends_with("-direct") || (is_said && !is_lesser) {
                Self::True
            } else if term.contains("256color") {
                Self::Indexed
            } else {
                Self::Sixteen
            },
        )
    }
}

impl fmt::Display for Depth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::True => "true colour",
            Self::Indexed => "256 colours",
            Self::Sixteen => "16 colours",
            Self::None => "no colours",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_tells_how_many_colours_there_are() {
        let of = |variables: &[(&str, &str)]| {
            Depth::of(|name| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).into())
            })
        };
        let xterm = ("TERM", "xterm-256color");
        let all = ("COLORTERM", "truecolor");
        let cases: [(&[_], _); 19] = [
            (&[xterm, all], Depth::True),
            (&[xterm], Depth::Indexed),
            (&[("TERM", "xterm")], Depth::Sixteen),
            (&[("TERM", "linux"), all], Depth::Sixteen),
            (&[("TERM", "vt220"), all], Depth::None),
            (&[("TERM", "dumb")], Depth::None),
            (&[("TERM", "xterm-mono")], Depth::None),
            (&[("TERM", "xterm-kitty")], Depth::True),
            (&[("TERM", "xterm-direct")], Depth::True),
            (&[("TERM", "tmux-256color")], Depth::Indexed),
            (&[("TERM", "tmux-256color"), all], Depth::True),
            // GNU screen keeps the COLORTERM of where it was started.
            (&[("TERM", "screen-256color"), all], Depth::Indexed),
            (
                &[("TERM", "screen-256color"), all, ("TMUX", "/tmp/tmux,1,0")],
                Depth::True,
            ),
            (&[("TERM", "screen")], Depth::Sixteen),
            (&[xterm, ("COLORTERM", "yes")], Depth::Indexed),
            (&[xterm, all, ("NO_COLOR", "1")], Depth::None),
            (
                &[xterm, ("NO_COLOR", "1"), ("KITDESK_COLOURS", "16")],
                Depth::Sixteen,
            ),
            (
                &[("TERM", "dumb"), ("KITDESK_COLOURS", "truecolor")],
                Depth::True,
            ),
            (&[xterm, all, ("KITDESK_COLOURS", "none")], Depth::None),
        ];
        for (variables, depth) in cases {
            assert_eq!(of(variables), Ok(depth), "{variables:?}");
        }
        assert_eq!(of(&[("KITDESK_COLOURS", "256")]), Ok(Depth::Indexed));
        assert_eq!(
            of(&[("KITDESK_COLOURS", "lots")]),
            Err("KITDESK_COLOURS is \"lots\"; allowed are truecolor, 256, 16, none".to_owned())
        );
    }
}
