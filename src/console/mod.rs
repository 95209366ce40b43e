//! The screens: what is shown, which keys do what, and the loop that joins them to the desk.
//! No HTTP, files or SQL in here; `App::update` has no side effects at all.

mod app;
mod context;
mod held;
mod idle;
mod keyboard;
mod keymap;
mod message;
mod notices;
mod outlet;
mod paint;
mod run;
mod screens;
mod sight;
mod stopped;
mod terminal;
#[cfg(test)]
mod tests;
pub mod theme;
mod widgets;

pub use app::App;
pub use idle::Guards;
pub use keyboard::{Input, Keyboard};
pub use keymap::Keymap;
pub use message::{About, Effect, Message};
pub use outlet::{Outlet, Paced};
// For measuring what a picture costs.
#[doc(hidden)]
pub use paint::{Codes, Painter, Signs, Tongue};
pub use run::{Ending, Hold, run};
pub use sight::SMALLEST;
pub use stopped::{Stop, Stops};
pub use terminal::{Extras, Grip, Screen, terminal_size};
pub use theme::{Shelf, Source};
