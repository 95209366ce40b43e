//! The modes that a terminal is set to for as long as it shows the console, and those it is left in.

/// Nothing that is drawn scrolls back in it.
const ALTERNATE_SCREEN: &str = "\x1b[?1049h";
/// Marks around what is pasted.
const PASTES_ON: &str = "\x1b[?2004h";
/// Clicks and the wheel, with places beyond column 223; not every movement, as there are many.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";
/// Whether the window comes to the front or goes from there.
const FOCUS_ON: &str = "\x1b[?1004h";

/// No style, and all rows scroll.
const PLAIN: &str = "\x1b[m\x1b[r";
/// The rest of the modes off again. What was drawn is wiped: where there is no alternate screen, all of it
/// would stay to be read.
const MODES_OFF: &str = "\x1b[?2004l\x1b[2J\x1b[H\x1b[?1049l\x1b[?25h";

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

/// What is switched on, after what another program has left behind was switched off.
pub(super) fn modes_on(extras: Extras) -> String {
    let mouse = if extras.mouse { MOUSE_ON } else { "" };
    let focus = if extras.focus { FOCUS_ON } else { "" };
    [
        ALTERNATE_SCREEN,
        USUAL_KEYS,
        MOUSE_OFF,
        PASTES_ON,
        mouse,
        focus,
    ]
    .concat()
}

/// What gives a terminal back: usual keys, no style, and nothing left of what was drawn.
#[must_use]
pub fn modes_off() -> String {
    [PLAIN, MOUSE_OFF, USUAL_KEYS, MODES_OFF].concat()
}
