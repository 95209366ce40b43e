//! The screens: what is shown, which keys do what, and the loop that joins them to the desk.
//! No HTTP, files or SQL in here; `App::update` has no side effects at all.

mod app;
mod context;
mod idle;
mod key_repeat;
mod keyboard;
mod keymap;
mod message;
mod modes;
mod name_fit;
mod notices;
mod outlet;
mod paint;
mod run;
mod screens;
mod served;
mod stopped;
mod terminal;
#[cfg(test)]
mod tests;
pub mod theme;
mod visibility;
mod widgets;

pub use app::App;
pub use idle::Guards;
pub use keyboard::{FarKeyboard, Input, Keyboard, Packet};
pub use keymap::Keymap;
pub use message::{About, Effect, Message};
pub use modes::{Extras, modes_off};
pub use outlet::{Canvas, Outlet, Paced};
pub use paint::{Codes, Painter, Signs, TermCaps};
pub use run::{Ending, NeverSuspended, Suspend, run};
pub use served::{Served, SessionRow, SessionState, Sessions};
pub use stopped::{Stop, Stops};
pub use terminal::{Screen, TerminalControl, terminal_size};
pub use theme::{Source, ThemeList};
pub use visibility::SMALLEST;
