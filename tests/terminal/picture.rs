//! The documents' pictures: the screen as the terminal has it, drawn as an SVG, and the check that
//! the console still draws what they show. `KITDESK_PICTURES=write` draws them anew.

use std::fmt::Write as _;
use std::path::Path;

use vt100::{Cell, Color, Screen};

use super::console::{Console, Key, sandbox};

/// One cell, in the SVG's units.
const WIDTH: f32 = 8.4;
const HEIGHT: f32 = 18.0;
/// Where the letters stand within their row.
const BASELINE: f32 = 13.5;
const FONT: f32 = 14.0;
/// Around the screen.
const MARGIN: f32 = 12.0;
/// What a terminal shows where nothing else is asked for.
const TEXT: &str = "#d8dee9";
const GROUND: &str = "#15181e";

/// xterm's sixteen.
const SIXTEEN: [&str; 16] = [
    "#000000", "#cd3131", "#0dbc79", "#e5e510", "#2472c8", "#bc3fbc", "#11a8cd", "#e5e5e5",
    "#666666", "#f14c4c", "#23d18b", "#f5f543", "#3b8eea", "#d670d6", "#29b8db", "#ffffff",
];

/// How a cell looks, but for what is written in it.
#[derive(Debug, Clone, PartialEq)]
struct Style {
    ink: String,
    ground: String,
    /// Bold and the like, as the SVG's attributes.
    marks: String,
    underline: bool,
}

impl Style {
    fn of(cell: &Cell) -> Self {
        let mut ink = colour(cell.fgcolor(), TEXT);
        let mut ground = colour(cell.bgcolor(), GROUND);
        if cell.inverse() {
            std::mem::swap(&mut ink, &mut ground);
        }
        let marks = [
            (cell.bold(), r#" font-weight="bold""#),
            (cell.dim(), r#" opacity="0.6""#),
            (cell.italic(), r#" font-style="italic""#),
            (cell.underline(), r#" text-decoration="underline""#),
        ];
        let marks = marks.into_iter().filter(|(is_so, _)| *is_so);
        Self {
            ink,
            ground,
            marks: marks.map(|(_, attribute)| attribute).collect(),
            underline: cell.underline(),
        }
    }
}

fn colour(colour: Color, usual: &str) -> String {
    match colour {
        Color::Default => usual.to_owned(),
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        Color::Idx(n @ 0..=15) => SIXTEEN[usize::from(n)].to_owned(),
        Color::Idx(n @ 16..=231) => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let n = n - 16;
            let (r, g, b) = (level(n / 36), level(n / 6 % 6), level(n % 6));
            format!("#{r:02x}{g:02x}{b:02x}")
        }
        Color::Idx(n) => {
            let grey = 8 + 10 * (n - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}

/// Cells side by side that look alike.
struct Run {
    column: u16,
    columns: u16,
    style: Style,
    text: String,
}

fn runs(screen: &Screen, row: u16) -> Vec<Run> {
    let (_, columns) = screen.size();
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..columns.get() {
        let Some(cell) = screen.cell(row, column) else {
            continue;
        };
        if cell.is_wide_continuation() {
            // Its first half has taken the room already.
            continue;
        }
        let mut style = Style::of(cell);
        if cell.contents().trim().is_empty() && !style.underline {
            // What colour a blank has can't be seen, and hangs on what was there before.
            style = match runs.last() {
                Some(run) if run.style.ground == style.ground && !run.style.underline => {
                    run.style.clone()
                }
                _ => Style {
                    ink: TEXT.to_owned(),
                    ground: style.ground,
                    marks: String::new(),
                    underline: false,
                },
            };
        }
        let columns = 1 + u16::from(cell.is_wide());
        let text = if cell.has_contents() {
            cell.contents()
        } else {
            " "
        };
        match runs.last_mut() {
            // A wide character stands alone, so that it can't push others out of their columns.
            Some(run)
                if run.style == style
                    && columns == 1
                    && run.columns as usize == run.text.chars().count() =>
            {
                run.columns += 1;
                run.text.push_str(text);
            }
            _ => runs.push(Run {
                column,
                columns,
                style,
                text: text.to_owned(),
            }),
        }
    }
    runs
}

fn x(column: u16) -> f32 {
    MARGIN + f32::from(column) * WIDTH
}

fn y(row: u16) -> f32 {
    MARGIN + f32::from(row) * HEIGHT
}

fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;")
}

/// How many columns the written part of a run takes: what is cut off its end are blanks.
fn columns_of(run: &Run, written: &str) -> usize {
    usize::from(run.columns).saturating_sub(run.text.len() - written.len())
}

fn wide_of(columns: usize) -> f32 {
    f32::from(u16::try_from(columns).unwrap_or(u16::MAX)) * WIDTH
}

/// The screen as an SVG: grounds first, then letters, each run held to its columns whatever the
/// font is.
pub fn svg(screen: &Screen, title: &str) -> String {
    let (rows, columns) = screen.size();
    let (width, height) = (x(columns.get()) + MARGIN, y(rows.get()) + MARGIN);
    let mut grounds = String::new();
    let mut letters = String::new();
    for row in 0..rows.get() {
        for run in runs(screen, row) {
            let wide = wide_of(run.columns.into());
            if run.style.ground != GROUND {
                writeln!(
                    grounds,
                    r#"<rect x="{:.1}" y="{:.1}" width="{wide:.1}" height="{HEIGHT:.1}" fill="{}"/>"#,
                    x(run.column),
                    y(row),
                    run.style.ground
                )
                .expect("a string takes any text");
            }
            let written = if run.style.underline {
                run.text.as_str()
            } else {
                run.text.trim_end()
            };
            let indent = written.len() - written.trim_start().len();
            let Some(cells) = columns_of(&run, written).checked_sub(indent) else {
                continue;
            };
            if cells == 0 {
                continue;
            }
            writeln!(
                letters,
                r#"<text x="{:.1}" y="{:.1}" textLength="{:.1}" fill="{}"{}>{}</text>"#,
                x(run.column) + wide_of(indent),
                y(row) + BASELINE,
                wide_of(cells),
                run.style.ink,
                run.style.marks,
                escape(&written[indent..])
            )
            .expect("a string takes any text");
        }
    }
    let (row, column) = screen.cursor_position();
    let cursor = if screen.hide_cursor() {
        String::new()
    } else {
        format!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{WIDTH:.1}\" height=\"{HEIGHT:.1}\" fill=\"{TEXT}\" opacity=\"0.7\"/>\n",
            x(column),
            y(row)
        )
    };
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0}" height="{height:.0}" viewBox="0 0 {width:.1} {height:.1}" role="img" xml:space="preserve">
<title>{}</title>
<style>text {{ font: {FONT}px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre; }}</style>
<rect width="{width:.1}" height="{height:.1}" rx="8" fill="{GROUND}"/>
{grounds}{letters}{cursor}</svg>
"#,
        escape(title)
    )
}

/// Compares the screen with a picture of the documents, or draws the picture anew.
#[track_caller]
fn is_as_pictured(console: &mut Console, name: &str, title: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs/pictures")
        .join(format!("{name}.svg"));
    if std::env::var_os("KITDESK_PICTURES").is_some_and(|wish| wish == "write") {
        console.until_quiet();
        std::fs::write(&file, svg(&console.screen(), title)).expect("the folder is there");
        return;
    }
    let pictured = std::fs::read_to_string(&file).unwrap_or_default();
    let pictured = pictured.replace("\r\n", "\n");
    let what = format!(
        "the screen of {}; KITDESK_PICTURES=write draws it anew",
        file.display()
    );
    console.until_screen(&what, |screen| svg(screen, title) == pictured);
}

#[test]
fn the_documents_pictures_are_as_the_console_draws() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 100, 30);
    console.type_text("181223116").key(Key::Enter);
    console.until("Anita Rao").until_row(&["10930010478"]);
    is_as_pictured(
        &mut console,
        "kits",
        "kitdesk: the kits of a customer, found by entity id",
    );

