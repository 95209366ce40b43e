//! The desk's jobs: look up, upgrade, set a PIN, cancel, settle; the only room that joins the DCMS
//! and the journal. Commands come in and events go out over channels; no terminal is known here.

pub mod checks;
mod kits;
mod look_ups;
mod message;
mod past;
mod reading;
mod recorder;
pub mod review;
mod sealing;
pub mod sentences;
mod slip;
pub mod stories;
mod task;
mod ties;
pub mod tries;
mod work;
mod writes;

pub use kits::{KitsBefore, KitsRead};
pub use message::{
    AfterCancel, AfterPin, AfterUpgrade, Candidate, Command, CustomerKits, Event, FindBy, Found,
    Kept, Look, OpenNow, Ticket,
};
pub use past::{Asked, Known};
pub use reading::{Before, Reading, Verdict};
pub use recorder::Recorder;
pub use sealing::{PanSource, SealJob, SealedUp, SealingFault, Vault, pan_opens};
pub use slip::Slip;
pub use task::{Handle, Settling, start};
pub use ties::{Tie, Ties};

#[cfg(test)]
mod tests;
