//! The screens: what is shown, which keys do what, and the loop that joins them to the desk.
//! No HTTP, files or SQL in here; `App::update` has no side effects at all.

mod app;
mod context;
mod idle;
mod key_repeat;
mod keyboard;
mod keymap;
mod message;
mod notices;
mod outlet;
mod paint;
mod run;
mod screens;
mod stopped;
mod terminal;
#[cfg(test)]
mod tests;
pub mod theme;
mod visibility;
mod widgets;

pub use app::App;
pub use idle::Guards;
pub use keyboard::{Input, Keyboard};
pub use keymap::Keymap;
pub use message::{About, Effect, Message};
pub use outlet::{Outlet, Paced};
// For measuring what a picture costs.
#[doc(hidden)]
pub use paint::{Codes, Painter, Signs, TermCaps};
pub use run::{Ending, Suspend, run};
pub use stopped::{Stop, Stops};
pub use terminal::{Extras, Screen, TerminalControl, terminal_size};
pub use theme::{Source, ThemeList};
pub use visibility::SMALLEST;