    console.key(Key::Ctrl('k')).until("type a part of its name");
    is_as_pictured(
        &mut console,
        "palette",
        "kitdesk: commands by name, and why one can't be used now",
    );
    console.key(Key::Esc).until("u upgrade");

    console.type_text("u").until("Upgrade kit 10930010477");
    console.type_text("GOLD").key(Key::F(10));
    console.until("Review: upgrade a card");
    is_as_pictured(
        &mut console,
        "review",
        "kitdesk: what will be sent, old next to new, before it is confirmed",
    );

    // The sandbox counts the kits that it makes, so the new one has the same number every time.
    console.type_text("0477").key(Key::Enter);
    console.until("✓ Done").until("Read afterwards");
    is_as_pictured(
        &mut console,
        "outcome",
        "kitdesk: the upgrade is done, and both kits as read afterwards",
    );

    console.type_text("p").until("Set the PIN of kit");
    console.key(Key::Tab).type_text("4315");
    console.until("••••");
    is_as_pictured(
        &mut console,
        "pin",
        "kitdesk: a PIN is typed, and drawn as dots",
    );

    console.key(Key::F(3)).until("Find an order");
    console
        .type_text("3fa85f64-5717-4562-b3fc-2c963f66afa6")
        .key(Key::Enter);
    console.until("RECEIVED").until("x cancel order");
    is_as_pictured(&mut console, "order", "kitdesk: a card order");
    console.end();
}

#[test]
fn colours_wide_characters_and_markup_come_through() {
    let mut parser = vt100::Parser::default();
    parser.process(
        "\x1b[1;38;2;1;2;3ma<b&\x1b[0m 小\x1b[48;5;196mx\x1b[7my\x1b[0m\x1b[?25l".as_bytes(),
    );
    let svg = svg(parser.screen(), "a & b");
    assert!(svg.contains("<title>a &amp; b</title>"), "{svg}");
    let bold = r##"fill="#010203" font-weight="bold">a&lt;b&amp;</text>"##;
    assert!(svg.contains(bold), "{svg}");
    // The wide one begins in column 5 and takes two; what follows is in column 7.
    let column = |n: u16| format!(r#"x="{:.1}""#, x(n));
    let wide = format!(r#"<text {} y="25.5" textLength="16.8""#, column(5));
    assert!(svg.contains(&wide), "{svg}");
    let ground = format!(
        r##"<rect {} y="12.0" width="8.4" height="18.0" fill="#ff0000"/>"##,
        column(7)
    );
    assert!(svg.contains(&ground), "{svg}");
    // Inverse: ink and ground have changed places.
    assert!(svg.contains(r##"fill="#ff0000">y</text>"##), "{svg}");
    assert!(!svg.contains("opacity"), "no cursor: {svg}");
}
