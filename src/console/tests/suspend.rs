//! The whole loop across a suspend: keys, screens, clock, and a desk that talks to the simulator. The
//! clock is moved as a suspend moves it: no timer goes off, and what wakes the console comes afterwards.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use futures_util::{Stream, stream};
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::*;
use crate::clock::moved;
use crate::console::outlet::{Canvas, Paced};
use crate::console::run::{Ending, NeverSuspended, run};
use crate::console::{Guards, Input};
use crate::desk::Schedule;
use crate::desk::tests::{connect, recorder, start_with};
use crate::sandbox;

const TEN_HOURS: Duration = Duration::from_hours(10);
/// Nothing here takes as long: whatever does is stuck.
const STUCK: Duration = Duration::from_secs(20);

/// A terminal that takes everything at once, and whose picture can be looked at while the loop runs.
#[derive(Clone)]
struct Seen(Rc<RefCell<TestBackend>>);

impl Seen {
    fn shows(&self, text: &str) -> bool {
        self.0.borrow().to_string().contains(text)
    }
}

fn never<T>(done: Result<T, std::convert::Infallible>) -> io::Result<T> {
    done.map_err(|no| match no {})
}

impl Backend for Seen {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, cells: I) -> io::Result<()> {
        never(self.0.borrow_mut().draw(cells))
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        never(self.0.borrow_mut().hide_cursor())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        never(self.0.borrow_mut().show_cursor())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        never(self.0.borrow_mut().get_cursor_position())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        never(self.0.borrow_mut().set_cursor_position(position))
    }

    fn clear(&mut self) -> io::Result<()> {
        never(self.0.borrow_mut().clear())
    }

    fn clear_region(&mut self, kind: ClearType) -> io::Result<()> {
        never(self.0.borrow_mut().clear_region(kind))
    }

    fn size(&self) -> io::Result<Size> {
        never(self.0.borrow().size())
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        never(self.0.borrow_mut().window_size())
    }

    fn flush(&mut self) -> io::Result<()> {
        never(self.0.borrow_mut().flush())
    }
}

/// What the loop draws on.
struct Drawn(Terminal<Seen>);

impl Canvas for Drawn {
    fn draw(&mut self, draw: impl FnOnce(&mut ratatui::Frame<'_>)) -> io::Result<Size> {
        Ok(self.0.draw(draw)?.area.as_size())
    }

    fn forget(&mut self) {
        self.0.clear().expect("it takes everything");
    }

    fn copy(&mut self, _: &str) {}
}

impl Paced for Drawn {
    fn stuck_since(&self) -> Option<Instant> {
        None
    }

    async fn taken(&mut self) -> io::Result<()> {
        std::future::pending().await
    }

    fn drop_rest(&mut self) {}
}

/// A person in front of the console.
struct Person {
    keys: UnboundedSender<io::Result<Input>>,
    screen: Seen,
}

impl Person {
    fn presses(&self, code: KeyCode) {
        let key = KeyEvent::new(code, KeyModifiers::NONE);
        self.keys.send(Ok(Input::Key(key))).expect("the loop runs");
    }

    fn types(&self, text: &str) {
        for letter in text.chars() {
            self.presses(KeyCode::Char(letter));
        }
    }

    async fn waits_for(&self, text: &str) {
        let seen = async {
            while !self.screen.shows(text) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let seen = tokio::time::timeout(STUCK, seen).await;
        assert!(seen.is_ok(), "no {text:?} in\n{}", self.screen.0.borrow());
    }

    /// A customer's kits, the PIN form of one, and two digits of a PIN.
    async fn begins_a_pin(&self) {
        self.types("676165");
        self.presses(KeyCode::Enter);
        self.waits_for("ACTIVE").await;
        self.types("p");
        self.waits_for("Set the PIN of kit").await;
        self.types("43");
    }
}

/// Runs the loop with this person in front of it, who goes away at the end.
async fn console(person: impl AsyncFnOnce(&Person)) {
    let sandbox = sandbox::start(sandbox::Options::default())
        .await
        .expect("a free port");
    let folder = TempDir::new().expect("a temporary folder");
    let (client, recorder) = (connect(&sandbox), recorder(folder.path()));
    let mut desk = start_with(client, recorder, Schedule::default());
    let theme = Theme::built_in("desk").expect("built in");
    let app = App::new(about(Environment::Uat), theme).guarded(Guards {
        idle_limit: Duration::from_mins(5),
        hide_on_focus_lost: false,
    });
    let screen = Seen(Rc::new(RefCell::new(TestBackend::new(120, 40))));
    let mut never = NeverSuspended;
    let mut canvas = Drawn(Terminal::new(screen.clone()).expect("a terminal"));
    let (keys, input) = unbounded_channel();
    let ended = tokio::join!(
        run(
            &mut canvas,
            stream_of(input),
            &mut never,
            app,
            &mut desk,
            moved::clock(),
        ),
        async move {
            let somebody = Person { keys, screen };
            person(&somebody).await;
        }
    );
    assert_eq!(ended.0.expect("drawn"), Ending::InputEnded);
}

fn stream_of(
    input: UnboundedReceiver<io::Result<Input>>,
) -> impl Stream<Item = io::Result<Input>> + Unpin {
    Box::pin(stream::unfold(input, async |mut input| {
        Some((input.recv().await?, input))
    }))
}

#[tokio::test]
async fn the_customer_is_put_away_whatever_wakes_the_console() {
    for wake in [
        Input::Key(KeyEvent::new(KeyCode::Char('1'), KeyModifiers::NONE)),
        Input::Focus(true),
        Input::Redraw,
        Input::Resumed,
    ] {
        console(async |person| {
            person.begins_a_pin().await;
            moved::pass(TEN_HOURS);
            person.keys.send(Ok(wake)).expect("the loop runs");
            person.waits_for("Locked after 5m without a key").await;
            for gone in ["676165", "ACTIVE", "Set the PIN"] {
                assert!(!person.screen.shows(gone), "{}", person.screen.0.borrow());
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_pin_that_has_waited_too_long_is_not_sealed() {
    console(async |person| {
        person.begins_a_pin().await;
        person.types("21");
        moved::pass(Duration::from_secs(31));
        person.presses(KeyCode::Enter);
        person
            .waits_for("wiped and closed after 30 s without a key")
            .await;
        assert!(!person.screen.shows("Set the PIN of kit"));
    })
    .await;
}
