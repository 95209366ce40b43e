//! The recorded walk next to the pictures: the README's table of keys, as an asciicast (version 2).
//! `KITDESK_PICTURES=write` records it anew; otherwise the console must go the same way again.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};
use vt100::{Parser, Screen};

use super::console::{Console, Key, sandbox};
use super::picture::svg;

const COLUMNS: u16 = 100;
const ROWS: u16 = 30;
/// Between two letters, in thousandths of a second. Times are made up, so that every recording is the
/// same.
const LETTER: u32 = 90;
/// For whoever reads a new screen.
const LOOK: u32 = 2500;

/// A walk through the console, frame by frame.
struct Walk {
    console: Console,
    way: Way,
    at: u32,
}

enum Way {
    /// What was recorded so far, and the last frame of it.
    Record(String, Box<Screen>),
    /// What was recorded once, and the terminal that it is played on.
    Follow(std::vec::IntoIter<Value>, Box<Parser>),
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/pictures/walk.cast")
}

fn empty() -> Parser {
    let some = |n: u16| n.try_into().expect("more than none");
    Parser::new(some(ROWS), some(COLUMNS), 0)
}

/// All that can be seen. What colour the next letter would have, and where a hidden cursor stands,
/// hangs on how many pictures there were in between.
fn seen(screen: &Screen) -> String {
    svg(screen, "")
}

impl Walk {
    fn start(console: Console) -> Self {
        let way = if std::env::var_os("KITDESK_PICTURES").is_some_and(|wish| wish == "write") {
            let head = json!({"version": 2, "width": COLUMNS, "height": ROWS, "title": "kitdesk"});
            Way::Record(format!("{head}\n"), Box::new(empty().screen().clone()))
        } else {
            let recorded = std::fs::read_to_string(file()).expect("a recording");
            let lines = recorded.lines().skip(1);
            let frames = lines.map(|line| serde_json::from_str(line).expect("a frame"));
            Way::Follow(frames.collect::<Vec<_>>().into_iter(), Box::new(empty()))
        };
        let mut walk = Self {
            console,
            way,
            at: 0,
        };
        walk.frame(LETTER);
        walk
    }

    /// The screen as it is, this long after the last one.
    #[track_caller]
    fn frame(&mut self, after: u32) {
        self.at += after;
        match &mut self.way {
            Way::Record(cast, before) => {
                self.console.until_quiet();
                let screen = self.console.screen();
                let seconds = f64::from(self.at) / 1000.0;
                let frame = json!([seconds, "o", screen.state_diff(before)]);
                writeln!(cast, "{frame}").expect("a string takes any text");
                **before = screen;
            }
            Way::Follow(frames, terminal) => {
                let frame = frames.next().expect("the recording goes on");
                terminal.process(frame[2].as_str().expect("output").as_bytes());
                let recorded = seen(terminal.screen());
                let what = format!(
                    "what was recorded; KITDESK_PICTURES=write records it anew:\n{}\n",
                    terminal.screen().contents()
                );
                self.console
                    .until_screen(&what, |screen| seen(screen) == recorded);
            }
        }
    }

    #[track_caller]
    fn types(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            self.console.type_text(letter.encode_utf8(&mut [0; 4]));
            self.frame(LETTER);
        }
        self.at += 3 * LETTER;
        self
    }

    /// Presses a key and looks at what is there then.
    #[track_caller]
    fn presses(&mut self, key: Key, until: &str) -> &mut Self {
        self.console.key(key).until(until);
        self.frame(2 * LETTER);
        self.at += LOOK;
        self
    }

    #[track_caller]
    fn ends(mut self) {
        self.console.end();
        match self.way {
            Way::Record(cast, _) => std::fs::write(file(), cast).expect("the folder is there"),
            Way::Follow(mut frames, _) => assert!(frames.next().is_none(), "it was longer"),
        }
    }
}

#[test]
fn the_recorded_walk_is_as_the_console_goes() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, COLUMNS, ROWS);
    console.until("Find a customer").until("F1 help");
    let mut walk = Walk::start(console);
    walk.at += LOOK;
    walk.types("676165").presses(Key::Enter, "Ravi Kumar");
    walk.types("u").types("sil");
    // → takes the word that is offered.
    walk.console.send(b"\x1b[C").until("SILVER");
    walk.frame(4 * LETTER);
    walk.presses(Key::F(10), "Review: upgrade a card");
    walk.types("1789").presses(Key::Enter, "Read afterwards");
    walk.types("p").presses(Key::Tab, "Set the PIN of kit");
    walk.types("4315").presses(Key::Tab, "PIN again");
    walk.types("4315").presses(Key::Enter, "Review: set a PIN");
    walk.types("0001").presses(Key::Enter, "✓ Done");
    walk.presses(Key::F(3), "Find an order");
    walk.console.paste("3fa85f64-5717-4562-b3fc-2c963f66afa6");
    walk.presses(Key::Enter, "RECEIVED");
    walk.types("x").types("afa6");
    walk.presses(Key::Enter, "CANCELLED");
    walk.ends();
}
