//! Every theme on the screens themselves: what is drawn can be read, and LIVE is like nothing else.

use std::collections::HashMap;
use std::sync::LazyLock;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::journal::unknown_upgrade;
use super::*;
use crate::console::theme::colour::{Rgb, contrast, of_256};
use crate::console::theme::{Depth, Scope};

/// The plain text of a normal weight, by WCAG 2 AA.
const TEXT: f32 = 4.5;
/// By WCAG 2 AAA.
const STRONG: f32 = 7.0;
/// What is no text.
const FRAME: f32 = 3.0;

/// The sixteen colours of the PC's text screen, which many palettes follow.
const VGA: [Rgb; 16] = [
    [0, 0, 0],
    [170, 0, 0],
    [0, 170, 0],
    [170, 85, 0],
    [0, 0, 170],
    [170, 0, 170],
    [0, 170, 170],
    [170, 170, 170],
    [85, 85, 85],
    [255, 85, 85],
    [85, 255, 85],
    [255, 255, 85],
    [85, 85, 255],
    [255, 85, 255],
    [85, 255, 255],
    [255, 255, 255],
];

fn xterm() -> [Rgb; 16] {
    std::array::from_fn(|index| of_256(u8::try_from(index).expect("sixteen")))
}

/// A colour as a number, if it is not the terminal's own foreground or background.
fn rgb(colour: Color, sixteen: &[Rgb; 16]) -> Option<Rgb> {
    let index = match colour {
        Color::Rgb(r, g, b) => return Some([r, g, b]),
        Color::Indexed(index) => return Some(of_256(index)),
        Color::Reset => return None,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    Some(sixteen[index])
}

fn is_frame(symbol: &str) -> bool {
    symbol
        .chars()
        .all(|c| ('\u{2500}'..='\u{259f}').contains(&c))
}

/// Every theme with colours, at every depth at which it has some.
static THEMES: LazyLock<Vec<(&str, Depth, Theme)>> = LazyLock::new(|| {
    let mut themes = Vec::new();
    for name in Theme::names() {
        let theme = Theme::built_in(name).expect(name);
        let has_colours = matches!(theme.of(Scope::Text).fg, Some(Color::Rgb(..)));
        let depths = [Depth::True, Depth::Indexed, Depth::Sixteen].into_iter();
        let depths = depths.filter(|depth| has_colours || *depth == Depth::Sixteen);
        themes.extend(depths.map(|depth| (name, depth, theme.clone().at(depth))));
    }
    themes
});

/// Why a foreground can't be read on a background, if it can't.
fn unreadable(
    fg: Color,
    ground: Color,
    is_frame: bool,
    theme: &str,
    depth: Depth,
) -> Option<String> {
    let least = match theme {
        _ if is_frame => FRAME,
        "contrast" if depth == Depth::True => STRONG,
        // The user chooses the terminal's sixteen colours: these two are as good as any.
        _ if depth == Depth::Sixteen => FRAME,
        _ => TEXT,
    };
    for sixteen in [xterm(), VGA] {
        let is = match rgb(fg, &sixteen).zip(rgb(ground, &sixteen)) {
            Some((fg, ground)) => contrast(fg, ground),
            // The terminal's own foreground on its own background: nobody else knows.
            None if depth == Depth::Sixteen => least,
            None => 0.0,
        };
        if is < least {
            return Some(format!(
                "{theme}, {depth}: {fg:?} on {ground:?} is {is:.2} of {least}"
            ));
        }
    }
    None
}

impl Bench {
    /// Makes sure that all that is on the screen can be read in every theme.
    #[track_caller]
    pub(super) fn must_be_readable(&mut self) {
        let mut errors = Vec::new();
        let before = self.app.cx.theme.clone();
        for (name, depth, theme) in THEMES.iter() {
            self.app.cx.theme = theme.clone();
            let mut pairs = HashMap::new();
            for (width, height) in [(80, 24), (120, 40)] {
                let drawn = self.buffer(width, height);
                let cells = drawn.content.iter();
                let written = cells.filter(|cell| !cell.symbol().trim().is_empty());
                pairs.extend(written.map(|cell| {
                    let sign = cell.symbol().to_owned();
                    ((cell.fg, cell.bg, is_frame(&sign)), sign)
                }));
            }
            for ((fg, ground, is_frame), sign) in pairs {
                let error = unreadable(fg, ground, is_frame, name, *depth);
                errors.extend(error.map(|error| format!("{error}, as in {sign:?}")));
            }
        }
        self.app.cx.theme = before;
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }
}

/// The journal: its list, one record, and what a person knows of it.
fn journal(environment: Environment) -> [Bench; 3] {
    let (records, open, thread) = unknown_upgrade();
    let list = || {
        let mut bench = Bench::with(about(environment));
        bench.event(Event::Open(Ok(open.clone().into())));
        bench.press(KeyCode::F(4));
        let ticket = bench.ticket();
        bench.event(Event::Records(ticket, Ok(records.clone())));
        bench
    };
    let thread = || {
        let mut bench = list();
        bench.press(KeyCode::Down);
        bench.enter();
        let ticket = bench.ticket();
        bench.event(Event::RecordThread(ticket, Ok(Box::new(thread.clone()))));
        bench
    };
    let mut decide = thread();
    decide.text("d");
    decide.press(KeyCode::F(10));
    [list(), thread(), decide]
}

/// States that have no picture of their own.
fn others(environment: Environment) -> Vec<(&'static str, Bench)> {
    let found = || {
        let mut bench = Bench::with(about(environment));
        let mut all = kits();
        for (no, status) in [
            ("4561802", "LOCKED"),
            ("4561803", "BLOCKED"),
            ("4561804", "EXPIRED"),
        ] {
            all.push(kit(no, status));
        }
        bench.found(all);
        bench
    };
    let mut start = Bench::with(about(environment));
    start.event(Event::Open(Err("the disk is full".into())));
    let mut nothing_fits = found();
    nothing_fits.text("/zzz");
    let mut refused = found();
    refused.press(KeyCode::Down);
    refused.text("u");
    let mut no_journal = found();
    no_journal.press(KeyCode::F(4));
    let [list, thread, decide] = journal(environment);
    let mut picker = found();
    picker.press(KeyCode::F(9));
    picker.press(KeyCode::End);
    let mut faulty = found();
    faulty.text("k");
    faulty.press(KeyCode::F(9));
    let theirs = Source::file("theirs", "/themes/theirs.toml".into());
    faulty.message(Message::ThemesFound(vec![theirs.clone()]));
    faulty.press(KeyCode::End);
    let why = "theme theirs.toml, line 3: unknown key \"x\" at the top".to_owned();
    faulty.message(Message::ThemeRead(theirs, Err(why)));
    vec![
        ("the start", start),
        ("found", found()),
        ("nothing fits", nothing_fits),
        ("a notice", refused),
        ("waiting for the journal", no_journal),
        ("the journal", list),
        ("a record", thread),
        ("a decision", decide),
        ("the themes", picker),
        ("a faulty theme", faulty),
    ]
}

#[test]
fn all_that_is_drawn_can_be_read_in_every_theme() {
    for environment in [Environment::Sandbox, Environment::Uat, Environment::Live] {
        for (_, mut bench) in others(environment) {
            bench.must_be_readable();
        }
    }
    // A write that is under way, and the question before the end.
    let mut bench = reviewed();
    bench.text("1788");
    bench.enter();
    bench.must_be_readable();
    let mut bench = reviewed();
    bench.text("1789");
    bench.enter();
    bench.now += seconds(3);
    bench.ctrl('c');
    bench.must_be_readable();
}

fn look(cell: &Cell) -> (Color, Color, Modifier) {
    (cell.fg, cell.bg, cell.modifier)
}

/// The columns of the badge in the top line.
fn badge(drawn: &Buffer) -> std::ops::Range<u16> {
    let row = 0..drawn.area.width;
    let is_sign = |x: &u16| drawn[(*x, 0)].symbol() == "◆";
    let signs: Vec<_> = row.filter(is_sign).collect();
    match (signs.first(), signs.last()) {
        // A blank on either side belongs to it.
        (Some(first), Some(last)) => first - 1..last + 2,
        _ => panic!("LIVE has its signs"),
    }
}

#[test]
fn live_looks_like_nothing_else_on_the_screen() {
    for name in Theme::names() {
        for depth in [Depth::True, Depth::Indexed, Depth::Sixteen, Depth::None] {
            for (state, mut bench) in others(Environment::Live) {
                bench.app.cx.theme = Theme::built_in(name).expect(name).at(depth);
                let drawn = bench.buffer(80, 24);
                let badge = badge(&drawn);
                let live = look(&drawn[(badge.start, 0)]);
                for x in badge.clone() {
                    assert_eq!(look(&drawn[(x, 0)]), live, "{name}, {depth}: {state}");
                }
                for (x, y) in (0..24).flat_map(|y| (0..80).map(move |x| (x, y))) {
                    let is_badge = y == 0 && badge.contains(&x);
                    assert!(
                        is_badge || look(&drawn[(x, y)]) != live,
                        "{name}, {depth}: {state}, {x}, {y}"
                    );
                }
            }
        }
    }
}
