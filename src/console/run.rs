//! The loop: terminal events, desk events and sealed PINs come together in one select, each becomes
//! a call of `App::update`, then one picture if anything changed. Backend and events are given.

use std::io;
use std::task::Poll;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use tokio::task::JoinSet;

use super::app::App;
use super::keyboard::Input;
use super::message::{About, Effect, Message};
use super::outlet::Canvas;
use super::theme::{Source, Theme};
use crate::clock::Clock;
use crate::config::{read_theme, user_theme, user_themes};
use crate::desk::{Handle, SealingError, pan_opens};

/// A terminal that has taken nothing for so long gets a new picture instead of the rest of the old one:
/// nobody wants to see by then what was on the screen before. Longer than a serial line of 9600 baud is
/// silent between two of the pieces that it takes.
const STALE: Duration = Duration::from_secs(5);

/// What the loop does with the terminal other than drawing.
pub trait Suspend {
    /// Gives the terminal back, stops the program, and takes the terminal again when it goes on.
    ///
    /// # Errors
    /// When the terminal can't be taken again.
    fn suspend(&mut self) -> impl Future<Output = io::Result<()>>;

    /// Takes the terminal again after somebody else may have changed how it treats keys.
    ///
    /// # Errors
    /// When it can't be taken.
    fn retake(&mut self) -> io::Result<()>;
}

/// What is never given back: the far end of a connection has no shell to go back to.
#[derive(Debug, Clone, Copy)]
pub struct NeverSuspended;

