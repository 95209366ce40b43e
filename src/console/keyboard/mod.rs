//! What is typed, straight from the terminal: keys, pastes and changes of its size as one stream.
//! PINs pass through here, so every byte is wiped as soon as it is a key; nothing is queued.

mod bytes;
mod far;
mod keys;
#[cfg(target_os = "linux")]
mod linux;
mod sequences;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEvent};
use zeroize::Zeroizing;

pub use far::{FarKeyboard, Packet};
#[cfg(target_os = "linux")]
pub use linux::Keyboard;

/// One thing that came from the terminal. No `Debug`: keys and pastes can be part of a secret.
pub enum Input {
    /// A key was pressed, or repeats.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(Zeroizing<String>),
    /// A paste whose end did not come in time. Nothing of it is kept, and nothing of its rest will be.
    LostPaste,
    /// A button or the wheel of the mouse.
    Mouse(MouseEvent),
    /// The terminal's window has come to the front, or gone from there.
    Focus(bool),
    /// The terminal has another size, or another terminal has taken its place: all of it is drawn again.
    Redraw,
    /// The program is to stop for a while.
    Suspend,
    /// The program goes on after it was stopped.
    Resumed,
}

/// A letter with Ctrl. Those that send the bytes of Backspace, Tab, Enter and Esc are these keys on
/// every terminal, also where the terminal could tell them apart: no binding may use them.
fn with_ctrl(letter: char) -> KeyEvent {
    let code = match letter.to_ascii_lowercase() {
        'h' | '?' => KeyCode::Backspace,
        'i' => KeyCode::Tab,
        'j' | 'm' => KeyCode::Enter,
        '[' => KeyCode::Esc,
        letter => return KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL),
    };
    KeyEvent::new(code, KeyModifiers::NONE)
}

/// The terminal's keyboard on systems where crossterm's own reader is used. Its buffers are out of
/// reach: what was typed stays in them until other keys take its place.
#[cfg(not(target_os = "linux"))]
pub struct Keyboard(crossterm::event::EventStream);

#[cfg(not(target_os = "linux"))]
impl Keyboard {
    /// Starts to listen.
    ///
    /// # Errors
    /// Never here; the shape is that of the other systems.
    pub fn open() -> std::io::Result<Self> {
        Ok(Self(crossterm::event::EventStream::new()))
    }
}

#[cfg(not(target_os = "linux"))]
impl futures_util::Stream for Keyboard {
    type Item = std::io::Result<Input>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        use crossterm::event::{Event, KeyEventKind};
        use futures_util::StreamExt as _;
        use std::task::ready;
        loop {
            match ready!(self.0.poll_next_unpin(context)) {
                Some(Ok(Event::Key(key))) if key.kind == KeyEventKind::Release => {}
                event => return std::task::Poll::Ready(event.map(|event| event.map(Input::from))),
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
impl From<crossterm::event::Event> for Input {
    fn from(event: crossterm::event::Event) -> Self {
        use crossterm::event::Event;
        match event {
            Event::Key(key) => Self::Key(match key.code {
                KeyCode::Char(letter) if key.modifiers == KeyModifiers::CONTROL => {
                    with_ctrl(letter)
                }
                _ => key,
            }),
            Event::Paste(text) => Self::Paste(Zeroizing::new(text)),
            Event::Mouse(mouse) => Self::Mouse(mouse),
            Event::FocusGained => Self::Focus(true),
            Event::FocusLost => Self::Focus(false),
            Event::Resize(..) => Self::Redraw,
        }
    }
}
