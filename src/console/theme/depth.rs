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
/// Names under which a terminal may take 24 bits, if `COLORTERM` says so. Under any other name
/// `COLORTERM` is that of the terminal in which this one was started, as in Emacs.
const MAY_BE_TRUE: [&str; 17] = [
    "contour", "eat-true", "ghostty", "gnome", "iterm", "konsole", "mintty", "mlterm", "ms-",
    "putty", "rio", "screen", "st", "tmux", "vte", "xterm", "zellij",
];
/// Of those, the ones whose names say that they have fewer.
const FEWER: [&str; 4] = ["-8color", "-16color", "-88color", "xterm-color"];
/// Terminals without a colour, by how their names begin.
const NONE: [&str; 8] = ["dumb", "vt52", "vt1", "vt2", "vt3", "vt4", "vt5", "wyse"];

impl Depth {
    /// What the environment says. `KITDESK_COLOURS` comes first, then `NO_COLOR`, `COLORTERM` and
    /// `TERM`.
    ///
    /// # Errors
    /// When `KITDESK_COLOURS` is none of the four words.
    pub fn of(var: impl Fn(&str) -> Option<OsString>) -> Result<Self, String> {
        let var = |name: &str| var(name).map(|value| value.to_string_lossy().into_owned());
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
        let is_in_screen = is_in_screen(var);
        let said = var("COLORTERM");
        let is_said = said.is_some_and(|said| said == "truecolor" || said == "24bit");
        let may_be_true = begins(&MAY_BE_TRUE) && !FEWER.iter().any(|end| term.ends_with(end));
        let is_true = begins(&TRUE) || term.ends_with("-direct") || (is_said && may_be_true);
        Ok(if is_true && !is_in_screen {
            Self::True
        } else if term.contains("256color") {
            Self::Indexed
        } else {
            Self::Sixteen
        })
    }
}

/// Whether GNU screen is one of the layers between here and the terminal. It takes no 24 bits and erases
/// with its own ground, whatever the terminal around it does. tmux calls itself `screen` as well, and says
/// so in `TMUX`; where both have left their variables, either may be the inner one.
pub fn is_in_screen(var: impl Fn(&str) -> Option<String>) -> bool {
    let is_named = var("TERM").is_some_and(|term| term.starts_with("screen"));
    var("STY").is_some() || (is_named && var("TMUX").is_none())
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
        let (tmux, screen) = (("TMUX", "/tmp/tmux,1,0"), ("STY", "7.pts-0"));
        let cases: [(&[_], _); 44] = [
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
            (&[("TERM", "screen-256color"), all, tmux], Depth::True),
            // One within the other.
            (
                &[("TERM", "screen-256color"), all, tmux, screen],
                Depth::Indexed,
            ),
            (&[("TERM", "screen"), all, tmux, screen], Depth::Sixteen),
            (
                &[("TERM", "screen.tmux-256color"), all, tmux, screen],
                Depth::Indexed,
            ),
            (
                &[("TERM", "tmux-256color"), all, tmux, screen],
                Depth::Indexed,
            ),
            (&[xterm, all, screen], Depth::Indexed),
            (&[("TERM", "screen.xterm-256color"), all], Depth::Indexed),
            (&[("TERM", "screen.xterm-direct"), screen], Depth::Sixteen),
            // Within a terminal that has more colours, and hands its COLORTERM down.
            (&[("TERM", "eterm-color"), all], Depth::Sixteen),
            (&[("TERM", "Eterm-256color"), all], Depth::Indexed),
            (&[("TERM", "eat-256color"), all], Depth::Indexed),
            (&[("TERM", "eat-truecolor"), all], Depth::True),
            (&[("TERM", "dvtm-256color"), all], Depth::Indexed),
            (&[("TERM", "rxvt"), all], Depth::Sixteen),
            (&[("TERM", "cygwin"), all], Depth::Sixteen),
            (&[("TERM", "cons25"), all], Depth::Sixteen),
            (&[("TERM", "ansi"), all], Depth::Sixteen),
            (&[("TERM", "sun-color"), all], Depth::Sixteen),
            (&[("TERM", "fbterm"), all], Depth::Sixteen),
            (&[("TERM", "xterm-16color"), all], Depth::Sixteen),
            (&[("TERM", "xterm-color"), all], Depth::Sixteen),
            (&[("TERM", "nobody-knows-it"), all], Depth::Sixteen),
            (&[("TERM", "xterm"), all], Depth::True),
            (&[("TERM", "vte-256color"), all], Depth::True),
            (&[("TERM", "st-256color"), all], Depth::True),
            (&[("TERM", "konsole-256color"), all], Depth::True),
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