impl Suspend for NeverSuspended {
    async fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn retake(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How the console ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// By the user.
    Asked,
    /// By the idle limit, with what is to be said about it.
    Idle(Vec<String>),
    /// The terminal is gone.
    InputEnded,
}

/// Runs the console until its user or its terminal ends it. A terminal that takes no output is waited for
/// as one more thing that may happen: time limits, keys and the desk go on meanwhile. It gets one picture
/// at a time, and then the newest. All limits of the screens are counted on `clock`.
///
/// # Errors
/// When the terminal can't be drawn on.
pub async fn run(
    canvas: &mut impl Canvas,
    mut input: impl Stream<Item = io::Result<Input>> + Unpin,
    control: &mut impl Suspend,
    mut app: App,
    desk: &mut Handle,
    // What guards a PIN or a customer has to hold across a suspend.
    clock: Clock,
) -> io::Result<Ending> {
    let mut workers = JoinSet::new();
    let mut next = Some(Message::Redraw);
    // Whether it is not known what the terminal shows.
    let mut is_stale = false;
    loop {
        // Everything that is there already is taken in before one picture is drawn for all of it.
        while let Some(message) = next {
            for effect in app.update(message, clock.now()) {
                match effect {
                    Effect::Quit => return Ok(Ending::Asked),
                    Effect::End(said) => return Ok(Ending::Idle(said)),
                    Effect::Clear => is_stale = true,
                    Effect::Copy(text) => canvas.copy(&text),
                    Effect::Suspend | Effect::Retake => {
                        canvas.drop_rest();
                        let taken = match effect {
                            Effect::Suspend => control.suspend().await,
                            _ => control.retake(),
                        };
                        if taken.is_err() {
                            return Ok(Ending::InputEnded);
                        }
                        is_stale = true;
                    }
                    // A closed channel means that the desk is gone, which only a panic can bring.
                    Effect::Ask(command) => {
                        desk.commands.send(command).await.ok();
                    }
                    work => begin(work, &app.cx.about, &mut workers),
                }
            }
            next = match desk.events.try_recv() {
                Ok(event) => Some(Message::Desk(event)),
                Err(_) => match already_there(&mut input).await {
                    Poll::Ready(Some(Ok(event))) => Some(message_of(event)),
                    Poll::Ready(None | Some(Err(_))) => return Ok(Ending::InputEnded),
                    Poll::Pending => None,
                },
            };
        }
        if let Some(since) = canvas.stuck_since()
            && (is_stale || since.elapsed() >= STALE)
        {
            canvas.drop_rest();
            is_stale = true;
        }
        if canvas.stuck_since().is_none() {
            if is_stale {
                canvas.forget();
                is_stale = false;
            }
            let size = canvas.draw(|frame| app.draw(frame, clock.now()))?;
            // Keys are meant for a picture only once the terminal has all of it.
            if canvas.stuck_since().is_none() {
                app.seen(size, clock.now());
            }
        }
        let is_stuck = canvas.stuck_since().is_some();
        // Nothing ticks while nothing is waited for.
        let wake = app.wakes_in(clock.now());
        next = tokio::select! {
            biased;
            // Then the newest picture is drawn, also where nothing has happened since.
            taken = canvas.taken(), if is_stuck => {
                taken?;
                None
            }
            Some(event) = desk.events.recv() => Some(Message::Desk(event)),
            Some(done) = workers.join_next() => match done {
                Ok(message) => Some(message),
                // A worker that panicked has wiped what it held; its screen's wait can be left. But
                // the terminal was given back, for the panic's message to be seen.
                Err(_) => Some(Message::Resumed),
            },
            event = input.next() => match event {
                Some(Ok(event)) => Some(message_of(event)),
                Some(Err(_)) | None => return Ok(Ending::InputEnded),
            },
            () = clock.sleep(wake.unwrap_or_default()), if wake.is_some() => Some(Message::Tick),
        };
    }
}

/// What the stream holds at this moment. The task's own waker is used: a stream may keep the first
/// waker that it sees, and a throw-away one would leave the loop asleep for ever.
async fn already_there<S: Stream + Unpin>(input: &mut S) -> Poll<Option<S::Item>> {
    std::future::poll_fn(|context| Poll::Ready(input.poll_next_unpin(context))).await
}

/// What is done on a thread of its own.
type Job = Box<dyn FnOnce() -> Message + Send>;

/// Begins what waits for something: a key may come from a slow command.
fn begin(work: Effect, about: &About, workers: &mut JoinSet<Message>) {
    if let Some(job) = job(work, about) {
        workers.spawn_blocking(job);
    }
}

/// Reads keys and seals, for example. What is secret moves there as one owned value and is wiped there; only a
/// sealed PIN comes back.
fn job(work: Effect, about: &About) -> Option<Job> {
    let pin_settings = &about.pin_settings;
    Some(match work {
        Effect::Seal(ticket, job) => Box::new(move || Message::Sealed(ticket, job.run())),
        Effect::TryPan(ticket, encrypted, mask) => {
            let card_key = pin_settings.card_key.clone();
            Box::new(move || {
                let opened: Result<(), SealingError> =
                    pan_opens(&encrypted, card_key.as_ref(), mask.as_ref());
                Message::PanTried(ticket, opened)
            })
        }
        Effect::WriteReceipt(ticket, receipt, path) => {
            Box::new(move || Message::ReceiptWritten(ticket, receipt.write(&path)))
        }
        Effect::LookAround => {
            let pin_settings = pin_settings.clone();
            Box::new(move || Message::Seated(pin_settings.origin()))
        }
        Effect::FindThemes(folder) => Box::new(move || {
            let own = user_themes(&folder).into_iter();
            let own = own.map(|name| {
                let file = user_theme(&folder, &name);
                Source::file(name, file)
            });
            Message::ThemesFound(own.collect())
        }),
        Effect::ReadTheme(source, path) => Box::new(move || {
            let theme = read_theme(&path).map_err(|error| error.to_string());
            let theme = theme.and_then(|text| {
                let theme = Theme::parse(source.name(), &text);
                theme.map(Box::new).map_err(|error| error.to_string())
            });
            Message::ThemeRead(source, theme)
        }),
        Effect::ListSessions(ticket) => {
            let sessions = about.sessions()?.clone();
            Box::new(move || Message::Sessions(ticket, sessions.now()))
        }
        Effect::EndSession(ticket, number) => {
            let sessions = about.sessions()?.clone();
            Box::new(move || {
                sessions.end(number);
                Message::Sessions(ticket, sessions.now())
            })
        }
        Effect::Ask(_)
        | Effect::Clear
        | Effect::Copy(_)
        | Effect::Suspend
        | Effect::Retake
        | Effect::Quit
        | Effect::End(_) => return None,
    })
}

fn message_of(input: Input) -> Message {
    match input {
        Input::Key(key) => Message::Key(key),
        Input::Paste(text) => Message::Paste(text),
        Input::LostPaste => Message::LostPaste,
        Input::Mouse(mouse) => Message::Mouse(mouse),
        Input::Focus(has) => Message::Focus(has),
        Input::Redraw => Message::Redraw,
        Input::Suspend => Message::Suspend,
        Input::Resumed => Message::Resumed,
    }
}
