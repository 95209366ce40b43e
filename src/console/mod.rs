//! The screens: what is shown, which keys do what, and the loop that joins them to the desk.
//! No HTTP, files or SQL in here; `App::update` has no side effects at all.

mod app;
mod dress;
mod keyboard;
mod keymap;
mod message;
mod notices;
mod run;
mod screens;
mod sixteen;
mod terminal;
#[cfg(test)]
mod tests;
pub mod theme;
mod view;
mod widgets;

pub use app::App;
pub use keyboard::{Input, Keyboard};
pub use message::{About, Effect, Message};
pub use run::{Ending, run};
pub use screens::themes::{Shelf, Source};
pub use terminal::Screen;
pub use view::SMALLEST;
